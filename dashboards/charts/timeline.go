package charts

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"qingfeng/internal/integrity"
)

// Moment is one sign on the timeline of a point.
type Moment struct {
	Day   integrity.Day
	Lane  Lane
	Label string // printed beside the sign; empty for none
	Name  string // of the tooltip
}

// Lane is a row of the timeline, from the top; what is still due stands in the lane of the
// checks.
type Lane int

// The lanes.
const (
	LaneVersion Lane = iota
	LaneCheck
	LaneSignal
	LaneLetter
	LaneDue
)

// TimelineHeight is the height of the drawing in px.
const TimelineHeight = 212

// TimelineOptions say between which days a timeline runs and which day is judged.
type TimelineOptions struct {
	From, To, AsOf integrity.Day
	Lang           integrity.Lang
	Title          string
}

// Timeline draws the history of one point in four lanes: versions, checks with what is
// still due, signals, letters. Signs differ in shape as well as in colour; the dashed line is the
// day that is judged.
func Timeline(moments []Moment, o TimelineOptions) Option {
	lanes := []string{word(o.Lang, "函件", "Letters"), word(o.Lang, "线索", "Signals"), word(o.Lang, "检查", "Checks"), word(o.Lang, "版本", "Versions")} // from the bottom
	styles := map[Lane]struct {
		lane, symbol, colour string
		hollow               bool
	}{
		LaneVersion: {lanes[3], "rect", "ink-2", true}, LaneCheck: {lanes[2], "circle", "met", false},
		LaneSignal: {lanes[1], "diamond", "seq-4", false}, LaneLetter: {lanes[0], "triangle", "accent", false}, LaneDue: {lanes[2], "circle", "ink-2", true},
	}
	left, right := 56, 24
	if o.Lang == integrity.English {
		left = 72
	}
	var series []tree
	for lane := LaneVersion; lane <= LaneDue; lane++ {
		style := styles[lane]
		data := []tree{}
		for _, m := range moments {
			if m.Lane != lane || m.Day < o.From || m.Day > o.To {
				continue
			}
			item := tree{"name": m.Name, "value": []any{m.Day.String(), style.lane}}
			if m.Label != "" {
				side := "right"
				if lane == LaneDue && m.Day < o.AsOf {
					side = "left" // away from the line of the judged day
				}
				if lane == LaneDue && side == "right" {
					right = 104 // it stands near the end of the year, its words beyond it
				}
				item["label"] = tree{"show": true, "formatter": m.Label, "position": side, "color": token("ink-2"), "fontSize": 13}
			}
			data = append(data, item)
		}
		item := tree{"color": token(style.colour), "opacity": 1}
		if style.hollow {
			item = tree{"opacity": 1, "color": token("surface"), "borderColor": token(style.colour), "borderWidth": 2}
		}
		s := tree{"type": "scatter", "symbol": style.symbol, "symbolSize": 13, "itemStyle": item, "emphasis": calm, "labelLayout": tree{"hideOverlap": true}, "data": data,
			"tooltip": tree{"formatter": "{b}"}}
		if lane == LaneVersion {
			s["markLine"] = tree{"silent": true, "symbol": "none", "animation": false, "label": tree{"show": false},
				"lineStyle": tree{"color": token("accent"), "type": "dashed", "width": 1.5}, "data": []tree{{"xAxis": o.AsOf.String()}}}
		}
		series = append(series, s)
	}
	c := charts.NewScatter()
	c.SetGlobalOptions(append(house(o.Title, "item"),
		charts.WithXAxisOpts(opts.XAxis{
			Type: "time", AxisTick: &opts.AxisTick{Show: never}, AxisLine: &opts.AxisLine{LineStyle: &opts.LineStyle{Color: token("line-2")}},
			SplitLine: &opts.SplitLine{Show: always, LineStyle: &opts.LineStyle{Color: token("line")}},
			AxisLabel: &opts.AxisLabel{Color: token("ink-2"), FontSize: 13},
		}),
		charts.WithYAxisOpts(opts.YAxis{
			Type: "category", Data: lanes, AxisLine: &opts.AxisLine{Show: never},
			AxisLabel: &opts.AxisLabel{Color: token("ink"), FontSize: 14},
			SplitLine: &opts.SplitLine{Show: always, LineStyle: &opts.LineStyle{Color: token("line")}},
		}),
	)...)
	more := houseMore(tree{"left": left, "right": right, "top": 8, "bottom": 26})
	merge(more, tree{
		"xAxis":  []tree{{"min": o.From.String(), "max": o.To.String(), "axisLabel": tree{"formatter": "{yyyy}-{MM}", "hideOverlap": true}}},
		"yAxis":  []tree{{"axisTick": tree{"show": false}}},
		"series": series,
	})
	return finish(c, more)
}
