package ingest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
)

// block is a part of a table, column by column, in the engine's own format Native: what an
// insert over HTTP carries as it is. Filled again after reset, it keeps its memory, which the
// batches of the driver do not; that was a third of the time of a load.
type block struct {
	columns []blockColumn
	rows    int
}

// blockColumn is one column of a block. Texts are kept as a dictionary as long as few differ,
// which the engine takes faster than the texts themselves; it converts either to the type
// that the table has.
type blockColumn struct {
	name, kind string
	data       []byte // values one after another; of texts with few[0] != nil their numbers
	unset      int    // so many rows without a value but 0, all so far, of which data holds nothing
	ends       []byte // of lists: how many values there are up to each row
	values     uint64 // of lists: how many there are in all
	few        map[string]byte
	words      []string         // of few, by number
	recent     [recentWords]int // numbers of words that came lately, by recentSlot
	many       bool             // they were too many once: the block is filled without a dictionary
}

const (
	// fewWords is how many texts a dictionary of one byte a row can hold.
	fewWords = 256
	// recentWords is how many of them are looked at before the map is asked: columns of a file
	// mostly change between two or three.
	recentWords = 16
)

func newBlock(types []clickhouse.ColumnNameAndType) *block {
	b := &block{columns: make([]blockColumn, len(types))}
	for i, t := range types {
		b.columns[i] = blockColumn{name: t.Name, kind: t.Type}
	}
	b.reset()
	return b
}

// reset empties the block.
func (b *block) reset() {
	b.rows = 0
	for i := range b.columns {
		c := &b.columns[i]
		c.data, c.ends, c.unset, c.values = c.data[:0], c.ends[:0], 0, 0
		if c.kind == "String" && !c.many {
			c.few, c.words, c.recent = map[string]byte{"": 0}, []string{""}, [recentWords]int{}
		}
	}
}

// head writes the first three columns, those of rowHead but what the file gave, alike for all rows.
func (b *block) head(sign int8, batch, ver uint64) {
	for i, v := range [...]uint64{uint64(uint8(sign)), batch, ver} {
		c := &b.columns[i]
		c.data, c.unset = c.data[:0], 0
		for range b.rows {
			if i == 0 {
				c.data = append(c.data, byte(v))
			} else {
				c.data = binary.LittleEndian.AppendUint64(c.data, v)
			}
		}
	}
}

// append takes the rows of another block of the same table.
func (b *block) append(from *block) {
	for i := range b.columns {
		c, more := &b.columns[i], &from.columns[i]
		switch {
		case c.kind == "String":
			c.appendTexts(more)
			continue
		case more.unset > 0 && len(c.data) == 0:
			c.unset += more.unset
			continue
		case more.unset > 0:
			c.data = append(c.data, make([]byte, more.unset*(len(c.data)/b.rows))...)
		case c.unset > 0:
			c.set(len(more.data) / from.rows)
		}
		for ends := more.ends; len(ends) > 0; ends = ends[8:] {
			c.ends = binary.LittleEndian.AppendUint64(c.ends, c.values+binary.LittleEndian.Uint64(ends))
		}
		c.values += more.values
		c.data = append(c.data, more.data...)
	}
	b.rows += from.rows
}

func (c *blockColumn) appendTexts(more *blockColumn) {
	if more.few == nil {
		if c.few != nil {
			c.spell()
		}
		c.data = append(c.data, more.data...)
		return
	}
	var numbers [fewWords]byte
	if c.few != nil {
		for i, w := range more.words {
			n, ok := c.number(w)
			if !ok {
				c.spell()
				break
			}
			numbers[i] = n
		}
	}
	for _, n := range more.data {
		if c.few != nil {
			c.data = append(c.data, numbers[n])
		} else {
			c.data = appendText(c.data, more.words[n])
		}
	}
}

// size is how many bytes the block holds.
func (b *block) size() (n int) {
	for i := range b.columns {
		n += len(b.columns[i].data) + len(b.columns[i].ends)
	}
	return n
}

// take appends a slice of values to a column.
func (c *blockColumn) take(values any) error {
	switch v := values.(type) {
	case []string:
		c.texts(v)
	case []uint64:
		if unset(c, v, 8) {
			break
		}
		for _, n := range v {
			c.data = binary.LittleEndian.AppendUint64(c.data, n)
		}
	case []integrity.Day:
		if unset(c, v, 4) {
			break
		}
		for _, d := range v {
			c.data = binary.LittleEndian.AppendUint32(c.data, uint32(d))
		}
	case []uint8:
		c.data = append(c.data, v...)
	case []int8:
		for _, n := range v {
			c.data = append(c.data, byte(n))
		}
	case []uint16:
		for _, n := range v {
			c.data = binary.LittleEndian.AppendUint16(c.data, n)
		}
	case []uint32:
		for _, n := range v {
			c.data = binary.LittleEndian.AppendUint32(c.data, n)
		}
	case []int32:
		for _, n := range v {
			c.data = binary.LittleEndian.AppendUint32(c.data, uint32(n))
		}
	case []float64:
		for _, n := range v {
			c.data = binary.LittleEndian.AppendUint64(c.data, math.Float64bits(n))
		}
	case [][]string:
		for _, list := range v {
			for _, s := range list {
				c.data = appendText(c.data, s)
			}
			c.list(len(list))
		}
	case [][]uint64:
		for _, list := range v {
			for _, n := range list {
				c.data = binary.LittleEndian.AppendUint64(c.data, n)
			}
			c.list(len(list))
		}
	default:
		return fmt.Errorf("column %s: no way to write %T", c.name, values)
	}
	return nil
}

