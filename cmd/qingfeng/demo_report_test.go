package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qingfeng/internal/desktop"
)

var firstAnnex = regexp.MustCompile(`(?m)^附件1\s+逾期`)

// shortReport holds the report of the demo year to four pages before its annexes, printed by
// the browser of today and by the oldest one that pages have to work in.
func shortReport(t *testing.T, base string) {
	t.Helper()
	resp, err := http.Get(base + "/reports/2026-10.html")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("the report: %d, %v", resp.StatusCode, err)
	}
	for name, print := range map[string]func(context.Context, []byte) ([]byte, error){"today's Chromium": desktop.Print, "Chromium 86": desktop.PrintOld} {
		pdf, err := print(t.Context(), page)
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "pdftotext", "-raw", "-", "-")
		cmd.Stdin = bytes.NewReader(pdf)
		text, err := cmd.Output()
		if err != nil {
			t.Fatalf("pdftotext: %v; install it with: apt-get install -y poppler-utils", err)
		}
		body := slices.IndexFunc(strings.Split(string(text), "\f"), firstAnnex.MatchString)
		if body < 2 || body > 4 {
			t.Errorf("%s: the report takes %d pages before its annexes; want 2 to 4", name, body)
		}
	}
}
