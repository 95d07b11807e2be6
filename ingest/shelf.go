package ingest

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// unitShelf holds all versions of a unit's lists with their points.
type unitShelf struct {
	unit   string
	lists  []*listRow // by year, then version
	points map[uint64][]*riskRow
}

// manyFiles is from how many files on a load opens the shelves of all units with the first
// one that it needs.
const manyFiles = 20

// shelvesAtOnce bounds how many units one query names.
const shelvesAtOnce = 200

// openShelves reads the lists of units that were not looked at before.
func (s *session) openShelves(ctx context.Context, units map[string]bool) error {
	var missing []string
	for u := range units {
		if s.shelves[u] == nil && u != "" {
			missing = append(missing, u)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if s.many {
		all, err := newDirectory(ctx, s)
		if err != nil {
			return err
		}
		s.many = false
		for u := range all.byCode {
			if s.shelves[u] == nil && !units[u] {
				missing = append(missing, u)
			}
		}
	}
	slices.Sort(missing)
	for some := range slices.Chunk(missing, shelvesAtOnce) {
		if err := s.readShelves(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) readShelves(ctx context.Context, units []string) error {
	where, args := in("unit", units)
	lists, err := standing(ctx, s, listEntity, where, args...)
	if err != nil {
		return err
	}
	risks, err := standing(ctx, s, riskEntity, where, args...)
	if err != nil {
		return err
	}
	for _, u := range units {
		s.shelves[u] = &unitShelf{unit: u, points: map[uint64][]*riskRow{}}
	}
	for i := range lists {
		l := &lists[i]
		s.shelves[l.Unit].lists = append(s.shelves[l.Unit].lists, l)
	}
	for i := range risks {
		r := &risks[i]
		shelf := s.shelves[r.Unit]
		shelf.points[r.ListID] = append(shelf.points[r.ListID], r)
	}
	for _, u := range units {
		s.shelves[u].sort()
	}
	return nil
}

func (u *unitShelf) sort() {
	slices.SortFunc(u.lists, func(a, b *listRow) int {
		if a.Year != b.Year {
			return int(a.Year) - int(b.Year)
		}
		return int(a.Version) - int(b.Version)
	})
	for _, rows := range u.points {
		slices.SortFunc(rows, func(a, b *riskRow) int {
			if a.No != b.No {
				return int(a.No) - int(b.No)
			}
			return strings.Compare(number(a.RowID), number(b.RowID))
		})
	}
}

// current returns the version of a year's list that counts, or nil.
func (u *unitShelf) current(year uint16) *listRow {
	var last *listRow
	for _, l := range u.lists {
		if l.Year == year {
			last = l
		}
	}
	return last
}

// listFor returns the points of the list of the day's calendar year, else of the
// nearest list, the later one of two equally near.
func (u *unitShelf) listFor(day integrity.Day) []*riskRow {
	if u == nil {
		return nil
	}
	var best *listRow
	distance := func(l *listRow) int {
		d := int(l.Year) - day.Year()
		if d < 0 {
			return -2*d + 1 // an earlier year is as near as a later one, but yields to it
		}
		return 2 * d
	}
	for _, l := range u.lists {
		if c := u.current(l.Year); c != nil && (best == nil || distance(c) < distance(best)) {
			best = c
		}
	}
	if best == nil {
		return nil
	}
	return u.points[best.ListID]
}

// adopt gives the points of a new list the identities of the points they continue:
// equal texts first, then the most similar ones. It looks at the earlier version of the
// same year, then at the nearest years. Points without a forerunner get an identity of
// their own, the same whenever the same list is loaded.
func (u *unitShelf) adopt(list *listRow, points []*riskRow) (forerunner map[*riskRow]*riskRow) {
	forerunner = map[*riskRow]*riskRow{}
	var sources []*listRow
	for _, l := range u.lists {
		if l.ListID != list.ListID && u.current(l.Year) == l {
			sources = append(sources, l)
		}
	}
	near := func(l *listRow) int {
		d := int(list.Year) - int(l.Year)
		if d < 0 {
			return -2*d + 1
		}
		return 2 * d
	}
	slices.SortStableFunc(sources, func(a, b *listRow) int { return near(a) - near(b) })
	used := map[uint64]bool{}
	match := func(p, old *riskRow) {
		p.RiskID = old.RiskID
		used[old.RiskID] = true
		forerunner[p] = old
	}
	for _, source := range sources {
		byText := map[string][]*riskRow{}
		for _, old := range u.points[source.ListID] {
			byText[likeness.Fold(old.Description)] = append(byText[likeness.Fold(old.Description)], old)
		}
		for _, p := range points {
			if p.RiskID != 0 {
				continue
			}
			for _, old := range byText[likeness.Fold(p.Description)] {
				if !used[old.RiskID] {
					match(p, old)
					break
				}
			}
		}
		u.adoptSimilar(points, u.points[source.ListID], used, match)
	}
	for _, p := range points {
		for k := 0; p.RiskID == 0 || (used[p.RiskID] && forerunner[p] == nil); k++ {
			p.RiskID = identify("risk", u.unit, strconv.Itoa(int(list.Year)), likeness.Fold(p.Description), strconv.Itoa(k))
			if !used[p.RiskID] {
				used[p.RiskID] = true
				break
			}
		}
	}
	return forerunner
}

func (u *unitShelf) adoptSimilar(points, old []*riskRow, used map[uint64]bool, match func(p, old *riskRow)) {
	type pair struct {
		p, old *riskRow
		score  float64
	}
	var candidates []pair
	for _, p := range points {
		if p.RiskID != 0 {
			continue
		}
		for _, o := range old {
			if used[o.RiskID] {
				continue
			}
			if score := likeness.Score(likeness.Fold(p.Description), likeness.Fold(o.Description)); score >= integrity.SamePoint {
				candidates = append(candidates, pair{p, o, score})
			}
		}
	}
	slices.SortStableFunc(candidates, func(a, b pair) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	for _, c := range candidates {
		if c.p.RiskID == 0 && !used[c.old.RiskID] {
			match(c.p, c.old)
		}
	}
}

// rebuild works out again, for the units that a batch touched, what follows from lists,
// ledger and units together: which version replaces which, the days on which each point
// is in force, stage and filing, and which points the checks mean. It writes differences.
func (l *Loader) rebuild(ctx context.Context, s *session) error {
	if s.dry {
		return nil
	}
	if err := l.rebuildTouched(ctx, s); err != nil {
		return err
	}
	return l.settle(ctx, s)
}

func (l *Loader) rebuildTouched(ctx context.Context, s *session) error {
	if len(s.touched) == 0 {
		return nil
	}
	units := s.touched
	if units[integrity.AllUnits] {
		all, err := newDirectory(ctx, s)
		if err != nil {
			return err
		}
		units = map[string]bool{}
		for code := range all.byCode {
			units[code] = true
		}
	}
	codes := make([]string, 0, len(units))
	for u := range units {
		if u != "" {
			codes = append(codes, u)
		}
	}
	slices.Sort(codes)
	for batch := range slices.Chunk(codes, shelvesAtOnce) {
		if err := l.rebuildUnits(ctx, s, batch); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loader) rebuildUnits(ctx context.Context, s *session, codes []string) error {
	if len(codes) == 0 {
		return nil
	}
	set := map[string]bool{}
	for _, c := range codes {
		set[c] = true
		// What is worked out below is written, and no longer what the shelf has read.
		defer delete(s.shelves, c)
	}
	if err := s.openShelves(ctx, set); err != nil {
		return err
	}
	where, args := in("unit", append(slices.Clone(codes), integrity.AllUnits))
	entries, err := history(ctx, s, ledgerEntity, where, args...)
	if err != nil {
		return err
	}
	ledger := live(ledgerEntity, entries)
	where, args = in("code", codes)
	unitRows, err := history(ctx, s, unitEntity, where, args...)
	if err != nil {
		return err
	}
	words, err := pointWords(ctx, s, codes)
	if err != nil {
		return err
	}
	closed := map[string]integrity.Day{}
	for _, u := range live(unitEntity, unitRows) {
		if u.ClosedOn != integrity.NoDay {
			closed[u.Code] = u.ClosedOn
		}
	}
	var oldLists, newLists []listRow
	var oldRisks, newRisks []riskRow
	for _, code := range codes {
		shelf := s.shelves[code]
		for _, list := range shelf.lists {
			oldLists = append(oldLists, *list)
			for _, p := range shelf.points[list.ListID] {
				oldRisks = append(oldRisks, *p)
			}
		}
		end := integrity.Forever
		if c := closed[code]; c != integrity.NoDay {
			end = c
		}
		var of []*ledgerRow
		for _, e := range ledger {
			if e.Unit == code || e.Unit == integrity.AllUnits {
				of = append(of, e)
			}
		}
		shelf.work(of, end)
		shelf.confirm(words)
		for _, list := range shelf.lists {
			newLists = append(newLists, *list)
			for _, p := range shelf.points[list.ListID] {
				newRisks = append(newRisks, *p)
			}
		}
	}
	if _, err := difference(ctx, s, listEntity, standingOf(listEntity, oldLists), newLists, nil); err != nil {
		return err
	}
	if _, err := difference(ctx, s, riskEntity, standingOf(riskEntity, oldRisks), newRisks, nil); err != nil {
		return err
	}
	return l.relink(ctx, s, codes)
}

func standingOf[T any](e entity[T], rows []T) map[uint64]*T {
	out := make(map[uint64]*T, len(rows))
	for i := range rows {
		out[e.key(&rows[i])] = &rows[i]
	}
	return out
}

// relink looks up again which points the checks of the units mean.
func (l *Loader) relink(ctx context.Context, s *session, codes []string) error {
	where, args := in("unit", codes)
	rows, err := history(ctx, s, checkEntity, where, args...)
	if err != nil {
		return err
	}
	standing := live(checkEntity, rows)
	var wanted []checkRow
	for _, c := range standing {
		n := *c
		n.RiskIDs, _ = s.shelves[c.Unit].resolve(c.RiskRef, c.CheckedOn)
		n.Given = 0
		if !slices.Equal(n.RiskIDs, c.RiskIDs) {
			wanted = append(wanted, n)
		}
	}
	slices.SortFunc(wanted, func(a, b checkRow) int { return strings.Compare(number(a.ID), number(b.ID)) })
	if _, err := difference(ctx, s, checkEntity, standing, wanted, nil); err != nil {
		return err
	}
	if err := l.deriveFindings(ctx, s, wanted); err != nil {
		return err
	}
	return l.relinkSignals(ctx, s, codes)
}

// work computes spans, stage and filing of every point of the shelf, in place
// (requirements section 3: when is a point in force).
func (u *unitShelf) work(ledger []*ledgerRow, end integrity.Day) {
	var sequence []*listRow // the lists that took effect, by date
	for i, l := range u.lists {
		l.Replaced = u.current(l.Year) != l
		superseded := slices.ContainsFunc(u.lists[i+1:], func(later *listRow) bool {
			return later.Year == l.Year && later.ListedOn <= l.ListedOn
		})
		l.EffectiveOn = l.ListedOn
		if !superseded {
			sequence = append(sequence, l)
			continue
		}
		for _, p := range u.points[l.ListID] { // replaced before it took effect
			p.InForceFrom, p.InForceTo = l.ListedOn, l.ListedOn
			p.ListedFrom, p.ListedTo = l.ListedOn, l.ListedOn
			p.Stage, p.FiledOn = "", integrity.NoDay
		}
	}
	slices.SortStableFunc(sequence, func(a, b *listRow) int { return int(a.ListedOn) - int(b.ListedOn) })
	for i, l := range sequence {
		until := integrity.Forever
		if i+1 < len(sequence) {
			until = sequence[i+1].ListedOn
		}
		l.EffectiveOn = l.ListedOn
		if day := approval(ledger, l, until); day != integrity.NoDay {
			l.EffectiveOn = day
		}
	}
	for i, l := range sequence {
		stage := stageReached(ledger, l.Year)
		for _, p := range u.points[l.ListID] {
			p.ListedFrom, p.ListedTo = l.ListedOn, integrity.Forever
			p.InForceFrom, p.InForceTo = l.EffectiveOn, end
			if i+1 < len(sequence) {
				next := sequence[i+1]
				p.ListedTo, p.InForceTo = next.ListedOn, next.ListedOn
				if has(u.points[next.ListID], p.RiskID) {
					p.InForceTo = next.EffectiveOn
				}
			}
			p.InForceTo = max(min(p.InForceTo, end), p.InForceFrom)
			p.Stage, p.FiledOn = string(stage), integrity.NoDay
			if p.Grade == string(integrity.GradeImportant) {
				if day := filing(ledger, l, p); day != integrity.NoDay {
					p.FiledOn, p.Stage = day, string(integrity.StageFiled)
				}
			}
		}
	}
}

func has(points []*riskRow, id uint64) bool {
	return slices.ContainsFunc(points, func(p *riskRow) bool { return p.RiskID == id })
}

// approval is the day on which the committee approved a list: the first recorded one
// for its year from its date on and before the next list.
func approval(ledger []*ledgerRow, l *listRow, until integrity.Day) integrity.Day {
	best := integrity.NoDay
	for _, e := range ledger {
		if e.Item == integrity.ItemCommitteeApproval && e.Year == l.Year && e.EntryOn >= l.ListedOn && e.EntryOn < until &&
			(best == integrity.NoDay || e.EntryOn < best) {
			best = e.EntryOn
		}
	}
	return best
}

func stageReached(ledger []*ledgerRow, year uint16) integrity.Stage {
	best, reached := -1, integrity.StageNone
	for _, e := range ledger {
		stage := integrity.StageOfItem(e.Item)
		if e.Year != year || stage == integrity.StageNone || stage == integrity.StageFiled {
			continue
		}
		if i := slices.Index(integrity.Stages(), stage); i > best {
			best, reached = i, stage
		}
	}
	return reached
}

// filing is the day on which an important point of a list was filed: by a letter for
// all of them, or one that names its number.
func filing(ledger []*ledgerRow, l *listRow, p *riskRow) integrity.Day {
	best := integrity.NoDay
	for _, e := range ledger {
		if e.Item != integrity.ItemFiling || e.Year != l.Year || e.EntryOn < l.ListedOn {
			continue
		}
		if e.No != "" && (e.Unit == integrity.AllUnits || !names(e.No, int(p.No))) {
			continue
		}
		if best == integrity.NoDay || e.EntryOn < best {
			best = e.EntryOn
		}
	}
	return best
}

func names(refs string, no int) bool {
	for _, token := range splitList(refs) {
		if from, to, ok := refRange(token); ok && from <= no && no <= to {
			return true
		}
	}
	return likeness.Fold(refs) == "全部"
}
