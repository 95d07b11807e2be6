package dashboards

import (
	"flag"
	"image"
	"testing"

	"github.com/chromedp/chromedp"

	"qingfeng/internal/visualtest"
)

var update = flag.Bool("update", false, "write the pictures of pages anew")

// looks is a picture of the whole page as it stands.
func (b *browser) looks() image.Image {
	b.t.Helper()
	return visualtest.Read(b.t, ask(b, chromedp.FullScreenshot(100)))
}

func TestTheOverviewLooksAsItDid(t *testing.T) {
	s := newSite(t)
	b := newBrowser(t, s)
	b.resize(1366, 768)
	b.open("/?full=1")
	ask(b, chromedp.Poll[bool](`Array.prototype.every.call(document.querySelectorAll("script[data-chart]"),function(s){return !!document.querySelector("#"+s.dataset.chart+" svg text")})`))
	visualtest.Same(t, "overview", b.looks(), *update)

	t.Run("also in another font", func(t *testing.T) {
		b.t = t
		eval[bool](b, `document.documentElement.style.setProperty("--sans","serif"),true`)
		visualtest.Same(t, "overview", b.looks(), false)
		eval[bool](b, `document.documentElement.style.removeProperty("--sans"),true`)
	})
	for _, missing := range []string{`[data-card="numbers"]`, `[data-card="map"]`, `[data-card="duties"]`, `[data-card="trend"]`, `[data-card="fresh"]`, `[data-card="hot"]`, `#layers`, `#trend`} {
		t.Run("not without "+missing, func(t *testing.T) {
			b.t = t
			eval[bool](b, `document.querySelector('`+missing+`').style.visibility="hidden",true`)
			visualtest.Other(t, "overview", b.looks())
			eval[bool](b, `document.querySelector('`+missing+`').style.visibility="",true`)
		})
	}
}
