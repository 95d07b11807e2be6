package ingest

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"qingfeng/ingest/mask"
	"qingfeng/ingest/table"
	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
	"qingfeng/internal/store"
)

// Store is the part of the database that loading needs.
type Store interface {
	Write() driver.Conn
	Begin(ctx context.Context, kind, by string, revert uint64, at time.Time) (store.Batch, error)
	Commit(ctx context.Context, b store.Batch, at time.Time, files []store.File, report []byte) error
	Void(ctx context.Context, b store.Batch, at time.Time) error
	VoidPending(ctx context.Context, at time.Time) (int, error)
	Snapshot(ctx context.Context, knownAt time.Time) (store.Snapshot, error)
	KnownFiles(ctx context.Context, contents []string, kind, options string) (map[string]store.Known, error)
	KnownLengths(ctx context.Context, lengths []uint64, kind, options string) (map[uint64]bool, error)
	Batches(ctx context.Context) ([]store.BatchInfo, error)
	BatchByID(ctx context.Context, id string) (store.BatchInfo, error)
	Token(ctx context.Context, no uint64, part string) context.Context
	HTTP() bool // whether an insert may carry blocks as they are
}

// Source is one file to load.
type Source struct {
	Name string // shown to people
	Data io.ReaderAt
	Size int64
}

// Request is a load: files of one kind and how they are to be read.
type Request struct {
	Kind     Kind
	Files    []Source
	Unit     string // code or name, for files without a unit
	Year     int
	Date     integrity.Day
	Sheet    string
	Encoding string
	GradeMap map[string]string // word of another scale → 重要 or 一般
	Map      map[string]string // heading of the file → heading of the template
	DryRun   bool
	Strict   bool // all rows or none
	Lang     integrity.Lang
	// MayMove says that the principal writes for all units: a correction may then move
	// a known number to another unit.
	MayMove bool
	// Typed says that a person has just written the rows on a page: they are what holds now, also
	// where a file of the same content was loaded before others.
	Typed bool
	// Progress is told how far the load has come. It must not block. May be nil.
	Progress func(Progress)
	// By is the name of who loads, kept with the batch.
	By string
	// CategoryWords maps words of the sources to the seven categories; set by the Loader.
	CategoryWords map[string]integrity.Category

	unitCode string
	told     *teller
}

// options writes down what changes how a file is read: a file is known by content, kind
// and options.
func (r *Request) options() map[string]string {
	out := map[string]string{}
	put := func(k, v string) {
		if v != "" {
			out[k] = v
		}
	}
	put("unit", r.Unit)
	if r.Year != 0 {
		out["year"] = fmt.Sprint(r.Year)
	}
	put("date", r.Date.String())
	put("sheet", r.Sheet)
	put("encoding", r.Encoding)
	put("grade_map", pairsText(r.GradeMap))
	put("map", pairsText(r.Map))
	return out
}

func pairsText(m map[string]string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		parts = append(parts, k+"="+m[k])
	}
	return strings.Join(parts, ",")
}

// Config is everything New needs. Store, Lock and Log are required.
type Config struct {
	Store Store
	// Lock keeps loads apart, across processes: batches are written one after another.
	Lock func(ctx context.Context) (unlock func(), err error)
	Log  *slog.Logger
	Now  integrity.Clock // defaults to time.Now
	// HeadingAliases adds writings of headings: heading of the file → heading of the template.
	HeadingAliases map[Kind]map[string]string
	// CategoryWords adds words of the sources for the seven categories.
	CategoryWords map[string]integrity.Category
	// Key makes the fingerprints of rows; it stays outside the database. Where it changes, or
	// is left out, the next load of a file compares every row in full. 32 bytes.
	Key []byte
	// FileTimeout bounds the reading of one small file, the writing of its rows included; a
	// larger file has a second more for each megabyte, since many million rows are legal and
	// take some thirtieth of that. Defaults to 5 minutes.
	FileTimeout time.Duration
}

// Loader loads files. It is safe for concurrent use; loads wait for one another.
type Loader struct {
	cfg   Config
	words map[string]integrity.Category
}

