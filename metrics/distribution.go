package metrics

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// The measures of a distribution.
const (
	MeasureRisks       = "risks"
	MeasureComplaints  = "complaints"
	MeasurePetitions   = "petitions"
	MeasureFindings    = "findings"
	MeasureComparisons = "comparisons"
	MeasureSignals     = "signals"
	MeasureChecks      = "checks"
	MeasureOverdue     = "overdue"
)

// Measures returns the measures in the order of the contract.
func Measures() []string {
	return []string{MeasureRisks, MeasureComplaints, MeasurePetitions, MeasureFindings, MeasureComparisons, MeasureSignals, MeasureChecks, MeasureOverdue}
}

// The dimensions of a distribution.
const (
	DimLayer    = "layer"
	DimCategory = "category"
	DimGrade    = "grade"
	DimUnit     = "unit"
	DimMonth    = "month"
	DimLeader   = "leader"
	DimStage    = "stage"
	// DimManaged is what the management that a point concerns is of: 人, 财 or 物 (notice, four, 2). A point
	// of two or three of them stands in a column of its own, so that every point is counted once.
	DimManaged = "managed"
)

// Dimensions returns the dimensions in the order of the contract.
func Dimensions() []string {
	return []string{DimLayer, DimCategory, DimGrade, DimUnit, DimMonth, DimLeader, DimStage, DimManaged}
}

var measureKind = map[string]integrity.SignalKind{
	MeasureComplaints: integrity.SignalComplaint, MeasurePetitions: integrity.SignalPetition,
	MeasureFindings: integrity.SignalFinding, MeasureComparisons: integrity.SignalComparison,
}

// managedSQL is the code of DimManaged of a risk point, from its tags.
const managedSQL = "if(has(tags, '人') + has(tags, '财') + has(tags, '物') > 1, 'several', multiIf(has(tags, '人'), 'people', has(tags, '财'), 'money', has(tags, '物'), 'goods', 'unmarked'))"

// managed are the codes of DimManaged in order, with their words.
var managed = vocabulary{
	{"people", obligation.Text{ZH: "人", EN: "People"}}, {"money", obligation.Text{ZH: "财", EN: "Money"}}, {"goods", obligation.Text{ZH: "物", EN: "Goods"}},
	{"several", obligation.Text{ZH: "两项以上", EN: "Several"}}, {"unmarked", obligation.Text{ZH: "未标注", EN: "Not marked"}},
}

// Managed returns the codes of DimManaged in order.
func Managed() []string { return managed.codes() }

// ManagedLabel is the word for a code of DimManaged; empty for none.
func ManagedLabel(code string, lang integrity.Lang) string { return managed.label(code, lang) }

// dimensionSQL gives the column of a dimension in each table. Signals and checks carry
// no grade and no stage: they fall into the column of what nobody has assigned. A leader
// is looked up by unit.
var dimensionSQL = map[string]map[string]string{
	"risks": {
		DimLayer: "layer", DimCategory: "category", DimGrade: "grade", DimUnit: "unit", DimLeader: "unit", DimStage: "stage",
		DimMonth:   "toString(toYYYYMM(in_force_from))",
		DimManaged: managedSQL,
	},
	"signals": {
		DimLayer: "layer", DimCategory: "category", DimGrade: "'ungraded'", DimUnit: "unit", DimLeader: "unit", DimStage: "''",
		DimMonth: "toString(toYYYYMM(occurred_on))", DimManaged: "'unmarked'",
	},
	"checks": {
		DimLayer: "layer", DimCategory: "category", DimGrade: "'ungraded'", DimUnit: "unit", DimLeader: "unit", DimStage: "''",
		DimMonth: "toString(toYYYYMM(checked_on))", DimManaged: "'unmarked'",
	},
}

type cellAnswer struct {
	Row       string `ch:"row_code"`
	Col       string `ch:"col_code"`
	Count     int64  `ch:"row_count"`
	Important int64  `ch:"important_count"`
	General   int64  `ch:"general_count"`
}

