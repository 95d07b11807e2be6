package dashboards

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
)

// Reports is the register of reports. Errors are those of package bulletin.
type Reports interface {
	Periods(ctx context.Context, who integrity.Principal) ([]bulletin.Dossier, error)
	Period(ctx context.Context, who integrity.Principal, period string) (bulletin.Dossier, error)
	File(ctx context.Context, who integrity.Principal, period string, c bulletin.Copy) ([]byte, error)
	Add(ctx context.Context, who integrity.Principal, period string, n bulletin.Note, after int) (bulletin.Note, error)
	Issue(ctx context.Context, who integrity.Principal, period string, o bulletin.Order) (bulletin.Issue, error)
}

// reportRoutes are the addresses of reports.
func (s *server) reportRoutes() []route {
	page := func(path, name string, h fiber.Handler, more ...string) route {
		return route{method: fiber.MethodGet, path: path, page: name, handle: h, more: more}
	}
	post := func(path, summary string, h fiber.Handler) route {
		return route{method: fiber.MethodPost, path: path, api: strings.HasPrefix(path, "/api/"), slow: true, summary: summary, answer: "object", handle: h}
	}
	return []route{
		page("/reports", "reports", s.reportList, "period"),
		// Drawing a draft asks hundreds of questions.
		{method: fiber.MethodGet, path: "/reports/:period.html", slow: true, more: []string{"version", "draft"}, handle: s.reportFile},
		page("/reports/:period", "report", s.reportPage),
		post("/reports/:period/advice", "", s.reportAdvice),
		post("/reports/:period/instructions", "", s.reportInstruction),
		post("/reports/:period/instructions/:seq/letter", "", s.reportLetter),
		post("/reports/:period/issue", "", s.reportIssue),
		{method: fiber.MethodGet, path: "/api/v1/reports", api: true, summary: "The reports that were drafted or issued.", answer: "List", params: []string{"as_of"}, handle: s.apiReports},
		{method: fiber.MethodGet, path: "/api/v1/reports/:period", api: true, summary: "Drafts, issued versions with what changed, and notes of a period.", answer: "object", handle: s.apiReport},
		post("/api/v1/reports/:period/issue", "Issues the report of a period (signer, issued_on, copies, copy_no, reason, known_at, seen).", s.apiReportIssue),
	}
}

// reportError gives what went wrong with a report its status.
func reportError(err error) error {
	switch {
	case errors.Is(err, bulletin.ErrForbidden):
		return fiber.NewError(fiber.StatusForbidden, bulletin.ErrForbidden.Error())
	case errors.Is(err, bulletin.ErrTaken):
		return fiber.NewError(fiber.StatusConflict, bulletin.ErrTaken.Error())
	}
	return err
}

type reportsPage struct {
	view.Page
	Filters Card[view.Filters]
	List    Card[view.Table]
	Last    string     // the month that ended last
	Usual   []view.Seg // the periods that people open most; none for who reads no whole reports
}

// usualPeriods are the periods that ended before the day today and are asked for most: six
// months, the latest first, then the last half-year and the last year.
func usualPeriods(today integrity.Day) []string {
	var out []string
	for back := range time.Month(6) {
		out = append(out, integrity.Date(today.Year(), today.Month()-1-back, 1).MonthCode())
	}
	half := fmt.Sprintf("%d-H1", today.Year())
	if today.Month() < time.July {
		half = fmt.Sprintf("%d-H2", today.Year()-1)
	}
	return append(out, half, strconv.Itoa(today.Year()-1))
}

func (s *server) reportList(c *fiber.Ctx) error {
	if period := c.Query("period"); period != "" {
		if err := bulletin.CheckPeriod(period); err != nil {
			return err
		}
		return c.Redirect("/reports/"+url.PathEscape(period), fiber.StatusSeeOther)
	}
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	p := reportsPage{Page: r.frame("reports")}
	today := integrity.DayOf(s.Now())
	usual := usualPeriods(today)
	p.Last = usual[0]
	if bulletin.Reads(r.who) {
		for _, period := range usual {
			p.Usual = append(p.Usual, view.Seg{Label: period, Href: "/reports/" + period})
		}
	}
	d := r.deck()
	deal(d, &p.List, r.reportTable, "list")
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/reports", []view.Field{r.dayField()})
		f.Presets = r.moments("/reports")
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render("reports", p)
}

