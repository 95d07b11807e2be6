package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"unsafe"

	"github.com/ebitengine/purego"
)

// childVariable asks a copy of our binary to be the engine. Its value is a
// childOrder in JSON.
const childVariable = "QINGFENG_ENGINE_CHILD"

// childOrder is what a child needs to know.
type childOrder struct {
	Library string // path of libchdb.so
	Config  string // path of config.xml
	Native  bool   // open the native listener as well
}

// holdOpen opens the listener and then waits for ever: the library serves as
// long as this, its first query, runs.
const holdOpen = "SYSTEM START LISTEN HTTP; " +
	"SELECT sleepEachRow(1) FROM numbers(4000000000) FORMAT Null " +
	"SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0, max_execution_time = 0"

// query is what the child runs.
func (o childOrder) query() string {
	if o.Native {
		return "SYSTEM START LISTEN TCP; " + holdOpen
	}
	return holdOpen
}

// RunChildIfAsked turns the process into the engine if its parent started it
// for that, and then never returns; otherwise it does nothing. It must be the
// first call of main, and of TestMain in packages that start an engine.
func RunChildIfAsked() {
	order := os.Getenv(childVariable)
	if order == "" {
		return
	}
	if err := runChild(order); err != nil {
		fmt.Fprintln(os.Stderr, "qingfeng engine:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// runChild loads the library and runs its command line until the parent is
// gone.
func runChild(order string) error {
	var o childOrder
	if err := json.Unmarshal([]byte(order), &o); err != nil {
		return fmt.Errorf("read %s: %w", childVariable, err)
	}
	// A terminal or service manager signals the whole group. The parent decides
	// when the engine stops: after the last request, by closing the pipe.
	// A write to a client that has gone is an error of that write, no more.
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)
	go func() {
		// The pipe ends when the parent closes it or dies, by kill -9 too. What
		// the engine has answered is on disk by then, so there is nothing to save.
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	runtime.LockOSThread()
	handle, err := purego.Dlopen(o.Library, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return fmt.Errorf("load the engine: %w", err)
	}
	var (
		commandLine func(argc int32, argv **byte) uintptr
		resultError func(result uintptr) string
		ownSignals  func(enabled int32)
	)
	purego.RegisterLibFunc(&commandLine, handle, "chdb_query_cmdline")
	purego.RegisterLibFunc(&resultError, handle, "chdb_result_error")
	purego.RegisterLibFunc(&ownSignals, handle, "chdb_set_signal_handlers_enabled")

	// The handlers of the engine write the running query into the log on a crash
	// and take seconds over it. Without them the process dies at once.
	ownSignals(0)

	args := []string{"clickhouse-local", "--config-file", o.Config, "--log-level=warning", "--query", o.query()}
	argv := make([]*byte, len(args)+1) // C wants a null at the end
	var pinner runtime.Pinner
	defer pinner.Unpin()
	for i, arg := range args {
		argv[i] = unsafe.StringData(arg + "\x00")
		pinner.Pin(argv[i])
	}
	if result := commandLine(int32(len(args)), &argv[0]); result != 0 {
		if text := resultError(result); text != "" {
			return errors.New(text)
		}
	}
	return errors.New("the engine ended by itself")
}
