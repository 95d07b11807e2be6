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

// ClauseImportant is the notice's own definition of an important point; the middle of it
// is what data can test.
const ClauseImportant = "重要廉洁风险点是指自由裁量权较大、信访反映较为集中、较易造成违纪违法行为的权力运行关键节点"

// How petitions were linked to a point.
const (
	LinkPoint = "point" // all of them by the point itself
	LinkCell  = "cell"  // some or all of them by unit and category
)

// GradeReview is the answer about general points on which petitions concentrate. It only
// ever suggests to review a grade upwards; a person decides.
type GradeReview struct {
	AsOf      integrity.Day     `json:"as_of"`
	From      integrity.Day     `json:"from"`
	To        integrity.Day     `json:"to"`
	Threshold uint64            `json:"threshold"` // petitions that make a suggestion
	Items     []GradeSuggestion `json:"items"`
	Total     int               `json:"total"`
	Note      string            `json:"note"` // why there is no answer, where there is none
}

// GradeSuggestion is one general point whose grade should be looked at again.
type GradeSuggestion struct {
	Unit        string             `json:"unit"`
	UnitName    string             `json:"unit_name"`
	RiskID      string             `json:"risk_id"`
	RiskNo      int                `json:"risk_no"`
	Year        int                `json:"year"`
	Description string             `json:"description"`
	Layer       integrity.Layer    `json:"layer"`
	Category    integrity.Category `json:"category"`
	Grade       integrity.Grade    `json:"grade"`     // general: never changed by the program
	Petitions   uint64             `json:"petitions"` // linked ones of the period
	Matters     uint64             `json:"matters"`   // repeats counted once; 0 for those who may count petitions but not read them
	LinkedBy    string             `json:"linked_by"` // LinkPoint or LinkCell
	Shared      int                `json:"shared"`    // general points of the cell that share evidence linked by LinkCell
	Evidence    []PetitionRef      `json:"evidence"`
	Clause      string             `json:"clause"`
	Why         string             `json:"why"`
	Advice      obligation.Text    `json:"advice"`
}

// PetitionRef names a petition without saying what it says.
type PetitionRef struct {
	ID         string        `json:"id"`
	Number     string        `json:"number"`
	OccurredOn integrity.Day `json:"occurred_on"`
	Nature     string        `json:"nature"`
	Status     string        `json:"status"`
	RepeatOf   string        `json:"repeat_of"`
}

type petitionAnswer struct {
	ID       uint64        `ch:"id"`
	Number   string        `ch:"number"`
	Unit     string        `ch:"unit"`
	Category string        `ch:"category"`
	RiskIDs  []uint64      `ch:"risk_ids"`
	Link     string        `ch:"link"`
	On       integrity.Day `ch:"occurred_on"`
	Nature   string        `ch:"nature"`
	Status   string        `ch:"status"`
	RepeatOf string        `ch:"repeat_of"`
	Source   string        `ch:"source"`
	TextHash uint64        `ch:"text_hash"`
}

type gradedAnswer struct {
	ID          uint64 `ch:"risk_id"`
	Unit        string `ch:"unit"`
	Year        uint16 `ch:"year"`
	No          uint32 `ch:"no"`
	Description string `ch:"description"`
	Grade       string `ch:"grade"`
	Layer       string `ch:"layer"`
	Category    string `ch:"category"`
}

// GradeReview suggests to review general points upwards whose linked petitions within
// twelve months reach the threshold (requirements R15). A petition is linked to the point
// it names; one that names none to the general points of its unit and category, provided
// that cell has no important point: where one stands already, the concentration is graded.
// Everything here rests on petitions. Those who may count them but not read them get what
// the table of units and categories shows them anyway (see gradeReviewByCell); those who may
// not even count them get no answer.
func (m *Metrics) GradeReview(ctx context.Context, who integrity.Principal, s Scope) (GradeReview, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return GradeReview{}, err
	}
	from, to := f.scope.window()
	out := GradeReview{AsOf: f.scope.AsOf, From: from, To: to, Threshold: m.cfg.ReviewThreshold, Items: []GradeSuggestion{}}
	if !who.SeesPetitionCounts() {
		out.Note = obligation.Text{ZH: "等级复核建议依据信访举报得出，本单位不可见", EN: "suggestions to review grades rest on petitions, which units are not shown"}.In(s.Lang)
		return out, nil
	}
	ask := m.gradeReview
	if !who.SeesPetitionRows() {
		// Whole months only: the list of one day against that of the next would tell a petition.
		to = integrity.Date(f.scope.AsOf.Year(), f.scope.AsOf.Month(), 1) - 1
		if next := f.scope.AsOf + 1; next.Month() != f.scope.AsOf.Month() {
			to = f.scope.AsOf
		}
		from = integrity.Date(to.Year()-1, to.Month()+1, 1)
		out.From, out.To = from, to
		ask = m.gradeReviewByCell
	}
	key := fmt.Sprintf("grade review/%t/%s/%s/%s/%s", who.SeesPetitionRows(), f.scope.AsOf, from, to, s.lang())
	items, err := cached(ctx, m.cache, f.snap, key, func(ctx context.Context) ([]GradeSuggestion, error) { return ask(ctx, f, from, to) })
	if err != nil {
		return out, fmt.Errorf("grade review as of %s: %w", f.scope.AsOf, err)
	}
	for _, it := range items {
		if f.sees(it.Unit) && (s.Category == "" || it.Category == s.Category) && (s.Layer == "" || it.Layer == s.Layer) && (s.Risk == "" || it.RiskID == s.Risk) {
			out.Items = append(out.Items, it)
		}
	}
	out.Total = len(out.Items)
	if s.Limit > 0 && len(out.Items) > s.Limit {
		out.Items = out.Items[:s.Limit]
	}
	return out, nil
}

