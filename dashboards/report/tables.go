package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"qingfeng/dashboards/charts"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// table is a table of the report. Cells of numeric columns stand at the right; the first
// cell of a row is its head.
type table struct {
	No      int
	Caption string
	Class   string
	Head    []column
	Rows    [][]string
	Foot    []string // the totals, empty for none
	Whole   bool     // stays on one page if it fits on one; short tables do
	Breaks  bool     // may break though it is short, because four pages are tight
}

type column struct {
	Label string
	Class string // n for numbers, s for short words that do not break
}

func words(labels ...string) []column {
	var out []column
	for _, l := range labels {
		out = append(out, column{Label: l})
	}
	return out
}

func numbers(labels ...string) []column {
	var out []column
	for _, l := range labels {
		out = append(out, column{Label: l, Class: "n"})
	}
	return out
}

// short are columns of words that do not break: days, states.
func short(labels ...string) []column {
	var out []column
	for _, l := range labels {
		out = append(out, column{Label: l, Class: "s"})
	}
	return out
}

func columns(groups ...[]column) []column { return slices.Concat(groups...) }

// Classes are the names by which the style knows the table.
func (t *table) Classes() string {
	const short = 12 // rows
	if t.Whole || !t.Breaks && len(t.Rows) <= short && !strings.Contains(t.Class, "text") {
		return t.Class + " keep"
	}
	return t.Class
}

// HeadClass is the class of the head of a column: the shortest words do not break.
func (c column) HeadClass() string {
	if utf8.RuneCountInString(c.Label) <= 3 {
		return "s"
	}
	return ""
}

// Cells gives the template the cells of a row with the classes of their columns.
func (t *table) Cells(row []string) []column {
	out := make([]column, len(row))
	for i, text := range row {
		out[i] = column{Label: text}
		if i < len(t.Head) {
			out[i].Class = t.Head[i].Class
		}
	}
	return out
}

func ratio(n, of int) string { return num(n) + "/" + num(of) }

func day(d integrity.Day) string {
	if d == integrity.NoDay || d == integrity.Forever {
		return "—"
	}
	return d.String()
}

// dayOf is a day without its year where that is the year of the table.
func dayOf(d integrity.Day, year int) string {
	text := day(d)
	if d.Year() != year || text == "—" {
		return text
	}
	return text[len("2006-"):]
}

// risksTable is 重要/全部 of a distribution by category, with sums.
func risksTable(caption, rows string, d metrics.Distribution) *table {
	t := &table{Caption: caption, Class: "tight", Whole: true, Head: words(map[string]string{metrics.DimLayer: "层面", metrics.DimUnit: "处室、单位"}[rows])}
	for _, c := range d.Cols {
		t.Head = append(t.Head, column{charts.Short(metrics.DimCategory, c, integrity.Chinese), "n"})
	}
	t.Head = append(t.Head, column{"合计", "n"})
	pair := func(all, important uint64) string { return number(important) + "/" + number(all) }
	foot := []string{"合计"}
	for y, r := range d.Rows {
		line := []string{r.Label}
		for x := range d.Cols {
			c := d.At(y, x)
			line = append(line, pair(*c.Count, c.Important))
		}
		t.Rows = append(t.Rows, append(line, pair(rowSum(d, y))))
	}
	for x := range d.Cols {
		foot = append(foot, pair(colSum(d, x)))
	}
	important, _ := gradeSums(d)
	t.Foot = append(foot, pair(total(d), important))
	return t
}

// withoutTop leaves the commission itself out of a distribution by unit where it has
// nothing of its own.
func (f *facts) withoutTop(d metrics.Distribution) metrics.Distribution {
	for y, r := range d.Rows {
		if all, _ := rowSum(d, y); all == 0 && f.isTop(r.Code) {
			n := len(d.Cols)
			d.Rows = slices.Delete(slices.Clone(d.Rows), y, y+1)
			d.Cells = slices.Delete(slices.Clone(d.Cells), y*n, (y+1)*n)
			return d
		}
	}
	return d
}

