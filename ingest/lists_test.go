package ingest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const riskHead = "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员|层面|类别"

func risk(unit, date, no, description, grade string) string {
	return strings.Join([]string{unit, date, no, description, "集体决策", "查阅资料，检查是否执行", grade, "张三", "领导岗位", "决策"}, "|")
}

// spans lists the points of a unit with their days: year/no from–to.
func (b *bench) spans(unit string) []string {
	b.t.Helper()
	var rows []struct {
		Text string `ch:"text"`
	}
	if err := b.store.Read().Select(b.t.Context(), &rows, `SELECT concat(toString(year), '/', toString(no), ' ', toString(in_force_from), ' ', toString(in_force_to)) AS text
		FROM risks WHERE unit = '`+unit+`' GROUP BY row_id, ver, year, no, in_force_from, in_force_to HAVING sum(sign) > 0 ORDER BY text`); err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Text)
	}
	return out
}

func TestALaterListReplacesTheEarlierAndPointsKeepTheirIdentity(t *testing.T) {
	b := newBench(t)
	b.city()
	b.csv(KindRisks, riskHead, risk("13", "2025-03-01", "1", "药品采购未经集体讨论由个人决定", "重要"), risk("13", "2025-03-01", "2", "公章使用没有登记备查", "一般"))
	second := b.csv(KindRisks, riskHead,
		risk("13", "2026-03-05", "1", "药品采购未经集体讨论，由个人擅自决定", "重要"), // similar
		risk("13", "2026-03-05", "3", "公章使用没有登记备查", "重要"),         // the same text, another number and grade
		risk("13", "2026-03-05", "4", "公务接待超出规定标准", "一般"))         // new
	if second.Totals != (Counts{Read: 3, Added: 3}) {
		t.Errorf("the list of another year: %+v", second.Totals)
	}
	if n := b.number("SELECT toInt64(uniqExact(risk_id)) FROM risks WHERE unit = '13'"); n != 3 {
		t.Errorf("%d identities, want 3", n)
	}
	if diff := cmp.Diff([]string{"2025/1 2025-03-01 2026-03-05", "2025/2 2025-03-01 2026-03-05", "2026/1 2026-03-05 2299-12-31", "2026/3 2026-03-05 2299-12-31", "2026/4 2026-03-05 2299-12-31"}, b.spans("13")); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	third := b.csv(KindRisks, riskHead, risk("13", "2026-06-01", "1", "药品采购未经集体讨论，由个人擅自决定", "一般"), risk("13", "2026-06-01", "4", "公务接待超出规定标准", "一般"))
	if third.Totals != (Counts{Read: 2, Changed: 1, Unchanged: 1}) {
		t.Errorf("a new version: %+v", third.Totals)
	}
	if n := b.number("SELECT sum(sign * (version = 2)) FROM lists WHERE unit = '13' AND year = 2026 AND replaced = 0"); n != 1 {
		t.Errorf("%d second versions in force", n)
	}
	if diff := cmp.Diff([]string{"2025/1 2025-03-01 2026-03-05", "2025/2 2025-03-01 2026-03-05", "2026/1 2026-03-05 2026-06-01", "2026/1 2026-06-01 2299-12-31",
		"2026/3 2026-03-05 2026-06-01", "2026/4 2026-03-05 2026-06-01", "2026/4 2026-06-01 2299-12-31"}, b.spans("13")); diff != "" {
		t.Errorf("spans of three versions (-want +got):\n%s", diff)
	}
	// A version of the same day replaces the one before from the start.
	b.csv(KindRisks, riskHead, risk("13", "2026-06-01", "1", "药品采购未经集体讨论，由个人擅自决定", "重要"))
	if got := b.spans("13"); slices.Contains(got, "2026/4 2026-06-01 2299-12-31") || !slices.Contains(got, "2026/4 2026-06-01 2026-06-01") {
		t.Errorf("spans after a version of the same day: %q", got)
	}
}

