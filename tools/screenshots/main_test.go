package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const root = "../.."

func TestPicturesAreSmallAndNoneIsLeftOver(t *testing.T) {
	dir := filepath.Join(root, "docs", "screenshots")
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name() == "INDEX" {
			continue
		}
		if !slices.ContainsFunc(shots, func(s shot) bool { return f.Name() == s.file("light") || f.Name() == s.file("dark") }) {
			t.Errorf("%s is the picture of no page", f.Name())
		}
		body, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if len(body) > 150_000 {
			t.Errorf("%s has %d bytes; want 150 KB at most", f.Name(), len(body))
		}
		if c, err := png.DecodeConfig(bytes.NewReader(body)); err != nil || c.Width != width || c.Height != height {
			t.Errorf("%s: %d × %d, %v", f.Name(), c.Width, c.Height, err)
		}
	}
}

func TestAPageThatChangedMakesItsPictureOld(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range shots {
		write("dashboards/templates/"+s.name+".html", s.name)
		write("docs/screenshots/"+s.file("light"), "x")
		write("docs/screenshots/"+s.file("dark"), "x")
	}
	routes := "package dashboards\n\nfunc (s *server) table() []route {\n\treturn []route{\n"
	for _, s := range shots {
		routes += fmt.Sprintf("\t\tpage(%q, %q, s.%sPage),\n", s.address, s.name, s.name)
		write("dashboards/"+s.name+".go", "package dashboards\n\nfunc (s *server) "+s.name+"Page(c *fiber.Ctx) error { return s.shared() }\n")
	}
	write("dashboards/routes.go", routes+"\t}\n}\n")
	const shared = "package dashboards\n\nfunc (s *server) shared() error { return nil }\n"
	write("dashboards/page.go", shared+"\nfunc idle() {}\n")
	risk := "package dashboards\n\nfunc (s *server) riskPage(c *fiber.Ctx) error { return draw(charts.Steps(2)) }\n\nfunc draw(any) error { return nil }\n"
	write("dashboards/risk.go", risk)
	write("dashboards/charts/steps.go", "package charts\n\nfunc Steps(n int) any { return n }\n")
	write("dashboards/templates/_layout.html", "around")
	write("dashboards/assets/app.css", "a{}")
	write("dashboards/assets/tokens.css", "b{}")
	write("dashboards/assets/charts.js", "draw()")
	write("dashboards/view/messages.go", "package view")
	write("dashboards/view/messages_letters.go", "package view")
	names := func() []string {
		old, err := stale(dir)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, s := range old {
			out = append(out, s.name)
		}
		return out
	}
	if got := names(); len(got) != len(shots) {
		t.Errorf("without an index %d pictures are old; want all %d", len(got), len(shots))
	}
	for _, s := range shots {
		if err := record(dir, s); err != nil {
			t.Fatal(err)
		}
	}
	if got := names(); len(got) != 0 {
		t.Errorf("pictures just taken are old: %v", got)
	}
	write("dashboards/templates/risk.html", "changed")
	if got := names(); !slices.Equal(got, []string{"risk"}) {
		t.Errorf("a changed template makes %v old; want its page alone", got)
	}
	if err := os.Remove(filepath.Join(dir, "docs/screenshots/jobs-dark.png")); err != nil {
		t.Fatal(err)
	}
	if got := names(); !slices.Equal(got, []string{"risk", "jobs"}) {
		t.Errorf("a missing picture makes %v old", got)
	}
	for _, tc := range []struct {
		name, path, text string
		old              []string
	}{
		{"the handler of a page", "dashboards/jobs.go", "package dashboards\n\nfunc (s *server) jobsPage(c *fiber.Ctx) error { return nil }\n", []string{"jobs"}},
		{"what a handler calls", "dashboards/risk.go", strings.Replace(risk, "return nil", "return errNone", 1), []string{"risk"}},
		{"a chart of a page", "dashboards/charts/steps.go", "package charts\n\nfunc Steps(n int) any { return n + 1 }\n", []string{"risk"}},
		{"what no page uses", "dashboards/page.go", shared, nil},
		{"who may ask", "dashboards/rights.go", "package dashboards\n\nfunc (s *server) shared() error { return errNone }\n", nil},
	} {
		t.Run("another code of "+tc.name, func(t *testing.T) {
			for _, s := range shots {
				write("docs/screenshots/"+s.file("dark"), "x")
				if err := record(dir, s); err != nil {
					t.Fatal(err)
				}
			}
			write(tc.path, tc.text)
			if got := names(); !slices.Equal(got, tc.old) {
				t.Errorf("makes %v old; want %v", got, tc.old)
			}
		})
	}
	for name, text := range map[string]string{
		"dashboards/assets/app.css": "a{color:red}", "dashboards/assets/charts.js": "draw(2)", "dashboards/view/messages_letters.go": "package view // other words",
	} {
		for _, s := range shots {
			write("docs/screenshots/"+s.file("dark"), "x")
			if err := record(dir, s); err != nil {
				t.Fatal(err)
			}
		}
		if got := names(); len(got) != 0 {
			t.Errorf("pictures just taken are old: %v", got)
		}
		write(name, text)
		if got := names(); len(got) != len(shots) {
			t.Errorf("another %s makes %d old; want all", name, len(got))
		}
	}
}

func TestAreasKeepTheirColours(t *testing.T) {
	counts := map[color.RGBA]int{{0xff, 0xff, 0xff, 0xff}: 600_000, {0xf4, 0xf6, 0xf5, 0xff}: 300_000, {0xef, 0xf3, 0xf2, 0xff}: 50_000}
	for i := range 256 { // edges of letters and drawings, a pale yellow among them
		counts[color.RGBA{uint8(i), uint8(255 - i/2), uint8(i * 7), 0xff}] += 40
	}
	counts[color.RGBA{0xff, 0xf8, 0xe8, 0xff}] += 900
	chosen := palette(counts)
	for _, c := range []color.RGBA{{0xff, 0xff, 0xff, 0xff}, {0xf4, 0xf6, 0xf5, 0xff}, {0xef, 0xf3, 0xf2, 0xff}} {
		if got := chosen.Convert(c); got != c {
			t.Errorf("an area of %v becomes %v", c, got)
		}
	}
	if len(chosen) != colours {
		t.Errorf("%d colours are kept; want %d", len(chosen), colours)
	}
}

func TestAPictureOfFewColoursLooksTheSame(t *testing.T) {
	from := image.NewRGBA(image.Rect(0, 0, 200, 200))
	for y := range 200 {
		for x := range 200 {
			from.Set(x, y, color.RGBA{uint8(x), uint8(y), 120, 255})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, from); err != nil {
		t.Fatal(err)
	}
	out, err := small(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	to, err := png.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	for y := range 200 {
		for x := range 200 {
			if !near(rgba(from.At(x, y)), rgba(to.At(x, y)), 48) {
				t.Fatalf("pixel %d, %d is %v; was %v", x, y, to.At(x, y), from.At(x, y))
			}
		}
	}
}
