package table

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// Table is one table of a document, one sheet of a workbook, or one text file.
type Table struct {
	File   string // name shown to people; inside a zip "a.zip/b.docx"
	Format string // docx xlsx csv tsv json jsonl; of a converted file the format it was converted to
	Index  int    // 1-based position of the table or sheet in its file
	Sheet  string // xlsx: its name
	// Before and After are, in a docx, the lines of the paragraphs between this
	// table and its neighbours, with the lines of the page header of its section
	// first and those of the page footer last. Of a very long passage the middle
	// is left out. Empty in all other formats: title rows of a sheet are rows.
	Before, After []string
	// Rows yields the rows in order, once, and only until Open is asked for the
	// next table. Rows without any text are passed over. An error is either a
	// *RowError, which comes with its row and does not end the reading, or a
	// *FileError, which does.
	Rows iter.Seq2[Row, error]
}

// Row is one row of a table. Its slices belong to whoever receives it.
type Row struct {
	// Number is the 1-based row in the sheet or table; in csv the line of the
	// file on which the record starts; in json the heading is 1, the first object 2.
	Number int
	// Cells are texts with line breaks as \n; empty cells at the end are left out. There
	// are none where all that the row held was lost, which a *RowError then tells.
	Cells []string
	// Merged is nil, or as long as Cells and true where the text is repeated
	// from a merged cell to the left or above.
	Merged []bool
}

// Limits bound what a file may cost. A zero field means its default.
type Limits struct {
	Unpacked  int64 // bytes really unpacked from an archive, all entries together; 512 MiB
	FreeRatio int64 // bytes that may be unpacked before Ratio counts; 64 MiB
	Ratio     int64 // unpacked to packed bytes once past FreeRatio; 100
	Entries   int   // entries of an archive; 2,000
	Document  int64 // bytes of a docx, xlsx or old office file inside an archive; 64 MiB
	Rows      int   // rows of a sheet or docx table; 1,048,576. Text files have no such limit
	CellChars int   // characters of a cell; 32,767
}

func (l Limits) withDefaults() Limits {
	set := func(v *int, d int) {
		if *v == 0 {
			*v = d
		}
	}
	set64 := func(v *int64, d int64) {
		if *v == 0 {
			*v = d
		}
	}
	set64(&l.Unpacked, 512<<20)
	set64(&l.FreeRatio, 64<<20)
	set64(&l.Ratio, 100)
	set(&l.Entries, 2000)
	set64(&l.Document, 64<<20)
	set(&l.Rows, 1<<20)
	set(&l.CellChars, 32767)
	return l
}

// Options change how a file is read. The zero value is right for most files.
type Options struct {
	// Sheet reads only the sheet with this name, even a hidden one; a file of
	// another format is not touched by it.
	Sheet string
	// Encoding overrides what is found out about text files: any name that the
	// web knows, such as utf-8, gb18030, gbk, utf-16le.
	Encoding string
	// Limits bound what the file may cost.
	Limits Limits
	// Convert turns an old office file into docx or xlsx. Nil means LibreOffice
	// where it is installed, see LibreOffice.
	Convert Converter
	// Notice receives what was left out or repaired, from the goroutine that
	// reads, before the row at which it was noticed. May be nil.
	Notice func(Notice)
	// Shown is the name of a sheet as messages may quote it. Nil means as it is.
	Shown func(string) string
}

// Converter turns the office file in src into the format to, "docx" or "xlsx",
// and returns its bytes. From is the usual extension of the format found in src:
// doc (also of wps files), xls (also of et files), odt, ods, xlsb.
type Converter func(ctx context.Context, src io.Reader, from, to string) ([]byte, error)

// Open yields the tables of the file in r, of size bytes, in order. Name is only
// shown to people. A *FileError takes the place of a table when a file has none
// to give; in an archive the next entries follow. When reading fails between two
// rows, the *FileError comes from Table.Rows and not a second time from Open.
func Open(ctx context.Context, name string, r io.ReaderAt, size int64, opt Options) iter.Seq2[*Table, error] {
	return func(yield func(*Table, error) bool) {
		opt.Limits = opt.Limits.withDefaults()
		if opt.Shown == nil {
			opt.Shown = func(name string) string { return name }
		}
		if opt.Notice == nil {
			opt.Notice = func(Notice) {}
		}
		o := &opener{opt: opt, yield: yield, meter: newMeter(opt.Limits, size)}
		o.file(ctx, printable(name), r, size, 0)
	}
}

// opener carries what is common to the readers of one call of Open.
type opener struct {
	opt   Options
	yield func(*Table, error) bool
	meter *meter
}

// sniffed is how many first bytes decide which reader gets a file.
const sniffed = 4096

var (
	magicZip = []byte("PK\x03\x04")
	magicEnd = []byte("PK\x05\x06") // an archive without entries
	magicOLE = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}
)

