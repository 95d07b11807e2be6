package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"qingfeng/dashboards"
	"qingfeng/dashboards/export"
	"qingfeng/dashboards/paper"
	"qingfeng/ingest"
	"qingfeng/internal/form"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

var errOut = errors.New("请给出 --out FILE.xlsx、.csv 或 .docx (give --out FILE.xlsx, .csv or .docx)")

// writeTable writes a table as CSV for people, as a workbook or as a document, by the file's
// ending.
func writeTable(path string, t export.Table) error {
	write := export.Workbook
	switch strings.ToLower(filepath.Ext(path)) {
	case ".xlsx":
	case ".docx":
		write = export.Document
	case ".csv":
		write, t.Mark = export.CSV, true
	default:
		return usage{fmt.Errorf("%s: 只能写 .xlsx、.csv 或 .docx (write .xlsx, .csv or .docx)", path)}
	}
	var b bytes.Buffer
	if err := write(&b, t); err != nil {
		return err
	}
	return writeFile(path, b.Bytes())
}

// writeFile writes a file in one step, so that nobody finds half of it.
func writeFile(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), ".qingfeng-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(tmp.Name())
	if _, err = tmp.Write(data); err == nil {
		err = tmp.Chmod(0o644)
	}
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// plainTable makes a table of texts.
func plainTable(sheet string, t ingest.Sheet) export.Table {
	out := export.Table{Sheet: sheet}
	for _, h := range t.Headings {
		out.Columns = append(out.Columns, export.Column{Head: h, Width: 18})
	}
	out.Rows = func(yield func([]any) bool) {
		for _, row := range t.Rows {
			cells := make([]any, len(row))
			for i, c := range row {
				cells[i] = c
			}
			if !yield(cells) {
				return
			}
		}
	}
	return out
}

// writeForms writes lists in the notice's form.
func writeForms(path string, forms ...form.Form) error {
	write := form.WriteDocx
	if strings.EqualFold(filepath.Ext(path), ".xlsx") {
		write = form.WriteXLSX
	}
	var b bytes.Buffer
	if err := write(&b, forms...); err != nil {
		return err
	}
	return writeFile(path, b.Bytes())
}

func templateCommand(t *terminal) *cobra.Command {
	var out string
	cmd := &cobra.Command{Use: "template KIND --out FILE", Short: "空表 (an empty form)", Args: exactly(cobra.ExactArgs(1)), RunE: func(cmd *cobra.Command, args []string) error {
		kind, err := ingest.ParseKind(args[0])
		switch {
		case err != nil:
			return usage{err}
		case out == "":
			return usage{errOut}
		case strings.EqualFold(filepath.Ext(out), ".docx"):
			if kind != ingest.KindRisks {
				return usage{errors.New("只有 risks 有 .docx 表 (only risks has a form in .docx)")}
			}
			return writeForms(out, form.Form{})
		}
		return writeTable(out, plainTable(string(kind), ingest.EmptyTable(kind)))
	}}
	cmd.Flags().StringVar(&out, "out", "", "输出文件 (output file)")
	return cmd
}

func exportCommand(t *terminal) *cobra.Command {
	var out string
	var flags map[string]*string
	cmd := &cobra.Command{Use: "export risks|units|ledger|…|filing|overdue|pack|METRIC --out FILE", Short: "导出：清单表、备案表、检查前资料包、逾期清单、任何指标 (the notice's form, the filing list, any table)",
		Long: papersHelp,
		Args: exactly(cobra.ExactArgs(1)), RunE: func(cmd *cobra.Command, args []string) error {
			scope, err := metrics.ParseScope(valueOf(flags), t.cfg.Clock()())
			if err != nil {
				return usage{err}
			}
			scope.Lang = t.cfg.Language()
			if out == "" {
				return usage{errOut}
			}
			return t.with(cmd.Context(), func(a *app) error { return a.export(cmd.Context(), args[0], scope, out) })
		}}
	cmd.Flags().StringVar(&out, "out", "", "输出文件 .xlsx .csv .docx .html (output file)")
	flags = scopeFlags(cmd)
	return cmd
}

// export writes a table: the lists in the notice's form (as CSV the flat table), a paper,
// or the answer of any metric.
func (a *app) export(ctx context.Context, what string, s metrics.Scope, out string) error {
	if what == "pack" {
		return a.exportPack(ctx, s, out)
	}
	if slices.Contains(paper.Names(), what) || what == paper.NamePrefilled || what == closedLetters {
		return a.exportPaper(ctx, what, s, out)
	}
	if what != "risks" {
		table, err := dashboards.KindTable(ctx, a.metrics, operator, what, s)
		if err == nil {
			return writeTable(out, table)
		}
		if !errors.Is(err, dashboards.ErrNoRecords) {
			return err
		}
		answer, err := a.metrics.Answer(ctx, operator, metrics.Question{Metric: what, Scope: s})
		if err != nil {
			return err
		}
		table, err = answerTable(what, answer)
		if err != nil {
			return err
		}
		return writeTable(out, table)
	}
	lists, err := a.metrics.Lists(ctx, operator, s)
	if err != nil {
		return err
	}
	if strings.EqualFold(filepath.Ext(out), ".csv") {
		return writeTable(out, flatTable(lists))
	}
	var forms []form.Form
	for _, l := range lists {
		forms = append(forms, form.Form{UnitName: l.UnitName, Date: l.ListedOn, Year: l.Year, Points: l.Points, HeadSigned: l.HeadSigned, LeaderSigned: l.LeaderSigned})
	}
	if len(forms) == 0 {
		return fmt.Errorf("没有可导出的清单 (there is no list to export): %w", integrity.ErrNotFound)
	}
	return writeForms(out, forms...)
}

