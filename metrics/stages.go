package metrics

import (
	"context"
	"fmt"
	"slices"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// StageBoard tells how far the lists of a year, by default that of as_of, have come
// through the six stages and to filing: one row for each unit in operation, in official
// order.
func (m *Metrics) StageBoard(ctx context.Context, who integrity.Principal, s Scope) ([]obligation.StageRow, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return nil, err
	}
	rows, err := judged(ctx, m, f, "stages", (*obligation.Book).StageBoard)
	if err != nil {
		return nil, fmt.Errorf("stages as of %s: %w", f.scope.AsOf, err)
	}
	return slices.DeleteFunc(rows, func(r obligation.StageRow) bool {
		return !f.sees(r.Unit) || s.Stage != "" && r.Stage != s.Stage
	}), nil
}
