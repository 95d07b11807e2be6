package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	csvBuffer = 256 << 10
	// csvOpen is how far the end of a quoted cell is looked for.
	csvOpen = 1 << 20
	// csvRecord is the longest record; it only bounds files without line ends.
	csvRecord = 16 << 20
	// csvRescan is how much of a file may be looked at twice because quotation
	// marks do not close; beyond it the file as a whole is broken.
	csvRescan = 64 << 20
	// csvAhead is how much behind a quotation mark is looked at to tell whether it closes.
	csvAhead = 64
)

// csvReader splits text into records. It accepts what encoding/csv accepts with
// lazy quotes and field counts that vary, and differs from it in three ways: a
// quote that nothing closes costs one record and not the rest of the file, memory
// is bounded, and the delimiter may be longer than a byte.
type csvReader struct {
	src      io.Reader
	buf      []byte
	pos, end int
	eof      bool
	delim    string
	line     int // line of the record that comes next
	eol      int // distance from pos to the end of the line that is being read
	quote    int // no quotation mark lies in buf between pos and here
	rescan   int
	fields   []string
	scratch  []byte
	ends     []int
	slab     []string
	lines    strings.Builder // text of the lines that were read last
}

func (o *opener) csv(name string, text *bufio.Reader) error {
	sample, err := text.Peek(textWindow)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	var src io.Reader = text
	if bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0 {
		sample = bytes.ReplaceAll(sample, []byte("\r"), []byte("\n"))
		src = carriageReturns{text}
	}
	c := &csvReader{src: src, buf: make([]byte, csvBuffer), line: 1}
	first, _, _ := bytes.Cut(sample, []byte("\n"))
	if named := separatorLine.FindSubmatch(first); named != nil {
		c.delim = string(named[1])
		if c.eol, err = c.lineEnd(0); err != nil {
			return err
		}
		c.takeLine()
	} else {
		c.delim = findDelimiter(sample, err != nil)
	}
	t := &Table{File: name, Format: "csv", Index: 1}
	if c.delim == "\t" {
		t.Format = "tsv"
	}
	return told(o.table(t, func(emit emit) error { return o.records(c, emit) }))
}

// separatorLine is a first line that names the delimiter for spreadsheet programs: sep=;
var separatorLine = regexp.MustCompile(`(?i)^"?sep=([,;|\t])"?\s*$`)

// records emits the records of c that hold any text.
func (o *opener) records(c *csvReader, emit emit) error {
	var shape shape
	for some := false; ; {
		line := c.line
		fields, open, err := c.record()
		if errors.Is(err, io.EOF) {
			if !some {
				return errNoContent
			}
			return nil
		}
		if err != nil {
			return err
		}
		n := len(fields)
		fields = trimCells(fields)
		if len(fields) == 0 {
			continue
		}
		var re *RowError
		if !shape.fits(n, len(fields)) {
			re = &RowError{Code: CodeRowRagged, Detail: Text{
				"该行有 " + itoa(n) + " 列，与前面的 " + itoa(shape.width) + " 列不一致",
				"the row has " + itoa(n) + " cells where those before it have " + itoa(shape.width),
			}}
		}
		if open {
			re = &RowError{Code: CodeQuoteOpen, Reject: true, Detail: Text{
				"该行的引号没有结束，请补上引号或删去",
				"a quotation mark of the row is not closed; close or remove it",
			}}
		}
		row := Row{Number: line, Cells: c.keep(fields)}
		for i, s := range row.Cells {
			if cut, long := o.cut(s); long {
				row.Cells[i] = cut
				re = o.cellTooLarge(i + 1)
			}
		}
		some = true
		if !emit(row, re) {
			return errStopped
		}
	}
}

// shape is the number of columns that the records of a file have.
type shape struct{ seen, width, used int }

// fits reports whether a record of n fields, used of them up to the last that is
// not empty, has the width of those before it. Rows of one field above the
// heading are titles and set no width.
func (s *shape) fits(n, used int) bool {
	if s.width == 0 {
		if n > 1 {
			s.width = n
			s.used = used
		}
		return true
	}
	if s.seen++; s.seen <= 10 && n <= s.width {
		defer func() { s.used = max(s.used, used) }()
	}
	return n >= s.used && used <= s.width
}

