package dashboards

import (
	"cmp"
	"context"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/export"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// The numbers of charts as files: the same metrics with the same conditions as the chart.

// figures makes the rows of a chart from a request.
type figures func(s *server, c *fiber.Ctx) rowSet

// figureFile answers the numbers of a chart as a file, for people with a byte-order mark
// and a last line that says who asked for what.
func (s *server) figureFile(set figures, format string, forPeople bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		scope, err := s.scope(c)
		if err != nil {
			return err
		}
		return s.file(c, set(s, c), format, scope, forPeople)
	}
}

// figureRoutes are the addresses of the numbers of charts: on pages for people, under the
// API for programs.
func (s *server) figureRoutes() []route {
	var out []route
	for _, f := range []struct {
		name, summary string
		set           figures
		params        []string
	}{
		{"distribution", "A distribution, one line a row, one column a code.", distributionFigures, join([]string{"measure", "rows", "cols"}, filterParams, []string{"tag", "basis", "rule", "kind", "status"})},
		{"trend", "A measure by month, one column a series.", trendFigures, join([]string{"measure"}, filterParams, []string{"kind", "status"})},
		{"days", "Signals of a year by day.", dayFigures, join([]string{"measure"}, filterParams, []string{"status"})},
		{"outcome", "New, recurring and closed signals that are linked to points, by month.", outcomeFigures, []string{"as_of", "known_at", "from", "to", "year", "month", "unit", "layer", "category", "leader", "kind", "risk"}},
		{"overdue", "Obligations, one line each, with the clause each rests on.", overdueFigures, join(boardParams, []string{"rule", "basis", "owner", "status", "risk", "cell", "limit"})},
		{"repeats", "All of them, one line each.", repeatFigures, repeatParams},
		{"hotspots", "The months behind each cell that stands out.", hotspotFigures, []string{"as_of", "known_at", "month", "unit", "category", "leader", "limit"}},
	} {
		for _, format := range []string{"csv", "xlsx"} {
			out = append(out,
				route{method: fiber.MethodGet, path: "/figures/" + f.name + "." + format, params: f.params, handle: s.figureFile(f.set, format, true)},
				route{method: fiber.MethodGet, path: "/api/v1/" + f.name + "." + format, api: true, params: f.params, summary: f.summary, answer: "file", handle: s.figureFile(f.set, format, false)})
		}
	}
	return out
}

func (s *server) dataVersion(ctx context.Context, who integrity.Principal) string {
	version, _, err := s.lastLoad(ctx, who)
	if err != nil {
		s.Log.WarnContext(ctx, "last load unknown", "err", err)
	}
	return version
}

// rowsOf are rows that are there already.
func rowsOf(rows [][]any) iter.Seq[[]any] { return slices.Values(rows) }

// figure is a count in a file: text where it is hidden, to be told from zero.
func figure(n *uint64) any {
	if n == nil {
		return view.Hidden(nil, 3)
	}
	return int(*n)
}

func distributionFigures(s *server, c *fiber.Ctx) rowSet {
	t := table{c.Query("measure", metrics.MeasureRisks), c.Query("rows", metrics.DimLayer), c.Query("cols", metrics.DimCategory)}
	return rowSet{"distribution", view.T(integrity.Chinese, "nav.heatmap"), func(ctx context.Context, who integrity.Principal, scope metrics.Scope) ([]export.Column, iter.Seq[[]any], string, error) {
		d, err := s.Metrics.Distribution(ctx, who, scope, t.measure, t.rows, t.cols)
		if err != nil {
			return nil, nil, "", err
		}
		columns, rows := gridOf(d, t)
		return columns, rowsOf(rows), d.DataVersion, nil
	}}
}

// gridOf is a distribution as the page shows it: the counts, a column and a line of totals, and of risk
// points after them how many are important and how many general.
func gridOf(d metrics.Distribution, t table) ([]export.Column, [][]any) {
	zh := func(key string) string { return view.T(integrity.Chinese, key) }
	heads := make([]string, 0, len(d.Cols)+1)
	for _, col := range d.Cols {
		heads = append(heads, col.Label)
	}
	heads = append(heads, zh("heatmap.total"))
	columns := []export.Column{{Head: zh("dim." + t.rows), Width: 24}}
	for _, head := range heads {
		columns = append(columns, export.Column{Head: head, Width: 14})
	}
	graded := t.measure == metrics.MeasureRisks && t.rows != metrics.DimGrade && t.cols != metrics.DimGrade
	if graded {
		for _, head := range heads {
			for _, g := range []integrity.Grade{integrity.GradeImportant, integrity.GradeGeneral} {
				columns = append(columns, export.Column{Head: head + " " + g.Label(integrity.Chinese), Width: 14})
			}
		}
	}
	line := func(name string, cells []gridSum) []any {
		row := []any{name}
		for _, c := range cells {
			row = append(row, c.count())
		}
		if graded {
			for _, c := range cells {
				row = append(row, int(c.important), int(c.general))
			}
		}
		return row
	}
	feet := make([]gridSum, len(d.Cols)+1)
	var rows [][]any
	for y, r := range d.Rows {
		cells := make([]gridSum, len(d.Cols)+1)
		for x := range d.Cols {
			one := d.At(y, x)
			cells[x].cell = true
			for _, sum := range []*gridSum{&cells[x], &cells[len(d.Cols)], &feet[x], &feet[len(d.Cols)]} {
				sum.add(one)
			}
		}
		rows = append(rows, line(r.Label, cells))
	}
	if all := &feet[len(d.Cols)]; d.Total == nil {
		all.hidden = true
	} else if all.hidden { // counted by the metric, which also decides whether it gives a cell away
		all.all, all.hidden = *d.Total, false
	}
	return columns, append(rows, line(zh("heatmap.total"), feet))
}

