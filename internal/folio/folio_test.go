package folio_test

import (
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"qingfeng/internal/desktop"
	"qingfeng/internal/folio"
)

// number is a page number as it stands in a PDF, in pt from the upper left.
type number struct {
	text string
	x, y float64
}

var word = regexp.MustCompile(`<word xMin="([0-9.]+)" yMin="([0-9.]+)"[^>]*>([^<]*)</word>`)

// numbers returns, page by page, the figures that a PDF shows.
func numbers(t *testing.T, pdf []byte) [][]number {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-bbox", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext: %v; install it with: apt-get install -y poppler-utils", err)
	}
	var out [][]number
	for _, page := range strings.Split(string(text), "<page ")[1:] {
		var found []number
		for _, m := range word.FindAllStringSubmatch(page, -1) {
			if _, err := strconv.Atoi(m[3]); err != nil {
				continue
			}
			x, errX := strconv.ParseFloat(m[1], 64)
			y, errY := strconv.ParseFloat(m[2], 64)
			if errX != nil || errY != nil {
				t.Fatal(errX, errY)
			}
			found = append(found, number{m[3], x, y})
		}
		out = append(out, found)
	}
	return out
}

// file is a text of some lines with the numbers of old browsers, and none of its own.
func file(lines int) []byte {
	style := folio.Style(folio.Sheet{Top: 37, Right: 26, Bottom: 35, Left: 28, Size: 14, Dashes: true})
	return []byte(`<!doctype html><meta charset="utf-8"><style>@page{size:A4;margin:37mm 26mm 35mm 28mm}body{margin:0;font:16pt/28pt serif}p{margin:0}` + style + `</style><main>` + strings.Repeat("<p>line</p>", lines) + "</main>")
}

func TestChromium86NumbersEveryPageOnce(t *testing.T) {
	const full = 22 // lines of 37 px on 848 px
	for _, tc := range []struct {
		name         string
		lines, pages int
	}{
		{"one line", 1, 1}, {"a page that is full", full, 1}, {"a line more", full + 1, 2}, {"thirty pages", 29*full + 3, 30},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			pdf, err := desktop.PrintOld(t.Context(), file(tc.lines))
			if err != nil {
				t.Fatal(err)
			}
			got := numbers(t, pdf)
			if len(got) != tc.pages {
				t.Fatalf("%d pages; want %d", len(got), tc.pages)
			}
			for i, on := range got {
				if len(on) != 1 || on[0].text != fmt.Sprint(i+1) {
					t.Errorf("page %d is numbered %v", i+1, on)
					continue
				}
				// Right pages have it right of the text, left ones left of it; all above the lower margin.
				if n := on[0]; n.y < 699 || n.y > 701 || (n.x > 520) != (i%2 == 0) || (n.x < 80) != (i%2 == 1) {
					t.Errorf("the number of page %d stands at %.0f, %.0f", i+1, n.x, n.y)
				}
			}
		})
	}
}

func TestTheBrowserOfTodayPassesItOver(t *testing.T) {
	pdf, err := desktop.Print(t.Context(), file(30))
	if err != nil {
		t.Fatal(err)
	}
	for i, on := range numbers(t, pdf) {
		if len(on) != 0 {
			t.Errorf("page %d shows %v; want what its own @page says, nothing", i+1, on)
		}
	}
}
