package dashboards

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/charts"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

type hotspotsPage struct {
	view.Page
	Filters Card[view.Filters]
	Spots   Card[hotspotsCard]
	Review  Card[reviewCard]
	Repeats Card[repeatsCard]
	// Versions are the runs that judged the month.
	Versions Card[view.Table]
}

// hotspotsCard is everything on the page that is made from the hot spots of a month.
type hotspotsCard struct {
	Month            string
	Cells, Hot       int
	Watched, Chance  int
	Open             bool   // the month is not over: its counts will grow
	Note             string // why there is no answer
	Petitions        bool
	Chosen           *hotspotDetail
	HotList, Watch   view.Table
	Runs             view.Table // what three months together make improbable
	Quiet            []string   // what is said of sources that did not deliver the month
	Narrowed, Judged bool       // some units or categories only; there is an answer
}

// hotspotDetail is one cell with the series behind it.
type hotspotDetail struct {
	Unit, Category, Why string
	Hot, Watch, Slow    bool
	Beside              [][2]string // the unit itself, its peers, its list, what may be repeats: label and value
	Tested              view.Table  // of the month and of three months, what it is listed for first
	Chart               view.Chart
	Numbers             view.Table
	Rows                []view.Link
}

// hotspotTest is a count held against what was expected of the months it covers.
type hotspotTest struct {
	Span, Count, Expected, Ratio, Q string
	count                           int
	expected, upper                 float64
}

// tests are those of the month and of the last months together, named by what they cover;
// the one that the cell is listed for comes first.
func tests(month string, h metrics.HotSpot) []hotspotTest {
	test := func(span string, count int, expected, ratio, q, upper float64) hotspotTest {
		return hotspotTest{span, few(count), view.Decimal(expected, 1), view.Decimal(ratio, 1), probability(q), count, expected, upper}
	}
	out := []hotspotTest{test(month, h.Count, h.Expected, h.Ratio, h.Q, float64(upper(h)))}
	t := h.Together
	if t.Months == 0 {
		return out
	}
	out = append(out, test(t.From+"—"+t.To, t.Count, t.Expected, t.Ratio, t.Q, float64(t.Upper)))
	if h.Run && !h.Watch {
		slices.Reverse(out)
	}
	return out
}

// few prints a count of matters: one and two as fewer than three (methods, section 1).
func few(n int) string {
	if n == 1 || n == 2 {
		return "<3"
	}
	return strconv.Itoa(n)
}

func (s *server) hotspots(c *fiber.Ctx) error {
	r, err := s.newRequest(c, "row", "col")
	if err != nil {
		return err
	}
	if r.scope.Month > r.scope.AsOf.MonthCode() {
		// A link to an earlier day keeps the month; of that day's view there is none yet.
		r.scope.Month = ""
		r.query.Del("month")
	}
	p := hotspotsPage{Page: r.frame("hotspots")}
	d := r.deck()
	deal(d, &p.Spots, r.hotspotsCard, "spots")
	deal(d, &p.Versions, r.runsTable, "spots")
	deal(d, &p.Review, r.reviewCard, "review")
	deal(d, &p.Repeats, r.repeatsCard, "repeats")
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/hotspots", []view.Field{
			{Name: "month", Label: r.t("param.month"), Kind: "month", Value: r.judgedMonth()},
			r.unitField(ctx), choose(r, "category", string(r.scope.Category), integrity.Categories()...), r.leaderField(ctx), r.dayField(),
		})
		f.Presets = r.moments("/hotspots")
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render("hotspots", p)
}

