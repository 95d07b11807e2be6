package ingest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"qingfeng/ingest/mask"
	"qingfeng/ingest/table"
	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// formText is what stands around the table of a form (notice, annex 1).
type formText struct {
	unit, date, year         string
	headSigned, leaderSigned string
	labelled                 bool // there is a line for unit or date, filled or not
	signs                    bool // there are lines for signatures, filled or not
}

// The labels of a form, in the usual writings. A label ends with a colon, or, where it
// stands in a cell of its own, with the gap before the next cell.
var (
	formUnit = regexp.MustCompile(`(?:填\s*[表报]\s*(?:处\s*室|单\s*位|部\s*门|科\s*室)|^\s*(?:处\s*室|单\s*位|部\s*门|科\s*室))\s*(?:[（(][^()（）]{1,8}[)）]|名\s*称)?(?:\s*[:：]|` + cellGap + `)(.*)`)
	formDate = regexp.MustCompile(`(?:填\s*[表报]\s*)?(?:日\s*期|时\s*间)(?:\s*[:：]|` + cellGap + `)(.*)`)
	formYear = regexp.MustCompile(`年\s*度\s*[:：]\s*(\d{4})`)
	formHead = regexp.MustCompile(`主\s*要\s*负\s*责\s*人\s*(?:签\s*字|签\s*名|审\s*签)\s*[:：](.*)`)
	formLead = regexp.MustCompile(`(?:责\s*任\s*领\s*导|分\s*管\s*委?\s*领\s*导)[^:：]{0,12}(?:签\s*字|签\s*名)\s*[:：](.*)`)
	formNote = regexp.MustCompile(`^\s*(?:注\s*[:：]|[23]\s*[.．、]\s*(?:多人存在同一风险点|此表请分管领导))`)
	formCut  = regexp.MustCompile(`\s*(?:日\s*期|填\s*[表报]\s*[人日时]|年\s*度\s*[:：]|联\s*系\s*[人电]|处\s*室\s*[（(]\s*单\s*位\s*[)）]\s*主\s*要|主\s*要\s*负\s*责\s*人|责\s*任\s*领\s*导|分\s*管\s*委?\s*领\s*导)`)

	placeholder = likeness.Fold("“三个层面”、“七类风险”具体描述")
)

// cellGap stands between the cells of a row that is read as a line.
const cellGap = "    "

// header takes unit, date and year from a line above the table.
func (f *formText) header(line string) {
	if m := formUnit.FindStringSubmatch(line); m != nil {
		f.labelled = true
		if f.unit == "" {
			f.unit = beforeNextLabel(m[1])
		}
	}
	if m := formDate.FindStringSubmatch(line); m != nil {
		f.labelled = true
		filled := strings.ContainsAny(m[1], "0123456789０１２３４５６７８９") || strings.Contains(m[1], "年") && strings.ContainsAny(m[1], chineseDigits)
		if f.date == "" && filled {
			f.date = strings.Trim(strings.TrimSpace(m[1]), "_＿ ")
		}
	}
	if m := formYear.FindStringSubmatch(line); m != nil && f.year == "" {
		f.year = m[1]
	}
}

// footer takes the signatures from a line below the table.
func (f *formText) footer(line string) {
	if m := formHead.FindStringSubmatch(line); m != nil {
		f.signs = true
		f.headSigned = nameList(beforeNextLabel(m[1]))
	}
	if m := formLead.FindStringSubmatch(line); m != nil {
		f.signs = true
		f.leaderSigned = nameList(beforeNextLabel(m[1]))
	}
}

// goOn takes over what a second table of the same form brings: the signatures stand
// below the last one.
func (f *formText) goOn(next *formText) {
	if next.signs {
		f.signs, f.headSigned, f.leaderSigned = true, next.headSigned, next.leaderSigned
	}
}

func beforeNextLabel(s string) string {
	if at := formCut.FindStringIndex(s); at != nil {
		s = s[:at[0]]
	}
	return strings.Trim(strings.TrimSpace(s), "_＿ 　")
}

