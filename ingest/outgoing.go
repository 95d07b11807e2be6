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
	// blockRows is how many rows travel together.
	blockRows = 64 << 10
	// blockBytes bounds a block of long texts.
	blockBytes = 32 << 20
	// insertRows is how many rows the longest insert carries. Each becomes a part of the table,
	// which the engine merges with others later: sixteen parts of 64 Ki rows cost it three times
	// what four of 256 Ki cost, and beyond 512 Ki sorting outgrows its caches.
	insertRows = 512 << 10
	// gatherBlock is how many rows are turned into columns at a time: as many as the cache of
	// a core holds.
	gatherBlock = 256
	// patience is how long an insert waits for its next block before it ends without: the engine
	// gives up a connection that is silent for 30 seconds.
	patience = 5 * time.Second
)

// outgoing gathers rows of a table from chunk to chunk into blocks, and sends them while the
// next are gathered. Several blocks make an insert, whose rows the engine sorts and writes when
// it has them all, while the next insert is on its way. The first carries one block and each
// twice as many as the one before, so that the engine has work soon, and few parts in the end.
// Nobody may read from the table what this batch wrote before flush has returned.
type outgoing[T any] struct {
	s       *session
	e       entity[T]
	columns []gatherer[T]
	filling *block
	spare   *block     // not filled yet, or on its way
	sent    chan error // tells when the block on its way has left
	open    *insertion // takes more blocks
	written *insertion // has all of its blocks; the engine may still write them
	blocks  int        // of the next insert
	patient time.Duration
	sized   bool // the first block has been given room for all its rows
}

// insertion is one insert, which takes blocks until it is closed.
type insertion struct {
	to    *stream
	done  chan error
	wants int         // how many blocks it still takes
	idle  *time.Timer // ends it while it waits for a block
}

func newOutgoing[T any](s *session, e entity[T]) *outgoing[T] {
	gather := gatherFields[T]
	if e.gather != nil {
		gather = e.gather
	}
	return &outgoing[T]{s: s, e: e, columns: gather(), filling: newBlock(e.types), blocks: 1, patient: patience}
}

// add takes rows, and sends what is gathered once it is enough.
func (o *outgoing[T]) add(ctx context.Context, rows []*T) error {
	for some := range slices.Chunk(rows, gatherBlock) {
		for i, take := range o.columns {
			if err := o.filling.columns[i].take(take(some)); err != nil {
				return fmt.Errorf("write %s: %w", o.e.table, err)
			}
		}
		o.filling.rows += len(some)
	}
	if !o.sized && o.filling.rows >= chunkRows && o.e.gather != nil {
		o.sized = true
		o.filling.grow(blockRows + 2*chunkRows) // one chunk more than fits, since rows differ in length
	}
	if o.filling.rows < blockRows && o.filling.size() < blockBytes {
		return nil
	}
	return o.send(ctx)
}

// send puts what is gathered on its way, after the block before it has left.
func (o *outgoing[T]) send(ctx context.Context) error {
	if err := o.left(); err != nil || o.filling.rows == 0 {
		return err
	}
	if o.open != nil && !o.open.idle.Stop() {
		if err := o.full(); err != nil {
			return err
		}
	}
	if o.open == nil {
		o.open = o.begin(ctx)
	}
	full := o.filling
	if o.filling = o.spare; o.filling == nil {
		o.filling = full.another()
	}
	o.filling.reset()
	o.spare, o.sent = full, make(chan error, 1)
	o.open.wants--
	go func(sent chan<- error, in *insertion, last bool) {
		err := in.to.write(full.parts())
		if last && err == nil {
			in.to.close()
		} else {
			in.idle.Reset(o.patient)
		}
		sent <- err
	}(o.sent, o.open, o.open.wants == 0)
	return nil
}

// begin starts an insert.
func (o *outgoing[T]) begin(ctx context.Context) *insertion {
	o.s.inserts++
	ctx = o.s.store.Token(ctx, o.s.batch.No, fmt.Sprintf("%s/%d", o.e.table, o.s.inserts))
	to := newStream()
	in := &insertion{to: to, done: make(chan error, 1), wants: o.blocks, idle: time.AfterFunc(o.patient, to.close)}
	in.idle.Stop()
	o.blocks = min(2*o.blocks, insertRows/blockRows)
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

// left returns when no block is on its way any more.
func (o *outgoing[T]) left() error {
	if o.sent == nil {
		return nil
	}
	err := <-o.sent
	if err != nil {
		o.sent <- err
		return o.end()
	}
	o.sent = nil
	if o.open.wants == 0 {
		return o.full()
	}
	return nil
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
	var cut, err error
	if o.sent != nil {
		cut = <-o.sent
	}
	if o.open != nil {
		o.open.idle.Stop()
		o.open.to.close()
		err = o.open.wait()
	}
	if err = errors.Join(o.written.wait(), err); err == nil && cut != nil { // otherwise the insert says why
		err = fmt.Errorf("write %s: %w", o.e.table, cut)
	}
	o.sent, o.open, o.written = nil, nil, nil
	return err
}

// holding lets the signals of a batch gather while do runs, which ends with stored.
func (s *session) holding(do func() error) error {
	if s.dry || !s.store.HTTP() {
		return do()
	}
	s.signals = newOutgoing(s, signalEntity)
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
	columns := newOutgoing(s, e).columns
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
