package store

import (
	"encoding/binary"
	"fmt"
	"os"
	"sync"
)

// stamp is a counter in a file that every process on the same data moves when it writes
// to the table of batches: odd while it writes, even again afterwards. Whoever finds the
// same even number as before knows without a query that nothing was loaded in between. A
// writer that dies leaves it odd, and then everybody asks again until the next load.
// Without a file nothing is ever known to be unchanged.
type stamp struct {
	path string
	mu   sync.Mutex // of writers in this process; loads of others are kept apart by the load lock
}

// read returns the number, and whether it says anything.
func (s *stamp) read() (n uint64, steady bool) {
	if s.path == "" {
		return 0, false
	}
	raw, err := os.ReadFile(s.path)
	if os.IsNotExist(err) {
		return 0, true // nothing has been written since there is a stamp
	}
	if err != nil || len(raw) != 8 {
		return 0, false
	}
	n = binary.LittleEndian.Uint64(raw)
	return n, n%2 == 0
}

// around moves the stamp before and after a write. When the write fails, what it did is
// not known, and the stamp stays odd.
func (s *stamp) around(write func() error) error {
	if s.path == "" {
		return write()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n, _ := s.read()
	n |= 1
	if err := s.write(n); err != nil {
		return err
	}
	if err := write(); err != nil {
		return err
	}
	return s.write(n + 1)
}

func (s *stamp) write(n uint64) error {
	f, err := os.OpenFile(s.path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("mark a load: %w", err)
	}
	_, err = f.WriteAt(binary.LittleEndian.AppendUint64(nil, n), 0)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("mark a load: %w", err)
	}
	return nil
}

// memo keeps what was read of the table of batches for as long as the stamp stands still.
type memo[T any] struct {
	mu    sync.Mutex
	at    uint64
	known bool
	value T
}

func (m *memo[T]) get(s *stamp, ask func() (T, error)) (T, error) {
	before, steady := s.read()
	m.mu.Lock()
	value, ok := m.value, steady && m.known && m.at == before
	m.mu.Unlock()
	if ok {
		return value, nil
	}
	value, err := ask()
	if err != nil || !steady {
		return value, err
	}
	if after, still := s.read(); still && after == before {
		m.mu.Lock()
		m.value, m.at, m.known = value, before, true
		m.mu.Unlock()
	}
	return value, nil
}