func (r *request) reportTable(ctx context.Context) (view.Table, error) {
	all, err := r.reportsAsOf(ctx)
	if err != nil {
		return view.Table{}, err
	}
	t := view.Table{
		Caption: r.t("nav.reports"), Hide: true, Class: "cards", Empty: r.t("reports.none"),
		Columns: []view.Column{
			{Label: r.t("reports.period")}, {Label: r.t("reports.name")}, {Label: r.t("reports.state")}, {Label: r.t("reports.version"), Class: "num"},
			{Label: r.t("reports.made")}, {Label: r.t("reports.file")}, {Label: r.t("reports.sum")},
		},
	}
	for _, d := range all {
		path := "/reports/" + url.PathEscape(d.Period)
		row := []view.Cell{{Text: d.Period, Head: true, Href: path}, {Text: bulletin.Name(d.Period, d.Next)}}
		if i := d.Issued(); i != nil {
			row = append(row, view.Cell{Pill: &view.Pill{Class: "met", Text: r.t("reports.state.issued")}}, view.Cell{Text: strconv.Itoa(i.Version), Class: "num"},
				view.Cell{Text: i.IssuedOn.String()}, view.Cell{Text: r.t("reports.open"), Href: path + ".html"}, view.Cell{Text: i.SHA256[:16], Class: "note"})
		} else {
			last := d.Drafts[0]
			row = append(row, view.Cell{Pill: &view.Pill{Class: "on_track", Text: r.t("reports.state.draft")}}, view.Cell{Text: "—", Class: "num"},
				view.Cell{Text: instant(last.MadeAt)}, view.Cell{Text: r.t("reports.open"), Href: path + ".html"}, view.Cell{Text: "—", Class: "note"})
		}
		t.Rows = append(t.Rows, row)
	}
	return t.Labelled(), nil
}

// copyOf reads which file of a period is asked for.
func copyOf(c *fiber.Ctx) (bulletin.Copy, error) {
	out := bulletin.Copy{Unit: c.Query("unit")}
	if v := c.Query("version"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return out, &integrity.Refused{Name: "version", Value: v, Shape: integrity.ShapeWhole, Low: 1, High: 100_000}
		}
		out.Version = n
	}
	switch v := c.Query("draft"); v {
	case "", "0":
	case "1":
		out.Draft = true
	default:
		return out, &integrity.Refused{Name: "draft", Value: v, Legal: []string{"0", "1"}}
	}
	if out.Draft && out.Version > 0 {
		return out, fmt.Errorf("%w: draft and version exclude each other", integrity.ErrInvalid)
	}
	return out, nil
}

// reportFile answers the report of a period. Its policy lets it show itself and nothing
// else.
func (s *server) reportFile(c *fiber.Ctx) error {
	which, err := copyOf(c)
	if err != nil {
		return err
	}
	body, err := s.Reports.File(c.UserContext(), principal(c), c.Params("period"), which)
	if err != nil {
		return reportError(err)
	}
	c.Set(fiber.HeaderContentSecurityPolicy, reportPolicy)
	return c.Type("html", "utf-8").Send(body)
}

type reportPage struct {
	view.Page
	Period, Name  string
	State         string
	File          string // address of the files
	Issued        *bulletin.Issue
	MayIssue      bool
	MayInstruct   bool
	Advice        string
	After         int // the last note, so that nobody overwrites another's
	Instructions  []reportInstruction
	Versions      []reportVersion
	Drafts        view.Table
	Units         []view.Choice
	Matters       []letterMatter
	Today, Known  string
	Seen          int
	WritesLetters bool
}

type reportInstruction struct {
	bulletin.Note
	When    string
	Letters []string // ids
}

type reportVersion struct {
	bulletin.Issue
	Href    string
	Changes view.Table
}

// reportFound is what the page of a period is made from.
type reportFound struct {
	dossier bulletin.Dossier
	loaded  time.Time // the last load
	matters []letterMatter
	units   []view.Choice
}

func (s *server) reportPage(c *fiber.Ctx) error {
	r := s.plainRequest(c)
	period := c.Params("period")
	p := reportPage{Page: r.frame("report"), Period: period, Today: integrity.DayOf(s.Now()).String()}
	p.AsOf, p.Title = integrity.NoDay, r.t("nav.reports")
	p.Nav = view.Nav("reports", s.pagesOf(r.who))
	p.MayIssue = r.who.IssuesReports()
	p.MayInstruct = p.MayIssue || r.who.Role == integrity.RoleLeader
	p.WritesLetters = p.MayIssue && s.Letters != nil
	var found Card[reportFound]
	d := r.deck()
	deal(d, &found, func(ctx context.Context) (reportFound, error) { return r.reportFound(ctx, period, p.WritesLetters) })
	if err := d.done(); err != nil {
		return err
	}
	if !r.blocked() {
		p.fill(r, found.Value)
	}
	return r.render("report", p)
}

