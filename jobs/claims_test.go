package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
	"qingfeng/metrics/obligation"
)

func TestOfManyClaimsAtOnceOneIsStored(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	const rounds, rivals = 10, 6
	for round := range rounds {
		var wait sync.WaitGroup
		var got atomic.Int32
		var winner atomic.Pointer[Claim]
		for i := range rivals {
			wait.Go(func() {
				c, err := Claims{DB: db, Owner: fmt.Sprintf("server %d", i), Lease: time.Hour}.Take(t.Context(), "report", func() {})
				switch {
				case err == nil:
					got.Add(1)
					winner.Store(c)
				case !errors.Is(err, ErrHeld):
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n := got.Load(); n != 1 {
			t.Fatalf("round %d: %d of %d claims were given", round, n, rivals)
		}
		if c := winner.Load(); c.attempt != uint64(round+1) {
			t.Errorf("round %d has the fencing number %d", round, c.attempt)
		} else if err := c.Release(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAClaimWhoseTokenTheServerRemembersIsTriedAnew(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	first := Claims{DB: db, Owner: "first", Lease: time.Hour}
	if _, err := first.Take(t.Context(), "report", func() {}); err != nil {
		t.Fatal(err)
	}
	// Erased by hand, or lost with a restored table: the server still drops the token.
	if err := db.Write().Exec(t.Context(), `ALTER TABLE job_claims DELETE WHERE 1 SETTINGS mutations_sync = 2`); err != nil {
		t.Fatal(err)
	}
	c, err := Claims{DB: db, Owner: "second", Lease: time.Hour}.Take(t.Context(), "report", func() {})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Release(t.Context()) }()
	if c.attempt != 2 {
		t.Errorf("attempt %d; want the next one, 2", c.attempt)
	}
}

// fleet is three schedulers on one database, as three servers have them, with one clock.
type fleet struct {
	t     *testing.T
	store *store.Store
	now   atomic.Int64 // minutes since the start
	// of each server: dead ones are asked no more, paused ones give no sign of life
	servers [3]struct {
		sch            *Scheduler
		dead, sleeping atomic.Bool
	}
	made    atomic.Int64                          // outputs that were written
	refused atomic.Int32                          // outputs that were not let through
	work    func(ctx context.Context, server int) // before the output is written
}

func newFleet(t *testing.T, lease time.Duration) *fleet {
	f := &fleet{t: t, store: storetest.New(t), work: func(context.Context, int) {}}
	if err := f.store.Write().Exec(t.Context(), `CREATE TABLE outputs (period String, server UInt8) ENGINE = MergeTree ORDER BY period`); err != nil {
		t.Fatal(err)
	}
	for i := range f.servers {
		job := Job{Name: "minutely", Schedule: "* * * * *", Timeout: time.Minute, CatchUp: 1000, Run: func(ctx context.Context, now time.Time) (Result, error) {
			f.work(ctx, i)
			batch, err := f.store.Write().PrepareBatch(context.WithoutCancel(ctx), `INSERT INTO outputs (period, server)`)
			if err != nil {
				return Result{}, err
			}
			defer batch.Close()
			if err := batch.Append(now.UTC().Format(time.RFC3339), uint8(i)); err != nil {
				return Result{}, err
			}
			// A process that was stopped does not notice that its context has ended.
			err = send(context.WithoutCancel(ctx), batch)
			switch {
			case err == nil:
				f.made.Add(1)
			case errors.Is(err, ErrFenced):
				f.refused.Add(1)
			}
			return Result{Text: obligation.Text{ZH: "ok", EN: "ok"}}, err
		}}
		sch, err := New(Config{
			Jobs: []Job{job}, Runs: Records{f.store}, Log: slog.New(slog.DiscardHandler), Now: f.clock,
			Claims: Claims{DB: f.store, Owner: fmt.Sprintf("server %d", i), Lease: lease, paused: f.servers[i].sleeping.Load},
		})
		if err != nil {
			t.Fatal(err)
		}
		f.servers[i].sch = sch
	}
	return f
}

func (f *fleet) clock() time.Time {
	return at("2026-03-11 09:00").Add(time.Duration(f.now.Load()) * time.Minute)
}

// serve is one server's life: it looks what is due, again and again, and where nothing is
// it lets the common clock go on by a minute, until that has reached the last one.
func (f *fleet) serve(server int, last int64) {
	s := &f.servers[server]
	for f.made.Load() < last {
		err := s.sch.CatchUp(f.t.Context(), "minutely")
		switch {
		case s.dead.Load():
			return
		case errors.Is(err, ErrHeld) || errors.Is(err, ErrFenced):
			time.Sleep(s.sch.cfg.Claims.Lease / 20)
		case err != nil:
			f.t.Errorf("server %d: %v", server, err)
			return
		default:
			if now := f.now.Load(); now < last {
				f.now.CompareAndSwap(now, now+1)
			}
		}
	}
}

func TestThreeServersMakeEachOutputOnceWhateverHappensToThem(t *testing.T) {
	t.Parallel()
	const lease, ticks = 2 * time.Second, 100
	f := newFleet(t, lease)
	gone := make(chan struct{}) // closed at the end: the killed one never comes back
	var killed, paused sync.Once
	f.work = func(_ context.Context, server int) {
		switch minute := f.now.Load(); {
		case server == 0 && minute >= 20:
			killed.Do(func() {
				f.servers[0].dead.Store(true)
				f.servers[0].sleeping.Store(true)
				<-gone
			})
		case server == 1 && minute >= 40:
			paused.Do(func() { // as SIGSTOP does: nothing of the process moves, then all of it
				f.servers[1].sleeping.Store(true)
				time.Sleep(2 * lease)
				f.servers[1].sleeping.Store(false)
			})
		}
	}
	var living, all sync.WaitGroup
	for i := range f.servers {
		all.Go(func() { f.serve(i, ticks) })
	}
	living.Go(func() {
		for f.made.Load() < ticks && !t.Failed() {
			time.Sleep(lease / 20)
		}
	})
	living.Wait()
	close(gone)
	all.Wait()
	var rows []struct {
		Period string `ch:"period"`
		N      uint64 `ch:"n"`
	}
	if err := f.store.Write().Select(t.Context(), &rows, `SELECT period, count() AS n FROM outputs GROUP BY period ORDER BY period`); err != nil {
		t.Fatal(err)
	}
	if len(rows) < ticks {
		t.Errorf("%d of %d periods have an output", len(rows), ticks)
	}
	for _, r := range rows {
		if r.N != 1 {
			t.Errorf("%s has %d outputs", r.Period, r.N)
		}
	}
	if !f.servers[0].dead.Load() {
		t.Error("nobody was killed in a run: the test shows nothing")
	}
	if f.refused.Load() < 2 {
		t.Errorf("%d late outputs were refused; want those of the killed and of the paused server", f.refused.Load())
	}
}

func TestARunThatAStopCutsOffIsDoneOnceMoreAndIsNoFailure(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-07-02 09:00")
	ctx, stop := context.WithCancel(t.Context())
	runs := 0
	job := Job{Name: "monthly", Schedule: "30 4 1 * *", Timeout: time.Minute, CatchUp: 36, Run: func(ctx context.Context, _ time.Time) (Result, error) {
		if runs++; runs == 1 {
			stop()
			<-ctx.Done()
			return Result{}, ctx.Err()
		}
		return Result{Text: obligation.Text{ZH: "ok", EN: "ok"}}, nil
	}}
	sch := s.scheduler(job)
	if err := sch.CatchUp(ctx, "monthly"); !errors.Is(err, context.Canceled) {
		t.Fatalf("the run that was cut off: %v", err)
	}
	last, err := Records{s.store}.Last(t.Context(), "monthly")
	if err != nil || last.State != StateStopped || !strings.Contains(last.Result, "重做") {
		t.Fatalf("recorded as %+v, %v", last, err)
	}
	s.now = s.now.Add(time.Minute)
	for range 2 { // the claim was released: nobody waits for the lease
		if err := s.scheduler(job).CatchUp(t.Context(), "monthly"); err != nil {
			t.Fatal(err)
		}
	}
	if last, err = (Records{s.store}).Last(t.Context(), "monthly"); err != nil || last.State != StateDone || runs != 2 {
		t.Errorf("after the restart: %+v, %d runs, %v", last, runs, err)
	}
}

func TestAServerThatWasKilledDoesNotWaitForItsOwnClaims(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	killed := Claims{DB: db, Owner: "killed", Lease: time.Hour}
	for _, job := range []string{"report", "backup"} {
		if _, err := killed.Take(t.Context(), job, func() {}); err != nil {
			t.Fatal(err)
		}
	}
	over, err := killed.Take(t.Context(), "warn", func() {})
	if err != nil {
		t.Fatal(err)
	}
	if err := over.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := Claims{DB: db, Owner: "again", Lease: time.Hour}
	if _, err := again.Take(t.Context(), "report", func() {}); !errors.Is(err, ErrHeld) {
		t.Fatalf("before anything is forgotten: %v", err)
	}
	for _, want := range []int{2, 0} {
		if n, err := again.Forget(t.Context()); err != nil || n != want {
			t.Errorf("forgot %d claims, %v; want %d", n, err, want)
		}
	}
	c, err := again.Take(t.Context(), "report", func() {})
	if err != nil || c.attempt != 2 {
		t.Fatalf("after that: %+v, %v", c, err)
	}
	if err := c.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestOfTwoWritersOfOneVersionTheServerKeepsOne(t *testing.T) {
	t.Parallel()
	db := storetest.New(t)
	const writers = 6
	var wait sync.WaitGroup
	var kept atomic.Int32
	for i := range writers {
		wait.Go(func() {
			// No claim keeps them apart, as in the moment between the look at it and the write.
			_, err := Results{db}.keep(t.Context(), "hot-spots", "2026-02", 0, map[string]int{"writer": i}, nil, at("2026-03-01 04:00"))
			switch {
			case err == nil:
				kept.Add(1)
			case !errors.Is(err, ErrFenced):
				t.Error(err)
			}
		})
	}
	wait.Wait()
	found, err := Results{db}.Versions(t.Context(), "hot-spots", "2026-02")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[uint32]int{}
	for _, f := range found {
		seen[f.Version]++
	}
	for v, n := range seen {
		if n != 1 {
			t.Errorf("version %d is there %d times", v, n)
		}
	}
	if len(found) == 0 || int(kept.Load()) != len(found) {
		t.Errorf("%d writers were told that theirs is kept, %d versions are", kept.Load(), len(found))
	}
}
