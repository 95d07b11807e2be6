package obligation

import "qingfeng/internal/integrity"

// The sentences of the notice that the rules rest on, word for word.
const (
	ClauseTwoChecks = "对分管工作廉洁风险点的监督检查每年不少于2次"
	ClauseQ1Review  = "每年第一季度开展动态排查工作"
	ClauseFiling    = "并将重要风险点报市纪委备案"
	ClauseStage     = "廉洁风险点排查分为岗位自查、单位排查、分管委领导审查、代表帮查、专家助查、委党委审定等阶段"
	ClauseOpinions  = "由政治处牵头邀请党代表、人大代表、政协委员、行风监督员和服务对象代表对廉洁风险点征求意见和建议；同时，邀请有关行业专家分析业务工作中存在或潜在的廉洁风险；邀请驻委纪检监察组协查，结合党风廉政建设责任制考核、机关效能建设督查和查办案件情况开展排查"
	ClauseSources   = "从业务工作各类数据比对、日常投诉、检查考核发现的问题和信访举报中，查找岗位廉洁风险"
	ClauseControl   = "有效控制和及时化解廉洁风险"
	ClauseDuty      = "廉洁风险点责任领导要切实履行“一岗双责”，对排查工作亲自部署、亲自研究，对分管工作廉洁风险点的监督检查每年不少于2次"
	ClauseMethods   = "选择采用查阅资料、实地走访、座谈约谈、民主评议等科学有效的方法开展监督检查"
)

// ClauseSystem stands where a limit is this system's own.
const ClauseSystem = "本系统设定，非文件规定"

// Sentence returns the sentence of the notice from which the duty of a rule follows, word for
// word, whoever set its limit.
func Sentence(rule integrity.Rule) string {
	switch rule {
	case integrity.RuleTwoChecks:
		return ClauseTwoChecks
	case integrity.RuleQ1Review:
		return ClauseQ1Review
	case integrity.RuleFiling:
		return ClauseFiling
	case integrity.RuleStage:
		return ClauseStage
	}
	return ClauseControl // findings put right and signals handled
}

// Clause returns what the limit of an item rests on: the sentence of the notice, or
// ClauseSystem for every limit that the notice does not set.
func Clause(rule integrity.Rule, basis integrity.Basis) string {
	if setByNotice(rule, basis) {
		return Sentence(rule)
	}
	return ClauseSystem
}

// Quotation is all that a light rests on, in one line: the sentence of the notice that sets its
// limit; or ClauseSystem and, quoted, the sentence from which the duty follows.
func Quotation(rule integrity.Rule, basis integrity.Basis) string {
	if setByNotice(rule, basis) {
		return Sentence(rule)
	}
	return ClauseSystem + "（义务源自“" + Sentence(rule) + "”）"
}

func setByNotice(rule integrity.Rule, basis integrity.Basis) bool {
	return basis == integrity.BasisNotice && (rule == integrity.RuleTwoChecks || rule == integrity.RuleQ1Review)
}

// Text is a sentence in both languages.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// In returns the sentence in one language.
func (t Text) In(lang integrity.Lang) string {
	if lang == integrity.English {
		return t.EN
	}
	return t.ZH
}

// Definition says how a figure is made. Numerator and Denominator are empty where the
// figure is a count.
type Definition struct {
	Code        string          `json:"code"`
	Name        Text            `json:"name"`
	Formula     Text            `json:"formula"`
	Numerator   Text            `json:"numerator"`
	Denominator Text            `json:"denominator"`
	Clause      string          `json:"clause"` // quotation of the notice
	Basis       integrity.Basis `json:"basis"`  // who set the limit
}

