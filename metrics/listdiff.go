package metrics

import (
	"context"
	"fmt"
	"math"
	"slices"

	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
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

// ListDiff is what changed between a unit's lists of two years, or two versions of one.
type ListDiff struct {
	Unit      string       `json:"unit"`
	UnitName  string       `json:"unit_name"`
	From      *ListRef     `json:"from"` // nil = the unit has no such list
	To        *ListRef     `json:"to"`
	Versions  []ListRef    `json:"versions"` // all of the two years, in order
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
	// ApprovedOn is the day on which the committee approved this version, NoDay for none, and
	// Document what it is recorded under.
	ApprovedOn integrity.Day `json:"approved_on"`
	Document   string        `json:"document"`
}

// OpinionRef names an opinion of the ledger that was adopted.
type OpinionRef struct {
	ID     string        `json:"id"`
	Item   string        `json:"item"`   // 征求意见, 专家意见 or 协查
	Source string        `json:"source"` // who gave it
	On     integrity.Day `json:"on"`
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
	// Similarity of the two descriptions: 1 for equal ones, 0 where there is only one. The same
	// measure as that by which the point was taken for the same (integrity.SamePoint).
	Similarity float64 `json:"similarity"`
	// Opinions are the adopted ones that name the point by its number, between two versions of
	// one year: what the revision rests on (notice, three, (五)).
	Opinions []OpinionRef   `json:"opinions"`
	Columns  []ColumnChange `json:"columns"`
}

// ListDiff compares the lists of two years of the scope's unit, as they stand as of the
// day: the later one is that of the scope's To, else of its Year, else of as_of; the
// earlier one that of From, else of the year before. FromVersion and ToVersion name other
// versions than those that stand; where both years are the same, or only a version is given, two
// versions of one year are compared, by default the last one with the one before. Points are the
// same by identity, not by number. It returns integrity.ErrInvalid where the scope names no unit.
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
	between, err := s.Compared(f.scope.AsOf)
	if err != nil {
		return ListDiff{}, err
	}
	diffs, err := m.listDiffs(ctx, f, []string{unit}, between)
	if err != nil {
		return ListDiff{}, fmt.Errorf("compare the lists of %s of unit %s: %w", between, unit, err)
	}
	out := diffs[0]
	if err := f.backed(ctx, &out, between); err != nil {
		return ListDiff{}, fmt.Errorf("approvals and opinions behind the lists of %s of unit %s: %w", between, unit, err)
	}
	return out, nil
}

// ListDiffs is ListDiff for each of the scope's units that owes a list: those in operation
// as of the day, in official order, without the commission itself.
func (m *Metrics) ListDiffs(ctx context.Context, who integrity.Principal, s Scope) ([]ListDiff, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return nil, err
	}
	between, err := s.Compared(f.scope.AsOf)
	if err != nil {
		return nil, err
	}
	var units []string
	for _, u := range f.units.current {
		if f.sees(u.Code) && inOperation(u, f.scope.AsOf) && !f.units.top(u.Code) {
			units = append(units, u.Code)
		}
	}
	diffs, err := m.listDiffs(ctx, f, units, between)
	if err != nil {
		return nil, fmt.Errorf("compare the lists of %s: %w", between, err)
	}
	return diffs, nil
}

// Compared says which lists a comparison is about. A version of 0 is the one that stands, for
// From the one before where both years are the same.
type Compared struct {
	From, FromVersion int
	To, ToVersion     int
}

// String names the lists for errors and keys.
func (c Compared) String() string {
	return fmt.Sprintf("%d/%d and %d/%d", c.From, c.FromVersion, c.To, c.ToVersion)
}

// OneYear reports whether versions of one year are compared.
func (c Compared) OneYear() bool { return c.From == c.To }

