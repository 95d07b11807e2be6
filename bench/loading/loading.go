package loading

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"qingfeng/bench/spread"
	"qingfeng/ingest"
	"qingfeng/ingest/classify"
	"qingfeng/ingest/mask"
	"qingfeng/ingest/table"
	"qingfeng/internal/engine"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

// Size says how much is measured.
type Size struct {
	Rows     int   // of the CSV file
	Workbook int   // rows of the workbook
	Forms    int   // Word forms of 20 rows
	Rounds   int   // how often each thing is measured
	Memory   []int // rows of the files whose loads are watched for memory
}

// Full is the size of the published figures: the file is as long as the one of which the
// engine's own insert was measured for performance.md.
var Full = Size{Rows: 2_000_000, Workbook: 20_000, Forms: 1000, Rounds: 5, Memory: []int{100_000, 1_000_000, 5_000_000}}

// Measure loads files on an engine of its own and returns the figures as Markdown. It
// fails when a load does not give the counts that its file holds.
func Measure(ctx context.Context, size Size, progress func(format string, args ...any)) (text string, err error) {
	dir, err := os.MkdirTemp("", "qingfeng-bench-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	e, err := engine.Start(ctx, engine.Config{Dir: dir, MinFreeBytes: 1 << 20})
	if err != nil {
		return "", err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		err = errors.Join(err, e.Stop(stopping))
	}()
	b := &bench{size: size, engine: e, times: map[string][]float64{}, busy: map[string][]float64{}}
	var load []string
	var version string
	for round := range size.Rounds {
		progress("loading, round %d of %d", round+1, size.Rounds)
		before := averageLoad()
		if version, err = b.round(ctx, round); err != nil {
			return "", err
		}
		load = append(load, before)
	}
	progress("loading: memory")
	memory, err := measureMemory(ctx, size.Memory)
	if err != nil {
		return "", err
	}
	return b.text(version, load, memory), nil
}

const bareTable = "CREATE TABLE bare (`编号` String, `单位` LowCardinality(String), `日期` Date32, `内容` String, `渠道` LowCardinality(String), " +
	"`类别` LowCardinality(String), `状态` LowCardinality(String), `办结日期` String) ENGINE = MergeTree ORDER BY `编号`"

type bench struct {
	size   Size
	engine *engine.Engine
	store  *store.Store
	loader *ingest.Loader
	times  map[string][]float64 // seconds by name, one of each round
	busy   map[string][]float64 // seconds of both cores, this process and the engine
}

// time measures one thing: the time it takes and the time that cores work for it.
func (b *bench) time(what string, do func() error) error {
	began, worked := time.Now(), b.worked()
	if err := do(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	b.times[what] = append(b.times[what], time.Since(began).Seconds())
	b.busy[what] = append(b.busy[what], b.worked()-worked)
	return nil
}

// worked is how many seconds of cores this process and the engine have used.
func (b *bench) worked() float64 {
	return processSeconds("self") + processSeconds(fmt.Sprint(b.engine.Status().PID))
}

func (b *bench) load(ctx context.Context, kind ingest.Kind, want ingest.Counts, files ...[]byte) error {
	req := ingest.Request{Kind: kind, MayMove: true}
	for i, f := range files {
		req.Files = append(req.Files, ingest.Source{Name: fmt.Sprintf("%04d", i+1), Data: bytes.NewReader(f), Size: int64(len(f))})
	}
	rep, err := b.loader.Load(ctx, req)
	if err == nil && rep.Totals != want {
		return fmt.Errorf("the load counts %+v, the files hold %+v", rep.Totals, want)
	}
	return err
}

func added(n int) ingest.Counts { return ingest.Counts{Read: uint64(n), Added: uint64(n)} }

// round measures everything once, in a database of its own: what the engine does later with
// the rows of one round must not disturb the next. It returns the version of the engine.
func (b *bench) round(ctx context.Context, round int) (version string, err error) {
	name := fmt.Sprintf("%s_bench_%d", engine.DatabasePrefix, round)
	b.store, err = store.Open(ctx, store.Config{Endpoint: b.engine.Endpoint(), Database: name})
	if err != nil {
		return "", err
	}
	defer func() {
		err = errors.Join(err, b.store.Write().Exec(ctx, "DROP DATABASE IF EXISTS "+name+" SYNC"), b.store.Close())
	}()
	if _, err := b.store.Migrate(ctx); err != nil {
		return "", err
	}
	locks, err := os.MkdirTemp("", "qingfeng-bench-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(locks)) }()
	b.loader, err = ingest.New(ingest.Config{Store: b.store, Log: slog.New(slog.DiscardHandler), Lock: store.LoadLock(locks),
		Now: func() time.Time { return time.Date(2026, 11, 22, 9, 0, 0, 0, integrity.Shanghai) }})
	if err != nil {
		return "", err
	}
	if err := b.load(ctx, ingest.KindUnits, ingest.Counts{Read: uint64(b.size.Forms) + 3, Added: uint64(b.size.Forms) + 3}, unitsCSV(b.size.Forms+2)); err != nil {
		return "", err
	}
	if err := b.store.Write().Exec(ctx, bareTable); err != nil {
		return "", err
	}
	return b.store.Version(), b.steps(ctx, round)
}

func (b *bench) steps(ctx context.Context, round int) error {
	n := b.size.Rows
	var file, other bytes.Buffer
	if err := errors.Join(complaintsCSV(&file, round, n), complaintsCSV(&other, 500+round, n)); err != nil {
		return err
	}
	data := file.Bytes()
	longer := append(bytes.Clone(data), strings.Join(complaint(round, n), ",")+"\n"...)
	book, err := complaintsXLSX(1000+round, b.size.Workbook)
	if err != nil {
		return err
	}
	var forms, others [][]byte
	for i := 1; i <= b.size.Forms; i++ {
		for _, f := range []struct {
			to   *[][]byte
			year int
		}{{&forms, 2000 + round}, {&others, 2010 + round}} {
			doc, err := form(i, f.year, 20)
			if err != nil {
				return err
			}
			*f.to = append(*f.to, doc)
		}
	}
	archive, err := zipped(others)
	if err != nil {
		return err
	}
	points := 20 * b.size.Forms
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{engineCSV, func() error { return b.engineCSV(ctx, data) }},
		{firstLoad, func() error { return b.load(ctx, ingest.KindComplaints, added(n), data) }},
		{sameFile, func() error {
			return b.load(ctx, ingest.KindComplaints, ingest.Counts{Read: uint64(n), Unchanged: uint64(n)}, data)
		}},
		{oneMore, func() error {
			return b.load(ctx, ingest.KindComplaints, ingest.Counts{Read: uint64(n) + 1, Added: 1, Unchanged: uint64(n)}, longer)
		}},
		{anotherFile, func() error { return b.load(ctx, ingest.KindComplaints, added(n), other.Bytes()) }},
		{readAlone, func() error { return read(ctx, data, n) }},
		{maskAlone, func() error { return each(n, func(i int) { mask.Text(complaintText(i)) }) }},
		{classifyAlone, func() error { return each(n, func(i int) { classify.QuickSignal(complaintText(i)) }) }},
		{lookupAlone, func() error { return b.lookUp(ctx) }},
		{insertAlone, func() error { return b.storeAgain(ctx) }},
		{bareExcelize, func() error { return readBare(book) }},
		{workbook, func() error { return b.load(ctx, ingest.KindComplaints, added(b.size.Workbook), book) }},
		{formsAlone, func() error { return b.load(ctx, ingest.KindRisks, added(points), forms...) }},
		{formsZipped, func() error { return b.load(ctx, ingest.KindRisks, added(points), archive) }},
	} {
		if err := b.time(step.what, step.do); err != nil {
			return err
		}
	}
	return nil
}

// storedTogether is how many rows a load of a long file stores with one insert.
const storedTogether = 512 << 10

// lookUp reads the keys and fingerprints of all complaints, as a load of a long file does
// that is to be compared with them.
func (b *bench) lookUp(ctx context.Context) error {
	answer, err := b.store.Write().QueryFormat(ctx, "RowBinary", "SELECT id, fingerprint FROM signals WHERE kind = 'complaint'")
	if err != nil {
		return err
	}
	bytes, err := io.Copy(io.Discard, answer)
	if err := errors.Join(err, answer.Close()); err != nil {
		return err
	}
	if found := int(bytes / 16); found < b.size.Rows {
		return fmt.Errorf("%d rows found of %d", found, b.size.Rows)
	}
	return nil
}

// storeAgain lets the engine write the rows that the round loaded into a table of the same form.
func (b *bench) storeAgain(ctx context.Context) error {
	if err := b.store.Write().Exec(ctx, "CREATE TABLE again AS signals"); err != nil {
		return err
	}
	for from := 0; from < b.size.Rows; from += storedTogether {
		if err := b.store.Write().Exec(ctx, fmt.Sprintf("INSERT INTO again SELECT * FROM signals WHERE batch_no = "+
			"(SELECT max(batch_no) FROM signals WHERE kind = 'complaint') LIMIT %d OFFSET %d", storedTogether, from)); err != nil {
			return err
		}
	}
	return b.store.Write().Exec(ctx, "DROP TABLE again SYNC")
}

// complaintText is the text of row i without the cost of writing it anew.
func complaintText(i int) string { return texts[i%len(texts)] }

func each(n int, do func(int)) error {
	for i := range n {
		do(i)
	}
	return nil
}

// read reads a file to its last row and does nothing with it.
func read(ctx context.Context, data []byte, want int) error {
	rows := 0
	for t, err := range table.Open(ctx, "a.csv", bytes.NewReader(data), int64(len(data)), table.Options{}) {
		if err != nil {
			return err
		}
		for _, err := range t.Rows {
			if err != nil {
				return err
			}
			rows++
		}
	}
	if rows != want+1 {
		return fmt.Errorf("%d rows read of %d", rows, want+1)
	}
	return nil
}

// readBare reads a workbook as the library offers it.
func readBare(data []byte) error {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: 512 << 20, UnzipXMLSizeLimit: 256 << 20})
	if err != nil {
		return err
	}
	rows, err := f.Rows("Sheet1")
	if err != nil {
		return err
	}
	for rows.Next() {
		if _, err := rows.Columns(excelize.Options{RawCellValue: true}); err != nil {
			return err
		}
	}
	return errors.Join(rows.Close(), f.Close())
}

