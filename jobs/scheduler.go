package jobs

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/robfig/cron/v3"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

// Config is everything New needs. Jobs, Runs, Claims.DB and Log are required.
type Config struct {
	Jobs []Job
	Runs Runs
	// Claims keeps schedulers on the same database apart.
	Claims Claims
	Log    *slog.Logger
	Now    integrity.Clock // defaults to time.Now
}

// Scheduler runs jobs when they are due. Create it with New, begin with Start, end with
// Stop.
type Scheduler struct {
	cfg       Config
	schedules map[string]cron.Schedule
	ended     store.Memo[time.Time] // when a scheduled run ended last: each page asks
	last      store.Memo[[]*Run]    // of each job, in their order
	cron      *cron.Cron
	stop      context.CancelFunc
	catching  sync.WaitGroup
}

// ErrUnknown is wrapped when no job has the name asked for.
var ErrUnknown = errors.New("unknown job")

// New checks the schedules and returns a scheduler that does nothing yet.
func New(cfg Config) (*Scheduler, error) {
	if cfg.Runs == nil || cfg.Claims.DB == nil || cfg.Log == nil {
		return nil, fmt.Errorf("scheduler: %w: runs, claims and log are required", integrity.ErrInvalid)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Claims.Owner == "" {
		cfg.Claims.Owner = newOwner()
	}
	if cfg.Claims.Lease == 0 {
		cfg.Claims.Lease = Lease
	}
	s := &Scheduler{cfg: cfg, schedules: map[string]cron.Schedule{}}
	for _, j := range cfg.Jobs {
		schedule, err := cron.ParseStandard("CRON_TZ=Asia/Shanghai " + j.Schedule)
		if err != nil {
			return nil, fmt.Errorf("schedule of %s: %w", j.Name, err)
		}
		s.schedules[j.Name] = schedule
	}
	return s, nil
}

// Start makes up for what was missed, in the background, and then runs every job at its
// times until Stop.
func (s *Scheduler) Start(ctx context.Context) error {
	ctx, s.stop = context.WithCancel(ctx)
	log := cronLog{s.cfg.Log}
	// The order matters: with Recover outside, one panic would leave the job marked as
	// running for ever.
	s.cron = cron.New(cron.WithLocation(integrity.Shanghai), cron.WithLogger(log), cron.WithChain(cron.SkipIfStillRunning(log), cron.Recover(log)))
	for _, j := range s.cfg.Jobs {
		s.cron.Schedule(s.schedules[j.Name], cron.FuncJob(func() { s.due(ctx, j) }))
	}
	s.catching.Add(1)
	go func() {
		defer s.catching.Done()
		// A job that another scheduler runs, or ran when it was killed, waits in its own turn.
		held := slices.DeleteFunc(slices.Clone(s.cfg.Jobs), func(j Job) bool { return s.try(ctx, j) })
		for _, j := range held {
			s.catching.Go(func() { s.due(ctx, j) })
		}
		s.cron.Start()
	}()
	return nil
}

// Stop cancels running jobs and waits for them.
func (s *Scheduler) Stop() {
	if s.stop == nil {
		return
	}
	s.stop()
	s.catching.Wait()
	<-s.cron.Stop().Done()
}

// due runs a job for every period that has come and was not done, oldest first. While
// another scheduler runs it, it waits: that one may be killed before it has done it.
func (s *Scheduler) due(ctx context.Context, j Job) {
	for !s.try(ctx, j) {
		select {
		case <-ctx.Done():
			return
		case <-time.After(s.cfg.Claims.Lease / 2):
		}
	}
}

// try is CatchUp that reports a failure itself; it returns false where it is to be tried
// again soon: another scheduler holds the job, or the database was away, and the next time
// that the job is due may be a month ahead.
func (s *Scheduler) try(ctx context.Context, j Job) bool {
	err := s.CatchUp(ctx, j.Name)
	if errors.Is(err, ErrHeld) {
		return false
	}
	if err != nil && ctx.Err() == nil {
		s.cfg.Log.ErrorContext(ctx, "job failed", "job", j.Name, "err", err)
	}
	return ctx.Err() != nil || !store.Unavailable(err)
}

// CatchUp runs the named job for every period that has come and was not done, oldest
// first. A period that fails is tried again at the next call, before the ones after it. It
// returns ErrHeld, and runs nothing, while another scheduler runs the job.
func (s *Scheduler) CatchUp(ctx context.Context, name string) error {
	j, err := s.job(name)
	if err != nil {
		return err
	}
	todo, err := s.todo(ctx, j)
	if err != nil || len(todo) == 0 {
		return err
	}
	return s.claim(ctx, j, func(ctx context.Context) error {
		// What another one did meanwhile is not done again.
		todo, err := s.todo(ctx, j)
		if err != nil {
			return err
		}
		for _, at := range todo {
			if err := s.record(ctx, j, at.In(integrity.Shanghai).Format(time.RFC3339), at); err != nil {
				return err
			}
		}
		return nil
	})
}

// todo lists the periods of a job that have come and were not done.
func (s *Scheduler) todo(ctx context.Context, j Job) ([]time.Time, error) {
	last, err := s.cfg.Runs.LastDone(ctx, j.Name)
	if err != nil {
		return nil, err
	}
	return s.missed(j, last, s.cfg.Now()), nil
}

// claim does work while this scheduler alone holds the job.
func (s *Scheduler) claim(ctx context.Context, j Job, work func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	c, err := s.cfg.Claims.Take(ctx, cmp.Or(j.Claim, j.Name), func() { cancel(ErrFenced) })
	if err != nil {
		return err
	}
	err = work(claimed(ctx, c))
	if released := c.Release(ctx); err == nil {
		err = released
	}
	return err
}

// missed lists the times after last, up to now, at which a job should have run: the
// latest CatchUp ones. A job that never ran is due for its latest time only.
func (s *Scheduler) missed(j Job, last, now time.Time) []time.Time {
	schedule := s.schedules[j.Name]
	keep := max(j.CatchUp, 1)
	from := last
	if last.IsZero() {
		keep = 1
		from = now.AddDate(0, -2, 0) // no schedule here is rarer than monthly
	}
	var out []time.Time
	for at := schedule.Next(from); !at.IsZero() && !at.After(now); at = schedule.Next(at) {
		out = append(out, at)
		if len(out) > keep {
			out = out[1:]
		}
	}
	return out
}

// Run runs the named job once, by hand, as if it were due at the given moment. It waits
// while another scheduler runs the job.
func (s *Scheduler) Run(ctx context.Context, name string, at time.Time) error {
	j, err := s.job(name)
	if err != nil {
		return err
	}
	for {
		err := s.claim(ctx, j, func(ctx context.Context) error {
			return s.record(ctx, j, manual+at.In(integrity.Shanghai).Format(time.RFC3339), at)
		})
		if !errors.Is(err, ErrHeld) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(s.cfg.Claims.Lease / 8):
		}
	}
}

