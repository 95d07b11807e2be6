package metrics

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// FilingList is 重要风险点备案: the important points of the lists that stand, with what was
// approved and filed of them (notice, three, (五)).
type FilingList struct {
	AsOf   integrity.Day `json:"as_of"`
	Clause string        `json:"clause"`
	Filed  int           `json:"filed"` // of Owed
	Owed   int           `json:"owed"`  // important points in force whose latest round is approved
	Late   int           `json:"late"`  // of Owed: not filed and past the limit of this system
	Items  []FilingPoint `json:"items"`
	Total  int           `json:"total"`
}

// FilingPoint is one important point.
type FilingPoint struct {
	Unit        string             `json:"unit"`
	UnitName    string             `json:"unit_name"`
	Year        int                `json:"year"` // of the list that the text is from
	ListedOn    integrity.Day      `json:"listed_on"`
	RiskID      string             `json:"risk_id"`
	No          int                `json:"no"`
	Description string             `json:"description"`
	Measures    []string           `json:"measures"`
	Path        []string           `json:"path"`
	Head        string             `json:"head"`
	Persons     []string           `json:"persons"`
	Layer       integrity.Layer    `json:"layer"`
	Category    integrity.Category `json:"category"`
	GradeReason string             `json:"grade_reason"`
	Round       int                `json:"round"` // year of the latest approved round; 0 = not approved yet
	ApprovedOn  integrity.Day      `json:"approved_on"`
	Due         integrity.Day      `json:"due"`      // NoDay where nothing is owed
	FiledOn     integrity.Day      `json:"filed_on"` // in that round
	Document    string             `json:"document"` // 文号 of the filing
}

// approvedOn is the day on which the committee first approved a list of a unit and year from a
// day on, up to asOf; NoDay where it has not.
func approvedOn(ledger []ledgerAnswer, unit string, year int, from, asOf integrity.Day) integrity.Day {
	if e := approval(ledger, unit, year, from, asOf); e != nil {
		return e.On
	}
	return integrity.NoDay
}

// approval is the entry of that approval, nil where there is none.
func approval(ledger []ledgerAnswer, unit string, year int, from, asOf integrity.Day) *ledgerAnswer {
	var first *ledgerAnswer
	for i := range ledger {
		e := &ledger[i]
		if e.Item == integrity.ItemCommitteeApproval && int(e.Year) == year && (e.Unit == unit || e.Unit == integrity.AllUnits) &&
			e.On >= from && e.On <= asOf && (first == nil || e.On < first.On) {
			first = e
		}
	}
	return first
}

// latestLists picks of each unit the list of the latest year.
func latestLists(versions []listVersion) map[string]listVersion {
	out := map[string]listVersion{}
	for _, v := range versions { // by unit, year and version
		out[v.Unit] = v
	}
	return out
}

// pointsByList reads the points of lists at once.
func (f *frame) pointsByList(ctx context.Context, ids []uint64) (map[uint64][]*listPoint, error) {
	out := map[uint64][]*listPoint{}
	if len(ids) == 0 {
		return out, nil
	}
	points, err := f.pointsOf(ctx, false, ids...)
	if err != nil {
		return nil, err
	}
	for i := range points {
		out[points[i].ListID] = append(out[points[i].ListID], &points[i])
	}
	return out, nil
}

// Filing lists the important points of the units in operation, in official order and by
// number, with their filing. What is owed and filed is that of the latest approved round;
// a list that still waits for its approval shows what was filed of the one before.
func (m *Metrics) Filing(ctx context.Context, who integrity.Principal, s Scope) (FilingList, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return FilingList{}, err
	}
	book, err := m.book(ctx, f)
	if err != nil {
		return FilingList{}, fmt.Errorf("filing as of %s: %w", f.scope.AsOf, err)
	}
	key := strings.Join([]string{"filing", string(who.Role), who.Unit, f.scope.key()}, "/")
	return cached(ctx, m.cache, f.snap, key, func(ctx context.Context) (FilingList, error) {
		out, err := f.filing(ctx, book)
		if err != nil {
			return out, fmt.Errorf("filing as of %s: %w", f.scope.AsOf, err)
		}
		return out, nil
	})
}

