package engine

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ErrLocked means that another process owns the data directory. Match it with
// errors.Is; the text around it names the directory and the process.
var ErrLocked = errors.New("数据目录正被另一个清风进程使用，请先停止它" +
	" (another process is using this data directory; stop it first)")

// lockWait is how long Start waits for a lock that Attach of another process
// may be testing at this moment.
const lockWait = 300 * time.Millisecond

// lockDir takes the lock of the engine's directory. The kernel frees it when
// the process ends, however it ends. It returns ErrLocked if another holds it.
func lockDir(dir layout) (*os.File, error) {
	f, err := os.OpenFile(dir.lock(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data directory: %w", err)
	}
	for waited := time.Duration(0); ; waited += lockWait / 6 {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			break
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			f.Close()
			return nil, fmt.Errorf("lock the data directory: %w", err)
		}
		if waited >= lockWait {
			f.Close()
			return nil, fmt.Errorf("%w: %s%s", ErrLocked, dir, holder(dir))
		}
		time.Sleep(lockWait / 6)
	}
	// The number in the file is for people; the lock itself is the kernel's.
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return f, nil
}

// holder names the process in the lock file, for a message.
func holder(dir layout) string {
	content, err := os.ReadFile(dir.lock())
	if pid := strings.TrimSpace(string(content)); err == nil && pid != "" {
		return ", pid " + pid
	}
	return ""
}

// isLocked reports whether some process holds the lock of the directory.
func isLocked(dir layout) bool {
	f, err := os.Open(dir.lock())
	if err != nil {
		return false
	}
	defer f.Close() // frees the lock again
	return errors.Is(syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB), syscall.EWOULDBLOCK)
}
