package mask

import "slices"

// A group is a run of digits in one writing.
type group struct {
	from, to int
	link     link // what stands between it and the group before
	end      int  // digits up to its last one, those of the groups before included
}

func (g group) size() int { return g.to - g.from }

// A link is the set of separators between two groups of digits.
type link uint8

const (
	linkBlank link = 1 << iota
	linkDash
	linkDot
	linkBreak
	linkBracket
)

const (
	maxDigits = 24 // no identifier has more
	unaided   = 10 // none has fewer without a word beside it
	fewDigits = 7  // nor beside a word that does not tell shorter ones as well
	maxGroups = 24
	maxLink   = 4 // separators in a row
)

func linkOf(r rune) link {
	switch r {
	case ' ':
		return linkBlank
	case '-', '_':
		return linkDash
	case '.', '·':
		return linkDot
	case '\n':
		return linkBreak
	case '(', ')':
		return linkBracket
	}
	return 0
}

// parse reads the groups of digits that start at i into m.groups and their
// values into m.digits. It reports false when the first group alone is too long
// to be an identifier.
func (m *masker) parse(i int) bool {
	m.groups, m.digits = m.groups[:0], m.digits[:0]
	var between link
	var writing class
	for len(m.groups) < maxGroups && len(m.digits) <= maxDigits {
		c := classOf(m.get(i)) & (classDigit | classHanDigit)
		if c == 0 || between != 0 && c != writing {
			break // 0575-88123456 二、…: the next heading
		}
		writing = c
		g := group{from: i, link: between}
		for ; i < len(m.r) && classOf(m.r[i])&c != 0 && i-g.from <= maxDigits; i++ {
			m.digits = append(m.digits, byte('0'+digitValue(m.r[i])))
		}
		g.to, g.end = i, len(m.digits)
		if g.size() > maxDigits {
			return len(m.groups) > 0
		}
		m.groups = append(m.groups, g)
		between = 0
		breaks := 0
		for n := 0; n < maxLink; n++ {
			l := linkOf(m.get(i))
			if l == 0 {
				break
			}
			if l == linkBreak {
				if breaks++; breaks > 1 {
					return true
				}
			}
			between |= l
			i++
		}
	}
	return len(m.groups) > 0
}

// groupBefore reports whether the digits at i continue a number that started earlier.
func (m *masker) groupBefore(i int) bool {
	k := i - 1
	for n := 0; n < maxLink && linkOf(m.get(k)) != 0; n++ {
		k--
	}
	c := classOf(m.get(k)) & (classDigit | classHanDigit)
	if c == 0 {
		return false
	}
	// A lone Chinese digit of another writing is a word: 拨打了一 13800…
	return k < i-1 || c&classOf(m.get(i)) != 0
}

// A candidate is the first groups of a run of digits, taken as one number.
type candidate struct {
	digits   []byte
	groups   []group
	from, to int
	context  context
	weak     bool // the word beside it names a thing, not its number
	loose    bool // it is the whole run of digits, however grouped
	coded    bool // letters stand directly before it: part of a code
	amount   bool // a unit of money or measure follows it
	tail     bool // letters stand directly after it
}

