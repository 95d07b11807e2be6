package likeness

import (
	"math"
	"testing"
)

func TestScoreIsTheShareOfCommonPairs(t *testing.T) {
	for _, tc := range []struct {
		name, a, b string
		want       float64
	}{
		{"equal texts are wholly alike", "药品采购", "药品采购", 1},
		{"also empty ones", "", "", 1},
		{"texts without a common pair are not alike at all", "药品采购", "公章使用", 0},
		{"a single character has no pair", "药", "药品", 0},
		{"three of four and five pairs", "药品采购价", "药品采购会价", 6.0 / 9},
		{"a pair counts as often as it stands in both", "天天天天", "天天", 2.0 / 4},
	} {
		if got := Score(tc.a, tc.b); math.Abs(got-tc.want) > 1e-9 {
			t.Errorf("%s: Score(%s, %s) = %v, want %v", tc.name, tc.a, tc.b, got, tc.want)
		}
		if Score(tc.a, tc.b) != Score(tc.b, tc.a) {
			t.Errorf("%s: the order matters", tc.name)
		}
	}
}

func TestFoldLeavesWhatCounts(t *testing.T) {
	for _, tc := range []struct{ name, text, want string }{
		{"spaces and line breaks", "风险\n 等　级", "风险等级"},
		{"full-width letters and digits", "Ａ１（是/否）*", "a1是否"},
		{"a text that is folded already is the same", "风险等级", "风险等级"},
		{"punctuation inside", "药品采购，未经集体讨论。", "药品采购未经集体讨论"},
	} {
		if got := Fold(tc.text); got != tc.want {
			t.Errorf("%s: Fold(%q) = %q, want %q", tc.name, tc.text, got, tc.want)
		}
	}
}

// TestFoldKeepsTheBeginningThatItWouldKeepAnyway tries every character, and every byte that is
// none, alone, behind and before one that is kept.
func TestFoldKeepsTheBeginningThatItWouldKeepAnyway(t *testing.T) {
	check := func(text string) {
		want := ""
		for _, r := range Width(text) {
			if r = foldRune(r); r >= 0 {
				want += string(r)
			}
		}
		if got := Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, want %q", text, got, want)
		}
	}
	try := func(s string) {
		check(s)
		check("办" + s)
		check(s + "办")
	}
	for r := range rune(0x30000) {
		try(string(r))
	}
	for a := range 256 {
		for b := range 256 {
			try(string([]byte{byte(a), byte(b)}))
			for _, c := range []byte{0, 'a', 0x7f, 0x80, 0xbf, 0xc0, 0xff} {
				try(string([]byte{byte(a), byte(b), c}))
			}
		}
	}
}
