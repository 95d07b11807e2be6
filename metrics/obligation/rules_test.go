package obligation

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

// verdicts are the verdicts of items, each with what tells them apart.
func verdicts(items []Item) []string {
	var out []string
	for i := range items {
		it := &items[i]
		out = append(out, it.Subject+it.RiskID+it.Number+": "+verdict(it))
	}
	return out
}

func entry(unit, item, on string) integrity.LedgerEntry {
	return integrity.LedgerEntry{Unit: unit, Year: day(on).Year(), Item: item, On: day(on), Persons: []string{"某"}}
}

func TestQ1Review(t *testing.T) {
	list := func(on string) List {
		return List{Unit: "H1", Year: 2026, On: day(on), EnteredOn: day(on)}
	}
	for _, tc := range []struct {
		name   string
		lists  []List
		ledger []integrity.LedgerEntry
		year   int
		asOf   string
		want   string // of the first hospital
	}{
		{name: "before 1 January there is none", year: 2026, asOf: "2025-12-31"},
		{name: "21 days left", year: 2026, asOf: "2026-03-10", want: "on_track notice 2026-03-31 0/1 H1 张"},
		{name: "20 days left", year: 2026, asOf: "2026-03-11", want: "due_soon notice 2026-03-31 0/1 H1 张"},
		{name: "on 31 March it is not overdue", year: 2026, asOf: "2026-03-31", want: "due_soon notice 2026-03-31 0/1 H1 张"},
		{name: "on 1 April it is", year: 2026, asOf: "2026-04-01", want: "overdue notice 2026-03-31 0/1 H1 张 late"},
		{name: "a list dated 31 March is in time", lists: []List{list("2026-03-31")}, year: 2026, asOf: "2026-03-31", want: "met notice 2026-03-31 1/1 H1 张"},
		{
			name:  "a list dated 31 March at 23:59 is in time",
			lists: []List{{Unit: "H1", Year: 2026, On: integrity.DayOf(minute("2026-03-31", 23, 59)), EnteredOn: integrity.DayOf(minute("2026-03-31", 23, 59))}},
			year:  2026, asOf: "2026-04-01", want: "met notice 2026-03-31 1/1 H1 张",
		},
		{
			name:  "a minute later it is not",
			lists: []List{{Unit: "H1", Year: 2026, On: integrity.DayOf(minute("2026-03-31", 23, 60))}},
			year:  2026, asOf: "2026-04-01", want: "met_late notice 2026-03-31 1/1 H1 张 late",
		},
		{name: "a list of May", lists: []List{list("2026-05-04")}, year: 2026, asOf: "2027-02-01", want: "met_late notice 2026-03-31 1/1 H1 张 late"},
		{name: "a list of May in April", lists: []List{list("2026-05-04")}, year: 2026, asOf: "2026-04-30", want: "overdue notice 2026-03-31 0/1 H1 张 late"},
		{name: "a corrected version does not undo the first", lists: []List{list("2026-05-04"), list("2026-03-04")}, year: 2026, asOf: "2026-06-01", want: "met notice 2026-03-31 1/1 H1 张"},
		{name: "last year's list dated this year is not this year's", lists: []List{{Unit: "H1", Year: 2025, On: day("2026-01-20")}}, year: 2026, asOf: "2026-04-01", want: "overdue notice 2026-03-31 0/1 H1 张 late"},
		{name: "this year's list dated last year is not dated in the year", lists: []List{{Unit: "H1", Year: 2026, On: day("2025-12-31")}}, year: 2026, asOf: "2026-04-01", want: "overdue notice 2026-03-31 0/1 H1 张 late"},
		{name: "a review with nothing to change", ledger: []integrity.LedgerEntry{entry("H1", integrity.ItemReview, "2026-03-30")}, year: 2026, asOf: "2026-04-01", want: "met notice 2026-03-31 1/1 H1 张"},
		{name: "other entries of the ledger are no review", ledger: []integrity.LedgerEntry{entry("H1", integrity.ItemDeploy, "2026-03-30")}, year: 2026, asOf: "2026-04-01", want: "overdue notice 2026-03-31 0/1 H1 张 late"},
		{name: "loaded in June: met, and marked", lists: []List{{Unit: "H1", Year: 2026, On: day("2026-03-20"), EnteredOn: day("2026-06-01")}}, year: 2026, asOf: "2026-04-01", want: "met notice 2026-03-31 1/1 H1 张 补录"},
		{name: "exempt", ledger: []integrity.LedgerEntry{exemptionOf("", "2026-03-01")}, year: 2026, asOf: "2026-04-01", want: "exempt notice 2026-03-31 0/1 H1 张"},
		{name: "an exemption of points does not exempt the unit", ledger: []integrity.LedgerEntry{exemptionOf("3", "2026-03-01")}, year: 2026, asOf: "2026-04-01", want: "overdue notice 2026-03-31 0/1 H1 张 late"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := ""
			items := newBook(t, Facts{Units: units(), Lists: tc.lists, Ledger: tc.ledger}).Q1Review(tc.year, day(tc.asOf))
			for i := range items {
				if items[i].Unit == "H1" {
					got += verdict(&items[i])
				}
			}
			if got != tc.want {
				t.Errorf("Q1Review(%d, %s) = %q; want %q", tc.year, tc.asOf, got, tc.want)
			}
		})
	}
}