// New returns a loader, or an error naming what the configuration lacks.
func New(cfg Config) (*Loader, error) {
	if cfg.Store == nil || cfg.Lock == nil || cfg.Log == nil {
		return nil, fmt.Errorf("loader: %w: store, lock and log are required", integrity.ErrInvalid)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.FileTimeout == 0 {
		cfg.FileTimeout = 5 * time.Minute
	}
	if len(cfg.Key) == 0 {
		cfg.Key = make([]byte, sha256.Size)
		if _, err := rand.Read(cfg.Key); err != nil {
			return nil, fmt.Errorf("loader: %w", err)
		}
	}
	l := &Loader{cfg: cfg, words: map[string]integrity.Category{}}
	for w, c := range usualCategoryWords {
		l.words[likeness.Fold(w)] = c
	}
	for w, c := range cfg.CategoryWords {
		l.words[likeness.Fold(w)] = c
	}
	return l, nil
}

// usualCategoryWords maps the words that complaint and petition systems use to the seven
// categories; configuration adds to it and overrides it.
var usualCategoryWords = map[string]integrity.Category{
	"乱收费": integrity.CategoryPost, "收费": integrity.CategoryPost, "收费问题": integrity.CategoryPost, "违规收费": integrity.CategoryPost, "医保": integrity.CategoryPost,
	"服务态度": integrity.CategoryConduct, "态度": integrity.CategoryConduct, "医德医风": integrity.CategoryConduct, "工作作风": integrity.CategoryConduct, "推诿扯皮": integrity.CategoryConduct,
	"红包回扣": integrity.CategoryExternal, "红包": integrity.CategoryExternal, "回扣": integrity.CategoryExternal, "商业贿赂": integrity.CategoryExternal,
	"招标采购": integrity.CategoryMechanism, "采购": integrity.CategoryMechanism, "采购招标": integrity.CategoryMechanism, "资金管理": integrity.CategoryMechanism, "资产管理": integrity.CategoryMechanism, "工程建设": integrity.CategoryMechanism,
	"行政审批": integrity.CategoryPower, "行政许可": integrity.CategoryPower, "行政执法": integrity.CategoryPower, "行政处罚": integrity.CategoryPower, "人事招聘": integrity.CategoryPower, "职称评审": integrity.CategoryPower,
	"制度执行": integrity.CategoryInstitution, "制度建设": integrity.CategoryInstitution,
	"决策程序": integrity.CategoryDecision, "民主决策": integrity.CategoryDecision,
}

// maxFile is the largest file that is taken, in bytes.
const maxFile = 8 << 30

// Load loads the files of a request as one batch and reports what became of each. A
// file that cannot be read does not keep the others out; with Strict nothing is loaded
// unless every row is. The error is for what no user can mend.
func (l *Loader) Load(ctx context.Context, req Request) (Report, error) {
	req.CategoryWords = l.words
	if req.Lang == "" {
		req.Lang = integrity.Chinese
	}
	known, err := headingsOf(req.Kind, l.cfg.HeadingAliases[req.Kind], req.Map)
	if err != nil {
		return Report{}, err
	}
	req.told = &teller{tell: req.Progress}
	if !req.DryRun {
		req.told.step(StepWaiting)
		unlock, err := l.cfg.Lock(ctx)
		if err != nil {
			return Report{}, fmt.Errorf("wait for other loads: %w", err)
		}
		defer unlock()
		if _, err := l.cfg.Store.VoidPending(ctx, l.cfg.Now()); err != nil {
			return Report{}, fmt.Errorf("clear up after a broken load: %w", err)
		}
	}
	unreadable := map[int]*table.FileError{}
	for {
		report, bad, err := l.attempt(ctx, req, known, unreadable)
		if err != nil {
			return report, err
		}
		if bad < 0 {
			return report, nil
		}
		// A file broke off in the middle, after rows of it had been written: the whole
		// batch was given up, and the others are loaded without it.
	}
}

// ErrUnitUnknown is wrapped when --unit names no unit.
var ErrUnitUnknown = errors.New("unknown unit")

// attempt loads all files but the unreadable ones. It returns the index of a file that
// turned out unreadable, or -1.
func (l *Loader) attempt(ctx context.Context, req Request, headings headings, unreadable map[int]*table.FileError) (report Report, bad int, err error) {
	now := l.cfg.Now()
	report = Report{Kind: req.Kind, Options: req.options(), strict: req.Strict}
	if shown := ShownName(req.Kind, req.Sheet); shown != req.Sheet { // which sheet it was is told apart all the same
		mac := hmac.New(sha256.New, l.cfg.Key)
		mac.Write([]byte(req.Sheet))
		report.Options["sheet"] = shown + " " + hex.EncodeToString(mac.Sum(nil)[:4])
	}
	optionsText := pairsText(report.Options)
	s := &session{store: l.cfg.Store, dry: req.DryRun, touched: map[string]bool{}, shelves: map[string]*unitShelf{}, given: map[unitYear]givenList{}, known: map[uint64]string{}, many: len(req.Files) >= manyFiles}
	defer func() {
		if failed := s.rehearsed.close(); err == nil {
			err = failed
		}
	}()
	if s.snap, err = l.cfg.Store.Snapshot(ctx, time.Time{}); err != nil {
		return report, -1, err
	}
	dir, err := newDirectory(ctx, &session{store: s.store, snap: s.snap, dry: true})
	if err != nil {
		return report, -1, err
	}
	if req.Unit != "" {
		code, ok := dir.find(req.Unit)
		if !ok {
			return report, -1, fmt.Errorf("%w: %s", ErrUnitUnknown, dir.unknown("--unit", req.Unit).in(req.Lang).Message)
		}
		req.unitCode = code
	}
	begun := false
	begin := func() error {
		if begun || req.DryRun {
			return nil
		}
		begun = true
		s.batch, err = l.cfg.Store.Begin(ctx, string(req.Kind), req.By, 0, now)
		return err
	}
	giveUp := func() error {
		if !begun {
			return nil
		}
		begun = false
		// The caller may be gone; what was written must be cleared up all the same.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		return l.cfg.Store.Void(ctx, s.batch, now)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, giveUp())
		}
	}()
	shown := shownNames(req.Kind, dir)
	contents, wait, err := l.contents(ctx, &req, optionsText, func(src Source) string { return shown(filepath.Base(src.Name)) })
	if err != nil {
		return report, -1, err
	}
	defer wait()
	sums := make([]string, len(contents)) // of those that may be known; of the others empty
	for i, c := range contents {
		if !c.late {
			sums[i] = c.sum
		}
	}
	var known map[string]store.Known
	if !req.DryRun && !req.Typed {
		if known, err = l.cfg.Store.KnownFiles(ctx, sums, string(req.Kind), optionsText); err != nil {
			return report, -1, err
		}
	}
	for i, src := range req.Files {
		if old, ok := known[sums[i]]; ok {
			s.known[old.Batch.No] = shown(filepath.Base(src.Name))
		}
	}
	var files []store.File
	for i, src := range req.Files {
		f := FileReport{shown: shown, Name: shown(filepath.Base(src.Name)), Warnings: []Problem{}, Errors: []Problem{}, DroppedColumns: []string{}}
		req.told.file(i+1, f.Name)
		if fe := unreadable[i]; fe != nil {
			f.unreadable(req.Lang, fe)
			report.Files = append(report.Files, f)
			continue
		}
		sum := sums[i]
		f.SHA256 = sum
		if old, ok := known[sum]; ok {
			f.known(old.File)
			report.Files = append(report.Files, f)
			report.Totals.add(f.Counts)
			if report.Batch == "" {
				report.Batch = old.Batch.ID
			}
			continue
		}
		if j := slices.IndexFunc(report.Files, func(r FileReport) bool { return r.SHA256 == sum && r.Status == FileCommitted }); j >= 0 {
			twin := report.Files[j] // the same content twice in one load
			f.Format, f.DroppedColumns, f.Status = twin.Format, twin.DroppedColumns, FileUnchanged
			f.Counts = Counts{Read: twin.Read, Unchanged: twin.Read - twin.Rejected, Rejected: twin.Rejected}
			report.Files = append(report.Files, f)
			report.Totals.add(f.Counts)
			continue
		}
		if err := begin(); err != nil {
			return report, -1, err
		}
		before := s.chunk
		var kept *keeper
		if !req.DryRun && !req.Strict { // where nothing is loaded if a row is rejected, none needs to be stored
			kept = &keeper{s: s, file: &f, no: i + 1}
		}
		rejects, ferr := l.file(ctx, s, dir, &req, headings, src, &f, kept)
		if f.SHA256, err = contents[i].get(); err != nil {
			return report, -1, errors.Join(ferr, err)
		}
		var fatal *table.FileError
		switch {
		case errors.As(ferr, &fatal):
			unreadable[i] = fatal
			if req.DryRun || s.chunk == before && (kept == nil || kept.stored == 0) { // nothing of it was written
				f.unreadable(req.Lang, fatal)
				report.Files = append(report.Files, f)
				continue
			}
			return report, i, giveUp()
		case ferr != nil:
			return report, -1, ferr
		}
		f.finish(req)
		if kept != nil {
			if err := kept.keep(ctx, rejects); err != nil {
				return report, -1, err
			}
		}
		if req.DryRun || req.Strict { // no batch will keep them
			report.rejected = append(report.rejected, rejectedRows(f.Name, rejects)...)
		}
		report.Files = append(report.Files, f)
		report.Totals.add(f.Counts)
		if f.Status == FileCommitted {
			stored := f
			text, jerr := json.Marshal(stored)
			if jerr != nil {
				return report, -1, fmt.Errorf("write the report: %w", jerr)
			}
			files = append(files, store.File{Kind: string(req.Kind), Name: f.Name, SHA256: f.SHA256, Size: uint64(src.Size), Options: optionsText,
				Read: f.Read, Added: f.Added, Changed: f.Changed, Unchanged: f.Unchanged, Rejected: f.Rejected, Report: text})
		}
	}
	if req.DryRun || !begun {
		return report, -1, nil
	}
	if req.Strict && (report.Totals.Rejected > 0 || len(files) < countRead(report)) {
		for i := range report.Files {
			report.Files[i].refuse()
		}
		report.Totals = Counts{}
		for _, f := range report.Files {
			report.Totals.add(f.Counts)
		}
		return report, -1, giveUp()
	}
	req.told.step(StepLinking)
	if err := s.writeLists(ctx); err != nil {
		return report, -1, err
	}
	if err := l.rebuild(ctx, s); err != nil {
		return report, -1, err
	}
	report.Batch = s.batch.ID
	text, err := json.Marshal(report)
	if err != nil {
		return report, -1, fmt.Errorf("write the report: %w", err)
	}
	if err := l.cfg.Store.Commit(ctx, s.batch, now, files, text); err != nil {
		return report, -1, err
	}
	l.cfg.Log.InfoContext(ctx, "files loaded", "kind", req.Kind, "batch", s.batch.No, "read", report.Totals.Read, "added", report.Totals.Added,
		"changed", report.Totals.Changed, "rejected", report.Totals.Rejected)
	return report, -1, nil
}

