package metrics

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// Source is one feed of files that come again and again, and whether it still comes.
// Complaints and petitions are told apart by 来源, the others have one feed each.
type Source struct {
	Kind     string        `json:"kind"`      // of files, such as complaints
	Source   string        `json:"source"`    // as the rows name it; empty where they name none
	Name     string        `json:"name"`      // for people
	LastOn   integrity.Day `json:"last_on"`   // day of the latest record; none for inspections
	LastLoad integrity.Day `json:"last_load"` // none where nothing was loaded by as_of
	Days     int           `json:"days"`      // since the last load
	Usual    int           `json:"usual"`     // days between two loads: the median of the latest dozen; 0 without a habit
	Quiet    bool          `json:"quiet"`     // longer without a load than it ever is
}

// feedKind is a kind of files that come again and again.
type feedKind struct {
	kind    string               // of files
	records integrity.SignalKind // that they bring; none for checks
	named   bool                 // the records name their source
	label   obligation.Text
}

// feedKinds: lists of risks and units and the ledger come in seasons, where nothing for nine
// months is as it should be.
var feedKinds = []feedKind{
	{"complaints", integrity.SignalComplaint, true, obligation.Text{ZH: "日常投诉", EN: "complaints"}},
	{"petitions", integrity.SignalPetition, true, obligation.Text{ZH: "信访举报", EN: "petitions"}},
	{"inspections", "", false, obligation.Text{ZH: "监督检查", EN: "inspections"}},
	{"findings", integrity.SignalFinding, false, obligation.Text{ZH: "检查考核发现的问题", EN: "findings"}},
	{"comparisons", integrity.SignalComparison, false, obligation.Text{ZH: "业务数据比对", EN: "comparisons"}},
}

// feedKindBy returns the first kind for which is holds, or none.
func feedKindBy(is func(feedKind) bool) feedKind {
	if at := slices.IndexFunc(feedKinds, is); at >= 0 {
		return feedKinds[at]
	}
	return feedKind{}
}

// feed is one source of one kind of files.
type feed struct{ kind, source string }

// feedOf is the feed that brings records of a kind and a source.
func feedOf(records, source string) feed {
	k := feedKindBy(func(k feedKind) bool { return string(k.records) == records })
	if !k.named {
		source = ""
	}
	return feed{k.kind, source}
}

// sourceName is the name of a feed for people.
func sourceName(label, source string) string {
	if source == "" {
		return label
	}
	return label + "·" + source
}

// A source is quiet after one and a half times its usual interval without a load, but not
// before ten days; fewer than three days with loads make no habit.
const (
	quietTimes  = 1.5
	quietAtOnce = 10
	quietLoads  = 3
	quietRecent = 13 // days with loads, whose dozen of intervals count
)

// silence judges a source by the days on which it was loaded, ascending and distinct: how
// long ago the last one is as of a day, how long it usually is, 0 without a habit, and
// whether that makes it quiet.
func silence(days []integrity.Day, asOf integrity.Day) (since, usual int, quiet bool) {
	days = days[:daysUpTo(days, asOf)]
	if len(days) == 0 {
		return 0, 0, false
	}
	since = int(asOf - days[len(days)-1])
	if len(days) < quietLoads {
		return since, 0, false
	}
	days = days[max(0, len(days)-quietRecent):]
	var gaps []int
	for i := 1; i < len(days); i++ {
		gaps = append(gaps, int(days[i]-days[i-1]))
	}
	slices.Sort(gaps)
	usual = gaps[len(gaps)/2]
	return since, usual, since >= quietAtOnce && float64(since) > quietTimes*float64(usual)
}

func daysUpTo(days []integrity.Day, last integrity.Day) int {
	n, _ := slices.BinarySearch(days, last+1)
	return n
}

