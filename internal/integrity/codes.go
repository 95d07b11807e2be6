package integrity

import (
	"fmt"
)

// Lang is a language of messages and labels.
type Lang string

// The languages of messages and labels.
const (
	Chinese Lang = "zh"
	English Lang = "en"
)

// term is one word of a vocabulary: its code and its labels.
type term struct{ code, zh, en string }

// vocabulary is a closed, ordered list of terms.
type vocabulary struct {
	name  string // as used in error messages
	terms []term
}

func (v vocabulary) find(code string) (term, bool) {
	for _, t := range v.terms {
		if t.code == code {
			return t, true
		}
	}
	return term{}, false
}

func (v vocabulary) label(code string, lang Lang) string {
	t, ok := v.find(code)
	switch {
	case !ok:
		return code
	case lang == English:
		return t.en
	}
	return t.zh
}

func (v vocabulary) parse(code string) error {
	if _, ok := v.find(code); ok {
		return nil
	}
	legal := make([]string, len(v.terms))
	for i, t := range v.terms {
		legal[i] = t.code
	}
	return &Refused{Name: v.name, Value: code, Legal: legal}
}

func codesOf[T ~string](v vocabulary) []T {
	out := make([]T, len(v.terms))
	for i, t := range v.terms {
		out[i] = T(t.code)
	}
	return out
}

func scan[T ~string](dst *T, src any) error {
	switch s := src.(type) {
	case string:
		*dst = T(s)
	case *string:
		*dst = T(*s)
	case []byte:
		*dst = T(s)
	default:
		return fmt.Errorf("scan code: unexpected %T", src)
	}
	return nil
}

// Layer is the level of the post that carries a risk (notice, part two, 三个层面).
type Layer string

// The layers, and the place of what nobody has assigned yet.
const (
	LayerLeadership   Layer = "leadership"
	LayerMiddle       Layer = "middle"
	LayerOther        Layer = "other"
	LayerUnclassified Layer = "unclassified"
)

var layers = vocabulary{"layer", []term{
	{"leadership", "领导岗位", "Leadership posts"},
	{"middle", "中层岗位", "Middle posts"},
	{"other", "其他岗位", "Other posts"},
	{"unclassified", "未分类", "Unclassified"},
}}

// Layers returns all layers in official order, LayerUnclassified last.
func Layers() []Layer { return codesOf[Layer](layers) }

// ParseLayer returns the layer with the given code, or an error naming the legal ones.
func ParseLayer(code string) (Layer, error) { return Layer(code), layers.parse(code) }

// Label returns the word for people.
func (l Layer) Label(lang Lang) string { return layers.label(string(l), lang) }

// Scan reads the code from a database column.
func (l *Layer) Scan(src any) error { return scan(l, src) }

// Category is one of the seven kinds of integrity risk (notice, part two, 七类风险).
type Category string

// The seven categories in the order of the notice, and the place of what nobody has
// assigned yet.
const (
	CategoryDecision     Category = "decision"
	CategoryConduct      Category = "conduct"
	CategoryPower        Category = "power"
	CategoryPost         Category = "post"
	CategoryInstitution  Category = "institution"
	CategoryMechanism    Category = "mechanism"
	CategoryExternal     Category = "external"
	CategoryUnclassified Category = "unclassified"
)

var categories = vocabulary{"category", []term{
	{"decision", "决策", "Decision making"},
	{"conduct", "作风问题", "Conduct"},
	{"power", "权力运行", "Exercise of power"},
	{"post", "岗位", "Post"},
	{"institution", "制度", "Institution"},
	{"mechanism", "运行机制", "Mechanism"},
	{"external", "其他（被“围猎”）", "Other (being preyed on)"},
	{"unclassified", "未分类", "Unclassified"},
}}

// Categories returns all categories in the notice's order, CategoryUnclassified last.
func Categories() []Category { return codesOf[Category](categories) }

// ParseCategory returns the category with the given code, or an error naming the legal
// ones.
func ParseCategory(code string) (Category, error) { return Category(code), categories.parse(code) }

// Label returns the word for people.
func (c Category) Label(lang Lang) string { return categories.label(string(c), lang) }

// Scan reads the code from a database column.
func (c *Category) Scan(src any) error { return scan(c, src) }

// Grade is the grade of a risk point (notice, part three, (二)2). The program never
// changes it.
type Grade string

// The two grades, and the place of a point whose form leaves it open.
const (
	GradeImportant Grade = "important"
	GradeGeneral   Grade = "general"
	GradeUngraded  Grade = "ungraded"
)

var grades = vocabulary{"grade", []term{
	{"important", "重要", "Important"},
	{"general", "一般", "General"},
	{"ungraded", "未评级", "Ungraded"},
}}

// Grades returns all grades, GradeUngraded last.
func Grades() []Grade { return codesOf[Grade](grades) }

// ParseGrade returns the grade with the given code, or an error naming the legal ones.
func ParseGrade(code string) (Grade, error) { return Grade(code), grades.parse(code) }

