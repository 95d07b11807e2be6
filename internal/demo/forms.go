package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
)

// The three notes below the form (notice, annex 1).
var formNotes = []string{
	"注：1. 一个风险点一栏；",
	"2. 多人存在同一风险点，在同一表格上签字；一人有多个风险点，分栏制表、签字。",
	"3. 此表请分管领导审核并签字后，报送委政治处。",
}

const formTitle = "市卫生健康委廉洁风险防控清单"

// layerWords are the words for the layers that a unit uses in its flat table.
func (u *unit) layerWords() map[integrity.Layer]string {
	out := map[integrity.Layer]string{}
	for _, l := range integrity.Layers() {
		out[l] = l.Label(integrity.Chinese)
	}
	switch u.code {
	case "15":
		out[integrity.LayerLeadership], out[integrity.LayerMiddle], out[integrity.LayerOther] = "院领导", "科主任", "普通岗位"
	case "17", "30":
		out[integrity.LayerLeadership], out[integrity.LayerMiddle], out[integrity.LayerOther] = "班子成员", "中层干部", "一般岗位"
	case "04", "10":
		out[integrity.LayerMiddle], out[integrity.LayerOther] = "处长", "其他人员"
	case "24":
		out[integrity.LayerLeadership], out[integrity.LayerMiddle] = "领导班子", "部门负责人"
	}
	return out
}

// categoryWord is the word for a category that a unit uses.
func (u *unit) categoryWord(c integrity.Category) string {
	w := c.Label(integrity.Chinese)
	switch u.code {
	case "14", "21", "28": // the notice's long forms
		if c == integrity.CategoryExternal {
			return "其他廉洁风险（被“围猎”）"
		}
		return w + "廉洁风险"
	}
	return w
}

// numbered joins items as 1. … lines.
func numbered(items []string, end string) string {
	var b strings.Builder
	for i, it := range items {
		stop := "；"
		if i == len(items)-1 {
			stop = "。"
		}
		fmt.Fprintf(&b, "%d. %s%s%s", i+1, it, stop, end)
	}
	return strings.TrimSuffix(b.String(), end)
}

// gradeWord is the word of the notice, or the unfilled cell of the form.
func gradeWord(g integrity.Grade) string {
	if g == integrity.GradeUngraded {
		return "重要/一般"
	}
	return g.Label(integrity.Chinese)
}

// responsible is the cell 相关责任人 of the form.
func responsible(p point) string {
	return "处室单位负责人：" + p.head + "\n责任人员：" + strings.Join(p.persons, "、")
}

func yesNo(b bool) string {
	if b {
		return "是"
	}
	return "否"
}

// headline is the line above the form's table; a list whose date is forgotten gets it as
// an option.
func headline(l riskList, dated bool) string {
	date := ""
	if dated {
		date = l.date.Chinese()
	}
	return "填表处室（单位）：" + l.unit.name + strings.Repeat(" ", 24) + "日期：" + date
}

// signatures is the line below the form's table.
func signatures(l riskList) string {
	head, leader := "", ""
	if l.signed {
		head, leader = l.points[0].head, l.unit.leader(l.date)
	}
	return "处室（单位）主要负责人签字：" + head + strings.Repeat(" ", 16) + "责任领导（分管委领导）审核签字：" + leader
}

// flat is the list as a flat table.
func flat(l riskList) sheet {
	u := l.unit
	layers := u.layerWords()
	rows := [][]string{{"单位", "日期", "序号", "廉洁风险点描述", "防控措施", "监督检查路径", "风险等级", "处室单位负责人", "责任人员", "责任领导",
		"层面", "类别", "岗位", "关键少数", "三重一大", "标签", "评定理由"}}
	for _, p := range l.points {
		layer, category := layers[p.layer], u.categoryWord(p.category)
		if p.layer == integrity.LayerUnclassified {
			layer = ""
		}
		if p.category == integrity.CategoryUnclassified {
			category = ""
		}
		rows = append(rows, []string{u.name, l.date.String(), strconv.Itoa(p.no), p.desc, numbered(p.measures, "\n"), numbered(p.path, "\n"),
			gradeWord(p.grade), p.head, strings.Join(p.persons, "、"), u.leader(l.date), layer, category, p.post, yesNo(p.keyFew), yesNo(p.major),
			strings.Join(p.text.topic.tags, "、"), p.reason})
	}
	return sheet{name: "廉洁风险防控清单", rows: rows, widths: []float64{18, 11, 6, 46, 46, 46, 8, 12, 16, 10}, wrap: true}
}

