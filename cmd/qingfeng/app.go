package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"qingfeng/ingest"
	"qingfeng/internal/engine"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/jobs"
	"qingfeng/metrics"
)

// app is everything a command may need, opened once.
type app struct {
	t       *terminal
	engine  *engine.Engine // nil where another process runs it, or the server is external
	store   *store.Store
	metrics *metrics.Metrics
	work    *integrity.Workdays
	now     integrity.Clock
	// What the page of administration tells of runs and backups: every look asks.
	lastRun store.Memo[[]*jobs.Run] // of each job, in the order of their names
	copies  store.Memo[[]jobs.Copy]
}

// stopTimeout is how long engine and server get to end cleanly.
const stopTimeout = 15 * time.Second

// open starts the engine, or joins the one that a server runs on the same data directory,
// and brings the schema up to date.
func (t *terminal) open(ctx context.Context) (*app, error) {
	a, err := t.connect(ctx)
	if err != nil {
		return nil, err
	}
	if t.cfg.ClickHouse == "" {
		_, err = a.store.Migrate(ctx)
	} else {
		err = a.checkSchema(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, a.close())
	}
	if a.work, err = workdays(t.cfg.Workdays); err != nil {
		return nil, errors.Join(err, a.close())
	}
	if a.metrics, err = metrics.New(metrics.Config{Database: a.store, Now: a.now, SmallCell: t.cfg.SmallCell, HalfYearOff: t.cfg.HalfYearOff, WorkDays: a.work}); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

// connect opens the database without touching its schema.
func (t *terminal) connect(ctx context.Context) (*app, error) {
	if err := os.MkdirAll(t.cfg.Data, 0o700); err != nil {
		return nil, fmt.Errorf("create the data directory: %w", err)
	}
	a := &app{t: t, now: t.cfg.Clock()}
	cfg := store.Config{DSN: t.cfg.ClickHouse, Cluster: t.cfg.Cluster, Log: t.log}
	if t.cfg.ClickHouse == "" {
		endpoint, err := a.startEngine(ctx)
		if err != nil {
			return nil, err
		}
		cfg.Endpoint, cfg.Stamp = endpoint, filepath.Join(t.cfg.Data, "writes.stamp")
	}
	var err error
	if a.store, err = store.Open(ctx, cfg); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

func (t *terminal) engineDir() string { return filepath.Join(t.cfg.Data, "engine") }

// engineWait is how long a command waits for an engine that another one is just starting
// or ending.
const engineWait = 10 * time.Second

func (a *app) startEngine(ctx context.Context) (engine.Endpoint, error) {
	cfg := engine.Config{Dir: a.t.engineDir(), Library: a.t.cfg.Engine, Log: a.t.log}
	for began := time.Now(); ; {
		endpoint, err := engine.Attach(ctx, cfg.Dir)
		if err == nil {
			return endpoint, nil
		}
		if !errors.Is(err, engine.ErrNotRunning) {
			return endpoint, err
		}
		e, err := engine.Start(ctx, cfg)
		if err == nil {
			a.engine = e
			return e.Endpoint(), nil
		}
		if !errors.Is(err, engine.ErrLocked) || time.Since(began) > engineWait {
			return endpoint, err
		}
		select {
		case <-ctx.Done():
			return endpoint, ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// checkSchema refuses an external database that lacks migrations: the command migrate
// applies them, deliberately. A cluster that would lose rows or answer wrongly is refused.
func (a *app) checkSchema(ctx context.Context) error {
	if err := a.store.CheckCluster(ctx); err != nil {
		return err
	}
	missing, err := a.store.Unapplied(ctx)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return fmt.Errorf("数据库结构缺 %d 步，请先运行 qingfeng migrate (the schema lacks %d migrations; run qingfeng migrate): %s", len(missing), len(missing), strings.Join(missing, " "))
	}
	return nil
}

// workdays returns the calendar of working days: that of the program with the rows of a
// file, which may be empty for none.
func workdays(file string) (*integrity.Workdays, error) {
	if file == "" {
		return integrity.NewWorkdays()
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("打开节假日表，请检查设置 workdays (open the table of holidays; see the setting workdays): %w", err)
	}
	defer f.Close()
	days, err := integrity.ParseSpecialDays(f)
	if err != nil {
		return nil, fmt.Errorf("节假日表 (table of holidays) %s: %w", file, err)
	}
	return integrity.NewWorkdays(days...)
}

// loader returns a loader with the given clock.
func (a *app) loader(now integrity.Clock) (*ingest.Loader, error) {
	aliases := map[ingest.Kind]map[string]string{}
	for k, m := range a.t.cfg.HeadingAliases {
		kind, err := ingest.ParseKind(k)
		if err != nil {
			return nil, fmt.Errorf("heading_aliases: %w", err)
		}
		aliases[kind] = m
	}
	words := map[string]integrity.Category{}
	for w, c := range a.t.cfg.CategoryWords {
		words[w] = integrity.Category(c)
	}
	key, err := fingerprintKey(a.t.cfg.Data)
	if err != nil {
		return nil, err
	}
	return ingest.New(ingest.Config{Store: a.store, Lock: a.loadLock(), Log: a.t.log, Now: now, Key: key, HeadingAliases: aliases, CategoryWords: words})
}

// loadLock keeps loads apart: on this machine by a file, and where several servers may work
// on one database, by a claim in it. A load would give up another's that it finds pending.
func (a *app) loadLock() func(context.Context) (func(), error) {
	here := store.LoadLock(a.t.cfg.Data)
	if a.t.cfg.ClickHouse == "" {
		return here
	}
	claims := jobs.Claims{DB: a.store, Lease: time.Duration(a.t.cfg.JobLease) * time.Second}
	return func(ctx context.Context) (func(), error) {
		free, err := here(ctx)
		if err != nil {
			return nil, err
		}
		release, err := claims.Hold(ctx, "load")
		if err != nil {
			free()
			return nil, err
		}
		return func() { release(); free() }, nil
	}
}

// close ends what open began.
func (a *app) close() error {
	var errs []error
	if a.store != nil {
		errs = append(errs, a.store.Close())
	}
	if a.engine != nil {
		ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
		defer cancel()
		errs = append(errs, a.engine.Stop(ctx))
	}
	return errors.Join(errs...)
}

// with opens the app for the length of one function.
func (t *terminal) with(ctx context.Context, do func(*app) error) (err error) {
	a, err := t.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	return do(a)
}

// operator is on whose behalf the command line asks: whoever may read the data directory
// may read everything in it.
var operator = integrity.Principal{Role: integrity.RoleInspector, Name: "命令行"}
