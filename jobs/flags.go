package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// NameFlagOverdue is the nightly task that flags what is overdue.
const NameFlagOverdue = "flag-overdue"

// Obligations answers what is overdue.
type Obligations interface {
	Overdue(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Overdue, error)
}

// system is on whose behalf tasks ask; what they store is shown by role again.
var system = integrity.Principal{Role: integrity.RoleInspector, Name: "定时任务"}

// FlagOverdue returns the task that stores flags and their history: opened when an
// obligation becomes overdue, changed when a flag that stays up rests on another basis,
// closed with the reason when the obligation is no longer overdue, reopened when it is
// again. What a year left undone stays flagged through all later years until it is met,
// recorded late, exempt or owed no more. A second run for the same day finds every flag as
// it should be and writes nothing.
func FlagOverdue(db Database, m Obligations) Job {
	return Job{Name: NameFlagOverdue, Schedule: "10 2 * * *", Timeout: 10 * time.Minute, CatchUp: 400,
		Run: func(ctx context.Context, now time.Time) (Result, error) {
			return flagOverdue(ctx, db, m, now)
		}}
}

type flagState struct {
	Item  string `ch:"item"`
	Seq   uint32 `ch:"last_seq"`
	Event string `ch:"last_event"`
	Rule  string `ch:"last_rule"`
	Basis string `ch:"last_basis"`
	Unit  string `ch:"last_unit"`
	Risk  uint64 `ch:"last_risk"`
}

// flagReasons says of flags that go down why, by their items.
func flagReasons(ctx context.Context, m Obligations, asOf integrity.Day, down []flagState) (map[string]metrics.FlagReason, error) {
	out := make(map[string]metrics.FlagReason, len(down))
	years := map[int]bool{}
	for _, s := range down {
		out[s.Item] = metrics.FlagGone
		// Items of a year are found in it, the others in the year in which they were done.
		years[asOf.Year()], years[asOf.Year()-1] = true, true
		if year := obligation.KeyYear(s.Item); year != 0 && (s.Rule == string(integrity.RuleTwoChecks) || s.Rule == string(integrity.RuleQ1Review)) {
			years[year] = true
		}
	}
	for year := range years {
		answer, err := m.Overdue(ctx, system, metrics.Scope{AsOf: asOf, Year: year, Status: "all"})
		if err != nil {
			return nil, err
		}
		for i := range answer.Items {
			it := &answer.Items[i]
			if _, asked := out[it.Key()]; !asked {
				continue
			}
			switch {
			case it.Status == integrity.StatusExempt:
				out[it.Key()] = metrics.FlagExempt
			case it.Open():
				out[it.Key()] = metrics.FlagPostponed
			case it.LateEntry:
				out[it.Key()] = metrics.FlagLateEntry
			default:
				out[it.Key()] = metrics.FlagMet
			}
		}
	}
	return out, nil
}

func flagOverdue(ctx context.Context, db Database, m Obligations, now time.Time) (Result, error) {
	asOf := integrity.DayOf(now)
	up := map[string]*obligation.Item{}
	answer, err := m.Overdue(ctx, system, metrics.Scope{AsOf: asOf})
	if err != nil {
		return Result{}, err
	}
	for _, items := range [][]obligation.Item{answer.Items, answer.Unmet} {
		for i := range items {
			up[items[i].Key()] = &items[i]
		}
	}
	states, written, err := flagStates(ctx, db)
	if err != nil {
		return Result{}, err
	}
	known := map[string]flagState{}
	for _, s := range states {
		known[s.Item] = s
	}
	type event struct {
		item, rule, basis, unit, leader string
		event                           metrics.FlagEventKind
		reason                          metrics.FlagReason
		seq                             uint32
		risk                            uint64
		due                             integrity.Day
	}
	var events []event
	counts := map[string]uint64{"overdue": uint64(len(up))}
	for _, kind := range metrics.FlagEventKinds() {
		counts[string(kind)] = 0
	}
	for key, it := range up {
		s, seen := known[key]
		e := event{item: key, event: metrics.FlagOpened, rule: string(it.Rule), basis: string(it.Basis), unit: it.Unit, leader: it.Leader, seq: s.Seq + 1, due: it.Due}
		switch {
		case seen && s.Event == string(metrics.FlagClosed):
			e.event = metrics.FlagReopened
		case seen && s.Basis == e.basis:
			continue
		case seen:
			e.event = metrics.FlagChanged
		}
		e.risk, _ = integrity.ParseID(it.RiskID) // an item of a unit has no point
		events = append(events, e)
		counts[string(e.event)]++
	}
	var down []flagState
	for key, s := range known {
		if s.Event != string(metrics.FlagClosed) && up[key] == nil {
			down = append(down, s)
		}
	}
	reasons, err := flagReasons(ctx, m, asOf, down)
	if err != nil {
		return Result{}, err
	}
	for _, s := range down {
		events = append(events, event{item: s.Item, event: metrics.FlagClosed, reason: reasons[s.Item], rule: s.Rule, basis: s.Basis, unit: s.Unit, risk: s.Risk, seq: s.Seq + 1})
		counts[string(metrics.FlagClosed)]++
	}
	result := Result{Counts: counts, Text: obligation.Text{
		ZH: fmt.Sprintf("逾期和进度滞后 %d 项：新增 %d，解除 %d，再次 %d，改变依据 %d", len(up), counts["opened"], counts["closed"], counts["reopened"], counts["changed"]),
		EN: fmt.Sprintf("overdue or behind: %d (new %d, closed %d, again %d, on another basis %d)", len(up), counts["opened"], counts["closed"], counts["reopened"], counts["changed"])}}
	if len(events) == 0 {
		return result, nil
	}
	slices.SortFunc(events, func(a, b event) int { return strings.Compare(a.item, b.item) })
	err = once(ctx, fmt.Sprintf("flags/%d", written), func(ctx context.Context) error {
		batch, err := db.Write().PrepareBatch(ctx, `INSERT INTO flags (item, seq, event, as_of, recorded_at, rule, basis, unit, leader, risk_id, due_on, reason)`)
		if err != nil {
			return err
		}
		defer batch.Close()
		for _, e := range events {
			if err := batch.Append(e.item, e.seq, string(e.event), asOf.UTC(), now.UTC(), e.rule, e.basis, e.unit, e.leader, e.risk, e.due.UTC(), string(e.reason)); err != nil {
				return err
			}
		}
		return send(ctx, batch)
	}, func() (bool, error) {
		_, later, err := flagStates(ctx, db)
		return later > written, err
	})
	if err != nil {
		return Result{}, fmt.Errorf("store flags: %w", err)
	}
	return result, nil
}

// flagStates returns how every flag stands, and how many events have been written in all:
// the events of a flag count from 1.
func flagStates(ctx context.Context, db Database) (states []flagState, written uint64, err error) {
	if err := db.Write().Select(ctx, &states, `SELECT item, max(seq) AS last_seq, argMax(event, seq) AS last_event, argMax(rule, seq) AS last_rule,
		argMax(basis, seq) AS last_basis, argMax(unit, seq) AS last_unit, argMax(risk_id, seq) AS last_risk FROM flags GROUP BY item ORDER BY item`); err != nil {
		return nil, 0, fmt.Errorf("read the flags: %w", err)
	}
	for _, s := range states {
		written += uint64(s.Seq)
	}
	return states, written, nil
}
