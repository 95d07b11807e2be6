package engine

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// ownerVariable makes the test binary start an engine on a directory, say so
// on its standard output, and wait to be killed.
const ownerVariable = "QINGFENG_TEST_OWNER"

func TestMain(m *testing.M) {
	RunChildIfAsked()
	if dir := os.Getenv(ownerVariable); dir != "" {
		e, err := Start(context.Background(), Config{Dir: dir, MinFreeBytes: 1 << 20})
		if err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		fmt.Println("child", e.Status().PID)
		select {}
	}
	os.Exit(m.Run())
}

// startEngine starts an engine on dir and stops it after the test.
func startEngine(t *testing.T, cfg Config) *Engine {
	t.Helper()
	if cfg.MinFreeBytes == 0 {
		cfg.MinFreeBytes = 1 << 20 // tests also run on a nearly full disk
	}
	e, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatalf("Start(%s): %v", cfg.Dir, err)
	}
	t.Cleanup(func() {
		if err := e.Stop(context.Background()); err != nil {
			t.Errorf("Stop: %v", err)
		}
	})
	return e
}

// ask sends one query and returns the status and the body of the answer. An
// engine that does not answer has status 0.
func ask(t *testing.T, ep Endpoint, key string, login Login, query string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+ep.Addr+"/", strings.NewReader(query))
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth(login.User, login.Password)
	if key != "" {
		req.Header.Set(HeaderName, key)
	}
	resp, err := pingClient.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err.Error()
	}
	return resp.StatusCode, strings.TrimSpace(string(body))
}

// mustAsk is ask as the writer; any status but 200 ends the test.
func mustAsk(t *testing.T, e *Engine, query string) string {
	t.Helper()
	status, body := ask(t, e.Endpoint(), e.Endpoint().Key, e.Endpoint().Writer, query)
	if status != http.StatusOK {
		t.Fatalf("%s: status %d: %s", query, status, body)
	}
	return body
}

// eventually waits for a condition and fails the test if it does not come.
func eventually(t *testing.T, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	for begin := time.Now(); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Since(begin) > limit {
			t.Fatalf("%s: not within %s", what, limit)
		}
	}
}

// alive reports whether a process exists and is no zombie.
func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(stat), ") Z ")
}

