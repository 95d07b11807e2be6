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
	// insertRows is how many rows one insert carries where there are so many: each becomes
	// a part of the table, which the engine merges with others later.
	insertRows = 64 << 10
	// insertBytes bounds an insert of long texts.
	insertBytes = 32 << 20
	// gatherBlock is how many rows are turned into columns at a time: as many as the cache of
	// a core holds.
	gatherBlock = 256
)

// outgoing gathers rows of a table from chunk to chunk until they are worth an insert, and
// sends them while the next are gathered. Nobody may read from the table what this batch
// wrote before flush has returned.
type outgoing[T any] struct {
	s       *session
	e       entity[T]
	columns []gatherer[T]
	filling *block
	spare   *block // not filled yet, or on its way
	sent    chan error
	sized   bool // the first block has been given room for all its rows
}

func newOutgoing[T any](s *session, e entity[T]) *outgoing[T] {
	gather := gatherFields[T]
	if e.gather != nil {
		gather = e.gather
	}
	return &outgoing[T]{s: s, e: e, columns: gather(), filling: newBlock(e.types, e.order)}
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
		o.filling.grow(insertRows + 2*chunkRows) // one chunk more than fits, since rows differ in length
	}
	if o.filling.rows < insertRows && o.filling.size() < insertBytes {
		return nil
	}
	return o.send(ctx)
}

// send starts the insert of what is gathered, after the one before it has ended.
func (o *outgoing[T]) send(ctx context.Context) error {
	if err := o.wait(); err != nil || o.filling.rows == 0 {
		return err
	}
	full := o.filling
	if o.filling = o.spare; o.filling == nil {
		o.filling = full.another()
	}
	o.filling.reset()
	o.spare, o.sent = full, make(chan error, 1)
	ctx = o.s.store.Token(ctx, o.s.batch.No, fmt.Sprintf("%s/%d", o.e.table, o.s.chunk))
	go func(sent chan<- error) {
		err := o.s.store.Write().InsertFormat(ctx, "Native", "INSERT INTO "+o.e.table+" ("+o.e.columns+")", full.reader())
		if err != nil {
			err = fmt.Errorf("write %s: %w", o.e.table, err)
		}
		sent <- err
	}(o.sent)
	return nil
}

// wait returns when no insert is on its way any more.
func (o *outgoing[T]) wait() error {
	if o.sent == nil {
		return nil
	}
	err := <-o.sent
	o.sent = nil
	return err
}

// flush sends what is gathered and waits until the table holds it.
func (o *outgoing[T]) flush(ctx context.Context) error {
	if err := o.send(ctx); err != nil {
		return err
	}
	return o.wait()
}

// holding lets the signals of a batch gather while do runs, which ends with stored.
func (s *session) holding(do func() error) error {
	if s.dry || !s.store.HTTP() {
		return do()
	}
	s.signals = newOutgoing(s, signalEntity)
	defer func() { s.signals = nil }()
	err := do()
	return errors.Join(err, s.signals.wait()) // an insert that ends later would outlive the clearing up
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
		return errors.Join(err, o.wait())
	}
	return o.flush(ctx)
}

// insertBatch is insert by a batch of the driver, for servers that speak the native protocol:
// there the driver writes the blocks.
func insertBatch[T any](ctx context.Context, s *session, e entity[T], rows []*T) error {
	ctx = s.store.Token(ctx, s.batch.No, fmt.Sprintf("%s/%d", e.table, s.chunk))
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
