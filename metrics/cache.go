package metrics

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"golang.org/x/sync/singleflight"

	"qingfeng/internal/store"
)

// cache keeps answers by data version: nothing in it ever becomes wrong, since a commit
// makes a new version. Keys of an older version are dropped when a newer one appears.
type cache struct {
	mu     sync.Mutex
	values map[string]any
	order  []string
	flight singleflight.Group
}

// cacheSize bounds the number of answers kept.
const cacheSize = 512

func newCache() *cache { return &cache{values: map[string]any{}} }

func (c *cache) get(key string) (any, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.values[key]
	return v, ok
}

func (c *cache) put(key string, v any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.values[key]; !ok {
		c.order = append(c.order, key)
	}
	c.values[key] = v
	for len(c.order) > cacheSize {
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
