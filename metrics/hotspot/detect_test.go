package hotspot_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"qingfeng/metrics/hotspot"
	"qingfeng/metrics/hotspot/simulation"
)

// small is a commission of forty units, quick enough to judge many times.
func small() simulation.World {
	w := simulation.Standard()
	w.Units = 40
	return w
}

func detect(t testing.TB, s hotspot.Series, month int) *hotspot.Result {
	t.Helper()
	r, err := hotspot.Detect(s, month, hotspot.DefaultOptions())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// find returns the cell of a unit and category.
func find(t testing.TB, r *hotspot.Result, unit, category string) hotspot.Cell {
	t.Helper()
	for _, c := range r.Cells {
		if c.Unit == unit && c.Category == category {
			return c
		}
	}
	t.Fatalf("no cell of %s in %s", category, unit)
	return hotspot.Cell{}
}

// clone copies a series so deeply that counts can be changed.
func clone(s hotspot.Series) hotspot.Series {
	s.Units = slices.Clone(s.Units)
	s.Counts = slices.Clone(s.Counts)
	for u := range s.Counts {
		s.Counts[u] = slices.Clone(s.Counts[u])
		for c := range s.Counts[u] {
			s.Counts[u][c] = slices.Clone(s.Counts[u][c])
		}
	}
	return s
}

func hotNames(r *hotspot.Result) []string {
	var names []string
	for _, c := range r.Hot() {
		names = append(names, c.Unit+" "+c.Category)
	}
	slices.Sort(names)
	return names
}

// The bits are compared, not the digits: whoever loads the units in another
// order must not see another q.
func TestPermutingUnitsPermutesTheResult(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := small()
		w.Units = 12
		d := w.Draw(rapid.Uint64().Draw(t, "seed"))
		d.Units[3].Type = "office"
		d.Units[5].Quiet = make([]bool, len(d.Months))
		d.Units[5].Quiet[20] = true
		month := rapid.IntRange(6, 35).Draw(t, "month")
		perm := rapid.Permutation(indices(len(d.Units))).Draw(t, "order")
		shuffled := d.Series
		shuffled.Units, shuffled.Counts = nil, nil
		for _, u := range perm {
			shuffled.Units = append(shuffled.Units, d.Units[u])
			shuffled.Counts = append(shuffled.Counts, d.Counts[u])
		}
		want, err := hotspot.Detect(d.Series, month, hotspot.DefaultOptions())
		if err != nil {
			t.Fatal(err)
		}
		got, err := hotspot.Detect(shuffled, month, hotspot.DefaultOptions())
		if err != nil {
			t.Fatal(err)
		}
		categories := len(d.Categories)
		for i, u := range perm {
			for c := range categories {
				if g, w := got.Cells[i*categories+c], want.Cells[u*categories+c]; g != w {
					t.Fatalf("unit %d at place %d:\n got %+v\nwant %+v", u, i, g, w)
				}
			}
		}
	})
}

func indices(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}

func TestTheNumberOfCoresChangesNothing(t *testing.T) {
	d := small().Draw(5)
	want := detect(t, d.Series, 30)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if got := detect(t, d.Series, 30); !slices.Equal(got.Cells, want.Cells) {
		t.Error("the result on one core differs")
	}
}

func TestAUnitWithoutAnyMatterMakesNothingHotOrCold(t *testing.T) {
	for seed := range uint64(5) {
		d := small().Draw(seed)
		d.Plant(simulation.SixPlusEight, 1, 24, seed)
		more := clone(d.Series)
		more.Units = append(more.Units, hotspot.Unit{Code: "zero", Type: "hospital"})
		rows := make([][]int, len(more.Categories))
		for c := range rows {
			rows[c] = make([]int, len(more.Months))
		}
		more.Counts = append(more.Counts, rows)
		for month := 24; month < 36; month++ {
			want, got := detect(t, d.Series, month), detect(t, more, month)
			if diff := cmp.Diff(hotNames(want), hotNames(got)); diff != "" {
				t.Errorf("seed %d, %s: hot cells (-without +with the unit):\n%s", seed, want.Month, diff)
			}
			if c := find(t, got, "zero", "c0"); c.P != 1 || c.Hot || c.Expected < 0 {
				t.Errorf("seed %d: the silent unit's cell is %+v", seed, c)
			}
		}
	}
}

