package dashboards

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/export"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/metrics"
)

// letterParams are the conditions of the register, on its page and in the API.
var letterParams = []string{"state", "type", "unit", "year", "rule", "overdue", "closed", "as_of"}

// letterRoutes are the addresses of letters; none without a register.
func (s *server) letterRoutes() []route {
	if s.Letters == nil {
		return nil
	}
	page := func(params []string, path, name string, h fiber.Handler) route {
		return route{method: fiber.MethodGet, path: path, page: name, handle: h, params: params}
	}
	api := func(path, answer, summary string, h fiber.Handler, params ...string) route {
		return route{method: fiber.MethodGet, path: "/api/v1" + path, api: true, params: params, summary: summary, answer: answer, handle: h}
	}
	post := func(path, summary string, h fiber.Handler) route {
		return route{method: fiber.MethodPost, path: path, api: strings.HasPrefix(path, "/api/"), summary: summary, answer: "object", handle: h}
	}
	register := join(letterParams, []string{"known_at"})
	return []route{
		page(register, "/letters", "letters", s.letterList),
		page(register, "/letters.csv", "", s.letterDownload("csv")),
		page(register, "/letters.xlsx", "", s.letterDownload("xlsx")),
		post("/letters", "", s.letterDraft),
		page(clocks, "/letters/:id.html", "", s.letterFile("html")),
		page(clocks, "/letters/:id.docx", "", s.letterFile("docx")),
		page(clocks, "/letters/:id", "letter", s.letterPage),
		post("/letters/:id/:event", "", s.letterStep),
		api("/letters", "List", "The register of letters to units.", s.apiLetters, letterParams...),
		api("/letters/matters", "List", "What a letter may be drafted about and is not in hand.", s.apiLetterMatters),
		api("/letters/:id", "object", "One letter with its log.", s.apiLetter),
		post("/api/v1/letters", "Drafts a letter about a matter (field key).", s.apiLetterDraft),
		post("/api/v1/letters/:id/:event", "Does the next step with a letter.", s.apiLetterStep),
	}
}

// letterError gives what went wrong with a step its status.
func letterError(err error) error {
	switch {
	case errors.Is(err, letters.ErrForbidden):
		return fiber.NewError(fiber.StatusForbidden, letters.ErrForbidden.Error())
	case errors.Is(err, letters.ErrStep), errors.Is(err, letters.ErrOpen), errors.Is(err, letters.ErrTaken), errors.Is(err, letters.ErrStale):
		return fiber.NewError(fiber.StatusConflict, oneLine(err))
	}
	return err
}

// letterFilter reads the conditions of the register.
func letterFilter(c *fiber.Ctx) (letters.Filter, error) {
	f := letters.Filter{Unit: c.Query("unit"), Overdue: c.Query("overdue") == "1", Done: c.Query("closed") == "1"}
	var errs []error
	if v := c.Query("state"); v != "" {
		state, err := letters.ParseState(v)
		f.State, errs = state, append(errs, integrity.As("state", err))
	}
	if v := c.Query("type"); v != "" {
		kind, err := integrity.ParseLetterKind(v)
		f.Kind, errs = kind, append(errs, integrity.As("type", err))
	}
	if v := c.Query("rule"); v != "" {
		rule, err := integrity.ParseRule(v)
		f.Rule, errs = rule, append(errs, integrity.As("rule", err))
	}
	if v := c.Query("year"); v != "" {
		year, err := strconv.Atoi(v)
		if err != nil || year < 1990 || year > 2200 {
			errs = append(errs, &integrity.Refused{Name: "year", Value: v, Shape: integrity.ShapeWhole, Low: 1990, High: 2200})
		}
		f.Year = year
	}
	if v := c.Query("as_of"); v != "" {
		day, err := integrity.ParseDay(v)
		f.AsOf, errs = day, append(errs, integrity.As("as_of", err))
	}
	for _, name := range []string{"overdue", "closed"} {
		if v := c.Query(name); v != "" && v != "0" && v != "1" {
			errs = append(errs, &integrity.Refused{Name: name, Value: v, Legal: []string{"0", "1"}})
		}
	}
	return f, errors.Join(errs...)
}

