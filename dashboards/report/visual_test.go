package report

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"qingfeng/internal/visualtest"
)

// pictures returns the first pages of a PDF as small PNGs in grey.
func pictures(t *testing.T, pdf []byte, last string) [][]byte {
	t.Helper()
	return grey(t, pdf, 50, last)
}

// golden is the report of the small city.
func golden(t *testing.T) []byte {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("testdata", "report.golden.html"))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// grey returns the first pages of a PDF as PNGs in grey.
func grey(t *testing.T, pdf []byte, dpi int, last string) [][]byte {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "pdftoppm", "-png", "-gray", "-r", strconv.Itoa(dpi), "-l", last, "-", filepath.Join(dir, "page"))
	cmd.Stdin = bytes.NewReader(pdf)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm: %v: %s; install it with: apt-get install -y poppler-utils", err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.png"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	var out [][]byte
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, body)
	}
	return out
}

// The first two pages of the report of the small city: head, conclusion, chart, tables.
func TestTheReportLooksAsItDid(t *testing.T) {
	page := golden(t)
	pdf := printed(t, page)
	t.Run("a commission of few units has its units by category and by stage within four pages", func(t *testing.T) {
		pages := pageTexts(t, pdf, "raw")
		annexes := firstPageWith(pages, "附件1　逾期清单")
		for _, caption := range []string{"表2　在册廉洁风险点", "动态排查、六个阶段与备案"} {
			if n := firstPageWith(pages, caption); n < 1 || n >= annexes {
				t.Errorf("%s stands on page %d; the annexes begin on page %d", caption, n, annexes)
			}
		}
		if annexes < 2 || annexes > 5 {
			t.Errorf("the annexes begin on page %d", annexes)
		}
	})
	t.Run("has the page and the type of the bulletin", func(t *testing.T) { atPlace(t, pdf) })
	t.Run("a copy in black and white shows all of it", func(t *testing.T) { inGrey(t, page, pdf, 20) })
	for i, p := range pictures(t, pdf, "2") {
		visualtest.Same(t, []string{"report-1", "report-2"}[i], visualtest.Read(t, p), *update)
	}
	for _, tc := range []struct {
		name, golden string
		page         int
		what         *regexp.Regexp
	}{
		{"not without its sentences", "report-1", 0, regexp.MustCompile(`(?s)(本月要情</h2>).*?(</section>)`)},
		{"not without its first chart", "report-2", 1, regexp.MustCompile(`(?s)(<figure>)\n<img[^>]*>(\n)`)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			at := tc.what.FindSubmatchIndex(page)
			if at == nil {
				t.Fatal("there is nothing to take away")
			}
			cut := bytes.Join([][]byte{page[:at[3]], page[at[4]:]}, nil)
			visualtest.Other(t, tc.golden, visualtest.Read(t, pictures(t, printed(t, cut), "2")[tc.page]))
		})
	}
}
