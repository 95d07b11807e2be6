package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// NameHotSpots is the task that judges which counts of a month are improbable.
const NameHotSpots = "hot-spots"

// WithPetitions ends the periods of the runs that counted petitions, which only inspectors
// may read; a period without it, such as 2026-03, is for everybody who sees hot spots.
const WithPetitions = "+petitions"

// HotSpotter judges the hot spots of a month.
type HotSpotter interface {
	HotSpots(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.HotSpots, error)
}

// HotSpots returns the task that judges the month before and the two before that, on the
// first and again on the fifth of each month, when late files have come in (methods,
// section 1): once with petitions and once without. What changed since the last run is
// stored with the new version.
func HotSpots(db Database, m HotSpotter) Job {
	return Job{Name: NameHotSpots, Schedule: "0 4 1,5 * *", Timeout: 20 * time.Minute, CatchUp: 72,
		Run: func(ctx context.Context, now time.Time) (Result, error) { return hotSpots(ctx, db, m, now) }}
}

func hotSpots(ctx context.Context, db Database, m HotSpotter, now time.Time) (Result, error) {
	asOf := integrity.DayOf(now)
	counts := map[string]uint64{"new": 0}
	var text obligation.Text
	for back := time.Month(1); back <= 3; back++ {
		month := integrity.Date(asOf.Year(), asOf.Month()-back, 1).MonthCode()
		for _, run := range []struct {
			who    integrity.Principal
			suffix string
		}{{publicEye, ""}, {system, WithPetitions}} {
			found, err := m.HotSpots(ctx, run.who, metrics.Scope{AsOf: asOf, Month: month})
			if err != nil {
				return Result{}, err
			}
			found.Items = withoutSeries(found.Items)
			kept, err := Results{db}.keep(ctx, NameHotSpots, month+run.suffix, asOf, found, func(before []byte) ([]string, error) {
				return hotSpotChanges(before, found)
			}, now)
			if err != nil {
				return Result{}, err
			}
			if kept {
				counts["new"]++
			}
			if run.suffix == "" { // the text is read by everybody
				hot, watch, runs := tallySpots(found)
				counts["hot"] += hot
				counts["watch"] += watch
				counts["runs"] += runs
				text.ZH += fmt.Sprintf("%s 显著偏高%d处、关注%d处、仅三个月合计偏高%d处；", month, hot, watch, runs)
				text.EN += fmt.Sprintf("%s: hot %d, watch %d, high over three months only %d; ", month, hot, watch, runs)
				for _, sentence := range found.QuietSentences() {
					text.ZH += strings.TrimSuffix(sentence, "。") + "；"
				}
				for _, q := range found.Quiet {
					text.EN += "no data of the month from " + q.Name + "; "
				}
			}
		}
	}
	return Result{Text: obligation.Text{ZH: text.ZH + fmt.Sprintf("新结果%d份", counts["new"]), EN: text.EN + fmt.Sprintf("new results: %d", counts["new"])}, Counts: counts}, nil
}

// publicEye asks for the run without petitions, which all but inspectors see.
var publicEye = integrity.Principal{Role: integrity.RoleOffice, Name: "定时任务"}

// withoutSeries drops the months behind each spot: they are in the data.
func withoutSeries(items []metrics.HotSpot) []metrics.HotSpot {
	out := make([]metrics.HotSpot, len(items))
	for i, h := range items {
		h.Series = nil
		out[i] = h
	}
	return out
}

func tallySpots(found metrics.HotSpots) (hot, watch, runs uint64) {
	for _, h := range found.Items {
		switch {
		case h.Hot:
			hot++
		case h.Watch:
			watch++
		case h.Run:
			runs++
		}
	}
	return hot, watch, runs
}

// hotSpotChanges returns, as it is kept, what a later run sees otherwise than an earlier one.
func hotSpotChanges(before []byte, after metrics.HotSpots) ([]string, error) {
	var earlier metrics.HotSpots
	if err := json.Unmarshal(before, &earlier); err != nil {
		return nil, fmt.Errorf("read the earlier run: %w", err)
	}
	out := []string{}
	for _, c := range metrics.SpotChanges(earlier.Items, after.Items) {
		text, err := c.Stored()
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}
