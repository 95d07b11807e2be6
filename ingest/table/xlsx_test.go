package table

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

const bookNS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

// bookParts is a workbook of one sheet with the rows.
func bookParts(rows string) map[string]string {
	return map[string]string{
		"[Content_Types].xml":        "<Types/>",
		"_rels/.rels":                relsOf("officeDocument", "xl/workbook.xml"),
		"xl/workbook.xml":            `<workbook xmlns="` + bookNS + `" xmlns:r="x"><sheets><sheet name="清单" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": relsOf("worksheet", "worksheets/sheet1.xml"),
		"xl/worksheets/sheet1.xml":   `<worksheet xmlns="` + bookNS + `"><sheetData>` + rows + `</sheetData></worksheet>`,
	}
}

// bookOf lets fill make a workbook with excelize.
func bookOf(tb testing.TB, fill func(f *excelize.File) error) []byte {
	tb.Helper()
	f := excelize.NewFile()
	if err := fill(f); err != nil {
		tb.Fatal(err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func setRows(f *excelize.File, sheet string, rows ...[]any) error {
	for i, row := range rows {
		if err := f.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &row); err != nil {
			return err
		}
	}
	return nil
}

func TestSheetsOfAWorkbook(t *testing.T) {
	data := bookOf(t, func(f *excelize.File) error {
		for _, name := range []string{"隐藏", "空", "第二"} {
			if _, err := f.NewSheet(name); err != nil {
				return err
			}
		}
		if err := setRows(f, "Sheet1", []any{"廉洁风险点清单"}, nil, []any{"序号", "描述"}, []any{1, "甲\n乙"}); err != nil {
			return err
		}
		if err := setRows(f, "隐藏", []any{"x"}); err != nil {
			return err
		}
		if err := setRows(f, "第二", []any{"y", "", "z", ""}); err != nil {
			return err
		}
		return f.SetSheetVisible("隐藏", false)
	})
	g := read(t, "a.xlsx", data, Options{})
	diff(t, "notices", g.Notices, []string{NoticeSheetHidden})
	if len(g.Tables) != 2 {
		t.Fatalf("got %+v", g)
	}
	diff(t, "name", g.Tables[0].Name, "a.xlsx|xlsx|Sheet1")
	diff(t, "rows", g.Tables[0].Rows, [][]string{{"廉洁风险点清单"}, {"序号", "描述"}, {"1", "甲\n乙"}})
	diff(t, "numbers", g.Tables[0].Numbers, []int{1, 3, 4})
	diff(t, "second", g.Tables[1].Rows, [][]string{{"y", "", "z"}})

	diff(t, "a hidden sheet that is asked for", read(t, "a.xlsx", data, Options{Sheet: "隐藏"}).Tables[0].Rows, [][]string{{"x"}})
	diff(t, "a sheet that is not there", read(t, "a.xlsx", data, Options{Sheet: "无"}).Errors, []string{CodeSheetUnknown})
	diff(t, "an empty sheet that is asked for", read(t, "a.xlsx", data, Options{Sheet: "空"}).Errors, []string{CodeEmpty})
}

func TestMergedCellsOfASheet(t *testing.T) {
	g := read(t, "a.xlsx", bookOf(t, func(f *excelize.File) error {
		if err := setRows(f, "Sheet1",
			[]any{"清单"},
			[]any{"序号", "描述", "相关责任人"},
			[]any{nil, nil, "负责人", "责任人员"},
			[]any{1, "甲", "张三", "李四"},
			[]any{nil, nil, "王五", "赵六"},
			[]any{2, "乙", "钱七"}); err != nil {
			return err
		}
		for _, m := range [][2]string{{"A1", "D1"}, {"A2", "A3"}, {"B2", "B3"}, {"C2", "D2"}, {"A4", "A5"}, {"B4", "B5"}, {"F10", "G99"}} {
			if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
				return err
			}
		}
		return nil
	}), Options{})
	diff(t, "rows", g.Tables[0].Rows, [][]string{
		{"清单", "清单", "清单", "清单"},
		{"序号", "描述", "相关责任人", "相关责任人"},
		{"序号", "描述", "负责人", "责任人员"},
		{"1", "甲", "张三", "李四"},
		{"1", "甲", "王五", "赵六"},
		{"2", "乙", "钱七"},
	})
	diff(t, "merged", g.Tables[0].Merged, []string{".mmm", "...m", "mm..", "", "mm..", ""})
}

func TestATitleMergedAcrossTheWholeSheetStaysSmall(t *testing.T) {
	book := bookParts(`<row r="1"><c r="A1" t="str"><v>题</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>`)
	book["xl/worksheets/sheet1.xml"] = strings.Replace(book["xl/worksheets/sheet1.xml"], "</worksheet>", `<mergeCells><mergeCell ref="A1:XFD1"/><mergeCell ref="B9"/><mergeCell ref="ZZZZ1:A1"/></mergeCells></worksheet>`, 1)
	g := read(t, "a.xlsx", zipOf(t, book), Options{})
	diff(t, "width", len(g.Tables[0].Rows[0]), mergeWidth)
	diff(t, "second row", g.Tables[0].Rows[1], []string{"1"})
}

func TestDatesAndNumbersOfASheet(t *testing.T) {
	when := time.Date(2026, 3, 5, 9, 5, 5, 0, time.UTC)
	day := time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)
	for _, tc := range []struct {
		name, format string
		id           int
		value        any
		want         string
	}{
		{"a date in the built-in format", "", 14, day, "2026-03-05"},
		{"a date with a time in the built-in format", "", 22, when, "2026-03-05 09:05:05"},
		{"a time in the built-in format", "", 21, 0.378530092592593, "09:05:05"},
		{"a Chinese built-in format", "", 31, 46086, "2026-03-05"},
		{"a Chinese date", `yyyy"年"m"月"d"日"`, 0, day, "2026-03-05"},
		{"a Chinese date with its locale", `[$-804]yyyy"年"m"月"d"日";@`, 0, day, "2026-03-05"},
		{"a Chinese date without quotation marks", `yyyy年m月d日`, 0, day, "2026-03-05"},
		{"a month", `yyyy"年"m"月"`, 0, day, "2026-03-05"},
		{"digits in Chinese", `[DBNum1][$-804]yyyy"年"m"月"d"日"`, 0, day, "2026-03-05"},
		{"a weekday", `[$-804]aaaa`, 0, day, "2026-03-05"},
		{"a date whose format hides its time", `yyyy/m/d`, 0, when, "2026-03-05 09:05:05"},
		{"a time that belongs to a date", `h:mm AM/PM`, 0, when, "2026-03-05 09:05:05"},
		{"a time in Chinese", `上午/下午h"时"mm"分"`, 0, 0.5, "12:00:00"},
		{"the day before the false leap day", `yyyy-mm-dd`, 0, 59, "1900-02-28"},
		{"the false leap day stays a number", `yyyy-mm-dd`, 0, 60, "60"},
		{"zero stays a number", `yyyy-mm-dd`, 0, 0, "0"},
		{"a negative number is no date", `yyyy-mm-dd`, 0, -3, "-3"},
		{"a number beyond the calendar is no date", `yyyy-mm-dd`, 0, 20260305, "20260305"},
		{"rounding reaches the next day", `yyyy-mm-dd hh:mm`, 0, 46086.9999999, "2026-03-06"},
		{"a duration is a number", `[h]:mm`, 0, 1.5, "1.5"},
		{"a plain number", "", 0, 12, "12"},
		{"an amount", `#,##0.00"元"`, 0, 1234.5, "1234.5"},
		{"an amount with a unit that looks like a day", `0.00"d"`, 0, 2.5, "2.5"},
		{"a scientific format", `0.00E+00`, 0, 1234567, "1234567"},
		{"colours and conditions", `[Red][>100]0;[Blue]0`, 0, 101, "101"},
		{"a percentage", `0%`, 0, 0.25, "0.25"},
		{"a long document number", "", 0, 123456789012345.0, "123456789012345"},
		{"leading zeros of a code", `0000`, 0, 12, "0012"},
		{"text under a date format", `yyyy-mm-dd`, 0, "2026年", "2026年"},
		{"an escaped letter", `0\d`, 0, 5, "5"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			data := bookOf(t, func(f *excelize.File) error {
				style := &excelize.Style{NumFmt: tc.id}
				if tc.format != "" {
					style = &excelize.Style{CustomNumFmt: &tc.format}
				}
				id, err := f.NewStyle(style)
				if err != nil {
					return err
				}
				value := tc.value
				if when, ok := value.(time.Time); ok {
					value = when.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24
				}
				if err := f.SetCellValue("Sheet1", "A1", value); err != nil {
					return err
				}
				return f.SetCellStyle("Sheet1", "A1", "A1", id)
			})
			diff(t, "rows", rows(t, "a.xlsx", data), [][]string{{tc.want}})
		})
	}
}

