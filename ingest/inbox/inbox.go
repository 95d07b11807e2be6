package inbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// By is who has loaded, as batches say it.
const By = "收件箱"

// The sub-folders of a kind into which files are moved.
const (
	Done   = "done"   // loaded, perhaps with some rows rejected
	Failed = "failed" // nothing of it was loaded, or complaints and petitions not all of which could be read
)

// Config is everything New needs. Dir, Load, Rejects and Log are required.
type Config struct {
	Dir string // the watched folder; made if missing
	// Load loads one file, as ingest.Loader does.
	Load func(ctx context.Context, r ingest.Request) (ingest.Report, error)
	// Rejects returns the rejected rows of a batch as a workbook to correct.
	Rejects func(ctx context.Context, batch string) ([]byte, error)
	// Away reports whether an error of Load only means that the database is not there for
	// a moment. Files then wait, however long. Nil means that no error does.
	Away func(error) bool
	Log  *slog.Logger

	// Now measures how long files have stood still. It must move on even where the days
	// of the data are judged by a fixed clock. Defaults to time.Now.
	Now      integrity.Clock
	Interval time.Duration // between two looks; defaults to 5 s
	Settle   time.Duration // for which size and time of a file must stand still; defaults to 10 s
	// Keep is for how long an original of complaints or petitions lies in failed/ before it is
	// deleted unmended; defaults to 30 days.
	Keep time.Duration
}

// Inbox watches one folder. Scan and Run must not be called at the same time; Status may.
type Inbox struct {
	cfg  Config
	open func(dir *os.Root, name string) (*os.File, error)
	seen map[string]*sight // by kind/name
	// forgotten is when to look next for originals that have lain too long.
	forgotten map[ingest.Kind]time.Time

	mu     sync.Mutex
	status Status
}

// sight is what is known of a file that lies in the inbox.
type sight struct {
	size    int64
	mod     time.Time
	since   time.Time // it has looked like this
	tries   int       // loads that failed for a reason outside the file
	after   time.Time // the next try
	settled bool      // loaded, but it could not be moved away
}

// New returns an inbox and makes its folders, or says what is wrong with them.
func New(cfg Config) (*Inbox, error) {
	if cfg.Dir == "" || cfg.Load == nil || cfg.Rejects == nil || cfg.Log == nil {
		return nil, fmt.Errorf("inbox: %w: folder, load, rejects and log are required", integrity.ErrInvalid)
	}
	if cfg.Away == nil {
		cfg.Away = func(error) bool { return false }
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Interval == 0 {
		cfg.Interval = 5 * time.Second
	}
	if cfg.Keep == 0 {
		cfg.Keep = 30 * 24 * time.Hour
	}
	if cfg.Settle == 0 {
		cfg.Settle = 10 * time.Second
	}
	dir, err := filepath.Abs(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("inbox %s: %w", cfg.Dir, err)
	}
	cfg.Dir = dir
	// What lies in it may not be for everybody: whoever wants to share it opens it.
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the inbox: %w", err)
	}
	b := &Inbox{cfg: cfg, open: openFile, seen: map[string]*sight{}, forgotten: map[ingest.Kind]time.Time{}, status: Status{Dir: cfg.Dir, LastLook: cfg.Now()}}
	root, err := os.OpenRoot(cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("open the inbox: %w", err)
	}
	defer root.Close()
	for _, kind := range ingest.Kinds() {
		for _, folder := range []string{string(kind), path.Join(string(kind), Done), path.Join(string(kind), Failed)} {
			if err := root.Mkdir(folder, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
				return nil, fmt.Errorf("make the folders of the inbox: %w", err)
			}
		}
	}
	return b, nil
}

// openFile opens a file for reading and never waits, whatever has taken its place.
func openFile(dir *os.Root, name string) (*os.File, error) {
	return dir.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// Run looks again and again until ctx ends. What goes wrong is logged and told by Status.
func (b *Inbox) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if err := b.Scan(ctx); err != nil && ctx.Err() == nil {
			b.cfg.Log.ErrorContext(ctx, "inbox not read", "err", err)
		}
		timer.Reset(b.cfg.Interval)
	}
}

// Scan looks once, and loads what has stood still: units before lists before the rest, and
// within a kind the oldest first. Files that cannot be loaded now stay for the next time;
// the error is for an inbox that cannot be looked into.
func (b *Inbox) Scan(ctx context.Context) error {
	look := &look{}
	err := b.scan(ctx, look)
	b.mu.Lock()
	defer b.mu.Unlock()
	s := &b.status
	s.Busy, s.BusySince = "", time.Time{}
	s.Waiting, s.Aside, s.Troubles = look.waiting, look.aside, look.troubles
	if err != nil {
		s.Troubles = append(s.Troubles, Trouble{ZH: "打不开收件箱文件夹：" + reason(err).Error(), EN: "the folder of the inbox cannot be opened: " + reason(err).Error(), Since: s.LastLook})
	} else {
		s.LastLook = b.cfg.Now()
	}
	return err
}

