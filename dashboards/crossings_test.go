package dashboards

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// Every pair of dimensions, also one with itself, for points, checks, signals of all kinds and of one in
// turn, and obligations: the cells add up to the total, and the largest has as many rows as it says, asked
// for by the condition of that cell alone. Which of the two are the rows makes no other condition.
func TestTheLargestCellOfEveryCrossingHasAsManyRows(t *testing.T) {
	s := newSite(t)
	dims := metrics.Dimensions()
	kinds := []string{"complaints", "petitions", "findings", "comparisons"}
	for _, measure := range []string{"risks", "checks", "signals", "signals of one kind", metrics.MeasureOverdue} {
		t.Run(measure, func(t *testing.T) {
			t.Parallel()
			own := *s
			own.t = t
			followed, crossings := 0, 0
			for y, rows := range dims {
				for _, cols := range dims[y:] {
					of := measure
					if strings.Contains(of, " ") {
						of = kinds[crossings%len(kinds)]
					}
					crossings++
					if own.sameCell(of, rows, cols) {
						followed++
					}
				}
			}
			if followed < crossings*2/3 {
				t.Errorf("only %d of %d crossings have a cell that is not empty", followed, crossings)
			}
		})
	}
}

// sameCell wants the largest cell of a crossing to have as many rows as it says. It reports whether there
// was one.
func (s *site) sameCell(measure, rows, cols string) bool {
	s.t.Helper()
	asked := url.Values{"measure": {measure}, "rows": {rows}, "cols": {cols}, "integrity": {"all"}}
	if measure == metrics.MeasureOverdue {
		asked.Set("basis", string(integrity.BasisSystem))
	}
	d := read[metrics.Distribution](s, "/api/v1/distribution?"+asked.Encode())
	sum, most := uint64(0), -1
	for i, c := range d.Cells {
		sum += *c.Count
		if *c.Count > 0 && (most < 0 || *c.Count > *d.Cells[most].Count) {
			most = i
		}
	}
	if sum != *d.Total || len(d.Cells) != len(d.Rows)*len(d.Cols) {
		s.t.Errorf("%s, %s × %s: cells add up to %d, total %d", measure, rows, cols, sum, *d.Total)
	}
	if most < 0 {
		return false
	}
	cell := rows + ":" + d.Rows[most/len(d.Cols)].Code
	if cols != rows {
		cell += "," + cols + ":" + d.Cols[most%len(d.Cols)].Code
	}
	if got, want := s.rowsOfCell(measure, cell), *d.Cells[most].Count; got != want {
		s.t.Errorf("%s, %s × %s: the cell %s says %d and has %d rows", measure, rows, cols, cell, want, got)
	}
	return true
}

// rowsOfCell is how many rows the API has for a cell of a measure.
func (s *site) rowsOfCell(measure, cell string) uint64 {
	s.t.Helper()
	asked := url.Values{"cell": {cell}}
	switch {
	case measure == metrics.MeasureOverdue:
		asked.Set("basis", string(integrity.BasisSystem))
		return uint64(len(read[metrics.Overdue](s, "/api/v1/overdue?"+asked.Encode()).Items))
	case slices.Contains([]string{"risks", "checks"}, measure):
		return read[metrics.Page[object]](s, "/api/v1/"+measure+"?per_page=1&"+asked.Encode()).Total
	case measure != "signals":
		asked.Set("kind", strings.TrimSuffix(measure, "s"))
	}
	asked.Set("integrity", "all")
	return read[metrics.Page[object]](s, "/api/v1/signals?per_page=1&"+asked.Encode()).Total
}
