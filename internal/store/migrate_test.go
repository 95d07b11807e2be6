package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/engine"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
)

// migrateVariable makes the test binary migrate a database over and over until
// it is killed. Its value is a migrateOrder in JSON.
const migrateVariable = "QINGFENG_TEST_MIGRATE"

type migrateOrder struct {
	Endpoint engine.Endpoint
	Database string
}

func TestMain(m *testing.M) {
	if order := os.Getenv(migrateVariable); order != "" {
		if err := migrateAsAsked(order); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	storetest.Main(m)
}

func migrateAsAsked(order string) error {
	var o migrateOrder
	if err := json.Unmarshal([]byte(order), &o); err != nil {
		return err
	}
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Endpoint: o.Endpoint, Database: o.Database})
	if err != nil {
		return err
	}
	_, err = s.Migrate(ctx)
	return err
}

// three are small migrations for tests of the mechanism.
func three() fstest.MapFS {
	return fstest.MapFS{
		"0001_create_a.sql": {Data: []byte("-- a\nCREATE TABLE IF NOT EXISTS a (x UInt8) ENGINE = MergeTree ORDER BY x\n")},
		"0002_create_b.sql": {Data: []byte("-- b; and more\nCREATE TABLE IF NOT EXISTS b (x UInt8) ENGINE = MergeTree ORDER BY x\n")},
		"0003_a_add_y.sql":  {Data: []byte("-- y\nALTER TABLE a ADD COLUMN IF NOT EXISTS y String\n")},
	}
}

