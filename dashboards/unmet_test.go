package dashboards

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"html"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// On 31 January the numbers of the pages are those of the new year; what the old ones left undone
// stands beside them, one number everywhere, and leads to as many rows.
func TestWhatEarlierYearsLeftUndoneIsNamedInJanuary(t *testing.T) {
	s := newSite(t)
	now := func() time.Time { return time.Date(2027, 1, 31, 20, 0, 0, 0, integrity.Shanghai) }
	m, err := metrics.New(metrics.Config{Database: s.store, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	s.app = s.with(func(c *Config) { c.Metrics, c.Now = m, now })
	answer := read[metrics.Overdue](s, "/api/v1/overdue?basis=notice")
	byYear := map[int]int{}
	for _, it := range answer.Unmet {
		byYear[it.Year]++
	}
	once := func(it obligation.Item) bool {
		return it.Year == 2026 && it.Unit == "13" && it.RiskNo == 2 && it.Done == 1 && it.Required == 2
	}
	if !slices.ContainsFunc(answer.Unmet, once) || byYear[2025] == 0 || len(answer.Unmet) != byYear[2025]+byYear[2026] {
		t.Fatalf("the point with 1 of 2 in 2026, and 2025, are not named on 31 January: %v", byYear)
	}
	if len(answer.Items) != 0 {
		t.Errorf("%d items of the new year are overdue on 31 January", len(answer.Items))
	}

	t.Run("the overview and the calendar say how many of each year, and lead to as many rows", func(t *testing.T) {
		for year, words := range map[int]string{2026: "上年度未完成 %d 项", 2025: "2025 年度未完成 %d 项"} {
			link := regexp.MustCompile(`href="(/supervision\?[^"]*)"[^>]*>` + fmt.Sprintf(words, byYear[year]) + `</a>`)
			for _, page := range []string{"/?full=1", "/supervision?full=1"} {
				found := link.FindSubmatch(s.ok(page))
				if found == nil {
					t.Errorf("%s does not say that %d items are left of %d", page, byYear[year], year)
					continue
				}
				href := strings.TrimSuffix(html.UnescapeString(string(found[1])), "#list")
				_, list, _ := strings.Cut(string(s.ok(href+"&full=1&per_page=500")), `id="list"`)
				if rows := strings.Count(list, `<blockquote class="quote mt1`); rows != byYear[year] {
					t.Errorf("%s lists %d rows; want %d", href, rows, byYear[year])
				}
			}
		}
	})
	t.Run("the calendar names them by unit, and its lines add up", func(t *testing.T) {
		_, table, found := strings.Cut(string(s.ok("/supervision?full=1&basis=notice")), `id="unmet"`)
		table, _, _ = strings.Cut(table, "</table>")
		sum := 0
		for _, m := range regexp.MustCompile(`<td class="num"><a href="[^"]*">(\d+)</a>`).FindAllStringSubmatch(table, -1) {
			n, _ := strconv.Atoi(m[1])
			sum += n
		}
		if !found || sum != len(answer.Unmet) {
			t.Errorf("the lines add up to %d; want %d", sum, len(answer.Unmet))
		}
	})
	t.Run("the list of 2025 itself does not repeat what it lists", func(t *testing.T) {
		if body := string(s.ok("/supervision?year=2025&full=1")); strings.Contains(body, `id="unmet"`) || strings.Contains(body, "年度未完成 ") {
			t.Error("the page of 2025 repeats it")
		}
	})
	t.Run("the files hold them, marked", func(t *testing.T) {
		rows, err := csv.NewReader(bytes.NewReader(s.ok("/api/v1/overdue.csv?basis=notice"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(bytes.NewReader(s.ok("/api/v1/overdue.xlsx?basis=notice")))
		if err != nil {
			t.Fatal(err)
		}
		defer book.Close()
		sheet, err := book.GetRows(book.GetSheetName(0))
		if err != nil {
			t.Fatal(err)
		}
		for what, lines := range map[string][][]string{"csv": rows, "xlsx": sheet} {
			at, marked := slices.Index(lines[0], "以前年度未完成"), 0
			for _, line := range lines[1:] {
				if at >= 0 && line[at] == "是" {
					marked++
				}
			}
			if marked != len(answer.Unmet) {
				t.Errorf("%s marks %d lines; want %d", what, marked, len(answer.Unmet))
			}
		}
	})
	t.Run("the boards of units and leaders add up to them", func(t *testing.T) {
		units, leaders := 0, map[string]int{}
		for _, row := range read[list[obligation.UnitRow]](s, "/api/v1/unit-board").Items {
			units += row.Unmet
		}
		if units != len(answer.Unmet) {
			t.Errorf("the board of units adds up to %d; want %d", units, len(answer.Unmet))
		}
		for _, it := range answer.Unmet {
			leaders[it.Leader]++
		}
		for _, row := range read[list[obligation.LeaderRow]](s, "/api/v1/leaders").Items {
			if row.Unmet != leaders[row.Leader] {
				t.Errorf("the board of %s says %d; want %d", row.Leader, row.Unmet, leaders[row.Leader])
			}
			delete(leaders, row.Leader)
		}
		if len(leaders) > 0 {
			t.Errorf("no board names %v", leaders)
		}
	})
	t.Run("the part that a leader lacks of earlier years stands on page, file and paper as in the API", func(t *testing.T) {
		// 周乙 took part on one day of 2026 and on none of 2025, whoever else checked the points.
		want := []obligation.OwnYear{{Year: 2026, Dates: 1, Required: 2}, {Year: 2025, Dates: 0, Required: 2}}
		rows := read[list[obligation.LeaderRow]](s, "/api/v1/leaders?leader=周乙").Items
		if len(rows) == 1 {
			for i := range rows[0].OwnUnmet {
				if len(rows[0].OwnUnmet[i].Units) == 0 {
					t.Errorf("of which units is not said: %+v", rows[0].OwnUnmet[i])
				}
				rows[0].OwnUnmet[i].Units = nil
			}
		}
		if len(rows) != 1 || !reflect.DeepEqual(rows[0].OwnUnmet, want) {
			t.Fatalf("/leaders says %+v; want %v", rows, want)
		}
		for path, words := range map[string][]string{
			"/leaders?full=1":             {"以前年度参与不足：2026 年 1/2、2025 年 0/2"},
			"/leaders?download=csv":       {"以前年度参与不足：2026 年 1/2、2025 年 0/2"},
			"/leaders?full=1&lang=en":     {"too seldom in earlier years: 2026: 1/2, 2025: 0/2"},
			"/papers/duty.html?leader=周乙": {"2026年度应参加2次，实际参加1次。2025年度应参加2次，实际参加0次。"},
		} {
			for _, word := range words {
				if !strings.Contains(string(s.ok(path)), word) {
					t.Errorf("%s does not say %q", path, word)
				}
			}
		}
	})
}

// A month's list of what is done asks for nothing that is not.
// Every light of the list quotes its sentence of the notice, names the system's limits as such, and
// says what to do next, on the page, in the API and in the file.
func TestEveryLightQuotesItsClauseAndSaysWhatIsNext(t *testing.T) {
	s := newSite(t)
	items := read[metrics.Overdue](s, "/api/v1/overdue?status=all").Items
	rules, system := map[integrity.Rule]bool{}, 0
	for _, it := range items {
		if it.Sentence != obligation.Sentence(it.Rule) || it.Next != it.Step(integrity.Chinese) || it.Next == "" {
			t.Errorf("%s: %q, %q", it.Key(), it.Sentence, it.Next)
		}
		if rules[it.Rule] = true; it.Basis == integrity.BasisSystem {
			system++
		}
	}
	if len(rules) < 5 || system == 0 || system == len(items) {
		t.Fatalf("the fixture is no good: %v, %d of %d by the system", rules, system, len(items))
	}
	for lang, words := range map[string][2]string{"": {"（期限为本系统设定，非文件规定）", "<b>下一步：</b>"}, "&lang=en": {"(the limit is this system&#39;s, not the notice&#39;s)", "<b>Next: </b>"}} {
		_, page, _ := strings.Cut(string(s.ok("/supervision?full=1&per_page=500"+lang)), `id="list"`)
		if n := strings.Count(page, words[0]); n != system {
			t.Errorf("%d lights say that the limit is the system's; want %d", n, system)
		}
		if n := strings.Count(page, words[1]); n != len(items) {
			t.Errorf("%d lights say what is next; want %d", n, len(items))
		}
		for rule := range rules {
			if !strings.Contains(page, "“"+obligation.Sentence(rule)+"”") {
				t.Errorf("no light of %s quotes its sentence", rule)
			}
		}
	}
	shown := 0
	for _, it := range items { // the page of a point says what is next of its light
		if it.Rule != integrity.RuleTwoChecks || shown == 3 {
			continue
		}
		shown++
		for lang, l := range map[string]integrity.Lang{"": integrity.Chinese, "&lang=en": integrity.English} {
			words := html.EscapeString(it.Step(l))
			if page := string(s.ok("/risks/" + it.RiskID + "?full=1" + lang)); !strings.Contains(page, words) {
				t.Errorf("the page of point %s does not say %q", it.RiskID, words)
			}
		}
	}
	if shown == 0 {
		t.Error("no point owes checks")
	}
	lines, err := csv.NewReader(bytes.NewReader(s.ok("/api/v1/overdue.csv?status=all"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	clause, next := slices.Index(lines[0], "依据条款"), slices.Index(lines[0], "下一步")
	for i, it := range items {
		if line := lines[1+i]; line[clause] != obligation.Quotation(it.Rule, it.Basis) || line[next] != it.Next {
			t.Errorf("line %d: %q", i, line)
		}
	}
}

func TestAListOfAnotherStatusHoldsNothingLeftUndone(t *testing.T) {
	s := newSite(t)
	for status, want := range map[string]bool{"": true, "overdue": true, "all": true, "met": false, "due_soon": false} {
		if got := len(read[metrics.Overdue](s, "/api/v1/overdue?status="+status).Unmet) > 0; got != want {
			t.Errorf("status %q: left undone is there: %t; want %t", status, got, want)
		}
	}
}
