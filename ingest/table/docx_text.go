package table

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// walker goes through one part of a document.
type walker struct {
	*document
	x         *xmlReader
	counts    counters
	line      func(string) // receives each paragraph outside tables; nil: dropped
	onTable   func() error // called at the start of a table outside other tables
	onSection func() error // called at the start of section properties; nil: passed over
	fields    []bool       // open complex fields: whether their result has begun
	para      []byte       // text of the paragraph that is being read
	boxes     []string     // lines of text boxes anchored in it
	joined    bool         // the mark that ends the paragraph is deleted
	hidden    bool         // the style of the paragraph hides its text
	vanished  bool         // hidden text was passed over since the row began
	depth     int          // of tables inside cells
	inBox     bool         // a text box is being read
	lost      func(Text)   // told about tables that are not read; nil: nobody
}

func (d *document) walk(x *xmlReader) *walker {
	return &walker{document: d, x: x, counts: d.numbering.start()}
}

// body reads the document element.
func (w *walker) body() error {
	if err := w.x.root(); err != nil {
		return err
	}
	return w.x.children(func() error {
		if !w.x.is("body") {
			return w.x.skip()
		}
		err := w.blocks(w.line)
		w.flushJoined(w.line)
		return err
	})
}

// blocks reads what may stand between paragraphs: paragraphs, tables and what
// is wrapped around them. Lines go to line.
func (w *walker) blocks(line func(string)) error {
	return w.x.children(func() error { return w.block(line) })
}

func (w *walker) block(line func(string)) error {
	x := w.x
	if x.space == spaceCompat && string(x.name) == "AlternateContent" {
		return w.alternate(func() error { return w.blocks(line) })
	}
	if x.space != spaceWord {
		return x.skip()
	}
	switch string(x.name) {
	case "p":
		return w.paragraph(line)
	case "tbl":
		w.flushJoined(line)
		return w.onTable()
	case "sdt":
		return w.control(func() error { return w.blocks(line) })
	case "ins", "moveTo", "customXml", "smartTag":
		return w.blocks(line)
	case "altChunk":
		w.loses(Text{"文档中插入的另一个文件未读取；请在 WPS 或 Word 中打开，另存为 docx 后再导入", "another file inside the document was not read; open the document in WPS or Word, save it as docx and load that"})
	case "sectPr":
		if w.onSection != nil {
			return w.onSection()
		}
	}
	return x.skip()
}

// alternate reads the first choice of several renderings of the same content, or
// the fallback when there is no choice.
func (w *walker) alternate(content func() error) error {
	done := false
	return w.x.children(func() error {
		name := string(w.x.name)
		if done || name != "Choice" && name != "Fallback" {
			return w.x.skip()
		}
		done = true
		return content()
	})
}

// control reads a content control, unless it shows only the hint of what to
// enter there.
func (w *walker) control(content func() error) error {
	hint := false
	return w.x.children(func() error {
		switch {
		case w.x.is("sdtPr"):
			return w.x.children(func() error {
				hint = hint || w.x.is("showingPlcHdr") && w.x.onOff()
				return w.x.skip()
			})
		case w.x.is("sdtContent") && !hint:
			return content()
		}
		return w.x.skip()
	})
}

// paragraph reads a paragraph and hands its lines on. The text of a paragraph
// whose end is deleted goes on in the next.
func (w *walker) paragraph(line func(string)) error {
	if !w.joined {
		w.para = w.para[:0]
	}
	w.joined, w.hidden = false, false
	var number numberRef
	style := ""
	err := w.x.children(func() error {
		if w.x.is("pPr") {
			err := w.paragraphProperties(&style, &number)
			w.hidden = w.hiddenStyle(style)
			return err
		}
		return w.inline()
	})
	if err != nil {
		return err
	}
	// Joined paragraphs are one item of a list, the last of them.
	if !w.joined {
		w.number(style, number)
		w.flush(line)
	}
	return nil
}

// flush hands on the paragraph that has been read and the text boxes in it.
func (w *walker) flush(line func(string)) {
	if line != nil {
		line(tidy(w.para))
		for _, box := range w.boxes {
			line(box)
		}
	}
	w.para, w.boxes, w.joined = w.para[:0], nil, false
}

// flushJoined hands on a paragraph whose end is deleted when none follows.
func (w *walker) flushJoined(line func(string)) {
	if w.joined {
		w.flush(line)
	}
}

// number puts the number of a list item before its text.
func (w *walker) number(style string, ref numberRef) {
	if !ref.set {
		own := ref
		ref = w.styleNumber(style)
		if own.level > 0 {
			ref.level = own.level
		}
	}
	if ref.id > 0 {
		w.para = append([]byte(w.counts.next(&w.numbering, ref)), w.para...)
	}
}