func (m *Metrics) gradeReview(ctx context.Context, f *frame, from, to integrity.Day) ([]GradeSuggestion, error) {
	var petitions []petitionAnswer
	if err := f.sel(ctx, &petitions, mustQuery("linked_petitions"), param("from_day", from), param("to_day", to)); err != nil {
		return nil, err
	}
	byPoint, byCell := map[uint64][]petitionAnswer{}, map[cellKey][]petitionAnswer{}
	var units []string
	for _, p := range petitions {
		for _, id := range p.RiskIDs {
			byPoint[id] = append(byPoint[id], p)
		}
		if len(p.RiskIDs) == 0 && p.Link != "none" { // a person said that it belongs to no listed point
			byCell[cellKey{p.Unit, p.Category}] = append(byCell[cellKey{p.Unit, p.Category}], p)
		}
		if !slices.Contains(units, p.Unit) {
			units = append(units, p.Unit)
		}
	}
	if units == nil {
		units = nobody
	}
	points, important, general, err := m.graded(ctx, f, units)
	if err != nil {
		return nil, err
	}
	var out []GradeSuggestion
	for _, p := range points {
		if integrity.Grade(p.Grade) != integrity.GradeGeneral {
			continue
		}
		k := cellKey{p.Unit, p.Category}
		linked := slices.Clone(byPoint[p.ID])
		by, shared := LinkPoint, 0
		if of := byCell[k]; len(of) > 0 && !important[k] && p.Category != string(integrity.CategoryUnclassified) {
			linked, by, shared = append(linked, of...), LinkCell, general[k]
		}
		if uint64(len(linked)) < m.cfg.ReviewThreshold {
			continue
		}
		it := f.gradeSuggestion(p)
		it.Petitions, it.LinkedBy, it.Shared = uint64(len(linked)), by, shared
		for _, e := range linked {
			it.Evidence = append(it.Evidence, PetitionRef{ID: integrity.FormatID(e.ID), Number: e.Number, OccurredOn: e.On, Nature: e.Nature, Status: e.Status, RepeatOf: e.RepeatOf})
		}
		it.Matters = mattersOf(linked)
		it.Why = gradeWhy(it, from, to, f.scope.lang())
		out = append(out, it)
	}
	return out, nil
}

// mattersOf counts the matters of petitions as hot spots do (methods, hot spots): what repeats a number
// of one source in a unit is one, and so are those of a unit whose first texts are equal.
func mattersOf(petitions []petitionAnswer) uint64 {
	type paper struct{ unit, source, number string }
	type text struct {
		unit string
		hash uint64
	}
	firsts, matters := map[paper]bool{}, map[text]bool{}
	for _, p := range slices.SortedStableFunc(slices.Values(petitions), func(a, b petitionAnswer) int { return cmp.Compare(a.On, b.On) }) {
		k := paper{p.Unit, p.Source, or(p.RepeatOf, p.Number)}
		if !firsts[k] {
			firsts[k], matters[text{p.Unit, p.TextHash}] = true, true
		}
	}
	return uint64(len(matters))
}

