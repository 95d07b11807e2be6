package hotspot

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// ErrTooShort means that fewer closed months precede the judged one than a
// judgement needs (Options.MinHistory).
var ErrTooShort = errors.New("too few months of history")

// State says whether a cell was tested, or why not.
type State string

// The states of a cell.
const (
	// StateTested: p and q are meant.
	StateTested State = "tested"
	// StateQuiet: the unit's source delivered nothing for the month.
	StateQuiet State = "quiet"
	// StateNew: the unit has been counted for too few months (Options.NewUnit).
	StateNew State = "new"
	// StateClosed: the unit was not in operation in the month.
	StateClosed State = "closed"
)

// Test is a count held against what was expected of it.
type Test struct {
	// Months judged together, 1 or Options.Run; 0 where nothing was tested.
	Months int
	// Count is the number of new matters, Expected the mean of what past and
	// peers let expect.
	Count    int
	Expected float64
	// Ratio is (Count + ½) / (Expected + ½).
	Ratio float64
	// P is the probability of at least Count if nothing has changed, not below
	// 1e-300; Q the false discovery rate of all cells at least as improbable.
	// Both are 1 where nothing was tested.
	P, Q float64
	// Hot: Q ≤ Options.Q and Count ≥ Options.HotMin.
	Hot bool
	// Peers is the factor by which the peers' own counts moved the expectation,
	// 1.03 for three per cent above what was expected of them.
	Peers float64
	// size of the negative binomial behind P.
	size float64
}

// Upper returns the smallest count whose upper tail is at or below p, less one:
// the top of the range of counts that are expected. It is 0 without a test.
func (t Test) Upper(p float64) int {
	if t.size == 0 || !(p > 0 && p < 1) {
		return 0
	}
	low, high := 0, 1 // the tail at low is above p, the tail at high is not
	for upperTail(high, t.Expected, t.size) > p {
		low, high = high, 2*high
	}
	for high-low > 1 {
		if mid := (low + high) / 2; upperTail(mid, t.Expected, t.size) > p {
			low = mid
		} else {
			high = mid
		}
	}
	return low
}

// Cell is the judgement on one unit and category in the judged month.
type Cell struct {
	Unit, Category string
	// Month as 2026-03.
	Month string
	State State
	Test
	// Watch: improbable, large and far above expectation, but not hot.
	Watch bool
	// Score is −log10 P, by which cells are ranked.
	Score float64
	// Thin (基线不足): the unit has fewer months than Options.MinHistory, and
	// its expectation rests on its type more than on itself.
	Thin bool
	// History is the number of months of the baseline in which the unit was
	// counted; OwnMean its mean count in the OwnMonths of the last 24 in which it was.
	History   int
	OwnMean   float64
	OwnMonths int
	// PeerUnits is the number of peers tested in the month and PeerMean their
	// mean count.
	PeerUnits int
	PeerMean  float64
	// Run is the same test over the last months together (Options.Run), with
	// Months 0, P and Q 1 where there was none. Its baseline ends before it.
	Run Test
	// RunFrom is the first month of Run, as 2026-01; empty where there was none.
	RunFrom string
	// Spike is the month of Run, and SpikeCount its count, that is a spike by itself
	// (Options.SpikeP and SpikeMin, as in the baseline): the run is hot for that month
	// alone, or mostly. The most improbable, if several are; empty where none is, or
	// where Run is not hot.
	Spike      string
	SpikeCount int
	// Reports is the number of papers behind Count, repeats included. Detect
	// leaves it 0; a caller who knows it sets it for Why.
	Reports int
	// Petitions says that petitions are among the matters.
	Petitions bool
}

// Result is the judgement on one month.
type Result struct {
	Month string
	// Cells of every unit and category, units in the order of the series.
	Cells []Cell
	// Tested is the number of cells in the family of the month's q values,
	// RunTested that of the months together.
	Tested, RunTested int
	// Tau and Dispersion (by category) are the fitted constants, for the page
	// that explains the method.
	Tau        float64
	Dispersion []float64

	opt   Options
	model *model
}

