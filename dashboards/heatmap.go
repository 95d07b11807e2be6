package dashboards

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/charts"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

type heatmapPage struct {
	view.Page
	Filters Card[view.Filters]
	View    string     // matrix, calendar or units
	Tabs    []view.Seg // the three of them
	Card    Card[heatmapCard]
	Days    Card[daysCard]
	Areas   Card[areasCard]
	Drawer  Card[drawer]
	Open    bool // a cell is chosen
	Switch  Card[*classSwitch]
}

// classSwitch says in words how classes that nobody has confirmed are counted, and leads to
// the other way.
type classSwitch struct {
	Text    string
	Other   view.Link
	Confirm view.Link
}

// classSwitch is for risk points that of suggestions, for signals that of the classifier.
func (r *request) classSwitch(ctx context.Context, t table) (*classSwitch, error) {
	switch t.measure {
	case metrics.MeasureRisks:
		n, err := r.unconfirmed(ctx)
		if err != nil || n == 0 {
			return nil, err
		}
		out := &classSwitch{Text: r.t("heatmap.suggested.off", n), Other: view.Link{Text: r.t("heatmap.show"), Href: r.href("/heatmap", "suggested", "1", "row", "", "col", "")},
			Confirm: view.Link{Text: r.t("confirm.go"), Href: r.only("/confirm", "unit", r.scope.Unit)}}
		if r.scope.Suggested {
			out.Text, out.Other = r.t("heatmap.suggested.on", n), view.Link{Text: r.t("heatmap.hide"), Href: r.href("/heatmap", "suggested", "", "row", "", "col", "")}
		}
		return out, nil
	case metrics.MeasureChecks, metrics.MeasureOverdue:
		return nil, nil
	}
	if r.scope.NoMachine {
		return &classSwitch{Text: r.t("heatmap.machine.off"), Other: view.Link{Text: r.t("heatmap.machine.show"), Href: r.href("/heatmap", "machine", "", "row", "", "col", "")}}, nil
	}
	return &classSwitch{Text: r.t("heatmap.machine.on"), Other: view.Link{Text: r.t("heatmap.machine.hide"), Href: r.href("/heatmap", "machine", "0", "row", "", "col", "")}}, nil
}

type heatmapCard struct {
	Sentence string
	Map      view.Heatmap
	Empty    view.Table // said when there is no row at all
}

// drawer is the rows behind the chosen cell: the first of them, and the way to all.
type drawer struct {
	Title string
	Total uint64
	Note  string
	Items []drawerItem
	All   string // address of the list
	Close string
}

// drawerItem is one row behind a cell.
type drawerItem struct {
	Text, Href string
	Meta       []string
	Grade      integrity.Grade
	Pill       *view.Pill
}

// drawerRows is how many rows a drawer shows.
const drawerRows = 20

// table is what a heatmap is asked for.
type table struct{ measure, rows, cols string }

func (s *server) heatmap(c *fiber.Ctx) error {
	r, err := s.newRequest(c, "measure", "rows", "cols", "row", "col", "view")
	if err != nil {
		return err
	}
	t := table{c.Query("measure", metrics.MeasureRisks), c.Query("rows", metrics.DimUnit), c.Query("cols", metrics.DimCategory)}
	p := heatmapPage{Page: r.frame("heatmap"), View: c.Query("view", "matrix"), Open: c.Query("row") != "" && c.Query("col") != ""}
	for _, v := range []string{"matrix", "calendar", "units"} {
		p.Tabs = append(p.Tabs, view.Seg{Label: r.t("heatmap.view." + v), Href: r.href("/heatmap", "view", v, "row", "", "col", ""), Current: v == p.View})
	}
	d := r.deck()
	deal(d, &p.Switch, func(ctx context.Context) (*classSwitch, error) { return r.classSwitch(ctx, t) }, "switch")
	switch p.View {
	case "matrix":
		deal(d, &p.Card, func(ctx context.Context) (heatmapCard, error) { return r.heatmapCard(ctx, t) }, "map")
	case "calendar":
		p.Open = false
		deal(d, &p.Days, func(ctx context.Context) (daysCard, error) { return r.daysCard(ctx, t.measure) }, "map")
	case "units":
		p.Open = false
		deal(d, &p.Areas, r.areasCard, "map")
	default:
		return fmt.Errorf("%w: view %q; legal: matrix calendar units", integrity.ErrInvalid, p.View)
	}
	if p.Open {
		row, col := c.Query("row"), c.Query("col")
		deal(d, &p.Drawer, func(ctx context.Context) (drawer, error) { return r.drawer(ctx, t, row, col) }, "drawer")
	}
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/heatmap", append([]view.Field{
			r.dayField(), r.choice("measure", "measure", t.measure, metrics.Measures()), r.unitField(ctx),
			r.choice("rows", "dim", t.rows, metrics.Dimensions()), r.choice("cols", "dim", t.cols, metrics.Dimensions()),
			choose(r, "layer", string(r.scope.Layer), integrity.Layers()...), choose(r, "category", string(r.scope.Category), integrity.Categories()...),
			choose(r, "grade", string(r.scope.Grade), integrity.Grades()...), r.leaderField(ctx),
		}, r.spanFields()...))
		f.Presets = r.periods("/heatmap")
		if t.measure == metrics.MeasureRisks {
			f.Presets = r.moments("/heatmap")
		}
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	// Closing the drawer gives the focus back to the cell.
	for _, row := range p.Card.Value.Map.Rows {
		for _, cell := range row.Cells {
			if cell.Class == "sel" {
				p.Drawer.Value.Close += "#" + cell.ID
			}
		}
	}
	return r.render("heatmap", p)
}