// LetterTable is the register as a table, or with closed the ledger of what was put
// right (整改销号台账). Answers are judged late on the day.
func LetterTable(all []*letters.Letter, closed bool, day integrity.Day) export.Table {
	t, columns := export.Table{Sheet: "函件台账"}, letters.RegisterColumns(day)
	if closed {
		t.Sheet, columns = "整改销号台账", letters.ClosedColumns()
	}
	for _, c := range columns {
		t.Columns = append(t.Columns, export.Column{Head: c.Head, Width: c.Width})
	}
	t.Rows = func(yield func([]any) bool) {
		for _, l := range all {
			cells := make([]any, len(columns))
			for i, c := range columns {
				cells[i] = c.Value(l)
			}
			if !yield(cells) {
				return
			}
		}
	}
	return t
}

type lettersPage struct {
	view.Page
	Filters   Card[view.Filters]
	List      Card[lettersCard]
	Matters   Card[mattersCard]
	CSV, XLSX string
	JSON      string // address of the API's answer
	Closed    string // address of the ledger of what was put right
	Today     bool   // letters are drafted about what is so today
}

type lettersCard struct {
	All, Open, Late, Done int
	Table                 view.Table
}

type mattersCard struct {
	Total, Shown int
	List         []letterMatter
}

// letterMatter are matters that differ in their numbers alone: each is a letter of its own.
type letterMatter struct {
	Kind, Title, Clause string
	Pill                view.Pill
	Each                []matterKey
}

// matterKey is one of them; Number is empty where there is only one without a number.
type matterKey struct{ Key, Number string }

// letterRequest is a request with the conditions of the register.
func (s *server) letterRequest(c *fiber.Ctx) (*request, letters.Filter, error) {
	f, err := letterFilter(c)
	if err != nil {
		return nil, f, err
	}
	r := s.plainRequest(c)
	for _, name := range letterParams {
		if v := c.Query(name); v != "" {
			r.query.Set(name, v)
		}
	}
	r.scope.Unit, r.scope.Year = f.Unit, f.Year
	if f.AsOf != integrity.NoDay {
		r.scope.AsOf = f.AsOf
	}
	return r, f, nil
}

func (s *server) letterList(c *fiber.Ctx) error {
	r, f, err := s.letterRequest(c)
	if err != nil {
		return err
	}
	p := lettersPage{Page: r.frame("letters"), JSON: r.answer("/api/v1/letters"), CSV: r.href("/letters.csv"), XLSX: r.href("/letters.xlsx"), Closed: r.href("/letters.xlsx", "closed", "1", "state", "", "overdue", "")}
	d := r.deck()
	deal(d, &p.List, func(ctx context.Context) (lettersCard, error) { return r.lettersCard(ctx, f) }, "register")
	if p.Today = r.scope.AsOf == integrity.DayOf(s.Now()); p.Today {
		deal(d, &p.Matters, r.mattersCard, "matters")
	}
	d.filters(&p.Filters, func(ctx context.Context) view.Filters { return r.letterFilters(ctx, f) })
	if err := d.done(); err != nil {
		return err
	}
	return r.render("letters", p)
}

// letterFilters are the conditions of the register: fields, chips that take one off, and what of
// it is shown.
func (r *request) letterFilters(ctx context.Context, f letters.Filter) view.Filters {
	out := view.Filters{Action: "/letters", Chips: r.letterChips(ctx, f), Fields: []view.Field{
		labelledChoice(r, "state", r.t("letters.state"), f.State, letters.States()), labelledChoice(r, "type", r.t("letters.kind"), f.Kind, integrity.LetterKinds()),
		r.unitField(ctx), r.dayField(), r.letterYears(f.Year),
	}}
	out.Presets = r.moments("/letters")
	for _, name := range []string{"rule", "overdue", "closed"} {
		if v := r.query.Get(name); v != "" {
			out.Hidden = append(out.Hidden, view.Param{Name: name, Value: v})
		}
	}
	for _, seg := range []struct {
		key, overdue, closed string
		current              bool
	}{{"all", "", "", !f.Overdue && !f.Done}, {"overdue", "1", "", f.Overdue}, {"closed", "", "1", f.Done}} {
		out.Segs = append(out.Segs, view.Seg{Label: r.t("letters.seg." + seg.key), Href: r.href("/letters", "overdue", seg.overdue, "closed", seg.closed), Current: seg.current})
	}
	if len(out.Chips) > 0 {
		out.Clear = "/letters"
	}
	return out
}