// flatTable is the lists as one table in the columns of the template, ready to be loaded
// again.
func flatTable(lists []metrics.UnitList) export.Table {
	headings, _ := ingest.Template(ingest.KindRisks)
	t := ingest.Sheet{Headings: headings}
	for _, l := range lists {
		for _, p := range l.Points {
			row := make([]string, len(headings))
			for i, h := range headings {
				row[i] = flatCell(l, p, h)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return plainTable("风险清单", t)
}

func flatCell(l metrics.UnitList, p integrity.RiskPoint, heading string) string {
	yes := func(v bool) string {
		if v {
			return "是"
		}
		return "否"
	}
	label := func(code, word string) string {
		if code == string(integrity.LayerUnclassified) || code == string(integrity.GradeUngraded) {
			return ""
		}
		return word
	}
	switch heading {
	case "单位":
		return l.UnitName
	case "日期":
		return l.ListedOn.String()
	case "序号":
		return fmt.Sprint(p.No)
	case "廉洁风险点描述":
		return p.Description
	case "防控措施":
		return form.Steps(p.Measures)
	case "监督检查路径":
		return form.Steps(p.Path)
	case "风险等级":
		return label(string(p.Grade), p.Grade.Label(integrity.Chinese))
	case "处室单位负责人":
		return p.Head
	case "责任人员":
		return strings.Join(p.Persons, "、")
	case "责任领导":
		return p.Leader
	case "层面":
		return label(string(p.Layer), p.Layer.Label(integrity.Chinese))
	case "类别":
		return label(string(p.Category), p.Category.Label(integrity.Chinese))
	case "岗位":
		return p.Post
	case "关键少数":
		return yes(p.KeyFew)
	case "三重一大":
		return yes(p.MajorMatter)
	case "标签":
		return strings.Join(p.Tags, "、")
	case "评定理由":
		return p.GradeReason
	}
	return ""
}

// writeAnswerCSV writes the answer of a metric as CSV for programs.
func writeAnswerCSV(w io.Writer, answer any) error {
	t, err := answerTable("", answer)
	if err != nil {
		return err
	}
	return export.CSV(w, t)
}

// answerTable makes a table of an answer: one line per cell, item or month.
func answerTable(sheet string, answer any) (export.Table, error) {
	switch v := answer.(type) {
	case metrics.Distribution:
		t := ingest.Sheet{Headings: []string{"row", "row_label", "col", "col_label", "count", "important", "general"}}
		for i, r := range v.Rows {
			for j, c := range v.Cols {
				cell := v.At(i, j)
				count := ""
				if cell.Count != nil {
					count = fmt.Sprint(*cell.Count)
				}
				t.Rows = append(t.Rows, []string{r.Code, r.Label, c.Code, c.Label, count, fmt.Sprint(cell.Important), fmt.Sprint(cell.General)})
			}
		}
		return plainTable(sheet, t), nil
	case metrics.Trend:
		t := ingest.Sheet{Headings: []string{"month"}}
		for _, s := range v.Series {
			t.Headings = append(t.Headings, s.Code)
		}
		for i, month := range v.Months {
			row := []string{month}
			for _, s := range v.Series {
				count := ""
				if s.Values[i] != nil {
					count = fmt.Sprint(*s.Values[i])
				}
				row = append(row, count)
			}
			t.Rows = append(t.Rows, row)
		}
		return plainTable(sheet, t), nil
	}
	if v, ok := answer.(metrics.Overdue); ok {
		return itemsTable(sheet, reflect.ValueOf(v.Rows()))
	}
	items := reflect.ValueOf(answer).FieldByName("Items")
	if !items.IsValid() {
		return export.Table{}, fmt.Errorf("%T is no table", answer)
	}
	return itemsTable(sheet, items)
}

// itemsTable turns a list of records into a table whose headings are the fields' names in
// JSON; what is no single value is written as JSON.
func itemsTable(sheet string, items reflect.Value) (export.Table, error) {
	record := items.Type().Elem()
	t := ingest.Sheet{}
	var fields [][]int
	for _, f := range reflect.VisibleFields(record) { // those of embedded records too, as in JSON
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name != "" && name != "-" {
			t.Headings = append(t.Headings, name)
			fields = append(fields, f.Index)
		}
	}
	for i := range items.Len() {
		row := make([]string, len(fields))
		for j, f := range fields {
			text, err := json.Marshal(items.Index(i).FieldByIndex(f).Interface())
			if err != nil {
				return export.Table{}, fmt.Errorf("write %s: %w", t.Headings[j], err)
			}
			var plain string
			if json.Unmarshal(text, &plain) != nil {
				plain = string(text)
			}
			row[j] = plain
		}
		t.Rows = append(t.Rows, row)
	}
	return plainTable(sheet, t), nil
}
