package dashboards

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"qingfeng/dashboards/assets"
	"qingfeng/internal/desktop"
	"qingfeng/internal/visualtest"
)

// oldBrowser starts Chromium 86, the oldest that pages have to work in. Make oldbrowser
// unpacks it.
func oldBrowser(t *testing.T, base string) *browser {
	t.Helper()
	path, err := desktop.OldChromium()
	if err != nil {
		t.Fatal(err)
	}
	b := startBrowser(t, path, base)
	if is := eval[string](b, `navigator.userAgent`); !strings.Contains(is, "Chrome/86.") {
		t.Fatalf("the browser is %s", is)
	}
	return b
}

// stands opens a page and waits until every card has come and every drawing is drawn.
func (b *browser) stands(path, lang string) {
	b.t.Helper()
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	b.open(path + sep + "lang=" + lang)
	b.until(`document.readyState==="complete"&&!document.querySelector(".loading")&&Array.prototype.every.call(document.querySelectorAll("script[data-chart]"),function(s){var e=document.getElementById(s.dataset.chart);return e.querySelector("svg text")||e.offsetParent===null})`)
	if n := eval[int](b, `document.querySelectorAll(".chart-off").length`); n > 0 {
		b.t.Errorf("%s: %d drawings are missing", path, n)
	}
}

// fits holds the page to the width of its screen.
func (b *browser) fits(path string, widths ...int64) {
	b.t.Helper()
	for _, width := range widths {
		b.resize(width, 768)
		if wide := eval[int64](b, `document.documentElement.scrollWidth`); wide > width {
			b.t.Errorf("%s is %d px wide on a screen of %d", path, wide, width)
		}
	}
}

// place is where a part of a page stands, in px.
type place struct {
	What             string
	Left, Top, Width float64
}

// places are the parts of a page that the eye holds on to, in the order of the page, and its
// height.
func (b *browser) places() (parts []place, tall float64) {
	b.t.Helper()
	parts = eval[[]place](b, `Array.prototype.filter.call(document.querySelectorAll("h1,h2,.tile,.card,.chart,main table,.filters,.banner"),function(e){return e.offsetParent!==null&&!e.closest("details:not([open])")}).map(function(e){
		var r=e.getBoundingClientRect();
		return {What:(e.tagName+"."+e.className+"#"+e.id).slice(0,60),Left:r.left,Top:r.top+scrollY,Width:r.width};
	})`)
	return parts, eval[float64](b, `document.documentElement.scrollHeight`)
}

// sketch is a picture of the whole page at half its size.
func (b *browser) sketch(tall float64) []byte {
	b.t.Helper()
	const wide = 1366
	b.resize(wide, int64(tall))
	defer b.resize(wide, 768)
	return ask(b, func(ctx context.Context, _ *chromedp.Target) ([]byte, error) {
		shot, err := chromedp.Call(ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: "png", Clip: &page.Viewport{Width: wide, Height: tall, Scale: 0.5}})
		return shot.Data, err
	})
}

