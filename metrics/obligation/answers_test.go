package obligation

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

func TestOutlook(t *testing.T) {
	book := newBook(t, boardFacts())
	if got := book.Outlook(2026, day("2025-12-31")); got != nil {
		t.Errorf("Outlook before the year = %v; want none", got)
	}
	for _, tc := range []struct {
		name, asOf string
		want       []OutlookRow
	}{
		{"on 1 October three months are left; the removed point cannot be met", "2026-10-01", []OutlookRow{
			{Unit: "H1", UnitName: "第一医院", Leader: "李", Points: 3, Required: 6, Done: 4, Missing: 2, MonthsLeft: 3, PerMonth: 0.7, PerWeek: 0.2, Visits: 2, DaysLeft: 92, Workdays: 62},
			{Unit: "H2", UnitName: "第二医院", Leader: "张", Points: 2, Required: 3, Done: 2, MonthsLeft: 3, DaysLeft: 92, Workdays: 62, Cannot: 1},
			{Leader: "张", Points: 2, Required: 3, Done: 2, MonthsLeft: 3, DaysLeft: 92, Workdays: 62, Cannot: 1},
			{Leader: "李", Points: 3, Required: 6, Done: 4, Missing: 2, MonthsLeft: 3, PerMonth: 0.7, PerWeek: 0.2, Visits: 2, DaysLeft: 92, Workdays: 62},
		}},
		{"in the first half of the year the plan counts", "2026-02-01", []OutlookRow{
			{Unit: "H1", UnitName: "第一医院", Leader: "张", Points: 3, Required: 6, Missing: 6, MonthsLeft: 11, PerMonth: 0.6, PerWeek: 0.2, Visits: 2, DaysLeft: 334, Workdays: 227},
			{Unit: "H2", UnitName: "第二医院", Leader: "张", Points: 3, Required: 6, Missing: 6, MonthsLeft: 11, PerMonth: 0.6, PerWeek: 0.2, Visits: 2, DaysLeft: 334, Workdays: 227},
			{Leader: "张", Points: 6, Required: 12, Missing: 12, MonthsLeft: 11, PerMonth: 1.1, PerWeek: 0.3, Visits: 2, DaysLeft: 334, Workdays: 227, DatesMissing: 2},
		}},
		{"on 31 December two dates no longer fit", "2026-12-31", []OutlookRow{
			{Unit: "H1", UnitName: "第一医院", Leader: "李", Points: 3, Required: 6, Done: 4, Missing: 2, MonthsLeft: 1.0 / 31, PerMonth: 2, PerWeek: 2, Visits: 2, DaysLeft: 1, Workdays: 1, Cannot: 1},
			{Unit: "H2", UnitName: "第二医院", Leader: "张", Points: 2, Required: 3, Done: 2, MonthsLeft: 1.0 / 31, DaysLeft: 1, Workdays: 1, Cannot: 1},
			{Leader: "张", Points: 2, Required: 3, Done: 2, MonthsLeft: 1.0 / 31, DaysLeft: 1, Workdays: 1, Cannot: 1},
			{Leader: "李", Points: 3, Required: 6, Done: 4, Missing: 2, MonthsLeft: 1.0 / 31, PerMonth: 2, PerWeek: 2, Visits: 2, DaysLeft: 1, Workdays: 1, Cannot: 1},
		}},
		{"after the year nothing can be made up", "2027-01-01", []OutlookRow{
			{Unit: "H1", UnitName: "第一医院", Leader: "李", Points: 3, Required: 6, Done: 4, Missing: 2, Visits: 2, Cannot: 1},
			{Unit: "H2", UnitName: "第二医院", Leader: "张", Points: 2, Required: 3, Done: 2, Cannot: 1},
			{Leader: "张", Points: 2, Required: 3, Done: 2, Cannot: 1},
			{Leader: "李", Points: 3, Required: 6, Done: 4, Missing: 2, Visits: 2, Cannot: 1},
		}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, book.Outlook(2026, day(tc.asOf))); diff != "" {
				t.Errorf("Outlook(2026, %s) (-want +got):\n%s", tc.asOf, diff)
			}
		})
	}
}

