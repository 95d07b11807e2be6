package view

import (
	"fmt"

	"qingfeng/internal/integrity"
)

// translated is a message in both languages: what one has, the other has.
type translated struct{ zh, en string }

// catalogue is every message by its key. A page with many messages of its own keeps them
// in a file messages_PAGE.go and adds them to catalogues.
var catalogue = func() map[string]translated {
	all := map[string]translated{}
	for _, part := range catalogues {
		for key, m := range part {
			if _, twice := all[key]; twice {
				panic(fmt.Sprintf("view: message %q twice", key))
			}
			all[key] = m
		}
	}
	return all
}()

var catalogues = []map[string]translated{keptMessages,
	frameMessages, wordMessages, partMessages, insightMessages, repeatMessages,
	pageMessages, overviewMessages, dutyMessages, rowMessages, workMessages, monthMessages, letterMessages, confirmMessages, reportMessages, adminMessages,
	stageMessages, dueMessages,
	opinionMessages,
	paperMessages,
	conditionMessages,
	inflowMessages,
	recordMessages,
	directoryMessages,
	signalMessages,
	viewMessages,
	aboutMessages,
	scheduleMessages,
}

func lookup(lang integrity.Lang, key string) (string, bool) {
	m, ok := catalogue[key]
	if lang == integrity.English {
		return m.en, ok
	}
	return m.zh, ok
}

// The frame around every page.
var frameMessages = map[string]translated{
	"app.name":     {"清风", "Qingfeng"},
	"app.subtitle": {"廉洁风险防控监督", "Integrity risk supervision"},
	"app.html":     {"zh-CN", "en"},
	"app.skip":     {"跳到正文", "Skip to content"},
	"app.strip": {
		"本系统为非涉密系统，严禁录入、存储国家秘密和检举控告原件。",
		"This is a non-classified system. State secrets and originals of accusations must not be entered or stored here.",
	},
	"app.mainnav":     {"主导航", "Main navigation"},
	"app.help":        {"指标说明", "Definitions"},
	"app.login":       {"登录", "Log in"},
	"app.logout":      {"退出", "Log out"},
	"app.language":    {"English", "中文"},
	"app.languagetip": {"Switch to English", "切换为中文"},
	"app.dark":        {"深色", "Dark"},
	"app.darktip":     {"深色显示", "Dark colours"},
	"app.large":       {"大字", "Large"},
	"app.largetip":    {"放大文字", "Larger text"},
	"app.settings":    {"显示设置", "Display"},
	"app.asof":        {"截至 %s", "As of %s"},
	"app.loaded":      {"最近装载 %s", "Last load %s"},
	"app.notloaded":   {"尚未装载数据", "Nothing loaded yet"},
	"app.upto":        {"各来源数据到：", "Data reach up to: "},
	"app.takeaway":    {"本页各表导出：", "The tables of this page:"},
	"app.dataversion": {"数据版本 %s", "Data version %s"},
	"app.version":     {"程序版本 %s", "Program version %s"},
	"app.timezone":    {"所有日期为北京时间", "All days are days of Beijing time"},
	"app.chartoff":    {"图未能显示，数字见旁边的表。", "The chart cannot be shown; its numbers are in the table beside it."},

	"nav.overview":    {"总览", "Overview"},
	"nav.heatmap":     {"风险分布", "Distribution"},
	"nav.hotspots":    {"热点", "Hot spots"},
	"nav.blindspots":  {"盲区", "Blind spots"},
	"nav.supervision": {"监督日历", "Calendar"},
	"nav.letters":     {"督办", "Letters"},
	"nav.leaders":     {"领导履责", "Leaders"},
	"nav.risks":       {"风险清单", "Risks"},
	"nav.checkup":     {"清单体检", "Check-up"},
	"nav.signals":     {"线索", "Signals"},
	"nav.imports":     {"导入", "Imports"},
	"nav.reports":     {"月报", "Reports"},
	"nav.jobs":        {"任务", "Jobs"},
	"nav.admin":       {"管理", "Admin"},
}

