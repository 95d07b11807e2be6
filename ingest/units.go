package ingest

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"sync"

	"qingfeng/internal/likeness"
)

// directory knows the units that files may name.
type directory struct {
	byCode map[string]*unitRow
	names  map[string]string // normalised name or code → code
	below  map[string]bool   // codes that have units below them

	mu       sync.Mutex
	proposed map[string]string // word nobody knows → the nearest name, empty for none
}

// proposalsKept bounds how many words a directory remembers the nearest name of. A file that is
// wrong throughout names the same few units on every row.
const proposalsKept = 10_000

func newDirectory(ctx context.Context, s *session) (*directory, error) {
	rows, err := history(ctx, s, unitEntity, "")
	if err != nil {
		return nil, err
	}
	d := &directory{byCode: map[string]*unitRow{}, names: map[string]string{}, below: map[string]bool{}}
	for _, r := range live(unitEntity, rows) {
		if cur := d.byCode[r.Code]; cur == nil || cur.LeaderFrom < r.LeaderFrom {
			d.byCode[r.Code] = r
		}
		d.names[likeness.Fold(r.Name)] = r.Code
		d.below[r.Parent] = true
	}
	for code := range d.byCode {
		d.names[likeness.Fold(code)] = code
	}
	d.nameInFull()
	return d, nil
}

// nameInFull adds how forms write out a unit: with the name of the unit above in front, with
// its code before or behind. What two units would be called so is nobody's name.
func (d *directory) nameInFull() {
	full := map[string]string{}
	add := func(name, code string) {
		name = likeness.Fold(name)
		if _, taken := d.names[name]; taken {
			return
		}
		if other, twice := full[name]; twice && other != code {
			code = ""
		}
		full[name] = code
	}
	for code, u := range d.byCode {
		add(code+u.Name, code)
		add(u.Name+code, code)
		if above := d.byCode[u.Parent]; above != nil {
			add(above.Name+u.Name, code)
		}
	}
	for name, code := range full {
		if code != "" {
			d.names[name] = code
		}
	}
}

var (
	// stamped is what a form asks for behind the name of a unit.
	stamped = regexp.MustCompile(`[（(]\s*(?:盖\s*章|公\s*章|签\s*章|印\s*章)\s*[)）]\s*$`)
	// codeAsNumber is a code that a spreadsheet program took for a number.
	codeAsNumber = regexp.MustCompile(`^(\d+)\.0+$`)
)

// written returns the names and codes of all units as they are written.
func (d *directory) written() []string {
	var out []string
	for code, u := range d.byCode {
		out = append(out, code, u.Name)
	}
	return out
}

// find returns the code of the unit with the given name or code.
func (d *directory) find(s string) (string, bool) {
	code, ok := d.names[s] // nearly all are written as they are
	if ok {
		return code, true
	}
	if m := codeAsNumber.FindStringSubmatch(s); m != nil {
		s = m[1] // folded, 13.0 would be 130
	}
	if code, ok = d.names[likeness.Fold(s)]; !ok {
		if bare := stamped.ReplaceAllString(s, ""); bare != s {
			code, ok = d.names[likeness.Fold(bare)]
		}
	}
	return code, ok
}

// top reports whether the unit is the commission itself: units below it and none above.
func (d *directory) top(code string) bool {
	u := d.byCode[code]
	return u != nil && u.Parent == "" && d.below[code]
}

// unknown builds the message for a unit that nobody knows, with the nearest name as a
// question. Units are never created silently.
func (d *directory) unknown(column, value string) Problem {
	if near := d.nearest(value); near != "" {
		return say("unit_unknown", column, value,
			"没有叫“%s”的单位。是“%s”吗？单位不会自动新建，请先导入单位表", "there is no unit called %q; is it %q? Units are never created by themselves: load them first", value, near)
	}
	return say("unit_unknown", column, value,
		"没有叫“%s”的单位。单位不会自动新建，请先导入单位表", "there is no unit called %q. Units are never created by themselves: load them first", value)
}

// nearest is the name of a unit most like a word, empty where none is near. All names are
// compared the first time a word is met only.
func (d *directory) nearest(value string) string {
	word := likeness.Fold(value)
	d.mu.Lock()
	defer d.mu.Unlock()
	best, known := d.proposed[word]
	if known {
		return best
	}
	bestScore := 0.34
	for _, u := range d.byCode {
		if score := likeness.Score(word, likeness.Fold(u.Name)); score > bestScore || score == bestScore && best > u.Name {
			best, bestScore = u.Name, score
		}
	}
	if d.proposed == nil {
		d.proposed = map[string]string{}
	}
	if len(d.proposed) < proposalsKept {
		d.proposed[word] = best
	}
	return best
}

