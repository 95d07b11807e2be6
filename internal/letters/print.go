package letters

import (
	"bytes"
	_ "embed" // the page of a letter
	"fmt"
	"html/template"

	"qingfeng/internal/docx"
)

//go:embed letter.html
var pageText string

var page = template.Must(template.New("letter").Parse(pageText))

// HTML returns the letter as one file that carries its own style, prints on one A4 page,
// and opens in word processors. The same letter gives the same bytes.
func (l *Letter) HTML() ([]byte, error) {
	var b bytes.Buffer
	if err := page.Execute(&b, l.sheet()); err != nil {
		return nil, fmt.Errorf("print letter %s: %w", l.ID, err)
	}
	return b.Bytes(), nil
}

// DOCX returns the letter as a Word document with the same text as HTML.
func (l *Letter) DOCX() ([]byte, error) {
	s := l.sheet()
	d := docx.Document{Title: s.Title, Creator: l.Issuer}
	add := func(p docx.Paragraph) { d.Body = append(d.Body, p) }
	if s.Mark != "" {
		add(docx.Paragraph{Runs: []docx.Run{{Text: s.Mark, Bold: true}}, Align: docx.Right})
	}
	add(docx.Paragraph{Runs: []docx.Run{{Text: s.Title, Bold: true, Size: 22, Font: "宋体"}}, Align: docx.Center})
	add(docx.Paragraph{Runs: []docx.Run{{Text: s.Address, Size: 13}}})
	add(docx.Paragraph{Runs: []docx.Run{{Text: "　　" + s.Body, Size: 13}}})
	for _, line := range s.Sign {
		add(docx.Paragraph{Runs: []docx.Run{{Text: line + "　　", Size: 13}}, Align: docx.Right})
	}
	width := d.Width()
	t := docx.Table{Widths: []int{width * 18 / 100, width * 32 / 100, width * 18 / 100, width * 32 / 100}}
	head := func(text string) docx.Cell {
		return docx.Cell{Paragraphs: []docx.Paragraph{{Runs: []docx.Run{{Text: text, Bold: true}}}}}
	}
	body := func(lines []string, span int) docx.Cell {
		c := docx.Cell{Span: span}
		for _, line := range lines {
			c.Paragraphs = append(c.Paragraphs, docx.Text(line))
		}
		return c
	}
	for _, r := range s.Rows {
		cells := []docx.Cell{head(r.Label), body(r.Lines(), 3)}
		if !r.Wide() {
			cells = []docx.Cell{head(r.Label), body(r.Lines(), 1), head(r.Label2), body(r.Lines2(), 1)}
		}
		t.Rows = append(t.Rows, docx.Row{Cells: cells})
	}
	d.Body = append(d.Body, t)
	add(docx.Paragraph{Runs: []docx.Run{{Text: s.Foot, Size: 9}}})
	var b bytes.Buffer
	if err := docx.Write(&b, d); err != nil {
		return nil, fmt.Errorf("print letter %s: %w", l.ID, err)
	}
	return b.Bytes(), nil
}
