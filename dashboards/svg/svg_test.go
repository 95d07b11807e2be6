package svg

import (
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"qingfeng/dashboards/assets"
	"qingfeng/dashboards/charts"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

var out = flag.String("out", "", "write the drawings into this directory, to be looked at")

const hostile = `</text></svg><script>alert(1)</script>"'&amp;__f__x__f__`

var library = Shared(func() string { return assets.Text("vendor/echarts.min.js") })

func renderer(t testing.TB) *Renderer {
	t.Helper()
	r, err := library()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func distribution(rows int) metrics.Distribution {
	d := metrics.Distribution{Measure: "risks"}
	for _, c := range integrity.Categories() {
		d.Cols = append(d.Cols, metrics.Label{Code: string(c), Label: c.Label(integrity.Chinese)})
	}
	for y := range rows {
		name := fmt.Sprintf("单位%d", y)
		if y == 1 {
			name = hostile
		}
		d.Rows = append(d.Rows, metrics.Label{Code: fmt.Sprint(y), Label: name})
		for x := range d.Cols {
			n := uint64((y*5 + x*3) % 18)
			d.Cells = append(d.Cells, metrics.Cell{Count: &n, Important: n / 3})
		}
	}
	d.Cells[2] = metrics.Cell{Suppressed: true}
	return d
}

func heatmap(rows int) charts.Option {
	return charts.Heatmap(distribution(rows), charts.HeatmapOptions{
		Rows: "unit", Cols: "category", Lang: integrity.Chinese, Title: `单位 × 类别 "<&>"`, Totals: true,
		SelectedRow: "2", SelectedCol: "power",
	})
}

func drawings() map[string]charts.Option {
	months := []string{"2026-01", "2026-02", "2026-03", "2026-04"}
	return map[string]charts.Option{
		"heatmap": heatmap(6),
		"trend": charts.Trend(metrics.Trend{Months: months, Series: []metrics.Series{
			{Label: "全部", Values: metrics.Shown(43, 38, 41, 47)}, {Label: hostile, Values: metrics.Shown(8, 7, 0, 9)},
		}}, charts.TrendOptions{Title: "每月线索件数"}),
		"hotspot": charts.HotSpot(charts.HotSpotSeries{
			Months: months, Actual: []uint64{2, 3, 0, 9},
			Expected: []float64{math.NaN(), 2.1, 2.2, 2.4}, Upper: []float64{math.NaN(), 5, 5.1, 5.4},
		}, charts.HotSpotOptions{Lang: integrity.Chinese, Title: "热点"}),
		"bars": charts.Bars(distribution(5), charts.BarsOptions{Rows: "unit", Cols: "category", Lang: integrity.Chinese, Title: "按类别"}),
	}
}

func render(t testing.TB, o charts.Option) string {
	t.Helper()
	got, err := renderer(t).Render(t.Context(), o, 660, 240, assets.Tokens())
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func TestDrawingsAreCleanSVG(t *testing.T) {
	for name, option := range drawings() {
		t.Run(name, func(t *testing.T) {
			got := render(t, option)
			if *out != "" {
				if err := os.WriteFile(filepath.Join(*out, name+".svg"), []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			dec := xml.NewDecoder(strings.NewReader(got))
			for {
				tok, err := dec.Token()
				if tok == nil {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				if e, ok := tok.(xml.StartElement); ok && (e.Name.Local == "script" || e.Name.Local == "style" || e.Name.Local == "image") {
					t.Errorf("the drawing holds <%s>", e.Name.Local)
				}
			}
			for _, banned := range []string{`href=`, `src="http`, `<script`, `<style`, `var(--`, `NaN`, `undefined`, `zr0`, `:hover`, `style=`} {
				if strings.Contains(got, banned) {
					t.Errorf("the drawing holds %q", banned)
				}
			}
			if !strings.HasPrefix(got, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="`) {
				t.Errorf("the drawing starts with %.80s", got)
			}
		})
	}
}

func TestNumbersAndZerosAreDrawn(t *testing.T) {
	got := render(t, heatmap(6))
	for _, text := range []string{">0</text>", ">17</text>", ">&lt;3</text>", "权力", "合计", ">—</text>"} {
		if !strings.Contains(got, text) {
			t.Errorf("the heatmap does not show %s", text)
		}
	}
	if got := render(t, drawings()["trend"]); !strings.Contains(got, "全部 47") {
		t.Error("the line does not end with its name and value")
	}
}

func TestHostileLabelIsText(t *testing.T) {
	got := render(t, drawings()["trend"])
	if !strings.Contains(got, "&lt;/text&gt;&lt;/svg&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;") {
		t.Error("the label is not in the drawing as text")
	}
}

func TestSameOptionGivesTheSameBytes(t *testing.T) {
	fresh, err := New(assets.Text("vendor/echarts.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	first := render(t, heatmap(6))
	render(t, drawings()["trend"]) // another drawing in between must not count
	if second := render(t, heatmap(6)); second != first {
		t.Error("the second drawing of one option differs")
	}
	third, err := fresh.Render(t.Context(), heatmap(6), 660, 240, assets.Tokens())
	if err != nil {
		t.Fatal(err)
	}
	if string(third) != first {
		t.Error("another engine draws something else")
	}
}

func TestIdentifiersOfTwoDrawingsDoNotClash(t *testing.T) {
	a, b := identifiers(t, render(t, heatmap(6))), identifiers(t, render(t, heatmap(7)))
	trend := identifiers(t, render(t, drawings()["trend"]))
	if len(trend) == 0 {
		t.Error("the trend has no identifiers; the test proves nothing")
	}
	for id := range trend {
		if a[id] || b[id] {
			t.Errorf("identifier %s stands in two drawings", id)
		}
	}
}

func identifiers(t *testing.T, drawing string) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	dec := xml.NewDecoder(strings.NewReader(drawing))
	for {
		tok, err := dec.Token()
		if tok == nil {
			return ids
		}
		if err != nil {
			t.Fatal(err)
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range e.Attr {
			if a.Name.Local != "id" {
				continue
			}
			if ids[a.Value] {
				t.Errorf("identifier %s twice in one drawing", a.Value)
			}
			ids[a.Value] = true
		}
	}
}

func TestDrawingsAtOnce(t *testing.T) {
	r, want := renderer(t), render(t, heatmap(6))
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			got, err := r.Render(t.Context(), heatmap(6), 660, 240, assets.Tokens())
			if err != nil || string(got) != want {
				t.Errorf("a drawing beside others differs, error %v", err)
			}
		})
	}
	wg.Wait()
}

func TestEndOfContextStopsTheDrawing(t *testing.T) {
	r := renderer(t)
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Render(cancelled, heatmap(6), 660, 240, assets.Tokens()); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v; want context.Canceled", err)
	}
	short, cancel := context.WithTimeout(t.Context(), 15*time.Millisecond)
	defer cancel()
	if _, err := r.Render(short, heatmap(400), 660, 9000, assets.Tokens()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v; want context.DeadlineExceeded", err)
	}
	// The engines work on after that.
	render(t, heatmap(6))
	render(t, heatmap(6))
}

func TestErrorsSayWhatIsWrong(t *testing.T) {
	r := renderer(t)
	if _, err := r.Render(t.Context(), heatmap(3), 660, 240, map[string]string{}); err == nil || !strings.Contains(err.Error(), "no design token") {
		t.Errorf("without tokens: %v", err)
	}
	if _, err := New("this is {not} script"); err == nil {
		t.Error("New took a text that is no script")
	}
	broken, err := New("throw new Error('no charts today')")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := broken.Render(t.Context(), heatmap(3), 660, 240, assets.Tokens()); err == nil || !strings.Contains(err.Error(), "no charts today") {
		t.Errorf("with a broken library: %v", err)
	}
}

func TestRewriteRefusesWhatIsNotADrawing(t *testing.T) {
	for name, text := range map[string]string{
		"a script":                `<svg><script>x</script></svg>`,
		"an image":                `<svg><image href="http://x"/></svg>`,
		"an event":                `<svg onload="x"></svg>`,
		"an address in a paint":   `<svg><rect fill="url(http://x)"/></svg>`,
		"an address in a style":   `<svg><text style="background:url(http://x)">a</text></svg>`,
		"a style beyond fonts":    `<svg><text style="background:red">a</text></svg>`,
		"markup in a style sheet": `<svg><style><script/></style></svg>`,
		"an open style sheet":     `<svg><style>`,
		"foreign content":         `<svg><foreignObject/></svg>`,
		"an open element":         `<svg><g>`,
		"a wrong end":             `<svg></g>`,
		"nothing":                 ``,
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := rewrite(text, frame{prefix: "c"}); err == nil {
				t.Errorf("rewrite gave %s", got)
			}
		})
	}
}

func BenchmarkRenderHeatmap(b *testing.B) {
	r, option := renderer(b), heatmap(14)
	render(b, option)
	for b.Loop() {
		r.drawn = shelf{} // what is on it is not drawn again
		if _, err := r.Render(b.Context(), option, 660, 450, assets.Tokens()); err != nil {
			b.Fatal(err)
		}
	}
}

func TestADrawingIsMadeOnceAndTheOldestAreForgotten(t *testing.T) {
	r, err := New(`var drawn = 0, echarts = {init: function () { return {setOption: function () {}, dispose: function () {},
		renderToSVGString: function () { return '<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><text>' + (drawn++) + '</text></svg>' }} }};`)
	if err != nil {
		t.Fatal(err)
	}
	r.free = make(chan *machine, 1) // one machine, whose count is that of all drawings
	r.free <- nil
	draw := func(width int) string {
		t.Helper()
		s, err := r.Render(t.Context(), heatmap(1), width, 1, assets.Tokens())
		if err != nil {
			t.Fatal(err)
		}
		return string(s)
	}
	first := draw(1)
	if again := draw(1); again != first {
		t.Errorf("the same drawing is made twice: %s, %s", first, again)
	}
	for n := range kept {
		draw(n + 2)
	}
	if len(r.drawn.at) != kept || len(r.drawn.order) != kept {
		t.Errorf("%d drawings are kept; want %d", len(r.drawn.at), kept)
	}
	if again := draw(1); again == first {
		t.Error("the oldest drawing is still kept")
	}
}
