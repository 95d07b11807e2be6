package metrics

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// filingCity has lists of two years, an approval and a filing of the first, and an
// approved second list of one of the hospitals.
func filingCity(t *testing.T) *city {
	c := newCity(t).units()
	c.csv(ingest.KindRisks, riskHead,
		risk("13", "2025-03-01", "1", "班子会议未经集体研究决定大额采购事项", "重要", "领导岗位", "决策"),
		risk("13", "2025-03-01", "2", "收费窗口多收患者费用后不及时退还", "重要", "其他岗位", "岗位"),
		risk("13", "2025-03-01", "3", "库房管理员虚记药品领用数量套取药品", "一般", "其他岗位", "岗位"),
		risk("13", "2025-03-01", "4", "招聘评审打分随意照顾熟人优亲厚友", "重要", "中层岗位", "权力运行"),
		risk("13", "2025-03-01", "5", "设备验收人员接受供应商宴请放宽标准", "重要", "中层岗位", "其他（被“围猎”）"),
		risk("14", "2025-03-01", "1", "医药代表以学术会议名义宴请科室主任", "重要", "中层岗位", "其他（被“围猎”）"),
		risk("15", "2025-03-01", "1", "基建工程变更签证审核流于形式不严格", "重要", "中层岗位", "运行机制"))
	c.csv(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|文号",
		"14|2025|报市纪委备案|2025-03-20||政治处|提前报送", // before the approval: no filing
		"全部|2025|委党委审定|2025-04-01||党委会|",
		"13|2025|报市纪委备案|2025-04-10|1-4|政治处|临卫廉〔2025〕1号", // number 5 is left out
		"15|2025|报市纪委备案|2025-04-10||政治处|临卫廉〔2025〕2号")
	c.csv(ingest.KindRisks, riskHead,
		risk("13", "2026-03-01", "1", "班子会议未经集体研究决定大额采购事项", "重要", "领导岗位", "决策"),
		strings.Replace(risk("13", "2026-03-01", "2", "收费窗口多收患者费用后不及时退还", "重要", "其他岗位", "岗位"), "三十份", "五十份", 1),
		risk("13", "2026-03-01", "3", "库房管理员虚记药品领用数量套取药品", "重要", "其他岗位", "岗位"),
		risk("13", "2026-03-01", "5", "设备验收人员接受供应商宴请放宽标准", "重要", "中层岗位", "其他（被“围猎”）"),
		risk("13", "2026-03-01", "6", "药品遴选时为特定厂家量身设置条件", "重要", "中层岗位", "权力运行"))
	return c
}

