package dashboards

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"qingfeng/dashboards/export"
	"qingfeng/metrics"
)

// linkedFiles are the addresses of files that a page offers, by their ending.
func linkedFiles(t *testing.T, page []byte) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, href := range linksOf(t, page)[""] {
		u, err := url.Parse(href)
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range formats {
			if strings.HasSuffix(u.Path, "."+format) || u.Query().Get("download") == format {
				out[format] = append(out[format], href)
			}
		}
	}
	return out
}

// shownCells are the texts of a table of a page, head and rows, each without its white space.
func shownCells(table *html.Node) [][]string {
	var out [][]string
	for n := range table.Descendants() {
		if n.Data != "tr" {
			continue
		}
		var row []string
		for c := range n.ChildNodes() {
			if c.Type == html.ElementNode {
				row = append(row, squeezed(readOut(c)))
			}
		}
		out = append(out, row)
	}
	return out
}

// squeezed is a text of a page or a file without what separates words and thousands, and
// without the apostrophe before what might be a formula.
func squeezed(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(strings.ReplaceAll(strings.TrimPrefix(text, "'"), "\u202f", "")), ""), "−", "-")
}

func testEveryTableIsAFile(t *testing.T, s *site) {
	tables := 0
	for _, path := range everyPage(s) {
		page := s.ok(path)
		files := linkedFiles(t, page)
		root, err := html.Parse(bytes.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		var shown [][][]string
		for n := range root.Descendants() {
			if n.Data == "table" && count1(n, "thead") == 1 {
				shown = append(shown, shownCells(n))
			}
		}
		if len(shown) == 0 {
			if bytes.Contains(page, []byte("download=")) {
				t.Errorf("%s offers tables and shows none", path)
			}
			continue
		}
		if len(files["csv"]) == 0 || len(files["xlsx"]) == 0 {
			t.Errorf("%s shows %d tables and offers no file of them", path, len(shown))
			continue
		}
		own := slices.ContainsFunc(files["xlsx"], func(h string) bool { return !strings.Contains(h, "download=xlsx") })
		at := slices.IndexFunc(files["xlsx"], func(h string) bool { return strings.Contains(h, "download=xlsx") })
		if at < 0 {
			if !own {
				t.Errorf("%s offers neither its tables nor its rows", path)
			}
			continue // lists, whose files hold more than the page does: see downloads load again
		}
		a := s.get(files["xlsx"][at])
		if a.status != 200 || !strings.Contains(a.header.Get("X-Qingfeng-Export"), "data_version=") {
			t.Errorf("GET %s = %d, %v", files["xlsx"][at], a.status, a.header)
			continue
		}
		book, err := excelize.OpenReader(bytes.NewReader(a.body))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		sheets := book.GetSheetList()
		if len(sheets) != len(shown) {
			t.Errorf("%s shows %d tables; the file holds %v", path, len(shown), sheets)
			continue
		}
		for i, sheet := range sheets {
			tables++
			rows, err := book.GetRows(sheet)
			if err != nil {
				t.Fatal(err)
			}
			if i == len(sheets)-1 {
				if last := rows[len(rows)-1][0]; !strings.HasPrefix(last, "# 导出：") {
					t.Errorf("%s ends with %q", path, last)
				}
				rows = rows[:len(rows)-1]
			}
			if len(rows) != len(shown[i]) {
				t.Errorf("%s: %s shows %d rows; the file holds %d", path, sheet, len(shown[i]), len(rows))
				continue
			}
			for y, want := range shown[i] {
				for x, cell := range want {
					got := ""
					if x < len(rows[y]) {
						got = squeezed(rows[y][x])
					}
					if got != cell && got != strings.TrimPrefix(cell, "'") {
						t.Errorf("%s, %s, row %d, column %d: the page says %q, the file %q", path, sheet, y, x, cell, got)
					}
				}
			}
			panes, err := book.GetPanes(sheet)
			if err != nil || !panes.Freeze || panes.YSplit != 1 {
				t.Errorf("%s: the head of %s is not frozen", path, sheet)
			}
		}
		if err := book.Close(); err != nil {
			t.Error(err)
		}
		at = slices.IndexFunc(files["csv"], func(h string) bool { return strings.Contains(h, "download=csv") })
		text := s.ok(files["csv"][at])
		if !bytes.HasPrefix(text, []byte("\ufeff")) || !bytes.Contains(text, []byte("\n# 导出：")) {
			t.Errorf("%s: the CSV has no mark or no last line: %.80q", path, text)
		}
		forPrograms := s.ok(strings.Replace(files["csv"][at], "download=csv", "download=plain", 1))
		if until := bytes.LastIndex(text, []byte("# 导出：")); until < 3 || string(bytes.TrimRight(text[3:until], "\r\n\"")) != string(bytes.TrimRight(forPrograms, "\r\n\"")) {
			t.Errorf("%s: the CSV for programs is not that for people without its mark and last line: %.80q", path, forPrograms)
		}
		r := csv.NewReader(bytes.NewReader(text))
		r.FieldsPerRecord, r.LazyQuotes = -1, true
		if _, err := r.ReadAll(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	if tables < 25 {
		t.Errorf("only %d tables were compared", tables)
	}
}

func testEveryChartIsAFile(t *testing.T, s *site) {
	charts := 0
	for _, path := range everyPage(s) {
		page := s.ok(path)
		for _, m := range regexp.MustCompile(`<script type="application/json" data-chart="([^"]+)"`).FindAllSubmatch(page, -1) {
			charts++
			menu := regexp.MustCompile(`(?s)<details class="menu save" data-save="` + regexp.QuoteMeta(string(m[1])) + `".*?</details>`).Find(page)
			for _, want := range []string{`data-as="png"`, `data-as="svg"`, `.csv`, `.xlsx`} {
				if !bytes.Contains(menu, []byte(want)) {
					t.Errorf("%s: the chart %s cannot be taken away as %s", path, m[1], want)
				}
			}
			for format, hrefs := range linkedFiles(t, menu) {
				for _, href := range hrefs {
					if a := s.get(href); a.status != 200 || len(a.body) < 40 {
						t.Errorf("%s: %s of %s: GET %s = %d", path, format, m[1], href, a.status)
					}
				}
			}
		}
	}
	if charts < 7 {
		t.Errorf("only %d charts were found", charts)
	}
}

// The list of obligations is shown in parts; its file holds all of it, whatever the light.
func testObligationsAreAFile(t *testing.T, s *site) {
	for _, status := range []string{"", "pressing", "overdue", "due_soon", "open", "met"} {
		files := linkedFiles(t, s.ok("/supervision?status="+status))
		at := slices.IndexFunc(files["csv"], func(h string) bool { return strings.HasPrefix(h, "/figures/overdue.csv") })
		if at < 0 {
			t.Fatalf("the list of %q is no file", status)
		}
		r := csv.NewReader(bytes.NewReader(s.ok(files["csv"][at])))
		r.FieldsPerRecord = -1
		lines, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		answer := read[metrics.Overdue](s, "/api/v1/overdue?status=all")
		for _, it := range slices.Concat(answer.Items, answer.Unmet) { // the page has a table apart for the latter
			if states := map[string]string{"": string(it.Status), "open": "on_track due_soon", "pressing": "overdue due_soon"}; strings.Contains(cmp.Or(states[status], status), string(it.Status)) {
				want++
			}
		}
		// Of 2025: the nine points of the first hospital without a check, and three units without a list.
		if n := len(answer.Unmet); n != 9+3 {
			t.Errorf("%d items are left of 2025; want 12", n)
		}
		if got := len(lines) - 2; got != want { // without head and last line
			t.Errorf("the file of %q holds %d obligations; want %d", status, got, want)
		}
	}
}

func TestTextsOfAPageAreValuesOfAFile(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		want       any
	}{
		{"a number", "12", 12},
		{"a number in thousands", "1\u202f234", 1234},
		{"a number below zero", "−3", -3},
		{"nothing", "", nil},
		{"a ratio", "1 / 3", "1 / 3"},
		{"a share", "45.0%", "45.0%"},
		{"a code that begins with zero", "007", "007"},
		{"a formula", "=1+1", "=1+1"}, // which the writer neutralises
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := typed(tc.text); got != tc.want {
				t.Errorf("typed(%q) = %v; want %v", tc.text, got, tc.want)
			}
		})
	}
	var b bytes.Buffer
	if err := export.CSVs(&b, []export.Table{{Sheet: "甲", Columns: []export.Column{{Head: "数"}}, Rows: rowsOf([][]any{{typed("=1+1")}})}}); err != nil {
		t.Fatal(err)
	}
	if b.String() != "数\r\n'=1+1\r\n" {
		t.Errorf("a formula of a page is written as %q", b.String())
	}
}
