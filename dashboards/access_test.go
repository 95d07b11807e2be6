package dashboards

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"qingfeng/internal/visualtest"
)

// everyPage are the addresses of all pages, with something on them.
func everyPage(s *site) []string {
	s.t.Helper()
	var out []string
	for _, r := range allRoutes(s) {
		if r.page != "" && r.method == "GET" {
			out = append(out, s.address(r))
		}
	}
	out = append(out, "/heatmap?rows=layer&cols=category&row=leadership&col=decision", "/check?unit=13", "/risks?q=没有这样的词", "/heatmap?view=calendar&measure=signals", "/heatmap?view=units", "/?view=outcome")
	return out
}

// extended is an address with more conditions.
func extended(path string, conditions ...string) string {
	sep := "?"
	if strings.Contains(path, "?") {
		sep = "&"
	}
	return path + sep + strings.Join(conditions, "&")
}

// resize gives the page another width.
func (b *browser) resize(width, height int64) {
	b.t.Helper()
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
}

func (b *browser) unsize() {
	b.t.Helper()
	call(b, emulation.ClearDeviceMetricsOverride, cdp.Empty{})
}

// axe is what axe-core finds wrong with a page.
type axe struct {
	ID, Help string
	Nodes    []struct{ HTML, FailureSummary string }
}

func (b *browser) axe(tags string) []axe {
	b.t.Helper()
	raw := ask(b, chromedp.Evaluate[string](`axe.run(document,{resultTypes:["violations"],preload:false,`+tags+`}).then(function(r){return JSON.stringify(r.violations.map(function(v){return {ID:v.id,Help:v.help,Nodes:v.nodes.slice(0,3).map(function(n){return {HTML:n.html.slice(0,300),FailureSummary:n.failureSummary}})}}))})`, chromedp.EvalAwaitPromise))
	var found []axe
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		b.t.Fatal(err)
	}
	return found
}