func (w *walker) paragraphProperties(style *string, number *numberRef) error {
	x := w.x
	return x.children(func() error {
		if x.space != spaceWord {
			return x.skip()
		}
		switch string(x.name) {
		case "pStyle":
			*style, _ = x.attr("val")
		case "numPr":
			return x.children(func() error {
				switch {
				case x.is("numId"):
					number.set, number.id = true, x.intAttr("val")
				case x.is("ilvl"):
					number.level = x.intAttr("val")
				}
				return x.skip()
			})
		case "rPr":
			return x.children(func() error {
				w.joined = w.joined || x.is("del") || x.is("moveFrom")
				return x.skip()
			})
		case "sectPr":
			if w.onSection != nil {
				return w.onSection()
			}
		}
		return x.skip()
	})
}

// inline reads what may stand inside a paragraph.
func (w *walker) inline() error {
	x := w.x
	name := string(x.name)
	switch x.space {
	case spaceCompat:
		if name == "AlternateContent" {
			return w.alternate(w.inlines)
		}
		return x.skip()
	case spaceMath:
		if name == "t" {
			return w.text()
		}
		return w.inlines()
	case spaceWord:
	default:
		return x.skip()
	}
	switch name {
	case "r":
		return w.run()
	case "hyperlink", "ins", "moveTo", "smartTag", "customXml", "fldSimple", "dir", "bdo":
		return w.inlines()
	case "sdt":
		return w.control(w.inlines)
	}
	return x.skip()
}

func (w *walker) inlines() error { return w.x.children(w.inline) }

// run reads a run of text unless it is hidden.
func (w *walker) run() error {
	hidden := w.hidden
	return w.x.children(func() error {
		if w.x.is("rPr") {
			return w.x.children(func() error {
				switch {
				case w.x.is("vanish"):
					hidden = w.x.onOff()
				case w.x.is("rStyle"):
					id, _ := w.x.attr("val")
					hidden = hidden || w.hiddenStyle(id)
				}
				return w.x.skip()
			})
		}
		return w.runContent(hidden)
	})
}

func (w *walker) runContent(hidden bool) error {
	x := w.x
	name := string(x.name)
	if x.space == spaceCompat && name == "AlternateContent" {
		return w.alternate(func() error {
			return x.children(func() error { return w.runContent(hidden) })
		})
	}
	if x.space != spaceWord {
		return x.skip()
	}
	switch name {
	case "fldChar":
		return w.field(hidden)
	case "drawing", "pict", "object":
		return w.shapes(hidden)
	}
	switch {
	case w.inInstruction():
		return x.skip()
	case hidden && name == "t" && !w.vanished:
		text, err := x.textOf(nil, w.cellBytes())
		w.vanished = len(bytes.TrimSpace(text)) > 0
		return err
	case hidden:
		return x.skip()
	}
	switch name {
	case "t":
		return w.text()
	case "tab", "ptab":
		w.add("\t")
	case "br", "cr":
		w.add("\n")
	case "noBreakHyphen":
		w.add("-")
	case "sym":
		w.add(symbol(x))
	case "ruby":
		return x.children(func() error {
			if x.is("rubyBase") {
				return w.inlines()
			}
			return x.skip()
		})
	}
	return x.skip()
}

// text appends the text of the current element to the paragraph.
func (w *walker) text() error {
	var err error
	w.para, err = w.x.textOf(w.para, w.cellBytes())
	return err
}

func (w *walker) add(s string) { w.para = appendLimited(w.para, []byte(s), w.cellBytes()) }

// inInstruction reports whether a field is open whose result has not begun.
func (w *walker) inInstruction() bool { return slices.Contains(w.fields, false) }

// field follows the parts of a complex field: begin, instruction, separate,
// result, end. Check boxes and lists of older forms have no result in the text.
func (w *walker) field(hidden bool) error {
	kind, _ := w.x.attr("fldCharType")
	show := !hidden && !w.inInstruction()
	switch kind {
	case "begin":
		if len(w.fields) < 100 {
			w.fields = append(w.fields, false)
		}
	case "separate":
		if n := len(w.fields); n > 0 {
			w.fields[n-1] = true
		}
	case "end":
		w.fields = w.fields[:max(len(w.fields)-1, 0)]
	}
	return w.x.children(func() error {
		if !w.x.is("ffData") || !show {
			return w.x.skip()
		}
		return w.x.children(func() error {
			switch {
			case w.x.is("checkBox"):
				return w.checkBox()
			case w.x.is("ddList"):
				return w.dropDown()
			}
			return w.x.skip()
		})
	})
}

func (w *walker) checkBox() error {
	on, decided := false, false
	err := w.x.children(func() error {
		switch {
		case w.x.is("checked"):
			on, decided = w.x.onOff(), true
		case w.x.is("default") && !decided:
			on = w.x.onOff()
		}
		return w.x.skip()
	})
	if on {
		w.add("☑")
	} else {
		w.add("☐")
	}
	return err
}

