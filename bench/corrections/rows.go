package corrections

import (
	"context"
	"fmt"
	"time"
)

// row is one signal as a heatmap reads it.
type row struct {
	sign                                  int8
	batch, ver, id                        uint64
	kind, unit, layer, category, standing string
	on                                    time.Time
}

var (
	kinds      = []string{"complaint", "petition", "finding", "comparison"}
	layers     = []string{"leadership", "middle", "other", "unclassified"}
	categories = []string{"decision", "conduct", "power", "post", "institution", "mechanism", "external", "unclassified"}
	standings  = []string{"yes", "unknown", "no"}
)

var firstDay = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)

const days = 3 * 365

// mix spreads numbers over all 64 bits (the finaliser of splitmix64), so that keys come
// in no order, as hashes of numbers do.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// original is row i as it is first loaded.
func (s Size) original(i int) row {
	h := mix(uint64(i))
	load := uint64(i*s.Loads/s.Rows) + 1
	return row{
		sign: 1, batch: load, ver: load, id: h,
		kind: kinds[h%uint64(len(kinds))], unit: units[h>>8%uint64(len(units))], layer: layers[h>>20%uint64(len(layers))],
		category: categories[h>>30%uint64(len(categories))], standing: standings[h>>40%uint64(len(standings))],
		on: firstDay.AddDate(0, 0, int(h>>44%days)),
	}
}

// one row of so many is corrected.
const share = 100

func (s Size) corrected() int { return s.Rows / share }

// correction returns the n-th corrected row before and after. Each batch of corrections
// holds an equal share of them.
func (s Size) correction(n int) (old, next row) {
	old = s.original(n * share)
	next = old
	next.batch = uint64(s.Loads + 1 + n*s.Corrections/s.corrected())
	next.ver = next.batch
	h := mix(old.id)
	next.category = categories[(h%7+1+indexOf(old.category))%8]
	if h>>8%2 == 0 {
		next.unit = units[h>>9%uint64(len(units))]
	}
	return old, next
}

func indexOf(category string) uint64 {
	for i, c := range categories {
		if c == category {
			return uint64(i)
		}
	}
	return 0
}

var units = func() []string {
	names := make([]string, 300)
	for i := range names {
		names[i] = fmt.Sprintf("U%03d", i)
	}
	return names
}()

// counts is a heatmap.
type counts map[[2]string]int64

// distance adds up by how much the cells differ.
func (c counts) distance(d counts) int64 {
	var sum int64
	for _, l := range layers {
		for _, k := range categories {
			v := c[[2]string{l, k}] - d[[2]string{l, k}]
			sum += max(v, -v)
		}
	}
	return sum
}

func (r row) counted() bool {
	return r.standing != "no" && r.on.Year() <= 2025
}

// truth counts what was known after a batch, without a database.
func (s Size) truth(last int) counts {
	c := counts{}
	add := func(r row, n int64) {
		if r.counted() {
			c[[2]string{r.layer, r.category}] += n
		}
	}
	for i := range s.Rows {
		add(s.original(i), 1)
	}
	for n := range s.corrected() {
		if old, next := s.correction(n); next.batch <= uint64(last) {
			add(old, -1)
			add(next, 1)
		}
	}
	return c
}

// fill creates and loads the tables. Nothing is merged until merge asks for it.
func (b *bench) fill(ctx context.Context) error {
	for _, w := range ways {
		if err := b.conn.Exec(ctx, "CREATE TABLE "+w.table+" ("+columns+") ENGINE = "+w.engine+" SETTINGS max_bytes_to_merge_at_max_space_in_pool = 1"); err != nil {
			return fmt.Errorf("create %s: %w", w.table, err)
		}
	}
	per := b.size.Rows / b.size.Loads
	for load := range b.size.Loads {
		rows := make([]row, 0, per)
		for i := load * per; i < (load+1)*per; i++ {
			rows = append(rows, b.size.original(i))
		}
		for _, w := range ways {
			if err := b.insert(ctx, w.table, rows); err != nil {
				return err
			}
		}
		b.progress("  loaded %s rows", thousands((load+1)*per))
	}
	for batch := b.size.Loads + 1; batch <= b.size.Loads+b.size.Corrections; batch++ {
		var cancels, news []row
		for n := range b.size.corrected() {
			old, next := b.size.correction(n)
			if next.batch != uint64(batch) {
				continue
			}
			news = append(news, next)
			old.sign, old.batch = -1, next.batch
			cancels = append(cancels, old)
		}
		for table, rows := range map[string][]row{"cancels": append(cancels, news...), "replacing": news, "versions": news} {
			if err := b.insert(ctx, table, rows); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *bench) insert(ctx context.Context, table string, rows []row) error {
	batch, err := b.conn.PrepareBatch(ctx, "INSERT INTO "+table+" (sign, batch_no, ver, id, kind, unit, occurred_on, layer, category, integrity)")
	if err != nil {
		return fmt.Errorf("fill %s: %w", table, err)
	}
	defer batch.Close()
	for i, column := range []any{
		pick(rows, func(r row) int8 { return r.sign }), pick(rows, func(r row) uint64 { return r.batch }), pick(rows, func(r row) uint64 { return r.ver }),
		pick(rows, func(r row) uint64 { return r.id }), pick(rows, func(r row) string { return r.kind }), pick(rows, func(r row) string { return r.unit }),
		pick(rows, func(r row) time.Time { return r.on }), pick(rows, func(r row) string { return r.layer }), pick(rows, func(r row) string { return r.category }),
		pick(rows, func(r row) string { return r.standing }),
	} {
		if err := batch.Column(i).Append(column); err != nil {
			return fmt.Errorf("fill %s: %w", table, err)
		}
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("fill %s: %w", table, err)
	}
	return nil
}

func pick[T any](rows []row, field func(row) T) []T {
	out := make([]T, len(rows))
	for i := range rows {
		out[i] = field(rows[i])
	}
	return out
}