// look is what one scan has found.
type look struct {
	waiting  int
	aside    []string
	troubles []Trouble
	present  map[string]bool
}

func (b *Inbox) scan(ctx context.Context, l *look) error {
	root, err := os.OpenRoot(b.cfg.Dir)
	if err != nil {
		return fmt.Errorf("open the inbox: %w", err)
	}
	defer root.Close()
	l.present = map[string]bool{}
	for _, kind := range ingest.Kinds() {
		if err := b.scanKind(ctx, root, kind, l); err != nil {
			return err
		}
	}
	for p := range b.seen {
		if !l.present[p] {
			delete(b.seen, p)
		}
	}
	return nil
}

func (b *Inbox) scanKind(ctx context.Context, root *os.Root, kind ingest.Kind, l *look) error {
	name := string(kind)
	info, err := root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil // somebody wants no files of this kind here
	case err != nil:
		return fmt.Errorf("look into the inbox: %w", err)
	case !info.IsDir():
		l.aside = append(l.aside, name)
		return nil
	}
	dir, err := root.OpenRoot(name)
	if err != nil {
		return fmt.Errorf("look into the inbox: %w", err)
	}
	defer dir.Close()
	if err := b.forget(ctx, dir, kind); err != nil {
		return err
	}
	entries, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		return fmt.Errorf("look into the inbox: %w", err)
	}
	var ready []fs.FileInfo
	now, restless := b.cfg.Now(), 0
	for _, e := range entries {
		at, shown := path.Join(name, e.Name()), path.Join(name, ingest.ShownName(kind, e.Name()))
		switch {
		case e.IsDir() && (e.Name() == Done || e.Name() == Failed), temporary(e.Name()):
			continue
		case !e.Type().IsRegular():
			l.aside = append(l.aside, shown)
			continue
		}
		info, err := dir.Lstat(e.Name())
		if err != nil {
			continue // gone meanwhile
		}
		l.present[at] = true
		s := b.seen[at]
		if s == nil || s.size != info.Size() || !s.mod.Equal(info.ModTime()) {
			b.seen[at] = &sight{size: info.Size(), mod: info.ModTime(), since: now}
			l.waiting++
			restless++
			continue
		}
		if s.settled {
			l.troubles = append(l.troubles, Trouble{File: shown, Since: s.since, ZH: "已经装载，但无法从收件箱移走；请检查文件夹的写权限，再把文件拿走",
				EN: "it is loaded, but could not be moved out of the inbox; check that the folder may be written, and take the file away"})
			continue
		}
		if now.Sub(s.since) < b.cfg.Settle || now.Before(s.after) {
			l.waiting++
			if s.tries > 0 {
				l.notNow(shown, s)
			} else {
				restless++
			}
			continue
		}
		ready = append(ready, info)
	}
	if kind == ingest.KindRisks && restless > 0 && b.worthWaiting(name, ready, now) {
		l.waiting += len(ready)
		return nil
	}
	slices.SortFunc(ready, func(x, y fs.FileInfo) int {
		if c := x.ModTime().Compare(y.ModTime()); c != 0 {
			return c
		}
		return strings.Compare(x.Name(), y.Name())
	})
	if kind == ingest.KindRisks {
		if ready, err = b.together(ctx, dir, ready); err != nil {
			return err
		}
	}
	for _, info := range ready {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		shown := path.Join(name, ingest.ShownName(kind, info.Name()))
		b.mu.Lock()
		b.status.Busy, b.status.BusySince = shown, now
		b.mu.Unlock()
		if !b.take(ctx, dir, kind, info) {
			l.waiting++
			if s := b.seen[path.Join(name, info.Name())]; s.tries > 0 {
				l.notNow(shown, s)
			}
		}
	}
	return nil
}

func (l *look) notNow(shown string, s *sight) {
	l.troubles = append(l.troubles, Trouble{File: shown, Since: s.since, ZH: "暂时无法装载，会自动重试", EN: "it cannot be loaded at present and will be tried again"})
}

// temporary reports whether a name is one that programs give to what they are still
// writing, or write for themselves.
func temporary(name string) bool {
	n := strings.ToLower(name)
	switch n {
	case "thumbs.db", "desktop.ini":
		return true
	}
	if strings.HasPrefix(n, ".") || strings.HasPrefix(n, "~") || strings.HasSuffix(n, "~") {
		return true
	}
	switch path.Ext(n) {
	case ".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", ".lock", ".!ut":
		return true
	}
	return false
}

