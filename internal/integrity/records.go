package integrity

import "time"

// Unit is an office of the commission or a subordinate hospital, station or institute,
// with the leader in charge from a day on. Several rows with one Code are the history
// of its leaders.
type Unit struct {
	Code       string   `json:"code"`
	Name       string   `json:"name"`
	Parent     string   `json:"parent"`      // Code of the unit above; empty for the commission itself
	Type       string   `json:"type"`        // 委机关处室 or 直属单位
	Heads      []string `json:"heads"`       // 主要负责人, may be two people
	Leader     string   `json:"leader"`      // 责任领导（分管委领导）
	LeaderFrom Day      `json:"leader_from"` // 责任领导起始日期; NoDay = since ever
	Order      int32    `json:"order"`       // 排序号, the official order
	OpenedOn   Day      `json:"opened_on"`   // 启用日期; NoDay = since ever
	ClosedOn   Day      `json:"closed_on"`   // 停用日期, the first day out of operation; NoDay = in operation
}

// SamePoint is how similar the descriptions of two points of a unit's lists must be, where none
// is equal, for the later to be the same point: the Dice coefficient of neighbouring characters,
// from 0 to 1.
const SamePoint = 0.75

// RiskPoint is one row of a list of integrity risk points (notice, annex 1) with the
// days on which this version of it is in force: InForceFrom included, InForceTo not.
type RiskPoint struct {
	ID                string   `json:"id"` // stable across versions and years
	Unit              string   `json:"unit"`
	UnitName          string   `json:"unit_name"`
	Year              int      `json:"year"`
	No                int      `json:"no"`
	Description       string   `json:"description"`
	Measures          []string `json:"measures"`
	Path              []string `json:"path"`
	PathBasis         []string `json:"basis"`
	PathFocus         []string `json:"focus"`
	Methods           []Method `json:"methods"`
	Grade             Grade    `json:"grade"`
	Layer             Layer    `json:"layer"`
	Category          Category `json:"category"`
	SuggestedLayer    Layer    `json:"suggested_layer"`
	SuggestedCategory Category `json:"suggested_category"`
	Head              string   `json:"head"`
	Persons           []string `json:"persons"`
	Leader            string   `json:"leader"`
	Post              string   `json:"post"`
	KeyFew            bool     `json:"key_few"`      // 关键少数: held by a principal of the unit
	MajorMatter       bool     `json:"major_matter"` // 三重一大
	Tags              []string `json:"tags"`
	GradeReason       string   `json:"grade_reason"`
	Stage             Stage    `json:"stage"`
	FiledOn           Day      `json:"filed_on"`
	InForceFrom       Day      `json:"in_force_from"`
	InForceTo         Day      `json:"in_force_to"`
	Batch             string   `json:"batch"`
	Confidence        float64  `json:"confidence"`   // of the suggested category, 0 to below 1; no probability
	Sure              bool     `json:"sure"`         // the suggestion may be taken without much thought
	ConfirmedBy       string   `json:"confirmed_by"` // who confirmed or chose layer or category here; empty = the list's own words
	ConfirmedOn       Day      `json:"confirmed_on"`
}

// Signal is a complaint, a petition, a finding or a data-comparison anomaly. It never
// holds who reported it; its text is masked.
type Signal struct {
	ID         string     `json:"id"`
	Kind       SignalKind `json:"kind"`
	Number     string     `json:"number"`
	Source     string     `json:"source"`
	Unit       string     `json:"unit"`
	UnitName   string     `json:"unit_name"`
	OccurredOn Day        `json:"occurred_on"`
	Text       string     `json:"text"`
	Channel    string     `json:"channel"`
	Nature     string     `json:"nature"` // petitions: 检举控告 申诉求决 意见建议
	Layer      Layer      `json:"layer"`
	Category   Category   `json:"category"`
	Status     string     `json:"status"` // open or closed
	AcceptedOn Day        `json:"accepted_on"`
	ExtendedTo Day        `json:"extended_to"`
	ClosedOn   Day        `json:"closed_on"`
	Severity   int        `json:"severity"` // findings: 1–5; 0 = not given
	DueOn      Day        `json:"due_on"`
	FixedOn    Day        `json:"fixed_on"`
	RepeatOf   string     `json:"repeat_of"`
	RiskID     string     `json:"risk_id"` // the only risk point it belongs to; of several see RiskIDs
	Integrity  Integrity  `json:"integrity"`
	Machine    bool       `json:"machine"` // 机器归类: the category is the classifier's
	Judged     bool       `json:"-"`       // Integrity is the classifier's, not the source's
	Batch      string     `json:"batch"`

	RiskRef     string   `json:"risk_ref"` // 风险点 as the file wrote it
	RiskIDs     []string `json:"risk_ids"`
	Link        string   `json:"link"`         // how they were found: number, check, person; none = a person said that there is none
	ConfirmedBy string   `json:"confirmed_by"` // the latest person whose word about it holds
	ConfirmedOn Day      `json:"confirmed_on"`
}

