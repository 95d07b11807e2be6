package dashboards

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// rowsPage is a list of rows: risk points, signals or checks.
type rowsPage struct {
	view.Page
	Name      string // of the rows, of their definition and of their address
	Heading   string
	Filters   Card[view.Filters]
	List      Card[rowsCard]
	CSV, XLSX string // addresses of the downloads
	JSON      string // address of the API's answer
	Record    string // address of the form of a check, for who may write one
	Said      string // what was just recorded
}

type rowsCard struct {
	Total uint64
	Table view.Table
	Pager view.Pager
	Kinds []kindCount // how many of each feed; signals only
}

type kindCount struct {
	Label, Href string
	N           uint64
}

// pager leads through the pages of a list.
func (r *request) pager(path string, total uint64) view.Pager {
	return view.NewPager(int(total), r.scope.Page, r.scope.PerPage, func(n int) string { return r.href(path, "page", strconv.Itoa(n)) })
}

// sortable is a head of a column that sorts by it, and the other way round when it does so
// already.
func (r *request) sortable(path, label, class, by string) view.Column {
	c := view.Column{Label: label, Class: class}
	switch r.scope.Sort {
	case by:
		c.Sort, c.Href = "ascending", r.href(path, "sort", "-"+by)
	case "-" + by:
		c.Sort, c.Href = "descending", r.href(path, "sort", "")
	default:
		c.Href = r.href(path, "sort", by)
	}
	return c
}

// rows renders a page of rows.
func (r *request) rows(name, path string, fields func(context.Context) []view.Field, presets []view.Seg, ask func(context.Context) (rowsCard, error)) error {
	p := rowsPage{Page: r.frame(name), Name: name, JSON: r.answer("/api/v1" + path), CSV: r.href(path + ".csv"), XLSX: r.href(path + ".xlsx")}
	p.Title = r.t("title." + name)
	p.Said = r.said()
	if name == "checks" && mayRecord(r.who) {
		p.Record = address("/check", url.Values{}, "unit", r.scope.Unit)
	}
	p.Heading = p.Title
	d := r.deck()
	deal(d, &p.List, ask, "rows")
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, path, fields(ctx))
		f.Presets = presets
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render(name, p)
}

func (s *server) riskList(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	return r.rows("risks", "/risks", func(ctx context.Context) []view.Field {
		return []view.Field{
			r.searchField(), r.dayField(), r.unitField(ctx), choose(r, "layer", string(r.scope.Layer), integrity.Layers()...),
			choose(r, "category", string(r.scope.Category), integrity.Categories()...), choose(r, "grade", string(r.scope.Grade), integrity.Grades()...),
			r.tagField(), r.leaderField(ctx),
		}
	}, r.moments("/risks"), r.risksCard)
}

func (r *request) risksCard(ctx context.Context) (rowsCard, error) {
	found, err := r.s.Metrics.Risks(ctx, r.who, r.scope)
	if err != nil {
		return rowsCard{}, err
	}
	duties, err := r.checkDuties(ctx, found.Items)
	if err != nil {
		return rowsCard{}, err
	}
	out := rowsCard{Total: found.Total, Pager: r.pager("/risks", found.Total)}
	out.Table = view.Table{
		Caption: r.t("title.risks"), Hide: true, Class: "cards", ID: "rows",
		Empty: r.t("risks.empty", r.conditions()), Reset: r.reset("/risks"),
		Columns: []view.Column{
			r.sortable("/risks", r.t("dim.unit"), "", "unit"), r.sortable("/risks", r.t("risk.number"), "num", "no"), {Label: r.t("risk.description")},
			r.sortable("/risks", r.t("dim.grade"), "", "grade"), r.sortable("/risks", r.t("dim.layer"), "", "layer"),
			r.sortable("/risks", r.t("dim.category"), "", "category"), {Label: r.t("dim.leader")}, {Label: r.t("risk.checks")},
		},
	}
	for _, p := range found.Items {
		state := view.Cell{Text: "—", Class: "quiet"}
		if it, ok := duties[p.ID]; ok {
			pill := view.NewPill(r.lang, it.Status, it.Basis, it.DaysLeft)
			state = view.Cell{Text: fmt.Sprintf("%d / %d ", it.Done, it.Required), Pill: &pill, Class: "nowrap"}
		}
		out.Table.Rows = append(out.Table.Rows, []view.Cell{
			{Text: p.UnitName, Class: "nowrap"}, {Text: strconv.Itoa(p.No), Class: "num"},
			{Text: p.Description, Href: r.only("/risks/" + p.ID), Head: true, Class: "wrap"}, {Grade: p.Grade},
			classCell(r, p.Layer, p.SuggestedLayer, ""), classCell(r, p.Category, p.SuggestedCategory, r.confirmedBy(p)),
			{Text: p.Leader, Class: "nowrap"}, state,
		})
	}
	return out, nil
}

