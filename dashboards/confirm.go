package dashboards

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// Word is what a person says about one risk point or signal. An empty field says nothing,
// a dash takes an earlier word back.
type Word struct {
	ID        string `json:"id"`
	Signal    bool   `json:"signal"` // ID is that of a signal
	Layer     string `json:"layer"`
	Category  string `json:"category"`
	Integrity string `json:"integrity"` // of a signal: yes or no
	Points    string `json:"points"`    // of a signal: IDs of risk points, separated by commas, or none
	Suggested bool   `json:"suggested"` // take the suggestion for what nobody has said
}

// Confirmed tells what became of a confirmation; Batch is empty where nothing changed.
type Confirmed struct {
	Batch     string `json:"batch"`
	Asked     uint64 `json:"asked"`
	Changed   uint64 `json:"changed"`
	Unchanged uint64 `json:"unchanged"`
}

// Suggestion is what the text of a risk point speaks for, as the command classify prints it.
type Suggestion struct {
	Layer      integrity.Layer    `json:"layer"`
	Category   integrity.Category `json:"category"`
	Confidence float64            `json:"confidence"`
	Sure       bool               `json:"sure"`
	Reasons    []Reason           `json:"reasons"`
}

// Reason is one piece of evidence: the phrase, what was recognised, and the notice's words.
type Reason struct {
	Phrase   string             `json:"phrase"`
	Clause   string             `json:"clause"`
	Rule     string             `json:"rule"`
	Notice   string             `json:"notice"`
	Category integrity.Category `json:"category,omitempty"`
	Layer    integrity.Layer    `json:"layer,omitempty"`
	Points   int                `json:"points,omitempty"`
}

// kindConfirmations is the kind of the batches that confirmations are.
const kindConfirmations = "confirmations"

// Confirmations records what people say, each time as one batch, which Imports takes back
// like any other. Errors wrap integrity.ErrInvalid, or integrity.ErrNotFound for what does
// not exist and for what the principal may not speak about alike.
type Confirmations interface {
	Confirm(ctx context.Context, who integrity.Principal, words []Word) (Confirmed, error)
	// Explain suggests layer and category for a description and the post it belongs to.
	Explain(description, post string) Suggestion
}

// confirmRoutes are the addresses of confirming; none without a recorder.
func (s *server) confirmRoutes() []route {
	if s.Confirmations == nil {
		return nil
	}
	rows := join(filterParams, rowParams)
	tagged := join(rows, []string{"tag"})
	return []route{
		{method: fiber.MethodGet, path: "/confirm", page: "confirm", params: tagged, more: []string{"done", "moved"}, handle: s.confirmPage},
		{method: fiber.MethodPost, path: "/confirm", slow: true, handle: s.confirmPost},
		{method: fiber.MethodPost, path: "/confirm/undo", slow: true, handle: s.confirmUndo},
		{method: fiber.MethodGet, path: "/links", page: "links", params: rows, more: []string{"done", "moved"}, handle: s.linkPage},
		{method: fiber.MethodPost, path: "/links", slow: true, handle: s.linkPost},
		{method: fiber.MethodGet, path: "/api/v1/links", api: true, answer: "List", params: rows, handle: s.apiLinks,
			summary: "Signals of which nobody has said what risk points they belong to, with up to three suggestions and why."},
		{method: fiber.MethodGet, path: "/api/v1/outcome", api: true, answer: "List", handle: s.apiOutcome,
			params:  []string{"as_of", "known_at", "from", "to", "year", "month", "unit", "layer", "category", "leader", "kind", "risk", "limit"},
			summary: "New, recurring and closed signals by risk point; resolved where none was linked for twelve months."},
		{method: fiber.MethodGet, path: "/api/v1/confirmations", api: true, answer: "List", params: tagged, handle: s.apiOpenPoints,
			summary: "Risk points whose layer or category nobody has confirmed (confirmed=no unless given), with the suggestion and its reasons."},
		{method: fiber.MethodPost, path: "/api/v1/confirmations", api: true, slow: true, answer: "object", handle: s.apiConfirm,
			summary: `Records what a person says ({"items":[{"id","signal","suggested","layer","category","integrity","points"}]}) as one batch; taken back with /imports/{id}/revert.`},
	}
}

// openPoint is a risk point with its suggestion explained.
type openPoint struct {
	integrity.RiskPoint
	Suggestion Suggestion `json:"suggestion"`
}

