package dashboards

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/paper"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

type checkupPage struct {
	view.Page
	Unconfirmed Card[*view.Alert]
	Filters     Card[view.Filters]
	Card        Card[checkupCard]
}

// checkupCard is the named checks with their counts, and the remarks of all of them or of
// the chosen one.
type checkupCard struct {
	Lists, Points, Total int
	Checks, Items        view.Table
	Chosen, Clause       string // of the chosen check
	Advice, All          string // what to do; the address of all remarks
	Pager                view.Pager
}

func (s *server) checkup(c *fiber.Ctx) error {
	r, err := s.newRequest(c, "check")
	if err != nil {
		return err
	}
	p := checkupPage{Page: r.frame("checkup")}
	d := r.deck()
	deal(d, &p.Unconfirmed, r.confirmAlert, "unconfirmed")
	deal(d, &p.Card, r.checkupCard, "checks")
	year := view.Field{Name: "year", Label: r.t("param.year"), Choices: []view.Choice{{Label: r.t("checkup.inforce"), Selected: r.scope.Year == 0}}}
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/checkup", []view.Field{r.dayField(), r.unitField(ctx), r.years(year, r.scope.Year), r.leaderField(ctx)})
		f.Presets = r.moments("/checkup")
		if v := r.query.Get("check"); v != "" {
			f.Hidden = append(f.Hidden, view.Param{Name: "check", Value: v})
		}
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render("checkup", p)
}

// years adds the year of the day and the four before to a field, and the current one.
func (r *request) years(f view.Field, current int) view.Field {
	found := current == 0
	for y := r.scope.AsOf.Year(); y > r.scope.AsOf.Year()-5; y-- {
		found = found || y == current
		f.Choices = append(f.Choices, view.Choice{Value: strconv.Itoa(y), Label: strconv.Itoa(y), Selected: y == current})
	}
	if !found {
		f.Choices = append(f.Choices, view.Choice{Value: strconv.Itoa(current), Label: strconv.Itoa(current), Selected: true})
	}
	return f
}

func (r *request) checkupCard(ctx context.Context) (checkupCard, error) {
	s := r.scope
	s.Limit = 0
	answer, err := r.s.Metrics.CheckUp(ctx, r.who, s)
	if err != nil {
		return checkupCard{}, err
	}
	chosen, known := r.query.Get("check"), false
	out := checkupCard{Lists: answer.Lists, Points: answer.Points, Total: answer.Total, All: r.href("/checkup", "check", "") + "#items"}
	out.Checks = view.Table{
		ID: "checks", Caption: r.t("checkup.checks"), Hide: true, Class: "tight wrap",
		Columns: []view.Column{{Label: r.t("checkup.check")}, {Label: r.t("checkup.count"), Class: "num w15"}},
	}
	var codes []string
	for _, c := range answer.Checks {
		codes = append(codes, c.Code)
		name, n := view.Cell{Text: c.Name.In(r.lang), Note: c.Advice.In(r.lang), Head: true}, view.Cell{Text: strconv.Itoa(c.Count), Class: "num"}
		if c.Count > 0 {
			n.Href, n.Class = r.href("/checkup", "check", c.Code)+"#items", "num strong"
		}
		if c.Code == chosen {
			known, name.Class = true, "strong"
			out.Chosen, out.Clause, out.Advice = c.Name.In(r.lang), c.Clause, c.Advice.In(r.lang)
		}
		out.Checks.Rows = append(out.Checks.Rows, []view.Cell{name, n})
	}
	if chosen != "" && !known {
		return out, &integrity.Refused{Name: "check", Value: chosen, Legal: codes}
	}
	var items []metrics.CheckItem
	for _, it := range answer.Items {
		if chosen == "" || it.Check == chosen {
			items = append(items, it)
		}
	}
	out.Pager = view.NewPager(len(items), r.scope.Page, r.scope.PerPage, func(n int) string {
		return r.href("/checkup", "page", strconv.Itoa(n)) + "#items"
	})
	out.Items = view.Table{
		ID: "remarks", Caption: r.t("checkup.items"), Hide: true, Class: "cards wrap", Empty: r.t("checkup.none"),
		Columns: []view.Column{{Label: r.t("checkup.where"), Class: "w20"}, {Label: r.t("checkup.what"), Class: "w25"}, {Label: r.t("checkup.text"), Class: "w30"}, {Label: r.t("checkup.todo")}},
	}
	for _, it := range items[max(out.Pager.From-1, 0):out.Pager.To] {
		where := view.Cell{Text: it.UnitName, Note: r.t("checkup.list", it.Year), Head: true, Href: r.only("/risks", "unit", it.Unit)}
		if it.RiskID != "" {
			where.Note, where.Href = r.t("checkup.point", it.Year, it.RiskNo), r.only("/risks/"+it.RiskID)
		}
		out.Items.Rows = append(out.Items.Rows, []view.Cell{
			where, {Text: it.Name.In(r.lang), Note: it.Why.In(r.lang)}, {Text: it.Text}, {Text: it.Advice.In(r.lang)},
		})
	}
	return out, nil
}

