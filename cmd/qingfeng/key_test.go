package main

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

func TestProcessesThatStartTogetherUseOneKey(t *testing.T) {
	dir := t.TempDir()
	keys := make([][]byte, 8)
	var group sync.WaitGroup
	for i := range keys {
		group.Go(func() {
			var err error
			if keys[i], err = fingerprintKey(dir); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for _, k := range keys {
		if len(k) != keyBytes || !bytes.Equal(k, keys[0]) {
			t.Errorf("keys %x and %x", keys[0], k)
		}
	}
	path := filepath.Join(dir, "fingerprint.key")
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file of the key: %v, %v", info, err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.tmp")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if err := os.WriteFile(path, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := fingerprintKey(dir); err == nil {
		t.Error("a damaged key is used")
	}
}
