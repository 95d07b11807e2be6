package obligation

import (
	"cmp"
	"maps"
	"slices"

	"qingfeng/internal/integrity"
)

// The six stages by position; help is the parallel pair 代表帮查 and 专家助查.
const (
	posPublicHelp = 3
	posExpertHelp = 4
	posApproval   = 5
)

// round is the course of one unit's list of one year through the six stages.
type round struct {
	entered  [6]integrity.Day // first record of each stage; NoDay = none
	forAll   [6]bool          // that record holds for all units
	unsigned [6]bool          // no record of the stage names a person
}

func (r *round) enter(stage int, e *integrity.LedgerEntry) {
	has := signed(e)
	if r.entered[stage] == integrity.NoDay {
		r.unsigned[stage] = !has
	} else if has {
		r.unsigned[stage] = false
	}
	if was := r.entered[stage]; was == integrity.NoDay || e.On < was {
		r.entered[stage], r.forAll[stage] = e.On, e.Unit == integrity.AllUnits
	}
}

// rounds returns the rounds known on asOf that have a record of at least one stage: those
// with a list or with a record of their own. What is recorded for all units holds in each
// of them; a list alone starts no clock, because stages are tracked through the ledger.
func (b *Book) rounds(asOf integrity.Day) map[roundKey]*round {
	out := map[roundKey]*round{}
	for _, l := range b.facts.Lists {
		if u := b.find(l.Unit); u >= 0 && l.On <= asOf {
			out[roundKey{u, l.Year}] = &round{}
		}
	}
	type record struct {
		stage int
		entry *integrity.LedgerEntry
	}
	common := map[int][]record{} // by year
	for i := range b.facts.Ledger {
		e := &b.facts.Ledger[i]
		stage := slices.Index(integrity.Stages(), integrity.StageOfItem(e.Item))
		if stage < 0 || stage > posApproval || e.On > asOf {
			continue
		}
		k := b.roundOf(e)
		switch {
		case k.unit == allUnits:
			common[k.year] = append(common[k.year], record{stage, e})
		case k.unit >= 0:
			if out[k] == nil {
				out[k] = &round{}
			}
			out[k].enter(stage, e)
		}
	}
	for k, r := range out {
		for _, c := range common[k.year] {
			r.enter(c.stage, c.entry)
		}
		if *r == (round{}) {
			delete(out, k)
		}
	}
	return out
}

// inOrder returns the rounds' keys by unit in official order, then by year.
func inOrder(rounds map[roundKey]*round) []roundKey {
	return slices.SortedFunc(maps.Keys(rounds), func(x, y roundKey) int {
		return cmp.Or(cmp.Compare(x.unit, y.unit), cmp.Compare(x.year, y.year))
	})
}

// Stage returns the items of RuleStage as of a day (limit of this system): one for the
// stage in which a list stands, while its latest round is not approved, and one for each
// stage that was left in the given year. 代表帮查 and 专家助查 run in parallel and are one
// step, which runs from the later of the two. A unit's newer round, or its closing, ends
// an open one. A stage recorded for all units is the political department's.
func (b *Book) Stage(year int, asOf integrity.Day) []Item {
	var into sink
	b.stage(year, asOf, &into)
	return into.all()
}

func (b *Book) stage(year int, asOf integrity.Day, into *sink) {
	near := b.nearWorkdays(asOf)
	rounds := b.rounds(asOf)
	keys := inOrder(rounds)
	for i, k := range keys {
		r := rounds[k]
		superseded := i+1 < len(keys) && keys[i+1].unit == k.unit
		next := integrity.NoDay // the first record of any later step
		for step := posApproval; step >= 0; step-- {
			entered, stage := r.entered[step], step
			if step == posExpertHelp && r.entered[posPublicHelp] > entered {
				entered, stage = r.entered[posPublicHelp], posPublicHelp
			}
			if step == posPublicHelp || entered == integrity.NoDay {
				continue
			}
			if step < posApproval {
				it := Item{
					Rule: integrity.RuleStage, Basis: integrity.BasisSystem, Year: k.year,
					Subject: string(integrity.Stages()[stage]), Since: entered,
					Due: b.rules.Calendar.After(entered, b.rules.StageWorkdays),
				}
				single(&it, asOf, next, near)
				if it.Open() && !superseded && !b.closedBy(k.unit, asOf) || !it.Open() && it.DoneOn.Year() == year {
					b.inUnit(&it, k.unit)
					if r.forAll[stage] {
						it.Owner = integrity.OwnerOffice
					}
					it.Unarranged = b.unarranged(it.Since, it.Due)
					it.Clause = Clause(it.Rule, it.Basis)
					into.take(&it)
				}
			}
			if first := r.first(step); next == integrity.NoDay || first < next {
				next = first
			}
		}
	}
}

// first returns the first record of a step; posExpertHelp stands for both parallel stages.
func (r *round) first(step int) integrity.Day {
	d := r.entered[step]
	if p := r.entered[posPublicHelp]; step == posExpertHelp && p != integrity.NoDay && (d == integrity.NoDay || p < d) {
		d = p
	}
	return d
}

// Gap is an approval with earlier stages missing or unsigned: accepted, with a warning
// that names them.
type Gap struct {
	Unit       string            `json:"unit"`
	UnitName   string            `json:"unit_name"`
	Year       int               `json:"year"`
	ApprovedOn integrity.Day     `json:"approved_on"`
	Missing    []integrity.Stage `json:"missing"`
	Unsigned   []integrity.Stage `json:"unsigned"`
}

// Gaps returns the approvals of a year, as of a day, that have a gap, in official order.
func (b *Book) Gaps(year int, asOf integrity.Day) []Gap {
	rounds := b.rounds(asOf)
	var out []Gap
	for _, k := range inOrder(rounds) {
		r := rounds[k]
		if k.year != year || r.entered[posApproval] == integrity.NoDay {
			continue
		}
		g := Gap{Unit: b.units[k.unit].code, UnitName: b.units[k.unit].name, Year: year, ApprovedOn: r.entered[posApproval]}
		for i, s := range integrity.Stages()[:posApproval] {
			switch {
			case r.entered[i] == integrity.NoDay || r.entered[i] > g.ApprovedOn:
				g.Missing = append(g.Missing, s)
			case r.unsigned[i]:
				g.Unsigned = append(g.Unsigned, s)
			}
		}
		if g.Missing != nil || g.Unsigned != nil {
			out = append(out, g)
		}
	}
	return out
}
