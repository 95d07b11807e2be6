package classify

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"testing"
)

// TestAChangedLexiconHasANewRevision holds the lexicon and the rules against the revision:
// whoever changes one of them raises Revision and writes the new sum down here.
func TestAChangedLexiconHasANewRevision(t *testing.T) {
	d := compiled()
	h := sha256.New()
	for _, x := range d.terms[1:] {
		fmt.Fprintln(h, x.word, x.groups)
	}
	fmt.Fprintln(h, rules, direct, bare, tieOrder, tieOrderSourced)
	const revision, sum = 2, "3b2eb380d82c0ae9"
	if got := hex.EncodeToString(h.Sum(nil))[:16]; Revision != revision || got != sum {
		t.Errorf("revision %d with sum %s, here %d with %s", Revision, got, revision, sum)
	}
}
