package table

import (
	"strings"
	"unicode/utf8"
)

// numbering is the part of a document that defines its lists.
type numbering struct {
	lists  map[int]*wordList // by abstract number
	uses   map[int]*listUse  // by the number that paragraphs name
	linked map[string]int    // abstract number that defines a list style
}

const listLevels = 9

// wordList is an abstract list definition.
type wordList struct {
	levels [listLevels]listLevel
	link   string // style that defines the levels instead
}

type listLevel struct {
	start   int
	format  string
	text    string
	suffix  string
	style   string
	restart int // level (1-based) after which it starts again; 0 = never; -1 = after any higher level
	legal   bool
}

// listUse is a list as paragraphs name it: a definition with changes.
type listUse struct {
	list   int
	start  map[int]int
	levels map[int]*listLevel
}

// numberRef is the list and level of a paragraph.
type numberRef struct {
	set       bool
	id, level int
}

const maxLists = 50_000

// read takes the definitions of the part numbering.xml.
func (n *numbering) read(x *xmlReader) error {
	n.lists, n.uses, n.linked = map[int]*wordList{}, map[int]*listUse{}, map[string]int{}
	if err := x.root(); err != nil {
		return err
	}
	return x.children(func() error {
		switch {
		case x.is("abstractNum") && len(n.lists) < maxLists:
			return n.readList(x)
		case x.is("num") && len(n.uses) < maxLists:
			return n.readUse(x)
		}
		return x.skip()
	})
}

func (n *numbering) readList(x *xmlReader) error {
	id := x.intAttr("abstractNumId")
	list := &wordList{}
	for i := range list.levels {
		list.levels[i] = listLevel{start: 1, format: "decimal", restart: -1}
	}
	n.lists[id] = list
	return x.children(func() error {
		switch {
		case x.is("lvl"):
			if i := x.intAttr("ilvl"); i < listLevels {
				return readLevel(x, &list.levels[i])
			}
		case x.is("numStyleLink"):
			list.link, _ = x.attr("val")
		case x.is("styleLink"):
			style, _ := x.attr("val")
			n.linked[style] = id
		}
		return x.skip()
	})
}

func readLevel(x *xmlReader, l *listLevel) error {
	// A level that says nothing about its start begins at 0.
	*l = listLevel{format: "decimal", restart: -1}
	return x.children(func() error {
		if x.space != spaceWord {
			// Word writes newer formats as an alternative to decimal.
			if x.space == spaceCompat {
				return x.children(func() error {
					if string(x.name) != "Choice" {
						return x.skip()
					}
					return x.children(func() error { return readLevelProperty(x, l) })
				})
			}
			return x.skip()
		}
		return readLevelProperty(x, l)
	})
}

func readLevelProperty(x *xmlReader, l *listLevel) error {
	switch string(x.name) {
	case "start":
		l.start = x.intAttr("val")
	case "numFmt":
		l.format, _ = x.attr("val")
		if custom, ok := x.attr("format"); ok && l.format == "custom" {
			l.format = custom
		}
	case "lvlText":
		l.text, _ = x.attr("val")
	case "suff":
		l.suffix, _ = x.attr("val")
	case "pStyle":
		l.style, _ = x.attr("val")
	case "lvlRestart":
		l.restart = x.intAttr("val")
	case "isLgl":
		l.legal = x.onOff()
	}
	return x.skip()
}

func (n *numbering) readUse(x *xmlReader) error {
	use := &listUse{start: map[int]int{}, levels: map[int]*listLevel{}}
	n.uses[x.intAttr("numId")] = use
	return x.children(func() error {
		switch {
		case x.is("abstractNumId"):
			use.list = x.intAttr("val")
		case x.is("lvlOverride"):
			level := x.intAttr("ilvl")
			return x.children(func() error {
				switch {
				case x.is("startOverride"):
					use.start[level] = x.intAttr("val")
				case x.is("lvl"):
					l := &listLevel{}
					use.levels[level] = l
					return readLevel(x, l)
				}
				return x.skip()
			})
		}
		return x.skip()
	})
}

// list returns the definition that a number refers to, following one link to the
// definition of a list style.
func (n *numbering) list(id int) (*listUse, int, *wordList) {
	use := n.uses[id]
	if use == nil {
		return nil, 0, nil
	}
	at := use.list
	list := n.lists[at]
	if list != nil && list.link != "" {
		if linked, ok := n.linked[list.link]; ok {
			at = linked
			list = n.lists[at]
		}
	}
	return use, at, list
}

// levelOfStyle returns the level of a list that a paragraph style stands for.
func (n *numbering) levelOfStyle(id int, style string) (int, bool) {
	_, _, list := n.list(id)
	if list == nil {
		return 0, false
	}
	for i := range list.levels {
		if list.levels[i].style == style {
			return i, true
		}
	}
	return 0, false
}

// counters are the numbers reached in each list while a document is read.
type counters struct {
	counts map[int]*[listLevels]int // by abstract number; 0: not begun, else the number + 1
	begun  map[int]bool             // numbers whose changed start has been taken
}

func (n *numbering) start() counters {
	return counters{map[int]*[listLevels]int{}, map[int]bool{}}
}

