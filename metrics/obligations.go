package metrics

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// Overdue is the answer about obligations as of a day.
type Overdue struct {
	AsOf    integrity.Day     `json:"as_of"`
	KnownAt string            `json:"known_at"`
	Items   []obligation.Item `json:"items"`
	Summary obligation.Counts `json:"summary"`
	// Unmet is what the years before the one asked about left undone (two_checks, q1_review)
	// and is overdue, the latest year first: in no other number. A status apart from overdue
	// and all leaves it empty.
	Unmet []obligation.Item `json:"unmet"`
}

// Rows returns Items, then what earlier years left undone: the lines of a file.
func (o Overdue) Rows() []obligation.Item { return slices.Concat(o.Items, o.Unmet) }

// UnmetByNotice counts what earlier years left undone by a date of the notice (逾期).
func (o Overdue) UnmetByNotice() (n int) {
	for i := range o.Unmet {
		if o.Unmet[i].Basis == integrity.BasisNotice {
			n++
		}
	}
	return n
}

// Overdue judges the obligations as of a day: items with status overdue unless the scope
// names another status or all; the summary counts all statuses. What earlier years left
// undone comes with it, apart; a limit is for Items alone.
func (m *Metrics) Overdue(ctx context.Context, who integrity.Principal, s Scope) (Overdue, error) {
	if err := s.StatusOf(MeasureOverdue); err != nil {
		return Overdue{}, err
	}
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return Overdue{}, err
	}
	key := strings.Join([]string{"overdue", string(who.Role), who.Unit, s.Status, f.scope.key()}, "/")
	out, err := cached(ctx, m.cache, f.snap, key, func(ctx context.Context) (Overdue, error) { return m.overdue(ctx, f, s) })
	out.Items, out.Unmet, out.Summary = slices.Clone(out.Items), slices.Clone(out.Unmet), maps.Clone(out.Summary)
	return out, err
}

// Lights returns the states of obligations that a status of theirs stands for (Statuses), nil for all of
// them: open is what has time left, pressing what is late or near.
func Lights(status string) []integrity.Status {
	switch status {
	case "all":
		return nil
	case "open":
		return []integrity.Status{integrity.StatusOnTrack, integrity.StatusDueSoon}
	case "pressing":
		return obligation.Pressing()
	}
	return []integrity.Status{integrity.Status(status)}
}

// rows is how many the cache has to hold.
func (o Overdue) rows() int { return len(o.Items) + len(o.Unmet) }

func (m *Metrics) overdue(ctx context.Context, f *frame, s Scope) (Overdue, error) {
	lights := Lights(cmp.Or(s.Status, string(integrity.StatusOverdue)))
	filter := obligation.Filter{Rule: s.Rule, Basis: s.Basis, Owner: s.Owner, Statuses: lights}
	book, err := m.book(ctx, f)
	if err != nil {
		return Overdue{}, err
	}
	filter = f.filter(filter)
	items, counts := book.Items(f.year(), f.scope.AsOf, filter)
	book.Sort(items)
	unmet := []obligation.Item{}
	if lights == nil || slices.Contains(lights, integrity.StatusOverdue) {
		unmet = append(unmet, book.Unmet(f.year(), f.scope.AsOf, filter)...)
		book.SortUnmet(unmet)
	}
	if s.Risk != "" {
		other := func(it obligation.Item) bool { return it.RiskID != s.Risk }
		items, unmet = slices.DeleteFunc(items, other), slices.DeleteFunc(unmet, other)
	}
	if s.Cell != "" {
		places, err := ParseCell(s.Cell)
		if err != nil {
			return Overdue{}, err
		}
		points, err := m.pointFacts(ctx, f)
		if err != nil {
			return Overdue{}, err
		}
		items = slices.DeleteFunc(items, func(it obligation.Item) bool { return !inCell(&it, points, places) })
		unmet = []obligation.Item{} // no cell counts them
	}
	if s.Limit > 0 && len(items) > s.Limit {
		items = items[:s.Limit]
	}
	book.Explain(items, s.Lang)
	book.Explain(unmet, s.Lang)
	if items == nil {
		items = []obligation.Item{}
	}
	out := Overdue{AsOf: f.scope.AsOf, Items: items, Summary: counts, Unmet: unmet}
	if !f.snap.KnownAt.IsZero() {
		out.KnownAt = f.snap.KnownAt.In(integrity.Shanghai).Format("2006-01-02T15:04:05.999999Z07:00")
	}
	return out, nil
}