// gridSum is a cell of a grid or a sum of cells, which is hidden once a part of it is.
type gridSum struct {
	all, important, general uint64
	cell, hidden            bool
}

func (g *gridSum) add(c metrics.Cell) {
	g.all, g.important, g.general = g.all+count(c.Count), g.important+c.Important, g.general+c.General
	g.hidden = g.hidden || c.Count == nil
}

// count is what a file says of it: a number, of a hidden cell that it is small, of a hidden sum nothing.
func (g *gridSum) count() any {
	switch {
	case g.hidden && g.cell:
		return view.Hidden(nil, 3)
	case g.hidden:
		return "—"
	}
	return int(g.all)
}

// monthly is a trend as a table: a line a month, a column a series.
func monthly(t metrics.Trend) (columns []export.Column, rows [][]any) {
	columns = []export.Column{{Head: view.T(integrity.Chinese, "dim.month"), Width: 10}}
	for _, series := range t.Series {
		columns = append(columns, export.Column{Head: series.Label, Width: 16})
	}
	for i, month := range t.Months {
		row := []any{month}
		for _, series := range t.Series {
			row = append(row, figure(series.Values[i]))
		}
		rows = append(rows, row)
	}
	return columns, rows
}

func trendFigures(s *server, c *fiber.Ctx) rowSet {
	measure := c.Query("measure", metrics.MeasureSignals)
	return rowSet{"trend", view.T(integrity.Chinese, "overview.trend"), func(ctx context.Context, who integrity.Principal, scope metrics.Scope) ([]export.Column, iter.Seq[[]any], string, error) {
		t, err := s.Metrics.Trend(ctx, who, scope, measure)
		if err != nil {
			return nil, nil, "", err
		}
		columns, rows := monthly(t)
		return columns, rowsOf(rows), s.dataVersion(ctx, who), nil
	}}
}

func dayFigures(s *server, c *fiber.Ctx) rowSet {
	measure := c.Query("measure", metrics.MeasureSignals)
	return rowSet{"days", view.T(integrity.Chinese, "heatmap.view.calendar"), func(ctx context.Context, who integrity.Principal, scope metrics.Scope) ([]export.Column, iter.Seq[[]any], string, error) {
		d, err := s.Metrics.SignalDays(ctx, who, ofWholeYear(scope), measure)
		if err != nil {
			return nil, nil, "", err
		}
		columns := []export.Column{{Head: view.T(integrity.Chinese, "param.date"), Width: 12}, {Head: view.T(integrity.Chinese, "measure."+measure), Width: 12}}
		var rows [][]any
		for _, day := range d.Days {
			rows = append(rows, []any{day.Day, int(day.Count)})
		}
		return columns, rowsOf(rows), d.DataVersion, nil
	}}
}

func hotspotFigures(s *server, _ *fiber.Ctx) rowSet {
	return rowSet{"hotspots", view.T(integrity.Chinese, "nav.hotspots"), func(ctx context.Context, who integrity.Principal, scope metrics.Scope) ([]export.Column, iter.Seq[[]any], string, error) {
		answer, err := s.Metrics.HotSpots(ctx, who, scope)
		if err != nil {
			return nil, nil, "", err
		}
		zh := func(key string) string { return view.T(integrity.Chinese, key) }
		columns := []export.Column{{Head: zh("dim.unit"), Width: 24}, {Head: zh("dim.category"), Width: 14}, {Head: zh("dim.month"), Width: 10},
			{Head: zh("hot.actual")}, {Head: zh("hot.expected")}, {Head: zh("hot.upper")}, {Head: "q"}, {Head: zh("hot.listed"), Width: 14}, {Head: zh("hot.why"), Width: 60}, {Head: zh("hot.beside"), Width: 60}}
		var rows [][]any
		for _, h := range answer.Items {
			listed := zh("runs.list")
			switch {
			case h.Hot:
				listed = zh("hot.list")
			case h.Watch:
				listed = zh("watch.list")
			case h.Slow:
				listed = zh("runs.slow")
			}
			unit, category, with := h.UnitName, h.Category.Label(integrity.Chinese), Beside(h, scope.Lang)
			for _, m := range h.Series {
				row := []any{unit, category, m.Month, fewOf(m.Count), nil, nil, nil, listed, h.Why, with}
				if m.Counted {
					row[4], row[5] = view.Decimal(m.Expected, 1), m.Upper
				}
				if m.Month == answer.Month {
					row[6] = probability(h.Q)
				}
				rows = append(rows, row)
			}
			if t := h.Together; t.Months > 0 {
				rows = append(rows, []any{unit, category, t.From + "—" + t.To, fewOf(t.Count), view.Decimal(t.Expected, 1), t.Upper, probability(t.Q), listed, h.Why, with})
			}
		}
		for _, q := range answer.Quiet {
			rows = append(rows, []any{q.Name, nil, answer.Month, nil, nil, nil, nil, zh("hot.unjudged"), q.Why, nil})
		}
		return columns, rowsOf(rows), s.dataVersion(ctx, who), nil
	}}
}

