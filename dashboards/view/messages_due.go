package view

// The messages of what is owed: what earlier years left undone, and the boards of units and
// leaders.
var dueMessages = map[string]translated{
	"tile.unmet":      {"上年度未完成 %s 项", "%s left undone last year"},
	"tile.unmet.year": {"%d 年度未完成 %s 项", "%d: %s left undone"},
	"unmet.title":     {"以前年度未完成", "Left undone by earlier years"},
	"unmet.note":      {"至今未完成也未补录、未豁免，不计入本年度各数", "neither done, entered late nor exempt so far; in none of this year's numbers"},
	"unmet.items":     {"项数", "Items"},
	"unmet.numbers":   {"清单序号", "Numbers"},
	"duty.due.head":   {"期限", "Due"},
	"boards.unmet":    {"另：以前年度未完成 %s", "earlier years: %s"},
	"boards.own":      {"以前年度参与不足：%s", "too seldom in earlier years: %s"},
	"boards.own.year": {"%d 年 %d/%d", "%d: %d/%d"},
	"boards.of":       {"共 %d 个点", "of %d points"},
	"boards.threeway": {"按期 %d、补齐 %d、未完成 %d", "%d on time, %d late, %d not"},
	"boards.permonth": {"每月需 %s", "%s a month"},
	"boards.perweek":  {"每周需 %s", "%s a week"},
	"boards.noreview": {"不计", "not owed"},
	"duty.system":     {"（期限为本系统设定，非文件规定）", "(the limit is this system's, not the notice's)"},
	"duty.next":       {"下一步：", "Next: "},
	"boards.steps":    {"首先要办的事", "What is to be done first"},
	"boards.next":     {"下一步", "Next step"},
	"boards.pressing": {"逾期、滞后和临近", "Late or near"},
	"boards.inall":    {"共 %s 项", "%s in all"},
	"boards.ownpart":  {"本人参加检查未完成", "own part undone"},
	"leaders.former":  {"现不分管；以前年度有未完成事项", "no longer in charge; left something undone in earlier years"},
}
