package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"
)

// ErrNotRunning means that no engine runs on the data directory.
var ErrNotRunning = errors.New("该数据目录上没有运行中的数据库引擎 (no engine is running on this data directory)")

// attachWait is how long Attach waits for an engine whose owner lives but which
// does not answer: it is starting, or being restarted after a crash.
const attachWait = 10 * time.Second

// runtimeFile is the content of engine.json: how to reach the engine that runs.
type runtimeFile struct {
	PID      int      `json:"pid"` // of the process that owns the engine
	Endpoint Endpoint `json:"endpoint"`
}

// Attach returns the endpoint of the engine that another process of the same
// account runs on the directory (Config.Dir there), after a query has been
// answered. It returns ErrNotRunning at once if no process owns the directory,
// and after ten seconds or at the end of ctx if one does but its engine does
// not answer.
func Attach(ctx context.Context, dir string) (Endpoint, error) {
	ctx, cancel := context.WithTimeout(ctx, attachWait)
	defer cancel()
	for {
		if !isLocked(layout(dir)) {
			return Endpoint{}, fmt.Errorf("%w: %s", ErrNotRunning, dir)
		}
		ep, err := readRuntime(layout(dir))
		if err == nil {
			err = ep.ping(ctx)
		}
		if err == nil {
			return ep, nil
		}
		select {
		case <-ctx.Done():
			return Endpoint{}, fmt.Errorf("%w: %s: %w", ErrNotRunning, dir, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func readRuntime(dir layout) (Endpoint, error) {
	content, err := os.ReadFile(dir.runtime())
	if err != nil {
		return Endpoint{}, fmt.Errorf("read the engine's address: %w", err)
	}
	var r runtimeFile
	if err := json.Unmarshal(content, &r); err != nil {
		return Endpoint{}, fmt.Errorf("read the engine's address: %w", err)
	}
	return r.Endpoint, nil
}

func writeRuntime(dir layout, ep Endpoint) error {
	content, err := json.Marshal(runtimeFile{PID: os.Getpid(), Endpoint: ep})
	if err != nil {
		return fmt.Errorf("write the engine's address: %w", err)
	}
	if err := writeFile(dir.runtime(), content); err != nil {
		return fmt.Errorf("write the engine's address: %w", err)
	}
	return nil
}
