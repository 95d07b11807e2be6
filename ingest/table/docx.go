package table

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// A document is read twice: first for the paragraphs around its tables, which a
// table hands out before its rows, and to know that the document is whole; then
// for the rows. Neither reading keeps more than the row at hand.

func (o *opener) docx(ctx context.Context, name string, p *pack, main string) error {
	d := &document{opener: o, pack: p, main: main, name: name}
	rels, err := p.relations(ctx, main)
	if err != nil {
		return err
	}
	d.rels = rels
	for _, rel := range rels {
		switch rel.kind {
		case "styles":
			err = p.xmlPart(ctx, rel.target, true, d.readStyles)
		case "numbering":
			err = p.xmlPart(ctx, rel.target, true, d.numbering.read)
		}
		if err != nil {
			return err
		}
	}
	outline, err := d.outline(ctx)
	if err != nil {
		return err
	}
	if !slices.Contains(outline.filled, true) {
		return emptyFault(Text{"文档中没有带内容的表格", "the document has no table with any text"})
	}
	return told(p.xmlPart(ctx, main, false, func(x *xmlReader) error {
		w := d.walk(x)
		tables := 0
		w.onTable = func() error {
			i := tables
			tables++
			if !outline.filled[i] {
				return w.passTable(nil)
			}
			t := &Table{File: name, Format: "docx", Index: i + 1, Before: outline.before(i), After: outline.after(i)}
			depth, taken := len(x.open), false
			err := o.table(t, func(emit emit) error {
				taken = true
				return w.rows(&tableRows{walker: w, of: t, emit: emit})
			})
			switch {
			case err != nil:
				return err
			case !taken: // read all the same: lists may go on in the next table
				return w.passTable(nil)
			}
			return x.leave(depth - 1)
		}
		return w.body()
	}))
}

// leave reads on until only depth elements are open.
func (x *xmlReader) leave(depth int) error {
	for len(x.open) > depth || x.pend {
		kind, err := x.next()
		if err != nil {
			return err
		}
		if kind == xmlEOF {
			return io.ErrUnexpectedEOF
		}
	}
	return nil
}

// document is what the two readings of a docx have in common.
type document struct {
	*opener
	pack      *pack
	main      string
	name      string
	rels      map[string]relation
	styles    map[string]*wordStyle
	numbering numbering
}

// wordStyle is what a style says about hidden text and numbering.
type wordStyle struct {
	basedOn string
	hidden  *bool
	number  numberRef
}

// readStyles takes the styles that a paragraph or a run may name.
func (d *document) readStyles(x *xmlReader) error {
	d.styles = map[string]*wordStyle{}
	var style *wordStyle
	return eachElement(x, func() error {
		if x.space != spaceWord {
			return nil
		}
		switch string(x.name) {
		case "style":
			id, _ := x.attr("styleId")
			style = &wordStyle{}
			if len(d.styles) < 100_000 {
				d.styles[id] = style
			}
		case "basedOn":
			if style != nil {
				style.basedOn, _ = x.attr("val")
			}
		case "vanish":
			if style != nil {
				on := x.onOff()
				style.hidden = &on
			}
		case "numId":
			if style != nil {
				style.number.set, style.number.id = true, x.intAttr("val")
			}
		case "ilvl":
			if style != nil {
				style.number.level = x.intAttr("val")
			}
		case "tblStylePr":
			return x.skip()
		}
		return nil
	})
}

// onOff returns the value of a property that is true unless it says otherwise.
func (x *xmlReader) onOff() bool {
	v, ok := x.rawAttr("val")
	if !ok {
		return true
	}
	switch string(v) {
	case "0", "false", "off":
		return false
	}
	return true
}

// maxStyleChain bounds how far styles are followed: files exist in which they
// are based on each other in a circle.
const maxStyleChain = 20