// gradeReviewByCell suggests from nothing but what a distribution of petitions by unit and
// category shows the reader, with small cells hidden: general points of a cell whose count is
// shown and reaches the threshold, and which has no important point. So a suggestion tells
// no more than that table does. There is no evidence with it, and no number of matters.
func (m *Metrics) gradeReviewByCell(ctx context.Context, f *frame, from, to integrity.Day) ([]GradeSuggestion, error) {
	table, err := m.Distribution(ctx, f.who, Scope{AsOf: f.scope.AsOf, KnownAt: f.scope.KnownAt, From: from, To: to}, MeasurePetitions, DimUnit, DimCategory)
	if err != nil {
		return nil, err
	}
	shown := map[cellKey]uint64{}
	units := slices.Clone(nobody)
	for _, c := range table.Cells {
		if c.Count != nil && *c.Count >= max(m.cfg.ReviewThreshold, m.cfg.SmallCell) && c.Col != string(integrity.CategoryUnclassified) {
			shown[cellKey{c.Row, c.Col}] = *c.Count
			units = append(units, c.Row)
		}
	}
	points, important, general, err := m.graded(ctx, f, units)
	if err != nil {
		return nil, err
	}
	var out []GradeSuggestion
	for _, p := range points {
		k := cellKey{p.Unit, p.Category}
		if integrity.Grade(p.Grade) != integrity.GradeGeneral || shown[k] == 0 || important[k] {
			continue
		}
		it := f.gradeSuggestion(p)
		it.Petitions, it.LinkedBy, it.Shared, it.Evidence = shown[k], LinkCell, general[k], []PetitionRef{}
		it.Why = gradeWhy(it, from, to, f.scope.lang())
		out = append(out, it)
	}
	return out, nil
}

// gradedPoints returns the points of units as of the day, in official order.
func (f *frame) gradedPoints(ctx context.Context, units []string) ([]gradedAnswer, error) {
	return shared(ctx, f, "graded points/"+f.scope.AsOf.String()+"/"+strings.Join(units, "/"), func(ctx context.Context) (points []gradedAnswer, err error) {
		err = f.selAll(ctx, &points, mustQuery("graded_points"), param("as_of", f.scope.AsOf), param("units", units))
		return points, err
	})
}

// graded returns the points of units as of the day, in official order, and which cells have
// an important point and how many general ones.
func (m *Metrics) graded(ctx context.Context, f *frame, units []string) (points []gradedAnswer, important map[cellKey]bool, general map[cellKey]int, err error) {
	if points, err = f.gradedPoints(ctx, units); err != nil {
		return nil, nil, nil, err
	}
	important, general = map[cellKey]bool{}, map[cellKey]int{}
	for _, p := range points {
		k := cellKey{p.Unit, p.Category}
		switch integrity.Grade(p.Grade) {
		case integrity.GradeImportant:
			important[k] = true
		case integrity.GradeGeneral:
			general[k]++
		}
	}
	order := map[string]int{}
	for i, u := range f.units.current {
		order[u.Code] = i
	}
	slices.SortStableFunc(points, func(a, b gradedAnswer) int { return order[a.Unit] - order[b.Unit] })
	return points, important, general, nil
}

// gradeSuggestion is a suggestion about a point, without what it rests on.
func (f *frame) gradeSuggestion(p gradedAnswer) GradeSuggestion {
	return GradeSuggestion{Unit: p.Unit, UnitName: f.units.name(p.Unit), RiskID: integrity.FormatID(p.ID), RiskNo: int(p.No), Year: int(p.Year),
		Description: p.Description, Layer: integrity.Layer(p.Layer), Category: integrity.Category(p.Category), Grade: integrity.Grade(p.Grade), Clause: ClauseImportant,
		Advice: obligation.Text{ZH: "建议复核该风险点是否应评为重要，由人决定；本系统不改变等级。", EN: "Review whether the point should be graded important; a person decides, the grade is not changed here."}}
}

func gradeWhy(it GradeSuggestion, from, to integrity.Day, lang integrity.Lang) string {
	if lang == integrity.English {
		why := fmt.Sprintf("%s (%s) linked from %s to %s", plural(it.Petitions, "petition"), plural(it.Matters, "matter"), from, to)
		if it.Matters == 0 {
			why = fmt.Sprintf("%s from %s to %s", plural(it.Petitions, "petition"), from, to)
		}
		if it.LinkedBy == LinkCell {
			why += fmt.Sprintf(", by unit and category %q, which has %s and no important one", it.Category.Label(lang), plural(uint64(it.Shared), "general point"))
		}
		return why + ": petitions are concentrated. A petition is not a finding."
	}
	why := fmt.Sprintf("%s至%s关联信访举报%d件（%d事）", from.Chinese(), to.Chinese(), it.Petitions, it.Matters)
	if it.Matters == 0 {
		why = fmt.Sprintf("%s至%s信访举报%d件", from.Chinese(), to.Chinese(), it.Petitions)
	}
	if it.LinkedBy == LinkCell {
		why += fmt.Sprintf("，按单位和“%s”类关联，该类有一般风险点%d个、无重要风险点", it.Category.Label(lang), it.Shared)
	}
	return why + "，符合“信访反映较为集中”的特征。件数不等于查实数。"
}