func TestPagesWorkInChromium86(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	pages, base := everyPage(s), s.listen(t)

	t.Run("every page has its parts where the browser of today has them, fits its screen, and is dark when asked", func(t *testing.T) {
		t.Parallel()
		old, now := oldBrowser(t, base), openBrowser(t, base)
		for _, path := range pages {
			for _, b := range []*browser{old, now} {
				b.resize(1366, 768)
				b.stands(path, "zh")
			}
			want, tall := now.places()
			got, height := old.places()
			if len(got) != len(want) {
				t.Errorf("%s has %d parts; the browser of today shows %d: %v %v", path, len(got), len(want), got, want)
				continue
			}
			for i, w := range want {
				// Lines of text differ by a fraction of a pixel, which adds up on the way down.
				if g := got[i]; g.What != w.What || math.Abs(g.Left-w.Left) > 24 || math.Abs(g.Width-w.Width) > 48 || math.Abs(g.Top-w.Top) > 24+0.06*w.Top {
					t.Errorf("%s: %+v stands elsewhere than %+v", path, g, w)
				}
			}
			// Its lines are lower by a part of a pixel, which moves the rows at the end of a long
			// table by several; what is missing is told by the parts above.
			if d := visualtest.Difference(visualtest.Grid(visualtest.Read(t, now.sketch(tall))), visualtest.Grid(visualtest.Read(t, old.sketch(height)))); d > 3*visualtest.Tolerance {
				t.Errorf("%s looks other than in the browser of today: its ink differs by %.1f", path, d)
			}
			old.fits(path, 1366, 360)
			eval[bool](old, `document.documentElement.setAttribute("data-theme","dark");dispatchEvent(new Event("hashchange"));true`)
			if ground := eval[string](old, `getComputedStyle(document.body).backgroundColor`); ground != "rgb(16, 24, 28)" {
				t.Errorf("%s is on %s in the dark", path, ground)
			}
		}
		old.clean("Chinese")
		now.clean("Chinese")
	})

	t.Run("every page stands and fits its screen in English, and prints on A4 landscape", func(t *testing.T) {
		t.Parallel()
		b := oldBrowser(t, base)
		for _, path := range pages {
			b.resize(1366, 768)
			b.stands(path, "en")
			b.fits(path, 1366, 360)
			b.unsize()
			// A layout that runs wild comes to tens of thousands of pages: no more are asked for than
			// one beyond what a page may have.
			const most = 30
			pdf, err := b.prints(fmt.Sprintf("1-%d", most))
			if err != nil || !landscape.Match(pdf) {
				t.Errorf("%s does not print on A4 landscape: %v", path, err)
			}
			if n := desktop.Pages(pdf); n < 1 || n >= most {
				t.Errorf("%s takes %d pages on paper", path, n)
			}
		}
		b.clean("English")
	})

	t.Run("cards come, cells lead to rows, arrows move, conditions hold, a file is loaded", func(t *testing.T) {
		t.Parallel()
		late := &site{t: t, app: s.with(func(cfg *Config) { cfg.Grace = time.Nanosecond })}
		b := oldBrowser(t, late.listen(t))
		b.stands("/heatmap?rows=layer&cols=category", "zh")
		if n := eval[int](b, `document.querySelectorAll("[data-card]").length`); n == 0 {
			t.Error("no card came")
		}
		eval[bool](b, `(document.querySelector("#map-table td[data-row] a").focus(),true)`)
		b.run(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowRight))
		if at := eval[string](b, `document.activeElement.closest("td").dataset.row+","+document.activeElement.closest("td").dataset.col`); at != "1,1" {
			t.Errorf("two arrows lead to the cell %s", at)
		}
		want := eval[int](b, `(function(){var best;document.querySelectorAll("#map-table td[data-row] a").forEach(function(a){if(!best&&+a.textContent.split(" / ").pop()>0)best=a});best.focus();return +best.textContent.split(" / ").pop()})()`)
		b.run(chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#drawer-rows")))
		if got := eval[int](b, `document.querySelectorAll("#drawer-rows > li").length`); got != min(want, drawerRows) {
			t.Errorf("the cell says %d, the drawer shows %d", want, got)
		}
		b.run(chromedp.Click(chromedp.CSS("#drawer-all")), chromedp.WaitVisible(chromedp.CSS("#rows")))
		if got := eval[int](b, `document.querySelectorAll("#rows tbody tr").length`); got != want {
			t.Errorf("the cell says %d, the list shows %d", want, got)
		}
		b.stands("/risks", "zh")
		all := b.text("#sentence")
		eval[bool](b, `(function(){var s=document.querySelector('select[name="grade"]');s.value="important";s.dispatchEvent(new Event("change",{bubbles:true}));return true})()`)
		b.run(chromedp.WaitVisible(chromedp.CSS(".chips .chip.on")))
		if b.text("#sentence") == all {
			t.Errorf("a condition changes nothing: %s", all)
		}
		file := filepath.Join(t.TempDir(), "清单.csv")
		if err := os.WriteFile(file, csvOf("单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|层面|类别", "15|2026-03-01|1|离退休经费由一人经手|双人经办|查阅凭证|重要|中层岗位|岗位"), 0o600); err != nil {
			t.Fatal(err)
		}
		b.open("/imports")
		b.run(chromedp.SetUploadFiles(chromedp.CSS(`input[name="file"]`), []string{file}))
		if list := b.text("#chosen"); !strings.Contains(list, "清单.csv") {
			t.Errorf("the chosen file is shown as %q", list)
		}
		b.run(chromedp.Click(chromedp.CSS(`button[name="dry_run"][value="1"]`)), chromedp.WaitVisible(chromedp.CSS("#confirm")))
		if text := b.text("main"); !strings.Contains(text, "预检结果") {
			t.Errorf("the rehearsal reads %.300s", text)
		}
		b.clean("path")
	})

	t.Run("it knows every selector and declaration of the styles", func(t *testing.T) {
		t.Parallel()
		b := oldBrowser(t, base)
		b.open("/help")
		for name, css := range styles(t) {
			asked := declarations(css)
			if len(asked) < 50 {
				t.Fatalf("%s has %d declarations", name, len(asked))
			}
			list, err := json.Marshal(asked)
			if err != nil {
				t.Fatal(err)
			}
			for _, unknown := range eval[[]string](b, string(list)+`.filter(function(d){return d.Selector?!CSS.supports("selector("+d.Selector+")"):!CSS.supports(d.Property,d.Value)}).map(function(d){return d.Selector||d.Property+": "+d.Value})`) {
				if !slices.ContainsFunc(mayBeUnknown, func(p string) bool { return strings.HasPrefix(unknown, p) }) {
					t.Errorf("%s: Chromium 86 does not know %s", name, unknown)
				}
			}
		}
	})
}