// number returns the identifier made of the digits that start at i.
func (m *masker) number(i int) (span, bool) {
	// Most digits stand alone: 一个, 3月.
	if next := m.get(i + 1); linkOf(next) == 0 && classOf(next)&(classDigit|classHanDigit|classLetter) == 0 {
		return span{}, false
	}
	if sp, ok := m.torn(i); ok {
		return sp, true
	}
	if !m.parse(i) {
		return span{}, false
	}
	if len(m.digits) < 4 {
		return span{}, false
	}
	c := candidate{from: i}
	continued := m.groupBefore(i)
	if !continued {
		c.context, c.weak = m.contextBefore(i)
	}
	if c.context == plain {
		if len(m.digits) < 6 {
			return span{}, false // too short without a word
		}
		c.context, c.coded = m.codeBefore(i)
	}
	if c.context == wechat || c.context == patient || c.context == passport || c.context == mailbox {
		if sp, ok := m.account(i, c.context, c.weak); ok && hasLetter(m.r[sp.from:sp.to]) {
			return sp, true
		}
	}
	if len(m.digits) < unaided && (c.coded || c.context == official || c.context == money) {
		return span{}, false
	}
	if slices.ContainsFunc(m.groups, func(g group) bool { return g.end == 10 }) && service(m.digits[:10]) {
		return span{}, false // 4008-123-123
	}
	for j := len(m.groups) - 1; j >= 0; j-- {
		n := m.groups[j].end
		if n > maxDigits || j > 0 && c.context == plain && !usualLength(n) || !oneBreak(m.groups[:j+1]) || m.wordDigit(j) {
			continue
		}
		c.digits, c.groups = m.digits[:n], m.groups[:j+1]
		c.to = m.groups[j].to
		c.loose = !continued && m.lastGroup(j)
		c.amount = m.amountAfter(c.to) || m.decimalsAfter(c.to) || m.decimalBefore(i)
		c.tail = classOf(m.get(c.to))&classLetter != 0 && linkOf(m.get(c.to)) == 0
		if sp, ok := m.identify(&c); ok {
			return sp, true
		}
	}
	return m.hanPrefix(&c)
}

// isTear reports whether r is a sign that no number has inside and that people put there
// to get one past a filter.
func isTear(r rune) bool { return r == '/' || r == '*' || r == ',' || r == '~' || r == '|' }

// torn returns the mobile number at i that is torn apart where people part it:
// 138/0013/8000.
func (m *masker) torn(i int) (span, bool) {
	const to = 3 + 1 + 4 + 1 + 4
	tear := m.get(i + 3)
	if !isTear(tear) || m.get(i) != '1' || m.get(i+1) < '3' || m.get(i+8) != tear {
		return span{}, false
	}
	for k := i + 1; k < i+to; k++ {
		if k != i+3 && k != i+8 && !isDigit(m.get(k)) {
			return span{}, false
		}
	}
	before, after := m.get(i-1), m.get(i+to)
	if isWord(before) || isTear(before) && isWord(m.get(i-2)) || isWord(after) || isTear(after) && isWord(m.get(i+to+1)) ||
		m.amountAfter(i+to) {
		return span{}, false
	}
	if c, _ := m.contextBefore(i); c == official || c == money {
		return span{}, false
	}
	return span{i, i + to, kindMobile}, true
}

// usualLength reports whether an identifier that needs no word beside it has n digits.
func usualLength(n int) bool { return n >= unaided && n <= 19 }

// lastGroup reports whether nothing after group j belongs to the same number. A
// digit in the other writing directly after it begins a word: 13800138000一直.
func (m *masker) lastGroup(j int) bool {
	if j == len(m.groups)-1 {
		return true
	}
	a, b := m.groups[j], m.groups[j+1]
	return (classOf(m.r[a.from])^classOf(m.r[b.from]))&classDigit != 0
}

// wordDigit reports whether group j is a single Chinese digit that begins the
// word after a number: 8812345一直.
func (m *masker) wordDigit(j int) bool {
	g := m.groups[j]
	if j == 0 || g.size() > 1 || !isDigit(m.r[m.groups[j-1].from]) {
		return false
	}
	r := m.r[g.from]
	return classOf(r)&classHanDigit != 0 && r != '零' && r != '○' && r != '幺'
}

func oneBreak(groups []group) bool {
	n := 0
	for _, g := range groups[1:] {
		if g.link&linkBreak != 0 {
			n++
		}
	}
	// 138, 0013, 8000 on three lines is a number torn apart, not a column of numbers.
	return n <= 1 || n == 2 && len(groups) == 3 && groups[0].size() == 3 && groups[1].size() == 4 && groups[2].size() == 4
}

// codeBefore reports whether the digits at i are the end of a code such as
// HT2026… or ZJ-2026-…, or of one beside a word such as 编号.
func (m *masker) codeBefore(i int) (c context, coded bool) {
	k := i - 1
	for ; k >= i-maxToken; k-- {
		r := m.get(k)
		if classOf(r)&classLetter != 0 {
			if w := m.wordAt(k); w != nil && w.context != official {
				return plain, false
			}
			coded = true
		} else if !isDigit(r) && r != '-' && r != '_' && r != '/' && r != '.' {
			break
		}
	}
	if k < i-1 {
		if c, _ := m.contextBefore(k + 1); c == official {
			return official, coded
		}
	}
	return plain, coded
}