// countRead counts the files that hold something to load.
func countRead(r Report) int {
	n := 0
	for _, f := range r.Files {
		if f.Status != FileUnchanged {
			n++
		}
	}
	return n
}

func (f *FileReport) unreadable(lang integrity.Lang, fe *table.FileError) {
	f.Status = FileUnreadable
	f.Counts = Counts{}
	f.Warnings = []Problem{}
	p := f.told(Problem{Code: fe.Code}, fe.File, "", fe.Detail)
	p.zh, p.en = f.Name+"："+p.zh, f.Name+": "+p.en
	f.Errors = []Problem{p.in(lang)}
}

// known fills the report of a file that was loaded before.
func (f *FileReport) known(old store.File) {
	var before FileReport
	if json.Unmarshal(old.Report, &before) == nil {
		f.Format, f.DroppedColumns, f.Unread = before.Format, before.DroppedColumns, before.Unread
		// What was wrong with it is wrong still: whoever sends it again has to know.
		f.UnknownColumns, f.Masked, f.Warnings, f.Errors, f.MoreProblems = before.UnknownColumns, before.Masked, before.Warnings, before.Errors, before.MoreProblems
	}
	f.Status = FileUnchanged
	f.Counts = Counts{Read: old.Read, Unchanged: old.Read - old.Rejected, Rejected: old.Rejected}
}

