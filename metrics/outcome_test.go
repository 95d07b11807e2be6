package metrics

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

func TestOutcomeOfOnePoint(t *testing.T) {
	at := func(days ...string) (out []linkedSignal) {
		for _, d := range days {
			out = append(out, linkedSignal{On: day(d)})
		}
		return out
	}
	type counts struct {
		New, Recurring, Closed uint64
		Resolved               bool
	}
	closed := at("2026-02-01")
	closed[0].ClosedOn = day("2026-06-30")
	later := at("2026-02-01")
	later[0].ClosedOn = day("2026-07-01")
	for name, tc := range map[string]struct {
		signals []linkedSignal
		want    counts
	}{
		"the first one is new, the next within a year recurs":   {at("2026-01-10", "2026-05-01"), counts{1, 1, 0, false}},
		"one a day less than a year before makes it recur":      {at("2025-01-11", "2026-01-10"), counts{0, 1, 0, false}},
		"one a year before does not":                            {at("2025-01-10", "2026-01-10"), counts{1, 0, 0, false}},
		"the last day of the twelve months resolves":            {at("2025-06-30"), counts{0, 0, 0, true}},
		"a day later does not yet":                              {at("2025-07-01"), counts{1, 0, 0, false}},
		"closed on the as-of day counts":                        {closed, counts{1, 0, 1, false}},
		"closed after it is not known on it":                    {later, counts{1, 0, 0, false}},
		"two on one day: one is new, the other recurs, no more": {at("2026-03-01", "2026-03-01"), counts{1, 1, 0, false}},
	} {
		t.Run(name, func(t *testing.T) {
			got := outcomeOf(tc.signals, day("2025-07-01"), day("2026-06-30"), day("2026-06-30"))
			if diff := cmp.Diff(tc.want, counts{got.New, got.Recurring, got.Closed, got.Resolved}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOutcomeCountsLinksAndWhoMaySeeThem(t *testing.T) {
	c := openCity(t)
	c.csv(ingest.KindComplaints, "编号|单位|日期|内容|涉廉|状态|办结日期|风险点", "T1|13|2026-04-01|红包|是|办结|2026-05-01|2", "T2|13|2026-06-01|红包|是|在办||2", "T3|13|2026-06-01|红包|否|在办||2", "T4|13|2026-06-02|红包|是|在办||")
	c.csv(ingest.KindPetitions, "编号|单位|日期|内容|风险点", "X1|13|2026-07-01|反映收受回扣|2")
	for _, tc := range []struct {
		who  integrity.Principal
		want [3]uint64
		rows int
	}{{inspector, [3]uint64{1, 2, 1}, 1}, {office, [3]uint64{1, 1, 1}, 1}, {unitStaff("13"), [3]uint64{1, 1, 1}, 1}, {unitStaff("14"), [3]uint64{}, 0}, {admin, [3]uint64{}, 0}} {
		got, err := c.metrics.Outcome(t.Context(), tc.who, Scope{AsOf: day("2026-08-01")})
		if err != nil || len(got.Items) != tc.rows {
			t.Errorf("%s %s: %+v, %v; want %d points", tc.who.Role, tc.who.Unit, got, err, tc.rows)
			continue
		}
		if tc.rows > 0 {
			if it := got.Items[0]; [3]uint64{it.New, it.Recurring, it.Closed} != tc.want || it.No != 2 || it.Resolved {
				t.Errorf("%s: %+v, want %v", tc.who.Role, it, tc.want)
			}
		}
	}
	if got, err := c.metrics.Outcome(t.Context(), office, Scope{AsOf: day("2027-06-01")}); err != nil || got.Resolved != 1 {
		t.Errorf("a year later: %+v, %v; want it resolved", got, err)
	}
}
