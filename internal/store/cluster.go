package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// A cluster holds each table twice: NAME_local on every node, with the rows of its shard,
// and NAME, a Distributed table over them, which is what all queries ask. Statements about
// the schema and mutations go to each node over a connection of its own, because not every
// cluster can run them ON CLUSTER.

var (
	// ErrCluster means that the cluster cannot be used as it is; the text says why.
	ErrCluster = errors.New("集群不可用 (the cluster cannot be used)")
	// ErrReadOnly means that replicas of the cluster accept no rows.
	ErrReadOnly = errors.New("集群副本只读，请检查 Keeper 和副本 (replicas of the cluster are read-only; look at Keeper and at the replicas)")
)

// localSuffix ends the names of the tables that hold the rows of one shard.
const localSuffix = "_local"

// sharding is where the rows of a table go. A row and its cancel row have the same
// identity, hence the same shard. All other tables stand whole on the first shard: they are
// small, and what one INSERT writes to them has to be there at once and once.
var sharding = map[string]string{
	"risks":   "cityHash64(row_id)",
	"signals": "cityHash64(id)",
	"checks":  "cityHash64(id)",
}

const firstShard = "0"

// node is a server on which the schema is kept: a node of the cluster, or the only server.
type node struct {
	shard, replica uint32
	addr           string
	write          driver.Conn // bound to our database
	bootstrap      driver.Conn // bound to none
}

// cluster is what the tables are spread over.
type cluster struct {
	name, database string
	nodes          []node // by shard and replica: the first one holds the lock of the migrations
	replicated     bool   // shards have several replicas
}

// shards returns the replicas of each shard.
func (c *cluster) shards() [][]node {
	var out [][]node
	for _, n := range c.nodes {
		if len(out) == 0 || out[len(out)-1][0].shard != n.shard {
			out = append(out, nil)
		}
		out[len(out)-1] = append(out[len(out)-1], n)
	}
	return out
}

// member is one line of a cluster as a node sees it.
type member struct {
	Shard   uint32 `ch:"shard_num"`
	Replica uint32 `ch:"replica_num"`
	Host    string `ch:"host_name"`
	Port    uint16 `ch:"port"`
}

func (m member) addr() string { return net.JoinHostPort(m.Host, strconv.Itoa(int(m.Port))) }

func members(ctx context.Context, conn driver.Conn, name string) ([]member, error) {
	var out []member
	if err := conn.Select(ctx, &out, "SELECT shard_num, replica_num, host_name, port FROM system.clusters WHERE cluster = @name ORDER BY shard_num, replica_num",
		clickhouse.Named("name", name)); err != nil {
		return nil, fmt.Errorf("look for the nodes of the cluster: %w", err)
	}
	return out, nil
}

// openCluster finds the nodes of a cluster and opens a connection to each; it asks none of
// them anything yet. opts are those of the writer.
func openCluster(ctx context.Context, conn driver.Conn, opts *clickhouse.Options, name, database string) (*cluster, error) {
	if !databaseName.MatchString(name) {
		return nil, fmt.Errorf("%w: %q 不是集群名 (is no name of a cluster)", ErrCluster, name)
	}
	found, err := members(ctx, conn, name)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%w: 服务器的 remote_servers 中没有 %s (the server knows no cluster of this name)", ErrCluster, name)
	}
	c := &cluster{name: name, database: database}
	for i, m := range found {
		c.replicated = c.replicated || i > 0 && found[i-1].Shard == m.Shard
		n := node{shard: m.Shard, replica: m.Replica, addr: m.addr()}
		bound := *opts
		bound.Protocol, bound.Addr = clickhouse.Native, []string{n.addr}
		bound.MaxOpenConns, bound.MaxIdleConns = 4, 1
		bound.Settings = withSettings(opts.Settings, clickhouse.Settings{"alter_sync": 2})
		bare := bound
		bare.Auth.Database = ""
		n.write, err = clickhouse.Open(&bound)
		if err == nil {
			n.bootstrap, err = clickhouse.Open(&bare)
		}
		c.nodes = append(c.nodes, n)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("open node %s: %w", n.addr, err), c.close())
		}
	}
	return c, nil
}

func (c *cluster) close() error {
	var errs []error
	for _, n := range c.nodes {
		for _, conn := range []driver.Conn{n.write, n.bootstrap} {
			if conn != nil {
				errs = append(errs, conn.Close())
			}
		}
	}
	return errors.Join(errs...)
}

