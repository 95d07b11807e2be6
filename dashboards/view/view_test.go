package view

import (
	"encoding/json"
	"fmt"
	"html/template"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/dashboards/charts"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

func TestEveryMessageIsInBothLanguages(t *testing.T) {
	verbs := regexp.MustCompile(`%(\[\d+\])?[a-z]`)
	chinese := regexp.MustCompile(`\p{Han}`)
	for key, m := range catalogue {
		if m.zh == "" || m.en == "" {
			t.Errorf("%s is missing in one language: %q, %q", key, m.zh, m.en)
		}
		if !cmp.Equal(verbs.FindAllString(m.zh, -1), verbs.FindAllString(m.en, -1)) {
			t.Errorf("%s takes other arguments in the other language: %q, %q", key, m.zh, m.en)
		}
		if chinese.MatchString(m.en) && !strings.HasPrefix(key, "app.language") {
			t.Errorf("%s is Chinese in English: %q", key, m.en)
		}
		if strings.ContainsAny(m.zh, "!！您") {
			t.Errorf("%s: %q is not in the house's tone", key, m.zh)
		}
	}
}

func TestMessages(t *testing.T) {
	if got := T(integrity.English, "pill.left", 3); got != "3 days left" {
		t.Errorf("T = %q", got)
	}
	funcs := Funcs(integrity.Chinese, func(name string) string { return "/static/" + name })
	page := template.Must(template.New("").Funcs(funcs).Parse(
		`{{t "nav.heatmap"}}|{{tb "app.asof" "<i>"}}|{{date .D}}|{{day .D}}|{{num .N}}|{{percent 1 3}}|{{percent 1 0}}|{{label .G}}|{{hidden .Nil}}|{{moment .T}}|{{status .S .B}}|{{asset "app.css"}}`))
	var out strings.Builder
	err := page.Execute(&out, map[string]any{
		"D": integrity.Date(2026, 7, 8), "N": uint64(1234567), "G": integrity.GradeImportant, "Nil": (*uint64)(nil),
		"T": time.Date(2026, 7, 7, 23, 5, 0, 0, time.UTC), "S": integrity.StatusOverdue, "B": integrity.BasisSystem,
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "风险分布|截至 <b>&lt;i&gt;</b>|2026-07-08|2026 年 7 月 8 日|1\u202f234\u202f567|33.3%|—|重要|&lt;3|2026-07-08 07:05|进度滞后|/static/app.css"
	if out.String() != want {
		t.Errorf("got  %s\nwant %s", out.String(), want)
	}
	for _, bad := range []string{`{{t "no.such"}}`, `{{tb "no.such"}}`, `{{num "x"}}`} {
		page := template.Must(template.New("").Funcs(funcs).Parse(bad))
		if err := page.Execute(&out, nil); err == nil {
			t.Errorf("%s gave no error", bad)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[any]string{
		uint64(0): "0", uint64(9999): "9999", uint64(10000): "10\u202f000", -7: "−7", int64(-12345): "−12\u202f345", 2.46: "2.5", -0.01: "0.0",
	} {
		if got, err := num(n); err != nil || got != want {
			t.Errorf("num(%v) = %q, %v; want %q", n, got, err, want)
		}
	}
}

func TestNewDelta(t *testing.T) {
	for _, tc := range []struct {
		name        string
		now, before float64
		decimals    int
		good        Direction
		value, tone string
	}{
		{"more risks is neither good nor bad", 507, 495, 0, Neutral, "+12", ""},
		{"fewer risks have a true minus sign", 495, 507, 0, Neutral, "−12", ""},
		{"a ratio that rises is better", 92.7, 86.5, 1, UpIsGood, "▲ 6.2", "better"},
		{"a ratio that falls is worse", 86.5, 92.7, 1, UpIsGood, "▼ 6.2", "worse"},
		{"more overdue is worse", 55, 47, 0, DownIsGood, "▲ 8", "worse"},
		{"less overdue is better", 55, 68, 0, DownIsGood, "▼ 13", "better"},
		{"nothing changed", 3, 3, 0, DownIsGood, "±0", ""},
		{"a change too small to print is none", 92.71, 92.70, 1, UpIsGood, "±0", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			want := Delta{Label: "较上月", Value: tc.value, Tone: tc.tone}
			if got := NewDelta("较上月", tc.now, tc.before, tc.decimals, tc.good); got != want {
				t.Errorf("got %+v; want %+v", got, want)
			}
		})
	}
}

func TestNewPager(t *testing.T) {
	href := func(n int) string { return fmt.Sprint("?page=", n) }
	numbers := func(p Pager) (out []int) {
		for _, l := range p.Pages {
			out = append(out, l.Number)
		}
		return out
	}
	for _, tc := range []struct {
		name        string
		total, page int
		from, to    int
		numbers     []int
		prev, next  string
	}{
		{"no rows", 0, 1, 0, 0, nil, "", ""},
		{"one page has no links", 50, 1, 1, 50, nil, "", ""},
		{"the first of two", 51, 1, 1, 50, []int{1, 2}, "", "?page=2"},
		{"the last has fewer rows", 51, 2, 51, 51, []int{1, 2}, "?page=1", ""},
		{"a page beyond the end is the last", 51, 9, 51, 51, []int{1, 2}, "?page=1", ""},
		{"gaps on both sides", 1000, 10, 451, 500, []int{1, 0, 8, 9, 10, 11, 12, 0, 20}, "?page=9", "?page=11"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := NewPager(tc.total, tc.page, 50, href)
			if p.From != tc.from || p.To != tc.to || p.Prev != tc.prev || p.Next != tc.next || !cmp.Equal(numbers(p), tc.numbers) {
				t.Errorf("NewPager(%d, %d) = %+v", tc.total, tc.page, p)
			}
		})
	}
}

func TestNavMarksThePageAndHidesWhatIsNotShown(t *testing.T) {
	items := Nav("risks", func(page string) bool { return page != "admin" })
	if len(items) != len(pages)-1 {
		t.Errorf("%d entries; want all but admin", len(items))
	}
	for _, item := range items {
		if item.Current != (item.Name == "risks") || item.Name == "admin" {
			t.Errorf("entry %+v", item)
		}
		if _, ok := lookup(integrity.Chinese, "nav."+item.Name); !ok {
			t.Errorf("no word for %s", item.Name)
		}
	}
}

func TestPills(t *testing.T) {
	for _, tc := range []struct {
		name   string
		status integrity.Status
		basis  integrity.Basis
		left   int
		want   Pill
	}{
		{"past a date of the notice is red", integrity.StatusOverdue, integrity.BasisNotice, -8, Pill{"overdue", "逾期 8 天"}},
		{"past a limit of the system is not", integrity.StatusOverdue, integrity.BasisSystem, -8, Pill{"behind", "滞后 8 天"}},
		{"ten days left is yellow", integrity.StatusDueSoon, integrity.BasisNotice, 10, Pill{"due_soon", "剩 10 天"}},
		{"eleven days left is blue", integrity.StatusDueSoon, integrity.BasisNotice, 11, Pill{"due20", "剩 11 天"}},
		{"the due date itself is not late", integrity.StatusDueSoon, integrity.BasisNotice, 0, Pill{"due_soon", "今天到期"}},
		{"late and repaired stays marked", integrity.StatusMetLate, integrity.BasisNotice, 0, Pill{"met_late", "逾期完成"}},
		{"made up by a limit of the system", integrity.StatusMetLate, integrity.BasisSystem, 0, Pill{"made_up", "已补齐"}},
		{"met", integrity.StatusMet, integrity.BasisNotice, 0, Pill{"met", "按期完成"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := NewPill(integrity.Chinese, tc.status, tc.basis, tc.left); got != tc.want {
				t.Errorf("got %+v; want %+v", got, tc.want)
			}
		})
	}
}

func TestObligationsKeepTheTwoBasesApart(t *testing.T) {
	count := func(r integrity.Rule, b integrity.Basis, s integrity.Status) uint64 {
		if r != integrity.RuleTwoChecks {
			return 0
		}
		return map[string]uint64{
			"notice met": 960, "system met_late": 21, "notice overdue": 1, "system overdue": 37, "notice due_soon": 3, "system on_track": 4, "notice exempt": 99,
		}[string(b)+" "+string(s)]
	}
	o := NewObligations(integrity.Chinese, count, func(_ integrity.Rule, b integrity.Basis, s integrity.Status) string {
		return string(b) + "/" + string(s)
	})
	if len(o.Rows) != 6 {
		t.Fatalf("%d rows; want the six obligations", len(o.Rows))
	}
	row := o.Rows[0]
	want := []StateCount{{960, "/met"}, {21, "/met_late"}, {1, "notice/overdue"}, {37, "system/overdue"}, {7, "/on_track"}}
	if got := []StateCount{row.Met, row.MetLate, row.Overdue, row.Behind, row.Open}; !cmp.Equal(got, want) {
		t.Errorf("got %+v; want %+v", got, want)
	}
	if row.SystemOnly || !o.Rows[2].SystemOnly {
		t.Error("only the rules without a date of the notice are the system's alone")
	}
	if o.Rows[1].Bar != nil || o.Rows[1].Met.Href != "" {
		t.Error("a rule without items has a bar or links")
	}
	var sum float64
	for _, p := range row.Bar {
		var w float64
		if _, err := fmt.Sscanf(p.Width, "%f%%", &w); err != nil || w < 1.5 {
			t.Errorf("part %+v cannot be seen, %v", p, err)
		}
		sum += w
	}
	if math.Abs(sum-100) > 0.1 {
		t.Errorf("the parts fill %.2f%% of the bar", sum)
	}
}

func distribution(measure string, total bool, counts ...int64) metrics.Distribution {
	d := metrics.Distribution{
		Measure: measure,
		Rows:    []metrics.Label{{Code: "leadership", Label: "领导岗位"}, {Code: "middle", Label: "中层岗位"}},
		Cols:    []metrics.Label{{Code: "decision", Label: "决策"}, {Code: "external", Label: "其他（被“围猎”）"}},
	}
	var sum uint64
	for _, n := range counts {
		c := metrics.Cell{Suppressed: n < 0}
		if n >= 0 {
			u := uint64(n)
			sum += u
			c.Count, c.Important = &u, u/2
		}
		d.Cells = append(d.Cells, c)
	}
	if total {
		d.Total = &sum
	}
	return d
}

func TestNewHeatmap(t *testing.T) {
	o := HeatmapOptions{
		ID: "m", Heading: "分布", Link: func(row, col string) string { return "/risks?layer=" + row + "&category=" + col },
		HeatmapOptions: charts.HeatmapOptions{Rows: "layer", Cols: "category", Lang: integrity.Chinese, SelectedRow: "middle", SelectedCol: "decision"},
	}
	texts := func(h Heatmap) (out [][]string) {
		for _, r := range append(h.Rows, HeatRow{Label: "合计", Cells: h.Foot}) {
			row := []string{r.Label}
			for _, c := range r.Cells {
				row = append(row, c.Text)
			}
			out = append(out, append(row, r.Total.Text))
		}
		return out
	}
	t.Run("risk points show the important ones and the totals", func(t *testing.T) {
		h := NewHeatmap(distribution("risks", true, 4, 0, 10, 3), o)
		want := [][]string{{"领导岗位", "2 / 4", "0 / 0", "2 / 4"}, {"中层岗位", "5 / 10", "1 / 3", "6 / 13"}, {"合计", "7 / 14", "1 / 3", "8 / 17", ""}}
		if diff := cmp.Diff(want, texts(h)); diff != "" {
			t.Error(diff)
		}
		if c := h.Rows[1].Cells[0]; c.Class != "sel" || c.ID != "m-r1c0" || c.Href != "/risks?layer=middle&category=decision" {
			t.Errorf("the chosen cell is %+v", c)
		}
		if c := h.Rows[0].Cells[1]; c.Class != "zero" || c.Href == "" {
			t.Errorf("a zero is %+v; it can be opened", c)
		}
		if h.Caption != "风险点数，层面 × 类别" || h.Cols[1] != (HeatHead{"围猎", "其他（被“围猎”）"}) {
			t.Errorf("caption %q, head %+v", h.Caption, h.Cols[1])
		}
	})
	t.Run("a hidden cell takes its sums with it and leads nowhere", func(t *testing.T) {
		h := NewHeatmap(distribution("petitions", false, -1, 7, -1, 9), o)
		want := [][]string{{"领导岗位", "<3", "7", "—"}, {"中层岗位", "<3", "9", "—"}, {"合计", "—", "16", "—", ""}}
		if diff := cmp.Diff(want, texts(h)); diff != "" {
			t.Error(diff)
		}
		if h.Rows[0].Cells[0].Href != "" || h.Rows[0].Total.Href != "" || h.Foot[0].Href != "" {
			t.Error("a hidden number is a link")
		}
	})
	t.Run("shares are of the row, totals stay counts, and what is hidden gives no share", func(t *testing.T) {
		shared, part := o, func(v float64) *float64 { return &v }
		shared.Share = true
		d := distribution("risks", true, 4, 0, 996, 4)
		for i, v := range []*float64{part(1), part(0), part(.996), part(.004)} {
			d.Cells[i].Share = v
		}
		h := NewHeatmap(d, shared)
		want := [][]string{{"领导岗位", "100%", "0%", "4"}, {"中层岗位", "100%", "<1%", "1000"}, {"合计", "1000", "4", "1004", ""}}
		if diff := cmp.Diff(want, texts(h)); diff != "" {
			t.Error(diff)
		}
		raw, err := json.Marshal(h.Chart)
		if drawn := string(raw); err != nil || !strings.Contains(drawn, `"formatter":"`+`\u003c1%"`) || !strings.Contains(drawn, "占本行百分比") {
			t.Errorf("the drawing says %s", drawn)
		}
		h = NewHeatmap(distribution("petitions", false, -1, 7, 3, 9), shared)
		if diff := cmp.Diff([]string{"领导岗位", "<3", "—", "—"}, texts(h)[0]); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a total that the metric gives is shown", func(t *testing.T) {
		d := distribution("petitions", false, -1, 7, -1, 9)
		n := uint64(20)
		d.Total = &n
		if got := NewHeatmap(d, o).Foot[2].Text; got != "20" {
			t.Errorf("total %q; want 20", got)
		}
	})
}

func TestSparkAndBullet(t *testing.T) {
	s := NewSpark(integrity.Chinese, []uint64{0, 5, 10}, 4)
	if s.Points != "3.0,30.0 64.0,18.0 125.0,6.0" || s.BandY != "20.4" || s.Aria != "近3个月：0、5、10" {
		t.Errorf("spark %+v", s)
	}
	if NewSpark(integrity.Chinese, nil, 4) != nil {
		t.Error("a line without months")
	}
	if s := NewSpark(integrity.Chinese, []uint64{3}, math.NaN()); s.BandTall != "" || strings.Contains(s.Points, "NaN") {
		t.Errorf("spark without a range %+v", s)
	}
	if b := NewBullet(integrity.Chinese, 9, 2.4, 5.1, 9); b.Actual != "146.0" || b.Aria != "实际9件，预期2.4件" {
		t.Errorf("bullet %+v", b)
	}
}