func TestTheEngineStartsAnswersAndStops(t *testing.T) {
	defer goleak.VerifyNone(t)
	dir := filepath.Join(t.TempDir(), "数据 & <data>")
	begin := time.Now()
	e := startEngine(t, Config{Dir: dir})
	t.Logf("started in %s", time.Since(begin))
	if got := mustAsk(t, e, "SELECT 6 * 7"); got != "42" {
		t.Errorf("6 * 7 = %s; want 42", got)
	}
	mustAsk(t, e, "CREATE DATABASE qingfeng")
	mustAsk(t, e, "CREATE TABLE qingfeng.t (x UInt8) ENGINE = MergeTree ORDER BY x")
	mustAsk(t, e, "INSERT INTO qingfeng.t VALUES (1), (2)")
	pid := e.Status().PID

	begin = time.Now()
	if err := e.Stop(t.Context()); err != nil {
		t.Fatalf("Stop: %v", err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("Stop took %s; want less than 5 s", took)
	}
	if alive(pid) {
		t.Errorf("child %d lives on after Stop", pid)
	}
	if got := e.Status(); got.Running || got.RecentCrashes != 0 {
		t.Errorf("after Stop the status is %+v", got)
	}
	if _, err := os.Stat(layout(dir).runtime()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("engine.json is left behind: %v", err)
	}

	again := startEngine(t, Config{Dir: dir})
	if got := mustAsk(t, again, "SELECT sum(x) FROM qingfeng.t"); got != "3" {
		t.Errorf("after a restart sum(x) = %s; want 3", got)
	}
	if again.Endpoint().Writer == e.Endpoint().Writer || again.Endpoint().Key == e.Endpoint().Key {
		t.Error("a second start has the secrets of the first")
	}
	if err := again.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestAnEngineForAllToLookAt holds what needs a running engine and leaves it
// as it was.
func TestAnEngineForAllToLookAt(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "engine")
	e := startEngine(t, Config{Dir: dir, MinFreeBytes: 123 << 10})
	ep := e.Endpoint()
	mustAsk(t, e, "CREATE DATABASE qingfeng_a")
	mustAsk(t, e, "CREATE TABLE qingfeng_a.t (d Date32, x UInt8) ENGINE = MergeTree ORDER BY x")
	mustAsk(t, e, "INSERT INTO qingfeng_a.t VALUES ('2026-01-01', 1)")

	t.Run("who may do what", func(t *testing.T) { testAccess(t, ep) })

	t.Run("the files are for our account only", func(t *testing.T) {
		for path, want := range map[string]fs.FileMode{
			dir: 0o700 | fs.ModeDir, layout(dir).runtime(): 0o600, layout(dir).users(): 0o600, layout(dir).config(): 0o600,
		} {
			if info, err := os.Stat(path); err != nil || info.Mode() != want {
				t.Errorf("%s has mode %v, %v; want %v", path, info.Mode(), err, want)
			}
		}
		users, err := os.ReadFile(layout(dir).users())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(users), ep.Writer.Password) {
			t.Error("the users file holds a password in clear")
		}
	})

	t.Run("the only listener is HTTP on the loopback", func(t *testing.T) {
		if runtime.GOOS != "linux" {
			return // /proc is how sockets are told here
		}
		_, port, _ := strings.Cut(ep.Addr, ":")
		n, err := strconv.Atoi(port)
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("0100007F:%04X", n)
		if got := listeners(t, e.Status().PID); len(got) != 1 || got[0] != want {
			t.Errorf("the child listens on %v; want only %s", got, want)
		}
	})

	t.Run("settings are in force", func(t *testing.T) {
		for query, want := range map[string]string{
			"SELECT timezone() || ' ' || serverTimezone()":                                               "Asia/Shanghai Asia/Shanghai",
			"SELECT toDate(fromUnixTimestamp(1767196800))":                                               "2026-01-01",
			"SELECT toDate(fromUnixTimestamp(1767196799))":                                               "2025-12-31",
			"SELECT getSetting('async_insert')":                                                          "false",
			"SELECT getSetting('max_execution_time')":                                                    "600",
			"SELECT value FROM system.merge_tree_settings WHERE name = 'fsync_after_insert'":             "1",
			"SELECT value FROM system.merge_tree_settings WHERE name = 'fsync_part_directory'":           "1",
			"SELECT value FROM system.merge_tree_settings WHERE name = 'old_parts_lifetime'":             "480",
			"SELECT value FROM system.merge_tree_settings WHERE name LIKE 'min_free_disk_bytes_to_per%'": "125952",
		} {
			if got := mustAsk(t, e, query); got != want {
				t.Errorf("%s = %s; want %s", query, got, want)
			}
		}
		_, got := ask(t, ep, ep.Key, ep.Reader, "SELECT getSetting('max_execution_time'), getSetting('max_memory_usage'),"+
			" getSetting('max_result_rows'), getSetting('readonly')")
		if want := "15\t1073741824\t100000\t1"; got != want {
			t.Errorf("limits of the reader = %s; want %s", got, want)
		}
	})

	t.Run("values of queries do not reach the logs", func(t *testing.T) {
		const canary = "canary13800138000"
		ask(t, ep, ep.Key, ep.Writer, "SELECT toInt8('"+canary+"') FROM qingfeng_a.t")
		ask(t, ep, ep.Key, ep.Writer, "SELEKT '"+canary+"'")
		ask(t, ep, ep.Key, ep.Writer, "INSERT INTO qingfeng_a.t VALUES ('"+canary+"', 1)")
		time.Sleep(100 * time.Millisecond)
		logs, err := filepath.Glob(filepath.Join(layout(dir).logs(), "*"))
		if err != nil || len(logs) == 0 {
			t.Fatalf("no logs: %v", err)
		}
		for _, path := range logs {
			if content, err := os.ReadFile(path); err != nil || strings.Contains(string(content), canary) {
				t.Errorf("%s holds a value of a query (%v)", path, err)
			}
		}
	})

	t.Run("clients that go away in the middle do no harm", func(t *testing.T) {
		mustAsk(t, e, "CREATE DATABASE qingfeng_c")
		mustAsk(t, e, "CREATE TABLE qingfeng_c.t (x UInt8) ENGINE = MergeTree ORDER BY x")
		pid := e.Status().PID
		for _, query := range []string{
			"SELECT sleep(0.2)",
			"SELECT throwIf(sleep(0.2) = 0)",
			"SELECT number, toString(number) FROM numbers(20000000)",
			"SELECT number, throwIf(number = 500000) FROM numbers(20000000)",
			"INSERT INTO qingfeng_c.t SELECT sleep(0.2)",
		} {
			for _, stay := range []time.Duration{0, 20 * time.Millisecond, 100 * time.Millisecond} {
				leave(t, ep, query, stay)
			}
		}
		time.Sleep(300 * time.Millisecond)
		mustAsk(t, e, "SELECT 1")
		if got := e.Status().PID; got != pid {
			t.Errorf("child %d has become %d", pid, got)
		}
	})

	t.Run("a backup restores under another name", func(t *testing.T) {
		mustAsk(t, e, "BACKUP DATABASE qingfeng_a TO File('one')")
		mustAsk(t, e, "RESTORE DATABASE qingfeng_a AS qingfeng_b FROM File('one')")
		const both = "SELECT (SELECT (count(), sum(cityHash64(*))) FROM qingfeng_a.t) = (SELECT (count(), sum(cityHash64(*))) FROM qingfeng_b.t)"
		if got := mustAsk(t, e, both); got != "1" {
			t.Errorf("the restored table equals the original: %s; want 1", got)
		}
		if _, err := os.Stat(filepath.Join(ep.Backups, "one", ".backup")); err != nil {
			t.Errorf("the backup is not under Endpoint.Backups: %v", err)
		}
		if status, body := ask(t, ep, ep.Key, ep.Writer, "BACKUP DATABASE qingfeng_a TO File('/tmp/qingfeng-outside')"); status == http.StatusOK {
			t.Errorf("a backup outside the allowed directory was made: %s", body)
		}
		mustAsk(t, e, "DROP DATABASE qingfeng_b")
	})

	t.Run("a running query can be killed", func(t *testing.T) {
		done := make(chan string)
		go func() {
			_, body := ask(t, ep, ep.Key, ep.Writer, "SELECT sleepEachRow(1) FROM numbers(100) SETTINGS max_block_size = 1, "+
				"function_sleep_max_microseconds_per_block = 0, log_comment = 'slow'")
			done <- body
		}()
		eventually(t, 3*time.Second, "the slow query is killed", func() bool {
			return mustAsk(t, e, "KILL QUERY WHERE Settings['log_comment'] = 'slow' AND user = 'writer' ASYNC") != ""
		})
		if body := <-done; body == "" {
			t.Error("the killed query answered as if nothing had happened")
		}
	})

	t.Run("a second engine on the directory is refused and the first goes on", func(t *testing.T) {
		begin := time.Now()
		_, err := Start(t.Context(), Config{Dir: dir})
		if took := time.Since(begin); !errors.Is(err, ErrLocked) || took > 2*time.Second {
			t.Errorf("second Start = %v after %s; want ErrLocked in less than 2 s", err, took)
		}
		for _, part := range []string{"数据目录正被另一个清风进程使用", "stop it first", dir, strconv.Itoa(os.Getpid())} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("the message %q lacks %q", err, part)
			}
		}
		if got := mustAsk(t, e, "SELECT 1"); got != "1" {
			t.Errorf("the first engine answers %s; want 1", got)
		}
	})

	t.Run("another process attaches", func(t *testing.T) {
		got, err := Attach(t.Context(), dir)
		if err != nil || got != ep {
			t.Errorf("Attach = %v, %v; want the endpoint of the engine", got, err)
		}
	})

	t.Run("a signal meant for the owner does not end the child", func(t *testing.T) {
		pid := e.Status().PID
		for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
			if err := syscall.Kill(pid, s); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(100 * time.Millisecond)
		mustAsk(t, e, "SELECT 1")
		if got := e.Status(); got.PID != pid || got.Restarts != 0 {
			t.Errorf("after signals the status is %+v; want child %d without restart", got, pid)
		}
	})
}

