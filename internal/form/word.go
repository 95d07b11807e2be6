package form

import (
	"io"
	"strings"

	"qingfeng/internal/docx"
)

// WriteDocx writes the forms one after another into one Word document. Without any form
// it writes the empty template. The same forms give the same bytes.
func WriteDocx(w io.Writer, forms ...Form) error {
	if len(forms) == 0 {
		forms = []Form{{}}
	}
	d := docx.Document{Title: forms[0].title(), Creator: forms[0].UnitName, Landscape: true}
	for i, f := range forms {
		if i > 0 {
			d.Body = append(d.Body, docx.Paragraph{})
		}
		d.Body = append(d.Body,
			docx.Paragraph{Runs: []docx.Run{{Text: f.title(), Bold: true, Size: 18, Font: "宋体"}}, Align: docx.Center},
			docx.Text(f.head()), f.table(d.Width()), docx.Text(f.foot()))
		for _, n := range notes {
			d.Body = append(d.Body, docx.Text(n))
		}
	}
	return docx.Write(w, d)
}

func (f Form) table(width int) docx.Table {
	columns := f.columns()
	t := docx.Table{Headings: 1}
	whole := 0
	for _, c := range columns {
		whole += c.share
	}
	var head docx.Row
	for _, c := range columns {
		t.Widths = append(t.Widths, width*c.share/whole)
		head.Cells = append(head.Cells, docx.Cell{Paragraphs: []docx.Paragraph{{Runs: []docx.Run{{Text: c.heading, Bold: true}}, Align: docx.Center}}})
	}
	t.Rows = append(t.Rows, head)
	for _, texts := range f.rows() {
		var row docx.Row
		for _, text := range texts {
			var cell docx.Cell
			for line := range strings.SplitSeq(text, "\n") {
				cell.Paragraphs = append(cell.Paragraphs, docx.Text(line))
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
