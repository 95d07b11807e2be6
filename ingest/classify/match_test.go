package classify

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// TestTheAutomatonFindsWhatASearchFinds reads texts made of pieces of the terms, where one term
// begins inside another, and looks for the longest term that ends at each character.
func TestTheAutomatonFindsWhatASearchFinds(t *testing.T) {
	d := compiled()
	random := rand.New(rand.NewPCG(1, 2))
	for range 60 {
		var text strings.Builder
		for range 12 {
			word := []rune(d.words[random.IntN(len(d.words))])
			from := random.IntN(len(word))
			text.WriteString(string(word[from : from+1+random.IntN(len(word)-from)]))
			if random.IntN(4) == 0 {
				text.WriteString("龘") // stands in no term
			}
		}
		state, read := uint16(0), ""
		for _, r := range text.String() {
			read += string(r)
			state = d.step(state, d.class[r])
			if r == '龘' && state != 0 {
				t.Fatalf("%q leads to state %d, want the root", read, state)
			}
			longest := ""
			for _, w := range d.words {
				if len(w) > len(longest) && strings.HasSuffix(read, w) {
					longest = w
				}
			}
			got := ""
			if id := d.out[state]; id != 0 {
				got = d.words[id-1]
			}
			if got != longest {
				t.Fatalf("%q ends with %q, the automaton found %q", read, longest, got)
			}
		}
	}
}