// The sum of units has the pace of what is missing in all, and is that of a unit where there is one; what
// leaders have to do is not added to it.
func TestTheOutlookOfAllUnits(t *testing.T) {
	rows := newBook(t, boardFacts()).Outlook(2026, day("2026-11-24"))
	sum := TotalOutlook(rows)
	// H1 lacks two checks, H2 none and has one point that is gone: 28 working days are 5.6 weeks.
	want := OutlookRow{Points: 5, Required: 9, Done: 6, Missing: 2, MonthsLeft: 1 + 7.0/30, PerMonth: 1.7, PerWeek: 0.4, Visits: 2, DaysLeft: 38, Workdays: 28, Cannot: 1}
	if diff := cmp.Diff(want, sum); diff != "" {
		t.Errorf("TotalOutlook (-want +got):\n%s", diff)
	}
	if !sum.ByWeek() {
		t.Error("with five weeks left the pace is told by the month")
	}
	one := TotalOutlook(rows[:1])
	if one.PerMonth != rows[0].PerMonth || one.PerWeek != rows[0].PerWeek {
		t.Errorf("of one unit: %+v; its row %+v", one, rows[0])
	}
	if none := TotalOutlook(nil); none != (OutlookRow{}) {
		t.Errorf("of none: %+v", none)
	}
}

func TestASecondCheckTodayDoesNotCount(t *testing.T) {
	facts := Facts{Units: units(), Points: []Point{{ID: "P", Spans: []Span{listed("H1", 3, "2025-02-01", "")}}}}
	for _, tc := range []struct {
		name, check, asOf string
		cannot            int
	}{
		{"two days left for two dates", "", "2026-12-30", 0},
		{"one day left for two dates", "", "2026-12-31", 1},
		{"one day left for one date", "2026-12-30", "2026-12-31", 0},
		{"the last day is taken", "2026-12-31", "2026-12-31", 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			facts.Checks = nil
			if tc.check != "" {
				facts.Checks = checksOn(tc.check)
				facts.Checks[0].LeaderTookPart = true
			}
			rows := newBook(t, facts).Outlook(2026, day(tc.asOf))
			if got := rows[0].Cannot; got != tc.cannot {
				t.Errorf("Cannot = %d; want %d", got, tc.cannot)
			}
			for _, r := range rows { // 李 has had charge since July and owes one date
				if r.Unit == "" && r.Leader == "李" && r.DatesCannot {
					t.Errorf("leader %s cannot take part any more: %+v", r.Leader, r)
				}
			}
		})
	}
}

func TestItemsFilterAndSummary(t *testing.T) {
	book := newBook(t, boardFacts())
	asOf := day("2026-10-01")
	all, summary := book.Items(2026, asOf, Filter{})
	if diff := cmp.Diff(Summary(all), summary); diff != "" {
		t.Errorf("summary of all items (-counted again +given):\n%s", diff)
	}
	want := Counts{
		integrity.RuleTwoChecks: {
			integrity.BasisNotice: {integrity.StatusMet: 3},
			integrity.BasisSystem: {integrity.StatusOverdue: 2, integrity.StatusExempt: 1},
		},
		integrity.RuleQ1Review: {integrity.BasisNotice: {integrity.StatusMet: 1, integrity.StatusMetLate: 1, integrity.StatusOverdue: 1}},
		integrity.RuleRectification: {integrity.BasisSystem: {
			integrity.StatusOverdue: 1, integrity.StatusMet: 2,
		}},
		integrity.RuleHandling: {integrity.BasisSystem: {integrity.StatusOverdue: 2}},
	}
	if diff := cmp.Diff(want, summary); diff != "" {
		t.Errorf("Summary (-want +got):\n%s", diff)
	}
	for _, tc := range []struct {
		name   string
		filter Filter
		want   int
		total  int // in the summary
	}{
		{"a status leaves the summary alone", Filter{Statuses: []integrity.Status{integrity.StatusOverdue}}, 6, 14},
		{"a rule", Filter{Rule: integrity.RuleHandling}, 2, 2},
		{"without petitions", Filter{Rule: integrity.RuleHandling, NoPetitions: true}, 1, 1},
		{"a basis and a status", Filter{Basis: integrity.BasisNotice, Statuses: []integrity.Status{integrity.StatusOverdue}}, 1, 6},
		{"a leader", Filter{Leader: "李", Statuses: []integrity.Status{integrity.StatusOverdue}}, 2, 4},
		{"a unit", Filter{Units: map[string]bool{"H2": true}}, 6, 6},
		{"an owner", Filter{Owner: integrity.OwnerInspector}, 1, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			items, counts := book.Items(2026, asOf, tc.filter)
			total := 0
			for _, bases := range counts {
				for _, statuses := range bases {
					for _, n := range statuses {
						total += n
					}
				}
			}
			if len(items) != tc.want || total != tc.total {
				t.Errorf("Items(%+v): %d items, %d in the summary; want %d and %d", tc.filter, len(items), total, tc.want, tc.total)
			}
		})
	}
	keys := map[string]bool{}
	for i := range all {
		if keys[all[i].Key()] {
			t.Errorf("two items share the key %s", all[i].Key())
		}
		keys[all[i].Key()] = true
	}
}