// year is the year of two_checks and q1_review: that of the scope, else of as_of.
func (f *frame) year() int {
	if f.scope.Year != 0 {
		return f.scope.Year
	}
	return f.scope.AsOf.Year()
}

// items judges the obligations of the frame that a filter takes.
func (m *Metrics) items(ctx context.Context, f *frame, filter obligation.Filter) ([]obligation.Item, obligation.Counts, error) {
	book, err := m.book(ctx, f)
	if err != nil {
		return nil, nil, err
	}
	items, counts := book.Items(f.year(), f.scope.AsOf, f.filter(filter))
	book.Sort(items)
	return items, counts, nil
}

// filter adds to a filter what the frame asks about and what its principal may see.
func (f *frame) filter(filter obligation.Filter) obligation.Filter {
	filter.NoPetitions = !f.who.SeesPetitionRows()
	if f.scope.Leader != "" {
		// An item belongs to the leader in charge on its due day, whoever leads now.
		filter.Leader = f.scope.Leader
	}
	if len(f.codes) > 0 && f.scope.Leader == "" || f.scope.Unit != "" || f.who.Role == integrity.RoleUnit {
		filter.Units = map[string]bool{}
		for _, c := range f.itemUnits() {
			filter.Units[c] = true
		}
	}
	return filter
}

// itemUnits is the frame's units without the restriction to those that a leader leads
// today.
func (f *frame) itemUnits() []string {
	if f.scope.Leader == "" {
		return f.codes
	}
	g := *f
	g.scope.Leader = ""
	if g.restrict() != nil {
		return nobody
	}
	return g.codes
}

type spanAnswer struct {
	ID         uint64        `ch:"risk_id"`
	Unit       string        `ch:"unit_code"`
	No         uint32        `ch:"no"`
	Year       uint16        `ch:"year"`
	Grade      string        `ch:"grade_code"`
	ListedFrom integrity.Day `ch:"listed_from"`
	ListedTo   integrity.Day `ch:"listed_to"`
}

type checkAnswer struct {
	Unit      string        `ch:"unit_code"`
	RiskIDs   []uint64      `ch:"risk_ids"`
	On        integrity.Day `ch:"checked_on"`
	EnteredOn integrity.Day `ch:"entered_on"`
	Leader    string        `ch:"leader"`
	TookPart  bool          `ch:"leader_took_part"`
	Methods   []string      `ch:"method_codes"`
}

type listAnswer struct {
	Unit      string        `ch:"unit"`
	Year      uint16        `ch:"year"`
	ListedOn  integrity.Day `ch:"listed_on"`
	EnteredOn integrity.Day `ch:"entered_on"`
}

type ledgerAnswer struct {
	ID       uint64        `ch:"id"`
	Unit     string        `ch:"unit"`
	Year     uint16        `ch:"year"`
	Item     string        `ch:"item"`
	On       integrity.Day `ch:"entry_on"`
	No       string        `ch:"no"`
	Persons  []string      `ch:"persons"`
	Source   string        `ch:"source"`
	Document string        `ch:"document"`
	Content  string        `ch:"content"`
	Adopted  string        `ch:"adopted"`
	Reason   string        `ch:"reason"`
}

func (e ledgerAnswer) entry() integrity.LedgerEntry {
	return integrity.LedgerEntry{ID: integrity.FormatID(e.ID), Unit: e.Unit, Year: int(e.Year), Item: e.Item, On: e.On, No: e.No,
		Persons: e.Persons, Source: e.Source, Document: e.Document, Content: e.Content, Adopted: e.Adopted, Reason: e.Reason}
}

type signalAnswer struct {
	ID         uint64        `ch:"id"`
	Kind       string        `ch:"kind"`
	Number     string        `ch:"number"`
	Unit       string        `ch:"unit"`
	RiskID     uint64        `ch:"risk_id"`
	On         integrity.Day `ch:"occurred_on"`
	AcceptedOn integrity.Day `ch:"accepted_on"`
	ExtendedTo integrity.Day `ch:"extended_to"`
	DueOn      integrity.Day `ch:"due_on"`
	FixedOn    integrity.Day `ch:"fixed_on"`
	ClosedOn   integrity.Day `ch:"closed_on"`
	Status     string        `ch:"status"`
	Nature     string        `ch:"nature"`
}

