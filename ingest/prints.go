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
// once a chunk. Ids are evenly spread.
type prints struct {
	slots []printSlot // a hash table; an id of 0 is an empty slot
	shift int         // leaves as many of the first bits of an id as number the slots
}

type printSlot struct{ id, print uint64 }

const (
	// printsAtOnce is how many rows are held at most, in 32 MB; a kind of more is asked for
	// chunk by chunk.
	printsAtOnce = 1_500_000
	// severalRows stands for the fingerprint of a signal that has been corrected: which of its
	// rows stands is for the database to say. No fingerprint is 1.
	severalRows = 1
)

func newPrints(rows int) *prints {
	bits := 10
	for 4*rows >= 3<<bits {
		bits++
	}
	return &prints{slots: make([]printSlot, 1<<bits), shift: 64 - bits}
}

// slot returns where an id is, or would be: near its place among all ids, since the server
// gives them mostly in the order of its key, and neighbours in memory are filled faster.
func (p *prints) slot(id uint64) *printSlot {
	mask := uint64(len(p.slots) - 1)
	for i := id >> p.shift; ; i = (i + 1) & mask {
		if s := &p.slots[i]; s.id == id || s.id == 0 {
			return s
		}
	}
}

// put adds a row of a signal.
func (p *prints) put(id, print uint64) {
	s := p.slot(id)
	if s.id == id {
		print = severalRows
	}
	s.id, s.print = id, print
}

// of returns the fingerprint of a signal, or severalRows.
func (p *prints) of(id uint64) (print uint64, known bool) {
	s := p.slot(id)
	return s.print, s.id == id && id != 0
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

// canHold tells whether the fingerprints of so many rows can be held: they are not too many,
// and the server hands out rows as bytes.
func (s *session) canHold(rows uint64) bool { return rows <= printsAtOnce && s.store.HTTP() }

// readPrints reads the fingerprints of all signals of a kind that stood before this batch, of
// which there are so many rows.
func readPrints(ctx context.Context, s *session, kind string, rows uint64) (*prints, error) {
	answer, err := s.store.Write().QueryFormat(ctx, "RowBinary", "SELECT id, fingerprint"+signalsBefore(kind), s.before()...)
	if err != nil {
		return nil, fmt.Errorf("look up signals: %w", err)
	}
	out := newPrints(int(rows))
	err = out.read(bufio.NewReaderSize(answer, 1<<18), rows)
	if err = errors.Join(err, answer.Close()); err != nil {
		return nil, fmt.Errorf("look up signals: %w", err)
	}
	return out, nil
}

// read takes so many rows from the answer of the server, and none more.
func (p *prints) read(from io.Reader, rows uint64) error {
	var row [16]byte
	for range rows {
		if _, err := io.ReadFull(from, row[:]); err != nil {
			return err
		}
		p.put(binary.LittleEndian.Uint64(row[:8]), binary.LittleEndian.Uint64(row[8:]))
	}
	if n, err := io.ReadFull(from, row[:1]); n > 0 || !errors.Is(err, io.EOF) {
		return errors.Join(fmt.Errorf("more than %d rows", rows), err)
	}
	return nil
}
