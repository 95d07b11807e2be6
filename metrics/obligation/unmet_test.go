package obligation

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

func TestRangesOfNumbers(t *testing.T) {
	for _, tc := range []struct {
		nos  []int
		want string
	}{{nil, ""}, {[]int{4}, "4"}, {[]int{1, 3}, "1、3"}, {[]int{1, 2}, "1、2"}, {[]int{1, 5, 6, 7, 8}, "1、5—8"}} {
		if got := Ranges(tc.nos); got != tc.want {
			t.Errorf("Ranges(%v) = %s; want %s", tc.nos, got, tc.want)
		}
	}
}

func TestUnmet(t *testing.T) {
	const year = 2026
	fullYear := []Span{listed("H1", 3, "2026-01-10", "")}
	list := List{Unit: "H1", Year: 2026, On: day("2026-01-10"), EnteredOn: day("2026-01-10")}
	july := listed("H1", 3, "2026-01-10", "2026-07-20")
	removed := listed("H1", 3, "2026-01-10", "2027-02-01")
	closing := units()
	for i := range closing {
		if closing[i].Code == "H1" {
			closing[i].ClosedOn = day("2027-02-01")
		}
	}
	late := Check{Unit: "H1", RiskIDs: []string{"P"}, On: day("2026-10-10"), EnteredOn: day("2027-02-20")}
	for _, tc := range []struct {
		name   string
		units  []integrity.Unit
		spans  []Span
		checks []Check
		ledger []integrity.LedgerEntry
		lists  []List
		year   int // asked about; 0 = that of the day
		asOf   string
		filter Filter
		want   []string
	}{
		{name: "on 31 December the year is still its own", asOf: "2026-12-31", checks: checksOn("2026-03-10")},
		{
			name: "from 1 January what lacks a check is left of the old year", asOf: "2027-01-01", checks: checksOn("2026-03-10"),
			want: []string{"P: overdue notice 2026-12-31 1/2 H1 李 late"},
		},
		{
			name: "two New Years later it still is", asOf: "2028-06-01", checks: checksOn("2026-03-10", "2027-03-01", "2027-08-01"),
			want: []string{"P: overdue notice 2026-12-31 1/2 H1 李 late"},
		},
		{
			name: "the latest year comes first", asOf: "2028-01-01", checks: checksOn("2026-03-10", "2027-03-01"),
			want: []string{"P: overdue notice 2027-12-31 1/2 H1 李 late", "P: overdue notice 2026-12-31 1/2 H1 李 late"},
		},
		{
			name: "asked about the year before, only what came before that", year: 2027, asOf: "2028-01-01", checks: checksOn("2026-03-10", "2027-03-01"),
			want: []string{"P: overdue notice 2026-12-31 1/2 H1 李 late"},
		},
		{name: "checks of the new year do not make it up", asOf: "2027-03-01", checks: checksOn("2026-03-10", "2027-02-01"), want: []string{"P: overdue notice 2026-12-31 1/2 H1 李 late"}},
		{name: "a check of the old year that is entered late ends it", asOf: "2027-03-01", checks: append(checksOn("2026-03-10"), late)},
		{name: "an exemption ends it", asOf: "2027-03-01", checks: checksOn("2026-03-10"), ledger: []integrity.LedgerEntry{exemptionOf("3", "2026-12-30")}},
		{
			name: "removing the point does not", asOf: "2027-03-01", spans: []Span{removed}, checks: checksOn("2026-03-10"),
			want: []string{"P: overdue notice 2026-12-31 1/2 H1 李 late removed"},
		},
		{
			name: "nor does closing the unit", asOf: "2027-03-01", units: closing, checks: checksOn("2026-03-10"),
			want: []string{"P: overdue notice 2026-12-31 1/2 H1 李 late removed"},
		},
		{
			name: "what only the system's checkpoint asked for stays behind schedule, not overdue", asOf: "2027-03-01", spans: []Span{july},
			want: []string{"P: overdue system 2026-06-30 0/1 H1 张 late removed"},
		},
		{name: "and is left out where the notice is asked for", asOf: "2027-03-01", spans: []Span{july}, filter: Filter{Basis: integrity.BasisNotice}},
		{name: "nothing is owed for years before the first list", asOf: "2027-01-01", checks: checksOn("2026-03-10", "2026-08-10")},
		{
			name: "a unit without a list has not reviewed, once others have lists", asOf: "2028-01-01", checks: checksOn("2026-03-10", "2026-08-10", "2027-03-01", "2027-08-01"),
			lists: []List{{Unit: "H2", Year: 2027, On: day("2027-02-01")}}, filter: Filter{Rule: integrity.RuleQ1Review, Units: map[string]bool{"H1": true}},
			want: []string{": overdue notice 2027-03-31 0/1 H1 李 late"},
		},
		{name: "the owner and the rule are asked for as of any item", asOf: "2027-01-01", filter: Filter{Rule: integrity.RuleFiling}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			us := tc.units
			if us == nil {
				us = units()
			}
			spans := tc.spans
			if spans == nil {
				spans = fullYear
			}
			lists := append([]List{list}, tc.lists...)
			if tc.filter.Rule == "" {
				tc.filter.Rule = integrity.RuleTwoChecks
			}
			b := newBook(t, Facts{Units: us, Points: []Point{{ID: "P", Spans: spans}}, Checks: tc.checks, Lists: lists, Ledger: tc.ledger})
			asked := tc.year
			if asked == 0 {
				asked = day(tc.asOf).Year()
			}
			if diff := cmp.Diff(tc.want, verdicts(b.Unmet(asked, day(tc.asOf), tc.filter))); diff != "" {
				t.Errorf("Unmet(%d, %s) (-want +got):\n%s", asked, tc.asOf, diff)
			}
			if asked == year {
				return
			}
			// Nothing of it is among the items of the year, so that no number counts it twice.
			items, _ := b.Items(asked, day(tc.asOf), Filter{Statuses: []integrity.Status{integrity.StatusOverdue}})
			for i := range items {
				if (items[i].Rule == integrity.RuleTwoChecks || items[i].Rule == integrity.RuleQ1Review) && items[i].Year != asked {
					t.Errorf("an item of %d among those of %d: %+v", items[i].Year, asked, items[i])
				}
			}
		})
	}
}

