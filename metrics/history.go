package metrics

import (
	"context"
	"fmt"
	"strings"
	"time"

	"qingfeng/internal/integrity"
)

// SignalVersion is what stood of a signal from one batch on, until the next.
type SignalVersion struct {
	Signal    integrity.Signal `json:"signal"`
	Batch     string           `json:"batch"`      // its ID
	KnownFrom time.Time        `json:"known_from"` // when that batch was committed
}

// SignalHistory returns what stood of the signal s.Signal at known_at and before, newest
// first, at most thirty versions: what its files said after each batch that wrote about
// it. It is what the principal might have read at each of those moments; a signal that
// they may not read, or that does not exist, is integrity.ErrNotFound.
func (m *Metrics) SignalHistory(ctx context.Context, who integrity.Principal, s Scope) ([]SignalVersion, error) {
	s = Scope{AsOf: s.AsOf, KnownAt: s.KnownAt, Signal: s.Signal, Integrity: "all", Lang: s.Lang, Page: 1, PerPage: 1}
	notFound := fmt.Errorf("signal %q: %w", s.Signal, integrity.ErrNotFound)
	if _, err := integrity.ParseID(s.Signal); err != nil {
		return nil, notFound
	}
	now, err := m.Signals(ctx, who, s)
	if err != nil {
		return nil, err
	}
	if len(now.Items) == 0 {
		return nil, notFound
	}
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return nil, err
	}
	key := strings.Join([]string{"history", string(who.Role), who.Unit, f.scope.key()}, "/")
	return shared(ctx, f, key, func(ctx context.Context) ([]SignalVersion, error) { return f.signalHistory(ctx) })
}

func (f *frame) signalHistory(ctx context.Context) ([]SignalVersion, error) {
	var batches []struct {
		No        uint64    `ch:"no"`
		ID        string    `ch:"batch_id"`
		KnownFrom time.Time `ch:"known_from"`
	}
	if err := f.sel(ctx, &batches, mustQuery("signal_batches"), param("signal", idOf(f.scope.Signal))); err != nil {
		return nil, fmt.Errorf("batches of signal %s: %w", f.scope.Signal, err)
	}
	var out []SignalVersion
	for _, b := range batches {
		then := *f
		then.snap.Max = b.No // two batches of one moment are still two versions
		found, err := pageOf(ctx, &then, f.scope, "signals", "id", func(f *frame, r signalRecord) integrity.Signal { return r.record(f) })
		if err != nil {
			return nil, err
		}
		if len(found.Items) == 1 { // none where a batch took it back, or it was another unit's
			out = append(out, SignalVersion{Signal: found.Items[0], Batch: b.ID, KnownFrom: b.KnownFrom})
		}
	}
	return out, nil
}
