package obligation

import (
	"cmp"
	"slices"
	"strings"

	"qingfeng/internal/integrity"
)

// Tally counts the two_checks items of a leader or a unit. Exempt items are in Exempt
// and nowhere else; OnTime + Late + Undone + Behind + Open = Points.
type Tally struct {
	Points   int `json:"points"`   // points that owe checks in the year
	OnTime   int `json:"on_time"`  // 按期完成
	Late     int `json:"late"`     // 已补齐: done, but after a checkpoint
	Undone   int `json:"undone"`   // 逾期 by the notice
	Behind   int `json:"behind"`   // 进度滞后 by the half-year checkpoint
	Open     int `json:"open"`     // nothing missed so far
	Exempt   int `json:"exempt"`   // 已豁免
	Required int `json:"required"` // checks required of all points
	Done     int `json:"done"`     // of these; more than required of one point counts once
	Removed  int `json:"removed"`  // 移出时未完成
}

func (t *Tally) add(it *Item) {
	if it.Status == integrity.StatusExempt {
		t.Exempt++
		return
	}
	t.Points++
	t.Required += it.Required
	t.Done += min(it.Done, it.Required)
	if it.Removed {
		t.Removed++
	}
	switch it.Status {
	case integrity.StatusMet:
		t.OnTime++
	case integrity.StatusMetLate:
		t.Late++
	case integrity.StatusOverdue:
		if it.Basis == integrity.BasisNotice {
			t.Undone++
		} else {
			t.Behind++
		}
	default:
		t.Open++
	}
}

// Met returns how many points reached the required number, in time or not (年度达标).
func (t Tally) Met() int { return t.OnTime + t.Late }

// MethodCount is how many checks used a method.
type MethodCount struct {
	Method integrity.Method `json:"method"`
	Checks int              `json:"checks"`
}

// methodCounts counts methods by their position in integrity.Methods.
type methodCounts [8]int

func (m *methodCounts) add(set MethodSet) {
	for i := range m {
		if set.has(i) {
			m[i]++
		}
	}
}

func (m *methodCounts) list() []MethodCount {
	var out []MethodCount
	for i, method := range integrity.Methods() {
		out = append(out, MethodCount{method, m[i]})
	}
	return out
}

// LeaderRow is the board of one leader in charge (一岗双责) in a year as of a day.
type LeaderRow struct {
	Leader string   `json:"leader"`
	Former bool     `json:"former"` // in charge in earlier years only: theirs is what fell due then and is still to be done
	Units  []string `json:"units"`  // names of the units in charge of on the day, official order

	// Dates is the number of distinct days on which the leader took part in a check of a
	// point in charge; Required is two, or as many as half-years in which the leader had
	// charge on enough days; 0 for one whose points owe no checks.
	Dates    int `json:"dates"`
	Required int `json:"required"`

	InForce int   `json:"in_force"` // points in force on the day in the leader's units
	Covered int   `json:"covered"`  // of Tally.Points: checked with the leader taking part
	Tally   Tally `json:"tally"`    // items of the points, whoever checked them

	Q1Units int `json:"q1_units"` // units that owe the first-quarter review
	Q1Met   int `json:"q1_met"`   // of these: by 31 March
	Q1Late  int `json:"q1_late"`  // of these: done later

	Methods  []MethodCount `json:"methods"`  // of the checks of the year in the leader's units
	Findings int           `json:"findings"` // of the year in the leader's units

	Deployed int `json:"deployed"` // 部署: entries of the year in the ledger
	Studied  int `json:"studied"`  // 研究
	Checked  int `json:"checked"`  // 检查: the same as Dates

	LastDate integrity.Day `json:"last_date"` // the last of Dates

	Owing
	Unmet int `json:"unmet"` // 逾期 of the years before, not in Owing

	// OwnUnmet are the years before, the latest first, in which the leader took part on fewer
	// dates than required, whoever met the points. It is in no other number.
	OwnUnmet []OwnYear `json:"own_unmet"`

	// Own is what the leader's own part lacks: of the year, where one is required, then of those
	// in OwnUnmet.
	Own []Item `json:"-"`

	Next string `json:"next"` // filled by Explain
}

// Owing is what a unit or a leader owes in the year, of all rules that units owe.
type Owing struct {
	Overdue int `json:"overdue"` // 逾期: basis notice, two_checks and q1_review
	Behind  int `json:"behind"`  // 进度滞后: basis system
	// PressingItems counts what is late or near: Overdue, Behind, and what is due_soon.
	PressingItems int `json:"pressing_items"`

	Pressing *Item `json:"-"` // what is to be done first, of earlier years too; nil = nothing
}

