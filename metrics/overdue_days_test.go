package metrics

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
	"qingfeng/metrics/obligation/obligationtest"
)

// past is three years of a commission as its files tell them, load by load, and – by rules
// that anybody can follow – the facts that the files of the first loads stand for.
type past struct {
	clock   []time.Time // of each load; an event is in the first load after it, or in the next
	units   []integrity.Unit
	lists   []pastList
	checks  []pastCheck
	ledger  []pastEntry
	signals []pastSignal
}

type pastList struct {
	load   int
	unit   string
	on     integrity.Day
	labels []int // of the points, by their number − 1
	grades []integrity.Grade
}

type pastCheck struct {
	load, gone int // gone: from which load on it is taken back; 0 = never
	unit       string
	on         integrity.Day
	nos        []int // none = 全部
}

type pastEntry struct {
	load int
	integrity.LedgerEntry
}

type pastSignal struct {
	load int
	kind integrity.SignalKind
	obligation.Signal
}

// pastUnits are the units that act; W, the commission itself, does not.
var pastUnits = []string{"A1", "A2", "H1", "H2", "H3", "H4"}

// newPast draws a past in which every trait occurs that files can bring: units that open,
// close and change leaders; points carried over, renumbered, regraded, dropped and brought
// back; two versions of a list in a year; approvals, filings and exemptions; checks on
// borders, twice a day, of several points, before the list, entered late; limits of all
// kinds.
func newPast(n func(int) int) *past {
	p := &past{}
	for _, day := range []string{"2025-01-10", "2025-07-03", "2026-01-06", "2026-09-01"} {
		p.clock = append(p.clock, at(day))
	}
	maybe := func(d integrity.Day, one int) integrity.Day {
		if n(one) == 0 {
			return d
		}
		return integrity.NoDay
	}
	first, last := day("2024-06-01"), day("2026-08-31")
	var borders []integrity.Day
	for y := 2024; y <= 2026; y++ {
		for _, md := range []string{"01-01", "02-28", "03-31", "04-01", "04-02", "04-03", "06-30", "07-01", "10-03", "10-04", "12-31"} {
			if d := day(fmt.Sprintf("%d-%s", y, md)); d >= first && d <= last {
				borders = append(borders, d)
			}
		}
	}
	event := func() integrity.Day { // half of all events happen on a border
		if n(2) == 0 {
			return borders[n(len(borders))]
		}
		return first + integrity.Day(n(int(last-first)+1))
	}
	load := func(on integrity.Day, late bool) int {
		k := slices.IndexFunc(p.clock, func(c time.Time) bool { return on <= integrity.DayOf(c) })
		if late && k+1 < len(p.clock) {
			k++
		}
		return k
	}
	p.units = append(p.units, integrity.Unit{Code: "W", Leader: "王一", Order: 1})
	for i, code := range pastUnits {
		u := integrity.Unit{Code: code, Parent: "W", Type: "委机关处室", Order: int32(20 - i), Leader: fmt.Sprintf("甲%d", i%3)}
		if code[0] == 'H' {
			u.Type = obligation.TypeSubordinate
		}
		if i == 1 {
			u.OpenedOn = day("2025-02-01")
		}
		if i == 3 || i == 5 {
			u.ClosedOn = day("2026-05-15") + integrity.Day(n(120))
		}
		p.units = append(p.units, u)
		for k := range n(3) {
			u.Leader, u.LeaderFrom = fmt.Sprintf("乙%d", (i+k)%4), event()
			p.units = append(p.units, u)
		}
	}
	for i, code := range pastUnits {
		var pool, before []int
		// A point that comes back is the same one where the last list of a year before had it.
		ever, kept := map[int]bool{}, map[int]bool{}
		for k := range 6 {
			pool = append(pool, 10*i+k)
		}
		pool = append(pool, movedLabel+10*((i+1)%len(pastUnits))) // out of the next unit's list
		for y := 2024; y <= 2026; y++ {
			on := integrity.Date(y, time.January, 5) + integrity.Day(n(90))
			versions := 1 + n(2)
			for range versions {
				if on > last || y == 2025 && code == "A2" && n(2) == 0 {
					break
				}
				// A version that came after a later one would replace it; alone in its year it is only late.
				l := pastList{load: load(on, versions == 1 && n(3) == 0), unit: code, on: on}
				for _, label := range pool {
					stays := slices.Contains(before, label)
					if stays && n(8) > 0 || !stays && (!ever[label] || kept[label]) && n(2) == 0 {
						l.labels = append(l.labels, label)
					}
				}
				if n(2) == 0 {
					slices.Reverse(l.labels) // renumbered
				}
				for range l.labels {
					l.grades = append(l.grades, integrity.Grades()[n(2)])
				}
				if len(l.labels) == 0 {
					break
				}
				p.lists, before = append(p.lists, l), l.labels
				for _, label := range l.labels {
					ever[label] = true
				}
				on += 60 + integrity.Day(n(90))
			}
			for _, label := range before {
				kept[label] = true
			}
		}
	}
	for range 150 {
		c := pastCheck{unit: pastUnits[n(len(pastUnits))], on: event()}
		c.load = load(c.on, n(4) == 0)
		for range n(4) {
			c.nos = append(c.nos, 1+n(7))
		}
		slices.Sort(c.nos)
		c.nos = slices.Compact(c.nos)
		p.checks = append(p.checks, c)
	}
	items := []string{
		integrity.ItemSelfCheck, integrity.ItemUnitReview, integrity.ItemLeaderReview, integrity.ItemPublicHelp, integrity.ItemExpertHelp,
		integrity.ItemCommitteeApproval, integrity.ItemCommitteeApproval, integrity.ItemFiling, integrity.ItemFiling, integrity.ItemExemption, integrity.ItemReview,
	}
	for range 90 {
		e := integrity.LedgerEntry{Unit: pastUnits[n(len(pastUnits))], Item: items[n(len(items))], On: event()}
		e.Year = e.On.Year()
		switch {
		case e.Item != integrity.ItemExemption && e.Item != integrity.ItemReview && n(6) == 0:
			e.Unit = integrity.AllUnits
		case (e.Item == integrity.ItemFiling || e.Item == integrity.ItemExemption) && n(4) != 0:
			e.No = fmt.Sprintf("%d、%d", 1+n(4), 5+n(3))
		}
		if e.Item == integrity.ItemExemption || n(4) != 0 {
			e.Persons, e.Reason = []string{"王一"}, "搬迁"
		}
		p.ledger = append(p.ledger, pastEntry{load(e.On, n(6) == 0), e})
	}
	for i := range 36 {
		kind := []integrity.SignalKind{integrity.SignalFinding, integrity.SignalComplaint, integrity.SignalPetition}[i%3]
		on := event()
		s := obligation.Signal{Number: fmt.Sprintf("S%02d", i), Unit: pastUnits[n(len(pastUnits))], On: on, DoneOn: maybe(on+integrity.Day(n(120)), 2)}
		switch kind {
		case integrity.SignalFinding:
			s.DueOn = maybe(on+integrity.Day(n(60)), 2)
		case integrity.SignalPetition:
			s.AcceptedOn = maybe(min(on+integrity.Day(n(20)), last), 2)
			s.ExtendedTo = maybe(on+integrity.Day(70+n(60)), 3)
			s.Nature = []string{obligation.NatureAppeal, obligation.NatureAppeal, "检举控告"}[n(3)]
		}
		p.signals = append(p.signals, pastSignal{load(max(on, s.AcceptedOn), false), kind, s})
	}
	return p
}

