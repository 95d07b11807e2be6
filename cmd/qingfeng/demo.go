package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"qingfeng/ingest"
	"qingfeng/internal/demo"
	"qingfeng/internal/store"
)

func demoCommand(t *terminal) *cobra.Command {
	return &cobra.Command{Use: "demo", Short: "写出并装载演示年度 (write the demo files and load them)", Args: exactly(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error {
		return t.with(cmd.Context(), func(a *app) error { return a.demo(cmd.Context()) })
	}}
}

// loadedAt is the time of day at which a file of the demo is loaded on the day it was
// sent.
const loadedAt = 17 * time.Hour

// demo writes the files and loads each of them as if on the day on which it was sent, so
// that late entries are late and known_at has a history.
func (a *app) demo(ctx context.Context) error {
	dir := filepath.Join(a.t.cfg.Data, "demo")
	manifest, err := demo.Write(dir, a.now())
	if err != nil {
		return err
	}
	var clock time.Time
	l, err := ingest.New(ingest.Config{Store: a.store, Lock: store.LoadLock(a.t.cfg.Data), Log: a.t.log, Now: func() time.Time { return clock }, CategoryWords: manifest.CategoryWords})
	if err != nil {
		return err
	}
	expected := map[string]int{}
	for _, f := range manifest.Flaws {
		if !f.Warning {
			expected[f.Path]++
		}
	}
	var totals ingest.Counts
	for _, f := range manifest.Files {
		clock = f.SentOn.Start().Add(loadedAt)
		if now := a.now(); clock.After(now) {
			clock = now
		}
		report, err := a.loadDemoFile(ctx, l, dir, f)
		if err != nil {
			return fmt.Errorf("load %s: %w", f.Path, err)
		}
		if int(report.Totals.Rejected) != expected[f.Path] {
			a.t.show(report)
			return fmt.Errorf("load %s: %d rows rejected, %d expected", f.Path, report.Totals.Rejected, expected[f.Path])
		}
		totals.Read += report.Totals.Read
		totals.Added += report.Totals.Added
		totals.Changed += report.Totals.Changed
		totals.Unchanged += report.Totals.Unchanged
		totals.Rejected += report.Totals.Rejected
	}
	a.t.say("演示数据：%d 个文件，读 %d 行，新增 %d，更改 %d，不变 %d，拒收 %d（有意留下的错行），文件在 %s",
		"demo: %d files, read %d rows, added %d, changed %d, unchanged %d, rejected %d (planted flaws), files in %s",
		len(manifest.Files), totals.Read, totals.Added, totals.Changed, totals.Unchanged, totals.Rejected, dir)
	return nil
}

func (a *app) loadDemoFile(ctx context.Context, l *ingest.Loader, dir string, f demo.File) (ingest.Report, error) {
	kind, err := ingest.ParseKind(f.Kind)
	if err != nil {
		return ingest.Report{}, err
	}
	file, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.Path)))
	if err != nil {
		return ingest.Report{}, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return ingest.Report{}, err
	}
	return l.Load(ctx, ingest.Request{Kind: kind, Date: f.Options.Date, GradeMap: f.Options.GradeMap, Lang: a.t.cfg.Language(), MayMove: true,
		Files: []ingest.Source{{Name: f.Path, Data: file, Size: info.Size()}}})
}

// empty reports whether nothing has ever been loaded.
func (a *app) empty(ctx context.Context) (bool, error) {
	snap, err := a.store.Snapshot(ctx, time.Time{})
	if err != nil {
		return false, err
	}
	return snap.Max == 0, nil
}
