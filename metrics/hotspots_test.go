package metrics

import (
	"fmt"
	"testing"

	"qingfeng/ingest"
)

// countOf is what is counted in a cell of the hot spots; 0 where it is not listed.
func countOf(t *testing.T, c *city, s Scope, unit string) (matters int) {
	t.Helper()
	got, err := c.metrics.HotSpots(t.Context(), inspector, s)
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range got.Items {
		if h.Unit == unit && h.Hot {
			return h.Count
		}
	}
	return 0
}

func TestHotSpotsCountMattersUpToTheDay(t *testing.T) {
	c := newCity(t).units()
	var rows []string
	add := func(number, unit, on, source, text string) {
		rows = append(rows, fmt.Sprintf("%s|%s|%s|%s|岗位|是|%s", number, unit, on, text, source))
	}
	// A quiet year everywhere, each unit with a matter in every third month.
	for month := 1; month <= 9; month++ {
		for i, unit := range []string{"13", "14", "15"} {
			if (month+i)%3 == 0 {
				add(fmt.Sprintf("Q%d-%s", month, unit), unit, fmt.Sprintf("2026-%02d-05", month), "热线", fmt.Sprintf("第%d月%s的事", month, unit))
			}
		}
	}
	// October: eight numbers, all in two sources; the texts of the second source are others'.
	for n := 1; n <= 8; n++ {
		add(fmt.Sprintf("S%d", n), "13", "2026-10-12", "热线", fmt.Sprintf("热线反映的第%d件事", n))
		add(fmt.Sprintf("S%d", n), "13", "2026-10-13", "网站", fmt.Sprintf("网站留言的第%d件事", n))
	}
	// The same text again is the same matter; what comes after the day is not known on it.
	add("S9", "13", "2026-10-14", "热线", "热线反映的第1件事")
	for n := 1; n <= 5; n++ {
		add(fmt.Sprintf("L%d", n), "13", "2026-10-28", "热线", fmt.Sprintf("月底的第%d件事", n))
	}
	c.csv(ingest.KindComplaints, append([]string{"编号|单位|日期|内容|类别|涉廉|来源"}, rows...)...)
	for _, tc := range []struct {
		name  string
		scope Scope
		want  int
	}{
		{"before the matters", Scope{Month: "2026-10", AsOf: day("2026-10-01")}, 0},
		{"within the month", Scope{Month: "2026-10", AsOf: day("2026-10-20")}, 16},
		{"at its end", Scope{Month: "2026-10", AsOf: day("2026-10-31")}, 21},
		{"later", Scope{Month: "2026-10", AsOf: day("2026-11-20")}, 21},
	} {
		if got := countOf(t, c, tc.scope, "13"); got != tc.want {
			t.Errorf("%s: %d matters; want %d", tc.name, got, tc.want)
		}
	}
}
