package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingfeng/internal/integrity"
)

// entry is one row of the ledger of duties.
type entry struct {
	unit     string // code, or integrity.AllUnits
	year     int
	item     string
	on       integrity.Day
	no       string
	persons  string
	source   string
	document string
	content  string
	adopted  string
	reason   string
}

// onWorkday returns the first day from Monday to Friday at or after d.
func onWorkday(d integrity.Day) integrity.Day {
	for weekend(d) {
		d++
	}
	return d
}

// The dates of the rounds of a year: the committee approves in May, late lists in June;
// important points are filed a week later.
func approvalDay(year int) integrity.Day     { return onWorkday(integrity.Date(year, time.May, 13)) }
func lateApprovalDay(year int) integrity.Day { return onWorkday(integrity.Date(year, time.June, 18)) }
func filingDay(year int) integrity.Day       { return onWorkday(integrity.Date(year, time.May, 21)) }
func lateFilingDay(year int) integrity.Day   { return onWorkday(integrity.Date(year, time.July, 10)) }

// makeLedger records what was done about every list, and the leaders' own duties.
func (g *generator) makeLedger() {
	for i := range g.lists {
		g.stages(&g.lists[i])
	}
	for year := g.first; year <= g.today.Year(); year++ {
		g.rounds(year)
		g.opinions(year)
		g.duties(year)
	}
	review := g.unit(reviewedUnit)
	g.enter(entry{unit: review.code, year: g.first + 1, item: integrity.ItemReview, on: onWorkday(integrity.Date(g.first+1, time.March, 11)),
		persons: g.people.of(review.code, "正职"), content: "对照上年度清单逐条排查，岗位职责和风险点无变化，经处务会研究沿用原清单"})
	if l := g.list(exemptUnit, g.focus); l != nil {
		p := l.points[len(l.points)-1]
		g.enter(entry{unit: exemptUnit, year: g.focus, item: integrity.ItemExemption, on: onWorkday(l.date + 12), no: strconv.Itoa(p.no), persons: leaderA,
			content: "该风险点所涉业务年内暂停，免除本年度监督检查", reason: "业务用房改造，全年停办"})
		g.fact(Fact{Code: "exemption", Unit: exemptUnit, Year: g.focus, Nos: []int{p.no}, Count: 1, On: onWorkday(l.date + 12)})
	}
	slices.SortStableFunc(g.entries, func(a, b entry) int { return cmp.Compare(a.on, b.on) })
}

// enter adds an entry unless it lies ahead.
func (g *generator) enter(e entry) {
	if e.on <= g.today {
		g.entries = append(g.entries, e)
	}
}

// stages records the way of one list through its unit up to the political department.
func (g *generator) stages(l *riskList) {
	u := l.unit
	s := newStream(fmt.Sprintf("ledger/%s/%d", u.code, l.year))
	start := max(integrity.Date(l.year, time.January, 4), l.date-20)
	head := g.people.of(u.code, "正职")
	row := func(item string, on integrity.Day, f func(*entry)) {
		e := entry{unit: u.code, year: l.year, item: item, on: onWorkday(on)}
		if f != nil {
			f(&e)
		}
		g.enter(e)
	}
	row(integrity.ItemSelfCheck, start, func(e *entry) { e.content = "各岗位对照职责流程自查风险点" })
	row(integrity.ItemMutualCheck, max(start+2, l.date-6), func(e *entry) {
		e.persons = strings.Join([]string{head, g.people.of(u.code, "互查一"), g.people.of(u.code, "互查二")}, "、")
		e.content = "班子成员和中层干部相互分析排查"
	})
	row(integrity.ItemUnitReview, max(start+3, l.date-3), func(e *entry) {
		e.persons, e.content = head, "汇总、归类并评定等级，形成廉洁风险防控清单"
	})
	scan := func(n int) string { return fmt.Sprintf("扫描件%d-%s-%d", l.year, u.code, n) }
	row(integrity.ItemSignature, l.date, func(e *entry) {
		var names []string
		for _, p := range l.points {
			names = append(names, p.persons...)
		}
		slices.Sort(names)
		e.no, e.persons, e.document = fmt.Sprintf("1-%d", len(l.points)), strings.Join(slices.Compact(names), "、"), scan(1)
		e.content = "岗位责任人、处室单位负责人逐条签字"
	})
	row(integrity.ItemSignature, l.date+1, func(e *entry) {
		e.persons, e.document, e.content = head, scan(2), "主要负责人审签"
		if u.code == standInUnit && l.year == g.focus {
			e.persons, e.content = g.people.of(u.code, "分管领导"), "主要负责人审签（代签，附委托书）"
			g.fact(Fact{Code: "delegated_signature", Unit: u.code, Year: l.year, Count: 1, On: e.on})
		}
	})
	if u.code == stuckUnit && l.year == g.focus {
		g.fact(Fact{Code: "stuck_stage", Unit: u.code, Year: l.year, Count: 1, On: l.date})
		return
	}
	review := workdays(l.date+1, s.between(2, 9))
	handover := workdays(review, s.between(1, 4))
	if u.code == hastyUnit && l.year == g.focus {
		handover, review = review, handover
		g.fact(Fact{Code: "handover_before_review", Unit: u.code, Year: l.year, Count: 1, On: handover})
	}
	row(integrity.ItemLeaderReview, review, func(e *entry) { e.persons, e.content = u.leader(review), "审查清单并提出意见" })
	row(integrity.ItemSignature, review, func(e *entry) {
		e.persons, e.document, e.content = u.leader(review), scan(3), "责任领导（分管委领导）审核签字"
	})
	row(integrity.ItemHandOver, handover, func(e *entry) { e.persons = head })
}

