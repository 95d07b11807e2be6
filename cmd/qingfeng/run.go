package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"qingfeng/internal/config"
	"qingfeng/internal/integrity"
)

// The exit statuses of contract "Command line".
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitRejected = 3 // loaded, but some rows were rejected
	exitNothing  = 4 // nothing loaded
)

// exit ends a command with a status of its own, after everything has been said.
type exit struct{ code int }

func (e exit) Error() string { return fmt.Sprintf("exit status %d", e.code) }

// usage marks an error that comes from how the command was called.
type usage struct{ err error }

func (u usage) Error() string { return u.err.Error() }
func (u usage) Unwrap() error { return u.err }

// terminal is what a command talks to.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	cfg      config.Config
	log      *slog.Logger
}

// say writes a message for people in the language of the settings.
func (t *terminal) say(zh, en string, args ...any) {
	text := zh
	if t.cfg.Language() == integrity.English {
		text = en
	}
	fmt.Fprintf(t.err, text+"\n", args...)
}

// json writes the one JSON document of a command.
func (t *terminal) json(v any) error {
	e := json.NewEncoder(t.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// run is the whole program but for the process around it; it returns the exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer, getenv func(string) string) int {
	t := &terminal{in: in, out: out, err: errOut}
	root := rootCommand(t, getenv)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	var code exit
	var wrong usage
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &code):
		return code.code
	case errors.As(err, &wrong):
		fmt.Fprintln(errOut, "qingfeng:", err)
		return exitUsage
	case errors.Is(err, integrity.ErrInvalid):
		fmt.Fprintln(errOut, "qingfeng:", err)
		return exitUsage
	}
	fmt.Fprintln(errOut, "qingfeng:", err)
	return exitFailed
}

func rootCommand(t *terminal, getenv func(string) string) *cobra.Command {
	var file string
	var flags struct{ data, lang, clickhouse, listen, inbox, engine, now string }
	allowFixed := false
	root := &cobra.Command{
		Use:   "qingfeng",
		Short: "清风：廉洁风险防控监督 · supervision of integrity risks",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage{fmt.Errorf("没有命令 %q，见 qingfeng --help (no command %q)", args[0], args[0])}
			}
			return cmd.Help()
		},
		SilenceUsage:  true,
		SilenceErrors: true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				file = getenv("QINGFENG_CONFIG")
			}
			cfg, err := config.Load(file, getenv)
			if err != nil {
				return err
			}
			for _, f := range []struct {
				v  string
				to *string
			}{{flags.data, &cfg.Data}, {flags.lang, &cfg.Lang}, {flags.clickhouse, &cfg.ClickHouse}, {flags.listen, &cfg.Listen}, {flags.inbox, &cfg.Inbox}, {flags.engine, &cfg.Engine}, {flags.now, &cfg.Now}} {
				if f.v != "" {
					*f.to = f.v
				}
			}
			cfg.AllowFixedClock = cfg.AllowFixedClock || allowFixed
			t.cfg = cfg
			t.log = newLog(t.err, logLevel(cmd, cfg.LogLevel))
			return cfg.Validate()
		},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage{err} })
	p := root.PersistentFlags()
	p.StringVar(&file, "config", "", "TOML 配置文件 (configuration file; QINGFENG_CONFIG)")
	p.StringVar(&flags.data, "data", "", "数据目录 (data directory; QINGFENG_DATA)")
	p.StringVar(&flags.lang, "lang", "", "zh 或 en (language of messages)")
	p.StringVar(&flags.clickhouse, "clickhouse", "", "外部 ClickHouse 地址 (external server; QINGFENG_CLICKHOUSE)")
	p.StringVar(&flags.engine, "engine", "", "数据库引擎文件 (libchdb.so or a clickhouse binary; QINGFENG_ENGINE)")
	p.StringVar(&flags.now, "now", "", "固定时钟，RFC 3339 (fixed clock; QINGFENG_NOW)")
	p.BoolVar(&allowFixed, "allow-fixed-clock", false, "外部数据库上也允许固定时钟 (allow a fixed clock with an external database)")
	root.AddCommand(
		serveCommand(t, &flags.listen, &flags.inbox), ingestCommand(t), batchesCommand(t), queryCommand(t), jobsCommand(t), reportCommand(t), lettersCommand(t),
		confirmCommand(t), exportCommand(t), templateCommand(t), classifyCommand(t), migrateCommand(t), doctorCommand(t), demoCommand(t), versionCommand(t),
	)
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}

// exactly wraps cobra's check of arguments so that it counts as wrong usage.
func exactly(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usage{err}
		}
		return nil
	}
}
