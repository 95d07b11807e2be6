package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"qingfeng/dashboards/assets"
	"qingfeng/dashboards/report"
	"qingfeng/dashboards/svg"
	"qingfeng/ingest"
	"qingfeng/internal/bulletin"
)

// drawing compiles ECharts once in a process.
var drawing = svg.Shared(func() string { return assets.Text("vendor/echarts.min.js") })

// bulletins returns the register of reports, which draws them when asked.
func (a *app) bulletins() (*bulletin.Registry, error) {
	renderer, err := drawing()
	if err != nil {
		return nil, err
	}
	s := a.t.cfg.Report
	printer, err := report.New(report.Config{
		Metrics: a.metrics, Renderer: renderer, Version: version,
		Settings: report.Settings{Issuer: s.Issuer, Mark: s.Mark, Basis: s.Basis, ReportedTo: s.ReportedTo, SentTo: s.SentTo, IssuedTo: s.IssuedTo, FirstMonth: s.FirstMonth,
			Leaders: s.Leaders, Titles: [3]string{s.Title, s.HalfTitle, s.YearTitle}},
		Batches: a.sources, Insights: a.insights,
	})
	if err != nil {
		return nil, err
	}
	return bulletin.New(bulletin.Config{Database: a.store, Printer: claimedPrinter{printer}, FirstMonth: s.FirstMonth, Now: a.now})
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

func reportCommand(t *terminal) *cobra.Command {
	var month, period, unit, out string
	var issued int
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
			b, err := a.bulletins()
			if err != nil {
				return err
			}
			html, err := b.File(cmd.Context(), operator, period, bulletin.Copy{Version: issued, Unit: unit})
			if err != nil {
				return err
			}
			return writeFile(out, html)
		})
	}}
	cmd.Flags().StringVar(&month, "month", "", "月份 2026-10 (month)")
	cmd.Flags().StringVar(&period, "period", "", "2026-H1 或 2026 (half-year or year)")
	cmd.Flags().StringVar(&unit, "unit", "", "单位编码或名称：该单位的摘要 (the extract for a unit)")
	cmd.Flags().IntVar(&issued, "issued", 0, "已签发的第几版，默认最新版 (an issued version; default the newest)")
	cmd.Flags().StringVar(&out, "out", "", "输出文件 .html (output file)")
	return cmd
}
