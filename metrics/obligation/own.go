package obligation

import (
	"slices"

	"qingfeng/internal/integrity"
)

// OwnYear is a leader's own part in the checks of a year: the distinct dates of it, and how many
// were required.
type OwnYear struct {
	Year     int      `json:"year"`
	Dates    int      `json:"dates"`
	Required int      `json:"required"`
	Units    []string `json:"units"` // names of the units in charge of on its last day, official order
}

// ownPart judges a leader's own part in the checks of a year: the dates missing are due on
// 31 December by the notice, and the first of them on 30 June by this system while the year has
// more than NearDays left. It is near as the checks of points are.
func (b *Book) ownPart(leader string, own OwnYear, asOf integrity.Day) Item {
	f := b.frame(own.Year, asOf)
	it := Item{
		Rule: integrity.RuleTwoChecks, Basis: integrity.BasisNotice, Status: integrity.StatusOnTrack, Owner: integrity.OwnerLeader, Leader: leader,
		Year: own.Year, Required: own.Required, Done: own.Dates, Due: f.last,
	}
	if int(f.last-asOf) > b.rules.NearDays && !f.noCheckpoint && own.Required > 1 && own.Dates == 0 {
		it.Due, it.Basis = f.mid, integrity.BasisSystem
	}
	it.DaysLeft, it.Clause = int(it.Due-asOf), Clause(it.Rule, it.Basis)
	switch {
	case own.Dates >= own.Required:
		it.Status = integrity.StatusMet
	case it.DaysLeft < 0:
		it.Status, it.Late = integrity.StatusOverdue, true
	case f.near(it.Due):
		it.Status = integrity.StatusDueSoon
	}
	return it
}

// ownUnmet returns, by leader, the years before a year that ended with fewer dates than required
// (requirements, section 3: measure (b), 责任领导履职, stands beside the points and is not met by
// checks without the leader), the latest first. The dates of a year are due with it, on
// 31 December, by the notice. A leader owes them while a point in charge owes checks, in a unit
// that had not closed by that day; exempt points ask for none. What ends a gap is a check of that
// year that is entered late, or an exemption of the points: nothing of a later year does.
func (b *Book) ownUnmet(year int, asOf integrity.Day) map[string][]OwnYear {
	out := map[string][]OwnYear{}
	first, last := b.yearsBefore(year, asOf)
	for y := last; y >= first; y-- {
		f := b.frame(y, asOf)
		ls := b.leadersOf(&f)
		dates := b.ownDates(&f, b.tookPart(&f, &ls), len(ls.rows))
		short := map[string]OwnYear{}
		for i := range ls.rows {
			if row := &ls.rows[i]; len(dates[i]) < row.Required {
				short[row.Leader] = OwnYear{Year: y, Dates: len(dates[i]), Required: row.Required, Units: b.ledBy(row.Leader, f.last)}
			}
		}
		f.exempt = b.exemptPoints(y, asOf)
		var buf [8]stay
		for p := 0; p < len(b.facts.Points) && len(short) > 0; p++ {
			var it Item
			if !b.checksOf(&f, p, buf[:0], &it) || it.Status == integrity.StatusExempt || b.closedBy(b.unitAt[it.Unit], min(f.last, asOf)) {
				continue
			}
			if own, ok := short[it.Leader]; ok {
				out[it.Leader] = append(out[it.Leader], own)
				delete(short, it.Leader)
			}
		}
	}
	return out
}

// ledBy returns the names of the units that a leader is in charge of on a day, in official order.
func (b *Book) ledBy(leader string, on integrity.Day) []string {
	out := []string{}
	for u := range b.units {
		if b.units[u].opened <= on && !b.closedBy(int32(u), on) && b.leaderOn(int32(u), on) == leader {
			out = append(out, b.units[u].name)
		}
	}
	return out
}

// ownDates returns, for each of n leaders, the distinct days of the year, ascending, on which the
// leader took part in a check of a known point; tookPart is that of the same frame.
func (b *Book) ownDates(f *frame, tookPart []int32, n int) [][]integrity.Day {
	out := make([][]integrity.Day, n)
	for i := range b.facts.Checks {
		c := &b.facts.Checks[i]
		if at := tookPart[i]; at >= 0 && c.On >= f.first && c.On <= f.end && b.covers(c) {
			out[at] = append(out[at], c.On)
		}
	}
	for i := range out {
		slices.Sort(out[i])
		out[i] = slices.Compact(out[i])
	}
	return out
}