func (r *request) hotspotsCard(ctx context.Context) (hotspotsCard, error) {
	answer, err := r.s.Metrics.HotSpots(ctx, r.who, r.scope)
	if err != nil {
		return hotspotsCard{}, err
	}
	out := hotspotsCard{
		Month: answer.Month, Cells: answer.Cells, Watched: answer.Watched, Chance: answer.ByChance, Note: answer.Note, Petitions: answer.Petitions,
		Judged: answer.Note == "", Narrowed: r.scope.Unit != "" || r.scope.Category != "" || r.scope.Leader != "", Open: answer.Month >= r.scope.AsOf.MonthCode(),
	}
	chosen := 0
	for i, h := range answer.Items {
		if h.Unit == r.query.Get("row") && string(h.Category) == r.query.Get("col") {
			chosen = i
		}
	}
	most := mostOf(answer.Month, answer.Items)
	out.Quiet = answer.QuietSentences()
	hot, watch, runs := r.hotTable("hot", "hot.caption"), r.hotTable("watch", "watch.caption"), r.hotTable("runs", "runs.caption")
	hot.Empty, watch.Empty, runs.Empty = r.t("hot.none", out.Month, out.Cells), r.t("watch.none"), r.t("runs.none")
	for i, h := range answer.Items {
		table := &runs
		switch {
		case h.Hot:
			out.Hot++
			table = &hot
		case h.Watch:
			table = &watch
		}
		row := r.hotRow(len(table.Rows)+1, answer.Month, h, most, i == chosen)
		if table == &runs {
			row[1].Note = r.t(runMark(h), row[1].Note)
		}
		table.Rows = append(table.Rows, row)
	}
	out.HotList, out.Watch, out.Runs = hot, watch, runs
	if len(answer.Items) > 0 {
		detail, err := r.hotDetail(ctx, answer.Month, answer.Items[chosen])
		if err != nil {
			return out, err
		}
		out.Chosen = &detail
	}
	return out, nil
}

// hotCard is what the overview says of the hot spots of the last month.
type hotCard struct {
	Month, Note, Href    string
	Hot, Watched, Chance int
	Runs, Slow           int      // improbable over three months only, and slow rises among them
	Quiet                []string // what is said of sources that did not deliver the month
	Table                view.Table
}

// hotCardItems is how many cells the overview names.
const hotCardItems = 5

func (r *request) hotCard(ctx context.Context) (hotCard, error) {
	answer, err := r.s.Metrics.HotSpots(ctx, r.who, r.scope)
	if err != nil {
		return hotCard{}, err
	}
	out := hotCard{Month: answer.Month, Note: answer.Note, Watched: answer.Watched, Chance: answer.ByChance, Href: r.href("/hotspots")}
	out.Table = r.hotTable("hot-short", "hot.month")
	out.Quiet = answer.QuietSentences()
	shown := answer.Items[:min(len(answer.Items), hotCardItems)]
	most := mostOf(answer.Month, shown)
	for _, h := range answer.Items {
		switch {
		case h.Hot:
			out.Hot++
		case h.Run:
			out.Runs++
			if h.Slow {
				out.Slow++
			}
		}
	}
	for i, h := range shown {
		row, mark := r.hotRow(i+1, answer.Month, h, most, false), runMark(h)
		switch {
		case h.Hot:
			mark = "hot.marked.hot"
		case h.Watch:
			mark = "hot.marked.watch"
		}
		row[1].Note = r.t(mark, row[1].Note)
		out.Table.Rows = append(out.Table.Rows, row)
	}
	return out, nil
}

// runMark is the word for a cell that is listed for three months together.
func runMark(h metrics.HotSpot) string {
	if h.Slow {
		return "hot.marked.slow"
	}
	return "hot.marked.run"
}

// mostOf is the largest number that the rows of a table show, so that their bars have one scale.
func mostOf(month string, items []metrics.HotSpot) float64 {
	most := 1.0
	for _, h := range items {
		t := tests(month, h)[0]
		most = max(most, float64(t.count), t.expected, t.upper)
	}
	return most
}

// upper is the top of what was expected of the judged month, 0 where it is not known.
func upper(h metrics.HotSpot) int {
	if len(h.Series) == 0 {
		return 0
	}
	return h.Series[len(h.Series)-1].Upper
}