// The judged month must not vouch for itself: whatever is counted in a cell, what
// was expected there stays, and with it every other category and the whole of a
// unit's past. Other units of the category see it, as a peer.
func TestTheJudgedMonthIsNeverInItsOwnBaseline(t *testing.T) {
	d := small().Draw(11)
	rapid.Check(t, func(t *rapid.T) {
		month := rapid.IntRange(6, 35).Draw(t, "month")
		u := rapid.IntRange(0, len(d.Units)-1).Draw(t, "unit")
		c := rapid.IntRange(0, len(d.Categories)-1).Draw(t, "category")
		before, err := hotspot.Detect(d.Series, month, hotspot.DefaultOptions())
		if err != nil {
			t.Fatal(err)
		}
		changed := clone(d.Series)
		changed.Counts[u][c][month] = rapid.IntRange(0, 500).Draw(t, "count")
		for m := month + 1; m < len(changed.Months); m++ {
			changed.Counts[u][c][m] = 1000 // the future is not looked at
		}
		after, err := hotspot.Detect(changed, month, hotspot.DefaultOptions())
		if err != nil {
			t.Fatal(err)
		}
		categories := len(d.Categories)
		for i := range before.Cells {
			b, a := before.Cells[i], after.Cells[i]
			if i%categories == c && i/categories != u {
				continue // a peer
			}
			if a.Expected != b.Expected || a.Run.Expected != b.Run.Expected || a.OwnMean != b.OwnMean {
				t.Fatalf("changing %d/%d moved cell %d from %+v to %+v", u, c, i, b, a)
			}
		}
	})
}

func TestWhatIsWrongWithTheInputIsSaid(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(s *hotspot.Series, o *hotspot.Options, month *int)
		want   string
	}{
		{"five months of history are too few", func(_ *hotspot.Series, _ *hotspot.Options, m *int) { *m = 5 },
			"detect hot spots of 2021-06: too few months of history: 5 of 6"},
		{"a month outside the series", func(_ *hotspot.Series, _ *hotspot.Options, m *int) { *m = 36 }, "month 36 of 36"},
		{"zero options", func(_ *hotspot.Series, o *hotspot.Options, _ *int) { *o = hotspot.Options{} }, "0 rounds"},
		{"a gap between months", func(s *hotspot.Series, _ *hotspot.Options, _ *int) {
			s.Months = slices.Clone(s.Months)
			s.Months[4] = "2021-06"
		}, "month 2021-06 does not follow 2021-04"},
		{"a month that is none", func(s *hotspot.Series, _ *hotspot.Options, _ *int) {
			s.Months = slices.Clone(s.Months)
			s.Months[4] = "May"
		}, `month "May"`},
		{"a month without working days", func(s *hotspot.Series, _ *hotspot.Options, _ *int) {
			s.WorkingDays = slices.Clone(s.WorkingDays)
			s.WorkingDays[1] = 0
		}, "month 2021-02 has 0 working days"},
		{"working days of other months", func(s *hotspot.Series, _ *hotspot.Options, _ *int) { s.WorkingDays = s.WorkingDays[1:] },
			"36 months with working days of 35"},
		{"no categories", func(s *hotspot.Series, _ *hotspot.Options, _ *int) { s.Categories = nil }, "no categories"},
		{"counts of fewer units", func(s *hotspot.Series, _ *hotspot.Options, _ *int) { s.Counts = s.Counts[1:] },
			"40 units with counts of 39"},
		{"counts of fewer categories", func(s *hotspot.Series, _ *hotspot.Options, _ *int) { s.Counts[2] = s.Counts[2][1:] },
			"unit u002: counts of 6 categories, not 7"},
		{"counts of fewer months", func(s *hotspot.Series, _ *hotspot.Options, _ *int) { s.Counts[2][1] = s.Counts[2][1][1:] },
			"unit u002: c1: counts of 35 months, not 36"},
		{"a negative count", func(s *hotspot.Series, _ *hotspot.Options, _ *int) { s.Counts[2][1][3] = -1 },
			"unit u002: c1: -1 matters in 2021-04"},
		{"a unit twice", func(s *hotspot.Series, _ *hotspot.Options, _ *int) { s.Units[1].Code = "u000" },
			"unit u000 comes twice"},
		{"open for more than a month", func(s *hotspot.Series, _ *hotspot.Options, _ *int) {
			s.Units[1].Open = make([]float64, 36)
			s.Units[1].Open[7] = 1.5
		}, "unit u001: open for a share of 1.5 in 2021-08"},
		{"open shares of other months", func(s *hotspot.Series, _ *hotspot.Options, _ *int) { s.Units[1].Open = []float64{1} },
			"unit u001: open shares of 1 months, not 36"},
		{"quiet marks of other months", func(s *hotspot.Series, _ *hotspot.Options, _ *int) { s.Units[1].Quiet = []bool{true} },
			"unit u001: quiet marks of 1 months, not 36"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, opt, month := clone(small().Draw(1).Series), hotspot.DefaultOptions(), 30
			tc.change(&s, &opt, &month)
			_, err := hotspot.Detect(s, month, opt)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Detect = %v; want %q", err, tc.want)
			}
			if short := errors.Is(err, hotspot.ErrTooShort); short != (month == 5) {
				t.Errorf("errors.Is(%v, ErrTooShort) = %t", err, short)
			}
		})
	}
}

