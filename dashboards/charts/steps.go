package charts

import (
	"fmt"
	"strconv"

	"qingfeng/metrics"
)

// Steps are the lower limits of the five filled steps of a heatmap, ascending. What lies
// below the first, that is zero, is paper.
type Steps [5]uint64

// The steps of each measure. They are fixed, so that a colour means the same number in
// all grades, months and filters; a card of a few coarse rows needs higher limits than
// one row per unit.
var coarseSteps = map[string]Steps{
	"risks":       {1, 10, 20, 30, 40},
	"complaints":  {1, 20, 50, 100, 200},
	"petitions":   {1, 5, 10, 20, 50},
	"findings":    {1, 10, 20, 50, 100},
	"comparisons": {1, 10, 20, 50, 100},
	"signals":     {1, 20, 50, 100, 200},
	"checks":      {1, 20, 50, 100, 200},
	"overdue":     {1, 5, 10, 20, 50},
}

var fineSteps = map[string]Steps{
	"risks":       {1, 3, 6, 10, 15},
	"complaints":  {1, 5, 10, 20, 50},
	"petitions":   {1, 3, 5, 10, 20},
	"findings":    {1, 3, 5, 10, 20},
	"comparisons": {1, 3, 5, 10, 20},
	"signals":     {1, 5, 10, 20, 50},
	"checks":      {1, 5, 10, 20, 50},
	"overdue":     {1, 2, 3, 5, 10},
}

// coarse reports whether the codes of a dimension are few, so that each counts much.
func coarse(dimension string) bool {
	switch dimension {
	case metrics.DimLayer, metrics.DimGrade, metrics.DimStage, metrics.DimManaged:
		return true
	}
	return false
}

// StepsFor returns the steps of a measure for rows of a dimension (layer, unit, …). An
// unknown measure is counted like risk points.
func StepsFor(measure, rows string) Steps {
	table := fineSteps
	if coarse(rows) {
		table = coarseSteps
	}
	if s, ok := table[measure]; ok {
		return s
	}
	return table["risks"]
}

// Step returns the step of n, 0 (zero, paper) to 5 (darkest).
func (s Steps) Step(n uint64) int {
	step := 0
	for i, from := range s {
		if n >= from {
			step = i + 1
		}
	}
	return step
}

// Label names a step for a legend: 0, 1–9, 10–19, …, ≥40.
func (s Steps) Label(step int) string {
	switch {
	case step <= 0:
		return "0"
	case step >= len(s):
		return "≥" + strconv.FormatUint(s[len(s)-1], 10)
	}
	from, to := s[step-1], s[step]-1
	if from == to {
		return strconv.FormatUint(from, 10)
	}
	return fmt.Sprintf("%d–%d", from, to)
}
