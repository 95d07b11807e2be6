package mask

import (
	"slices"
	"unicode/utf8"
)

// class tells what a folded rune can be part of.
type class uint16

const (
	classDigit      class = 1 << iota // 0-9
	classHanDigit                     // a digit written in Chinese
	classLetter                       // A-Z
	classHan                          // a Chinese character
	classSurname                      // a surname that rarely begins another word
	classMaybeName                    // a surname that is also a common word
	classRareName                     // a surname that is nearly always a word
	classNeverGiven                   // never in a given name
	classRarelyEnds                   // hardly ever the last character of a name
	classHolder                       // 某, × and the like in place of a given name
	classProvince                     // first character of a number plate
	classPlaceEnd                     // ends the name of a place or an office
	classArea                         // ends the part of an address that a number follows
	classTriggerEnd                   // last character of a word that a name or address follows
	classWordEnd                      // last character of a word that tells what a number is
	classRole                         // ends a word for what someone is
	classActive     = classDigit | classHanDigit | classLetter | classProvince | classTriggerEnd
)

// A hint is what the quick look needs to know about a rune as it is written. Where a hint has
// First and Second, or Start and Lives, the one counts only directly behind the other, and its
// bit is the next.
type hint uint16

const (
	hintFirst        hint = 1 << iota // last but one character of a telling word
	hintSecond                        // last character of a telling word
	hintStart                         // 住 after it may begin an address
	hintLives                         // 住
	hintBesideFirst                   // last but one character of a word that tells longer numbers only: 电话
	hintBesideSecond                  // last character of such a word
	hintRareFirst                     // first character of two that are rare, see glance
	hintRareSecond                    // the second one
	hintRare                          // rare by itself
	hintDigit                         // a digit in any writing
	hintLink                          // may stand inside a number
	hintTear                          // may stand inside a number that is torn apart
	hintBlank                         // may stand inside a word as well
	hintFiller                        // may stand between a word and its number
	hintHot                           // worth reading the text in full

	hintPairs  = hintSecond | hintLives | hintBesideSecond | hintRareSecond
	hintAlone  = hintRare | hintDigit | hintBlank | hintHot
	hintInside = hintLink | hintTear | hintFiller // count only behind another that counts
)

const (
	bmp      = 1 << 16
	firstHan = 0x3400 // signs come before
)

// A glyph is what the rules know about a rune: the form in which they see it, 0 where it leaves
// no trace, and what that form can be part of.
type glyph struct {
	folded rune
	class  class
}

var (
	glyphs [bmp]glyph
	hints  [bmp]hint
)

// The tables are filled once: the quick look is one array access a character.
func init() {
	for r := range glyphs {
		glyphs[r].folded = foldRune(rune(r))
	}
	fillClasses()
	for r := range glyphs {
		glyphs[r].class = glyphs[glyphs[r].folded].class
	}
	fillHints()
}

