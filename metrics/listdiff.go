package metrics

import (
	"context"
	"fmt"
	"slices"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// What a later list does to a point. A point whose grade differs is regraded, whatever
// else differs.
const (
	ChangeAdded    = "added"
	ChangeChanged  = "changed"
	ChangeRegraded = "regraded"
	ChangeRemoved  = "removed"
)

// ListDiff is what changed between a unit's lists of two years.
type ListDiff struct {
	Unit      string       `json:"unit"`
	UnitName  string       `json:"unit_name"`
	From      *ListRef     `json:"from"` // nil = the unit has no list of that year
	To        *ListRef     `json:"to"`
	Added     int          `json:"added"`
	Changed   int          `json:"changed"`
	Regraded  int          `json:"regraded"`
	Removed   int          `json:"removed"`
	Unchanged int          `json:"unchanged"`
	NoChange  bool         `json:"no_change"` // both lists stand and nothing differs
	Note      string       `json:"note"`
	Items     []ListChange `json:"items"`
	Total     int          `json:"total"`
}

// ListRef names a version of a list.
type ListRef struct {
	Year     int           `json:"year"`
	Version  int           `json:"version"`
	ListedOn integrity.Day `json:"listed_on"`
	Points   int           `json:"points"`
}

// ListChange is one point that differs.
type ListChange struct {
	Change      string             `json:"change"`
	RiskID      string             `json:"risk_id"`
	No          int                `json:"no"`      // in the later list; 0 where it is removed
	FromNo      int                `json:"from_no"` // in the earlier list; 0 where it is added
	Description string             `json:"description"`
	Category    integrity.Category `json:"category"`
	Grade       integrity.Grade    `json:"grade"`      // in the later list; empty where it is removed
	FromGrade   integrity.Grade    `json:"from_grade"` // in the earlier list; empty where it is added
	Columns     []ColumnChange     `json:"columns"`
}

// ListDiff compares the lists of two years of the scope's unit, as they stand as of the
// day: the later one is that of the scope's To, else of its Year, else of as_of; the
// earlier one that of From, else of the year before. Points are the same by identity, not
// by number. It returns integrity.ErrInvalid where the scope names no unit.
func (m *Metrics) ListDiff(ctx context.Context, who integrity.Principal, s Scope) (ListDiff, error) {
	if s.Unit == "" {
		return ListDiff{}, fmt.Errorf("%w: unit is required", integrity.ErrInvalid)
	}
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return ListDiff{}, err
	}
	unit, _ := f.units.find(s.Unit) // the frame has looked it up
	if !f.sees(unit) {
		return ListDiff{}, fmt.Errorf("unit %q: %w", s.Unit, integrity.ErrNotFound)
	}
	from, to, err := f.diffYears()
	if err != nil {
		return ListDiff{}, err
	}
	diffs, err := m.listDiffs(ctx, f, []string{unit}, from, to)
	if err != nil {
		return ListDiff{}, fmt.Errorf("compare the lists of %d and %d of unit %s: %w", from, to, unit, err)
	}
	return diffs[0], nil
}

// ListDiffs is ListDiff for each of the scope's units that owes a list: those in operation
// as of the day, in official order, without the commission itself.
func (m *Metrics) ListDiffs(ctx context.Context, who integrity.Principal, s Scope) ([]ListDiff, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return nil, err
	}
	from, to, err := f.diffYears()
	if err != nil {
		return nil, err
	}
	var units []string
	for _, u := range f.units.current {
		if f.sees(u.Code) && inOperation(u, f.scope.AsOf) && !f.units.top(u.Code) {
			units = append(units, u.Code)
		}
	}
	diffs, err := m.listDiffs(ctx, f, units, from, to)
	if err != nil {
		return nil, fmt.Errorf("compare the lists of %d and %d: %w", from, to, err)
	}
	return diffs, nil
}

func (f *frame) diffYears() (from, to int, err error) {
	to = f.year()
	if f.scope.To != integrity.NoDay {
		to = f.scope.To.Year()
	}
	from = to - 1
	if f.scope.From != integrity.NoDay {
		from = f.scope.From.Year()
	}
	if from >= to {
		return 0, 0, fmt.Errorf("%w: from %d is not before to %d", integrity.ErrInvalid, from, to)
	}
	return from, to, nil
}

