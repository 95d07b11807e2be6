package ingest

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"sort"
)

// met remembers the keys of rows, each with a value, and tells exactly whether a key is one of
// them: of a file it holds those that changed nothing, since the database knows from what a
// batch wrote that a number has come before, but not from what it did not write. So many keys
// are held in memory; of a longer file the others lie in a temporary file, and are sorted there
// once somebody asks, which for most files nobody does.
type met struct {
	recent  []metKey          // those that are held
	asked   map[uint64]uint64 // of them those that were there when somebody last asked, which may be never
	indexed int               // how many these are
	older   *os.File          // runs of so many keys
	runs    int
	sorted  int // how many of the runs are
	held    int // how many are held at most; metHeld, less in tests
}

// metKey is a key with its value, 16 bytes in the file.
type metKey struct{ key, value uint64 }

const metKeyBytes = 16

// metHeld is how many keys are held at most, in 12 MB, and some 20 more once somebody asks.
const metHeld = 3 << 18

// add remembers a key.
func (m *met) add(key uint64) error { return m.put(key, 0) }

// put remembers a key with a value; of several values of a key the newest counts.
func (m *met) put(key, value uint64) error {
	if m.held == 0 {
		m.held = metHeld
	}
	if len(m.recent) == m.held {
		if err := m.spill(); err != nil {
			return fmt.Errorf("remember the keys of a file: %w", err)
		}
	}
	m.recent = append(m.recent, metKey{key, value})
	return nil
}

// spill moves the keys that are held into the file.
func (m *met) spill() (err error) {
	if m.older == nil {
		if m.older, err = temporary("qingfeng-keys-"); err != nil {
			return err
		}
	}
	if err := m.writeRun(m.runs, m.recent); err != nil {
		return err
	}
	m.runs++
	m.recent, m.asked, m.indexed = m.recent[:0], nil, 0
	return nil
}

func (m *met) writeRun(run int, keys []metKey) error {
	b := make([]byte, 0, metKeyBytes*len(keys))
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, k.key), k.value)
	}
	_, err := m.older.WriteAt(b, m.place(run, 0))
	return err
}

// place is where a key of a run stands in the file.
func (m *met) place(run, i int) int64 { return metKeyBytes * (int64(run)*int64(m.held) + int64(i)) }

// sortRun puts the keys of a run in order; equal ones stay in the order of their coming.
func (m *met) sortRun(run int) error {
	b := make([]byte, metKeyBytes*m.held)
	if _, err := m.older.ReadAt(b, m.place(run, 0)); err != nil {
		return err
	}
	keys := make([]metKey, m.held)
	for i := range keys {
		keys[i] = metKeyOf(b[metKeyBytes*i:])
	}
	slices.SortStableFunc(keys, func(a, b metKey) int { return cmp.Compare(a.key, b.key) })
	return m.writeRun(run, keys)
}

func metKeyOf(b []byte) metKey {
	return metKey{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}
}

// has tells whether a key was added.
func (m *met) has(key uint64) (bool, error) {
	_, found, err := m.find(key)
	return found, err
}

// find returns the newest value of a key, and whether there is one.
func (m *met) find(key uint64) (value uint64, found bool, err error) {
	if m.asked == nil {
		m.asked = map[uint64]uint64{}
	}
	for ; m.indexed < len(m.recent); m.indexed++ {
		m.asked[m.recent[m.indexed].key] = m.recent[m.indexed].value
	}
	if value, found = m.asked[key]; found {
		return value, true, nil
	}
	for ; m.sorted < m.runs; m.sorted++ {
		if err := m.sortRun(m.sorted); err != nil {
			return 0, false, fmt.Errorf("look up the keys of a file: %w", err)
		}
	}
	for run := m.runs - 1; run >= 0; run-- {
		var failed error
		at := func(i int) (k metKey) {
			var b [metKeyBytes]byte
			if _, err := m.older.ReadAt(b[:], m.place(run, i)); err != nil {
				failed = err
			}
			return metKeyOf(b[:])
		}
		i := sort.Search(m.held, func(i int) bool { return at(i).key > key }) - 1 // the last with the key
		var k metKey
		if i >= 0 {
			k = at(i)
		}
		if failed != nil {
			return 0, false, fmt.Errorf("look up the keys of a file: %w", failed)
		}
		if i >= 0 && k.key == key {
			return k.value, true, nil
		}
	}
	return 0, false, nil
}

// close forgets everything. The zero value is ready again.
func (m *met) close() error {
	older := m.older
	*m = met{}
	if older == nil {
		return nil
	}
	return discard(older)
}

// temporary creates a file that nobody else sees and that ends with the process.
func temporary(name string) (*os.File, error) {
	f, err := os.CreateTemp("", name)
	if err == nil {
		_ = os.Remove(f.Name()) // nothing stays if we are killed; not every system can, then discard does it
	}
	return f, err
}

// discard ends a temporary file.
func discard(f *os.File) error {
	err := os.Remove(f.Name())
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(f.Close(), err)
}
