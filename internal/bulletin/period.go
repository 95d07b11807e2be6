package bulletin

import (
	"fmt"
	"regexp"
	"time"

	"qingfeng/internal/integrity"
)

var periodCode = regexp.MustCompile(`^(19|20|21)\d\d(-(0[1-9]|1[0-2]|H[12]))?$`)

// CheckPeriod returns an error that wraps integrity.ErrInvalid unless the code is that of
// a month (2026-10), half a year (2026-H1) or a year (2026).
func CheckPeriod(code string) error {
	if !periodCode.MatchString(code) {
		return &integrity.Refused{Name: "period", Value: code, Shape: integrity.ShapePeriod}
	}
	return nil
}

// month returns the month of a code, and false for half-years and years.
func month(code string) (time.Time, bool) {
	t, err := time.Parse("2006-01", code)
	return t, err == nil
}

// Number is what an issue of a month is called: 2026年第10期（总第22期）. Both are 0 for
// half-years and years, which are named by their time alone.
type Number struct {
	No    int `json:"no"`    // among the issues of the months of one year
	Total int `json:"total"` // among all issues of months
}

// Next returns the number that the period gets when it is issued after those that were:
// its own if it was issued before, otherwise the next of its year and of all. Before this
// program issued anything, each month from the first one on is taken to have been issued
// on paper. first is the month of issue no. 1; empty means January of the year before.
func Next(code string, issued []Issue, first string) Number {
	m, ok := month(code)
	if !ok {
		return Number{}
	}
	var last Number // the highest so far
	begun, begunYear := false, false
	for _, i := range issued {
		if i.Period == code {
			return i.Number
		}
		if of, ok := month(i.Period); ok {
			begun = true
			last.Total = max(last.Total, i.Total)
			if of.Year() == m.Year() {
				begunYear = true
				last.No = max(last.No, i.No)
			}
		}
	}
	from, ok := month(first)
	if !ok {
		from = time.Date(m.Year()-1, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	onPaper := (m.Year()-from.Year())*12 + int(m.Month()-from.Month()) // issues before this one
	switch {
	case !begun && onPaper < 0:
		return Number{No: int(m.Month()), Total: 1}
	case !begun:
		return Number{No: int(m.Month()), Total: onPaper + 1}
	case !begunYear:
		return Number{No: 1, Total: last.Total + 1}
	}
	return Number{No: last.No + 1, Total: last.Total + 1}
}

// Name is what an issue of a period is called: months by their number in the year and among
// all, half-years and years by their time.
func Name(code string, n Number) string {
	year := code[:4]
	switch {
	case len(code) == 4:
		return year + "年度"
	case code[5:] == "H1":
		return year + "年上半年"
	case code[5:] == "H2":
		return year + "年下半年"
	}
	return fmt.Sprintf("%s年第%d期（总第%d期）", year, n.No, n.Total)
}