func TestSortPutsUnitsInOfficialOrder(t *testing.T) {
	facts := boardFacts()
	book := newBook(t, facts)
	items, _ := book.Items(2026, day("2026-10-01"), Filter{Statuses: []integrity.Status{integrity.StatusOverdue}})
	for i, j := 0, len(items)-1; i < j; i, j = i+1, j-1 {
		items[i], items[j] = items[j], items[i]
	}
	book.Sort(items)
	var got []string
	for _, it := range items {
		got = append(got, string(it.Rule)+" "+it.Unit+" "+it.RiskID+it.Number)
	}
	want := []string{
		"two_checks H1 c", "two_checks H2 e", "q1_review A ", "rectification H1 F1", "handling H1 X1", "handling H1 C1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Sort (-want +got):\n%s", diff)
	}
}

func TestItemsCarryTheFieldsOfTheContract(t *testing.T) {
	book := newBook(t, boardFacts())
	items, _ := book.Items(2026, day("2026-10-01"), Filter{Rule: integrity.RuleTwoChecks, Statuses: []integrity.Status{integrity.StatusOverdue}})
	raw, err := json.Marshal(items[0])
	if err != nil {
		t.Fatal(err)
	}
	const begins = `{"rule":"two_checks","basis":"system","status":"overdue","late":true,"unit":"H1","leader":"张","risk_id":"c","risk_no":3,` +
		`"due":"2026-06-30","days_left":-93,"required":2,"done":0,"clause":"本系统设定，非文件规定","why":"",`
	if !strings.HasPrefix(string(raw), begins) {
		t.Errorf("JSON of an item:\n%s\nwant it to begin with\n%s", raw, begins)
	}
}