// Names of measures and dimensions.
var wordMessages = map[string]translated{
	"measure.risks":       {"风险点数", "Risk points"},
	"measure.complaints":  {"投诉件数", "Complaints"},
	"measure.petitions":   {"信访件数", "Petitions"},
	"measure.findings":    {"发现问题数", "Findings"},
	"measure.comparisons": {"比对异常数", "Comparisons"},
	"measure.signals":     {"线索件数", "Signals"},
	"measure.checks":      {"检查次数", "Checks"},
	"measure.overdue":     {"逾期项数", "Overdue items"},

	"dim.layer":    {"层面", "Layer"},
	"dim.category": {"类别", "Category"},
	"dim.grade":    {"等级", "Grade"},
	"dim.unit":     {"单位", "Unit"},
	"dim.month":    {"月份", "Month"},
	"dim.leader":   {"责任领导", "Leader"},
	"dim.stage":    {"阶段", "Stage"},
	"dim.managed":  {"人财物", "People, money, goods"},

	"list.comma": {"、", ", "},
}

// Parts that several pages show.
var partMessages = map[string]translated{
	"heatmap.title":   {"%s，%s × %s", "%s, %s by %s"},
	"heatmap.corner":  {"重要/全部", "Imp./all"},
	"heatmap.total":   {"合计", "Total"},
	"heatmap.aria":    {"数字见下表", "the numbers are in the table below"},
	"counted.default": {"只数涉廉和待判的线索。", "Counts signals that concern integrity or are undecided."},
	"counted.yes":     {"只数涉廉的线索。", "Counts signals that concern integrity."},
	"counted.no":      {"只数非涉廉的线索。", "Counts signals that do not concern integrity."},
	"counted.unknown": {"只数待判的线索。", "Counts signals that are undecided."},
	"counted.all":     {"数全部线索，涉廉与否都在内。", "Counts all signals, whether they concern integrity or not."},
	"heatmap.small":   {"“<3”与“—”为保护当事人不显示，不能点开；0 可以。", "“<3” and “—” are not shown to protect people and cannot be opened; 0 can."},
	"chart.numbers":   {"这张图的数字", "Numbers of this chart"},

	"obligations.caption":      {"六项义务完成情况", "State of the six obligations"},
	"obligations.rule":         {"义务", "Obligation"},
	"obligations.share":        {"比例", "Share"},
	"obligations.met":          {"按期完成", "Met"},
	"obligations.late":         {"逾期完成、已补齐", "Met late, made up"},
	"obligations.overdue":      {"逾期未完成", "Overdue"},
	"obligations.behind":       {"进度滞后", "Behind"},
	"obligations.open":         {"未到期", "Not due"},
	"obligations.head.met":     {"按期", "Met"},
	"obligations.head.late":    {"补完", "Late"},
	"obligations.head.overdue": {"逾期", "Over"},
	"obligations.head.behind":  {"滞后", "Behind"},
	"obligations.head.open":    {"未到期", "Open"},
	"obligations.system":       {"本系统设定，非文件规定", "Set by this system, not by the notice"},
	"obligations.aria": {
		"按期完成%d，逾期完成或已补齐%d，逾期未完成%d，进度滞后%d，未到期%d",
		"met %d, met late or made up %d, overdue %d, behind schedule %d, not due %d",
	},

	"pill.overdue": {"逾期 %d 天", "%d days overdue"},
	"pill.behind":  {"滞后 %d 天", "%d days behind"},
	"pill.left":    {"剩 %d 天", "%d days left"},
	"pill.today":   {"今天到期", "due today"},

	"spark.aria":  {"近%d个月：%s", "last %d months: %s"},
	"spark.none":  {"历史不足 6 个月，暂不判断", "less than 6 months of history, not judged"},
	"bullet.aria": {"实际%d件，预期%s件", "actual %d, expected %s"},

	"filters.label":  {"筛选", "Filters"},
	"filters.apply":  {"应用", "Apply"},
	"filters.clear":  {"清除全部条件", "Clear all conditions"},
	"filters.remove": {"去掉这个条件", "Remove this condition"},
	"filters.view":   {"视图", "View"},

	"pager.label": {"分页", "Pages"},
	"pager.rows":  {"第 %d–%d 行，共 %s 行", "Rows %d–%d of %s"},
	"pager.prev":  {"上一页", "Previous"},
	"pager.next":  {"下一页", "Next"},

	"tiles.label": {"主要数字", "Main numbers"},
	"table.empty": {"没有符合条件的行", "No rows match"},
}
