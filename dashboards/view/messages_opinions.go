package view

// The messages about opinions on lists, and about the versions of a list.
var opinionMessages = map[string]translated{
	"opinions.title":    {"意见与协查（代表帮查、专家助查）", "Opinions and co-checks"},
	"opinions.source":   {"来源", "Source"},
	"opinions.count":    {"条数", "Entries"},
	"opinions.adopted":  {"已采纳", "Adopted"},
	"opinions.rejected": {"未采纳", "Not adopted"},
	"opinions.open":     {"未定", "Undecided"},
	"opinions.noreason": {"未采纳无理由", "Not adopted, no reason"},
	"opinions.nosource": {"未写来源", "No source"},
	"opinions.hidden":   {"不显示", "not shown"},
	"opinions.note":     {"按台账年度计，截至统计日。查办案件的协查由检查组、政治处掌握，其他角色只见达到3条的全委总数。", "Of the year of the ledger, up to the day. Co-checks that rest on cases are known to inspectors and the political department; others see their total for the whole commission, from 3 on."},

	"reading.title":      {"认得的列名和对照（现行）", "Headings and mappings in force"},
	"reading.note":       {"标题行写成下列任何一种都认得，空格、换行和标点不计；其他写法填在“列对照”里，或由管理员写进配置。", "A heading may be written in any of these ways; blanks, line breaks and punctuation do not count. Others go into the mapping of columns, or into the configuration."},
	"reading.column":     {"模板的列（* 必需）", "Column of the template (* required)"},
	"reading.also":       {"也认作这一列的写法", "Also taken for it"},
	"reading.configured": {"配置另加：%s", "added by the configuration: %s"},
	"reading.words":      {"“类别”一列里来源自己的词，按下面对照：", "Words of the sources in the column of the category:"},
	"import.takenback":   {"由 %s 于 %s 撤回", "taken back by %s, %s"},

	"param.from_version": {"起始版本", "From version"},
	"param.to_version":   {"到版本", "To version"},

	"diff.sentence.versions":  {"%s 年第 %s 版 %s 个风险点，第 %s 版 %s 个：新增 %s，修改 %s，等级变化 %s，移出 %s，未变 %s。", "%s: version %s has %s points, version %s %s; added %s, changed %s, regraded %s, removed %s, unchanged %s."},
	"diff.zero.versions":      {"%d 年第 %d 版与第 %d 版完全相同（%d 个风险点）。", "Of %d, version %d is version %d (%d points)."},
	"diff.versions":           {"各版本", "Versions"},
	"diff.version.name":       {"%d 年第 %d 版", "%d, version %d"},
	"diff.version.approved":   {"审定 %s", "approved %s"},
	"diff.version.unapproved": {"未见审定记录", "no approval on record"},
	"diff.version.compare":    {"与前一版比较", "Compare with the version before"},
	"diff.version.points":     {"风险点", "Points"},
	"diff.version.day":        {"清单日期", "Date"},
	"diff.version.state":      {"委党委审定", "Approval"},
	"diff.alike":              {"描述相似度 %s", "descriptions alike %s"},
	"diff.alike.note":         {"描述相似度按相邻两字的 Dice 系数，1 为相同；不低于 %s 且最相似的认定为同一风险点。", "Likeness is the Dice coefficient of neighbouring characters, 1 for the same; the most alike from %s on are taken for one point."},
	"diff.opinions":           {"依据已采纳的意见", "On adopted opinions"},
	"diff.opinions.none":      {"没有已采纳的意见指向这一处", "no adopted opinion names this point"},
}
