package charts

import (
	"math"
	"slices"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"qingfeng/metrics"
)

// TrendOptions say how lines by month are drawn.
type TrendOptions struct {
	Title  string // the sentence for those who do not see the drawing
	Height int    // of the drawing in px, default 200; the names at the ends are kept apart for it
}

// The lines are told apart without colour: by dash and marker, in this order.
var lineStyles = []struct {
	color, symbol string
	dash          any
}{
	{"g-important", "circle", "solid"},
	{"seq-3", "rect", []int{6, 4}},
	{"ink-2", "triangle", []int{2, 3}},
	{"seq-4", "diamond", []int{10, 3, 2, 3}},
	{"ink-3", "emptyCircle", []int{12, 4}},
	{"met", "emptyRect", []int{4, 2, 1, 2}},
}

// TooSmall is what is written for a number too small to be shown.
const TooSmall = "<3"

// gap is a point of a line that is not there.
const gap = "-"

const (
	trendTop, trendBottom = 14, 26 // px between drawing and axes
	endLabelGap           = 17     // px from one name at the end of a line to the next
)

// Trend draws lines by month from an axis that starts at 0. Each line ends with its name
// and its last value; a hidden number is a gap in it. Six lines can be told apart; more should be two charts.
func Trend(t metrics.Trend, o TrendOptions) Option {
	height := o.Height
	if height <= 0 {
		height = 200
	}
	top := uint64(0)
	var last []float64
	var names []string
	for _, s := range t.Series {
		if len(s.Values) == 0 {
			last, names = append(last, 0), append(names, s.Label)
			continue
		}
		for _, v := range s.Values {
			if v != nil {
				top = max(top, *v)
			}
		}
		at, end := 0.0, TooSmall
		if v := s.Values[len(s.Values)-1]; v != nil {
			at, end = float64(*v), strconv.FormatUint(*v, 10)
		}
		last, names = append(last, at), append(names, s.Label+" "+end)
	}
	limit, interval := scale(float64(top))
	shifts := spread(last, limit, float64(height-trendTop-trendBottom))
	right := widest(names, 13, 40, 180) + 18

	c := charts.NewLine()
	c.SetGlobalOptions(append(house(o.Title, "axis"),
		charts.WithXAxisOpts(monthAxis(t.Months)),
		charts.WithYAxisOpts(countAxis(limit)),
	)...)
	c.SetXAxis(shortMonths(t.Months))
	var series []tree
	for i, s := range t.Series {
		style := lineStyles[i%len(lineStyles)]
		data := make([]opts.LineData, len(s.Values))
		for j, v := range s.Values {
			data[j].Value = gap
			if v != nil {
				data[j].Value = *v
			}
		}
		c.AddSeries(s.Label, data,
			charts.WithLineChartOpts(opts.LineChart{ShowSymbol: always, Symbol: style.symbol, SymbolSize: 7}),
			charts.WithItemStyleOpts(opts.ItemStyle{Color: token(style.color)}),
			charts.WithLineStyleOpts(opts.LineStyle{Color: token(style.color), Width: 2}),
		)
		series = append(series, tree{
			"emphasis":  calm,
			"lineStyle": tree{"type": style.dash},
			"endLabel": tree{
				"show": true, "formatter": names[i], "color": token("ink"), "fontSize": 13,
				"distance": 8, "offset": []int{0, shifts[i]},
			},
		})
	}
	return finish(c, merged(
		houseMore(tree{"left": yLabelWidth(limit), "right": right, "top": trendTop, "bottom": trendBottom}),
		countAxisMore(interval), tree{"series": series, "xAxis": []tree{{"boundaryGap": false}}},
	))
}

func monthAxis(months []string) opts.XAxis {
	return opts.XAxis{
		Type: "category", Data: shortMonths(months),
		AxisTick:  &opts.AxisTick{Show: never},
		AxisLine:  &opts.AxisLine{LineStyle: &opts.LineStyle{Color: token("line-2")}},
		AxisLabel: &opts.AxisLabel{Color: token("ink-2"), FontSize: 13},
	}
}

func countAxis(limit float64) opts.YAxis {
	return opts.YAxis{
		Type: "value", Max: limit,
		AxisLabel: &opts.AxisLabel{Color: token("ink-2"), FontSize: 13},
		SplitLine: &opts.SplitLine{LineStyle: &opts.LineStyle{Color: token("line")}},
	}
}

func countAxisMore(interval float64) tree {
	return tree{"yAxis": []tree{{"min": 0, "interval": interval}}}
}

// shortMonths writes 2026-07 as 26-07: thirteen of them fit across a page.
func shortMonths(months []string) []string {
	out := make([]string, len(months))
	for i, m := range months {
		if len(m) == len("2026-07") {
			m = m[2:]
		}
		out[i] = m
	}
	return out
}

// scale returns a round upper limit of an axis that holds top, and the distance of its
// lines: at most five of them, in steps of 1, 2, 4 or 5 times a power of ten.
func scale(top float64) (limit, interval float64) {
	if top < 1 {
		return 1, 1
	}
	power := math.Pow(10, math.Floor(math.Log10(top))-1)
	for _, step := range []float64{1, 2, 4, 5, 10, 20, 40, 50} {
		interval = max(1, step*power)
		if top/interval <= 4 {
			break
		}
	}
	return math.Ceil(top/interval) * interval, interval
}

// spread returns by how many px each name at the end of a line moves, so that no two of
// them overlap. Values are heights on an axis from 0 to limit that is length px long.
func spread(values []float64, limit, length float64) []int {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	y := func(i int) float64 { return (1 - values[i]/limit) * length } // px from the top
	slices.SortStableFunc(order, func(a, b int) int {
		switch d := y(a) - y(b); {
		case d < 0:
			return -1
		case d > 0:
			return 1
		}
		return 0
	})
	at := make([]float64, len(values))
	floor := math.Inf(-1)
	for _, i := range order {
		at[i] = max(y(i), floor)
		floor = at[i] + endLabelGap
	}
	// Pushed below the axis, into its labels? Then the lowest move back up.
	ceiling := length - 2
	for _, i := range slices.Backward(order) {
		at[i] = min(at[i], ceiling)
		ceiling = at[i] - endLabelGap
	}
	shifts := make([]int, len(values))
	for i := range values {
		shifts[i] = int(math.Round(at[i] - y(i)))
	}
	return shifts
}

func yLabelWidth(limit float64) int {
	return 14 + int(widthOf(strconv.FormatFloat(limit, 'f', -1, 64), 13))
}