// Formats people take for documents; saying their name and a way out helps more than "unknown".
var foreign = []struct {
	magic, name string
	out         Text
}{
	{"%PDF-", "PDF", askOriginal},
	{"{\\rtf", "RTF", saveAnew},
	{"MIME-Version:", "MHT", saveAnew},
	{"\x89PNG", "PNG", askOriginal},
	{"\xFF\xD8\xFF", "JPEG", askOriginal},
	{"GIF8", "GIF", askOriginal},
	{"Rar!", "RAR", packAsZip},
	{"7z\xBC\xAF\x27\x1C", "7z", packAsZip},
	{"\x1F\x8B", "gzip", packAsZip},
	{"\x7FELF", "ELF", readable},
	{"MZ\x90\x00", "EXE", readable},
	{"SQLite format 3\x00", "SQLite", readable},
}

var (
	readable    = Text{"可读取 docx、xlsx、csv、tsv、json、jsonl 及其 zip 包", "docx, xlsx, csv, tsv, json, jsonl and zip archives of them can"}
	saveAnew    = Text{"请在 WPS 或 Office 中打开，另存为 docx 或 xlsx 后再导入", "open it in WPS or Office, save it as docx or xlsx and load that"}
	askOriginal = Text{"扫描件和图片不能识别，请导入原来的 Word 或 Excel 文件", "scans and pictures are not recognised; load the original Word or Excel file"}
	packAsZip   = Text{"请解压后导入，或重新压缩为 zip", "unpack it and load the files, or pack them as zip"}
)

// foreignFile says that a file of a format is not read, and what to do.
func foreignFile(format string, out Text) error {
	return &fault{code: CodeFormatUnknown, text: Text{format + " 文件不能读取；" + out.ZH, format + " files cannot be read; " + out.EN}}
}

// pages are beginnings of web pages and of other XML, which systems give the names of
// workbooks and office programs open as such.
var pages = []struct{ begins, name string }{
	{"<html", "HTML"}, {"<!doctype html", "HTML"}, {"<table", "HTML"}, {"<head", "HTML"}, {"<meta", "HTML"}, {"<body", "HTML"}, {"<style", "HTML"}, {"<!--", "HTML"}, {"<?xml", "XML"},
}

// file reads one file held in r. Depth counts the archives around it. It reports
// whether the consumer wants more.
func (o *opener) file(ctx context.Context, name string, r io.ReaderAt, size int64, depth int) bool {
	head := make([]byte, min(size, sniffed))
	if n, err := r.ReadAt(head, 0); n < len(head) {
		return o.fail(name, err)
	}
	var err error
	switch {
	case bytes.HasPrefix(head, magicZip), bytes.HasPrefix(head, magicEnd):
		err = o.archive(ctx, name, r, size, depth)
	case bytes.HasPrefix(head, magicOLE):
		err = o.compound(ctx, name, r, size)
	default:
		err = o.text(name, &contextReader{ctx, io.NewSectionReader(r, 0, size)})
	}
	if errors.Is(err, errStopped) {
		return false
	}
	return err == nil || o.fail(name, err)
}

// fail yields what went wrong with a file in place of a table.
func (o *opener) fail(name string, err error) bool {
	return o.yield(nil, fileError(name, err))
}

// text reads a stream that is no office document.
func (o *opener) text(name string, r io.Reader) error {
	br := bufio.NewReaderSize(r, textWindow)
	head, err := br.Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	for _, f := range foreign {
		if bytes.HasPrefix(head, []byte(f.magic)) {
			return foreignFile(f.name, f.out)
		}
	}
	text, err := o.decoded(name, br)
	if err != nil {
		return err
	}
	first, err := firstChar(text)
	if err != nil {
		return err
	}
	switch first {
	case '{', '[':
		return o.json(name, text)
	case '<':
		begin, err := text.Peek(min(sniffed, text.Size()))
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		begin = bytes.ToLower(bytes.TrimLeft(begin, " \t\r\n"))
		for _, page := range pages {
			if bytes.HasPrefix(begin, []byte(page.begins)) {
				return foreignFile(page.name, saveAnew)
			}
		}
	}
	return o.csv(name, text)
}

// firstChar returns the first character that is no white space, without taking it.
func firstChar(br *bufio.Reader) (byte, error) {
	for n := 64; ; n *= 2 {
		head, err := br.Peek(min(n, br.Size()))
		if s := bytes.TrimLeft(head, " \t\r\n"); len(s) > 0 {
			return s[0], nil
		}
		switch {
		case errors.Is(err, io.EOF):
			return 0, errNoContent
		case err != nil:
			return 0, err
		case n >= br.Size():
			return 0, nil
		}
	}
}

var errNoContent = emptyFault(Text{"文件没有内容", "the file has no content"})

func emptyFault(t Text) error { return &fault{code: CodeEmpty, text: t} }

// emit hands a row to the consumer, with what is remarkable about it or nil. It
// reports whether more rows are wanted.
type emit func(Row, *RowError) bool

