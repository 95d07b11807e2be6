package loading

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// processSeconds is how many seconds of cores a process has used; 0 where the system does
// not tell.
func processSeconds(pid string) float64 {
	const ticks = 100 // a second, on every Linux that Go runs on
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return float64(user+system) / ticks
}

// averageLoad is how many programs wanted a core, over the last minute.
func averageLoad() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	first, _, _ := strings.Cut(string(text), " ")
	return first
}

// peak is the most memory that loading a file took.
type peak struct {
	what           string
	rows           int
	file, resident int64
}

// What becomes of the files that are watched for memory.
const (
	loaded    = "loaded"
	rehearsed = "dry run"
	refused   = "every row rejected"
)

// measureMemory loads files of several lengths with the command and watches it.
func measureMemory(ctx context.Context, sizes []int) (peaks []peak, err error) {
	if len(sizes) == 0 {
		return nil, nil
	}
	dir, err := os.MkdirTemp("", "qingfeng-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	binary := filepath.Join(dir, "qingfeng")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/qingfeng").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the command: %w: %s", err, out)
	}
	library, err := filepath.Abs("bin/libchdb.so")
	if err != nil {
		return nil, err
	}
	env := append(os.Environ(), "QINGFENG_DATA="+filepath.Join(dir, "data"), "QINGFENG_ENGINE="+library)
	units := filepath.Join(dir, "units.csv")
	if err := os.WriteFile(units, unitsCSV(2), 0o600); err != nil {
		return nil, err
	}
	if _, err := watch(ctx, env, binary, "ingest", "units", units); err != nil {
		return nil, err
	}
	type run struct {
		what string
		rows int
	}
	var runs []run
	for _, rows := range sizes {
		runs = append(runs, run{loaded, rows})
	}
	longest := min(slices.Max(sizes), 1_000_000)
	runs = append(runs, run{rehearsed, longest}, run{refused, longest})
	for i, r := range runs {
		name := filepath.Join(dir, fmt.Sprintf("%d.csv", i))
		f, err := os.Create(name)
		if err != nil {
			return nil, err
		}
		w := bufio.NewWriter(f)
		if err := errors.Join(complaintsCSV(w, 2000+i, r.rows), w.Flush(), f.Close()); err != nil {
			return nil, err
		}
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		args := []string{"ingest", "complaints", name}
		switch r.what {
		case rehearsed:
			args = append(args, "--dry-run")
		case refused: // what the file has as the date of a status is none
			args = append(args, "--map", "渠道=办结日期")
		}
		resident, err := watch(ctx, env, binary, args...)
		if err != nil {
			return nil, err
		}
		peaks = append(peaks, peak{r.what, r.rows, info.Size(), resident})
		if err := os.Remove(name); err != nil {
			return nil, err
		}
	}
	return peaks, nil
}

// nothingLoaded is how the command exits when every row was rejected.
const nothingLoaded = 4

// watch runs a command and returns the most memory it held, in bytes.
func watch(ctx context.Context, env []string, name string, args ...string) (int64, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = env
	var answer strings.Builder
	cmd.Stdout, cmd.Stderr = &answer, &answer
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	var most int64
	for {
		if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid)); err == nil {
			if _, rest, found := strings.Cut(string(text), "VmHWM:"); found {
				kilobytes, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
				most = max(most, kilobytes<<10)
			}
		}
		select {
		case err := <-done:
			var exit *exec.ExitError
			if errors.As(err, &exit) && exit.ExitCode() == nothingLoaded {
				err = nil
			}
			if err != nil {
				return 0, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, answer.String())
			}
			return most, nil
		case <-time.After(20 * time.Millisecond):
		}
	}
}
