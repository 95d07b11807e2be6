package kills

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"qingfeng/bench/spread"
	"qingfeng/ingest"
	"qingfeng/internal/engine"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

// Size says how often is killed.
type Size struct {
	Engine, Program int // kills of each
	Rows            int // of a batch
}

// Full is the size whose figures are written down.
var Full = Size{Engine: 200, Program: 200, Rows: 1000}

const (
	database = engine.DatabasePrefix + "_kills"
	readers  = 4
)

// home is an engine with a loader on it.
type home struct {
	engine *engine.Engine
	store  *store.Store
	load   *ingest.Loader
	rows   int
}

func open(ctx context.Context, dir string, rows int) (*home, error) {
	h := &home{rows: rows}
	var err error
	// The program before may still be ending: its engine dies with it, but not before it.
	for began := time.Now(); ; {
		if h.engine, err = engine.Start(ctx, engine.Config{Dir: dir, MinFreeBytes: 1 << 20}); err == nil {
			break
		}
		if !errors.Is(err, engine.ErrLocked) || time.Since(began) > 20*time.Second {
			return nil, err
		}
		time.Sleep(20 * time.Millisecond)
	}
	if h.store, err = store.Open(ctx, store.Config{Endpoint: h.engine.Endpoint(), Database: database}); err != nil {
		return nil, errors.Join(err, h.close())
	}
	if _, err = h.store.Migrate(ctx); err != nil {
		return nil, errors.Join(err, h.close())
	}
	now := time.Date(2026, time.November, 22, 9, 0, 0, 0, integrity.Shanghai)
	h.load, err = ingest.New(ingest.Config{Store: h.store, Lock: store.LoadLock(dir), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }})
	if err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, h.put(ctx, ingest.KindUnits, "单位编码,单位名称\n13,市第一医院\n")
}

func (h *home) close() error {
	var errs []error
	if h.store != nil {
		errs = append(errs, h.store.Close())
	}
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	return errors.Join(append(errs, h.engine.Stop(ctx))...)
}

func (h *home) put(ctx context.Context, kind ingest.Kind, body string) error {
	rep, err := h.load.Load(ctx, ingest.Request{Kind: kind, Files: []ingest.Source{{Name: "kills.csv", Data: strings.NewReader(body), Size: int64(len(body))}}})
	if err == nil && rep.Outcome() != 0 {
		err = fmt.Errorf("a load ended with %d: %+v", rep.Outcome(), rep.Totals)
	}
	return err
}

// batch loads the complaints of batch n.
func (h *home) batch(ctx context.Context, n int) error {
	var b strings.Builder
	b.WriteString("编号,单位,日期,内容\n")
	for i := range h.rows {
		fmt.Fprintf(&b, "K%d-%d,13,2026-03-05,第%d件：排队太久\n", n, i, i)
	}
	return h.put(ctx, ingest.KindComplaints, b.String())
}

// live counts the rows that readers see now.
func (h *home) live(ctx context.Context) (n int64, err error) {
	snap, err := h.store.Snapshot(ctx, time.Time{})
	if err != nil {
		return 0, err
	}
	err = h.store.Read().QueryRow(ctx, "SELECT sum(sign) FROM signals WHERE batch_no <= {visible_max:UInt64} AND NOT has({hidden:Array(UInt64)}, batch_no)", snap.Args()...).Scan(&n)
	return n, err
}

// result is what a series of kills has shown.
type result struct {
	kills, batches, repeated int
	partial                  int64     // answers that showed a part of a batch
	asked                    int64     // answers that readers had
	lost, doubled            int64     // rows; what readers do not see counts as doubled as well
	healed                   []float64 // seconds from a kill to the next answer
	took                     time.Duration
}

// check compares what is stored with batches that were acknowledged.
func (h *home) check(ctx context.Context, r *result) error {
	if _, err := h.store.VoidPending(ctx, time.Now()); err != nil { // as every load begins
		return err
	}
	live, err := h.live(ctx)
	if err != nil {
		return err
	}
	var stored, distinct int64
	if err := h.store.Read().QueryRow(ctx, "SELECT toInt64(count()), toInt64(uniqExact(id)) FROM signals").Scan(&stored, &distinct); err != nil {
		return err
	}
	want := int64(r.batches) * int64(h.rows)
	r.lost, r.doubled = max(0, want-distinct), max(0, live-want, stored-distinct)
	return nil
}