type listsPage struct {
	view.Page
	Year    int
	Filters Card[view.Filters]
	Stages  string // address of the board of stages
	Papers  []view.PaperLine
	Missing Card[missingCard]
	Changes Card[view.Table]
}

// missingCard is who has not handed in, and what to write to them.
type missingCard struct {
	Units, Handed, Reviewed, Total int
	Due                            integrity.Day
	Clause, Reminder               string
	Items                          []missingUnit
}

type missingUnit struct {
	Unit, Leader, Heads, Last, Reminder string
	Form                                string // address of the prefilled form; empty where there is nothing to fill in
	Pill                                view.Pill
	Due                                 integrity.Day
}

func (s *server) lists(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	p := listsPage{Page: r.frame("lists"), Year: r.year(), Stages: r.href("/stages")}
	p.Papers = []view.PaperLine{r.paperLine(paper.NameReminder, "docx", "html", "xlsx", "csv"), r.paperLine(paper.NamePrefilled, "docx", "xlsx"), r.paperLine(paper.NameSummary, "docx", "html", "xlsx", "csv")}
	d := r.deck()
	deal(d, &p.Missing, r.missingCard, "missing")
	deal(d, &p.Changes, r.changesTable, "changes")
	year := r.years(view.Field{Name: "year", Label: r.t("param.year")}, r.year())
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/lists", []view.Field{r.dayField(), year, r.leaderField(ctx)})
		f.Presets = r.moments("/lists")
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render("lists", p)
}

func (r *request) missingCard(ctx context.Context) (missingCard, error) {
	s := r.scope
	s.Limit = 0
	answer, err := r.s.Metrics.MissingLists(ctx, r.who, s)
	if err != nil {
		return missingCard{}, err
	}
	out := missingCard{
		Units: answer.Units, Handed: answer.Handed, Reviewed: answer.Reviewed, Total: answer.Total,
		Due: answer.Due, Clause: answer.Clause, Reminder: answer.Reminder,
	}
	for _, it := range answer.Items {
		m := missingUnit{Unit: it.UnitName, Leader: it.Leader, Heads: r.listed(it.Heads), Reminder: it.Reminder, Due: it.Due, Last: r.t("lists.nolast")}
		if it.LastYear != 0 {
			m.Last = r.t("lists.last", it.LastYear, it.Points)
			m.Form = r.only("/papers/"+paper.NamePrefilled+".docx", "unit", it.Unit, "year", r.query.Get("year"))
		}
		switch {
		case it.Due == integrity.NoDay:
			m.Pill = view.Pill{Class: "on_track", Text: r.t("lists.nodue")}
		case it.DaysLeft < 0:
			m.Pill = view.NewPill(r.lang, integrity.StatusOverdue, integrity.BasisNotice, it.DaysLeft)
		case it.DaysLeft <= 20:
			m.Pill = view.NewPill(r.lang, integrity.StatusDueSoon, integrity.BasisNotice, it.DaysLeft)
		default:
			m.Pill = view.NewPill(r.lang, integrity.StatusOnTrack, integrity.BasisNotice, it.DaysLeft)
		}
		out.Items = append(out.Items, m)
	}
	return out, nil
}

