package metrics

import (
	"context"
	"fmt"
	"slices"

	"qingfeng/internal/integrity"
)

// Opinions counts what was said about the lists of a year by those whom the notice names
// (three, (四)), and how much of it was adopted.
type Opinions struct {
	AsOf  integrity.Day  `json:"as_of"`
	Year  int            `json:"year"`
	Items []OpinionCount `json:"items"` // every source, also at 0: representatives, experts, co-checks
	Total int            `json:"total"` // sources
}

// OpinionCount is one source of opinions. Counts are nil, and Suppressed true, where the reader
// may not know them: co-checks that rest on cases are counted for the whole commission only, from
// k on, to those who do not handle cases (requirements R27).
type OpinionCount struct {
	Item       string  `json:"item"`   // 征求意见, 专家意见 or 协查
	Source     string  `json:"source"` // in the words of the ledger
	Count      *uint64 `json:"count"`  // = Adopted + NotAdopted + Undecided
	Adopted    *uint64 `json:"adopted"`
	NotAdopted *uint64 `json:"not_adopted"`
	Undecided  *uint64 `json:"undecided"`
	NoReason   *uint64 `json:"no_reason"` // of those not adopted
	Suppressed bool    `json:"suppressed,omitempty"`
}

// expertSource is the one source of expert opinions, whoever the expert is (R26).
const expertSource = "专家"

func isOpinion(item string) bool {
	return item == integrity.ItemOpinion || item == integrity.ItemExpertOpinion || item == integrity.ItemCoCheck
}

// readsOpinion reports whether the reader may know of an opinion: a co-check with any source but
// the open ones is as confidential as one from cases.
func (f *frame) readsOpinion(e ledgerAnswer) bool {
	return e.Item != integrity.ItemCoCheck || f.who.SeesCases() || slices.Contains(integrity.OpenCoChecks(), e.Source)
}

// Opinions counts the opinions and co-checks on the lists of the scope's year, by default that
// of as_of, recorded up to the day, by source in the order of the notice.
func (m *Metrics) Opinions(ctx context.Context, who integrity.Principal, s Scope) (Opinions, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return Opinions{}, err
	}
	ledger, err := f.ledger(ctx)
	if err != nil {
		return Opinions{}, fmt.Errorf("opinions of %d as of %s: %w", f.year(), f.scope.AsOf, err)
	}
	type source struct{ item, name string }
	var order []source
	for _, item := range []string{integrity.ItemOpinion, integrity.ItemExpertOpinion, integrity.ItemCoCheck} {
		if item == integrity.ItemExpertOpinion {
			order = append(order, source{item, expertSource})
			continue
		}
		for _, name := range integrity.SourcesOf(item) {
			order = append(order, source{item, name})
		}
	}
	type tally struct{ count, adopted, not, undecided, noReason uint64 }
	counted := map[source]*tally{}
	for _, o := range order {
		counted[o] = &tally{}
	}
	for _, e := range ledger {
		if !isOpinion(e.Item) || int(e.Year) != f.year() || e.On > f.scope.AsOf || !f.sees(e.Unit) {
			continue
		}
		of := source{e.Item, e.Source}
		if e.Item == integrity.ItemExpertOpinion {
			of.name = expertSource
		}
		t := counted[of]
		if t == nil { // no source is written
			of.name = ""
			if e.Item == integrity.ItemCoCheck {
				of.name = integrity.SourceCases
			}
			if t = counted[of]; t == nil {
				t = &tally{}
				counted[of], order = t, append(order, of)
			}
		}
		t.count++
		switch {
		case e.Adopted == "yes":
			t.adopted++
		case e.Adopted == "no":
			t.not++
			if e.Reason == "" {
				t.noReason++
			}
		default:
			t.undecided++
		}
	}
	out := Opinions{AsOf: f.scope.AsOf, Year: f.year(), Items: make([]OpinionCount, len(order)), Total: len(order)}
	for i, o := range order {
		t := counted[o]
		c := &out.Items[i]
		c.Item, c.Source = o.item, o.name
		if o.name == integrity.SourceCases && !f.who.SeesCases() {
			if len(f.codes) > 0 || t.count > 0 && t.count < m.cfg.SmallCell {
				c.Suppressed = true
			} else {
				c.Count = &t.count
			}
			continue
		}
		c.Count, c.Adopted, c.NotAdopted, c.Undecided, c.NoReason = &t.count, &t.adopted, &t.not, &t.undecided, &t.noReason
	}
	return out, nil
}
