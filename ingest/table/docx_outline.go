package table

import (
	"context"
	"slices"
	"strings"
)

// outline is the text of a document outside its tables.
type outline struct {
	gaps     [][]string // gaps[i] lies before table i, the last behind the last table
	section  []int      // of each table
	filled   []bool     // whether each table has any text
	headers  [][]string // of each section
	footers  [][]string
	sections []section
}

// section is what a section says about its page headers and footers, by the kind
// of page (default, first, even).
type section struct{ header, footer map[string]string }

const (
	maxTables = 10_000
	maxGap    = 400  // lines kept of a passage between two tables
	maxLine   = 2000 // characters kept of a line outside tables
)

func (l *outline) before(i int) []string {
	return append(slices.Clone(l.headers[l.section[i]]), l.gaps[i]...)
}

func (l *outline) after(i int) []string {
	return append(slices.Clone(l.gaps[i+1]), l.footers[l.section[i]]...)
}

func (l *outline) line(s string) {
	if s = strings.TrimSpace(s); s == "" {
		return
	}
	if r := []rune(s); len(r) > maxLine {
		s = string(r[:maxLine])
	}
	gap := &l.gaps[len(l.gaps)-1]
	if len(*gap) == maxGap {
		*gap = slices.Delete(*gap, maxGap/2, maxGap/2+1)
	}
	*gap = append(*gap, s)
}

// outline reads the document for what lies around its tables.
func (d *document) outline(ctx context.Context, name string) (*outline, error) {
	l := &outline{gaps: [][]string{nil}}
	err := d.pack.xmlPart(ctx, d.main, false, func(x *xmlReader) error {
		w := d.walk(x)
		w.line = l.line
		w.lost = func(what Text) {
			d.opener.opt.Notice(Notice{Code: NoticeContentIgnored, File: name, Detail: what})
		}
		w.onTable = func() error {
			if len(l.section) >= maxTables {
				return tooLarge("文档中的表格超过 %d 个", "the document has more than %d tables", maxTables)
			}
			l.section = append(l.section, len(l.sections))
			l.gaps = append(l.gaps, nil)
			l.filled = append(l.filled, false)
			return w.passTable(&l.filled[len(l.filled)-1])
		}
		w.onSection = func() error {
			s, err := d.readSection(x)
			if len(l.sections) < maxTables {
				l.sections = append(l.sections, s)
			}
			return err
		}
		return w.body()
	})
	if err != nil {
		return nil, err
	}
	return l, d.readMargins(ctx, l)
}

// readSection takes the references of a section to its headers and footers.
func (d *document) readSection(x *xmlReader) (section, error) {
	s := section{map[string]string{}, map[string]string{}}
	err := x.children(func() error {
		id, _ := x.attr("id")
		kind, _ := x.attr("type")
		rel := d.rels[id]
		switch {
		case x.is("headerReference") && rel.kind == "header":
			s.header[kind] = rel.target
		case x.is("footerReference") && rel.kind == "footer":
			s.footer[kind] = rel.target
		}
		return x.skip()
	})
	return s, err
}

// readMargins reads the page headers and footers of the sections that hold
// tables. A section without its own has those of the section before it.
func (d *document) readMargins(ctx context.Context, l *outline) error {
	parts := map[string][]string{}
	lines := func(current map[string]string) ([]string, error) {
		var all []string
		for _, kind := range []string{"default", "first", "even"} {
			part := current[kind]
			if part == "" {
				continue
			}
			text, read := parts[part]
			if !read {
				var err error
				if text, err = d.marginLines(ctx, part); err != nil {
					return nil, err
				}
				parts[part] = text
			}
			for _, line := range text {
				if !slices.Contains(all, line) {
					all = append(all, line)
				}
			}
		}
		return all, nil
	}
	// A document whose last section is not described still has one.
	l.sections = append(l.sections, section{})
	header, footer := map[string]string{}, map[string]string{}
	for _, s := range l.sections {
		for kind, part := range s.header {
			header[kind] = part
		}
		for kind, part := range s.footer {
			footer[kind] = part
		}
		above, err := lines(header)
		if err != nil {
			return err
		}
		below, err := lines(footer)
		if err != nil {
			return err
		}
		l.headers, l.footers = append(l.headers, above), append(l.footers, below)
	}
	return nil
}

// marginLines reads the lines of a page header or footer, those in tables too.
func (d *document) marginLines(ctx context.Context, part string) ([]string, error) {
	l := &outline{gaps: [][]string{nil}}
	err := d.pack.xmlPart(ctx, part, true, func(x *xmlReader) error {
		w := d.walk(x)
		w.line = l.line
		w.onTable = func() error {
			var text textLines
			err := w.nested(&text)
			for _, line := range text.lines {
				l.line(line)
			}
			return err
		}
		if err := x.root(); err != nil {
			return err
		}
		return w.blocks(w.line)
	})
	return l.gaps[0], err
}

// root goes to the root element.
func (x *xmlReader) root() error {
	for x.kind != xmlStart {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}
