package ingest

// seen remembers keys in memory that does not grow with their number: those that a batch has
// brought so far, or those that stood before it. It may take a new key for one seen before, but
// never the other way round: a key that is new needs no look-up in the database. Among five million keys
// that happens once in hundreds of files; beyond what the table holds once in thousands of keys,
// and more often the more there are. Keys are evenly spread.
type seen struct {
	small []uint64 // a hash table of whole keys, 0 where it is empty
	large []uint32 // in its place when it is full: of each key the half that does not say its slot
	bloom []uint64 // for the keys that come after large is full
	keys  int      // in small or large
}

const (
	// seenFirst and seenSmall are how many slots the table of whole keys begins and ends with,
	// seenLarge how many that of halves has: 32 MB.
	seenFirst = 1 << 12
	seenSmall = 1 << 20
	seenLarge = 8 << 20
	// seenWords is the size of the filter, 32 MB. One word a key with four bits of it set; of
	// 20 million keys more it takes one in two hundred for a repetition.
	seenWords = 4 << 20
)

// add remembers a key and reports whether it may have been there.
func (s *seen) add(key uint64) bool {
	if s.large == nil && 4*s.keys >= 3*len(s.small) {
		s.grow()
	}
	if s.large == nil {
		at, key, there := s.wholeAt(key)
		if !there {
			s.small[at] = key
			s.keys++
		}
		return there
	}
	at, half, there := s.halfAt(key)
	switch {
	case there:
		return true
	case s.bloom == nil && 4*s.keys < 3*seenLarge:
		s.large[at] = half
		s.keys++
		return false
	case s.bloom == nil:
		s.bloom = make([]uint64, seenWords)
	}
	return s.mark(key)
}

// has reports whether a key may have been added.
func (s *seen) has(key uint64) bool {
	if s.large == nil {
		if len(s.small) == 0 {
			return false
		}
		_, _, there := s.wholeAt(key)
		return there
	}
	if _, _, there := s.halfAt(key); there || s.bloom == nil {
		return there
	}
	word, bits := bitsOf(key)
	return s.bloom[word]&bits == bits
}

// wholeAt returns where a key is in the table of whole keys, or would be, and how it is written there.
func (s *seen) wholeAt(key uint64) (at, written uint64, there bool) {
	mask := uint64(len(s.small) - 1)
	key = max(key, 1) // 0 is an empty slot
	for at = key & mask; s.small[at] != 0; at = (at + 1) & mask {
		if s.small[at] == key {
			return at, key, true
		}
	}
	return at, key, false
}

// halfAt is wholeAt for the table of halves.
func (s *seen) halfAt(key uint64) (at, half uint32, there bool) {
	half = max(uint32(key>>32), 1)
	for at = uint32(key) % seenLarge; s.large[at] != 0; at = (at + 1) % seenLarge {
		if s.large[at] == half {
			return at, half, true
		}
	}
	return at, half, false
}

// grow doubles the table, or turns the largest into that of halves.
func (s *seen) grow() {
	before := s.small
	s.small, s.keys = nil, 0
	if len(before) == seenSmall {
		s.large = make([]uint32, seenLarge)
	} else {
		s.small = make([]uint64, max(seenFirst, 2*len(before)))
	}
	for _, key := range before {
		if key != 0 {
			s.add(key)
		}
	}
}

// mark sets the bits of a key in the filter and reports whether they were set.
func (s *seen) mark(key uint64) bool {
	word, bits := bitsOf(key)
	was := s.bloom[word]&bits == bits
	s.bloom[word] |= bits
	return was
}

// bitsOf is where a key stands in the filter.
func bitsOf(key uint64) (word, bits uint64) {
	word = key % seenWords
	key >>= 22
	for range 4 {
		bits |= 1 << (key & 63)
		key >>= 6
	}
	return word, bits
}
