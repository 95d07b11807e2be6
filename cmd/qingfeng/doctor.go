package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"

	"qingfeng/dashboards"
	"qingfeng/internal/engine"
	"qingfeng/internal/integrity"
	"qingfeng/jobs"
)

func doctorCommand(t *terminal) *cobra.Command {
	var format string
	cmd := &cobra.Command{Use: "doctor", Short: "自检 (self-check)", Args: exactly(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error {
		findings := t.doctor(cmd.Context())
		ok := true
		for _, f := range findings {
			ok = ok && f.OK
		}
		if format == "json" {
			if err := t.json(map[string]any{"ok": ok, "items": findings}); err != nil {
				return err
			}
		} else {
			for _, f := range findings {
				mark := "✓"
				if !f.OK {
					mark = "✗"
				}
				fmt.Fprintf(t.out, "%s %-10s %s\n", mark, f.Name, f.Detail)
			}
		}
		if !ok {
			return exit{exitFailed}
		}
		return nil
	}}
	cmd.Flags().StringVar(&format, "format", "", "json")
	return cmd
}

// The limits of the self-check.
const (
	diskLow    = 2 << 30         // free bytes
	clockDrift = 2 * time.Minute // between this machine and the database
)

func (t *terminal) doctor(ctx context.Context) []dashboards.Finding {
	a, err := t.connect(ctx)
	if err != nil {
		return []dashboards.Finding{{Name: "engine", Detail: err.Error()}}
	}
	engineState := "内置引擎可以启动 (the embedded engine starts)"
	if _, attached := engine.Attach(ctx, t.engineDir()); a.engine == nil && attached == nil {
		engineState = "由正在运行的服务提供 (run by a server)"
	}
	out := a.selfCheck(ctx, engineState)
	if err := a.close(); err != nil {
		out = append(out, dashboards.Finding{Name: "stop", Detail: err.Error()})
	}
	return out
}

// selfCheck examines what is open. engineState tells how the embedded engine does.
func (a *app) selfCheck(ctx context.Context, engineState string) (out []dashboards.Finding) {
	add := func(name string, ok bool, format string, args ...any) {
		out = append(out, dashboards.Finding{Name: name, OK: ok, Detail: fmt.Sprintf(format, args...)})
	}
	if a.t.cfg.ClickHouse != "" {
		engineState = "外部数据库 (external server)"
	}
	add("engine", true, "%s", engineState)
	add("version", true, "ClickHouse %s", a.store.Version()) // Open refuses older ones
	missing, err := a.store.Unapplied(ctx)
	switch {
	case err != nil:
		add("schema", false, "%v", err)
	case len(missing) > 0:
		add("schema", false, "缺 %d 步，运行 qingfeng migrate (run qingfeng migrate)", len(missing))
	default:
		add("schema", true, "完整 (complete)")
	}
	if shards, nodes := a.store.ClusterSize(); shards > 0 {
		if err := a.store.CheckCluster(ctx); err != nil {
			add("cluster", false, "%v", err)
		} else {
			add("cluster", true, "%d 个分片，%d 个节点，全部应答 (shards, nodes; all of them answer)", shards, nodes)
		}
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(a.t.cfg.Data, &disk); err != nil {
		add("disk", false, "%v", err)
	} else {
		free := disk.Bavail * uint64(disk.Bsize)
		used := 100 - 100*disk.Bavail/max(disk.Blocks, 1)
		add("disk", free > diskLow && used < 95, "剩 %.1f GB，已用 %d%% (free, used)", float64(free)/(1<<30), used)
	}
	var server time.Time
	if err := a.store.Read().QueryRow(ctx, "SELECT now64(3)").Scan(&server); err != nil {
		add("clock", false, "%v", err)
	} else {
		drift := time.Since(server).Abs()
		add("clock", drift < clockDrift, "与数据库相差 %s (drift)", drift.Round(time.Millisecond))
	}
	_, offset := time.Date(2026, 1, 1, 0, 0, 0, 0, integrity.Shanghai).Zone()
	add("time zone", offset == 8*3600, "Asia/Shanghai UTC+%d", offset/3600)
	calendar, err := workdays(a.t.cfg.Workdays)
	switch year := a.now().In(integrity.Shanghai).Year(); {
	case err != nil:
		add("working days", false, "%v", err)
	case !calendar.Arranged(year): // the terms of that year are rougher, nothing is broken
		add("working days", true, "%d年调休未载入，见设置 workdays (no arrangement of holidays for the year; see the setting workdays)", year)
	default:
		add("working days", true, "%d年调休已载入 (arranged)", year)
	}
	return append(out, a.lastRuns(ctx, len(missing) == 0)...)
}

func (a *app) lastRuns(ctx context.Context, schema bool) (out []dashboards.Finding) {
	if !schema {
		return nil
	}
	names := jobs.Names()
	runs, err := a.lastRun.Get(a.store, func() ([]*jobs.Run, error) {
		out := make([]*jobs.Run, len(names))
		for i, name := range names {
			var err error
			if out[i], err = (jobs.Records{DB: a.store}).Last(ctx, name); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		return out, nil
	})
	if err != nil {
		return []dashboards.Finding{{Name: "jobs", Detail: err.Error()}}
	}
	for i, name := range names {
		switch last := runs[i]; {
		case last == nil:
			out = append(out, dashboards.Finding{Name: name, OK: true, Detail: "还没有运行过；服务启动后自动补上 (never ran; a server makes up for it)"})
		default:
			out = append(out, dashboards.Finding{Name: name, OK: last.State != jobs.StateFailed, Detail: last.State + " " + last.EndedAt.In(integrity.Shanghai).Format("2006-01-02 15:04:05") + " " + last.Say(a.t.cfg.Language())})
		}
	}
	return out
}
