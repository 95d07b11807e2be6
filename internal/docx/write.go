package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"time"
)

// The page: A4 with margins, in twentieths of a point.
const (
	pageShort, pageLong = 11906, 16838
	marginTop           = 1134
	marginSide          = 1020
)

// Width returns what a table may take of the page's width, in twentieths of a point.
func (d Document) Width() int {
	if d.Landscape {
		return pageLong - 2*marginSide
	}
	return pageShort - 2*marginSide
}

// Write writes the document. It returns an error naming the row if a row of a table does
// not fill its columns.
func Write(w io.Writer, d Document) error {
	body := &writer{}
	for i, b := range d.Body {
		if err := b.write(body); err != nil {
			return fmt.Errorf("write document %s: block %d: %w", d.Title, i+1, err)
		}
	}
	// A table must be followed by a paragraph, or Word calls the file damaged.
	if n := len(d.Body); n == 0 {
		body.raw("<w:p/>")
	} else if _, ok := d.Body[n-1].(Table); ok {
		body.raw("<w:p/>")
	}
	across, down, orient := pageShort, pageLong, ""
	if d.Landscape {
		across, down, orient = pageLong, pageShort, ` w:orient="landscape"`
	}
	body.raw(fmt.Sprintf(`<w:sectPr><w:pgSz w:w="%d" w:h="%d"%s/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>`,
		across, down, orient, marginTop, marginSide, marginTop, marginSide))

	z := zip.NewWriter(w)
	for _, part := range []struct{ name, text string }{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", packageRelations},
		{"docProps/core.xml", d.properties()},
		{"word/document.xml", xml.Header + `<w:document xmlns:w="` + namespace + `"><w:body>` + body.String() + `</w:body></w:document>`},
		{"word/_rels/document.xml.rels", documentRelations},
		{"word/styles.xml", styles},
		{"word/settings.xml", settings},
		{"word/numbering.xml", body.numbering()},
	} {
		// A fixed time: the same document gives the same bytes.
		f, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Deflate, Modified: time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = io.WriteString(f, part.text)
		}
		if err != nil {
			return fmt.Errorf("write document %s: %s: %w", d.Title, part.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write document %s: %w", d.Title, err)
	}
	return nil
}

// writer collects the body.
type writer struct {
	bytes.Buffer
	lists   int // highest number of a list
	changes int // ids given to tracked changes
}

func (w *writer) raw(s string) { w.WriteString(s) }

func (w *writer) text(s string) {
	// EscapeText fails only if the buffer does, which it never does.
	_ = xml.EscapeText(&w.Buffer, []byte(s))
}

func (p Paragraph) write(w *writer) error {
	w.raw("<w:p>")
	if p.List > 0 || p.Align != Left || p.NewPage {
		w.raw("<w:pPr>")
		if p.NewPage {
			w.raw("<w:pageBreakBefore/>")
		}
		if p.List > 0 {
			w.lists = max(w.lists, p.List)
			w.raw(fmt.Sprintf(`<w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr>`, p.List))
		}
		if p.Align != Left {
			w.raw(`<w:jc w:val="` + string(p.Align) + `"/>`)
		}
		w.raw("</w:pPr>")
	}
	for _, r := range p.Runs {
		r.write(w)
	}
	w.raw("</w:p>")
	return nil
}

func (r Run) write(w *writer) {
	element := "w:t"
	if c := r.Change; c != nil {
		tag := "w:ins"
		if c.Deleted {
			tag, element = "w:del", "w:delText"
		}
		w.changes++
		w.raw(fmt.Sprintf(`<%s w:id="%d" w:author="`, tag, w.changes))
		w.text(c.Author)
		w.raw(`" w:date="` + c.On.UTC().Format("2006-01-02T15:04:05Z") + `">`)
		defer w.raw("</" + tag + ">")
	}
	w.raw("<w:r>")
	if r.Bold || r.Size > 0 || r.Font != "" {
		w.raw("<w:rPr>")
		if r.Font != "" {
			w.raw(`<w:rFonts w:eastAsia="`)
			w.text(r.Font)
			w.raw(`"/>`)
		}
		if r.Bold {
			w.raw("<w:b/>")
		}
		if r.Size > 0 {
			w.raw(fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, 2*r.Size, 2*r.Size))
		}
		w.raw("</w:rPr>")
	}
	open := false
	begin := func() {
		if !open {
			w.raw("<" + element + ` xml:space="preserve">`)
			open = true
		}
	}
	end := func() {
		if open {
			w.raw("</" + element + ">")
			open = false
		}
	}
	for _, c := range r.Text {
		switch c {
		case '\n':
			end()
			w.raw("<w:br/>")
		case '\t':
			end()
			w.raw("<w:tab/>")
		case '\r':
		default:
			begin()
			w.text(string(c))
		}
	}
	end()
	w.raw("</w:r>")
}

