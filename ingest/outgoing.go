package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
)

const (
	// blockRows is how many rows travel together: each block costs the engine some milliseconds.
	blockRows = 64 << 10
	// blockBytes bounds a block of long texts, and what is kept of one to be filled again.
	blockBytes = 32 << 20
	// firstInsert and insertRows are how many rows the first insert of a table carries and the
	// longest. Each becomes a part of the table, which the engine merges with others later:
	// sixteen parts of 64 Ki rows cost it three times what four of 256 Ki cost, and beyond 512 Ki
	// sorting outgrows its caches.
	firstInsert = blockRows
	insertRows  = 512 << 10
	// lastInsert is how far inserts shrink again towards the end of a file: with three more parts of
	// 64 Ki rows the engine begins to merge at once.
	lastInsert = 3 * blockRows
	// patience is how long an insert waits for its next block before it ends without: the engine
	// gives up a connection that is silent for 30 seconds.
	patience = 5 * time.Second
)

// outgoing sends blocks of a table while the next are filled. Several make an insert, whose rows
// the engine sorts and writes when it has them all, while the next insert is on its way. The
// first is short and each twice as long as the one before, so that the engine has work soon, and
// few parts in the end; the last are shorter again, since nothing else is left to do while the
// engine writes those. Nobody may read from the table what this batch wrote before flush has
// returned.
type outgoing[T any] struct {
	s       *session
	e       entity[T]
	packer  *packer[T] // for rows that come one by one
	chunks  *blocks    // for packers of chunks
	sent    *blocks
	open    *insertion         // takes more blocks
	written *insertion         // has all of its blocks; the engine may still write them
	rows    int                // of the next insert at most
	total   int                // rows so far
	coming  func(rows int) int // how many rows may come after so many; nil where nobody knows
	patient time.Duration
}

// insertion is one insert, which takes blocks until it is closed.
type insertion struct {
	to    *stream
	done  chan error
	wants int         // how many rows it still takes
	idle  *time.Timer // ends it while it waits for a block
}

func newOutgoing[T any](s *session, e entity[T]) *outgoing[T] {
	o := &outgoing[T]{s: s, e: e, chunks: newBlocks(e.types, 2*parsers+ahead), sent: newBlocks(e.types, 1), rows: firstInsert, patient: patience}
	o.packer = newPacker(e, o.sent.take)
	return o
}

// blocks are empty blocks of a table, to be filled again.
type blocks struct {
	types []clickhouse.ColumnNameAndType
	free  chan *block
}

// newBlocks keeps up to so many blocks.
func newBlocks(types []clickhouse.ColumnNameAndType, n int) *blocks {
	return &blocks{types: types, free: make(chan *block, n)}
}

func (b *blocks) take() *block {
	select {
	case one := <-b.free:
		one.reset()
		return one
	default:
		return newBlock(b.types)
	}
}

func (b *blocks) giveBack(one *block) {
	if one.size() > blockBytes {
		return
	}
	select {
	case b.free <- one:
	default:
	}
}

// add takes rows, and sends what is gathered once it is enough.
func (o *outgoing[T]) add(ctx context.Context, rows []*T) error {
	if err := o.packer.add(rows); err != nil {
		return err
	}
	return o.sendEnough(ctx)
}

// addNew takes a block of records that were parsed in this batch, and are new.
func (o *outgoing[T]) addNew(ctx context.Context, b *block) error {
	o.s.chunk++
	b.head(1, o.s.batch.No, o.s.batch.No<<24|o.s.chunk)
	if o.packer.filling == nil {
		o.packer.filling = o.sent.take()
	}
	o.packer.filling.append(b)
	o.chunks.giveBack(b)
	return o.sendEnough(ctx)
}

func (o *outgoing[T]) sendEnough(ctx context.Context) error {
	if b := o.packer.filling; b.rows < blockRows && b.size() < blockBytes {
		return nil
	}
	return o.send(ctx)
}

// send puts what add has gathered on its way.
func (o *outgoing[T]) send(ctx context.Context) error {
	b, err := o.packer.packed()
	if err != nil || b == nil {
		return err
	}
	return o.put(ctx, b)
}

// put puts a block on its way.
func (o *outgoing[T]) put(ctx context.Context, b *block) error {
	if o.open != nil && !o.open.idle.Stop() { // its patience has ended it
		if err := o.full(); err != nil {
			return err
		}
	}
	if o.open == nil {
		o.open = o.begin(ctx)
	}
	o.open.wants -= b.rows
	o.total += b.rows
	if err := o.open.to.put(b); err != nil {
		if why := o.end(); why != nil { // the insert says it better
			return why
		}
		return fmt.Errorf("write %s: %w", o.e.table, err)
	}
	if o.open.wants <= 0 {
		o.open.to.close()
		return o.full()
	}
	o.open.idle.Reset(o.patient)
	return nil
}

