package pages

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Page is a page of the program. In its address, a word in braces stands for the first of a
// list that the demo year has: {unit}, {risk}, {signal}, {import}, {letter}.
type Page struct{ Name, Address string }

// All are the pages, named as their templates. The letter comes last: one is written to be seen,
// and the register before it shows the demo year as it is.
var All = []Page{
	{"overview", "/"}, {"heatmap", "/heatmap"}, {"hotspots", "/hotspots"}, {"blindspots", "/blindspots"}, {"supervision", "/supervision"}, {"units", "/units"}, {"ledger", "/ledger"}, {"directory", "/directory"},
	{"stages", "/stages"}, {"letters", "/letters"}, {"leaders", "/leaders"}, {"risks", "/risks"}, {"risk", "/risks/{risk}"},
	{"signals", "/signals"}, {"signal", "/signals/{signal}"}, {"checks", "/checks"}, {"check", "/check?unit={unit}"}, {"checkup", "/checkup"}, {"lists", "/lists"}, {"diff", "/lists/{unit}/diff"},
	{"confirm", "/confirm"}, {"links", "/links"}, {"imports", "/imports"}, {"import", "/imports/{import}"}, {"reports", "/reports"}, {"report", "/reports/2026-10"},
	{"jobs", "/jobs"}, {"admin", "/admin"}, {"help", "/help"}, {"letter", "/letters/{letter}"},
}

func addresses(all []Page) []string {
	out := make([]string, len(all))
	for i, p := range all {
		out[i] = p.Address
	}
	return out
}

// ErrNothing is wrapped where there is nothing to put into an address.
var ErrNothing = errors.New("there is none to show")

// lists are where what a word in braces stands for is found, and its field.
var lists = map[string]struct{ path, field string }{
	"unit": {"/api/v1/risks", "unit"}, "risk": {"/api/v1/risks", "id"}, "signal": {"/api/v1/signals", "id"}, "import": {"/api/v1/imports", "batch"}, "letter": {"/api/v1/letters", "id"},
}

// Filled puts what exists at base into an address. Where there is no letter yet, one is drafted,
// reviewed and issued about the first matter there is.
func Filled(ctx context.Context, base, address string) (string, error) {
	before, rest, found := strings.Cut(address, "{")
	if !found {
		return address, nil
	}
	word, after, _ := strings.Cut(rest, "}")
	list, known := lists[word]
	if !known {
		return "", fmt.Errorf("{%s} in %s stands for nothing", word, address)
	}
	value, err := first(ctx, base+list.path, list.field)
	if word == "letter" && errors.Is(err, ErrNothing) {
		value, err = write(ctx, base)
	}
	if err != nil {
		return "", err
	}
	return before + value + after, nil
}

// first is a field of the first item of a list.
func first(ctx context.Context, address, field string) (string, error) {
	var found struct{ Items []map[string]any }
	if err := ask(ctx, http.MethodGet, address, nil, &found); err != nil {
		return "", err
	}
	if len(found.Items) == 0 {
		return "", fmt.Errorf("%s: %w", address, ErrNothing)
	}
	value, ok := found.Items[0][field].(string)
	if !ok {
		return "", fmt.Errorf("%s has no %s", address, field)
	}
	return value, nil
}

// write writes a letter and returns its number.
func write(ctx context.Context, base string) (string, error) {
	key, err := first(ctx, base+"/api/v1/letters/matters", "key")
	if err != nil {
		return "", err
	}
	var letter struct{ ID string }
	if err := ask(ctx, http.MethodPost, base+"/api/v1/letters", url.Values{"key": {key}}, &letter); err != nil {
		return "", err
	}
	for _, event := range []string{"submit", "approve", "issue"} {
		if err := ask(ctx, http.MethodPost, base+"/api/v1/letters/"+letter.ID+"/"+event, nil, &letter); err != nil {
			return "", err
		}
	}
	return letter.ID, nil
}

func ask(ctx context.Context, method, address string, form url.Values, into any) error {
	ctx, stop := context.WithTimeout(ctx, time.Minute)
	defer stop()
	r, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	a, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	body, err := io.ReadAll(a.Body)
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, address, err)
	}
	if a.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, address, a.Status)
	}
	return json.Unmarshal(body, into)
}