// book gathers the facts that the rules judge, as visible in the frame's snapshot. It is
// the same for every principal: filters decide what of it is shown.
func (m *Metrics) book(ctx context.Context, f *frame) (*obligation.Book, error) {
	return cached(ctx, m.cache, f.snap, "book", func(ctx context.Context) (*obligation.Book, error) {
		facts, err := m.facts(ctx, f)
		if err != nil {
			return nil, fmt.Errorf("gather the facts of obligations: %w", err)
		}
		rules := obligation.DefaultRules(m.cfg.WorkDays)
		rules.NoCheckpoint = m.cfg.HalfYearOff
		return obligation.New(facts, rules)
	})
}

func (m *Metrics) facts(ctx context.Context, f *frame) (obligation.Facts, error) {
	facts := obligation.Facts{Units: f.units.rows}
	var lists []listAnswer
	var ledger []ledgerAnswer
	var signals []signalAnswer
	// All at once: while the answer to one is taken apart here, the server works on another.
	reads := []func() error{
		func() (err error) { facts.Points, err = readPoints(ctx, f); return err },
		func() (err error) { facts.Checks, err = readChecks(ctx, f); return err },
		func() error { return f.selAll(ctx, &lists, mustQuery("lists")) },
		func() (err error) { ledger, err = f.ledger(ctx); return err },
		func() error { return f.selAll(ctx, &signals, mustQuery("signal_terms")) },
	}
	errs := make([]error, len(reads))
	var reading sync.WaitGroup
	for i, read := range reads {
		reading.Go(func() { errs[i] = read() })
	}
	reading.Wait()
	if err := errors.Join(errs...); err != nil {
		return facts, err
	}
	for _, l := range lists {
		facts.Lists = append(facts.Lists, obligation.List{Unit: l.Unit, Year: int(l.Year), On: l.ListedOn, EnteredOn: l.EnteredOn})
	}
	for _, e := range ledger {
		facts.Ledger = append(facts.Ledger, e.entry())
	}
	for _, s := range signals {
		sig := obligation.Signal{ID: integrity.FormatID(s.ID), Number: s.Number, Unit: s.Unit, On: s.On, AcceptedOn: s.AcceptedOn, ExtendedTo: s.ExtendedTo,
			DueOn: s.DueOn, DoneOn: max(s.ClosedOn, s.FixedOn), Closed: s.Status == "closed", Nature: s.Nature}
		if s.RiskID != 0 {
			sig.RiskID = integrity.FormatID(s.RiskID)
		}
		switch integrity.SignalKind(s.Kind) {
		case integrity.SignalFinding:
			facts.Findings = append(facts.Findings, sig)
		case integrity.SignalComplaint:
			facts.Complaints = append(facts.Complaints, sig)
		case integrity.SignalPetition:
			facts.Petitions = append(facts.Petitions, sig)
		}
	}
	return facts, nil
}

// ledger reads all entries of the ledger of duties.
func (f *frame) ledger(ctx context.Context) ([]ledgerAnswer, error) {
	return shared(ctx, f, "ledger of duties", func(ctx context.Context) (entries []ledgerAnswer, err error) {
		err = f.selAll(ctx, &entries, mustQuery("ledger"))
		return entries, err
	})
}

// readPoints reads all points with their versions.
func readPoints(ctx context.Context, f *frame) ([]obligation.Point, error) {
	var spans []spanAnswer
	if err := selColumns(ctx, f, &spans, &spanColumns{words: words{}}, mustQuery("spans")); err != nil {
		return nil, err
	}
	points := make([]obligation.Point, 0, len(spans))
	all := make([]obligation.Span, 0, len(spans)) // of all points, in one piece
	for i := 0; i < len(spans); {
		p := obligation.Point{ID: integrity.FormatID(spans[i].ID)}
		first, j := len(all), i
		for ; j < len(spans) && spans[j].ID == spans[i].ID; j++ {
			s := &spans[j]
			all = append(all, obligation.Span{From: s.ListedFrom, To: s.ListedTo, Unit: s.Unit, No: int(s.No), Year: int(s.Year), Grade: integrity.Grade(s.Grade)})
		}
		p.Spans = all[first:len(all):len(all)]
		points = append(points, p)
		i = j
	}
	return points, nil
}

