package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"time"

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

// shot is a page to be taken. Its name is that of the template. The address may hold {…}:
// something that the demo year has.
type shot struct{ name, address string }

var shots = []shot{
	{"overview", "/"}, {"heatmap", "/heatmap"}, {"hotspots", "/hotspots"}, {"blindspots", "/blindspots"}, {"supervision", "/supervision"}, {"units", "/units"}, {"ledger", "/ledger"}, {"directory", "/directory"},
	{"stages", "/stages"}, {"letters", "/letters"}, {"leaders", "/leaders"}, {"risks", "/risks"}, {"risk", "/risks/{risk}"},
	{"signals", "/signals"}, {"signal", "/signals/{signal}"}, {"checks", "/checks"}, {"check", "/check?unit={unit}"}, {"checkup", "/checkup"}, {"lists", "/lists"}, {"diff", "/lists/{unit}/diff"},
	{"confirm", "/confirm"}, {"links", "/links"}, {"imports", "/imports"}, {"import", "/imports/{import}"}, {"reports", "/reports"}, {"report", "/reports/2026-10"},
	{"jobs", "/jobs"}, {"admin", "/admin"}, {"help", "/help"},
}

// notTaken are templates without a picture: a moment and not a page, or a page that the demo
// year has none of.
var notTaken = []string{"error", "run", "letter"}

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
		address, err := filled(ctx, base, s.address)
		if errors.Is(err, errNothing) {
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

var errNothing = errors.New("the demo year has none to show")

// filled puts what exists into an address.
func filled(ctx context.Context, base, address string) (string, error) {
	for name, list := range map[string]string{"risk": "/api/v1/risks", "unit": "/api/v1/risks", "import": "/api/v1/imports", "signal": "/api/v1/signals"} {
		if !strings.Contains(address, "{"+name+"}") {
			continue
		}
		var found struct{ Items []struct{ ID, Unit string } }
		if err := get(ctx, base+list, &found); err != nil {
			return "", err
		}
		if len(found.Items) == 0 {
			return "", errNothing
		}
		value := found.Items[0].ID
		if name == "unit" {
			value = found.Items[0].Unit
		}
		address = strings.ReplaceAll(address, "{"+name+"}", value)
	}
	return address, nil
}

func get(ctx context.Context, address string, into any) error {
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil || a.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s, %w", address, a.Status, err)
	}
	return json.Unmarshal(body, into)
}
