package obligationtest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// Slow is the slow implementation: everything is asked day by day, in the words of the
// requirements, with no index and nothing shared with package obligation but the input
// types and the calendar's IsWorkday. It is the meaning; the package is the speed. The
// commission itself is the unit with the code W, and hospitals are those whose code begins
// with H.
type Slow struct {
	obligation.Facts
	Rules   obligation.Rules
	known   map[string][]integrity.LedgerEntry // the ledger by item, as of the day knownOn
	knownOn slowDay
}

type slowDay = integrity.Day

func (w *Slow) closed(unit string, on slowDay) bool {
	for _, u := range w.Units {
		if u.Code == unit && u.ClosedOn != 0 && u.ClosedOn <= on {
			return true
		}
	}
	return false
}

// lead is who is in charge of a unit on a day, walking through its history.
func (w *Slow) lead(unit string, on slowDay) string {
	name, since := "", slowDay(-1)
	for _, u := range w.Units {
		if u.Code == unit && u.LeaderFrom <= on && u.LeaderFrom >= since {
			name, since = u.Leader, u.LeaderFrom
		}
	}
	return name
}

// listed is the version of a point on its unit's list on a day, if any.
func (w *Slow) listed(p *obligation.Point, on slowDay) *obligation.Span {
	var found *obligation.Span
	for i := range p.Spans {
		s := &p.Spans[i]
		if s.From <= on && (s.To == 0 || on < s.To) && !w.closed(s.Unit, on) && (found == nil || s.From > found.From) {
			found = s
		}
	}
	return found
}

func (w *Slow) ledger(item string, asOf slowDay) []integrity.LedgerEntry {
	if w.knownOn != asOf || w.known == nil {
		w.known, w.knownOn = map[string][]integrity.LedgerEntry{}, asOf
		for _, e := range w.Ledger {
			if e.On <= asOf {
				w.known[e.Item] = append(w.known[e.Item], e)
			}
		}
		for _, es := range w.known {
			slices.SortStableFunc(es, func(a, b integrity.LedgerEntry) int { return cmp.Compare(a.On, b.On) })
		}
	}
	return w.known[item]
}

// approval is the first approval of a version's list on or after a day, as known.
func (w *Slow) approval(unit string, year int, from, asOf slowDay) slowDay {
	for _, e := range w.ledger(integrity.ItemCommitteeApproval, asOf) {
		if (e.Unit == unit || e.Unit == "*") && e.Year == year && e.On >= from {
			return e.On
		}
	}
	return 0
}

// course is the version of a point in force on each day from the first on.
type course struct {
	first    slowDay
	versions []*obligation.Span
}

func (c course) on(d slowDay) *obligation.Span {
	if d < c.first {
		return nil
	}
	return c.versions[d-c.first]
}

// forceByDay walks from the first day anything was listed to the end of the year and
// notes the version in force on each day; after asOf everything stays as it is then.
func (w *Slow) forceByDay(p *obligation.Point, first, last, asOf slowDay) course {
	out := course{first, make([]*obligation.Span, last-first+1)}
	waiting := slowDay(0) // until that day an approval keeps the stretch back
	var before *obligation.Span
	for d := first; d <= last; d++ {
		now := w.listed(p, min(d, asOf))
		if now != nil && before == nil {
			waiting = w.approval(now.Unit, now.Year, now.From, asOf)
		}
		before = now
		if now != nil && d >= waiting {
			out.versions[d-first] = now
		}
	}
	return out
}

func (w *Slow) near(rule integrity.Rule, asOf, due slowDay) bool {
	if rule == integrity.RuleTwoChecks || rule == integrity.RuleQ1Review || rule == integrity.RuleRectification || rule == "petition" {
		return due-asOf <= 20
	}
	n := 0
	for d := asOf + 1; d <= due; d++ {
		if w.Rules.Calendar.IsWorkday(d) {
			n++
		}
	}
	return n <= 3
}

