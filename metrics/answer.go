package metrics

import (
	"context"
	"fmt"
	"strings"

	"qingfeng/internal/integrity"
)

// Question is any metric by name, as the command line asks it. The names are those of
// the API's routes.
type Question struct {
	Metric     string
	Measure    string // of distribution and trend
	Rows, Cols string // of distribution
	Scope      Scope
}

// List is the answer of the metrics that are lists.
type List[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total"`
}

// ListOf makes a list of items; none at all is an empty list, not null.
func ListOf[T any](items []T) List[T] {
	if items == nil {
		items = []T{}
	}
	return List[T]{Items: items, Total: len(items)}
}

// names are the metrics that Answer knows, in the order of the contract.
var names = []struct {
	name string
	ask  func(*Metrics, context.Context, integrity.Principal, Question) (any, error)
}{
	{"distribution", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Distribution(ctx, who, q.Scope, or(q.Measure, MeasureRisks), or(q.Rows, DimLayer), or(q.Cols, DimCategory))
	}},
	{"overdue", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Overdue(ctx, who, q.Scope)
	}},
	{"flags", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return asList(m.Flags(ctx, who, q.Scope))
	}},
	{"outlook", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return asList(m.Outlook(ctx, who, q.Scope))
	}},
	{"hotspots", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.HotSpots(ctx, who, q.Scope)
	}},
	{"repeats", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Repeats(ctx, who, q.Scope)
	}},
	{"blindspots", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.BlindSpots(ctx, who, q.Scope)
	}},
	{"leaders", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return asList(m.LeaderBoard(ctx, who, q.Scope))
	}},
	{"checkup", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.CheckUp(ctx, who, q.Scope)
	}},
	{"missing-lists", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.MissingLists(ctx, who, q.Scope)
	}},
	{"diff", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.ListDiff(ctx, who, q.Scope)
	}},
	{"sources", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Sources(ctx, who, q.Scope)
	}},
	{"units", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return asList(m.Units(ctx, who, q.Scope))
	}},
	{"unit-board", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return asList(m.UnitBoard(ctx, who, q.Scope))
	}},
	{"stages", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return asList(m.StageBoard(ctx, who, q.Scope))
	}},
	{"opinions", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Opinions(ctx, who, q.Scope)
	}},
	{"filing", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Filing(ctx, who, q.Scope)
	}},
	{"filing-changes", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.FilingChanges(ctx, who, q.Scope)
	}},
	{"summary", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Summary(ctx, who, q.Scope)
	}},
	{"grade-review", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.GradeReview(ctx, who, q.Scope)
	}},
	{"trend", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Trend(ctx, who, q.Scope, or(q.Measure, MeasureSignals))
	}},
	{"risks", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Risks(ctx, who, q.Scope)
	}},
	{"signals", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Signals(ctx, who, q.Scope)
	}},
	{"links", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Links(ctx, who, q.Scope)
	}},
	{"kept", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Kept(ctx, who, q.Scope)
	}},
	{"outcome", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Outcome(ctx, who, q.Scope)
	}},
	{"ledger", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Ledger(ctx, who, q.Scope)
	}},
	{"directory", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Directory(ctx, who, q.Scope)
	}},
	{"checks", func(m *Metrics, ctx context.Context, who integrity.Principal, q Question) (any, error) {
		return m.Checks(ctx, who, q.Scope)
	}},
}

func asList[T any](items []T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return ListOf(items), nil
}

func or(v, fallback string) string {
	if v == "" {
		return fallback
	}
	return v
}

// Names returns the metrics that Answer knows.
func Names() []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = n.name
	}
	return out
}

// Answer asks a metric by name; the answer marshals to the JSON of the API.
func (m *Metrics) Answer(ctx context.Context, who integrity.Principal, q Question) (any, error) {
	for _, n := range names {
		if n.name == q.Metric {
			return n.ask(m, ctx, who, q)
		}
	}
	return nil, fmt.Errorf("%w: metric %q; legal: %s", integrity.ErrInvalid, q.Metric, strings.Join(Names(), " "))
}
