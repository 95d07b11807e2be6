package letters

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"qingfeng/internal/integrity"
)

// Settings are what stands in every letter of an office.
type Settings struct {
	Issuer    string // 督办单位; defaults to 政治处
	Inspector string // who reminds the issuer itself; defaults to 检查组
	Source    string // the document that the clauses come from
	Contact   string // 反馈方式与联系人
	CopyTo    string // 抄送, of supervision letters
	// Term is how many working days a unit gets, counted from the day of the facts.
	// Defaults to 14.
	Term int
}

func (s Settings) complete() Settings {
	set := func(to *string, fallback string) {
		if *to == "" {
			*to = fallback
		}
	}
	set(&s.Issuer, "政治处")
	set(&s.Inspector, "检查组")
	set(&s.Contact, "书面材料加盖公章后报"+s.Issuer+"，联系人："+s.Issuer+"综合岗")
	set(&s.CopyTo, "驻委纪检监察组，责任领导（分管委领导）")
	if s.Term <= 0 {
		s.Term = 14
	}
	return s
}

// Content is what a letter says, fixed when it is drafted but for what an edit changes.
type Content struct {
	Kind    integrity.LetterKind `json:"kind"`
	Urgency Urgency              `json:"urgency"`
	Key     string               `json:"key"`
	Rule    integrity.Rule       `json:"rule"`
	Basis   integrity.Basis      `json:"basis"`
	Unit    string               `json:"unit"` // code; empty for a leader's duty and for the office

	DutyYear int `json:"duty_year"` // the year the obligation belongs to

	Issuer      string `json:"issuer"`      // 督办单位
	Addressee   string `json:"addressee"`   // 承办单位
	Responsible string `json:"responsible"` // 主要负责人, by office
	Leader      string `json:"leader"`      // 责任领导, by office
	Matter      string `json:"matter"`      // 督办事项
	Clause      string `json:"clause"`      // 依据, word for word
	Source      string `json:"source"`      // the document of the clause; empty for limits of this system
	Facts       string `json:"facts"`       // what was found, a sentence without its end
	Note        string `json:"note"`        // 移出时未完成, 调休未载入, or empty

	AsOf        integrity.Day `json:"as_of"`
	DataVersion string        `json:"data_version"`
	Due         integrity.Day `json:"due"`
	Required    int           `json:"required"`
	Done        int           `json:"done"`
	DaysLate    int           `json:"days_late"` // 0 when not past

	Demand   string        `json:"demand"`   // 督办要求, after 请于…前
	Deadline integrity.Day `json:"deadline"` // 办理时限 as first set
	Contact  string        `json:"contact"`
	CopyTo   string        `json:"copy_to"`
}

// Compose writes a letter about a matter. It returns ErrNoLetter or ErrPetition where
// there is nothing to write, and an error that wraps integrity.ErrInvalid if a fact holds
// a word that no letter may hold.
func Compose(m Matter, s Settings, calendar *integrity.Workdays) (Content, error) {
	kind, err := m.Kind()
	if err != nil {
		return Content{}, err
	}
	if m.Ask == "" {
		return Content{}, fmt.Errorf("%w: %s 没有办理要求 (nothing is asked for)", integrity.ErrInvalid, m.Key)
	}
	s = s.complete()
	if m.Number != "" && (fit(m.Number) != nil || !numberLike(m.Number)) {
		m.Number = inSystem
	}
	c := Content{
		Kind: kind, Urgency: m.urgency(kind), Key: m.Key, Rule: m.Rule, Basis: m.Basis, Unit: m.Unit, DutyYear: m.Year,
		Issuer: s.Issuer, Addressee: m.UnitName, Responsible: m.UnitName + "主要负责人", Leader: "分管委领导", Clause: m.Clause, Note: m.Note,
		AsOf: m.AsOf, DataVersion: m.DataVersion, Due: m.Due, Required: m.Required, Done: m.Done, DaysLate: max(-m.DaysLeft, 0),
		Deadline: calendar.After(m.AsOf, s.Term), Contact: s.Contact, CopyTo: "",
	}
	if m.DaysLeft > 0 {
		c.Deadline = m.Due // what is only near has its day already
	}
	if m.Basis == integrity.BasisNotice {
		c.Source = s.Source
	}
	switch {
	case kind == integrity.LetterSupervision:
		c.CopyTo = s.CopyTo
	case kind == integrity.LetterDuty && m.Owner == integrity.OwnerLeader:
		c.Unit, c.Responsible, c.Leader = "", "", "分管"+listed(m.Led)+"的责任领导"
		if m.Former {
			c.Leader = "时任" + c.Leader
		}
		c.Addressee = c.Leader + "联络员"
	case kind == integrity.LetterDuty:
		c.Responsible, c.Leader = "", m.UnitName+"责任领导"
		c.Addressee = c.Leader + "联络员"
	case m.Owner == integrity.OwnerOffice:
		// The office that issues letters does not remind itself.
		c.Unit, c.Issuer, c.Addressee, c.Responsible, c.Leader = "", s.Inspector, s.Issuer, s.Issuer+"主要负责人", "分管委领导"
		c.Contact = "书面材料报" + s.Inspector
	}
	c.Matter, c.Facts = m.facts(kind)
	c.Demand = m.demand(kind, s.Issuer)
	return c, c.check()
}

