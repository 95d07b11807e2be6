package hotspot

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// sumTail adds up the upper tail term by term with 200 bits, far beyond the
// point where terms still matter.
func sumTail(y int, mu, r float64) float64 {
	prec := func(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }
	lgammaY, _ := math.Lgamma(float64(y) + r)
	lgammaR, _ := math.Lgamma(r)
	lfact, _ := math.Lgamma(float64(y) + 1)
	logFirst := lgammaY - lgammaR - lfact + r*math.Log(r/(mu+r)) + float64(y)*math.Log(mu/(mu+r))
	sum, term := prec(0), prec(1)
	for k := y; k < y+200_000; k++ {
		sum.Add(sum, term)
		term.Mul(term, prec((float64(k)+r)/float64(k+1)*mu/(mu+r)))
		if ratio, _ := new(big.Float).Quo(term, sum).Float64(); ratio < 1e-20 {
			break
		}
	}
	s, _ := sum.Float64()
	return math.Exp(logFirst + math.Log(s))
}

func TestUpperTailIsTheSumOfItsTerms(t *testing.T) {
	for _, tc := range []struct {
		name  string
		y     int
		mu, r float64
	}{
		{"nothing counted is certain to be reached", 0, 2, 4},
		{"one of a small mean", 1, 0.1, 3},
		{"fourteen where two are expected", 14, 2, 4},
		{"twenty-three where four are expected", 23, 4, 4},
		{"below the mean", 3, 40, 8},
		{"far out", 120, 2, 4},
		{"nearly Poisson", 30, 10, 5000},
		{"a wide one", 50, 1, 0.2},
		{"a large unit", 700, 500, 30},
		{"almost nothing expected", 5, 1e-4, 0.7},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, want := upperTail(tc.y, tc.mu, tc.r), sumTail(tc.y, tc.mu, tc.r)
			if math.Abs(got/want-1) > 1e-9 {
				t.Errorf("upperTail(%d, %g, %g) = %g; want %g", tc.y, tc.mu, tc.r, got, want)
			}
		})
	}
	if got := upperTail(100_000, 0.01, 5); got != smallestP {
		t.Errorf("upperTail beyond all numbers = %g; want %g", got, smallestP)
	}
	if got := upperTail(3, 0, 5); got != smallestP {
		t.Errorf("upperTail of three where none can be = %g; want %g", got, smallestP)
	}
}

// The same oracle as in the targets: at k = 4 no method that knows the truth
// calls less than 14 where 2 are expected or 23 where 4 are, at two spikes in
// 1,400 cells.
func TestOracleThresholdsAreThoseOfTheTargets(t *testing.T) {
	for _, tc := range []struct {
		mu   float64
		want int
	}{{2, 14}, {4, 23}} {
		y := 1
		for upperTail(y, tc.mu, 4) > 0.05*2/1400 {
			y++
		}
		if y != tc.want {
			t.Errorf("smallest count to be called where %g are expected = %d; want %d", tc.mu, y, tc.want)
		}
	}
}

func TestUpperTailFallsWithTheCountAndGrowsWithTheMean(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.IntRange(1, 300).Draw(t, "y")
		mu := rapid.Float64Range(1e-3, 200).Draw(t, "mu")
		r := rapid.Float64Range(0.2, 60).Draw(t, "r")
		p := upperTail(y, mu, r)
		if p < 0 || p > 1 {
			t.Fatalf("upperTail(%d, %g, %g) = %g", y, mu, r, p)
		}
		if more := upperTail(y+1, mu, r); more > p {
			t.Fatalf("tail of %d is %g, of one more %g", y, p, more)
		}
		if larger := upperTail(y, mu*1.1, r); larger < p*(1-1e-9) {
			t.Fatalf("tail with mean %g is %g, with a larger one %g", mu, p, larger)
		}
	})
}

// The example is the one of the paper of 1995, section 4.2: fifteen p values, of
// which the procedure calls four at 0.05.
func TestBenjaminiHochbergCallsFourOfThePapersFifteen(t *testing.T) {
	p := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
		0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000}
	q := benjaminiHochberg(p)
	called := 0
	for _, v := range q {
		if v <= 0.05 {
			called++
		}
	}
	if called != 4 {
		t.Errorf("%d called; want 4 (q = %v)", called, q)
	}
	if !slices.IsSorted(q) {
		t.Errorf("q of sorted p is not sorted: %v", q)
	}
	tied := benjaminiHochberg([]float64{0.04, 0.01, 0.04, 0.01})
	want := []float64{0.04, 0.02, 0.04, 0.02}
	if diff := cmp.Diff(want, tied, cmpopts.EquateApprox(1e-12, 0)); diff != "" {
		t.Errorf("q of tied p (-want +got):\n%s", diff)
	}
	if got := benjaminiHochberg(nil); len(got) != 0 {
		t.Errorf("q of an empty family = %v", got)
	}
}
