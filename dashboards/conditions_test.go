package dashboards

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"golang.org/x/net/html"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// classed are the elements of a class below another one.
func classed(root *html.Node, within, class string) []*html.Node {
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || !strings.Contains(" "+attr(n, "class")+" ", " "+within+" ") {
			continue
		}
		for d := range n.Descendants() {
			if d.Type == html.ElementNode && strings.Contains(" "+attr(d, "class")+" ", " "+class+" ") {
				out = append(out, d)
			}
		}
	}
	return out
}

// Each condition in force is a chip whose link takes it off and nothing else; one more takes
// all off; three fields stand open.
func testConditionsAreChips(t *testing.T, s *site) {
	for path, query := range map[string]string{
		"/risks": "unit=13&layer=middle&category=conduct&grade=general", "/signals": "unit=13&kind=complaint&from=2026-01-01&to=2026-10-31", "/heatmap": "rows=unit&cols=category&unit=13&grade=important",
		"/supervision": "rule=two_checks&unit=13&basis=system",
	} {
		asked, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		root, err := html.Parse(bytes.NewReader(s.ok(path + "?" + query)))
		if err != nil {
			t.Fatal(err)
		}
		chips := classed(root, "chips", "chip")
		if len(chips) < 3 {
			t.Errorf("%s?%s shows %d chips", path, query, len(chips))
			continue
		}
		taken := map[string]bool{}
		for i, chip := range chips {
			u, err := url.Parse(attr(chip, "href"))
			if err != nil || u.Path != path {
				t.Errorf("%s: a chip leads to %q", path, attr(chip, "href"))
				continue
			}
			left := u.Query()
			if i == len(chips)-1 {
				if readOut(chip) != "清除全部条件" {
					t.Errorf("%s: the last chip says %q", path, readOut(chip))
				}
				for name := range taken {
					if left.Has(name) {
						t.Errorf("%s: clearing all leaves %s", path, name)
					}
				}
				continue
			}
			for name := range asked {
				if !left.Has(name) {
					taken[name] = true
				}
			}
			if gone := len(asked) - len(left); gone != 1 {
				t.Errorf("%s: the chip %q takes off %d conditions", path, readOut(chip), gone)
			}
		}
		for _, name := range []string{"unit"} {
			if !taken[name] {
				t.Errorf("%s: no chip takes off %s", path, name)
			}
		}
		open, folded := 0, len(classed(root, "more", "pick"))
		open = len(classed(root, "filters", "pick")) - folded
		if open != 3 {
			t.Errorf("%s: %d fields stand open; want 3", path, open)
		}
	}
}

// The ready-made periods are those of the day that is judged.
func testPresetsSetThePeriod(t *testing.T, s *site) {
	for path, want := range map[string]map[string]string{
		"/signals": {"本月": "month=2026-11", "本季": "from=2026-10-01", "本年": "year=2026", "去年": "year=2025"},
		"/":        {"上月末": "as_of=2026-10-31", "上季末": "as_of=2026-09-30", "去年末": "as_of=2025-12-31"},
		"/units":   {"上月末": "as_of=2026-10-31"}, "/stages": {"上季末": "as_of=2026-09-30"}, "/lists/13/diff": {"去年末": "as_of=2025-12-31"},
		"/confirm": {"上月末": "as_of=2026-10-31"}, "/links": {"本月": "month=2026-11", "去年": "year=2025"}, "/reports": {"去年末": "as_of=2025-12-31"},
	} {
		root, err := html.Parse(bytes.NewReader(s.ok(path)))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range classed(root, "presets", "chip") {
			if part, named := want[readOut(p)]; named {
				if !strings.Contains(attr(p, "href"), part) {
					t.Errorf("%s: %s leads to %s; want %s", path, readOut(p), attr(p, "href"), part)
				}
				s.ok(attr(p, "href"))
				delete(want, readOut(p))
			}
		}
		if len(want) > 0 {
			t.Errorf("%s lacks the periods %v", path, want)
		}
	}
}

