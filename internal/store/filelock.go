package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// lockWait is how often a waiting process looks again.
const lockWait = 100 * time.Millisecond

// LoadLock keeps loads apart; see FileLock.
func LoadLock(dir string) func(context.Context) (func(), error) { return FileLock(dir, "load.lock") }

// FileLock returns a function that waits until nobody else holds the lock called name in
// a directory, in this process or another, and keeps others waiting until it is released.
// A process that dies frees it.
func FileLock(dir, name string) func(context.Context) (func(), error) {
	path := filepath.Join(dir, name)
	return func(ctx context.Context) (func(), error) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, fmt.Errorf("wait for the lock: %w", err)
		}
		for {
			err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
			if err == nil {
				return func() { f.Close() }, nil
			}
			if err != unix.EWOULDBLOCK && err != unix.EINTR {
				f.Close()
				return nil, fmt.Errorf("wait for the lock: %w", err)
			}
			select {
			case <-ctx.Done():
				f.Close()
				return nil, fmt.Errorf("wait for the lock: %w", ctx.Err())
			case <-time.After(lockWait):
			}
		}
	}
}
