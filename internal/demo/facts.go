package demo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingfeng/internal/integrity"
)

// Where the facts are planted.
const (
	unchangedUnit = "15" // sends last year's list again
	lateUnit      = "19" // misses the first quarter
	unfiledUnit   = "14" // approved, important points not filed
	blindUnit     = "26" // signals, but no point of blindCategory
	reviewUnit    = "21" // petitions gather where it has only general points
	madeUpUnit    = "25" // late in the first half, made up in the second
	newYearUnit   = "03" // checked on 31 December and on 1 January
	undatedUnit   = "20" // forgot the date of its first form
	gradesUnit    = "29" // wrote 高 and 中 in the first year
	reviewedUnit  = "02" // reviewed and changed nothing in the second year: no list
	stuckUnit     = "07" // stuck before the leader's review
	hastyUnit     = "08" // handed over before the leader signed
	poorUnit      = "12" // a list for the check-up
	copyingUnit   = "18" // copied from copiedUnit
	copiedUnit    = "14"
	ungradedUnit  = "25" // left grades unfilled
	exemptUnit    = "13" // has one exempted point
	standInUnit   = "23" // signed by a stand-in

	blindCategory  = integrity.CategoryExternal
	reviewCategory = integrity.CategoryMechanism
)

// The facts that a test or a page may look for by name; others have codes of their own.
const (
	FactHotSpot      = "hot_spot"
	FactLeaderBehind = "leader_behind"
	FactUnchanged    = "unchanged_list"
	FactLateReview   = "late_review"
	FactUnfiled      = "unfiled"
	FactBlindSpot    = "blind_spot"
	FactGradeReview  = "grade_review"
)

// Fact is something planted, with the figures counted from what was generated.
type Fact struct {
	Code     string
	Unit     string // code; empty for leaders and for what concerns all
	Leader   string
	Category integrity.Category
	Year     int
	Month    string // 2026-10
	Nos      []int  // points by their numbers in the list of Year
	On       integrity.Day
	Count    int // what is counted depends on Code and is said in Zh and En
	Zh, En   string
	Where    string // the page that shows it
}

// fact adds a fact; countFacts words all of them.
func (g *generator) fact(f Fact) {
	g.facts = append(g.facts, f)
}

// spoilLists plants what the check-up of lists should find in the year of the facts.
func (g *generator) spoilLists() {
	if l := g.list(poorUnit, g.focus); l != nil {
		for i, spoil := range []func(*point){
			func(p *point) { p.desc = "采购风险" },
			func(p *point) { p.measures = []string{"加强教育", "加强管理"} },
			func(p *point) { p.path = []string{"不定期抽查"} },
			func(p *point) { p.persons = nil },
			func(p *point) {
				p.desc = "1. 专科评审打分尺度不一；2. 项目资金下达后跟踪不到位；3. 接受被评审单位宴请"
			},
		} {
			spoil(&l.points[2*i])
		}
		g.fact(Fact{Code: "poor_list", Unit: poorUnit, Year: g.focus, Nos: []int{1, 3, 5, 7, 9}, Count: 5, On: l.date})
	}
	if l := g.list(ungradedUnit, g.focus); l != nil {
		nos := []int{4, 9, 14}
		for _, no := range nos {
			l.points[no-1].grade = integrity.GradeUngraded
		}
		g.fact(Fact{Code: "ungraded", Unit: ungradedUnit, Year: g.focus, Nos: nos, Count: len(nos), On: l.date})
	}
	from, to := g.list(copiedUnit, g.focus), g.list(copyingUnit, g.focus)
	if from != nil && to != nil {
		var nos []int
		for i := range to.points {
			p := &to.points[i]
			for _, q := range from.points {
				if q.text.text == p.text.text && len(nos) < 6 {
					p.desc, p.measures, p.path = q.desc, q.measures, q.path
					nos = append(nos, p.no)
				}
			}
		}
		g.fact(Fact{Code: "copied_text", Unit: copyingUnit, Year: g.focus, Nos: nos, Count: len(nos), On: to.date})
	}
}

