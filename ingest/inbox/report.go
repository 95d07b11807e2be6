package inbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
	"unicode/utf8"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// result is what became of one file.
type result struct {
	kind    ingest.Kind
	name    string // in the folder
	shown   string // as it may be kept: the name of a complaint may be that of who wrote it
	size    int64
	at      time.Time
	keep    time.Duration // for how long an original that names somebody may lie
	report  ingest.Report
	rejects []byte // a workbook; nil for none
	base    string // the free name under which the file and its reports are kept
}

// The codes of what keeps a file out before it is read.
const (
	codeUnreadable = "file_unreadable"
	codeBroken     = "load_failed"
)

func (r *result) unreadable() {
	r.refused(codeUnreadable, "文件打不开：可能正被其他程序占用，或没有读取权限。请关闭占用它的程序、检查权限，再放入收件箱",
		"the file cannot be opened: another program may hold it, or it may not be read. Close that program, check the permissions, and put the file into the inbox again")
}

func (r *result) broken() {
	r.refused(codeBroken, "程序多次无法装载这个文件，原因见服务日志；请把文件交给管理员，或在网页“导入”上传",
		"the program could not load this file several times over; the log of the server says why. Give the file to the administrator, or upload it on the page Imports")
}

func (r *result) refused(code, zh, en string) {
	p := ingest.NewProblem(code, zh, en)
	r.report = ingest.Report{Kind: r.kind, Files: []ingest.FileReport{{Name: r.shown, Status: ingest.FileUnreadable,
		Warnings: []ingest.Problem{}, Errors: []ingest.Problem{p}, DroppedColumns: []string{}}}}
}

// nothing reports whether no row of the file was loaded.
func (r *result) nothing() bool {
	const nothing = 4
	return r.report.Outcome() == nothing
}

// folder is where the file belongs.
func (r *result) folder() string {
	if r.nothing() || r.named() && !r.deleted() {
		return Failed
	}
	return Done
}

// named reports whether the file may name those who wrote: complaints and petitions.
func (r *result) named() bool { return r.kind.Named() }

// deleted reports whether the original is not kept, because it may name those who wrote.
// One whose rows no batch holds is kept all the same: it may be the only copy.
func (r *result) deleted() bool { return r.named() && r.report.Held() }

// What is appended to the name of a file for its reports.
const (
	textSuffix    = ".report.txt"
	jsonSuffix    = ".report.json"
	rejectsSuffix = ".rejects.xlsx"
)

