package ingest

import (
	"math/rand/v2"
	"os"
	"testing"
)

func TestKeysOfAFileAreRememberedExactlyBeyondWhatIsHeld(t *testing.T) {
	m := met{held: 1000}
	t.Cleanup(func() { _ = m.close() })
	r := rand.New(rand.NewPCG(1, 2))
	var keys []uint64
	for i := range 7500 { // seven runs and a half
		key := r.Uint64()
		if i < 3 {
			key = uint64(i) // small ones too, 0 with them
		}
		keys = append(keys, key)
		if err := m.add(key); err != nil {
			t.Fatal(err)
		}
		for _, k := range []uint64{key, keys[r.IntN(len(keys))]} {
			if found, err := m.has(k); err != nil || !found {
				t.Fatalf("key %d of %d: %v, %v", k, i, found, err)
			}
		}
		if found, err := m.has(r.Uint64()); err != nil || found {
			t.Fatalf("a key that was not added: %v, %v", found, err)
		}
	}
	name := m.older.Name()
	if m.runs != 7 {
		t.Errorf("%d runs", m.runs)
	}
	if err := m.close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(name); !os.IsNotExist(err) {
		t.Errorf("the file of keys stays: %v", err)
	}
	if found, err := m.has(keys[5]); err != nil || found {
		t.Errorf("after close: %v, %v", found, err)
	}
}

// TestKeysThatNobodyAskedForAreSortedAtLast asks only after some runs, and again after some more;
// of several values of a key the newest counts.
func TestKeysThatNobodyAskedForAreSortedAtLast(t *testing.T) {
	m := met{held: 100}
	t.Cleanup(func() { _ = m.close() })
	r := rand.New(rand.NewPCG(3, 4))
	want := map[uint64]uint64{}
	for i := range uint64(2000) {
		key := r.Uint64N(700)
		want[key] = i
		if err := m.put(key, i); err != nil {
			t.Fatal(err)
		}
		if i != 550 && i != 1999 {
			continue
		}
		for key := range uint64(800) {
			value, found, err := m.find(key)
			newest, added := want[key]
			if err != nil || found != added || value != newest {
				t.Fatalf("after %d: key %d has %d, %t, %v; want %d, %t", i, key, value, found, err, newest, added)
			}
		}
	}
}
