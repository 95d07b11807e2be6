package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingfeng/internal/integrity"
)

// point is one row of a list.
type point struct {
	text     riskText
	no       int
	desc     string
	measures []string
	path     []string
	grade    integrity.Grade
	layer    integrity.Layer
	category integrity.Category
	post     string
	head     string
	persons  []string
	keyFew   bool
	major    bool
	reason   string
}

// riskList is what a unit sends in a year.
type riskList struct {
	unit   *unit
	year   int
	date   integrity.Day
	sent   integrity.Day
	points []point
	signed bool
}

// shares of the categories and layers in a list.
var (
	categoryShare = map[integrity.Category]float64{
		integrity.CategoryDecision: 0.13, integrity.CategoryConduct: 0.13, integrity.CategoryPower: 0.16,
		integrity.CategoryPost: 0.16, integrity.CategoryInstitution: 0.13, integrity.CategoryMechanism: 0.17,
		integrity.CategoryExternal: 0.12,
	}
	layerShare = map[integrity.Layer]float64{
		integrity.LayerLeadership: 0.22, integrity.LayerMiddle: 0.42, integrity.LayerOther: 0.36,
	}
)

// listsOf writes the lists of one unit for all years, each grown from the one before.
func (g *generator) listsOf(u *unit) []riskList {
	var out []riskList
	var previous []point
	for year := g.first; year <= g.today.Year(); year++ {
		date := g.listDate(u, year)
		if date == integrity.NoDay {
			continue
		}
		var points []point
		switch {
		case previous == nil:
			points = g.firstList(u, year)
		case u.code == unchangedUnit && year == g.focus:
			points = slices.Clone(previous)
		default:
			points = g.nextList(u, year, previous)
		}
		previous = points
		if date > g.today {
			break
		}
		s := newStream(fmt.Sprintf("list/%s/%d", u.code, year))
		out = append(out, riskList{
			unit: u, year: year, date: date, points: points, signed: !s.chance(0.1),
			sent: min(date+integrity.Day(s.between(2, 7)), g.today),
		})
	}
	return out
}

// listDate is the day a unit's list of a year is dated, or NoDay if it sends none.
func (g *generator) listDate(u *unit, year int) integrity.Day {
	s := newStream(fmt.Sprintf("listdate/%s/%d", u.code, year))
	date := integrity.Date(year, time.January, 12) + integrity.Day(s.between(0, 66))
	switch {
	case u.code == lateUnit && year == g.focus:
		date = integrity.Date(year, time.April, 17)
	case u.opened != integrity.NoDay && u.opened.Year() == year:
		date = u.opened + 14
	}
	for weekend(date) {
		date++
	}
	if !u.operating(date) || (u.code == reviewedUnit && year == g.first+1) {
		return integrity.NoDay
	}
	return date
}

func weekend(d integrity.Day) bool {
	return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
}

// firstList chooses texts so that categories and layers come near their shares.
func (g *generator) firstList(u *unit, year int) []point {
	s := newStream(fmt.Sprintf("points/%s/%d", u.code, year))
	return g.grow(u, year, s, nil, u.points)
}

// grow adds points to a list until it has n, or the texts are used up.
func (g *generator) grow(u *unit, year int, s stream, points []point, n int) []point {
	used := map[string]bool{}
	categories, layers := map[integrity.Category]int{}, map[integrity.Layer]int{}
	for _, p := range points {
		used[p.text.text] = true
		categories[p.category]++
		layers[p.layer]++
	}
	var pool []riskText
	for _, t := range g.texts.risks {
		if u.fits(t.kinds) && !used[t.text] && !(u.code == blindUnit && t.category == blindCategory) {
			pool = append(pool, t)
		}
	}
	s.Shuffle(len(pool), func(i, j int) { pool[i], pool[j] = pool[j], pool[i] })
	lead := 1.0
	if u.kinds[0] == 'O' {
		lead = 0.4 // the leadership posts of an office are those of the leader in charge
	}
	for len(points) < n && len(pool) > 0 {
		best, score := 0, -1e9
		for i, t := range pool {
			want := categoryShare[t.category]*float64(n) - float64(categories[t.category])
			share := layerShare[t.layer]
			if t.layer == integrity.LayerLeadership {
				share *= lead
			}
			want += share*float64(n) - float64(layers[t.layer])
			if strings.ContainsAny(t.kinds, u.kinds[1:]) && len(u.kinds) > 1 {
				want += 3 // the unit's own trade comes first
			}
			if want > score {
				best, score = i, want
			}
		}
		t := pool[best]
		pool = slices.Delete(pool, best, best+1)
		points = append(points, g.newPoint(u, year, t))
		categories[t.category]++
		layers[t.layer]++
	}
	return renumber(points)
}

