package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"qingfeng/ingest"
	"qingfeng/internal/demo"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// demoServer loads the demo year and serves it, as make run does, until the test ends.
func demoServer(t *testing.T, s *shell) (base string, facts []demo.Fact) {
	t.Helper()
	now, err := time.Parse(time.RFC3339, s.env["QINGFENG_NOW"])
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := demo.Write(filepath.Join(s.dir, "facts"), now)
	if err != nil {
		t.Fatal(err)
	}
	return s.serving("--demo"), manifest.Planted
}

// browser opens a real Chromium.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.WindowSize(1366, 900),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	allocated, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancelTab := chromedp.NewContext(allocated)
	t.Cleanup(cancelTab)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start chromium (apt-get install chromium): %v", err)
	}
	return ctx
}

// read opens a page and returns its text and the addresses of everything it loaded.
func read(t *testing.T, ctx context.Context, address string) (text string, loaded []string) {
	t.Helper()
	limited, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(limited, chromedp.Navigate(address)); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	text, err := chromedp.Run(limited, chromedp.Evaluate[string]("document.body.innerText"))
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	list, err := chromedp.Run(limited, chromedp.Evaluate[string]("performance.getEntriesByType('resource').map(e => e.name).join('\\n')"))
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	return text, strings.Fields(list)
}

func TestTheDemoYearShowsWhatIsPlanted(t *testing.T) {
	s := newShell(t)
	base, facts := demoServer(t, s)
	ctx := browser(t)
	unitName := map[string]string{}
	var units struct{ Items []integrity.Unit }
	getJSON(t, base+"/api/v1/units", &units)
	for _, u := range units.Items {
		unitName[u.Code] = u.Name
	}
	seen := map[string]int{}
	for _, f := range facts {
		switch f.Code {
		case demo.FactHotSpot:
			seen[f.Code]++
			var d distribution
			getJSON(t, base+"/api/v1/distribution?measure=complaints&rows=unit&cols=category&month="+f.Month+"&unit="+f.Unit+"&category="+string(f.Category), &d)
			if d.Total < f.Count {
				t.Errorf("%s: %d complaints on the heatmap, %d planted", f.Zh, d.Total, f.Count)
			}
			var spots metrics.HotSpots
			getJSON(t, base+"/api/v1/hotspots?month="+f.Month, &spots)
			if !slices.ContainsFunc(spots.Items, func(h metrics.HotSpot) bool { return h.Unit == f.Unit && h.Category == f.Category && h.Hot }) {
				t.Errorf("%s: GET /hotspots does not find it (%s)", f.Zh, spots.Note)
			}
			text, _ := read(t, ctx, base+"/heatmap?measure=complaints&rows=unit&cols=category&month="+f.Month+"&unit="+f.Unit)
			if !strings.Contains(text, unitName[f.Unit]) || !strings.Contains(text, fmt.Sprint(d.Total)) {
				t.Errorf("%s: the page does not show %d", f.Zh, d.Total)
			}
		case demo.FactUnfiled:
			seen[f.Code]++
			var o overdue
			getJSON(t, fmt.Sprintf("%s/api/v1/overdue?rule=filing&unit=%s", base, f.Unit), &o)
			if len(o.Items) != len(f.Nos) {
				t.Errorf("%s: %d points without filing, %d planted", f.Zh, len(o.Items), len(f.Nos))
			}
			text, _ := read(t, ctx, base+"/supervision?rule=filing&status=overdue&unit="+f.Unit)
			if !strings.Contains(text, "进度滞后") || !strings.Contains(text, fmt.Sprintf("%d", len(f.Nos))) {
				t.Errorf("%s: the page does not show %d 进度滞后", f.Zh, len(f.Nos))
			}
		case demo.FactLateReview:
			seen[f.Code]++
			text, _ := read(t, ctx, fmt.Sprintf("%s/supervision?rule=q1_review&status=met_late&year=%d", base, f.Year))
			if !strings.Contains(text, unitName[f.Unit]) {
				t.Errorf("%s: the page does not name the unit", f.Zh)
			}
		case demo.FactLeaderBehind:
			seen[f.Code]++
			var o overdue
			getJSON(t, fmt.Sprintf("%s/api/v1/overdue?rule=two_checks&year=%d&leader=%s", base, f.Year, url.QueryEscape(f.Leader)), &o)
			if len(o.Items) == 0 {
				t.Errorf("%s: no item of this leader is late", f.Zh)
			}
			text, _ := read(t, ctx, fmt.Sprintf("%s/leaders?year=%d", base, f.Year))
			if !strings.Contains(text, f.Leader) {
				t.Errorf("%s: the page of leaders does not name the leader", f.Zh)
			}
		case demo.FactBlindSpot:
			seen[f.Code]++
			var risks, signals distribution
			getJSON(t, base+"/api/v1/distribution?measure=risks&rows=unit&cols=category&unit="+f.Unit+"&category="+string(f.Category), &risks)
			getJSON(t, base+"/api/v1/distribution?measure=signals&rows=unit&cols=category&unit="+f.Unit+"&category="+string(f.Category), &signals)
			if risks.Total != 0 || signals.Total == 0 {
				t.Errorf("%s: %d points, %d signals", f.Zh, risks.Total, signals.Total)
			}
		}
	}
	for code, least := range map[string]int{demo.FactHotSpot: 3, demo.FactUnfiled: 1, demo.FactLateReview: 1, demo.FactLeaderBehind: 2, demo.FactBlindSpot: 1} {
		if seen[code] < least {
			t.Errorf("only %d facts of %s are planted, want %d", seen[code], code, least)
		}
	}
	pages(t, ctx, base)
	shortReport(t, base)
	roundTrip(t, s, base)
	everyKind(t, s)
	wholePath(t, ctx, s, base)
}

