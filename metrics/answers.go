package metrics

import "qingfeng/internal/integrity"

// Label is one row or column of a table: its code and the word for people.
type Label struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

// Cell is one cell of a distribution. Count is nil and Suppressed true where the number
// is too small to be shown to the principal. Important and General split risk points by
// grade; they are 0 for other measures.
type Cell struct {
	Row        string  `json:"row"`
	Col        string  `json:"col"`
	Count      *uint64 `json:"count"`
	Important  uint64  `json:"important"`
	General    uint64  `json:"general"`
	Suppressed bool    `json:"suppressed,omitempty"`
	// Share is the count as a part of what its row counts in all, 0 to 1; nil in a row that counts
	// nothing or has a hidden cell.
	Share *float64 `json:"share,omitempty"`
}

// Distribution is the answer to "how many, by what and what": every row and column in
// official order, zero cells present. Total is nil where it would give a hidden cell
// away.
type Distribution struct {
	AsOf        integrity.Day `json:"as_of"`
	Measure     string        `json:"measure"`
	Rows        []Label       `json:"rows"`
	Cols        []Label       `json:"cols"`
	Cells       []Cell        `json:"cells"` // row by row
	Total       *uint64       `json:"total"`
	DataVersion string        `json:"data_version"`
}

// At returns the cell of a row and a column by their positions.
func (d Distribution) At(row, col int) Cell { return d.Cells[row*len(d.Cols)+col] }

// Series is one line of a trend. A value is nil, and Suppressed true, where the number is too
// small to be shown to the principal or would give such a number away.
type Series struct {
	Code       string    `json:"code"`
	Label      string    `json:"label"`
	Values     []*uint64 `json:"values"` // one a month
	Suppressed bool      `json:"suppressed,omitempty"`
}

// Shown are values of a series none of which is hidden.
func Shown(values ...uint64) []*uint64 {
	out := make([]*uint64, len(values))
	for i := range values {
		out[i] = &values[i]
	}
	return out
}

// Trend is a measure by month.
type Trend struct {
	Months []string `json:"months"` // 2026-01
	Series []Series `json:"series"`
}