func (f *FileReport) finish(req Request) {
	switch {
	case req.DryRun:
		f.Status = FileDryRun
	case f.nothing():
		f.Status = FileRejected
	default:
		f.Status = FileCommitted
	}
}

// refuse turns the report of a file into that of a load which wrote nothing.
func (f *FileReport) refuse() {
	if f.Status == FileCommitted {
		f.Status = FileRejected
		f.Counts = Counts{Read: f.Read, Rejected: f.Read}
	}
}

// file loads one file into the session. A *table.FileError tells that it cannot be read
// (further); other errors are the database's.
func (l *Loader) file(ctx context.Context, s *session, dir *directory, req *Request, known headings, src Source, f *FileReport, kept *keeper) (rejects []*reject, err error) {
	if src.Size > maxFile {
		return nil, &table.FileError{Code: table.CodeTooLarge, File: f.Name, Detail: table.Text{ZH: "文件太大，请拆分后导入", EN: "the file is too large; split it"}}
	}
	reading, cancel := context.WithTimeout(ctx, l.cfg.FileTimeout+time.Duration(src.Size>>20)*time.Second)
	defer cancel()
	p := &parser{req: req, dir: dir, today: integrity.DayOf(l.cfg.Now()), file: f, pace: &pace{from: src.Data, size: src.Size}, keeper: kept, key: l.cfg.Key, gradeMap: map[string]string{}}
	for word, grade := range req.GradeMap {
		p.gradeMap[likeness.Fold(word)] = grade
	}
	s.fileStart = s.batch.No<<24 | s.chunk
	defer func() {
		rejects = p.rejects
		err = errors.Join(err, s.met.close())
	}()
	opt := table.Options{Sheet: req.Sheet, Encoding: req.Encoding, Shown: f.name, Notice: func(n table.Notice) {
		if n.Code == table.NoticeSheetHidden || n.Code == table.NoticeEntryIgnored || n.Code == table.NoticeContentIgnored {
			f.Unread++
		}
		f.warn(req.Lang, f.told(Problem{Table: n.Table, Row: n.Row, Code: n.Code}, n.File, n.Sheet, n.Detail))
	}}
	tables, found := 0, false
	for t, terr := range table.Open(reading, f.Name, p.pace, src.Size, opt) {
		var entry *table.FileError
		if errors.As(terr, &entry) && entry.File != f.Name {
			// One document of an archive cannot be read; the others can.
			f.Unread++
			problem := f.told(Problem{Code: entry.Code}, entry.File, "", entry.Detail)
			name := path.Join(f.Name, problem.File)
			problem.zh, problem.en = name+"："+problem.zh, name+": "+problem.en
			f.fail(req.Lang, problem)
			continue
		}
		if terr != nil {
			return rejects, terr
		}
		tables++
		f.Format = t.Format
		h, herr := p.find(known, t)
		if herr != nil {
			return rejects, herr
		}
		if h == nil {
			p.passOver(t)
			continue
		}
		found = true
		p.table = t
		for _, d := range h.layout.dropped {
			d, _ = mask.Text(d)
			f.DroppedColumns = appendNew(f.DroppedColumns, d)
		}
		for _, u := range h.layout.unknown {
			u, _ = mask.Text(u)
			f.UnknownColumns = appendNew(f.UnknownColumns, u)
		}
		if missing := p.missingColumns(h); len(missing) > 0 {
			h.stop()
			f.Unread++
			f.fail(req.Lang, Problem{Code: "header_unknown",
				zh: "缺少必需的列：" + strings.Join(missing, "、") + "。请改表头，或用 --map 指定对照", en: "required columns are missing: " + strings.Join(missing, ", ") + "; change the headings or give --map"}.at(f, t, 0))
			continue
		}
		for _, c := range columns[req.Kind] {
			if c.required && h.layout.has(c.field) {
				h.layout.needed = append(h.layout.needed, h.layout.at[c.field])
			}
		}
		if err := l.table(ctx, s, p, h, t); err != nil {
			return rejects, err
		}
	}
	if err := l.fileLists(ctx, s, p); err != nil {
		return rejects, err
	}
	if found && f.Read == 0 && len(f.Errors) == 0 {
		f.warn(req.Lang, Problem{Code: "rows_missing", zh: "表头下面没有可装载的行", en: "there are no rows below the headings"})
	}
	if tables > 0 && !found && len(f.Errors) == 0 {
		f.Warnings = slices.DeleteFunc(f.Warnings, func(w Problem) bool { return w.Code == "table_ignored" })
		f.Unread = max(f.Unread, 1) // tables of one line are passed over without a word
		words := headingWords(req.Kind)
		f.fail(req.Lang, Problem{Code: "header_unknown",
			zh: "没有找到表头。这类文件的列是：" + strings.Join(words, "、") + "。请用 template 命令取一份空表，或用 --map 指定对照", en: "no headings found. The columns of this kind are: " + strings.Join(words, ", ") + ". Take an empty form with the command template, or give --map"})
	}
	return rejects, nil
}

