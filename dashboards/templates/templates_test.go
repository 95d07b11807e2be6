package templates

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/net/html"

	"qingfeng/dashboards/assets"
	"qingfeng/dashboards/charts"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

var out = flag.String("out", "", "write the sample page and its files into this directory, to be looked at")

const hostile = `</script><b onclick="x">"'__f__x__f__`

// sample is the struct of a page that shows every part once.
type sample struct {
	view.Page
	Filters              view.Filters
	Tiles                []view.Tile
	Layers, Units        view.Heatmap
	Obligations          view.Obligations
	HotSpot, Bars, Trend view.Chart
	Table, EmptyTable    view.Table
	Pager                view.Pager
}

// withSample is the real templates with the sample page beside them.
func withSample(t *testing.T) *Set {
	t.Helper()
	tree := fstest.MapFS{}
	names, err := fs.Glob(files, "_*.html")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		body, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		tree[name] = &fstest.MapFile{Data: body}
	}
	body, err := os.ReadFile("testdata/sample.html")
	if err != nil {
		t.Fatal(err)
	}
	tree["sample.html"] = &fstest.MapFile{Data: body}
	set, err := parse(tree, assets.URL)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func distribution(measure string, rows, cols []metrics.Label, counts ...int64) metrics.Distribution {
	d := metrics.Distribution{Measure: measure, Rows: rows, Cols: cols}
	var total uint64
	for i, n := range counts {
		c := metrics.Cell{Row: rows[i/len(cols)].Code, Col: cols[i%len(cols)].Code, Suppressed: n < 0}
		if n >= 0 {
			u := uint64(n)
			total += u
			c.Count, c.Important, c.General = &u, u/4, u-u/4
		}
		d.Cells = append(d.Cells, c)
	}
	d.Total = &total
	return d
}

func labelsOf[T interface {
	~string
	Label(integrity.Lang) string
}](codes []T, lang integrity.Lang) (ls []metrics.Label) {
	for _, c := range codes {
		ls = append(ls, metrics.Label{Code: string(c), Label: c.Label(lang)})
	}
	return ls
}

