package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"qingfeng/internal/store"
)

// sending is a session that writes signals of a batch of its own, and rows for it.
func sending(b *bench) (*session, func(from, n int) []*signalRow) {
	return &session{store: b.store, batch: store.Batch{No: 7}}, func(from, n int) []*signalRow {
		rows := make([]*signalRow, n)
		for i := range rows {
			id := uint64(from+i) * 0x9e3779b97f4a7c15
			rows[i] = &signalRow{rowHead: rowHead{Sign: 1, BatchNo: 7, Ver: 1}, ID: id, Kind: "complaint", Number: fmt.Sprint("T", from+i), Text: strings.Repeat("多收", i%5), RiskIDs: make([]uint64, i%3)}
		}
		return rows
	}
}

// TestManyRowsBecomeFewParts sends rows as a long file does: they arrive once each, in inserts
// that grow.
func TestManyRowsBecomeFewParts(t *testing.T) {
	b := newBench(t)
	s, some := sending(b)
	o := newOutgoing(s, signalEntity)
	const chunks = 28
	for i := range chunks {
		if err := o.add(t.Context(), some(i*chunkRows, chunkRows)); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := b.number("SELECT toInt64(count()) FROM signals"); n != chunks*chunkRows {
		t.Errorf("%d rows are stored of %d", n, chunks*chunkRows)
	}
	if n := b.number("SELECT toInt64(uniqExact(id, number)) FROM signals WHERE id = toUInt64(substring(number, 2)) * 0x9e3779b97f4a7c15 AND text = repeat('多收', toUInt64(substring(number, 2)) % 8192 % 5) AND length(risk_ids) = toUInt64(substring(number, 2)) % 8192 % 3"); n != chunks*chunkRows {
		t.Errorf("%d rows are as they were sent", n)
	}
	if s.inserts != 3 { // of 8, 16 and 4 chunks
		t.Errorf("%d inserts", s.inserts)
	}
	if err := o.add(t.Context(), some(chunks*chunkRows, 10)); err != nil {
		t.Fatal(err)
	}
	if err := o.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := b.number("SELECT toInt64(count()) FROM signals"); n != chunks*chunkRows+10 {
		t.Errorf("%d rows are stored after ten more", n)
	}
}

// TestTheLastInsertsAreShort sends rows of which it is known how many are to come.
func TestTheLastInsertsAreShort(t *testing.T) {
	b := newBench(t)
	s, some := sending(b)
	o := newOutgoing(s, signalEntity)
	const chunks = 128
	o.coming = func(rows int) int { return chunks*chunkRows - rows }
	var lengths []int
	last := 0
	for i := range chunks {
		if err := o.add(t.Context(), some(i*chunkRows, chunkRows)); err != nil {
			t.Fatal(err)
		}
		if o.open == nil && o.total > last {
			lengths = append(lengths, (o.total-last)/firstInsert)
			last = o.total
		}
	}
	if err := o.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []int{1, 2, 4, 6, 3}; !slices.Equal(lengths, want) { // of 16 blocks that are known of
		t.Errorf("inserts of %v blocks, want %v", lengths, want)
	}
	if n := b.number("SELECT toInt64(count()) FROM signals"); n != chunks*chunkRows {
		t.Errorf("%d rows are stored of %d", n, chunks*chunkRows)
	}
}

// TestThePaceOfAFile guesses how many rows are to come.
func TestThePaceOfAFile(t *testing.T) {
	p := &pace{from: strings.NewReader(strings.Repeat("x", 1000)), size: 1000}
	for _, tc := range []struct{ read, rows, coming int }{{0, 0, 1000}, {100, 10, 90}, {400, 50, 50}, {500, 100, 0}, {1000, 100, 0}} {
		if _, err := p.ReadAt(make([]byte, tc.read), 0); err != nil {
			t.Fatal(err)
		}
		if got := p.coming(tc.rows); got != tc.coming {
			t.Errorf("%d bytes and %d rows later %d rows are to come, want %d", tc.read, tc.rows, got, tc.coming)
		}
	}
}

// TestAnInsertDoesNotWaitForASlowFile has the second insert wait for its second block longer
// than it may.
func TestAnInsertDoesNotWaitForASlowFile(t *testing.T) {
	b := newBench(t)
	s, some := sending(b)
	o := newOutgoing(s, signalEntity)
	o.patient = 50 * time.Millisecond
	for i := range 3 {
		if err := o.add(t.Context(), some(i*firstInsert, firstInsert)); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	for b.number("SELECT toInt64(count()) FROM signals") < 2*firstInsert { // nobody has said that no more will come
		if time.Since(began) > time.Minute {
			t.Fatal("the insert still waits for a block")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if err := o.flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := b.number("SELECT toInt64(count()) FROM signals"); n != 3*firstInsert {
		t.Errorf("%d rows are stored of %d", n, 3*firstInsert)
	}
}

// TestAnInsertThatFailsIsSaid has the engine refuse rows at once, and an end come in between.
func TestAnInsertThatFailsIsSaid(t *testing.T) {
	b := newBench(t)
	s, some := sending(b)
	refused := signalEntity
	refused.table = "no_such_table"
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for name, tc := range map[string]struct {
		e   entity[signalRow]
		ctx context.Context
	}{"refused": {refused, t.Context()}, "given up": {signalEntity, ctx}} {
		o := newOutgoing(s, tc.e)
		var err error
		for i := 0; err == nil && i < 10; i++ {
			if err = o.add(tc.ctx, some(i*firstInsert, firstInsert)); name == "given up" && i == 1 {
				cancel()
			}
		}
		if err == nil || !strings.Contains(err.Error(), "write "+tc.e.table) {
			t.Errorf("%s: %v", name, err)
		}
		_ = o.end() // it may name the next insert, which failed as well
		if err := o.end(); err != nil {
			t.Errorf("%s: said after the end: %v", name, err)
		}
	}
}