// keyTable sets the main numbers beside those of the periods before.
func (f *facts) keyTable() *table {
	w := f.period.words()
	t := &table{Caption: "主要数据", Class: "tight", Head: columns(words("项目"), numbers(w.this+"（末）", w.last+"（末）"))}
	if w.same != "" {
		t.Head = append(t.Head, column{w.same, "n"})
	}
	row := func(label string, none func(*state) bool, of func(*state) string) {
		then := func(s *state) string {
			if none(s) { // no data of that time
				return "—"
			}
			return of(s)
		}
		line := []string{label, of(&f.now), then(&f.before)}
		if w.same != "" {
			line = append(line, then(&f.yearAgo))
		}
		t.Rows = append(t.Rows, line)
	}
	noList := func(s *state) bool { return s.points().none }
	owesNothing := func(basis integrity.Basis) func(*state) bool {
		return func(s *state) bool {
			return !slices.ContainsFunc(s.items, func(it obligation.Item) bool { return it.Basis == basis })
		}
	}
	row("在册廉洁风险点（个）", noList, func(s *state) string { return number(total(s.risks)) })
	row("其中重要（个）", noList, func(s *state) string { n, _ := gradeSums(s.risks); return number(n) })
	row("年度达标风险点（达标/应查）", noList, func(s *state) string {
		c := checksOf(s.items, f.closed)
		return ratio(c.twoDone+c.oneDone, c.two+c.one)
	})
	row("逾期（文件规定，项）", owesNothing(integrity.BasisNotice), func(s *state) string { return num(past(s.items, integrity.BasisNotice)) })
	row("进度滞后（系统设定，项）", owesNothing(integrity.BasisSystem), func(s *state) string { return num(past(s.items, integrity.BasisSystem)) })
	if f.extract == "" {
		row("重要风险点备案（已/应）", noList, func(s *state) string { n := filingOf(s.items); return ratio(n.done, n.owed) })
	}
	for _, m := range signalMeasures {
		row(m.kind.Label(integrity.Chinese)+"（全部，件）", func(s *state) bool { return s.events[m.kind].none }, func(s *state) string { return number(s.events[m.kind].all) })
		if m.kind == integrity.SignalComplaint && f.extract == "" {
			row(integrity.SignalPetition.Label(integrity.Chinese)+"（件）", func(*state) bool { return false }, func(s *state) string { return s.petitions.text(s.period.months) })
		}
	}
	return t
}

func past(items []obligation.Item, basis integrity.Basis) int {
	n := 0
	for i := range items {
		if items[i].Status == integrity.StatusOverdue && items[i].Basis == basis {
			n++
		}
	}
	return n
}

// fewUnits is how many rows a table of all units may have without being halved or left to
// 附件2.
const fewUnits = 12

var progressHead = columns(words("处室、单位"), numbers("应查", "已查", "逾期", "滞后"))

const progressCaption = "风险点检查进度（次；逾期为文件规定，滞后为系统设定，个"

func progressLine(name string, t obligation.Tally) []string {
	return []string{name, num(t.Required), num(t.Done), num(t.Undone), num(t.Behind)}
}

// progressTable is 应/已/逾期/进度滞后 by unit; many units stand in two halves beside each
// other, so that thirty leave room on the page.
func (f *facts) progressTable() *table {
	t := &table{Caption: progressCaption + "）", Class: "tight", Head: progressHead}
	var sum obligation.Tally
	for _, r := range f.board {
		if r.Closed || f.isTop(r.Unit) && r.Tally.Points == 0 {
			continue
		}
		t.Rows = append(t.Rows, progressLine(r.UnitName, r.Tally))
		sum = plus(sum, r.Tally)
	}
	t.Foot = progressLine("合计", sum)
	if len(t.Rows) <= fewUnits {
		return t
	}
	lines := append(t.Rows, t.Foot)
	t.Head, t.Class, t.Rows, t.Foot = columns(progressHead, progressHead), "tight halves", nil, nil
	left := (len(lines) + 1) / 2
	for i := range left {
		right := make([]string, len(progressHead))
		if left+i < len(lines) {
			right = lines[left+i]
		}
		t.Rows = append(t.Rows, slices.Concat(lines[i], right))
	}
	return t
}

