package ingest

import (
	"context"

	"golang.org/x/sync/errgroup"

	"qingfeng/ingest/table"
)

// chunkRows is how many rows travel together: enough to make one insert worth its while,
// few enough for flat memory.
const chunkRows = 8 << 10

const (
	// parsers is how many chunks of a table are parsed at a time.
	parsers = 2
	// ahead is how many chunks may wait for the writer, parsed or being parsed.
	ahead = 2
)

// chunk is some rows of a table on their way: read, then parsed into records by whoever is
// free, then written in the order of the file. It has a parser of its own, with a report of
// its own, so that nobody else writes to it.
type chunk[T any] struct {
	p    *parser
	read []table.Row
	rows []T // those that were not rejected
	// stands marks the rows of which the database holds exactly what the file says; nil
	// where none is known to.
	stands []bool
	// known are the keys of the other rows that the database knew before this batch.
	known  []uint64
	parsed chan struct{} // closed when rows are there, or err
	err    error
}

// steps is what becomes of the chunks of a kind.
type steps[T any] struct {
	// parse turns a row into a record, or rejects it.
	parse func(*cells) T
	// settle completes the parsed records of a chunk with what can be known without the
	// chunks before it. It runs beside others of its kind. May be nil.
	settle func(context.Context, *chunk[T]) error
	// write stores what a chunk changes, one chunk after another.
	write func(context.Context, *chunk[T]) error
	// end comes after the last chunk was written. May be nil.
	end func(context.Context) error
}

// run takes the rows of a table through the steps: one goroutine reads, two parse, one
// writes, each at a chunk of its own.
func run[T any](ctx context.Context, p *parser, h *header, t *table.Table, do steps[T]) error {
	p.layout = &h.layout
	total := p.part() // what the chunks found, in their order
	group, working := errgroup.WithContext(ctx)
	toParse := make(chan *chunk[T])
	toWrite := make(chan *chunk[T], ahead)
	for range parsers {
		group.Go(func() error {
			for c := range toParse {
				c.parse(working, do)
			}
			return nil
		})
	}
	group.Go(func() error {
		for c := range toWrite {
			<-c.parsed
			if c.err != nil {
				return c.err
			}
			if len(c.rows) > 0 {
				if err := do.write(working, c); err != nil {
					return err
				}
				p.req.told.wrote(uint64(len(c.rows)))
			}
			total.take(c.p)
		}
		if do.end != nil && working.Err() == nil {
			return do.end(working)
		}
		return nil
	})
	fresh := func() *chunk[T] { return &chunk[T]{p: p.part(), parsed: make(chan struct{})} }
	hand := func(c *chunk[T]) error {
		for _, to := range []chan *chunk[T]{toWrite, toParse} { // the writer keeps the order
			select {
			case to <- c:
			case <-working.Done():
				return working.Err()
			}
		}
		return nil
	}
	cur, untold := fresh(), uint64(0)
	err := h.rows(p, t, func(row table.Row) error {
		if untold++; untold == toldRows {
			p.req.told.read(toldRows)
			untold = 0
		}
		if cur.read = append(cur.read, row); len(cur.read) < chunkRows {
			return nil
		}
		full := cur
		cur = fresh()
		cur.read = make([]table.Row, 0, chunkRows) // a file with one full chunk most likely fills the next
		return hand(full)
	})
	p.req.told.read(untold)
	if err == nil && len(cur.read) > 0 {
		err = hand(cur)
	}
	close(toParse)
	close(toWrite)
	failed := group.Wait()
	p.take(total)
	if failed != nil {
		return failed
	}
	return err
}

// parse turns the rows of a chunk into records.
func (c *chunk[T]) parse(ctx context.Context, do steps[T]) {
	defer close(c.parsed)
	p := c.p
	c.rows, p.places = make([]T, 0, len(c.read)), make([]int, 0, len(c.read))
	for _, row := range c.read {
		p.file.Read++
		cells := p.cells(row, p.layout)
		r := do.parse(&cells)
		if cells.first != nil {
			p.file.Rejected++
			p.reject(&cells)
			continue
		}
		c.rows, p.places = append(c.rows, r), append(p.places, row.Number)
		if p.mayBeRefused() {
			p.rows = append(p.rows, row)
		}
	}
	c.read = nil
	if do.settle != nil && len(c.rows) > 0 {
		c.err = do.settle(ctx, c)
	}
}

// open drops the rows that stand, and returns the others with the place of each in the
// chunk.
func (c *chunk[T]) open() (rows []T, at []int) {
	at = make([]int, 0, len(c.rows))
	for i := range c.rows {
		if c.stands != nil && c.stands[i] {
			continue
		}
		if len(at) < i {
			c.rows[len(at)] = c.rows[i]
		}
		at = append(at, i)
	}
	return c.rows[:len(at)], at
}

// part is a parser for one chunk of the file, with a report of its own.
func (p *parser) part() *parser {
	q := *p
	q.file = &FileReport{Name: p.file.Name}
	q.places, q.rows, q.rejects = nil, nil, nil
	return &q
}

// take adds what a part found.
func (p *parser) take(part *parser) {
	f := part.file
	p.file.Counts.add(f.Counts)
	p.file.Masked += f.Masked
	p.file.MoreProblems += f.MoreProblems
	p.file.Warnings, p.file.MoreProblems = limited(p.file.Warnings, f.Warnings, p.file.MoreProblems)
	p.file.Errors, p.file.MoreProblems = limited(p.file.Errors, f.Errors, p.file.MoreProblems)
	for _, v := range f.Preview {
		p.preview(v)
	}
	p.rejects = append(p.rejects, part.rejects...)
}

func limited(list, more []Problem, beyond int) ([]Problem, int) {
	n := min(len(more), problemLimit-len(list))
	return append(list, more[:n]...), beyond + len(more) - n
}