func (f *frame) filing(ctx context.Context, book *obligation.Book) (FilingList, error) {
	out := FilingList{AsOf: f.scope.AsOf, Clause: obligation.ClauseFiling, Items: []FilingPoint{}}
	versions, err := f.versions(ctx)
	if err != nil {
		return out, err
	}
	ledger, err := f.ledger(ctx)
	if err != nil {
		return out, err
	}
	states := map[string]obligation.FilingState{}
	for _, s := range book.FilingStates(f.scope.AsOf) {
		if f.sees(s.Unit) {
			states[s.RiskID] = s
		}
	}
	latest, standing := latestLists(versions), standing(versions)
	var ids []uint64
	for _, v := range latest {
		ids = append(ids, v.ID)
	}
	for _, s := range states {
		ids = append(ids, standing[listKey{s.Unit, s.Year}].ID)
	}
	slices.Sort(ids)
	points, err := f.pointsByList(ctx, slices.Compact(ids))
	if err != nil {
		return out, err
	}
	for _, u := range f.units.current {
		if !f.sees(u.Code) || !inOperation(u, f.scope.AsOf) {
			continue
		}
		out.Items = append(out.Items, f.filingOf(u, latest[u.Code], standing, points, states, ledger)...)
	}
	for i := range out.Items {
		it := &out.Items[i]
		if it.Round == 0 {
			continue
		}
		out.Owed++
		if it.FiledOn != integrity.NoDay {
			out.Filed++
		} else if it.Due < out.AsOf {
			out.Late++
		}
	}
	out.Total = len(out.Items)
	if f.scope.Limit > 0 && len(out.Items) > f.scope.Limit {
		out.Items = out.Items[:f.scope.Limit]
	}
	return out, nil
}

// filingOf lists the important points of one unit: those of its latest list, then those
// that its latest approved list holds and the new one grades otherwise.
func (f *frame) filingOf(u integrity.Unit, latest listVersion, lists map[listKey]listVersion, points map[uint64][]*listPoint, states map[string]obligation.FilingState, ledger []ledgerAnswer) []FilingPoint {
	var out []FilingPoint
	seen := map[string]bool{}
	add := func(p *listPoint, v listVersion) {
		id := integrity.FormatID(p.ID)
		if seen[id] {
			return
		}
		seen[id] = true
		it := FilingPoint{
			Unit: u.Code, UnitName: u.Name, Year: int(v.Year), ListedOn: v.ListedOn, RiskID: id, No: int(p.No), Description: p.Description,
			Measures: list(p.Measures), Path: list(p.Path), Head: p.Head, Persons: list(p.Persons), Layer: integrity.Layer(p.Layer), Category: integrity.Category(p.Category), GradeReason: p.GradeReason,
		}
		if s, ok := states[id]; ok && s.Unit == u.Code {
			it.Round, it.ApprovedOn, it.Due, it.FiledOn = s.Year, s.ApprovedOn, s.Due, s.FiledOn
			it.Document = filingDocument(ledger, s)
		}
		out = append(out, it)
	}
	for _, p := range points[latest.ID] {
		if integrity.Grade(p.Grade) == integrity.GradeImportant {
			add(p, latest)
		}
	}
	var years []int
	for _, s := range states {
		if s.Unit == u.Code {
			years = append(years, s.Year)
		}
	}
	slices.Sort(years)
	for _, year := range slices.Compact(years) {
		v := lists[listKey{u.Code, year}]
		for _, p := range points[v.ID] {
			if s, ok := states[integrity.FormatID(p.ID)]; ok && s.Unit == u.Code && s.Year == year {
				add(p, v)
			}
		}
	}
	return out
}

