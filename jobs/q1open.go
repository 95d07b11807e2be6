package jobs

import (
	"context"
	"fmt"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// NameQ1Open is the task that opens the yearly review.
const NameQ1Open = "q1-open"

// Round is the opening of the first-quarter review of a year (notice: 每年第一季度开展动态排查
// 工作).
type Round struct {
	Year   int           `json:"year"`
	Opens  integrity.Day `json:"opens"` // 1 January
	Due    integrity.Day `json:"due"`   // 31 March
	Units  []string      `json:"units"` // codes of those that owe the review, official order
	Clause string        `json:"clause"`
}

// Q1Open returns the task that records, once a year, that the round of the first quarter
// is open and which units owe the review. It is due on 1 January; the first of February
// and of March are for a program that was not running or not installed by then, and find
// nothing left to do otherwise. The reminders are those of Warn.
func Q1Open(db Database, m Obligations) Job {
	return Job{Name: NameQ1Open, Schedule: "5 0 1 1-3 *", Timeout: 10 * time.Minute, CatchUp: 3,
		Run: func(ctx context.Context, now time.Time) (Result, error) { return q1Open(ctx, db, m, now) }}
}

func q1Open(ctx context.Context, db Database, m Obligations, now time.Time) (Result, error) {
	year := integrity.DayOf(now).Year()
	period := fmt.Sprint(year)
	before, err := Results{db}.Versions(ctx, NameQ1Open, period)
	if err != nil {
		return Result{}, err
	}
	if len(before) > 0 {
		return Result{Text: obligation.Text{ZH: fmt.Sprintf("%d年第一季度动态排查已经开始", year), EN: fmt.Sprintf("the first-quarter review of %d is open already", year)}, Counts: map[string]uint64{"new": 0}}, nil
	}
	round := Round{Year: year, Opens: integrity.Date(year, time.January, 1), Due: integrity.Date(year, time.March, 31), Units: []string{}, Clause: obligation.ClauseQ1Review}
	answer, err := m.Overdue(ctx, office, metrics.Scope{AsOf: round.Opens, Year: year, Rule: integrity.RuleQ1Review, Status: "all"})
	if err != nil {
		return Result{}, err
	}
	for i := range answer.Items {
		round.Units = append(round.Units, answer.Items[i].Unit)
	}
	if _, err := (Results{db}).keep(ctx, NameQ1Open, period, round.Opens, round, nil, now); err != nil {
		return Result{}, err
	}
	return Result{Text: obligation.Text{ZH: fmt.Sprintf("%d年第一季度动态排查开始，应完成%d个单位，期限%s", year, len(round.Units), round.Due),
		EN: fmt.Sprintf("the first-quarter review of %d is open: owed by %d units, due %s", year, len(round.Units), round.Due)},
		Counts: map[string]uint64{"new": 1, "units": uint64(len(round.Units))}}, nil
}
