package hotspot

import (
	"cmp"
	"slices"

	"gonum.org/v1/gonum/mathext"
)

// smallestP stands for every smaller probability, so that a score stays finite.
const smallestP = 1e-300

// upperTail returns P(Y ≥ y) of a negative binomial with mean mu and size r
// (variance mu + mu²/r). The tail is a regularised incomplete beta function,
// exact to about twelve digits, also far out where a sum of the lower
// probabilities would have cancelled.
func upperTail(y int, mu, r float64) float64 {
	if y <= 0 {
		return 1
	}
	if mu <= 0 {
		return smallestP
	}
	return max(mathext.RegIncBeta(float64(y), r, mu/(mu+r)), smallestP)
}

// benjaminiHochberg returns the q value of each p value: the smallest false
// discovery rate at which it would be called (1995, step-up). Equal p have
// equal q.
func benjaminiHochberg(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	q := make([]float64, len(p))
	least := 1.0
	for i, at := range order {
		rank := len(p) - i
		least = min(least, p[at]*float64(len(p))/float64(rank))
		q[at] = least
	}
	return q
}
