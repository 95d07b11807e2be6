package paper

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"qingfeng/internal/form"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// Metrics is the part of metrics.Metrics that papers ask.
type Metrics interface {
	Filing(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.FilingList, error)
	FilingChanges(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.FilingChanges, error)
	Summary(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Summary, error)
	Lists(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]metrics.UnitList, error)
	MissingLists(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.MissingLists, error)
	LeaderBoard(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]obligation.LeaderRow, error)
	UnitBoard(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]obligation.UnitRow, error)
	Outlook(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]obligation.OutlookRow, error)
}

// Maker makes papers from the answers of metrics.
type Maker struct {
	Metrics Metrics
	Mark    string // stands above every paper; empty = none
}

// The names of papers.
const (
	NameFiling        = "filing"
	NameFilingChanges = "filing-changes"
	NameSummary       = "summary"
	NameDuty          = "duty"
	NameReminder      = "reminder"
)

// Names returns the names of the papers that Make knows.
func Names() []string {
	return []string{NameFiling, NameFilingChanges, NameSummary, NameDuty, NameReminder}
}

// Make makes the paper with a name. It returns an error that wraps integrity.ErrNotFound
// for an unknown name and where there is nothing to write.
func (m Maker) Make(ctx context.Context, who integrity.Principal, name string, s metrics.Scope) (Paper, error) {
	write := map[string]func(context.Context, integrity.Principal, metrics.Scope) (Paper, error){
		NameFiling: m.filing, NameFilingChanges: m.filingChanges, NameSummary: m.summary, NameDuty: m.duty, NameReminder: m.reminder,
	}[name]
	if write == nil {
		return Paper{}, fmt.Errorf("paper %q: %w", name, integrity.ErrNotFound)
	}
	p, err := write(ctx, who, s)
	if err != nil {
		return Paper{}, fmt.Errorf("paper %s: %w", name, err)
	}
	if m.Mark != "" {
		for i := range p.Sheets {
			p.Sheets[i].Head = append([]string{m.Mark}, p.Sheets[i].Head...)
		}
	}
	return p, nil
}

const space = "　　"

func asOfLine(day integrity.Day) string { return "截至" + day.Chinese() }

func dash(d integrity.Day) string {
	if d == integrity.NoDay || d == integrity.Forever {
		return "—"
	}
	return d.String()
}

func people(head string, persons []string) string {
	return "处室单位负责人：" + head + "\n责任人员：" + strings.Join(persons, "、")
}

func (m Maker) filing(ctx context.Context, who integrity.Principal, s metrics.Scope) (Paper, error) {
	s.Limit = 0
	list, err := m.Metrics.Filing(ctx, who, s)
	if err != nil {
		return Paper{}, err
	}
	part := Part{Columns: []Column{
		{"序号", 4, true}, {"单位", 9, false}, {"清单\n年度", 5, true}, {"清单\n序号", 4, true}, {"廉洁风险点描述", 18, false}, {"防控措施", 17, false}, {"监督检查路径", 17, false},
		{"类别", 7, false}, {"评定理由", 9, false}, {"相关责任人", 11, false}, {"审定日期", 8, true}, {"备案日期、文号", 10, false},
	}}
	for i, it := range list.Items {
		filed := dash(it.FiledOn)
		if it.Document != "" {
			filed += "\n" + it.Document
		}
		if it.Round == 0 {
			filed = "待审定"
		} else if it.FiledOn == integrity.NoDay {
			filed = "未备案，期限" + it.Due.String()
		}
		if it.Round != 0 && it.Round != it.Year {
			filed += fmt.Sprintf("\n（%d年度清单）", it.Round)
		}
		part.Rows = append(part.Rows, []string{
			strconv.Itoa(i + 1), it.UnitName, strconv.Itoa(it.Year), strconv.Itoa(it.No), it.Description, form.Steps(it.Measures), form.Steps(it.Path),
			it.Category.Label(integrity.Chinese), it.GradeReason, people(it.Head, it.Persons), dash(it.ApprovedOn), filed,
		})
	}
	return Paper{Title: "重要廉洁风险点备案表", Landscape: true, Main: &part, Sheets: []Sheet{{
		Title: "重要廉洁风险点备案表",
		Head: []string{fmt.Sprintf("%s%s重要风险点%d个，其中已审定应备案%d个，已备案%d个（%d/%d），超过期限未备案%d个。", asOfLine(list.AsOf), space,
			list.Total, list.Owed, list.Filed, list.Filed, list.Owed, list.Late)},
		Parts: []Part{part},
		Foot: []string{"报送单位（盖章）：" + space + space + "经办：" + space + space + "负责人签字：" + space + space + "日期：",
			"依据：“" + list.Clause + "”。备案期限为审定后10个工作日（本系统设定，非文件规定）。"},
	}}}, nil
}

