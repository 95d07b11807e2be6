package dashboards

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"qingfeng/dashboards/view"
	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// rising loads complaints in which unit 13 has ten a month and, from August 2026 on, eighteen:
// no month of them is hot or watched. Its power has a spike in August and is quiet again
// after it. The website, which brings all that unit 14 gets, breaks
// off with September.
func (s *site) rising() {
	s.t.Helper()
	lines := []string{"编号|单位|日期|内容|渠道|层面|类别|涉廉|状态|办结日期|来源"}
	for m := range 34 { // January 2024 to October 2026
		n := 10
		if m >= 31 {
			n = 18
		}
		for i := range n {
			lines = append(lines, fmt.Sprintf("R%02d%02d|13|%s|停车缴费%d排队%d|电话|其他岗位|制度|是|在办||热线", m, i, integrity.Date(2024, time.Month(m+1), i+2), m, i))
		}
		for c, category := range []string{"决策", "作风问题", "权力运行"} { // steady, so that single papers elsewhere look as odd as they are
			for i := range 4 {
				lines = append(lines, fmt.Sprintf("S%02d%d%d|13|%s|事项%d之%d第%d件|电话|其他岗位|%s|是|在办||热线", m, c, i, integrity.Date(2024, time.Month(m+1), i+2), m, c, i, category))
			}
		}
		if m == 31 {
			for i := range 28 {
				lines = append(lines, fmt.Sprintf("K%02d|13|2026-08-%02d|八月的事%d|电话|其他岗位|权力运行|是|在办||热线", i, i+2, i))
			}
		}
		for i := range 6 {
			if m < 33 {
				lines = append(lines, fmt.Sprintf("W%02d%02d|14|%s|取药窗口%d人手%d|电话|其他岗位|作风问题|是|在办||网站", m, i, integrity.Date(2024, time.Month(m+1), i+2), m, i))
			}
		}
	}
	lines = append(lines, // one matter that reads like another
		"Z01|13|2026-09-03|病区探视登记形同虚设，陪护人员随意进出监护室|电话|其他岗位|其他|是|在办||热线",
		"Z02|13|2026-10-04|病区探视登记形同虚设，陪护人员随意出入监护室|电话|其他岗位|其他|是|在办||热线")
	s.must(ingest.KindComplaints, lines...)
}

