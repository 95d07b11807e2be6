package metrics

import (
	"context"
	"fmt"
	"slices"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// CheckUp is the answer of the check-up of lists (清单体检).
type CheckUp struct {
	AsOf   integrity.Day `json:"as_of"`
	Year   int           `json:"year"`   // 0 = the lists in force
	Lists  int           `json:"lists"`  // lists looked at
	Points int           `json:"points"` // points looked at
	Checks []CheckCount  `json:"checks"` // every check, those without remarks included
	Items  []CheckItem   `json:"items"`
	Total  int           `json:"total"`
}

// CheckCount is one named check and how many remarks it made.
type CheckCount struct {
	Code   string          `json:"code"`
	Name   obligation.Text `json:"name"`
	Advice obligation.Text `json:"advice"`
	Clause string          `json:"clause"`
	Count  int             `json:"count"`
}

// CheckItem is one remark. RiskID is empty and RiskNo 0 where it concerns a list as a
// whole.
type CheckItem struct {
	Check    string          `json:"check"`
	Name     obligation.Text `json:"name"`
	Unit     string          `json:"unit"`
	UnitName string          `json:"unit_name"`
	Year     int             `json:"year"`
	RiskID   string          `json:"risk_id"`
	RiskNo   int             `json:"risk_no"`
	Column   string          `json:"column"` // the column concerned; empty = the list
	Text     string          `json:"text"`   // what stands there
	Why      obligation.Text `json:"why"`    // empty where the name says it all
	Advice   obligation.Text `json:"advice"` // what to do
}

// clipped is how many letters of a text a remark quotes.
const clipped = 120

// CheckUp runs the named checks over the lists of the scope's year as they stand as of the
// day, or without a year over the points in force and their lists (requirements, section
// 6, list check-up). Near copies are looked for among the lists of all units; a unit
// learns that a text resembles another's, not whose.
func (m *Metrics) CheckUp(ctx context.Context, who integrity.Principal, s Scope) (CheckUp, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return CheckUp{}, err
	}
	key := fmt.Sprintf("check-up/%s/%d/%t", f.scope.AsOf, s.Year, who.Role == integrity.RoleUnit)
	whole, err := cached(ctx, m.cache, f.snap, key, func(ctx context.Context) (wholeCheckUp, error) { return f.checkUp(ctx) })
	if err != nil {
		return CheckUp{}, fmt.Errorf("check-up of the lists as of %s: %w", f.scope.AsOf, err)
	}
	out := CheckUp{AsOf: f.scope.AsOf, Year: s.Year, Items: []CheckItem{}}
	for _, l := range whole.lists {
		if f.sees(l.unit) {
			out.Lists++
			out.Points += l.points
		}
	}
	count := map[string]int{}
	for _, it := range whole.items {
		if f.sees(it.Unit) && (s.Risk == "" || s.Risk == it.RiskID) {
			count[it.Check]++
			out.Items = append(out.Items, it)
		}
	}
	for _, c := range checks {
		out.Checks = append(out.Checks, CheckCount{Code: c.code, Name: c.name, Advice: c.advice, Clause: c.clause, Count: count[c.code]})
	}
	out.Total = len(out.Items)
	if s.Limit > 0 && len(out.Items) > s.Limit {
		out.Items = out.Items[:s.Limit]
	}
	return out, nil
}

// wholeCheckUp is the check-up of all units.
type wholeCheckUp struct {
	lists []listSize
	items []CheckItem
}

type listSize struct {
	unit   string
	points int
}

func (f *frame) checkUp(ctx context.Context) (wholeCheckUp, error) {
	lists, err := f.listsUnder(ctx)
	if err != nil {
		return wholeCheckUp{}, err
	}
	findCopies(lists)
	return examine(lists, f.who.Role == integrity.RoleUnit), nil
}

// examine runs all checks: list by list, and within a list check by check.
func examine(lists []*listUnder, plain bool) wholeCheckUp {
	var out wholeCheckUp
	for _, l := range lists {
		out.lists = append(out.lists, listSize{l.Unit, len(l.points)})
		for _, c := range checks {
			for _, r := range c.run(l) {
				it := CheckItem{Check: c.code, Name: c.name, Unit: l.Unit, UnitName: l.unit.Name, Year: int(l.Year), Column: c.column,
					Text: clip(r.text, clipped), Why: r.why, Advice: c.advice}
				if plain && r.plain != (obligation.Text{}) {
					it.Why = r.plain
				}
				if r.point != nil {
					it.RiskID, it.RiskNo = integrity.FormatID(r.point.ID), int(r.point.No)
				}
				out.items = append(out.items, it)
			}
		}
	}
	return out
}

