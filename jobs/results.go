package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

// Results keeps what tasks found out, in versions: the same content again is no new one.
type Results struct{ DB Database }

// Found is one version of what a task found out for a period.
type Found struct {
	Period      string          `ch:"period" json:"period"`
	Version     uint32          `ch:"version" json:"version"` // from 1
	AsOf        integrity.Day   `ch:"as_of" json:"as_of"`
	MadeAt      time.Time       `ch:"made_at" json:"made_at"`
	DataVersion string          `ch:"data_version" json:"data_version"`
	SHA256      string          `ch:"sha256" json:"sha256"`
	Text        string          `ch:"content" json:"-"`
	Content     json.RawMessage `ch:"-" json:"content"`
	Changes     []string        `ch:"changes" json:"changes"` // against the version before, as facts: metrics.Kept makes sentences of them
}

// Versions returns all versions of a task's results for a period, the newest first; with
// an empty period those of all periods.
func (r Results) Versions(ctx context.Context, job, period string) ([]Found, error) {
	var out []Found
	if err := r.DB.Write().Select(ctx, &out, `SELECT period, version, as_of, made_at, data_version, sha256, content, changes FROM results
		WHERE job = @job AND (@period = '' OR period = @period) ORDER BY period DESC, version DESC`, clickhouse.Named("job", job), clickhouse.Named("period", period)); err != nil {
		return nil, fmt.Errorf("read the results of %s: %w", job, err)
	}
	for i := range out {
		out[i].Content = json.RawMessage(out[i].Text)
	}
	return out, nil
}

// keep stores content as a new version unless it is what the latest version holds.
// changes tells what differs from the version before, whose content it is given, if there
// is one.
func (r Results) keep(ctx context.Context, job, period string, asOf integrity.Day, content any, changes func(before []byte) ([]string, error), now time.Time) (bool, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return false, fmt.Errorf("keep the result of %s for %s: %w", job, period, err)
	}
	sum := sha256.Sum256(text)
	hash := hex.EncodeToString(sum[:])
	versions, err := r.Versions(ctx, job, period)
	if err != nil {
		return false, err
	}
	next, differs := uint32(1), []string{}
	if len(versions) > 0 {
		if versions[0].SHA256 == hash {
			return false, nil
		}
		next = versions[0].Version + 1
		if changes != nil {
			if differs, err = changes(versions[0].Content); err != nil {
				return false, fmt.Errorf("compare the results of %s for %s: %w", job, period, err)
			}
		}
	}
	var data uint64
	if err := r.DB.Write().QueryRow(ctx, `SELECT max(batch_no) FROM batches WHERE state = 'committed'`).Scan(&data); err != nil {
		return false, fmt.Errorf("read the data version: %w", err)
	}
	write := func(ctx context.Context) error {
		batch, err := r.DB.Write().PrepareBatch(ctx, `INSERT INTO results (job, period, version, as_of, made_at, data_version, sha256, content, changes)`)
		if err != nil {
			return err
		}
		defer batch.Close()
		if err := batch.Append(job, period, next, asOf.UTC(), now.UTC(), fmt.Sprint(data), hash, string(text), differs); err != nil {
			return err
		}
		return send(ctx, batch)
	}
	// The claim is looked at a moment before the row is written. The server keeps one row of a
	// version all the same, whoever was late by that moment.
	holder, err := store.Occupy(ctx, fmt.Sprintf("result/%s/%s/%d", job, period, next), write, func() (string, error) {
		versions, err := r.Versions(ctx, job, period)
		if err != nil || len(versions) == 0 || versions[0].Version < next {
			return "", err
		}
		return versions[0].SHA256, nil
	})
	switch {
	case err != nil:
		return false, fmt.Errorf("keep the result of %s for %s: %w", job, period, err)
	case holder == "":
		return false, fmt.Errorf("keep the result of %s for %s: the server drops every attempt", job, period)
	case holder != hash:
		return false, fmt.Errorf("keep the result of %s for %s: %w", job, period, ErrFenced)
	}
	return true, nil
}