// letterChips are the conditions in force, each with a link that takes it off.
func (r *request) letterChips(ctx context.Context, f letters.Filter) []view.Chip {
	var out []view.Chip
	for _, name := range letterParams {
		v := r.query.Get(name)
		if v == "" || v == "0" {
			continue
		}
		label, value := "", v
		switch name {
		default:
			label = r.t("param." + name)
		case "state":
			label, value = r.t("letters.state"), f.State.Label(r.lang)
		case "type":
			label, value = r.t("letters.kind"), f.Kind.Label(r.lang)
		case "unit":
			label, value = r.t("param.unit"), unitName(r.units(ctx), v)
		case "rule":
			label, value = r.t("param.rule"), f.Rule.Label(r.lang)
		case "overdue", "closed":
			label, value = r.t("letters.shown"), r.t("letters.seg."+name)
		}
		out = append(out, view.Chip{Label: label, Value: value, Href: r.href("/letters", name, "")})
	}
	return out
}

// labelledChoice is a field of codes that have words of their own.
func labelledChoice[T interface {
	~string
	Label(integrity.Lang) string
}](r *request, name, label string, current T, codes []T) view.Field {
	f := view.Field{Name: name, Label: label, Choices: []view.Choice{{Label: r.t("choice.all")}}}
	for _, code := range codes {
		f.Choices = append(f.Choices, view.Choice{Value: string(code), Label: code.Label(r.lang), Selected: code == current})
	}
	return f
}

// letterYears offers the last years.
func (r *request) letterYears(chosen int) view.Field {
	f := view.Field{Name: "year", Label: r.t("param.year"), Choices: []view.Choice{{Label: r.t("choice.all")}}}
	this := r.scope.AsOf.Year()
	years := []int{this, this - 1, this - 2}
	if chosen != 0 && !slices.Contains(years, chosen) {
		years = append(years, chosen)
	}
	for _, y := range years {
		f.Choices = append(f.Choices, view.Choice{Value: strconv.Itoa(y), Label: strconv.Itoa(y), Selected: y == chosen})
	}
	return f
}

func (r *request) lettersCard(ctx context.Context, f letters.Filter) (lettersCard, error) {
	all, err := r.s.Letters.Letters(ctx, r.who, f)
	if err != nil {
		return lettersCard{}, err
	}
	head := func(key, class string) view.Column { return view.Column{Label: r.t("letters." + key), Class: class} }
	out := lettersCard{All: len(all), Table: view.Table{
		Caption: r.t("letters.caption"), Hide: true, Class: "cards", ID: "register", Empty: r.t("letters.none"),
		Columns: []view.Column{head("number", "nowrap"), head("kind", ""), head("state", ""), head("addressee", ""), head("matter", ""), head("issued", "nowrap"), head("until", "nowrap")},
	}}
	for _, l := range all {
		late := l.Overdue(r.scope.AsOf)
		if l.Open() {
			out.Open++
		}
		if late {
			out.Late++
		}
		if l.ClosedOn != integrity.NoDay {
			out.Done++
		}
		number := l.Code()
		if number == "" {
			number = r.t("letters.nonumber")
		}
		until := view.Cell{Text: dayOrDash(l.Until), Class: "nowrap"}
		if late {
			until.Pill = &view.Pill{Class: "behind", Text: r.t("letters.late", int(r.scope.AsOf-l.Until))}
		}
		out.Table.Rows = append(out.Table.Rows, []view.Cell{
			{Text: number, Head: true, Href: "/letters/" + l.ID, Class: "nowrap"}, {Text: l.Kind.Label(r.lang)}, {Text: l.State.Label(r.lang)}, {Text: l.Addressee}, {Text: l.Matter},
			{Text: dayOrDash(l.IssuedOn), Class: "nowrap"}, until,
		})
	}
	if len(r.query) > 0 {
		out.Table.Reset = view.Link{Text: r.t("filters.clear"), Href: "/letters"}
	}
	return out, nil
}

func dayOrDash(d integrity.Day) string {
	if d == integrity.NoDay {
		return "—"
	}
	return d.String()
}