// fewOf is a count of matters for a table: a number, or fewer than three.
func fewOf(n int) any {
	if text := few(n); text != strconv.Itoa(n) {
		return text
	}
	return n
}

// overdueFigures are the obligations of a list, each with its light, its clause and why.
func overdueFigures(s *server, _ *fiber.Ctx) rowSet {
	return rowSet{"overdue", view.T(integrity.Chinese, "supervision.list"), func(ctx context.Context, who integrity.Principal, scope metrics.Scope) ([]export.Column, iter.Seq[[]any], string, error) {
		answer, err := s.Metrics.Overdue(ctx, who, scope)
		if err != nil {
			return nil, nil, "", err
		}
		items := answer.Rows()
		year := cmp.Or(scope.Year, answer.AsOf.Year())
		const zh = integrity.Chinese
		cols := []col[obligation.Item]{
			{"单位", 20, func(it obligation.Item) any { return it.UnitName }},
			{"义务", 24, func(it obligation.Item) any { return it.Rule.Label(zh) }},
			{"年度", 8, func(it obligation.Item) any { return whole(it.Year) }},
			{"清单序号", 8, func(it obligation.Item) any { return whole(it.RiskNo) }},
			{"状态", 12, func(it obligation.Item) any { return it.Status.Label(it.Basis, zh) }},
			{"依据性质", 10, func(it obligation.Item) any { return it.Basis.Label(zh) }},
			{"责任领导", 12, func(it obligation.Item) any { return it.Leader }},
			{"应完成", 8, func(it obligation.Item) any { return it.Required }},
			{"已完成", 8, func(it obligation.Item) any { return it.Done }},
			{"期限", 12, func(it obligation.Item) any { return it.Due }},
			{"剩余天数", 10, func(it obligation.Item) any { return it.DaysLeft }},
			{"依据条款", 40, func(it obligation.Item) any { return obligation.Quotation(it.Rule, it.Basis) }},
			{"说明", 50, func(it obligation.Item) any { return it.Why }},
			{"下一步", 50, func(it obligation.Item) any { return it.Next }},
			{"以前年度未完成", 14, func(it obligation.Item) any { return yesNo(leftUndone(&it, year)) }},
		}
		heads, rows := tableOf(cols, items)
		return heads, rows, s.dataVersion(ctx, who), nil
	}}
}

// save says what can be taken away of a chart. path is that of its numbers, changes what
// they have to be asked for beside the conditions of the page.
func (r *request) save(what, path string, changes ...string) view.Save {
	return view.Save{
		File: "清风-" + what + "-" + r.scope.AsOf.String(),
		CSV:  r.href("/figures/"+path+".csv", changes...), XLSX: r.href("/figures/"+path+".xlsx", changes...),
		JSON: r.answer("/api/v1/"+path, changes...),
	}
}

// answer is the address of the API that gives the numbers of a card, with those of the page's
// conditions that it knows.
func (r *request) answer(path string, changes ...string) string {
	i := slices.IndexFunc(r.s.routes, func(known route) bool { return known.path == path })
	if i < 0 {
		i = slices.IndexFunc(r.s.routes, func(known route) bool { return known.method == fiber.MethodGet && fits(known.path, path) })
	}
	if i < 0 || !mayOpen(r.who, path) {
		return ""
	}
	_, conditions, _ := strings.Cut(r.href(path, changes...), "?")
	all, err := url.ParseQuery(conditions)
	if err != nil {
		return ""
	}
	q := url.Values{}
	for _, name := range r.s.routes[i].params {
		if v := all.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	return address(path, q)
}

// counted says which signals a chart counts; empty for what is no signal.
func (r *request) counted(measure string) string {
	switch measure {
	case metrics.MeasureRisks, metrics.MeasureChecks, metrics.MeasureOverdue:
		return ""
	}
	return r.t("counted." + cmp.Or(r.scope.Integrity, "default"))
}
