package dashboards

import (
	"context"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/paper"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// supervisionRoutes are those of boards, papers and packs.
func (s *server) supervisionRoutes() []route {
	return append(slices.Concat(s.packRoutes(), s.paperRoutes()), []route{
		{method: fiber.MethodGet, path: "/units", page: "units", handle: s.unitBoard},
		{
			method: fiber.MethodGet, path: "/api/v1/unit-board", api: true, params: boardParams,
			summary: "What each unit owes and has done in a year: checks on time, late and undone, methods, findings.", answer: "List", handle: s.apiUnitBoard,
		},
		{
			method: fiber.MethodGet, path: "/api/v1/flags", api: true, params: join(boardParams, []string{"rule", "basis", "risk"}),
			summary: "What the nightly run flagged as overdue, since when, and why flags were closed.", answer: "List", handle: s.apiFlags,
		},
		{method: fiber.MethodGet, path: "/stages", page: "stages", handle: s.stages},
		{
			method: fiber.MethodGet, path: "/api/v1/stages", api: true, params: join(boardParams, []string{"stage"}),
			summary: "How far the lists of a year have come: six stages and filing, who is stuck since when.", answer: "List", handle: s.apiStages,
		},
	}...)
}

func (s *server) apiFlags(c *fiber.Ctx) error { return answerList(s, c, s.Metrics.Flags) }

func (s *server) apiStages(c *fiber.Ctx) error { return answerList(s, c, s.Metrics.StageBoard) }

type stagesPage struct {
	view.Page
	Year     int
	Clause   string
	Filters  Card[view.Filters]
	Board    Card[stagesCard]
	Opinions Card[view.Table]
	Papers   []view.PaperLine
}

// stagesCard is the board and the sums above it.
type stagesCard struct {
	Units, Approved, Stuck, Gaps int
	Filed                        string
	Funnel, Table                view.Table
}

func (s *server) stages(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	p := stagesPage{Page: r.frame("lists"), Year: r.year(), Clause: obligation.ClauseStage}
	p.Title = r.t("stages.title")
	for _, name := range []string{paper.NameSummary, paper.NameFiling, paper.NameFilingChanges} {
		p.Papers = append(p.Papers, r.paperLine(name, "docx", "html", "xlsx", "csv"))
	}
	d := r.deck()
	deal(d, &p.Board, r.stagesCard, "board")
	deal(d, &p.Opinions, r.opinionsTable, "opinions")
	year := r.years(view.Field{Name: "year", Label: r.t("param.year")}, r.year())
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/stages", []view.Field{r.dayField(), year, r.unitField(ctx), r.leaderField(ctx), choose(r, "stage", string(r.scope.Stage), integrity.Stages()...)})
		f.Presets = r.moments("/stages")
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render("stages", p)
}

func (r *request) stagesCard(ctx context.Context) (stagesCard, error) {
	rows, err := r.s.Metrics.StageBoard(ctx, r.who, r.scope)
	if err != nil {
		return stagesCard{}, err
	}
	s := r.scope
	s.Rule, s.Basis, s.Status, s.Stage, s.Limit = integrity.RuleFiling, "", "", integrity.StageNone, 1
	duties, err := r.s.Metrics.Overdue(ctx, r.who, s)
	if err != nil {
		return stagesCard{}, err
	}
	done, all := filed(duties.Summary)
	out := stagesCard{Units: len(rows), Filed: ratio(int(done), int(all))}
	stages := integrity.Stages()
	out.Table = view.Table{ID: "board", Caption: r.t("stages.board"), Hide: true, Class: "cards wrap", Empty: r.t("stages.none"), Columns: []view.Column{{Label: r.t("dim.unit"), Class: "w20"}}}
	out.Funnel = view.Table{ID: "funnel", Caption: r.t("stages.funnel"), Hide: true, Class: "tight", Columns: []view.Column{{Label: r.t("dim.stage")}, {Label: r.t("stages.entered"), Class: "num"}}}
	for _, stage := range stages[:len(stages)-1] {
		out.Table.Columns = append(out.Table.Columns, view.Column{Label: stage.Label(r.lang)})
	}
	out.Table.Columns = append(out.Table.Columns, view.Column{Label: r.t("stages.filed"), Class: "num"}, view.Column{Label: r.t("stages.now"), Class: "w25"})
	entered := make([]int, len(stages))
	for i := range rows {
		row := &rows[i]
		for j, e := range row.Stages {
			if e.On != integrity.NoDay {
				entered[j]++
			}
		}
		if row.ToFile > 0 && row.Filed == row.ToFile {
			entered[len(stages)-1]++
		}
		if row.On(integrity.StageCommitteeApproval) != integrity.NoDay {
			out.Approved++
		}
		if row.Stuck {
			out.Stuck++
		}
		if len(row.Missing)+len(row.Unsigned) > 0 {
			out.Gaps++
		}
		out.Table.Rows = append(out.Table.Rows, r.stageCells(row))
	}
	for i, stage := range stages {
		out.Funnel.Rows = append(out.Funnel.Rows, []view.Cell{
			{Text: stage.Label(r.lang), Head: true}, {Text: ratio(entered[i], len(rows)), Class: "num"},
		})
	}
	out.Table = out.Table.Labelled()
	return out, nil
}

func ratio(n, of int) string { return strconv.Itoa(n) + " / " + strconv.Itoa(of) }

func (r *request) stageCells(row *obligation.StageRow) []view.Cell {
	name := view.Cell{Text: row.UnitName, Head: true, Href: r.only("/risks", "unit", row.Unit), Note: row.Leader}
	cells := []view.Cell{name}
	for _, e := range row.Stages {
		cell := view.Cell{Text: e.On.String(), Class: "nowrap"}
		switch {
		case e.On == integrity.NoDay:
			cell = view.Cell{Text: "—", Class: "quiet"} // below days, which begin at the left
		case e.ForAll:
			cell.Text += " *"
		}
		cells = append(cells, cell)
	}
	return append(cells, view.Cell{Text: ratio(row.Filed, row.ToFile), Class: "num", Note: row.FiledOn.String()}, r.stageNow(row))
}

// stageNow says where a list stands, what it waits for, and what its approval lacks.
func (r *request) stageNow(row *obligation.StageRow) view.Cell {
	out := view.Cell{Text: r.t("stages.started")}
	if row.Stage != integrity.StageNone {
		out.Text = row.Stage.Label(r.lang) + " " + r.t("stages.since", row.Since.String())
	}
	var notes []string
	if row.ReportedOn != integrity.NoDay {
		notes = append(notes, r.t("stages.reported", row.ReportedOn.String()))
	}
	switch {
	case row.Stuck:
		out.Pill = &view.Pill{Class: "behind", Text: r.t("stages.stuck", -row.DaysLeft, row.Due.String())}
	case row.Due != integrity.NoDay && row.Stage == integrity.StageCommitteeApproval:
		notes = append(notes, r.t("stages.wait.file", row.Due.String()))
	case row.Due != integrity.NoDay:
		notes = append(notes, r.t("stages.wait", row.Due.String()))
	}
	if row.Due != integrity.NoDay && row.Owner == integrity.OwnerOffice {
		notes = append(notes, r.t("stages.office"))
	}
	for _, gap := range []struct {
		key    string
		stages []integrity.Stage
	}{{"stages.missing", row.Missing}, {"stages.unsigned", row.Unsigned}} {
		if len(gap.stages) == 0 {
			continue
		}
		words := make([]string, len(gap.stages))
		for i, s := range gap.stages {
			words[i] = s.Label(r.lang)
		}
		notes = append(notes, r.t(gap.key, r.listed(words)))
	}
	for i, n := range notes {
		if i > 0 {
			out.Note += r.t("list.semicolon")
		}
		out.Note += n
	}
	return out
}
