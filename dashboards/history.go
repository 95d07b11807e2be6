package dashboards

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/export"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// The whole history of one risk point: versions, checks, signals, letters, flags.

// event is one entry of the history of a point.
type event struct {
	Day               integrity.Day
	Class             string // version, check, signal, letter or flag
	Kind              string // the class in words
	Title, Text, Href string
}

// history is what is on record of a point, the latest first.
type history struct {
	Events []event
	More   []view.Link // what is on record beyond the events, by class, and where all of it stands
}

// historyLimit is how many checks, and how many signals, a point shows.
const historyLimit = 200

func (r *request) history(ctx context.Context, id string, versions []integrity.RiskPoint) (history, error) {
	s := metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Lang: r.lang, Risk: id, Integrity: "all", Page: 1, PerPage: historyLimit}
	checks, err := r.s.Metrics.Checks(ctx, r.who, s)
	if err != nil {
		return history{}, err
	}
	s.Status = "voided"
	voided, err := r.s.Metrics.Checks(ctx, r.who, s)
	if err != nil {
		return history{}, err
	}
	s.Status = ""
	signals, err := r.s.Metrics.Signals(ctx, r.who, s)
	if err != nil {
		return history{}, err
	}
	var out history
	add := func(e event) {
		e.Kind = r.t("event.kind." + e.Class)
		out.Events = append(out.Events, e)
	}
	for i, v := range versions {
		text := r.t("event.version.first", v.Year, v.No, v.Grade.Label(r.lang))
		if i+1 < len(versions) {
			text = r.changes(versions[i+1], v)
		}
		add(event{Day: v.InForceFrom, Class: "version", Title: r.t("event.version", len(versions)-i), Text: text})
	}
	for _, x := range slices.Concat(checks.Items, voided.Items) {
		text := r.methods(x.Methods) + r.t("list.semicolon") + r.t("event.answers", r.answers(x))
		if x.LeaderTookPart {
			text += r.t("list.semicolon") + r.t("check.leader")
		}
		if x.Finding != "" {
			text += "。" + x.Finding
		}
		e := event{Day: x.CheckedOn, Class: "check", Title: r.t("event.check"), Text: text, Href: r.only("/checks", "number", x.Number)}
		if x.VoidReason != "" {
			e.Class, e.Title, e.Text = "voided", r.t("event.check.voided"), r.t("event.voided", x.VoidReason)+"　"+text
			e.Href = r.only("/checks", "number", x.Number, "status", "voided")
		}
		add(e)
	}
	about := map[string]bool{id: true}
	for _, x := range signals.Items {
		about[x.ID] = true
		add(event{Day: x.OccurredOn, Class: "signal", Title: x.Kind.Label(r.lang), Text: x.Number + "　" + x.Text,
			Href: r.only("/signals", "number", x.Number, "integrity", "all")})
	}
	flags, err := r.flagEvents(ctx, id)
	if err != nil {
		return history{}, err
	}
	for _, e := range flags {
		add(e)
	}
	found, err := r.lettersAbout(ctx, about)
	if err != nil {
		return history{}, err
	}
	for _, l := range found {
		add(r.letterEvent(l))
	}
	slices.SortStableFunc(out.Events, func(a, b event) int { return cmp.Compare(b.Day, a.Day) })
	for _, cut := range []struct {
		key, href    string
		total, shown int
	}{
		{"event.more.check", r.only("/checks", "risk", id), int(checks.Total), len(checks.Items)},
		{"event.more.signal", r.only("/signals", "risk", id, "integrity", "all"), int(signals.Total), len(signals.Items)},
	} {
		if n := cut.total - cut.shown; n > 0 {
			out.More = append(out.More, view.Link{Text: r.t(cut.key, n), Href: cut.href})
		}
	}
	return out, nil
}

// lettersAbout returns the letters that the reader sees, begun by the day that is judged, whose
// matter is one of those points and signals: those in hand and those done with.
func (r *request) lettersAbout(ctx context.Context, ids map[string]bool) ([]*letters.Letter, error) {
	if r.s.Letters == nil || !mayOpen(r.who, "/letters") {
		return nil, nil
	}
	found, err := r.s.Letters.Letters(ctx, r.who, letters.Filter{})
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(l *letters.Letter) bool { return !ids[obligation.KeyAbout(l.Key)] || letterDay(l) > r.scope.AsOf }), nil
}

// letterDay is the day of a letter: of its issue, of the draft before that.
func letterDay(l *letters.Letter) integrity.Day {
	if l.IssuedOn != integrity.NoDay {
		return l.IssuedOn
	}
	return l.DraftedOn
}