// manual begins the period of a run by hand: it takes no scheduled run's place.
const manual = "manual "

func (s *Scheduler) job(name string) (Job, error) {
	for _, j := range s.cfg.Jobs {
		if j.Name == name {
			return j, nil
		}
	}
	return Job{}, fmt.Errorf("%w: %w: %q", integrity.ErrInvalid, ErrUnknown, name)
}

// record runs a job and writes down start and end.
func (s *Scheduler) record(ctx context.Context, j Job, period string, at time.Time) error {
	var id [8]byte
	rand.Read(id[:])
	run := Run{ID: hex.EncodeToString(id[:]), Job: j.Name, Period: period}
	if err := s.cfg.Runs.Began(ctx, run, s.cfg.Now()); err != nil {
		return err
	}
	began := time.Now() // how long it took is told by the machine's clock, not the fixed one
	work, cancel := context.WithTimeout(ctx, j.Timeout)
	defer cancel()
	result, err := protected(work, j, at)
	if err == nil {
		// What was done under a claim that was lost is another one's to record as done.
		err = guarded(context.WithoutCancel(ctx))
	}
	run.State, run.Result, run.Counts = StateDone, stored(result.Text), result.Counts
	switch {
	case err == nil:
	case errors.Is(err, ErrFenced) || errors.Is(context.Cause(ctx), ErrFenced):
		run.State, run.Result, run.Counts = StateStopped, ErrFenced.Error(), nil
		err = errors.Join(ErrFenced, err)
	case ctx.Err() != nil:
		run.State, run.Result, run.Counts = StateStopped, "停机时中断，下次启动时重做 (cut off by a stop; done again at the next start)", nil
	default:
		run.State, run.Result = StateFailed, oneLine(err.Error())
	}
	// The end is written down even when the work was cancelled.
	end, cancelEnd := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancelEnd()
	werr := s.cfg.Runs.Ended(end, run, s.cfg.Now())
	if errors.Is(werr, ErrFenced) && err == nil {
		run.State, run.Result, run.Counts, err = StateStopped, ErrFenced.Error(), nil, werr
		werr = s.cfg.Runs.Ended(end, run, s.cfg.Now())
	}
	if werr != nil {
		return errors.Join(err, werr)
	}
	s.cfg.Log.InfoContext(ctx, "job ended", "job", j.Name, "period", period, "state", run.State, "took", time.Since(began))
	if err != nil {
		return fmt.Errorf("job %s for %s: %w", j.Name, period, err)
	}
	return nil
}

