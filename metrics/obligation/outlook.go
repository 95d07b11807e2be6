package obligation

import (
	"math"
	"time"

	"qingfeng/internal/integrity"
)

// OutlookRow says what a unit or a leader still has to do to be met by 31 December.
type OutlookRow struct {
	Unit     string `json:"unit"` // empty in the row of a leader
	UnitName string `json:"unit_name"`
	Leader   string `json:"leader"` // of the unit on the day, or whose row it is

	Points   int `json:"points"`   // points that owe checks in the year, without exempt ones
	Required int `json:"required"` // checks required of them
	Done     int `json:"done"`     // of these

	Missing    int     `json:"missing"`     // point checks to do on points in force
	MonthsLeft float64 `json:"months_left"` // 0 once the year is over
	PerMonth   float64 `json:"per_month"`   // Missing a month, rounded up to one decimal
	PerWeek    float64 `json:"per_week"`    // Missing in five working days, rounded up to one decimal; no more than Missing
	Visits     int     `json:"visits"`      // the least number of separate days, all points checked on each
	DaysLeft   int     `json:"days_left"`   // days on which checks can still be made, the as-of day included
	Workdays   int     `json:"workdays"`    // working days among DaysLeft
	Cannot     int     `json:"cannot"`      // points that cannot be met any more

	// For leaders: the dates on which the leader still has to take part, and whether too
	// few days are left for them.
	DatesMissing int  `json:"dates_missing"`
	DatesCannot  bool `json:"dates_cannot"`
}

// Outlook returns how many checks a month each unit, then each leader, needs to be met by
// 31 December, and how many points cannot be met any more: those that lack more separate
// dates than days are left, and those removed unfinished. What is missing falls to the
// unit and the leader that have the point on the day, wherever the item is shown; closed
// units have nothing ahead of them and no row.
func (b *Book) Outlook(year int, asOf integrity.Day) []OutlookRow {
	f := b.frame(year, asOf)
	if asOf < f.first {
		return nil
	}
	f.exempt = b.exemptPoints(year, asOf)
	ls := b.leadersOf(&f)
	units := make([]OutlookRow, len(b.units))
	leaders := make([]OutlookRow, len(ls.rows))
	daysLeft := max(int(f.last-asOf)+1, 0)
	var buf [8]stay
	for p := range b.facts.Points {
		var it Item
		if !b.checksOf(&f, p, buf[:0], &it) || it.Status == integrity.StatusExempt {
			continue
		}
		stays := b.stays(buf[:0], p, asOf)
		now := b.current(stays, asOf)
		s := now
		if s == nil {
			s = b.spanOn(stays, asOf)
		}
		if b.closedBy(s.unit, asOf) {
			continue
		}
		days := daysLeft
		if days > 0 && b.checkedOn(p, asOf) {
			days-- // a second check on one day does not count
		}
		rows := [2]*OutlookRow{&units[s.unit]}
		if at, ok := ls.at[b.leaderOn(s.unit, asOf)]; ok {
			rows[1] = &leaders[at]
		}
		for _, row := range rows {
			if row == nil {
				continue
			}
			row.Points++
			row.Required += it.Required
			row.Done += min(it.Done, it.Required)
			missing := max(it.Required-it.Done, 0)
			switch {
			case missing == 0:
			case now == nil || missing > days:
				row.Cannot++
			}
			if now != nil {
				row.Missing += missing
				row.Visits = max(row.Visits, missing)
			}
		}
	}

	months, workdays := monthsLeft(&f), b.rules.Calendar.Between(asOf-1, f.last)
	finish := func(row *OutlookRow) {
		row.MonthsLeft, row.DaysLeft, row.Workdays = months, daysLeft, workdays
		row.pace()
	}
	var out []OutlookRow
	for u := range units {
		if row := &units[u]; row.Points > 0 {
			row.Unit, row.UnitName, row.Leader = b.units[u].code, b.units[u].name, b.leaderOn(int32(u), asOf)
			finish(row)
			out = append(out, *row)
		}
	}
	duties := b.LeaderDuty(year, asOf)
	for i := range leaders {
		row, duty := &leaders[i], &duties[i]
		if row.Points == 0 && duty.Required == 0 {
			continue
		}
		row.Leader = duty.Leader
		row.DatesMissing = max(duty.Required-duty.Dates, 0)
		days := daysLeft
		if duty.LastDate == asOf {
			days-- // today is taken already
		}
		row.DatesCannot = row.DatesMissing > days
		finish(row)
		out = append(out, *row)
	}
	return out
}

// pace fills in how many checks a month and a week it takes to do what is missing.
func (row *OutlookRow) pace() {
	if row.DaysLeft > 0 && row.Missing > 0 {
		rate := func(left float64) float64 { return math.Ceil(float64(row.Missing)/max(left, 1)*10-1e-9) / 10 }
		row.PerMonth, row.PerWeek = rate(row.MonthsLeft), rate(float64(row.Workdays)/workWeek)
	}
}

// workWeek is how many working days make the week of PerWeek.
const workWeek = 5

// byWeek is from how many months left on what it takes is told by the week.
const byWeek = 2

// ByWeek reports whether so little of the year is left that what it takes is better told by the week:
// more checks a month than are missing at all help nobody.
func (row OutlookRow) ByWeek() bool { return row.MonthsLeft < byWeek }

// TotalOutlook is the outlook of all units of an answer together.
func TotalOutlook(rows []OutlookRow) OutlookRow {
	var sum OutlookRow
	for i := range rows {
		row := &rows[i]
		if row.Unit == "" {
			continue
		}
		sum.Points, sum.Required, sum.Done = sum.Points+row.Points, sum.Required+row.Required, sum.Done+row.Done
		sum.Missing, sum.Cannot, sum.Visits = sum.Missing+row.Missing, sum.Cannot+row.Cannot, max(sum.Visits, row.Visits)
		sum.MonthsLeft, sum.DaysLeft, sum.Workdays = row.MonthsLeft, row.DaysLeft, row.Workdays
	}
	sum.pace()
	return sum
}

// checkedOn reports whether point p was checked on a day.
func (b *Book) checkedOn(p int, day integrity.Day) bool {
	for _, e := range b.events[b.eventAt[p]:b.eventAt[p+1]] {
		if e.on == day {
			return true
		}
	}
	return false
}

// monthsLeft returns the months from the as-of day, included, to the end of the year: the
// rest of its month and the months after it.
func monthsLeft(f *frame) float64 {
	if f.asOf > f.last {
		return 0
	}
	month := f.asOf.Month()
	next := integrity.Date(f.year, month+1, 1)
	length := next - integrity.Date(f.year, month, 1)
	return float64(time.December-month) + float64(next-f.asOf)/float64(length)
}