// Who looks at an earlier day, or at what was known by then, does so on the next page of the menu too.
func testTheMenuKeepsTheDay(t *testing.T, s *site) {
	const clocks = "as_of=2026-09-30&known_at=2027-01-01"
	root, err := html.Parse(bytes.NewReader(s.ok("/risks?unit=13&" + clocks)))
	if err != nil {
		t.Fatal(err)
	}
	menu := classed(root, "topbar", "nav")
	if len(menu) != 1 {
		t.Fatalf("%d menus", len(menu))
	}
	kept := 0
	for a := range menu[0].Descendants() {
		switch href := attr(a, "href"); {
		case a.Data != "a" || href == "/imports" || href == "/jobs":
		case !strings.HasSuffix(href, "?"+clocks):
			t.Errorf("the menu leads to %s without the day", href)
		default:
			kept++
			s.ok(href)
		}
	}
	if kept < 10 {
		t.Errorf("%d entries of the menu keep the day", kept)
	}
}

// search is the part of an address that holds its conditions.
func search(path string) string {
	if _, query, found := strings.Cut(path, "?"); found {
		return "?" + query
	}
	return ""
}

func TestTheBackButtonBringsConditionsBack(t *testing.T) {
	s := newSite(t)
	b := newBrowser(t, s)
	b.open("/risks?unit=13&grade=general")
	rows := b.text("#sentence")
	b.run(chromedp.Click(chromedp.CSS(`.chips .chip.on`)), chromedp.WaitVisible(chromedp.CSS("#rows")))
	fewer := eval[int](b, `document.querySelectorAll(".chips .chip.on").length`)
	if b.text("#sentence") == rows || fewer != 1 {
		t.Errorf("a chip taken off leaves %q and %d chips", b.text("#sentence"), fewer)
	}
	b.run(chromedp.NavigateBack(), chromedp.WaitVisible(chromedp.CSS("#rows")))
	if now := b.text("#sentence"); now != rows {
		t.Errorf("back shows %q; before it was %q", now, rows)
	}
	if n := eval[int](b, `document.querySelectorAll(".chips .chip.on").length`); n != 2 {
		t.Errorf("back shows %d chips; want 2", n)
	}
	if grade := eval[string](b, `(document.querySelector('[name="grade"]')||{}).value`); grade != "general" {
		t.Errorf("back shows the grade %q in its field", grade)
	}
	b.clean("back")
	// What else changes an address: a tab, one of several values, a ready-made period, a day, a face of a card, a page of a list.
	const shown = `JSON.stringify([location.search,(document.querySelector("#sentence")||{}).textContent,Array.prototype.map.call(document.querySelectorAll(".filters select,.filters input:not([type=hidden])"),function(e){return e.name+"="+e.value}),Array.prototype.map.call(document.querySelectorAll("main [aria-current],main .on"),function(e){return e.textContent})])`
	for _, turn := range []struct{ path, click string }{
		{"/heatmap?measure=signals", `.tabs a[href*="view=calendar"]`}, {"/supervision?unit=13", `.seg a[href*="status=overdue"]`}, {"/signals?unit=13", `.presets a:last-of-type`},
		{"/leaders", `.presets a:last-of-type`}, {"/?unit=13", `.seg a[href*="view=outcome"]`}, {"/blindspots?unit=13", `.chips .chip.on`}, {"/signals?per_page=2&integrity=all", `.pager a:last-of-type`},
	} {
		b.open(turn.path)
		b.run(chromedp.WaitNotPresent(chromedp.CSS(".loading")))
		before := eval[string](b, shown)
		b.run(chromedp.Click(chromedp.CSS(turn.click)))
		b.until(`location.search!=="` + search(turn.path) + `"&&document.readyState==="complete"&&!document.querySelector(".loading,.htmx-request")&&` + shown + `!==` + strconv.Quote(before))
		b.run(chromedp.NavigateBack())
		b.until(`location.search==="` + search(turn.path) + `"&&document.readyState==="complete"&&!document.querySelector(".loading")`)
		if after := eval[string](b, shown); after != before {
			t.Errorf("%s: back from %s shows %s; before it was %s", turn.path, turn.click, after, before)
		}
	}
	b.clean("back from elsewhere")
}

// wrong are values that no condition of that name has.
var wrong = map[string]string{
	"as_of": "soon", "known_at": "yesterday", "from": "26", "to": "2026-02-30", "from_version": "0", "to_version": "x", "year": "20x6", "month": "2026-13", "layer": "top", "category": "misc", "grade": "高",
	"stage": "last", "rule": "x", "basis": "law", "status": "late", "integrity": "perhaps", "kind": "rumour", "risk": "1", "suggested": "2", "confirmed": "maybe", "sure": "x", "machine": "2", "linked": "all",
	"signal": "1", "batch": strings.Repeat("a", 65), "cell": "colour", "tag": strings.Repeat("标", 21), "page": "0", "per_page": "5000", "limit": "-1", "lang": "fr",
	"measure": "money", "rows": "colour", "cols": "colour", "view": "pie", "check": "none", "state": "lost", "type": "mail", "overdue": "2", "closed": "x", "download": "pdf", "sort": "colour",
	"version": "0", "draft": "2", "period": "2026-13",
}

