package report

import (
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// middle is the height of the middle of a word from the top of the page.
func (w word) middle() float64 { return (w.YMin + w.YMax) / 2 }

// big reports whether a word is one of those across a draft.
func (w word) big() bool { return w.YMax-w.YMin > 60 }

// mm is a length in pt.
func mm(n float64) float64 { return n * 72 / 25.4 }

// near reports whether a length is as wanted, to the pixel that Chromium rounds it to.
func near(got, want float64) bool { return math.Abs(got-want) <= 0.8 }

// atPlace holds a printed report to the page and type of the bulletin: GB/T 9704, A4 with margins of 37, 26, 35
// and 28 mm, 16 pt in lines of 28 pt with the first one indented by two signs, a title of 22 pt, 版记 and
// numbers of pages of 14 pt.
func atPlace(t *testing.T, pdf []byte) {
	t.Helper()
	sheets := sheetsOf(t, pdf)
	find := func(n int, begins string) word {
		t.Helper()
		i := slices.IndexFunc(sheets[n].Words, func(w word) bool { return strings.HasPrefix(plain(w.Text), plain(begins)) })
		if i < 0 {
			t.Fatalf("page %d has no %s", n+1, begins)
		}
		return sheets[n].Words[i]
	}
	number := func(w word) bool { return regexp.MustCompile(`^(—|-|\d+)$`).MatchString(plain(w.Text)) }
	landscape := 0
	for n, s := range sheets {
		top, right, bottom, left := mm(37), mm(26), mm(35), mm(28)
		if s.Width > s.Height {
			landscape++
			top, right, bottom, left = mm(28), mm(37), mm(26), mm(35)
		}
		if min, max := math.Min(s.Width, s.Height), math.Max(s.Width, s.Height); !near(min, mm(210)) || !near(max, mm(297)) {
			t.Errorf("page %d has %.0f × %.0f pt; want A4", n+1, s.Width, s.Height)
		}
		from, to := s.Width, 0.0
		for _, w := range s.Words {
			switch {
			case w.big():
			case number(w) && w.middle() > s.Height-bottom:
			case w.middle() < top || w.middle() > s.Height-bottom:
				t.Errorf("page %d: %s stands in the margin, %.0f pt from the top of %.0f", n+1, w.Text, w.middle(), s.Height)
			default:
				from, to = math.Min(from, w.XMin), math.Max(to, w.XMax)
			}
		}
		if from < left-0.8 || to > s.Width-right+0.8 {
			t.Errorf("page %d is printed from %.1f to %.1f pt; want %.1f to %.1f", n+1, from, to, left, s.Width-right)
		}
	}
	if landscape == 0 || landscape == len(sheets) {
		t.Errorf("%d of %d pages are landscape; want those of wide tables", landscape, len(sheets))
	}
	for name, got := range map[string][2]float64{
		"the mark is at the left margin":            {find(0, "内部资料").XMin, mm(28)},
		"a line goes on to the right margin":        {find(0, "截至").XMax, mm(210 - 26)},
		"a heading is indented by two signs":        {find(0, "一、本月要情").XMin, mm(28) + 32},
		"a paragraph is indented by two signs":      {find(0, "截至").XMin, mm(28) + 32},
		"its second line is not":                    {find(0, "风险点").XMin, mm(28)},
		"a line comes 28 pt after the one before":   {find(0, "风险点").middle() - find(0, "截至").middle(), 28},
		"the title has ten signs of 22 pt, and .12": {find(0, "廉洁风险防控监督月报").XMax - find(0, "廉洁风险防控监督月报").XMin, 10*22*1.12 - 0.12*22},
		"a heading has six signs of 16 pt":          {find(0, "一、本月要情").XMax - find(0, "一、本月要情").XMin, 6 * 16},
		"the mark has four signs of 14 pt":          {find(0, "内部资料").XMax - find(0, "内部资料").XMin, 4 * 14},
		"the title stands in the middle":            {(find(0, "廉洁风险防控监督月报").XMin + find(0, "廉洁风险防控监督月报").XMax + 0.12*22) / 2, mm(28+210-26) / 2},
	} {
		if !near(got[0], got[1]) {
			t.Errorf("%s: %.1f pt; want %.1f", name, got[0], got[1])
		}
	}
	last := len(sheets) - 1
	sent := find(last, "送：")
	if size := (sent.XMax - sent.XMin) / float64(utf8.RuneCountInString(strings.TrimSpace(sent.Text))); !near(size, 14) {
		t.Errorf("版记 is set in %.1f pt; want 14", size)
	}
	if report, to := find(last, "报："), find(last, "发："); !(report.YMin < sent.YMin && sent.YMin < to.YMin) {
		t.Error("报, 送 and 发 do not follow one another")
	}
}

// Faces are named and never carried along: the ones of offices first.
func TestFacesAreNamedByTheirRole(t *testing.T) {
	face := func(selector string) string {
		m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(selector) + ` \{[^}]*?("[^;}]*);`).FindStringSubmatch(style)
		if m == nil {
			t.Fatalf("%s names no face", selector)
		}
		return m[1]
	}
	for selector, want := range map[string]string{
		"body": `"FangSong_GB2312", "FangSong", "STFangsong"`,
		"h1":   `"FZXiaoBiaoSong-B05S", "STZhongsong", "Songti SC", "Noto Serif CJK SC"`,
		"h2":   `"SimHei", "Heiti SC", "Noto Sans CJK SC"`,
		"h3":   `"KaiTi_GB2312", "KaiTi", "STKaiti"`,
	} {
		if got := face(selector); !strings.HasPrefix(got, want) {
			t.Errorf("%s is set in %s; want %s first", selector, got, want)
		}
	}
	if strings.Contains(numbered, "@font-face") {
		t.Error("a face is carried along")
	}
}
