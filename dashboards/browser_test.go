package dashboards

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"qingfeng/internal/desktop"
	"qingfeng/internal/visualtest"
)

// browser is a real Chromium on the application, which notes what it should not do.
type browser struct {
	t    *testing.T
	ctx  context.Context
	base string

	mu       sync.Mutex
	problems []string
}

// newBrowser serves the site on loopback and opens a browser for it.
func newBrowser(t *testing.T, s *site) *browser {
	t.Helper()
	return openBrowser(t, s.listen(t))
}

// listen serves the site on loopback until the test ends, and returns its address.
func (s *site) listen(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.app.Listener(listener) }()
	t.Cleanup(func() {
		if err := s.app.ShutdownWithTimeout(5 * time.Second); err != nil {
			t.Logf("stop serving: %v", err)
		}
		<-done
	})
	return "http://" + listener.Addr().String()
}

// openBrowser starts a browser for what is served at base. Chromium is installed by make test.
func openBrowser(t *testing.T, base string) *browser {
	t.Helper()
	path, err := desktop.Chromium()
	if err != nil {
		t.Fatal(err)
	}
	return startBrowser(t, path, base)
}

// startBrowser opens a tab for what is served at base, in the browser at path. All tests share
// one process of each browser; each has a profile of its own in it.
func startBrowser(t *testing.T, path, base string) *browser {
	t.Helper()
	ctx, stop := chromedp.NewContext(processes.of(t, path), chromedp.WithNewBrowserContext())
	t.Cleanup(stop)
	b := &browser{t: t, ctx: ctx, base: base}
	if err := chromedp.Listen(ctx, b.listen); err != nil {
		t.Fatal(err)
	}
	call(b, network.Enable, network.EnableParams{})
	call(b, log.Enable, cdp.Empty{})
	// Tabs beside each other all have the focus, as in windows of their own.
	call(b, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	return b
}

// processes are the browsers of this test process, by path. They end with it.
var processes browserProcesses

type browserProcesses struct {
	mu    sync.Mutex
	by    map[string]context.Context
	stops []func()
}

func (p *browserProcesses) of(t *testing.T, path string) context.Context {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx := p.by[path]; ctx != nil {
		return ctx
	}
	profile, err := os.MkdirTemp("", "qingfeng-browser-")
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1366, 768),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"), // the network is closed
		// A page that comes back whole from the browser's memory is not told to chromedp.
		chromedp.Flag("disable-features", "BackForwardCache,Translate"),
		chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(profile))
	allocated, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocated)
	p.stops = append(p.stops, stop, end, func() { _ = os.RemoveAll(profile) })
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	if p.by == nil {
		p.by = map[string]context.Context{}
	}
	p.by[path] = ctx
	return ctx
}

// stop ends them all.
func (p *browserProcesses) stop() {
	for _, stop := range p.stops {
		stop()
	}
}

func (b *browser) listen(event any) {
	note := func(format string, args ...any) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.problems = append(b.problems, fmt.Sprintf(format, args...))
	}
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		note("exception: %s %s", e.ExceptionDetails.Text, e.ExceptionDetails.URL)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" {
			note("console: %v", e.Args)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == "error" || e.Entry.Source == "security" {
			note("log: %s %s", e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		u, err := url.Parse(e.Request.URL)
		if err != nil || u.Scheme != "data" && u.Scheme != "blob" && u.Hostname() != "127.0.0.1" {
			note("request to %s", e.Request.URL)
		}
	case *page.EventJavascriptDialogOpening:
		note("dialog: %s", e.Message)
	}
}

// patience is how long one step may take.
const patience = time.Minute

