package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// facts are all answers that a report is made from, of one cut of the data.
type facts struct {
	period  Period
	asOf    integrity.Day
	knownAt time.Time // of the last visible batch; zero = nothing is loaded
	version string    // of the data
	extract string    // name of the unit of an extract; empty = the whole commission

	units          []integrity.Unit // in operation or not, without the commission itself
	now            state
	before         state
	yearAgo        state
	byUnit         metrics.Distribution // risk points, unit × category
	board          []obligation.UnitRow
	stages         []obligation.StageRow
	closed         map[string]bool // names of units that are closed on the day
	outlook        []obligation.OutlookRow
	leaders        []obligation.LeaderRow
	trend          metrics.Trend // complaints, findings and comparisons by month
	petitionMonths []count       // by month of trend; nil in an extract
	sources        []SourceLine
	insights       Insights
}

// state is what is compared between periods.
type state struct {
	period Period
	asOf   integrity.Day
	risks  metrics.Distribution // layer × category
	items  []obligation.Item    // of all rules and states
	unmet  []obligation.Item    // left undone by earlier years, in no other number

	// Events of the period by kind: all, and those that concern integrity for sure (yes)
	// or perhaps (unknown). byUnit and byCategory count the latter two.
	events map[integrity.SignalKind]events
	// petitions count yes and unknown, as everywhere else; hidden where one of the months
	// is too small to be shown.
	petitions count
}

type events struct {
	all, yes, unknown uint64
	none              bool                 // nothing of the kind is dated up to the end of the period
	distribution      metrics.Distribution // yes and unknown, unit × category
}

// count is a number that may be too small to be shown.
type count struct {
	n      uint64
	hidden bool
}

// countOf is the count that a metric answers; nil is one that is hidden.
func countOf(n *uint64) count {
	if n == nil {
		return count{hidden: true}
	}
	return count{n: *n}
}

// text writes the count; of several months a hidden one makes the sum unknowable.
func (c count) text(months int) string {
	switch {
	case c.hidden && months == 1:
		return "<3"
	case c.hidden:
		return "—"
	}
	return number(c.n)
}

// asker asks the questions of one report: the same principal, unit and cut for all.
type asker struct {
	metrics *metrics.Metrics
	who     integrity.Principal
	unit    string
	knownAt time.Time
	version string
}

func (a *asker) scope(asOf integrity.Day) metrics.Scope {
	return metrics.Scope{AsOf: asOf, KnownAt: a.knownAt, Unit: a.unit}
}

// distribution asks a question and makes sure that it was answered from the same data as
// those before.
func (a *asker) distribution(ctx context.Context, s metrics.Scope, measure, rows, cols string) (metrics.Distribution, error) {
	d, err := a.metrics.Distribution(ctx, a.who, s, measure, rows, cols)
	if err != nil {
		return d, err
	}
	if a.version == "" {
		a.version = d.DataVersion
	}
	if d.DataVersion != a.version {
		return d, errMoved
	}
	return d, nil
}

// items returns the obligations of all rules and states as of a day.
func (a *asker) items(ctx context.Context, asOf integrity.Day) (metrics.Overdue, error) {
	s := a.scope(asOf)
	s.Status = "all"
	return a.metrics.Overdue(ctx, a.who, s)
}