func TestQ1ReviewIsOwedByUnitsInOperationAllQuarter(t *testing.T) {
	us := []integrity.Unit{
		{Code: "W", Name: "委", Order: 9},
		{Code: "closed-31-March", Parent: "W", Order: 8, ClosedOn: day("2026-03-31")},
		{Code: "closed-1-April", Parent: "W", Order: 7, ClosedOn: day("2026-04-01")},
		{Code: "opened-1-January", Parent: "W", Order: 6, OpenedOn: day("2026-01-01")},
		{Code: "opened-2-January", Parent: "W", Order: 5, OpenedOn: day("2026-01-02")},
		{Code: "group", Parent: "W", Order: 4},
		{Code: "below", Parent: "group", Order: 3},
		{Code: "alone", Order: 2},
	}
	book := newBook(t, Facts{Units: us})
	for _, tc := range []struct {
		name, asOf string
		want       []string
	}{
		{"before the closings are known", "2026-02-01", []string{"alone", "below", "group", "opened-1-January", "closed-1-April", "closed-31-March"}},
		{"on the day of the first closing", "2026-03-31", []string{"alone", "below", "group", "opened-1-January", "closed-1-April"}},
		{"a unit closed after the quarter stays", "2026-12-31", []string{"alone", "below", "group", "opened-1-January", "closed-1-April"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var got []string
			for _, it := range book.Q1Review(2026, day(tc.asOf)) {
				got = append(got, it.Unit)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("units that owe the review (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFiling(t *testing.T) {
	important := func(s Span) Span { s.Grade = integrity.GradeImportant; return s }
	general := func(s Span) Span { s.Grade = integrity.GradeGeneral; return s }
	first := important(listed("H1", 3, "2026-02-20", ""))
	first2026 := important(listed("H1", 3, "2026-02-20", "2027-02-10"))
	second := important(listed("H1", 3, "2027-02-10", ""))
	approved := entry("H1", integrity.ItemCommitteeApproval, "2026-03-02") // Monday; 10 working days end on 16 March
	filing := func(unit, no, on string) integrity.LedgerEntry {
		e := entry(unit, integrity.ItemFiling, on)
		e.No = no
		return e
	}
	for _, tc := range []struct {
		name   string
		spans  []Span
		ledger []integrity.LedgerEntry
		year   int
		asOf   string
		want   []string
	}{
		{name: "nothing is owed before approval", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved}, year: 2026, asOf: "2026-03-01"},
		{name: "on the day of approval", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved}, year: 2026, asOf: "2026-03-02", want: []string{"importantP: on_track system 2026-03-16 0/1 H1 "}},
		{name: "four working days left", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved}, year: 2026, asOf: "2026-03-10", want: []string{"importantP: on_track system 2026-03-16 0/1 H1 "}},
		{name: "three working days left", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved}, year: 2026, asOf: "2026-03-11", want: []string{"importantP: due_soon system 2026-03-16 0/1 H1 "}},
		{name: "on the tenth working day", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved}, year: 2026, asOf: "2026-03-16", want: []string{"importantP: due_soon system 2026-03-16 0/1 H1 "}},
		{name: "the day after it", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved}, year: 2026, asOf: "2026-03-17", want: []string{"importantP: overdue system 2026-03-16 0/1 H1  late"}},
		{name: "one letter for all", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved, filing("*", "", "2026-03-16")}, year: 2026, asOf: "2026-03-17", want: []string{"importantP: met system 2026-03-16 1/1 H1 "}},
		{name: "a letter that names the point, late", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved, filing("H1", "2、3", "2026-03-17")}, year: 2026, asOf: "2026-03-17", want: []string{"importantP: met_late system 2026-03-16 1/1 H1  late"}},
		{name: "a letter that names another point", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved, filing("H1", "2", "2026-03-16")}, year: 2026, asOf: "2026-03-16", want: []string{"importantP: due_soon system 2026-03-16 0/1 H1 "}},
		{name: "a letter of another unit", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved, filing("H2", "", "2026-03-16")}, year: 2026, asOf: "2026-03-16", want: []string{"importantP: due_soon system 2026-03-16 0/1 H1 "}},
		{name: "a letter before the approval", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved, filing("H1", "", "2026-03-01")}, year: 2026, asOf: "2026-03-16", want: []string{"importantP: due_soon system 2026-03-16 0/1 H1 "}},
		{name: "a general point is not filed", spans: []Span{general(first)}, ledger: []integrity.LedgerEntry{approved}, year: 2026, asOf: "2026-03-17"},
		{name: "what was done in another year is left out", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved, filing("*", "", "2026-03-16")}, year: 2027, asOf: "2027-03-01"},
		{name: "what is open is shown in any year", spans: []Span{first}, ledger: []integrity.LedgerEntry{approved}, year: 2027, asOf: "2027-03-01", want: []string{"importantP: overdue system 2026-03-16 0/1 H1  late"}},
		{name: "a removed point need not be filed any more", spans: []Span{important(listed("H1", 3, "2026-02-20", "2026-06-01"))}, ledger: []integrity.LedgerEntry{approved}, year: 2026, asOf: "2026-06-01"},
		{name: "the next list waits for its approval: the old round stays open", spans: []Span{first2026, second}, ledger: []integrity.LedgerEntry{approved}, year: 2027, asOf: "2027-03-01", want: []string{"importantP: overdue system 2026-03-16 0/1 H1  late"}},
		{name: "the next approval starts anew", spans: []Span{first2026, second}, ledger: []integrity.LedgerEntry{approved, entry("*", integrity.ItemCommitteeApproval, "2027-03-01")}, year: 2027, asOf: "2027-03-01", want: []string{"importantP: on_track system 2027-03-15 0/1 H1  调休"}},
		{name: "the old round filed and the new one open, in the old year", spans: []Span{first2026, second}, ledger: []integrity.LedgerEntry{approved, filing("*", "", "2026-03-10"), entry("*", integrity.ItemCommitteeApproval, "2027-03-01")}, year: 2026, asOf: "2027-03-01", want: []string{
			"importantP: on_track system 2027-03-15 0/1 H1  调休", "importantP: met system 2026-03-16 1/1 H1 ",
		}},
		{name: "regraded to general in an approved list", spans: []Span{first2026, general(second)}, ledger: []integrity.LedgerEntry{approved, entry("*", integrity.ItemCommitteeApproval, "2027-03-01")}, year: 2027, asOf: "2027-03-01"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			items := newBook(t, Facts{Units: units(), Points: []Point{{ID: "P", Spans: tc.spans}}, Ledger: tc.ledger}).Filing(tc.year, day(tc.asOf))
			if diff := cmp.Diff(tc.want, verdicts(items)); diff != "" {
				t.Errorf("Filing(%d, %s) (-want +got):\n%s", tc.year, tc.asOf, diff)
			}
			for _, it := range items {
				if it.Owner != integrity.OwnerOffice {
					t.Errorf("owner %q; want %q", it.Owner, integrity.OwnerOffice)
				}
			}
		})
	}
}

