package paper

import (
	"bytes"
	_ "embed" // the page of a paper
	"fmt"
	"html/template"
	"io"
	"strings"

	"qingfeng/dashboards/export"
	"qingfeng/internal/docx"
	"qingfeng/internal/integrity"
)

// Paper is a document of one or more sheets, each of which begins a page.
type Paper struct {
	Title     string
	Landscape bool
	Sheets    []Sheet
	// Main are the rows that spreadsheets get; nil for a paper that is no table.
	Main *Part
}

// Sheet is one sheet of a paper.
type Sheet struct {
	Title string
	Head  []string // lines above the tables
	Parts []Part
	Foot  []string // lines below: signatures, notes
}

// Part is a table with its heading, or lines of text.
type Part struct {
	Heading string
	Columns []Column
	Rows    [][]string
	Lines   []string // paragraphs, before the table
}

// Column is a column of a table; Share is its part of the width.
type Column struct {
	Head   string
	Share  int
	Center bool
}

// Style is CSS for the page; it has to stand in the file, because a paper has no address.
//
//go:embed paper.css
var style string

//go:embed paper.html
var pageText string

var page = template.Must(template.New("paper").Funcs(template.FuncMap{
	"lines": func(s string) []string { return strings.Split(s, "\n") },
	// Of the share of a column the page makes its width in percent.
	"widths": func(p Part) []int {
		whole, out := 0, make([]int, len(p.Columns))
		for _, c := range p.Columns {
			whole += c.Share
		}
		for i, c := range p.Columns {
			out[i] = c.Share * 100 / max(whole, 1)
		}
		return out
	},
	"at": func(columns []Column, i int) Column { return columns[i] },
}).Parse(pageText))

// HTML writes the paper as one page without script or address, which prints on A4.
func (p Paper) HTML(w io.Writer) error {
	var b bytes.Buffer
	if err := page.Execute(&b, struct {
		Paper
		Style template.CSS
	}{p, template.CSS(style)}); err != nil { //nolint:gosec // the style is ours
		return fmt.Errorf("print %s: %w", p.Title, err)
	}
	_, err := b.WriteTo(w)
	return err
}

// DOCX writes the paper as a Word document with the same text as the page.
func (p Paper) DOCX(w io.Writer) error {
	d := docx.Document{Title: p.Title, Landscape: p.Landscape}
	add := func(b docx.Block) { d.Body = append(d.Body, b) }
	for i, s := range p.Sheets {
		add(docx.Paragraph{Runs: []docx.Run{{Text: s.Title, Bold: true, Size: 18, Font: "宋体"}}, Align: docx.Center, NewPage: i > 0})
		for _, line := range s.Head {
			add(docx.Text(line))
		}
		for _, part := range s.Parts {
			if part.Heading != "" {
				add(docx.Paragraph{Runs: []docx.Run{{Text: part.Heading, Bold: true, Size: 12, Font: "黑体"}}})
			}
			for _, line := range part.Lines {
				add(docx.Text(line))
			}
			if len(part.Columns) > 0 {
				add(part.table(d.Width()))
			}
		}
		for _, line := range s.Foot {
			add(docx.Text(line))
		}
	}
	return docx.Write(w, d)
}

func (part Part) table(width int) docx.Table {
	t := docx.Table{Headings: 1}
	whole := 0
	for _, c := range part.Columns {
		whole += c.Share
	}
	var head docx.Row
	for _, c := range part.Columns {
		t.Widths = append(t.Widths, width*c.Share/whole)
		head.Cells = append(head.Cells, docx.Cell{Paragraphs: []docx.Paragraph{{Runs: []docx.Run{{Text: c.Head, Bold: true}}, Align: docx.Center}}})
	}
	t.Rows = append(t.Rows, head)
	for _, row := range part.Rows {
		var r docx.Row
		for i, text := range row {
			var cell docx.Cell
			for line := range strings.SplitSeq(text, "\n") {
				para := docx.Text(line)
				if part.Columns[i].Center {
					para.Align = docx.Center
				}
				cell.Paragraphs = append(cell.Paragraphs, para)
			}
			r.Cells = append(r.Cells, cell)
		}
		t.Rows = append(t.Rows, r)
	}
	return t
}

// Table returns the rows of the paper for spreadsheets, and false for a paper that is no
// table.
func (p Paper) Table() (export.Table, bool) {
	if p.Main == nil {
		return export.Table{}, false
	}
	t := export.Table{Sheet: p.Title}
	for _, c := range p.Main.Columns {
		t.Columns = append(t.Columns, export.Column{Head: strings.ReplaceAll(c.Head, "\n", ""), Width: float64(max(6, c.Share*2))})
	}
	t.Rows = func(yield func([]any) bool) {
		for _, row := range p.Main.Rows {
			cells := make([]any, len(row))
			for i, text := range row {
				cells[i] = text
			}
			if !yield(cells) {
				return
			}
		}
	}
	return t, true
}

// The media types of files, by their endings.
var media = map[string]string{
	"html": "text/html; charset=utf-8",
	"docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"csv":  "text/csv; charset=utf-8",
}

// Endings are those that File knows.
const Endings = ".docx .html .xlsx .csv"

// File returns the paper as a file by its ending without the dot, and its media type; note
// is the last line of a CSV or a workbook, empty for none. The error wraps
// integrity.ErrInvalid for another ending and for a spreadsheet of what is no table.
func (p Paper) File(ending, note string) (body []byte, mediaType string, err error) {
	var b bytes.Buffer
	switch ending {
	case "html":
		err = p.HTML(&b)
	case "docx":
		err = p.DOCX(&b)
	case "xlsx", "csv":
		t, ok := p.Table()
		if !ok {
			return nil, "", fmt.Errorf("%w: %s只有 .docx 和 .html (only .docx and .html)", integrity.ErrInvalid, p.Title)
		}
		write := export.Workbook
		if ending == "csv" {
			write, t.Mark = export.CSV, true
		}
		t.Note = note
		err = write(&b, t)
	default:
		return nil, "", fmt.Errorf("%w: .%s; legal: %s", integrity.ErrInvalid, ending, Endings)
	}
	if err != nil {
		return nil, "", err
	}
	return b.Bytes(), media[ending], nil
}
