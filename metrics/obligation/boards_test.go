package obligation

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

// boardFacts are two hospitals: 张 has charge of both until 李 takes the first one on
// 1 July 2026; 王 has charge of the office.
func boardFacts() Facts {
	us := units()
	for i := range us {
		us[i].OpenedOn = day("2020-01-01")
	}
	point := func(id, unit string, no int, to string) Point {
		s := listed(unit, no, "2025-02-01", to)
		if no == 1 {
			s.Grade = integrity.GradeImportant
		}
		return Point{ID: id, Description: "大额采购未经集体研究决定的风险点描述很长很长", Spans: []Span{s}}
	}
	check := func(unit, on, entered string, part bool, leader string, methods MethodSet, ids ...string) Check {
		return Check{Unit: unit, RiskIDs: ids, On: day(on), EnteredOn: day(entered), LeaderTookPart: part, Leader: leader, Methods: methods}
	}
	documents, visit := Methods(integrity.MethodDocuments), Methods(integrity.MethodSiteVisit)
	return Facts{
		Units: us,
		Points: []Point{
			point("a", "H1", 1, ""), point("b", "H1", 2, ""), point("c", "H1", 3, ""),
			point("d", "H2", 1, ""), point("e", "H2", 2, "2026-09-01"), point("x", "H2", 3, ""),
		},
		Checks: []Check{
			check("H1", "2026-03-10", "2026-03-10", true, "", documents|visit, "a", "b"), // 张
			check("H1", "2026-08-10", "2026-08-31", true, "", visit, "a"),                // 李, entered late
			check("H1", "2026-08-20", "2026-08-20", false, "李", visit, "b"),              // led by 李
			check("H1", "2026-08-20", "2026-08-20", false, "陈", documents, "b"),          // nobody's
			check("H1", "2026-09-01", "2026-09-01", true, "", visit, "unknown"),          // no known point
			check("H2", "2026-03-10", "2026-03-10", true, "", visit, "d"),                // 张, the same day as in H1
			check("H2", "2026-04-10", "2026-04-10", true, "", visit, "d"),
			check("H2", "2027-01-01", "2027-01-01", true, "", visit, "x"), // next year
		},
		Lists: []List{{Unit: "H1", Year: 2026, On: day("2026-03-01")}, {Unit: "H2", Year: 2026, On: day("2026-05-01")}},
		Ledger: []integrity.LedgerEntry{
			{Unit: "H1", Year: 2026, Item: integrity.ItemDeploy, On: day("2026-02-01")},                            // nobody named: 张 then
			{Unit: "H1", Year: 2026, Item: integrity.ItemStudy, On: day("2026-08-01"), Persons: []string{"陈"}},     // no leader
			{Unit: "W", Year: 2026, Item: integrity.ItemStudy, On: day("2026-08-01"), Persons: []string{"王", "李"}}, // named
			{Unit: "W", Year: 2025, Item: integrity.ItemStudy, On: day("2025-08-01"), Persons: []string{"王"}},
			{Unit: "H2", Year: 2026, Item: integrity.ItemExemption, On: day("2026-06-01"), No: "3", Persons: []string{"王"}, Reason: "停用设备"},
		},
		Findings: []Signal{
			{ID: "F1", Number: "F1", Unit: "H1", On: day("2026-08-10"), DueOn: day("2026-09-10")},
			{ID: "F2", Number: "F2", Unit: "H2", On: day("2026-03-10"), DueOn: day("2026-04-10"), DoneOn: day("2026-04-01")},
			{ID: "F3", Number: "F3", Unit: "H2", On: day("2025-03-10"), DueOn: day("2026-04-10"), DoneOn: day("2026-04-01")},
		},
		Complaints: []Signal{{ID: "C1", Number: "C1", Unit: "H1", On: day("2026-09-01")}},
		Petitions:  []Signal{{ID: "X1", Number: "X1", Unit: "H1", On: day("2026-01-05"), Nature: NatureAppeal}},
	}
}

func TestLeaderDuty(t *testing.T) {
	methods := func(documents, visits int) []MethodCount {
		return []MethodCount{
			{integrity.MethodDocuments, documents},
			{integrity.MethodSiteVisit, visits},
			{integrity.MethodInterview, 0},
			{integrity.MethodAppraisal, 0},
			{integrity.MethodOther, 0},
		}
	}
	book := newBook(t, boardFacts())
	if got := book.LeaderDuty(2026, day("2025-12-31")); got != nil {
		t.Errorf("LeaderDuty before the year = %v; want none", got)
	}
	want := []LeaderRow{
		{
			Leader: "王", Units: []string{"市卫生健康委", "财务处"}, Q1Units: 1, Owing: Owing{Overdue: 1, PressingItems: 1}, Studied: 1,
			Methods: methods(0, 0),
		},
		{
			// 张 had the first hospital until June, so its missed June (c) and all of the
			// second hospital are 张's: d met, e missed June, x exempt.
			Leader: "张", Units: []string{"第二医院"}, Dates: 2, Required: 2, Checked: 2, LastDate: day("2026-04-10"),
			InForce: 2, Covered: 1,
			Tally:    Tally{Points: 3, OnTime: 1, Behind: 2, Exempt: 1, Required: 5, Done: 2, Removed: 1},
			Q1Units:  2,
			Q1Met:    1,
			Q1Late:   1,
			Methods:  methods(1, 3),
			Findings: 1,
			Deployed: 1,
			Owing:    Owing{Behind: 2, PressingItems: 2},
		},
		{
			// a was covered in August by 李; b as well, who led that check.
			Leader: "李", Units: []string{"第一医院"}, Dates: 2, Required: 1, Checked: 2, LastDate: day("2026-08-20"),
			InForce: 3, Covered: 2,
			Tally:    Tally{Points: 2, OnTime: 2, Required: 4, Done: 4},
			Methods:  methods(1, 3),
			Findings: 1,
			Studied:  1,
			Owing:    Owing{Behind: 2, PressingItems: 2}, // the finding of August and the complaint
		},
	}
	got := book.LeaderDuty(2026, day("2026-10-01"))
	for i := range got { // what is to be done first has tests of its own
		got[i].Own, got[i].Pressing = nil, nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("LeaderDuty (-want +got):\n%s", diff)
	}
}