// classCell shows a layer or category: under the suggestion where nobody has confirmed it
// and the switch says so, with who confirmed it below.
func classCell[T interface {
	~string
	Label(integrity.Lang) string
}](r *request, code, suggested T, by string) view.Cell {
	cell := view.Cell{Text: code.Label(r.lang), Class: "nowrap", Note: by}
	note := r.suggestion(string(code), suggested)
	switch {
	case note == "":
	case r.scope.Suggested:
		cell.Text, cell.Note = suggested.Label(r.lang), r.t("risk.unconfirmed")
	default:
		cell.Note = note
	}
	return cell
}

// confirmedBy says who confirmed a point and when.
func (r *request) confirmedBy(p integrity.RiskPoint) string {
	if p.ConfirmedBy == "" {
		return ""
	}
	return r.t("confirm.by", p.ConfirmedBy, p.ConfirmedOn.String())
}

// suggestion is the note under what nobody has confirmed yet.
func (r *request) suggestion(code string, suggested interface {
	Label(integrity.Lang) string
}) string {
	word := suggested.Label(r.lang)
	if code != "unclassified" || word == "" || word == integrity.LayerUnclassified.Label(r.lang) {
		return ""
	}
	return r.t("risk.suggested", word)
}

// reset takes all conditions off a page; without any there is nothing to take off.
func (r *request) reset(path string) view.Link {
	if len(r.query) == 0 {
		return view.Link{}
	}
	return view.Link{Text: r.t("filters.clear"), Href: path}
}

// conditions are those in force, in words.
func (r *request) conditions() string {
	var words []string
	for _, name := range metrics.ScopeNames() {
		if v := r.query.Get(name); v != "" && name != "sort" && name != "per_page" {
			words = append(words, r.t("param."+name)+" "+r.valueLabel(name, v))
		}
	}
	if len(words) == 0 {
		return r.t("choice.none")
	}
	return r.listed(words)
}

// checkDuties returns the obligation of this year's checks of points, by their IDs.
func (r *request) checkDuties(ctx context.Context, points []integrity.RiskPoint) (map[string]obligation.Item, error) {
	if len(points) == 0 {
		return nil, nil
	}
	s := metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Lang: r.lang, Rule: integrity.RuleTwoChecks, Status: "all"}
	if unit := points[0].Unit; !slices.ContainsFunc(points, func(p integrity.RiskPoint) bool { return p.Unit != unit }) {
		s.Unit = unit
	}
	answer, err := r.s.Metrics.Overdue(ctx, r.who, s)
	if err != nil {
		return nil, err
	}
	out := make(map[string]obligation.Item, len(answer.Items))
	for _, it := range answer.Items {
		out[it.RiskID] = it
	}
	return out, nil
}

func (s *server) signalList(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	return r.rows("signals", "/signals", func(ctx context.Context) []view.Field {
		return append([]view.Field{
			r.searchField(), choose(r, "kind", string(r.scope.Kind), integrity.SignalKinds()...), r.unitField(ctx), r.dayField(),
			choose(r, "category", string(r.scope.Category), integrity.Categories()...), r.integrityField(), choose(r, "status", r.scope.Status, "open", "closed"),
		}, r.spanFields()...)
	}, r.periods("/signals"), r.signalsRows)
}

// integrityField says what is counted without a choice: yes and unknown.
func (r *request) integrityField() view.Field {
	f := view.Field{Name: "integrity", Label: r.t("param.integrity"), Choices: []view.Choice{{Label: r.t("integrity.default")}}}
	for _, code := range []string{"yes", "unknown", "no", "all"} {
		f.Choices = append(f.Choices, view.Choice{Value: code, Label: r.valueLabel("integrity", code), Selected: r.scope.Integrity == code})
	}
	return f
}

