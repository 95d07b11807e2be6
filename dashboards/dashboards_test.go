package dashboards

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// TestSite asks one small city, which none of the questions changes.
func TestSite(t *testing.T) {
	s := newSite(t)
	version := read[metrics.Distribution](s, "/api/v1/distribution").DataVersion
	for name, test := range map[string]func(*testing.T, *site){
		"every route answers with its headers":                 testRoutes,
		"every bad parameter is refused":                       testBadParameters,
		"cells add up to the total and to the rows":            testCellsAddUp,
		"every number of a heatmap leads to as many rows":      testLinksOfCells,
		"every link of every page leads somewhere here":        testCrawl,
		"texts from outside stay texts":                        testHostile,
		"downloads load again without a change":                testExports,
		"a card that fails leaves the others":                  testFailingCard,
		"other sites and other hosts are refused":              testForeigners,
		"the description of the API is complete":               testOpenAPI,
		"English pages have no Chinese but names and quotes":   testEnglish,
		"every answer of the API keeps to its description":     testAnswersKeepToTheDescription,
		"each condition is a chip that takes it off":           testConditionsAreChips,
		"links carry only what is known where they lead":       testLinksCarryOnlyWhatIsKnown,
		"ready-made periods are those of the day":              testPresetsSetThePeriod,
		"the menu keeps the day that is looked at":             testTheMenuKeepsTheDay,
		"errors of the API have their shape":                   testErrors,
		"one point shows its versions, checks and obligations": testRiskPoint,
		"health is told as it is":                              testHealth,
		"every table of every page is a file with its numbers": testEveryTableIsAFile,
		"every chart of every page is a file":                  testEveryChartIsAFile,
		"all obligations of a list are a file":                 testObligationsAreAFile,
		"every cell leads to as many rows as it says":          testCellsLeadToTheirRows,
		"charts say which signals count":                       testChartsSayWhichSignalsCount,
		"outcomes are drawn by month":                          testOutcomesByMonth,
		"definitions are one click away":                       testDefinitionsAreOneClickAway,
		"cards lead to their answers":                          testCardsLeadToTheirAnswers,
		"a day of the calendar leads to its signals":           testDaysLeadToTheirRows,
		"a month of the calendar leads to its obligations":     testMonthsOfObligationsLeadToThem,
	} {
		t.Run(name, func(t *testing.T) {
			inner := *s
			inner.t = t
			test(t, &inner)
		})
	}
	if after := read[metrics.Distribution](s, "/api/v1/distribution").DataVersion; after != version {
		t.Errorf("reading changed the data from version %s to %s", version, after)
	}
}

// address fills the parameters of a route with what exists.
func (s *site) address(r route) string {
	s.t.Helper()
	path := strings.ReplaceAll(r.path, ":period", "2026-10")
	path = strings.ReplaceAll(path, ":unit", "13")
	path = strings.ReplaceAll(path, ":name", "flag-overdue")
	path = strings.ReplaceAll(path, ":file", "summary.docx")
	switch {
	case strings.Contains(path, "/letters/:id"):
		path = strings.ReplaceAll(path, ":id", s.aLetter())
	case strings.Contains(path, "/imports/runs/:run"):
		dry := s.do(s.app, upload("/imports", map[string]string{"kind": "complaints", "dry_run": "1"}, map[string][]byte{"a.csv": csvOf("编号|单位|日期|内容", "N1|13|2026-11-02|排队太久", "N2|火星|2026-11-02|甲")}))
		path = strings.ReplaceAll(path, "/imports/runs/:run", dry.header.Get("Location"))
	case strings.Contains(path, "/imports/:id"):
		path = strings.ReplaceAll(path, ":id", read[list[Batch]](s, "/api/v1/imports").Items[0].ID)
	case strings.Contains(path, "/risks/:id"):
		path = strings.ReplaceAll(path, ":id", read[metrics.Page[integrity.RiskPoint]](s, "/api/v1/risks").Items[0].ID)
	case strings.Contains(path, "/signals/:id"):
		path = strings.ReplaceAll(path, ":id", read[metrics.Page[integrity.Signal]](s, "/api/v1/signals").Items[0].ID)
	case strings.HasPrefix(path, "/static/"):
		path = linksOf(s.t, s.ok("/"))["/static/"][0]
	}
	return path
}

// linksOf are the addresses that a page names: those of static files under "/static/",
// the others under "".
func linksOf(t testing.TB, page []byte) map[string][]string {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if a.Key != "href" && a.Key != "src" && a.Key != "action" || n.Data == "form" && attr(n, "method") == "post" {
				continue
			}
			kind := ""
			if strings.HasPrefix(a.Val, "/static/") {
				kind = "/static/"
			}
			out[kind] = append(out[kind], a.Val)
		}
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func allRoutes(s *site) []route {
	return (&server{Config: s.config}).table()
}

