package view

// The words of what stands behind a number.
var aboutMessages = map[string]translated{
	"about.word":           {"口径", "About"},
	"about.of":             {"口径：%s", "About: %s"},
	"about.all":            {"全部指标说明", "All definitions"},
	"letters.register":     {"函件登记", "Register"},
	"jobs.title":           {"各项任务", "Tasks"},
	"reports.list":         {"已有的报告", "Reports there are"},
	"methods.all":          {"四种全用", "all four"},
	"outcome.face.signals": {"按来源", "By source"},
	"outcome.face":         {"化解", "Outcome"},
	"outcome.new":          {"新增", "New"},
	"outcome.recurring":    {"重复", "Recurring"},
	"outcome.closed":       {"办结", "Closed"},
	"outcome.months":       {"近 %d 个月关联线索的新增、重复和办结", "New, recurring and closed linked signals, %d months"},
	"outcome.counted":      {"只数已关联风险点的线索；能看信访件的人另计信访。", "Counts signals linked to risk points; petitions for those who may read them."},
	"outcome.sum":          {"有过关联线索的风险点 %d 个，其中 %d 个近 12 个月没有新线索，视为化解。", "%d points ever had a linked signal; %d of them had none for twelve months and are taken as resolved."},
	"about.json":           {"接口数据（JSON）", "Data for programs (JSON)"},
}
