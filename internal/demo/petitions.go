package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"qingfeng/internal/integrity"
)

// How many petitions, anomalies of data comparisons and listed problems a complete year
// brings.
const (
	petitionsAYear   = 104
	comparisonsAYear = 44
	findingsAYear    = 30
)

// monthly calls f as often as a rate by the year asks of each month, with a unit in
// operation drawn by weight and a day.
func (g *generator) monthly(what string, aYear float64, f func(s stream, u *unit, on integrity.Day)) {
	owed := 0.0
	g.months(func(year int, month time.Month) {
		s := newStream(fmt.Sprintf("%s/%d-%02d", what, year, month))
		owed += aYear / 12 * g.elapsed(year, month)
		for ; owed >= 1; owed-- {
			var weights []float64
			for _, u := range g.units {
				w := u.weight + 0.5
				if u.code == rootCode || !u.operating(integrity.Date(year, month, 15)) {
					w = 0
				}
				weights = append(weights, w)
			}
			u, on := &g.units[s.weighted(weights)], g.dayIn(s, year, month)
			if u.operating(on) {
				f(s, u, on)
			}
		}
	})
}

// anyText is the test of pick that every text passes.
func anyText(signalText) bool { return true }

// makePetitions writes the petitions, with those behind the grade-review fact and two
// that nobody answered.
func (g *generator) makePetitions() {
	add := func(s stream, u *unit, on integrity.Day, t signalText) *signal {
		p := signal{unit: u, date: on, text: g.tell(s, u, on, t.text), lead: t.lead, layer: t.layer, category: t.category,
			channel: one(s, []string{"来信", "来访", "来电", "网络", "上级转办"}), source: "委信访办", reporter: name(s), phone: phone(s)}
		if t.category != integrity.CategoryUnclassified && s.chance(0.85) {
			p.word = t.category.Label(integrity.Chinese)
		}
		p.accepted = on + integrity.Day(s.between(0, 4))
		days := s.between(15, 75)
		if t.lead == "申诉求决" {
			switch x := s.Float64(); {
			case x < 0.82:
				days = s.between(12, 56)
			case x < 0.94:
				days, p.extended = s.between(62, 88), p.accepted+90
			default:
				days = s.between(95, 160) // beyond the limit
			}
		}
		p.closed = p.accepted + integrity.Day(days)
		g.petitions = append(g.petitions, p)
		return &g.petitions[len(g.petitions)-1]
	}
	g.monthly("petitions", petitionsAYear-8, func(s stream, u *unit, on integrity.Day) {
		nature := []string{"检举控告", "申诉求决", "意见建议"}[s.weighted([]float64{5, 3.5, 1.5})]
		if t, ok := pick(s, g.texts.petitions, u, func(t signalText) bool { return t.lead == nature }); ok {
			p := add(s, u, on, t)
			if again := on + integrity.Day(s.between(20, 60)); again <= g.today && s.chance(0.05) {
				p.id = len(g.petitions)
				first := *p
				r := add(s, u, again, t)
				r.text, r.lead, r.category, r.word, r.repeats, r.id = first.text, first.lead, first.category, first.word, first.id, 0
			}
		}
	})
	s, u := newStream("review"), g.unit(reviewUnit)
	for _, ago := range []int{10, 7, 5, 3, 2} {
		year, month := g.monthBefore(ago)
		t, _ := pick(s, g.texts.petitions, u, func(t signalText) bool { return t.category == reviewCategory && t.lead == "检举控告" })
		p := add(s, u, g.dayIn(s, year, month), t)
		p.word = reviewCategory.Label(integrity.Chinese)
	}
	for i, code := range []string{"13", "18"} { // for redress, and never answered
		year, month := g.monthBefore(4 + i)
		t, _ := pick(s, g.texts.petitions, g.unit(code), func(t signalText) bool { return t.lead == "申诉求决" })
		p := add(s, g.unit(code), g.dayIn(s, year, month), t)
		p.closed, p.extended = integrity.NoDay, integrity.NoDay
	}
	slices.SortStableFunc(g.petitions, func(a, b signal) int { return cmp.Compare(a.date, b.date) })
	counts, byID := map[int]int{}, map[int]string{}
	for i := range g.petitions {
		p := &g.petitions[i]
		counts[p.date.Year()]++
		p.number = fmt.Sprintf("XF%d-%04d", p.date.Year(), counts[p.date.Year()])
		if p.id > 0 {
			byID[p.id] = p.number
		}
		p.repeatOf = byID[p.repeats] // the first one was sorted before
	}
}

