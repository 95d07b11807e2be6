package main

import (
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"qingfeng/internal/engine"
	"qingfeng/internal/store"
)

// server is a process of the program that serves.
type server struct {
	cmd   *exec.Cmd
	out   *lockedBuffer
	ended chan error
}

// process starts a server as a process of its own, on a data directory of its own, with
// further settings of the form NAME=VALUE.
func (s *shell) process(name string, env ...string) *server {
	s.t.Helper()
	program, err := os.Executable()
	if err != nil {
		s.t.Fatal(err)
	}
	v := &server{cmd: exec.Command(program, "serve", "--listen", "127.0.0.1:0"), out: &lockedBuffer{}, ended: make(chan error, 1)}
	v.cmd.Env = append(os.Environ(), asProgram+"=1")
	for key, value := range s.env {
		v.cmd.Env = append(v.cmd.Env, key+"="+value)
	}
	v.cmd.Env = append(append(v.cmd.Env, "QINGFENG_DATA="+filepath.Join(s.dir, name)), env...)
	v.cmd.Stdout, v.cmd.Stderr = v.out, v.out
	if err := v.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	go func() { v.ended <- v.cmd.Wait() }()
	s.t.Cleanup(func() {
		_ = v.cmd.Process.Signal(syscall.SIGCONT)
		_ = v.cmd.Process.Kill()
		select {
		case <-v.ended:
		case <-time.After(15 * time.Second):
			s.t.Errorf("%s does not end", name)
		}
	})
	return v
}

func (v *server) signal(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := v.cmd.Process.Signal(sig); err != nil {
		t.Fatalf("%s to %d: %v\n%s", sig, v.cmd.Process.Pid, err, v.out.String())
	}
}

// Three servers share one database. One is killed in the middle of a task, one is stopped
// in the middle of another for longer than its lease and then goes on. Every output of
// every task is there once.
func TestThreeServersOnOneDatabaseMakeEachOutputOnceThoughOneIsKilledAndOneStopped(t *testing.T) {
	e, err := engine.Start(t.Context(), engine.Config{Dir: t.TempDir(), MinFreeBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	const lease = 2 * time.Second
	s := newShell(t)
	s.env["QINGFENG_CONFIG"] = s.file("qingfeng.toml", "allow_fixed_clock = true", "job_lease = 2", "[recipients]", `office = ["office@wjw.example"]`, `[recipients.units.13]`, `clerk = ["clerk13@one.example"]`, `head = ["head13@one.example"]`)
	s.env["QINGFENG_NOW"] = "2026-07-01T09:00:00+08:00"
	ep := e.Endpoint()
	// The engine asks for a header that an external server has not.
	gate := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: ep.Addr})
		for name, value := range ep.Headers() {
			r.Out.Header.Set(name, value)
		}
	}})
	t.Cleanup(gate.Close)
	s.env["QINGFENG_CLICKHOUSE"] = "http://" + ep.Writer.User + ":" + ep.Writer.Password + "@" + strings.TrimPrefix(gate.URL, "http://") + "/qingfeng_fleet"
	address := s.env["QINGFENG_CLICKHOUSE"]
	s.eachOutputOnce(lease, []string{address, address, address})
}

