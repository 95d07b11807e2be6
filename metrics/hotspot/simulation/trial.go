package simulation

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"qingfeng/metrics/hotspot"
)

// FirstTested is the index of the first judged month: two years are always
// behind it.
const FirstTested = 24

// spikesPerMonth is the number of spikes planted in each judged month.
const spikesPerMonth = 2

// Trial is one line of the figures: a world drawn from the seeds 1 … Seeds, its
// months from FirstTested on judged one by one.
type Trial struct {
	World   World
	Spike   Spike // the zero Spike plants nothing
	Seeds   int
	Options hotspot.Options
}

// Outcome counts what came of a trial. Cells are those of tested months.
type Outcome struct {
	Months int
	// Planted spikes; Found of them hot; Named of them hot or watched; Shown of
	// them hot or among the watched that fit on the list.
	Planted, Found, Named, Shown int
	// Hot cells, False of them without a spike, in FalseMonths different months.
	Hot, False, FalseMonths int
	// Clean cells without a spike, FalseWatch of them watched.
	Clean, FalseWatch int
	// FalseRunMonths are the months in which three months together are hot
	// somewhere without a spike in any of the three.
	FalseRunMonths int
	// Thin cells without a spike, of units with a thin baseline; ThinHot and
	// ThinWatch of them hot and watched.
	Thin, ThinHot, ThinWatch int
}

// Run draws, plants and judges.
func (t Trial) Run() (Outcome, error) {
	var o Outcome
	for seed := 1; seed <= t.Seeds; seed++ {
		d := t.World.Draw(uint64(seed))
		if t.Spike != (Spike{}) {
			d.Plant(t.Spike, spikesPerMonth, FirstTested, uint64(seed))
		}
		for month := FirstTested; month < len(d.Months); month++ {
			r, err := hotspot.Detect(d.Series, month, t.Options)
			if err != nil {
				return o, fmt.Errorf("seed %d: %w", seed, err)
			}
			o.add(d, r, month, t.Options)
		}
	}
	return o, nil
}

