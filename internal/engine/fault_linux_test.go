package engine

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

func TestAFaultInTheEngineIsOverAtOnceAndTellsNoQuery(t *testing.T) {
	const canary = "canary13900139000"
	dir := t.TempDir()
	e := startEngine(t, Config{Dir: dir})
	ep, pid := e.Endpoint(), e.Status().PID
	done := make(chan int)
	go func() {
		status, _ := ask(t, ep, ep.Key, ep.Writer, "SELECT sleepEachRow(1), '"+canary+"' FROM numbers(100) "+
			"SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0")
		done <- status
	}()
	eventually(t, 3*time.Second, "the query runs", func() bool {
		return mustAsk(t, e, "SELECT count() FROM system.processes WHERE query LIKE '%sleepEachRow(1), %' AND query NOT LIKE '%processes%'") == "1"
	})
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil || len(threads) == 0 {
		t.Fatalf("threads of the child: %v", err)
	}
	thread, err := strconv.Atoi(threads[len(threads)-1].Name()) // one that Go knows nothing of
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Tgkill(pid, thread, unix.SIGSEGV); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	eventually(t, 5*time.Second, "the engine answers again", func() bool {
		return e.Status().PID != pid && ep.ping(t.Context()) == nil
	})
	t.Logf("answered again after %s", time.Since(begin))
	if status := <-done; status == http.StatusOK {
		t.Error("the query that ran during the fault was answered")
	}
	if got := e.Status().LastCrash; got == nil || !strings.Contains(got.Error(), "segmentation fault") || strings.Contains(got.Error(), canary) {
		t.Errorf("LastCrash = %v; want one that names the fault and no value of a query", got)
	}
	for _, path := range []string{"child.log", "engine.log", "engine.err.log"} {
		content, err := os.ReadFile(filepath.Join(layout(dir).logs(), path))
		if err != nil || strings.Contains(string(content), canary) {
			t.Errorf("%s holds a value of a query (%v)", path, err)
		}
	}
}
