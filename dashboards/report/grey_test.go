package report

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"html"
	"image"
	"image/color"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qingfeng/internal/visualtest"
)

// word is a word of a printed page and where it stands, in pt.
type word struct {
	XMin float64 `xml:"xMin,attr"`
	YMin float64 `xml:"yMin,attr"`
	XMax float64 `xml:"xMax,attr"`
	YMax float64 `xml:"yMax,attr"`
	Text string  `xml:",chardata"`
}

// sheet is a printed page with its words, in pt.
type sheet struct {
	Width  float64 `xml:"width,attr"`
	Height float64 `xml:"height,attr"`
	Words  []word  `xml:"word"`
}

// sheetsOf are the pages of a PDF.
func sheetsOf(t *testing.T, pdf []byte) []sheet {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-bbox", "-enc", "UTF-8", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext: %v; install it with: apt-get install -y poppler-utils", err)
	}
	var found struct {
		Pages []sheet `xml:"body>doc>page"`
	}
	d := xml.NewDecoder(bytes.NewReader(text))
	d.Entity, d.Strict = xml.HTMLEntity, false
	if err := d.Decode(&found); err != nil {
		t.Fatal(err)
	}
	return found.Pages
}

// faintest is how many of 255 levels of grey a word has to stand out by at its darkest and
// lightest, or the other way round, to be read on a copy.
const faintest = 100

// faint are the words of the first pages of a print that do not stand out in grey. The big words
// across a draft are meant not to.
func faint(t *testing.T, pdf []byte, last int) (out []string, looked int) {
	t.Helper()
	const dpi = 100
	pages := sheetsOf(t, pdf)
	for n, body := range grey(t, pdf, dpi, strconv.Itoa(last)) {
		page := visualtest.Read(t, body)
		for _, w := range pages[n].Words {
			if strings.TrimSpace(w.Text) == "" || w.big() || strings.Trim(w.Text, "—-·.，。、；") == "" {
				continue
			}
			looked++
			at := func(pt float64) int { return int(pt * dpi / 72) }
			darkest, lightest := 255, 0
			for y := at(w.YMin); y <= at(w.YMax); y++ {
				for x := at(w.XMin); x <= at(w.XMax); x++ {
					if (image.Point{X: x, Y: y}).In(page.Bounds()) {
						v := int(color.GrayModel.Convert(page.At(x, y)).(color.Gray).Y)
						darkest, lightest = min(darkest, v), max(lightest, v)
					}
				}
			}
			if lightest-darkest < faintest {
				out = append(out, fmt.Sprintf("page %d: %q stands out by %d of 255", n+1, w.Text, lightest-darkest))
			}
		}
	}
	return out, looked
}

// inGrey holds a print to what a black and white copy of it has to show: every word, on whatever
// ground, and lines that differ by more than their colour.
func inGrey(t *testing.T, page, pdf []byte, last int) {
	t.Helper()
	found, looked := faint(t, pdf, last)
	for _, f := range found {
		t.Error(f)
	}
	if looked < 300 {
		t.Errorf("only %d words were looked at", looked)
	}
	lines := 0
	for i, drawing := range svgs(t, page) {
		strokes := linePath.FindAllString(drawing, -1)
		dashes := map[string]bool{}
		for _, s := range strokes {
			dash := ""
			if m := dashArray.FindStringSubmatch(s); m != nil {
				dash = m[1]
			}
			if dashes[dash] {
				t.Errorf("figure %d has two lines that only their colour tells apart", i+1)
			}
			dashes[dash] = true
		}
		lines += len(strokes)
	}
	if lines < 3 {
		t.Errorf("%d lines were looked at; want those of three sources", lines)
	}
}

var (
	linePath  = regexp.MustCompile(`<path[^>]*fill="none"[^>]*stroke-width="2"[^>]*>`)
	dashArray = regexp.MustCompile(`stroke-dasharray="([^"]*)"`)
)

// svgs are the drawings of a page.
func svgs(t *testing.T, page []byte) []string {
	t.Helper()
	var out []string
	for _, m := range drawingSource.FindAllSubmatch(page, -1) {
		svg, err := base64.StdEncoding.DecodeString(html.UnescapeString(string(m[1])))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(svg))
	}
	return out
}

// redrawn is the page with its drawings changed.
func redrawn(t *testing.T, page []byte, change func(string) string) []byte {
	t.Helper()
	return drawingSource.ReplaceAllFunc(page, func(img []byte) []byte {
		old := drawingSource.FindSubmatch(img)[1]
		svg, err := base64.StdEncoding.DecodeString(html.UnescapeString(string(old)))
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Replace(img, old, []byte(html.EscapeString(base64.StdEncoding.EncodeToString([]byte(change(string(svg)))))), 1)
	})
}

// What a copy shows would be worth nothing if drawings too faint for it passed.
func TestADrawingTooFaintForACopyIsNoticed(t *testing.T) {
	page := golden(t)
	pale := redrawn(t, page, func(svg string) string { return strings.ReplaceAll(svg, `fill="#15232b"`, `fill="#d8dcdc"`) })
	if found, _ := faint(t, printed(t, pale), 2); !slices.ContainsFunc(found, func(f string) bool { return strings.Contains(f, "领导岗位") }) {
		t.Errorf("pale words of a drawing are not noticed: %v", found)
	}
}

var typeSize = regexp.MustCompile(`(?:font-size: ?|font: (?:bold )?)([0-9.]+)pt`)

// Tables are in 10.5 to 12 pt in every browser, on upright and on landscape pages; nothing is
// smaller.
func TestNothingIsSetSmallerThanTables(t *testing.T) {
	sizes := typeSize.FindAllStringSubmatch(numbered, -1)
	if len(sizes) < 10 {
		t.Fatalf("only %d sizes were found", len(sizes))
	}
	for _, m := range sizes {
		if pt, err := strconv.ParseFloat(m[1], 64); err != nil || pt < 10.5 {
			t.Errorf("%s pt (%v)", m[1], err)
		}
	}
}
