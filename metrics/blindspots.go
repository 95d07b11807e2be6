package metrics

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// The two kinds of blind spots (requirements, section 6).
const (
	// BlindUnlisted is a cell with signals but without any listed risk point in force.
	BlindUnlisted = "unlisted"
	// BlindUnwatched is a cell with points but with neither signals nor checks.
	BlindUnwatched = "unwatched"
)

// BlindSpots is the answer about what nobody looks at: units in operation × categories.
type BlindSpots struct {
	AsOf  integrity.Day `json:"as_of"`
	From  integrity.Day `json:"from"`
	To    integrity.Day `json:"to"`
	Items []BlindSpot   `json:"items"`
	Total int           `json:"total"`
	// Visits are the suggested inspections, at most ten, the most urgent first. Units get
	// none: they are the inspectors' plan.
	Visits []Visit `json:"visits"`
	// Petitions tells whether petitions were counted: only for those who may read them.
	Petitions bool `json:"petitions"`
	// Units and Categories are rows and columns of the map, Map its cells row by row.
	Units      []Label     `json:"units"`
	Categories []Label     `json:"categories"`
	Map        []BlindCell `json:"map"`
}

// BlindCell is one cell of the map: what stands in it and which kind of blind spot it is,
// if any.
type BlindCell struct {
	Unit      string             `json:"unit"`
	Category  integrity.Category `json:"category"`
	Kind      string             `json:"kind"`      // BlindUnlisted, BlindUnwatched or empty
	Points    uint64             `json:"points"`    // in force at as_of
	Important uint64             `json:"important"` // of them
	// Unconfirmed is how many points nobody has confirmed are suggested for this category.
	Unconfirmed uint64 `json:"unconfirmed"`
	Signals     uint64 `json:"signals"` // of the period, every record
	// Matters are the signals with complaints and petitions grouped as for hot spots: papers of one
	// 编号 or 重复件, of equal text and of one person are one, in the cell of the first of the period.
	Matters uint64 `json:"matters"`
	Checks  uint64 `json:"checks"` // of the period
}

// BlindSpot is one blind cell.
type BlindSpot struct {
	BlindCell
	UnitName    string        `json:"unit_name"`
	Leader      string        `json:"leader"`
	Complaints  uint64        `json:"complaints"`
	Findings    uint64        `json:"findings"`
	Comparisons uint64        `json:"comparisons"`
	Petitions   uint64        `json:"petitions"`  // 0 for those who may not read them
	LastCheck   integrity.Day `json:"last_check"` // NoDay = never
	Why         string        `json:"why"`
}

// Visit is a suggested inspection of one unit. Score is the sum of its parts and ranks
// units only for where to go next; it measures no person and no fault.
type Visit struct {
	Rank      int           `json:"rank"`
	Unit      string        `json:"unit"`
	UnitName  string        `json:"unit_name"`
	Leader    string        `json:"leader"`
	Score     float64       `json:"score"`
	Parts     []VisitPart   `json:"parts"` // those above 0
	LastCheck integrity.Day `json:"last_check"`
	Why       string        `json:"why"`
}

// VisitPart is one named part of a score: Points = min(Count × Weight, Most).
type VisitPart struct {
	Code   string          `json:"code"`
	Name   obligation.Text `json:"name"`
	Count  uint64          `json:"count"`
	Weight float64         `json:"weight"`
	Most   float64         `json:"most"`
	Points float64         `json:"points"`
}

// visitFacts is what the score of a unit is made of.
type visitFacts struct {
	unlisted  uint64 // cells with signals and without points
	signals   uint64 // signals in them
	matters   uint64 // of them, repeats grouped
	important uint64 // important points in unwatched cells
	points    uint64 // the other points in them
	unvisited uint64 // 1 where the unit had no check in the period
	findings  uint64 // not put right
}