func (r *request) reportFound(ctx context.Context, period string, writesLetters bool) (reportFound, error) {
	var out reportFound
	var err error
	if out.dossier, err = r.s.Reports.Period(ctx, r.who, period); err != nil {
		return out, reportError(err)
	}
	if _, out.loaded, err = r.s.lastLoad(ctx, r.who); err != nil {
		return out, err
	}
	if writesLetters && slices.ContainsFunc(out.dossier.Notes, func(n bulletin.Note) bool { return n.Kind == bulletin.NoteInstruction }) {
		matters, err := r.mattersCard(ctx)
		if err != nil {
			return out, err
		}
		out.matters = matters.List
	}
	out.units = r.unitField(ctx).Choices
	return out, nil
}

// fill shows what was found of a period on its page.
func (p *reportPage) fill(r *request, found reportFound) {
	d := found.dossier
	p.Period, p.Name, p.File, p.Issued = d.Period, bulletin.Name(d.Period, d.Next), "/reports/"+d.Period+".html", d.Issued()
	p.Title, p.Advice, p.After, p.Seen = p.Name, bulletin.Advice(d.Notes), len(d.Notes), len(d.Issues)
	p.Matters, p.Units = found.matters, found.units
	if !found.loaded.IsZero() {
		p.Known = found.loaded.UTC().Format(time.RFC3339Nano)
	}
	p.State = r.t("report.state.draft")
	if p.Issued != nil {
		p.State = r.t("report.state.issued", p.Issued.Version, p.Issued.IssuedOn.String(), p.Issued.Signer)
	}
	for _, n := range d.Notes {
		if n.Kind == bulletin.NoteInstruction {
			p.Instructions = append(p.Instructions, reportInstruction{Note: n, When: instant(n.At), Letters: lettersOf(d.Notes, n.Seq)})
		}
	}
	for _, i := range d.Issues {
		p.Versions = append(p.Versions, reportVersion{Issue: i, Href: p.File + "?version=" + strconv.Itoa(i.Version), Changes: r.mendedTable(i)})
	}
	p.Drafts = r.draftsTable(d.Drafts)
}

// lettersOf are the letters that an instruction became.
func lettersOf(notes []bulletin.Note, seq int) []string {
	var out []string
	for _, n := range notes {
		if n.Kind == bulletin.NoteLetter && n.About == seq {
			out = append(out, n.Letter)
		}
	}
	return out
}

// mendedTable is what a version changed against the one before.
func (r *request) mendedTable(i bulletin.Issue) view.Table {
	t := view.Table{Caption: r.t("report.changes", i.Version-1), Class: "tight", Empty: r.t("report.changes.none"),
		Columns: []view.Column{{Label: r.t("report.place")}, {Label: r.t("report.figure")}, {Label: r.t("report.was"), Class: "num"}, {Label: r.t("report.is"), Class: "num"}}}
	dash := func(v string) string {
		if v == "" {
			return "—"
		}
		return v
	}
	for _, x := range i.Changes {
		t.Rows = append(t.Rows, []view.Cell{{Text: x.Place, Head: true}, {Text: x.Name}, {Text: dash(x.Was), Class: "num"}, {Text: dash(x.Is), Class: "num"}})
	}
	return t
}

func (r *request) draftsTable(drafts []bulletin.Draft) view.Table {
	t := view.Table{Caption: r.t("report.drafts"), Hide: true, Class: "tight", Empty: r.t("report.drafts.none"),
		Columns: []view.Column{{Label: r.t("reports.made")}, {Label: r.t("report.dataversion")}, {Label: r.t("reports.sum")}}}
	for _, d := range drafts {
		t.Rows = append(t.Rows, []view.Cell{{Text: instant(d.MadeAt), Head: true}, {Text: d.DataVersion}, {Text: d.SHA256[:min(16, len(d.SHA256))], Class: "note"}})
	}
	return t
}

// back leads from a form to the page of the period.
func back(c *fiber.Ctx, part string) error {
	return c.Redirect("/reports/"+url.PathEscape(c.Params("period"))+part, fiber.StatusSeeOther)
}

