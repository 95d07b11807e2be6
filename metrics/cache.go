package metrics

import (
	"context"
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
// The key must hold everything the answer depends on beside the snapshot. The work runs
// on after a caller has gone, because others may wait for it.
func cached[T any](ctx context.Context, c *cache, snap store.Snapshot, key string, ask func(context.Context) (T, error)) (T, error) {
	key = snap.Version() + "/" + snap.KnownAt.String() + "/" + key
	if v, ok := c.get(key); ok {
		return v.(T), nil
	}
	v, err, _ := c.flight.Do(key, func() (any, error) {
		v, err := ask(ctx)
		if err == nil {
			c.put(key, v)
		}
		return v, err
	})
	if err != nil {
		var zero T
		return zero, err
	}
	return v.(T), nil
}
