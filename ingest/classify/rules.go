package classify

import "qingfeng/internal/integrity"

// cat indexes the seven categories in the notice's order.
type cat uint8

const (
	decision cat = iota
	conduct
	power
	post
	institution
	mechanism
	external
	catCount
)

var categoryOf = [catCount]integrity.Category{
	integrity.CategoryDecision, integrity.CategoryConduct, integrity.CategoryPower, integrity.CategoryPost,
	integrity.CategoryInstitution, integrity.CategoryMechanism, integrity.CategoryExternal,
}

// noticeWords are the notice's definitions of the categories (part two).
var noticeWords = [catCount]string{
	"完善“三重一大”科学决策制度，防止“个人说了算”",
	"落实中央八项规定精神不力，“四风”问题突出",
	"从自由裁量权等权力资源，查找权力运行廉洁风险",
	"从业务工作各类数据比对、日常投诉、检查考核发现的问题和信访举报中，查找岗位廉洁风险",
	"从政策规定冲突及相对滞后对某些业务工作环节的影响或制度执行不到位，查找可能产生的制度廉洁风险",
	"从工作机制运行中存在的审批、执法监管不到位对工作的影响，尤其是资金、资源和资产管理的薄弱方面",
	"从社会环境和服务主体对行政执法和管理可能带来的影响，查找可能被“围猎”的其他廉洁风险",
}

// How ties are broken: whoever stands first wins. A post risk is defined by the source
// of its evidence, so it moves up when the text names one.
var (
	tieOrder        = [catCount]cat{external, decision, conduct, institution, power, mechanism, post}
	tieOrderSourced = [catCount]cat{external, decision, conduct, post, institution, power, mechanism}
)

// layerWords pairs each layer with its group and the notice's words (part two).
var layerWords = [...]struct {
	group  group
	layer  integrity.Layer
	notice string
}{
	{gLeadership, integrity.LayerLeadership, "领导岗位，要突出主要负责人这个“关键少数”，以权力运行关键点、“三重一大”问题为重点"},
	{gMiddle, integrity.LayerMiddle, "中层岗位，以内部管理薄弱点、问题易发风险点为重点"},
	{gOther, integrity.LayerOther, "其他岗位，以履行岗位职责、执行制度、行使行政自由裁量权等方面为重点"},
}

// rule is a kind of evidence: what it speaks for, how much, and what to tell people.
// The notice's own words and two cues that agree weigh 4, other strong phrases 3,
// topics 2, weak cues 1.
type rule struct {
	cat    cat
	points int
	text   string
}

// ruleID indexes rules.
type ruleID uint8

const (
	rDecision ruleID = iota
	rDecisionTopic
	rDecisionWeak
	rConductNotice
	rConduct
	rConductWeak
	rPowerNotice
	rPower
	rPowerWeak
	rPost
	rPostWeak
	rInstitution
	rInstitutionWeak
	rMechanism
	rMechanismWeak
	rExternalNotice
	rExternal
	rExternalWeak
	rBypass
	rMeetingDefect
	rRuleDefect
	rControlDefect
	rResourceDefect
	rPowerUndone
	rPowerDefect
	rComplaintDefect
	rServiceDefect
	rDiffer
	rSolo
	rSoloPower
	rPublicTreat
	rPublicMoney
	rGiftInside
	rGift
	rOutside
	rSource
	rSourceFact
	rAbuse
	rAbuseNear
	rBareService
	rBarePower
	rBareRule
	rBareResource
	rBareDefect
	rLayer
	ruleCount
)

