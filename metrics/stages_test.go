package metrics

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

func stageCity(t *testing.T) *city {
	c := newCity(t).units()
	c.csv(ingest.KindRisks, riskHead,
		risk("13", "2026-03-01", "1", "班子会议未经集体研究决定大额采购事项", "重要", "领导岗位", "决策"),
		risk("13", "2026-03-01", "2", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"),
		risk("14", "2026-03-02", "1", "招聘评审打分随意照顾熟人优亲厚友", "重要", "中层岗位", "权力运行"),
	)
	c.csv(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|来源|文号|内容|采纳|理由",
		"13|2026|岗位自查|2026-03-01||孙二|||||", "13|2026|单位排查|2026-03-05||孙二|||||", "13|2026|分管委领导审查|2026-03-10||周乙|||||",
		"14|2026|岗位自查|2026-03-02||吴四|||||", "全部|2026|专家助查|2026-03-20||专家|||||",
		"13|2026|委党委审定|2026-04-01||党委|||||", "13|2026|报市纪委备案|2026-04-10|1|政治处|||||",
	)
	return c
}

func TestStageBoardForEachRole(t *testing.T) {
	c := stageCity(t)
	one := "13 filed 2026-04-10 stuck=false missing=[public_help] filed=1/1"
	two := "14 expert_help 2026-03-20 stuck=true missing=[] filed=0/0"
	none := "01   stuck=false missing=[] filed=0/0"
	for _, tc := range []struct {
		name string
		who  integrity.Principal
		s    Scope
		want []string
	}{
		{"the inspectors see all units, without the commission and the closed one", inspector, Scope{}, []string{none, one, two}},
		{"the office and leaders see the same", leader, Scope{}, []string{none, one, two}},
		{"a unit sees itself", unitStaff("14"), Scope{}, []string{two}},
		{"an administrator sees nothing", admin, Scope{}, nil},
		{"of one stage", office, Scope{Stage: integrity.StageFiled}, []string{one}},
		{"of one leader", office, Scope{Leader: "赵甲"}, []string{none}},
		{"before the approval", office, Scope{Unit: "13", AsOf: day("2026-03-31")}, []string{"13 expert_help 2026-03-20 stuck=false missing=[] filed=0/0"}},
		{"of another year", office, Scope{Unit: "13", Year: 2025}, []string{"13   stuck=false missing=[] filed=0/0"}},
	} {
		rows, err := c.metrics.StageBoard(t.Context(), tc.who, tc.s)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		var got []string
		for _, r := range rows {
			got = append(got, fmt.Sprintf("%s %s %s stuck=%t missing=%v filed=%d/%d", r.Unit, r.Stage, r.Since, r.Stuck, r.Missing, r.Filed, r.ToFile))
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}