// dates collects the distinct days on which each point of a list was checked in a year.
func (g *generator) dates(unit string, year int, upTo integrity.Day) map[int][]integrity.Day {
	out := map[int][]integrity.Day{}
	for _, c := range g.checks {
		if c.unit.code != unit || c.date.Year() != year || c.date > upTo {
			continue
		}
		for _, no := range slices.Compact(slices.Sorted(slices.Values(c.nos))) {
			if !slices.Contains(out[no], c.date) {
				out[no] = append(out[no], c.date)
			}
		}
	}
	return out
}

// countFacts counts the planted facts from the generated rows and words all of them.
func (g *generator) countFacts() {
	for _, h := range hotSpots {
		year, month := g.monthBefore(h.ago)
		f := Fact{Code: FactHotSpot, Unit: h.unit, Category: h.category, Year: year, Month: fmt.Sprintf("%d-%02d", year, month)}
		for _, c := range g.complaints {
			if c.unit.code == h.unit && c.category == h.category && c.word != "" && c.date.MonthCode() == f.Month {
				f.Count++
			}
		}
		g.fact(f)
	}
	for _, leader := range []string{leaderD, leaderF} {
		f := Fact{Code: FactLeaderBehind, Leader: leader, Year: g.focus}
		for _, u := range g.units {
			l := g.list(u.code, g.focus)
			if l == nil || u.leader(integrity.Date(g.focus, time.December, 31)) != leader || !u.operating(integrity.Date(g.focus, time.December, 31)) {
				continue
			}
			first := g.dates(u.code, g.focus, integrity.Date(g.focus, time.June, 30))
			for _, p := range l.points {
				if len(first[p.no]) == 0 {
					f.Count++
				}
			}
		}
		g.fact(f)
	}
	if g.list(unchangedUnit, g.focus) != nil && g.list(unchangedUnit, g.focus-1) != nil {
		l := g.list(unchangedUnit, g.focus)
		g.fact(Fact{Code: FactUnchanged, Unit: unchangedUnit, Year: g.focus, Count: len(l.points), On: l.date})
	}
	if l := g.list(lateUnit, g.focus); l != nil {
		g.fact(Fact{Code: FactLateReview, Unit: lateUnit, Year: g.focus, On: l.date, Count: 1})
	}
	year, month := g.monthBefore(12)
	since := integrity.Date(year, month, 1)
	blind := Fact{Code: FactBlindSpot, Unit: blindUnit, Category: blindCategory, Year: g.focus}
	for _, list := range [][]signal{g.complaints, g.petitions} {
		for _, c := range list {
			if c.unit.code == blindUnit && c.category == blindCategory && c.word != "" && c.date >= since {
				blind.Count++
			}
		}
	}
	g.fact(blind)
	review := Fact{Code: FactGradeReview, Unit: reviewUnit, Category: reviewCategory, Year: g.focus}
	for _, p := range g.petitions {
		if p.unit.code == reviewUnit && p.category == reviewCategory && p.word != "" && p.repeats == 0 && p.date >= since {
			review.Count++
		}
	}
	if l := g.list(reviewUnit, g.focus); l != nil {
		for _, p := range l.points {
			if p.category == reviewCategory {
				review.Nos = append(review.Nos, p.no)
			}
		}
	}
	g.fact(review)
	if l := g.list(madeUpUnit, g.focus); l != nil {
		f := Fact{Code: "made_up_late", Unit: madeUpUnit, Year: g.focus}
		for no, days := range g.dates(madeUpUnit, g.focus, g.today) {
			if len(days) >= 2 && slices.Min(days) > integrity.Date(g.focus, time.June, 30) {
				f.Nos = append(f.Nos, no)
			}
		}
		slices.Sort(f.Nos)
		f.Count = len(f.Nos)
		g.fact(f)
	}
	once := Fact{Code: "once_only", Year: g.focus - 1}
	for _, l := range g.lists {
		if l.year != once.Year || l.unit.opened.Year() == l.year || l.unit.closed.Year() == l.year {
			continue
		}
		dates := g.dates(l.unit.code, l.year, g.today)
		for _, p := range l.points {
			if len(dates[p.no]) == 1 {
				once.Count++
			}
		}
	}
	g.fact(once)
	g.fact(Fact{Code: "leader_change", Leader: leaderE, Year: g.first + 1, On: integrity.Date(g.first+1, time.June, 1), Count: len(g.unitsOf(leaderE))})
	g.fact(Fact{Code: "unit_opened", Unit: "22", Year: g.first + 1, On: g.unit("22").opened, Count: 1})
	g.fact(Fact{Code: "unit_closed", Unit: "27", Year: g.first + 1, On: g.unit("27").closed, Count: 1})
	g.fact(Fact{Code: "nothing_to_change", Unit: reviewedUnit, Year: g.first + 1, Count: 1})
	g.fact(Fact{Code: "repeats", Year: g.today.Year(), Count: g.repeats})
	g.fact(Fact{Code: "complaints_open", Year: g.today.Year(), Count: g.open(g.complaints, func(c signal) integrity.Day {
		if c.unit.typ == typeDirect {
			return workdays(c.date, 10)
		}
		return workdays(c.date, 15)
	})})
	g.fact(Fact{Code: "petitions_open", Year: g.today.Year(), Count: g.open(g.petitions, func(p signal) integrity.Day {
		if p.lead != "申诉求决" {
			return integrity.Forever
		}
		return max(p.accepted+60, p.extended)
	})})
	fix := Fact{Code: "rectification_open", Year: g.today.Year()}
	for _, c := range g.checks {
		if c.due != integrity.NoDay && c.due < g.today && (c.fixed == integrity.NoDay || c.fixed > g.today) {
			fix.Count++
		}
	}
	g.fact(fix)
	for i := range g.facts {
		g.word(&g.facts[i])
	}
}

