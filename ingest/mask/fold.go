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

// A hint is what the quick look needs to know about a rune as it is written.
type hint uint8

const (
	hintDigit  hint = 1 << iota // a digit in any writing
	hintLink                    // may stand inside a number
	hintBlank                   // may stand inside a word as well
	hintFirst                   // last but one character of a telling word
	hintSecond                  // last character of a telling word
	hintHot                     // worth reading the text in full
	hintStart                   // 住 after it may begin an address
	hintLives                   // 住
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

func fillHints() {
	pair := func(w []rune) {
		if len(w) > 1 {
			hints[w[len(w)-2]] |= hintFirst
		}
		hints[w[len(w)-1]] |= hintSecond
	}
	for _, words := range triggers {
		for _, w := range words {
			pair(w.runes)
		}
	}
	for _, words := range numberWords {
		for _, w := range words {
			if w.short {
				pair(w.runes)
			}
		}
	}
	for _, r := range provinces {
		hints[r] |= hintFirst
	}
	for r := 'A'; r <= 'Z'; r++ {
		hints[r] |= hintSecond
	}
	for _, r := range " \n，。；：、,.;:(（！？!?" {
		hints[r] |= hintStart
	}
	for _, r := range "OIL" { // may stand in for digits
		hints[r] |= hintDigit
	}
	for _, w := range []string{"艾特", "OM", "CN"} { // a mail address without an @
		pair([]rune(w))
	}
	hints['-'] |= hintFirst // 浙-D-12345
	for _, w := range []string{"车牌", "号牌", "牌照"} {
		pair([]rune(w))
	}
	hints['·'] |= hintHot // 使014·578
	hints['住'] |= hintLives
	hints['@'] |= hintHot
	hints['〔'] |= hintHot
	for r := range hints {
		f := glyphs[r].folded
		switch {
		case f == 0 || f == ' ' || f == '\n':
			hints[r] |= hintBlank
		case glyphs[r].class&(classDigit|classHanDigit) != 0:
			hints[r] |= hintDigit
		case r >= '①' && isEnclosed(rune(r)):
			hints[r] |= hintDigit
		case linkOf(f) != 0 || isTear(f):
			hints[r] |= hintLink
		}
		if f != rune(r) {
			hints[r] |= hints[f]
		}
	}
}

// suspicious reports whether s may hold an identifier. It errs on the side of
// yes: seven digits near each other, an @, or the last two characters of a
// telling word are enough.
func suspicious(s string) bool {
	digits, last := 0, hintStart
	for i := 0; i < len(s); {
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
		if h == 0 {
			digits, last = 0, 0
			continue
		}
		if h&hintDigit != 0 {
			if digits++; digits >= 7 {
				return true
			}
		} else if h&(hintLink|hintBlank) == 0 {
			digits = 0
		}
		if h&hintHot != 0 || h&hintSecond != 0 && last&hintFirst != 0 ||
			h&hintLives != 0 && last&hintStart != 0 {
			return true
		}
		if h&hintBlank != 0 {
			last |= h & hintStart
		} else {
			last = h
		}
	}
	return false
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
		if g.class&classActive != 0 {
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
