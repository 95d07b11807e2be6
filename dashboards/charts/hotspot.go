package charts

import (
	"math"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"qingfeng/internal/integrity"
)

// HotSpotSeries is the history of one unit and category up to the judged month, which is
// the last. All slices are as long as Months.
type HotSpotSeries struct {
	Months   []string  // 2026-01
	Actual   []uint64  // matters a month
	Expected []float64 // NaN where there was no baseline
	Upper    []float64 // upper end of the expected range, NaN likewise
}

// HotSpotOptions say how a hot spot is drawn.
type HotSpotOptions struct {
	Lang  integrity.Lang
	Title string // the sentence for those who do not see the drawing
}

// HotSpot draws actual counts as bars over the band of what was expected, with the
// expectation dashed. Only the judged month and the expectation carry their numbers.
func HotSpot(h HotSpotSeries, o HotSpotOptions) Option {
	top := 0.0
	for i := range h.Months {
		top = max(top, float64(h.Actual[i]), finite(h.Upper[i]), finite(h.Expected[i]))
	}
	limit, interval := scale(top)
	last := len(h.Months) - 1
	actual := make([]opts.BarData, len(h.Months))
	for i, n := range h.Actual {
		actual[i] = opts.BarData{Value: n}
	}
	// The line ends in the middle of the last bar, half a month before the edge of a card.
	half := 240 / max(len(h.Months), 1)
	end := ""
	if last >= 0 {
		actual[last].ItemStyle = &opts.ItemStyle{Color: token("g-important")}
		actual[last].Label = &opts.Label{Show: always, Position: "top", Color: token("ink"), FontSize: 15, FontWeight: "bold"}
		if e := h.Expected[last]; !math.IsNaN(e) {
			end = word(o.Lang, "预期 ", "expected ") + strconv.FormatFloat(e, 'f', 1, 64)
		}
	}

	c := charts.NewBar()
	c.SetGlobalOptions(append(house(o.Title, "axis"),
		charts.WithXAxisOpts(monthAxis(h.Months)),
		charts.WithYAxisOpts(countAxis(limit)),
	)...)
	c.SetXAxis(shortMonths(h.Months))
	c.AddSeries(word(o.Lang, "实际件数", "actual"), actual,
		charts.WithBarChartOpts(opts.BarChart{BarWidth: "56%"}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: token("seq-3")}))
	band := charts.NewLine()
	band.AddSeries(word(o.Lang, "预期上界", "expected at most"), gaps(h.Upper),
		charts.WithLineChartOpts(opts.LineChart{Symbol: "none"}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: token("band")}),
		charts.WithAreaStyleOpts(opts.AreaStyle{Color: token("band"), Opacity: opts.Float(1)}))
	band.AddSeries(word(o.Lang, "预期", "expected"), gaps(h.Expected),
		charts.WithLineChartOpts(opts.LineChart{Symbol: "none"}),
		charts.WithItemStyleOpts(opts.ItemStyle{Color: token("ink-2")}),
		charts.WithLineStyleOpts(opts.LineStyle{Color: token("ink-2"), Width: 1.5}))
	c.Overlap(band)
	return finish(c, merged(
		houseMore(tree{"left": yLabelWidth(limit), "right": widest([]string{end}, 13, 0, 120) + 12, "top": 22, "bottom": 26}),
		countAxisMore(interval),
		tree{"series": []tree{
			{"z": 3, "emphasis": calm, "itemStyle": tree{"borderRadius": []int{2, 2, 0, 0}}},
			{"z": 1, "silent": true, "emphasis": calm, "lineStyle": tree{"width": 0}},
			{"z": 4, "emphasis": calm, "lineStyle": tree{"type": []int{4, 3}}, "endLabel": tree{
				"show": end != "", "formatter": end, "color": token("ink-2"), "fontSize": 13, "distance": 6 + half,
			}},
		}},
	))
}

// gaps makes points of a line, with a gap where there is no number.
func gaps(values []float64) []opts.LineData {
	out := make([]opts.LineData, len(values))
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			out[i].Value = gap
			continue
		}
		out[i].Value = math.Round(v*100) / 100
	}
	return out
}

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}