func TestFilingRate(t *testing.T) {
	important := func(id string, no int, to string) Point {
		s := listed("H1", no, "2026-02-20", to)
		s.Grade = integrity.GradeImportant
		return Point{ID: id, Spans: []Span{s}}
	}
	filing := entry("H1", integrity.ItemFiling, "2026-03-10")
	filing.No = "1、3"
	book := newBook(t, Facts{
		Units:  units(),
		Points: []Point{important("a", 1, ""), important("b", 2, ""), important("c", 3, "2026-06-01"), {ID: "d", Spans: []Span{listed("H1", 4, "2026-02-20", "")}}},
		Ledger: []integrity.LedgerEntry{entry("H1", integrity.ItemCommitteeApproval, "2026-03-02"), filing},
	})
	for _, tc := range []struct {
		name, asOf  string
		filed, owed int
	}{
		{"before the approval", "2026-03-01", 0, 0},
		{"approved", "2026-03-02", 0, 3},
		{"two filed", "2026-03-10", 2, 3},
		{"one of them removed", "2026-06-01", 1, 2},
		{"the year after, while no new list is approved", "2027-06-01", 1, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if filed, owed := book.FilingRate(day(tc.asOf)); filed != tc.filed || owed != tc.owed {
				t.Errorf("FilingRate(%s) = %d, %d; want %d, %d", tc.asOf, filed, owed, tc.filed, tc.owed)
			}
		})
	}
}

