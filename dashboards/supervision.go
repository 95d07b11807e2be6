package dashboards

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/paper"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

type supervisionPage struct {
	view.Page
	Year     int
	Units    string     // address of the board of units
	Stages   string     // address of the board of stages
	Segs     []view.Seg // which items the list shows
	Filters  Card[view.Filters]
	Items    Card[itemsCard]
	Round    Card[string] // when the review of the year was opened
	Outlook  Card[view.Table]
	Forecast Card[outlookCard]
}

// itemsCard is everything on the page that is made from the obligations.
type itemsCard struct {
	Overdue, Behind, Ten, Twenty int
	Unmet                        []view.Link // what earlier years left undone by the notice, a year each
	Left                         view.Table  // the same and what they left behind schedule, by unit
	Calendar                     calendar
	List                         []duty
	Pager                        view.Pager
	Empty                        view.Table
	CSV, XLSX, JSON              string // addresses of all of the list
}

// duty is one obligation in the list.
type duty struct {
	Title, Href string
	Pill        view.Pill
	Meta        []string
	Clause      string // sentence of the notice from which it follows
	System      bool   // whether the limit is the system's, not the notice's
	Why, Next   string
}

// calendar shows, for each unit and month of the year, the worst state of what was due.
type calendar struct {
	Months []calendarMonth
	Rows   []calendarRow
	Legend []view.Pill
}

type calendarMonth struct {
	Label string
	Now   bool
}

type calendarRow struct {
	Unit, Href string
	Cells      []calendarCell
}

type calendarCell struct{ Class, Text, Title, Href string }

func (s *server) supervision(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	if err := r.scope.StatusOf(metrics.MeasureOverdue); err != nil {
		return err
	}
	if c.Query("per_page") == "" {
		const perPage = 20 // each obligation takes several lines
		r.scope.PerPage = perPage
	}
	p := supervisionPage{Page: r.frame("supervision"), Year: r.year(), Units: r.only("/units"), Stages: r.only("/stages")}
	for _, status := range []string{"all", "pressing", "overdue", "due_soon", "open", "met"} {
		current := r.scope.Status == status || r.scope.Status == "" && status == "all"
		p.Segs = append(p.Segs, view.Seg{Label: r.t("status.seg." + status), Href: r.href("/supervision", "status", status) + "#list", Current: current})
	}
	d := r.deck()
	deal(d, &p.Items, r.itemsCard, "calendar", "unmet", "list")
	deal(d, &p.Round, r.round, "calendar")
	deal(d, &p.Outlook, r.outlookTable, "outlook")
	deal(d, &p.Forecast, func(ctx context.Context) (outlookCard, error) { return r.outlookOf(ctx, r.scope) }, "outlook")
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/supervision", []view.Field{
			r.dayField(), choose(r, "rule", string(r.scope.Rule), integrity.Rules()...), r.unitField(ctx), r.leaderField(ctx),
			r.years(view.Field{Name: "year", Label: r.t("param.year")}, r.year()),
			choose(r, "basis", string(r.scope.Basis), integrity.Bases()...),
		})
		f.Presets = r.moments("/supervision")
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render("supervision", p)
}

func (r *request) year() int {
	if r.scope.Year != 0 {
		return r.scope.Year
	}
	return r.scope.AsOf.Year()
}

