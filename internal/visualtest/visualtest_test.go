package visualtest

import (
	"image"
	"image/color"
	"testing"
)

// striped is a page with lines of text, as it were, in a part of it.
func striped(part image.Rectangle, between int) *image.Gray {
	p := image.NewGray(image.Rect(0, 0, 640, 800))
	for y := range 800 {
		for x := range 640 {
			v := uint8(255)
			if (image.Point{X: x, Y: y}).In(part) && x/2%2 == 0 && y%between < 4 {
				v = 100
			}
			p.SetGray(x, y, color.Gray{Y: v})
		}
	}
	return Grid(p)
}

func TestAHoleIsSeenAndAnotherLeadingIsNot(t *testing.T) {
	all := image.Rect(0, 0, 640, 800)
	page := striped(all, 20)
	for _, tc := range []struct {
		name string
		now  *image.Gray
		same bool
	}{
		{"the same", striped(all, 20), true},
		{"lines a little further apart", striped(all, 22), true},
		{"a part moved by a pixel", striped(all.Add(image.Pt(0, 1)), 20), true},
		{"the lower part is missing", striped(image.Rect(0, 0, 640, 600), 20), false},
		{"all is missing", striped(image.Rect(0, 0, 0, 0), 20), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if d := Difference(page, tc.now); (d <= Tolerance) != tc.same {
				t.Errorf("Difference = %.2f; the same to within %.1f: %t", d, Tolerance, tc.same)
			}
		})
	}
}