// schema returns the statements that make the tables as they are.
func schema(t *testing.T, s *store.Store) []string {
	t.Helper()
	var tables []struct {
		Create string `ch:"create_table_query"`
	}
	err := s.Write().Select(t.Context(), &tables,
		"SELECT replaceAll(create_table_query, database || '.', '') AS create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	var statements []string
	for _, table := range tables {
		statements = append(statements, table.Create)
	}
	return statements
}

func TestMigrationsOfTheProgram(t *testing.T) {
	files, err := store.Migrations()
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(files, "*")
	if err != nil || len(names) == 0 {
		t.Fatalf("migrations: %v, %v", names, err)
	}
	var (
		comment    = regexp.MustCompile(`(?m)--.*$`)
		literal    = regexp.MustCompile(`'(?:[^'\\]|\\.)*'`)
		repeatable = regexp.MustCompile(`^(?is)(CREATE (TABLE|VIEW|MATERIALIZED VIEW) IF NOT EXISTS` +
			`|ALTER TABLE \w+\s+(ADD (COLUMN|INDEX|PROJECTION|CONSTRAINT) IF NOT EXISTS|DROP (COLUMN|INDEX|PROJECTION|CONSTRAINT) IF EXISTS|MODIFY)` +
			`|DROP (TABLE|VIEW) IF EXISTS)\s`)
	)
	for _, name := range names {
		content, err := fs.ReadFile(files, name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(content)
		if !strings.HasPrefix(text, "-- ") {
			t.Errorf("%s does not begin with a comment that says what a row is", name)
		}
		bare := strings.TrimSpace(literal.ReplaceAllString(comment.ReplaceAllString(text, ""), "''"))
		if strings.Contains(strings.TrimSuffix(bare, ";"), ";") {
			t.Errorf("%s holds more than one statement", name)
		}
		if !repeatable.MatchString(bare) {
			t.Errorf("%s cannot be run twice: %.60s", name, bare)
		}
	}
}

func TestMigrationFilesAreNumberedWithoutGaps(t *testing.T) {
	s := storetest.Open(t)
	for _, tc := range []struct {
		name   string
		change func(fstest.MapFS)
		want   string // in the error
	}{
		{"a gap", func(m fstest.MapFS) { delete(m, "0002_create_b.sql") }, "0003_a_add_y.sql stands where number 0002 is due"},
		{"a number given twice", func(m fstest.MapFS) { m["0002_other.sql"] = m["0002_create_b.sql"] }, "0002_other.sql stands where number 0003 is due"},
		{"numbers that begin at zero", func(m fstest.MapFS) { m["0000_first.sql"] = m["0002_create_b.sql"] }, "0000_first.sql stands where number 0001 is due"},
		{"a name without a number", func(m fstest.MapFS) { m["create_c.sql"] = m["0002_create_b.sql"] }, "create_c.sql is not named"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			files := three()
			tc.change(files)
			applied, err := s.MigrateFiles(t.Context(), files)
			if err == nil || !strings.Contains(err.Error(), tc.want) || len(applied) > 0 {
				t.Errorf("MigrateFiles = %v, %v; want an error with %q", applied, err, tc.want)
			}
		})
	}
}

func TestMigratingTwiceChangesNothing(t *testing.T) {
	s := storetest.Open(t)
	before, err := s.Unapplied(t.Context())
	if err != nil {
		t.Fatalf("Unapplied without a database: %v", err)
	}
	applied, err := s.Migrate(t.Context())
	if err != nil {
		t.Fatalf("Migrate: %v", err)
	}
	if diff := cmp.Diff(before, applied); diff != "" {
		t.Errorf("what was unapplied is not what was applied (-unapplied +applied):\n%s", diff)
	}
	want := schema(t, s)
	applied, err = s.Migrate(t.Context())
	if err != nil || len(applied) > 0 {
		t.Errorf("second Migrate = %v, %v; want nothing applied", applied, err)
	}
	if after, err := s.Unapplied(t.Context()); err != nil || len(after) > 0 {
		t.Errorf("Unapplied after Migrate = %v, %v; want none", after, err)
	}
	if diff := cmp.Diff(want, schema(t, s)); diff != "" {
		t.Errorf("a second Migrate changed the schema:\n%s", diff)
	}
}

func TestLaterMigrationsAreAddedToEarlierOnes(t *testing.T) {
	s := storetest.Open(t)
	files := three()
	later := files["0003_a_add_y.sql"]
	delete(files, "0003_a_add_y.sql")
	if _, err := s.MigrateFiles(t.Context(), files); err != nil {
		t.Fatal(err)
	}
	files["0003_a_add_y.sql"] = later
	applied, err := s.MigrateFiles(t.Context(), files)
	if diff := cmp.Diff([]string{"0003_a_add_y"}, applied); err != nil || diff != "" {
		t.Errorf("MigrateFiles: %v, -want +got:\n%s", err, diff)
	}
}

func TestAChangedMigrationIsRefused(t *testing.T) {
	s := storetest.Open(t)
	if _, err := s.MigrateFiles(t.Context(), three()); err != nil {
		t.Fatal(err)
	}
	files := three()
	files["0002_create_b.sql"].Data = append(files["0002_create_b.sql"].Data, '\n')
	files["0004_create_c.sql"] = &fstest.MapFile{Data: []byte("-- c\nCREATE TABLE IF NOT EXISTS c (x UInt8) ENGINE = MergeTree ORDER BY x")}
	before := schema(t, s)
	_, err := s.MigrateFiles(t.Context(), files)
	if !errors.Is(err, store.ErrMigrationChanged) || !strings.Contains(err.Error(), "0002_create_b") {
		t.Errorf("MigrateFiles = %v; want ErrMigrationChanged that names 0002_create_b", err)
	}
	if diff := cmp.Diff(before, schema(t, s)); diff != "" {
		t.Errorf("the refused run changed the schema:\n%s", diff)
	}
}

func TestADatabaseOfANewerProgramIsRefused(t *testing.T) {
	s := storetest.Open(t)
	if _, err := s.MigrateFiles(t.Context(), three()); err != nil {
		t.Fatal(err)
	}
	files := three()
	delete(files, "0003_a_add_y.sql")
	if _, err := s.MigrateFiles(t.Context(), files); !errors.Is(err, store.ErrSchemaTooNew) {
		t.Errorf("MigrateFiles = %v; want ErrSchemaTooNew", err)
	}
}

func TestAFailingMigrationStopsTheRunAndIsFinishedByTheNext(t *testing.T) {
	s := storetest.Open(t)
	files := three()
	good := files["0002_create_b.sql"].Data
	files["0002_create_b.sql"].Data = []byte("-- b\nCREATE TABLE IF NOT EXISTS b (x Nonsense) ENGINE = MergeTree ORDER BY x")
	applied, err := s.MigrateFiles(t.Context(), files)
	if diff := cmp.Diff([]string{"0001_create_a"}, applied); err == nil || !strings.Contains(err.Error(), "0002_create_b") || diff != "" {
		t.Errorf("MigrateFiles: %v, -want +got:\n%s", err, diff)
	}
	files["0002_create_b.sql"].Data = good
	applied, err = s.MigrateFiles(t.Context(), files)
	if diff := cmp.Diff([]string{"0002_create_b", "0003_a_add_y"}, applied); err != nil || diff != "" {
		t.Errorf("MigrateFiles again: %v, -want +got:\n%s", err, diff)
	}
}

func TestARunKilledBetweenStatementAndRecordIsFinishedByTheNext(t *testing.T) {
	whole := storetest.Open(t)
	if _, err := whole.MigrateFiles(t.Context(), three()); err != nil {
		t.Fatal(err)
	}
	want := schema(t, whole)
	for n := 1; n <= 3; n++ {
		s := storetest.Open(t)
		files := three()
		for name := range files {
			if name >= fmt.Sprintf("%04d", n) {
				delete(files, name)
			}
		}
		if _, err := s.MigrateFiles(t.Context(), files); err != nil {
			t.Fatal(err)
		}
		if err := s.ApplyUnrecorded(t.Context(), three(), n); err != nil {
			t.Fatal(err)
		}
		if _, err := s.MigrateFiles(t.Context(), three()); err != nil {
			t.Errorf("after a kill within migration %d: %v", n, err)
		}
		if diff := cmp.Diff(want, schema(t, s)); diff != "" {
			t.Errorf("after a kill within migration %d the schema differs:\n%s", n, diff)
		}
	}
}

func TestAProcessKilledWhileItMigratesIsFinishedByTheNext(t *testing.T) {
	want := schema(t, storetest.New(t))
	for _, after := range []time.Duration{60 * time.Millisecond, 120 * time.Millisecond, 200 * time.Millisecond} {
		s := storetest.Open(t)
		s.SetLockStale(500 * time.Millisecond)
		order, err := json.Marshal(migrateOrder{storetest.Engine(t), s.Database()})
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), migrateVariable+"="+string(order))
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(after)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		applied, err := s.Migrate(t.Context())
		if err != nil {
			t.Errorf("Migrate after a kill at %s: %v\n%s", after, err, &out)
		}
		t.Logf("killed after %s, %d migrations were left", after, len(applied))
		if diff := cmp.Diff(want, schema(t, s)); diff != "" {
			t.Errorf("after a kill at %s the schema differs:\n%s", after, diff)
		}
	}
}