func (r *request) hotTable(id, caption string) view.Table {
	return view.Table{
		ID: id, Caption: r.t(caption), Hide: true, Class: "cards wrap",
		Columns: []view.Column{
			{Label: r.t("hot.rank")}, {Label: r.t("hot.cell"), Class: "w20"}, {Label: r.t("hot.series")}, {Label: r.t("hot.bullet")},
			{Label: r.t("hot.numbers"), Class: "num"}, {Label: r.t("hot.why"), Class: "w40"},
		},
	}
}

func (r *request) hotRow(rank int, month string, h metrics.HotSpot, most float64, chosen bool) []view.Cell {
	test := tests(month, h)[0]
	counts := make([]uint64, len(h.Series))
	for i, m := range h.Series {
		counts[i] = uint64(m.Count)
	}
	name := view.Cell{Text: h.UnitName, Note: h.Category.Label(r.lang), Head: true, Href: r.href("/hotspots", "row", h.Unit, "col", string(h.Category)) + "#chosen"}
	if chosen {
		name.Class = "strong"
	}
	return []view.Cell{
		{Text: strconv.Itoa(rank), Class: "quiet"},
		name,
		{Spark: view.NewSpark(r.lang, counts, float64(upper(h)))},
		{Bullet: view.NewBullet(r.lang, uint64(test.count), test.expected, test.upper, most)},
		{Text: test.Count + " / " + test.Expected, Note: test.Span + " · q " + test.Q, Class: "num strong"},
		{Text: h.Why, Note: r.keyPlaces(h)},
	}
}

// keyPlaces says how many points of the cell are marked 重点部位; empty for none.
func (r *request) keyPlaces(h metrics.HotSpot) string {
	if h.KeyPlaces == 0 {
		return ""
	}
	return r.t("hot.keyplaces", h.KeyPlaces)
}

// probability writes a small number with two significant digits, and its relation.
func probability(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return "= " + strconv.FormatFloat(p, 'g', 2, 64)
}

func (r *request) hotDetail(ctx context.Context, month string, h metrics.HotSpot) (hotspotDetail, error) {
	d := hotspotDetail{
		Unit: h.UnitName, Category: h.Category.Label(r.lang), Why: h.Why, Hot: h.Hot, Watch: h.Watch, Slow: h.Slow, Beside: beside(h, r.lang), Tested: r.testTable(tests(month, h)),
	}
	series := charts.HotSpotSeries{}
	d.Numbers = view.Table{
		Caption: r.t("hot.chart", d.Unit, d.Category), Hide: true, Class: "tight",
		Columns: []view.Column{{Label: r.t("dim.month")}, {Label: r.t("hot.actual"), Class: "num"}, {Label: r.t("hot.expected"), Class: "num"}, {Label: r.t("hot.upper"), Class: "num"}},
	}
	for _, m := range h.Series {
		expected, top := m.Expected, float64(m.Upper)
		row := []view.Cell{{Text: m.Month, Head: true}, {Text: few(m.Count), Class: "num"}, {Text: view.Decimal(m.Expected, 1), Class: "num"}, {Text: strconv.Itoa(m.Upper), Class: "num"}}
		if !m.Counted {
			expected, top = math.NaN(), math.NaN()
			row[2].Text, row[3].Text = "—", "—"
		}
		series.Months = append(series.Months, m.Month)
		series.Actual = append(series.Actual, uint64(m.Count))
		series.Expected, series.Upper = append(series.Expected, expected), append(series.Upper, top)
		d.Numbers.Rows = append(d.Numbers.Rows, row)
	}
	aria := r.t("hot.chart", d.Unit, d.Category)
	d.Chart = chart("hotspot", aria, 380, charts.HotSpot(series, charts.HotSpotOptions{Lang: r.lang, Title: aria}))
	d.Chart.Save = r.save(aria, "hotspots", "month", month, "unit", h.Unit, "category", string(h.Category), "row", "", "col", "")
	for _, kind := range []integrity.SignalKind{integrity.SignalComplaint, integrity.SignalPetition} {
		if !r.who.SeesRows(kind) {
			continue
		}
		s := metrics.Scope{AsOf: r.scope.AsOf, KnownAt: r.scope.KnownAt, Lang: r.lang, Unit: h.Unit, Category: h.Category, Month: month, Kind: kind, Page: 1, PerPage: 1}
		rows, err := r.s.Metrics.Signals(ctx, r.who, s)
		if err != nil {
			return d, err
		}
		if rows.Total > 0 {
			d.Rows = append(d.Rows, view.Link{
				Text: r.t("hot.rows", view.Number(rows.Total), kind.Label(r.lang)),
				Href: r.only("/signals", "unit", h.Unit, "category", string(h.Category), "month", month, "kind", string(kind)),
			})
		}
	}
	d.Rows = append(d.Rows, r.packLinks(h.Unit)...)
	return d, nil
}