// begin is the first day on which anything can be listed.
func begin(p *obligation.Point, asOf slowDay) slowDay {
	first := asOf
	for _, s := range p.Spans {
		first = min(first, s.From)
	}
	return first
}

// judge lives through the days: on each day up to asOf it looks which checkpoints have
// passed and how much had been done by the evening of the checkpoint.
func (w *Slow) judge(rule integrity.Rule, asOf slowDay, checkpoints []slowDay, dates map[slowDay]bool) (status, due string, days int, late bool, done int) {
	doneBy := func(day slowDay) int {
		n := 0
		for d := range dates {
			if d <= day {
				n++
			}
		}
		return n
	}
	done = doneBy(asOf)
	for k, c := range checkpoints {
		if asOf > c && doneBy(c) < k+1 {
			late = true
		}
	}
	if done >= len(checkpoints) {
		status = "met"
		if late {
			status = "met_late"
		}
		last := checkpoints[len(checkpoints)-1]
		return status, last.String(), int(last - asOf), late, done
	}
	next := checkpoints[done]
	status = "on_track"
	if w.near(rule, asOf, next) {
		status = "due_soon"
	}
	for k, c := range checkpoints {
		if asOf > c && done < k+1 {
			status = "overdue"
		}
	}
	return status, next.String(), int(next - asOf), late, done
}

func (w *Slow) late(on, entered slowDay) bool {
	if entered == 0 {
		return false
	}
	n := 0
	for d := on + 1; d <= entered; d++ {
		if w.Rules.Calendar.IsWorkday(d) {
			n++
		}
	}
	return n > 10
}

// exempt decides by 序号 whether an exemption reaches a point, see exemptPoints.
func (w *Slow) exempt(p *obligation.Point, year int, asOf slowDay) bool {
	for _, e := range w.ledger(integrity.ItemExemption, asOf) {
		if e.Year != year || e.Reason == "" || len(e.Persons) == 0 {
			continue
		}
		lists := map[int]bool{}
		for _, q := range w.Points {
			for _, s := range q.Spans {
				if s.Unit == e.Unit && s.From <= asOf {
					lists[s.Year] = true
				}
			}
		}
		list := 0
		for _, try := range []int{0, -1, 1, -2, 2, -3, 3} {
			if list == 0 && lists[year+try] {
				list = year + try
			}
		}
		for no := 1; no <= 50; no++ {
			if e.No != "" && !slices.Contains(strings.Split(e.No, "、"), fmt.Sprint(no)) {
				continue
			}
			// Which version of that list carried the number when the exemption was given?
			var begins []slowDay
			for _, q := range w.Points {
				for _, s := range q.Spans {
					if s.Unit == e.Unit && s.Year == list && s.No == no && s.From <= asOf {
						begins = append(begins, s.From)
					}
				}
			}
			slices.Sort(begins)
			for _, s := range p.Spans {
				if s.Unit != e.Unit || s.Year != list || s.No != no || s.From > asOf {
					continue
				}
				if e.No == "" {
					return true
				}
				stood := begins[0]
				for _, b := range begins {
					if b <= e.On {
						stood = b
					}
				}
				if s.From == stood {
					return true
				}
			}
		}
	}
	return false
}

// Line is how both implementations write down an item.
type Line struct {
	rule, basis, status, unit, leader, what, due string
	no, left, required, done, year               int
	late, lateEntry, removed                     bool
	owner                                        string
	unitClosed, unarranged                       bool
}

// Kind says of which kind a line is, to count how many kinds a world shows.
func (l Line) Kind() string {
	return fmt.Sprintf("%s %s %s, late %t, late entry %t, removed %t", l.rule, l.basis, l.status, l.late, l.lateEntry, l.removed)
}