func (s *server) openPoints(ctx context.Context, who integrity.Principal, scope metrics.Scope) (metrics.Page[openPoint], error) {
	if scope.Confirmed == "" {
		scope.Confirmed = "no"
	}
	found, err := s.Metrics.Risks(ctx, who, scope)
	out := metrics.Page[openPoint]{Total: found.Total, DataVersion: found.DataVersion, Items: make([]openPoint, len(found.Items))}
	for i, p := range found.Items {
		out.Items[i] = openPoint{p, s.Confirmations.Explain(p.Description, p.Post)}
	}
	return out, err
}

func (s *server) apiOpenPoints(c *fiber.Ctx) error { return answerPage(s, c, s.openPoints) }

func (s *server) apiConfirm(c *fiber.Ctx) error {
	var asked struct {
		Items []Word `json:"items"`
	}
	if !strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEApplicationJSON) {
		return fmt.Errorf("%w: send application/json with items", integrity.ErrInvalid)
	}
	if err := json.Unmarshal(c.Body(), &asked); err != nil {
		return fmt.Errorf("%w: the body is no JSON with items: %w", integrity.ErrInvalid, err)
	}
	done, err := s.Confirmations.Confirm(c.UserContext(), principal(c), asked.Items)
	if err != nil {
		return err
	}
	return c.JSON(done)
}

type confirmPage struct {
	view.Page
	Filters Card[view.Filters]
	Card    Card[confirmCard]
	Action  string // where the form is sent, with the conditions of the page
	Layers  []view.Choice
	Classes []view.Choice
	Mine    bool // what persons confirmed here, to be taken back
	Done    Card[*confirmDone]
	Signals string // address of the signals that nobody has linked
}

// confirmDone says what the last step did, and offers to take it back.
type confirmDone struct {
	Text, Batch string
}

type confirmCard struct {
	Total, Open, Ready, Sure uint64 // as filtered; of all: open, with a suggestion, with a sure one
	Bulk                     uint64 // as filtered, with a suggestion to take
	Rows                     []confirmRow
	Pager                    view.Pager
	Empty                    view.Table
}

// confirmRow is one point with what is suggested for it and why.
type confirmRow struct {
	ID, Unit, Text, Href string
	No                   int
	Grade                integrity.Grade
	Layer, Category      confirmWord
	Sure                 bool
	Ready                bool // there is something to accept
	Confidence           string
	Reasons              []Reason
	More                 int // reasons that are not shown
	By                   string
}

// confirmWord is what holds and what is suggested, in words.
type confirmWord struct {
	Holds     string // empty where nobody has said it
	Suggested string // empty where nothing is suggested, or where it holds
}

// shownReasons is how many reasons a row shows: what does not convince at once is read on
// the page of the point.
const shownReasons = 3

// confirmRequest is a request of the page: conditions on layer and category mean what is
// suggested, where nobody has confirmed it.
func (s *server) confirmRequest(c *fiber.Ctx) (*request, error) {
	r, err := s.newRequest(c)
	if err != nil {
		return nil, err
	}
	r.scope.Suggested = true
	r.query.Del("suggested")
	if r.scope.Confirmed == "" {
		r.scope.Confirmed = "no"
	}
	if c.Query("per_page") == "" {
		r.scope.PerPage = 20
	}
	return r, nil
}

func (s *server) confirmPage(c *fiber.Ctx) error {
	r, err := s.confirmRequest(c)
	if err != nil {
		return err
	}
	p := confirmPage{Page: r.frame("risks"), Action: r.href("/confirm"), Mine: r.scope.Confirmed == "person", Signals: r.only("/links")}
	p.Title = r.t("confirm.title")
	p.Layers = []view.Choice{{Label: r.t("confirm.keep.layer")}}
	for _, l := range integrity.Layers() {
		if l != integrity.LayerUnclassified {
			p.Layers = append(p.Layers, view.Choice{Value: string(l), Label: l.Label(r.lang)})
		}
	}
	p.Classes = []view.Choice{{Label: r.t("confirm.keep.category")}}
	for _, k := range integrity.Categories() {
		if k != integrity.CategoryUnclassified {
			p.Classes = append(p.Classes, view.Choice{Value: string(k), Label: k.Label(r.lang)})
		}
	}
	d := r.deck()
	deal(d, &p.Card, r.confirmCard, "rows")
	r.dealDone(d, &p.Done)
	status := view.Field{Name: "confirmed", Label: r.t("param.confirmed")}
	for _, code := range []string{"no", "suggested", "person"} {
		status.Choices = append(status.Choices, view.Choice{Value: code, Label: r.t("confirmed." + code), Selected: code == r.scope.Confirmed})
	}
	sure := view.Field{Name: "sure", Label: r.t("param.sure"), Choices: []view.Choice{{Label: r.t("choice.all")}, {Value: "1", Label: r.t("confirm.sureonly"), Selected: r.scope.Sure}}}
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/confirm", []view.Field{
			r.searchField(), r.unitField(ctx), status, sure,
			choose(r, "category", string(r.scope.Category), integrity.Categories()...), choose(r, "layer", string(r.scope.Layer), integrity.Layers()...),
			r.dayField(),
		})
		f.Presets = r.moments("/confirm")
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render("confirm", p)
}