func TestTheYearOfAListIsThatOfItsDateUnlessItIsGiven(t *testing.T) {
	b := newBench(t)
	b.city()
	data := csvOf(riskHead, risk("13", "2025-12-20", "1", "药品采购未经集体讨论", "重要"))
	b.request(Request{Kind: KindRisks, Files: []Source{source("a.csv", data)}})
	b.request(Request{Kind: KindRisks, Year: 2026, Files: []Source{source("a.csv", data)}})
	if b.number("SELECT sum(sign) FROM lists WHERE year = 2025") != 1 || b.number("SELECT sum(sign) FROM lists WHERE year = 2026") != 1 {
		t.Error("the same file for another year is another list")
	}
}

func TestApprovalAndClosingSetTheDaysInForce(t *testing.T) {
	b := newBench(t)
	b.city()
	b.csv(KindRisks, riskHead, risk("13", "2026-01-10", "1", "药品采购未经集体讨论", "重要"), risk("13", "2026-01-10", "2", "公章使用没有登记", "一般"))
	if got := b.spans("13"); got[0] != "2026/1 2026-01-10 2299-12-31" {
		t.Errorf("before approval: %q", got)
	}
	ledger := b.csv(KindLedger, "单位|年度|事项|日期|文号", "全部|2026|委党委审定|2026-02-20|会议纪要1号", "全部|2026|报市纪委备案|2026-02-27|函1号")
	if diff := cmp.Diff([]string{"2026/1 2026-02-20 2299-12-31", "2026/2 2026-02-20 2299-12-31"}, b.spans("13")); diff != "" {
		t.Errorf("after approval (-want +got):\n%s", diff)
	}
	if got := b.text("SELECT toString(groupArray((no, stage, toString(filed_on)))) FROM (SELECT no, stage, filed_on FROM risks WHERE unit = '13' GROUP BY no, stage, filed_on, row_id HAVING sum(sign) > 0 ORDER BY no)"); got != "[(1,'filed','2026-02-27'),(2,'committee_approval','1970-01-01')]" {
		t.Errorf("stages: %s", got)
	}
	b.csv(KindUnits, "单位编码|单位名称|停用日期|责任领导起始日期", "13|市第一医院|2026-09-01|2020-01-01")
	if got := b.spans("13"); got[0] != "2026/1 2026-02-20 2026-09-01" {
		t.Errorf("after closing: %q", got)
	}
	b.revert(ledger.Batch)
	if got := b.spans("13"); got[0] != "2026/1 2026-01-10 2026-09-01" {
		t.Errorf("after the approval was taken back: %q", got)
	}
}

const checkHead = "编号|单位|检查日期|风险点|检查人|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题"

func check(no, unit, date, ref, finding string) string {
	return strings.Join([]string{no, unit, date, ref, "孙督查", "查阅资料、实地走访", "是", "是", "是", finding}, "|")
}

// linked tells how many points each check is linked to, and of which years: number:year/no.
func (b *bench) linked() []string {
	b.t.Helper()
	var rows []struct {
		Text string `ch:"text"`
	}
	if err := b.store.Read().Select(b.t.Context(), &rows, `
		SELECT concat(c.number, ':', arrayStringConcat(arraySort(arrayDistinct(groupArray(toString(r.no)))), ',')) AS text
		FROM (SELECT number, arrayJoin(risk_ids) AS risk_id FROM (SELECT number, risk_ids, id, ver FROM checks GROUP BY number, risk_ids, id, ver HAVING sum(sign) > 0)) AS c
		LEFT JOIN (SELECT DISTINCT risk_id, no FROM risks) AS r ON r.risk_id = c.risk_id
		GROUP BY c.number ORDER BY text`); err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, r.Text)
	}
	return out
}

