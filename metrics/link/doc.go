// Package link suggests which risk points of a unit a signal may belong to, and says why.
// It only ever suggests: a person confirms, picks another or says that it belongs to none.
//
// What a source names by number is not its business, nor are rows, units and principals: it
// compares texts and categories and knows no database.
package link
