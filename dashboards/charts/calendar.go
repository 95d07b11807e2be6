package charts

import (
	"strconv"

	"github.com/go-echarts/go-echarts/v2/charts"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// daySteps are the steps of a day: a handful of signals is much.
var daySteps = Steps{1, 2, 3, 5, 7}

// DaySteps returns the limits of the steps of Calendar, for its legend.
func DaySteps() Steps { return daySteps }

// CalendarHeight is the height of the drawing in px.
const CalendarHeight = 226

// Calendar draws the signals of each day of a year, weeks from left to right, Monday on
// top. Days without a signal are paper; days that have not come are left blank.
func Calendar(d metrics.Days, lang integrity.Lang, title string) Option {
	data := make([][2]any, len(d.Days))
	for i, day := range d.Days {
		data[i] = [2]any{day.Day.String(), day.Count}
	}
	months := make([]string, 12)
	for i := range months {
		months[i] = word(lang, strconv.Itoa(i+1)+"月", [12]string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}[i])
	}
	days := []string{"日", "一", "二", "三", "四", "五", "六"}
	if lang == integrity.English {
		days = []string{"Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"}
	}
	c := charts.NewHeatMap()
	c.SetGlobalOptions(house(title, "item")...)
	more := houseMore(nil)
	delete(more, "grid")
	merge(more, tree{
		"visualMap": tree{"show": false, "type": "piecewise", "dimension": 1, "pieces": pieces(daySteps)},
		"calendar": tree{
			"range": strconv.Itoa(d.Year), "left": 34, "right": 4, "top": 34, "cellSize": []any{"auto", 26},
			"splitLine":  tree{"lineStyle": tree{"color": token("line"), "width": 1}},
			"itemStyle":  tree{"color": token("surface"), "borderColor": token("surface"), "borderWidth": 2},
			"yearLabel":  tree{"show": false},
			"dayLabel":   tree{"firstDay": 1, "nameMap": days, "color": token("ink-2"), "fontSize": 14, "margin": 12},
			"monthLabel": tree{"nameMap": months, "color": token("ink-2"), "fontSize": 14, "margin": 8},
		},
		"series": []tree{{"type": "heatmap", "coordinateSystem": "calendar", "data": data}},
	})
	option := finish(c, more)
	return without(option, "xAxis", "yAxis")
}

// without drops components that go-echarts adds and a chart has no use for.
func without(o Option, keys ...string) Option {
	var t tree
	roundTrip(o.raw, &t)
	for _, k := range keys {
		delete(t, k)
	}
	var out Option
	roundTrip(t, &out.raw)
	return out
}
