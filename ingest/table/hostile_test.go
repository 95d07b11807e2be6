package table

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
)

// hostileFile is a file made to break a reader.
type hostileFile struct {
	name string
	data []byte
}

// damaged returns a file cut short in several places, and with bytes turned over in others.
func damaged(name string, data []byte) []hostileFile {
	var out []hostileFile
	ext := filepath.Ext(name)
	stem := strings.TrimSuffix(name, ext)
	for _, share := range []int{1, 10, 50, 90, 99} {
		out = append(out, hostileFile{fmt.Sprintf("%s cut at %d percent%s", stem, share, ext), data[:len(data)*share/100]})
	}
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 6 {
		broken := bytes.Clone(data)
		for range 1 + len(broken)/500 {
			broken[random.IntN(len(broken))] ^= byte(1 + random.IntN(255))
		}
		out = append(out, hostileFile{fmt.Sprintf("%s with bytes turned over %d%s", stem, i, ext), broken})
	}
	return out
}

// zipWith writes an archive whose entries are stored as they are said to be, true or not.
func zipWith(t *testing.T, headers ...*zip.FileHeader) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, h := range headers {
		if _, err := w.CreateRaw(h); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

// bomb is n bytes of one letter, packed.
func bomb(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	block := bytes.Repeat([]byte("a"), 1<<20)
	for range n >> 20 {
		if _, err := w.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func hostileFiles(t *testing.T) []hostileFile {
	t.Helper()
	form := docxOf(t, "", para("填表处室（单位）：市第一医院")+tbl(tr(tc("序号"), tc("廉洁风险点描述"), tc("防控措施")), tr(tc("1"), tc("采购"), tc("复核"))))
	book := bookOf(t, func(f *excelize.File) error {
		return setRows(f, "Sheet1", []any{"编号", "单位", "日期", "内容"}, []any{"1", "13", 46086, "排队"}, []any{"2", "13", 46087, "退费"})
	})
	csv := []byte("编号,单位,日期,内容\r\n1,13,2026-03-05,\"排队\n太久\"\r\n2,14,2026-03-06,退费\r\n")
	jsonText := []byte(`[{"编号":"1","单位":"13","内容":"排队"},{"编号":"2","单位":{"code":[1,2,{"x":null}]}}]`)
	utf16Text := func(order binary.ByteOrder, mark bool) []byte {
		var b bytes.Buffer
		if mark {
			_ = binary.Write(&b, order, uint16(0xFEFF))
		}
		_ = binary.Write(&b, order, utf16.Encode([]rune(string(csv))))
		return b.Bytes()
	}

	var out []hostileFile
	for _, f := range []hostileFile{{"form.docx", form}, {"book.xlsx", book}, {"list.csv", csv}, {"list.json", jsonText}, {"all.zip", zipOf(t, map[string]string{"a.docx": string(form), "b.csv": string(csv), "c.json": string(jsonText)})}} {
		out = append(out, damaged(f.name, f.data)...)
	}
	add := func(name string, data []byte) { out = append(out, hostileFile{name, data}) }

	// Encodings that are not what they say.
	add("utf-16 without a mark.csv", utf16Text(binary.LittleEndian, false))
	add("utf-16 the other way round.csv", utf16Text(binary.BigEndian, true))
	add("utf-16 with half a character.csv", utf16Text(binary.LittleEndian, true)[:31])
	add("utf-16 with lone surrogates.csv", []byte("\xff\xfe\x00\xd8,\x00\x00\xdc\n\x00"))
	add("a mark of utf-8 and then GBK.csv", append([]byte("\xEF\xBB\xBF"), "\xB1\xE0\xBA\xC5,\xC4\xDA\xC8\xDD\n1,2\n"...))
	add("utf-8 cut within characters.csv", []byte("编号,内\xE5\n1,\xE5\xAE\n"))
	add("overlong utf-8.csv", []byte("a,b\n\xC0\x80,\xE0\x80\x80\n"))
	add("GB18030 of four bytes cut.csv", []byte("\xB1\xE0\xBA\xC5,b\n1,\x81\x30\x81"))
	add("nothing but zeros.csv", make([]byte, 1<<20))
	add("nothing but marks.csv", bytes.Repeat([]byte("\xEF\xBB\xBF"), 1000))
	add("every byte there is.csv", func() []byte {
		var b []byte
		for i := range 1 << 16 {
			b = append(b, byte(i), byte(i>>8))
		}
		return b
	}())

	// Shapes of text tables.
	add("a hundred thousand columns.csv", []byte(strings.Repeat("列,", 100_000)+"末\n"+strings.Repeat("1,", 100_000)+"2\n"))
	add("a million columns.csv", []byte(strings.Repeat(",", 1_000_000)+"x\n"+strings.Repeat(",", 1_000_000)+"y\n"))
	add("a line of 32 MB.csv", append([]byte("a,b\n"), bytes.Repeat([]byte("x"), 32<<20)...))
	add("a quotation mark that nothing closes.csv", append([]byte("a,b\n1,\""), bytes.Repeat([]byte("x,y\n"), 1<<20)...))
	add("nothing but quotation marks.csv", bytes.Repeat([]byte(`"`), 1<<20|1))
	add("nothing but line ends.csv", bytes.Repeat([]byte("\r\n"), 1<<20))
	add("only carriage returns.csv", []byte("a,b\r1,2\r3,4\r"))
	add("a million short lines.csv", append([]byte("a,b\n"), bytes.Repeat([]byte("1,2\n"), 1_000_000)...))
	add("formulas.csv", []byte("编号,内容\n=cmd|'/c calc'!A1,@SUM(1)\n+1,-2\n"))
	add("empty.csv", nil)
	add("one byte.csv", []byte("x"))

	// JSON.
	add("a hundred thousand levels.json", []byte(strings.Repeat(`[`, 100_000)))
	add("a hundred thousand levels of objects.json", []byte(strings.Repeat(`{"a":`, 100_000)))
	add("numbers without end.json", []byte(`[{"a":1e999999,"b":`+strings.Repeat("9", 100_000)+`}]`))
	add("keys twice.json", []byte(`[{"a":1,"a":2,"":3}]`))
	add("a hundred thousand keys.json", func() []byte {
		var b strings.Builder
		b.WriteString("[{")
		for i := range 100_000 {
			fmt.Fprintf(&b, `"k%d":1,`, i)
		}
		b.WriteString(`"z":1}]`)
		return []byte(b.String())
	}())
	add("half an escape.json", []byte(`[{"a":"\ud800","b":"\u12`))
	add("garbage after the end.json", []byte(`[{"a":1}]}}}}`))

	// Archives that lie.
	packed := bomb(t, 256<<20)
	for _, size := range []uint64{10, 1 << 40, 1<<64 - 1} {
		add(fmt.Sprintf("a bomb that says it has %d bytes.zip", size), zipWithBody(t, &zip.FileHeader{Name: "a.csv", Method: zip.Deflate, UncompressedSize64: size, CompressedSize64: uint64(len(packed))}, packed))
	}
	add("a bomb within a form.docx", zipWithBody(t, &zip.FileHeader{Name: "word/document.xml", Method: zip.Deflate, UncompressedSize64: 256 << 20, CompressedSize64: uint64(len(packed))}, packed))
	add("an archive within an archive within an archive.zip", zipOf(t, map[string]string{"a.zip": string(zipOf(t, map[string]string{"b.zip": string(zipOf(t, map[string]string{"c.csv": "a,b\n1,2\n"}))}))}))
	many := map[string]string{}
	for i := range 5000 {
		many[fmt.Sprintf("%d.csv", i)] = "a,b\n1,2\n"
	}
	add("five thousand entries.zip", zipOf(t, many))
	add("names that leave the folder.zip", zipOf(t, map[string]string{"../../etc/passwd": "a,b\n1,2\n", "/abs.csv": "a,b\n3,4\n", `..\win.csv`: "a,b\n5,6\n"}))
	add("an entry of an unknown method.zip", zipWith(t, &zip.FileHeader{Name: "a.csv", Method: 99}).Bytes())
	add("an entry that is encrypted.zip", zipWithBody(t, &zip.FileHeader{Name: "a.csv", Flags: 1, CompressedSize64: 4, UncompressedSize64: 4}, []byte("abcd")))
	zip64 := zipOf(t, map[string]string{"a.csv": "a,b\n1,2\n"})
	lied := bytes.Clone(zip64)
	copy(lied[len(lied)-12:], bytes.Repeat([]byte{0xff}, 10)) // sizes and place of the directory
	add("a directory that lies elsewhere.zip", lied)
	add("an archive without entries.zip", zipOf(t, nil))
	add("an archive behind other bytes.zip", append(bytes.Repeat([]byte("x"), 1000), zip64...))

	// Word.
	nested := "x"
	for range 200 {
		nested = tbl(tr(tc2(nested + para(""))))
	}
	add("two hundred nested tables.docx", docxOf(t, "", nested))
	add("elements of a depth of 20,000.docx", docxOf(t, "", strings.Repeat("<w:p>", 20_000)))
	add("a doctype with entities.docx", zipOf(t, map[string]string{"[Content_Types].xml": "<Types/>", "_rels/.rels": relsOf("officeDocument", "word/document.xml"),
		"word/document.xml": `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]><w:document><w:body>&b;&c;</w:body></w:document>`}))
	for _, span := range []string{"0", "-1", "1000000", "99999999999999999999"} {
		add("cells that span "+span+".docx", docxOf(t, "", tbl(tr(tcp(`<w:gridSpan w:val="`+span+`"/><w:vMerge w:val="restart"/>`, para("a")), tc("b")), tr(tcp(`<w:gridSpan w:val="`+span+`"/><w:vMerge/>`, para("")), tc("c")))))
		add("rows that begin after "+span+".docx", docxOf(t, "", tbl(trp(`<w:gridBefore w:val="`+span+`"/>`, tc("a")), tr(tc("b")))))
	}
	add("merged without a beginning.docx", docxOf(t, "", tbl(tr(tcp(`<w:vMerge/>`, para("")), tc("b")), tr(tcp(`<w:vMerge/>`, para("")), tc("c")))))
	add("a hundred thousand cells in a row.docx", docxOf(t, "", tbl(tr(strings.Repeat(tc("x"), 100_000)))))
	add("a form that points at itself.docx", zipOf(t, map[string]string{"[Content_Types].xml": "<Types/>", "_rels/.rels": relsOf("officeDocument", "_rels/.rels")}))
	add("a form without a body.docx", zipOf(t, map[string]string{"[Content_Types].xml": "<Types/>", "_rels/.rels": relsOf("officeDocument", "word/document.xml"), "word/document.xml": ""}))

	// Workbooks.
	sheet := func(name, rows string) {
		add(name+".xlsx", zipOf(t, bookParts(rows)))
	}
	sheet("a cell in the last column there is", `<row r="1"><c r="XFD1"><v>1</v></c></row><row r="2"><c r="A2"><v>1</v></c></row>`)
	sheet("a cell in a column that is not", `<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>`)
	sheet("a row that is not", `<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>`)
	sheet("rows in no order", `<row r="9"><c r="B9"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c><c r="A2"><v>3</v></c></row>`)
	sheet("shared texts that are not there", `<row r="1"><c r="A1" t="s"><v>99999</v></c><c r="B1" t="s"><v>-1</v></c></row>`)
	sheet("a style that is not there", `<row r="1"><c r="A1" s="123456"><v>46086</v></c></row>`)
	sheet("numbers that are none", `<row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>1e400</v></c><c r="C1" t="d"><v>soon</v></c></row>`)
	for _, ref := range []string{"A1:XFD1048576", "B2:A1", "A1", "", "A1:B2:C3"} {
		sheet("merged over "+strconv.Quote(ref), `<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="A3"><v>2</v></c></row></sheetData><mergeCells><mergeCell ref="`+ref+`"/></mergeCells><sheetData>`)
	}
	var merged strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&merged, `<mergeCell ref="A%d:C%d"/>`, 2*i+1, 2*i+2)
	}
	sheet("twenty thousand merged cells", `<row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>`+merged.String()+`</mergeCells><sheetData>`)
	wide := strings.Repeat(`<c><v>1</v></c>`, 16_384)
	sheet("rows of sixteen thousand cells", strings.Repeat("<row>"+wide+"</row>", 60))
	add("a compound file that says it is encrypted.xlsx", []byte(compoundOf("EncryptedPackage", 1<<12, nil)))
	add("a compound file of nothing.doc", append(bytes.Clone(magicOLE), make([]byte, 4096)...))
	add("a compound file cut short.xls", append(bytes.Clone(magicOLE), 1, 2, 3))
	for name, magic := range map[string]string{"pdf": "%PDF-1.7\n", "png": "\x89PNG\r\n", "rar": "Rar!\x1a\x07", "7z": "7z\xBC\xAF\x27\x1C", "gz": "\x1F\x8B\x08", "exe": "MZ\x90\x00", "rtf": `{\rtf1`} {
		add("something else."+name, append([]byte(magic), make([]byte, 100)...))
	}
	return out
}

func zipWithBody(t *testing.T, h *zip.FileHeader, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	part, err := w.CreateRaw(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// peak returns the largest resident memory of this process since the last call, in bytes, or
// false where the system does not tell.
func peak() (int64, bool) {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, false
	}
	_, rest, found := strings.Cut(string(text), "VmHWM:")
	var kb int64
	if _, err := fmt.Sscan(rest, &kb); !found || err != nil {
		return 0, false
	}
	return kb << 10, os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) == nil
}

// TestHostileFilesGiveRowsOrAClearError reads files of our own making and, where they are
// there, the real ones that broke other readers: each within ten seconds and 512 MB (promise
// D12), with rows or with errors that say in both languages what is wrong.
func TestHostileFilesGiveRowsOrAClearError(t *testing.T) {
	files := hostileFiles(t)
	if len(files) < 100 {
		t.Errorf("%d files are made, want at least 100", len(files))
	}
	real, err := filepath.Glob(filepath.Join(messy, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range real {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, hostileFile{filepath.Base(path), data})
	}
	t.Setenv("PATH", t.TempDir()) // old formats end with their message here; office_test.go converts them
	runtime.GC()
	_, told := peak()
	var slowest time.Duration
	var largest int64
	outcome := map[string]int{}
	for _, f := range files {
		ctx, stop := context.WithTimeout(t.Context(), 10*time.Second)
		began := time.Now()
		rows := 0
		var failed []string
		for table, err := range Open(ctx, f.name, bytes.NewReader(f.data), int64(len(f.data)), Options{}) {
			if err != nil {
				failed = append(failed, codeOf(err))
				continue
			}
			for _, err := range table.Rows {
				if err != nil {
					failed = append(failed[:min(len(failed), 20)], codeOf(err))
				}
				rows++
			}
		}
		stop()
		slowest = max(slowest, time.Since(began))
		if memory, ok := peak(); ok && told {
			if largest = max(largest, memory); memory > 512<<20 {
				t.Errorf("%s took %d MB", f.name, memory>>20)
			}
		}
		for _, code := range failed {
			if code == CodeTimeLimit || strings.Contains(code, " ") {
				t.Errorf("%s: %s", f.name, code)
			}
			outcome[code]++
		}
		if rows == 0 && len(failed) == 0 {
			t.Errorf("%s gave neither rows nor an error", f.name)
		}
	}
	t.Logf("%d files of our own, %d real ones; the slowest %s, the largest memory %d MB; errors %v", len(files)-len(real), len(real), slowest.Round(time.Millisecond), largest>>20, outcome)
}
