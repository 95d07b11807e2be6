package dashboards

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// What the nightly run flagged stands beside the light: on the list of obligations, on the page of
// a point and in its history.
func TestFlagsAreShownBesideTheLights(t *testing.T) {
	s := newSite(t)
	items := read[metrics.Overdue](s, "/api/v1/overdue?rule=two_checks&status=all").Items
	behind := slices.IndexFunc(items, func(it obligation.Item) bool { return it.Status == integrity.StatusOverdue && it.Unit != "13" })
	fine := slices.IndexFunc(items, func(it obligation.Item) bool { return it.Status != integrity.StatusOverdue && it.Unit == "13" })
	if behind < 0 || fine < 0 {
		t.Fatalf("there is no point of each kind among %d, or of one unit", len(items))
	}
	flag := func(it obligation.Item, seq uint32, event, day, reason string) {
		id, err := integrity.ParseID(it.RiskID)
		if err != nil {
			t.Fatal(err)
		}
		on, err := integrity.ParseDay(day)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.store.Write().Exec(t.Context(), `INSERT INTO flags (item, seq, event, as_of, recorded_at, rule, basis, unit, leader, risk_id, due_on, reason) VALUES (?, ?, ?, ?, ?, 'two_checks', 'system', ?, '', ?, '2026-06-30', ?)`,
			it.Key(), seq, event, on.UTC(), on.UTC().Add(2*time.Hour), it.Unit, id, reason); err != nil {
			t.Fatal(err)
		}
	}
	flag(items[behind], 1, "opened", "2026-07-01", "")
	flag(items[fine], 1, "opened", "2026-07-01", "")
	flag(items[fine], 2, "closed", "2026-09-12", "late_entry")
	for _, tc := range []struct{ name, path, want string }{
		{"the list says since when, and how long it is to the day of the page", "/supervision?full=1&rule=two_checks&per_page=100", "首次标记 2026-07-01，至今 144 天"},
		{"and for how long a flag was up that is down", "/supervision?full=1&rule=two_checks&per_page=100", "曾于 2026-07-01 标记，历时 73 天"},
		{"as of an earlier day it was up", "/supervision?full=1&rule=two_checks&per_page=100&as_of=2026-08-01", "首次标记 2026-07-01，至今 31 天"},
		{"in English", "/supervision?full=1&rule=two_checks&per_page=100&lang=en", "first flagged 2026-07-01, 144 days ago"},
		{"so does the page of the point", "/risks/" + items[behind].RiskID, "首次标记 2026-07-01，至今 144 天"},
		{"the other point's says that it is down", "/risks/" + items[fine].RiskID, "曾于 2026-07-01 标记，历时 73 天"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if !bytes.Contains(s.ok(tc.path), []byte(tc.want)) {
				t.Errorf("%s does not say %s", tc.path, tc.want)
			}
		})
	}
	t.Run("nothing is said of a day before the first flag", func(t *testing.T) {
		if bytes.Contains(s.ok("/supervision?full=1&rule=two_checks&per_page=100&as_of=2026-06-30"), []byte("标记 2026")) {
			t.Error("30 June knows of a flag of July")
		}
	})
	t.Run("the history of the point has the events, with the reason", func(t *testing.T) {
		got := s.entries("/risks/" + items[fine].RiskID)["flag"]
		want := [][]string{{"2026-09-12", "解除标记", "补录"}, {"2026-07-01", "首次标记", "进度滞后", "2026 年度"}}
		for _, words := range want {
			if !slices.ContainsFunc(got, func(line string) bool {
				return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(line, w) })
			}) {
				t.Errorf("no line with all of %q in %q", words, got)
			}
		}
	})
	t.Run("GET /flags has them for whoever may see the unit", func(t *testing.T) {
		for unit, want := range map[string]int{"": 2, items[behind].Unit: 1, items[fine].Unit: 1, "01": 0} {
			who := integrity.Principal{Role: integrity.RoleUnit, Unit: unit}
			if unit == "" {
				who = integrity.Principal{Role: integrity.RoleInspector}
			}
			if got := read[list[metrics.Flag]](s.viewedBy(who), "/api/v1/flags").Items; len(got) != want {
				t.Errorf("%s %s is told of %d; want %d", who.Role, unit, len(got), want)
			}
		}
		f := read[list[metrics.Flag]](s, "/api/v1/flags?risk="+items[fine].RiskID).Items
		if len(f) != 1 || f[0].Up || fmt.Sprint(f[0].Days, f[0].Times, len(f[0].Events)) != "73 1 2" {
			t.Errorf("the flag of the point: %+v", f)
		}
	})
}
