package dashboards

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/charts"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

type overviewPage struct {
	view.Page
	Filters     Card[view.Filters]
	Unconfirmed Card[*view.Alert]
	Points      Card[pointsCard]
	Checks      Card[view.Tile]
	Duties      Card[dutiesCard]
	Signals     Card[signalsCard]
	Trend       Card[monthsCard] // by source, or what became of them
	Faces       []view.Seg       // of the card of months
	Heatmap     Card[view.Heatmap]
	Outlook     Card[outlookCard]
	Freshness   Card[[]freshness]
	MonthEnd    Card[string] // the month end as it was known
	Hot         Card[hotCard]
	Tiles       []view.Tile
	Failures    []string // of the cards that tiles are made from
	Supervision string   // address of the calendar
	Clauses     []string // that red rests on, word for word
}

// pointsCard is what the sentence and the tiles say about risk points.
type pointsCard struct {
	All, Important          uint64
	Total, Weighted, KeyFew view.Tile
}

// dutiesCard is what sentence, tiles and table say about obligations.
type dutiesCard struct {
	Overdue, Behind uint64
	Late, Filed     view.Tile
	Table           view.Obligations
}

type signalsCard struct {
	Month   string
	Count   uint64
	Without bool // petitions are not in the count
	Tile    view.Tile
	Months  monthsCard
}

type outlookCard struct {
	obligation.OutlookRow // of all units together
	Year                  int
	Rows                  bool
}

// freshness is how new a source is: the last day that its rows speak of, and when it was
// last loaded.
type freshness struct {
	Name     string
	Last     integrity.Day
	Loaded   time.Time
	Href     string
	Within   bool // one source (来源) of the kind above
	LoadedOn integrity.Day
	Quiet    string // what is said where it has gone quiet
}

func (s *server) overview(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	face, err := faceOf(c)
	if err != nil {
		return err
	}
	p := overviewPage{Page: r.frame("overview"), Clauses: []string{obligation.ClauseTwoChecks, obligation.ClauseQ1Review}}
	d := r.deck()
	deal(d, &p.Unconfirmed, r.confirmAlert, "unconfirmed")
	deal(d, &p.Points, r.pointsCard, "numbers")
	deal(d, &p.Checks, r.checksTile, "numbers")
	deal(d, &p.Duties, r.dutiesCard, "numbers", "duties")
	deal(d, &p.Signals, r.signalsCard, "numbers", "trend")
	if p.Faces = r.trendSegs(face); face == viewOutcome {
		deal(d, &p.Trend, r.outcomesCard, "trend")
	}
	deal(d, &p.Heatmap, r.layersCard, "map")
	deal(d, &p.Outlook, r.outlookCard, "numbers", "duties")
	deal(d, &p.Freshness, r.freshness, "fresh")
	deal(d, &p.MonthEnd, r.monthEnd, "fresh")
	deal(d, &p.Hot, r.hotCard, "hot")
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/", []view.Field{r.dayField(), r.unitField(ctx), r.leaderField(ctx)})
		f.Presets = r.moments("/")
		return f
	})
	p.Supervision = r.href("/supervision", "grade", "")
	if err := d.done(); err != nil {
		return err
	}
	p.tiles()
	if face == "" {
		p.Trend = Card[monthsCard]{Value: p.Signals.Value.Months, Failed: p.Signals.Failed}
	}
	return r.render("overview", p)
}

// tiles puts the tiles of the cards in their order. A card that failed leaves its tiles out
// and says why once.
func (p *overviewPage) tiles() {
	add := func(failed string, tiles ...view.Tile) {
		if failed == "" {
			p.Tiles = append(p.Tiles, tiles...)
		} else if len(p.Failures) == 0 {
			p.Failures = append(p.Failures, failed)
		}
	}
	add(p.Points.Failed, p.Points.Value.Total, p.Points.Value.Weighted)
	add(p.Checks.Failed, p.Checks.Value)
	add(p.Duties.Failed, p.Duties.Value.Late, p.Duties.Value.Filed)
	add(p.Signals.Failed, p.Signals.Value.Tile)
}

// general is the scope of the page without what belongs to one card.
func (r *request) general() metrics.Scope {
	s := r.scope
	s.Grade = ""
	return s
}

