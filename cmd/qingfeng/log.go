package main

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/spf13/cobra"

	"qingfeng/ingest/mask"
)

// newLog writes the log of the program. What goes in is free of identities where it is made;
// errors of the system and of panics may quote what people wrote, so every text passes the
// mask once more.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch a.Value.Kind() {
		case slog.KindString:
			a.Value = slog.StringValue(masked(a.Value.String()))
		case slog.KindAny:
			if _, is := a.Value.Any().(slog.Level); !is {
				a.Value = slog.StringValue(masked(fmt.Sprint(a.Value.Any())))
			}
		}
		return a
	}}))
}

func masked(text string) string {
	out, _ := mask.Text(text)
	return out
}

// logLevel is the one that was set; without it the log of commands is kept to what went
// wrong, and the server tells more.
func logLevel(cmd *cobra.Command, set string) slog.Level {
	level := slog.LevelWarn
	if cmd.Name() == "serve" {
		level = slog.LevelInfo
	}
	_ = level.UnmarshalText([]byte(set)) // the configuration names the legal words
	return level
}
