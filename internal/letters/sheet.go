package letters

import (
	"fmt"
	"strings"

	"qingfeng/internal/integrity"
)

// sheet is a letter as it is printed: its wording, and below it the form that it goes
// through the offices with. HTML and Word are made from the same sheet. People are named
// by their office alone; signatures are left for the pen.
type sheet struct {
	Title   string
	Mark    string // 作废, 草稿 or empty
	Address string
	Body    string
	Sign    []string
	Rows    []row
	Foot    string
}

// row is one row of the form: one or two pairs of a heading and what stands beside it.
type row struct {
	Label, Text   string
	Label2, Text2 string // both empty: Text takes the whole width
}

// Wide reports whether the first text takes the whole width.
func (r row) Wide() bool { return r.Label2 == "" }

// Lines are the lines of the first text.
func (r row) Lines() []string { return strings.Split(r.Text, "\n") }

// Lines2 are the lines of the second text.
func (r row) Lines2() []string { return strings.Split(r.Text2, "\n") }

func (l *Letter) sheet() sheet {
	verb := verb(l.Kind)
	s := sheet{Title: l.Kind.Label(integrity.Chinese), Address: l.Addressee + "：", Body: l.body(l.Deadline)}
	number, issued := l.Code(), l.IssuedOn.Chinese()
	switch {
	case l.State == StateVoided:
		s.Mark = "作废"
	case l.IssuedOn == integrity.NoDay:
		s.Mark = "草稿　待签发"
	}
	if l.IssuedOn == integrity.NoDay {
		issued = ""
	} else if number == "" {
		number = "补记中"
	}
	s.Sign = []string{l.Issuer, issued}
	if issued == "" {
		s.Sign = []string{l.Issuer, "　　年　月　日"}
	}
	deadline := l.deadlineText()
	basis := l.Clause
	if l.Basis == integrity.BasisNotice {
		basis = "“" + l.Clause + "”" + l.Source
	}
	pair := func(a, b, c, d string) { s.Rows = append(s.Rows, row{a, b, c, d}) }
	wide := func(a, b string) { s.Rows = append(s.Rows, row{Label: a, Text: b}) }
	pair("编号", number, "紧急程度", l.urgencyText())
	pair("签发日期", issued, "办理时限", deadline)
	pair(verb+"单位", l.Issuer, "承办单位", l.Addressee)
	if l.Responsible == "" {
		wide("责任领导", l.Leader)
	} else {
		pair("主要负责人", l.Responsible, "责任领导", l.Leader)
	}
	wide(verb+"事项", l.Matter)
	wide("依据（条款原文）", basis)
	wide("基本情况", l.situation())
	wide(verb+"要求", strings.TrimSuffix(l.request(l.Deadline), "。"))
	wide("反馈方式与联系人", l.Contact)
	wide("拟稿、审核、签发", strings.Join([]string{
		"拟稿：" + l.office(EventDraft), "审核：" + l.office(EventApprove), "签发：" + l.office(EventIssue)}, "　　")+"\n　")
	receipt := l.Receiver
	if l.DeliveredOn != integrity.NoDay {
		receipt += "，" + l.DeliveredOn.Chinese()
	}
	pair("送达人", l.Bearer, "签收人、签收时间", receipt)
	wide("办理情况反馈", l.answerText())
	wide("审核意见", l.opinionText())
	closed := ""
	if l.ClosedOn != integrity.NoDay {
		closed = l.office(EventClose)
	}
	revisit := ""
	if l.RevisitedOn != integrity.NoDay {
		revisit = l.RevisitedOn.Chinese() + "：" + shorten(l.Result, 30)
	}
	pair("销号人、日期", closed, "回头看（日期、结果）", revisit)
	copyTo := l.CopyTo
	if copyTo == "" {
		copyTo = "无"
	}
	wide("抄送", copyTo)
	if l.State == StateVoided {
		wide("作废", l.office(EventVoid)+"："+shorten(l.VoidReason, 80))
	}
	s.Foot = fmt.Sprintf("事实截至%s，数据版本%s。函件标识%s。本函件为非涉密材料。", l.AsOf.Chinese(), l.DataVersion, l.ID)
	return s
}

func (l *Letter) urgencyText() string {
	switch l.Urgency {
	case UrgencyRed:
		return "红（已过文件规定期限）"
	case UrgencyBlue:
		return "蓝（20天内到期）"
	}
	switch {
	case l.DaysLate == 0:
		return "黄（10天内到期）"
	case l.Basis == integrity.BasisSystem:
		return "黄（已过本系统设定期限）"
	}
	return "黄"
}

// deadlineText is the deadline of the letter and what has become of it since: only what
// somebody granted is an extension.
func (l *Letter) deadlineText() string {
	switch text := l.Deadline.Chinese(); {
	case l.Retried:
		return text + "，退回重办，重办期限" + l.Until.Chinese()
	case l.Extended:
		return text + "，延期至" + l.Until.Chinese() + "（批准人：" + l.GrantedBy + "）"
	default:
		return text
	}
}

// situation is the numbers of the facts.
func (l *Letter) situation() string {
	stand := fmt.Sprintf("逾期%d天", l.DaysLate)
	switch {
	case l.DaysLate == 0 && l.Due == l.AsOf:
		stand = "当天到期"
	case l.DaysLate == 0:
		stand = fmt.Sprintf("距期限还有%d天", l.Due-l.AsOf)
	case l.Basis == integrity.BasisSystem:
		stand = fmt.Sprintf("进度滞后%d天", l.DaysLate)
	}
	return fmt.Sprintf("截至%s：应完成%d次，已完成%d次，期限%s，%s。", l.AsOf.Chinese(), l.Required, l.Done, l.Due.Chinese(), stand)
}

// office is which office did a step and when, with room to sign.
func (l *Letter) office(e Event) string {
	s := l.by(e)
	if s == nil {
		return "　　　　　　"
	}
	return s.Role.Label(integrity.Chinese) + " " + integrity.DayOf(s.At).String()
}

// answerText is the last answer, or the places for it.
func (l *Letter) answerText() string {
	if len(l.Answers) == 0 {
		return "办理情况：\n　\n　\n佐证材料目录：\n　\n负责人签字：　　　　　　（盖章）　　　　年　月　日"
	}
	a := l.Answers[len(l.Answers)-1]
	return "办理情况：" + shorten(a.Text, 100) + "\n佐证材料目录：" + shorten(strings.Join(a.Evidence, "；"), 100) +
		"\n负责人签字：" + a.Person + "　　　　（盖章）　　" + a.On.Chinese()
}

func (l *Letter) opinionText() string {
	box := func(chosen bool, text string) string {
		if chosen {
			return "☑" + text
		}
		return "□" + text
	}
	var last Answer
	if n := len(l.Answers); n > 0 {
		last = l.Answers[n-1]
	}
	judged := last.Accepted || l.State == StateReturned
	out := box(last.Accepted, "同意销号") + "　　" + box(judged && !last.Accepted, "退回重办")
	if last.Opinion != "" {
		out += "　　" + shorten(last.Opinion, 40)
	}
	return out
}

// shorten keeps the sheet on one page; the whole text stands in the register.
func shorten(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}
