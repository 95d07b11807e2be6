package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// The lock that keeps two processes from migrating at once is a table: creating
// one that exists fails, on any server. Its holder adds a row now and then; a
// lock without a fresh row belongs to a dead process and is taken away. It is
// kept in memory, so that it does not outlive the embedded engine.
const (
	lockTable = "migration_lock"

	lockBeat  = 2 * time.Second
	lockStale = 10 * time.Second // by the clock of the server
	lockPoll  = 100 * time.Millisecond
)

// Codes of the errors of the server.
const (
	codeTableExists  = 57
	codeUnknownTable = 60
)

// lockMigrations waits for the lock and returns the function that frees it.
// On a cluster the lock is that of the first node.
func (s *Store) lockMigrations(ctx context.Context) (release func(), err error) {
	seen := 0 // how often in a row the lock was found stale
	for {
		err := s.nodes()[0].write.Exec(ctx, "CREATE TABLE "+lockTable+" ENGINE = Memory AS SELECT now64(3) AS beat")
		if err == nil {
			return s.holdLock(), nil
		}
		var exception *clickhouse.Exception
		if !errors.As(err, &exception) || exception.Code != codeTableExists {
			return nil, fmt.Errorf("lock the migrations: %w", err)
		}
		stale, err := s.lockIsStale(ctx)
		if err != nil {
			return nil, err
		}
		// A lock just made has no row for a moment, so one look is not enough.
		if seen++; !stale {
			seen = 0
		} else if seen > 2 {
			if err := s.breakLock(ctx); err != nil {
				return nil, err
			}
			continue
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("lock the migrations: %w", ctx.Err())
		case <-time.After(lockPoll):
		}
	}
}

// holdLock keeps the lock fresh until the returned function is called, which
// drops it.
func (s *Store) holdLock() (release func()) {
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(lockBeat):
				// A beat that fails shows up in the migrations themselves.
				_ = s.nodes()[0].write.Exec(context.Background(), "INSERT INTO "+lockTable+" SELECT now64(3)")
			}
		}
	}()
	return func() {
		close(stop)
		<-stopped
		ctx, cancel := context.WithTimeout(context.Background(), s.lockStale)
		defer cancel()
		// Left behind it would only be found stale by the next one.
		_ = s.nodes()[0].write.Exec(ctx, "DROP TABLE IF EXISTS "+lockTable)
	}
}

// lockIsStale reports whether the holder of the lock has given no sign of life
// for a while.
func (s *Store) lockIsStale(ctx context.Context) (bool, error) {
	var stale bool
	err := s.nodes()[0].write.QueryRow(ctx, "SELECT max(beat) < now64(3) - INTERVAL {limit:UInt32} MILLISECOND FROM "+lockTable,
		clickhouse.Named("limit", strconv.FormatInt(s.lockStale.Milliseconds(), 10))).Scan(&stale)
	var exception *clickhouse.Exception
	if errors.As(err, &exception) && exception.Code == codeUnknownTable {
		return false, nil // freed just now
	}
	if err != nil {
		return false, fmt.Errorf("look at the lock of the migrations: %w", err)
	}
	return stale, nil
}

// breakLock takes a stale lock away. Of several who try, one succeeds in
// renaming it; nobody can drop the new lock of another by mistake.
func (s *Store) breakLock(ctx context.Context) error {
	aside := lockTable + "_" + rand.Text()
	err := s.nodes()[0].write.Exec(ctx, "RENAME TABLE "+lockTable+" TO "+aside)
	var exception *clickhouse.Exception
	if errors.As(err, &exception) && exception.Code == codeUnknownTable {
		return nil
	}
	if err != nil {
		return fmt.Errorf("take away a stale lock: %w", err)
	}
	if err := s.nodes()[0].write.Exec(ctx, "DROP TABLE "+aside); err != nil {
		return fmt.Errorf("take away a stale lock: %w", err)
	}
	return nil
}
