package table

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestSoundIsValid compares with the library at every place where a text can be cut or broken.
func TestSoundIsValid(t *testing.T) {
	compare := func(b []byte) {
		if got, want := sound(b), utf8.Valid(b); got != want {
			t.Fatalf("sound(%q) = %t; want %t", b, got, want)
		}
	}
	text := []byte("编号,T-1，é\u0800\uD7FF\uE000\uFFFD\uFFFF😀\U0010FFFF a\x00")
	for from := range text {
		for to := from; to <= len(text); to++ {
			compare(text[from:to])
		}
	}
	for _, odd := range []string{"\xE0\x80\x80ab", "\xE0\xA0\x80ab", "\xED\xA0\x80ab", "\xED\x9F\xBFab", "\xEF\xBF\xBFab", "\xF4\x90\x80\x80a", "\xC0\x80ab", "\xE4\xBD\x60ab", "\xE4\x3D\xA0ab", "\xFF\x80\x80\x80"} {
		compare([]byte(odd))
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range 200_000 {
		b := []byte(string(text))
		for range 1 + random.IntN(3) {
			b[random.IntN(len(b))] = byte(random.Uint32())
		}
		compare(b)
	}
}

func BenchmarkSound(b *testing.B) {
	text := []byte(strings.Repeat("T0-0000001,单位0001,2026-01-01,患者家属反映门诊收费窗口多收检查费，要求退还并说明收费依据（第1件）,热线,,在办,\n", 500))
	for name, valid := range map[string]func([]byte) bool{"here": sound, "library": utf8.Valid} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if !valid(text) {
					b.Fatal("the text is sound")
				}
			}
		})
	}
}