func TestChecksNameThePointsOfTheirYearsList(t *testing.T) {
	b := newBench(t)
	b.city()
	lines := []string{riskHead}
	texts := []string{"药品采购未经集体讨论", "公章使用没有登记", "公务接待超出标准", "设备验收走过场", "职称评审打招呼", "绩效分配不公开", "处方点评弄虚作假", "工程变更随意签证"}
	for i, text := range texts {
		lines = append(lines, risk("13", "2025-03-01", string(rune('1'+i)), text, "一般"))
	}
	checks := []string{checkHead,
		check("J1", "13", "2025-04-01", "1、3、5-8", ""),
		check("J2", "13", "2025-04-02", "全部", ""),
		check("J3", "13", "2025-04-03", "公章使用没有登记；公务接待超出了标准", ""),
		check("J4", "13", "2025-04-04", "第2条至第4条", ""),
		check("J5", "13", "2025-04-05", "２，７", ""),
		check("J6", "13", "2025-04-06", "9、1", ""),
		check("J7", "13", "2024-12-31", "3", ""), // the nearest list
		check("J8", "13", "2025-02-01", "4", ""), // before the list, the same year
		check("J9", "13", "2025-04-09", "", ""),
		check("J10", "14", "2025-04-09", "1", ""), // no list at all
	}
	before := b.csv(KindInspections, checks...)
	if before.Totals != (Counts{Read: 10, Added: 10}) {
		t.Fatalf("checks before the lists: %+v %v", before.Totals, before.Files[0].Errors)
	}
	if got := len(b.linked()); got != 0 {
		t.Errorf("%d checks linked before there is a list", got)
	}
	b.csv(KindRisks, lines...)
	want := []string{"J1:1,3,5,6,7,8", "J2:1,2,3,4,5,6,7,8", "J3:2,3", "J4:2,3,4", "J5:2,7", "J6:1", "J7:3", "J8:4"}
	if diff := cmp.Diff(want, b.linked()); diff != "" {
		t.Errorf("after the list came (-want +got):\n%s", diff)
	}
	b.revert(before.Batch)
	after := b.csv(KindInspections, checks...)
	if diff := cmp.Diff(want, b.linked()); diff != "" {
		t.Errorf("checks after the list (-want +got):\n%s", diff)
	}
	var unknown []string
	for _, w := range after.Files[0].Warnings {
		if w.Code == "risk_unknown" {
			unknown = append(unknown, w.Value)
		}
	}
	if diff := cmp.Diff([]string{"9", "1"}, unknown); diff != "" {
		t.Errorf("unknown points (-want +got):\n%s", diff)
	}
	// A list of the year before changes which list is nearest to the check of 2024.
	b.csv(KindRisks, riskHead, risk("13", "2024-03-01", "3", "食堂采购账目不清", "一般"))
	if got := b.text("SELECT description FROM risks WHERE risk_id IN (SELECT arrayJoin(risk_ids) FROM (SELECT risk_ids FROM checks WHERE number = 'J7' GROUP BY risk_ids, ver HAVING sum(sign) > 0)) LIMIT 1"); got != "食堂采购账目不清" {
		t.Errorf("the check of 2024 means %s", got)
	}
}

func TestFindingsOfChecksComeAndGoWithThem(t *testing.T) {
	b := newBench(t)
	b.city()
	head := checkHead + "|严重程度|整改期限|整改完成日期"
	first := b.csv(KindInspections, head,
		check("J1", "13", "2026-03-01", "", "采购没有会议记录")+"|3|2026-04-01|",
		strings.Replace(check("J2", "13", "2026-03-02", "", ""), "是|是|是", "是|否|是", 1)+"|||",
		check("J3", "13", "2026-03-03", "", "无")+"|||")
	if first.Totals.Added != 3 {
		t.Fatalf("%+v %v", first.Totals, first.Files[0].Errors)
	}
	findings := func() string {
		return b.text("SELECT toString(arraySort(groupArray((number, text, status, severity, unit)))) FROM (SELECT number, text, status, severity, unit FROM signals WHERE kind = 'finding' GROUP BY number, text, status, severity, unit, id, ver HAVING sum(sign) > 0)")
	}
	if got := findings(); got != "[('J1','采购没有会议记录','open',3,'13'),('J2','文件制度未执行','open',0,'13')]" {
		t.Errorf("findings %s", got)
	}
	second := b.csv(KindInspections, head, check("J1", "14", "2026-03-01", "", "采购没有会议记录")+"|3|2026-04-01|2026-03-20", check("J2", "13", "2026-03-02", "", "")+"|||")
	if got := findings(); got != "[('J1','采购没有会议记录','closed',3,'14')]" {
		t.Errorf("after corrections %s", got)
	}
	b.revert(second.Batch)
	if got := findings(); got != "[('J1','采购没有会议记录','open',3,'13'),('J2','文件制度未执行','open',0,'13')]" {
		t.Errorf("after the corrections were taken back %s", got)
	}
	b.revert(first.Batch)
	if got := findings(); got != "[]" {
		t.Errorf("after the checks were taken back %s", got)
	}
}