// leave sends a query and closes the connection some time later without having
// read all of the answer.
func leave(t *testing.T, ep Endpoint, query string, stay time.Duration) {
	t.Helper()
	conn, err := net.Dial("tcp", ep.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST / HTTP/1.1\r\nHost: %s\r\n%s: %s\r\nX-ClickHouse-User: %s\r\nX-ClickHouse-Key: %s\r\nContent-Length: %d\r\n\r\n%s",
		ep.Addr, HeaderName, ep.Key, ep.Writer.User, ep.Writer.Password, len(query), query)
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(stay)
}

// testAccess holds the rights of the three users.
func testAccess(t *testing.T, ep Endpoint) {
	writer, reader, session := ep.Writer, ep.Reader, Login{User: "default"}
	wrong := Login{User: "writer", Password: strings.Repeat("0", 64)}
	for _, tc := range []struct {
		name   string
		key    string
		login  Login
		query  string
		status int
		body   string // must occur in the answer
	}{
		{"the writer reads", ep.Key, writer, "SELECT x FROM qingfeng_a.t", 200, "1"},
		{"the reader reads", ep.Key, reader, "SELECT x FROM qingfeng_a.t", 200, "1"},
		{"without the key nobody is asked for a name", "", writer, "SELECT 1", 404, ""},
		{"a wrong key is no key", strings.Repeat("0", 64), writer, "SELECT 1", 404, ""},
		{"without the key the passwordless session user is no way in", "", session, "SELECT 1", 404, ""},
		{"a wrong password is refused", ep.Key, wrong, "SELECT 1", 403, "516"},
		{"an empty password is refused", ep.Key, Login{User: "reader"}, "SELECT 1", 403, "516"},
		{"an unknown user is refused", ep.Key, Login{User: "admin", Password: "admin"}, "SELECT 1", 403, "516"},
		{"the writer makes no database of another name", ep.Key, writer, "CREATE DATABASE other", 500, "497"},
		{"the writer makes no file tables", ep.Key, writer, "CREATE TABLE qingfeng_a.f (x String) ENGINE = File(CSV)", 500, "497"},
		{"the writer makes no users", ep.Key, writer, "CREATE USER x", 500, "497"},
		{"the writer opens no listener", ep.Key, writer, "SYSTEM START LISTEN TCP", 500, "497"},
		{"the writer does not stop the server", ep.Key, writer, "SYSTEM SHUTDOWN", 500, "497"},
		{"the reader inserts nothing", ep.Key, reader, "INSERT INTO qingfeng_a.t VALUES ('2026-01-01', 2)", 500, "497"},
		{"the reader drops nothing", ep.Key, reader, "DROP TABLE qingfeng_a.t", 500, "497"},
		{"the reader creates nothing", ep.Key, reader, "CREATE TABLE qingfeng_a.u (x UInt8) ENGINE = Memory", 500, "497"},
		{"the reader alters nothing", ep.Key, reader, "ALTER TABLE qingfeng_a.t DELETE WHERE 1", 500, "497"},
		{"the reader sees no processes", ep.Key, reader, "SELECT * FROM system.processes", 500, "497"},
		{"the reader shortens its own time", ep.Key, reader, "SELECT 1 SETTINGS max_execution_time = 3", 200, "1"},
		{"the reader cannot run for ever", ep.Key, reader, "SELECT 1 SETTINGS max_execution_time = 0", 500, "452"},
		{"the reader cannot leave read-only mode", ep.Key, reader, "SELECT 1 SETTINGS readonly = 0", 500, "164"},
		{"too many rows are an error, never a cut result", ep.Key, reader, "SELECT number FROM numbers(100001)", 500, "396"},
		{"the session user reads nothing", ep.Key, session, "SELECT x FROM qingfeng_a.t", 500, "497"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			status, body := ask(t, ep, tc.key, tc.login, tc.query)
			if status != tc.status || !strings.Contains(body, tc.body) {
				t.Errorf("%s: %s = %d %.200s; want %d with %q", tc.login.User, tc.query, status, body, tc.status, tc.body)
			}
		})
	}
	for _, query := range []string{
		"SELECT * FROM file('/etc/passwd', LineAsString)",
		"INSERT INTO FUNCTION file('out.csv') SELECT 1",
		"SELECT * FROM url('http://127.0.0.1:1/', LineAsString)",
		"INSERT INTO FUNCTION url('http://127.0.0.1:1/', CSV, 'x UInt8') SELECT 1",
		"SELECT * FROM remote('127.0.0.1:1', 'system', 'one')",
		"SELECT * FROM s3('http://127.0.0.1:1/x.csv')",
		"SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
		"SELECT * FROM executable('x', TSV, 'x String')",
		"SELECT 1 INTO OUTFILE '/tmp/qingfeng-outfile'",
	} {
		for _, login := range []Login{writer, reader, session} {
			status, body := ask(t, ep, ep.Key, login, query)
			if status == http.StatusOK || strings.Contains(body, "root:") {
				t.Errorf("%s may run %s: %d %.200s", login.User, query, status, body)
			}
		}
	}
}

