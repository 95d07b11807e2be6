package view

// The messages of loading: the inbox, and loads that run.
var inflowMessages = map[string]translated{
	"inbox.title":   {"收件箱", "Inbox"},
	"inbox.what":    {"放进子文件夹的文件会自动装载，结果在其中的 done 和 failed。", "Files put into its sub-folders are loaded; what became of them is in done and failed."},
	"inbox.idle":    {"正常，没有待装载的文件", "Fine; no file waits"},
	"inbox.busy":    {"正在装载 %s", "Loading %s"},
	"inbox.waiting": {"%s 个文件待装载", "%s files wait"},
	"inbox.stalled": {"停滞", "Stalled"},
	"inbox.look":    {"最近查看 %s", "Last looked at %s"},
	"inbox.aside":   {"没有处理（链接、文件夹等）：%s", "Left alone (links, folders and the like): %s"},

	"part.scheduler": {"定时任务", "The scheduler"},
	"part.inbox":     {"收件箱", "The inbox"},
}
