package visualtest

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// Keep leaves a picture or a print of a test for people to look at, in the directory artifacts
// of the project, under the path of the test's package. What was there under the name is
// replaced; nothing reads it.
func Keep(t testing.TB, name string, body []byte) {
	t.Helper()
	path, err := kept(name)
	if err == nil {
		err = errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, body, 0o644))
	}
	if err != nil {
		t.Fatalf("keep %s: %v", name, err)
	}
}

// kept is where Keep leaves something: go test runs the tests of a package in its directory.
func kept(name string) (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for root := here; root != filepath.Dir(root); root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			within, err := filepath.Rel(root, here)
			return filepath.Join(root, "artifacts", within, name), err
		}
	}
	return "", errors.New("no go.mod above " + here)
}