// changeWords are the words of what a later list does to a point.
var changeWords = map[string]string{metrics.ChangeAdded: "新增", metrics.ChangeChanged: "修改", metrics.ChangeRegraded: "等级变化", metrics.ChangeRemoved: "移出"}

func gradeWord(g integrity.Grade) string {
	if g == "" {
		return "—"
	}
	return g.Label(integrity.Chinese)
}

func number(n int) string {
	if n == 0 {
		return "—"
	}
	return strconv.Itoa(n)
}

func (m Maker) filingChanges(ctx context.Context, who integrity.Principal, s metrics.Scope) (Paper, error) {
	s.Limit = 0
	list, err := m.Metrics.FilingChanges(ctx, who, s)
	if err != nil {
		return Paper{}, err
	}
	part := Part{Columns: []Column{
		{"序号", 4, true}, {"单位", 10, false}, {"变更", 6, true}, {"原序号", 5, true}, {"现序号", 5, true}, {"廉洁风险点描述", 22, false}, {"原等级", 5, true}, {"现等级", 5, true},
		{"变更内容", 28, false}, {"上次备案日期、文号", 12, false}, {"现清单日期", 8, true}, {"审定日期", 8, true},
	}}
	for i, it := range list.Items {
		var what []string
		for _, c := range it.Columns {
			what = append(what, fmt.Sprintf("%s：“%s”改为“%s”", c.Label, c.From, c.To))
		}
		approved := dash(it.ApprovedOn)
		if it.ApprovedOn == integrity.NoDay && it.Year != 0 {
			approved = "待审定"
		}
		part.Rows = append(part.Rows, []string{
			strconv.Itoa(i + 1), it.UnitName, changeWords[it.Change], number(it.FromNo), number(it.No), it.Description, gradeWord(it.FromGrade), gradeWord(it.Grade),
			strings.Join(what, "\n"), strings.TrimSpace(it.FiledOn.String() + "\n" + it.Document), dash(it.ListedOn), approved,
		})
	}
	return Paper{Title: "重要廉洁风险点变更备案表", Landscape: true, Main: &part, Sheets: []Sheet{{
		Title: "重要廉洁风险点变更备案表",
		Head: []string{fmt.Sprintf("%s%s有过备案的单位%d个，最近一次备案的重要风险点%d个；此后新增%d个、修改%d个、等级变化%d个、移出%d个，合计%d处。", asOfLine(list.AsOf), space,
			list.Units, list.Points, list.Added, list.Changed, list.Regraded, list.Removed, list.Total)},
		Parts: []Part{part},
		Foot:  []string{"报送单位（盖章）：" + space + space + "经办：" + space + space + "负责人签字：" + space + space + "日期：", "依据：“" + list.Clause + "”。"},
	}}}, nil
}

