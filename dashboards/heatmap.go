package dashboards

import (
	"cmp"
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
	View    string     // matrix, share, calendar or units
	Tabs    []view.Seg // all of them
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
	Counted  string // which signals
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
	for _, v := range []string{"matrix", "share", "calendar", "units"} {
		p.Tabs = append(p.Tabs, view.Seg{Label: r.t("heatmap.view." + v), Href: r.href("/heatmap", "view", v, "row", "", "col", ""), Current: v == p.View})
	}
	d := r.deck()
	deal(d, &p.Switch, func(ctx context.Context) (*classSwitch, error) { return r.classSwitch(ctx, t) }, "switch")
	switch p.View {
	case "matrix", "share":
		deal(d, &p.Card, func(ctx context.Context) (heatmapCard, error) { return r.heatmapCard(ctx, t, p.View == "share") }, "map")
	case "calendar":
		p.Open = false
		deal(d, &p.Days, func(ctx context.Context) (daysCard, error) { return r.daysCard(ctx, t.measure) }, "map")
	case "units":
		p.Open = false
		deal(d, &p.Areas, r.areasCard, "map")
	default:
		return &integrity.Refused{Name: "view", Value: p.View, Legal: []string{"matrix", "share", "calendar", "units"}}
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
			choose(r, "grade", string(r.scope.Grade), integrity.Grades()...), r.tagField(), r.leaderField(ctx),
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

func (r *request) heatmapCard(ctx context.Context, t table, share bool) (heatmapCard, error) {
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
			Rows: t.rows, Cols: t.cols, Lang: r.lang, Totals: true, Share: share,
			SelectedRow: r.query.Get("row"), SelectedCol: r.query.Get("col"),
		},
		Link: func(row, col string) string {
			list := r.rowsBehind(units, t, row, col)
			if list != "" && row != "" && col != "" {
				return r.href("/heatmap", "row", row, "col", col) + "#drawer"
			}
			return list
		},
	})
	out.Map.Save = r.save(out.Map.Title, "distribution", "measure", t.measure, "rows", t.rows, "cols", t.cols, "row", "", "col", "")
	out.Map.About = r.about(t.measure, "/distribution", "measure", t.measure, "rows", t.rows, "cols", t.cols, "row", "", "col", "")
	out.Counted = r.counted(t.measure)
	if share {
		out.Counted = strings.TrimSpace(out.Counted + " " + r.t("heatmap.share.note"))
	}
	out.Map.Folded = len(d.Rows) > 12
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

// rowsBehind returns the address of the rows that a cell counts, with the conditions of the page and
// those of the cell: in words of their own where these say exactly that, else as parameter cell. Who
// may not read the rows gets no address.
func (r *request) rowsBehind(units []integrity.Unit, t table, row, col string) string {
	if t.measure == metrics.MeasurePetitions && !r.who.SeesRows(integrity.SignalPetition) {
		return ""
	}
	changes := []string{"measure", "", "rows", "", "cols", "", "row", "", "col", "", "view", ""}
	var cell []metrics.CellPlace
	for _, p := range r.placesOf(t, row, col) {
		asked := r.query.Get(p.Dim)
		if p.Code != "" && (asked == "" || asked == p.Code || p.Dim == metrics.DimUnit) && narrows(units, t.measure, p.Dim, p.Code) {
			changes = append(changes, p.Dim, p.Code)
		} else {
			cell = append(cell, p)
		}
	}
	if t.measure == metrics.MeasureOverdue { // the list knows these in a cell only, and no period
		changes = append(changes, "layer", "", "category", "", "grade", "", "stage", "", "month", "", "from", "", "to", "",
			"status", "overdue", "basis", cmp.Or(r.query.Get("basis"), string(integrity.BasisNotice)))
	}
	changes = append(changes, "cell", metrics.CellOf(cell...))
	switch t.measure {
	case metrics.MeasureOverdue:
		return r.href("/supervision", changes...) + "#list"
	case metrics.MeasureChecks:
		return r.href("/checks", changes...)
	case metrics.MeasureRisks:
		return r.href("/risks", changes...)
	case metrics.MeasureSignals:
		return r.href("/signals", changes...)
	}
	return r.href("/signals", append(changes, "kind", kindOf(t.measure))...)
}

