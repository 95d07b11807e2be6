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
	if s.large == nil {
		return s.whole(key)
	}
	half := max(uint32(key>>32), 1) // 0 is an empty slot
	i := uint32(key) % seenLarge
	for ; s.large[i] != 0; i = (i + 1) % seenLarge {
		if s.large[i] == half {
			return true
		}
	}
	if s.bloom == nil && 4*s.keys < 3*seenLarge {
		s.large[i] = half
		s.keys++
		return false
	}
	if s.bloom == nil {
		s.bloom = make([]uint64, seenWords)
	}
	return s.mark(key)
}

// has reports whether a key may have been added.
func (s *seen) has(key uint64) bool {
	if s.large != nil {
		half := max(uint32(key>>32), 1)
		for i := uint32(key) % seenLarge; s.large[i] != 0; i = (i + 1) % seenLarge {
			if s.large[i] == half {
				return true
			}
		}
		if s.bloom == nil {
			return false
		}
		word, bits := bitsOf(key)
		return s.bloom[word]&bits == bits
	}
	key = max(key, 1)
	for i := key; len(s.small) > 0; i++ {
		switch s.small[i&uint64(len(s.small)-1)] {
		case key:
			return true
		case 0:
			return false
		}
	}
	return false
}

// whole is add while few keys have come.
func (s *seen) whole(key uint64) bool {
	if 4*s.keys >= 3*len(s.small) {
		s.grow()
		return s.add(key)
	}
	key = max(key, 1)
	mask := uint64(len(s.small) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		switch s.small[i] {
		case key:
			return true
		case 0:
			s.small[i] = key
			s.keys++
			return false
		}
	}
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
