package table

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Sheets are read by a parser of this package and not through the rows of
// excelize, because those do not tell which cells are dates, end without an error
// where a sheet is damaged, need the whole sheet in memory to know the merged
// cells, and leave texts of the sheet in temporary files.

// workbook is what the sheets of a file have in common.
type workbook struct {
	pack     *pack
	date1904 bool
	formats  []cellFormat // by the style number of a cell
	texts    *textStore
}

// sheet is one worksheet as the workbook lists it.
type sheet struct {
	name, part string
	index      int
	hidden     bool
}

func (o *opener) xlsx(ctx context.Context, name string, p *pack, main string) error {
	w := &workbook{pack: p, texts: &textStore{}}
	rels, err := p.relations(ctx, main)
	if err != nil {
		return err
	}
	sheets, err := w.sheets(ctx, main, rels)
	if err != nil {
		return err
	}
	if sheets, err = o.chosen(name, sheets); err != nil {
		return err
	}
	for _, rel := range rels {
		switch rel.kind {
		case "styles":
			err = p.xmlPart(ctx, rel.target, true, w.readStyles)
		case "sharedStrings":
			err = p.xmlPart(ctx, rel.target, true, func(x *xmlReader) error { return w.texts.read(x, o.cellBytes()) })
		}
		if err != nil {
			return err
		}
	}
	some := false
	for _, s := range sheets {
		merges, filled, err := p.survey(ctx, s.part)
		if err != nil {
			return err
		}
		if !filled {
			continue
		}
		some = true
		t := &Table{File: name, Format: "xlsx", Index: s.index, Sheet: s.name}
		err = o.table(t, func(emit emit) error {
			return p.xmlPart(ctx, s.part, false, func(x *xmlReader) error {
				r := &sheetReader{opener: o, book: w, table: t, x: x, merges: merges, emit: emit}
				return r.read()
			})
		})
		if err != nil {
			return told(err)
		}
	}
	if !some {
		return emptyFault(Text{"工作簿中没有带内容的工作表", "no sheet of the workbook has any content"})
	}
	return nil
}

// sheets lists the worksheets of the workbook; sheets of charts are none.
func (w *workbook) sheets(ctx context.Context, main string, rels map[string]relation) ([]sheet, error) {
	var sheets []sheet
	err := w.pack.xmlPart(ctx, main, false, func(x *xmlReader) error {
		return eachElement(x, func() error {
			switch string(x.name) {
			case "workbookPr":
				v, _ := x.rawAttr("date1904")
				w.date1904 = truth(v)
			case "sheet":
				name, _ := x.attr("name")
				state, _ := x.attr("state")
				id, _ := x.attr("id")
				rel, ok := rels[id]
				if !ok || rel.kind != "worksheet" {
					return nil
				}
				hidden := state == "hidden" || state == "veryHidden"
				sheets = append(sheets, sheet{name: printable(name), part: rel.target, index: len(sheets) + 1, hidden: hidden})
			}
			return nil
		})
	})
	return sheets, err
}

// chosen leaves only the sheets that are to be read, and says which were hidden.
func (o *opener) chosen(file string, sheets []sheet) ([]sheet, error) {
	if o.opt.Sheet != "" {
		var names []string
		for _, s := range sheets {
			if s.name == o.opt.Sheet {
				return []sheet{s}, nil
			}
			names = append(names, o.opt.Shown(s.name))
		}
		list := strings.Join(names[:min(len(names), 20)], "、")
		return nil, &fault{code: CodeSheetUnknown, text: Text{
			"没有名为“" + o.opt.Shown(o.opt.Sheet) + "”的工作表；现有：" + list,
			fmt.Sprintf("there is no sheet named %q; there are: %s", o.opt.Shown(o.opt.Sheet), list),
		}}
	}
	return slices.DeleteFunc(sheets, func(s sheet) bool {
		if s.hidden {
			o.opt.Notice(Notice{Code: NoticeSheetHidden, File: file, Table: s.index, Sheet: s.name, Detail: Text{
				"工作表“" + o.opt.Shown(s.name) + "”已隐藏，未读取",
				fmt.Sprintf("the sheet %q is hidden and was left out", o.opt.Shown(s.name)),
			}})
		}
		return s.hidden
	}), nil
}

