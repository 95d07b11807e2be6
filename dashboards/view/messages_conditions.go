package view

// Conditions of pages.
var conditionMessages = map[string]translated{
	"empty.because":     {"%s条件：%s。", "%s Conditions: %s."},
	"nav.more":          {"更多", "More"},
	"filters.more":      {"更多条件", "More conditions"},
	"filters.presets":   {"常用时间", "Common times"},
	"date.placeholder":  {"年-月-日，如 2026-07-08", "year-month-day, such as 2026-07-08"},
	"month.placeholder": {"年-月，如 2026-07", "year-month, such as 2026-07"},

	"preset.month":          {"本月", "This month"},
	"preset.quarter":        {"本季", "This quarter"},
	"preset.year":           {"本年", "This year"},
	"preset.lastyear":       {"去年", "Last year"},
	"preset.today":          {"今天", "Today"},
	"preset.lastmonthend":   {"上月末", "End of last month"},
	"preset.lastquarterend": {"上季末", "End of last quarter"},
	"preset.lastyearend":    {"去年末", "End of last year"},
}