// forgetPause lies between two looks for originals that have lain too long.
const forgetPause = time.Hour

// Tries of a file before it is given up: of one that cannot be opened, and of one on which
// the load itself fails although the database is there.
const mostTries = 5

// take loads a file and puts it away. It reports false when the file has to wait.
func (b *Inbox) take(ctx context.Context, dir *os.Root, kind ingest.Kind, info fs.FileInfo) bool {
	s := b.seen[path.Join(string(kind), info.Name())]
	r := &result{kind: kind, name: info.Name(), shown: ingest.ShownName(kind, info.Name()), size: info.Size(), at: b.cfg.Now(), keep: b.cfg.Keep}
	f, err := b.open(dir, info.Name())
	if err != nil {
		if s.again(b.cfg.Now(), b.cfg.Interval) {
			return false
		}
		b.cfg.Log.WarnContext(ctx, "file in the inbox not readable", "kind", kind, "err", reason(err))
		r.unreadable()
		b.putAway(ctx, dir, s, r)
		return true
	}
	defer f.Close()
	if now, err := f.Stat(); err != nil || !now.Mode().IsRegular() || !os.SameFile(now, info) {
		s.since = b.cfg.Now() // something else has taken its place
		return false
	}
	r.report, err = b.load(ctx, ingest.Request{Kind: kind, By: By, Lang: integrity.Chinese, Files: []ingest.Source{{Name: info.Name(), Data: f, Size: info.Size()}}})
	if err != nil {
		if ctx.Err() != nil {
			return false
		}
		b.cfg.Log.ErrorContext(ctx, "load from the inbox failed", "kind", kind, "err", err)
		if b.cfg.Away(err) {
			s.tries = max(s.tries, 1)
			s.after = b.cfg.Now().Add(b.cfg.Interval)
			return false
		}
		if s.again(b.cfg.Now(), b.cfg.Interval) {
			return false
		}
		r.broken()
		b.putAway(ctx, dir, s, r)
		return true
	}
	r.shown = r.report.Files[0].Name
	if !same(dir, info) {
		// It was written on while it was read. What was read stands as a batch of its own;
		// the file as it is now comes next.
		s.since = b.cfg.Now()
		return false
	}
	if r.report.Batch != "" && r.report.Totals.Rejected > 0 {
		if r.rejects, err = b.cfg.Rejects(ctx, r.report.Batch); err != nil {
			b.cfg.Log.ErrorContext(ctx, "rejected rows of a file in the inbox not written", "batch", r.report.Batch, "err", err)
		}
	}
	b.putAway(ctx, dir, s, r)
	b.cfg.Log.InfoContext(ctx, "file taken from the inbox", "kind", kind, "batch", r.report.Batch, "folder", r.folder())
	return true
}

// load is Load of the configuration; a file on which it panics must not end the watch.
func (b *Inbox) load(ctx context.Context, req ingest.Request) (report ingest.Report, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return b.cfg.Load(ctx, req)
}

// again notes a try that failed and reports whether there is to be another. The pauses
// double, up to five minutes.
func (s *sight) again(now time.Time, interval time.Duration) bool {
	s.tries++
	s.after = now.Add(min(interval<<min(s.tries, 10), 5*time.Minute))
	return s.tries < mostTries
}

// putAway writes the report of a file and moves or deletes the file. The report comes
// first: when the program ends in between, the file is met again, known by its hash, and
// nothing is loaded twice.
func (b *Inbox) putAway(ctx context.Context, dir *os.Root, s *sight, r *result) {
	err := r.write(dir)
	if err == nil {
		if r.deleted() {
			err = dir.Remove(r.name)
		} else {
			if r.named() {
				err = dir.Chmod(r.name, 0o600)
			}
			if err != nil { // it belongs to another account; the folder lets nobody else in
				b.cfg.Log.WarnContext(ctx, "rights of a file in the inbox not narrowed", "kind", r.kind, "err", reason(err))
			}
			err = dir.Rename(r.name, path.Join(r.folder(), r.base))
		}
	}
	if err != nil {
		s.settled = true
		b.cfg.Log.ErrorContext(ctx, "file not moved out of the inbox", "kind", r.kind, "err", reason(err))
	}
}

// reason is an error of the file system without the name of the file, which may be that of
// a person.
func reason(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	var l *os.LinkError
	if errors.As(err, &l) {
		return l.Err
	}
	return err
}