// Label returns the word for people.
func (g Grade) Label(lang Lang) string { return grades.label(string(g), lang) }

// Scan reads the code from a database column.
func (g *Grade) Scan(src any) error { return scan(g, src) }

// Stage is a step of the yearly review of a list (notice, part three).
type Stage string

// The six stages of the notice; StageFiled follows for important points. StageNone
// stands for a list of which no stage is recorded.
const (
	StageNone              Stage = ""
	StageSelfCheck         Stage = "self_check"
	StageUnitReview        Stage = "unit_review"
	StageLeaderReview      Stage = "leader_review"
	StagePublicHelp        Stage = "public_help"
	StageExpertHelp        Stage = "expert_help"
	StageCommitteeApproval Stage = "committee_approval"
	StageFiled             Stage = "filed"
)

var stages = vocabulary{"stage", []term{
	{"self_check", "岗位自查", "Self-check of posts"},
	{"unit_review", "单位排查", "Review by the unit"},
	{"leader_review", "分管委领导审查", "Review by the leader in charge"},
	{"public_help", "代表帮查", "Help of representatives"},
	{"expert_help", "专家助查", "Help of experts"},
	{"committee_approval", "委党委审定", "Approval by the committee"},
	{"filed", "报市纪委备案", "Filed with the discipline commission"},
}}

// Stages returns the six stages and StageFiled in order.
func Stages() []Stage { return codesOf[Stage](stages) }

// ParseStage returns the stage with the given code, or an error naming the legal ones.
func ParseStage(code string) (Stage, error) { return Stage(code), stages.parse(code) }

// Label returns the word for people.
func (s Stage) Label(lang Lang) string { return stages.label(string(s), lang) }

// Scan reads the code from a database column.
func (s *Stage) Scan(src any) error { return scan(s, src) }

// SignalKind tells which of the four feeds of the notice (part two, 岗位廉洁风险) a
// signal came through.
type SignalKind string

// The four feeds.
const (
	SignalComplaint  SignalKind = "complaint"
	SignalPetition   SignalKind = "petition"
	SignalFinding    SignalKind = "finding"
	SignalComparison SignalKind = "comparison"
)

var signalKinds = vocabulary{"kind", []term{
	{"complaint", "日常投诉", "Complaint"},
	{"petition", "信访举报", "Petition"},
	{"finding", "检查考核发现的问题", "Finding"},
	{"comparison", "业务数据比对异常", "Data comparison"},
}}

// SignalKinds returns the four feeds in order.
func SignalKinds() []SignalKind { return codesOf[SignalKind](signalKinds) }

// ParseSignalKind returns the kind with the given code, or an error naming the legal ones.
func ParseSignalKind(code string) (SignalKind, error) {
	return SignalKind(code), signalKinds.parse(code)
}

// Label returns the word for people.
func (k SignalKind) Label(lang Lang) string { return signalKinds.label(string(k), lang) }

// Scan reads the code from a database column.
func (k *SignalKind) Scan(src any) error { return scan(k, src) }

// Method is a way of supervising (notice, part three, (二)3).
type Method string

// The four methods of the notice and the rest.
const (
	MethodDocuments Method = "documents"
	MethodSiteVisit Method = "site_visit"
	MethodInterview Method = "interview"
	MethodAppraisal Method = "appraisal"
	MethodOther     Method = "other"
)

var methods = vocabulary{"method", []term{
	{"documents", "查阅资料", "Reading documents"},
	{"site_visit", "实地走访", "Site visit"},
	{"interview", "座谈约谈", "Interview"},
	{"appraisal", "民主评议", "Democratic appraisal"},
	{"other", "其他", "Other"},
}}

// Methods returns the four methods and MethodOther in order.
func Methods() []Method { return codesOf[Method](methods) }

// ParseMethod returns the method with the given code, or an error naming the legal ones.
func ParseMethod(code string) (Method, error) { return Method(code), methods.parse(code) }

// Label returns the word for people.
func (m Method) Label(lang Lang) string { return methods.label(string(m), lang) }

// Basis tells who set a limit: the notice, or this system.
type Basis string

// A limit of the notice can be 逾期; one of the system is 进度滞后 at most.
const (
	BasisNotice Basis = "notice"
	BasisSystem Basis = "system"
)

var bases = vocabulary{"basis", []term{
	{"notice", "文件规定", "Set by the notice"},
	{"system", "系统设定", "Set by this system"},
}}

// Bases returns both bases.
func Bases() []Basis { return codesOf[Basis](bases) }

// ParseBasis returns the basis with the given code, or an error naming the legal ones.
func ParseBasis(code string) (Basis, error) { return Basis(code), bases.parse(code) }

// Label returns the word for people.
func (b Basis) Label(lang Lang) string { return bases.label(string(b), lang) }

// Scan reads the code from a database column.
func (b *Basis) Scan(src any) error { return scan(b, src) }

// Rule is an obligation that the system watches.
type Rule string

