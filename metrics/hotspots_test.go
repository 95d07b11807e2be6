package metrics

import (
	"fmt"
	"testing"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
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

// TestRepeatsAreOneMatterAndStayRecords loads what sources mark as repeats (重复件) and what
// one person sends again and again. Hot spots count matters, a distribution records by 编号.
func TestRepeatsAreOneMatterAndStayRecords(t *testing.T) {
	c := newCity(t).units()
	var complaints, petitions []string
	complain := func(number, on, text, category, who, phone string) {
		complaints = append(complaints, fmt.Sprintf("%s|13|%s|%s|%s|是|热线|%s|%s", number, on, text, category, who, phone))
	}
	petition := func(number, on, text, repeatOf string) {
		petitions = append(petitions, fmt.Sprintf("%s|13|%s|%s|检举控告|岗位|%s|网信", number, on, text, repeatOf))
	}
	for month := 1; month <= 9; month++ {
		complain(fmt.Sprintf("Q%d", month), fmt.Sprintf("2026-%02d-05", month), fmt.Sprintf("第%d月的事", month), "岗位", "", "")
	}
	for n := 1; n <= 9; n++ {
		petition(fmt.Sprintf("X%d", n), fmt.Sprintf("2026-10-%02d", n), fmt.Sprintf("反映的第%d件事", n), "")
	}
	for n := 1; n <= 5; n++ { // marked by the source, with texts of their own
		petition(fmt.Sprintf("R%d", n), fmt.Sprintf("2026-10-1%d", n), fmt.Sprintf("再次反映，补充%d", n), "X1")
	}
	// One person: three papers in October are one matter, as is the one that follows within
	// ninety days of the last; what was said in July is 99 days before, another category is another matter.
	complain("P0", "2026-07-05", "一月前说过的事", "岗位", "张三", "13812345678")
	for n, phone := range []string{"13812345678", "138-1234-5678", "+86 13812345678"} {
		complain(fmt.Sprintf("P%d", n+1), fmt.Sprintf("2026-10-1%d", 2+n), fmt.Sprintf("多收费用%d", n), "岗位", "张三", phone)
	}
	complain("P5", "2026-10-20", "态度冷漠", "作风问题", "张三", "13812345678")
	// Without a telephone the name tells; nobody and a title do not.
	complain("N1", "2026-10-21", "叫号混乱一", "岗位", "李四", "")
	complain("N2", "2026-10-22", "叫号混乱二", "岗位", "李 四", "")
	complain("A1", "2026-10-21", "停电无通知", "岗位", "匿名", "")
	complain("A2", "2026-10-22", "停水无通知", "岗位", "匿名", "")
	complain("W1", "2026-10-21", "电梯常坏", "岗位", "王先生", "138****5678")
	complain("W2", "2026-10-22", "空调常坏", "岗位", "王先生", "138****5678")
	rep := c.csv(ingest.KindComplaints, append([]string{"编号|单位|日期|内容|类别|涉廉|来源|投诉人|联系电话"}, complaints...)...)
	if got := rep.Files[0].DroppedColumns; len(got) != 2 {
		t.Errorf("dropped %v; want the name and the telephone", got)
	}
	c.csv(ingest.KindPetitions, append([]string{"编号|单位|日期|内容|性质|类别|重复件|来源"}, petitions...)...)
	october := Scope{Month: "2026-10", AsOf: day("2026-11-22")}
	// Nine petitions, one of which has five repeats; 张三 once, 李四 once, four of nobody known.
	if got := countOf(t, c, october, "13"); got != 9+1+1+4 {
		t.Errorf("%d matters; want 15", got)
	}
	records := func(measure string) uint64 {
		t.Helper()
		s := october
		s.Unit, s.Category = "13", integrity.CategoryPost
		d, err := c.metrics.Distribution(t.Context(), inspector, s, measure, DimUnit, DimCategory)
		if err != nil || d.Total == nil {
			t.Fatalf("%+v, %v", d, err)
		}
		return *d.Total
	}
	if p, q := records(MeasurePetitions), records(MeasureComplaints); p != 14 || q != 9 {
		t.Errorf("%d petitions and %d complaints; want the records, 14 and 9", p, q)
	}
	// Nothing of the persons is in the database but the digest, which another key would make otherwise.
	var kept, named uint64
	if err := c.store.Read().QueryRow(t.Context(), "SELECT uniqExactIf(person, person != 0), countIf(text LIKE '%张三%' OR text LIKE '%13812345678%') FROM signals").Scan(&kept, &named); err != nil || kept != 2 || named != 0 {
		t.Errorf("%d persons and %d texts that name one, %v; want 2 and none", kept, named, err)
	}
}
