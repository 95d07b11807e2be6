package main

import (
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

func joinClose(err error, a *app) error { return errors.Join(err, a.close()) }

// sayRows tells how to see the rows that a batch of a kind brought or changed.
func (t *terminal) sayRows(kind ingest.Kind, batch string) {
	if question := rowsQuestion(kind); question != "" {
		t.say("这一批新增、更改的行：qingfeng query %s --batch %s", "the rows it added or changed: qingfeng query %s --batch %s", question, batch)
	}
}

// rowsQuestion is the metric that lists the rows of a kind, with its conditions; empty for what
// is no file.
func rowsQuestion(kind ingest.Kind) string {
	switch kind {
	case ingest.KindRisks:
		return "risks"
	case ingest.KindUnits:
		return "directory"
	case ingest.KindLedger:
		return "ledger"
	case ingest.KindInspections:
		return "checks"
	case ingest.KindComplaints, ingest.KindPetitions, ingest.KindFindings, ingest.KindComparisons:
		return "signals --integrity all --kind " + strings.TrimSuffix(string(kind), "s")
	}
	return ""
}

func batchesCommand(t *terminal) *cobra.Command {
	root := &cobra.Command{Use: "batches", Short: "装载批次 (what was loaded)", Args: exactly(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error { return usage{errors.New("list, show, rejects or revert")} }}
	var format, out string
	list := &cobra.Command{Use: "list", Short: "全部批次 (all batches)", Args: exactly(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error {
		return t.with(cmd.Context(), func(a *app) error {
			infos, err := a.store.Batches(cmd.Context())
			if err != nil {
				return err
			}
			if format == "json" {
				return t.json(map[string]any{"items": infos, "total": len(infos)})
			}
			w := tabwriter.NewWriter(t.out, 0, 4, 2, ' ', 0)
			for _, i := range infos {
				fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", i.No, i.ID, i.Kind, i.State, i.At.In(integrity.Shanghai).Format("2006-01-02 15:04:05"))
			}
			return w.Flush()
		})
	}}
	list.Flags().StringVar(&format, "format", "", "json")
	show := &cobra.Command{Use: "show ID", Short: "一个批次的报告 (the report of a batch)", Args: exactly(cobra.ExactArgs(1)), RunE: func(cmd *cobra.Command, args []string) error {
		return t.with(cmd.Context(), func(a *app) error {
			info, err := a.store.BatchByID(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if info.State == "committed" {
				t.sayRows(ingest.Kind(info.Kind), info.ID)
			}
			return t.json(info)
		})
	}}
	rejects := &cobra.Command{Use: "rejects ID --out FILE", Short: "拒收的行，可改后再装载 (the rejected rows as a file to correct)", Args: exactly(cobra.ExactArgs(1)), RunE: func(cmd *cobra.Command, args []string) error {
		if out == "" {
			return usage{errors.New("--out FILE.xlsx 或 .csv (is required)")}
		}
		return t.with(cmd.Context(), func(a *app) error {
			l, err := a.loader(a.now)
			if err != nil {
				return err
			}
			table, err := l.Rejects(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return writeTable(out, plainTable("拒收", table))
		})
	}}
	rejects.Flags().StringVar(&out, "out", "", "输出文件 .xlsx 或 .csv (output file)")
	revert := &cobra.Command{Use: "revert ID", Short: "收回一个批次 (take a batch back)", Args: exactly(cobra.ExactArgs(1)), RunE: func(cmd *cobra.Command, args []string) error {
		return t.with(cmd.Context(), func(a *app) error {
			l, err := a.loader(a.now)
			if err != nil {
				return err
			}
			b, err := l.Revert(cmd.Context(), args[0], operator.Name)
			if errors.Is(err, store.ErrReverted) {
				return fmt.Errorf("这个批次已收回或没有生效 (this batch is not in force): %w", err)
			}
			if err != nil {
				return err
			}
			t.say("已收回，记为批次 %d", "taken back, recorded as batch %d", b.No)
			return nil
		})
	}}
	root.AddCommand(list, show, rejects, revert)
	return root
}
