package table

import (
	"context"
	"io"
	"slices"
)

// A document is read twice: first for the paragraphs around its tables, which a
// table hands out before its rows, and to know that the document is whole; then
// for the rows. Neither reading keeps more than the row at hand.

func (o *opener) docx(ctx context.Context, name string, p *pack, main string) error {
	d := &document{opener: o, pack: p, main: main}
	rels, err := p.relations(ctx, main)
	if err != nil {
		return err
	}
	d.rels = rels
	for _, rel := range rels {
		switch rel.kind {
		case "styles":
			err = p.xmlPart(ctx, rel.target, true, d.readStyles)
		case "numbering":
			err = p.xmlPart(ctx, rel.target, true, d.numbering.read)
		}
		if err != nil {
			return err
		}
	}
	outline, err := d.outline(ctx, name)
	if err != nil {
		return err
	}
	if !slices.Contains(outline.filled, true) {
		return emptyFault(Text{
			"文档中没有带内容的表格；扫描的图片和文本框里的表格不能读取，请把内容填入正文的表格后再导入",
			"the document has no table with any text; scanned pictures and tables in text boxes are not read: fill in a table of the text itself and load that",
		})
	}
	return told(p.xmlPart(ctx, main, false, func(x *xmlReader) error {
		w := d.walk(x)
		tables := 0
		w.onTable = func() error {
			i := tables
			tables++
			if !outline.filled[i] {
				return w.passTable(nil)
			}
			t := &Table{File: name, Format: "docx", Index: i + 1, Before: outline.before(i), After: outline.after(i)}
			depth, taken := len(x.open), false
			err := o.table(t, func(emit emit) error {
				taken = true
				return w.rows(&tableRows{walker: w, of: t, emit: emit})
			})
			switch {
			case err != nil:
				return err
			case !taken: // read all the same: lists may go on in the next table
				return w.passTable(nil)
			}
			return x.leave(depth - 1)
		}
		return w.body()
	}))
}

// leave reads on until only depth elements are open.
func (x *xmlReader) leave(depth int) error {
	for len(x.open) > depth || x.pend {
		kind, err := x.next()
		if err != nil {
			return err
		}
		if kind == xmlEOF {
			return io.ErrUnexpectedEOF
		}
	}
	return nil
}

// document is what the two readings of a docx have in common.
type document struct {
	*opener
	pack      *pack
	main      string
	rels      map[string]relation
	styles    map[string]*wordStyle
	numbering numbering
}

// wordStyle is what a style says about hidden text and numbering.
type wordStyle struct {
	basedOn string
	hidden  *bool
	number  numberRef
}

// readStyles takes the styles that a paragraph or a run may name.
func (d *document) readStyles(x *xmlReader) error {
	d.styles = map[string]*wordStyle{}
	var style *wordStyle
	return eachElement(x, func() error {
		if x.space != spaceWord {
			return nil
		}
		switch string(x.name) {
		case "style":
			id, _ := x.attr("styleId")
			style = &wordStyle{}
			if len(d.styles) < 100_000 {
				d.styles[id] = style
			}
		case "basedOn":
			if style != nil {
				style.basedOn, _ = x.attr("val")
			}
		case "vanish":
			if style != nil {
				on := x.onOff()
				style.hidden = &on
			}
		case "numId":
			if style != nil {
				style.number.set, style.number.id = true, x.intAttr("val")
			}
		case "ilvl":
			if style != nil {
				style.number.level = x.intAttr("val")
			}
		case "tblStylePr":
			return x.skip()
		}
		return nil
	})
}

// onOff returns the value of a property that is true unless it says otherwise.
func (x *xmlReader) onOff() bool {
	v, ok := x.rawAttr("val")
	if !ok {
		return true
	}
	switch string(v) {
	case "0", "false", "off":
		return false
	}
	return true
}

// maxStyleChain bounds how far styles are followed: files exist in which they
// are based on each other in a circle.
const maxStyleChain = 20

func (d *document) hiddenStyle(id string) bool {
	for range maxStyleChain {
		s := d.styles[id]
		if s == nil {
			return false
		}
		if s.hidden != nil {
			return *s.hidden
		}
		id = s.basedOn
	}
	return false
}

func (d *document) styleNumber(id string) numberRef {
	first := id
	for range maxStyleChain {
		s := d.styles[id]
		if s == nil {
			break
		}
		if s.number.set {
			ref := s.number
			// A level may say itself which style it belongs to.
			if level, ok := d.numbering.levelOfStyle(ref.id, first); ok {
				ref.level = level
			}
			return ref
		}
		id = s.basedOn
	}
	return numberRef{}
}
