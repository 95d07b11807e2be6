package table

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// noticesOf reads a file to its end and returns what was noticed, rows with their cells aside.
func noticesOf(t *testing.T, data []byte) (out []Notice) {
	t.Helper()
	for table, err := range Open(t.Context(), "a.xlsx", bytes.NewReader(data), int64(len(data)), Options{Notice: func(n Notice) { out = append(out, n) }}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range table.Rows {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return out
}

// TestHiddenRowsAndColumnsAreReadAndSaid: who sends a sheet with a filter set sends all its rows,
// and has to learn that those that nobody sees came along.
func TestHiddenRowsAndColumnsAreReadAndSaid(t *testing.T) {
	row := func(n int, attributes string, cells string) string {
		return fmt.Sprintf(`<row r="%d"%s>%s</row>`, n, attributes, cells)
	}
	cell := func(ref, text string) string {
		return `<c r="` + ref + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
	}
	with := func(cols, rows string) []byte {
		parts := bookParts(rows)
		name := "xl/worksheets/sheet1.xml"
		parts[name] = strings.Replace(parts[name], "<sheetData>", cols+"<sheetData>", 1)
		return zipOf(t, parts)
	}
	var rows strings.Builder
	rows.WriteString(row(1, "", cell("A1", "编号")+cell("C1", "内容")))
	for n := 2; n <= 14; n++ {
		hidden := ""
		if n == 3 || n == 4 || n == 6 || n%2 == 1 && n > 6 {
			hidden = ` hidden="1"`
		}
		rows.WriteString(row(n, hidden, cell(fmt.Sprintf("A%d", n), "甲")))
	}
	rows.WriteString(row(15, ` hidden="true"`, "")) // nothing in it
	rows.WriteString(row(16, ` hidden="0"`, cell("A16", "乙")))

	got := noticesOf(t, with("", rows.String()))
	want := []Notice{{Code: NoticeRowsHidden, File: "a.xlsx", Table: 1, Sheet: "清单", Row: 3, Detail: Text{
		"已筛选隐藏的行也读入：共 7 行（第 3、4、6、7、9 行等）；不应导入的，请从表中删除后再导入",
		"rows hidden by a filter or by hand are read as well: 7 (row 3, 4, 6, 7, 9 and more); delete from the sheet what is not to be loaded, then load it again",
	}}}
	diff(t, "rows", got, want)

	columns := with(`<cols><col min="2" max="3" hidden="1"/><col min="5" max="5" hidden="1"/><col min="27" max="16384" hidden="1"/></cols>`,
		row(1, "", cell("A1", "编号")+cell("C1", "内容"))+row(2, "", cell("A2", "甲")+cell("C2", "乙")+cell("AB2", "丙")))
	diff(t, "columns", noticesOf(t, columns), []Notice{{Code: NoticeColumnsHidden, File: "a.xlsx", Table: 1, Sheet: "清单", Detail: Text{
		"隐藏的列也读入：C、AB 列；不应导入的，请从表中删除后再导入",
		"hidden columns are read as well: C, AB; delete from the sheet what is not to be loaded, then load it again",
	}}})
	diff(t, "rows of the hidden columns", read(t, "a.xlsx", columns, Options{}).Tables[0].Rows[0], []string{"编号", "", "内容"})

	if got := noticesOf(t, with(`<cols><col min="2" max="2" hidden="0"/><col min="7" max="16384" hidden="1"/></cols>`, row(1, "", cell("A1", "编号"))+row(2, ` hidden="1"`, ""))); len(got) > 0 {
		t.Errorf("of what is hidden and empty: %+v", got)
	}
}
