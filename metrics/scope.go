package metrics

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/metrics/obligation"
)

// Scope narrows a question. The zero value of a field leaves it open. Pages, API,
// exports and command line fill it from the same names (contract, HTTP).
type Scope struct {
	AsOf     integrity.Day // the day that is judged; default today
	KnownAt  time.Time     // what had been loaded by then; default everything
	From, To integrity.Day // the period of events, both included
	// FromVersion and ToVersion are versions of the lists of the years of From and To, in a
	// comparison of lists; 0 = the one that stands.
	FromVersion, ToVersion int
	Year                   int
	Month                  string // 2026-01, instead of from and to
	Unit                   string // code or name: that unit and those below it
	Layer                  integrity.Layer
	Category               integrity.Category
	Grade                  integrity.Grade
	Stage                  integrity.Stage
	// Tag narrows risk points to those marked so: one of their tags (重点部位, 关键环节, 资金 …), or
	// 关键少数 or 三重一大, which are columns of their own.
	Tag       string
	Rule      integrity.Rule
	Basis     integrity.Basis
	Owner     integrity.Owner // of an obligation
	Status    string          // of obligations, or all, open, pressing (see Lights); of signals: open, closed; of checks: voided
	Leader    string
	Integrity string // yes, no, unknown or all; default yes and unknown
	Kind      integrity.SignalKind
	Number    string // 编号 of a signal or check
	Risk      string // ID of a risk point
	Text      string // q: searched in descriptions and texts
	Suggested bool   // show unconfirmed points by their suggestion
	// Confirmed narrows risk points: no (layer or category is open), suggested (and there
	// is a suggestion for what is open), yes (both are known), person (a person confirmed or
	// chose them here, not in a list).
	Confirmed string
	Sure      bool   // only points whose suggestion of a category is sure
	NoMachine bool   // categories of the classifier do not count: such signals are unclassified
	Linked    string // of signals: yes, no (nobody has said yet), none (they belong to no point)
	Signal    string // ID of a signal
	// Batch is the ID or the number of a batch: only rows that one of its files brought or
	// changed. Risk points are then listed whether in force or not.
	Batch string
	// Cell narrows rows and obligations to those that a distribution counts under codes of its
	// dimensions, as CellOf writes them: unit:00 is that unit without those below it, leader: what
	// has no leader.
	Cell    string
	Page    int // from 1
	PerPage int // 1 to 1000; default 50
	Sort    string
	Limit   int
	Lang    integrity.Lang // of the sentences of the answer (why, notes); Chinese unless English
}

// TagKeyFew is the tag of the points that a principal of a unit holds: the column 关键少数.
const TagKeyFew = "关键少数"

// marks are what a Tag may be that the notice names, in its order. Lists may have other tags.
var marks = vocabulary{
	{TagKeyFew, obligation.Text{ZH: TagKeyFew, EN: "Key few (关键少数)"}}, {"三重一大", obligation.Text{ZH: "三重一大", EN: "Major matter (三重一大)"}},
	{"重点部位", obligation.Text{ZH: "重点部位", EN: "Key place (重点部位)"}}, {"关键环节", obligation.Text{ZH: "关键环节", EN: "Key step (关键环节)"}},
	{"人", obligation.Text{ZH: "人", EN: "People (人)"}}, {"财", obligation.Text{ZH: "财", EN: "Money (财)"}}, {"物", obligation.Text{ZH: "物", EN: "Goods (物)"}},
	{"资金", obligation.Text{ZH: "资金", EN: "Funds (资金)"}}, {"资源", obligation.Text{ZH: "资源", EN: "Resources (资源)"}}, {"资产", obligation.Text{ZH: "资产", EN: "Assets (资产)"}},
}

// Marks returns what Scope.Tag may be that the notice names.
func Marks() []string { return marks.codes() }

// MarkLabel is the word for a tag; one that the notice does not name stands for itself.
func MarkLabel(tag string, lang integrity.Lang) string { return cmp.Or(marks.label(tag, lang), tag) }

// vocabulary is a closed list of codes in their order, with their words.
type vocabulary []struct {
	code string
	name obligation.Text
}

func (v vocabulary) codes() []string {
	out := make([]string, len(v))
	for i, w := range v {
		out[i] = w.code
	}
	return out
}

// label is the word for a code; empty for none.
func (v vocabulary) label(code string, lang integrity.Lang) string {
	for _, w := range v {
		if w.code == code {
			return w.name.In(lang)
		}
	}
	return ""
}

// tagLimit is how many characters a tag has at most.
const tagLimit = 20

// ScopeNames are the parameters that ParseScope reads.
func ScopeNames() []string {
	return []string{"as_of", "known_at", "from", "to", "from_version", "to_version", "year", "month", "unit", "layer", "category", "grade", "stage", "tag", "rule", "basis", "owner", "status",
		"leader", "integrity", "kind", "number", "risk", "q", "suggested", "confirmed", "sure", "machine", "linked", "signal", "batch", "cell", "page", "per_page", "sort", "limit"}
}

