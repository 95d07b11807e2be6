package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestMemoIsAskedAgainOnlyAfterAWrite(t *testing.T) {
	mine := &stamp{path: filepath.Join(t.TempDir(), "stamp")}
	theirs := &stamp{path: mine.path} // another process
	asked := 0
	var m memo[int]
	get := func() {
		t.Helper()
		if _, err := m.get(mine, func() (int, error) { asked++; return asked, nil }); err != nil {
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
		var m memo[int]
		asked := 0
		for range 3 {
			if _, err := m.get(&stamp{path: path}, func() (int, error) { asked++; return 0, nil }); err != nil {
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
	var m memo[string]
	old, err := m.get(s, func() (string, error) { return "old", s.around(func() error { return nil }) })
	if err != nil || old != "old" {
		t.Fatalf("get() = %q, %v", old, err)
	}
	if got, err := m.get(s, func() (string, error) { return "new", nil }); err != nil || got != "new" {
		t.Errorf("get() = %q, %v; want what was written meanwhile", got, err)
	}
}
