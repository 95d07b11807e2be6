package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/engine"
	"qingfeng/internal/store"
)

// shared is the engine of this test process, started by the first test that
// needs it.
var shared struct {
	once   sync.Once
	engine *engine.Engine
	dir    string
	err    error

	databases atomic.Int64
	kept      atomic.Int64
}

// Main runs the tests of a package and ends the process. Every package that
// uses New calls it from TestMain; it also lets the test binary be the engine. What else the
// tests share is ended by after.
func Main(m *testing.M, after ...func()) {
	engine.RunChildIfAsked()
	code := m.Run()
	for _, end := range after {
		end()
	}
	stop()
	os.Exit(code)
}

// Engine returns the endpoint of the engine that all tests of this process
// share, and starts it first if need be.
func Engine(t testing.TB) engine.Endpoint {
	t.Helper()
	shared.once.Do(start)
	if shared.err != nil {
		t.Fatalf("start the engine for tests: %v", shared.err)
	}
	return shared.engine.Endpoint()
}

// New returns a store on a fresh database with all migrations applied. The
// database is dropped after the test, or kept and named in the log if the test
// failed.
func New(t testing.TB) *store.Store {
	t.Helper()
	return migrated.Copy(t)
}

// Open is New without the migrations: the database does not exist yet.
func Open(t testing.TB) *store.Store {
	t.Helper()
	s := open(t, t.TempDir())
	t.Cleanup(func() {
		// t.Context has ended by now.
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if t.Failed() {
			shared.kept.Add(1)
			t.Logf("database %s is kept in %s", s.Database(), shared.dir)
		} else if err := drop(ctx, s); err != nil {
			t.Errorf("drop the database of the test: %v", err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close the database of the test: %v", err)
		}
	})
	return s
}

// open opens a database of a new name, with its stamp in dir.
func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	endpoint := Engine(t)
	name := fmt.Sprintf("%s_test_%d", engine.DatabasePrefix, shared.databases.Add(1))
	s, err := store.Open(t.Context(), store.Config{Endpoint: endpoint, Database: name, Stamp: filepath.Join(dir, name+".stamp")})
	if err != nil {
		t.Fatalf("open the database of the test: %v", err)
	}
	return s
}

// drop removes the database of a test, if the test has made it.
func drop(ctx context.Context, s *store.Store) error {
	const unknownDatabase = 81
	err := s.Write().Exec(ctx, "DROP DATABASE IF EXISTS "+s.Database())
	var exception *clickhouse.Exception
	if errors.As(err, &exception) && exception.Code == unknownDatabase {
		return nil
	}
	return err
}

func start() {
	if shared.dir, shared.err = os.MkdirTemp("", "qingfeng-test-"); shared.err != nil {
		return
	}
	shared.engine, shared.err = engine.Start(context.Background(), engine.Config{
		Dir: shared.dir,
		// Tests must also run on a small or nearly full disk.
		MinFreeBytes: 1 << 20,
	})
}

// stop ends the engine and removes its files, unless a failed test left a
// database to look at.
func stop() {
	if shared.engine != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := shared.engine.Stop(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "stop the engine for tests:", err)
		}
	}
	if shared.dir != "" && shared.kept.Load() == 0 {
		_ = os.RemoveAll(shared.dir)
	}
}
