package dashboards

import (
	"context"
	"slices"
	"time"

	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
)

// reportsAsOf is the register of reports as it stood at the end of the day that is judged: drafts
// and versions made later are not in it, nor are periods without any.
func (r *request) reportsAsOf(ctx context.Context) ([]bulletin.Dossier, error) {
	all, err := r.s.Reports.Periods(ctx, r.who)
	if err != nil {
		return nil, err
	}
	later := func(at time.Time) bool { return integrity.DayOf(at) > r.scope.AsOf }
	out := all[:0]
	for _, d := range all {
		d.Drafts = slices.DeleteFunc(d.Drafts, func(x bulletin.Draft) bool { return later(x.MadeAt) })
		d.Issues = slices.DeleteFunc(d.Issues, func(x bulletin.Issue) bool { return later(x.At) })
		if len(d.Drafts)+len(d.Issues) > 0 {
			out = append(out, d)
		}
	}
	return out, nil
}
