package charts

import (
	"bytes"
	"encoding/json"
	"flag"
	"html/template"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// hostile is a label that closes scripts, opens tags, ends strings, and is code to those
// who look for the function markers of go-echarts.
const hostile = `</script><img src=x onerror=alert(1)>"'__f__alert(1)__f__{b}{@[2]}&amp;`

func count(n uint64) *uint64 { return &n }

// distribution makes an answer from rows of counts; -1 is a hidden cell.
func distribution(measure string, rows, cols []metrics.Label, counts ...int64) metrics.Distribution {
	d := metrics.Distribution{Measure: measure, Rows: rows, Cols: cols}
	for i, n := range counts {
		c := metrics.Cell{Row: rows[i/len(cols)].Code, Col: cols[i%len(cols)].Code}
		if n < 0 {
			c.Suppressed = true
		} else {
			c.Count, c.Important = count(uint64(n)), uint64(n)/3
			c.General = uint64(n) - c.Important
		}
		d.Cells = append(d.Cells, c)
	}
	return d
}

func layers() (out []metrics.Label) {
	for _, l := range integrity.Layers() {
		out = append(out, metrics.Label{Code: string(l), Label: l.Label(integrity.Chinese)})
	}
	return out
}

func categories() (out []metrics.Label) {
	for _, c := range integrity.Categories() {
		out = append(out, metrics.Label{Code: string(c), Label: c.Label(integrity.Chinese)})
	}
	return out
}

func layerByCategory() metrics.Distribution {
	return distribution("risks", layers(), categories(),
		7, 9, 20, 13, 14, 9, 8, 1,
		23, 22, 40, 36, 25, 37, 15, 6,
		26, 13, 42, 37, 18, 47, 18, 3,
		1, 2, 5, 6, 1, 2, 0, 1)
}

func unitByCategory() metrics.Distribution {
	units := []metrics.Label{{Code: "JG01", Label: "办公室"}, {Code: "YY01", Label: "市第一人民医院（含南院区）"}, {Code: "YY02", Label: hostile}}
	return distribution("petitions", units, categories(),
		0, 0, 3, 0, 0, 0, 0, 0,
		4, -1, 23, 12, 9, 14, 7, 5,
		0, 0, 0, 0, 0, 0, 0, -1)
}

func golden(t *testing.T, name string, o Option) {
	t.Helper()
	var got bytes.Buffer
	if err := json.Indent(&got, o.raw, "", "  "); err != nil {
		t.Fatal(err)
	}
	got.WriteByte('\n')
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s changed (-want +got):\n%s", path, diff)
	}
}

func samples() map[string]Option {
	grades := []metrics.Label{{Code: "important", Label: "重要"}, {Code: "general", Label: "一般"}, {Code: "ungraded", Label: "未评级"}}
	methods := []metrics.Label{{Code: "documents", Label: "查阅资料"}, {Code: "site_visit", Label: "实地走访"}, {Code: "other", Label: "其他"}}
	return map[string]Option{
		"heatmap_layers": Heatmap(layerByCategory(), HeatmapOptions{
			Rows: "layer", Cols: "category", Lang: integrity.Chinese, Title: "层面与七类风险的风险点数，数字见下表", Totals: true,
		}),
		"heatmap_units": Heatmap(unitByCategory(), HeatmapOptions{
			Rows: "unit", Cols: "category", Lang: integrity.English, Title: "Units and categories", Totals: true,
			SelectedRow: "YY01", SelectedCol: "mechanism",
		}),
		"trend": Trend(metrics.Trend{
			Months: []string{"2026-05", "2026-06", "2026-07"},
			Series: []metrics.Series{
				{Code: "all", Label: "全部", Values: metrics.Shown(43, 0, 47)},
				{Code: "petition", Label: "信访", Values: metrics.Shown(8, 7, 46)},
				{Code: "hostile", Label: hostile, Values: metrics.Shown(1, 0, 0)},
			},
		}, TrendOptions{Title: "每月线索件数"}),
		"hotspot": HotSpot(HotSpotSeries{
			Months: []string{"2026-04", "2026-05", "2026-06"}, Actual: []uint64{2, 0, 9},
			Expected: []float64{math.NaN(), 2.3, 2.4}, Upper: []float64{math.NaN(), 5.1, 5.4},
		}, HotSpotOptions{Lang: integrity.Chinese, Title: "市第一医院运行机制，6 月 9 件，预期 2.4 件"}),
		"calendar": Calendar(metrics.Days{Year: 2026, Days: []metrics.DayCount{{Day: integrity.Date(2026, 1, 1), Count: 0}, {Day: integrity.Date(2026, 1, 2), Count: 8}}}, integrity.Chinese, "每天的线索件数，2026 年"),
		"treemap":  Treemap([]Area{{"市第一医院", 84, 18}, {"没有风险点的单位", 0, 0}, {hostile, 3, 3}}, integrity.English, "Units"),
		"timeline": Timeline([]Moment{
			{integrity.Date(2025, 3, 20), LaneVersion, "第 1 版", "2025-03-20　第 1 版"}, {integrity.Date(2026, 4, 22), LaneCheck, "", "2026-04-22　监督检查"},
			{integrity.Date(2026, 6, 17), LaneSignal, "", hostile}, {integrity.Date(2026, 12, 31), LaneDue, "应再查 1 次", "2026-12-31　应再查 1 次"},
			{integrity.Date(2020, 1, 1), LaneSignal, "", "before the drawing begins"},
		}, TimelineOptions{From: integrity.Date(2025, 1, 1), To: integrity.Date(2026, 12, 31), AsOf: integrity.Date(2026, 7, 8), Lang: integrity.Chinese, Title: "一个风险点"}),
		"bars": Bars(distribution("checks", methods, grades, 12, 30, 0, 0, 0, 0, 4, 2, -1),
			BarsOptions{Rows: "method", Cols: "grade", Lang: integrity.Chinese, Title: "监督方法分布"}),
	}
}

