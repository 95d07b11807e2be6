package dashboards

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// signalRoutes are the addresses of one signal.
func (s *server) signalRoutes() []route {
	return []route{
		{method: fiber.MethodGet, path: "/signals/:id", page: "signal", handle: s.signalPage},
		{
			method: fiber.MethodGet, path: "/api/v1/signals/:id/versions", api: true, params: []string{"as_of", "known_at", "lang"}, answer: "List",
			summary: "What stood of one signal after each batch that wrote about it, newest first, thirty at most.", handle: s.apiSignalVersions,
		},
	}
}

func (s *server) apiSignalVersions(c *fiber.Ctx) error {
	id := c.Params("id")
	return answerList(s, c, func(ctx context.Context, who integrity.Principal, scope metrics.Scope) ([]metrics.SignalVersion, error) {
		scope.Signal = id
		return s.Metrics.SignalHistory(ctx, who, scope)
	})
}

type signalPage struct {
	view.Page
	Signal   integrity.Signal
	Heading  string
	Facts    []signalFact
	State    view.Cell
	Points   Card[[]signalPoint]
	Near     Card[[]nearSignal] // matters that may be one with this one
	Decide   string             // address where a person says which points it belongs to
	Versions Card[[]signalVersion]
}

// signalFact is a column of the signal that says something.
type signalFact struct{ Label, Value, Note string }

// signalPoint is a risk point that the signal belongs to or may belong to.
type signalPoint struct {
	Text, Href, Why string
	Linked          bool
}

// signalVersion is what a batch changed.
type signalVersion struct{ When, Text, Batch, Href string }

func (s *server) signalPage(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	p := signalPage{Page: r.frame("signals")}
	p.Title = r.t("nav.signals")
	scope := metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Signal: c.Params("id"), Integrity: "all", Lang: r.lang, Page: 1, PerPage: 1}
	versions := func(ctx context.Context) ([]metrics.SignalVersion, error) {
		found, err := s.Metrics.SignalHistory(ctx, r.who, scope)
		if err == nil && len(found) == 0 {
			err = fmt.Errorf("signal %q: %w", scope.Signal, integrity.ErrNotFound)
		}
		return found, err
	}
	var found Card[[]metrics.SignalVersion]
	d := r.deck()
	deal(d, &found, versions)
	deal(d, &p.Points, after(versions, func(ctx context.Context, v []metrics.SignalVersion) ([]signalPoint, error) {
		return r.signalPoints(ctx, scope, v[0].Signal)
	}), "points")
	deal(d, &p.Near, after(versions, func(ctx context.Context, v []metrics.SignalVersion) ([]nearSignal, error) {
		return r.nearSignals(ctx, scope, v[0].Signal)
	}), "near")
	deal(d, &p.Versions, after(versions, r.signalVersions), "versions")
	if err := d.done(); err != nil {
		return err
	}
	if len(found.Value) > 0 {
		x := found.Value[0].Signal
		p.Signal, p.Heading = x, x.Kind.Label(r.lang)+" "+x.Number
		p.Title, p.State, p.Facts = p.Heading, r.signalState(x), r.signalFacts(x)
		p.Decide = r.only("/links", "signal", x.ID, "integrity", "all", "linked", linkedWord(x))
	}
	return r.render("signal", p)
}

// signalVersions are what is on record of a signal, the latest first, as is the answer.
func (r *request) signalVersions(ctx context.Context, versions []metrics.SignalVersion) ([]signalVersion, error) {
	var out []signalVersion
	for i, v := range versions {
		text := r.t("signal.first")
		if i+1 < len(versions) {
			text = r.signalChanges(versions[i+1].Signal, v.Signal)
		}
		href, err := r.batchHref(ctx, v.Batch)
		if err != nil {
			return nil, err
		}
		out = append(out, signalVersion{When: v.KnownFrom.In(integrity.Shanghai).Format("2006-01-02 15:04"), Text: text, Batch: r.valueLabel("batch", v.Batch), Href: href})
	}
	return out, nil
}

// linkedWord is the value of the condition linked under which the page of links shows a signal.
func linkedWord(x integrity.Signal) string {
	switch {
	case len(x.RiskIDs) > 0:
		return "yes"
	case x.Link == "none":
		return "none"
	}
	return "no"
}