func TestOnlyOneOfManyMigrates(t *testing.T) {
	first := storetest.Open(t)
	var (
		wg      sync.WaitGroup
		mu      sync.Mutex
		applied []string
	)
	for range 4 {
		s, err := store.Open(t.Context(), store.Config{Endpoint: storetest.Engine(t), Database: first.Database()})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		wg.Go(func() {
			names, err := s.MigrateFiles(t.Context(), three())
			if err != nil {
				t.Errorf("MigrateFiles beside others: %v", err)
			}
			mu.Lock()
			defer mu.Unlock()
			applied = append(applied, names...)
		})
	}
	wg.Wait()
	slices.Sort(applied)
	if diff := cmp.Diff([]string{"0001_create_a", "0002_create_b", "0003_a_add_y"}, applied); diff != "" {
		t.Errorf("the migrations applied by all together (-want +got):\n%s", diff)
	}
}

func TestAnAbandonedLockIsTakenAway(t *testing.T) {
	s := storetest.Open(t)
	s.SetLockStale(400 * time.Millisecond)
	if err := s.TakeLock(t.Context()); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if _, err := s.MigrateFiles(t.Context(), three()); err != nil {
		t.Errorf("MigrateFiles beside an abandoned lock: %v", err)
	}
	if took := time.Since(begin); took < 400*time.Millisecond || took > 5*time.Second {
		t.Errorf("the abandoned lock was taken away after %s; want 0.4 s to 5 s", took)
	}
}

func TestALivingLockIsWaitedFor(t *testing.T) {
	s := storetest.Open(t)
	if err := s.TakeLock(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	applied, err := s.MigrateFiles(ctx, three())
	if !errors.Is(err, context.DeadlineExceeded) || len(applied) > 0 {
		t.Errorf("MigrateFiles beside a fresh lock = %v, %v; want it to wait until the deadline", applied, err)
	}
}
