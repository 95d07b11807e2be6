// Package export writes tables as CSV and as workbooks: one header line, one line per
// row, typed cells, and texts that no spreadsheet takes for a formula. What the rows are
// and who may see them was decided before they came here.
package export