// table yields t with rows read by read, which must return errStopped when emit
// wants no more. The result says how the reading of the file goes on: nil, the
// next table; errStopped, no further; errEnded, the failure has been told already.
func (o *opener) table(t *Table, read func(emit) error) error {
	var failed, taken, over bool
	t.Rows = func(yield func(Row, error) bool) {
		if taken || over {
			yield(Row{}, fileError(t.File, unreadable(nil, "内部错误：表格的行只能读取一次", "internal mistake: the rows of a table can be read once only")))
			return
		}
		taken = true
		l := &lastLine{table: t, yield: yield}
		err := read(l.emit)
		if !errors.Is(err, errStopped) && !l.finish(err == nil, o) {
			err = errStopped
		}
		if err != nil && !errors.Is(err, errStopped) {
			failed = true
			yield(Row{}, fileError(t.File, err))
		}
	}
	more := o.yield(t, nil)
	over = true
	switch {
	case !more:
		return errStopped
	case failed:
		return errEnded
	}
	return nil
}

// lastLine holds back a row that starts with "# " until another follows: as the
// last of several it is the line under a downloaded table that says who made it.
type lastLine struct {
	table *Table
	yield func(Row, error) bool
	rows  int
	held  Row
	fault *RowError
}

func (l *lastLine) emit(row Row, re *RowError) bool {
	if !l.flush() {
		return false
	}
	if l.rows > 0 && len(row.Cells) > 0 && strings.HasPrefix(row.Cells[0], "# ") {
		l.held, l.fault = row, re
		return true
	}
	return l.pass(row, re)
}

func (l *lastLine) pass(row Row, re *RowError) bool {
	l.rows++
	if re == nil {
		return l.yield(row, nil)
	}
	re.File, re.Table, re.Sheet, re.Row = l.table.File, l.table.Index, l.table.Sheet, row.Number
	return l.yield(row, re)
}

func (l *lastLine) flush() bool {
	if l.held.Cells == nil {
		return true
	}
	row := l.held
	l.held = Row{}
	return l.pass(row, l.fault)
}

// finish ends the rows; whole tells whether the table was read to its end. It
// reports whether the consumer still listens.
func (l *lastLine) finish(whole bool, o *opener) bool {
	if whole && l.held.Cells != nil {
		o.notice(l.table, NoticeLastLineIgnored, l.held.Number, "末行以“# ”开头，是下载说明，未读取", `the last line starts with "# ", the note under a download, and was left out`)
		return true
	}
	return l.flush()
}

// errEnded ends a file whose failure its rows have told already.
var errEnded = errors.New("file ended by its rows")

// told turns the result of table into that of a file.
func told(err error) error {
	if errors.Is(err, errEnded) {
		return nil
	}
	return err
}

func (o *opener) notice(t *Table, code string, row int, zh, en string) {
	o.opt.Notice(Notice{Code: code, File: t.File, Table: t.Index, Sheet: t.Sheet, Row: row, Detail: Text{zh, en}})
}

// cellTooLarge tells about a cell that was cut at the limit.
func (o *opener) cellTooLarge(column int) *RowError {
	return &RowError{Code: CodeCellTooLarge, Column: column, Reject: true, Detail: Text{
		"单元格内容超过 " + itoa(o.opt.Limits.CellChars) + " 个字符，请缩短或拆分",
		"the cell is longer than " + itoa(o.opt.Limits.CellChars) + " characters; shorten or split it",
	}}
}

// cut returns s within the limit of characters and whether it was longer.
func (o *opener) cut(s string) (string, bool) {
	if len(s) <= o.opt.Limits.CellChars || utf8.RuneCountInString(s) <= o.opt.Limits.CellChars {
		return s, false
	}
	n := 0
	for i := range s {
		if n == o.opt.Limits.CellChars {
			return strings.Clone(s[:i]), true
		}
		n++
	}
	return s, false
}

// cellBytes is the most that is gathered of one cell: every text within the
// limit of characters fits, every longer one shows that it is longer.
func (o *opener) cellBytes() int { return (o.opt.Limits.CellChars + 1) * utf8.UTFMax }

// trimCells leaves out the empty cells at the end.
func trimCells(cells []string) []string {
	n := len(cells)
	for n > 0 && cells[n-1] == "" {
		n--
	}
	return cells[:n]
}

// tidy makes text from outside fit to be stored and shown: valid UTF-8, line
// breaks as \n, no control characters but \n and \t.
func tidy(b []byte) string {
	plain := true
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\t' || c >= utf8.RuneSelf || c == 0x7F {
			plain = false
			break
		}
	}
	if plain {
		return string(b)
	}
	if bytes.IndexByte(b, '\r') >= 0 {
		b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
		b = bytes.ReplaceAll(b, []byte("\r"), []byte("\n"))
	}
	s := string(b)
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	if strings.IndexFunc(s, isControl) >= 0 {
		s = strings.Map(func(r rune) rune {
			if isControl(r) {
				return -1
			}
			return r
		}, s)
	}
	return s
}

func isControl(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r == 0x7F || r == 0xFFFE || r == 0xFFFF
}

// printable makes a name from outside harmless to show.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || isControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(name, "\uFFFD"))
}
