package metrics

import (
	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// records are the definitions of what the program itself keeps: loads, tasks, papers, how the
// installation does. They are listed rather than measured.
func records() []obligation.Definition {
	record := func(code string, name, formula, numerator, denominator obligation.Text) obligation.Definition {
		return obligation.Definition{Code: code, Name: name, Formula: formula, Numerator: numerator, Denominator: denominator, Clause: obligation.ClauseSystem, Basis: integrity.BasisSystem}
	}
	none := obligation.Text{}
	return []obligation.Definition{
		record("batches", obligation.Text{ZH: "导入记录", EN: "Loads"}, obligation.Text{
			ZH: "一次导入为一批。读入＝新增＋更改＋未变＋退回；重复导入同一文件不增加任何行；撤回一批后，由其余各批按先后重新得出现状。",
			EN: "One load is one batch. Read = added + changed + unchanged + rejected; the same file again adds nothing; after a batch is taken back the others, in their order, make the state.",
		}, obligation.Text{ZH: "新增、更改、未变、退回的行", EN: "rows added, changed, unchanged, rejected"}, obligation.Text{ZH: "读入的行", EN: "rows read"}),
		record("reading", obligation.Text{ZH: "认得的列名", EN: "Headings that are known"}, obligation.Text{
			ZH: "每类文件的列和各列认得的别名；空格、换行、全角、标点不计。配置文件可以增加别名。",
			EN: "The columns of each kind of file and the headings taken for them; white space, line breaks, full-width forms and punctuation do not count. A configuration file adds more.",
		}, none, none),
		record("jobs", obligation.Text{ZH: "定时任务", EN: "Tasks"}, obligation.Text{
			ZH: "每项任务最近一次运行：应运行的时刻、起止、结果和件数。错过的时刻在下次启动时补做，做过的不重复。",
			EN: "The last run of each task: the moment it was due, begin and end, result and counts. A missed moment is made up for at the next start, a done one never repeated.",
		}, none, none),
		record("mails", obligation.Text{ZH: "提醒的发送", EN: "Delivery of notices"}, obligation.Text{
			ZH: "每项义务每级提醒只发一次，办结以后不再发。待发、已发、未送达、不再需要各为几件。",
			EN: "One notice for each item and level, ever, none after it is done: how many wait, were sent, failed, or are no longer needed.",
		}, none, none),
		record("reports", obligation.Text{ZH: "月报各版", EN: "Versions of reports"}, obligation.Text{
			ZH: "草稿由定时任务或人工生成，印发以后永久保存；再次印发为新的一版，附与上一版的不同。同一数据版本生成的文件逐字节相同。",
			EN: "Drafts are made by the task or by hand; what is issued is kept for ever, and issuing again makes a new version with its differences. The same version of the data gives the same bytes.",
		}, none, none),
		record("letters", obligation.Text{ZH: "督办登记", EN: "Register of letters"}, obligation.Text{
			ZH: "督办单只针对文件规定的逾期，提醒函针对本系统设定的进度滞后，责任领导和委本级应办的用履责提示单。拟稿、送审、签发、答复、销号逐次记载；答复期限从签发日起算。",
			EN: "A supervision letter is about what is overdue by the notice, a reminder about what is behind a limit of this system, a hint about what a leader or the commission itself owes. Draft, review, issue, answer and closing are recorded; the answer is due from the day of issue.",
		}, obligation.Text{ZH: "已销号的函件", EN: "letters closed"}, obligation.Text{ZH: "登记的函件", EN: "letters on record"}),
		record("administration", obligation.Text{ZH: "运行状况", EN: "How the installation does"}, obligation.Text{
			ZH: "自检逐项给出结果和处理办法；容量为各表现有行数和字节；备份为留存的副本及其校验；工作日按已公布的调休安排；设置为现行值及其出处。",
			EN: "The self-check gives each item with what to do; sizes are rows and bytes of the tables as they stand; backups are the copies kept and whether they were tried; working days follow the published arrangement; settings are those in force and where they come from.",
		}, none, none),
	}
}
