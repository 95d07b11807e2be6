package obligation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

// rowText is a row of the stage board in one line: days by stage, where it stands since
// when, what it waits for, gaps, filing.
func rowText(r StageRow) string {
	var days []string
	for _, e := range r.Stages {
		d := "-"
		if e.On != integrity.NoDay {
			d = e.On.String()[5:]
		}
		if e.ForAll {
			d += "*"
		}
		days = append(days, d)
	}
	text := fmt.Sprintf("%s [%s] %s since %s", r.Unit, strings.Join(days, " "), r.Stage, r.Since)
	if r.Due != integrity.NoDay {
		text += fmt.Sprintf(" due %s %d %s %s", r.Due, r.DaysLeft, r.Status, r.Owner)
	}
	if r.Stuck {
		text += " stuck"
	}
	if len(r.Missing)+len(r.Unsigned) > 0 {
		text += fmt.Sprintf(" missing %v unsigned %v", r.Missing, r.Unsigned)
	}
	if r.ToFile > 0 {
		text += fmt.Sprintf(" filed %d/%d %s", r.Filed, r.ToFile, r.FiledOn)
	}
	return text
}

func TestStageBoard(t *testing.T) {
	important := func(no int) Span {
		s := listed("H1", no, "2026-03-02", "")
		s.Grade = integrity.GradeImportant
		return s
	}
	all := []string{integrity.ItemSelfCheck, integrity.ItemUnitReview, integrity.ItemLeaderReview, integrity.ItemPublicHelp, integrity.ItemExpertHelp}
	course := func(days ...string) (out []integrity.LedgerEntry) {
		for i, d := range days {
			out = append(out, entry("H1", all[i], d))
		}
		return out
	}
	approval := entry("*", integrity.ItemCommitteeApproval, "2026-04-20")
	filing := entry("*", integrity.ItemFiling, "2026-04-28")
	one := entry("H1", integrity.ItemFiling, "2026-04-27")
	one.No = "1"
	for _, tc := range []struct {
		name   string
		ledger []integrity.LedgerEntry
		asOf   string
		want   string // of H1
	}{
		{"a list without any record", nil, "2026-04-01", "H1 [- - - - - -]  since "},
		{"in the first stage", course("2026-03-02"), "2026-03-10", "H1 [03-02 - - - - -] self_check since 2026-03-02 due 2026-03-23 13 on_track unit"},
		{"stuck since the sixteenth working day", course("2026-03-02"), "2026-03-24", "H1 [03-02 - - - - -] self_check since 2026-03-02 due 2026-03-23 -1 overdue unit stuck"},
		{
			"the parallel stages count from the later one", course("2026-03-02", "2026-03-09", "2026-03-16", "2026-03-30", "2026-03-23"), "2026-04-01",
			"H1 [03-02 03-09 03-16 03-30 03-23 -] public_help since 2026-03-30 due 2026-04-21 20 on_track unit",
		},
		{
			"approved with stages missing: it stands, with the stages named, and waits for its filing", append(course("2026-03-02"), approval), "2026-04-21",
			"H1 [03-02 - - - - 04-20*] committee_approval since 2026-04-20 due 2026-05-07 16 on_track office missing [unit_review leader_review public_help expert_help] unsigned [] filed 0/2 ",
		},
		{
			"one of two points filed", append(course("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"), approval, one), "2026-05-08",
			"H1 [03-02 03-03 03-04 03-05 03-06 04-20*] committee_approval since 2026-04-20 due 2026-05-07 -1 overdue office stuck filed 1/2 2026-04-27",
		},
		{
			"all filed by one letter", append(course("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06"), approval, filing), "2026-05-08",
			"H1 [03-02 03-03 03-04 03-05 03-06 04-20*] filed since 2026-04-28 filed 2/2 2026-04-28",
		},
		{"records after the day are not known yet", append(course("2026-03-02"), approval, filing), "2026-03-10", "H1 [03-02 - - - - -] self_check since 2026-03-02 due 2026-03-23 13 on_track unit"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			book := newBook(t, Facts{Units: units(), Ledger: tc.ledger, Lists: []List{{Unit: "H1", Year: 2026, On: day("2026-03-02")}},
				Points: []Point{{ID: "P", Spans: []Span{important(1)}}, {ID: "Q", Spans: []Span{important(2)}}, {ID: "R", Spans: []Span{listed("H1", 3, "2026-03-02", "")}}}})
			rows := book.StageBoard(2026, day(tc.asOf))
			var codes []string
			for _, r := range rows {
				codes = append(codes, r.Unit)
				if r.Unit == "H1" {
					if diff := cmp.Diff(tc.want, rowText(r)); diff != "" {
						t.Errorf("row (-want +got):\n%s", diff)
					}
				}
			}
			if diff := cmp.Diff([]string{"A", "H1", "H2"}, codes); diff != "" {
				t.Errorf("units (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStageBoardTellsListAndHandOver(t *testing.T) {
	own, common := entry("H1", integrity.ItemHandOver, "2026-03-20"), entry("*", integrity.ItemHandOver, "2026-03-25")
	book := newBook(t, Facts{Units: units(), Ledger: []integrity.LedgerEntry{own, common},
		Lists: []List{{Unit: "H1", Year: 2026, On: day("2026-03-02")}, {Unit: "H1", Year: 2026, On: day("2026-03-18")}, {Unit: "H2", Year: 2025, On: day("2025-03-02")}}})
	got := map[string]string{}
	for _, r := range book.StageBoard(2026, day("2026-04-01")) {
		got[r.Unit] = r.ListedOn.String() + " " + r.ReportedOn.String()
	}
	want := map[string]string{"A": " 2026-03-25", "H1": "2026-03-18 2026-03-20", "H2": " 2026-03-25"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("list and hand-over (-want +got):\n%s", diff)
	}
}
