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
	book, err := m.book(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("stages as of %s: %w", f.scope.AsOf, err)
	}
	rows := slices.DeleteFunc(book.StageBoard(f.year(), f.scope.AsOf), func(r obligation.StageRow) bool {
		return !f.sees(r.Unit) || s.Stage != "" && r.Stage != s.Stage
	})
	return rows, nil
}
