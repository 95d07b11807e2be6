package dashboards

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

var stay = flag.Duration("stay", 0, "keep serving the pages of what is found for this long, to be looked at")

// unusual adds to the small city a flood of complaints in one month, petitions on one
// general point, and last year's list of a unit word for word.
func (s *site) unusual() {
	s.t.Helper()
	s.must(ingest.KindUnits, "单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期|停用日期",
		"16|市中心血站|00|直属单位|何七|周乙|2020-01-01|16|2010-01-01|", "17|市急救中心"+hostile+"|00|直属单位|许八|赵甲|2020-01-01|17|2010-01-01|")
	complaints := []string{
		"编号|单位|日期|内容|渠道|层面|类别|涉廉|状态|办结日期|来源",
		"U1|16|2026-09-02|采血点排队|电话|其他岗位|制度|是|在办||热线", "U2|16|2026-09-12|停车收费|电话|其他岗位|制度|是|在办||热线", // its list has one category only
	}
	for m := range 30 { // quiet months before
		day := integrity.Date(2024, time.Month(m+1), 9)
		for i := range 1 + m%2 {
			complaints = append(complaints, fmt.Sprintf("P%02d%d|13|%s|取药%d等候%d|电话|其他岗位|制度|是|在办||热线", m, i, day, m, i))
		}
		complaints = append(complaints, fmt.Sprintf("Q%02d|14|%s|窗口态度%d|电话|其他岗位|作风问题|是|在办||热线", m, day, m))
	}
	for i := range 14 {
		complaints = append(complaints, fmt.Sprintf("H%02d|14|2026-10-%02d|高值耗材出入库%d%s|电话|其他岗位|作风问题|是|在办||热线", i, i+3, i, hostile))
	}
	for i := range 6 {
		complaints = append(complaints, fmt.Sprintf("W%02d|13|2026-10-%02d|药房排队%d|电话|其他岗位|制度|是|在办||热线", i, i+3, i))
	}
	s.must(ingest.KindComplaints, complaints...)
	petitions := []string{"编号|单位|日期|内容|性质|受理日期|延期至|渠道|层面|类别|状态|办结日期|重复件|来源"}
	for i := range 4 {
		petitions = append(petitions, fmt.Sprintf("Y%d|14|2026-%02d-04|反映收费%d|意见建议|||来信|中层岗位|作风问题|在办|||网信", i, 3+i, i))
	}
	s.must(ingest.KindPetitions, petitions...)
	risks := []string{"单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|处室单位负责人|责任人员|层面|类别"}
	for _, day := range []string{"2025-03-01", "2026-03-12"} {
		risks = append(risks, "16|"+day+"|1|出入库|加强教育|查阅资料|重要|何七|何七|领导岗位|决策")
	}
	s.must(ingest.KindRisks, risks...)
}

var foundPages = []string{
	"/hotspots", "/hotspots?unit=14", "/hotspots?month=2026-10&row=13&col=institution", "/hotspots?category=decision", "/hotspots?month=2024-02", "/hotspots?month=2026-11",
	"/blindspots", "/blindspots?unit=14", "/blindspots?as_of=2026-06-30", "/checkup", "/checkup?check=description_short", "/checkup?year=2025&unit=13", "/checkup?check=description_copied&per_page=2&page=2",
	"/lists", "/lists?year=2025", "/lists?as_of=2026-03-20", "/lists/13/diff", "/lists/16/diff?from=2025&to=2026", "/lists/14/diff", "/lists/" + url.PathEscape("市第一医院") + "/diff?from=2024&to=2026",
}

