package obligation

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"qingfeng/internal/integrity"
)

// Book is Facts, indexed. It is immutable and safe for concurrent use; it keeps
// references into Facts, which must not change while the Book is used.
type Book struct {
	facts Facts
	rules Rules

	units  []unit           // official order; units that only events name come last
	unitAt map[string]int32 // by code

	pointAt *idIndex
	spanAt  []int32 // spans of point p: spans[spanAt[p]:spanAt[p+1]], ascending by from
	spans   []span
	eventAt []int32 // checks of point p: events[eventAt[p]:eventAt[p+1]], ascending by day
	events  []event
}

type unit struct {
	code, name, kind string
	order            int32
	opened, closed   integrity.Day
	whole            bool // the commission itself: units below it and none above
	listed           bool // has a row in Units
	leaders          []leaderTerm
}

// leaderTerm is a leader in charge from a day on.
type leaderTerm struct {
	from integrity.Day
	name string
}

// span is a Span in compact form. approved is the first approval of its unit and year on
// or after from, or NoDay.
type span struct {
	from, to, approved integrity.Day
	unit               int32
	no, year           int32
	important          bool
}

// event is a check of a point; ref is the index of the check, shifted by one bit that
// says whether it was entered late.
type event struct {
	on  integrity.Day
	ref uint32
}

func (e event) lateEntry() bool { return e.ref&1 == 1 }
func (e event) check() int      { return int(e.ref >> 1) }

// roundKey is a unit's list of a year.
type roundKey struct {
	unit int32
	year int
}

// allUnits is the unit of what is done once for all.
const allUnits int32 = -1

// New indexes facts. It returns an error that wraps integrity.ErrInvalid if rules has no
// calendar or two points share an id.
func New(facts Facts, rules Rules) (*Book, error) {
	if rules.Calendar == nil {
		return nil, fmt.Errorf("%w: rules without a calendar of working days", integrity.ErrInvalid)
	}
	b := &Book{facts: facts, rules: rules}
	b.indexUnits()
	var err error
	var ids sync.WaitGroup
	ids.Go(func() { b.pointAt, err = newIDIndex(facts.Points) })
	b.indexSpans()
	ids.Wait()
	if err != nil {
		return nil, err
	}
	b.indexChecks()
	return b, nil
}

func (b *Book) indexUnits() {
	rows := slices.Clone(b.facts.Units)
	slices.SortStableFunc(rows, func(x, y integrity.Unit) int { return cmp.Compare(x.LeaderFrom, y.LeaderFrom) })
	byCode := map[string]*unit{}
	above := map[string]string{}
	parents := map[string]bool{}
	var found []*unit
	for _, r := range rows {
		u := byCode[r.Code]
		if u == nil {
			u = &unit{code: r.Code, listed: true}
			byCode[r.Code] = u
			found = append(found, u)
		}
		u.name, u.kind, u.order = r.Name, r.Type, r.Order // the latest row speaks
		if r.OpenedOn != integrity.NoDay && (u.opened == integrity.NoDay || r.OpenedOn < u.opened) {
			u.opened = r.OpenedOn
		}
		u.closed = max(u.closed, r.ClosedOn)
		u.leaders = append(u.leaders, leaderTerm{r.LeaderFrom, r.Leader})
		above[r.Code] = r.Parent
		if r.Parent != "" {
			parents[r.Parent] = true
		}
	}
	slices.SortStableFunc(found, func(x, y *unit) int {
		return cmp.Or(cmp.Compare(x.order, y.order), cmp.Compare(x.code, y.code))
	})
	b.unitAt = make(map[string]int32, len(found))
	for _, u := range found {
		u.whole = above[u.code] == "" && parents[u.code]
		b.unitAt[u.code] = int32(len(b.units))
		b.units = append(b.units, *u)
	}
}

// unitIndex returns the index of a unit's code; a code without a row in Units gets a
// place at the end, so that its events are judged rather than lost. Only for indexing:
// afterwards the index must not grow.
func (b *Book) unitIndex(code string) int32 {
	i, ok := b.unitAt[code]
	if !ok {
		i = int32(len(b.units))
		b.unitAt[code] = i
		b.units = append(b.units, unit{code: code, name: code})
	}
	return i
}