// protected turns a panic of a job into its error, so that the run is recorded.
func protected(ctx context.Context, j Job, at time.Time) (result Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return j.Run(ctx, at)
}

// Info is one line of the list of jobs.
type Info struct {
	Name     string    `json:"name"`
	Schedule string    `json:"schedule"`
	Last     *Run      `json:"last"`
	Next     time.Time `json:"next"`
}

// List tells for every job when it ran last and when it will next.
func (s *Scheduler) List(ctx context.Context) ([]Info, error) {
	last, err := s.last.Get(s.cfg.Claims.DB, func() ([]*Run, error) {
		runs := make([]*Run, len(s.cfg.Jobs))
		for i, j := range s.cfg.Jobs {
			var err error
			if runs[i], err = s.cfg.Runs.Last(ctx, j.Name); err != nil {
				return nil, err
			}
		}
		return runs, nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Info, len(s.cfg.Jobs))
	for i, j := range s.cfg.Jobs {
		out[i] = Info{Name: j.Name, Schedule: j.Schedule, Last: last[i], Next: s.schedules[j.Name].Next(s.cfg.Now()).In(integrity.Shanghai)}
	}
	return out, nil
}

// SilentAfter is how long no scheduled job may have ended before the scheduler counts as silent.
const SilentAfter = 26 * time.Hour

// Silent reports whether no scheduled job has ended for too long; runs by hand do not count.
func (s *Scheduler) Silent(ctx context.Context) (bool, error) {
	last, err := s.ended.Get(s.cfg.Claims.DB, func() (time.Time, error) { return s.cfg.Runs.LastEnd(ctx) })
	if err != nil {
		return false, err
	}
	return s.cfg.Now().Sub(last) > SilentAfter, nil
}

// cronLog hands the scheduler's own messages to slog.
type cronLog struct{ log *slog.Logger }

func (l cronLog) Info(msg string, args ...any) { l.log.Debug("cron "+msg, args...) }

func (l cronLog) Error(err error, msg string, args ...any) {
	l.log.Error("cron "+msg, append(args, "err", err)...)
}

// RunNow runs the named job once, by hand, as of now.
func (s *Scheduler) RunNow(ctx context.Context, name string) error {
	return s.Run(ctx, name, s.cfg.Now())
}
