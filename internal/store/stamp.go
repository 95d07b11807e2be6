package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"golang.org/x/sys/unix"
)

// Stamp names a state of the database: while it stays the same, nothing was written.
type Stamp [8]byte

// Stamped tells whether the database was written to since a question was asked: Store does.
type Stamped interface {
	// Stamp returns the stamp of now. It says nothing while quiet is false: somebody writes,
	// or nobody knows.
	Stamp() (now Stamp, quiet bool)
}

// stamp is a file that every process on the same data changes before and after it writes to
// the database: eight random bytes, and one that is 1 while somebody writes. Whoever finds it
// quiet and as before knows without a query that what he read then still stands.
//
// Writers hold a shared lock on the file; the last one to end marks it quiet. One that dies, or
// whose write failed so that nobody knows what it did, leaves it unquiet, and then everybody
// asks again until the next write has ended. Without a file nothing is ever known to be unchanged.
type stamp struct{ path string }

func (s *stamp) read() (now Stamp, quiet bool) {
	if s.path == "" {
		return now, false
	}
	raw, err := os.ReadFile(s.path)
	if os.IsNotExist(err) {
		return now, true // nothing has been written since there is a stamp
	}
	if err != nil || len(raw) != len(now)+1 {
		return now, false
	}
	return Stamp(raw), raw[len(now)] == 0
}

// around changes the stamp before and after a write. When the write fails, what it did is
// not known, and the stamp stays unquiet.
func (s *stamp) around(write func() error) error {
	if s.path == "" {
		return write()
	}
	f, err := os.OpenFile(s.path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("mark a write: %w", err)
	}
	defer f.Close()
	if err := lock(f, unix.LOCK_SH); err != nil {
		return fmt.Errorf("mark a write: %w", err)
	}
	if err := change(f, 1); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	if err := lock(f, unix.LOCK_UN); err != nil {
		return fmt.Errorf("mark a write: %w", err)
	}
	switch err := lock(f, unix.LOCK_EX|unix.LOCK_NB); err {
	case nil:
		return change(f, 0)
	case unix.EWOULDBLOCK:
		return nil // somebody else writes, or marks the end for us both
	default:
		return fmt.Errorf("mark a write: %w", err)
	}
}

// lock waits again where a signal has ended the waiting.
func lock(f *os.File, how int) error {
	for {
		if err := unix.Flock(int(f.Fd()), how); err != unix.EINTR {
			return err
		}
	}
}

func change(f *os.File, writing byte) error {
	var now Stamp
	_, _ = rand.Read(now[:]) // never fails
	if _, err := f.WriteAt(append(now[:], writing), 0); err != nil {
		return fmt.Errorf("mark a write: %w", err)
	}
	return nil
}

// Memo keeps the answer to one question for as long as nothing is written. Its zero value is
// empty. It is safe for concurrent use; who gets a value must not change it.
type Memo[T any] struct {
	mu    sync.Mutex
	at    Stamp
	known bool
	value T
}

// Get returns what is kept, or asks.
func (m *Memo[T]) Get(db Stamped, ask func() (T, error)) (T, error) {
	before, quiet := db.Stamp()
	m.mu.Lock()
	value, ok := m.value, quiet && m.known && m.at == before
	m.mu.Unlock()
	if ok {
		return value, nil
	}
	value, err := ask()
	if err == nil && quiet {
		// What was written meanwhile has changed the stamp: then nobody finds this value.
		m.mu.Lock()
		m.value, m.at, m.known = value, before, true
		m.mu.Unlock()
	}
	return value, err
}

// Stamp returns the stamp of now; see Stamped.
func (s *Store) Stamp() (Stamp, bool) { return s.stamp.read() }

// stamping is a connection whose writes change the stamp, so that no writer can forget it.
type stamping struct {
	driver.Conn
	stamp *stamp
}

func (c stamping) Exec(ctx context.Context, query string, args ...any) error {
	return c.stamp.around(func() error { return c.Conn.Exec(ctx, query, args...) })
}

func (c stamping) InsertFormat(ctx context.Context, format, query string, rows io.Reader) error {
	return c.stamp.around(func() error { return c.Conn.InsertFormat(ctx, format, query, rows) })
}

func (c stamping) PrepareBatch(ctx context.Context, query string, opts ...driver.PrepareBatchOption) (driver.Batch, error) {
	batch, err := c.Conn.PrepareBatch(ctx, query, opts...)
	if err != nil {
		return nil, err
	}
	return stampingBatch{batch, c.stamp}, nil
}

type stampingBatch struct {
	driver.Batch
	stamp *stamp
}

func (b stampingBatch) Flush() error { return b.stamp.around(b.Batch.Flush) }

func (b stampingBatch) Send() error { return b.stamp.around(b.Batch.Send) }
