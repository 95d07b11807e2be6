package classify

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unsafe"
)

// TestTheAutomatonFindsWhatASearchFinds reads texts made of pieces of the terms, where one term
// begins inside another, and looks for the longest term that ends at each character.
func TestTheAutomatonFindsWhatASearchFinds(t *testing.T) {
	d := compiled()
	random := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		var text strings.Builder
		for range 12 {
			word := []rune(d.terms[1+random.IntN(len(d.terms)-1)].word)
			from := random.IntN(len(word))
			text.WriteString(string(word[from : from+1+random.IntN(len(word)-from)]))
			if random.IntN(4) == 0 {
				text.WriteString("龘") // stands in no term
			}
		}
		now, read := state(0), ""
		for _, r := range text.String() {
			read += string(r)
			to, found := d.step(now, d.class[r])
			if now = to; r == '龘' && now != 0 {
				t.Fatalf("%q leads to state %d, want the root", read, now)
			}
			longest := ""
			for _, x := range d.terms {
				if len(x.word) > len(longest) && strings.HasSuffix(read, x.word) {
					longest = x.word
				}
			}
			if got := d.terms[found].word; got != longest {
				t.Fatalf("%q ends with %q, the automaton found %q", read, longest, got)
			}
		}
	}
}

// TestTheTablesFitIntoACache fails when new terms scatter the moves, before reading slows down.
func TestTheTablesFitIntoACache(t *testing.T) {
	d := compiled()
	own := 0
	for _, m := range d.moves {
		if m.owner != 0 {
			own++
		}
	}
	if size := len(d.moves) * int(unsafe.Sizeof(move{})); size > 256<<10 || 2*own < len(d.moves) {
		t.Errorf("%d moves in %d places, %d bytes; want half of the places taken and at most 256 KB", own, len(d.moves), size)
	}
}
