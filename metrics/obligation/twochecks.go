package obligation

import (
	"time"

	"qingfeng/internal/integrity"
)

// frame holds the fixed days of a year.
type frame struct {
	year           int
	asOf           integrity.Day
	first, mid     integrity.Day // 1 January, 30 June
	last           integrity.Day // 31 December
	end            integrity.Day // the last day whose events count
	exempt         map[int32]bool
	near           func(integrity.Day) bool
	minDaysInForce int
	noCheckpoint   bool
}

func (b *Book) frame(year int, asOf integrity.Day) frame {
	f := frame{
		year:           year,
		asOf:           asOf,
		first:          integrity.Date(year, time.January, 1),
		mid:            integrity.Date(year, time.June, 30),
		last:           integrity.Date(year, time.December, 31),
		near:           b.nearDays(asOf),
		minDaysInForce: b.rules.MinDaysInForce,
		noCheckpoint:   b.rules.NoCheckpoint,
	}
	f.end = min(f.last, asOf)
	return f
}

// checkpoints appends to buf one checkpoint for each half-year that counted days gives at
// least the required number.
func (f *frame) checkpoints(buf []integrity.Day, stays []stay) []integrity.Day {
	if daysIn(stays, f.first, f.mid) >= f.minDaysInForce {
		if f.noCheckpoint {
			buf = append(buf, f.last)
		} else {
			buf = append(buf, f.mid)
		}
	}
	if daysIn(stays, f.mid+1, f.last) >= f.minDaysInForce {
		buf = append(buf, f.last)
	}
	return buf
}

// TwoChecks returns the items of RuleTwoChecks for a year as of a day (notice, four, 1:
// 对分管工作廉洁风险点的监督检查每年不少于2次): one for each point that was, or as planned will
// be, in force on enough days of at least one half-year. Before 1 January there are none.
// A check counts for the calendar year of its date, whether or not the point was listed
// by then; checks on one day count once.
//
// The item is shown in the unit in which the point stood on the due day, for the leader
// in charge of that unit on that day; for a day still to come, as of now.
func (b *Book) TwoChecks(year int, asOf integrity.Day) []Item {
	var into sink
	b.twoChecks(year, asOf, &into)
	return into.all()
}

func (b *Book) twoChecks(year int, asOf integrity.Day, into *sink) {
	f := b.frame(year, asOf)
	if asOf < f.first {
		return
	}
	f.exempt = b.exemptPoints(year, asOf)
	b.perPoint(into, func(lo, hi int, into *sink) {
		if f := into.filter; f.Statuses == nil && f.Basis == "" && f.Leader == "" && f.Units == nil {
			into.items = make([]Item, 0, hi-lo) // nearly every point has an item
		}
		var buf [8]stay
		for p := lo; p < hi; p++ {
			var it Item
			if b.checksOf(&f, p, buf[:0], &it) {
				into.take(&it)
			}
		}
	})
}

// checksOf fills in the item of point p; it returns false if the point owes none.
func (b *Book) checksOf(f *frame, p int, buf []stay, it *Item) bool {
	stays := b.stays(buf, p, f.asOf)
	if len(stays) == 0 {
		return false
	}
	var checkpointBuf, dateBuf [2]integrity.Day
	checkpoints := f.checkpoints(checkpointBuf[:0], stays)
	if len(checkpoints) == 0 {
		return false
	}
	dates := dateBuf[:0]
	previous := integrity.NoDay
	for _, e := range b.events[b.eventAt[p]:b.eventAt[p+1]] {
		if e.on > f.end {
			break
		}
		if e.on < f.first {
			continue
		}
		it.LateEntry = it.LateEntry || e.lateEntry()
		if e.on == previous {
			continue
		}
		previous = e.on
		it.Done++
		if len(dates) < len(checkpoints) {
			dates = append(dates, e.on)
			if len(dates) == len(checkpoints) {
				it.DoneOn = e.on
			}
		}
	}

	it.Rule = integrity.RuleTwoChecks
	it.Year = f.year
	it.Required = len(checkpoints)
	it.Status, it.Due, it.Late = judge(f.asOf, checkpoints, dates, f.near)
	if len(dates) < len(checkpoints) && f.asOf > f.last && checkpoints[len(checkpoints)-1] == f.last {
		it.Due = f.last // an unmet year is overdue by the notice, whatever June was
	}
	it.DaysLeft = int(it.Due - f.asOf)
	it.Basis = integrity.BasisSystem
	if it.Status == integrity.StatusMet || it.Due == f.last && it.Status != integrity.StatusMetLate {
		it.Basis = integrity.BasisNotice
	}

	s := b.spanOn(stays, min(it.Due, f.asOf))
	b.inUnit(it, s.unit)
	it.RiskID = b.facts.Points[p].ID
	it.RiskNo = int(s.no)
	if it.Open() {
		now := b.current(stays, f.asOf)
		it.Removed = now == nil || now.unit != s.unit
	}
	if len(f.exempt) > 0 && f.exempt[int32(p)] {
		it.Status, it.Late, it.Removed = integrity.StatusExempt, false, false
	}
	it.Clause = Clause(it.Rule, it.Basis)
	return true
}

// inUnit fills in the unit and who is in charge of it on the due day, as far as known.
func (b *Book) inUnit(it *Item, u int32) {
	it.Unit, it.UnitName, it.Whole = b.units[u].code, b.units[u].name, b.units[u].whole
	it.Leader = b.leaderOn(u, min(it.Due, it.AsOf()))
	it.UnitClosed = b.closedBy(u, it.AsOf())
	it.Owner = integrity.OwnerUnit
}
