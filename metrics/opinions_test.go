package metrics

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

const opinionHead = "单位|年度|事项|日期|序号|人员|来源|内容|采纳|理由"

func TestOpinionsAreCountedByTheirSources(t *testing.T) {
	c := newCity(t).units()
	lines := []string{opinionHead,
		"13|2026|征求意见|2026-02-01|1|某甲|党代表|细化措施|是|",
		"13|2026|征求意见|2026-02-01|2|某乙|党代表|调高等级|否|现有措施已覆盖",
		"14|2026|征求意见|2026-02-02|1|某丙|服务对象的代表|公开结果||",
		"13|2025|征求意见|2025-02-01|1|某甲|党代表|上一年的|是|",
		"13|2026|征求意见|2026-11-01|1|某丁|政协委员|迟来的|是|",
		"13|2026|专家意见|2026-02-03|1|某戊|医院管理专家|不相容岗位分设|是|",
		"14|2026|协查|2026-02-04|1||机关效能建设督查|核对||",
	}
	for i := range 3 {
		lines = append(lines, fmt.Sprintf("%d|2026|协查|2026-02-0%d|1||查办案件|补充||", 13+i%2, 5+i))
	}
	c.csv(ingest.KindLedger, lines...)
	told := func(who integrity.Principal, s Scope) string {
		t.Helper()
		o, err := c.metrics.Opinions(t.Context(), who, s)
		if err != nil {
			t.Fatal(err)
		}
		if o.Total != 9 || len(o.Items) != 9 {
			t.Fatalf("%d sources, want the 5 of representatives, experts, and 3 of co-checks", len(o.Items))
		}
		n := func(v *uint64) string {
			if v == nil {
				return "–"
			}
			return fmt.Sprint(*v)
		}
		var out []string
		for _, it := range o.Items {
			if it.Count == nil || *it.Count > 0 {
				out = append(out, fmt.Sprintf("%s %s=%s+%s+%s", it.Source, n(it.Count), n(it.Adopted), n(it.NotAdopted), n(it.Undecided)))
			}
		}
		return strings.Join(out, "; ")
	}
	june := Scope{AsOf: day("2026-06-30")}
	open := "党代表 2=1+1+0; 服务对象 1=0+0+1; 专家 1=1+0+0; 机关效能建设督查 1=0+0+1"
	for _, tc := range []struct {
		name string
		who  integrity.Principal
		s    Scope
		want string
	}{
		{"who handles cases sees them told apart", inspector, june, open + "; 查办案件 3=0+0+3"},
		{"the political department as well", office, june, open + "; 查办案件 3=0+0+3"},
		{"others see their total from 3 on, not what became of them", leader, june, open + "; 查办案件 3=–+–+–"},
		{"below 3 others see nothing", leader, Scope{AsOf: day("2026-02-06")}, open + "; 查办案件 –=–+–+–"},
		{"nor by unit, where totals would give them away", leader, Scope{AsOf: day("2026-06-30"), Unit: "14"}, "服务对象 1=0+0+1; 机关效能建设督查 1=0+0+1; 查办案件 –=–+–+–"},
		{"a unit sees its own, and nothing of cases", unitStaff("13"), june, "党代表 2=1+1+0; 专家 1=1+0+0; 查办案件 –=–+–+–"},
		{"later opinions come with their day", inspector, Scope{Unit: "13"}, "党代表 2=1+1+0; 政协委员 1=1+0+0; 专家 1=1+0+0; 查办案件 2=0+0+2"},
		{"another year", inspector, Scope{Year: 2025}, "党代表 1=1+0+0"},
	} {
		if got := told(tc.who, tc.s); got != tc.want {
			t.Errorf("%s:\n got %s\nwant %s", tc.name, got, tc.want)
		}
	}
}