// earlier returns the same day of another month or year; the last of a shorter month.
func earlier(day integrity.Day, years, months int) integrity.Day {
	y, m, d := day.UTC().Date()
	last := integrity.Date(y-years, m-time.Month(months)+1, 1) - 1
	return min(last, integrity.Date(y-years, m-time.Month(months), 1)+integrity.Day(d-1))
}

// compared asks the same number for the day, a month and a year before.
func compared[T any](r *request, ask func(metrics.Scope) (T, error)) (now, month, year T, err error) {
	s := r.general()
	if now, err = ask(s); err != nil {
		return now, month, year, err
	}
	s.AsOf = earlier(r.scope.AsOf, 0, 1)
	if month, err = ask(s); err != nil {
		return now, month, year, err
	}
	s.AsOf = earlier(r.scope.AsOf, 1, 0)
	year, err = ask(s)
	return now, month, year, err
}

// past is a number of an earlier day. Without data of that day it is unknown, which is not
// zero: a change against it would be the arrival of the data.
type past struct {
	value float64
	known bool
}

// shareOf is the share of an earlier day in percent; unknown where there was nothing to share.
func shareOf(done, all uint64) past {
	return past{value: float64(done) * 100 / float64(max(all, 1)), known: all > 0}
}

func (r *request) deltas(now float64, month, year past, decimals int, good view.Direction) []view.Delta {
	delta := func(label string, then past) view.Delta {
		if !then.known {
			return view.Delta{Label: r.t(label), Value: r.t("delta.none")}
		}
		return view.NewDelta(r.t(label), now, then.value, decimals, good)
	}
	return []view.Delta{delta("delta.month", month), delta("delta.year", year)}
}

func (r *request) pointsCard(ctx context.Context) (pointsCard, error) {
	type sums struct{ all, important, ungraded, keyFew uint64 }
	now, month, year, err := compared(r, func(s metrics.Scope) (sums, error) {
		d, err := r.s.Metrics.Distribution(ctx, r.who, s, metrics.MeasureRisks, metrics.DimLayer, metrics.DimGrade)
		out := sums{all: count(d.Total)}
		for _, cell := range d.Cells {
			out.important += cell.Important
			if cell.Col == string(integrity.GradeUngraded) {
				out.ungraded += count(cell.Count)
			}
		}
		if err != nil {
			return out, err
		}
		s.Tag = metrics.TagKeyFew
		few, err := r.s.Metrics.Distribution(ctx, r.who, s, metrics.MeasureRisks, metrics.DimLayer, metrics.DimGrade)
		out.keyFew = count(few.Total)
		return out, err
	})
	if err != nil {
		return pointsCard{}, err
	}
	p := pointsCard{All: now.all, Important: now.important}
	of := func(n uint64, s sums) past { return past{float64(n), s.all > 0} }
	p.Total = view.Tile{
		Label: r.t("tile.points"), Value: view.Number(now.all), Unit: r.t("unit.points"), Href: r.href("/risks", "grade", ""),
		Note:   r.t("tile.points.note", view.Number(now.all-now.important-now.ungraded), view.Number(now.ungraded)),
		Deltas: r.deltas(float64(now.all), of(month.all, month), of(year.all, year), 0, view.Neutral),
	}
	p.Weighted = view.Tile{
		Label: r.t("tile.important"), Value: view.Number(now.important), Unit: r.t("unit.points"), Href: r.href("/risks", "grade", "important"),
		Note:   r.t("tile.share", view.Percent(now.important, now.all)),
		Deltas: r.deltas(float64(now.important), of(month.important, month), of(year.important, year), 0, view.Neutral),
	}
	p.KeyFew = view.Tile{
		Label: r.t("tile.keyfew"), Value: view.Number(now.keyFew), Unit: r.t("unit.points"), Href: r.href("/risks", "grade", "", "tag", metrics.TagKeyFew),
		Deltas: r.deltas(float64(now.keyFew), of(month.keyFew, month), of(year.keyFew, year), 0, view.Neutral),
	}
	byGrade := []string{"measure", metrics.MeasureRisks, "rows", metrics.DimLayer, "cols", metrics.DimGrade, "grade", ""}
	p.Total.About = r.about("risks", "/distribution", byGrade...)
	p.Weighted.About = r.about("important", "/distribution", byGrade...)
	p.KeyFew.About = r.about("key-few", "/distribution", append(byGrade, "tag", metrics.TagKeyFew)...)
	p.Weighted.Twin = &p.KeyFew
	return p, nil
}

