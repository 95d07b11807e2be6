package simulation

import (
	"bytes"
	"flag"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"

	"qingfeng/metrics/hotspot"
)

var figures = flag.String("figures", "", "measure everything and write the Markdown to this `file`")

// The floors leave room for two seeds: the targets themselves are held against
// eight in FIGURES.md.
func TestSpikesAreFoundAndFalseAlarmsAreRare(t *testing.T) {
	r, err := measure(Standard(), 2, hotspot.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	short := hotspot.DefaultOptions()
	short.History = 12
	year, err := Trial{World: Standard(), Spike: SixPlusEight, Seeds: 2, Options: short}.Run()
	if err != nil {
		t.Fatal(err)
	}
	part := func(a, b int) float64 { return float64(a) / float64(b) }
	for _, tc := range []struct {
		name     string
		got      float64
		min, max float64
	}{
		{"spikes of 5e+5 found", part(r.five.Found, r.five.Planted), 0.85, 1},
		{"spikes of 6e+8 found", part(r.six.Found, r.six.Planted), 0.97, 1},
		{"spikes of 6e+8 found with a year of history", part(year.Found, year.Planted), 0.9, 1},
		{"false among the hot cells", part(r.five.False+r.six.False, r.five.Hot+r.six.Hot), 0, 0.12},
		{"months with any hot cell, nothing planted", part(r.null.FalseMonths, r.null.Months), 0, 0.15},
		{"spikes of 3x named", part(r.triple.Named, r.triple.Planted), 0.7, 1},
		{"cells on the watch list without a spike", part(r.null.FalseWatch, r.null.Clean), 0, 0.0105},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if !(tc.got >= tc.min && tc.got <= tc.max) {
				t.Errorf("%.3f; want %g to %g", tc.got, tc.min, tc.max)
			}
		})
	}
}

func TestRulesOfThumbRingMuchMoreOften(t *testing.T) {
	null := Trial{World: Standard(), Seeds: 1}
	spiked := Trial{World: Standard(), Spike: FivePlusFive, Seeds: 1}
	for i, least := range []float64{80, 35, 3, 1} {
		rule := Rules()[i]
		o := rule.Try(null)
		if got := float64(o.Alarms) / float64(o.Months); got < least {
			t.Errorf("%s: %.1f alarms a month without a spike; want at least %g", rule.Name, got, least)
		}
		if s := rule.Try(spiked); s.Planted != 24 || s.Found < 20 || s.False != s.Alarms-s.Found {
			t.Errorf("%s: %+v", rule.Name, s)
		}
	}
}

// With the flag the whole is measured (a minute) and written; without it one
// seed shows that every part prints numbers.
func TestFigures(t *testing.T) {
	if *figures != "" {
		var b bytes.Buffer
		if err := Figures(&b, 8); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(*figures, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	var b bytes.Buffer
	opt := hotspot.DefaultOptions()
	for _, err := range []error{targets(&b, 1, opt), rises(&b, 1, opt), newcomers(&b, 1, opt), ruleTable(&b, 1, opt)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"| spikes of 5e+5 found | ≥ 90 % |", "| 2.5x | 16 |", "## New units", "| this model, hot |"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "NaN") || strings.Contains(b.String(), "%!") {
		t.Errorf("not all numbers:\n%s", b.String())
	}
}

// What FIGURES.md claims is held against the targets it names, so that a worse
// model cannot be committed with its figures.
func TestTheWrittenFiguresReachTheirTargets(t *testing.T) {
	text, err := os.ReadFile("../FIGURES.md")
	if err != nil {
		t.Fatal(err)
	}
	held := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) < 5 {
			continue
		}
		var limit, got float64
		target, measured := strings.TrimSpace(cells[2]), strings.TrimSpace(cells[3])
		if _, err := fmt.Sscanf(measured, "%f %%", &got); err != nil {
			continue
		}
		if _, err := fmt.Sscanf(target, "≥ %f %%", &limit); err == nil {
			held++
			if got < limit {
				t.Errorf("%s: %g %%", strings.TrimSpace(line), got)
			}
		} else if _, err := fmt.Sscanf(target, "≤ %f %%", &limit); err == nil {
			held++
			if got > limit {
				t.Errorf("%s: %g %%", strings.TrimSpace(line), got)
			}
		}
	}
	if held != 9 {
		t.Errorf("%d figures have a target; want 9", held)
	}
}

func TestDrawingIsRepeatableAndHasTheMeansItClaims(t *testing.T) {
	w := Standard()
	a, b := w.Draw(7), w.Draw(7)
	if !reflect.DeepEqual(a, b) {
		t.Error("the same seed draws differently")
	}
	if reflect.DeepEqual(a.Counts, w.Draw(8).Counts) {
		t.Error("another seed draws the same")
	}
	var counted, expected float64
	for u := range a.Units {
		for c := range a.Categories {
			for m := range a.Months {
				counted += float64(a.Counts[u][c][m])
				expected += a.Means[u][c][m]
			}
		}
	}
	if math.Abs(counted/expected-1) > 0.02 {
		t.Errorf("%.0f counted where %.0f are meant", counted, expected)
	}
}

func TestSpikesArePlantedWhereTheyAreLargeEnough(t *testing.T) {
	d := Standard().Draw(3)
	d.Plant(Triple, 2, 24, 3)
	if len(d.Planted) != 24 {
		t.Errorf("%d spikes; want two in each of twelve months", len(d.Planted))
	}
	for at := range d.Planted {
		mean, count := d.Means[at[0]][at[1]][at[2]], d.Counts[at[0]][at[1]][at[2]]
		if at[2] < 24 || count < 8 || math.Abs(float64(count)-3*mean) > 0.5 {
			t.Errorf("spike at %v: %d with a mean of %.2f", at, count, mean)
		}
	}
}