func (r *request) signalsRows(ctx context.Context) (rowsCard, error) {
	found, err := r.s.Metrics.Signals(ctx, r.who, r.scope)
	if err != nil {
		return rowsCard{}, err
	}
	out := rowsCard{Total: found.Total, Pager: r.pager("/signals", found.Total)}
	for _, kind := range integrity.SignalKinds() {
		if r.scope.Kind != "" {
			break
		}
		if !r.who.SeesRows(kind) {
			continue
		}
		s := r.scope
		s.Kind, s.PerPage, s.Page = kind, 1, 1
		one, err := r.s.Metrics.Signals(ctx, r.who, s)
		if err != nil {
			return rowsCard{}, err
		}
		out.Kinds = append(out.Kinds, kindCount{kind.Label(r.lang), r.href("/signals", "kind", string(kind)), one.Total})
	}
	out.Table = view.Table{
		Caption: r.t("title.signals"), Hide: true, Class: "cards", ID: "rows",
		Empty: r.t("signals.empty", r.conditions()), Reset: r.reset("/signals"),
		Columns: []view.Column{
			r.sortable("/signals", r.t("param.date"), "", "occurred_on"), {Label: r.t("param.kind")}, r.sortable("/signals", r.t("param.number"), "", "number"),
			r.sortable("/signals", r.t("dim.unit"), "", "unit"), {Label: r.t("signal.text")}, r.sortable("/signals", r.t("dim.category"), "", "category"),
			{Label: r.t("param.integrity")}, r.sortable("/signals", r.t("param.status"), "", "status"),
		},
	}
	for _, x := range found.Items {
		note := ""
		if x.Machine {
			note = r.t("signal.machine")
		}
		text := view.Cell{Text: x.Text, Head: true, Class: "wrap"}
		if x.RiskID != "" {
			text.Href = r.only("/risks/" + x.RiskID)
		}
		out.Table.Rows = append(out.Table.Rows, []view.Cell{
			{Text: x.OccurredOn.String(), Class: "nowrap"}, {Text: x.Kind.Label(r.lang), Note: x.Nature, Class: "nowrap"}, {Text: x.Number, Href: r.only("/signals/" + x.ID), Class: "nowrap"},
			{Text: x.UnitName, Class: "nowrap"}, text, {Text: x.Category.Label(r.lang), Note: note, Class: "nowrap"},
			{Text: x.Integrity.Label(r.lang), Class: "nowrap"}, r.signalState(x),
		})
	}
	return out, nil
}

// signalState says whether a signal is closed, or a finding put right.
func (r *request) signalState(x integrity.Signal) view.Cell {
	switch {
	case x.Kind == integrity.SignalFinding && x.FixedOn != integrity.NoDay:
		return view.Cell{Text: r.t("status.fixed"), Note: x.FixedOn.String(), Class: "nowrap"}
	case x.Kind == integrity.SignalFinding && x.DueOn != integrity.NoDay:
		return view.Cell{Text: r.t("status.fixing"), Note: r.t("duty.due", x.DueOn.String()), Class: "nowrap"}
	case x.Status == "closed":
		return view.Cell{Text: r.t("status.closed"), Note: x.ClosedOn.String(), Class: "nowrap"}
	case x.Status == "open":
		return view.Cell{Text: r.t("status.open.signal"), Class: "nowrap"}
	}
	return view.Cell{Text: "—", Class: "quiet"}
}

func (s *server) checkList(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	return r.rows("checks", "/checks", func(ctx context.Context) []view.Field {
		return append([]view.Field{r.searchField(), r.unitField(ctx), r.leaderField(ctx), r.dayField(), r.countedField()}, r.spanFields()...)
	}, r.periods("/checks"), r.checksRows)
}

// countedField chooses between the checks that count and those that were voided.
func (r *request) countedField() view.Field {
	f := choose(r, "status", r.scope.Status, "voided")
	f.Choices[0].Label = r.t("status.counted")
	return f
}