// readStyles takes the number format of every cell style.
func (w *workbook) readStyles(x *xmlReader) error {
	custom := map[int]string{}
	var section string
	return eachElement(x, func() error {
		switch name := string(x.name); name {
		case "cellXfs", "cellStyleXfs", "dxfs":
			section = name
		case "numFmt":
			code, _ := x.attr("formatCode")
			if section != "dxfs" && len(custom) < 100_000 {
				custom[x.intAttr("numFmtId")] = code
			}
		case "xf":
			if section == "cellXfs" && len(w.formats) < 100_000 {
				w.formats = append(w.formats, formatOf(x.intAttr("numFmtId"), custom))
			}
		}
		return nil
	})
}

// truth reads an attribute that is on or off.
func truth(v []byte) bool { return string(v) == "1" || string(v) == "true" }

// intAttr returns an attribute as a number, 0 when it is missing or none.
func (x *xmlReader) intAttr(name string) int {
	v, _ := x.rawAttr(name)
	return atoi(v)
}

// atoi reads a number of at most nine digits; anything else is 0.
func atoi(b []byte) int {
	n := 0
	if len(b) > 9 {
		return 0
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// richText appends the text of the element whose start was just read: of its
// runs, but not the reading aids above them.
func richText(x *xmlReader, dst []byte, limit int) ([]byte, error) {
	err := x.children(func() (err error) {
		switch string(x.name) {
		case "t":
			dst, err = x.textOf(dst, limit)
		case "r":
			dst, err = richText(x, dst, limit)
		default:
			err = x.skip()
		}
		return err
	})
	return dst, err
}

// unescapeCell resolves _xHHHH_, by which workbooks write characters that XML
// cannot hold, and an underscore that would look like such.
func unescapeCell(b []byte) []byte {
	i := bytes.Index(b, []byte("_x"))
	if i < 0 {
		return b
	}
	out := append([]byte(nil), b[:i]...)
	for i < len(b) {
		if i+7 <= len(b) && b[i] == '_' && b[i+1] == 'x' && b[i+6] == '_' {
			if n, err := strconv.ParseUint(string(b[i+2:i+6]), 16, 16); err == nil {
				out = utf8.AppendRune(out, rune(n))
				i += 7
				continue
			}
		}
		out = append(out, b[i])
		i++
	}
	return out
}

// merge is a merged range, 0-based columns, 1-based rows, ends included.
type merge struct {
	row, col, lastRow, lastCol int
	value                      string
}

const (
	maxMerges = 100_000
	// mergeWidth is how far the text of a merged cell is repeated to the right; a
	// title may be merged across the whole sheet.
	mergeWidth = 256
)

// hasSheetEnd reports whether b holds the end tag of the cells, whatever its prefix.
func hasSheetEnd(b []byte) bool {
	for {
		i := bytes.Index(b, []byte("sheetData>"))
		if i < 0 {
			return false
		}
		if tag := bytes.LastIndexByte(b[:i], '<'); tag >= 0 && tag+1 < i && b[tag+1] == '/' {
			return true
		}
		b = b[i+1:]
	}
}

// survey reads a sheet once over without parsing it, for what the rows need to
// know beforehand but is written behind them: the merged ranges. It also
// reports whether any cell holds something, so that sheets which are only
// formatted are passed over.
func (p *pack) survey(ctx context.Context, part string) (merges []merge, filled bool, err error) {
	rc, err := p.openPart(ctx, part)
	if err != nil {
		return nil, false, err
	}
	defer rc.Close()
	buf := make([]byte, 64<<10)
	kept, behind := 0, false
	for {
		n, err := rc.Read(buf[kept:])
		b := buf[:kept+n]
		if !filled {
			for _, sign := range []string{"<v>", "<v ", ":v>", "<t>", "<t ", ":t>", "<f>", "<f "} {
				filled = filled || bytes.Contains(b, []byte(sign))
			}
		}
		behind = behind || hasSheetEnd(b)
		used := 0
		for behind {
			i := bytes.Index(b[used:], []byte("mergeCell "))
			if i < 0 {
				break
			}
			end := bytes.IndexByte(b[used+i:], '>')
			if end < 0 {
				used += i
				break
			}
			if m, ok := parseMerge(b[used+i : used+i+end]); ok {
				merges = append(merges, m)
			}
			if len(merges) > maxMerges {
				return nil, false, tooLarge("合并单元格超过 %d 处", "more than %d merged ranges", maxMerges)
			}
			used += i + end
		}
		if errors.Is(err, io.EOF) {
			slices.SortFunc(merges, func(a, b merge) int { return cmp.Compare(a.row, b.row) })
			return merges, filled, nil
		}
		if err != nil {
			return nil, false, err
		}
		// Signs may lie across two reads.
		kept = copy(buf, b[max(used, len(b)-256):])
	}
}

// parseMerge reads the reference in a tag mergeCell.
func parseMerge(tag []byte) (merge, bool) {
	_, ref, ok := bytes.Cut(tag, []byte("ref="))
	if !ok || len(ref) < 2 {
		return merge{}, false
	}
	ref, _, _ = bytes.Cut(ref[1:], ref[:1])
	first, last, ok := bytes.Cut(ref, []byte(":"))
	if !ok {
		return merge{}, false
	}
	var m merge
	m.row, m.col, ok = parseRef(first)
	if !ok {
		return merge{}, false
	}
	m.lastRow, m.lastCol, ok = parseRef(last)
	return m, ok && m.lastRow >= m.row && m.lastCol >= m.col
}

// parseRef reads a reference such as AB12: 1-based row, 0-based column.
func parseRef(ref []byte) (row, col int, ok bool) {
	i := 0
	for ; i < len(ref); i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		if col = col*26 + int(c-'A') + 1; col > maxColumns {
			return 0, 0, false
		}
	}
	row = atoi(ref[i:])
	return row, col - 1, col > 0 && row > 0
}

// sheetReader reads the rows of one sheet.
type sheetReader struct {
	*opener
	book   *workbook
	table  *Table
	x      *xmlReader
	emit   emit
	merges []merge  // that begin below the current row
	active []*merge // that reach into the current row
	number int      // of the current row
	rows   int
	width  int // of the last row, to size the next
	noted  bool
	unseen unseen

	cells  []string
	fault  *RowError
	value  []byte
	column int
}

var errSheet = unreadable(nil, "工作表的单元格位置有误", "a sheet has cells at impossible places")

func (r *sheetReader) read() error {
	err := eachElement(r.x, func() error {
		switch string(r.x.name) {
		case "row":
			return r.row()
		case "col":
			r.unseen.hide(r.x)
		}
		return nil
	})
	if err == nil {
		r.unseen.tell(r.opener, r.table)
	}
	return err
}

func (r *sheetReader) row() error {
	r.number++
	if v, ok := r.x.rawAttr("r"); ok {
		if n := atoi(v); n > 0 {
			r.number = n
		}
	}
	hidden, _ := r.x.rawAttr("hidden")
	unseen := truth(hidden)
	if r.rows++; r.rows > r.opt.Limits.Rows || r.number > r.opt.Limits.Rows {
		return tooLarge("工作表超过 %d 行", "the sheet has more than %d rows", r.opt.Limits.Rows)
	}
	r.cells, r.fault, r.column = nil, nil, -1
	err := r.x.children(func() error {
		if string(r.x.name) != "c" {
			return r.x.skip()
		}
		return r.cell()
	})
	if err != nil {
		return err
	}
	if unseen && len(r.cells) > 0 {
		r.unseen.row(r.number)
	}
	merged := r.fillMerged()
	cells := trimCells(r.cells)
	if len(cells) == 0 && r.fault == nil {
		return nil
	}
	r.width = len(cells)
	row := Row{Number: r.number, Cells: cells}
	if merged != nil {
		row.Merged = merged[:len(cells)]
	}
	if !r.emit(row, r.fault) {
		return errStopped
	}
	return nil
}

// cell reads one cell into its column.
func (r *sheetReader) cell() error {
	r.column++
	var style int
	var kind string
	for _, a := range r.x.attrs {
		switch string(a.name) {
		case "r":
			_, col, ok := parseRef(a.value)
			if !ok {
				return errSheet
			}
			r.column = col
		case "s":
			style = atoi(a.value)
		case "t":
			kind = cellKind(a.value)
		}
	}
	if r.column >= maxColumns {
		return errSheet
	}
	r.value = r.value[:0]
	var hasValue, formula bool
	err := r.x.children(func() (err error) {
		switch string(r.x.name) {
		case "v":
			hasValue = true
			r.value, err = r.x.textOf(r.value, r.cellBytes())
		case "is":
			hasValue = true
			r.value, err = richText(r.x, r.value, r.cellBytes())
		case "f":
			formula = true
			err = r.x.skip()
		default:
			err = r.x.skip()
		}
		return err
	})
	if err != nil {
		return err
	}
	if formula && !hasValue && !r.noted {
		r.noted = true
		r.notice(r.table, NoticeFormulaWithoutValue, r.number,
			"该工作表有公式没有保存计算结果（首处在本行），按空单元格读取；请用 WPS 或 Excel 打开并保存后重新导入",
			"formulas of the sheet have no stored result, the first in this row, and read as empty; open the file in WPS or Excel, save it and load it again")
	}
	if len(r.value) == 0 {
		return nil
	}
	if text := r.text(kind, style); text != "" {
		r.put(r.column, text)
		r.unseen.filled(r.column)
	}
	return nil
}

// cellKind keeps the kinds of cell apart without allocating.
func cellKind(v []byte) string {
	for _, k := range [...]string{"s", "str", "inlineStr", "b", "e", "d"} {
		if string(v) == k {
			return k
		}
	}
	return ""
}

// text turns the stored value into what the cell says.
func (r *sheetReader) text(kind string, style int) string {
	var text string
	switch kind {
	case "s":
		var ok bool
		if text, ok = r.book.texts.get(index(r.value)); !ok {
			r.fault = &RowError{Code: CodeCellUnreadable, Column: r.column + 1, Reject: true, Detail: Text{
				"单元格引用的文字在工作簿中不存在", "the cell refers to a text that the workbook does not hold",
			}}
		}
	case "str", "inlineStr", "e":
		text = tidy(unescapeCell(r.value))
	case "b":
		text = "FALSE"
		if string(r.value) == "1" || string(r.value) == "true" {
			text = "TRUE"
		}
	case "d":
		text = isoDate(tidy(r.value))
	default:
		var f cellFormat
		if style < len(r.book.formats) {
			f = r.book.formats[style]
		}
		text = f.text(tidy(r.value), r.book.date1904)
	}
	text, long := r.cut(text)
	if long {
		r.fault = r.cellTooLarge(r.column + 1)
	}
	return text
}

// index reads the number of a shared text, -1 when it is none.
func index(b []byte) int {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return -1
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return -1
		}
	}
	if len(b) > 9 {
		return -1
	}
	return atoi(b)
}

