package hotspot

// startDispersion is the φ the first round begins with; three rounds forget it
// wherever there is history to estimate another from.
const startDispersion = 0.1

// Bounds of the relative variance of unit rates within a type. A handful of
// units says little about how different a new one may be, so the prior of a
// unit's rate is never tighter than 0.1 nor wider than 4.
const (
	minUnitSpread = 0.1
	maxUnitSpread = 4
)

// minTypeUnits is the number of established units from which a type has a mean
// of its own; with fewer, a new unit is held against all units.
const minTypeUnits = 3

// estimate sets phi, tau, lambda and shape from the moments.
//
// The rate of a cell has a gamma prior with mean M, unit rate × category share,
// and relative variance τ; a month is negative binomial, so that S matters in E
// mean months weigh 1/(1+φλ) of what Poisson counts would.
func (m *model) estimate(mo []moments) {
	categories := len(m.s.Categories)
	shares := m.shares(mo)
	m.phi = make([]float64, categories)
	for c := range m.phi {
		m.phi[c] = startDispersion
	}
	m.lambda = make([]float64, len(mo))
	m.shape = make([]float64, len(mo))
	for round := range m.opt.Rounds {
		prior, spread := m.unitRates(mo, shares)
		m.tau = m.cellSpread(mo, prior, shares)
		for i := range m.order {
			// A unit's own rate is uncertain too: for an established unit that
			// adds nothing, for a new one it is most of what is not known. With
			// τ alone four times as many cells of new units were watched as of
			// others, and one in 240 was hot where nothing had happened.
			kappa := 1 / (m.tau + spread[i])
			for c := range categories {
				cell := i*categories + c
				mean := prior[i] * shares[c]
				rate := m.lambda[cell]
				if round == 0 {
					rate = mean
				}
				deff := 1 + m.phi[c]*rate
				rate = (kappa + mo[cell].y/deff) / (kappa/mean + mo[cell].z/deff)
				m.lambda[cell] = rate
				m.shape[cell] = kappa + mo[cell].z*rate/deff
			}
		}
		m.phi = m.dispersion(mo, spread)
	}
}

// shares returns the share of each category in all matters. Half a matter is
// added to each, so that a category without any has a small rate and not none.
func (m *model) shares(mo []moments) []float64 {
	categories := len(m.s.Categories)
	shares := make([]float64, categories)
	sum := 0.0
	for c := range shares {
		shares[c] = 0.5
		for i := range m.order {
			shares[c] += mo[i*categories+c].y
		}
		sum += shares[c]
	}
	for c := range shares {
		shares[c] /= sum
	}
	return shares
}

// unitRates returns the rate of each unit over all categories, drawn towards the
// mean of its type as far as the unit has little history of its own, and the
// relative variance that is left. A unit without any history has its type's mean.
func (m *model) unitRates(mo []moments, shares []float64) (rate, spread []float64) {
	categories := len(m.s.Categories)
	var phi float64
	for _, p := range m.phi {
		phi += p / float64(categories)
	}
	y, z := make([]float64, len(m.order)), make([]float64, len(m.order))
	for i := range m.order {
		for c := range categories {
			y[i] += mo[i*categories+c].y
			z[i] += shares[c] * mo[i*categories+c].z
		}
	}
	kinds := 0
	for _, kind := range m.types {
		kinds = max(kinds, kind+1)
	}
	everyone := m.groupOf(y, z, phi, func(int) bool { return true })
	groups := make([]group, kinds)
	for kind := range groups {
		groups[kind] = m.groupOf(y, z, phi, func(i int) bool { return m.types[i] == kind })
		if groups[kind].units < minTypeUnits {
			groups[kind] = everyone
		}
	}
	rate, spread = make([]float64, len(m.order)), make([]float64, len(m.order))
	for i := range m.order {
		g := groups[m.types[i]]
		deff := 1 + phi*g.rate/float64(categories)
		if z[i] > 0 {
			deff = 1 + phi*y[i]/z[i]/float64(categories)
		}
		shape := 1/g.spread + y[i]/deff
		rate[i] = shape / (1/(g.spread*g.rate) + z[i]/deff)
		spread[i] = 1 / shape
	}
	return rate, spread
}

// group is what the established units of a type have in common.
type group struct {
	units        int
	rate, spread float64 // mean rate of a unit, relative variance between units
}

// groupOf takes the established units for which in holds.
func (m *model) groupOf(y, z []float64, phi float64, in func(int) bool) group {
	var g group
	var sumY, sumZ float64
	established := func(i int) bool { return m.months[i] >= m.opt.MinHistory && in(i) }
	for i := range m.order {
		if established(i) {
			g.units++
			sumY += y[i]
			sumZ += z[i]
		}
	}
	// Half a matter keeps the rate of a silent group above zero.
	g.rate = (sumY + 0.5) / max(sumZ, 1)
	var square, noise float64
	for i := range m.order {
		if established(i) {
			d := y[i]/z[i] - g.rate
			square += d * d
			noise += g.rate * (1 + phi*g.rate/float64(len(m.phi))) / z[i]
		}
	}
	g.spread = maxUnitSpread
	if g.units > 1 {
		n := float64(g.units)
		g.spread = (square/(n-1) - noise/n) / (g.rate * g.rate)
	}
	g.spread = min(max(g.spread, minUnitSpread), maxUnitSpread)
	return g
}

// cellSpread returns τ, the relative variance of cell rates about the prior
// mean, by the method of moments: what the squared distances exceed the noise.
func (m *model) cellSpread(mo []moments, prior, shares []float64) float64 {
	categories := len(shares)
	var excess, square float64
	for i := range m.order {
		if m.months[i] < m.opt.MinHistory {
			continue
		}
		for c, share := range shares {
			cell := mo[i*categories+c]
			mean := prior[i] * share
			d := cell.y/cell.z - mean
			excess += d*d - (mean+m.phi[c]*mean*mean)/cell.z
			square += mean * mean
		}
	}
	if square == 0 {
		return m.opt.MinTau
	}
	return max(m.opt.MinTau, excess/square)
}

// dispersion returns φ of each category from the squared residuals of its
// established units, half-way pooled to the mean over categories. A shrunken
// rate uses up κ/A less than one degree of freedom of a cell's n.
func (m *model) dispersion(mo []moments, spread []float64) []float64 {
	categories := len(m.s.Categories)
	phi := make([]float64, categories)
	mean := 0.0
	for c := range phi {
		var excess, square float64
		for i := range m.order {
			if m.months[i] < m.opt.MinHistory {
				continue
			}
			cell := i*categories + c
			mo, rate := mo[cell], m.lambda[cell]
			kappa := 1 / (m.tau + spread[i])
			residual := mo.yy - 2*rate*mo.yz + rate*rate*mo.zz
			excess += residual*mo.n/(mo.n-1+kappa/m.shape[cell]) - rate*mo.z
			square += rate * rate * mo.zz
		}
		phi[c] = startDispersion // without any established unit
		if square > 0 {
			phi[c] = max(m.opt.MinDispersion, excess/square)
		}
		mean += phi[c] / float64(categories)
	}
	for c := range phi {
		phi[c] = (phi[c] + mean) / 2
	}
	return phi
}
