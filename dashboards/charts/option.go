package charts

import (
	"encoding/json"
	"fmt"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Option is one chart, ready to be drawn: an ECharts option in JSON. In a template it
// goes into <script type="application/json" data-chart="ID">{{.Option}}</script>, where
// html/template writes it so that no label can close the script. The zero Option is null.
type Option struct{ raw json.RawMessage }

// MarshalJSON returns the option as it was built.
func (o Option) MarshalJSON() ([]byte, error) {
	if o.raw == nil {
		return []byte("null"), nil
	}
	return o.raw, nil
}

// Empty tells whether there is nothing to draw.
func (o Option) Empty() bool { return o.raw == nil }

// tree is a part of an option as JSON sees it.
type tree = map[string]any

// built is a chart of go-echarts that knows its option.
type built interface {
	Validate()
	JSON() map[string]any
}

// finish takes the option out of c, drops the components that the design does not have
// (title, legend, toolbox) and all absent values, and merges more over it: what go-echarts
// drops because it is zero, or has no field for. With media the option becomes a base
// option with variants for widths of the drawing.
func finish(c built, more tree, media ...tree) Option {
	c.Validate()
	var option tree
	roundTrip(c.JSON(), &option)
	for _, key := range []string{"title", "legend", "toolbox", "color"} {
		delete(option, key)
	}
	dropNull(option)
	merge(option, more)
	if len(media) > 0 {
		option = tree{"baseOption": option, "media": media}
	}
	var raw json.RawMessage
	roundTrip(option, &raw)
	return Option{raw}
}

// roundTrip panics on a value that JSON cannot hold. The builders let none through:
// numbers that are not finite become gaps before they get here.
func roundTrip(from, to any) {
	b, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(b, to)
	}
	if err != nil {
		panic(fmt.Sprintf("charts: option is not JSON: %v", err))
	}
}

// dropNull removes the keys without a value. Items of arrays stay: a null there is a gap.
func dropNull(v any) {
	switch v := v.(type) {
	case tree:
		for key, value := range v {
			if value == nil {
				delete(v, key)
				continue
			}
			dropNull(value)
		}
	case []any:
		for _, item := range v {
			dropNull(item)
		}
	}
}

// merge writes src over dst: objects key by key, arrays of objects item by item,
// anything else as a whole.
func merge(dst, src tree) {
	for key, value := range src {
		switch value := value.(type) {
		case tree:
			if old, ok := dst[key].(tree); ok {
				merge(old, value)
				continue
			}
		case []tree:
			if old, ok := dst[key].([]any); ok && len(old) >= len(value) {
				for i, item := range value {
					if into, ok := old[i].(tree); ok {
						merge(into, item)
					}
				}
				continue
			}
		}
		dst[key] = value
	}
}

// token is a reference to a design token of assets/tokens.css.
func token(name string) string { return "var(--" + name + ")" }

// never and always read better than opts.Bool in long literals.
var never, always = opts.Bool(false), opts.Bool(true)

// calm is a series that does not change when the mouse passes.
var calm = tree{"disabled": true}

// house is what all charts have in common: no animation, tooltips in the page's colours,
// and a sentence for those who do not see the drawing.
func house(title, trigger string) []charts.GlobalOpts {
	return []charts.GlobalOpts{
		charts.WithAnimation(false),
		charts.WithTooltipOpts(opts.Tooltip{
			Show: always, Trigger: trigger,
			BackgroundColor: token("surface"), BorderColor: token("line-2"),
		}),
		func(c *charts.BaseConfiguration) {
			c.Aria = &opts.Aria{Enabled: always, Label: &opts.AriaLabel{Description: title}}
		},
	}
}

// houseMore is the part of house that go-echarts has no fields for. Tooltips are drawn as
// text of the chart, not as HTML: a label stays a label, and a strict content security
// policy has nothing to object to. The bounds mode keeps version 6 from moving labels.
func houseMore(grid tree) tree {
	return tree{
		"textStyle": tree{"fontFamily": token("sans")},
		"tooltip": tree{
			"renderMode": "richText", "confine": true,
			"textStyle": tree{"color": token("ink"), "fontSize": 15},
		},
		"grid": merged(tree{"outerBoundsMode": "none"}, grid),
	}
}

func merged(parts ...tree) tree {
	out := tree{}
	for _, p := range parts {
		merge(out, p)
	}
	return out
}