// rounds records what the political department does for all units: in the year of the
// facts unit by unit, so that some can be left out, else once for all.
func (g *generator) rounds(year int) {
	approval, filing := approvalDay(year), filingDay(year)
	meeting := func(n int) string { return fmt.Sprintf("临卫党委会〔%d〕第%d次", year, n) }
	help := func(unit string, item string, on integrity.Day, content string) {
		g.enter(entry{unit: unit, year: year, item: item, on: onWorkday(on), content: content})
	}
	all := func(unit string) {
		help(unit, integrity.ItemPublicHelp, integrity.Date(year, time.April, 8), "召开代表征求意见座谈会")
		help(unit, integrity.ItemExpertHelp, integrity.Date(year, time.April, 20), "邀请行业专家和驻委纪检监察组分析、协查")
	}
	approve := func(unit string, on integrity.Day, n int) {
		g.enter(entry{unit: unit, year: year, item: integrity.ItemCommitteeApproval, on: on, document: meeting(n), content: "审定廉洁风险防控清单"})
	}
	file := func(unit string, on integrity.Day, no string, letter int) {
		g.enter(entry{unit: unit, year: year, item: integrity.ItemFiling, on: on, no: no, document: fmt.Sprintf("临卫党〔%d〕%d号", year, letter),
			content: fmt.Sprintf("重要风险点报市纪委备案，回执%d-%02d", year, letter)})
	}
	if year != g.focus {
		all(integrity.AllUnits)
		approve(integrity.AllUnits, approval, 9)
		file(integrity.AllUnits, filing, "", 21)
		for _, l := range g.lists {
			if l.year == year && l.date > approval {
				approve(l.unit.code, lateApprovalDay(year), 12)
				file(l.unit.code, lateApprovalDay(year)+5, "", 29)
			}
		}
		return
	}
	for _, l := range g.lists {
		u := l.unit
		if l.year != year || u.code == stuckUnit {
			continue
		}
		all(u.code)
		var important []int
		for _, p := range l.points {
			if p.grade == integrity.GradeImportant {
				important = append(important, p.no)
			}
		}
		switch {
		case u.code == lateUnit || l.date > approval:
			approve(u.code, lateApprovalDay(year), 12)
			file(u.code, lateFilingDay(year), reference(important, 0), 33)
			if lateFilingDay(year) <= g.today {
				g.fact(Fact{Code: "filed_late", Unit: u.code, Year: year, Nos: important, Count: len(important), On: lateFilingDay(year)})
			}
		case u.code == unfiledUnit:
			approve(u.code, approval, 9)
			g.fact(Fact{Code: FactUnfiled, Unit: u.code, Year: year, Nos: important, Count: len(important), On: approval})
		default:
			approve(u.code, approval, 9)
			file(u.code, filing, reference(important, 0), 21)
		}
	}
}

