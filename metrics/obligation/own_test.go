package obligation

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

// takenPart are checks of P in which the leader in charge took part.
func takenPart(days ...string) []Check {
	out := checksOn(days...)
	for i := range out {
		out[i].LeaderTookPart = true
	}
	return out
}

// The part of the leader in charge is a measure beside the points (requirements, section 3): a
// year in which others met all points is still named as one that lacks the leader's own dates.
func TestALeadersOwnGapOfAnEarlierYearIsNamed(t *testing.T) {
	others := checksOn("2026-02-10", "2026-08-10", "2027-02-10", "2027-08-10") // meet P in both years
	late := takenPart("2026-11-11")
	late[0].EnteredOn = day("2028-02-20")
	closing := func(on string) []integrity.Unit {
		us := units()
		for i := range us {
			if us[i].Code == "H1" {
				us[i].ClosedOn = day(on)
			}
		}
		return us
	}
	successor := append(units(), integrity.Unit{Code: "H1", Name: "第一医院", Parent: "W", Type: TypeSubordinate, Order: 3, Leader: "赵", LeaderFrom: day("2028-01-01")})
	for _, tc := range []struct {
		name   string
		units  []integrity.Unit
		to     string // the point is removed on that day
		checks []Check
		ledger []integrity.LedgerEntry
		year   int // asked about; 0 = that of the day
		asOf   string
		want   []string
	}{
		// 李 has had charge of H1 since 1 July 2026: one date in 2026, two in each later year.
		{name: "on 31 December the year is still its own", asOf: "2026-12-31", checks: others},
		{name: "from 1 January the part of the old year is missing, although its points are met", asOf: "2027-01-01", checks: others, want: []string{"李 2026 0/1"}},
		{name: "the year before last is named too, the latest first", asOf: "2028-01-31", checks: others, want: []string{"李 2027 0/2", "李 2026 0/1"}},
		{name: "one date of two is not enough", asOf: "2028-01-31", checks: append(takenPart("2026-09-01", "2027-03-01"), others...), want: []string{"李 2027 1/2"}},
		{name: "two checks on one day are one date", asOf: "2028-01-31", checks: append(takenPart("2026-09-01", "2027-03-01", "2027-03-01"), others...), want: []string{"李 2027 1/2"}},
		{name: "two dates a year leave nothing", asOf: "2028-01-31", checks: append(takenPart("2026-09-01", "2027-03-01", "2027-03-02"), others...)},
		{name: "dates of the new year do not make it up", asOf: "2028-01-31", checks: append(takenPart("2026-09-01", "2028-01-10", "2028-01-11"), others...), want: []string{"李 2027 0/2"}},
		{name: "nor does what the leader before did in that year", asOf: "2027-01-31", checks: append(takenPart("2026-05-05", "2026-06-06"), others...), want: []string{"李 2026 0/1"}},
		{name: "a date of the old year that is entered late does", asOf: "2028-03-01", checks: append(late, others...), want: []string{"李 2027 0/2"}},
		{name: "asked about the year before, only what came before that", year: 2027, asOf: "2028-01-31", checks: others, want: []string{"李 2026 0/1"}},
		{
			name: "an exemption of the only point asks for no part", asOf: "2027-03-01", checks: others,
			ledger: []integrity.LedgerEntry{exemptionOf("3", "2026-12-30")},
		},
		{name: "removing the point later does not wipe it out", to: "2027-01-15", asOf: "2027-03-01", checks: others, want: []string{"李 2026 0/1"}},
		{name: "nor does closing the unit after the year", units: closing("2027-01-15"), asOf: "2027-03-01", checks: others, want: []string{"李 2026 0/1"}},
		{name: "a unit that closed before the part was due asks for none", units: closing("2026-12-15"), asOf: "2027-03-01", checks: others},
		{name: "who leads no more is named after the others", units: successor, asOf: "2028-01-31", checks: others, want: []string{"李 2027 0/2 former", "李 2026 0/1 former"}},
		{name: "no year before the first list is judged", asOf: "2026-03-01", checks: others},
	} {
		t.Run(tc.name, func(t *testing.T) {
			us := tc.units
			if us == nil {
				us = units()
			}
			b := newBook(t, Facts{
				Units: us, Points: []Point{{ID: "P", Spans: []Span{listed("H1", 3, "2026-01-10", tc.to)}}}, Checks: tc.checks, Ledger: tc.ledger,
				Lists: []List{{Unit: "H1", Year: 2026, On: day("2026-01-10"), EnteredOn: day("2026-01-10")}},
			})
			asked := tc.year
			if asked == 0 {
				asked = day(tc.asOf).Year()
			}
			var got []string
			for _, row := range b.LeaderDuty(asked, day(tc.asOf)) {
				for _, own := range row.OwnUnmet {
					line := fmt.Sprintf("%s %d %d/%d", row.Leader, own.Year, own.Dates, own.Required)
					if row.Former {
						line += " former"
					}
					got = append(got, line)
				}
				if row.Leader == "李" && row.Unmet != 0 && tc.to == "" && tc.units == nil {
					for _, it := range b.Unmet(asked, day(tc.asOf), Filter{Rule: integrity.RuleTwoChecks}) {
						t.Errorf("the points were to be met by others; %+v", it)
					}
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("own gaps of the board of %d as of %s (-want +got):\n%s", asked, tc.asOf, diff)
			}
		})
	}
}

// What fell due under a leader who is in charge no more stays that leader's, whatever the rule: it is on
// the board of every later year until it is done, and no number of the units is missing among the leaders.
func TestWhatFellDueUnderAFormerLeaderStaysOnTheBoard(t *testing.T) {
	us := append(units(), integrity.Unit{Code: "H1", Name: "第一医院", Parent: "W", Type: TypeSubordinate, Order: 3, Leader: "赵", LeaderFrom: day("2028-01-01")})
	finding := Signal{ID: "F", Number: "F1", Unit: "H1", On: day("2027-10-01"), DueOn: day("2027-11-01")}
	fixed := finding
	fixed.DoneOn = day("2028-02-10")
	for _, tc := range []struct {
		name, asOf string
		finding    Signal
		want       []string
	}{
		{"on the day it is due it is not late", "2027-11-01", finding, []string{"王 0/1", "李 0/2", "张 0/1"}},
		{"while in charge", "2027-12-31", finding, []string{"王 0/1", "李 1/2", "张 0/1"}},
		{"in charge no more", "2028-01-20", finding, []string{"王 0/0", "赵 0/0", "张 0/0", "李 1/1 former"}},
		{"put right", "2028-02-20", fixed, []string{"王 0/0", "赵 0/0", "张 0/0"}},
	} {
		b := newBook(t, Facts{Units: us, Findings: []Signal{tc.finding}})
		asOf := day(tc.asOf)
		var got []string
		behind, pressing := 0, 0
		for _, row := range b.LeaderDuty(asOf.Year(), asOf) {
			line := fmt.Sprintf("%s %d/%d", row.Leader, row.Behind, row.PressingItems)
			if row.Former {
				line += " former"
				if row.Pressing == nil || row.Pressing.Number != "F1" {
					t.Errorf("%s: first of all %+v", tc.name, row.Pressing)
				}
			}
			got = append(got, line)
			behind, pressing = behind+row.Behind, pressing+row.PressingItems
		}
		for _, row := range b.UnitBoard(asOf.Year(), asOf) {
			behind, pressing = behind-row.Behind, pressing-row.PressingItems
		}
		if behind != 0 || pressing != 0 {
			t.Errorf("%s: the boards of units and leaders differ by %d behind, %d late or near: %v", tc.name, behind, pressing, got)
		}
		if diff := cmp.Diff(tc.want, got); diff != "" { // with the reviews of 2027, which nobody made
			t.Errorf("%s: behind and late or near (-want +got):\n%s", tc.name, diff)
		}
	}
}
