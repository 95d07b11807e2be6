package dashboards

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/charts"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// request is what a page is asked for: on whose behalf, in which language, with which
// conditions.
type request struct {
	s     *server
	c     *fiber.Ctx
	ctx   context.Context
	who   integrity.Principal
	lang  integrity.Lang
	scope metrics.Scope
	query url.Values // the conditions given in the address, without the place in a long list
	id    string
	cards *view.Cards // which parts of the page are still being computed

	around *view.Around        // of the frame, filled when the cards are done; nil before there is a frame
	loads  Card[view.Around]   // what it says of loads and of the system
	reach  Card[[]view.Source] // and of the sources
	dealt  bool                // the cards were asked for
}

// newRequest reads the conditions of a page. more are parameters of that page alone.
func (s *server) newRequest(c *fiber.Ctx, more ...string) (*request, error) {
	scope, err := metrics.ParseScope(func(name string) string { return c.Query(name) }, s.Now())
	if err != nil {
		return nil, err
	}
	r := &request{s: s, c: c, ctx: c.UserContext(), who: principal(c), lang: langOf(c), scope: scope, query: url.Values{}, id: requestID(c), cards: &view.Cards{Only: c.Query("card")}}
	for _, name := range slices.Concat(metrics.ScopeNames(), more) {
		if v := c.Query(name); v != "" && name != "page" {
			r.query.Set(name, v)
		}
	}
	r.scope.Lang = r.lang
	return r, nil
}

// plainRequest is a request of a page without conditions on rows.
func (s *server) plainRequest(c *fiber.Ctx) *request {
	return &request{s: s, c: c, ctx: c.UserContext(), who: principal(c), lang: langOf(c), query: url.Values{}, id: requestID(c), cards: &view.Cards{Only: c.Query("card")},
		scope: metrics.Scope{AsOf: integrity.DayOf(s.Now()), Lang: langOf(c)}}
}

// langOf returns the language of a request: that of the address, else the one chosen
// before, else Chinese.
func langOf(c *fiber.Ctx) integrity.Lang {
	for _, v := range []string{c.Query("lang"), c.Cookies("lang")} {
		switch v {
		case "zh":
			return integrity.Chinese
		case "en":
			return integrity.English
		}
	}
	return integrity.Chinese
}

// t is a message in the language of the request.
func (r *request) t(key string, args ...any) string { return view.T(r.lang, key, args...) }

// href is a path with the conditions of the request, some of them changed: name, value,
// name, value. An empty value takes a condition off. It is empty, which is no link, where the
// reader may not go.
func (r *request) href(path string, changes ...string) string {
	if !mayOpen(r.who, path) {
		return ""
	}
	return r.toRows(address(path, maps.Clone(r.s.fitting(path, r.query)), changes...))
}

// toRows is an address unless it leads to rows of a kind that the reader gets counted only: no
// list there would have as many as the number says.
func (r *request) toRows(href string) string {
	path, query, _ := strings.Cut(href, "?")
	q, err := url.ParseQuery(query)
	if kind := integrity.SignalKind(q.Get("kind")); path == "/signals" && err == nil && kind != "" && !r.who.SeesRows(kind) {
		return ""
	}
	return href
}

// only is a path with the day that is judged and nothing else of the request's conditions; empty
// as href is.
func (r *request) only(path string, changes ...string) string {
	if !mayOpen(r.who, path) {
		return ""
	}
	q := url.Values{}
	for _, name := range []string{"as_of", "known_at"} {
		if v := r.query.Get(name); v != "" {
			q.Set(name, v)
		}
	}
	return r.toRows(address(path, q, changes...))
}

// lead is a link for those who may open where it leads, and nothing for the others.
func (r *request) lead(key, href string) view.Link {
	if !mayOpen(r.who, href) {
		return view.Link{}
	}
	return view.Link{Text: r.t(key), Href: href}
}

