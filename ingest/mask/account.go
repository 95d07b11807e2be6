package mask

const (
	maxLocal  = 64  // characters before the @ (RFC 5321, 4.5.3.1.1)
	maxDomain = 255 // characters after it (4.5.3.1.2)
	maxToken  = 40
)

// mails masks every mail address. It goes first: the name of a mailbox is often
// a phone number.
func (m *masker) mails() {
	for i, r := range m.r {
		if r != '@' {
			continue
		}
		from := i
		if opens(m.get(from-1)) && closes(m.get(i+1)) {
			from--
		}
		if m.get(from-1) == ' ' {
			from--
		}
		letters := from
		for from > 0 && letters-from < maxLocal && isLocal(m.r[from-1]) {
			from--
		}
		for from < letters && !isWord(m.r[from]) {
			from++
		}
		to := i + 1
		if closes(m.get(to)) {
			to++
		}
		to = m.domain(to)
		if from < letters && to > 0 {
			m.take(span{from, to, kindMail})
		}
	}
}

func isLocal(r rune) bool {
	return isWord(r) || r == '.' || r == '-' || r == '+' || r == '%' || r == '&'
}

// domain returns where the domain that starts at i ends, or 0 when there is none.
func (m *masker) domain(i int) int {
	if m.get(i) == ' ' {
		i++
	}
	label, k := i, i
	for k-i < maxDomain {
		if r := m.get(k); isWord(r) || r == '-' {
			k++
			continue
		}
		n := m.dot(k)
		if n == 0 || k == label || !isWord(m.get(k+n)) {
			break
		}
		k += n
		label = k
	}
	if k-i < maxDomain && label > i && k-label >= 2 && classOf(m.get(label))&classLetter != 0 {
		return k
	}
	return 0
}

// dot returns the length of what stands for the dot of a domain at i, or 0: a dot, the
// word, and before the last part of a domain also signs that are mostly something else.
func (m *masker) dot(i int) int {
	switch r := m.get(i); {
	case (r == '.' || r == '。') && isWord(m.get(i+1)):
		return 1
	case (r == '点' || r == ',') && m.topLevel(i+1):
		return 1
	}
	k := i
	if r := m.get(k); r == ' ' || opens(r) {
		k++
	}
	switch {
	case k > i && m.has(k, "DOT") && (m.get(k+3) == ' ' || closes(m.get(k+3))):
		return k + 4 - i
	case m.get(k) == '.' && m.get(k+1) == ' ' && m.topLevel(k+2):
		return k + 2 - i
	case m.get(k) == '.' && m.topLevel(k+1):
		return k + 1 - i
	}
	return 0
}

// topLevel reports whether the last part of the usual domains starts at i.
func (m *masker) topLevel(i int) bool {
	n := m.hasAny(i, []string{"COM", "CN", "NET", "ORG", "EDU", "GOV"})
	return n > 0 && !isWord(m.get(i+n))
}

func opens(r rune) bool  { return r == '(' || r == '[' || r == '【' || r == '{' || r == '<' }
func closes(r rune) bool { return r == ')' || r == ']' || r == '】' || r == '}' || r == '>' }

// providers are the domains of the mailboxes that people have: without brackets around
// it, "at" means a mailbox only before one of them.
var providers = []string{"163", "126", "QQ", "139", "189", "SINA", "SOHU", "GMAIL", "HOTMAIL", "OUTLOOK", "FOXMAIL", "YEAH", "ALIYUN", "TOM", "21CN", "263", "188", "WO"}

// disguised returns the mail address that starts at i and has another sign in place of
// its @: zhang(at)163.com, zhang艾特163点com.
func (m *masker) disguised(i int) (span, bool) {
	k := i
	for k-i < maxLocal && isLocal(m.get(k)) {
		k++
	}
	blank := m.get(k) == ' '
	if blank {
		k++
	}
	bracket := opens(m.get(k))
	if bracket {
		k++
	}
	bare := !bracket
	switch r, next := m.get(k), m.get(k+1); {
	case r == 'A' && next == 'T' && (blank || bracket):
		k += 2
	case r == '艾' && next == '特':
		k += 2
		bare = false
	case r == '#':
		k++
	default:
		return span{}, false
	}
	if bracket {
		if !closes(m.get(k)) {
			return span{}, false
		}
		k++
	}
	if m.get(k) == ' ' {
		k++
	}
	if bare {
		n := m.hasAny(k, providers)
		if n == 0 || m.dot(k+n) == 0 {
			return span{}, false
		}
	}
	to := m.domain(k)
	return span{i, to, kindMail}, to > 0
}