// readChecks reads all checks.
func readChecks(ctx context.Context, f *frame) ([]obligation.Check, error) {
	var rows []checkAnswer
	if err := selColumns(ctx, f, &rows, newCheckColumns(), mustQuery("check_days")); err != nil {
		return nil, err
	}
	checks := make([]obligation.Check, len(rows))
	for i, c := range rows {
		check := obligation.Check{Unit: c.Unit, On: c.On, EnteredOn: c.EnteredOn, Leader: c.Leader, LeaderTookPart: c.TookPart, RiskIDs: make([]string, len(c.RiskIDs))}
		for k, id := range c.RiskIDs {
			check.RiskIDs[k] = integrity.FormatID(id)
		}
		methods := make([]integrity.Method, len(c.Methods))
		for k, w := range c.Methods {
			methods[k] = integrity.Method(w)
		}
		check.Methods = obligation.Methods(methods...)
		checks[i] = check
	}
	return checks, nil
}

// pointFact is what charts need to know of a point: its latest version up to the day.
type pointFact struct {
	ID          uint64        `ch:"risk_id"`
	Layer       string        `ch:"layer"`
	Category    string        `ch:"category"`
	Grade       string        `ch:"grade"`
	Stage       string        `ch:"stage"`
	Managed     string        `ch:"managed_code"`
	Description string        `ch:"description"`
	From        integrity.Day `ch:"listed_from"`
}

func (m *Metrics) pointFacts(ctx context.Context, f *frame) (map[string]pointFact, error) {
	return cached(ctx, m.cache, f.snap, "points/"+f.scope.AsOf.String(), func(ctx context.Context) (map[string]pointFact, error) {
		var rows []pointFact
		if err := f.selAll(ctx, &rows, shape(mustQuery("points"), "<managed>", managedSQL), param("as_of", f.scope.AsOf)); err != nil {
			return nil, err
		}
		out := make(map[string]pointFact, len(rows))
		for _, r := range rows { // ordered by day: the latest version stays
			out[integrity.FormatID(r.ID)] = r
		}
		return out, nil
	})
}

// judged returns what the book says of all units or leaders in the year and on the day of the
// frame, in a list of the caller's own.
func judged[R any](ctx context.Context, m *Metrics, f *frame, name string, judge func(*obligation.Book, int, integrity.Day) []R) ([]R, error) {
	rows, err := cached(ctx, m.cache, f.snap, fmt.Sprintf("board of %s/%d/%s", name, f.year(), f.scope.AsOf), func(ctx context.Context) ([]R, error) {
		book, err := m.book(ctx, f)
		if err != nil {
			return nil, err
		}
		return judge(book, f.year(), f.scope.AsOf), nil
	})
	return slices.Clone(rows), err
}

// Outlook tells how many checks a month it takes to be met by 31 December.
func (m *Metrics) Outlook(ctx context.Context, who integrity.Principal, s Scope) ([]obligation.OutlookRow, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return nil, err
	}
	rows, err := judged(ctx, m, f, "outlook", (*obligation.Book).Outlook)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r obligation.OutlookRow) bool {
		if r.Unit == "" {
			return who.Role == integrity.RoleUnit || s.Unit != "" || s.Leader != "" && r.Leader != s.Leader
		}
		return !f.sees(r.Unit)
	}), nil
}

// LeaderBoard gives the duties of the leaders in charge, in official order, never ranked.
func (m *Metrics) LeaderBoard(ctx context.Context, who integrity.Principal, s Scope) ([]obligation.LeaderRow, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return nil, err
	}
	switch who.Role {
	case integrity.RoleLeader, integrity.RoleInspector, integrity.RoleOffice:
	default:
		return []obligation.LeaderRow{}, nil
	}
	rows, err := judged(ctx, m, f, "leaders", (*obligation.Book).LeaderDuty)
	if err != nil {
		return nil, err
	}
	for i := range rows { // a list without anything is a list
		rows[i].Units, rows[i].OwnUnmet = append([]string{}, rows[i].Units...), append([]obligation.OwnYear{}, rows[i].OwnUnmet...)
		rows[i].Explain(s.Lang)
	}
	return slices.DeleteFunc(rows, func(r obligation.LeaderRow) bool { return s.Leader != "" && r.Leader != s.Leader }), nil
}

// UnitBoard gives required and done for each unit, in official order.
func (m *Metrics) UnitBoard(ctx context.Context, who integrity.Principal, s Scope) ([]obligation.UnitRow, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return nil, err
	}
	rows, err := judged(ctx, m, f, "units", (*obligation.Book).UnitBoard)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].Explain(s.Lang)
	}
	return slices.DeleteFunc(rows, func(r obligation.UnitRow) bool { return !f.sees(r.Unit) }), nil
}
