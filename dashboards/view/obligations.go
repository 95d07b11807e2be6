package view

import (
	"strconv"

	"qingfeng/internal/integrity"
)

// Obligations is the table of the six obligations with a bar each.
type Obligations struct {
	Caption string
	Rows    []Obligation
}

// Obligation is one row: how many items are in which state. Behind counts what is past a
// limit of this system only, which is never called 逾期 and never red.
type Obligation struct {
	Rule                                integrity.Rule
	SystemOnly                          bool // the notice sets no date: the column 逾期未完成 does not apply
	Met, MetLate, Overdue, Behind, Open StateCount
	Bar                                 []BarPart
	Aria                                string
}

// StateCount is a number of items and the address of their list.
type StateCount struct {
	N    uint64
	Href string
}

// BarPart is a piece of a bar: its fill, start and width in percent of the bar.
type BarPart struct{ Class, X, Width string }

// NewObligations makes the table from the number of items of each rule, basis and status.
// link returns the address of the items of a status of a rule; nil makes no links. Exempt
// items are in no number.
func NewObligations(
	lang integrity.Lang,
	count func(integrity.Rule, integrity.Basis, integrity.Status) uint64,
	link func(integrity.Rule, integrity.Basis, integrity.Status) string,
) Obligations {
	o := Obligations{Caption: T(lang, "obligations.caption")}
	for _, rule := range integrity.Rules() {
		both := func(s integrity.Status) uint64 {
			return count(rule, integrity.BasisNotice, s) + count(rule, integrity.BasisSystem, s)
		}
		state := func(n uint64, b integrity.Basis, s integrity.Status) StateCount {
			c := StateCount{N: n}
			if link != nil && n > 0 {
				c.Href = link(rule, b, s)
			}
			return c
		}
		row := Obligation{
			Rule:       rule,
			SystemOnly: rule != integrity.RuleTwoChecks && rule != integrity.RuleQ1Review,
			Met:        state(both(integrity.StatusMet), "", integrity.StatusMet),
			MetLate:    state(both(integrity.StatusMetLate), "", integrity.StatusMetLate),
			Overdue:    state(count(rule, integrity.BasisNotice, integrity.StatusOverdue), integrity.BasisNotice, integrity.StatusOverdue),
			Behind:     state(count(rule, integrity.BasisSystem, integrity.StatusOverdue), integrity.BasisSystem, integrity.StatusOverdue),
			Open:       state(both(integrity.StatusOnTrack)+both(integrity.StatusDueSoon), "", integrity.StatusOnTrack),
		}
		row.Bar = bar(
			part{"f-met", row.Met.N}, part{"f-late", row.MetLate.N}, part{"f-over", row.Overdue.N},
			part{"f-behind", row.Behind.N}, part{"f-track", row.Open.N},
		)
		row.Aria = T(lang, "obligations.aria", row.Met.N, row.MetLate.N, row.Overdue.N, row.Behind.N, row.Open.N)
		o.Rows = append(o.Rows, row)
	}
	return o
}

// part is a number and how it is filled.
type part struct {
	class string
	n     uint64
}

// bar divides a bar among parts. A part that is not zero is never thinner than two
// percent: one late item among hundreds must be seen.
func bar(parts ...part) []BarPart {
	const least = 2.0
	var sum float64
	for _, p := range parts {
		sum += float64(p.n)
	}
	if sum == 0 {
		return nil
	}
	widths, total := make([]float64, len(parts)), 0.0
	for i, p := range parts {
		if p.n > 0 {
			widths[i] = max(float64(p.n)*100/sum, least)
		}
		total += widths[i]
	}
	var out []BarPart
	x := 0.0
	for i, p := range parts {
		if p.n == 0 {
			continue
		}
		w := widths[i] * 100 / total
		out = append(out, BarPart{Class: p.class, X: percent(x), Width: percent(w)})
		x += w
	}
	return out
}

func percent(v float64) string { return strconv.FormatFloat(v, 'f', 2, 64) + "%" }

// Pill is a state in words; its class chooses colour and sign.
type Pill struct{ Class, Text string }

// NewPill says the state of an obligation. daysLeft is negative once it is past due. What
// is past a limit of the system is yellow; red is for the dates of the notice.
func NewPill(lang integrity.Lang, s integrity.Status, b integrity.Basis, daysLeft int) Pill {
	label := s.Label(b, lang)
	switch {
	case s == integrity.StatusOverdue && b == integrity.BasisSystem:
		return Pill{"behind", T(lang, "pill.behind", -daysLeft)}
	case s == integrity.StatusOverdue:
		return Pill{"overdue", T(lang, "pill.overdue", -daysLeft)}
	case s == integrity.StatusDueSoon && daysLeft == 0:
		return Pill{"due_soon", T(lang, "pill.today")}
	case s == integrity.StatusDueSoon && daysLeft <= 10:
		return Pill{"due_soon", T(lang, "pill.left", daysLeft)}
	case s == integrity.StatusDueSoon:
		return Pill{"due20", T(lang, "pill.left", daysLeft)}
	case s == integrity.StatusMetLate && b == integrity.BasisSystem:
		return Pill{"made_up", label}
	}
	return Pill{string(s), label}
}
