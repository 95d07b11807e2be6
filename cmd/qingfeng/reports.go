package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"qingfeng/dashboards"
	"qingfeng/dashboards/assets"
	"qingfeng/dashboards/report"
	"qingfeng/dashboards/svg"
	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/jobs"
)

// reader is on whose behalf reports are made: they go to the commission's leaders, so
// that small counts of petitions are hidden in them.
var reader = integrity.Principal{Role: integrity.RoleLeader, Name: "月报"}

// bureau makes reports and finds those that were kept.
type bureau struct {
	app     *app
	builder *report.Builder
	kept    jobs.Reports
}

// drawing compiles ECharts once in a process.
var drawing = svg.Shared(func() string { return assets.Text("vendor/echarts.min.js") })

func (a *app) reports() (*bureau, error) {
	renderer, err := drawing()
	if err != nil {
		return nil, err
	}
	s := a.t.cfg.Report
	b, err := report.New(report.Config{
		Metrics: a.metrics, Renderer: renderer, Version: version,
		Settings: report.Settings{Issuer: s.Issuer, Mark: s.Mark, Basis: s.Basis, ReportedTo: s.ReportedTo, SentTo: s.SentTo, IssuedTo: s.IssuedTo, FirstMonth: s.FirstMonth},
		Batches:  a.sources, Insights: a.insights,
	})
	if err != nil {
		return nil, err
	}
	return &bureau{app: a, builder: b, kept: jobs.Reports{DB: a.store}}, nil
}

// kindLabels are the words of the kinds of files for people.
var kindLabels = map[ingest.Kind]string{
	ingest.KindUnits: "单位表", ingest.KindRisks: "风险清单", ingest.KindComplaints: "日常投诉", ingest.KindPetitions: "信访举报",
	ingest.KindInspections: "监督检查", ingest.KindFindings: "检查发现的问题", ingest.KindComparisons: "业务数据比对", ingest.KindLedger: "履职台账",
}

func (a *app) sources(ctx context.Context, knownAt time.Time) ([]report.SourceLine, error) {
	found, err := a.store.Sources(ctx, knownAt)
	if err != nil {
		return nil, err
	}
	var out []report.SourceLine
	for _, k := range ingest.Kinds() {
		line := report.SourceLine{Kind: string(k), Label: kindLabels[k]}
		for _, s := range found {
			if s.Kind == string(k) {
				line.Read, line.Rejected, line.LastLoad = s.Read, s.Rejected, s.LastLoad
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// Draft makes the report of a period; see jobs.Drafter.
func (b *bureau) Draft(ctx context.Context, period string) ([]byte, string, error) {
	snap, err := b.app.store.Snapshot(ctx, time.Time{})
	if err != nil {
		return nil, "", err
	}
	html, err := b.builder.Build(ctx, reader, period, report.Options{})
	return html, snap.Version(), err
}

// HTML returns the issued report of a period, otherwise a draft of today's data.
func (b *bureau) HTML(ctx context.Context, period string) ([]byte, error) {
	list, err := b.kept.List(ctx)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(list, func(k jobs.Kept) bool { return k.Period == period && k.State == "issued" }) {
		return b.kept.HTML(ctx, period)
	}
	html, _, err := b.Draft(ctx, period)
	return html, err
}

// List returns the reports that were kept.
func (b *bureau) List(ctx context.Context) ([]dashboards.ReportInfo, error) {
	list, err := b.kept.List(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]dashboards.ReportInfo, len(list))
	for i, k := range list {
		out[i] = dashboards.ReportInfo{Period: k.Period, Version: int(k.Version), State: k.State, MadeAt: k.MadeAt, SHA256: k.SHA256}
	}
	return out, nil
}

func reportCommand(t *terminal) *cobra.Command {
	var month, period, out string
	cmd := &cobra.Command{Use: "report --month YYYY-MM --out FILE.html", Short: "月报（半年报、年报）(the monthly report)", Args: exactly(cobra.NoArgs), RunE: func(cmd *cobra.Command, _ []string) error {
		if (month == "") == (period == "") || out == "" {
			return usage{errors.New("--month 2026-10 或 --period 2026-H1，和 --out FILE.html (give --month or --period, and --out)")}
		}
		if month != "" {
			if _, err := time.Parse("2006-01", month); err != nil {
				return usage{fmt.Errorf("--month %q; write 2026-10", month)}
			}
			period = month
		}
		return t.with(cmd.Context(), func(a *app) error {
			b, err := a.reports()
			if err != nil {
				return err
			}
			html, err := b.HTML(cmd.Context(), period)
			if err != nil {
				return err
			}
			return writeFile(out, html)
		})
	}}
	cmd.Flags().StringVar(&month, "month", "", "月份 2026-10 (month)")
	cmd.Flags().StringVar(&period, "period", "", "2026-H1 或 2026 (half-year or year)")
	cmd.Flags().StringVar(&out, "out", "", "输出文件 .html (output file)")
	return cmd
}
