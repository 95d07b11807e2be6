package dashboards

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/dashboards/export"
	"qingfeng/metrics"
)

// testOutcomesByMonth compares the months of the overview's other face, and their file, with what the API
// says of each point.
func testOutcomesByMonth(t *testing.T, s *site) {
	o := read[metrics.Outcome](s, "/api/v1/outcome?from=2025-10-01&to=2026-10-31")
	sums := map[string][3]uint64{}
	var all uint64
	for _, it := range o.Items {
		for _, m := range it.Months {
			sum := sums[m.Month]
			sums[m.Month] = [3]uint64{sum[0] + m.New, sum[1] + m.Recurring, sum[2] + m.Closed}
			all += m.New + m.Recurring + m.Closed
		}
	}
	if all == 0 {
		t.Fatal("the city has no linked signal in these months")
	}
	want := [][]string{{"月份", "新增", "重复", "办结"}}
	for y, m := 2025, 10; y < 2026 || m <= 10; m++ {
		if m > 12 {
			y, m = y+1, 1
		}
		month := fmt.Sprintf("%d-%02d", y, m)
		sum := sums[month]
		want = append(want, []string{month, fmt.Sprint(sum[0]), fmt.Sprint(sum[1]), fmt.Sprint(sum[2])})
	}
	page := s.ok("/?full=1&view=outcome")
	tables, err := tablesOf(page)
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for _, table := range tables {
		if !slices.ContainsFunc(table.Columns, func(c export.Column) bool { return c.Head == "办结" }) {
			continue
		}
		var heads []string
		for _, c := range table.Columns {
			heads = append(heads, c.Head)
		}
		got = append(got, heads)
		for row := range table.Rows {
			line := make([]string, len(row))
			for i := range row {
				line[i] = fmt.Sprint(row[i])
			}
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the months of the page (-want +got):\n%s", diff)
	}
	if text := fmt.Sprintf("有过关联线索的风险点 %d 个，其中 %d 个近 12 个月没有新线索", o.Total, o.Resolved); !bytes.Contains(page, []byte(text)) {
		t.Errorf("the page does not say %q", text)
	}
	file := s.ok("/api/v1/outcome.csv?from=2025-10-01&to=2026-10-31")
	lines, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("the months of the file (-want +got):\n%s", diff)
	}
	if a := s.get("/?view=another"); a.status != 400 || !strings.Contains(string(a.body), "view") {
		t.Errorf("a face that there is not answers %d", a.status)
	}
}