func TestNumbersAreWrittenPlainly(t *testing.T) {
	for raw, want := range map[string]string{
		"1.2345678901234568E+17": "123456789012345680", "123456789012345678": "123456789012345678", "0.30000000000000004": "0.3",
		"1E-3": "0.001", "1.50": "1.50", "3.0": "3", "-0.1": "-0.1", "-12": "-12", "": "", "abc": "abc", "NaN": "NaN", "1e999": "1e999", "2.2000000000000002": "2.2", "1e3": "1000",
	} {
		if got := plainNumber(raw); got != want {
			t.Errorf("plainNumber(%q) = %q; want %q", raw, got, want)
		}
	}
}

// Found by the fuzzer: a number with control characters in it came through as it stood.
func TestWhatIsNoNumberIsTextLikeAnyOther(t *testing.T) {
	book := bookParts("<row r=\"1\"><c r=\"A1\"><v>460\x7f\u200986.5</v></c><c r=\"B1\" t=\"d\"><v>20\x7f26</v></c></row>")
	g := read(t, "a.xlsx", zipOf(t, book), Options{})
	diff(t, "rows", g.Tables[0].Rows, [][]string{{"460\u200986.5", "2026"}})
	book = bookParts(`<row r="1"><c r="A1"><v>` + strings.Repeat("x", 40_000) + `</v></c><c r="B1"><v>1</v></c></row>`)
	g = read(t, "a.xlsx", zipOf(t, book), Options{})
	diff(t, "errors", g.Tables[0].Errors, []string{CodeCellTooLarge})
}

