package svg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/dop251/goja"

	"qingfeng/dashboards/charts"
)

// machines is the number of JavaScript engines: each holds some 40 MB, and there are
// seldom more cores to spare.
const machines = 2

// Renderer draws options. It is safe for use by several goroutines.
type Renderer struct {
	program *goja.Program
	free    chan *machine // nil entries stand for machines not yet built
	drawn   shelf
}

// machine is one engine with the library loaded.
type machine struct {
	vm   *goja.Runtime
	draw goja.Callable
}

// New compiles the source of ECharts (a build with all charts, version 5.6 or later). The
// engines start with the first drawings.
func New(source string) (*Renderer, error) {
	program, err := goja.Compile("echarts.js", source, false)
	if err != nil {
		return nil, fmt.Errorf("compile the chart library: %w", err)
	}
	r := &Renderer{program: program, free: make(chan *machine, machines)}
	for range machines {
		r.free <- nil
	}
	return r, nil
}

// prelude stands in for what a browser has and a drawing does not need: timers only
// animate, and nothing is animated.
const prelude = `var setTimeout=function(){return 0},clearTimeout=function(){},setInterval=setTimeout,clearInterval=clearTimeout;`

// painter draws one option. A drawing is made anew each time, so none sees another's state.
const painter = `(function (option, width, height) {
	var chart = echarts.init(null, null, {renderer: "svg", ssr: true, width: width, height: height});
	try {
		chart.setOption(JSON.parse(option));
		return chart.renderToSVGString();
	} finally {
		chart.dispose();
	}
})`

func (r *Renderer) start() (*machine, error) {
	vm := goja.New()
	// Chance and time must not reach a drawing.
	vm.SetRandSource(func() float64 { return 0.5 })
	if _, err := vm.RunString(prelude); err != nil {
		return nil, fmt.Errorf("prepare the chart engine: %w", err)
	}
	if _, err := vm.RunProgram(r.program); err != nil {
		return nil, fmt.Errorf("load the chart library: %w", err)
	}
	v, err := vm.RunString(painter)
	if err != nil {
		return nil, fmt.Errorf("prepare the chart engine: %w", err)
	}
	draw, ok := goja.AssertFunction(v)
	if !ok {
		return nil, errors.New("prepare the chart engine: the painter is no function")
	}
	return &machine{vm, draw}, nil
}

// Render draws an option at a size in px. tokens are the design tokens by name, without
// the leading dashes (assets.Tokens for paper); a token that is missing is an error. The
// result is one <svg> element without scripts, styles sheets and addresses, that may stand
// in HTML or alone in a file. Two different drawings may stand in one document.
//
// When ctx ends while drawing, the error is that of ctx.
func (r *Renderer) Render(ctx context.Context, option charts.Option, width, height int, tokens map[string]string) (template.HTML, error) {
	filled, f, err := fill(option, tokens)
	if err != nil {
		return "", err
	}
	// All that makes a drawing is in its sum, so that equal sums are equal drawings.
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %s", width, height, filled))
	if known, ok := r.drawn.get(sum); ok && ctx.Err() == nil {
		return known, nil
	}
	drawing, err := r.paint(ctx, filled, width, height)
	if err != nil {
		return "", err
	}
	f.prefix = "c" + hex.EncodeToString(sum[:5])
	clean, err := rewrite(drawing, f)
	if err != nil {
		return "", fmt.Errorf("draw chart: %w", err)
	}
	r.drawn.put(sum, template.HTML(clean))
	return template.HTML(clean), nil
}

// shelf keeps the latest drawings: the report of a period is drawn again and again with
// the same numbers while people write and issue it, and a drawing takes a quarter of a
// second where looking it up takes none. The zero shelf is ready for use.
type shelf struct {
	mu    sync.Mutex
	at    map[[sha256.Size]byte]template.HTML
	order [][sha256.Size]byte // oldest first
}

// kept is how many drawings are kept; of 20 to 250 KB each.
const kept = 48

func (s *shelf) get(sum [sha256.Size]byte) (template.HTML, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	drawing, ok := s.at[sum]
	return drawing, ok
}

