package export

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"qingfeng/internal/docx"
	"qingfeng/internal/integrity"
)

// Column is a column of a table. Width is in characters of a workbook; 0 means 12.
type Column struct {
	Head  string
	Width float64
}

// Table is what is written. A value of a row is a string, an int, an integrity.Day (none
// is an empty cell) or nil (empty).
type Table struct {
	Sheet   string // name of the sheet of a workbook
	Columns []Column
	Rows    iter.Seq[[]any]
	// Note is written as a last line that starts with "# ", for people; loading the file
	// again passes it over. Empty for none.
	Note string
	// Mark starts a CSV with a byte-order mark, without which spreadsheets take Chinese
	// for something else.
	Mark bool
}

// byteOrderMark is that of UTF-8.
const byteOrderMark = "\ufeff"

// Safe makes a text harmless in a spreadsheet: one that would be read as a formula gets an
// apostrophe in front.
func Safe(s string) string {
	if risky(s) {
		return "'" + s
	}
	return s
}

// risky reports whether a spreadsheet may take a text for a formula. Full-width forms
// count: some turn them into the plain ones.
func risky(s string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00a0\u3000"))
	if first == utf8.RuneError {
		first = 0
	}
	return strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) && first != 0 || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\r")
}

// CSV writes a table as comma-separated values with line ends of RFC 4180.
func CSV(w io.Writer, t Table) error {
	if t.Mark {
		if _, err := io.WriteString(w, byteOrderMark); err != nil {
			return fmt.Errorf("write csv: %w", err)
		}
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	line := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		line[i] = c.Head
	}
	if err := out.Write(line); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	for row := range t.Rows {
		for i, v := range row {
			line[i] = text(v)
		}
		if err := out.Write(line[:len(row)]); err != nil {
			return fmt.Errorf("write csv: %w", err)
		}
	}
	if t.Note != "" {
		if err := out.Write([]string{noteLine(t.Note)}); err != nil {
			return fmt.Errorf("write csv: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

// CSVs writes tables one below the other. Of several, each has its name above and an empty
// line below.
func CSVs(w io.Writer, tables []Table) error {
	for i, t := range tables {
		if i > 0 {
			t.Mark = false
		}
		if len(tables) > 1 {
			title := Safe(t.Sheet) + "\r\n"
			if i > 0 {
				title = "\r\n" + title
			}
			if t.Mark {
				title, t.Mark = byteOrderMark+title, false
			}
			if _, err := io.WriteString(w, title); err != nil {
				return fmt.Errorf("write csv: %w", err)
			}
		}
		if err := CSV(w, t); err != nil {
			return err
		}
	}
	return nil
}

// noteLine is the note on one line.
func noteLine(note string) string { return "# " + strings.Join(strings.Fields(note), " ") }

func text(v any) string {
	switch v := v.(type) {
	case string:
		return Safe(v)
	case int:
		return strconv.Itoa(v)
	case integrity.Day:
		return dayText(v)
	}
	return ""
}

func dayText(d integrity.Day) string {
	if d == integrity.Forever {
		return ""
	}
	return d.String()
}

// cellLimit is the number of characters that a cell of a workbook takes.
const cellLimit = 32767

// Workbook writes a table as an .xlsx file with typed cells, widths and a frozen head.
func Workbook(w io.Writer, t Table) error { return Workbooks(w, []Table{t}) }

// wrap says at which step a workbook could not be written.
func wrap(step string, err error) error { return fmt.Errorf("write workbook: %s: %w", step, err) }

// Workbooks writes tables as an .xlsx file with a sheet for each.
func Workbooks(w io.Writer, tables []Table) (err error) {
	f := excelize.NewFile()
	defer func() {
		if cerr := f.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("close workbook: %w", cerr)
		}
	}()
	names := map[string]bool{}
	for i, t := range tables {
		name := sheetName(t.Sheet, names)
		if i == 0 {
			err = f.SetSheetName("Sheet1", name)
		} else {
			_, err = f.NewSheet(name)
		}
		if err != nil {
			return wrap("name the sheet", err)
		}
		if err := writeSheet(f, name, t); err != nil {
			return err
		}
	}
	if err := f.Write(w); err != nil {
		return wrap("file", err)
	}
	return nil
}

// sheetName makes a name that a workbook takes, of at most 31 signs and unlike those before
// it whatever the case of letters.
func sheetName(name string, taken map[string]bool) string {
	const longest = 31
	signs := []rune(strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' {
			return ' '
		}
		return r
	}, name), " '"))
	if len(signs) == 0 {
		signs = []rune("Sheet1")
	}
	for n := 1; ; n++ {
		end := ""
		if n > 1 {
			end = " " + strconv.Itoa(n)
		}
		try := string(signs[:min(len(signs), longest-len(end))]) + end
		if key := strings.ToLower(try); !taken[key] {
			taken[key] = true
			return try
		}
	}
}