// decimalsAfter reports whether one or two decimals follow at i.
func (m *masker) decimalsAfter(i int) bool {
	if m.get(i) != '.' || !isDigit(m.get(i+1)) {
		return false
	}
	i += 2
	if isDigit(m.get(i)) {
		i++
	}
	return !isDigit(m.get(i)) && linkOf(m.get(i)) == 0 && !isWord(m.get(i)) && m.get(i) != '、'
}

// decimalBefore reports whether the digits at i are decimals of 0.
func (m *masker) decimalBefore(i int) bool {
	return m.get(i-1) == '.' && m.get(i-2) == '0' && !isWord(m.get(i-3))
}

// identify returns what the candidate is: first by its own shape, then by the
// word beside it.
func (m *masker) identify(c *candidate) (span, bool) {
	n := len(c.digits)
	sp := span{from: c.from, to: c.to}
	kept := c.context == official || c.context == money || c.coded
	if n == 17 {
		if x := m.checkX(c.to); x > 0 {
			full := append(c.digits[:17:17], 'X')
			born := bornOn(full[6:14])
			if !kept && (born || c.context == identity) || c.context == official && born && checksum(full) {
				return span{sp.from, c.to + x, kindID}, true
			}
		}
	}
	switch {
	case n == 18 && bornOn(c.digits[6:14]) && c.digits[0] != '0':
		real := checksum(c.digits) && province(c.digits)
		if !kept && !(c.tail && !real) || c.context == official && real {
			sp.kind = kindID
			return sp, true
		}
	case n == 15 && !kept && !c.tail && c.whole(3) && province(c.digits) && bornOn15(c.digits):
		sp.kind = kindID
		return sp, true
	}
	if kept {
		return span{}, false
	}
	if n >= 16 && n <= 19 && !c.amount && !c.tail && c.whole(3) && c.context != identity && c.context != patient &&
		cardStart(c.digits) && luhn(c.digits) {
		sp.kind = kindCard
		return sp, true
	}
	if c.mobile() {
		return m.withPlus(span{c.from, c.to, kindMobile}), true
	}
	if c.landline() {
		sp.kind = kindPhone
		sp.to = m.extension(sp.to)
		return m.withPlus(m.withBracket(sp)), true
	}
	return m.byWord(c)
}

// byWord returns what the word beside the candidate makes of it.
func (m *masker) byWord(c *candidate) (span, bool) {
	n := len(c.digits)
	sp := span{from: c.from, to: c.to}
	if c.amount || n < 11 && (c.weak && isDate(c.digits) || m.countAfter(c.to)) {
		return sp, false
	}
	contiguous := len(c.groups) == 1
	switch c.context {
	case phone:
		if !c.phoneByWord() {
			return sp, false
		}
		sp.kind = kindPhone
		if n < 12 && c.digits[0] == '1' && c.digits[1] >= '3' {
			sp.kind = kindMobile
		}
		sp.to = m.extension(sp.to)
	case identity:
		if n < 10 || !contiguous && n < 15 || n > 20 {
			return sp, false
		}
		sp.kind = kindID
		sp.to += m.checkX(sp.to)
	case card:
		if n < 6 || c.weak && n < 12 || !contiguous && (n < 12 || !c.cardShape()) {
			return sp, false
		}
		sp.kind = kindCard
	case patient:
		if n < 4 || c.weak && n < 5 || !contiguous && (!c.dashed() && !c.spaced() || isDate(c.digits)) {
			return sp, false
		}
		sp.kind = kindPatient
	case passport:
		if n < 7 || n > 12 || !contiguous {
			return sp, false
		}
		sp.kind = kindPassport
	case wechat:
		if n < 6 || n > 13 || !contiguous {
			return sp, false
		}
		sp.kind = kindWechat
	case mailbox:
		if n < 6 || n > 12 || !contiguous {
			return sp, false
		}
		sp.kind = kindMail
	case qq:
		if n < 5 || n > 12 || !c.whole(3) {
			return sp, false
		}
		sp.kind = kindQQ
	default:
		return m.sameNumber(c)
	}
	return sp, true
}

