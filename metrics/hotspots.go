package metrics

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/hotspot"
	"qingfeng/metrics/obligation"
)

// HotSpots is the answer about cells of unit × category that a month makes improbable.
type HotSpots struct {
	Month string    `json:"month"`
	Items []HotSpot `json:"items"` // hot ones by score, then the watch list, then what is hot over three months only
	Cells int       `json:"cells"` // cells that were tested
	// Watched is how many cells meet the watch rule; at most ten are shown, of which
	// about ByChance would be there without any cause.
	Watched  int `json:"watched"`
	ByChance int `json:"by_chance"`
	// Petitions tells whether petitions were counted: only for those who may read them.
	Petitions bool `json:"petitions"`
	// Quiet are the sources that have not delivered the month; the cells of their units are not tested.
	Quiet []QuietSource `json:"quiet"`
	Note  string        `json:"note"` // why there is no answer, where there is none
}

// QuietSentences says of each source that has not delivered the month that it has not, and
// whose cells are not judged for it.
func (h HotSpots) QuietSentences() []string {
	var out []string
	for _, q := range h.Quiet {
		out = append(out, q.Why)
	}
	return out
}

// HotSpot is one cell. Count to Q are those of the month, Together holds the same of the
// last three months.
type HotSpot struct {
	Unit     string             `json:"unit"`
	UnitName string             `json:"unit_name"`
	Category integrity.Category `json:"category"`
	Count    int                `json:"count"`
	Expected float64            `json:"expected"`
	Ratio    float64            `json:"ratio"`
	P        float64            `json:"p"`
	Q        float64            `json:"q"`
	Hot      bool               `json:"hot"`
	Watch    bool               `json:"watch"`
	Run      bool               `json:"run"`  // hot over the last three months together, not in the month itself
	Slow     bool               `json:"slow"` // of these a slow rise: no month of the three stands out, and the last is not back to normal
	Together HotSpotRun         `json:"together"`
	Score    float64            `json:"score"`
	// OwnMean is the unit's mean count a month in this category over the last OwnMonths months before.
	OwnMean   float64 `json:"own_mean"`
	OwnMonths int     `json:"own_months"`
	// PeerMean is the mean count of PeerUnits units like this one in the month; both are 0 where fewer
	// than fewestPeers were tested, because the mean of one or two tells theirs.
	PeerMean  float64 `json:"peer_mean"`
	PeerUnits int     `json:"peer_units"`
	// Points are the risk points of the unit and category in force at the end of the month, Important
	// of them, and KeyPlaces those marked 重点部位 (notice, four, 2).
	Points    uint64 `json:"points"`
	Important uint64 `json:"important"`
	KeyPlaces uint64 `json:"key_places"`
	// Near are the matters of the month whose text is near that of an earlier one of the unit (see Repeats):
	// perhaps repeats, counted all the same.
	Near   int            `json:"near"`
	Why    string         `json:"why"`
	Series []HotSpotMonth `json:"series"` // the last 18 months
}

// HotSpotRun is the test of several months together, against what was before them.
type HotSpotRun struct {
	From     string  `json:"from"`   // first month
	To       string  `json:"to"`     // last month, the judged one
	Months   int     `json:"months"` // 0 where there is too little before them
	Count    int     `json:"count"`
	Expected float64 `json:"expected"`
	Upper    int     `json:"upper"` // top of the expected range
	Ratio    float64 `json:"ratio"`
	P        float64 `json:"p"`
	Q        float64 `json:"q"`
	Spike    string  `json:"spike"` // the month that stands out by itself, where the months are hot for that
}

// HotSpotMonth is one month behind a hot spot.
type HotSpotMonth struct {
	Month    string  `json:"month"`
	Count    int     `json:"count"`
	Expected float64 `json:"expected"`
	Upper    int     `json:"upper"` // top of the expected range
	Counted  bool    `json:"counted"`
}

// hotSpotHistory is how many closed months a month is judged against.
const hotSpotHistory = 36

// hotSpotSeries is how many months are shown behind a hot spot.
const hotSpotSeries = 18

// fewestPeers is the least number of peers whose mean is told.
const fewestPeers = 3

// hotSpotTail is the share of months that the expected range leaves above itself: the
// watch list's p.
const hotSpotTail = 0.03

type matterAnswer struct {
	Unit     string `ch:"unit_code"`
	Category string `ch:"first_category"`
	Month    uint32 `ch:"first_month"`
	Count    uint64 `ch:"matter_count"`
	Papers   uint64 `ch:"paper_count"`
}

// JudgedMonth is the first day of the month that is judged by default as of a day: the last one that is
// over, although the day may be its own month's last.
func JudgedMonth(asOf integrity.Day) integrity.Day {
	return integrity.Date(asOf.Year(), asOf.Month()-1, 1)
}