func TestUnitBoard(t *testing.T) {
	facts := boardFacts()
	facts.Units = append(facts.Units,
		integrity.Unit{Code: "H3", Name: "新院", Parent: "W", Order: 9, OpenedOn: day("2026-10-02")},
		integrity.Unit{Code: "H4", Name: "旧站", Parent: "W", Order: 10, ClosedOn: day("2026-06-01")})
	rows := newBook(t, facts).UnitBoard(2026, day("2026-10-01"))
	short := map[string]UnitRow{}
	var order []string
	for _, r := range rows {
		order = append(order, r.Unit)
		r.Methods, r.Pressing = nil, nil
		short[r.Unit] = r
	}
	if diff := cmp.Diff([]string{"W", "A", "H1", "H2", "H4"}, order); diff != "" {
		t.Errorf("units in official order, without those not opened yet (-want +got):\n%s", diff)
	}
	want := map[string]UnitRow{
		"W": {Unit: "W", UnitName: "市卫生健康委", Leader: "王"},
		"A": {Unit: "A", UnitName: "财务处", Leader: "王", Q1: integrity.StatusOverdue, Q1Late: true, Owing: Owing{Overdue: 1, PressingItems: 1}},
		"H1": {
			Unit: "H1", UnitName: "第一医院", Leader: "李", InForce: 3, Important: 1,
			Tally: Tally{Points: 3, OnTime: 2, Behind: 1, Required: 6, Done: 4},
			Q1:    integrity.StatusMet, Checks: 5, LateEntries: 1, Findings: 1, Owing: Owing{Behind: 3, PressingItems: 3},
		},
		"H2": {
			Unit: "H2", UnitName: "第二医院", Leader: "张", InForce: 2, Important: 1,
			Tally: Tally{Points: 2, OnTime: 1, Behind: 1, Exempt: 1, Required: 3, Done: 2, Removed: 1},
			Q1:    integrity.StatusMetLate, Q1Late: true, Checks: 2, Findings: 1, Fixed: 1, Owing: Owing{Behind: 1, PressingItems: 1},
		},
		"H4": {Unit: "H4", UnitName: "旧站", Closed: true, Q1: integrity.StatusOverdue, Q1Late: true, Owing: Owing{Overdue: 1, PressingItems: 1}},
	}
	if diff := cmp.Diff(want, short); diff != "" {
		t.Errorf("UnitBoard (-want +got):\n%s", diff)
	}
	if got := short["H1"].Tally.Met(); got != 2 {
		t.Errorf("Met() = %d; want 2", got)
	}
}

func TestClosedUnitsLeaveTheRatiosAndStayVisible(t *testing.T) {
	facts := boardFacts()
	for i := range facts.Units {
		if facts.Units[i].Code == "H2" {
			facts.Units[i].ClosedOn = day("2026-10-01")
		}
	}
	book := newBook(t, facts)
	for _, tc := range []struct {
		name, asOf string
		want       LeaderRow
	}{
		{"the day before", "2026-09-30", LeaderRow{Q1Units: 2, Q1Met: 1, Q1Late: 1, Tally: Tally{Points: 3, OnTime: 1, Behind: 2, Exempt: 1, Required: 5, Done: 2, Removed: 1}, Owing: Owing{Behind: 2}}},
		{"from that day", "2026-10-01", LeaderRow{Q1Units: 1, Q1Met: 1, Tally: Tally{Points: 1, Behind: 1, Required: 2}, Owing: Owing{Behind: 2}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			row := book.LeaderDuty(2026, day(tc.asOf))[1]
			got := LeaderRow{Q1Units: row.Q1Units, Q1Met: row.Q1Met, Q1Late: row.Q1Late, Tally: row.Tally, Owing: Owing{Behind: row.Behind}}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("row of %s (-want +got):\n%s", row.Leader, diff)
			}
			for _, r := range book.Outlook(2026, day(tc.asOf)) {
				if r.Unit == "H2" && tc.asOf == "2026-10-01" {
					t.Errorf("a closed unit has an outlook: %+v", r)
				}
			}
		})
	}
}
