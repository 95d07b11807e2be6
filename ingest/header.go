package ingest

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"qingfeng/ingest/mask"
	"qingfeng/ingest/table"
)

// headingDepth is how many rows are looked at for the headings: title rows, the line
// with unit and date, and empty lines stand above them.
const headingDepth = 30

// header is where the headings of a table were found, with the rows around them.
type header struct {
	layout layout
	above  []table.Row
	ahead  []item // rows read while looking, below the headings
	rest   func() ([]item, bool)
	stop   func()
	first  [][]string // the heading rows themselves, to recognise their repetition on later pages
	frame  formText   // what the lines above say
	// refused is told of rows that are rejected before they are parsed. May be nil.
	refused func(table.Row, *reject)
}

type item struct {
	row table.Row
	err error
}

// batches yields rows in their order, so many at a time: to change between who reads and who asks costs as
// much as to read half a row. The slice holds until the next is asked for.
func batches(rows iter.Seq2[table.Row, error], n int) iter.Seq[[]item] {
	return func(yield func([]item) bool) {
		batch := make([]item, 0, n)
		for row, err := range rows {
			if batch = append(batch, item{row, err}); len(batch) < n {
				continue
			}
			if !yield(batch) {
				return
			}
			batch = batch[:0]
		}
		if len(batch) > 0 {
			yield(batch)
		}
	}
}

// find looks for the headings of kind k in a table. It returns nil where no row holds
// at least two known headings, one of them required.
func (p *parser) find(h headings, t *table.Table) (*header, error) {
	out := &header{}
	out.rest, out.stop = iter.Pull(batches(t.Rows, headingDepth))
	first, _ := out.rest()
	seen := slices.Clone(first)
	for _, it := range seen {
		var fatal *table.FileError
		if errors.As(it.err, &fatal) {
			out.stop()
			return nil, fatal
		}
	}
	drop := mask.Column
	if p.req.Kind == KindPetitions {
		drop = mask.ColumnPetition
	}
	best, bestKnown, used := -1, 1, 1
	if p.alone {
		bestKnown = 0
	}
	for i := range seen {
		l, known, required := h.match(p.req.Kind, seen[i].row.Cells, drop)
		if required > 0 && known > bestKnown {
			best, bestKnown, used = i, known, 1
			out.layout, out.first = l, [][]string{seen[i].row.Cells}
		}
	}
	for i := range len(seen) - 1 { // headings that span two rows, where one row knows fewer
		l, known, required := h.match(p.req.Kind, twoRows(seen[i].row, seen[i+1].row), drop)
		if required > 0 && known > bestKnown {
			best, bestKnown, used = i, known, 2
			out.layout, out.first = l, [][]string{seen[i].row.Cells, seen[i+1].row.Cells}
		}
	}
	if best < 0 {
		if p.formGoesOn(t, seen) {
			out.layout, out.first, out.ahead = p.form.layout, p.form.first, seen
			out.frame = p.frameOf(t, nil)
			p.file.warn(p.req.Lang, Problem{Code: "headings_missing", zh: "这张表没有表头，列数与上一张表相同，按上一张表的表头读取", en: "this table has no headings and as many columns as the one above; it was read by the headings of that one"}.at(p.file, t, 0))
			return out, nil
		}
		out.stop()
		p.passed = seen
		return nil, nil
	}
	for _, it := range seen[:best] {
		out.above = append(out.above, it.row)
	}
	out.ahead = seen[best+used:]
	if p.req.Kind == KindRisks {
		out.frame = p.frameOf(t, out.above)
		p.form, p.formOf = out, t
	}
	return out, nil
}

// formGoesOn reports whether the rows of a table without headings go on with the form above it: where
// Word splits a table in two, the second half has none. It has as many columns then, and its
// first numbered row stands at its beginning or behind the rest of the last one above.
func (p *parser) formGoesOn(t *table.Table, rows []item) bool {
	if p.form == nil || t.Format != "docx" || t.File != p.formOf.File || !p.form.layout.has(fNo) || !p.isForm(&p.form.layout) {
		return false
	}
	columns := len(p.form.first[len(p.form.first)-1])
	for i, it := range rows[:min(2, len(rows))] {
		c := p.cells(it.row, &p.form.layout)
		if len(it.row.Cells) > columns || len(it.row.Merged) > 0 && it.row.Merged[len(it.row.Merged)-1] {
			return false
		}
		no := c.get(fNo)
		if _, ok := pointNumber(no); ok {
			return c.any(fDescription) && c.any(fMeasures, fPath)
		}
		if no != "" || i > 0 {
			return false
		}
	}
	return false
}

