package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// loadFlags are the flags of ingest that change how files are read.
type loadFlags struct {
	unit, date, sheet, encoding, gradeMap, headings, format, rejects string
	year                                                             int
	dryRun, strict                                                   bool
}

func ingestCommand(t *terminal) *cobra.Command {
	var f loadFlags
	cmd := &cobra.Command{
		Use:   "ingest KIND FILE...",
		Short: "装载文件 (load files)",
		Long: "装载文件。KIND 是 units risks complaints petitions inspections findings comparisons ledger 之一。\n" +
			"退出码：0 全部装载；3 部分行被拒收；4 什么都没有装载。",
		Args: exactly(cobra.MinimumNArgs(2)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.format != "" && f.format != "json" {
				return usage{fmt.Errorf("--format %q; legal: json", f.format)}
			}
			req, err := f.request(args[0], t.cfg.Language())
			if err != nil {
				return usage{err}
			}
			return t.with(cmd.Context(), func(a *app) error { return a.ingest(cmd, req, args[1:], f.format, f.rejects) })
		},
	}
	fs := cmd.Flags()
	fs.StringVar(&f.unit, "unit", "", "单位编码或名称，用于没有单位列的文件 (unit, for files without one)")
	fs.IntVar(&f.year, "year", 0, "年度，默认取日期的年份 (year; that of the date by default)")
	fs.StringVar(&f.date, "date", "", "日期，用于没有日期的表 (date, for files without one)")
	fs.StringVar(&f.sheet, "sheet", "", "只读这个工作表 (read this sheet only)")
	fs.StringVar(&f.encoding, "encoding", "", "文本编码，如 gb18030 (text encoding)")
	fs.StringVar(&f.gradeMap, "grade-map", "", "等级对照，如 高=重要,中=一般,低=一般 (grades of another scale)")
	fs.StringVar(&f.headings, "map", "", "表头对照，如 留言详情=内容,留言时间=日期 (headings of the file)")
	fs.BoolVar(&f.dryRun, "dry-run", false, "只检查，不写入 (check only)")
	fs.BoolVar(&f.strict, "strict", false, "全部行合格才装载 (all rows or none)")
	fs.StringVar(&f.rejects, "rejects", "", "把拒收的行写进 .xlsx 或 .csv，试运行也写 (rejected rows into a file, of a dry run too)")
	fs.StringVar(&f.format, "format", "", "json：标准输出是一份 JSON (one JSON document on stdout)")
	return cmd
}

// request turns the flags into a request; every error is wrong usage.
func (f loadFlags) request(kind string, lang integrity.Lang) (ingest.Request, error) {
	k, err := ingest.ParseKind(kind)
	if err != nil {
		return ingest.Request{}, err
	}
	req := ingest.Request{Kind: k, Unit: f.unit, Year: f.year, Sheet: f.sheet, Encoding: f.encoding, DryRun: f.dryRun, Strict: f.strict, Lang: lang, MayMove: f.unit == "", By: operator.Name}
	var errs []error
	if f.date != "" {
		req.Date, err = integrity.ParseDay(f.date)
		errs = append(errs, err)
	}
	req.GradeMap, err = pairs("--grade-map", f.gradeMap)
	errs = append(errs, err)
	req.Map, err = pairs("--map", f.headings)
	errs = append(errs, err)
	return req, errors.Join(errs...)
}

// pairs reads A=B,C=D.
func pairs(flag, text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	out := map[string]string{}
	for _, p := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '，' }) {
		k, v, ok := strings.Cut(p, "=")
		if !ok || strings.TrimSpace(k) == "" || strings.TrimSpace(v) == "" {
			return nil, fmt.Errorf("%s %q: write A=B,C=D", flag, text)
		}
		out[strings.TrimSpace(k)] = strings.TrimSpace(v)
	}
	return out, nil
}

// streamMemory is how much memory the command takes for files of signals, which stream however
// long they are: with the program itself it stays below 256 MB. The runtime then collects
// earlier instead of growing.
const streamMemory = 192 << 20

