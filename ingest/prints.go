package ingest

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// prints holds the fingerprint of every signal of a kind that stood before a batch, by id: for
// a long file one reading of two columns, where asking for the ids of each chunk reads them
// once a chunk. Ids are evenly spread. Of an id it keeps what its slot does not say, so that
// once in thousands of files a new signal is taken for one that stood; the database, which is
// asked for all of those, knows better.
//
// Where more stood than that, it holds the ids alone: the database is asked for the signals
// that may have stood, and not for those that are new.
type prints struct {
	halves []uint32 // a hash table; an id whose half is 0 is an empty slot
	prints []uint64 // of the ids in the same slots
	shift  int      // leaves as many of the first bits of an id as number the slots
	ids    *seen    // in place of the table
}

const (
	// printsAtOnce is how many rows are held with their fingerprints at most, in 48 MB.
	printsAtOnce = 3_000_000
	// severalRows stands for a fingerprint that is not held, as that of a signal that has been
	// corrected: which of its rows stands is for the database to say. No fingerprint is 1.
	severalRows = 1
)

func newPrints(rows uint64) *prints {
	if rows > printsAtOnce {
		return &prints{ids: &seen{}}
	}
	bits := 10
	for 4*rows >= 3<<bits {
		bits++
	}
	return &prints{halves: make([]uint32, 1<<bits), prints: make([]uint64, 1<<bits), shift: 64 - bits}
}

// slot returns where an id is, or would be: near its place among all ids, since the server
// gives them mostly in the order of its key, and neighbours in memory are filled faster.
func (p *prints) slot(id uint64) (at uint64, half uint32, found bool) {
	mask, half := uint64(len(p.halves)-1), max(uint32(id), 1)
	for at = id >> p.shift; ; at = (at + 1) & mask {
		switch p.halves[at] {
		case half:
			return at, half, true
		case 0:
			return at, half, false
		}
	}
}

// put adds a row of a signal.
func (p *prints) put(id, print uint64) {
	at, half, found := p.slot(id)
	if found {
		print = severalRows
	}
	p.halves[at], p.prints[at] = half, print
}

// of returns the fingerprint of a signal, or severalRows; and whether it may have stood.
func (p *prints) of(id uint64) (print uint64, known bool) {
	if p.ids != nil {
		return severalRows, p.ids.has(id)
	}
	at, _, found := p.slot(id)
	return p.prints[at], found && id != 0
}

// countSignals counts the rows of signals of a kind that were there before this batch.
func countSignals(ctx context.Context, s *session, kind string) (rows uint64, err error) {
	if err := s.store.Write().QueryRow(ctx, "SELECT count()"+signalsBefore(kind), s.before()...).Scan(&rows); err != nil {
		return 0, fmt.Errorf("count signals: %w", err)
	}
	return rows, nil
}

func signalsBefore(kind string) string {
	return " FROM signals WHERE kind = '" + kind + "' AND " + visible
}

// holds tells whether to hold what stood, so many rows, while a file of a size is loaded: to
// read the ids of more rows than are held with their fingerprints takes as long as asking for
// some chunks.
func (s *session) holds(rows uint64, size int64) bool {
	return s.store.HTTP() && (size >= veryLongFile || size >= longFile && rows <= printsAtOnce)
}

// load reads what there is of all signals of a kind that stood before this batch, of which
// there are so many rows.
func (p *prints) load(ctx context.Context, s *session, kind string, rows uint64) error {
	columns := "id, fingerprint"
	if p.ids != nil {
		columns = "id"
	}
	answer, err := s.store.Write().QueryFormat(ctx, "RowBinary", "SELECT "+columns+signalsBefore(kind), s.before()...)
	if err != nil {
		return fmt.Errorf("look up signals: %w", err)
	}
	err = p.read(bufio.NewReaderSize(answer, 1<<18), rows)
	if err = errors.Join(err, answer.Close()); err != nil {
		return fmt.Errorf("look up signals: %w", err)
	}
	return nil
}

// read takes so many rows from the answer of the server, and none more.
func (p *prints) read(from io.Reader, rows uint64) error {
	row := make([]byte, 16)
	if p.ids != nil {
		row = row[:8]
	}
	for range rows {
		if _, err := io.ReadFull(from, row); err != nil {
			return err
		}
		if id := binary.LittleEndian.Uint64(row); p.ids != nil {
			p.ids.add(id)
		} else {
			p.put(id, binary.LittleEndian.Uint64(row[8:]))
		}
	}
	if n, err := io.ReadFull(from, row[:1]); n > 0 || !errors.Is(err, io.EOF) {
		return errors.Join(fmt.Errorf("more than %d rows", rows), err)
	}
	return nil
}
