package report

import (
	"fmt"
	"strings"

	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
)

// figures are the numbers of 本月要情, sentence by sentence. They are what a further
// version of a report is compared by.
func (s summary) figures() []bulletin.Figure {
	w := s.period.words()
	var out []bulletin.Figure
	sentence := ""
	add := func(name, value string) {
		out = append(out, bulletin.Figure{Place: w.this + "要情·" + sentence, Name: name, Value: value})
	}
	sentence = "在册风险点"
	add("处室、单位", number(s.units))
	add("在册", number(s.points))
	add("重要", number(s.important))
	add("一般", number(s.general))
	add("未评级", number(s.points-s.important-s.general))
	add(w.last, s.pointsBefore.text())
	if w.same != "" {
		add(w.same, s.pointsAgo.text())
	}
	sentence = "监督检查"
	add("应接受2次", num(s.checks.two))
	add("已完成2次", num(s.checks.twoDone))
	add("只应接受1次", num(s.checks.one))
	add("只应接受1次的已完成", num(s.checks.oneDone))
	add("尚须完成点次", num(s.checks.missing))
	if s.unmet.items > 0 {
		add("以前年度未完成", num(s.unmet.items))
	}
	sentence = "第一季度动态排查"
	add("应完成", num(s.q1.owed))
	add("按期", num(s.q1.met))
	add("逾期完成", num(s.q1.late))
	add("未完成", num(s.q1.open))
	sentence = "重要风险点备案"
	add("应备案", num(s.filing.owed))
	add("已备案", num(s.filing.done))
	add("进度滞后", num(s.filing.behind))
	sentence = "线索"
	add("日常投诉", number(s.complaints.all))
	add("涉廉", number(s.complaints.yes))
	add("待判", number(s.complaints.unknown))
	add(w.last+"日常投诉", s.complaintsBefore.text())
	if w.same != "" {
		add(w.same+"日常投诉", s.complaintsAgo.text())
	}
	if s.withPetitions {
		add("信访举报", s.petitions.text(s.period.months))
	}
	add("检查发现问题", number(s.findings))
	add("已整改", number(s.findingsFixed))
	add("进度滞后", number(s.findingsBehind))
	if s.withHotSpots {
		sentence = "显著偏高"
		add("单位—类别", num(len(s.hotSpots)))
	}
	sentence = "逾期与督办"
	add("逾期（文件规定）", num(s.lateAll[integrity.BasisNotice]))
	add("涉及处室、单位", num(s.lateAt))
	add("进度滞后（系统设定）", num(s.lateAll[integrity.BasisSystem]))
	return out
}

// figures are the numbers of a table, each named by the heads of its row and column.
func (t *table) figures() []bulletin.Figure {
	place, _, _ := strings.Cut(t.Caption, "（")
	var out []bulletin.Figure
	rows := t.Rows
	if t.Foot != nil {
		rows = append(rows[:len(rows):len(rows)], t.Foot)
	}
	for _, row := range rows {
		head := ""
		for i, text := range row {
			switch c := t.Head[i]; {
			case i == 0 || c.Class == "" && c.Label == t.Head[0].Label: // the second half of a table in halves
				head = text
			case c.Class == "n" && text != "":
				out = append(out, bulletin.Figure{Place: place, Name: head + "·" + c.Label, Value: text})
			}
		}
	}
	return out
}

// listedChanges is how many changes the file itself names; the page of the period shows
// all of them.
const listedChanges = 60

// mending says in 附件5 what differs from the version before, and on the first page that
// and why there is a further version.
func (c *composer) mending(d *document) []block {
	earlier := c.opt.Earlier
	if earlier == nil {
		return nil
	}
	d.changes = bulletin.Compare(earlier.Figures, c.figures)
	text := fmt.Sprintf("本版更正%s印发的第%d版", earlier.IssuedOn.Chinese(), earlier.Version)
	if c.opt.Reason != "" {
		text += "，原因：" + strings.TrimRight(c.opt.Reason, "。")
	}
	if len(d.changes) == 0 {
		d.Mending = text + "；数字没有变化。"
		return []block{{Text: "与第" + fmt.Sprint(earlier.Version) + "版相比，数字没有变化。"}}
	}
	d.Mending = fmt.Sprintf("%s；数字有%d处不同（见附件5）。", text, len(d.changes))
	t := &table{Caption: fmt.Sprintf("与第%d版不同的数字", earlier.Version), Class: "tight", Head: columns(words("位置", "项目"), numbers("原为", "现为"))}
	for _, x := range d.changes[:min(listedChanges, len(d.changes))] {
		t.Rows = append(t.Rows, []string{x.Place, x.Name, orDash(x.Was), orDash(x.Is)})
	}
	c.tables++ // its numbers are not those of the report
	t.No = c.tables
	out := []block{{Table: t}}
	if n := len(d.changes) - listedChanges; n > 0 {
		out = append(out, block{Note: fmt.Sprintf("另有%d处不同，见系统中本期的页面。", n)})
	}
	return out
}

func orDash(text string) string {
	if text == "" {
		return "—"
	}
	return text
}