// listeners returns the local addresses on which a process listens for TCP, as
// the kernel writes them.
func listeners(t *testing.T, pid int) []string {
	t.Helper()
	inodes := map[string]bool{}
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if target, err := os.Readlink(fd); err == nil && strings.HasPrefix(target, "socket:[") {
			inodes[strings.Trim(target, "socket:[]")] = true
		}
	}
	var found []string
	for _, table := range []string{"tcp", "tcp6"} {
		content, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, table))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			const listening = "0A"
			if f := strings.Fields(line); len(f) > 9 && f[3] == listening && inodes[f[9]] {
				found = append(found, f[1])
			}
		}
	}
	return found
}

func TestAKilledChildComesBackOnTheSameEndpoint(t *testing.T) {
	e := startEngine(t, Config{Dir: t.TempDir()})
	mustAsk(t, e, "CREATE DATABASE qingfeng")
	mustAsk(t, e, "CREATE TABLE qingfeng.t (x UInt8) ENGINE = MergeTree ORDER BY x")
	for round := 1; round <= 2; round++ {
		mustAsk(t, e, fmt.Sprintf("INSERT INTO qingfeng.t VALUES (%d)", round))
		pid := e.Status().PID
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		begin := time.Now()
		eventually(t, 5*time.Second, "the engine answers again", func() bool {
			return e.Status().PID != pid && e.Endpoint().ping(t.Context()) == nil
		})
		t.Logf("round %d: answered again after %s", round, time.Since(begin))
		if got := mustAsk(t, e, "SELECT count() FROM qingfeng.t"); got != strconv.Itoa(round) {
			t.Errorf("round %d: %s rows are left; want %d", round, got, round)
		}
	}
	eventually(t, time.Second, "the supervisor counts the restart", func() bool { return e.Status().Restarts == 2 })
	if got := e.Status(); !got.Running || got.RecentCrashes != 2 || got.Alarm || got.LastCrash == nil {
		t.Errorf("after two crashes the status is %+v", got)
	}
}