// sameNumber returns the number that the words after it call an account:
// 88123456（微信同号）.
func (m *masker) sameNumber(c *candidate) (span, bool) {
	if len(c.groups) > 1 || len(c.digits) < 6 || len(c.digits) > 12 {
		return span{}, false
	}
	i := c.to
	for n := 0; n < 3 && (m.get(i) == ' ' || m.get(i) == '(' || m.get(i) == ',' || m.get(i) == '，'); n++ {
		i++
	}
	if w := m.hasAny(i, []string{"微信", "V信", "QQ", "扣扣", "电话"}); w > 0 && m.hasAny(i+w, []string{"同号", "同步", "同名"}) > 0 {
		return span{c.from, c.to, kindWechat}, true
	}
	return span{}, false
}

// whole reports whether the groups look like one number: a single group, groups
// of at least size digits, or nothing else near.
func (c *candidate) whole(size int) bool {
	if len(c.groups) == 1 {
		return true
	}
	mixed := false
	for k, g := range c.groups {
		if g.link&linkBracket != 0 {
			return false
		}
		if k > 0 && g.link&linkDot != c.groups[1].link&linkDot {
			mixed = true
		}
		if g.size() < size && k < len(c.groups)-1 {
			size = maxDigits
		}
	}
	return size < maxDigits && !mixed || c.loose && !mixed
}

// mobile reports whether the candidate is a mainland mobile number, with or
// without 86, +86, 0086 or 0 before it.
func (c *candidate) mobile() bool {
	d := c.digits
	prefix := 0
	switch {
	case len(d) == 15 && d[0] == '0' && d[1] == '0' && d[2] == '8' && d[3] == '6':
		prefix = 4
	case len(d) == 13 && d[0] == '8' && d[1] == '6':
		prefix = 2
	case len(d) == 12 && d[0] == '0':
		prefix = 1
	case len(d) != 11:
		return false
	}
	d = d[prefix:]
	if d[0] != '1' || d[1] < '3' || c.amount {
		return false
	}
	if len(c.groups) == 1 {
		return true
	}
	if c.dottedQuad() {
		return false
	}
	// The groups in which people write a number: two to four, none of one digit.
	groups := c.groups
	if first := groups[0].size(); prefix > 0 && first == prefix {
		if groups = groups[1:]; prefix == 1 && groups[0].link&linkDot != 0 {
			return false // 0.138…
		}
	}
	if len(groups) == 1 {
		return true
	}
	if bracketed(groups) {
		return false
	}
	if len(groups) <= 4 {
		usual := true
		for k, g := range groups {
			size := g.size()
			if size < 2 || k > 0 && g.link&linkDot != groups[1].link&linkDot {
				usual = false
			}
		}
		if usual && groups[0].to-groups[0].from >= 3 {
			return true
		}
	}
	return (c.loose || c.context == phone || c.context == wechat) && c.whole(1)
}

// spelled reports whether no group has more than two digits.
func (c *candidate) spelled() bool {
	for _, g := range c.groups {
		if g.size() > 2 {
			return false
		}
	}
	return true
}

// bracketed reports whether a bracket stands between the groups.
func bracketed(groups []group) bool {
	for _, g := range groups[1:] {
		if g.link&linkBracket != 0 {
			return true
		}
	}
	return false
}

// dottedQuad reports whether the groups are an address of the Internet.
func (c *candidate) dottedQuad() bool {
	if len(c.groups) != 4 {
		return false
	}
	for k, g := range c.groups {
		if g.size() > 3 || k > 0 && g.link != linkDot {
			return false
		}
	}
	return true
}

