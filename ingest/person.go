package ingest

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"

	"qingfeng/ingest/mask"
)

// personColumn is a column of complaints that is dropped at the door and, before that, tells
// whether two rows are of one person.
type personColumn struct{ at, rank int }

// persons finds these columns among the headings, the most telling first.
func persons(headings []string) []personColumn {
	var out []personColumn
	for i, heading := range headings {
		if rank, ok := mask.Person(heading); ok {
			out = append(out, personColumn{i, rank})
		}
	}
	slices.SortStableFunc(out, func(a, b personColumn) int { return cmp.Compare(b.rank, a.rank) })
	return out
}

// person is a keyed digest of whoever complains, by the most telling of the columns that
// name somebody; 0 where none does. The key is outside the database, so that nobody who has
// only that can try names or numbers against it; of the person nothing else is kept. It only
// counts repeats, and petitions have none (requirements section 3).
func (c *cells) person() uint64 {
	for _, col := range c.layout.persons {
		if col.at >= len(c.row.Cells) {
			continue
		}
		key := mask.PersonKey(col.rank, c.row.Cells[col.at])
		if key == "" {
			continue
		}
		mac := hmac.New(sha256.New, c.p.key)
		fmt.Fprintf(mac, "person %d %s", col.rank, key)
		return max(1, binary.LittleEndian.Uint64(mac.Sum(nil)))
	}
	return 0
}