// filingDocument is the number of the document by which a point was filed.
func filingDocument(ledger []ledgerAnswer, s obligation.FilingState) string {
	for i := range ledger {
		e := &ledger[i]
		if s.FiledOn != integrity.NoDay && e.Item == integrity.ItemFiling && e.On == s.FiledOn && int(e.Year) == s.Year &&
			(e.Unit == s.Unit || e.Unit == integrity.AllUnits) && obligation.Covers(e.No, s.No) {
			return e.Document
		}
	}
	return ""
}

// FilingChanges is 变更备案: what the lists that stand change in what was filed last.
type FilingChanges struct {
	AsOf     integrity.Day  `json:"as_of"`
	Clause   string         `json:"clause"`
	Units    int            `json:"units"`   // that have filed
	Changes  int            `json:"changes"` // = Total
	Points   int            `json:"points"`  // important points as filed last
	Added    int            `json:"added"`
	Changed  int            `json:"changed"`
	Regraded int            `json:"regraded"`
	Removed  int            `json:"removed"`
	Items    []FilingChange `json:"items"`
	Total    int            `json:"total"`
}

// FilingChange is one point that is to be filed as changed.
type FilingChange struct {
	Unit        string             `json:"unit"`
	UnitName    string             `json:"unit_name"`
	Change      string             `json:"change"` // added, changed, regraded or removed
	RiskID      string             `json:"risk_id"`
	No          int                `json:"no"`      // in the list that stands; 0 where it is removed
	FromNo      int                `json:"from_no"` // in the list that was filed; 0 where it is added
	Description string             `json:"description"`
	Category    integrity.Category `json:"category"`
	Grade       integrity.Grade    `json:"grade"`      // empty where it is removed
	FromGrade   integrity.Grade    `json:"from_grade"` // empty where it is added
	Columns     []ColumnChange     `json:"columns"`
	FiledYear   int                `json:"filed_year"` // of the list that was filed last
	FiledOn     integrity.Day      `json:"filed_on"`
	Document    string             `json:"document"`  // 文号 of that filing
	Year        int                `json:"year"`      // of the list that stands; 0 for a unit that has closed
	ListedOn    integrity.Day      `json:"listed_on"` // of it
	ApprovedOn  integrity.Day      `json:"approved_on"`
}

// FilingChanges lists, for the units that have filed, the important points that the list
// that stands adds, changes, regrades or removes since the last filing. The list of a unit
// that has closed holds nothing any more. A unit that never filed has no changes: its
// points belong into Filing.
func (m *Metrics) FilingChanges(ctx context.Context, who integrity.Principal, s Scope) (FilingChanges, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return FilingChanges{}, err
	}
	key := strings.Join([]string{"filing changes", string(who.Role), who.Unit, f.scope.key()}, "/")
	return cached(ctx, m.cache, f.snap, key, func(ctx context.Context) (FilingChanges, error) {
		out, err := f.filingChanges(ctx)
		if err != nil {
			return out, fmt.Errorf("changes since the last filing as of %s: %w", f.scope.AsOf, err)
		}
		return out, nil
	})
}

// lastFiling is a unit's latest filing and the version of the list that it was about.
type lastFiling struct {
	list     listVersion
	on       integrity.Day
	document string
	numbers  []string // 序号 of all filings of that version; an empty one means all
}

func (l *lastFiling) holds(no uint32) bool {
	return slices.ContainsFunc(l.numbers, func(refs string) bool { return obligation.Covers(refs, int(no)) })
}

// lastFilings returns the latest filing of each unit up to the frame's day. A filing that
// no approval precedes is none.
func (f *frame) lastFilings(versions []listVersion, ledger []ledgerAnswer) map[string]*lastFiling {
	out := map[string]*lastFiling{}
	for i := range ledger {
		e := &ledger[i]
		if e.Item != integrity.ItemFiling || e.On > f.scope.AsOf {
			continue
		}
		filed := map[string]listVersion{}
		for _, v := range versions { // ascending: the version that stood on the day stays
			if int(v.Year) == int(e.Year) && (e.Unit == v.Unit || e.Unit == integrity.AllUnits) && v.ListedOn <= e.On {
				filed[v.Unit] = v
			}
		}
		for unit, v := range filed {
			if approvedOn(ledger, unit, int(v.Year), v.ListedOn, e.On) == integrity.NoDay {
				continue
			}
			last := out[unit]
			switch {
			case last != nil && last.list.ID == v.ID:
				last.numbers = append(last.numbers, e.No)
				if e.On > last.on {
					last.on, last.document = e.On, e.Document
				}
			case last == nil || e.On > last.on:
				out[unit] = &lastFiling{v, e.On, e.Document, []string{e.No}}
			}
		}
	}
	return out
}