// engineCSV lets the engine insert the file itself.
func (b *bench) engineCSV(ctx context.Context, data []byte) error {
	endpoint := b.engine.Endpoint()
	address := url.URL{Scheme: "http", Host: endpoint.Addr, RawQuery: url.Values{"database": {b.store.Database()},
		"query": {"INSERT INTO bare FORMAT CSVWithNames"}, "async_insert": {"0"}}.Encode()}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address.String(), bytes.NewReader(data))
	if err != nil {
		return err
	}
	req.SetBasicAuth(endpoint.Writer.User, endpoint.Writer.Password)
	for name, value := range endpoint.Headers() {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", res.Status, answer)
	}
	return err
}

// What is measured.
const (
	engineCSV     = "the engine's own `INSERT … FORMAT CSVWithNames`, which parses and nothing else"
	firstLoad     = "loading the file"
	sameFile      = "loading the very same file again"
	oneMore       = "loading it again with one row more: every row is looked up"
	anotherFile   = "loading another file as long beside it"
	readAlone     = "part: reading the file alone"
	maskAlone     = "part: masking the texts alone"
	classifyAlone = "part: classifying the texts alone, were no category given"
	lookupAlone   = "part: reading the keys and fingerprints of all rows that stand"
	insertAlone   = "part: the engine storing the rows as the product keeps them"
	bareExcelize  = "bare streaming read of the workbook by excelize"
	workbook      = "loading the workbook"
	formsAlone    = "the forms as files of one command"
	formsZipped   = "the forms as one archive"
)

