package classify

import "slices"

// termID is the index of a term in the lexicon, from 1; 0 means none.
type termID uint16

// automaton is an Aho-Corasick automaton over the characters of a text. Reading costs about
// one look-up per character whatever the number of terms, in tables that the cache of a core
// holds: most characters leave or stay at the root.
type automaton struct {
	class []uint16 // by character of the basic plane; those that no term uses share class 0
	root  []uint16 // by class: where the root goes
	// The other states go to next[base[state]+class] where owner says that the place is theirs;
	// else the suffix of the state is asked.
	base   []int32
	suffix []uint16
	next   []uint16
	owner  []uint16
	out    []termID // the longest term that ends in the state
}

// newAutomaton builds the automaton of the given terms; term i has termID i+1. Terms are
// distinct, not empty, of the basic plane, and together shorter than 65,536 characters.
func newAutomaton(terms []string) *automaton {
	a := &automaton{class: make([]uint16, 1<<16), out: make([]termID, 1)}
	classes := 1
	children := []map[uint16]uint16{{}}
	for i, t := range terms {
		s := uint16(0)
		for _, r := range t {
			if a.class[r] == 0 {
				a.class[r] = uint16(classes)
				classes++
			}
			c := a.class[r]
			child := children[s][c]
			if child == 0 {
				child = uint16(len(children))
				children[s][c] = child
				children = append(children, map[uint16]uint16{})
				a.out = append(a.out, 0)
			}
			s = child
		}
		a.out[s] = termID(i + 1)
	}
	a.root = make([]uint16, classes)
	for c, child := range children[0] {
		a.root[c] = child
	}
	a.place(children, classes)
	a.link(children)
	return a
}

// place lays the children of each state into one table, where they do not overlap.
func (a *automaton) place(children []map[uint16]uint16, classes int) {
	a.base = make([]int32, len(children))
	free := 0 // no place before it is free
	for s := 1; s < len(children); s++ {
		if len(children[s]) == 0 {
			continue
		}
		own := make([]uint16, 0, len(children[s]))
		for c := range children[s] {
			own = append(own, c)
		}
		slices.Sort(own)
		for free < len(a.owner) && a.owner[free] != 0 {
			free++
		}
		base := max(free-int(own[0]), 0)
		for slices.ContainsFunc(own, func(c uint16) bool { return base+int(c) < len(a.owner) && a.owner[base+int(c)] != 0 }) {
			base++
		}
		if more := base + classes - len(a.owner); more > 0 {
			a.owner, a.next = append(a.owner, make([]uint16, more)...), append(a.next, make([]uint16, more)...)
		}
		a.base[s] = int32(base)
		for _, c := range own {
			a.owner[base+int(c)], a.next[base+int(c)] = uint16(s), children[s][c]
		}
	}
	if more := classes - len(a.owner); more > 0 { // states without children ask at the first places
		a.owner, a.next = append(a.owner, make([]uint16, more)...), append(a.next, make([]uint16, more)...)
	}
}

// link finds the longest proper suffix of each state that is a state, breadth first, so that
// a suffix is complete before it is asked.
func (a *automaton) link(children []map[uint16]uint16) {
	a.suffix = make([]uint16, len(children))
	var queue []uint16
	for _, child := range children[0] {
		queue = append(queue, child)
	}
	for len(queue) > 0 {
		s := queue[0]
		queue = queue[1:]
		if a.out[s] == 0 {
			a.out[s] = a.out[a.suffix[s]]
		}
		for c, child := range children[s] {
			a.suffix[child] = a.step(a.suffix[s], c)
			queue = append(queue, child)
		}
	}
}

// step returns the state that follows a state with a character of a class.
func (a *automaton) step(s, class uint16) uint16 {
	for s != 0 {
		if at := int(a.base[s]) + int(class); a.owner[at] == s {
			return a.next[at]
		}
		s = a.suffix[s]
	}
	return a.root[class]
}
