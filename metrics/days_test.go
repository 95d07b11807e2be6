package metrics

import (
	"errors"
	"testing"

	"qingfeng/internal/integrity"
)

func TestSignalsAreCountedByDay(t *testing.T) {
	c := seeded(t)
	for name, tc := range map[string]struct {
		who       integrity.Role
		unit      string
		measure   string
		asOf      string
		integrity string
		total     uint64
		on        map[string]uint64
		days      int
	}{
		"without words that are no matter of integrity": {integrity.RoleInspector, "", MeasureSignals, "2026-11-22", "", 4, map[string]uint64{"2026-03-05": 1, "2026-03-31": 0, "2026-04-01": 1, "2026-05-05": 1, "2026-08-10": 1}, 326},
		"with them":                    {integrity.RoleInspector, "", MeasureSignals, "2026-11-22", "all", 5, map[string]uint64{"2026-03-31": 1}, 326},
		"of one kind":                  {integrity.RoleInspector, "", MeasurePetitions, "2026-11-22", "", 1, map[string]uint64{"2026-05-05": 1}, 326},
		"up to the day that is judged": {integrity.RoleInspector, "", MeasureSignals, "2026-04-01", "", 2, map[string]uint64{"2026-04-01": 1}, 91},
		"without petitions for who may not read them":  {integrity.RoleOffice, "", MeasureSignals, "2026-11-22", "", 3, map[string]uint64{"2026-05-05": 0}, 326},
		"no petition at all for who may not read them": {integrity.RoleOffice, "", MeasurePetitions, "2026-11-22", "", 0, nil, 326},
		"a unit its own":           {integrity.RoleUnit, "14", MeasureSignals, "2026-11-22", "", 1, map[string]uint64{"2026-03-05": 0, "2026-04-01": 1}, 326},
		"an administrator nothing": {integrity.RoleAdmin, "", MeasureSignals, "2026-11-22", "all", 0, nil, 326},
		"of a year that is over every day, also without a signal": {integrity.RoleInspector, "", MeasureSignals, "2025-12-31", "", 0, nil, 365},
	} {
		s := asOf(tc.asOf)
		s.Integrity = tc.integrity
		d, err := c.metrics.SignalDays(t.Context(), integrity.Principal{Role: tc.who, Unit: tc.unit, Name: "x"}, s, tc.measure)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d.Total != tc.total || len(d.Days) != tc.days {
			t.Errorf("%s: %d signals on %d days; want %d on %d", name, d.Total, len(d.Days), tc.total, tc.days)
		}
		for _, day := range d.Days {
			if want, ok := tc.on[day.Day.String()]; ok && day.Count != want {
				t.Errorf("%s: %d on %s; want %d", name, day.Count, day.Day, want)
			}
		}
	}
	if _, err := c.metrics.SignalDays(t.Context(), integrity.Principal{Role: integrity.RoleInspector}, asOf("2026-11-22"), MeasureRisks); !errors.Is(err, integrity.ErrInvalid) {
		t.Errorf("risk points by day: %v", err)
	}
}