// LineOf writes an item down.
func LineOf(it *obligation.Item) Line {
	return Line{
		string(it.Rule), string(it.Basis), string(it.Status), it.Unit, it.Leader, it.Subject + "|" + it.RiskID + "|" + it.Number, it.Due.String(),
		it.RiskNo, it.DaysLeft, it.Required, it.Done, it.Year, it.Late, it.LateEntry, it.Removed,
		string(it.Owner), it.UnitClosed, it.Unarranged,
	}
}

func (w *Slow) twoChecks(year int, asOf slowDay) []Line {
	jan1, jun30, dec31 := integrity.Date(year, 1, 1), integrity.Date(year, 6, 30), integrity.Date(year, 12, 31)
	if asOf < jan1 {
		return nil
	}
	var out []Line
	for i := range w.Points {
		p := &w.Points[i]
		first := begin(p, asOf)
		force := w.forceByDay(p, first, max(dec31, asOf), asOf)
		inFirst, inSecond := 0, 0
		for d := jan1; d <= dec31; d++ {
			switch {
			case force.on(d) == nil:
			case d <= jun30:
				inFirst++
			default:
				inSecond++
			}
		}
		var checkpoints []slowDay
		if inFirst >= 90 {
			checkpoints = append(checkpoints, jun30)
		}
		if inSecond >= 90 {
			checkpoints = append(checkpoints, dec31)
		}
		if w.Rules.NoCheckpoint {
			for k := range checkpoints {
				checkpoints[k] = dec31
			}
		}
		if len(checkpoints) == 0 {
			continue
		}
		l := Line{rule: "two_checks", year: year, required: len(checkpoints)}
		dates := map[slowDay]bool{}
		for _, c := range w.Checks {
			if slices.Contains(c.RiskIDs, p.ID) && c.On >= jan1 && c.On <= dec31 && c.On <= asOf {
				dates[c.On] = true
				l.lateEntry = l.lateEntry || w.late(c.On, c.EnteredOn)
			}
		}
		l.status, l.due, l.left, l.late, l.done = w.judge(integrity.RuleTwoChecks, asOf, checkpoints, dates)

		// The basis, clause by clause.
		isCheckpoint := slices.Contains(checkpoints, dec31)
		if isCheckpoint && asOf > dec31 && l.done < l.required {
			l.due, l.left = dec31.String(), int(dec31-asOf)
		}
		l.basis = "system"
		if l.due == dec31.String() && l.status != "met_late" || l.status == "met" {
			l.basis = "notice"
		}

		// Where the point stood on the due day, as far as known; else where it last stood.
		on := min(asOf+slowDay(l.left), asOf)
		at := on
		for at >= first && force.on(at) == nil {
			at--
		}
		for force.on(at) == nil {
			at = max(at+1, on)
		}
		l.unit, l.no, l.what = force.on(at).Unit, force.on(at).No, "|"+p.ID+"|"
		l.leader = w.lead(l.unit, on)
		l.removed = l.done < l.required && (force.on(asOf) == nil || force.on(asOf).Unit != l.unit)
		if w.exempt(p, year, asOf) {
			l.status, l.late, l.removed = "exempt", false, false
		}
		out = append(out, l)
	}
	return out
}

// unarranged reports whether a year between two days has no announced arrangement of its holidays.
func (w *Slow) unarranged(from, to slowDay) bool {
	for d := from; d <= to; d++ {
		if !w.Rules.Calendar.Arranged(d.Year()) {
			return true
		}
	}
	return false
}

func (w *Slow) unitCodes() []string {
	var codes []string
	orders := map[string]int32{}
	for _, u := range w.Units {
		if !slices.Contains(codes, u.Code) {
			codes = append(codes, u.Code)
		}
		orders[u.Code] = u.Order
	}
	slices.SortStableFunc(codes, func(a, b string) int { return cmp.Compare(orders[a], orders[b]) })
	return codes
}