func (b *bench) text(version string, load []string, memory []peak) string {
	var w strings.Builder
	fmt.Fprintf(&w, "ClickHouse %s, embedded. A CSV file of %d complaints (170 bytes each), a workbook of %d, %d Word forms of 20 points, each for a unit of its own;\n"+
		"%d rounds, in each everything once, one after another. `cores`: seconds that cores worked for it, in this process and in the engine (merging earlier\n"+
		"parts included), which other programs disturb less than the time. Load average of the machine, of two cores, before the rounds: %s.\n\n",
		version, b.size.Rows, b.size.Workbook, b.size.Forms, b.size.Rounds, strings.Join(load, ", "))
	w.WriteString("| What | Time | Range | Cores | Rows/s |\n|---|---:|---:|---:|---:|\n")
	for _, l := range []struct {
		what string
		rows int
	}{{engineCSV, b.size.Rows}, {firstLoad, b.size.Rows}, {sameFile, b.size.Rows}, {oneMore, b.size.Rows}, {anotherFile, b.size.Rows}, {readAlone, b.size.Rows}, {maskAlone, b.size.Rows},
		{classifyAlone, b.size.Rows}, {lookupAlone, b.size.Rows}, {insertAlone, b.size.Rows}, {bareExcelize, b.size.Workbook}, {workbook, b.size.Workbook}, {formsAlone, 20 * b.size.Forms}, {formsZipped, 20 * b.size.Forms}} {
		t := spread.Of(b.times[l.what])
		fmt.Fprintf(&w, "| %s | %s | %s | %s | %.0f |\n", l.what, spread.Time(t.Median), t.Range(), spread.Time(spread.Of(b.busy[l.what]).Median), float64(l.rows)/t.Median)
	}
	w.WriteString("\n| Speed beside another, median of the rounds | Time | Range | Cores | Target |\n|---|---:|---:|---:|---:|\n")
	for _, r := range []struct{ of, to, target string }{{engineCSV, firstLoad, "≥ 0.5"}, {bareExcelize, workbook, "≥ 0.8"}} {
		fmt.Fprintf(&w, "| %s, as fast as %s: 1.00 | %s | %s |\n", r.to, r.of, ratios(b.times[r.of], b.times[r.to], b.busy[r.of], b.busy[r.to]), r.target)
	}
	w.WriteString("\n| Time beside another, median of the rounds | Time | Range | Cores | Target |\n|---|---:|---:|---:|---:|\n")
	for _, of := range []string{sameFile, oneMore} {
		fmt.Fprintf(&w, "| %s ÷ %s | %s | ≤ 0.5 |\n", of, firstLoad, ratios(b.times[of], b.times[firstLoad], b.busy[of], b.busy[firstLoad]))
	}
	if len(memory) > 0 {
		w.WriteString("\nThe most memory that the process `qingfeng ingest complaints` held at one time (the engine is another process); the target is 256 MB however long the file.\n\n" +
			"| | Rows | File | Memory |\n|---|---:|---:|---:|\n")
		for _, m := range memory {
			fmt.Fprintf(&w, "| %s | %d | %d MB | %d MB |\n", m.what, m.rows, m.file>>20, m.resident>>20)
		}
	}
	return w.String()
}

// ratios writes the median and the range of the ratios of times, and the median of those
// of busy cores.
func ratios(of, to, busyOf, busyTo []float64) string {
	divided := func(a, b []float64) spread.Spread {
		out := make([]float64, len(a))
		for i := range a {
			out[i] = a[i] / max(b[i], 1e-9)
		}
		return spread.Of(out)
	}
	t := divided(of, to)
	return fmt.Sprintf("%.2f | %.2f – %.2f | %.2f", t.Median, t.Min, t.Max, divided(busyOf, busyTo).Median)
}
