// Package arch holds the tests of the house rules: which package may import which, that
// every package says what it is for, that rules ask no clock, that no test is skipped, how
// SQL is written, and what never stands in the repository. It has no code of its own.
//
// Each rule is a plain function from something small (a list of imports, a source text, a
// path) to what is wrong with it, and is tried on violations made up for the purpose, so
// that a rule that can no longer fail is noticed. Rules about behaviour belong to the
// package that behaves.
package arch
