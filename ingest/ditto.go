package ingest

import (
	"slices"
	"strings"

	"qingfeng/ingest/table"
)

// asAbove reports whether a cell says that what stands above it holds for it as well.
func asAbove(cell string) bool {
	switch strings.TrimSpace(cell) {
	case "同上", "同上。", "〃", "″", "”", `"`:
		return true
	}
	return false
}

// spreadsheetErrors are what a spreadsheet program shows where a formula has no result.
var spreadsheetErrors = []string{"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}

// noText reports whether a cell does not say itself what it holds.
func noText(cell string) bool {
	return maybeNoText(cell) && (asAbove(cell) || slices.Contains(spreadsheetErrors, cell))
}

// maybeNoText is a quick look at what every cell of every file is asked: nearly all are told by their
// length or their first bytes, those of 同, 〃 and quotation marks, # or a blank.
func maybeNoText(cell string) bool {
	if len(cell) == 0 || len(cell) > len(" 同上。 ") {
		return false
	}
	switch cell[0] {
	case 0xE5:
		return len(cell) > 2 && cell[1] == 0x90 && cell[2] == 0x8C
	case 0xE3, 0xE2, '"', '#', ' ', '\t', '\n':
		return true
	}
	return false
}

// sameAbove puts in place of 同上 what the row above says. In tables that people keep by hand it means
// what a merged cell means, and merged cells are read so; the rows are taken in the order of the
// file, above is the last one that was read, empty where there is none or where it was lost. Each
// such cell is told about. It does not stand for what tells a row from the others and what the
// row is about – number, description, text: these are refused, and so is the error of a formula.
// The problem says why a row cannot be read; it is nil for all others.
func (p *parser) sameAbove(l *layout, above, row table.Row) (table.Row, *Problem) {
	maybe := false
	for _, cell := range row.Cells {
		if maybe = maybeNoText(cell); maybe {
			break
		}
	}
	if p.alone || !maybe && !p.personsAsAbove(l, row) {
		return row, nil
	}
	cells := slices.Clone(row.Cells) // they may be part of a larger memory
	said := p.cells(row, l)
	row.Cells = cells
	for i, cell := range cells {
		f, known := l.fieldAt(i)
		of := ""
		if i < len(above.Cells) {
			of = above.Cells[i]
		}
		switch {
		case noText(cell) && !asAbove(cell):
			if known {
				said.fail(f, said.column(f).code+"_invalid", "“%[1]s”的单元格是公式错误 %[2]s，没有内容；请在表格中改正公式或直接填写", "%[1]q holds the error %[2]s of a formula; mend the formula in the spreadsheet, or write out what it stands for", said.name(f), cell)
			}
		case !asAbove(cell):
			if f == fResponsible && known {
				if cells[i] = responsibleAsAbove(cell, of); cells[i] != cell {
					p.tellAsAbove(&said, f, above.Number, cells[i])
				}
			}
		case !known: // of a column that is dropped: who complains
			cells[i] = of
		case f == fNumber, f == fDescription, f == fText, f == fFinding, f == fNo && p.req.Kind == KindRisks:
			said.fail(f, said.column(f).code+"_invalid", "“同上”不能代替“%[1]s”，请写出这一行自己的%[1]s", "同上 cannot stand for %[1]q; write out the %[1]s of this row", said.name(f))
		case strings.TrimSpace(of) == "", noText(of): // what was refused above
			said.fail(f, said.column(f).code+"_invalid", "“%[1]s”写的是“同上”，但上一行这一列没有内容，请写出具体内容", "%[1]q says 同上, but there is nothing above it; write it out", said.name(f))
		default:
			cells[i] = of
			p.tellAsAbove(&said, f, above.Number, of)
		}
	}
	return row, said.first
}

func (p *parser) tellAsAbove(c *cells, f field, row int, as string) {
	c.warn(f, "same_as_above", "“同上”按第 %d 行读作“%s”", "同上 is read from row %d: %q", row, clip(strings.Join(strings.Fields(as), " "), 40))
}

// heading is that of a cell as the file writes it, empty where no column is known there.
func (l *layout) heading(cell int) string {
	if f, known := l.fieldAt(cell); known {
		return l.names[f]
	}
	return ""
}

// fieldAt is the field that stands in a cell of a row.
func (l *layout) fieldAt(cell int) (field, bool) {
	i := slices.Index(l.at[:], cell)
	return field(i), i >= 0
}

// personsAsAbove reports whether a row says 同上 behind one of the labels of 相关责任人.
func (p *parser) personsAsAbove(l *layout, row table.Row) bool {
	at := l.at[fResponsible]
	return p.req.Kind == KindRisks && at >= 0 && at < len(row.Cells) && strings.Contains(row.Cells[at], "同上")
}

// responsibleAsAbove is a cell 相关责任人 with what stands behind its labels, or the cell as it is where
// it says nothing about the one above or that one does not know.
func responsibleAsAbove(cell, above string) string {
	head, persons := splitResponsible(cell)
	aboveHead, abovePersons := splitResponsible(above)
	changed := false
	if asAbove(head) && aboveHead != "" {
		head, changed = aboveHead, true
	}
	if len(persons) == 1 && asAbove(persons[0]) && len(abovePersons) > 0 {
		persons, changed = abovePersons, true
	}
	if !changed {
		return cell
	}
	return "处室单位负责人：" + head + "\n责任人员：" + strings.Join(persons, "、")
}