// testTable lists the tests of a cell, one line each.
func (r *request) testTable(tests []hotspotTest) view.Table {
	t := view.Table{ID: "tests", Caption: r.t("hot.whyhot"), Hide: true, Class: "tight mt2", Columns: []view.Column{
		{Label: r.t("dim.month")}, {Label: r.t("hot.actual"), Class: "num"}, {Label: r.t("hot.expected"), Class: "num"}, {Label: r.t("hot.ratio"), Class: "num"}, {Label: r.t("hot.q"), Class: "num"},
	}}
	for _, test := range tests {
		t.Rows = append(t.Rows, []view.Cell{{Text: test.Span, Head: true}, {Text: test.Count, Class: "num strong"}, {Text: test.Expected, Class: "num"}, {Text: test.Ratio, Class: "num"}, {Text: "q " + test.Q, Class: "num nowrap"}})
	}
	return t
}

// beside is what a count stands beside: the unit's own past, its peers in the month, the points that
// its list has, and matters that may be repeats.
func beside(h metrics.HotSpot, lang integrity.Lang) [][2]string {
	t := func(key string, args ...any) string { return view.T(lang, key, args...) }
	var out [][2]string
	if h.OwnMonths > 0 {
		out = append(out, [2]string{t("hot.own"), t("hot.own.value", h.OwnMonths, view.Decimal(h.OwnMean, 1))})
	}
	if h.PeerUnits > 0 {
		out = append(out, [2]string{t("hot.peers"), t("hot.peers.value", h.PeerUnits, view.Decimal(h.PeerMean, 1))})
	}
	points := t("hot.listpoints.none")
	if h.Points > 0 {
		points = t("hot.listpoints.value", h.Points, h.Important, h.KeyPlaces)
	}
	out = append(out, [2]string{t("hot.listpoints"), points})
	if h.Near > 0 {
		out = append(out, [2]string{t("repeats.signal"), t("repeats.near", h.Near)})
	}
	return out
}

// Beside is what the count of a hot spot stands beside, in one line: the words of its page, for files
// and for the report.
func Beside(h metrics.HotSpot, lang integrity.Lang) string {
	var parts []string
	for _, fact := range beside(h, lang) {
		parts = append(parts, fact[0]+view.T(lang, "hot.colon")+fact[1])
	}
	return strings.Join(parts, view.T(lang, "hot.semicolon"))
}

// reviewCard is the general points whose grade a person should look at again.
type reviewCard struct {
	Total int
	Note  string
	Table view.Table
}