// visitParts are the parts of the score in the order in which they are shown. Important
// points weigh most, no single part can decide alone.
var visitParts = []struct {
	code         string
	name         obligation.Text
	weight, most float64
	count        func(visitFacts) uint64
}{
	{"unlisted_cells", obligation.Text{ZH: "有线索而清单无风险点的类别", EN: "categories with signals and no listed point"}, 3, 9, func(v visitFacts) uint64 { return v.unlisted }},
	{"unlisted_matters", obligation.Text{ZH: "上述类别的线索事数", EN: "matters of the signals in them"}, 0.5, 5, func(v visitFacts) uint64 { return v.matters }},
	{"unwatched_important", obligation.Text{ZH: "既无线索也无检查的重要风险点", EN: "important points without signals and checks"}, 2, 8, func(v visitFacts) uint64 { return v.important }},
	{"unwatched_points", obligation.Text{ZH: "既无线索也无检查的其他风险点", EN: "other points without signals and checks"}, 0.5, 4, func(v visitFacts) uint64 { return v.points }},
	{"unvisited", obligation.Text{ZH: "期间内全单位未受检查", EN: "no check of the unit in the period"}, 3, 3, func(v visitFacts) uint64 { return v.unvisited }},
	{"open_findings", obligation.Text{ZH: "尚未整改的问题", EN: "findings not put right"}, 1, 3, func(v visitFacts) uint64 { return v.findings }},
}

// mostVisits is the length of the list of suggested inspections: one page.
const mostVisits = 10

// scoreVisit adds up the parts of a score.
func scoreVisit(v visitFacts) (score float64, parts []VisitPart) {
	for _, p := range visitParts {
		n := p.count(v)
		if n == 0 {
			continue
		}
		points := min(float64(n)*p.weight, p.most)
		score += points
		parts = append(parts, VisitPart{Code: p.code, Name: p.name, Count: n, Weight: p.weight, Most: p.most, Points: points})
	}
	return score, parts
}

// blindKind judges a cell. In the column of unclassified points nothing can be unlisted:
// signals without a category say nothing about the list. Neither is a cell unlisted for
// which unconfirmed points are suggested: they wait for a person, the list has them.
func blindKind(c BlindCell) string {
	switch {
	case c.Points+c.Unconfirmed == 0 && c.Signals > 0 && c.Category != integrity.CategoryUnclassified:
		return BlindUnlisted
	case c.Points > 0 && c.Signals == 0 && c.Checks == 0:
		return BlindUnwatched
	}
	return ""
}

// window is the period of a question that looks back twelve months unless the scope says
// otherwise; its last day is never after as_of.
func (s Scope) window() (from, to integrity.Day) {
	from, to = s.period()
	if from == integrity.NoDay {
		y, mo := to.Year()-1, to.Month()
		// On 29 February the year before had no such day.
		from = min(integrity.Date(y, mo, to.UTC().Day()), integrity.Date(y, mo+1, 1)-1) + 1
	}
	return from, to
}

type cellKey struct{ unit, category string }

type pointCell struct {
	Unit       string `ch:"unit"`
	Category   string `ch:"category"`
	Suggestion string `ch:"suggestion"`
	Points     int64  `ch:"point_count"`
	Important  int64  `ch:"important_count"`
	Key        int64  `ch:"key_count"` // marked 重点部位
}

type signalCell struct {
	Unit        string `ch:"unit"`
	Category    string `ch:"category"`
	Complaints  int64  `ch:"complaint_count"`
	Petitions   int64  `ch:"petition_count"`
	Findings    int64  `ch:"finding_count"`
	Comparisons int64  `ch:"comparison_count"`
}

type checkCell struct {
	Unit     string        `ch:"unit_code"`
	Category string        `ch:"cell_category"`
	Checks   uint64        `ch:"check_count"`
	Last     integrity.Day `ch:"last_on"`
}

type unitChecks struct {
	Unit   string        `ch:"unit"`
	Checks uint64        `ch:"check_count"`
	Last   integrity.Day `ch:"last_on"`
}

type unitFindings struct {
	Unit     string `ch:"unit"`
	Findings int64  `ch:"finding_count"`
}

