package obligation

import "qingfeng/internal/integrity"

// Filing returns the items of RuleFiling as of a day (notice, three, (五): 并将重要风险点报市纪委
// 备案; the limit is this system's): for each important point in force its latest approved
// round while that is not filed, and every round filed in the given year. Each yearly
// approval starts anew: an unfiled round is replaced by the next approved one, and ends
// when the point is no longer in force. The political department owes it, so Leader is
// empty and Owner is OwnerOffice; Unit says whose point it is.
func (b *Book) Filing(year int, asOf integrity.Day) []Item {
	var into sink
	b.filing(year, asOf, &into)
	return into.all()
}

func (b *Book) filing(year int, asOf integrity.Day, into *sink) {
	filings := b.filings(asOf)
	near := b.nearWorkdays(asOf)
	b.perPoint(into, func(lo, hi int, into *sink) {
		var buf [8]stay
		for p := lo; p < hi; p++ {
			b.filingOf(p, year, asOf, filings, near, buf[:0], into)
		}
	})
}

// filed is a ledger entry 报市纪委备案.
type filed struct {
	on  integrity.Day
	nos numbers
}

func (b *Book) filings(asOf integrity.Day) map[roundKey][]filed {
	out := map[roundKey][]filed{}
	for i := range b.facts.Ledger {
		if e := &b.facts.Ledger[i]; e.Item == integrity.ItemFiling && e.On <= asOf {
			k := b.roundOf(e)
			out[k] = append(out[k], filed{e.On, parseNumbers(e.No)})
		}
	}
	return out
}

// filingOf judges point p.
func (b *Book) filingOf(p, year int, asOf integrity.Day, filings map[roundKey][]filed, near func(integrity.Day) bool, buf []stay, into *sink) {
	spans := b.spans[b.spanAt[p]:b.spanAt[p+1]]
	latest := true
	for end := len(spans); end > 0; {
		// One round: the versions of one unit's list of one year.
		last := &spans[end-1]
		begin := end
		approved := integrity.NoDay
		var version *span // the latest one known
		for begin > 0 && spans[begin-1].unit == last.unit && spans[begin-1].year == last.year {
			begin--
			s := &spans[begin]
			if s.from > asOf || s.approved == integrity.NoDay || s.approved > asOf {
				continue
			}
			if version == nil {
				version = s
			}
			if s.important {
				approved = s.approved
			}
		}
		end = begin
		if version == nil {
			continue
		}
		wasLatest := latest
		latest = false
		if !version.important {
			continue
		}
		it := Item{
			Rule: integrity.RuleFiling, Basis: integrity.BasisSystem,
			RiskID: b.facts.Points[p].ID, RiskNo: int(version.no),
			Due: b.rules.Calendar.After(approved, b.rules.FilingWorkdays), Since: approved,
			Unit: b.units[version.unit].code, UnitName: b.units[version.unit].name,
			Owner: OwnerOffice, Year: int(version.year), Subject: string(integrity.GradeImportant),
		}
		single(&it, asOf, filedOn(filings, version, approved), near)
		if it.Open() {
			if !wasLatest || b.current(b.stays(buf, p, asOf), asOf) == nil {
				continue
			}
		} else if it.DoneOn.Year() != year {
			continue
		}
		it.Unarranged = b.unarranged(it.Since, it.Due)
		it.Clause = Clause(it.Rule, it.Basis)
		into.take(&it)
	}
}

// filedOn returns the first filing, on or after the approval, of the round and number of
// a version, or NoDay.
func filedOn(filings map[roundKey][]filed, s *span, approved integrity.Day) integrity.Day {
	first := integrity.NoDay
	for _, u := range [2]int32{s.unit, allUnits} {
		for _, f := range filings[roundKey{u, int(s.year)}] {
			if f.on >= approved && f.nos.has(int(s.no)) && (first == integrity.NoDay || f.on < first) {
				first = f.on
			}
		}
	}
	return first
}

// unarranged reports whether a term in working days touches a year whose arrangement of
// holidays is not loaded.
func (b *Book) unarranged(from, to integrity.Day) bool {
	for y := from.Year(); y <= to.Year(); y++ {
		if !b.rules.Calendar.Arranged(y) {
			return true
		}
	}
	return false
}