func TestWhy(t *testing.T) {
	facts := boardFacts()
	facts.Ledger = append(facts.Ledger,
		integrity.LedgerEntry{Unit: "H1", Year: 2026, Item: integrity.ItemSelfCheck, On: day("2026-03-02")},
		integrity.LedgerEntry{Unit: "H1", Year: 2026, Item: integrity.ItemCommitteeApproval, On: day("2026-04-01")})
	facts.Points[1].Spans = append([]Span{{From: day("2026-03-01"), Unit: "H1", No: 2, Year: 2026, Grade: integrity.GradeImportant}}, facts.Points[1].Spans...)
	book := newBook(t, facts)
	for _, tc := range []struct {
		name string
		key  string
		asOf string
		zh   string
		en   string
	}{
		{
			"June was missed", "two_checks/2026/c", "2026-10-01",
			"第一医院第3项（大额采购未经集体研究决定的风险点描述很长…）：2026年度应接受监督检查2次，截至2026-10-01已查0次。半年节点2026-06-30（本系统设定，非文件规定）已过93天，进度滞后。",
			"第一医院, point 3 (大额采购未经集体研究决定的风险点描述很长…): 2 checks required in 2026, 0 done by 2026-10-01. The checkpoint of 2026-06-30 (set by this system, not by the notice) passed 93 days ago: behind schedule.",
		},
		{
			"the year was missed", "two_checks/2026/c", "2027-01-01",
			"第一医院第3项（大额采购未经集体研究决定的风险点描述很长…）：2026年度应接受监督检查2次，截至2027-01-01已查0次。年度期限2026-12-31已过，逾期1天。",
			"第一医院, point 3 (大额采购未经集体研究决定的风险点描述很长…): 2 checks required in 2026, 0 done by 2027-01-01. The year ended on 2026-12-31: 1 day overdue.",
		},
		{
			"met, with a late entry", "two_checks/2026/a", "2026-10-01",
			"第一医院第1项（大额采购未经集体研究决定的风险点描述很长…）：2026年度应接受监督检查2次，截至2026-10-01已查2次（2026-03-10、2026-08-10）。年度达标。含补录。",
			"第一医院, point 1 (大额采购未经集体研究决定的风险点描述很长…): 2 checks required in 2026, 2 done by 2026-10-01 (2026-03-10, 2026-08-10). The year is met. Includes a late entry.",
		},
		{
			"removed", "two_checks/2026/e", "2026-10-01",
			"第二医院第2项（大额采购未经集体研究决定的风险点描述很长…）：2026年度应接受监督检查1次，截至2026-10-01已查0次。半年节点2026-06-30（本系统设定，非文件规定）已过93天，进度滞后。移出时未完成。",
			"第二医院, point 2 (大额采购未经集体研究决定的风险点描述很长…): 1 check required in 2026, 0 done by 2026-10-01. The checkpoint of 2026-06-30 (set by this system, not by the notice) passed 93 days ago: behind schedule. Not done when the point was removed or moved.",
		},
		{
			"exempt", "two_checks/2026/x", "2026-10-01",
			"第二医院第3项（大额采购未经集体研究决定的风险点描述很长…）：2026年度应接受监督检查2次，截至2026-10-01已查0次。已豁免，不计入分子和分母。",
			"第二医院, point 3 (大额采购未经集体研究决定的风险点描述很长…): 2 checks required in 2026, 0 done by 2026-10-01. Exempt: in no numerator and no denominator.",
		},
		{
			"on track", "two_checks/2026/a", "2026-04-01",
			"第一医院第1项（大额采购未经集体研究决定的风险点描述很长…）：2026年度应接受监督检查2次，截至2026-04-01已查1次（2026-03-10）。下一节点2026-12-31，还有274天。",
			"第一医院, point 1 (大额采购未经集体研究决定的风险点描述很长…): 2 checks required in 2026, 1 done by 2026-04-01 (2026-03-10). Next checkpoint 2026-12-31, 274 days left.",
		},
		{
			"no review", "q1_review/2026/A", "2026-04-02",
			"财务处：2026年第一季度动态排查，期限2026-03-31，截至2026-04-02未见当年清单或动态排查记录，逾期2天。",
			"财务处: first-quarter review of 2026, due 2026-03-31; no list and no review of the year by 2026-04-02, 2 days overdue.",
		},
		{
			"a late review", "q1_review/2026/H2", "2026-10-01",
			"第二医院：2026年第一季度动态排查，期限2026-03-31，2026-05-01完成，晚31天。",
			"第二医院: first-quarter review of 2026, due 2026-03-31; done on 2026-05-01, 31 days late.",
		},
		{
			"filing", "filing/2026/H1/b", "2026-04-20",
			"第一医院第2项（大额采购未经集体研究决定的风险点描述很长…）为重要风险点，2026-04-01经委党委审定，报市纪委备案期限2026-04-16，已过4天，进度滞后。本系统设定，非文件规定。",
			"第一医院, point 2 (大额采购未经集体研究决定的风险点描述很长…) is important and was approved on 2026-04-01; to be filed by 2026-04-16; 4 days behind schedule. The limit is this system's, not the notice's.",
		},
		{
			"a finding put right", "rectification/finding/F2", "2026-05-01",
			"第二医院问题F2（2026-03-10发现），整改期限2026-04-10，2026-04-01完成。本系统设定，非文件规定。",
			"第二医院, finding F2 of 2026-03-10, to be put right by 2026-04-10; done on 2026-04-01. The limit is this system's, not the notice's.",
		},
		{
			"a petition", "handling/petition/X1", "2026-02-01",
			"第一医院信访举报X1（2026-01-05起算），办理期限2026-03-06，还有33天。本系统设定，非文件规定。",
			"第一医院, petition X1, counted from 2026-01-05, to be closed by 2026-03-06; 33 days left. The limit is this system's, not the notice's.",
		},
		{
			"a stage left late", "stage/2026/H1/self_check", "2026-04-20",
			"第一医院2026年度清单2026-03-02进入岗位自查，进入下一阶段的期限2026-03-23，2026-04-01补齐，晚9天。本系统设定，非文件规定。",
			`第一医院, list of 2026 entered "Self-check of posts" on 2026-03-02; next stage by 2026-03-23; made up on 2026-04-01, 9 days late. The limit is this system's, not the notice's.`,
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			items, _ := book.Items(2026, day(tc.asOf), Filter{})
			for i := range items {
				if items[i].Key() == tc.key {
					if diff := cmp.Diff(tc.zh, book.Why(&items[i], integrity.Chinese)); diff != "" {
						t.Errorf("Why (-want +got):\n%s", diff)
					}
					if diff := cmp.Diff(tc.en, book.Why(&items[i], integrity.English)); diff != "" {
						t.Errorf("Why (-want +got):\n%s", diff)
					}
					return
				}
			}
			t.Errorf("no item %s", tc.key)
		})
	}
}

