package view

// Messages of the page of one signal.
var signalMessages = map[string]translated{
	"signal.about":      {"登记内容", "On record"},
	"signal.points":     {"关联的风险点", "Risk points it belongs to"},
	"signal.suggested":  {"可能相关的风险点（仅为建议，不计入统计）", "Points it may belong to (suggestions, not counted)"},
	"signal.nopoint":    {"没有关联的风险点。", "It belongs to no listed point."},
	"signal.decide":     {"关联或更正", "Link or correct"},
	"signal.point.gone": {"该日不在清单上的风险点", "A point not in force on the day"},
	"signal.history":    {"各次导入的变化", "What each load changed"},
	"signal.batch":      {"批次 %s", "batch %s"},
	"signal.first":      {"首次登记。", "First on record."},
	"signal.same":       {"内容未变，由系统重新归类或整理。", "The content is the same; the program worked it out anew."},
	"signal.reworded":   {"内容更正，原为：%s", "Text corrected; it was: %s"},
	"signal.relinked":   {"关联的风险点有变化", "Its points changed"},
	"signal.channel":    {"渠道", "Channel"},
	"signal.source":     {"来源", "Source"},
	"signal.nature":     {"性质", "Nature"},
	"signal.accepted":   {"受理日期", "Accepted on"},
	"signal.extended":   {"延期至", "Extended to"},
	"signal.severity":   {"严重程度（1–5）", "Severity (1–5)"},
	"signal.repeat":     {"重复件", "Repeats"},
}