func at(day string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" 10:00", integrity.Shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

// movedLabel is added to the label of a point that stands, word for word, in the list of
// another unit.
const movedLabel = 100

// pointText is the description of a point: of no two are more than a few characters the same,
// but for those that moved.
func pointText(label int) string {
	label %= movedLabel
	var b strings.Builder
	for i := range 16 {
		b.WriteRune(rune(0x5000 + (label*16+i)*7))
	}
	return b.String()
}

func csvDay(d integrity.Day) string {
	if d == integrity.NoDay {
		return ""
	}
	return d.String()
}

// files returns the files of one load, by kind, in the order in which they are loaded.
func (p *past) files(load int) (kinds []ingest.Kind, files [][]string) {
	add := func(kind ingest.Kind, lines []string) {
		if len(lines) > 1 {
			kinds, files = append(kinds, kind), append(files, lines)
		}
	}
	if load == 0 {
		lines := []string{"单位编码|单位名称|上级编码|类型|责任领导|责任领导起始日期|排序号|启用日期|停用日期"}
		for _, u := range p.units {
			lines = append(lines, fmt.Sprintf("%s|单位%s|%s|%s|%s|%s|%d|%s|%s", u.Code, u.Code, u.Parent, u.Type, u.Leader, csvDay(u.LeaderFrom), u.Order, csvDay(u.OpenedOn), csvDay(u.ClosedOn)))
		}
		add(ingest.KindUnits, lines)
	}
	lists := slices.DeleteFunc(slices.Clone(p.lists), func(l pastList) bool { return l.load != load })
	slices.SortStableFunc(lists, func(a, b pastList) int { return int(a.on - b.on) })
	for _, l := range lists {
		lines := []string{riskHead}
		for i, label := range l.labels {
			lines = append(lines, risk(l.unit, l.on.String(), fmt.Sprint(i+1), pointText(label), l.grades[i].Label(integrity.Chinese), "中层岗位", "决策"))
		}
		add(ingest.KindRisks, lines)
	}
	lines := []string{"编号|单位|检查日期|风险点|检查人|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实"}
	for i, c := range p.checks {
		if c.load == load {
			ref := "全部"
			if len(c.nos) > 0 {
				ref = strings.Trim(strings.ReplaceAll(fmt.Sprint(c.nos), " ", "、"), "[]")
			}
			lines = append(lines, fmt.Sprintf("J%d|%s|%s|%s|韩八|查阅资料|是|是|是", i, c.unit, c.on, ref))
		}
	}
	add(ingest.KindInspections, lines)
	lines = []string{"单位|年度|事项|日期|序号|人员|理由"}
	for _, e := range p.ledger {
		if e.load == load {
			unit := e.Unit
			if unit == integrity.AllUnits {
				unit = "全部"
			}
			lines = append(lines, fmt.Sprintf("%s|%d|%s|%s|%s|%s|%s", unit, e.Year, e.Item, e.On, e.No, strings.Join(e.Persons, "、"), e.Reason))
		}
	}
	add(ingest.KindLedger, lines)
	heads := map[integrity.SignalKind]string{
		integrity.SignalFinding: "编号|单位|日期|发现问题|整改期限|整改完成日期", integrity.SignalComplaint: "编号|单位|日期|内容|状态|办结日期",
		integrity.SignalPetition: "编号|单位|日期|内容|性质|受理日期|延期至|状态|办结日期",
	}
	for _, of := range []struct {
		kind integrity.SignalKind
		file ingest.Kind
	}{{integrity.SignalFinding, ingest.KindFindings}, {integrity.SignalComplaint, ingest.KindComplaints}, {integrity.SignalPetition, ingest.KindPetitions}} {
		lines := []string{heads[of.kind]}
		for i := range p.signals {
			s := &p.signals[i]
			done := p.doneOn(s, load)
			if s.kind != of.kind || s.load > load || s.load < load && done == p.doneOn(s, load-1) {
				continue // not yet, or nothing new about it
			}
			state := "在办"
			if done != integrity.NoDay {
				state = "办结"
			}
			head := fmt.Sprintf("%s|%s|%s|事由", s.Number, s.Unit, s.On)
			switch s.kind {
			case integrity.SignalFinding:
				lines = append(lines, fmt.Sprintf("%s|%s|%s", head, csvDay(s.DueOn), csvDay(done)))
			case integrity.SignalComplaint:
				lines = append(lines, fmt.Sprintf("%s|%s|%s", head, state, csvDay(done)))
			default:
				lines = append(lines, fmt.Sprintf("%s|%s|%s|%s|%s|%s", head, s.Nature, csvDay(s.AcceptedOn), csvDay(s.ExtendedTo), state, csvDay(done)))
			}
		}
		add(of.file, lines)
	}
	return kinds, files
}

// doneOn is the day on which a signal was done, as far as a load knows.
func (p *past) doneOn(s *pastSignal, load int) integrity.Day {
	if s.DoneOn <= integrity.DayOf(p.clock[load]) {
		return s.DoneOn
	}
	return integrity.NoDay
}

// listOf is the list in which the numbers of a check of a day are looked up: the last
// version of the list of the day's year, else of the nearest year, the later of two.
func (p *past) listOf(unit string, on integrity.Day, load int) *pastList {
	for _, away := range []int{0, 1, -1, 2, -2} {
		var found *pastList
		for i := range p.lists {
			if l := &p.lists[i]; l.unit == unit && l.load <= load && l.on.Year() == on.Year()+away && (found == nil || l.on > found.on) {
				found = l
			}
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// moves reports whether the text of a point leaves the list of a unit and stands afterwards in
// that of another.
func (p *past) moves() bool {
	for _, from := range p.lists {
		for _, to := range p.lists {
			if to.unit == from.unit || to.on <= from.on {
				continue
			}
			for _, label := range to.labels {
				left := slices.ContainsFunc(p.lists, func(l pastList) bool {
					return l.unit == from.unit && l.on > from.on && l.on <= to.on && !slices.Contains(l.labels, label-movedLabel)
				})
				if left && slices.Contains(from.labels, label-movedLabel) {
					return true
				}
			}
		}
	}
	return false
}

func labelID(label int) string { return fmt.Sprintf("P%02d", label) }

// facts are what is known after a load.
func (p *past) facts(load int) obligation.Facts {
	f := obligation.Facts{Units: p.units}
	entered := func(k int) integrity.Day { return integrity.DayOf(p.clock[k]) }
	points := map[int]*obligation.Point{}
	for i := range p.lists {
		l := &p.lists[i]
		if l.load > load {
			continue
		}
		f.Lists = append(f.Lists, obligation.List{Unit: l.unit, Year: l.on.Year(), On: l.on, EnteredOn: entered(l.load)})
		until := integrity.NoDay
		for _, next := range p.lists {
			if next.unit == l.unit && next.load <= load && next.on > l.on && (until == integrity.NoDay || next.on < until) {
				until = next.on
			}
		}
		for k, label := range l.labels {
			if points[label] == nil {
				points[label] = &obligation.Point{ID: labelID(label)}
			}
			points[label].Spans = append(points[label].Spans, obligation.Span{From: l.on, To: until, Unit: l.unit, No: k + 1, Year: l.on.Year(), Grade: l.grades[k]})
		}
	}
	for label := range 2 * movedLabel {
		if points[label] != nil {
			f.Points = append(f.Points, *points[label])
		}
	}
	for _, c := range p.checks {
		if c.load > load || c.gone > 0 && c.gone <= load {
			continue
		}
		check := obligation.Check{Unit: c.unit, On: c.on, EnteredOn: entered(c.load)}
		if l := p.listOf(c.unit, c.on, load); l != nil {
			for k, label := range l.labels {
				if len(c.nos) == 0 || slices.Contains(c.nos, k+1) {
					check.RiskIDs = append(check.RiskIDs, labelID(label))
				}
			}
		}
		f.Checks = append(f.Checks, check)
	}
	for _, e := range p.ledger {
		if e.load <= load {
			f.Ledger = append(f.Ledger, e.LedgerEntry)
		}
	}
	for i := range p.signals {
		s := p.signals[i]
		if s.load > load {
			continue
		}
		s.DoneOn = p.doneOn(&s, load)
		switch s.kind {
		case integrity.SignalFinding:
			f.Findings = append(f.Findings, s.Signal)
		case integrity.SignalComplaint:
			f.Complaints = append(f.Complaints, s.Signal)
		default:
			f.Petitions = append(f.Petitions, s.Signal)
		}
	}
	return f
}

// TestOverdueOn730DaysEqualsTheSlowImplementationAndNeverChanges asks what query overdue
// asks, on a real engine, for 730 days in a row: the answer is that of the slow
// implementation, and for the moment at which it was asked it stays so to the byte after
// more was loaded, a file of checks was taken back and a list and a signal were corrected.
//
// A point that moves between units is in it as files can tell it: its text leaves one unit's
// list and stands in another's. That is two points. No column and no entry of the ledger says
// that it is one and the same: a point keeps its identity in the lists of its unit, 序号 counts
// within a list, equal texts of two units are as a rule two duties. So what was due in the
// first unit stays due there (移出时未完成) and the second one starts anew. One identity in two
// units, which the rules provide for, is judged in memory: package obligation,
// TestEveryDayOfTwoYearsEqualsTheSlowImplementation.
func TestOverdueOn730DaysEqualsTheSlowImplementationAndNeverChanges(t *testing.T) {
	t.Parallel()
	p := newPast(rand.New(rand.NewPCG(4, 2)).IntN)
	c := newCity(t)
	load := func(k int) (batches map[ingest.Kind]string) {
		c.now = p.clock[k]
		batches = map[ingest.Kind]string{}
		kinds, files := p.files(k)
		for i, kind := range kinds {
			batches[kind] = c.csv(kind, files[i]...).Batch
		}
		return batches
	}
	labels := map[string]string{} // of points, by the identity that the program gave them
	name := func() {
		f, err := c.metrics.frame(t.Context(), inspector, Scope{})
		if err != nil {
			t.Fatal(err)
		}
		var spans []spanAnswer
		if err := f.selAll(t.Context(), &spans, mustQuery("spans")); err != nil {
			t.Fatal(err)
		}
		for _, s := range spans {
			for _, l := range p.lists {
				if id := integrity.FormatID(s.ID); l.unit == s.Unit && l.on == s.ListedFrom {
					if label := labelID(l.labels[s.No-1]); labels[id] != "" && labels[id] != label {
						t.Fatalf("%s and %s have the identity %s", labels[id], label, id)
					} else {
						labels[id] = label
					}
				}
			}
		}
	}
	year := func(asOf integrity.Day) int { return asOf.Year() - int(asOf)%2 }
	ask := func(asOf integrity.Day, knownAt time.Time) Overdue {
		t.Helper()
		answer, err := c.metrics.Answer(t.Context(), inspector, Question{Metric: "overdue", Scope: Scope{AsOf: asOf, KnownAt: knownAt, Year: year(asOf), Status: "all"}})
		if err != nil {
			t.Fatal(err)
		}
		return answer.(Overdue)
	}
	kinds := map[string]bool{}
	compare := func(what string, asOf integrity.Day, got Overdue, slow *obligationtest.Slow) {
		t.Helper()
		counts := 0
		for _, bases := range got.Summary {
			for _, statuses := range bases {
				for _, n := range statuses {
					counts += int(n)
				}
			}
		}
		var lines []obligationtest.Line
		for _, it := range got.Items {
			if it.RiskID != "" {
				it.RiskID = labels[it.RiskID]
			}
			lines = append(lines, obligationtest.LineOf(&it))
		}
		want := slow.All(year(asOf), asOf)
		if lines = obligationtest.Sorted(lines); !slices.Equal(lines, want) || counts != len(want) {
			t.Fatalf("%s, items of %d as of %s, %d of them counted (-slow +fast):\n%s", what, year(asOf), asOf, counts, gocmp.Diff(want, lines, gocmp.AllowUnexported(obligationtest.Line{})))
		}
		for _, l := range lines {
			kinds[l.Kind()] = true
		}
	}
	rules := obligation.DefaultRules(c.metrics.cfg.WorkDays)
	var batches []map[ingest.Kind]string
	for k := range p.clock {
		batches = append(batches, load(k))
	}
	name()
	points := len(p.facts(3).Points)
	if points < 36 || points > 44 {
		t.Fatalf("%d points; want about 40", points)
	}
	known := []time.Time{p.clock[1].Add(time.Hour), p.clock[3].Add(time.Hour)}
	slow := []*obligationtest.Slow{{Facts: p.facts(1), Rules: rules}, {Facts: p.facts(3), Rules: rules}}
	if !p.moves() {
		t.Fatal("no point moves from one unit to another")
	}
	first, days := day("2025-01-20"), 730
	told := map[integrity.Day][]byte{}
	c.now = known[1].Add(time.Hour)
	for i := range days {
		asOf := first + integrity.Day(i)
		answer := ask(asOf, known[1])
		compare("all loads", asOf, answer, slow[1])
		told[asOf], _ = json.Marshal(answer)
		if i%5 == 0 {
			compare("the first two loads", asOf, ask(asOf, known[0]), slow[0])
		}
	}
	if len(kinds) < 40 { // the past is no good if its points are all alike
		t.Errorf("only %d kinds of items: %v", len(kinds), kinds)
	}

	// Afterwards: a file of checks is taken back, a point is checked, a unit's list gets
	// another version, a complaint another day.
	p.clock = append(p.clock, at("2026-09-20"))
	c.now = p.clock[4]
	if _, err := c.load.Revert(t.Context(), batches[2][ingest.KindInspections], "政治处"); err != nil {
		t.Fatal(err)
	}
	for i := range p.checks {
		if p.checks[i].load == 2 {
			p.checks[i].gone = 4
		}
	}
	p.checks = append(p.checks, pastCheck{load: 4, unit: "H1", on: day("2026-04-01")})
	p.lists = append(p.lists, pastList{load: 4, unit: "A1", on: day("2026-09-10"), labels: []int{6, 0, 1}, grades: []integrity.Grade{integrity.GradeImportant, integrity.GradeGeneral, integrity.GradeImportant}})
	moved := slices.IndexFunc(p.signals, func(s pastSignal) bool { return s.kind == integrity.SignalComplaint && s.DoneOn == integrity.NoDay })
	load(4)
	p.signals[moved].On += 3
	c.csv(ingest.KindComplaints, "编号|单位|日期|内容|状态|办结日期", fmt.Sprintf("%s|%s|%s|事由|在办|", p.signals[moved].Number, p.signals[moved].Unit, p.signals[moved].On))
	name()
	now := &obligationtest.Slow{Facts: p.facts(4), Rules: rules}
	c.now = p.clock[4].Add(time.Hour)
	changed := 0
	for i := range days {
		asOf := first + integrity.Day(i)
		again, _ := json.Marshal(ask(asOf, known[1]))
		if string(again) != string(told[asOf]) {
			t.Fatalf("the answer for %s as known at %s has changed:\n%s\n%s", asOf, known[1], told[asOf], again)
		}
		if i%5 == 0 {
			answer := ask(asOf, time.Time{})
			compare("after the corrections", asOf, answer, now)
			answer.KnownAt = ask(asOf, known[1]).KnownAt
			if text, _ := json.Marshal(answer); string(text) != string(again) {
				changed++
			}
		}
	}
	if changed < 60 {
		t.Errorf("the corrections changed the answers of %d days only", changed)
	}
}
