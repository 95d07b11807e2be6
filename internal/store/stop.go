package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// killTimeout is how long the stopping of a query may take, with everything that was tried in vain.
const killTimeout = 5 * time.Second

// killAgain is how long to wait before a query that the server did not know is looked for again; the
// next wait is twice as long. A request may still be on its way when nobody waits for it any more.
const killAgain = 50 * time.Millisecond

type queryName struct{}

// Named returns a context whose questions are called name-… in system.processes, so that
// an operator finds them. A name is letters, digits and dashes; another one is passed over.
func Named(ctx context.Context, name string) context.Context {
	for _, r := range name {
		if (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r != '-' {
			return ctx
		}
	}
	return context.WithValue(ctx, queryName{}, name)
}

// stopping is a connection whose questions end in the server too when their context does.
// Over HTTP the driver only stops waiting: the server would go on working for nobody.
type stopping struct {
	driver.Conn
	on      []node // where the question may be at work; their writers may do more than read
	log     *slog.Logger
	looking *looking
}

// looking are the queries that are still looked for after who asked has gone.
type looking struct {
	sync.WaitGroup
	over context.Context // ends when the connections are closed
	end  context.CancelFunc
}

func newStopping(c driver.Conn, on []node, log *slog.Logger) stopping {
	over, end := context.WithCancel(context.Background())
	return stopping{c, on, log, &looking{over: over, end: end}}
}

// Close gives up the looking before it closes the connection.
func (c stopping) Close() error {
	c.looking.end()
	c.looking.Wait()
	return c.Conn.Close()
}

func (c stopping) Select(ctx context.Context, dest any, query string, args ...any) error {
	if ctx.Done() == nil {
		return c.Conn.Select(ctx, dest, query, args...)
	}
	id := newQueryID(ctx)
	err := c.Conn.Select(clickhouse.Context(ctx, clickhouse.WithQueryID(id)), dest, query, args...)
	if err == nil || ctx.Err() == nil {
		return err
	}
	c.givenUp(ctx, id)
	// The error of the driver does not always say that it was the context.
	return errors.Join(ctx.Err(), err)
}

// QueryFormat stops the question too when the context ends before the answer was read.
func (c stopping) QueryFormat(ctx context.Context, format, query string, args ...any) (io.ReadCloser, error) {
	if ctx.Done() == nil {
		return c.Conn.QueryFormat(ctx, format, query, args...)
	}
	id := newQueryID(ctx)
	answer, err := c.Conn.QueryFormat(clickhouse.Context(ctx, clickhouse.WithQueryID(id)), format, query, args...)
	if err != nil {
		c.givenUp(ctx, id)
		return nil, err
	}
	return stoppingAnswer{ReadCloser: answer, givenUp: func() { c.givenUp(ctx, id) }}, nil
}

// stoppingAnswer stops its question when it is closed after its context has ended.
type stoppingAnswer struct {
	io.ReadCloser
	givenUp func()
}

func (a stoppingAnswer) Close() error {
	defer a.givenUp()
	return a.ReadCloser.Close()
}

// givenUp stops a query whose context has ended, and no other. One that the server does not know is
// over, or has not arrived yet: it is looked for in the background until killTimeout.
func (c stopping) givenUp(ctx context.Context, id string) {
	if ctx.Err() == nil {
		return
	}
	limit, cancel := context.WithTimeout(c.looking.over, killTimeout)
	if c.stopped(limit, id) || limit.Err() != nil {
		cancel()
		return
	}
	c.looking.Go(func() {
		defer cancel()
		for wait := killAgain; ; wait *= 2 {
			select {
			case <-limit.Done():
				return
			case <-time.After(wait):
			}
			if c.stopped(limit, id) {
				return
			}
		}
	})
}

// stopped reports whether nothing more is to be done about a query.
func (c stopping) stopped(ctx context.Context, id string) bool {
	found, err := c.kill(ctx, id)
	if err != nil && ctx.Err() == nil {
		c.log.Warn("query not stopped", "query_id", id, "err", err)
		return true
	}
	return found
}

// newQueryID never repeats, and holds nothing that needs quoting.
func newQueryID(ctx context.Context) string {
	var raw [12]byte
	_, _ = rand.Read(raw[:]) // never fails; the program stops instead
	id := hex.EncodeToString(raw[:])
	if name, ok := ctx.Value(queryName{}).(string); ok {
		id = name + "-" + id
	}
	return id
}

// kill stops the query that this connection began under id, and no other, and reports whether there
// was one. On a cluster any node may be the one that was asked; it stops what it asked of the others.
func (c stopping) kill(ctx context.Context, id string) (found bool, err error) {
	var errs []error
	for _, n := range c.on {
		rows, err := n.write.Query(ctx, "KILL QUERY WHERE query_id = @id ASYNC", clickhouse.Named("id", id))
		if err != nil {
			errs = append(errs, fmt.Errorf("stop query %s: %w", id, err))
			continue
		}
		found = rows.Next() || found
		errs = append(errs, rows.Close())
	}
	return found, errors.Join(errs...)
}