func address(path string, q url.Values, changes ...string) string {
	for i := 0; i+1 < len(changes); i += 2 {
		if changes[i+1] == "" {
			q.Del(changes[i])
		} else {
			q.Set(changes[i], changes[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// frame fills what is around every page.
func (s *server) frame(c *fiber.Ctx, name string, asOf integrity.Day) view.Page {
	lang := langOf(c)
	if v := c.Query("lang"); v == "zh" || v == "en" {
		// Kept so that every link stays in the reader's language.
		c.Cookie(&fiber.Cookie{Name: "lang", Value: v, Path: "/", HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Expires: s.Now().AddDate(1, 0, 0)})
	}
	other := "en"
	if lang == integrity.English {
		other = "zh"
	}
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		q = url.Values{}
	}
	p := view.Page{Lang: lang, AsOf: asOf, Version: s.Version, LangHref: address(c.Path(), q, "lang", other)}
	p.Nav = view.Nav(name, s.pagesOf(principal(c)))
	clocks := url.Values{} // the reader stays in the day that is looked at, and in what was known by then
	for _, name := range []string{"as_of", "known_at"} {
		if v := c.Query(name); v != "" && asOf != integrity.NoDay {
			clocks.Set(name, v)
		}
	}
	for i, item := range p.Nav {
		switch item.Name {
		case "imports", "jobs":
		default:
			p.Nav[i].Href = address(item.Href, clocks)
		}
	}
	for _, item := range p.Nav {
		if item.Current {
			p.Title = view.T(lang, "nav."+item.Name)
		}
	}
	return p
}

// frame is server.frame with what is said around every page, which the deck fills in.
func (r *request) frame(name string) view.Page {
	p := r.s.frame(r.c, name, r.scope.AsOf)
	r.around = &view.Around{}
	p.Cards, p.TakeAway, p.Around, p.Asks = r.cards, r.takeAway(name), r.around, r.about
	return p
}

// surroundings are the time of the last load and what is wrong with the system. A page does not
// fail because this cannot be told.
func (r *request) surroundings(ctx context.Context) (view.Around, error) {
	var a view.Around
	var err error
	if a.DataVersion, a.Loaded, err = r.s.lastLoad(ctx, r.who); err != nil {
		return a, err
	}
	if a.Loaded.IsZero() && r.c.Path() != "/imports" { // there the next step says more
		a.Alerts = append(a.Alerts, view.Alert{Text: r.t("alert.nothing"), Link: r.lead("nav.imports", "/imports")})
	}
	if ready, degraded := r.s.Health(ctx); !ready {
		a.Alerts = append(a.Alerts, view.Alert{Kind: "bad", Text: r.t("alert.notready")})
	} else {
		for _, part := range degraded {
			link := r.lead("nav.jobs", "/jobs")
			if part == "inbox" {
				link = r.lead("nav.imports", "/imports")
			}
			if source, is := strings.CutPrefix(part, "source:"); is {
				a.Alerts = append(a.Alerts, r.quietSource(source)...)
				continue
			}
			a.Alerts = append(a.Alerts, view.Alert{Kind: "bad", Text: r.t("alert.silent", r.t("part."+part)), Link: link})
		}
	}
	return a, ctx.Err()
}

// sources says up to which day each source reaches.
func (r *request) sources(ctx context.Context) ([]view.Source, error) {
	found, err := r.freshness(ctx)
	var out []view.Source
	for _, f := range found {
		if f.Within {
			continue
		}
		out = append(out, view.Source{Name: f.Name, Last: f.Last})
	}
	return out, err
}

// surround fills what stands around the page with what its cards have found.
func (r *request) surround() {
	*r.around = r.loads.Value
	r.around.Failed, r.around.Sources, r.around.SourcesFailed = r.loads.Failed, r.reach.Value, r.reach.Failed
}

// lastLoad returns the version of what can be seen and when it was committed.
func (s *server) lastLoad(ctx context.Context, who integrity.Principal) (version string, at time.Time, err error) {
	batches, err := s.Imports.Batches(ctx, who)
	if err != nil {
		return "", time.Time{}, err
	}
	var no uint64
	for _, b := range batches {
		if (b.State == "committed" || b.State == "reverted") && b.No > no {
			no, at = b.No, b.At
		}
	}
	if no == 0 {
		return "", time.Time{}, nil
	}
	return strconv.FormatUint(no, 10), at, nil
}

// render writes a page, or the one section of it that was asked for, or its tables as a file.
func (r *request) render(name string, data any) error {
	if r.around != nil && !r.dealt { // a page without cards of its own
		if err := r.deck().done(); err != nil {
			return err
		}
	}
	var body []byte
	var err error
	if r.cards.Only == "" {
		body, err = r.s.templates.Page(name, r.lang, data)
	} else {
		body, err = r.s.templates.Part(name, "card-"+r.cards.Only, r.lang, data)
	}
	if err != nil {
		return err
	}
	if format := r.c.Query("download"); format != "" {
		return r.sheets(format, body)
	}
	if !(view.Page{Cards: r.cards}).Waiting() { // of what comes later nobody knows yet whether it has tables
		body = withoutTakeAway(body)
	}
	return r.c.Type("html", "utf-8").Send(body)
}

// translated returns a distribution with the labels of its official words in a language;
// metrics answers in Chinese. Names of units and people stay as they are.
func translated(d metrics.Distribution, rows, cols string, lang integrity.Lang) metrics.Distribution {
	if lang == integrity.Chinese {
		return d
	}
	d.Rows, d.Cols = labelled(rows, d.Rows, lang), labelled(cols, d.Cols, lang)
	return d
}

func labelled(dim string, labels []metrics.Label, lang integrity.Lang) []metrics.Label {
	out := slices.Clone(labels)
	for i := range out {
		out[i].Label = labelOf(dim, out[i].Code, out[i].Label, lang)
	}
	return out
}

// labelOf is the word for a code of a dimension, or fallback where the code is a name.
func labelOf(dim, code, fallback string, lang integrity.Lang) string {
	switch dim {
	case metrics.DimLayer:
		return integrity.Layer(code).Label(lang)
	case metrics.DimCategory:
		return integrity.Category(code).Label(lang)
	case metrics.DimGrade:
		return integrity.Grade(code).Label(lang)
	case metrics.DimStage:
		if code == "" {
			return view.T(lang, "stage.none")
		}
		return integrity.Stage(code).Label(lang)
	case metrics.DimManaged:
		return metrics.ManagedLabel(code, lang)
	case metrics.DimLeader:
		if code == "" {
			return view.T(lang, "leader.none")
		}
	}
	return fallback
}

// count is a number of a total that may be hidden.
func count(n *uint64) uint64 {
	if n == nil {
		return 0
	}
	return *n
}

// chart puts an option into a box.
func chart(id, aria string, height int, option charts.Option) view.Chart {
	return view.Chart{ID: id, Aria: aria, Height: height, Option: option}
}