func fill(lang integrity.Lang) sample {
	layers, categories := labelsOf(integrity.Layers(), lang), labelsOf(integrity.Categories(), lang)
	var units []metrics.Label
	for i, name := range []string{"办公室", "政治处", "规划财务处", "医政医管处", "行政审批处", "市第一人民医院（含南院区）", "市中医院", hostile} {
		units = append(units, metrics.Label{Code: fmt.Sprintf("U%02d", i), Label: name})
	}
	var counts []int64
	for i := range len(units) * len(categories) {
		counts = append(counts, int64((i*7+i/3)%19))
	}
	counts[9] = -1
	link := func(row, col string) string { return "/risks?layer=" + row + "&category=" + col }
	s := sample{Page: view.Page{
		Lang: lang, Title: "总览", Nav: view.Nav("overview", nil), User: view.User{Name: "林××", Role: "委领导"},
		CSRF: "token", LangHref: "/?lang=en", AsOf: integrity.Date(2026, 7, 8), Version: "dev",
		Around: &view.Around{DataVersion: "b-000123", Loaded: time.Date(2026, 7, 8, 1, 12, 0, 0, time.UTC), Alerts: []view.Alert{{Kind: "warn", Text: "数据比对已 19 天未更新，相关热点可能偏少。", Link: view.Link{Text: "看任务", Href: "/jobs"}}}},
	}}
	s.Filters = view.Filters{
		Action: "/heatmap", Hidden: []view.Param{{Name: "lang", Value: "zh"}}, Clear: "/heatmap",
		Fields: []view.Field{
			{Name: "as_of", Label: "截至", Kind: "date", Value: "2026-07-08"},
			{Name: "measure", Label: "数什么", Choices: []view.Choice{{Value: "risks", Label: "风险点", Selected: true}, {Value: "signals", Label: "线索"}}},
		},
		Chips: []view.Chip{{Label: "单位", Value: hostile, Href: "/heatmap"}},
		Segs:  []view.Seg{{Label: "全部", Href: "?", Current: true}, {Label: "逾期", Href: "?status=overdue"}},
	}
	s.Tiles = []view.Tile{
		{Label: "在册风险点", Value: view.Number(12507), Unit: "个", Note: "其中关键少数 64 个", Href: "/risks", Deltas: []view.Delta{view.NewDelta("较上月", 507, 495, 0, view.Neutral), view.NewDelta("较去年", 507, 449, 0, view.Neutral)}},
		{Label: "重要风险点", Value: "111", Unit: "个", Note: "占 21.9%", Href: "/risks"},
		{Label: "上半年检查到位", Value: "92.7", Unit: "%", Note: "470 / 507", Deltas: []view.Delta{view.NewDelta("较上月", 92.7, 86.5, 1, view.UpIsGood)}},
		{Label: "逾期未完成", Value: "55", Unit: "项", Alarm: true, Href: "/supervision", Deltas: []view.Delta{view.NewDelta("较上月", 55, 47, 0, view.DownIsGood), view.NewDelta("较去年", 55, 68, 0, view.DownIsGood)}},
		{Label: "重要风险点备案率", Value: "93.7", Unit: "%", Note: "104 / 111"},
		{Label: "6 月线索", Value: "47", Unit: "件", Note: "其中信访 9 件"},
	}
	s.Layers = view.NewHeatmap(distribution("risks", layers, categories,
		7, 9, 20, 13, 14, 9, 8, 1, 23, 22, 40, 36, 25, 37, 15, 6, 26, 13, 42, 37, 18, 47, 18, 3, 1, 2, 5, 6, 1, 2, 0, 1),
		view.HeatmapOptions{
			ID: "layers", Heading: "风险点分布：层面 × 七类风险", Link: link,
			HeatmapOptions: charts.HeatmapOptions{Rows: "layer", Cols: "category", Lang: lang, Totals: true},
		})
	s.Layers.Segs = []view.Seg{{Label: "全部", Href: "?", Current: true}, {Label: "重要", Href: "?grade=important"}, {Label: "一般", Href: "?grade=general"}}
	s.Units = view.NewHeatmap(distribution("petitions", units, categories, counts...), view.HeatmapOptions{
		ID: "units", Heading: "信访：单位 × 七类风险", Link: link,
		HeatmapOptions: charts.HeatmapOptions{Rows: "unit", Cols: "category", Lang: lang, SelectedRow: "U05", SelectedCol: "mechanism"},
	})
	tally := map[string]uint64{
		"two_checks/notice/met": 96, "two_checks/system/met_late": 21, "two_checks/system/overdue": 37, "two_checks/notice/on_track": 353,
		"q1_review/notice/met": 11, "q1_review/notice/met_late": 2, "q1_review/notice/overdue": 1,
		"filing/system/met": 97, "filing/system/overdue": 4, "handling/system/met": 1810, "handling/system/due_soon": 13,
	}
	s.Obligations = view.NewObligations(lang,
		func(r integrity.Rule, b integrity.Basis, st integrity.Status) uint64 {
			return tally[string(r)+"/"+string(b)+"/"+string(st)]
		},
		func(r integrity.Rule, b integrity.Basis, st integrity.Status) string {
			return "/supervision?rule=" + string(r) + "&status=" + string(st)
		})
	months := make([]string, 18)
	actual := []uint64{2, 3, 1, 2, 4, 2, 2, 3, 2, 1, 3, 2, 2, 3, 4, 6, 5, 9}
	expected, upper := make([]float64, 18), make([]float64, 18)
	for i := range months {
		months[i] = fmt.Sprintf("%d-%02d", 2025+i/12, i%12+1)
		expected[i], upper[i] = 2+0.1*float64(i%5), 4.6+0.1*float64(i%7)
	}
	expected[0], upper[0] = math.NaN(), math.NaN()
	s.HotSpot = view.Chart{ID: "hot", Height: 204, Aria: "市第一医院运行机制", Option: charts.HotSpot(
		charts.HotSpotSeries{Months: months, Actual: actual, Expected: expected, Upper: upper}, charts.HotSpotOptions{Lang: lang, Title: "市第一医院运行机制"})}
	s.Trend = view.Chart{ID: "trend", Height: 220, Aria: "每月线索件数", Option: charts.Trend(metrics.Trend{Months: months[5:], Series: []metrics.Series{
		{Label: "全部", Values: metrics.Shown(43, 38, 41, 36, 44, 40, 39, 35, 42, 37, 40, 36, 47)},
		{Label: "投诉", Values: metrics.Shown(13, 18, 11, 16, 14, 10, 19, 15, 12, 17, 10, 16, 11)},
		{Label: "信访", Values: metrics.Shown(8, 7, 9, 6, 7, 8, 6, 5, 9, 7, 8, 6, 9)},
	}}, charts.TrendOptions{Title: "每月线索件数", Height: 220})}
	methods, grades := labelsOf(integrity.Methods(), lang), labelsOf(integrity.Grades(), lang)
	bars := charts.BarsOptions{Rows: "method", Cols: "grade", Lang: lang, Title: "监督方法分布"}
	s.Bars = view.Chart{ID: "bars", Height: bars.Height(len(methods)), Aria: "监督方法分布", Option: charts.Bars(
		distribution("checks", methods, grades, 40, 120, 3, 22, 70, 2, 12, 30, 0, 3, 9, 0, 0, 0, 0), bars)}
	most := 9.0
	overdue := view.NewPill(lang, integrity.StatusOverdue, integrity.BasisNotice, -8)
	behind := view.NewPill(lang, integrity.StatusOverdue, integrity.BasisSystem, -3)
	soon := view.NewPill(lang, integrity.StatusDueSoon, integrity.BasisNotice, 14)
	late := view.NewPill(lang, integrity.StatusMetLate, integrity.BasisSystem, 0)
	row := func(unit string, g integrity.Grade, p view.Pill, n uint64) []view.Cell {
		return []view.Cell{
			{Text: unit, Note: "运行机制", Href: "/hotspots", Head: true}, {Grade: g}, {Pill: &p},
			{Spark: view.NewSpark(lang, actual, 5.1)}, {Bullet: view.NewBullet(lang, n, 2.4, 5.1, most)}, {Text: fmt.Sprint(n), Class: "num"},
		}
	}
	s.Table = view.Table{
		Caption: "热点", Hide: true, Class: "cards",
		Columns: []view.Column{{Label: "单位、类别", Href: "?sort=unit", Sort: "ascending"}, {Label: "等级"}, {Label: "状态"}, {Label: "近 18 个月"}, {Label: "实际与预期"}, {Label: "件数", Class: "num", Href: "?sort=count"}},
		Rows: [][]view.Cell{
			row("市第一医院", "important", overdue, 9), row("行政审批处", "general", behind, 6),
			row(hostile, "ungraded", soon, 3), row("市中医院", "general", late, 2),
		},
	}
	s.EmptyTable = view.Table{Empty: "没有符合条件的风险点", Reset: view.Link{Text: "清除条件", Href: "/risks"}}
	s.Pager = view.NewPager(50231, 7, 50, func(n int) string { return fmt.Sprintf("/risks?page=%d", n) })
	return s
}

