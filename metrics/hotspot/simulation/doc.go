// Package simulation measures how well hot spots are found: it draws counts
// whose truth is known, plants spikes, and counts what package hotspot and the
// rules of thumb people use make of them. Figures prints the whole as Markdown.
//
// It is no part of the running product and never sees real data. Everything is
// drawn from seeds; the same seeds give the same figures.
package simulation