// TestEveryPageInChromium holds what no page may fail in, whatever it shows. Each part has
// a tab of its own, so that they share the cores.
func TestEveryPageInChromium(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	pages, base := everyPage(s), s.listen(t)
	source, err := os.ReadFile("../tools/npm/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	const (
		everything = `runOnly:["wcag2a","wcag2aa","wcag21a","wcag21aa","wcag22aa"]`
		// The rule of axe about contrast takes longer than all others; it is asked once, and faint
		// asks the same of every text of every page.
		noContrast = everything + `,rules:{"color-contrast":{enabled:false}}`
	)
	// One load of a page serves all that is asked of it in a language.
	ask1366 := func(b *browser, path string) {
		b.resize(1366, 768)
		b.axed(path, "zh", 1366, string(source), everything)
		if n := eval[int](b, `document.querySelectorAll(".chart-off").length`); n > 0 {
			b.t.Errorf("%s: %d charts are not drawn", path, n)
		}
		if !eval[bool](b, `!!document.querySelector("script[data-chart]")===performance.getEntriesByType("resource").some(function(r){return /echarts/.test(r.name)})`) {
			b.t.Errorf("%s: the library of charts is fetched though nothing is drawn, or the other way round", path)
		}
		b.unsize()
		b.onPaper(path)
		b.onEveryScreen(path)
	}
	ask390 := func(b *browser, path string) {
		b.resize(390, 768)
		b.axed(path, "en", 390, string(source), noContrast)
	}
	for n, part := range []string{"first", "second"} {
		t.Run("axe finds nothing against WCAG 2.2 AA, texts stand out in light and dark, every chart is drawn; no page is wider than its screen, from 360 px to 4K, at 200 % and in large type, and each prints on A4 landscape with nothing cut and heads repeated: the "+part+" half of the pages", func(t *testing.T) {
			t.Parallel()
			b := openBrowser(t, base)
			for i, path := range pages {
				if i%2 == n {
					ask1366(b, path)
				}
			}
			b.unsize()
			b.clean("axe, charts, width and print")
		})
	}
	t.Run("axe finds nothing at 390 px in English with all unfolded, and texts stand out in light and dark", func(t *testing.T) {
		t.Parallel()
		b := openBrowser(t, base)
		for _, path := range pages {
			ask390(b, path)
		}
		b.clean("axe in English")
	})

	t.Run("axe finds no contrast too low in the dark where colours carry a meaning", func(t *testing.T) {
		t.Parallel()
		b := openBrowser(t, base)
		for _, path := range []string{"/?full=1", "/heatmap?rows=layer&cols=category&row=leadership&col=decision", "/supervision?full=1", "/stages", s.address(route{path: "/risks/:id"})} {
			b.open(extended(path, "per_page=8"))
			eval[bool](b, string(source)+";true")
			b.dress("dark")
			for _, v := range b.axe(`runOnly:{type:"rule",values:["color-contrast"]}`) {
				t.Errorf("%s (dark): %s: %s\n%s", path, v.ID, v.Help, fmt.Sprintf("%.1200v", v.Nodes))
			}
			b.dress("")
		}
	})

	t.Run("a text that is too faint is found, by axe and by ourselves", func(t *testing.T) {
		t.Parallel()
		b := openBrowser(t, base)
		b.open("/help")
		eval[bool](b, string(source)+`;(function(){window.text=document.createElement("p");text.textContent="一段文字";document.querySelector("main").prepend(text);return true})()`)
		if found := b.faint(); len(found) > 0 {
			t.Errorf("before: %v", found)
		}
		for _, style := range []string{"color:#999;background:#fff", "color:rgba(0,0,0,.4)", "opacity:.4", "color:#fff", "color:#767676;background:#e0e0e0"} {
			eval[bool](b, `text.style.cssText=`+fmt.Sprintf("%q", style)+`,true`)
			if found := b.faint(); len(found) == 0 {
				t.Errorf("%s is not too faint for ourselves", style)
			}
			if found := b.axe(`runOnly:{type:"rule",values:["color-contrast"]}`); len(found) == 0 {
				t.Errorf("%s is not too faint for axe", style)
			}
		}
		// What is drawn axe does not look at.
		for _, tc := range []struct {
			name, drawing string
			faint         bool
		}{
			{"grey on white", `<text x="10" y="20" fill="#999">12</text>`, true},
			{"black on white", `<text x="10" y="20" fill="#222">12</text>`, false},
			{"black on a dark cell", `<rect width="60" height="30" fill="#1d4468"/><text x="10" y="20" fill="#222">12</text>`, true},
			{"white on a dark cell", `<rect width="60" height="30" fill="#1d4468"/><text x="10" y="20" fill="#fff">12</text>`, false},
			{"white under a dark cell", `<text x="10" y="20" fill="#fff">12</text><rect width="60" height="30" fill="#1d4468"/>`, true},
			{"white beside a dark cell", `<rect x="50" width="10" height="30" fill="#1d4468"/><text x="10" y="20" fill="#fff">12</text>`, true},
			{"white with a dark edge", `<text x="10" y="20" fill="#fff" stroke="#222" stroke-width="2" style="paint-order:stroke">12</text>`, false},
		} {
			eval[bool](b, fmt.Sprintf(`text.style.cssText="",text.innerHTML='<svg width="60" height="30">'+%q+'</svg>',true`, tc.drawing))
			if found := b.faint(); len(found) > 0 != tc.faint {
				t.Errorf("%s: %v", tc.name, found)
			}
		}
		eval[bool](b, `text.textContent="一段文字",text.style.cssText="color:#222;background:#fff",true`)
		if found := b.faint(); len(found) > 0 {
			t.Errorf("dark grey on white: %v", found)
		}
	})

	t.Run("the bar on top is one line in English at 1366", func(t *testing.T) {
		t.Parallel()
		b := openBrowser(t, base)
		b.resize(1366, 768)
		b.open("/?lang=en")
		if tall := eval[float64](b, `document.querySelector(".topbar").getBoundingClientRect().height`); tall > 60 {
			t.Errorf("it takes %.0f px", tall)
		}
		b.open("/?lang=zh")
		b.unsize()
	})
}

