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

	"imports.drop":     {"把文件拖到这里，或", "Drop files here, or"},
	"imports.pick":     {"选择文件", "Choose files"},
	"imports.toolarge": {"合计超过 64 MB，请分几次上传，或放进收件箱。", "More than 64 MB together: upload them in several goes, or put them into the inbox."},
	"imports.map":      {"表头对照", "Headings of the file"},
	"imports.sheet":    {"只读工作表", "Only the sheet"},
	"imports.encoding": {"文本编码", "Encoding"},
	"imports.field":    {"“%s”一栏", "the field “%s”"},
	"import.rows":      {"看这一批新增、更改的 %d 行", "See the %d rows it added or changed"},

	"run.title":          {"导入：%s", "Loading: %s"},
	"run.files":          {"已读 %d 份，共 %d 份", "%d of %d files read"},
	"run.rows":           {"读到 %s 行，写入 %s 行", "%s rows read, %s written"},
	"run.step.waiting":   {"等待前一个导入结束", "Waiting for another load to end"},
	"run.step.reading":   {"正在读取", "Reading"},
	"run.step.linking":   {"正在整理清单和关联", "Working out lists and links"},
	"run.state.on_track": {"未开始", "Not begun"},
	"run.state.due_soon": {"进行中", "Under way"},
	"run.state.met":      {"已读完", "Read"},
	"run.cancel":         {"停止", "Stop"},
	"run.again":          {"看进度", "See how far it is"},
	"run.leave":          {"关掉网页不影响导入。", "Closing the page does not stop it."},
	"run.cancelled":      {"已停止，没有改动任何数据。", "Stopped; nothing has changed."},
	"run.timeout":        {"用时太长，已停止，没有改动任何数据。请把文件拆开，或用命令行导入。", "It took too long and was stopped; nothing has changed. Split the file, or load it from the command line."},
	"run.load":           {"入库 %s 行", "Load %s rows"},
	"run.back":           {"重新选文件", "Choose files again"},

	"part.scheduler": {"定时任务", "The scheduler"},
	"part.inbox":     {"收件箱", "The inbox"},
}