func TestOptions(t *testing.T) {
	for name, option := range samples() {
		t.Run(name, func(t *testing.T) { golden(t, name, option) })
	}
}

func TestSameRowsGiveTheSameBytes(t *testing.T) {
	again := samples()
	for name, option := range samples() {
		if !bytes.Equal(option.raw, again[name].raw) {
			t.Errorf("%s: two builds from the same rows differ", name)
		}
	}
}

// A label must not leave the script it is written into, and must arrive as it was.
func TestHostileLabelStaysData(t *testing.T) {
	page := template.Must(template.New("page").Parse(`<script type="application/json">{{.}}</script>`))
	for _, name := range []string{"heatmap_units", "trend"} {
		option := samples()[name]
		var out bytes.Buffer
		if err := page.Execute(&out, option); err != nil {
			t.Fatal(err)
		}
		body := strings.TrimSuffix(strings.TrimPrefix(out.String(), `<script type="application/json">`), `</script>`)
		if strings.ContainsAny(body, "<>") {
			t.Errorf("%s: the option reaches the page with a bare < or >", name)
		}
		var back any
		if err := json.Unmarshal([]byte(body), &back); err != nil {
			t.Fatalf("%s: what the page holds is not JSON: %v", name, err)
		}
		if !holds(back, hostile) {
			t.Errorf("%s: the label did not arrive as it was", name)
		}
	}
}

func holds(v any, text string) bool {
	switch v := v.(type) {
	case string:
		return v == text
	case []any:
		for _, item := range v {
			if holds(item, text) {
				return true
			}
		}
	case map[string]any:
		for _, item := range v {
			if holds(item, text) {
				return true
			}
		}
	}
	return false
}

func TestHiddenCountIsNowhereInTheOption(t *testing.T) {
	d := distribution("petitions", layers()[:1], categories()[:2], -1, 77)
	d.Cells[0].Important, d.Cells[0].General = 991, 992 // must not be looked at
	text := string(Heatmap(d, HeatmapOptions{Rows: "layer", Cols: "category", Totals: true}).raw)
	for _, secret := range []string{"991", "992"} {
		if strings.Contains(text, secret) {
			t.Errorf("the option of a hidden cell contains %s", secret)
		}
	}
	if !strings.Contains(text, "—") || strings.Contains(text, `"data":["77"]`) {
		t.Error("the total of a row with a hidden cell is not —")
	}
}

// A number that is too small to be shown is a gap in its line, not a point at zero.
func TestHiddenCountIsAGapInALine(t *testing.T) {
	values := metrics.Shown(7, 0, 4, 0)
	values[1], values[3] = nil, nil
	text := string(Trend(metrics.Trend{Months: []string{"2026-05", "2026-06", "2026-07", "2026-08"},
		Series: []metrics.Series{{Label: "信访", Values: values, Suppressed: true}}}, TrendOptions{}).raw)
	want := `"data":[{"value":7},{"value":"-"},{"value":4},{"value":"-"}]`
	if squeezed := strings.NewReplacer(" ", "", "\n", "").Replace(text); !strings.Contains(squeezed, want) {
		t.Errorf("the option does not hold %s: %s", want, text)
	}
	if !strings.Contains(text, "信访 <3") && !strings.Contains(text, `信访 \u003c3`) {
		t.Errorf("the end of the line does not say that its number is hidden: %s", text)
	}
}