// unset puts values off that are all 0, as those of most columns of a file are, and reports so: a
// column without any other travels as none at all. Those that were put off are filled in as soon
// as another value comes; each takes so many bytes.
func unset[V comparable](c *blockColumn, values []V, width int) bool {
	var zero V
	if len(c.data) == 0 && !slices.ContainsFunc(values, func(v V) bool { return v != zero }) {
		c.unset += len(values)
		return true
	}
	c.set(width)
	return false
}

// set fills in the values that were put off.
func (c *blockColumn) set(width int) {
	c.data = append(c.data, make([]byte, c.unset*width)...)
	c.unset = 0
}

// list ends a row of n values.
func (c *blockColumn) list(n int) {
	c.values += uint64(n)
	c.ends = binary.LittleEndian.AppendUint64(c.ends, c.values)
}

func (c *blockColumn) texts(v []string) {
	if c.few != nil {
		last, n := "", byte(0) // what most rows repeat
		for i, s := range v {
			if s != last {
				var ok bool
				if n, ok = c.number(s); !ok {
					c.spell()
					v = v[i:]
					break
				}
				last = s
			}
			c.data = append(c.data, n)
		}
	}
	if c.few == nil {
		for _, s := range v {
			c.data = appendText(c.data, s)
		}
	}
}

// number returns that of a word of the dictionary, to which it is added; false where there is no
// room for it.
func (c *blockColumn) number(s string) (n byte, ok bool) {
	slot := &c.recent[recentSlot(s)]
	if c.words[*slot] == s {
		return byte(*slot), true
	}
	n, known := c.few[s]
	if !known {
		if len(c.words) == fewWords {
			return 0, false
		}
		n = byte(len(c.words))
		s = strings.Clone(s) // a word must not hold on to the line that it stood in
		c.few[s], c.words = n, append(c.words, s)
	}
	*slot = int(n)
	return n, true
}

// recentSlot is where the number of a word is kept among those that came lately.
func recentSlot(word string) int {
	n := len(word)
	if n == 0 {
		return 0
	}
	return (n + int(word[n-1])) % recentWords
}

// spell gives the dictionary of a column up: too many texts differ.
func (c *blockColumn) spell() {
	numbers := bytes.Clone(c.data)
	c.data = c.data[:0]
	for _, n := range numbers {
		c.data = appendText(c.data, c.words[n])
	}
	c.few, c.words, c.many = nil, nil, true
}

func appendText(to []byte, s string) []byte {
	to = binary.AppendUvarint(to, uint64(len(s)))
	return append(to, s...)
}

// What the engine writes before a dictionary: its version, then that the numbers take one
// byte and that the words come with them.
const (
	dictionaryVersion = 1
	dictionaryOfBytes = 1<<9 | 1<<10
)

// parts returns the block as an insert carries it, piece by piece. The pieces share its memory:
// it must not change while they are written.
func (b *block) parts() [][]byte {
	set := make([]*blockColumn, 0, len(b.columns))
	for i := range b.columns {
		if c := &b.columns[i]; c.unset == 0 { // of the others the engine fills in 0
			set = append(set, c)
		}
	}
	head := binary.AppendUvarint(nil, uint64(len(set)))
	head = binary.AppendUvarint(head, uint64(b.rows))
	parts := make([][]byte, 0, 3*len(set))
	for _, c := range set {
		head = appendText(head, c.name)
		if c.few == nil {
			head = appendText(head, c.kind)
		} else {
			head = appendText(head, "LowCardinality(String)")
			head = binary.LittleEndian.AppendUint64(head, dictionaryVersion)
			head = binary.LittleEndian.AppendUint64(head, dictionaryOfBytes)
			head = binary.LittleEndian.AppendUint64(head, uint64(len(c.words)))
			for _, w := range c.words {
				head = appendText(head, w)
			}
			head = binary.LittleEndian.AppendUint64(head, uint64(b.rows))
		}
		parts = append(parts, head, c.ends, c.data)
		head = nil
	}
	return parts
}