func TestRectificationAndHandling(t *testing.T) {
	for _, tc := range []struct {
		name  string
		facts Facts
		year  int
		asOf  string
		want  []string
	}{
		{name: "a finding keeps its own deadline, even on a Sunday", facts: Facts{Findings: []Signal{{Number: "F", Unit: "H1", On: day("2026-03-02"), DueOn: day("2026-03-29")}}}, year: 2026, asOf: "2026-03-30", want: []string{"findingF: overdue system 2026-03-29 0/1 H1 张 late"}},
		{name: "without one it has 30 days, moved on from a holiday", facts: Facts{Findings: []Signal{{Number: "F", Unit: "H1", On: day("2026-04-01")}}}, year: 2026, asOf: "2026-04-15", want: []string{"findingF: on_track system 2026-05-06 0/1 H1 张"}},
		{name: "20 days before its deadline it is due soon", facts: Facts{Findings: []Signal{{Number: "F", Unit: "H1", On: day("2026-03-02"), DueOn: day("2026-03-31")}}}, year: 2026, asOf: "2026-03-11", want: []string{"findingF: due_soon system 2026-03-31 0/1 H1 张"}},
		{name: "put right on the last day", facts: Facts{Findings: []Signal{{Number: "F", Unit: "H1", On: day("2026-03-02"), DueOn: day("2026-03-31"), DoneOn: day("2026-03-31")}}}, year: 2026, asOf: "2026-04-11", want: []string{"findingF: met system 2026-03-31 1/1 H1 张"}},
		{name: "put right a day later", facts: Facts{Findings: []Signal{{Number: "F", Unit: "H1", On: day("2026-03-02"), DueOn: day("2026-03-31"), DoneOn: day("2026-04-01")}}}, year: 2026, asOf: "2026-04-11", want: []string{"findingF: met_late system 2026-03-31 1/1 H1 张 late"}},
		{name: "put right after the day that is judged", facts: Facts{Findings: []Signal{{Number: "F", Unit: "H1", On: day("2026-03-02"), DueOn: day("2026-03-31"), DoneOn: day("2026-04-12")}}}, year: 2026, asOf: "2026-04-11", want: []string{"findingF: overdue system 2026-03-31 0/1 H1 张 late"}},
		{name: "put right last year it is left out", facts: Facts{Findings: []Signal{{Number: "F", Unit: "H1", On: day("2025-03-02"), DueOn: day("2025-03-31"), DoneOn: day("2025-04-01")}}}, year: 2026, asOf: "2026-04-11"},
		{name: "found later it does not exist yet", facts: Facts{Findings: []Signal{{Number: "F", Unit: "H1", On: day("2026-04-12")}}}, year: 2026, asOf: "2026-04-11"},
		{name: "a finding of a closed unit stays open", facts: Facts{Units: []integrity.Unit{{Code: "Z", ClosedOn: day("2026-04-01")}}, Findings: []Signal{{Number: "F", Unit: "Z", On: day("2026-03-02"), DueOn: day("2026-03-31")}}}, year: 2026, asOf: "2026-04-11", want: []string{"findingF: overdue system 2026-03-31 0/1 Z  late removed"}},

		{name: "a hospital has 10 working days over the Spring Festival with its make-up days", facts: Facts{Complaints: []Signal{{Number: "C", Unit: "H1", On: day("2026-02-13")}}}, year: 2026, asOf: "2026-02-28", want: []string{"complaintC: on_track system 2026-03-05 0/1 H1 张"}},
		{name: "three working days before the limit", facts: Facts{Complaints: []Signal{{Number: "C", Unit: "H1", On: day("2026-02-13")}}}, year: 2026, asOf: "2026-03-02", want: []string{"complaintC: due_soon system 2026-03-05 0/1 H1 张"}},
		{name: "an office has 15", facts: Facts{Complaints: []Signal{{Number: "C", Unit: "A", On: day("2026-04-27")}}}, year: 2026, asOf: "2026-05-20", want: []string{"complaintC: due_soon system 2026-05-20 0/1 A 王"}},
		{name: "the day after it is behind", facts: Facts{Complaints: []Signal{{Number: "C", Unit: "A", On: day("2026-04-27")}}}, year: 2026, asOf: "2026-05-21", want: []string{"complaintC: overdue system 2026-05-20 0/1 A 王 late"}},
		{name: "closed without a date there is nothing to judge", facts: Facts{Complaints: []Signal{{Number: "C", Unit: "A", On: day("2026-04-27"), Closed: true}}}, year: 2026, asOf: "2026-05-21"},
		{name: "nor in a later year, nor for the one beside it that is open", facts: Facts{Complaints: []Signal{{Number: "C", Unit: "A", On: day("2026-04-27"), Closed: true}, {Number: "D", Unit: "A", On: day("2026-04-27")}}}, year: 2027, asOf: "2027-01-05", want: []string{"complaintD: overdue system 2026-05-20 0/1 A 王 late"}},
		{name: "closed with a date in time it is met", facts: Facts{Complaints: []Signal{{Number: "C", Unit: "A", On: day("2026-04-27"), Closed: true, DoneOn: day("2026-05-20")}}}, year: 2026, asOf: "2026-05-21", want: []string{"complaintC: met system 2026-05-20 1/1 A 王"}},
		{name: "closed with a date after the day that is judged it is still open", facts: Facts{Complaints: []Signal{{Number: "C", Unit: "A", On: day("2026-04-27"), Closed: true, DoneOn: day("2026-05-22")}}}, year: 2026, asOf: "2026-05-21", want: []string{"complaintC: overdue system 2026-05-20 0/1 A 王 late"}},
		{name: "into a year without an arrangement it says so", facts: Facts{Complaints: []Signal{{Number: "C", Unit: "H1", On: day("2026-12-28")}}}, year: 2026, asOf: "2026-12-28", want: []string{"complaintC: on_track system 2027-01-12 0/1 H1 李 调休"}},

		{name: "an appeal has 60 days from acceptance", facts: Facts{Petitions: []Signal{{Number: "X", Unit: "H1", Nature: NatureAppeal, On: day("2026-01-02"), AcceptedOn: day("2026-01-05")}}}, year: 2026, asOf: "2026-02-13", want: []string{"petitionX: on_track system 2026-03-06 0/1 H1 张"}},
		{name: "20 days before the limit it is due soon", facts: Facts{Petitions: []Signal{{Number: "X", Unit: "H1", Nature: NatureAppeal, On: day("2026-01-02"), AcceptedOn: day("2026-01-05")}}}, year: 2026, asOf: "2026-02-14", want: []string{"petitionX: due_soon system 2026-03-06 0/1 H1 张"}},
		{name: "not accepted yet, its own date counts; a last day on a holiday moves on", facts: Facts{Petitions: []Signal{{Number: "X", Unit: "H1", Nature: NatureAppeal, On: day("2026-03-02"), AcceptedOn: day("2026-03-12")}}}, year: 2026, asOf: "2026-03-11", want: []string{"petitionX: on_track system 2026-05-06 0/1 H1 张"}},
		{name: "extended it has until that day", facts: Facts{Petitions: []Signal{{Number: "X", Unit: "H1", Nature: NatureAppeal, On: day("2026-01-05"), ExtendedTo: day("2026-03-27")}}}, year: 2026, asOf: "2026-03-27", want: []string{"petitionX: due_soon system 2026-03-27 0/1 H1 张"}},
		{name: "but 30 days more at most", facts: Facts{Petitions: []Signal{{Number: "X", Unit: "H1", Nature: NatureAppeal, On: day("2026-01-05"), ExtendedTo: day("2026-06-30")}}}, year: 2026, asOf: "2026-04-08", want: []string{"petitionX: overdue system 2026-04-07 0/1 H1 张 late"}},
		{name: "an appeal closed without a date has no light either", facts: Facts{Petitions: []Signal{{Number: "X", Unit: "H1", Nature: NatureAppeal, On: day("2026-01-05"), Closed: true}, {Number: "Y", Unit: "H1", Nature: NatureAppeal, On: day("2026-01-05"), Closed: true, DoneOn: day("2026-03-09")}}}, year: 2026, asOf: "2026-04-08", want: []string{"petitionY: met_late system 2026-03-06 1/1 H1 张 late"}},
		{name: "reports and suggestions have no light", facts: Facts{Petitions: []Signal{{Number: "X", Unit: "H1", Nature: "检举控告", On: day("2025-01-05")}, {Number: "Y", Unit: "H1", Nature: "意见建议", On: day("2025-01-05")}, {Number: "Z", Unit: "H1", On: day("2025-01-05")}}}, year: 2026, asOf: "2026-04-08"},
		{name: "a signal of a unit that nobody knows keeps its code", facts: Facts{Complaints: []Signal{{Number: "C", Unit: "?", On: day("2026-04-27")}}}, year: 2026, asOf: "2026-05-21", want: []string{"complaintC: overdue system 2026-05-20 0/1 ?  late"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.facts.Units == nil {
				tc.facts.Units = units()
			}
			book := newBook(t, tc.facts)
			got := verdicts(append(book.Rectification(tc.year, day(tc.asOf)), book.Handling(tc.year, day(tc.asOf))...))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("items of %d as of %s (-want +got):\n%s", tc.year, tc.asOf, diff)
			}
		})
	}
}