func (w *Slow) q1Review(year int, asOf slowDay) []Line {
	jan1, mar31, dec31 := integrity.Date(year, 1, 1), integrity.Date(year, 3, 31), integrity.Date(year, 12, 31)
	var out []Line
	for _, code := range w.unitCodes() {
		if asOf < jan1 || code == "W" {
			continue
		}
		operating := true
		for d := jan1; d <= mar31; d++ {
			for _, u := range w.Units {
				if u.Code == code && u.OpenedOn > d {
					operating = false
				}
			}
			if w.closed(code, min(d, asOf)) {
				operating = false
			}
		}
		if !operating {
			continue
		}
		l := Line{rule: "q1_review", year: year, basis: "notice", unit: code, what: "||", required: 1}
		dates := map[slowDay]bool{}
		for d := jan1; d <= min(dec31, asOf) && len(dates) == 0; d++ {
			entered := true
			for _, x := range w.Lists {
				if x.Unit == code && x.Year == year && x.On == d {
					dates[d] = true
					entered = entered && w.late(x.On, x.EnteredOn)
				}
			}
			for _, e := range w.ledger(integrity.ItemReview, asOf) {
				if e.Unit == code && e.Year == year && e.On == d {
					dates[d] = true
					entered = false
				}
			}
			l.lateEntry = len(dates) > 0 && entered
		}
		l.status, l.due, l.left, l.late, l.done = w.judge(integrity.RuleQ1Review, asOf, []slowDay{mar31}, dates)
		l.leader = w.lead(code, min(mar31, asOf))
		l.removed = l.done == 0 && w.closed(code, asOf)
		for _, e := range w.ledger(integrity.ItemExemption, asOf) {
			if e.Unit == code && e.Year == year && e.No == "" && e.Reason != "" && len(e.Persons) > 0 {
				l.status, l.late, l.removed = "exempt", false, false
			}
		}
		out = append(out, l)
	}
	return out
}

// within is the last day of a term of n working days after a day, counted on fingers.
func (w *Slow) within(n int, after slowDay) slowDay {
	d := after
	for n > 0 {
		d++
		if w.Rules.Calendar.IsWorkday(d) {
			n--
		}
	}
	return d
}

func (w *Slow) onward(d slowDay) slowDay {
	for !w.Rules.Calendar.IsWorkday(d) {
		d++
	}
	return d
}

// one writes down an item that one deed fulfils, or says that it is not to be shown.
func (w *Slow) one(l Line, rule integrity.Rule, year int, asOf, due, deed slowDay, open bool) (Line, bool) {
	dates := map[slowDay]bool{}
	if deed != 0 && deed <= asOf {
		dates[deed] = true
	}
	l.basis, l.required = "system", 1
	l.status, l.due, l.left, l.late, l.done = w.judge(rule, asOf, []slowDay{due}, dates)
	if l.done == 0 {
		return l, open
	}
	return l, deed.Year() == year
}

func (w *Slow) filing(year int, asOf slowDay) []Line {
	var out []Line
	for i := range w.Points {
		p := &w.Points[i]
		force := w.forceByDay(p, begin(p, asOf), asOf, asOf)
		latest := true
		for y := asOf.Year() + 1; y >= asOf.Year()-4; y-- { // rounds, the newest first
			var version *obligation.Span
			approved := slowDay(0)
			for k := range p.Spans { // in a world a point is in one unit's list a year
				s := &p.Spans[k]
				if s.Year != y || s.From > asOf {
					continue
				}
				a := w.approval(s.Unit, y, s.From, asOf)
				if a == 0 {
					continue
				}
				if version == nil || s.From > version.From {
					version = s
				}
				if s.Grade == integrity.GradeImportant && (approved == 0 || a < approved) {
					approved = a
				}
			}
			if version == nil {
				continue
			}
			newest := latest
			latest = false
			if version.Grade != integrity.GradeImportant {
				continue
			}
			deed := slowDay(0)
			for _, e := range w.ledger(integrity.ItemFiling, asOf) {
				covers := e.No == "" || slices.Contains(strings.Split(e.No, "、"), fmt.Sprint(version.No))
				if deed == 0 && e.Year == y && (e.Unit == version.Unit || e.Unit == "*") && covers && e.On >= approved {
					deed = e.On
				}
			}
			l := Line{rule: "filing", owner: "office", unarranged: w.unarranged(approved, w.within(10, approved)), year: y, unit: version.Unit, what: "important|" + p.ID + "|", no: version.No}
			if l, shown := w.one(l, integrity.RuleFiling, year, asOf, w.within(10, approved), deed, newest && force.on(asOf) != nil); shown {
				out = append(out, l)
			}
		}
	}
	return out
}

