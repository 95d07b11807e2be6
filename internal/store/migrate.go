package store

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// ErrMigrationChanged means that the text of a migration is not the one that
// was applied to this database. Migrations are only ever added.
var ErrMigrationChanged = errors.New("已执行的数据库迁移被修改过 (an applied migration has been changed)")

// ErrSchemaTooNew means that the database was migrated by a newer version of
// the program.
var ErrSchemaTooNew = errors.New("数据库由更新版本的程序建立，请升级本程序 (the database belongs to a newer version of this program)")

// migration is one step of the schema: one file, one statement.
type migration struct {
	number uint32
	name   string // file name without .sql, such as 0001_create_settings
	text   string
	sha256 string
}

var migrationName = regexp.MustCompile(`^(\d{4})_[a-z0-9_]+\.sql$`)

// loadMigrations reads the migrations of a directory in order. Numbers begin at
// 1 and leave no gap, so that two branches cannot both add the same one unseen.
func loadMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "*.sql") // sorted
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	var all []migration
	for i, name := range names {
		match := migrationName.FindStringSubmatch(name)
		if match == nil {
			return nil, fmt.Errorf("read the migrations: %s is not named NNNN_words.sql", name)
		}
		if number, err := strconv.Atoi(match[1]); err != nil || number != i+1 {
			return nil, fmt.Errorf("read the migrations: %s stands where number %04d is due", name, i+1)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read the migrations: %w", err)
		}
		sum := sha256.Sum256(text)
		all = append(all, migration{
			number: uint32(i + 1),
			name:   strings.TrimSuffix(name, ".sql"),
			text:   string(text),
			sha256: hex.EncodeToString(sum[:]),
		})
	}
	return all, nil
}

// embedded returns the migrations of this program.
func embedded() ([]migration, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return loadMigrations(files)
}

// Migrate brings the database to the schema of this program and returns the
// names of the migrations applied, none if there was nothing to do. A run that
// was killed is finished by the next one. Of two processes that migrate at the
// same time one waits for the other.
//
// It returns ErrMigrationChanged and ErrSchemaTooNew, and changes nothing then.
func (s *Store) Migrate(ctx context.Context) ([]string, error) {
	all, err := embedded()
	if err != nil {
		return nil, err
	}
	return s.migrate(ctx, all)
}

// Unapplied returns the names of the migrations of this program that the
// database still lacks; all of them if there is no database yet. It changes
// nothing, and returns the same errors as Migrate.
func (s *Store) Unapplied(ctx context.Context) ([]string, error) {
	return s.lacking.Get(s, func() ([]string, error) { return s.unapplied(ctx) })
}

func (s *Store) unapplied(ctx context.Context) ([]string, error) {
	all, err := embedded()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, n := range s.nodes() {
		pending, err := s.pending(ctx, n, all)
		if err != nil {
			return nil, err
		}
		for _, m := range pending {
			if !slices.Contains(names, m.name) {
				names = append(names, m.name)
			}
		}
	}
	return names, nil
}