// progressByType is the same by type of unit; the units stand in 附件2.
func (f *facts) progressByType() *table {
	t := &table{Caption: progressCaption + "；明细见附件2）", Class: "tight", Head: progressHead}
	kinds := map[string]string{}
	for _, u := range f.units {
		kinds[u.Code] = u.Type
	}
	sums := map[string]obligation.Tally{}
	var order []string
	var sum obligation.Tally
	for _, r := range f.board {
		if r.Closed || f.isTop(r.Unit) && r.Tally.Points == 0 {
			continue
		}
		kind := kinds[r.Unit]
		if kind == "" {
			kind = "其他"
		}
		if _, ok := sums[kind]; !ok {
			order = append(order, kind)
		}
		sums[kind] = plus(sums[kind], r.Tally)
		sum = plus(sum, r.Tally)
	}
	for _, kind := range order {
		t.Rows = append(t.Rows, progressLine(kind, sums[kind]))
	}
	t.Foot = progressLine("合计", sum)
	return t
}

func plus(a, b obligation.Tally) obligation.Tally {
	a.Points += b.Points
	a.OnTime += b.OnTime
	a.Late += b.Late
	a.Undone += b.Undone
	a.Behind += b.Behind
	a.Open += b.Open
	a.Exempt += b.Exempt
	a.Required += b.Required
	a.Done += b.Done
	a.Removed += b.Removed
	return a
}

// isTop reports whether a code is not among the units: the commission itself.
func (f *facts) isTop(code string) bool {
	return !slices.ContainsFunc(f.units, func(u integrity.Unit) bool { return u.Code == code })
}

func (f *facts) leadersTable() *table {
	t := &table{Caption: "责任领导履职（按规定次序）", Class: "tight",
		Head: columns(words("责任领导"), numbers("分管单位", "在册风险点", "参与检查（已/应，日）", "参与检查覆盖风险点", "部署", "研究", "发现问题"))}
	for _, l := range f.leaders {
		if l.Former {
			continue // 附件1 has what they left
		}
		t.Rows = append(t.Rows, []string{l.Leader, num(len(l.Units)), num(l.InForce), ratio(l.Dates, l.Required), ratio(l.Covered, l.Tally.Points),
			num(l.Deployed), num(l.Studied), num(l.Findings)})
	}
	return t
}

func (f *facts) methodsTable() *table {
	t := &table{Caption: "监督检查方法（本年度累计，次；一次检查可用多种方法）", Class: "tight", Head: words("方法")}
	line := []string{"次数"}
	for _, m := range f.methods() {
		t.Head = append(t.Head, column{m.Method.Label(integrity.Chinese), "n"})
		line = append(line, num(m.Checks))
	}
	t.Rows = [][]string{line}
	return t
}

// methodsSentence names the methods by which checks were made, in official order; the
// table of all of them stands in 附件2.
func (f *facts) methodsSentence() string {
	var used []string
	for _, m := range f.methods() {
		if m.Checks > 0 {
			used = append(used, m.Method.Label(integrity.Chinese)+num(m.Checks)+"次")
		}
	}
	if len(used) == 0 {
		return ""
	}
	return "采用的方法：" + strings.Join(used, "、") + "（一次检查可用多种方法，见附件2）。"
}

func (f *facts) methods() []obligation.MethodCount {
	var out []obligation.MethodCount
	for i, m := range integrity.Methods() {
		n := 0
		for _, r := range f.board {
			if !r.Closed && i < len(r.Methods) {
				n += r.Methods[i].Checks
			}
		}
		out = append(out, obligation.MethodCount{Method: m, Checks: n})
	}
	return out
}

// signalsTable is the counts by source beside those of the periods before.
func (f *facts) signalsTable() *table {
	w := f.period.words()
	t := &table{Caption: "线索件数，按来源（统计数不等于查实数；信访举报不足3件的写作“<3”；走势和各处室、单位的件数见附件2）", Class: "tight", Head: columns(words("来源"), numbers(w.this+"全部", "涉廉", "待判", w.last+"全部"))}
	if w.same != "" {
		t.Head = append(t.Head, column{w.same + "全部", "n"})
	}
	line := func(cells ...string) {
		t.Rows = append(t.Rows, cells[:len(t.Head)])
	}
	for _, m := range signalMeasures {
		e := f.now.events[m.kind]
		line(m.kind.Label(integrity.Chinese), number(e.all), number(e.yes), number(e.unknown), f.before.events[m.kind].earlier().text(), f.yearAgo.events[m.kind].earlier().text())
	}
	months := f.period.months
	line(integrity.SignalPetition.Label(integrity.Chinese)+"（涉廉和待判合计）", f.now.petitions.text(months), "—", "—", f.before.petitions.text(months), f.yearAgo.petitions.text(months))
	return t
}