func TestWhatIsFound(t *testing.T) {
	s := newSite(t)
	s.unusual()
	for name, test := range map[string]func(*testing.T, *site){
		"pages answer, hold no hostile text and lead somewhere":  testFoundPages,
		"the API gives what the metrics give":                    testFoundAPI,
		"hot spots of page and API are the same":                 testHotSpots,
		"blind spots of page and API are the same":               testBlindSpots,
		"the check-up counts what it lists":                      testCheckUp,
		"missing lists come with their reminders":                testMissing,
		"changes of a list are shown, and that there are none":   testDiff,
		"a wrong question is refused":                            testFoundRefused,
		"the plan of inspections and petitions stay with theirs": testFoundRights,
		"a part that fails leaves the others":                    testFoundFailing,
		"definitions of what is found are in the help":           testFoundDefinitions,
	} {
		t.Run(name, func(t *testing.T) {
			inner := *s
			inner.t = t
			test(t, &inner)
		})
	}
	if *stay > 0 {
		s.serve(*stay)
	}
}

// serve keeps the application open on loopback.
func (s *site) serve(d time.Duration) {
	listener, err := net.Listen("tcp", "127.0.0.1:8099")
	if err != nil {
		s.t.Fatal(err)
	}
	time.AfterFunc(d, func() { _ = s.app.Shutdown() })
	if err := s.app.Listener(listener); err != nil {
		s.t.Fatal(err)
	}
}

func parsed(t *testing.T, page []byte) *html.Node {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// within returns the element with an id, or fails.
func within(t *testing.T, root *html.Node, id string) *html.Node {
	t.Helper()
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && attr(n, "id") == id {
			return n
		}
	}
	t.Fatalf("the page lacks #%s", id)
	return nil
}

// cellsOf are the texts of the rows of a table body.
func cellsOf(n *html.Node) [][]string {
	var rows [][]string
	for tr := range n.Descendants() {
		if tr.Data != "tr" || tr.Parent.Data != "tbody" {
			continue
		}
		var row []string
		for c := range tr.ChildNodes() {
			if c.Type == html.ElementNode {
				row = append(row, textOf(c))
			}
		}
		rows = append(rows, row)
	}
	return rows
}

func testFoundPages(t *testing.T, s *site) {
	links := map[string]bool{}
	for _, path := range foundPages {
		for _, lang := range []string{"zh", "en"} {
			if lang == "en" {
				path += map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "lang=en"
			}
			page := s.ok(path)
			checkPage(t, path, page)
			if bytes.Contains(page, []byte("<script>alert")) || bytes.Contains(page, []byte("<img")) || bytes.Contains(page, []byte("没有算出来")) {
				t.Errorf("%s holds a hostile text as it is, or a part that failed", path)
			}
			if lang == "en" {
				for n := range parsed(t, page).Descendants() {
					if n.Data == "h1" || n.Data == "summary" || n.Data == "h2" && n.Parent.Parent != nil && attr(n.Parent.Parent, "id") != "chosen" {
						if text := strings.NewReplacer("市第一医院", "", "市第二医院"+hostile, "", "市中心血站", "").Replace(textOf(n)); strings.ContainsFunc(text, func(c rune) bool { return c >= 0x4e00 && c <= 0x9fff }) {
							t.Errorf("%s: <%s> %s", path, n.Data, text)
						}
					}
				}
			}
			for _, of := range linksOf(t, page) {
				for _, link := range of {
					link, _, _ = strings.Cut(link, "#")
					links[link] = true
				}
			}
		}
	}
	delete(links, "")
	if len(links) < 80 {
		t.Errorf("only %d links were found", len(links))
	}
	for link := range links {
		if a := s.get(link); a.status != http.StatusOK {
			t.Errorf("GET %s = %d", link, a.status)
		}
	}
}

