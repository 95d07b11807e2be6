package folio

import (
	"encoding/base64"
	"fmt"
	"math"
	"strings"
)

// Sheet is the page of a file: A4, upright, with its margins in mm. What is printed stands in
// an element main.
type Sheet struct {
	Top, Right, Bottom, Left float64
	Size                     float64 // of the number, in pt
	Dashes                   bool    // — 1 — instead of 1
	Pages                    int     // the most that a file may have; 0 is 60
	More                     string  // further rules for such browsers
}

// A sheet in whole pt, as Chromium 86 cuts it, and how many pt at the sides no printer is
// asked to reach.
const (
	wide    = 595
	long    = 841
	printer = 20
)

// Style is CSS that stands after the file's own. The condition is a property that came to
// Chromium together with the margin boxes.
func Style(s Sheet) string {
	pages := s.Pages
	if pages == 0 {
		pages = 60
	}
	// Chromium 86 lays out pages of whole pt and whole px: with margins of whole pt and a height
	// that 3 divides both are exact, and the number of the last page stands where that of the
	// first does.
	pt := func(mm float64) int { return int(math.Round(mm * 72 / 25.4)) }
	top, left, right := pt(s.Top), pt(s.Left), pt(s.Right)
	high := (long - top - pt(s.Bottom)) / 3 * 3
	const apart, above = 5, 15 // of the number from the text and from the margin below
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" width="%dpt" height="%dpt" viewBox="0 0 %[1]d %[2]d" font-family="SimSun,Songti SC,Noto Serif CJK SC,serif" font-size="%[3]g">`, wide-2*printer, pages*high, s.Size)
	for k := range pages {
		number := fmt.Sprint(k + 1)
		if s.Dashes {
			number = "— " + number + " —"
		}
		x, anchor := wide-right-printer+apart, "start" // right of the text on right pages
		if k%2 == 1 {
			x, anchor = left-printer-apart, "end"
		}
		fmt.Fprintf(&svg, `<text x="%d" y="%d" text-anchor="%s">%s</text>`, x, (k+1)*high-above, anchor, number)
	}
	svg.WriteString("</svg>")
	return fmt.Sprintf(`@media print {
@supports not (font-variant-emoji: text) {
@page { size: A4 portrait; margin: %[1]dpt %[2]dpt %[3]dpt; }
html { background: #fff; }
main { display: block; padding: 0 %[4]dpt 0 %[5]dpt; background: url(data:image/svg+xml;base64,%[6]s) no-repeat 0 0; -webkit-print-color-adjust: exact; }
main::after { content: ""; display: block; height: 0; break-before: page; page-break-before: always; }
%[7]s}
}
`, top, printer, long-top-high, right-printer, left-printer, base64.StdEncoding.EncodeToString([]byte(svg.String())), s.More)
}
