package dashboards

import (
	"context"
	"iter"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/charts"
	"qingfeng/dashboards/export"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// What became of the signals that are linked to risk points, by month: the other face of the card of
// months on the overview.

// viewOutcome is the face in addresses: /?view=outcome.
const viewOutcome = "outcome"

// monthsCard is a drawing by month with its table.
type monthsCard struct {
	Chart    view.Chart
	Numbers  view.Table
	About    view.About
	Counted  string // what is counted
	Sentence string // what the drawing comes to; empty for none
}

// monthsBehind are the last complete month of a day and the twelve before it: the first and the last day.
func monthsBehind(asOf integrity.Day) (from, to integrity.Day) {
	y, m, _ := asOf.UTC().Date()
	return integrity.Date(y-1, m-1, 1), integrity.Date(y, m, 1) - 1
}

// monthsOfOutcome adds up the points of an answer by month, months without anything included.
func monthsOfOutcome(o metrics.Outcome, lang integrity.Lang) metrics.Trend {
	at := map[string]int{}
	var t metrics.Trend
	for d := o.From; d <= o.To; {
		y, m, _ := d.UTC().Date()
		at[d.MonthCode()] = len(t.Months)
		t.Months = append(t.Months, d.MonthCode())
		d = integrity.Date(y, m+1, 1)
	}
	codes := []string{"new", "recurring", "closed"}
	sums := make([][]uint64, len(codes))
	for i := range sums {
		sums[i] = make([]uint64, len(t.Months))
	}
	for _, it := range o.Items {
		for _, m := range it.Months {
			if i, ok := at[m.Month]; ok {
				sums[0][i], sums[1][i], sums[2][i] = sums[0][i]+m.New, sums[1][i]+m.Recurring, sums[2][i]+m.Closed
			}
		}
	}
	for i, code := range codes {
		s := metrics.Series{Code: code, Label: view.T(lang, "outcome."+code)}
		for j := range sums[i] {
			s.Values = append(s.Values, &sums[i][j])
		}
		t.Series = append(t.Series, s)
	}
	return t
}

// outcomesCard is what became of linked signals in the months behind the day.
func (r *request) outcomesCard(ctx context.Context) (monthsCard, error) {
	s := r.general()
	s.Year, s.Month, s.Status, s.Kind, s.Limit = 0, "", "", "", 0
	s.From, s.To = monthsBehind(s.AsOf)
	o, err := r.s.Metrics.Outcome(ctx, r.who, s)
	if err != nil {
		return monthsCard{}, err
	}
	t := monthsOfOutcome(o, r.lang)
	title := r.t("outcome.months", len(t.Months))
	out := monthsCard{Counted: r.t("outcome.counted"), Sentence: r.t("outcome.sum", o.Total, o.Resolved),
		Chart: chart("trend", title, trendHeight, charts.Trend(t, charts.TrendOptions{Title: title, Height: trendHeight}))}
	of := []string{"grade", "", "year", "", "month", "", "status", "", "kind", "", "from", s.From.String(), "to", s.To.String()}
	out.Chart.Save = r.save(title, "outcome", of...)
	out.About = r.about("outcome", "/outcome", of...)
	out.Numbers = r.trendTable(t, title, func(string, string) string { return "" })
	return out, nil
}

// trendSegs are the two faces of the card of months.
func (r *request) trendSegs(current string) []view.Seg {
	return []view.Seg{
		{Label: r.t("outcome.face.signals"), Href: r.href("/"), Current: current == ""},
		{Label: r.t("outcome.face"), Href: r.href("/", "view", viewOutcome), Current: current == viewOutcome},
	}
}

// faceOf is the face of the overview that is asked for.
func faceOf(c *fiber.Ctx) (string, error) {
	switch v := c.Query("view"); v {
	case "", viewOutcome:
		return v, nil
	default:
		return "", &integrity.Refused{Name: "view", Value: v, Legal: []string{viewOutcome}}
	}
}

// outcomeFigures are the months of the outcome as a file.
func outcomeFigures(s *server, _ *fiber.Ctx) rowSet {
	return rowSet{"outcome", view.T(integrity.Chinese, "outcome.title"), func(ctx context.Context, who integrity.Principal, scope metrics.Scope) ([]export.Column, iter.Seq[[]any], string, error) {
		o, err := s.Metrics.Outcome(ctx, who, scope)
		if err != nil {
			return nil, nil, "", err
		}
		columns, rows := monthly(monthsOfOutcome(o, integrity.Chinese))
		return columns, rowsOf(rows), s.dataVersion(ctx, who), nil
	}}
}
