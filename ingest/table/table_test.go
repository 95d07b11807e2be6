package table

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// got is everything that reading a file gave.
type got struct {
	Tables  []gotTable
	Errors  []string // codes of errors in place of tables
	Notices []string // codes
}

type gotTable struct {
	Name    string // file, format, sheet
	Before  []string
	After   []string
	Rows    [][]string
	Numbers []int
	Merged  []string // per row: one character a cell, m where merged
	Errors  []string // codes of row errors, and of the error that ended the rows
}

func read(tb testing.TB, name string, data []byte, opt Options) got {
	tb.Helper()
	return readContext(tb.Context(), name, data, opt)
}

func readContext(ctx context.Context, name string, data []byte, opt Options) got {
	var g got
	opt.Notice = func(n Notice) { g.Notices = append(g.Notices, n.Code) }
	for t, err := range Open(ctx, name, bytes.NewReader(data), int64(len(data)), opt) {
		if err != nil {
			g.Errors = append(g.Errors, codeOf(err))
			continue
		}
		gt := gotTable{Name: strings.TrimSuffix(t.File+"|"+t.Format+"|"+t.Sheet, "|"), Before: t.Before, After: t.After}
		for row, err := range t.Rows {
			if err != nil {
				gt.Errors = append(gt.Errors, codeOf(err))
				if row.Cells == nil {
					continue
				}
			}
			gt.Rows = append(gt.Rows, row.Cells)
			gt.Numbers = append(gt.Numbers, row.Number)
			merged := ""
			for _, m := range row.Merged {
				merged += map[bool]string{false: ".", true: "m"}[m]
			}
			gt.Merged = append(gt.Merged, merged)
		}
		g.Tables = append(g.Tables, gt)
	}
	return g
}

func codeOf(err error) string {
	var fe *FileError
	var re *RowError
	switch {
	case errors.As(err, &fe):
		if fe.Detail.ZH == "" || fe.Detail.EN == "" || fe.File == "" {
			return fe.Code + " without a message"
		}
		return fe.Code
	case errors.As(err, &re):
		if re.Detail.ZH == "" || re.Detail.EN == "" || re.File == "" || re.Row == 0 {
			return re.Code + " without a message"
		}
		return re.Code
	}
	return "untyped " + err.Error()
}

// rows returns the rows of the only table of a file that reads without errors.
func rows(tb testing.TB, name string, data []byte) [][]string {
	tb.Helper()
	g := read(tb, name, data, Options{})
	if len(g.Tables) != 1 || len(g.Errors) > 0 || len(g.Tables[0].Errors) > 0 {
		tb.Fatalf("reading %s gave %d tables, errors %v", name, len(g.Tables), g.Errors)
	}
	return g.Tables[0].Rows
}

