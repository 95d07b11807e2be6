package jobs

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"qingfeng/ingest"
	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
)

// halting is a press that stops after it has printed.
type halting struct {
	press
	stop func()
}

func (h *halting) Print(ctx context.Context, who integrity.Principal, period string, c bulletin.Choice) (bulletin.Printed, error) {
	defer h.stop()
	return h.press.Print(ctx, who, period, c)
}

// A process stops for longer than its lease in the one place that no look at its claim can
// guard: after the look and before the write. Another one takes the job over and does it; then
// the first goes on and writes. Every write of every job is tried.
func TestAProcessThatStopsBetweenTheLookAtItsClaimAndTheWriteAddsNothing(t *testing.T) {
	t.Parallel()
	const lease = time.Second
	box := newPostbox(t)
	oneClerk := Recipients{Units: map[string]UnitRecipients{"13": {Clerk: []string{"clerk13@one.example"}}}}
	for name, tc := range map[string]struct {
		writes int // of one run, its own record included
		job    func(s *stand) Job
		draft  bool // the press stops, not the write of the job
	}{
		"flags":                             {writes: 2, job: func(s *stand) Job { return FlagOverdue(s.store, s.metrics()) }},
		"notices, queued mails, sent mails": {writes: 4, job: func(s *stand) Job { return Warn(s.mailing(box.smtp(), oneClerk)) }},
		"results":                           {writes: 2, job: func(s *stand) Job { return Q1Open(s.store, s.metrics()) }},
		"drafts":                            {writes: 1, draft: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for nth := 1; nth <= tc.writes+1; nth++ {
				s := newStand(t, "2026-03-11 08:00")
				s.load(ingest.KindUnits, unitsFile...)
				s.load(ingest.KindRisks, append(risksFile, "13|2025-01-04|1|采购未经集体研究|集体决策|查阅会议记录|重要")...)
				var writes, sleeping atomic.Int32
				asleep, wake := make(chan struct{}), make(chan struct{})
				halt := func() {
					if int(writes.Add(1)) == nth {
						sleeping.Store(1)
						close(asleep)
						<-wake
						sleeping.Store(0)
					}
				}
				server := func(owner string, halt func()) *Scheduler {
					c := Claims{DB: s.store, Owner: owner, Lease: lease}
					var j Job
					if tc.draft {
						j = MonthlyReport(s.registry(&halting{press{html: "<p>"}, halt}))
					} else {
						j = tc.job(s)
						c.beforeSend = halt
					}
					if owner == "first" {
						// Not late by itself, however busy the machine is; the second judges by its own.
						c.Lease = time.Minute
						c.paused = func() bool { return sleeping.Load() == 1 }
					}
					sch, err := New(Config{Jobs: []Job{j}, Runs: Records{s.store}, Claims: c, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return s.now }})
					if err != nil {
						t.Fatal(err)
					}
					return sch
				}
				first, second := server("first", halt), server("second", func() {})
				job := first.cfg.Jobs[0].Name
				ended := make(chan error, 1)
				go func() { ended <- first.CatchUp(t.Context(), job) }()
				select {
				case <-asleep:
				case err := <-ended:
					if nth <= tc.writes {
						t.Fatalf("there are fewer than %d writes: %v", nth, err)
					}
					continue // it has been stopped in every place
				}
				if nth > tc.writes {
					t.Fatalf("there is write number %d: say so above", nth)
				}
				for {
					err := second.CatchUp(t.Context(), job)
					if err == nil {
						break
					}
					if !errors.Is(err, ErrHeld) && !errors.Is(err, ErrFenced) { // a busy machine may be late itself
						t.Fatalf("write %d: the second: %v", nth, err)
					}
					time.Sleep(lease / 8)
				}
				close(wake)
				if err := <-ended; !errors.Is(err, ErrFenced) {
					t.Errorf("write %d: the first was told %v; want that the job was taken over", nth, err)
				}
				s.eachOutputIsThereOnce()
			}
		})
	}
}

// eachOutputIsThereOnce looks at every table that jobs write.
func (s *stand) eachOutputIsThereOnce() {
	s.t.Helper()
	for what, query := range map[string]string{
		"flag":         `SELECT concat(item, ' ', toString(seq)) AS line, count() AS n FROM flags GROUP BY item, seq HAVING n > 1 ORDER BY line`,
		"notice":       `SELECT concat(recipient, ' ', item, ' ', level) AS line, count() AS n FROM notices GROUP BY recipient, item, level HAVING n > 1 ORDER BY line`,
		"step of mail": `SELECT concat(mail, ' ', toString(seq)) AS line, count() AS n FROM outbox GROUP BY mail, seq HAVING n > 1 ORDER BY line`,
		"mail":         `SELECT concat(recipient, ' ', address) AS line, uniqExact(mail) AS n FROM outbox GROUP BY recipient, address HAVING n > 1 ORDER BY line`,
		"result":       `SELECT concat(job, ' ', period) AS line, count() AS n FROM results GROUP BY job, period HAVING n > 1 ORDER BY line`,
		"draft":        `SELECT period AS line, count() AS n FROM reports GROUP BY period HAVING n > 1 ORDER BY line`,
		"run":          `SELECT concat(job, ' ', period) AS line, countIf(state = 'done') AS n FROM job_runs GROUP BY job, period HAVING n != 1 ORDER BY line`,
	} {
		var twice []struct {
			Line string `ch:"line"`
			N    uint64 `ch:"n"`
		}
		if err := s.store.Write().Select(s.t.Context(), &twice, query); err != nil {
			s.t.Fatal(err)
		}
		for _, r := range twice {
			s.t.Errorf("the %s %s is there %d times", what, r.Line, r.N)
		}
	}
}

func TestMailsThatWaitAreNotSentByTwoTasksAtOnce(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-03-11 08:00")
	s.load(ingest.KindUnits, unitsFile...)
	box := newPostbox(t)
	box.set(func(string) error { return busy })
	s.run(Warn(s.mailing(box.smtp(), everyone)), "2026-03-11 08:00")
	box.letters()
	box.set(nil)
	// At eight the next morning both tasks are due, on two servers.
	s.now = at("2026-03-12 08:00")
	mail := s.mailing(slow{box.smtp()}, everyone)
	ended := make(chan error, 2)
	for owner, job := range map[string]Job{"one": Warn(mail), "two": Deliver(mail)} {
		sch, err := New(Config{Jobs: []Job{job}, Runs: Records{s.store}, Claims: Claims{DB: s.store, Owner: owner}, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return s.now }})
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			err := sch.CatchUp(t.Context(), job.Name)
			for errors.Is(err, ErrHeld) {
				time.Sleep(20 * time.Millisecond)
				err = sch.CatchUp(t.Context(), job.Name)
			}
			ended <- err
		}()
	}
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	if got := to(box.letters()); got != "clerk13 clerk14" {
		t.Errorf("received %q; want each digest once", got)
	}
}

// slow is a sender that takes its time, as mail servers do.
type slow struct{ SMTP }

func (w slow) Send(ctx context.Context, l Letter) error {
	time.Sleep(300 * time.Millisecond)
	return w.SMTP.Send(ctx, l)
}