func testRoutes(t *testing.T, s *site) {
	for _, r := range allRoutes(s) {
		if r.method != http.MethodGet {
			continue
		}
		path := s.address(r)
		a := s.get(path)
		if a.status != http.StatusOK {
			t.Errorf("GET %s = %d: %s", path, a.status, a.body)
			continue
		}
		want := map[string]string{"Content-Security-Policy": pagePolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
		if strings.HasPrefix(r.path, "/static/") {
			want["Cache-Control"] = "public, max-age=31536000, immutable"
		}
		if r.path == "/favicon.ico" {
			want["Cache-Control"] = "public, max-age=86400"
		}
		if slices.Contains([]string{"/reports/:period.html", "/letters/:id.html", "/packs/:unit"}, r.path) {
			want["Content-Security-Policy"] = reportPolicy
		}
		for name, value := range want {
			if got := a.header.Get(name); got != value {
				t.Errorf("GET %s: %s = %q; want %q", path, name, got, value)
			}
		}
		if !numbered(a.header.Get("X-Request-Id")) {
			t.Errorf("GET %s has the number %q", path, a.header.Get("X-Request-Id"))
		}
		if r.page != "" && !bytes.Contains(a.body, []byte("严禁录入、存储国家秘密和检举控告原件")) {
			t.Errorf("GET %s lacks the banner", path)
		}
		if r.page != "" {
			for _, want := range []string{"最近装载 2026-11-22", "风险清单 <span class=\"nowrap\">2026-03-20", "监督检查 <span class=\"nowrap\">2026-09-11", "业务数据比对异常 <span class=\"nowrap\">2026-10-01"} {
				if !bytes.Contains(a.body, []byte(want)) {
					t.Errorf("GET %s does not say up to when its data reach: no %s", path, want)
				}
			}
		}
		head := s.do(s.app, httptest.NewRequest(http.MethodHead, path, nil))
		if head.status != http.StatusOK || len(head.body) > 0 {
			t.Errorf("HEAD %s = %d with %d bytes", path, head.status, len(head.body))
		}
		if post := s.do(s.app, httptest.NewRequest(http.MethodDelete, path, nil)); post.status != http.StatusMethodNotAllowed {
			t.Errorf("DELETE %s = %d; want 405", path, post.status)
		}
	}
	asset := s.address(route{path: "/static/*"})
	request := httptest.NewRequest(http.MethodGet, asset, nil)
	request.Header.Set("If-None-Match", s.get(asset).header.Get("ETag"))
	if a := s.do(s.app, request); a.status != http.StatusNotModified {
		t.Errorf("a known file answers %d", a.status)
	}
}

func numbered(id string) bool { return len(id) == 9 && id[4] == '-' }

func testBadParameters(t *testing.T, s *site) {
	pages := []string{"/", "/heatmap", "/supervision", "/leaders", "/risks", "/signals", "/checks", "/risks.csv", "/signals.xlsx",
		"/api/v1/distribution", "/api/v1/trend", "/api/v1/overdue", "/api/v1/outlook", "/api/v1/leaders", "/api/v1/risks", "/api/v1/signals", "/api/v1/checks", "/api/v1/risks.csv"}
	bad := []string{"as_of=soon", "as_of=2026-13-40", "known_at=yesterday", "year=20x6", "year=0"}
	for _, page := range pages {
		for _, q := range bad {
			if a := s.get(page + "?" + q); a.status != http.StatusBadRequest {
				t.Errorf("GET %s?%s = %d; want 400", page, q, a.status)
			}
		}
	}
	for _, path := range []string{
		"/?layer=all", "/?grade=高", "/heatmap?measure=money", "/heatmap?rows=colour", "/heatmap?cols=colour", "/heatmap?row=x&col=decision&rows=layer",
		"/heatmap?row=13&col=nothing", "/supervision?rule=x", "/supervision?status=closed", "/supervision?status=voided", "/api/v1/overdue?status=voided", "/supervision?basis=law", "/risks?category=misc", "/risks?sort=name", "/risks?page=0",
		"/risks?per_page=5000", "/signals?kind=rumour", "/signals?integrity=maybe", "/signals?month=2026-3x", "/checks?sort=grade", "/reports/2026-13.html", "/reports/x.html",
		"/api/v1/distribution?measure=money", "/api/v1/distribution?rows=colour", "/api/v1/distribution?colour=red", "/api/v1/trend?measure=overdue", "/api/v1/risks?sort=name",
		"/api/v1/units?q=x", "/api/v1/jobs?as_of=2026-01-01", "/api/v1/metrics/definitions?x=1", "/api/v1/signals?from=26", "/api/v1/overdue?status=late", "/api/v1/overdue?limit=-1",
	} {
		if a := s.get(path); a.status != http.StatusBadRequest {
			t.Errorf("GET %s = %d; want 400", path, a.status)
		}
	}
	for _, path := range []string{
		"/nowhere", "/lists/99/diff", "/api/v1/nowhere", "/risks/0", "/risks/:id", "/risks/18446744073709551615", "/signals/0", "/signals/:id", "/signals/18446744073709551615", "/signals/00000000000000aa", "/imports/none", "/imports/:id", "/imports/none/rejects.xlsx", "/reports/2026-09.html",
		"/static/app.css", "/static/../go.mod", "/?unit=没有的单位", "/api/v1/risks?unit=99", "/risks/%2e%2e/",
	} {
		if a := s.get(path); a.status != http.StatusNotFound {
			t.Errorf("GET %s = %d; want 404", path, a.status)
		}
	}
	for path, want := range map[string]string{
		"/risks?as_of=soon": "“截至”不能是“soon”：写成 2026-03-05 这样的日期。", "/risks?as_of=soon&lang=en": "“As of” cannot be “soon”: write a day such as 2026-03-05.",
		"/risks?grade=%E9%AB%98&year=20x6": "“年度”不能是“20x6”", "/risks?sort=evil": "“排序”不能是“evil”：可以是 ", "/heatmap?rows=colour": "“行”不能是“colour”：可以是 层面（layer）",
		"/supervision?month=2026-13": "“月份”不能是“2026-13”", "/signals?status=overdue": "“状态”不能是“overdue”：可以是 全部（all）", "/checks?status=open&lang=en": "“State” cannot be “open”: one of All (all), Voided (voided).", "/signals?colour=red": "这一页没有“colour”这个条件", "/risks?layer=" + url.QueryEscape(hostile): "“层面”不能是“&lt;",
	} {
		if a := s.get(path); a.status != http.StatusBadRequest || !bytes.Contains(a.body, []byte(want)) || bytes.Contains(a.body, []byte(hostile)) {
			t.Errorf("GET %s = %d, which does not say %s: %s", path, a.status, want, between(a.body, "<main", "</main>"))
		}
	}
	if a := s.get("/api/v1/distribution?colour=red"); !bytes.Contains(a.body, []byte("as_of")) || !bytes.Contains(a.body, []byte("colour")) {
		t.Errorf("an unknown parameter is not answered with the legal ones: %s", a.body)
	}
}

// between is what stands between two marks of a page.
func between(body []byte, from, to string) string {
	_, rest, _ := strings.Cut(string(body), from)
	text, _, _ := strings.Cut(rest, to)
	return text
}

// testCellsAddUp tries many combinations of conditions.
func testCellsAddUp(t *testing.T, s *site) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	codes := func(words []string) []string { return append(words, "", "", "") }
	var layers, categories, grades []string
	for _, l := range integrity.Layers() {
		layers = append(layers, string(l))
	}
	for _, c := range integrity.Categories() {
		categories = append(categories, string(c))
	}
	for _, g := range integrity.Grades() {
		grades = append(grades, string(g))
	}
	lists := map[string][2]string{
		"risks": {"/api/v1/risks", ""}, "checks": {"/api/v1/checks", ""}, "signals": {"/api/v1/signals", ""}, "complaints": {"/api/v1/signals", "complaint"},
		"petitions": {"/api/v1/signals", "petition"}, "findings": {"/api/v1/signals", "finding"}, "comparisons": {"/api/v1/signals", "comparison"},
	}
	for range 150 {
		measure := pick("risks", "risks", "checks", "signals", "complaints", "petitions", "findings", "comparisons")
		q := url.Values{}
		for name, value := range map[string]string{
			"as_of": pick("", "2026-11-22", "2026-06-30", "2025-12-31", "2024-01-01"), "unit": pick("", "", "13", "14", "00", "市第一医院"),
			"layer": pick(codes(layers)...), "category": pick(codes(categories)...), "grade": pick(codes(grades)...), "integrity": pick("", "", "yes", "no", "unknown", "all"),
			"year": pick("", "", "2026", "2025"), "month": pick("", "", "", "2026-09"), "from": pick("", "", "2026-04-01"), "to": pick("", "", "2026-10-31"), "leader": pick("", "", "", "周乙", "赵甲"),
		} {
			if value != "" {
				q.Set(name, value)
			}
		}
		d := q
		path := "/api/v1/distribution?measure=" + measure + "&rows=" + pick(metrics.Dimensions()...) + "&cols=" + pick(metrics.Dimensions()...) + "&" + d.Encode()
		table := read[metrics.Distribution](s, path)
		var sum uint64
		for _, cell := range table.Cells {
			sum += *cell.Count
		}
		if len(table.Cells) != len(table.Rows)*len(table.Cols) {
			t.Errorf("%s has %d cells in %d rows and %d columns", path, len(table.Cells), len(table.Rows), len(table.Cols))
		}
		q.Set("per_page", "1000")
		if kind := lists[measure][1]; kind != "" {
			q.Set("kind", kind)
		}
		rows := read[metrics.Page[map[string]any]](s, lists[measure][0]+"?"+q.Encode())
		if sum != *table.Total || rows.Total != sum || uint64(len(rows.Items)) != sum {
			t.Errorf("%s: cells %d, total %d; %d of %d rows of %s", path, sum, *table.Total, len(rows.Items), rows.Total, q.Encode())
		}
	}
}

