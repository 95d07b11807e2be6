package hotspot

// model is the baseline fitted on months from … to-1 of a series. Units are held
// in the order of their codes; a cell's index is unit*categories + category.
type model struct {
	s        *Series
	opt      Options
	order    []int // by model unit: index into s.Units
	from, to int
	days     float64   // mean working days of a month of the baseline
	months   []int     // by unit: months counted in the baseline
	types    []int     // by unit: index of its type
	season   []float64 // by category*12 + calendar month
	phi      []float64 // by category: dispersion, pooled
	tau      float64
	lambda   []float64 // by cell: matters per mean month
	shape    []float64 // by cell: 1/shape is the relative variance of lambda
}

// moments are the weighted sums over a cell's baseline months that every step of
// the fit needs; with them a round costs the same however long the history is.
// z is exposure × season.
type moments struct {
	n, y, z, yy, yz, zz float64
}

// fit estimates the baseline: once with every month alike, and once more with
// past spikes weighted down, so that a hot month does not hide the next.
func fit(s *Series, order []int, from, to int, opt Options) *model {
	m := &model{s: s, opt: opt, order: order, from: from, to: to}
	for t := from; t < to; t++ {
		m.days += float64(s.WorkingDays[t]) / float64(to-from)
	}
	m.months = make([]int, len(order))
	index := map[string]int{}
	m.types = make([]int, len(order))
	for i, u := range order {
		unit := &s.Units[u]
		for t := from; t < to; t++ {
			if m.exposure(unit, t) > 0 {
				m.months[i]++
			}
		}
		if _, ok := index[unit.Type]; !ok {
			index[unit.Type] = len(index)
		}
		m.types[i] = index[unit.Type]
	}
	m.season = m.seasons()
	m.estimate(m.moments())
	m.estimate(m.moments())
	return m
}

// exposure is the share of a mean month's working days on which the unit was
// counted in month t: 0 while it was closed or its source quiet.
func (m *model) exposure(unit *Unit, t int) float64 {
	if unit.quiet(t) {
		return 0
	}
	return float64(m.s.WorkingDays[t]) / m.days * unit.open(t)
}

// seasons returns the factor of each category and calendar month, mean 1 over
// the year. The expected number of a month is taken with its exposure (working
// days, units in operation weighted by their size): the factor multiplies the
// exposure later, and a short February must not be counted twice.
func (m *model) seasons() []float64 {
	s, categories := m.s, len(m.s.Categories)
	season := make([]float64, categories*12)
	for i := range season {
		season[i] = 1
	}
	if m.to-m.from < m.opt.SeasonHistory {
		return season
	}
	exposure := make([]float64, m.to-m.from)
	total := make([][]float64, categories)
	for c := range total {
		total[c] = make([]float64, m.to-m.from)
	}
	for _, u := range m.order {
		unit := &s.Units[u]
		var y, x float64
		for t := m.from; t < m.to; t++ {
			e := m.exposure(unit, t)
			if e == 0 {
				continue
			}
			x += e
			for c := range categories {
				y += float64(s.Counts[u][c][t])
				total[c][t-m.from] += float64(s.Counts[u][c][t])
			}
		}
		if y == 0 {
			continue
		}
		for t := m.from; t < m.to; t++ {
			exposure[t-m.from] += m.exposure(unit, t) * y / x
		}
	}
	var sumX float64
	for _, x := range exposure {
		sumX += x
	}
	for c := range categories {
		var sumY float64
		for _, y := range total[c] {
			sumY += y
		}
		if sumY == 0 {
			continue
		}
		level := sumY / sumX
		var counted, expected [12]float64
		for i, y := range total[c] {
			k := s.calendarMonth(m.from + i)
			counted[k] += min(y, m.opt.SeasonCap*level*exposure[i])
			expected[k] += level * exposure[i]
		}
		var mean float64
		for k := range 12 {
			season[c*12+k] = (counted[k] + m.opt.SeasonPrior) / (expected[k] + m.opt.SeasonPrior)
			mean += season[c*12+k] / 12
		}
		for k := range 12 {
			season[c*12+k] /= mean
		}
	}
	return season
}

// moments sums up every cell's baseline. Once rates have been estimated, months
// that are improbable under them get the spike weight.
func (m *model) moments() []moments {
	s, categories := m.s, len(m.s.Categories)
	all := make([]moments, len(m.order)*categories)
	x := make([]float64, m.to-m.from)
	for i, u := range m.order {
		unit := &s.Units[u]
		for t := range x {
			x[t] = m.exposure(unit, m.from+t)
		}
		for c := range categories {
			cell := i*categories + c
			mo := &all[cell]
			for t, e := range x {
				if e == 0 {
					continue
				}
				count := s.Counts[u][c][m.from+t]
				z := e * m.season[c*12+s.calendarMonth(m.from+t)]
				w := 1.0
				if m.lambda != nil && m.spike(cell, c, count, z) {
					w = m.opt.SpikeWeight
				}
				y := float64(count)
				mo.n += w
				mo.y += w * y
				mo.z += w * z
				mo.yy += w * y * y
				mo.yz += w * y * z
				mo.zz += w * z * z
			}
		}
	}
	return all
}

// spike reports whether a past count is an outlier under the estimated rate.
func (m *model) spike(cell, c, count int, z float64) bool {
	mu := m.lambda[cell] * z
	// The tail function is only asked where it can matter: no negative binomial
	// has a thousandth of its weight at or below its own mean.
	if count < m.opt.SpikeMin || float64(count) <= mu {
		return false
	}
	return upperTail(count, mu, m.size(cell, c, 1)) < m.opt.SpikeP
}

// size returns the size of the negative binomial of a cell. months is the
// effective number of months summed up: their dispersion averages out, the
// uncertainty of the rate does not.
func (m *model) size(cell, c int, months float64) float64 {
	return 1 / (m.opt.DispersionFactor*m.phi[c]/months + 1/m.shape[cell])
}