func TestStage(t *testing.T) {
	self := entry("H1", integrity.ItemSelfCheck, "2026-03-02") // Monday; 15 working days end on 23 March
	review := entry("H1", integrity.ItemUnitReview, "2026-03-09")
	leader := entry("H1", integrity.ItemLeaderReview, "2026-03-16") // until 7 April: 6 April is a holiday
	public := entry("*", integrity.ItemPublicHelp, "2026-03-23")    // until 14 April
	expert := entry("H1", integrity.ItemExpertHelp, "2026-03-30")   // until 21 April
	approval := entry("*", integrity.ItemCommitteeApproval, "2026-04-20")
	for _, tc := range []struct {
		name   string
		lists  []List
		units  []integrity.Unit
		ledger []integrity.LedgerEntry
		year   int
		asOf   string
		want   []string
	}{
		{name: "a list without any record starts no clock", lists: []List{{Unit: "H1", Year: 2026, On: day("2026-03-02")}}, year: 2026, asOf: "2026-12-31"},
		{name: "in the first stage", ledger: []integrity.LedgerEntry{self}, year: 2026, asOf: "2026-03-18", want: []string{"self_check: due_soon system 2026-03-23 0/1 H1 张"}},
		{name: "on the fifteenth working day", ledger: []integrity.LedgerEntry{self}, year: 2026, asOf: "2026-03-23", want: []string{"self_check: due_soon system 2026-03-23 0/1 H1 张"}},
		{name: "stuck", ledger: []integrity.LedgerEntry{self}, year: 2026, asOf: "2026-03-24", want: []string{"self_check: overdue system 2026-03-23 0/1 H1 张 late"}},
		{name: "left in time", ledger: []integrity.LedgerEntry{self, review}, year: 2026, asOf: "2026-03-09", want: []string{
			"unit_review: on_track system 2026-03-30 0/1 H1 张", "self_check: met system 2026-03-23 1/1 H1 张",
		}},
		{name: "a stage for all counts for a unit that has begun, and is not the unit's", ledger: []integrity.LedgerEntry{leader, public}, year: 2026, asOf: "2026-04-15", want: []string{
			"public_help: overdue system 2026-04-14 0/1 H1 张 late", "leader_review: met system 2026-04-07 1/1 H1 张",
		}},
		{name: "the parallel stages run from the later one", ledger: []integrity.LedgerEntry{public, expert, leader}, year: 2026, asOf: "2026-04-15", want: []string{
			"expert_help: on_track system 2026-04-21 0/1 H1 张", "leader_review: met system 2026-04-07 1/1 H1 张",
		}},
		{name: "approval ends the round, late", ledger: []integrity.LedgerEntry{self, approval}, year: 2026, asOf: "2026-04-20", want: []string{"self_check: met_late system 2026-03-23 1/1 H1 张 late"}},
		{name: "a stage for all alone starts no unit's round", ledger: []integrity.LedgerEntry{public}, year: 2026, asOf: "2026-04-15"},
		{name: "but it does for a unit with a list", lists: []List{{Unit: "H1", Year: 2026, On: day("2026-03-02")}}, ledger: []integrity.LedgerEntry{public}, year: 2026, asOf: "2026-04-14", want: []string{"public_help: due_soon system 2026-04-14 0/1 H1 张"}},
		{name: "the next year's round ends an open one", lists: []List{{Unit: "H1", Year: 2027, On: day("2027-02-01")}}, ledger: []integrity.LedgerEntry{self, entry("H1", integrity.ItemSelfCheck, "2027-02-01")}, year: 2027, asOf: "2027-02-01", want: []string{"self_check: on_track system 2027-02-24 0/1 H1 李 调休"}},
		{name: "closing the unit ends it", units: []integrity.Unit{{Code: "H1", ClosedOn: day("2026-03-20")}}, ledger: []integrity.LedgerEntry{self}, year: 2026, asOf: "2026-03-24"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			facts := Facts{Units: tc.units, Lists: tc.lists, Ledger: tc.ledger}
			if facts.Units == nil {
				facts.Units = units()
			}
			items := newBook(t, facts).Stage(tc.year, day(tc.asOf))
			if diff := cmp.Diff(tc.want, verdicts(items)); diff != "" {
				t.Errorf("Stage(%d, %s) (-want +got):\n%s", tc.year, tc.asOf, diff)
			}
			for _, it := range items {
				if common := it.Subject == string(integrity.StagePublicHelp); common != (it.Owner == integrity.OwnerOffice) {
					t.Errorf("%s: owner %q", it.Subject, it.Owner)
				}
			}
		})
	}
}

