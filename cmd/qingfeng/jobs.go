package main

import (
	"context"
	"fmt"
	"path/filepath"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/jobs"
)

// claimedPrinter prints reports, unless the task that asks for one has been taken over by
// another server meanwhile: printing takes the time in which that happens, keeping none.
type claimedPrinter struct{ bulletin.Printer }

// Print returns jobs.ErrFenced where the claim of the task is not held any more.
func (p claimedPrinter) Print(ctx context.Context, who integrity.Principal, period string, c bulletin.Choice) (bulletin.Printed, error) {
	out, err := p.Printer.Print(ctx, who, period, c)
	if err == nil {
		err = jobs.Guard(ctx)
	}
	return out, err
}

// scheduler wires the tasks.
func (a *app) scheduler() (*jobs.Scheduler, error) {
	bulletins, err := a.bulletins()
	if err != nil {
		return nil, err
	}
	mailing, folder := a.mailing()
	mailing.Reports = bulletins
	return jobs.New(jobs.Config{
		Jobs: []jobs.Job{
			jobs.FlagOverdue(a.store, a.metrics),
			jobs.HotSpots(a.store, a.metrics),
			jobs.MonthlyReport(bulletins),
			jobs.MonthSnapshot(a.store, a.metrics),
			jobs.Q1Open(a.store, a.metrics),
			jobs.Freshness(a.store, a.metrics),
			jobs.Warn(mailing),
			jobs.Deliver(mailing),
			jobs.Backup(jobs.BackupConfig{Database: a.store, Name: a.store.Database(), Dir: a.backupDir(), Lock: store.LoadLock(a.t.cfg.Data), Log: a.t.log}),
			jobs.Retention(jobs.RetentionConfig{Database: a.store, Log: a.t.log, KeepBodies: time.Duration(a.t.cfg.Mail.KeepDays) * 24 * time.Hour, Folder: folder}),
		},
		Runs: jobs.Records{DB: a.store}, Claims: jobs.Claims{DB: a.store, Lease: time.Duration(a.t.cfg.JobLease) * time.Second}, Log: a.t.log, Now: a.now,
	})
}

// forgetClaims frees the tasks that a killed process held, where this process has started
// the engine: then nobody else can be at work on it.
func (a *app) forgetClaims(ctx context.Context) error {
	if a.engine == nil {
		return nil
	}
	n, err := jobs.Claims{DB: a.store}.Forget(ctx)
	if n > 0 {
		a.t.log.WarnContext(ctx, "a process was killed in the middle of tasks", "tasks", n)
	}
	return err
}

// mailing turns the settings of mail into what the tasks need; folder is where letters are
// kept, with an empty Dir where a mail server takes them.
func (a *app) mailing() (m jobs.Mailing, folder jobs.Folder) {
	c := a.t.cfg
	m = jobs.Mailing{Database: a.store, Obligations: a.metrics, From: c.Mail.From, BaseURL: c.MailBaseURL(), Lang: integrity.Chinese, Log: a.t.log,
		Recipients: jobs.Recipients{Office: c.Recipients.Office, Inspectors: c.Recipients.Inspectors, Leaders: c.Recipients.Leaders, Reports: c.Recipients.Reports, Units: map[string]jobs.UnitRecipients{}}}
	for code, u := range c.Recipients.Units {
		m.Recipients.Units[code] = jobs.UnitRecipients(u)
	}
	if c.Mail.Lang == "en" {
		m.Lang = integrity.English
	}
	if c.Mail.Host == "" {
		folder.Dir = filepath.Join(c.Data, "outbox")
		m.Sender = folder
		return m, folder
	}
	m.Sender = jobs.SMTP{Host: c.Mail.Host, Port: c.Mail.ServerPort(), TLS: c.Mail.TLS, User: c.Mail.User, Password: c.Mail.Password, CAFile: c.Mail.CAFile}
	return m, folder
}

// backupDir is the folder of backups of the embedded engine; empty for an external server.
func (a *app) backupDir() string {
	if a.t.cfg.ClickHouse != "" {
		return ""
	}
	return filepath.Join(a.t.engineDir(), "backups")
}

func jobsCommand(t *terminal) *cobra.Command {
	root := &cobra.Command{Use: "jobs", Short: "定时任务 (the cron tasks)", Args: exactly(cobra.NoArgs), RunE: func(*cobra.Command, []string) error { return usage{fmt.Errorf("list or run NAME")} }}
	var format, asOf string
	list := &cobra.Command{Use: "list", Short: "全部任务 (all tasks)", Args: exactly(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error {
		return t.with(cmd.Context(), func(a *app) error {
			s, err := a.scheduler()
			if err != nil {
				return err
			}
			infos, err := s.List(cmd.Context())
			if err != nil {
				return err
			}
			for n, i := range infos {
				if i.Last != nil {
					said := *i.Last
					said.Result = said.Say(t.cfg.Language())
					infos[n].Last = &said
				}
			}
			if format == "json" {
				return t.json(map[string]any{"items": infos, "total": len(infos)})
			}
			w := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
			for _, i := range infos {
				last := "-"
				if i.Last != nil {
					last = i.Last.State + " " + i.Last.EndedAt.In(integrity.Shanghai).Format("2006-01-02 15:04") + " " + i.Last.Result
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", i.Name, i.Schedule, i.Next.Format("2006-01-02 15:04"), last)
			}
			return w.Flush()
		})
	}}
	list.Flags().StringVar(&format, "format", "", "json")
	run := &cobra.Command{Use: "run NAME", Short: "现在运行 (run now)", Args: exactly(cobra.ExactArgs(1)), RunE: func(cmd *cobra.Command, args []string) error {
		at := t.cfg.Clock()()
		if asOf != "" {
			var err error
			if at, err = moment(asOf); err != nil {
				return usage{err}
			}
		}
		return t.with(cmd.Context(), func(a *app) error {
			s, err := a.scheduler()
			if err != nil {
				return err
			}
			if err := a.forgetClaims(cmd.Context()); err != nil {
				return err
			}
			if err := s.Run(cmd.Context(), args[0], at); err != nil {
				return err
			}
			last, err := jobs.Records{DB: a.store}.Last(cmd.Context(), args[0])
			if err != nil || last == nil {
				return err
			}
			fmt.Fprintln(t.out, last.Say(t.cfg.Language()))
			return nil
		})
	}}
	run.Flags().StringVar(&asOf, "as-of", "", "按这个时刻运行，如 2026-11-01T04:30:00+08:00 或 2026-11-01 (as if it were then)")
	root.AddCommand(list, run)
	return root
}

// moment reads RFC 3339 or a day, whose end is meant.
func moment(s string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t, nil
	}
	d, err := integrity.ParseDay(s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: --as-of %q; write 2026-11-01 or 2026-11-01T04:30:00+08:00", integrity.ErrInvalid, s)
	}
	return (d + 1).Start().Add(-time.Second), nil
}
