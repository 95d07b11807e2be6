package view

// The names of tasks, and when they run.
var scheduleMessages = map[string]translated{
	"job.flag-overdue":   {"逾期标记", "Flags of what is overdue"},
	"job.hot-spots":      {"热点判断", "Hot spots"},
	"job.monthly-report": {"月报草稿", "Draft of the report"},
	"job.month-snapshot": {"月末留存", "Numbers of the month's end"},
	"job.q1-open":        {"第一季度排查开启", "Opening of the first-quarter review"},
	"job.freshness":      {"来源装载检查", "Sources gone quiet"},
	"job.warn":           {"到期提醒", "Notices"},
	"job.deliver":        {"发送邮件", "Delivery of mails"},
	"job.backup":         {"夜间备份", "Nightly backup"},
	"job.retention":      {"到期清理", "Clearing up"},

	"schedule.every":   {"每 %s 分钟", "every %s minutes"},
	"schedule.daily":   {"每天 %s", "daily %s"},
	"schedule.monthly": {"每月 %s 日 %s", "on day %s of each month, %s"},
	"schedule.months":  {"%s–%s 月每月 %s 日 %s", "months %s–%s, on day %s, %s"},

	"jobs.due":               {"应执行 %s", "due %s"},
	"mails.unaddressed.some": {"没有登记邮箱的收件人 %d 位：在配置文件的 recipients 中补上", "%d recipients without an address: add them under recipients of the configuration file"},
}