// count takes an item of the year into the numbers.
func (o *Owing) count(b *Book, it *Item, year int) {
	if it.Presses() {
		o.PressingItems++
	}
	switch {
	case it.Status != integrity.StatusOverdue:
	case it.Basis == integrity.BasisNotice:
		o.Overdue++
	default:
		o.Behind++
	}
	b.press(&o.Pressing, it, year)
}

// UnitRow is the board of one unit in a year as of a day. A closed unit has its row,
// because what it owed stays visible, but Closed is true and it belongs in no total.
type UnitRow struct {
	Unit     string `json:"unit"`
	UnitName string `json:"unit_name"`
	Leader   string `json:"leader"` // on the day
	Closed   bool   `json:"closed"`

	InForce   int   `json:"in_force"`  // points in force on the day
	Important int   `json:"important"` // of these
	Tally     Tally `json:"tally"`

	Q1     integrity.Status `json:"q1"` // empty where no review is owed
	Q1Late bool             `json:"q1_late"`

	Checks      int           `json:"checks"`       // visits of the year
	LateEntries int           `json:"late_entries"` // of these: 补录
	Methods     []MethodCount `json:"methods"`
	Findings    int           `json:"findings"` // of the year
	Fixed       int           `json:"fixed"`    // of these: put right by the day

	Owing
	Unmet int `json:"unmet"` // 逾期 of the years before, not in Owing

	Next string `json:"next"` // filled by Explain
}

// unitItems returns the items, other than those of RuleTwoChecks, that enter the figures
// of units and leaders.
func (b *Book) unitItems(year int, asOf integrity.Day) []Item {
	into := sink{filter: Filter{Owner: integrity.OwnerUnit}}
	b.q1Review(year, asOf, &into)
	b.rectification(year, asOf, &into)
	b.handling(year, asOf, &into)
	b.stage(year, asOf, &into)
	return into.all()
}

// leaders numbers everybody who was in charge of a unit on a day of the year up to asOf,
// in official order: by the first of their units.
type leaders struct {
	rows []LeaderRow
	at   map[string]int
}

func (b *Book) leadersOf(f *frame) leaders {
	ls := leaders{at: map[string]int{}}
	tenures := map[string][]stay{}
	for u := range b.units {
		unit := &b.units[u]
		terms := unit.leaders
		for i, t := range terms {
			if t.name == "" || t.from > f.asOf {
				continue
			}
			from, to := max(t.from, unit.opened), integrity.Forever
			if i+1 < len(terms) && terms[i+1].from <= f.asOf {
				to = terms[i+1].from
			}
			if b.closedBy(int32(u), f.asOf) {
				to = min(to, unit.closed)
			}
			if from >= to || to <= f.first || from > f.end {
				continue
			}
			at, ok := ls.at[t.name]
			if !ok {
				at = len(ls.rows)
				ls.at[t.name] = at
				ls.rows = append(ls.rows, LeaderRow{Leader: t.name})
			}
			if from <= f.asOf && f.asOf < to {
				ls.rows[at].Units = append(ls.rows[at].Units, unit.name)
			}
			tenures[t.name] = append(tenures[t.name], stay{from: from, to: to})
		}
	}
	for name, stays := range tenures {
		slices.SortFunc(stays, func(x, y stay) int { return cmp.Compare(x.from, y.from) })
		ls.rows[ls.at[name]].Required = len(f.checkpoints(nil, stays))
	}
	return ls
}

// row returns the row of a leader, or nil.
func (ls *leaders) row(name string) *LeaderRow {
	if i, ok := ls.at[name]; ok {
		return &ls.rows[i]
	}
	return nil
}

// tookPart returns, for each check of the year, the position of the leader in charge of
// its unit on that day if that leader took part, else -1.
func (b *Book) tookPart(f *frame, ls *leaders) []int32 {
	out := make([]int32, len(b.facts.Checks))
	for i := range b.facts.Checks {
		out[i] = -1
		c := &b.facts.Checks[i]
		if c.On < f.first || c.On > f.end || !c.LeaderTookPart && c.Leader == "" {
			continue
		}
		u, ok := b.unitAt[c.Unit]
		if !ok {
			continue
		}
		name := b.leaderOn(u, c.On)
		if at, ok := ls.at[name]; ok && (c.LeaderTookPart || c.Leader == name) {
			out[i] = int32(at)
		}
	}
	return out
}

