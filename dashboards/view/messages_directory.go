package view

// The messages of the ledger of duties, of the units, and of the rows of one load.
var directoryMessages = map[string]translated{
	"nav.ledger":       {"履职台账", "Ledger"},
	"nav.directory":    {"单位名录", "Units"},
	"title.ledger":     {"履职台账", "Ledger of duties"},
	"title.directory":  {"单位与责任领导", "Units and their leaders"},
	"ledger.item":      {"事项", "Item"},
	"ledger.persons":   {"人员", "Persons"},
	"ledger.source":    {"来源、文号", "Source, document"},
	"ledger.content":   {"内容、理由", "Content, reason"},
	"ledger.adopted":   {"采纳", "Adopted"},
	"ledger.refused":   {"未采纳", "Not adopted"},
	"ledger.all":       {"全部单位", "All units"},
	"ledger.empty":     {"没有符合条件的台账记录。条件：%s。", "No entry of the ledger matches. Conditions: %s."},
	"directory.code":   {"编码", "Code"},
	"directory.parent": {"上级", "Above"},
	"directory.heads":  {"主要负责人", "Heads"},
	"directory.since":  {"分管起始", "In charge since"},
	"directory.opened": {"启用", "Opened"},
	"directory.closed": {"停用", "Closed"},
	"directory.empty":  {"没有符合条件的单位。条件：%s。", "No unit matches. Conditions: %s."},
	"param.cell":       {"图中一格", "Cell"},
	"param.batch":      {"导入批次", "Load"},
}
