package classify

import "slices"

// termID is the index of a term in the lexicon, from 1; 0 means none.
type termID uint16

// automaton is an Aho-Corasick automaton over the bytes of UTF-8 text, fully resolved
// into a table, so that reading costs one look-up per byte whatever the number of terms.
// Working on bytes is safe: UTF-8 synchronises itself, a term can only match whole runes.
type automaton struct {
	class [256]uint16 // bytes that no term uses share class 0
	width int         // number of classes
	next  []uint16    // next[state*width+class]
	out   []termID    // the longest term that ends in the state
}

// newAutomaton builds the automaton of the given terms; term i has termID i+1. Terms are
// distinct and not empty, and together shorter than 65,536 bytes.
func newAutomaton(terms []string) *automaton {
	a := &automaton{width: 1}
	for _, t := range terms {
		for i := range len(t) {
			if a.class[t[i]] == 0 {
				a.class[t[i]] = uint16(a.width)
				a.width++
			}
		}
	}
	a.next = make([]uint16, a.width)
	a.out = make([]termID, 1)
	for i, t := range terms {
		s := 0
		for j := range len(t) {
			at := s*a.width + int(a.class[t[j]])
			if a.next[at] == 0 {
				a.next[at] = uint16(len(a.out))
				a.next = append(a.next, make([]uint16, a.width)...)
				a.out = append(a.out, 0)
			}
			s = int(a.next[at])
		}
		a.out[s] = termID(i + 1)
	}
	a.resolve()
	return a
}

// resolve fills the gaps of the trie with the transitions of the longest proper suffix,
// breadth first, so that a suffix is complete before it is copied from.
func (a *automaton) resolve() {
	suffix := make([]uint16, len(a.out))
	queue := slices.DeleteFunc(slices.Clone(a.next[:a.width]), func(s uint16) bool { return s == 0 })
	for len(queue) > 0 {
		s := int(queue[0])
		queue = queue[1:]
		fall := int(suffix[s])
		if a.out[s] == 0 {
			a.out[s] = a.out[fall]
		}
		for c := range a.width {
			child := &a.next[s*a.width+c]
			onFall := a.next[fall*a.width+c]
			if *child == 0 {
				*child = onFall
				continue
			}
			suffix[*child] = onFall
			queue = append(queue, *child)
		}
	}
}