// formSheet is the list as a sheet in the form's shape. The extended form has a second
// row of headings: 归类 over 层面 and 类别. grades are other words for the grades, if any.
func formSheet(l riskList, dated, extended bool, grades map[integrity.Grade]string) sheet {
	s := sheet{name: "清单", titles: []string{formTitle, headline(l, dated)}, wrap: true, widths: []float64{6, 46, 46, 46, 8, 24, 12}}
	head := []string{"序号", "廉洁风险点描述", "防控措施", "监督检查路径", "风险\n等级", "相关责任人"}
	if !extended {
		s.rows = append(s.rows, head)
	} else {
		s.rows = append(s.rows, append(slices.Clone(head), "归类", ""), append(make([]string, 6), "层面", "类别"))
		for _, c := range []string{"A", "B", "C", "D", "E", "F"} {
			s.merges = append(s.merges, [2]string{c + "3", c + "4"})
		}
		s.merges = append(s.merges, [2]string{"G3", "H3"})
	}
	for _, p := range l.points {
		row := []string{strconv.Itoa(p.no), p.desc, numbered(p.measures, "\n"), numbered(p.path, "\n"), cmp.Or(grades[p.grade], gradeWord(p.grade)), responsible(p)}
		if extended {
			row = append(row, p.layer.Label(integrity.Chinese), l.unit.categoryWord(p.category))
		}
		s.rows = append(s.rows, row)
	}
	s.foot = append([]string{signatures(l)}, formNotes...)
	return s
}

// addLists adds every list in the style of its unit.
func (g *generator) addLists() {
	for _, l := range g.lists {
		u := l.unit
		f := File{Kind: "risks", SentOn: l.sent, Rows: len(l.points)}
		f.Path = fmt.Sprintf("risks/%d/%s-%s-廉洁风险防控清单", l.year, u.code, u.short)
		switch u.list {
		case styleFormDocx, styleExtendedDocx:
			f.Path += ".docx"
			g.outputs = append(g.outputs, output{File: f, shape: shapeDocx, doc: g.wordForm(l)})
		case styleFormXlsx, styleExtendedXlsx:
			f.Path += ".xlsx"
			dated := u.code != undatedUnit || l.year != g.first
			if !dated {
				f.Options.Date = l.date
			}
			grades := map[integrity.Grade]string{}
			if u.code == gradesUnit && l.year == g.first {
				grades = map[integrity.Grade]string{integrity.GradeImportant: "高", integrity.GradeGeneral: "中"}
				f.Options.GradeMap = map[string]string{"高": "重要", "中": "一般", "低": "一般"}
			}
			sh := formSheet(l, dated, u.list == styleExtendedXlsx, grades)
			g.outputs = append(g.outputs, output{File: f, sender: u.name, sheet: sh})
		case styleFlatXlsx:
			f.Path += ".xlsx"
			g.add(f, u.name, shapeXlsx, flat(l))
		default:
			f.Path += ".csv"
			sh := flat(l)
			g.spoil(f.Path, &sh, l)
			g.add(f, u.name, map[listStyle]shape{styleFlatGB: shapeGB, styleFlatBOM: shapeBOM}[u.list], sh)
		}
	}
}

// spoil adds the rows that the loader is meant to refuse to a flat list.
func (g *generator) spoil(path string, sh *sheet, l riskList) {
	columns := map[string]int{}
	for i, h := range sh.rows[0] {
		columns[h] = i
	}
	for _, w := range []struct {
		unit         string
		year         int
		column, word string
		code, why    string
	}{
		{"30", g.first + 1, "风险等级", "高", "grade_invalid", "等级写成“高”，又没有给出对应关系"},
		{"06", g.focus, "层面", "骨干岗位", "layer_invalid", "层面不在三个层面及其别名之内"},
		{"28", g.first, "风险等级", "1中2低", "several_points", "一栏里数了几个风险点"},
		{"10", g.first, "防控措施", "", "measures_missing", "没有防控措施"},
	} {
		if w.unit != l.unit.code || w.year != l.year {
			continue
		}
		row := slices.Clone(sh.rows[len(sh.rows)-1])
		row[columns["序号"]] = strconv.Itoa(len(l.points) + 1)
		row[columns["廉洁风险点描述"]] = "年度重点工作督办事项跟踪不及时，责任分解不到岗"
		row[columns[w.column]] = w.word
		sh.rows = append(sh.rows, row)
		g.flaws = append(g.flaws, Flaw{Path: path, Row: sh.line(shapeGB), Code: w.code, Why: w.why})
	}
}