func (r *request) itemsCard(ctx context.Context) (itemsCard, error) {
	s := r.scope
	s.Status, s.Limit = "all", 0
	lights := metrics.Lights(cmp.Or(r.scope.Status, "all"))
	answer, err := r.s.Metrics.Overdue(ctx, r.who, s)
	if err != nil {
		return itemsCard{}, err
	}
	var out itemsCard
	var chosen []*obligation.Item
	for i := range answer.Items {
		it := &answer.Items[i]
		switch {
		case it.Status == integrity.StatusOverdue && it.Basis == integrity.BasisNotice:
			out.Overdue++
		case it.Status == integrity.StatusOverdue:
			out.Behind++
		case it.Status == integrity.StatusDueSoon && it.DaysLeft <= 10:
			out.Ten++
		case it.Status == integrity.StatusDueSoon:
			out.Twenty++
		}
		if lights == nil || slices.Contains(lights, it.Status) {
			chosen = append(chosen, it)
		}
	}
	out.Unmet, out.Left = r.unmetLinks(answer.Unmet), r.unmetTable(answer.Unmet)
	out.Calendar = r.calendar(ctx, answer.Items)
	status := cmp.Or(r.scope.Status, "all")
	out.CSV, out.XLSX, out.JSON = r.href("/figures/overdue.csv", "status", status), r.href("/figures/overdue.xlsx", "status", status), r.answer("/api/v1/overdue", "status", status)
	slices.SortStableFunc(chosen, func(a, b *obligation.Item) int { return cmp.Compare(urgency(a), urgency(b)) })
	out.Pager = view.NewPager(len(chosen), r.scope.Page, r.scope.PerPage, func(n int) string {
		return r.href("/supervision", "page", strconv.Itoa(n)) + "#list"
	})
	inHand := r.letterOf(ctx)
	shown := chosen[max(out.Pager.From-1, 0):out.Pager.To]
	flags, err := r.flagsOf(ctx, shown)
	if err != nil {
		return itemsCard{}, err
	}
	for _, it := range shown {
		d := r.duty(it)
		d.flagged(r, flags[it.Key()])
		if l := inHand[it.Key()]; l != nil {
			d.Meta = append(d.Meta, l.Kind.Label(r.lang)+" "+l.Code()+" "+l.State.Label(r.lang))
		}
		out.List = append(out.List, d)
	}
	if len(chosen) == 0 {
		out.Empty = view.Table{Empty: r.t("empty.because", r.t("supervision.empty"), r.conditions()), Reset: r.reset("/supervision")}
	}
	return out, nil
}

// urgency orders the list: what is past a date of the notice first, what is done last.
func urgency(it *obligation.Item) int {
	switch {
	case it.Status == integrity.StatusOverdue && it.Basis == integrity.BasisNotice:
		return 0
	case it.Status == integrity.StatusOverdue:
		return 1
	case it.Status == integrity.StatusDueSoon:
		return 2
	case it.Status == integrity.StatusOnTrack:
		return 3
	}
	return 4
}

func (r *request) duty(it *obligation.Item) duty {
	d := duty{
		Title: it.UnitName, Pill: view.NewPill(r.lang, it.Status, it.Basis, it.DaysLeft), Why: it.Why, Next: it.Next,
		Clause: it.Sentence, System: it.Basis == integrity.BasisSystem,
		Meta: []string{it.Rule.Label(r.lang), r.t("duty.due", it.Due.String())},
	}
	switch {
	case it.RiskID != "":
		d.Title, d.Href = it.UnitName+"　"+r.t("risk.no", it.RiskNo), r.only("/risks/"+it.RiskID)
	case it.Number != "":
		d.Title, d.Href = it.UnitName+"　"+it.Number, r.only("/signals", "number", it.Number, "integrity", "all")
	}
	if it.Rule == integrity.RuleTwoChecks {
		d.Meta = append(d.Meta, r.t("risk.checked", it.Done, it.Required))
	}
	if it.Leader != "" {
		d.Meta = append(d.Meta, r.t("param.leader")+" "+it.Leader)
	}
	if it.Late && it.Status != integrity.StatusOverdue && it.Status != integrity.StatusMetLate {
		d.Meta = append(d.Meta, r.t("duty.late"))
	}
	if it.LateEntry {
		d.Meta = append(d.Meta, r.t("duty.lateentry"))
	}
	if it.Removed {
		d.Meta = append(d.Meta, r.t("duty.removed"))
	}
	if it.Unarranged {
		d.Meta = append(d.Meta, r.t("duty.unarranged"))
	}
	return d
}

// state is one of a cell of the calendar.
type state struct {
	class, sign string
	listed      string // status and basis of the list that shows what has it
	is          func(*obligation.Item) bool
}

// severity orders states in a cell of the calendar, the worst first.
var severity = []state{
	{"over", "!", "overdue notice", func(it *obligation.Item) bool {
		return it.Status == integrity.StatusOverdue && it.Basis == integrity.BasisNotice
	}},
	{"soon", "△", "overdue system", func(it *obligation.Item) bool { return it.Status == integrity.StatusOverdue }},
	{"soon", "◕", "due_soon ", func(it *obligation.Item) bool { return it.Status == integrity.StatusDueSoon && it.DaysLeft <= 10 }},
	{"blue", "◔", "due_soon ", func(it *obligation.Item) bool { return it.Status == integrity.StatusDueSoon }},
	{"open", "", "on_track ", func(it *obligation.Item) bool { return it.Status == integrity.StatusOnTrack }},
	{"late", "", "met_late ", func(it *obligation.Item) bool { return it.Status == integrity.StatusMetLate }},
	{"met", "✓", "met ", func(it *obligation.Item) bool { return it.Status == integrity.StatusMet }},
}

