package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
)

// An engine that dies between the giving up of a batch and the erasing of its rows leaves
// rows that nobody sees and nobody would ever erase.
func TestRowsOfABatchGivenUpAreErasedAlsoAfterACrash(t *testing.T) {
	s := storetest.New(t)
	at := time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)
	b, err := s.Begin(t.Context(), "complaints", "", 0, at)
	if err != nil {
		t.Fatal(err)
	}
	exec := func(query string, args ...any) {
		t.Helper()
		if err := s.Write().Exec(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	rows := func() (n uint64) {
		t.Helper()
		if err := s.Write().QueryRow(t.Context(), "SELECT count() FROM rejects").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	exec("INSERT INTO rejects (batch_no, file) SELECT @no, 'a.csv' FROM numbers(3)", clickhouse.Named("no", b.No))
	exec("RENAME TABLE ledger TO ledger_away") // the erasing stops before it comes to rejects
	if err := s.Void(t.Context(), b, at); err == nil || rows() != 3 {
		t.Fatalf("the erasing did not stop: %v, %d rows", err, rows())
	}
	exec("RENAME TABLE ledger_away TO ledger")
	for range 2 {
		if n, err := s.VoidPending(t.Context(), at); err != nil || n != 0 || rows() != 0 {
			t.Errorf("VoidPending = %d, %v; %d rows are left, want none", n, err, rows())
		}
	}
	if info, err := s.BatchByID(t.Context(), b.ID); err != nil || info.State != "voided" {
		t.Errorf("the batch is %s, %v", info.State, err)
	}
}

// A load that stood still for longer than anybody waits is given up by the next one. It must
// not say that it was stored when it goes on.
func TestALoadThatWasGivenUpMeanwhileIsToldSoWhenItCommits(t *testing.T) {
	s := storetest.New(t)
	at := time.Date(2026, 11, 22, 1, 0, 0, 0, time.UTC)
	b, err := s.Begin(t.Context(), "complaints", "", 0, at)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := s.VoidPending(t.Context(), at); err != nil || n != 1 {
		t.Fatalf("VoidPending() = %d, %v", n, err)
	}
	if err := s.Commit(t.Context(), b, at, nil, nil); !errors.Is(err, store.ErrGivenUp) {
		t.Errorf("Commit() = %v, want ErrGivenUp", err)
	}
}
