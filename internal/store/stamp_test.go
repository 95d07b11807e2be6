package store

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
)

func TestMemoIsAskedAgainOnlyAfterAWrite(t *testing.T) {
	mine := &stamp{path: filepath.Join(t.TempDir(), "stamp")}
	theirs := &stamp{path: mine.path} // another process
	asked := 0
	var m Memo[int]
	get := func() {
		t.Helper()
		if _, err := m.Get(mine, func() (int, error) { asked++; return asked, nil }); err != nil {
			t.Fatal(err)
		}
	}
	expect := func(want int, when string) {
		t.Helper()
		get()
		if asked != want {
			t.Errorf("%s: asked %d times, want %d", when, asked, want)
		}
	}
	expect(1, "the first time")
	expect(1, "with nothing written")
	if err := theirs.around(func() error { expect(2, "while somebody writes"); expect(3, "while somebody still writes"); return nil }); err != nil {
		t.Fatal(err)
	}
	expect(4, "after another process has written")
	expect(4, "with nothing more written")
	if err := mine.around(func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	expect(5, "after this process has written")
	broken := errors.New("gone")
	if err := theirs.around(func() error { return broken }); !errors.Is(err, broken) {
		t.Fatalf("around() = %v", err)
	}
	expect(6, "after a write of which nobody knows what it did")
	expect(7, "and for as long as that is so")
	if err := mine.around(func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	expect(8, "after the next write that ended")
	expect(8, "and then it is quiet again")
}

func TestMemoIsNeverKeptWithoutAStamp(t *testing.T) {
	for name, path := range map[string]string{"no file is named": "", "the file is not a stamp": filepath.Join(t.TempDir(), "stamp")} {
		if path != "" {
			if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var m Memo[int]
		asked := 0
		for range 3 {
			if _, err := m.Get(&stamp{path: path}, func() (int, error) { asked++; return 0, nil }); err != nil {
				t.Fatal(err)
			}
		}
		if asked != 3 {
			t.Errorf("%s: asked %d times, want 3", name, asked)
		}
	}
}

func TestMemoIsNotKeptWhenSomebodyWroteMeanwhile(t *testing.T) {
	s := &stamp{path: filepath.Join(t.TempDir(), "stamp")}
	var m Memo[string]
	old, err := m.Get(s, func() (string, error) { return "old", s.around(func() error { return nil }) })
	if err != nil || old != "old" {
		t.Fatalf("get() = %q, %v", old, err)
	}
	if got, err := m.Get(s, func() (string, error) { return "new", nil }); err != nil || got != "new" {
		t.Errorf("get() = %q, %v; want what was written meanwhile", got, err)
	}
}

// Stamp makes a file alone something a Memo can ask.
func (s *stamp) Stamp() (Stamp, bool) { return s.read() }

func TestStampIsQuietOnlyWhenTheLastWriterHasEnded(t *testing.T) {
	s := &stamp{path: filepath.Join(t.TempDir(), "stamp")}
	quiet := func() bool { _, quiet := s.read(); return quiet }
	began, end, ended := make(chan bool), make(chan bool), make(chan error)
	go func() { ended <- s.around(func() error { close(began); <-end; return nil }) }()
	<-began
	before, _ := s.read()
	if err := s.around(func() error { return nil }); err != nil {
		t.Fatal(err)
	}
	if after, _ := s.read(); quiet() || after == before {
		t.Errorf("after the first of two writers has ended: stamp %x, then %x, quiet %v; want another one that says nothing", before, after, quiet())
	}
	close(end)
	if err := <-ended; err != nil || !quiet() {
		t.Errorf("after the last writer has ended: %v, quiet %v", err, quiet())
	}
}

func TestStampOfManyWritersEndsQuiet(t *testing.T) {
	path := filepath.Join(t.TempDir(), "stamp")
	var written atomic.Int64
	var m Memo[int64]
	var writers, readers sync.WaitGroup
	over := make(chan bool)
	readers.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
			}
			least := written.Load() // what had been written before the question
			if got, _ := m.Get(&stamp{path: path}, func() (int64, error) { return written.Load(), nil }); got < least {
				t.Errorf("kept answer %d though %d writes had ended", got, least)
				return
			}
		}
	})
	for range 8 {
		writers.Go(func() {
			mine := &stamp{path: path}
			for range 200 {
				if err := mine.around(func() error { written.Add(1); return nil }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	writers.Wait()
	close(over)
	readers.Wait()
	if _, quiet := (&stamp{path: path}).read(); !quiet {
		t.Error("nobody writes any more, and the stamp is not quiet")
	}
}
