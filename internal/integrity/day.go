package integrity

import (
	"database/sql/driver"
	"fmt"
	"time"
	_ "time/tzdata" // offices run bare machines without a time zone database
)

// Shanghai is the time zone of every day in this system.
var Shanghai = mustLoad("Asia/Shanghai")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the database is linked in above
	}
	return loc
}

// Day is a civil day of Asia/Shanghai, counted from 1970-01-01. The zero Day is "none":
// events before 1990 are refused at the door, so no event falls on it.
type Day int32

// NoDay is the absent day.
const NoDay Day = 0

// Forever is the open end of an interval: later than any day a file may name.
var Forever = Date(2299, time.December, 31)

// Date returns the day with the given civil date; out-of-range months and days carry
// over as in time.Date.
func Date(year int, month time.Month, day int) Day {
	if year >= 1 && month >= time.January && month <= time.December {
		y := year - 1
		days := y*365 + y/4 - y/100 + y/400 + daysBefore[month-1] + day - 1
		if month > time.February && (year%4 == 0 && year%100 != 0 || year%400 == 0) {
			days++
		}
		return Day(days - daysTo1970)
	}
	return Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// daysBefore are the days of a common year before each month, daysTo1970 those from the first
// day of the year 1 to 1970-01-01: time.Date takes ten times as long, and a load reads some
// dates of every row.
var daysBefore = [12]int{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334}

const daysTo1970 = 719_162

// DayOf returns the day of Asia/Shanghai on which t falls.
func DayOf(t time.Time) Day {
	y, m, d := t.In(Shanghai).Date()
	return Date(y, m, d)
}

// ParseDay reads a day written 2006-01-02. The empty text is not a day.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return NoDay, &Refused{Name: "day", Value: s, Shape: ShapeDay}
	}
	return Day(t.Unix() / 86400), nil
}

// UTC returns midnight UTC of the civil day, the form in which the database driver
// takes a date.
func (d Day) UTC() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// Start returns the first instant of the day in Asia/Shanghai.
func (d Day) Start() time.Time {
	y, m, n := d.UTC().Date()
	return time.Date(y, m, n, 0, 0, 0, 0, Shanghai)
}

// Year returns the calendar year.
func (d Day) Year() int { return d.UTC().Year() }

// Month returns the month of the year.
func (d Day) Month() time.Month { return d.UTC().Month() }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return d.UTC().Weekday() }

// MonthCode returns the month as 2006-01, the code of the dimension month.
func (d Day) MonthCode() string { return d.UTC().Format("2006-01") }

// String returns 2006-01-02, or the empty text for NoDay.
func (d Day) String() string {
	if d == NoDay {
		return ""
	}
	return d.UTC().Format(time.DateOnly)
}

// Chinese returns the form used in sentences: 2026年3月5日.
func (d Day) Chinese() string {
	y, m, n := d.UTC().Date()
	return fmt.Sprintf("%d年%d月%d日", y, int(m), n)
}

// MarshalText writes 2006-01-02; NoDay and Forever are the empty text.
func (d Day) MarshalText() ([]byte, error) {
	if d == Forever {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads 2006-01-02 or the empty text.
func (d *Day) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = NoDay
		return nil
	}
	v, err := ParseDay(string(b))
	*d = v
	return err
}

// Scan reads a date column.
func (d *Day) Scan(src any) error {
	switch t := src.(type) {
	case time.Time:
		y, m, n := t.Date()
		*d = Date(y, m, n)
	case *time.Time:
		y, m, n := t.Date()
		*d = Date(y, m, n)
	default:
		return fmt.Errorf("scan day: unexpected %T", src)
	}
	return nil
}

// Value writes a date column.
func (d Day) Value() (driver.Value, error) { return d.UTC(), nil }
