package jobs

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/metrics/obligation"
)

// The states of a run.
const (
	StateStarted = "started"
	StateDone    = "done"
	StateFailed  = "failed"
	StateStopped = "stopped" // cut off by a stop, or taken over by another scheduler: not a failure, done again
)

// Run is one run of a job.
type Run struct {
	ID      string            `json:"id"`
	Job     string            `json:"job"`
	Period  string            `json:"period"` // the time it was due, RFC 3339; by hand: manual and the time
	State   string            `json:"state"`
	BeganAt time.Time         `json:"began_at"`
	EndedAt time.Time         `json:"ended_at"`
	Result  string            `json:"result"` // as it is stored; see Say
	Counts  map[string]uint64 `json:"counts"`
}

// Say returns what the run had to say in a language. Errors are stored in one piece with both
// languages, and what was stored before there was an English text is Chinese only.
func (r Run) Say(lang integrity.Lang) string {
	zh, en, both := strings.Cut(r.Result, "\n")
	if both && lang == integrity.English {
		return en
	}
	return zh
}

// stored is a text in both languages as the table keeps it: a line each.
func stored(t obligation.Text) string { return oneLine(t.ZH) + "\n" + oneLine(t.EN) }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Runs is the record of runs.
type Runs interface {
	Began(ctx context.Context, r Run, at time.Time) error
	Ended(ctx context.Context, r Run, at time.Time) error
	LastDone(ctx context.Context, job string) (time.Time, error) // due time of the latest scheduled run that was done; zero = never
	Last(ctx context.Context, job string) (*Run, error)          // nil = never
	LastEnd(ctx context.Context) (time.Time, error)
}

// Database is the part of the store that jobs write to.
type Database interface {
	Write() driver.Conn
	store.Stamped
}

// Records keeps runs in the table job_runs.
type Records struct{ DB Database }

// Began writes the first step of a run.
func (r Records) Began(ctx context.Context, run Run, at time.Time) error {
	return r.step(ctx, run, 0, StateStarted, at)
}

// Ended writes the last step of a run. A scheduled period is done once: it returns ErrFenced
// where the run of another scheduler stands as the one that did it.
func (r Records) Ended(ctx context.Context, run Run, at time.Time) error {
	if run.State != StateDone || strings.HasPrefix(run.Period, manual) {
		return r.step(ctx, run, 1, run.State, at)
	}
	stands, err := store.Occupy(ctx, "run/"+run.Job+"/"+run.Period, func(ctx context.Context) error { return r.step(ctx, run, 1, StateDone, at) }, func() (string, error) {
		var rows []struct {
			ID string `ch:"run_id"`
		}
		if err := r.DB.Write().Select(ctx, &rows, `SELECT run_id FROM job_runs WHERE job = @job AND period = @period AND state = 'done' ORDER BY run_id = @mine DESC, run_id LIMIT 1`,
			clickhouse.Named("job", run.Job), clickhouse.Named("period", run.Period), clickhouse.Named("mine", run.ID)); err != nil || len(rows) == 0 {
			return "", err
		}
		return rows[0].ID, nil
	})
	if err == nil && stands != run.ID {
		err = ErrFenced
	}
	if err != nil {
		return fmt.Errorf("record job %s: %w", run.Job, err)
	}
	return nil
}

func (r Records) step(ctx context.Context, run Run, step uint8, state string, at time.Time) error {
	counts := run.Counts
	if counts == nil {
		counts = map[string]uint64{}
	}
	batch, err := r.DB.Write().PrepareBatch(ctx, `INSERT INTO job_runs (run_id, job, period, step, state, stepped_at, result, counts)`)
	if err != nil {
		return fmt.Errorf("record job %s: %w", run.Job, err)
	}
	defer batch.Close()
	if err := batch.Append(run.ID, run.Job, run.Period, step, state, at.UTC(), run.Result, counts); err != nil {
		return fmt.Errorf("record job %s: %w", run.Job, err)
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("record job %s: %w", run.Job, err)
	}
	return nil
}

// LastDone returns when the latest scheduled run that was done had been due.
func (r Records) LastDone(ctx context.Context, job string) (time.Time, error) {
	var periods []struct {
		Period string `ch:"period"`
	}
	if err := r.DB.Write().Select(ctx, &periods, `SELECT period FROM job_runs WHERE job = @job AND state = 'done' AND NOT startsWith(period, 'manual') ORDER BY period DESC LIMIT 1`,
		clickhouse.Named("job", job)); err != nil {
		return time.Time{}, fmt.Errorf("read the runs of %s: %w", job, err)
	}
	if len(periods) == 0 {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, strings.TrimPrefix(periods[0].Period, manual))
	if err != nil {
		return time.Time{}, fmt.Errorf("read the runs of %s: %w", job, err)
	}
	return t, nil
}

// Last returns the latest run of a job.
func (r Records) Last(ctx context.Context, job string) (*Run, error) {
	var rows []struct {
		ID     string            `ch:"run_id"`
		Period string            `ch:"run_period"`
		State  string            `ch:"last_state"`
		Began  time.Time         `ch:"began_at"`
		Ended  time.Time         `ch:"ended_at"`
		Result string            `ch:"last_result"`
		Counts map[string]uint64 `ch:"last_counts"`
	}
	if err := r.DB.Write().Select(ctx, &rows, `SELECT run_id, any(period) AS run_period, argMax(state, step) AS last_state, min(stepped_at) AS began_at, max(stepped_at) AS ended_at,
		argMax(result, step) AS last_result, argMax(counts, step) AS last_counts
		FROM job_runs WHERE job = @job GROUP BY run_id ORDER BY began_at DESC, run_period DESC LIMIT 1`, clickhouse.Named("job", job)); err != nil {
		return nil, fmt.Errorf("read the runs of %s: %w", job, err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	w := rows[0]
	return &Run{ID: w.ID, Job: job, Period: w.Period, State: w.State, BeganAt: w.Began, EndedAt: w.Ended, Result: w.Result, Counts: w.Counts}, nil
}

// LastEnd returns when any scheduled run ended last; the zero time if none ever did. A run by
// hand says nothing about the scheduler.
func (r Records) LastEnd(ctx context.Context) (time.Time, error) {
	var ends []struct {
		At time.Time `ch:"stepped_at"`
	}
	if err := r.DB.Write().Select(ctx, &ends, `SELECT stepped_at FROM job_runs WHERE step = 1 AND NOT startsWith(period, ?) ORDER BY stepped_at DESC LIMIT 1`, manual); err != nil {
		return time.Time{}, fmt.Errorf("read the runs: %w", err)
	}
	if len(ends) == 0 {
		return time.Time{}, nil
	}
	return ends[0].At, nil
}