func TestKindsOfCells(t *testing.T) {
	book := bookParts(`<row r="2" spans="1:9">` +
		`<c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="inlineStr"><is><r><t>内</t></r><r><t xml:space="preserve"> 联</t></r><rPh><t>x</t></rPh></is></c>` +
		`<c r="D2" t="b"><v>1</v></c><c r="E2" t="e"><v>#N/A</v></c><c r="F2" t="str"><f>A1&amp;B1</f><v>公式_x000D_
值_x005F_x</v></c><c r="G2" t="d"><v>2026-03-05T09:05:05</v></c><c r="I2" t="d"><v>2026-03-05T00:00:00Z</v></c><c r="J2"><f>1+1</f></c><c r="K2"/></row>` +
		`<row><c><v>7</v></c><c t="s"><v>99</v></c><c><v>8</v></c></row>`)
	book["xl/_rels/workbook.xml.rels"] = strings.Replace(book["xl/_rels/workbook.xml.rels"], "</Relationships>", `<Relationship Id="s" Type="http://x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`, 1)
	book["xl/sharedStrings.xml"] = `<sst><si><t>共享</t></si><si><r><rPr><b/></rPr><t>富</t></r><r><t>文本</t></r><phoneticPr/></si></sst>`
	g := read(t, "a.xlsx", zipOf(t, book), Options{})
	diff(t, "rows", g.Tables[0].Rows, [][]string{
		{"共享", "富文本", "内 联", "TRUE", "#N/A", "公式\n值_x", "2026-03-05 09:05:05", "", "2026-03-05"},
		{"7", "", "8"},
	})
	diff(t, "numbers", g.Tables[0].Numbers, []int{2, 3})
	diff(t, "errors", g.Tables[0].Errors, []string{CodeCellUnreadable})
	diff(t, "notices", g.Notices, []string{NoticeFormulaWithoutValue})
}