func (d *document) hiddenStyle(id string) bool {
	for range maxStyleChain {
		s := d.styles[id]
		if s == nil {
			return false
		}
		if s.hidden != nil {
			return *s.hidden
		}
		id = s.basedOn
	}
	return false
}

func (d *document) styleNumber(id string) numberRef {
	first := id
	for range maxStyleChain {
		s := d.styles[id]
		if s == nil {
			break
		}
		if s.number.set {
			ref := s.number
			// A level may say itself which style it belongs to.
			if level, ok := d.numbering.levelOfStyle(ref.id, first); ok {
				ref.level = level
			}
			return ref
		}
		id = s.basedOn
	}
	return numberRef{}
}

// outline is the text of a document outside its tables.
type outline struct {
	gaps     [][]string // gaps[i] lies before table i, the last behind the last table
	section  []int      // of each table
	filled   []bool     // whether each table has any text
	headers  [][]string // of each section
	footers  [][]string
	sections []section
}

// section is what a section says about its page headers and footers, by the kind
// of page (default, first, even).
type section struct{ header, footer map[string]string }

const (
	maxTables = 10_000
	maxGap    = 400  // lines kept of a passage between two tables
	maxLine   = 2000 // characters kept of a line outside tables
)

func (l *outline) before(i int) []string {
	return append(slices.Clone(l.headers[l.section[i]]), l.gaps[i]...)
}

func (l *outline) after(i int) []string {
	return append(slices.Clone(l.gaps[i+1]), l.footers[l.section[i]]...)
}

func (l *outline) line(s string) {
	if s = strings.TrimSpace(s); s == "" {
		return
	}
	if r := []rune(s); len(r) > maxLine {
		s = string(r[:maxLine])
	}
	gap := &l.gaps[len(l.gaps)-1]
	if len(*gap) == maxGap {
		*gap = slices.Delete(*gap, maxGap/2, maxGap/2+1)
	}
	*gap = append(*gap, s)
}

// outline reads the document for what lies around its tables.
func (d *document) outline(ctx context.Context) (*outline, error) {
	l := &outline{gaps: [][]string{nil}}
	err := d.pack.xmlPart(ctx, d.main, false, func(x *xmlReader) error {
		w := d.walk(x)
		w.line = l.line
		w.onTable = func() error {
			if len(l.section) >= maxTables {
				return tooLarge("文档中的表格超过 %d 个", "the document has more than %d tables", maxTables)
			}
			l.section = append(l.section, len(l.sections))
			l.gaps = append(l.gaps, nil)
			l.filled = append(l.filled, false)
			return w.passTable(&l.filled[len(l.filled)-1])
		}
		w.onSection = func() error {
			s, err := d.readSection(x)
			if len(l.sections) < maxTables {
				l.sections = append(l.sections, s)
			}
			return err
		}
		return w.body()
	})
	if err != nil {
		return nil, err
	}
	return l, d.readMargins(ctx, l)
}

// readSection takes the references of a section to its headers and footers.
func (d *document) readSection(x *xmlReader) (section, error) {
	s := section{map[string]string{}, map[string]string{}}
	err := x.children(func() error {
		id, _ := x.attr("id")
		kind, _ := x.attr("type")
		rel := d.rels[id]
		switch {
		case x.is("headerReference") && rel.kind == "header":
			s.header[kind] = rel.target
		case x.is("footerReference") && rel.kind == "footer":
			s.footer[kind] = rel.target
		}
		return x.skip()
	})
	return s, err
}