func TestCellsThatCannotBeJudgedAreNotTested(t *testing.T) {
	const month = 30
	s := clone(small().Draw(3).Series)
	all := func(v float64) []float64 { return slices.Repeat([]float64{v}, len(s.Months)) }
	opened := func(u, at int) {
		s.Units[u].Open = all(0)
		for m := at; m < len(s.Months); m++ {
			s.Units[u].Open[m] = 1
		}
	}
	s.Units[0].Quiet = make([]bool, len(s.Months))
	s.Units[0].Quiet[month] = true
	s.Units[1].Open = all(1)
	s.Units[1].Open[month] = 0
	opened(2, month-2)
	opened(3, month-3)
	opened(4, month-6)
	opened(5, month)
	for u := range 6 {
		s.Counts[u][0][month] = 400
	}
	r := detect(t, s, month)
	for _, tc := range []struct {
		unit    string
		state   hotspot.State
		thin    bool
		history int
		hot     bool
	}{
		{"u000", hotspot.StateQuiet, false, 30, false},
		{"u001", hotspot.StateClosed, false, 30, false},
		{"u002", hotspot.StateNew, true, 2, false},
		{"u003", hotspot.StateTested, true, 3, true},
		{"u004", hotspot.StateTested, false, 6, true},
		{"u005", hotspot.StateNew, true, 0, false},
		{"u006", hotspot.StateTested, false, 30, false},
	} {
		c := find(t, r, tc.unit, "c0")
		if c.State != tc.state || c.Thin != tc.thin || c.History != tc.history || c.Hot != tc.hot {
			t.Errorf("%s: state %s, thin %t, history %d, hot %t; want %s, %t, %d, %t",
				tc.unit, c.State, c.Thin, c.History, c.Hot, tc.state, tc.thin, tc.history, tc.hot)
		}
		if c.State != hotspot.StateTested && (c.P != 1 || c.Q != 1 || c.Score != 0 || c.Watch || c.Run.Hot) {
			t.Errorf("%s is %s and yet has %+v", tc.unit, c.State, c)
		}
	}
	if want := (40 - 4) * 7; r.Tested != want {
		t.Errorf("%d cells in the family; want %d", r.Tested, want)
	}
}

// A silent source must not make its peers look loud.
func TestAQuietSourceDoesNotLowerWhatIsExpectedOfItsPeers(t *testing.T) {
	s := clone(small().Draw(3).Series)
	for u := range 20 {
		s.Units[u].Quiet = make([]bool, len(s.Months))
		s.Units[u].Quiet[30] = true
		for c := range s.Categories {
			s.Counts[u][c][30] = 0
		}
	}
	for _, c := range detect(t, s, 30).Cells {
		if c.State == hotspot.StateTested && (c.Peers < 0.7 || c.Peers > 1.4) {
			t.Fatalf("%s %s has a factor of peers of %.2f", c.Unit, c.Category, c.Peers)
		}
		if c.State == hotspot.StateTested && c.PeerUnits != 19 {
			t.Fatalf("%s %s has %d peers; want 19", c.Unit, c.Category, c.PeerUnits)
		}
	}
}

func TestARiseOfTheWholeCityIsNoUnitsHotSpot(t *testing.T) {
	w := small()
	w.Season = 0
	s := clone(w.Draw(8).Series)
	for u := range s.Units {
		for m := range s.Months {
			s.Counts[u][2][m] += 3
		}
		s.Counts[u][2][30] *= 2
	}
	r := detect(t, s, 30)
	if names := hotNames(r); len(names) != 0 {
		t.Errorf("hot: %v", names)
	}
	if c := find(t, r, "u007", "c2"); c.Peers < 1.5 {
		t.Errorf("factor of the peers = %.2f; want about 1.8", c.Peers)
	}
	// The same in one unit alone is one.
	for u := range s.Units {
		s.Counts[u][2][30] /= 2
	}
	s.Counts[7][2][30] += 40
	if names := hotNames(detect(t, s, 30)); !slices.Contains(names, "u007 c2") {
		t.Errorf("forty more in u007 alone are not hot: %v", names)
	}
}

