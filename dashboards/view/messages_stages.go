package view

// The messages of the board of stages.
var stageMessages = map[string]translated{
	"stages.title":     {"阶段进度", "Stages"},
	"stages.sentence":  {"%d 年度，%s 个处室、单位：已审定 %s 个，滞留 %s 个（系统设定的时限），审定时缺阶段 %s 个；重要风险点备案 %s。", "%d: %s units; %s approved, %s stuck (limits of this system), %s approved with gaps; important points filed %s."},
	"stages.funnel":    {"进入各阶段的单位", "Units that have entered each stage"},
	"stages.entered":   {"已进入", "Entered"},
	"stages.board":     {"单位 × 阶段", "Units by stage"},
	"stages.note":      {"日期为台账首次记录日；* 为政治处统一记录。代表帮查与专家助查并行，按较晚的起算。停留超过15个工作日为滞留，审定后10个工作日内应备案：本系统设定，非文件规定。", "Days are the first record in the ledger; * was recorded once for all units. Help by representatives and by experts run in parallel and count from the later one. More than 15 working days in a stage is stuck; filing is due 10 working days after approval: limits of this system, not of the notice."},
	"stages.now":       {"现在", "Now"},
	"stages.filed":     {"备案（已/应）", "Filed"},
	"stages.list":      {"清单", "List"},
	"stages.reported":  {"报政治处 %s", "handed over %s"},
	"stages.since":     {"%s起", "since %s"},
	"stages.started":   {"尚无记录", "no record yet"},
	"stages.wait":      {"%s前应进入下一步", "next step by %s"},
	"stages.wait.file": {"%s前应备案", "to be filed by %s"},
	"stages.stuck":     {"滞留 %d 天（%s到期）", "stuck for %d days (due %s)"},
	"stages.office":    {"由政治处办理", "the political department's"},
	"stages.missing":   {"审定时缺：%s", "approved without: %s"},
	"stages.unsigned":  {"没有人员：%s", "names nobody: %s"},
	"stages.none":      {"没有在运行的单位。", "No unit in operation."},
}