func TestGapsNameWhatWasSkipped(t *testing.T) {
	unsigned := entry("H1", integrity.ItemUnitReview, "2026-03-09")
	unsigned.Persons = nil
	book := newBook(t, Facts{Units: units(), Ledger: []integrity.LedgerEntry{
		entry("H1", integrity.ItemSelfCheck, "2026-03-02"), unsigned,
		entry("H1", integrity.ItemLeaderReview, "2026-03-16"), entry("*", integrity.ItemExpertHelp, "2026-05-01"),
		entry("*", integrity.ItemCommitteeApproval, "2026-04-20"),
		entry("H2", integrity.ItemSelfCheck, "2026-03-02"), entry("H2", integrity.ItemUnitReview, "2026-03-02"),
		entry("H2", integrity.ItemLeaderReview, "2026-03-02"), entry("H2", integrity.ItemPublicHelp, "2026-03-02"),
		entry("H2", integrity.ItemExpertHelp, "2026-03-02"),
	}})
	if got := book.Gaps(2026, day("2026-04-19")); got != nil {
		t.Errorf("Gaps before the approval = %v; want none", got)
	}
	want := []Gap{{
		Unit: "H1", UnitName: "第一医院", Year: 2026, ApprovedOn: day("2026-04-20"),
		Missing:  []integrity.Stage{integrity.StagePublicHelp, integrity.StageExpertHelp},
		Unsigned: []integrity.Stage{integrity.StageUnitReview},
	}}
	if diff := cmp.Diff(want, book.Gaps(2026, day("2026-06-01"))); diff != "" {
		t.Errorf("Gaps (-want +got):\n%s", diff)
	}
}

func TestNewRefuses(t *testing.T) {
	if _, err := New(Facts{}, Rules{}); !errors.Is(err, integrity.ErrInvalid) {
		t.Errorf("New without a calendar: %v; want ErrInvalid", err)
	}
	if _, err := New(Facts{Points: []Point{{ID: "P"}, {ID: "P"}}}, DefaultRules(workdays(t))); !errors.Is(err, integrity.ErrInvalid) {
		t.Errorf("New with one id twice: %v; want ErrInvalid", err)
	}
}
