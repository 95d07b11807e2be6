package report

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"qingfeng/internal/bulletin"
	"qingfeng/internal/desktop"
	"qingfeng/internal/integrity"
)

var keep = flag.String("out", "", "write the reports of the large city and their PDF into this directory, to be looked at")

// printed prints a page in Chromium and returns the PDF.
func printed(t *testing.T, html []byte) []byte {
	t.Helper()
	pdf, err := desktop.Print(t.Context(), html)
	if err != nil {
		t.Fatal(err)
	}
	return pdf
}

// lettersOfFonts are signs that a font draws by the same shape as the character proper, so
// that a PDF names them in its place.
var lettersOfFonts = strings.NewReplacer("⻅", "见", "⻆", "角", "⻉", "贝", "⻋", "车", "⻓", "长", "⻔", "门", "⻘", "青", "⻙", "韦", "⻚", "页", "⻛", "风",
	"⻜", "飞", "⻝", "食", "⻢", "马", "⻤", "鬼", "⻥", "鱼", "⻦", "鸟", "⻨", "麦", "⻩", "黄", "⻬", "齐", "⻮", "齿", "⻰", "龙", "⻳", "龟")

// plain is a text without white space and without the signs of fonts.
func plain(text string) string {
	return strings.Join(strings.Fields(lettersOfFonts.Replace(norm.NFKC.String(text))), "")
}

// han leaves only Chinese characters of a text.
func han(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Han, r) {
			return r
		}
		return -1
	}, plain(text))
}

// pageTexts returns what each page of a PDF says: how is an option of pdftotext, raw (in the
// order in which it is drawn) or layout (where it stands).
func pageTexts(t *testing.T, pdf []byte, how string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-"+how, "-enc", "UTF-8", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext: %v; install it with: apt-get install -y poppler-utils", err)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
}

// firstPageWith returns the number of the first page that says something, from 1 on.
func firstPageWith(pages []string, text string) int {
	return 1 + slices.IndexFunc(pages, func(p string) bool { return strings.Contains(plain(p), plain(text)) })
}