// frameOf reads what stands above the table. Lines with signatures there belong to the
// form before.
func (p *parser) frameOf(t *table.Table, above []table.Row) formText {
	var f formText
	for _, line := range slices.Concat(t.Before, p.lines) {
		f.header(line)
	}
	p.lines = nil
	for _, row := range above {
		f.header(strings.Join(rowText(row), cellGap))
	}
	return f
}

func rowText(row table.Row) []string {
	var out []string
	for i, c := range row.Cells {
		if i < len(row.Merged) && row.Merged[i] {
			continue
		}
		if c = strings.TrimSpace(c); c != "" {
			out = append(out, c)
		}
	}
	return out
}

// around reports whether a row of the table belongs to the form's frame rather than to
// its points: signature lines and notes that stand in the sheet below the table.
func around(cells []string) bool {
	filled := 0
	text := ""
	for _, c := range cells {
		if c = strings.TrimSpace(c); c != "" && c != text {
			filled++
			text = c
		}
	}
	if filled == 0 || filled > 4 {
		return false
	}
	joined := strings.Join(cells, " ")
	return formNote.MatchString(text) || formNote.MatchString(joined) || formHead.MatchString(joined) || formLead.MatchString(joined) ||
		strings.Contains(joined, "填表") && formUnit.MatchString(joined)
}

// settle settles unit, date and signatures of the forms of a file. A table of a document
// without a header line of its own goes on with the form before it. Then all that the file
// holds of the list of one unit and year is one list.
func (p *parser) settle() []*draft {
	var out []*draft
	var last *draft
	for _, d := range p.drafts {
		if d.form && last != nil && !d.frame.labelled && d.table.Format == "docx" && d.table.File == last.table.File {
			last.join(d)
			last.frame.goOn(&d.frame)
			continue
		}
		out = append(out, d)
		if d.form {
			last = d
		}
	}
	p.drafts = nil
	settled := out[:0]
	for _, d := range out {
		if d.form {
			if len(d.points) == 0 && len(d.rejects) == 0 || !p.place(d) {
				continue
			}
			d.earliest = d.listedOn
		}
		if whole := d.partOf(settled); whole != nil {
			whole.unite(p, d)
			continue
		}
		settled = append(settled, d)
	}
	for _, d := range settled {
		d.datesDiffer(p)
		if d.form {
			p.signatures(d)
		}
	}
	return settled
}

// join adds the points of another table of the same list.
func (d *draft) join(other *draft) {
	d.points = append(d.points, other.points...)
	d.places = append(d.places, other.places...)
	d.kept = append(d.kept, other.kept...)
	d.rejects = append(d.rejects, other.rejects...)
}