func (r *request) letterEvent(l *letters.Letter) event {
	text := l.State.Label(r.lang)
	if code := l.Code(); code != "" {
		text = code + "　" + text
	}
	return event{Day: letterDay(l), Class: "letter", Title: l.Kind.Label(r.lang), Text: text, Href: r.only("/letters/" + l.ID)}
}

// changes says what a version changed against the one before, by the columns that versions of
// a list are compared by.
func (r *request) changes(before, after integrity.RiskPoint) string {
	var words []string
	differ := func(key, a, b string) {
		if a != b {
			words = append(words, r.t("event.changed", r.t(key), cmp.Or(a, "—"), cmp.Or(b, "—")))
		}
	}
	// Texts too long to stand here twice: that they changed, and their number where that did.
	differText := func(key string, a, b []string) {
		switch {
		case slices.Equal(a, b):
		case len(a) != len(b):
			words = append(words, r.t("event.changed.count", r.t(key), len(a), len(b)))
		default:
			words = append(words, r.t("event.changed.text", r.t(key)))
		}
	}
	yes := func(v bool) string {
		if v {
			return r.t("answer.yes")
		}
		return r.t("answer.no")
	}
	differ("dim.grade", before.Grade.Label(r.lang), after.Grade.Label(r.lang))
	differ("dim.layer", before.Layer.Label(r.lang), after.Layer.Label(r.lang))
	differ("dim.category", before.Category.Label(r.lang), after.Category.Label(r.lang))
	differ("risk.number", strconv.Itoa(before.No), strconv.Itoa(after.No))
	differText("risk.description", []string{before.Description}, []string{after.Description})
	differText("risk.measures", before.Measures, after.Measures)
	differText("risk.path", before.Path, after.Path)
	differ("dim.leader", before.Leader, after.Leader)
	differ("risk.head", before.Head, after.Head)
	differ("risk.persons", r.listed(before.Persons), r.listed(after.Persons))
	differ("risk.post", before.Post, after.Post)
	differ("risk.keyfew", yes(before.KeyFew), yes(after.KeyFew))
	differ("risk.major", yes(before.MajorMatter), yes(after.MajorMatter))
	differ("risk.tags", r.listed(slices.Sorted(slices.Values(before.Tags))), r.listed(slices.Sorted(slices.Values(after.Tags))))
	differText("risk.reason", []string{before.GradeReason}, []string{after.GradeReason})
	if len(words) == 0 {
		return r.t("event.same", after.Year)
	}
	return strings.Join(words, r.t("list.semicolon"))
}

// historyFile answers the events of a point as they stand on its page.
func (s *server) historyFile(format string, forPeople bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r, err := s.newRequest(c)
		if err != nil {
			return err
		}
		r.lang = integrity.Chinese // as every file
		read := func(ctx context.Context, who integrity.Principal, _ metrics.Scope) ([]export.Column, iter.Seq[[]any], string, error) {
			id := c.Params("id")
			if _, err := integrity.ParseID(id); err != nil {
				return nil, nil, "", fmt.Errorf("risk point %q: %w", id, integrity.ErrNotFound)
			}
			versions, err := r.versions(ctx, id)
			if err != nil {
				return nil, nil, "", err
			}
			h, err := r.history(ctx, id, versions)
			if err != nil {
				return nil, nil, "", err
			}
			columns, rows := tableOf([]col[event]{
				{r.t("param.date"), 12, func(e event) any { return e.Day }},
				{r.t("param.kind"), 10, func(e event) any { return e.Kind }},
				{r.t("event.title"), 16, func(e event) any { return e.Title }},
				{r.t("event.text"), 80, func(e event) any { return e.Text }},
			}, h.Events)
			return columns, rows, s.dataVersion(ctx, who), nil
		}
		return s.file(c, rowSet{"history", r.t("risk.history"), read}, format, r.scope, forPeople)
	}
}

// historyRoutes are the addresses of the history of a point as a file.
func (s *server) historyRoutes() []route {
	var out []route
	for _, format := range []string{"csv", "xlsx"} {
		path := "/risks/:id/history." + format
		out = append(out, route{method: fiber.MethodGet, path: path, handle: s.historyFile(format, true)},
			route{method: fiber.MethodGet, path: "/api/v1" + path, api: true, params: []string{"as_of", "known_at"}, answer: "file",
				summary: "The history of a point: versions, checks, signals, letters, flags.", handle: s.historyFile(format, false)})
	}
	return out
}
