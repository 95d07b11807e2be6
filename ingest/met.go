package ingest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sort"
)

// met remembers the keys of the rows of a file that changed nothing, and tells exactly whether
// a key is one of them: the database knows from what a batch wrote that a number has come
// before, but not from what it did not write. So many keys are held in memory; of a longer file
// the others lie sorted in a temporary file.
type met struct {
	recent  []uint64        // those that are held
	asked   map[uint64]bool // of them those that were there when somebody last asked, which may be never
	indexed int             // how many these are
	older   *os.File        // runs of so many keys, each sorted, eight bytes a key
	runs    int
	held    int // how many are held at most; metHeld, less in tests
}

// metHeld is how many keys are held at most, in 6 MB, and some 20 more once somebody asks.
const metHeld = 3 << 18

// add remembers a key.
func (m *met) add(key uint64) error {
	if m.held == 0 {
		m.held = metHeld
	}
	if len(m.recent) == m.held {
		if err := m.put(); err != nil {
			return fmt.Errorf("remember the keys of a file: %w", err)
		}
	}
	m.recent = append(m.recent, key)
	return nil
}

// put moves the keys that are held into the file.
func (m *met) put() (err error) {
	if m.older == nil {
		if m.older, err = os.CreateTemp("", "qingfeng-keys-"); err != nil {
			return err
		}
		_ = os.Remove(m.older.Name()) // nothing stays if we are killed; not every system can, then close does it
	}
	slices.Sort(m.recent)
	run := make([]byte, 0, 8*len(m.recent))
	for _, key := range m.recent {
		run = binary.LittleEndian.AppendUint64(run, key)
	}
	if _, err := m.older.Write(run); err != nil {
		return err
	}
	m.runs++
	m.recent, m.asked, m.indexed = m.recent[:0], nil, 0
	return nil
}

// has tells whether a key was added.
func (m *met) has(key uint64) (bool, error) {
	if m.asked == nil {
		m.asked = map[uint64]bool{}
	}
	for ; m.indexed < len(m.recent); m.indexed++ {
		m.asked[m.recent[m.indexed]] = true
	}
	if m.asked[key] {
		return true, nil
	}
	for run := range m.runs {
		var failed error
		at := func(i int) uint64 {
			var b [8]byte
			if _, err := m.older.ReadAt(b[:], 8*(int64(run)*int64(m.held)+int64(i))); err != nil {
				failed = err
			}
			return binary.LittleEndian.Uint64(b[:])
		}
		i := sort.Search(m.held, func(i int) bool { return at(i) >= key })
		found := i < m.held && at(i) == key
		if failed != nil {
			return false, fmt.Errorf("look up the keys of a file: %w", failed)
		}
		if found {
			return true, nil
		}
	}
	return false, nil
}

// close forgets everything. The zero value is ready again.
func (m *met) close() error {
	older := m.older
	*m = met{}
	if older == nil {
		return nil
	}
	err := os.Remove(older.Name())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(older.Close(), err)
}