// Compared returns which lists the scope compares, or integrity.ErrInvalid where the earlier one
// is not the earlier.
func (s Scope) Compared(asOf integrity.Day) (Compared, error) {
	c := Compared{To: asOf.Year(), FromVersion: s.FromVersion, ToVersion: s.ToVersion}
	switch {
	case s.To != integrity.NoDay:
		c.To = s.To.Year()
	case s.Year != 0:
		c.To = s.Year
	}
	switch {
	case s.From != integrity.NoDay:
		c.From = s.From.Year()
	case s.FromVersion != 0 || s.ToVersion != 0:
		c.From = c.To
	default:
		c.From = c.To - 1
	}
	if c.From > c.To {
		return c, fmt.Errorf("%w: from %d is not before to %d", integrity.ErrInvalid, c.From, c.To)
	}
	if c.OneYear() && c.ToVersion != 0 && c.FromVersion >= c.ToVersion {
		return c, fmt.Errorf("%w: from_version %d is not before to_version %d", integrity.ErrInvalid, c.FromVersion, c.ToVersion)
	}
	return c, nil
}

// pick finds the two versions among those of a unit; nil where there is none.
func (c Compared) pick(unit string, versions []listVersion) (old, young *listVersion) {
	find := func(year, version int) *listVersion {
		var found *listVersion
		for i := range versions { // ascending: without a version the last one stays
			v := &versions[i]
			if v.Unit == unit && int(v.Year) == year && (version == 0 || int(v.Version) == version) {
				found = v
			}
		}
		return found
	}
	young = find(c.To, c.ToVersion)
	before := c.FromVersion
	if c.OneYear() && before == 0 {
		if young == nil || young.Version <= 1 {
			return nil, young
		}
		before = int(young.Version) - 1
	}
	return find(c.From, before), young
}

// listDiffs compares the lists of several units, all read with one question.
func (m *Metrics) listDiffs(ctx context.Context, f *frame, units []string, between Compared) ([]ListDiff, error) {
	key := fmt.Sprintf("list diffs/%q/%s/%s/%s", units, between, f.scope.AsOf, f.scope.lang())
	return cached(ctx, m.cache, f.snap, key, func(ctx context.Context) ([]ListDiff, error) {
		versions, err := f.versions(ctx)
		if err != nil {
			return nil, err
		}
		byUnit := map[string][]listVersion{}
		for _, v := range versions {
			byUnit[v.Unit] = append(byUnit[v.Unit], v)
		}
		var ids []uint64
		for _, unit := range units {
			if old, young := between.pick(unit, byUnit[unit]); old != nil && young != nil {
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
			out[i] = f.listDiff(unit, between, byUnit[unit], byList)
		}
		return out, nil
	})
}

func (f *frame) listDiff(unit string, between Compared, versions []listVersion, points map[uint64][]*listPoint) ListDiff {
	d := ListDiff{Unit: unit, UnitName: f.units.name(unit), Versions: []ListRef{}, Items: []ListChange{}}
	for _, v := range versions {
		if y := int(v.Year); y == between.From || y == between.To {
			d.Versions = append(d.Versions, *refOf(v))
		}
	}
	old, young := between.pick(unit, versions)
	if old != nil {
		d.From = refOf(*old)
	}
	if young != nil {
		d.To = refOf(*young)
	}
	if d.Note = between.lacking(old, young).In(f.scope.Lang); d.Note != "" {
		return d
	}
	d.Items, d.Unchanged = compare(points[old.ID], points[young.ID])
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
		same := obligation.Text{
			ZH: fmt.Sprintf("0 处变化：%d年清单与%d年完全相同（%d个风险点）", between.To, between.From, d.Unchanged),
			EN: fmt.Sprintf("0 changes: the list of %d is that of %d (%s)", between.To, between.From, plural(uint64(d.Unchanged), "point")),
		}
		if between.OneYear() {
			same = obligation.Text{
				ZH: fmt.Sprintf("0 处变化：%d年清单第%d版与第%d版完全相同（%d个风险点）", between.To, young.Version, old.Version, d.Unchanged),
				EN: fmt.Sprintf("0 changes: version %d of the list of %d is version %d (%s)", young.Version, between.To, old.Version, plural(uint64(d.Unchanged), "point")),
			}
		}
		d.Note = same.In(f.scope.Lang)
	}
	return d
}

