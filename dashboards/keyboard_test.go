package dashboards

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// tabToSeen is tabTo, and looks whether what has the focus shows it.
func (b *browser) tabToSeen(selector string) {
	b.t.Helper()
	b.tabTo(selector)
	if !eval[bool](b, `(function(){var s=getComputedStyle(document.activeElement);return s.outlineStyle!=="none"&&parseFloat(s.outlineWidth)>=2||s.boxShadow!=="none"})()`) {
		b.t.Errorf("%s: %s has the focus and does not show it", b.text("h1"), selector)
	}
}

// A letter is drafted and taken to its next step, and the advice of a report is written, with the
// keyboard alone.
func TestLettersAndReportsAreWrittenWithTheKeyboardAlone(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	b := newBrowser(t, s)
	b.open("/letters")
	b.run(chromedp.WaitNotPresent(chromedp.CSS(".loading")))
	b.tabToSeen(`#matters button[name=key]`)
	b.run(chromedp.KeyEvent(kb.Enter))
	b.until(`/^\/letters\/[0-9a-f]+$/.test(location.pathname)&&document.readyState==="complete"`)
	if eval[bool](b, `(function(){var d=document.querySelector("form[action$='/submit']").closest("details");if(d)d.querySelector("summary").id="step";return !!d})()`) {
		b.tabToSeen(`#step`)
		b.run(chromedp.KeyEvent(kb.Enter))
	}
	b.tabToSeen(`form[action$='/submit'] button`)
	before := b.text("main")
	b.run(chromedp.KeyEvent(kb.Enter))
	b.until(`document.readyState==="complete"&&!document.querySelector("form[action$='/submit']")&&!!document.querySelector("form[action$='/approve']")`)
	if after := b.text("main"); after == before {
		t.Error("the step changes nothing on the page")
	}
	b.clean("letter")

	b.open("/reports/2026-10")
	b.tabToSeen(`form[action$='/advice'] textarea`)
	b.run(chromedp.KeyEvent("请各单位年底前补齐检查。"))
	b.tabToSeen(`form[action$='/advice'] button`)
	b.run(chromedp.KeyEvent(kb.Enter))
	b.until(`document.readyState==="complete"&&(document.querySelector("form[action$='/advice'] textarea")||{}).defaultValue==="请各单位年底前补齐检查。"`)
	if page := string(s.ok("/reports/2026-10")); !strings.Contains(page, "请各单位年底前补齐检查。") {
		t.Error("the advice is not kept")
	}
	b.clean("report")
}
