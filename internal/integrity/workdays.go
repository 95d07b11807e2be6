package integrity

import (
	"bytes"
	_ "embed" // the table of special days below
	"encoding/csv"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
)

// DayKind tells how a special day differs from what its weekday says.
type DayKind string

// The kinds of special days. A year is arranged once its table holds DayOff or DayWork:
// DayStatutory stands in a year whose arrangement of make-up days is not announced yet.
const (
	DayOff       DayKind = "off"       // 放假, by the year's arrangement
	DayWork      DayKind = "work"      // 调休上班: a Saturday or Sunday on which people work
	DayStatutory DayKind = "statutory" // off by law, the arrangement around it still open
)

// SpecialDay is one row of a table of holidays and make-up days.
type SpecialDay struct {
	On   Day     `json:"on"`
	Kind DayKind `json:"kind"`
	Name string  `json:"name"` // 国庆节, 调休上班
}

// specialDays is the table that ships with the program: the arrangements for 2024, 2025
// (国办发明电〔2024〕12号) and 2026 (announced 2025-11-04), and the statutory days of 2027.
//
//go:embed workdays.csv
var specialDays []byte

// ParseSpecialDays reads a table with the columns date, kind and name (off, work or
// statutory), the form in which an administrator adds a year. It returns an error that
// wraps ErrInvalid and names the line of the first row that it cannot read.
func ParseSpecialDays(r io.Reader) ([]SpecialDay, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = 3
	head, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("%w: read the heading of the special days: %w", ErrInvalid, err)
	}
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	if head[0] != "date" || head[1] != "kind" || head[2] != "name" {
		return nil, fmt.Errorf("%w: heading %q of the special days; write date,kind,name", ErrInvalid, strings.Join(head, ","))
	}
	var out []SpecialDay
	for {
		rec, err := in.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%w: read the special days: %w", ErrInvalid, err)
		}
		line, _ := in.FieldPos(0)
		on, err := ParseDay(rec[0])
		if err != nil {
			return nil, fmt.Errorf("special days, line %d: %w", line, err)
		}
		out = append(out, SpecialDay{On: on, Kind: DayKind(rec[1]), Name: rec[2]})
		if err := out[len(out)-1].validate(); err != nil {
			return nil, fmt.Errorf("special days, line %d: %w", line, err)
		}
	}
}

func (s SpecialDay) validate() error {
	switch s.Kind {
	case DayOff, DayWork, DayStatutory:
	default:
		return fmt.Errorf("%w: kind %q of %s; legal: off work statutory", ErrInvalid, s.Kind, s.On)
	}
	if s.On <= NoDay || s.On > Forever {
		return fmt.Errorf("%w: special day %s out of range", ErrInvalid, s.On.UTC().Format("2006-01-02"))
	}
	return nil
}

// Workdays is the calendar of working days: Monday to Friday, but for the special days
// of the years it knows. It is immutable and safe for concurrent use. Days outside
// 1970-01-01 to Forever count as their nearest end.
type Workdays struct {
	upto     []int32 // working days from 1970-01-01 through each day, up to Forever
	arranged map[int]bool
	source   []SpecialDay
}

// NewWorkdays returns the calendar of the shipped table and the extra days. Extra days
// of a year whose arrangement is not shipped are that year's whole table; extra days of
// an arranged year correct it day by day. It returns an error that wraps ErrInvalid for
// an unknown kind or a day out of range.
func NewWorkdays(extra ...SpecialDay) (*Workdays, error) {
	shipped, err := ParseSpecialDays(bytes.NewReader(specialDays))
	if err != nil {
		return nil, fmt.Errorf("shipped table: %w", err)
	}
	w := &Workdays{arranged: arrangedYears(shipped)}
	replaced := map[int]bool{}
	for _, s := range extra {
		if err := s.validate(); err != nil {
			return nil, err
		}
		if y := s.On.Year(); !w.arranged[y] {
			replaced[y] = true
		}
	}
	kinds := map[Day]DayKind{}
	for _, s := range shipped {
		if !replaced[s.On.Year()] {
			kinds[s.On] = s.Kind
			w.source = append(w.source, s)
		}
	}
	for _, s := range extra {
		kinds[s.On] = s.Kind
		w.source = append(w.source, s)
	}
	w.arranged = arrangedYears(w.source)

	w.upto = make([]int32, Forever+1)
	var n int32
	for d := range w.upto {
		kind, special := kinds[Day(d)]
		weekday := (d + 4) % 7 // 1970-01-01 was a Thursday
		if kind == DayWork || !special && weekday != 0 && weekday != 6 {
			n++
		}
		w.upto[d] = n
	}
	return w, nil
}

func arrangedYears(days []SpecialDay) map[int]bool {
	years := map[int]bool{}
	for _, s := range days {
		if s.Kind != DayStatutory {
			years[s.On.Year()] = true
		}
	}
	return years
}

func (w *Workdays) clamp(d Day) Day { return min(max(d, 0), Forever) }

// IsWorkday reports whether people work on d.
func (w *Workdays) IsWorkday(d Day) bool {
	d = w.clamp(d)
	return d == 0 || w.upto[d] > w.upto[d-1]
}

// Next returns d if it is a working day, otherwise the first working day after it: where
// a last day on a day off moves to.
func (w *Workdays) Next(d Day) Day {
	for d < Forever && !w.IsWorkday(d) {
		d++
	}
	return d
}

// After returns the last day of a term "within n working days after d": the day after d
// is day 1, only working days count, and what is open is overdue from the day after the
// returned one. n below 1 gives Next(d).
func (w *Workdays) After(d Day, n int) Day {
	if n < 1 {
		return w.Next(d)
	}
	target := w.upto[w.clamp(d)] + int32(n)
	i := sort.Search(len(w.upto), func(i int) bool { return w.upto[i] >= target })
	return w.clamp(Day(i))
}

// Between returns the number of working days after from up to and including to; 0 when
// to is not after from.
func (w *Workdays) Between(from, to Day) int {
	return int(max(w.upto[w.clamp(to)]-w.upto[w.clamp(from)], 0))
}

// Arranged reports whether the arrangement of holidays and make-up days of a year is in
// the table. Without it, terms in that year count weekends and statutory days only.
func (w *Workdays) Arranged(year int) bool { return w.arranged[year] }

// Note returns the remark that a term from one day to another needs because it touches
// years without an arrangement, such as 2027年调休未载入; otherwise the empty text.
func (w *Workdays) Note(from, to Day, lang Lang) string {
	var years []string
	for y := from.Year(); y <= to.Year(); y++ {
		if !w.arranged[y] {
			years = append(years, strconv.Itoa(y))
		}
	}
	switch {
	case len(years) == 0:
		return ""
	case lang == English:
		return "holiday arrangement not loaded for " + strings.Join(years, ", ")
	}
	return strings.Join(years, "、") + "年调休未载入"
}

// SpecialDays returns the table in use: shipped rows first, then added ones.
func (w *Workdays) SpecialDays() []SpecialDay { return append([]SpecialDay(nil), w.source...) }
