package store_test

import (
	"context"
	"errors"
	"maps"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/engine"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
)

func TestTheReaderReadsAndTheWriterWrites(t *testing.T) {
	s := storetest.New(t)
	if !strings.HasPrefix(s.Version(), "26.") {
		t.Errorf("Version() = %q; want 26.…", s.Version())
	}
	if err := s.Write().Exec(t.Context(), "CREATE TABLE t (x UInt32, s String) ENGINE = MergeTree ORDER BY x"); err != nil {
		t.Fatal(err)
	}
	batch, err := s.Write().PrepareBatch(t.Context(), "INSERT INTO t (x, s)")
	if err != nil {
		t.Fatal(err)
	}
	defer batch.Close()
	for x, text := range []string{"零", "一", "二'\\"} {
		if err := batch.Append(uint32(x), text); err != nil {
			t.Fatal(err)
		}
	}
	if err := batch.Send(); err != nil {
		t.Fatal(err)
	}
	// A deadline makes the driver send a setting, which a reader must be allowed.
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var got []struct {
		X uint32 `ch:"x"`
		S string `ch:"s"`
	}
	err = s.Read().Select(ctx, &got, "SELECT x, s FROM t WHERE s IN ({s:String}, {r:String}) ORDER BY x",
		clickhouse.Named("s", "二'\\"), clickhouse.Named("r", "一"))
	if err != nil {
		t.Fatalf("Select as the reader: %v", err)
	}
	if len(got) != 2 || got[0].S != "一" || got[1].S != "二'\\" {
		t.Errorf("Select = %+v; want 一 and 二'\\", got)
	}
	var refused *clickhouse.Exception
	if err := s.Read().Exec(ctx, "INSERT INTO t (x, s) VALUES (9, '')"); !errors.As(err, &refused) || refused.Code != 497 {
		t.Errorf("INSERT as the reader = %v; want code 497", err)
	}
}

func TestOpenRefuses(t *testing.T) {
	endpoint := storetest.Engine(t)
	wrong := endpoint
	wrong.Writer.Password = strings.Repeat("0", 64)
	away := endpoint
	away.Addr = "127.0.0.1:1"
	for _, tc := range []struct {
		name string
		cfg  store.Config
		want string // in the error
	}{
		{"a cluster without an address", store.Config{Endpoint: endpoint, Cluster: "main"}, "QINGFENG_CLICKHOUSE"},
		{"a name that is no identifier", store.Config{Endpoint: endpoint, Database: "a; DROP TABLE b"}, "no name of a database"},
		{"an address that is none", store.Config{DSN: "clickhouse://user:secret-word@%zz:1/x"}, "address of the database"},
		{"a wrong password", store.Config{Endpoint: wrong}, "516"},
		{"an engine that is not there", store.Config{Endpoint: away}, "refused"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, err := store.Open(t.Context(), tc.cfg)
			if err == nil {
				s.Close()
				t.Fatal("Open succeeded; want an error")
			}
			if !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "secret-word") || strings.Contains(err.Error(), endpoint.Key) {
				t.Errorf("Open = %v; want %q and no secret", err, tc.want)
			}
		})
	}
	_, err := store.Open(t.Context(), store.Config{Endpoint: away})
	if !store.Unavailable(err) {
		t.Errorf("Unavailable(%v) = false; want true", err)
	}
}

