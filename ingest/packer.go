package ingest

import (
	"fmt"
	"slices"
)

// gatherBlock is how many rows are turned into columns at a time: as many as the cache of a core
// holds, where a chunk of them would go to memory and back.
const gatherBlock = 256

// packer turns the rows of a table into blocks.
type packer[T any] struct {
	e       entity[T]
	columns []gatherer[T]
	filling *block
	fresh   func() *block // an empty one

	// What a packer of new records has, see parsing.
	alone func(*T) bool
	room  []T
	some  []*T // of room
	used  int
}

func newPacker[T any](e entity[T], fresh func() *block) *packer[T] {
	return &packer[T]{e: e, columns: gatherersOf(e), fresh: fresh}
}

// parsing gives the packer room into which new records are parsed. Alone tells of one whether it
// can be packed as soon as that is done, since nothing that is stored has to be asked about it.
func (p *packer[T]) parsing(alone func(*T) bool) *packer[T] {
	p.alone, p.room, p.some = alone, make([]T, gatherBlock), make([]*T, gatherBlock)
	for i := range p.room {
		p.some[i] = &p.room[i]
	}
	return p
}

// add takes rows into the block that is being filled.
func (p *packer[T]) add(rows []*T) error {
	if p.filling == nil {
		p.filling = p.fresh()
	}
	for some := range slices.Chunk(rows, gatherBlock) {
		for i, take := range p.columns {
			if err := p.filling.columns[i].take(take(some)); err != nil {
				return fmt.Errorf("write %s: %w", p.e.table, err)
			}
		}
		p.filling.rows += len(some)
	}
	return nil
}

// next returns an empty record to parse into.
func (p *packer[T]) next() *T { return p.some[p.used] }

// keep packs the record that next returned, unless it is not alone.
func (p *packer[T]) keep() (kept bool, err error) {
	if !p.alone(p.next()) {
		return false, nil
	}
	if p.used++; p.used == gatherBlock {
		err = p.gather()
	}
	return true, err
}

// drop empties the record that next returned.
func (p *packer[T]) drop() {
	var empty T
	p.room[p.used] = empty
}

func (p *packer[T]) gather() error {
	if p.used == 0 {
		return nil
	}
	err := p.add(p.some[:p.used])
	clear(p.room[:p.used])
	p.used = 0
	return err
}

// packed returns the block of the records that were kept, nil if there are none, and begins another.
func (p *packer[T]) packed() (*block, error) {
	err := p.gather()
	b := p.filling
	p.filling = nil
	return b, err
}

func gatherersOf[T any](e entity[T]) []gatherer[T] {
	if e.gather != nil {
		return e.gather()
	}
	return gatherFields[T]()
}