// changesTable says for every unit what its list of the year changes against that of the
// year before, and leads to the changes.
func (r *request) changesTable(ctx context.Context) (view.Table, error) {
	to := r.year()
	head := func(key string) view.Column { return view.Column{Label: r.t("diff." + key), Class: "num"} }
	t := view.Table{
		ID: "changes", Caption: r.t("lists.changes", to-1, to), Hide: true, Class: "tight wrap", Empty: r.t("lists.nounits"),
		Columns: []view.Column{{Label: r.t("dim.unit"), Class: "w30"}, head("added"), head("changed"), head("regraded"), head("removed"), head("unchanged"), {Label: r.t("lists.note")}},
	}
	scope := metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Lang: r.lang, Leader: r.scope.Leader, Year: to}
	diffs, err := r.s.Metrics.ListDiffs(ctx, r.who, scope)
	if err != nil {
		return t, err
	}
	for _, d := range diffs {
		name := view.Cell{Text: d.UnitName, Head: true, Href: r.diffHref(d.Unit, to-1, to)}
		if d.From == nil || d.To == nil {
			t.Rows = append(t.Rows, []view.Cell{name, dash, dash, dash, dash, dash, {Text: d.Note, Class: "small"}})
			continue
		}
		n := func(v int) view.Cell { return view.Cell{Text: strconv.Itoa(v), Class: "num"} }
		note := view.Cell{}
		if d.NoChange {
			note.Pill = &view.Pill{Class: "behind", Text: r.t("diff.zero")}
		}
		t.Rows = append(t.Rows, []view.Cell{name, n(d.Added), n(d.Changed), n(d.Regraded), n(d.Removed), n(d.Unchanged), note})
	}
	return t, nil
}

// dash stands where there is no number.
var dash = view.Cell{Text: "—", Class: "num quiet"}

func (r *request) diffHref(unit string, from, to int) string {
	return r.only("/lists/"+url.PathEscape(unit)+"/diff", "from", strconv.Itoa(from), "to", strconv.Itoa(to))
}

type diffPage struct {
	view.Page
	From, To int
	Name     Card[string] // of the unit
	List     string       // address of the unit's points
	Unit     string
	Filters  Card[view.Filters]
	Diff     Card[diffCard]
}

type diffCard struct {
	metrics.ListDiff
	OneYear  bool // versions of one year
	Changes  []change
	Versions view.Table
	Alike    string // from which likeness on points are the same
}

// change is one point that differs, with its columns side by side.
type change struct {
	Kind        string
	No          string
	Description string
	Href        string
	Category    string
	Was, Is     integrity.Grade // empty where the point was not, or is no more
	Regraded    bool
	Alike       string // of the descriptions, empty where there is only one
	Opinions    []view.Link
	Unbacked    bool // a change of a version that no adopted opinion names
	Columns     []metrics.ColumnChange
}

func (s *server) listDiff(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	if r.scope.Unit, err = unitOf(c); err != nil {
		return err
	}
	p := diffPage{Page: r.frame("lists"), Unit: c.Params("unit"), List: r.only("/risks", "unit", r.scope.Unit)}
	between, err := r.scope.Compared(r.scope.AsOf)
	if err != nil {
		return err
	}
	p.From, p.To = between.From, between.To
	p.Title = r.t("diff.heading", r.scope.Unit)
	d := r.deck()
	deal(d, &p.Name, func(ctx context.Context) (string, error) { return unitName(r.units(ctx), r.scope.Unit), ctx.Err() }, "name")
	deal(d, &p.Diff, r.diffCard, "diff")
	path := "/lists/" + url.PathEscape(r.scope.Unit) + "/diff"
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, path, []view.Field{
			r.dayField(), r.years(view.Field{Name: "from", Label: r.t("diff.from")}, p.From), r.years(view.Field{Name: "to", Label: r.t("diff.to")}, p.To),
		})
		f.Presets = r.moments(path)
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render("diff", p)
}

// unitOf is the unit that an address names.
func unitOf(c *fiber.Ctx) (string, error) {
	unit, err := url.PathUnescape(c.Params("unit"))
	if err != nil || unit == "" {
		return "", fmt.Errorf("unit %q: %w", c.Params("unit"), integrity.ErrNotFound)
	}
	return unit, nil
}