func (s *Store) migrate(ctx context.Context, all []migration) ([]string, error) {
	if err := s.CheckCluster(ctx); err != nil {
		return nil, err
	}
	// Looking first spares an up-to-date database the lock.
	complete := true
	for _, n := range s.nodes() {
		pending, err := s.pending(ctx, n, all)
		if err != nil {
			return nil, err
		}
		complete = complete && len(pending) == 0
	}
	if complete {
		return nil, nil
	}
	for _, n := range s.nodes() {
		if err := s.prepare(ctx, n); err != nil {
			return nil, err
		}
	}
	release, err := s.lockMigrations(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	var applied []string
	for _, n := range s.nodes() {
		pending, err := s.pending(ctx, n, all)
		if err != nil {
			return applied, err
		}
		for _, m := range pending {
			if err := s.apply(ctx, n, m); err != nil {
				return applied, err
			}
			if !slices.Contains(applied, m.name) {
				applied = append(applied, m.name)
			}
			s.log.InfoContext(ctx, "migration applied", "name", m.name, "node", n.addr)
		}
	}
	// A replicated table may have been made and yet accept no rows.
	return applied, s.CheckCluster(ctx)
}

// apply runs a migration on a node and records it there.
func (s *Store) apply(ctx context.Context, n node, m migration) error {
	statements := []string{m.text}
	if s.cluster != nil {
		var err error
		if statements, err = s.cluster.statements(m.text); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
	}
	for _, text := range statements {
		err := n.write.Exec(ctx, text)
		var refused *clickhouse.Exception
		if s.cluster != nil && errors.As(err, &refused) && slices.Contains(keeperCodes, refused.Code) {
			err = fmt.Errorf("%w: 复制表需要 Keeper 和宏 {shard}、{replica} (replicated tables need Keeper and the macros {shard} and {replica}): %w", ErrCluster, err)
		}
		if err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
	}
	return s.record(ctx, n, m)
}

// prepare creates the database and the table of applied migrations on a node.
func (s *Store) prepare(ctx context.Context, n node) error {
	exists, err := s.exists(ctx, n, "databases", "")
	if err != nil {
		return err
	}
	if !exists { // asked first: an external user may lack the right to create one
		if err := n.bootstrap.Exec(ctx, "CREATE DATABASE IF NOT EXISTS "+s.database); err != nil {
			return fmt.Errorf("create the database: %w", err)
		}
	}
	// A step killed between its statement and its record is recorded by the next
	// run; two records of one number collapse.
	err = n.write.Exec(ctx, `
		CREATE TABLE IF NOT EXISTS migrations
		(
			number     UInt32,
			name       String,
			sha256     FixedString(64),
			applied_at DateTime64(3, 'UTC')
		)
		ENGINE = ReplacingMergeTree
		ORDER BY number`)
	if err != nil {
		return fmt.Errorf("create the table of migrations: %w", err)
	}
	return nil
}

func (s *Store) record(ctx context.Context, n node, m migration) error {
	err := n.write.Exec(ctx, "INSERT INTO migrations (number, name, sha256, applied_at) "+
		"SELECT {number:UInt32}, {name:String}, {sha256:String}, now64(3)",
		clickhouse.Named("number", strconv.Itoa(int(m.number))),
		clickhouse.Named("name", m.name),
		clickhouse.Named("sha256", m.sha256))
	if err != nil {
		return fmt.Errorf("record migration %s: %w", m.name, err)
	}
	return nil
}

// pending compares the migrations of the program with those recorded on a node and
// returns the ones still to apply.
func (s *Store) pending(ctx context.Context, n node, all []migration) ([]migration, error) {
	exists, err := s.exists(ctx, n, "tables", "migrations")
	if err != nil {
		return nil, err
	}
	if !exists {
		return all, nil
	}
	var recorded []struct {
		Number uint32 `ch:"number"`
		Name   string `ch:"name"`
		SHA256 string `ch:"sha256"`
	}
	err = n.write.Select(ctx, &recorded, "SELECT number, name, sha256 FROM migrations FINAL ORDER BY number")
	if err != nil {
		return nil, fmt.Errorf("read the applied migrations: %w", err)
	}
	done := map[uint32]bool{}
	for _, r := range recorded {
		if int(r.Number) > len(all) {
			return nil, fmt.Errorf("%w: %s", ErrSchemaTooNew, r.Name)
		}
		if all[r.Number-1].sha256 != r.SHA256 {
			return nil, fmt.Errorf("%w: %s", ErrMigrationChanged, r.Name)
		}
		done[r.Number] = true
	}
	var pending []migration
	for _, m := range all {
		if !done[m.number] {
			pending = append(pending, m)
		}
	}
	return pending, nil
}

// exists reports whether our database (kind "databases") or one of its tables
// (kind "tables") is there.
func (s *Store) exists(ctx context.Context, n node, kind, table string) (bool, error) {
	query, args := "SELECT count() FROM system.databases WHERE name = {database:String}",
		[]any{clickhouse.Named("database", s.database)}
	if kind == "tables" {
		query = "SELECT count() FROM system.tables WHERE database = {database:String} AND name = {table:String}"
		args = append(args, clickhouse.Named("table", table))
	}
	var found uint64
	if err := n.bootstrap.QueryRow(ctx, query, args...).Scan(&found); err != nil {
		return false, fmt.Errorf("look for the database: %w", err)
	}
	return found > 0, nil
}
