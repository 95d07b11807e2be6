package table

import (
	"context"
	"io"
	"path"
	"strings"
)

// relation is one line of a .rels part.
type relation struct{ kind, target string }

// relations reads the relations of a part: id → kind (the last word of its type,
// which is the same in transitional and strict documents) and target part.
func (p *pack) relations(ctx context.Context, part string) (map[string]relation, error) {
	dir, base := path.Split(part)
	rels := map[string]relation{}
	err := p.xmlPart(ctx, dir+"_rels/"+base+".rels", true, func(x *xmlReader) error {
		return eachElement(x, func() error {
			if string(x.name) != "Relationship" {
				return nil
			}
			id, _ := x.attr("Id")
			kind, _ := x.attr("Type")
			target, _ := x.attr("Target")
			mode, _ := x.attr("TargetMode")
			if strings.EqualFold(mode, "External") {
				return nil
			}
			if !strings.HasPrefix(target, "/") {
				target = path.Join(dir, target)
			}
			if len(rels) < 100_000 {
				rels[id] = relation{path.Base(kind), strings.TrimPrefix(target, "/")}
			}
			return nil
		})
	})
	return rels, err
}

// eachElement calls start at every start tag of the document, which must leave
// the element where it is.
func eachElement(x *xmlReader, start func() error) error {
	for {
		kind, err := x.next()
		if err != nil {
			return err
		}
		switch kind {
		case xmlStart:
			if err := start(); err != nil {
				return err
			}
		case xmlEOF:
			return nil
		}
	}
}

// ooxml finds out which kind of office document p is and reads it.
func (o *opener) ooxml(ctx context.Context, name string, p *pack, r io.ReaderAt, size int64) error {
	rels, err := p.relations(ctx, "")
	if err != nil {
		return err
	}
	main := ""
	for _, rel := range rels {
		if rel.kind == "officeDocument" {
			main = rel.target
		}
	}
	for _, usual := range []string{"word/document.xml", "xl/workbook.xml", "xl/workbook.bin"} {
		if !p.has(main) && p.has(usual) {
			main = usual
		}
	}
	if strings.HasSuffix(strings.ToLower(main), ".bin") {
		return o.convert(ctx, name, io.NewSectionReader(r, 0, size), "xlsb", "xlsx")
	}
	if main == "" {
		return &fault{code: CodeFormatUnknown, text: Text{
			"不是 Word 文档或 Excel 工作簿", "neither a Word document nor a workbook",
		}}
	}
	root := ""
	err = p.xmlPart(ctx, main, false, func(x *xmlReader) error {
		for x.kind != xmlStart {
			if _, err := x.next(); err != nil {
				return err
			}
		}
		root = string(x.name)
		return nil
	})
	if err != nil {
		return err
	}
	switch root {
	case "document":
		return o.docx(ctx, name, p, main)
	case "workbook":
		return o.xlsx(ctx, name, p, main)
	}
	return &fault{code: CodeFormatUnknown, text: Text{
		"不是 Word 文档或 Excel 工作簿", "neither a Word document nor a workbook",
	}}
}

// openDocument reads the formats of OpenDocument through the converter.
func (o *opener) openDocument(ctx context.Context, name string, p *pack, r io.ReaderAt, size int64) error {
	rc, err := p.openPart(ctx, "mimetype")
	if err != nil {
		return err
	}
	defer rc.Close()
	kind, err := io.ReadAll(io.LimitReader(rc, 256))
	if err != nil {
		return err
	}
	switch {
	case strings.HasPrefix(string(kind), "application/vnd.oasis.opendocument.text"):
		return o.convert(ctx, name, io.NewSectionReader(r, 0, size), "odt", "docx")
	case strings.HasPrefix(string(kind), "application/vnd.oasis.opendocument.spreadsheet"):
		return o.convert(ctx, name, io.NewSectionReader(r, 0, size), "ods", "xlsx")
	}
	return &fault{code: CodeFormatUnknown, text: Text{
		"不是文字文档或电子表格", "neither a text document nor a spreadsheet",
	}}
}