func (o *Outcome) add(d *Drawn, r *hotspot.Result, month int, opt hotspot.Options) {
	o.Months++
	shown := map[[2]string]bool{}
	list, _, _ := r.Watched()
	for _, c := range list {
		shown[[2]string{c.Unit, c.Category}] = true
	}
	before := o.False
	falseRun := false
	for i, c := range r.Cells {
		u, k := i/len(d.Categories), i%len(d.Categories)
		if c.State != hotspot.StateTested {
			continue
		}
		planted := d.Planted[[3]int{u, k, month}]
		o.Hot += one(c.Hot)
		if planted {
			o.Planted++
			o.Found += one(c.Hot)
			o.Named += one(c.Hot || c.Watch)
			o.Shown += one(c.Hot || shown[[2]string{c.Unit, c.Category}])
			continue
		}
		o.Clean++
		o.False += one(c.Hot)
		o.FalseWatch += one(c.Watch)
		if c.Thin {
			o.Thin++
			o.ThinHot += one(c.Hot)
			o.ThinWatch += one(c.Watch)
		}
		if c.Run.Hot {
			inRun := false
			for m := month - opt.Run + 1; m < month; m++ {
				inRun = inRun || d.Planted[[3]int{u, k, m}]
			}
			falseRun = falseRun || !inRun
		}
	}
	o.FalseMonths += one(o.False > before)
	o.FalseRunMonths += one(falseRun)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Rise is the outcome of slow rises: three months at Factor × the true mean,
// judged in the third.
type Rise struct {
	Factor               float64
	Planted, Month, Runs int // hot in the third month alone, hot in the three together
}

// Rises plants four rises of the factor before each of four months per seed, in
// cells with a true mean of at least 2, and judges them.
func Rises(w World, factor float64, seeds int, opt hotspot.Options) (Rise, error) {
	rise := Rise{Factor: factor}
	for seed := 1; seed <= seeds; seed++ {
		for month := FirstTested + 2; month < w.Months; month += 3 {
			d := w.Draw(uint64(seed))
			cells := d.plantRises(factor, 4, month, uint64(seed))
			r, err := hotspot.Detect(d.Series, month, opt)
			if err != nil {
				return rise, fmt.Errorf("seed %d: %w", seed, err)
			}
			for _, at := range cells {
				c := r.Cells[at]
				rise.Planted++
				rise.Month += one(c.Hot)
				rise.Runs += one(c.Run.Hot)
			}
		}
	}
	return rise, nil
}

// Rule is a rule of thumb: Alarms says by cell (unit × categories + category)
// whether it rings in the month.
type Rule struct {
	Name   string
	Alarms func(d *Drawn, month int) []bool
}

// Rules are what people do by hand, with the months before as their history.
func Rules() []Rule {
	return []Rule{
		{"twice last year's month and ≥ 3", each(func(past []int, y int) bool {
			return y >= 3 && y >= 2*past[len(past)-12]
		})},
		{"mean + 2 SD and ≥ 3", each(func(past []int, y int) bool {
			mean, sd := meanAndDeviation(past)
			return y >= 3 && float64(y) > mean+2*sd
		})},
		{"Poisson on own history, p < 0.001", each(func(past []int, y int) bool {
			return poissonTail(past, y) < 0.001
		})},
		{"Poisson on own history, q ≤ 0.05", poissonStepUp},
	}
}

// each makes the alarms of a rule that looks at one cell at a time.
func each(rings func(past []int, y int) bool) func(*Drawn, int) []bool {
	return func(d *Drawn, month int) []bool {
		var alarms []bool
		for u := range d.Units {
			for c := range d.Categories {
				row := d.Counts[u][c]
				alarms = append(alarms, rings(row[:month], row[month]))
			}
		}
		return alarms
	}
}

func meanAndDeviation(past []int) (mean, sd float64) {
	for _, y := range past {
		mean += float64(y) / float64(len(past))
	}
	for _, y := range past {
		sd += (float64(y) - mean) * (float64(y) - mean)
	}
	return mean, math.Sqrt(sd / float64(len(past)-1))
}

// poissonTail returns P(Y ≥ y) at the mean of the past, to which half a matter
// is added so that a silent past does not make one matter impossible.
func poissonTail(past []int, y int) float64 {
	if y == 0 {
		return 1
	}
	mean, _ := meanAndDeviation(past)
	return distuv.Poisson{Lambda: mean + 0.5/float64(len(past))}.Survival(float64(y) - 1)
}

// poissonStepUp is the same test with the false discovery rate over all cells:
// the fair comparison, since only the baseline differs.
func poissonStepUp(d *Drawn, month int) []bool {
	var tails []float64
	for u := range d.Units {
		for c := range d.Categories {
			row := d.Counts[u][c]
			tails = append(tails, poissonTail(row[:month], row[month]))
		}
	}
	sorted := slices.Sorted(slices.Values(tails))
	limit := -1.0
	for i, p := range sorted {
		if p <= 0.05*float64(i+1)/float64(len(sorted)) {
			limit = p
		}
	}
	alarms := make([]bool, len(tails))
	for i, p := range tails {
		alarms[i] = p <= limit
	}
	return alarms
}

// RuleOutcome counts what a rule of thumb made of a world.
type RuleOutcome struct {
	Months, Planted, Found, Alarms, False int
}

// Try runs a rule over the months of the trial. Its Options are not looked at.
func (r Rule) Try(t Trial) RuleOutcome {
	var o RuleOutcome
	for seed := 1; seed <= t.Seeds; seed++ {
		d := t.World.Draw(uint64(seed))
		if t.Spike != (Spike{}) {
			d.Plant(t.Spike, spikesPerMonth, FirstTested, uint64(seed))
		}
		for month := FirstTested; month < len(d.Months); month++ {
			o.Months++
			for i, rings := range r.Alarms(d, month) {
				planted := d.Planted[[3]int{i / len(d.Categories), i % len(d.Categories), month}]
				o.Planted += one(planted)
				o.Found += one(planted && rings)
				o.Alarms += one(rings)
				o.False += one(rings && !planted)
			}
		}
	}
	return o
}
