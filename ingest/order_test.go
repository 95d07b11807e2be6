package ingest

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/ClickHouse/clickhouse-go/v2"
)

func TestABlockIsSentInTheOrderOfItsKey(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for name, tc := range map[string]struct {
		rows int
		key  func(i int) uint64
		kept bool // the rows go as they came
	}{
		"one row":                      {1, func(int) uint64 { return 7 }, true},
		"keys that are spread":         {5000, func(int) uint64 { return random.Uint64() }, false},
		"keys near one another":        {300, func(i int) uint64 { return uint64(i*7919%300) << 2 }, false},
		"a key that several rows have": {300, func(i int) uint64 { return uint64(i % 3) }, false},
	} {
		b := newBlock([]clickhouse.ColumnNameAndType{{Name: "id", Type: "UInt64"}, {Name: "text", Type: "String"}, {Name: "few", Type: "String"},
			{Name: "n", Type: "UInt32"}, {Name: "same", Type: "UInt64"}}, "id")
		type row struct {
			key uint64
			n   int
		}
		var want []row
		for i := range tc.rows {
			k := tc.key(i)
			want = append(want, row{k, i})
			for at, v := range []any{[]uint64{k}, []string{fmt.Sprintf("第%d行", i)}, []string{fmt.Sprint(i % 5)}, []uint32{uint32(i)}, []uint64{42}} {
				if err := b.columns[at].take(v); err != nil {
					t.Fatal(err)
				}
			}
			b.rows++
		}
		slices.SortStableFunc(want, func(a, b row) int { return cmp.Compare(a.key, b.key) })
		order := b.sorted()
		if (order == nil) != tc.kept {
			t.Errorf("%s: the order is %v", name, order)
		}
		var got [5][]byte
		for i := range b.columns {
			var err error
			if got[i], err = io.ReadAll(iotest.HalfReader(b.columns[i].reader(order))); err != nil {
				t.Fatal(err)
			}
		}
		var texts []byte
		for _, w := range want {
			texts = appendText(texts, fmt.Sprintf("第%d行", w.n))
		}
		if b.columns[1].few == nil && !bytes.Equal(got[1], texts) {
			t.Errorf("%s: texts are not beside their keys", name)
		}
		for i, w := range want {
			if key := binary.LittleEndian.Uint64(got[0][8*i:]); key != w.key {
				t.Fatalf("%s: key %d in row %d, want %d", name, key, i, w.key)
			}
			if n := binary.LittleEndian.Uint32(got[3][4*i:]); n != uint32(w.n) || b.columns[2].words[got[2][i]] != fmt.Sprint(w.n%5) || got[4][8*i] != 42 {
				t.Fatalf("%s: row %d is that of %d, want %d", name, i, n, w.n)
			}
		}
	}
}
