package dashboards

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qingfeng/dashboards/export"
)

// filesOf are the files of a list or a chart: for programs as CSV and as a workbook, for people
// likewise. Of the two workbooks, which take longest to write and to read, every other step has
// one.
func filesOf(name string, step int) []string {
	program := "/api/v1/" + name[strings.LastIndex(name, "/")+1:]
	return []string{program + ".csv", name + ".csv", []string{program, name}[step%2] + ".xlsx"}
}

// fileColumn is a column of a file (its head, or several, by kind) and the field of the API that
// it shows. A field that ends with ? has 0 where there is none, and the file nothing.
type fileColumn struct{ head, field string }

// fileColumns are, for each list, the columns by which a row is known, and some of its values.
var fileColumns = map[string][]fileColumn{
	"risks":   {{"单位", "unit_name"}, {"序号", "no"}, {"廉洁风险点描述", "description"}, {"日期", "in_force_from"}, {"责任人员", "persons"}},
	"signals": {{"编号", "number"}, {"单位", "unit_name"}, {"日期", "occurred_on"}, {"内容|发现问题|异常描述", "text"}},
	"checks":  {{"编号", "number"}, {"单位", "unit_name"}, {"检查日期", "checked_on"}, {"检查人", "inspector"}, {"发现问题", "finding"}},
	"overdue": {{"单位", "unit_name"}, {"清单序号", "risk_no?"}, {"责任领导", "leader"}, {"应完成", "required"}, {"已完成", "done"}, {"期限", "due"}, {"剩余天数", "days_left"}, {"说明", "why"}},
}

// sameFiles wants the files of a list to hold the items that the API gives, in their order,
// and nothing else.
func (s *site) sameFiles(p step, n int, name string, columns []fileColumn, items []object, more ...string) {
	s.t.Helper()
	var first [][]string
	for _, path := range filesOf(name, n) {
		path = p.address(path, more...)
		lines, err := linesOf(path, s.ok(path))
		if err != nil {
			s.t.Fatalf("GET %s: %v", path, err)
		}
		if first == nil {
			first = lines
			if what := itemsDiffer(lines, columns, items); what != "" {
				s.t.Errorf("GET %s: %s", path, what)
			}
			continue
		}
		if what := different(lines, first); what != "" {
			s.t.Errorf("GET %s: %s of the CSV for programs", path, what)
		}
	}
}

