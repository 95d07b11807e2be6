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

	"golang.org/x/text/unicode/norm"

	"qingfeng/internal/desktop"
)

// secondSection is how the page after the conclusion begins, below its own number.
var secondSection = regexp.MustCompile(`^(\s*—\s*2\s*—)?\s*二、`)

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
	// What stands out is told with what it stands beside, as on its page.
	if _, table, found := bytes.Cut(page, []byte("显著偏高的单位—类别（不代表")); found && !regexp.MustCompile(`与自己比：前 \d+ 个月平均每月 [\d.]+ 件；.*清单中：`).Match(table) {
		t.Errorf("the hot spots of the report do not say what they stand beside: %.600s", table)
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
		// The old one writes 一 and 二 as the radicals they are.
		pages := strings.Split(norm.NFKC.String(string(text)), "\f")
		// The sentences of the conclusion end on page 1, and section 二 begins after them.
		if len(pages) < 2 || !strings.Contains(pages[0], "一、本月要情") || !secondSection.MatchString(pages[1]) || strings.Contains(pages[1], "违法问题") {
			t.Errorf("%s: the conclusion does not end on page 1; page 2 begins %.200q", name, pages[1])
		}
		body := slices.IndexFunc(pages, firstAnnex.MatchString)
		if body < 2 || body > 4 {
			t.Errorf("%s: the report takes %d pages before its annexes; want 2 to 4", name, body)
		}
	}
}
