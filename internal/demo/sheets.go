package demo

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"qingfeng/internal/integrity"
)

// sheet is a table on its way into a file: rows of cells, the first the headings unless
// titles stand above them.
type sheet struct {
	name   string
	titles []string // rows over the whole width above the headings
	rows   [][]string
	widths []float64 // of columns, in characters; the last one holds for the rest
	merges [][2]string
	foot   []string // rows over the whole width below the table
	wrap   bool
}

// line is where the last row stands in a file of the given shape: the number of the row in
// a workbook, of its first line in a text, in which cells hold line breaks.
func (s sheet) line(form shape) int {
	if form == shapeXlsx {
		return len(s.rows)
	}
	n := 1
	for _, r := range s.rows[:len(s.rows)-1] {
		n += 1 + strings.Count(strings.Join(r, ""), "\n")
	}
	return n
}

// csv writes the sheet as comma-separated text with CRLF, as spreadsheet programs do.
func (s sheet) csv(form shape) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.WriteAll(s.rows); err != nil {
		return nil, fmt.Errorf("write table %s: %w", s.name, err)
	}
	if form == shapeGB {
		out, err := simplifiedchinese.GB18030.NewEncoder().Bytes(b.Bytes())
		if err != nil {
			return nil, fmt.Errorf("encode table %s: %w", s.name, err)
		}
		return out, nil
	}
	return append([]byte("\xef\xbb\xbf"), b.Bytes()...), nil
}

// xlsx writes the sheet as a workbook. The writer puts parts in a fixed order and stamps
// no time, so the properties are all that has to be fixed.
func (s sheet) xlsx(creator string, on integrity.Day) (out []byte, err error) {
	f := excelize.NewFile()
	defer func() {
		if e := f.Close(); err == nil && e != nil {
			err = fmt.Errorf("close workbook %s: %w", s.name, e)
		}
	}()
	stamp := on.UTC().Format("2006-01-02T08:00:00Z")
	do := func(e error) {
		if err == nil && e != nil {
			err = fmt.Errorf("write workbook %s: %w", s.name, e)
		}
	}
	do(f.SetDocProps(&excelize.DocProperties{Creator: creator, LastModifiedBy: creator, Created: stamp, Modified: stamp}))
	do(f.SetSheetName("Sheet1", s.name))
	border := []excelize.Border{{Type: "left", Style: 1, Color: "808080"}, {Type: "right", Style: 1, Color: "808080"},
		{Type: "top", Style: 1, Color: "808080"}, {Type: "bottom", Style: 1, Color: "808080"}}
	style := func(st excelize.Style) int {
		id, e := f.NewStyle(&st)
		do(e)
		return id
	}
	title := style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 18, Family: "宋体"}, Alignment: &excelize.Alignment{Horizontal: "center"}})
	line := style(excelize.Style{Font: &excelize.Font{Size: 12, Family: "宋体"}})
	head := style(excelize.Style{Font: &excelize.Font{Bold: true, Size: 11, Family: "宋体"}, Border: border,
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}})
	body := style(excelize.Style{Font: &excelize.Font{Size: 11, Family: "宋体"}, Border: border,
		Alignment: &excelize.Alignment{Vertical: "top", WrapText: s.wrap}})
	width := len(s.rows[0])
	last, e := excelize.ColumnNumberToName(width)
	do(e)
	row := 0
	full := func(text string, st int) {
		row++
		from, to := fmt.Sprintf("A%d", row), fmt.Sprintf("%s%d", last, row)
		do(f.SetCellStr(s.name, from, text))
		do(f.MergeCell(s.name, from, to))
		do(f.SetCellStyle(s.name, from, to, st))
	}
	for i, t := range s.titles {
		if i == 0 {
			full(t, title)
		} else {
			full(t, line)
		}
	}
	first := row + 1
	for _, r := range s.rows {
		row++
		do(f.SetSheetRow(s.name, fmt.Sprintf("A%d", row), &r))
	}
	do(f.SetCellStyle(s.name, fmt.Sprintf("A%d", first), fmt.Sprintf("%s%d", last, row), body))
	do(f.SetCellStyle(s.name, fmt.Sprintf("A%d", first), fmt.Sprintf("%s%d", last, first), head))
	for _, m := range s.merges {
		do(f.MergeCell(s.name, m[0], m[1]))
		do(f.SetCellStyle(s.name, m[0], m[1], head))
	}
	for _, t := range s.foot {
		full(t, line)
	}
	for i := range width {
		col, e := excelize.ColumnNumberToName(i + 1)
		do(e)
		w := 14.0
		if len(s.widths) > 0 {
			w = s.widths[min(i, len(s.widths)-1)]
		}
		do(f.SetColWidth(s.name, col, col, w))
	}
	if err != nil {
		return nil, err
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write workbook %s: %w", s.name, err)
	}
	return b.Bytes(), nil
}
