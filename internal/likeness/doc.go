// Package likeness says how alike two short texts are: the one measure by which names of units,
// references to points and the identity of points from list to list are told, and which pages
// show beside what it decided.
//
// It knows no field, no database and no threshold: what counts as the same stands with the rule
// that asks (integrity.SamePoint).
package likeness
