package ingest

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"qingfeng/ingest/table"
)

// chunkRows is how many rows travel together: few enough for flat memory.
const chunkRows = 8 << 10

// siftRows is how many rows are looked up together, where there are rows to look up.
const siftRows = 4 * chunkRows

// longFile is from how many bytes on a file is expected to hold siftRows rows or more: what
// they are to be compared with is read from its beginning on.
const longFile = 4 << 20

// veryLongFile is the same for several times siftRows.
const veryLongFile = 16 << 20

const (
	// parsers is how many chunks of a table are parsed at a time.
	parsers = 2
	// ahead is how many chunks may wait for the writer, parsed or being parsed.
	ahead = 2
)

// chunk is some rows of a table on their way: read, perhaps sifted, then parsed into records
// by whoever is free, then written in the order of the file. It has a parser of its own,
// with a report of its own, so that nobody else writes to it.
type chunk[T any] struct {
	p    *parser
	read []table.Row
	// marks tell what is known of each row that was read; nil where nothing is.
	marks []mark
	// repeats says that a record of this batch may stand in the chunk twice, or in one before:
	// then it has to be looked at again, whatever the database held before.
	repeats bool
	rows    []T // those that were not rejected, do not stand and are not packed
	// packed are records that are new and can be written as they are.
	packed *block
	failed error // of packing them
	// known are the keys of the rows that the database knew before this batch, stood those of
	// the rows that are not among rows because they stand just so.
	known  []uint64
	stood  []uint64
	parsed chan struct{} // closed when rows are there
}

// steps is what becomes of the chunks of a kind.
type steps[T any] struct {
	// sift looks at rows together before they are parsed. It runs in the order of the file,
	// once for up to siftTogether rows. May be nil.
	sift         func(ctx context.Context, p *parser, rows []table.Row) (marks []mark, repeats bool, err error)
	siftTogether int
	// parse turns a row into a record, which was empty, or rejects it.
	parse func(*cells, *T)
	// settle completes a record with what can be known without those before it. It runs
	// beside others of its kind. May be nil.
	settle func(*T)
	// packer returns what packs records that are new as soon as they are settled, a packer for each
	// that parses. May be nil: then all are left to write.
	packer func() *packer[T]
	// write stores what a chunk changes, one chunk after another.
	write func(context.Context, *chunk[T]) error
	// end comes after the last chunk was written. May be nil.
	end func(context.Context) error
}

