package dashboards

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"qingfeng/dashboards/export"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// Every number of what is late or near on the boards leads to exactly as many rows, of the unit itself:
// without petitions and filing, which no unit owes, and for the commission without the units below it.
// The answer of the API at the same address has as many, and so has the file.
func TestNumbersOfBoardsLeadToAsManyRows(t *testing.T) {
	s := newSite(t)
	s.must("ledger", "单位|年度|事项|日期|人员", "13|2026|委党委审定|2026-04-01|党委会", "14|2026|委党委审定|2026-04-01|党委会")
	s.must("risks", "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员|层面|类别", "00|2026-01-05|1|议事不规范|集体决策|查阅会议记录|重要|周一|领导岗位|决策")
	link := regexp.MustCompile(`href="(/supervision\?[^"#]*)#list">(?:共 )?(\d+)(?: 项)?</a>`)
	for _, asOf := range []string{"2026-11-24", "2026-12-20", "2026-07-02", "2026-06-15", "2026-04-01"} {
		followed := 0
		for _, page := range []string{"/units", "/leaders"} {
			for _, found := range link.FindAllSubmatch(s.ok(page+"?full=1&as_of="+asOf), -1) {
				followed++
				href, want := html.UnescapeString(string(found[1])), string(found[2])
				_, list, _ := strings.Cut(string(s.ok(href+"&full=1&per_page=500")), `id="list"`)
				rows := strings.Count(list, `<blockquote class="quote mt1`)
				if strconv.Itoa(rows) != want {
					t.Errorf("%s says %s; %s lists %d rows", page, want, href, rows)
				}
				_, conditions, _ := strings.Cut(href, "?")
				if rows = len(read[metrics.Overdue](s, "/api/v1/overdue?"+conditions).Items); strconv.Itoa(rows) != want {
					t.Errorf("%s says %s; the API has %d items of %s", page, want, rows, conditions)
				}
				file := csv.NewReader(bytes.NewReader(s.ok("/figures/overdue.csv?" + conditions)))
				file.FieldsPerRecord = -1
				lines, err := file.ReadAll()
				if err != nil {
					t.Fatal(err)
				}
				rows = 0
				for _, line := range lines[1 : len(lines)-1] { // without head and last line
					if line[len(line)-1] == "否" { // of the year, not left undone by an earlier one
						rows++
					}
				}
				if strconv.Itoa(rows) != want {
					t.Errorf("%s says %s; the file of %s has %d rows", page, want, conditions, rows)
				}
			}
		}
		if followed < 4 {
			t.Errorf("as of %s only %d numbers lead to rows", asOf, followed)
		}
	}
}

// Beside what is to be done first the boards say how many items are late or near in all, the same number
// on the page, in its file and in the API; and the leaders' pages of duties say it too.
func TestBoardsSayHowManyItemsPress(t *testing.T) {
	s := newSite(t)
	for _, b := range []struct{ page, api string }{{"/units", "/unit-board"}, {"/leaders", "/leaders"}} {
		tables, err := tablesOf(s.ok(b.page))
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(tables, func(x export.Table) bool {
			return slices.ContainsFunc(x.Columns, func(c export.Column) bool { return c.Head == "逾期、滞后和临近" })
		})
		if at < 0 {
			t.Fatalf("%s has no table that says how many items press", b.page)
		}
		rows := slices.Collect(tables[at].Rows)
		some := false
		for i, item := range read[struct{ Items []object }](s, "/api/v1"+b.api).Items {
			n := int(item["pressing_items"].(float64))
			some = some || n > 1
			want := "—"
			if n > 0 {
				want = fmt.Sprintf("共 %d 项", n)
			}
			if got := fmt.Sprint(rows[i][2]); got != want && !strings.HasPrefix(got, want+" ") {
				t.Errorf("%s row %d says %q; the API %d", b.page, i+1, got, n)
			}
		}
		if !some {
			t.Errorf("%s: nobody has more than one item that presses", b.page)
		}
	}
	for _, row := range read[list[obligation.LeaderRow]](s, "/api/v1/leaders").Items {
		sheet := string(s.ok("/papers/duty.html?leader=" + url.QueryEscape(row.Leader)))
		if want := fmt.Sprintf("逾期、滞后和临近到期的共%d项", row.PressingItems); !strings.Contains(sheet, want) {
			t.Errorf("the page of duties of %s does not say %q", row.Leader, want)
		}
	}
}

