package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// children lists the processes that this test process started.
func children(t *testing.T) []int {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	var out []int
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			continue // it ended meanwhile
		}
		// pid (command) state ppid …; the command may hold spaces
		_, rest, ok := strings.Cut(string(text), ") ")
		var pid, ppid int
		var state string
		if !ok {
			continue
		}
		if _, err := fmt.Sscan(string(text), &pid); err != nil {
			continue
		}
		if _, err := fmt.Sscan(rest, &state, &ppid); err == nil && ppid == os.Getpid() && state != "Z" {
			out = append(out, pid)
		}
	}
	return out
}

// serving starts a server on the shell's data directory and returns its address.
func (s *shell) serving(flags ...string) (base string) {
	s.t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out := &s.said
	before := len(out.String())
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, append([]string{"serve", "--listen", "127.0.0.1:0"}, flags...), strings.NewReader(""), out, out, func(k string) string { return s.env[k] })
	}()
	s.t.Cleanup(func() {
		began := time.Now()
		stop()
		if code := <-done; code != 0 || time.Since(began) > 15*time.Second {
			s.t.Errorf("serve ended with %d after %s:\n%s", code, time.Since(began), out.String())
		}
	})
	for range 3000 { // the demo year takes a while to load
		if _, after, ok := strings.Cut(out.String()[before:], "listening on "); ok {
			return strings.TrimSpace(strings.SplitN(after, "\n", 2)[0])
		}
		select {
		case code := <-done:
			done <- code
			s.t.Fatalf("serve ended before it listened:\n%s", out.String())
		case <-time.After(100 * time.Millisecond):
		}
	}
	s.t.Fatalf("serve did not listen:\n%s", out.String())
	return ""
}

func TestPagesAnswerAgainAfterTheEngineIsKilled(t *testing.T) {
	s := newShell(t)
	s.city()
	base := s.serving()
	total := func() (int, error) {
		resp, err := http.Get(base + "/api/v1/risks")
		if err != nil {
			return 0, err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return 0, fmt.Errorf("status %d", resp.StatusCode)
		}
		var d struct{ Total int }
		return d.Total, decode(resp, &d)
	}
	if n, err := total(); err != nil || n != 2 {
		t.Fatalf("before: %d rows, %v", n, err)
	}
	for round := range 3 {
		engines := children(t)
		if len(engines) != 1 {
			t.Fatalf("children of the server: %v, want its engine", engines)
		}
		if err := syscall.Kill(engines[0], syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		killed := time.Now()
		for {
			n, err := total()
			if err == nil {
				if n != 2 {
					t.Fatalf("round %d: %d rows after the kill, want 2: never a wrong answer", round, n)
				}
				if now := children(t); len(now) == 1 && now[0] != engines[0] {
					break
				}
			}
			if time.Since(killed) > 20*time.Second {
				t.Fatalf("round %d: no answer %s after the kill: %v", round, time.Since(killed), err)
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Logf("round %d: answered again after %s", round, time.Since(killed).Round(time.Millisecond))
	}
}

// killed runs a command as a process of its own and kills it with SIGKILL some time after
// its engine has begun to answer. It reports whether the command was still at work.
func (s *shell) killed(after time.Duration, args ...string) bool {
	s.t.Helper()
	program, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for began := time.Now(); ; time.Sleep(5 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(s.env["QINGFENG_DATA"], "engine", "engine.json")); err == nil {
			break
		}
		if time.Since(began) > time.Minute {
			s.t.Fatal("the engine of the command does not answer")
		}
	}
	time.Sleep(after)
	if err := cmd.Process.Kill(); err != nil {
		s.t.Logf("it had ended: %v", err)
	}
	return strings.HasPrefix(fmt.Sprint(<-ended), "signal")
}

func TestAKilledProgramLosesAndDoublesNothing(t *testing.T) {
	s := newShell(t)
	s.city()
	const perLoad = 30_000
	working := 0
	for round, pauses := range [][]time.Duration{{150 * time.Millisecond}, {500 * time.Millisecond, 300 * time.Millisecond}, {900 * time.Millisecond}} {
		lines := []string{"编号,单位,日期,内容"}
		for i := range perLoad {
			lines = append(lines, fmt.Sprintf("K%d-%d,13,2026-03-05,第%d件：排队太久", round, i, i))
		}
		file := s.file(fmt.Sprintf("kill%d.csv", round), lines...)
		for _, pause := range pauses {
			if s.killed(pause, "ingest", "complaints", file) {
				working++
			}
		}
		if got := s.ingest(0, "complaints", file).Totals; got["read"] != perLoad || got["added"]+got["unchanged"] != perLoad {
			t.Errorf("round %d: %v", round, got)
		}
		out, _ := s.want(0, "query", "distribution", "--measure", "complaints", "--integrity", "all")
		if want := fmt.Sprintf(`"total": %d`, (round+1)*perLoad); !strings.Contains(out, want) {
			t.Errorf("round %d: the total is not %d: %.300s", round, (round+1)*perLoad, out)
		}
	}
	if working == 0 {
		t.Error("every command had ended before it was killed: nothing was tested")
	}
	t.Logf("%d commands were killed at work", working)
}
