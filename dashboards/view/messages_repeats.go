package view

// The messages of matters that may be repeats.
var repeatMessages = map[string]translated{
	"repeats.title":        {"疑似重复的事", "Possible repeats"},
	"repeats.sentence":     {"共 %s 件与本单位另一件事文字相近（相似度不低于 %s，相隔不超过 %d 天）。只作提示，从不自动合并，件数照常计算，是否重复由人判断。", "%s matters read like another one of the unit (at least %s alike, at most %d days apart). A suggestion only: nothing is merged by it, both are counted, a person decides."},
	"repeats.none":         {"没有文字相近的事。", "No matters read alike."},
	"repeats.later":        {"后一件", "The later one"},
	"repeats.earlier":      {"相近的前一件", "The earlier one"},
	"repeats.similarity":   {"相似度", "Alike"},
	"repeats.about":        {"%s %s，%s，相似 %s", "%s %s, %s, %s alike"},
	"repeats.signal":       {"疑似重复", "Perhaps a repeat"},
	"repeats.signal.note":  {"同一单位 90 天内文字相近的事，仍各计一件。", "Matters of the unit within 90 days that read alike; each is counted."},
	"repeats.near":         {"其中 %d 件疑似重复（文字相近，未合并）", "%d of them may be repeats (near texts, not merged)"},
	"hot.own":              {"与自己比", "Against itself"},
	"hot.own.value":        {"前 %d 个月平均每月 %s 件", "over the %d months before %s a month"},
	"hot.peers":            {"与同类比", "Against peers"},
	"hot.peers.value":      {"%d 个同类单位当月平均 %s 件", "%d units like it had %s on average in the month"},
	"hot.listpoints":       {"清单中", "In the list"},
	"hot.listpoints.value": {"%d 个风险点（重要 %d 个，重点部位 %d 个）", "%d risk points (%d important, %d marked key places)"},
	"hot.listpoints.none":  {"没有这一类的风险点", "no risk point of this category"},
	"hot.colon":            {"：", ": "},
	"hot.semicolon":        {"；", "; "},
	"hot.beside":           {"对照", "Beside it"},
	"hot.keyplaces":        {"清单中 %d 个风险点标为重点部位", "%d points of the list are marked key places"},
	"hot.ratio.note":       {"之比的两边各加 0.5，件数少时不致夸大；排列先后按偶然出现的可能性。", "To both sides of the ratio half a matter is added, so that small counts do not exaggerate; the order is that of the likelihood by chance."},
}
