package obligation

import (
	"testing"

	"qingfeng/internal/integrity"
)

// verdict is an item in short: status basis due done/required, then marks.
func verdict(it *Item) string {
	s := string(it.Status) + " " + string(it.Basis) + " " + it.Due.String() + " " +
		string(rune('0'+it.Done)) + "/" + string(rune('0'+it.Required)) + " " + it.Unit + " " + it.Leader
	for _, mark := range []struct {
		is   bool
		word string
	}{{it.Late, " late"}, {it.Removed, " removed"}, {it.LateEntry, " 补录"}, {it.Unarranged, " 调休"}} {
		if mark.is {
			s += mark.word
		}
	}
	return s
}

func TestTwoChecks(t *testing.T) {
	fullYear := []Span{listed("H1", 3, "2025-02-01", "")}
	moved := []Span{listed("H1", 3, "2026-01-10", "2026-08-01"), listed("H2", 7, "2026-08-01", "")}
	closed := func(code, on string) []integrity.Unit {
		us := units()
		for i := range us {
			if us[i].Code == code {
				us[i].ClosedOn = day(on)
			}
		}
		return us
	}
	noCheckpoint := func(r *Rules) { r.NoCheckpoint = true }

	for _, tc := range []struct {
		name   string
		spans  []Span
		checks []Check
		ledger []integrity.LedgerEntry
		units  []integrity.Unit
		rules  func(*Rules)
		year   int
		asOf   string
		want   string // empty: no item
	}{
		{name: "before the year begins there is no item", spans: fullYear, year: 2026, asOf: "2025-12-31", want: ""},
		{name: "on 1 January the year starts at 0 of 2", spans: fullYear, year: 2026, asOf: "2026-01-01", want: "on_track system 2026-06-30 0/2 H1 张"},
		{name: "21 days before 30 June it is on track", spans: fullYear, year: 2026, asOf: "2026-06-09", want: "on_track system 2026-06-30 0/2 H1 张"},
		{name: "20 days before 30 June it is due soon", spans: fullYear, year: 2026, asOf: "2026-06-10", want: "due_soon system 2026-06-30 0/2 H1 张"},
		{name: "on 30 June itself it is not late", spans: fullYear, year: 2026, asOf: "2026-06-30", want: "due_soon system 2026-06-30 0/2 H1 张"},
		{name: "on 1 July it is behind, and stays with the leader of 30 June", spans: fullYear, year: 2026, asOf: "2026-07-01", want: "overdue system 2026-06-30 0/2 H1 张 late"},
		{name: "a check on 30 June is in time", spans: fullYear, checks: checksOn("2026-06-30"), year: 2026, asOf: "2026-07-01", want: "on_track notice 2026-12-31 1/2 H1 李"},
		{name: "a check on 1 July makes up for June; the item stays marked late", spans: fullYear, checks: checksOn("2026-07-01"), year: 2026, asOf: "2026-07-01", want: "on_track notice 2026-12-31 1/2 H1 李 late"},
		{name: "a check in the future does not count yet", spans: fullYear, checks: checksOn("2026-07-02"), year: 2026, asOf: "2026-07-01", want: "overdue system 2026-06-30 0/2 H1 张 late"},
		{name: "two checks on one day count once", spans: fullYear, checks: checksOn("2026-03-10", "2026-03-10"), year: 2026, asOf: "2026-12-20", want: "due_soon notice 2026-12-31 1/2 H1 李"},
		{name: "10 March and 31 December meet the year", spans: fullYear, checks: checksOn("2026-03-10", "2026-12-31"), year: 2026, asOf: "2026-12-31", want: "met notice 2026-12-31 2/2 H1 李"},
		{name: "two checks in the second half meet the year late by the system's checkpoint", spans: fullYear, checks: checksOn("2026-09-10", "2026-12-31"), year: 2026, asOf: "2027-03-01", want: "met_late system 2026-12-31 2/2 H1 李 late"},
		{name: "two checks in the first half are enough", spans: fullYear, checks: checksOn("2026-01-01", "2026-02-10"), year: 2026, asOf: "2026-02-10", want: "met notice 2026-12-31 2/2 H1 张"},
		{name: "New Year's Eve and New Year's Day are one in each year: the old one", spans: fullYear, checks: checksOn("2025-12-31", "2026-01-01"), year: 2025, asOf: "2026-01-01", want: "overdue notice 2025-12-31 1/2 H1 张 late"},
		{name: "New Year's Eve and New Year's Day are one in each year: the new one", spans: fullYear, checks: checksOn("2025-12-31", "2026-01-01"), year: 2026, asOf: "2026-12-31", want: "due_soon notice 2026-12-31 1/2 H1 李"},
		{name: "on 31 December 1 of 2 is not overdue", spans: fullYear, checks: checksOn("2026-03-10"), year: 2026, asOf: "2026-12-31", want: "due_soon notice 2026-12-31 1/2 H1 李"},
		{name: "on 1 January 1 of 2 is overdue by the notice", spans: fullYear, checks: checksOn("2026-03-10"), year: 2026, asOf: "2027-01-01", want: "overdue notice 2026-12-31 1/2 H1 李 late"},
		{name: "an unmet year is overdue by the notice even where June was missed too", spans: fullYear, year: 2026, asOf: "2027-01-01", want: "overdue notice 2026-12-31 0/2 H1 李 late"},
		{name: "on 31 December with nothing done it is June that is missed", spans: fullYear, year: 2026, asOf: "2026-12-31", want: "overdue system 2026-06-30 0/2 H1 张 late"},
		{name: "a check of the next year does not mend the old one", spans: fullYear, checks: checksOn("2026-03-10", "2027-01-01"), year: 2026, asOf: "2027-06-01", want: "overdue notice 2026-12-31 1/2 H1 李 late"},
		{name: "29 February counts", spans: []Span{listed("H1", 3, "2023-02-01", "")}, checks: checksOn("2024-02-29"), year: 2024, asOf: "2024-02-29", want: "on_track notice 2024-12-31 1/2 H1 张"},
		{name: "a voided check is absent and raises the flag again", spans: fullYear, checks: checksOn("2026-03-10"), year: 2026, asOf: "2027-01-01", want: "overdue notice 2026-12-31 1/2 H1 李 late"},
		{name: "a check dated before the list counts for its year", spans: []Span{listed("H1", 3, "2026-02-20", "")}, checks: checksOn("2026-01-15"), year: 2026, asOf: "2026-07-01", want: "on_track notice 2026-12-31 1/2 H1 李"},
		{name: "a check entered more than ten working days later is marked", spans: fullYear, checks: []Check{{Unit: "H1", RiskIDs: []string{"P"}, On: day("2026-03-02"), EnteredOn: day("2026-03-17")}}, year: 2026, asOf: "2026-07-01", want: "on_track notice 2026-12-31 1/2 H1 李 补录"},
		{name: "a check entered on the tenth working day is not", spans: fullYear, checks: []Check{{Unit: "H1", RiskIDs: []string{"P"}, On: day("2026-03-02"), EnteredOn: day("2026-03-16")}}, year: 2026, asOf: "2026-07-01", want: "on_track notice 2026-12-31 1/2 H1 李"},
		{name: "a check of another point does not count", spans: fullYear, checks: []Check{{Unit: "H1", RiskIDs: []string{"Q", "R"}, On: day("2026-03-02")}}, year: 2026, asOf: "2026-06-30", want: "due_soon system 2026-06-30 0/2 H1 张"},

		{name: "in force from 2 April: 90 days, both half-years", spans: []Span{listed("H1", 3, "2026-04-02", "")}, year: 2026, asOf: "2026-05-01", want: "on_track system 2026-06-30 0/2 H1 张"},
		{name: "in force from 3 April: 89 days, the second half only", spans: []Span{listed("H1", 3, "2026-04-03", "")}, year: 2026, asOf: "2026-05-01", want: "on_track notice 2026-12-31 0/1 H1 张"},
		{name: "in force from 3 October: 90 days of the second half", spans: []Span{listed("H1", 3, "2026-10-03", "")}, year: 2026, asOf: "2026-10-03", want: "on_track notice 2026-12-31 0/1 H1 李"},
		{name: "in force from 4 October: nothing is owed this year", spans: []Span{listed("H1", 3, "2026-10-04", "")}, year: 2026, asOf: "2026-12-31", want: ""},
		{name: "before the list is dated the point does not exist", spans: []Span{listed("H1", 3, "2026-02-20", "")}, year: 2026, asOf: "2026-02-19", want: ""},
		{name: "in a leap year 31 March leaves 91 days before 30 June is over and February has one more", spans: []Span{listed("H1", 3, "2024-01-01", "2024-03-31")}, year: 2024, asOf: "2024-03-31", want: "on_track system 2024-06-30 0/1 H1 张 removed"},
		{name: "in a plain year the same stay is a day short", spans: []Span{listed("H1", 3, "2026-01-01", "2026-03-31")}, year: 2026, asOf: "2026-03-31", want: ""},
		{name: "a removal in the future is not known", spans: []Span{listed("H1", 3, "2026-01-01", "2026-03-31")}, year: 2026, asOf: "2026-03-30", want: "on_track system 2026-06-30 0/2 H1 张"},
		{name: "removed in August: June stays due and the second half falls away", spans: []Span{listed("H1", 3, "2026-01-10", "2026-08-20")}, year: 2026, asOf: "2027-01-01", want: "overdue system 2026-06-30 0/1 H1 张 late removed"},
		{name: "removed in August after one check: met", spans: []Span{listed("H1", 3, "2026-01-10", "2026-08-20")}, checks: checksOn("2026-05-05"), year: 2026, asOf: "2026-08-20", want: "met notice 2026-06-30 1/1 H1 张"},
		{name: "removed in August and checked in July: made up", spans: []Span{listed("H1", 3, "2026-01-10", "2026-08-20")}, checks: checksOn("2026-07-05"), year: 2026, asOf: "2026-09-01", want: "met_late system 2026-06-30 1/1 H1 张 late"},
		{name: "removed in November: the year stays due", spans: []Span{listed("H1", 3, "2026-01-10", "2026-11-01")}, checks: checksOn("2026-05-05"), year: 2026, asOf: "2027-01-01", want: "overdue notice 2026-12-31 1/2 H1 李 late removed"},
		{name: "out of force for a while: the days of both stretches add up", spans: []Span{listed("H1", 3, "2026-01-01", "2026-02-15"), listed("H1", 3, "2026-05-17", "")}, year: 2026, asOf: "2026-06-30", want: "due_soon system 2026-06-30 0/2 H1 张"},
		{name: "one day less of both stretches is not enough", spans: []Span{listed("H1", 3, "2026-01-01", "2026-02-15"), listed("H1", 3, "2026-05-18", "")}, year: 2026, asOf: "2026-06-30", want: "on_track notice 2026-12-31 0/1 H1 张"},
		{name: "two versions that overlap count each day once", spans: []Span{listed("H1", 3, "2026-01-01", "2026-03-20"), listed("H1", 4, "2026-02-01", "2026-03-25")}, year: 2026, asOf: "2026-06-30", want: ""},

		{name: "moved in August: the missed June stays with the old unit", spans: moved, year: 2026, asOf: "2026-09-01", want: "overdue system 2026-06-30 0/2 H1 张 late removed"},
		{name: "moved in August: what is next belongs to the new unit", spans: moved, checks: checksOn("2026-05-05"), year: 2026, asOf: "2026-09-01", want: "on_track notice 2026-12-31 1/2 H2 张"},
		{name: "moved in August: the unmet year belongs to the new unit", spans: moved, year: 2026, asOf: "2027-01-01", want: "overdue notice 2026-12-31 0/2 H2 张 late"},
		{name: "moved after the year: the unmet year stays with the old unit", spans: []Span{listed("H1", 3, "2026-01-10", "2027-02-01"), listed("H2", 7, "2027-02-01", "")}, year: 2026, asOf: "2027-02-01", want: "overdue notice 2026-12-31 0/2 H1 李 late removed"},
		{name: "days in two units add up in a half-year", spans: []Span{listed("H1", 3, "2026-03-01", "2026-05-01"), listed("H2", 7, "2026-05-01", "")}, year: 2026, asOf: "2026-06-30", want: "due_soon system 2026-06-30 0/2 H2 张"},

		{name: "a unit closed in mid-year: June stays due", spans: fullYear, units: closed("H1", "2026-08-01"), year: 2026, asOf: "2026-08-01", want: "overdue system 2026-06-30 0/1 H1 张 late removed"},
		{name: "a unit that will close is not closed", spans: fullYear, units: closed("H1", "2026-08-01"), checks: checksOn("2026-05-01"), year: 2026, asOf: "2026-07-31", want: "on_track notice 2026-12-31 1/2 H1 李"},
		{name: "a unit closed in mid-year with its one check: met", spans: fullYear, units: closed("H1", "2026-08-01"), checks: checksOn("2026-05-01"), year: 2026, asOf: "2026-08-01", want: "met notice 2026-06-30 1/1 H1 张"},
		{name: "a unit closed in November owes the whole year", spans: fullYear, units: closed("H1", "2026-11-01"), year: 2026, asOf: "2027-01-01", want: "overdue notice 2026-12-31 0/2 H1 李 late removed"},
		{name: "a unit closed in February owes nothing", spans: fullYear, units: closed("H1", "2026-02-01"), year: 2026, asOf: "2026-02-01", want: ""},

		{name: "approval moves the beginning", spans: []Span{listed("H1", 3, "2026-02-20", "")}, ledger: []integrity.LedgerEntry{{Unit: "H1", Year: 2026, Item: integrity.ItemCommitteeApproval, On: day("2026-04-20")}}, year: 2026, asOf: "2026-04-20", want: "on_track notice 2026-12-31 0/1 H1 张"},
		{name: "before its approval the list's date counts: approval is no condition", spans: []Span{listed("H1", 3, "2026-02-20", "")}, ledger: []integrity.LedgerEntry{{Unit: "H1", Year: 2026, Item: integrity.ItemCommitteeApproval, On: day("2026-04-20")}}, year: 2026, asOf: "2026-04-19", want: "on_track system 2026-06-30 0/2 H1 张"},
		{name: "an approval for all units counts as well", spans: []Span{listed("H1", 3, "2026-02-20", "")}, ledger: []integrity.LedgerEntry{{Unit: integrity.AllUnits, Year: 2026, Item: integrity.ItemCommitteeApproval, On: day("2026-04-20")}}, year: 2026, asOf: "2026-04-20", want: "on_track notice 2026-12-31 0/1 H1 张"},
		{name: "a point carried over has no gap while the new list waits for approval", spans: []Span{listed("H1", 3, "2025-02-20", "2026-02-20"), listed("H1", 3, "2026-02-20", "")}, ledger: []integrity.LedgerEntry{{Unit: "H1", Year: 2026, Item: integrity.ItemCommitteeApproval, On: day("2026-04-20")}}, year: 2026, asOf: "2026-04-20", want: "on_track system 2026-06-30 0/2 H1 张"},
		{name: "a list replaced before its approval begins with the approval", spans: []Span{listed("H1", 3, "2026-02-20", "2026-03-20"), listed("H1", 3, "2026-03-20", "")}, ledger: []integrity.LedgerEntry{{Unit: "H1", Year: 2026, Item: integrity.ItemCommitteeApproval, On: day("2026-04-20")}}, year: 2026, asOf: "2026-04-20", want: "on_track notice 2026-12-31 0/1 H1 张"},

		{name: "an exemption of the point", spans: fullYear, ledger: []integrity.LedgerEntry{exemptionOf("1、3", "2026-03-01")}, year: 2026, asOf: "2027-01-01", want: "exempt notice 2026-12-31 0/2 H1 李"},
		{name: "an exemption of a range", spans: fullYear, ledger: []integrity.LedgerEntry{exemptionOf("2-4", "2026-03-01")}, year: 2026, asOf: "2026-07-01", want: "exempt system 2026-06-30 0/2 H1 张"},
		{name: "an exemption of the whole unit", spans: fullYear, ledger: []integrity.LedgerEntry{exemptionOf("", "2026-03-01")}, year: 2026, asOf: "2026-07-01", want: "exempt system 2026-06-30 0/2 H1 张"},
		{name: "an exemption of another point", spans: fullYear, ledger: []integrity.LedgerEntry{exemptionOf("4、13", "2026-03-01")}, year: 2026, asOf: "2026-07-01", want: "overdue system 2026-06-30 0/2 H1 张 late"},
		{name: "an exemption counts from its day", spans: fullYear, ledger: []integrity.LedgerEntry{exemptionOf("3", "2026-03-01")}, year: 2026, asOf: "2026-02-28", want: "on_track system 2026-06-30 0/2 H1 张"},
		{name: "an exemption is for its year only", spans: fullYear, ledger: []integrity.LedgerEntry{exemptionOf("3", "2026-03-01")}, year: 2027, asOf: "2027-02-28", want: "on_track system 2027-06-30 0/2 H1 李"},
		{name: "an exemption without a reason is none", spans: fullYear, ledger: []integrity.LedgerEntry{func() integrity.LedgerEntry { e := exemptionOf("3", "2026-03-01"); e.Reason = " "; return e }()}, year: 2026, asOf: "2026-06-30", want: "due_soon system 2026-06-30 0/2 H1 张"},
		{name: "an exemption without an approver is none", spans: fullYear, ledger: []integrity.LedgerEntry{func() integrity.LedgerEntry { e := exemptionOf("3", "2026-03-01"); e.Persons = nil; return e }()}, year: 2026, asOf: "2026-06-30", want: "due_soon system 2026-06-30 0/2 H1 张"},

		{name: "checkpoint off: all is due on 31 December", spans: fullYear, rules: noCheckpoint, year: 2026, asOf: "2026-07-01", want: "on_track notice 2026-12-31 0/2 H1 李"},
		{name: "checkpoint off: two checks in December are in time", spans: fullYear, rules: noCheckpoint, checks: checksOn("2026-12-30", "2026-12-31"), year: 2026, asOf: "2027-01-01", want: "met notice 2026-12-31 2/2 H1 李"},
		{name: "checkpoint off: a point removed in August is due at the end of the year", spans: []Span{listed("H1", 3, "2026-01-10", "2026-08-20")}, rules: noCheckpoint, year: 2026, asOf: "2027-01-01", want: "overdue notice 2026-12-31 0/1 H1 李 late removed"},
		{name: "a unit that nothing but the list names has no leader", spans: []Span{listed("X", 3, "2025-02-01", "")}, year: 2026, asOf: "2026-01-01", want: "on_track system 2026-06-30 0/2 X "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			facts := Facts{Units: tc.units, Points: []Point{{ID: "P", Spans: tc.spans}}, Checks: tc.checks, Ledger: tc.ledger}
			if facts.Units == nil {
				facts.Units = units()
			}
			var change []func(*Rules)
			if tc.rules != nil {
				change = append(change, tc.rules)
			}
			items := newBook(t, facts, change...).TwoChecks(tc.year, day(tc.asOf))
			got := ""
			for i := range items {
				got += verdict(&items[i])
			}
			if got != tc.want {
				t.Errorf("TwoChecks(%d, %s) = %q; want %q", tc.year, tc.asOf, got, tc.want)
			}
			for i := range items {
				if items[i].AsOf() != day(tc.asOf) {
					t.Errorf("AsOf() = %s; want %s", items[i].AsOf(), tc.asOf)
				}
			}
		})
	}
}

