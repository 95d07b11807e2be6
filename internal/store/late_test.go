package store

import (
	"context"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// AskLate asks through a connection whose requests take a while to arrive: its questions begin in the
// server after delay, whatever became of who asked. ended gets how they end there.
func AskLate(ctx context.Context, s *Store, delay time.Duration, ended chan<- error, query string) error {
	c := s.read.(stopping)
	c.Conn = late{c.Conn, delay, ended}
	var rows []struct {
		N uint64 `ch:"n"`
	}
	return c.Select(ctx, &rows, query)
}

type late struct {
	driver.Conn
	delay time.Duration
	ended chan<- error
}

func (l late) Select(ctx context.Context, dest any, query string, args ...any) error {
	go func() {
		time.Sleep(l.delay)
		var rows []struct {
			N uint64 `ch:"n"`
		}
		l.ended <- l.Conn.Select(context.WithoutCancel(ctx), &rows, query, args...)
	}()
	<-ctx.Done()
	return ctx.Err()
}