// keep copies fields into memory of their own, taken from a slab shared by many rows.
func (c *csvReader) keep(fields []string) []string {
	n := len(fields)
	if len(c.slab) < n {
		c.slab = make([]string, max(1024, n))
	}
	kept := c.slab[:n:n]
	c.slab = c.slab[n:]
	copy(kept, fields)
	return kept
}

// fill reads on, keeping what is unread. It returns io.EOF when nothing is left to read.
func (c *csvReader) fill() error {
	if c.eof {
		return io.EOF
	}
	if c.pos > 0 {
		copy(c.buf, c.buf[c.pos:c.end])
		c.end -= c.pos
		c.quote = max(c.quote-c.pos, 0)
		c.pos = 0
	}
	if c.end == len(c.buf) {
		if len(c.buf) >= csvRecord {
			return tooLarge("一行超过 %d MB", "a record is longer than %d MB", csvRecord>>20)
		}
		c.buf = append(c.buf, make([]byte, len(c.buf))...)
	}
	for range 100 {
		n, err := c.src.Read(c.buf[c.end:])
		c.end += n
		if errors.Is(err, io.EOF) {
			c.eof = true
			if n == 0 {
				return io.EOF
			}
			return nil
		}
		if err != nil {
			return err
		}
		if n > 0 {
			return nil
		}
	}
	return io.ErrNoProgress
}

// record returns the fields of the next record, valid until the next call, none
// for an empty line. Open is true when a quotation mark in it is not closed.
func (c *csvReader) record() (fields []string, open bool, err error) {
	if c.eol, err = c.lineEnd(0); err != nil {
		return nil, false, err
	}
	if c.hasQuote(c.eol) {
		return c.quotedRecord()
	}
	fields, err = c.split(c.text(c.takeLine()))
	return fields, false, err
}

// csvLines is how much text of lines shares a piece of memory: a cell that somebody keeps keeps it.
const csvLines = 4 << 10

// text copies a line out of the buffer.
func (c *csvReader) text(line []byte) string {
	if c.lines.Cap()-c.lines.Len() < len(line) {
		c.lines = strings.Builder{}
		c.lines.Grow(max(csvLines, len(line)))
	}
	from := c.lines.Len()
	c.lines.Write(line)
	return c.lines.String()[from:]
}

// lineEnd returns the distance from pos to the first \n at or after from, or to
// the end of the text. It returns io.EOF when no text is left at all.
func (c *csvReader) lineEnd(from int) (int, error) {
	for {
		if i := bytes.IndexByte(c.buf[c.pos+from:c.end], '\n'); i >= 0 {
			return from + i, nil
		}
		from = c.end - c.pos
		switch err := c.fill(); {
		case errors.Is(err, io.EOF) && from > 0:
			return from, nil
		case err != nil:
			return 0, err
		}
	}
}

// hasQuote reports whether a quotation mark lies in the next n bytes. It looks
// at every byte of the buffer once, however many lines there are.
func (c *csvReader) hasQuote(n int) bool {
	if c.quote < c.pos {
		c.quote = c.pos
	}
	if c.quote < c.pos+n {
		if i := bytes.IndexByte(c.buf[c.quote:c.end], '"'); i >= 0 {
			c.quote += i
		} else {
			c.quote = c.end
		}
	}
	return c.quote < c.pos+n
}

// takeLine returns the line that ends at eol without its end and goes behind it.
func (c *csvReader) takeLine() []byte {
	line := c.buf[c.pos : c.pos+c.eol]
	c.pos = min(c.pos+c.eol+1, c.end)
	c.line++
	return bytes.TrimSuffix(line, []byte{'\r'})
}

// split cuts a line without quotation marks at the delimiters.
func (c *csvReader) split(line string) ([]string, error) {
	if strings.IndexByte(line, '\r') >= 0 {
		line = newlines(line)
	}
	c.fields = c.fields[:0]
	if line == "" {
		return nil, nil
	}
	for len(c.fields) < maxColumns {
		i := -1
		if len(c.delim) == 1 {
			i = strings.IndexByte(line, c.delim[0])
		} else {
			i = strings.Index(line, c.delim)
		}
		if i < 0 {
			c.fields = append(c.fields, line)
			return c.fields, nil
		}
		c.fields = append(c.fields, line[:i])
		line = line[i+len(c.delim):]
	}
	return nil, errColumns
}