// run takes the rows of a table through the steps: one goroutine reads, one sifts, two parse,
// one writes, each at a chunk of its own.
func run[T any](ctx context.Context, p *parser, h *header, t *table.Table, do steps[T]) error {
	p.layout = &h.layout
	total := p.part() // what the chunks found, in their order
	blank := p.part() // for them to begin with, since whoever reads may note something in p meanwhile
	group, working := errgroup.WithContext(ctx)
	toSift, toParse := make(chan []table.Row), make(chan *chunk[T])
	toWrite := make(chan *chunk[T], ahead)
	group.Go(func() error {
		defer close(toParse)
		defer close(toWrite)
		for rows := range toSift {
			marks, repeats := []mark(nil), false
			if do.sift != nil {
				var err error
				if marks, repeats, err = do.sift(working, p, rows); err != nil {
					return err
				}
			}
			for len(rows) > 0 {
				c := &chunk[T]{p: blank.part(), read: rows[:min(chunkRows, len(rows))], repeats: repeats, parsed: make(chan struct{})}
				rows = rows[len(c.read):]
				if marks != nil {
					c.marks, marks = marks[:len(c.read)], marks[len(c.read):]
				}
				for _, to := range []chan *chunk[T]{toWrite, toParse} { // the writer keeps the order
					if err := give(working, to, c); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
	for range parsers {
		group.Go(func() error {
			var pack *packer[T]
			if do.packer != nil {
				pack = do.packer()
			}
			for c := range toParse {
				c.parse(do, pack)
			}
			return nil
		})
	}
	group.Go(func() error {
		for c := range toWrite {
			select {
			case <-c.parsed:
			case <-working.Done(): // it may never have reached a parser
				return working.Err()
			}
			if c.failed != nil {
				return c.failed
			}
			brought := len(c.rows)
			if c.packed != nil {
				brought += c.packed.rows
			}
			if brought+len(c.stood) > 0 {
				if err := do.write(working, c); err != nil {
					return err
				}
			}
			p.req.told.wrote(uint64(brought) + c.p.file.Unchanged)
			total.take(c.p)
			if err := total.spill(working); err != nil {
				return err
			}
		}
		if do.end != nil && working.Err() == nil {
			return do.end(working)
		}
		return nil
	})
	together := max(do.siftTogether, chunkRows)
	cur, untold := make([]table.Row, 0, headingDepth), uint64(0)
	err := h.rows(working, p, t, func(row table.Row) error {
		if untold++; untold == toldRows {
			p.req.told.read(toldRows)
			untold = 0
		}
		if cur = append(cur, row); len(cur) < together {
			return nil
		}
		full := cur
		cur = make([]table.Row, 0, together) // a file with one full chunk most likely fills the next
		return give(working, toSift, full)
	})
	p.req.told.read(untold)
	if err == nil && len(cur) > 0 {
		err = give(working, toSift, cur)
	}
	close(toSift)
	failed := group.Wait()
	p.take(total)
	if failed != nil {
		return failed
	}
	return err
}

// give hands something on, unless the work was given up.
func give[V any](working context.Context, to chan<- V, v V) error {
	select {
	case to <- v:
		return nil
	case <-working.Done():
		return working.Err()
	}
}

// returning is parse for what returns its record.
func returning[T any](parse func(*cells) T) func(*cells, *T) {
	return func(c *cells, r *T) { *r = parse(c) }
}

// parse turns the rows of a chunk into records. Those that are new are packed where there is a packer.
func (c *chunk[T]) parse(do steps[T], pack *packer[T]) {
	defer close(c.parsed)
	p := c.p
	if c.repeats {
		pack = nil // a row before it may have brought the record
	}
	var cells cells // one for all rows, since it does not stay on the stack
	for i, row := range c.read {
		cells = p.cells(row, p.layout)
		if cells.passes() {
			continue
		}
		p.file.Read++
		if c.marks != nil {
			cells.mark = c.marks[i]
		}
		if cells.mark.stands && cells.mark.quiet {
			p.file.Unchanged++
			c.stood = append(c.stood, cells.mark.id)
			continue
		}
		packing := pack != nil && cells.mark.id != 0 && !cells.mark.known
		var r *T
		if packing {
			r = pack.next()
		} else {
			r = c.more(len(c.read) - i)
		}
		do.parse(&cells, r)
		rejected := cells.first != nil
		if rejected || cells.mark.stands {
			if packing {
				pack.drop()
			} else {
				c.less()
			}
		}
		if rejected {
			p.file.Rejected++
			p.reject(&cells)
			continue
		}
		if cells.mark.stands { // it was read for its warnings
			p.file.Unchanged++
			c.stood = append(c.stood, cells.mark.id)
			continue
		}
		if do.settle != nil {
			do.settle(r)
		}
		if packing {
			kept, err := pack.keep()
			if c.failed = errors.Join(c.failed, err); kept {
				continue
			}
			c.rows = append(c.rows, *r)
			pack.drop()
		}
		p.places = append(p.places, row.Number)
		if cells.mark.known {
			c.known = append(c.known, cells.mark.id)
		}
		if p.mayBeRefused() {
			p.rows = append(p.rows, row)
		}
	}
	if pack != nil {
		var err error
		c.packed, err = pack.packed()
		c.failed = errors.Join(c.failed, err)
	}
	c.read, c.marks = nil, nil
}

// more returns an empty record at the end of the rows, of which so many may come yet: a record is
// large and is made where it stays.
func (c *chunk[T]) more(coming int) *T {
	if c.rows == nil {
		c.rows, c.p.places = make([]T, 0, coming), make([]int, 0, coming)
	}
	n := len(c.rows)
	if n < cap(c.rows) {
		c.rows = c.rows[:n+1]
	} else {
		var empty T
		c.rows = append(c.rows, empty)
	}
	return &c.rows[n]
}

// less takes the last record away.
func (c *chunk[T]) less() {
	n := len(c.rows) - 1
	clear(c.rows[n:])
	c.rows = c.rows[:n]
}

// places returns the place in the chunk of each of its rows.
func (c *chunk[T]) places() []int {
	at := make([]int, len(c.rows))
	for i := range at {
		at[i] = i
	}
	return at
}

// part is a parser for one chunk of the file, with a report of its own.
func (p *parser) part() *parser {
	q := *p
	q.file = &FileReport{Name: p.file.Name, shown: p.file.shown}
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