// begin starts an insert.
func (o *outgoing[T]) begin(ctx context.Context) *insertion {
	o.s.inserts++
	ctx = o.s.store.Token(ctx, o.s.batch.No, fmt.Sprintf("%s/%d", o.e.table, o.s.inserts))
	to := newStream(o.sent.giveBack)
	in := &insertion{to: to, done: make(chan error, 1), wants: o.next(), idle: time.AfterFunc(o.patient, to.close)}
	in.idle.Stop()
	go func() {
		err := o.s.store.Write().InsertFormat(ctx, "Native", "INSERT INTO "+o.e.table+" ("+o.e.columns+")", to)
		if err != nil {
			err = fmt.Errorf("write %s: %w", o.e.table, err)
		}
		to.abandon(err) // who still writes must not wait for a reader that is gone
		in.done <- err
	}()
	return in
}

// next returns how many rows the next insert is to carry.
func (o *outgoing[T]) next() int {
	rows := o.rows
	o.rows = min(2*rows, insertRows)
	if o.coming != nil {
		rows = min(rows, max(lastInsert, o.coming(o.total)*2/3))
	}
	return rows
}

// full says that the open insert has all of its blocks. The engine may still write them, but
// no more those of the insert before.
func (o *outgoing[T]) full() error {
	before := o.written
	o.written, o.open = o.open, nil
	return before.wait()
}

// wait returns when an insert, if there is one, has ended, and its error once.
func (in *insertion) wait() error {
	if in == nil || in.done == nil {
		return nil
	}
	err := <-in.done
	in.done = nil
	return err
}

// flush sends what is gathered and waits until the table holds it.
func (o *outgoing[T]) flush(ctx context.Context) error {
	if err := o.send(ctx); err != nil {
		return errors.Join(err, o.end())
	}
	return o.end()
}

// end waits until the table holds all that was sent.
func (o *outgoing[T]) end() error {
	var err error
	if o.open != nil {
		o.open.idle.Stop()
		o.open.to.close()
		err = o.open.wait()
	}
	err = errors.Join(o.written.wait(), err)
	o.open, o.written = nil, nil
	return err
}

// holding lets the signals of a batch gather while do runs, which ends with stored. Coming tells
// how many rows may come after so many.
func (s *session) holding(coming func(rows int) int, do func() error) error {
	if s.dry || !s.store.HTTP() {
		return do()
	}
	s.signals = newOutgoing(s, signalEntity)
	s.signals.coming = coming
	defer func() { s.signals = nil }()
	err := do()
	return errors.Join(err, s.signals.end()) // an insert that ends later would outlive the clearing up
}

// stored returns once the table holds all the signals that were written so far.
func (s *session) stored(ctx context.Context) error {
	if s.signals == nil {
		return nil
	}
	return s.signals.flush(ctx)
}

// insert writes rows of a table. Signals may wait for more where the session holds them.
func insert[T any](ctx context.Context, s *session, e entity[T], rows []*T) error {
	if !s.store.HTTP() {
		return insertBatch(ctx, s, e, rows)
	}
	if held, ok := any(s.signals).(*outgoing[T]); ok && held != nil {
		return held.add(ctx, rows)
	}
	o := newOutgoing(s, e)
	if err := o.add(ctx, rows); err != nil {
		return errors.Join(err, o.end())
	}
	return o.flush(ctx)
}

// insertBatch is insert by a batch of the driver, for servers that speak the native protocol:
// there the driver writes the blocks.
func insertBatch[T any](ctx context.Context, s *session, e entity[T], rows []*T) error {
	s.inserts++
	ctx = s.store.Token(ctx, s.batch.No, fmt.Sprintf("%s/%d", e.table, s.inserts))
	ctx = clickhouse.Context(ctx, clickhouse.WithColumnNamesAndTypes(e.types))
	batch, err := s.store.Write().PrepareBatch(ctx, "INSERT INTO "+e.table+" ("+e.columns+")")
	if err != nil {
		return fmt.Errorf("write %s: %w", e.table, err)
	}
	defer batch.Close()
	columns := gatherersOf(e)
	for some := range slices.Chunk(rows, gatherBlock) {
		for i, take := range columns {
			values := take(some)
			if days, ok := values.([]integrity.Day); ok {
				values = datesOf(days)
			}
			if err := batch.Column(i).Append(values); err != nil {
				return fmt.Errorf("write %s: column %s: %w", e.table, e.types[i].Name, err)
			}
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("write %s: %w", e.table, err)
	}
	return nil
}

func datesOf(days []integrity.Day) []time.Time {
	out := make([]time.Time, len(days))
	for i, d := range days {
		out[i] = d.UTC()
	}
	return out
}
