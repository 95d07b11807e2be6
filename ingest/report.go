package ingest

import (
	"fmt"
	"strings"

	"qingfeng/ingest/table"
	"qingfeng/internal/integrity"
)

// The states of a file in a report (contract, ingest --format json).
const (
	FileCommitted  = "committed"
	FileUnchanged  = "unchanged"
	FileRejected   = "rejected"
	FileDryRun     = "dry_run"
	FileUnreadable = "unreadable"
)

// Counts adds up rows: Read = Added + Changed + Unchanged + Rejected.
type Counts struct {
	Read      uint64 `json:"read"`
	Added     uint64 `json:"added"`
	Changed   uint64 `json:"changed"`
	Unchanged uint64 `json:"unchanged"`
	Rejected  uint64 `json:"rejected"`
}

func (c *Counts) add(o Counts) {
	c.Read += o.Read
	c.Added += o.Added
	c.Changed += o.Changed
	c.Unchanged += o.Unchanged
	c.Rejected += o.Rejected
}

// Problem is one warning or error with its place. Code is a stable word; Value is
// masked. Sheet is the name in a workbook, Table counts the tables of a document.
type Problem struct {
	File    string `json:"file,omitempty"` // the document inside an archive, by its path there; empty elsewhere
	Table   int    `json:"table"`
	Sheet   string `json:"sheet"`
	Row     int    `json:"row"`
	Column  string `json:"column"`
	Value   string `json:"value"`
	Code    string `json:"code"`
	Message string `json:"message"`

	zh, en string
}

// FileReport tells what became of one file.
type FileReport struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Format string `json:"format"`
	Status string `json:"status"`
	Counts
	Warnings       []Problem `json:"warnings"`
	Errors         []Problem `json:"errors"`
	MoreProblems   int       `json:"more_problems,omitempty"` // warnings and errors beyond the first thousand of each
	DroppedColumns []string  `json:"dropped_columns"`
	UnknownColumns []string  `json:"unknown_columns,omitempty"`
	Unread         int       `json:"unread,omitempty"` // tables, sheets and documents in the file of which no row was taken, hence none rejected either
	Masked         int       `json:"masked"`
	Preview        []any     `json:"preview,omitempty"`

	shown func(string) string // a name of a file or sheet as it may be kept; nil for as it is
}

// Report tells what became of a load.
type Report struct {
	Batch  string       `json:"batch"`
	Kind   Kind         `json:"kind"`
	Files  []FileReport `json:"files"`
	Totals Counts       `json:"totals"`

	// Options that changed how the files were read, recorded with the batch.
	Options map[string]string `json:"options,omitempty"`

	strict   bool          // all rows or none were asked for
	rejected []rejectedRow // what no batch keeps
}

// Held reports whether a batch keeps every row of the file, among its data or among its
// rejected rows, so that the file itself is not needed any more.
func (r Report) Held() bool {
	if r.Batch == "" {
		return false
	}
	for _, f := range r.Files {
		if f.Unread > 0 || f.Status != FileCommitted && f.Status != FileRejected && f.Status != FileUnchanged {
			return false
		}
	}
	return true
}

// nothing reports whether there was something in the file and none of it is of use.
func (f *FileReport) nothing() bool {
	return f.Status == FileRejected || f.Rejected == f.Read && (f.Read > 0 || len(f.Errors) > 0)
}

// Outcome is the exit status of contract "Command line": 0 done, 3 some rows rejected,
// 4 nothing loaded.
func (r Report) Outcome() int {
	bad, good, rejected := 0, 0, false
	for _, f := range r.Files {
		if f.Rejected > 0 || len(f.Errors) > 0 {
			rejected = true
		}
		if f.Status == FileUnreadable || f.nothing() {
			bad++
		} else {
			good++
		}
	}
	switch {
	case good == 0, r.strict && (bad > 0 || rejected):
		return 4
	case bad > 0 || rejected:
		return 3
	}
	return 0
}

// problemLimit bounds the list of warnings and of errors of one file; the counts and the
// file of rejected rows stay complete.
const problemLimit = 1000

func (f *FileReport) warn(lang integrity.Lang, p Problem) {
	if len(f.Warnings) >= problemLimit {
		f.MoreProblems++
		return
	}
	f.Warnings = append(f.Warnings, p.in(lang))
}

func (f *FileReport) fail(lang integrity.Lang, p Problem) {
	if len(f.Errors) >= problemLimit {
		f.MoreProblems++
		return
	}
	f.Errors = append(f.Errors, p.in(lang))
}

func (p Problem) in(lang integrity.Lang) Problem {
	p.Message = p.zh
	if lang == integrity.English {
		p.Message = p.en
	}
	return p
}

// inside is the path of a document in the archive that was given, or nothing for a file
// that was given itself. shown is its name as readers tell it, archive first.
func (f *FileReport) inside(shown string) string {
	entry, ok := strings.CutPrefix(shown, f.Name+"/")
	if !ok {
		return ""
	}
	return f.name(entry)
}

// name is the name of a document or sheet in the file as it may be kept.
func (f *FileReport) name(of string) string {
	if f.shown == nil {
		return of
	}
	return f.shown(of)
}

// told is a problem that a reader found.
func (f *FileReport) told(p Problem, file, sheet string, detail table.Text) Problem {
	p.File, p.Sheet, p.zh, p.en = f.inside(file), f.name(sheet), detail.ZH, detail.EN
	return p
}

// at is the problem with its place: a row of a table, or the table where row is 0.
func (p Problem) at(f *FileReport, t *table.Table, row int) Problem {
	p.File, p.Table, p.Sheet, p.Row = f.inside(t.File), t.Index, f.name(t.Sheet), row
	return p
}

// say builds a problem about a column; zh and en are formats for the same arguments.
func say(code, column, value, zh, en string, args ...any) Problem {
	return Problem{Code: code, Column: column, Value: value, zh: fmt.Sprintf(zh, args...), en: fmt.Sprintf(en, args...)}
}
