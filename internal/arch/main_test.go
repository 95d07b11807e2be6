package arch

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// root is the top of the repository, seen from this package.
const root = "../.."

// committed returns the paths of all files that are committed or staged and still there,
// relative to the top, with slashes.
func committed(t *testing.T) []string {
	t.Helper()
	out := output(t, "git", "ls-files", "-z")
	var paths []string
	for path := range strings.SplitSeq(string(out), "\x00") {
		if path == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, path)); err == nil {
			paths = append(paths, path)
		}
	}
	if len(paths) == 0 {
		t.Fatal("git lists no file")
	}
	return paths
}

func output(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v: %s", name, strings.Join(args, " "), err, stderr.Bytes())
	}
	return out
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// caught reports how a rule did on made-up input.
func caught(t *testing.T, wrong []string, want bool) {
	t.Helper()
	if got := len(wrong) > 0; got != want {
		t.Errorf("found %q; want something found: %t", wrong, want)
	}
}