// statuses are what Scope.Status may be, by what is listed or counted; all takes none out.
var statuses = map[string][]string{
	MeasureRisks:   {"all"}, // a point has a stage, no status
	MeasureSignals: {"all", "open", "closed"}, MeasureComplaints: {"all", "open", "closed"}, MeasurePetitions: {"all", "open", "closed"},
	MeasureFindings: {"all", "open", "closed"}, MeasureComparisons: {"all", "open", "closed"},
	MeasureChecks:  {"all", "voided"},
	MeasureOverdue: append([]string{"all", "open", "pressing"}, statusWords()...), // see Lights
}

func statusWords() (out []string) {
	for _, s := range integrity.Statuses() {
		out = append(out, string(s))
	}
	return out
}

// Statuses returns what Scope.Status may be where a measure is listed, none where there is no such measure.
func Statuses(measure string) []string { return slices.Clone(statuses[measure]) }

// StatusOf refuses a status that what is listed or counted does not have: passed over, it would give the
// number of something else.
func (s Scope) StatusOf(measure string) error {
	if legal := statuses[measure]; s.Status != "" && !slices.Contains(legal, s.Status) {
		return &integrity.Refused{Name: "status", Value: s.Status, Legal: legal}
	}
	return nil
}

// ParseScope reads a scope from flat parameters. All that is wrong is reported at once;
// every error is an integrity.Refused, or several joined.
func ParseScope(get func(name string) string, now time.Time) (Scope, error) {
	s := Scope{AsOf: integrity.DayOf(now), Page: 1, PerPage: 50}
	var errs []error
	check := func(name string, err error) {
		if err != nil {
			errs = append(errs, integrity.As(name, err))
		}
	}
	day := func(name string, to *integrity.Day) {
		if v := get(name); v != "" {
			d, err := integrity.ParseDay(v)
			check(name, err)
			*to = d
		}
	}
	number := func(name string, to *int, low, high int) {
		if v := get(name); v != "" {
			n, err := strconv.Atoi(v)
			if err != nil || n < low || n > high {
				check(name, &integrity.Refused{Value: v, Shape: integrity.ShapeWhole, Low: low, High: high})
			}
			*to = n
		}
	}
	day("as_of", &s.AsOf)
	// A bare year in from or to is its first or last day (/lists/{unit}/diff).
	end := func(name string, to *integrity.Day, month time.Month, dayOfMonth int) {
		if year, err := strconv.Atoi(get(name)); err == nil && year >= 1990 && year <= 2200 {
			*to = integrity.Date(year, month, dayOfMonth)
			return
		}
		day(name, to)
	}
	end("from", &s.From, time.January, 1)
	end("to", &s.To, time.December, 31)
	if v := get("known_at"); v != "" {
		t, err := parseMoment(v)
		check("known_at", err)
		s.KnownAt = t
	}
	number("year", &s.Year, 1990, 2200)
	number("from_version", &s.FromVersion, 1, 100_000)
	number("to_version", &s.ToVersion, 1, 100_000)
	number("page", &s.Page, 1, 10_000_000)
	number("per_page", &s.PerPage, 1, 1000)
	number("limit", &s.Limit, 1, 100_000)
	if v := get("month"); v != "" {
		if _, err := time.Parse("2006-01", v); err != nil {
			check("month", &integrity.Refused{Value: v, Shape: integrity.ShapeMonth})
		}
		s.Month = v
	}
	parse(get, "layer", integrity.ParseLayer, &s.Layer, check)
	parse(get, "category", integrity.ParseCategory, &s.Category, check)
	parse(get, "grade", integrity.ParseGrade, &s.Grade, check)
	parse(get, "stage", integrity.ParseStage, &s.Stage, check)
	parse(get, "rule", integrity.ParseRule, &s.Rule, check)
	parse(get, "basis", integrity.ParseBasis, &s.Basis, check)
	parse(get, "owner", integrity.ParseOwner, &s.Owner, check)
	parse(get, "kind", integrity.ParseSignalKind, &s.Kind, check)
	s.Status = get("status")
	// Of which list it has to be a status is known where the list is: Scope.StatusOf.
	if legal := slices.Concat(statuses[MeasureOverdue], statuses[MeasureSignals][1:], statuses[MeasureChecks][1:]); s.Status != "" && !slices.Contains(legal, s.Status) {
		check("status", &integrity.Refused{Value: s.Status, Legal: slices.Compact(slices.Sorted(slices.Values(legal)))})
	}
	if s.Tag = strings.TrimSpace(get("tag")); utf8.RuneCountInString(s.Tag) > tagLimit {
		check("tag", &integrity.Refused{Value: s.Tag, Shape: integrity.ShapeText, High: tagLimit})
	}
	s.Unit, s.Leader, s.Number, s.Text, s.Sort = get("unit"), get("leader"), get("number"), get("q"), get("sort")
	if v := get("risk"); v != "" {
		_, err := integrity.ParseID(v)
		check("risk", err)
		s.Risk = v
	}
	if s.Batch = get("batch"); len(s.Batch) > batchLimit {
		check("batch", &integrity.Refused{Value: s.Batch, Shape: integrity.ShapeText, High: batchLimit})
	}
	s.Cell = get("cell")
	_, err := ParseCell(s.Cell)
	check("cell", err)
	if v := get("signal"); v != "" {
		_, err := integrity.ParseID(v)
		check("signal", err)
		s.Signal = v
	}
	word := func(name string, legal ...string) string {
		v := get(name)
		if v != "" && !slices.Contains(legal, v) {
			check(name, &integrity.Refused{Value: v, Legal: legal})
		}
		return v
	}
	s.Integrity = word("integrity", "yes", "no", "unknown", "all")
	s.Suggested, s.Sure, s.NoMachine = word("suggested", "0", "1") == "1", word("sure", "0", "1") == "1", word("machine", "0", "1") == "0"
	s.Confirmed, s.Linked = word("confirmed", "no", "suggested", "yes", "person"), word("linked", "yes", "no", "none")
	s.Lang = integrity.Chinese
	if get("lang") == string(integrity.English) {
		s.Lang = integrity.English
	}
	return s, errors.Join(errs...)
}