// testLinksOfCells follows links of several heatmaps: all of the first, some of the others.
func testLinksOfCells(t *testing.T, s *site) {
	followed := 0
	r := rand.New(rand.NewPCG(3, 4))
	for _, q := range []string{
		"", "?rows=layer&cols=category", "?rows=layer&cols=category&grade=important", "?rows=unit&cols=grade", "?rows=leader&cols=stage", "?measure=complaints&rows=unit&cols=month&year=2026",
		"?measure=signals&rows=layer&cols=category&integrity=all", "?measure=checks&rows=unit&cols=month", "?measure=overdue&rows=unit&cols=leader", "?measure=overdue&rows=unit&cols=leader&basis=system",
		"?measure=petitions&rows=category&cols=layer", "?unit=13&rows=category&cols=layer", "?measure=findings&rows=leader&cols=category",
	} {
		root, err := html.Parse(bytes.NewReader(s.ok("/heatmap" + q)))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Data != "a" || n.Parent == nil || n.Parent.Data != "td" {
				continue
			}
			text := textOf(n)
			_, number, ok := strings.Cut(text, " / ")
			if !ok {
				number = text
			}
			want, err := strconv.Atoi(number)
			if err != nil {
				t.Errorf("heatmap%s: a link reads %q", q, text)
				continue
			}
			if q != "" && r.IntN(16) > 0 {
				continue
			}
			followed++
			href := attr(n, "href")
			page := string(s.ok(href))
			if got := shownRows(t, page, href); got != want {
				t.Errorf("heatmap%s: %s reads %d and leads to %d rows", q, href, want, got)
			}
		}
	}
	if followed < 30 {
		t.Errorf("only %d links were followed", followed)
	}
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// shownRows is the number of rows that a page behind a cell says it has; the rows that it
// shows must be as many, up to its limit.
func shownRows(t *testing.T, page, href string) int {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	listed, said := 0, -1
	drawer := strings.HasPrefix(href, "/heatmap")
	for n := range root.Descendants() {
		switch {
		case drawer && attr(n, "id") == "drawer-rows":
			listed = count1(n, "li")
		case drawer && attr(n, "id") == "drawer":
			for d := range n.Descendants() {
				if d.Data == "b" && said < 0 {
					said, _ = strconv.Atoi(textOf(d))
				}
			}
		case !drawer && attr(n, "id") == "rows":
			listed = count1(n, "tr") - 1
		case !drawer && n.Data == "p" && said < 0 && strings.HasPrefix(textOf(n), "共 "):
			said, _ = strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(textOf(n), "共 "), " 行。"))
		case strings.HasPrefix(href, "/supervision") && attr(n, "id") == "list":
			listed = count1(n, "li")
			said = listed
			for d := range n.Descendants() {
				if attr(d, "class") == "pager" {
					_, all, _ := strings.Cut(textOf(d), "共 ")
					number, _, _ := strings.Cut(all, " ")
					said, _ = strconv.Atoi(number)
				}
			}
			listed = min(listed, said)
		}
	}
	if limit := map[bool]int{true: drawerRows, false: 50}[drawer || strings.HasPrefix(href, "/supervision")]; listed != min(said, limit) {
		t.Errorf("%s says %d rows and shows %d", href, said, listed)
	}
	return said
}

