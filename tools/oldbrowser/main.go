package main

import (
	"archive/tar"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/andybalholm/brotli"
)

func main() {
	from := flag.String("from", "tools/oldbrowser/node_modules/chrome-aws-lambda/bin", "where the packed files are")
	to := flag.String("to", "bin/chromium-86", "where the browser goes")
	flag.Parse()
	if err := unpack(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, "oldbrowser:", err)
		os.Exit(1)
	}
}

// unpack writes the browser and its drawing library. The program itself is written last, and
// under its name only when it is whole: where it stands, everything does.
func unpack(from, to string) error {
	const library = "swiftshader" // where the program looks, beside itself
	if err := os.MkdirAll(filepath.Join(to, library), 0o755); err != nil {
		return err
	}
	if err := opened(filepath.Join(from, library+".tar.br"), func(r io.Reader) error { return untar(r, filepath.Join(to, library)) }); err != nil {
		return err
	}
	half := filepath.Join(to, "chromium.half")
	if err := opened(filepath.Join(from, "chromium.br"), func(r io.Reader) error { return write(half, r) }); err != nil {
		return err
	}
	return os.Rename(half, filepath.Join(to, "chromium"))
}

// opened reads a file packed by brotli.
func opened(path string, read func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := read(brotli.NewReader(f)); err != nil {
		return fmt.Errorf("unpack %s: %w", path, err)
	}
	return nil
}

// untar writes the plain files of an archive into dir, whatever folders they name.
func untar(r io.Reader, dir string) error {
	archive := tar.NewReader(r)
	for {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if head.Typeflag != tar.TypeReg {
			continue
		}
		if err := write(filepath.Join(dir, filepath.Base(head.Name)), archive); err != nil {
			return err
		}
	}
}

// write writes a file that can be run.
func write(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Close())
}
