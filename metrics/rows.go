package metrics

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
)

// Page is one page of rows; Total counts all of them.
type Page[T any] struct {
	Total uint64 `json:"total"`
	Items []T    `json:"items"`

	DataVersion string `json:"-"`
}

type riskAnswer struct {
	ID                uint64        `ch:"risk_id"`
	Unit              string        `ch:"unit"`
	Year              uint16        `ch:"year"`
	No                uint32        `ch:"no"`
	Description       string        `ch:"description"`
	Measures          []string      `ch:"measures"`
	Path              []string      `ch:"path"`
	PathBasis         []string      `ch:"path_basis"`
	PathFocus         []string      `ch:"path_focus"`
	Methods           []string      `ch:"methods"`
	Grade             string        `ch:"grade"`
	Layer             string        `ch:"layer"`
	Category          string        `ch:"category"`
	SuggestedLayer    string        `ch:"suggested_layer"`
	SuggestedCategory string        `ch:"suggested_category"`
	Head              string        `ch:"head"`
	Persons           []string      `ch:"persons"`
	Leader            string        `ch:"leader"`
	Post              string        `ch:"post"`
	KeyFew            bool          `ch:"key_few"`
	MajorMatter       bool          `ch:"major_matter"`
	Tags              []string      `ch:"tags"`
	GradeReason       string        `ch:"grade_reason"`
	Stage             string        `ch:"stage"`
	FiledOn           integrity.Day `ch:"filed_on"`
	InForceFrom       integrity.Day `ch:"in_force_from"`
	InForceTo         integrity.Day `ch:"in_force_to"`
	Origin            uint64        `ch:"origin"`
	Confidence        float64       `ch:"confidence"`
	Sure              bool          `ch:"sure"`
	ConfirmedBy       string        `ch:"confirmed_by"`
	ConfirmedOn       integrity.Day `ch:"confirmed_on"`
}

func (r riskAnswer) record(f *frame) integrity.RiskPoint {
	p := integrity.RiskPoint{ID: integrity.FormatID(r.ID), Unit: r.Unit, UnitName: f.units.name(r.Unit), Year: int(r.Year), No: int(r.No),
		Description: r.Description, Measures: list(r.Measures), Path: list(r.Path), PathBasis: list(r.PathBasis), PathFocus: list(r.PathFocus),
		Methods: []integrity.Method{}, Grade: integrity.Grade(r.Grade), Layer: integrity.Layer(r.Layer), Category: integrity.Category(r.Category),
		SuggestedLayer: integrity.Layer(r.SuggestedLayer), SuggestedCategory: integrity.Category(r.SuggestedCategory), Head: r.Head, Persons: list(r.Persons),
		Leader: r.Leader, Post: r.Post, KeyFew: r.KeyFew, MajorMatter: r.MajorMatter, Tags: list(r.Tags), GradeReason: r.GradeReason,
		Stage: integrity.Stage(r.Stage), FiledOn: r.FiledOn, InForceFrom: r.InForceFrom, InForceTo: r.InForceTo, Batch: fmt.Sprint(r.Origin),
		Confidence: r.Confidence, Sure: r.Sure, ConfirmedBy: r.ConfirmedBy, ConfirmedOn: r.ConfirmedOn}
	if p.Leader == "" {
		p.Leader = f.units.leaderOn(r.Unit, f.scope.AsOf)
	}
	for _, m := range r.Methods {
		p.Methods = append(p.Methods, integrity.Method(m))
	}
	return p
}

// list makes an absent list an empty one, so that JSON says [] and not null.
func list(v []string) []string {
	if v == nil {
		return []string{}
	}
	return v
}

// riskOrders, signalOrders and checkOrders are the legal values of sort; a minus turns
// the order round.
var (
	riskOrders   = map[string]string{"unit": "unit", "no": "no", "grade": "grade", "layer": "layer", "category": "category", "in_force_from": "in_force_from"}
	signalOrders = map[string]string{"occurred_on": "occurred_on", "unit": "unit", "category": "category", "number": "number", "status": "status"}
	checkOrders  = map[string]string{"checked_on": "checked_on", "unit": "unit", "number": "number"}
)

