package ingest

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dchest/siphash"

	"qingfeng/ingest/classify"
	"qingfeng/ingest/table"
)

// mark is what is known of the row of a signal before it is parsed.
type mark struct {
	id     uint64 // of the signal, 0 where the row does not say its number
	unit   string // code of the unit that the row names, if there is one
	print  uint64 // of the row as the file has it
	known  bool   // the signal was there before this batch
	stands bool   // and this very row was the last that a file said about it,
	quiet  bool   // without a warning
}

// The lowest bit of a stored fingerprint tells that the row gave no warning: then there is no
// need to read it again. 0 means no fingerprint, as of rows that the program works out and of
// those from before there were any; such rows are compared in full.
const quietBit = 1

// fingerprint is the form in which the print of a row is stored.
func (m mark) fingerprint(warned bool) uint64 {
	switch {
	case m.id == 0:
		return 0
	case warned:
		return m.print
	}
	return m.print | quietBit
}

// compare says what a row means for a signal of which print was the last that a file said.
func (m *mark) compare(print uint64, known bool) {
	m.known = known
	m.stands = known && print&^quietBit == m.print
	m.quiet = m.stands && print&quietBit != 0
}

// readingRevision counts the states of what turns a row into a record: parser, masks, words.
// A row with a fingerprint of an earlier state is read anew.
const readingRevision = 7

// sieve tells which rows of a table say what was said last, by fingerprints of the rows as the
// file has them: nothing has to be parsed, masked or classified to see that a row changes
// nothing. Rows hold identities that are never stored, so their fingerprints are made with a
// key that the database does not have: without it nobody can try texts against them. SipHash
// is made for that (Aumasson and Bernstein 2012) and takes a third of the time of SHA-256.
type sieve struct {
	p      *parser
	layout *layout
	fields []field
	kind   string
	k0, k1 uint64               // the key of this table
	b      []byte               // the row at hand
	units  map[string]namedUnit // cells that came before
	given  namedUnit            // the one given with the load
	// stored is how many rows of the kind were there before this batch.
	stored uint64
	// prints are all fingerprints of the kind, or its ids where they are too many, for a long
	// table: they are there, or failed says why not, once reading is closed. It is nil before hold.
	prints  *prints
	failed  error
	reading chan struct{}
	stop    context.CancelFunc // of the reading
}

// namedUnit is what a cell says about the unit; code is empty where nobody knows it.
type namedUnit struct {
	code string
	top  bool
}

// unitsKept bounds how many cells a sieve remembers.
const unitsKept = 10_000

// unit looks up what a cell says about the unit. Rows mostly name the same ones, and not
// always as the directory writes them.
func (f *sieve) unit(cell string) namedUnit {
	if u, ok := f.units[cell]; ok {
		return u
	}
	code, _ := f.p.dir.find(cell)
	u := namedUnit{code, f.p.dir.top(code)}
	if len(f.units) < unitsKept {
		f.units[strings.Clone(cell)] = u
	}
	return u
}

// hold begins to read all fingerprints of the kind, while the rows that are to be compared with
// them are read from the file. Release has to follow.
func (f *sieve) hold(ctx context.Context, s *session) {
	ctx, f.stop = context.WithCancel(ctx)
	f.reading = make(chan struct{})
	go func() {
		defer close(f.reading)
		f.prints = newPrints(f.stored)
		f.failed = f.prints.load(ctx, s, f.kind, f.stored)
	}()
}

// release ends what hold began.
func (f *sieve) release() {
	if f.reading != nil {
		f.stop()
		<-f.reading
	}
}

func newSieve(key []byte, p *parser, l *layout) *sieve {
	f := &sieve{p: p, layout: l, kind: string(p.req.Kind.signalKind()), units: map[string]namedUnit{}}
	f.given = namedUnit{p.req.unitCode, p.dir.top(p.req.unitCode)}
	for at := field(0); at < fieldCount; at++ {
		if l.has(at) {
			f.fields = append(f.fields, at)
		}
	}
	// What the meaning of a row rests on besides the row itself.
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%d %d %q %d %q %d", readingRevision, classify.Revision, f.kind, l.given, p.req.unitCode, p.req.Date)
	for _, word := range slices.Sorted(maps.Keys(p.req.CategoryWords)) {
		fmt.Fprintf(mac, " %q=%q", word, p.req.CategoryWords[word])
	}
	sum := mac.Sum(nil)
	f.k0, f.k1 = binary.LittleEndian.Uint64(sum), binary.LittleEndian.Uint64(sum[8:])
	return f
}

