package dashboards

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/net/html"

	"qingfeng/dashboards/export"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// The tables of a page as files. They are read from the page itself, made anew for the same
// reader with the same conditions, so that a file can hold neither another number than the
// page nor one that the reader may not see.

// formats are the files that tables are written as: the parameter download of a page.
var formats = []string{"csv", "xlsx"}

// plainCSV is the CSV for programs, of any page that has tables: without the mark of the encoding and
// without the last line that says who asked for what. Pages do not link to it.
const plainCSV = "plain"

// download returns the address of the page's tables as a file.
func (r *request) download(format string) string { return r.here("download", format) }

// sheets answers the tables of a page, which body is, as one file: a sheet for each, or one
// below the other.
func (r *request) sheets(format string, body []byte) error {
	forPeople := format != plainCSV
	if !forPeople {
		format = "csv"
	}
	if !slices.Contains(formats, format) {
		return &integrity.Refused{Name: "download", Value: format, Legal: append(slices.Clone(formats), plainCSV)}
	}
	tables, err := tablesOf(body)
	if err != nil {
		return err
	}
	if len(tables) == 0 {
		return fmt.Errorf("tables of %s: %w", r.c.Path(), integrity.ErrNotFound)
	}
	return r.s.sendTables(r.c, sending{name: strings.Trim(strings.ReplaceAll(r.c.Path(), "/", "-"), "-"), format: format, tables: tables,
		asOf: r.scope.AsOf, version: r.s.dataVersion(r.ctx, r.who), forPeople: forPeople})
}

// tablesOf reads the tables within the main part of a page.
func tablesOf(page []byte) ([]export.Table, error) {
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	var out []export.Table
	heading := ""
	inMain := false
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "main":
			inMain = true
		case "footer":
			inMain = false
		case "h1", "h2", "h3":
			heading = readOut(n)
		case "table":
			if t := tableOn(n, heading); inMain && len(t.Columns) > 0 {
				out = append(out, t)
			}
		}
	}
	return out, nil
}

// tableOn reads one table. Its sheet is named by its caption, or by the heading above.
func tableOn(table *html.Node, heading string) export.Table {
	t := export.Table{Sheet: heading}
	var rows [][]any
	for n := range table.Descendants() {
		switch {
		case n.Data == "caption" && readOut(n) != "":
			t.Sheet = readOut(n)
		case n.Data == "tr" && n.Parent.Data == "thead":
			t.Columns = nil // the last row of the head names the columns
			for c := range n.ChildNodes() {
				if c.Type == html.ElementNode {
					t.Columns = append(t.Columns, export.Column{Head: readOut(c), Width: 14})
				}
			}
		case n.Data == "tr":
			var row []any
			for c := range n.ChildNodes() {
				if c.Type == html.ElementNode {
					row = append(row, typed(readOut(c)))
				}
			}
			rows = append(rows, row)
		}
	}
	if len(t.Columns) > 0 {
		t.Columns[0].Width = 28
	}
	t.Rows = rowsOf(rows)
	return t
}

// readOut is the text of an element as the eye reads it; a drawing in a cell says its label.
func readOut(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			b.WriteString(n.Data)
		case n.Data == "svg":
			for _, a := range n.Attr {
				if a.Key == "aria-label" {
					b.WriteString(" " + a.Val)
				}
			}
			return
		case n.Data == "form", n.Data == "button":
			return
		case n.Data == "br", n.Data == "p", n.Data == "li", n.Data == "div":
			b.WriteString(" ")
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
		if n.Data == "span" || n.Data == "p" || n.Data == "li" || n.Data == "div" {
			b.WriteString(" ")
		}
	}
	walk(n)
	return strings.TrimSpace(strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r != '\u202f' && unicode.IsSpace(r) }), " "))
}

// typed is a text of a page as a value of a file: whole numbers and days are such, whatever
// separates their thousands.
func typed(text string) any {
	if text == "" {
		return nil
	}
	if n, err := strconv.Atoi(strings.NewReplacer("\u202f", "", "−", "-").Replace(text)); err == nil && (text == "0" || text[0] != '0') {
		return n
	}
	if len(text) == len("2006-01-02") {
		if day, err := integrity.ParseDay(text); err == nil {
			return day
		}
	}
	return text
}

// sending is a file on its way to whoever asked for it.
type sending struct {
	name, format string
	tables       []export.Table
	asOf         integrity.Day
	version      string   // of the data
	conditions   []string // names of the parameters that narrow the tables; nil = those of a scope
	forPeople    bool
}

// sendTables answers tables as a file, with who asked for what: in a header, and for people in
// a last line.
func (s *server) sendTables(c *fiber.Ctx, f sending) error {
	if f.conditions == nil {
		f.conditions = metrics.ScopeNames()
	}
	stamp := s.stamp(c, f.asOf, f.version, f.conditions)
	last := &f.tables[len(f.tables)-1]
	if f.forPeople {
		f.tables[0].Mark = true
		last.Note = stamp.note()
	}
	write, media := export.CSVs, "text/csv; charset=utf-8"
	if f.format == "xlsx" {
		write, media = export.Workbooks, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	var body bytes.Buffer
	if err := write(&body, f.tables); err != nil {
		return err
	}
	c.Set("X-Qingfeng-Export", stamp.header())
	c.Set(fiber.HeaderContentType, media)
	name := f.name
	if name == "" {
		name = "overview"
	}
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s-%s.%s"`, asciiName(name), f.asOf, f.format))
	return c.Send(body.Bytes())
}

// asciiName leaves of a name what every browser takes in a header.
func asciiName(name string) string {
	return strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-') {
			return r
		}
		return '_'
	}, name)
}

// pagesWithOwnFiles offer all rows of their list as a file already.
var pagesWithOwnFiles = []string{"risks", "signals", "checks", "letters", "ledger", "directory"}

// takeAway says where the tables of a page are to be had as files.
func (r *request) takeAway(name string) []view.Link {
	if slices.Contains(pagesWithOwnFiles, name) {
		return nil
	}
	return []view.Link{{Text: "Excel", Href: r.download("xlsx")}, {Text: "CSV", Href: r.download("csv")}}
}

// withoutTakeAway cuts the offer of tables out of a page that turned out to show none: which
// do depends on what was found.
func withoutTakeAway(page []byte) []byte {
	if bytes.Contains(page, []byte("<thead>")) {
		return page
	}
	before, rest, offered := bytes.Cut(page, []byte(`<p class="actions takeaway">`))
	if !offered {
		return page
	}
	_, after, _ := bytes.Cut(rest, []byte("</p>"))
	return slices.Concat(before, after)
}