// order builds the ORDER BY of a list of rows from fixed words, with the key at the end
// so that pages never overlap.
func order(legal map[string]string, asked, fallback, key string) (string, error) {
	if asked == "" {
		return fallback + ", " + key, nil
	}
	column, ok := legal[strings.TrimPrefix(asked, "-")]
	if !ok {
		words := make([]string, 0, len(legal))
		for w := range legal {
			words = append(words, w)
		}
		slices.Sort(words)
		return "", &integrity.Refused{Name: "sort", Value: asked, Legal: words}
	}
	if strings.HasPrefix(asked, "-") {
		column += " DESC"
	}
	return column + ", " + key, nil
}

// Risks lists the risk points in force at as_of, by the same filters as their counts.
func (m *Metrics) Risks(ctx context.Context, who integrity.Principal, s Scope) (Page[integrity.RiskPoint], error) {
	if err := s.StatusOf(MeasureRisks); err != nil {
		return Page[integrity.RiskPoint]{}, err
	}
	by, err := order(riskOrders, s.Sort, "unit, no", "row_id")
	if err != nil {
		return Page[integrity.RiskPoint]{}, err
	}
	return page(ctx, m, who, s, "risks", by, func(f *frame, r riskAnswer) integrity.RiskPoint { return r.record(f) })
}

type signalRecord struct {
	ID         uint64        `ch:"id"`
	Kind       string        `ch:"kind"`
	Number     string        `ch:"number"`
	Source     string        `ch:"source"`
	Unit       string        `ch:"unit"`
	OccurredOn integrity.Day `ch:"occurred_on"`
	Text       string        `ch:"text"`
	Channel    string        `ch:"channel"`
	Nature     string        `ch:"nature"`
	Layer      string        `ch:"layer"`
	Category   string        `ch:"category"`
	Status     string        `ch:"status"`
	AcceptedOn integrity.Day `ch:"accepted_on"`
	ExtendedTo integrity.Day `ch:"extended_to"`
	ClosedOn   integrity.Day `ch:"closed_on"`
	Severity   uint8         `ch:"severity"`
	DueOn      integrity.Day `ch:"due_on"`
	FixedOn    integrity.Day `ch:"fixed_on"`
	RepeatOf   string        `ch:"repeat_of"`
	RiskID     uint64        `ch:"risk_id"`
	Integrity  string        `ch:"integrity"`
	Machine    uint8         `ch:"machine"`
	BatchNo    uint64        `ch:"batch_no"`

	RiskRef     string        `ch:"risk_ref"`
	RiskIDs     []uint64      `ch:"risk_ids"`
	Link        string        `ch:"link"`
	ConfirmedBy string        `ch:"confirmed_by"`
	ConfirmedOn integrity.Day `ch:"confirmed_on"`
}

// Signals lists signals of the period. Petitions are listed for those who may read them
// only.
func (m *Metrics) Signals(ctx context.Context, who integrity.Principal, s Scope) (Page[integrity.Signal], error) {
	if err := s.StatusOf(MeasureSignals); err != nil {
		return Page[integrity.Signal]{}, err
	}
	by, err := order(signalOrders, s.Sort, "occurred_on DESC", "id")
	if err != nil {
		return Page[integrity.Signal]{}, err
	}
	return page(ctx, m, who, s, "signals", by, func(f *frame, r signalRecord) integrity.Signal { return r.record(f) })
}