// settings are what makes a Distributed table answer as the table of one server would: an
// insert is answered when every shard has it, a question when every shard has answered, and
// what stands in brackets or behind a JOIN means the rows of all shards. Where shards have
// replicas, an insert waits for most of them, and everybody reads and writes the first one
// that lives, so that what was answered is seen by the next question.
func (c *cluster) settings() clickhouse.Settings {
	out := clickhouse.Settings{
		"distributed_foreground_insert": 1,
		"distributed_product_mode":      "global",
		"skip_unavailable_shards":       0,
	}
	if c.replicated {
		out["insert_quorum"] = "auto"
		out["load_balancing"] = "in_order"
		out["prefer_localhost_replica"] = 0
	}
	return out
}

var (
	createTable = regexp.MustCompile(`(?s)^((?:--[^\n]*\n)*)CREATE TABLE IF NOT EXISTS (\w+) (\(.*\)) ENGINE = MergeTree\n(.*)$`)
	alterTable  = regexp.MustCompile(`(?s)^((?:--[^\n]*\n)*)ALTER TABLE (\w+)\s+(.*)$`)
	window      = regexp.MustCompile(`non_replicated_deduplication_window = (\d+)`)
)

// statements turns a migration into what each node runs for it.
func (c *cluster) statements(text string) ([]string, error) {
	engine := "MergeTree"
	tokens := func(s string) string { return s }
	var table, local string
	var out []string
	if m := createTable.FindStringSubmatch(text); m != nil {
		table, local = m[2], m[2]+localSuffix
		if c.replicated {
			engine = fmt.Sprintf("ReplicatedMergeTree('/clickhouse/tables/{shard}/%s/%s', '{replica}')", c.database, local)
			tokens = replicatedTokens
		}
		out = append(out, fmt.Sprintf("%sCREATE TABLE IF NOT EXISTS %s %s ENGINE = %s\n%s", m[1], local, m[3], engine, tokens(m[4])))
	} else if m := alterTable.FindStringSubmatch(text); m != nil {
		table, local = m[2], m[2]+localSuffix
		if c.replicated {
			tokens = replicatedTokens
		}
		out = append(out, fmt.Sprintf("%sALTER TABLE %s %s", m[1], local, tokens(m[3])))
	} else {
		return nil, fmt.Errorf("%w: migration is neither CREATE TABLE IF NOT EXISTS … ENGINE = MergeTree nor ALTER TABLE", ErrCluster)
	}
	key := sharding[table]
	if key == "" {
		key = firstShard
	}
	// It holds no rows: making it anew is how it gets the columns of its table.
	return append(out, fmt.Sprintf("CREATE OR REPLACE TABLE %s AS %s ENGINE = Distributed('%s', '%s', '%s', %s)", table, local, c.name, c.database, local, key)), nil
}

// replicatedTokens is the window of tokens as Replicated tables have it: by number, and by
// time, of which newer servers keep an hour.
func replicatedTokens(s string) string {
	return window.ReplaceAllString(s, "replicated_deduplication_window = $1, replicated_deduplication_window_seconds = 604800")
}

// check returns why the cluster cannot be used, or nil: every node answers, all of them see
// the same cluster, and where shards have replicas the tables are replicated and accept rows.
func (c *cluster) check(ctx context.Context) error {
	var first []member
	for i, n := range c.nodes {
		seen, err := members(ctx, n.bootstrap, c.name)
		if err != nil {
			return fmt.Errorf("node %s: %w", n.addr, err)
		}
		if i == 0 {
			first = seen
		} else if !slices.Equal(seen, first) {
			return fmt.Errorf("%w: %s 与 %s 的 remote_servers 不一致 (these two nodes differ in what they say about the cluster)", ErrCluster, n.addr, c.nodes[0].addr)
		}
		if err := c.checkTables(ctx, n); err != nil {
			return fmt.Errorf("node %s: %w", n.addr, err)
		}
	}
	return nil
}

