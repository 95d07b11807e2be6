package dashboards

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// The fixture has one petition in June, in August and in September. Those who get petitions counted
// once saw 0 in these months.
func TestAHiddenCountIsNoZeroOnTheOverview(t *testing.T) {
	s := newSite(t)
	for _, tc := range []struct {
		name            string
		who             integrity.Principal
		cell, tile, csv string // September on the page, below the tile, and in the file
	}{
		{"an inspector reads the number", integrity.Principal{Role: integrity.RoleInspector, Name: "检查组"}, "1", "其中信访 0 件", "1"},
		{"the office reads that it is small", integrity.Principal{Role: integrity.RoleOffice, Name: "政治处"}, "<3", "不含信访举报", "<3"},
		{"a leader reads that it is small", integrity.Principal{Role: integrity.RoleLeader, Name: "委领导"}, "<3", "不含信访举报", "<3"},
		{"a unit has no column of petitions", integrity.Principal{Role: integrity.RoleUnit, Unit: "13", Name: "经办"}, "", "不含信访举报", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			inner := *s
			inner.t = t
			v := inner.viewedBy(tc.who)
			page := v.ok("/")
			tables, err := tablesOf(page)
			if err != nil {
				t.Fatal(err)
			}
			got, tileMonth := "", uint64(0)
			for _, table := range tables {
				at := -1
				for i, c := range table.Columns {
					if c.Head == "信访" {
						at = i
					}
				}
				for row := range table.Rows {
					if month, ok := row[0].(string); ok && month == "2026-09" && at >= 0 {
						got = fmt.Sprint(row[at])
					}
				}
			}
			if got != tc.cell {
				t.Errorf("petitions of September are %q in the table; want %q", got, tc.cell)
			}
			if !strings.Contains(string(page), tc.tile) {
				t.Errorf("the tile of signals does not say %q", tc.tile)
			}
			// The number of the tile is made of what the reader may see.
			tr := read[metrics.Trend](v, "/api/v1/trend?measure=signals&from=2025-10-01&to=2026-10-31")
			for _, series := range tr.Series {
				if n := series.Values[len(tr.Months)-1]; n != nil {
					tileMonth += *n
				}
				if hidden := strings.Contains(tc.cell, "<"); series.Code == metrics.MeasurePetitions && series.Suppressed != hidden {
					t.Errorf("suppressed is %t in the API; want %t", series.Suppressed, hidden)
				}
			}
			if m := regexp.MustCompile(`月线索</span><span class="v">(\d+)<`).FindSubmatch(page); m == nil || string(m[1]) != strconv.FormatUint(tileMonth, 10) {
				t.Errorf("the tile of signals says %s; want %d", m, tileMonth)
			}
			// Nothing leads to the rows of a hidden number, and the drawing has a gap.
			if hidden := tc.cell == "<3"; hidden {
				if strings.Contains(string(page), "kind=petition&amp;month=2026-09") {
					t.Error("a hidden number is a link")
				}
				option := regexp.MustCompile(`(?s)<script type="application/json" data-chart="trend">(.*?)</script>`).FindSubmatch(page)
				if option == nil || !json.Valid(option[1]) || !strings.Contains(strings.ReplaceAll(string(option[1]), " ", ""), `{"value":"-"}`) {
					t.Errorf("the drawing has no gap: %s", option)
				}
			}
			file := string(v.ok("/figures/trend.csv?measure=signals&from=2025-10-01&to=2026-10-31"))
			line := regexp.MustCompile(`(?m)^2026-09,.*$`).FindString(file)
			if cells := strings.Split(strings.TrimSpace(line), ","); tc.csv != "" && (len(cells) < 3 || cells[2] != tc.csv) || tc.csv == "" && len(cells) != 4 {
				t.Errorf("the file says %q of September; want petitions %q", line, tc.csv)
			}
		})
	}
}

func TestSumsOfMonthsCompareLikeWithLike(t *testing.T) {
	hidden := metrics.Shown(4, 2, 5)
	hidden[1] = nil
	complaints := metrics.Series{Code: metrics.MeasureComplaints, Values: metrics.Shown(7, 8, 9)}
	months := []string{"2026-05", "2026-06", "2026-07"}
	for _, tc := range []struct {
		name      string
		petitions []*uint64
		want      []uint64
		told      bool
	}{
		{"nothing hidden: petitions count in every month", metrics.Shown(4, 2, 5), []uint64{14, 10, 11}, true},
		{"one month hidden: petitions count in none", hidden, []uint64{9, 8, 7}, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tr := metrics.Trend{Months: months, Series: []metrics.Series{complaints, {Code: metrics.MeasurePetitions, Values: tc.petitions}}}
			sums, petitions := monthSums(tr, "2026-07", "2026-06", "2026-05")
			for i, n := range tc.want {
				if sums[i] != n {
					t.Errorf("month %d: %d; want %d", i, sums[i], n)
				}
			}
			if (petitions != nil) != tc.told || petitions != nil && *petitions != 5 {
				t.Errorf("petitions told: %v", petitions)
			}
		})
	}
}
