package jobs

import (
	"context"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// NameMonthlyReport is the task that drafts the report of the month before.
const NameMonthlyReport = "monthly-report"

// Drafter makes the draft of the report of a period and keeps it, the same draft once;
// kept is false where nothing is new. size is in bytes.
type Drafter interface {
	KeepDraft(ctx context.Context, who integrity.Principal, period string, now time.Time) (kept bool, size int, err error)
}

// author is on whose behalf drafts are made.
var author = integrity.Principal{Role: integrity.RoleOffice, Name: "定时任务"}

// MonthlyReport returns the task that drafts, on the first of each month, the report of
// the month before, and keeps it. The same report is kept once: a run that finds nothing
// new writes nothing. It never issues.
func MonthlyReport(d Drafter) Job {
	return Job{Name: NameMonthlyReport, Schedule: "30 4 1 * *", Timeout: 10 * time.Minute, CatchUp: 36,
		Run: func(ctx context.Context, now time.Time) (Result, error) {
			today := integrity.DayOf(now)
			period := integrity.Date(today.Year(), today.Month()-1, 1).MonthCode()
			kept, size, err := d.KeepDraft(ctx, author, period, now)
			if err != nil {
				return Result{}, err
			}
			counts := map[string]uint64{"bytes": uint64(size), "new": 0}
			if !kept {
				return Result{Text: obligation.Text{ZH: period + " 月报没有变化", EN: period + ": the report has not changed"}, Counts: counts}, nil
			}
			counts["new"] = 1
			return Result{Text: obligation.Text{ZH: period + " 月报草稿已生成", EN: period + ": draft of the report made"}, Counts: counts}, nil
		}}
}
