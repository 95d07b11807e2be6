package clustertest

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"qingfeng/internal/engine"
)

// Name is what the engines call the cluster, and Database what tests may call theirs.
const (
	Name     = "clinic"
	Database = engine.DatabasePrefix + "_cluster"
)

// user may do in the database what docs/operations.md asks for, and no more.
const user = "operator"

var password = rand.Text()

// Cluster is a number of engines, one for each shard.
type Cluster struct {
	t        testing.TB
	nodes    []*node
	oneShard bool
}

type node struct {
	dir      string
	addr     string // of the native listener
	gate     *httptest.Server
	endpoint atomic.Pointer[engine.Endpoint] // the latest
	engine   *engine.Engine                  // nil while stopped
}

// New starts a cluster of so many shards, which ends with the test.
func New(t testing.TB, shards int) *Cluster { return start(t, shards, false) }

// NewReplicas starts a cluster of one shard whose nodes call themselves replicas. They have
// no Keeper, so they cannot be.
func NewReplicas(t testing.TB, replicas int) *Cluster { return start(t, replicas, true) }

func start(t testing.TB, nodes int, oneShard bool) *Cluster {
	t.Helper()
	c := &Cluster{t: t, oneShard: oneShard}
	for range nodes {
		n := &node{dir: t.TempDir(), addr: freeAddr(t)}
		n.gate = newGate(t, n)
		c.nodes = append(c.nodes, n)
	}
	t.Cleanup(func() {
		for i := range c.nodes {
			c.Stop(i)
		}
	})
	for i, n := range c.nodes {
		c.configure(i, c.nodes)
		write(t, filepath.Join(n.dir, "users.d", "cluster.xml"), users())
	}
	for i := range c.nodes {
		c.Start(i)
	}
	return c
}

// DSN is the address of the cluster, with the given nodes in this order.
func (c *Cluster) DSN(order ...int) string {
	addrs := make([]string, len(order))
	for i, n := range order {
		addrs[i] = c.nodes[n].addr
	}
	return "clickhouse://" + user + ":" + password + "@" + strings.Join(addrs, ",") + "/" + Database
}

// HTTP is the address of the cluster over HTTP. The native listener of this engine ends the
// process when a client is killed in the wrong moment; this one does not.
func (c *Cluster) HTTP(order ...int) string {
	addrs := make([]string, len(order))
	for i, n := range order {
		addrs[i] = strings.TrimPrefix(c.nodes[n].gate.URL, "http://")
	}
	return "http://" + user + ":" + password + "@" + strings.Join(addrs, ",") + "/" + Database
}

// newGate lets HTTP through to a node, with the header that an engine asks for and a server
// does not.
func newGate(t testing.TB, n *node) *httptest.Server {
	gate := httptest.NewServer(&httputil.ReverseProxy{
		ErrorLog: log.New(io.Discard, "", 0),
		Rewrite: func(r *httputil.ProxyRequest) {
			at := n.endpoint.Load()
			r.SetURL(&url.URL{Scheme: "http", Host: at.Addr})
			for name, value := range at.Headers() {
				r.Out.Header.Set(name, value)
			}
		},
	})
	t.Cleanup(gate.Close)
	return gate
}

// Start starts a node again that was stopped.
func (c *Cluster) Start(i int) {
	c.t.Helper()
	// Small merges and caches: several engines share the machine of a test.
	e, err := engine.Start(context.Background(), engine.Config{Dir: c.nodes[i].dir, MinFreeBytes: 1 << 20, MemoryBytes: 2 << 30, Native: true})
	if err != nil {
		c.t.Fatalf("start node %d: %v", i, err)
	}
	at := e.Endpoint()
	c.nodes[i].engine = e
	c.nodes[i].endpoint.Store(&at)
}

// Stop ends a node without a word to it, as kill -9 does.
func (c *Cluster) Stop(i int) {
	n := c.nodes[i]
	if n.engine == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := n.engine.Stop(ctx); err != nil {
		c.t.Errorf("stop node %d: %v", i, err)
	}
	n.engine = nil
}

// Isolate starts a node again with a configuration in which it is the whole cluster.
func (c *Cluster) Isolate(i int) {
	c.t.Helper()
	c.Stop(i)
	c.configure(i, c.nodes[i:i+1])
	c.Start(i)
}

// configure writes what makes an engine a node: its port, and who it knows.
func (c *Cluster) configure(i int, known []*node) {
	c.t.Helper()
	of := c.nodes[i]
	var b strings.Builder
	_, port, _ := net.SplitHostPort(of.addr)
	fmt.Fprintf(&b, "<clickhouse>\n<tcp_port>%s</tcp_port>\n<macros><shard>%d</shard><replica>%d</replica></macros>\n<remote_servers><%s>\n", port, i, i, Name)
	between := "</shard>\n<shard>"
	if c.oneShard {
		between = ""
	}
	b.WriteString("<shard>")
	for k, n := range known {
		if k > 0 {
			b.WriteString(between)
		}
		host, port, _ := net.SplitHostPort(n.addr)
		fmt.Fprintf(&b, "<replica><host>%s</host><port>%s</port><user>%s</user><password>%s</password></replica>\n", host, port, user, password)
	}
	fmt.Fprintf(&b, "</shard></%s></remote_servers>\n</clickhouse>\n", Name)
	write(c.t, filepath.Join(of.dir, "config.d", "cluster.xml"), b.String())
}

func users() string {
	return `<clickhouse><users><` + user + `>
<password>` + password + `</password>
<networks><ip>127.0.0.1</ip></networks>
<profile>writer</profile>
<quota>default</quota>
<grants>
<query>GRANT SELECT, INSERT, ALTER, CREATE, DROP, TRUNCATE ON ` + engine.DatabasePrefix + `*.*</query>
<query>GRANT TABLE ENGINE ON MergeTree, TABLE ENGINE ON ReplicatedMergeTree, TABLE ENGINE ON ReplacingMergeTree, TABLE ENGINE ON Memory, TABLE ENGINE ON Distributed</query>
<query>GRANT KILL QUERY ON *.*</query>
<query>GRANT SELECT ON system.clusters, SELECT ON system.tables, SELECT ON system.columns, SELECT ON system.parts, SELECT ON system.databases, SELECT ON system.replicas, SELECT ON system.processes</query>
</grants>
</` + user + `></users></clickhouse>
`
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