// approvals returns the days on which lists were approved, ascending, by unit and year;
// approvals for all units stand under allUnits.
func (b *Book) approvals() map[roundKey][]integrity.Day {
	out := map[roundKey][]integrity.Day{}
	for i := range b.facts.Ledger {
		e := &b.facts.Ledger[i]
		if e.Item == integrity.ItemCommitteeApproval {
			k := b.roundOf(e)
			out[k] = append(out[k], e.On)
		}
	}
	for _, days := range out {
		slices.Sort(days)
	}
	return out
}

// roundOf returns the round that a ledger entry speaks of. Its unit is -2, which no list
// has, if nothing else names it.
func (b *Book) roundOf(e *integrity.LedgerEntry) roundKey {
	if e.Unit == integrity.AllUnits {
		return roundKey{allUnits, e.Year}
	}
	return roundKey{b.find(e.Unit), e.Year}
}

// find returns the index of a unit's code, or -2.
func (b *Book) find(code string) int32 {
	if i, ok := b.unitAt[code]; ok {
		return i
	}
	return -2
}

func (b *Book) indexSpans() {
	n := 0
	for i := range b.facts.Points {
		n += len(b.facts.Points[i].Spans)
	}
	for i := range b.facts.Lists {
		b.unitIndex(b.facts.Lists[i].Unit)
	}
	b.spanAt = make([]int32, len(b.facts.Points)+1)
	b.spans = make([]span, 0, n)
	var lastCode string
	lastUnit := int32(-2)
	for i := range b.facts.Points {
		first := len(b.spans)
		for _, s := range b.facts.Points[i].Spans {
			if lastUnit < 0 || s.Unit != lastCode {
				lastCode, lastUnit = s.Unit, b.unitIndex(s.Unit)
			}
			to := s.To
			if to == integrity.NoDay {
				to = integrity.Forever
			}
			b.spans = append(b.spans, span{
				from: s.From, to: to, unit: lastUnit, no: int32(s.No), year: int32(s.Year),
				important: s.Grade == integrity.GradeImportant,
			})
		}
		own := b.spans[first:]
		if len(own) > 1 {
			slices.SortStableFunc(own, func(x, y span) int { return cmp.Compare(x.from, y.from) })
		}
		b.spanAt[i+1] = int32(len(b.spans))
	}
	approvals := b.approvals() // after all units have their place
	if len(approvals) == 0 {
		return
	}
	var key roundKey
	var own, all []integrity.Day
	for i := range b.spans {
		s := &b.spans[i]
		if k := (roundKey{s.unit, int(s.year)}); i == 0 || k != key {
			key, own, all = k, approvals[k], approvals[roundKey{allUnits, k.year}]
		}
		s.approved = firstFrom(s.from, own, all)
	}
}

// firstFrom returns the first day on or after from in either ascending slice, or NoDay.
func firstFrom(from integrity.Day, a, b []integrity.Day) integrity.Day {
	first := integrity.NoDay
	for _, days := range [2][]integrity.Day{a, b} {
		for _, d := range days {
			if d >= from {
				if first == integrity.NoDay || d < first {
					first = d
				}
				break
			}
		}
	}
	return first
}

func (b *Book) indexChecks() {
	checks := b.facts.Checks
	at := make([]int32, len(checks)+1) // where the points of check i begin
	for i := range checks {
		at[i+1] = at[i] + int32(len(checks[i].RiskIDs))
	}
	points := make([]int32, at[len(checks)])
	late := make([]bool, len(checks))
	inChunks(len(checks), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			c := &checks[i]
			late[i] = b.lateEntry(c.On, c.EnteredOn)
			for j, id := range c.RiskIDs {
				points[int(at[i])+j] = b.pointAt.find(id)
			}
		}
	})
	b.eventAt = make([]int32, len(b.facts.Points)+1)
	for _, p := range points {
		if p >= 0 {
			b.eventAt[p+1]++
		}
	}
	for p := range b.facts.Points {
		b.eventAt[p+1] += b.eventAt[p]
	}
	b.events = make([]event, b.eventAt[len(b.facts.Points)])
	next := slices.Clone(b.eventAt)
	for i := range checks {
		ref := uint32(i) << 1
		if late[i] {
			ref |= 1
		}
		for _, p := range points[at[i]:at[i+1]] {
			if p >= 0 {
				b.events[next[p]] = event{checks[i].On, ref}
				next[p]++
			}
		}
	}
	inChunks(len(b.facts.Points), func(lo, hi int) {
		for p := lo; p < hi; p++ {
			if own := b.events[b.eventAt[p]:b.eventAt[p+1]]; len(own) > 1 {
				slices.SortStableFunc(own, func(x, y event) int { return cmp.Compare(x.on, y.on) })
			}
		}
	})
}