func TestSlowRisesAndQuietSourcesReachPagesAPIAndFiles(t *testing.T) {
	s := newSite(t)
	s.rising()
	for lang, heading := range map[string]string{"zh": "近三个月合计偏高", "en": "High over three months"} {
		answer := read[metrics.HotSpots](s, "/api/v1/hotspots?month=2026-10&lang="+lang)
		i := slices.IndexFunc(answer.Items, func(h metrics.HotSpot) bool { return h.Unit == "13" && h.Category == integrity.CategoryInstitution })
		if i < 0 {
			t.Fatalf("the API does not list the rise: %+v", answer)
		}
		h := answer.Items[i]
		if !h.Run || !h.Slow || h.Hot || h.Watch || h.Count != 18 || h.Together.Count != 54 || h.Together.From != "2026-08" || h.Together.To != "2026-10" || h.Together.Months != 3 ||
			h.Together.Expected < 20 || h.Together.Expected > 40 || h.Together.Q > 0.05 || h.Q <= 0.05 || !strings.Contains(h.Why, "54") {
			t.Fatalf("the API says %+v; want a slow rise of 54 that is neither hot nor watched", h)
		}
		j := slices.IndexFunc(answer.Items, func(h metrics.HotSpot) bool { return h.Unit == "13" && h.Category == integrity.CategoryPower })
		if j < 0 || !answer.Items[j].Run || answer.Items[j].Slow || answer.Items[j].Together.Spike != "2026-08" || answer.Items[j].Together.Count != 40 {
			t.Fatalf("the spike of August: %+v", answer.Items)
		}
		page := parsed(t, s.ok("/hotspots?month=2026-10&full=1&lang="+lang))
		list := within(t, page, "runlist")
		rows := cellsOf(list)
		if !strings.HasPrefix(textOf(list), heading) || len(rows) != 2 {
			t.Fatalf("the list of three months reads %q, %q", textOf(list), rows)
		}
		slices.SortFunc(rows, func(a, b []string) int { return strings.Compare(a[4], b[4]) }) // the spike has fewer
		for at, want := range []struct {
			item metrics.HotSpot
			mark map[string]string
		}{{answer.Items[j], map[string]string{"zh": "权力运行 · 三个月合计偏高", "en": integrity.CategoryPower.Label(integrity.English) + " · high over three months"}}, {h, map[string]string{"zh": "制度 · 缓升", "en": integrity.CategoryInstitution.Label(integrity.English) + " · slow rise"}}} {
			together := want.item.Together
			numbers := fmt.Sprintf("%d / %s2026-08—2026-10 · q %s", together.Count, view.Decimal(together.Expected, 1), probability(together.Q))
			if row := rows[at]; row[1] != "市第一医院"+want.mark[lang] || row[4] != numbers || row[5] != want.item.Why {
				t.Errorf("the list of three months reads %q; want %s, %s", row, want.mark[lang], numbers)
			}
		}
		chosen := cellsOf(within(t, parsed(t, s.ok("/hotspots?month=2026-10&row=13&col=institution&full=1&lang="+lang)), "why"))
		if len(chosen) != 2 || chosen[0][0] != "2026-08—2026-10" || chosen[0][1] != "54" || chosen[0][3] != view.Decimal(h.Together.Ratio, 1) || chosen[1][0] != "2026-10" || chosen[1][1] != "18" {
			t.Errorf("the chosen cell does not tell the three months and then the month: %q", chosen)
		}
		// What the count stands beside: ten a month before August, the units like it, the list.
		beside := textOf(within(t, parsed(t, s.ok("/hotspots?month=2026-10&row=13&col=institution&full=1&lang="+lang)), "beside"))
		if h.OwnMonths != 24 || h.OwnMean != 10.7 || h.Points == 0 {
			t.Errorf("the API says %d months, mean %v, %d points; want 24, (22·10+2·18)/24 and some", h.OwnMonths, h.OwnMean, h.Points)
		}
		for _, want := range []string{
			view.T(integrity.Lang(lang), "hot.own.value", h.OwnMonths, view.Decimal(h.OwnMean, 1)),
			view.T(integrity.Lang(lang), "hot.listpoints.value", h.Points, h.Important, h.KeyPlaces),
		} {
			if !strings.Contains(beside, want) {
				t.Errorf("beside the count stands %q, not %q", beside, want)
			}
		}
		if h.PeerUnits != 0 || strings.Contains(beside, view.T(integrity.Lang(lang), "hot.peers")) {
			t.Errorf("the mean of so few peers tells theirs: %d, %q", h.PeerUnits, beside)
		}
		if len(answer.Quiet) != 1 || answer.Quiet[0].Source != "网站" || !slices.Equal(answer.Quiet[0].Units, []string{"14"}) {
			t.Fatalf("the API names the quiet sources %+v", answer.Quiet)
		}
		if got := textOf(within(t, page, "quiet")); got != answer.Quiet[0].Why {
			t.Errorf("the page says %q of quiet sources; the API %q", got, answer.Quiet[0].Why)
		}
		overview := textOf(within(t, parsed(t, s.ok("/?full=1&lang="+lang)), "hotspots"))
		for _, want := range []string{answer.Quiet[0].Why, map[string]string{"zh": "近三个月合计偏高 2 处（缓升 1 处）", "en": "2 high over three months only (1 slow rises)"}[lang], fmt.Sprintf("54 / %s2026-08—2026-10 · q %s", view.Decimal(h.Together.Expected, 1), probability(h.Together.Q)), answer.Items[i].Why} {
			if !strings.Contains(overview, want) {
				t.Errorf("the overview lacks %q: %s", want, overview)
			}
		}
	}
	file := string(s.ok("/api/v1/hotspots.csv?month=2026-10"))
	for _, want := range []string{"市第一医院,制度,2026-10,18,", "市第一医院,制度,2026-08—2026-10,54,", "近三个月缓升,8月至10月投诉和信访举报合计54件", "近三个月合计偏高,8月至10月投诉和信访举报合计40件", `日常投诉·网站,,2026-10,,,,,不作判断,"“日常投诉·网站”没有报送2026-10的数据`} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %q:\n%s", want, file)
		}
	}
	var beside metrics.HotSpot
	for _, h := range read[metrics.HotSpots](s, "/api/v1/hotspots?month=2026-10").Items {
		if h.Unit == "13" && h.Category == integrity.CategoryInstitution {
			beside = h
		}
	}
	if line := Beside(beside, integrity.Chinese); !strings.Contains(file, line) || !strings.Contains(line, "前 24 个月平均每月 10.7 件") {
		t.Errorf("the file does not say what the rise stands beside, %s:\n%s", line, file)
	}
	testRepeats(t, s)
	testKept(t, s)
	fresh := textOf(within(t, parsed(t, s.ok("/?full=1")), "fresh"))
	for _, want := range []string{"└ 热线2026-11-11", "└ 网站2026-09-07"} {
		if !strings.Contains(fresh, want) {
			t.Errorf("the overview lacks the source %q: %s", want, fresh)
		}
	}
	sources := read[metrics.List[metrics.Source]](s, "/api/v1/sources")
	if i := slices.IndexFunc(sources.Items, func(s metrics.Source) bool { return s.Source == "网站" }); i < 0 || sources.Items[i].LastOn != integrity.Date(2026, time.September, 7) {
		t.Errorf("the API lists the sources %+v", sources.Items)
	}
}

