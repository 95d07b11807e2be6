package obligation

import (
	"fmt"
	"hash/maphash"
	"math/bits"

	"qingfeng/internal/integrity"
)

// idIndex finds the position of a point by its id. It is a hash table of positions into
// the points themselves: at a million points and two million look-ups, half the time of
// a map of strings, because its 16 MB stay near the processor.
type idIndex struct {
	points []Point
	seed   maphash.Seed
	mask   uint32
	// slots holds upper half of the hash << 32 | position + 1; 0 = free. A slot that is
	// taken sends its id on to the next one.
	slots []uint64
}

// newIDIndex returns an error that wraps integrity.ErrInvalid if two points share an id.
func newIDIndex(points []Point) (*idIndex, error) {
	size := 1 << bits.Len(uint(2*len(points)))
	x := &idIndex{points: points, seed: maphash.MakeSeed(), mask: uint32(size - 1), slots: make([]uint64, size)}
	hashes := make([]uint64, len(points))
	inChunks(len(points), func(lo, hi int) {
		for i := lo; i < hi; i++ {
			hashes[i] = maphash.String(x.seed, points[i].ID)
		}
	})
	for i, h := range hashes {
		slot, p := x.probe(points[i].ID, h)
		if p >= 0 {
			return nil, fmt.Errorf("%w: two risk points share the id %q", integrity.ErrInvalid, points[i].ID)
		}
		x.slots[slot] = h>>32<<32 | uint64(i+1)
	}
	return x, nil
}

// probe returns the slot of an id with hash h and its position; a free slot and −1 if
// the id is not there.
func (x *idIndex) probe(id string, h uint64) (slot uint32, p int32) {
	for slot = uint32(h) & x.mask; ; slot = (slot + 1) & x.mask {
		s := x.slots[slot]
		if s == 0 {
			return slot, -1
		}
		if p = int32(uint32(s)) - 1; s>>32 == h>>32 && x.points[p].ID == id {
			return slot, p
		}
	}
}

// find returns the position of the point with an id, or −1.
func (x *idIndex) find(id string) int32 {
	_, p := x.probe(id, maphash.String(x.seed, id))
	return p
}
