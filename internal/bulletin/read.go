package bulletin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
)

// Draft is a draft that the monthly task made and kept. Drafts of a period are counted
// from 1, apart from its issued versions.
type Draft struct {
	Period      string    `ch:"period" json:"period"`
	Version     uint32    `ch:"version" json:"version"`
	MadeAt      time.Time `ch:"made_at" json:"made_at"`
	DataVersion string    `ch:"data_version" json:"data_version"`
	SHA256      string    `ch:"sha256" json:"sha256"`
}

// Dossier is all there is about the report of one period.
type Dossier struct {
	Period string  `json:"period"`
	Drafts []Draft `json:"drafts"` // newest first
	Issues []Issue `json:"issues"` // newest first
	Notes  []Note  `json:"notes"`  // oldest first
	Next   Number  `json:"next"`   // its number, or that which it gets when issued now
}

// Issued returns the newest issued version, nil before the first.
func (d Dossier) Issued() *Issue {
	if len(d.Issues) == 0 {
		return nil
	}
	return &d.Issues[0]
}

// Copy names one file of a period. The zero Copy is the newest issued version, or, where
// nothing has been issued, a draft of what is known now.
type Copy struct {
	Version int    // of an issued one; 0 = the newest
	Draft   bool   // what would be issued now, also where something has been
	Unit    string // the extract for a unit: code or name
}

// Periods returns the dossiers of all periods for which something was kept, latest first,
// without their notes. Only those who read whole reports see any.
func (r *Registry) Periods(ctx context.Context, who integrity.Principal) ([]Dossier, error) {
	if !Reads(who) {
		return []Dossier{}, nil
	}
	issues, err := r.issues(ctx, "")
	if err != nil {
		return nil, err
	}
	drafts, err := r.drafts(ctx, "")
	if err != nil {
		return nil, err
	}
	at := map[string]*Dossier{}
	of := func(period string) *Dossier {
		if at[period] == nil {
			at[period] = &Dossier{Period: period, Drafts: []Draft{}, Issues: []Issue{}, Notes: []Note{}}
		}
		return at[period]
	}
	for _, d := range drafts {
		of(d.Period).Drafts = append(of(d.Period).Drafts, d)
	}
	for _, i := range slices.Backward(issues) {
		of(i.Period).Issues = append(of(i.Period).Issues, i)
	}
	out := make([]Dossier, 0, len(at))
	for _, d := range at {
		d.Next = Next(d.Period, issues, r.cfg.FirstMonth)
		out = append(out, *d)
	}
	slices.SortFunc(out, func(a, b Dossier) int { return strings.Compare(b.Period, a.Period) })
	return out, nil
}

// Period returns the dossier of a period, also of one for which nothing was kept yet. It
// returns integrity.ErrNotFound to those who do not read whole reports.
func (r *Registry) Period(ctx context.Context, who integrity.Principal, period string) (Dossier, error) {
	if err := CheckPeriod(period); err != nil {
		return Dossier{}, err
	}
	if !Reads(who) {
		return Dossier{}, fmt.Errorf("report of %s: %w", period, integrity.ErrNotFound)
	}
	all, err := r.issues(ctx, "")
	if err != nil {
		return Dossier{}, err
	}
	d := Dossier{Period: period, Issues: []Issue{}, Next: Next(period, all, r.cfg.FirstMonth)}
	for _, i := range slices.Backward(all) {
		if i.Period == period {
			d.Issues = append(d.Issues, i)
		}
	}
	if d.Drafts, err = r.drafts(ctx, period); err != nil {
		return Dossier{}, err
	}
	d.Notes, err = r.Notes(ctx, period)
	return d, err
}