// readMargins reads the page headers and footers of the sections that hold
// tables. A section without its own has those of the section before it.
func (d *document) readMargins(ctx context.Context, l *outline) error {
	parts := map[string][]string{}
	lines := func(current map[string]string) ([]string, error) {
		var all []string
		for _, kind := range []string{"default", "first", "even"} {
			part := current[kind]
			if part == "" {
				continue
			}
			text, read := parts[part]
			if !read {
				var err error
				if text, err = d.marginLines(ctx, part); err != nil {
					return nil, err
				}
				parts[part] = text
			}
			for _, line := range text {
				if !slices.Contains(all, line) {
					all = append(all, line)
				}
			}
		}
		return all, nil
	}
	// A document whose last section is not described still has one.
	l.sections = append(l.sections, section{})
	header, footer := map[string]string{}, map[string]string{}
	for _, s := range l.sections {
		for kind, part := range s.header {
			header[kind] = part
		}
		for kind, part := range s.footer {
			footer[kind] = part
		}
		above, err := lines(header)
		if err != nil {
			return err
		}
		below, err := lines(footer)
		if err != nil {
			return err
		}
		l.headers, l.footers = append(l.headers, above), append(l.footers, below)
	}
	return nil
}

// marginLines reads the lines of a page header or footer, those in tables too.
func (d *document) marginLines(ctx context.Context, part string) ([]string, error) {
	l := &outline{gaps: [][]string{nil}}
	err := d.pack.xmlPart(ctx, part, true, func(x *xmlReader) error {
		w := d.walk(x)
		w.line = l.line
		w.onTable = func() error {
			var text textLines
			err := w.nested(&text)
			for _, line := range text.lines {
				l.line(line)
			}
			return err
		}
		if err := x.root(); err != nil {
			return err
		}
		return w.blocks(w.line)
	})
	return l.gaps[0], err
}