// Check is one row of an inspection file: one visit on one day, covering one or more
// risk points, with the three questions of the notice (part three, (二)3).
type Check struct {
	ID             string   `json:"id"`
	Number         string   `json:"number"`
	Unit           string   `json:"unit"`
	UnitName       string   `json:"unit_name"`
	CheckedOn      Day      `json:"checked_on"`
	RiskRef        string   `json:"risk_ref"` // as written: 1、3、5-8, 全部 or descriptions
	RiskIDs        []string `json:"risk_ids"`
	Inspector      string   `json:"inspector"`
	Leader         string   `json:"leader"`
	LeaderTookPart bool     `json:"leader_took_part"`
	Methods        []Method `json:"methods"`
	PowerRegular   bool     `json:"power_regular"`
	RulesFollowed  bool     `json:"rules_followed"`
	MeasuresDone   bool     `json:"measures_done"`
	Finding        string   `json:"finding"`
	Severity       int      `json:"severity"`
	DueOn          Day      `json:"due_on"`
	FixedOn        Day      `json:"fixed_on"`
	Layer          Layer    `json:"layer"`
	Category       Category `json:"category"`
	EnteredOn      Day      `json:"entered_on"`            // the day it was first loaded
	VoidReason     string   `json:"void_reason,omitempty"` // why it was voided; empty: it counts
	Batch          string   `json:"batch"`
}

// HasFinding reports whether the check found something: an answer 否 or a text in
// 发现问题 (requirements R21).
func (c Check) HasFinding() bool {
	return c.Finding != "" || !c.PowerRegular || !c.RulesFollowed || !c.MeasuresDone
}

// LedgerEntry is one row of the ledger of duties (履职台账).
type LedgerEntry struct {
	ID       string   `json:"id"`
	Unit     string   `json:"unit"` // AllUnits for what is done once for all
	UnitName string   `json:"unit_name,omitempty"`
	Year     int      `json:"year"`
	Item     string   `json:"item"` // one of LedgerItems
	On       Day      `json:"on"`
	No       string   `json:"no"`
	Persons  []string `json:"persons"`
	Source   string   `json:"source"`
	Document string   `json:"document"`
	Content  string   `json:"content"`
	Adopted  string   `json:"adopted"` // yes, no or empty
	Reason   string   `json:"reason"`
	Batch    string   `json:"batch"`
}

// NamesReporters reports whether files of a kind, by its name, may name those who wrote and whom
// it is about: complaints and petitions (requirements section 3, reporter identity).
func NamesReporters(kind string) bool { return kind == "complaints" || kind == "petitions" }

// AllUnits is the Unit of a ledger entry that holds for every unit (全部).
const AllUnits = "*"

// AllUnitsName is the word for AllUnits in files.
const AllUnitsName = "全部"

// SourceCheck is the 来源 of a finding that a check gave.
const SourceCheck = "监督检查"

// SourceCases is the 来源 of a co-check that rests on cases (notice, three, (四)): confidential
// by default.
const SourceCases = "查办案件"

// SourcesOf returns the legal words for 来源 of entries of an item, nil where any text is one:
// who gave an opinion, what a co-check rests on (notice, three, (四)).
func SourcesOf(item string) []string {
	switch item {
	case ItemOpinion:
		return []string{"党代表", "人大代表", "政协委员", "行风监督员", "服务对象"}
	case ItemCoCheck:
		return append(OpenCoChecks(), SourceCases)
	}
	return nil
}

