package dashboards

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// One point by keyboard, twenty in bulk, and back: the numbers of the heatmap move with it.
func TestConfirmingInChromium(t *testing.T) {
	s := openSite(t, 21)
	b := newBrowser(t, s)
	press := func(key string) { b.t.Helper(); b.run(chromedp.KeyEvent(key)) }
	loaded := func() { b.t.Helper(); b.run(chromedp.WaitReady(chromedp.CSS("#done"))) }
	b.open("/confirm")
	b.shoot("confirm", false)
	if n := eval[int](b, `document.querySelectorAll(".inbox .item").length`); n != 20 {
		t.Fatalf("%d points on the first page, want 20", n)
	}
	press("j")
	press("x")
	if n := eval[int](b, `document.querySelectorAll("input[name=id]:checked").length`); n != 1 || b.text("[data-checked]") != " 1" {
		t.Errorf("x selects %d, the button says %q", n, b.text("[data-checked]"))
	}
	press("x")
	press("j")
	press("k")
	press(kb.Enter)
	loaded()
	if got := s.counted("external", ""); got != 1 {
		t.Errorf("after Enter %d are confirmed, want 1", got)
	}
	b.run(chromedp.Click(chromedp.CSS("#accept-all")))
	b.run(chromedp.WaitNotPresent(chromedp.CSS("#accept-all")))
	b.open("/heatmap?rows=unit&cols=category")
	if got := s.counted("external", ""); got != 21 {
		t.Errorf("after the bulk %d are confirmed, want 21", got)
	}
	newest := read[list[Batch]](s, "/api/v1/imports").Items[0]
	b.open("/confirm?done=" + newest.ID)
	b.shoot("confirm-done", false)
	b.run(chromedp.Click(chromedp.CSS("#done button")))
	loaded()
	b.run(chromedp.WaitNotPresent(chromedp.CSS("#done button")))
	if got := s.counted("external", ""); got != 1 {
		t.Errorf("after the undo %d are confirmed, want 1", got)
	}
	b.clean("confirming")
}