// landline reports whether the candidate is a landline number with its area code.
func (c *candidate) landline() bool {
	d := c.digits
	skip, bare := 0, false // bare: after the country code the area code has no 0
	switch {
	case len(d) > 12 && d[0] == '0' && d[1] == '0' && d[2] == '8' && d[3] == '6':
		skip = 4
	case len(d) > 11 && d[0] == '8' && d[1] == '6' && len(c.groups) > 1:
		skip = 2
	}
	d = d[skip:]
	if d[0] != '0' {
		if skip == 0 {
			return false
		}
		bare = true
	}
	area := areaCode(d, bare)
	if area == 0 || c.amount || c.tail {
		return false
	}
	local := d[area:]
	if len(local) != 7 && len(local) != 8 || local[0] == '0' {
		return false
	}
	if isDate(local) && c.context != phone {
		return false
	}
	if len(c.groups) == 1 {
		return true
	}
	// One of the separators stands between area code and number, and the number
	// is not cut smaller than people cut it.
	at := 0
	fits := false
	for k, g := range c.groups {
		if at == skip+area {
			fits = true
		} else if k > 0 && g.link&linkBracket != 0 {
			return false
		}
		if at >= skip+area && g.size() < 3 && !(c.loose && c.spelled()) {
			return false
		}
		at += g.size()
	}
	return fits || c.loose
}

// areaCode returns the length of the area code that d starts with, or 0.
func areaCode(d []byte, bare bool) int {
	i := 1
	if bare {
		i = 0
	}
	if len(d) < i+9 {
		return 0
	}
	switch a, b := d[i], d[i+1]; {
	case a == '1' && b == '0', a == '2' && b != '6':
		return i + 2
	case a >= '3' && a <= '9':
		return i + 3
	}
	return 0
}

// phoneByWord reports whether the candidate is a phone number because the word
// beside it says so. Service numbers and hotlines are not.
func (c *candidate) phoneByWord() bool {
	d := c.digits
	n := len(d)
	if service(d) || isDate(d) {
		return false
	}
	switch {
	case n == 7 || n == 8:
		return d[0] != '0' && c.localShape()
	case n == 10: // a mobile number with a digit lost
		return len(c.groups) == 1 && d[0] == '1' && d[1] >= '3'
	case n == 11 || n == 12:
		return len(c.groups) == 1 || d[0] <= '1' && c.groups[len(c.groups)-1].size() > 1 && c.whole(2) && !c.dottedQuad()
	}
	return false
}

// cardShape reports whether the groups have three to six digits, as on cards.
func (c *candidate) cardShape() bool {
	for k, g := range c.groups {
		if g.size() > 6 || g.size() < 3 && k < len(c.groups)-1 {
			return c.loose && c.spelled()
		}
	}
	return true
}

// dashed reports whether nothing but dashes stands between the groups.
func (c *candidate) dashed() bool {
	for _, g := range c.groups[1:] {
		if g.link&^linkDash != 0 {
			return false
		}
	}
	return true
}

// spaced reports whether the whole run of digits stands in small groups with blanks between.
func (c *candidate) spaced() bool {
	if !c.loose || len(c.digits) < 6 {
		return false
	}
	for k, g := range c.groups {
		if g.size() > 4 || k > 0 && g.link != linkBlank {
			return false
		}
	}
	return true
}

// localShape reports whether the groups are those of a number without area code:
// one, or two or three of two to four digits. 12320 110 are two hotlines.
func (c *candidate) localShape() bool {
	if len(c.groups) == 1 {
		return true
	}
	for _, g := range c.groups {
		if size := g.size(); size < 2 || size > 4 {
			return false
		}
	}
	return len(c.groups) <= 3 && c.whole(2)
}

// service reports whether d is a service number: 400-…, 800-…, 95…, 96…, also
// with an area code before.
func service(d []byte) bool {
	n := len(d)
	switch {
	case n == 10 && (d[0] == '4' || d[0] == '8') && d[1] == '0' && d[2] == '0':
		return true
	case n == 8 && d[0] == '9':
		return true
	}
	return false
}

// extension returns where a landline that ends at i ends with its extension.
func (m *masker) extension(i int) int {
	k := i
	for n := 0; n < 2 && m.get(k) == ' '; n++ {
		k++
	}
	if m.get(k) == '(' {
		k++
	}
	switch w := m.hasAny(k, []string{"转分机", "分机号", "分机", "转", "EXT.", "EXT", "-", "*", "#"}); {
	case w == 0:
		return i
	default:
		k += w
	}
	for n := 0; n < 2 && (m.get(k) == ' ' || m.get(k) == ':'); n++ {
		k++
	}
	from := k
	for isDigit(m.get(k)) {
		k++
	}
	if k == from || k-from > 6 {
		return i
	}
	if m.get(k) == ')' && m.get(i) == '(' {
		k++
	}
	return k
}

