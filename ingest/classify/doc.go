// Package classify suggests layer and category for risk points and signals that come
// without them, from the definitions of the notice (part two, 三个层面 and 七类风险):
// where does the risk come from, not whose business is it.
//
// The method is a fixed list of phrases and a few rules over them, so that the same text
// always gives the same answer and every answer names the phrases that led to it. A text
// is read once by an automaton over all phrases (match.go); the hits of each clause go
// through the rules (score.go); the phrases themselves stand in lexicon.go.
//
// A suggestion is a suggestion: storing it, showing it and letting a person confirm it is
// the business of others. Nothing here reads files, knows tables or learns from data.
// FIGURES.md holds the measured accuracy; it is written by
// "go test -run TestFigures -update".
package classify