// mark works out the signal and the fingerprint of a row.
func (f *sieve) mark(row table.Row) mark {
	c := cells{p: f.p, row: row, layout: f.layout}
	number := c.get(fNumber)
	if number == "" {
		return mark{}
	}
	unit := f.given
	if f.p.req.Unit == "" {
		unit = f.unit(c.get(fUnit))
	}
	b := append(f.b[:0], 0)
	if unit.top { // petitions are judged by that
		b[0] = 1
	}
	put := func(s string) {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(s)))
		b = append(b, s...)
	}
	put(unit.code)
	for _, at := range f.fields {
		if i := f.layout.at[at]; i < len(row.Cells) {
			put(row.Cells[i])
		} else {
			put("")
		}
	}
	f.b = b
	m := mark{id: identify(f.kind, c.get(fSource), number), unit: unit.code, print: siphash.Hash(f.k0, f.k1, b) &^ quietBit}
	if m.print == 0 {
		m.print = 2
	}
	return m
}

// sift marks rows, which come in the order of the file. Where a number may have come before
// in the batch, nothing that was there before it counts for any of the rows.
func (f *sieve) sift(ctx context.Context, s *session, rows []table.Row) (marks []mark, repeats bool, err error) {
	marks = make([]mark, len(rows))
	for i := range rows {
		marks[i] = f.mark(rows[i])
	}
	for i := range marks { // apart, since a core that does only this fetches several places of the table at a time
		if marks[i].id != 0 && s.seen.add(marks[i].id) {
			repeats = true
		}
	}
	if f.stored == 0 || repeats {
		return marks, repeats, nil
	}
	if f.reading == nil && len(rows) >= siftRows && s.holds(f.stored, longFile) {
		f.hold(ctx, s)
	}
	if f.reading != nil {
		if <-f.reading; f.failed != nil {
			return nil, false, f.failed
		}
	}
	var ids []uint64 // of the marks that only the database can compare
	var asked []*mark
	for i := range marks {
		m, print, known := &marks[i], uint64(severalRows), true
		if f.prints != nil {
			print, known = f.prints.of(m.id)
		}
		if known && print == severalRows {
			ids, asked = append(ids, m.id), append(asked, m)
		} else {
			m.compare(print, known)
		}
	}
	if len(asked) == 0 {
		return marks, false, nil
	}
	standing, err := fingerprints(ctx, s, f.kind, ids)
	if err != nil {
		return nil, false, err
	}
	for _, m := range asked {
		print, known := standing[m.id]
		m.compare(print, known)
	}
	return marks, false, nil
}

// fingerprints looks up which of some signals stood before this batch, by id.
func fingerprints(ctx context.Context, s *session, kind string, ids []uint64) (map[uint64]uint64, error) {
	ctx, err := withKeys(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("look up signals: %w", err)
	}
	found, err := s.store.Write().Query(ctx, "SELECT id, fingerprint FROM signals WHERE kind = '"+kind+"' AND "+visible+
		" AND id IN wanted_keys GROUP BY id, ver, fingerprint HAVING sum(sign) > 0", s.before()...)
	if err != nil {
		return nil, fmt.Errorf("look up signals: %w", err)
	}
	defer found.Close()
	out := map[uint64]uint64{}
	for found.Next() {
		var id, print uint64
		if err := found.Scan(&id, &print); err != nil {
			return nil, fmt.Errorf("look up signals: %w", err)
		}
		out[id] = print
	}
	if err := found.Err(); err != nil {
		return nil, fmt.Errorf("look up signals: %w", err)
	}
	return out, nil
}
