package main

import (
	"archive/tar"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/andybalholm/brotli"
)

func packed(t *testing.T, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := brotli.NewWriter(&b)
	if _, err := w.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func save(t *testing.T, path string, body []byte) {
	t.Helper()
	if err := os.WriteFile(path, body, 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestTheBrowserAndItsLibraryAreUnpackedSideBySide(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "bin", "old")
	var library bytes.Buffer
	w := tar.NewWriter(&library)
	for _, h := range []tar.Header{{Name: "folder/", Typeflag: tar.TypeDir, Mode: 0o755}, {Name: "../../out.so", Typeflag: tar.TypeReg, Size: 4, Mode: 0o644}} {
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Write([]byte("GLES")); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	save(t, filepath.Join(from, "swiftshader.tar.br"), packed(t, library.Bytes()))
	program := packed(t, []byte("the browser"))

	t.Run("a file that breaks off leaves no browser", func(t *testing.T) {
		save(t, filepath.Join(from, "chromium.br"), program[:len(program)-3])
		if err := unpack(from, to); err == nil {
			t.Error("no error")
		}
		if _, err := os.Stat(filepath.Join(to, "chromium")); err == nil {
			t.Error("half a browser stands under its name")
		}
	})
	t.Run("whole files do, and a name that leads out of the folder does not", func(t *testing.T) {
		save(t, filepath.Join(from, "chromium.br"), program)
		if err := unpack(from, to); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"chromium": "the browser", "swiftshader/out.so": "GLES"} {
			path := filepath.Join(to, name)
			body, err := os.ReadFile(path)
			if err != nil || string(body) != want {
				t.Errorf("%s holds %q, %v; want %q", name, body, err, want)
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm()&0o100 == 0 {
				t.Errorf("%s cannot be run", name)
			}
		}
	})
}