func (w *Slow) signals(year int, asOf slowDay) []Line {
	var out []Line
	// since is the first day that decides whether the arrangement of a year is missed.
	add := func(s obligation.Signal, rule integrity.Rule, near integrity.Rule, kind string, since, due slowDay) {
		if s.On > asOf || s.Closed && s.DoneOn == 0 {
			return
		}
		l := Line{rule: string(rule), year: s.On.Year(), unit: s.Unit, leader: w.lead(s.Unit, min(due, asOf)), what: kind + "||" + s.Number}
		l.unarranged = w.unarranged(since, due)
		if kind == "petition" {
			l.owner = "inspector"
		}
		if l, shown := w.one(l, near, year, asOf, due, s.DoneOn, true); shown {
			l.removed = l.done == 0 && w.closed(s.Unit, asOf)
			out = append(out, l)
		}
	}
	for _, s := range w.Findings {
		due, since := s.DueOn, integrity.Forever // a deadline of its own is as it is
		if due == 0 {
			due = w.onward(s.On + 30)
			since = due
		}
		add(s, integrity.RuleRectification, integrity.RuleRectification, "finding", since, due)
	}
	for _, s := range w.Complaints {
		n := 15
		if strings.HasPrefix(s.Unit, "H") {
			n = 10
		}
		add(s, integrity.RuleHandling, integrity.RuleHandling, "complaint", s.On, w.within(n, s.On))
	}
	for _, s := range w.Petitions {
		if s.Nature != obligation.NatureAppeal {
			continue
		}
		from := s.On
		if s.AcceptedOn != 0 && s.AcceptedOn <= asOf {
			from = s.AcceptedOn
		}
		due, most := w.onward(from+60), w.onward(from+90)
		if s.ExtendedTo > due {
			due = min(s.ExtendedTo, most)
		}
		add(s, integrity.RuleHandling, "petition", "petition", due, due)
	}
	return out
}

func (w *Slow) stage(year int, asOf slowDay) []Line {
	items := []string{integrity.ItemSelfCheck, integrity.ItemUnitReview, integrity.ItemLeaderReview, integrity.ItemPublicHelp, integrity.ItemExpertHelp, integrity.ItemCommitteeApproval}
	codes := []string{"self_check", "unit_review", "leader_review", "public_help", "expert_help", ""}
	steps := [][]int{{0}, {1}, {2}, {3, 4}, {5}}
	var out []Line
	for _, unit := range w.unitCodes() {
		begun := func(y int) bool {
			for _, x := range w.Lists {
				if x.Unit == unit && x.Year == y && x.On <= asOf {
					return true
				}
			}
			for _, item := range items {
				for _, e := range w.ledger(item, asOf) {
					if e.Unit == unit && e.Year == y {
						return true
					}
				}
			}
			return false
		}
		reached := func(y, stage int) slowDay {
			for _, e := range w.ledger(items[stage], asOf) {
				if (e.Unit == unit || e.Unit == "*") && e.Year == y {
					return e.On
				}
			}
			return 0
		}
		// A record of the unit's own on the day is the unit's, whatever stands for all units.
		forAll := func(y, stage int) bool {
			on := reached(y, stage)
			for _, e := range w.ledger(items[stage], asOf) {
				if e.Unit == unit && e.Year == y && e.On == on {
					return false
				}
			}
			return true
		}
		newer := false
		for y := asOf.Year() + 1; y >= asOf.Year()-4; y-- {
			recorded := false
			for s := range items {
				recorded = recorded || reached(y, s) != 0
			}
			if !begun(y) || !recorded {
				continue
			}
			for i := len(steps) - 2; i >= 0; i-- {
				since, stage := slowDay(0), 0
				for _, s := range steps[i] {
					if d := reached(y, s); d != 0 && d >= since {
						since, stage = d, s
					}
				}
				if since == 0 {
					continue
				}
				left := slowDay(0)
				for _, later := range steps[i+1:] {
					for _, s := range later {
						if d := reached(y, s); d != 0 && (left == 0 || d < left) {
							left = d
						}
					}
				}
				due := w.within(15, since)
				l := Line{rule: "stage", year: y, unit: unit, leader: w.lead(unit, min(due, asOf)), what: codes[stage] + "||", unarranged: w.unarranged(since, due)}
				if forAll(y, stage) {
					l.owner = "office"
				}
				if l, shown := w.one(l, integrity.RuleStage, year, asOf, due, left, !newer && !w.closed(unit, asOf)); shown {
					out = append(out, l)
				}
			}
			newer = true
		}
	}
	return out
}