// BlindSpots finds the cells of units in operation × categories that nobody looks at, and
// suggests where to go next. Signals and checks are those of the period, by default the
// last twelve months; points those in force at as_of. Petitions count only for those who
// may read their rows: cells are small. The commission itself owes no list and is left out.
func (m *Metrics) BlindSpots(ctx context.Context, who integrity.Principal, s Scope) (BlindSpots, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return BlindSpots{}, err
	}
	from, to := f.scope.window()
	key := fmt.Sprintf("blindspots/%s/%s/%s/%t/%t/%s", f.scope.AsOf, from, to, who.SeesPetitionRows(), s.Suggested, s.lang())
	whole, err := cached(ctx, m.cache, f.snap, key, func(ctx context.Context) (BlindSpots, error) { return m.blindSpots(ctx, f, from, to) })
	if err != nil {
		return BlindSpots{}, fmt.Errorf("blind spots as of %s: %w", f.scope.AsOf, err)
	}
	out := whole
	out.Units = slices.DeleteFunc(slices.Clone(whole.Units), func(l Label) bool { return !f.sees(l.Code) })
	out.Map = slices.DeleteFunc(slices.Clone(whole.Map), func(c BlindCell) bool { return !f.sees(c.Unit) })
	out.Items = slices.DeleteFunc(slices.Clone(whole.Items), func(b BlindSpot) bool {
		return !f.sees(b.Unit) || s.Category != "" && b.Category != s.Category
	})
	out.Total = len(out.Items)
	out.Visits = slices.DeleteFunc(slices.Clone(whole.Visits), func(v Visit) bool { return !f.sees(v.Unit) || who.Role == integrity.RoleUnit })
	if len(out.Visits) > mostVisits {
		out.Visits = out.Visits[:mostVisits]
	}
	for i := range out.Visits {
		out.Visits[i].Rank = i + 1
	}
	if s.Limit > 0 && len(out.Items) > s.Limit {
		out.Items = out.Items[:s.Limit]
	}
	return out, nil
}