func (m Maker) summary(ctx context.Context, who integrity.Principal, s metrics.Scope) (Paper, error) {
	s.Limit = 0
	sum, err := m.Metrics.Summary(ctx, who, s)
	if err != nil {
		return Paper{}, err
	}
	lists, err := m.Metrics.Lists(ctx, who, s)
	if err != nil {
		return Paper{}, err
	}
	signed := map[bool]string{true: "已签", false: "—"}
	units := Part{Heading: "一、各单位清单", Columns: []Column{
		{"序号", 5, true}, {"单位", 22, false}, {"清单年度", 9, true}, {"清单日期", 12, true}, {"风险点", 8, true}, {"重要", 7, true}, {"一般", 7, true}, {"未评级", 8, true}, {"主要负责人签字", 11, true}, {"分管委领导签字", 11, true}, {"审定日期", 12, true},
	}}
	handed := map[string]bool{}
	for i, e := range sum.Items {
		handed[e.Unit] = e.Year != 0
		if e.Year == 0 {
			units.Rows = append(units.Rows, []string{strconv.Itoa(i + 1), e.UnitName, "未交", "—", "0", "0", "0", "0", "—", "—", "—"})
			continue
		}
		units.Rows = append(units.Rows, []string{
			strconv.Itoa(i + 1), e.UnitName, strconv.Itoa(e.Year), dash(e.ListedOn), strconv.Itoa(e.Points), strconv.Itoa(e.Important), strconv.Itoa(e.General), strconv.Itoa(e.Ungraded),
			signed[e.HeadSigned], signed[e.LeaderSigned], dash(e.ApprovedOn),
		})
	}
	units.Rows = append(units.Rows, []string{"", "合计", "", "", strconv.Itoa(sum.Points), strconv.Itoa(sum.Important), strconv.Itoa(sum.General), strconv.Itoa(sum.Ungraded), "", "", ratio(sum.Approved, sum.Lists)})
	points := Part{Heading: "二、廉洁风险防控清单", Columns: []Column{
		{"序号", 4, true}, {"处室（单位）", 10, false}, {"清单序号", 5, true}, {"廉洁风险点描述", 24, false}, {"防控措施", 23, false}, {"监督检查路径", 23, false}, {"风险等级", 5, true}, {"相关责任人", 12, false},
	}}
	for _, l := range lists {
		for _, p := range l.Points {
			if !handed[l.Unit] {
				continue // closed since
			}
			grade := "未评级"
			if p.Grade != integrity.GradeUngraded {
				grade = p.Grade.Label(integrity.Chinese)
			}
			points.Rows = append(points.Rows, []string{
				strconv.Itoa(len(points.Rows) + 1), l.UnitName, strconv.Itoa(p.No), p.Description, form.Steps(p.Measures), form.Steps(p.Path), grade, people(p.Head, p.Persons),
			})
		}
	}
	title := "廉洁风险防控清单上会汇总表"
	return Paper{Title: title, Landscape: true, Main: &points, Sheets: []Sheet{{
		Title: title,
		Head: []string{fmt.Sprintf("%s%s应汇总%d个处室、单位，有清单%d个（%d/%d）；风险点%d个，其中重要%d个、一般%d个、未评级%d个。", asOfLine(sum.AsOf), space,
			sum.Units, sum.Lists, sum.Lists, sum.Units, sum.Points, sum.Important, sum.General, sum.Ungraded)},
		Parts: []Part{units, points},
		Foot:  []string{"委党委审定意见：", "会议日期、届次：" + space + space + space + "记录人："},
	}}}, nil
}

func ratio(n, of int) string { return strconv.Itoa(n) + "/" + strconv.Itoa(of) }

// mostUnits is how many units the page of a leader names; the others are summed up, so
// that the page stays one.
const mostUnits = 12