// root goes to the root element.
func (x *xmlReader) root() error {
	for x.kind != xmlStart {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}

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
	depth     int          // of tables inside cells
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
	if hidden || w.inInstruction() {
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

// box reads a text box; its lines follow the paragraph to which it is anchored.
func (w *walker) box() error {
	var text textLines
	err := w.aside(&text)
	w.boxes = append(w.boxes, text.lines...)
	return err
}

// aside reads blocks into text while a paragraph around them is still open.
func (w *walker) aside(text *textLines) error {
	outer := *w
	w.para, w.boxes, w.fields, w.joined = nil, nil, nil, false
	w.onTable = func() error { return w.nested(text) }
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

// tableRows reads the rows of one table.
type tableRows struct {
	*walker
	of     *Table
	emit   emit
	nested bool // inside another table: its rows are not told about

	number  int
	above   map[int]string // text of the vertically merged cell that reaches down into a column
	heading [][]string     // the rows of the heading
	ended   bool           // no more rows belong to the heading
}

// wordRow is one row while it is read.
type wordRow struct {
	cells     []string
	merged    []bool
	fault     *RowError
	hidden    bool
	dropped   bool // deleted by a tracked change
	marked    bool // to be repeated on each page
	continued bool // a cell of the row above reaches into it
}

func (w *walker) rows(t *tableRows) error {
	t.above = map[int]string{}
	return w.x.children(func() error { return t.child() })
}

func (t *tableRows) child() error {
	x := t.x
	switch {
	case x.is("tr"):
		return t.row()
	case x.is("sdt"):
		return t.control(func() error { return x.children(t.child) })
	case x.is("ins"), x.is("moveTo"), x.is("customXml"):
		return x.children(t.child)
	}
	return x.skip()
}

func (t *tableRows) row() error {
	t.number++
	if t.number > t.opt.Limits.Rows {
		return tooLarge("表格超过 %d 行", "the table has more than %d rows", t.opt.Limits.Rows)
	}
	row := &wordRow{}
	below := map[int]string{}
	if err := t.x.children(func() error { return t.rowChild(row, below) }); err != nil {
		return err
	}
	if row.dropped {
		return nil
	}
	if row.hidden {
		if !t.nested {
			t.notice(t.of, NoticeRowHidden, t.number, "该行在文档中已隐藏，未读取", "the row is hidden in the document and was left out")
		}
		return nil
	}
	t.above = below
	cells := trimCells(row.cells)
	if len(cells) == 0 || t.repeats(row, cells) {
		return nil
	}
	out := Row{Number: t.number, Cells: cells}
	if slices.Contains(row.merged[:len(cells)], true) {
		out.Merged = row.merged[:len(cells)]
	}
	if !t.emit(out, row.fault) {
		return errStopped
	}
	return nil
}

// maxHeading is how many rows a heading has at the most.
const maxHeading = 4

// repeats reports whether a row repeats one of the heading, as in tables that were
// put together page by page. The heading is the rows at the top marked to be
// repeated on each page; without a mark, the first row, if it has three different
// texts at least, with the rows into which its cells are merged down.
func (t *tableRows) repeats(row *wordRow, cells []string) bool {
	if t.nested {
		return false
	}
	for _, h := range t.heading {
		if slices.Equal(h, cells) {
			t.notice(t.of, NoticeHeadingRepeated, t.number, "该行重复表头，未读取", "the row repeats the heading and was left out")
			return true
		}
	}
	first := len(t.heading) == 0 && t.number == 1 && distinct(cells) >= 3
	if !t.ended && len(t.heading) < maxHeading && (row.marked || first || row.continued && len(t.heading) > 0) {
		t.heading = append(t.heading, slices.Clone(cells))
	} else if len(t.heading) > 0 {
		t.ended = true
	}
	return false
}

func distinct(cells []string) int {
	seen := map[string]bool{}
	for _, c := range cells {
		if c != "" {
			seen[c] = true
		}
	}
	return len(seen)
}

func (t *tableRows) rowChild(row *wordRow, below map[int]string) error {
	x := t.x
	switch {
	case x.is("trPr"):
		return x.children(func() error {
			switch {
			case x.is("gridBefore"):
				for range min(x.intAttr("val"), maxColumns) {
					row.put("", false)
				}
			case x.is("tblHeader"):
				row.marked = x.onOff()
			case x.is("hidden"):
				row.hidden = x.onOff()
			case x.is("del"), x.is("moveFrom"):
				row.dropped = true
			}
			return x.skip()
		})
	case x.is("tc"):
		return t.cell(row, below)
	case x.is("sdt"):
		return t.control(func() error {
			return x.children(func() error { return t.rowChild(row, below) })
		})
	case x.is("ins"), x.is("moveTo"), x.is("customXml"):
		return x.children(func() error { return t.rowChild(row, below) })
	}
	return x.skip()
}

func (r *wordRow) put(text string, merged bool) {
	r.cells = append(r.cells, text)
	r.merged = append(r.merged, merged)
}

// cell reads one cell into the columns that it spans.
func (t *tableRows) cell(row *wordRow, below map[int]string) error {
	x := t.x
	span, merge, dropped := 1, "", false
	var text textLines
	text.limit = t.cellBytes()
	fields, section, onTable := t.fields, t.onSection, t.onTable
	t.fields, t.onSection, t.joined, t.boxes = nil, nil, false, nil
	t.onTable = func() error { return t.walker.nested(&text) }
	err := x.children(func() error {
		if !x.is("tcPr") {
			return t.block(text.add)
		}
		return x.children(func() error {
			switch {
			case x.is("gridSpan"):
				span = max(x.intAttr("val"), 1)
			case x.is("vMerge"):
				merge, _ = x.attr("val")
				if merge == "" {
					merge = "continue"
				}
			case x.is("cellDel"):
				dropped = true
			}
			return x.skip()
		})
	})
	t.flushJoined(text.add)
	t.fields, t.onSection, t.onTable, t.joined = fields, section, onTable, false
	if err != nil || dropped {
		return err
	}
	column := len(row.cells)
	if column+span > maxColumns {
		return errColumns
	}
	value, long := t.cut(text.String())
	if long {
		row.fault = t.cellTooLarge(column + 1)
	}
	continued := false
	if merge == "continue" {
		if v, ok := t.above[column]; ok {
			value, continued, row.continued = v, true, true
		}
	}
	if merge != "" {
		below[column] = value
	}
	for i := range span {
		row.put(value, value != "" && (continued || i > 0))
	}
	return nil
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
