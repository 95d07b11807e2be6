// Package form writes the notice's own form (annex 1, 廉洁风险防控清单) as a Word document
// and as a workbook, A4 landscape: title, unit and date, the six columns in their order,
// the signature lines and the three notes. Filled it is the export of a list, empty it is
// the template. What is written here is read by package ingest without loss.
//
// Nothing here reads files, asks the database or decides who may see a list.
package form