// opinions records the opinions of representatives and experts and the co-checks.
func (g *generator) opinions(year int) {
	s := newStream(fmt.Sprintf("opinions/%d", year))
	var lists []*riskList
	for i := range g.lists {
		if l := &g.lists[i]; l.year == year && l.date < integrity.Date(year, time.April, 1) {
			lists = append(lists, l)
		}
	}
	if len(lists) == 0 {
		return
	}
	add := func(item, source, content string, on integrity.Day) {
		l := one(s, lists)
		e := entry{unit: l.unit.code, year: year, item: item, on: onWorkday(on), no: strconv.Itoa(one(s, l.points).no), source: source, content: content}
		if item != integrity.ItemCoCheck {
			e.adopted = "是"
			if s.chance(0.25) {
				e.adopted, e.reason = "否", one(s, []string{"已在其他风险点中体现", "不属于本单位职责", "现有措施已覆盖"})
			}
		}
		g.enter(e)
	}
	april := integrity.Date(year, time.April, 8)
	for _, source := range []string{"党代表", "人大代表", "政协委员", "行风监督员", "服务对象"} {
		for range 3 {
			add(integrity.ItemOpinion, source, one(s, []string{"建议细化防控措施，明确办理时限", "建议增加结果公开的内容", "建议把回访服务对象列入监督路径",
				"建议调高等级，群众关注度较高", "建议明确责任人到岗到人", "建议补充窗口服务方面的风险点"}), april)
		}
	}
	for range 6 {
		add(integrity.ItemExpertOpinion, "专家", one(s, []string{"建议引入数据比对手段", "建议不相容岗位分设", "建议对照新修订制度更新依据", "建议按业务流程重新梳理风险环节"}), april+12)
	}
	for range 2 {
		add(integrity.ItemCoCheck, "党风廉政建设责任制考核", "结合责任制考核情况核对风险点", april+14)
		add(integrity.ItemCoCheck, "机关效能建设督查", "结合效能督查情况核对风险点", april+15)
	}
	add(integrity.ItemCoCheck, "查办案件", "结合查办案件情况提出补充建议", april+16)
}

// duties records what the leaders themselves deployed and studied, and the talks.
func (g *generator) duties(year int) {
	for _, leader := range leaders() {
		s := newStream(fmt.Sprintf("duties/%s/%d", leader, year))
		row := func(item string, on integrity.Day, content string) {
			on = onWorkday(on + integrity.Day(s.IntN(12)))
			var own []string
			for _, u := range g.units {
				if u.leader(on) == leader && u.operating(on) {
					own = append(own, u.code)
				}
			}
			if len(own) > 0 {
				g.enter(entry{unit: one(s, own), year: year, item: item, on: on, persons: leader, content: content})
			}
		}
		row(integrity.ItemDeploy, integrity.Date(year, time.January, 12), "部署分管单位廉洁风险点动态排查")
		if behind(leader) && year == g.focus {
			continue
		}
		row(integrity.ItemStudy, integrity.Date(year, time.April, 10), "专题研究分管单位重要风险点和防控措施")
		row(integrity.ItemDeploy, integrity.Date(year, time.July, 6), "部署下半年监督检查")
		row(integrity.ItemStudy, integrity.Date(year, time.September, 8), "研究投诉和检查发现问题的整改")
	}
	s := newStream(fmt.Sprintf("talks/%d", year))
	for _, month := range []time.Month{time.May, time.August, time.November} {
		u := &g.units[13+s.IntN(16)]
		if on := onWorkday(integrity.Date(year, month, s.between(3, 24))); u.operating(on) {
			g.enter(entry{unit: u.code, year: year, item: integrity.ItemTalk, on: on, persons: u.leader(on), content: "就检查发现问题整改不力开展约谈"})
		}
	}
	if year == g.first {
		g.enter(entry{unit: "27", year: year, item: integrity.ItemAccountability, on: onWorkday(integrity.Date(year, time.October, 16)),
			document: fmt.Sprintf("临卫党〔%d〕40号", year), content: "对监督检查长期未落实的，责令单位作出书面检查"})
	}
}

// addLedger adds the ledger by half-years.
func (g *generator) addLedger() {
	g.makeLedger()
	for _, p := range g.periods(6) {
		rows := [][]string{{"单位", "年度", "事项", "日期", "序号", "人员", "来源", "文号", "内容", "采纳", "理由"}}
		for _, e := range g.entries {
			if e.on < p.from || e.on > p.to {
				continue
			}
			unit := "全部"
			if e.unit != integrity.AllUnits {
				unit = g.unit(e.unit).name
			}
			rows = append(rows, []string{unit, strconv.Itoa(e.year), e.item, e.on.String(), e.no, e.persons, e.source, e.document, e.content, e.adopted, e.reason})
		}
		f := File{Kind: "ledger", Path: "ledger/履职台账-" + p.name + ".xlsx", SentOn: p.sent}
		if p.from == integrity.Date(g.first, time.July, 1) {
			rows = append(rows, []string{"委办公室", strconv.Itoa(g.first), "党课", p.to.String(), "", "", "", "", "讲授廉政党课", "", ""})
			g.flaws = append(g.flaws, Flaw{Path: f.Path, Row: len(rows), Code: "item_invalid", Why: "“党课”不是台账事项"})
		}
		if len(rows) == 1 {
			continue
		}
		g.add(f, "政治处", shapeXlsx, sheet{name: "履职台账", rows: rows, widths: []float64{24, 7, 16, 12, 10, 26, 20, 22, 44, 6, 24}})
	}
}
