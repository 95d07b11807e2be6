package obligation

import "qingfeng/internal/integrity"

// Filing returns the items of RuleFiling as of a day (notice, three, (五): 并将重要风险点报市纪委
// 备案; the limit is this system's): for each important point in force its latest approved
// round while that is not filed, and every round filed in the given year. Each yearly
// approval starts anew: an unfiled round is replaced by the next approved one, and ends
// when the point is no longer in force. The political department owes it, so Leader is
// empty and Owner is integrity.OwnerOffice; Unit says whose point it is.
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

// approvedRound is a yearly round of a point's list that was approved: the version of the
// point in it, and the day from which filing it is owed (NoDay if it is not important).
type approvedRound struct {
	version  *span
	approved integrity.Day
}

// approvedRounds appends the approved rounds of point p as known on asOf to buf, the
// newest first.
func (b *Book) approvedRounds(buf []approvedRound, p int, asOf integrity.Day) []approvedRound {
	spans := b.spans[b.spanAt[p]:b.spanAt[p+1]]
	for i := len(spans) - 1; i >= 0; {
		last := &spans[i]
		var r approvedRound
		for ; i >= 0 && spans[i].unit == last.unit && spans[i].year == last.year; i-- {
			s := &spans[i]
			if s.from > asOf || s.approved == integrity.NoDay || s.approved > asOf {
				continue
			}
			if r.version == nil {
				r.version = s
			}
			if s.important {
				r.approved = s.approved
			}
		}
		if r.version != nil {
			if !r.version.important {
				r.approved = integrity.NoDay
			}
			buf = append(buf, r)
		}
	}
	return buf
}

// filingOf judges point p.
func (b *Book) filingOf(p, year int, asOf integrity.Day, filings map[roundKey][]filed, near func(integrity.Day) bool, buf []stay, into *sink) {
	var rounds [8]approvedRound
	for i, r := range b.approvedRounds(rounds[:0], p, asOf) {
		if r.approved == integrity.NoDay {
			continue
		}
		it := Item{
			Rule: integrity.RuleFiling, Basis: integrity.BasisSystem,
			RiskID: b.facts.Points[p].ID, RiskNo: int(r.version.no),
			Due: b.rules.Calendar.After(r.approved, b.rules.FilingWorkdays), Since: r.approved,
			Unit: b.units[r.version.unit].code, UnitName: b.units[r.version.unit].name,
			Owner: integrity.OwnerOffice, Year: int(r.version.year), Subject: string(integrity.GradeImportant),
		}
		single(&it, asOf, filedOn(filings, r.version, r.approved), near)
		if it.Open() {
			if i > 0 || b.current(b.stays(buf, p, asOf), asOf) == nil {
				continue
			}
		} else if it.DoneOn.Year() != year {
			continue
		}
		it.UnitClosed = b.closedBy(r.version.unit, asOf)
		it.Unarranged = b.unarranged(it.Since, it.Due)
		it.Clause = Clause(it.Rule, it.Basis)
		into.take(&it)
	}
}

// FilingState is an important point in force whose latest round is approved: it is owed to
// be filed, and FiledOn tells whether it was.
type FilingState struct {
	RiskID     string
	Unit       string // whose list the round is
	No, Year   int    // of the point in that list
	ApprovedOn integrity.Day
	Due        integrity.Day
	FiledOn    integrity.Day // NoDay = not yet
}

// FilingStates returns what is owed to be filed as of a day, in the order of the points.
func (b *Book) FilingStates(asOf integrity.Day) []FilingState {
	filings := b.filings(asOf)
	var stayBuf [8]stay
	var roundBuf [8]approvedRound
	var out []FilingState
	for p := range b.facts.Points {
		rounds := b.approvedRounds(roundBuf[:0], p, asOf)
		if len(rounds) == 0 || rounds[0].approved == integrity.NoDay || b.current(b.stays(stayBuf[:0], p, asOf), asOf) == nil {
			continue
		}
		r := rounds[0]
		out = append(out, FilingState{
			RiskID: b.facts.Points[p].ID, Unit: b.units[r.version.unit].code, No: int(r.version.no), Year: int(r.version.year),
			ApprovedOn: r.approved, Due: b.rules.Calendar.After(r.approved, b.rules.FilingWorkdays), FiledOn: filedOn(filings, r.version, r.approved),
		})
	}
	return out
}

// FilingRate returns the rate of filing as of a day: of the important points in force
// whose latest round is approved (owed), how many were filed in that round.
func (b *Book) FilingRate(asOf integrity.Day) (filed, owed int) {
	states := b.FilingStates(asOf)
	for i := range states {
		if states[i].FiledOn != integrity.NoDay {
			filed++
		}
	}
	return filed, len(states)
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