// dealDone says what was just done, if anything.
func (r *request) dealDone(d *deck, into *Card[*confirmDone]) {
	batch, moved := r.c.Query("done"), r.c.Query("moved") == "1"
	if batch != "" || moved {
		deal(d, into, func(ctx context.Context) (*confirmDone, error) { return r.confirmDone(ctx, batch, moved) }, "done")
	}
}

// confirmDone reads what a batch did. Whatever else stands in the address is no batch of
// confirmations and nothing is said about it.
func (r *request) confirmDone(ctx context.Context, batch string, moved bool) (*confirmDone, error) {
	if moved {
		return &confirmDone{Text: r.t("confirm.moved")}, nil
	}
	b, err := r.s.batch(ctx, r.who, batch)
	if errors.Is(err, integrity.ErrNotFound) || errors.Is(err, integrity.ErrInvalid) || err == nil && b.Kind != kindConfirmations {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var report struct {
		Totals struct{ Changed uint64 } `json:"totals"`
	}
	if json.Unmarshal(b.Report, &report) != nil {
		return nil, nil
	}
	if b.State == "reverted" {
		return &confirmDone{Text: r.t("confirm.undone", report.Totals.Changed)}, nil
	}
	return &confirmDone{Text: r.t("confirm.done", report.Totals.Changed), Batch: b.ID}, nil
}

func (r *request) confirmCard(ctx context.Context) (confirmCard, error) {
	found, err := r.s.openPoints(ctx, r.who, r.scope)
	if err != nil {
		return confirmCard{}, err
	}
	out := confirmCard{Total: found.Total, Pager: r.pager("/confirm", found.Total)}
	all := metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Page: 1, PerPage: 1}
	for _, ask := range []struct {
		scope     metrics.Scope
		confirmed string
		sure      bool
		to        *uint64
	}{{all, "no", false, &out.Open}, {all, "suggested", false, &out.Ready}, {all, "suggested", true, &out.Sure}, {r.scope, "suggested", r.scope.Sure, &out.Bulk}} {
		ask.scope.Confirmed, ask.scope.Sure, ask.scope.Page, ask.scope.PerPage = ask.confirmed, ask.sure, 1, 1
		some, err := r.s.Metrics.Risks(ctx, r.who, ask.scope)
		if err != nil {
			return confirmCard{}, err
		}
		*ask.to = some.Total
	}
	out.Empty = view.Table{Empty: r.t("confirm.none", r.conditions()), Reset: r.reset("/confirm")}
	for _, p := range found.Items {
		out.Rows = append(out.Rows, r.confirmRow(p))
	}
	return out, nil
}

func (r *request) confirmRow(p openPoint) confirmRow {
	row := confirmRow{ID: p.ID, Unit: p.UnitName, No: p.No, Text: p.Description, Href: r.only("/risks/" + p.ID), Grade: p.Grade, Sure: p.Sure,
		Layer: said(p.Layer, p.SuggestedLayer, r.lang), Category: said(p.Category, p.SuggestedCategory, r.lang), Confidence: fmt.Sprintf("%.0f", 100*p.Confidence)}
	row.Ready = row.Layer.Suggested != "" || row.Category.Suggested != ""
	for _, why := range p.Suggestion.Reasons {
		if why.Category == "" || why.Category == p.SuggestedCategory {
			row.Reasons = append(row.Reasons, why)
		}
	}
	if n := len(row.Reasons); n > shownReasons {
		row.Reasons, row.More = row.Reasons[:shownReasons], n-shownReasons
	}
	if p.ConfirmedBy != "" {
		row.By = r.t("confirm.by", p.ConfirmedBy, p.ConfirmedOn.String())
	}
	return row
}