func (r *request) checksTile(ctx context.Context) (view.Tile, error) {
	type sums struct{ required, done uint64 }
	now, month, year, err := compared(r, func(s metrics.Scope) (sums, error) {
		s.Year = 0
		rows, err := r.s.Metrics.UnitBoard(ctx, r.who, s)
		var out sums
		for _, row := range rows {
			if !row.Closed {
				out.required += uint64(row.Tally.Required)
				out.done += uint64(row.Tally.Done)
			}
		}
		return out, err
	})
	if err != nil {
		return view.Tile{}, err
	}
	t := view.Tile{
		Label: r.t("tile.checks", r.scope.AsOf.Year()), Value: "—", Note: r.t("tile.checks.note", view.Number(now.done), view.Number(now.required)),
		Href: r.href("/supervision", "grade", "", "rule", string(integrity.RuleTwoChecks), "status", "all"),
	}
	if now.required > 0 {
		share := func(s sums) past { return shareOf(s.done, s.required) }
		t.Value, t.Unit = view.Decimal(share(now).value, 1), "%"
		t.Deltas = r.deltas(share(now).value, share(month), share(year), 1, view.UpIsGood)
	}
	t.About = r.about("unit-board", "/unit-board", "year", "")
	return t, nil
}

// tally adds up a summary.
func tally(counts obligation.Counts, rule integrity.Rule, basis integrity.Basis, statuses ...integrity.Status) uint64 {
	var n int
	for _, b := range integrity.Bases() {
		if basis != "" && b != basis {
			continue
		}
		for _, s := range statuses {
			n += counts[rule][b][s]
		}
	}
	return uint64(n)
}

func (r *request) dutiesCard(ctx context.Context) (dutiesCard, error) {
	var left []obligation.Item // by earlier years, as of the day itself
	now, month, year, err := compared(r, func(s metrics.Scope) (obligation.Counts, error) {
		s.Limit, s.Status, s.Rule, s.Basis, s.Year = 1, "", "", "", 0
		answer, err := r.s.Metrics.Overdue(ctx, r.who, s)
		if s.AsOf == r.scope.AsOf {
			left = answer.Unmet
		}
		return answer.Summary, err
	})
	if err != nil {
		return dutiesCard{}, err
	}
	late := func(c obligation.Counts, b integrity.Basis) (n uint64) {
		for _, rule := range integrity.Rules() {
			n += tally(c, rule, b, integrity.StatusOverdue)
		}
		return n
	}
	lateThen := func(c obligation.Counts) past {
		var owed uint64
		for _, rule := range integrity.Rules() {
			owed += tally(c, rule, integrity.BasisNotice, integrity.Statuses()...)
		}
		return past{float64(late(c, integrity.BasisNotice)), owed > 0}
	}
	// What the end of the year brings if nobody checks any more: the same rules, on the day after.
	s := r.general()
	s.Limit, s.Status, s.Rule, s.Basis, s.Year = 1, "", integrity.RuleTwoChecks, "", s.AsOf.Year()
	end := integrity.Date(s.Year, time.December, 31)
	s.AsOf = end + 1
	then, err := r.s.Metrics.Overdue(ctx, r.who, s)
	if err != nil {
		return dutiesCard{}, err
	}
	p := dutiesCard{Overdue: late(now, integrity.BasisNotice), Behind: late(now, integrity.BasisSystem)}
	to := func(rule, basis, status string) string {
		return r.href("/supervision", "grade", "", "rule", rule, "basis", basis, "status", status)
	}
	p.Late = view.Tile{
		Label: r.t("tile.overdue"), Value: view.Number(p.Overdue), Unit: r.t("unit.items"), Alarm: p.Overdue > 0, Href: to("", "notice", "overdue"),
		Note:   r.t("tile.overdue.note", view.Number(p.Behind)),
		Deltas: r.deltas(float64(p.Overdue), lateThen(month), lateThen(year), 0, view.DownIsGood),
	}
	p.Late.Also = r.unmetLinks(left)
	p.Late.Forecast = r.t("tile.forecast", view.Number(late(then.Summary, integrity.BasisNotice)))
	done, all := filed(now)
	p.Filed = view.Tile{Label: r.t("tile.filing"), Value: "—", Note: r.t("tile.filing.note", view.Number(done), view.Number(all)), Href: to("filing", "", "all")}
	if all > 0 {
		share := func(c obligation.Counts) past { return shareOf(filed(c)) }
		p.Filed.Value, p.Filed.Unit = view.Decimal(share(now).value, 1), "%"
		p.Filed.Deltas = r.deltas(share(now).value, share(month), share(year), 1, view.UpIsGood)
	}
	p.Late.About = r.about("overdue", "/overdue", "basis", "notice", "year", "")
	p.Filed.About = r.about("filing", "/overdue", "rule", "filing", "status", "all")
	p.Table = view.NewObligations(r.lang,
		func(rule integrity.Rule, b integrity.Basis, st integrity.Status) uint64 {
			return tally(now, rule, b, st)
		},
		func(rule integrity.Rule, b integrity.Basis, st integrity.Status) string {
			status := string(st)
			if st == integrity.StatusOnTrack {
				status = "open" // on track and due soon together
			}
			return to(string(rule), string(b), status)
		})
	return p, nil
}