// File returns a file of a period. It returns integrity.ErrNotFound for a version that
// does not exist and to whom the file is not for: units get their extract, and that only.
func (r *Registry) File(ctx context.Context, who integrity.Principal, period string, c Copy) ([]byte, error) {
	if err := CheckPeriod(period); err != nil {
		return nil, err
	}
	if !Reads(who) && c.Unit == "" {
		return nil, fmt.Errorf("report of %s: %w", period, integrity.ErrNotFound)
	}
	all, err := r.issues(ctx, "")
	if err != nil {
		return nil, err
	}
	newest, versions := latest(all, period)
	if c.Draft || newest == nil && c.Version == 0 {
		return r.draft(ctx, who, period, c.Unit, all)
	}
	if c.Version != 0 {
		if c.Version < 0 || c.Version > versions {
			return nil, fmt.Errorf("version %d of the report of %s: %w", c.Version, period, integrity.ErrNotFound)
		}
		at := slices.IndexFunc(all, func(i Issue) bool { return i.Period == period && i.Version == c.Version })
		newest = &all[at]
	}
	if c.Unit == "" {
		return r.file(ctx, newest)
	}
	p, err := r.cfg.Printer.Print(ctx, who, period, Choice{KnownAt: newest.KnownAt, Unit: c.Unit, Issued: true, IssuedOn: newest.IssuedOn, Signer: newest.Signer,
		Number: newest.Number, Version: newest.Version})
	return p.HTML, err
}

// draft prints what would be issued now.
func (r *Registry) draft(ctx context.Context, who integrity.Principal, period, unit string, all []Issue) ([]byte, error) {
	c := Choice{Unit: unit, Number: Next(period, all, r.cfg.FirstMonth)}
	earlier, versions := latest(all, period)
	c.Version = versions + 1
	if unit == "" {
		notes, err := r.Notes(ctx, period)
		if err != nil {
			return nil, err
		}
		c.Advice = Advice(notes)
		if earlier != nil {
			if earlier.Figures, err = r.figures(ctx, earlier); err != nil {
				return nil, err
			}
			c.Earlier = earlier
		}
	}
	p, err := r.cfg.Printer.Print(ctx, who, period, c)
	return p.HTML, err
}

// Since returns the issues that were recorded at or after a moment, oldest first.
func (r *Registry) Since(ctx context.Context, at time.Time) ([]Issue, error) {
	all, err := r.issues(ctx, "")
	return slices.DeleteFunc(all, func(i Issue) bool { return i.At.Before(at) }), err
}

func (r *Registry) drafts(ctx context.Context, period string) ([]Draft, error) {
	where, args := "", []any{}
	if period != "" {
		where, args = " WHERE period = @period", append(args, clickhouse.Named("period", period))
	}
	out := []Draft{}
	if err := r.cfg.Database.Write().Select(ctx, &out, `SELECT period, version, made_at, data_version, sha256 FROM reports`+where+` ORDER BY period DESC, version DESC`, args...); err != nil {
		return nil, fmt.Errorf("list the drafts of reports: %w", err)
	}
	return out, nil
}

// KeepDraft prints the draft of a period and keeps it. The same draft is kept once: kept
// is false when the newest one has the same bytes. It returns ErrTaken where somebody else
// kept another one at the same moment.
func (r *Registry) KeepDraft(ctx context.Context, who integrity.Principal, period string, now time.Time) (kept bool, size int, err error) {
	all, err := r.issues(ctx, "")
	if err != nil {
		return false, 0, err
	}
	p, err := r.cfg.Printer.Print(ctx, who, period, Choice{Number: Next(period, all, r.cfg.FirstMonth), Version: 1})
	if err != nil {
		return false, 0, err
	}
	sum := sha256.Sum256(p.HTML)
	hash := hex.EncodeToString(sum[:])
	last, err := r.drafts(ctx, period)
	if err != nil {
		return false, 0, err
	}
	version := uint32(1)
	if len(last) > 0 {
		if last[0].SHA256 == hash {
			return false, len(p.HTML), nil
		}
		version = last[0].Version + 1
	}
	err = claim(ctx, fmt.Sprintf("draft/%s/%d", period, version), hash, func(ctx context.Context) error {
		batch, err := r.cfg.Database.Write().PrepareBatch(ctx, `INSERT INTO reports (period, version, state, made_at, data_version, sha256, html)`)
		if err != nil {
			return err
		}
		defer batch.Close()
		if err := batch.Append(period, version, "draft", now.UTC(), p.DataVersion, hash, string(p.HTML)); err != nil {
			return err
		}
		return batch.Send()
	}, func() (string, error) {
		kept, err := r.drafts(ctx, period)
		if err != nil || len(kept) == 0 || kept[0].Version < version {
			return "", err
		}
		return kept[0].SHA256, nil
	})
	if err != nil {
		return false, 0, fmt.Errorf("keep the draft of %s: %w", period, err)
	}
	return true, len(p.HTML), nil
}