// linesOf reads a table that was answered at an address: its head and rows as wide as that. A file
// for people has the mark and, as its last line, one cell that says who asked for what; one for
// programs has neither.
func linesOf(path string, body []byte) ([][]string, error) {
	path, _, _ = strings.Cut(path, "?")
	forPeople := !strings.HasPrefix(path, "/api/")
	var lines [][]string
	if strings.HasSuffix(path, ".csv") {
		text, marked := bytes.CutPrefix(body, []byte("\ufeff"))
		if marked != forPeople {
			return nil, fmt.Errorf("a mark of the encoding: %t; for people: %t", marked, forPeople)
		}
		r := csv.NewReader(bytes.NewReader(text))
		r.FieldsPerRecord = -1
		var err error
		if lines, err = r.ReadAll(); err != nil {
			return nil, err
		}
	} else {
		book, err := excelize.OpenReader(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		defer book.Close()
		if lines, err = book.GetRows(book.GetSheetName(0)); err != nil {
			return nil, err
		}
	}
	if len(lines) == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	if forPeople {
		last := lines[len(lines)-1]
		if len(last) != 1 || !strings.HasPrefix(last[0], "# ") {
			return nil, fmt.Errorf("it ends with %q, which does not say who asked for what", last)
		}
		lines = lines[:len(lines)-1]
	}
	if len(lines) == 0 {
		return nil, errors.New("no head")
	}
	for i, l := range lines {
		if strings.HasSuffix(path, ".xlsx") { // which leaves out empty cells at the end
			for len(l) < len(lines[0]) {
				l = append(l, "")
			}
			lines[i] = l
		}
		if len(l) != len(lines[0]) {
			return nil, fmt.Errorf("line %d has %d cells; its head has %d", i+1, len(l), len(lines[0]))
		}
	}
	return lines, nil
}

// different says where two tables differ first, or nothing.
func different(got, want [][]string) string {
	if len(got) != len(want) {
		return fmt.Sprintf("%d lines; want the %d", len(got), len(want))
	}
	for y := range got {
		if slices.Equal(got[y], want[y]) {
			continue
		}
		for x := range min(len(got[y]), len(want[y])) {
			if got[y][x] != want[y][x] {
				return fmt.Sprintf("line %d, column %d reads %q; want the %q", y+1, x+1, got[y][x], want[y][x])
			}
		}
		return fmt.Sprintf("line %d has %d cells; want the %d", y+1, len(got[y]), len(want[y]))
	}
	return ""
}

// itemsDiffer says where a file differs first from the items of the API, or nothing.
func itemsDiffer(lines [][]string, columns []fileColumn, items []object) string {
	if len(lines)-1 != len(items) {
		return fmt.Sprintf("%d rows; the API gives %d", len(lines)-1, len(items))
	}
	for _, c := range columns {
		x := slices.IndexFunc(lines[0], func(head string) bool { return slices.Contains(strings.Split(c.head, "|"), head) })
		if x < 0 {
			return "no column " + c.head
		}
		for y, item := range items {
			want := cellText(item[strings.TrimSuffix(c.field, "?")])
			if strings.HasSuffix(c.field, "?") && want == "0" {
				want = ""
			}
			if lines[y+1][x] != want {
				return fmt.Sprintf("line %d, %s reads %q; the API says %q", y+2, c.head, lines[y+1][x], want)
			}
		}
	}
	return ""
}

// cellText is a value of the API as a cell of a file has it.
func cellText(v any) string {
	switch v := v.(type) {
	case string:
		return strings.ReplaceAll(export.Safe(v), "\r\n", "\n")
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		parts := make([]string, len(v))
		for i := range v {
			parts[i] = fmt.Sprint(v[i])
		}
		return export.Safe(strings.Join(parts, "、"))
	}
	return ""
}

// What the walk compares files with would be worth nothing if it took a bad one.
func TestABadFileIsNotTakenForAGoodOne(t *testing.T) {
	workbook := func(rows ...[]any) []byte {
		f := excelize.NewFile()
		defer f.Close()
		for y, row := range rows {
			if err := f.SetSheetRow("Sheet1", "A"+strconv.Itoa(y+1), &row); err != nil {
				t.Fatal(err)
			}
		}
		b, err := f.WriteToBuffer()
		if err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	const head, rows = "编号,单位\r\n", "T1,市第一医院\r\nT2,市第二医院\r\n"
	columns := []fileColumn{{"编号", "number"}, {"单位", "unit_name"}}
	items := []object{{"number": "T1", "unit_name": "市第一医院"}, {"number": "T2", "unit_name": "市第二医院"}}
	for _, tc := range []struct {
		name, path string
		body       []byte
		good       bool
	}{
		{"a file for programs", "/api/v1/signals.csv", []byte(head + rows), true},
		{"a file for people", "/signals.csv?unit=13", []byte("\ufeff" + head + rows + "# 导出\r\n"), true},
		{"a workbook for programs", "/api/v1/signals.xlsx", workbook([]any{"编号", "单位"}, []any{"T1", "市第一医院"}, []any{"T2", "市第二医院"}), true},
		{"a workbook for people", "/signals.xlsx", workbook([]any{"编号", "单位"}, []any{"T1", "市第一医院"}, []any{"T2", "市第二医院"}, []any{"# 导出"}), true},
		{"a row too few", "/api/v1/signals.csv", []byte(head + "T1,市第一医院\r\n"), false},
		{"a row too many", "/api/v1/signals.csv", []byte(head + rows + "T2,市第二医院\r\n"), false},
		{"a row that breaks off", "/api/v1/signals.csv", []byte(head + "T1,市第一医院\r\nT2\r\n"), false},
		{"a row for people that breaks off", "/signals.csv", []byte("\ufeff" + head + "T1,市第一医院\r\nT2\r\n# 导出\r\n"), false},
		{"another number", "/api/v1/signals.csv", []byte(head + "T1,市第一医院\r\nT3,市第二医院\r\n"), false},
		{"rows in another order", "/api/v1/signals.csv", []byte(head + "T2,市第二医院\r\nT1,市第一医院\r\n"), false},
		{"a column too few", "/api/v1/signals.csv", []byte("编号\r\nT1\r\nT2\r\n"), false},
		{"a last line for programs", "/api/v1/signals.csv", []byte(head + rows + "# 导出\r\n"), false},
		{"no last line for people", "/signals.csv", []byte("\ufeff" + head + rows), false},
		{"no mark for people", "/signals.csv", []byte(head + rows + "# 导出\r\n"), false},
		{"a mark for programs", "/api/v1/signals.csv", []byte("\ufeff" + head + rows), false},
		{"two last lines", "/signals.csv", []byte("\ufeff" + head + rows + "# 导出\r\n# 导出\r\n"), false},
		{"another cell of a workbook", "/api/v1/signals.xlsx", workbook([]any{"编号", "单位"}, []any{"T1", "市第一医院"}, []any{"T2", "市第一医院"}), false},
		{"a workbook with a row too few", "/signals.xlsx", workbook([]any{"编号", "单位"}, []any{"T1", "市第一医院"}, []any{"# 导出"}), false},
		{"nothing", "/api/v1/signals.csv", nil, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			lines, err := linesOf(tc.path, tc.body)
			if good := err == nil && itemsDiffer(lines, columns, items) == ""; good != tc.good {
				t.Errorf("taken as good: %t, %v", good, err)
			}
		})
	}
	good := [][]string{{"a", "b"}, {"1", "2"}}
	for name, other := range map[string][][]string{"another cell": {{"a", "b"}, {"1", "3"}}, "a cell too few": {{"a", "b"}, {"1"}}, "a line too few": {{"a", "b"}}} {
		if different(other, good) == "" || different(good, other) == "" {
			t.Errorf("%s is not noticed", name)
		}
	}
	if what := different(good, good); what != "" {
		t.Error(what)
	}
}
