package metrics

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingfeng/internal/integrity"
)

// Days counts signals by day of one year, up to the day that is judged.
type Days struct {
	Year     int           `json:"year"`
	From, To integrity.Day `json:"-"`    // the days that are counted
	Days     []DayCount    `json:"days"` // every one of them, also those without a signal
	Total    uint64        `json:"total"`
	// Petitions tells whether petitions were counted: days are small cells, so only for
	// those who may read the rows.
	Petitions   bool   `json:"petitions"`
	DataVersion string `json:"data_version"`
}

// DayCount is one day.
type DayCount struct {
	Day   integrity.Day `json:"day"`
	Count uint64        `json:"count"`
}

// dayMeasures are what is counted by day.
var dayMeasures = []string{MeasureComplaints, MeasurePetitions, MeasureFindings, MeasureComparisons, MeasureSignals}

// SignalDays counts the signals of each day of the scope's year, by default that of as_of.
// measure is signals or one of its kinds; anything else is integrity.ErrInvalid.
func (m *Metrics) SignalDays(ctx context.Context, who integrity.Principal, s Scope, measure string) (Days, error) {
	kind, ok := measureKind[measure]
	if !ok && measure != MeasureSignals {
		return Days{}, &integrity.Refused{Name: "measure", Value: measure, Legal: dayMeasures}
	}
	if err := s.StatusOf(measure); err != nil {
		return Days{}, err
	}
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return Days{}, err
	}
	out := Days{Year: f.year(), Days: []DayCount{}, Petitions: who.SeesPetitionRows(), DataVersion: f.snap.Version()}
	out.From, out.To = integrity.Date(out.Year, time.January, 1), min(integrity.Date(out.Year, time.December, 31), f.scope.AsOf)
	kinds := f.kinds(string(kind))
	if !out.Petitions {
		kinds = slices.DeleteFunc(kinds, func(k string) bool { return k == string(integrity.SignalPetition) })
		if len(kinds) == 0 {
			kinds = nobody
		}
	}
	key := strings.Join([]string{"signal days", measure, string(who.Role), who.Unit, f.scope.key()}, "/")
	return cached(ctx, m.cache, f.snap, key, func(ctx context.Context) (Days, error) {
		var rows []struct {
			Day   integrity.Day `ch:"happened_on"`
			Count int64         `ch:"row_count"`
		}
		if err := f.sel(ctx, &rows, mustQuery("signal_days"), append(f.args(), param("from_day", out.From), param("to_day", out.To), param("kinds", kinds))...); err != nil {
			return out, fmt.Errorf("signals by day of %d: %w", out.Year, err)
		}
		counts := map[integrity.Day]uint64{}
		for _, r := range rows {
			counts[r.Day] = uint64(r.Count)
		}
		for day := out.From; day <= out.To; day++ {
			out.Days = append(out.Days, DayCount{day, counts[day]})
			out.Total += counts[day]
		}
		return out, nil
	})
}
