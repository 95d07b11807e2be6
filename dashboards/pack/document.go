package pack

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"slices"
	"strconv"
	"strings"

	"qingfeng/dashboards/assets"
	"qingfeng/dashboards/charts"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// How much is printed: the pack has to stay within four pages. Units with more points get
// the others as one line; the list itself has them all.
const (
	mostPoints  = 24 // in the table of points and in the form
	mostChecks  = 6
	mostOpen    = 8
	mostChanges = 10
	mostSpots   = 6

	longText  = 46 // letters of a description in the table
	shortText = 38 // in other tables
	formText  = 30 // in the form
	measures  = 38 // letters of the measures of an important point
	brief     = 25 // of a general one
)

// document is what the template prints.
type document struct {
	Style    template.CSS
	Title    string
	Mark     string
	UnitName string
	Code     string
	Heads    string
	Leader   string
	AsOf     string
	Version  string
	Program  string
	Warning  string // who this copy is for
	Summary  []string

	Points     []pointRow
	MorePoints string
	Checks     []checkRow
	MoreChecks string
	Open       []openRow
	MoreOpen   string
	Changes    []changeRow
	ChangeNote string
	Drawing    template.HTML
	Caption    string
	Months     []string
	Series     []seriesRow
	Hot, Blind []string
	HotNote    string
	Questions  []string
	Methods    []string
	Form       []pointRow
}

type pointRow struct {
	No                          int
	Text, Short, Class, Measure string
	Grade                       string
	Important                   bool
	Done, Last                  string
	Late                        bool
}

type checkRow struct{ On, Points, Who, Methods, Answers, Finding string }

type openRow struct{ Number, On, Text, Due, State string }

type changeRow struct{ Kind, No, Text, What string }

type seriesRow struct {
	Label  string
	Values []string
}

// Questions are the three of the notice (part three, (二)3), word for word.
var questions = []string{"权力运行是否规范", "文件制度是否执行", "防控措施是否落实"}