func (b *Builder) gather(ctx context.Context, who integrity.Principal, p Period, asOf integrity.Day, opt bulletin.Choice) (*facts, error) {
	a := &asker{metrics: b.cfg.Metrics, who: who, unit: opt.Unit, knownAt: opt.KnownAt}
	// The first answer tells which batch was the last; the others are asked for that.
	first, err := a.items(ctx, asOf)
	if err != nil {
		return nil, err
	}
	f := &facts{period: p, asOf: asOf}
	if first.KnownAt != "" {
		if f.knownAt, err = time.Parse(time.RFC3339, first.KnownAt); err != nil {
			return nil, fmt.Errorf("read the time of the last load: %w", err)
		}
		a.knownAt = f.knownAt
	}
	for _, s := range []struct {
		to     *state
		period Period
		asOf   integrity.Day
	}{{&f.now, p, asOf}, {&f.before, p.before(), p.before().Last}, {&f.yearAgo, p.yearAgo(), p.yearAgo().Last}} {
		if s.period == f.before.period { // the year before is both
			*s.to = f.before
			continue
		}
		if *s.to, err = a.state(ctx, s.period, s.asOf); err != nil {
			return nil, err
		}
	}
	if err := a.boards(ctx, f); err != nil {
		return nil, err
	}
	f.order(b.cfg.Settings.Leaders)
	if err := a.months(ctx, f); err != nil {
		return nil, err
	}
	f.version = a.version
	if f.sources, err = b.cfg.Batches(ctx, f.knownAt); err != nil {
		return nil, fmt.Errorf("count the loads: %w", err)
	}
	if b.cfg.Insights != nil {
		if f.insights, err = b.cfg.Insights(ctx, who, Cut{p, asOf, f.knownAt}); err != nil {
			return nil, fmt.Errorf("ask for hot spots, blind spots and letters: %w", err)
		}
	}
	return f, nil
}

// signalMeasures are the kinds of signals whose counts are never hidden.
var signalMeasures = []struct {
	kind    integrity.SignalKind
	measure string
}{
	{integrity.SignalComplaint, metrics.MeasureComplaints},
	{integrity.SignalFinding, metrics.MeasureFindings},
	{integrity.SignalComparison, metrics.MeasureComparisons},
}

func (a *asker) state(ctx context.Context, p Period, asOf integrity.Day) (state, error) {
	st := state{period: p, asOf: asOf, events: map[integrity.SignalKind]events{}}
	var err error
	if st.risks, err = a.distribution(ctx, a.scope(asOf), metrics.MeasureRisks, metrics.DimLayer, metrics.DimCategory); err != nil {
		return st, err
	}
	duties, err := a.items(ctx, asOf)
	if err != nil {
		return st, err
	}
	st.items, st.unmet = duties.Items, duties.Unmet
	for _, m := range signalMeasures {
		var e events
		s := a.scope(asOf)
		s.From, s.To = p.First, p.Last
		if e.distribution, err = a.distribution(ctx, s, m.measure, metrics.DimUnit, metrics.DimCategory); err != nil {
			return st, err
		}
		for which, to := range map[string]*uint64{"all": &e.all, string(integrity.IntegrityYes): &e.yes, string(integrity.IntegrityUnknown): &e.unknown} {
			s.Integrity = which
			d, err := a.distribution(ctx, s, m.measure, metrics.DimLayer, metrics.DimCategory)
			if err != nil {
				return st, err
			}
			*to = total(d)
		}
		if e.all == 0 {
			s.From, s.Integrity = integrity.NoDay, "all"
			d, err := a.distribution(ctx, s, m.measure, metrics.DimLayer, metrics.DimCategory)
			if err != nil {
				return st, err
			}
			e.none = total(d) == 0
		}
		st.events[m.kind] = e
	}
	if a.who.SeesPetitionCounts() {
		for _, month := range p.eachMonth() {
			c, err := a.petitions(ctx, month, asOf)
			if err != nil {
				return st, err
			}
			st.petitions.n += c.n
			st.petitions.hidden = st.petitions.hidden || c.hidden
		}
		if st.petitions.hidden {
			st.petitions.n = 0
		}
	}
	return st, nil
}

// petitions counts the petitions of one month. Each month is a question of its own: the
// answer to several at once hides more months than are small, so that their sum may be
// shown, and this report shows no sum that a hidden month is part of.
func (a *asker) petitions(ctx context.Context, month Period, asOf integrity.Day) (count, error) {
	if month.First > asOf {
		return count{}, nil
	}
	s := a.scope(asOf)
	s.Month = month.Code
	d, err := a.distribution(ctx, s, metrics.MeasurePetitions, metrics.DimMonth, metrics.DimGrade)
	if err != nil {
		return count{}, err
	}
	var c count
	for _, cell := range d.Cells {
		if cell.Suppressed || cell.Count == nil {
			return count{hidden: true}, nil
		}
		c.n += *cell.Count
	}
	return c, nil
}

