package ingest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

// session is one batch being written, or rehearsed: a dry run reads the same state and
// writes nothing.
type session struct {
	store Store
	batch store.Batch
	snap  store.Snapshot // what was visible when the batch began
	dry   bool
	chunk uint64
	// fileStart is the version of the last row written before the current file.
	fileStart uint64

	rehearsed map[string]any        // in a dry run: the rows of earlier chunks by key
	touched   map[string]bool       // units whose points, spans and links must be worked out again
	shelves   map[string]*unitShelf // the lists of units that were looked at
	unsettled []uint64              // signals that a person spoke about in this batch
}

// touch remembers that what is worked out for whole units has to be worked out again.
func (s *session) touch(units map[string]bool) {
	for u := range units {
		s.touched[u] = true
	}
}

// args adds the visibility of the session to a query's parameters: all that was
// committed before, and what this batch has written itself.
func (s *session) args(more ...any) []any {
	snap := s.snap
	if !s.dry {
		snap.Max = s.batch.No
		for no := s.snap.Max + 1; no < s.batch.No; no++ { // batches that were given up
			snap.Hidden = append(slices.Clone(snap.Hidden), no)
		}
	}
	return append(snap.Args(), more...)
}

// visible is the condition that every query on loaded rows carries.
const visible = `batch_no <= {visible_max:UInt64} AND NOT has({hidden:Array(UInt64)}, batch_no)`

// history reads all rows, cancels included, that satisfy a condition, oldest first.
func history[T any](ctx context.Context, s *session, e entity[T], where string, args ...any) ([]T, error) {
	var rows []T
	query := "SELECT " + e.columns + " FROM " + e.table + " WHERE " + visible
	if where != "" {
		query += " AND " + where
	}
	query += " ORDER BY batch_no, ver, sign"
	// Long lists of keys make long queries.
	ctx = clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_query_size": 64 << 20}))
	if err := s.store.Write().Select(ctx, &rows, query, s.args(args...)...); err != nil {
		return nil, fmt.Errorf("read %s: %w", e.table, err)
	}
	return rows, nil
}

// lookUp is history for a chunk of keys. Most of a file is new as a rule, so it asks which
// of the keys are known before it reads whole rows.
func lookUp[T any](ctx context.Context, s *session, e entity[T], where string, ids []uint64) ([]T, error) {
	var known []struct {
		ID uint64 `ch:"id"`
	}
	asked := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_query_size": 64 << 20}))
	if err := s.store.Write().Select(asked, &known, "SELECT DISTINCT "+e.id+" AS id FROM "+e.table+" WHERE "+visible+" AND "+where+" AND "+e.id+" IN "+uints(ids), s.args()...); err != nil {
		return nil, fmt.Errorf("look up in %s: %w", e.table, err)
	}
	if len(known) == 0 {
		return nil, nil
	}
	ids = make([]uint64, len(known))
	for i, k := range known {
		ids[i] = k.ID
	}
	return history(ctx, s, e, where+" AND "+e.id+" IN "+uints(ids))
}

// live folds a history into the rows that stand, by key.
func live[T any](e entity[T], rows []T) map[string]*T {
	out := make(map[string]*T, len(rows))
	for i := range rows {
		r := &rows[i]
		k := e.key(r)
		if e.head(r).Sign > 0 {
			out[k] = r
			continue
		}
		if cur := out[k]; cur != nil && e.head(cur).Ver == e.head(r).Ver {
			delete(out, k)
		}
	}
	return out
}

func wrapRead(table string, err error) error { return fmt.Errorf("read %s: %w", table, err) }

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }

// uints writes a list of keys for an IN: they are numbers of ours, no text from outside.
func uints(ids []uint64) string {
	b := make([]byte, 0, len(ids)*21+2)
	b = append(b, '(')
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendUint(b, id, 10)
	}
	if len(ids) == 0 {
		b = append(b, '0')
	}
	return string(append(b, ')'))
}

// change is what a difference does to one row.
type change int

const (
	unchanged change = iota
	added
	changed
	removed
)