// testRepeats finds the near texts of a month on the page, in the API and in the files, and with their signals.
func testRepeats(t *testing.T, s *site) {
	t.Helper()
	answer := read[metrics.Repeats](s, "/api/v1/repeats?month=2026-10")
	if answer.Total != 1 || answer.Items[0].Later.Number != "Z02" || answer.Items[0].Earlier.Number != "Z01" || answer.Items[0].Similarity < answer.Threshold {
		t.Fatalf("the API says %+v; want Z02 near Z01", answer)
	}
	it := answer.Items[0]
	card := within(t, parsed(t, s.ok("/hotspots?month=2026-10&full=1")), "repeats")
	if text := textOf(card); !strings.Contains(text, "共 1 件与本单位另一件事文字相近（相似度不低于 0.80，相隔不超过 90 天）") || !strings.Contains(text, "从不自动合并") {
		t.Errorf("the card says %s", text)
	}
	if rows := cellsOf(card); len(rows) != 1 || !strings.HasPrefix(rows[0][1], it.Later.Text) || !strings.HasPrefix(rows[0][2], it.Earlier.Text) || rows[0][3] != view.Decimal(it.Similarity, 2) {
		t.Errorf("the card lists %q", rows)
	}
	for _, path := range []string{"/figures/repeats.csv?month=2026-10", "/api/v1/repeats.csv?month=2026-10"} {
		if file := string(s.ok(path)); !strings.Contains(file, "Z02,2026-10-04,"+it.Later.Text+",Z01,2026-09-03,"+it.Earlier.Text+","+view.Decimal(it.Similarity, 2)+",") {
			t.Errorf("%s reads %s", path, file)
		}
	}
	for _, pair := range [][2]metrics.RepeatPaper{{it.Later, it.Earlier}, {it.Earlier, it.Later}} {
		near := textOf(within(t, parsed(t, s.ok("/signals/"+pair[0].ID+"?full=1")), "near"))
		if !strings.Contains(near, pair[1].Text) || !strings.Contains(near, pair[1].Number) {
			t.Errorf("with %s the page says %q; want %s", pair[0].Number, near, pair[1].Number)
		}
	}
	// Nothing was merged: both are counted.
	if d := read[metrics.Distribution](s, "/api/v1/distribution?measure=complaints&rows=unit&cols=category&unit=13&from=2026-09-01&to=2026-10-31&category="+string(it.Later.Category)); d.Total == nil || *d.Total != 2 {
		t.Errorf("%+v complaints of %s are counted, want both", d.Total, it.Later.Category)
	}
	if empty := read[metrics.Repeats](s, "/api/v1/repeats?month=2026-08"); empty.Total != 0 {
		t.Errorf("of another month the API says %+v", empty)
	}
}