// Sources tells of each source when it was loaded last and whether it has gone quiet as of
// the day: what stands on the overview, in readyz and in the task freshness. Whether
// petitions come in is for those who see their counts.
func (m *Metrics) Sources(ctx context.Context, who integrity.Principal, s Scope) (List[Source], error) {
	f, err := m.frame(ctx, who, Scope{AsOf: s.AsOf, KnownAt: s.KnownAt, Lang: s.Lang, Unit: s.Unit})
	if err != nil {
		return List[Source]{}, err
	}
	key := fmt.Sprintf("sources/%s/%s/%t/%s", f.scope.AsOf, f.scope.lang(), who.SeesPetitionCounts(), strings.Join(f.codes, ","))
	all, err := cached(ctx, m.cache, f.snap, key, func(ctx context.Context) ([]Source, error) { return m.sources(ctx, f) })
	if err != nil {
		return List[Source]{}, fmt.Errorf("sources as of %s: %w", f.scope.AsOf, err)
	}
	return ListOf(slices.Clone(all)), nil
}

func (m *Metrics) sources(ctx context.Context, f *frame) ([]Source, error) {
	kinds := f.kinds("")
	loads, err := f.loadDays(ctx, kinds)
	if err != nil {
		return nil, err
	}
	var reach []struct {
		Kind   string        `ch:"kind"`
		Source string        `ch:"source"`
		LastOn integrity.Day `ch:"last_on"`
	}
	if err := f.sel(ctx, &reach, mustQuery("source_reach"), append(f.args(), param("source_kinds", kinds))...); err != nil {
		return nil, err
	}
	last := map[feed]integrity.Day{}
	for _, r := range reach {
		of := feedOf(r.Kind, r.Source)
		last[of] = max(last[of], r.LastOn)
	}
	var out []Source
	for _, kind := range feedKinds {
		if kind.records == integrity.SignalPetition && !f.who.SeesPetitionCounts() {
			continue
		}
		names := []string{}
		for of := range loads {
			if of.kind == kind.kind {
				names = append(names, of.source)
			}
		}
		slices.Sort(names)
		if len(names) == 0 {
			names = append(names, "")
		}
		for _, name := range names {
			days := loads[feed{kind.kind, name}]
			days = days[:daysUpTo(days, f.scope.AsOf)]
			s := Source{Kind: kind.kind, Source: name, Name: sourceName(kind.label.In(f.scope.Lang), name), LastOn: last[feed{kind.kind, name}]}
			s.Days, s.Usual, s.Quiet = silence(days, f.scope.AsOf)
			if len(days) > 0 {
				s.LastLoad = days[len(days)-1]
			}
			out = append(out, s)
		}
	}
	return out, nil
}

// loadDays returns the days on which each feed was loaded, ascending and distinct, by kind
// of files. Loads of complaints and petitions count for the sources that they brought
// something new of.
func (f *frame) loadDays(ctx context.Context, kinds []string) (map[feed][]integrity.Day, error) {
	var batches []struct {
		No   uint64        `ch:"batch_no"`
		Kind string        `ch:"file_kind"`
		Day  integrity.Day `ch:"loaded_on"`
	}
	if err := f.selAll(ctx, &batches, mustQuery("load_days")); err != nil {
		return nil, err
	}
	var brought []struct {
		Kind   string `ch:"kind"`
		Source string `ch:"source"`
		No     uint64 `ch:"batch_no"`
	}
	if err := f.selAll(ctx, &brought, mustQuery("source_batches"), param("source_kinds", kinds)); err != nil {
		return nil, err
	}
	out := map[feed][]integrity.Day{}
	kindOf, dayOf := map[uint64]string{}, map[uint64]integrity.Day{}
	for _, b := range batches {
		kindOf[b.No], dayOf[b.No] = b.Kind, b.Day
		if k := feedKindBy(func(k feedKind) bool { return k.kind == b.Kind }); k.kind != "" && !k.named {
			of := feed{kind: k.kind}
			out[of] = append(out[of], b.Day)
		}
	}
	for _, b := range brought {
		// Lists and confirmations write records as well, and deliver nothing.
		if of := feedOf(b.Kind, b.Source); kindOf[b.No] == of.kind && feedKindBy(func(k feedKind) bool { return k.kind == of.kind }).named {
			out[of] = append(out[of], dayOf[b.No])
		}
	}
	for of, days := range out {
		slices.Sort(days)
		out[of] = slices.Compact(days)
	}
	return out, nil
}