// Detect judges month, an index into s.Months, against the closed months before
// it; later months are not looked at. The counts of the judged month are in no
// cell's own baseline: they reach other cells alone, as peers.
//
// It returns ErrTooShort if fewer than Options.MinHistory months precede month,
// and an error naming the fault if series or options do not make sense.
func Detect(s Series, month int, opt Options) (*Result, error) {
	if err := opt.Validate(); err != nil {
		return nil, fmt.Errorf("detect hot spots: options: %w", err)
	}
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("detect hot spots: series: %w", err)
	}
	if month < 0 || month >= len(s.Months) {
		return nil, fmt.Errorf("detect hot spots: month %d of %d", month, len(s.Months))
	}
	if month < opt.MinHistory {
		return nil, fmt.Errorf("detect hot spots of %s: %w: %d of %d",
			s.Months[month], ErrTooShort, month, opt.MinHistory)
	}
	order := s.byCode()
	from := max(0, month-opt.History)
	m := fit(&s, order, from, month, opt)
	tests, states := m.judge(month, month)

	r := &Result{
		Month: s.Months[month], Cells: make([]Cell, len(tests)),
		Tau: m.tau, Dispersion: m.phi, opt: opt, model: m,
	}
	r.Tested = decide(tests, states, opt)
	// The months of the run are judged together, so none of them may be in the
	// baseline: a slow rise would otherwise raise what is expected of it.
	runs := make([]judged, len(tests))
	runStates := make([]State, len(order))
	spikes := make([]spike, len(tests))
	start := month - opt.Run + 1
	if start-from >= opt.MinHistory {
		before := fit(&s, order, from, start, opt)
		runs, runStates = before.judge(start, month)
		for i, state := range states {
			if state != StateTested {
				runStates[i] = state
			}
		}
		r.RunTested = decide(runs, runStates, opt)
		if slices.ContainsFunc(runs, func(t judged) bool { return t.Hot }) {
			spikes = before.spikes(start, month)
		}
	}
	for i, u := range order {
		for c := range s.Categories {
			at := i*len(s.Categories) + c
			cell := m.cell(i, c, states[i], tests[at], runs[at], runStates[i])
			if cell.Run.Months > 0 {
				cell.RunFrom = s.Months[start]
			}
			if cell.Run.Hot && spikes[at].count > 0 {
				cell.Spike, cell.SpikeCount = s.Months[spikes[at].month], spikes[at].count
			}
			r.Cells[u*len(s.Categories)+c] = cell
		}
	}
	return r, nil
}

// spike is a month that stands out by itself; a count of 0 is none.
type spike struct {
	month, count int
	p            float64
}

// spikes finds by cell the most improbable of the months first … last that is a spike by
// itself, held against the fitted rates like a month of the baseline.
func (m *model) spikes(first, last int) []spike {
	out := make([]spike, len(m.order)*len(m.s.Categories))
	for t := first; t <= last; t++ {
		tests, _ := m.judge(t, t)
		for at := range tests {
			one := &tests[at]
			if one.P < m.opt.SpikeP && one.Count >= m.opt.SpikeMin && (out[at].count == 0 || one.P < out[at].p) {
				out[at] = spike{t, one.Count, one.P}
			}
		}
	}
	return out
}

// judged is a test with what its peers add.
type judged struct {
	Test
	peerUnits int
	peerMean  float64
}

