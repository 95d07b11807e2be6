package dashboards

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

var (
	matrixCell = regexp.MustCompile(`<td id="(?:map|days)-r\d+c\d+"[^>]*>(?:<a href="([^"]+)">)?([^<]*)<`)
	drawerAll  = regexp.MustCompile(`id="drawer-all" href="([^"]+)"`)
)

// behind is how many rows the list at an address of a page has, as the API answers it.
func (s *site) behind(href string) int {
	s.t.Helper()
	path, conditions, _ := strings.Cut(html.UnescapeString(href), "?")
	conditions, _, _ = strings.Cut(conditions, "#")
	if path == "/supervision" {
		conditions = strings.Replace(conditions, "&integrity=all", "", 1) // of signals only
		return len(read[metrics.Overdue](s, "/api/v1/overdue?"+conditions).Items)
	}
	return int(read[metrics.Page[struct{}]](s, "/api/v1"+path+"?per_page=1&"+conditions).Total)
}

// testCellsLeadToTheirRows follows cells of every measure, each dimension crossed with another one, a
// different one for each measure: the commission itself without its units, what has no leader and no
// stage, months of risk points, and obligations by what they concern are among them.
func testCellsLeadToTheirRows(t *testing.T, s *site) {
	dims := metrics.Dimensions()
	followed := 0
	for k, measure := range metrics.Measures() {
		for i, rows := range dims {
			cols := dims[(i+k)%len(dims)]
			at := fmt.Sprintf("/heatmap?measure=%s&rows=%s&cols=%s&integrity=all", measure, rows, cols)
			var best [][]byte
			most := -1
			for _, cell := range matrixCell.FindAllSubmatch(s.get(at).body, -1) {
				words := strings.Fields(string(cell[2]))
				n, err := strconv.Atoi(words[len(words)-1])
				if err != nil || len(cell[1]) == 0 {
					t.Errorf("%s: a cell %s leads nowhere", at, cell[0])
					continue
				}
				if n > most || n == most && strings.Contains(string(cell[1]), "=00") {
					best, most = cell, n
				}
			}
			if most < 0 {
				continue // no month, no leader: no cell
			}
			drawer := s.get(html.UnescapeString(string(best[1])))
			if most == 0 {
				if drawer.status != http.StatusOK || drawerAll.Match(drawer.body) {
					t.Errorf("%s: the drawer of a zero = %d shows rows", best[1], drawer.status)
				}
				continue
			}
			all := drawerAll.FindSubmatch(drawer.body)
			if all == nil {
				t.Errorf("%s says %d, its drawer shows nothing: %d", best[1], most, drawer.status)
				continue
			}
			followed++
			if n := s.behind(string(all[1])); n != most {
				t.Errorf("%s says %d, %s has %d rows", best[1], most, all[1], n)
			}
		}
	}
	if followed < 30 {
		t.Errorf("%d cells were followed, the data are too few", followed)
	}
}

func testDaysLeadToTheirRows(t *testing.T, s *site) {
	cells := matrixCell.FindAllSubmatch(s.get("/heatmap?view=calendar&measure=complaints&integrity=all").body, -1)
	if want := today.YearDay(); len(cells) != want {
		t.Errorf("the calendar has %d days, want %d", len(cells), want)
	}
	followed := 0
	for _, cell := range cells {
		if n, err := strconv.Atoi(string(cell[2])); err != nil || len(cell[1]) == 0 {
			t.Errorf("a day %s leads nowhere", cell[0])
		} else if n > 0 && followed < 5 {
			followed++
			if got := s.behind(string(cell[1])); got != n {
				t.Errorf("a day says %d, %s has %d rows", n, cell[1], got)
			}
		}
	}
	if followed < 5 {
		t.Errorf("%d days with complaints, want at least 5", followed)
	}
}

func testMonthsOfObligationsLeadToThem(t *testing.T, s *site) {
	page := s.get("/supervision?year=2026").body
	cells := regexp.MustCompile(`<td class="(\w+)" title="[^"]*?(\d+)(?: 项)?"><a href="([^"]+)"`).FindAllSubmatch(page, -1)
	states := []string{}
	for _, cell := range cells {
		n, _ := strconv.Atoi(string(cell[2]))
		if got := s.behind(string(cell[3])); got != n {
			t.Errorf("a month says %d, %s has %d obligations", n, cell[3], got)
		}
		if list := s.get(html.UnescapeString(string(cell[3]))); strings.Count(string(list.body), `class="why"`) > n && n < 20 {
			t.Errorf("%s lists more than %d", cell[3], n)
		}
		states = append(states, string(cell[1]))
	}
	slices.Sort(states)
	if states = slices.Compact(states); len(cells) < 5 || len(states) < 3 {
		t.Errorf("%d months with states %v, the data are too few", len(cells), states)
	}
}

func testChartsSayWhichSignalsCount(t *testing.T, s *site) {
	for path, want := range map[string]string{
		"/":                        "只数涉廉和待判的线索。",
		"/heatmap?measure=signals": "只数涉廉和待判的线索。",
		"/heatmap?view=calendar":   "只数涉廉和待判的线索。",
		"/heatmap?measure=findings&integrity=all":         "数全部线索，涉廉与否都在内。",
		"/heatmap?measure=complaints&integrity=no":        "只数非涉廉的线索。",
		"/heatmap?view=calendar&integrity=yes":            "只数涉廉的线索。",
		"/heatmap?measure=risks&rows=layer&cols=category": "",
	} {
		said := regexp.MustCompile(`class="counted">([^<]*)<`).FindSubmatch(s.ok(path))
		if want == "" && said != nil || want != "" && (said == nil || string(said[1]) != want) {
			t.Errorf("%s says %q; want %q", path, said, want)
		}
	}
}

// The answer of the API is one click from its card, with the conditions of the page.
func testCardsLeadToTheirAnswers(t *testing.T, s *site) {
	for _, path := range []string{"/?unit=13", "/heatmap?unit=13&measure=signals&rows=layer&cols=month&view=matrix&row=middle&col=2026-03", "/heatmap?unit=13&view=calendar&status=open"} {
		found := regexp.MustCompile(`href="(/api/v1/[^"]+)">JSON<`).FindAllSubmatch(s.ok(path), -1)
		if len(found) == 0 {
			t.Errorf("%s leads to no answer", path)
		}
		for _, m := range found {
			if at := html.UnescapeString(string(m[1])); !strings.Contains(at, "unit=13") || s.get(at).status != http.StatusOK {
				t.Errorf("%s: %s = %d", path, at, s.get(at).status)
			}
		}
	}
}

func TestWhoMayNotReadTheRowsIsNotLedToThem(t *testing.T) {
	r := &request{who: integrity.Principal{Role: integrity.RoleOffice}}
	if href := r.rowsBehind(nil, table{metrics.MeasurePetitions, metrics.DimLayer, metrics.DimCategory}, "middle", "power"); href != "" {
		t.Errorf("petitions lead to %s", href)
	}
}
