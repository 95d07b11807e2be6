package report

import (
	"fmt"
	"strings"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

func number(n uint64) string { return view.Number(n) }

func num(n int) string {
	if n < 0 {
		return "−" + view.Number(uint64(-n))
	}
	return view.Number(uint64(n))
}

// share writes 占62.5%（5/8）.
func share(n, of int) string {
	return fmt.Sprintf("占%s（%s/%s）", view.Percent(uint64(n), uint64(of)), num(n), num(of))
}

// change says how a number stands to an earlier one: 增加3个, 减少2个, 持平.
func change(now, then uint64, unit string) string {
	switch {
	case now > then:
		return "增加" + number(now-then) + unit
	case now < then:
		return "减少" + number(then-now) + unit
	}
	return "持平"
}

// compared names what the change is against: 比上月增加3个, 比上月持平.
// Without data of that time it says so: 上年同期无可比数据.
func compared(word string, now uint64, then earlier, unit string) string {
	if then.none {
		return word + "无可比数据"
	}
	return "比" + word + change(now, then.n, unit)
}

// comparisons compares with the period before and, where it is another one, with the
// same period of the year before.
func (s summary) comparisons(now uint64, before, ago earlier, unit string) string {
	w := s.period.words()
	text := compared(w.last, now, before, unit)
	if w.same != "" {
		text += "，" + compared(w.same, now, ago, unit)
	}
	return text
}

// keySentences are 本月要情: four to six sentences, one paragraph a subject, each naming the
// annex that holds its rows.
func (s summary) keySentences() []string {
	return []string{s.pointsSentence(), s.checksSentence(), s.q1Sentence() + s.filingSentence(), s.signalsSentence() + s.hotSpotSentence()}
}

func (s summary) pointsSentence() string {
	whole := fmt.Sprintf("全委%s个处室、单位", number(s.units))
	if !s.withPetitions { // an extract
		whole = "本单位"
	}
	if s.points == 0 {
		return fmt.Sprintf("截至%s，%s没有在册廉洁风险点，%s（见附件2）。", s.asOf.Chinese(), whole, s.comparisons(0, s.pointsBefore, s.pointsAgo, "个"))
	}
	if s.units > 1 || s.withPetitions {
		whole += "共"
	}
	ungraded := "均已评级"
	if n := s.points - s.important - s.general; n > 0 {
		ungraded = fmt.Sprintf("未评级%s个", number(n))
	}
	return fmt.Sprintf("截至%s，%s有在册廉洁风险点%s个，其中重要%s个、一般%s个（%s），%s（见附件2）。",
		s.asOf.Chinese(), whole, number(s.points), number(s.important), number(s.general), ungraded,
		s.comparisons(s.points, s.pointsBefore, s.pointsAgo, "个"))
}

func (s summary) checksSentence() string {
	text, rows := s.checksClause()
	if u := s.unmetClause(); u != "" {
		text, rows = text+"；"+u, "附件1、附件2"
	}
	return text + "（见" + rows + "）。"
}

// checksClause is about the checks of the year, and names the annexes that hold its rows.
func (s summary) checksClause() (text, rows string) {
	c := s.checks
	rows = "附件2"
	var b strings.Builder
	switch {
	case c.two == 0 && c.one == 0:
		return "本年度没有应接受监督检查的风险点", rows
	case c.two == 0:
		b.WriteString("本年度没有应接受2次监督检查的风险点")
	case c.twoDone == 0:
		fmt.Fprintf(&b, "本年度应接受2次监督检查的风险点%s个，尚无完成2次的（0/%s）", num(c.two), num(c.two))
	default:
		fmt.Fprintf(&b, "本年度应接受2次监督检查的风险点%s个，已完成2次的%s个，%s", num(c.two), num(c.twoDone), share(c.twoDone, c.two))
	}
	switch {
	case c.one > 0 && c.oneDone == 0:
		fmt.Fprintf(&b, "；因在册不满全年只应接受1次的%s个，尚无完成的", num(c.one))
	case c.one > 0:
		fmt.Fprintf(&b, "；因在册不满全年只应接受1次的%s个，已完成%s个", num(c.one), num(c.oneDone))
	}
	switch {
	case c.missing == 0 && c.twoDone == c.two && c.oneDone == c.one:
		b.WriteString("；按文件规定应完成的检查已全部完成")
	case c.missing == 0:
		b.WriteString("；在册风险点按文件规定应完成的检查已全部完成")
		rows = "附件1、附件2"
	case c.daysLeft == 0:
		fmt.Fprintf(&b, "；截至年末，按文件规定仍有%s点次未完成", num(c.missing))
		rows = "附件1、附件2"
	default:
		fmt.Fprintf(&b, "；距年底还有%s天，按文件规定尚须完成%s点次", num(c.daysLeft), num(c.missing))
	}
	return b.String(), rows
}

// unmetClause names what earlier years left undone: it is overdue by the notice until it is
// recorded, and belongs to none of this year's numbers.
func (s summary) unmetClause() string {
	if s.unmet.items == 0 {
		return ""
	}
	return fmt.Sprintf("%s未完成、仍逾期%s项", s.unmet.word(), num(s.unmet.items))
}

func (s summary) q1Sentence() string {
	q := s.q1
	switch {
	case q.owed == 0:
		return "本年度没有应完成第一季度动态排查的处室、单位（见附件2）。"
	case !q.past && q.open == 0:
		return fmt.Sprintf("第一季度动态排查应完成%s个，已全部按期完成（见附件2）。", num(q.owed))
	case !q.past:
		return fmt.Sprintf("第一季度动态排查应完成%s个，已完成%s个，其余%s个须于3月31日前完成（见附件2）。", num(q.owed), num(q.met), num(q.open))
	case q.met == q.owed:
		return fmt.Sprintf("第一季度动态排查应完成%s个，全部按期完成（见附件2）。", num(q.owed))
	case q.open == 0:
		return fmt.Sprintf("第一季度动态排查应完成%s个，按期%s个，逾期完成%s个，没有未完成的（见附件2）。", num(q.owed), num(q.met), num(q.late))
	}
	late := "没有逾期完成的"
	if q.late > 0 {
		late = fmt.Sprintf("逾期完成%s个", num(q.late))
	}
	return fmt.Sprintf("第一季度动态排查应完成%s个，按期%s个，%s，未完成%s个（见附件1）。", num(q.owed), num(q.met), late, num(q.open))
}

func (s summary) filingSentence() string {
	f := s.filing
	switch {
	case !s.withPetitions: // owed by the political department, in no unit's figures
		return ""
	case f.owed == 0:
		return "没有已审定、应备案的重要风险点（见附件2）。"
	case f.done == f.owed:
		return fmt.Sprintf("已审定的重要风险点应备案%s个，已全部备案（见附件2）。", num(f.owed))
	}
	done := "均未备案"
	if f.done > 0 {
		done = fmt.Sprintf("已备案%s个", num(f.done))
	}
	behind := ""
	if f.behind > 0 {
		behind = fmt.Sprintf("，进度滞后%s个（备案期限，非文件规定）", num(f.behind))
	}
	return fmt.Sprintf("已审定的重要风险点应备案%s个，%s%s（见附件2）。", num(f.owed), done, behind)
}

func (s summary) signalsSentence() string {
	w := s.period.words()
	parts := []string{s.complaintsClause(w)}
	if s.withPetitions {
		parts = append(parts, s.petitionsClause())
	}
	parts = append(parts, s.findingsClause())
	return w.this + strings.Join(parts, "；") + "（见附件2）。"
}

func (s summary) complaintsClause(w periodWords) string {
	c := s.complaints
	text := "没有受理日常投诉"
	if c.all > 0 {
		text = fmt.Sprintf("受理日常投诉%s件（涉廉%s件、待判%s件，图表按此两类）", number(c.all), number(c.yes), number(c.unknown))
	}
	against := func(word, period string, then earlier) string {
		if then.none {
			return "，" + period + "无可比数据"
		}
		return "，" + word + change(c.all, then.n, "件")
	}
	text += against("环比", w.last, s.complaintsBefore)
	if w.same != "" {
		text += against("同比", w.same, s.complaintsAgo)
	}
	return text
}

func (s summary) petitionsClause() string {
	switch {
	case s.petitions.hidden && s.period.months > 1:
		return "信访举报有的月份不足3件，合计不列"
	case s.petitions.hidden:
		return "信访举报<3件"
	case s.petitions.n == 0:
		return "没有信访举报"
	}
	return fmt.Sprintf("信访举报%s件", number(s.petitions.n))
}

func (s summary) findingsClause() string {
	if s.findings == 0 {
		return "检查没有发现问题"
	}
	fixed := "尚无整改完成的"
	switch {
	case s.findingsFixed == s.findings:
		return fmt.Sprintf("检查发现问题%s个，已全部整改", number(s.findings))
	case s.findingsFixed > 0:
		fixed = fmt.Sprintf("已整改%s个", number(s.findingsFixed))
	}
	behind := "没有进度滞后的（整改期限，非文件规定）"
	if s.findingsBehind > 0 {
		behind = fmt.Sprintf("进度滞后%s个（整改期限，非文件规定）", number(s.findingsBehind))
	}
	return fmt.Sprintf("检查发现问题%s个，%s，%s", number(s.findings), fixed, behind)
}

func (s summary) hotSpotSentence() string {
	switch {
	case !s.withHotSpots:
		return ""
	case len(s.hotSpots) == 0:
		return s.period.words().this + "无统计上显著偏高的情况。"
	}
	return fmt.Sprintf("统计上显著偏高的单位—类别%s处：%s（不代表存在违纪违法问题，见附件2）。", num(len(s.hotSpots)), firstOf(s.hotSpots))
}

// named is how many of a list a sentence names; all of them stand in the annex.
const named = 3

// firstByUnit names the first of a list, those of one unit that follow one another together:
// before and after stand around the items of a unit.
func firstByUnit[T any](all []T, before, after string, split func(T) (unit, item string)) string {
	if len(all) == 0 {
		return ""
	}
	text, last := "", ""
	for i, v := range all[:min(named, len(all))] {
		unit, item := split(v)
		switch {
		case i == 0:
			text = unit + before + item
		case unit == last:
			text += "、" + item
		default:
			text += after + "，" + unit + before + item
		}
		last = unit
	}
	if len(all) > named {
		return text + after + "等"
	}
	return text + after
}

// firstOf names the first of a list.
func firstOf(names []string) string {
	text := strings.Join(names[:min(named, len(names))], "、")
	if len(names) > named {
		text += "等"
	}
	return text
}

// lateSentences are （三）逾期与督办: what is past the notice's own dates, and what is past a
// limit of this system, kept apart. What earlier years left undone stands apart in the former.
func (s summary) lateSentences() []string {
	notice, system := s.lateAll[integrity.BasisNotice], s.lateAll[integrity.BasisSystem]
	first := fmt.Sprintf("截至%s，没有超过文件规定期限的事项", s.asOf.Chinese())
	if notice > 0 {
		first = fmt.Sprintf("截至%s，超过文件规定期限的事项（逾期）%s项，涉及%s个处室、单位：%s",
			s.asOf.Chinese(), num(notice), num(s.lateAt), byRule(s.late[integrity.BasisNotice]))
	}
	switch u := s.unmet; {
	case u.items > 0:
		first += fmt.Sprintf("；另有%s未完成%s项，涉及%s个处室、单位（见附件1）。", u.word(), num(u.items), num(u.units))
	case notice > 0:
		first += "（见附件1）。"
	default:
		first += "。"
	}
	out := []string{first}
	if system == 0 {
		return append(out, "没有超过本系统设定期限的事项。")
	}
	return append(out, fmt.Sprintf("进度滞后（期限为%s）%s项：%s（见附件1）。", obligation.ClauseSystem, num(system), byRule(s.late[integrity.BasisSystem])))
}

// byRule lists what is not zero, in official order.
func byRule(n map[integrity.Rule]int) string {
	var parts []string
	for _, r := range integrity.Rules() {
		if n[r] > 0 {
			parts = append(parts, fmt.Sprintf("%s%s项", r.Label(integrity.Chinese), num(n[r])))
		}
	}
	return strings.Join(parts, "、")
}