// testKept has tasks keep two versions of October, its end and the round of the year, and finds
// them on the pages.
func testKept(t *testing.T, s *site) {
	t.Helper()
	keep := func(task, period string, version int, asOf, content string, changes ...string) {
		t.Helper()
		quoted := make([]string, len(changes))
		for i, c := range changes {
			quoted[i] = "'" + c + "'"
		}
		if err := s.store.Write().Exec(t.Context(), fmt.Sprintf("INSERT INTO results (job, period, version, as_of, made_at, data_version, content, changes) VALUES ('%s', '%s', %d, '%s', '%s 20:00:00', '%d', '%s', [%s])",
			task, period, version, asOf, asOf, version, content, strings.Join(quoted, ","))); err != nil {
			t.Fatal(err)
		}
	}
	if empty := textOf(within(t, parsed(t, s.ok("/hotspots?month=2026-10&full=1")), "versionlist")); !strings.Contains(empty, "任务还没有判断过这个月") {
		t.Errorf("before any run the page says %s", empty)
	}
	for _, period := range []string{"2026-10", "2026-10+petitions"} { // whichever the reader may see
		keep(metrics.KeptHotSpots, period, 1, "2026-11-01", `{"items":[{"hot":true}]}`)
		keep(metrics.KeptHotSpots, period, 2, "2026-11-05", `{"items":[{"hot":true},{"run":true}]}`, "市第一医院·制度：新列入近三个月缓升（三个月合计54件）",
			`{"unit":"13","unit_name":"市第一医院","category":"post","before":{"state":"watch","count":5},"after":{"state":"hot","count":8}}`)
	}
	points := read[metrics.Distribution](s, "/api/v1/distribution?measure=risks&rows=layer&cols=category&as_of=2026-10-31")
	keep(metrics.KeptMonthEnd, "2026-10", 1, "2026-10-31", fmt.Sprintf(`{"distributions":{"risks-layer-category":{"total":%d}},"obligations":{"two_checks":{"notice":{"overdue":987}}}}`, *points.Total))
	keep(metrics.KeptRound, "2026", 1, "2026-01-01", `{"units":["13","14"]}`)
	rows := cellsOf(within(t, parsed(t, s.ok("/hotspots?month=2026-10&full=1")), "versionlist"))
	if len(rows) != 2 || rows[0][0] != "2" || !strings.HasPrefix(rows[0][1], "2026-11-06 04:00") || rows[0][2] != "热点 1、关注 0、仅三个月合计偏高 1" || !strings.Contains(rows[0][3], "三个月合计54件") || !strings.HasPrefix(rows[0][4], "两次之间") ||
		rows[1][0] != "1" || rows[1][3] != "第一版" {
		t.Errorf("the page lists the runs %q", rows)
	}
	for lang, want := range map[string]string{"zh": "市第一医院·岗位：由关注改为显著偏高（5件→8件）", "en": "市第一医院, Post: was watched, now hot (5 → 8)"} {
		kept := read[metrics.List[metrics.Kept]](s, "/api/v1/kept?month=2026-10&lang="+lang)
		page := textOf(within(t, parsed(t, s.ok("/hotspots?month=2026-10&full=1&lang="+lang)), "versionlist"))
		if !strings.Contains(page, want) || !slices.Contains(kept.Items[0].Changes, want) {
			t.Errorf("in %s the page says %s, the API %q", lang, page, kept.Items[0].Changes)
		}
	}
	end := textOf(within(t, parsed(t, s.ok("/?full=1")), "month-end"))
	if want := fmt.Sprintf("上月末（2026-10-31）当时所知，2026-11-01 留存：在册风险点 %d 个，超过文件规定期限 987 项。按现有数据重算：%d 个、", *points.Total, *points.Total); !strings.HasPrefix(end, want) {
		t.Errorf("the overview says %q; want %q", end, want)
	}
	if one := s.ok("/?full=1&unit=13"); strings.Contains(string(one), "month-end") {
		t.Error("the overview of one unit shows the month end of all")
	}
	if round := textOf(within(t, parsed(t, s.ok("/supervision?full=1")), "round")); round != "2026 年第一季度动态排查于 2026-01-01 开启，应完成 2 个单位，期限 2026-03-31。" {
		t.Errorf("supervision says %q", round)
	}
}

func TestWhatACountStandsBeside(t *testing.T) {
	for _, tc := range []struct {
		name string
		h    metrics.HotSpot
		want string
	}{
		{"the unit, its peers, its list, near texts", metrics.HotSpot{OwnMean: 2.4, OwnMonths: 24, PeerMean: 1.8, PeerUnits: 4, Points: 14, Important: 3, KeyPlaces: 2, Near: 2},
			"与自己比 前 24 个月平均每月 2.4 件|与同类比 4 个同类单位当月平均 1.8 件|清单中 14 个风险点（重要 3 个，重点部位 2 个）|疑似重复 其中 2 件疑似重复（文字相近，未合并）"},
		{"a new unit without points", metrics.HotSpot{}, "清单中 没有这一类的风险点"},
	} {
		var got []string
		for _, fact := range beside(tc.h, integrity.Chinese) {
			got = append(got, fact[0]+" "+fact[1])
		}
		if line := strings.NewReplacer("|", "；", "与自己比 ", "与自己比：", "与同类比 ", "与同类比：", "清单中 ", "清单中：", "疑似重复 ", "疑似重复：").Replace(tc.want); Beside(tc.h, integrity.Chinese) != line {
			t.Errorf("%s: files and the report say %s; want %s", tc.name, Beside(tc.h, integrity.Chinese), line)
		}
		if strings.Join(got, "|") != tc.want {
			t.Errorf("%s: %s; want %s", tc.name, strings.Join(got, "|"), tc.want)
		}
	}
}
