package dashboards

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// opinionRoutes are those of what representatives, experts and the inspection team said.
func (s *server) opinionRoutes() []route {
	return []route{{
		method: fiber.MethodGet, path: "/api/v1/opinions", api: true, params: boardParams,
		summary: "Opinions and co-checks on the lists of a year, by source, adopted and not.", answer: "List", handle: s.apiOpinions,
	}}
}

func (s *server) apiOpinions(c *fiber.Ctx) error { return answerWhole(s, c, s.Metrics.Opinions) }

// opinionsTable counts what was said about the lists of the year, by source in the order of the
// notice.
func (r *request) opinionsTable(ctx context.Context) (view.Table, error) {
	answer, err := r.s.Metrics.Opinions(ctx, r.who, r.scope)
	if err != nil {
		return view.Table{}, err
	}
	t := view.Table{ID: "opinions", Caption: r.t("opinions.title"), Hide: true, Class: "tight wrap", Columns: []view.Column{{Label: r.t("opinions.source"), Class: "w30"}}}
	for _, key := range []string{"opinions.count", "opinions.adopted", "opinions.rejected", "opinions.open", "opinions.noreason"} {
		t.Columns = append(t.Columns, view.Column{Label: r.t(key), Class: "num"})
	}
	for _, o := range answer.Items {
		name := o.Source
		if name == "" {
			name = r.t("opinions.nosource")
		}
		search := o.Source
		if o.Item == integrity.ItemExpertOpinion || search == "" {
			search = o.Item
		}
		cells := []view.Cell{{Text: name, Note: o.Item, Head: true, Href: r.only("/ledger", "q", search, "year", r.query.Get("year"), "unit", r.query.Get("unit"))}}
		for _, n := range []*uint64{o.Count, o.Adopted, o.NotAdopted, o.Undecided, o.NoReason} {
			cells = append(cells, r.openCount(o, n))
		}
		t.Rows = append(t.Rows, cells)
	}
	return t, nil
}

// openCount is a count of opinions: a dash where it is not told.
func (r *request) openCount(o metrics.OpinionCount, n *uint64) view.Cell {
	switch {
	case n != nil:
		return view.Cell{Text: view.Number(*n), Class: "num"}
	case o.Suppressed && n == o.Count:
		return view.Cell{Text: r.t("opinions.hidden"), Class: "num quiet"}
	}
	return dash
}
