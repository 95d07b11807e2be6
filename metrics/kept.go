package metrics

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// The tasks whose results are kept in versions, by the names they are stored under.
const (
	KeptHotSpots = "hot-spots"      // the hot spots of a month, judged again and again
	KeptMonthEnd = "month-snapshot" // the key figures of a month end, as they were known
	KeptRound    = "q1-open"        // the opening of a year's first-quarter review
)

// withPetitions ends the periods of the runs that counted petitions.
const withPetitions = "+petitions"

// Kept is one version of what a task kept for a period.
type Kept struct {
	Task        string        `json:"task"`
	Period      string        `json:"period"`    // 2026-10; 2026 of a round
	Petitions   bool          `json:"petitions"` // whether the run counted petitions
	Version     int           `json:"version"`   // from 1
	AsOf        integrity.Day `json:"as_of"`     // the day that was judged
	MadeAt      time.Time     `json:"made_at"`
	DataVersion string        `json:"data_version"`
	Changes     []string      `json:"changes"` // against the version before, in the language asked for
	Why         string        `json:"why"`     // what was loaded between the two
	Hot         uint64        `json:"hot"`
	Watch       uint64        `json:"watch"`
	Runs        uint64        `json:"runs"`    // high over three months only
	Points      uint64        `json:"points"`  // of a month end: risk points in force
	Overdue     uint64        `json:"overdue"` // of a month end: past the notice's dates
	Units       uint64        `json:"units"`   // of a round: units that owe the review
}

type keptAnswer struct {
	Task    string        `ch:"job"`
	Period  string        `ch:"period"`
	Version uint32        `ch:"version"`
	AsOf    integrity.Day `ch:"as_of"`
	MadeAt  time.Time     `ch:"made_at"`
	Data    string        `ch:"data_version"`
	Changes []string      `ch:"changes"`
	Hot     uint64        `ch:"hot_count"`
	Watch   uint64        `ch:"watch_count"`
	Runs    uint64        `ch:"run_count"`
	Points  uint64        `ch:"risk_count"`
	Overdue uint64        `ch:"overdue_count"`
	Units   uint64        `ch:"unit_count"`
}

// keptLoad is a batch, or one that takes another back.
type keptLoad struct {
	No        uint64        `ch:"batch_no"`
	Kind      string        `ch:"file_kind"`
	TakenBack uint64        `ch:"taken_back"`
	On        integrity.Day `ch:"loaded_on"`
}

// Kept lists the versions that the tasks hot-spots, month-snapshot and q1-open have kept up
// to the day and the moment, newest first within a task: which run saw what, what changed
// against the run before, and what was loaded between them. A month asks for its hot spots
// and its end, a year for its round; without either all are listed. The figures are of the
// whole commission: units are given none. Hot spots are those of the run that the reader may
// see, with petitions or without.
func (m *Metrics) Kept(ctx context.Context, who integrity.Principal, s Scope) (List[Kept], error) {
	f, err := m.frame(ctx, who, Scope{AsOf: s.AsOf, KnownAt: s.KnownAt, Lang: s.Lang})
	if err != nil {
		return List[Kept]{}, err
	}
	out := ListOf([]Kept{})
	if who.Role == integrity.RoleUnit {
		return out, nil
	}
	periods := []string{}
	if s.Month != "" {
		periods = append(periods, s.Month, s.Month+withPetitions)
	}
	if s.Year != 0 {
		periods = append(periods, strconv.Itoa(s.Year))
	}
	key := fmt.Sprintf("kept/%v/%s/%d", periods, f.scope.AsOf, s.knownMicros())
	answer, err := cachedUntilWritten(ctx, m, f.snap, key, func(ctx context.Context) (answer []keptAnswer, err error) {
		err = f.sel(ctx, &answer, mustQuery("kept"), param("kept_tasks", []string{KeptHotSpots, KeptMonthEnd, KeptRound}), param("kept_periods", periods),
			param("as_of", f.scope.AsOf), param("known_micros", s.knownMicros()))
		return answer, err
	})
	if err != nil {
		return out, fmt.Errorf("what tasks kept as of %s: %w", f.scope.AsOf, err)
	}
	first, last := uint64(math.MaxUint64), uint64(0)
	for _, a := range answer {
		n, _ := strconv.ParseUint(a.Data, 10, 64)
		first, last = min(first, n), max(last, n)
	}
	var loads []keptLoad
	if last > first {
		loads, err = cachedUntilWritten(ctx, m, f.snap, fmt.Sprintf("loads/%d/%d", first, last), func(ctx context.Context) (loads []keptLoad, err error) {
			err = f.selAll(ctx, &loads, mustQuery("kept_loads"), param("after_no", first), param("up_to_no", last))
			return loads, err
		})
		if err != nil {
			return out, fmt.Errorf("loads between runs: %w", err)
		}
	}
	for i, a := range answer {
		month, petitions := strings.CutSuffix(a.Period, withPetitions)
		if a.Task == KeptHotSpots && petitions != who.SeesPetitionRows() {
			continue
		}
		k := Kept{
			Task: a.Task, Period: month, Petitions: petitions, Version: int(a.Version), AsOf: a.AsOf, MadeAt: a.MadeAt.In(integrity.Shanghai), DataVersion: a.Data, Changes: keptSentences(a.Changes, f.scope.Lang),
			Points: a.Points, Overdue: a.Overdue,
		}
		switch a.Task { // others have items and units of their own
		case KeptHotSpots:
			k.Hot, k.Watch, k.Runs = a.Hot, a.Watch, a.Runs
		case KeptRound:
			k.Units = a.Units
		}
		if i+1 < len(answer) && answer[i+1].Task == a.Task && answer[i+1].Period == a.Period {
			k.Why = whyKept(loads, answer[i+1].Data, a.Data, a.Task == KeptHotSpots, petitions).In(f.scope.Lang)
		}
		out.Items = append(out.Items, k)
	}
	out.Total = len(out.Items)
	return out, nil
}

