package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"qingfeng/metrics"
)

// scopeFlags adds a flag for every parameter of a question: --as-of for as_of.
func scopeFlags(cmd *cobra.Command) map[string]*string {
	out := map[string]*string{}
	for _, n := range metrics.ScopeNames() {
		out[n] = cmd.Flags().String(strings.ReplaceAll(n, "_", "-"), "", "参数 "+n+" (parameter)")
	}
	return out
}

// valueOf gives ParseScope the flags by the names of the parameters.
func valueOf(flags map[string]*string) func(string) string {
	return func(name string) string {
		if v := flags[name]; v != nil {
			return *v
		}
		return ""
	}
}

func queryCommand(t *terminal) *cobra.Command {
	var measure, by, format string
	var flags map[string]*string
	cmd := &cobra.Command{
		Use:   "query METRIC",
		Short: "查询指标 (any metric that the pages show)",
		Long:  "查询指标。METRIC：" + strings.Join(metrics.Names(), " ") + "\n参数与 API 相同，JSON 与 API 相同。",
		Args:  exactly(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			scope, err := metrics.ParseScope(valueOf(flags), t.cfg.Clock()())
			if err != nil {
				return usage{err}
			}
			scope.Lang = t.cfg.Language()
			if format != "json" && format != "csv" {
				return usage{fmt.Errorf("--format %q; legal: json csv", format)}
			}
			rows, cols, err := dimensions(by)
			if err != nil {
				return usage{err}
			}
			ask := metrics.Question{Metric: args[0], Measure: measure, Rows: rows, Cols: cols, Scope: scope}
			return t.with(cmd.Context(), func(a *app) error { return a.query(cmd.Context(), ask, format) })
		},
	}
	cmd.Flags().StringVar(&measure, "measure", "", "数什么："+strings.Join(metrics.Measures(), " ")+" (what to count)")
	cmd.Flags().StringVar(&by, "by", "", "行,列："+strings.Join(metrics.Dimensions(), " ")+" (rows,columns)")
	cmd.Flags().StringVar(&format, "format", "json", "json 或 csv")
	flags = scopeFlags(cmd)
	return cmd
}

func dimensions(by string) (rows, cols string, err error) {
	if by == "" {
		return "", "", nil
	}
	rows, cols, ok := strings.Cut(by, ",")
	if !ok {
		return "", "", fmt.Errorf("--by %q; write layer,category", by)
	}
	return strings.TrimSpace(rows), strings.TrimSpace(cols), nil
}

func (a *app) query(ctx context.Context, q metrics.Question, format string) error {
	answer, err := a.metrics.Answer(ctx, operator, q)
	if err != nil {
		return err
	}
	if format == "json" {
		return a.t.json(answer)
	}
	return writeAnswerCSV(a.t.out, answer)
}
