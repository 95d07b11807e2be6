package form

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// cellLimit is the number of characters that a cell of a workbook takes; a longer text
// would be cut silently.
const cellLimit = 32767

// WriteXLSX writes the forms into one workbook, a sheet for each, set up to print on A4
// landscape. Without any form it writes the empty template. It returns an error naming
// the point whose text is too long for a cell.
func WriteXLSX(w io.Writer, forms ...Form) (err error) {
	if len(forms) == 0 {
		forms = []Form{{}}
	}
	book := excelize.NewFile()
	defer func() {
		if cerr := book.Close(); err == nil && cerr != nil {
			err = fmt.Errorf("close the workbook of the form: %w", cerr)
		}
	}()
	looks, err := newLooks(book)
	if err != nil {
		return err
	}
	taken := map[string]bool{}
	for i, f := range forms {
		name := sheetName(f.UnitName, taken)
		if i == 0 {
			err = book.SetSheetName(book.GetSheetName(0), name)
		} else {
			_, err = book.NewSheet(name)
		}
		if err != nil {
			return fmt.Errorf("add sheet %s: %w", name, err)
		}
		if err := f.sheet(book, name, looks); err != nil {
			return fmt.Errorf("write the form of %s: %w", name, err)
		}
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write the workbook of the form: %w", err)
	}
	return nil
}

// looks are the styles of the cells of a form.
type looks struct{ title, line, head, body int }

func newLooks(book *excelize.File) (l looks, err error) {
	grid := []excelize.Border{{Type: "left", Color: "000000", Style: 1}, {Type: "right", Color: "000000", Style: 1}, {Type: "top", Color: "000000", Style: 1}, {Type: "bottom", Color: "000000", Style: 1}}
	for _, s := range []struct {
		to    *int
		style excelize.Style
	}{
		{&l.title, excelize.Style{Font: &excelize.Font{Bold: true, Size: 18, Family: "宋体"}, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center"}}},
		{&l.line, excelize.Style{Alignment: &excelize.Alignment{Vertical: "center"}}},
		{&l.head, excelize.Style{Font: &excelize.Font{Bold: true}, Border: grid, Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}}},
		{&l.body, excelize.Style{Border: grid, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}}},
	} {
		if *s.to, err = book.NewStyle(&s.style); err != nil {
			return l, fmt.Errorf("style of the form: %w", err)
		}
	}
	return l, nil
}

// sheetName turns the name of a unit into one that a sheet may have and no other has.
func sheetName(unit string, taken map[string]bool) string {
	base := strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\：`, r) || r < ' ' {
			return '_'
		}
		return r
	}, unit), "' ")
	if base == "" {
		base = "清单"
	}
	if r := []rune(base); len(r) > 26 {
		base = string(r[:26])
	}
	name := base
	for n := 2; taken[strings.ToLower(name)]; n++ {
		name = base + "_" + strconv.Itoa(n)
	}
	taken[strings.ToLower(name)] = true
	return name
}

// sheet fills one sheet: title and header line merged over all columns, the table, then
// signatures and notes merged likewise.
func (f Form) sheet(book *excelize.File, name string, l looks) error {
	columns := f.columns()
	row := 0
	put := func(texts []string, style int) error {
		row++
		for i, text := range texts {
			if utf8.RuneCountInString(text) > cellLimit {
				return fmt.Errorf("row %d, %s: the text has more than %d characters", row, columns[i].heading, cellLimit)
			}
			cell, err := excelize.CoordinatesToCellName(i+1, row)
			if err != nil {
				return err
			}
			if err := book.SetCellStr(name, cell, text); err != nil {
				return err
			}
			if err := book.SetCellStyle(name, cell, cell, style); err != nil {
				return err
			}
		}
		return nil
	}
	across := func(text string, style int) error {
		if err := put([]string{text}, style); err != nil {
			return err
		}
		last, err := excelize.CoordinatesToCellName(len(columns), row)
		if err != nil {
			return err
		}
		return book.MergeCell(name, "A"+strconv.Itoa(row), last)
	}
	if err := across(f.title(), l.title); err != nil {
		return err
	}
	if err := across(f.head(), l.line); err != nil {
		return err
	}
	var headings []string
	for i, c := range columns {
		headings = append(headings, c.heading)
		letter, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		if err := book.SetColWidth(name, letter, letter, float64(c.share)*1.3); err != nil {
			return err
		}
	}
	if err := put(headings, l.head); err != nil {
		return err
	}
	for _, texts := range f.rows() {
		if err := put(texts, l.body); err != nil {
			return err
		}
	}
	for _, line := range append([]string{f.foot()}, notes...) {
		if err := across(line, l.line); err != nil {
			return err
		}
	}
	return page(book, name)
}

// page sets a sheet up for A4 landscape, one page wide, the headings on every page.
func page(book *excelize.File, name string) error {
	const a4 = 9
	size, across, tall, fit := a4, 1, 0, true
	orientation := "landscape"
	if err := book.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &across, FitToHeight: &tall}); err != nil {
		return err
	}
	if err := book.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	return book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + strings.ReplaceAll(name, "'", "''") + "'!$3:$3", Scope: name})
}