func TestAVoidedCheckKeepsItsReasonWhateverIsLoadedLater(t *testing.T) {
	b := newBench(t)
	b.city()
	const state = "SELECT toString(arraySort(groupArray((number, finding, void_reason)))) FROM (SELECT number, finding, void_reason FROM checks GROUP BY number, finding, void_reason, id, ver HAVING sum(sign) > 0)"
	const findings = "SELECT toString(sum(sign)) FROM signals WHERE kind = 'finding'"
	step := func(what, wantChecks, wantFindings string) {
		t.Helper()
		if got := b.text(state); got != wantChecks {
			t.Errorf("%s: checks %s; want %s", what, got, wantChecks)
		}
		if got := b.text(findings); got != wantFindings {
			t.Errorf("%s: %s findings; want %s", what, got, wantFindings)
		}
	}
	b.csv(KindInspections, checkHead, check("J1", "13", "2026-03-01", "", "采购没有会议记录"))
	step("loaded", "[('J1','采购没有会议记录','')]", "1")
	void := b.csv(KindInspections, checkHead+"|作废理由", check("J1", "13", "2026-03-01", "", "采购没有会议记录")+"|重复登记，电话13812345678")
	step("voided", "[('J1','采购没有会议记录','重复登记，电话〔手机号〕')]", "0")
	later := b.csv(KindInspections, checkHead, check("J1", "13", "2026-03-01", "", "采购和验收没有会议记录"))
	if got := codes(later.Files[0].Warnings); !slices.Equal(got, []string{"check_voided"}) || later.Totals.Changed != 1 {
		t.Errorf("a later file warns of %v: %+v", got, later.Totals)
	}
	step("loaded again", "[('J1','采购和验收没有会议记录','重复登记，电话〔手机号〕')]", "0")
	b.revert(void.Batch)
	step("the voiding taken back", "[('J1','采购和验收没有会议记录','')]", "1")
	again := b.csv(KindInspections, checkHead+"|作废理由", check("J1", "13", "2026-03-01", "", "采购和验收没有会议记录")+"|重复登记")
	step("voided once more", "[('J1','采购和验收没有会议记录','重复登记')]", "0")
	if rep := b.csv(KindInspections, checkHead+"|作废理由", check("J1", "13", "2026-03-01", "", "采购和验收没有会议记录")+"|"); rep.Totals.Changed != 1 || len(rep.Files[0].Warnings) != 0 {
		t.Errorf("brought back: %+v, warnings %v", rep.Totals, rep.Files[0].Warnings)
	}
	step("brought back", "[('J1','采购和验收没有会议记录','')]", "1")
	b.revert(again.Batch)
	step("an old voiding taken back changes nothing", "[('J1','采购和验收没有会议记录','')]", "1")
}

