package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// loadPoll is how often a waiting load looks again.
const loadPoll = 100 * time.Millisecond

// LoadLock returns a function that waits until no other load runs, in this process or
// another on the same data directory, and keeps others waiting until it is released. A
// process that dies frees it.
func LoadLock(dir string) func(context.Context) (func(), error) {
	path := filepath.Join(dir, "load.lock")
	return func(ctx context.Context) (func(), error) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, fmt.Errorf("lock for loading: %w", err)
		}
		for {
			err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
			if err == nil {
				return func() { f.Close() }, nil
			}
			if err != unix.EWOULDBLOCK && err != unix.EINTR {
				f.Close()
				return nil, fmt.Errorf("lock for loading: %w", err)
			}
			select {
			case <-ctx.Done():
				f.Close()
				return nil, fmt.Errorf("lock for loading: %w", ctx.Err())
			case <-time.After(loadPoll):
			}
		}
	}
}
