package view

// The faces of the distribution, and the drawn history of a point.
var viewMessages = map[string]translated{
	"heatmap.view.matrix":   {"矩阵", "Matrix"},
	"heatmap.view.share":    {"占比", "Shares"},
	"heatmap.share.unit":    {"占本行合计（%）", "Of the row’s total (%)"},
	"heatmap.share.note":    {"每格为占本行合计的百分比，合计列和合计行为件数。", "Each cell is a percentage of its row's total; totals are counts."},
	"heatmap.view.calendar": {"日历", "Calendar"},
	"heatmap.view.units":    {"树图", "Areas"},
	"param.view":            {"视图", "View"},

	"days.title":    {"每天的%s，%d 年", "%s by day, %d"},
	"days.sentence": {"%d 年到截至日共有 %s %s。", "Up to the day, %d has %s %s."},
	"days.note":     {"空白是还没有到来的日子，浅色是没有线索的日子。", "Blank days have not come yet, pale ones have no signal."},

	"areas.title":     {"各单位风险点数与重要占比", "Risk points by unit and share of important ones"},
	"areas.sentence":  {"%d 家单位，共 %s 个风险点。", "%d units with %s risk points."},
	"areas.note":      {"面积是风险点数，颜色深浅是重要风险点所占百分比；没有风险点的单位只在表里。", "The area is the number of points, the shade the share of important ones; units without points stand in the table only."},
	"areas.all":       {"风险点", "Points"},
	"areas.important": {"重要", "Important"},
	"areas.share":     {"重要占比", "Share of important"},

	"timeline.title": {"这个风险点的版本、检查、线索和函件", "Versions, checks, signals and letters of this point"},
	"timeline.due":   {"应再查 %d 次", "%d more due"},
	"timeline.asof":  {"虚线是截至日；□ 版本，● 检查，◆ 线索，▲ 函件，○ 应做未做。", "The dashed line is the day that is judged; □ version, ● check, ◆ signal, ▲ letter, ○ still due."},
	"timeline.none":  {"暂无", "none yet"},
}
