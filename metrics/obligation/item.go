package obligation

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
)

// Item is one obligation as of a day. Status, Late and Basis follow requirements,
// section 3; the as-of day is Due − DaysLeft.
type Item struct {
	Rule     integrity.Rule   `json:"rule"`
	Basis    integrity.Basis  `json:"basis"`
	Status   integrity.Status `json:"status"`
	Late     bool             `json:"late"` // true once it was ever late
	Unit     string           `json:"unit"`
	Leader   string           `json:"leader"` // in charge on the due day; empty where nobody is on record
	RiskID   string           `json:"risk_id"`
	RiskNo   int              `json:"risk_no"`
	Due      integrity.Day    `json:"due"`       // first unmet checkpoint; the last one when done
	DaysLeft int              `json:"days_left"` // Due − as_of, negative when past
	Required int              `json:"required"`
	Done     int              `json:"done"` // distinct dates for two_checks, otherwise 0 or 1
	Clause   string           `json:"clause"`
	Why      string           `json:"why"` // filled by Book.Explain

	Sentence string `json:"sentence"` // of the notice, from which the duty follows; filled by Book.Explain
	Next     string `json:"next"`     // what to do next; filled by Book.Explain

	Year       int             `json:"year"` // the year, round or year of the event the item belongs to
	UnitName   string          `json:"unit_name"`
	Owner      integrity.Owner `json:"owner"`   // of the own part of a leader, in LeaderRow.Own and in no list of items, OwnerLeader
	Whole      bool            `json:"-"`       // of the commission itself: what it owes, its leaders owe
	Subject    string          `json:"subject"` // code: grade, stage or kind of signal
	Number     string          `json:"number"`  // 编号 of a signal
	SignalID   string          `json:"signal_id"`
	Since      integrity.Day   `json:"since"`       // the term runs from here; NoDay for two_checks and q1_review
	DoneOn     integrity.Day   `json:"done_on"`     // when the last required thing was done
	LateEntry  bool            `json:"late_entry"`  // 补录
	Removed    bool            `json:"removed"`     // 移出时未完成: not done, and the point or unit is gone
	UnitClosed bool            `json:"unit_closed"` // closed by as_of: the item stays, but in no numerator and no denominator
	Unarranged bool            `json:"unarranged"`  // 调休未载入: the term touches a year without an arrangement
}

// AsOf returns the day for which the item was judged.
func (it *Item) AsOf() integrity.Day { return it.Due - integrity.Day(it.DaysLeft) }

// Open reports whether something is still to be done.
func (it *Item) Open() bool {
	switch it.Status {
	case integrity.StatusOnTrack, integrity.StatusDueSoon, integrity.StatusOverdue:
		return true
	}
	return false
}

// Letter returns the kind of letter that the item gets, or the empty one.
func (it *Item) Letter() integrity.LetterKind {
	return integrity.Owed{Owner: it.Owner, Basis: it.Basis, Status: it.Status, Whole: it.Whole, Closed: it.UnitClosed}.Letter()
}

// Presses reports whether the item is late or near: something is to be done about it now.
func (it *Item) Presses() bool { return slices.Contains(Pressing(), it.Status) }

// Pressing are the statuses of what is late or near.
func Pressing() []integrity.Status {
	return []integrity.Status{integrity.StatusOverdue, integrity.StatusDueSoon}
}

// Key names the obligation itself, whatever the day: what notices, letters and their
// answers are filed under. Two items of one answer never share a key.
func (it *Item) Key() string {
	if it.Owner == integrity.OwnerLeader { // keys are seen by many: the name of the leader stays out of them
		sum := sha256.Sum256([]byte(it.Leader))
		return fmt.Sprintf("leader_duty/%d/%s", it.Year, hex.EncodeToString(sum[:6]))
	}
	switch it.Rule {
	case integrity.RuleTwoChecks:
		return fmt.Sprintf("%s/%d/%s", it.Rule, it.Year, it.RiskID)
	case integrity.RuleFiling:
		return fmt.Sprintf("%s/%d/%s/%s", it.Rule, it.Year, it.Unit, it.RiskID)
	case integrity.RuleQ1Review:
		return fmt.Sprintf("%s/%d/%s", it.Rule, it.Year, it.Unit)
	case integrity.RuleStage:
		return fmt.Sprintf("%s/%d/%s/%s", it.Rule, it.Year, it.Unit, it.Subject)
	}
	return fmt.Sprintf("%s/%s/%s", it.Rule, it.Subject, it.SignalID)
}

