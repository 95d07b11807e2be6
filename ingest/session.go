package ingest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/ext"

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
	chunk uint64 // of rows that got a version together
	// inserts counts those that were begun.
	inserts uint64
	// fileStart is the version of the last row written before the current file.
	fileStart uint64

	seen      seen                   // the keys of the signals of this batch
	met       met                    // the keys of the rows of the current file that changed nothing
	rehearsed rehearsal              // in a dry run: the rows of earlier chunks
	touched   map[string]bool        // units whose points, spans and links must be worked out again
	shelves   map[string]*unitShelf  // the lists of units that were looked at
	given     map[unitYear]givenList // what the files of this batch gave so far, by unit and year
	known     map[uint64]string      // files of the load that stand already: the batch that brought them, and their names
	unsettled []uint64               // signals that a person spoke about in this batch
	lists     []*listRow             // new lists that wait to be written, and
	points    []*riskRow             // their points; the shelves hold them as well
	signals   *outgoing[signalRow]   // where signals gather; nil while they are written at once
	approvals []*ledgerRow           // by the committee, on record; read once, nil before that
	many      bool                   // so many files that the shelves of all units are opened at once
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

// before is args for a query that leaves out what this batch has written itself.
func (s *session) before() []any { return s.snap.Args() }

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
	if err := s.store.Write().Select(ctx, &rows, query, s.args(args...)...); err != nil {
		return nil, fmt.Errorf("read %s: %w", e.table, err)
	}
	return rows, nil
}

// standing reads the rows that stand and satisfy a condition: those without a cancel. Where
// whole units are read, which were corrected often, it is a fraction of their history.
func standing[T any](ctx context.Context, s *session, e entity[T], where string, args ...any) ([]T, error) {
	var rows []T
	row := "(" + e.id + ", ver)"
	query := "SELECT " + e.columns + " FROM " + e.table + " WHERE sign = 1 AND " + visible + " AND " + where +
		" AND " + row + " NOT IN (SELECT " + e.id + ", ver FROM " + e.table + " WHERE sign = -1 AND " + visible + " AND " + where + ")" +
		" ORDER BY batch_no, ver"
	if err := s.store.Write().Select(ctx, &rows, query, s.args(args...)...); err != nil {
		return nil, wrapRead(e.table, err)
	}
	return rows, nil
}

// historyOf is history for the records with the given keys.
func historyOf[T any](ctx context.Context, s *session, e entity[T], where string, ids []uint64) ([]T, error) {
	return historyBy(ctx, s, e, e.id, where, ids)
}

// historyBy is history for the records with one of the given numbers in a column. They
// travel as a table of their own: fifty thousand in the text of a query take the server a
// second.
func historyBy[T any](ctx context.Context, s *session, e entity[T], column, where string, ids []uint64) ([]T, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	ctx, err := withKeys(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("look up in %s: %w", e.table, err)
	}
	condition := column + " IN wanted_keys"
	if where != "" {
		condition = where + " AND " + condition
	}
	return history(ctx, s, e, condition)
}

// withKeys gives the queries of a context the table wanted_keys.
func withKeys(ctx context.Context, ids []uint64) (context.Context, error) {
	keys, err := ext.NewTable("wanted_keys", ext.Column("id", "UInt64"))
	if err != nil {
		return nil, err
	}
	if _, err := keys.Block().Columns[0].Append(ids); err != nil {
		return nil, err
	}
	return clickhouse.Context(ctx, clickhouse.WithExternalTable(keys)), nil
}

// live folds a history into the rows that stand, by key.
func live[T any](e entity[T], rows []T) map[uint64]*T {
	out := make(map[uint64]*T, len(rows))
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

// change is what a difference does to one row.
type change int

const (
	unchanged change = iota
	added
	changed
	removed
)

// difference writes what turns the standing rows into the wanted ones: a cancel for each
// row that goes, a row for each that comes. It numbers the wanted rows that it writes, and
// returns what became of each.
func difference[T any](ctx context.Context, s *session, e entity[T], standing map[uint64]*T, wanted []T, remove []T) ([]change, error) {
	s.chunk++
	ver := s.batch.No<<24 | s.chunk
	out := make([]change, len(wanted))
	rows := make([]*T, 0, len(wanted)+len(remove))
	cancel := func(old T) {
		h := e.head(&old)
		h.Sign, h.BatchNo, h.Given = -1, s.batch.No, 0
		rows = append(rows, &old)
	}
	for i := range wanted {
		w := &wanted[i]
		old := standing[e.key(w)]
		switch {
		case old == nil:
			out[i] = added
		case e.same(*old, *w):
			continue
		default:
			out[i] = changed
			cancel(*old)
		}
		h := e.head(w)
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

// gatherer takes one column out of a block of rows, as a slice that lasts until the next
// call.
type gatherer[T any] func([]*T) any

func taking[T, V any](of func(*T) V) gatherer[T] {
	out := make([]V, 0, gatherBlock)
	return func(rows []*T) any {
		out = out[:0]
		for _, r := range rows {
			out = append(out, of(r))
		}
		return out
	}
}

// gatherFields takes the columns out of rows of any type.
func gatherFields[T any]() (columns []gatherer[T]) {
	for _, f := range fieldsOf[T]() {
		columns = append(columns, func(rows []*T) any {
			of := f.Type
			if of == boolType {
				of = reflect.TypeFor[uint8]()
			}
			out := reflect.MakeSlice(reflect.SliceOf(of), len(rows), len(rows))
			for i, r := range rows {
				v := reflect.ValueOf(r).Elem().FieldByIndex(f.Index)
				if f.Type != boolType {
					out.Index(i).Set(v)
				} else if v.Bool() {
					out.Index(i).SetUint(1)
				}
			}
			return out.Interface()
		})
	}
	return columns
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