// Every status of every rule has a sentence in both languages that names the unit, and
// an English one has no Chinese but for names.
func TestEveryItemIsExplained(t *testing.T) {
	facts := boardFacts()
	facts.Findings[0].DueOn, facts.Complaints[0].On = integrity.NoDay, day("2026-12-30")
	book := newBook(t, facts)
	for asOf := day("2026-01-01"); asOf < day("2027-02-01"); asOf += 5 {
		for year := 2026; year <= asOf.Year(); year++ {
			items, _ := book.Items(year, asOf, Filter{})
			book.Explain(items, integrity.Chinese)
			for i := range items {
				if !strings.HasPrefix(items[i].Why, items[i].UnitName) || !strings.HasSuffix(items[i].Why, "。") || strings.Contains(items[i].Why, "%!") {
					t.Fatalf("why of %s: %q", items[i].Key(), items[i].Why)
				}
				if items[i].Unarranged != strings.Contains(items[i].Why, "2027年调休未载入") {
					t.Fatalf("why of %s does not fit Unarranged = %t: %q", items[i].Key(), items[i].Unarranged, items[i].Why)
				}
				english := book.Why(&items[i], integrity.English)
				if !strings.HasPrefix(english, items[i].UnitName) || strings.ContainsAny(english, "。，、（）") || strings.Contains(english, "%!") {
					t.Fatalf("why of %s: %q", items[i].Key(), english)
				}
			}
		}
	}
}

func TestClausesAreTheNoticesOwnWords(t *testing.T) {
	for _, r := range integrity.Rules() {
		if got := Clause(r, integrity.BasisSystem); got != ClauseSystem {
			t.Errorf("Clause(%s, system) = %q; want %q", r, got, ClauseSystem)
		}
	}
	if got := Clause(integrity.RuleTwoChecks, integrity.BasisNotice); got != "对分管工作廉洁风险点的监督检查每年不少于2次" {
		t.Errorf("Clause(two_checks, notice) = %q", got)
	}
	if got := Clause(integrity.RuleQ1Review, integrity.BasisNotice); got != "每年第一季度开展动态排查工作" {
		t.Errorf("Clause(q1_review, notice) = %q", got)
	}
	notice, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "notice.txt"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, d := range Definitions() {
		if err == nil && d.Clause != ClauseSystem && !strings.Contains(string(notice), d.Clause) {
			t.Errorf("definition %s quotes what the notice does not say: %q", d.Code, d.Clause)
		}
	}
}

