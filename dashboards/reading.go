package dashboards

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/export"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
)

// Reading is how files of a kind are read at present: which headings are taken for which column,
// and which words of sources for which category.
type Reading struct {
	Columns []ReadColumn
	Words   []ReadWord // of signals
}

// ReadColumn is a column of the template with the headings that are taken for it.
type ReadColumn struct {
	Heading    string
	Required   bool
	Also       []string // that the program knows
	Configured []string // that the configuration adds
}

// ReadWord is a word in the column 类别 of a source, and the category that it means.
type ReadWord struct {
	Word     string
	Category integrity.Category
}

// blankForm is the address of the empty form of a kind; empty where nobody tells its columns.
func (r *request) blankForm(kind string) string {
	if r.s.Blank == nil {
		return ""
	}
	return "/imports/forms/" + kind + ".xlsx"
}

// blank writes the empty form of a kind, with the headings of the command template.
func (s *server) blank(c *fiber.Ctx) error {
	kind, known := strings.CutSuffix(c.Params("file"), ".xlsx")
	if !known || !slices.Contains(kinds(), kind) {
		return fmt.Errorf("form %q: %w", c.Params("file"), integrity.ErrNotFound)
	}
	t := export.Table{Sheet: kind, Rows: rowsOf(nil)}
	for _, head := range s.Blank(kind) {
		t.Columns = append(t.Columns, export.Column{Head: head, Width: 18})
	}
	body, err := export.Bytes(export.Workbook, t)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+kind+`.xlsx"`)
	return c.Send(body)
}

// kindReading is the table of a kind in the form of an upload.
type kindReading struct {
	Label   string
	Columns view.Table
	Words   []string // a line a category
}

// readings tell, for each kind, what the form of an upload may count on without a mapping of its
// own; nothing where nobody tells.
func (r *request) readings() []kindReading {
	if r.s.Readings == nil {
		return nil
	}
	var out []kindReading
	for _, kind := range kinds() {
		reading := r.s.Readings(kind)
		k := kindReading{Label: r.t("import.kind." + kind)}
		k.Columns = view.Table{Caption: k.Label, Hide: true, Class: "tight wrap", Columns: []view.Column{{Label: r.t("reading.column"), Class: "w30"}, {Label: r.t("reading.also")}}}
		for _, c := range reading.Columns {
			name := view.Cell{Text: c.Heading, Head: true}
			if c.Required {
				name.Text += " *"
			}
			also := view.Cell{Text: r.listed(c.Also)}
			if len(c.Configured) > 0 {
				also.Note = r.t("reading.configured", r.listed(c.Configured))
			}
			k.Columns.Rows = append(k.Columns.Rows, []view.Cell{name, also})
		}
		for _, c := range integrity.Categories() {
			var words []string
			for _, w := range reading.Words {
				if w.Category == c {
					words = append(words, w.Word)
				}
			}
			if len(words) > 0 {
				k.Words = append(k.Words, c.Label(r.lang)+"："+strings.Join(words, "、"))
			}
		}
		out = append(out, k)
	}
	return out
}