// choice is a field of fixed words whose messages are prefix.WORD.
func (r *request) choice(name, prefix, current string, words []string) view.Field {
	f := view.Field{Name: name, Label: r.t("param." + name)}
	for _, w := range words {
		f.Choices = append(f.Choices, view.Choice{Value: w, Label: r.t(prefix + "." + w), Selected: w == current})
	}
	return f
}

func (r *request) heatmapCard(ctx context.Context, t table) (heatmapCard, error) {
	d, err := r.s.Metrics.Distribution(ctx, r.who, r.scope, t.measure, t.rows, t.cols)
	if err != nil {
		return heatmapCard{}, err
	}
	d = translated(d, t.rows, t.cols, r.lang)
	d.Rows, d.Cols = named(d.Rows), named(d.Cols)
	units := r.units(ctx)
	out := heatmapCard{Sentence: r.t("heatmap.sentence", len(d.Rows), len(d.Cols), view.Hidden(d.Total, 3), r.t("measure.of."+t.measure))}
	if len(d.Rows) == 0 || len(d.Cols) == 0 {
		out.Empty = view.Table{Empty: r.t("empty.because", r.t("heatmap.empty"), r.conditions()), Reset: r.reset("/heatmap")}
		return out, nil
	}
	out.Map = view.NewHeatmap(d, view.HeatmapOptions{
		ID: "map", Heading: r.t("heatmap.title", r.t("measure."+t.measure), r.t("dim."+t.rows), r.t("dim."+t.cols)),
		HeatmapOptions: charts.HeatmapOptions{
			Rows: t.rows, Cols: t.cols, Lang: r.lang, Totals: true,
			SelectedRow: r.query.Get("row"), SelectedCol: r.query.Get("col"),
		},
		Link: func(row, col string) string {
			list, ok := r.rowsBehind(units, t, row, col)
			switch {
			case !ok:
				return ""
			case row != "" && col != "":
				return r.href("/heatmap", "row", row, "col", col) + "#drawer"
			}
			return list
		},
	})
	out.Map.Save = r.save(out.Map.Title, "distribution", "measure", t.measure, "rows", t.rows, "cols", t.cols, "row", "", "col", "")
	out.Map.Folded = len(d.Rows) > 40
	if t.measure == metrics.MeasureRisks && t.rows != metrics.DimGrade && t.cols != metrics.DimGrade {
		out.Map.Segs = r.gradeSegs("/heatmap")
	}
	return out, nil
}

// nobody stands for the code of what nobody has assigned, where that code is empty: an
// empty code of a link means the total.
const nobody = "-"

func named(labels []metrics.Label) []metrics.Label {
	out := slices.Clone(labels)
	for i := range out {
		if out[i].Code == "" {
			out[i].Code = nobody
		}
	}
	return out
}