// engineKills loads while the engine is killed again and again, and readers ask.
func engineKills(ctx context.Context, dir string, size Size) (r result, err error) {
	h, err := open(ctx, dir, size.Rows)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	began := time.Now()
	killing, over := context.WithCancel(ctx)
	var work sync.WaitGroup
	var partial, asked atomic.Int64
	for range readers {
		work.Go(func() {
			for killing.Err() == nil {
				if n, err := h.live(killing); err == nil {
					asked.Add(1)
					if n%int64(size.Rows) != 0 {
						partial.Add(1)
					}
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	work.Go(func() {
		defer over()
		for r.kills < size.Engine && ctx.Err() == nil {
			time.Sleep(time.Duration(rand.IntN(800)) * time.Millisecond)
			pid := h.engine.Status().PID
			if pid == 0 || syscall.Kill(pid, syscall.SIGKILL) != nil {
				continue
			}
			r.kills++
			killed := time.Now()
			for ctx.Err() == nil {
				if _, err := h.live(ctx); err == nil && h.engine.Status().PID != pid {
					break
				}
				time.Sleep(5 * time.Millisecond)
			}
			r.healed = append(r.healed, time.Since(killed).Seconds())
		}
	})
	for killing.Err() == nil {
		if err := h.batch(ctx, r.batches); err != nil {
			r.repeated++
			time.Sleep(20 * time.Millisecond)
			continue
		}
		r.batches++
	}
	work.Wait()
	r.partial, r.asked, r.took = partial.Load(), asked.Load(), time.Since(began)
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	return r, h.check(ctx, &r)
}

// The environment of a process that is to be killed: folder, rows of a batch, first batch.
const victimEnv = "QINGFENG_KILLS_VICTIM"

// RunChildIfAsked makes this process one that loads until it is killed, if it was started
// as one. Programs and tests that measure call it first.
func RunChildIfAsked() {
	words := strings.Split(os.Getenv(victimEnv), "|")
	if len(words) != 3 {
		return
	}
	rows, _ := strconv.Atoi(words[1])
	n, _ := strconv.Atoi(words[2])
	h, err := open(context.Background(), words[0], rows)
	for ; err == nil; n++ {
		if err = h.batch(context.Background(), n); err == nil {
			fmt.Println("loaded", n)
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// programKills starts a process that loads, kills it, starts it again where it was.
func programKills(ctx context.Context, dir string, size Size) (r result, err error) {
	program, err := os.Executable()
	if err != nil {
		return r, err
	}
	began := time.Now()
	for r.kills < size.Program {
		n, err := victim(ctx, program, fmt.Sprintf("%s|%d|%d", dir, size.Rows, r.batches), &r)
		if err != nil {
			return r, err
		}
		r.batches = n
		r.kills++
	}
	r.took = time.Since(began)
	h, err := open(ctx, dir, size.Rows)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	// The batch at which the last process was killed may or may not have been committed: it
	// is loaded again, as whoever had no answer would do.
	if err := h.batch(ctx, r.batches); err != nil {
		return r, err
	}
	r.batches++
	return r, h.check(ctx, &r)
}

// victim runs one process until it is killed and returns how many batches were
// acknowledged by then, in all.
func victim(ctx context.Context, program, env string, r *result) (batches int, err error) {
	batches = r.batches
	cmd := exec.CommandContext(ctx, program)
	cmd.Env = append(os.Environ(), victimEnv+"="+env)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return batches, err
	}
	started := time.Now()
	if err := cmd.Start(); err != nil {
		return batches, err
	}
	first := true
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		var n int
		if _, err := fmt.Sscanf(lines.Text(), "loaded %d", &n); err != nil {
			continue
		}
		batches = n + 1
		if first {
			first = false
			r.healed = append(r.healed, time.Since(started).Seconds())
			time.AfterFunc(time.Duration(rand.IntN(600))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); !strings.Contains(fmt.Sprint(err), "killed") {
		return batches, fmt.Errorf("a loading process ended by itself: %v: %s", err, said.String())
	}
	return batches, nil
}

// Measure kills as often as size says and writes the figures. It fails when something was
// lost, doubled or shown by halves.
func Measure(ctx context.Context, size Size, progress func(format string, args ...any)) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "Batches of %d rows are loaded one after another; a load without an answer is repeated. During the kills of the engine %d readers ask for the rows they see. "+
		"*Answers again*: from the kill to the next answer of the database under a supervisor that waits up to 2 s after crashes in a row; for the program, from its start to its first loaded batch. "+
		"Kills come 0 to 0.8 s after the engine answers, 0 to 0.6 s after a program's first batch.\n\n", size.Rows, readers)
	b.WriteString("| Killed with SIGKILL | Times | Batches acknowledged | Loads repeated | Rows lost | Rows doubled | Answers with a part of a batch | Answers again, median (range) | Took |\n|---|---:|---:|---:|---:|---:|---:|---|---:|\n")
	parts := []struct {
		name   string
		do     func(context.Context, string, Size) (result, error)
		result result
		err    error
	}{{name: "the engine", do: engineKills}, {name: "the program, with its engine", do: programKills}}
	// Most of the time is waiting for engines to start: the two run side by side.
	var both sync.WaitGroup
	for i := range parts {
		p := &parts[i]
		progress("killing %s …", p.name)
		both.Go(func() {
			dir, err := os.MkdirTemp("", "qingfeng-kills-")
			if err != nil {
				p.err = err
				return
			}
			p.result, err = p.do(ctx, dir, size)
			p.err = errors.Join(err, os.RemoveAll(dir))
		})
	}
	both.Wait()
	var errs []error
	for _, p := range parts {
		r := p.result
		if p.err != nil {
			errs = append(errs, fmt.Errorf("kill %s: %w", p.name, p.err))
			continue
		}
		seen := fmt.Sprintf("%d of %d", r.partial, r.asked)
		if r.asked == 0 {
			seen = "–"
		}
		healed := spread.Of(r.healed)
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d | %s | %s (%s) | %s |\n", p.name, r.kills, r.batches, r.repeated, r.lost, r.doubled, seen, spread.Time(healed.Median), healed.Range(), r.took.Round(time.Second))
		if r.lost+r.doubled+r.partial > 0 {
			errs = append(errs, fmt.Errorf("kill %s: %d rows lost, %d doubled, %d answers with a part of a batch", p.name, r.lost, r.doubled, r.partial))
		}
	}
	return b.String(), errors.Join(errs...)
}
