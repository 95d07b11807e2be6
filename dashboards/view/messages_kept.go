package view

var keptMessages = map[string]translated{
	"kept.runs":          {"这个月的历次判断", "Runs that judged this month"},
	"kept.runs.note":     {"每月1日和5日自动判断上三个月；结果有变才留新版。已签发的月报保留当时的版本。", "The three months before are judged on the 1st and 5th of each month; a new version is kept where the result differs. An issued report keeps its version."},
	"kept.norun":         {"任务还没有判断过这个月；以上是按现有数据当场算的。", "No task has judged this month yet; the above is computed now, from what is loaded."},
	"kept.version":       {"版次", "Version"},
	"kept.made":          {"判断时间", "Judged at"},
	"kept.data":          {"数据版本 %s", "data version %s"},
	"kept.found":         {"找到", "Found"},
	"kept.counts":        {"热点 %d、关注 %d、仅三个月合计偏高 %d", "%d hot, %d watched, %d over three months only"},
	"kept.changes":       {"比上一版", "Against the version before"},
	"kept.why":           {"原因", "Why"},
	"kept.first":         {"第一版", "first version"},
	"kept.same":          {"列入的不变，数字略有不同", "the same cells, with slightly other numbers"},
	"kept.monthend":      {"上月末（%s）当时所知，%s 留存：在册风险点 %d 个，超过文件规定期限 %d 项。", "Month end (%s) as it was known, kept on %s: %d risk points, %d items past the notice's dates. "},
	"kept.monthend.same": {"按现有数据重算，相同。", "Computed again from what is loaded now: the same."},
	"kept.monthend.now":  {"按现有数据重算：%d 个、%d 项，差别来自以后的装载。", "Computed again from what is loaded now: %d and %d; later loads made the difference."},
	"kept.round":         {"%d 年第一季度动态排查于 %s 开启，应完成 %d 个单位，期限 %s。", "The first-quarter review of %d was opened on %s: %d units owe it by %s."},
}
