package main

import (
	"context"
	"path/filepath"
	"strings"

	"qingfeng/dashboards"
	"qingfeng/dashboards/paper"
	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/metrics"
)

// closedLetters is 整改销号台账 among the names of export.
const closedLetters = "closed-letters"

const papersHelp = `导出清单表、公文材料和任何指标；指标见 query --help。
risks           清单表（通知附件1），.docx .xlsx，.csv 为平表
units ledger inspections complaints petitions findings comparisons
                与导入模板同列的全部记录，可改后再导入（.csv .xlsx .docx）
filing          重要风险点备案表
filing-changes  变更备案表：最近一次备案之后新增、修改、等级变化、移出的重要点
summary         上会汇总表：各单位清单按附件1的次序合并
duty            一岗双责履职单，每位责任领导一页；--leader 只要一位（.docx .html）
reminder        未交清单单位的催报
prefilled       按上一年度清单预填的附件1，未交单位各一份；--unit 只要一个（.docx .xlsx）
closed-letters  整改销号台账（.xlsx .csv）
pack            检查前资料包，须给 --unit（.html，检查表 .xlsx .csv）
(papers in .docx .html .xlsx .csv unless noted)`

// papers makes the papers that go through the offices.
func (a *app) papers() paper.Maker { return paper.Maker{Metrics: a.metrics} }

// exportPaper writes a paper, the prefilled forms or 整改销号台账.
func (a *app) exportPaper(ctx context.Context, what string, s metrics.Scope, out string) error {
	ending := strings.ToLower(strings.TrimPrefix(filepath.Ext(out), "."))
	switch what {
	case paper.NamePrefilled:
		body, _, err := a.papers().Prefilled(ctx, operator, s, ending)
		if err != nil {
			return err
		}
		return writeFile(out, body)
	case closedLetters:
		register, err := a.registry()
		if err != nil {
			return err
		}
		all, err := register.Letters(ctx, operator, letters.Filter{Done: true, Unit: s.Unit, Year: s.Year, Rule: s.Rule})
		if err != nil {
			return err
		}
		return writeTable(out, dashboards.LetterTable(all, true, integrity.DayOf(a.now())))
	}
	p, err := a.papers().Make(ctx, operator, what, s)
	if err != nil {
		return err
	}
	body, _, err := p.File(ending, "")
	if err != nil {
		return err
	}
	return writeFile(out, body)
}