func TestStrictAndUnusualWorkbooks(t *testing.T) {
	cell := `<row r="1"><c r="A1" s="1"><v>1</v></c></row>`
	styles := `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;"/></numFmts><cellStyleXfs><xf numFmtId="0"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs><dxfs><dxf><numFmt numFmtId="164" formatCode="0"/></dxf></dxfs></styleSheet>`
	withStyles := func(kind string) map[string]string {
		b := bookParts(cell)
		b["xl/styles.xml"] = styles
		b["xl/_rels/workbook.xml.rels"] = strings.Replace(b["xl/_rels/workbook.xml.rels"], "</Relationships>", `<Relationship Id="s" Type="`+kind+`/styles" Target="styles.xml"/></Relationships>`, 1)
		return b
	}
	for name, change := range map[string]func(map[string]string){
		"1904 dates": func(b map[string]string) {
			b["xl/workbook.xml"] = strings.Replace(b["xl/workbook.xml"], "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1)
		},
		"the strict namespaces": func(b map[string]string) {
			for part, s := range b {
				s = strings.ReplaceAll(s, bookNS, "http://purl.oclc.org/ooxml/spreadsheetml/main")
				b[part] = strings.ReplaceAll(s, "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships")
			}
		},
		"a prefix on every element": func(b map[string]string) {
			s := b["xl/worksheets/sheet1.xml"]
			s = strings.NewReplacer("</", "</x:", "<", "<x:", "xmlns=", "xmlns:x=").Replace(s)
			b["xl/worksheets/sheet1.xml"] = s
		},
		"parts named with backslashes and capitals": func(b map[string]string) {
			b[`XL\Worksheets\Sheet1.xml`] = b["xl/worksheets/sheet1.xml"]
			delete(b, "xl/worksheets/sheet1.xml")
		},
		"no package relations": func(b map[string]string) { delete(b, "_rels/.rels") },
	} {
		book := withStyles("http://schemas.openxmlformats.org/officeDocument/2006/relationships")
		change(book)
		want := "1900-01-01"
		if name == "1904 dates" {
			want = "1904-01-02"
		}
		g := read(t, name, zipOf(t, book), Options{})
		if len(g.Tables) != 1 {
			t.Errorf("%s: got %+v", name, g)
			continue
		}
		diff(t, name, g.Tables[0].Rows, [][]string{{want}})
	}
	for name, cells := range map[string]string{
		"cut short":                 `<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A2"><v>2`,
		"an impossible column":      `<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="ZZZZ2"><v>1</v></c></row>`,
		"a reference without a row": `<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="A"><v>1</v></c></row>`,
		"too many columns":          `<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="XFD2"><v>1</v></c><c><v>2</v></c></row>`,
	} {
		book := bookParts(cells)
		if name == "cut short" {
			book["xl/worksheets/sheet1.xml"] = strings.TrimSuffix(book["xl/worksheets/sheet1.xml"], "</sheetData></worksheet>")
		}
		g := read(t, name, zipOf(t, book), Options{})
		if len(g.Tables) != 1 || !slices.Equal(g.Tables[0].Errors, []string{CodeUnreadable}) || len(g.Tables[0].Rows) != 1 {
			t.Errorf("%s: got %+v", name, g)
		}
	}
	g := read(t, "a.xlsx", zipOf(t, bookParts(`<row r="1"><c r="A1"><v>1</v></c></row><row r="2000000"><c r="A2000000"><v>1</v></c></row>`)), Options{})
	diff(t, "a row beyond the sheet", g.Tables[0].Errors, []string{CodeTooLarge})
}

func TestEmptyRowsAreFree(t *testing.T) {
	var b strings.Builder
	for i := 1; i <= 65_000; i++ {
		if i <= 500 {
			fmt.Fprintf(&b, `<row r="%d"><c r="A%d"><v>%d</v></c></row>`, i, i, i)
		} else {
			fmt.Fprintf(&b, `<row r="%d" s="1"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>`, i, i, i)
		}
	}
	data := zipOf(t, bookParts(b.String()))
	start := time.Now()
	got := rows(t, "a.xlsx", data)
	if took := time.Since(start); len(got) != 500 || took > 2*time.Second {
		t.Errorf("a sheet that uses 500 of 65,000 rows gave %d in %v", len(got), took)
	}
}

// Excelize reads the same plain cells; where both must agree, they do.
func TestSheetsReadAsExcelizeReadsThem(t *testing.T) {
	data := complaintsXLSX(t, 300)
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: 64 << 20, UnzipXMLSizeLimit: 64 << 20})
	if err != nil {
		t.Fatal(err)
	}
	want, err := f.GetRows("Sheet1", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, "rows", rows(t, "a.xlsx", data), want)
}

func TestSharedTextsFillSeveralBlocks(t *testing.T) {
	var sst, cells strings.Builder
	want := [][]string{}
	for i := range 300 {
		text := strings.Repeat(string(rune('一'+i)), 5000)
		sst.WriteString("<si><t>" + text + "</t></si>")
		fmt.Fprintf(&cells, `<row><c t="s"><v>%d</v></c></row>`, 299-i)
		want = append([][]string{{text}}, want...)
	}
	book := bookParts(cells.String())
	book["xl/_rels/workbook.xml.rels"] = strings.Replace(book["xl/_rels/workbook.xml.rels"], "</Relationships>", `<Relationship Id="s" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>`, 1)
	parts := maps.Clone(book)
	parts["xl/sharedStrings.xml"] = "<sst>" + sst.String() + "</sst>"
	diff(t, "rows", rows(t, "a.xlsx", zipOf(t, parts)), want)
}

func TestManySharedTextsAreKeptPacked(t *testing.T) {
	s := &textStore{}
	text := func(i int) string { return itoa(i) + strings.Repeat("反映门诊收费不规范", 400) }
	const n = textPlain/10_000 + 2000
	for i := range n {
		s.add(text(i))
	}
	s.flush()
	if last := s.blocks[len(s.blocks)-1]; last.packed == nil || len(s.blocks) < textRecent+textPlain/textBlockSize {
		t.Fatalf("%d blocks, the last is not packed", len(s.blocks))
	}
	for i := range n {
		for _, j := range []int{i, n - 1 - i} {
			if got, ok := s.get(j); !ok || got != text(j) {
				t.Fatalf("text %d is %.20q", j, got)
			}
		}
	}
	if _, ok := s.get(n); ok {
		t.Error("a text that was never added is there")
	}
}
