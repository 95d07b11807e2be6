package demo

import "qingfeng/internal/integrity"

// Where the facts are planted.
const (
	unchangedUnit = "15" // sends last year's list again
	lateUnit      = "19" // misses the first quarter
	unfiledUnit   = "14" // approved, important points not filed
	blindUnit     = "26" // signals, but no point of blindCategory
	reviewUnit    = "21" // petitions gather where it has only general points
	madeUpUnit    = "25" // late in the first half, made up in the second
	newYearUnit   = "03" // checked on 31 December and on 1 January

	blindCategory  = integrity.CategoryExternal
	reviewCategory = integrity.CategoryMechanism
)

// Planted are the facts to be found, as counted in what was generated.
type Planted struct {
	HotSpots []HotSpot
}

// HotSpot is a cell with far more new matters than its past lets expect.
type HotSpot struct {
	Unit, Name string
	Category   integrity.Category
	Month      string // 2026-10
	Planted    int    // complaints written on top of the usual ones
	Total      int    // all complaints of the cell whose category the file gives
}
