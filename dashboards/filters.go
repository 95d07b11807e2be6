package dashboards

import (
	"context"
	"slices"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// shownFields are the names of the conditions that a page shows as fields, in order; all
// others that are in force become chips.
func (r *request) filters(ctx context.Context, path string, fields []view.Field) view.Filters {
	f := view.Filters{Action: path, Fields: fields}
	shown := map[string]bool{"lang": true}
	for _, field := range fields {
		shown[field.Name] = true
	}
	var units []integrity.Unit
	for _, name := range slices.Concat(metrics.ScopeNames(), []string{"measure", "rows", "cols", "row", "col"}) {
		v := r.query.Get(name)
		if v == "" || shown[name] || slices.Contains([]string{"sort", "per_page", "limit", "row", "col"}, name) {
			continue
		}
		f.Hidden = append(f.Hidden, view.Param{Name: name, Value: v})
		label := v
		if name == "unit" {
			if units == nil {
				units = r.units(ctx)
			}
			label = unitName(units, v)
		}
		f.Chips = append(f.Chips, view.Chip{Label: r.t("param." + name), Value: r.valueLabel(name, label), Href: r.href(path, name, "")})
	}
	if len(r.query) > 0 {
		f.Clear = path
	}
	return f
}

// units are the units that may be chosen. A list that cannot be read leaves the choice out;
// the cards of the page say what is wrong.
func (r *request) units(ctx context.Context) []integrity.Unit {
	s := metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt}
	units, err := r.s.Metrics.Units(ctx, r.who, s)
	if err != nil {
		r.s.Log.WarnContext(ctx, "units unknown", "request_id", r.id, "err", err)
	}
	return units
}

func unitName(units []integrity.Unit, code string) string {
	for _, u := range units {
		if u.Code == code {
			return u.Name
		}
	}
	return code
}

// valueLabel is the word for a value of a condition.
func (r *request) valueLabel(name, v string) string {
	switch name {
	case "layer", "category", "grade", "stage":
		return labelOf(name, v, v, r.lang)
	case "kind":
		return integrity.SignalKind(v).Label(r.lang)
	case "rule":
		return integrity.Rule(v).Label(r.lang)
	case "basis":
		return integrity.Basis(v).Label(r.lang)
	case "status":
		switch v {
		case "open", "closed", "all":
			return r.t("status." + v)
		}
		return integrity.Status(v).Label(r.scope.Basis, r.lang)
	case "integrity":
		if v == "all" {
			return r.t("choice.all")
		}
		return integrity.Integrity(v).Label(r.lang)
	}
	return v
}

// The fields of conditions.

func (r *request) dayField() view.Field {
	return view.Field{Name: "as_of", Label: r.t("param.as_of"), Kind: "date", Value: r.scope.AsOf.String()}
}

func (r *request) searchField() view.Field {
	return view.Field{Name: "q", Label: r.t("param.q"), Kind: "search", Value: r.scope.Text}
}

func (r *request) unitField(ctx context.Context) view.Field {
	f := view.Field{Name: "unit", Label: r.t("param.unit"), Choices: []view.Choice{{Label: r.t("choice.all")}}}
	found := r.scope.Unit == ""
	for _, u := range r.units(ctx) {
		chosen := u.Code == r.scope.Unit || u.Name == r.scope.Unit
		found = found || chosen
		f.Choices = append(f.Choices, view.Choice{Value: u.Code, Label: u.Name, Selected: chosen})
	}
	if !found { // written in another way, which the metrics may still know
		f.Choices = append(f.Choices, view.Choice{Value: r.scope.Unit, Label: r.scope.Unit, Selected: true})
	}
	return f
}

func (r *request) leaderField(ctx context.Context) view.Field {
	f := view.Field{Name: "leader", Label: r.t("param.leader"), Choices: []view.Choice{{Label: r.t("choice.all")}}}
	leaders, err := r.s.Metrics.Leaders(ctx, r.who, metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt})
	if err != nil {
		r.s.Log.WarnContext(ctx, "leaders unknown", "request_id", r.id, "err", err)
	}
	if l := r.scope.Leader; l != "" && !slices.Contains(leaders, l) {
		leaders = append(leaders, l)
	}
	for _, l := range leaders {
		f.Choices = append(f.Choices, view.Choice{Value: l, Label: l, Selected: l == r.scope.Leader})
	}
	return f
}

// choose is a field of fixed codes; the empty code is all of them.
func choose[T ~string](r *request, name string, current string, codes ...T) view.Field {
	f := view.Field{Name: name, Label: r.t("param." + name), Choices: []view.Choice{{Label: r.t("choice.all")}}}
	for _, code := range codes {
		f.Choices = append(f.Choices, view.Choice{Value: string(code), Label: r.valueLabel(name, string(code)), Selected: string(code) == current})
	}
	return f
}