// said is a code and its suggestion in words.
func said[T interface {
	~string
	Label(integrity.Lang) string
}](code, suggested T, lang integrity.Lang) confirmWord {
	var w confirmWord
	if code != "unclassified" && code != "" {
		w.Holds = code.Label(lang)
	} else if suggested != "unclassified" && suggested != "" {
		w.Suggested = suggested.Label(lang)
	}
	return w
}

// confirmPost does what a button of the page says: accepts one point, the chosen ones or all
// that the conditions leave, chooses layer and category for one, or takes one back.
func (s *server) confirmPost(c *fiber.Ctx) error {
	r, err := s.confirmRequest(c)
	if err != nil {
		return err
	}
	back := func(name, value string) error {
		q := url.Values{}
		for k, v := range r.query {
			q[k] = v
		}
		return c.Redirect(address("/confirm", q, name, value), fiber.StatusSeeOther)
	}
	words, moved, err := r.spoken(c)
	if err != nil {
		return err
	}
	if moved {
		return back("moved", "1")
	}
	done, err := s.Confirmations.Confirm(r.ctx, r.who, words)
	if err != nil {
		return err
	}
	return back("done", done.Batch)
}

// spoken reads the words of a form. moved tells that the points that "all" means are no
// longer as many as the page said.
func (r *request) spoken(c *fiber.Ctx) (words []Word, moved bool, err error) {
	accept := func(ids []string) {
		for _, id := range ids {
			words = append(words, Word{ID: id, Suggested: true})
		}
	}
	switch {
	case c.FormValue("one") != "":
		accept([]string{c.FormValue("one")})
	case c.FormValue("choose") != "":
		id := c.FormValue("choose")
		words = append(words, Word{ID: id, Layer: c.FormValue("layer-" + id), Category: c.FormValue("category-" + id)})
	case c.FormValue("withdraw") != "":
		words = append(words, Word{ID: c.FormValue("withdraw"), Layer: "-", Category: "-"})
	case c.FormValue("all") != "":
		scope := r.scope
		scope.Confirmed = "suggested"
		points, _, err := all(r.ctx, r.who, scope, r.s.Metrics.Risks)
		if err != nil {
			return nil, false, err
		}
		if strconv.Itoa(len(points)) != c.FormValue("all") {
			return nil, true, nil
		}
		for _, p := range points {
			accept([]string{p.ID})
		}
	default:
		for _, id := range c.Context().PostArgs().PeekMulti("id") {
			accept([]string{string(id)})
		}
		if len(words) == 0 {
			return nil, false, fmt.Errorf("%w: %s", integrity.ErrInvalid, r.t("confirm.chosen.none"))
		}
	}
	return words, false, nil
}

// confirmUndo takes a batch of confirmations back.
func (s *server) confirmUndo(c *fiber.Ctx) error {
	r, err := s.confirmRequest(c)
	if err != nil {
		return err
	}
	id := c.FormValue("batch")
	b, err := s.batch(r.ctx, r.who, id)
	if err != nil {
		return err
	}
	if b.Kind != kindConfirmations {
		return fmt.Errorf("batch %q of confirmations: %w", id, integrity.ErrNotFound)
	}
	if _, err := s.Imports.Revert(r.ctx, r.who, id); err != nil {
		return err
	}
	path := "/confirm"
	if back := c.FormValue("back"); back == "/links" {
		path = back
	}
	u, err := url.Parse(path)
	if err != nil || u.Host != "" {
		return fmt.Errorf("%w: back %q", integrity.ErrInvalid, path)
	}
	q := u.Query()
	for k, v := range r.query {
		q[k] = v
	}
	return c.Redirect(address(u.Path, q, "done", id), fiber.StatusSeeOther)
}

// unconfirmed counts the points whose layer or category nobody has confirmed, for the places
// that lead to confirming.
func (r *request) unconfirmed(ctx context.Context) (uint64, error) {
	if r.s.Confirmations == nil {
		return 0, nil
	}
	found, err := r.s.Metrics.Risks(ctx, r.who, metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Unit: r.scope.Unit, Confirmed: "no", Page: 1, PerPage: 1})
	return found.Total, err
}

// confirmAlert leads to confirming while there is something to confirm.
func (r *request) confirmAlert(ctx context.Context) (*view.Alert, error) {
	n, err := r.unconfirmed(ctx)
	if err != nil || n == 0 {
		return nil, err
	}
	return &view.Alert{Text: r.t("confirm.alert", n), Link: view.Link{Text: r.t("confirm.go"), Href: r.only("/confirm", "unit", r.scope.Unit)}}, nil
}