// canonical is a JSON document in one order, to be compared.
func canonical(t *testing.T, v any) string {
	t.Helper()
	raw, ok := v.([]byte)
	if !ok {
		var err error
		if raw, err = json.Marshal(v); err != nil {
			t.Fatal(err)
		}
	}
	var any any
	if err := json.Unmarshal(raw, &any); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(any)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func testFoundAPI(t *testing.T, s *site) {
	for _, tc := range []struct{ metric, path, query string }{
		{"hotspots", "/hotspots", "month=2026-10"}, {"hotspots", "/hotspots", "limit=1"}, {"blindspots", "/blindspots", "as_of=2026-11-01&unit=14"},
		{"grade-review", "/grade-review", ""}, {"checkup", "/checkup", "unit=14&year=2026"}, {"missing-lists", "/missing-lists", "year=2026"},
		{"diff", "/lists/13/diff", "from=2025&to=2026"},
	} {
		query, err := url.ParseQuery(tc.query)
		if err != nil {
			t.Fatal(err)
		}
		scope, err := metrics.ParseScope(query.Get, today)
		if err != nil {
			t.Fatal(err)
		}
		if tc.metric == "diff" {
			scope.Unit = "13"
		}
		want, err := s.metrics.Answer(t.Context(), integrity.Principal{Role: integrity.RoleInspector}, metrics.Question{Metric: tc.metric, Scope: scope})
		if err != nil {
			t.Fatal(err)
		}
		if got := canonical(t, s.ok("/api/v1"+tc.path+"?"+tc.query)); got != canonical(t, want) {
			t.Errorf("%s?%s answers %s; want %s", tc.path, tc.query, got, canonical(t, want))
		}
	}
}

func testHotSpots(t *testing.T, s *site) {
	answer := read[metrics.HotSpots](s, "/api/v1/hotspots?month=2026-10")
	page := s.ok("/hotspots")
	root := parsed(t, page)
	var hot, watch [][]string
	for n := range root.Descendants() {
		switch {
		case n.Data == "table" && attr(n, "id") == "hot":
			hot = cellsOf(n)
		case n.Data == "table" && attr(n, "id") == "watch":
			watch = cellsOf(n)
		}
	}
	if len(hot)+len(watch) != len(answer.Items) || len(hot) == 0 || len(watch) == 0 {
		t.Fatalf("the page has %d + %d rows; the API %d", len(hot), len(watch), len(answer.Items))
	}
	for i, row := range append(hot, watch...) {
		h := answer.Items[i]
		if !strings.HasPrefix(row[1], h.UnitName) || !strings.HasPrefix(row[4], fmt.Sprintf("%d / %.1f", h.Count, h.Expected)) || row[5] != h.Why || h.Hot != (i < len(hot)) {
			t.Errorf("row %d reads %q; the API %+v", i, row, h)
		}
	}
	first := answer.Items[0]
	if first.Unit != "14" || first.Category != integrity.CategoryConduct || !first.Hot || first.Count != 14 {
		t.Errorf("the flood of complaints is not the first: %+v", first)
	}
	text := textOf(within(t, root, "main"))
	for _, want := range []string{
		fmt.Sprintf("2026-10，从 %d 个“单位 × 类别”中找出 %d 处热点", answer.Cells, len(hot)), "统计异常不等于存在问题",
		fmt.Sprintf("共 %d 条达到关注条件，最多列出 10 条，其中约 %d 条可能系偶然", answer.Watched, answer.ByChance), "从不建议降级",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	overview := textOf(within(t, parsed(t, s.ok("/")), "hotspots"))
	for _, want := range []string{fmt.Sprintf("2026-10 热点 %d 处；关注 %d 条", len(hot), answer.Watched), first.UnitName + "作风问题 · 热点14 / ", first.Why, "制度 · 关注6 / "} {
		if !strings.Contains(overview, want) {
			t.Errorf("the overview lacks %q: %s", want, overview)
		}
	}
	numbers := cellsOf(within(t, root, "chosen"))
	if len(numbers) != len(first.Series) {
		t.Fatalf("the table beside the chart has %d months; want %d", len(numbers), len(first.Series))
	}
	for i, row := range numbers {
		m := first.Series[i]
		want := []string{m.Month, few(m.Count), "—", "—"}
		if m.Counted {
			want[2], want[3] = fmt.Sprintf("%.1f", m.Expected), strconv.Itoa(m.Upper)
		}
		if !slices.Equal(row, want) {
			t.Errorf("the table beside the chart reads %q; want %q", row, want)
		}
	}
	followed := 0
	for n := range root.Descendants() {
		number, found := strings.CutPrefix(textOf(n), "看这 ")
		if n.Data != "a" || !found {
			continue
		}
		followed++
		number, _, _ = strings.Cut(number, " ")
		want, err := strconv.Atoi(number)
		if err != nil {
			t.Fatal(err)
		}
		if got := shownRows(t, string(s.ok(attr(n, "href"))), attr(n, "href")); got != want || got < first.Count {
			t.Errorf("%s reads %d and leads to %d rows", attr(n, "href"), want, got)
		}
	}
	if followed == 0 {
		t.Error("no link leads to the rows of the hot spot")
	}
	chosen := textOf(within(t, parsed(t, s.ok("/hotspots?row=13&col=institution")), "chosen"))
	if !strings.Contains(chosen, "市第一医院") || !strings.Contains(chosen, "制度") {
		t.Errorf("another cell was chosen, the page shows %.80s", chosen)
	}
	if page := s.ok("/hotspots?month=2024-02"); !bytes.Contains(page, []byte("历史不足 6 个月")) {
		t.Error("a month without history is not said to have none")
	}
	if page := s.ok("/hotspots?month=2026-11"); !bytes.Contains(page, []byte("2026-11 还没有过完")) {
		t.Error("a month under way is not said to be")
	}
	review := read[metrics.GradeReview](s, "/api/v1/grade-review")
	rows := cellsOf(within(t, root, "review"))
	if review.Total == 0 || len(rows) != review.Total {
		t.Fatalf("%d suggestions on the page; the API %d", len(rows), review.Total)
	}
	for i, row := range rows {
		if it := review.Items[i]; !strings.HasPrefix(row[3], strconv.FormatUint(it.Petitions, 10)) || !strings.HasPrefix(row[4], it.Why) || row[2] != "一般" {
			t.Errorf("row %d reads %q; the API %+v", i, row, it)
		}
	}
}

func testBlindSpots(t *testing.T, s *site) {
	answer := read[metrics.BlindSpots](s, "/api/v1/blindspots")
	root := parsed(t, s.ok("/blindspots"))
	rows := cellsOf(within(t, root, "blind-map"))
	if len(rows) != len(answer.Units) {
		t.Fatalf("the map has %d rows; want %d", len(rows), len(answer.Units))
	}
	count := map[string]int{}
	for i, row := range rows {
		for j, text := range row[1:] {
			cell := answer.Map[i*len(answer.Categories)+j]
			count[cell.Kind]++
			want := map[string]string{
				"": strconv.FormatUint(cell.Points, 10), metrics.BlindUnlisted: fmt.Sprintf("◆ 未列 %d", cell.Signals), metrics.BlindUnwatched: fmt.Sprintf("○ 未看 %d", cell.Points),
			}[cell.Kind]
			if text != want {
				t.Errorf("the cell of %s and %s reads %q; want %q", cell.Unit, cell.Category, text, want)
			}
		}
	}
	if count[metrics.BlindUnlisted] == 0 || count[metrics.BlindUnwatched] == 0 || count[metrics.BlindUnlisted]+count[metrics.BlindUnwatched] != answer.Total {
		t.Errorf("the map has %v blind spots; the API %d", count, answer.Total)
	}
	if text := textOf(root); !strings.Contains(text, fmt.Sprintf("有线索而清单没有风险点 %d 处，有风险点而无人看 %d 处", count[metrics.BlindUnlisted], count[metrics.BlindUnwatched])) {
		t.Error("the sentence has other numbers than the map")
	}
	followed := 0
	for n := range within(t, root, "blind-map").Descendants() {
		if n.Data != "a" {
			continue
		}
		followed++
		want, err := strconv.Atoi(textOf(n))
		if err != nil {
			t.Fatal(err)
		}
		if got := shownRows(t, string(s.ok(attr(n, "href"))), attr(n, "href")); got != want {
			t.Errorf("%s reads %d and leads to %d rows", attr(n, "href"), want, got)
		}
	}
	if followed < 10 {
		t.Errorf("only %d links of the map were followed", followed)
	}
	visits := cellsOf(within(t, root, "visits"))
	if len(visits) != len(answer.Visits) || len(visits) == 0 {
		t.Fatalf("%d visits on the page; the API %d", len(visits), len(answer.Visits))
	}
	for i, v := range visits {
		if !strings.HasPrefix(v[1], answer.Visits[i].UnitName) || !strings.HasPrefix(v[2], answer.Visits[i].Why) || v[4] != fmt.Sprintf("%.1f", answer.Visits[i].Score) {
			t.Errorf("visit %d reads %q; the API %+v", i, v, answer.Visits[i])
		}
	}
	if items := cellsOf(within(t, root, "items")); len(items) != answer.Total {
		t.Errorf("%d cells are explained; want %d", len(items), answer.Total)
	}
}

func testCheckUp(t *testing.T, s *site) {
	answer := read[metrics.CheckUp](s, "/api/v1/checkup")
	page := s.ok("/checkup")
	root := parsed(t, page)
	if text := textOf(root); !strings.Contains(text, fmt.Sprintf("检查了 %d 份清单、%d 个风险点，提示 %d 处", answer.Lists, answer.Points, answer.Total)) {
		t.Error("the sentence has other numbers than the API")
	}
	rows := cellsOf(within(t, root, "checks"))
	if len(rows) != len(answer.Checks) || len(rows) < 10 {
		t.Fatalf("%d checks on the page; the API %d", len(rows), len(answer.Checks))
	}
	for i, row := range rows {
		c := answer.Checks[i]
		if !strings.HasPrefix(row[0], c.Name.ZH) || row[1] != strconv.Itoa(c.Count) {
			t.Errorf("check %s reads %q; want %d", c.Code, row, c.Count)
		}
		one := s.ok("/checkup?per_page=1000&check=" + c.Code)
		if c.Count == 0 {
			if !bytes.Contains(one, []byte("没有提示")) {
				t.Errorf("check %s without remarks does not say so", c.Code)
			}
			continue
		}
		if listed := cellsOf(within(t, parsed(t, one), "remarks")); len(listed) != c.Count {
			t.Errorf("check %s counts %d and lists %d", c.Code, c.Count, len(listed))
		} else if !strings.HasPrefix(listed[0][1], c.Name.ZH) || listed[0][3] != c.Advice.ZH {
			t.Errorf("check %s lists %q", c.Code, listed[0])
		}
	}
	for _, want := range []string{"描述过短", "描述与其他单位雷同", "与上年完全相同"} {
		for _, c := range answer.Checks {
			if c.Name.ZH == want && c.Count == 0 {
				t.Errorf("the fixture has nothing for %s", want)
			}
		}
	}
}

func testMissing(t *testing.T, s *site) {
	answer := read[metrics.MissingLists](s, "/api/v1/missing-lists")
	root := parsed(t, s.ok("/lists"))
	text := textOf(root)
	want := fmt.Sprintf("2026 年应交清单 %d 个单位，已交 %d 个，登记动态排查（无变化） %d 个，未交 %d 个", answer.Units, answer.Handed, answer.Reviewed, answer.Total)
	if !strings.Contains(text, want) || answer.Total == 0 {
		t.Errorf("the page lacks %q", want)
	}
	if got := textOf(within(t, root, "reminder")); got != answer.Reminder {
		t.Errorf("the reminder reads %q; want %q", got, answer.Reminder)
	}
	missing := textOf(within(t, root, "missing"))
	for _, it := range answer.Items {
		if !strings.Contains(missing, it.UnitName) || !strings.Contains(missing, it.Reminder) {
			t.Errorf("the page lacks %s or its reminder", it.UnitName)
		}
	}
	for _, row := range cellsOf(within(t, root, "changes")) {
		for _, u := range read[list[integrity.Unit]](s, "/api/v1/units").Items {
			if row[0] != u.Name {
				continue
			}
			d := read[metrics.ListDiff](s, "/api/v1/lists/"+u.Code+"/diff?from=2025&to=2026")
			numbers := []string{strconv.Itoa(d.Added), strconv.Itoa(d.Changed), strconv.Itoa(d.Regraded), strconv.Itoa(d.Removed), strconv.Itoa(d.Unchanged)}
			if got := strings.Join(row[1:6], " "); d.From != nil && d.To != nil && got != strings.Join(numbers, " ") || d.NoChange != strings.Contains(row[6], "0 处变化") {
				t.Errorf("%s reads %q; want %q", u.Name, row, numbers)
			}
		}
	}
	if !strings.Contains(textOf(within(t, root, "changes")), "0 处变化") {
		t.Error("a list without changes is not highlighted")
	}
}

func testDiff(t *testing.T, s *site) {
	same := s.ok("/lists/16/diff?from=2025&to=2026")
	if !strings.Contains(textOf(within(t, parsed(t, same), "nochange")), "0 处变化") {
		t.Error("0 changes are not highlighted")
	}
	if page := s.ok("/lists/14/diff"); !bytes.Contains(page, []byte("2025年没有清单，无法比较")) {
		t.Error("a year without a list is not said to have none")
	}
	s.must(ingest.KindUnits, "单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期|停用日期", "18|市口腔医院|00|直属单位|金九|周乙|2020-01-01|18|2010-01-01|")
	head := "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|处室单位负责人|责任人员|层面|类别"
	s.must(ingest.KindRisks, head,
		"18|2025-03-01|1|设备采购论证不充分，存在指定品牌的倾向|1.论证|1.查阅资料|一般|金九|金九|领导岗位|决策",
		"18|2025-03-01|2|药品验收由一人办理，入库数量无人核对|1.复核|1.查阅资料|一般|金九|金九|中层岗位|岗位",
		"18|2025-03-01|3|外包服务考核走过场，费用照付不扣减|1.考核|1.查阅资料|一般|金九|金九|中层岗位|运行机制")
	s.must(ingest.KindRisks, head,
		"18|2026-03-01|1|设备采购论证不充分，存在指定品牌的倾向|1.论证|1.查阅资料|重要|金九|金九|领导岗位|决策",
		"18|2026-03-01|2|药品验收由一人办理，入库数量无人核对|1.双人复核"+hostile+"|1.查阅资料|一般|金九|金九|中层岗位|岗位",
		"18|2026-03-01|3|会议费超标准列支，审核时没有核对清单|1.核对|1.查阅资料|一般|金九|金九|其他岗位|作风问题")
	d := read[metrics.ListDiff](s, "/api/v1/lists/18/diff?from=2025&to=2026")
	if d.Added != 1 || d.Changed != 1 || d.Regraded != 1 || d.Removed != 1 {
		t.Fatalf("the API answers %+v", d)
	}
	page := s.ok("/lists/18/diff?from=2025&to=2026")
	checkPage(t, "/lists/18/diff", page)
	root := parsed(t, page)
	if text := textOf(root); !strings.Contains(text, "2025 年 3 个风险点，2026 年 3 个：新增 1，修改 1，等级变化 1，移出 1，未变 0") {
		t.Error("the sentence has other numbers than the API")
	}
	changes := textOf(within(t, root, "changes"))
	for _, it := range d.Items {
		if !strings.Contains(changes, it.Description) {
			t.Errorf("the page lacks %q", it.Description)
		}
		for _, c := range it.Columns {
			if !strings.Contains(changes, c.From) || !strings.Contains(changes, c.To) || !strings.Contains(changes, c.Label) {
				t.Errorf("the page lacks the change of %+v", c)
			}
		}
	}
	if again := read[metrics.ListDiff](s, "/api/v1/lists/18/diff?from=2025&to=2026"); canonical(t, again) != canonical(t, d) {
		t.Error("the page changed the answer of the API")
	}
	s.must(ingest.KindLedger, "单位|年度|事项|日期|序号|来源|内容|采纳|文号", "18|2026|征求意见|2026-03-10|3|人大代表|写明核对办法|是|", "18|2026|委党委审定|2026-03-12||||是|纪要5号"+hostile)
	s.load(ingest.KindRisks, head,
		"18|2026-03-20|1|设备采购论证不充分，存在指定品牌的倾向|1.论证|1.查阅资料|重要|金九|金九|领导岗位|决策",
		"18|2026-03-20|2|药品验收由一人独自办理，入库数量无人核对|1.双人复核"+hostile+"|1.查阅资料|一般|金九|金九|中层岗位|岗位",
		"18|2026-03-20|3|会议费超标准列支，审核时没有核对清单|1.逐项核对|1.查阅资料|一般|金九|金九|其他岗位|作风问题")
	of := "from=2026&to=2026&from_version=1&to_version=2"
	two := read[metrics.ListDiff](s, "/api/v1/lists/18/diff?"+of)
	if two.Changed != 2 || two.Unchanged != 1 || len(two.Items) != 2 || len(two.Items[1].Opinions) != 1 {
		t.Fatalf("two versions of a year: %+v", two)
	}
	versions := s.ok("/lists/18/diff?" + of)
	checkPage(t, "/lists/18/diff?"+of, versions)
	text := textOf(parsed(t, versions))
	for _, want := range []string{"2026 年第 1 版 3 个风险点，第 2 版 3 个：新增 0，修改 2", fmt.Sprintf("描述相似度 %.2f", two.Items[0].Similarity), "依据已采纳的意见", "人大代表 2026-03-10",
		"没有已采纳的意见指向这一处", "审定 2026-03-12", "纪要5号" + hostile, "未见审定记录", "不低于 0.75"} {
		if !strings.Contains(text, want) {
			t.Errorf("the comparison of two versions lacks %q", want)
		}
	}
	if english := s.ok("/lists/18/diff?lang=en"); !bytes.Contains(english, []byte("measures")) {
		t.Error("columns have no English names")
	}
	if !bytes.Contains(s.ok("/lists/18/diff"), []byte("防控措施")) {
		t.Error("the English page changed the Chinese one")
	}
}

func testFoundRefused(t *testing.T, s *site) {
	for path, want := range map[string]int{
		"/hotspots?month=2026-3x": 400, "/hotspots?category=misc": 400, "/hotspots?as_of=soon": 400, "/blindspots?year=20x6": 400, "/checkup?check=beauty": 400, "/checkup?page=0": 400,
		"/lists?year=0": 400, "/lists/13/diff?from=2026&to=2025": 400, "/lists/13/diff?from=soon": 400, "/api/v1/lists/13/diff?from=2026&to=2026&from_version=2&to_version=1": 400, "/lists/13/diff?from_version=0": 400, "/lists/13/diff?to_version=soon": 400,
		"/api/v1/hotspots?colour=red": 400, "/api/v1/hotspots?limit=-1": 400, "/api/v1/blindspots?layer=middle": 400, "/api/v1/checkup?check=x": 400, "/api/v1/missing-lists?month=2026-01": 400,
		"/lists/99/diff": 404, "/api/v1/lists/99/diff": 404, "/hotspots?unit=99": 404, "/blindspots?unit=99": 404, "/api/v1/checkup?unit=99": 404,
	} {
		if a := s.get(path); a.status != want {
			t.Errorf("GET %s = %d; want %d", path, a.status, want)
		}
	}
}

// seenBy asks the metrics on behalf of somebody else.
type seenBy struct {
	*metrics.Metrics
	who integrity.Principal
}

func (s seenBy) HotSpots(ctx context.Context, _ integrity.Principal, q metrics.Scope) (metrics.HotSpots, error) {
	return s.Metrics.HotSpots(ctx, s.who, q)
}

func (s seenBy) BlindSpots(ctx context.Context, _ integrity.Principal, q metrics.Scope) (metrics.BlindSpots, error) {
	return s.Metrics.BlindSpots(ctx, s.who, q)
}

func (s seenBy) GradeReview(ctx context.Context, _ integrity.Principal, q metrics.Scope) (metrics.GradeReview, error) {
	return s.Metrics.GradeReview(ctx, s.who, q)
}

func testFoundRights(t *testing.T, s *site) {
	app := s.with(func(cfg *Config) { cfg.Metrics = seenBy{s.metrics, integrity.Principal{Role: integrity.RoleLeader}} })
	page := s.do(app, httptest.NewRequest(http.MethodGet, "/hotspots", nil)).body
	if !bytes.Contains(page, []byte("不含信访举报")) || bytes.Contains(page, []byte("关联信访举报")) {
		t.Error("a leader is not told what is left out")
	}
	unit := s.with(func(cfg *Config) {
		cfg.Metrics = seenBy{s.metrics, integrity.Principal{Role: integrity.RoleUnit, Unit: "13"}}
	})
	if page := s.do(unit, httptest.NewRequest(http.MethodGet, "/hotspots", nil)).body; !bytes.Contains(page, []byte("等级复核建议依据信访举报得出，本单位不可见")) {
		t.Error("a unit is not told that suggestions are left out")
	}
	plan := s.do(unit, httptest.NewRequest(http.MethodGet, "/api/v1/blindspots", nil)).body
	if bytes.Contains(plan, []byte("市第二医院")) || !bytes.Contains(plan, []byte(`"visits":[]`)) {
		t.Errorf("a unit sees %s", plan)
	}
}

// failing answers nothing of what is found.
type failing struct{ *metrics.Metrics }

var errSecret = errors.New("dial tcp 10.0.0.7:9000: secret refused")

func (failing) HotSpots(context.Context, integrity.Principal, metrics.Scope) (metrics.HotSpots, error) {
	return metrics.HotSpots{}, errSecret
}

func (failing) BlindSpots(context.Context, integrity.Principal, metrics.Scope) (metrics.BlindSpots, error) {
	return metrics.BlindSpots{}, errSecret
}

func (failing) CheckUp(context.Context, integrity.Principal, metrics.Scope) (metrics.CheckUp, error) {
	return metrics.CheckUp{}, errSecret
}

func (failing) ListDiff(context.Context, integrity.Principal, metrics.Scope) (metrics.ListDiff, error) {
	return metrics.ListDiff{}, errSecret
}

func (failing) ListDiffs(context.Context, integrity.Principal, metrics.Scope) ([]metrics.ListDiff, error) {
	return nil, errSecret
}

func testFoundFailing(t *testing.T, s *site) {
	app := s.with(func(cfg *Config) { cfg.Metrics = failing{s.metrics} })
	for path, rest := range map[string]string{"/hotspots": "等级复核建议", "/blindspots": "盲区", "/checkup": "清单体检", "/lists": "将经主要负责人审签", "/lists/13/diff": "市第一医院"} {
		a := s.do(app, httptest.NewRequest(http.MethodGet, path, nil))
		if a.status != http.StatusOK || !bytes.Contains(a.body, []byte("这一块没有算出来")) || !bytes.Contains(a.body, []byte(rest)) || bytes.Contains(a.body, []byte("secret")) {
			t.Errorf("GET %s = %d; want a page that says what failed and keeps %q", path, a.status, rest)
		}
		checkPage(t, path, a.body)
	}
}

func testFoundDefinitions(t *testing.T, s *site) {
	help, api := s.ok("/help"), s.ok("/api/v1/metrics/definitions")
	for _, d := range metrics.Definitions() {
		if !bytes.Contains(help, []byte(`id="`+d.Code+`"`)) || !bytes.Contains(api, []byte(`"`+d.Code+`"`)) {
			t.Errorf("definition %s is missing", d.Code)
		}
	}
}

func TestFoundPagesOfAnEmptyDatabase(t *testing.T) {
	s := newEmptySite(t)
	for _, path := range []string{"/hotspots", "/blindspots", "/checkup", "/lists"} {
		page := s.ok(path)
		checkPage(t, path, page)
		if !bytes.Contains(page, []byte("还没有装载数据")) || bytes.Contains(page, []byte("没有算出来")) {
			t.Errorf("%s does not say that nothing is loaded", path)
		}
	}
}
