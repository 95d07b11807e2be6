package letters

import "qingfeng/internal/integrity"

// Field is one input of a step, for forms and flags.
type Field struct {
	Name   string // one of the Field constants
	Needed bool
	Long   bool // a text of several lines
	Day    bool
	zh, en string
}

// The names of inputs.
const (
	FieldOn       = "on"
	FieldTo       = "to"
	FieldPerson   = "person"
	FieldBearer   = "bearer"
	FieldText     = "text"
	FieldEvidence = "evidence"
	FieldDemand   = "demand"
	FieldContact  = "contact"
)

// Label returns the word for people.
func (f Field) Label(lang integrity.Lang) string {
	if lang == integrity.English {
		return f.en
	}
	return f.zh
}

// Fields returns the inputs of a step, in the order of a form.
func Fields(e Event) []Field {
	reason := func(zh, en string) Field { return Field{Name: FieldText, Needed: true, Long: true, zh: zh, en: en} }
	on := Field{Name: FieldOn, Day: true, zh: "日期（不填为今天）", en: "Day; today unless given"}
	to := func(needed bool, zh, en string) Field {
		return Field{Name: FieldTo, Day: true, Needed: needed, zh: zh, en: en}
	}
	person := func(needed bool, zh, en string) Field {
		return Field{Name: FieldPerson, Needed: needed, zh: zh, en: en}
	}
	switch e {
	case EventEdit:
		return []Field{to(false, "办理时限", "Deadline"), {Name: FieldDemand, zh: "办理要求（“请于…前”之后的话）", en: "What is asked for"}, {Name: FieldContact, zh: "反馈方式与联系人（写岗位）", en: "Where to answer, by office"}}
	case EventSendBack:
		return []Field{reason("退回理由", "Reason")}
	case EventDeliver:
		return []Field{person(true, "签收人（写职务）", "Who signed, by office"), {Name: FieldBearer, zh: "送达人（写职务）", en: "Who delivered, by office"}, on}
	case EventAskExtension:
		return []Field{to(true, "申请延期至", "New deadline"), reason("延期理由", "Reason")}
	case EventGrantExtension:
		return []Field{to(false, "新期限（不填为所申请的）", "New deadline; that asked for unless given"), person(true, "批准人（写职务）", "Who granted, by office")}
	case EventRefuseExtension:
		return []Field{reason("不予延期的理由", "Reason")}
	case EventAnswer:
		return []Field{reason("办理情况", "What was done"), {Name: FieldEvidence, Needed: true, Long: true, zh: "佐证材料目录，一行一件，编号在前", en: "Evidence, number first"},
			person(false, "负责人（写职务）", "Who is responsible, by office"), on}
	case EventAccept:
		return []Field{{Name: FieldText, Long: true, zh: "审核意见", en: "Opinion"}}
	case EventRedo:
		return []Field{reason("审核意见", "Opinion"), to(false, "新的办理时限", "New deadline")}
	case EventClose:
		return []Field{on}
	case EventRevisit:
		return []Field{reason("回头看结果", "Result"), on}
	case EventVoid:
		return []Field{reason("作废理由", "Reason")}
	}
	return nil
}
