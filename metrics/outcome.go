package metrics

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingfeng/internal/integrity"
)

// clauseOutcome is the notice's own aim.
const clauseOutcome = "有效控制和及时化解廉洁风险"

// Outcome answers whether risks are controlled and resolved (requirements R45): the signals
// linked to each point, as new, recurring and closed ones of the period.
type Outcome struct {
	AsOf     integrity.Day  `json:"as_of"`
	From     integrity.Day  `json:"from"`
	To       integrity.Day  `json:"to"`
	Items    []OutcomePoint `json:"items"`
	Total    int            `json:"total"`    // points in force with a linked signal, now or before
	Resolved int            `json:"resolved"` // of these, points without one for twelve months
}

// OutcomePoint is one risk point in force to which a signal was ever linked.
type OutcomePoint struct {
	RiskID      string         `json:"risk_id"`
	Unit        string         `json:"unit"`
	UnitName    string         `json:"unit_name"`
	Year        int            `json:"year"`
	No          int            `json:"no"`
	Description string         `json:"description"`
	New         uint64         `json:"new"`       // of the period, the first in twelve months
	Recurring   uint64         `json:"recurring"` // of the period, with another one in the twelve months before
	Closed      uint64         `json:"closed"`    // closed or put right in the period
	LastOn      integrity.Day  `json:"last_on"`   // of the latest linked signal
	Resolved    bool           `json:"resolved"`  // 化解: none in the twelve months up to as_of
	Months      []OutcomeMonth `json:"months"`    // those in which anything happened
}

// OutcomeMonth is what happened at a point in one month.
type OutcomeMonth struct {
	Month     string `json:"month"`
	New       uint64 `json:"new"`
	Recurring uint64 `json:"recurring"`
	Closed    uint64 `json:"closed"`
}

// linkedSignal is a signal of one point.
type linkedSignal struct {
	Point    uint64        `ch:"point_id"`
	ID       uint64        `ch:"id"`
	On       integrity.Day `ch:"occurred_on"`
	ClosedOn integrity.Day `ch:"closed_on"`
}

// Outcome lists the points in force at as_of that signals were linked to, by default over
// the twelve months up to that day. Petitions count for those who may read their rows.
func (m *Metrics) Outcome(ctx context.Context, who integrity.Principal, s Scope) (Outcome, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return Outcome{}, err
	}
	from, to := f.scope.window()
	out := Outcome{AsOf: f.scope.AsOf, From: from, To: to, Items: []OutcomePoint{}}
	kinds := f.kinds(string(s.Kind))
	if !who.SeesPetitionRows() {
		kinds = slices.DeleteFunc(slices.Clone(kinds), func(k string) bool { return k == string(integrity.SignalPetition) })
	}
	key := strings.Join([]string{"linked", strings.Join(kinds, " "), string(who.Role), who.Unit, f.scope.key()}, "/")
	linked, err := shared(ctx, f, key, func(ctx context.Context) (linked []linkedSignal, err error) {
		err = f.selAll(ctx, &linked, mustQuery("linked_signals"), append(f.args(), param("kinds", kinds))...)
		return linked, err
	})
	if err != nil {
		return out, fmt.Errorf("outcome as of %s: %w", f.scope.AsOf, err)
	}
	of := map[uint64][]linkedSignal{}
	for _, x := range linked {
		of[x.Point] = append(of[x.Point], x)
	}
	if len(of) == 0 {
		return out, nil
	}
	var units []string
	for _, u := range f.units.current {
		if f.sees(u.Code) {
			units = append(units, u.Code)
		}
	}
	if units == nil {
		return out, nil
	}
	points, err := f.gradedPoints(ctx, units)
	if err != nil {
		return out, fmt.Errorf("points of the outcome as of %s: %w", f.scope.AsOf, err)
	}
	for _, p := range points {
		signals := of[p.ID]
		if len(signals) == 0 || s.Risk != "" && idOf(s.Risk) != p.ID || s.Category != "" && string(s.Category) != p.Category || s.Layer != "" && string(s.Layer) != p.Layer {
			continue
		}
		it := outcomeOf(signals, from, to, f.scope.AsOf)
		it.RiskID, it.Unit, it.UnitName, it.Year, it.No, it.Description = integrity.FormatID(p.ID), p.Unit, f.units.name(p.Unit), int(p.Year), int(p.No), p.Description
		if it.Resolved {
			out.Resolved++
		}
		out.Items = append(out.Items, it)
	}
	out.Total = len(out.Items)
	if s.Limit > 0 && len(out.Items) > s.Limit {
		out.Items = out.Items[:s.Limit]
	}
	return out, nil
}

// yearBefore is the same day a year earlier; 29 February becomes 1 March.
func yearBefore(d integrity.Day) integrity.Day {
	t := d.UTC()
	return integrity.Date(t.Year()-1, t.Month(), t.Day())
}

// outcomeOf judges the signals of one point, in the order of their days.
func outcomeOf(signals []linkedSignal, from, to, asOf integrity.Day) OutcomePoint {
	var out OutcomePoint
	months := map[string]*OutcomeMonth{}
	month := func(d integrity.Day) *OutcomeMonth {
		code := d.MonthCode()
		if months[code] == nil {
			months[code] = &OutcomeMonth{Month: code}
		}
		return months[code]
	}
	for i, x := range signals {
		out.LastOn = x.On
		if x.On >= from && x.On <= to {
			if i > 0 && signals[i-1].On > yearBefore(x.On) {
				out.Recurring++
				month(x.On).Recurring++
			} else {
				out.New++
				month(x.On).New++
			}
		}
		if x.ClosedOn != integrity.NoDay && x.ClosedOn >= from && x.ClosedOn <= min(to, asOf) {
			out.Closed++
			month(x.ClosedOn).Closed++
		}
	}
	out.Resolved = out.LastOn <= yearBefore(asOf)
	out.Months = []OutcomeMonth{}
	for _, m := range months {
		out.Months = append(out.Months, *m)
	}
	slices.SortFunc(out.Months, func(a, b OutcomeMonth) int { return strings.Compare(a.Month, b.Month) })
	return out
}