func TestAnExemptionIsLookedUpInTheNearestList(t *testing.T) {
	// The unit has lists of 2025 and 2027 but none of 2026; 序号 3 is P in the earlier one.
	facts := Facts{Units: units(), Ledger: []integrity.LedgerEntry{exemptionOf("3", "2026-03-01")}, Points: []Point{
		{ID: "P", Spans: []Span{listed("H1", 3, "2025-01-10", "2027-01-10"), listed("H1", 1, "2027-01-10", "")}},
		{ID: "Q", Spans: []Span{listed("H1", 4, "2025-01-10", "2027-01-10"), listed("H1", 3, "2027-01-10", "")}},
	}}
	for _, asOf := range []string{"2026-06-01", "2027-06-01"} {
		for _, it := range newBook(t, facts).TwoChecks(2026, day(asOf)) {
			if exempt := it.Status == integrity.StatusExempt; exempt != (it.RiskID == "P") {
				t.Errorf("as of %s: %s exempt %t", asOf, it.RiskID, exempt)
			}
		}
	}
}

func TestExemptionsFollowTheVersionThatStood(t *testing.T) {
	// 序号 3 is P in the first version of the list and Q in the second.
	facts := Facts{Units: units(), Points: []Point{
		{ID: "P", Spans: []Span{listed("H1", 3, "2026-01-10", "2026-05-01"), listed("H1", 1, "2026-05-01", "")}},
		{ID: "Q", Spans: []Span{listed("H1", 4, "2026-01-10", "2026-05-01"), listed("H1", 3, "2026-05-01", "")}},
	}}
	for _, tc := range []struct{ name, on, want string }{
		{"given before the list was dated: the first version", "2026-01-05", "P"},
		{"given under the first version", "2026-04-30", "P"},
		{"given under the second version", "2026-05-01", "Q"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			facts.Ledger = []integrity.LedgerEntry{exemptionOf("3", tc.on)}
			got := ""
			for _, it := range newBook(t, facts).TwoChecks(2026, day("2026-06-01")) {
				if it.Status == integrity.StatusExempt {
					got += it.RiskID
				}
			}
			if got != tc.want {
				t.Errorf("exempt: %q; want %q", got, tc.want)
			}
		})
	}
}
