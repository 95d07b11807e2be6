package integrity

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func mustDay(t *testing.T, s string) Day {
	t.Helper()
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func mustWorkdays(t *testing.T, extra ...SpecialDay) *Workdays {
	t.Helper()
	w, err := NewWorkdays(extra...)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestIsWorkday(t *testing.T) {
	w := mustWorkdays(t)
	for _, tc := range []struct {
		name, day string
		want      bool
	}{
		{"a plain Tuesday is a working day", "2026-03-10", true},
		{"a plain Saturday is a day off", "2026-03-14", false},
		{"a make-up Saturday is a working day", "2026-02-28", true},
		{"a make-up Sunday is a working day", "2026-01-04", true},
		{"a bridged Friday is a day off", "2026-01-02", false},
		{"a Monday of the Spring Festival is a day off", "2026-02-16", false},
		{"the Tuesday after the festival is a working day", "2026-02-24", true},
		{"a statutory day of a year without an arrangement is a day off", "2027-04-05", false},
		{"29 February of a leap year is a plain Thursday", "2024-02-29", true},
		{"a make-up Sunday of 2024 is a working day", "2024-04-28", true},
		{"New Year of a year the table does not know is judged by its weekday", "2031-01-01", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := w.IsWorkday(mustDay(t, tc.day)); got != tc.want {
				t.Errorf("IsWorkday(%s) = %t; want %t", tc.day, got, tc.want)
			}
		})
	}
}

func TestAfter(t *testing.T) {
	w := mustWorkdays(t)
	for _, tc := range []struct {
		name, from string
		n          int
		want       string
	}{
		{"the day after is day 1", "2026-03-09", 1, "2026-03-10"},
		{"a weekend does not count", "2026-03-13", 1, "2026-03-16"},
		{"ten working days in a plain fortnight", "2026-03-02", 10, "2026-03-16"},
		{"a term that starts on a day off", "2026-03-14", 1, "2026-03-16"},
		{"over the Spring Festival with both make-up Saturdays", "2026-02-13", 10, "2026-03-05"},
		{"over the national holiday with its make-up days", "2026-09-18", 10, "2026-10-09"},
		{"over New Year 2026: the make-up Sunday is day 2", "2025-12-30", 2, "2026-01-04"},
		{"fifteen working days over the May holiday", "2026-04-27", 15, "2026-05-20"},
		{"over 29 February", "2024-02-28", 2, "2024-03-01"},
		{"no working days: a day off moves on", "2026-05-02", 0, "2026-05-06"},
		{"no working days: a working day stays", "2026-05-06", 0, "2026-05-06"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := w.After(mustDay(t, tc.from), tc.n); got.String() != tc.want {
				t.Errorf("After(%s, %d) = %s; want %s", tc.from, tc.n, got, tc.want)
			}
		})
	}
}

// Counting day by day gives what the table of sums gives, on every day of four years.
func TestWorkdaysAgreeWithCountingDayByDay(t *testing.T) {
	w := mustWorkdays(t)
	for from := Date(2024, time.January, 1); from < Date(2028, time.January, 1); from += 3 {
		n := 0
		for d := from + 1; d <= from+60; d++ {
			if w.IsWorkday(d) {
				n++
				if got := w.After(from, n); got != d {
					t.Fatalf("After(%s, %d) = %s; want %s", from, n, got, d)
				}
			}
			if got := w.Between(from, d); got != n {
				t.Fatalf("Between(%s, %s) = %d; want %d", from, d, got, n)
			}
		}
	}
	if got := w.Between(Date(2026, time.May, 8), Date(2026, time.May, 1)); got != 0 {
		t.Errorf("Between backwards = %d; want 0", got)
	}
	if got := w.Next(Forever); got != Forever {
		t.Errorf("Next(Forever) = %s; want Forever", got)
	}
}

