package dashboards

import (
	"context"
	"fmt"
	"iter"
	"slices"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/export"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// Matters that may be repeats of earlier ones: shown where matters are counted and with each signal,
// never merged by themselves.

// repeatParams are the conditions of repeats.
var repeatParams = []string{"as_of", "known_at", "from", "to", "year", "month", "unit", "category", "leader", "signal", "limit"}

func (s *server) repeatRoutes() []route {
	return []route{{method: fiber.MethodGet, path: "/api/v1/repeats", api: true, answer: "List", params: join(repeatParams, []string{"lang"}),
		handle:  func(c *fiber.Ctx) error { return answerWhole(s, c, s.Metrics.Repeats) },
		summary: "Matters of complaints and petitions whose text is near that of an earlier one of the unit: suggestions of repeats; nothing is merged by them."}}
}

func repeatFigures(s *server, _ *fiber.Ctx) rowSet {
	return rowSet{"repeats", view.T(integrity.Chinese, "repeats.title"), func(ctx context.Context, who integrity.Principal, scope metrics.Scope) ([]export.Column, iter.Seq[[]any], string, error) {
		answer, err := s.Metrics.Repeats(ctx, who, scope)
		if err != nil {
			return nil, nil, "", err
		}
		heads, rows := tableOf([]col[metrics.Repeat]{
			{"单位", 20, func(it metrics.Repeat) any { return it.UnitName }},
			{"来源", 12, func(it metrics.Repeat) any { return it.Later.Kind.Label(integrity.Chinese) }},
			{"编号", 16, func(it metrics.Repeat) any { return it.Later.Number }},
			{"日期", 12, func(it metrics.Repeat) any { return it.Later.OccurredOn }},
			{"内容", 40, func(it metrics.Repeat) any { return it.Later.Text }},
			{"相近的编号", 16, func(it metrics.Repeat) any { return it.Earlier.Number }},
			{"相近的日期", 12, func(it metrics.Repeat) any { return it.Earlier.OccurredOn }},
			{"相近的内容", 40, func(it metrics.Repeat) any { return it.Earlier.Text }},
			{"相似度", 8, func(it metrics.Repeat) any { return view.Decimal(it.Similarity, 2) }},
			{"说明", 50, func(it metrics.Repeat) any { return it.Why }},
		}, answer.Items)
		return heads, rows, s.dataVersion(ctx, who), nil
	}}
}

// shownRepeats is how many suggestions the page of hot spots shows; the files hold all.
const shownRepeats = 10

// repeatsCard is the suggestions of a month.
type repeatsCard struct {
	Sentence, Note, CSV, XLSX string
	Total                     int
	Table                     view.Table
}

func (r *request) repeatsCard(ctx context.Context) (repeatsCard, error) {
	scope := r.scope
	scope.Limit = shownRepeats
	answer, err := r.s.Metrics.Repeats(ctx, r.who, scope)
	if err != nil {
		return repeatsCard{}, err
	}
	out := repeatsCard{
		Sentence: r.t("repeats.sentence", view.Number(uint64(answer.Total)), view.Decimal(answer.Threshold, 2), answer.Days), Note: answer.Note, Total: answer.Total,
		CSV: r.href("/figures/repeats.csv"), XLSX: r.href("/figures/repeats.xlsx"),
		Table: view.Table{ID: "repeats-list", Caption: r.t("repeats.title"), Hide: true, Class: "cards wrap", Empty: r.t("repeats.none"), Columns: []view.Column{
			{Label: r.t("dim.unit"), Class: "w15"}, {Label: r.t("repeats.later"), Class: "w30"}, {Label: r.t("repeats.earlier"), Class: "w30"}, {Label: r.t("repeats.similarity"), Class: "num"},
		}},
	}
	for _, it := range answer.Items {
		out.Table.Rows = append(out.Table.Rows, []view.Cell{
			{Text: it.UnitName, Note: it.Later.Category.Label(r.lang), Head: true},
			r.repeatCell(it.Later), r.repeatCell(it.Earlier),
			{Text: view.Decimal(it.Similarity, 2), Class: "num strong"},
		})
	}
	return out, nil
}

func (r *request) repeatCell(p metrics.RepeatPaper) view.Cell {
	return view.Cell{Text: p.Text, Note: p.Kind.Label(r.lang) + " " + p.Number + " · " + p.OccurredOn.String(), Href: r.only("/signals/" + p.ID)}
}

// nearSignal is a matter that may be one with a signal's.
type nearSignal struct{ Text, Href, About string }

// nearSignals are the matters that may be one with the signal's, for those kinds of signals that are
// grouped into matters.
func (r *request) nearSignals(ctx context.Context, scope metrics.Scope, x integrity.Signal) ([]nearSignal, error) {
	if x.Kind != integrity.SignalComplaint && x.Kind != integrity.SignalPetition {
		return nil, nil
	}
	answer, err := r.s.Metrics.Repeats(ctx, r.who, metrics.Scope{AsOf: scope.AsOf, KnownAt: scope.KnownAt, Signal: x.ID, Lang: r.lang})
	if err != nil {
		return nil, fmt.Errorf("near texts: %w", err)
	}
	var out []nearSignal
	for _, it := range answer.Items {
		other := it.Earlier
		if slices.Contains(it.Earlier.Papers, x.ID) {
			other = it.Later
		}
		out = append(out, nearSignal{Text: other.Text, Href: r.only("/signals/" + other.ID), About: r.t("repeats.about", other.Kind.Label(r.lang), other.Number, other.OccurredOn.String(), view.Decimal(it.Similarity, 2))})
	}
	return out, nil
}