// Distribution counts a measure by two dimensions. Risk points count as in force at
// as_of; events count within the period; overdue counts obligations with status overdue
// and, unless the scope says otherwise, basis notice.
func (m *Metrics) Distribution(ctx context.Context, who integrity.Principal, s Scope, measure, rows, cols string) (Distribution, error) {
	if !slices.Contains(Measures(), measure) {
		return Distribution{}, &integrity.Refused{Name: "measure", Value: measure, Legal: Measures()}
	}
	for _, d := range []struct{ name, code string }{{"rows", rows}, {"cols", cols}} {
		if !slices.Contains(Dimensions(), d.code) {
			return Distribution{}, &integrity.Refused{Name: d.name, Value: d.code, Legal: Dimensions()}
		}
	}
	if err := s.StatusOf(measure); err != nil {
		return Distribution{}, err
	}
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return Distribution{}, err
	}
	key := strings.Join([]string{"distribution", measure, rows, cols, string(who.Role), who.Unit, f.scope.key()}, "/")
	return cached(ctx, m.cache, f.snap, key, func(ctx context.Context) (Distribution, error) {
		d, err := m.distribution(ctx, f, measure, rows, cols)
		if err != nil {
			return d, fmt.Errorf("distribution of %s by %s and %s as of %s: %w", measure, rows, cols, f.scope.AsOf, err)
		}
		return d, nil
	})
}

func (m *Metrics) distribution(ctx context.Context, f *frame, measure, rows, cols string) (Distribution, error) {
	answer, err := m.cells(ctx, f, measure, rows, cols)
	if err != nil {
		return Distribution{}, err
	}
	d := Distribution{AsOf: f.scope.AsOf, Measure: measure, DataVersion: f.snap.Version()}
	d.Rows = f.labels(rows, answer, func(c cellAnswer) string { return c.Row })
	d.Cols = f.labels(cols, answer, func(c cellAnswer) string { return c.Col })
	at := map[[2]string]cellAnswer{}
	for _, c := range answer {
		k := [2]string{c.Row, c.Col}
		sum := at[k]
		sum.Count += c.Count
		sum.Important += c.Important
		sum.General += c.General
		at[k] = sum
	}
	var total uint64
	for _, r := range d.Rows {
		for _, c := range d.Cols {
			a := at[[2]string{r.Code, c.Code}]
			n := uint64(a.Count)
			total += n
			d.Cells = append(d.Cells, Cell{Row: r.Code, Col: c.Code, Count: &n, Important: uint64(a.Important), General: uint64(a.General)})
		}
	}
	d.Total = &total
	if f.hides() && (measure == MeasurePetitions || measure == MeasureSignals) {
		if err := m.hideSmall(ctx, f, &d, measure, rows, cols); err != nil {
			return d, err
		}
	}
	d.share()
	return d, nil
}

// cells asks for the non-zero cells, by code.
func (m *Metrics) cells(ctx context.Context, f *frame, measure, rows, cols string) ([]cellAnswer, error) {
	if measure == MeasureOverdue {
		return m.overdueCells(ctx, f, rows, cols)
	}
	table := "signals"
	switch measure {
	case MeasureRisks:
		table = "risks"
	case MeasureChecks:
		table = "checks"
	}
	args := f.args()
	if kind, ok := measureKind[measure]; ok {
		args = append(args, param("kinds", f.kinds(string(kind))))
	}
	columns, _ := f.columns(table)
	var answer []cellAnswer
	query := shape(mustQuery("distribution_"+table), "<row>", columns[rows], "<col>", columns[cols])
	if err := f.sel(ctx, &answer, query, args...); err != nil {
		return nil, err
	}
	for i := range answer {
		answer[i].Row = f.code(rows, answer[i].Row)
		answer[i].Col = f.code(cols, answer[i].Col)
	}
	return answer, nil
}

// columns are the columns of the dimensions in a table, as the switches of the scope have them. It is
// not ok for a table that is not counted by dimensions.
func (f *frame) columns(table string) (map[string]string, bool) {
	columns, ok := dimensionSQL[table]
	if f.scope.Suggested && table == "risks" {
		columns = suggestedSQL(columns)
	}
	if f.scope.NoMachine && table == "signals" {
		columns = maps.Clone(columns)
		columns[DimCategory] = "if(bitAnd(machine, 1) = 1, 'unclassified', category)"
	}
	return columns, ok
}