// One flooded unit may not excuse a spike of the others.
func TestAFloodInOneUnitDoesNotMoveItsPeers(t *testing.T) {
	s := clone(small().Draw(8).Series)
	calm := find(t, detect(t, s, 30), "u020", "c2")
	s.Counts[7][2][30] = 500
	flooded := find(t, detect(t, s, 30), "u020", "c2")
	if flooded.Peers > calm.Peers+0.15 {
		t.Errorf("factor of the peers = %.2f with a flood, %.2f without", flooded.Peers, calm.Peers)
	}
}

func TestPeersAreUnitsOfTheSameTypeWhereThereAreEnough(t *testing.T) {
	w := small()
	w.Season = 0
	s := clone(w.Draw(8).Series)
	for u := range s.Units {
		if u < 10 {
			s.Units[u].Type = "office"
			s.Counts[u][2][30] = s.Counts[u][2][30]*2 + 20
		}
		if u >= 37 {
			s.Units[u].Type = "station"
		}
	}
	r := detect(t, s, 30)
	office, hospital := find(t, r, "u001", "c2"), find(t, r, "u020", "c2")
	station := find(t, r, "u038", "c2")
	if office.PeerUnits != 9 || hospital.PeerUnits != 26 || station.PeerUnits != 39 {
		t.Errorf("peers of an office, a hospital, a station: %d, %d, %d; want 9, 26, 39",
			office.PeerUnits, hospital.PeerUnits, station.PeerUnits)
	}
	if office.Peers != 2 || hospital.Peers > 1.3 {
		t.Errorf("factors of an office and a hospital: %.2f, %.2f", office.Peers, hospital.Peers)
	}
}

// Farrington's reason for weights: without them the first spike raises mean and
// dispersion so far that the second passes.
func TestAPastSpikeDoesNotHideTheNext(t *testing.T) {
	d := small().Draw(4)
	s := clone(d.Series)
	mean := d.Means[9][1][30]
	for _, m := range []int{20, 26} {
		s.Counts[9][1][m] = int(10*mean) + 20
	}
	calm := find(t, detect(t, d.Series, 30), "u009", "c1").Expected
	s.Counts[9][1][30] = int(6*mean) + 8
	got := find(t, detect(t, s, 30), "u009", "c1")
	if !got.Hot || got.Expected > 1.5*calm+0.5 {
		t.Errorf("hot %t with %.2f expected, %.2f without the past spikes", got.Hot, got.Expected, calm)
	}
	opt := hotspot.DefaultOptions()
	opt.SpikeWeight = 1
	r, err := hotspot.Detect(s, 30, opt)
	if err != nil {
		t.Fatal(err)
	}
	if plain := find(t, r, "u009", "c1"); plain.Score >= got.Score {
		t.Errorf("the weights lower the score from %.1f to %.1f", plain.Score, got.Score)
	}
}

func TestAYearlyPeakIsExpectedFromTheThirdYearOn(t *testing.T) {
	w := small()
	w.Season = 0
	s := clone(w.Draw(6).Series)
	for u := range s.Units {
		for m := 11; m < len(s.Months); m += 12 {
			s.Counts[u][0][m] += 4
		}
	}
	third, plain := detect(t, s, 35), detect(t, s, 34)
	var peak, before float64
	for u := range s.Units {
		peak += third.Cells[u*7].Expected / third.Cells[u*7].Peers
		before += plain.Cells[u*7].Expected / plain.Cells[u*7].Peers
	}
	if peak < 1.6*before {
		t.Errorf("December lets expect %.0f, November %.0f", peak, before)
	}
	if names := hotNames(third); len(names) != 0 {
		t.Errorf("hot in December: %v", names)
	}
}