// judge holds the counts of the months first … last together against the fitted
// rates. It sets all but Q and Hot; the states are by unit.
func (m *model) judge(first, last int) ([]judged, []State) {
	s, categories := m.s, len(m.s.Categories)
	states := make([]State, len(m.order))
	for i, u := range m.order {
		unit := &s.Units[u]
		switch {
		case unit.open(last) == 0:
			states[i] = StateClosed
		case unit.quiet(last):
			states[i] = StateQuiet
		case m.months[i] < m.opt.NewUnit:
			states[i] = StateNew
		default:
			states[i] = StateTested
		}
	}
	tests := make([]judged, len(m.order)*categories)
	expected := make([]float64, len(m.order))
	months := make([]float64, len(m.order))
	for c := range categories {
		for i, u := range m.order {
			count, z, zz := 0, 0.0, 0.0
			for t := first; t <= last; t++ {
				e := m.exposure(&s.Units[u], t)
				if e == 0 {
					continue
				}
				e *= m.season[c*12+s.calendarMonth(t)]
				count += s.Counts[u][c][t]
				z += e
				zz += e * e
			}
			tests[i*categories+c].Count = count
			expected[i] = m.lambda[i*categories+c] * z
			months[i] = 1
			if zz > 0 {
				months[i] = z * z / zz
			}
		}
		peers := m.peers(c, tests, expected, states)
		for i := range m.order {
			at := i*categories + c
			t := &tests[at]
			if states[i] == StateClosed || states[i] == StateQuiet {
				// A count that is there all the same is not taken for a month's.
				t.Test = Test{Count: s.Counts[m.order[i]][c][last], Ratio: 1, P: 1, Q: 1, Peers: 1}
				continue
			}
			p := peers[i]
			t.peerUnits, t.peerMean = p.units, p.mean()
			t.Peers = p.factor(m.opt)
			t.Expected = expected[i] * t.Peers
			t.Ratio = (float64(t.Count) + 0.5) / (t.Expected + 0.5)
			t.P, t.Q = 1, 1
			t.Months = last - first + 1
			t.size = m.size(at, c, months[i])
			if states[i] == StateTested {
				t.P = upperTail(t.Count, t.Expected, t.size)
			}
		}
	}
	return tests, states
}

// peerSum is what units counted and were expected to count. The counts are whole
// numbers, so that taking a unit out of a sum leaves no trace of its count.
type peerSum struct {
	units    int
	counted  int
	capped   int // counted, with each unit capped
	expected float64
}

// peer is the sum of one unit. Its count is capped, or a single flooded unit
// would excuse a spike of all others.
func peer(count int, expected float64, opt Options) peerSum {
	return peerSum{1, count, min(count, int(opt.PeersCap*(expected+1))), expected}
}

func (p peerSum) plus(q peerSum) peerSum {
	return peerSum{p.units + q.units, p.counted + q.counted, p.capped + q.capped, p.expected + q.expected}
}

func (p peerSum) minus(q peerSum) peerSum {
	return peerSum{p.units - q.units, p.counted - q.counted, p.capped - q.capped, p.expected - q.expected}
}

func (p peerSum) mean() float64 {
	if p.units == 0 {
		return 0
	}
	return float64(p.counted) / float64(p.units)
}

// factor is drawn towards 1 where the peers are few and small, and clipped, so
// that a flood elsewhere cannot excuse everything.
func (p peerSum) factor(opt Options) float64 {
	g := (float64(p.capped) + opt.PeersPrior) / (p.expected + opt.PeersPrior)
	return min(max(g, opt.PeersMin), opt.PeersMax)
}

// peers returns by unit the sums over the other tested units of its type in
// category c, or of the city where the type has too few.
func (m *model) peers(c int, tests []judged, expected []float64, states []State) []peerSum {
	categories := len(m.s.Categories)
	byType := map[int]peerSum{}
	var city peerSum
	own := make([]peerSum, len(m.order))
	for i, kind := range m.types {
		if states[i] != StateTested {
			continue
		}
		own[i] = peer(tests[i*categories+c].Count, expected[i], m.opt)
		byType[kind] = byType[kind].plus(own[i])
		city = city.plus(own[i])
	}
	sums := make([]peerSum, len(m.order))
	for i, kind := range m.types {
		sums[i] = byType[kind].minus(own[i])
		if sums[i].units < m.opt.MinPeers {
			sums[i] = city.minus(own[i])
		}
	}
	return sums
}