// HotSpots judges a month, by default the last closed one as of the day, against the 36
// before (methods, section 1). Those who may not read petitions get a run without them.
func (m *Metrics) HotSpots(ctx context.Context, who integrity.Principal, s Scope) (HotSpots, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return HotSpots{}, err
	}
	first := JudgedMonth(f.scope.AsOf)
	if s.Month != "" {
		t, err := time.Parse("2006-01", s.Month)
		if err != nil {
			return HotSpots{}, &integrity.Refused{Name: "month", Value: s.Month, Shape: integrity.ShapeMonth}
		}
		first = integrity.Date(t.Year(), t.Month(), 1)
	}
	if first > f.scope.AsOf {
		return HotSpots{}, fmt.Errorf("%w: month %s begins after as_of %s; nothing is known of it", integrity.ErrInvalid, first.MonthCode(), f.scope.AsOf)
	}
	// A month that is still running is judged by what had happened by the day.
	last := min(integrity.Date(first.Year(), first.Month()+1, 1)-1, f.scope.AsOf)
	key := fmt.Sprintf("hotspots/%s/%s/%t/%s", first, last, who.SeesPetitionRows(), f.scope.lang())
	whole, err := cached(ctx, m.cache, f.snap, key, func(ctx context.Context) (HotSpots, error) { return m.hotSpots(ctx, f, first, last) })
	if err != nil {
		return HotSpots{}, fmt.Errorf("hot spots of %s: %w", first.MonthCode(), err)
	}
	// All cells are tested whoever asks: the false discovery rate is that of the whole.
	out := whole
	out.Items = slices.DeleteFunc(slices.Clone(whole.Items), func(h HotSpot) bool {
		return !f.sees(h.Unit) || s.Category != "" && h.Category != s.Category
	})
	out.Quiet = make([]QuietSource, len(whole.Quiet))
	for i, q := range whole.Quiet {
		q.Units = slices.DeleteFunc(slices.Clone(q.Units), func(u string) bool { return !f.sees(u) })
		q.Why = q.sentence(f, out.Month)
		out.Quiet[i] = q
	}
	if s.Limit > 0 && len(out.Items) > s.Limit {
		out.Items = out.Items[:s.Limit]
	}
	return out, nil
}