// All is every line of a day, for the year asked, sorted.
func (w *Slow) All(year int, asOf slowDay) []Line {
	all := slices.Concat(w.twoChecks(year, asOf), w.q1Review(year, asOf), w.filing(year, asOf), w.signals(year, asOf), w.stage(year, asOf))
	return Sorted(w.owned(all, asOf))
}

// owned fills in whose the lines are that nobody else's duty is, and whether their unit has closed.
func (w *Slow) owned(lines []Line, asOf slowDay) []Line {
	for i := range lines {
		lines[i].unitClosed = w.closed(lines[i].unit, asOf)
		lines[i].owner = cmp.Or(lines[i].owner, "unit")
	}
	return lines
}

// Unmet is what is still overdue of the years before one, back to the first with a list.
func (w *Slow) Unmet(year int, asOf slowDay) []Line {
	first := year
	for _, l := range w.Lists {
		if l.On <= asOf && l.Year < first {
			first = l.Year
		}
	}
	var out []Line
	for y := first; y < year; y++ {
		for _, l := range slices.Concat(w.twoChecks(y, asOf), w.q1Review(y, asOf)) {
			if l.status == "overdue" {
				out = append(out, l)
			}
		}
	}
	return Sorted(w.owned(out, asOf))
}

// OwnUnmet are the years before one that ended with fewer dates of a leader's own than required,
// each written as leader, year, dates and dates required.
func (w *Slow) OwnUnmet(year int, asOf slowDay) []string {
	first := year
	for _, l := range w.Lists {
		if l.On <= asOf {
			first = min(first, l.Year)
		}
	}
	names := map[string]bool{}
	for _, u := range w.Units {
		names[u.Leader] = true
	}
	known := map[string]bool{}
	for _, p := range w.Points {
		known[p.ID] = true
	}
	var out []string
	for y := first; y < year; y++ {
		dec31 := integrity.Date(y, time.December, 31)
		points := w.twoChecks(y, asOf)
		for name := range names {
			owes := slices.ContainsFunc(points, func(l Line) bool {
				return l.leader == name && l.status != "exempt" && !w.closed(l.unit, dec31)
			})
			inFirst, inSecond, dates := 0, 0, 0
			for d := integrity.Date(y, time.January, 1); d <= dec31; d++ {
				switch inCharge := slices.ContainsFunc(w.unitCodes(), func(unit string) bool {
					return w.lead(unit, d) == name && !w.closed(unit, d) && w.open(unit, d)
				}); {
				case inCharge && d.Month() <= time.June:
					inFirst++
				case inCharge:
					inSecond++
				}
				if slices.ContainsFunc(w.Checks, func(c obligation.Check) bool {
					return c.On == d && w.lead(c.Unit, d) == name && (c.LeaderTookPart || c.Leader == name) &&
						slices.ContainsFunc(c.RiskIDs, func(id string) bool { return known[id] })
				}) {
					dates++
				}
			}
			required := 0
			for _, days := range [2]int{inFirst, inSecond} {
				if days >= 90 {
					required++
				}
			}
			if owes && dates < required {
				out = append(out, fmt.Sprintf("%s %d %d/%d", name, y, dates, required))
			}
		}
	}
	slices.Sort(out)
	return out
}