// KeyYear returns the year that the obligation of a key belongs to; 0 where none does, as of signals.
func KeyYear(key string) int {
	_, rest, _ := strings.Cut(key, "/")
	year, _, _ := strings.Cut(rest, "/")
	n, err := strconv.Atoi(year)
	if err != nil {
		return 0
	}
	return n
}

// KeyAbout returns what the obligation of a key is about: the ID of its risk point or signal;
// for what a unit owes as a whole its code, or that of the stage.
func KeyAbout(key string) string { return key[strings.LastIndexByte(key, '/')+1:] }

// Counts is the number of items by rule, basis and status; what has none is absent.
type Counts map[integrity.Rule]map[integrity.Basis]map[integrity.Status]int

// Filter chooses items; the zero Filter takes all of them.
type Filter struct {
	Rule     integrity.Rule
	Basis    integrity.Basis
	Statuses []integrity.Status // nil = all
	Leader   string
	Owner    integrity.Owner
	Units    map[string]bool // codes; nil = all

	// NoPetitions leaves out the handling of petitions, for everybody but inspectors.
	NoPetitions bool
}

// matches reports whether the filter takes an item, its status apart.
func (f *Filter) matches(it *Item) bool {
	return (f.Rule == "" || it.Rule == f.Rule) &&
		(f.Basis == "" || it.Basis == f.Basis) &&
		(f.Leader == "" || it.Leader == f.Leader) &&
		(f.Owner == "" || it.Owner == f.Owner) &&
		(f.Units == nil || f.Units[it.Unit]) &&
		!(f.NoPetitions && it.Owner == integrity.OwnerInspector)
}

// sink keeps the items that a filter takes and counts those that match it but for their
// status.
type sink struct {
	filter Filter
	parts  [][]Item // kept before those in items
	items  []Item
	counts flatCounts
}

// all returns the items in the order in which they were judged.
func (s *sink) all() []Item { return slices.Concat(append(s.parts, s.items)...) }

func (s *sink) take(it *Item) {
	if !s.filter.matches(it) {
		return
	}
	s.counts.add(it)
	if s.filter.Statuses == nil || slices.Contains(s.filter.Statuses, it.Status) {
		s.items = append(s.items, *it)
	}
}

// flatCounts is Counts while counting: rules are judged one after the other, so the same
// few keys come again and again.
type flatCounts struct {
	keys []countKey
	n    []int
}

type countKey struct {
	rule   integrity.Rule
	basis  integrity.Basis
	status integrity.Status
}

func (c *flatCounts) add(it *Item) { c.plus(countKey{it.Rule, it.Basis, it.Status}, 1) }

func (c *flatCounts) plus(k countKey, n int) {
	i := slices.Index(c.keys, k)
	if i < 0 {
		i = len(c.keys)
		c.keys, c.n = append(c.keys, k), append(c.n, 0)
	}
	c.n[i] += n
}

func (c *flatCounts) merge(other *flatCounts) {
	for i, k := range other.keys {
		c.plus(k, other.n[i])
	}
}

// counts returns what was counted.
func (c *flatCounts) counts() Counts {
	out := Counts{}
	for i, k := range c.keys {
		if out[k.rule] == nil {
			out[k.rule] = map[integrity.Basis]map[integrity.Status]int{}
		}
		if out[k.rule][k.basis] == nil {
			out[k.rule][k.basis] = map[integrity.Status]int{}
		}
		out[k.rule][k.basis][k.status] = c.n[i]
	}
	return out
}

// Summary counts items by rule, basis and status.
func Summary(items []Item) Counts {
	var c flatCounts
	for i := range items {
		c.add(&items[i])
	}
	return c.counts()
}