func TestDefinitionsAreComplete(t *testing.T) {
	codes := map[string]bool{}
	for _, d := range Definitions() {
		if codes[d.Code] {
			t.Errorf("two definitions of %s", d.Code)
		}
		codes[d.Code] = true
		for _, text := range []Text{d.Name, d.Formula, d.Numerator, d.Denominator} {
			if (text.In(integrity.Chinese) == "") != (text.In(integrity.English) == "") {
				t.Errorf("definition %s speaks one language only: %+v", d.Code, text)
			}
		}
		if d.Name.ZH == "" || d.Formula.ZH == "" || d.Clause == "" || d.Basis == "" || (d.Numerator.ZH == "") != (d.Denominator.ZH == "") {
			t.Errorf("definition %s has gaps: %+v", d.Code, d)
		}
	}
	for _, r := range integrity.Rules() {
		if !codes[string(r)] {
			t.Errorf("no definition of the rule %s", r)
		}
	}
}

func TestMethodsCountUnknownOnesAsOther(t *testing.T) {
	if got, want := Methods(integrity.MethodInterview, "?"), Methods(integrity.MethodOther, integrity.MethodInterview); got != want {
		t.Errorf("Methods = %b; want %b", got, want)
	}
}

func TestParseNumbers(t *testing.T) {
	for _, tc := range []struct {
		name, in string
		in5      bool
		in8      bool
	}{
		{"one", "5", true, false},
		{"a list", "3、5，7", true, false},
		{"a range", "5-8", true, true},
		{"a range in words", "第5项至第8项", true, true},
		{"all", "全部", true, true},
		{"nothing written means all", " ", true, true},
		{"words fit nothing", "若干、x-8", false, false},
		{"an open range fits nothing", "5-", false, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			n := parseNumbers(tc.in)
			if n.has(5) != tc.in5 || n.has(8) != tc.in8 {
				t.Errorf("parseNumbers(%q) has 5: %t, 8: %t; want %t, %t", tc.in, n.has(5), n.has(8), tc.in5, tc.in8)
			}
		})
	}
}

func TestAKeySaysWhatItIsAbout(t *testing.T) {
	for _, it := range []Item{
		{Rule: integrity.RuleTwoChecks, Year: 2026, RiskID: "00aa", Unit: "13"}, {Rule: integrity.RuleFiling, Year: 2026, RiskID: "00aa", Unit: "13"},
		{Rule: integrity.RuleHandling, Subject: "complaint", SignalID: "00aa", Unit: "13"},
	} {
		if got := KeyAbout(it.Key()); got != "00aa" {
			t.Errorf("KeyAbout(%s) = %q, want 00aa", it.Key(), got)
		}
	}
	if got := KeyAbout((&Item{Rule: integrity.RuleQ1Review, Year: 2026, Unit: "13"}).Key()); got != "13" {
		t.Errorf("what a unit owes as a whole is about %q", got)
	}
}

func TestTheYearOfAKey(t *testing.T) {
	for _, tc := range []struct {
		name string
		it   Item
		want int
	}{
		{"checks of a point", Item{Rule: integrity.RuleTwoChecks, Year: 2025, RiskID: "00aa"}, 2025},
		{"the review of a unit", Item{Rule: integrity.RuleQ1Review, Year: 2026, Unit: "13"}, 2026},
		{"the filing of a point", Item{Rule: integrity.RuleFiling, Year: 2024, Unit: "13", RiskID: "00aa"}, 2024},
		{"a stage of a list", Item{Rule: integrity.RuleStage, Year: 2026, Unit: "13", Subject: "self_check"}, 2026},
		{"a signal belongs to no year", Item{Rule: integrity.RuleHandling, Year: 2026, Subject: "complaint", SignalID: "2026"}, 0},
	} {
		if got := KeyYear(tc.it.Key()); got != tc.want {
			t.Errorf("%s: KeyYear(%s) = %d, want %d", tc.name, tc.it.Key(), got, tc.want)
		}
	}
}
