// Package demo writes the files that the offices, hospitals and stations of an invented
// city's health commission would send over two complete years and the current one: lists
// of risk points as Word forms, sheets and tables, complaints, petitions, checks,
// problem lists, data comparisons and the ledger of duties. Everything comes from a fixed
// seed and the clock that is given, so the same clock gives the same bytes. Facts worth
// finding are planted and listed (docs/demo.md).
//
// Nothing here reads files, loads a database or knows how the product judges what it
// writes; no text here is taken from a real list, and no name belongs to a real person or
// place.
package demo