func (r *request) calendar(ctx context.Context, items []obligation.Item) calendar {
	year := r.year()
	var out calendar
	for m := time.January; m <= time.December; m++ {
		out.Months = append(out.Months, calendarMonth{Label: r.t("month.short." + strconv.Itoa(int(m))), Now: year == r.scope.AsOf.Year() && m == r.scope.AsOf.Month()})
	}
	type place struct {
		unit  string
		month time.Month
	}
	worst, number := map[place]int{}, map[place]map[string]int{} // how many in each of the lists
	type unit struct{ code, name string }
	var units []unit
	for i := range items {
		it := &items[i]
		if it.Due.Year() != year || it.Unit == integrity.AllUnits {
			continue
		}
		rank := slices.IndexFunc(severity, func(s state) bool { return s.is(it) })
		if rank < 0 {
			continue // exempt
		}
		at := place{it.Unit, it.Due.Month()}
		if before, ok := worst[at]; !ok || rank < before {
			worst[at] = rank
		}
		if number[at] == nil {
			number[at] = map[string]int{}
		}
		number[at][severity[rank].listed]++
		if !slices.Contains(units, unit{it.Unit, it.UnitName}) {
			units = append(units, unit{it.Unit, it.UnitName})
		}
	}
	order := map[string]int{}
	for i, u := range r.units(ctx) {
		order[u.Code] = i
	}
	slices.SortStableFunc(units, func(a, b unit) int { return cmp.Compare(order[a.code], order[b.code]) })
	for rank, class := range []string{"overdue", "behind", "due_soon", "due20", "on_track", "met_late", "met"} {
		out.Legend = append(out.Legend, view.Pill{Class: class, Text: r.t("cal.state." + strconv.Itoa(rank))})
	}
	for _, u := range units {
		row := calendarRow{Unit: u.name, Href: r.href("/supervision", "unit", u.code) + "#list"}
		for m := time.January; m <= time.December; m++ {
			rank, ok := worst[place{u.code, m}]
			if !ok {
				row.Cells = append(row.Cells, calendarCell{Class: "free"})
				continue
			}
			state := severity[rank]
			cell := calendarCell{Class: state.class, Text: state.sign}
			status, basis, _ := strings.Cut(state.listed, " ")
			n := number[place{u.code, m}][state.listed]
			cell.Href = r.href("/supervision", "status", status, "basis", cmp.Or(basis, r.query.Get("basis")), "year", strconv.Itoa(year),
				"cell", metrics.CellOf(metrics.CellPlace{Dim: metrics.DimUnit, Code: u.code}, metrics.CellPlace{Dim: metrics.DimMonth, Code: integrity.Date(year, m, 1).MonthCode()})) + "#list"
			switch state.class {
			case "late":
				cell.Text = r.t("cal.late")
			case "open":
				cell.Text = strconv.Itoa(n)
			case "met":
			default:
				cell.Text += " " + strconv.Itoa(n)
			}
			said := r.t("cal.state." + strconv.Itoa(rank))
			if status == string(integrity.StatusDueSoon) { // counted together, however near
				said = integrity.StatusDueSoon.Label("", r.lang)
			}
			cell.Title = r.t("cal.title", u.name, int(m), said, n)
			row.Cells = append(row.Cells, cell)
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// paceColumn is the column of the outlook that says what it takes.
const paceColumn = 4

func (r *request) outlookTable(ctx context.Context) (view.Table, error) {
	rows, err := r.s.Metrics.Outlook(ctx, r.who, r.scope)
	if err != nil {
		return view.Table{}, err
	}
	t := view.Table{
		Caption: r.t("outlook.title", r.year()), Hide: true, Class: "tight", Empty: r.t("outlook.empty"),
		Columns: []view.Column{
			{Label: r.t("outlook.who")}, {Label: r.t("outlook.points"), Class: "num"}, {Label: r.t("outlook.done"), Class: "num"},
			{Label: r.t("outlook.missing"), Class: "num"}, {Label: r.t("outlook.permonth"), Class: "num"}, {Label: r.t("outlook.cannot"), Class: "num"},
		},
	}
	for _, row := range rows {
		if row.Unit == "" {
			continue
		}
		pace := view.Decimal(row.PerMonth, 1)
		if row.ByWeek() { // as the sentence above the table
			t.Columns[paceColumn].Label, pace = r.t("outlook.perweek"), view.Decimal(row.PerWeek, 1)
		}
		t.Rows = append(t.Rows, []view.Cell{
			{Text: row.UnitName, Head: true, Href: r.href("/supervision", "unit", row.Unit, "rule", string(integrity.RuleTwoChecks)) + "#list"},
			{Text: strconv.Itoa(row.Points), Class: "num"},
			{Text: fmt.Sprintf("%d / %d", row.Done, row.Required), Class: "num"},
			{Text: strconv.Itoa(row.Missing), Class: "num"},
			{Text: pace, Class: "num strong"},
			{Text: strconv.Itoa(row.Cannot), Class: "num"},
		})
	}
	return t, nil
}

type leadersPage struct {
	view.Page
	Year    int
	Clause  string
	Filters Card[view.Filters]
	Papers  []view.Link
	Board   Card[leadersCard]
}

type leadersCard struct {
	Met, All int // leaders who took part on as many days as required
	Table    view.Table
	Steps    view.Table // what each has to see to first
}

func (s *server) leaders(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	p := leadersPage{Page: r.frame("leaders"), Year: r.year(), Clause: obligation.ClauseDuty}
	for _, l := range r.paperLine(paper.NameDuty, "html", "docx").Links {
		if r.who.Role == integrity.RoleUnit {
			break // pages of duties are made of whole boards
		}
		p.Papers = append(p.Papers, view.Link{Text: r.t("paper.duty") + "　" + l.Text, Href: l.Href})
	}
	d := r.deck()
	deal(d, &p.Board, r.leadersCard, "board")
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/leaders", []view.Field{r.dayField(), r.leaderField(ctx), r.years(view.Field{Name: "year", Label: r.t("param.year")}, r.year())})
		f.Presets = r.moments("/leaders")
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render("leaders", p)
}

func (r *request) leadersCard(ctx context.Context) (leadersCard, error) {
	s := metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Lang: r.lang, Year: r.scope.Year, Leader: r.scope.Leader}
	rows, err := r.s.Metrics.LeaderBoard(ctx, r.who, s)
	if err != nil {
		return leadersCard{}, err
	}
	needs, err := r.needs(ctx, s)
	if err != nil {
		return leadersCard{}, err
	}
	out := leadersCard{Steps: r.stepsTable("leaders.name")}
	head := func(key, class string) view.Column { return view.Column{Label: r.t("leaders." + key), Class: class} }
	out.Table = view.Table{
		Caption: r.t("leaders.caption", r.year()), Hide: true, Empty: r.t("leaders.empty"), Class: "cards wrap",
		Columns: []view.Column{
			head("name", "w25"), head("dates", "num"), head("covered", "num"),
			{Label: r.t("units.checks"), Class: "num"}, head("points", "num"), head("behind", "num"),
			head("q1", "num"), head("duties", "num"), head("methods", ""), head("findings", "num"), {Label: r.t("paper.duty"), Class: "screen"},
		},
	}
	for _, row := range rows {
		if row.Required > 0 {
			out.All++
			if row.Dates >= row.Required {
				out.Met++
			}
		}
		overdue := r.owedCell(row.Overdue, row.Behind, "leader", row.Leader)
		overdue.Note = r.unmetNote(row.Unmet)
		var methods []integrity.Method
		for _, m := range row.Methods {
			if m.Checks > 0 {
				methods = append(methods, m.Method)
			}
		}
		points := view.Cell{Text: fmt.Sprintf("%d / %d", row.Tally.Met(), row.Tally.Points), Class: "num"}
		if row.Tally.Points > 0 {
			points.Note = r.t("boards.threeway", row.Tally.OnTime, row.Tally.Late, row.Tally.Undone+row.Tally.Behind)
		}
		checks := view.Cell{Text: fmt.Sprintf("%d / %d", row.Tally.Done, row.Tally.Required), Class: "num", Note: r.needNote(needs[row.Leader])}
		charge := r.listed(row.Units)
		if row.Former {
			charge = r.t("leaders.former")
		}
		out.Table.Rows = append(out.Table.Rows, []view.Cell{
			{Text: row.Leader, Note: charge, Head: true, Href: r.only("/supervision", "leader", row.Leader)},
			{Text: fmt.Sprintf("%d / %d", row.Dates, row.Required), Class: "num strong", Note: r.ownNote(row.LastDate, row.OwnUnmet)},
			{Text: fmt.Sprintf("%d / %d", row.Covered, row.Tally.Points), Class: "num"},
			checks, points, overdue,
			{Text: fmt.Sprintf("%d / %d", row.Q1Met+row.Q1Late, row.Q1Units), Class: "num"},
			{Text: fmt.Sprintf("%d · %d", row.Deployed, row.Studied), Class: "num"},
			{Text: r.methods(methods), Class: "small"},
			{Text: strconv.Itoa(row.Findings), Class: "num"},
			{Text: r.t("paper.as.html"), Class: "screen", Href: r.only("/papers/"+paper.NameDuty+".html", "leader", row.Leader, "year", r.query.Get("year"))},
		})
		pressing := r.pressingCell(row.Owing, row.Unmet, "leader", row.Leader)
		for k := range row.Own {
			if own := &row.Own[k]; own.Year == r.year() && own.Presses() {
				notes := []string{r.t("boards.ownpart"), pressing.Note}
				pressing.Note = r.listed(slices.DeleteFunc(notes, func(n string) bool { return n == "" }))
			}
		}
		out.Steps.Rows = append(out.Steps.Rows, []view.Cell{{Text: row.Leader, Head: true, Href: r.only("/supervision", "leader", row.Leader)}, {Text: row.Next}, pressing})
	}
	out.Table = out.Table.Labelled()
	return out, nil
}

// stepsTable is the head of the table that names, for each row of a board, what is to be done first.
func (r *request) stepsTable(who string) view.Table {
	return view.Table{ID: "steps", Caption: r.t("boards.steps"), Hide: true, Class: "cards wrap", Columns: []view.Column{{Label: r.t(who), Class: "w25"}, {Label: r.t("boards.next")}, {Label: r.t("boards.pressing"), Class: "num"}}}
}

// owedCell is what is overdue by the notice and what is behind a limit of the system, of a unit or a
// leader: two numbers, each leading to its own items.
func (r *request) owedCell(overdue, behind int, whose, code string) view.Cell {
	number := func(n int, basis integrity.Basis) view.Link {
		l := view.Link{Text: strconv.Itoa(n)}
		if n > 0 {
			l.Href = r.owing(whose, code, string(integrity.StatusOverdue), basis)
		}
		return l
	}
	return view.Cell{Class: "num pair", Links: []view.Link{number(overdue, integrity.BasisNotice), number(behind, integrity.BasisSystem)}}
}

// pressingCell is how many items of a unit or a leader are late or near in all, with what earlier years
// left undone beside it.
func (r *request) pressingCell(o obligation.Owing, unmet int, whose, code string) view.Cell {
	c := view.Cell{Class: "num", Text: "—", Note: r.unmetNote(unmet)}
	if o.PressingItems > 0 {
		c.Text, c.Href = r.t("boards.inall", view.Number(uint64(o.PressingItems))), r.owing(whose, code, "pressing", "")
	}
	return c
}

// owing is the address of the items that a number of a board counts: those that units owe, and of
// the commission itself without those of the units below it.
func (r *request) owing(whose, code, status string, basis integrity.Basis) string {
	cell := ""
	if whose == "unit" {
		cell = metrics.CellOf(metrics.CellPlace{Dim: metrics.DimUnit, Code: code})
	}
	return r.only("/supervision", whose, code, "cell", cell, "owner", string(integrity.OwnerUnit), "status", status, "basis", string(basis), "year", r.query.Get("year")) + "#list"
}

func (r *request) listed(words []string) string {
	out := ""
	for i, w := range words {
		if i > 0 {
			out += r.t("list.comma")
		}
		out += w
	}
	return out
}

// methods names the methods that were used. All four of the notice are named once below the table.
func (r *request) methods(methods []integrity.Method) string {
	if !slices.ContainsFunc(integrity.Methods(), func(m integrity.Method) bool {
		return m != integrity.MethodOther && !slices.Contains(methods, m)
	}) {
		return r.t("methods.all")
	}
	words := make([]string, len(methods))
	for i, m := range methods {
		words[i] = m.Label(r.lang)
	}
	return r.listed(words)
}