func (a *asker) boards(ctx context.Context, f *facts) error {
	s := a.scope(f.asOf)
	units, err := a.metrics.Units(ctx, a.who, s)
	if err != nil {
		return err
	}
	if a.unit != "" && len(units) > 0 {
		f.extract = units[0].Name
	}
	for _, u := range units {
		if !isTop(u, units) {
			f.units = append(f.units, u)
		}
	}
	if f.byUnit, err = a.distribution(ctx, s, metrics.MeasureRisks, metrics.DimUnit, metrics.DimCategory); err != nil {
		return err
	}
	if f.board, err = a.metrics.UnitBoard(ctx, a.who, s); err != nil {
		return err
	}
	if f.stages, err = a.metrics.StageBoard(ctx, a.who, s); err != nil {
		return err
	}
	f.closed = map[string]bool{}
	for _, r := range f.board {
		if r.Closed {
			f.closed[r.Unit] = true
		}
	}
	if f.outlook, err = a.metrics.Outlook(ctx, a.who, s); err != nil {
		return err
	}
	if a.unit == "" {
		f.leaders, err = a.metrics.LeaderBoard(ctx, a.who, s)
	}
	return err
}

// order sets the leaders in official order. Those who are not named keep theirs, after
// the others.
func (f *facts) order(official []string) {
	place := func(l obligation.LeaderRow) int {
		if i := slices.Index(official, l.Leader); i >= 0 {
			return i
		}
		return len(official)
	}
	slices.SortStableFunc(f.leaders, func(a, b obligation.LeaderRow) int { return place(a) - place(b) })
}

// isTop reports whether a unit is the commission itself: units below it, none above.
func isTop(u integrity.Unit, units []integrity.Unit) bool {
	return u.Parent == "" && slices.ContainsFunc(units, func(o integrity.Unit) bool { return o.Parent == u.Code })
}

// trendMonths is how many months the lines show: the last one and the year before it.
const trendMonths = 13

func (a *asker) months(ctx context.Context, f *facts) error {
	last := f.period.eachMonth()[f.period.months-1]
	first := period(last.First.Year(), last.First.Month()-trendMonths+1, 1)
	s := a.scope(f.asOf)
	s.From, s.To = first.First, last.Last
	for _, m := range signalMeasures {
		t, err := a.metrics.Trend(ctx, a.who, s, m.measure)
		if err != nil {
			return err
		}
		f.trend.Months = t.Months
		f.trend.Series = append(f.trend.Series, t.Series...)
	}
	if !a.who.SeesPetitionCounts() {
		return nil
	}
	for _, code := range f.trend.Months {
		month, err := ParsePeriod(code)
		if err != nil {
			return err
		}
		c, err := a.petitions(ctx, month, f.asOf)
		if err != nil {
			return err
		}
		f.petitionMonths = append(f.petitionMonths, c)
	}
	return nil
}

// total is the sum of an answer that hides nothing.
func total(d metrics.Distribution) uint64 {
	if d.Total == nil {
		return 0
	}
	return *d.Total
}

// rowSum adds up a row of an answer that hides nothing.
func rowSum(d metrics.Distribution, row int) (all, important uint64) {
	for x := range d.Cols {
		c := d.At(row, x)
		if c.Count != nil {
			all += *c.Count
		}
		important += c.Important
	}
	return all, important
}

func colSum(d metrics.Distribution, col int) (all, important uint64) {
	for y := range d.Rows {
		c := d.At(y, col)
		if c.Count != nil {
			all += *c.Count
		}
		important += c.Important
	}
	return all, important
}

func gradeSums(d metrics.Distribution) (important, general uint64) {
	for _, c := range d.Cells {
		important += c.Important
		general += c.General
	}
	return important, general
}