func (m Maker) duty(ctx context.Context, who integrity.Principal, s metrics.Scope) (Paper, error) {
	s = metrics.Scope{AsOf: s.AsOf, KnownAt: s.KnownAt, Year: s.Year, Leader: s.Leader}
	rows, err := m.Metrics.LeaderBoard(ctx, who, s)
	if err != nil {
		return Paper{}, err
	}
	if len(rows) == 0 {
		return Paper{}, fmt.Errorf("leader %q: %w", s.Leader, integrity.ErrNotFound)
	}
	outlook, err := m.Metrics.Outlook(ctx, who, s)
	if err != nil {
		return Paper{}, err
	}
	units, err := m.Metrics.UnitBoard(ctx, who, metrics.Scope{AsOf: s.AsOf, KnownAt: s.KnownAt, Year: s.Year})
	if err != nil {
		return Paper{}, err
	}
	year := s.Year
	if year == 0 {
		year = s.AsOf.Year()
	}
	p := Paper{Title: "一岗双责履职单"}
	for i := range rows {
		row := &rows[i]
		if row.Former && s.Leader == "" {
			continue // nothing of the year is theirs to sign for
		}
		at := slices.IndexFunc(outlook, func(o obligation.OutlookRow) bool { return o.Unit == "" && o.Leader == row.Leader })
		var ahead obligation.OutlookRow
		if at >= 0 {
			ahead = outlook[at]
		}
		p.Sheets = append(p.Sheets, dutySheet(row, ahead, units, year, s.AsOf))
	}
	return p, nil
}

func dutySheet(row *obligation.LeaderRow, ahead obligation.OutlookRow, units []obligation.UnitRow, year int, asOf integrity.Day) Sheet {
	t := row.Tally
	var methods []string
	for _, c := range row.Methods {
		if c.Checks > 0 {
			methods = append(methods, fmt.Sprintf("%s%d次", c.Method.Label(integrity.Chinese), c.Checks))
		}
	}
	used := strings.Join(methods, "、")
	if used == "" {
		used = "无"
	}
	late := "逾期按文件规定的期限，进度滞后按本系统设定的期限。"
	if row.Unmet > 0 {
		late += fmt.Sprintf("另有以前年度未完成%d项，至今逾期。", row.Unmet)
	}
	part := "领导没有参加的检查不计入本项。"
	for _, y := range row.OwnUnmet {
		part += fmt.Sprintf("%d年度应参加%d次，实际参加%d次。", y.Year, y.Required, y.Dates)
	}
	duties := Part{Heading: "一、履职情况", Columns: []Column{{"事项", 30, false}, {"完成/应完成", 14, true}, {"说明", 56, false}}, Rows: [][]string{
		{"亲自参加监督检查（按不同日期计）", ratio(row.Dates, row.Required), "最近一次：" + dash(row.LastDate) + "。" + part},
		{"参加的检查覆盖的分管风险点", ratio(row.Covered, t.Points), fmt.Sprintf("在册分管风险点%d个，其中本年度应查%d个。", row.InForce, t.Points)},
		{"风险点年度达标（不论何人检查）", ratio(t.Met(), t.Points), fmt.Sprintf("按期%d个，已补齐%d个，逾期（文件规定）%d个，进度滞后（系统设定）%d个，进行中%d个；已豁免%d个不计。", t.OnTime, t.Late, t.Undone, t.Behind, t.Open, t.Exempt)},
		{"分管单位第一季度动态排查", ratio(row.Q1Met+row.Q1Late, row.Q1Units), fmt.Sprintf("按期%d个，逾期完成%d个，未完成%d个。", row.Q1Met, row.Q1Late, row.Q1Units-row.Q1Met-row.Q1Late)},
		{"亲自部署、亲自研究", fmt.Sprintf("%d次、%d次", row.Deployed, row.Studied), "本年度台账记录的次数。"},
		{"监督方法", fmt.Sprintf("%d种", len(methods)), used + "。"},
		{"检查发现问题", fmt.Sprintf("%d个", row.Findings), "分管单位本年度发现的问题。"},
		{"逾期、进度滞后", fmt.Sprintf("%d、%d", row.Overdue, row.Behind), late},
		{"到12月31日尚需", fmt.Sprintf("%d点次", ahead.Missing), fmt.Sprintf("%s，至少%d个检查日；领导本人还需参加%d次；已无法达标%d个。", pace(ahead), ahead.Visits, ahead.DatesMissing, ahead.Cannot)},
	}}
	own := Part{Heading: "二、分管处室、单位", Columns: []Column{
		{"处室、单位", 38, false}, {"在册（重要）", 13, true}, {"检查已/应", 11, true}, {"按期/补齐/未完成", 16, true}, {"一季度排查", 12, true}, {"逾期/滞后", 10, true},
	}}
	var rest obligation.UnitRow
	more := 0
	for _, u := range units {
		if u.Leader != row.Leader || u.Closed {
			continue
		}
		if len(own.Rows) < mostUnits {
			own.Rows = append(own.Rows, unitCells(u.UnitName, u, reviewWord(u)))
			continue
		}
		more++
		rest.InForce, rest.Important, rest.Overdue, rest.Behind = rest.InForce+u.InForce, rest.Important+u.Important, rest.Overdue+u.Overdue, rest.Behind+u.Behind
		rest.Tally.Done, rest.Tally.Required = rest.Tally.Done+u.Tally.Done, rest.Tally.Required+u.Tally.Required
		rest.Tally.OnTime, rest.Tally.Late = rest.Tally.OnTime+u.Tally.OnTime, rest.Tally.Late+u.Tally.Late
		rest.Tally.Undone, rest.Tally.Behind = rest.Tally.Undone+u.Tally.Undone, rest.Tally.Behind+u.Tally.Behind
	}
	if more > 0 {
		own.Rows = append(own.Rows, unitCells(fmt.Sprintf("其他%d个（见系统“单位履责”）", more), rest, "—"))
	}
	return Sheet{
		Title: "一岗双责履职单",
		Head:  []string{fmt.Sprintf("责任领导：%s%s%d年度%s%s", row.Leader, space, year, space, asOfLine(asOf))},
		Parts: []Part{duties, own, {Heading: "三、下一步安排", Lines: []string{fmt.Sprintf("当前首先要办：%s逾期、滞后和临近到期的共%d项。", row.Next, row.PressingItems), "　", "　"}}},
		Foot: []string{"责任领导签字：" + space + space + space + space + "日期：",
			"依据：“" + obligation.ClauseDuty + "”。第k次检查不晚于第k个节点（6月30日为本系统设定，12月31日为文件规定）为按期。领导按规定次序排列，不排名。"},
	}
}