// axed opens a page in a language and asks axe, and ourselves, what is wrong with it in light and
// dark; all that unfolds is unfolded on a narrow screen.
func (b *browser) axed(path, lang string, width int, source, rules string) {
	b.t.Helper()
	report := func(theme string, found []axe) {
		for _, v := range found {
			b.t.Errorf("%s (%s, %d px, %s): %s: %s\n%s", path, lang, width, theme, v.ID, v.Help, fmt.Sprintf("%.1200v", v.Nodes))
		}
	}
	b.open(extended(path, "lang="+lang, "per_page=12"))
	b.shoot(fmt.Sprintf("%s-%d", fileName(path), width), false)
	eval[bool](b, source+";true")
	if width < 1000 {
		eval[bool](b, `document.querySelectorAll("details").forEach(function(d){d.open=true});true`)
	}
	report("light", b.axe(rules))
	b.until(`Array.prototype.every.call(document.querySelectorAll("script[data-chart]"),function(s){return !!document.querySelector("#"+s.dataset.chart+" svg")})`)
	for _, theme := range []string{"light", "dark"} {
		b.dress(theme)
		for _, text := range b.faint() {
			b.t.Errorf("%s (%s, %d px, %s): too little contrast: %s", path, lang, width, theme, text)
		}
	}
	report("dark", b.axe(`runOnly:{type:"rule",values:["link-in-text-block"]}`))
	b.dress("")
}

// dress gives the page the colours of a theme; none are those of the machine.
func (b *browser) dress(theme string) {
	b.t.Helper()
	eval[bool](b, fmt.Sprintf(`document.documentElement.setAttribute("data-theme",%q);dispatchEvent(new Event("hashchange"));true`, theme))
}

// faint are the texts that stand out too little against what is behind them: less than 4.5 to
// 1, or 3 to 1 for large ones (WCAG 2.2, 1.4.3). In a drawing that is the last shape with a fill
// that was drawn under the middle of a text, or the edge that a text is drawn with.
func (b *browser) faint() []string {
	b.t.Helper()
	return eval[[]string](b, `(function(){
		function parts(c){var m=/rgba?\(([^)]+)\)/.exec(c);return m?m[1].split(/[ ,\/]+/).map(Number):[0,0,0,0]}
		function over(top,under){var a=top.length>3?top[3]:1;return [0,1,2].map(function(i){return top[i]*a+under[i]*(1-a)})}
		function light(c){var l=c.map(function(v){v/=255;return v<=.04045?v/12.92:Math.pow((v+.055)/1.055,2.4)});return .2126*l[0]+.7152*l[1]+.0722*l[2]}
		var out=[],seen=new Map(),shapes=new Map(),walk=document.createTreeWalker(document.body,NodeFilter.SHOW_TEXT);
		function ground(e){ // the colour behind an element, and how opaque the element is on it
			if(!e)return {colour:[255,255,255],solid:1,picture:false};
			if(seen.has(e))return seen.get(e);
			var under=ground(e.parentElement),s=getComputedStyle(e);
			var g={colour:over(parts(s.backgroundColor),under.colour),solid:under.solid*s.opacity,picture:under.picture||/gradient|url/.test(s.backgroundImage)};
			seen.set(e,g);return g;
		}
		function drawnUnder(text,svg,r){
			if(!shapes.has(svg))shapes.set(svg,Array.prototype.map.call(svg.querySelectorAll("rect,path,circle,polygon,ellipse"),function(e){return e.closest("defs")?null:{e:e,s:getComputedStyle(e),r:e.getBoundingClientRect()}}).filter(function(o){return o&&o.s.fill!=="none"&&o.r.width>0}));
			var g=ground(svg.parentElement),x=(r.left+r.right)/2,y=(r.top+r.bottom)/2,colour=g.colour,picture=g.picture;
			shapes.get(svg).forEach(function(o){
				if(o.r.left>x||o.r.right<x||o.r.top>y||o.r.bottom<y||!(o.e.compareDocumentPosition(text)&4))return;
				picture=/url/.test(o.s.fill);
				if(!picture)colour=over(parts(o.s.fill).slice(0,3).concat(parts(o.s.fill).length>3?parts(o.s.fill)[3]:o.s.fillOpacity*o.s.opacity),colour);
			});
			return {colour:colour,solid:1,picture:picture};
		}
		while(walk.nextNode()){
			var n=walk.currentNode,e=n.parentElement,svg=e.closest("svg");
			if(!n.textContent.trim()||e.closest("script,style,option,noscript,title,desc,defs,[disabled],[aria-disabled=true]"))continue;
			var s=getComputedStyle(e),r=e.getBoundingClientRect();
			if(s.visibility==="hidden"||r.width<2||r.height<2||!e.getClientRects().length||e.closest(".sr"))continue;
			var g=svg?drawnUnder(e,svg,r):ground(e);
			if(g.picture)continue;
			if(svg&&s.stroke!=="none"&&parseFloat(s.strokeWidth)>=2)g.colour=over(parts(s.stroke),g.colour);
			var ink=over(parts(svg?s.fill:s.color),g.colour);
			if(g.solid<1)ink=over(ink.concat(g.solid),g.colour);
			var a=light(ink),z=light(g.colour),ratio=(Math.max(a,z)+.05)/(Math.min(a,z)+.05);
			var px=parseFloat(s.fontSize),large=px>=24||px>=18.66&&s.fontWeight>=700;
			if(ratio<(large?3:4.5)-.005)out.push(ratio.toFixed(2)+" "+e.tagName+"."+(svg?"":e.className)+" "+n.textContent.trim().slice(0,30));
		}
		return out.slice(0,5);
	})()`)
}

