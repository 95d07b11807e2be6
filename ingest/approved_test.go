package ingest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func (r Report) warned(code string) (out []string) {
	for _, f := range r.Files {
		for _, w := range f.Warnings {
			if w.Code == code {
				out = append(out, w.Message)
			}
		}
	}
	return out
}

func TestAListThatReplacesAnApprovedVersionSaysSo(t *testing.T) {
	b := newBench(t)
	b.city()
	list := func(dry bool, grade string) Report {
		t.Helper()
		return b.request(Request{Kind: KindRisks, DryRun: dry, Files: []Source{source("a.csv", csvOf(riskHead, risk("13", "2026-01-10", "1", "药品采购未经集体讨论", grade)))}})
	}
	list(false, "重要")
	if got := list(true, "一般").warned("approved_replaced"); len(got) != 0 {
		t.Errorf("a version that was not approved: %q", got)
	}
	approved := b.csv(KindLedger, "单位|年度|事项|日期|文号", "全部|2026|委党委审定|2026-02-20|会议纪要1号")
	if got := list(true, "重要").warned("approved_replaced"); len(got) != 0 {
		t.Errorf("the approved list itself, loaded again: %q", got)
	}
	for _, dry := range []bool{true, false} {
		got := list(dry, "一般").warned("approved_replaced")
		if len(got) != 1 || !strings.Contains(got[0], "市第一医院 2026 年第 1 版清单已于 2026-02-20 经委党委审定") {
			t.Errorf("dry %v: a list replaces the approved one: %q", dry, got)
		}
	}
	// The version that was approved stands as it was.
	if got := b.text("SELECT any(grade) FROM risks WHERE list_id IN (SELECT list_id FROM lists WHERE version = 1)"); got != "important" {
		t.Errorf("the approved version reads %s", got)
	}
	b.revert(approved.Batch)
	if got := list(true, "重要").warned("approved_replaced"); len(got) != 0 {
		t.Errorf("after the approval was taken back: %q", got)
	}
}

func TestTheLedgerNamesWhoDoesADutyAndNotWhoIsHeard(t *testing.T) {
	b := newBench(t)
	b.city()
	head := "单位|年度|事项|日期|序号|人员|来源|内容|采纳"
	rep := b.csv(KindLedger, head,
		"13|2026|征求意见|2026-02-01|1|欧阳雪莲|服务对象|排队太久|是", "13|2026|征求意见|2026-02-01|1|司徒金雀|服务对象|排队太久|是",
		"13|2026|专家意见|2026-02-01|1|尉迟恭、司徒金雀||应分设岗位|是", "13|2026|协查|2026-02-01|1|尉迟恭|查办案件|补充|", "13|2026|协查|2026-02-01|1|孙督查|机关效能建设督查|补充|",
		"13|2026|签字|2026-02-01|1|张三||责任人员|", "13|2026|部署|2026-02-01||赵甲|||",
		"火星|2026|征求意见|2026-02-01|1|欧阳雪莲|服务对象|排队太久|是", "火星|2026|签字|2026-02-01|1|张三|||", "13|2026|听取意见|2026-02-01|1|欧阳雪莲|||")
	if rep.Totals != (Counts{Read: 10, Added: 7, Rejected: 3}) {
		t.Fatalf("%+v %+v", rep.Totals, rep.Files[0].Errors)
	}
	persons := b.text("SELECT toString(groupArray(persons)) FROM (SELECT persons FROM ledger ORDER BY item, source, persons)")
	sheet, err := b.load.Rejects(t.Context(), rep.Batch)
	if err != nil {
		t.Fatal(err)
	}
	text := persons
	for _, row := range sheet.Rows {
		text += "\n" + strings.Join(row, "|")
	}
	for _, name := range []string{"欧阳雪莲", "司徒金雀", "尉迟恭"} {
		if strings.Contains(text, name) {
			t.Errorf("who was heard is named: %s", text)
		}
	}
	for _, name := range []string{"孙督查", "张三", "赵甲", "火星|2026|签字|2026-02-01|1|张三"} {
		if !strings.Contains(text, name) {
			t.Errorf("who does a duty is not named: %s lacks %s", text, name)
		}
	}
	if n := b.number("SELECT toInt64(uniqExact(persons[1])) FROM ledger WHERE item = '征求意见'"); n != 2 {
		t.Errorf("%d persons said the same; they are two", n)
	}
	// What was exported comes back unchanged.
	var back []struct {
		Line string `ch:"line"`
	}
	if err := b.store.Read().Select(t.Context(), &back, `SELECT arrayStringConcat([unit, toString(year), item, toString(entry_on), no, arrayStringConcat(persons, '、'), source, content, if(adopted = 'yes', '是', '')], '|') AS line FROM ledger ORDER BY line`); err != nil {
		t.Fatal(err)
	}
	lines := []string{head}
	for _, r := range back {
		lines = append(lines, r.Line)
	}
	if again := b.csv(KindLedger, lines...); again.Totals != (Counts{Read: 7, Unchanged: 7}) {
		t.Errorf("loaded again: %+v", again.Totals)
	}
}

func TestWhatBecameOfAnOpinionIsAskedFor(t *testing.T) {
	b := newBench(t)
	b.city()
	rep := b.csv(KindLedger, "单位|年度|事项|日期|序号|来源|文号|采纳|理由",
		"13|2026|征求意见|2026-02-01|1|党代表||否|", "13|2026|专家意见|2026-02-01|1|||否|", "13|2026|协查|2026-02-01|1|查办案件||否|",
		"13|2026|征求意见|2026-02-02|1|党代表||否|已有规定", "13|2026|征求意见|2026-02-03|1|党代表||是|",
		"13|2026|征求意见|2026-02-04|1|党代表|||", "13|2026|协查|2026-02-05|1|机关效能建设督查|||",
		"13|2026|委党委审定|2026-03-01|||||", "14|2026|委党委审定|2026-03-01|||纪要2号||")
	if diff := cmp.Diff([]string{"reason_missing", "reason_missing", "reason_missing"}, codes(rep.Files[0].Errors)); diff != "" {
		t.Errorf("opinions not adopted without a reason (-want +got):\n%s", diff)
	}
	if rep.Totals != (Counts{Read: 9, Added: 6, Rejected: 3}) {
		t.Errorf("%+v", rep.Totals)
	}
	if got := rep.warned("adopted_missing"); len(got) != 1 {
		t.Errorf("undecided opinions: %q", got)
	}
	if got := rep.warned("document_missing"); len(got) != 1 {
		t.Errorf("approvals without a meeting: %q", got)
	}
	if !slices.ContainsFunc(rep.Files[0].Errors, func(p Problem) bool { return p.Row == 2 && p.Column == "理由" }) {
		t.Errorf("the place of the error: %+v", rep.Files[0].Errors)
	}
}