// roundTrip loads what was exported of the whole year: nothing changes, whichever way the
// lists went out.
func roundTrip(t *testing.T, s *shell, base string) {
	var paths []string
	for _, ending := range []string{"docx", "xlsx", "csv"} {
		path := filepath.Join(s.dir, "lists."+ending)
		s.want(0, "export", "risks", "--out", path)
		paths = append(paths, path)
	}
	for _, ending := range []string{"xlsx", "csv"} {
		resp, err := http.Get(base + "/risks." + ending)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("/risks.%s: %d, %v", ending, resp.StatusCode, err)
		}
		path := filepath.Join(s.dir, "page."+ending)
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	for _, path := range paths {
		r := s.ingest(0, "risks", path)
		if n := r.Totals["unchanged"]; n < 500 || n != r.Totals["read"] || len(r.Files[0].UnknownColumns) > 0 {
			t.Errorf("%s: %v, unknown columns %q", filepath.Base(path), r.Totals, r.Files[0].UnknownColumns)
		}
	}
}

// rowsOf is how many rows a kind of file has brought that stand: those that its export must hold.
// Findings of checks come with the checks.
func rowsOf(t *testing.T, s *shell, kind string) int {
	t.Helper()
	var answer struct {
		Total int
		Items []struct{ Source string }
	}
	rows := 0
	for page, fetched := 1, 0; ; page++ {
		out, _ := s.want(0, slices.Concat([]string{"query"}, strings.Fields(rowsQuestion(ingest.Kind(kind))), []string{"--per-page", "1000", "--page", strconv.Itoa(page)})...)
		answer.Items = nil
		if err := json.Unmarshal([]byte(out), &answer); err != nil {
			t.Fatal(err)
		}
		if kind != "findings" {
			return answer.Total
		}
		for _, it := range answer.Items {
			if it.Source != integrity.SourceCheck {
				rows++
			}
		}
		if fetched += len(answer.Items); fetched >= answer.Total || len(answer.Items) == 0 {
			return rows
		}
	}
}

// everyKind exports what the demo year holds of each kind of file, in each format, and loads it
// again: every row is there, and nothing changes.
func everyKind(t *testing.T, s *shell) {
	for _, kind := range []string{"units", "ledger", "inspections", "complaints", "petitions", "findings", "comparisons"} {
		rows := rowsOf(t, s, kind)
		for _, ending := range []string{"docx", "xlsx", "csv"} {
			path := filepath.Join(s.dir, kind+"."+ending)
			s.want(0, "export", kind, "--out", path)
			r := s.ingest(0, kind, path)
			if n := r.Totals["unchanged"]; rows == 0 || int(n) != rows || n != r.Totals["read"] {
				t.Errorf("%s: %v; %d rows stand", filepath.Base(path), r.Totals, rows)
			}
		}
	}
}

// pages opens every page: it answers 200, says something and loads nothing from elsewhere.
func pages(t *testing.T, ctx context.Context, base string) {
	for _, path := range []string{"/", "/heatmap", "/supervision", "/leaders", "/risks", "/signals", "/imports", "/reports", "/jobs", "/help", "/reports/2026-10.html", "/?lang=en"} {
		resp, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d", path, resp.StatusCode)
		}
		text, loaded := read(t, ctx, base+path)
		if len(text) < 200 {
			t.Errorf("%s says only %q", path, text)
		}
		for _, address := range loaded {
			if !strings.HasPrefix(address, base) {
				t.Errorf("%s loads %s", path, address)
			}
		}
	}
}

type distribution struct{ Total int }

type overdue struct{ Items []map[string]any }

func getJSON(t *testing.T, address string, to any) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := decode(resp, to); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %v", address, resp.StatusCode, err)
	}
}

func decode(resp *http.Response, to any) error { return json.NewDecoder(resp.Body).Decode(to) }