func TestSteps(t *testing.T) {
	s := StepsFor("risks", "layer")
	for _, tc := range []struct {
		name  string
		n     uint64
		step  int
		label string
	}{
		{"zero is paper", 0, 0, "0"},
		{"one is the first step", 1, 1, "1–9"},
		{"the upper end of a step belongs to it", 9, 1, "1–9"},
		{"the lower end of a step belongs to it", 10, 2, "10–19"},
		{"everything large is the last step", 4000, 5, "≥40"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := s.Step(tc.n); got != tc.step || s.Label(got) != tc.label {
				t.Errorf("Step(%d) = %d %q; want %d %q", tc.n, got, s.Label(got), tc.step, tc.label)
			}
		})
	}
	for measure := range coarseSteps {
		for _, rows := range []string{"layer", "unit"} {
			s := StepsFor(measure, rows)
			for i := 1; i < len(s); i++ {
				if s[0] != 1 || s[i] <= s[i-1] {
					t.Errorf("StepsFor(%s, %s) = %v; want ascending from 1", measure, rows, s)
				}
			}
		}
	}
}

func TestScaleIsRoundAndHoldsTheValue(t *testing.T) {
	for _, tc := range []struct{ top, limit, interval float64 }{
		{0, 1, 1}, {1, 1, 1}, {3, 3, 1}, {9, 12, 4}, {12, 12, 4}, {47, 60, 20}, {101, 120, 40}, {20000, 20000, 5000},
	} {
		if limit, interval := scale(tc.top); limit != tc.limit || interval != tc.interval {
			t.Errorf("scale(%v) = %v, %v; want %v, %v", tc.top, limit, interval, tc.limit, tc.interval)
		}
	}
}

func TestNamesAtTheEndsOfLinesDoNotOverlap(t *testing.T) {
	values := []float64{0, 0, 47, 46, 45, 0}
	const limit, length = 60.0, 160.0
	shifts := spread(values, limit, length)
	at := make([]float64, len(values))
	for i, v := range values {
		at[i] = (1-v/limit)*length + float64(shifts[i])
	}
	for i := range at {
		if at[i] > length-2 {
			t.Errorf("name %d is %.0f px below the axis, where the months stand", i, at[i]-length)
		}
		for j := range i {
			if gap := math.Abs(at[i] - at[j]); gap < endLabelGap-1 {
				t.Errorf("names %d and %d are %.0f px apart; want %d", i, j, gap, endLabelGap)
			}
		}
	}
}

func TestSelectionOutsideTheTableIsNoSelection(t *testing.T) {
	o := HeatmapOptions{Rows: "layer", Cols: "category", SelectedRow: "leadership", SelectedCol: "gone"}
	plain := HeatmapOptions{Rows: "layer", Cols: "category"}
	if got, want := Heatmap(layerByCategory(), o), Heatmap(layerByCategory(), plain); !bytes.Equal(got.raw, want.raw) {
		t.Error("a code that is not in the table changes the drawing")
	}
}

func TestEmptyAnswersDraw(t *testing.T) {
	for name, o := range map[string]Option{
		"heatmap":  Heatmap(metrics.Distribution{}, HeatmapOptions{}),
		"trend":    Trend(metrics.Trend{}, TrendOptions{}),
		"hotspot":  HotSpot(HotSpotSeries{}, HotSpotOptions{}),
		"bars":     Bars(metrics.Distribution{}, BarsOptions{}),
		"calendar": Calendar(metrics.Days{Year: 2026}, integrity.Chinese, ""),
		"treemap":  Treemap(nil, integrity.Chinese, ""),
		"timeline": Timeline(nil, TimelineOptions{}),
	} {
		if o.Empty() {
			t.Errorf("%s: no option for an empty answer", name)
		}
	}
	if b, err := json.Marshal(Option{}); err != nil || string(b) != "null" {
		t.Errorf("json.Marshal(Option{}) = %s, %v; want null", b, err)
	}
}

func TestNamesOfUnitsGoWithoutTheirTownWhereItIsThatOfMost(t *testing.T) {
	for _, tc := range []struct {
		name       string
		units, cut []string
	}{
		{"the town of most is cut off", []string{"临澄市第一人民医院", "临澄市中心血站", "办公室"}, []string{"第一人民医院", "中心血站", "办公室"}},
		{"that of a few stays", []string{"临澄市第一人民医院", "办公室", "政治处"}, []string{"临澄市第一人民医院", "办公室", "政治处"}},
		{"a name that only begins with 市 stays", []string{"市第一人民医院", "市中医院"}, []string{"市第一人民医院", "市中医院"}},
		{"what would be left of must be a name", []string{"临澄市委", "临澄市府"}, []string{"临澄市委", "临澄市府"}},
		{"a district farther on is no town", []string{"南院城东城区门诊部", "南院城东城区住院部"}, []string{"南院城东城区门诊部", "南院城东城区住院部"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := withoutTown(tc.units); !slices.Equal(got, tc.cut) {
				t.Errorf("withoutTown(%v) = %v; want %v", tc.units, got, tc.cut)
			}
		})
	}
}