func count1(n *html.Node, tag string) (found int) {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == tag {
			found++
		}
	}
	return found
}

// testCrawl follows links from the overview. An address is new when it has a path, or with
// that path a condition, that no address had before.
func testCrawl(t *testing.T, s *site) {
	seen, queue := map[string]bool{}, []string{"/", "/?lang=en", "/checks"}
	point := regexp.MustCompile(`^/(risks|imports|signals|letters|packs)/[0-9a-f]+`)
	pages := 0
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		u, err := url.Parse(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		pattern, fresh := point.ReplaceAllString(u.Path, "/$1/:id"), false
		for _, name := range append(namesOf(u), "") {
			if key := pattern + "?" + name; !seen[key] {
				seen[key], fresh = true, true
			}
		}
		if !fresh {
			continue
		}
		pages++
		a := s.get(path)
		if a.status != http.StatusOK {
			t.Errorf("GET %s = %d", path, a.status)
			continue
		}
		if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || strings.HasPrefix(path, "/reports/") || strings.HasPrefix(path, "/papers/") || strings.HasPrefix(path, "/packs/") || strings.HasSuffix(u.Path, ".html") { // files, not pages
			continue
		}
		checkPage(t, path, a.body)
		for _, links := range linksOf(t, a.body) {
			for _, link := range links {
				if strings.HasPrefix(link, "#") {
					continue
				}
				if !strings.HasPrefix(link, "/") || strings.HasPrefix(link, "//") {
					t.Errorf("%s leads to %q", path, link)
					continue
				}
				link, _, _ = strings.Cut(link, "#")
				queue = append(queue, link)
			}
		}
	}
	if pages < 50 {
		t.Errorf("only %d pages were found", pages)
	}
}

func namesOf(u *url.URL) []string {
	var names []string
	for name := range u.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// checkPage holds a page to the content security policy and to HTML.
func checkPage(t *testing.T, path string, page []byte) {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids, headings := map[string]bool{}, 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(strings.ToLower(a.Val), "javascript:") {
				t.Errorf("%s: <%s %s=%q>", path, n.Data, a.Key, a.Val)
			}
			if a.Key == "id" {
				if ids[a.Val] {
					t.Errorf("%s: id %q twice", path, a.Val)
				}
				ids[a.Val] = true
			}
		}
		switch n.Data {
		case "h1":
			headings++
		case "style", "iframe", "object", "base":
			t.Errorf("%s has <%s>", path, n.Data)
		case "script":
			if n.FirstChild != nil && (attr(n, "type") != "application/json" || !json.Valid([]byte(n.FirstChild.Data))) {
				t.Errorf("%s has an inline script: %.80s", path, n.FirstChild.Data)
			}
		case "img":
			t.Errorf("%s has an image: %v", path, n.Attr)
		}
	}
	if headings != 1 {
		t.Errorf("%s has %d h1", path, headings)
	}
}

func testHostile(t *testing.T, s *site) {
	for _, path := range []string{"/", "/heatmap", "/heatmap?row=14&col=decision", "/supervision?per_page=500", "/leaders", "/risks?unit=14", "/signals", "/checks", "/imports", "/jobs", "/admin",
		"/risks?q=" + url.QueryEscape(hostile), "/signals?number=" + url.QueryEscape(hostile), "/risks?leader=" + url.QueryEscape(hostile), "/jobs?done=" + url.QueryEscape(hostile),
		"/api/v1/signals", "/nowhere/" + url.PathEscape(hostile)} {
		a := s.get(path)
		if strings.HasPrefix(a.header.Get("Content-Type"), "application/json") {
			continue // JSON escapes < itself and is never sniffed
		}
		if bytes.Contains(a.body, []byte("<script>alert")) || bytes.Contains(a.body, []byte("<img")) {
			t.Errorf("%s holds a hostile text as it is", path)
		}
		checkPage(t, path, a.body)
	}
	if page := s.ok("/risks?unit=14"); !bytes.Contains(page, []byte("&lt;script&gt;alert(1)")) {
		t.Error("the hostile text has vanished instead of being shown")
	}
}

