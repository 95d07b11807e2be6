package spread

import (
	"slices"
	"testing"
)

func TestOf(t *testing.T) {
	for name, tc := range map[string]struct {
		values []float64
		want   Spread
	}{
		"one value":                         {[]float64{3}, Spread{3, 3, 3}},
		"the middle of an odd number":       {[]float64{9, 1, 5}, Spread{5, 1, 9}},
		"half way between the two middle":   {[]float64{8, 2, 4, 1}, Spread{3, 1, 8}},
		"an outlier does not move a median": {[]float64{1, 1, 1, 1, 100}, Spread{1, 1, 100}},
	} {
		t.Run(name, func(t *testing.T) {
			before := slices.Clone(tc.values)
			if got := Of(tc.values); got != tc.want {
				t.Errorf("Of(%v) = %v, want %v", tc.values, got, tc.want)
			}
			if !slices.Equal(before, tc.values) {
				t.Errorf("Of changed its values to %v", tc.values)
			}
		})
	}
}

func TestTime(t *testing.T) {
	for want, seconds := range map[string]float64{
		"1.23 s": 1.234, "12.3 s": 12.34, "123 s": 123.4, "45.6 ms": 0.0456, "789 µs": 0.000789, "12.0 ns": 12e-9, "1.00 ms": 0.001,
	} {
		if got := Time(seconds); got != want {
			t.Errorf("Time(%v) = %q, want %q", seconds, got, want)
		}
	}
	if got, want := Of([]float64{0.001, 0.002}).Range(), "1.00 ms – 2.00 ms"; got != want {
		t.Errorf("Range = %q, want %q", got, want)
	}
}
