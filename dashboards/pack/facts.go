package pack

import (
	"context"
	"fmt"
	"slices"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// facts are all answers that a pack is made from.
type facts struct {
	unit     integrity.Unit
	asOf     integrity.Day
	version  string // of the data
	points   []integrity.RiskPoint
	checks   []integrity.Check            // of the twelve months before, newest first
	lastOn   map[string]integrity.Day     // the latest check of each point, by id
	duties   map[string]*obligation.Item  // two_checks of the year, by id of the point
	open     []*obligation.Item           // findings that are not put right, by due day
	findings map[string]*integrity.Signal // by id
	diff     metrics.ListDiff
	trend    metrics.Trend // complaints; for those who read petitions these as well
	hot      metrics.HotSpots
	blind    metrics.BlindSpots
	// petitions tells that something in the pack rests on petitions: it is then for the
	// inspectors alone.
	petitions bool
}

// most is how many rows of one kind are asked for; a unit has fewer points and checks.
const most = 1000

// trendMonths is how many months the lines show.
const trendMonths = 13

func (b *Builder) gather(ctx context.Context, who integrity.Principal, s metrics.Scope) (*facts, error) {
	if s.Unit == "" {
		return nil, fmt.Errorf("%w: unit is required", integrity.ErrInvalid)
	}
	// Everything is asked as of the same day and as known at the same moment.
	base := metrics.Scope{AsOf: s.AsOf, KnownAt: s.KnownAt, Unit: s.Unit, Page: 1, PerPage: most, Lang: s.Lang}
	units, err := b.cfg.Metrics.Units(ctx, who, base)
	if err != nil {
		return nil, err
	}
	if len(units) == 0 {
		return nil, fmt.Errorf("unit %q: %w", s.Unit, integrity.ErrNotFound)
	}
	f := &facts{asOf: s.AsOf, petitions: who.SeesPetitionRows(), lastOn: map[string]integrity.Day{}, duties: map[string]*obligation.Item{}, findings: map[string]*integrity.Signal{}}
	// The scope's unit comes with those below it, whose rows belong into packs of their own.
	f.unit = units[slices.IndexFunc(units, func(u integrity.Unit) bool {
		return !slices.ContainsFunc(units, func(o integrity.Unit) bool { return o.Code == u.Parent })
	})]
	base.Unit = f.unit.Code
	for _, step := range []func(context.Context, integrity.Principal, metrics.Scope, *facts) error{b.lists, b.visits, b.owed, b.signals} {
		if err := step(ctx, who, base, f); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// lists reads the points in force and what the list changed.
func (b *Builder) lists(ctx context.Context, who integrity.Principal, s metrics.Scope, f *facts) error {
	risks, err := b.cfg.Metrics.Risks(ctx, who, s)
	if err != nil {
		return err
	}
	f.version = risks.DataVersion
	for _, p := range risks.Items {
		if p.Unit == f.unit.Code {
			f.points = append(f.points, p)
		}
	}
	f.diff, err = b.cfg.Metrics.ListDiff(ctx, who, s)
	return err
}

// visits reads the checks of the twelve months before and when each point was checked last.
func (b *Builder) visits(ctx context.Context, who integrity.Principal, s metrics.Scope, f *facts) error {
	s.From, s.Sort = integrity.Date(s.AsOf.Year()-1, s.AsOf.Month(), 1), "-checked_on"
	checks, err := b.cfg.Metrics.Checks(ctx, who, s)
	if err != nil {
		return err
	}
	for _, c := range checks.Items {
		if c.Unit != f.unit.Code {
			continue
		}
		f.checks = append(f.checks, c)
		for _, id := range c.RiskIDs {
			f.lastOn[id] = max(f.lastOn[id], c.CheckedOn)
		}
	}
	return nil
}

// owed reads the checks owed this year and the findings that are not put right.
func (b *Builder) owed(ctx context.Context, who integrity.Principal, s metrics.Scope, f *facts) error {
	s.Status, s.Rule = "all", integrity.RuleTwoChecks
	checks, err := b.cfg.Metrics.Overdue(ctx, who, s)
	if err != nil {
		return err
	}
	for i := range checks.Items {
		f.duties[checks.Items[i].RiskID] = &checks.Items[i]
	}
	s.Rule = integrity.RuleRectification
	repairs, err := b.cfg.Metrics.Overdue(ctx, who, s)
	if err != nil {
		return err
	}
	for i := range repairs.Items {
		if it := &repairs.Items[i]; it.Open() && it.Unit == f.unit.Code {
			f.open = append(f.open, it)
		}
	}
	slices.SortStableFunc(f.open, func(x, y *obligation.Item) int { return int(x.Due - y.Due) })
	s.Status, s.Rule, s.Kind, s.Integrity = "open", "", integrity.SignalFinding, "all"
	findings, err := b.cfg.Metrics.Signals(ctx, who, s)
	if err != nil {
		return err
	}
	for i := range findings.Items {
		f.findings[findings.Items[i].ID] = &findings.Items[i]
	}
	return nil
}

// signals reads complaints by month, hot and blind spots.
func (b *Builder) signals(ctx context.Context, who integrity.Principal, s metrics.Scope, f *facts) error {
	period := s
	period.From, period.To = integrity.Date(s.AsOf.Year(), s.AsOf.Month()-trendMonths+1, 1), s.AsOf
	var err error
	if f.trend, err = b.cfg.Metrics.Trend(ctx, who, period, metrics.MeasureComplaints); err != nil {
		return err
	}
	if who.SeesPetitionRows() {
		petitions, err := b.cfg.Metrics.Trend(ctx, who, period, metrics.MeasurePetitions)
		if err != nil {
			return err
		}
		f.trend.Series = slices.Concat(f.trend.Series, petitions.Series) // the answer is shared
	}
	if f.hot, err = b.cfg.Metrics.HotSpots(ctx, who, s); err != nil {
		return err
	}
	f.blind, err = b.cfg.Metrics.BlindSpots(ctx, who, s)
	return err
}