// trendHeight is that of the drawing by month in px: as tall as the sources beside it.
const trendHeight = 360

// signalsCard counts the last complete month and the twelve before it.
func (r *request) signalsCard(ctx context.Context) (signalsCard, error) {
	s := r.general()
	y, m, _ := s.AsOf.UTC().Date()
	s.Year, s.Month, s.Status = 0, "", ""
	s.From, s.To = monthsBehind(s.AsOf)
	t, err := r.s.Metrics.Trend(ctx, r.who, s, metrics.MeasureSignals)
	if err != nil {
		return signalsCard{}, err
	}
	for i := range t.Series {
		t.Series[i].Label = r.t("measure.short." + t.Series[i].Code)
	}
	out := signalsCard{Month: s.To.MonthCode(), Months: monthsCard{Counted: r.counted(metrics.MeasureSignals)}}
	sums, petitions := monthSums(t, out.Month, integrity.Date(y, m-2, 1).MonthCode(), integrity.Date(y-1, m-1, 1).MonthCode())
	now, month, year := sums[0], sums[1], sums[2]
	out.Count, out.Without = now, petitions == nil
	note := r.t("tile.signals.less")
	if petitions != nil {
		note = r.t("tile.signals.note", view.Number(*petitions))
	}
	then := func(n uint64, first integrity.Day) (past, error) {
		if n > 0 {
			return past{float64(n), true}, nil
		}
		recorded, err := r.recordedSignals(ctx, s, first)
		return past{0, recorded}, err
	}
	before, err := then(month, integrity.Date(y, m-2, 1))
	if err != nil {
		return signalsCard{}, err
	}
	ago, err := then(year, integrity.Date(y-1, m-1, 1))
	if err != nil {
		return signalsCard{}, err
	}
	out.Tile = view.Tile{
		Label: r.t("tile.signals", int(s.To.Month())), Value: view.Number(now), Unit: r.t("unit.cases"), Note: note,
		Href: r.href("/signals", "grade", "", "month", out.Month), Deltas: r.deltas(float64(now), before, ago, 0, view.Neutral),
	}
	title := r.t("trend.title", len(t.Months))
	out.Months.Chart = chart("trend", title, trendHeight, charts.Trend(t, charts.TrendOptions{Title: title, Height: trendHeight}))
	months := []string{"measure", metrics.MeasureSignals, "grade", "", "year", "", "month", "", "status", "", "from", s.From.String(), "to", s.To.String()}
	out.Months.Chart.Save = r.save(title, "trend", months...)
	out.Tile.About = r.about("signals", "/trend", months...)
	out.Months.About = r.about("trend", "/trend", months...)
	out.Months.Numbers = r.trendTable(t, title, func(series, month string) string {
		return r.href("/signals", "grade", "", "kind", kindOf(series), "month", month)
	})
	return out, nil
}

