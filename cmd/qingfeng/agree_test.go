package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

var pageTags = regexp.MustCompile(`(?s)<(script|style)[^>]*>.*?</(script|style)>|<[^>]*>`)

// shown is the text of a page without white space.
func shown(page []byte) string {
	return strings.Join(strings.Fields(html.UnescapeString(pageTags.ReplaceAllString(string(page), " "))), "")
}

// field walks an answer: items.0.unit_name.
func field(t *testing.T, v any, path string) any {
	t.Helper()
	for _, name := range strings.Split(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(x) {
				t.Fatalf("%s: no item %s of %d", path, name, len(x))
			}
			v = x[i]
		}
	}
	if v == nil {
		t.Fatalf("%s is nothing", path)
	}
	return v
}

// Every metric is asked of the command and of the API, with the same words; what the page
// of the metric shows is made from the same numbers; and every metric has its definition,
// with formula, numerator, denominator and clause.
func TestEveryMetricIsTheSameByCommandAPIAndPageAndIsDefined(t *testing.T) {
	s := newShell(t)
	now := s.env["QINGFENG_NOW"]
	s.env["QINGFENG_NOW"] = "2026-09-01T09:00:00+08:00" // the clock of loads never goes back
	s.ingest(0, "units", s.file("units.csv", "单位编码,单位名称,上级编码,类型,主要负责人,责任领导,排序号,启用日期", "00,卫健委,,,,,,", "13,市第一医院,00,直属单位,孙二,周乙,13,2010-01-01", "14,市第二医院,00,直属单位,吴四,赵甲,14,2010-01-01"))
	s.rising()
	s.env["QINGFENG_NOW"] = now
	base := s.serving()
	const risks = "单位,日期,序号,廉洁风险点描述,防控措施,监督检查路径,风险等级,责任人员,层面,类别"
	s.ingest(0, "risks", s.file("risks25.csv", risks, "13,2025-02-10,1,采购未经集体研究,集体决策,查阅会议记录,重要,张一,领导岗位,决策", "14,2025-02-10,1,药房库存账实不符,每月盘点,查阅台账,一般,张三,其他岗位,岗位"))
	s.ingest(0, "risks", s.file("risks26.csv", risks, "13,2026-02-10,1,采购未经集体研究,集体决策,查阅会议记录,重要,张一,领导岗位,决策", "13,2026-02-10,2,收费复核不严,抽查票据,查阅票据,一般,张二,中层岗位,运行机制"))
	s.ingest(0, "ledger", s.file("ledger.csv", "单位,年度,事项,日期,序号,人员,文号", "13,2025,委党委审定,2025-03-03,,党委会,", "13,2025,报市纪委备案,2025-03-10,,政治处,卫廉1号", "13,2026,岗位自查,2026-02-01,,张一,", "13,2026,委党委审定,2026-03-03,,党委会,", "13,2026,部署,2026-01-10,,周乙,"))
	s.ingest(0, "inspections", s.file("checks.csv", "编号,单位,检查日期,风险点,检查人,检查领导,责任领导参与,监督方法,权力运行是否规范,文件制度是否执行,防控措施是否落实,发现问题", "J1,13,2026-04-10,1,韩八,周乙,是,查阅资料,是,否,是,登记不全"))
	s.ingest(0, "complaints", s.file("complaints.csv", "编号,单位,日期,内容,类别,涉廉", "T1,13,2026-03-05,窗口多收费,岗位,是", "T2,14,2026-09-05,设备验收走过场,运行机制,是",
		"T3,13,2026-09-28,夜间急诊收费窗口只开一个排队两小时无人疏导,决策,是", "T4,13,2026-10-09,夜间急诊收费窗口只开一个排队三小时无人疏导,决策,是"))
	s.ingest(0, "petitions", s.file("petitions.csv", "编号,单位,日期,内容,性质,类别", "X1,13,2026-08-01,收费复核,检举控告,运行机制", "X2,13,2026-08-02,收费复核不严,检举控告,运行机制", "X3,13,2026-09-02,收费票据,检举控告,运行机制"))
	get := func(path string) []byte {
		t.Helper()
		resp, err := http.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("GET %s = %d, %v: %.300s", path, resp.StatusCode, err, body)
		}
		return body
	}

	defined := map[string]bool{}
	var definitions struct {
		Items []struct {
			Code, Clause, Basis                   string
			Name, Formula, Numerator, Denominator map[string]string
		}
	}
	if err := json.Unmarshal(get("/api/v1/metrics/definitions"), &definitions); err != nil {
		t.Fatal(err)
	}
	help := shown(get("/help"))
	for _, d := range definitions.Items {
		defined[d.Code] = true
		for part, text := range map[string]map[string]string{"name": d.Name, "formula": d.Formula, "numerator": d.Numerator, "denominator": d.Denominator} {
			if text["zh"] == "" || text["en"] == "" {
				t.Errorf("the definition of %s has no %s", d.Code, part)
			}
			if !strings.Contains(help, strings.Join(strings.Fields(text["zh"]), "")) {
				t.Errorf("/help lacks the %s of %s", part, d.Code)
			}
		}
		if d.Clause == "" || d.Basis == "" || !strings.Contains(help, strings.Join(strings.Fields(d.Clause), "")) {
			t.Errorf("the definition of %s quotes %q, basis %q", d.Code, d.Clause, d.Basis)
		}
	}

	one := func(format string, paths ...string) func(any) []string {
		return func(v any) []string {
			args := make([]any, len(paths))
			for i, p := range paths {
				args[i] = field(t, v, p)
			}
			return []string{fmt.Sprintf(format, args...)}
		}
	}
	cases := map[string]struct {
		flags   string // of the command; of the API with & and = in place of spaces
		route   string // where it is not the name
		defined string // the code of the definition, where it is not the name
		page    string
		shows   func(any) []string
	}{
		"distribution":   {flags: "--measure complaints", page: "/heatmap?measure=complaints", shows: one("%v", "total")},
		"overdue":        {flags: "--status overdue", page: "/supervision?status=overdue", shows: one("%v", "items.0.why")},
		"flags":          {page: "/help", shows: func(any) []string { return nil }},
		"outlook":        {page: "/supervision", shows: one("%v", "items.0.unit_name")},
		"hotspots":       {flags: "--month 2026-10", page: "/hotspots?month=2026-10", shows: func(v any) []string { return spotsShown(t, v) }},
		"repeats":        {flags: "--month 2026-10", page: "/hotspots?month=2026-10", shows: one("%v", "items.0.later.text")},
		"blindspots":     {page: "/blindspots", shows: one("%v", "items.0.why")},
		"leaders":        {defined: "leader_duty", page: "/leaders", shows: one("%v/%v", "items.0.dates", "items.0.required")},
		"checkup":        {page: "/checkup", shows: one("%v", "total")},
		"missing-lists":  {page: "/lists", shows: one("%v", "items.0.reminder")},
		"diff":           {flags: "--unit 13", route: "lists/13/diff", page: "/lists/13/diff", shows: one("%v", "items.0.description")},
		"sources":        {page: "/?full=1", shows: one("%v", "items.2.last_on")},
		"units":          {page: "/units", shows: one("%v", "items.1.name")},
		"unit-board":     {page: "/units", shows: one("%v/%v", "items.1.tally.done", "items.1.tally.required")},
		"stages":         {page: "/stages", shows: one("%v/%v", "items.0.filed", "items.0.to_file")},
		"opinions":       {page: "/stages", shows: one("%v", "items.0.source")},
		"filing":         {page: "/papers/filing.html", shows: one("已审定应备案%v个，已备案%v个", "owed", "filed")},
		"filing-changes": {page: "/papers/filing-changes.html", shows: one("最近一次备案的重要风险点%v个", "points")},
		"summary":        {page: "/papers/summary.html", shows: one("风险点%v个，其中重要%v个", "points", "important")},
		"grade-review":   {page: "/hotspots", shows: one("%v", "items.0.why")},
		"trend":          {flags: "--measure complaints --year 2026", page: "/", shows: func(any) []string { return nil }},
		"risks":          {page: "/risks", shows: one("%v", "items.1.description")},
		"signals":        {page: "/signals", shows: one("%v", "items.0.number")},
		"links":          {page: "/links", shows: one("%v", "total")},
		"kept":           {flags: "--month 2026-10", page: "/hotspots?month=2026-10", shows: func(any) []string { return []string{"这个月的历次判断"} }},
		"outcome":        {page: "/help", shows: func(any) []string { return nil }},
		"ledger":         {page: "/ledger", shows: one("%v", "items.0.item")},
		"directory":      {page: "/directory", shows: one("%v", "items.0.name")},
		"checks":         {page: "/checks", shows: one("%v", "items.0.number")},
	}
	if ready := string(get("/readyz")); !strings.Contains(ready, `"source:complaints/网站"`) || strings.Contains(ready, "热线") {
		t.Errorf("readyz says %s; want the website named as quiet, and it alone", ready)
	}
	report := filepath.Join(s.dir, "october.html")
	s.want(0, "report", "--month", "2026-10", "--out", report)
	printed, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"单月不突出、近三个月合计显著偏高共1处：市第一医院制度45件（预期", "，缓升）", "没有哪个月突增，是缓升", "“日常投诉·网站”没有报送2026-10的数据"} {
		if !strings.Contains(string(printed), want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	for _, name := range metrics.Names() {
		tc, known := cases[name]
		if !known {
			t.Errorf("%s is asked by nobody: name its page here", name)
			continue
		}
		if code := tc.defined; !defined[name] && !defined[code] {
			t.Errorf("%s has no definition", name)
		}
		query := queryOf(tc.flags)
		route := tc.route
		if route == "" {
			route = name + query
		}
		var api, command any
		if err := json.Unmarshal(get("/api/v1/"+route), &api); err != nil {
			t.Fatalf("%s: %v", route, err)
		}
		out, _ := s.want(0, slices.Concat([]string{"query", name}, strings.Fields(tc.flags))...)
		if err := json.Unmarshal([]byte(out), &command); err != nil {
			t.Fatalf("query %s: %v", name, err)
		}
		a, _ := json.Marshal(api)
		b, _ := json.Marshal(command)
		if !bytes.Equal(a, b) {
			t.Errorf("%s:\nAPI     %.600s\ncommand %.600s", name, a, b)
		}
		page := shown(get(tc.page))
		for _, want := range tc.shows(api) {
			if !strings.Contains(page, strings.Join(strings.Fields(want), "")) {
				t.Errorf("%s: %s lacks %q", name, tc.page, want)
			}
		}
	}
}

// rising loads complaints of the year in three weekly loads of September and one of
// November: 14 has a flood in October, 13 more from August on, and the website has not
// delivered since September. The server judges on 22 November.
func (s *shell) rising() {
	s.t.Helper()
	const head = "编号,单位,日期,内容,类别,涉廉,来源"
	loads := map[string][]string{"2026-09-08": {head}, "2026-09-15": {head}, "2026-09-22": {head}, "2026-11-22": {head}}
	row := func(on integrity.Day, number, unit, text, category, source string) {
		load := "2026-11-22"
		for _, day := range []string{"2026-09-22", "2026-09-15", "2026-09-08"} {
			if on.String() < day {
				load = day
			}
		}
		loads[load] = append(loads[load], fmt.Sprintf("%s,%s,%s,%s,%s,是,%s", number, unit, on, text, category, source))
	}
	for m := range 22 { // January 2025 to October 2026
		n := 8
		if m >= 19 {
			n = 15
		}
		for i := range n {
			row(integrity.Date(2025, time.Month(m+1), i+2), fmt.Sprintf("R%02d%02d", m, i), "13", fmt.Sprintf("停车%d排队%d", m, i), "制度", "热线")
		}
		for i := range 5 {
			row(integrity.Date(2025, time.Month(m+1), i+3), fmt.Sprintf("S%02d%d", m, i), "14", fmt.Sprintf("窗口%d态度%d", m, i), "作风问题", "热线")
			if m < 20 {
				row(integrity.Date(2025, time.Month(m+1), i+4), fmt.Sprintf("W%02d%d", m, i), "00", fmt.Sprintf("网上%d留言%d", m, i), "权力运行", "网站")
			}
		}
	}
	for i := range 4 {
		row(integrity.Date(2026, time.September, 4+5*i), fmt.Sprintf("V%d", i), "00", fmt.Sprintf("网上再留言%d", i), "权力运行", "网站")
	}
	for i := range 30 {
		row(integrity.Date(2026, time.October, i+1), fmt.Sprintf("F%02d", i), "14", fmt.Sprintf("设备配件%d", i), "岗位", "热线")
	}
	for _, day := range slices.Sorted(maps.Keys(loads)) {
		s.env["QINGFENG_NOW"] = day + "T09:00:00+08:00"
		s.ingest(0, "complaints", s.file("rising"+day+".csv", loads[day]...))
	}
}

// spotsShown is all that the page says of the cells that an answer lists: names, why, and
// the numbers of the month, or of three months where it is listed for them.
func spotsShown(t *testing.T, answer any) []string {
	t.Helper()
	b, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	var spots metrics.HotSpots
	if err := json.Unmarshal(b, &spots); err != nil {
		t.Fatal(err)
	}
	out := spots.QuietSentences()
	hot, slow := 0, 0
	for _, h := range spots.Items {
		span, count, expected, q := spots.Month, h.Count, h.Expected, h.Q
		switch {
		case h.Hot:
			hot++
		case h.Slow && !h.Watch:
			slow++
			fallthrough
		case h.Run && !h.Watch:
			span, count, expected, q = h.Together.From+"—"+h.Together.To, h.Together.Count, h.Together.Expected, h.Together.Q
		}
		rate := "= " + strconv.FormatFloat(q, 'g', 2, 64)
		if q < 0.001 {
			rate = "< 0.001"
		}
		out = append(out, h.UnitName+h.Category.Label(integrity.Chinese), h.Why, fmt.Sprintf("%d / %.1f%s · q %s", count, expected, span, rate))
	}
	if hot == 0 || slow == 0 || len(spots.Quiet) == 0 {
		t.Errorf("%d hot cells, %d slow rises and %d quiet sources: nothing to compare in %s", hot, slow, len(spots.Quiet), b)
	}
	return out
}

// queryOf makes the query of an address from flags: --year 2026 becomes ?year=2026.
func queryOf(flags string) string {
	words := strings.Fields(flags)
	var parts []string
	for i := 0; i+1 < len(words); i += 2 {
		parts = append(parts, strings.ReplaceAll(strings.TrimPrefix(words[i], "--"), "-", "_")+"="+words[i+1])
	}
	if len(parts) == 0 {
		return ""
	}
	return "?" + strings.Join(parts, "&")
}