// lateEntry reports whether something dated on and entered on a later day is 补录.
func (b *Book) lateEntry(on, entered integrity.Day) bool {
	return int(entered-on) > b.rules.LateEntryWorkdays && // spares the calendar for most
		entered != integrity.NoDay && b.rules.Calendar.Between(on, entered) > b.rules.LateEntryWorkdays
}

// inChunks calls do for consecutive ranges that cover 0…n, on all cores.
func inChunks(n int, do func(lo, hi int)) {
	workers := min(runtime.GOMAXPROCS(0), n/4096+1)
	if workers == 1 {
		do(0, n)
		return
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { do(n*w/workers, n*(w+1)/workers) })
	}
	wg.Wait()
}

// perPoint collects the items of all points that the sink keeps, in the order of the
// points; do judges the points lo…hi−1.
func (b *Book) perPoint(into *sink, do func(lo, hi int, into *sink)) {
	n := len(b.facts.Points)
	const chunk = 1 << 14
	parts := make([]sink, (n+chunk-1)/chunk)
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	var wg sync.WaitGroup
	for i := range parts {
		slots <- struct{}{}
		wg.Go(func() {
			parts[i].filter = into.filter
			do(i*chunk, min((i+1)*chunk, n), &parts[i])
			<-slots
		})
	}
	wg.Wait()
	into.parts = append(into.parts, into.items)
	into.items = nil
	for i := range parts {
		into.parts = append(into.parts, parts[i].items)
		into.counts.merge(&parts[i].counts)
	}
}

// closedBy reports whether unit u is closed on asOf.
func (b *Book) closedBy(u int32, asOf integrity.Day) bool {
	c := b.units[u].closed
	return c != integrity.NoDay && c <= asOf
}

// leaderOn returns who is in charge of unit u on a day, or the empty text.
func (b *Book) leaderOn(u int32, day integrity.Day) string {
	terms := b.units[u].leaders
	for i := len(terms) - 1; i >= 0; i-- {
		if terms[i].from <= day {
			return terms[i].name
		}
	}
	return ""
}

// stay is a stretch of days [from, to) during which a point was in force in one unit,
// as far as known on a day; to is Forever while that lasts.
type stay struct {
	from, to integrity.Day
	span     int32
}

// stays appends the stays of point p as known on asOf to buf. A point is in force from
// the approval of its list if that is recorded, else from the list's date; a version that
// follows another without a gap needs no approval of its own.
func (b *Book) stays(buf []stay, p int, asOf integrity.Day) []stay {
	var start, end integrity.Day // of the uninterrupted stretch so far
	for i := b.spanAt[p]; i < b.spanAt[p+1]; i++ {
		s := &b.spans[i]
		if s.from > asOf {
			break
		}
		if i == b.spanAt[p] || s.from > end {
			start, end = s.from, s.from
			if s.approved != integrity.NoDay && s.approved <= asOf {
				start = s.approved
			}
		}
		to := s.to
		if to > asOf {
			to = integrity.Forever
		}
		if b.closedBy(s.unit, asOf) {
			to = min(to, b.units[s.unit].closed)
		}
		if from := max(s.from, start); from < to {
			buf = append(buf, stay{from, to, i})
		}
		end = max(end, to)
	}
	return buf
}

// spanOn returns the version of a point that counts on a day: the one in force, else the
// last one that was, else the first. stays must not be empty.
func (b *Book) spanOn(stays []stay, day integrity.Day) *span {
	best, until := 0, integrity.NoDay
	for i, s := range stays {
		if end := min(s.to, day+1); s.from <= day && end >= until {
			best, until = i, end
		}
	}
	return &b.spans[stays[best].span]
}

// current returns the version of a point in force on asOf, or nil.
func (b *Book) current(stays []stay, asOf integrity.Day) *span {
	for i := len(stays) - 1; i >= 0; i-- {
		if stays[i].from <= asOf && asOf < stays[i].to {
			return &b.spans[stays[i].span]
		}
	}
	return nil
}

// daysIn returns on how many days of [from, to] a point was in force.
func daysIn(stays []stay, from, to integrity.Day) int {
	n := 0
	for _, s := range stays {
		lo, hi := max(s.from, from), min(s.to, to+1)
		if hi > lo {
			n += int(hi - lo)
			from = hi // overlapping versions count once
		}
	}
	return n
}
