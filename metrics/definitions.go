package metrics

import (
	"fmt"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// Sentences of the notice that only definitions quote.
const (
	clauseFocus = "以“三个层面”“七类风险”为重点，开展廉洁风险点排查"
	clauseUnits = "市直医疗卫生计生单位，委机关各处室"
)

// Definitions returns the definition of every figure that is found rather than owed: what
// lists lack and what nobody looks at. Those of the obligations are obligation.Definitions.
// The checks of the check-up follow their own entry, in the order of the page.
func Definitions() []obligation.Definition {
	var visitZH, visitEN string
	for _, p := range visitParts {
		visitZH += fmt.Sprintf("；%s每个%g分，最多%g分", p.name.ZH, p.weight, p.most)
		visitEN += fmt.Sprintf("; %s: %g each, at most %g", p.name.EN, p.weight, p.most)
	}
	out := []obligation.Definition{
		{
			Code: "signal-days", Name: obligation.Text{ZH: "每天的线索件数", EN: "Signals by day"},
			Formula: obligation.Text{
				ZH: "一年中每天发生的线索件数，截至统计日；默认计涉廉和待判。没有线索的日子计0，没有到来的日子不计。一天是很小的格子，所以信访只对检查组计入。",
				EN: "Signals of each day of a year, up to the day; those that concern integrity or may. Days without one count 0, days to come are left out. A day is a small cell, so petitions count for inspectors only.",
			},
			Clause: obligation.ClauseSources, Basis: integrity.BasisSystem,
		},
		{
			Code: "distribution", Name: obligation.Text{ZH: "分布", EN: "Distribution"},
			Formula: obligation.Text{
				ZH: "按两个维度（层面、类别、等级、单位、月份、责任领导、阶段、人财物）计数，零格也列出；计什么由 measure 决定，各自的口径见该项。人财物按风险点标签中的人、财、物，标了两项以上的单列，所以每点只计一次；线索和检查不带标签，记未标注。信访中小于3件的格子，以及会把它推出来的格子和合计，对不能看信访件的人不显示。",
				EN: "Counts by two dimensions (layer, category, grade, unit, month, leader, stage, people–money–goods), zero cells included; what is counted is the measure, defined under its own name. People, money and goods are tags of points (人、财、物); a point with several of them has a column of its own, so that each counts once. Cells of petitions below 3, and cells and totals that would give them away, are hidden from those who may not read petitions.",
			},
			Numerator:   obligation.Text{ZH: "格内的件数", EN: "the count of the cell"},
			Denominator: obligation.Text{ZH: "占比时为本行合计；本行有不显示的格子时不计占比", EN: "for shares, the total of the row; none where a cell of the row is hidden"},
			Clause:      clauseFocus, Basis: integrity.BasisNotice,
		},
		{
			Code: "trend", Name: obligation.Text{ZH: "趋势", EN: "Trend"},
			Formula: obligation.Text{
				ZH: "按月计数，没有的月份计0；线索按来源分列。口径与分布相同。",
				EN: "Counts by month, 0 for months without; signals by feed. Counted as in the distribution.",
			},
			Clause: obligation.ClauseSources, Basis: integrity.BasisSystem,
		},
		{
			Code: "hotspots", Name: obligation.Text{ZH: "热点（统计上显著偏高）", EN: "Hot spots (statistically high)"},
			Formula: obligation.Text{
				ZH: "单位×类别×月份的新事（投诉、信访，涉廉和待判；重复件、同一单位内相同的文字、同一投诉人在同一单位同一类别相隔不超过90天的投诉，并为一事），与本单位此前36个月、同类单位和季节比较，求出偶然达到这个数的可能性p；全部格子按Benjamini–Hochberg控制误报比例得q。热点：q≤0.05且至少3件事；关注：p≤0.03、至少5件事、不低于预期的2倍，最多列10条，其中约0.8%的格子系偶然；近三个月合计同法判断（自有一组q），单月不突出的另列：其中没有哪个月突增（p<0.001且至少3件）、当月仍高于预期的为缓升。来源没有报送该月的，以它为主的单位不作判断。信访只计入检查组看的一份。统计异常不等于存在问题。",
				EN: "New matters (complaints and petitions concerning integrity or not yet judged; marked repeats, equal texts in a unit, and complaints of one person in one unit and category within 90 days of each other are one) by unit, category and month against the unit's 36 months before, its peers and the season: p is the chance of as many; q holds the false discovery rate over all cells (Benjamini–Hochberg). Hot: q ≤ 0.05 and at least 3 matters; watch: p ≤ 0.03, at least 5 matters and twice what was expected, ten at most; about 0.8% of the cells are there by chance; three months together are judged likewise, with q of their own, and listed apart where the month alone is not hot: a slow rise has no month that is a spike (p < 0.001, at least 3), and its last month is still above what was expected. Units that live by a source that has not delivered the month are not judged. Petitions count in the run for inspectors only. An anomaly is no finding.",
			},
			Numerator:   obligation.Text{ZH: "当月新事件数", EN: "new matters of the month"},
			Denominator: obligation.Text{ZH: "按历史、同类单位和季节预期的件数", EN: "matters expected from history, peers and season"},
			Clause:      obligation.ClauseSources, Basis: integrity.BasisSystem,
		},
		{
			Code: "repeats", Name: obligation.Text{ZH: "疑似重复", EN: "Possible repeats"},
			Formula: obligation.Text{
				ZH: fmt.Sprintf("同一单位内，两件事（重复件、相同文字、同一投诉人已并为一事之后）的首件文字相似度不低于%.2f、相隔不超过%d天的，后一件列为疑似重复。相似度为相邻两字组的Dice系数：2×共有的字组数÷两段文字的字组数之和，不计标点和空白；不足%d个字的不比。只作提示，从不自动合并，各处仍按两件事计；是否重复由人判断。只对能逐件看投诉的人显示，信访只对检查组。", nearRepeat, repeatDays, shortDescription),
				EN: fmt.Sprintf("Of two matters of a unit (after marked repeats, equal texts and papers of one person have become one) whose first papers have a similarity of at least %.2f and are at most %d days apart, the later one may be a repeat. Likeness is the Dice coefficient of pairs of neighbouring characters, 2 × common pairs ÷ pairs of both, without punctuation and white space; texts under %d letters are not compared. A suggestion only: nothing is merged by it and both are counted; a person decides. Shown to those who read complaints one by one, petitions to inspectors.", nearRepeat, repeatDays, shortDescription),
			},
			Numerator:   obligation.Text{ZH: "疑似重复的事数", EN: "matters that may be repeats"},
			Denominator: obligation.Text{ZH: "期间的新事数", EN: "new matters of the period"},
			Clause:      obligation.ClauseSources, Basis: integrity.BasisSystem,
		},
		{
			Code: "sources", Name: obligation.Text{ZH: "各来源装载", EN: "Loads of each source"},
			Formula: obligation.Text{
				ZH: "投诉和信访按来源、其他按种类：最近一次带来新内容的装载、距今天数和通常间隔（近12次的中位数）。至少有三天装载过、距上次满10天且超过通常间隔1.5倍的，为久未装载。",
				EN: "Complaints and petitions by source, the rest by kind: the last load that brought something new, days since, and the usual interval (median of the last twelve). Quiet: at least three days with loads, ten days since the last and more than one and a half intervals.",
			},
			Numerator:   obligation.Text{ZH: "距上次装载的天数", EN: "days since the last load"},
			Denominator: obligation.Text{ZH: "通常间隔天数", EN: "days of the usual interval"},
			Clause:      obligation.ClauseSources, Basis: integrity.BasisSystem,
		},
		{
			Code: "links", Name: obligation.Text{ZH: "线索关联建议", EN: "Links of signals to points"},
			Formula: obligation.Text{
				ZH: "来源写明风险点的按序号关联；没有写明的，按同一单位、类别和文字相近程度至多建议3个风险点，由人确认，确认以后才计入。",
				EN: "By the number where the source gives one; otherwise up to three points of the unit are suggested by category and likeness of text. A person confirms; only then it counts.",
			},
			Numerator:   obligation.Text{ZH: "已关联的线索", EN: "linked signals"},
			Denominator: obligation.Text{ZH: "线索（涉廉和待判）", EN: "signals that concern integrity or may"},
			Clause:      obligation.ClauseSources, Basis: integrity.BasisSystem,
		},
		{
			Code: "units", Name: obligation.Text{ZH: "处室、单位", EN: "Units"},
			Formula: obligation.Text{
				ZH: "单位表所列的处室、单位，按排序号；责任领导为统计日的。停用的仍列出。",
				EN: "The units of the list of units in official order, with the leader in charge on the day; closed ones are listed.",
			},
			Clause: clauseUnits, Basis: integrity.BasisNotice,
		},
		{
			Code: "directory", Name: obligation.Text{ZH: "单位与责任领导", EN: "Units and their leaders"},
			Formula: obligation.Text{
				ZH: "单位表的全部行：一个单位每任责任领导一行，按排序号。", EN: "All rows of the list of units: one for each leader a unit has had, in official order.",
			},
			Clause: clauseUnits, Basis: integrity.BasisNotice,
		},
		{
			Code: "ledger", Name: obligation.Text{ZH: "履职台账", EN: "Ledger of duties"},
			Formula: obligation.Text{
				ZH: "台账记录按日期计，期间不设下限时自有记录起，截至统计日；为全部单位统一记录的属于每个单位。来源为查办案件或未写来源的协查记录仅检查组、政治处可见。",
				EN: "Entries by their day, from the first unless the period has a lower bound, up to the as-of day; what is recorded once for all belongs to each unit. Co-checks that rest on cases, or name no source, are for inspectors and the political department only.",
			},
			Clause: obligation.ClauseStage, Basis: integrity.BasisNotice,
		},
		{
			Code: "opinions", Name: obligation.Text{ZH: "意见与协查", EN: "Opinions and co-checks"},
			Formula: obligation.Text{
				ZH: "台账中该年度截至统计日的征求意见（五个来源）、专家意见和协查（三个来源）的条数，分已采纳、未采纳、未定；未采纳应写理由。查办案件的协查仅检查组、政治处可分列查看，其他角色只见全委总数，不足3条不显示。",
				EN: "Entries of the ledger for the year up to the day: opinions by their five sources, of experts, and co-checks by their three, adopted, not adopted and undecided; one not adopted needs a reason. Co-checks that rest on cases are told apart for inspectors and the political department only; others see their total for the whole commission, from 3 on.",
			},
			Clause: obligation.ClauseOpinions, Basis: integrity.BasisNotice,
		},
		{
			Code: "unit-board", Name: obligation.Text{ZH: "单位履责", EN: "Board of units"},
			Formula: obligation.Text{
				ZH: "每个单位当年应接受监督检查的风险点：按期＋已补齐＋逾期（文件规定）＋进度滞后（系统设定）＋进行中＝应查风险点；已豁免的另列。检查次数、补录、方法、发现问题为当年截至统计日的。停用单位列出，不计入合计；不排名。",
				EN: "Points of each unit that owe checks in the year: on time + made up + overdue by the notice + behind schedule + open = points; exempt ones stand beside. Visits, late entries, methods and findings of the year up to the day. Closed units are listed and in no sum; nobody is ranked.",
			},
			Numerator:   obligation.Text{ZH: "已查点次（每个风险点不超过应查次数）", EN: "checks done, of each point at most as many as required"},
			Denominator: obligation.Text{ZH: "应查点次", EN: "checks required"},
			Clause:      obligation.ClauseTwoChecks, Basis: integrity.BasisNotice,
		},
		{
			Code: "blindspots", Name: obligation.Text{ZH: "盲区", EN: "Blind spots"},
			Formula: obligation.Text{
				ZH: "单位×类别，期间默认为截至统计日的近12个月。有线索而无风险点：期间有涉廉或待判的线索，清单中没有该类在册风险点（未确认类别的按建议类别视为已列）。有风险点而无人看：有在册风险点，期间既无线索也无监督检查。只计在运行的单位，委本级不计；信访只对检查组计入。线索的件数照实列出，事数按热点的口径归并（重复件、相同文字、同一投诉人），建议检查按事数计分。",
				EN: "Units × categories, by default the twelve months up to the day. Unlisted: signals that concern integrity or may, and no point of the category in force (points that nobody has confirmed count as listed under their suggestion). Unwatched: points in force, and neither signals nor checks in the period. Units in operation, without the commission itself; petitions for inspectors only. Signals are told one by one, matters grouped as for hot spots (marked repeats, equal texts, one person); visits are scored by matters.",
			},
			Clause: obligation.ClauseSources, Basis: integrity.BasisSystem,
		},
		{
			Code: "visits", Name: obligation.Text{ZH: "建议检查的单位", EN: "Suggested visits"},
			Formula: obligation.Text{
				ZH: "按盲区计分，取前10个单位，同分按排序号" + visitZH + "。分数只用于安排检查先后，不评价人和单位。",
				EN: "Units by the score of their blind spots, the first ten, equal ones in official order" + visitEN + ". The score orders visits and judges nobody.",
			},
			Clause: obligation.ClauseMethods, Basis: integrity.BasisSystem,
		},
		{
			Code: "grade-review", Name: obligation.Text{ZH: "等级复核建议", EN: "Grades to review"},
			Formula: obligation.Text{
				ZH: "近12个月关联的信访举报达到阈值（默认3件）的在册一般风险点。件上写明风险点的按风险点关联；没有写明的，按单位和类别关联到该类一般风险点，该类已有重要风险点的不关联。只建议复核是否应评为重要，由人决定，从不建议降级。可以看信访件数而不能看信访件的（委领导、政治处），只按单位和类别、按12个整月、只用他们看得到的格子（不小于3件）提出，不列信访件；各单位不可见。",
				EN: "General points in force whose linked petitions within twelve months reach the threshold (3 by default). A petition is linked to the point it names, otherwise to the general points of its unit and category, unless that cell has an important point. Only ever a suggestion to review upwards, decided by a person. Those who may count petitions but not read them (leaders, the political department) get suggestions by unit and category only, over twelve whole months, from the cells that they are shown (at least 3), without the petitions; units get none.",
			},
			Numerator:   obligation.Text{ZH: "关联的信访举报件数（含重复件；另列事数）", EN: "linked petitions (repeats included; matters beside)"},
			Denominator: obligation.Text{},
			Clause:      ClauseImportant, Basis: integrity.BasisSystem,
		},
		{
			Code: "flags", Name: obligation.Text{ZH: "逾期标记", EN: "Overdue flags"},
			Formula: obligation.Text{
				ZH: "每晚任务对逾期和进度滞后事项的记录：首次标记、依据改变（年末由进度滞后转为逾期）、解除（已完成、补录、已豁免、期限后移、不再应做）、再次标记。天数自首次标记日起算，解除的算到解除日。往年未完成的一直标记到完成、补录、豁免或不再应做为止。是记录，不是判定：某日是否逾期以义务清单为准。",
				EN: "What the nightly task recorded of items overdue or behind schedule: first flagged, on another basis (behind schedule becomes overdue at New Year), closed (done, entered late, exempt, limit moved, owed no more), flagged again. Days run from the first flag, to the closing where it is closed. What earlier years left undone stays flagged until it is done, entered late, exempt or owed no more. A record, not a judgement: whether an item is overdue on a day is told by the obligations.",
			},
			Clause: obligation.ClauseTwoChecks, Basis: integrity.BasisNotice,
		},
		{
			Code: "kept", Name: obligation.Text{ZH: "历次留存", EN: "What was kept"},
			Formula: obligation.Text{
				ZH: "定时任务留存的结果，一经留存不再改动，内容变了才留新版：热点的历次判断（每月1日、5日判断此前三个月，附比上一版的变化和两版之间的装载）；每月末的主要数据（按次月1日所知）；每年第一季度动态排查的开启（应完成的单位）。信访只计入检查组看的一份；各单位不看全委的留存。",
				EN: "What tasks kept, never changed afterwards, with a new version only where the content differs: the runs that judged hot spots (on the 1st and 5th of a month the three months before, with the changes against the version before and the loads between the two), the key figures of each month end as known on the first of the next, and the opening of each year's first-quarter review with the units that owe it. Petitions count in the run for inspectors only; units see nothing of it.",
			},
			Numerator:   obligation.Text{ZH: "留存的版本", EN: "versions kept"},
			Denominator: obligation.Text{ZH: "不适用", EN: "none"},
			Clause:      obligation.ClauseQ1Review, Basis: integrity.BasisSystem,
		},
		{
			Code: "outcome", Name: obligation.Text{ZH: "化解情况", EN: "Outcome"},
			Formula: obligation.Text{
				ZH: "关联到在册风险点的线索（涉廉和待判），期间默认为截至统计日的近12个月：新增=此前12个月内该点没有关联线索；重复=此前12个月内已有；办结=办结或整改完成日期在期间内。化解=曾有关联线索，而近12个月没有。只计已关联的，建议的关联不计；信访只对检查组计入。没有线索不等于没有风险。",
				EN: "Signals linked to points in force that concern integrity or may, by default of the twelve months up to the day. New: no linked signal of the point in the twelve months before it; recurring: there was one; closed: closed or put right in the period. Resolved: linked signals once, none for twelve months. Links count, suggestions do not; petitions for inspectors only. No signal does not mean no risk.",
			},
			Numerator:   obligation.Text{ZH: "化解的风险点", EN: "resolved points"},
			Denominator: obligation.Text{ZH: "有过关联线索的在册风险点", EN: "points in force that ever had a linked signal"},
			Clause:      clauseOutcome, Basis: integrity.BasisSystem,
		},
		{
			Code: "diff", Name: obligation.Text{ZH: "清单年度变化", EN: "Year-on-year changes"},
			Formula: obligation.Text{
				ZH: fmt.Sprintf("一个单位两个年度清单（截至统计日的版本），或同一年度清单的两个版本，按风险点身份比较：新增、修改（列出各栏）、等级变化、移出；只改序号不算变化；没有变化写明“0 处变化”。同一风险点：先按描述相同认定，再按相似程度从高到低认定，相邻两字集合的Dice系数不低于%.2f。", integrity.SamePoint),
				EN: fmt.Sprintf("A unit's lists of two years, as they stand on the day, or two versions of one year, compared by the identity of points: added, changed (which columns), regraded, removed; a new number alone is no change; none is stated as 0 changes. A point is the same where the descriptions are equal, else where they are most similar, with a Dice coefficient of neighbouring character pairs of at least %.2f.", integrity.SamePoint),
			},
			Clause: obligation.ClauseQ1Review, Basis: integrity.BasisSystem,
		},
		{
			Code: "missing-lists", Name: obligation.Text{ZH: "未交清单的单位", EN: "Who has not handed in"},
			Formula: obligation.Text{
				ZH: "截至统计日没有当年清单的在运行单位。已登记动态排查（无变化）的、整体豁免的和委本级不列。当年1月1日以后启用的单位列出，不计期限。",
				EN: "Units in operation without a list of the year on the day. Not listed: those with 动态排查 on record (nothing to change), exempt ones, the commission itself. Units opened after 1 January are listed without a due day.",
			},
			Numerator:   obligation.Text{ZH: "没有当年清单的单位", EN: "units without a list of the year"},
			Denominator: obligation.Text{ZH: "应交清单的单位", EN: "units that owe one"},
			Clause:      obligation.ClauseQ1Review, Basis: integrity.BasisNotice,
		},
		{
			Code: "filing-changes", Name: obligation.Text{ZH: "变更备案", EN: "Changes to file"},
			Formula: obligation.Text{
				ZH: "单位最近一次报市纪委备案的重要风险点，与现行清单按风险点身份比较：新增的重要点、内容修改、等级变化（含一般升为重要）、移出；单位停用的，全部为移出。审定之前的备案不算备案；从未备案的单位不列，其风险点见“重要风险点备案”。",
				EN: "The important points of a unit's last filing compared with the list that stands, by the identity of points: new important points, changed ones, regraded ones (also upwards), removed ones; of a closed unit all are removed. A filing before any approval is none; units that never filed are not listed, their points stand under Filing.",
			},
			Numerator:   obligation.Text{ZH: "有变更的风险点", EN: "points that changed"},
			Denominator: obligation.Text{ZH: "最近一次备案的重要风险点（新增的另计）", EN: "important points of the last filing (added ones come on top)"},
			Clause:      obligation.ClauseFiling, Basis: integrity.BasisNotice,
		},
		{
			Code: "summary", Name: obligation.Text{ZH: "上会汇总", EN: "Summary for the committee"},
			Formula: obligation.Text{
				ZH: "在运行单位现行清单（或某年度清单）的汇总：风险点数，其中重要、一般、未评级；签字和审定情况。重要＋一般＋未评级＝风险点数。单位按排序号，风险点按序号。",
				EN: "The lists that stand (or those of a year) of the units in operation: points, of these important, general and ungraded; signatures and approvals. Important + general + ungraded = points. Units in official order, points by number.",
			},
			Numerator:   obligation.Text{ZH: "有清单的单位", EN: "units with a list"},
			Denominator: obligation.Text{ZH: "在运行的单位，不含没有清单的委本级", EN: "units in operation, without the commission itself where it has no list"},
			Clause:      obligation.ClauseStage, Basis: integrity.BasisNotice,
		},
		{
			Code: "checkup", Name: obligation.Text{ZH: "清单体检", EN: "Check-up of lists"},
			Formula: obligation.Text{
				ZH: fmt.Sprintf("对在册风险点及其清单（或某年度清单）逐项检查，各项见下。描述少于%d个字为过短；与其他单位描述的相邻两字集合Dice系数达到%.2f为雷同；去掉各单位通用的词后剩余不超过%d个字的措施为空泛。体检只提示，不影响装载和流程。", shortDescription, similarText, vagueRest),
				EN: fmt.Sprintf("Named checks, listed below, over the points in force and their lists, or the lists of a year. Too short: fewer than %d letters; like another unit's: Dice coefficient of neighbouring character pairs of at least %.2f; vague: at most %d letters left of a measure without the words that every list has. It only points out; nothing is blocked.", shortDescription, similarText, vagueRest),
			},
			Clause: clauseQuality, Basis: integrity.BasisSystem,
		},
	}
	for _, c := range checks {
		out = append(out, obligation.Definition{Code: "checkup." + c.code, Name: c.name,
			Formula: obligation.Text{ZH: "处理：" + c.advice.ZH, EN: "What to do: " + c.advice.EN}, Clause: c.clause, Basis: integrity.BasisSystem})
	}
	return append(out, records()...)
}
