package dashboards

import (
	"context"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

type unitsPage struct {
	view.Page
	Year    int
	Clause  string
	Filters Card[view.Filters]
	Board   Card[unitsCard]
}

// unitsCard is the board of units with the sums of those in operation.
type unitsCard struct {
	Sum   obligation.Tally
	Table view.Table
	Steps view.Table // what each has to do first
}

func (s *server) apiUnitBoard(c *fiber.Ctx) error { return answerList(s, c, s.Metrics.UnitBoard) }

func (s *server) unitBoard(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	p := unitsPage{Page: r.frame("supervision"), Year: r.year(), Clause: obligation.ClauseTwoChecks}
	p.Title = r.t("units.title")
	d := r.deck()
	deal(d, &p.Board, r.unitsCard, "board")
	year := r.years(view.Field{Name: "year", Label: r.t("param.year")}, r.year())
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/units", []view.Field{r.dayField(), year, r.unitField(ctx), r.leaderField(ctx)})
		f.Presets = r.moments("/units")
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render("units", p)
}

func (r *request) unitsCard(ctx context.Context) (unitsCard, error) {
	rows, err := r.s.Metrics.UnitBoard(ctx, r.who, r.scope)
	if err != nil {
		return unitsCard{}, err
	}
	needs, err := r.needs(ctx, r.scope)
	if err != nil {
		return unitsCard{}, err
	}
	out := unitsCard{Steps: r.stepsTable("dim.unit")}
	number := func(key string) view.Column { return view.Column{Label: r.t("units." + key), Class: "num"} }
	out.Table = view.Table{
		ID: "units", Caption: r.t("units.title"), Hide: true, Class: "cards", Empty: r.t("stages.none"),
		Columns: []view.Column{
			{Label: r.t("dim.unit")}, number("points"), number("checks"), number("threeway"), number("open"), {Label: r.t("leaders.q1")}, number("owed"), number("visits"),
			{Label: r.t("leaders.methods")}, number("findings"), {Label: r.t("pack.title")},
		},
	}
	for i := range rows {
		row := &rows[i]
		t := row.Tally
		name := view.Cell{Text: row.UnitName, Note: row.Leader, Head: true, Href: r.only("/supervision", "unit", row.Unit)}
		if row.Closed {
			name.Note = r.t("units.closed")
		} else {
			out.Sum.Points, out.Sum.OnTime, out.Sum.Late = out.Sum.Points+t.Points, out.Sum.OnTime+t.OnTime, out.Sum.Late+t.Late
			out.Sum.Undone, out.Sum.Behind, out.Sum.Open = out.Sum.Undone+t.Undone, out.Sum.Behind+t.Behind, out.Sum.Open+t.Open
		}
		cell := func(format string, args ...any) view.Cell {
			return view.Cell{Text: fmt.Sprintf(format, args...), Class: "num"}
		}
		checks, threeway := cell("%d / %d", t.Done, t.Required), cell("%d / %d / %d", t.OnTime, t.Late, t.Undone+t.Behind)
		checks.Note, threeway.Note = r.needNote(needs[row.Unit]), r.t("boards.of", t.Points)
		owed := r.owedCell(row.Overdue, row.Behind, "unit", row.Unit)
		owed.Note = r.unmetNote(row.Unmet)
		var methods []integrity.Method
		for _, m := range row.Methods {
			if m.Checks > 0 {
				methods = append(methods, m.Method)
			}
		}
		out.Table.Rows = append(out.Table.Rows, []view.Cell{
			name, cell("%d (%d)", row.InForce, row.Important), checks, threeway,
			cell("%d", t.Open), r.reviewCell(row), owed, cell("%d (%d)", row.Checks, row.LateEntries),
			{Text: r.methods(methods), Class: "small"}, cell("%d (%d)", row.Findings, row.Fixed), {Text: r.packWord(), Href: r.packHref(row.Unit)},
		})
		out.Steps.Rows = append(out.Steps.Rows, []view.Cell{{Text: row.UnitName, Head: true, Href: r.only("/supervision", "unit", row.Unit)}, {Text: row.Next}, r.pressingCell(row.Owing, row.Unmet, "unit", row.Unit)})
	}
	out.Table = out.Table.Labelled()
	return out, nil
}

// needs are the rows of the outlook, by the code of the unit or the name of the leader.
func (r *request) needs(ctx context.Context, s metrics.Scope) (map[string]obligation.OutlookRow, error) {
	rows, err := r.s.Metrics.Outlook(ctx, r.who, s)
	if err != nil {
		return nil, err
	}
	out := make(map[string]obligation.OutlookRow, len(rows))
	for _, row := range rows {
		if row.Unit != "" {
			out[row.Unit] = row
		} else {
			out[row.Leader] = row
		}
	}
	return out, nil
}

// needNote says how many checks a month are needed, a week where little of the year is left, where
// some are missing and can still be made.
func (r *request) needNote(o obligation.OutlookRow) string {
	if o.Missing == 0 || o.PerMonth == 0 {
		return ""
	}
	if o.ByWeek() {
		return r.t("boards.perweek", view.Decimal(o.PerWeek, 1))
	}
	return r.t("boards.permonth", view.Decimal(o.PerMonth, 1))
}

// reviewCell says what became of the first-quarter review of a unit.
func (r *request) reviewCell(row *obligation.UnitRow) view.Cell {
	if row.Q1 == "" {
		return view.Cell{Text: r.t("boards.noreview"), Class: "small"}
	}
	return view.Cell{Text: row.Q1.Label(integrity.BasisNotice, r.lang), Class: "small"}
}