func (w *walker) dropDown() error {
	choice := 0
	var entries []string
	err := w.x.children(func() error {
		switch {
		case w.x.is("result"), w.x.is("default") && choice == 0:
			choice = w.x.intAttr("val")
		case w.x.is("listEntry") && len(entries) < 1000:
			v, _ := w.x.attr("val")
			entries = append(entries, v)
		}
		return w.x.skip()
	})
	if choice < len(entries) {
		w.add(entries[choice])
	}
	return err
}

// shapes reads a drawing for the text boxes in it.
func (w *walker) shapes(hidden bool) error {
	return w.x.children(func() error {
		if w.x.space == spaceCompat && string(w.x.name) == "AlternateContent" {
			return w.alternate(func() error { return w.shapes(hidden) })
		}
		if w.x.is("txbxContent") && !hidden {
			return w.box()
		}
		return w.shapes(hidden)
	})
}

// loses tells about a table that is not read.
func (w *walker) loses(what Text) {
	if w.lost != nil {
		w.lost(what)
	}
}

// box reads a text box; its lines follow the paragraph to which it is anchored.
func (w *walker) box() error {
	var text textLines
	outer := w.inBox
	w.inBox = true
	err := w.aside(&text)
	w.inBox = outer
	w.boxes = append(w.boxes, text.lines...)
	return err
}

// aside reads blocks into text while a paragraph around them is still open.
func (w *walker) aside(text *textLines) error {
	outer := *w
	w.para, w.boxes, w.fields, w.joined = nil, nil, nil, false
	w.onTable = func() error {
		if w.inBox {
			w.loses(Text{"文本框中的表格未读取；请把表格移到正文中再导入", "a table in a text box was not read; move it into the text itself and load that"})
		}
		return w.nested(text)
	}
	w.onSection = nil
	err := w.blocks(text.add)
	w.flushJoined(text.add)
	w.para, w.boxes, w.fields, w.joined, w.hidden = outer.para, outer.boxes, outer.fields, outer.joined, outer.hidden
	w.onTable, w.onSection = outer.onTable, outer.onSection
	return err
}

// textLines gathers the lines of a cell.
type textLines struct {
	lines []string
	size  int
	limit int // bytes; 0: as much as a cell may have
}

const defaultTextLines = 128 << 10

func (t *textLines) add(line string) {
	limit := t.limit
	if limit == 0 {
		limit = defaultTextLines
	}
	if t.size <= limit {
		t.size += len(line) + 1
		t.lines = append(t.lines, strings.TrimRightFunc(line, unicode.IsSpace))
	}
}

func (t *textLines) String() string { return strings.TrimSpace(strings.Join(t.lines, "\n")) }

// maxNested bounds tables in cells of tables.
const maxNested = 20

// nested reads a table inside a cell as lines of text: a row is a line, its
// cells are parted by tabs.
func (w *walker) nested(text *textLines) error {
	if w.depth++; w.depth > maxNested {
		return unreadable(nil, "表格嵌套过深", "tables are nested too deep")
	}
	defer func() { w.depth-- }()
	rows := &tableRows{walker: w, of: &Table{}, nested: true, emit: func(row Row, _ *RowError) bool {
		cells := row.Cells[:0]
		for i, cell := range row.Cells {
			if row.Merged == nil || !row.Merged[i] {
				cells = append(cells, cell)
			}
		}
		text.add(strings.Join(cells, "\t"))
		return true
	}}
	return w.rows(rows)
}

// passTable reads a table for its list numbers, and tells filled, if given,
// whether it has any text.
func (w *walker) passTable(filled *bool) error {
	return w.rows(&tableRows{walker: w, of: &Table{}, nested: true, emit: func(Row, *RowError) bool {
		if filled != nil {
			*filled = true
		}
		return true
	}})
}

// Symbols of the fonts in which Word writes ticks and boxes. The text of such a
// character is a place in the font, not a character of Unicode.
var symbols = map[string]map[uint64]string{
	"wingdings":   {0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x75: "◆", 0x76: "❖", 0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "□", 0xD8: "➢", 0xE0: "→", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"},
	"wingdings 2": {0x2A: "□", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "□"},
	"symbol":      {0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB7: "•", 0xB0: "°", 0xD6: "√"},
}

// symbol returns the text of a symbol, nothing when it has none.
func symbol(x *xmlReader) string {
	font, _ := x.attr("font")
	char, _ := x.attr("char")
	code, err := strconv.ParseUint(char, 16, 16)
	if err != nil {
		return ""
	}
	if s, ok := symbols[strings.ToLower(font)][code&0xFF]; ok && (code >= 0xF000 || code <= 0xFF) {
		return s
	}
	if code >= 0xE000 && code <= 0xF8FF || code < ' ' {
		return ""
	}
	return string(rune(code))
}
