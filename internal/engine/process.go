package engine

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
)

// process is one run of the engine.
type process struct {
	cmd  *exec.Cmd
	pipe io.WriteCloser // the child ends when this closes
	done chan struct{}  // closed when the child has ended
	err  error          // why it ended; valid once done is closed
	log  string         // path of what it printed
}

// spawn starts the engine on the configuration in cfg.Dir.
func spawn(cfg Config) (*process, error) {
	dir := layout(cfg.Dir)
	out, err := os.OpenFile(dir.childLog(), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	defer out.Close() // the child has its own handle

	cmd, err := command(cfg)
	if err != nil {
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	cmd.Stdout, cmd.Stderr = out, out
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	p := &process{cmd: cmd, pipe: pipe, done: make(chan struct{}), log: dir.childLog()}
	started := make(chan error)
	go func() {
		// The kernel ties the child to the thread that started it, so this
		// thread must stay for as long as the child does.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			p.err = cmd.Wait()
			close(p.done)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("start the engine: %w", err)
	}
	return p, nil
}

// command returns the command that runs the engine in the foreground.
func command(cfg Config) (*exec.Cmd, error) {
	config := layout(cfg.Dir).config()
	env := []string{"TZ=" + TimeZone}
	// Nothing else of our environment: it may hold secrets.
	for _, name := range []string{"PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "GOCOVERDIR"} {
		if v, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+v)
		}
	}
	var cmd *exec.Cmd
	if isSharedLibrary(cfg.Library) {
		exe, err := os.Executable()
		if err != nil {
			return nil, err
		}
		order, err := json.Marshal(childOrder{Library: cfg.Library, Config: config, Native: cfg.Native})
		if err != nil {
			return nil, err
		}
		cmd = exec.Command(exe)
		env = append(env, childVariable+"="+string(order))
	} else {
		cmd = exec.Command(cfg.Library, "server", "--config-file="+config)
	}
	cmd.Dir = cfg.Dir
	cmd.Env = env
	cmd.SysProcAttr = tiedToParent()
	return cmd, nil
}

// stop asks the child to end. The library follows the pipe, a clickhouse
// executable the signal.
func (p *process) stop() {
	_ = p.pipe.Close()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
}

// kill ends the child and waits until it is gone.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.done
	_ = p.pipe.Close()
}

// reason says why the child ended, with the beginning of what it printed. It must be
// called only after done.
func (p *process) reason() error {
	content, _ := os.ReadFile(p.log)
	var b strings.Builder
	for line := range strings.Lines(string(content)) {
		if !strings.HasPrefix(line, "Logging ") { // where its logs are, at each start
			b.WriteString(line)
		}
	}
	text := strings.TrimSpace(b.String())
	const most = 1500 // a fault prints every thread after what happened
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return &exitError{err: p.err, output: text}
}

// exitError is the end of a child that should have gone on.
type exitError struct {
	err    error // nil after exit status 0
	output string
}

func (e *exitError) Error() string {
	state := "exit status 0"
	if e.err != nil {
		state = e.err.Error()
	}
	if e.output == "" {
		return "the engine ended: " + state
	}
	return "the engine ended: " + state + ": " + e.output
}

func (e *exitError) Unwrap() error { return e.err }

// directoryTaken reports whether the engine refused the directory because
// another one works in it (the engine's error 76).
func (e *exitError) directoryTaken() bool { return strings.Contains(e.output, "Code: 76.") }
