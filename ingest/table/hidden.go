package table

import (
	"fmt"
	"strings"
)

// unseen gathers what of a sheet holds something and is not seen by who opens it: rows hidden by
// a filter or by hand, and columns. Both are read, since a filter left set takes nothing out of a
// list; but they are told about, since somebody may have meant to take them out.
type unseen struct {
	ranges  [][2]int // of hidden columns, 0-based, ends included
	columns [maxColumns/8 + 1]byte
	count   int // of rows
	first   []int
}

// unseenShown is how many rows or columns a notice names.
const unseenShown = 5

// hide takes the element col that was just read.
func (u *unseen) hide(x *xmlReader) {
	// Real sheets have a handful of ranges; the cells are held to each of them.
	if on, _ := x.rawAttr("hidden"); truth(on) && len(u.ranges) < 256 {
		u.ranges = append(u.ranges, [2]int{x.intAttr("min") - 1, x.intAttr("max") - 1})
	}
}

// filled notes a column that holds something.
func (u *unseen) filled(column int) {
	for _, r := range u.ranges {
		if column >= r[0] && column <= r[1] {
			u.columns[column/8] |= 1 << (column % 8)
		}
	}
}

// row notes a hidden row that holds something.
func (u *unseen) row(number int) {
	if u.count++; u.count <= unseenShown {
		u.first = append(u.first, number)
	}
}

// tell says what was found, once the sheet is read.
func (u *unseen) tell(o *opener, t *Table) {
	if u.count > 0 {
		rows, moreZH, moreEN := strings.Trim(strings.ReplaceAll(fmt.Sprint(u.first), " ", "、"), "[]"), "", ""
		if u.count > len(u.first) {
			moreZH, moreEN = "等", " and more"
		}
		o.notice(t, NoticeRowsHidden, u.first[0],
			fmt.Sprintf("已筛选隐藏的行也读入：共 %d 行（第 %s 行%s）；不应导入的，请从表中删除后再导入", u.count, rows, moreZH),
			fmt.Sprintf("rows hidden by a filter or by hand are read as well: %d (row %s%s); delete from the sheet what is not to be loaded, then load it again", u.count, strings.ReplaceAll(rows, "、", ", "), moreEN))
	}
	var names []string
	for column := range maxColumns {
		if u.columns[column/8]&(1<<(column%8)) != 0 {
			names = append(names, columnName(column))
		}
	}
	if len(names) == 0 {
		return
	}
	moreZH, moreEN := "", ""
	if len(names) > unseenShown {
		names, moreZH, moreEN = names[:unseenShown], "等", " and more"
	}
	o.notice(t, NoticeColumnsHidden, 0,
		"隐藏的列也读入："+strings.Join(names, "、")+" 列"+moreZH+"；不应导入的，请从表中删除后再导入",
		"hidden columns are read as well: "+strings.Join(names, ", ")+moreEN+"; delete from the sheet what is not to be loaded, then load it again")
}

// columnName is the letter of a 0-based column: A, Z, AA.
func columnName(column int) string {
	name := ""
	for column++; column > 0; column = (column - 1) / 26 {
		name = string(rune('A'+(column-1)%26)) + name
	}
	return name
}