// rowsBehind returns the address of the rows that a cell counts, with the conditions of
// the page and those of the cell. It is not ok where no list of rows has exactly them:
// what cannot be shown row by row gets no link.
func (r *request) rowsBehind(units []integrity.Unit, t table, row, col string) (string, bool) {
	changes := []string{"measure", "", "rows", "", "cols", "", "row", "", "col", ""}
	for _, place := range [][2]string{{t.rows, row}, {t.cols, col}} {
		dim, code := place[0], place[1]
		if code == "" {
			continue // a total
		}
		if asked := r.query.Get(dim); asked != "" && asked != code && dim != metrics.DimUnit {
			return "", false
		}
		if !narrows(units, t.measure, dim, code) {
			return "", false
		}
		changes = append(changes, dim, code)
	}
	switch {
	case t.measure == metrics.MeasureOverdue:
		for _, name := range []string{"layer", "category", "grade", "stage", "month", "from", "to"} {
			if r.query.Get(name) != "" {
				return "", false // obligations are not listed by these
			}
		}
		basis := r.query.Get("basis")
		if basis == "" {
			basis = string(integrity.BasisNotice)
		}
		return r.href("/supervision", append(changes, "status", "overdue", "basis", basis)...), true
	case t.measure == metrics.MeasureChecks:
		return r.href("/checks", changes...), true
	case t.measure == metrics.MeasureRisks:
		return r.href("/risks", changes...), true
	case t.measure == metrics.MeasureSignals:
		return r.href("/signals", changes...), true
	}
	return r.href("/signals", append(changes, "kind", kindOf(t.measure))...), true
}

// narrows reports whether the rows of a measure can be narrowed to one code of a
// dimension.
func narrows(units []integrity.Unit, measure, dim, code string) bool {
	if code == nobody {
		return false
	}
	switch dim {
	case metrics.DimLayer, metrics.DimCategory:
		return measure != metrics.MeasureOverdue
	case metrics.DimGrade, metrics.DimStage:
		return measure == metrics.MeasureRisks
	case metrics.DimMonth:
		return measure != metrics.MeasureOverdue && measure != metrics.MeasureRisks
	case metrics.DimUnit:
		// A condition on a unit takes in the units below it, a row of a table does not.
		return !slices.ContainsFunc(units, func(u integrity.Unit) bool { return u.Parent == code })
	}
	return true
}

// inCell is the scope of the rows behind a cell.
func inCell(s metrics.Scope, dim, code string) metrics.Scope {
	switch dim {
	case metrics.DimLayer:
		s.Layer = integrity.Layer(code)
	case metrics.DimCategory:
		s.Category = integrity.Category(code)
	case metrics.DimGrade:
		s.Grade = integrity.Grade(code)
	case metrics.DimStage:
		s.Stage = integrity.Stage(code)
	case metrics.DimUnit:
		s.Unit = code
	case metrics.DimMonth:
		s.Month = code
	case metrics.DimLeader:
		s.Leader = code
	}
	return s
}

// checkCodes refuses codes of a cell that cannot be.
func checkCodes(dim, code string) error {
	var err error
	switch dim {
	case metrics.DimLayer:
		_, err = integrity.ParseLayer(code)
	case metrics.DimCategory:
		_, err = integrity.ParseCategory(code)
	case metrics.DimGrade:
		_, err = integrity.ParseGrade(code)
	case metrics.DimStage:
		_, err = integrity.ParseStage(code)
	case metrics.DimMonth:
		if len(code) != len("2026-01") {
			err = fmt.Errorf("%w: month %q; write 2026-03", integrity.ErrInvalid, code)
		} else {
			_, err = integrity.ParseDay(code + "-01")
		}
	}
	return err
}