// next counts a paragraph and returns what stands before its text, with the space
// that parts them.
func (c *counters) next(n *numbering, ref numberRef) string {
	use, at, list := n.list(ref.id)
	if list == nil || ref.level >= listLevels {
		return ""
	}
	level := func(i int) *listLevel {
		if l := use.levels[i]; l != nil {
			return l
		}
		return &list.levels[i]
	}
	counts := c.counts[at]
	if counts == nil {
		counts = &[listLevels]int{}
		c.counts[at] = counts
	}
	if !c.begun[ref.id] {
		c.begun[ref.id] = true
		for i, start := range use.start {
			if i < listLevels {
				counts[i] = start // one less than start, stored as the number + 1
			}
		}
	}
	start := func(i int) int {
		if s, ok := use.start[i]; ok {
			return s
		}
		return level(i).start
	}
	if counts[ref.level] == 0 {
		counts[ref.level] = start(ref.level) + 1
	} else {
		counts[ref.level]++
	}
	for i := ref.level + 1; i < listLevels; i++ {
		if r := level(i).restart; r < 0 || r > 0 && ref.level < r {
			counts[i] = 0
		}
	}
	l := level(ref.level)
	if l.format == "bullet" {
		return bullet(l.text) + separator(l.suffix)
	}
	var out strings.Builder
	for s := l.text; s != ""; {
		if len(s) >= 2 && s[0] == '%' && s[1] >= '1' && s[1] <= '9' {
			i := int(s[1] - '1')
			number := counts[i] - 1
			if counts[i] == 0 {
				number = start(i)
			}
			format := level(i).format
			if l.legal && i < ref.level {
				format = "decimal"
			}
			out.WriteString(formatNumber(number, format))
			s = s[2:]
			continue
		}
		out.WriteByte(s[0])
		s = s[1:]
	}
	if out.Len() == 0 {
		return ""
	}
	return out.String() + separator(l.suffix)
}

func separator(suffix string) string {
	if suffix == "nothing" {
		return ""
	}
	return " "
}

// bullet returns the sign of a list without numbers; signs of symbol fonts, which
// are no characters, become a dot.
func bullet(text string) string {
	r, n := utf8.DecodeRuneInString(text)
	if n > 0 && (r >= 0xE000 && r <= 0xF8FF || r < ' ') {
		return "•"
	}
	return text
}

// formatNumber writes a number in one of the formats of lists (ECMA-376 part 1,
// 17.18.59). Formats of other languages are written in decimal.
func formatNumber(n int, format string) string {
	pick := func(signs string) string {
		if r := []rune(signs); n >= 1 && n <= len(r) {
			return string(r[n-1])
		}
		return itoa(n)
	}
	switch format {
	case "none":
		return ""
	case "decimalZero", "01, 02, 03, ...":
		if n < 10 {
			return "0" + itoa(n)
		}
	case "001, 002, 003, ...":
		return strings.Repeat("0", max(0, 3-len(itoa(n)))) + itoa(n)
	case "upperRoman":
		return roman(n)
	case "lowerRoman":
		return strings.ToLower(roman(n))
	case "upperLetter":
		return letters(n)
	case "lowerLetter":
		return strings.ToLower(letters(n))
	case "chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand",
		"japaneseCounting", "koreanCounting":
		return chinese(n, "零一二三四五六七八九", "十百千万", true)
	case "chineseLegalSimplified":
		return chinese(n, "零壹贰叁肆伍陆柒捌玖", "拾佰仟万", false)
	case "ideographLegalTraditional", "japaneseLegal":
		return chinese(n, "零壹貳參肆伍陸柒捌玖", "拾佰仟萬", false)
	case "ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand":
		return mapDigits(n, "〇一二三四五六七八九")
	case "decimalFullWidth", "decimalFullWidth2":
		return mapDigits(n, "０１２３４５６７８９")
	case "ideographTraditional":
		return pick("甲乙丙丁戊己庚辛壬癸")
	case "ideographZodiac":
		return pick("子丑寅卯辰巳午未申酉戌亥")
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		return pick("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳")
	case "decimalEnclosedParen":
		return pick("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇")
	case "decimalEnclosedFullstop":
		return pick("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛")
	case "ideographEnclosedCircle":
		return pick("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉")
	}
	return itoa(n)
}

func mapDigits(n int, digits string) string {
	signs := []rune(digits)
	return strings.Map(func(r rune) rune { return signs[r-'0'] }, itoa(n))
}

// chinese writes n up to 99,999 in words; short leaves out the one before ten.
func chinese(n int, digits, units string, short bool) string {
	if n < 0 || n > 99_999 {
		return itoa(n)
	}
	digit, unit := []rune(digits), []rune(units)
	if n == 0 {
		return string(digit[0])
	}
	if short && n >= 10 && n < 20 {
		s := string(unit[0])
		if n > 10 {
			s += string(digit[n-10])
		}
		return s
	}
	var out []rune
	text := itoa(n)
	zero := false
	for i, r := range text {
		d, place := int(r-'0'), len(text)-1-i
		if d == 0 {
			zero = true
			continue
		}
		if zero {
			out = append(out, digit[0])
			zero = false
		}
		out = append(out, digit[d])
		if place > 0 {
			out = append(out, unit[place-1])
		}
	}
	return string(out)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return itoa(n)
	}
	var out strings.Builder
	for _, p := range []struct {
		value int
		sign  string
	}{{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= p.value {
			out.WriteString(p.sign)
			n -= p.value
		}
	}
	return out.String()
}

// letters writes 1 as A, 26 as Z, 27 as AA, 28 as BB, as lists do.
func letters(n int) string {
	if n < 1 || n > 26*20 {
		return itoa(n)
	}
	return strings.Repeat(string(rune('A'+(n-1)%26)), (n-1)/26+1)
}