// nextList carries a list over into the next year: most points stay as they are, some
// are reworded, regraded, removed or added.
func (g *generator) nextList(u *unit, year int, previous []point) []point {
	s := newStream(fmt.Sprintf("points/%s/%d", u.code, year))
	var points []point
	for _, p := range previous {
		x := s.Float64()
		switch {
		case x < 0.05 && p.category != reviewCategory: // removed
			continue
		case x < 0.10: // one more measure
			p.measures = slices.Clone(p.measures)
			if extra := one(s, p.text.topic.measures); !slices.ContainsFunc(p.measures, func(m string) bool { return m[:6] == extra[:6] }) {
				p.measures = append(p.measures, s.spell(extra, u.words(), nothing))
			}
		case x < 0.15: // reworded
			p.desc = g.spellOnce(s, u, p.text)
		case x < 0.17 && p.grade == integrity.GradeGeneral && !(u.code == reviewUnit && p.category == reviewCategory):
			p.grade, p.reason = integrity.GradeImportant, "信访反映较为集中，经研究上调等级"
		}
		points = append(points, p)
	}
	return g.grow(u, year, s, points, u.points)
}

// newPoint spells a text for a unit.
func (g *generator) newPoint(u *unit, year int, t riskText) point {
	s := newStream(fmt.Sprintf("point/%s/%d/%s", u.code, year, t.text))
	words := u.words()
	p := point{text: t, grade: t.grade, layer: t.layer, category: t.category, keyFew: t.keyFew, major: t.major}
	if u.code == reviewUnit && t.category == reviewCategory {
		p.grade = integrity.GradeGeneral
	}
	p.desc = g.spellOnce(s, u, t)
	for _, m := range sample(s, t.topic.measures, s.between(3, 5)) {
		p.measures = append(p.measures, s.spell(m, words, nothing))
	}
	steps := sample(s, t.topic.bases, s.between(1, 2))
	steps = append(slices.Clone(steps), sample(s, t.topic.focuses, 1)...)
	for _, w := range append(steps, sample(s, t.topic.ways, s.between(1, 3))...) {
		p.path = append(p.path, s.spell(w, words, nothing))
	}
	p.post = s.spell(t.post, words, nothing)
	p.head = g.people.of(u.code, "正职")
	switch {
	case t.post == "<正职>":
		p.persons = []string{p.head}
	case t.post == "分管委领导":
		p.persons = []string{u.leader(integrity.Date(year, time.March, 1))}
	default:
		p.persons = []string{g.people.of(u.code, p.post)}
		if t.layer == integrity.LayerOther && s.chance(0.4) {
			p.persons = append(p.persons, g.people.of(u.code, p.post+"二"))
		}
	}
	if p.grade == integrity.GradeImportant {
		p.reason = one(s, []string{"自由裁量权较大", "较易造成违纪违法行为", "信访反映较为集中", "自由裁量权较大，较易造成违纪违法行为"})
	}
	return p
}

// spellOnce spells a text in a way no other point of the demo has, if there is one; most
// go on to say what the risk may lead to.
func (g *generator) spellOnce(s stream, u *unit, t riskText) string {
	desc := ""
	for range 60 {
		desc = s.spell(t.text, u.words(), nothing)
		if s.chance(0.7) {
			desc += "，" + one(s, g.texts.results[t.category])
		}
		if !g.spelled[desc] {
			break
		}
	}
	g.spelled[desc] = true
	return desc
}

// nothing is the fill of texts that may hold only the unit's own words.
func nothing(word string) string { panic("unknown word " + word) }

// renumber sorts points by layer and category and numbers them from 1.
func renumber(points []point) []point {
	points = slices.Clone(points)
	slices.SortStableFunc(points, func(a, b point) int {
		return cmp.Or(
			cmp.Compare(slices.Index(integrity.Layers(), a.layer), slices.Index(integrity.Layers(), b.layer)),
			cmp.Compare(slices.Index(integrity.Categories(), a.category), slices.Index(integrity.Categories(), b.category)))
	})
	for i := range points {
		points[i].no = i + 1
	}
	return points
}
