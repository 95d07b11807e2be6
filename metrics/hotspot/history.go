package hotspot

import "fmt"

// Point is one month of a cell's chart.
type Point struct {
	Month string
	Count int
	// Expected of the month, and Upper, the top of the range of expected counts
	// (see Test.Upper). Both are 0 in a month that was not counted.
	Expected float64
	Upper    int
	// Counted is false while the unit was closed or its source quiet.
	Counted bool
}

// History returns the last months of one cell, at most n, the judged month being
// the last. Past months are described by the fitted rate, which they helped to
// make; only the judged month is held against a rate without itself. upper is
// the tail beyond the expected range, such as Options.WatchP.
func (r *Result) History(unit, category string, n int, upper float64) ([]Point, error) {
	m := r.model
	for i, u := range m.order {
		if m.s.Units[u].Code != unit {
			continue
		}
		for c, code := range m.s.Categories {
			if code == category {
				return r.points(i, u, c, n, upper), nil
			}
		}
	}
	return nil, fmt.Errorf("history of %s in %s: no such cell", category, unit)
}

// points makes the months of unit i, which is unit u of the series.
func (r *Result) points(i, u, c, n int, upper float64) []Point {
	m := r.model
	at := i*len(m.s.Categories) + c
	var points []Point
	for t := max(m.from, m.to-n+1); t <= m.to; t++ {
		e := m.exposure(&m.s.Units[u], t)
		p := Point{Month: m.s.Months[t], Count: m.s.Counts[u][c][t], Counted: e > 0}
		if p.Counted {
			test := Test{
				Expected: m.lambda[at] * e * m.season[c*12+m.s.calendarMonth(t)],
				size:     m.size(at, c, 1),
			}
			if t == m.to {
				test = r.Cells[u*len(m.s.Categories)+c].Test
			}
			p.Expected, p.Upper = test.Expected, test.Upper(upper)
		}
		points = append(points, p)
	}
	return points
}
