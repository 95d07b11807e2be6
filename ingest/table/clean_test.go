package table

import (
	"bytes"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	fast "github.com/segmentio/asm/utf8"
)

// cleaned is what a cleaner makes of a text that comes in pieces of some bytes.
func cleaned(t *testing.T, b []byte, piece int) string {
	t.Helper()
	c := &cleaner{r: &pieces{b, piece}, repaired: func() {}}
	out, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// pieces is a reader that gives so many bytes at a time.
type pieces struct {
	rest []byte
	n    int
}

func (p *pieces) Read(to []byte) (int, error) {
	if len(p.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(to[:min(p.n, len(to))], p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

func control(r rune) bool { return r < ' ' && r != '\n' && r != '\t' && r != '\r' }

// checkClean compares what lets text through with the standard library, and what comes out: a clean
// text as it was, any other valid and without controls.
func checkClean(t *testing.T, b []byte, piece int) {
	t.Helper()
	if got, want := fast.Valid(b), utf8.Valid(b); got != want {
		t.Fatalf("Valid(%q) = %t; want %t", b, got, want)
	}
	out := cleaned(t, b, piece)
	if !utf8.ValidString(out) || strings.IndexFunc(out, control) >= 0 {
		t.Fatalf("%q became %q", b, out)
	}
	if utf8.Valid(b) && bytes.IndexFunc(b, control) < 0 && out != string(b) {
		t.Fatalf("%q was clean and became %q", b, out)
	}
}

// TestCleanedTextIsValid compares with the standard library at every place where a text can be cut
// or broken: what lets text through is a library that looks at 32 bytes at a time.
func TestCleanedTextIsValid(t *testing.T) {
	same := func(b []byte) {
		t.Helper()
		checkClean(t, b, 1<<20)
	}
	text := []byte("编号,T-1，é\r\n\u0800\u1000\uD7FF\uE000\tŸ·\uFFFD中文在前后😀\U0010FFFF a\x7F")
	for from := range text {
		for to := from; to <= len(text); to++ {
			same(text[from:to])
		}
	}
	broken := []string{"\xE0\x80\x80ab", "\xE0\xA0\x80ab", "\xED\xA0\x80ab", "\xED\x9F\xBFab", "\xEF\xBF\xBFab", "\xF4\x90\x80\x80a", "\xC0\x80ab", "\xC1\xBFab",
		"\xC2\x80ab", "\xC2ab", "\xE4\xBD\x60ab", "\xE4\x3D\xA0ab", "\xE4\xBD\xA0\xA0b", "\xFF\x80\x80\x80", "\x80ab", "\x00ab", "\x0Bab", "\n\x0Bab", "\x1Fab", "\x08\n\r"}
	for _, odd := range broken {
		for before := range 34 {
			for _, after := range []int{0, 1, 2, 3, 9, 31, 40} {
				for _, filling := range []string{"a", "中"} {
					same([]byte(strings.Repeat(filling, before) + odd + strings.Repeat(filling, after)))
				}
			}
		}
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range 50_000 {
		b := bytes.Clone(text[random.IntN(4):])
		for range 1 + random.IntN(3) {
			b[random.IntN(len(b))] = byte(random.Uint32())
		}
		same(b)
	}
}

// FuzzClean feeds any bytes in pieces of any size: what comes out is valid and without controls.
func FuzzClean(f *testing.F) {
	f.Add([]byte("编号,单位\nT-1,市第一医院·\xE4\xBD"), 3)
	f.Add([]byte("😀\x0B\xED\xA0\x80 中文"), 1)
	f.Fuzz(func(t *testing.T, b []byte, piece int) { checkClean(t, b, 1+piece&0xFF) })
}

func BenchmarkClean(b *testing.B) {
	text := []byte(strings.Repeat("T0-0000001,单位0001,2026-01-01,患者家属反映门诊收费窗口多收检查费，要求退还并说明收费依据（第1件）,热线,,在办,\n", 500))
	for name, valid := range map[string]func([]byte) bool{"here": fast.Valid, "standard library": utf8.Valid, "controls": func(b []byte) bool { return !hasControl(b) }} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if !valid(text) {
					b.Fatal("the text is clean")
				}
			}
		})
	}
}