func (s *server) reportAdvice(c *fiber.Ctx) error {
	after, err := formNumber(c, "after")
	if err != nil {
		return err
	}
	if _, err := s.Reports.Add(c.UserContext(), principal(c), c.Params("period"), bulletin.Note{Kind: bulletin.NoteAdvice, Text: c.FormValue("text")}, after); err != nil {
		return reportError(err)
	}
	return back(c, "#advice")
}

func (s *server) reportInstruction(c *fiber.Ctx) error {
	n := bulletin.Note{Kind: bulletin.NoteInstruction, Text: c.FormValue("text"), Leader: c.FormValue("leader")}
	if _, err := s.Reports.Add(c.UserContext(), principal(c), c.Params("period"), n, 0); err != nil {
		return reportError(err)
	}
	return back(c, "#instructions")
}

// reportLetter drafts a letter that carries an instruction out.
func (s *server) reportLetter(c *fiber.Ctx) error {
	if s.Letters == nil {
		return fiber.ErrNotFound
	}
	ctx, who, period := c.UserContext(), principal(c), c.Params("period")
	about, err := strconv.Atoi(c.Params("seq"))
	if err != nil {
		return fmt.Errorf("instruction %q: %w", c.Params("seq"), integrity.ErrNotFound)
	}
	d, err := s.Reports.Period(ctx, who, period)
	if err != nil {
		return reportError(err)
	}
	if !who.IssuesReports() {
		return reportError(bulletin.ErrForbidden)
	}
	if about < 1 || about > len(d.Notes) || d.Notes[about-1].Kind != bulletin.NoteInstruction {
		return fmt.Errorf("instruction %d: %w", about, integrity.ErrNotFound)
	}
	l, err := s.draftOf(c)
	if err != nil {
		return err
	}
	if _, err := s.Reports.Add(ctx, who, period, bulletin.Note{Kind: bulletin.NoteLetter, About: about, Letter: l.ID}, 0); err != nil {
		return reportError(err)
	}
	return c.Redirect("/letters/"+l.ID, fiber.StatusSeeOther)
}

// formNumber reads a whole number of a form; one that is not there is 0.
func formNumber(c *fiber.Ctx, name string) (int, error) {
	v := strings.TrimSpace(c.FormValue(name))
	if v == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(v)
	if err != nil {
		return 0, &integrity.Refused{Name: name, Value: v, Shape: integrity.ShapeWhole, Low: 0, High: 1_000_000}
	}
	return n, nil
}

// issueOf issues a report from a form or a call.
func (s *server) issueOf(c *fiber.Ctx) (bulletin.Issue, error) {
	o := bulletin.Order{Signer: c.FormValue("signer"), CopyNo: c.FormValue("copy_no"), Reason: c.FormValue("reason")}
	var err error
	if o.Copies, err = formNumber(c, "copies"); err != nil {
		return bulletin.Issue{}, err
	}
	if o.Seen, err = formNumber(c, "seen"); err != nil {
		return bulletin.Issue{}, err
	}
	if v := c.FormValue("issued_on"); v != "" {
		if o.On, err = integrity.ParseDay(v); err != nil {
			return bulletin.Issue{}, fmt.Errorf("issued_on: %w", err)
		}
	}
	if v := c.FormValue("known_at"); v != "" {
		if o.KnownAt, err = time.Parse(time.RFC3339, v); err != nil {
			return bulletin.Issue{}, fmt.Errorf("%w: known_at %q; write RFC 3339", integrity.ErrInvalid, v)
		}
	}
	i, err := s.Reports.Issue(c.UserContext(), principal(c), c.Params("period"), o)
	return i, reportError(err)
}

func (s *server) reportIssue(c *fiber.Ctx) error {
	if _, err := s.issueOf(c); err != nil {
		return err
	}
	return back(c, "")
}

func (s *server) apiReports(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	all, err := r.reportsAsOf(r.ctx)
	if err != nil {
		return err
	}
	return c.JSON(listOf(all))
}

func (s *server) apiReport(c *fiber.Ctx) error {
	d, err := s.Reports.Period(c.UserContext(), principal(c), c.Params("period"))
	if err != nil {
		return reportError(err)
	}
	return c.JSON(d)
}

func (s *server) apiReportIssue(c *fiber.Ctx) error {
	i, err := s.issueOf(c)
	if err != nil {
		return err
	}
	return c.JSON(i)
}
