package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"sync"
	"time"
)

const (
	// startWait bounds one start of the engine. A cold disk needs seconds to
	// read the library, large databases some more to open their tables.
	startWait = time.Minute

	// stopWait is how long the engine may take to end before it is killed. The
	// whole stop of the product must be over in 15 seconds.
	stopWait = 8 * time.Second

	// takenWait is how long the engine of a killed owner may hold the directory.
	takenWait = 5 * time.Second
)

// Engine is a running embedded ClickHouse together with its supervisor.
type Engine struct {
	cfg      Config
	endpoint Endpoint
	lock     *os.File

	stopOnce sync.Once
	stopping chan struct{} // closed by Stop: end the child and the supervision
	killing  chan struct{} // closed by Stop: do not wait for the child any more
	stopped  chan struct{} // closed when the supervisor is through

	mu       sync.Mutex
	pid      int // 0 while no child answers
	restarts int
	crashes  crashLog
	last     error
}

// Status is the state of an engine at one moment.
type Status struct {
	Running       bool  // the child has answered and has not ended since
	PID           int   // of the child, 0 when not running
	Restarts      int   // successful restarts since Start
	RecentCrashes int   // crashes and failed restarts in the last 60 seconds
	Alarm         bool  // more than five of them: somebody must look
	LastCrash     error // why the child ended the last time; nil if it never did
}

// Start locks the directory, starts the engine and returns once it has answered
// a query as the writer. ctx bounds the start only.
//
// It returns ErrLocked if another process owns the directory and ErrNoLibrary
// if there is no engine to run.
func Start(ctx context.Context, cfg Config) (*Engine, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	if err := makeDirs(cfg); err != nil {
		return nil, err
	}
	lock, err := lockDir(layout(cfg.Dir))
	if err != nil {
		return nil, err
	}
	if err := clearTemp(layout(cfg.Dir)); err != nil {
		lock.Close()
		return nil, err
	}
	e := &Engine{
		cfg:      cfg,
		endpoint: newEndpoint(cfg.Backups),
		lock:     lock,
		stopping: make(chan struct{}),
		killing:  make(chan struct{}),
		stopped:  make(chan struct{}),
	}
	start := time.Now()
	p, err := e.firstStart(ctx)
	if err != nil {
		lock.Close()
		return nil, err
	}
	cfg.Log.InfoContext(ctx, "engine started", "addr", e.endpoint.Addr, "pid", p.cmd.Process.Pid, "took", time.Since(start))
	go e.supervise(p)
	return e, nil
}

// Endpoint returns where and how the engine answers.
func (e *Engine) Endpoint() Endpoint { return e.endpoint }

// Status returns the present state.
func (e *Engine) Status() Status {
	e.mu.Lock()
	defer e.mu.Unlock()
	recent := e.crashes.recent(time.Now())
	return Status{
		Running:       e.pid != 0,
		PID:           e.pid,
		Restarts:      e.restarts,
		RecentCrashes: recent,
		Alarm:         recent > alarmCrashes,
		LastCrash:     e.last,
	}
}

// Stop ends the engine and frees the directory. Queries still running are cut
// off; what was answered is on disk. It takes at most eight seconds and less if
// ctx ends, after which the child is killed. Calling it again does nothing.
func (e *Engine) Stop(ctx context.Context) error {
	e.stopOnce.Do(func() {
		close(e.stopping)
		select {
		case <-e.stopped:
		case <-ctx.Done():
		case <-time.After(stopWait):
		}
		close(e.killing)
		<-e.stopped
		e.mu.Lock()
		e.pid = 0
		e.mu.Unlock()
		_ = os.Remove(layout(e.cfg.Dir).runtime())
		_ = e.lock.Close()
		e.cfg.Log.InfoContext(ctx, "engine stopped")
	})
	return nil
}

