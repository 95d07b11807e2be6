package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"

	"qingfeng/bench/spread"
)

// goBenchmark runs the benchmarks of a package five times and tells the medians.
type goBenchmark struct {
	pkg, bench string
	benchtime  string // 1s if empty
	text       string // what was measured
	ratios     []ratio
}

// ratio sets one benchmark against another one of the same run.
type ratio struct{ of, to, what string }

const repeats = 5

func (g goBenchmark) write(ctx context.Context) (string, error) {
	if g.benchtime == "" {
		g.benchtime = "1s"
	}
	cmd := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", g.bench, "-benchtime", g.benchtime, "-count", strconv.Itoa(repeats), "-timeout", "60m", g.pkg)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s%s", strings.Join(cmd.Args, " "), err, out, stderr.Bytes())
	}
	return g.table(parseBench(string(out)))
}

// measured is one benchmark with its values, one of each repetition.
type measured struct {
	name    string
	seconds []float64 // per operation
	speed   []float64 // where the benchmark tells it
	unit    string    // of speed: MB/s or rows/s
}

// benchLine is what go test prints: name-procs, iterations, then pairs of value and unit.
var benchLine = regexp.MustCompile(`^Benchmark(\S+?)(?:-\d+)?\s+\d+\s+(.*)$`)

func parseBench(out string) []*measured {
	var all []*measured
	byName := map[string]*measured{}
	for line := range strings.Lines(out) {
		m := benchLine.FindStringSubmatch(strings.TrimSpace(line))
		if m == nil {
			continue
		}
		b := byName[m[1]]
		if b == nil {
			b = &measured{name: m[1]}
			byName[m[1]] = b
			all = append(all, b)
		}
		fields := strings.Fields(m[2])
		for i := 0; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				continue
			}
			switch fields[i+1] {
			case "ns/op":
				b.seconds = append(b.seconds, v/1e9)
			case "MB/s", "rows/s":
				b.speed, b.unit = append(b.speed, v), fields[i+1]
			}
		}
	}
	return all
}

func (g goBenchmark) table(all []*measured) (string, error) {
	if len(all) == 0 {
		return "", fmt.Errorf("%s: no benchmark matches %s", g.pkg, g.bench)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n| `%s` | Median | Range | Speed |\n|---|---:|---:|---:|\n", g.text, g.pkg)
	byName := map[string]*measured{}
	for _, m := range all {
		byName[m.name] = m
		s, speed := spread.Of(m.seconds), ""
		if len(m.speed) > 0 {
			speed = fmt.Sprintf("%.0f %s", spread.Of(m.speed).Median, m.unit)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", m.name, spread.Time(s.Median), s.Range(), speed)
	}
	if len(g.ratios) > 0 {
		b.WriteString("\n| Ratio of the medians | |\n|---|---:|\n")
	}
	for _, r := range g.ratios {
		of, to := byName[r.of], byName[r.to]
		if of == nil || to == nil {
			return "", fmt.Errorf("%s: ratio of %s to %s: no such benchmark", g.pkg, r.of, r.to)
		}
		fmt.Fprintf(&b, "| %s (%s ÷ %s) | %.2f |\n", r.what, r.of, r.to, spread.Of(of.seconds).Median/spread.Of(to.seconds).Median)
	}
	return b.String(), nil
}
