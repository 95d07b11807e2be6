package hotspot

import (
	"errors"
	"fmt"
)

// Options are the constants of the model. The values of DefaultOptions are the
// ones FIGURES.md was measured with; change one and measure again.
type Options struct {
	// History is the number of closed months before the judged one that make
	// the baseline; MinHistory is how many there must be at the least.
	History, MinHistory int
	// SeasonHistory is the number of months from which a season is estimated;
	// with fewer, every month type counts the same.
	SeasonHistory int
	// SeasonPrior is the number of expected matters by which a month type is
	// drawn towards 1; SeasonCap limits a month to that multiple of its mean.
	SeasonPrior, SeasonCap float64
	// Rounds is how often prior, dispersion and rates are estimated in turn.
	Rounds int
	// MinTau bounds the relative variance of cell rates about the prior mean.
	MinTau float64
	// MinDispersion bounds φ in Var = μ + φμ²; DispersionFactor multiplies the
	// estimate in the test, because weighting spikes down trims its tail.
	MinDispersion, DispersionFactor float64
	// A past month with an upper tail below SpikeP and at least SpikeMin matters
	// enters the refit with SpikeWeight.
	SpikeP      float64
	SpikeMin    int
	SpikeWeight float64
	// PeersPrior is added to the counted and to the expected matters of the
	// peers before their ratio is taken and clipped to [PeersMin, PeersMax].
	PeersPrior, PeersMin, PeersMax float64
	// PeersCap limits what one peer adds to PeersCap × (expected + 1) matters.
	PeersCap float64
	// MinPeers is the number of other units of the same type below which all
	// units of the city serve as peers.
	MinPeers int
	// NewUnit is the number of months a unit must have been counted before it is
	// tested at all; up to MinHistory months its cells are marked Thin.
	NewUnit int
	// Q and HotMin: a cell is hot with q ≤ Q and at least HotMin matters.
	Q      float64
	HotMin int
	// WatchP, WatchMin, WatchRatio: a cell that is not hot is watched with
	// p ≤ WatchP, at least WatchMin matters and a ratio of at least WatchRatio.
	WatchP     float64
	WatchMin   int
	WatchRatio float64
	// WatchShown is the length of the watch list; WatchChance is the share of
	// the tested cells that the rule lists where nothing happened, as measured.
	WatchShown  int
	WatchChance float64
	// Run is the number of rolling months of the second test, for slow rises.
	Run int
}

// DefaultOptions returns the options in use.
func DefaultOptions() Options {
	return Options{
		History: 36, MinHistory: 6,
		SeasonHistory: 24, SeasonPrior: 20, SeasonCap: 3,
		Rounds: 3,
		MinTau: 0.02, MinDispersion: 0.02, DispersionFactor: 1.15,
		SpikeP: 0.001, SpikeMin: 3, SpikeWeight: 0.1,
		PeersPrior: 30, PeersMin: 0.5, PeersMax: 2, PeersCap: 3, MinPeers: 5,
		NewUnit: 3,
		Q:       0.05, HotMin: 3,
		WatchP: 0.03, WatchMin: 5, WatchRatio: 2, WatchShown: 10, WatchChance: 0.008,
		Run: 3,
	}
}

// Validate returns an error that names every option the model cannot work with,
// so that a zero Options is refused instead of finding nothing.
func (o Options) Validate() error {
	var errs []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	check(o.MinHistory >= 1 && o.History >= o.MinHistory, "history of %d to %d months", o.MinHistory, o.History)
	check(o.SeasonPrior > 0 && o.SeasonCap >= 1, "season prior %g with cap %g", o.SeasonPrior, o.SeasonCap)
	check(o.Rounds >= 1, "%d rounds", o.Rounds)
	check(o.MinTau > 0, "smallest tau %g", o.MinTau)
	check(o.MinDispersion > 0 && o.DispersionFactor > 0, "dispersion from %g times %g", o.MinDispersion, o.DispersionFactor)
	check(o.SpikeWeight > 0 && o.SpikeWeight <= 1, "spike weight %g", o.SpikeWeight)
	check(o.PeersPrior > 0 && o.PeersMin > 0 && o.PeersMin <= 1 && o.PeersMax >= 1 && o.PeersCap >= 1,
		"peers prior %g within %g and %g, capped at %g", o.PeersPrior, o.PeersMin, o.PeersMax, o.PeersCap)
	check(o.Q > 0 && o.Q < 1, "q %g", o.Q)
	check(o.Run >= 1, "run of %d months", o.Run)
	return errors.Join(errs...)
}
