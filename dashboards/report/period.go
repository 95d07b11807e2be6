package report

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"qingfeng/internal/integrity"
)

// Period is what a report is about: a month, half a year or a year.
type Period struct {
	Code        string        // 2026-10, 2026-H1, 2026
	First, Last integrity.Day // both included
	months      int           // 1, 6 or 12
}

var periodCode = regexp.MustCompile(`^(\d{4})(?:-(0[1-9]|1[0-2]|H[12]))?$`)

// ParsePeriod reads 2026-10, 2026-H1 or 2026. The error wraps integrity.ErrInvalid.
func ParsePeriod(code string) (Period, error) {
	m := periodCode.FindStringSubmatch(code)
	if m == nil {
		return Period{}, &integrity.Refused{Name: "period", Value: code, Shape: integrity.ShapePeriod}
	}
	year, _ := strconv.Atoi(m[1]) // four digits
	if year < 1990 || year > 2200 {
		return Period{}, fmt.Errorf("%w: period %q lies outside 1990 to 2200", integrity.ErrInvalid, code)
	}
	switch m[2] {
	case "":
		return period(year, time.January, 12), nil
	case "H1":
		return period(year, time.January, 6), nil
	case "H2":
		return period(year, time.July, 6), nil
	}
	month, _ := strconv.Atoi(m[2]) // two digits
	return period(year, time.Month(month), 1), nil
}

// period returns the period of so many months from the first of a month on.
func period(year int, month time.Month, months int) Period {
	p := Period{First: integrity.Date(year, month, 1), Last: integrity.Date(year, month+time.Month(months), 1) - 1, months: months}
	switch months {
	case 1:
		p.Code = p.First.MonthCode()
	case 6:
		p.Code = fmt.Sprintf("%d-H%d", p.First.Year(), (int(p.First.Month())+5)/6)
	default:
		p.Code = strconv.Itoa(p.First.Year())
	}
	return p
}

// before is the period of the same length that ends when p begins.
func (p Period) before() Period {
	return period(p.First.Year(), p.First.Month()-time.Month(p.months), p.months)
}

// yearAgo is the same period of the year before.
func (p Period) yearAgo() Period { return period(p.First.Year()-1, p.First.Month(), p.months) }

// kind is the place of the period's title in Settings.Titles.
func (p Period) kind() int { return map[int]int{1: 0, 6: 1, 12: 2}[p.months] }

// eachMonth returns the months of the period.
func (p Period) eachMonth() []Period {
	out := make([]Period, p.months)
	for i := range out {
		out[i] = period(p.First.Year(), p.First.Month()+time.Month(i), 1)
	}
	return out
}

// periodWords are what sentences and titles call a period and those it is compared with.
type periodWords struct {
	title string // of the bulletin
	this  string // 本月
	last  string // 上月
	same  string // 上年同期; empty where it is the same as last
}

func (p Period) words() periodWords {
	switch p.months {
	case 1:
		return periodWords{"廉洁风险防控监督月报", "本月", "上月", "上年同期"}
	case 6:
		return periodWords{"廉洁风险防控监督半年报", "本半年", "上个半年", "上年同期"}
	}
	return periodWords{"廉洁风险防控监督年报", "本年", "上年", ""}
}