func (b *Builder) compose(ctx context.Context, f *facts) (*document, error) {
	d := &document{
		Style: template.CSS(numbered), Title: "检查前资料包", Mark: b.cfg.Mark, UnitName: f.unit.Name, Code: f.unit.Code, //nolint:gosec // our own file
		Heads: or(strings.Join(f.unit.Heads, "、"), "—"), Leader: or(f.unit.Leader, "—"), AsOf: f.asOf.Chinese(), Version: f.version, Program: b.cfg.Version,
		Questions: questions,
	}
	if f.petitions {
		d.Warning = "含信访举报件数，仅供检查组使用，不得交被检查单位。"
	}
	for _, m := range integrity.Methods() {
		d.Methods = append(d.Methods, m.Label(integrity.Chinese))
	}
	d.Summary = summary(f)
	d.points(f)
	d.checks(f)
	d.findings(f)
	d.changes(f)
	d.spots(f)
	return d, d.complaints(ctx, b, f)
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// clip shortens a text to n letters on one line.
func clip(text string, n int) string {
	letters := []rune(strings.Join(strings.Fields(text), " "))
	if len(letters) <= n {
		return string(letters)
	}
	return string(letters[:n-1]) + "…"
}

func summary(f *facts) []string {
	important, met, owed := 0, 0, 0
	for _, p := range f.points {
		if p.Grade == integrity.GradeImportant {
			important++
		}
	}
	for _, it := range f.duties {
		if it.Status == integrity.StatusExempt || it.UnitClosed {
			continue
		}
		owed++
		if it.Done >= it.Required {
			met++
		}
	}
	late := 0
	for _, it := range f.open {
		if it.Status == integrity.StatusOverdue {
			late++
		}
	}
	lines := []string{fmt.Sprintf("在册风险点%d个，其中重要%d个；本年度应接受监督检查的%d个，次数已达要求的%d个。", len(f.points), important, owed, met)}
	last := "近一年没有监督检查记录。"
	if len(f.checks) > 0 {
		last = fmt.Sprintf("近一年监督检查%d次，最近一次在%s。", len(f.checks), f.checks[0].CheckedOn.Chinese())
	}
	return append(lines, last+fmt.Sprintf("未整改的问题%d个，其中已过整改期限（本系统设定，非文件规定，或问题自带）%d个。", len(f.open), late))
}

// points lists the important ones first where not all fit: they are what a check is for.
func (d *document) points(f *facts) {
	points := slices.Clone(f.points)
	if len(points) > mostPoints {
		slices.SortStableFunc(points, func(x, y integrity.RiskPoint) int {
			rank := func(p integrity.RiskPoint) int {
				if p.Grade == integrity.GradeImportant {
					return 0
				}
				return 1
			}
			return cmp.Compare(rank(x), rank(y))
		})
		d.MorePoints = fmt.Sprintf("另有%d个风险点从略，见清单。", len(points)-mostPoints)
		points = points[:mostPoints]
	}
	for _, p := range points {
		row := pointRow{
			No: p.No, Text: clip(p.Description, longText), Short: clip(p.Description, formText), Class: p.Category.Label(integrity.Chinese) + " · " + p.Layer.Label(integrity.Chinese),
			Grade: p.Grade.Label(integrity.Chinese), Important: p.Grade == integrity.GradeImportant, Done: "—", Last: or(f.lastOn[p.ID].String(), "近一年无"),
		}
		room := brief
		if row.Important {
			room = measures
		}
		row.Measure = clip(strings.Join(p.Measures, "；"), room)
		if it := f.duties[p.ID]; it != nil {
			row.Done = fmt.Sprintf("%d/%d", it.Done, it.Required)
			row.Late = it.Status == integrity.StatusOverdue
			if it.Status == integrity.StatusExempt {
				row.Done = "豁免"
			}
		}
		d.Points = append(d.Points, row)
	}
	d.Form = d.Points
}

func (d *document) checks(f *facts) {
	number := map[string]int{}
	for _, p := range f.points {
		number[p.ID] = p.No
	}
	for i, c := range f.checks {
		if i == mostChecks {
			d.MoreChecks = fmt.Sprintf("更早的%d次从略。", len(f.checks)-mostChecks)
			break
		}
		row := checkRow{On: c.CheckedOn.String(), Who: c.Inspector, Finding: or(clip(c.Finding, shortText), "—")}
		var covered []int
		for _, id := range c.RiskIDs {
			if n, ok := number[id]; ok {
				covered = append(covered, n)
			}
		}
		slices.Sort(covered)
		switch {
		case len(covered) > 1 && len(covered) == len(f.points):
			row.Points = "全部"
		case len(covered) > 0:
			row.Points = ranges(covered)
		default:
			row.Points = or(clip(c.RiskRef, 12), "—")
		}
		if c.LeaderTookPart {
			row.Who += "；责任领导" + c.Leader
		}
		words := make([]string, len(c.Methods))
		for i, m := range c.Methods {
			words[i] = m.Label(integrity.Chinese)
		}
		row.Methods = strings.Join(words, "、")
		for _, yes := range []bool{c.PowerRegular, c.RulesFollowed, c.MeasuresDone} {
			if yes {
				row.Answers += "是"
			} else {
				row.Answers += "否"
			}
		}
		d.Checks = append(d.Checks, row)
	}
}

// ranges writes ascending numbers as the template of inspections takes them: 1、3、5-8.
func ranges(numbers []int) string {
	var parts []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		switch {
		case j-i < 2:
			for _, n := range numbers[i : j+1] {
				parts = append(parts, strconv.Itoa(n))
			}
		default:
			parts = append(parts, fmt.Sprintf("%d-%d", numbers[i], numbers[j]))
		}
		i = j + 1
	}
	return strings.Join(parts, "、")
}

func (d *document) findings(f *facts) {
	for i, it := range f.open {
		if i == mostOpen {
			d.MoreOpen = fmt.Sprintf("另有%d个从略。", len(f.open)-mostOpen)
			break
		}
		row := openRow{Number: it.Number, On: it.Since.String(), Due: it.Due.String(), State: it.Status.Label(it.Basis, integrity.Chinese)}
		if s := f.findings[it.SignalID]; s != nil {
			row.Text = clip(s.Text, 2*shortText)
		}
		d.Open = append(d.Open, row)
	}
}