func writeSheet(f *excelize.File, sheet string, t Table) error {
	head, err := f.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E0EEEE"}},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true},
	})
	if err != nil {
		return wrap("style", err)
	}
	body, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	if err != nil {
		return wrap("style", err)
	}
	dates := "yyyy-mm-dd"
	day, err := f.NewStyle(&excelize.Style{CustomNumFmt: &dates, Alignment: &excelize.Alignment{Vertical: "top"}})
	if err != nil {
		return wrap("style", err)
	}
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return wrap("open", err)
	}
	for i, c := range t.Columns {
		if err := out.SetColWidth(i+1, i+1, widthOf(c)); err != nil {
			return wrap("column width", err)
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return wrap("freeze the head", err)
	}
	line := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		line[i] = excelize.Cell{StyleID: head, Value: c.Head}
	}
	if err := out.SetRow("A1", line); err != nil {
		return wrap("head", err)
	}
	n := 1
	for row := range t.Rows {
		n++
		line := make([]any, len(row))
		for i, v := range row {
			line[i] = cell(v, body, day)
		}
		if err := out.SetRow("A"+strconv.Itoa(n), line); err != nil {
			return wrap(fmt.Sprintf("row %d", n), err)
		}
	}
	if t.Note != "" {
		if err := out.SetRow("A"+strconv.Itoa(n+1), []any{noteLine(t.Note)}); err != nil {
			return wrap("note", err)
		}
	}
	if err := out.Flush(); err != nil {
		return wrap("flush", err)
	}
	return nil
}

func cell(v any, body, day int) any {
	switch v := v.(type) {
	case string:
		s := Safe(v)
		if utf8.RuneCountInString(s) > cellLimit {
			s = string([]rune(s)[:cellLimit-1]) + "…"
		}
		return excelize.Cell{StyleID: body, Value: s}
	case int:
		return excelize.Cell{StyleID: body, Value: v}
	case integrity.Day:
		if s := dayText(v); s == "" {
			return excelize.Cell{StyleID: body}
		}
		return excelize.Cell{StyleID: day, Value: v.UTC()}
	}
	return excelize.Cell{StyleID: body}
}

// Document writes a table as a .docx file: a heading, and the table across an A4 page on its
// side with its head repeated. Nothing in it is a field or a formula, so texts stand as they
// are.
func Document(w io.Writer, t Table) error {
	d := docx.Document{Title: t.Sheet, Landscape: true}
	all := 0.0
	for _, c := range t.Columns {
		all += widthOf(c)
	}
	out := docx.Table{Headings: 1}
	var head docx.Row
	for _, c := range t.Columns {
		out.Widths = append(out.Widths, int(float64(d.Width())*widthOf(c)/all))
		head.Cells = append(head.Cells, docx.Cell{Paragraphs: []docx.Paragraph{{Runs: []docx.Run{{Text: c.Head, Bold: true, Size: smallType}}}}})
	}
	out.Rows = append(out.Rows, head)
	for row := range t.Rows {
		var r docx.Row
		for _, v := range row {
			r.Cells = append(r.Cells, docx.Cell{Paragraphs: []docx.Paragraph{{Runs: []docx.Run{{Text: plainText(v), Size: smallType}}}}})
		}
		out.Rows = append(out.Rows, r)
	}
	d.Body = []docx.Block{docx.Paragraph{Runs: []docx.Run{{Text: t.Sheet, Bold: true, Size: 14, Font: "黑体"}}, Align: docx.Center}, out}
	if t.Note != "" {
		d.Body = append(d.Body, docx.Text(noteLine(t.Note)))
	}
	return docx.Write(w, d)
}

// smallType is the size of tables in documents, in points.
const smallType = 9

func widthOf(c Column) float64 {
	if c.Width == 0 {
		return 12
	}
	return c.Width
}

// plainText is a value without the guard against formulas.
func plainText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return text(v)
}

// Bytes runs a writer of this package into memory: a file that breaks off is worse than
// an error.
func Bytes(write func(io.Writer, Table) error, t Table) ([]byte, error) {
	var b bytes.Buffer
	if err := write(&b, t); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
