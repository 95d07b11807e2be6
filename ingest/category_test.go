package ingest

import (
	"testing"

	"qingfeng/ingest/mask"
	"qingfeng/ingest/table"
	"qingfeng/internal/integrity"
)

// TestABareRestOfASourceIsNoSeventhCategory tells the rest of other systems' sorts from 被围猎.
func TestABareRestOfASourceIsNoSeventhCategory(t *testing.T) {
	dir := &directory{byCode: map[string]*unitRow{"13": {Code: "13"}}, names: map[string]string{"13": "13"}, below: map[string]bool{}}
	const dull, bribe = "医院北门空调不冷，等候区太热", "收受供应商红包回扣"
	for _, tc := range []struct {
		name            string
		kind            Kind
		word, text      string
		category, about string
		machine         bool
		configured      map[string]integrity.Category
	}{
		{"a bare rest is unclassified and not about integrity", KindComplaints, "其他", dull, "unclassified", "no", true, nil},
		{"a text that says more is heard", KindComplaints, "其他", bribe, "external", "yes", true, nil},
		{"of petitions as well", KindPetitions, "其它", dull, "unclassified", "no", true, nil},
		{"other writings of the rest too", KindComplaints, "其他问题", dull, "unclassified", "no", true, nil},
		{"what a comparison calls the rest is unclassified", KindComparisons, "其他", "药占比高于均值", "unclassified", "yes", true, nil},
		{"the seventh by its name is the seventh", KindComplaints, "其他（被“围猎”）", dull, "external", "yes", false, nil},
		{"its code as well", KindComplaints, "external", dull, "external", "yes", false, nil},
		{"the configuration may say what the rest is", KindComplaints, "其他", dull, "external", "yes", false, map[string]integrity.Category{"其他": integrity.CategoryExternal}},
		{"another category stays", KindComplaints, "岗位", dull, "post", "yes", false, nil},
	} {
		headings := []string{"编号", "单位", "日期", "内容", "类别", "比对模型"}
		known, err := headingsOf(tc.kind, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		l, _, _ := known.match(tc.kind, headings, mask.Column)
		words := tc.configured
		if words == nil {
			words = usualCategoryWords
		}
		p := &parser{req: &Request{Kind: tc.kind, CategoryWords: words}, dir: dir, today: integrity.Date(2026, 11, 22), file: &FileReport{}, table: &table.Table{}}
		c := p.cells(table.Row{Number: 2, Cells: []string{"T1", "13", "2026-03-05", tc.text, tc.word, "模型"}}, &l)
		var r signalRow
		c.parseSignal(&r)
		classifySignal(&r)
		if c.first != nil || r.Category != tc.category || r.Integrity != tc.about || (r.Machine&machineCategory != 0) != tc.machine {
			t.Errorf("%s: %s of %q is %s, integrity %s, machine %b, problem %v; want %s, %s", tc.name, tc.word, tc.text, r.Category, r.Integrity, r.Machine, c.first, tc.category, tc.about)
		}
	}
}