// signalFacts are the columns of a signal with a value, in the order of the templates.
func (r *request) signalFacts(x integrity.Signal) []signalFact {
	var out []signalFact
	add := func(key, value, note string) {
		if value != "" {
			out = append(out, signalFact{r.t(key), value, note})
		}
	}
	day := func(d integrity.Day) string {
		if d == integrity.NoDay {
			return ""
		}
		return d.String()
	}
	machine, judged := "", ""
	if x.Machine {
		machine = r.t("signal.machine")
	}
	if x.Judged {
		judged = r.t("signal.machine")
	}
	if x.ConfirmedBy != "" {
		machine = cmp.Or(machine, r.t("confirm.by", x.ConfirmedBy, x.ConfirmedOn.String()))
	}
	add("dim.unit", x.UnitName, "")
	add("param.date", day(x.OccurredOn), "")
	add("signal.channel", x.Channel, "")
	add("signal.source", x.Source, "")
	add("signal.nature", x.Nature, "")
	add("dim.category", x.Category.Label(r.lang), machine)
	add("dim.layer", x.Layer.Label(r.lang), "")
	add("param.integrity", x.Integrity.Label(r.lang), judged)
	add("signal.accepted", day(x.AcceptedOn), "")
	add("signal.extended", day(x.ExtendedTo), "")
	if x.Severity > 0 {
		add("signal.severity", strconv.Itoa(x.Severity), "")
	}
	add("signal.repeat", x.RepeatOf, "")
	return out
}

// signalPoints are the points that a signal belongs to; without one, those suggested.
func (r *request) signalPoints(ctx context.Context, scope metrics.Scope, x integrity.Signal) ([]signalPoint, error) {
	var out []signalPoint
	for _, id := range x.RiskIDs {
		found, err := r.s.Metrics.Risks(ctx, r.who, metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Risk: id, Page: 1, PerPage: 1})
		if err != nil {
			return nil, err
		}
		text := r.t("signal.point.gone")
		if len(found.Items) > 0 {
			text = r.t("risk.no", found.Items[0].No) + " " + found.Items[0].Description
		}
		out = append(out, signalPoint{Text: text, Href: r.only("/risks/" + id), Linked: true})
	}
	if len(out) > 0 || x.Link == "none" {
		return out, nil
	}
	scope.Linked = "no"
	near, err := r.s.Metrics.Links(ctx, r.who, scope)
	if err != nil || len(near.Items) == 0 {
		return nil, err
	}
	for _, p := range near.Items[0].Suggestions {
		out = append(out, signalPoint{Text: r.t("risk.no", p.No) + " " + p.Description, Href: r.only("/risks/" + p.ID), Why: p.Why})
	}
	return out, nil
}

// signalChanges says what a batch changed against what stood before.
func (r *request) signalChanges(before, after integrity.Signal) string {
	var words []string
	differ := func(key, a, b string) {
		if a != b {
			words = append(words, r.t("event.changed", r.t(key), cmp.Or(a, "—"), cmp.Or(b, "—")))
		}
	}
	differ("dim.unit", before.UnitName, after.UnitName)
	differ("param.date", before.OccurredOn.String(), after.OccurredOn.String())
	differ("dim.category", before.Category.Label(r.lang), after.Category.Label(r.lang))
	differ("dim.layer", before.Layer.Label(r.lang), after.Layer.Label(r.lang))
	differ("param.integrity", before.Integrity.Label(r.lang), after.Integrity.Label(r.lang))
	differ("signal.channel", before.Channel, after.Channel)
	differ("signal.nature", before.Nature, after.Nature)
	differ("param.status", r.signalState(before).Text+r.signalState(before).Note, r.signalState(after).Text+r.signalState(after).Note)
	if before.Text != after.Text {
		words = append(words, r.t("signal.reworded", before.Text))
	}
	if strings.Join(before.RiskIDs, ",") != strings.Join(after.RiskIDs, ",") || before.Link != after.Link {
		words = append(words, r.t("signal.relinked"))
	}
	if len(words) == 0 {
		return r.t("signal.same")
	}
	return strings.Join(words, r.t("list.semicolon"))
}

// batchHref is the address of a batch for those who see what was loaded, else empty.
func (r *request) batchHref(ctx context.Context, id string) (string, error) {
	if !mayOpen(r.who, "/imports") {
		return "", nil
	}
	switch _, err := r.s.batch(ctx, r.who, id); {
	case errors.Is(err, integrity.ErrNotFound):
		return "", nil
	case err != nil:
		return "", err
	}
	return "/imports/" + id, nil
}
