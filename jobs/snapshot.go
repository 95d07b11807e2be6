package jobs

import (
	"context"
	"fmt"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// NameMonthSnapshot is the task that keeps the key figures of each month end.
const NameMonthSnapshot = "month-snapshot"

// Figures are the questions that a snapshot asks.
type Figures interface {
	Obligations
	Distribution(ctx context.Context, who integrity.Principal, s metrics.Scope, measure, rows, cols string) (metrics.Distribution, error)
}

// Snapshot is what is kept of a month end: tables as the political department sees them,
// with small cells of petitions hidden. Units must be shown none of Petitions.
type Snapshot struct {
	Month         string                          `json:"month"`
	AsOf          integrity.Day                   `json:"as_of"`
	Distributions map[string]metrics.Distribution `json:"distributions"` // by name, such as risks-layer-category
	Petitions     metrics.Distribution            `json:"petitions"`     // of the month, by category
	Obligations   obligation.Counts               `json:"obligations"`   // by rule, basis and status
}

// distributions are the tables of a snapshot. Points and obligations are judged as of the
// month end, signals and checks are those of the month.
var distributions = []struct {
	name, measure, rows, cols string
	ofMonth                   bool
}{
	{"risks-layer-category", metrics.MeasureRisks, metrics.DimLayer, metrics.DimCategory, false},
	{"risks-unit-category", metrics.MeasureRisks, metrics.DimUnit, metrics.DimCategory, false},
	{"overdue-unit-layer", metrics.MeasureOverdue, metrics.DimUnit, metrics.DimLayer, false},
	{"complaints-unit-category", metrics.MeasureComplaints, metrics.DimUnit, metrics.DimCategory, true},
	{"findings-unit-category", metrics.MeasureFindings, metrics.DimUnit, metrics.DimCategory, true},
	{"comparisons-unit-category", metrics.MeasureComparisons, metrics.DimUnit, metrics.DimCategory, true},
	{"checks-unit-category", metrics.MeasureChecks, metrics.DimUnit, metrics.DimCategory, true},
}

// MonthSnapshot returns the task that keeps, on the first of each month, the key figures
// of the end of the month before as known at the run, with the version of the data they
// were made from. What is loaded late makes another version when the task is run again,
// and never touches the first.
func MonthSnapshot(db Database, m Figures) Job {
	return Job{Name: NameMonthSnapshot, Schedule: "0 4 1 * *", Timeout: 10 * time.Minute, CatchUp: 36,
		Run: func(ctx context.Context, now time.Time) (Result, error) { return monthSnapshot(ctx, db, m, now) }}
}

func monthSnapshot(ctx context.Context, db Database, m Figures, now time.Time) (Result, error) {
	today := integrity.DayOf(now)
	end := integrity.Date(today.Year(), today.Month(), 1) - 1
	snap := Snapshot{Month: end.MonthCode(), AsOf: end, Distributions: map[string]metrics.Distribution{}}
	scope := func(ofMonth bool) metrics.Scope {
		s := metrics.Scope{AsOf: end}
		if ofMonth {
			s.Month = snap.Month
		}
		return s
	}
	for _, d := range distributions {
		table, err := m.Distribution(ctx, office, scope(d.ofMonth), d.measure, d.rows, d.cols)
		if err != nil {
			return Result{}, err
		}
		table.DataVersion = "" // kept once, beside the content: equal figures are equal
		snap.Distributions[d.name] = table
	}
	var err error
	if snap.Petitions, err = m.Distribution(ctx, office, scope(true), metrics.MeasurePetitions, metrics.DimCategory, metrics.DimMonth); err != nil {
		return Result{}, err
	}
	snap.Petitions.DataVersion = ""
	answer, err := m.Overdue(ctx, office, metrics.Scope{AsOf: end})
	if err != nil {
		return Result{}, err
	}
	snap.Obligations = answer.Summary
	kept, err := Results{db}.keep(ctx, NameMonthSnapshot, snap.Month, end, snap, nil, now)
	if err != nil {
		return Result{}, err
	}
	if !kept {
		return Result{Text: obligation.Text{ZH: snap.Month + " 月末数据没有变化", EN: snap.Month + ": the month end has not changed"}, Counts: map[string]uint64{"tables": uint64(len(distributions)), "new": 0}}, nil
	}
	return Result{Text: obligation.Text{ZH: fmt.Sprintf("%s 月末数据已留存，%d张表", snap.Month, len(distributions)+1), EN: fmt.Sprintf("%s: month end kept, tables: %d", snap.Month, len(distributions)+1)}, Counts: map[string]uint64{"tables": uint64(len(distributions) + 1), "new": 1}}, nil
}