func TestOptions(t *testing.T) {
	for _, tc := range []struct {
		name     string
		cfg      store.Config
		database string
		addr     []string
		protocol clickhouse.Protocol
		secure   bool
	}{
		{"the embedded engine speaks HTTP to the default database",
			store.Config{Endpoint: engine.Endpoint{Addr: "127.0.0.1:20001"}},
			"qingfeng", []string{"127.0.0.1:20001"}, clickhouse.HTTP, false},
		{"a cluster of hosts speaks the native protocol",
			store.Config{DSN: "clickhouse://u:p@h1:9000,h2:9000/risks?secure=true"},
			"risks", []string{"h1:9000", "h2:9000"}, clickhouse.Native, true},
		{"an address may be HTTP",
			store.Config{DSN: "http://u:p@h1:8123"},
			"qingfeng", []string{"h1:8123"}, clickhouse.HTTP, false},
		{"a database named apart wins over that of the address",
			store.Config{DSN: "clickhouse://u:p@h1:9000/risks", Database: "other"},
			"other", []string{"h1:9000"}, clickhouse.Native, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			writer, reader, database, err := store.Options(tc.cfg)
			if err != nil {
				t.Fatal(err)
			}
			if database != tc.database {
				t.Errorf("database = %q; want %q", database, tc.database)
			}
			for _, o := range []*clickhouse.Options{writer, reader} {
				if diff := cmp.Diff(tc.addr, o.Addr); diff != "" || o.Protocol != tc.protocol || (o.TLS != nil) != tc.secure ||
					o.Auth.Database != tc.database || o.MaxOpenConns == 0 || o.DialTimeout > 10*time.Second {
					t.Errorf("options = %v %v %q TLS %t, %d connections, %s to dial", o.Addr, o.Protocol, o.Auth.Database, o.TLS != nil, o.MaxOpenConns, o.DialTimeout)
				}
			}
		})
	}
	t.Run("settings of the address win over ours", func(t *testing.T) {
		writer, reader, _, err := store.Options(store.Config{DSN: "clickhouse://u:p@h1:9000/?max_execution_time=77&max_open_conns=3"})
		if err != nil {
			t.Fatal(err)
		}
		if writer.Settings["async_insert"] != 0 || writer.Settings["max_execution_time"] != 77 ||
			reader.Settings["max_execution_time"] != 77 || reader.Settings["max_result_rows"] != 100_000 || reader.MaxOpenConns != 3 {
			t.Errorf("settings = %v and %v", writer.Settings, reader.Settings)
		}
	})
}

// An external server is tried through a relay that adds the key of the embedded
// engine to every request: what comes in is what a server of its own would see.
func TestAnExternalServerByItsAddress(t *testing.T) {
	endpoint := storetest.Engine(t)
	relay := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: "http", Host: endpoint.Addr})
		r.Out.Header.Set(engine.HeaderName, endpoint.Key)
	}})
	defer relay.Close()
	inside := storetest.Open(t) // gives a name and drops the database
	dsn := "http://" + endpoint.Writer.User + ":" + endpoint.Writer.Password + "@" + strings.TrimPrefix(relay.URL, "http://") + "/" + inside.Database()

	s, err := store.Open(t.Context(), store.Config{DSN: dsn})
	if err != nil {
		t.Fatalf("Open by address: %v", err)
	}
	defer s.Close()
	if pending, err := s.Unapplied(t.Context()); err != nil || len(pending) == 0 {
		t.Errorf("Unapplied before = %v, %v; want all", pending, err)
	}
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatalf("Migrate: %v", err)
	}
	if pending, err := s.Unapplied(t.Context()); err != nil || len(pending) != 0 {
		t.Errorf("Unapplied after = %v, %v; want none", pending, err)
	}
	var got struct {
		Zone string `ch:"zone"`
		Rows uint64 `ch:"rows"`
	}
	err = s.Read().QueryRow(t.Context(), "SELECT timezone() AS zone, toUInt64(getSetting('max_result_rows')) AS rows").ScanStruct(&got)
	if err != nil || got.Zone != engine.TimeZone || got.Rows != 100_000 {
		t.Errorf("settings of the reader = %+v, %v; want %s and 100000", got, err, engine.TimeZone)
	}
}