func (r signalRecord) record(f *frame) integrity.Signal {
	if f.scope.NoMachine && r.Machine&1 != 0 {
		r.Category = string(integrity.CategoryUnclassified)
	}
	out := integrity.Signal{ID: integrity.FormatID(r.ID), Kind: integrity.SignalKind(r.Kind), Number: r.Number, Source: r.Source, Unit: r.Unit,
		UnitName: f.units.name(r.Unit), OccurredOn: r.OccurredOn, Text: r.Text, Channel: r.Channel, Nature: r.Nature, Layer: integrity.Layer(r.Layer),
		Category: integrity.Category(r.Category), Status: r.Status, AcceptedOn: r.AcceptedOn, ExtendedTo: r.ExtendedTo, ClosedOn: r.ClosedOn,
		Severity: int(r.Severity), DueOn: r.DueOn, FixedOn: r.FixedOn, RepeatOf: r.RepeatOf, Integrity: integrity.Integrity(r.Integrity),
		Machine: r.Machine&1 != 0 && r.Category != string(integrity.CategoryUnclassified), Judged: r.Machine&2 != 0, Batch: fmt.Sprint(r.BatchNo),
		RiskRef: r.RiskRef, RiskIDs: []string{}, Link: r.Link, ConfirmedBy: r.ConfirmedBy, ConfirmedOn: r.ConfirmedOn}
	if r.RiskID != 0 {
		out.RiskID = integrity.FormatID(r.RiskID)
	}
	for _, id := range r.RiskIDs {
		out.RiskIDs = append(out.RiskIDs, integrity.FormatID(id))
	}
	return out
}

type checkRecord struct {
	ID             uint64        `ch:"id"`
	Number         string        `ch:"number"`
	Unit           string        `ch:"unit"`
	CheckedOn      integrity.Day `ch:"checked_on"`
	RiskRef        string        `ch:"risk_ref"`
	RiskIDs        []uint64      `ch:"risk_ids"`
	Inspector      string        `ch:"inspector"`
	Leader         string        `ch:"leader"`
	LeaderTookPart bool          `ch:"leader_took_part"`
	Methods        []string      `ch:"methods"`
	PowerRegular   bool          `ch:"power_regular"`
	RulesFollowed  bool          `ch:"rules_followed"`
	MeasuresDone   bool          `ch:"measures_done"`
	Finding        string        `ch:"finding"`
	Severity       uint8         `ch:"severity"`
	DueOn          integrity.Day `ch:"due_on"`
	FixedOn        integrity.Day `ch:"fixed_on"`
	Layer          string        `ch:"layer"`
	Category       string        `ch:"category"`
	EnteredOn      integrity.Day `ch:"entered_on"`
	VoidReason     string        `ch:"void_reason"`
	BatchNo        uint64        `ch:"batch_no"`
}

// Checks lists the checks of the period that count, or with the status voided those that were
// voided.
func (m *Metrics) Checks(ctx context.Context, who integrity.Principal, s Scope) (Page[integrity.Check], error) {
	if err := s.StatusOf(MeasureChecks); err != nil {
		return Page[integrity.Check]{}, err
	}
	by, err := order(checkOrders, s.Sort, "checked_on DESC", "id")
	if err != nil {
		return Page[integrity.Check]{}, err
	}
	return page(ctx, m, who, s, "checks", by, func(f *frame, r checkRecord) integrity.Check {
		out := integrity.Check{ID: integrity.FormatID(r.ID), Number: r.Number, Unit: r.Unit, UnitName: f.units.name(r.Unit), CheckedOn: r.CheckedOn,
			RiskRef: r.RiskRef, RiskIDs: []string{}, Inspector: r.Inspector, Leader: r.Leader, LeaderTookPart: r.LeaderTookPart, Methods: []integrity.Method{},
			PowerRegular: r.PowerRegular, RulesFollowed: r.RulesFollowed, MeasuresDone: r.MeasuresDone, Finding: r.Finding, Severity: int(r.Severity),
			DueOn: r.DueOn, FixedOn: r.FixedOn, Layer: integrity.Layer(r.Layer), Category: integrity.Category(r.Category), EnteredOn: r.EnteredOn,
			VoidReason: r.VoidReason, Batch: fmt.Sprint(r.BatchNo)}
		for _, id := range r.RiskIDs {
			out.RiskIDs = append(out.RiskIDs, integrity.FormatID(id))
		}
		for _, w := range r.Methods {
			out.Methods = append(out.Methods, integrity.Method(w))
		}
		return out
	})
}

