package jobs

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingfeng/internal/integrity"
)

// NameFreshness is the daily task that notices sources gone quiet.
const NameFreshness = "freshness"

// Quiet is a source that brings nothing any more.
type Quiet struct {
	Kind     string        `json:"kind"` // of files, such as complaints
	LastLoad integrity.Day `json:"last_load"`
	Days     int           `json:"days"`  // since the last load
	Usual    int           `json:"usual"` // days between two loads: the median of the latest dozen
}

// Label names the source.
func (q Quiet) Label(lang integrity.Lang) string {
	for _, s := range sources {
		if s.kind == q.Kind {
			if lang == integrity.English {
				return s.en
			}
			return s.zh
		}
	}
	return q.Kind
}

// sources are the kinds of files that come again and again. Lists of risks and units and
// the ledger come in seasons: nothing for nine months is as it should be.
var sources = []struct{ kind, zh, en string }{
	{"complaints", "日常投诉", "complaints"},
	{"petitions", "信访举报", "petitions"},
	{"inspections", "监督检查", "inspections"},
	{"findings", "检查考核发现的问题", "findings"},
	{"comparisons", "业务数据比对", "comparisons"},
}

// A source is quiet after one and a half times its usual interval without a load, but not
// before ten days; fewer than three days with loads make no habit.
const (
	quietTimes  = 1.5
	quietAtOnce = 10
	quietLoads  = 3
	quietRecent = 13 // days with loads, whose dozen of intervals count
)

// Watch knows which sources have gone quiet.
type Watch struct {
	DB  Database
	Now integrity.Clock
}

// Quiet returns the sources that have gone quiet by now. Whether petitions come in is for
// those who see their counts.
func (w Watch) Quiet(ctx context.Context) ([]Quiet, error) {
	return quiet(ctx, w.DB, integrity.DayOf(w.Now()))
}

func quiet(ctx context.Context, db Database, asOf integrity.Day) ([]Quiet, error) {
	var rows []struct {
		Kind string        `ch:"kind"`
		Day  integrity.Day `ch:"loaded_on"`
	}
	if err := db.Write().Select(ctx, &rows, `SELECT DISTINCT f.kind AS kind, toDate32(toTimeZone(b.stepped_at, 'Asia/Shanghai')) AS loaded_on
		FROM files AS f INNER JOIN batches AS b ON f.batch_no = b.batch_no
		WHERE b.state = 'committed' AND f.batch_no NOT IN (SELECT revert FROM batches WHERE state = 'committed' AND revert != 0)
		ORDER BY kind, loaded_on`); err != nil {
		return nil, fmt.Errorf("look when sources were loaded: %w", err)
	}
	days := map[string][]integrity.Day{}
	for _, r := range rows {
		if r.Day <= asOf {
			days[r.Kind] = append(days[r.Kind], r.Day)
		}
	}
	out := []Quiet{}
	for _, s := range sources {
		if q, is := silence(days[s.kind], asOf); is {
			q.Kind = s.kind
			out = append(out, q)
		}
	}
	return out, nil
}

// silence judges one source by the days on which it was loaded, ascending and distinct.
func silence(days []integrity.Day, asOf integrity.Day) (Quiet, bool) {
	if len(days) < quietLoads {
		return Quiet{}, false
	}
	days = days[max(0, len(days)-quietRecent):]
	var gaps []int
	for i := 1; i < len(days); i++ {
		gaps = append(gaps, int(days[i]-days[i-1]))
	}
	slices.Sort(gaps)
	last := days[len(days)-1]
	q := Quiet{LastLoad: last, Days: int(asOf - last), Usual: gaps[len(gaps)/2]}
	return q, q.Days >= quietAtOnce && float64(q.Days) > quietTimes*float64(q.Usual)
}

// Freshness returns the task that stores which sources have gone quiet.
func Freshness(db Database) Job {
	return Job{Name: NameFreshness, Schedule: "30 6 * * *", Timeout: 2 * time.Minute, CatchUp: 1,
		Run: func(ctx context.Context, now time.Time) (Result, error) {
			asOf := integrity.DayOf(now)
			found, err := quiet(ctx, db, asOf)
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
				return Result{Text: "各来源装载正常", Counts: counts}, nil
			}
			var parts []string
			for _, q := range found {
				parts = append(parts, fmt.Sprintf("%s已%d天没有装载（通常每%d天）", q.Label(integrity.Chinese), q.Days, q.Usual))
			}
			return Result{Text: strings.Join(parts, "；"), Counts: counts}, nil
		}}
}