// pace is how many checks it takes a month, or a week where little of the year is left.
func pace(o obligation.OutlookRow) string {
	if o.ByWeek() {
		return fmt.Sprintf("还有%d个工作日，每周约%.1f点次", o.Workdays, o.PerWeek)
	}
	return fmt.Sprintf("每月约%.1f点次", o.PerMonth)
}

func unitCells(name string, u obligation.UnitRow, review string) []string {
	t := u.Tally
	return []string{name, fmt.Sprintf("%d（%d）", u.InForce, u.Important), ratio(t.Done, t.Required), fmt.Sprintf("%d/%d/%d", t.OnTime, t.Late, t.Undone+t.Behind), review, ratio(u.Overdue, u.Behind)}
}

func reviewWord(u obligation.UnitRow) string {
	if u.Q1 == "" {
		return "不计"
	}
	return u.Q1.Label(integrity.BasisNotice, integrity.Chinese)
}

func (m Maker) reminder(ctx context.Context, who integrity.Principal, s metrics.Scope) (Paper, error) {
	s.Limit = 0
	list, err := m.Metrics.MissingLists(ctx, who, s)
	if err != nil {
		return Paper{}, err
	}
	title := fmt.Sprintf("%d年度廉洁风险点清单催报", list.Year)
	part := Part{Columns: []Column{{"序号", 5, true}, {"单位", 20, false}, {"期限", 11, true}, {"剩余", 10, true}, {"上一份清单", 16, true}, {"催报文字", 40, false}}}
	all := Part{Columns: part.Columns[:5]}
	first := Sheet{Title: title, Head: []string{fmt.Sprintf("%s%s应交%d个处室、单位，已交%d个，已报动态排查（无变化）%d个，未交%d个（%d/%d）。", asOfLine(list.AsOf), space,
		list.Units, list.Handed, list.Reviewed, list.Total, list.Total, list.Units)}}
	p := Paper{Title: title}
	var own []Sheet
	for i, it := range list.Items {
		before := "从未交过"
		if it.LastYear != 0 {
			before = fmt.Sprintf("%d年，%d个风险点", it.LastYear, it.Points)
		}
		left := "—"
		if it.Due != integrity.NoDay {
			left = fmt.Sprintf("还有%d天", it.DaysLeft)
		}
		if it.Due != integrity.NoDay && it.DaysLeft < 0 {
			left = fmt.Sprintf("逾期%d天", -it.DaysLeft)
		}
		row := []string{strconv.Itoa(i + 1), it.UnitName, dash(it.Due), left, before, it.Reminder}
		part.Rows, all.Rows = append(part.Rows, row), append(all.Rows, row[:5])
		own = append(own, Sheet{Title: title, Head: strings.Split(it.Reminder, "\n"), Foot: []string{"依据：“" + list.Clause + "”。"}})
	}
	if list.Total > 0 {
		first.Parts = append(first.Parts, Part{Lines: strings.Split(list.Reminder, "\n")})
	}
	first.Parts = append(first.Parts, all)
	first.Foot = []string{"依据：“" + list.Clause + "”。"}
	p.Main, p.Sheets = &part, append([]Sheet{first}, own...)
	return p, nil
}