// The six obligations.
const (
	RuleTwoChecks     Rule = "two_checks"
	RuleQ1Review      Rule = "q1_review"
	RuleFiling        Rule = "filing"
	RuleRectification Rule = "rectification"
	RuleHandling      Rule = "handling"
	RuleStage         Rule = "stage"
)

var rules = vocabulary{"rule", []term{
	{"two_checks", "每年监督检查不少于2次", "At least two checks a year"},
	{"q1_review", "第一季度动态排查", "First-quarter review"},
	{"filing", "重要风险点备案", "Filing of important points"},
	{"rectification", "整改到期", "Rectification due"},
	{"handling", "投诉信访办理时限", "Handling of complaints and petitions"},
	{"stage", "阶段滞留", "Stuck in a stage"},
}}

// Rules returns the six obligations in order.
func Rules() []Rule { return codesOf[Rule](rules) }

// ParseRule returns the rule with the given code, or an error naming the legal ones.
func ParseRule(code string) (Rule, error) { return Rule(code), rules.parse(code) }

// Label returns the word for people.
func (r Rule) Label(lang Lang) string { return rules.label(string(r), lang) }

// Scan reads the code from a database column.
func (r *Rule) Scan(src any) error { return scan(r, src) }

// Status is the state of an obligation as of a day.
type Status string

// The states. Only items with basis notice are ever called 逾期; see Status.Label.
const (
	StatusMet     Status = "met"
	StatusMetLate Status = "met_late"
	StatusOnTrack Status = "on_track"
	StatusDueSoon Status = "due_soon"
	StatusOverdue Status = "overdue"
	StatusExempt  Status = "exempt"
)

var statuses = vocabulary{"status", []term{
	{"met", "按期完成", "Met"},
	{"met_late", "逾期完成", "Met late"},
	{"on_track", "进行中", "On track"},
	{"due_soon", "临近到期", "Due soon"},
	{"overdue", "逾期未完成", "Overdue"},
	{"exempt", "已豁免", "Exempt"},
}}

// Statuses returns all states in order.
func Statuses() []Status { return codesOf[Status](statuses) }

// ParseStatus returns the status with the given code, or an error naming the legal ones.
func ParseStatus(code string) (Status, error) { return Status(code), statuses.parse(code) }

// Label returns the word for people: for limits of the system 进度滞后 and 已补齐 stand
// where the notice's own limits say 逾期 (requirements, rules and decisions).
func (s Status) Label(basis Basis, lang Lang) string {
	if basis == BasisSystem {
		switch {
		case s == StatusOverdue && lang == English:
			return "Behind schedule"
		case s == StatusOverdue:
			return "进度滞后"
		case s == StatusMetLate && lang == English:
			return "Made up"
		case s == StatusMetLate:
			return "已补齐"
		}
	}
	return statuses.label(string(s), lang)
}

// Scan reads the code from a database column.
func (s *Status) Scan(src any) error { return scan(s, src) }

// Integrity tells whether a signal concerns integrity (涉廉).
type Integrity string

// 涉廉, 非涉廉, 待判.
const (
	IntegrityYes     Integrity = "yes"
	IntegrityNo      Integrity = "no"
	IntegrityUnknown Integrity = "unknown"
)

var integrities = vocabulary{"integrity", []term{
	{"yes", "涉廉", "Yes"},
	{"no", "非涉廉", "No"},
	{"unknown", "待判", "Unknown"},
}}

// Integrities returns yes, no and unknown.
func Integrities() []Integrity { return codesOf[Integrity](integrities) }

// ParseIntegrity returns the word with the given code, or an error naming the legal ones.
func ParseIntegrity(code string) (Integrity, error) { return Integrity(code), integrities.parse(code) }

// Label returns the word for people.
func (i Integrity) Label(lang Lang) string { return integrities.label(string(i), lang) }

// Scan reads the code from a database column.
func (i *Integrity) Scan(src any) error { return scan(i, src) }

// Role is what somebody may see and do.
type Role string

// The roles.
const (
	RoleLeader    Role = "leader"
	RoleInspector Role = "inspector"
	RoleOffice    Role = "office"
	RoleUnit      Role = "unit"
	RoleAdmin     Role = "admin"
	RoleAuditor   Role = "auditor"
)

var roles = vocabulary{"role", []term{
	{"leader", "委领导", "Commission leader"},
	{"inspector", "检查组", "Inspection team"},
	{"office", "政治处", "Political department"},
	{"unit", "单位经办", "Unit staff"},
	{"admin", "管理员", "Administrator"},
	{"auditor", "审计员", "Auditor"},
}}

// Roles returns all roles.
func Roles() []Role { return codesOf[Role](roles) }

// ParseRole returns the role with the given code, or an error naming the legal ones.
func ParseRole(code string) (Role, error) { return Role(code), roles.parse(code) }

// Label returns the word for people.
func (r Role) Label(lang Lang) string { return roles.label(string(r), lang) }