func (m *Metrics) hotSpots(ctx context.Context, f *frame, first, last integrity.Day) (HotSpots, error) {
	kinds := matterKinds(f.who)
	out := HotSpots{Month: first.MonthCode(), Items: []HotSpot{}, Quiet: []QuietSource{}, Petitions: len(kinds) == 2}
	from := integrity.Date(first.Year(), first.Month()-hotSpotHistory, 1)
	var answer []matterAnswer
	if err := f.sel(ctx, &answer, mustQuery("matters"), param("matter_kinds", kinds), param("matter_units", []string{}),
		param("papers_from", integrity.NoDay), param("from_day", from), param("to_day", last)); err != nil {
		return out, err
	}
	if len(answer) == 0 {
		out.Note = obligation.Text{ZH: "没有投诉和信访数据", EN: "no complaints and petitions are loaded"}.In(f.scope.Lang)
		return out, nil
	}
	series, papers := m.series(f, answer, last)
	quiet, gone, err := f.quietUnits(ctx, kinds, series.Months, last)
	if err != nil {
		return out, err
	}
	for i := range series.Units {
		series.Units[i].Quiet = quiet[series.Units[i].Code]
	}
	out.Quiet = gone
	judged := len(series.Months) - 1
	result, err := hotspot.Detect(series, judged, hotspot.DefaultOptions())
	if errors.Is(err, hotspot.ErrTooShort) {
		out.Note = obligation.Text{ZH: "历史不足 6 个月，暂不判断", EN: "fewer than 6 months of history: not judged yet"}.In(f.scope.Lang)
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Cells = result.Tested
	shown, all, chance := result.Watched()
	out.Watched, out.ByChance = all, chance
	listed := append(result.Hot(), shown...)
	for _, c := range result.HotRuns() {
		if !slices.ContainsFunc(shown, func(w hotspot.Cell) bool { return w.Unit == c.Unit && w.Category == c.Category }) {
			c.Watch = false // beyond what is shown of the watch list
			listed = append(listed, c)
		}
	}
	near, points, err := m.besides(ctx, f, kinds, listed, first, last)
	if err != nil {
		return out, err
	}
	for _, c := range listed {
		c.Reports = papers[[2]string{c.Unit, c.Category}]
		h := HotSpot{Unit: c.Unit, UnitName: f.units.name(c.Unit), Category: integrity.Category(c.Category), Count: c.Count, Expected: hotspot.Given(c.Expected),
			Ratio: round(c.Ratio, 2), P: c.P, Q: c.Q, Hot: c.Hot, Watch: c.Watch && !c.Hot, Run: c.Run.Hot && !c.Hot, Slow: c.SlowRise(), Score: round(c.Score, 2), Why: hotspot.Why(c, string(f.scope.lang()))}
		h.OwnMean, h.OwnMonths = round(c.OwnMean, 1), c.OwnMonths
		if c.PeerUnits >= fewestPeers {
			h.PeerMean, h.PeerUnits = round(c.PeerMean, 1), c.PeerUnits
		}
		k := cellKey{c.Unit, c.Category}
		h.Near, h.Points, h.Important, h.KeyPlaces = near[k], uint64(points[k].Points), uint64(points[k].Important), uint64(points[k].Key)
		if run := c.Run; run.Months > 0 {
			h.Together = HotSpotRun{From: c.RunFrom, To: c.Month, Months: run.Months, Count: run.Count, Expected: hotspot.Given(run.Expected), Upper: run.Upper(hotSpotTail),
				Ratio: round(run.Ratio, 2), P: run.P, Q: run.Q, Spike: c.Spike}
		}
		points, err := result.History(c.Unit, c.Category, hotSpotSeries, hotSpotTail)
		if err != nil {
			return out, err
		}
		for _, p := range points {
			h.Series = append(h.Series, HotSpotMonth{Month: p.Month, Count: p.Count, Expected: hotspot.Given(p.Expected), Upper: p.Upper, Counted: p.Counted})
		}
		out.Items = append(out.Items, h)
	}
	return out, nil
}

// besides finds what stands beside the counts of cells: how many matters of the month read like an
// earlier one, and how many points the list has.
func (m *Metrics) besides(ctx context.Context, f *frame, kinds []string, cells []hotspot.Cell, first, last integrity.Day) (near map[cellKey]int, points map[cellKey]pointCell, err error) {
	near, points = map[cellKey]int{}, map[cellKey]pointCell{}
	if len(cells) == 0 {
		return near, points, nil
	}
	var units []string
	for _, c := range cells {
		if !slices.Contains(units, c.Unit) {
			units = append(units, c.Unit)
		}
	}
	matters, err := matterTexts(ctx, f, kinds, units, first, last)
	if err != nil {
		return nil, nil, err
	}
	told := -1
	for _, p := range nearPairs(matters, first, last) {
		if p.later != told {
			near[cellKey{matters[p.later].Unit, matters[p.later].Category}]++
		}
		told = p.later
	}
	var answer []pointCell
	if err := f.sel(ctx, &answer, mustQuery("cell_points"), param("as_of", last)); err != nil {
		return nil, nil, err
	}
	for _, a := range answer {
		k := cellKey{a.Unit, a.Category}
		a.Points, a.Important, a.Key = a.Points+points[k].Points, a.Important+points[k].Important, a.Key+points[k].Key
		points[k] = a
	}
	return near, points, nil
}

func round(v float64, digits int) float64 {
	scale := math.Pow(10, float64(digits))
	return math.Round(v*scale) / scale
}

// series arranges the counts: months from the first one with any matter, all units, all
// categories. papers counts the records of the judged month, repeats included; it ends with
// the day last.
func (m *Metrics) series(f *frame, answer []matterAnswer, last integrity.Day) (series hotspot.Series, papers map[[2]string]int) {
	earliest := answer[0].Month
	for _, a := range answer {
		earliest = min(earliest, a.Month)
	}
	monthAt := map[uint32]int{}
	for d := integrity.Date(int(earliest/100), time.Month(earliest%100), 1); d <= last; {
		next := integrity.Date(d.Year(), d.Month()+1, 1)
		monthAt[uint32(d.Year()*100+int(d.Month()))] = len(series.Months)
		series.Months = append(series.Months, d.MonthCode())
		series.WorkingDays = append(series.WorkingDays, max(1, m.cfg.WorkDays.Between(d-1, min(next-1, last))))
		d = next
	}
	categoryAt := map[string]int{}
	for i, c := range integrity.Categories() {
		categoryAt[string(c)] = i
		series.Categories = append(series.Categories, string(c))
	}
	unitAt := map[string]int{}
	for _, u := range f.units.current {
		unitAt[u.Code] = len(series.Units)
		series.Units = append(series.Units, hotspot.Unit{Code: u.Code, Type: u.Type, Open: openShares(u, series.Months)})
	}
	for range series.Units {
		cells := make([][]int, len(series.Categories))
		for i := range cells {
			cells[i] = make([]int, len(series.Months))
		}
		series.Counts = append(series.Counts, cells)
	}
	papers = map[[2]string]int{}
	for _, a := range answer {
		u, known := unitAt[a.Unit]
		month, inside := monthAt[a.Month]
		c, ok := categoryAt[a.Category]
		if !known || !inside || !ok {
			continue
		}
		series.Counts[u][c][month] += int(a.Count)
		if month == len(series.Months)-1 {
			papers[[2]string{a.Unit, a.Category}] += int(a.Papers)
		}
	}
	series.Petitions = f.who.SeesPetitionRows()
	return series, papers
}

// openShares is the share of the days of each month on which a unit was in operation;
// nil where it always was.
func openShares(u integrity.Unit, months []string) []float64 {
	if u.OpenedOn == integrity.NoDay && u.ClosedOn == integrity.NoDay {
		return nil
	}
	out := make([]float64, len(months))
	for i, code := range months {
		t, err := time.Parse("2006-01", code)
		if err != nil {
			continue
		}
		from := integrity.Date(t.Year(), t.Month(), 1)
		end := integrity.Date(t.Year(), t.Month()+1, 1)
		a, b := max(from, u.OpenedOn), end
		if u.ClosedOn != integrity.NoDay {
			b = min(b, u.ClosedOn)
		}
		out[i] = float64(max(0, b-a)) / float64(end-from)
	}
	return out
}