func (r *request) diffCard(ctx context.Context) (diffCard, error) {
	d, err := r.s.Metrics.ListDiff(ctx, r.who, r.scope)
	if err != nil {
		return diffCard{}, err
	}
	out := diffCard{ListDiff: d, Alike: view.Decimal(integrity.SamePoint, 2), Versions: r.versionsTable(d)}
	out.OneYear = d.From != nil && d.To != nil && d.From.Year == d.To.Year
	for _, it := range d.Items {
		c := change{
			Kind: r.t("diff." + it.Change), Description: it.Description, Category: it.Category.Label(r.lang),
			Href: r.only("/risks/" + it.RiskID), Was: it.FromGrade, Is: it.Grade, Regraded: it.Change == metrics.ChangeRegraded,
			Columns: slices.Clone(it.Columns), // the answer is shared with other requests
		}
		switch {
		case it.No == 0:
			c.No = r.t("diff.no.removed", it.FromNo)
		case it.FromNo == 0 || it.FromNo == it.No:
			c.No = r.t("diff.no", it.No)
		default:
			c.No = r.t("diff.no.moved", it.FromNo, it.No)
		}
		for i, col := range c.Columns {
			c.Columns[i].Label = r.columnLabel(col)
		}
		if it.Similarity > 0 {
			c.Alike = r.t("diff.alike", view.Decimal(it.Similarity, 2))
		}
		for _, o := range it.Opinions {
			name := o.Source
			if name == "" {
				name = o.Item
			}
			c.Opinions = append(c.Opinions, view.Link{Text: name + " " + o.On.String(), Href: r.only("/ledger", "q", o.Item, "unit", d.Unit)})
		}
		c.Unbacked = out.OneYear && len(it.Opinions) == 0
		out.Changes = append(out.Changes, c)
	}
	return out, nil
}

// versionsTable lists the versions of the compared years: which of them the committee approved,
// and what each changed.
func (r *request) versionsTable(d metrics.ListDiff) view.Table {
	t := view.Table{ID: "versions", Caption: r.t("diff.versions"), Hide: true, Class: "tight wrap", Columns: []view.Column{
		{Label: r.t("diff.versions"), Class: "w25"}, {Label: r.t("diff.version.day")}, {Label: r.t("diff.version.points"), Class: "num"}, {Label: r.t("diff.version.state")}, {Label: ""},
	}}
	for _, v := range d.Versions {
		state := view.Cell{Text: r.t("diff.version.unapproved"), Class: "quiet"}
		if v.ApprovedOn != integrity.NoDay {
			state = view.Cell{Text: r.t("diff.version.approved", v.ApprovedOn.String()), Note: v.Document}
		}
		compare := view.Cell{}
		if v.Version > 1 {
			year, version := strconv.Itoa(v.Year), strconv.Itoa(v.Version)
			compare = view.Cell{Text: r.t("diff.version.compare"), Href: r.only("/lists/"+url.PathEscape(d.Unit)+"/diff", "from", year, "to", year, "from_version", strconv.Itoa(v.Version-1), "to_version", version)}
		}
		t.Rows = append(t.Rows, []view.Cell{
			{Text: r.t("diff.version.name", v.Year, v.Version), Head: true}, {Text: v.ListedOn.String(), Class: "nowrap"}, {Text: strconv.Itoa(v.Points), Class: "num"}, state, compare,
		})
	}
	return t
}

// columnLabel is the word for a column of a list; metrics answers in Chinese.
func (r *request) columnLabel(c metrics.ColumnChange) string {
	if r.lang == integrity.Chinese {
		return c.Label
	}
	return c.Column
}

func (s *server) apiCheckUp(c *fiber.Ctx) error { return answerWhole(s, c, s.Metrics.CheckUp) }
func (s *server) apiMissing(c *fiber.Ctx) error { return answerWhole(s, c, s.Metrics.MissingLists) }

func (s *server) apiListDiff(c *fiber.Ctx) error {
	unit, err := unitOf(c)
	if err != nil {
		return err
	}
	return answerWhole(s, c, func(ctx context.Context, who integrity.Principal, scope metrics.Scope) (metrics.ListDiff, error) {
		scope.Unit = unit
		return s.Metrics.ListDiff(ctx, who, scope)
	})
}