// lacking says why two lists cannot be compared; empty where they can.
func (c Compared) lacking(old, young *listVersion) obligation.Text {
	switch {
	case old != nil && young != nil:
		return obligation.Text{}
	case young == nil && c.ToVersion != 0:
		return noVersion(c.To, c.ToVersion)
	case c.OneYear() && young == nil:
		return cannotCompare(c.To)
	case c.OneYear() && c.FromVersion == 0:
		return obligation.Text{ZH: fmt.Sprintf("%d年清单第%d版之前没有更早的版本", c.To, young.Version), EN: fmt.Sprintf("no version before version %d of the list of %d", young.Version, c.To)}
	case old == nil && c.FromVersion != 0:
		return noVersion(c.From, c.FromVersion)
	case old == nil && young == nil:
		return obligation.Text{ZH: fmt.Sprintf("%d年、%d年均没有清单", c.From, c.To), EN: fmt.Sprintf("no list of %d and none of %d", c.From, c.To)}
	case old == nil:
		return cannotCompare(c.From)
	}
	return cannotCompare(c.To)
}

func noVersion(year, version int) obligation.Text {
	return obligation.Text{ZH: fmt.Sprintf("%d年清单没有第%d版，无法比较", year, version), EN: fmt.Sprintf("the list of %d has no version %d to compare", year, version)}
}

func cannotCompare(year int) obligation.Text {
	return obligation.Text{ZH: fmt.Sprintf("%d年没有清单，无法比较", year), EN: fmt.Sprintf("no list of %d to compare with", year)}
}

// backed adds what the ledger says: which versions the committee approved, and between two
// versions of one year the adopted opinions that name a point. The answer may be shared, so what
// changes is made anew.
func (f *frame) backed(ctx context.Context, d *ListDiff, between Compared) error {
	if len(d.Versions) == 0 {
		return nil
	}
	ledger, err := f.ledger(ctx)
	if err != nil {
		return err
	}
	d.Versions = slices.Clone(d.Versions)
	for i := range d.Versions {
		v := &d.Versions[i]
		until := f.scope.AsOf
		for _, later := range d.Versions[i+1:] {
			if later.Year == v.Year { // an approval after its date is that of the later version
				until = min(until, later.ListedOn-1)
			}
		}
		if e := approval(ledger, d.Unit, v.Year, v.ListedOn, until); e != nil {
			v.ApprovedOn, v.Document = e.On, e.Document
		}
		for _, of := range []**ListRef{&d.From, &d.To} {
			if r := *of; r != nil && r.Year == v.Year && r.Version == v.Version {
				*of = v
			}
		}
	}
	if !between.OneYear() || d.To == nil {
		return nil
	}
	d.Items = slices.Clone(d.Items)
	for i := range d.Items {
		d.Items[i].Opinions = f.opinionsOn(ledger, d.Unit, *d.To, d.Items[i])
	}
	return nil
}

// opinionsOn are the adopted opinions up to the date of the later version that name a point by
// its number in either version. Those that the principal may not read are not named.
func (f *frame) opinionsOn(ledger []ledgerAnswer, unit string, to ListRef, c ListChange) []OpinionRef {
	out := []OpinionRef{}
	for _, e := range ledger {
		if !isOpinion(e.Item) || e.Adopted != "yes" || e.Unit != unit || int(e.Year) != to.Year || e.No == "" || e.On > to.ListedOn || !f.readsOpinion(e) {
			continue
		}
		if c.FromNo != 0 && obligation.Covers(e.No, c.FromNo) || c.No != 0 && c.FromNo == 0 && obligation.Covers(e.No, c.No) {
			out = append(out, OpinionRef{ID: integrity.FormatID(e.ID), Item: e.Item, Source: e.Source, On: e.On})
		}
	}
	return out
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
			Category: integrity.Category(p.Category), Grade: integrity.Grade(p.Grade), Opinions: []OpinionRef{}, Columns: []ColumnChange{}}
		if o := old[p.ID]; o != nil {
			kept[p.ID] = true
			c.FromNo, c.FromGrade = int(o.No), integrity.Grade(o.Grade)
			c.Columns = changes(o, p)
			if len(c.Columns) > 0 {
				c.Similarity = alikeness(o.Description, p.Description)
			}
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
				Category: integrity.Category(o.Category), FromGrade: integrity.Grade(o.Grade), Opinions: []OpinionRef{}, Columns: []ColumnChange{}})
		}
	}
	return slices.Clip(items), unchanged
}

// alikeness is how alike two descriptions are, to three digits.
func alikeness(a, b string) float64 {
	return math.Round(1000*likeness.Score(likeness.Fold(a), likeness.Fold(b))) / 1000
}
