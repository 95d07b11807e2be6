package dashboards

import (
	"context"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/charts"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// The other two faces of the distribution: a calendar of the year and the units as areas.

// daysOfMonth is how many days the longest month has.
const daysOfMonth = 31

// daysCard is the signals of a year by day.
type daysCard struct {
	Sentence, Unit string
	Counted        string // which signals
	Chart          view.Chart
	About          view.About
	Steps          []view.LegendStep
	Months         []view.HeatRow // a row of days for each month that has come
	Total          view.HeatCell
	Days           []int // of a month
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
		Steps: legend(charts.DaySteps(), ""), Petitions: d.Petitions, Counted: r.counted(measure)}
	out.Chart = chart("days", title, charts.CalendarHeight, charts.Calendar(d, r.lang, title))
	out.Chart.Save = r.save(title, "days", "measure", measure, "view", "", "rows", "", "cols", "", "row", "", "col", "")
	out.About = r.about("signal-days", "/days", "measure", measure)
	rows := func(conditions ...string) string {
		clean := []string{"view", "", "measure", "", "rows", "", "cols", "", "row", "", "col", "", "grade", "", "stage", "", "year", "", "month", "", "from", "", "to", "", "kind", kindOf(measure)}
		return r.href("/signals", append(clean, conditions...)...)
	}
	sums := [13]uint64{}
	for _, day := range d.Days {
		m := int(day.Day.Month())
		for m > len(out.Months) {
			out.Months = append(out.Months, view.HeatRow{Label: r.t("month.short." + strconv.Itoa(len(out.Months)+1))})
		}
		row := &out.Months[m-1]
		cell := view.HeatCell{Row: m - 1, Col: len(row.Cells), Text: view.Number(day.Count), Href: rows("from", day.Day.String(), "to", day.Day.String())}
		cell.ID = "days-r" + strconv.Itoa(cell.Row) + "c" + strconv.Itoa(cell.Col)
		if day.Count == 0 {
			cell.Class = "zero"
		}
		row.Cells = append(row.Cells, cell)
		sums[m] += day.Count
		row.Total = view.HeatCell{Text: view.Number(sums[m]), Href: rows("month", day.Day.MonthCode())}
	}
	for n := range daysOfMonth {
		out.Days = append(out.Days, n+1)
	}
	for i := range out.Months { // days that a month does not have, or that have not come
		out.Months[i].Cells = append(out.Months[i].Cells, make([]view.HeatCell, daysOfMonth-len(out.Months[i].Cells))...)
	}
	out.Total = view.HeatCell{Text: view.Number(d.Total), Href: rows("year", strconv.Itoa(d.Year))}
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
	About    view.About
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
	out.About = r.about("important", "/distribution", "measure", metrics.MeasureRisks, "rows", metrics.DimUnit, "cols", metrics.DimGrade, "grade", "")
	return out, nil
}
