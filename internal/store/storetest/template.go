package storetest

import (
	"context"
	"sync"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"golang.org/x/sync/errgroup"

	"qingfeng/internal/store"
)

// Template is a database that the first test in need of it fills, and of which every test gets
// a copy of its own: ten times faster than to migrate and load again. Fill is required.
type Template struct {
	// Fill loads the rows. It is called once in a process, on a migrated database.
	Fill func(t testing.TB, s *store.Store)

	once   sync.Once
	filled *store.Store // nil when filling failed
}

// migrated is the template of all others.
var migrated Template

// Copy returns a store on a fresh database that holds what the template holds. It is dropped,
// or kept, as that of New.
func (m *Template) Copy(t testing.TB) *store.Store {
	t.Helper()
	s := Open(t)
	if err := copyTables(t.Context(), m.source(t), s); err != nil {
		t.Fatalf("copy the template of the database: %v", err)
	}
	return s
}

// fill makes the template. It goes with the engine, not with the test that happens to be first.
func (m *Template) fill(t testing.TB) {
	t.Helper()
	Engine(t) // which makes the directory of all tests
	s := open(t, shared.dir)
	if m == &migrated {
		if _, err := s.Migrate(t.Context()); err != nil {
			t.Fatalf("migrate the database of the test: %v", err)
		}
	} else {
		if err := copyTables(t.Context(), migrated.source(t), s); err != nil {
			t.Fatalf("copy the migrated database: %v", err)
		}
		m.Fill(t, s)
	}
	m.filled = s
}

// source is what a template copies from.
func (m *Template) source(t testing.TB) *store.Store {
	t.Helper()
	m.once.Do(func() { m.fill(t) })
	if m.filled == nil {
		t.Fatal("the template of the database was not filled; an earlier test says why")
	}
	return m.filled
}

// copyTables makes the tables of a database again in one that does not exist yet, and lends
// them the parts of the others.
func copyTables(ctx context.Context, from, to *store.Store) error {
	var tables []struct {
		Name string   `ch:"name"`
		Held []string `ch:"held"`
	}
	err := from.Write().Select(ctx, &tables, `SELECT t.name AS name, groupUniqArrayIf(p.partition_id, p.active = 1) AS held
FROM system.tables AS t
LEFT JOIN system.parts AS p ON p.database = t.database AND p.table = t.name
WHERE t.database = {db:String}
GROUP BY name
ORDER BY name`, clickhouse.Named("db", from.Database()))
	if err != nil {
		return err
	}
	if err := from.Write().Exec(ctx, "CREATE DATABASE "+to.Database()); err != nil {
		return err
	}
	var each errgroup.Group
	each.SetLimit(4)
	for _, table := range tables {
		each.Go(func() error {
			source, target := from.Database()+"."+table.Name, to.Database()+"."+table.Name
			if err := from.Write().Exec(ctx, "CREATE TABLE "+target+" AS "+source); err != nil {
				return err
			}
			for _, id := range table.Held {
				if err := from.Write().Exec(ctx, "ALTER TABLE "+target+" ATTACH PARTITION ID '"+id+"' FROM "+source); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return each.Wait()
}