// withPlus takes a + before the number in, and the brackets around +86.
func (m *masker) withPlus(sp span) span {
	if m.get(sp.from-1) == '+' {
		sp.from--
		if m.get(sp.from-1) == '(' {
			sp.from--
		}
	}
	return sp
}

// withBracket takes the bracket before (0575)88123456 in.
func (m *masker) withBracket(sp span) span {
	if m.get(sp.from-1) != '(' {
		return sp
	}
	for i := sp.from; i < sp.to; i++ {
		if m.r[i] == ')' {
			sp.from--
			break
		}
	}
	return sp
}

// checkX returns the length of a check character X at i with the separators
// before it, or 0.
func (m *masker) checkX(i int) int {
	k := i
	for n := 0; n < maxLink && linkOf(m.get(k)) != 0; n++ {
		k++
	}
	if r := m.get(k); (r == 'X' || r == '×') && !isWord(m.get(k+1)) {
		return k + 1 - i
	}
	return 0
}

// hanPrefix finds a mobile number written in Chinese that a Chinese digit
// follows which belongs to the next word: …八零零零一直打不通.
func (m *masker) hanPrefix(c *candidate) (span, bool) {
	g := m.groups[0]
	if c.context == official || c.context == money || c.coded || classOf(m.r[g.from])&classHanDigit == 0 {
		return span{}, false
	}
	if n := g.size(); n < 12 || n > 13 || m.digits[0] != '1' || m.digits[1] < '3' {
		return span{}, false
	}
	return span{g.from, g.from + 11, kindMobile}, true
}

// checksum reports whether the 18 characters of an ID number fit its last one
// (GB 11643-1999, ISO 7064 MOD 11-2).
func checksum(d []byte) bool {
	sum, weight := 0, 1
	for i := len(d) - 2; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += int(d[i]-'0') * weight
	}
	return d[len(d)-1] == "10X98765432"[sum%11]
}

// luhn reports whether the last digit of a card number fits (ISO/IEC 7812-1).
func luhn(d []byte) bool {
	sum := 0
	for i := range d {
		v := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// cardStart reports whether bank cards start like d. Numbers that start with a
// year do not, nor do those of repeated zeros.
func cardStart(d []byte) bool {
	return d[0] >= '3' && d[0] <= '6' || d[0] == '9'
}

// province reports whether d starts with a code of GB/T 2260.
func province(d []byte) bool {
	switch p := int(d[0]-'0')*10 + int(d[1]-'0'); {
	case p >= 11 && p <= 15, p >= 21 && p <= 23, p >= 31 && p <= 37, p >= 41 && p <= 46,
		p >= 50 && p <= 54, p >= 61 && p <= 65, p == 71, p >= 81 && p <= 83:
		return true
	}
	return false
}

// bornOn reports whether d is a possible date of birth, YYYYMMDD, before 2050.
func bornOn(d []byte) bool { return isDate(d) && (d[0] == '1' || d[2] < '5') }

// bornOn15 reports the same of an ID number of 15 digits, which has no century.
func bornOn15(d []byte) bool {
	return isDate([]byte{'1', '9', d[6], d[7], d[8], d[9], d[10], d[11]})
}

// isDate reports whether d is a date YYYYMMDD from 1900 to 2099.
func isDate(d []byte) bool {
	if len(d) != 8 || !(d[0] == '1' && d[1] == '9' || d[0] == '2' && d[1] == '0') {
		return false
	}
	month := int(d[4]-'0')*10 + int(d[5]-'0')
	day := int(d[6]-'0')*10 + int(d[7]-'0')
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return false
	}
	switch month {
	case 2:
		return day <= 29
	case 4, 6, 9, 11:
		return day <= 30
	}
	return true
}

func hasLetter(rs []rune) bool {
	for _, r := range rs {
		if classOf(r)&classLetter != 0 {
			return true
		}
	}
	return false
}
