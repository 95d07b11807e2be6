package dashboards

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/charts"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// The other two faces of the distribution: a calendar of the year and the units as areas.

// daysCard is the signals of a year by day.
type daysCard struct {
	Sentence, Unit string
	Chart          view.Chart
	Steps          []view.LegendStep
	Months         view.Table
	Petitions      bool
}

func legend(s charts.Steps, unit string) []view.LegendStep {
	var out []view.LegendStep
	for i := range 6 {
		label := s.Label(i)
		if unit != "" && i == 0 {
			label = "<" + strconv.FormatUint(s[0], 10)
		}
		out = append(out, view.LegendStep{Class: "q" + strconv.Itoa(i), Label: label + unit})
	}
	return out
}

func (r *request) daysCard(ctx context.Context, measure string) (daysCard, error) {
	if !slices.Contains([]string{metrics.MeasureComplaints, metrics.MeasurePetitions, metrics.MeasureFindings, metrics.MeasureComparisons}, measure) {
		measure = metrics.MeasureSignals // what has no day of its own is shown by its signals
	}
	d, err := r.s.Metrics.SignalDays(ctx, r.who, ofWholeYear(r.scope), measure)
	if err != nil {
		return daysCard{}, err
	}
	title := r.t("days.title", r.t("measure."+measure), d.Year)
	out := daysCard{Sentence: r.t("days.sentence", d.Year, view.Number(d.Total), r.t("measure.of."+measure)), Unit: r.t("measure." + measure),
		Steps: legend(charts.DaySteps(), ""), Petitions: d.Petitions}
	out.Chart = chart("days", title, charts.CalendarHeight, charts.Calendar(d, r.lang, title))
	out.Chart.Save = r.save(title, "days", "measure", measure, "view", "", "rows", "", "cols", "", "row", "", "col", "")
	sums, most := [13]uint64{}, [13]uint64{}
	last := time.Month(0)
	for _, day := range d.Days {
		last = day.Day.Month()
		sums[last] += day.Count
		most[last] = max(most[last], day.Count)
	}
	out.Months = view.Table{ID: "days-table", Caption: title, Hide: true, Class: "tight", Columns: []view.Column{{Label: r.t("dim.month")}}}
	count := []view.Cell{{Text: out.Unit, Head: true}}
	peak := []view.Cell{{Text: r.t("days.most"), Head: true}}
	for m := time.January; m <= last; m++ {
		out.Months.Columns = append(out.Months.Columns, view.Column{Label: r.t("month.short." + strconv.Itoa(int(m))), Class: "num"})
		month := integrity.Date(d.Year, m, 1).MonthCode()
		count = append(count, view.Cell{Text: view.Number(sums[m]), Class: "num",
			Href: r.href("/signals", "view", "", "measure", "", "rows", "", "cols", "", "row", "", "col", "", "grade", "", "year", "", "from", "", "to", "", "month", month, "kind", kindOf(measure))})
		peak = append(peak, view.Cell{Text: view.Number(most[m]), Class: "num"})
	}
	out.Months.Columns = append(out.Months.Columns, view.Column{Label: r.t("heatmap.total"), Class: "num"})
	count = append(count, view.Cell{Text: view.Number(d.Total), Class: "num strong"})
	peak = append(peak, view.Cell{Text: view.Number(slices.Max(most[:])), Class: "num strong"})
	out.Months.Rows = [][]view.Cell{count, peak}
	return out, nil
}

// ofWholeYear is a scope of the days of a year.
func ofWholeYear(s metrics.Scope) metrics.Scope {
	s.Month, s.From, s.To = "", integrity.NoDay, integrity.NoDay
	return s
}

func (s *server) apiDays(c *fiber.Ctx) error {
	return answerWhole(s, c, func(ctx context.Context, who integrity.Principal, scope metrics.Scope) (metrics.Days, error) {
		return s.Metrics.SignalDays(ctx, who, ofWholeYear(scope), c.Query("measure", metrics.MeasureSignals))
	})
}

// areasCard is the units as areas, with their table.
type areasCard struct {
	Sentence string
	Chart    view.Chart
	Steps    []view.LegendStep
	Rows     []areaRow
	Empty    view.Table // said when there is no unit at all
}

type areaRow struct {
	ID, Unit, All, Important, Share, Href string
	Row                                   int
}

func (r *request) areasCard(ctx context.Context) (areasCard, error) {
	s := r.general()
	d, err := r.s.Metrics.Distribution(ctx, r.who, s, metrics.MeasureRisks, metrics.DimUnit, metrics.DimGrade)
	if err != nil {
		return areasCard{}, err
	}
	units := r.units(ctx)
	title := r.t("areas.title")
	out := areasCard{Sentence: r.t("areas.sentence", len(d.Rows), view.Hidden(d.Total, 3)), Steps: legend(charts.ShareSteps(), "%")}
	if len(d.Rows) == 0 {
		out.Empty = view.Table{Empty: r.t("empty.because", r.t("heatmap.empty"), r.conditions()), Reset: r.reset("/heatmap")}
		return out, nil
	}
	var areas []charts.Area
	for y, row := range d.Rows {
		a := charts.Area{Name: row.Label}
		for x := range d.Cols {
			cell := d.At(y, x)
			a.All += count(cell.Count)
			a.Important += cell.Important
		}
		areas = append(areas, a)
		line := areaRow{ID: "units-r" + strconv.Itoa(y) + "c0", Unit: row.Label, Row: y, All: view.Number(a.All), Important: view.Number(a.Important), Share: view.Percent(a.Important, a.All)}
		if narrows(units, metrics.MeasureRisks, metrics.DimUnit, row.Code) {
			line.Href = r.href("/risks", "view", "", "measure", "", "rows", "", "cols", "", "row", "", "col", "", "grade", "", "unit", row.Code)
		}
		out.Rows = append(out.Rows, line)
	}
	out.Chart = chart("units", title, charts.TreemapHeight, charts.Treemap(areas, r.lang, title))
	out.Chart.Save = r.save(title, "distribution", "measure", metrics.MeasureRisks, "rows", metrics.DimUnit, "cols", metrics.DimGrade, "view", "", "row", "", "col", "", "grade", "")
	return out, nil
}