func (a *app) ingest(cmd *cobra.Command, req ingest.Request, paths []string, format, rejects string) error {
	switch req.Kind {
	case ingest.KindComplaints, ingest.KindPetitions, ingest.KindFindings, ingest.KindComparisons:
		if debug.SetMemoryLimit(-1) == math.MaxInt64 { // GOMEMLIMIT says something else
			debug.SetMemoryLimit(streamMemory)
		}
	}
	l, err := a.loader(a.now)
	if err != nil {
		return err
	}
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			return fmt.Errorf("打不开文件 (cannot open): %w", err)
		}
		defer file.Close()
		info, err := file.Stat()
		if err != nil {
			return fmt.Errorf("打不开文件 (cannot open): %w", err)
		}
		if info.IsDir() {
			return usage{fmt.Errorf("%s 是文件夹，请给出文件 (is a directory; give files)", path)}
		}
		req.Files = append(req.Files, ingest.Source{Name: filepath.Base(path), Data: file, Size: info.Size()})
	}
	done := a.t.progress(&req)
	report, err := l.Load(cmd.Context(), req)
	done()
	if err != nil {
		if errors.Is(err, ingest.ErrUnitUnknown) {
			return usage{err}
		}
		return err
	}
	if rejects != "" && report.Totals.Rejected > 0 {
		rows := report.Rejects()
		if report.Batch != "" && !req.DryRun && !req.Strict {
			if rows, err = l.Rejects(cmd.Context(), report.Batch); err != nil {
				return err
			}
		}
		if err := writeTable(rejects, plainTable("拒收", rows)); err != nil {
			return err
		}
	}
	if format == "json" {
		if err := a.t.json(report); err != nil {
			return err
		}
	} else {
		a.t.show(report)
	}
	if code := report.Outcome(); code != exitDone {
		return exit{code}
	}
	return nil
}

// progress shows a bar on a terminal for work that takes more than a second.
func (t *terminal) progress(req *ingest.Request) (done func()) {
	f, ok := t.err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return func() {}
	}
	bar := progressbar.NewOptions64(-1, progressbar.OptionSetWriter(f), progressbar.OptionShowIts(), progressbar.OptionSetItsString("行"),
		progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(progressInterval))
	req.Progress = func(p ingest.Progress) { _ = bar.Set64(int64(p.Read)) }
	return func() { _ = bar.Finish() }
}

// show tells people what became of a load.
func (t *terminal) show(r ingest.Report) {
	for _, f := range r.Files {
		t.say("%s：%s，读 %d 行，新增 %d，更改 %d，不变 %d，拒收 %d", "%s: %s, read %d, added %d, changed %d, unchanged %d, rejected %d",
			f.Name, f.Status, f.Read, f.Added, f.Changed, f.Unchanged, f.Rejected)
		if len(f.DroppedColumns) > 0 {
			t.say("  已丢弃的列（身份信息不入库）：%s", "  dropped columns (identities are never stored): %s", strings.Join(f.DroppedColumns, "、"))
		}
		if f.Masked > 0 {
			t.say("  正文中已遮盖 %d 处身份信息", "  %d identifiers masked in texts", f.Masked)
		}
		for _, p := range f.Errors {
			t.problem("错误", "error", p)
		}
		for _, p := range f.Warnings {
			t.problem("提醒", "warning", p)
		}
		if f.MoreProblems > 0 {
			t.say("  另有 %d 条未列出", "  %d more are not listed", f.MoreProblems)
		}
	}
	if r.Batch != "" && slices.ContainsFunc(r.Files, func(f ingest.FileReport) bool { return f.Status == ingest.FileCommitted && f.Added+f.Changed > 0 }) {
		t.sayRows(r.Kind, r.Batch)
	}
	if r.Batch != "" && r.Totals.Rejected > 0 {
		t.say("拒收的行：qingfeng batches rejects %s --out 拒收.xlsx，改好后再装载", "rejected rows: qingfeng batches rejects %s --out rejects.xlsx; correct and load them again", r.Batch)
	}
}

func (t *terminal) problem(zh, en string, p ingest.Problem) {
	place := ""
	if p.File != "" {
		place += " " + p.File
	}
	if p.Table > 0 {
		place += fmt.Sprintf(" 表%d", p.Table)
	}
	if p.Sheet != "" {
		place += " " + p.Sheet
	}
	if p.Row > 0 {
		place += fmt.Sprintf(" 第%d行", p.Row)
	}
	if p.Column != "" {
		place += " " + p.Column
	}
	t.say("  "+zh+"%s：%s [%s]", "  "+en+"%s: %s [%s]", place, p.Message, p.Code)
}
