package ingest

import (
	"regexp"
	"slices"
	"strings"

	"qingfeng/ingest/table"
	"qingfeng/internal/likeness"
)

// joiner puts together the rows of a list that are one row for who wrote them: where a row of a
// Word table did not fit on its page, people type its rest into a row of its own, without number
// and description. It holds back one row.
type joiner struct {
	p      *parser
	layout *layout
	each   func(c *cells) error
	held   *table.Row
	above  int // row that the held one may go on with, 0 for none
}

// bond is what two rows are to each other.
type bond int

const (
	apart   bond = iota
	perhaps      // the lower one may go on with the upper one, or be a point of its own
	one          // the lower one goes on with the upper one
)

// add takes the next row.
func (j *joiner) add(row table.Row) error {
	is := apart
	if j.held != nil {
		is = j.bond(j.held, &row)
	}
	if is == one {
		no := j.p.cells(*j.held, j.layout)
		c := j.p.cells(row, j.layout)
		c.warning(say("row_joined", c.name(fNo), "",
			"这一行没有序号，是第 %[1]d 行（序号 %[2]s）的续行，已并入第 %[1]d 行；如果是另一个风险点，请补填序号和%[3]s",
			"this row has no number and goes on with row %[1]d (no. %[2]s); it was joined to it. If it is a point of its own, fill in its number and %[3]s",
			j.held.Number, clip(no.get(fNo), 20), c.name(fDescription)))
		j.join(&row)
		return nil
	}
	if err := j.flush(); err != nil {
		return err
	}
	j.above = 0
	if is == perhaps {
		j.above = j.held.Number
	}
	j.held = &row
	return nil
}

// flush hands the row held back on.
func (j *joiner) flush() error {
	if j.held == nil {
		return nil
	}
	c := j.p.cells(*j.held, j.layout)
	c.above = j.above
	return j.each(&c)
}

// own are the cells that a row has only if it is a point of its own. 责任人 may go on.
var own = []field{fUnit, fDate, fGrade, fLayer, fCategory, fLeader, fPost, fKeyFew, fMajorMatter, fTags, fGradeReason, fBatch}

// bond tells what a row is to the one above it. It goes on with it for certain only where the
// upper row is a numbered point and the lower one says nothing that a point begins with: neither
// number nor description, unless that of the upper row breaks off in the middle of a sentence,
// nor grade, unit, date, layer, category, post, nor persons where the upper row has its own.
func (j *joiner) bond(above, row *table.Row) bond {
	c, a := j.p.cells(*row, j.layout), j.p.cells(*above, j.layout)
	// What the row above brought may have been lost on the way; merged cells say themselves what
	// belongs together.
	if j.p.lost > above.Number || c.written(fNo) != "" || continues(&c) {
		return apart
	}
	if !c.any(fDescription, fMeasures, fPath, fResponsible, fHead, fPersons) {
		return apart
	}
	description := a.get(fDescription)
	switch {
	case !j.layout.has(fNo) || a.get(fNo) == "":
		if c.written(fDescription) != "" { // a list that leaves its numbers open
			return apart
		}
		return perhaps
	case description == "" || likeness.Fold(description) == placeholder, c.any(own...), !personsGoOn(&a, &c):
		return perhaps
	case c.written(fDescription) != "" && !breaksOff(description):
		return perhaps
	}
	return one
}

// written is a cell that the row fills itself: not one merged with its neighbour.
func (c *cells) written(f field) string {
	if at := c.layout.at[f]; at >= 0 && at < len(c.row.Merged) && c.row.Merged[at] {
		return ""
	}
	return c.get(f)
}

// any reports whether the row fills one of the cells itself.
func (c *cells) any(fields ...field) bool {
	return slices.ContainsFunc(fields, func(f field) bool { return c.written(f) != "" })
}

// personsGoOn reports whether the persons of a row can belong to the point of the row above:
// they are those it lacks, the rest of a list that breaks off, or the same once more.
func personsGoOn(above, row *cells) bool {
	who := func(c *cells) (text, head string, persons bool) {
		head, rest := splitResponsible(c.written(fResponsible))
		text = c.written(fResponsible) + c.written(fHead) + c.written(fPersons)
		return text, head + c.written(fHead), len(rest) > 0 || c.written(fPersons) != ""
	}
	text, head, persons := who(row)
	had, hadHead, hadPersons := who(above)
	return text == had || breaksOff(had) || (head == "" || hadHead == "") && (!persons || !hadPersons)
}

// breaksOff reports whether a text ends in the middle of a sentence or of a list.
func breaksOff(s string) bool {
	s = strings.TrimSpace(s)
	for _, mark := range []string{"，", ",", "、", "：", ":", "（", "(", "《", "“"} {
		if strings.HasSuffix(s, mark) {
			return true
		}
	}
	for _, pair := range [][2]string{{"（", "）"}, {"《", "》"}, {"“", "”"}} {
		if strings.Count(s, pair[0]) > strings.Count(s, pair[1]) {
			return true
		}
	}
	return false
}

// join adds the texts of a row to those of the row held back.
func (j *joiner) join(row *table.Row) {
	h := &table.Row{Number: j.held.Number, Cells: slices.Clone(j.held.Cells), Merged: slices.Clone(j.held.Merged)}
	for i, text := range row.Cells {
		if strings.TrimSpace(text) == "" || i < len(row.Merged) && row.Merged[i] {
			continue
		}
		for len(h.Cells) <= i {
			h.Cells = append(h.Cells, "")
		}
		if i < len(h.Merged) && h.Merged[i] { // its text belongs to the row before
			h.Cells[i], h.Merged[i] = text, false
			continue
		}
		h.Cells[i] = goOn(h.Cells[i], text, i == j.layout.at[fResponsible] || i == j.layout.at[fPersons])
	}
	for h.Merged != nil && len(h.Merged) < len(h.Cells) {
		h.Merged = append(h.Merged, false)
	}
	j.held = h
}

// itemMark is how an item of a numbered list begins.
var itemMark = regexp.MustCompile(`^\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）、]|\d{1,2}[.．](?:\D|$)|[①-⑳])`)

// goOn puts together the two halves of a cell: on one line where the first ends in the middle of
// a sentence.
func goOn(text, rest string, list bool) string {
	text, rest = strings.TrimRight(text, " \t\r\n　"), strings.TrimLeft(rest, " \t\r\n　")
	ends := text == ""
	for _, mark := range []string{"。", "；", ";", "！", "？"} {
		ends = ends || strings.HasSuffix(text, mark)
	}
	if text != "" && (ends || list || itemMark.MatchString(rest)) {
		return text + "\n" + rest
	}
	return text + rest
}