// A condition that is passed over would give the number of something else: every address that is read
// refuses a name that it does not know, and of those that it knows a value that cannot be, in its own words.
func TestEveryAddressRefusesWhatItDoesNotKnow(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	refused := func(r route, path, conditions, zh string) {
		t.Helper()
		a := s.get(extended(path, conditions))
		if a.status != http.StatusBadRequest {
			t.Errorf("GET %s with %s = %d; want 400", path, conditions, a.status)
		} else if !r.api && !strings.Contains(html.UnescapeString(string(a.body)), zh) {
			t.Errorf("GET %s with %s does not say %s: %s", path, conditions, zh, between(a.body, "<main", "</main>"))
		}
	}
	names := map[string]bool{}
	for _, r := range allRoutes(s) {
		if r.method != http.MethodGet || r.bare {
			continue
		}
		path := s.address(r)
		refused(r, path, "colour=red", "没有“colour”这个条件")
		for _, name := range r.params {
			if v, can := wrong[name]; can {
				names[name] = true
				refused(r, path, name+"="+url.QueryEscape(v), "不能是“"+string([]rune(v)[:1]))
			}
		}
		// A status of another list is none of this one.
		if slices.Contains(r.params, "status") {
			legal := metrics.Statuses(measureAt(r.path, nil))
			if legal == nil {
				t.Errorf("%s takes a status of nothing", r.path)
			}
			for _, status := range []string{"all", "open", "closed", "voided", "overdue"} {
				if slices.Contains(legal, status) {
					s.ok(extended(path, "status="+status))
				} else {
					refused(r, path, "status="+status, "“状态”不能是“"+status+"”")
				}
			}
		}
	}
	for name := range wrong {
		if !names[name] {
			t.Errorf("no address takes %s", name)
		}
	}
	open := 0
	for _, it := range read[metrics.Overdue](s, "/api/v1/overdue?status=all").Items {
		if it.Status == integrity.StatusOnTrack || it.Status == integrity.StatusDueSoon {
			open++
		}
	}
	if got := len(read[metrics.Overdue](s, "/api/v1/overdue?status=open").Items); got != open || open == 0 {
		t.Errorf("%d obligations are open; want the %d on track or due soon", got, open)
	}
}

// Links between pages leave out what the page they lead to does not know.
func testLinksCarryOnlyWhatIsKnown(t *testing.T, s *site) {
	followed := 0
	for _, path := range []string{
		"/supervision?status=overdue&unit=13&rule=two_checks&as_of=2026-10-31", "/signals?status=open&unit=13&kind=complaint&sort=unit&linked=no", "/checks?status=voided&unit=13&sort=unit", "/risks?tag=" + url.QueryEscape("关键少数") + "&confirmed=no&unit=13&sort=grade",
		"/heatmap?measure=checks&status=voided&unit=13", "/heatmap?tag=" + url.QueryEscape("重点部位") + "&rows=unit&cols=layer", "/confirm?confirmed=no&sure=1&unit=13", "/links?linked=no&unit=13", "/lists/13/diff?from_version=1&to_version=2", "/?view=outcome&unit=13",
	} {
		seen := map[string]bool{}
		a := s.get(path)
		if a.status != http.StatusOK && !strings.Contains(path, "version") {
			t.Errorf("GET %s = %d", path, a.status)
		}
		for _, href := range linksOf(t, a.body)[""] {
			u, err := url.Parse(href)
			if err != nil || u.Path == "" || seen[u.Path] || strings.HasPrefix(u.Path, "/packs") || strings.HasPrefix(u.Path, "/papers") {
				continue
			}
			seen[u.Path] = true
			followed++
			if b := s.get(href); b.status == http.StatusBadRequest {
				t.Errorf("%s leads to %s, which is refused: %s", path, href, between(b.body, "<main", "</main>"))
			}
		}
	}
	if followed < 100 {
		t.Errorf("only %d links were followed", followed)
	}
}
