package dashboards

import (
	"context"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// What tasks have kept: the runs behind the hot spots of a month, the month end as it was
// known then, the round of the first quarter.

func (s *server) keptRoutes() []route {
	return []route{
		{method: fiber.MethodGet, path: "/api/v1/kept", api: true, answer: "List", handle: func(c *fiber.Ctx) error { return answerWhole(s, c, s.Metrics.Kept) },
			params:  []string{"as_of", "known_at", "month", "year", "lang"},
			summary: "Versions that tasks kept: judged months with what changed and why, month ends as they were known, opened rounds."},
	}
}

// keptOf asks for what one task kept for a month or a year, newest first.
func (r *request) keptOf(ctx context.Context, task, month string, year int) ([]metrics.Kept, error) {
	all, err := r.s.Metrics.Kept(ctx, r.who, metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Lang: r.lang, Month: month, Year: year})
	if err != nil {
		return nil, err
	}
	var out []metrics.Kept
	for _, k := range all.Items {
		if k.Task == task {
			out = append(out, k)
		}
	}
	return out, nil
}

// runsTable lists the runs that judged the month of the page.
func (r *request) runsTable(ctx context.Context) (view.Table, error) {
	t := view.Table{ID: "versions", Caption: r.t("kept.runs"), Hide: true, Class: "cards wrap", Empty: r.t("kept.norun"), Columns: []view.Column{
		{Label: r.t("kept.version"), Class: "num"}, {Label: r.t("kept.made")}, {Label: r.t("kept.found")}, {Label: r.t("kept.changes"), Class: "w40"}, {Label: r.t("kept.why")},
	}}
	runs, err := r.keptOf(ctx, metrics.KeptHotSpots, r.judgedMonth(), 0)
	if err != nil {
		return t, err
	}
	for _, k := range runs {
		changes := r.t("kept.same")
		switch {
		case k.Version == 1:
			changes = r.t("kept.first")
		case len(k.Changes) > 0:
			changes = r.listed(k.Changes)
		}
		t.Rows = append(t.Rows, []view.Cell{
			{Text: strconv.Itoa(k.Version), Class: "num"},
			{Text: k.MadeAt.Format("2006-01-02 15:04"), Note: r.t("kept.data", k.DataVersion), Head: true},
			{Text: r.t("kept.counts", k.Hot, k.Watch, k.Runs)},
			{Text: changes}, {Text: k.Why},
		})
	}
	return t, nil
}

// judgedMonth is the month that the page of hot spots shows: the metric's own choice where
// none is asked for.
func (r *request) judgedMonth() string {
	if r.scope.Month != "" {
		return r.scope.Month
	}
	return metrics.JudgedMonth(r.scope.AsOf).MonthCode()
}

// monthEnd says what was known at the last month end, and how today differs from it.
func (r *request) monthEnd(ctx context.Context) (string, error) {
	if r.scope.Unit != "" || r.scope.Leader != "" || r.scope.Category != "" || r.scope.Layer != "" {
		return "", nil // what is kept is of the whole commission
	}
	month := metrics.JudgedMonth(r.scope.AsOf).MonthCode()
	ends, err := r.keptOf(ctx, metrics.KeptMonthEnd, month, 0)
	if err != nil || len(ends) == 0 {
		return "", err
	}
	k := ends[0]
	s := r.general()
	s.AsOf, s.Limit, s.Status, s.Rule, s.Basis, s.Year = k.AsOf, 1, "", "", "", 0
	points, err := r.s.Metrics.Distribution(ctx, r.who, s, metrics.MeasureRisks, metrics.DimLayer, metrics.DimCategory)
	if err != nil {
		return "", err
	}
	owed, err := r.s.Metrics.Overdue(ctx, r.who, s)
	if err != nil {
		return "", err
	}
	var late uint64
	for _, rule := range integrity.Rules() {
		late += tally(owed.Summary, rule, integrity.BasisNotice, integrity.StatusOverdue)
	}
	text := r.t("kept.monthend", k.AsOf.String(), k.MadeAt.Format("2006-01-02"), k.Points, k.Overdue)
	if now := count(points.Total); now != k.Points || late != k.Overdue {
		return text + r.t("kept.monthend.now", now, late), nil
	}
	return text + r.t("kept.monthend.same"), nil
}

// round says when the review of the year was opened and who owes it.
func (r *request) round(ctx context.Context) (string, error) {
	rounds, err := r.keptOf(ctx, metrics.KeptRound, "", r.year())
	if err != nil || len(rounds) == 0 {
		return "", err
	}
	k := rounds[0]
	return r.t("kept.round", r.year(), k.AsOf.String(), k.Units, integrity.Date(r.year(), 3, 31).String()), nil
}
