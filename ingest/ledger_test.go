package ingest

import (
	"slices"
	"strings"
	"testing"

	"qingfeng/ingest/table"
	"qingfeng/internal/integrity"
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
			if sourceAliases[normal(word)] != word {
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