// placesOf are the dimensions of a cell with their codes; a total has none of its own. Obligations
// are counted with the conditions of the page on the points that they concern.
func (r *request) placesOf(t table, row, col string) []metrics.CellPlace {
	var out []metrics.CellPlace
	for _, p := range []metrics.CellPlace{{Dim: t.rows, Code: row}, {Dim: t.cols, Code: col}} {
		switch p.Code {
		case "":
			continue
		case nobody:
			p.Code = ""
		}
		out = append(out, p)
	}
	if t.measure == metrics.MeasureOverdue {
		for _, dim := range []string{metrics.DimLayer, metrics.DimCategory, metrics.DimGrade} {
			if asked := r.query.Get(dim); asked != "" {
				out = append(out, metrics.CellPlace{Dim: dim, Code: asked})
			}
		}
	}
	return out
}

// cellLabel says a condition cell in words.
func (r *request) cellLabel(units []integrity.Unit, cell string) string {
	places, err := metrics.ParseCell(cell)
	if err != nil {
		return cell
	}
	words := make([]string, len(places))
	for i, p := range places {
		words[i] = labelOf(p.Dim, p.Code, p.Code, r.lang)
		if p.Dim == metrics.DimUnit {
			words[i] = unitName(units, p.Code)
		}
	}
	return r.listed(words)
}

// narrows reports whether the condition of a dimension narrows the list of a measure to what a cell
// counts under a code.
func narrows(units []integrity.Unit, measure, dim, code string) bool {
	switch dim {
	case metrics.DimLayer, metrics.DimCategory:
		return measure != metrics.MeasureOverdue
	case metrics.DimGrade, metrics.DimStage:
		return measure == metrics.MeasureRisks
	case metrics.DimManaged:
		return false // no condition of its own
	case metrics.DimMonth:
		return measure != metrics.MeasureOverdue && measure != metrics.MeasureRisks
	case metrics.DimUnit:
		// A condition on a unit takes in the units below it, a row of a table does not.
		return !slices.ContainsFunc(units, func(u integrity.Unit) bool { return u.Parent == code })
	}
	return true
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
	case metrics.DimManaged:
		if !slices.Contains(metrics.Managed(), code) {
			err = &integrity.Refused{Name: "managed", Value: code, Legal: metrics.Managed()}
		}
	case metrics.DimMonth:
		if len(code) != len("2026-01") {
			err = &integrity.Refused{Name: "month", Value: code, Shape: integrity.ShapeMonth}
		} else {
			_, err = integrity.ParseDay(code + "-01")
		}
	}
	return err
}

func (r *request) drawer(ctx context.Context, t table, row, col string) (drawer, error) {
	units := r.units(ctx)
	for i, place := range [][2]string{{t.rows, row}, {t.cols, col}} {
		if !slices.Contains(metrics.Dimensions(), place[0]) {
			return drawer{}, &integrity.Refused{Name: []string{"rows", "cols"}[i], Value: place[0], Legal: metrics.Dimensions()}
		}
		if err := checkCodes(place[0], place[1]); err != nil && place[1] != nobody {
			return drawer{}, integrity.As([]string{"row", "col"}[i], err)
		}
	}
	list := r.rowsBehind(units, t, row, col)
	if list == "" {
		return drawer{}, fmt.Errorf("%w: the rows of this cell may not be read", integrity.ErrNotFound)
	}
	places := r.placesOf(t, row, col)
	out := drawer{
		Title: r.cellLabel(units, metrics.CellOf(places[0])) + "　" + r.cellLabel(units, metrics.CellOf(places[1])), All: list,
		Close: r.href("/heatmap", "row", "", "col", ""),
	}
	s := r.scope
	s.Cell = metrics.CellOf(places...)
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
