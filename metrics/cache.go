package metrics

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"

	"golang.org/x/sync/singleflight"

	"qingfeng/internal/store"
)

// cache keeps answers by data version: nothing in it ever becomes wrong, since a commit
// makes a new version. What was kept first goes first.
type cache struct {
	mu     sync.Mutex
	values map[string]any
	order  []string
	weight int // of all values together
	flight singleflight.Group
}

// cacheSize bounds the number of answers kept, cacheWeight the rows in those that tell how
// many they hold: a row with its sentences is about a kilobyte.
const (
	cacheSize   = 512
	cacheWeight = 50_000
)

// heavy is an answer whose size depends on the data so much that it counts by its rows.
type heavy interface{ rows() int }

func weightOf(v any) int {
	if h, is := v.(heavy); is {
		return h.rows()
	}
	return 0
}

func newCache() *cache { return &cache{values: map[string]any{}} }

func (c *cache) get(key string) (any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.values[key]
	return v, ok
}

func (c *cache) put(key string, v any) {
	if weightOf(v) > cacheWeight/4 {
		return // it would drive out all that many others ask for
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	before, ok := c.values[key]
	if !ok {
		c.order = append(c.order, key)
	}
	c.values[key] = v
	c.weight += weightOf(v) - weightOf(before)
	for len(c.order) > cacheSize || c.weight > cacheWeight {
		c.weight -= weightOf(c.values[c.order[0]])
		delete(c.values, c.order[0])
		c.order = c.order[1:]
	}
}

// cached returns the answer to a question on a snapshot, asking at most once at a time.
// The key must hold everything the answer depends on beside the snapshot. Who waits for
// another's question stops waiting when its own context ends, and asks anew when it was
// the other's that ended.
func cached[T any](ctx context.Context, c *cache, snap store.Snapshot, key string, ask func(context.Context) (T, error)) (T, error) {
	key = snap.Version() + "/" + snap.KnownAt.String() + "/" + key
	var zero T
	for {
		if v, ok := c.get(key); ok {
			return v.(T), nil
		}
		mine := false // whether it is this caller's context that the work hangs on
		done := c.flight.DoChan(key, func() (any, error) {
			mine = true
			v, err := safely(ctx, ask)
			if err == nil {
				c.put(key, v)
			}
			return v, err
		})
		select {
		case <-ctx.Done():
			return zero, ctx.Err()
		case r := <-done:
			switch {
			case r.Err == nil:
				return r.Val.(T), nil
			case mine || ctx.Err() != nil || !errors.Is(r.Err, context.Canceled) && !errors.Is(r.Err, context.DeadlineExceeded):
				return zero, r.Err
			}
		}
	}
}

// cachedUntilWritten is cached for questions about what tasks and people write beside the
// loads, which makes no new version: the answer is kept until anything is written at all.
func cachedUntilWritten[T any](ctx context.Context, m *Metrics, snap store.Snapshot, key string, ask func(context.Context) (T, error)) (T, error) {
	stamp, quiet := m.cfg.Database.Stamp()
	if !quiet {
		return ask(ctx)
	}
	return cached(ctx, m.cache, snap, fmt.Sprintf("%s/%x", key, stamp), ask)
}

// shared is cached for rows that several questions go through, none of which may change them.
func shared[T any](ctx context.Context, f *frame, key string, ask func(context.Context) ([]T, error)) ([]T, error) {
	rows, err := cached(ctx, f.cache, f.snap, key, func(ctx context.Context) (weighed[T], error) { return ask(ctx) })
	return slices.Clip(rows), err
}

type weighed[T any] []T

func (w weighed[T]) rows() int { return len(w) }

// safely turns a panic into an error: the work runs beside the request, whose own net
// would not catch it.
func safely[T any](ctx context.Context, ask func(context.Context) (T, error)) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return ask(ctx)
}