// monthSums adds up the series of a trend in some of its months, and tells the petitions of the
// first. A series that is hidden in one of them is left out of all: so like is compared with like,
// and no sum gives a hidden number away. petitions is nil where they are left out or not there.
func monthSums(t metrics.Trend, months ...string) (sums []uint64, petitions *uint64) {
	sums = make([]uint64, len(months))
	for _, series := range t.Series {
		part, hidden := make([]uint64, len(months)), false
		for i, month := range months {
			if at := slices.Index(t.Months, month); at >= 0 {
				hidden = hidden || series.Values[at] == nil
				part[i] = count(series.Values[at])
			}
		}
		if hidden {
			continue
		}
		for i := range sums {
			sums[i] += part[i]
		}
		if series.Code == metrics.MeasurePetitions {
			petitions = &part[0]
		}
	}
	return sums, petitions
}

// recordedSignals reports whether any signal is dated up to the end of a month: without one
// the month has no data, and its count is no zero.
func (r *request) recordedSignals(ctx context.Context, s metrics.Scope, first integrity.Day) (bool, error) {
	y, m, _ := first.UTC().Date()
	s.From, s.To, s.Integrity = integrity.NoDay, integrity.Date(y, m+1, 1)-1, "all"
	d, err := r.s.Metrics.Distribution(ctx, r.who, s, metrics.MeasureSignals, metrics.DimLayer, metrics.DimGrade)
	return d.Total == nil || *d.Total > 0, err
}

// kindOf is the kind of signal that a measure counts, or empty.
func kindOf(measure string) string {
	switch measure {
	case metrics.MeasureComplaints:
		return string(integrity.SignalComplaint)
	case metrics.MeasurePetitions:
		return string(integrity.SignalPetition)
	case metrics.MeasureFindings:
		return string(integrity.SignalFinding)
	case metrics.MeasureComparisons:
		return string(integrity.SignalComparison)
	}
	return ""
}

