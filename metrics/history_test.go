package metrics

import (
	"errors"
	"testing"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// A history is what one might have read at each moment: nobody learns of a petition or of
// what another unit had on record.
func TestTheHistoryOfASignalIsForThoseWhoMayReadIt(t *testing.T) {
	c := newCity(t).units()
	c.csv(ingest.KindComplaints, "编号|单位|日期|内容", "H1|13|2026-03-05|第一稿")
	c.csv(ingest.KindComplaints, "编号|单位|日期|内容", "H1|14|2026-03-05|第二稿")
	c.csv(ingest.KindPetitions, "编号|单位|日期|内容", "X1|14|2026-03-05|信访")
	id := func(number string) string {
		found, err := c.metrics.Signals(t.Context(), inspector, Scope{Number: number, Integrity: "all"})
		if err != nil || len(found.Items) != 1 {
			t.Fatalf("%s: %v, %d", number, err, len(found.Items))
		}
		return found.Items[0].ID
	}
	complaint, petition := id("H1"), id("X1")
	for _, tc := range []struct {
		name   string
		who    integrity.Principal
		signal string
		want   []string // texts, newest first; nil: not found
	}{
		{"an inspector reads all versions", inspector, complaint, []string{"第二稿", "第一稿"}},
		{"the unit that has it now reads its own version only", unitStaff("14"), complaint, []string{"第二稿"}},
		{"the unit that had it finds nothing", unitStaff("13"), complaint, nil},
		{"an inspector reads a petition", inspector, petition, []string{"信访"}},
		{"the unit does not know of the petition", unitStaff("14"), petition, nil},
		{"an administrator finds nothing", admin, complaint, nil},
		{"no such signal", inspector, "00000000000000aa", nil},
		{"no ID", inspector, "1", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			versions, err := c.metrics.SignalHistory(t.Context(), tc.who, Scope{Signal: tc.signal})
			if tc.want == nil {
				if !errors.Is(err, integrity.ErrNotFound) {
					t.Fatalf("error %v, %d versions; want not found", err, len(versions))
				}
				return
			}
			if err != nil || len(versions) != len(tc.want) {
				t.Fatalf("%d versions, error %v; want %v", len(versions), err, tc.want)
			}
			for i, v := range versions {
				if v.Signal.Text != tc.want[i] || v.Batch == "" || v.KnownFrom.IsZero() {
					t.Errorf("version %d: %+v; want %q", i, v, tc.want[i])
				}
			}
		})
	}
}
