package jobs

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"qingfeng/internal/store"
)

var (
	// ErrHeld means that another scheduler is running the job.
	ErrHeld = errors.New("这项任务正由另一台服务器运行 (another server is running this job)")
	// ErrFenced means that another scheduler has taken a job over from one that gave no
	// sign of life for longer than its lease: what the late one still wants to write is
	// refused.
	ErrFenced = errors.New("这项任务已由另一台服务器接手，本次输出不写入 (another server took this job over; nothing more is written)")
)

// Lease is how long a claim holds without a sign of life.
const Lease = time.Minute

// Claims keeps schedulers on one database apart, whatever machine they run on: one of
// them at a time runs a job. A claim is one row of the table job_claims; an attempt is
// owned by whose row was stored first (docs/adr/0008). The zero values of Owner and Lease
// are filled in by New.
type Claims struct {
	DB    Database
	Owner string        // of this process; different for each
	Lease time.Duration // without a sign of life

	paused     func() bool // of tests: no sign of life while true
	beforeSend func()      // of tests: stands between the look at the claim and the write
}

// Claim is the right to run a job, for as long as it is renewed.
type Claim struct {
	claims  Claims
	job     string
	attempt uint64 // the fencing number: a later claim has a greater one

	stop     context.CancelFunc
	renewing sync.WaitGroup
}

// life is the latest attempt at a job.
type life struct {
	attempt uint64
	owner   string        // whose claim was stored first
	ended   bool          // by its owner
	silent  time.Duration // since the owner's last sign of life, by the server's clock
}

// latest returns the latest attempt at a job; the zero life if there is none.
func (c Claims) latest(ctx context.Context, job string) (life, error) {
	var rows []struct {
		Attempt uint64    `ch:"attempt"`
		Owner   string    `ch:"owner"`
		Event   string    `ch:"event"`
		At      time.Time `ch:"stepped_at"`
		Now     time.Time `ch:"server_now"`
	}
	if err := c.DB.Write().Select(ctx, &rows, `SELECT attempt, owner, event, stepped_at, now64(6, 'UTC') AS server_now FROM job_claims
		WHERE job = @job AND attempt = (SELECT max(attempt) FROM job_claims WHERE job = @job) ORDER BY event = 'claim' DESC, stepped_at, owner`, clickhouse.Named("job", job)); err != nil {
		return life{}, fmt.Errorf("look who runs %s: %w", job, err)
	}
	var l life
	for i, r := range rows {
		if i == 0 {
			l = life{attempt: r.Attempt, owner: r.Owner, silent: r.Now.Sub(r.At)}
		}
		if r.Owner == l.owner {
			l.silent = min(l.silent, r.Now.Sub(r.At))
			l.ended = l.ended || r.Event == "end"
		}
	}
	return l, nil
}

// step writes one sign of life. A claim carries its token: of several for one attempt the
// server keeps the first.
func (c Claims) step(ctx context.Context, job string, attempt uint64, event string) error {
	if event == "claim" {
		sum := sha256.Sum256(fmt.Appendf(nil, "claim/%s/%d", job, attempt))
		ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": hex.EncodeToString(sum[:])}))
	}
	if err := c.DB.Write().Exec(ctx, `INSERT INTO job_claims (job, attempt, owner, event, stepped_at) VALUES (@job, @attempt, @owner, @event, now64(6))`,
		clickhouse.Named("job", job), clickhouse.Named("attempt", attempt), clickhouse.Named("owner", c.Owner), clickhouse.Named("event", event)); err != nil {
		return fmt.Errorf("claim %s: %w", job, err)
	}
	return nil
}

// mostClaims is how many attempts are claimed in a row where the server drops the row and
// shows nobody else's: that of a claim which was erased, but whose token it remembers.
const mostClaims = 5

// Take claims a job, or returns ErrHeld while another one's claim holds. The claim is
// renewed until it is released; lost is called when another one has taken it over.
func (c Claims) Take(ctx context.Context, job string, lost func()) (*Claim, error) {
	l, err := c.latest(ctx, job)
	if err != nil {
		return nil, err
	}
	if l.attempt > 0 && !l.ended && l.silent <= c.Lease {
		return nil, fmt.Errorf("job %s: %w", job, ErrHeld)
	}
	for attempt := l.attempt + 1; attempt <= l.attempt+mostClaims; attempt++ {
		if err := c.step(ctx, job, attempt, "claim"); err != nil {
			return nil, err
		}
		now, err := c.latest(ctx, job)
		if err != nil {
			return nil, err
		}
		switch {
		case now.attempt < attempt:
			continue
		case now.attempt > attempt || now.owner != c.Owner:
			return nil, fmt.Errorf("job %s: %w", job, ErrHeld)
		}
		claim := &Claim{claims: c, job: job, attempt: attempt}
		claim.renew(context.WithoutCancel(ctx), lost)
		return claim, nil
	}
	return nil, fmt.Errorf("claim %s: the server drops every attempt", job)
}

