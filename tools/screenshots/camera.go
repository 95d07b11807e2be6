package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"slices"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"qingfeng/internal/desktop"
)

// The part of a page that a picture shows, in px.
const (
	width  = 1366
	height = 900
)

// camera is a Chromium without a window.
type camera struct {
	ctx   context.Context
	close func()
}

func newCamera(ctx context.Context) (*camera, error) {
	path, err := desktop.Chromium()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "qingfeng-screenshots-")
	if err != nil {
		return nil, err
	}
	ctx, end := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(width, height), chromedp.UserDataDir(dir))...)
	ctx, closeTab := chromedp.NewContext(ctx)
	c := &camera{ctx: ctx, close: func() {
		closeTab()
		end()
		_ = os.RemoveAll(dir) // of a browser that is gone
	}}
	return c, call(c, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
}

func call[P, R any](c *camera, command cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(c.ctx, command, params)
	return err
}

// ready says whether all of a page stands.
const ready = `document.readyState==="complete"&&!document.querySelector(".loading")&&Array.prototype.every.call(document.querySelectorAll("script[data-chart]"),function(s){return !!document.querySelector("#"+s.dataset.chart+" svg text")})`

// take returns the picture of a page in a theme. The page is opened once: what a reader would have
// chosen is remembered before its first script runs.
func (c *camera) take(address, theme string) (picture []byte, err error) {
	ctx, stop := context.WithTimeout(c.ctx, 2*time.Minute)
	defer stop()
	remembered := map[string]string{"light": "", "dark": "dark"}[theme]
	before, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: fmt.Sprintf(`localStorage.setItem("qingfeng.theme",%q)`, remembered),
	})
	if err != nil {
		return nil, err
	}
	defer func() {
		_, gone := chromedp.Call(ctx, page.RemoveScriptToEvaluateOnNewDocument, page.RemoveScriptToEvaluateOnNewDocumentParams(before))
		err = errors.Join(err, gone)
	}()
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		return nil, err
	}
	if err := desktop.Until(ctx, ready); err != nil {
		return nil, err
	}
	if picture, err = chromedp.Run(ctx, chromedp.CaptureScreenshot()); err != nil {
		return nil, err
	}
	return small(picture)
}

// colours is how many a picture keeps. Pages have few; the rest are the edges of letters.
const colours = 64

// areaPart is the part of a picture, one in so many pixels, from which on a colour is one of an area.
const areaPart = 1000

// small writes a picture with few colours: a quarter of the bytes, and nobody sees it.
func small(picture []byte) ([]byte, error) {
	from, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return nil, err
	}
	box := from.Bounds()
	counts := map[color.RGBA]int{}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			counts[rgba(from.At(x, y))]++
		}
	}
	to := image.NewPaletted(box, palette(counts))
	nearest := map[color.RGBA]uint8{}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			c := rgba(from.At(x, y))
			at, known := nearest[c]
			if !known {
				at = uint8(to.Palette.Index(c))
				nearest[c] = at
			}
			to.SetColorIndex(x, y, at)
		}
	}
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, to)
	return out.Bytes(), err
}

func rgba(c color.Color) color.RGBA {
	r, g, b, _ := c.RGBA()
	return color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), 0xff}
}

// palette keeps the colours of areas as they are: the ground of a page differs little from white,
// and would otherwise become the pale colour of something else. Of the others it chooses those that
// most pixels have, none too near to one chosen before.
func palette(counts map[color.RGBA]int) color.Palette {
	pixels := 0
	for _, n := range counts {
		pixels += n
	}
	all := make([]color.RGBA, 0, len(counts))
	for c := range counts {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		return cmp.Or(counts[b]-counts[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B))
	})
	var out color.Palette
	for _, c := range all {
		if counts[c]*areaPart < pixels || len(out) == colours/2 {
			break
		}
		out = append(out, c)
	}
	for _, apart := range []int{24, 12, 0} {
		for _, c := range all {
			if len(out) == colours {
				return out
			}
			if !slices.ContainsFunc(out, func(o color.Color) bool { return near(c, o.(color.RGBA), apart) }) {
				out = append(out, c)
			}
		}
	}
	return out
}

// near reports whether two colours differ by at most so much in each part.
func near(a, b color.RGBA, most int) bool {
	apart := func(x, y uint8) bool { return max(int(x)-int(y), int(y)-int(x)) > most }
	return !apart(a.R, b.R) && !apart(a.G, b.G) && !apart(a.B, b.B)
}
