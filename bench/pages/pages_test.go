package pages

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
)

// A page whose chart comes half a second after it, from the same option as the plain one.
func TestFiguresAreThoseOfTheBrowser(t *testing.T) {
	library, err := os.ReadFile("../../dashboards/assets/vendor/echarts.min.js")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/late", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><title>t</title><link rel="icon" href="data:,"><script src="/own.js"></script><p>text</p><div class="chart" id="a"></div>
<script type="application/json" data-chart="a">{"xAxis":{"data":["1"]},"yAxis":{},"series":[{"type":"bar","data":[3],"color":"var(--accent)"}]}</script>
<script>setTimeout(function(){document.getElementById("a").innerHTML='<svg><text>3</text></svg>'},500)</script>`)
	})
	mux.HandleFunc("/own.js", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("/", 5000)) })
	server := httptest.NewServer(mux)
	defer server.Close()
	rows, err := compare(t.Context(), server.URL, library, Size{Rounds: 1, Pages: []string{"/late"}}, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	ours, plain := rows[0].ours[0], rows[0].plain[0]
	if ours.Charts != 1 || ours.Requests != 2 || ours.Bytes < 5000 || ours.Bytes > 10_000 {
		t.Errorf("the page has %d charts in %d requests and %d bytes; want 1, 2 and a little over 5000", ours.Charts, ours.Requests, ours.Bytes)
	}
	if ours.Last < 0.5 || ours.Paint <= 0 || ours.Paint >= ours.Last {
		t.Errorf("first paint after %.3f s, chart after %.3f s; want the chart after half a second and the paint before it", ours.Paint, ours.Last)
	}
	if plain.Charts != 1 || plain.Bytes < len(library) || plain.Last <= 0 {
		t.Errorf("the plain page has %d charts, %d bytes, drawn after %.3f s; want the same chart with all of the library", plain.Charts, plain.Bytes, plain.Last)
	}
	if again := rows[0].again; len(again) != againTimes || again[0] <= 0 {
		t.Errorf("asked again: %v; want %d times", again, againTimes)
	}
	text := table(rows, 1)
	if !strings.Contains(text, "| `/late` | ") || strings.Count(text, "|") != 3*11 {
		t.Errorf("the table reads\n%s", text)
	}
}
