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

// The events of a flag.
const (
	flagOpened   = "opened"
	flagClosed   = "closed"
	flagReopened = "reopened"
)

// Obligations answers what is overdue.
type Obligations interface {
	Overdue(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Overdue, error)
}

// system is on whose behalf tasks ask; what they store is shown by role again.
var system = integrity.Principal{Role: integrity.RoleInspector, Name: "定时任务"}

// FlagOverdue returns the task that stores flags and their history: opened when an
// obligation becomes overdue, closed when it no longer is, reopened when it is again. A
// second run for the same day finds every flag as it should be and writes nothing.
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
}

func flagOverdue(ctx context.Context, db Database, m Obligations, now time.Time) (Result, error) {
	asOf := integrity.DayOf(now)
	up := map[string]*obligation.Item{}
	// What a year's end left overdue stays so: the year before is judged as well.
	for _, year := range []int{asOf.Year() - 1, asOf.Year()} {
		answer, err := m.Overdue(ctx, system, metrics.Scope{AsOf: asOf, Year: year})
		if err != nil {
			return Result{}, err
		}
		for i := range answer.Items {
			up[answer.Items[i].Key()] = &answer.Items[i]
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
		item, event, rule, basis, unit, leader string
		seq                                    uint32
		risk                                   uint64
		due                                    integrity.Day
	}
	var events []event
	counts := map[string]uint64{"overdue": uint64(len(up)), flagOpened: 0, flagClosed: 0, flagReopened: 0}
	for key, it := range up {
		s, seen := known[key]
		if seen && s.Event != flagClosed {
			continue
		}
		e := event{item: key, event: flagOpened, rule: string(it.Rule), basis: string(it.Basis), unit: it.Unit, leader: it.Leader, seq: s.Seq + 1, due: it.Due}
		if seen {
			e.event = flagReopened
		}
		e.risk, _ = integrity.ParseID(it.RiskID) // an item of a unit has no point
		events = append(events, e)
		counts[e.event]++
	}
	for key, s := range known {
		if s.Event != flagClosed && up[key] == nil {
			events = append(events, event{item: key, event: flagClosed, rule: s.Rule, basis: s.Basis, unit: s.Unit, seq: s.Seq + 1})
			counts[flagClosed]++
		}
	}
	result := Result{Counts: counts, Text: fmt.Sprintf("逾期和进度滞后 %d 项：新增 %d，解除 %d，再次 %d", len(up), counts[flagOpened], counts[flagClosed], counts[flagReopened])}
	if len(events) == 0 {
		return result, nil
	}
	slices.SortFunc(events, func(a, b event) int { return strings.Compare(a.item, b.item) })
	err = once(ctx, fmt.Sprintf("flags/%d", written), func(ctx context.Context) error {
		batch, err := db.Write().PrepareBatch(ctx, `INSERT INTO flags (item, seq, event, as_of, recorded_at, rule, basis, unit, leader, risk_id, due_on)`)
		if err != nil {
			return err
		}
		defer batch.Close()
		for _, e := range events {
			if err := batch.Append(e.item, e.seq, e.event, asOf.UTC(), now.UTC(), e.rule, e.basis, e.unit, e.leader, e.risk, e.due.UTC()); err != nil {
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
		argMax(basis, seq) AS last_basis, argMax(unit, seq) AS last_unit FROM flags GROUP BY item ORDER BY item`); err != nil {
		return nil, 0, fmt.Errorf("read the flags: %w", err)
	}
	for _, s := range states {
		written += uint64(s.Seq)
	}
	return states, written, nil
}
