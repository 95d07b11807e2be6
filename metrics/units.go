package metrics

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingfeng/internal/integrity"
)

// unitTree is the units in official order with the history of their leaders.
type unitTree struct {
	rows    []integrity.Unit // by order, code and leader_from
	current []integrity.Unit // one a unit, in official order
	byCode  map[string]int   // index into current
	names   map[string]string
}

type unitAnswer struct {
	Code       string        `ch:"code"`
	Name       string        `ch:"name"`
	Parent     string        `ch:"parent"`
	Type       string        `ch:"unit_type"`
	Heads      []string      `ch:"heads"`
	Leader     string        `ch:"leader"`
	LeaderFrom integrity.Day `ch:"leader_from"`
	Order      int32         `ch:"sort_order"`
	OpenedOn   integrity.Day `ch:"opened_on"`
	ClosedOn   integrity.Day `ch:"closed_on"`
}

func (m *Metrics) unitTree(ctx context.Context, f *frame) (*unitTree, error) {
	return cached(ctx, m.cache, f.snap, "units", func(ctx context.Context) (*unitTree, error) {
		var rows []unitAnswer
		if err := f.sel(ctx, &rows, mustQuery("units")); err != nil {
			return nil, fmt.Errorf("read the units: %w", err)
		}
		t := &unitTree{byCode: map[string]int{}, names: map[string]string{}}
		for _, r := range rows {
			u := integrity.Unit{Code: r.Code, Name: r.Name, Parent: r.Parent, Type: r.Type, Heads: r.Heads, Leader: r.Leader, LeaderFrom: r.LeaderFrom,
				Order: r.Order, OpenedOn: r.OpenedOn, ClosedOn: r.ClosedOn}
			t.rows = append(t.rows, u)
			if i, ok := t.byCode[u.Code]; ok {
				t.current[i] = u // the latest leader's row
				continue
			}
			t.byCode[u.Code] = len(t.current)
			t.current = append(t.current, u)
			t.names[fold(u.Name)], t.names[fold(u.Code)] = u.Code, u.Code
		}
		for _, u := range t.current {
			t.names[fold(u.Code)] = u.Code
		}
		return t, nil
	})
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }

func (t *unitTree) find(s string) (string, bool) {
	code, ok := t.names[fold(s)]
	return code, ok
}

func (t *unitTree) name(code string) string {
	if i, ok := t.byCode[code]; ok {
		return t.current[i].Name
	}
	return code
}

// below returns the unit and all units below it.
func (t *unitTree) below(code string) []string {
	out := []string{code}
	for i := 0; i < len(out); i++ {
		for _, u := range t.current {
			if u.Parent == out[i] && !slices.Contains(out, u.Code) {
				out = append(out, u.Code)
			}
		}
	}
	return out
}

// leaderOn returns who is in charge of a unit on a day: the row with the latest starting
// day up to it; before the first one, the first.
func (t *unitTree) leaderOn(code string, day integrity.Day) string {
	leader, found := "", false
	for _, u := range t.rows {
		if u.Code != code {
			continue
		}
		if !found || u.LeaderFrom <= day {
			leader, found = u.Leader, true
		}
	}
	return leader
}

func (t *unitTree) ledBy(leader string, day integrity.Day) []string {
	var out []string
	for _, u := range t.current {
		if t.leaderOn(u.Code, day) == leader {
			out = append(out, u.Code)
		}
	}
	return out
}

// leaders returns the leaders in charge on a day in official order: that of their units.
func (t *unitTree) leaders(day integrity.Day) []string {
	var out []string
	for _, u := range t.current {
		if l := t.leaderOn(u.Code, day); l != "" && !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

// top reports whether the unit is the commission itself: units below it, none above.
func (t *unitTree) top(code string) bool {
	i, ok := t.byCode[code]
	return ok && t.current[i].Parent == "" && slices.ContainsFunc(t.current, func(u integrity.Unit) bool { return u.Parent == code })
}

func inOperation(u integrity.Unit, day integrity.Day) bool {
	return u.OpenedOn <= day && (u.ClosedOn == integrity.NoDay || day < u.ClosedOn)
}

// Units returns the units that the principal may see, in official order, as they are in
// the latest row of their history.
func (m *Metrics) Units(ctx context.Context, who integrity.Principal, s Scope) ([]integrity.Unit, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return nil, err
	}
	var out []integrity.Unit
	for _, u := range f.units.current {
		if f.sees(u.Code) {
			u.Leader = f.units.leaderOn(u.Code, f.scope.AsOf)
			out = append(out, u)
		}
	}
	return out, nil
}

// sees reports whether a unit lies within the frame.
func (f *frame) sees(code string) bool { return len(f.codes) == 0 || slices.Contains(f.codes, code) }

// Leaders returns the leaders in charge as of the day, in official order.
func (m *Metrics) Leaders(ctx context.Context, who integrity.Principal, s Scope) ([]string, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return nil, err
	}
	return f.units.leaders(f.scope.AsOf), nil
}