func (c *cluster) checkTables(ctx context.Context, n node) error {
	database := clickhouse.Named("database", c.database)
	var silent []struct {
		Table string `ch:"table"`
	}
	if err := n.bootstrap.Select(ctx, &silent, "SELECT table FROM system.replicas WHERE database = @database AND is_readonly ORDER BY table", database); err != nil {
		return fmt.Errorf("look at the replicas: %w", err)
	}
	if len(silent) > 0 {
		return fmt.Errorf("%w: %s", ErrReadOnly, silent[0].Table)
	}
	if !c.replicated {
		return nil
	}
	var plain []struct {
		Name string `ch:"name"`
	}
	if err := n.bootstrap.Select(ctx, &plain, "SELECT name FROM system.tables WHERE database = @database AND endsWith(name, '"+localSuffix+"') AND NOT startsWith(engine, 'Replicated') ORDER BY name", database); err != nil {
		return fmt.Errorf("look at the tables: %w", err)
	}
	if len(plain) > 0 {
		return fmt.Errorf("%w: 分片有多个副本，而表 %s 不是复制表 (shards have several replicas, but this table is not a replicated one)", ErrCluster, plain[0].Name)
	}
	return nil
}

// keeperCodes are the errors of a server that cannot make a replicated table.
var keeperCodes = []int32{
	139, // NO_ELEMENTS_IN_CONFIG: a macro
	225, // NO_ZOOKEEPER
	999, // KEEPER_EXCEPTION
}

// nodes returns every server on which the schema is kept.
func (s *Store) nodes() []node {
	if s.cluster == nil {
		return []node{{write: s.write, bootstrap: s.bootstrap}}
	}
	return s.cluster.nodes
}

// CheckCluster returns why the cluster cannot be used; nil where it can, and where the
// database is a single server.
func (s *Store) CheckCluster(ctx context.Context) error {
	if s.cluster == nil {
		return nil
	}
	return s.cluster.check(ctx)
}

// ClusterSize returns the number of shards and of nodes; zeros for a single server.
func (s *Store) ClusterSize() (shards, nodes int) {
	if s.cluster == nil {
		return 0, 0
	}
	return len(s.cluster.shards()), len(s.cluster.nodes)
}

// Mutate runs ALTER TABLE table command and waits until it is done, wherever rows of the
// table lie. The command asks for no other table.
func (s *Store) Mutate(ctx context.Context, table, command string, args ...any) error {
	if s.cluster == nil {
		return s.write.Exec(ctx, "ALTER TABLE "+table+" "+command+" SETTINGS mutations_sync = 1", args...)
	}
	for _, replicas := range s.cluster.shards() {
		var errs []error
		for _, n := range replicas {
			// 2 waits for all replicas, of which this is one.
			err := n.write.Exec(ctx, "ALTER TABLE "+table+localSuffix+" "+command+" SETTINGS mutations_sync = 2", args...)
			if err == nil {
				errs = nil
				break
			}
			errs = append(errs, fmt.Errorf("node %s: %w", n.addr, err))
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	return nil
}

// TableSize is what a table takes on disk, of each shard once.
type TableSize struct {
	Table string `ch:"table"`
	Rows  uint64 `ch:"rows"`
	Bytes uint64 `ch:"bytes"`
	Parts uint64 `ch:"parts"`
}

// TableSizes returns the sizes of the tables, by name.
func (s *Store) TableSizes(ctx context.Context) ([]TableSize, error) {
	sizes := map[string]*TableSize{}
	var shards [][]node
	if s.cluster == nil {
		shards = [][]node{s.nodes()}
	} else {
		shards = s.cluster.shards()
	}
	for _, replicas := range shards {
		var some []TableSize
		if err := replicas[0].write.Select(ctx, &some, `SELECT table, sum(rows) AS rows, sum(bytes_on_disk) AS bytes, count() AS parts
			FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table ORDER BY table`); err != nil {
			return nil, fmt.Errorf("ask for the sizes of the tables: %w", err)
		}
		for _, t := range some {
			t.Table = strings.TrimSuffix(t.Table, localSuffix)
			if sum := sizes[t.Table]; sum == nil {
				sizes[t.Table] = &t
			} else {
				sum.Rows, sum.Bytes, sum.Parts = sum.Rows+t.Rows, sum.Bytes+t.Bytes, sum.Parts+t.Parts
			}
		}
	}
	out := make([]TableSize, 0, len(sizes))
	for _, t := range sizes {
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b TableSize) int { return strings.Compare(a.Table, b.Table) })
	return out, nil
}
