package obligation

import (
	"time"

	"qingfeng/internal/integrity"
)

// Q1Review returns the items of RuleQ1Review for a year as of a day (notice, four, 1:
// 每年第一季度开展动态排查工作): one for each unit in operation all quarter, but for the
// commission itself, in official order. Before 1 January there are none. Done is a list
// of that year or a ledger entry 动态排查 of that year, dated in that calendar year.
func (b *Book) Q1Review(year int, asOf integrity.Day) []Item {
	var into sink
	b.q1Review(year, asOf, &into)
	return into.all()
}

func (b *Book) q1Review(year int, asOf integrity.Day, into *sink) {
	first, due, last := integrity.Date(year, time.January, 1), integrity.Date(year, time.March, 31), integrity.Date(year, time.December, 31)
	if asOf < first {
		return
	}
	type deed struct {
		on        integrity.Day
		lateEntry bool
	}
	done := map[int32]deed{}
	record := func(code string, y int, on integrity.Day, lateEntry bool) {
		u := b.find(code)
		if u < 0 || y != year || on < first || on > min(last, asOf) {
			return
		}
		if d, ok := done[u]; !ok || on < d.on || on == d.on && !lateEntry {
			done[u] = deed{on, lateEntry}
		}
	}
	for _, l := range b.facts.Lists {
		record(l.Unit, l.Year, l.On, b.lateEntry(l.On, l.EnteredOn))
	}
	for i := range b.facts.Ledger {
		if e := &b.facts.Ledger[i]; e.Item == integrity.ItemReview {
			record(e.Unit, e.Year, e.On, false)
		}
	}

	exempt := b.exemptUnits(year, asOf)
	near := b.nearDays(asOf)
	for u := range b.units {
		unit, u := &b.units[u], int32(u)
		if !unit.listed || unit.whole || unit.opened > first || b.closedBy(u, asOf) && unit.closed <= due {
			continue
		}
		it := Item{Rule: integrity.RuleQ1Review, Basis: integrity.BasisNotice, Year: year, Due: due}
		single(&it, asOf, done[u].on, near)
		it.LateEntry = done[u].lateEntry
		b.inUnit(&it, u)
		it.Removed = it.Open() && it.UnitClosed
		if exempt[u] {
			it.Status, it.Late, it.Removed = integrity.StatusExempt, false, false
		}
		it.Clause = Clause(it.Rule, it.Basis)
		into.take(&it)
	}
}