func TestSamplePageShowsEveryPart(t *testing.T) {
	set := withSample(t)
	for _, lang := range []integrity.Lang{integrity.Chinese, integrity.English} {
		page, err := set.Page("sample", lang, fill(lang))
		if err != nil {
			t.Fatal(err)
		}
		if *out != "" {
			write(t, "sample-"+string(lang)+".html", page)
		}
		t.Run(string(lang)+" keeps to the content security policy", func(t *testing.T) { checkPolicy(t, page) })
		t.Run(string(lang)+" carries every label as text", func(t *testing.T) {
			if strings.Contains(string(page), hostile) {
				t.Error("a hostile label reached the page unescaped")
			}
		})
		t.Run(string(lang)+" has the numbers of every heatmap in a table", func(t *testing.T) {
			if n := strings.Count(string(page), `data-row="3" data-col="7"`); n != 2 {
				t.Errorf("cell 3, 7 occurs %d times; want once in each of two tables", n)
			}
		})
	}
	if *out != "" {
		for _, name := range assets.Names() {
			write(t, filepath.Base(assets.URL(name)), []byte(assets.Text(name)))
		}
	}
}

func write(t *testing.T, name string, body []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(*out, name), body, 0o644); err != nil {
		t.Fatal(err)
	}
}

// checkPolicy walks the page as a browser reads it: no style attributes, no event
// attributes, no script but files and JSON, no duplicate ids, nothing from elsewhere.
func checkPolicy(t *testing.T, page []byte) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(string(page)))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		attrs := map[string]string{}
		for _, a := range n.Attr {
			attrs[a.Key] = a.Val
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Val, "http") || strings.HasPrefix(a.Val, "//") {
				t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
			}
		}
		if id := attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("id %q twice", id)
			}
			ids[id] = true
		}
		switch n.Data {
		case "style":
			t.Error("an inline style sheet")
		case "script":
			if n.FirstChild == nil {
				continue
			}
			if attrs["type"] != "application/json" {
				t.Error("an inline script")
			}
			if !json.Valid([]byte(n.FirstChild.Data)) {
				t.Errorf("data of %s is not JSON: %.80s", attrs["data-chart"], n.FirstChild.Data)
			}
			if !ids[attrs["data-chart"]] {
				t.Errorf("no element for chart %s before its data", attrs["data-chart"])
			}
		case "th":
			if attrs["scope"] == "" {
				t.Errorf("a head of a table without scope: %s", html.EscapeString(fmt.Sprint(n.Attr)))
			}
		}
	}
}