func TestYearsWithoutAnArrangementSaySo(t *testing.T) {
	w := mustWorkdays(t)
	if w.Arranged(2027) || !w.Arranged(2026) {
		t.Errorf("Arranged(2027), Arranged(2026) = %t, %t; want false, true", w.Arranged(2027), w.Arranged(2026))
	}
	from, to := mustDay(t, "2026-12-28"), mustDay(t, "2027-01-11")
	if got, want := w.Note(from, to, Chinese), "2027年调休未载入"; got != want {
		t.Errorf("Note = %q; want %q", got, want)
	}
	if got, want := w.Note(from, to, English), "holiday arrangement not loaded for 2027"; got != want {
		t.Errorf("Note = %q; want %q", got, want)
	}
	if got := w.Note(from, from, Chinese); got != "" {
		t.Errorf("Note in an arranged year = %q; want none", got)
	}
}

func TestAnAdministratorAddsAYear(t *testing.T) {
	days, err := ParseSpecialDays(strings.NewReader("\ufeffdate,kind,name\n2027-01-01,off,元旦\n2027-02-06,work,调休上班\n"))
	if err != nil {
		t.Fatal(err)
	}
	w := mustWorkdays(t, days...)
	if !w.Arranged(2027) {
		t.Error("2027 is not arranged after its table was added")
	}
	if !w.IsWorkday(mustDay(t, "2027-02-06")) {
		t.Error("the make-up Saturday of the added year is no working day")
	}
	if !w.IsWorkday(mustDay(t, "2027-04-05")) {
		t.Error("a row of the shipped, provisional table survives in the added year")
	}
	w = mustWorkdays(t, SpecialDay{On: mustDay(t, "2026-03-10"), Kind: DayOff, Name: "更正"})
	if w.IsWorkday(mustDay(t, "2026-03-10")) || w.IsWorkday(mustDay(t, "2026-10-01")) {
		t.Error("a correction of an arranged year loses the rest of that year, or itself")
	}
	if got := len(w.SpecialDays()) - len(mustWorkdays(t).SpecialDays()); got != 1 {
		t.Errorf("the corrected table has %d more rows; want 1", got)
	}
}

func TestParseSpecialDaysNamesWhatIsWrong(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"an empty file", "", "heading"},
		{"a foreign heading", "day,kind,name\n", "date,kind,name"},
		{"a bad day", "date,kind,name\n2027-02-30,off,x\n", "line 2"},
		{"an unknown kind", "date,kind,name\n2027-02-03,holiday,x\n", "legal: off work statutory"},
		{"a missing column", "date,kind,name\n2027-02-03,off\n", "wrong number of fields"},
		{"a day before all events", "date,kind,name\n1960-02-03,off,x\n", "out of range"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := ParseSpecialDays(strings.NewReader(tc.in))
			if err == nil || !strings.Contains(err.Error(), tc.want) || !errors.Is(err, ErrInvalid) {
				t.Errorf("error %v; want ErrInvalid with %q", err, tc.want)
			}
		})
	}
	if _, err := NewWorkdays(SpecialDay{On: 1, Kind: "x"}); !errors.Is(err, ErrInvalid) {
		t.Errorf("NewWorkdays with an unknown kind: %v; want ErrInvalid", err)
	}
	if diff := cmp.Diff(len(mustWorkdays(t).SpecialDays()), strings.Count(string(specialDays), "\n")-1); diff != "" {
		t.Error(diff)
	}
}

func TestIDsAreSixteenDigitsAndReadBack(t *testing.T) {
	for id, want := range map[uint64]string{0: "0000000000000000", 1: "0000000000000001", 0xdeadbeef: "00000000deadbeef", 1<<64 - 1: "ffffffffffffffff"} {
		if got := FormatID(id); got != want {
			t.Errorf("FormatID(%d) = %s; want %s", id, got, want)
		}
		if back, err := ParseID(want); err != nil || back != id {
			t.Errorf("ParseID(%s) = %d, %v", want, back, err)
		}
	}
}
