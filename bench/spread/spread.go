package spread

import (
	"fmt"
	"slices"
)

// Spread is the summary of repeated measurements of one thing.
type Spread struct{ Median, Min, Max float64 }

// Of returns the summary of values, of which there is at least one; it does not change
// them.
func Of(values []float64) Spread {
	s := slices.Sorted(slices.Values(values))
	middle := s[len(s)/2]
	if len(s)%2 == 0 {
		middle = (s[len(s)/2-1] + middle) / 2
	}
	return Spread{Median: middle, Min: s[0], Max: s[len(s)-1]}
}

// Range writes smallest and largest as times.
func (s Spread) Range() string { return Time(s.Min) + " – " + Time(s.Max) }

// Time writes seconds with three digits that count: 1.23 s, 45.6 ms, 789 µs, 12.0 ns.
func Time(seconds float64) string {
	for _, u := range []struct {
		size float64
		unit string
	}{{1, "s"}, {1e-3, "ms"}, {1e-6, "µs"}} {
		if seconds >= u.size {
			return digits(seconds/u.size) + " " + u.unit
		}
	}
	return digits(seconds*1e9) + " ns"
}

func digits(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