func (r *request) checksRows(ctx context.Context) (rowsCard, error) {
	found, err := r.s.Metrics.Checks(ctx, r.who, r.scope)
	if err != nil {
		return rowsCard{}, err
	}
	out := rowsCard{Total: found.Total, Pager: r.pager("/checks", found.Total)}
	out.Table = view.Table{
		Caption: r.t("title.checks"), Hide: true, Class: "cards", ID: "rows",
		Empty: r.t("checks.empty", r.conditions()), Reset: r.reset("/checks"),
		Columns: []view.Column{
			r.sortable("/checks", r.t("check.date"), "", "checked_on"), r.sortable("/checks", r.t("param.number"), "", "number"),
			r.sortable("/checks", r.t("dim.unit"), "", "unit"), {Label: r.t("check.points")}, {Label: r.t("check.inspector")}, {Label: r.t("check.methods")},
			{Label: r.t("check.questions")}, {Label: r.t("check.finding")},
		},
	}
	for _, x := range found.Items {
		points := view.Cell{Text: x.RiskRef}
		if len(x.RiskIDs) == 1 {
			points.Href = r.only("/risks/" + x.RiskIDs[0])
		} else if len(x.RiskIDs) == 0 {
			points.Note = r.t("check.unlinked")
		}
		inspector := view.Cell{Text: x.Inspector}
		if x.LeaderTookPart {
			inspector.Note = r.t("check.leader")
		}
		finding := view.Cell{Text: x.Finding, Head: true, Class: "wrap"}
		if x.Finding == "" {
			finding = view.Cell{Text: r.t("check.nothing"), Class: "quiet"}
			if x.HasFinding() {
				finding = view.Cell{Text: r.t("check.answers")}
			}
		}
		if x.VoidReason != "" {
			finding.Note = r.t("event.voided", x.VoidReason)
		}
		out.Table.Rows = append(out.Table.Rows, []view.Cell{
			{Text: x.CheckedOn.String(), Class: "nowrap"}, {Text: x.Number, Class: "nowrap", Href: r.correction(x)}, {Text: x.UnitName, Class: "nowrap"}, points, inspector,
			{Text: r.methods(x.Methods)}, {Text: r.answers(x), Class: "nowrap"}, finding,
		})
	}
	return out, nil
}

// correction is the address of the form that corrects a check, for who may.
func (r *request) correction(x integrity.Check) string {
	if !mayRecord(r.who) {
		return ""
	}
	return address("/check", url.Values{}, "number", x.Number)
}

// said is what was just recorded, in words.
func (r *request) said() string {
	for _, how := range []string{"recorded", "voided"} {
		if number := r.c.Query(how); number != "" {
			return r.t("check."+how, number)
		}
	}
	return ""
}

// answers are those to the three questions of the notice.
func (r *request) answers(x integrity.Check) string {
	words := make([]string, 3)
	for i, yes := range []bool{x.PowerRegular, x.RulesFollowed, x.MeasuresDone} {
		words[i] = r.t("answer.no")
		if yes {
			words[i] = r.t("answer.yes")
		}
	}
	return r.listed(words)
}

type riskPage struct {
	view.Page
	Point    integrity.RiskPoint
	Gone     bool // not in force on the day
	Duty     Card[pointDuty]
	Layer    string
	Category string
	Stages   []stageStep
	Events   Card[historyCard]
	Duties   Card[[]duty]
	Outcome  Card[string] // what became of the signals linked to it
	List     string       // address of the unit's points
	Record   string       // address of the form of a check, for who may write one
	Said     string       // what was just recorded
}

// pointDuty is the light of the checks of this year; zero where none are owed.
type pointDuty struct {
	Pill    *view.Pill
	Checked string
}

// stageStep is one of the six stages and the filing.
type stageStep struct {
	N     int
	Label string
	State string // done, now or empty
	Note  string
}

func (s *server) riskPoint(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	id := c.Params("id")
	if _, err := integrity.ParseID(id); err != nil {
		return fmt.Errorf("risk point %q: %w", id, integrity.ErrNotFound)
	}
	p := riskPage{Page: r.frame("risks"), Said: r.said()}
	p.Title = r.t("measure.risks")
	versions := func(ctx context.Context) ([]integrity.RiskPoint, error) { return r.versions(ctx, id) }
	var found Card[[]integrity.RiskPoint]
	d := r.deck()
	deal(d, &found, versions)
	deal(d, &p.Duty, after(versions, r.pointDuty), "duty")
	deal(d, &p.Outcome, func(ctx context.Context) (string, error) { return r.outcome(ctx, id) }, "outcome")
	deal(d, &p.Events, after(versions, func(ctx context.Context, v []integrity.RiskPoint) (historyCard, error) {
		return r.historyCard(ctx, id, v)
	}), "history")
	deal(d, &p.Duties, after(versions, func(ctx context.Context, v []integrity.RiskPoint) ([]duty, error) { return r.pointDuties(ctx, id, v) }), "duties")
	if err := d.done(); err != nil {
		return err
	}
	if len(found.Value) > 0 {
		p.fill(r, found.Value[0])
	}
	return r.render("risk", p)
}

// fill shows the version of a point that was in force on the day.
func (p *riskPage) fill(r *request, x integrity.RiskPoint) {
	p.Point, p.Title, p.List = x, x.Description, r.only("/risks", "unit", x.Unit)
	p.Gone = r.scope.AsOf < x.InForceFrom || x.InForceTo != integrity.NoDay && r.scope.AsOf >= x.InForceTo
	p.Layer, p.Category = x.Layer.Label(r.lang), x.Category.Label(r.lang)
	p.Stages = r.stages(x)
	if !p.Gone && mayRecord(r.who) {
		p.Record = address("/check", url.Values{}, "risk", x.ID)
	}
}

