package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"regexp"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"qingfeng/internal/engine"
)

// DefaultDatabase is the database used unless the configuration names another.
const DefaultDatabase = "qingfeng"

// Config is everything Open needs: DSN for an external server, Endpoint for the
// embedded engine. DSN wins if both are given.
type Config struct {
	// DSN names an external server: clickhouse://user:password@host1:9000,host2:9000/db?secure=true
	// (native protocol), or the same with http:// or https://.
	DSN string

	// Endpoint is the embedded engine.
	Endpoint engine.Endpoint

	// Database is the database of the product: letters, digits and underscores.
	// Empty means that of the DSN, else DefaultDatabase. On the embedded engine
	// it must begin with engine.DatabasePrefix.
	Database string

	// Cluster is the name of the cluster the tables are spread over, as the servers of DSN
	// know it; empty for a single server.
	Cluster string

	// Stamp is a file that all processes on the same embedded engine share: with it, who
	// asks again while nothing was written is answered from memory (Memo). Empty means to
	// ask each time, as on an external server.
	Stamp string

	// Log receives the migrations applied. Nil discards them.
	Log *slog.Logger
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	write, read driver.Conn
	bootstrap   driver.Conn // bound to no database, to create ours
	cluster     *cluster    // nil for a single server
	database    string
	version     string
	http        bool
	log         *slog.Logger

	lockStale time.Duration // see lockTable; shorter in tests

	stamp   stamp
	steps   Memo[[]batchStep]
	batches Memo[[]BatchInfo]
	lacking Memo[[]string]
	erased  sync.Map // numbers of voided batches that are known to have no rows left
}

// databaseName is what a database may be called: names are put into SQL as
// they are, because identifiers cannot be bound.
var databaseName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)

// Open connects and checks the version of the server. It creates nothing: the
// database and its tables come from Migrate.
//
// It returns ErrTooOld for a server older than 24.8, and ErrCluster for a cluster that the
// server does not know.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Cluster != "" && cfg.DSN == "" {
		return nil, fmt.Errorf("%w: 设置了 QINGFENG_CLICKHOUSE_CLUSTER，还须用 QINGFENG_CLICKHOUSE 给出集群的地址 (give an address of the cluster as well)", ErrCluster)
	}
	writer, reader, err := options(&cfg)
	if err != nil {
		return nil, err
	}
	if !databaseName.MatchString(cfg.Database) {
		return nil, fmt.Errorf("open the database: %q is no name of a database", cfg.Database)
	}
	bare := *writer
	bare.Auth.Database = ""
	bare.MaxOpenConns, bare.MaxIdleConns = 2, 1

	s := &Store{database: cfg.Database, http: writer.Protocol == clickhouse.HTTP, log: cfg.Log, lockStale: lockStale, stamp: stamp{path: cfg.Stamp}}
	if s.bootstrap, err = clickhouse.Open(&bare); err == nil {
		s.version, err = serverVersion(ctx, s.bootstrap)
	}
	if err == nil {
		err = CheckVersion(s.version)
	}
	if err == nil && cfg.Cluster != "" {
		if s.cluster, err = openCluster(ctx, s.bootstrap, writer, cfg.Cluster, cfg.Database); err == nil {
			// On top of what the address says: with others, answers would be wrong.
			writer.Settings = withSettings(s.cluster.settings(), writer.Settings)
			reader.Settings = withSettings(s.cluster.settings(), reader.Settings)
		}
	}
	if err == nil {
		s.write, err = clickhouse.Open(writer)
	}
	if err == nil {
		s.read, err = clickhouse.Open(reader)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the database: %w", err), s.Close())
	}
	s.write = stamping{s.write, &s.stamp}
	s.read = newStopping(s.read, s.nodes(), s.log)
	return s, nil
}

// options returns the connection options of the writer and the reader, and
// fills in cfg.Database.
func options(cfg *Config) (writer, reader *clickhouse.Options, err error) {
	if cfg.DSN != "" {
		return externalOptions(cfg)
	}
	if cfg.Database == "" {
		cfg.Database = DefaultDatabase
	}
	embedded := func(login engine.Login) *clickhouse.Options {
		return &clickhouse.Options{
			// HTTP without compression: as fast as the native protocol on the
			// loopback, and the native listener of this build can be crashed.
			Protocol:    clickhouse.HTTP,
			Addr:        []string{cfg.Endpoint.Addr},
			HttpHeaders: cfg.Endpoint.Headers(),
			Auth:        clickhouse.Auth{Database: cfg.Database, Username: login.User, Password: login.Password},
		}
	}
	writer, reader = embedded(cfg.Endpoint.Writer), embedded(cfg.Endpoint.Reader)
	pool(writer, reader)
	return writer, reader, nil
}

