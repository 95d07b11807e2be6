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

// NameFreshness is the daily task that notices sources gone quiet.
const NameFreshness = "freshness"

// Sourcer tells when each source was loaded last; *metrics.Metrics is one.
type Sourcer interface {
	Sources(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.List[metrics.Source], error)
}

// Quiet returns the sources that have gone quiet as of a day, those of petitions included.
func Quiet(ctx context.Context, m Sourcer, asOf integrity.Day) ([]metrics.Source, error) {
	all, err := m.Sources(ctx, system, metrics.Scope{AsOf: asOf})
	if err != nil {
		return nil, fmt.Errorf("look when sources were loaded: %w", err)
	}
	return slices.DeleteFunc(all.Items, func(s metrics.Source) bool { return !s.Quiet }), nil
}

// Freshness returns the task that stores which sources have gone quiet, each by itself.
func Freshness(db Database, m Sourcer) Job {
	return Job{Name: NameFreshness, Schedule: "30 6 * * *", Timeout: 2 * time.Minute, CatchUp: 1,
		Run: func(ctx context.Context, now time.Time) (Result, error) {
			asOf := integrity.DayOf(now)
			found, err := Quiet(ctx, m, asOf)
			if err != nil {
				return Result{}, err
			}
			kept, err := Results{db}.keep(ctx, NameFreshness, asOf.String(), asOf, found, nil, now)
			if err != nil {
				return Result{}, err
			}
			counts := map[string]uint64{"quiet": uint64(len(found)), "new": 0}
			if kept {
				counts["new"] = 1
			}
			if len(found) == 0 {
				return Result{Text: obligation.Text{ZH: "各来源装载正常", EN: "every source has delivered"}, Counts: counts}, nil
			}
			var zh, en []string
			for _, q := range found {
				zh = append(zh, fmt.Sprintf("%s已%d天没有装载（通常每%d天）", q.Name, q.Days, q.Usual))
				en = append(en, fmt.Sprintf("%s: nothing loaded for %d days (usually every %d)", q.Name, q.Days, q.Usual))
			}
			return Result{Text: obligation.Text{ZH: strings.Join(zh, "；"), EN: strings.Join(en, "; ")}, Counts: counts}, nil
		}}
}
