package classify

import (
	"cmp"
	"maps"
	"slices"
)

// termID is the index of a term in the lexicon, from 1; 0 means none.
type termID uint16

// state is what an automaton remembers of the characters before: which beginnings of terms they
// end with. The number is the place from which the moves of the state are counted; 0 is the root,
// which remembers nothing.
type state uint16

// automaton is an Aho-Corasick automaton over the characters of a text. Reading costs three
// look-ups per character whatever the number of terms and whatever stands before, in tables that
// the cache of a core holds.
type automaton struct {
	class *[1 << 16]uint16 // by character of the basic plane; those that no term uses share class 0
	// A state does with a class what stands at moves[state+class] where that is its own, else
	// what the root does. The root owns the first moves, one for each class.
	moves []move
}

// move is what a state does with a class.
type move struct {
	owner, to state
	found     termID // the longest term that ends here, 0 for none
}

// step returns what a state does with a class: where it goes, and the longest term that ends here.
func (a *automaton) step(s state, class uint16) (to state, found termID) {
	if own := &a.moves[int(s)+int(class)]; own.owner == s {
		return own.to, own.found
	}
	m := &a.moves[class]
	return m.to, m.found
}

// beginning is a node in the tree of the beginnings of terms.
type beginning struct {
	longer map[rune]*beginning // by the next character
	suffix *beginning          // the longest one that this one ends with
	term   termID              // the longest term that this one ends with
	moves  map[rune]*beginning // those that the root does not make as well
	state  state
}

// newAutomaton builds the automaton of the given terms; the first has termID 1. Terms are
// distinct, not empty and of the basic plane. It panics when they are too many for the numbers
// of states; the lexicon could be twice as long.
func newAutomaton(terms []term) *automaton {
	root := &beginning{longer: map[rune]*beginning{}}
	for i, t := range terms {
		b := root
		for _, r := range t.word {
			if b.longer[r] == nil {
				b.longer[r] = &beginning{longer: map[rune]*beginning{}}
			}
			b = b.longer[r]
		}
		b.term = termID(i + 1)
	}
	all := link(root)
	a := &automaton{class: new([1 << 16]uint16)}
	a.number(root, all)
	a.place(all)
	for r, to := range root.longer {
		a.moves[a.class[r]] = move{to: to.state, found: to.term}
	}
	for _, b := range all {
		for r, to := range b.moves {
			a.moves[int(b.state)+int(a.class[r])] = move{owner: b.state, to: to.state, found: to.term}
		}
	}
	return a
}

// link completes the beginnings below the root and lists them, the shorter first, so that a
// suffix is complete before it is asked.
func link(root *beginning) []*beginning {
	list := []*beginning{root}
	for i := 0; i < len(list); i++ {
		b := list[i]
		for _, r := range slices.Sorted(maps.Keys(b.longer)) {
			next := b.longer[r]
			next.suffix = root
			if b != root {
				next.suffix = cmp.Or(b.suffix.moves[r], root.longer[r], root)
			}
			next.term = cmp.Or(next.term, next.suffix.term)
			next.moves = maps.Clone(next.longer)
			for r, to := range next.suffix.moves {
				next.moves[r] = cmp.Or(next.moves[r], to)
			}
			list = append(list, next)
		}
	}
	return list[1:]
}

// number gives the characters their classes, those first that one beginning goes on with most,
// so that its moves, and those of all that end with it, lie close together.
func (a *automaton) number(root *beginning, all []*beginning) {
	classes := uint16(1)
	byMoves := slices.SortedStableFunc(slices.Values(all), func(x, y *beginning) int { return len(y.longer) - len(x.longer) })
	for _, b := range append(byMoves, root) {
		for _, r := range slices.Sorted(maps.Keys(b.longer)) {
			if a.class[r] == 0 {
				a.class[r] = classes
				classes++
			}
		}
	}
	a.moves = make([]move, classes)
}

// place gives each beginning a state and room for its moves, where no others stand. One that no
// term continues does what its suffix does, and shares its state.
func (a *automaton) place(all []*beginning) {
	classes, free := len(a.moves), len(a.moves) // no place before free is
	var taken [1 << 16]bool                     // by state
	for _, b := range all {
		if len(b.longer) == 0 {
			b.state = b.suffix.state
			continue
		}
		for free < len(a.moves) && a.moves[free].owner != 0 {
			free++
		}
		own := make([]uint16, 0, len(b.moves))
		for r := range b.moves {
			own = append(own, a.class[r])
		}
		slices.Sort(own)
		base := max(free-int(own[0]), 1)
		occupied := func(c uint16) bool { return base+int(c) < len(a.moves) && a.moves[base+int(c)].owner != 0 }
		for taken[base] || slices.ContainsFunc(own, occupied) {
			base++
		}
		b.state, taken[base] = state(base), true
		a.moves = append(a.moves, make([]move, max(base+classes-len(a.moves), 0))...)
		for _, c := range own {
			a.moves[base+int(c)].owner = b.state
		}
	}
}