func (t Table) write(w *writer) error {
	w.raw(`<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="0" w:type="auto"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, width := range t.Widths {
		w.raw(fmt.Sprintf(`<w:gridCol w:w="%d"/>`, width))
	}
	w.raw("</w:tblGrid>")
	for i, r := range t.Rows {
		w.raw("<w:tr><w:trPr><w:cantSplit/>")
		if i < t.Headings {
			w.raw("<w:tblHeader/>")
		}
		w.raw("</w:trPr>")
		column := 0
		for _, c := range r.Cells {
			span := max(c.Span, 1)
			if column+span > len(t.Widths) {
				return fmt.Errorf("row %d has more than %d columns", i+1, len(t.Widths))
			}
			width := 0
			for _, x := range t.Widths[column : column+span] {
				width += x
			}
			column += span
			if err := c.write(w, width, span); err != nil {
				return err
			}
		}
		if column != len(t.Widths) {
			return fmt.Errorf("row %d has %d of %d columns", i+1, column, len(t.Widths))
		}
		w.raw("</w:tr>")
	}
	w.raw("</w:tbl>")
	return nil
}

func (c Cell) write(w *writer, width, span int) error {
	w.raw(fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width))
	if span > 1 {
		w.raw(fmt.Sprintf(`<w:gridSpan w:val="%d"/>`, span))
	}
	switch c.Merge {
	case MergeStart:
		w.raw(`<w:vMerge w:val="restart"/>`)
	case MergeContinue:
		w.raw(`<w:vMerge/>`)
	}
	w.raw("</w:tcPr>")
	if c.Control != "" {
		w.raw(`<w:sdt><w:sdtPr><w:alias w:val="`)
		w.text(c.Control)
		w.raw(`"/></w:sdtPr><w:sdtContent>`)
	}
	for _, p := range c.Paragraphs {
		if err := p.write(w); err != nil {
			return err
		}
	}
	if len(c.Paragraphs) == 0 {
		w.raw("<w:p/>") // a cell without a paragraph is damaged
	}
	if c.Control != "" {
		w.raw("</w:sdtContent></w:sdt>")
	}
	w.raw("</w:tc>")
	return nil
}

// numbering declares one numbered list for each that the body uses, each from 1.
func (w *writer) numbering() string {
	var b bytes.Buffer
	b.WriteString(xml.Header + `<w:numbering xmlns:w="` + namespace + `"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/>` +
		`<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="space"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/></w:lvl></w:abstractNum>`)
	for i := 1; i <= w.lists; i++ {
		fmt.Fprintf(&b, `<w:num w:numId="%d"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>`, i)
	}
	b.WriteString("</w:numbering>")
	return b.String()
}

func (d Document) properties() string {
	w := &writer{}
	w.raw(xml.Header + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" ` +
		`xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>`)
	w.text(d.Title)
	w.raw("</dc:title><dc:creator>")
	w.text(d.Creator)
	w.raw("</dc:creator>")
	if !d.Created.IsZero() {
		stamp := d.Created.UTC().Format("2006-01-02T15:04:05Z")
		w.raw(`<dcterms:created xsi:type="dcterms:W3CDTF">` + stamp + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + stamp + `</dcterms:modified>`)
	}
	w.raw("</cp:coreProperties>")
	return w.String()
}

const namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

const contentTypes = xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
	`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
	`<Default Extension="xml" ContentType="application/xml"/>` +
	`<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>` +
	`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
	`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/>` +
	`<Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/>` +
	`<Override PartName="/word/numbering.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/></Types>`

const packageRelations = xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`

const documentRelations = xml.Header + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
	`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>` +
	`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/>` +
	`<Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/></Relationships>`

// Without the compatibility mode Word opens the file as one of an old version.
const settings = xml.Header + `<w:settings xmlns:w="` + namespace + `"><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`

const styles = xml.Header + `<w:styles xmlns:w="` + namespace + `"><w:docDefaults><w:rPrDefault><w:rPr>` +
	`<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="仿宋"/><w:sz w:val="21"/><w:szCs w:val="21"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/>` +
	`</w:rPr></w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>` +
	`<w:style w:type="table" w:default="1" w:styleId="Plain"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>` +
	`<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:basedOn w:val="Plain"/><w:tblPr><w:tblBorders>` +
	`<w:top w:val="single" w:sz="4" w:color="auto"/><w:left w:val="single" w:sz="4" w:color="auto"/><w:bottom w:val="single" w:sz="4" w:color="auto"/>` +
	`<w:right w:val="single" w:sz="4" w:color="auto"/><w:insideH w:val="single" w:sz="4" w:color="auto"/><w:insideV w:val="single" w:sz="4" w:color="auto"/>` +
	`</w:tblBorders></w:tblPr></w:style></w:styles>`
