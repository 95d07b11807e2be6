package ingest

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"qingfeng/ingest/table"
	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// TestTheSourceOfALedgerEntryIsOneOfAFewWords holds 来源 to the words of the contract where
// they are few, and takes the writings of the notice for them (requirements R25, R27).
func TestTheSourceOfALedgerEntryIsOneOfAFewWords(t *testing.T) {
	for name, tc := range map[string]struct{ item, source, want, code string }{
		"an opinion of the contract's word":              {"征求意见", "人大代表", "人大代表", ""},
		"an opinion in the words of the notice":          {"征求意见", "服务对象代表", "服务对象", ""},
		"an opinion of nobody in particular":             {"征求意见", "", "", ""},
		"an opinion of somebody else":                    {"征求意见", "路人", "", "source_invalid"},
		"an opinion that rests on a case":                {"征求意见", "查办案件", "", "source_invalid"},
		"a co-check from cases":                          {"协查", "查办案件", "查办案件", ""},
		"a co-check from cases in the notice's words":    {"协查", "查办案件情况", "查办案件", ""},
		"a co-check from cases in brackets and blanks":   {"协查", "（查办 案件）", "查办案件", ""},
		"a co-check from the supervision of efficiency":  {"协查", "机关效能督查", "机关效能建设督查", ""},
		"a co-check from the assessment of duties":       {"协查", "党风廉政建设责任制考核情况", "党风廉政建设责任制考核", ""},
		"a co-check without a source":                    {"协查", "", "", ""},
		"a co-check of a source that there is not":       {"协查", "某案", "", "source_invalid"},
		"a co-check of an opinion's source":              {"协查", "党代表", "", "source_invalid"},
		"an item whose source is free, as for an expert": {"专家意见", "行业协会", "行业协会", ""},
	} {
		t.Run(name, func(t *testing.T) {
			headings := []string{"单位", "年度", "事项", "日期", "来源"}
			known, err := headingsOf(KindLedger, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			l, _, _ := known.match(KindLedger, headings, func(string) bool { return false })
			p := testParser(KindLedger)
			c := p.cells(tableRow(2, "13", "2026", tc.item, "2026-03-05", tc.source), &l)
			r := c.parseLedger()
			if r.Source != tc.want || strings.Join(codes(p.file.Errors), " ") != tc.code {
				t.Fatalf("source %q, errors %+v; want %q and %q", r.Source, p.file.Errors, tc.want, tc.code)
			}
			if tc.code != "" {
				for _, word := range integrity.SourcesOf(tc.item) {
					if !strings.Contains(p.file.Errors[0].Message, word) {
						t.Errorf("the message does not name %s: %s", word, p.file.Errors[0].Message)
					}
				}
			}
		})
	}
	for _, item := range integrity.LedgerItems() {
		for _, word := range integrity.SourcesOf(item) {
			if sourceAliases[likeness.Fold(word)] != word {
				t.Errorf("%s of %s is not read as itself", word, item)
			}
		}
	}
	if slices.Contains(integrity.OpenCoChecks(), integrity.SourceCases) {
		t.Error("co-checks from cases are open")
	}
}

// testParser reads rows of a kind in a city of one hospital.
func testParser(kind Kind) *parser {
	dir := &directory{byCode: map[string]*unitRow{"13": {Code: "13"}}, names: map[string]string{"市一院": "13", "13": "13"}, below: map[string]bool{}}
	return &parser{req: &Request{Kind: kind, Lang: integrity.Chinese, CategoryWords: usualCategoryWords}, dir: dir, today: integrity.Date(2026, 11, 22), file: &FileReport{}, table: testTable()}
}

func testTable() *table.Table { return &table.Table{} }

func tableRow(number int, cells ...string) table.Row { return table.Row{Number: number, Cells: cells} }

// TestACellThatSaysNothingWasFoundIsNoFinding takes the usual writings of "none" for it, and
// nothing else.
func TestACellThatSaysNothingWasFoundIsNoFinding(t *testing.T) {
	for _, s := range []string{"", "无", "无。", "（无）", "/", "—", "-", "——", "无问题", "没有发现问题", "未发现明显问题", "暂无", "未见异常", "未发现", "未发现问题。"} {
		if !nothingFound(s) {
			t.Errorf("%q is taken for a finding", s)
		}
	}
	for _, s := range []string{"无审批手续", "登记不全", "未发现问题台账", "会议无记录", "暂无制度", "1", "没有发现问题整改资料"} {
		if nothingFound(s) {
			t.Errorf("%q is taken for nothing", s)
		}
	}
}

// TestSourcesAndTheLikeAreMasked loads numbers of people in columns that are no free text, and
// finds the row again by its masked source.
func TestSourcesAndTheLikeAreMasked(t *testing.T) {
	b := newBench(t)
	b.city()
	const phone = "13712345091"
	head, row := "编号|单位|日期|内容|重复件|来源", "P1|13|2026-03-05|请求退费|见"+phone+"件|"+phone+"来电"
	b.csv(KindPetitions, head, row)
	if rep := b.csv(KindPetitions, head, row, "P2|13|2026-03-05|请求退费||信箱"); rep.Totals != (Counts{Read: 2, Added: 1, Unchanged: 1}) {
		t.Errorf("the same row anew: %+v", rep.Totals)
	}
	b.csv(KindComparisons, "编号|单位|日期|比对模型|异常描述", "D1|13|2026-03-05|模型"+phone+"|重复报销")
	b.csv(KindLedger, "单位|年度|事项|日期|人员|来源|文号|内容", "13|2026|专家意见|2026-03-05|周专家"+phone+"|"+phone+"来信|函"+phone+"|建议轮岗")
	if n := b.number("SELECT toInt64(count()) FROM signals WHERE position(concat(source, repeat_of, channel), '" + phone + "') > 0"); n != 0 {
		t.Errorf("%d signals hold a phone number", n)
	}
	if n := b.number("SELECT toInt64(count()) FROM ledger WHERE position(concat(source, document, arrayStringConcat(persons)), '" + phone + "') > 0"); n != 0 {
		t.Errorf("%d entries hold a phone number", n)
	}
	if n := b.number("SELECT toInt64(count()) FROM signals WHERE source = '〔手机号〕来电'"); n != 1 {
		t.Errorf("%d signals have the masked source", n)
	}
}

// TestAPetitionDoesNotBecomeOneAboutTheCommissionsLeadership tries it by a correction without a
// layer and by the word of a person.
func TestAPetitionDoesNotBecomeOneAboutTheCommissionsLeadership(t *testing.T) {
	b := newBench(t)
	b.city()
	b.csv(KindPetitions, "编号|单位|日期|内容|层面", "P1|13|2026-03-05|反映用人不公|领导岗位", "P2|00|2026-03-05|请求退费|")
	rep := b.csv(KindPetitions, "编号|单位|日期|内容", "P1|00|2026-03-05|反映用人不公", "P2|00|2026-03-05|请求退钱")
	if got := strings.Join(codes(rep.Files[0].Errors), " "); got != "not_for_this_system" || rep.Totals != (Counts{Read: 2, Changed: 1, Rejected: 1}) {
		t.Errorf("the correction: %q, %+v", got, rep.Totals)
	}
	id := integrity.FormatID(identify("petition", "", "P2"))
	if _, err := b.load.Confirm(t.Context(), Confirmation{By: "孙二", Words: []Word{{ID: id, Signal: true, Layer: "leadership"}}}); !errors.Is(err, integrity.ErrInvalid) {
		t.Errorf("Confirm = %v, want invalid", err)
	}
	b.say("孙二", Word{ID: id, Signal: true, Layer: "middle"})
}

// TestTheLedgerSpeaksOfAllUnitsInTheUsualWords: 全部单位 was an unknown unit, 二〇二六 no year.
func TestTheLedgerSpeaksOfAllUnitsInTheUsualWords(t *testing.T) {
	b := newBench(t)
	b.city()
	rep := b.csv(KindLedger, "单位|年度|事项|日期", "全部单位|二〇二六年度|代表帮查|2026-03-01", "所有单位|2026|专家助查|2026-03-02", "各单位|2026年|单位排查|2026-03-03", "各医院|2026|岗位自查|2026-03-03")
	if rep.Totals != (Counts{Read: 4, Added: 3, Rejected: 1}) {
		t.Errorf("%+v %+v", rep.Totals, rep.Files[0].Errors)
	}
	if n := b.number("SELECT toInt64(count()) FROM ledger WHERE unit = '" + integrity.AllUnits + "' AND year = 2026"); n != 3 {
		t.Errorf("%d entries for all units", n)
	}
}