// zipOf is an archive of the parts, in the order of their names.
func zipOf(tb testing.TB, parts map[string]string) []byte {
	tb.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		f, err := w.Create(name)
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := io.WriteString(f, parts[name]); err != nil {
			tb.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func diff(tb testing.TB, what string, got, want any) {
	tb.Helper()
	if d := cmp.Diff(want, got); d != "" {
		tb.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func TestAnArchiveGivesEachOfItsFilesInTurn(t *testing.T) {
	form := docxOf(t, "", tbl(tr(tc("序号"), tc("描述"))))
	data := zipOf(t, map[string]string{
		"1 清单/a.docx":           string(form),
		"2.csv":                 "编号,单位\n1,医院\n",
		"3.pdf":                 "%PDF-1.7",
		"4 broken.docx":         string(form[:len(form)/2]),
		"5.json":                `[{"编号":"2"}]`,
		"6 inner.zip":           string(zipOf(t, map[string]string{"x.csv": "a,b\n"})),
		"7 照片.jpg":              "\xFF\xD8\xFF",
		"__MACOSX/._2.csv":      "junk",
		"~$a.docx":              "junk",
		"8 folder/":             "",
		"../../etc/../evil.csv": "甲,乙\n1,2\n",
	})
	g := read(t, "一批.zip", data, Options{})
	var names []string
	for _, table := range g.Tables {
		names = append(names, table.Name)
	}
	diff(t, "tables", names, []string{"一批.zip/evil.csv|csv", "一批.zip/1 清单/a.docx|docx", "一批.zip/2.csv|csv", "一批.zip/5.json|json"})
	diff(t, "errors", g.Errors, []string{CodeFormatUnknown, CodeUnreadable, CodeFormatUnknown})
	diff(t, "notices", g.Notices, []string{NoticeEntryIgnored})
}

func TestNamesInsideAnArchive(t *testing.T) {
	for _, tc := range []struct{ name, stored, want string }{
		{"a name in GB18030 without the flag of UTF-8", "\xB7\xE7\xCF\xD5.csv", "风险.csv"},
		{"a name in UTF-8 without the flag", "风险.csv", "风险.csv"},
		{"a name with backslashes", `科室\清单.csv`, "科室/清单.csv"},
		{"a name that leaves the folder", "../../a.csv", "a.csv"},
		{"a name with control characters", "a\x1b[31m\n.csv", "a[31m.csv"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var b bytes.Buffer
			w := zip.NewWriter(&b)
			f, err := w.CreateHeader(&zip.FileHeader{Name: tc.stored, NonUTF8: true, Method: zip.Deflate})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.WriteString(f, "a,b\n1,2\n"); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			g := read(t, "z.zip", b.Bytes(), Options{})
			if len(g.Tables) != 1 || g.Tables[0].Name != "z.zip/"+tc.want+"|csv" {
				t.Errorf("reading an entry %q gave %+v", tc.stored, g)
			}
		})
	}
}

func TestFilesThatHoldNoTable(t *testing.T) {
	for _, tc := range []struct {
		name, data, code string
	}{
		{"an empty file", "", CodeEmpty},
		{"a file of blanks", " \r\n\t\n", CodeEmpty},
		{"a csv of empty cells", ",,,\n,,,\n", CodeEmpty},
		{"an empty JSON array", "[]", CodeEmpty},
		{"a JSON array of texts", `["a"]`, CodeUnreadable},
		{"a JSON text", `[1,2`, CodeUnreadable},
		{"a JSON array cut short", `[{"a":1},`, CodeUnreadable},
		{"a PDF", "%PDF-1.7 ...", CodeFormatUnknown},
		{"a picture", "\x89PNG\r\n\x1a\n", CodeFormatUnknown},
		{"RTF under the name of a document", `{\rtf1\ansi}`, CodeFormatUnknown},
		{"a web page under the name of a workbook", "\xEF\xBB\xBF\r\n<HTML><body><table><tr><td>编号</td></tr></table></body></html>", CodeFormatUnknown},
		{"a table of a web page", "<table border=1><tr><td>编号</td></tr></table>", CodeFormatUnknown},
		{"a web page with a declaration", "<!DOCTYPE html><html></html>", CodeFormatUnknown},
		{"a workbook in XML of 2003", `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>`, CodeFormatUnknown},
		{"a web archive under the name of a document", "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n", CodeFormatUnknown},
		{"OFD", string(zipOf(t, map[string]string{"OFD.xml": "<ofd:OFD/>", "Doc_0/Document.xml": "<x/>"})), CodeFormatUnknown},
		{"a zip cut short", "PK\x03\x04", CodeUnreadable},
		{"an empty archive", "PK\x05\x06" + strings.Repeat("\x00", 18), CodeEmpty},
		{"an archive of a picture", string(zipOf(t, map[string]string{"a.png": "x"})), CodeEmpty},
		{"a presentation", string(zipOf(t, map[string]string{
			"[Content_Types].xml": "<Types/>", "_rels/.rels": relsOf("officeDocument", "ppt/presentation.xml"), "ppt/presentation.xml": "<p:presentation xmlns:p='x'/>",
		})), CodeFormatUnknown},
		{"a document without tables", string(docxOf(t, "", para("正文"))), CodeEmpty},
		{"a document whose table is in a text box", string(docxOf(t, "", `<w:p><w:r><w:pict><v:textbox><w:txbxContent>`+tbl(tr(tc("序号"), tc("描述")))+`</w:txbxContent></v:textbox></w:pict></w:r></w:p>`)), CodeEmpty},
		{"a document with an empty table", string(docxOf(t, "", tbl(tr(tc2(""), tc2(""))))), CodeEmpty},
		{"a container of no office program", compoundOf("Something", 1<<12, nil), CodeFormatUnknown},
		{"an encrypted docx or xlsx", compoundOf("EncryptedPackage", 1<<12, nil), CodeEncrypted},
		{"an encrypted doc", compoundOf("WordDocument", 1<<12, []byte{0xEC, 0xA5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), CodeEncrypted},
		{"an encrypted xls", compoundOf("Workbook", 1<<12, []byte{9, 8, 4, 0, 0, 0, 0, 0, 0x2F, 0, 2, 0}), CodeEncrypted},
		{"a container cut short", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", CodeUnreadable},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := read(t, "f", []byte(tc.data), Options{})
			codes := g.Errors
			for _, table := range g.Tables {
				if len(table.Rows) > 0 && tc.code == CodeEmpty {
					t.Errorf("it gave rows %v", table.Rows)
				}
				codes = append(codes, table.Errors...)
			}
			diff(t, "codes", codes, []string{tc.code})
		})
	}
}

// compoundOf is a container of older office programs with one stream.
func compoundOf(stream string, size int, content []byte) string {
	b := make([]byte, size)
	copy(b, magicOLE)
	b[30] = 9
	entry := b[512:]
	for i := range stream {
		entry[2*i] = stream[i]
	}
	entry[64], entry[66], entry[116] = byte(2*len(stream)+2), 2, 1
	copy(b[1024:], content)
	return string(b)
}

func TestOldFormatsAreConverted(t *testing.T) {
	converted := docxOf(t, "", tbl(tr(tc("序号"), tc("描述"))))
	var asked []string
	opt := Options{Convert: func(_ context.Context, src io.Reader, from, to string) ([]byte, error) {
		asked = append(asked, from+" to "+to)
		_, err := io.ReadAll(src)
		return converted, err
	}}
	g := read(t, "旧.doc", []byte(compoundOf("WordDocument", 1<<12, nil)), opt)
	diff(t, "asked", asked, []string{"doc to docx"})
	if len(g.Tables) != 1 || g.Tables[0].Name != "旧.doc|docx" {
		t.Errorf("a converted document gave %+v", g)
	}

	odt := zipOf(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"})
	if g := read(t, "a.odt", odt, opt); len(g.Tables) != 1 || asked[1] != "odt to docx" {
		t.Errorf("a converted odt gave %+v, asked %v", g, asked)
	}

	t.Setenv("PATH", t.TempDir())
	diff(t, "without a converter", read(t, "旧.doc", []byte(compoundOf("WordDocument", 1<<12, nil)), Options{}).Errors, []string{CodeConverterMissing})
	diff(t, "a converter that fails", read(t, "旧.doc", []byte(compoundOf("WordDocument", 1<<12, nil)), Options{
		Convert: func(context.Context, io.Reader, string, string) ([]byte, error) { return nil, io.ErrUnexpectedEOF },
	}).Errors, []string{CodeUnreadable})
	diff(t, "a converter that gives rubbish", read(t, "旧.xls", []byte(compoundOf("Workbook", 1<<12, nil)), Options{
		Convert: func(context.Context, io.Reader, string, string) ([]byte, error) { return []byte("rubbish"), nil },
	}).Errors, []string{CodeUnreadable})
}

func TestLimits(t *testing.T) {
	many := map[string]string{}
	for i := range 30 {
		many[itoa(i)+".csv"] = "a,b\n"
	}
	big := "a,b\n" + strings.Repeat("1,2\n", 1<<18)
	for _, tc := range []struct {
		name   string
		data   []byte
		limits Limits
		want   string
	}{
		{"too many entries", zipOf(t, many), Limits{Entries: 20}, CodeTooLarge},
		{"too many bytes unpacked", zipOf(t, map[string]string{"a.csv": big}), Limits{Unpacked: 1 << 19}, CodeTooLarge},
		{"packed too well", zipOf(t, map[string]string{"a.csv": big}), Limits{FreeRatio: 1 << 18}, CodeTooLarge},
		{"a document in an archive too large", zipOf(t, map[string]string{"a.docx": "PK\x03\x04" + strings.Repeat("x", 1000)}), Limits{Document: 500}, CodeTooLarge},
		{"a table with too many rows", docxOf(t, "", tbl(tr(tc("1")), tr(tc("2")), tr(tc("3")))), Limits{Rows: 2}, CodeTooLarge},
		{"a cell too long in a docx", docxOf(t, "", tbl(tr(tc("一二三四五六")))), Limits{CellChars: 5}, CodeCellTooLarge},
		{"a cell too long in a csv", []byte("a,b\n一二三四五六,2\n"), Limits{CellChars: 5}, CodeCellTooLarge},
		{"a cell too long in JSON", []byte(`[{"a":"一二三四五六"}]`), Limits{CellChars: 5}, CodeCellTooLarge},
		{"a csv with too many columns", []byte(strings.Repeat(",", maxColumns+1) + "a\n"), Limits{}, CodeTooLarge},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := read(t, "f", tc.data, Options{Limits: tc.limits})
			codes := g.Errors
			for _, table := range g.Tables {
				codes = append(codes, table.Errors...)
				for _, row := range table.Rows {
					for _, cell := range row {
						if tc.limits.CellChars > 0 && len([]rune(cell)) > tc.limits.CellChars {
							t.Errorf("the cell %q passed the limit", cell)
						}
					}
				}
			}
			diff(t, "codes", codes, []string{tc.want})
		})
	}
}

func TestABombIsRefusedAtOnce(t *testing.T) {
	book := bookParts(`<row r="1"><c r="A1"><v>1</v></c></row>` + strings.Repeat(" ", 70<<20))
	start := time.Now()
	diff(t, "a sheet of blanks", read(t, "a.xlsx", zipOf(t, book), Options{}).Errors, []string{CodeTooLarge})
	doc := map[string]string{"[Content_Types].xml": "", "word/document.xml": wordRoot + strings.Repeat("<w:p/>", 1<<20)}
	diff(t, "a document of empty paragraphs", read(t, "a.docx", zipOf(t, doc), Options{Limits: Limits{FreeRatio: 4 << 20}}).Errors, []string{CodeTooLarge})
	if took := time.Since(start); took > 8*time.Second { // most of it goes into packing
		t.Errorf("the bombs were refused after %v", took)
	}
}

func TestADirectoryOfManyEntriesIsRefusedBeforeItIsRead(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range 120_000 {
		if _, err := w.CreateRaw(&zip.FileHeader{Name: itoa(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	diff(t, "errors", read(t, "many.zip", b.Bytes(), Options{}).Errors, []string{CodeTooLarge})
}

func TestADocumentTypeDeclarationIsRefused(t *testing.T) {
	bomb := `<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>`
	doc := map[string]string{
		"[Content_Types].xml": "<Types/>",
		"word/document.xml":   bomb + `<w:document xmlns:w="` + wordNS + `"><w:body>&b;</w:body></w:document>`,
	}
	diff(t, "docx", read(t, "a.docx", zipOf(t, doc), Options{}).Errors, []string{CodeUnreadable})
	book := bookParts(`<row r="1"><c r="A1"><v>1</v></c></row>`)
	book["xl/worksheets/sheet1.xml"] = bomb + book["xl/worksheets/sheet1.xml"]
	g := read(t, "a.xlsx", zipOf(t, book), Options{})
	if len(g.Tables) != 1 || len(g.Tables[0].Rows) > 0 || !slices.Equal(g.Tables[0].Errors, []string{CodeUnreadable}) {
		t.Errorf("xlsx with a declaration gave %+v", g)
	}
}

func TestTheContextBoundsReading(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, data := range map[string][]byte{
		"a.csv":  []byte("a,b\n1,2\n"),
		"a.json": []byte(`[{"a":1}]`),
		"a.docx": docxOf(t, "", tbl(tr(tc("1")))),
		"a.xlsx": zipOf(t, bookParts(`<row r="1"><c r="A1"><v>1</v></c></row>`)),
		"a.doc":  []byte(compoundOf("WordDocument", 1<<12, nil)),
	} {
		g := readContext(ctx, name, data, Options{})
		diff(t, name, g.Errors, []string{CodeTimeLimit})
	}

	ctx, cancel = context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	endless := &endlessCSV{}
	var last error
	for table := range Open(ctx, "endless.csv", endless, 1<<40, Options{}) {
		for _, err := range table.Rows {
			last = err
		}
	}
	if !errors.Is(last, context.DeadlineExceeded) || codeOf(last) != CodeTimeLimit {
		t.Errorf("an endless file ended with %v", last)
	}
}

type endlessCSV struct{}

func (endlessCSV) ReadAt(p []byte, _ int64) (int, error) {
	for i := range p {
		p[i] = "1,2\n"[i%4]
	}
	return len(p), nil
}

func TestTheConsumerMayStopAnywhere(t *testing.T) {
	two := docxOf(t, "", tbl(tr(tc("1")), tr(tc("2")), tr(tc("3")))+para("间")+tbl(tr(tc("4")), tr(tc("5"))))
	all := zipOf(t, map[string]string{"a.docx": string(two), "b.csv": "a,b\n1,2\n", "c.docx": string(two)})
	for stop := 1; stop < 12; stop++ {
		n := 0
		func() {
			for table, err := range Open(t.Context(), "z.zip", bytes.NewReader(all), int64(len(all)), Options{}) {
				if err != nil {
					t.Fatal(err)
				}
				for range table.Rows {
					if n++; n == stop {
						return
					}
				}
			}
		}()
		if n != stop {
			t.Errorf("stopping after %d rows gave %d", stop, n)
		}
	}

	// Rows that nobody reads, or not to the end, do not disturb the next table.
	var firsts []string
	for table, err := range Open(t.Context(), "z.zip", bytes.NewReader(all), int64(len(all)), Options{}) {
		if err != nil {
			t.Fatal(err)
		}
		if table.Index == 1 && table.File == "z.zip/a.docx" {
			continue
		}
		for row := range table.Rows {
			firsts = append(firsts, row.Cells[0])
			break
		}
	}
	diff(t, "first cells", firsts, []string{"4", "a", "1", "4"})
}

func TestRowsCanBeReadOnceOnly(t *testing.T) {
	data := []byte("a,b\n1,2\n")
	var kept *Table
	for table := range Open(t.Context(), "a.csv", bytes.NewReader(data), int64(len(data)), Options{}) {
		kept = table
	}
	for _, err := range kept.Rows {
		if err == nil {
			t.Error("rows were read after the table was over")
		}
	}
}

func TestTheLastLineOfADownloadIsIgnored(t *testing.T) {
	for name, data := range map[string][]byte{
		"csv":  []byte("编号,内容\n1,甲\n# 导出：张三，2026-03-05\n"),
		"xlsx": zipOf(t, bookParts(`<row><c t="inlineStr"><is><t>编号</t></is></c></row><row><c><v>1</v></c></row><row><c t="inlineStr"><is><t># 导出</t></is></c></row>`)),
	} {
		g := read(t, name, data, Options{})
		if len(g.Tables) != 1 || len(g.Tables[0].Rows) != 2 || !slices.Equal(g.Notices, []string{NoticeLastLineIgnored}) {
			t.Errorf("%s gave %+v", name, g)
		}
	}
	g := read(t, "a.csv", []byte("编号,内容\n# 1,甲\n2,乙\n"), Options{})
	diff(t, "such a line in the middle", g.Tables[0].Rows, [][]string{{"编号", "内容"}, {"# 1", "甲"}, {"2", "乙"}})
}

// What cannot be read is said with what to do about it, in both languages.
func TestWhatCannotBeReadIsSaidWithAWayOut(t *testing.T) {
	for _, tc := range []struct{ name, data, zh, en string }{
		{"RTF", `{\rtf1}`, "另存为", "save it as"},
		{"a web page", "<html><table></table></html>", "另存为", "save it as"},
		{"a PDF", "%PDF-1.7", "原来的", "the original"},
		{"a scan", "\xFF\xD8\xFF\xE0", "原来的", "the original"},
		{"an archive of another kind", "Rar!\x1a\x07", "zip", "zip"},
		{"a document that is a scan", string(docxOf(t, "", para(""))), "图片", "picture"},
	} {
		for _, err := range Open(t.Context(), "f", strings.NewReader(tc.data), int64(len(tc.data)), Options{}) {
			var fe *FileError
			if !errors.As(err, &fe) || !strings.Contains(fe.Detail.ZH, tc.zh) || !strings.Contains(fe.Detail.EN, tc.en) {
				t.Errorf("%s: %v", tc.name, err)
			}
		}
	}
}

func TestWhatADocumentHoldsBesideItsTablesIsSaid(t *testing.T) {
	box := `<w:p><w:r><w:pict><v:textbox><w:txbxContent>` + tbl(tr(tc("2"), tc("框内"))) + `</w:txbxContent></v:textbox></w:pict></w:r></w:p>`
	table := tbl(tr(tc("1"), tc("正文")))
	for _, tc := range []struct {
		name, body string
		want       []string
	}{
		{"nothing", table, nil},
		{"text in a box", table + strings.ReplaceAll(box, tbl(tr(tc("2"), tc("框内"))), para("框内")), nil},
		{"a table inside a cell", tbl(tr(tc("1"), tc2(tbl(tr(tc("a")))+para("b")))), nil},
		{"a table in a box", table + box, []string{NoticeContentIgnored}},
		{"another file", table + `<w:altChunk/>`, []string{NoticeContentIgnored}},
	} {
		var got []string
		data := docxOf(t, "", tc.body)
		for table, err := range Open(t.Context(), "f", bytes.NewReader(data), int64(len(data)), Options{Notice: func(n Notice) {
			got = append(got, n.Code)
			if n.Detail.ZH == "" || n.Detail.EN == "" || n.File != "f" {
				t.Errorf("%s: %+v", tc.name, n)
			}
		}}) {
			if err != nil {
				t.Fatal(err)
			}
			for range table.Rows {
			}
		}
		diff(t, tc.name, got, tc.want)
	}
}