// onEveryScreen holds the page to the width of its screen.
func (b *browser) onEveryScreen(path string) {
	b.t.Helper()
	for _, width := range []int64{3840, 1920, 1366, 768, 683, 390, 360} {
		b.resize(width, 768)
		for _, size := range []string{"", "large"} {
			wide := eval[string](b, fmt.Sprintf(`(function(){
				var root=document.documentElement;root.setAttribute("data-size",%q);
				if(root.scrollWidth<=%[2]d)return "";
				return root.scrollWidth+" px: "+Array.prototype.filter.call(document.querySelectorAll("body *"),function(e){return e.getBoundingClientRect().right>%[2]d+1&&!e.closest(".scroll,.nav,.sr")}).slice(0,4).map(function(e){return e.tagName+"."+e.className+" "+Math.round(e.getBoundingClientRect().right)}).join(" | ")
			})()`, size, width))
			if wide != "" {
				b.t.Errorf("%s is wider than a screen of %d (%s): %s", path, width, size, wide)
			}
			if width == 3840 {
				if small := eval[string](b, `(function(){var size=parseFloat(getComputedStyle(document.body).fontSize),main=document.querySelector(".page").getBoundingClientRect().width;return size<28||main<.8*innerWidth?size+" px, "+main+" px wide":""})()`); small != "" {
					b.t.Errorf("%s is small at 4K: %s", path, small)
				}
			}
			if width == 1366 && size == "large" {
				if tall := eval[float64](b, `document.querySelector(".topbar").getBoundingClientRect().height`); tall > 75 {
					b.t.Errorf("%s: the bar on top takes %.0f px", path, tall)
				}
			}
		}
	}
	eval[bool](b, `document.documentElement.removeAttribute("data-size");true`)
}

var landscape = regexp.MustCompile(`/MediaBox \[0 0 (84[0-9.]+) (59[0-9.]+)\]`)

