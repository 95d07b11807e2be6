// Package hotspot finds the cells of unit × category × month whose count of new
// matters is improbable against their own past and their peers, with the false
// discovery rate held over all cells of the month, and says why in words.
//
// The model joins two well-known parts, because the cells are too sparse for a
// regression each:
//
//   - outbreak detection after Farrington et al. (A statistical algorithm for the
//     early detection of outbreaks of infectious disease, JRSS A 159, 1996) with
//     the improvements of Noufaily et al. (Statistics in Medicine 32, 2013): an
//     overdispersed baseline, past outliers weighted down, the upper tail of a
//     negative binomial as the test;
//   - empirical-Bayes shrinkage of each cell's rate towards unit rate × category
//     share by a gamma prior (Robbins 1956; Clayton and Kaldor, Biometrics 43,
//     1987), with the uncertainty of the rate carried into the test.
//
// Decisions over all cells are made by the procedure of Benjamini and Hochberg
// (Controlling the false discovery rate, JRSS B 57, 1995).
//
// Here live the counts' shape (Series), the options with their defaults, the
// model, and the sentence for the reader. What never lives here: databases,
// clocks, files, HTTP and who may see what; the caller counts the matters its
// reader may see and passes them in. The same input gives the same bits, in
// whatever order the units come and on however many cores.
//
// Where the description of the method left a choice, these were taken, because
// the figures come out right with them:
//
//   - The season is estimated against exposure, since it multiplies exposure
//     later (model.seasons).
//   - A unit's rate is itself drawn towards its type's mean, by a gamma prior
//     whose width is the spread of rates within the type, and what stays
//     uncertain of it is added to τ. For a new unit that is the mean of its type
//     with the spread of its type: with τ alone every large newcomer would ring.
//   - Unit rates and category shares have half a matter added, so that nothing
//     is impossible because it never happened.
//   - Peers are the tested units of the same type, all units where a type has
//     fewer than six; one peer's count enters capped, so that a flood in one
//     unit does not excuse the others. Quiet units are no peers.
//   - Over three months the dispersion of single months averages out and the
//     uncertainty of the rate does not; the baseline ends before the three.
//   - Spikes are looked for once, after a first fit; that fit still contains
//     them, the second counts them for a tenth.
//
// A hot cell is a statistical anomaly and never proof of a problem. The measured
// rates of finding and of false alarm are in FIGURES.md beside this file.
package hotspot
