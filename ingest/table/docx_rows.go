package table

import (
	"slices"
)

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
	if !t.nested {
		t.vanished = false
	}
	below := map[int]string{}
	if err := t.x.children(func() error { return t.rowChild(row, below) }); err != nil {
		return err
	}
	if row.dropped {
		return nil
	}
	if row.hidden {
		if !t.nested {
			t.notice(t.of, NoticeRowHidden, t.number, "该行在文档中已隐藏，未读取；需要导入的，请在 Word 中取消隐藏后再导入", "the row is hidden in the document and was left out; show it in Word if it is to be loaded")
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
	if t.vanished && !t.nested {
		t.notice(t.of, NoticeRowHidden, t.number, "该行有隐藏的文字，未读取；需要导入的，请在 Word 中取消隐藏后再导入", "the row has hidden text, which was left out; show it in Word if it is to be loaded")
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
