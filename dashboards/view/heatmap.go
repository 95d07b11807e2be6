package view

import (
	"fmt"
	"strconv"

	"qingfeng/dashboards/charts"
	"qingfeng/metrics"
)

// Heatmap is a distribution as a drawing, its legend, and the table with the same numbers,
// whose cells are the links to the rows.
type Heatmap struct {
	ID     string // of the drawing; its table is ID-table, its cells ID-r0c0
	Title  string // heading of the card
	Segs   []Seg
	More   Link
	Save   Save
	About  About
	Chart  charts.Option
	Aria   string
	Height int // of the drawing, px

	Unit  string // what the legend counts
	Steps []LegendStep

	Caption   string
	Corner    string // head of the first column
	HeadWidth int    // of the first column, px, as in the drawing
	Cols      []HeatHead
	Rows      []HeatRow
	Foot      []HeatCell
	Totals    bool
	Folded    bool // the table starts folded away: many rows that the drawing shows as well
}

// LegendStep is a colour and what it stands for.
type LegendStep struct{ Class, Label string }

// HeatHead is the head of a column: the short word that is printed and the full one.
type HeatHead struct{ Short, Full string }

// HeatRow is a row of the table.
type HeatRow struct {
	Label, Full string // as in the drawing, and the official word
	Cells       []HeatCell
	Total       HeatCell
}

// HeatCell is a cell of the table. Row and Col count from 0 and are -1 for totals.
type HeatCell struct {
	ID       string
	Row, Col int
	Text     string
	Href     string
	Class    string
}

// HeatmapOptions are what a page says about a heatmap besides its numbers.
type HeatmapOptions struct {
	charts.HeatmapOptions
	ID      string
	Heading string // of the card; Title is the sentence for those who do not see the drawing

	// Link returns the address of the rows behind a cell, from the codes of its row and
	// column; an empty code means the total. Nil makes no links. Hidden cells never get
	// one.
	Link func(row, col string) string
}

// NewHeatmap makes the drawing and the table of a distribution.
func NewHeatmap(d metrics.Distribution, o HeatmapOptions) Heatmap {
	small := o.Small
	if small == 0 {
		small = 3
	}
	if o.Title == "" {
		o.Title = T(o.Lang, "heatmap.title", T(o.Lang, "measure."+d.Measure), T(o.Lang, "dim."+o.Rows), T(o.Lang, "dim."+o.Cols))
	}
	h := Heatmap{
		ID: o.ID, Title: o.Heading, Chart: charts.Heatmap(d, o.HeatmapOptions), Aria: o.Title,
		Height: o.Height(len(d.Rows)), HeadWidth: o.HeadWidth(d), Totals: o.Totals,
		Unit: T(o.Lang, "measure."+d.Measure), Caption: o.Title,
		Corner: T(o.Lang, "dim."+o.Rows),
	}
	counted := d.Measure
	switch {
	case o.Share:
		counted = "" // totals are what the parts are of
	case counted == "risks":
		h.Corner = T(o.Lang, "heatmap.corner")
	}
	steps := o.Steps(d.Measure)
	if o.Share {
		h.Unit = T(o.Lang, "heatmap.share.unit")
	}
	for i := range 6 {
		h.Steps = append(h.Steps, LegendStep{Class: "q" + strconv.Itoa(i), Label: steps.Label(i)})
	}
	for _, c := range d.Cols {
		h.Cols = append(h.Cols, HeatHead{Short: charts.Short(o.Cols, c, o.Lang), Full: c.Label})
	}
	cell := func(sum tally, row, col int, rowCode, colCode string) HeatCell {
		c := HeatCell{Row: row, Col: col, Text: sum.text(counted, small)}
		if row >= 0 && col >= 0 {
			c.ID = fmt.Sprintf("%s-r%dc%d", o.ID, row, col)
		}
		if o.Link != nil && !sum.hidden {
			c.Href = o.Link(rowCode, colCode)
		}
		switch {
		case rowCode != "" && rowCode == o.SelectedRow && colCode == o.SelectedCol:
			c.Class = "sel"
		case sum.hidden || sum.all == 0:
			c.Class = "zero"
		}
		return c
	}
	feet := make([]tally, len(d.Cols))
	var grand tally
	for y, r := range d.Rows {
		row := HeatRow{Label: charts.Medium(o.Rows, r, o.Lang), Full: r.Label}
		var total tally
		for x, c := range d.Cols {
			one := tallyOf(d.At(y, x))
			in := cell(one, y, x, r.Code, c.Code)
			if o.Share && !one.hidden {
				in.Text = "—"
				if part := d.At(y, x).Share; part != nil {
					in.Text, _ = charts.Percent(*part)
				}
			}
			row.Cells = append(row.Cells, in)
			total.add(one)
			feet[x].add(one)
			grand.add(one)
		}
		row.Total = cell(total, y, -1, r.Code, "")
		h.Rows = append(h.Rows, row)
	}
	for x, c := range d.Cols {
		h.Foot = append(h.Foot, cell(feet[x], -1, x, "", c.Code))
	}
	switch {
	case d.Total == nil:
		grand.hidden = true
	case grand.hidden:
		// Counted by the metric, which also decides whether it gives a cell away.
		grand = tally{all: *d.Total}
	}
	h.Foot = append(h.Foot, cell(grand, -1, -1, "", ""))
	return h
}

// tally is a count and the important ones among it; hidden once a part of it is.
type tally struct {
	all, important uint64
	single, hidden bool
}

func tallyOf(c metrics.Cell) tally {
	if c.Count == nil {
		return tally{single: true, hidden: true}
	}
	return tally{all: *c.Count, important: c.Important, single: true}
}

func (t *tally) add(u tally) {
	t.all += u.all
	t.important += u.important
	t.hidden = t.hidden || u.hidden
}

// text writes a single hidden cell as <3 and a sum with a hidden part as —.
func (t tally) text(measure string, small int) string {
	switch {
	case t.hidden && t.single:
		return Hidden(nil, small)
	case t.hidden:
		return "—"
	case measure == "risks":
		return Number(t.important) + " / " + Number(t.all)
	}
	return Number(t.all)
}
