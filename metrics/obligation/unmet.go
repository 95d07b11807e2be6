package obligation

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
)

// Unmet returns what the years before a year left undone and is still overdue as of a day
// (requirements, section 3: an unmet year stays 逾期): items of the two rules that belong to
// a year, two_checks and q1_review, the latest year first, by rule within it. An item leaves
// when what it lacked is recorded for its own year (补录) or it is exempt; removing the point
// or closing the unit does not wipe it out. No year before the first with a list is judged.
// The filter's status has no say.
func (b *Book) Unmet(year int, asOf integrity.Day, filter Filter) []Item {
	filter.Statuses = []integrity.Status{integrity.StatusOverdue}
	var out []Item
	first, last := b.yearsBefore(year, asOf)
	for y := last; y >= first; y-- {
		into := sink{filter: filter}
		if filter.Rule == "" || filter.Rule == integrity.RuleTwoChecks {
			b.twoChecks(y, asOf, &into)
		}
		if filter.Rule == "" || filter.Rule == integrity.RuleQ1Review {
			b.q1Review(y, asOf, &into)
		}
		out = append(out, into.all()...)
	}
	return out
}

// yearsBefore returns the first and the last of the years before a year that are judged as of a
// day: those that are over, from the first with a list on. There are none where first > last.
func (b *Book) yearsBefore(year int, asOf integrity.Day) (first, last int) {
	last = min(year, asOf.Year()) - 1
	first = last + 1
	for i := range b.facts.Lists {
		if l := &b.facts.Lists[i]; l.On <= asOf {
			first = min(first, l.Year)
		}
	}
	return first, last
}

// SortUnmet puts what earlier years left undone into the order of pages and papers: the
// latest year first, within it as Sort does.
func (b *Book) SortUnmet(items []Item) {
	b.Sort(items)
	slices.SortStableFunc(items, func(x, y Item) int { return cmp.Compare(y.Year, x.Year) })
}

// Group is the items of one unit, rule, year, basis and due day: one line of a list of
// what is late. Numbers are those of its points, ascending, none where a unit owes the item.
type Group struct {
	Unit, UnitName string
	Rule           integrity.Rule
	Basis          integrity.Basis
	Year           int
	Due            integrity.Day
	Removed        bool
	Numbers        []int
	Items          int
}

// Groups gathers items, in the order in which each group appears first.
func Groups(items []Item) []Group {
	type key struct {
		unit    string
		rule    integrity.Rule
		basis   integrity.Basis
		year    int
		due     integrity.Day
		removed bool
	}
	at := map[key]int{}
	var out []Group
	for i := range items {
		it := &items[i]
		k := key{it.Unit, it.Rule, it.Basis, it.Year, it.Due, it.Removed}
		n, ok := at[k]
		if !ok {
			n = len(out)
			at[k] = n
			out = append(out, Group{Unit: it.Unit, UnitName: it.UnitName, Rule: it.Rule, Basis: it.Basis, Year: it.Year, Due: it.Due, Removed: it.Removed})
		}
		g := &out[n]
		g.Items++
		if it.RiskNo > 0 {
			g.Numbers = append(g.Numbers, it.RiskNo)
		}
	}
	for i := range out {
		slices.Sort(out[i].Numbers)
		out[i].Numbers = slices.Compact(out[i].Numbers)
	}
	return out
}

// Ranges writes ascending numbers as 1、3、5—8.
func Ranges(nos []int) string {
	var parts []string
	for i := 0; i < len(nos); {
		j := i
		for j+1 < len(nos) && nos[j+1] == nos[j]+1 {
			j++
		}
		switch j - i {
		case 0:
			parts = append(parts, strconv.Itoa(nos[i]))
		case 1:
			parts = append(parts, strconv.Itoa(nos[i]), strconv.Itoa(nos[j]))
		default:
			parts = append(parts, strconv.Itoa(nos[i])+"—"+strconv.Itoa(nos[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, "、")
}
