package likeness

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// Fold leaves of a text what counts when it is compared: no white space, no punctuation, half
// width, lower case; a star that marks required columns goes as well.
func Fold(text string) string {
	kept := folded(text)
	if kept == len(text) {
		return text // as nearly all words in cells
	}
	var b strings.Builder
	b.WriteString(text[:kept])
	for _, r := range Width(text[kept:]) {
		if r = foldRune(r); r >= 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// folded returns the length in bytes of the beginning of a text that holds only Chinese
// characters (U+4000 to U+9FFF), small letters and digits, which folding keeps.
func folded(text string) int {
	i := 0
	for i < len(text) {
		switch b := text[i]; {
		case 'a' <= b && b <= 'z', '0' <= b && b <= '9':
			i++
		case b >= 0xe4 && b <= 0xe9 && i+2 < len(text) && (text[i+1]^0x80)|(text[i+2]^0x80) < 0x40:
			i += 3
		default:
			return i
		}
	}
	return i
}

// foldRune returns a character as texts are compared, -1 for one that does not
// count.
func foldRune(r rune) rune {
	switch {
	case r <= ' ':
		return -1
	case 'A' <= r && r <= 'Z':
		return r + 'a' - 'A'
	case 'a' <= r && r <= 'z', '0' <= r && r <= '9', 0x4e00 <= r && r <= 0x9fff:
		return r
	}
	switch r {
	case 0x3000, 0xfeff, 0x200b, '*', ':', '：', '.', ',', '，', '。', '、', '_', '-', '–', '—', '(', ')', '（', '）', '[', ']', '【', '】', '/', '\\',
		'“', '”', '"', '\'', '‘', '’', ';', '；', '<', '>', '《', '》', '?', '？', '!', '！', utf8.RuneError:
		return -1
	}
	return r
}

// Width turns full-width forms into the usual ones. They and the wide space are the
// only characters that begin with the bytes EF and E3 80 80; texts without them are
// returned as they are.
func Width(s string) string {
	if strings.IndexByte(s, 0xef) < 0 && !strings.Contains(s, "\u3000") {
		return s
	}
	return width.Fold.String(s)
}

// Score is the Dice coefficient of the pairs of neighbouring characters of two folded texts,
// 2·|A∩B|/(|A|+|B|), each pair counted as often as it stands in both: 1 for equal texts, 0 for
// texts without a common pair.
func Score(a, b string) float64 {
	if a == b {
		return 1
	}
	pa, pb := pairs(a), pairs(b)
	na, nb, common := 0, 0, 0
	for p, n := range pa {
		na += n
		common += min(n, pb[p])
	}
	for _, n := range pb {
		nb += n
	}
	if na+nb == 0 {
		return 0
	}
	return 2 * float64(common) / float64(na+nb)
}

func pairs(s string) map[[2]rune]int {
	out := map[[2]rune]int{}
	var last rune
	for i, r := range s {
		if i > 0 {
			out[[2]rune{last, r}]++
		}
		last = r
	}
	return out
}
