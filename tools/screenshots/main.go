package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"

	"qingfeng/bench/pages"
)

func main() {
	root := flag.String("root", ".", "the root of the project")
	everything := flag.Bool("all", false, "take all pictures, not only those older than their page")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *root, *everything)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

// shot is a picture: what is left of its page as a file.
type shot struct{ name, address string }

// shots are the pictures of all pages.
var shots = func() []shot {
	var out []shot
	for _, p := range pages.All {
		out = append(out, shot{p.Name, p.Address})
	}
	return out
}()

// notTaken are templates without a picture: a moment and not a page.
var notTaken = []string{"error", "run"}

var themes = []string{"light", "dark"}

// file is the picture of a page in a theme.
func (s shot) file(theme string) string {
	if theme == "light" {
		return s.name + ".png"
	}
	return s.name + "-" + theme + ".png"
}

func run(ctx context.Context, root string, everything bool) (err error) {
	dir := filepath.Join(root, "docs", "screenshots")
	old, err := stale(root)
	if err != nil {
		return err
	}
	if everything {
		old = shots
	}
	if len(old) == 0 {
		fmt.Fprintln(os.Stderr, "no picture is older than its page")
		return nil
	}
	say := func(format string, args ...any) { fmt.Fprintf(os.Stderr, format+"\n", args...) }
	base, stop, err := pages.Serve(ctx, say)
	if err != nil {
		return err
	}
	defer stop()
	camera, err := newCamera(ctx)
	if err != nil {
		return err
	}
	defer camera.close()
	for _, s := range old {
		address, err := pages.Filled(ctx, base, s.address)
		if errors.Is(err, pages.ErrNothing) {
			say("%s: %v", s.name, err)
			continue
		}
		if err != nil {
			return err
		}
		for _, theme := range themes {
			png, err := camera.take(base+address, theme)
			if err != nil {
				return fmt.Errorf("%s, %s: %w", s.name, theme, err)
			}
			if err := os.WriteFile(filepath.Join(dir, s.file(theme)), png, 0o644); err != nil {
				return err
			}
			say("%s %d KB", s.file(theme), len(png)/1000)
		}
		// Written after each, so that a run that is cut short leaves something.
		if err := record(root, s); err != nil {
			return err
		}
	}
	return nil
}