// onPaper prints the page on A4 landscape.
func (b *browser) onPaper(path string) {
	b.t.Helper()
	const printable, sheet = 1032, 703 // 273 by 186 mm at 96 dpi
	pdf := ask(b, chromedp.PrintToPDF(chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground()))
	if !landscape.Match(pdf) {
		b.t.Errorf("%s does not print on A4 landscape", path)
	}
	visualtest.Keep(b.t, "print-"+fileName(path)+".pdf", pdf)
	b.resize(printable, 768)
	b.until(fmt.Sprintf(`innerWidth===%d`, printable))
	eval[bool](b, `dispatchEvent(new Event("beforeprint"));true`)
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
	if cut := eval[string](b, fmt.Sprintf(`Array.prototype.filter.call(document.querySelectorAll("main *"),function(e){var r=e.getBoundingClientRect();return r.width>0&&r.right>%d+1&&!e.closest(".sr,.sheet")||e.classList.contains("scroll")&&e.scrollWidth>e.clientWidth+1}).slice(0,4).map(function(e){return e.tagName+"."+(e.className.baseVal||e.className)+" "+Math.round(e.getBoundingClientRect().right)+" "+e.scrollWidth}).join(" | ")`, printable)); cut != "" {
		b.t.Errorf("%s is cut on paper: %s", path, cut)
	}
	if n := eval[int](b, `Array.prototype.filter.call(document.querySelectorAll(".chart"),function(e){return e.offsetParent&&(e.clientHeight<80||e.querySelector("svg").getBoundingClientRect().height<80)}).length`); n > 0 {
		b.t.Errorf("%s: %d drawings are lost on paper", path, n)
	}
	if n := eval[int](b, `Array.prototype.filter.call(document.querySelectorAll("main thead"),function(e){return getComputedStyle(e).display!=="table-header-group"}).length`); n > 0 {
		b.t.Errorf("%s: %d heads of tables are not repeated", path, n)
	}
	if !eval[bool](b, `Array.prototype.every.call(document.querySelectorAll(".topbar,.filters form,.menu,.btn,.act"),function(e){return getComputedStyle(e).display==="none"||e.offsetParent===null})`) {
		b.t.Errorf("%s prints what only a screen can use", path)
	}
	// A drawing that does not fit below what stands above it leaves the sheet empty, and one taller than a sheet is cut through a row.
	if pushed := eval[string](b, fmt.Sprintf(`Array.prototype.map.call(document.querySelectorAll(".chart svg"),function(e){var r=e.getBoundingClientRect();return {id:e.closest(".chart").id,top:r.top,bottom:r.bottom,height:r.height}}).filter(function(r){return r.height>%[1]d||r.height>0&&r.top<%[1]d*.6&&r.bottom>%[1]d}).map(function(r){return r.id+" "+Math.round(r.top)+"–"+Math.round(r.bottom)}).join(" | ")`, sheet)); pushed != "" {
		b.t.Errorf("%s: drawings do not fit the first sheet: %s", path, pushed)
	}
	if broken := eval[string](b, `(function(){var walker=document.createTreeWalker(document.querySelector("main"),NodeFilter.SHOW_TEXT),out=[],n;while(n=walker.nextNode())if(/^\s*\d{4}-\d\d-\d\d\s*$/.test(n.data)&&n.parentNode.closest("td,th")){var r=document.createRange();r.selectNodeContents(n);if(r.getClientRects().length>1)out.push(n.data.trim())}return out.slice(0,4).join(" ")})()`); broken != "" {
		b.t.Errorf("%s breaks days over lines on paper: %s", path, broken)
	}
	if after := eval[float64](b, `document.body.scrollHeight-document.querySelector(".foot").getBoundingClientRect().bottom-parseFloat(getComputedStyle(document.body).paddingBottom)`); after > 2 {
		b.t.Errorf("%s: %.0f px follow the foot, on a blank sheet where that ends at the edge", path, after)
	}
	call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
	eval[bool](b, `dispatchEvent(new Event("afterprint"));true`)
}

// TestPartsOfPagesInChromium has every card come after its page.
func TestPartsOfPagesInChromium(t *testing.T) {
	s := newSite(t)
	s.app = s.with(func(cfg *Config) { cfg.Grace = time.Nanosecond })
	b := newBrowser(t, s)
	for _, path := range []string{"/", "/heatmap?rows=layer&cols=category&row=leadership&col=decision", "/supervision", "/hotspots", "/blindspots", "/lists", "/checkup", "/leaders", "/risks", "/signals", "/checks"} {
		b.open(path)
		b.run(chromedp.WaitNotPresent(chromedp.CSS(".loading")))
		if text := b.text("#sentence"); strings.Contains(text, "—") || text == "" {
			t.Errorf("%s: the sentence reads %q", path, text)
		}
		if n := eval[int](b, `document.querySelectorAll(".chart-off,.banner.bad").length`); n > 0 {
			t.Errorf("%s: %d parts are missing", path, n)
		}
		b.until(`Array.prototype.every.call(document.querySelectorAll("script[data-chart]"),function(s){return !!document.querySelector("#"+s.dataset.chart+" svg text")})`)
		if n := eval[int](b, `document.querySelectorAll("#sentence").length`); n != 1 {
			t.Errorf("%s: %d sentences", path, n)
		}
		b.clean(path)
	}
}