// trendTable is a trend as a table: a row a month, a column a series.
func (r *request) trendTable(t metrics.Trend, title string, link func(series, month string) string) view.Table {
	table := view.Table{Caption: title, Hide: true, Class: "tight", Columns: []view.Column{{Label: r.t("dim.month")}}}
	for _, s := range t.Series {
		table.Columns = append(table.Columns, view.Column{Label: s.Label, Class: "num"})
	}
	for i, month := range t.Months {
		row := []view.Cell{{Text: month, Head: true}}
		for _, s := range t.Series {
			cell := view.Cell{Text: view.Hidden(s.Values[i], 3), Class: "num"}
			if s.Values[i] != nil { // what is hidden cannot be opened either
				cell.Href = link(s.Code, month)
			}
			row = append(row, cell)
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}

func (r *request) layersCard(ctx context.Context) (view.Heatmap, error) {
	d, err := r.s.Metrics.Distribution(ctx, r.who, r.scope, metrics.MeasureRisks, metrics.DimLayer, metrics.DimCategory)
	if err != nil {
		return view.Heatmap{}, err
	}
	h := view.NewHeatmap(translated(d, metrics.DimLayer, metrics.DimCategory, r.lang), view.HeatmapOptions{
		ID: "layers", Heading: r.t("overview.heatmap"),
		HeatmapOptions: charts.HeatmapOptions{Rows: metrics.DimLayer, Cols: metrics.DimCategory, Lang: r.lang, Totals: true},
		Link: func(row, col string) string {
			return r.href("/risks", "layer", row, "category", col)
		},
	})
	h.Segs = r.gradeSegs("/")
	h.Save = r.save(r.t("overview.heatmap"), "distribution", "measure", metrics.MeasureRisks, "rows", metrics.DimLayer, "cols", metrics.DimCategory)
	h.More = view.Link{Text: r.t("overview.more"), Href: r.href("/heatmap")}
	h.About = r.about("risks", "/distribution", "measure", metrics.MeasureRisks, "rows", metrics.DimLayer, "cols", metrics.DimCategory)
	return h, nil
}

// gradeSegs is the switch between all points, the important and the general ones.
func (r *request) gradeSegs(path string) []view.Seg {
	current := r.query.Get("grade")
	segs := []view.Seg{{Label: r.t("choice.all"), Href: r.href(path, "grade", ""), Current: current == ""}}
	for _, g := range []integrity.Grade{integrity.GradeImportant, integrity.GradeGeneral} {
		segs = append(segs, view.Seg{Label: g.Label(r.lang), Href: r.href(path, "grade", string(g)), Current: current == string(g)})
	}
	return segs
}

func (r *request) outlookCard(ctx context.Context) (outlookCard, error) {
	s := r.general()
	s.Year = 0
	return r.outlookOf(ctx, s)
}

// outlookOf is what the units of a scope lack together.
func (r *request) outlookOf(ctx context.Context, s metrics.Scope) (outlookCard, error) {
	rows, err := r.s.Metrics.Outlook(ctx, r.who, s)
	if err != nil {
		return outlookCard{}, err
	}
	return outlookCard{
		OutlookRow: obligation.TotalOutlook(rows), Year: cmp.Or(s.Year, s.AsOf.Year()),
		Rows: slices.ContainsFunc(rows, func(row obligation.OutlookRow) bool { return row.Unit != "" }),
	}, nil
}

// freshness asks each source for its last row.
func (r *request) freshness(ctx context.Context) ([]freshness, error) {
	loaded := map[string]time.Time{}
	batches, err := r.s.Imports.Batches(ctx, r.who)
	if err != nil {
		return nil, err
	}
	for _, b := range batches {
		if b.State == "committed" && b.At.After(loaded[b.Kind]) {
			loaded[b.Kind] = b.At
		}
	}
	s := metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Lang: r.lang, Integrity: "all", PerPage: 1, Page: 1}
	sources, err := r.s.Metrics.Sources(ctx, r.who, s)
	if err != nil {
		return nil, err
	}
	var out []freshness
	add := func(name string, last integrity.Day, kind, href string) {
		whole := freshness{Name: name, Last: last, Loaded: loaded[kind], Href: href}
		var within []freshness
		for _, s := range sources.Items {
			silent := ""
			if s.Quiet {
				silent = r.t("fresh.quiet", s.Days, s.Usual)
			}
			switch {
			case s.Kind == kind && s.Source == "":
				whole.Quiet = silent
			case s.Kind == kind:
				within = append(within, freshness{Name: s.Source, Last: s.LastOn, LoadedOn: s.LastLoad, Within: true, Quiet: silent})
			}
		}
		out = append(append(out, whole), within...)
	}
	risks := s
	risks.Sort = "-in_force_from"
	points, err := r.s.Metrics.Risks(ctx, r.who, risks)
	if err != nil {
		return nil, err
	}
	var last integrity.Day
	if len(points.Items) > 0 {
		last = points.Items[0].InForceFrom
	}
	add(r.t("source.risks"), last, "risks", r.only("/risks"))
	checks := s
	checks.Sort = "-checked_on"
	visits, err := r.s.Metrics.Checks(ctx, r.who, checks)
	if err != nil {
		return nil, err
	}
	last = integrity.NoDay
	if len(visits.Items) > 0 {
		last = visits.Items[0].CheckedOn
	}
	add(r.t("source.checks"), last, "inspections", r.only("/checks"))
	for _, kind := range integrity.SignalKinds() {
		if kind == integrity.SignalPetition && !r.who.SeesPetitionCounts() {
			continue
		}
		signals := s
		signals.Kind, signals.Sort = kind, "-occurred_on"
		found, err := r.s.Metrics.Signals(ctx, r.who, signals)
		if err != nil {
			return nil, err
		}
		last = integrity.NoDay
		if len(found.Items) > 0 {
			last = found.Items[0].OccurredOn
		}
		add(kind.Label(r.lang), last, map[integrity.SignalKind]string{
			integrity.SignalComplaint: "complaints", integrity.SignalPetition: "petitions",
			integrity.SignalFinding: "findings", integrity.SignalComparison: "comparisons",
		}[kind], r.only("/signals", "kind", string(kind), "integrity", "all"))
	}
	return out, nil
}

// filed is 备案率: the important points of approved lists that are filed, of those that are to be,
// those of the commission itself included.
func filed(c obligation.Counts) (done, all uint64) {
	done = tally(c, integrity.RuleFiling, "", integrity.StatusMet, integrity.StatusMetLate)
	return done, done + tally(c, integrity.RuleFiling, "", integrity.StatusOnTrack, integrity.StatusDueSoon, integrity.StatusOverdue)
}