func parse[T ~string](get func(string) string, name string, read func(string) (T, error), to *T, check func(string, error)) {
	v := get(name)
	if v == "" {
		return
	}
	code, err := read(v)
	check(name, err)
	*to = code
}

func parseMoment(v string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		return t, nil
	}
	if d, err := integrity.ParseDay(v); err == nil { // a day means its end
		return (d + 1).Start().Add(-time.Microsecond), nil
	}
	return time.Time{}, &integrity.Refused{Value: v, Shape: integrity.ShapeMoment}
}

// period returns the days of events that count: never after AsOf, open below unless the
// scope says otherwise.
func (s Scope) period() (from, to integrity.Day) {
	from, to = s.From, s.AsOf
	if s.To != integrity.NoDay {
		to = min(to, s.To)
	}
	if s.Year != 0 {
		from = max(from, integrity.Date(s.Year, time.January, 1))
		to = min(to, integrity.Date(s.Year, time.December, 31))
	}
	if s.Month != "" {
		if t, err := time.Parse("2006-01", s.Month); err == nil {
			first := integrity.Date(t.Year(), t.Month(), 1)
			last := integrity.Date(t.Year(), t.Month()+1, 1) - 1
			from, to = max(from, first), min(to, last)
		}
	}
	return from, to
}

// frame is what a question is answered in: what may be seen, and the units as of the day.
type frame struct {
	db    Database
	cache *cache
	who   integrity.Principal
	scope Scope
	snap  store.Snapshot
	units *unitTree
	codes []string // units in scope; empty = all
	batch uint64   // number of the batch in scope; 0 = all
}

// searchLimit is how many characters may be searched for.
const searchLimit = 200

