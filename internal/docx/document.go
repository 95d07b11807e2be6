package docx

import "time"

// Document is a whole document.
type Document struct {
	Title   string
	Creator string
	Created time.Time // stamped into the properties; nothing else tells the time
	// Landscape turns the A4 page.
	Landscape bool
	Body      []Block
}

// Block is a Paragraph or a Table.
type Block interface{ write(*writer) error }

// Align is how the lines of a paragraph stand.
type Align string

// The alignments; the zero Align is left.
const (
	Left   Align = ""
	Center Align = "center"
	Right  Align = "right"
)

// Paragraph is one paragraph.
type Paragraph struct {
	Runs  []Run
	Align Align
	// List makes the paragraph an item of the numbered list with that number, from 1;
	// the item's own number is drawn by the reader's program and stands in no text.
	List int
	// NewPage begins a page with the paragraph.
	NewPage bool
}

// Text returns a paragraph of one plain run.
func Text(s string) Paragraph { return Paragraph{Runs: []Run{{Text: s}}} }

// Run is a stretch of text of one look. A line feed in Text breaks the line, a tab moves
// to the next tab stop.
type Run struct {
	Text   string
	Bold   bool
	Size   int    // points; 0 = 10.5, the size 五号
	Font   string // East Asian font; empty = 仿宋
	Change *Change
}

// Change marks a run as inserted or deleted with tracked changes on.
type Change struct {
	Deleted bool // else inserted
	Author  string
	On      time.Time
}

// Table is a table. Every row fills all columns, spans and merges counted.
type Table struct {
	Widths []int // of the columns, in twentieths of a point
	// Headings is how many rows at the top are repeated on every page.
	Headings int
	Rows     []Row
}

// Row is a row of a table.
type Row struct{ Cells []Cell }

// Merge says whether a cell is part of a downward merge.
type Merge int

// The parts of a downward merge.
const (
	MergeNone     Merge = iota
	MergeStart          // the topmost cell, which holds the text
	MergeContinue       // a cell below it
)

// Cell is a cell of a table.
type Cell struct {
	Paragraphs []Paragraph
	Span       int // columns it covers; 0 and 1 = one
	Merge      Merge
	// Control, if not empty, puts the content into a content control with this title.
	Control string
}
