package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The rule of the pictures: make screenshots takes anew those that this names.
func TestNoPictureIsOlderThanItsPage(t *testing.T) {
	old, err := stale(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range old {
		t.Errorf("the pictures of %s are missing or older than the page; run make screenshots", s.name)
	}
}

func TestEveryPageHasItsPicture(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, "dashboards", "templates", "[a-z]*.html"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(filepath.Base(f), ".html")
		if !slices.Contains(notTaken, name) && !slices.ContainsFunc(shots, func(s shot) bool { return s.name == name }) {
			t.Errorf("no picture is taken of %s", name)
		}
	}
}
