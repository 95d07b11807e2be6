package report

import (
	"fmt"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// summary is the numbers of which the sentences are made.
type summary struct {
	period Period
	asOf   integrity.Day
	units  uint64 // in operation on the day, without the commission itself

	points, important, general uint64
	pointsBefore, pointsAgo    earlier

	checks  checkSums
	q1      q1Sums
	filing  filingSums
	late    map[integrity.Basis]map[integrity.Rule]int // past their limit
	lateAt  int                                        // units with an item past the notice's own date
	lateAll map[integrity.Basis]int
	unmet   unmetSums

	complaints                      events
	complaintsBefore, complaintsAgo earlier
	petitions                       count
	withPetitions                   bool
	findings, findingsFixed         uint64
	findingsBehind                  uint64

	hotSpots     []string // 单位—类别 and how many
	withHotSpots bool
}

// earlier is a number of a period that is compared with. With none there is no data of that
// time: the number is unknown and not zero.
type earlier struct {
	n    uint64
	none bool
}

func (e earlier) text() string {
	if e.none {
		return "—"
	}
	return number(e.n)
}

// points counts the points in force; without a list in force there is none to compare with.
func (s *state) points() earlier {
	n := total(s.risks)
	return earlier{n, n == 0}
}

func (e events) earlier() earlier { return earlier{e.all, e.none} }

// unmetSums are what earlier years left undone by a date of the notice: in none of the other
// numbers, which are those of this year.
type unmetSums struct {
	items    int
	lastYear int // of these, of the year before
	units    int
}

func unmetOf(items []obligation.Item, year int) unmetSums {
	var u unmetSums
	units := map[string]bool{}
	for i := range items {
		if it := &items[i]; it.Basis == integrity.BasisNotice {
			u.items++
			if it.Year == year-1 {
				u.lastYear++
			}
			units[it.Unit] = true
		}
	}
	u.units = len(units)
	return u
}

// word names them: of the year before, or of several years.
func (u unmetSums) word() string {
	if u.lastYear == u.items {
		return "上年度"
	}
	return "以前年度"
}

// checkSums are about points that owe checks in the year; exempt ones and those of closed
// units are left out.
type checkSums struct {
	two, twoDone int // points that owe two checks, and have two
	one, oneDone int // points in force for half the year only, and checked
	missing      int // point checks still to be made on points in force
	daysLeft     int // to 31 December
}

type q1Sums struct {
	owed, met, late, open int
	past                  bool // 31 March is over
}

type filingSums struct{ owed, done, behind int }

func (f *facts) summary() summary {
	s := summary{period: f.period, asOf: f.asOf, points: total(f.now.risks), pointsBefore: f.before.points(), pointsAgo: f.yearAgo.points(),
		complaints: f.now.events[integrity.SignalComplaint], complaintsBefore: f.before.events[integrity.SignalComplaint].earlier(),
		complaintsAgo: f.yearAgo.events[integrity.SignalComplaint].earlier(), petitions: f.now.petitions, withPetitions: f.extract == "",
		findings: f.now.events[integrity.SignalFinding].all, withHotSpots: f.extract == "" && f.insights.HotSpots != nil}
	for _, h := range f.insights.HotSpots {
		s.hotSpots = append(s.hotSpots, fmt.Sprintf("%s—%s%s件", h.UnitName, h.Category.Label(integrity.Chinese), number(h.Count)))
	}
	s.important, s.general = gradeSums(f.now.risks)
	for _, u := range f.units {
		if u.OpenedOn <= f.asOf && (u.ClosedOn == integrity.NoDay || f.asOf < u.ClosedOn) {
			s.units++
		}
	}
	s.checks = checksOf(f.now.items, f.closed)
	for _, r := range f.outlook {
		if r.Unit != "" {
			s.checks.missing += r.Missing
		}
	}
	s.checks.daysLeft = int(integrity.Date(f.asOf.Year(), time.December, 31) - f.asOf)
	s.q1 = q1Of(f.now.items, f.closed, f.asOf)
	s.filing = filingOf(f.now.items)
	s.countLate(f.now.items)
	s.unmet = unmetOf(f.now.unmet, f.asOf.Year())
	open := s.countFindings(f.now.items)
	if open <= s.findings {
		s.findingsFixed = s.findings - open
	}
	return s
}

func checksOf(items []obligation.Item, closed map[string]bool) checkSums {
	var c checkSums
	for i := range items {
		it := &items[i]
		if it.Rule != integrity.RuleTwoChecks || it.Status == integrity.StatusExempt || closed[it.Unit] {
			continue
		}
		done := 0
		if it.Done >= it.Required {
			done = 1
		}
		if it.Required >= 2 {
			c.two, c.twoDone = c.two+1, c.twoDone+done
		} else {
			c.one, c.oneDone = c.one+1, c.oneDone+done
		}
	}
	return c
}

func q1Of(items []obligation.Item, closed map[string]bool, asOf integrity.Day) q1Sums {
	q := q1Sums{past: asOf > integrity.Date(asOf.Year(), time.March, 31)}
	for i := range items {
		it := &items[i]
		if it.Rule != integrity.RuleQ1Review || it.Status == integrity.StatusExempt || closed[it.Unit] {
			continue
		}
		q.owed++
		switch it.Status {
		case integrity.StatusMet:
			q.met++
		case integrity.StatusMetLate:
			q.late++
		default:
			q.open++
		}
	}
	return q
}

// filingOf counts each point once, by its latest round.
func filingOf(items []obligation.Item) filingSums {
	latest := map[string]*obligation.Item{}
	for i := range items {
		it := &items[i]
		if it.Rule != integrity.RuleFiling || it.Status == integrity.StatusExempt {
			continue
		}
		if old := latest[it.RiskID]; old == nil || old.Year < it.Year {
			latest[it.RiskID] = it
		}
	}
	f := filingSums{owed: len(latest)}
	for _, it := range latest {
		if it.Done > 0 {
			f.done++
		}
		if it.Status == integrity.StatusOverdue {
			f.behind++
		}
	}
	return f
}

func (s *summary) countLate(items []obligation.Item) {
	s.late = map[integrity.Basis]map[integrity.Rule]int{integrity.BasisNotice: {}, integrity.BasisSystem: {}}
	s.lateAll = map[integrity.Basis]int{}
	units := map[string]bool{}
	for i := range items {
		it := &items[i]
		if it.Status != integrity.StatusOverdue {
			continue
		}
		s.late[it.Basis][it.Rule]++
		s.lateAll[it.Basis]++
		if it.Basis == integrity.BasisNotice {
			units[it.Unit] = true
		}
	}
	s.lateAt = len(units)
}

// countFindings counts, of the findings of the period, those past their limit, and
// returns how many are not put right.
func (s *summary) countFindings(items []obligation.Item) (open uint64) {
	for i := range items {
		it := &items[i]
		if it.Rule != integrity.RuleRectification || !it.Open() || it.Since < s.period.First || it.Since > s.period.Last {
			continue
		}
		open++
		if it.Status == integrity.StatusOverdue {
			s.findingsBehind++
		}
	}
	return open
}