func TestChartsAreSavedInChromium(t *testing.T) {
	s := newSite(t)
	b := newBrowser(t, s)
	dir := t.TempDir()
	call(b, cdpbrowser.SetDownloadBehavior, cdpbrowser.SetDownloadBehaviorParams{Behavior: "allow", DownloadPath: dir, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID})
	b.open("/")
	b.run(chromedp.WaitVisible(chromedp.CSS("#layers svg text")))
	b.run(chromedp.Click(chromedp.CSS(`[data-save="layers"] summary`)))
	b.shoot("save-menu", false)
	for _, as := range []string{"png", "svg"} {
		eval[bool](b, `(document.querySelector('[data-save="layers"] [data-as="`+as+`"]').click(),true)`)
	}
	eval[bool](b, `(document.querySelector('[data-save="layers"] a[href*=".csv"]').click(),true)`)
	want := map[string]string{".png": "\x89PNG", ".svg": "<svg", ".csv": "\ufeff"}
	for end := time.Now().Add(20 * time.Second); len(want) > 0; time.Sleep(50 * time.Millisecond) {
		files, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			body, err := os.ReadFile(filepath.Join(dir, f.Name()))
			begin := want[filepath.Ext(f.Name())]
			if err != nil || begin == "" || len(body) < 100 {
				continue
			}
			if !strings.HasPrefix(string(body), begin) {
				t.Errorf("%s begins with %q", f.Name(), body[:20])
			}
			if filepath.Ext(f.Name()) != ".csv" && (!strings.Contains(f.Name(), "风险点分布") || !strings.Contains(f.Name(), "2026-11-22")) {
				t.Errorf("%q does not say what it shows and as of when", f.Name())
			}
			delete(want, filepath.Ext(f.Name()))
		}
		if time.Now().After(end) {
			t.Fatalf("not saved: %v; there is %v", want, files)
		}
	}
	b.clean("save")
}

// tabTo presses Tab until an element has the focus.
func (b *browser) tabTo(selector string) {
	b.t.Helper()
	const most = 150
	for range most {
		if eval[bool](b, `!!document.activeElement&&document.activeElement.matches(`+fmt.Sprintf("%q", selector)+`)`) {
			return
		}
		b.run(chromedp.KeyEvent(kb.Tab))
	}
	b.t.Fatalf("%d times Tab do not lead to %s but to %s", most, selector, eval[string](b, `document.activeElement.outerHTML.slice(0,200)`))
}

func TestTheMainPathWorksWithTheKeyboardAlone(t *testing.T) {
	s := newSite(t)
	b := newBrowser(t, s)
	b.open("/")
	b.run(chromedp.KeyEvent(kb.Tab))
	if !eval[bool](b, `document.activeElement.classList.contains("skip")`) {
		t.Error("the first Tab does not lead to the link past the navigation")
	}
	b.run(chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(kb.Tab))
	if !eval[bool](b, `!!document.activeElement.closest("main")`) {
		t.Error("the link past the navigation does not lead into the page")
	}
	definitionWithKeys(t, b)
	boardWithKeys(t, b)
	wideScreen(t, b)
	b.open("/")
	b.tabTo(`.nav a[href^="/heatmap"]`)
	b.run(chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#map-table")))
	b.tabTo(`#map-table td[data-row] a`)
	b.run(chromedp.KeyEvent(kb.ArrowRight), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.ArrowUp))
	eval[bool](b, `(function(){window.before=document.activeElement;return true})()`)
	b.run(chromedp.KeyEvent(kb.ArrowDown))
	if eval[bool](b, `window.before===document.activeElement`) {
		t.Error("the arrow does not move between cells")
	}
	// On to a cell with points.
	for range 40 {
		if eval[bool](b, `!/ 0$/.test(document.activeElement.textContent)`) {
			break
		}
		at := eval[string](b, `document.activeElement.parentNode.id`)
		b.run(chromedp.KeyEvent(kb.ArrowRight))
		if eval[string](b, `document.activeElement.parentNode.id`) == at {
			b.run(chromedp.KeyEvent(kb.ArrowDown))
			for range 9 {
				b.run(chromedp.KeyEvent(kb.ArrowLeft))
			}
		}
	}
	b.run(chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#drawer-rows")))
	b.run(chromedp.KeyEvent(kb.Escape), chromedp.WaitNotPresent(chromedp.CSS("#drawer")))
	b.until(`!!document.activeElement.closest("#map-table td")`) // the cell has the focus again
	b.run(chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#drawer-rows")))
	b.tabTo("#drawer-rows a")
	b.run(chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS(".stepper")))
	b.tabTo("#record")
	b.run(chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("form#check")))
	b.tabTo(`input[name="power_regular"]`)
	b.run(chromedp.KeyEvent(" "))
	b.tabTo(`input[name="rules_followed"]`)
	b.run(chromedp.KeyEvent(" "))
	b.tabTo(`input[name="measures_done"]`)
	b.run(chromedp.KeyEvent(" "))
	b.tabTo(`input[name="inspector"]`)
	b.run(chromedp.KeyEvent("Zheng"))
	b.tabTo(`input[name="method"]`)
	b.run(chromedp.KeyEvent(" "))
	b.tabTo("#save")
	b.run(chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS("#said")))
	if !strings.Contains(b.text("#said"), "JC20261122-") {
		t.Errorf("it says %q", b.text("#said"))
	}
	b.clean("keyboard")
}

