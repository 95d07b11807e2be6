package charts

import (
	"fmt"
	"math"
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
	"github.com/go-echarts/go-echarts/v2/types"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// narrowWidth is the width of a drawing, in px, up to which rows have their short labels and
// there is no room for totals. Columns get their longer labels once those fit.
const narrowWidth = 560

// HeatmapOptions say how a distribution is drawn.
type HeatmapOptions struct {
	Rows, Cols string         // the dimensions of the question: layer, category, unit, …
	Lang       integrity.Lang // of the words that the chart adds itself
	Title      string         // the sentence for those who do not see the drawing
	Totals     bool           // a column of row totals at the right; — where a cell of the row is hidden
	Share      bool           // cells say which part of their row they are, in percent, instead of how many
	Small      int            // hidden cells are printed as fewer than this, default 3

	// SelectedRow and SelectedCol are the codes of the cell that is framed; empty for none.
	SelectedRow, SelectedCol string
}

// Height returns the height of the drawing in px for a number of rows: few coarse rows
// are taller than many units.
func (o HeatmapOptions) Height(rows int) int {
	perRow := 30
	if o.coarse() {
		perRow = 44
	}
	return 30 + perRow*max(rows, 1)
}

// HeadWidth returns the width in px of the names of the rows in a wide drawing, so that a
// table below it can stand in the same columns.
func (o HeatmapOptions) HeadWidth(d metrics.Distribution) int {
	return widest(each(Medium, o.Rows, d.Rows, o.Lang), float64(o.fontSize()), 60, 168) + 12
}

func (o HeatmapOptions) coarse() bool {
	return coarse(o.Rows)
}

func (o HeatmapOptions) fontSize() int {
	if o.coarse() {
		return 16
	}
	return 15
}

// rowShareSteps are the steps of parts of a row, in percent.
var rowShareSteps = Steps{1, 10, 20, 30, 50}

// Steps are those of what the cells say.
func (o HeatmapOptions) Steps(measure string) Steps {
	if o.Share {
		return rowShareSteps
	}
	return StepsFor(measure, o.Rows)
}

// Percent writes a part as a whole percentage, and what is more than nothing and less than a
// half as <1%; the number is that of its step.
func Percent(part float64) (text string, percent uint64) {
	percent = uint64(math.Round(part * 100))
	if part > 0 && percent == 0 {
		return "<1%", 1
	}
	return strconv.FormatUint(percent, 10) + "%", percent
}

// cell is an item of a heatmap series. go-echarts has no labels for single items.
type cell struct {
	Name    string     `json:"name"`  // the tooltip's words before the number
	Value   [3]int64   `json:"value"` // column, row, count; hidden counts are -1
	Label   cellLabel  `json:"label"`
	Tooltip *noTooltip `json:"tooltip,omitempty"`
}

// noTooltip keeps a hidden cell from showing the number that stands for it.
type noTooltip struct {
	Trigger string `json:"trigger"`
}

type cellLabel struct {
	Color      string `json:"color"`
	FontWeight int    `json:"fontWeight"`
	Formatter  string `json:"formatter,omitempty"`
}

// Heatmap draws a distribution: six fixed steps for the quantity, the number in every
// cell, zeros printed, hidden cells as <3. Rows and columns stand in the order of d.
func Heatmap(d metrics.Distribution, o HeatmapOptions) Option {
	if o.Small == 0 {
		o.Small = 3
	}
	steps := o.Steps(d.Measure)
	fontSize, headSize := o.fontSize(), 14
	if o.coarse() {
		headSize = 13
	}
	rows, cols := each(Medium, o.Rows, d.Rows, o.Lang), each(Medium, o.Cols, d.Cols, o.Lang)
	left := o.HeadWidth(d)
	narrowRows := each(Short, o.Rows, d.Rows, o.Lang)
	mostLeft := 72.0
	if o.Rows == metrics.DimUnit {
		narrowRows, mostLeft = withoutTown(narrowRows), 78
	}
	narrowLeft := widest(narrowRows, float64(fontSize), 24, mostLeft) + 10
	right := 0
	if o.Totals {
		right = 72
	}

	c := charts.NewHeatMap()
	c.SetGlobalOptions(append(house(o.Title, "item"),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "category", Position: "top", Data: cols,
			AxisLine: &opts.AxisLine{Show: never}, AxisTick: &opts.AxisTick{Show: never},
			SplitArea: &opts.SplitArea{Show: never},
			AxisLabel: &opts.AxisLabel{Color: token("ink-2"), FontSize: headSize, Margin: 9},
		}),
		charts.WithYAxisOpts(rowAxis(rows, fontSize, left)),
		charts.WithVisualMapOpts(opts.VisualMap{Type: "piecewise", Show: never}),
	)...)
	yMore := []tree{{"axisLabel": tree{"interval": 0}, "axisTick": tree{"show": false}}}
	if o.Totals {
		c.ExtendYAxis(totalAxis(d, fontSize))
		yMore = append(yMore, totalAxisMore(word(o.Lang, "合计", "Total"), headSize))
	}
	c.MultiSeries = append(c.MultiSeries, charts.SingleSeries{
		Type: types.ChartHeatMap, Data: cells(d, steps, o),
		Label: &opts.Label{Show: always, FontSize: float32(fontSize)},
		ItemStyle: &opts.ItemStyle{
			BorderColor: token("surface"), BorderWidth: 2,
		},
		Emphasis: &opts.Emphasis{ItemStyle: &opts.ItemStyle{BorderColor: token("ink"), BorderWidth: 2}},
	})
	rounded := tree{"itemStyle": tree{"borderRadius": 3}}
	// Tooltips are left to the library: one with words of ours would always be 12 px.
	seriesMore := []tree{rounded}
	mapMore := []tree{{"calculable": false, "dimension": 2, "seriesIndex": 0, "pieces": pieces(steps)}}

	if x, y := place(d.Cols, o.SelectedCol), place(d.Rows, o.SelectedRow); x >= 0 && y >= 0 {
		// The chosen cell is a second series with a map of its own that paints nothing.
		c.SetGlobalOptions(charts.WithVisualMapOpts(opts.VisualMap{Type: "piecewise", Show: never}))
		c.MultiSeries = append(c.MultiSeries, charts.SingleSeries{
			Type: types.ChartHeatMap, Data: [][3]int{{x, y, 1}},
			ItemStyle: &opts.ItemStyle{BorderColor: token("ink"), BorderWidth: 2.5},
		})
		seriesMore = append(seriesMore, merged(rounded, tree{"z": 5, "silent": true}))
		mapMore = append(mapMore, tree{"calculable": false, "dimension": 2, "seriesIndex": 1,
			"pieces": []tree{{"gte": 0, "color": "rgba(0,0,0,0)"}}})
	}

	more := houseMore(tree{"left": left, "right": right, "top": 30, "bottom": 0})
	merge(more, tree{
		// Every column is named; where there are no short words, names that do not fit are left out.
		"xAxis":  []tree{{"axisLabel": tree{"interval": 0, "hideOverlap": shortLabels[o.Lang][o.Cols] == nil}}},
		"yAxis":  yMore,
		"series": seriesMore, "visualMap": mapMore,
	})
	narrowCols := each(Short, o.Cols, d.Cols, o.Lang)
	variant := func(query tree, rows, cols []string, left, right, size int) tree {
		y := []tree{{"data": rows, "axisLabel": tree{"margin": left, "width": left - 6}}}
		if o.Totals {
			y = append(y, tree{"show": right > 0})
		}
		return tree{"query": query, "option": tree{
			"grid":  tree{"left": left, "right": right},
			"xAxis": []tree{{"data": cols}}, "yAxis": y,
			"series": []tree{{"label": tree{"fontSize": size}}},
		}}
	}
	wide := max(narrowWidth+1, left+right+len(cols)*(widest(cols, float64(headSize), 0, 120)+4))
	return finish(c, more,
		variant(tree{"maxWidth": narrowWidth}, narrowRows, narrowCols, narrowLeft, 0, 14),
		variant(tree{"minWidth": narrowWidth + 1, "maxWidth": wide - 1}, rows, narrowCols, left, right, fontSize),
		variant(tree{"minWidth": wide}, rows, cols, left, right, fontSize))
}