// shownMatters is how many matters the page offers at once.
const shownMatters = 200

func (r *request) mattersCard(ctx context.Context) (mattersCard, error) {
	all, err := r.s.Letters.Matters(ctx, r.who)
	if err != nil {
		return mattersCard{}, err
	}
	out := mattersCard{Total: len(all), Shown: min(len(all), shownMatters)}
	for _, m := range all[:out.Shown] {
		kind, err := m.Kind()
		if err != nil {
			continue
		}
		title, number := m.UnitName, m.Number
		if m.Owner == integrity.OwnerLeader {
			title, number = r.t("letters.leader", r.listed(m.Led)), ""
		} else if m.RiskNo > 0 {
			number = r.t("risk.no", m.RiskNo)
		}
		basis := m.Basis
		if kind == integrity.LetterDuty {
			basis = integrity.BasisSystem // what leaders owe is never red
		}
		line := letterMatter{Kind: kind.Label(r.lang), Title: title, Clause: m.Rule.Label(r.lang) + "　" + strconv.Itoa(m.Year),
			Pill: view.NewPill(r.lang, m.Status, basis, m.DaysLeft)}
		if n := len(out.List); n == 0 || !out.List[n-1].same(line) {
			out.List = append(out.List, line)
		}
		last := &out.List[len(out.List)-1]
		last.Each = append(last.Each, matterKey{m.Key, number})
	}
	return out, nil
}

// same reports whether two lines say the same of their matters.
func (m letterMatter) same(o letterMatter) bool {
	return m.Kind == o.Kind && m.Title == o.Title && m.Clause == o.Clause && m.Pill == o.Pill
}

// letterDownload answers the register, or with closed=1 整改销号台账, as a file.
func (s *server) letterDownload(format string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		f, err := letterFilter(c)
		if err != nil {
			return err
		}
		who := principal(c)
		all, err := s.Letters.Letters(c.UserContext(), who, f)
		if err != nil {
			return err
		}
		name, day := "letters", integrity.DayOf(s.Now())
		if f.AsOf != integrity.NoDay {
			day = f.AsOf
		}
		if f.Done {
			name = "letters-closed"
		}
		return s.sendTables(c, sending{name: name, format: format, tables: []export.Table{LetterTable(all, f.Done, day)},
			asOf: day, version: s.dataVersion(c.UserContext(), who), conditions: letterParams, forPeople: true})
	}
}

