// Package report writes the bulletin 廉洁风险防控监督月报, and the half-year and year
// reports of the same order, as one HTML file: no script, no address, drawings as SVG with
// their tables behind them, printed on A4, and open for editing in an office program.
//
// What lives here: which questions are asked for a period (facts.go), the sentences made
// from the numbers (sentences.go), the tables (tables.go), the order of the sections
// (document.go) and the page (report.html, report.css). Every number comes from package
// metrics, asked as a leader of the commission, so that small counts of petitions are
// hidden whoever builds the report.
//
// The same cut of the data gives the same bytes: nothing here reads a clock, a host name
// or a random number. The file carries its own SHA-256; Verify repeats it, and so does
//
//	sed 's/id="sha256">[0-9a-f]*/id="sha256">/' report.html | sha256sum
//
// Queries, HTTP, storage and issuing never belong here.
package report