// addPetitions adds the petitions by quarters.
func (g *generator) addPetitions() {
	g.makePetitions()
	sent := shown{}
	quarters := g.periods(3)
	for i, p := range quarters {
		rows := [][]string{{"编号", "单位", "日期", "举报人", "联系电话", "被反映人", "内容", "性质", "受理日期", "延期至", "渠道", "层面", "类别", "状态", "办结日期", "重复件", "来源"}}
		for _, r := range g.petitions {
			closed, extended := p.past(r.closed), integrity.NoDay
			if p.past(r.accepted+55) != integrity.NoDay {
				extended = r.extended
			}
			if !sent.new(p, r.date, r.number, closed.String()+extended.String()) {
				continue
			}
			layer := ""
			if r.layer != integrity.LayerUnclassified {
				layer = r.layer.Label(integrity.Chinese)
			}
			accused := ""
			if r.lead == "检举控告" {
				accused = g.people.of(r.unit.code, "被反映")
			}
			rows = append(rows, []string{r.number, r.unit.name, r.date.String(), r.reporter, r.phone, accused, r.text, r.lead, p.past(r.accepted).String(), extended.String(),
				r.channel, layer, r.word, status(closed), closed.String(), r.repeatOf, r.source})
		}
		if len(rows) == 1 {
			continue
		}
		f := File{Kind: "petitions", Path: "petitions/信访举报登记-" + p.name + ".xlsx", SentOn: p.sent}
		if i == 5 {
			on := onWorkday(p.from + 20).String()
			rows = append(rows, []string{"XF-GA-0001", g.unit(rootCode).name, on, name(newStream("refused")), "", "", "反映委领导班子成员在项目安排上擅自决定。", "检举控告", on, "",
				"来信", "领导岗位", "决策", "在办", "", "", "委信访办"})
			g.flaws = append(g.flaws, Flaw{Path: f.Path, Row: len(rows), Code: "not_for_this_system", Why: "反映委领导班子的信访件应报上一级，不进本系统"})
		}
		g.add(f, "委信访办", shapeXlsx, sheet{name: "信访举报", rows: rows, widths: []float64{13, 24, 12, 10, 14, 10, 60, 10, 12}})
	}
}

// addComparisons adds the anomalies of data comparisons by quarters.
func (g *generator) addComparisons() {
	var all []signal
	g.monthly("comparisons", comparisonsAYear, func(s stream, u *unit, on integrity.Day) {
		if t, ok := pick(s, g.texts.comparisons, u, anyText); ok {
			c := signal{unit: u, date: on, text: g.tell(s, u, on, t.text), lead: t.lead, category: t.category, closed: workdays(on, s.between(5, 45))}
			if s.chance(0.8) {
				c.word = t.category.Label(integrity.Chinese)
			}
			all = append(all, c)
		}
	})
	number(all, "BD")
	sent := shown{}
	for _, p := range g.periods(3) {
		rows := [][]string{{"编号", "单位", "日期", "比对模型", "异常描述", "类别", "状态"}}
		for _, c := range all {
			state := status(p.past(c.closed))
			if sent.new(p, c.date, c.number, state) {
				rows = append(rows, []string{c.number, c.unit.name, c.date.String(), c.lead, c.text, c.word, state})
			}
		}
		if len(rows) == 1 {
			continue
		}
		g.add(File{Kind: "comparisons", Path: "comparisons/业务数据比对-" + p.name + ".csv", SentOn: p.sent}, "政治处", shapeBOM, sheet{name: "比对异常", rows: rows})
	}
}

// addFindings adds the problems that came without a check of the commission's own.
func (g *generator) addFindings() {
	var all []signal
	g.monthly("findings", findingsAYear, func(s stream, u *unit, on integrity.Day) {
		if t, ok := pick(s, g.texts.findings, u, anyText); ok {
			f := signal{unit: u, date: on, category: t.category, severity: 1 + s.weighted([]float64{2, 4, 3, 1.5, 0.5}), due: on + integrity.Day(15*s.between(1, 5))}
			f.text = one(s, []string{"巡察反馈：", "专项审计：", "年度考核：", "行业督导："}) + g.tell(s, u, on, t.text)
			if t.category != integrity.CategoryUnclassified && s.chance(0.8) {
				f.word = t.category.Label(integrity.Chinese)
			}
			switch x := s.Float64(); {
			case x < 0.8:
				f.closed = on + integrity.Day(s.between(6, int(f.due-on)))
			case x < 0.92:
				f.closed = f.due + integrity.Day(s.between(2, 50))
			default:
				f.closed = f.due + integrity.Day(s.between(60, 160))
			}
			all = append(all, f)
		}
	})
	number(all, "WT")
	sent := shown{}
	for _, p := range g.periods(3) {
		rows := [][]string{{"编号", "单位", "日期", "发现问题", "严重程度", "整改期限", "整改完成日期", "类别"}}
		for _, f := range all {
			fixed := p.past(f.closed)
			if sent.new(p, f.date, f.number, fixed.String()) {
				rows = append(rows, []string{f.number, f.unit.name, f.date.Chinese(), f.text, strconv.Itoa(f.severity), f.due.String(), fixed.String(), f.word})
			}
		}
		if len(rows) == 1 {
			continue
		}
		g.add(File{Kind: "findings", Path: "findings/问题清单-" + p.name + ".csv", SentOn: p.sent}, "政治处", shapeGB, sheet{name: "问题清单", rows: rows})
	}
}

// number sorts signals by date and numbers them within their years.
func number(list []signal, prefix string) {
	slices.SortStableFunc(list, func(a, b signal) int { return cmp.Compare(a.date, b.date) })
	counts := map[int]int{}
	for i := range list {
		year := list[i].date.Year()
		counts[year]++
		list[i].number = fmt.Sprintf("%s%d-%03d", prefix, year, counts[year])
	}
}
