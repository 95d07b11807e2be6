package dashboards

import (
	"context"
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

func (s *server) apiLinks(c *fiber.Ctx) error { return answerPage(s, c, s.Metrics.Links) }

func (s *server) apiOutcome(c *fiber.Ctx) error {
	scope, err := s.scope(c)
	if err != nil {
		return err
	}
	answer, err := s.Metrics.Outcome(c.UserContext(), principal(c), scope)
	if err != nil {
		return err
	}
	return c.JSON(answer)
}

// outcome says in a sentence what became of the signals of a point.
func (r *request) outcome(ctx context.Context, id string) (string, error) {
	answer, err := r.s.Metrics.Outcome(ctx, r.who, metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Risk: id})
	if err != nil {
		return "", err
	}
	if len(answer.Items) == 0 {
		return r.t("outcome.none"), nil
	}
	it := answer.Items[0]
	text := r.t("outcome.text", it.New, it.Recurring, it.Closed, it.LastOn.String())
	if it.Resolved {
		if r.lang == integrity.English {
			text += " "
		}
		text += r.t("outcome.resolved")
	}
	return text, nil
}

type linksPage struct {
	view.Page
	Filters Card[view.Filters]
	Card    Card[linksCard]
	Action  string
	Classes []view.Choice
	Done    Card[*confirmDone]
}

type linksCard struct {
	Total uint64
	Rows  []linkRow
	Pager view.Pager
	Empty view.Table
}

// linkRow is one signal with the points that it may belong to.
type linkRow struct {
	metrics.LinkCandidate
	KindLabel, CategoryLabel, IntegrityLabel, State, By string
	First                                               string // the first suggestion
	Pointed                                             []pointedLink
}

// pointedLink is a point that a signal belongs to already.
type pointedLink struct{ Text, Href string }

// linkRequest is a request of the page of links: twenty signals at a time.
func (s *server) linkRequest(c *fiber.Ctx) (*request, error) {
	r, err := s.newRequest(c)
	if err != nil {
		return nil, err
	}
	if r.scope.Linked == "" && r.scope.Signal == "" {
		r.scope.Linked = "no"
	}
	if c.Query("per_page") == "" {
		r.scope.PerPage = 20
	}
	return r, nil
}

func (s *server) linkPage(c *fiber.Ctx) error {
	r, err := s.linkRequest(c)
	if err != nil {
		return err
	}
	p := linksPage{Page: r.frame("signals"), Action: r.href("/links")}
	p.Title = r.t("links.title")
	p.Classes = []view.Choice{{Label: r.t("confirm.keep.category")}}
	for _, k := range integrity.Categories() {
		if k != integrity.CategoryUnclassified {
			p.Classes = append(p.Classes, view.Choice{Value: string(k), Label: k.Label(r.lang)})
		}
	}
	d := r.deck()
	deal(d, &p.Card, r.linksCard, "rows")
	r.dealDone(d, &p.Done)
	linked := view.Field{Name: "linked", Label: r.t("param.linked")}
	for _, code := range []string{"no", "yes", "none"} {
		linked.Choices = append(linked.Choices, view.Choice{Value: code, Label: r.t("linked." + code), Selected: code == r.scope.Linked})
	}
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/links", []view.Field{
			r.searchField(), r.unitField(ctx), linked, choose(r, "kind", string(r.scope.Kind), integrity.SignalKinds()...),
			choose(r, "category", string(r.scope.Category), integrity.Categories()...), r.integrityField(), r.dayField(),
		})
		f.Presets = r.periods("/links")
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render("links", p)
}

func (r *request) linksCard(ctx context.Context) (linksCard, error) {
	found, err := r.s.Metrics.Links(ctx, r.who, r.scope)
	if err != nil {
		return linksCard{}, err
	}
	out := linksCard{Total: found.Total, Pager: r.pager("/links", found.Total)}
	out.Empty = view.Table{Empty: r.t("links.empty", r.conditions()), Reset: r.reset("/links")}
	for _, x := range found.Items {
		row := linkRow{LinkCandidate: x, KindLabel: x.Kind.Label(r.lang), CategoryLabel: x.Category.Label(r.lang), IntegrityLabel: x.Integrity.Label(r.lang)}
		if x.Machine {
			row.State = r.t("signal.machine")
		}
		if x.Link == "none" {
			row.State = r.t("linked.none")
		}
		if x.ConfirmedBy != "" {
			row.By = r.t("confirm.by", x.ConfirmedBy, x.ConfirmedOn.String())
		}
		if len(x.Suggestions) > 0 && len(x.RiskIDs) == 0 {
			row.First = x.Suggestions[0].ID
		}
		for _, id := range x.RiskIDs {
			text := id
			for _, p := range x.Points {
				if p.ID == id {
					text = r.t("risk.no", p.No) + "　" + p.Description
				}
			}
			row.Pointed = append(row.Pointed, pointedLink{text, r.only("/risks/" + id)})
		}
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}

// linkPost does what a button of the page says: links one signal or the selected ones, says
// that one belongs to no point, says what it is, or takes back what was said.
func (s *server) linkPost(c *fiber.Ctx) error {
	r, err := s.linkRequest(c)
	if err != nil {
		return err
	}
	var words []Word
	pair := func(v string) {
		id, point, _ := strings.Cut(v, ":")
		words = append(words, Word{ID: id, Signal: true, Points: point})
	}
	switch {
	case c.FormValue("link") != "":
		pair(c.FormValue("link"))
	case c.FormValue("choose") != "":
		id := c.FormValue("choose")
		words = append(words, Word{ID: id, Signal: true, Points: c.FormValue("point-" + id), Category: c.FormValue("category-" + id), Integrity: c.FormValue("integrity-" + id)})
	case c.FormValue("withdraw") != "":
		words = append(words, Word{ID: c.FormValue("withdraw"), Signal: true, Points: "-", Category: "-", Integrity: "-", Layer: "-"})
	default:
		for _, v := range c.Context().PostArgs().PeekMulti("id") {
			pair(string(v))
		}
	}
	if len(words) == 0 {
		return fmt.Errorf("%w: %s", integrity.ErrInvalid, r.t("confirm.chosen.none"))
	}
	done, err := s.Confirmations.Confirm(r.ctx, r.who, words)
	if err != nil {
		return err
	}
	return c.Redirect(r.href("/links", "done", done.Batch), fiber.StatusSeeOther)
}