func (r *request) drawer(ctx context.Context, t table, row, col string) (drawer, error) {
	units := r.units(ctx)
	for _, place := range [][2]string{{t.rows, row}, {t.cols, col}} {
		if !slices.Contains(metrics.Dimensions(), place[0]) {
			return drawer{}, fmt.Errorf("%w: dimension %q; legal: %s", integrity.ErrInvalid, place[0], strings.Join(metrics.Dimensions(), " "))
		}
		if err := checkCodes(place[0], place[1]); err != nil {
			return drawer{}, err
		}
	}
	list, ok := r.rowsBehind(units, t, row, col)
	if !ok {
		return drawer{}, fmt.Errorf("%w: the rows of this cell cannot be listed", integrity.ErrInvalid)
	}
	name := func(dim, code string) string {
		if dim == metrics.DimUnit {
			return unitName(units, code)
		}
		return labelOf(dim, code, code, r.lang)
	}
	out := drawer{
		Title: name(t.rows, row) + "　" + name(t.cols, col), All: list,
		Close: r.href("/heatmap", "row", "", "col", ""),
	}
	s := inCell(inCell(r.scope, t.rows, row), t.cols, col)
	s.Page, s.PerPage, s.Sort = 1, drawerRows, ""
	var err error
	switch {
	case t.measure == metrics.MeasureRisks:
		err = r.riskDrawer(ctx, &out, s)
	case t.measure == metrics.MeasureChecks:
		err = r.checkDrawer(ctx, &out, s)
	case t.measure == metrics.MeasureOverdue:
		err = r.overdueDrawer(ctx, &out, s)
	default:
		s.Kind = integrity.SignalKind(kindOf(t.measure))
		err = r.signalDrawer(ctx, &out, s)
	}
	return out, err
}

func (r *request) riskDrawer(ctx context.Context, out *drawer, s metrics.Scope) error {
	found, err := r.s.Metrics.Risks(ctx, r.who, s)
	if err != nil {
		return err
	}
	duties, err := r.checkDuties(ctx, found.Items)
	if err != nil {
		return err
	}
	out.Total = found.Total
	important := 0
	for _, p := range found.Items {
		if p.Grade == integrity.GradeImportant {
			important++
		}
		item := drawerItem{Text: p.Description, Href: r.only("/risks/" + p.ID), Grade: p.Grade, Meta: []string{p.UnitName, r.t("risk.no", p.No), p.Layer.Label(r.lang)}}
		if it, ok := duties[p.ID]; ok {
			pill := view.NewPill(r.lang, it.Status, it.Basis, it.DaysLeft)
			item.Pill = &pill
			item.Meta = append(item.Meta, r.t("risk.checked", it.Done, it.Required))
		}
		out.Items = append(out.Items, item)
	}
	if int(found.Total) == len(found.Items) {
		out.Note = r.t("drawer.risks", important)
	}
	return nil
}

func (r *request) signalDrawer(ctx context.Context, out *drawer, s metrics.Scope) error {
	found, err := r.s.Metrics.Signals(ctx, r.who, s)
	if err != nil {
		return err
	}
	out.Total = found.Total
	for _, x := range found.Items {
		out.Items = append(out.Items, drawerItem{
			Text: x.Text, Href: r.only("/signals", "kind", string(x.Kind), "number", x.Number, "integrity", "all"),
			Meta: []string{x.OccurredOn.String(), x.UnitName, x.Kind.Label(r.lang), x.Number},
		})
	}
	return nil
}

func (r *request) checkDrawer(ctx context.Context, out *drawer, s metrics.Scope) error {
	found, err := r.s.Metrics.Checks(ctx, r.who, s)
	if err != nil {
		return err
	}
	out.Total = found.Total
	for _, x := range found.Items {
		text := x.Finding
		if text == "" {
			text = r.t("check.nothing")
		}
		out.Items = append(out.Items, drawerItem{
			Text: text, Href: r.only("/checks", "number", x.Number), Meta: []string{x.CheckedOn.String(), x.UnitName, x.Number, r.methods(x.Methods)},
		})
	}
	return nil
}

func (r *request) overdueDrawer(ctx context.Context, out *drawer, s metrics.Scope) error {
	s.Status = string(integrity.StatusOverdue)
	if s.Basis == "" {
		s.Basis = integrity.BasisNotice
	}
	found, err := r.s.Metrics.Overdue(ctx, r.who, s)
	if err != nil {
		return err
	}
	out.Total = uint64(len(found.Items))
	for i := range found.Items[:min(len(found.Items), drawerRows)] {
		it := &found.Items[i]
		pill := view.NewPill(r.lang, it.Status, it.Basis, it.DaysLeft)
		item := drawerItem{Text: it.Why, Meta: []string{it.UnitName, it.Rule.Label(r.lang)}, Pill: &pill}
		if it.RiskID != "" {
			item.Href = r.only("/risks/" + it.RiskID)
		}
		out.Items = append(out.Items, item)
	}
	return nil
}
