package report

import (
	"bytes"
	"compress/zlib"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
)

var keep = flag.String("out", "", "write the reports of the large city and their PDF into this directory, to be looked at")

// printed prints a page in Chromium and returns the PDF.
func printed(t *testing.T, html []byte) []byte {
	t.Helper()
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" {
		t.Fatal("the print test needs Chromium: apt-get install chromium")
	}
	dir := t.TempDir()
	page, pdf := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
	if err := os.WriteFile(page, html, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), browser, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(dir, "profile"),
		"--no-pdf-header-footer", "--print-to-pdf="+pdf, "file://"+page).CombinedOutput()
	if err != nil {
		t.Fatalf("print: %v\n%s", err, out)
	}
	b, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var (
	pageObject = regexp.MustCompile(`(?s)<<\s*/Type /Page\b.*?/Contents (\d+) 0 R`)
	textShown  = regexp.MustCompile(`T[jJ]\b`)
)

// pages returns how many texts each page of a PDF shows.
func pages(t *testing.T, pdf []byte) []int {
	t.Helper()
	var out []int
	for _, m := range pageObject.FindAllSubmatch(pdf, -1) {
		object := regexp.MustCompile(fmt.Sprintf(`(?s)\n%s 0 obj\s*<<.*?>>\s*stream\r?\n`, m[1]))
		at := object.FindIndex(pdf)
		if at == nil {
			t.Fatalf("object %s of the PDF is missing", m[1])
		}
		z, err := zlib.NewReader(bytes.NewReader(pdf[at[1]:]))
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, len(textShown.FindAll(content, -1)))
	}
	return out
}

var annexes = regexp.MustCompile(`(?s)<section class="tall break">.*</footer>`)

func TestALargeCityPrintsOnFourPagesAndAnnexesWithoutBlanks(t *testing.T) {
	c := newCity(t)
	c.build(len(more))
	plain := c.builder(nil)
	full := c.builder(func(cfg *Config) {
		cfg.Insights = func(context.Context, integrity.Principal, Cut) (Insights, error) {
			in := Insights{Letters: []Letter{{Number: "〔2026〕3号", UnitName: "财务处", Matter: "第一季度动态排查", Due: integrity.Date(2026, 10, 20), State: "已销号"}}}
			for range 8 {
				in.HotSpots = append(in.HotSpots, HotSpot{"市第一医院", integrity.CategoryMechanism, 9, 2.4, "近24个月平均每月2.4件，同类单位同月平均1.8件。"})
				in.BlindSpots = append(in.BlindSpots, BlindSpot{"市中心血站", integrity.CategoryPower, "近12个月线索4件，清单中没有这一类的风险点。"})
				in.GradeReviews = append(in.GradeReviews, GradeReview{"市第二医院", 3, "一般风险点，近12个月关联信访达到复核线。"})
			}
			return in, nil
		}
	})
	opt := bulletin.Choice{Signer: "赵甲", CopyNo: "000001", Copies: 30,
		Advice: "请各处室、单位对照附件1，在11月底前补齐上半年尚缺的监督检查。\n请政治处会同驻委纪检监察组，对进度滞后较多的单位开展一次督查。"}
	issued := opt
	issued.Issued, issued.IssuedOn = true, integrity.Date(2026, 11, 3)
	for _, tc := range []struct {
		name        string
		b           *Builder
		period      string
		opt         bulletin.Choice
		whole, body bool // what is printed: all, what comes before the annexes
	}{
		{"a draft of a month", plain, "2026-10", opt, true, true},
		{"an issued half-year with all parts", full, "2026-H1", issued, false, true},
		{"an issued year", plain, "2025", issued, true, false},
		{"the extract of a unit", plain, "2026-10", bulletin.Choice{Unit: "11"}, true, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, err := tc.b.Print(t.Context(), office, tc.period, tc.opt)
			if err != nil {
				t.Fatal(err)
			}
			html := p.HTML
			if tc.body {
				front := printed(t, annexes.ReplaceAll(html, nil))
				keepFiles(t, tc.period+"-body", html, front)
				body := pages(t, front)
				if len(body) == 0 || len(body) > 4 {
					t.Errorf("what comes before the annexes takes %d pages; want 1 to 4", len(body))
				}
			}
			if !tc.whole {
				return
			}
			pdf := printed(t, html)
			keepFiles(t, tc.period+tc.opt.Unit, html, pdf)
			all := pages(t, pdf)
			if len(all) < 6 || len(all) > 22 {
				t.Errorf("the report takes %d pages; want 6 to 22", len(all))
			}
			for i, n := range all {
				if n < 20 { // the number of the page and 待签发 are a few
					t.Errorf("page %d of %d shows only %d signs", i+1, len(all), n)
				}
			}
		})
	}
}

func keepFiles(t *testing.T, name string, html, pdf []byte) {
	t.Helper()
	if *keep == "" {
		return
	}
	for ext, content := range map[string][]byte{".html": html, ".pdf": pdf} {
		if err := os.WriteFile(filepath.Join(*keep, name+ext), content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