// eachOutputOnce lets servers work on one database, each under its own address of it. One
// is killed in the middle of a task, and if there are more than two, another one is stopped
// in the middle of another for longer than its lease and then goes on.
func (s *shell) eachOutputOnce(lease time.Duration, addresses []string) {
	t := s.t
	t.Helper()
	s.want(0, "migrate")
	s.city()
	db, err := store.Open(t.Context(), store.Config{DSN: addresses[0], Cluster: s.env["QINGFENG_CLICKHOUSE_CLUSTER"], Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	strs := func(query string) (out []string) {
		t.Helper()
		var rows []struct {
			Line string `ch:"line"`
		}
		if err := db.Write().Select(t.Context(), &rows, query); err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			out = append(out, r.Line)
		}
		return out
	}
	// open lists the owners at work: machine, process and a word of chance.
	open := func() []string {
		return strs(`SELECT owner AS line FROM job_claims GROUP BY job, attempt, owner HAVING countIf(event = 'end') = 0 ORDER BY line`)
	}
	holds := func(pid int) bool {
		for _, owner := range open() {
			if strings.Contains(owner, fmt.Sprintf("/%d/", pid)) {
				return true
			}
		}
		return false
	}

	var fleet []*server
	for i, address := range addresses {
		fleet = append(fleet, s.process(fmt.Sprint("server", i), "QINGFENG_CLICKHOUSE="+address))
	}
	wanted := min(2, len(fleet)-1)
	var caught []*server // in the middle of a task: the first is killed, the second stopped
	for began := time.Now(); len(caught) < wanted && time.Since(began) < time.Minute; {
		for _, v := range fleet {
			if len(caught) == wanted || len(caught) == 1 && v == caught[0] || !holds(v.cmd.Process.Pid) {
				continue
			}
			v.signal(t, syscall.SIGSTOP)
			// What it had sent before it stopped is on its way; then the claim is open still, or
			// the task was over.
			time.Sleep(50 * time.Millisecond)
			if !holds(v.cmd.Process.Pid) {
				v.signal(t, syscall.SIGCONT)
				continue
			}
			if caught = append(caught, v); len(caught) == 1 {
				v.signal(t, syscall.SIGKILL)
			}
		}
	}
	if len(caught) < wanted {
		t.Fatalf("%d of %d servers were caught in the middle of a task: the test shows nothing", len(caught), wanted)
	}
	if wanted > 1 {
		time.Sleep(2 * lease)
		caught[1].signal(t, syscall.SIGCONT)
	}

	const tasks = 9 // all but q1-open, which is for January
	done := func() []string {
		return strs(`SELECT concat(job, ' ', period, ' ', toString(count())) AS line FROM job_runs WHERE state = 'done' GROUP BY job, period ORDER BY line`)
	}
	for began := time.Now(); len(done()) < tasks; time.Sleep(100 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("after a minute %q are done and %q at work\n%s", done(), open(), fleet[len(fleet)-1].out.String())
		}
	}
	once := func(when string) {
		t.Helper()
		for what, query := range map[string]string{
			"run":         `SELECT concat(job, ' ', period, ' ', toString(count())) AS line FROM job_runs WHERE state = 'done' GROUP BY job, period ORDER BY line`,
			"result":      `SELECT concat(job, ' ', period, ' ', toString(count())) AS line FROM results GROUP BY job, period ORDER BY line`,
			"notice":      `SELECT concat(recipient, ' ', item, ' ', level, ' ', toString(count())) AS line FROM notices GROUP BY recipient, item, level ORDER BY line`,
			"draft":       `SELECT concat(period, ' ', toString(count())) AS line FROM reports GROUP BY period ORDER BY line`,
			"open flag":   `SELECT concat(item, ' ', toString(sum(if(event = 'closed', -1, 1)))) AS line FROM flags GROUP BY item ORDER BY line`,
			"queued mail": `SELECT concat(recipient, ' ', toString(uniqExact(mail))) AS line FROM outbox GROUP BY recipient ORDER BY line`,
		} {
			lines := strs(query)
			if len(lines) == 0 {
				t.Errorf("%s: there is no %s", when, what)
			}
			for _, l := range lines {
				if !strings.HasSuffix(l, " 1") {
					t.Errorf("%s: more than one %s: %s", when, what, l)
				}
			}
		}
	}
	time.Sleep(lease) // whoever is late by now has been refused
	once("after the kill and the stop")
	// The killed server comes back and finds nothing to do.
	before := len(strs(`SELECT run_id AS line FROM job_runs ORDER BY line`))
	again := s.process("server0", "QINGFENG_CLICKHOUSE="+addresses[0])
	for began := time.Now(); !strings.Contains(again.out.String(), "listening on"); time.Sleep(50 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatalf("it does not come back:\n%s", again.out.String())
		}
	}
	time.Sleep(lease)
	once("after its return")
	if after := len(strs(`SELECT run_id AS line FROM job_runs ORDER BY line`)); after != before {
		t.Errorf("it ran %d more tasks", after-before)
	}
}