// firstStart finds a port on which the engine starts.
func (e *Engine) firstStart(ctx context.Context) (*process, error) {
	const attempts = 3
	begin := time.Now()
	for attempt := 1; ; attempt++ {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		e.endpoint.Addr = net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		native := 0
		if e.cfg.Native {
			if native, err = freePort(); err != nil {
				return nil, err
			}
			e.endpoint.Native = net.JoinHostPort("127.0.0.1", strconv.Itoa(native))
		}
		if err := writeConfig(e.cfg, e.endpoint, port, native); err != nil {
			return nil, err
		}
		p, err := e.launch(ctx)
		if err == nil {
			if err = writeRuntime(layout(e.cfg.Dir), e.endpoint); err != nil {
				p.kill()
				return nil, err
			}
			return p, nil
		}
		var exit *exitError
		switch {
		case !errors.As(err, &exit):
			return nil, err
		case exit.directoryTaken():
			// We hold the lock, so its owner is gone; its engine goes at once too.
			if time.Since(begin) > takenWait {
				return nil, fmt.Errorf("%w: %s: %w", ErrLocked, e.cfg.Dir, err)
			}
			time.Sleep(firstDelay)
		case attempt >= attempts:
			return nil, err
		}
	}
}

// launch starts the engine and waits until it answers.
func (e *Engine) launch(ctx context.Context) (*process, error) {
	ctx, cancel := context.WithTimeout(ctx, startWait)
	defer cancel()
	p, err := spawn(e.cfg)
	if err != nil {
		return nil, err
	}
	for {
		if err := e.endpoint.ping(ctx); err == nil {
			e.mu.Lock()
			e.pid = p.cmd.Process.Pid
			e.mu.Unlock()
			return p, nil
		}
		select {
		case <-p.done:
			return nil, p.reason()
		case <-ctx.Done():
			p.kill()
			return nil, fmt.Errorf("start the engine: no answer: %w", ctx.Err())
		case <-e.stopping:
			p.kill()
			return nil, errStopped
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// errStopped ends a restart that Stop has overtaken.
var errStopped = errors.New("the engine is being stopped")

// supervise restarts the engine whenever it ends, until Stop.
func (e *Engine) supervise(p *process) {
	defer close(e.stopped)
	var wait backoff
	alarmed := false
	for {
		since := time.Now()
		select {
		case <-e.stopping:
			p.stop()
			select {
			case <-p.done:
			case <-e.killing:
				p.kill()
			}
			return
		case <-p.done:
		}
		_ = p.pipe.Close()
		answered, err := time.Since(since), p.reason()
		for {
			alarmed = e.crashed(err, alarmed)
			select {
			case <-e.stopping:
				return
			case <-time.After(wait.delay(answered)):
			}
			if p, err = e.launch(context.Background()); err == nil {
				break
			}
			if errors.Is(err, errStopped) {
				return
			}
			answered = 0
		}
		e.mu.Lock()
		e.restarts++
		e.mu.Unlock()
		e.cfg.Log.Info("engine restarted", "pid", p.cmd.Process.Pid, "addr", e.endpoint.Addr)
	}
}

// crashed records a crash and logs it, as an alarm when it is one too many. It
// returns whether the alarm is on, so that one series gives one alarm.
func (e *Engine) crashed(reason error, alarmed bool) bool {
	now := time.Now()
	e.mu.Lock()
	e.pid = 0
	e.last = reason
	e.crashes.add(now)
	recent := e.crashes.recent(now)
	e.mu.Unlock()
	e.cfg.Log.Warn("engine crashed", "err", reason, "recent_crashes", recent)
	if recent <= alarmCrashes {
		return false
	}
	if !alarmed {
		e.cfg.Log.Error("engine keeps crashing", "recent_crashes", recent, "within", alarmWindow, "err", reason)
	}
	return true
}

// freePort returns a port of the loopback interface that nobody listens on. It
// lies below the ports that the kernel gives to outgoing connections (32768 on
// Linux, 49152 elsewhere), so that none of those can sit on it, not even our own
// attempts to connect, while the engine is being restarted.
func freePort() (int, error) {
	const low, high = 20000, 32000
	var err error
	for range 100 {
		port := low + rand.IntN(high-low)
		var l net.Listener
		if l, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port))); err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("find a port for the engine: %w", err)
}