func TestTheLedgerWarnsOfMissingStages(t *testing.T) {
	b := newBench(t)
	b.city()
	head := "单位|年度|事项|日期|序号|人员|来源|文号|内容|采纳|理由"
	rep := b.csv(KindLedger, head,
		"13|2026|岗位自查|2026-01-05||张三|||||", "13|2026|单位排查|2026-01-10||孙二|||||", "13|2026|报政治处|2026-01-20|||||||",
		"全部|2026|代表帮查|2026-02-01|||||||", "13|2026|委党委审定|2026-02-20||||纪要3号|||",
		"13|2026|征求意见|2026-02-01||某某|党代表||意见|否|已有规定", "13|2026年|豁免|2026-02-02|1|周乙||||是|停用设备",
		"13|2026|豁免|2026-02-02|1||||||", "全部|2026|部署|2026-02-02|||||||", "13|2026|开会|2026-02-02|||||||", "13|26|部署|2026-02-02|||||||")
	var missing []string
	for _, w := range rep.Files[0].Warnings {
		if w.Row == 0 {
			t.Errorf("warning %+v", w)
		}
		_, said, _ := strings.Cut(w.Message, " 2026 年")
		missing = append(missing, w.Code+" "+said)
	}
	want := []string{"stage_missing “单位排查”之前没有“内部互查”的记录", "signature_missing “报政治处”，没有责任领导（分管委领导）审核签字的记录",
		"stage_missing “委党委审定”之前没有“分管委领导审查”的记录", "stage_missing “委党委审定”之前没有“专家助查”的记录"}
	if diff := cmp.Diff(want, missing); diff != "" {
		t.Errorf("missing stages (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"reason_missing", "person_missing", "unit_invalid", "item_invalid", "year_invalid"}, codes(rep.Files[0].Errors)); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	if rep.Totals != (Counts{Read: 11, Added: 7, Rejected: 4}) {
		t.Errorf("%+v", rep.Totals)
	}
}

func TestAUnitHasOneNameWhoeverLeadsIt(t *testing.T) {
	b := newBench(t)
	b.city()
	head := "单位编码|单位名称|责任领导|责任领导起始日期"
	b.csv(KindUnits, head, "13|市第一医院|赵甲|2026-05-01")
	before := b.standing()
	renamed := b.csv(KindUnits, head, "13|市第一人民医院|赵甲|2026-05-01", "13|市第一人民医院|赵甲|2026-05-01")
	if renamed.Totals != (Counts{Read: 2, Changed: 1, Unchanged: 1}) {
		t.Errorf("%+v", renamed.Totals)
	}
	if n := b.number("SELECT sum(sign) FROM units WHERE code = '13' AND name = '市第一人民医院'"); n != 2 {
		t.Errorf("%d rows of the unit bear the new name, want 2", n)
	}
	b.revert(renamed.Batch)
	if diff := cmp.Diff(before, b.standing()); diff != "" {
		t.Errorf("after the renaming was taken back (-want +got):\n%s", diff)
	}
}

func TestRejectedRowsCorrectedAndLoadedAgainCompleteTheList(t *testing.T) {
	b := newBench(t)
	b.city()
	good := risk("13", "2026-03-05", "1", "药品采购未经集体讨论", "重要")
	first := b.csv(KindRisks, riskHead, good, risk("13", "2026-03-05", "2", "公章使用没有登记", "高"), risk("13", "2026-03-05", "3", "", "一般"), risk("市三医院", "2026-03-05", "1", "食堂账目不清", "一般"))
	if first.Totals != (Counts{Read: 4, Added: 1, Rejected: 3}) || first.Outcome() != 3 {
		t.Fatalf("%+v", first.Totals)
	}
	sheet, err := b.load.Rejects(t.Context(), first.Batch)
	if err != nil {
		t.Fatal(err)
	}
	if len(sheet.Rows) != 3 || sheet.Headings[0] != "单位*" || sheet.Headings[len(sheet.Headings)-1] != "拒收原因" || !strings.Contains(strings.Join(sheet.Rows[0], " "), "“高”不是风险等级") {
		t.Fatalf("%q", sheet)
	}
	load := func(rows [][]string) Report {
		lines := []string{strings.Join(sheet.Headings, "|")}
		for _, r := range rows {
			lines = append(lines, strings.Join(r, "|"))
		}
		return b.csv(KindRisks, lines...)
	}
	grade, text := slices.Index(sheet.Headings, "风险等级"), slices.Index(sheet.Headings, "廉洁风险点描述*")
	sheet.Rows[0][grade] = "一般"
	second := load(sheet.Rows) // one corrected, two not yet
	if second.Totals != (Counts{Read: 3, Added: 1, Rejected: 2}) || len(second.Files[0].UnknownColumns) != 0 {
		t.Fatalf("%+v %v unknown %v", second.Totals, second.Files[0].Errors, second.Files[0].UnknownColumns)
	}
	if n := b.number("SELECT sum(sign * points) FROM lists WHERE unit = '13' AND replaced = 0"); n != 2 {
		t.Errorf("the list has %d points after the correction, want 2", n)
	}
	sheet, err = b.load.Rejects(t.Context(), second.Batch)
	if err != nil || len(sheet.Rows) != 2 {
		t.Fatalf("%q, %v", sheet, err)
	}
	sheet.Rows[0][text] = "设备验收走过场"
	sheet.Rows[1][0] = "14"
	if third := load(sheet.Rows); third.Totals != (Counts{Read: 2, Added: 2}) {
		t.Fatalf("%+v %v", third.Totals, third.Files[0].Errors)
	}
	if diff := cmp.Diff([]int64{3, 1}, []int64{b.number("SELECT sum(sign * points) FROM lists WHERE unit = '13' AND replaced = 0"), b.number("SELECT sum(sign * points) FROM lists WHERE unit = '14' AND replaced = 0")}); diff != "" {
		t.Errorf("points (-want +got):\n%s", diff)
	}
	// Corrected once more, the row replaces its earlier correction and nothing else.
	sheet.Rows[0][grade] = "重要"
	if again := load(sheet.Rows[:1]); again.Totals != (Counts{Read: 1, Changed: 1}) || b.number("SELECT sum(sign * points) FROM lists WHERE unit = '13' AND replaced = 0") != 3 {
		t.Errorf("%+v, %d points", again.Totals, b.number("SELECT sum(sign * points) FROM lists WHERE unit = '13' AND replaced = 0"))
	}
}

func TestRejectedRowsOfAFormCarryItsHeaderLine(t *testing.T) {
	b := newBench(t)
	b.city()
	data := formDocx(t, "填表处室（单位）：办公室  日期：2026年3月5日", docxRows(point("1", "采购未经集体讨论", "高", "张三"), point("2", "公章没有登记", "一般", "李四")), "处室（单位）主要负责人签字：钱一")
	first := b.request(Request{Kind: KindRisks, Files: []Source{source("a.docx", data)}})
	sheet, err := b.load.Rejects(t.Context(), first.Batch)
	if err != nil || len(sheet.Rows) != 1 || sheet.Rows[0][0] != "办公室" || sheet.Rows[0][1] != "2026-03-05" {
		t.Fatalf("%q, %v", sheet, err)
	}
	sheet.Rows[0][slices.Index(sheet.Headings, "风险等级")] = "重要"
	lines := []string{strings.Join(sheet.Headings, "|"), strings.ReplaceAll(strings.Join(sheet.Rows[0], "|"), "\n", `\n`)}
	if rep := b.csv(KindRisks, lines...); rep.Totals != (Counts{Read: 1, Added: 1}) {
		t.Fatalf("%+v %v", rep.Totals, rep.Files[0].Errors)
	}
	if n := b.number("SELECT sum(sign * points) FROM lists WHERE unit = '01' AND replaced = 0 AND head_signed = '钱一'"); n != 2 {
		t.Errorf("the completed list has %d points, want 2", n)
	}
	unplaced := formDocx(t, emptyHead, docxRows(point("1", "采购未经集体讨论", "重要", "张三")))
	rep := b.request(Request{Kind: KindRisks, Date: 20500, Files: []Source{source("b.docx", unplaced)}})
	if sheet, err := b.load.Rejects(t.Context(), rep.Batch); err != nil || len(sheet.Rows) != 1 || sheet.Rows[0][1] != "2026-02-16" || sheet.Rows[0][3] != "采购未经集体讨论" {
		t.Errorf("%q, %v", sheet, err)
	}
}
