package pages

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAddressesAreFilledWithWhatThereIs(t *testing.T) {
	var steps []string
	mux := http.NewServeMux()
	answer := func(path, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			steps = append(steps, r.Method+" "+strings.TrimPrefix(r.URL.Path, "/api/v1")+" "+r.FormValue("key"))
			fmt.Fprint(w, body)
		})
	}
	answer("GET /api/v1/risks", `{"items":[{"id":"r1","unit":"13"},{"id":"r2","unit":"14"}]}`)
	answer("GET /api/v1/signals", `{"items":[]}`)
	answer("GET /api/v1/imports", `{"items":[{"no":3,"batch":"b3"}]}`)
	answer("GET /api/v1/letters", `{"items":[]}`)
	answer("GET /api/v1/letters/matters", `{"items":[{"key":"two_checks/13"}]}`)
	answer("POST /api/v1/letters", `{"id":"l1"}`)
	answer("POST /api/v1/letters/l1/{event}", `{"id":"l1"}`)
	server := httptest.NewServer(mux)
	defer server.Close()
	for address, want := range map[string]string{"/": "/", "/risks/{risk}": "/risks/r1", "/lists/{unit}/diff": "/lists/13/diff", "/check?unit={unit}": "/check?unit=13", "/imports/{import}": "/imports/b3"} {
		if got, err := Filled(t.Context(), server.URL, address); got != want || err != nil {
			t.Errorf("Filled(%s) = %q, %v; want %q", address, got, err, want)
		}
	}
	if got, err := Filled(t.Context(), server.URL, "/signals/{signal}"); !errors.Is(err, ErrNothing) {
		t.Errorf("of an empty list: %q, %v", got, err)
	}
	if got, err := Filled(t.Context(), server.URL, "/{moon}"); err == nil {
		t.Errorf("of what stands for nothing: %q", got)
	}
	steps = nil
	got, err := Filled(t.Context(), server.URL, "/letters/{letter}")
	const want = "GET /letters |GET /letters/matters |POST /letters two_checks/13|POST /letters/l1/submit |POST /letters/l1/approve |POST /letters/l1/issue "
	if got != "/letters/l1" || err != nil || strings.Join(steps, "|") != want {
		t.Errorf("a letter: %q, %v, after %s", got, err, strings.Join(steps, "|"))
	}
}