// keptKinds are the kinds of loads that hot spots depend on; of a month end it is all.
var keptKinds = []struct {
	kind string
	name obligation.Text
}{
	{"units", obligation.Text{ZH: "单位", EN: "units"}}, {"complaints", obligation.Text{ZH: "日常投诉", EN: "complaints"}}, {"petitions", obligation.Text{ZH: "信访举报", EN: "petitions"}},
	{"confirmations", obligation.Text{ZH: "人工确认", EN: "confirmations"}},
}

// whyKept says what was loaded between two versions. What the reader's run does not count
// is not named.
func whyKept(loads []keptLoad, before, after string, hotSpots, petitions bool) obligation.Text {
	from, _ := strconv.ParseUint(before, 10, 64)
	to, _ := strconv.ParseUint(after, 10, 64)
	count := map[string]int{}
	others, back := 0, 0
	for _, l := range loads {
		if l.No <= from || l.No > to || l.Kind == "petitions" && hotSpots && !petitions {
			continue
		}
		named := false
		for _, k := range keptKinds {
			named = named || k.kind == l.Kind && (k.kind != "petitions" || petitions)
		}
		switch {
		case l.TakenBack != 0:
			back++
		case named:
			count[l.Kind]++
		case !hotSpots:
			others++
		}
	}
	var zh, en []string
	for _, k := range keptKinds {
		if n := count[k.kind]; n > 0 {
			zh, en = append(zh, fmt.Sprintf("%s%d批", k.name.ZH, n)), append(en, fmt.Sprintf("%d of %s", n, k.name.EN))
		}
	}
	if others > 0 {
		zh, en = append(zh, fmt.Sprintf("其他%d批", others)), append(en, fmt.Sprintf("%d others", others))
	}
	text := obligation.Text{ZH: "两次之间没有相关装载：判断的日期或来源报送情况不同", EN: "nothing of it was loaded between the two: the day that is judged or the delivery of a source differs"}
	if len(zh) > 0 {
		text = obligation.Text{ZH: "两次之间装载" + strings.Join(zh, "、"), EN: "loaded between the two: " + strings.Join(en, ", ")}
	}
	if back > 0 {
		if len(zh) == 0 {
			text = obligation.Text{ZH: "两次之间", EN: "between the two"}
		} else {
			text.ZH, text.EN = text.ZH+"，", text.EN+";"
		}
		text.ZH += fmt.Sprintf("撤回%d批", back)
		text.EN += fmt.Sprintf(" %d loads were taken back", back)
	}
	return text
}