// page asks for one page of a list and for the number of all rows.
func page[A, R any](ctx context.Context, m *Metrics, who integrity.Principal, s Scope, name, by string, record func(*frame, A) R) (Page[R], error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return Page[R]{}, err
	}
	if s.PerPage == 0 {
		s.PerPage = 50
	}
	if s.Page == 0 {
		s.Page = 1
	}
	// Whoever asks for more rows than there are gets all of them, however many he asks for: a list,
	// its page and its downloads are one question.
	whole := f.scope
	whole.Page, whole.PerPage = 0, 0
	wholeKey := f.snap.Version() + "/" + f.snap.KnownAt.String() + "/" + strings.Join([]string{"all " + name, by, string(who.Role), who.Unit, whole.key()}, "/")
	if v, ok := m.cache.get(wholeKey); ok && s.Page == 1 && v.(Page[R]).Total <= uint64(s.PerPage) {
		return v.(Page[R]), nil
	}
	ask := func(ctx context.Context) (Page[R], error) {
		out, err := pageOf(ctx, f, s, name, by, record)
		if err == nil && s.Page == 1 && out.Total == uint64(len(out.Items)) && out.Total <= keptRows {
			m.cache.put(wholeKey, out)
		}
		return out, err
	}
	if s.PerPage > keptRows {
		return ask(ctx)
	}
	key := strings.Join([]string{name, by, strconv.Itoa(s.Page), strconv.Itoa(s.PerPage), string(who.Role), who.Unit, f.scope.key()}, "/")
	return cached(ctx, m.cache, f.snap, key, ask)
}

// keptRows is the longest page that is kept for the next who asks: those of people and of
// their forms. Programs and downloads read on through longer ones.
const keptRows = 1000

// rows is how many the cache has to hold.
func (p Page[R]) rows() int { return len(p.Items) }

func pageOf[A, R any](ctx context.Context, f *frame, s Scope, name, by string, record func(*frame, A) R) (Page[R], error) {
	args := f.args()
	if name == "signals" {
		kinds := slices.DeleteFunc(f.kinds(string(s.Kind)), func(k string) bool { return !f.who.SeesRows(integrity.SignalKind(k)) })
		if len(kinds) == 0 {
			kinds = nobody
		}
		args = append(args, param("kinds", kinds))
	}
	if name == "entries" {
		args = append(args, f.entryArgs()...)
	}
	cell, cellArgs, err := f.cellClause(name)
	if err != nil {
		return Page[R]{}, err
	}
	args = append(args, cellArgs...)
	args = append(args, param("row_limit", s.PerPage), param("row_offset", (s.Page-1)*s.PerPage))
	var answer []A
	if err := f.sel(ctx, &answer, shape(mustQuery(name), "<order>", by, "<cell>", cell), args...); err != nil {
		return Page[R]{}, fmt.Errorf("list %s: %w", name, err)
	}
	out := Page[R]{Items: make([]R, len(answer)), DataVersion: f.snap.Version(), Total: uint64((s.Page-1)*s.PerPage + len(answer))}
	// A page that is not full is the last one and says how many there are, unless it is
	// empty because it lies beyond the last.
	if full, beyond := len(answer) == s.PerPage, len(answer) == 0 && s.Page > 1; full || beyond {
		var counted []struct {
			N int64 `ch:"row_count"`
		}
		if err := f.sel(ctx, &counted, shape(mustQuery(name+"_total"), "<cell>", cell), args...); err != nil {
			return Page[R]{}, fmt.Errorf("count %s: %w", name, err)
		}
		out.Total = 0
		if len(counted) > 0 {
			out.Total = uint64(counted[0].N)
		}
	}
	for i, a := range answer {
		out.Items[i] = record(f, a)
	}
	return out, nil
}
