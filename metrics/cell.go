package metrics

import (
	"slices"
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// Cells of a distribution as a condition on rows: parameter cell.

// CellPlace is one dimension of a cell and its code, empty for what nobody has assigned.
type CellPlace struct{ Dim, Code string }

// CellOf writes the condition cell of a Scope: dim:code,dim:code.
func CellOf(places ...CellPlace) string {
	parts := make([]string, len(places))
	for i, p := range places {
		parts[i] = p.Dim + ":" + p.Code
	}
	return strings.Join(parts, ",")
}

// ParseCell reads what CellOf writes. A comma before what is no dimension belongs to the code. It
// returns integrity.ErrInvalid for anything else.
func ParseCell(v string) ([]CellPlace, error) {
	var out []CellPlace
	for part := range strings.SplitSeq(v, ",") {
		dim, code, ok := strings.Cut(part, ":")
		switch {
		case ok && slices.Contains(Dimensions(), dim):
			out = append(out, CellPlace{dim, code})
		case len(out) > 0:
			out[len(out)-1].Code += "," + part
		case v != "":
			return nil, &integrity.Refused{Name: "cell", Value: v, Shape: integrity.ShapeCell}
		}
	}
	return out, nil
}

// cellClause is the condition of SQL that holds for the rows which a distribution puts into the cell of
// the scope, and its parameters. Rows and counts take their columns from the same place.
func (f *frame) cellClause(table string) (string, []any, error) {
	places, err := ParseCell(f.scope.Cell)
	if err != nil {
		return "", nil, err
	}
	columns, ok := f.columns(table)
	if !ok || len(places) == 0 {
		return "1", nil, nil
	}
	var clauses []string
	var args []any
	for i, p := range places {
		name := "cell_" + strconv.Itoa(i)
		switch {
		case p.Dim == DimLeader:
			var units []string
			for _, u := range f.units.current {
				if l := f.units.leaderOn(u.Code, f.scope.AsOf); p.Code == "" && l != "" || p.Code != "" && l == p.Code {
					units = append(units, u.Code)
				}
			}
			clause := "has({" + name + ":Array(String)}, unit)"
			if p.Code == "" {
				clause = "NOT " + clause
			}
			clauses, args = append(clauses, clause), append(args, param(name, append([]string{}, units...)))
		default:
			code := p.Code
			if p.Dim == DimMonth {
				code = strings.Replace(code, "-", "", 1)
			}
			clauses, args = append(clauses, columns[p.Dim]+" = unhex({"+name+":String})"), append(args, hexParam(name, code))
		}
	}
	return strings.Join(clauses, " AND "), args, nil
}

// owes returns the code of a dimension under which an obligation is counted: that of the point that it
// concerns, or of the unit that owes it.
func owes(it *obligation.Item, points map[string]pointFact, dim string) string {
	p, known := points[it.RiskID]
	if !known {
		p = pointFact{Layer: string(integrity.LayerUnclassified), Category: string(integrity.CategoryUnclassified), Grade: string(integrity.GradeUngraded), Managed: "unmarked"}
	}
	switch dim {
	case DimLayer:
		return p.Layer
	case DimCategory:
		return p.Category
	case DimGrade:
		return p.Grade
	case DimStage:
		return p.Stage
	case DimManaged:
		return p.Managed
	case DimUnit:
		return it.Unit
	case DimLeader:
		return it.Leader
	}
	return it.Due.MonthCode()
}

// inCell reports whether an obligation is counted in the cell of the places.
func inCell(it *obligation.Item, points map[string]pointFact, places []CellPlace) bool {
	return !slices.ContainsFunc(places, func(p CellPlace) bool { return owes(it, points, p.Dim) != p.Code })
}
