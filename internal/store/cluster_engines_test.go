//go:build cluster

package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/store"
	"qingfeng/internal/store/clustertest"
)

func open(t *testing.T, dsn string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{DSN: dsn, Cluster: clustertest.Name})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func count(t *testing.T, s *store.Store, query string) (n uint64) {
	t.Helper()
	if err := s.Write().QueryRow(t.Context(), query).Scan(&n); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

func TestACluster(t *testing.T) {
	c := clustertest.New(t, 3)
	if _, err := store.Open(t.Context(), store.Config{DSN: c.DSN(0), Cluster: "somewhere"}); !errors.Is(err, store.ErrCluster) {
		t.Errorf("a cluster that the server does not know: %v", err)
	}
	s := []*store.Store{open(t, c.DSN(0, 1, 2)), open(t, c.DSN(1, 2, 0)), open(t, c.HTTP(2, 0, 1))}
	missing, err := s[0].Unapplied(t.Context())
	if err != nil || len(missing) == 0 {
		t.Fatalf("Unapplied() of an empty cluster = %v, %v", missing, err)
	}
	// Three at once: one does it, the others wait and find nothing left to do.
	var all sync.WaitGroup
	var applied atomic.Int64
	for _, one := range s {
		all.Go(func() {
			names, err := one.Migrate(t.Context())
			if err != nil {
				t.Error(err)
			}
			applied.Add(int64(len(names)))
		})
	}
	all.Wait()
	if t.Failed() || applied.Load() != int64(len(missing)) {
		t.Fatalf("%d migrations were applied, want %d", applied.Load(), len(missing))
	}

	t.Run("rows are spread over the shards and read from every node, small tables stand on the first", func(t *testing.T) {
		if err := s[1].Write().Exec(t.Context(), "INSERT INTO signals (sign, batch_no, ver, id) SELECT 1, 1, 1, number FROM numbers(300)"); err != nil {
			t.Fatal(err)
		}
		if err := s[2].Write().Exec(t.Context(), "INSERT INTO flags (item, seq) SELECT toString(number), 1 FROM numbers(30)"); err != nil {
			t.Fatal(err)
		}
		for i, one := range s {
			if n := count(t, one, "SELECT count() FROM signals"); n != 300 {
				t.Errorf("node %d sees %d signals of 300", i, n)
			}
			if n := count(t, one, "SELECT count() FROM signals_local"); n == 0 || n > 200 {
				t.Errorf("node %d holds %d signals of 300", i, n)
			}
			if n := count(t, one, "SELECT count() FROM flags_local"); n != uint64(30*max(0, 1-i)) {
				t.Errorf("node %d holds %d flags", i, n)
			}
		}
		sizes, err := s[2].TableSizes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		rows := map[string]uint64{}
		for _, z := range sizes {
			rows[z.Table] = z.Rows
		}
		if rows["signals"] != 300 || rows["flags"] != 30 {
			t.Errorf("TableSizes() = %v", rows)
		}
	})

	t.Run("a row and the one that cancels it are found together wherever they are asked for", func(t *testing.T) {
		if err := s[0].Write().Exec(t.Context(), "INSERT INTO signals (sign, batch_no, ver, id) SELECT -1, 2, 1, 3 * number FROM numbers(100)"); err != nil {
			t.Fatal(err)
		}
		for i, one := range s {
			if n := count(t, one, "SELECT count() FROM signals WHERE sign = 1 AND (id, ver) NOT IN (SELECT id, ver FROM signals WHERE sign = -1)"); n != 200 {
				t.Errorf("node %d sees %d live rows, want 200", i, n)
			}
		}
	})

	t.Run("of many who reach for one place through different nodes one gets it", func(t *testing.T) {
		var got [3]string
		for round := range 5 {
			var all sync.WaitGroup
			for i, one := range s {
				all.Go(func() {
					var err error
					got[i], err = store.Occupy(t.Context(), fmt.Sprintf("number/%d", round), func(ctx context.Context) error {
						return one.Write().Exec(ctx, fmt.Sprintf("INSERT INTO letter_numbers (year, number, letter, recorded_at) SELECT 2026, %d, 'letter %d', now()", round, i))
					}, func() (letter string, err error) {
						err = one.Write().QueryRow(t.Context(), fmt.Sprintf("SELECT any(letter) FROM letter_numbers WHERE number = %d", round)).Scan(&letter)
						return letter, err
					})
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if got[0] == "" || got[1] != got[0] || got[2] != got[0] {
				t.Errorf("round %d: three think that %q have it", round, got)
			}
		}
		if n := count(t, s[0], "SELECT count() FROM letter_numbers"); n != 5 {
			t.Errorf("%d numbers of 5", n)
		}
	})

	t.Run("rows are erased on all shards", func(t *testing.T) {
		if err := s[1].Mutate(t.Context(), "signals", "DELETE WHERE id < @below", clickhouse.Named("below", 150)); err != nil {
			t.Fatal(err)
		}
		if n := count(t, s[0], "SELECT count() FROM signals WHERE id < 150"); n != 0 {
			t.Errorf("%d rows are left", n)
		}
	})

	t.Run("a question ends on the node that works at it", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(store.Named(t.Context(), "cluster"), 500*time.Millisecond)
		defer cancel()
		if err := slowly(ctx, s[1]); err == nil {
			t.Error("no error")
		}
		until(t, s[1], "cluster", 0)
	})

	t.Run("a node that lost its schema is told apart and gets it again", func(t *testing.T) {
		alone := open(t, c.DSN(1))
		if err := alone.Write().Exec(t.Context(), "DROP DATABASE "+clustertest.Database); err != nil {
			t.Fatal(err)
		}
		lost, err := s[0].Unapplied(t.Context())
		if err != nil || len(lost) != len(missing) {
			t.Errorf("%d migrations are missing, %v; want %d", len(lost), err, len(missing))
		}
		if _, err := s[0].Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n := count(t, open(t, c.DSN(1)), "SELECT count() FROM flags"); n != 30 {
			t.Errorf("it sees %d flags of 30", n)
		}
	})

	t.Run("replicas that accept no rows are refused", func(t *testing.T) {
		// Without Keeper this is what a replicated table is after a restart: it takes nothing.
		if err := s[1].Write().Exec(t.Context(), "ATTACH TABLE silent UUID '6f9619ff-8b86-4011-b42d-00cf4fc964ff' (x UInt8) ENGINE = ReplicatedMergeTree('/silent', 'one') ORDER BY x"); err != nil {
			t.Fatal(err)
		}
		if err := s[0].CheckCluster(t.Context()); !errors.Is(err, store.ErrReadOnly) || !strings.Contains(err.Error(), "silent") {
			t.Errorf("CheckCluster() = %v", err)
		}
		if _, err := s[0].Migrate(t.Context()); !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("Migrate() = %v", err)
		}
		if err := s[1].Write().Exec(t.Context(), "DETACH TABLE silent"); err != nil {
			t.Fatal(err)
		}
	})

	t.Run("nodes that do not know the same cluster are refused", func(t *testing.T) {
		c.Isolate(2)
		if err := open(t, c.DSN(0)).CheckCluster(t.Context()); !errors.Is(err, store.ErrCluster) {
			t.Errorf("CheckCluster() = %v", err)
		}
	})
}

func TestReplicasWithoutKeeperAreRefusedBeforeARowIsLost(t *testing.T) {
	c := clustertest.NewReplicas(t, 2)
	s := open(t, c.DSN(0, 1))
	if shards, nodes := s.ClusterSize(); shards != 1 || nodes != 2 {
		t.Errorf("%d shards, %d nodes", shards, nodes)
	}
	if _, err := s.Migrate(t.Context()); !errors.Is(err, store.ErrCluster) || !strings.Contains(err.Error(), "Keeper") {
		t.Errorf("Migrate() = %v", err)
	}
	// Tables from before the second replica came: each would hold half of the rows.
	if err := s.Write().Exec(t.Context(), "CREATE TABLE batches_local (x UInt8) ENGINE = MergeTree ORDER BY x"); err != nil {
		t.Fatal(err)
	}
	if err := s.CheckCluster(t.Context()); !errors.Is(err, store.ErrCluster) || !strings.Contains(err.Error(), "batches_local") {
		t.Errorf("CheckCluster() = %v", err)
	}
}