// suggestedSQL shows points that nobody has confirmed under the suggestion.
func suggestedSQL(columns map[string]string) map[string]string {
	out := maps.Clone(columns)
	out[DimLayer] = "if(layer = 'unclassified', suggested_layer, layer)"
	out[DimCategory] = "if(category = 'unclassified', suggested_category, category)"
	return out
}

// code turns what the database returned for a dimension into its code.
func (f *frame) code(dim, v string) string {
	switch {
	case dim == DimLeader:
		return f.units.leaderOn(v, f.scope.AsOf)
	case dim == DimMonth && len(v) == 6:
		return v[:4] + "-" + v[4:]
	}
	return v
}

// labels lists the rows or columns of a dimension in official order, those without any
// count included.
func (f *frame) labels(dim string, answer []cellAnswer, code func(cellAnswer) string) []Label {
	counted := map[string]bool{}
	for _, a := range answer {
		if a.Count != 0 {
			counted[code(a)] = true
		}
	}
	var out []Label
	add := func(code, label string) { out = append(out, Label{code, label}) }
	switch dim {
	case DimLayer:
		for _, l := range integrity.Layers() {
			add(string(l), l.Label(integrity.Chinese))
		}
	case DimCategory:
		for _, c := range integrity.Categories() {
			add(string(c), c.Label(integrity.Chinese))
		}
	case DimGrade:
		for _, g := range integrity.Grades() {
			add(string(g), g.Label(integrity.Chinese))
		}
	case DimStage:
		add("", "未记录")
		for _, s := range integrity.Stages() {
			add(string(s), s.Label(integrity.Chinese))
		}
	case DimManaged:
		for _, m := range managed {
			add(m.code, m.name.ZH)
		}
	case DimUnit:
		known := map[string]bool{}
		for _, u := range f.units.current {
			known[u.Code] = true
			if f.sees(u.Code) && (inOperation(u, f.scope.AsOf) || counted[u.Code]) {
				add(u.Code, u.Name)
			}
		}
		for _, c := range sorted(counted) {
			if !known[c] {
				add(c, c)
			}
		}
	case DimLeader:
		known := map[string]bool{}
		for _, u := range f.units.current {
			l := f.units.leaderOn(u.Code, f.scope.AsOf)
			if l != "" && !known[l] && (counted[l] || f.sees(u.Code) && inOperation(u, f.scope.AsOf)) {
				known[l] = true
				add(l, l)
			}
		}
		if counted[""] {
			add("", "未登记责任领导")
		}
	case DimMonth:
		for _, c := range f.months(counted) {
			add(c, c)
		}
	}
	return out
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// maxMonths bounds the columns of a table by month: fifty years.
const maxMonths = 600

// months lists all months of the period, or from the first counted one to the last.
func (f *frame) months(counted map[string]bool) []string {
	from, to := f.scope.period()
	codes := sorted(counted)
	if len(codes) > 0 {
		first, _ := time.Parse("2006-01", codes[0])
		last, _ := time.Parse("2006-01", codes[len(codes)-1])
		lowest := integrity.Date(first.Year(), first.Month(), 1)
		if from == integrity.NoDay || lowest < from {
			from = lowest
		}
		to = max(to, integrity.Date(last.Year(), last.Month(), 1))
	}
	if from == integrity.NoDay {
		return nil
	}
	var out []string
	y, mo := from.Year(), from.Month()
	for d := integrity.Date(y, mo, 1); d <= to && len(out) < maxMonths; mo++ {
		out = append(out, d.MonthCode())
		d = integrity.Date(y, mo+1, 1)
	}
	return out
}

// overdueCells counts obligations with status overdue by the dimensions of the point or
// unit that owes them.
func (m *Metrics) overdueCells(ctx context.Context, f *frame, rows, cols string) ([]cellAnswer, error) {
	basis := f.scope.Basis
	if basis == "" {
		basis = integrity.BasisNotice
	}
	items, _, err := m.items(ctx, f, obligation.Filter{Rule: f.scope.Rule, Basis: basis, Statuses: []integrity.Status{integrity.StatusOverdue}})
	if err != nil {
		return nil, err
	}
	points, err := m.pointFacts(ctx, f)
	if err != nil {
		return nil, err
	}
	var answer []cellAnswer
	for i := range items {
		it := &items[i]
		layer, category, grade := owes(it, points, DimLayer), owes(it, points, DimCategory), owes(it, points, DimGrade)
		if f.scope.Layer != "" && string(f.scope.Layer) != layer || f.scope.Category != "" && string(f.scope.Category) != category ||
			f.scope.Grade != "" && string(f.scope.Grade) != grade {
			continue
		}
		c := cellAnswer{Row: owes(it, points, rows), Col: owes(it, points, cols), Count: 1}
		switch integrity.Grade(grade) {
		case integrity.GradeImportant:
			c.Important = 1
		case integrity.GradeGeneral:
			c.General = 1
		}
		answer = append(answer, c)
	}
	return answer, nil
}

// hideSmall hides counts of petitions from 1 to k-1, and as many more cells of the same
// row and column as it takes that no difference gives them away; with anything hidden
// the total goes as well (methods, section 3). In signals, which petitions are part of,
// the same cells are hidden.
func (m *Metrics) hideSmall(ctx context.Context, f *frame, d *Distribution, measure, rows, cols string) error {
	petitions := d
	if measure == MeasureSignals {
		if len(f.kinds("")) == 0 || !slices.Contains(f.kinds(string(f.scope.Kind)), string(integrity.SignalPetition)) {
			return nil
		}
		answer, err := m.cells(ctx, f, MeasurePetitions, rows, cols)
		if err != nil {
			return err
		}
		at := map[[2]string]uint64{}
		for _, c := range answer {
			at[[2]string{c.Row, c.Col}] += uint64(c.Count)
		}
		copied := *d
		copied.Cells = slices.Clone(d.Cells)
		for i, c := range copied.Cells {
			n := at[[2]string{c.Row, c.Col}]
			copied.Cells[i].Count = &n
		}
		petitions = &copied
	}
	hidden := suppress(petitions, m.cfg.SmallCell)
	any := false
	for i, h := range hidden {
		if h {
			any = true
			d.Cells[i].Count, d.Cells[i].Suppressed = nil, true
			d.Cells[i].Important, d.Cells[i].General = 0, 0
		}
	}
	if any {
		d.Total = nil
	}
	return nil
}

// share says of each cell which part of its row it is, where nothing of the row is hidden: the
// part and the whole would give a hidden count away.
func (d *Distribution) share() {
	for y := range d.Rows {
		row, total := d.Cells[y*len(d.Cols):(y+1)*len(d.Cols)], uint64(0)
		if slices.ContainsFunc(row, func(c Cell) bool { return c.Count == nil }) {
			continue
		}
		for _, c := range row {
			total += *c.Count
		}
		if total == 0 {
			continue
		}
		for x := range row {
			part := float64(*row[x].Count) / float64(total)
			row[x].Share = &part
		}
	}
}

// suppress chooses the cells to hide: those from 1 to k-1, and in every row and column
// with exactly one hidden cell the smallest other one, until nothing changes.
func suppress(d *Distribution, k uint64) []bool {
	nr, nc := len(d.Rows), len(d.Cols)
	hidden := make([]bool, len(d.Cells))
	for i, c := range d.Cells {
		hidden[i] = *c.Count > 0 && *c.Count < k
	}
	line := func(cells []int) bool {
		count, candidate := 0, -1
		for _, i := range cells {
			if hidden[i] {
				count++
				continue
			}
			// A cell that is 0 hides nothing by itself; prefer the smallest that counts.
			if candidate < 0 || better(*d.Cells[i].Count, *d.Cells[candidate].Count) {
				candidate = i
			}
		}
		if count == 1 && candidate >= 0 {
			hidden[candidate] = true
			return true
		}
		return false
	}
	for again := true; again; {
		again = false
		for r := range nr {
			cells := make([]int, nc)
			for c := range nc {
				cells[c] = r*nc + c
			}
			again = line(cells) || again
		}
		for c := range nc {
			cells := make([]int, nr)
			for r := range nr {
				cells[r] = r*nc + c
			}
			again = line(cells) || again
		}
	}
	return hidden
}

func better(a, b uint64) bool {
	if (a == 0) != (b == 0) {
		return a != 0
	}
	return a < b
}
