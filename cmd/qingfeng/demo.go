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
	key, err := fingerprintKey(a.t.cfg.Data)
	if err != nil {
		return err
	}
	l, err := ingest.New(ingest.Config{Store: a.store, Lock: a.loadLock(), Log: a.t.log, Now: func() time.Time { return clock }, Key: key, CategoryWords: manifest.CategoryWords})
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
	for _, group := range sentTogether(manifest.Files) {
		clock = group[0].SentOn.Start().Add(loadedAt)
		if now := a.now(); clock.After(now) {
			clock = now
		}
		report, err := a.loadDemoFiles(ctx, l, dir, group)
		if err != nil {
			return fmt.Errorf("load %s: %w", group[0].Path, err)
		}
		for i, f := range report.Files {
			if int(f.Rejected) != expected[group[i].Path] {
				a.t.show(report)
				return fmt.Errorf("load %s: %d rows rejected, %d expected", group[i].Path, f.Rejected, expected[group[i].Path])
			}
			totals.Read += f.Read
			totals.Added += f.Added
			totals.Changed += f.Changed
			totals.Unchanged += f.Unchanged
			totals.Rejected += f.Rejected
		}
	}
	a.t.say("演示数据：%d 个文件，读 %d 行，新增 %d，更改 %d，不变 %d，拒收 %d（有意留下的错行），文件在 %s",
		"demo: %d files, read %d rows, added %d, changed %d, unchanged %d, rejected %d (planted flaws), files in %s",
		len(manifest.Files), totals.Read, totals.Added, totals.Changed, totals.Unchanged, totals.Rejected, dir)
	return nil
}

// sentTogether groups neighbouring files of one kind that were sent on one day and are
// read alike: they make one batch.
func sentTogether(files []demo.File) (groups [][]demo.File) {
	alike := func(a, b demo.File) bool {
		return a.SentOn == b.SentOn && a.Kind == b.Kind && a.Options.Date == b.Options.Date && len(a.Options.GradeMap) == 0 && len(b.Options.GradeMap) == 0
	}
	for _, f := range files {
		if n := len(groups); n > 0 && alike(groups[n-1][0], f) {
			groups[n-1] = append(groups[n-1], f)
			continue
		}
		groups = append(groups, []demo.File{f})
	}
	return groups
}

func (a *app) loadDemoFiles(ctx context.Context, l *ingest.Loader, dir string, files []demo.File) (ingest.Report, error) {
	kind, err := ingest.ParseKind(files[0].Kind)
	if err != nil {
		return ingest.Report{}, err
	}
	req := ingest.Request{Kind: kind, Date: files[0].Options.Date, GradeMap: files[0].Options.GradeMap, Lang: a.t.cfg.Language(), MayMove: true}
	for _, f := range files {
		file, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil {
			return ingest.Report{}, err
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return ingest.Report{}, err
		}
		req.Files = append(req.Files, ingest.Source{Name: f.Path, Data: file, Size: info.Size()})
	}
	return l.Load(ctx, req)
}

// empty reports whether nothing has ever been loaded.
func (a *app) empty(ctx context.Context) (bool, error) {
	snap, err := a.store.Snapshot(ctx, time.Time{})
	if err != nil {
		return false, err
	}
	return snap.Max == 0, nil
}