func newlines(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// splitQuoted is split for a line with quotation marks. It reports false when the
// record does not end with the line, or when a mark is not where it should be.
func (c *csvReader) splitQuoted(line string) ([]string, bool) {
	c.fields = c.fields[:0]
	for len(c.fields) < maxColumns {
		if len(line) == 0 || line[0] != '"' {
			field, rest, more := strings.Cut(line, c.delim)
			c.fields = append(c.fields, field)
			if !more {
				return c.fields, true
			}
			line = rest
			continue
		}
		end := strings.IndexByte(line[1:], '"') + 1
		if end == 0 {
			return nil, false
		}
		c.fields = append(c.fields, line[1:end])
		rest := line[end+1:]
		if rest == "" {
			return c.fields, true
		}
		if !strings.HasPrefix(rest, c.delim) {
			return nil, false
		}
		line = rest[len(c.delim):]
	}
	return nil, false
}

// quotedRecord reads a record that has quotation marks in its first line.
func (c *csvReader) quotedRecord() (fields []string, open bool, err error) {
	first := c.eol
	line := c.text(bytes.TrimSuffix(c.buf[c.pos:c.pos+c.eol], []byte{'\r'}))
	if strings.IndexByte(line, '\r') < 0 {
		if fields, ok := c.splitQuoted(line); ok {
			c.takeLine()
			return fields, false, nil
		}
	}
	c.scratch, c.ends = c.scratch[:0], c.ends[:0]
	at := 0 // distance from pos
	for {
		var last bool
		if c.at(at) == '"' {
			at, last, err = c.quotedField(at + 1)
			if errors.Is(err, errQuoteOpen) {
				c.eol = first
				fields, err = c.openRecord()
				return fields, true, err
			}
		} else {
			at, last, err = c.plainField(at)
		}
		if err != nil {
			return nil, false, err
		}
		if c.ends = append(c.ends, len(c.scratch)); len(c.ends) > maxColumns {
			return nil, false, errColumns
		}
		if last {
			break
		}
	}
	c.line += bytes.Count(c.buf[c.pos:c.pos+at], []byte{'\n'})
	c.pos += at
	text := string(c.scratch)
	c.fields = c.fields[:0]
	from := 0
	for _, end := range c.ends {
		field := text[from:end]
		if strings.IndexByte(field, '\r') >= 0 {
			field = newlines(field)
		}
		c.fields = append(c.fields, field)
		from = end
	}
	return c.fields, false, nil
}

// maxColumns is how many columns a sheet can have.
const maxColumns = 16_384

var errColumns = tooLarge("超过 %d 列", "more than %d columns", maxColumns)

var errQuoteOpen = errors.New("quotation mark not closed")

// openRecord gives up on the quotation marks of the line that ends at eol.
func (c *csvReader) openRecord() ([]string, error) {
	if c.rescan += min(c.end-c.pos, csvOpen); c.rescan > csvRescan {
		return nil, unreadable(nil, "文件中大量引号没有结束，无法分行", "too many quotation marks are not closed to tell the records apart")
	}
	return c.split(strings.ReplaceAll(string(c.takeLine()), `"`, ""))
}

// at returns the byte at a distance from pos, or 0 at the end.
func (c *csvReader) at(i int) byte {
	if c.pos+i < c.end {
		return c.buf[c.pos+i]
	}
	return 0
}

// quotedField appends the field whose text begins at a distance from pos, behind
// its quotation mark. It returns where the next field begins and whether the
// record has ended.
func (c *csvReader) quotedField(at int) (next int, last bool, err error) {
	from, broken := len(c.scratch), false
	for {
		i := bytes.IndexByte(c.buf[c.pos+at:c.end], '"')
		if (i < 0 || at+i+csvAhead > c.end-c.pos) && c.end-c.pos <= csvOpen+csvAhead {
			// What follows the mark decides what it means, so some of it must be there.
			if err := c.fill(); err == nil {
				continue
			} else if !errors.Is(err, io.EOF) {
				return 0, false, err
			}
		}
		if i < 0 || at+i > csvOpen {
			return 0, false, errQuoteOpen
		}
		text := c.buf[c.pos+at : c.pos+at+i]
		c.scratch = append(c.scratch, text...)
		broken = broken || bytes.IndexByte(text, '\n') >= 0
		at += i + 1
		if c.at(at) == '"' {
			c.scratch = append(c.scratch, '"')
			at++
			continue
		}
		// Spaces between the closing mark and the delimiter are no text.
		behind := at
		for c.at(behind) == ' ' && behind-at < csvAhead/2 {
			behind++
		}
		if next, last, ok := c.boundary(behind); ok {
			return next, last, nil
		}
		// A mark in a later line that looks like the begin of a cell: the cell at hand
		// was never closed and must not swallow the lines between.
		if text := c.scratch[from:]; broken && (bytes.HasSuffix(text, []byte{'\n'}) || bytes.HasSuffix(text, []byte(c.delim))) {
			return 0, false, errQuoteOpen
		}
		c.scratch = append(c.scratch, '"') // a mark inside the text that nobody doubled
	}
}

// boundary reports whether a field ends at a distance from pos.
func (c *csvReader) boundary(at int) (next int, last, ok bool) {
	rest := c.buf[c.pos+at : c.end]
	switch {
	case len(rest) == 0:
		return at, true, true
	case rest[0] == '\n':
		return at + 1, true, true
	case rest[0] == '\r' && (len(rest) == 1 || rest[1] == '\n'):
		return at + min(2, len(rest)), true, true
	case bytes.HasPrefix(rest, []byte(c.delim)):
		return at + len(c.delim), false, true
	}
	return 0, false, false
}

// plainField is quotedField for a field without a quotation mark at its start.
func (c *csvReader) plainField(at int) (next int, last bool, err error) {
	if at > c.eol {
		// A quoted field went past the line whose end is known.
		if c.eol, err = c.lineEnd(at); err != nil {
			return 0, false, err
		}
	}
	line := c.buf[c.pos+at : c.pos+c.eol]
	if i := bytes.Index(line, []byte(c.delim)); i >= 0 {
		c.scratch = append(c.scratch, line[:i]...)
		return at + i + len(c.delim), false, nil
	}
	c.scratch = append(c.scratch, bytes.TrimSuffix(line, []byte("\r"))...)
	return min(c.eol+1, c.end-c.pos), true, nil
}

// carriageReturns turns the line ends of old systems into \n.
type carriageReturns struct{ r io.Reader }

func (c carriageReturns) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// delimiters in the order of preference where they fit equally well.
var delimiters = []string{",", "\t", ";", "|"}

const fullComma = "，"

// findDelimiter returns the delimiter with which most of the first records have
// the same number of fields. The full-width comma is a delimiter only when no
// other occurs at all and every record has the same number of them: in a text
// it is punctuation.
func findDelimiter(sample []byte, whole bool) string {
	best, bestScore := ",", 0
	for _, d := range delimiters {
		counts := delimiterCounts(sample, d, whole)
		fit, n := mode(counts)
		// Fields beyond the first few say little: consistency decides.
		if score := fit*100 + min(n, 50); n > 0 && score > bestScore {
			best, bestScore = d, score
		}
	}
	if bestScore > 0 {
		return best
	}
	counts := delimiterCounts(sample, fullComma, whole)
	if fit, n := mode(counts); n > 0 && fit == len(counts) && fit > 1 {
		return fullComma
	}
	return ","
}

// mode returns the most frequent count above zero and how many records have it.
func mode(counts []int) (fit, n int) {
	seen := map[int]int{}
	for _, c := range counts {
		if c > 0 {
			seen[c]++
		}
	}
	for c, times := range seen {
		if times > fit || times == fit && c > n {
			fit, n = times, c
		}
	}
	return fit, n
}

// delimiterCounts counts the delimiters outside quotation marks in each of the
// first records of the sample; the last is left out when it may go on.
func delimiterCounts(sample []byte, delim string, whole bool) []int {
	const records = 50
	var counts []int
	n, quoted, start, empty := 0, false, true, true
	for i := 0; i < len(sample) && len(counts) < records; {
		c := sample[i]
		switch {
		case quoted:
			if c == '"' {
				quoted = false
			}
			i++
			continue
		case c == '"' && (start || i > 0 && sample[i-1] == '"'):
			quoted, empty = true, false
			start = false
			i++
			continue
		case c == '\n':
			if !empty {
				counts = append(counts, n)
			}
			n, start, empty = 0, true, true
			i++
			continue
		case bytes.HasPrefix(sample[i:], []byte(delim)):
			n++
			start, empty = true, false
			i += len(delim)
			continue
		}
		if c != '\r' {
			start, empty = false, false
		}
		i++
	}
	if whole && !empty && len(counts) < records && utf8.Valid(sample) {
		counts = append(counts, n)
	}
	return counts
}