func (r *request) reviewCard(ctx context.Context) (reviewCard, error) {
	s := r.scope
	s.Month = "" // always the twelve months up to the day
	answer, err := r.s.Metrics.GradeReview(ctx, r.who, s)
	if err != nil {
		return reviewCard{}, err
	}
	out := reviewCard{Total: answer.Total, Note: answer.Note, Table: view.Table{
		ID: "review", Caption: r.t("review.title"), Hide: true, Class: "cards wrap", Empty: r.t("review.none", answer.Threshold),
		Columns: []view.Column{{Label: r.t("dim.unit"), Class: "w15"}, {Label: r.t("review.point"), Class: "w30"}, {Label: r.t("dim.grade")}, {Label: r.t("measure.petitions"), Class: "num"}, {Label: r.t("hot.why")}},
	}}
	for _, it := range answer.Items {
		out.Table.Rows = append(out.Table.Rows, []view.Cell{
			{Text: it.UnitName, Note: r.t("risk.no", it.RiskNo), Head: true},
			{Text: it.Description, Href: r.only("/risks/" + it.RiskID), Note: it.Category.Label(r.lang)},
			{Grade: it.Grade},
			{Text: view.Number(it.Petitions), Class: "num"},
			{Text: it.Why, Note: it.Advice.In(r.lang)},
		})
		if it.Matters > 0 {
			row := out.Table.Rows[len(out.Table.Rows)-1]
			row[3].Note = r.t("review.matters", view.Number(it.Matters))
		}
	}
	return out, nil
}

type blindspotsPage struct {
	view.Page
	Filters Card[view.Filters]
	Spots   Card[blindspotsCard]
}

// blindspotsCard is the map, the suggested visits and every blind cell.
type blindspotsCard struct {
	From, To            integrity.Day
	Unlisted, Unwatched int
	Petitions           bool
	Heads               []view.HeatHead
	Rows                []blindRow
	Visits, Items       view.Table
	ForInspectors       bool // the plan is shown
}

type blindRow struct {
	Unit  string
	Cells []blindCell
}

// blindCell shows what stands in a cell; Word and Sign tell the two kinds apart.
type blindCell struct{ Class, Sign, Word, Text, Title, Href string }

func (s *server) blindspots(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	p := blindspotsPage{Page: r.frame("blindspots")}
	d := r.deck()
	deal(d, &p.Spots, r.blindspotsCard, "spots")
	d.filters(&p.Filters, func(ctx context.Context) view.Filters {
		f := r.filters(ctx, "/blindspots", append([]view.Field{r.dayField(), r.unitField(ctx), r.leaderField(ctx)}, r.spanFields()...))
		f.Presets = r.periods("/blindspots")
		return f
	})
	if err := d.done(); err != nil {
		return err
	}
	return r.render("blindspots", p)
}

func (r *request) blindspotsCard(ctx context.Context) (blindspotsCard, error) {
	answer, err := r.s.Metrics.BlindSpots(ctx, r.who, r.scope)
	if err != nil {
		return blindspotsCard{}, err
	}
	out := blindspotsCard{From: answer.From, To: answer.To, Petitions: answer.Petitions, ForInspectors: r.who.Role != integrity.RoleUnit}
	for _, l := range labelled(metrics.DimCategory, answer.Categories, r.lang) {
		out.Heads = append(out.Heads, view.HeatHead{Short: charts.Short(metrics.DimCategory, l, r.lang), Full: l.Label})
	}
	for i, u := range answer.Units {
		row := blindRow{Unit: u.Label}
		for _, cell := range answer.Map[i*len(answer.Categories) : (i+1)*len(answer.Categories)] {
			row.Cells = append(row.Cells, r.blindCell(answer, u.Label, cell))
		}
		out.Rows = append(out.Rows, row)
	}
	out.Visits = view.Table{
		ID: "visits", Caption: r.t("visits.title"), Hide: true, Class: "cards wrap", Empty: r.t("visits.none"),
		Columns: []view.Column{{Label: r.t("hot.rank")}, {Label: r.t("dim.unit"), Class: "w20"}, {Label: r.t("hot.why"), Class: "w50"}, {Label: r.t("visits.last")}, {Label: r.t("visits.score"), Class: "num"}, {Label: r.t("pack.title")}},
	}
	for _, v := range answer.Visits {
		parts := make([]string, len(v.Parts))
		for i, p := range v.Parts {
			parts[i] = r.t("visits.part", p.Name.In(r.lang), p.Count, view.Decimal(p.Points, 1))
		}
		out.Visits.Rows = append(out.Visits.Rows, []view.Cell{
			{Text: strconv.Itoa(v.Rank), Class: "quiet"},
			{Text: v.UnitName, Note: v.Leader, Head: true, Href: r.href("/blindspots", "unit", v.Unit) + "#map"},
			{Text: v.Why, Note: strings.Join(parts, r.t("list.semicolon"))},
			r.lastCheck(v.Unit, v.LastCheck),
			{Text: view.Decimal(v.Score, 1), Class: "num strong"},
			{Text: r.packWord(), Href: r.packHref(v.Unit)},
		})
	}
	out.Items = view.Table{
		ID: "items", Caption: r.t("blind.items"), Hide: true, Class: "cards wrap", Empty: r.t("blind.none"),
		Columns: []view.Column{{Label: r.t("dim.unit"), Class: "w20"}, {Label: r.t("dim.category"), Class: "w15"}, {Label: r.t("blind.kind")}, {Label: r.t("hot.why"), Class: "w50"}},
	}
	for _, b := range answer.Items {
		if b.Kind == metrics.BlindUnlisted {
			out.Unlisted++
		} else {
			out.Unwatched++
		}
		sign, word, _ := r.blindWord(b.Kind)
		out.Items.Rows = append(out.Items.Rows, []view.Cell{
			{Text: b.UnitName, Note: b.Leader, Head: true},
			{Text: b.Category.Label(r.lang)},
			{Text: sign + " " + word, Class: "nowrap"},
			{Text: b.Why},
		})
	}
	return out, nil
}

