package metrics

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

func TestASourceIsQuietAfterOneAndAHalfTimesItsHabit(t *testing.T) {
	days := func(list ...int) []integrity.Day {
		var out []integrity.Day
		for _, d := range list {
			out = append(out, integrity.Date(2026, time.January, d))
		}
		return out
	}
	for name, tc := range map[string]struct {
		days []integrity.Day
		asOf int
		want bool
	}{
		"never loaded":                        {nil, 200, false},
		"two loads make no habit":             {days(1, 8), 200, false},
		"a weekly source on the tenth day":    {days(1, 8, 15), 25, false}, // 10 ≤ 1.5 × 7
		"a weekly source on the eleventh day": {days(1, 8, 15), 26, true},
		"a daily source on the ninth day":     {days(1, 2, 3), 12, false},
		"a daily source on the tenth day":     {days(1, 2, 3), 13, true},
		"a monthly source after 45 days":      {days(1, 31, 61), 106, false},
		"a monthly source after 46 days":      {days(1, 31, 61), 107, true},
		"one long pause is no habit":          {days(1, 2, 3, 100, 101, 102), 113, true},
		"habits of long ago do not count":     {days(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 40, 70, 100, 130, 160, 190, 220, 250, 280, 310, 340, 370, 400), 440, false},
		"a load after the day is not known":   {days(1, 8, 15, 27), 26, true},
	} {
		t.Run(name, func(t *testing.T) {
			if since, usual, got := silence(tc.days, integrity.Date(2026, time.January, tc.asOf)); got != tc.want {
				t.Errorf("silence = %d days, usually %d, %t; want %t", since, usual, got, tc.want)
			}
		})
	}
}

func TestAMonthIsUndeliveredByItsRecordsOrByTheLoads(t *testing.T) {
	ends := func(n int) []integrity.Day {
		var out []integrity.Day
		for i := range n {
			out = append(out, integrity.Date(2026, time.Month(i+2), 1)-1)
		}
		return out
	}
	loads := func(list ...string) []integrity.Day {
		var out []integrity.Day
		for _, d := range list {
			out = append(out, day(d))
		}
		return out
	}
	for name, tc := range map[string]struct {
		records []int
		loads   []integrity.Day
		want    string // q for each month that was not delivered
	}{
		"all delivered in one load":                      {[]int{9, 8, 7, 9}, loads("2026-05-02"), "...."},
		"a month without a record of a busy source":      {[]int{9, 8, 7, 0, 8}, loads("2026-07-02"), "...q."},
		"three quiet months in a row":                    {[]int{9, 8, 7, 0, 0, 0, 8}, loads("2026-09-02"), "...qqq."},
		"a month without a record of a sleepy source":    {[]int{2, 1, 3, 0, 2}, loads("2026-07-02"), "....."},
		"a source of two months is not known yet":        {[]int{9, 8, 0, 9}, loads("2026-07-02"), "...."},
		"nothing before the first record":                {[]int{0, 0, 0, 9, 8}, loads("2026-07-02"), "....."},
		"weekly until the middle of the last month":      {[]int{9, 8, 7, 4}, loads("2026-03-20", "2026-03-27", "2026-04-03", "2026-04-10"), "...q"},
		"and then a late file":                           {[]int{9, 8, 7, 4}, loads("2026-03-20", "2026-03-27", "2026-04-03", "2026-04-10", "2026-05-04"), "...."},
		"weekly until the end of the last month":         {[]int{9, 8, 7, 4}, loads("2026-04-10", "2026-04-17", "2026-04-24"), "...."},
		"monthly, and the last month has not come yet":   {[]int{9, 8, 7, 0}, loads("2026-02-02", "2026-03-02", "2026-04-02"), "...q"},
		"nine months after its last record it has ended": {[]int{9, 9, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, loads("2027-06-01"), "...qqqqqqqqqq.."},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			for _, q := range undelivered(tc.records, ends(len(tc.records)), tc.loads) {
				got += map[bool]string{true: "q", false: "."}[q]
			}
			if got != tc.want {
				t.Errorf("undelivered(%v) = %s; want %s", tc.records, got, tc.want)
			}
		})
	}
}

// hotline loads complaints of two sources: the hotline, most of what 13 and 14 get, breaks off
// on 6 October 2026; the website, all that 15 gets, goes on.
func hotline(t *testing.T) *city {
	c := newCity(t)
	c.now = time.Date(2026, 9, 1, 9, 0, 0, 0, integrity.Shanghai)
	c.csv(ingest.KindUnits, "单位编码|单位名称|上级编码|类型|责任领导|责任领导起始日期|排序号|启用日期",
		"00|临澄市卫生健康委员会||委机关||||2010-01-01", "13|市第一医院|00|直属单位|周乙|2020-01-01|13|2010-01-01",
		"14|市第二医院|00|直属单位|周乙|2020-01-01|14|2010-01-01", "15|市第三医院|00|直属单位|赵甲|2020-01-01|15|2010-01-01")
	lines := []string{feedHead}
	for m := range 12 {
		for i := range 4 {
			on := integrity.Date(2025, time.Month(9+m), 3+i)
			lines = append(lines, fmt.Sprintf("A%d-%d|13|%s|收费%d-%d|岗位|是|热线", m, i, on, m, i), fmt.Sprintf("B%d-%d|14|%s|排队%d-%d|岗位|是|热线", m, i, on, m, i),
				fmt.Sprintf("C%d-%d|15|%s|停车%d-%d|岗位|是|网站", m, i, on, m, i))
		}
	}
	lines = append(lines, "W1|13|2026-08-20|官网留言一|岗位|是|网站")
	c.csv(ingest.KindComplaints, lines...)
	for week := range 8 { // 8 September to 27 October
		on := integrity.Date(2026, time.September, 8+7*week)
		c.now = on.Start().Add(9 * time.Hour)
		lines := []string{feedHead, fmt.Sprintf("N%d|15|%s|停车难%d|岗位|是|网站", week, on-1, week)}
		if week < 5 {
			lines = append(lines, fmt.Sprintf("M%d|13|%s|收费高%d|岗位|是|热线", week, on-1, week))
		}
		if week == 4 { // the first days of October: a flood, before the hotline breaks off
			for i := range 14 {
				lines = append(lines, fmt.Sprintf("F%d|13|2026-10-0%d|红包%d|岗位|是|热线", i, 1+i%5, i))
			}
		}
		c.csv(ingest.KindComplaints, lines...)
	}
	c.now = time.Date(2026, 11, 1, 4, 0, 0, 0, integrity.Shanghai)
	return c
}