// QuietSource is a source that has not delivered a month, and the units whose cells are not
// judged for it.
type QuietSource struct {
	Kind     string        `json:"kind"`
	Source   string        `json:"source"`
	Name     string        `json:"name"`
	LastLoad integrity.Day `json:"last_load"` // day of the latest load that brought anything
	Units    []string      `json:"units"`     // codes of the units that most of the records were about it; empty where none is
	Why      string        `json:"why"`
}

// A month without one record of a source that brought quietRecords a month or more in the
// twelve months before is one that was not delivered: by chance that is rarer than one in a
// hundred. A source is known after quietMonths months.
const (
	quietRecords = 5
	quietMonths  = 3
	quietYear    = 12
)

// undelivered tells which months a source has not delivered. records are its counts by
// month, ends the last days of the months, loads the days on which it was loaded, ascending,
// by the moment that is asked about. A month is not delivered
//   - when it has no record at all, of a source that brings many, or
//   - when nothing was loaded after its end, and by its end the source had gone quiet.
func undelivered(records []int, ends, loads []integrity.Day) []bool {
	out := make([]bool, len(records))
	for t := range records {
		sum, months := 0, 0
		for b := max(0, t-quietYear); b < t; b++ {
			if (months > 0 || records[b] > 0) && !out[b] {
				sum += records[b]
				months++
			}
		}
		if records[t] == 0 && months >= quietMonths && sum >= quietRecords*months {
			out[t] = true
			continue
		}
		if len(loads) > 0 && loads[len(loads)-1] <= ends[t] && sum > 0 {
			_, _, out[t] = silence(loads, ends[t])
		}
	}
	return out
}

// quietUnits marks the units and months whose counts are not whole: at least half of a
// unit's records of the twelve months before came from sources that did not deliver the
// month. Units without a record are judged by the city's. The second answer is about the
// last month.
func (f *frame) quietUnits(ctx context.Context, kinds, months []string, last integrity.Day) (map[string][]bool, []QuietSource, error) {
	first, err := time.Parse("2006-01", months[0])
	if err != nil {
		return nil, nil, err
	}
	from := integrity.Date(first.Year(), first.Month(), 1)
	var counted []struct {
		Kind   string `ch:"kind"`
		Source string `ch:"source"`
		Unit   string `ch:"unit_code"`
		Month  uint32 `ch:"record_month"`
		Count  int64  `ch:"record_count"`
	}
	if err := f.selAll(ctx, &counted, mustQuery("source_months"), param("source_kinds", kinds), param("from_day", from), param("to_day", last)); err != nil {
		return nil, nil, err
	}
	loads, err := f.loadDays(ctx, kinds)
	if err != nil {
		return nil, nil, err
	}
	ends := make([]integrity.Day, len(months))
	monthAt := map[uint32]int{}
	for i := range months {
		d := integrity.Date(from.Year(), from.Month()+time.Month(i), 1)
		monthAt[uint32(d.Year()*100+int(d.Month()))] = i
		ends[i] = min(integrity.Date(d.Year(), d.Month()+1, 1)-1, last)
	}
	const city = "" // no unit has this code
	byUnit := map[string]map[feed][]int{city: {}}
	add := func(unit string, of feed, month, n int) {
		if byUnit[unit] == nil {
			byUnit[unit] = map[feed][]int{}
		}
		if byUnit[unit][of] == nil {
			byUnit[unit][of] = make([]int, len(months))
		}
		byUnit[unit][of][month] += n
	}
	for _, c := range counted {
		of := feedOf(c.Kind, c.Source)
		add(c.Unit, of, monthAt[c.Month], int(c.Count))
		add(city, of, monthAt[c.Month], int(c.Count))
	}
	missing := map[feed][]bool{}
	for of, records := range byUnit[city] {
		missing[of] = undelivered(records, ends, loads[of])
	}
	out := map[string][]bool{}
	for _, u := range f.units.current {
		out[u.Code] = quietOf(byUnit[u.Code], byUnit[city], missing, len(months))
	}
	return out, f.quietNow(byUnit, missing, out, loads, months), nil
}

