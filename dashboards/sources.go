package dashboards

import (
	"context"
	"fmt"
	"sync"
	"time"

	"qingfeng/dashboards/view"
)

// Up to which day the data of each source reach, at the foot of every page.

// reaches keeps what was found out about sources. What is asked depends on nothing but the key,
// of which the data version is a part, so nothing in it becomes wrong.
type reaches struct {
	mu    sync.Mutex
	byKey map[string]*reach
}

// reach is one answer, there once done is closed.
type reach struct {
	done    chan struct{}
	sources []freshness
}

// keptReaches bounds what is kept; beyond it everything is asked again.
const keptReaches = 64

// sources says up to which day each source reaches. The first page after a load waits for the
// answer as long as for its cards; if it takes longer a later page has it.
func (r *request) sources(version string) []view.Source {
	if version == "" || r.cards.Only != "" {
		return nil
	}
	k := &r.s.known
	key := fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%s", ownerOf(r.who), version, r.scope.AsOf, r.scope.KnownAt.Format(time.RFC3339Nano), r.lang)
	k.mu.Lock()
	found, going := k.byKey[key]
	if !going {
		if len(k.byKey) >= keptReaches || k.byKey == nil {
			k.byKey = map[string]*reach{}
		}
		found = &reach{done: make(chan struct{})}
		k.byKey[key] = found
		go r.findReach(key, found)
	}
	k.mu.Unlock()
	select {
	case <-found.done:
	case <-time.After(r.s.Grace):
		return nil
	}
	var out []view.Source
	for _, f := range found.sources {
		if f.Within {
			continue
		}
		out = append(out, view.Source{Name: f.Name, Last: f.Last})
	}
	return out
}

// findReach asks. A failure is forgotten, so that the next page asks again.
func (r *request) findReach(key string, found *reach) {
	defer close(found.done)
	ctx, stop := context.WithTimeout(context.Background(), r.s.QueryTimeout)
	defer stop()
	sources, err := safely(ctx, r.freshness)
	if err != nil {
		r.s.Log.WarnContext(ctx, "reach of the sources unknown", "err", err)
		r.s.known.mu.Lock()
		delete(r.s.known.byKey, key)
		r.s.known.mu.Unlock()
		return
	}
	found.sources = sources
}
