package loading

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	rows           int
	file, resident int64
}

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
	for i, rows := range sizes {
		name := filepath.Join(dir, fmt.Sprintf("%d.csv", rows))
		f, err := os.Create(name)
		if err != nil {
			return nil, err
		}
		w := bufio.NewWriter(f)
		if err := errors.Join(complaintsCSV(w, 2000+i, rows), w.Flush(), f.Close()); err != nil {
			return nil, err
		}
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		resident, err := watch(ctx, env, binary, "ingest", "complaints", name)
		if err != nil {
			return nil, err
		}
		peaks = append(peaks, peak{rows, info.Size(), resident})
		if err := os.Remove(name); err != nil {
			return nil, err
		}
	}
	return peaks, nil
}

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
			if err != nil {
				return 0, fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, answer.String())
			}
			return most, nil
		case <-time.After(20 * time.Millisecond):
		}
	}
}