func TestTwoVersionsOfAListAreCompared(t *testing.T) {
	c := newCity(t).units()
	list := func(lines ...string) {
		t.Helper()
		c.csv(ingest.KindRisks, append([]string{riskHead}, lines...)...)
	}
	list(risk("13", "2026-02-01", "1", "班子会议未经集体研究决定大额采购事项", "一般", "领导岗位", "决策"),
		risk("13", "2026-02-01", "2", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"))
	c.csv(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|来源|文号|内容|采纳|理由",
		"13|2026|征求意见|2026-02-10|1|某甲|党代表||调高等级|是|", "13|2026|征求意见|2026-02-11|2|某乙|人大代表||不成立|否|已有措施",
		"13|2026|协查|2026-02-11|1||查办案件||补充|是|", "13|2026|专家意见|2026-04-11|1|某丙|专家||以后的|是|",
		"13|2026|委党委审定|2026-02-20||||会议纪要3号|||")
	list(risk("13", "2026-03-01", "1", "班子会议未经集体研究擅自决定大额采购事项", "重要", "领导岗位", "决策"),
		risk("13", "2026-03-01", "2", "收费窗口多收患者费用后不及时退还", "一般", "中层岗位", "岗位"))
	ask := func(who integrity.Principal, s Scope) ListDiff {
		t.Helper()
		s.Unit = "13"
		d, err := c.metrics.ListDiff(t.Context(), who, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, s := range []Scope{
		{From: day("2026-01-01"), To: day("2026-12-31")}, {FromVersion: 1}, {ToVersion: 2}, {Year: 2026, FromVersion: 1, ToVersion: 2},
	} {
		d := ask(inspector, s)
		if d.From == nil || d.To == nil || d.From.Version != 1 || d.To.Version != 2 || d.Regraded != 1 || d.Changed != 1 || d.Total != 2 {
			t.Fatalf("%+v: %+v from %+v to %+v", s, d, d.From, d.To)
		}
		if d.From.ApprovedOn != day("2026-02-20") || d.From.Document != "会议纪要3号" || d.To.ApprovedOn != integrity.NoDay {
			t.Errorf("approvals: %+v %+v", d.From, d.To)
		}
		if len(d.Versions) != 2 || d.Versions[0].ApprovedOn != day("2026-02-20") {
			t.Errorf("versions: %+v", d.Versions)
		}
		first := d.Items[0]
		if first.Similarity <= integrity.SamePoint || first.Similarity >= 1 || d.Items[1].Similarity != 1 {
			t.Errorf("likeness of descriptions: %v and %v; want between the measure and 1, and 1", first.Similarity, d.Items[1].Similarity)
		}
		var of []string
		for _, o := range first.Opinions {
			of = append(of, o.Source)
		}
		if diff := cmp.Diff([]string{"党代表", "查办案件"}, of); diff != "" {
			t.Errorf("adopted opinions on the first point (-want +got):\n%s", diff)
		}
		if n := len(d.Items[1].Opinions); n != 0 {
			t.Errorf("%d opinions back the second point; the only one was not adopted", n)
		}
	}
	if d := ask(leader, Scope{FromVersion: 1}); len(d.Items[0].Opinions) != 1 {
		t.Errorf("a leader is told of a co-check from cases: %+v", d.Items[0].Opinions)
	}
	if d := ask(inspector, Scope{Year: 2026, AsOf: day("2026-02-15"), ToVersion: 1}); d.Note != "2026年清单第1版之前没有更早的版本" {
		t.Errorf("note %q", d.Note)
	}
	if d := ask(inspector, Scope{FromVersion: 1, ToVersion: 7}); d.Note != "2026年清单没有第7版，无法比较" {
		t.Errorf("note %q", d.Note)
	}
	if p, err := c.metrics.Risks(t.Context(), inspector, Scope{Unit: "13", AsOf: day("2026-02-25"), Page: 1, PerPage: 10}); err != nil || p.Total != 2 || p.Items[0].Grade != integrity.GradeGeneral {
		t.Errorf("the first version is not the one in force before the second: %+v %v", p, err)
	}
}