func fillClasses() {
	mark := func(c class, chars string) {
		for _, r := range chars {
			glyphs[r].class |= c
		}
	}
	for r := firstHan; r < 0xA000; r++ {
		glyphs[r].class |= classHan
	}
	mark(classDigit, "0123456789")
	mark(classHanDigit, hanDigits)
	mark(classLetter, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	mark(classSurname, surnames)
	mark(classMaybeName, maybeSurnames)
	mark(classRareName, rareSurnames)
	mark(classNeverGiven, neverGiven)
	mark(classRarelyEnds, rarelyEnds)
	mark(classHolder, "某×X*○")
	mark(classProvince, provinces+embassies)
	mark(classPlaceEnd, placeEnds)
	mark(classRole, roleEnds)
	mark(classArea, areaNouns)
	for t := range triggers {
		mark(classTriggerEnd, string(t.last))
	}
	for t := range numberWords {
		mark(classWordEnd, string(t.last))
	}
	mark(classTriggerEnd, "住、")
}

// telling holds the tails of the words that are worth reading a text in full. The hints of two
// characters alone make tails of no word as well: 现住 and 住在 make 现在.
var telling = make(map[tail]bool)

func fillHints() {
	pair := func(t tail, first, second hint) {
		hints[t.before] |= first
		hints[t.last] |= second
		if second == hintSecond {
			telling[t] = true
		}
	}
	for t := range triggers {
		pair(t, hintFirst, hintSecond)
	}
	for t, words := range numberWords {
		for _, w := range words {
			switch {
			case w.short:
				pair(t, hintFirst, hintSecond)
			case w.context == official || w.context == money:
				// its number is kept
			case w.context == card && w.weak:
				// its number has more digits than unaided
			default:
				pair(t, hintBesideFirst, hintBesideSecond)
			}
		}
	}
	for letter := 'A'; letter <= 'Z'; letter++ {
		for _, r := range provinces + "-" { // 浙D12345, 浙-D-12345
			pair(tail{r, letter}, hintFirst, hintSecond)
		}
	}
	for _, w := range []string{"艾特", "AT", "OM", "CN", "车牌", "号牌", "牌照", "牌号"} { // zhang艾特163点com, 使014578
		pair(tailOf([]rune(w)), hintFirst, hintSecond)
	}
	for _, w := range []string{"WJ", "话同"} { // WJ31-30001, 881234电话同步
		pair(tailOf([]rune(w)), hintRareFirst, hintRareSecond)
	}
	hints['#'] |= hintRare // zhang#163.com
	hints['·'] |= hintHot  // 使014·578
	hints['@'] |= hintHot
	hints['〔'] |= hintHot
	hints['住'] |= hintLives
	for _, r := range " \n，。；：、,.;:(（！？!?" {
		hints[r] |= hintStart
	}
	for _, r := range "OIL" { // may stand in for digits
		hints[r] |= hintDigit
	}
	for r := range hints {
		g := glyphs[r]
		switch f := g.folded; {
		case f == 0 || f == ' ' || f == '\n':
			hints[r] |= hintBlank
		case g.class&(classDigit|classHanDigit) != 0 || isEnclosed(rune(r)):
			hints[r] |= hintDigit
		case linkOf(f) != 0:
			hints[r] |= hintLink
		case isTear(f):
			hints[r] |= hintTear
		}
		if isFiller(g.folded) {
			hints[r] |= hintFiller
		}
		hints[r] |= hints[g.folded]
	}
}

// suspicious reports whether s may hold an identifier. It errs on the side of
// yes: ten digits near each other, seven behind a word such as 电话, an @, or the
// last two characters of a telling word are enough. Most texts with dates, amounts
// and numbers of their own have none of these.
func suspicious(s string) bool {
	var g glance
	last := hintStart
	for i := 0; i < len(s); {
		from := i
		var h hint
		if c := s[i]; c < utf8.RuneSelf {
			h = hints[c]
			i++
		} else if i+2 < len(s) && threeBytes(c, s[i+1], s[i+2]) {
			h = hints[join(c, s[i+1], s[i+2])]
			i += 3
		} else {
			r, size := utf8.DecodeRuneInString(s[i:])
			h = hintOf(r)
			i += size
		}
		pairs := h & (last << 1) & hintPairs
		if pairs|h&hintAlone == 0 && (h&hintInside == 0 || g.end < from) { // most characters
			last = h
			continue
		}
		if g.tells(s, from, i, h, pairs) {
			return true
		}
		if h&hintBlank != 0 {
			last |= h & hintStart
		} else {
			last = h
		}
	}
	return g.doubt && g.rare
}

// A glance is what the quick look remembers of the characters that it has seen.
type glance struct {
	end            int  // where the last one ends that was not plain
	digits, linked int  // digits near each other, and how many of them no tear parts
	beside         bool // nothing but fillers and digits since a word that tells longer numbers
	// A rare identifier (zhang#163.edu, 881234电话同步) is looked for only where the text gives a
	// doubt as well, seven digits or what is like a telling word. This is so because it was:
	// stored rows are compared by what masking made of them.
	doubt, rare bool
}

// tells reports whether the character of s from from to to, with its hints and those of the
// pair that it makes with the one before, is worth reading s in full.
func (g *glance) tells(s string, from, to int, h, pairs hint) bool {
	if g.end < from {
		g.digits, g.linked, g.beside = 0, 0, false
	}
	g.end = to
	if h&hintHot != 0 || pairs&hintLives != 0 {
		return true
	}
	if pairs&hintSecond != 0 {
		if telling[tailBefore(s[:to])] {
			return true
		}
		g.doubt = true
	}
	if h&hintRare != 0 || pairs&hintRareSecond != 0 {
		g.rare = true
	}
	if pairs&hintBesideSecond != 0 {
		g.beside = true
	} else if h&(hintDigit|hintLink|hintBlank|hintFiller) == 0 {
		g.beside = false
	}
	switch {
	case h&hintDigit != 0:
		g.digits++
		g.linked++
		if g.linked >= unaided || g.linked >= fewDigits && g.beside || g.digits >= mobileDigits {
			return true
		}
		g.doubt = g.doubt || g.digits >= fewDigits
	case h&hintTear != 0:
		g.linked = 0
	case h&(hintLink|hintBlank) == 0:
		g.digits, g.linked = 0, 0
	}
	return false
}

// tailBefore returns the tail of a word at the end of s.
func tailBefore(s string) (t tail) {
	for len(s) > 0 {
		raw, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
		if hintOf(raw)&hintBlank != 0 {
			continue
		}
		if t.last != 0 {
			t.before = glyphOf(raw).folded
			break
		}
		t.last = glyphOf(raw).folded
	}
	return t
}

func hintOf(r rune) hint {
	if r < bmp {
		return hints[r]
	}
	switch f := foldRune(r); {
	case f == 0:
		return hintBlank
	case f == r:
		if isEnclosed(r) {
			return hintDigit
		}
		return 0
	case f < utf8.RuneSelf:
		return hints[f]
	}
	return 0
}

func classOf(r rune) class {
	switch {
	case r < bmp:
		return glyphs[r].class
	case r >= 0x20000 && r < 0x40000:
		return classHan
	}
	return 0
}

func glyphOf(r rune) glyph {
	if r < bmp {
		return glyphs[r]
	}
	f := foldRune(r)
	return glyph{f, classOf(f)}
}

// foldRune returns the rune that the rules see for r: letters are upper case,
// full-width forms, other digits, dashes, dots and blanks have their plain form,
// and characters that show nothing are 0.
func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r == '\t' || r == '\v' || r == '\f':
			return ' '
		case r == '\r':
			return '\n'
		case r == 0:
			return 1 // 0 is for what leaves no trace
		}
		return r
	case r >= 0xFF01 && r <= 0xFF5E:
		return foldRune(r - 0xFEE0)
	case r >= 0x2080 && r <= 0x2089: // subscripts
		return '0' + r - 0x2080
	case r == 0x2070 || r >= 0x2074 && r <= 0x2079: // superscripts
		return '0' + r - 0x2070
	case r >= 0x3021 && r <= 0x3029: // 〡〢〣, as merchants count
		return []rune(hanOnes)[r-0x3021]
	case invisible(r):
		return 0
	}
	switch r {
	case '¹':
		return '1'
	case '²':
		return '2'
	case '³':
		return '3'
	case 0x3000, 0xA0, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200A, 0x202F, 0x205F, 0x1680:
		return ' '
	case 0x85, 0x2028, 0x2029:
		return '\n'
	case 0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2043, 0x2212, 0x2500, 0xFE58, 0xFE63:
		return '-'
	case '•', '・', '‧', '⋅', '∙', '･', '●', '▪':
		return '·'
	case '․', '﹒':
		return '.'
	case '➕', '﹢':
		return '+'
	case '﹫':
		return '@'
	case '✕', '✖', '╳', '☓':
		return '×'
	case '◯', '〇':
		return '○'
	}
	if d, ok := decimal(r); ok { // other scripts, mathematical digits
		return d
	}
	return r
}