// This build of the engine aborts when a client sends garbage and closes before
// the refusal is written. Nobody learns anything by it, and it must cost no more
// than a restart.
func TestGarbageOnTheListenerCostsARestartAtMost(t *testing.T) {
	e := startEngine(t, Config{Dir: t.TempDir()})
	for _, garbage := range []string{
		"\x00\x01\x02\xff",
		"GET /%%% HTTP/9\r\n\r\n",
		"POST /?query=%ZZ HTTP/1.1\r\n\r\n",
		"POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\nSEL",
		strings.Repeat("A", 1<<20),
	} {
		conn, err := net.Dial("tcp", e.Endpoint().Addr)
		if err != nil {
			continue // the one before has had its effect
		}
		_, _ = conn.Write([]byte(garbage))
		_ = conn.Close()
		time.Sleep(50 * time.Millisecond)
		eventually(t, 5*time.Second, "the engine answers", func() bool { return e.Endpoint().ping(t.Context()) == nil })
	}
	t.Logf("%d restarts", e.Status().Restarts)
}

func TestAFullDiskLeavesRoomForTheAuditTrail(t *testing.T) {
	e := startEngine(t, Config{Dir: t.TempDir(), MinFreeBytes: 1 << 60}) // no disk has that much
	mustAsk(t, e, "CREATE DATABASE qingfeng")
	mustAsk(t, e, "CREATE TABLE qingfeng.import (x UInt8) ENGINE = MergeTree ORDER BY x")
	mustAsk(t, e, "CREATE TABLE qingfeng.audit (x UInt8) ENGINE = MergeTree ORDER BY x SETTINGS min_free_disk_bytes_to_perform_insert = 1")
	status, body := ask(t, e.Endpoint(), e.Endpoint().Key, e.Endpoint().Writer, "INSERT INTO qingfeng.import VALUES (1)")
	if status == http.StatusOK || !strings.Contains(body, "NOT_ENOUGH_SPACE") {
		t.Errorf("INSERT on a full disk = %d %s; want NOT_ENOUGH_SPACE", status, body)
	}
	mustAsk(t, e, "INSERT INTO qingfeng.audit VALUES (1)")
	if got := mustAsk(t, e, "SELECT count() FROM qingfeng.audit"); got != "1" {
		t.Errorf("the audit table has %s rows; want 1", got)
	}
}

