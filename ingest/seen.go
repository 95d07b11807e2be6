package ingest

// seen remembers the keys that a batch has brought so far, in memory that does not grow
// with their number: exactly as long as they are few, beyond that as a Bloom filter, which
// may take a new key for one seen before but never the other way round. A key that is new
// needs no look-up among the rows of the batch itself.
type seen struct {
	few  map[uint64]struct{}
	many []uint64
}

const (
	seenFew = 1 << 16
	// seenWords is the size of the filter: 32 MB. One word a key with four bits of it set;
	// of a file of 20 million rows it takes one in two hundred for a repetition.
	seenWords = 4 << 20
)

// add remembers a key and reports whether it may have been there.
func (s *seen) add(key uint64) bool {
	if s.many != nil {
		return s.mark(key)
	}
	if _, ok := s.few[key]; ok {
		return true
	}
	if s.few == nil {
		s.few = map[uint64]struct{}{}
	}
	s.few[key] = struct{}{}
	if len(s.few) == seenFew {
		s.many = make([]uint64, seenWords)
		for k := range s.few {
			s.mark(k)
		}
		s.few = nil
	}
	return false
}

// mark sets the bits of a key, which is evenly spread already: 22 bits choose the word,
// four times 6 of the others a bit of it.
func (s *seen) mark(key uint64) bool {
	word := &s.many[key%seenWords]
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
