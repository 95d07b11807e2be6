package form

import (
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
)

// Form is one list on the notice's form. The zero Form is the empty template.
type Form struct {
	Title        string // empty = that of the notice
	UnitName     string
	Date         integrity.Day // 日期 of the header line; NoDay leaves it open
	Year         int           // written only where it is not the year of Date
	Points       []integrity.RiskPoint
	HeadSigned   string // 处室（单位）主要负责人, as signed
	LeaderSigned string // 责任领导（分管委领导）, as signed
	// Classified adds the columns 层面 and 类别, which the notice's form lacks: with them
	// a list that is written and loaded again loses nothing.
	Classified bool
}

const (
	noticeTitle = "市卫生计生委廉洁风险防控清单"
	blank       = "                "
	emptyRows   = 3 // as many as annex 1 has
)

// The three notes below the form (notice, annex 1).
var notes = []string{
	"注：1. 一个风险点一栏；",
	"2. 多人存在同一风险点，在同一表格上签字；一人有多个风险点，分栏制表、签字。",
	"3. 此表请分管领导审核并签字后，报送委政治处。",
}

// column is one column of the form.
type column struct {
	heading string
	share   int // of the width, in hundredths of that of the six columns
	text    func(integrity.RiskPoint) string
}

var sixColumns = []column{
	{"序号", 5, func(p integrity.RiskPoint) string { return strconv.Itoa(p.No) }},
	{"廉洁风险点描述", 26, func(p integrity.RiskPoint) string { return p.Description }},
	{"防控措施", 25, func(p integrity.RiskPoint) string { return Steps(p.Measures) }},
	{"监督检查路径", 25, func(p integrity.RiskPoint) string { return Steps(p.Path) }},
	{"风险\n等级", 6, func(p integrity.RiskPoint) string {
		if p.Grade != integrity.GradeImportant && p.Grade != integrity.GradeGeneral {
			return "重要/\n一般"
		}
		return p.Grade.Label(integrity.Chinese)
	}},
	{"相关责任人", 13, func(p integrity.RiskPoint) string {
		return "处室单位负责人：" + p.Head + "\n责任人员：" + strings.Join(p.Persons, "、")
	}},
}

var classColumns = []column{
	{"层面", 8, func(p integrity.RiskPoint) string {
		if p.Layer == integrity.LayerUnclassified {
			return ""
		}
		return p.Layer.Label(integrity.Chinese)
	}},
	{"类别", 8, func(p integrity.RiskPoint) string {
		if p.Category == integrity.CategoryUnclassified {
			return ""
		}
		return p.Category.Label(integrity.Chinese)
	}},
}

// Steps writes measures or steps of a path into one cell, each on a line of its own and
// numbered where there are several.
func Steps(items []string) string {
	if len(items) == 1 {
		return items[0]
	}
	var b strings.Builder
	for i, item := range items {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(strconv.Itoa(i+1) + ". " + item)
	}
	return b.String()
}

func (f Form) title() string {
	if f.Title != "" {
		return f.Title
	}
	return noticeTitle
}

func (f Form) columns() []column {
	if f.Classified {
		return append(append([]column(nil), sixColumns...), classColumns...)
	}
	return sixColumns
}

// head is the line with unit and date above the table.
func (f Form) head() string {
	unit := f.UnitName
	if unit == "" {
		unit = blank
	}
	line := "填表处室（单位）：" + unit + blank + "日期："
	if f.Date != integrity.NoDay {
		line += f.Date.Chinese()
	}
	if f.Year != 0 && f.Year != f.Date.Year() {
		line += blank + "年度：" + strconv.Itoa(f.Year)
	}
	return line
}

// foot is the line of signatures below the table.
func (f Form) foot() string {
	signed := func(name string) string {
		if name == "" {
			return blank
		}
		return name
	}
	return "处室（单位）主要负责人签字：" + signed(f.HeadSigned) + "      责任领导（分管委领导）审核签字：" + signed(f.LeaderSigned)
}

// rows are the texts of the table below its headings.
func (f Form) rows() [][]string {
	points := f.Points
	if len(points) == 0 {
		for i := range emptyRows {
			points = append(points, integrity.RiskPoint{No: i + 1, Layer: integrity.LayerUnclassified, Category: integrity.CategoryUnclassified})
		}
	}
	columns := f.columns()
	out := make([][]string, len(points))
	for i, p := range points {
		for _, c := range columns {
			out[i] = append(out[i], c.text(p))
		}
	}
	return out
}
