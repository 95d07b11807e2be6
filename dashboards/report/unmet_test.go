package report

import (
	"strings"
	"testing"
	"time"

	"qingfeng/ingest"
	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

func TestWhatEarlierYearsLeftUndoneInWords(t *testing.T) {
	item := func(unit string, year int, basis integrity.Basis) obligation.Item {
		return obligation.Item{Unit: unit, Year: year, Basis: basis}
	}
	for _, tc := range []struct {
		name        string
		unmet       []obligation.Item
		first, late string
	}{
		{"nothing", nil, "", "截至2027年1月31日，没有超过文件规定期限的事项。"},
		{"of the year before alone", []obligation.Item{item("11", 2026, integrity.BasisNotice), item("12", 2026, integrity.BasisNotice), item("11", 2026, integrity.BasisNotice)},
			"上年度未完成、仍逾期3项", "截至2027年1月31日，没有超过文件规定期限的事项；另有上年度未完成3项，涉及2个处室、单位（见附件1）。"},
		{"of several years", []obligation.Item{item("11", 2026, integrity.BasisNotice), item("11", 2024, integrity.BasisNotice), item("11", 2024, integrity.BasisNotice)},
			"以前年度未完成、仍逾期3项", "截至2027年1月31日，没有超过文件规定期限的事项；另有以前年度未完成3项，涉及1个处室、单位（见附件1）。"},
		{"of an older year alone", []obligation.Item{item("11", 2025, integrity.BasisNotice)},
			"以前年度未完成、仍逾期1项", "截至2027年1月31日，没有超过文件规定期限的事项；另有以前年度未完成1项，涉及1个处室、单位（见附件1）。"},
		{"behind a limit of the system is not overdue", []obligation.Item{item("11", 2026, integrity.BasisSystem)}, "", "截至2027年1月31日，没有超过文件规定期限的事项。"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := summary{asOf: integrity.Date(2027, time.January, 31), unmet: unmetOf(tc.unmet, 2027)}
			if got := s.unmetClause(); got != tc.first {
				t.Errorf("section one: %s; want %s", got, tc.first)
			}
			if got := s.lateSentences()[0]; got != tc.late {
				t.Errorf("section six: %s; want %s", got, tc.late)
			}
		})
	}
}

// The items of January's report are those of the new year: what the old one left undone has
// to be asked for.
func TestTheReportOfJanuaryNamesWhatTheYearBeforeLeftUndone(t *testing.T) {
	c := newCity(t)
	c.load(ingest.KindUnits, "单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期|停用日期",
		"00|临澄市卫生健康委员会||委机关|||2010-01-01|0|2010-01-01|", "11|市第一医院|00|直属单位|孙四|周乙|2020-01-01|11|2010-01-01|")
	c.load(ingest.KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|层面|类别",
		"11|2026-02-02|1|大型设备招标环节审核不严|集体研究|查阅资料|一般|领导岗位|决策", "11|2026-02-02|2|窗口收费退费环节审核不严|双人复核|查阅资料|一般|其他岗位|岗位")
	c.load(ingest.KindInspections, "编号|单位|检查日期|风险点|检查人|检查领导|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实",
		"J1|11|2026-05-05|1、2|检查组||否|查阅资料|是|是|是", "J2|11|2026-09-09|1|检查组||否|查阅资料|是|是|是")
	c.now = time.Date(2027, time.January, 31, 20, 0, 0, 0, integrity.Shanghai)
	b := c.builder(nil)
	const said = "；上年度未完成、仍逾期1项（见附件1、附件2）。"
	const sentence = "没有超过文件规定期限的事项；另有上年度未完成1项，涉及1个处室、单位（见附件1）。"
	for _, tc := range []struct {
		name, period, unit string
		want               bool
	}{
		{"the report of January names it, counts it and lists it", "2027-01", "", true},
		{"so does the extract of the unit", "2027-01", "11", true},
		{"the report of December says nothing of it", "2026-12", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text := string(c.report(b, tc.period, bulletin.Choice{Unit: tc.unit}))
			_, annex, _ := strings.Cut(text, "附件1　逾期清单")
			annex, _, _ = strings.Cut(annex, "附件2　")
			if got := strings.Contains(text, said); got != tc.want {
				t.Errorf("section one names it: %t; want %t", got, tc.want)
			}
			if got := strings.Contains(text, sentence); got != (tc.want && tc.unit == "") {
				t.Errorf("section six counts it: %t", got)
			}
			if got := strings.Contains(annex, "上年度</td>") && strings.Contains(annex, "2026-12-31") && strings.Contains(annex, "每年监督检查不少于2次"); got != tc.want {
				t.Errorf("annex 1 lists it: %t; want %t\n%s", got, tc.want, annex)
			}
			// The leader took part on no day of 2026: named for the commission, not in the extract of a unit.
			if got := strings.Contains(annex, "本人参与监督检查不足") && strings.Contains(annex, "周乙") && strings.Contains(annex, "0/2"); got != (tc.want && tc.unit == "") {
				t.Errorf("annex 1 names the leader's own part: %t\n%s", got, annex)
			}
			if !tc.want && (strings.Contains(text, "上年度未") || strings.Contains(text, "以前年度") || strings.Contains(text, "上年度</td>")) {
				t.Error("there is a word about the year before where nothing is left of it")
			}
		})
	}
}