func (b *browser) run(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// ask runs a step that has an answer.
func ask[T any](b *browser, step chromedp.Action[T]) T {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	v, err := chromedp.Run(ctx, step)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

// call sends a command of the protocol.
func call[P, R any](b *browser, command cdp.Command[P, R], params P) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if _, err := chromedp.Call(ctx, command, params); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) open(path string) {
	b.t.Helper()
	b.run(chromedp.Navigate(b.base+path), chromedp.WaitReady(chromedp.CSS("main")))
}

// eval asks the page.
func eval[T any](b *browser, script string) T {
	b.t.Helper()
	return ask(b, chromedp.Evaluate[T](script))
}

// until waits until an expression is true of the page.
func (b *browser) until(expression string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := desktop.Until(ctx, expression); err != nil {
		b.t.Fatal(err)
	}
}

func (b *browser) text(selector string) string {
	b.t.Helper()
	return eval[string](b, `(document.querySelector(`+strconv.Quote(selector)+`)||{textContent:""}).textContent`)
}

// shoot keeps a picture of what is to be seen of the page, or of its full length.
func (b *browser) shoot(name string, full bool) {
	b.t.Helper()
	picture := chromedp.CaptureScreenshot()
	if full {
		picture = chromedp.FullScreenshot(100)
	}
	visualtest.Keep(b.t, name+".png", ask(b, picture))
}

// clean reports what the pages did that they should not.
func (b *browser) clean(where string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		b.t.Errorf("%s: %s", where, p)
	}
	b.problems = nil
}