func TestASlowRiseIsSeenOverThreeMonths(t *testing.T) {
	var month, run, slow int
	const trials = 20
	for seed := range uint64(trials) {
		d := small().Draw(seed)
		s := clone(d.Series)
		u := rand.New(rand.NewPCG(seed, 1)).IntN(len(s.Units))
		for m := 28; m <= 30; m++ {
			s.Counts[u][3][m] = int(math.Round(3*d.Means[u][3][m] + 3))
		}
		r := detect(t, s, 30)
		c := find(t, r, s.Units[u].Code, "c3")
		if c.Run.Months != 3 || c.Run.Count != s.Counts[u][3][28]+s.Counts[u][3][29]+s.Counts[u][3][30] {
			t.Fatalf("run %+v", c.Run)
		}
		if c.Hot {
			month++
		}
		if c.Run.Hot {
			run++
		}
		if listed := slices.ContainsFunc(r.HotRuns(), func(h hotspot.Cell) bool { return h.Unit == c.Unit && h.Category == "c3" }); listed != (c.Run.Hot && !c.Hot) {
			t.Errorf("in the list of three months: %t", listed)
		}
		if c.Run.Hot && c.RunFrom != s.Months[28] {
			t.Errorf("the run begins with %q", c.RunFrom)
		}
		if c.Run.Hot && !c.Hot && c.SlowRise() != (c.Spike == "" && float64(c.Count) > c.Expected) {
			t.Errorf("slow %t with the spike %q", c.SlowRise(), c.Spike)
		}
		if c.SlowRise() {
			slow++
		}
		// All of it in the first of the three months is a spike, whatever the three are together.
		s.Counts[u][3][28], s.Counts[u][3][29], s.Counts[u][3][30] = c.Run.Count+10, int(d.Means[u][3][29]), int(d.Means[u][3][30])
		if c := find(t, detect(t, s, 30), s.Units[u].Code, "c3"); !c.Run.Hot || c.Spike != s.Months[28] || c.SpikeCount != s.Counts[u][3][28] || c.SlowRise() {
			t.Errorf("a spike of %d two months ago: run %+v, spike %q of %d, slow %t", s.Counts[u][3][28], c.Run, c.Spike, c.SpikeCount, c.SlowRise())
		}
	}
	if slow == 0 {
		t.Error("no rise is called slow")
	}
	if run < trials*6/10 || run <= month {
		t.Errorf("of %d rises the month alone found %d, three together %d", trials, month, run)
	}
}

func TestWithTooShortAHistoryThereIsNoRun(t *testing.T) {
	r := detect(t, small().Draw(2).Series, 7)
	if r.RunTested != 0 {
		t.Errorf("%d runs tested on 5 months", r.RunTested)
	}
	for _, c := range r.Cells {
		if want := (hotspot.Test{Ratio: 1, P: 1, Q: 1, Peers: 1}); c.Run != want {
			t.Fatalf("run %+v", c.Run)
		}
	}
	if r := detect(t, small().Draw(2).Series, 8); r.RunTested != 280 {
		t.Errorf("%d runs tested on 6 months; want 280", r.RunTested)
	}
}

func TestHotAndWatchedFollowTheirRules(t *testing.T) {
	d := simulation.Standard().Draw(1)
	d.Plant(simulation.SixPlusEight, 2, 24, 1)
	opt := hotspot.DefaultOptions()
	for month := 24; month < 36; month++ {
		r := detect(t, d.Series, month)
		var hot, watch int
		for _, c := range r.Cells {
			wantHot := c.Q <= opt.Q && c.Count >= opt.HotMin
			wantWatch := !wantHot && c.P <= opt.WatchP && c.Count >= opt.WatchMin && c.Ratio >= opt.WatchRatio
			if c.Hot != wantHot || c.Watch != wantWatch {
				t.Fatalf("%+v: want hot %t, watch %t", c, wantHot, wantWatch)
			}
			if want := (float64(c.Count) + 0.5) / (c.Expected + 0.5); c.Ratio != want || c.Q < c.P {
				t.Fatalf("%+v: want ratio %g and q not below p", c, want)
			}
			if c.Hot {
				hot++
			}
			if c.Watch {
				watch++
			}
		}
		list := r.Hot()
		if len(list) != hot || !slices.IsSortedFunc(list, byP) {
			t.Errorf("%s: %d hot cells listed of %d, or out of order", r.Month, len(list), hot)
		}
		shown, all, byChance := r.Watched()
		if all != watch || len(shown) != min(watch, 10) || !slices.IsSortedFunc(shown, byP) {
			t.Errorf("%s: %d watched, %d of %d shown, or out of order", r.Month, watch, len(shown), all)
		}
		if want := min(11, watch); byChance != want {
			t.Errorf("%s: %d of %d by chance; want %d", r.Month, byChance, watch, want)
		}
	}
}

func byP(a, b hotspot.Cell) int {
	switch {
	case a.P < b.P:
		return -1
	case a.P > b.P:
		return 1
	}
	return 0
}

