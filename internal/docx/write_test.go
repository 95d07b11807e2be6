package docx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"qingfeng/internal/docx/docxtest"
)

var sample = Document{
	Title: "清单", Creator: "政治处", Created: time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC), Landscape: true,
	Body: []Block{
		Paragraph{Runs: []Run{{Text: "标题 <&>", Bold: true, Size: 18, Font: "宋体"}}, Align: Center},
		Table{
			Widths: []int{1000, 2000, 3000}, Headings: 1,
			Rows: []Row{
				{Cells: []Cell{{Paragraphs: []Paragraph{Text("序号")}}, {Paragraphs: []Paragraph{Text("风险\n等级")}, Span: 2}}},
				{Cells: []Cell{{Paragraphs: []Paragraph{Text("1")}, Merge: MergeStart}, {Paragraphs: []Paragraph{Text("甲\t乙")}, Control: "描述 \"一\""},
					{Paragraphs: []Paragraph{{Runs: []Run{{Text: "第一条"}}, List: 1}, {Runs: []Run{{Text: "第二条"}}, List: 1}}}}},
				{Cells: []Cell{{Merge: MergeContinue}, {}, {Paragraphs: []Paragraph{{Runs: []Run{
					{Text: "旧", Change: &Change{Deleted: true, Author: "李"}}, {Text: "新", Change: &Change{Author: "李"}}}}}}}},
			},
		},
	},
}

// parts returns the parts of a document, each checked to be well-formed.
func parts(t *testing.T, b []byte) map[string]string {
	t.Helper()
	out := docxtest.Parts(t, b)
	for name, text := range out {
		dec := xml.NewDecoder(strings.NewReader(text))
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	return out
}

func TestWriteSaysWhatTheDocumentHolds(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, sample); err != nil {
		t.Fatal(err)
	}
	p := parts(t, b.Bytes())
	for part, wants := range map[string][]string{
		"word/document.xml": {
			`<w:t xml:space="preserve">标题 &lt;&amp;&gt;</w:t>`,
			`<w:t xml:space="preserve">风险</w:t><w:br/><w:t xml:space="preserve">等级</w:t>`,
			`<w:tcW w:w="5000" w:type="dxa"/><w:gridSpan w:val="2"/>`,
			`<w:vMerge w:val="restart"/>`, `<w:vMerge/>`, `<w:tblHeader/>`, `<w:numId w:val="1"/>`,
			`<w:alias w:val="描述 &#34;一&#34;"/>`,
			`<w:del w:id="1" w:author="李" w:date="0001-01-01T00:00:00Z"><w:r><w:delText xml:space="preserve">旧</w:delText></w:r></w:del>`,
			`<w:r><w:t xml:space="preserve">新</w:t></w:r></w:ins>`,
			`<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>`,
			`</w:tbl><w:p/>`,
		},
		"word/numbering.xml": {`<w:num w:numId="1">`},
		"docProps/core.xml":  {`2026-03-05T00:00:00Z</dcterms:modified>`, `<dc:creator>政治处</dc:creator>`},
	} {
		for _, want := range wants {
			if !strings.Contains(p[part], want) {
				t.Errorf("%s lacks %s:\n%s", part, want, p[part])
			}
		}
	}
}

func TestTheSameDocumentGivesTheSameBytes(t *testing.T) {
	var a, b bytes.Buffer
	for _, w := range []io.Writer{&a, &b} {
		if err := Write(w, sample); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("two writes differ")
	}
}

func TestWriteRefusesRowsThatDoNotFillTheTable(t *testing.T) {
	for _, tc := range []struct {
		name  string
		cells []Cell
		want  string
	}{
		{"a row that is too short is named", []Cell{{}}, "row 1 has 1 of 2 columns"},
		{"a row that is too long is named", []Cell{{}, {Span: 2}}, "row 1 has more than 2 columns"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			err := Write(io.Discard, Document{Title: "x", Body: []Block{Table{Widths: []int{1, 1}, Rows: []Row{{Cells: tc.cells}}}}})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Write() = %v; want %q", err, tc.want)
			}
		})
	}
}

func TestAnEmptyDocumentStillHasAParagraph(t *testing.T) {
	var b bytes.Buffer
	if err := Write(&b, Document{}); err != nil {
		t.Fatal(err)
	}
	got := parts(t, b.Bytes())["word/document.xml"]
	if !strings.Contains(got, "<w:body><w:p/><w:sectPr>") {
		t.Errorf("body: %s", got)
	}
}

func TestWidthIsThePageWithoutItsMargins(t *testing.T) {
	for _, tc := range []struct {
		landscape bool
		want      int
	}{{true, 14798}, {false, 9866}} {
		if got := (Document{Landscape: tc.landscape}).Width(); got != tc.want {
			t.Errorf("Document{Landscape: %t}.Width() = %d; want %d", tc.landscape, got, tc.want)
		}
	}
}
