package charts

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// BarsOptions say how horizontal bars are drawn.
type BarsOptions struct {
	Rows, Cols string // the dimensions of the question; the columns are stacked
	Lang       integrity.Lang
	Title      string // the sentence for those who do not see the drawing
}

// Height returns the height of the drawing in px for a number of rows.
func (BarsOptions) Height(rows int) int { return 8 + 32*max(rows, 1) }

// gradeFills are the colours of the grades. Any other column takes the next step of the
// quantity colours.
var gradeFills = map[string]string{"important": "g-important", "general": "g-general", "ungraded": "surface"}

var otherFills = []string{"seq-4", "seq-3", "seq-2", "seq-5", "seq-1"}

// Bars draws one horizontal bar a row, stacked by column, its total at the right. Rows
// without anything stay, with 0; hidden cells are left out of the bar and its total is —.
func Bars(d metrics.Distribution, o BarsOptions) Option {
	rows := each(Medium, o.Rows, d.Rows, o.Lang)
	left := widest(rows, 15, 60, 168) + 12
	most := 1.0
	for y := range d.Rows {
		if n, ok := rowTotal(d, y); ok {
			most = max(most, float64(n))
		}
	}
	c := charts.NewBar()
	c.SetGlobalOptions(append(house(o.Title, "axis"),
		charts.WithXAxisOpts(opts.XAxis{Type: "value", Show: never, Max: most}),
		charts.WithYAxisOpts(rowAxis(rows, 15, left)),
	)...)
	c.ExtendYAxis(totalAxis(d, 15))
	c.SetXAxis(rows).XYReversal()
	var series []tree
	for x, col := range d.Cols {
		data := make([]opts.BarData, len(d.Rows))
		for y := range d.Rows {
			data[y].Value = "-" // an empty piece would still draw its outline
			if n := d.At(y, x).Count; n != nil && *n > 0 {
				data[y].Value = *n
			}
		}
		fill := otherFills[x%len(otherFills)]
		if o.Cols == "grade" {
			fill = gradeFills[col.Code]
		}
		style := opts.ItemStyle{Color: token(fill), BorderColor: token("surface"), BorderWidth: 1}
		if col.Code == string(integrity.GradeUngraded) {
			style.BorderColor = token("line-2")
		}
		c.AddSeries(col.Label, data,
			charts.WithBarChartOpts(opts.BarChart{Stack: "all", BarWidth: "16"}),
			charts.WithItemStyleOpts(style))
		series = append(series, tree{"barWidth": 16, "cursor": "default", "emphasis": calm})
	}
	return finish(c, merged(
		houseMore(tree{"left": left, "right": 60, "top": 4, "bottom": 4}),
		tree{
			"xAxis": []tree{{"min": 0}},
			"yAxis": []tree{
				{"axisLabel": tree{"interval": 0}, "axisTick": tree{"show": false}},
				{"axisTick": tree{"show": false}, "axisLabel": tree{"interval": 0, "fontWeight": 600, "margin": 30}},
			},
			"series":  series,
			"tooltip": tree{"axisPointer": tree{"type": "none"}},
		},
	))
}
