package ingest

import (
	"slices"
	"strings"
	"testing"
)

// TestEveryColumnOfEveryKindIsLoaded loads a row with all columns of the template of each
// kind and finds every value among what stands. A column whose value says little by
// itself has another value as well: a row that differs in it alone is a change.
func TestEveryColumnOfEveryKindIsLoaded(t *testing.T) {
	type cell struct{ given, stands, other string }
	value := func(v string) cell { return cell{given: v, stands: v} }
	day := func(v string) cell { return cell{given: strings.ReplaceAll(v, "-", "/"), stands: v} }
	layer, category := cell{given: "中层岗位", stands: "'middle'"}, cell{given: "作风问题", stands: "'conduct'"}
	yes := cell{given: "是", other: "否"}
	b := newBench(t)
	b.city()
	for _, tc := range []struct {
		kind  Kind
		cells map[string]cell
	}{
		{KindUnits, map[string]cell{"单位编码": value("77"), "单位名称": value("市妇幼保健院"), "上级编码": {given: "00", stands: "'00'"}, "类型": {given: "直属单位", stands: "直属单位"}, "主要负责人": value("孙二十"),
			"责任领导": value("周乙九"), "责任领导起始日期": day("2021-03-04"), "排序号": value("4321"), "启用日期": day("2011-02-03"), "停用日期": day("2026-10-09")}},
		{KindRisks, map[string]cell{"单位": {given: "市第一医院", stands: "'13'"}, "日期": day("2026-03-07"), "序号": value("97"), "廉洁风险点描述": value("公章使用没有登记备查"), "防控措施": {given: "1.双人保管；2.逐次登记", stands: "逐次登记"},
			"监督检查路径": {given: "1.查阅用印登记；2.实地走访", stands: "查阅用印登记"}, "风险等级": {given: "重要", stands: "'important'"}, "相关责任人": {}, "处室单位负责人": value("钱一十"), "责任人员": value("张三十"), "责任领导": value("赵甲九"),
			"层面": layer, "类别": category, "岗位": value("印章管理岗"), "关键少数": yes, "三重一大": yes, "标签": value("重点部位"), "评定理由": value("自由裁量权较大")}},
		{KindComplaints, map[string]cell{"编号": value("TS-1"), "单位": {given: "市第一医院", stands: "'13'"}, "日期": day("2026-03-07"), "内容": value("窗口解释不清楚"), "渠道": value("来信十号"), "层面": layer, "类别": category,
			"涉廉": yes, "状态": {given: "办结", stands: "'closed'"}, "办结日期": day("2026-03-19"), "来源": value("热线平台")}},
		{KindPetitions, map[string]cell{"编号": value("XF-1"), "单位": {given: "市第一医院", stands: "'13'"}, "日期": day("2026-03-07"), "内容": value("请求退还费用"), "性质": value("申诉求决"), "受理日期": day("2026-03-11"), "延期至": day("2026-12-30"),
			"渠道": value("来访十号"), "层面": layer, "类别": category, "状态": {given: "办结", stands: "'closed'"}, "办结日期": day("2026-03-19"), "重复件": value("XF-0"), "来源": value("信访平台")}},
		{KindInspections, map[string]cell{"编号": value("JC-1"), "单位": {given: "市第一医院", stands: "'13'"}, "检查日期": day("2026-03-07"), "风险点": value("全部"), "检查人": value("孙督查"), "检查领导": value("赵甲九"), "责任领导参与": yes, "监督方法": {given: "座谈约谈", stands: "interview"},
			"权力运行是否规范": yes, "文件制度是否执行": yes, "防控措施是否落实": yes, "发现问题": value("会议没有记录在案"), "严重程度": {given: "4", stands: ",4,", other: "2"}, "整改期限": day("2026-12-30"), "整改完成日期": day("2026-03-19"), "层面": layer, "类别": category}},
		{KindFindings, map[string]cell{"编号": value("WT-1"), "单位": {given: "市第一医院", stands: "'13'"}, "日期": day("2026-03-07"), "发现问题": value("台账缺少页码"), "严重程度": {given: "4", stands: ",4,", other: "2"}, "整改期限": day("2026-12-30"), "整改完成日期": day("2026-03-19"),
			"层面": layer, "类别": category, "来源": value("年度考核组")}},
		{KindComparisons, map[string]cell{"编号": value("BD-1"), "单位": {given: "市第一医院", stands: "'13'"}, "日期": day("2026-03-07"), "比对模型": value("重复报销模型"), "异常描述": value("同一发票报销两次"), "层面": layer, "类别": category, "状态": {given: "办结", stands: "'closed'"}, "来源": value("财务系统")}},
		{KindLedger, map[string]cell{"单位": {given: "市第一医院", stands: "'13'"}, "年度": {given: "2026", stands: ",2026,"}, "事项": {given: "征求意见", stands: "征求意见"}, "日期": day("2026-03-07"), "序号": value("97"), "人员": {given: "钱代表", stands: "〔略", other: "孙代表"}, "来源": value("人大代表"),
			"文号": value("绍卫函十号"), "内容": value("建议公开招标结果"), "采纳": {given: "是", other: "否"}, "理由": value("意见可行")}},
	} {
		t.Run(string(tc.kind), func(t *testing.T) {
			before := b.standing()
			headings, _ := Template(tc.kind)
			load := func(changed string) Report {
				row := make([]string, len(headings))
				for i, h := range headings {
					c, ok := tc.cells[h]
					if !ok {
						t.Fatalf("no value for the column %s", h)
					}
					if row[i] = c.given; h == changed {
						row[i] = c.other
					}
				}
				return b.csv(tc.kind, strings.Join(headings, "|"), strings.Join(row, "|"))
			}
			if rep := load(""); rep.Totals.Added != 1 || len(rep.Files[0].UnknownColumns)+len(rep.Files[0].DroppedColumns) > 0 {
				t.Fatalf("%+v %+v %v", rep.Totals, rep.Files[0].Errors, rep.Files[0].UnknownColumns)
			}
			standing := strings.Join(slices.DeleteFunc(b.standing(), func(line string) bool { return slices.Contains(before, line) }), "\n")
			for heading, c := range tc.cells {
				if c.stands != "" && !strings.Contains(standing, c.stands) {
					t.Errorf("%s: %q does not stand:\n%s", heading, c.stands, standing)
				}
				if c.other == "" {
					continue
				}
				rep := load(heading)
				if rep.Totals.Changed+rep.Totals.Added != 1 {
					t.Errorf("%s is %q instead of %q: %+v %v", heading, c.other, c.given, rep.Totals, rep.Files[0].Errors)
					continue
				}
				b.revert(rep.Batch)
			}
		})
	}
}
