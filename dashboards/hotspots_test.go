package dashboards

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// rising loads complaints in which unit 13 has ten a month and, from August 2026 on, eighteen:
// no month of them is hot or watched. The website, which brings all that unit 14 gets, breaks
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
		for i := range 6 {
			if m < 33 {
				lines = append(lines, fmt.Sprintf("W%02d%02d|14|%s|取药窗口%d人手%d|电话|其他岗位|作风问题|是|在办||网站", m, i, integrity.Date(2024, time.Month(m+1), i+2), m, i))
			}
		}
	}
	s.must(ingest.KindComplaints, lines...)
}

func TestSlowRisesAndQuietSourcesReachPagesAPIAndFiles(t *testing.T) {
	s := newSite(t)
	s.rising()
	for lang, heading := range map[string]string{"zh": "近三个月缓升", "en": "Slow rise over three months"} {
		answer := read[metrics.HotSpots](s, "/api/v1/hotspots?month=2026-10&lang="+lang)
		i := slices.IndexFunc(answer.Items, func(h metrics.HotSpot) bool { return h.Unit == "13" && h.Category == integrity.CategoryInstitution })
		if i < 0 {
			t.Fatalf("the API does not list the rise: %+v", answer)
		}
		if h := answer.Items[i]; !h.Run || h.Hot || h.Watch || !strings.Contains(h.Why, "54") {
			t.Fatalf("the API says %+v; want a slow rise of 54 that is neither hot nor watched", h)
		}
		page := parsed(t, s.ok("/hotspots?month=2026-10&full=1&lang="+lang))
		list := within(t, page, "runlist")
		rows := cellsOf(list)
		if !strings.HasPrefix(textOf(list), heading) || len(rows) != 1 || !strings.HasPrefix(rows[0][1], "市第一医院") || rows[0][5] != answer.Items[i].Why {
			t.Errorf("the list of slow rises reads %q, %q", textOf(list), rows)
		}
		if len(answer.Quiet) != 1 || answer.Quiet[0].Source != "网站" || !slices.Equal(answer.Quiet[0].Units, []string{"14"}) {
			t.Fatalf("the API names the quiet sources %+v", answer.Quiet)
		}
		if got := textOf(within(t, page, "quiet")); got != answer.Quiet[0].Why {
			t.Errorf("the page says %q of quiet sources; the API %q", got, answer.Quiet[0].Why)
		}
		overview := textOf(within(t, parsed(t, s.ok("/?full=1&lang="+lang)), "hotspots"))
		for _, want := range []string{answer.Quiet[0].Why, map[string]string{"zh": "近三个月缓升 1 处", "en": "1 slow rises"}[lang], answer.Items[i].Why} {
			if !strings.Contains(overview, want) {
				t.Errorf("the overview lacks %q: %s", want, overview)
			}
		}
	}
	file := string(s.ok("/api/v1/hotspots.csv?month=2026-10"))
	for _, want := range []string{"近三个月缓升,10月投诉和信访举报18件", `日常投诉·网站,,2026-10,,,,不作判断,"“日常投诉·网站”没有报送2026-10的数据`} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %q:\n%s", want, file)
		}
	}
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
