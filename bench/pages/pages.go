package pages

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"qingfeng/bench/spread"
)

// Size says how much is measured.
type Size struct {
	Rounds int
	Pages  []string // their addresses
}

// Full is the size of the published figures: every page, and the heatmap as a calendar.
var Full = Size{Rounds: 5, Pages: append(addresses(All), "/heatmap?view=calendar&measure=signals")}

// paintLimit is what the first paint of the overview may take, in seconds.
const paintLimit = 1.0

// Measure serves the demo year with the built program, visits its pages with an empty cache,
// round by round, and returns the figures as Markdown. If no first paint of
// the overview stays within a second, that is an error.
func Measure(ctx context.Context, size Size, progress func(format string, args ...any)) (string, error) {
	base, stop, err := Serve(ctx, progress)
	if err != nil {
		return "", err
	}
	defer stop()
	library, err := os.ReadFile("dashboards/assets/vendor/echarts.min.js")
	if err != nil {
		return "", err
	}
	rows, err := compare(ctx, base, library, size, progress)
	if err != nil {
		return "", err
	}
	for _, r := range rows {
		// The smallest, because what others do on the machine only ever adds to it.
		if paint := spread.Of(column(r.ours, func(v visit) float64 { return v.Paint })); r.path == "/" && paint.Min >= paintLimit {
			return "", fmt.Errorf("the first paint of the overview takes %s at best; want under %s", spread.Time(paint.Min), spread.Time(paintLimit))
		}
	}
	return table(rows, size.Rounds), nil
}

// row is one page beside the plain one with its charts.
type row struct {
	path        string
	ours, plain []visit
	again       []float64 // seconds until the whole page has come once more, with nothing written since
}

// againTimes is how often a page is asked for again in a round.
const againTimes = 5

// askedAgain asks for a whole page as a program does and returns the seconds of each time but the first.
func askedAgain(ctx context.Context, address string) ([]float64, error) {
	whole, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	q := whole.Query()
	q.Set("full", "1")
	whole.RawQuery = q.Encode()
	var out []float64
	for i := range againTimes + 1 {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, whole.String(), nil)
		if err != nil {
			return nil, err
		}
		began := time.Now()
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			return nil, err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		if err = errors.Join(err, answer.Body.Close()); err != nil {
			return nil, err
		}
		if answer.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("%s: %s", address, answer.Status)
		}
		if i > 0 {
			out = append(out, time.Since(began).Seconds())
		}
	}
	return out, nil
}

// compare visits all pages, round by round: each page, then the plain one.
func compare(ctx context.Context, base string, library []byte, size Size, progress func(format string, args ...any)) ([]row, error) {
	b, stop, err := open(ctx)
	if err != nil {
		return nil, err
	}
	defer stop()
	other := &plain{library: library}
	beside, end, err := other.listen(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	rows := make([]row, len(size.Pages))
	for round := range size.Rounds {
		progress("pages, round %d of %d …", round+1, size.Rounds)
		for i, path := range size.Pages {
			rows[i].path = path
			address, err := Filled(ctx, base, path)
			if err != nil {
				return nil, err
			}
			v, err := b.visit(base + address)
			if err != nil {
				return nil, err
			}
			rows[i].ours = append(rows[i].ours, v)
			times, err := askedAgain(ctx, base+address)
			if err != nil {
				return nil, err
			}
			rows[i].again = append(rows[i].again, times...)
			if v.Charts == 0 {
				continue
			}
			other.show(v.Options)
			if v, err = b.visit(beside); err != nil {
				return nil, err
			}
			rows[i].plain = append(rows[i].plain, v)
		}
	}
	return rows, nil
}

func column(visits []visit, value func(visit) float64) []float64 {
	out := make([]float64, len(visits))
	for i, v := range visits {
		out[i] = value(v)
	}
	return out
}

// table writes the medians.
func table(rows []row, rounds int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The demo year on loopback, Chromium without a window at 1366 × 768, %d rounds, nothing kept between visits: the first look of a new reader.\n", rounds)
	if load := averageLoad(); load != "" {
		fmt.Fprintf(&b, "While this was measured %s programs wanted one of the %d cores: read the times beside those of the plain page.\n", load, runtime.NumCPU())
	}
	b.WriteString("Bytes are what travels, compressed by us and not by the plain page, which holds ECharts, the same options and a line of script.\n" +
		"Times are medians since the request, with the smallest and the largest; the last chart includes parts that come after the page.\n" +
		"Asked again: the whole page without a browser while nothing was written, until its last byte.\n\n")
	b.WriteString("| Page | KB | Requests | Asked again | First paint | Charts | Last chart | Plain: KB | Plain: first paint | Plain: last chart |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, r := range rows {
		paint := func(v visit) float64 { return v.Paint }
		last := func(v visit) float64 { return v.Last }
		kilobytes := func(visits []visit) string {
			return fmt.Sprintf("%.0f", spread.Of(column(visits, func(v visit) float64 { return float64(v.Bytes) })).Median/1000)
		}
		withRange := func(s spread.Spread) string { return spread.Time(s.Median) + " (" + s.Range() + ")" }
		times := func(visits []visit, value func(visit) float64) string {
			return withRange(spread.Of(column(visits, value)))
		}
		one := r.ours[len(r.ours)-1]
		fmt.Fprintf(&b, "| `%s` | %s | %d | %s | %s | %d |", r.path, kilobytes(r.ours), one.Requests, withRange(spread.Of(r.again)), times(r.ours, paint), one.Charts)
		if one.Charts == 0 {
			b.WriteString(" – | – | – | – |\n")
			continue
		}
		fmt.Fprintf(&b, " %s | %s | %s | %s |\n", times(r.ours, last), kilobytes(r.plain), times(r.plain, paint), times(r.plain, last))
	}
	return b.String()
}

// averageLoad is how many programs wanted a core over the last five minutes, or empty where the
// system does not tell.
func averageLoad() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return ""
	}
	return fields[1]
}

// Serve starts the built program with the demo year on a fixed day, in a folder of its own, and
// returns where it listens; stop ends it. The loading takes a minute.
func Serve(ctx context.Context, progress func(format string, args ...any)) (base string, stop func(), err error) {
	program, err := filepath.Abs("bin/qingfeng")
	if err != nil {
		return "", nil, err
	}
	dir, err := os.MkdirTemp("", "qingfeng-pages-")
	if err != nil {
		return "", nil, err
	}
	cmd := exec.CommandContext(ctx, program, "serve", "--demo")
	cmd.Env = append(os.Environ(), "QINGFENG_DATA="+filepath.Join(dir, "data"), "QINGFENG_NOW=2026-11-22T09:00:00+08:00", "QINGFENG_LISTEN=127.0.0.1:0")
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := cmd.Start(); err != nil {
		return "", nil, errors.Join(fmt.Errorf("run make build first: %w", err), os.RemoveAll(dir))
	}
	stop = func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // a program that is gone already needs none
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	}
	progress("loading the demo year …")
	found := make(chan string, 1)
	go func() {
		defer close(found)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if address, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
				found <- address
			}
		}
	}()
	select {
	case address, ok := <-found:
		if !ok {
			stop()
			return "", nil, errors.New("the program ended before it listened")
		}
		return strings.TrimRight(address, "/"), stop, nil
	case <-time.After(10 * time.Minute):
		stop()
		return "", nil, errors.New("the program did not listen within ten minutes")
	}
}