func (s *shelf) put(sum [sha256.Size]byte, drawing template.HTML) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.at[sum]; ok {
		return
	}
	if s.at == nil {
		s.at = map[[sha256.Size]byte]template.HTML{}
	}
	if len(s.order) == kept {
		delete(s.at, s.order[0])
		s.order = s.order[1:]
	}
	s.at[sum] = drawing
	s.order = append(s.order, sum)
}

func (r *Renderer) paint(ctx context.Context, option string, width, height int) (string, error) {
	var m *machine
	select {
	case m = <-r.free:
	case <-ctx.Done():
		return "", fmt.Errorf("wait for a chart engine: %w", ctx.Err())
	}
	defer func() { r.free <- m }()
	if err := ctx.Err(); err != nil {
		return "", fmt.Errorf("draw chart: %w", err)
	}
	if m == nil {
		started, err := r.start()
		if err != nil {
			return "", err
		}
		m = started
	}
	stop := context.AfterFunc(ctx, func() { m.vm.Interrupt(ctx.Err()) })
	v, err := m.draw(goja.Undefined(), m.vm.ToValue(option), m.vm.ToValue(width), m.vm.ToValue(height))
	interrupted := !stop()
	if interrupted || err != nil {
		m = nil // whatever it was doing, the next drawing starts afresh
	}
	switch {
	case interrupted:
		return "", fmt.Errorf("draw chart: %w", ctx.Err())
	case err != nil:
		return "", fmt.Errorf("draw chart: %w", err)
	}
	return v.String(), nil
}

var reference = regexp.MustCompile(`^var\(--([a-z0-9-]+)\)$`)

// fill puts the tokens into an option, takes out what only a screen has, and returns it
// with the sentence that describes the drawing and the family of its texts.
func fill(option charts.Option, tokens map[string]string) (filled string, f frame, err error) {
	raw, err := json.Marshal(option)
	if err != nil {
		return "", frame{}, fmt.Errorf("read chart option: %w", err)
	}
	var v map[string]any
	if err := json.Unmarshal(raw, &v); err != nil {
		return "", frame{}, fmt.Errorf("read chart option: %w", err)
	}
	missing := map[string]bool{}
	var walk func(v any) any
	walk = func(v any) any {
		switch v := v.(type) {
		case string:
			m := reference.FindStringSubmatch(v)
			if m == nil {
				return v
			}
			value, ok := tokens[m[1]]
			if !ok {
				missing[m[1]] = true
			}
			// A family in quotes would end the attribute that ECharts writes it into.
			return strings.Map(func(r rune) rune {
				if strings.ContainsRune(`"'<>&`, r) {
					return -1
				}
				return r
			}, value)
		case []any:
			for i := range v {
				v[i] = walk(v[i])
			}
		case map[string]any:
			for key := range v {
				if key == "tooltip" || key == "emphasis" || key == "cursor" {
					delete(v, key)
					continue
				}
				v[key] = walk(v[key])
			}
		}
		return v
	}
	walk(v)
	if len(missing) > 0 {
		return "", frame{}, fmt.Errorf("draw chart: no design token %s", strings.Join(slices.Sorted(maps.Keys(missing)), ", "))
	}
	base := v
	if inner, ok := v["baseOption"].(map[string]any); ok {
		base = inner
	}
	// Nothing is prepared for a mouse that will not come.
	series, _ := base["series"].([]any)
	for _, one := range series {
		if one, ok := one.(map[string]any); ok {
			one["silent"], one["emphasis"] = true, map[string]any{"disabled": true}
		}
	}
	f.title, f.family = text(base, "aria", "label", "description"), text(base, "textStyle", "fontFamily")
	b, err := json.Marshal(v)
	if err != nil {
		return "", frame{}, fmt.Errorf("write chart option: %w", err)
	}
	return string(b), f, nil
}

// text returns the text at the end of a path of keys, empty where there is none.
func text(v map[string]any, path ...string) string {
	last := len(path) - 1
	for _, key := range path[:last] {
		v, _ = v[key].(map[string]any)
	}
	s, _ := v[path[last]].(string)
	return s
}

// Shared is a Renderer that is built from source when it is first needed: compiling takes
// a third of a second that most commands never need.
func Shared(source func() string) func() (*Renderer, error) {
	return sync.OnceValues(func() (*Renderer, error) { return New(source()) })
}
