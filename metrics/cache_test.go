package metrics

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

func TestWaitersOutliveTheAskerWhoGivesUp(t *testing.T) {
	c := newCache()
	first, giveUp := context.WithCancel(t.Context())
	began := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		_, err := cached(first, c, store.Snapshot{}, "q", func(ctx context.Context) (int, error) {
			close(began)
			<-ctx.Done()
			return 0, ctx.Err()
		})
		ended <- err
	}()
	<-began
	answer := make(chan int, 1)
	go func() {
		v, err := cached(t.Context(), c, store.Snapshot{}, "q", func(context.Context) (int, error) { return 42, nil })
		if err != nil {
			t.Errorf("the second asker gets %v", err)
		}
		answer <- v
	}()
	time.Sleep(20 * time.Millisecond) // the second one is waiting for the first by now, or asks alone: both are right
	giveUp()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up gets %v", err)
	}
	if v := <-answer; v != 42 {
		t.Errorf("the second asker gets %d, want 42", v)
	}
}

func TestWaitersMayGiveUpFirst(t *testing.T) {
	c := newCache()
	began, finish := make(chan struct{}), make(chan struct{})
	first := make(chan int, 1)
	go func() {
		v, _ := cached(t.Context(), c, store.Snapshot{}, "q", func(context.Context) (int, error) {
			close(began)
			<-finish
			return 1, nil
		})
		first <- v
	}()
	<-began
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := cached(ctx, c, store.Snapshot{}, "q", func(context.Context) (int, error) { return 2, nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up gets %v", err)
	}
	close(finish)
	if v := <-first; v != 1 {
		t.Errorf("the first asker gets %d, want 1", v)
	}
}

func TestPanicsOfQuestionsAreErrors(t *testing.T) {
	_, err := cached(t.Context(), newCache(), store.Snapshot{}, "q", func(context.Context) (int, error) { panic("no") })
	if err == nil {
		t.Error("a panic is passed over")
	}
}

func TestAListAndItsDownloadsAreOneQuestion(t *testing.T) {
	c := newCity(t).units()
	c.csv(ingest.KindComplaints, "编号|单位|日期|内容", "T1|13|2026-03-05|甲", "T2|13|2026-03-06|乙", "T3|14|2026-03-07|丙")
	asked := &counting{Database: c.store}
	m, err := New(Config{Database: asked, Now: func() time.Time { return c.now }})
	if err != nil {
		t.Fatal(err)
	}
	rows := func(who integrity.Principal, page, perPage int) Page[integrity.Signal] {
		t.Helper()
		p, err := m.Signals(t.Context(), who, Scope{Page: page, PerPage: perPage})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	whole := rows(inspector, 1, 50)
	before := asked.queries.Load()
	for _, perPage := range []int{3, 10, 1000, 50_000} {
		if got := rows(inspector, 1, perPage); !cmp.Equal(got, whole) {
			t.Errorf("per_page=%d differs: %s", perPage, cmp.Diff(whole, got))
		}
	}
	if n := asked.queries.Load() - before; n != 0 {
		t.Errorf("what was known was asked for again, with %d queries", n)
	}
	if first, second := rows(inspector, 1, 2), rows(inspector, 2, 2); len(first.Items) != 2 || len(second.Items) != 1 || first.Total != 3 || second.Total != 3 {
		t.Errorf("pages of two have %d and %d rows of %d and %d", len(first.Items), len(second.Items), first.Total, second.Total)
	}
	if got := rows(unitStaff("14"), 1, 50); len(got.Items) != 1 {
		t.Errorf("a unit gets %d rows of another reader", len(got.Items))
	}
	c.csv(ingest.KindComplaints, "编号|单位|日期|内容", "T4|13|2026-03-08|丁")
	if got := rows(inspector, 1, 1000); got.Total != 4 {
		t.Errorf("after a load there are still %d rows", got.Total)
	}
}

// counting counts the queries that go to the engine.
type counting struct {
	Database
	queries atomic.Int64
}

func (c *counting) Read() driver.Conn { return countingConn{c.Database.Read(), c} }

type countingConn struct {
	driver.Conn
	of *counting
}

func (c countingConn) Select(ctx context.Context, dest any, query string, args ...any) error {
	c.of.queries.Add(1)
	return c.Conn.Select(ctx, dest, query, args...)
}

type pages int

func (p pages) rows() int { return int(p) }

func TestCacheHoldsNoMoreRowsThanItMay(t *testing.T) {
	c := newCache()
	c.put("light", "a number")
	for _, key := range []string{"a", "b", "c", "d"} {
		c.put(key, pages(cacheWeight/4))
	}
	for key, want := range map[string]bool{"light": true, "a": true, "d": true} {
		if _, got := c.get(key); got != want {
			t.Errorf("%s is kept: %v, want %v", key, got, want)
		}
	}
	c.put("a", pages(cacheWeight/8)) // less than before
	c.put("e", pages(cacheWeight/8))
	if _, kept := c.get("b"); !kept || c.weight != cacheWeight {
		t.Errorf("after an answer was replaced: b kept %v, weight %d, want %d", kept, c.weight, cacheWeight)
	}
	c.put("f", pages(1))
	if _, kept := c.get("a"); kept || c.weight > cacheWeight {
		t.Errorf("with a row too many: the oldest of the heavy kept %v, weight %d", kept, c.weight)
	}
	c.put("whole town", pages(cacheWeight/4+1))
	if _, kept := c.get("whole town"); kept {
		t.Error("an answer that would drive out the others is kept")
	}
	if _, kept := c.get("e"); !kept {
		t.Error("an answer that is not kept has driven out another")
	}
}
