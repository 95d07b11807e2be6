package ingest

import (
	"sync"

	"qingfeng/internal/integrity"
)

// Step is what a load is doing.
type Step string

// The steps of a load, in this order; reading comes once for each file.
const (
	StepWaiting Step = "waiting" // for another load to end
	StepReading Step = "reading" // rows are read, judged and written
	StepLinking Step = "linking" // lists, spans and links of the units touched are worked out again
)

// Progress is how far a load has come. Read and Written count the rows of the file that
// is being read; in a dry run written rows are those that would be.
type Progress struct {
	Step    Step
	File    string
	Number  int // of the file in the request, from 1; 0 before the first
	Read    uint64
	Written uint64
}

// teller tells a caller how far a load has come. Rows are read and written at the same
// time, so it is locked; the caller is told one thing after another.
type teller struct {
	mu   sync.Mutex
	tell func(Progress) // may be nil
	now  Progress
}

func (t *teller) change(f func(*Progress)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f(&t.now)
	if t.tell != nil {
		t.tell(t.now)
	}
}

func (t *teller) step(s Step) { t.change(func(p *Progress) { p.Step = s }) }

func (t *teller) file(number int, name string) {
	t.change(func(p *Progress) { *p = Progress{Step: StepReading, File: name, Number: number} })
}

func (t *teller) read(rows uint64) { t.change(func(p *Progress) { p.Read += rows }) }

func (t *teller) wrote(rows uint64) { t.change(func(p *Progress) { p.Written += rows }) }

// toldRows is after how many rows read a caller is told.
const toldRows = 1000

// In returns the report with its messages in another language. It works on a report that
// Load has just returned; one that was stored keeps the language of its load.
func (r Report) In(lang integrity.Lang) Report {
	again := func(list []Problem) []Problem {
		out := make([]Problem, len(list))
		for i, p := range list {
			if out[i] = p; p.zh != "" {
				out[i] = p.in(lang)
			}
		}
		return out
	}
	files := make([]FileReport, len(r.Files))
	for i, f := range r.Files {
		f.Warnings, f.Errors = again(f.Warnings), again(f.Errors)
		files[i] = f
	}
	r.Files = files
	return r
}

// NewProblem returns a problem of a whole file in the two languages, for what keeps a file
// from being read at all. It speaks Chinese until Report.In says otherwise.
func NewProblem(code, zh, en string) Problem {
	return Problem{Code: code, zh: zh, en: en}.in(integrity.Chinese)
}
