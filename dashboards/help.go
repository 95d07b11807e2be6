package dashboards

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// notice are sentences of the notice, word for word. They are shown as they are in every
// language.
var notice = struct {
	layers     map[integrity.Layer]string
	categories map[integrity.Category]string
	grades     map[integrity.Grade]string
	distribution,
	feeds string
}{
	layers: map[integrity.Layer]string{
		integrity.LayerLeadership: "领导岗位，要突出主要负责人这个“关键少数”，以权力运行关键点、“三重一大”问题为重点",
		integrity.LayerMiddle:     "中层岗位，以内部管理薄弱点、问题易发风险点为重点",
		integrity.LayerOther:      "其他岗位，以履行岗位职责、执行制度、行使行政自由裁量权等方面为重点",
	},
	categories: map[integrity.Category]string{
		integrity.CategoryDecision:    "从把握民主决策原则，明确党委会和主任(院、站、所长)办公会议议事规则，完善“三重一大”科学决策制度，防止“个人说了算”等方面，查找决策廉洁风险",
		integrity.CategoryConduct:     "从针对作风问题的顽固性、反复性，尤其从落实中央八项规定精神不力，“四风”问题突出等方面，查找作风问题廉洁风险",
		integrity.CategoryPower:       "从自由裁量权等权力资源，查找权力运行廉洁风险",
		integrity.CategoryPost:        "从业务工作各类数据比对、日常投诉、检查考核发现的问题和信访举报中，查找岗位廉洁风险",
		integrity.CategoryInstitution: "从政策规定冲突及相对滞后对某些业务工作环节的影响或制度执行不到位，查找可能产生的制度廉洁风险",
		integrity.CategoryMechanism:   "从工作机制运行中存在的审批、执法监管不到位对工作的影响，尤其是资金、资源和资产管理的薄弱方面，查找运行机制廉洁风险",
		integrity.CategoryExternal:    "从社会环境和服务主体对行政执法和管理可能带来的影响，查找可能被“围猎”的其他廉洁风险",
	},
	grades: map[integrity.Grade]string{
		integrity.GradeGeneral:   "一般廉洁风险点是指容易造成一般违规失职行为，可能受到责任追究的权力运行重要节点",
		integrity.GradeImportant: "重要廉洁风险点是指自由裁量权较大、信访反映较为集中、较易造成违纪违法行为的权力运行关键节点",
	},
	distribution: "以“三个层面”“七类风险”为重点，开展廉洁风险点排查",
	feeds:        "从业务工作各类数据比对、日常投诉、检查考核发现的问题和信访举报中，查找岗位廉洁风险",
}