// Items returns the items of all rules that a filter takes, as of a day, by rule in
// official order, and the summary of those that match it but for their status. year is
// that of two_checks and q1_review; the other rules give what is open and what was done
// in that year.
func (b *Book) Items(year int, asOf integrity.Day, filter Filter) ([]Item, Counts) {
	into := sink{filter: filter}
	for _, rule := range []struct {
		rule  integrity.Rule
		judge func(year int, asOf integrity.Day, into *sink)
	}{
		{integrity.RuleTwoChecks, b.twoChecks},
		{integrity.RuleQ1Review, b.q1Review},
		{integrity.RuleFiling, b.filing},
		{integrity.RuleRectification, b.rectification},
		{integrity.RuleHandling, b.handling},
		{integrity.RuleStage, b.stage},
	} {
		if filter.Rule == "" || filter.Rule == rule.rule {
			rule.judge(year, asOf, &into)
		}
	}
	return into.all(), into.counts.counts()
}

// Sort puts items into the order of pages and papers: by rule, then by unit in official
// order, year, due day, number of the point, number of the signal.
func (b *Book) Sort(items []Item) {
	order := map[integrity.Rule]int{}
	for i, r := range integrity.Rules() {
		order[r] = i
	}
	slices.SortStableFunc(items, func(x, y Item) int {
		return cmp.Or(
			cmp.Compare(order[x.Rule], order[y.Rule]),
			cmp.Compare(b.unitAt[x.Unit], b.unitAt[y.Unit]),
			cmp.Compare(x.Year, y.Year),
			cmp.Compare(x.Due, y.Due),
			cmp.Compare(x.RiskNo, y.RiskNo),
			cmp.Compare(x.Subject, y.Subject),
			cmp.Compare(x.Number, y.Number),
			cmp.Compare(x.RiskID, y.RiskID),
			cmp.Compare(x.SignalID, y.SignalID),
		)
	})
}

// judge is the status formula of requirements, section 3, for k checkpoints in order.
// dates holds the first days on which something was done, ascending, distinct, none
// after asOf and no more than checkpoints. due is the first unmet checkpoint, or the
// last one when all are met.
func judge(asOf integrity.Day, checkpoints, dates []integrity.Day, near func(due integrity.Day) bool) (status integrity.Status, due integrity.Day, late bool) {
	for k, c := range checkpoints {
		if k < len(dates) {
			late = late || dates[k] > c
		} else {
			late = late || c < asOf
		}
	}
	if len(dates) == len(checkpoints) {
		if late {
			return integrity.StatusMetLate, checkpoints[len(checkpoints)-1], late
		}
		return integrity.StatusMet, checkpoints[len(checkpoints)-1], late
	}
	due = checkpoints[len(dates)]
	switch {
	case due < asOf:
		return integrity.StatusOverdue, due, late
	case near(due):
		return integrity.StatusDueSoon, due, late
	}
	return integrity.StatusOnTrack, due, late
}

// nearDays and nearWorkdays tell whether a due day that is not past is near.
func (b *Book) nearDays(asOf integrity.Day) func(integrity.Day) bool {
	return func(due integrity.Day) bool { return int(due-asOf) <= b.rules.NearDays }
}

func (b *Book) nearWorkdays(asOf integrity.Day) func(integrity.Day) bool {
	return func(due integrity.Day) bool { return b.rules.Calendar.Between(asOf, due) <= b.rules.NearWorkdays }
}

// single judges an item that one deed fulfils: due by it.Due, done on doneOn when that
// is a day up to asOf.
func single(it *Item, asOf, doneOn integrity.Day, near func(integrity.Day) bool) {
	it.Required = 1
	var dates []integrity.Day
	if doneOn != integrity.NoDay && doneOn <= asOf {
		dates = []integrity.Day{doneOn}
		it.Done, it.DoneOn = 1, doneOn
	}
	it.Status, it.Due, it.Late = judge(asOf, []integrity.Day{it.Due}, dates, near)
	it.DaysLeft = int(it.Due - asOf)
}