// Hold waits until it has claimed what is named so, which need be no job, and returns the
// function that releases it.
func (c Claims) Hold(ctx context.Context, name string) (release func(), err error) {
	c.Owner = cmp.Or(c.Owner, newOwner())
	c.Lease = cmp.Or(c.Lease, Lease)
	for {
		claim, err := c.Take(ctx, name, func() {})
		if err == nil {
			return func() { _ = claim.Release(ctx) }, nil // one that stays ends by itself
		}
		if !errors.Is(err, ErrHeld) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for %s: %w", name, ctx.Err())
		case <-time.After(min(c.Lease/8, 200*time.Millisecond)):
		}
	}
}

// renew gives signs of life until the claim is released.
func (c *Claim) renew(ctx context.Context, lost func()) {
	ctx, c.stop = context.WithCancel(ctx)
	c.renewing.Go(func() {
		tick := time.NewTicker(c.claims.Lease / 4)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if c.claims.paused != nil && c.claims.paused() {
				continue
			}
			// A sign of life that could not be given is not the end: the next one may be in
			// time, and if not, Check refuses what is written.
			if err := c.Check(ctx); errors.Is(err, ErrFenced) {
				lost()
				return
			}
			_ = c.claims.step(ctx, c.job, c.attempt, "beat")
		}
	})
}

// Check returns ErrFenced if the claim is not held any more: another one has taken it, or
// could have, because the last sign of life is older than the lease.
func (c *Claim) Check(ctx context.Context) error {
	l, err := c.claims.latest(ctx, c.job)
	if err != nil {
		return err
	}
	if l.attempt != c.attempt || l.owner != c.claims.Owner || l.silent > c.claims.Lease {
		return fmt.Errorf("job %s, attempt %d: %w", c.job, c.attempt, ErrFenced)
	}
	return nil
}

// Release ends the claim, so that the next one need not wait for the lease to end.
func (c *Claim) Release(ctx context.Context) error {
	c.stop()
	c.renewing.Wait()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return c.claims.step(ctx, c.job, c.attempt, "end")
}

// Forget ends every claim that is open. It is for who knows that no other scheduler can be
// at work: the process that has just started the embedded engine, whose database is its
// own. What a killed process held need not wait for its lease to end. It returns how many
// claims were open.
func (c Claims) Forget(ctx context.Context) (int, error) {
	var rows []struct {
		Job string `ch:"job"`
	}
	if err := c.DB.Write().Select(ctx, &rows, `SELECT DISTINCT job FROM job_claims ORDER BY job`); err != nil {
		return 0, fmt.Errorf("look for claims that a killed process left: %w", err)
	}
	open := 0
	for _, r := range rows {
		l, err := c.latest(ctx, r.Job)
		if err != nil {
			return open, err
		}
		if l.attempt == 0 || l.ended {
			continue
		}
		c.Owner = l.owner
		if err := c.step(ctx, r.Job, l.attempt, "end"); err != nil {
			return open, err
		}
		open++
	}
	return open, nil
}

// newOwner names a process, so that a person who reads the table finds it: machine, process
// and a word of chance.
func newOwner() string {
	host, err := os.Hostname()
	if err != nil {
		host = "?"
	}
	return fmt.Sprintf("%s/%d/%s", host, os.Getpid(), rand.Text())
}

type claimKey struct{}

// claimed marks the work that is done under a claim. It rides in the context because the
// work reaches its writes through many hands, all of which have to be held to it.
func claimed(ctx context.Context, c *Claim) context.Context {
	return context.WithValue(ctx, claimKey{}, c)
}

// Guard returns ErrFenced if the work is done under a claim that is not held any more.
// Every job calls it right before it writes.
func Guard(ctx context.Context) error {
	if c, ok := ctx.Value(claimKey{}).(*Claim); ok {
		return c.Check(ctx)
	}
	return nil
}

// send writes the output of a job, unless another scheduler has taken the job over. What
// must not be there twice is written by once: between the look at the claim and the write
// a process may stop for longer than its lease.
func send(ctx context.Context, batch driver.Batch) error {
	if err := guarded(ctx); err != nil {
		return err
	}
	return batch.Send()
}

// guarded is Guard right before a write, where tests stop a process.
func guarded(ctx context.Context) error {
	err := Guard(ctx)
	if c, ok := ctx.Value(claimKey{}).(*Claim); ok && err == nil && c.claims.beforeSend != nil {
		c.claims.beforeSend()
	}
	return err
}

// once writes rows that follow from what stood when they were worked out. place names what
// they are and the state they follow from, so that whoever works out the same again, under
// a claim that was lost or taken over, writes to the same place: the server keeps what came
// first and drops the rest, however late. insert writes the rows with the context that it is
// given; taken reports whether the place is. It returns ErrFenced where another scheduler has
// taken the job over meanwhile.
func once(ctx context.Context, place string, insert func(ctx context.Context) error, taken func() (bool, error)) error {
	holder, err := store.Occupy(ctx, place, insert, func() (string, error) {
		if is, err := taken(); err != nil || !is {
			return "", err
		}
		return place, nil
	})
	if err == nil && holder == "" {
		err = errors.New("the server drops every attempt")
	}
	if err != nil {
		return err
	}
	return Guard(ctx)
}
