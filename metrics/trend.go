package metrics

import (
	"context"
	"qingfeng/internal/integrity"
	"slices"
)

// Trend counts a measure of events by month: one series a kind for signals, otherwise
// one series. Risk points are counted as in force at the end of each month. The months whose
// petitions are too few to be shown are those of the distribution by month and grade.
func (m *Metrics) Trend(ctx context.Context, who integrity.Principal, s Scope, measure string) (Trend, error) {
	if measure == MeasureOverdue || !slices.Contains(Measures(), measure) {
		legal := slices.DeleteFunc(Measures(), func(x string) bool { return x == MeasureOverdue })
		return Trend{}, &integrity.Refused{Name: "measure", Value: measure, Legal: legal}
	}
	if measure == MeasureRisks {
		return m.riskTrend(ctx, who, s)
	}
	kinds := []string{measure}
	if measure == MeasureSignals {
		kinds = []string{MeasureComplaints, MeasurePetitions, MeasureFindings, MeasureComparisons}
		if !who.SeesPetitionCounts() {
			kinds = slices.DeleteFunc(kinds, func(k string) bool { return k == MeasurePetitions })
		}
	}
	out := Trend{Months: []string{}, Series: []Series{}}
	var parts []Distribution
	seen := map[string]bool{}
	for _, k := range kinds {
		d, err := m.Distribution(ctx, who, s, k, DimMonth, DimGrade)
		if err != nil {
			return Trend{}, err
		}
		parts = append(parts, d)
		for _, r := range d.Rows {
			seen[r.Code] = true
		}
	}
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return Trend{}, err
	}
	out.Months = append(out.Months, f.months(seen)...)
	for i, d := range parts {
		byMonth := map[string]*uint64{}
		for _, c := range d.Cells {
			if c.Col == string(integrity.GradeUngraded) { // events carry no grade: all of them stand here
				byMonth[c.Row] = c.Count
			}
		}
		series := Series{Code: kinds[i], Label: measureLabel(kinds[i]), Values: Shown(make([]uint64, len(out.Months))...)}
		for j, month := range out.Months {
			if n, counted := byMonth[month]; counted {
				series.Values[j] = n
				series.Suppressed = series.Suppressed || n == nil
			}
		}
		out.Series = append(out.Series, series)
	}
	return out, nil
}

// measureLabel is the word of a measure for people.
func measureLabel(measure string) string {
	if k, ok := measureKind[measure]; ok {
		return k.Label(integrity.Chinese)
	}
	switch measure {
	case MeasureRisks:
		return "廉洁风险点"
	case MeasureChecks:
		return "监督检查"
	case MeasureOverdue:
		return "逾期未完成"
	}
	return "线索"
}

func (m *Metrics) riskTrend(ctx context.Context, who integrity.Principal, s Scope) (Trend, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return Trend{}, err
	}
	from, to := f.scope.period()
	if from == integrity.NoDay {
		from = integrity.Date(to.Year(), to.Month()-11, 1)
	}
	out := Trend{Months: []string{}, Series: []Series{{Code: MeasureRisks, Label: measureLabel(MeasureRisks), Values: []*uint64{}}}}
	for y, mo := from.Year(), from.Month(); len(out.Months) < maxMonths; mo++ {
		first := integrity.Date(y, mo, 1)
		if first > to {
			return out, nil
		}
		at := s
		at.From, at.To, at.Year, at.Month = integrity.NoDay, integrity.NoDay, 0, ""
		at.AsOf = min(integrity.Date(y, mo+1, 1)-1, to)
		d, err := m.Distribution(ctx, who, at, MeasureRisks, DimLayer, DimCategory)
		if err != nil {
			return Trend{}, err
		}
		out.Months = append(out.Months, first.MonthCode())
		out.Series[0].Values = append(out.Series[0].Values, d.Total)
	}
	return out, nil
}
