package metrics

import (
	"context"
	"fmt"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// FlagEventKind is what happened to a flag.
type FlagEventKind string

// A flag goes up when its obligation is first found overdue and comes down when it is so no
// longer; reopened, it is up again. Changed says that it stays up on another basis: a point
// behind the half-year checkpoint becomes overdue by the notice at New Year.
const (
	FlagOpened   FlagEventKind = "opened"
	FlagChanged  FlagEventKind = "changed"
	FlagClosed   FlagEventKind = "closed"
	FlagReopened FlagEventKind = "reopened"
)

// FlagEventKinds returns all of them.
func FlagEventKinds() []FlagEventKind {
	return []FlagEventKind{FlagOpened, FlagChanged, FlagClosed, FlagReopened}
}

// FlagReason says why a flag came down; empty for one recorded before reasons were.
type FlagReason string

// Met and late entry are told apart because the one was done in the eyes of everybody and
// the other was recorded afterwards (补录).
const (
	FlagMet       FlagReason = "met"
	FlagLateEntry FlagReason = "late_entry"
	FlagExempt    FlagReason = "exempt"
	FlagPostponed FlagReason = "postponed" // the limit lies ahead again
	FlagGone      FlagReason = "gone"      // nothing is owed any more: the point, the list or the unit is gone
)

var flagReasonWords = map[FlagReason]obligation.Text{
	FlagMet: {ZH: "已完成", EN: "done"}, FlagLateEntry: {ZH: "补录", EN: "entered late"}, FlagExempt: {ZH: "已豁免", EN: "exempt"},
	FlagPostponed: {ZH: "期限后移", EN: "limit moved"}, FlagGone: {ZH: "不再应做（移出、停用或清单撤回）", EN: "owed no more (removed, closed or taken back)"},
}

// Label is the reason in words; empty for an unknown one.
func (r FlagReason) Label(lang integrity.Lang) string { return flagReasonWords[r].In(lang) }

// FlagEvent is one event of a flag, dated by the day that the nightly run judged.
type FlagEvent struct {
	On     integrity.Day   `json:"on"`
	Event  FlagEventKind   `json:"event"`
	Basis  integrity.Basis `json:"basis"`
	Reason FlagReason      `json:"reason"`
}

// Flag is what the nightly runs recorded of one obligation. It is a record, not a judgement:
// whether the obligation is overdue on a day is told by Overdue.
type Flag struct {
	Key      string          `json:"key"` // obligation.Item.Key
	Rule     integrity.Rule  `json:"rule"`
	Year     int             `json:"year"`  // that the obligation belongs to; 0 where none does
	Basis    integrity.Basis `json:"basis"` // by the last event
	Unit     string          `json:"unit"`
	UnitName string          `json:"unit_name"`
	RiskID   string          `json:"risk_id"`
	Up       bool            `json:"up"`
	FirstOn  integrity.Day   `json:"first_on"` // first flagged on
	Days     int             `json:"days"`     // since then, while it is up; else from then to the last closing
	Times    int             `json:"times"`    // how often it went up
	Events   []FlagEvent     `json:"events"`
}

type flagAnswer struct {
	Item   string        `ch:"item"`
	Seq    uint32        `ch:"seq"`
	Event  string        `ch:"event"`
	On     integrity.Day `ch:"flagged_on"`
	Rule   string        `ch:"rule"`
	Basis  string        `ch:"basis"`
	Unit   string        `ch:"unit"`
	RiskID uint64        `ch:"risk_id"`
	Reason string        `ch:"reason"`
}

// Flags returns what the nightly runs flagged up to as_of, of the scope's units, rule, basis
// and point.
func (m *Metrics) Flags(ctx context.Context, who integrity.Principal, s Scope) ([]Flag, error) {
	return m.flags(ctx, who, s, nil)
}

// FlagsOf returns the flags of some obligations by their keys.
func (m *Metrics) FlagsOf(ctx context.Context, who integrity.Principal, s Scope, keys []string) (map[string]Flag, error) {
	out := make(map[string]Flag, len(keys))
	if len(keys) == 0 {
		return out, nil
	}
	found, err := m.flags(ctx, who, s, keys)
	for _, f := range found {
		out[f.Key] = f
	}
	return out, err
}

func (m *Metrics) flags(ctx context.Context, who integrity.Principal, s Scope, keys []string) ([]Flag, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = fmt.Sprintf("%X", k)
	}
	key := fmt.Sprintf("flags/%s/%d/%s/%v", f.scope.AsOf, s.knownMicros(), s.Risk, names)
	rows, err := cachedUntilWritten(ctx, m, f.snap, key, func(ctx context.Context) (rows weighed[flagAnswer], err error) {
		err = f.selAll(ctx, &rows, mustQuery("flags"), param("as_of", f.scope.AsOf), param("known_at", s.knownMicros()), param("risk", idOf(s.Risk)), param("items", names))
		return rows, err
	})
	if err != nil {
		return nil, fmt.Errorf("flags as of %s: %w", f.scope.AsOf, err)
	}
	out := []Flag{}
	for i := 0; i < len(rows); {
		j := i
		for ; j < len(rows) && rows[j].Item == rows[i].Item; j++ {
		}
		flag := f.flag(rows[i:j])
		i = j
		petition := strings.HasPrefix(flag.Key, string(integrity.RuleHandling)+"/"+string(integrity.SignalPetition)+"/")
		if !f.sees(flag.Unit) || petition && !who.SeesPetitionRows() || s.Rule != "" && flag.Rule != s.Rule || s.Basis != "" && flag.Basis != s.Basis {
			continue
		}
		out = append(out, flag)
	}
	return out, nil
}

// flag folds the events of one flag, in their order.
func (f *frame) flag(events []flagAnswer) Flag {
	last := &events[len(events)-1]
	flag := Flag{Key: last.Item, Year: obligation.KeyYear(last.Item), Rule: integrity.Rule(last.Rule), Basis: integrity.Basis(last.Basis), Unit: last.Unit, UnitName: f.units.name(last.Unit),
		Up: FlagEventKind(last.Event) != FlagClosed, FirstOn: events[0].On}
	for i := range events {
		e := &events[i]
		if e.RiskID != 0 {
			flag.RiskID = integrity.FormatID(e.RiskID)
		}
		if kind := FlagEventKind(e.Event); kind == FlagOpened || kind == FlagReopened {
			flag.Times++
		}
		flag.Events = append(flag.Events, FlagEvent{On: e.On, Event: FlagEventKind(e.Event), Basis: integrity.Basis(e.Basis), Reason: FlagReason(e.Reason)})
	}
	until := last.On
	if flag.Up {
		until = f.scope.AsOf
	}
	flag.Days = int(until - flag.FirstOn)
	return flag
}
