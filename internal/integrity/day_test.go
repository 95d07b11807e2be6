package integrity

import (
	"testing"
	"time"
)

// TestDateIsThatOfTheLibrary holds every day of four centuries, and dates that carry over, to
// what package time says.
func TestDateIsThatOfTheLibrary(t *testing.T) {
	check := func(year int, month time.Month, day int) {
		t.Helper()
		want := Day(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
		if got := Date(year, month, day); got != want {
			t.Fatalf("Date(%d, %d, %d) = %d, want %d", year, month, day, got, want)
		}
	}
	for year := 1900; year <= 2301; year++ {
		for month := time.January; month <= time.December; month++ {
			for day := -40; day <= 70; day++ {
				check(year, month, day)
			}
		}
	}
	for _, year := range []int{-401, -400, -1, 0, 1, 2, 4, 100, 400, 1600, 9999} {
		for month := time.Month(-13); month <= 26; month++ {
			check(year, month, 29)
		}
	}
}
