package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
)

// NameMonthlyReport is the task that drafts the report of the month before.
const NameMonthlyReport = "monthly-report"

// Drafter makes the report of a period, always the same bytes for the same data.
type Drafter interface {
	Draft(ctx context.Context, period string) (html []byte, dataVersion string, err error)
}

// MonthlyReport returns the task that drafts, on the first of each month, the report of
// the month before, and keeps it. The same report is kept once: a run that finds nothing
// new writes nothing.
func MonthlyReport(db Database, d Drafter) Job {
	return Job{Name: NameMonthlyReport, Schedule: "30 4 1 * *", Timeout: 10 * time.Minute, CatchUp: 36,
		Run: func(ctx context.Context, now time.Time) (Result, error) {
			today := integrity.DayOf(now)
			period := integrity.Date(today.Year(), today.Month()-1, 1).MonthCode()
			html, version, err := d.Draft(ctx, period)
			if err != nil {
				return Result{}, err
			}
			kept, err := Reports{db}.keep(ctx, period, html, version, now)
			if err != nil {
				return Result{}, err
			}
			if !kept {
				return Result{Text: period + " 月报没有变化", Counts: map[string]uint64{"bytes": uint64(len(html)), "new": 0}}, nil
			}
			return Result{Text: period + " 月报草稿已生成", Counts: map[string]uint64{"bytes": uint64(len(html)), "new": 1}}, nil
		}}
}

// Reports reads and keeps the reports that were made.
type Reports struct{ DB Database }

// Kept is one report that was made.
type Kept struct {
	Period      string    `ch:"period" json:"period"`
	Version     uint32    `ch:"version" json:"version"`
	State       string    `ch:"state" json:"state"` // draft or issued
	MadeAt      time.Time `ch:"made_at" json:"made_at"`
	DataVersion string    `ch:"data_version" json:"data_version"`
	SHA256      string    `ch:"sha256" json:"sha256"`
}

// List returns the latest version of every period, newest first.
func (r Reports) List(ctx context.Context) ([]Kept, error) {
	var out []Kept
	if err := r.DB.Write().Select(ctx, &out, `SELECT period, version, state, made_at, data_version, sha256 FROM reports ORDER BY period DESC, version DESC LIMIT 1 BY period`); err != nil {
		return nil, fmt.Errorf("list reports: %w", err)
	}
	return out, nil
}

// HTML returns the latest version of a period's report, the issued one before any draft;
// integrity.ErrNotFound if there is none.
func (r Reports) HTML(ctx context.Context, period string) ([]byte, error) {
	var out []struct {
		HTML string `ch:"html"`
	}
	if err := r.DB.Write().Select(ctx, &out, `SELECT html FROM reports WHERE period = @period ORDER BY state = 'issued' DESC, version DESC LIMIT 1`, clickhouse.Named("period", period)); err != nil {
		return nil, fmt.Errorf("read the report of %s: %w", period, err)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("report of %s: %w", period, integrity.ErrNotFound)
	}
	return []byte(out[0].HTML), nil
}

func (r Reports) keep(ctx context.Context, period string, html []byte, dataVersion string, now time.Time) (bool, error) {
	sum := sha256.Sum256(html)
	hash := hex.EncodeToString(sum[:])
	var last []Kept
	if err := r.DB.Write().Select(ctx, &last, `SELECT period, version, state, made_at, data_version, sha256 FROM reports WHERE period = @period ORDER BY version DESC LIMIT 1`, clickhouse.Named("period", period)); err != nil {
		return false, fmt.Errorf("read the reports of %s: %w", period, err)
	}
	version := uint32(1)
	if len(last) > 0 {
		if last[0].SHA256 == hash {
			return false, nil
		}
		version = last[0].Version + 1
	}
	batch, err := r.DB.Write().PrepareBatch(ctx, `INSERT INTO reports (period, version, state, made_at, data_version, sha256, html)`)
	if err != nil {
		return false, fmt.Errorf("keep the report of %s: %w", period, err)
	}
	defer batch.Close()
	if err := batch.Append(period, version, "draft", now.UTC(), dataVersion, hash, string(html)); err != nil {
		return false, fmt.Errorf("keep the report of %s: %w", period, err)
	}
	if err := batch.Send(); err != nil {
		return false, fmt.Errorf("keep the report of %s: %w", period, err)
	}
	return true, nil
}
