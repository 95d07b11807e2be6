package assets

import (
	"math"
	"strconv"
	"testing"
)

// visions turn linear red, green and blue into what an eye without one kind of cone makes of
// them (Machado, Oliveira and Fernandes 2009, severity 1).
var visions = map[string][9]float64{
	"usual":                {1, 0, 0, 0, 1, 0, 0, 0, 1},
	"protanopia (no red)":  {0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998},
	"deuteranopia (green)": {0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881},
	"tritanopia (no blue)": {1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900},
}

// lab is how an eye sees a colour, in CIE L*a*b* under daylight.
func lab(t *testing.T, colour string, eye [9]float64) [3]float64 {
	t.Helper()
	var rgb [3]float64
	for i := range rgb {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			rgb[i] = c / 12.92
		} else {
			rgb[i] = math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	var seen [3]float64
	for i := range seen {
		seen[i] = min(max(eye[3*i]*rgb[0]+eye[3*i+1]*rgb[1]+eye[3*i+2]*rgb[2], 0), 1)
	}
	f := func(v float64) float64 {
		if v > 216.0/24389 {
			return math.Cbrt(v)
		}
		return (24389.0/27*v + 16) / 116
	}
	x := f((0.4124*seen[0] + 0.3576*seen[1] + 0.1805*seen[2]) / 0.95047)
	y := f(0.2126*seen[0] + 0.7152*seen[1] + 0.0722*seen[2])
	z := f((0.0193*seen[0] + 0.1192*seen[1] + 0.9505*seen[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// apart is how far two colours are apart for an eye (ΔE of 1976: 2 is just seen, 10 at a glance).
func apart(a, b [3]float64) float64 {
	return math.Hypot(math.Hypot(a[0]-b[0], a[1]-b[1]), a[2]-b[2])
}

func TestColoursOfChartsAreToldApartByEveryEye(t *testing.T) {
	for theme, tokens := range themes() {
		for eye, matrix := range visions {
			t.Run(theme+", "+eye, func(t *testing.T) {
				see := func(name string) [3]float64 {
					t.Helper()
					if tokens[name] == "" {
						t.Fatalf("no colour --%s", name)
					}
					return lab(t, tokens[name], matrix)
				}
				// Quantity: each step is told from the next, and goes on in one direction.
				for i := range 5 {
					now, next := see("seq-"+strconv.Itoa(i)), see("seq-"+strconv.Itoa(i+1))
					if d := apart(now, next); d < 6 {
						t.Errorf("seq-%d and seq-%d are %.1f apart; want 6", i, i+1, d)
					}
					if darker := now[0] > next[0]; darker != (theme == "light") {
						t.Errorf("seq-%d to seq-%d: lightness goes from %.0f to %.0f", i, i+1, now[0], next[0])
					}
				}
				// On time, past a date of the notice, not due yet; and the two grades. Past a limit of
				// the system beside past a date of the notice: signs and words help there.
				for _, pair := range []struct {
					a, b  string
					least float64
				}{{"met", "red", 28}, {"met", "track", 28}, {"red", "track", 28}, {"g-important", "g-general", 28}, {"red", "yellow", 20}} {
					if d := apart(see(pair.a), see(pair.b)); d < pair.least {
						t.Errorf("%s and %s are %.1f apart; want %.0f", pair.a, pair.b, d, pair.least)
					}
				}
			})
		}
	}
}
