package report

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"qingfeng/internal/desktop"
)

// asWriterSavesIt opens a file in LibreOffice Writer and saves it as a Word document.
func asWriterSavesIt(t *testing.T, file string) []byte {
	t.Helper()
	dir := t.TempDir()
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	if err := desktop.Resave(ctx, dir, "docx:MS Word 2007 XML", file); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(filepath.Join(dir, strings.TrimSuffix(filepath.Base(file), ".html")+".docx"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// paper is what an editor finds in a document: paragraphs with their style, tables as rows
// of cells, and how many pictures and repeated heads there are.
type paper struct {
	paragraphs []paragraph // outside of cells
	tables     [][][]string
	pictures   int
	heads      int    // rows that are repeated on each page
	headed     []bool // which tables of a page have such a row
}

type paragraph struct{ style, text string }

// texts are the paragraphs of a style.
func (p paper) texts(style string) []string {
	var out []string
	for _, x := range p.paragraphs {
		if x.style == style {
			out = append(out, x.text)
		}
	}
	return out
}

// spaced is a text as the eye reads it: a break of the line is a space.
func spaced(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' || r == '\u00a0' }), " ")
}

// readDocument reads the body of a Word document, element by element.
func readDocument(t *testing.T, docx []byte) paper {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	if err != nil {
		t.Fatal(err)
	}
	body, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	defer body.Close()
	var out paper
	var now paragraph
	cells := 0
	for d := xml.NewDecoder(body); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "tbl":
				out.tables = append(out.tables, nil)
			case "tr":
				last := &out.tables[len(out.tables)-1]
				*last = append(*last, nil)
			case "tblHeader":
				out.heads++
			case "tc":
				cells++
				rows := out.tables[len(out.tables)-1]
				rows[len(rows)-1] = append(rows[len(rows)-1], "")
			case "p":
				now = paragraph{}
			case "pStyle":
				now.style = e.Attr[0].Value
			case "br", "tab":
				now.text += " "
			case "blip":
				out.pictures++
			}
		case xml.CharData:
			now.text += string(e)
		case xml.EndElement:
			switch e.Name.Local {
			case "tc":
				cells--
			case "p":
				now.text = spaced(now.text)
				if cells == 0 {
					if now.text != "" {
						out.paragraphs = append(out.paragraphs, now)
					}
					break
				}
				rows := out.tables[len(out.tables)-1]
				row := rows[len(rows)-1]
				row[len(row)-1] = spaced(row[len(row)-1] + " " + now.text)
			}
		}
	}
	for _, f := range z.File {
		if strings.HasPrefix(f.Name, "word/media/") && f.UncompressedSize64 < 1000 {
			t.Errorf("the picture %s has %d bytes", f.Name, f.UncompressedSize64)
		}
		if f.Name == "word/settings.xml" {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			settings, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(settings, []byte("documentProtection")) {
				t.Error("the document cannot be edited")
			}
		}
	}
	return out
}

// readPage reads the same out of the page itself.
func readPage(t *testing.T, page []byte) paper {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	styles := map[string]string{"h1": "Heading1", "h2": "Heading2", "h3": "Heading3", "p": "p", "caption": "caption", "figcaption": "figcaption"}
	var text func(*html.Node) string
	text = func(n *html.Node) string {
		if n.Type == html.TextNode {
			return n.Data
		}
		var b strings.Builder
		for c := range n.ChildNodes() {
			b.WriteString(text(c))
		}
		return b.String()
	}
	var out paper
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if style := styles[n.Data]; style != "" {
			if s := spaced(text(n)); s != "" {
				out.paragraphs = append(out.paragraphs, paragraph{style, s})
			}
		}
		switch n.Data {
		case "table":
			out.tables, out.headed = append(out.tables, nil), append(out.headed, false)
		case "thead":
			out.heads++
			out.headed[len(out.headed)-1] = true
		case "img":
			out.pictures++
		case "tr":
			last := &out.tables[len(out.tables)-1]
			*last = append(*last, nil)
		case "td", "th":
			rows := out.tables[len(out.tables)-1]
			rows[len(rows)-1] = append(rows[len(rows)-1], spaced(text(n)))
		}
	}
	return out
}

// The report of the small city, as it leaves the program, is opened in LibreOffice Writer
// and saved from there as a Word document.
func TestTheReportOpensInWriterAsEditableTextAndTables(t *testing.T) {
	file, err := filepath.Abs(filepath.Join("testdata", "report.golden.html"))
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, got := readPage(t, page), readDocument(t, asWriterSavesIt(t, file))

	t.Run("headings are headings of their level, in order", func(t *testing.T) {
		for _, style := range []string{"Heading1", "Heading2", "Heading3"} {
			if len(want.texts(style)) == 0 {
				t.Fatalf("the page has no %s", style)
			}
			if diff := cmp.Diff(want.texts(style), got.texts(style)); diff != "" {
				t.Errorf("%s (-page +document):\n%s", style, diff)
			}
		}
	})
	t.Run("every sentence and caption is a paragraph of text, in order", func(t *testing.T) {
		at := 0
		for _, p := range want.paragraphs {
			found := slices.IndexFunc(got.paragraphs[at:], func(x paragraph) bool { return x.text == p.text })
			if found < 0 {
				t.Errorf("the document lacks, or has out of order, the %s %q", p.style, p.text)
				continue
			}
			at += found + 1
		}
		if at < 50 {
			t.Errorf("only %d paragraphs were found", at)
		}
	})
	t.Run("every table is a table with the same cells", func(t *testing.T) {
		if len(got.tables) != len(want.tables) || len(want.tables) < 15 {
			t.Fatalf("the document has %d tables; want the %d of the page", len(got.tables), len(want.tables))
		}
		for i := range want.tables {
			if diff := cmp.Diff(want.tables[i], got.tables[i]); diff != "" {
				t.Errorf("table %d (-page +document):\n%s", i+1, diff)
			}
		}
		if got.heads != want.heads {
			t.Errorf("%d tables repeat their heads on each page; want %d", got.heads, want.heads)
		}
	})
	t.Run("the charts are there as pictures", func(t *testing.T) {
		if got.pictures != want.pictures || want.pictures != 3 {
			t.Errorf("the document shows %d pictures; want %d, of which there are 3", got.pictures, want.pictures)
		}
	})
}
