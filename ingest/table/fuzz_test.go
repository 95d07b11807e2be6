package table

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// fuzzLimits keep a fuzzed file small, so that the limits are met as well.
var fuzzLimits = Limits{Unpacked: 8 << 20, FreeRatio: 4 << 20, Entries: 50, Document: 1 << 20, Rows: 5000, CellChars: 2000}

// holds reads data and fails when what comes out breaks the promises of the
// package: rows are numbered and not empty, their texts are valid, without control
// characters and within the limit, marks of merged cells match the cells, errors
// are of the two kinds and speak both languages, and all of it ends in time.
func holds(t *testing.T, data []byte) {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	checkError := func(err error) {
		if code := codeOf(err); strings.Contains(code, " ") || code == CodeTimeLimit {
			t.Errorf("error %s", code)
		}
	}
	opt := Options{Limits: fuzzLimits, Convert: func(context.Context, io.Reader, string, string) ([]byte, error) { return nil, io.EOF }}
	for table, err := range Open(ctx, "f", bytes.NewReader(data), int64(len(data)), opt) {
		if err != nil {
			checkError(err)
			continue
		}
		if table.Index < 1 || table.Format == "" {
			t.Errorf("table %+v", table)
		}
		for _, line := range append(table.Before, table.After...) {
			checkText(t, line)
		}
		for row, err := range table.Rows {
			if err != nil {
				checkError(err)
				var fe *FileError
				if errors.As(err, &fe) {
					continue
				}
			}
			n := len(row.Cells)
			if row.Number < 1 || n == 0 && err == nil || n > 0 && row.Cells[n-1] == "" || row.Merged != nil && len(row.Merged) != n {
				t.Errorf("row %d has %d cells, %d marks", row.Number, n, len(row.Merged))
			}
			for _, cell := range row.Cells {
				if len(cell) > 0 {
					checkText(t, cell)
				}
				if utf8.RuneCountInString(cell) > fuzzLimits.CellChars {
					t.Errorf("a cell of %d characters", utf8.RuneCountInString(cell))
				}
			}
		}
	}
}

func checkText(t *testing.T, s string) {
	if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' }) {
		t.Errorf("text %q", s)
	}
}

// Whatever stands in the body of a document, the promises of holds are kept.
func FuzzDocx(f *testing.F) {
	f.Add([]byte(tbl(tr(tc("序号"), tc("描述")))))
	f.Add([]byte(para("x") + tbl(tr(tcp(`<w:vMerge w:val="restart"/><w:gridSpan w:val="3"/>`, para("a"))), tr(tcp(`<w:vMerge/>`, tbl(tr(tc("n"))))))))
	f.Add([]byte(tbl(trp(`<w:tblHeader/><w:gridBefore w:val="2"/>`, tc2(`<w:sdt><w:sdtContent>`+para("a")+`</w:sdtContent></w:sdt>`)))))
	f.Add([]byte(tbl(tr(tc2(`<w:p><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:fldChar w:fldCharType="begin"/></w:r></w:p>`)))))
	f.Add([]byte(tbl(tr(tc2(`<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><w:txbxContent>` + para("b") + `</w:txbxContent></w:drawing></mc:Choice></mc:AlternateContent></w:r></w:p>`)))))
	numbering := `numbering.xml=<w:numbering><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`
	f.Fuzz(func(t *testing.T, body []byte) {
		holds(t, docxOf(t, numbering, string(body)))
		holds(t, body)
	})
}

// Whatever stands in a sheet, its shared texts and its styles, the promises of
// holds are kept.
func FuzzXlsx(f *testing.F) {
	f.Add([]byte(`<row r="1"><c r="A1" t="s" s="1"><v>0</v></c><c r="C1" s="1"><v>46086.5</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`), []byte(`<si><t>a_x000D_</t></si>`), []byte(`<numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;"/><cellXfs><xf/><xf numFmtId="164"/></cellXfs>`))
	f.Add([]byte(`<row><c t="inlineStr"><is><r><t>x</t></r></is></c><c t="b"><v>1</v></c><c t="d"><v>2026-03-05</v></c><c><f>1</f></c></row>`), []byte(`<si><r><t>x</t></r><rPh/></si>`), []byte(`<cellXfs><xf numFmtId="14"/></cellXfs>`))
	f.Fuzz(func(t *testing.T, sheet, texts, styles []byte) {
		book := bookParts("")
		book["xl/worksheets/sheet1.xml"] = `<worksheet xmlns="` + bookNS + `"><sheetData>` + string(sheet) + `</worksheet>`
		book["xl/_rels/workbook.xml.rels"] = `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="s" Type="x/sharedStrings" Target="s.xml"/><Relationship Id="t" Type="x/styles" Target="t.xml"/></Relationships>`
		book["xl/s.xml"] = "<sst>" + string(texts) + "</sst>"
		book["xl/t.xml"] = "<styleSheet>" + string(styles) + "</styleSheet>"
		holds(t, zipOf(t, book))
		holds(t, sheet)
	})
}

