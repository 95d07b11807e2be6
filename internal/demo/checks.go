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

// check is one row of an inspection file.
type check struct {
	number    string
	unit      *unit
	list      *riskList
	date      integrity.Day
	nos       []int // points covered
	ref       string
	inspector string
	leader    string // who took part of the leaders, "" = nobody
	took      bool   // the leader in charge
	methods   []string
	answers   [3]bool
	finding   string
	severity  int
	due       integrity.Day
	fixed     integrity.Day
	layer     integrity.Layer
	category  integrity.Category
}

// behind reports whether a leader is one of the two who do not keep up.
func behind(leader string) bool { return leader == leaderD || leader == leaderF }

// inspect plans the visits to the points of one list over a year: the list's own, or a
// later one for which the unit sent none.
func (g *generator) inspect(l *riskList, year int) {
	u := l.unit
	s := newStream(fmt.Sprintf("checks/%s/%d", u.code, year))
	visits := 5
	switch {
	case len(l.points) > 24:
		visits = 7
	case len(l.points) > 17:
		visits = 6
	}
	for half := range 2 {
		from := max(integrity.Date(year, time.February, 20), l.sent+3)
		to := integrity.Date(year, time.June, 26)
		if half == 1 {
			from, to = max(integrity.Date(year, time.July, 8), from), integrity.Date(year, time.December, 18)
		}
		if u.closed != integrity.NoDay {
			to = min(to, u.closed-3)
		}
		if to-from < 10 {
			continue
		}
		points := nosOf(l.points)
		late := behind(u.leader(to))
		n := visits
		switch {
		case late && year >= g.focus: // the two leaders: a fifth of the points, once
			points, n = sample(s, points, len(points)/5), 1
		case late && year == g.focus-1:
			points, n = sample(s, points, len(points)*3/5), 2
		case u.code == madeUpUnit && year == g.focus && half == 0:
			points, n = points[:len(points)/2], 2
		case u.code == madeUpUnit && year == g.focus: // all twice in the second half
			points, to = append(slices.Clone(points), points...), integrity.Date(year, time.October, 30)
		case s.chance(0.25): // one or two points slip through
			points = sample(s, points, len(points)-s.between(1, 2))
		}
		length := int(to - from)
		for i := range n {
			// Visits are spread over the half-year in order, the last some time before its end.
			on := from + integrity.Day(length*i/n+s.IntN(max(length/n, 1)))
			for weekend(on) {
				on++
			}
			chunk := points[len(points)*i/n : len(points)*(i+1)/n]
			if len(chunk) == 0 || on > g.today {
				continue
			}
			took := s.chance(0.4) || i == 0
			if late && year >= g.focus-1 {
				took = s.chance(0.15)
			}
			g.visit(s, l, on, chunk, took)
			if back := on + 21; !late && back < to && back <= g.today && s.chance(0.05) { // a look back at some of them
				g.visit(s, l, onWorkday(back), sample(s, chunk, 2), false)
			}
		}
	}
}

// visit adds one check.
func (g *generator) visit(s stream, l *riskList, on integrity.Day, nos []int, took bool) *check {
	u := l.unit
	c := check{unit: u, list: l, date: on, nos: nos, ref: reference(nos, len(l.points)), took: took, answers: [3]bool{true, true, true}}
	team := g.people.of("02", fmt.Sprintf("督查%d", s.between(1, 6)))
	c.inspector = team + "、" + g.people.of("02", fmt.Sprintf("督查%d", s.between(7, 12)))
	if took {
		c.leader = u.leader(on)
	}
	all := []string{"查阅资料", "实地走访", "座谈约谈", "民主评议"}
	c.methods = sample(s, all, 1+s.weighted([]float64{3, 4, 2}))
	if s.chance(0.6) && !slices.Contains(c.methods, all[0]) {
		c.methods = append([]string{all[0]}, c.methods...)
	}
	if s.chance(0.27) {
		if t, ok := pick(s, g.texts.findings, u, func(signalText) bool { return true }); ok {
			c.finding = g.tell(s, u, on, t.text)
			c.category = t.category
			c.layer = integrity.LayerUnclassified
			c.severity = 1 + s.weighted([]float64{3, 4, 3, 1.2, 0.3})
			c.answers[s.IntN(3)] = false
			c.due = on + integrity.Day(15*s.between(1, 4))
			switch x := s.Float64(); {
			case x < 0.82:
				c.fixed = on + integrity.Day(s.between(5, int(c.due-on)))
			case x < 0.92:
				c.fixed = c.due + integrity.Day(s.between(2, 40))
			default:
				c.fixed = c.due + integrity.Day(s.between(45, 150))
			}
		}
	}
	g.checks = append(g.checks, c)
	return &g.checks[len(g.checks)-1]
}