// parseUnit reads a row of the kind units.
func (c *cells) parseUnit() unitRow {
	var r unitRow
	r.Given = c.layout.given
	r.Code = c.need(fCode)
	r.Name = c.need(fName)
	r.Parent = c.get(fParent)
	r.Type = c.get(fType)
	r.Heads = splitNames(c.get(fHeads))
	r.Leader = nameList(c.get(fLeader))
	r.LeaderFrom = c.date(fLeaderFrom, anyDay)
	r.OpenedOn = c.date(fOpenedOn, anyDay)
	r.ClosedOn = c.date(fClosedUnit, anyDay)
	r.Order = int32(c.number(fOrder, 0, 1_000_000))
	if r.Parent == r.Code && r.Code != "" {
		c.fail(fParent, "parent_invalid", "上级编码不能是自己", "a unit cannot stand below itself")
	}
	return r
}

// loadUnits writes rows of the kind units.
func (l *Loader) loadUnits(ctx context.Context, s *session, p *parser, rows []unitRow, out *Counts) error {
	rows, at, same, differing := lastOfEach(unitEntity, rows)
	p.repeated(same, differing, out)
	known, err := history(ctx, s, unitEntity, "")
	if err != nil {
		return err
	}
	standing := live(unitEntity, known)
	changes, err := upsert(ctx, s, unitEntity, standing, rows, nil)
	if err != nil {
		return err
	}
	count(out, changes)
	if err := repeatedLater(p, s, unitEntity, standing, rows, changes, at); err != nil {
		return err
	}
	touched := map[string]bool{}
	var written []*unitRow
	for i := range rows {
		if changes[i] != unchanged {
			touched[rows[i].Code] = true
			written = append(written, &rows[i])
		}
	}
	others := maps.Clone(standing)
	for i := range rows {
		delete(others, unitEntity.key(&rows[i]))
	}
	if _, err := difference(ctx, s, unitEntity, standing, follow(others, written), nil); err != nil {
		return err
	}
	s.touch(touched)
	return nil
}

// follow returns the rows of the units' histories that change because others were
// written: a name, a parent or a closing day belongs to the unit, not to one of its
// leaders. Of several rows of a unit that with the latest leader counts.
func follow(others map[uint64]*unitRow, written []*unitRow) (out []unitRow) {
	latest := map[string]*unitRow{}
	for _, w := range written {
		if cur := latest[w.Code]; cur == nil || cur.LeaderFrom <= w.LeaderFrom {
			latest[w.Code] = w
		}
	}
	for _, key := range slices.Sorted(maps.Keys(others)) {
		n := *others[key]
		w := latest[n.Code]
		if w == nil {
			continue
		}
		n.Name, n.Parent, n.Type, n.OpenedOn, n.ClosedOn, n.Order = w.Name, w.Parent, w.Type, w.OpenedOn, w.ClosedOn, w.Order
		n.Given = 0
		out = append(out, n)
	}
	return out
}

// upsert folds the given rows onto the standing ones, in place, and writes the difference.
// Rows must not repeat a key. finish completes a folded row, given the standing one, or nil,
// and what the file said.
func upsert[T any](ctx context.Context, s *session, e entity[T], standing map[uint64]*T, rows []T, finish func(folded, old, given *T)) ([]change, error) {
	for i := range rows {
		w := &rows[i]
		key := e.key(w)
		if s.dry { // nothing was written, so what earlier chunks brought is remembered
			brought, err := recall[T](&s.rehearsed, key)
			if err != nil {
				return nil, err
			}
			if brought != nil {
				standing[key] = brought
			}
		}
		old := standing[key]
		if old != nil && e.patch != nil {
			given, merged := *w, *old
			e.patch(&merged, &given)
			*e.head(&merged) = *e.head(&given)
			*w = merged
			if finish != nil {
				finish(w, old, &given)
			}
		} else if finish != nil {
			finish(w, old, w)
		}
	}
	changes, err := difference(ctx, s, e, standing, rows, nil)
	if s.dry && err == nil {
		for i := range rows {
			if err := remember(&s.rehearsed, e.key(&rows[i]), &rows[i]); err != nil {
				return nil, err
			}
		}
	}
	return changes, err
}

func count(out *Counts, changes []change) {
	for _, c := range changes {
		switch c {
		case added:
			out.Added++
		case changed:
			out.Changed++
		default:
			out.Unchanged++
		}
	}
}

// lastOfEach keeps the last of rows with equal keys. It returns the place in the chunk of
// each that is kept, how many went that were equal, and the places of those that were not.
func lastOfEach[T any](e entity[T], rows []T) (kept []T, at []int, same int, differing []int) {
	last := make(map[uint64]int, len(rows))
	for i := range rows {
		last[e.key(&rows[i])] = i
	}
	if len(last) == len(rows) { // as nearly always
		at = make([]int, len(rows))
		for i := range at {
			at[i] = i
		}
		return rows, at, 0, nil
	}
	for i := range rows {
		j := last[e.key(&rows[i])]
		switch {
		case j == i:
			kept, at = append(kept, rows[i]), append(at, i)
		case e.same(rows[i], rows[j]):
			same++
		default:
			differing = append(differing, i)
		}
	}
	return kept, at, same, differing
}

func unitName(d *directory, code string) string {
	if u := d.byCode[code]; u != nil {
		return u.Name
	}
	return code
}