func TestInChromium(t *testing.T) {
	s := newSite(t)
	b := newBrowser(t, s)

	t.Run("a cell of the drawing leads to as many rows as it says", func(t *testing.T) {
		b.t = t
		b.open("/heatmap?rows=layer&cols=category")
		b.run(chromedp.WaitVisible(chromedp.CSS("#map svg text")))
		cell := eval[map[string]any](b, `(function(){
			var best=null;
			document.querySelectorAll("#map-table td[data-row] a").forEach(function(a){
				var n=+a.textContent.split(" / ").pop();
				if(n>0&&(!best||n>best.n))best={n:n,row:+a.parentNode.dataset.row,col:+a.parentNode.dataset.col};
			});
			var chart=echarts.getInstanceByDom(document.getElementById("map"));
			var at=chart.convertToPixel({seriesIndex:0},[best.col,best.row]);
			var box=document.getElementById("map").getBoundingClientRect();
			best.x=box.left+at[0]; best.y=box.top+at[1];
			return best;
		})()`)
		want := int(cell["n"].(float64))
		b.run(chromedp.MouseClickXY(cell["x"].(float64), cell["y"].(float64)), chromedp.WaitVisible(chromedp.CSS("#drawer-rows")))
		if got := eval[int](b, `document.querySelectorAll("#drawer-rows > li").length`); got != min(want, drawerRows) {
			t.Errorf("the cell says %d, the drawer shows %d", want, got)
		}
		b.shoot("heatmap-drawer", false)
		b.run(chromedp.Click(chromedp.CSS("#drawer-all")), chromedp.WaitVisible(chromedp.CSS("#rows")))
		if got := eval[int](b, `document.querySelectorAll("#rows tbody tr").length`); got != want {
			t.Errorf("the cell says %d, the list shows %d", want, got)
		}
		b.run(chromedp.NavigateBack(), chromedp.WaitVisible(chromedp.CSS("#drawer")))
		b.run(chromedp.KeyEvent(kb.Escape), chromedp.WaitNotPresent(chromedp.CSS("#drawer")))
		b.run(chromedp.WaitReady(chromedp.CSS("#map-table td a:focus"))) // the cell has the focus again
		b.clean("cell")
	})

	t.Run("a drawing fits the paper at the moment of the print", func(t *testing.T) {
		b.t = t
		b.resize(1366, 768)
		b.open("/heatmap?rows=layer&cols=category")
		b.run(chromedp.WaitVisible(chromedp.CSS("#map svg text")))
		// All in one turn of the script, as a print is: no frame comes between.
		cut := eval[string](b, `(function(){
			document.querySelector("main").style.width="700px";
			dispatchEvent(new Event("beforeprint"));
			var edge=document.getElementById("map").getBoundingClientRect().right;
			var out=Array.prototype.filter.call(document.querySelectorAll("#map svg *"),function(e){return e.getBoundingClientRect().right>edge+1}).map(function(e){return e.tagName+" "+Math.round(e.getBoundingClientRect().right-edge)});
			dispatchEvent(new Event("afterprint"));
			var wide=document.getElementById("map").offsetWidth;
			return wide>700?"the drawing did not become narrower: "+wide:out.slice(0,4).join(" | ");
		})()`)
		if cut != "" {
			t.Errorf("beyond the edge of the paper: %s", cut)
		}
		b.unsize()
		b.clean("paper")
	})

	t.Run("dark colours are kept and paper is light", func(t *testing.T) {
		b.t = t
		b.open("/")
		b.run(chromedp.Click(chromedp.CSS(`[data-switch="theme"]`)))
		for _, path := range []string{"/", "/heatmap", "/supervision", "/risks"} {
			b.open(path)
			if eval[string](b, `document.documentElement.dataset.theme||""`) != "dark" {
				t.Errorf("%s forgot the dark colours", path)
			}
			b.shoot("dark-"+fileName(path), true)
		}
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		if colour := eval[string](b, `getComputedStyle(document.body).backgroundColor`); colour != "rgb(255, 255, 255)" {
			t.Errorf("paper is %s", colour)
		}
		call(b, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{})
		b.run(chromedp.Click(chromedp.CSS(`[data-switch="theme"]`)))
		b.clean("dark")
	})

	t.Run("an upload is rehearsed, loaded and found in the heatmap", func(t *testing.T) {
		b.t = t
		b.open("/heatmap?rows=unit&cols=category")
		before := b.text("#map-table tfoot td:last-child")
		content, err := json.Marshal(string(csvOf("单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|层面|类别", "15|2026-03-01|1|离退休经费由一人经手|双人经办|查阅凭证|重要|中层岗位|岗位", "01|2026-03-02|1|印章无人登记|双人保管|查阅台账|高|中层岗位|岗位")))
		if err != nil {
			t.Fatal(err)
		}
		b.open("/imports")
		// A file is dragged over the field, which shows that it would take it, and dropped there. The
		// oldest browser chooses its file.
		dragged := eval[string](b, `(function(){
			var data = new DataTransfer(), drop = document.getElementById("drop"), said = [];
			data.items.add(new File([`+string(content)+`], "清单.csv", {type: "text/csv"}));
			["dragenter", "dragover", "drop"].forEach(function (name) {
				var e = new DragEvent(name, {bubbles: true, cancelable: true, dataTransfer: data});
				drop.querySelector("label").dispatchEvent(e);
				said.push(name + (e.defaultPrevented ? " taken" : " left") + (drop.classList.contains("over") ? " shown" : ""));
			});
			return said.join(", ");
		})()`)
		if want := "dragenter taken shown, dragover taken shown, drop taken"; dragged != want {
			t.Errorf("a file dragged over the field: %s; want %s", dragged, want)
		}
		if list := b.text("#chosen"); !strings.Contains(list, "清单.csv") {
			t.Errorf("the dropped file is shown as %q", list)
		}
		b.run(chromedp.Click(chromedp.CSS(`button[name="dry_run"][value="1"]`)), chromedp.WaitVisible(chromedp.CSS("#result")))
		if text := b.text("main"); !strings.Contains(text, "预检结果") || !strings.Contains(text, "高") {
			t.Errorf("the rehearsal reads %.400s", text)
		}
		b.shoot("import-dry", true)
		b.run(chromedp.Click(chromedp.CSS("#confirm")), chromedp.WaitNotPresent(chromedp.CSS("#confirm")), chromedp.WaitVisible(chromedp.CSS("#result")))
		b.shoot("import-result", true)
		b.open("/heatmap?rows=unit&cols=category&as_of=2026-04-01")
		if text := b.text("#map-table"); !strings.Contains(text, "市老年病院") {
			t.Errorf("the new unit is not in the heatmap (%s before)", before)
		}
		b.clean("upload")
	})
}

var idOfOne = regexp.MustCompile(`[0-9a-f]{8}[0-9a-f-]*`)

// fileName is the address of a page as the name of a file, the same in each run.
func fileName(path string) string {
	name := strings.Trim(path, "/")
	if name == "" {
		return "overview"
	}
	name = idOfOne.ReplaceAllString(name, "one")
	return strings.NewReplacer("/", "-", "?", "-", "&", "-", "=", "-").Replace(name)
}