// blindSpots answers for all units; the caller shows what its principal may see.
func (m *Metrics) blindSpots(ctx context.Context, f *frame, from, to integrity.Day) (BlindSpots, error) {
	out := BlindSpots{AsOf: f.scope.AsOf, From: from, To: to, Petitions: f.who.SeesPetitionRows(),
		Items: []BlindSpot{}, Visits: []Visit{}, Units: []Label{}, Map: []BlindCell{}}
	for _, c := range integrity.Categories() {
		out.Categories = append(out.Categories, Label{string(c), c.Label(f.scope.lang())})
	}
	category := dimensionSQL["risks"][DimCategory]
	if f.scope.Suggested {
		category = suggestedSQL(dimensionSQL["risks"])[DimCategory]
	}
	kinds := slices.DeleteFunc(f.kinds(""), func(k string) bool { return k == string(integrity.SignalPetition) && !out.Petitions })
	period := []any{param("as_of", f.scope.AsOf), param("from_day", from), param("to_day", to)}

	var points []pointCell
	if err := f.sel(ctx, &points, mustQuery("cell_points"), period...); err != nil {
		return out, err
	}
	var signals []signalCell
	if err := f.sel(ctx, &signals, mustQuery("cell_signals"), append(period, param("kinds", kinds))...); err != nil {
		return out, err
	}
	var matters []matterAnswer
	if err := f.sel(ctx, &matters, mustQuery("matters"), param("matter_kinds", matterKinds(f.who)), param("matter_units", []string{}),
		param("papers_from", from), param("from_day", from), param("to_day", to)); err != nil {
		return out, err
	}
	grouped := map[cellKey]uint64{}
	for _, a := range matters {
		grouped[cellKey{a.Unit, a.Category}] += a.Count
	}
	var checks []checkCell
	if err := f.sel(ctx, &checks, shape(mustQuery("cell_checks"), "<category>", category), period...); err != nil {
		return out, err
	}
	var visited []unitChecks
	if err := f.sel(ctx, &visited, mustQuery("unit_checks"), period...); err != nil {
		return out, err
	}
	var open []unitFindings
	if err := f.sel(ctx, &open, mustQuery("open_findings"), append(period, param("no_day", integrity.NoDay))...); err != nil {
		return out, err
	}

	pointAt, signalAt, checkAt := map[cellKey]pointCell{}, map[cellKey]signalCell{}, map[cellKey]checkCell{}
	unconfirmed := map[cellKey]int64{}
	for _, p := range points {
		if p.Suggestion != "" && p.Suggestion != string(integrity.CategoryUnclassified) {
			if f.scope.Suggested {
				p.Category = p.Suggestion
			} else {
				unconfirmed[cellKey{p.Unit, p.Suggestion}] += p.Points
			}
		}
		k := cellKey{p.Unit, p.Category}
		p.Points += pointAt[k].Points
		p.Important += pointAt[k].Important
		pointAt[k] = p
	}
	for _, s := range signals {
		signalAt[cellKey{s.Unit, s.Category}] = s
	}
	for _, c := range checks {
		checkAt[cellKey{c.Unit, c.Category}] = c
	}
	unitCheck, unitOpen := map[string]unitChecks{}, map[string]int64{}
	for _, v := range visited {
		unitCheck[v.Unit] = v
	}
	for _, o := range open {
		unitOpen[o.Unit] = o.Findings
	}

	for _, u := range f.units.current {
		if !inOperation(u, f.scope.AsOf) || f.units.top(u.Code) {
			continue
		}
		out.Units = append(out.Units, Label{u.Code, u.Name})
		leader := f.units.leaderOn(u.Code, f.scope.AsOf)
		facts := visitFacts{findings: uint64(unitOpen[u.Code])}
		if unitCheck[u.Code].Checks == 0 {
			facts.unvisited = 1
		}
		var blind []BlindSpot
		for _, c := range integrity.Categories() {
			k := cellKey{u.Code, string(c)}
			p, s, ch := pointAt[k], signalAt[k], checkAt[k]
			cell := BlindCell{Unit: u.Code, Category: c, Points: uint64(p.Points), Important: uint64(p.Important), Unconfirmed: uint64(unconfirmed[k]),
				Signals: uint64(s.Complaints + s.Petitions + s.Findings + s.Comparisons), Matters: grouped[k] + uint64(s.Findings+s.Comparisons), Checks: ch.Checks}
			cell.Kind = blindKind(cell)
			out.Map = append(out.Map, cell)
			switch cell.Kind {
			case "":
				continue
			case BlindUnlisted:
				facts.unlisted++
				facts.signals += cell.Signals
				facts.matters += cell.Matters
			case BlindUnwatched:
				facts.important += cell.Important
				facts.points += cell.Points - cell.Important
			}
			b := BlindSpot{BlindCell: cell, UnitName: u.Name, Leader: leader, Complaints: uint64(s.Complaints), Findings: uint64(s.Findings),
				Comparisons: uint64(s.Comparisons), Petitions: uint64(s.Petitions), LastCheck: ch.Last}
			b.Why = blindWhy(b, from, to, f.scope.lang())
			blind = append(blind, b)
		}
		out.Items = append(out.Items, blind...)
		if len(blind) == 0 {
			continue
		}
		v := Visit{Unit: u.Code, UnitName: u.Name, Leader: leader, LastCheck: unitCheck[u.Code].Last}
		v.Score, v.Parts = scoreVisit(facts)
		v.Why = visitWhy(v, facts, blind, f.scope.lang())
		out.Visits = append(out.Visits, v)
	}
	out.Total = len(out.Items)
	// Stable: units with the same score stay in official order.
	slices.SortStableFunc(out.Visits, func(a, b Visit) int { return cmp.Compare(b.Score, a.Score) })
	return out, nil
}

// blindWhy says in words why a cell is a blind spot.
func blindWhy(b BlindSpot, from, to integrity.Day, lang integrity.Lang) string {
	category := b.Category.Label(lang)
	if lang == integrity.English {
		period := "from " + from.String() + " to " + to.String()
		if b.Kind == BlindUnlisted {
			return fmt.Sprintf("%s %s (%s)%s, and no point of the category %q in the list.", plural(b.Signals, "signal"), period, kindCounts(b, lang), aboutMatters(b.Signals, b.Matters, lang), category)
		}
		return fmt.Sprintf("%s of the category %q in force, with neither signals nor checks %s; %s.", countPoints(b.Points, b.Important, lang), category, period, lastVisit(b.LastCheck, lang))
	}
	period := from.Chinese() + "至" + to.Chinese()
	if b.Kind == BlindUnlisted {
		return fmt.Sprintf("%s有线索%d件（%s）%s，清单中没有“%s”类风险点。", period, b.Signals, kindCounts(b, lang), aboutMatters(b.Signals, b.Matters, lang), category)
	}
	return fmt.Sprintf("在册“%s”类风险点%s，%s既无线索也无监督检查，%s。", category, countPoints(b.Points, b.Important, lang), period, lastVisit(b.LastCheck, lang))
}

