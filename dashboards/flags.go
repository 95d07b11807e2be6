package dashboards

import (
	"context"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// What the nightly run flagged: since when something has been late, as it was seen at the time.

// flagsOf returns the flags of items, by their keys.
func (r *request) flagsOf(ctx context.Context, items []*obligation.Item) (map[string]metrics.Flag, error) {
	keys := make([]string, len(items))
	for i, it := range items {
		keys[i] = it.Key()
	}
	return r.s.Metrics.FlagsOf(ctx, r.who, metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt}, keys)
}

// flagged says since when an item has been flagged, or for how long it was; nothing of one that
// never was.
func (d *duty) flagged(r *request, f metrics.Flag) {
	switch {
	case f.Key == "":
	case f.Up:
		d.Meta = append(d.Meta, r.t("flag.since", f.FirstOn.String(), f.Days))
	default:
		d.Meta = append(d.Meta, r.t("flag.was", f.FirstOn.String(), f.Days))
	}
}

// flagEvents are the flags of a point as events of its history.
func (r *request) flagEvents(ctx context.Context, id string) ([]event, error) {
	flags, err := r.s.Metrics.Flags(ctx, r.who, metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Risk: id})
	if err != nil {
		return nil, err
	}
	var out []event
	for _, f := range flags {
		for _, e := range f.Events {
			title := r.t("flag." + string(e.Event))
			text := integrity.StatusOverdue.Label(e.Basis, r.lang)
			if e.Event == metrics.FlagClosed {
				text = e.Reason.Label(r.lang)
			}
			rule := f.Rule.Label(r.lang)
			if f.Year != 0 {
				text = r.t("flag.year", f.Year, rule, text)
			} else {
				text = rule + "　" + text
			}
			out = append(out, event{Day: e.On, Class: "flag", Title: title, Text: text})
		}
	}
	return out, nil
}