// definitionWithKeys opens what stands behind a tile, and closes it again.
func definitionWithKeys(t *testing.T, b *browser) {
	b.run(chromedp.WaitVisible(chromedp.CSS(".tile .about")))
	b.tabTo(".tile .about > summary")
	if width := eval[string](b, `getComputedStyle(document.activeElement).outlineWidth`); width != "3px" {
		t.Errorf("the focus on a definition is %s wide; want 3px", width)
	}
	b.run(chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS(".tile .about[open] .quote")))
	if box := eval[map[string]float64](b, `(function(){var r=document.querySelector(".tile .about[open] .sheet").getBoundingClientRect();return {left:r.left,right:innerWidth-r.right}})()`); box["left"] < 0 || box["right"] < 0 {
		t.Errorf("the definition stands %v px within the screen", box)
	}
	b.tabTo(`.tile .about[open] a[href^="/api/v1/"]`)
	b.run(chromedp.KeyEvent(kb.Escape))
	if !eval[bool](b, `document.activeElement.matches(".tile .about:not([open]) > summary")`) {
		t.Error("Escape does not close the definition and give the focus back")
	}
}

// boardWithKeys goes down a board of numbers and opens what a number counts.
func boardWithKeys(t *testing.T, b *browser) {
	b.open("/units")
	b.run(chromedp.WaitVisible(chromedp.CSS("#units")))
	b.tabTo("#units tbody th a")
	first := eval[string](b, `document.activeElement.textContent`)
	b.run(chromedp.KeyEvent(kb.ArrowDown))
	if second := eval[string](b, `document.activeElement.textContent`); second == first || second != eval[string](b, `document.querySelectorAll("#units tbody th a")[1].textContent`) {
		t.Errorf("the arrow leads from %s to %s", first, second)
	}
	b.run(chromedp.KeyEvent(kb.Enter), chromedp.WaitVisible(chromedp.CSS(".cal.months")))
}

// wideScreen opens the overview on a screen of 4K: it uses the room, in letters to be read from further away.
func wideScreen(t *testing.T, b *browser) {
	b.resize(3840, 2160)
	defer b.resize(1366, 768)
	b.open("/")
	b.run(chromedp.WaitVisible(chromedp.CSS(".tile")))
	at := eval[map[string]float64](b, `({wide:document.querySelector("main").offsetWidth,letters:parseFloat(getComputedStyle(document.body).fontSize),over:document.documentElement.scrollWidth-innerWidth})`)
	if at["wide"] < 0.8*3840 || at["letters"] < 24 || at["over"] > 0 {
		t.Errorf("at 3840 px the page is %v px wide in letters of %v px and %v px too wide", at["wide"], at["letters"], at["over"])
	}
}
