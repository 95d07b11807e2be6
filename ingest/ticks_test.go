package ingest

import (
	"slices"
	"strings"
	"testing"

	"qingfeng/internal/integrity"
)

func TestTickedBoxesSayWhatWasChosen(t *testing.T) {
	for _, tc := range []struct{ cell, ticked, empty, rest string }{
		{"查阅资料、实地走访", "", "", "查阅资料、实地走访"},
		{"☑查阅资料☐实地走访☑座谈约谈□民主评议", "查阅资料 座谈约谈", "实地走访 民主评议", "查阅资料座谈约谈"},
		{"查阅资料☑ 实地走访☐ 座谈约谈√", "查阅资料 座谈约谈", "实地走访", "查阅资料  座谈约谈"},
		{"√查阅资料 ×实地走访", "查阅资料", "实地走访", "查阅资料 "},
		{"查阅资料（√）实地走访（ ）", "查阅资料", "实地走访", "查阅资料"},
		{"[x] 查阅资料 [ ] 实地走访", "查阅资料", "实地走访", " 查阅资料 "},
		{"查阅资料√ 实地走访 座谈约谈√", "查阅资料 座谈约谈", "", "查阅资料 实地走访 座谈约谈"},
		{"依据：岗位职责 方法：☑查阅资料 ☐实地走访，看现场；另查账目", "查阅资料", "实地走访", "依据：岗位职责 方法：查阅资料 ；另查账目"},
		{"□重要 ☑一般", "一般", "重要", "一般"},
		{"□ 重要　■ 一般", "一般", "重要", " 一般"},
		{"重要☑ 一般☐", "重要", "一般", "重要 "},
		{"重要√/一般", "重要", "", "重要/一般"},
		{"重要/√一般", "一般", "", "重要/一般"},
		{"重要√一般", "", "", "重要√一般"}, // which of them cannot be told
		{"□重要 □一般", "", "重要 一般", ""},
		{"√", "", "", ""},
		{"", "", "", ""},
	} {
		ticked, empty, rest := ticks(tc.cell)
		if strings.Join(ticked, " ") != tc.ticked || strings.Join(empty, " ") != tc.empty || rest != tc.rest {
			t.Errorf("%q: ticked %q, empty %q, rest %q", tc.cell, ticked, empty, rest)
		}
	}
}

// What a person ticked on a form is what counts, not what is printed beside the empty boxes.
func TestBoxesOfFormsAndChecksAreRead(t *testing.T) {
	b := newBench(t)
	b.city()
	with := func(no, methods, power string) string {
		line := strings.Replace(check(no, "13", "2026-04-01", "", ""), "查阅资料、实地走访", methods, 1)
		return strings.Replace(line, "是|是|是", power+"|是|是", 1)
	}
	rep := b.csv(KindInspections, checkHead, with("J1", "☑查阅资料☐实地走访☑座谈约谈□民主评议", "☑是☐否"), with("J2", "查阅资料（√）实地走访（ ）", "是□否☑"),
		with("J3", "□查阅资料 □实地走访", "是"), with("J4", "查阅资料", "□是□否"))
	if rep.Totals.Added != 2 || rep.Totals.Rejected != 2 {
		t.Errorf("%+v", rep.Totals)
	}
	if got := codes(rep.Files[0].Errors); !slices.Equal(got, []string{"method_missing", "result_invalid"}) {
		t.Errorf("%+v", rep.Files[0].Errors)
	}
	if got := b.text("SELECT toString(groupArray((number, methods, power_regular))) FROM (SELECT * FROM checks ORDER BY number)"); got != "[('J1',['documents','interview'],1),('J2',['documents'],0)]" {
		t.Errorf("stored %s", got)
	}
	row := func(no, grade, path string) string {
		return "13|2026-03-05|" + no + "|第" + no + "个风险点无人复核|集体决策|" + path + "|" + grade + "|张三|领导岗位|决策"
	}
	rep = b.csv(KindRisks, riskHead, row("1", "□重要 ☑一般", "方法：☑查阅资料 ☐实地走访 ☑座谈约谈"), row("2", "重要√/一般", "查阅资料、实地走访"), row("3", "□重要 □一般", "■查阅资料 ■实地走访"), row("4", "重要√一般", "查阅资料"))
	if got := codes(rep.Files[0].Errors); rep.Totals.Added != 3 || !slices.Equal(got, []string{"grade_invalid"}) {
		t.Errorf("%+v %+v", rep.Totals, rep.Files[0].Errors)
	}
	if got := b.text("SELECT toString(groupArray((no, grade, methods))) FROM (SELECT * FROM risks ORDER BY no)"); got !=
		"[(1,'"+string(integrity.GradeGeneral)+"',['documents','interview']),(2,'"+string(integrity.GradeImportant)+"',['documents','site_visit']),(3,'"+string(integrity.GradeUngraded)+"',['documents','site_visit'])]" {
		t.Errorf("stored %s", got)
	}
}