// prints prints some pages of what the browser shows.
func (b *browser) prints(ranges string) ([]byte, error) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	return chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground(), chromedp.PDFPageRanges(ranges)))
}

// mayBeUnknown are declarations that have an older one beside them, or that only make better
// what stands without them.
var mayBeUnknown = []string{
	"print-color-adjust:",         // beside -webkit-print-color-adjust
	"text-underline-offset:",      // the line stands nearer to the word
	"font-synthesis:",             // a font without a bold face is made bold
	"progress::-moz-progress-bar", // of another browser, in a rule of its own
}

// styles are the style sheets of pages and papers, with the tokens filled in.
func styles(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{"app.css": assets.Text("app.css")}
	for _, path := range []string{"report/report.css", "paper/paper.css", "pack/pack.css"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		out[path] = string(text)
	}
	for name, css := range out {
		for range 3 { // tokens are made of tokens
			css = token.ReplaceAllStringFunc(css, func(m string) string { return assets.Tokens()[token.FindStringSubmatch(m)[1]] })
		}
		out[name] = css
	}
	return out
}

var (
	token   = regexp.MustCompile(`var\(--([a-z0-9-]+)\)`)
	comment = regexp.MustCompile(`(?s)/\*.*?\*/`)
)

// asked is a selector, or a property with its value, that a browser is asked about.
type asked struct{ Selector, Property, Value string }

// declarations takes a style sheet apart. The rules within @page are for printers that know
// them, and those within @supports ask for themselves.
func declarations(css string) []asked {
	var out []asked
	var open []string
	css, head := comment.ReplaceAllString(css, ""), 0
	add := func(text string) {
		property, value, ok := strings.Cut(strings.TrimSpace(text), ":")
		if ok && len(open) > 0 && !strings.HasPrefix(property, "--") && !slices.ContainsFunc(open, func(o string) bool { return strings.HasPrefix(o, "@page") || strings.HasPrefix(o, "@supports") }) {
			out = append(out, asked{Property: property, Value: strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "!important"))})
		}
	}
	quoted := false
	for i, r := range css {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '{':
			rule := strings.TrimSpace(css[head:i])
			if !strings.HasPrefix(rule, "@") && !slices.ContainsFunc(open, func(o string) bool { return strings.HasPrefix(o, "@page") }) {
				for part := range strings.SplitSeq(rule, ",") {
					out = append(out, asked{Selector: strings.TrimSpace(part)})
				}
			}
			open, head = append(open, rule), i+1
		case r == ';':
			add(css[head:i])
			head = i + 1
		case r == '}':
			add(css[head:i])
			open, head = open[:max(len(open)-1, 0)], i+1
		}
	}
	return out
}

func TestDeclarationsOfAStyleAreTakenApart(t *testing.T) {
	got := declarations(`@page{margin:1mm} /* a{b:c} */ a,b:hover{color:red !important;content:"};"} @media print{c{--x:1;top:0}} @supports (top:1lh){d{top:1lh}}`)
	want := []asked{{Selector: "a"}, {Selector: "b:hover"}, {Property: "color", Value: "red"}, {Property: "content", Value: `"};"`}, {Selector: "c"}, {Property: "top", Value: "0"}, {Selector: "d"}}
	if !slices.Equal(got, want) {
		t.Errorf("declarations: %+v", got)
	}
}