func rowAxis(rows []string, fontSize, left int) opts.YAxis {
	return opts.YAxis{
		Type: "category", Data: rows, Inverse: always,
		AxisLine: &opts.AxisLine{Show: never},
		AxisLabel: &opts.AxisLabel{
			Color: token("ink"), FontSize: fontSize, Align: "left",
			Margin: float64(left), Width: left - 6, Overflow: "truncate",
		},
	}
}

// totalAxis is a second axis at the right whose labels are the totals of the rows.
func totalAxis(d metrics.Distribution, fontSize int) opts.YAxis {
	totals := make([]string, len(d.Rows))
	for i := range d.Rows {
		totals[i] = "—"
		if n, ok := rowTotal(d, i); ok {
			totals[i] = strconv.FormatUint(n, 10)
		}
	}
	return opts.YAxis{
		Type: "category", Data: totals, Inverse: always, Position: "right", NameLocation: "start", NameGap: 9,
		AxisLine:  &opts.AxisLine{Show: never},
		AxisLabel: &opts.AxisLabel{Color: token("ink"), FontSize: fontSize, Margin: 36, Align: "center"},
	}
}

func totalAxisMore(name string, headSize int) tree {
	return tree{
		"name": name, "axisTick": tree{"show": false},
		"nameTextStyle": tree{
			"color": token("ink-2"), "fontSize": headSize, "align": "center", "padding": []int{0, 0, 0, 72},
		},
		"axisLabel": tree{"interval": 0, "fontWeight": 600},
	}
}