// missingColumns lists required columns that a table lacks. Unit and date may be given
// with the load or stand above the table; a form counts its rows itself.
func (p *parser) missingColumns(h *header) (missing []string) {
	form := p.req.Kind == KindRisks && p.isForm(&h.layout)
	for _, c := range columns[p.req.Kind] {
		switch {
		case !c.required, h.layout.has(c.field):
		case c.field == fUnit && (p.req.Unit != "" || form):
		case c.field == fDate && (p.req.Date != integrity.NoDay || form || h.frame.date != ""):
		case c.field == fNo && form:
		case c.field == fYear && p.req.Year != 0:
		default:
			missing = append(missing, c.heading)
		}
	}
	return missing
}

// table loads the rows of one table.
func (l *Loader) table(ctx context.Context, s *session, p *parser, h *header, t *table.Table) error {
	var counts Counts
	defer func() { p.file.Counts.add(counts) }()
	switch p.req.Kind {
	case KindRisks:
		drafts, err := p.parseList(ctx, h, t)
		p.drafts = append(p.drafts, drafts...)
		return err
	case KindUnits:
		return run(ctx, p, h, t, steps[unitRow]{parse: returning((*cells).parseUnit), write: func(ctx context.Context, c *chunk[unitRow]) error {
			return l.loadUnits(ctx, s, c.p, c.rows, &counts)
		}})
	case KindInspections:
		return run(ctx, p, h, t, steps[checkRow]{parse: returning((*cells).parseCheck), write: func(ctx context.Context, c *chunk[checkRow]) error {
			return l.loadChecks(ctx, s, c.p, c.rows, &counts)
		}})
	case KindLedger:
		return run(ctx, p, h, t, steps[ledgerRow]{parse: returning((*cells).parseLedger), write: func(ctx context.Context, c *chunk[ledgerRow]) error {
			return l.loadLedger(ctx, s, c.p, c.rows, &counts)
		}})
	default:
		do := steps[signalRow]{
			parse:  (*cells).parseSignal,
			settle: classifySignal,
			write:  func(ctx context.Context, c *chunk[signalRow]) error { return l.loadSignals(ctx, s, c, &counts) },
			end:    s.stored,
		}
		if !s.dry { // a dry run shows what stands as well
			f := newSieve(l.cfg.Key, p, &h.layout)
			var err error
			if f.stored, err = countSignals(ctx, s, f.kind); err != nil {
				return err
			}
			defer f.release()
			do.sift = func(ctx context.Context, p *parser, rows []table.Row) ([]mark, bool, error) {
				return f.sift(ctx, s, rows)
			}
			switch {
			case f.stored == 0:
			case t.File == p.file.Name && s.holds(f.stored, p.pace.size):
				f.hold(ctx, s)
				if f.stored > printsAtOnce { // the database is still asked for some
					do.siftTogether = siftRows
				}
			default:
				do.siftTogether = siftRows
			}
		}
		return s.holding(p.pace.coming, func() error {
			if s.signals != nil {
				do.packer = s.packSignals
			}
			return run(ctx, p, h, t, do)
		})
	}
}

// fileLists loads the lists that the tables of a file gave. They wait for the end of the
// file, because a form may go on in a second table.
func (l *Loader) fileLists(ctx context.Context, s *session, p *parser) error {
	if len(p.drafts) == 0 {
		return nil
	}
	var counts Counts
	p.req.told.read(p.file.Read)
	err := l.loadLists(ctx, s, p, p.settle(), &counts)
	p.file.Counts.add(counts)
	p.req.told.wrote(counts.Added + counts.Changed + counts.Unchanged)
	return err
}
