package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestStepsAreAskedForTheirSignatures loads ledgers beside the lists of two units: what goes on
// before an earlier step is recorded or signed is accepted with a warning that names the step and
// the units (requirements R16, R19, R36).
func TestStepsAreAskedForTheirSignatures(t *testing.T) {
	const head = "单位|年度|事项|日期|序号|人员|内容"
	list := func(unit string) string {
		return unit + "|2026-01-05|1|" + unit + "采购未经集体讨论|集体讨论|查阅会议纪要|重要"
	}
	for _, tc := range []struct {
		name string
		rows []string
		want []string
	}{
		{"the stage of the leader alone is no signature", []string{"13|2026|分管委领导审查|2026-01-10|||", "13|2026|报政治处|2026-01-20|||"},
			[]string{"signature_missing 市第一医院: 报政治处/责任领导"}},
		{"a stage that says who reviewed is one", []string{"13|2026|分管委领导审查|2026-01-10||周乙|", "13|2026|报政治处|2026-01-20|||"}, nil},
		{"an entry 签字 of the leader is one, without the stage", []string{"13|2026|签字|2026-01-10|||责任领导审核签字", "13|2026|报政治处|2026-01-20|||"}, nil},
		{"a signature on one row is none on the list", []string{"13|2026|签字|2026-01-10|1||责任领导审核签字", "13|2026|报政治处|2026-01-20|||"},
			[]string{"signature_missing 市第一医院: 报政治处/责任领导"}},
		{"a unit's stage without the mutual check", []string{"13|2026|单位排查|2026-01-10||孙二|"}, []string{"stage_missing 市第一医院: 单位排查/内部互查"}},
		{"a unit's stage with the mutual check", []string{"13|2026|内部互查|2026-01-09||孙二|", "13|2026|单位排查|2026-01-10||孙二|"}, nil},
		{"an approval of all units names the units that lack a stage", []string{"13|2026|内部互查|2026-01-09||孙二|", "全部|2026|岗位自查|2026-01-06|||", "13|2026|单位排查|2026-01-10||孙二|", "全部|2026|分管委领导审查|2026-01-15||周乙|",
			"全部|2026|代表帮查|2026-01-20|||", "全部|2026|专家助查|2026-01-20|||", "全部|2026|委党委审定|2026-02-20|||"}, []string{"stage_missing 委机关财务处: 委党委审定/单位排查"}},
		{"an approval of all units without anything before it names both", []string{"全部|2026|委党委审定|2026-02-20|||"}, []string{
			"stage_missing 委机关财务处、市第一医院: 委党委审定/岗位自查", "stage_missing 委机关财务处、市第一医院: 委党委审定/单位排查", "stage_missing 委机关财务处、市第一医院: 委党委审定/分管委领导审查",
			"stage_missing 委机关财务处、市第一医院: 委党委审定/代表帮查", "stage_missing 委机关财务处、市第一医院: 委党委审定/专家助查"}},
		{"an approval after stages that nobody signed names them", []string{"13|2026|内部互查|2026-01-09|||", "全部|2026|岗位自查|2026-01-06|||", "13|2026|单位排查|2026-01-10|||", "13|2026|分管委领导审查|2026-01-15|||",
			"全部|2026|代表帮查|2026-01-20|||", "全部|2026|专家助查|2026-01-20|||", "13|2026|委党委审定|2026-02-20|||"},
			[]string{"signature_missing 市第一医院: 委党委审定/单位排查", "signature_missing 市第一医院: 委党委审定/分管委领导审查"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			b := newBench(t)
			b.csv(KindUnits, "单位编码|单位名称|上级编码|主要负责人|责任领导", "00|市卫健委||孙一|", "01|委机关财务处|00|孙三|周乙", "13|市第一医院|00|孙二|周乙")
			b.csv(KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级", list("01"), list("13"))
			rep := b.csv(KindLedger, append([]string{head}, tc.rows...)...)
			if rep.Totals.Added != uint64(len(tc.rows)) {
				t.Fatalf("%+v %+v: every entry is accepted", rep.Totals, rep.Files[0].Errors)
			}
			var got []string
			for _, w := range rep.Files[0].Warnings {
				if w.Code == "document_missing" { // of the approval itself: TestWhatBecameOfAnOpinionIsAskedFor
					continue
				}
				unit, said, _ := strings.Cut(w.Message, " 2026 年")
				of := ""
				for _, word := range []string{"岗位自查", "内部互查", "单位排查", "分管委领导审查", "代表帮查", "专家助查", "责任领导（"} {
					if strings.Contains(strings.ReplaceAll(said, "“"+w.Value+"”", ""), word) {
						of = strings.TrimSuffix(word, "（")
					}
				}
				got = append(got, w.Code+" "+unit+": "+w.Value+"/"+of)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}