// aboutMatters says how many matters signals are about, where repeats are among them.
func aboutMatters(signals, matters uint64, lang integrity.Lang) string {
	if matters >= signals {
		return ""
	}
	return obligation.Text{ZH: fmt.Sprintf("，涉%d件事", matters), EN: " about " + plural(matters, "matter")}.In(lang)
}

// lastVisit says when the last check was.
func lastVisit(on integrity.Day, lang integrity.Lang) string {
	switch {
	case on == integrity.NoDay:
		return obligation.Text{ZH: "从未接受监督检查", EN: "never checked"}.In(lang)
	case lang == integrity.English:
		return "last checked on " + on.String()
	}
	return "最近一次检查在" + on.Chinese()
}

// plural is a number with its noun.
func plural(n uint64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func countPoints(points, important uint64, lang integrity.Lang) string {
	text := obligation.Text{ZH: fmt.Sprintf("%d个", points), EN: plural(points, "point")}
	if important > 0 {
		text.ZH += fmt.Sprintf("（其中重要%d个）", important)
		text.EN += fmt.Sprintf(" (%d important)", important)
	}
	return text.In(lang)
}

func kindCounts(b BlindSpot, lang integrity.Lang) string {
	var parts []string
	for _, k := range []struct {
		n    uint64
		kind integrity.SignalKind
	}{{b.Complaints, integrity.SignalComplaint}, {b.Petitions, integrity.SignalPetition}, {b.Findings, integrity.SignalFinding}, {b.Comparisons, integrity.SignalComparison}} {
		switch {
		case k.n == 0:
		case lang == integrity.English:
			parts = append(parts, plural(k.n, strings.ToLower(k.kind.Label(lang))))
		default:
			parts = append(parts, fmt.Sprintf("%s%d件", k.kind.Label(lang), k.n))
		}
	}
	return strings.Join(parts, obligation.Text{ZH: "、", EN: ", "}.In(lang))
}

// visitWhy says in words why a unit should be visited.
func visitWhy(v Visit, facts visitFacts, blind []BlindSpot, lang integrity.Lang) string {
	named := map[string][]string{}
	for _, b := range blind {
		named[b.Kind] = append(named[b.Kind], fmt.Sprintf(obligation.Text{ZH: "“%s”", EN: "%q"}.In(lang), b.Category.Label(lang)))
	}
	comma := obligation.Text{EN: ", "}.In(lang)
	unlisted, unwatched := strings.Join(named[BlindUnlisted], comma), strings.Join(named[BlindUnwatched], comma)
	var parts []obligation.Text
	if facts.unlisted > 0 {
		parts = append(parts, obligation.Text{
			ZH: fmt.Sprintf("%s类有线索%d件%s而清单未列风险点", unlisted, facts.signals, aboutMatters(facts.signals, facts.matters, integrity.Chinese)),
			EN: fmt.Sprintf("%s%s in %s without any listed point", plural(facts.signals, "signal"), aboutMatters(facts.signals, facts.matters, integrity.English), unlisted),
		})
	}
	if n := facts.important + facts.points; n > 0 {
		parts = append(parts, obligation.Text{
			ZH: fmt.Sprintf("%s类风险点%s既无线索也无检查", unwatched, countPoints(n, facts.important, integrity.Chinese)),
			EN: fmt.Sprintf("%s of %s with neither signals nor checks", countPoints(n, facts.important, integrity.English), unwatched),
		})
	}
	if v.LastCheck == integrity.NoDay || facts.unvisited > 0 {
		parts = append(parts, obligation.Text{ZH: lastVisit(v.LastCheck, integrity.Chinese), EN: lastVisit(v.LastCheck, integrity.English)})
	}
	if facts.findings > 0 {
		parts = append(parts, obligation.Text{ZH: fmt.Sprintf("尚有%d个问题未整改", facts.findings), EN: plural(facts.findings, "finding") + " not put right"})
	}
	words := make([]string, len(parts))
	for i, p := range parts {
		words[i] = p.In(lang)
	}
	return strings.Join(words, obligation.Text{ZH: "；", EN: "; "}.In(lang)) + obligation.Text{ZH: "。", EN: "."}.In(lang)
}