// check holds every text of a letter to the words that may stand in it.
func (c *Content) check() error {
	return fit(strings.Join([]string{c.Issuer, c.Addressee, c.Matter, c.Clause, c.Facts, c.Demand, c.Contact, c.CopyTo}, "\n"))
}

// inSystem stands for a number that a letter does not print.
const inSystem = "见系统"

// numberWords are what numbers of complaints and findings are made of besides letters, digits
// and signs.
var numberWords = strings.NewReplacer("市长", "", "公开", "", "电话", "", "热线", "", "投诉", "", "网站", "", "平台", "", "来信", "", "来电", "", "来访", "", "来件", "", "意见箱", "", "信箱", "",
	"检查", "", "督查", "", "巡查", "", "审计", "", "专项", "", "发现", "", "问题", "", "整改", "", "编号", "", "卫健", "", "卫", "", "季度", "", "年", "", "月", "", "日", "", "第", "", "字", "", "号", "", "件", "", "批", "")

// numberLike reports whether a number holds nothing that may be a person's name: people
// write 编号 as they please.
func numberLike(number string) bool {
	return !strings.ContainsFunc(numberWords.Replace(number), func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// listed names up to two units and says how many there are.
func listed(names []string) string {
	if len(names) <= 3 {
		return strings.Join(names, "、")
	}
	return fmt.Sprintf("%s等%d个处室、单位", strings.Join(names[:2], "、"), len(names))
}

// self is how a letter calls its addressee.
func (m *Matter) self(kind integrity.LetterKind) string {
	switch {
	case kind == integrity.LetterDuty:
		return m.UnitName
	case m.Owner == integrity.OwnerOffice || m.Office:
		return "你处"
	}
	return "你单位"
}

// since is how far past or near a limit of this system the matter is.
func (m *Matter) since() string {
	const whose = "（本系统设定，非文件规定）"
	switch {
	case m.DaysLeft < 0:
		return fmt.Sprintf("%s%s已过%d天，进度滞后", m.Due.Chinese(), whose, -m.DaysLeft)
	case m.DaysLeft == 0:
		return m.Due.Chinese() + whose + "当日到期"
	}
	return fmt.Sprintf("%s%s还有%d天", m.Due.Chinese(), whose, m.DaysLeft)
}

// facts returns the name of the matter and the sentence that states it, from 你单位 to
// before the quotation of the clause.
func (m *Matter) facts(kind integrity.LetterKind) (name, sentence string) {
	self := m.self(kind)
	point := fmt.Sprintf("%d年度廉洁风险点第%d项", m.Year, m.RiskNo)
	if m.Grade != "" {
		point += "（" + m.Grade.Label(integrity.Chinese) + "）"
	}
	if m.Owner == integrity.OwnerLeader {
		name = fmt.Sprintf("%d年度分管工作廉洁风险点监督检查", m.Year)
		return name, fmt.Sprintf("责任领导%d年度应参与分管工作廉洁风险点监督检查%d次（按不同日期计），实际参与%d次%s", m.Year, m.Required, m.Done, m.leaderTerm())
	}
	switch m.Rule {
	case integrity.RuleTwoChecks:
		name = point + "的监督检查"
		if m.Basis == integrity.BasisNotice {
			done := "实际完成"
			if m.DaysLeft >= 0 {
				done = "目前完成"
			}
			return name, fmt.Sprintf("%s%s应接受监督检查%d次，%s%d次", self, point, m.Required, done, m.Done)
		}
		return name, fmt.Sprintf("%s%s应接受监督检查%d次，目前完成%d次，节点%s", self, point, m.Required, m.Done, m.since())
	case integrity.RuleQ1Review:
		name = fmt.Sprintf("%d年第一季度动态排查", m.Year)
		return name, fmt.Sprintf("%s%s应完成1次，实际完成0次", self, name)
	case integrity.RuleFiling:
		name = m.UnitName + point + "备案"
		return name, fmt.Sprintf("%s%s已于%s经委党委审定，尚未报市纪委备案，备案期限%s", m.UnitName, point, m.Since.Chinese(), m.since())
	case integrity.RuleStage:
		stage := integrity.Stage(m.Subject).Label(integrity.Chinese)
		list := fmt.Sprintf("%d年度廉洁风险防控清单", m.Year)
		whose := self
		if m.Owner == integrity.OwnerOffice {
			whose = ""
		}
		return list + stage + "阶段", fmt.Sprintf("%s%s于%s进入%s阶段，进入下一阶段的期限%s", whose, list, m.Since.Chinese(), stage, m.since())
	case integrity.RuleRectification:
		name = "检查发现问题（编号" + m.Number + "）整改"
		return name, fmt.Sprintf("%s%s发现的问题（编号%s）尚未记录整改完成，整改期限%s", self, m.Since.Chinese(), m.Number, m.since())
	}
	name = "日常投诉（编号" + m.Number + "）办理"
	return name, fmt.Sprintf("%s%s收到的日常投诉（编号%s）尚未记录办结，办理期限%s", self, m.Since.Chinese(), m.Number, m.since())
}

// leaderTerm is how far away the day is that a leader's duty is due on.
func (m *Matter) leaderTerm() string {
	switch {
	case m.Basis == integrity.BasisSystem:
		return "，半年节点" + m.since()
	case m.DaysLeft >= 0:
		return fmt.Sprintf("，距%s还有%d天", m.Due.Chinese(), m.DaysLeft)
	}
	return ""
}

// demand is what the letter asks for, after 请于…前: what the light of the matter says is to be done.
func (m *Matter) demand(kind integrity.LetterKind, issuer string) string {
	const report = "，书面报送办理情况及佐证材料（加盖公章）"
	switch {
	case kind == integrity.LetterDuty:
		return m.Ask + "，并将办理情况告知" + issuer
	case m.Owner == integrity.OwnerOffice:
		return m.Ask + "，书面反馈办理情况"
	case kind == integrity.LetterSupervision:
		return "完成整改" + report + "。整改方式：" + m.Ask
	}
	return m.Ask + report
}

// opening is how a letter of a kind begins its sentence of facts.
func (c *Content) opening() string { return "经统计，截至" + c.AsOf.Chinese() + "，" + c.Facts }

// request is the sentence that asks, up to a deadline.
func (c *Content) request(deadline integrity.Day) string {
	who := "请"
	if c.Kind == integrity.LetterDuty {
		who = "请提示责任领导"
	}
	return who + "于" + deadline.Chinese() + "前" + c.Demand + "。"
}

// body is the sentences of the letter after its address.
func (c *Content) body(deadline integrity.Day) string {
	var b strings.Builder
	b.WriteString(c.opening())
	if c.Basis == integrity.BasisNotice {
		missed := "，未达到“"
		if c.DaysLate == 0 {
			missed = "，尚未达到“"
		}
		b.WriteString(missed + c.Clause + "”的要求")
	}
	if c.Note != "" {
		b.WriteString("（" + c.Note + "）")
	}
	b.WriteString("。")
	b.WriteString(c.request(deadline))
	switch c.Kind {
	case integrity.LetterSupervision:
		b.WriteString("逾期未办结又未说明原因的，将按规定予以通报。特此督办。")
	case integrity.LetterReminder:
		b.WriteString("如有困难，请书面说明原因。特此提醒。")
	default:
		b.WriteString("特此提示。")
	}
	return b.String()
}

// anonymous puts the office in place of every name of a person in a text, the longest
// name first, so that no name is found within another.
func anonymous(text string, names map[string]string) string {
	order := make([]string, 0, len(names))
	for name := range names {
		if name != "" {
			order = append(order, name)
		}
	}
	slices.SortFunc(order, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	for _, name := range order {
		text = strings.ReplaceAll(text, name, names[name])
	}
	return text
}
