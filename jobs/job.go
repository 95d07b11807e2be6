package jobs

import (
	"context"
	"time"

	"qingfeng/metrics/obligation"
)

// Job is one cron task.
type Job struct {
	Name     string
	Schedule string // five-field crontab, read in Asia/Shanghai
	Timeout  time.Duration
	// Run does the work that was due at now and tells what it did. It must be harmless
	// to run it again for the same moment.
	Run func(ctx context.Context, now time.Time) (Result, error)
	// CatchUp is how many missed periods are made up for after downtime; the older ones
	// are given up. 1 = only the latest.
	CatchUp int
	// Claim is what a run holds while it works, so that jobs with the same one never work at
	// the same time, on whichever server. Empty = the name of the job.
	Claim string
}

// Result is what a run has to say.
type Result struct {
	Text   obligation.Text
	Counts map[string]uint64
}

// Names lists the tasks of the product in the order in which they are shown.
func Names() []string {
	return []string{NameFlagOverdue, NameHotSpots, NameMonthlyReport, NameMonthSnapshot, NameQ1Open, NameFreshness, NameWarn, NameDeliver, NameBackup, NameRetention}
}