// externalOptions are those of a server of its own: one user for both ways, as
// its DSN gives it, and the settings that the profiles of the embedded engine
// would bring.
func externalOptions(cfg *Config) (writer, reader *clickhouse.Options, err error) {
	writer, err = clickhouse.ParseDSN(cfg.DSN)
	if err != nil {
		return nil, nil, fmt.Errorf("read the address of the database: %w", err)
	}
	if cfg.Database == "" {
		cfg.Database = writer.Auth.Database
	}
	if cfg.Database == "" {
		cfg.Database = DefaultDatabase
	}
	writer.Auth.Database = cfg.Database
	copied := *writer
	reader = &copied
	writer.Settings = withSettings(writer.Settings, clickhouse.Settings{
		"async_insert":       0,
		"session_timezone":   engine.TimeZone,
		"max_execution_time": 600,
	})
	reader.Settings = withSettings(reader.Settings, clickhouse.Settings{
		"session_timezone":   engine.TimeZone,
		"max_execution_time": 15,
		"max_memory_usage":   1 << 30,
		"max_result_rows":    100_000,
	})
	pool(writer, reader)
	return writer, reader, nil
}

// withSettings returns below with those of top over them.
func withSettings(top, below clickhouse.Settings) clickhouse.Settings {
	out := clickhouse.Settings{}
	maps.Copy(out, below)
	maps.Copy(out, top)
	return out
}

// pool sets the sizes and times of both connection pools, where the DSN has not.
func pool(writer, reader *clickhouse.Options) {
	for _, o := range []*clickhouse.Options{writer, reader} {
		if o.MaxOpenConns == 0 {
			o.MaxOpenConns = 32
		}
		if o.MaxIdleConns == 0 {
			o.MaxIdleConns = 16
		}
		if o.DialTimeout == 0 {
			// Also the longest wait for a free connection.
			o.DialTimeout = 5 * time.Second
		}
		if o.ConnMaxLifetime == 0 {
			// Shorter than any server keeps an idle connection of ours.
			o.ConnMaxLifetime = 10 * time.Minute
		}
	}
	if writer.ReadTimeout == 0 {
		writer.ReadTimeout = 30 * time.Minute // a backup answers when it is done
	}
	if reader.ReadTimeout == 0 {
		reader.ReadTimeout = 5 * time.Minute
	}
}

func serverVersion(ctx context.Context, conn driver.Conn) (string, error) {
	var version string
	if err := conn.QueryRow(ctx, "SELECT version()").Scan(&version); err != nil {
		return "", fmt.Errorf("ask for the version: %w", err)
	}
	return version, nil
}

// Write returns the connection that may change data. Reads that must be free of
// the limits of pages, such as those of an import, use it too.
func (s *Store) Write() driver.Conn { return s.write }

// Read returns the connection for questions. On the embedded engine it can
// change nothing and is held to 15 seconds, 1 GiB and 100,000 rows a query,
// unless the context brings a deadline or settings of its own. What a Select has not
// answered when its context ends is stopped in the server as well.
func (s *Store) Read() driver.Conn { return s.read }

// HTTP reports whether the server is spoken to over HTTP: then an insert may carry its rows in
// any format of the server (InsertFormat). The native protocol takes batches of the driver only.
func (s *Store) HTTP() bool { return s.http }

// Database returns the name of the database.
func (s *Store) Database() string { return s.database }

// Version returns the version of the server, such as 26.7.2.1.
func (s *Store) Version() string { return s.version }

// Close closes all connections.
func (s *Store) Close() error {
	var errs []error
	// The reader first: what it still looks for it stops with the writer.
	for _, c := range []driver.Conn{s.read, s.bootstrap, s.write} {
		if c != nil {
			errs = append(errs, c.Close())
		}
	}
	if s.cluster != nil {
		errs = append(errs, s.cluster.close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return nil
}