func TestStopCutsOffARunningQuery(t *testing.T) {
	e := startEngine(t, Config{Dir: t.TempDir()})
	ep := e.Endpoint()
	done := make(chan int)
	go func() {
		status, _ := ask(t, ep, ep.Key, ep.Writer, "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) = 1")
		done <- status
	}()
	time.Sleep(200 * time.Millisecond)
	begin := time.Now()
	if err := e.Stop(t.Context()); err != nil || time.Since(begin) > 10*time.Second {
		t.Errorf("Stop = %v after %s; want nil in less than 10 s", err, time.Since(begin))
	}
	if status := <-done; status == http.StatusOK {
		t.Error("the query that was cut off has an answer")
	}
}

func TestStopDuringARestartIsQuick(t *testing.T) {
	e := startEngine(t, Config{Dir: t.TempDir()})
	if err := syscall.Kill(e.Status().PID, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if err := e.Stop(t.Context()); err != nil || time.Since(begin) > 3*time.Second {
		t.Errorf("Stop = %v after %s; want nil in less than 3 s", err, time.Since(begin))
	}
}

// owner starts a process that owns an engine on dir, and returns it with the
// process id of its child.
func owner(t *testing.T, dir string) (*exec.Cmd, int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), ownerVariable+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	var child int
	if _, scanErr := fmt.Sscanf(line, "child %d", &child); scanErr != nil {
		t.Fatalf("the owner said %q (%v)", line, err)
	}
	return cmd, child
}

