package dashboards

import (
	"bytes"
	"flag"
	"image"
	imagedraw "image/draw"
	"math"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"qingfeng/internal/visualtest"
)

var update = flag.Bool("update", false, "write the pictures of pages anew")

// looks is a picture of the whole page as it stands. The screen is made as tall as the page before,
// and the drawings are waited for: a browser that makes it taller for the picture alone takes it while
// they are being drawn anew, one time with them and another without.
func (b *browser) looks() image.Image {
	b.t.Helper()
	const wide = 1366
	b.resize(wide, int64(eval[float64](b, `document.documentElement.scrollHeight`)))
	defer b.resize(wide, 768)
	b.until(`document.fonts.status==="loaded"&&Array.prototype.every.call(document.querySelectorAll("script[data-chart]"),function(s){var box=document.getElementById(s.dataset.chart),svg=box.querySelector("svg");return !!svg&&!!svg.querySelector("text")&&Math.abs(svg.getBoundingClientRect().width-box.clientWidth)<2})`)
	ask(b, chromedp.Evaluate[bool](`new Promise(function(done){requestAnimationFrame(function(){requestAnimationFrame(function(){done(true)})})})`, chromedp.EvalAwaitPromise))
	return visualtest.Read(b.t, ask(b, chromedp.CaptureScreenshot()))
}

// theSameEachTime opens the overview twice: a picture that differs by itself is no golden.
func theSameEachTime(t *testing.T, b *browser, first image.Image) {
	b.open("/?full=1")
	second := b.looks()
	if first.Bounds() != second.Bounds() {
		t.Fatalf("the page is %v, then %v", first.Bounds(), second.Bounds())
	}
	box, differ := first.Bounds(), 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if first.At(x, y) != second.At(x, y) {
				differ++
			}
		}
	}
	if differ > 0 {
		t.Errorf("two pictures of one page differ in %d points", differ)
	}
}

func TestTheOverviewLooksAsItDid(t *testing.T) {
	s := newSite(t)
	b := newBrowser(t, s)
	b.resize(1366, 768)
	b.open("/?full=1")
	whole := b.looks()
	visualtest.Same(t, "overview", whole, *update)
	theSameEachTime(t, b, whole)

	t.Run("on paper the first page is full and nothing is scattered", func(t *testing.T) {
		b.t = t
		pdf := ask(b, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
		cmd := exec.CommandContext(t.Context(), "pdftotext", "-raw", "-", "-")
		cmd.Stdin = bytes.NewReader(pdf)
		text, err := cmd.Output()
		if err != nil {
			t.Fatalf("pdftotext: %v; install it with: apt-get install -y poppler-utils", err)
		}
		sheets := strings.Split(strings.TrimSuffix(string(text), "\f"), "\f")
		if len(sheets) > 3 {
			t.Errorf("the overview takes %d pages; want 3 at most", len(sheets))
		}
		for _, want := range []string{"在册", "领导岗位", "其他岗位"} { // tiles; first and last row of the drawing
			if !strings.Contains(strings.Join(strings.Fields(sheets[0]), ""), want) {
				t.Errorf("the first page lacks %s", want)
			}
		}
	})
	t.Run("also in another font", func(t *testing.T) {
		b.t = t
		eval[bool](b, `document.documentElement.style.setProperty("--sans","serif"),true`)
		visualtest.Same(t, "overview", b.looks(), false)
		eval[bool](b, `document.documentElement.style.removeProperty("--sans"),true`)
	})
	// What is lost is painted over in the picture that passed: another one of each would take long.
	for _, missing := range []string{`[data-card="numbers"]`, `[data-card="map"]`, `[data-card="duties"]`, `[data-card="trend"]`, `[data-card="fresh"]`, `[data-card="hot"]`, `#layers`, `#trend`} {
		t.Run("not without "+missing, func(t *testing.T) {
			b.t = t
			visualtest.Other(t, "overview", b.without(whole, missing))
		})
	}
}

// without is a picture of the page on which a part of it has the colour of what it stands on.
func (b *browser) without(whole image.Image, selector string) image.Image {
	b.t.Helper()
	at := eval[struct{ Left, Top, Right, Bottom float64 }](b, `(function(){var r=document.querySelector('`+selector+`').getBoundingClientRect();return {Left:r.left+scrollX,Top:r.top+scrollY,Right:r.right+scrollX,Bottom:r.bottom+scrollY}})()`)
	lost := image.Rect(int(at.Left), int(at.Top), int(math.Ceil(at.Right)), int(math.Ceil(at.Bottom))).Intersect(whole.Bounds())
	if lost.Empty() {
		b.t.Fatalf("%s stands nowhere on the picture", selector)
	}
	out := image.NewRGBA(whole.Bounds())
	imagedraw.Draw(out, out.Bounds(), whole, image.Point{}, imagedraw.Src)
	imagedraw.Draw(out, lost, image.NewUniform(whole.At(max(lost.Min.X-3, 0), lost.Min.Y)), image.Point{}, imagedraw.Src)
	return out
}
