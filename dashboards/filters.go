package dashboards

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/metrics"
)

// filters are the conditions of a page: its fields, in order, and a chip for each that is
// in force, to take it off.
func (r *request) filters(ctx context.Context, path string, fields []view.Field) view.Filters {
	f := view.Filters{Action: path, Fields: fields}
	asked := func(name string) bool {
		return slices.ContainsFunc(fields, func(field view.Field) bool { return field.Name == name })
	}
	for _, name := range slices.Concat(metrics.ScopeNames(), []string{"measure", "rows", "cols"}) {
		v := r.query.Get(name)
		if v == "" || slices.Contains([]string{"sort", "per_page", "limit"}, name) {
			continue
		}
		if !asked(name) {
			f.Hidden = append(f.Hidden, view.Param{Name: name, Value: v})
		}
		label := v
		switch name {
		case "unit":
			label = unitName(r.units(ctx), v)
		case "cell":
			label = r.cellLabel(r.units(ctx), v)
		default:
			label = r.valueLabel(name, v)
		}
		f.Chips = append(f.Chips, view.Chip{Label: r.t("param." + name), Value: label, Href: r.href(path, name, "")})
	}
	face := r.query.Get("view") // of the page, no condition on what it shows
	if face != "" {
		f.Hidden = append(f.Hidden, view.Param{Name: "view", Value: face})
	}
	if len(f.Chips) > 0 {
		f.Clear = address(path, url.Values{}, "view", face)
	}
	return f
}

// filters makes the conditions of a page a card: the units and leaders that may be chosen
// are asked for, and may be late.
func (d *deck) filters(into *Card[view.Filters], fill func(ctx context.Context) view.Filters) {
	r := d.r
	deal(d, into, func(ctx context.Context) (view.Filters, error) {
		// The fields find what is kept of this; without it they would offer no choice and not say why.
		s := metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Lang: r.lang}
		if _, err := r.s.Metrics.Units(ctx, r.who, s); err != nil {
			return view.Filters{}, err
		}
		if _, err := r.s.Metrics.Leaders(ctx, r.who, s); err != nil {
			return view.Filters{}, err
		}
		f := fill(ctx)
		return f, ctx.Err()
	}, "filters")
}

// periods are ready-made periods of events: month, quarter, year of the day, and the year
// before.
func (r *request) periods(path string) []view.Seg {
	y, m, _ := r.scope.AsOf.UTC().Date()
	quarter := integrity.Date(y, (m-1)/3*3+1, 1)
	month := r.scope.AsOf.MonthCode()
	preset := func(key string, conditions ...string) view.Seg {
		given := map[string]string{"month": "", "from": "", "to": "", "year": ""}
		for i := 0; i < len(conditions); i += 2 {
			given[conditions[i]] = conditions[i+1]
		}
		seg := view.Seg{Label: r.t("preset." + key), Current: true}
		var changes []string
		for name, v := range given {
			changes = append(changes, name, v)
			seg.Current = seg.Current && r.query.Get(name) == v
		}
		seg.Href = r.href(path, changes...)
		return seg
	}
	return []view.Seg{
		preset("month", "month", month), preset("quarter", "from", quarter.String(), "to", r.scope.AsOf.String()),
		preset("year", "year", strconv.Itoa(y)), preset("lastyear", "year", strconv.Itoa(y-1)),
	}
}

// moments are ready-made days to look at: today, and the ends of the month, the quarter and the
// year before.
func (r *request) moments(path string) []view.Seg {
	today := integrity.DayOf(r.s.Now())
	y, m, _ := today.UTC().Date()
	preset := func(key, value string) view.Seg {
		return view.Seg{Label: r.t("preset." + key), Href: r.href(path, "as_of", value), Current: r.query.Get("as_of") == value}
	}
	return []view.Seg{
		preset("today", ""), preset("lastmonthend", (integrity.Date(y, m, 1) - 1).String()),
		preset("lastquarterend", (integrity.Date(y, (m-1)/3*3+1, 1) - 1).String()), preset("lastyearend", (integrity.Date(y, 1, 1) - 1).String()),
	}
}

// units are the units that may be chosen. A list that cannot be read leaves the choice out;
// the cards of the page say what is wrong.
func (r *request) units(ctx context.Context) []integrity.Unit {
	s := metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Lang: r.lang}
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
	case "status":
		if slices.Contains(integrity.Statuses(), integrity.Status(v)) {
			return integrity.Status(v).Label(r.scope.Basis, r.lang)
		}
	case "batch":
		return v[:min(len(v), shownID)]
	}
	return conditionWord(r.lang, name, v)
}

// conditionWord is the word for a value of a condition, or the value itself where it has none.
func conditionWord(lang integrity.Lang, name, v string) string {
	switch name {
	case "layer", "category", "grade", "stage", "managed":
		return labelOf(name, v, v, lang)
	case "rows", "cols":
		return view.Word(lang, "dim."+v, v)
	case "measure":
		return view.Word(lang, "measure."+v, v)
	case "tag":
		return metrics.MarkLabel(v, lang)
	case "kind":
		return integrity.SignalKind(v).Label(lang)
	case "rule":
		return integrity.Rule(v).Label(lang)
	case "basis":
		return integrity.Basis(v).Label(lang)
	case "owner":
		return integrity.Owner(v).Label(lang)
	case "status":
		switch v {
		case "open", "closed", "all", "voided", "pressing":
			return view.T(lang, "status."+v)
		}
		return integrity.Status(v).Label("", lang)
	case "confirmed", "linked":
		return view.Word(lang, name+"."+v, v)
	case "suggested", "sure", "machine":
		if v == "0" {
			return view.T(lang, "switch.off")
		}
		return view.T(lang, "switch.on")
	case "state":
		return letters.State(v).Label(lang)
	case "type":
		return integrity.LetterKind(v).Label(lang)
	case "integrity":
		if v == "all" {
			return view.T(lang, "choice.all")
		}
		return integrity.Integrity(v).Label(lang)
	}
	return v
}

// The fields of conditions.

func (r *request) dayField() view.Field {
	return view.Field{Name: "as_of", Label: r.t("param.as_of"), Kind: "date", Value: r.scope.AsOf.String()}
}

// spanFields are the first and the last day of a period.
func (r *request) spanFields() []view.Field {
	return []view.Field{
		{Name: "from", Label: r.t("param.from"), Kind: "date", Value: r.query.Get("from")},
		{Name: "to", Label: r.t("param.to"), Kind: "date", Value: r.query.Get("to")},
	}
}

func (r *request) searchField() view.Field {
	return view.Field{Name: "q", Label: r.t("param.q"), Kind: "search", Value: r.scope.Text}
}

// tagField chooses a tag of risk points: those that the notice names, and the one asked for.
func (r *request) tagField() view.Field {
	tags := metrics.Marks()
	if tag := r.scope.Tag; tag != "" && !slices.Contains(tags, tag) {
		tags = append(tags, tag)
	}
	return choose(r, "tag", r.scope.Tag, tags...)
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
	leaders, err := r.s.Metrics.Leaders(ctx, r.who, metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Lang: r.lang})
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