func TestTheReportOfAnyCommissionPrintsAsItShould(t *testing.T) {
	c := newCity(t)
	c.build(60 - 6) // with the six others that are in operation
	plainBuilder := c.builder(nil)
	full := c.builder(func(cfg *Config) {
		cfg.Insights = func(context.Context, integrity.Principal, Cut) (Insights, error) {
			in := Insights{Letters: []Letter{{Number: "〔2026〕3号", UnitName: "财务处", Matter: "第一季度动态排查", Due: integrity.Date(2026, 10, 20), State: "已销号"}}}
			for range 8 {
				in.HotSpots = append(in.HotSpots, HotSpot{UnitName: "市第一医院", Category: integrity.CategoryMechanism, Count: 9, Expected: 2.4, Why: "近24个月平均每月2.4件，同类单位同月平均1.8件。", Beside: "与自己比：前 24 个月平均每月 2.4 件；清单中：14 个风险点（重要 3 个，重点部位 2 个）", From: "2026-10", To: "2026-10"})
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
		name   string
		b      *Builder
		period string
		opt    bulletin.Choice
	}{
		{"a draft of a month of sixty units", plainBuilder, "2026-10", opt},
		{"an issued half-year with all parts", full, "2026-H1", issued},
		{"the extract of a unit", plainBuilder, "2026-10", bulletin.Choice{Unit: "11"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, err := tc.b.Print(t.Context(), office, tc.period, tc.opt)
			if err != nil {
				t.Fatal(err)
			}
			if n := len(p.HTML); n > 2<<20 {
				t.Errorf("the file has %d bytes; want 2 MB at most", n)
			}
			pdf := printed(t, p.HTML)
			keepFiles(t, tc.period+tc.opt.Unit, p.HTML, pdf)
			holdsOnPaper(t, p.HTML, pdf, 60)
			t.Run("every page has its number, at the right on odd ones and at the left on even ones", func(t *testing.T) { numberedBelow(t, pdf) })
			t.Run("the same in Chromium 86", func(t *testing.T) {
				old, err := desktop.PrintOld(t.Context(), p.HTML)
				if err != nil {
					t.Fatal(err)
				}
				keepFiles(t, tc.period+tc.opt.Unit+"-86", p.HTML, old)
				holdsOnPaper(t, p.HTML, old, 25) // a foot may stand alone
				for i, text := range pageTexts(t, old, "raw") {
					if n := regexp.MustCompile(`— ?(\d+) ?—`).FindAllString(plain(text), -1); !slices.Contains(n, fmt.Sprintf("—%d—", i+1)) {
						t.Errorf("page %d has no number, but %v", i+1, n)
					}
				}
			})
		})
	}
}

// numberedBelow looks for the page numbers of a PDF, each in a line of its own.
func numberedBelow(t *testing.T, pdf []byte) {
	t.Helper()
	for i, text := range pageTexts(t, pdf, "layout") {
		number := regexp.MustCompile(fmt.Sprintf(`(?m)^( *)— ?%d ?—\s*$`, i+1)).FindStringSubmatch(text)
		if number == nil {
			t.Errorf("page %d has no number", i+1)
			continue
		}
		if indent := len(number[1]); (indent > 20) != (i%2 == 0) {
			t.Errorf("the number of page %d is indented by %d", i+1, indent)
		}
	}
}

// holdsOnPaper holds a report as it is printed to what a printed report has to be; no page
// shows fewer signs than fewest.
func holdsOnPaper(t *testing.T, page, pdf []byte, fewest int) {
	t.Helper()
	raw := pageTexts(t, pdf, "raw")
	doc := readPage(t, page)
	t.Run("the conclusion is on page one, and what comes before the annexes takes four pages at most", func(t *testing.T) {
		if n := firstPageWith(raw, "、本月要情"); n != 1 && firstPageWith(raw, "要情") != 1 {
			t.Errorf("the conclusion begins on page %d", n)
		}
		if n := firstPageWith(raw, "附件1　逾期清单") - 1; n < 1 || n > 4 {
			t.Errorf("what comes before the annexes takes %d of %d pages; want 1 to 4", n, len(raw))
		}
	})
	t.Run("until it is issued, every page says so across it", func(t *testing.T) {
		draft := bytes.Contains(page, []byte(`class="draft"`))
		for i, text := range raw {
			if across := slices.ContainsFunc(strings.Split(text, "\n"), func(line string) bool { return plain(line) == "待签发" }); across != draft {
				t.Errorf("page %d of %d is marked as a draft: %t; want %t", i+1, len(raw), across, draft)
			}
		}
	})
	t.Run("a remark of a list is not broken into signs", func(t *testing.T) {
		rows, whole := 0, 0
		for _, table := range doc.tables {
			for _, row := range table {
				if row[len(row)-1] == "上年度" {
					rows++
				}
			}
		}
		for _, text := range raw {
			for line := range strings.SplitSeq(text, "\n") {
				if strings.HasSuffix(plain(line), "上年度") {
					whole++
				}
			}
		}
		if whole < rows {
			t.Errorf("%d of %d remarks stand in a line", whole, rows)
		}
	})
	t.Run("no heading stands alone at the foot of a page", func(t *testing.T) {
		headings := slices.Concat(doc.texts("h2"), doc.texts("h3"))
		for i, text := range raw {
			last := ""
			for line := range strings.SplitSeq(text, "\n") {
				if line = plain(line); line != "" && line != "待签发" && !strings.HasPrefix(line, "—") {
					last = line
				}
			}
			if slices.ContainsFunc(headings, func(h string) bool { return plain(h) == last }) {
				t.Errorf("page %d of %d ends with the heading %s", i+1, len(raw), last)
			}
		}
	})
	t.Run("no page is all but empty", func(t *testing.T) {
		for i, text := range raw {
			if n := utf8.RuneCountInString(plain(text)); n < fewest {
				t.Errorf("page %d of %d shows only %d signs", i+1, len(raw), n)
			}
		}
	})
	t.Run("the head of a table is on every page that has rows of it", func(t *testing.T) {
		broken, found, rows := 0, 0, 0
		for i, table := range doc.tables {
			if len(table) < 3 || !doc.headed[i] {
				continue
			}
			head := plain(strings.Join(table[0], ""))
			on := map[int]bool{}
			for _, row := range table[1:] {
				if row[0] == "合计" { // may read the same in several tables
					continue
				}
				rows++
				signature := plain(strings.Join(row, ""))
				for n, text := range raw {
					if utf8.RuneCountInString(signature) > 8 && strings.Contains(plain(text), signature) {
						found++
						if !strings.Contains(plain(text), head) {
							t.Errorf("page %d shows the row %s without the head %s", n+1, signature, head)
						}
						on[n] = true
					}
				}
			}
			if len(on) > 1 {
				broken++
			}
		}
		t.Logf("%d of %d rows found, %d tables go over several pages", found, rows, broken)
		if found < rows*2/3 {
			t.Errorf("only %d of %d rows were found", found, rows)
		}
	})
	t.Run("no chart is cut by a page break", func(t *testing.T) {
		for i, drawing := range drawings(t, page) {
			caption := plain(doc.texts("figcaption")[i])
			labels := han(drawing)
			if len(labels) < 6 {
				t.Fatalf("figure %d says only %q", i+1, labels)
			}
			n := slices.IndexFunc(raw, func(p string) bool { return strings.Contains(plain(p), caption) })
			if n < 0 {
				t.Errorf("figure %d is not printed", i+1)
			} else if !strings.Contains(han(raw[n]), labels) {
				t.Errorf("page %d has the caption of figure %d, but not all of it: %s", n+1, i+1, labels)
			}
		}
	})
}

var (
	drawingSource = regexp.MustCompile(`<img src="data:image/svg&#43;xml;base64,([^"]*)"`)
	drawnText     = regexp.MustCompile(`<text[^>]*>([^<]*)<`)
)

// drawings returns the words of each drawing of a page.
func drawings(t *testing.T, page []byte) []string {
	t.Helper()
	var out []string
	for _, svg := range svgs(t, page) {
		var b strings.Builder
		for _, text := range drawnText.FindAllStringSubmatch(svg, -1) {
			b.WriteString(html.UnescapeString(text[1]))
		}
		out = append(out, b.String())
	}
	return out
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