// decide sets Q and Hot over one family of tests and returns its size. Every
// tested cell belongs to the family, however small: dropping the small ones
// afterwards would break what q promises.
func decide(tests []judged, states []State, opt Options) int {
	var family []int
	var p []float64
	for at := range tests {
		if states[at/(len(tests)/len(states))] == StateTested {
			family = append(family, at)
			p = append(p, tests[at].P)
		}
	}
	for i, q := range benjaminiHochberg(p) {
		t := &tests[family[i]]
		t.Q = q
		t.Hot = q <= opt.Q && t.Count >= opt.HotMin
	}
	return len(family)
}

// ownMonths is the number of months before the judged one over which a cell's
// own mean is taken, for the reader.
const ownMonths = 24

// cell puts together what the reader sees of unit i and category c.
func (m *model) cell(i, c int, state State, t, run judged, runState State) Cell {
	s, u := m.s, m.order[i]
	cell := Cell{
		Unit: s.Units[u].Code, Category: s.Categories[c], Month: s.Months[m.to],
		State: state, Test: t.Test, Score: max(0, -math.Log10(t.P)),
		Thin: m.months[i] < m.opt.MinHistory, History: m.months[i],
		PeerUnits: t.peerUnits, PeerMean: t.peerMean,
		Run: Test{Ratio: 1, P: 1, Q: 1, Peers: 1}, Petitions: s.Petitions,
	}
	if runState == StateTested {
		cell.Run = run.Test
	}
	cell.Watch = state == StateTested && !cell.Hot && cell.P <= m.opt.WatchP &&
		cell.Count >= m.opt.WatchMin && cell.Ratio >= m.opt.WatchRatio
	for t := max(m.from, m.to-ownMonths); t < m.to; t++ {
		if m.exposure(&s.Units[u], t) > 0 {
			cell.OwnMean += float64(s.Counts[u][c][t])
			cell.OwnMonths++
		}
	}
	cell.OwnMean /= float64(max(cell.OwnMonths, 1))
	return cell
}

// Hot returns the hot cells, the most improbable first.
func (r *Result) Hot() []Cell {
	return r.ranked(func(c *Cell) bool { return c.Hot }, func(c *Cell) float64 { return c.P })
}

// SlowRise tells whether the cell rises slowly: it is hot over the last months together, no
// month of them stands out by itself, and the judged month is still above what was expected
// of it. Other cells that are hot over the months owe it to one month, or have fallen back.
func (c *Cell) SlowRise() bool {
	return c.Run.Hot && !c.Hot && c.Spike == "" && float64(c.Count) > c.Expected
}

// HotRuns returns the cells that are hot over the last months together but not
// in the month itself, the most improbable first: slow rises and others (see
// Cell.SlowRise).
func (r *Result) HotRuns() []Cell {
	return r.ranked(func(c *Cell) bool { return c.Run.Hot && !c.Hot }, func(c *Cell) float64 { return c.Run.P })
}

// Watched returns the watch list (关注), the most improbable first and at most
// Options.WatchShown of them. all is the number of cells that the rule names and
// byChance how many of these it would name on average where nothing happened, to
// be printed with the list.
func (r *Result) Watched() (shown []Cell, all, byChance int) {
	list := r.ranked(func(c *Cell) bool { return c.Watch }, func(c *Cell) float64 { return c.P })
	byChance = min(int(math.Round(r.opt.WatchChance*float64(r.Tested))), len(list))
	return list[:min(len(list), r.opt.WatchShown)], len(list), byChance
}

func (r *Result) ranked(in func(*Cell) bool, p func(*Cell) float64) []Cell {
	var list []Cell
	for i := range r.Cells {
		if in(&r.Cells[i]) {
			list = append(list, r.Cells[i])
		}
	}
	slices.SortStableFunc(list, func(a, b Cell) int {
		return cmp.Or(cmp.Compare(p(&a), p(&b)), cmp.Compare(a.Unit, b.Unit))
	})
	return list
}
