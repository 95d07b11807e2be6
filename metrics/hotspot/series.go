package hotspot

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Series are the counts of new matters of one run: every unit, every category,
// every month. Repeats of a matter are grouped before they come here.
type Series struct {
	// Units in any order, codes unique.
	Units []Unit
	// Categories by code, unclassified included.
	Categories []string
	// Months are consecutive, as 2026-03.
	Months []string
	// WorkingDays of each month, at least 1.
	WorkingDays []int
	// Counts are matters by unit, category, month, at the indices of the fields
	// above.
	Counts [][][]int
	// Petitions says that petitions are among the matters; it changes the words
	// of the why and nothing else.
	Petitions bool
}

// Unit is one unit of the commission as the model sees it.
type Unit struct {
	Code string
	// Type groups units that are peers of each other, such as bureau offices
	// and hospitals.
	Type string
	// Open is the share of each month's days on which the unit was in
	// operation, 0 to 1; nil means all of every month.
	Open []float64
	// Quiet marks the months in which the unit's source delivered nothing, so
	// that a missing count is not taken for a zero; nil means none. Quiet months
	// are no part of a baseline and are not tested.
	Quiet []bool
}

// open returns the share of month m that the unit was in operation.
func (u *Unit) open(m int) float64 {
	if u.Open == nil {
		return 1
	}
	return u.Open[m]
}

func (u *Unit) quiet(m int) bool { return u.Quiet != nil && u.Quiet[m] }

// Validate returns an error naming the first thing that does not fit together.
func (s *Series) Validate() error {
	months := len(s.Months)
	if len(s.WorkingDays) != months {
		return fmt.Errorf("%d months with working days of %d", months, len(s.WorkingDays))
	}
	for i, m := range s.Months {
		t, err := time.Parse("2006-01", m)
		if err != nil {
			return fmt.Errorf("month %q: %w", m, err)
		}
		if i > 0 && t.AddDate(0, -1, 0).Format("2006-01") != s.Months[i-1] {
			return fmt.Errorf("month %s does not follow %s", m, s.Months[i-1])
		}
		if s.WorkingDays[i] < 1 {
			return fmt.Errorf("month %s has %d working days", m, s.WorkingDays[i])
		}
	}
	if len(s.Categories) == 0 {
		return fmt.Errorf("no categories")
	}
	if len(s.Counts) != len(s.Units) {
		return fmt.Errorf("%d units with counts of %d", len(s.Units), len(s.Counts))
	}
	for u := range s.Units {
		if err := s.validateUnit(u); err != nil {
			return fmt.Errorf("unit %s: %w", s.Units[u].Code, err)
		}
	}
	codes := make([]string, len(s.Units))
	for i, u := range s.Units {
		codes[i] = u.Code
	}
	slices.Sort(codes)
	for i := 1; i < len(codes); i++ {
		if codes[i] == codes[i-1] {
			return fmt.Errorf("unit %s comes twice", codes[i])
		}
	}
	return nil
}

func (s *Series) validateUnit(u int) error {
	unit, months := &s.Units[u], len(s.Months)
	if unit.Open != nil && len(unit.Open) != months {
		return fmt.Errorf("open shares of %d months, not %d", len(unit.Open), months)
	}
	if unit.Quiet != nil && len(unit.Quiet) != months {
		return fmt.Errorf("quiet marks of %d months, not %d", len(unit.Quiet), months)
	}
	for m, open := range unit.Open {
		if !(open >= 0 && open <= 1) {
			return fmt.Errorf("open for a share of %g in %s", open, s.Months[m])
		}
	}
	if len(s.Counts[u]) != len(s.Categories) {
		return fmt.Errorf("counts of %d categories, not %d", len(s.Counts[u]), len(s.Categories))
	}
	for c, row := range s.Counts[u] {
		if len(row) != months {
			return fmt.Errorf("%s: counts of %d months, not %d", s.Categories[c], len(row), months)
		}
		for m, y := range row {
			if y < 0 {
				return fmt.Errorf("%s: %d matters in %s", s.Categories[c], y, s.Months[m])
			}
		}
	}
	return nil
}

// byCode returns the indices of the units in the order of their codes. Sums of
// floating-point numbers depend on their order; always adding in this one makes
// the result the same, bit for bit, however the caller sorted.
func (s *Series) byCode() []int {
	order := make([]int, len(s.Units))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(s.Units[a].Code, s.Units[b].Code) })
	return order
}

// calendarMonth returns 0 for January to 11 for December of month m, which
// Validate has accepted.
func (s *Series) calendarMonth(m int) int {
	name := s.Months[m]
	return int(name[5]-'0')*10 + int(name[6]-'0') - 1
}