func testExports(t *testing.T, s *site) {
	lines := func(path string) [][]string {
		t.Helper()
		body := bytes.TrimPrefix(s.ok(path), []byte("\ufeff"))
		r := csv.NewReader(bytes.NewReader(body))
		r.FieldsPerRecord = -1
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		return rows
	}
	for _, name := range []string{"risks", "signals", "checks", "ledger", "directory"} {
		if name == "ledger" || name == "directory" {
			rows := lines("/api/v1/" + name + ".csv")
			if total := read[metrics.Page[map[string]any]](s, "/api/v1/"+name).Total; len(rows)-1 != int(total) || total == 0 {
				t.Errorf("%s.csv has %d rows; want %d", name, len(rows)-1, total)
			}
			continue
		}
		rows := lines("/api/v1/" + name + ".csv?integrity=all")
		total := read[metrics.Page[map[string]any]](s, "/api/v1/"+name+"?integrity=all").Total
		if len(rows)-1 != int(total) {
			t.Errorf("%s.csv has %d rows; want %d", name, len(rows)-1, total)
		}
		api, page := s.get("/api/v1/"+name+".csv"), s.get("/"+name+".csv?unit=13")
		if bytes.HasPrefix(api.body, []byte("\ufeff")) || !bytes.HasPrefix(page.body, []byte("\ufeff")) {
			t.Errorf("%s: the mark is for people only", name)
		}
		if !strings.Contains(api.header.Get("X-Qingfeng-Export"), "data_version=") || !strings.HasPrefix(api.header.Get("Content-Disposition"), "attachment;") {
			t.Errorf("%s.csv: headers %v", name, api.header)
		}
		last := lines("/" + name + ".csv?unit=13")
		note := last[len(last)-1][0]
		if !strings.HasPrefix(note, "# ") || !strings.Contains(note, "本机用户") || !strings.Contains(note, "unit=13") || !strings.Contains(note, "数据版本") {
			t.Errorf("%s.csv ends with %q", name, note)
		}
	}
	for _, file := range []struct {
		kind ingest.Kind
		path string
	}{
		{ingest.KindRisks, "/risks"}, {ingest.KindComplaints, "/signals?kind=complaint&integrity=all"}, {ingest.KindPetitions, "/signals?kind=petition&integrity=all"},
		{ingest.KindComparisons, "/signals?kind=comparison&integrity=all"}, {ingest.KindInspections, "/checks"},
		{ingest.KindLedger, "/ledger"}, {ingest.KindUnits, "/directory"},
	} {
		for _, format := range []string{".csv", ".xlsx"} {
			path, query, _ := strings.Cut(file.path, "?")
			for _, prefix := range []string{"", "/api/v1"} {
				address := prefix + path + format + "?" + query
				rep := s.rehearse(file.kind, "export"+format, s.ok(address))
				if c := rep.Totals; c.Read == 0 || c.Added+c.Changed+c.Rejected > 0 {
					t.Errorf("%s as %s: %+v %+v", address, file.kind, c, rep.Files[0].Errors)
				}
			}
		}
	}
}

// rehearse loads a file without loading it.
func (s *site) rehearse(kind ingest.Kind, name string, body []byte) ingest.Report {
	s.t.Helper()
	rep, err := s.loader.Load(s.t.Context(), ingest.Request{Kind: kind, MayMove: true, DryRun: true,
		Files: []ingest.Source{{Name: name, Data: bytes.NewReader(body), Size: int64(len(body))}}})
	if err != nil {
		s.t.Fatal(err)
	}
	return rep
}

// broken answers some questions with an error that must not be seen.
type broken struct{ *metrics.Metrics }

func (b broken) Trend(context.Context, integrity.Principal, metrics.Scope, string) (metrics.Trend, error) {
	return metrics.Trend{}, errors.New("dial tcp 10.0.0.7:9000: secret refused")
}