func (f *frame) filingChanges(ctx context.Context) (FilingChanges, error) {
	out := FilingChanges{AsOf: f.scope.AsOf, Clause: obligation.ClauseFiling, Items: []FilingChange{}}
	versions, err := f.versions(ctx)
	if err != nil {
		return out, err
	}
	ledger, err := f.ledger(ctx)
	if err != nil {
		return out, err
	}
	filings, latest := f.lastFilings(versions, ledger), latestLists(versions)
	var ids []uint64
	for unit, l := range filings {
		ids = append(ids, l.list.ID, latest[unit].ID)
	}
	slices.Sort(ids)
	points, err := f.pointsByList(ctx, slices.Compact(ids))
	if err != nil {
		return out, err
	}
	for _, u := range f.units.current {
		last := filings[u.Code]
		if last == nil || !f.sees(u.Code) {
			continue
		}
		now := latest[u.Code]
		after := points[now.ID]
		if !inOperation(u, f.scope.AsOf) {
			now, after = listVersion{}, nil
		}
		filed, items := last.changes(points[last.list.ID], after)
		out.Units++
		out.Points += filed
		for _, c := range items {
			out.Items = append(out.Items, FilingChange{
				Unit: u.Code, UnitName: u.Name, Change: c.Change, RiskID: c.RiskID, No: c.No, FromNo: c.FromNo, Description: c.Description,
				Category: c.Category, Grade: c.Grade, FromGrade: c.FromGrade, Columns: c.Columns,
				FiledYear: int(last.list.Year), FiledOn: last.on, Document: last.document,
				Year: int(now.Year), ListedOn: now.ListedOn, ApprovedOn: approvedOn(ledger, u.Code, int(now.Year), now.ListedOn, f.scope.AsOf),
			})
		}
	}
	for i := range out.Items {
		switch out.Items[i].Change {
		case ChangeAdded:
			out.Added++
		case ChangeChanged:
			out.Changed++
		case ChangeRegraded:
			out.Regraded++
		case ChangeRemoved:
			out.Removed++
		}
	}
	out.Total = len(out.Items)
	out.Changes = out.Total
	if f.scope.Limit > 0 && len(out.Items) > f.scope.Limit {
		out.Items = out.Items[:f.scope.Limit]
	}
	return out, nil
}

// changes compares what was filed of a list with the important points of the list that
// stands, and returns how many points were filed. What was important and not filed is owed
// still and no change.
func (l *lastFiling) changes(before, after []*listPoint) (filed int, items []ListChange) {
	important := func(p *listPoint) bool { return integrity.Grade(p.Grade) == integrity.GradeImportant }
	now := map[uint64]*listPoint{}
	for _, p := range after {
		now[p.ID] = p
	}
	var old, young []*listPoint
	taken, owed := map[uint64]bool{}, map[uint64]bool{}
	for _, p := range before {
		switch {
		case important(p) && l.holds(p.No):
			filed++
			old, taken[p.ID] = append(old, p), true
		case important(p):
			owed[p.ID] = true
		case now[p.ID] != nil && important(now[p.ID]):
			old, taken[p.ID] = append(old, p), true // regraded upwards
		}
	}
	for _, p := range after {
		if taken[p.ID] || important(p) && !owed[p.ID] {
			young = append(young, p)
		}
	}
	items, _ = compare(old, young)
	return filed, items
}