// rowTotal adds up a row; false where a hidden cell makes that impossible.
func rowTotal(d metrics.Distribution, row int) (total uint64, ok bool) {
	for col := range d.Cols {
		c := d.At(row, col)
		if c.Count == nil {
			return 0, false
		}
		total += *c.Count
	}
	return total, true
}

func cells(d metrics.Distribution, steps Steps, o HeatmapOptions) []cell {
	out := make([]cell, 0, len(d.Cells))
	for y, row := range d.Rows {
		for x, col := range d.Cols {
			in := d.At(y, x)
			item := cell{
				Name:    row.Label + " × " + col.Label,
				Value:   [3]int64{int64(x), int64(y), -1},
				Label:   cellLabel{Color: token("track-t"), FontWeight: 400, Formatter: fmt.Sprintf("<%d", o.Small)},
				Tooltip: &noTooltip{"none"},
			}
			switch {
			case o.Share && in.Count != nil && in.Share == nil: // a part of something that is not known, or of nothing
				item.Label.Formatter = "—"
			case in.Count != nil:
				n, text := *in.Count, ""
				if o.Share {
					text, n = Percent(*in.Share)
				}
				step := steps.Step(n)
				item.Value[2] = int64(n)
				item.Label = cellLabel{Color: token("seq-t" + strconv.Itoa(step)), FontWeight: 400, Formatter: text}
				if step >= 4 {
					item.Label.FontWeight = 600 // white on dark needs the weight to stay legible
				}
				item.Tooltip = nil
				switch {
				case o.Share:
					item.Name += fmt.Sprintf(word(o.Lang, "　%d，占本行百分比", "  %d, percent of the row"), *in.Count)
				case d.Measure == "risks":
					item.Name += fmt.Sprintf(word(o.Lang, "　重要 %d，全部", "  important %d, all"), in.Important)
				}
			}
			out = append(out, item)
		}
	}
	return out
}

// pieces are the colours of the steps. Hidden cells are negative; zero has a piece of its
// own, because a piece without a lower limit would swallow the hidden ones.
func pieces(s Steps) []tree {
	out := []tree{
		{"lt": 0, "color": token("track-soft")},
		{"gte": 0, "lt": s[0], "color": token("seq-0")},
	}
	for i, from := range s {
		p := tree{"gte": from, "color": token("seq-" + strconv.Itoa(i+1))}
		if i+1 < len(s) {
			p["lt"] = s[i+1]
		}
		out = append(out, p)
	}
	return out
}

func place(ls []metrics.Label, code string) int {
	for i, l := range ls {
		if l.Code == code && code != "" {
			return i
		}
	}
	return -1
}

func word(lang integrity.Lang, zh, en string) string {
	if lang == integrity.English {
		return en
	}
	return zh
}