func testFailingCard(t *testing.T, s *site) {
	app := s.with(func(cfg *Config) { cfg.Metrics = broken{s.metrics} })
	a := s.do(app, httptest.NewRequest(http.MethodGet, "/", nil))
	if a.status != http.StatusOK {
		t.Fatalf("GET / = %d", a.status)
	}
	id := a.header.Get("X-Request-Id")
	for _, want := range []string{"这一块没有算出来，其他数字不受影响。请稍后重试；仍不行，请把编号 " + id + " 告诉管理员。", "在册风险点", `id="layers-table"`, "重要风险点备案率"} {
		if !bytes.Contains(a.body, []byte(want)) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if bytes.Contains(a.body, []byte("secret")) {
		t.Error("the page holds the text of an internal error")
	}
	api := s.do(app, httptest.NewRequest(http.MethodGet, "/api/v1/trend", nil))
	if api.status != http.StatusInternalServerError || bytes.Contains(api.body, []byte("secret")) {
		t.Errorf("the API answers %d: %s", api.status, api.body)
	}
}

func testForeigners(t *testing.T, s *site) {
	for _, tc := range []struct {
		name   string
		header map[string]string
		status int
	}{
		{"a script without headers of a browser", nil, http.StatusSeeOther},
		{"the page itself", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8080"}, http.StatusSeeOther},
		{"another site", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, http.StatusForbidden},
		{"another port", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:9090"}, http.StatusForbidden},
		{"an old browser on another site", map[string]string{"Origin": "https://evil.example"}, http.StatusForbidden},
		{"an old browser on the page itself", map[string]string{"Origin": "http://127.0.0.1:8080"}, http.StatusSeeOther},
		{"a sandboxed frame", map[string]string{"Origin": "null"}, http.StatusForbidden},
	} {
		before := s.jobs.runs
		r := httptest.NewRequest(http.MethodPost, "/jobs/flag-overdue/run", nil)
		for name, v := range tc.header {
			r.Header.Set(name, v)
		}
		if a := s.do(s.app, r); a.status != tc.status || (s.jobs.runs > before) != (tc.status == http.StatusSeeOther) {
			t.Errorf("%s: %d, run: %t", tc.name, a.status, s.jobs.runs > before)
		}
	}
	for host, want := range map[string]int{
		"127.0.0.1:8080": 200, "localhost": 200, "LOCALHOST:1": 200, "[::1]:8080": 200,
		"evil.example": 421, "127.0.0.1.evil.example:8080": 421, "10.0.0.7": 421, "localhost.evil.example": 421,
	} {
		r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
		r.Host = host
		if a := s.do(s.app, r); a.status != want {
			t.Errorf("host %s = %d; want %d", host, a.status, want)
		}
	}
	open := s.with(func(cfg *Config) { cfg.Hosts = []string{"qingfeng.intranet"} })
	r := httptest.NewRequest(http.MethodGet, "/healthz", nil)
	r.Host = "qingfeng.intranet:8080"
	if a := s.do(open, r); a.status != http.StatusOK {
		t.Errorf("a host of the configuration = %d", a.status)
	}
	big := httptest.NewRequest(http.MethodPost, "/jobs/flag-overdue/run", bytes.NewReader(make([]byte, bodyLimit+1)))
	if res, err := s.app.Test(big, -1); err == nil && res.StatusCode < 400 {
		t.Errorf("a body over the limit = %d", res.StatusCode)
	}
	if a := s.do(s.app, httptest.NewRequest(http.MethodPost, "/jobs/none/run", nil)); a.status != http.StatusNotFound {
		t.Errorf("an unknown task = %d", a.status)
	}
}

func testOpenAPI(t *testing.T, s *site) {
	type operation struct {
		Parameters []struct{ Name, In string }
		Responses  map[string]any
	}
	doc := read[struct {
		OpenAPI string
		Paths   map[string]map[string]operation
	}](s, "/api/v1/openapi.json")
	described := 0
	for _, methods := range doc.Paths {
		described += len(methods)
	}
	want := 0
	for _, r := range allRoutes(s) {
		if !r.api {
			continue
		}
		want++
		op, ok := doc.Paths[pathParam.ReplaceAllString(r.path, "{$1}")][strings.ToLower(r.method)]
		if !ok {
			t.Errorf("%s %s is not described", r.method, r.path)
			continue
		}
		var names []string
		for _, p := range op.Parameters {
			if p.In == "query" {
				names = append(names, p.Name)
			}
		}
		if !slices.Equal(names, r.params) {
			t.Errorf("%s has the parameters %v; want %v", r.path, names, r.params)
		}
		for _, name := range r.params {
			if paramText[name] == "" {
				t.Errorf("parameter %s is not explained", name)
			}
		}
	}
	if described != want || doc.OpenAPI == "" {
		t.Errorf("%d operations are described; want %d", described, want)
	}
	codes := map[string]bool{}
	for _, d := range definitions() {
		if codes[d.Code] || d.Name.ZH == "" || d.Name.EN == "" || d.Formula.ZH == "" || d.Formula.EN == "" || d.Clause == "" {
			t.Errorf("definition %+v is incomplete or twice", d)
		}
		codes[d.Code] = true
	}
	for _, measure := range metrics.Measures() {
		if !codes[measure] {
			t.Errorf("measure %s has no definition", measure)
		}
	}
}

func testEnglish(t *testing.T, s *site) {
	for _, path := range []string{"/", "/heatmap", "/supervision", "/leaders", "/risks", "/signals", "/checks", "/imports", "/reports", "/jobs", "/admin", "/help", "/nowhere"} {
		a := s.get(path + "?lang=en")
		root, err := html.Parse(bytes.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && slices.Contains([]string{"h1", "h2", "button", "label", "nav", "summary"}, n.Data) && !strings.Contains(textOf(n), "市") {
				if text := textOf(n); strings.ContainsFunc(text, func(c rune) bool { return c >= 0x4e00 && c <= 0x9fff }) && n.Data != "label" && n.Data != "nav" {
					t.Errorf("%s: <%s> %s", path, n.Data, text)
				}
			}
		}
		if attrOf(root, "html", "lang") != "en" {
			t.Errorf("%s has lang %q", path, attrOf(root, "html", "lang"))
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/help", nil)
	r.AddCookie(&http.Cookie{Name: "lang", Value: "en"})
	if a := s.do(s.app, r); !bytes.Contains(a.body, []byte("Definitions")) {
		t.Error("the language chosen before is forgotten")
	}
}

func attrOf(root *html.Node, tag, name string) string {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag {
			return attr(n, name)
		}
	}
	return ""
}

func testErrors(t *testing.T, s *site) {
	for path, code := range map[string]string{"/api/v1/risks?sort=x": "invalid", "/api/v1/imports/none": "not_found", "/api/v1/nowhere": "not_found"} {
		var body apiError
		a := s.get(path)
		if err := json.Unmarshal(a.body, &body); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if body.Error.Code != code || body.Error.Message == "" || body.Error.RequestID != a.header.Get("X-Request-Id") {
			t.Errorf("%s: %+v", path, body)
		}
	}
	for _, tc := range []struct {
		name   string
		err    error
		status int
		code   string
	}{
		{"what can be mended", fmt.Errorf("x: %w", integrity.ErrInvalid), 400, "invalid"},
		{"what is not there", fmt.Errorf("x: %w", integrity.ErrNotFound), 404, "not_found"},
		{"what was taken back", fmt.Errorf("x: %w", ErrReverted), 409, "reverted"},
		{"what took too long", fmt.Errorf("x: %w", context.DeadlineExceeded), 503, "timeout"},
		{"what the database was away for", errors.Join(errAway, errors.New("secret")), 503, "unavailable"},
		{"what the framework refuses", fiber.ErrMethodNotAllowed, 405, "method_not_allowed"},
		{"what is ours", errors.New("secret"), 500, "internal"},
		{"what the framework failed at", fiber.NewError(500, "secret"), 500, "internal"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			status, code, message := statusOf(tc.err)
			if status != tc.status || code != tc.code || strings.Contains(message, "secret") {
				t.Errorf("statusOf(%v) = %d, %s, %s", tc.err, status, code, message)
			}
		})
	}
}

func testRiskPoint(t *testing.T, s *site) {
	points := read[metrics.Page[integrity.RiskPoint]](s, "/api/v1/risks?unit=13&sort=no")
	page := string(s.ok("/risks/" + points.Items[0].ID))
	for _, want := range []string{"第 2 版", "第 1 版", "2025-02-10", "2026-04-10", "监督检查路径", "双人复核", "对分管工作廉洁风险点的监督检查每年不少于2次", "2026　每年监督检查不少于2次", "2025　每年监督检查不少于2次"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of a point lacks %q", want)
		}
	}
	early := string(s.ok("/risks/" + points.Items[0].ID + "?as_of=2024-01-01"))
	if !strings.Contains(early, "截至日不在册") {
		t.Error("a point before its time is shown as if it were in force")
	}
}

func testHealth(t *testing.T, s *site) {
	ready, degraded := true, []string{"scheduler"}
	app := s.with(func(cfg *Config) { cfg.Health = func(context.Context) (bool, []string) { return ready, degraded } })
	a := s.do(app, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	if a.status != http.StatusOK || !bytes.Contains(a.body, []byte(`"degraded":["scheduler"]`)) {
		t.Errorf("readyz = %d: %s", a.status, a.body)
	}
	if page := s.do(app, httptest.NewRequest(http.MethodGet, "/", nil)); !bytes.Contains(page.body, []byte("定时任务没有按时工作")) {
		t.Error("a silent scheduler is not on the page")
	}
	ready = false
	if a := s.do(app, httptest.NewRequest(http.MethodGet, "/readyz", nil)); a.status != http.StatusServiceUnavailable {
		t.Errorf("readyz without a database = %d", a.status)
	}
}

// upload is a form with a file.
func upload(path string, fields map[string]string, files map[string][]byte) *http.Request {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, v := range fields {
		_ = w.WriteField(name, v)
	}
	for name, content := range files {
		part, _ := w.CreateFormFile("file", name)
		_, _ = part.Write(content)
	}
	_ = w.Close()
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

func TestUploadIsRehearsedLoadedAndTakenBack(t *testing.T) {
	s := newSite(t)
	total := func() uint64 {
		return read[metrics.Page[integrity.Signal]](s, "/api/v1/signals?kind=complaint&integrity=all").Total
	}
	before := total()
	file := map[string][]byte{"新投诉" + `<b>.csv`: csvOf("编号|单位|日期|内容|联系电话", "N1|13|2026-11-02|排队太久|13812345678", "N2|不明医院|2026-11-02|排队太久|")}
	dry := s.ran(upload("/imports", map[string]string{"kind": "complaints", "dry_run": "1"}, file))
	if total() != before {
		t.Fatalf("the rehearsal leaves %d of %d", total(), before)
	}
	for _, want := range []string{"预检结果", "不明医院", "联系电话", "排队太久", "入库 1 行"} {
		if !bytes.Contains(dry.body, []byte(want)) {
			t.Errorf("the rehearsal lacks %q", want)
		}
	}
	checkPage(t, "/imports/runs/:run", dry.body)
	confirm := func() *http.Request { return httptest.NewRequest(http.MethodPost, dry.path+"/load", nil) }
	if a := s.ran(confirm()); !bytes.Contains(a.body, []byte("入库结果")) || total() != before+1 {
		t.Fatalf("%d complaints after the load, want %d", total(), before+1)
	}
	if a := s.do(s.app, confirm()); a.status != http.StatusConflict {
		t.Errorf("the files of one rehearsal are loaded twice: %d", a.status)
	}
	batch := read[list[Batch]](s, "/api/v1/imports").Items[0]
	if page := s.ok("/imports/" + batch.ID); !bytes.Contains(page, []byte("不明医院")) {
		t.Error("the page of the batch lacks the rejected value")
	}
	if a := s.do(s.app, httptest.NewRequest(http.MethodPost, "/imports/"+batch.ID+"/revert", nil)); a.status != http.StatusSeeOther || total() != before {
		t.Errorf("taking back answers %d; %d complaints, want %d", a.status, total(), before)
	}
	if a := s.do(s.app, httptest.NewRequest(http.MethodPost, "/api/v1/imports/"+batch.ID+"/revert", nil)); a.status != http.StatusConflict {
		t.Errorf("taking back twice answers %d", a.status)
	}
	gone := read[Batch](s, "/api/v1/imports/"+batch.ID)
	if back := gone.TakenBack; gone.State != "reverted" || back == nil || back.By != operator(nil).Name || back.At.Before(gone.At) || batch.TakenBack != nil {
		t.Errorf("who took it back, and when: %+v", gone.TakenBack)
	} else if page := string(s.ok("/imports/" + batch.ID)); !strings.Contains(page, "由 "+back.By+" 于 ") || !strings.Contains(page, "/imports/"+back.ID) {
		t.Error("the page of the batch does not say who took it back")
	}

	api := s.do(s.app, upload("/api/v1/imports?kind=complaints&dry_run=1", nil, file))
	var report ingest.Report
	if err := json.Unmarshal(api.body, &report); err != nil || report.Totals.Read != 2 || report.Totals.Rejected != 1 {
		t.Errorf("the API answers %d, %v: %s", api.status, err, api.body)
	}
	for name, r := range map[string]*http.Request{
		"no kind":           upload("/api/v1/imports", nil, file),
		"an unknown kind":   upload("/api/v1/imports?kind=rumours", nil, file),
		"no file":           upload("/api/v1/imports?kind=units", map[string]string{"x": "y"}, nil),
		"a year of letters": upload("/imports", map[string]string{"kind": "risks", "year": "soon"}, file),
		"a bad grade map":   upload("/imports", map[string]string{"kind": "risks", "grade_map": "高"}, file),
		"no form":           httptest.NewRequest(http.MethodPost, "/api/v1/imports?kind=units", strings.NewReader("{}")),
	} {
		if a := s.do(s.app, r); a.status != http.StatusBadRequest {
			t.Errorf("%s = %d; want 400", name, a.status)
		}
	}
	large := upload("/api/v1/imports?kind=complaints&dry_run=1", nil, map[string][]byte{"a.csv": bytes.Repeat([]byte("x"), 3*bodyLimit)})
	if a := s.do(s.app, large); a.status != http.StatusOK {
		t.Errorf("an upload of 3 MB = %d; want 200 with a file that could not be read", a.status)
	}
}

func TestEmptyDatabaseSaysWhatToDo(t *testing.T) {
	s := newEmptySite(t)
	for _, path := range []string{"/", "/heatmap", "/supervision", "/leaders", "/risks", "/signals", "/checks", "/reports", "/jobs", "/admin", "/help"} {
		if page := s.ok(path); !bytes.Contains(page, []byte("还没有装载数据")) {
			t.Errorf("%s does not say that nothing is loaded", path)
		}
	}
	if page := s.ok("/imports"); !bytes.Contains(page, []byte("下一步")) || bytes.Contains(page, []byte("还没有装载数据")) {
		t.Error("/imports does not say what comes next, or says it twice")
	}
}

func TestConfigNamesWhatIsMissing(t *testing.T) {
	_, err := New(Config{})
	if !errors.Is(err, integrity.ErrInvalid) {
		t.Fatalf("New(Config{}) = %v", err)
	}
	for _, part := range []string{"metrics", "imports", "jobs", "reports", "health", "log"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not name %s: %v", part, err)
		}
	}
}

func TestDashboardsReachLoaderAndTasksThroughInterfacesOnly(t *testing.T) {
	deps, err := exec.Command("go", "list", "-deps", "qingfeng/dashboards").Output()
	if err != nil {
		t.Fatal(err)
	}
	direct, err := exec.Command("go", "list", "-f", "{{.Imports}}", "qingfeng/dashboards").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, banned := range []string{"qingfeng/ingest", "qingfeng/jobs", "qingfeng/cmd/qingfeng"} {
		if strings.Contains("\n"+string(deps), "\n"+banned+"\n") {
			t.Errorf("dashboards depends on %s", banned)
		}
	}
	for _, banned := range []string{"clickhouse-go", "internal/store"} {
		if strings.Contains(string(direct), banned) {
			t.Errorf("dashboards imports %s", banned)
		}
	}
}

func TestSameDayEarlier(t *testing.T) {
	for _, tc := range []struct {
		name          string
		day           string
		years, months int
		want          string
	}{
		{"a month before", "2026-11-22", 0, 1, "2026-10-22"},
		{"the last day of a shorter month", "2026-03-31", 0, 1, "2026-02-28"},
		{"across New Year", "2026-01-15", 0, 1, "2025-12-15"},
		{"a year before", "2026-11-22", 1, 0, "2025-11-22"},
		{"a year before a leap day", "2028-02-29", 1, 0, "2027-02-28"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			day, err := integrity.ParseDay(tc.day)
			if err != nil {
				t.Fatal(err)
			}
			if got := earlier(day, tc.years, tc.months).String(); got != tc.want {
				t.Errorf("earlier(%s, %d, %d) = %s; want %s", tc.day, tc.years, tc.months, got, tc.want)
			}
		})
	}
}
