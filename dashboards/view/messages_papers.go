package view

// The messages of the papers that go through the offices.
var paperMessages = map[string]translated{
	"lists.form":                {"下载预填的清单表（.docx）", "Prefilled form (.docx)"},
	"paper.title":               {"公文材料", "Papers"},
	"paper.filing":              {"重要风险点备案表", "Important points to file"},
	"paper.filing.note":         {"在册重要风险点，及审定、备案情况", "important points with approval and filing"},
	"paper.filing-changes":      {"变更备案表", "Changes to file"},
	"paper.filing-changes.note": {"最近一次备案之后新增、修改、等级变化、移出的", "added, changed, regraded and removed since the last filing"},
	"paper.summary":             {"上会汇总表", "Summary for the committee"},
	"paper.summary.note":        {"各单位清单，按附件1的次序合并", "the lists of all units, in the order of annex 1"},
	"paper.duty":                {"一岗双责履职单", "Page of duties"},
	"paper.duty.note":           {"每位责任领导一页", "one page for each leader in charge"},
	"paper.reminder":            {"催报", "Reminders"},
	"paper.reminder.note":       {"总的一份，未交单位各一份", "one for all, and one for each unit without a list"},
	"paper.prefilled":           {"预填的清单表", "Prefilled forms"},
	"paper.prefilled.note":      {"附件1，填好上一年度的风险点，未交单位各一份", "annex 1 with the points of the year before, one for each unit without a list"},
	"paper.as.docx":             {"Word", "Word"},
	"paper.as.html":             {"打印", "Print"},
	"paper.as.xlsx":             {"Excel", "Excel"},
	"paper.as.csv":              {"CSV", "CSV"},
}