// listsUnder gathers the lists to look at, in official order of their units, with the
// lists of the year before and what the ledger says of each.
func (f *frame) listsUnder(ctx context.Context) ([]*listUnder, error) {
	versions, err := f.versions(ctx)
	if err != nil {
		return nil, err
	}
	stand := standing(versions)
	byID := map[uint64]*listUnder{}
	add := func(v listVersion) {
		l := &listUnder{listVersion: v, leader: f.units.leaderOn(v.Unit, f.scope.AsOf), asOf: f.scope.AsOf, unit: integrity.Unit{Code: v.Unit, Name: v.Unit}}
		if i, ok := f.units.byCode[v.Unit]; ok {
			l.unit = f.units.current[i]
		}
		byID[v.ID] = l
	}
	// A version that another has followed is still in force until that one is approved.
	inForce := f.scope.Year == 0
	var ids []uint64
	for _, v := range versions {
		switch {
		case inForce:
			add(v)
		case int(v.Year) == f.scope.Year && stand[listKey{v.Unit, int(v.Year)}].ID == v.ID:
			add(v)
			ids = append(ids, v.ID)
		}
	}
	points, err := f.pointsOf(ctx, inForce, ids...)
	if err != nil {
		return nil, err
	}
	for i := range points {
		if l := byID[points[i].ListID]; l != nil {
			l.points = append(l.points, &points[i])
		}
	}
	var lists []*listUnder
	var before []uint64
	for _, l := range byID {
		if len(l.points) == 0 {
			continue // none of its points is in force
		}
		lists = append(lists, l)
		if v, ok := stand[listKey{l.Unit, int(l.Year) - 1}]; ok {
			l.hasLast = true
			before = append(before, v.ID)
		}
	}
	order := map[string]int{}
	for i, u := range f.units.current {
		order[u.Code] = i
	}
	slices.SortFunc(lists, func(a, b *listUnder) int {
		if d := order[a.Unit] - order[b.Unit]; d != 0 {
			return d
		}
		return int(a.Year) - int(b.Year)
	})
	slices.Sort(before)
	if err := f.lastYears(ctx, lists, before); err != nil {
		return nil, err
	}
	return lists, f.recorded(ctx, lists)
}

func (f *frame) lastYears(ctx context.Context, lists []*listUnder, before []uint64) error {
	if len(before) == 0 {
		return nil
	}
	old, err := f.pointsOf(ctx, false, before...)
	if err != nil {
		return err
	}
	byList := map[listKey][]*listPoint{}
	for i := range old {
		k := listKey{old[i].Unit, int(old[i].Year)}
		byList[k] = append(byList[k], &old[i])
	}
	for _, l := range lists {
		if l.hasLast {
			l.last = byList[listKey{l.Unit, int(l.Year) - 1}]
		}
	}
	return nil
}

// recorded adds what the ledger says of each list up to the day.
func (f *frame) recorded(ctx context.Context, lists []*listUnder) error {
	ledger, err := f.ledger(ctx)
	if err != nil {
		return err
	}
	byList := map[listKey][]ledgerAnswer{}
	for _, e := range ledger { // by day within a unit and year
		if e.On <= f.scope.AsOf {
			k := listKey{e.Unit, int(e.Year)}
			byList[k] = append(byList[k], e)
		}
	}
	for _, l := range lists {
		l.entries = slices.Concat(byList[listKey{l.Unit, int(l.Year)}], byList[listKey{integrity.AllUnits, int(l.Year)}])
		for _, e := range l.entries {
			if e.Item == integrity.ItemCommitteeApproval && e.On >= l.ListedOn && (l.approvedOn == integrity.NoDay || e.On < l.approvedOn) {
				l.approvedOn = e.On
			}
		}
	}
	return nil
}

// findCopies looks for near copies among the descriptions of all lists.
func findCopies(lists []*listUnder) {
	var texts, units []string
	var points []*listPoint
	var owners []*listUnder
	for _, l := range lists {
		l.copies = map[*listPoint]copied{}
		for _, p := range l.points {
			texts, units = append(texts, p.Description), append(units, p.Unit)
			points, owners = append(points, p), append(owners, l)
		}
	}
	for i, a := range nearCopies(texts, units, similarText) {
		owners[i].copies[points[i]] = copied{point: points[a.other], unit: owners[a.other].unit.Name, score: a.score, units: a.units}
	}
}
