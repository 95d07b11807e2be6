package simulation

import (
	"fmt"
	"io"
	"math"
	"strings"

	"qingfeng/metrics/hotspot"
)

// nullSeeds is how many times as many seeds the months without any spike take:
// a share of 8 % of months needs more of them than a recall does.
const nullSeeds = 3

// Figures runs everything with the given number of seeds and writes the result
// as Markdown. 8 seeds are those of the targets.
func Figures(w io.Writer, seeds int) error {
	opt := hotspot.DefaultOptions()
	b := &strings.Builder{}
	fmt.Fprintf(b, "# Hot spots: measured figures\n\nGenerated, do not edit:\n\n"+
		"    go test ./metrics/hotspot/simulation -run TestFigures -figures ../FIGURES.md\n\n"+
		"200 units × 7 categories × 36 months, negative binomial counts: lognormal unit sizes (σ = %g), %g matters a cell and month\n"+
		"on average, season ±%.0f %%, real working days, size k of each cell drawn from 3, 5, 10; months 25–36 judged; two spikes a month;\n"+
		"pooled over %d seeds. A spike of 5e+5 sets the count of a cell to 5 × its true mean + 5; only cells where that is at least 8 are\n"+
		"chosen.\n\n",
		Standard().Sizes, Standard().Mean, 100*Standard().Season, seeds)
	for _, part := range []func(io.Writer, int, hotspot.Options) error{targets, ruleTable, worlds, rises, newcomers} {
		if err := part(b, seeds, opt); err != nil {
			return fmt.Errorf("measure hot spots: %w", err)
		}
	}
	fmt.Fprint(b, "\nTime for 5,000 units × 7 categories × 36 months (target: 3 s):\n\n"+
		"    go test ./metrics/hotspot -run '^$' -bench Detect5000Units\n")
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	return nil
}

// share prints part of whole in per cent.
func share(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
}

// interval prints the 95 % interval of a share (Wilson 1927), which stays honest
// where all or none were found.
func interval(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	const z = 1.96
	n := float64(whole)
	p := float64(part) / n
	centre := (p + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	return fmt.Sprintf("%.1f–%.1f", 100*max(0, centre-half), 100*min(1, centre+half))
}

func perMonth(n, months int) string { return fmt.Sprintf("%.2f", float64(n)/float64(months)) }

// runs are the four trials every world is put through.
type runs struct {
	five, six, triple, null Outcome
}

func measure(w World, seeds int, opt hotspot.Options) (r runs, err error) {
	for _, t := range []struct {
		spike Spike
		seeds int
		to    *Outcome
	}{
		{FivePlusFive, seeds, &r.five},
		{SixPlusEight, seeds, &r.six},
		{Triple, seeds, &r.triple},
		{Spike{}, seeds * nullSeeds, &r.null},
	} {
		if *t.to, err = (Trial{World: w, Spike: t.spike, Seeds: t.seeds, Options: opt}).Run(); err != nil {
			return r, err
		}
	}
	return r, nil
}

func targets(w io.Writer, seeds int, opt hotspot.Options) error {
	r, err := measure(Standard(), seeds, opt)
	if err != nil {
		return err
	}
	short := opt
	short.History = 12
	year, err := Trial{World: Standard(), Spike: SixPlusEight, Seeds: seeds, Options: short}.Run()
	if err != nil {
		return err
	}
	fmt.Fprint(w, "## Against the targets\n\n| What | Target | Measured | 95 % interval | of |\n|---|---|---|---|---|\n")
	line := func(what, target string, part, whole int) {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %d |\n", what, target, share(part, whole), interval(part, whole), whole)
	}
	line("spikes of 5e+5 found", "≥ 90 %", r.five.Found, r.five.Planted)
	line("spikes of 6e+8 found", "≥ 97 %", r.six.Found, r.six.Planted)
	line("false among the hot cells, with 5e+5", "≤ 10 %", r.five.False, r.five.Hot)
	line("false among the hot cells, with 6e+8", "≤ 10 %", r.six.False, r.six.Hot)
	line("spikes of 6e+8 found with 12 months of history", "≥ 90 %", year.Found, year.Planted)
	line("false among the hot cells with 12 months of history", "", year.False, year.Hot)
	line("months with any hot cell, nothing planted", "≤ 12 %", r.null.FalseMonths, r.null.Months)
	line("the same for three months together", "", r.null.FalseRunMonths, r.null.Months)
	line("spikes of 3x found (hot); no method can", "–", r.triple.Found, r.triple.Planted)
	line("spikes of 3x named by watch (or hot)", "≥ 80 %", r.triple.Named, r.triple.Planted)
	line("of them within the ten lines shown", "", r.triple.Shown, r.triple.Planted)
	line("cells without a spike on the watch list", "≤ 1 %", r.triple.FalseWatch, r.triple.Clean)
	line("the same, nothing planted", "≤ 1 %", r.null.FalseWatch, r.null.Clean)
	return nil
}

func ruleTable(w io.Writer, seeds int, opt hotspot.Options) error {
	fmt.Fprint(w, "\n## What people do by hand\n\n"+
		"| Rule | alarms a month without any spike | found of 5e+5 | false among the alarms |\n|---|---|---|---|\n")
	spiked := Trial{World: Standard(), Spike: FivePlusFive, Seeds: seeds, Options: opt}
	null := Trial{World: Standard(), Seeds: seeds, Options: opt}
	for _, rule := range Rules() {
		quiet, o := rule.Try(null), rule.Try(spiked)
		fmt.Fprintf(w, "| %s | %s | %s | %s |\n", rule.Name,
			perMonth(quiet.Alarms, quiet.Months), share(o.Found, o.Planted), share(o.False, o.Alarms))
	}
	quiet, err := null.Run()
	if err != nil {
		return err
	}
	o, err := spiked.Run()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "| this model, hot | %s | %s | %s |\n",
		perMonth(quiet.Hot, quiet.Months), share(o.Found, o.Planted), share(o.False, o.Hot))
	return nil
}