// unitsOf returns the units of which a leader is in charge today.
func (g *generator) unitsOf(leader string) []string {
	var out []string
	for _, u := range g.units {
		if u.leader(g.today) == leader {
			out = append(out, u.code)
		}
	}
	return out
}

// open counts the signals past their limit that are not closed today.
func (g *generator) open(list []signal, limit func(signal) integrity.Day) int {
	n := 0
	for _, s := range list {
		if (s.closed == integrity.NoDay || s.closed > g.today) && limit(s) < g.today {
			n++
		}
	}
	return n
}

// factWords are the sentences of a fact by its code: Chinese, English, where to see it.
// {u} is the unit, {l} the leader, {c} and {C} the category, {y} the year, {m} the month,
// {d} the day, {p} the points, {n} the count.
var factWords = map[string][3]string{
	FactHotSpot:              {"{u}{m}“{c}”类投诉{n}件，远高于往常", "{n} complaints of the category {C} at unit {i} in {m}, far above its past", "/hotspots?month={m}"},
	FactLeaderBehind:         {"责任领导{l}履职滞后：{y}年分管单位到6月30日仍有{n}个风险点一次未查", "leader {l} is behind: {n} points of the units in charge had no check by 30 June {y}", "/leaders, /supervision?leader={l}"},
	FactUnchanged:            {"{u}{y}年清单与上年完全相同（{n}个风险点一字未改）", "unit {i} sent the list of the year before again in {y} ({n} points, not a word changed)", "/checkup?unit={i}&year={y}"},
	FactLateReview:           {"{u}错过{y}年第一季度动态排查，清单日期为{d}", "unit {i} missed the first quarter of {y}: its list is dated {e}", "/supervision?rule=q1_review&year={y}"},
	FactUnfiled:              {"{u}{y}年清单已于{d}经委党委审定，{n}个重要风险点（第{p}号）未报市纪委备案", "the list of unit {i} for {y} was approved on {e}, its {n} important points ({p}) were not filed", "/supervision?rule=filing"},
	FactBlindSpot:            {"盲区：{u}近12个月“{c}”类线索{n}件，清单中却没有这一类风险点", "blind spot: {n} signals of the category {C} at unit {i} within twelve months, and no point of it in the list", "/blindspots"},
	FactGradeReview:          {"{u}“{c}”类只有一般风险点（第{p}号），近12个月信访{n}件，宜复核等级", "unit {i} has only general points of the category {C} ({p}), and {n} petitions within twelve months: its grades need a look", "/risks?unit={i}&category={C}"},
	"made_up_late":           {"{u}{y}年上半年漏查{n}个风险点（第{p}号），下半年补齐两次", "unit {i} left {n} points ({p}) unchecked in the first half of {y} and made up twice in the second", "/supervision?unit={i}&year={y}&status=met_late"},
	"once_only":              {"{y}年全委有{n}个风险点只查过一次", "{n} points were checked only once in {y}", "/supervision?rule=two_checks&year={y}&status=overdue"},
	"new_year":               {"{u}{y}年元旦前后两天各查一次，分属两个年度", "unit {i} was checked on the days before and on 1 January {y}: one check for each year", "/signals, /risks?unit={i}"},
	"leader_change":          {"{d}起{n}个单位的责任领导换为{l}", "from {e} on {l} is in charge of {n} units", "/leaders"},
	"unit_opened":            {"{u}{d}启用，当年上半年不足90天，只需检查一次", "unit {i} opened on {e}: under 90 days in that half-year, so one check was required", "/supervision?unit={i}&year={y}"},
	"unit_closed":            {"{u}{d}停用，此后不计入分母", "unit {i} closed on {e} and leaves the denominators from that day", "/supervision?unit={i}&year={y}"},
	"nothing_to_change":      {"{u}{y}年以“动态排查”记录代替清单（无变化）", "unit {i} recorded a review without changes in {y} instead of a list", "/supervision?rule=q1_review&year={y}"},
	"stuck_stage":            {"{u}{y}年清单停在单位排查阶段，未送分管委领导审查", "the list of unit {i} for {y} is stuck before the review by the leader in charge", "/supervision?rule=stage"},
	"handover_before_review": {"{u}{y}年清单在分管委领导签字前就报了政治处（{d}）", "unit {i} handed its list for {y} over before the leader had signed ({e})", "/checkup?unit={i}&year={y}"},
	"filed_late":             {"{u}{y}年{n}个重要风险点审定后逾10个工作日才备案（{d}）", "{n} important points of unit {i} were filed more than ten working days after approval ({e})", "/supervision?rule=filing&status=met_late"},
	"delegated_signature":    {"{u}{y}年清单由他人代签（{d}，附委托书）", "the list of unit {i} for {y} was signed by a stand-in ({e}, with a mandate)", "/checkup?unit={i}&year={y}"},
	"exemption":              {"{u}第{p}号风险点{y}年豁免监督检查（{d}）", "point {p} of unit {i} is exempted from checks in {y} ({e})", "/supervision?unit={i}&status=exempt"},
	"poor_list":              {"{u}{y}年清单第{p}号：描述过短、措施空泛、路径不全、缺责任人、一栏多点", "points {p} of unit {i} in {y}: too short, vague, path incomplete, nobody responsible, several in one cell", "/checkup?unit={i}&year={y}"},
	"ungraded":               {"{u}{y}年第{p}号风险点未评等级", "points {p} of unit {i} in {y} carry no grade", "/risks?unit={i}&grade=ungraded"},
	"copied_text":            {"{u}{y}年第{p}号照抄了第二人民医院的清单", "points {p} of unit {i} in {y} are copied from unit 14", "/checkup?unit={i}&year={y}"},
	"repeats":                {"投诉中有{n}件与同一人此前的投诉文字相同，不算新的事项", "{n} complaints repeat an earlier one of the same person word for word: no new matters", "/signals?kind=complaint"},
	"complaints_open":        {"到今天有{n}件投诉超过办理时限仍在办（按周一至周五计）", "{n} complaints are open past their limit today (counted Monday to Friday)", "/supervision?rule=handling"},
	"petitions_open":         {"到今天有{n}件申诉求决件超过办理时限仍在办", "{n} petitions for redress are open past their limit today", "/supervision?rule=handling"},
	"rectification_open":     {"到今天有{n}个检查发现的问题过了整改期限仍未完成", "{n} findings of checks are past their deadline and not mended today", "/supervision?rule=rectification"},
}

// word writes the sentences of a fact.
func (g *generator) word(f *Fact) {
	name := ""
	if f.Unit != "" {
		name = g.unit(f.Unit).name
	}
	w := factWords[f.Code]
	for i, to := range []*string{&f.Zh, &f.En, &f.Where} {
		*to = strings.NewReplacer("{u}", name, "{i}", f.Unit, "{l}", f.Leader, "{c}", f.Category.Label(integrity.Chinese), "{C}", string(f.Category),
			"{y}", strconv.Itoa(f.Year), "{m}", f.Month, "{d}", f.On.Chinese(), "{e}", f.On.String(), "{p}", reference(f.Nos, 0), "{n}", strconv.Itoa(f.Count)).Replace(w[i])
	}
}