// trendTable holds the numbers of the lines and, in a row of their own, the petitions.
func (f *facts) trendTable() *table {
	t := &table{Caption: "每月线索件数（涉廉和待判；与上图同一数据）", Class: "tight small", Head: words("月")}
	for _, m := range f.trend.Months {
		t.Head = append(t.Head, column{m[2:4] + "." + strings.TrimPrefix(m[5:], "0"), "n"})
	}
	for i, s := range f.trend.Series {
		line := []string{shortKind(signalMeasures[i].kind)}
		for _, v := range s.Values {
			line = append(line, countOf(v).text(1))
		}
		t.Rows = append(t.Rows, line)
	}
	if len(f.petitionMonths) > 0 {
		line := []string{shortKind(integrity.SignalPetition)}
		for _, c := range f.petitionMonths {
			line = append(line, c.text(1))
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

func shortKind(k integrity.SignalKind) string {
	return map[integrity.SignalKind]string{integrity.SignalComplaint: "投诉", integrity.SignalPetition: "信访", integrity.SignalFinding: "问题", integrity.SignalComparison: "比对"}[k]
}

// boardTables are 附件2: everything about a unit, in two tables that each fit an upright page
// in 10.5 pt. Browsers that know no pages of another direction print all on such.
func (f *facts) boardTables() []*table {
	t := &table{Caption: "监督检查、整改与排查（本年度累计）", Class: "tight wide",
		Head: columns(words("处室、单位"), short("责任领导"), numbers("在册", "重要", "应查次数", "已查次数", "达标/应查风险点", "逾期", "进度滞后"),
			short("第一季度动态排查"), numbers("检查次数", "补录", "发现问题", "已整改", "每月尚需点次"))}
	perMonth := map[string]string{}
	for _, o := range f.outlook {
		if o.Unit != "" {
			perMonth[o.Unit] = fmt.Sprintf("%.1f", max(o.PerMonth, 0)) // a rounded-up 0 may be a negative one
		}
	}
	var sum obligation.UnitRow
	for _, r := range f.board {
		name := r.UnitName
		switch {
		case f.isTop(r.Unit) && r.InForce == 0 && r.Tally.Points == 0:
			continue
		case r.Closed:
			name += "（已停用）"
			delete(perMonth, r.Unit)
		default:
			sum.Tally = plus(sum.Tally, r.Tally)
			sum.InForce, sum.Important, sum.Checks, sum.LateEntries = sum.InForce+r.InForce, sum.Important+r.Important, sum.Checks+r.Checks, sum.LateEntries+r.LateEntries
			sum.Findings, sum.Fixed, sum.Overdue, sum.Behind = sum.Findings+r.Findings, sum.Fixed+r.Fixed, sum.Overdue+r.Overdue, sum.Behind+r.Behind
		}
		q1 := "—"
		if r.Q1 != "" {
			q1 = r.Q1.Label(integrity.BasisNotice, integrity.Chinese)
		}
		need, ok := perMonth[r.Unit]
		if !ok {
			need = "—"
		}
		leader := r.Leader
		if leader == "" {
			leader = "—"
		}
		t.Rows = append(t.Rows, []string{name, leader, num(r.InForce), num(r.Important), num(r.Tally.Required), num(r.Tally.Done),
			ratio(r.Tally.Met(), r.Tally.Points), num(r.Overdue), num(r.Behind), q1, num(r.Checks), num(r.LateEntries), num(r.Findings), num(r.Fixed), need})
	}
	t.Foot = []string{"合计", "", num(sum.InForce), num(sum.Important), num(sum.Tally.Required), num(sum.Tally.Done), ratio(sum.Tally.Met(), sum.Tally.Points),
		num(sum.Overdue), num(sum.Behind), "", num(sum.Checks), num(sum.LateEntries), num(sum.Findings), num(sum.Fixed), ""}
	return t.split(slices.IndexFunc(t.Head, func(c column) bool { return c.Label == "第一季度动态排查" }), "监督检查、整改与排查（续）")
}

// split makes two tables of the columns before one and from it on; both name their rows.
func (t *table) split(at int, caption string) []*table {
	left := &table{Caption: t.Caption, Class: t.Class, Head: t.Head[:at]}
	right := &table{Caption: caption, Class: t.Class, Head: append(t.Head[:1:1], t.Head[at:]...)}
	for _, row := range t.Rows {
		left.Rows, right.Rows = append(left.Rows, row[:at]), append(right.Rows, append(row[:1:1], row[at:]...))
	}
	left.Foot, right.Foot = t.Foot[:at], append(t.Foot[:1:1], t.Foot[at:]...)
	return []*table{left, right}
}

// course is how far a unit's list of the year has come.
type course struct {
	obligation.StageRow
	q1 string // of the first-quarter review; empty where none is owed
}

// courseStages are the six stages of a list, each a column of its own; being filed, which
// follows for important points, is counted in points.
func courseStages() []integrity.Stage {
	stages := integrity.Stages()
	return stages[:slices.Index(stages, integrity.StageCommitteeApproval)+1]
}

// courses joins the board of stages with the first-quarter review.
func (f *facts) courses() []course {
	q1 := map[string]string{}
	for _, r := range f.board {
		if r.Q1 != "" {
			q1[r.Unit] = r.Q1.Label(integrity.BasisNotice, integrity.Chinese)
		}
	}
	out := make([]course, len(f.stages))
	for i, r := range f.stages {
		out[i] = course{r, q1[r.Unit]}
	}
	return out
}

func (f *facts) coursesTable(courses []course) *table {
	t := &table{Caption: fmt.Sprintf("动态排查、六个阶段与备案（台账记录日；没有写年份的是%d年）", f.asOf.Year()), Class: "tight wide", Head: columns(words("处室、单位"), short("第一季度动态排查"))}
	for _, s := range courseStages() {
		t.Head = append(t.Head, column{s.Label(integrity.Chinese), "s"})
	}
	if f.extract == "" {
		t.Head = append(t.Head, column{"重要风险点备案（已/应）", "n"})
	}
	for i := range courses {
		c := &courses[i]
		line := []string{c.UnitName, c.q1}
		if c.q1 == "" {
			line[1] = "—"
		}
		for _, s := range courseStages() {
			line = append(line, dayOf(c.On(s), f.asOf.Year()))
		}
		if f.extract == "" {
			line = append(line, ratio(c.Filed, c.ToFile))
		}
		t.Rows = append(t.Rows, line)
	}
	return t
}

// stagesTable counts the units that did the first-quarter review and those that have
// entered each stage.
func (f *facts) stagesTable(q q1Sums, courses []course) *table {
	t := &table{Caption: fmt.Sprintf("%d年度动态排查与清单各阶段（处室、单位数；日期见附件2）", f.asOf.Year()), Class: "tight",
		Head: words("动态排查（按期/逾期完成/未完成）")}
	line := []string{num(q.met) + "/" + num(q.late) + "/" + num(q.open)}
	for _, s := range courseStages() {
		n := 0
		for i := range courses {
			if courses[i].On(s) != integrity.NoDay {
				n++
			}
		}
		t.Head = append(t.Head, column{s.Label(integrity.Chinese), "n"})
		line = append(line, num(n))
	}
	if f.extract == "" {
		n := filingOf(f.now.items)
		t.Head = append(t.Head, column{"备案（已/应，个）", "n"})
		line = append(line, ratio(n.done, n.owed))
	}
	t.Rows = [][]string{line}
	return t
}

// eventsTable is the signals of the period by unit or category and source.
func (f *facts) eventsTable(by string) *table {
	t := &table{Class: "tight", Whole: true}
	label := "七类风险"
	if by == metrics.DimUnit {
		label = "处室、单位"
	}
	t.Caption = f.period.words().this + "线索件数（涉廉和待判，不含信访举报），按" + label
	t.Head = words(label)
	lines := map[string][]string{}
	var order []string
	var sums []uint64
	for i, m := range signalMeasures {
		t.Head = append(t.Head, column{m.kind.Label(integrity.Chinese), "n"})
		d := f.withoutTop(f.now.events[m.kind].distribution)
		labels, sum := d.Rows, rowSum
		if by == metrics.DimCategory {
			labels, sum = d.Cols, colSum
		}
		var all uint64
		for j, l := range labels {
			n, _ := sum(d, j)
			all += n
			if lines[l.Code] == nil {
				lines[l.Code] = append([]string{l.Label}, "0", "0", "0")
				order = append(order, l.Code)
			}
			lines[l.Code][i+1] = number(n)
		}
		sums = append(sums, all)
	}
	for _, code := range order {
		t.Rows = append(t.Rows, lines[code])
	}
	t.Foot = []string{"合计"}
	for _, n := range sums {
		t.Foot = append(t.Foot, number(n))
	}
	return t
}

// lateTable is 附件1: what is past its limit, the points of one unit and limit in a row,
// first what earlier years left undone.
func (f *facts) lateTable(basis integrity.Basis) *table {
	t := &table{Caption: "逾期清单（文件规定）", Class: "tight late"}
	if basis == integrity.BasisSystem {
		t.Caption = "进度滞后清单（" + obligation.ClauseSystem + "）"
	}
	t.Head = columns(words("处室、单位", "事项", "清单序号"), numbers("项数"), short("期限"), numbers("超过天数"), words("备注"))
	of := func(items []obligation.Item) []obligation.Group {
		return obligation.Groups(slices.DeleteFunc(slices.Clone(items), func(it obligation.Item) bool {
			return it.Status != integrity.StatusOverdue || it.Basis != basis
		}))
	}
	unmet := of(f.now.unmet)
	for i, g := range slices.Concat(unmet, of(f.now.items)) {
		var notes []string
		switch {
		case i < len(unmet) && g.Year == f.asOf.Year()-1:
			notes = append(notes, "上年度")
		case g.Year != f.asOf.Year():
			notes = append(notes, fmt.Sprintf("%d年度", g.Year))
		}
		if g.Removed {
			notes = append(notes, "移出时未完成")
		}
		if g.Rule == integrity.RuleFiling {
			notes = append(notes, "政治处承办")
		}
		t.Rows = append(t.Rows, []string{g.UnitName, g.Rule.Label(integrity.Chinese), obligation.Ranges(g.Numbers), num(g.Items), day(g.Due), num(int(f.asOf - g.Due)), strings.Join(notes, "，")})
	}
	return t
}

// ownTable is, in 附件1, the earlier years in which leaders took part on fewer days than required,
// whoever checked the points: in official order, the latest year first.
func (f *facts) ownTable() *table {
	t := &table{Caption: "责任领导以前年度本人参与监督检查不足的年度（按规定次序，不排名）", Class: "tight", Head: columns(words("责任领导"), numbers("年度", "参与检查（已/应，日）"), words("备注"))}
	for _, l := range f.leaders {
		note := ""
		if l.Former {
			note = "现不分管"
		}
		for _, own := range l.OwnUnmet {
			t.Rows = append(t.Rows, []string{l.Leader, strconv.Itoa(own.Year), ratio(own.Dates, own.Required), note})
		}
	}
	return t
}

// sourcesTable is what was loaded. The rows of petitions are not printed: the difference
// between two issues would tell a month's small count.
func (f *facts) sourcesTable() *table {
	t := &table{Caption: "各来源装载情况（累计，行）", Class: "tight", Head: columns(words("来源"), numbers("读入", "拒收"), short("最近装载"))}
	for _, s := range f.sources {
		read, rejected, last := number(s.Read), number(s.Rejected), "—"
		if s.Kind == "petitions" {
			read, rejected = "不列", "不列"
		}
		if !s.LastLoad.IsZero() {
			last = s.LastLoad.In(integrity.Shanghai).Format("2006-01-02 15:04")
		}
		t.Rows = append(t.Rows, []string{s.Label, read, rejected, last})
	}
	return t
}

func (f *facts) qualitySentences() []string {
	var checks, late, units int
	for _, r := range f.board {
		if r.Closed {
			continue
		}
		checks, late = checks+r.Checks, late+r.LateEntries
		if r.LateEntries > 0 {
			units++
		}
	}
	entries := "本年度没有检查记录。"
	switch {
	case checks > 0 && late == 0:
		entries = fmt.Sprintf("本年度检查%s次，没有补录（检查日期10个工作日以后才录入）。", num(checks))
	case checks > 0:
		entries = fmt.Sprintf("本年度检查%s次，其中补录（检查日期10个工作日以后才录入）%s次，%s，涉及%s个处室、单位（各单位数见附件2）。",
			num(checks), num(late), share(late, checks), num(units))
	}
	all := total(f.now.risks)
	important, general := gradeSums(f.now.risks)
	layer, category := f.unclassified()
	return []string{
		entries,
		fmt.Sprintf("在册风险点%s个中，未评级%s个，层面未分类%s个，类别未分类%s个。", number(all), number(all-important-general), number(layer), number(category)),
	}
}

// unclassified counts the points without a layer and those without a category.
func (f *facts) unclassified() (layer, category uint64) {
	d := f.now.risks
	for y, r := range d.Rows {
		if r.Code == string(integrity.LayerUnclassified) {
			layer, _ = rowSum(d, y)
		}
	}
	for x, c := range d.Cols {
		if c.Code == string(integrity.CategoryUnclassified) {
			category, _ = colSum(d, x)
		}
	}
	return layer, category
}

// definitionsTable is every figure with its formula and what it rests on.
func definitionsTable() *table {
	t := &table{Caption: "指标口径", Class: "tight text defs", Head: words("指标", "口径", "依据")}
	for _, d := range obligation.Definitions() {
		formula := d.Formula.ZH
		if d.Numerator.ZH != "" {
			formula += "分子：" + d.Numerator.ZH + "；分母：" + d.Denominator.ZH + "。"
		}
		clause := "“" + d.Clause + "”"
		if d.Clause == obligation.ClauseSystem {
			clause = d.Clause
		} else if d.Basis == integrity.BasisSystem {
			clause += "（期限：" + obligation.ClauseSystem + "）"
		}
		t.Rows = append(t.Rows, []string{d.Name.ZH, formula, clause})
	}
	return t
}

func noticeTable() *table {
	t := &table{Caption: "三个层面、七类风险和两个等级（文件原文）", Class: "tight text", Head: words("名称", "文件原文")}
	for _, d := range noticeDefinitions {
		t.Rows = append(t.Rows, []string{d.term, d.text})
	}
	return t
}

func hotSpotsTable(spots []HotSpot) *table {
	t := &table{Caption: "显著偏高的单位—类别（不代表存在违纪违法问题）", Class: "tight text spots", Head: columns(words("处室、单位", "类别"), short("月份"), numbers("件数", "预期", "误报率q"), words("说明"))}
	for _, h := range spots {
		t.Rows = append(t.Rows, []string{h.UnitName, h.Category.Label(integrity.Chinese), h.From, view.Number(h.Count), fmt.Sprintf("%.1f", h.Expected), falseRate(h.Q), h.said()})
	}
	return t
}

// said is why a cell stands out and what its count stands beside.
func (h HotSpot) said() string {
	if h.Beside == "" {
		return h.Why
	}
	return h.Why + h.Beside + "。"
}

// falseRate writes q with two significant digits.
func falseRate(q float64) string {
	if q < 0.001 {
		return "<0.001"
	}
	return strconv.FormatFloat(q, 'g', 2, 64)
}

// runsTable lists what three months together make improbable, with their numbers.
func runsTable(spots []HotSpot) *table {
	t := &table{Caption: "近三个月合计显著偏高、单月不突出的单位—类别（件数、预期和误报率均为三个月合计）", Class: "tight text spots", Head: columns(words("处室、单位", "类别"), short("月份"), numbers("件数", "预期", "误报率q"), words("说明"))}
	for _, h := range spots {
		t.Rows = append(t.Rows, []string{h.UnitName, h.Category.Label(integrity.Chinese), h.From + "—" + h.To, view.Number(h.Count), fmt.Sprintf("%.1f", h.Expected), falseRate(h.Q), h.said()})
	}
	return t
}

func blindSpotsTable(spots []BlindSpot) *table {
	t := &table{Caption: "盲区", Class: "tight text", Head: words("处室、单位", "类别", "说明")}
	for _, b := range spots {
		t.Rows = append(t.Rows, []string{b.UnitName, b.Category.Label(integrity.Chinese), b.Why})
	}
	return t
}

func gradeReviewsTable(reviews []GradeReview) *table {
	t := &table{Caption: "建议复核等级的一般风险点", Class: "tight text", Head: columns(words("处室、单位"), numbers("清单序号"), words("说明"))}
	for _, g := range reviews {
		t.Rows = append(t.Rows, []string{g.UnitName, num(g.No), g.Why})
	}
	return t
}

func lettersTable(letters []Letter) *table {
	t := &table{Caption: "上期督办事项落实情况", Class: "tight text", Head: words("编号", "承办单位", "事项", "办理时限", "落实情况")}
	for _, l := range letters {
		t.Rows = append(t.Rows, []string{l.Number, l.UnitName, l.Matter, day(l.Due), l.State})
	}
	return t
}