// after is a question that needs the answer of another, which is kept: asked twice it is worked
// out once.
func after[A, B any](first func(context.Context) (A, error), then func(context.Context, A) (B, error)) func(context.Context) (B, error) {
	return func(ctx context.Context) (B, error) {
		a, err := first(ctx)
		if err != nil {
			var none B
			return none, err
		}
		return then(ctx, a)
	}
}

func (r *request) pointDuty(ctx context.Context, versions []integrity.RiskPoint) (pointDuty, error) {
	duties, err := r.checkDuties(ctx, versions[:1])
	it, ok := duties[versions[0].ID]
	if err != nil || !ok {
		return pointDuty{}, err
	}
	pill := view.NewPill(r.lang, it.Status, it.Basis, it.DaysLeft)
	return pointDuty{&pill, r.t("risk.checked", it.Done, it.Required)}, nil
}

// versions returns what is on record of a point, the version in force on the day first.
// A point that was not in force is looked for at the ends of the half-years around it.
func (r *request) versions(ctx context.Context, id string) ([]integrity.RiskPoint, error) {
	at := func(day integrity.Day) (integrity.RiskPoint, bool, error) {
		found, err := r.s.Metrics.Risks(ctx, r.who, metrics.Scope{AsOf: day, KnownAt: r.scope.KnownAt, Risk: id, Page: 1, PerPage: 1})
		if err != nil || len(found.Items) == 0 {
			return integrity.RiskPoint{}, false, err
		}
		return found.Items[0], true, nil
	}
	first, ok, err := at(r.scope.AsOf)
	for year := r.scope.AsOf.Year() + 1; !ok && err == nil && year > r.scope.AsOf.Year()-10; year-- {
		for _, day := range []integrity.Day{integrity.Date(year, 12, 31), integrity.Date(year, 6, 30)} {
			if first, ok, err = at(day); ok || err != nil {
				break
			}
		}
	}
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fmt.Errorf("risk point %q: %w", id, integrity.ErrNotFound)
	}
	out := []integrity.RiskPoint{first}
	for from := first.InForceFrom; ; {
		older, ok, err := at(from - 1)
		if err != nil {
			return nil, err
		}
		if !ok || older.InForceFrom >= from {
			break
		}
		out = append(out, older)
		from = older.InForceFrom
	}
	return out, nil
}

func (r *request) stages(p integrity.RiskPoint) []stageStep {
	reached := slices.Index(integrity.Stages(), p.Stage)
	var out []stageStep
	for i, stage := range integrity.Stages() {
		if stage == integrity.StageFiled && p.Grade != integrity.GradeImportant {
			continue // owed for important points only
		}
		step := stageStep{N: i + 1, Label: stage.Label(r.lang)}
		switch {
		case stage == integrity.StageFiled && p.FiledOn != integrity.NoDay:
			step.State, step.Note = "done", p.FiledOn.String()
		case i < reached || i == reached && stage == integrity.StageCommitteeApproval:
			step.State = "done"
		case i == reached:
			step.State = "now"
		}
		out = append(out, step)
	}
	return out
}

func (r *request) pointDuties(ctx context.Context, id string, versions []integrity.RiskPoint) ([]duty, error) {
	first := versions[len(versions)-1].InForceFrom.Year()
	seen := map[string]bool{}
	var out []duty
	flags, err := r.s.Metrics.Flags(ctx, r.who, metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Risk: id})
	if err != nil {
		return nil, err
	}
	byKey := map[string]metrics.Flag{}
	for _, f := range flags {
		byKey[f.Key] = f
	}
	for year := r.scope.AsOf.Year(); year >= max(first, r.scope.AsOf.Year()-10); year-- {
		answer, err := r.s.Metrics.Overdue(ctx, r.who, metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Lang: r.lang, Year: year, Status: "all", Risk: id})
		if err != nil {
			return nil, err
		}
		for i := range answer.Items {
			if it := &answer.Items[i]; !seen[it.Key()] {
				seen[it.Key()] = true
				d := r.duty(it)
				d.Title, d.Href, d.Meta = strconv.Itoa(it.Year)+"　"+it.Rule.Label(r.lang), "", d.Meta[1:]
				d.flagged(r, byKey[it.Key()])
				out = append(out, d)
			}
		}
	}
	return out, nil
}