func (m *Metrics) frame(ctx context.Context, who integrity.Principal, s Scope) (*frame, error) {
	if s.AsOf == integrity.NoDay {
		s.AsOf = m.Today()
	}
	if utf8.RuneCountInString(s.Text) > searchLimit {
		return nil, &integrity.Refused{Name: "q", Value: s.Text, Shape: integrity.ShapeText, High: searchLimit}
	}
	snap, err := m.cfg.Database.Snapshot(ctx, s.KnownAt)
	if err != nil {
		return nil, err
	}
	f := &frame{db: m.cfg.Database, cache: m.cache, who: who, scope: s, snap: snap}
	if f.units, err = m.unitTree(ctx, f); err != nil {
		return nil, err
	}
	if err := f.restrict(); err != nil {
		return nil, err
	}
	if s.Batch != "" {
		if f.batch, err = f.batchNo(ctx, s.Batch); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// batchLimit is the number of bytes of the longest ID of a batch.
const batchLimit = 64

// noBatch is a number that no batch has: nothing stands of one that was taken back.
const noBatch = math.MaxUint64

// batchNo returns the number of the batch with an ID, or integrity.ErrNotFound.
func (f *frame) batchNo(ctx context.Context, id string) (uint64, error) {
	var found []struct {
		No        uint64 `ch:"found_no"`
		TakenBack bool   `ch:"taken_back"`
	}
	if err := f.sel(ctx, &found, mustQuery("batch_no"), hexParam("id", id)); err != nil {
		return 0, fmt.Errorf("look up batch %q: %w", id, err)
	}
	if len(found) == 0 {
		return 0, fmt.Errorf("batch %q: %w", id, integrity.ErrNotFound)
	}
	if found[0].TakenBack {
		return noBatch, nil
	}
	return found[0].No, nil
}

// nobody is the unit list that matches no row.
var nobody = []string{"\x00"}

// restrict works out which units the question may touch: those asked for, within those
// the principal may see.
func (f *frame) restrict() error {
	var asked, allowed []string
	if f.scope.Unit != "" {
		code, ok := f.units.find(f.scope.Unit)
		if !ok {
			return fmt.Errorf("unit %q: %w", f.scope.Unit, integrity.ErrNotFound)
		}
		asked = f.units.below(code)
	}
	if f.who.Role == integrity.RoleUnit {
		code, ok := f.units.find(f.who.Unit)
		if !ok {
			f.codes = nobody
			return nil
		}
		allowed = f.units.below(code)
		if asked == nil {
			asked = allowed
		}
		asked = slices.DeleteFunc(asked, func(c string) bool { return !slices.Contains(allowed, c) })
		if len(asked) == 0 {
			return fmt.Errorf("unit %q: %w", f.scope.Unit, integrity.ErrNotFound)
		}
	}
	if f.who.Role == integrity.RoleAdmin || f.who.Role == integrity.RoleAuditor || f.who.Role == "" {
		f.codes = nobody // neither sees lists, signals or checks
		return nil
	}
	if f.scope.Leader != "" {
		led := f.units.ledBy(f.scope.Leader, f.scope.AsOf)
		if asked == nil {
			asked = led
		} else {
			asked = slices.DeleteFunc(asked, func(c string) bool { return !slices.Contains(led, c) })
		}
		if len(asked) == 0 {
			asked = nobody
		}
	}
	f.codes = asked
	return nil
}

// args are the parameters that every question on rows takes.
func (f *frame) args() []any {
	from, to := f.scope.period()
	codes := f.codes
	if codes == nil {
		codes = []string{}
	}
	kind := string(f.scope.Kind)
	return []any{
		param("as_of", f.scope.AsOf), param("from_day", from), param("to_day", to),
		param("units", codes), param("layer", string(f.scope.Layer)), param("category", string(f.scope.Category)),
		param("grade", string(f.scope.Grade)), param("stage", string(f.scope.Stage)), hexParam("tag", f.scope.Tag), param("integrity", f.integrities()),
		param("kinds", f.kinds(kind)), hexParam("number", f.scope.Number), hexParam("q", f.scope.Text), param("status", f.signalStatus()), param("voided", bit(f.scope.Status == "voided")),
		param("risk", idOf(f.scope.Risk)), param("suggested", bit(f.scope.Suggested)), param("confirmed", f.scope.Confirmed), param("sure", bit(f.scope.Sure)),
		param("machine", bit(!f.scope.NoMachine)), param("linked", f.scope.Linked), param("signal", idOf(f.scope.Signal)),
		param("batch", f.batch),
	}
}

func bit(v bool) uint8 {
	if v {
		return 1
	}
	return 0
}

// idOf is the key of a record, 0 for none.
func idOf(s string) uint64 {
	id, err := integrity.ParseID(s)
	if err != nil {
		return 0
	}
	return id
}

func (f *frame) signalStatus() string {
	if f.scope.Status == "open" || f.scope.Status == "closed" {
		return f.scope.Status
	}
	return ""
}

func (f *frame) integrities() []string {
	switch f.scope.Integrity {
	case "":
		return []string{"yes", "unknown"}
	case "all":
		return []string{"yes", "unknown", "no"}
	}
	return []string{f.scope.Integrity}
}

// kinds returns the kinds of signals that may be counted for a kind asked for.
func (f *frame) kinds(asked string) []string {
	var out []string
	for _, k := range integrity.SignalKinds() {
		if k == integrity.SignalPetition && !f.who.SeesPetitionCounts() {
			continue
		}
		if asked == "" || asked == string(k) {
			out = append(out, string(k))
		}
	}
	if out == nil {
		return nobody
	}
	return out
}

// hides reports whether small counts of petitions are to be hidden from the principal.
func (f *frame) hides() bool {
	return f.who.SeesPetitionCounts() && !f.who.SeesPetitionRows()
}

// lang is the language of sentences; the zero Scope asks for Chinese.
func (s Scope) lang() integrity.Lang {
	if s.Lang == integrity.English {
		return integrity.English
	}
	return integrity.Chinese
}

func (s Scope) key() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%+v", s)
	return b.String()
}

// knownMicros is the moment up to which something is known that no batch brought, in
// microseconds: all of it where the scope names none.
func (s Scope) knownMicros() int64 {
	if s.KnownAt.IsZero() {
		return math.MaxInt64
	}
	return s.KnownAt.UnixMicro()
}