// token returns the identifier that starts with the letter at i: an account, a
// passport or a patient number, told by the word before it.
func (m *masker) token(i int) (span, bool) {
	switch c, weak := m.contextBefore(i); c {
	case wechat, patient, passport, mailbox:
		return m.account(i, c, weak)
	case identity:
		return m.licence(i)
	}
	return span{}, false
}

// account returns the letters and digits at i as an account of the given kind,
// if they can be one.
func (m *masker) account(i int, c context, weak bool) (span, bool) {
	to, digits := i, 0
	for to-i < maxToken && (isWord(m.get(to)) || m.get(to) == '-' && isWord(m.get(to+1))) {
		if isDigit(m.r[to]) {
			digits++
		}
		to++
	}
	n := to - i
	switch c {
	case wechat:
		if n == 1 {
			return m.spelledAccount(i)
		}
		// WeChat IDs have 6 to 20 characters and start with a letter; behind the word
		// ID a shorter one is believed. A plain English word after 微信 is no account
		// unless a colon says so.
		if n < 6 && !(n >= 3 && m.idBefore(i)) || n > 20 || weak && digits == 0 {
			return span{}, false
		}
		return span{i, to, kindWechat}, true
	case mailbox:
		if n < 5 || n > 20 || weak && digits == 0 || m.get(to) == '.' && isWord(m.get(to+1)) {
			return span{}, false
		}
		return span{i, to, kindMail}, true
	case passport:
		if n < 7 || n > 12 || digits < 6 {
			return span{}, false
		}
		return span{i, to, kindPassport}, true
	case patient:
		if n < 4 || n > 24 || digits < 3 || weak && n < 6 {
			return span{}, false
		}
		return span{i, to, kindPatient}, true
	}
	return span{}, false
}

// idBefore reports whether the word before the account at i is ID.
func (m *masker) idBefore(i int) bool {
	for i--; m.get(i) == ' ' || m.get(i) == ':'; i-- {
	}
	return m.get(i) == 'D' && m.get(i-1) == 'I'
}

// spelledAccount returns the account at i whose characters stand apart: a b c 1 2 3.
func (m *masker) spelledAccount(i int) (span, bool) {
	k, n := i+1, 1
	for m.get(k) == ' ' && isWord(m.get(k+1)) && !isWord(m.get(k+2)) {
		k += 2
		n++
	}
	return span{i, k, kindWechat}, n >= 6 && n <= 20
}

// licence returns the number beside 军官证 and the like that starts with letters.
func (m *masker) licence(i int) (span, bool) {
	sp, ok := m.account(i, passport, false)
	sp.kind = kindID
	return sp, ok
}

const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

// plate returns the number plate that starts with the province at i: 浙D12345,
// 浙D·12345, 浙DD12345 (new energy), 浙D1234学 (GA 36-2018), also with its characters
// apart: 浙 D 1 2 3 4 5, 浙D12 345.
func (m *masker) plate(i int) (span, bool) {
	if m.r[i] == '使' || m.r[i] == '领' {
		return m.embassy(i)
	}
	k := i + 1
	for k <= i+2 && m.get(k) == ' ' {
		k++
	}
	if r := m.get(k); k == i+1 && (r == '-' || r == '·') {
		k++
	}
	if r := m.get(k); isDigit(r) || !isPlateLetter(r) && r != 'O' { // 浙O12345: police, until 2008
		return span{}, false
	}
	k++
	if isPlateGap(m.get(k)) || m.get(k) == '.' {
		k++
	}
	n, digits, size, largest, pieces := 0, 0, 0, 0, 1
	for n < 7 {
		r := m.get(k)
		switch {
		case isDigit(r) || n > 0 && digits == n && classOf(r)&classHanDigit != 0 || n == 0 && classOf(r)&classHanDigit != 0:
			digits++
		case isPlateLetter(r):
		case isWord(r):
			return span{}, false
		case isPlateGap(r) && n > 0 && n < 6 && isPlateLetter(m.get(k+1)):
			pieces, size = pieces+1, 0
			k++
			continue
		default:
			r = 0
		}
		if r == 0 {
			break
		}
		n, size = n+1, size+1
		largest = max(largest, size)
		k++
	}
	if n == 4 && pieces == 1 {
		if w := m.plateEnd(k); w > 0 {
			n++
			k += w
		}
	}
	if digits < 2 || n != 5 && n != 6 || n == 6 && digits < 4 {
		return span{}, false
	}
	if pieces > 1 {
		// Apart, numbers that follow each other look the same: only characters one by
		// one, or two pieces of two and three, and no thing counted behind them.
		if largest > 1 && (n != 5 || pieces != 2 || largest != 3) || n == 6 && digits == 6 || m.get(k) != '号' && m.countAfter(k) {
			return span{}, false
		}
	}
	if r := m.get(k); (r == '-' || r == '/' || r == '.') && isWord(m.get(k+1)) || r == '型' {
		return span{}, false
	}
	if c, _ := m.contextBefore(i); c == official {
		return span{}, false
	}
	return span{i, k, kindPlate}, true
}

