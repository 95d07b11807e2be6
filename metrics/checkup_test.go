package metrics

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// remarks tells the remarks of one check: unit, number and text where there is one.
func remarks(u CheckUp, code string) []string {
	var out []string
	for _, it := range u.Items {
		if it.Check == code {
			out = append(out, fmt.Sprintf("%s/%d", it.Unit, it.RiskNo))
		}
	}
	return out
}

// checkUpCity has one list with everything wrong, in unit 01, and a clean one in unit 13;
// that of unit 14 repeats two points of 13.
func checkUpCity(t *testing.T) *city {
	c := newCity(t).units()
	c.csv(ingest.KindRisks, riskHead,
		"01|2026-03-02|1|采购风险|每季度抽查三十份合同|"+goodPath+"|一般|钱一|张三|其他岗位|岗位|",
		"01|2026-03-02|2|1、专科评审打分尺度不一；2、接受被评审单位宴请|每季度抽查三十份合同|"+goodPath+"|一般|钱一|张三|其他岗位|岗位|",
		"01|2026-03-02|3|公章使用没有登记审批手续容易被冒用|1.加强教育；\\n2.进一步加强管理，提高思想认识|"+goodPath+"|一般|钱一|张三|其他岗位|岗位|",
		"01|2026-03-02|4|公务接待超出标准由下属单位承担费用|接待清单每月公示|不定期抽查|一般|钱一|张三|中层岗位|作风问题|",
		"01|2026-03-02|5|会议费在多个项目之间随意调剂使用|会议计划年初报批|"+goodPath+"|重要|||||",
		"01|2026-03-02|6|会议费在多个项目之间，随意调剂使用。|会议计划年初报批|"+goodPath+"||钱一|张三|中层岗位|制度|",
	)
	c.csv(ingest.KindRisks, riskHead,
		risk("13", "2026-03-01", "1", "班子会议未经集体研究决定大额采购事项", "重要", "领导岗位", "决策"),
		risk("13", "2026-03-01", "2", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"),
		risk("13", "2026-03-01", "3", "窗口人员推诿扯皮冷硬横推敷衍群众", "一般", "其他岗位", "作风问题"),
		risk("13", "2026-03-01", "4", "招聘评审打分随意照顾熟人优亲厚友", "一般", "中层岗位", "权力运行"),
		risk("13", "2026-03-01", "5", "耗材管理办法多年没有修订出现空白", "一般", "中层岗位", "制度"),
		risk("13", "2026-03-01", "6", "设备验收环节无人复核流于形式走过场", "一般", "中层岗位", "运行机制"),
		risk("13", "2026-03-01", "7", "医药代表以学术会议名义宴请科室主任", "一般", "中层岗位", "其他（被“围猎”）"),
	)
	c.csv(ingest.KindRisks, riskHead,
		risk("14", "2026-03-20", "1", "招聘评审打分随意，照顾熟人、优亲厚友", "一般", "领导岗位", "权力运行"),
		risk("14", "2026-03-20", "2", "设备验收环节无人复核，流于形式、走过程", "一般", "中层岗位", "运行机制"),
		risk("14", "2026-03-20", "3", "血库库存与账面不符长期没有盘点核对", "一般", "中层岗位", "岗位"),
	)
	c.csv(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|来源|文号|内容",
		"13|2026|签字|2026-03-01|1-7|张三、孙二|||逐条签字",
		"13|2026|签字|2026-03-02||孙二|||主要负责人审签",
		"13|2026|签字|2026-03-06||周乙|||责任领导（分管委领导）审核签字",
		"13|2026|报政治处|2026-03-07||孙二|||",
		"13|2026|委党委审定|2026-05-10||||委党委会第5次|",
		"13|2026|报市纪委备案|2026-05-20||||12号|",
		"14|2026|签字|2026-03-20|1-2|张三、孙二|||逐条签字",
		"14|2026|签字|2026-03-21||许副|||主要负责人审签（代签，附委托书）",
		"14|2026|报政治处|2026-03-22||吴四|||",
		"14|2026|分管委领导审查|2026-03-25||周乙|||",
	)
	return c
}

func TestCheckUpNamesWhatListsLack(t *testing.T) {
	c := checkUpCity(t)
	got, err := c.metrics.CheckUp(t.Context(), inspector, Scope{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Lists != 3 || got.Points != 16 {
		t.Errorf("%d lists with %d points, want 3 with 16", got.Lists, got.Points)
	}
	want := map[string][]string{
		"description_short":      {"01/1"},
		"description_copied":     {"13/4", "13/6", "14/1", "14/2"},
		"description_repeated":   {"01/6"},
		"several_points":         {"01/2"},
		"measures_vague":         {"01/3"},
		"path_without_basis":     {"01/4"},
		"path_without_focus":     {"01/4"},
		"path_without_method":    nil, // 抽查 is a way of reading documents
		"person_missing":         {"01/5"},
		"layer_missing":          {"01/5"},
		"category_missing":       {"01/5"},
		"grade_missing":          {"01/6"},
		"grade_reason_missing":   {"01/5"},
		"important_unfiled":      {"01/5"}, // that of 13 was filed
		"leadership_none":        {"01/0"},
		"category_none":          {"01/0", "14/0"},
		"same_as_last_year":      nil,
		"signature_missing":      {"01/0", "14/0"},
		"signature_rows_missing": {"01/0", "14/0"},
		"signature_delegated":    {"14/0"},
		"handed_over_unsigned":   {"14/0"},
	}
	if len(got.Checks) != len(want) || len(want) < 12 {
		t.Errorf("%d named checks, want %d", len(got.Checks), len(want))
	}
	for _, check := range got.Checks {
		if diff := cmp.Diff(want[check.Code], remarks(got, check.Code)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", check.Code, diff)
		}
		if check.Count != len(want[check.Code]) || check.Name.ZH == "" || check.Name.EN == "" || check.Advice.ZH == "" || check.Clause == "" {
			t.Errorf("check %+v", check)
		}
	}
	for _, it := range got.Items {
		why := it.Why.ZH
		switch {
		case it.Check == "description_copied" && it.Unit == "14" && it.RiskNo == 2:
			if why != "与市第一医院第6号风险点相似度0.94" {
				t.Errorf("copied: %s", why)
			}
		case it.Check == "handed_over_unsigned" && why != "2026年3月22日报政治处，分管委领导2026年3月25日才审核签字":
			t.Errorf("handed over: %s", why)
		case it.Check == "signature_missing" && it.Unit == "14" && it.Text != "责任领导（分管委领导）":
			t.Errorf("signature missing: %s", it.Text)
		case it.Check == "signature_rows_missing" && it.Unit == "14" && (why != "应签6处，已登记4处" || it.Text != "张三（第3号）、孙二（第3号）"):
			t.Errorf("rows: %s %s", why, it.Text)
		case it.Check == "measures_vague" && (it.Text != "加强教育；进一步加强管理，提高思想认识" || why != "2条措施中有2条没有具体内容"):
			t.Errorf("vague: %q %s", it.Text, why)
		}
	}
}

func TestCheckUpKeepsUnitsApart(t *testing.T) {
	c := checkUpCity(t)
	own, err := c.metrics.CheckUp(t.Context(), unitStaff("14"), Scope{})
	if err != nil {
		t.Fatal(err)
	}
	if own.Lists != 1 || own.Points != 3 || own.Total == 0 {
		t.Errorf("%d lists, %d points, %d remarks", own.Lists, own.Points, own.Total)
	}
	for _, it := range own.Items {
		if it.Unit != "14" || strings.Contains(fmt.Sprint(it), "第一医院") {
			t.Errorf("unit 14 learns of another: %+v", it)
		}
	}
	if copied := remarks(own, "description_copied"); len(copied) != 2 {
		t.Errorf("unit 14 is told of %d copies", len(copied))
	}
	none, err := c.metrics.CheckUp(t.Context(), admin, Scope{})
	if err != nil || none.Total != 0 || none.Lists != 0 {
		t.Errorf("an administrator sees %d remarks, %v", none.Total, err)
	}
	one, err := c.metrics.CheckUp(t.Context(), office, Scope{Unit: "13"})
	if err != nil || one.Lists != 1 || !slices.Equal(remarks(one, "description_copied"), []string{"13/4", "13/6"}) {
		t.Errorf("one unit: %v %v", remarks(one, "description_copied"), err)
	}
}

func TestCheckUpLooksAtTheListsOfADay(t *testing.T) {
	c := checkUpCity(t)
	// Before 20 March there was nothing that 13 could resemble; nothing was filed.
	got, err := c.metrics.CheckUp(t.Context(), inspector, Scope{AsOf: day("2026-03-05"), Unit: "13"})
	if err != nil {
		t.Fatal(err)
	}
	if got.Lists != 0 {
		// In force only from the committee's approval on 10 May.
		t.Errorf("%d lists in force", got.Lists)
	}
	byYear := Scope{AsOf: day("2026-03-05"), Unit: "13", Year: 2026}
	if got, err = c.metrics.CheckUp(t.Context(), inspector, byYear); err != nil {
		t.Fatal(err)
	}
	if got.Lists != 1 || len(remarks(got, "description_copied")) != 0 || !slices.Equal(remarks(got, "important_unfiled"), []string{"13/1"}) ||
		!slices.Equal(remarks(got, "signature_missing"), []string{"13/0"}) {
		t.Errorf("as of 5 March: %+v", got.Items)
	}
	known := c.now
	c.now = c.now.AddDate(0, 0, 1)
	c.csv(ingest.KindRisks, riskHead, risk("13", "2026-03-03", "1", "采购", "一般", "领导岗位", "决策"))
	byYear.KnownAt = known
	then, err := c.metrics.CheckUp(t.Context(), inspector, byYear)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, then); diff != "" {
		t.Errorf("the answer for the same clocks changed:\n%s", diff)
	}
	byYear.KnownAt = c.now.AddDate(0, 0, 1)
	if got, err = c.metrics.CheckUp(t.Context(), inspector, byYear); err != nil || got.Points != 1 {
		t.Errorf("the corrected list has %d points, %v", got.Points, err)
	}
}

func TestVagueMeasures(t *testing.T) {
	for _, tc := range []struct {
		measure string
		vague   bool
	}{
		{"加强教育", true},
		{"进一步强化监督检查，提高廉洁自律意识", true},
		{"加强制度建设、明确工作流程、深化廉洁教育", true},
		{"严格执行各项规章制度", true},
		{"每季度抽查三十份合同", false},
		{"关键岗位三年轮岗", false},
		{"严格执行“三重一大”集体决策制度", false},
		{"加强对高值耗材的二级库盘点", false},
		{"", false},
	} {
		if got := isVague(tc.measure); got != tc.vague {
			t.Errorf("isVague(%q) = %t", tc.measure, got)
		}
	}
}

func TestSeveralPointsInOneCell(t *testing.T) {
	for _, tc := range []struct {
		description string
		several     bool
	}{
		{"1.打分尺度不一；2.接受宴请", true},
		{"1、打分尺度不一2、接受宴请", true},
		{"（1）打分尺度不一（2）接受宴请", true},
		{"（一）打分尺度不一。（二）接受宴请", true},
		{"一、打分尺度不一；二、接受宴请", true},
		{"①打分尺度不一②接受宴请", true},
		{"打分尺度不一", false},
		{"1.打分尺度不一", false},
		{"1.单价超过2.5万元的设备未经论证", false},
		{"1.第1、2号仓库账实不符", false},
		{"超过1.5万元不招标，2.5万元化整为零", false},
		{"", false},
	} {
		if got := severalPoints(tc.description); got != tc.several {
			t.Errorf("severalPoints(%q) = %t", tc.description, got)
		}
	}
}

func TestIdenticalListIsHighlighted(t *testing.T) {
	c := newCity(t).units()
	for _, year := range []string{"2025", "2026"} {
		c.csv(ingest.KindRisks, riskHead,
			risk("13", year+"-03-01", "1", "班子会议未经集体研究决定大额采购事项", "重要", "领导岗位", "决策"),
			risk("13", year+"-03-01", "2", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"))
	}
	u, err := c.metrics.CheckUp(t.Context(), inspector, Scope{Year: 2026})
	if err != nil {
		t.Fatal(err)
	}
	if got := remarks(u, "same_as_last_year"); !slices.Equal(got, []string{"13/0"}) {
		t.Errorf("identical list: %v", got)
	}
	d, err := c.metrics.ListDiff(t.Context(), inspector, Scope{Unit: "13"})
	if err != nil {
		t.Fatal(err)
	}
	if !d.NoChange || d.Unchanged != 2 || d.Total != 0 || d.Note != "0 处变化：2026年清单与2025年完全相同（2个风险点）" {
		t.Errorf("diff of identical lists: %+v", d)
	}
}

// Who asks why a point counts as changed and not as new finds the measure in the definition.
func TestTheDefinitionOfTheDiffTellsWhatMakesAPointTheSame(t *testing.T) {
	for _, d := range Definitions() {
		if d.Code == "diff" {
			for _, text := range []string{d.Formula.ZH, d.Formula.EN} {
				if !strings.Contains(text, "Dice") || !strings.Contains(text, "0.75") {
					t.Errorf("the definition does not state the measure: %s", text)
				}
			}
			return
		}
	}
	t.Error("the diff has no definition")
}

func TestDefinitionsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range Definitions() {
		if d.Code == "" || seen[d.Code] || d.Name.ZH == "" || d.Name.EN == "" || d.Formula.ZH == "" || d.Formula.EN == "" || d.Clause == "" || d.Basis == "" {
			t.Errorf("definition %+v", d)
		}
		seen[d.Code] = true
	}
	for _, c := range checks {
		if !seen["checkup."+c.code] {
			t.Errorf("check %s has no definition", c.code)
		}
	}
	for _, code := range []string{"blindspots", "visits", "grade-review", "checkup", "diff", "missing-lists"} {
		if !seen[code] {
			t.Errorf("%s has no definition", code)
		}
	}
}

// BenchmarkCheckUp20000 runs all checks over 20,000 points in 200 lists, near copies
// included, without the database. It must stay below two seconds.
func BenchmarkCheckUp20000(b *testing.B) {
	texts, units := inventedTexts(20_000)
	byUnit := map[string]*listUnder{}
	var lists []*listUnder
	for i, text := range texts {
		l := byUnit[units[i]]
		if l == nil {
			l = &listUnder{listVersion: listVersion{Unit: units[i], Year: 2026}, unit: integrity.Unit{Code: units[i]}, asOf: day("2026-11-22")}
			byUnit[units[i]] = l
			lists = append(lists, l)
		}
		l.points = append(l.points, &listPoint{Unit: units[i], Year: 2026, No: uint32(len(l.points) + 1), Description: text,
			Measures: []string{"进一步加强管理，提高思想认识", "每季度由审计科抽查三十份采购合同"}, Persons: []string{"张三"}, Grade: "general", Layer: "other", Category: "post"})
	}
	b.ResetTimer()
	for b.Loop() {
		findCopies(lists)
		examine(lists, false)
	}
}

func TestAPathWithoutAMethodIsNamedAndOneWithAMethodIsNot(t *testing.T) {
	c := newCity(t).units()
	without := strings.Replace(risk("13", "2026-03-01", "1", "班子会议未经集体研究决定大额采购事项", "一般", "领导岗位", "决策"), goodPath, "1.依据《采购管理办法》\\n2.重点看采购是否规范、制度是否执行", 1)
	c.csv(ingest.KindRisks, riskHead, without, risk("13", "2026-03-01", "2", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"))
	got, err := c.metrics.CheckUp(t.Context(), inspector, Scope{})
	if err != nil {
		t.Fatal(err)
	}
	for check, want := range map[string][]string{"path_without_method": {"13/1"}, "path_without_basis": nil, "path_without_focus": nil} {
		if diff := cmp.Diff(want, remarks(got, check)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", check, diff)
		}
	}
}