// The words of a condition on obligations mean the same on the page, in the API and in the file, and
// those that are none of obligations are refused in all three.
func TestWordsOfStatusMeanTheSameEverywhere(t *testing.T) {
	s := newSite(t)
	all := read[metrics.Overdue](s, "/api/v1/overdue?status=all").Items
	for word, want := range map[string][]string{"open": {"on_track", "due_soon"}, "pressing": {"overdue", "due_soon"}, "met": {"met"}, "overdue": {"overdue"}} {
		n := 0
		for _, it := range all {
			if slices.Contains(want, string(it.Status)) {
				n++
			}
		}
		got := read[metrics.Overdue](s, "/api/v1/overdue?status="+word)
		if len(got.Items) != n || n == 0 {
			t.Errorf("the API has %d items %s; want %d", len(got.Items), word, n)
		}
		_, list, _ := strings.Cut(string(s.ok("/supervision?full=1&per_page=500&status="+word)), `id="list"`)
		if rows := strings.Count(list, `<blockquote class="quote mt1`); rows != n {
			t.Errorf("the page has %d rows %s; want %d", rows, word, n)
		}
	}
	for _, path := range []string{"/api/v1/overdue", "/supervision", "/figures/overdue.csv"} {
		for _, word := range []string{"closed", "voided"} {
			if a := s.get(path + "?status=" + word); a.status != 400 {
				t.Errorf("%s?status=%s = %d; want 400", path, word, a.status)
			}
		}
		if a := s.get(path + "?owner=nobody"); a.status != 400 {
			t.Errorf("%s?owner=nobody = %d; want 400", path, a.status)
		}
	}
	var filings, others int
	for _, it := range all {
		if it.Owner == "inspector" {
			filings++
		} else {
			others++
		}
	}
	raw, err := json.Marshal(read[metrics.Overdue](s, "/api/v1/overdue?status=all&owner=inspector").Items)
	if err != nil || filings == 0 || others == 0 || strings.Count(string(raw), `"owner":"inspector"`) != filings || strings.Contains(string(raw), `"owner":"unit"`) {
		t.Errorf("owner=inspector (%d of %d): %s", filings, filings+others, raw)
	}
}

// What is missing to the end of the year is told in the same numbers wherever it is told, and of the
// units and the year that the page shows; near the end of the year by the week, with the days left.
func TestTheOutlookIsToldInTheSameNumbersEverywhere(t *testing.T) {
	s := newSite(t)
	for _, tc := range []struct{ name, page, api, want string }{
		{"overview", "/?full=1", "/outlook", "到 %d 年底还差 %d 点次检查，还有 %d 个工作日，平均每周 %.1f 点次。"},
		{"calendar", "/supervision?full=1", "/outlook", "到 %d 年底还差 %d 点次检查，还有 %d 个工作日，平均每周 %.1f 点次。"},
		{"one unit", "/supervision?full=1&unit=14", "/outlook?unit=14", "到 %d 年底还差 %d 点次检查，还有 %d 个工作日，平均每周 %.1f 点次。"},
		{"in English", "/supervision?full=1&unit=14&lang=en", "/outlook?unit=14", "By the end of %d, %d more checks of points are needed in %d working days: %.1f a week."},
		{"earlier in the year", "/supervision?full=1&unit=14&as_of=2026-10-08", "/outlook?unit=14&as_of=2026-10-08", "到 %d 年底还差 %d 点次检查，平均每月 %[5]s 点次。"},
		{"a year that is over", "/supervision?full=1&unit=13&year=2025", "/outlook?unit=13&year=2025", "%d 年已经结束，还差 %d 点次检查没有做。"},
	} {
		var units []obligation.OutlookRow
		for _, row := range read[list[obligation.OutlookRow]](s, "/api/v1"+tc.api).Items {
			if row.Unit != "" {
				units = append(units, row)
			}
		}
		sum := obligation.TotalOutlook(units)
		year := 2026
		if strings.Contains(tc.page, "year=2025") {
			year = 2025
		}
		want := fmt.Sprintf(tc.want, year, sum.Missing, sum.Workdays, sum.PerWeek, strconv.FormatFloat(sum.PerMonth, 'f', 1, 64))
		want, _, _ = strings.Cut(want, "%!(EXTRA")
		page := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(s.ok(tc.page)), "")
		if sum.Missing == 0 || !strings.Contains(page, want) {
			t.Errorf("%s does not say %q", tc.name, want)
		}
		if len(units) == 1 && (units[0].PerWeek != sum.PerWeek || units[0].PerMonth != sum.PerMonth) {
			t.Errorf("%s: the unit alone needs %+v, all together %+v", tc.name, units[0], sum)
		}
	}
}
