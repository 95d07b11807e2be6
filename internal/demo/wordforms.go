package demo

import (
	"slices"
	"strconv"

	"qingfeng/internal/docx"
	"qingfeng/internal/integrity"
)

// wordStyle is how a unit's clerk treats the form in Word.
type wordStyle struct {
	extended bool // two more columns below a common heading 归类
	lists    bool // measures and steps as Word's own numbered lists
	controls bool // descriptions and grades in content controls
	tracked  bool // changes of the last review still tracked
	split    bool // a row for each measure, all else merged down
	inside   bool // title, header line and signatures are rows of the table
	perTable int  // rows of a table before a new one begins; 0 = one table
}

// wordStyles are the styles by unit.
var wordStyles = map[string]wordStyle{
	"01": {extended: true},
	"05": {tracked: true},
	"07": {extended: true, lists: true},
	"13": {extended: true, inside: true},
	"16": {split: true, perTable: 15},
	"23": {extended: true, tracked: true, controls: true},
	"25": {controls: true, lists: true},
}

// wordForm is the list as the notice's form in Word.
func (g *generator) wordForm(l riskList) docx.Document {
	st := wordStyles[l.unit.code]
	d := docx.Document{Title: formTitle, Creator: l.unit.name, Created: l.sent.UTC(), Landscape: true}
	widths := []int{700, 3600, 3700, 3900, 900, 1998}
	if st.extended {
		widths = []int{600, 3100, 3300, 3500, 800, 1600, 950, 948}
	}
	title := docx.Paragraph{Runs: []docx.Run{{Text: formTitle, Bold: true, Size: 18, Font: "宋体"}}, Align: docx.Center}
	header := docx.Text(headline(l, true))
	table := func() docx.Table {
		t := docx.Table{Widths: widths}
		if st.inside {
			t.Rows = append(t.Rows, spanning(len(widths), title), spanning(len(widths), header))
		}
		t.Rows = append(t.Rows, formHeadings(st.extended)...)
		t.Headings = len(t.Rows)
		return t
	}
	if !st.inside {
		d.Body = append(d.Body, title, header)
	}
	t, list := table(), 0
	for i, p := range l.points {
		if st.perTable > 0 && i > 0 && i%st.perTable == 0 {
			d.Body = append(d.Body, t, docx.Paragraph{})
			t = table()
		}
		tracked := st.tracked && l.year > g.first && i%6 == 1
		t.Rows = append(t.Rows, formRows(l, p, st, tracked, &list)...)
	}
	foot := []docx.Paragraph{docx.Text(signatures(l))}
	for _, n := range formNotes {
		foot = append(foot, docx.Text(n))
	}
	if st.inside {
		for _, p := range foot {
			t.Rows = append(t.Rows, spanning(len(widths), p))
		}
	}
	d.Body = append(d.Body, t)
	if !st.inside {
		for _, p := range foot {
			d.Body = append(d.Body, p)
		}
	}
	return d
}

// spanning is a row of one cell over all columns.
func spanning(columns int, p docx.Paragraph) docx.Row {
	return docx.Row{Cells: []docx.Cell{{Paragraphs: []docx.Paragraph{p}, Span: columns}}}
}

// formHeadings are the form's headings; extended, they stand in two rows, those of the
// form merged down.
func formHeadings(extended bool) []docx.Row {
	head := func(s string, span int, m docx.Merge) docx.Cell {
		return docx.Cell{Span: span, Merge: m, Paragraphs: []docx.Paragraph{{Runs: []docx.Run{{Text: s, Bold: true}}, Align: docx.Center}}}
	}
	merge := docx.MergeNone
	if extended {
		merge = docx.MergeStart
	}
	var first, second docx.Row
	for _, s := range []string{"序号", "廉洁风险点描述", "防控措施", "监督检查路径", "风险\n等级", "相关责任人"} {
		first.Cells = append(first.Cells, head(s, 1, merge))
		second.Cells = append(second.Cells, docx.Cell{Merge: docx.MergeContinue})
	}
	if !extended {
		return []docx.Row{first}
	}
	first.Cells = append(first.Cells, head("归类", 2, docx.MergeNone))
	second.Cells = append(second.Cells, head("层面", 1, docx.MergeNone), head("类别", 1, docx.MergeNone))
	return []docx.Row{first, second}
}

// formRows is one risk point: one row, or one for each measure.
func formRows(l riskList, p point, st wordStyle, tracked bool, list *int) []docx.Row {
	items := func(texts []string) []docx.Paragraph {
		var out []docx.Paragraph
		if st.lists {
			*list++
			for _, t := range texts {
				out = append(out, docx.Paragraph{Runs: []docx.Run{{Text: t + "；"}}, List: *list})
			}
			return out
		}
		for i, t := range texts {
			out = append(out, docx.Text(strconv.Itoa(i+1)+". "+t+"；"))
		}
		return out
	}
	description := docx.Text(p.desc)
	if tracked {
		// The end of the sentence replaces an earlier one: only the new one is the text.
		r := []rune(p.desc)
		cut := max(len(r)-7, 0)
		on := (l.date - 3).UTC()
		description = docx.Paragraph{Runs: []docx.Run{
			{Text: string(r[:cut])},
			{Text: "等方面存在问题", Change: &docx.Change{Deleted: true, Author: p.head, On: on}},
			{Text: string(r[cut:]), Change: &docx.Change{Author: p.head, On: on}},
		}}
	}
	cell := func(ps ...docx.Paragraph) docx.Cell { return docx.Cell{Paragraphs: ps} }
	cells := []docx.Cell{
		cell(docx.Text(strconv.Itoa(p.no))), cell(description), cell(items(p.measures)...), cell(items(p.path)...),
		cell(docx.Text(gradeWord(p.grade))), cell(docx.Text(responsible(p))),
	}
	if st.controls {
		cells[1].Control, cells[4].Control = "廉洁风险点描述", "风险等级"
	}
	if st.extended {
		cells = append(cells, cell(docx.Text(p.layer.Label(integrity.Chinese))), cell(docx.Text(l.unit.categoryWord(p.category))))
	}
	if !st.split {
		return []docx.Row{{Cells: cells}}
	}
	var rows []docx.Row
	for i, m := range cells[2].Paragraphs {
		row := slices.Clone(cells)
		for c := range row {
			row[c].Merge = docx.MergeStart
			if i > 0 {
				row[c] = docx.Cell{Merge: docx.MergeContinue}
			}
		}
		row[2] = cell(m)
		rows = append(rows, docx.Row{Cells: row})
	}
	return rows
}
