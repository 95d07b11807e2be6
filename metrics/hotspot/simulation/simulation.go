package simulation

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"qingfeng/metrics/hotspot"
)

// World says how counts come about. The zero value of a field means none of it.
type World struct {
	Units, Categories, Months int
	// Mean is the mean number of matters of a cell in a month.
	Mean float64
	// Sizes is the standard deviation of the logarithm of unit sizes, Mixture
	// that of each unit's own deviations from the common shares of categories.
	Sizes, Mixture float64
	// Season is the amplitude of the yearly wave, 0.3 for ±30 %; every category
	// has its own phase.
	Season float64
	// K are the sizes of the negative binomial that cells draw theirs from.
	K []float64
	// Openings is the number of units that opened late: one each in the months
	// from two before FirstTested on, in turn.
	Openings int
	// Growth is the change of the whole city's level per year, 0.1 for +10 %.
	Growth float64
}

// Standard is the world of the targets: 200 units × 7 categories × 36 months.
// Mean and Sizes are chosen so that the rules of thumb ring as often as they are
// known to: about 120 alarms a month by last year's month, about 55 by mean + 2 SD.
func Standard() World {
	return World{
		Units: 200, Categories: 7, Months: 36,
		Mean: 1.4, Sizes: 1, Season: 0.3, K: []float64{3, 5, 10},
	}
}

// Spike is what is planted: a cell's count becomes Factor × its true mean +
// Plus, rounded. Only cells where that gives at least Least are chosen.
type Spike struct {
	Name         string
	Factor, Plus float64
	Least        int
}

// The spikes of the targets.
var (
	FivePlusFive = Spike{"5e+5", 5, 5, 8}
	SixPlusEight = Spike{"6e+8", 6, 8, 8}
	Triple       = Spike{"3x", 3, 0, 8}
)

// Drawn is one world's counts and the truth behind them.
type Drawn struct {
	hotspot.Series
	// Means are the true means by unit, category, month.
	Means [][][]float64
	// Planted are the cells (unit, category, month) that hold a spike.
	Planted map[[3]int]bool
}

// workingDays are those of three ordinary years, with the short Februaries and
// Octobers of the long holidays.
var workingDays = []int{
	22, 17, 21, 22, 19, 21, 23, 21, 21, 18, 20, 23,
	22, 17, 21, 22, 20, 19, 23, 22, 21, 18, 21, 22,
	19, 18, 21, 22, 19, 20, 23, 21, 22, 18, 20, 23,
}

// Draw draws the counts of a world without any spike. The same seed gives the
// same counts.
func (w World) Draw(seed uint64) *Drawn {
	rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	d := &Drawn{Planted: map[[3]int]bool{}}
	for m := range w.Months {
		d.Months = append(d.Months, fmt.Sprintf("%d-%02d", 2021+m/12, m%12+1))
		d.WorkingDays = append(d.WorkingDays, workingDays[m%len(workingDays)])
	}
	shares := make([]float64, w.Categories)
	phases := make([]float64, w.Categories)
	var sum float64
	for c := range shares {
		d.Categories = append(d.Categories, fmt.Sprintf("c%d", c))
		shares[c] = 0.5 + rng.Float64()
		phases[c] = 12 * rng.Float64()
		sum += shares[c]
	}
	for u := range w.Units {
		d.Units = append(d.Units, hotspot.Unit{Code: fmt.Sprintf("u%03d", u), Type: "hospital"})
		size := w.Mean * float64(w.Categories) * math.Exp(w.Sizes*rng.NormFloat64()-w.Sizes*w.Sizes/2)
		counts, means := make([][]int, w.Categories), make([][]float64, w.Categories)
		for c := range w.Categories {
			base := size * shares[c] / sum * math.Exp(w.Mixture*rng.NormFloat64()-w.Mixture*w.Mixture/2)
			k := w.K[rng.IntN(len(w.K))]
			for m := range w.Months {
				mean := base * float64(d.WorkingDays[m]) / 20.5 *
					(1 + w.Season*math.Sin(2*math.Pi*(float64(m)-phases[c])/12)) *
					math.Pow(1+w.Growth, float64(m)/12)
				counts[c] = append(counts[c], negativeBinomial(rng, mean, k))
				means[c] = append(means[c], mean)
			}
		}
		if u < w.Openings {
			d.openAt(u, FirstTested-2+u%(w.Months-FirstTested+2), counts, means)
		}
		d.Counts, d.Means = append(d.Counts, counts), append(d.Means, means)
	}
	return d
}

// openAt lets a unit begin in the given month.
func (d *Drawn) openAt(u, month int, counts [][]int, means [][]float64) {
	d.Units[u].Open = make([]float64, len(d.Months))
	for m := range d.Months {
		if m >= month {
			d.Units[u].Open[m] = 1
			continue
		}
		for c := range counts {
			counts[c][m], means[c][m] = 0, 0
		}
	}
}

// negativeBinomial draws a Poisson count whose mean is gamma with size k.
func negativeBinomial(rng *rand.Rand, mean, k float64) int {
	mean = distuv.Gamma{Alpha: k, Beta: k / mean, Src: rng}.Rand()
	if mean <= 0 {
		return 0
	}
	return int(distuv.Poisson{Lambda: mean, Src: rng}.Rand())
}

// Plant puts perMonth spikes into each of the months from first on, in cells
// chosen at random among those that are large enough for it.
func (d *Drawn) Plant(spike Spike, perMonth, first int, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, 0xd1b54a32d192ed03))
	for m := first; m < len(d.Months); m++ {
		for planted, tries := 0, 0; planted < perMonth && tries < 10_000; tries++ {
			u, c := rng.IntN(len(d.Units)), rng.IntN(len(d.Categories))
			count := int(math.Round(spike.Factor*d.Means[u][c][m] + spike.Plus))
			if count < spike.Least || d.Planted[[3]int{u, c, m}] {
				continue
			}
			d.Counts[u][c][m] = count
			d.Planted[[3]int{u, c, m}] = true
			planted++
		}
	}
}

// plantRises lets n cells with a true mean of at least 2 count factor × their
// mean in the three months up to month, with the chance of a Poisson count, and
// returns their indices (unit × categories + category).
func (d *Drawn) plantRises(factor float64, n, month int, seed uint64) []int {
	rng := rand.New(rand.NewPCG(seed, uint64(month)))
	var cells []int
	for tries := 0; len(cells) < n && tries < 10_000; tries++ {
		u, c := rng.IntN(len(d.Units)), rng.IntN(len(d.Categories))
		at := u*len(d.Categories) + c
		if d.Means[u][c][month] < 2 || slices.Contains(cells, at) {
			continue
		}
		for m := month - 2; m <= month; m++ {
			d.Counts[u][c][m] = int(distuv.Poisson{Lambda: factor * d.Means[u][c][m], Src: rng}.Rand())
		}
		cells = append(cells, at)
	}
	return cells
}
