package store

import (
	"context"
	"fmt"
	"io/fs"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// MigrateFiles is Migrate with other migrations than those of the program.
func (s *Store) MigrateFiles(ctx context.Context, files fs.FS) ([]string, error) {
	all, err := loadMigrations(files)
	if err != nil {
		return nil, err
	}
	return s.migrate(ctx, all)
}

// ApplyUnrecorded runs migration number n of files as if the process had been
// killed before it could record it.
func (s *Store) ApplyUnrecorded(ctx context.Context, files fs.FS, n int) error {
	all, err := loadMigrations(files)
	if err != nil {
		return err
	}
	if err := s.prepare(ctx, s.nodes()[0]); err != nil {
		return err
	}
	if err := s.write.Exec(ctx, all[n-1].text); err != nil {
		return fmt.Errorf("apply: %w", err)
	}
	return nil
}

// TakeLock takes the lock of the migrations and never gives a sign of life, as
// a process killed at that moment.
func (s *Store) TakeLock(ctx context.Context) error {
	if err := s.prepare(ctx, s.nodes()[0]); err != nil {
		return err
	}
	return s.write.Exec(ctx, "CREATE TABLE "+lockTable+" ENGINE = Memory AS SELECT now64(3) AS beat")
}

// SetLockStale sets after how long a silent lock counts as abandoned.
func (s *Store) SetLockStale(d time.Duration) { s.lockStale = d }

// ClusterStatements are what each node of a cluster runs for a migration.
func ClusterStatements(text string, replicated bool) ([]string, error) {
	return (&cluster{name: "clinic", database: "qingfeng", replicated: replicated}).statements(text)
}

// Migrations are the files of the program, by name.
func Migrations() (fs.FS, error) { return fs.Sub(migrationFiles, "migrations") }

// Options are the connection options of writer and reader.
func Options(cfg Config) (writer, reader *clickhouse.Options, database string, err error) {
	writer, reader, err = options(&cfg)
	return writer, reader, cfg.Database, err
}