// blindWord is the sign, the word and the fill of a kind of blind spots.
func (r *request) blindWord(kind string) (sign, word, class string) {
	switch kind {
	case metrics.BlindUnlisted:
		return "◆", r.t("blind.unlisted"), "soon"
	case metrics.BlindUnwatched:
		return "○", r.t("blind.unwatched"), "blue"
	}
	return "", "", "free"
}

func (r *request) blindCell(answer metrics.BlindSpots, unit string, cell metrics.BlindCell) blindCell {
	out := blindCell{Text: view.Number(cell.Points)}
	out.Sign, out.Word, out.Class = r.blindWord(cell.Kind)
	out.Title = r.t("blind.title", unit, cell.Category.Label(r.lang), cell.Points, cell.Signals, cell.Checks)
	switch {
	case cell.Kind == metrics.BlindUnlisted:
		out.Text = view.Number(cell.Signals)
		out.Href = r.only("/signals", "unit", cell.Unit, "category", string(cell.Category), "from", answer.From.String(), "to", answer.To.String())
	case cell.Points > 0:
		out.Href = r.only("/risks", "unit", cell.Unit, "category", string(cell.Category))
	}
	return out
}

func (r *request) lastCheck(unit string, on integrity.Day) view.Cell {
	if on == integrity.NoDay {
		return view.Cell{Text: r.t("visits.never"), Class: "nowrap"}
	}
	return view.Cell{Text: on.String(), Class: "nowrap", Href: r.only("/checks", "unit", unit)}
}

func (s *server) apiSources(c *fiber.Ctx) error     { return answerWhole(s, c, s.Metrics.Sources) }
func (s *server) apiHotSpots(c *fiber.Ctx) error    { return answerWhole(s, c, s.Metrics.HotSpots) }
func (s *server) apiBlindSpots(c *fiber.Ctx) error  { return answerWhole(s, c, s.Metrics.BlindSpots) }
func (s *server) apiGradeReview(c *fiber.Ctx) error { return answerWhole(s, c, s.Metrics.GradeReview) }

// answerWhole answers with what a metric gives, as it is.
func answerWhole[T any](s *server, c *fiber.Ctx, ask question[T]) error {
	scope, err := s.scope(c)
	if err != nil {
		return err
	}
	answer, err := ask(c.UserContext(), principal(c), scope)
	if err != nil {
		return err
	}
	return c.JSON(answer)
}