// An item belongs to the leader in charge on its due day: who has left since has a row, after
// those in charge, and none where nothing was left undone.
func TestWhoLedInEarlierYearsOnlyAnswersForWhatTheyLeft(t *testing.T) {
	us := units()
	for i := range us {
		if us[i].Code == "H2" {
			us = append(us, integrity.Unit{Code: "H2", Name: "第二医院", Parent: "W", Type: TypeSubordinate, Order: 4, Leader: "赵", LeaderFrom: day("2027-01-01")})
			break
		}
	}
	us = append(us, integrity.Unit{Code: "H1", Name: "第一医院", Parent: "W", Type: TypeSubordinate, Order: 3, Leader: "赵", LeaderFrom: day("2027-01-01")})
	b := newBook(t, Facts{Units: us, Points: []Point{{ID: "P", Spans: []Span{listed("H1", 3, "2026-01-10", "")}}}, Checks: checksOn("2026-03-10"),
		Lists: []List{{Unit: "H1", Year: 2026, On: day("2026-01-10"), EnteredOn: day("2026-01-10")}, {Unit: "H2", Year: 2026, On: day("2026-01-10"), EnteredOn: day("2026-01-10")}}})
	var got []string
	for _, row := range b.LeaderDuty(2027, day("2027-01-31")) {
		got = append(got, fmt.Sprintf("%s %v %d former=%t", row.Leader, row.Units, row.Unmet, row.Former))
	}
	// 张 led H1 until June and H2 all year, and left nothing; 李 led H1 on 31 December.
	want := []string{"王 [市卫生健康委 财务处] 1 former=false", "赵 [第一医院 第二医院] 0 former=false", "李 [] 1 former=true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("LeaderDuty(2027) (-want +got):\n%s", diff)
	}
	units := map[string]int{}
	for _, row := range b.UnitBoard(2027, day("2027-01-31")) {
		units[row.Unit] = row.Unmet
	}
	if diff := cmp.Diff(map[string]int{"W": 0, "A": 1, "H1": 1, "H2": 0}, units); diff != "" {
		t.Errorf("UnitBoard(2027) (-want +got):\n%s", diff)
	}
}

func TestGroups(t *testing.T) {
	items := []Item{
		{Unit: "H1", UnitName: "第一医院", Rule: integrity.RuleTwoChecks, Basis: integrity.BasisNotice, Year: 2025, Due: day("2025-12-31"), RiskNo: 7},
		{Unit: "H1", UnitName: "第一医院", Rule: integrity.RuleQ1Review, Basis: integrity.BasisNotice, Year: 2025, Due: day("2025-03-31")},
		{Unit: "H1", UnitName: "第一医院", Rule: integrity.RuleTwoChecks, Basis: integrity.BasisNotice, Year: 2025, Due: day("2025-12-31"), RiskNo: 3},
		{Unit: "H1", UnitName: "第一医院", Rule: integrity.RuleTwoChecks, Basis: integrity.BasisNotice, Year: 2025, Due: day("2025-12-31"), RiskNo: 4, Removed: true},
	}
	var got []string
	for _, g := range Groups(items) {
		got = append(got, fmt.Sprintf("%s %s %d %s %d %t", g.UnitName, g.Rule, g.Items, Ranges(g.Numbers), g.Year, g.Removed))
	}
	want := []string{"第一医院 two_checks 2 3、7 2025 false", "第一医院 q1_review 1  2025 false", "第一医院 two_checks 1 4 2025 true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Groups (-want +got):\n%s", diff)
	}
}