// difference writes what turns the standing rows into the wanted ones: a cancel for each
// row that goes, a row for each that comes. It returns what became of each wanted row.
func difference[T any](ctx context.Context, s *session, e entity[T], standing map[string]*T, wanted []T, remove []T) ([]change, error) {
	s.chunk++
	ver := s.batch.No<<24 | s.chunk
	out := make([]change, len(wanted))
	rows := make([]T, 0, len(wanted)+len(remove))
	cancel := func(old T) {
		h := e.head(&old)
		h.Sign, h.BatchNo, h.Given = -1, s.batch.No, 0
		rows = append(rows, old)
	}
	for i := range wanted {
		w := wanted[i]
		old := standing[e.key(&w)]
		switch {
		case old == nil:
			out[i] = added
		case e.same(*old, w):
			continue
		default:
			out[i] = changed
			cancel(*old)
		}
		h := e.head(&w)
		h.Sign, h.BatchNo, h.Ver = 1, s.batch.No, ver
		rows = append(rows, w)
	}
	for _, r := range remove {
		cancel(r)
	}
	if s.dry || len(rows) == 0 {
		return out, nil
	}
	return out, insert(ctx, s, e, rows)
}

func insert[T any](ctx context.Context, s *session, e entity[T], rows []T) error {
	ctx = s.store.Token(ctx, s.batch.No, fmt.Sprintf("%s/%d", e.table, s.chunk))
	batch, err := s.store.Write().PrepareBatch(ctx, "INSERT INTO "+e.table+" ("+e.columns+")")
	if err != nil {
		return fmt.Errorf("write %s: %w", e.table, err)
	}
	defer batch.Close()
	if e.fill == nil {
		err = appendRows(batch, rows)
	} else {
		err = e.fill(batch, rows)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", e.table, err)
	}
	if err := batch.Send(); err != nil {
		return fmt.Errorf("write %s: %w", e.table, err)
	}
	return nil
}

// appendRows hands the rows over column by column, which the driver takes several times
// faster than row by row.
func appendRows[T any](batch driver.Batch, rows []T) error {
	columns := 0
	var walk func(t reflect.Type, index []int) error
	walk = func(t reflect.Type, index []int) error {
		for i := range t.NumField() {
			f := t.Field(i)
			at := append(slices.Clone(index), i)
			if f.Anonymous {
				if err := walk(f.Type, at); err != nil {
					return err
				}
				continue
			}
			if err := batch.Column(columns).Append(columnValues(rows, f.Type, at)); err != nil {
				return fmt.Errorf("column %s: %w", f.Tag.Get("ch"), err)
			}
			columns++
		}
		return nil
	}
	return walk(reflect.TypeFor[T](), nil)
}

// columnValues gathers one field of every row as the slice type the driver expects.
func columnValues[T any](rows []T, t reflect.Type, at []int) any {
	out := reflect.MakeSlice(reflect.SliceOf(driverType(t)), len(rows), len(rows))
	for i := range rows {
		v := reflect.ValueOf(&rows[i]).Elem().FieldByIndex(at)
		switch t {
		case dayType:
			out.Index(i).Set(reflect.ValueOf(dayOf(v).UTC()))
		case boolType:
			if v.Bool() {
				out.Index(i).SetUint(1)
			}
		default:
			out.Index(i).Set(v)
		}
	}
	return out.Interface()
}

func in(column string, values []string) (string, []any) {
	var b strings.Builder
	b.WriteString(column + " IN (")
	args := make([]any, 0, len(values))
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		name := fmt.Sprintf("in_%d", i)
		b.WriteString("{" + name + ":String}")
		args = append(args, clickhouse.Named(name, v))
	}
	b.WriteByte(')')
	return b.String(), args
}

var (
	dayType  = reflect.TypeFor[integrity.Day]()
	boolType = reflect.TypeFor[bool]()
)

func dayOf(v reflect.Value) integrity.Day { return integrity.Day(v.Int()) }

func driverType(t reflect.Type) reflect.Type {
	switch t {
	case dayType:
		return reflect.TypeFor[time.Time]()
	case boolType:
		return reflect.TypeFor[uint8]()
	}
	return t
}