// put sets the text of a column of the current row.
func (r *sheetReader) put(col int, text string) {
	if r.cells == nil {
		r.cells = make([]string, 0, max(r.width, col+1))
	}
	for len(r.cells) <= col {
		r.cells = append(r.cells, "")
	}
	r.cells[col] = text
}

// fillMerged repeats the texts of merged cells in the current row. It returns
// which cells are such, nil when none is.
func (r *sheetReader) fillMerged() []bool {
	for len(r.merges) > 0 && r.merges[0].row <= r.number {
		m := &r.merges[0]
		r.merges = r.merges[1:]
		if m.row == r.number && m.col < len(r.cells) {
			m.value = r.cells[m.col]
		}
		if m.value != "" {
			r.active = append(r.active, m)
		}
	}
	if len(r.active) == 0 {
		return nil
	}
	r.active = slices.DeleteFunc(r.active, func(m *merge) bool { return m.lastRow < r.number })
	var merged []bool
	for _, m := range r.active {
		for col := m.col; col <= min(m.lastCol, m.col+mergeWidth-1); col++ {
			if m.row == r.number && col == m.col || col < len(r.cells) && r.cells[col] != "" {
				continue
			}
			r.put(col, m.value)
			for len(merged) < len(r.cells) {
				merged = append(merged, false)
			}
			merged[col] = true
		}
	}
	for merged != nil && len(merged) < len(r.cells) {
		merged = append(merged, false)
	}
	return merged
}