// listDiffs compares the lists of several units, all read with one question.
func (m *Metrics) listDiffs(ctx context.Context, f *frame, units []string, from, to int) ([]ListDiff, error) {
	key := fmt.Sprintf("list diffs/%q/%d/%d/%s/%s", units, from, to, f.scope.AsOf, f.scope.lang())
	return cached(ctx, m.cache, f.snap, key, func(ctx context.Context) ([]ListDiff, error) {
		versions, err := f.versions(ctx)
		if err != nil {
			return nil, err
		}
		lists := standing(versions)
		var ids []uint64
		for _, unit := range units {
			old, hasOld := lists[listKey{unit, from}]
			young, hasYoung := lists[listKey{unit, to}]
			if hasOld && hasYoung {
				ids = append(ids, old.ID, young.ID)
			}
		}
		byList := map[uint64][]*listPoint{}
		if len(ids) > 0 {
			points, err := f.pointsOf(ctx, false, ids...)
			if err != nil {
				return nil, err
			}
			for i := range points {
				byList[points[i].ListID] = append(byList[points[i].ListID], &points[i])
			}
		}
		out := make([]ListDiff, len(units))
		for i, unit := range units {
			out[i] = f.listDiff(unit, from, to, lists, byList)
		}
		return out, nil
	})
}

func (f *frame) listDiff(unit string, from, to int, lists map[listKey]listVersion, points map[uint64][]*listPoint) ListDiff {
	d := ListDiff{Unit: unit, UnitName: f.units.name(unit), Items: []ListChange{}}
	old, hasOld := lists[listKey{unit, from}]
	young, hasYoung := lists[listKey{unit, to}]
	if hasOld {
		d.From = refOf(old)
	}
	if hasYoung {
		d.To = refOf(young)
	}
	switch {
	case !hasOld && !hasYoung:
		d.Note = obligation.Text{ZH: fmt.Sprintf("%d年、%d年均没有清单", from, to), EN: fmt.Sprintf("no list of %d and none of %d", from, to)}.In(f.scope.Lang)
	case !hasOld:
		d.Note = cannotCompare(from, f.scope.Lang)
	case !hasYoung:
		d.Note = cannotCompare(to, f.scope.Lang)
	}
	if d.Note != "" {
		return d
	}
	before, after := points[old.ID], points[young.ID]
	d.Items, d.Unchanged = compare(before, after)
	for _, c := range d.Items {
		switch c.Change {
		case ChangeAdded:
			d.Added++
		case ChangeChanged:
			d.Changed++
		case ChangeRegraded:
			d.Regraded++
		case ChangeRemoved:
			d.Removed++
		}
	}
	d.Total = len(d.Items)
	d.NoChange = d.Total == 0
	if d.NoChange {
		d.Note = obligation.Text{
			ZH: fmt.Sprintf("0 处变化：%d年清单与%d年完全相同（%d个风险点）", to, from, d.Unchanged),
			EN: fmt.Sprintf("0 changes: the list of %d is that of %d (%s)", to, from, plural(uint64(d.Unchanged), "point")),
		}.In(f.scope.Lang)
	}
	return d
}

func cannotCompare(year int, lang integrity.Lang) string {
	return obligation.Text{ZH: fmt.Sprintf("%d年没有清单，无法比较", year), EN: fmt.Sprintf("no list of %d to compare with", year)}.In(lang)
}

func refOf(l listVersion) *ListRef {
	return &ListRef{Year: int(l.Year), Version: int(l.Version), ListedOn: l.ListedOn, Points: int(l.Points)}
}

// compare returns what a later list changes: first the points of the later list in its
// order, then the removed ones in theirs; and how many points are unchanged.
func compare(before, after []*listPoint) (items []ListChange, unchanged int) {
	items = []ListChange{}
	old := make(map[uint64]*listPoint, len(before))
	for _, p := range before {
		old[p.ID] = p
	}
	kept := map[uint64]bool{}
	for _, p := range after {
		c := ListChange{Change: ChangeAdded, RiskID: integrity.FormatID(p.ID), No: int(p.No), Description: p.Description,
			Category: integrity.Category(p.Category), Grade: integrity.Grade(p.Grade), Columns: []ColumnChange{}}
		if o := old[p.ID]; o != nil {
			kept[p.ID] = true
			c.FromNo, c.FromGrade = int(o.No), integrity.Grade(o.Grade)
			c.Columns = changes(o, p)
			switch {
			case len(c.Columns) == 0:
				unchanged++
				continue
			case o.Grade != p.Grade:
				c.Change = ChangeRegraded
			default:
				c.Change = ChangeChanged
			}
		}
		items = append(items, c)
	}
	for _, o := range before {
		if !kept[o.ID] {
			items = append(items, ListChange{Change: ChangeRemoved, RiskID: integrity.FormatID(o.ID), FromNo: int(o.No), Description: o.Description,
				Category: integrity.Category(o.Category), FromGrade: integrity.Grade(o.Grade), Columns: []ColumnChange{}})
		}
	}
	return slices.Clip(items), unchanged
}