// Whatever the bytes, the promises of holds are kept.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"a,b\n1,2\n", "a;b\r\n\"1\n\"\"2\",3", "编号，单位\n1，2\n", "\xFF\xFEa\x00,\x00\n\x00", "\xB1\xE0\xBA\xC5,a\n", "a\tb\r1\t\"2", "# x\n", "\"a\" ,b\n\"", "\x00\xEF\xBB\xBF"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(holds)
}

// Whatever the bytes, the promises of holds are kept.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`[{"a":1}]`, `{"items":[{"a":[1,"x"]}],"n":{}}`, "{\"a\":null}\n{\"b\":{}}", `[{"a":{"b":[[]]}}`, `{"items":{}}`, `[[[[`, `{"a":1e999}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(holds)
}

// Whatever an archive is made of, the promises of holds are kept: whole ones with any name
// and content of an entry, and any bytes that begin as one.
func FuzzArchive(f *testing.F) {
	whole := zipBytes(f, map[string][]byte{"a.csv": []byte("a,b\n1,2\n"), "说明.pdf": []byte("%PDF-1.7")})
	f.Add("a.csv", []byte("编号,单位\n1,13\n"), whole)
	f.Add("../../b.jsonl", []byte(`{"a":1}`), whole[:len(whole)-7])
	f.Add("c/", []byte("PK\x03\x04"), []byte("PK\x05\x06"))
	f.Add("~$d.docx", whole, whole[11:])
	f.Fuzz(func(t *testing.T, name string, content, raw []byte) {
		holds(t, zipBytes(t, map[string][]byte{name: content, "z.csv": []byte("a,b\n1,2\n")}))
		holds(t, append([]byte("PK\x03\x04"), raw...))
	})
}

// zipBytes is an archive of these entries; a name that the format cannot hold is left out.
func zipBytes(t testing.TB, entries map[string][]byte) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range entries {
		part, err := w.Create(name)
		if err != nil {
			continue
		}
		if _, err := part.Write(content); err != nil && !strings.HasSuffix(name, "/") {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Where the parser of this package and encoding/xml both accept a document, they
// see the same elements and the same text.
func FuzzXML(f *testing.F) {
	for _, seed := range []string{`<a b="1"><c/>x&amp;<![CDATA[y]]><!-- z --></a>`, "<?xml version=\"1.0\"?>\r\n<n:a xmlns:n='u'>\r\n</n:a>", `<!DOCTYPE a><a/>`, `<a>&#65;</a><b/>`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		ours, ok := ourXML(data)
		if !ok {
			return
		}
		theirs, ok := theirXML(data)
		if ok && ours != theirs {
			t.Errorf("%q was read as %q; encoding/xml reads %q", data, ours, theirs)
		}
	})
}

func ourXML(data []byte) (string, bool) {
	x, err := newXMLReader(bytes.NewReader(data))
	if err != nil {
		return "", false
	}
	var out strings.Builder
	for {
		kind, err := x.next()
		if err != nil {
			return "", false
		}
		switch kind {
		case xmlStart:
			out.WriteString("<" + string(x.name) + ">")
		case xmlEnd:
			out.WriteString("</" + string(x.name) + ">")
		case xmlText:
			out.Write(x.text)
		case xmlEOF:
			return out.String(), true
		}
	}
}

func theirXML(data []byte) (string, bool) {
	var out strings.Builder
	depth := 0
	for d := xml.NewDecoder(bytes.NewReader(data)); ; {
		token, err := d.Token()
		if err != nil {
			return "", false
		}
		switch token := token.(type) {
		case xml.StartElement:
			depth++
			out.WriteString("<" + token.Name.Local + ">")
		case xml.EndElement:
			out.WriteString("</" + token.Name.Local + ">")
			if depth--; depth == 0 {
				return out.String(), true
			}
		case xml.CharData:
			if depth > 0 {
				out.Write(token)
			}
		}
	}
}