// write writes the reports under a name that is free for all of them and for the file.
func (r *result) write(dir *os.Root) error {
	if err := dir.Mkdir(r.folder(), 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := r.reserve(dir); err != nil {
		return err
	}
	if r.rejects != nil {
		if err := r.put(dir, rejectsSuffix, r.rejects); err != nil {
			return err
		}
	}
	return r.put(dir, textSuffix, []byte(r.text()))
}

// reserve finds a free name and takes it by writing the JSON report.
func (r *result) reserve(dir *os.Root) error {
	text, err := r.json()
	if err != nil {
		return err
	}
	for n := 1; ; n++ {
		r.base = numbered(r.shown, n)
		free, err := r.free(dir)
		if err != nil {
			return err
		}
		if !free {
			continue
		}
		if err := r.put(dir, jsonSuffix, text); !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
}

// free reports whether nothing has the name of the file or of one of its reports.
func (r *result) free(dir *os.Root) (bool, error) {
	for _, suffix := range []string{"", textSuffix, rejectsSuffix} {
		switch _, err := dir.Lstat(path.Join(r.folder(), r.base+suffix)); {
		case err == nil:
			return false, nil
		case !errors.Is(err, fs.ErrNotExist):
			return false, err
		}
	}
	return true, nil
}

// put writes a file that is not there yet.
func (r *result) put(dir *os.Root, suffix string, body []byte) error {
	f, err := dir.OpenFile(path.Join(r.folder(), r.base+suffix), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(body)
	return errors.Join(err, f.Close())
}

// numbered is a name with a number before its extension, from the second on. File systems
// take 255 bytes; the reports need some of them.
func numbered(name string, n int) string {
	const most = 200
	ext := path.Ext(name)
	if len(ext) > 16 {
		ext = ""
	}
	stem := strings.TrimSuffix(name, ext)
	for len(stem)+len(ext) > most {
		_, size := utf8.DecodeLastRuneInString(stem)
		stem = stem[:len(stem)-size]
	}
	if n > 1 {
		stem += fmt.Sprintf(" (%d)", n)
	}
	return stem + ext
}

// kept is the report for programs: that of the command ingest, and what became of the file.
type kept struct {
	TakenAt  time.Time `json:"taken_at"`
	Size     int64     `json:"size"`
	Original string    `json:"original"` // moved or deleted
	ingest.Report
	English ingest.Report `json:"english"`
}

func (r *result) json() ([]byte, error) {
	original := "moved"
	if r.deleted() {
		original = "deleted"
	}
	text, err := json.MarshalIndent(kept{TakenAt: r.at.In(integrity.Shanghai), Size: r.size, Original: original, Report: r.report, English: r.report.In(integrity.English)}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write the report of a file: %w", err)
	}
	return append(text, '\n'), nil
}

// text is the report for people, Chinese first.
func (r *result) text() string {
	var b strings.Builder
	b.WriteString("\ufeff") // old editors take the file for the local encoding without it
	r.speak(&b, integrity.Chinese)
	b.WriteString("\n————————————————————————————————————————\n\n")
	r.speak(&b, integrity.English)
	return strings.ReplaceAll(b.String(), "\n", "\r\n")
}

func (r *result) speak(b *strings.Builder, lang integrity.Lang) {
	report := r.report.In(lang)
	f := report.Files[0]
	say := func(zh, en string, args ...any) {
		if lang == integrity.English {
			zh = en
		}
		fmt.Fprintf(b, zh+"\n", args...)
	}
	say("清风收件箱：装载报告", "Qingfeng inbox: report of a load")
	say("", "")
	say("文件　%s", "File      %s", r.shown)
	sum := f.SHA256
	if sum == "" {
		sum = "—"
	}
	say("大小　%d 字节　SHA-256 %s", "Size      %d bytes, SHA-256 %s", r.size, sum)
	say("类别　%s", "Kind      %s", string(r.kind))
	say("时间　%s（北京时间）", "Time      %s (Beijing)", r.at.In(integrity.Shanghai).Format(time.DateTime))
	say("结果　%s", "Result    %s", r.verdict(f, lang))
	if report.Batch != "" {
		say("批次　%s", "Batch     %s", report.Batch)
	}
	say("行数　读 %d，新增 %d，更改 %d，不变 %d，拒收 %d", "Rows      read %d, added %d, changed %d, unchanged %d, rejected %d", f.Read, f.Added, f.Changed, f.Unchanged, f.Rejected)
	if len(f.DroppedColumns) > 0 {
		say("丢弃的列（身份信息不入库）　%s", "Dropped columns (identities are never stored): %s", strings.Join(f.DroppedColumns, "、"))
	}
	if len(f.UnknownColumns) > 0 {
		say("没有用到的列　%s", "Columns not used: %s", strings.Join(f.UnknownColumns, "、"))
	}
	if f.Masked > 0 {
		say("正文中遮盖了 %d 处身份信息", "%d identifiers masked in texts", f.Masked)
	}
	switch {
	case r.deleted():
		say("原件　已删除（投诉、信访原件不留存，只记名称、大小和 SHA-256）", "Original  deleted (originals of complaints and petitions are not kept, only name, size and SHA-256)")
	default:
		say("原件　已移到 %s/%s", "Original  moved to %s/%s", r.folder(), r.base)
	}
	if r.rejects != nil {
		say("拒收的行　%s（改好后放回收件箱）", "Rejected  %s (correct the rows and put the file back into the inbox)", r.base+rejectsSuffix)
	}
	r.problems(b, lang, "错误", "Errors", f.Errors)
	r.problems(b, lang, "提醒", "Warnings", f.Warnings)
	if f.MoreProblems > 0 {
		say("另有 %d 条未列出", "%d more are not listed", f.MoreProblems)
	}
	if r.named() && !r.deleted() {
		say("注意　原件未能全部读入，因此没有删除。其中可能有举报人、信访人身份信息，只有本机运行账号可以打开：请尽快改正后放回收件箱，或删除原件；%s（北京时间）起程序将它自动删除",
			"Caution   the original could not be read in full and was therefore not deleted. It may name those who wrote, and only the account of the program may open it: soon mend it and put it back into the inbox, or delete it; from %s (Beijing) on the program deletes it",
			r.at.Add(r.keep).In(integrity.Shanghai).Format("2006-01-02 15:04"))
	}
	if r.nothing() {
		say("", "")
		say("收件箱不带参数：要另行指定单位、日期、等级对照或表头对照的文件，请在网页“导入”上传。",
			"The inbox takes no options: upload files that need a unit, a date, a grade map or a map of headings on the page Imports.")
	}
}

// verdict is the outcome in a sentence.
func (r *result) verdict(f ingest.FileReport, lang integrity.Lang) string {
	zh, en := "已装载", "loaded"
	switch {
	case r.nothing():
		zh, en = "什么都没有装载", "nothing was loaded"
	case r.named() && !r.deleted():
		zh, en = "只装载了一部分，另一部分没有读入", "only a part was loaded, the rest was not read"
	case f.Status == ingest.FileUnchanged:
		zh, en = "同一份文件已装载过，没有改动任何数据", "the same file was loaded before; nothing has changed"
	case f.Rejected > 0 || len(f.Errors) > 0:
		zh, en = "已装载，但有行被拒收", "loaded, but rows were rejected"
	}
	if lang == integrity.English {
		return en
	}
	return zh
}

func (r *result) problems(b *strings.Builder, lang integrity.Lang, zh, en string, list []ingest.Problem) {
	if len(list) == 0 {
		return
	}
	english := lang == integrity.English
	title := zh
	if english {
		title = en
	}
	fmt.Fprintf(b, "\n%s (%d)\n", title, len(list))
	for _, p := range list {
		var place []string
		add := func(zh, en string, v any) {
			if english {
				zh = en
			}
			place = append(place, fmt.Sprintf(zh, v))
		}
		if p.File != "" {
			add("%s", "%s", p.File)
		}
		if p.Table > 0 {
			add("表%d", "table %d", p.Table)
		}
		if p.Sheet != "" {
			add("%s", "%s", p.Sheet)
		}
		if p.Row > 0 {
			add("第%d行", "row %d", p.Row)
		}
		if p.Column != "" {
			add("%s", "%s", p.Column)
		}
		if p.Value != "" {
			add("“%s”", "“%s”", strings.ReplaceAll(p.Value, "\n", " "))
		}
		fmt.Fprintf(b, "  - %s：%s [%s]\n", strings.Join(place, " "), advice(p.Message, lang), p.Code)
	}
}
