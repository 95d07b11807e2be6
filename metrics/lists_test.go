package metrics

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

func diffCity(t *testing.T) *city {
	c := newCity(t).units()
	c.csv(ingest.KindRisks, riskHead,
		risk("13", "2025-03-01", "1", "班子会议未经集体研究决定大额采购事项", "一般", "领导岗位", "决策"),
		risk("13", "2025-03-01", "2", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"),
		risk("13", "2025-03-01", "3", "库房管理员虚记药品领用数量套取药品", "一般", "其他岗位", "岗位"),
		risk("13", "2025-03-01", "4", "招聘评审打分随意照顾熟人优亲厚友", "一般", "中层岗位", "权力运行"),
	)
	c.csv(ingest.KindRisks, riskHead,
		risk("13", "2026-03-01", "1", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"), // only its number
		risk("13", "2026-03-01", "2", "班子会议未经集体研究决定大额采购事项", "重要", "领导岗位", "决策"),
		strings.Replace(risk("13", "2026-03-01", "3", "库房管理员虚记药品领用数量套取药品", "一般", "其他岗位", "岗位"), "三十份", "五十份", 1),
		risk("13", "2026-03-01", "5", "医药代表以学术会议名义宴请科室主任", "一般", "中层岗位", "其他（被“围猎”）"),
	)
	return c
}

func TestListDiffTellsWhatChanged(t *testing.T) {
	c := diffCity(t)
	d, err := c.metrics.ListDiff(t.Context(), unitStaff("13"), Scope{Unit: "市第一医院", From: day("2025-01-01"), To: day("2026-12-31")})
	if err != nil {
		t.Fatal(err)
	}
	type change struct {
		Change     string
		No, FromNo int
		Columns    string
	}
	var got []change
	for _, it := range d.Items {
		var columns []string
		for _, col := range it.Columns {
			columns = append(columns, col.Column+":"+col.From+"→"+col.To)
		}
		got = append(got, change{it.Change, it.No, it.FromNo, strings.Join(columns, " ")})
	}
	want := []change{
		{ChangeRegraded, 2, 1, "grade:一般→重要 grade_reason:→自由裁量权较大"},
		{ChangeChanged, 3, 3, "measures:每季度由审计科抽查三十份采购合同→每季度由审计科抽查五十份采购合同"},
		{ChangeAdded, 5, 0, ""},
		{ChangeRemoved, 0, 4, ""},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if d.Added != 1 || d.Changed != 1 || d.Regraded != 1 || d.Removed != 1 || d.Unchanged != 1 || d.Total != 4 || d.NoChange {
		t.Errorf("counts: %+v", d)
	}
	if d.From.Year != 2025 || d.From.Points != 4 || d.To.ListedOn != day("2026-03-01") {
		t.Errorf("versions: %+v %+v", d.From, d.To)
	}
}

func TestListDiffSaysWhatItCannotCompare(t *testing.T) {
	c := diffCity(t)
	for _, tc := range []struct {
		name string
		who  integrity.Principal
		s    Scope
		note string
		err  error
	}{
		{"no list of the later year yet", inspector, Scope{Unit: "13", AsOf: day("2026-02-28")}, "2026年没有清单，无法比较", nil},
		{"no list of the earlier year", inspector, Scope{Unit: "13", Year: 2025}, "2024年没有清单，无法比较", nil},
		{"no list at all", inspector, Scope{Unit: "14"}, "2025年、2026年均没有清单", nil},
		{"no unit", inspector, Scope{}, "", integrity.ErrInvalid},
		{"years in the wrong order", inspector, Scope{Unit: "13", From: day("2026-01-01"), To: day("2025-01-01")}, "", integrity.ErrInvalid},
		{"an unknown unit", inspector, Scope{Unit: "99"}, "", integrity.ErrNotFound},
		{"another unit's list", unitStaff("14"), Scope{Unit: "13"}, "", integrity.ErrNotFound},
		{"an administrator", admin, Scope{Unit: "13"}, "", integrity.ErrNotFound},
	} {
		d, err := c.metrics.ListDiff(t.Context(), tc.who, tc.s)
		if !errors.Is(err, tc.err) || d.Note != tc.note {
			t.Errorf("%s: %q %v, want %q %v", tc.name, d.Note, err, tc.note, tc.err)
		}
	}
}

func TestWhoHasNotHandedIn(t *testing.T) {
	c := newCity(t).units()
	c.csv(ingest.KindUnits, "单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期|停用日期",
		"16|市康复医院|00|直属单位|王六|赵甲|2026-02-01|16|2026-02-01|", "17|市中心血站|00|直属单位|冯七|赵甲|2020-01-01|17|2010-01-01|")
	c.csv(ingest.KindRisks, riskHead, risk("13", "2025-03-01", "1", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"))
	c.csv(ingest.KindRisks, riskHead, risk("14", "2026-03-11", "1", "招聘评审打分随意照顾熟人优亲厚友", "一般", "中层岗位", "权力运行"))
	c.csv(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|理由",
		"01|2026|动态排查|2026-03-20||钱一|", "17|2026|豁免|2026-01-10||赵甲|整体搬迁停业")
	names := func(m MissingLists) string {
		var out []string
		for _, it := range m.Items {
			out = append(out, it.Unit)
		}
		return strings.Join(out, " ")
	}
	for _, tc := range []struct {
		name                    string
		who                     integrity.Principal
		s                       Scope
		units, handed, reviewed int
		left                    int
		want                    string
	}{
		{"in February", inspector, Scope{AsOf: day("2026-02-28")}, 5, 0, 0, 31, "01 13 14 15 16"},
		{"a list counts from its date", office, Scope{AsOf: day("2026-03-11")}, 5, 1, 0, 20, "01 13 15 16"},
		{"a review without changes needs no list", leader, Scope{AsOf: day("2026-03-31")}, 5, 1, 1, 0, "13 15 16"},
		{"late, and one unit has closed", inspector, Scope{AsOf: day("2026-07-01")}, 4, 1, 1, -92, "13 16"},
		{"the year before", inspector, Scope{Year: 2025, AsOf: day("2025-04-01")}, 5, 1, 0, -1, "01 14 15 17"},
		{"a unit sees itself", unitStaff("13"), Scope{AsOf: day("2026-04-01")}, 1, 0, 0, -1, "13"},
		{"an administrator sees nobody", admin, Scope{}, 0, 0, 0, -236, ""},
	} {
		got, err := c.metrics.MissingLists(t.Context(), tc.who, tc.s)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if names(got) != tc.want || got.Units != tc.units || got.Handed != tc.handed || got.Reviewed != tc.reviewed || got.DaysLeft != tc.left {
			t.Errorf("%s: %s of %d, %d handed in, %d reviewed, %d days left; want %s of %d, %d, %d, %d", tc.name,
				names(got), got.Units, got.Handed, got.Reviewed, got.DaysLeft, tc.want, tc.units, tc.handed, tc.reviewed, tc.left)
		}
	}
	got, err := c.metrics.MissingLists(t.Context(), office, Scope{AsOf: day("2026-04-02")})
	if err != nil {
		t.Fatal(err)
	}
	first, fresh := got.Items[0], got.Items[2]
	if want := "市第一医院：\n　　截至2026年4月2日，尚未收到你单位2026年度廉洁风险点清单。按照“每年第一季度开展动态排查工作”的要求，应于2026年3月31日前完成，现已逾期2天。请立即将经主要负责人审签、分管委领导审核签字的清单报送委政治处；经排查确无变化的，请报送动态排查情况。"; first.Reminder != want {
		t.Errorf("reminder: %s", first.Reminder)
	}
	if first.LastYear != 2025 || first.Points != 1 || first.Leader != "周乙" {
		t.Errorf("item: %+v", first)
	}
	if fresh.Unit != "16" || fresh.Due != integrity.NoDay || strings.Contains(fresh.Reminder, "逾期") {
		t.Errorf("a unit opened in February owes nothing by March: %+v", fresh)
	}
	if !strings.Contains(got.Reminder, "以下3个处室、单位（市第一医院、市第三医院、市康复医院）") {
		t.Errorf("reminder for all: %s", got.Reminder)
	}
}

func TestYearsStandForTheirFirstAndLastDays(t *testing.T) {
	for _, tc := range []struct{ from, to, wantFrom, wantTo string }{
		{"2025", "2026", "2025-01-01", "2026-12-31"},
		{"2025-03-01", "2026-04-30", "2025-03-01", "2026-04-30"},
	} {
		s, err := ParseScope(func(name string) string { return map[string]string{"from": tc.from, "to": tc.to}[name] }, day("2026-11-22").Start())
		if err != nil || s.From != day(tc.wantFrom) || s.To != day(tc.wantTo) {
			t.Errorf("from=%s to=%s: %s %s %v", tc.from, tc.to, s.From, s.To, err)
		}
	}
	if _, err := ParseScope(func(name string) string { return map[string]string{"from": "1066"}[name] }, day("2026-11-22").Start()); !errors.Is(err, integrity.ErrInvalid) {
		t.Errorf("from=1066: %v", err)
	}
}