func TestHistoryEndsWithTheJudgedMonth(t *testing.T) {
	s := clone(small().Draw(9).Series)
	s.Units[4].Quiet = make([]bool, len(s.Months))
	s.Units[4].Quiet[25] = true
	r := detect(t, s, 30)
	points, err := r.History("u004", "c2", 18, 0.03)
	if err != nil {
		t.Fatal(err)
	}
	if len(points) != 18 || points[17].Month != "2023-07" || points[0].Month != "2022-02" {
		t.Fatalf("points %+v", points)
	}
	c := find(t, r, "u004", "c2")
	want := hotspot.Point{Month: "2023-07", Count: c.Count, Expected: c.Expected, Upper: c.Upper(0.03), Counted: true}
	if diff := cmp.Diff(want, points[17]); diff != "" {
		t.Errorf("last point (-want +got):\n%s", diff)
	}
	quiet := hotspot.Point{Month: "2023-02", Count: s.Counts[4][2][25]}
	if diff := cmp.Diff(quiet, points[12], cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("quiet point (-want +got):\n%s", diff)
	}
	for _, p := range points {
		if p.Counted && float64(p.Upper) < p.Expected-1 {
			t.Errorf("%s: upper %d below the expected %.1f", p.Month, p.Upper, p.Expected)
		}
	}
	for _, name := range [][2]string{{"u004", "c9"}, {"nobody", "c2"}} {
		if _, err := r.History(name[0], name[1], 18, 0.03); err == nil {
			t.Errorf("history of %v without an error", name)
		}
	}
}

func TestUpperIsTheLastCountThatIsExpected(t *testing.T) {
	r := detect(t, small().Draw(9).Series, 30)
	for _, c := range r.Cells {
		top := c.Upper(0.03)
		if unusual := c.Count > top; unusual != (c.P <= 0.03) {
			t.Fatalf("%d counted, expected up to %d, p = %g", c.Count, top, c.P)
		}
	}
	if got := (hotspot.Test{}).Upper(0.03); got != 0 {
		t.Errorf("Upper of no test = %d", got)
	}
}

// Degenerate commissions must not divide by nothing.
func TestEverythingIsANumberWhateverTheCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		units := rapid.IntRange(0, 6).Draw(t, "units")
		months := rapid.IntRange(7, 30).Draw(t, "months")
		top := rapid.SampledFrom([]int{0, 1, 3, 2000}).Draw(t, "top")
		s := hotspot.Series{Categories: []string{"decision", "conduct"}}
		for m := range months {
			s.Months = append(s.Months, fmt.Sprintf("%d-%02d", 2024+m/12, m%12+1))
			s.WorkingDays = append(s.WorkingDays, 15+m%9)
		}
		for u := range units {
			unit := hotspot.Unit{Code: string(rune('a' + u)), Type: rapid.SampledFrom([]string{"x", "y"}).Draw(t, "type")}
			if rapid.Bool().Draw(t, "partly open") {
				unit.Open = rapid.SliceOfN(rapid.SampledFrom([]float64{0, 0.5, 1}), months, months).Draw(t, "open")
			}
			if rapid.Bool().Draw(t, "partly quiet") {
				unit.Quiet = rapid.SliceOfN(rapid.Bool(), months, months).Draw(t, "quiet")
			}
			s.Units = append(s.Units, unit)
			row := rapid.SliceOfN(rapid.IntRange(0, top), months, months)
			s.Counts = append(s.Counts, [][]int{row.Draw(t, "decision"), row.Draw(t, "conduct")})
		}
		r, err := hotspot.Detect(s, months-1, hotspot.DefaultOptions())
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range r.Cells {
			for _, test := range []hotspot.Test{c.Test, c.Run} {
				for _, v := range []float64{test.Expected, test.Ratio, test.P, test.Q, test.Peers, c.Score, c.OwnMean, c.PeerMean} {
					if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
						t.Fatalf("%+v", c)
					}
				}
				if test.P > 1 || test.Q > 1 {
					t.Fatalf("%+v", c)
				}
			}
			if hotspot.Why(c, "zh") == "" || hotspot.Why(c, "en") == "" {
				t.Fatalf("no why for %+v", c)
			}
		}
	})
}

// The target is 3 s for 5,000 units × 7 categories × 36 months on two cores.
func BenchmarkDetect5000Units(b *testing.B) {
	w := simulation.Standard()
	w.Units, w.Months = 5000, 37
	d := w.Draw(1)
	for b.Loop() {
		detect(b, d.Series, 36)
	}
}