// letterFile answers the printed letter. The page carries its style within itself, so
// that it has the policy of a report.
func (s *server) letterFile(format string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		l, err := s.Letters.Letter(c.UserContext(), principal(c), c.Params("id"))
		if err != nil {
			return err
		}
		if format == "docx" {
			body, err := l.DOCX()
			if err != nil {
				return err
			}
			c.Set(fiber.HeaderContentType, "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
			c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="letter-%s.docx"`, l.ID))
			return c.Send(body)
		}
		body, err := l.HTML()
		if err != nil {
			return err
		}
		c.Set(fiber.HeaderContentSecurityPolicy, reportPolicy)
		return c.Type("html", "utf-8").Send(body)
	}
}

type letterPage struct {
	view.Page
	Letter   *letters.Letter
	Kind     string
	State    string
	Number   string
	Body     string
	Sign     string
	Facts    []letterFact
	Log      []letterLine
	Steps    []letterForm
	Talks    []letterLine // 约谈 and 问责 that people entered under the number of the letter
	Overdue  bool
	Prolong  string // the longer time that is asked for
	Printing string // address of the printed letter, without its ending
}

type letterFact struct{ Label, Text string }

// letterLine is a step of a letter, or an entry of the ledger with its address there.
type letterLine struct{ When, What, Who, Text, Href string }

// letterForm is one step that can follow, with its inputs.
type letterForm struct {
	Event  letters.Event
	Label  string
	Fields []letters.Field
}

func (s *server) letterPage(c *fiber.Ctx) error {
	r := s.plainRequest(c)
	p := letterPage{Page: r.frame("letter")}
	p.Title = r.t("letters.one")
	p.Nav = view.Nav("letters", s.pagesOf(r.who))
	id := c.Params("id")
	var found Card[*letters.Letter]
	d := r.deck()
	var talks []integrity.LedgerEntry
	deal(d, &found, func(ctx context.Context) (*letters.Letter, error) {
		l, err := s.Letters.Letter(ctx, r.who, id)
		if err == nil {
			talks, err = r.talksOf(ctx, l)
		}
		return l, err
	})
	if err := d.done(); err != nil {
		return err
	}
	if !r.blocked() {
		p.fill(r, found.Value)
		for _, e := range talks {
			p.Talks = append(p.Talks, letterLine{When: e.On.String(), What: e.Item, Who: r.ledgerUnit(e), Text: e.Content, Href: "/ledger?q=" + url.QueryEscape(e.Document)})
		}
	}
	return r.render("letter", p)
}

// talksOf are the 约谈 and 问责 that people entered into the ledger under the number of a letter. The
// program never makes one (requirements R44).
func (r *request) talksOf(ctx context.Context, l *letters.Letter) ([]integrity.LedgerEntry, error) {
	if l.Number == 0 {
		return nil, nil
	}
	scope := metrics.Scope{AsOf: integrity.DayOf(r.s.Now()), Text: strconv.Itoa(l.Number) + "号"}
	entries, _, err := all(ctx, r.who, scope, r.s.Metrics.Ledger)
	return slices.DeleteFunc(entries, func(e integrity.LedgerEntry) bool {
		return !isTalk(e) || !l.Names(e.Document)
	}), err
}

// fill shows a letter on its page.
func (p *letterPage) fill(r *request, l *letters.Letter) {
	p.Letter, p.Kind, p.State, p.Number, p.Body = l, l.Kind.Label(r.lang), l.State.Label(r.lang), l.Code(), l.Sentences()
	p.Overdue, p.Printing = l.Overdue(integrity.DayOf(r.s.Now())), "/letters/"+l.ID
	p.AsOf = l.AsOf
	if p.Number == "" {
		p.Number = r.t("letters.nonumber")
	}
	p.Title = p.Kind + " " + p.Number
	p.Sign = l.Issuer
	if l.IssuedOn != integrity.NoDay {
		p.Sign += "　" + view.Day(l.IssuedOn, integrity.Chinese)
	}
	if l.Pending != nil {
		p.Prolong = r.t("letters.pending", l.Pending.To.String(), l.Pending.Reason)
	}
	p.Facts = r.letterFacts(l)
	for _, step := range l.Steps {
		p.Log = append(p.Log, letterLine{When: instant(step.At), What: step.Event.Label(r.lang), Who: step.By + "（" + step.Role.Label(r.lang) + "）", Text: stepText(step)})
	}
	for _, e := range l.Next() {
		p.Steps = append(p.Steps, letterForm{Event: e, Label: e.Label(r.lang), Fields: letters.Fields(e)})
	}
}

// stepText is what a line of the log says beside its event.
func stepText(s letters.Step) string {
	d := s.Details
	parts := []string{d.On.String(), d.Person, d.Bearer, d.To.String(), d.Text}
	parts = append(parts, d.Evidence...)
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "；")
}

func (r *request) letterFacts(l *letters.Letter) []letterFact {
	var out []letterFact
	add := func(key, text string) {
		if text != "" {
			out = append(out, letterFact{r.t("letters." + key), text})
		}
	}
	add("urgency", l.Urgency.Label(r.lang))
	add("addressee", l.Addressee)
	add("head", l.Responsible)
	add("leaderoffice", l.Leader)
	add("matter", l.Matter)
	add("asof", l.AsOf.String()+"　"+r.t("app.dataversion", l.DataVersion))
	add("done", fmt.Sprintf("%d / %d", l.Done, l.Required))
	add("due", l.Due.String())
	add("dayslate", strconv.Itoa(l.DaysLate))
	until := l.Until.String()
	if l.Extended {
		until += r.t("letters.extended", l.Deadline.String())
	}
	add("until", until)
	add("contact", l.Contact)
	add("receiver", l.Receiver)
	add("evidence", strings.Join(l.Evidence(), "；"))
	add("result", l.Result)
	add("copyto", l.CopyTo)
	add("void", l.VoidReason)
	return out
}

// draftOf drafts a letter from a form or a call.
func (s *server) draftOf(c *fiber.Ctx) (*letters.Letter, error) {
	key := c.FormValue("key")
	if key == "" {
		return nil, fmt.Errorf("%w: the field key is missing", integrity.ErrInvalid)
	}
	l, err := s.Letters.Draft(c.UserContext(), principal(c), key)
	return l, letterError(err)
}

// stepOf does a step from a form or a call.
func (s *server) stepOf(c *fiber.Ctx) (*letters.Letter, error) {
	event, err := letters.ParseEvent(c.Params("event"))
	if err != nil {
		return nil, err
	}
	d := letters.Details{Person: c.FormValue(letters.FieldPerson), Bearer: c.FormValue(letters.FieldBearer), Text: c.FormValue(letters.FieldText),
		Demand: c.FormValue(letters.FieldDemand), Contact: c.FormValue(letters.FieldContact)}
	for line := range strings.Lines(c.FormValue(letters.FieldEvidence)) {
		d.Evidence = append(d.Evidence, strings.TrimSpace(line))
	}
	for _, day := range []struct {
		name string
		to   *integrity.Day
	}{{letters.FieldOn, &d.On}, {letters.FieldTo, &d.To}} {
		if v := c.FormValue(day.name); v != "" {
			if *day.to, err = integrity.ParseDay(v); err != nil {
				return nil, fmt.Errorf("%s: %w", day.name, err)
			}
		}
	}
	l, err := s.Letters.Act(c.UserContext(), principal(c), c.Params("id"), event, d)
	return l, letterError(err)
}

func (s *server) letterDraft(c *fiber.Ctx) error {
	l, err := s.draftOf(c)
	if err != nil {
		return err
	}
	return c.Redirect("/letters/"+l.ID, fiber.StatusSeeOther)
}

func (s *server) letterStep(c *fiber.Ctx) error {
	l, err := s.stepOf(c)
	if err != nil {
		return err
	}
	return c.Redirect("/letters/"+l.ID, fiber.StatusSeeOther)
}

// line is a letter judged on a day, or today.
func (s *server) line(l *letters.Letter, on integrity.Day) letters.Line {
	if on == integrity.NoDay {
		on = integrity.DayOf(s.Now())
	}
	return letters.NewLine(l, on)
}

func (s *server) apiLetters(c *fiber.Ctx) error {
	f, err := letterFilter(c)
	if err != nil {
		return err
	}
	all, err := s.Letters.Letters(c.UserContext(), principal(c), f)
	if err != nil {
		return err
	}
	lines := make([]letters.Line, len(all))
	for i, l := range all {
		lines[i] = s.line(l, f.AsOf)
	}
	return c.JSON(listOf(lines))
}

func (s *server) apiLetterMatters(c *fiber.Ctx) error {
	all, err := s.Letters.Matters(c.UserContext(), principal(c))
	if err != nil {
		return err
	}
	out := listOf(slices.Clone(all))
	for i := range out.Items {
		if out.Items[i].Led == nil { // nobody's units is an empty list, not null
			out.Items[i].Led = []string{}
		}
	}
	return c.JSON(out)
}

func (s *server) apiLetter(c *fiber.Ctx) error {
	l, err := s.Letters.Letter(c.UserContext(), principal(c), c.Params("id"))
	if err != nil {
		return err
	}
	return c.JSON(s.line(l, integrity.NoDay))
}

func (s *server) apiLetterDraft(c *fiber.Ctx) error {
	l, err := s.draftOf(c)
	if err != nil {
		return err
	}
	return c.JSON(s.line(l, integrity.NoDay))
}

func (s *server) apiLetterStep(c *fiber.Ctx) error {
	l, err := s.stepOf(c)
	if err != nil {
		return err
	}
	return c.JSON(s.line(l, integrity.NoDay))
}

// letterOf says which letter is in hand about each obligation. Pages that cannot learn it
// do without.
func (r *request) letterOf(ctx context.Context) map[string]*letters.Letter {
	if r.s.Letters == nil {
		return nil
	}
	found, err := r.s.Letters.ByMatter(ctx, r.who)
	if err != nil {
		r.s.Log.WarnContext(ctx, "letters unknown", "request_id", r.id, "err", err)
	}
	return found
}
