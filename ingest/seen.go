package ingest

// seen remembers the keys that a batch has brought so far, in memory that does not grow
// with their number: exactly up to a million or two, beyond that as a Bloom filter, which
// may take a new key for one seen before but never the other way round. A key that is new
// needs no look-up among the rows of the batch itself. Keys are evenly spread.
type seen struct {
	slots  []uint64 // a hash table, 0 where it is empty; or the words of the filter
	keys   int
	filter bool
}

const (
	// seenFirst is how many slots the table begins with.
	seenFirst = 1 << 12
	// seenWords is the size of the filter, 32 MB, and twice that of the largest table. One word
	// a key with four bits of it set; of a file of 20 million rows it takes one in two hundred
	// for a repetition.
	seenWords = 4 << 20
)

// add remembers a key and reports whether it may have been there.
func (s *seen) add(key uint64) bool {
	if s.filter {
		return s.mark(key)
	}
	if key == 0 {
		key = 1 // 0 is an empty slot
	}
	if 4*s.keys >= 3*len(s.slots) {
		s.grow()
		return s.add(key)
	}
	mask := uint64(len(s.slots) - 1)
	for i := key & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case key:
			return true
		case 0:
			s.slots[i] = key
			s.keys++
			return false
		}
	}
}

// grow doubles the table, or turns the largest into the filter.
func (s *seen) grow() {
	before := s.slots
	s.slots, s.keys = make([]uint64, max(seenFirst, 2*len(before))), 0
	s.filter = len(s.slots) == seenWords
	for _, key := range before {
		if key != 0 {
			s.add(key)
		}
	}
}

// mark sets the bits of a key, which is evenly spread already: 22 bits choose the word,
// four times 6 of the others a bit of it.
func (s *seen) mark(key uint64) bool {
	word := &s.slots[key%seenWords]
	key >>= 22
	var bits uint64
	for range 4 {
		bits |= 1 << (key & 63)
		key >>= 6
	}
	was := *word&bits == bits
	*word |= bits
	return was
}
