package metrics

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

// The flags are those of three obligations of two hospitals, one of them of a petition. Each event
// is recorded at ten past two of its day.
func TestFlagsAreToldByDayMomentRoleAndScope(t *testing.T) {
	c := newCity(t).units()
	on := func(text string) integrity.Day {
		d, err := integrity.ParseDay(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	at := func(text string) time.Time {
		d := on(text).UTC()
		return time.Date(d.Year(), d.Month(), d.Day(), 2, 10, 0, 0, integrity.Shanghai)
	}
	const point = "00000000000000aa"
	for _, e := range []struct {
		item, event, day, basis, unit, reason string
		seq                                   uint32
		risk                                  uint64
	}{
		{"two_checks/2026/" + point, "opened", "2026-07-01", "system", "13", "", 1, 0xaa},
		{"two_checks/2026/" + point, "changed", "2027-01-01", "notice", "13", "", 2, 0xaa},
		{"q1_review/2026/14", "opened", "2026-04-01", "notice", "14", "", 1, 0},
		{"q1_review/2026/14", "closed", "2026-04-11", "notice", "14", "met", 2, 0},
		{"q1_review/2026/14", "reopened", "2026-04-20", "notice", "14", "", 3, 0},
		{"handling/petition/00000000000000bb", "opened", "2026-06-01", "system", "13", "", 1, 0},
	} {
		if err := c.store.Write().Exec(t.Context(), `INSERT INTO flags (item, seq, event, as_of, recorded_at, rule, basis, unit, leader, risk_id, due_on, reason) VALUES (?, ?, ?, ?, ?, splitByChar('/', ?)[1], ?, ?, '', ?, '2026-03-31', ?)`,
			e.item, e.seq, e.event, on(e.day).UTC(), at(e.day).UTC(), e.item, e.basis, e.unit, e.risk, e.reason); err != nil {
			t.Fatal(err)
		}
	}
	const (
		checks   = "two_checks/2026/" + point
		review   = "q1_review/2026/14"
		petition = "handling/petition/00000000000000bb"
	)
	role := func(r integrity.Role, unit string) integrity.Principal {
		return integrity.Principal{Role: r, Unit: unit}
	}
	for _, tc := range []struct {
		name  string
		who   integrity.Principal
		asOf  string
		scope Scope
		want  []string
	}{
		{"an inspector is told of all", role(integrity.RoleInspector, ""), "2027-01-05", Scope{},
			[]string{petition + " system up 2026-06-01 218 days 1 times", review + " notice up 2026-04-01 279 days 2 times", checks + " notice up 2026-07-01 188 days 1 times"}},
		{"the political department is not told of petitions", role(integrity.RoleOffice, ""), "2027-01-05", Scope{},
			[]string{review + " notice up 2026-04-01 279 days 2 times", checks + " notice up 2026-07-01 188 days 1 times"}},
		{"nor are leaders", role(integrity.RoleLeader, ""), "2027-01-05", Scope{Unit: "13"}, []string{checks + " notice up 2026-07-01 188 days 1 times"}},
		{"a unit is told of its own", role(integrity.RoleUnit, "14"), "2027-01-05", Scope{}, []string{review + " notice up 2026-04-01 279 days 2 times"}},
		{"up to a day: before New Year it rests on the system's limit", role(integrity.RoleOffice, ""), "2026-12-31", Scope{Rule: integrity.RuleTwoChecks}, []string{checks + " system up 2026-07-01 183 days 1 times"}},
		{"up to a day: a flag that was down says how long it was up", role(integrity.RoleOffice, ""), "2026-04-15", Scope{}, []string{review + " notice down 2026-04-01 10 days 1 times"}},
		{"as recorded by a moment", role(integrity.RoleOffice, ""), "2027-01-05", Scope{KnownAt: at("2026-06-30")}, []string{review + " notice up 2026-04-01 279 days 2 times"}},
		{"by basis of today", role(integrity.RoleInspector, ""), "2027-01-05", Scope{Basis: integrity.BasisSystem}, []string{petition + " system up 2026-06-01 218 days 1 times"}},
		{"by point", role(integrity.RoleOffice, ""), "2027-01-05", Scope{Risk: point}, []string{checks + " notice up 2026-07-01 188 days 1 times"}},
		{"none before the first", role(integrity.RoleInspector, ""), "2026-03-31", Scope{}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.scope.AsOf = on(tc.asOf)
			flags, err := c.metrics.Flags(t.Context(), tc.who, tc.scope)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range flags {
				up := "down"
				if f.Up {
					up = "up"
				}
				got = append(got, fmt.Sprintf("%s %s %s %s %d days %d times", f.Key, f.Basis, up, f.FirstOn, f.Days, f.Times))
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("Flags (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("by keys, and to nobody who may not see them", func(t *testing.T) {
		scope := Scope{AsOf: on("2027-01-05")}
		for _, r := range []struct {
			who  integrity.Principal
			want int
		}{{role(integrity.RoleInspector, ""), 2}, {role(integrity.RoleOffice, ""), 1}, {role(integrity.RoleUnit, "13"), 0}} {
			found, err := c.metrics.FlagsOf(t.Context(), r.who, scope, []string{petition, review, "stage/2026/01/self_check"})
			if err != nil || len(found) != r.want {
				t.Errorf("%s sees %d of two, %v; want %d", r.who.Role, len(found), err, r.want)
			}
		}
	})
}
