package obligation

import (
	"qingfeng/internal/integrity"
)

// Rectification returns the items of RuleRectification as of a day: every finding that
// is still open, and those put right in the given year. Due is the finding's own
// deadline, else the system's limit counted from its date, moved on from a day off.
func (b *Book) Rectification(year int, asOf integrity.Day) []Item {
	var into sink
	b.rectification(year, asOf, &into)
	return into.all()
}

func (b *Book) rectification(year int, asOf integrity.Day, into *sink) {
	near := b.nearDays(asOf)
	b.signals(b.facts.Findings, year, asOf, into, func(s *Signal) (Item, bool) {
		it := Item{Since: s.On, Due: s.DueOn}
		if it.Due == integrity.NoDay {
			it.Due = b.rules.Calendar.Next(s.On + integrity.Day(b.rules.FindingDays))
			it.Unarranged = b.unarranged(it.Due, it.Due)
		}
		it.Rule, it.Subject, it.Owner = integrity.RuleRectification, string(integrity.SignalFinding), integrity.OwnerUnit
		single(&it, asOf, s.DoneOn, near)
		return it, true
	})
}

// Handling returns the items of RuleHandling as of a day: complaints first, then the
// petitions of the kind 申诉求决, each while open and where closed in the given year.
// Complaints have their limit in working days from their date, by the type of the unit;
// petitions in days from acceptance, more where extended, a last day on a day off moved
// on. The other kinds of petitions have no limit and no item. Items of petitions are for
// inspectors alone (integrity.OwnerInspector).
func (b *Book) Handling(year int, asOf integrity.Day) []Item {
	var into sink
	b.handling(year, asOf, &into)
	return into.all()
}

func (b *Book) handling(year int, asOf integrity.Day, into *sink) {
	nearWork, nearDays := b.nearWorkdays(asOf), b.nearDays(asOf)
	b.signals(b.facts.Complaints, year, asOf, into, func(s *Signal) (Item, bool) {
		limit := b.rules.OfficeWorkdays
		if u := b.find(s.Unit); u >= 0 && b.units[u].kind == TypeSubordinate {
			limit = b.rules.HospitalWorkdays
		}
		it := Item{Since: s.On, Due: b.rules.Calendar.After(s.On, limit)}
		it.Unarranged = b.unarranged(it.Since, it.Due)
		it.Rule, it.Subject, it.Owner = integrity.RuleHandling, string(integrity.SignalComplaint), integrity.OwnerUnit
		single(&it, asOf, s.DoneOn, nearWork)
		return it, true
	})
	b.signals(b.facts.Petitions, year, asOf, into, func(s *Signal) (Item, bool) {
		if s.Nature != NatureAppeal {
			return Item{}, false
		}
		since := s.AcceptedOn
		if since == integrity.NoDay || since > asOf {
			since = s.On
		}
		due := b.rules.Calendar.Next(since + integrity.Day(b.rules.PetitionDays))
		if s.ExtendedTo > due {
			due = min(s.ExtendedTo, b.rules.Calendar.Next(since+integrity.Day(b.rules.PetitionDays+b.rules.ExtensionDays)))
		}
		it := Item{Since: since, Due: due, Unarranged: b.unarranged(due, due)}
		it.Rule, it.Subject, it.Owner = integrity.RuleHandling, string(integrity.SignalPetition), integrity.OwnerInspector
		single(&it, asOf, s.DoneOn, nearDays)
		return it, true
	})
}

// signals collects what item makes of the signals that are open on asOf or were done in
// the year. A signal that is closed without a date is neither.
func (b *Book) signals(signals []Signal, year int, asOf integrity.Day, into *sink, item func(*Signal) (Item, bool)) {
	for i := range signals {
		s := &signals[i]
		if s.On > asOf || s.Closed && s.DoneOn == integrity.NoDay {
			continue
		}
		it, ok := item(s)
		if !ok || !it.Open() && it.DoneOn.Year() != year {
			continue
		}
		owner := it.Owner
		if u := b.find(s.Unit); u >= 0 {
			b.inUnit(&it, u)
			it.Removed = it.Open() && it.UnitClosed
		} else {
			it.Unit, it.UnitName = s.Unit, s.Unit
		}
		it.Owner = owner
		it.Basis = integrity.BasisSystem
		it.Year = s.On.Year()
		it.RiskID, it.RiskNo = s.RiskID, s.RiskNo
		it.SignalID, it.Number = s.ID, s.Number
		it.Clause = Clause(it.Rule, it.Basis)
		into.take(&it)
	}
}
