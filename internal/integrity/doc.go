// Package integrity holds the words of the field: layers, categories and grades of
// integrity risks, the six stages of review, units and their leaders, risk points,
// signals, checks, obligations, and the civil calendar they live in. The codes are the
// same in tables, Go, SQL, URLs and JSON; the Chinese words are their labels
// (docs/glossary.md).
//
// Everything here is a value or a pure function of values. Standard library only; no
// database, no files, no HTTP, no clock: what needs the current time takes it as an
// argument.
package integrity