func TestTemplatesParse(t *testing.T) {
	if _, err := New(assets.URL); err != nil {
		t.Error(err)
	}
}

func TestTemplatesHoldNoInlineCode(t *testing.T) {
	names, err := fs.Glob(files, "*.html")
	if err != nil {
		t.Fatal(err)
	}
	bad := regexp.MustCompile(`(?i)\sstyle=|\son[a-z]+=|javascript:|\|\s*safe`)
	for _, name := range names {
		body, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(body), "\n") {
			if bad.MatchString(line) {
				t.Errorf("%s:%d: %s", name, i+1, line)
			}
		}
	}
}

func TestUnknownPagesAndPartsAreErrors(t *testing.T) {
	set := withSample(t)
	for _, name := range []string{"", "nowhere", "_layout"} {
		if _, err := set.Page(name, integrity.Chinese, sample{}); err == nil {
			t.Errorf("Page(%q) gave no error", name)
		}
	}
	if _, err := set.Part("sample", "_nothing", integrity.Chinese, nil); err == nil {
		t.Error("an unknown part gave no error")
	}
	if got, err := set.Part("", "_pager", integrity.English, fill(integrity.English).Pager); err != nil || !strings.Contains(string(got), "Next") {
		t.Errorf("Part(_pager) = %.80s, %v; want the pager in English", got, err)
	}
}

func TestBadTemplateStopsTheStart(t *testing.T) {
	for name, text := range map[string]string{
		"an unknown function":    `{{define "main"}}{{nothing}}{{end}}`,
		"an unfinished action":   `{{define "main"}}{{if}}`,
		"a part with bad markup": `{{define "main"}}<a href="{{if .X}}"{{end}}>{{end}}`,
	} {
		t.Run(name, func(t *testing.T) {
			tree := fstest.MapFS{
				"_layout.html": {Data: []byte(`{{define "_layout"}}{{template "main" .}}{{end}}`)},
				"page.html":    {Data: []byte(text)},
			}
			set, err := parse(tree, assets.URL)
			if err == nil {
				_, err = set.Page("page", integrity.Chinese, map[string]any{"X": true})
			}
			if err == nil {
				t.Error("no error")
			}
		})
	}
}
