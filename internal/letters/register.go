package letters

import (
	"strings"

	"qingfeng/internal/integrity"
)

// Column is a column of the register as a table: its heading, its width in characters,
// and a value that is a string, an int or an integrity.Day.
type Column struct {
	Head  string
	Width float64
	Value func(*Letter) any
}

// RegisterColumns are those of the register of letters. An answer is judged late on today.
func RegisterColumns(today integrity.Day) []Column {
	return []Column{
		{"编号", 14, func(l *Letter) any { return l.Code() }},
		{"文种", 12, func(l *Letter) any { return l.Kind.Label(integrity.Chinese) }},
		{"紧急程度", 8, func(l *Letter) any { return l.Urgency.Label(integrity.Chinese) }},
		{"状态", 12, func(l *Letter) any { return l.State.Label(integrity.Chinese) }},
		{"承办单位", 24, func(l *Letter) any { return l.Addressee }},
		{"事项", 40, func(l *Letter) any { return l.Matter }},
		{"依据", 40, func(l *Letter) any { return l.Clause }},
		{"事实截至", 12, func(l *Letter) any { return l.AsOf }},
		{"数据版本", 8, func(l *Letter) any { return l.DataVersion }},
		{"应完成", 8, func(l *Letter) any { return l.Required }},
		{"已完成", 8, func(l *Letter) any { return l.Done }},
		{"逾期或滞后天数", 8, func(l *Letter) any { return l.DaysLate }},
		{"拟稿日期", 12, func(l *Letter) any { return l.DraftedOn }},
		{"签发日期", 12, func(l *Letter) any { return l.IssuedOn }},
		{"送达日期", 12, func(l *Letter) any { return l.DeliveredOn }},
		{"办理时限", 12, func(l *Letter) any { return l.Until }},
		{"延期", 6, func(l *Letter) any { return map[bool]string{true: "是", false: "否"}[l.Extended] }},
		{"反馈逾期", 8, func(l *Letter) any { return map[bool]string{true: "是", false: "否"}[l.Overdue(today)] }},
		{"反馈日期", 12, func(l *Letter) any { return l.answer().On }},
		{"销号日期", 12, func(l *Letter) any { return l.ClosedOn }},
		{"回头看日期", 12, func(l *Letter) any { return l.RevisitedOn }},
		{"函件标识", 18, func(l *Letter) any { return l.ID }},
	}
}

// ClosedColumns are those of 整改销号台账: what was put right, and the numbers of the
// evidence.
func ClosedColumns() []Column {
	return []Column{
		{"编号", 14, func(l *Letter) any { return l.Code() }},
		{"文种", 12, func(l *Letter) any { return l.Kind.Label(integrity.Chinese) }},
		{"承办单位", 24, func(l *Letter) any { return l.Addressee }},
		{"事项", 40, func(l *Letter) any { return l.Matter }},
		{"签发日期", 12, func(l *Letter) any { return l.IssuedOn }},
		{"办理时限", 12, func(l *Letter) any { return l.Until }},
		{"反馈日期", 12, func(l *Letter) any { return l.answer().On }},
		{"按期反馈", 8, func(l *Letter) any { return map[bool]string{true: "是", false: "否"}[l.answer().On <= l.Until] }},
		{"办理情况", 50, func(l *Letter) any { return l.answer().Text }},
		{"佐证材料编号", 24, func(l *Letter) any { return strings.Join(l.EvidenceNumbers(), "、") }},
		{"佐证材料目录", 40, func(l *Letter) any { return strings.Join(l.Evidence(), "；") }},
		{"退回重办次数", 8, func(l *Letter) any { return l.Redone() }},
		{"审核意见", 24, func(l *Letter) any { return l.answer().Opinion }},
		{"销号日期", 12, func(l *Letter) any { return l.ClosedOn }},
		{"销号部门", 12, func(l *Letter) any { return l.closedBy() }},
		{"回头看日期", 12, func(l *Letter) any { return l.RevisitedOn }},
		{"回头看结果", 30, func(l *Letter) any { return l.Result }},
	}
}

// answer is the last answer, or an empty one.
func (l *Letter) answer() Answer {
	if n := len(l.Answers); n > 0 {
		return l.Answers[n-1]
	}
	return Answer{}
}

func (l *Letter) closedBy() string {
	if s := l.by(EventClose); s != nil {
		return s.Role.Label(integrity.Chinese)
	}
	return ""
}

// Redone is how often an answer was sent back.
func (l *Letter) Redone() int {
	n := 0
	for _, s := range l.Steps {
		if s.Event == EventRedo {
			n++
		}
	}
	return n
}

// EvidenceNumbers are the numbers of the pieces of evidence: the first word of each.
func (l *Letter) EvidenceNumbers() []string {
	var out []string
	for _, piece := range l.Evidence() {
		if words := strings.Fields(piece); len(words) > 0 {
			out = append(out, words[0])
		}
	}
	return out
}

// Line is a letter as programs read it.
type Line struct {
	*Letter
	Code            string   `json:"code"` // 〔2026〕3号, or empty
	KindLabel       string   `json:"kind_label"`
	StateLabel      string   `json:"state_label"`
	Overdue         bool     `json:"overdue"` // an answer is owed and late
	EvidenceNumbers []string `json:"evidence_numbers"`
	Text            string   `json:"text"` // the letter's wording
	Next            []Event  `json:"next"` // steps that can follow
}

// NewLine makes the line of a letter as of a day.
func NewLine(l *Letter, today integrity.Day) Line {
	out := Line{Letter: l, Code: l.Code(), KindLabel: l.Kind.Label(integrity.Chinese), StateLabel: l.State.Label(integrity.Chinese), Overdue: l.Overdue(today),
		EvidenceNumbers: l.EvidenceNumbers(), Text: l.Wording(), Next: l.Next()}
	if l.Answers == nil { // none is an empty list, not null
		answered := *l
		answered.Answers = []Answer{}
		out.Letter = &answered
	}
	if out.Next == nil {
		out.Next = []Event{}
	}
	if out.EvidenceNumbers == nil {
		out.EvidenceNumbers = []string{}
	}
	return out
}

// Sentences is what the letter says after its address.
func (l *Letter) Sentences() string { return l.body(l.Deadline) }

// Wording is the letter itself: its address and its sentences.
func (l *Letter) Wording() string { return l.Addressee + "：" + l.Sentences() }
