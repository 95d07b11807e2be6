package dashboards

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"qingfeng/ingest"
)

// Every workbook that any page offers, that of its tables and those of its own, has a frozen head, columns
// with a width of their own, numbers as numbers, and nothing that counts as a formula; its header and its last
// line say who asked, when, for what, of which version of the data.
func TestEveryWorkbookOfEveryPage(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	s.keepReport()
	s.must(ingest.KindComplaints, "编号|单位|日期|内容|来源", "T98|13|2026-11-01|=1+1的公式|热线")
	seen, numbers, formulas, neutral := map[string]bool{}, 0, 0, 0
	for _, page := range everyPage(s) {
		for _, href := range linkedFiles(t, s.ok(page))["xlsx"] {
			path, _, _ := strings.Cut(href, "?")
			if seen[path] || strings.HasPrefix(path, "/papers") || strings.HasSuffix(path, "rejects.xlsx") { // forms and papers, which have a shape of their own
				continue
			}
			seen[path] = true
			a := s.get(href)
			if a.status != http.StatusOK {
				t.Errorf("%s offers %s: %d", page, href, a.status)
				continue
			}
			said, err := url.QueryUnescape(a.header.Get("X-Qingfeng-Export"))
			if err != nil || !strings.Contains(said, "by=") || !strings.Contains(said, "at=") || !strings.Contains(said, "data_version=") {
				t.Errorf("GET %s says %q, %v", href, said, err)
			}
			book, err := excelize.OpenReader(bytes.NewReader(a.body))
			if err != nil {
				t.Fatalf("GET %s: %v", href, err)
			}
			sheets := book.GetSheetList()
			for i, sheet := range sheets {
				rows, err := book.GetRows(sheet)
				if err != nil || len(rows) == 0 {
					t.Fatalf("GET %s: %s: %v", href, sheet, err)
				}
				if panes, err := book.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 1 {
					t.Errorf("GET %s: the head of %s is not frozen", href, sheet)
				}
				if width, err := book.GetColWidth(sheet, "A"); err != nil || width == 9.140625 {
					t.Errorf("GET %s: %s has no width of its own: %v", href, sheet, width)
				}
				if last := rows[len(rows)-1][0]; i == len(sheets)-1 && !strings.HasPrefix(last, "# 导出：") {
					t.Errorf("GET %s ends with %q", href, last)
				}
				for y, row := range rows[1:] {
					for x, text := range row {
						at, err := excelize.CoordinatesToCellName(x+1, y+2)
						if err != nil {
							t.Fatal(err)
						}
						if formula, err := book.GetCellFormula(sheet, at); err != nil || formula != "" {
							t.Errorf("GET %s: %s of %s is a formula: %s", href, at, sheet, formula)
						}
						kind, err := book.GetCellType(sheet, at)
						if err != nil {
							t.Fatal(err)
						}
						isText := kind == excelize.CellTypeSharedString || kind == excelize.CellTypeInlineString
						if _, err := strconv.ParseFloat(text, 64); err == nil && !isText {
							numbers++
						}
						switch {
						case isText && strings.HasPrefix(text, "="):
							formulas++
						case isText && strings.HasPrefix(text, "'="):
							neutral++
						}
					}
				}
			}
			if err := book.Close(); err != nil {
				t.Error(err)
			}
		}
	}
	if numbers < 100 {
		t.Errorf("only %d cells are numbers", numbers)
	}
	if formulas > 0 || neutral == 0 {
		t.Errorf("%d texts begin like a formula, %d are neutralised", formulas, neutral)
	}
	for _, want := range []string{"/risks.xlsx", "/signals.xlsx", "/checks.xlsx", "/letters.xlsx", "/ledger.xlsx", "/directory.xlsx", "/figures/distribution.xlsx", "/figures/overdue.xlsx", "/units", "/leaders", "/stages"} {
		if !seen[want] {
			t.Errorf("no page offers %s", want)
		}
	}
}
