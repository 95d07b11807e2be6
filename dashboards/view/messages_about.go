package view

// The words of what stands behind a number.
var aboutMessages = map[string]translated{
	"about.word":       {"口径", "About"},
	"about.of":         {"口径：%s", "About: %s"},
	"about.all":        {"全部指标说明", "All definitions"},
	"letters.register": {"函件登记", "Register"},
	"jobs.title":       {"各项任务", "Tasks"},
	"reports.list":     {"已有的报告", "Reports there are"},
	"methods.all":      {"四种全用", "all four"},
	"about.json":       {"接口数据（JSON）", "Data for programs (JSON)"},
}