// NamePrefilled is the name of the notice's forms with the points of the year before.
const NamePrefilled = "prefilled"

// Prefilled returns the prefilled forms as one file by its ending without the dot, docx or
// xlsx, and its media type. Errors are those of PrefilledForms; another ending is
// integrity.ErrInvalid.
func (m Maker) Prefilled(ctx context.Context, who integrity.Principal, s metrics.Scope, ending string) (body []byte, mediaType string, err error) {
	write := map[string]func(io.Writer, ...form.Form) error{"docx": form.WriteDocx, "xlsx": form.WriteXLSX}[ending]
	if write == nil {
		return nil, "", fmt.Errorf("%w: .%s; legal: .docx .xlsx", integrity.ErrInvalid, ending)
	}
	forms, err := m.PrefilledForms(ctx, who, s)
	if err != nil {
		return nil, "", err
	}
	var b bytes.Buffer
	if err := write(&b, forms...); err != nil {
		return nil, "", fmt.Errorf("prefilled forms: %w", err)
	}
	return b.Bytes(), media[ending], nil
}

// PrefilledForms returns the notice's form for each unit in scope that has not handed in,
// or for the unit that the scope names, filled with the points of its latest list of an
// earlier year, without day and signatures. A unit that never had a list gets the empty
// form; where nobody is missing there is one empty form without a unit.
func (m Maker) PrefilledForms(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]form.Form, error) {
	s.Limit = 0
	missing, err := m.Metrics.MissingLists(ctx, who, s)
	if err != nil {
		return nil, fmt.Errorf("prefilled forms: %w", err)
	}
	years := map[int]bool{}
	for _, it := range missing.Items {
		years[it.LastYear] = it.LastYear != 0
	}
	anew := s.Unit != "" && len(missing.Items) == 0 // it has handed in, and may want to anew
	if anew {
		years[missing.Year-1] = true
	}
	last := map[int]map[string]metrics.UnitList{} // by year and unit
	var out []form.Form
	for year, wanted := range years {
		if !wanted {
			continue
		}
		scope := s
		scope.Year = year
		lists, err := m.Metrics.Lists(ctx, who, scope)
		if err != nil {
			return nil, fmt.Errorf("prefilled forms: %w", err)
		}
		last[year] = map[string]metrics.UnitList{}
		for _, l := range lists {
			last[year][l.Unit] = l
			if anew {
				out = append(out, form.Form{UnitName: l.UnitName, Year: missing.Year, Points: l.Points})
			}
		}
	}
	for _, it := range missing.Items {
		out = append(out, form.Form{UnitName: it.UnitName, Year: missing.Year, Points: last[it.LastYear][it.Unit].Points})
	}
	if len(out) == 0 {
		out = []form.Form{{Year: missing.Year}}
	}
	return out, nil
}
