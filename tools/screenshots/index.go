package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sources is the digest of what makes the look of a page: its template, the parts that pages
// share, the styles, the scripts that draw, all messages, whose names Go code makes up too, and
// the code that it is made by.
func sources(root string, made *handlers, s shot) (string, error) {
	files, err := filepath.Glob(filepath.Join(root, "dashboards", "templates", "_*.html"))
	if err != nil {
		return "", err
	}
	messages, err := filepath.Glob(filepath.Join(root, "dashboards", "view", "messages*.go"))
	if err != nil {
		return "", err
	}
	files = append(append(files, messages...), filepath.Join(root, "dashboards", "templates", s.name+".html"), filepath.Join(root, "dashboards", "assets", "charts.js"),
		filepath.Join(root, "dashboards", "assets", "app.css"), filepath.Join(root, "dashboards", "assets", "tokens.css"))
	sum := sha256.New()
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(sum, "%s %d\n%s", filepath.Base(name), len(text), text)
	}
	if err := made.write(sum, s.name); err != nil {
		return "", err
	}
	const signs = 16
	return hex.EncodeToString(sum.Sum(nil))[:signs], nil
}

func indexFile(root string) string { return filepath.Join(root, "docs", "screenshots", "INDEX") }

// index reads which sources the picture of each page was taken from.
func index(root string) (map[string]string, error) {
	text, err := os.ReadFile(indexFile(root))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	out := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, sum, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			out[name] = sum
		}
	}
	return out, nil
}

// record notes that the pictures of a page were taken from what it is now.
func record(root string, s shot) error {
	all, err := index(root)
	if err != nil {
		return err
	}
	made, err := readHandlers(root)
	if err != nil {
		return err
	}
	if all[s.name], err = sources(root, made, s); err != nil {
		return err
	}
	var lines []string
	for name, sum := range all {
		if slices.ContainsFunc(shots, func(s shot) bool { return s.name == name }) {
			lines = append(lines, name+" "+sum+"\n")
		}
	}
	slices.Sort(lines)
	return os.WriteFile(indexFile(root), []byte(strings.Join(lines, "")), 0o644)
}

// stale returns the pages whose pictures are missing or older than the page.
func stale(root string) ([]shot, error) {
	taken, err := index(root)
	if err != nil {
		return nil, err
	}
	made, err := readHandlers(root)
	if err != nil {
		return nil, err
	}
	var out []shot
	for _, s := range shots {
		now, err := sources(root, made, s)
		if err != nil {
			return nil, err
		}
		there := true
		for _, theme := range themes {
			_, err := os.Stat(filepath.Join(root, "docs", "screenshots", s.file(theme)))
			there = there && err == nil
		}
		if taken[s.name] != now || !there {
			out = append(out, s)
		}
	}
	return out, nil
}
