package demo

import (
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

func at(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 9, 0, 0, 0, integrity.Shanghai)
}

func sums(t *testing.T, dir string, m Manifest) map[string][32]byte {
	t.Helper()
	out := map[string][32]byte{}
	for _, f := range m.Files {
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil {
			t.Fatal(err)
		}
		out[f.Path] = sha256.Sum256(b)
	}
	return out
}

func TestTheSameDayGivesTheSameBytes(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	a, err := Write(one, at(2026, 11, 22))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Write(two, at(2026, 11, 22).Add(5*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(a, b); diff != "" {
		t.Errorf("manifests differ (-first +second):\n%s", diff)
	}
	if diff := cmp.Diff(sums(t, one, a), sums(t, two, b)); diff != "" {
		t.Errorf("files differ (-first +second):\n%s", diff)
	}
}
