package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/spf13/cobra"

	"qingfeng/dashboards"
	"qingfeng/dashboards/assets"
	"qingfeng/internal/store"
)

func serveCommand(t *terminal, listen, inbox *string) *cobra.Command {
	demo := false
	cmd := &cobra.Command{Use: "serve [--listen ADDR]", Short: "网页服务和定时任务 (web server and scheduler)", Args: exactly(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error {
		if err := loopback(t.cfg.Listen); err != nil {
			return usage{err}
		}
		return t.with(cmd.Context(), func(a *app) error {
			if demo {
				none, err := a.empty(cmd.Context())
				if err != nil {
					return err
				}
				if none {
					t.say("正在生成并装载演示年度……", "writing and loading the demo year …")
					if err := a.demo(cmd.Context()); err != nil {
						return err
					}
				}
			}
			return a.serve(cmd.Context())
		})
	}}
	cmd.Flags().StringVar(listen, "listen", "", "地址，默认 127.0.0.1:8080 (address; QINGFENG_LISTEN)")
	cmd.Flags().StringVar(inbox, "inbox", "", "收件箱：放进去的文件自动装载 (a folder to watch: files put there are loaded; QINGFENG_INBOX)")
	cmd.Flags().BoolVar(&demo, "demo", false, "数据目录为空时先装入演示年度 (load the demo year into an empty data directory first)")
	return cmd
}

// loopback refuses addresses that others could reach: until there are accounts, whoever
// reaches the pages reads everything.
func loopback(listen string) error {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return fmt.Errorf("--listen %q: %w", listen, err)
	}
	if host == "localhost" {
		return nil
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("还没有账号功能，只能监听本机地址，如 127.0.0.1:8080；收到 %q (there are no accounts yet, so only a loopback address is allowed)", listen)
	}
	return nil
}

func (a *app) serve(ctx context.Context) error {
	loader, err := a.loader(a.now)
	if err != nil {
		return err
	}
	reports, err := a.bulletins()
	if err != nil {
		return err
	}
	scheduler, err := a.scheduler()
	if err != nil {
		return err
	}
	register, err := a.registry()
	if err != nil {
		return err
	}
	packs, err := a.packs()
	if err != nil {
		return err
	}
	box, err := a.inbox(loader)
	if err != nil {
		return err
	}
	began := time.Now()
	web, err := dashboards.New(dashboards.Config{
		Metrics: a.metrics, Imports: imports{a, loader}, Jobs: tasks{scheduler}, Reports: reports, Letters: register, Confirmations: confirmations{a, loader}, Packs: packs, Mails: outbox{a}, Administration: administration{a}, Inbox: inboxStatus(box), Readings: readings(loader), Blank: blankForm, Log: a.t.log, Now: a.now, Version: version,
		Away: store.Unavailable,
		Health: func(ctx context.Context) (bool, []string) {
			var degraded []string
			if missing, err := a.store.Unapplied(ctx); err != nil || len(missing) > 0 {
				return false, nil
			}
			if err := a.store.CheckCluster(ctx); err != nil {
				return false, nil
			}
			// In its first hours a server has made up for nothing yet.
			if silent, err := scheduler.Silent(ctx); err != nil || silent && time.Since(began) > time.Minute {
				degraded = append(degraded, "scheduler")
			}
			degraded = append(degraded, a.quietSources(ctx)...)
			if box != nil && box.Status().Stalled {
				degraded = append(degraded, "inbox")
			}
			return true, degraded
		},
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", a.t.cfg.Listen)
	if err != nil {
		return fmt.Errorf("监听失败 (cannot listen): %w", err)
	}
	if err := a.forgetClaims(ctx); err != nil {
		return err
	}
	if err := scheduler.Start(ctx); err != nil {
		return err
	}
	defer scheduler.Stop()
	if box != nil {
		watch, stop := context.WithCancel(ctx)
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			box.Run(watch)
		}()
		defer func() { stop(); <-ended }() // a load that is under way is given up cleanly
	}
	a.t.say("还没有账号功能：只监听本机，凡能打开本机网页的人都能看到全部数据。", "there are no accounts yet: this listens on loopback only, and whoever can open pages on this machine sees everything.")
	fmt.Fprintf(a.t.out, "listening on http://%s\n", listener.Addr())
	go assets.Compress()
	failed := make(chan error, 1)
	go func() { failed <- web.Listener(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	a.t.say("正在停止……", "stopping …")
	// Plain Shutdown would wait for the slowest client.
	if err := web.ShutdownWithTimeout(10 * time.Second); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("stop serving: %w", err)
	}
	return nil
}