func TestFilingListsImportantPointsWithWhatWasFiledOfThem(t *testing.T) {
	c := filingCity(t)
	for _, tc := range []struct {
		name              string
		asOf              string
		who               integrity.Principal
		filed, owed, late int
		want              []string
	}{
		{"before any approval nothing is owed", "2025-03-31", office, 0, 0, 0, []string{
			"13/1 2025 0 |", "13/2 2025 0 |", "13/4 2025 0 |", "13/5 2025 0 |", "14/1 2025 0 |", "15/1 2025 0 |"}},
		{"a point that a filing by numbers left out stays owed, and a filing before the approval is none", "2025-05-01", office, 4, 6, 2, []string{
			"13/1 2025 2025 2025-04-10|临卫廉〔2025〕1号", "13/2 2025 2025 2025-04-10|临卫廉〔2025〕1号", "13/4 2025 2025 2025-04-10|临卫廉〔2025〕1号", "13/5 2025 2025 |", "14/1 2025 2025 |",
			"15/1 2025 2025 2025-04-10|临卫廉〔2025〕2号"}},
		{"a unit sees its own", "2025-05-01", unitStaff("14"), 0, 1, 1, []string{"14/1 2025 2025 |"}},
		{"a list that waits for its approval shows the round before; closed units are gone", "2026-08-01", office, 2, 4, 2, []string{
			"13/1 2026 2025 2025-04-10|临卫廉〔2025〕1号", "13/2 2026 2025 2025-04-10|临卫廉〔2025〕1号", "13/3 2026 0 |", "13/5 2026 2025 |", "13/6 2026 0 |", "14/1 2025 2025 |"}},
		{"an administrator sees none", "2026-08-01", admin, 0, 0, 0, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, err := c.metrics.Filing(t.Context(), tc.who, Scope{AsOf: day(tc.asOf)})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, it := range f.Items {
				got = append(got, fmt.Sprintf("%s/%d %d %d %s|%s", it.Unit, it.No, it.Year, it.Round, it.FiledOn, it.Document))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if f.Filed != tc.filed || f.Owed != tc.owed || f.Late != tc.late || f.Total != len(tc.want) {
				t.Errorf("%d of %d filed, %d late, %d in all; want %d of %d, %d", f.Filed, f.Owed, f.Late, f.Total, tc.filed, tc.owed, tc.late)
			}
		})
	}
	// The approval of the second list starts a new round.
	c.csv(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|文号", "13|2026|委党委审定|2026-04-01||党委会|")
	f, err := c.metrics.Filing(t.Context(), office, Scope{AsOf: day("2026-04-02")})
	if err != nil || f.Filed != 1 || f.Owed != 7 { // 15 has not closed yet
		t.Errorf("after the next approval %d of %d are filed, %v", f.Filed, f.Owed, err)
	}
	// Pages, letters and report count the same.
	frame, err := c.metrics.frame(t.Context(), office, Scope{AsOf: day("2026-04-02")})
	if err != nil {
		t.Fatal(err)
	}
	book, err := c.metrics.book(t.Context(), frame)
	if err != nil {
		t.Fatal(err)
	}
	if filed, owed := book.FilingRate(day("2026-04-02")); filed != f.Filed || owed != f.Owed {
		t.Errorf("the rate is %d of %d, the list %d of %d", filed, owed, f.Filed, f.Owed)
	}
}

func TestChangesSinceTheLastFiling(t *testing.T) {
	c := filingCity(t)
	ask := func(asOf string) (FilingChanges, []string) {
		t.Helper()
		f, err := c.metrics.FilingChanges(t.Context(), office, Scope{AsOf: day(asOf)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, it := range f.Items {
			var columns []string
			for _, col := range it.Columns {
				columns = append(columns, col.Column)
			}
			got = append(got, fmt.Sprintf("%s %s %d→%d %s %s", it.Unit, it.Change, it.FromNo, it.No, strings.Join(columns, ","), it.ApprovedOn))
		}
		return f, got
	}
	if f, got := ask("2025-04-09"); f.Units != 0 || len(got) != 0 {
		t.Errorf("before anything was filed: %+v", f)
	}
	if f, got := ask("2025-12-31"); f.Units != 2 || f.Points != 4 || len(got) != 0 {
		t.Errorf("the lists that were filed still stand: %+v", f)
	}
	want := []string{
		"13 changed 2→2 measures ",
		"13 regraded 3→3 grade,grade_reason ",
		"13 added 0→6  ", // 5 was important and left out of the filing: it is owed still, and no change
		"13 removed 4→0  ",
	}
	f, got := ask("2026-06-30")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if f.Added != 1 || f.Changed != 1 || f.Regraded != 1 || f.Removed != 1 || f.Total != 4 || f.Points != 4 || f.Items[0].Document != "临卫廉〔2025〕1号" || f.Items[0].Year != 2026 || f.Items[0].FiledYear != 2025 {
		t.Errorf("sums: %+v", f)
	}
	// A unit that closes takes its filed points out.
	if _, got = ask("2026-07-01"); len(got) != 5 || got[4] != "15 removed 1→0  " {
		t.Errorf("after 15 closed: %q", got)
	}
	// Once the new list is approved and filed nothing is left.
	c.csv(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|文号", "13|2026|委党委审定|2026-07-02||党委会|", "13|2026|报市纪委备案|2026-07-09||政治处|临卫廉〔2026〕1号")
	if _, got = ask("2026-07-08"); len(got) != 5 || !strings.HasSuffix(got[0], "2026-07-02") {
		t.Errorf("between approval and filing: %q", got)
	}
	if _, got = ask("2026-07-09"); len(got) != 1 {
		t.Errorf("after filing: %q", got)
	}
}

func TestTheSummaryAddsTheListsUp(t *testing.T) {
	c := filingCity(t)
	got, err := c.metrics.Summary(t.Context(), office, Scope{AsOf: day("2026-06-30")})
	if err != nil {
		t.Fatal(err)
	}
	var units []string
	for _, e := range got.Items {
		units = append(units, fmt.Sprintf("%s %d %d=%d+%d+%d %s", e.Unit, e.Year, e.Points, e.Important, e.General, e.Ungraded, e.ApprovedOn))
	}
	want := []string{"01 0 0=0+0+0 ", "13 2026 5=5+0+0 ", "14 2025 1=1+0+0 2025-04-01", "15 2025 1=1+0+0 2025-04-01"}
	if diff := cmp.Diff(want, units); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got.Lists != 3 || got.Units != 4 || got.Points != 7 || got.Important != 7 || got.Approved != 2 || got.Total != 4 {
		t.Errorf("sums: %+v", got)
	}
	year, err := c.metrics.Summary(t.Context(), office, Scope{AsOf: day("2026-06-30"), Year: 2025})
	if err != nil || year.Points != 7 || year.General != 1 || year.Important != 6 {
		t.Errorf("of 2025: %+v, %v", year, err)
	}
	if own, err := c.metrics.Summary(t.Context(), unitStaff("14"), Scope{AsOf: day("2026-06-30")}); err != nil || own.Units != 1 || own.Points != 1 {
		t.Errorf("a unit's: %+v, %v", own, err)
	}
}
