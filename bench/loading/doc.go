// Package loading measures how fast files become committed rows, beside what a person
// would take for the same file: the engine's own insert of a CSV file, a bare streaming
// read of a workbook. All that is compared runs in turn, round by round, on one engine and
// through the loader that the product uses; the memory is that of the command itself.
//
// The files are made up from their numbers. Nothing here changes how loading works; that
// is package ingest.
package loading