// open reports whether a unit had begun by a day.
func (w *Slow) open(unit string, on slowDay) bool {
	for _, u := range w.Units {
		if u.Code == unit && u.OpenedOn > on {
			return false
		}
	}
	return true
}

// Sorted puts lines into one order, to compare them.
func Sorted(lines []Line) []Line {
	slices.SortFunc(lines, func(a, b Line) int {
		return cmp.Or(strings.Compare(a.rule, b.rule), strings.Compare(a.what, b.what), strings.Compare(a.unit, b.unit), cmp.Compare(a.year, b.year))
	})
	return lines
}

// World draws facts of 2024 to 2027 in which every trait occurs: units that open, close
// and change leaders; points added, carried over, renumbered, regraded, moved, removed
// and brought back; several versions of a list in a year; approvals before and after the
// list; checks on borders, twice a day, of several points, before the list, entered late;
// exemptions good and bad; all stages, filings and signals. n draws a number below its
// argument.
func World(n func(int) int) obligation.Facts {
	var f obligation.Facts
	base := integrity.Date(2024, time.January, 1)
	const span = 3 * 366
	some := func() integrity.Day { return base + integrity.Day(n(span)) }
	maybe := func(d integrity.Day, one int) integrity.Day {
		if n(one) == 0 {
			return d
		}
		return 0
	}
	borders := []integrity.Day{}
	for y := 2024; y <= 2027; y++ {
		for _, md := range [][2]int{{1, 1}, {2, 28}, {2, 29}, {3, 31}, {4, 1}, {4, 2}, {4, 3}, {6, 30}, {7, 1}, {10, 3}, {10, 4}, {12, 31}} {
			borders = append(borders, integrity.Date(y, time.Month(md[0]), md[1]))
		}
	}
	event := func() integrity.Day { // half of all events happen on a border
		if n(2) == 0 {
			return borders[n(len(borders))]
		}
		return some()
	}

	codes := []string{"A1", "A2", "H1", "H2", "H3", "H4"}
	f.Units = append(f.Units, integrity.Unit{Code: "W", Leader: "王", Order: 1})
	for i, code := range codes {
		u := integrity.Unit{Code: code, Parent: "W", Order: int32(20 - i), Leader: fmt.Sprintf("甲%d", i%3), OpenedOn: maybe(event(), 3), ClosedOn: maybe(event(), 3)}
		if code[0] == 'H' {
			u.Type = obligation.TypeSubordinate
		}
		f.Units = append(f.Units, u)
		for k := range n(3) {
			u.Leader, u.LeaderFrom = fmt.Sprintf("乙%d", (i+k)%4), event()
			f.Units = append(f.Units, u)
		}
	}

	// One list a unit and year, sometimes in two versions.
	lists := map[string][]integrity.Day{}
	for _, code := range codes {
		for y := 2024; y <= 2027; y++ {
			for range n(3) {
				on := integrity.Date(y, 1, 1) + integrity.Day(n(365))
				f.Lists = append(f.Lists, obligation.List{Unit: code, Year: y, On: on, EnteredOn: maybe(on+integrity.Day(n(40)), 2)})
				lists[code] = append(lists[code], on)
			}
		}
		slices.Sort(lists[code])
		lists[code] = slices.Compact(lists[code])
	}
	grades := integrity.Grades()
	for p := range 40 {
		point := obligation.Point{ID: fmt.Sprintf("P%02d", p)}
		code := codes[n(len(codes))]
		var last integrity.Day
		usedYear := map[int]string{}
		for range 1 + n(5) {
			var dates []integrity.Day // of the lists that may take it up next
			for _, d := range lists[code] {
				if d >= last && (usedYear[d.Year()] == "" || usedYear[d.Year()] == code) {
					dates = append(dates, d)
				}
			}
			if len(dates) == 0 {
				break
			}
			from := dates[0]
			if n(4) == 0 {
				from = dates[n(len(dates))] // skips a list: a gap
			}
			s := obligation.Span{From: from, Unit: code, No: 1 + n(12), Year: from.Year(), Grade: grades[n(3)]}
			for _, d := range lists[code] {
				if d > from {
					s.To = d
					break
				}
			}
			if n(6) == 0 {
				s.To = from + 1 + integrity.Day(n(200)) // removed on some other day
			}
			usedYear[s.Year] = code
			point.Spans = append(point.Spans, s)
			if s.To == 0 {
				break
			}
			last = s.To
			if n(5) == 0 {
				code = codes[n(len(codes))] // moved
			}
		}
		if len(point.Spans) > 0 {
			f.Points = append(f.Points, point)
		}
	}
	for range 160 {
		c := obligation.Check{Unit: codes[n(len(codes))], On: event(), LeaderTookPart: n(2) == 0}
		c.EnteredOn = maybe(c.On+integrity.Day(n(30)), 2)
		for range 1 + n(3) {
			c.RiskIDs = append(c.RiskIDs, fmt.Sprintf("P%02d", n(45)))
		}
		c.RiskIDs = slices.Compact(c.RiskIDs)
		f.Checks = append(f.Checks, c)
	}
	items := []string{
		integrity.ItemSelfCheck, integrity.ItemUnitReview, integrity.ItemLeaderReview, integrity.ItemPublicHelp, integrity.ItemExpertHelp,
		integrity.ItemCommitteeApproval, integrity.ItemCommitteeApproval, integrity.ItemFiling, integrity.ItemFiling, integrity.ItemExemption, integrity.ItemReview,
	}
	for range 90 {
		e := integrity.LedgerEntry{Unit: codes[n(len(codes))], Item: items[n(len(items))], On: event()}
		e.Year = e.On.Year()
		if n(8) == 0 {
			e.Year--
		}
		common := e.Item != integrity.ItemExemption && e.Item != integrity.ItemReview
		switch {
		case common && n(6) == 0:
			e.Unit = integrity.AllUnits
		case (e.Item == integrity.ItemFiling || e.Item == integrity.ItemExemption) && n(4) != 0:
			e.No = fmt.Sprintf("%d、%d", 1+n(12), 1+n(12))
		}
		if n(4) != 0 {
			e.Persons, e.Reason = []string{"王"}, "搬迁"
		}
		f.Ledger = append(f.Ledger, e)
	}
	for i := range 20 {
		on := event()
		s := obligation.Signal{Number: fmt.Sprintf("S%02d", i), Unit: codes[n(len(codes))], On: on, DoneOn: maybe(on+integrity.Day(n(120)), 2), Closed: n(9) == 0}
		finding, petition := s, s
		finding.DueOn = maybe(on+integrity.Day(n(60)), 2)
		petition.AcceptedOn = maybe(on+integrity.Day(n(20)), 2)
		petition.ExtendedTo = maybe(on+integrity.Day(50+n(60)), 3)
		petition.Nature = []string{obligation.NatureAppeal, obligation.NatureAppeal, "检举控告"}[n(3)]
		f.Findings, f.Complaints, f.Petitions = append(f.Findings, finding), append(f.Complaints, s), append(f.Petitions, petition)
	}
	return f
}