func TestAnExternalServerOverTheNativeProtocol(t *testing.T) {
	e, err := engine.Start(t.Context(), engine.Config{Dir: t.TempDir(), MinFreeBytes: 1 << 20, Native: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	ep := e.Endpoint()
	dsn := "clickhouse://" + ep.Writer.User + ":" + ep.Writer.Password + "@" + ep.Native + "/qingfeng_native"
	s, err := store.Open(t.Context(), store.Config{DSN: dsn})
	if err != nil {
		t.Fatalf("Open by address: %v", err)
	}
	defer s.Close()
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatalf("Migrate: %v", err)
	}
	b, err := s.Begin(t.Context(), "units", "test", 0, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Commit(t.Context(), b, time.Now(), []store.File{{Kind: "units", Name: "a.csv", SHA256: "00", Size: 7}}, nil); err != nil {
		t.Fatal(err)
	}
	snap, err := s.Snapshot(t.Context(), time.Time{})
	if err != nil || snap.Max != b.No {
		t.Errorf("Snapshot = %+v, %v; want batch %d", snap, err, b.No)
	}
	if _, err := s.KnownFiles(t.Context(), []string{"00"}, "units", ""); err != nil {
		t.Errorf("KnownFiles: %v", err)
	}
	lengths, err := s.KnownLengths(t.Context(), []uint64{0, 7, 9}, "units", "")
	if err != nil || !maps.Equal(lengths, map[uint64]bool{7: true}) {
		t.Errorf("KnownLengths = %v, %v", lengths, err)
	}
	if lengths, err = s.KnownLengths(t.Context(), []uint64{7}, "units", "year=2026"); err != nil || len(lengths) > 0 {
		t.Errorf("KnownLengths with other options = %v, %v", lengths, err)
	}
}

func TestAKilledEngineGivesErrorsAndThenRightAnswers(t *testing.T) {
	e, err := engine.Start(t.Context(), engine.Config{Dir: t.TempDir(), MinFreeBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := e.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	s, err := store.Open(t.Context(), store.Config{Endpoint: e.Endpoint(), Database: "qingfeng"})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.MigrateFiles(t.Context(), three()); err != nil {
		t.Fatal(err)
	}
	if err := s.Write().Exec(t.Context(), "INSERT INTO a (x, y) SELECT 7, ''"); err != nil {
		t.Fatal(err)
	}

	rows, err := s.Write().Query(t.Context(), "SELECT number FROM numbers(1000000000)")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for rows.Next() {
		if n++; n == 1_000_000 {
			if err := syscall.Kill(e.Status().PID, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := rows.Err(); !store.Unavailable(err) {
		t.Errorf("an answer cut off after %d rows ended with %v; want an error that is Unavailable", n, err)
	}
	_ = rows.Close()

	killed := time.Now()
	for {
		var x uint8
		err := s.Read().QueryRow(t.Context(), "SELECT x FROM a").Scan(&x)
		if err == nil {
			if x != 7 {
				t.Errorf("after the restart x = %d; want 7", x)
			}
			break
		}
		if !store.Unavailable(err) {
			t.Fatalf("while the engine restarts: %v; want an error that is Unavailable", err)
		}
		if time.Since(killed) > 5*time.Second {
			t.Fatalf("no answer 5 s after the kill: %v", err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Logf("answered again %s after the kill", time.Since(killed))
}

func TestUnavailable(t *testing.T) {
	s := storetest.New(t)
	ended, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var late []struct {
		X uint8 `ch:"x"`
	}
	for name, err := range map[string]error{
		"no error":           nil,
		"an unknown table":   s.Read().Exec(t.Context(), "SELECT 1 FROM nowhere"),
		"a refusal":          s.Read().Exec(t.Context(), "DROP TABLE units"),
		"a late exception":   s.Write().Select(t.Context(), &late, "SELECT throwIf(number = 500000) AS x FROM numbers(1000000)"),
		"the caller's limit": s.Read().Exec(ended, "SELECT sleep(2)"),
	} {
		if name != "no error" && err == nil {
			t.Errorf("%s: no error", name)
		}
		if store.Unavailable(err) {
			t.Errorf("%s: Unavailable(%v) = true; want false", name, err)
		}
	}
}
