package dashboards

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"qingfeng/internal/integrity"
)

// What a load has become is kept for so long after its end; the files of a rehearsal as
// well, but no more than so many bytes of all of them together: the oldest go first.
const (
	keptTime  = 15 * time.Minute
	keptBytes = 8 * uploadLimit
)

// runs are the loads asked for in the browser. They go on when the browser is closed.
type runs struct {
	now     integrity.Clock
	timeout time.Duration
	load    func(ctx context.Context, who integrity.Principal, r ImportRequest) (report any, outcome int, err error)

	mu   sync.Mutex
	list []*run // oldest first
	wait sync.WaitGroup
}

// run is one load or rehearsal and what became of it.
type run struct {
	id      string
	who     integrity.Principal
	form    form
	request ImportRequest // without its files
	cancel  context.CancelFunc
	done    chan struct{} // closed at the end; what follows is read after that only
	ended   time.Time
	report  importReport
	rejects []byte // the rows that a rehearsal rejects, as a workbook
	outcome int
	err     error

	mu       sync.Mutex
	files    []keptFile       // empty when they were given away or dropped
	progress []ImportProgress // of each file, as far as it has come
	step     string
}

// keptFile is an uploaded file on the disk. It has no name there any more: nobody else can
// open it, and it is gone with the process.
type keptFile struct {
	name string
	body *os.File
	size int64
}

// keepFile copies an upload to the disk.
func keepFile(u Upload) (keptFile, error) {
	f, err := os.CreateTemp("", "qingfeng-upload-")
	if err != nil {
		return keptFile{}, fmt.Errorf("keep an upload: %w", err)
	}
	if err := os.Remove(f.Name()); err != nil {
		return keptFile{}, errors.Join(fmt.Errorf("keep an upload: %w", err), f.Close())
	}
	if _, err := io.Copy(f, io.NewSectionReader(u.Data, 0, u.Size)); err != nil {
		return keptFile{}, errors.Join(fmt.Errorf("keep an upload: %w", err), f.Close())
	}
	return keptFile{name: u.Name, body: f, size: u.Size}, nil
}

func closeKept(files []keptFile) {
	for _, f := range files {
		_ = f.body.Close() // without a name it is gone
	}
}

// begin starts a load of files, which belong to the run from then on.
func (rs *runs) begin(who integrity.Principal, r ImportRequest, f form, files []keptFile) (*run, error) {
	var raw [16]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return nil, fmt.Errorf("name a load: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), rs.timeout)
	one := &run{id: hex.EncodeToString(raw[:]), who: who, form: f, request: r, cancel: cancel, done: make(chan struct{}), files: files, progress: make([]ImportProgress, len(files))}
	one.request.Files = nil
	r.Files = nil
	for i, file := range files {
		one.progress[i].File = file.name
		if integrity.NamesReporters(r.Kind) { // until the load says how it may be shown
			one.progress[i].File = fmt.Sprintf("%d", i+1)
		}
		r.Files = append(r.Files, Upload{Name: file.name, Data: file.body, Size: file.size})
	}
	r.Progress = one.told
	r.Rejects = func(d Download) { one.rejects = d.Body }
	rs.mu.Lock()
	rs.tidy()
	rs.list = append(rs.list, one)
	rs.mu.Unlock()
	rs.wait.Go(func() {
		defer cancel()
		one.report, one.outcome, one.err = rs.safely(ctx, who, r)
		if !one.rehearsed() {
			one.give()
		}
		one.ended = rs.now()
		close(one.done)
	})
	return one, nil
}

func (rs *runs) safely(ctx context.Context, who integrity.Principal, r ImportRequest) (report importReport, outcome int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	raw, outcome, err := rs.load(ctx, who, r)
	if err != nil {
		return report, outcome, err
	}
	text, err := json.Marshal(raw)
	if err != nil {
		return report, outcome, fmt.Errorf("write the report of a load: %w", err)
	}
	report, err = readReport(text)
	return report, outcome, err
}

// told notes how far the load has come.
func (o *run) told(p ImportProgress) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.step = p.Step
	if i := p.Number - 1; i >= 0 && i < len(o.progress) {
		o.progress[i] = p
	}
}

// soFar returns the step and how far each file has come; files not begun have no step.
func (o *run) soFar() (step string, files []ImportProgress) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.step, slices.Clone(o.progress)
}

// over waits a little for the end and reports whether it has come.
func (o *run) over(patience time.Duration) bool {
	select {
	case <-o.done:
		return true
	default:
	}
	select {
	case <-o.done:
		return true
	case <-time.After(patience):
		return false
	}
}

// rehearsed reports whether an ended run was a rehearsal after which its files may be
// loaded.
func (o *run) rehearsed() bool {
	const nothing = 4
	return o.request.DryRun && o.err == nil && o.outcome != nothing
}

// give closes the files.
func (o *run) give() { closeKept(o.take()) }

// take hands the files over, once.
func (o *run) take() []keptFile {
	o.mu.Lock()
	defer o.mu.Unlock()
	files := o.files
	o.files = nil
	return files
}

func (o *run) size() (n int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, f := range o.files {
		n += f.size
	}
	return n
}

// find returns a run of the same principal, or integrity.ErrNotFound.
func (rs *runs) find(id string, who integrity.Principal) (*run, error) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	rs.tidy()
	for _, o := range rs.list {
		if o.id == id && o.who == who {
			return o, nil
		}
	}
	return nil, fmt.Errorf("load %s: %w", id, integrity.ErrNotFound)
}

// tidy forgets what ended long ago, and files beyond what is kept. The caller holds the lock.
func (rs *runs) tidy() {
	now := rs.now()
	rs.list = slices.DeleteFunc(rs.list, func(o *run) bool {
		old := o.over(0) && !now.Before(o.ended.Add(keptTime))
		if old {
			o.give()
		}
		return old
	})
	var total int64
	for _, o := range slices.Backward(rs.list) {
		if total += o.size(); total > keptBytes && o.over(0) {
			o.give()
		}
	}
}

// stop ends what runs and waits until it has cleared up.
func (rs *runs) stop() {
	rs.mu.Lock()
	for _, o := range rs.list {
		o.cancel()
	}
	rs.mu.Unlock()
	rs.wait.Wait()
	rs.mu.Lock()
	defer rs.mu.Unlock()
	for _, o := range rs.list {
		o.give()
	}
	rs.list = nil
}