// Definitions returns the definition of every figure this package makes: the six rules by
// their codes, then the measures.
func Definitions() []Definition {
	rule := func(r integrity.Rule) (string, Text) {
		return string(r), Text{r.Label(integrity.Chinese), r.Label(integrity.English)}
	}
	var out []Definition
	add := func(code string, name, formula, numerator, denominator Text, clause string, basis integrity.Basis) {
		out = append(out, Definition{code, name, formula, numerator, denominator, clause, basis})
	}

	code, name := rule(integrity.RuleTwoChecks)
	add(code, name,
		Text{
			"风险点×年度。应查次数＝在册满90天的半年数（1月1日—6月30日、7月1日—12月31日），为0则不列；已查次数＝当年截至统计日的不同检查日期数。节点：6月30日（系统设定，可关闭）、12月31日（文件规定）。第k次检查不晚于第k个节点为按期，否则为逾期完成（半年节点称已补齐）；节点已过而次数不足为逾期（半年节点称进度滞后），距节点20天以内为临近到期。",
			"Per risk point and year. Required = half-years (1 Jan–30 Jun, 1 Jul–31 Dec) in which the point was in force on at least 90 days, none if 0; done = distinct check dates of the year up to the day. Checkpoints: 30 June (this system's, can be switched off), 31 December (the notice's). Met if the k-th check is no later than the k-th checkpoint, else met late; overdue once a checkpoint has passed with too few; due soon within 20 days.",
		},
		Text{"已查次数达到应查次数的风险点", "points with as many checks as required"},
		Text{"当年应查的风险点，不含已豁免的和停用单位的", "points that owe checks in the year, without exempt ones and those of closed units"},
		ClauseTwoChecks, integrity.BasisNotice)

	code, name = rule(integrity.RuleQ1Review)
	add(code, name,
		Text{
			"单位×年度。当年清单，或台账“动态排查”（无变化），日期在当年的即为完成；3月31日（含）前为按期，之后为逾期完成，4月1日起未完成为逾期。只计第一季度始终在运行的单位，委本级不计。",
			"Per unit and year. Done = the list of that year, or the ledger entry 动态排查 (nothing to change), dated in that year; met up to 31 March, met late afterwards, overdue from 1 April. Units in operation all quarter only; the commission itself owes none.",
		},
		Text{"已完成动态排查的单位", "units that have done the review"},
		Text{"第一季度始终在运行的单位，不含委本级、已豁免的和已停用的", "units in operation all quarter, without the commission itself, exempt ones and those closed since"},
		ClauseQ1Review, integrity.BasisNotice)

	code, name = rule(integrity.RuleFiling)
	add(code, name,
		Text{
			"风险点×审定轮次。委党委审定后10个工作日内报市纪委备案；每年审定后重新计算。由政治处承担，不计入单位。",
			"Per important point and approved round. Within 10 working days after the committee's approval; each yearly approval starts anew. Owed by the political department, in no unit's figures.",
		},
		Text{"已备案的重要风险点", "important points filed"},
		Text{"所在清单当轮已审定的在册重要风险点", "important points in force whose list of that round is approved"},
		ClauseFiling, integrity.BasisSystem)

	code, name = rule(integrity.RuleRectification)
	add(code, name,
		Text{
			"问题。整改期限为问题自带期限，未填的为发现之日起30日（末日逢休息日顺延）。",
			"Per finding. Its own deadline, else 30 days after its date (a last day on a day off moves on).",
		},
		Text{"期限内完成整改的问题", "findings put right in time"},
		Text{"到期及已整改的问题", "findings due or put right"},
		ClauseControl, integrity.BasisSystem)

	code, name = rule(integrity.RuleHandling)
	add(code, name,
		Text{
			"投诉：直属单位10个工作日、委机关处室15个工作日内办结。信访：仅申诉求决类，自受理之日起60日，延期的再加30日（末日逢休息日顺延）；检举控告、意见建议不设时限。",
			"Complaints: within 10 working days in subordinate units, 15 in offices. Petitions of the kind 申诉求决 only: 60 days from acceptance, 30 more where extended (a last day on a day off moves on); none for the other kinds.",
		},
		Text{"时限内办结的件数", "cases closed in time"},
		Text{"到期及已办结的件数", "cases due or closed"},
		ClauseControl, integrity.BasisSystem)

	code, name = rule(integrity.RuleStage)
	add(code, name,
		Text{
			"单位×年度×阶段。进入某一阶段后15个工作日内应进入下一阶段；代表帮查与专家助查并行，按较晚的起算；审定后结束。",
			"Per unit, year and stage. The next stage within 15 working days; 代表帮查 and 专家助查 run in parallel, counted from the later one; approval ends it.",
		},
		Text{"时限内进入下一阶段的", "stages left in time"},
		Text{"已进入的阶段", "stages entered"},
		ClauseStage, integrity.BasisSystem)

	add("point_coverage", Text{"风险点覆盖", "Coverage of risk points"},
		Text{"每个风险点当年不同检查日期数达到应查次数，不论何人检查。", "Each point with as many distinct check dates in the year as required, by whoever."},
		Text{"年度达标的风险点", "points that reached the required number"},
		Text{"当年应查的风险点，不含已豁免的和停用单位的", "points that owe checks in the year, without exempt ones and those of closed units"},
		ClauseTwoChecks, integrity.BasisNotice)
	add("leader_duty", Text{"责任领导履职", "Duty of the leader in charge"},
		Text{
			"责任领导当年参与监督检查的不同日期数，应为2次；分管不满一个半年90天的按在任半年数计。另列其参与检查覆盖的分管风险点比例。此前各年到12月31日参与日期数不足的，逐年另列，不论风险点由何人查完，单位以后停用也不消除；补录当年参与的检查或豁免风险点后消除；不计入本年度的任何数。",
			"Distinct dates of the year on which the leader in charge took part in a check; two required, or as many as half-years with at least 90 days in charge. Beside it the share of the leader's points covered by such checks. Earlier years that ended on 31 December with fewer dates than required (own_unmet) are listed apart, each year by itself, whoever checked the points and although the unit closes later, until a check of that year with the leader is entered late or the points are exempt; they are in no number of this year.",
		},
		Text{"责任领导参与的不同检查日期数；参与检查覆盖的风险点；此前各年：该年参与的不同检查日期数", "distinct dates on which the leader took part; points covered by such checks; of earlier years: distinct dates of that year"},
		Text{"应参与次数；分管的应查风险点；此前各年：该年应参与次数", "dates required; points in charge that owe checks; of earlier years: dates required in that year"},
		ClauseDuty, integrity.BasisNotice)
	add("methods", Text{"监督方法分布", "Methods of supervision"},
		Text{"当年检查采用各方法的次数，一次检查可用多种方法。", "Checks of the year that used each method; one check may use several."},
		Text{}, Text{}, ClauseMethods, integrity.BasisNotice)
	add("outlook", Text{"年底达标测算", "Outlook to 31 December"},
		Text{
			"每月尚需检查点次＝在册风险点尚缺次数÷距12月31日的月数（最后一个月按1个月计），进到一位小数；距年底不足两个月的，另按周说明：每周＝尚缺次数÷剩余工作日×5；剩余天数少于某风险点尚缺次数，或风险点已移出而未完成的，列为无法达标。",
			"Point checks a month = checks still missing on points in force ÷ months to 31 December (the last month counts as one), rounded up to one decimal; with less than two months left also told by the week: missing ÷ working days left × 5; a point that lacks more dates than days are left, or was removed unfinished, cannot be met any more.",
		},
		Text{"尚缺点次", "point checks missing"},
		Text{"距12月31日的月数", "months to 31 December"},
		ClauseTwoChecks, integrity.BasisNotice)
	add("stages", Text{"清单各阶段与备案", "Stages of lists and filing"},
		Text{
			"单位×年度。各阶段日期为台账首次记录日，记为“全部”的对各单位有效；代表帮查与专家助查并行，按较晚的起算。停留超过15个工作日，或审定后10个工作日未备案的为滞留（系统设定）。审定时前面阶段没有记录或没有人员的，审定有效，另行列出。",
			"Per unit and year. The day of a stage is its first record in the ledger; a record for all units holds for each; 代表帮查 and 专家助查 run in parallel, counted from the later one. Stuck: more than 15 working days in a stage, or not filed 10 working days after approval (this system's limits). An approval stands even where earlier stages are missing or name nobody; they are named.",
		},
		Text{"已进入该阶段的单位", "units that have entered the stage"},
		Text{"在运行的单位，不含委本级", "units in operation, without the commission itself"},
		ClauseStage, integrity.BasisSystem)
	add("late_entry", Text{"补录比例", "Share of late entries"},
		Text{"录入日期比检查日期晚10个工作日以上的检查为补录。", "Checks entered more than 10 working days after their date."},
		Text{"补录的检查", "checks entered late"},
		Text{"当年全部检查", "all checks of the year"},
		ClauseSystem, integrity.BasisSystem)
	return out
}