// OpenCoChecks returns the words for 来源 of the co-checks that everybody who reads the ledger
// may read. One with any other source, or none, is as confidential as one from cases.
func OpenCoChecks() []string {
	return []string{"党风廉政建设责任制考核", "机关效能建设督查"}
}

// The items of the ledger, by their words in the file (contract, input files). The
// six stages and 报市纪委备案 carry the labels of Stage.
const (
	ItemSelfCheck         = "岗位自查"
	ItemUnitReview        = "单位排查"
	ItemLeaderReview      = "分管委领导审查"
	ItemPublicHelp        = "代表帮查"
	ItemExpertHelp        = "专家助查"
	ItemCommitteeApproval = "委党委审定"
	ItemMutualCheck       = "内部互查"
	ItemSignature         = "签字"
	ItemOpinion           = "征求意见"
	ItemExpertOpinion     = "专家意见"
	ItemCoCheck           = "协查"
	ItemHandOver          = "报政治处"
	ItemFiling            = "报市纪委备案"
	ItemDeploy            = "部署"
	ItemStudy             = "研究"
	ItemTalk              = "约谈"
	ItemAccountability    = "问责"
	ItemExemption         = "豁免"
	ItemReview            = "动态排查"
)

// LedgerItems returns the legal items in the order of the contract.
func LedgerItems() []string {
	return []string{
		ItemSelfCheck, ItemUnitReview, ItemLeaderReview, ItemPublicHelp, ItemExpertHelp, ItemCommitteeApproval,
		ItemMutualCheck, ItemSignature, ItemOpinion, ItemExpertOpinion, ItemCoCheck, ItemHandOver, ItemFiling,
		ItemDeploy, ItemStudy, ItemTalk, ItemAccountability, ItemExemption, ItemReview,
	}
}

// StageOfItem returns the stage that a ledger item records, or StageNone.
func StageOfItem(item string) Stage {
	for _, t := range stages.terms {
		if t.zh == item {
			return Stage(t.code)
		}
	}
	return StageNone
}

// Principal is on whose behalf something is asked. Every question takes one; there is
// no other way to the rows.
type Principal struct {
	Role Role
	Unit string // for RoleUnit: the unit whose rows, and those of units below it, may be seen
	Name string // as shown in exports and the audit trail
	// Local is whoever sits at the machine itself while there are no accounts. It adds no
	// row to what the role sees.
	Local bool
}

// SeesPetitionRows reports whether the principal may read petitions themselves rather
// than counts (reliability: who sees what).
func (p Principal) SeesPetitionRows() bool { return p.Role == RoleInspector }

// SeesRows reports whether the principal may read the signals of a kind one by one, with their
// texts, rather than counted (reliability: who sees what): inspectors all, the political
// department and a unit's clerk all but petitions, leaders what checks and comparisons found.
func (p Principal) SeesRows(kind SignalKind) bool {
	switch p.Role {
	case RoleInspector:
		return true
	case RoleOffice, RoleUnit:
		return kind != SignalPetition
	case RoleLeader:
		return kind == SignalFinding || kind == SignalComparison
	}
	return false
}

// SeesCases reports whether the principal may read co-checks that rest on cases
// (requirements R27).
func (p Principal) SeesCases() bool { return p.Role == RoleInspector || p.Role == RoleOffice }

// MayConfirm reports whether the principal may say what holds of risk points (empty kind) or
// of signals of a kind, in the units that he sees: points are classified by those who write
// lists and by inspectors, signals by inspectors, and by the political department but for
// petitions, whose rows it does not see.
func (p Principal) MayConfirm(kind SignalKind) bool {
	switch p.Role {
	case RoleInspector:
		return true
	case RoleOffice:
		return kind != SignalPetition
	case RoleUnit:
		return kind == ""
	}
	return false
}

// SeesPetitionCounts reports whether petitions enter the figures that the principal
// sees. For units they do not, not even inside a total.
func (p Principal) SeesPetitionCounts() bool {
	return p.Role == RoleInspector || p.Role == RoleOffice || p.Role == RoleLeader
}

// IssuesReports reports whether the principal issues the monthly report and writes what a
// person writes in it: the political department (reliability: who sees what).
func (p Principal) IssuesReports() bool { return p.Role == RoleOffice || p.Local }

// Clock tells the time. It is fixed in demonstrations and tests.
type Clock func() time.Time
