package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// keyBytes is the length of the key for fingerprints.
const keyBytes = 32

// fingerprintKey reads the key with which loads recognise the rows that stand already, and
// makes one where there is none. It lies beside the database and not in it, so that neither
// the database nor a backup of it tells anything about what was masked in a row. When it is
// lost the next load of each file takes longer, and nothing else.
func fingerprintKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, "fingerprint.key")
	key, err := os.ReadFile(path)
	if err == nil && len(key) == keyBytes {
		return key, nil
	}
	if err == nil {
		return nil, fmt.Errorf("指纹密钥损坏，请删除后重试 (damaged key; delete the file and try again): %s", path)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the key for fingerprints: %w", err)
	}
	key = make([]byte, keyBytes)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make a key for fingerprints: %w", err)
	}
	// Written aside and linked, so that of two processes one wins and none reads half a key.
	aside, err := os.CreateTemp(dir, "fingerprint-*.tmp") // readable by our account only
	if err != nil {
		return nil, fmt.Errorf("keep the key for fingerprints: %w", err)
	}
	defer os.Remove(aside.Name())
	_, err = aside.Write(key)
	if err = errors.Join(err, aside.Close()); err == nil {
		err = os.Link(aside.Name(), path)
	}
	if errors.Is(err, fs.ErrExist) {
		return fingerprintKey(dir)
	}
	if err != nil {
		return nil, fmt.Errorf("keep the key for fingerprints: %w", err)
	}
	return key, nil
}