// LeaderDuty returns the board of the leaders in charge in a year as of a day, in
// official order. It holds both measures of the duty (notice, four, 1): the points,
// whoever checked them (Tally), and the leader's own part (Dates, Covered). A leader took
// part in a check of a unit in charge if the check says so or names the leader as the
// one who led it. Items belong to the leader in charge on their due day. What a closed
// unit left undone is in Overdue and Behind, but in no ratio. Whoever led only in earlier
// years and left something undone in them, of points or of the leader's own part, has a row
// after the others (Former).
func (b *Book) LeaderDuty(year int, asOf integrity.Day) []LeaderRow {
	f := b.frame(year, asOf)
	if asOf < f.first {
		return nil
	}
	ls := b.leadersOf(&f)
	tookPart := b.tookPart(&f, &ls)
	owes := b.leaderPoints(&f, &ls, tookPart)

	dates := b.ownDates(&f, tookPart, len(ls.rows))
	methods := make([]methodCounts, len(ls.rows))
	for i := range b.facts.Checks {
		c := &b.facts.Checks[i]
		if c.On < f.first || c.On > f.end {
			continue
		}
		if u, ok := b.unitAt[c.Unit]; ok {
			if at, ok := ls.at[b.leaderOn(u, c.On)]; ok {
				methods[at].add(c.Methods)
			}
		}
	}
	for _, s := range b.facts.Findings {
		if u, ok := b.unitAt[s.Unit]; ok && s.On >= f.first && s.On <= f.end {
			if row := ls.row(b.leaderOn(u, s.On)); row != nil {
				row.Findings++
			}
		}
	}
	b.duties(&f, &ls)
	left := map[string]leftovers{}
	items := b.unitItems(year, asOf)
	for i := range items {
		it := &items[i]
		row := ls.row(it.Leader)
		if row == nil && it.Leader != "" && it.Presses() { // fell due under one who is in charge no more
			l := left[it.Leader]
			l.owing.count(b, it, year)
			left[it.Leader] = l
		}
		if row == nil {
			continue
		}
		row.count(b, it, year)
		if it.Rule == integrity.RuleQ1Review && it.Status != integrity.StatusExempt && !it.UnitClosed {
			row.Q1Units++
			switch it.Status {
			case integrity.StatusMet:
				row.Q1Met++
			case integrity.StatusMetLate:
				row.Q1Late++
			}
		}
	}
	unmet := b.Unmet(year, asOf, Filter{Basis: integrity.BasisNotice})
	for i := range unmet {
		l := left[unmet[i].Leader]
		l.items++
		b.press(&l.owing.Pressing, &unmet[i], year)
		left[unmet[i].Leader] = l
	}
	for leader, own := range b.ownUnmet(year, asOf) {
		l := left[leader]
		l.own = own
		left[leader] = l
	}
	for i := range ls.rows {
		row := &ls.rows[i]
		if days := dates[i]; len(days) > 0 {
			row.Dates, row.LastDate = len(days), days[len(days)-1]
		}
		row.Checked = row.Dates
		row.Methods = methods[i].list()
		if !owes[i] {
			row.Required = 0
		}
		if row.Dates < row.Required {
			row.Own = append(row.Own, b.ownPart(row.Leader, OwnYear{Year: year, Dates: row.Dates, Required: row.Required}, asOf))
		}
		b.leave(row, left[row.Leader], year, asOf)
		delete(left, row.Leader)
	}
	return append(ls.rows, b.formerLeaders(left, year, asOf)...)
}

// leftovers are what earlier years left undone under a leader.
type leftovers struct {
	items int   // of the rules that belong to a year, by the notice
	owing Owing // of one who is in charge no more: what else is late; of all, what is to be done first
	own   []OwnYear
}

// leave enters what earlier years left undone into a row, and what is to be done first of all.
func (b *Book) leave(row *LeaderRow, l leftovers, year int, asOf integrity.Day) {
	row.Unmet, row.OwnUnmet = l.items, l.own
	for _, own := range l.own {
		row.Own = append(row.Own, b.ownPart(row.Leader, own, asOf))
	}
	if l.owing.Pressing != nil {
		b.press(&row.Pressing, l.owing.Pressing, year)
	}
	for i := range row.Own {
		b.press(&row.Pressing, &row.Own[i], year)
	}
}

// formerLeaders are the rows of those in charge no longer, named with how much they left undone.
func (b *Book) formerLeaders(left map[string]leftovers, year int, asOf integrity.Day) []LeaderRow {
	var out []LeaderRow
	var none methodCounts
	for u := range b.units {
		for _, t := range b.units[u].leaders {
			if l, ok := left[t.name]; ok && t.name != "" {
				row := LeaderRow{Leader: t.name, Former: true, Owing: l.owing, Methods: none.list()}
				b.leave(&row, l, year, asOf)
				out = append(out, row)
				delete(left, t.name)
			}
		}
	}
	return out
}

// covers reports whether a check covers a known point.
func (b *Book) covers(c *Check) bool {
	for _, id := range c.RiskIDs {
		if b.pointAt.find(id) >= 0 {
			return true
		}
	}
	return false
}

