package ingest

import (
	"bytes"
	"encoding/binary"
	"io"
)

// sorted returns the rows of a block in the order of the table's key: what comes sorted the
// server does not sort, which takes it longer than to write the rows. Nil means that they are
// sent as they are.
func (b *block) sorted() []uint32 {
	var keys []byte
	for i := range b.columns {
		c := &b.columns[i]
		if c.values > 0 {
			return nil // lists of values are not taken apart
		}
		if c.name == b.order {
			keys = c.data
		}
	}
	if keys == nil || b.rows < 2 {
		return nil
	}
	// Keys are spread evenly: most are alone in the bucket of their first 16 bits.
	const buckets = 1 << 16
	key := func(row uint32) uint64 { return binary.LittleEndian.Uint64(keys[8*row:]) }
	ends := make([]uint32, buckets+1)
	for row := range uint32(b.rows) {
		ends[key(row)>>48+1]++
	}
	for i := range buckets {
		ends[i+1] += ends[i]
	}
	order := make([]uint32, b.rows)
	for row := range uint32(b.rows) {
		at := &ends[key(row)>>48]
		order[*at] = row
		*at++
	}
	for i := 1; i < len(order); i++ { // rows of the same key keep the order they came in
		row, j := order[i], i
		for k := key(row); j > 0 && key(order[j-1]) > k; j-- {
			order[j] = order[j-1]
		}
		order[j] = row
	}
	return order
}

// reader returns the values of a column in an order of the rows; nil means as they are.
func (c *blockColumn) reader(order []uint32) io.Reader {
	if rows := len(order); rows > 0 && c.few == nil && c.kind == "String" {
		return &textsInOrder{data: c.data, order: order, ends: c.textEnds(rows)}
	} else if rows > 0 {
		if width := len(c.data) / rows; width > 0 && !bytes.Equal(c.data[width:], c.data[:len(c.data)-width]) {
			return bytes.NewReader(inOrder(c.data, order, width))
		}
	}
	return bytes.NewReader(c.data) // the same value in every row, or none
}

// inOrder returns values of so many bytes each in an order of the rows.
func inOrder(data []byte, order []uint32, width int) []byte {
	out := make([]byte, 0, len(data))
	switch width {
	case 1:
		for _, row := range order {
			out = append(out, data[row])
		}
	case 8:
		for _, row := range order {
			out = binary.NativeEndian.AppendUint64(out, binary.NativeEndian.Uint64(data[8*row:]))
		}
	default:
		for _, row := range order {
			out = append(out, data[width*int(row):width*(int(row)+1)]...)
		}
	}
	return out
}

// textEnds returns where the text of each row ends.
func (c *blockColumn) textEnds(rows int) []uint32 {
	ends, at := make([]uint32, rows), 0
	for i := range ends {
		length, n := binary.Uvarint(c.data[at:])
		at += n + int(length)
		ends[i] = uint32(at)
	}
	return ends
}

// textsInOrder reads the texts of a column in another order than they lie in.
type textsInOrder struct {
	data  []byte
	order []uint32 // of those that are still to come
	ends  []uint32 // of each in data
	rest  []byte   // of the one that was read in part
}

func (r *textsInOrder) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if len(r.rest) == 0 {
			if len(r.order) == 0 {
				break
			}
			row, from := r.order[0], uint32(0)
			if row > 0 {
				from = r.ends[row-1]
			}
			r.rest, r.order = r.data[from:r.ends[row]], r.order[1:]
		}
		copied := copy(p[n:], r.rest)
		n, r.rest = n+copied, r.rest[copied:]
	}
	if n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}