// plateEnd returns the length of the character at k that ends a plate in place of the fifth
// digit, a blank before it included where no word goes on behind: 沪A1234 学.
func (m *masker) plateEnd(k int) int {
	blank := 0
	if isPlateGap(m.get(k)) {
		blank = 1
	}
	w := 0
	switch m.get(k + blank) {
	case '学', '警', '挂', '港', '澳', '领', '试', '超':
		w = blank + 1
	case '应':
		if m.get(k+blank+1) == '急' {
			w = blank + 2
		}
	}
	if blank > 0 && classOf(m.get(k+w))&classHan != 0 {
		return 0
	}
	return w
}

const embassies = "使领"

// embassy returns the plate of an embassy or a consulate that starts at i: 使014·578. Without
// the dot it needs a word for a plate before it: six digits behind 使 are many things.
func (m *masker) embassy(i int) (span, bool) {
	k, digits, dotted := i+1, 0, false
	for ; digits < 7; k++ {
		if r := m.get(k); isDigit(r) {
			digits++
		} else if digits == 3 && isPlateGap(r) && !dotted {
			dotted = true
			if r != '·' && !m.plateNear(i) {
				return span{}, false
			}
		} else {
			break
		}
	}
	if digits != 6 || isWord(m.get(k)) || !dotted && !m.plateNear(i) || m.get(k) != '号' && m.countAfter(k) || m.amountAfter(k) {
		return span{}, false
	}
	return span{i, k, kindPlate}, true
}

// plateNear reports whether a word for a plate stands shortly before i.
func (m *masker) plateNear(i int) bool {
	const near = 6
	for k := i - 1; k > 0 && k >= i-near; k-- {
		if pair := string([]rune{m.r[k-1], m.r[k]}); pair == "车牌" || pair == "号牌" || pair == "牌照" || pair == "牌号" {
			return true
		}
	}
	return false
}

// police returns the plate of the armed police that starts at i: WJ浙1234X, WJ·浙1234X (since
// 2012), WJ31-30001 (before).
func (m *masker) police(i int) (span, bool) {
	if m.get(i) != 'W' || m.get(i+1) != 'J' {
		return span{}, false
	}
	k := i + 2
	if isPlateGap(m.get(k)) {
		k++
	}
	if classOf(m.get(k))&classProvince != 0 && !isDigit(m.get(k)) {
		if k++; isPlateGap(m.get(k)) {
			k++
		}
	} else if k == i+2 && isDigit(m.get(k)) && isDigit(m.get(k+1)) && isPlateGap(m.get(k+2)) {
		k += 3
	} else {
		return span{}, false
	}
	n, digits := 0, 0
	for n < 6 && isPlateLetter(m.get(k)) {
		if isDigit(m.get(k)) {
			digits++
		}
		n++
		k++
	}
	if n != 5 || digits < 4 || isWord(m.get(k)) || m.get(k) == '-' || m.get(k) == '/' {
		return span{}, false
	}
	if c, _ := m.contextBefore(i); c == official {
		return span{}, false
	}
	return span{i, k, kindPlate}, true
}

func isPlateGap(r rune) bool { return r == ' ' || r == '-' || r == '·' }

// isPlateLetter reports whether r occurs on plates: I and O do not.
func isPlateLetter(r rune) bool {
	return isDigit(r) || r >= 'A' && r <= 'Z' && r != 'I' && r != 'O'
}