func worlds(w io.Writer, seeds int, opt hotspot.Options) error {
	fmt.Fprint(w, "\n## Other worlds\n\nWhat the model does not assume or was not tuned on. One dispersion a category is\n"+
		"its limit: where cells differ widely, the widest ring too often. All cells at k = 3 are beyond what 5e+5 can show.\n\n"+
		"| World | 5e+5 found | 6e+8 found | false among hot (5e+5) | months with any, nothing planted | 3x named | watched without a spike |\n"+
		"|---|---|---|---|---|---|---|\n")
	for _, variant := range []struct {
		name   string
		change func(*World)
	}{
		{"as above", func(*World) {}},
		{"each unit with its own mix of categories (σ = 0.5)", func(w *World) { w.Mixture = 0.5 }},
		{"unit sizes closer together (σ = 0.7)", func(w *World) { w.Sizes = 0.7 }},
		{"half as many matters", func(w *World) { w.Mean /= 2 }},
		{"three times as many", func(w *World) { w.Mean *= 3 }},
		{"40 units, so five times as many spikes a cell", func(w *World) { w.Units = 40 }},
		{"season ±60 %", func(w *World) { w.Season = 0.6 }},
		{"the city grows by 20 % a year", func(w *World) { w.Growth = 0.2 }},
		{"all cells as wide as k = 3", func(w *World) { w.K = []float64{3} }},
		{"widths far apart, k = 1.5 or 10", func(w *World) { w.K = []float64{1.5, 10} }},
	} {
		world := Standard()
		variant.change(&world)
		r, err := measure(world, seeds, opt)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s |\n", variant.name,
			share(r.five.Found, r.five.Planted), share(r.six.Found, r.six.Planted), share(r.five.False, r.five.Hot),
			share(r.null.FalseMonths, r.null.Months), share(r.triple.Named, r.triple.Planted),
			share(r.null.FalseWatch, r.null.Clean))
	}
	return nil
}

func rises(w io.Writer, seeds int, opt hotspot.Options) error {
	fmt.Fprint(w, "\n## Slow rises\n\nThree months at a multiple of the true mean (at least 2), judged in the third.\n\n"+
		"| Rise | of | hot in the third month | hot in the three together |\n|---|---|---|---|\n")
	for _, factor := range []float64{2, 2.5, 3, 4} {
		r, err := Rises(Standard(), factor, seeds, opt)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %gx | %d | %s | %s |\n", factor, r.Planted, share(r.Month, r.Planted), share(r.Runs, r.Planted))
	}
	return nil
}

func newcomers(w io.Writer, seeds int, opt hotspot.Options) error {
	world := Standard()
	world.Openings = 28
	o, err := Trial{World: world, Seeds: seeds, Options: opt}.Run()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "\n## New units\n\n28 of the 200 units opened during the judged year or just before it; nothing planted. "+
		"Cells of units with three to five months (基线不足), of any size:\n"+
		"%d of %d hot, %d (%s) watched; of all cells %s watched; %s of the months with any hot cell.\n",
		o.ThinHot, o.Thin, o.ThinWatch, share(o.ThinWatch, o.Thin), share(o.FalseWatch, o.Clean),
		share(o.FalseMonths, o.Months))
	return nil
}