// definitions are those of every figure that pages and API show.
func definitions() []obligation.Definition {
	type text = obligation.Text
	counted := func(code string, name, formula text, clause string) obligation.Definition {
		return obligation.Definition{Code: code, Name: name, Formula: formula, Clause: clause, Basis: integrity.BasisNotice}
	}
	signals := "按发生日期计，期间不设下限时自有记录起，截至统计日；默认计涉廉和待判，不计非涉廉。更正后的内容代替原来的内容。"
	signalsEN := "By date of the event, from the first record unless the period has a lower bound, up to the as-of day; those that concern integrity and those not yet judged count, others do not unless asked for. A correction stands for what it corrects."
	out := []obligation.Definition{
		counted("risks", text{ZH: "在册廉洁风险点", EN: "Risk points in force"}, text{
			ZH: "统计日在册的风险点数：自委党委审定之日（未记录的自清单日期）起，至单位下一份不含该点的清单之日或单位停用之日止。单位包括其下级单位。",
			EN: "Points in force on the as-of day: from the committee's approval, or the date of the list where none is recorded, to the unit's next list without the point or the closing of the unit. A unit includes the units below it.",
		}, notice.distribution),
		counted("important", text{ZH: "重要风险点", EN: "Important points"}, text{
			ZH: "在册风险点中等级为“重要”的。等级由人评定，程序从不改动；重要＋一般＋未评级＝在册。",
			EN: "Points in force whose grade is important. People decide the grade, the program never changes it; important + general + ungraded = in force.",
		}, notice.grades[integrity.GradeImportant]),
		counted("key-few", text{ZH: "关键少数风险点数", EN: "Points of the key few"}, text{
			ZH: "在册风险点中清单标为“关键少数”（由主要负责人承担）且层面是领导岗位的。层面还没有确认的，确认后计入。与清单页“标签：关键少数”的行数相同。",
			EN: "Points in force that their list marks 关键少数 (held by a principal) and whose layer is the leadership. One whose layer is not yet confirmed counts once it is. As many as the list of points has rows under that tag.",
		}, notice.layers[integrity.LayerLeadership]),
		counted("checks", text{ZH: "监督检查次数", EN: "Checks"}, text{
			ZH: "期间内的检查记录数，一条记录为一个单位一天的一次检查，可以覆盖多个风险点。", EN: "Checks of the period; a record is one visit to one unit on one day and may cover several points.",
		}, obligation.ClauseMethods),
		counted("complaints", text{ZH: "日常投诉件数", EN: "Complaints"}, text{ZH: signals, EN: signalsEN}, notice.feeds),
		counted("petitions", text{ZH: "信访举报件数", EN: "Petitions"}, text{
			ZH: signals + "不能看信访件的人，小于3件的格子及可由合计推出的格子不显示。",
			EN: signalsEN + " From those who may not read petitions, cells below 3 are hidden, and those that totals would give away.",
		}, notice.feeds),
		counted("findings", text{ZH: "发现问题数", EN: "Findings"}, text{ZH: "问题清单的行数，加有发现的检查数（三问中有“否”，或填了发现问题；一次检查计一个）。" + signals, EN: "Rows of problem lists, and checks that found something (an answer no, or a text; one for each check). " + signalsEN}, notice.feeds),
		counted("comparisons", text{ZH: "业务数据比对异常数", EN: "Anomalies of data comparison"}, text{ZH: signals, EN: signalsEN}, notice.feeds),
		counted("signals", text{ZH: "线索件数", EN: "Signals"}, text{ZH: "日常投诉、信访举报、发现问题、比对异常之和。" + signals, EN: "Complaints, petitions, findings and anomalies together. " + signalsEN}, notice.feeds),
		counted("overdue", text{ZH: "逾期未完成", EN: "Overdue"}, text{
			ZH: "统计日状态为逾期、且期限由文件规定的义务项数。本系统设定的期限已过的称进度滞后，不计入逾期。",
			EN: "Obligations overdue on the as-of day by a date of the notice. What is past a limit of this system is called behind schedule and does not count as overdue.",
		}, obligation.ClauseTwoChecks),
	}
	out = slices.Concat(out, obligation.Definitions(), metrics.Definitions())
	for i := range out {
		d := &out[i]
		if d.Numerator.ZH == "" {
			d.Numerator = d.Name
		}
		if d.Denominator.ZH == "" { // said rather than left open: nobody need look for it
			d.Denominator = text{ZH: "无（计数，不是比率）", EN: "none (a count, no ratio)"}
		}
	}
	return out
}

type helpPage struct {
	view.Page
	Metrics    []view.About
	Layers     []quoted
	Categories []quoted
	Grades     []quoted
	Words      []quoted
}

type quoted struct{ Name, Text string }

func (s *server) help(c *fiber.Ctx) error {
	r := s.plainRequest(c)
	p := helpPage{Page: r.frame("")}
	p.Title, p.AsOf = r.t("app.help"), integrity.NoDay
	for _, d := range defined() {
		p.Metrics = append(p.Metrics, translatedAbout(d, r.lang))
	}
	for _, l := range integrity.Layers() {
		if text := notice.layers[l]; text != "" {
			p.Layers = append(p.Layers, quoted{l.Label(r.lang), text})
		}
	}
	for _, k := range integrity.Categories() {
		if text := notice.categories[k]; text != "" {
			p.Categories = append(p.Categories, quoted{k.Label(r.lang), text})
		}
	}
	for _, g := range integrity.Grades() {
		if text := notice.grades[g]; text != "" {
			p.Grades = append(p.Grades, quoted{g.Label(r.lang), text})
		}
	}
	for _, word := range []string{"unclassified", "asof", "knownat", "basis", "late", "lateentry", "removed"} {
		p.Words = append(p.Words, quoted{r.t("help.word." + word), r.t("help.text." + word)})
	}
	return r.render("help", p)
}
