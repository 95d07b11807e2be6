package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/spf13/cobra"
)

// progressInterval keeps a progress bar from flickering; nothing shows in the first second.
const progressInterval = time.Second

// version is set by the Makefile.
var version = "dev"

func versionCommand(t *terminal) *cobra.Command {
	return &cobra.Command{Use: "version", Short: "版本 (version)", Args: exactly(cobra.NoArgs), RunE: func(*cobra.Command, []string) error {
		_, err := fmt.Fprintf(t.out, "qingfeng %s %s/%s %s\n", version, runtime.GOOS, runtime.GOARCH, runtime.Version())
		return err
	}}
}

func migrateCommand(t *terminal) *cobra.Command {
	return &cobra.Command{Use: "migrate", Short: "更新数据库结构 (bring the schema up to date)", Args: exactly(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) (err error) {
		a, err := t.connect(cmd.Context())
		if err != nil {
			return err
		}
		defer func() { err = joinClose(err, a) }()
		applied, err := a.store.Migrate(cmd.Context())
		for _, name := range applied {
			fmt.Fprintln(t.out, name)
		}
		if err == nil {
			t.say("完成 %d 步", "%d migrations applied", len(applied))
		}
		return err
	}}
}