var rules = [ruleCount]rule{
	rDecision:        {decision, 3, "绕开集体或由个人决断的做法"},
	rDecisionTopic:   {decision, 2, "提到集体决策事项"},
	rDecisionWeak:    {decision, 1, "与重大事项或论证有关的弱线索"},
	rConductNotice:   {conduct, 4, "通知点名的作风表现"},
	rConduct:         {conduct, 3, "作风问题的典型表现"},
	rConductWeak:     {conduct, 1, "与作风有关的弱线索"},
	rPowerNotice:     {power, 4, "通知点名的自由裁量权"},
	rPower:           {power, 3, "权力行使不公或谋私的典型表现"},
	rPowerWeak:       {power, 1, "与人情、公正有关的弱线索"},
	rPost:            {post, 3, "岗位上的具体违规行为"},
	rPostWeak:        {post, 1, "与岗位便利有关的弱线索"},
	rInstitution:     {institution, 4, "制度本身或制度执行的典型问题"},
	rInstitutionWeak: {institution, 2, "与规定陈旧、说法不一有关的线索"},
	rMechanism:       {mechanism, 3, "监管、制衡环节的典型漏洞"},
	rMechanismWeak:   {mechanism, 1, "与程序、公开或损失有关的弱线索"},
	rExternalNotice:  {external, 4, "通知点名的“围猎”"},
	rExternal:        {external, 3, "外部利益输送的典型表现"},
	rExternalWeak:    {external, 1, "与外部请托、影响有关的弱线索"},
	rBypass:          {decision, 4, "未经集体决策程序"},
	rMeetingDefect:   {decision, 4, "集体决策的规则或会议未起作用"},
	rRuleDefect:      {institution, 4, "规定、办法、流程等有缺陷或未执行"},
	rControlDefect:   {mechanism, 3, "监管、审核、验收等控制环节有缺陷"},
	rResourceDefect:  {mechanism, 3, "资金、资源、资产管理薄弱"},
	rPowerUndone:     {mechanism, 3, "审批、执法等环节履行不到位"},
	rComplaintDefect: {mechanism, 2, "反映某项管理或控制有缺陷，来信中常见，只作线索"},
	rPowerDefect:     {power, 3, "行使权力的尺度不清或不规范"},
	rServiceDefect:   {conduct, 3, "服务、纪律方面有欠缺"},
	rDiffer:          {post, 3, "账目、记录、数据之间不符"},
	rSolo:            {decision, 3, "由一人决定"},
	rSoloPower:       {power, 3, "许可、执法事项由一人决定"},
	rPublicTreat:     {conduct, 4, "公款用于吃喝、旅游、送礼等"},
	rPublicMoney:     {conduct, 2, "提到公款"},
	rGiftInside:      {conduct, 4, "礼品礼金来自下属或同事"},
	rGift:            {conduct, 3, "收送礼品礼金，来源不明"},
	rOutside:         {external, 4, "服务、管理对象或供应方给予好处或施加影响"},
	rSource:          {post, 2, "来自投诉、信访、检查或数据比对"},
	rSourceFact:      {post, 4, "由投诉、信访、检查或数据比对发现的具体问题"},
	rAbuse:           {power, 4, "权力事项与随意、照顾、拖延等做法同现"},
	rAbuseNear:       {power, 3, "权力事项附近有随意、照顾、拖延等做法"},
	rBareService:     {conduct, 1, "只提到服务、纪律，未描述行为"},
	rBarePower:       {power, 1, "只提到权力事项，未描述行为"},
	rBareRule:        {institution, 1, "只提到制度规定，未描述行为"},
	rBareResource:    {mechanism, 1, "只提到资金、资产或控制环节，未描述行为"},
	rBareDefect:      {mechanism, 1, "有缺陷，但未指明是什么的缺陷"},
	rLayer:           {text: "提到该层面的岗位或机构"},
}

// groupRule is a rule that a group fulfils.
type groupRule struct {
	group group
	rule  ruleID
}

func groupsOf(list []groupRule) (g groups) {
	for _, x := range list {
		g |= 1 << x.group
	}
	return g
}

// direct lists the groups that speak for a category by themselves.
var direct = [...]groupRule{
	{cDecision, rDecision},
	{cDecisionTopic, rDecisionTopic},
	{cDecisionWeak, rDecisionWeak},
	{cConductNotice, rConductNotice},
	{cConduct, rConduct},
	{cConductWeak, rConductWeak},
	{cPowerNotice, rPowerNotice},
	{cPower, rPower},
	{cPowerWeak, rPowerWeak},
	{cPost, rPost},
	{cPostWeak, rPostWeak},
	{cInstitution, rInstitution},
	{cInstitutionWeak, rInstitutionWeak},
	{cMechanism, rMechanism},
	{cMechanismWeak, rMechanismWeak},
	{cExternalNotice, rExternalNotice},
	{cExternal, rExternal},
	{cExternalWeak, rExternalWeak},
}

// directRule is the rule of each group of direct.
var directRule = func() (of [64]ruleID) {
	for _, d := range direct {
		of[d.group] = d.rule
	}
	return of
}()

// bare lists what a head is worth when the whole text says nothing else, the stronger
// hint first.
var bare = [...]groupRule{
	{hPower, rBarePower},
	{hResource, rBareResource},
	{hControl, rBareResource},
	{hRule, rBareRule},
	{hService, rBareService},
	{dMissing, rBareDefect},
	{dLack, rBareDefect},
	{dUndone, rBareDefect},
	{dWeak, rBareDefect},
}

// defectRule returns the rule for a defect of a head.
func defectRule(head, defect groups) ruleID {
	switch {
	case head.has(hMeeting):
		return rMeetingDefect
	case head.has(hRule):
		return rRuleDefect
	case defect.has(dDiffer):
		return rDiffer
	case head.has(hControl):
		return rControlDefect
	case head.has(hResource):
		return rResourceDefect
	case head.has(hService):
		return rServiceDefect
	case head.has(hPower) && defect&setOf(dUndone, dMissing, dLack, dLag) != 0:
		return rPowerUndone
	}
	return rPowerDefect
}