// quietOf marks the months of a unit, by its own records or, where it has none, the city's.
func quietOf(own, city map[feed][]int, missing map[feed][]bool, months int) []bool {
	var out []bool
	for t := range months {
		lost, all := share(own, missing, t)
		if all == 0 {
			lost, all = share(city, missing, t)
		}
		if all > 0 && 2*lost >= all {
			if out == nil {
				out = make([]bool, months)
			}
			out[t] = true
		}
	}
	return out
}

// share counts the records of the twelve months before month t: those of sources that did
// not deliver the month, and all.
func share(counts map[feed][]int, missing map[feed][]bool, t int) (lost, all int) {
	for of, records := range counts {
		for b := max(0, t-quietYear); b < min(t, len(records)); b++ {
			all += records[b]
			if missing[of][t] {
				lost += records[b]
			}
		}
	}
	return lost, all
}

// quietNow lists the sources that have not delivered the last month.
func (f *frame) quietNow(byUnit map[string]map[feed][]int, missing map[feed][]bool, quiet map[string][]bool, loads map[feed][]integrity.Day, months []string) []QuietSource {
	out := []QuietSource{}
	t := len(months) - 1
	for _, kind := range feedKinds {
		for of, gone := range missing {
			if of.kind != kind.kind || !gone[t] {
				continue
			}
			q := QuietSource{Kind: of.kind, Source: of.source, Name: sourceName(kind.label.In(f.scope.Lang), of.source), Units: []string{}}
			if days := loads[of]; len(days) > 0 {
				q.LastLoad = days[len(days)-1]
			}
			for _, u := range f.units.current {
				brought, _ := share(map[feed][]int{of: byUnit[u.Code][of]}, missing, t)
				if _, all := share(byUnit[u.Code], missing, t); quiet[u.Code] != nil && quiet[u.Code][t] && (brought > 0 || all == 0) {
					q.Units = append(q.Units, u.Code)
				}
			}
			out = append(out, q)
		}
	}
	slices.SortFunc(out, func(a, b QuietSource) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Source, b.Source))
	})
	return out
}

// namedUnits is how many units a sentence names.
const namedUnits = 3

// sentence says that the source did not deliver a month, and whose cells are not judged.
func (q QuietSource) sentence(f *frame, month string) string {
	text := obligation.Text{ZH: "“" + q.Name + "”没有报送" + month + "的数据", EN: fmt.Sprintf("%q delivered nothing for %s", q.Name, month)}
	if q.LastLoad != integrity.NoDay {
		text.ZH += "（最近一次装载" + q.LastLoad.String() + "）"
		text.EN += " (last load " + q.LastLoad.String() + ")"
	}
	if len(q.Units) == 0 {
		text.ZH += "；没有单位的件数主要来自它，照常判断。"
		text.EN += "; no unit has most of its records from it, all are judged."
		return text.In(f.scope.Lang)
	}
	names := make([]string, 0, namedUnits)
	for _, u := range q.Units[:min(len(q.Units), namedUnits)] {
		names = append(names, f.units.name(u))
	}
	more := obligation.Text{}
	if len(q.Units) > namedUnits {
		more = obligation.Text{ZH: fmt.Sprintf("等%d个单位", len(q.Units)), EN: fmt.Sprintf(" and %d more", len(q.Units)-namedUnits)}
	}
	text.ZH += "：" + strings.Join(names, "、") + more.ZH + "的件数不全，该月不作判断。"
	text.EN += ": the counts of " + strings.Join(names, ", ") + more.EN + " are not whole, and their cells are not judged."
	return text.In(f.scope.Lang)
}