func TestTheChildDiesWithItsOwnerAndTheDirectoryIsFree(t *testing.T) {
	dir := t.TempDir()
	cmd, child := owner(t, dir)

	ep, err := Attach(t.Context(), dir)
	if err != nil {
		t.Fatalf("Attach to the owner's engine: %v", err)
	}
	if status, body := ask(t, ep, ep.Key, ep.Writer, "SELECT 1"); status != http.StatusOK || body != "1" {
		t.Errorf("the attached engine answers %d %s", status, body)
	}
	if _, err := Start(t.Context(), Config{Dir: dir}); !errors.Is(err, ErrLocked) {
		t.Errorf("Start beside another process = %v; want ErrLocked", err)
	}

	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	eventually(t, 3*time.Second, "the child is gone", func() bool { return !alive(child) })

	begin := time.Now()
	if _, err := Attach(t.Context(), dir); !errors.Is(err, ErrNotRunning) || time.Since(begin) > time.Second {
		t.Errorf("Attach to a dead engine = %v after %s; want ErrNotRunning at once", err, time.Since(begin))
	}
	e := startEngine(t, Config{Dir: dir})
	mustAsk(t, e, "SELECT 1")
}

func TestAFreezingOwnerIsNoExcuseForAnOrphan(t *testing.T) {
	// The pipe alone would do, and so would the signal of the kernel: a stopped
	// owner can hold neither back once it is killed.
	dir := t.TempDir()
	cmd, child := owner(t, dir)
	for _, s := range []os.Signal{syscall.SIGSTOP, syscall.SIGKILL} {
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	_ = cmd.Wait()
	eventually(t, 3*time.Second, "the child is gone", func() bool { return !alive(child) })
}

func TestAttachWithoutAnEngine(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "missing")} {
		if _, err := Attach(t.Context(), dir); !errors.Is(err, ErrNotRunning) {
			t.Errorf("Attach(%s) = %v; want ErrNotRunning", dir, err)
		}
	}
}

func TestAnEngineThatCannotStartSaysWhy(t *testing.T) {
	dir := t.TempDir()
	for _, tc := range []struct{ name, file, content, want string }{
		{"a library that is none", "libchdb.so", "not a library", "load the engine"},
		{"a program that ends at once", "clickhouse", "#!/bin/sh\necho 'no such option' >&2\nexit 7\n", "no such option"},
		{"a program that cannot run", "noexec", "", "noexec"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(dir, tc.file)
			mode := fs.FileMode(0o700)
			if tc.file == "noexec" {
				mode = 0o600
			}
			if err := os.WriteFile(path, []byte(tc.content), mode); err != nil {
				t.Fatal(err)
			}
			begin := time.Now()
			_, err := Start(t.Context(), Config{Dir: filepath.Join(dir, "data"), Library: path})
			if err == nil || !strings.Contains(err.Error(), tc.want) || time.Since(begin) > 5*time.Second {
				t.Errorf("Start = %v after %s; want an error with %q in less than 5 s", err, time.Since(begin), tc.want)
			}
		})
	}
}

// A program named as the library is run as "clickhouse server" would be. The
// script stands in its place and hands over to the library.
func TestAClickHouseProgramIsRunAsAServer(t *testing.T) {
	library, err := findLibrary("")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := "#!/bin/sh\n" +
		"[ \"$1\" = server ] || exit 9\n" +
		"config=${2#--config-file=}\n" +
		childVariable + "='{\"Library\":\"" + library + "\",\"Config\":\"'\"$config\"'\"}' exec '" + os.Args[0] + "'\n"
	program := filepath.Join(dir, "clickhouse")
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	e := startEngine(t, Config{Dir: filepath.Join(dir, "engine"), Library: program})
	if got := mustAsk(t, e, "SELECT timezone()"); got != TimeZone {
		t.Errorf("timezone() = %s; want %s", got, TimeZone)
	}
	pid := e.Status().PID
	if err := e.Stop(t.Context()); err != nil || alive(pid) {
		t.Errorf("Stop = %v; program alive: %t", err, alive(pid))
	}
}