var changeWords = map[string]string{
	metrics.ChangeAdded: "新增", metrics.ChangeChanged: "修改", metrics.ChangeRegraded: "等级变化", metrics.ChangeRemoved: "移出",
}

func (d *document) changes(f *facts) {
	d.ChangeNote = f.diff.Note
	if d.ChangeNote == "" {
		d.ChangeNote = fmt.Sprintf("%d年清单与%d年相比：新增%d、修改%d、等级变化%d、移出%d，未变%d。", f.diff.To.Year, f.diff.From.Year, f.diff.Added, f.diff.Changed, f.diff.Regraded, f.diff.Removed, f.diff.Unchanged)
	}
	for i, c := range f.diff.Items {
		if i == mostChanges {
			d.ChangeNote += fmt.Sprintf("下表列出前%d处。", mostChanges)
			break
		}
		row := changeRow{Kind: changeWords[c.Change], No: strconv.Itoa(c.No), Text: clip(c.Description, shortText)}
		if c.No == 0 {
			row.No = "原" + strconv.Itoa(c.FromNo)
		}
		var what []string
		for _, col := range c.Columns {
			if col.Column == "grade" {
				what = append(what, col.Label+"："+col.From+"→"+col.To)
			} else {
				what = append(what, col.Label)
			}
		}
		row.What = or(strings.Join(what, "、"), "—")
		d.Changes = append(d.Changes, row)
	}
}

func (d *document) spots(f *facts) {
	hot := "热点"
	if f.hot.Note != "" {
		d.HotNote = f.hot.Note + "。"
	}
	for _, h := range f.hot.Items {
		if h.Unit != f.unit.Code || len(d.Hot) == mostSpots {
			continue
		}
		word := hot
		switch {
		case h.Hot:
		case h.Watch:
			word = "关注"
		case h.Slow:
			word = "近三个月缓升"
		default:
			word = "近三个月合计偏高"
		}
		d.Hot = append(d.Hot, word+"（"+h.Category.Label(integrity.Chinese)+"）："+h.Why)
	}
	for _, q := range f.hot.Quiet {
		if slices.Contains(q.Units, f.unit.Code) {
			d.HotNote = f.hot.Month + " 本单位不作判断：" + q.Why
		}
	}
	if d.HotNote == "" && len(d.Hot) == 0 {
		d.HotNote = f.hot.Month + " 本单位没有热点、关注和近三个月合计偏高。"
	}
	for _, b := range f.blind.Items {
		if b.Unit == f.unit.Code && len(d.Blind) < mostSpots {
			d.Blind = append(d.Blind, b.Why)
		}
	}
}

// The drawing in px; on paper 180 mm wide.
const drawingWidth, drawingHeight = 680, 150

func (d *document) complaints(ctx context.Context, b *Builder, f *facts) error {
	d.Months = make([]string, len(f.trend.Months))
	for i, m := range f.trend.Months {
		d.Months[i] = m[2:]
	}
	d.Caption = "日常投诉（涉廉和待判）按月件数"
	if f.petitions {
		d.Caption = "日常投诉、信访举报（涉廉和待判）按月件数"
	}
	var all uint64
	for _, s := range f.trend.Series {
		row := seriesRow{Label: s.Label}
		for _, v := range s.Values {
			if v == nil { // too small to be shown, so there is something
				all++
				row.Values = append(row.Values, charts.TooSmall)
				continue
			}
			all += *v
			row.Values = append(row.Values, strconv.FormatUint(*v, 10))
		}
		d.Series = append(d.Series, row)
	}
	if all == 0 {
		d.Caption += "：近13个月没有"
		return nil
	}
	option := charts.Trend(f.trend, charts.TrendOptions{Title: d.Caption, Height: drawingHeight})
	drawing, err := b.cfg.Renderer.Render(ctx, option, drawingWidth, drawingHeight, assets.Tokens())
	d.Drawing = drawing
	return err
}
