package charts

import (
	"fmt"

	"github.com/go-echarts/go-echarts/v2/charts"

	"qingfeng/internal/integrity"
)

// Area is one box of a treemap.
type Area struct {
	Name           string
	All, Important uint64
}

// shareSteps are the limits of the shades of a treemap, in percent of important points.
var shareSteps = Steps{10, 15, 20, 25, 30}

// ShareSteps returns the limits of the shades of Treemap, for its legend.
func ShareSteps() Steps { return shareSteps }

// TreemapHeight is the height of the drawing in px.
const TreemapHeight = 404

// Treemap draws units as areas: the size is the number of points, the shade the share of
// important ones. Units without points have no area; they stand in the table. Item row is
// the index of the area, by which a click finds its row in the table.
func Treemap(areas []Area, lang integrity.Lang, title string) Option {
	var data []tree
	for i, a := range areas {
		if a.All == 0 {
			continue
		}
		step := shareSteps.Step(a.Important * 100 / a.All)
		data = append(data, tree{
			"name": a.Name, "value": a.All, "row": i,
			"itemStyle": tree{"color": token(fmt.Sprintf("seq-%d", step))},
			"label": tree{
				"formatter": "{b}\n" + fmt.Sprintf(word(lang, "%d 个\n重要 %d", "%d\nimportant %d"), a.All, a.Important),
				"color":     token(fmt.Sprintf("seq-t%d", step)), "fontSize": 15, "lineHeight": 21, "position": []int{10, 10}, "align": "left", "verticalAlign": "top",
			},
		})
	}
	c := charts.NewTreeMap()
	c.SetGlobalOptions(house(title, "item")...)
	more := houseMore(nil)
	delete(more, "grid")
	merge(more, tree{"series": []tree{{
		"type": "treemap", "left": 0, "right": 0, "top": 0, "bottom": 0, "roam": false, "nodeClick": false, "breadcrumb": tree{"show": false},
		"itemStyle": tree{"borderColor": token("surface"), "borderWidth": 0, "gapWidth": 4}, "emphasis": calm, "data": data,
	}}})
	return without(finish(c, more), "xAxis", "yAxis")
}
