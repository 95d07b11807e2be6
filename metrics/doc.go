// Package metrics answers the questions that the pages, the API, the exports, the report
// and the command line ask: how risk points and signals are distributed, which
// obligations are overdue, how signals develop, which rows stand behind a number. Each
// question is one exported method and one file under queries/; rules that need no
// database are plain functions in the packages obligation and hotspot. Every question
// takes the principal on whose behalf it is asked, and two clocks: as_of, the day that is
// judged, and known_at, by when it had to be loaded.
//
// Nothing here knows HTTP, charts, files or jobs, and nothing here writes.
package metrics
