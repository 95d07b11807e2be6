package pages

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"qingfeng/internal/desktop"
)

// patience is how long one page may take.
const patience = time.Minute

// watch notes, from before the first line of a page on, when a drawing last came into a chart.
const watch = `(function(){
  window.drawn = 0;
  function look(list) {
    list.forEach(function (change) {
      Array.prototype.forEach.call(change.addedNodes, function (n) {
        if (n.nodeType === 1 && n.closest && n.closest(".chart") && (n.tagName.toLowerCase() === "svg" || n.querySelector("svg"))) window.drawn = performance.now();
      });
    });
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
})()`

// standing says whether every chart of a page is drawn and no part of it is on its way.
const standing = `document.readyState === "complete" && !document.querySelector(".loading") && Array.prototype.every.call(document.querySelectorAll("script[data-chart]"), function (s) {
  var e = document.getElementById(s.dataset.chart); return e && e.querySelector("svg text"); }) && performance.getEntriesByName("first-contentful-paint").length > 0`

// figures are read from the browser's own records of a page.
const figures = `(function(){
  var all = performance.getEntriesByType("resource").concat(performance.getEntriesByType("navigation"));
  return JSON.stringify({
    Bytes: all.reduce(function (n, e) { return n + (e.transferSize || 0); }, 0), Requests: all.length,
    Paint: performance.getEntriesByName("first-contentful-paint")[0].startTime / 1000,
    Charts: document.querySelectorAll("script[data-chart]").length, Last: window.drawn / 1000,
    Options: Array.prototype.map.call(document.querySelectorAll("script[data-chart]"), function (s) { return s.textContent; })
  });
})()`

// visit is what one look at a page came to. Times are seconds from the request on.
type visit struct {
	Bytes, Requests int
	Paint, Last     float64 // first paint with content; last drawing
	Charts          int
	Options         []string // of the charts, as JSON
}

// browser is a Chromium that keeps nothing between visits.
type browser struct{ ctx context.Context }

// open starts Chromium; stop ends it.
func open(ctx context.Context) (b browser, stop func(), err error) {
	path, err := desktop.Chromium()
	if err != nil {
		return b, nil, err
	}
	dir, err := os.MkdirTemp("", "qingfeng-pages-")
	if err != nil {
		return b, nil, err
	}
	ctx, end := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.WindowSize(1366, 768), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-features", "BackForwardCache,Translate"),
		chromedp.Flag("disable-component-update", true), chromedp.UserDataDir(dir))...)
	ctx, close := chromedp.NewContext(ctx)
	stop = func() {
		close()
		end()
		_ = os.RemoveAll(dir) // of a browser that is gone; what is left is in the system's own folder
	}
	b = browser{ctx}
	for _, step := range []func() error{
		func() error { return call(b, network.Enable, network.EnableParams{}) },
		func() error {
			return call(b, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
		},
		func() error { return call(b, page.Enable, page.EnableParams{}) },
		func() error {
			_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: watch})
			return err
		},
	} {
		if err := step(); err != nil {
			stop()
			return b, nil, fmt.Errorf("start Chromium: %w", err)
		}
	}
	return b, stop, nil
}

func call[P, R any](b browser, command cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(b.ctx, command, params)
	return err
}

// visit opens an address and waits until all of it stands.
func (b browser) visit(address string) (v visit, err error) {
	ctx, stop := context.WithTimeout(b.ctx, patience)
	defer stop()
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		return v, fmt.Errorf("open %s: %w", address, err)
	}
	if err := desktop.Until(ctx, standing); err != nil {
		return v, fmt.Errorf("wait for %s: %w", address, err)
	}
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](figures))
	if err != nil {
		return v, fmt.Errorf("read the figures of %s: %w", address, err)
	}
	return v, json.Unmarshal([]byte(text), &v)
}