// passOver says that a table without known headings was left out, unless it holds the
// lines around a form, which some offices put into a table of their own.
func (p *parser) passOver(t *table.Table) {
	frame := false
	for _, it := range p.passed {
		line := strings.Join(rowText(it.row), cellGap)
		var f formText
		f.header(line)
		f.footer(line)
		if p.req.Kind != KindRisks || !f.labelled && !f.signs && !formNote.MatchString(line) {
			continue
		}
		frame = true
		p.lines = append(p.lines, line)
		if n := len(p.drafts); n > 0 {
			p.drafts[n-1].frame.footer(line)
		}
	}
	if n := len(p.drafts); n > 0 && t.File == p.drafts[n-1].table.File && !p.drafts[n-1].frame.signs {
		for _, line := range t.After { // below it the form may be signed
			p.drafts[n-1].frame.footer(line)
		}
	}
	if !frame && (len(p.passed) > 1 || len(p.passed) == 1 && len(rowText(p.passed[0].row)) > 2) {
		problem := Problem{Code: "table_ignored", zh: "这张表没有认得的表头，未读取", en: "this table has no known headings and was left out"}
		p.file.warn(p.req.Lang, problem.at(p.file, t, 0))
		p.file.Unread++
	}
	p.passed = nil
}

// twoRows joins two heading rows cell by cell: the lower text where there is one, since
// the upper one names a group, else the upper.
func twoRows(upper, lower table.Row) []string {
	out := make([]string, max(len(upper.Cells), len(lower.Cells)))
	for i := range out {
		var u, l string
		if i < len(upper.Cells) {
			u = strings.TrimSpace(upper.Cells[i])
		}
		if i < len(lower.Cells) {
			l = strings.TrimSpace(lower.Cells[i])
		}
		out[i] = l
		if l == "" || l == u {
			out[i] = u
		}
	}
	return out
}

// rows calls each for every row below the headings. Repeated headings are passed over;
// rows that lost content, and 同上 where it cannot be, are rejected here; *table.FileError ends the file.
func (h *header) rows(ctx context.Context, p *parser, t *table.Table, each func(table.Row) error) error {
	defer h.stop()
	repeated := func(row table.Row) bool {
		return slices.ContainsFunc(h.first, func(heading []string) bool { return slices.Equal(row.Cells, heading) })
	}
	var above table.Row // the last one that was read
	refuse := func(row table.Row, problem Problem) error {
		p.file.Read++
		p.file.Rejected++
		c := p.cells(row, &h.layout)
		c.first = &problem
		r := p.reject(&c)
		if h.refused != nil {
			h.refused(row, r)
		}
		return p.spill(ctx)
	}
	read := func(it *item) error {
		if repeated(it.row) {
			return nil
		}
		row, why := p.sameAbove(&h.layout, above, it.row)
		above = row
		if why != nil {
			return refuse(row, *why)
		}
		return each(row)
	}
	take := func(it *item) error {
		if it.err == nil {
			return read(it)
		}
		var fatal *table.FileError
		if errors.As(it.err, &fatal) {
			return fatal
		}
		var bad *table.RowError
		if errors.As(it.err, &bad) {
			problem := p.file.told(Problem{Table: bad.Table, Row: bad.Row, Column: h.layout.heading(bad.Column - 1), Code: bad.Code}, t.File, bad.Sheet, bad.Detail)
			if bad.Reject {
				above = table.Row{}
				p.file.fail(p.req.Lang, problem)
				return refuse(it.row, problem)
			}
			p.file.warn(p.req.Lang, problem)
		} else {
			return it.err
		}
		return read(it)
	}
	for items, more := h.ahead, true; more; items, more = h.rest() {
		for i := range items {
			if err := take(&items[i]); err != nil {
				return err
			}
		}
	}
	return nil
}
