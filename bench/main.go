package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"strings"

	"qingfeng/bench/corrections"
	"qingfeng/bench/kills"
	"qingfeng/bench/loading"
	"qingfeng/bench/pages"
	"qingfeng/internal/engine"
)

// section is one part of the document.
type section struct {
	name  string // in the markers and for -only
	title string
	write func(ctx context.Context) (string, error) // Markdown without the title
}

var sections = []section{
	{"corrections", "Corrections: how a corrected row is stored", func(ctx context.Context) (string, error) {
		return corrections.Measure(ctx, corrections.Full, progress)
	}},
	{"obligations", "Obligations: all rules for all points, cold", goBenchmark{
		pkg: "./metrics/obligation", bench: "^BenchmarkOverdue$/^(cold|overdue|every_item|leaders|units|outlook)$",
		text: "`cold` indexes all facts and lists what is overdue under all six rules; the others ask an index that is there. " +
			"Two checks a point; no database is asked.",
		ratios: []ratio{
			{"Overdue/cold/points=1000000", "Overdue/cold/points=100000", "ten times the points"},
			{"Overdue/cold/points=100000", "Overdue/cold/points=10000", "ten times the points"},
		},
	}.write},
	{"obligations-store", "Obligations: read from the engine and judged, cold", goBenchmark{
		pkg: "./metrics", bench: "^BenchmarkOverdueFromTheStore$", benchtime: "3x",
		text: "The question of the page with nothing in the cache: facts read from the engine, indexed, all six rules judged. Two checks a point. The boards of " +
			"leaders and units and the outlook rest on the same facts, read in the same way.",
		ratios: []ratio{
			{"OverdueFromTheStore/points=1000000/overdue", "OverdueFromTheStore/points=100000/overdue", "ten times the points"},
			{"OverdueFromTheStore/points=1000000/leaders", "OverdueFromTheStore/points=1000000/overdue", "the board of leaders beside what is overdue"},
			{"OverdueFromTheStore/points=1000000/unit-board", "OverdueFromTheStore/points=1000000/overdue", "the board of units beside what is overdue"},
			{"OverdueFromTheStore/points=1000000/outlook", "OverdueFromTheStore/points=1000000/overdue", "the outlook beside what is overdue"},
		},
	}.write},
	{"loading", "Loading files", func(ctx context.Context) (string, error) {
		return loading.Measure(ctx, loading.Full, progress)
	}},
	{"tables", "Reading tables", goBenchmark{
		pkg: "./ingest/table", bench: ".", benchtime: "500ms",
		text: "100,000 complaints as CSV (19 MB), 20,000 as a workbook, and a Word form of 20 rows, each read to its last row, " +
			"beside the plain reader that a person would take.",
		ratios: []ratio{
			{"CSV100k/table", "CSV100k/encoding_csv", "our CSV reader beside encoding/csv"},
			{"CSV100k/table_with_quotes", "CSV100k/encoding_csv_with_quotes", "the same with quoted fields"},
			{"XLSX20k/table", "XLSX20k/excelize", "our workbook reader beside excelize"},
		},
	}.write},
	{"masking", "Masking identities in texts", goBenchmark{
		pkg: "./ingest/mask", bench: ".", benchtime: "500ms",
		text: "One core. `TextClean`: nothing to mask and no digit. `TextUsual`: dates and amounts. `TextOnePhone`: one number. " +
			"`TextLong`: 210 texts in one.",
	}.write},
	{"classification", "Suggesting layer and category: speed", goBenchmark{
		pkg: "./ingest/classify", bench: ".", benchtime: "500ms", text: "One core. `QuickSignal`, `Risk`: a text of 100 characters. `QuickSignalEntries`: the texts of the benchmark of loading, " +
			"45 characters. `QuickSignalVaried`: risk descriptions of many wordings, 20 characters.",
	}.write},
	{"drawing", "Drawing a chart without a browser", goBenchmark{
		pkg: "./dashboards/svg", bench: ".", benchtime: "500ms", text: "A heatmap of 14 units as SVG, by ECharts in goja, compiled before.",
	}.write},
	{"checkup", "List check-up: speed", goBenchmark{
		pkg: "./metrics", bench: "^Benchmark(CheckUp|NearCopies)", benchtime: "1x", text: "20,000 points in 200 lists: near copies alone, and all checks; no database is asked.",
	}.write},
	{"hotspots", "Hot spots: speed", goBenchmark{
		pkg: "./metrics/hotspot", bench: ".", benchtime: "1x", text: "5,000 units × 7 categories × 36 months.",
	}.write},
	{"pages", "Pages in a browser", func(ctx context.Context) (string, error) {
		return pages.Measure(ctx, pages.Full, progress)
	}},
	{"kills", "Killed at random moments: nothing lost, doubled or shown by halves", func(ctx context.Context) (string, error) {
		return kills.Measure(ctx, kills.Full, progress)
	}},
	{"classification-figures", "Suggesting layer and category: how well it fits", include("ingest/classify/FIGURES.md")},
	{"hotspot-figures", "Hot spots: how well they are found", include("metrics/hotspot/FIGURES.md")},
}

func progress(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }

func main() {
	engine.RunChildIfAsked()
	kills.RunChildIfAsked()
	out := flag.String("out", "docs/benchmarks.md", "the document to write")
	only := flag.String("only", "", "measure these sections only, separated by commas")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *out, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, only string) error {
	text, err := os.ReadFile(out)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	document := string(text)
	if document == "" {
		document = preface
	}
	wanted := map[string]bool{}
	for name := range strings.SplitSeq(only, ",") {
		wanted[name] = true
	}
	measured := 0
	for _, s := range sections {
		if only != "" && !wanted[s.name] {
			continue
		}
		measured++
		progress("measuring %s …", s.name)
		body, err := s.write(ctx)
		if err != nil {
			return fmt.Errorf("measure %s: %w", s.name, err)
		}
		if document, err = replace(document, s.name, "## "+s.title+"\n\n"+strings.TrimSpace(body)); err != nil {
			return err
		}
		// Kept after each, so that a long run that is cut short leaves something.
		if err := os.WriteFile(out, []byte(document), 0o644); err != nil {
			return err
		}
	}
	if measured == 0 {
		return fmt.Errorf("no section is called %q", only)
	}
	return nil
}
