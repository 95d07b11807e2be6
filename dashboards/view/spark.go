package view

import (
	"math"
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
)

// Spark is a small line of counts by month, over the band of what is expected.
type Spark struct {
	Width, Height   int
	BandY, BandTall string // of the expected range; BandTall is empty without one
	Points          string
	EndX, EndY      string
	Aria            string
}

// NewSpark draws counts, the last of which is the judged month; upper is the upper end of
// the expected range, NaN or 0 for none. Nil for no counts.
func NewSpark(lang integrity.Lang, counts []uint64, upper float64) *Spark {
	const width, height, margin = 132, 34, 4.0
	if len(counts) == 0 {
		return nil
	}
	top := 1.0
	words := make([]string, len(counts))
	for i, n := range counts {
		top = max(top, float64(n))
		words[i] = strconv.FormatUint(n, 10)
	}
	banded := upper > 0 && !math.IsInf(upper, 0)
	if banded {
		top = max(top, upper)
	}
	y := func(v float64) float64 { return height - margin - v/top*(height-2*margin-2) }
	x := func(i int) float64 {
		return 3 + float64(i)*(width-10)/float64(max(len(counts)-1, 1))
	}
	points := make([]string, len(counts))
	for i, n := range counts {
		points[i] = px(x(i)) + "," + px(y(float64(n)))
	}
	last := len(counts) - 1
	s := &Spark{
		Width: width, Height: height, Points: strings.Join(points, " "),
		EndX: px(x(last)), EndY: px(y(float64(counts[last]))),
		Aria: T(lang, "spark.aria", len(counts), strings.Join(words, T(lang, "list.comma"))),
	}
	if banded {
		s.BandY, s.BandTall = px(y(upper)), px(height-margin-y(upper))
	}
	return s
}

// Bullet is a bar of an actual number, a tick where it was expected, and the expected range.
type Bullet struct {
	Width, Height       int
	Actual, Tick, Upper string // px; Upper is empty without a range
	Aria                string
}

// NewBullet compares an actual number with what was expected. most is the largest number
// of the table, so that the bars of all rows have one scale.
func NewBullet(lang integrity.Lang, actual uint64, expected, upper, most float64) *Bullet {
	const width = 150
	scale := func(v float64) string { return px(min(v/max(most, 1), 1) * (width - 4)) }
	b := &Bullet{
		Width: width, Height: 30, Actual: scale(float64(actual)), Tick: scale(expected),
		Aria: T(lang, "bullet.aria", actual, decimal(expected, 1)),
	}
	if upper > 0 && !math.IsInf(upper, 0) {
		b.Upper = scale(upper)
	}
	return b
}

func px(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
