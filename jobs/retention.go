package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/metrics/obligation"
)

// NameRetention is the monthly task that erases what nobody needs any more.
const NameRetention = "retention"

// Eraser is a database that can take rows away, wherever they lie.
type Eraser interface {
	Database
	// Mutate runs ALTER TABLE table command and waits until it is done.
	Mutate(ctx context.Context, table, command string, args ...any) error
}

// RetentionConfig is everything the task needs. Database and Log are required.
type RetentionConfig struct {
	Database Eraser
	Log      *slog.Logger
	// KeepBodies is how long the text of a mail is kept after it was sent; defaults to
	// 180 days. That it was sent, when, and about what, stays.
	KeepBodies time.Duration
	// Folder is where letters lie as files where there is no mail server; they are
	// erased with their text. Its Dir is empty otherwise.
	Folder Folder
}

// runsAtOnce bounds how many runs one statement names.
const runsAtOnce = 2000

// How long runs of tasks are kept, and how long those that only look for waiting mails.
const (
	keepRuns       = 400 * 24 * time.Hour
	keepDeliveries = 14 * 24 * time.Hour
)

// Retention returns the task that erases, each month: rows of batches that were given up
// and should be gone already, old runs of tasks, and the texts of mails sent long ago. It
// never touches a row that was loaded, taken back or not, nor the latest run of a task
// that was done, by which the scheduler knows where it stands.
func Retention(cfg RetentionConfig) Job {
	if cfg.KeepBodies <= 0 {
		cfg.KeepBodies = 180 * 24 * time.Hour
	}
	return Job{Name: NameRetention, Schedule: "0 3 2 * *", Timeout: 30 * time.Minute, CatchUp: 1,
		Run: func(ctx context.Context, now time.Time) (Result, error) { return cfg.erase(ctx, now) }}
}

func (c RetentionConfig) erase(ctx context.Context, now time.Time) (Result, error) {
	counts := map[string]uint64{"rows": 0, "runs": 0, "bodies": 0}
	for _, step := range []func(context.Context, time.Time, map[string]uint64) error{c.leftovers, c.runs, c.bodies} {
		if err := step(ctx, now, counts); err != nil {
			return Result{}, err
		}
	}
	c.Log.InfoContext(ctx, "erased", "rows", counts["rows"], "runs", counts["runs"], "bodies", counts["bodies"])
	return Result{Text: obligation.Text{
		ZH: fmt.Sprintf("清除作废批次残留%d行、旧运行记录%d条、旧邮件正文%d份", counts["rows"], counts["runs"], counts["bodies"]),
		EN: fmt.Sprintf("erased: %d rows of voided batches, %d old runs, %d texts of old mails", counts["rows"], counts["runs"], counts["bodies"])}, Counts: counts}, nil
}

// delete counts what a condition finds in a table and erases it.
func (c RetentionConfig) delete(ctx context.Context, table, where string, args ...any) (uint64, error) {
	var n uint64
	if err := c.Database.Write().QueryRow(ctx, "SELECT count() FROM "+table+" WHERE "+where, args...).Scan(&n); err != nil {
		return 0, fmt.Errorf("look for what to erase from %s: %w", table, err)
	}
	if n == 0 {
		return 0, nil
	}
	if err := c.Database.Mutate(ctx, table, "DELETE WHERE "+where, args...); err != nil {
		return 0, fmt.Errorf("erase from %s: %w", table, err)
	}
	return n, nil
}

// leftovers erases rows of voided batches: a crash while one was given up may have left
// some. Every table with the number of a batch may hold them; batches itself remembers
// that there was one.
func (c RetentionConfig) leftovers(ctx context.Context, _ time.Time, counts map[string]uint64) error {
	var voided []struct {
		No uint64 `ch:"batch_no"`
	}
	if err := c.Database.Write().Select(ctx, &voided, `SELECT batch_no FROM batches GROUP BY batch_no
		HAVING argMax(state, step) = 'voided' AND countIf(state = 'committed') = 0 ORDER BY batch_no`); err != nil {
		return fmt.Errorf("list the voided batches: %w", err)
	}
	if len(voided) == 0 {
		return nil
	}
	numbers := make([]string, len(voided))
	for i, v := range voided {
		numbers[i] = fmt.Sprint(v.No)
	}
	var tables []struct {
		Name string `ch:"table"`
	}
	if err := c.Database.Write().Select(ctx, &tables, `SELECT table FROM system.columns WHERE database = currentDatabase() AND name = 'batch_no'
		AND table != 'batches' AND NOT endsWith(table, '_local') ORDER BY table`); err != nil {
		return fmt.Errorf("list the tables of batches: %w", err)
	}
	for _, t := range tables {
		n, err := c.delete(ctx, t.Name, "batch_no IN ("+strings.Join(numbers, ",")+")")
		if err != nil {
			return err
		}
		if n > 0 {
			c.Log.InfoContext(ctx, "leftovers of voided batches erased", "table", t.Name, "rows", n)
		}
		counts["rows"] += n
	}
	return nil
}

// runs erases old runs, but never the latest scheduled one of a task that was done.
func (c RetentionConfig) runs(ctx context.Context, now time.Time, counts map[string]uint64) error {
	const keep = ` AND run_id NOT IN (SELECT argMax(run_id, period) FROM job_runs WHERE state = 'done' AND NOT startsWith(period, 'manual') GROUP BY job)`
	for _, old := range []struct {
		where string
		after time.Duration
	}{{"1", keepRuns}, {"job = '" + NameDeliver + "'", keepDeliveries}} {
		// Both steps of a run go together: the end may be younger than the beginning.
		var runs []struct {
			ID string `ch:"run_id"`
		}
		if err := c.Database.Write().Select(ctx, &runs, `SELECT run_id FROM job_runs WHERE `+old.where+keep+` GROUP BY run_id HAVING max(stepped_at) < @before ORDER BY run_id`,
			clickhouse.Named("before", now.Add(-old.after).UTC())); err != nil {
			return fmt.Errorf("look for old runs: %w", err)
		}
		for some := range slices.Chunk(runs, runsAtOnce) {
			ids := make([]string, len(some))
			for i, r := range some {
				ids[i] = r.ID
			}
			n, err := c.delete(ctx, "job_runs", "run_id IN (@ids)", clickhouse.Named("ids", ids))
			if err != nil {
				return err
			}
			counts["runs"] += n
		}
	}
	return nil
}

// bodies erases the texts of mails that were sent long ago.
func (c RetentionConfig) bodies(ctx context.Context, now time.Time, counts map[string]uint64) error {
	before := clickhouse.Named("before", now.Add(-c.KeepBodies).UTC())
	var old []struct {
		Mail string `ch:"mail"`
	}
	if err := c.Database.Write().Select(ctx, &old, `SELECT mail FROM outbox WHERE state = 'sent' AND body != '' AND stepped_at < @before ORDER BY mail`, before); err != nil {
		return fmt.Errorf("look for old mails: %w", err)
	}
	if len(old) == 0 {
		return nil
	}
	if c.Folder.Dir != "" {
		for _, m := range old {
			if err := c.Folder.Forget(m.Mail); err != nil {
				return err
			}
		}
	}
	if err := c.Database.Mutate(ctx, "outbox", `UPDATE body = '' WHERE state = 'sent' AND body != '' AND stepped_at < @before`, before); err != nil {
		return fmt.Errorf("erase old mails: %w", err)
	}
	counts["bodies"] += uint64(len(old))
	return nil
}