const feedHead = "编号|单位|日期|内容|类别|涉廉|来源"

// TestAHotlineThatBreaksOff looks at one city: first at its sources, then at the cells that are
// judged, before and after the late file.
func TestAHotlineThatBreaksOff(t *testing.T) {
	c := hotline(t)
	t.Run("sources are watched one by one", func(t *testing.T) { testWatched(t, c) })
	t.Run("units of a quiet source are not judged until its file comes", func(t *testing.T) { testUnjudged(t, c) })
}

func testUnjudged(t *testing.T, c *city) {
	ask := func(who integrity.Principal, s Scope) HotSpots {
		t.Helper()
		got, err := c.metrics.HotSpots(t.Context(), who, s)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	october := Scope{Month: "2026-10", AsOf: day("2026-11-01")}
	got := ask(office, october)
	const categories = 8
	// The commission itself has no record of its own: it goes by the city's, most of which is the hotline's.
	if got.Cells != categories || len(got.Items) != 0 {
		t.Errorf("%d cells were tested, %d listed", got.Cells, len(got.Items))
	}
	want := []QuietSource{{Kind: "complaints", Source: "热线", Name: "日常投诉·热线", LastLoad: day("2026-10-06"), Units: []string{"00", "13", "14"},
		Why: "“日常投诉·热线”没有报送2026-10的数据（最近一次装载2026-10-06）：临澄市卫生健康委员会、市第一医院、市第二医院的件数不全，该月不作判断。"}}
	if diff := cmp.Diff(want, got.Quiet); diff != "" {
		t.Errorf("quiet sources (-want +got):\n%s", diff)
	}
	if got := ask(office, Scope{Month: "2026-10", AsOf: day("2026-11-01"), Unit: "14", Lang: integrity.English}); len(got.Quiet) != 1 ||
		got.Quiet[0].Why != `"complaints·热线" delivered nothing for 2026-10 (last load 2026-10-06): the counts of 市第二医院 are not whole, and their cells are not judged.` {
		t.Errorf("of one unit: %+v", got.Quiet)
	}
	if got := ask(office, Scope{Month: "2026-09", AsOf: day("2026-11-01")}); len(got.Quiet) != 0 || got.Cells != 4*categories {
		t.Errorf("September was delivered: %d cells, %+v", got.Cells, got.Quiet)
	}
	// The late file brings October: all is judged, and the flood is hot.
	before := c.now
	c.now = time.Date(2026, 11, 4, 9, 0, 0, 0, integrity.Shanghai)
	c.csv(ingest.KindComplaints, feedHead, "L1|14|2026-10-22|排队久|岗位|是|热线")
	got = ask(office, october)
	if len(got.Quiet) != 0 || got.Cells != 4*categories || !slices.ContainsFunc(got.Items, func(h HotSpot) bool { return h.Unit == "13" && h.Hot }) {
		t.Errorf("after the late file: %d cells, %+v, %+v", got.Cells, got.Quiet, got.Items)
	}
	october.KnownAt = before
	if got := ask(office, october); len(got.Quiet) != 1 {
		t.Errorf("as known before the late file: %+v", got.Quiet)
	}
}

func testWatched(t *testing.T, c *city) {
	c.csv(ingest.KindPetitions, "编号|单位|日期|内容|性质|来源", "X1|13|2026-10-08|甲|意见建议|网信")
	rows := func(who integrity.Principal, asOf string) (out []string) {
		got, err := c.metrics.Sources(t.Context(), who, Scope{AsOf: day(asOf)})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range got.Items {
			out = append(out, fmt.Sprintf("%s data %s load %s, %d days of %d, quiet %t", s.Name, s.LastOn, s.LastLoad, s.Days, s.Usual, s.Quiet))
		}
		return out
	}
	want := []string{
		"日常投诉·热线 data 2026-10-05 load 2026-10-06, 26 days of 7, quiet true",
		"日常投诉·网站 data 2026-10-26 load 2026-10-27, 5 days of 7, quiet false",
		"信访举报·网信 data 2026-10-08 load 2026-11-01, 0 days of 0, quiet false",
	}
	got := rows(office, "2026-11-01")
	if diff := cmp.Diff(want, got[:3]); diff != "" || len(got) != 6 {
		t.Errorf("sources (-want +got):\n%s\n%q", diff, got)
	}
	if got := rows(office, "2026-10-16"); !strings.Contains(got[0], "10 days of 7, quiet false") {
		t.Errorf("on the tenth day: %s", got[0])
	}
	if got := rows(office, "2026-10-17"); !strings.Contains(got[0], "11 days of 7, quiet true") {
		t.Errorf("on the eleventh day: %s", got[0])
	}
	if got := strings.Join(rows(unitStaff("13"), "2026-11-01"), "\n"); strings.Contains(got, "信访") || !strings.Contains(got, "监督检查") {
		t.Errorf("units hear of petitions, or of nothing: %s", got)
	}
}