// leaderPoints fills in what the rows say about points. It returns which leaders have a point
// that owes checks: on its due day, or on the day, where only a term before theirs was missed.
func (b *Book) leaderPoints(f *frame, ls *leaders, tookPart []int32) (owes []bool) {
	owes = make([]bool, len(ls.rows))
	f.exempt = b.exemptPoints(f.year, f.asOf)
	var buf [8]stay
	for p := range b.facts.Points {
		stays := b.stays(buf[:0], p, f.asOf)
		holder, held := 0, false
		if now := b.current(stays, f.asOf); now != nil {
			if holder, held = ls.at[b.leaderOn(now.unit, f.asOf)]; held {
				ls.rows[holder].InForce++
			}
		}
		var it Item
		if !b.checksOf(f, p, buf[:0], &it) {
			continue
		}
		if held && it.Status != integrity.StatusExempt {
			owes[holder] = true
		}
		at, ok := ls.at[it.Leader]
		if !ok {
			continue
		}
		row := &ls.rows[at]
		row.count(b, &it, f.year)
		if it.UnitClosed {
			continue
		}
		row.Tally.add(&it)
		if it.Status == integrity.StatusExempt {
			continue
		}
		owes[at] = true
		for _, e := range b.events[b.eventAt[p]:b.eventAt[p+1]] {
			if tookPart[e.check()] == int32(at) {
				row.Covered++
				break
			}
		}
	}
	return owes
}

// duties counts 部署 and 研究 of the year: for the leaders named in the entry, or, where
// it names nobody, for the leader in charge of its unit on that day.
func (b *Book) duties(f *frame, ls *leaders) {
	for i := range b.facts.Ledger {
		e := &b.facts.Ledger[i]
		if e.Item != integrity.ItemDeploy && e.Item != integrity.ItemStudy || e.Year != f.year || e.On > f.asOf {
			continue
		}
		names := e.Persons
		if !signed(e) {
			names = nil
			if u, ok := b.unitAt[e.Unit]; ok {
				names = []string{b.leaderOn(u, e.On)}
			}
		}
		for _, name := range names {
			row := ls.row(strings.TrimSpace(name))
			switch {
			case row == nil:
			case e.Item == integrity.ItemDeploy:
				row.Deployed++
			default:
				row.Studied++
			}
		}
	}
}

// UnitBoard returns the board of the units in a year as of a day, in official order;
// units not yet opened are left out.
func (b *Book) UnitBoard(year int, asOf integrity.Day) []UnitRow {
	f := b.frame(year, asOf)
	if asOf < f.first {
		return nil
	}
	f.exempt = b.exemptPoints(year, asOf)
	rows := make([]UnitRow, len(b.units))
	methods := make([]methodCounts, len(b.units))
	for u := range b.units {
		rows[u] = UnitRow{
			Unit: b.units[u].code, UnitName: b.units[u].name,
			Leader: b.leaderOn(int32(u), asOf), Closed: b.closedBy(int32(u), asOf),
		}
	}
	var buf [8]stay
	for p := range b.facts.Points {
		stays := b.stays(buf[:0], p, asOf)
		if now := b.current(stays, asOf); now != nil {
			rows[now.unit].InForce++
			if now.important {
				rows[now.unit].Important++
			}
		}
		var it Item
		if b.checksOf(&f, p, buf[:0], &it) {
			row := &rows[b.unitAt[it.Unit]]
			row.Tally.add(&it)
			row.count(b, &it, year)
		}
	}
	for i := range b.facts.Checks {
		c := &b.facts.Checks[i]
		if c.On < f.first || c.On > f.end {
			continue
		}
		if u, ok := b.unitAt[c.Unit]; ok {
			rows[u].Checks++
			methods[u].add(c.Methods)
			if b.lateEntry(c.On, c.EnteredOn) {
				rows[u].LateEntries++
			}
		}
	}
	for _, s := range b.facts.Findings {
		if u, ok := b.unitAt[s.Unit]; ok && s.On >= f.first && s.On <= f.end {
			rows[u].Findings++
			if s.DoneOn != integrity.NoDay && s.DoneOn <= asOf {
				rows[u].Fixed++
			}
		}
	}
	items := b.unitItems(year, asOf)
	for i := range items {
		it := &items[i]
		u, ok := b.unitAt[it.Unit]
		if !ok {
			continue
		}
		rows[u].count(b, it, year)
		if it.Rule == integrity.RuleQ1Review {
			rows[u].Q1, rows[u].Q1Late = it.Status, it.Late
		}
	}
	unmet := b.Unmet(year, asOf, Filter{Basis: integrity.BasisNotice})
	for i := range unmet {
		row := &rows[b.unitAt[unmet[i].Unit]]
		row.Unmet++
		b.press(&row.Pressing, &unmet[i], year)
	}
	out := rows[:0]
	for u := range rows {
		if b.units[u].opened > asOf {
			continue
		}
		rows[u].Methods = methods[u].list()
		out = append(out, rows[u])
	}
	return out
}