// place settles unit, year and date of a form. What the load's options say counts before
// what the form says. It reports whether the list can be placed; if it cannot, every
// point is rejected. A dry run only shows what is missing (contract, input files).
func (p *parser) place(d *draft) bool {
	at := func(problem Problem) Problem {
		problem = problem.at(p.file, d.table, 0)
		problem.Value, _ = mask.Text(problem.Value)
		problem.zh, _ = mask.Text(problem.zh)
		problem.en, _ = mask.Text(problem.en)
		return problem
	}
	var why *Problem
	fail := func(problem Problem) {
		problem = at(problem)
		p.file.fail(p.req.Lang, problem)
		if why == nil {
			why = &problem
		}
	}
	missing := func(code, column, zh, en string) {
		if p.req.DryRun {
			p.file.warn(p.req.Lang, at(Problem{Code: code, Column: column, zh: zh, en: en}))
			return
		}
		fail(Problem{Code: code, Column: column, zh: zh, en: en})
	}
	const unitLabel, dateLabel = "填表处室（单位）", "日期"
	switch code, known := p.dir.find(d.frame.unit); {
	case p.req.Unit != "":
		d.unit = p.req.unitCode
	case d.frame.unit == "":
		missing("unit_missing", unitLabel, "表头没有单位；装载时请用 --unit 指定", "the form has no unit; give --unit when loading")
	case !known:
		fail(p.dir.unknown(unitLabel, d.frame.unit))
	default:
		d.unit = code
	}
	d.listedOn = p.req.Date
	switch day, ok := parseDate(d.frame.date); {
	case d.listedOn != integrity.NoDay:
	case d.frame.date == "":
		missing("date_missing", dateLabel, "表头没有日期；装载时请用 --date 指定", "the form has no date; give --date when loading")
	case !ok:
		zh, en := nearlyDate(d.frame.date, p.today)
		fail(Problem{Code: "date_invalid", Column: dateLabel, Value: d.frame.date, zh: "表头日期" + zh + "，或用 --date 指定", en: "the date of the form " + en + ", or give --date"})
	case day < earliest:
		fail(say("date_invalid", dateLabel, d.frame.date, "表头日期 %s 早于 1990-01-01", "the date %s of the form is before 1990-01-01", day))
	case day > p.today:
		fail(say("date_invalid", dateLabel, d.frame.date, "表头日期 %s 晚于今天", "the date %s of the form is after today", day))
	default:
		d.listedOn = day
	}
	switch {
	case p.req.Year != 0:
		d.year = uint16(p.req.Year)
	case d.frame.year != "":
		d.year = uint16(atoi(d.frame.year))
	case d.listedOn != integrity.NoDay:
		d.year = uint16(d.listedOn.Year())
	}
	if why != nil {
		p.file.Rejected += uint64(len(d.points))
		for i, r := range d.kept {
			r.problem = why.at(p.file, d.places[i].table, d.places[i].row)
			p.rejects = append(p.rejects, r)
		}
		d.rejects = append(d.rejects, d.kept...)
	}
	for _, r := range d.rejects { // the flat template has the form's header line as columns
		name := d.frame.unit
		if d.unit != "" {
			name = unitName(p.dir, d.unit)
		}
		r.put("单位", name)
		date := d.frame.date
		if d.listedOn != integrity.NoDay {
			date = d.listedOn.String()
		}
		r.put("日期", date)
	}
	return why == nil
}

// signatures takes over the signatures of a form and lists the missing ones, once per
// list.
func (p *parser) signatures(d *draft) {
	d.signs, d.headSigned, d.leaderSigned = d.frame.signs, d.frame.headSigned, d.frame.leaderSigned
	var missing []string
	if d.headSigned == "" {
		missing = append(missing, "主要负责人")
	}
	if d.leaderSigned == "" {
		missing = append(missing, "责任领导")
	}
	if len(missing) == 0 {
		return
	}
	problem := say("signature_missing", "签字", "", "还缺%s签字，已列入清单体检，不影响导入", "signature missing: %s; listed in the check-up, loaded all the same", strings.Join(missing, "、"))
	p.file.warn(p.req.Lang, problem.at(p.file, d.table, 0))
}

// writtenNumber is the number of a point in another writing than 3: （3） ③ 三、 第三条.
var writtenNumber = regexp.MustCompile(`^[（(]?第?\s*(\d{1,5}|[` + chineseDigits + `十]{1,3})\s*[条项个]?[)）]?[.、]*$`)

// pointNumber reads the number of a point in any of its writings.
func pointNumber(no string) (uint32, bool) {
	no = strings.Trim(likeness.Width(no), ".、 ")
	n, err := strconv.Atoi(strings.TrimSuffix(no, ".0"))
	if m := writtenNumber.FindStringSubmatch(circled.Replace(no)); err != nil && m != nil {
		n, err = numeral(m[1]), nil
	}
	return uint32(n), err == nil && n > 0 && n < 100_000
}

// numberOf reads the number of a point; a form that leaves it open counts its rows.
func (c *cells) numberOf(form bool, row int) uint32 {
	no := c.get(fNo)
	n, ok := pointNumber(no)
	switch {
	case ok:
		return n
	case no == "" && form:
		return uint32(row)
	case no == "":
		c.need(fNo)
	default:
		c.fail(fNo, "no_invalid", "“%s”不是序号，请填 1、2、3…", "%q is no number of a point; write 1, 2, 3 …", no)
	}
	return 0
}