// hanOnes are the digits from one to nine in Chinese.
const hanOnes = "一二三四五六七八九"

// invisible reports whether r shows nothing: zero-width characters, direction
// marks, variation selectors, the frame of key-cap digits, tags.
func invisible(r rune) bool {
	switch {
	case r == 0xAD, r == 0x34F, r == 0x61C, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5,
		r >= 0x180B && r <= 0x180E, r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E,
		r >= 0x2060 && r <= 0x206F, r == 0x20E3, r == 0x3164, r >= 0xFE00 && r <= 0xFE0F,
		r == 0xFEFF, r == 0xFFA0, r >= 0xFFF9 && r <= 0xFFFB, r >= 0xE0000 && r <= 0xE0FFF:
		return true
	}
	return false
}

// threeBytes reports whether a, b, c are a character of three bytes in UTF-8,
// other than the few that need a closer look. Nearly all of a Chinese text are;
// utf8.DecodeRuneInString is twice as slow.
func threeBytes(a, b, c byte) bool {
	return a > 0xE0 && a < 0xF0 && a != 0xED && b>>6 == 2 && c>>6 == 2
}

func join(a, b, c byte) uint16 { return uint16(a)<<12 | uint16(b&0x3F)<<6 | uint16(c&0x3F) }

// fold fills the masker with the folded form of s. Marks already in s become
// single runes, so that masking a masked text sees what masking it first saw.
func (m *masker) fold(s string) {
	rs := slices.Grow(m.r[:0], len(s))[:len(s)]
	start := slices.Grow(m.start[:0], len(s))[:len(s)]
	active := m.active[:0]
	m.found, m.at, m.alike, m.ringed, m.dots = m.found[:0], false, false, false, false
	n := 0
	for i := 0; i < len(s); {
		from := i
		var g glyph
		if b := s[i]; b < utf8.RuneSelf {
			g = glyphs[b]
			i++
		} else if i+2 < len(s) && threeBytes(b, s[i+1], s[i+2]) {
			g = glyphs[join(b, s[i+1], s[i+2])]
			i += 3
		} else {
			raw, size := utf8.DecodeRuneInString(s[i:])
			g = glyphOf(raw)
			i += size
		}
		r := g.folded
		if g.class&classHan == 0 {
			switch {
			case r == 0, s[from] == '\r' && i < len(s) && s[i] == '\n':
				continue
			case r == '〔':
				if k, length := markAt(s[from:]); length > 0 {
					r, i = rune(k), from+length
				}
			case r >= '@':
				m.notice(r)
			}
		}
		// Of plain digits the first is enough: nothing that is found ends among them.
		if g.class&classActive != 0 && !(isDigit(r) && n > 0 && isDigit(rs[n-1])) {
			active = append(active, n)
		}
		rs[n], start[n] = r, from
		n++
	}
	m.r, m.start, m.active = rs[:n], start[:n], active
}

// notice remembers that the text holds a folded character which not every text needs to be
// searched for.
func (m *masker) notice(r rune) {
	switch r {
	case '@':
		m.at = true
	case 'O', 'I', 'L':
		m.alike = true
	case '·':
		m.dots = true
	default:
		m.ringed = m.ringed || isEnclosed(r)
	}
}

// markAt returns the kind and the length of the mark that s starts with.
func markAt(s string) (kind, int) {
	for k := kindMobile; k <= kindPatient; k++ {
		if w := marks[k]; len(s) >= len(w) && s[:len(w)] == w {
			return k, len(w)
		}
	}
	return kindNone, 0
}

const hanDigits = "零○一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖"

// digitValue returns the value of a digit in either writing, or -1.
func digitValue(r rune) int {
	if r >= '0' && r <= '9' {
		return int(r - '0')
	}
	switch r {
	case '零', '○':
		return 0
	case '一', '幺', '壹':
		return 1
	case '二', '两', '贰':
		return 2
	case '三', '叁':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}

// isWord reports whether r is a letter, a digit or an underscore.
func isWord(r rune) bool {
	return r < utf8.RuneSelf && (glyphs[r].class&(classDigit|classLetter) != 0 || r == '_')
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