func nosOf(points []point) []int {
	var out []int
	for _, p := range points {
		out = append(out, p.no)
	}
	return out
}

// reference writes numbers as an inspector would: 1、3、5-8, or 全部 if
// they are all of them.
func reference(nos []int, all int) string {
	nos = slices.Compact(slices.Sorted(slices.Values(nos)))
	if all > 0 && len(nos) == all {
		return "全部"
	}
	var parts []string
	for i := 0; i < len(nos); {
		j := i
		for j+1 < len(nos) && nos[j+1] == nos[j]+1 {
			j++
		}
		switch {
		case j == i:
			parts = append(parts, strconv.Itoa(nos[i]))
		case j == i+1:
			parts = append(parts, strconv.Itoa(nos[i]), strconv.Itoa(nos[j]))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d", nos[i], nos[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, "、")
}

// newYear plants the checks around the turn of the last year: one counts for each.
func (g *generator) newYear() {
	turn := integrity.Date(g.today.Year(), time.January, 1)
	l := g.list(newYearUnit, turn.Year()-1)
	s := newStream("newyear")
	for _, on := range []integrity.Day{turn - 1, turn} {
		g.visit(s, l, on, nosOf(l.points), true)
	}
	g.fact(Fact{Code: "new_year", Unit: newYearUnit, Year: turn.Year(), Count: 2, On: turn})
}

// addChecks adds the checks of direct units as sheets and those of offices as text,
// by quarters.
func (g *generator) addChecks() {
	for i := range g.units {
		var l *riskList
		for year := g.first; year <= g.today.Year(); year++ {
			if own := g.list(g.units[i].code, year); own != nil {
				l = own
			}
			if l != nil {
				g.inspect(l, year)
			}
		}
	}
	g.newYear()
	slices.SortStableFunc(g.checks, func(a, b check) int {
		return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.unit.code, b.unit.code))
	})
	counts := map[int]int{}
	for i := range g.checks {
		year := g.checks[i].date.Year()
		counts[year]++
		g.checks[i].number = fmt.Sprintf("JC%d-%04d", year, counts[year])
	}
	for _, direct := range []bool{true, false} {
		sent := shown{}
		for i, p := range g.periods(3) {
			rows := [][]string{{"编号", "单位", "检查日期", "风险点", "检查人", "检查领导", "责任领导参与", "监督方法",
				"权力运行是否规范", "文件制度是否执行", "防控措施是否落实", "发现问题", "严重程度", "整改期限", "整改完成日期", "类别"}}
			for _, c := range g.checks {
				if (c.unit.typ == typeDirect) != direct {
					continue
				}
				fixed := p.past(c.fixed)
				if !sent.new(p, c.date, c.number, fixed.String()) {
					continue
				}
				severity, category := "", ""
				if c.severity > 0 {
					severity = strconv.Itoa(c.severity)
				}
				if c.category != "" && c.category != integrity.CategoryUnclassified {
					category = c.category.Label(integrity.Chinese)
				}
				rows = append(rows, []string{c.number, c.unit.name, c.date.String(), c.ref, c.inspector, c.leader, yesNo(c.took), strings.Join(c.methods, "、"),
					yesNo(c.answers[0]), yesNo(c.answers[1]), yesNo(c.answers[2]), c.finding, severity, c.due.String(), fixed.String(), category})
			}
			if len(rows) == 1 {
				continue
			}
			f := File{Kind: "inspections", SentOn: p.sent, Path: "inspections/委机关监督检查-" + p.name + ".csv"}
			if direct {
				f.Path = "inspections/直属单位监督检查-" + p.name + ".xlsx"
			}
			if i == 7 {
				// The second year's last quarter brings one row without a method and one
				// with a number that no list has.
				row := slices.Clone(rows[len(rows)-1])
				row[0], row[7] = "JC-0000-0001", ""
				if !direct {
					row[0], row[3], row[7] = "JC-0000-0002", "99", "查阅资料"
				}
				rows = append(rows, row)
				flaw := Flaw{Path: f.Path, Row: len(rows), Code: "method_missing", Why: "没有监督方法"}
				if !direct {
					flaw.Code, flaw.Warning, flaw.Why = "risk_unknown", true, "清单里没有第99号风险点"
				}
				g.flaws = append(g.flaws, flaw)
			}
			form := shapeGB
			if direct {
				form = shapeXlsx
			}
			g.add(f, "政治处", form, sheet{name: "监督检查记录", rows: rows, widths: []float64{13, 24, 12, 16, 16, 10, 8, 18, 8, 8, 8, 50, 8, 12}})
		}
	}
}
