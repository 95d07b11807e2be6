package corrections

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"qingfeng/bench/spread"
	"qingfeng/internal/engine"
	"qingfeng/internal/store"
)

// Size says how much is measured.
type Size struct {
	Rows        int // before corrections
	Loads       int // batches they come in
	Corrections int // batches of corrections; together they correct one row of a hundred
	Rounds      int // how often each question is asked
}

// Full is the size that decisions rest on.
var Full = Size{Rows: 10_000_000, Loads: 20, Corrections: 10, Rounds: 5}

// way is one way to keep rows that get corrected.
type way struct{ table, engine string }

var ways = []way{
	{"plain", "MergeTree ORDER BY (kind, id)"},
	{"cancels", "MergeTree ORDER BY (kind, id, ver)"},
	{"replacing", "ReplacingMergeTree(ver) ORDER BY (kind, id)"},
	{"versions", "MergeTree ORDER BY (kind, id, ver)"},
}

const columns = `sign Int8, batch_no UInt64, ver UInt64, id UInt64, kind LowCardinality(String), unit LowCardinality(String),
	occurred_on Date32, layer LowCardinality(String), category LowCardinality(String), integrity LowCardinality(String)`

// question is one way to ask for the counts of a heatmap.
type question struct {
	what, sql string
	plain     bool // answers for the rows before any correction
}

const (
	wanted   = "occurred_on >= '2024-01-01' AND occurred_on <= '2025-12-31' AND integrity IN ('yes', 'unknown')"
	grouped  = " GROUP BY layer, category ORDER BY layer, category"
	notAdmit = "batch_no <= %d AND NOT has([900001, 900002, 900003], batch_no)"
)

// questions returns the questions as known after a batch.
func questions(last int) []question {
	visible := fmt.Sprintf(notAdmit, last)
	return []question{
		{"bare scan: count() of the same table without corrections", "SELECT layer, category, toInt64(count()) AS n FROM plain WHERE " + wanted + grouped, true},
		{"cancel rows: sum(sign)", "SELECT layer, category, sum(sign) AS n FROM cancels WHERE " + wanted + grouped, false},
		{"cancel rows: sum(sign) of visible batches", "SELECT layer, category, sum(sign) AS n FROM cancels WHERE " + visible + " AND " + wanted + grouped, false},
		{"cancel rows: rows that stand, by NOT IN of the cancelled", "SELECT layer, category, toInt64(count()) AS n FROM cancels WHERE sign = 1 AND " + visible +
			" AND (id, ver) NOT IN (SELECT id, ver FROM cancels WHERE sign = -1 AND " + visible + ") AND " + wanted + grouped, false},
		{"ReplacingMergeTree: FINAL", "SELECT layer, category, toInt64(count()) AS n FROM replacing FINAL WHERE " + wanted + grouped, false},
		{"ReplacingMergeTree: FINAL of visible batches", "SELECT layer, category, toInt64(count()) AS n FROM replacing FINAL WHERE " + visible + " AND " + wanted + grouped, false},
		// Aggregated in the order of the key: otherwise the groups need more than 4 GiB.
		{"versions: argMax by key", "SELECT layer_now AS layer, category_now AS category, toInt64(count()) AS n FROM (SELECT argMax(layer, ver) AS layer_now," +
			" argMax(category, ver) AS category_now, argMax(occurred_on, ver) AS occurred_on, argMax(integrity, ver) AS integrity FROM versions WHERE " + visible +
			" GROUP BY kind, id) WHERE " + wanted + grouped + " SETTINGS optimize_aggregation_in_order = 1, prefer_column_name_to_alias = 1", false},
	}
}

// Measure fills the tables on an engine of its own, asks, and returns the figures as
// Markdown. It fails when a way that should be exact is not.
func Measure(ctx context.Context, size Size, progress func(format string, args ...any)) (text string, err error) {
	dir, err := os.MkdirTemp("", "qingfeng-bench-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	e, err := engine.Start(ctx, engine.Config{Dir: dir})
	if err != nil {
		return "", err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		err = errors.Join(err, e.Stop(stopping))
	}()
	s, err := store.Open(ctx, store.Config{Endpoint: e.Endpoint(), Database: engine.DatabasePrefix + "_bench"})
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err := s.Migrate(ctx); err != nil { // creates the database
		return "", err
	}
	b := &bench{conn: s.Write(), size: size, progress: progress}
	if err := b.fill(ctx); err != nil {
		return "", err
	}
	return b.measure(ctx, s.Version())
}

type bench struct {
	conn     driver.Conn
	size     Size
	progress func(format string, args ...any)
}

// cell is a count of the heatmap.
type cell struct {
	Layer    string `ch:"layer"`
	Category string `ch:"category"`
	N        int64  `ch:"n"`
}

func (b *bench) ask(ctx context.Context, sql string) (counts, time.Duration, error) {
	var cells []cell
	began := time.Now()
	if err := b.conn.Select(ctx, &cells, sql); err != nil {
		return nil, 0, fmt.Errorf("%s: %w", sql, err)
	}
	took := time.Since(began)
	c := counts{}
	for _, x := range cells {
		if x.N != 0 {
			c[[2]string{x.Layer, x.Category}] = x.N
		}
	}
	return c, took, nil
}

func (b *bench) measure(ctx context.Context, version string) (string, error) {
	last := b.size.Loads + b.size.Corrections
	half := b.size.Loads + b.size.Corrections/2
	now, then, before := b.size.truth(last), b.size.truth(half), b.size.truth(b.size.Loads)

	asked := questions(last)
	states := []string{"as loaded", "merged"}
	times := make([][2][]float64, len(asked))
	ratios := make([][2][]float64, len(asked)) // to a bare scan just before
	off := make([][2]int64, len(asked))        // of the answer for an earlier known_at
	var parts [2]map[string]part
	for state := range states {
		if state == 1 {
			b.progress("  merging")
			if err := b.merge(ctx); err != nil {
				return "", err
			}
		}
		var err error
		if parts[state], err = b.parts(ctx); err != nil {
			return "", err
		}
		for round := range b.size.Rounds + 1 { // the first fills the caches and checks the answers
			for i, q := range asked {
				_, bare, err := b.ask(ctx, asked[0].sql)
				if err != nil {
					return "", err
				}
				if i == 0 { // warm after the slowest question of the round before
					_, bare, err = b.ask(ctx, asked[0].sql)
					if err != nil {
						return "", err
					}
				}
				got, took, err := b.ask(ctx, q.sql)
				if err != nil {
					return "", err
				}
				want := now
				if q.plain {
					want = before
				}
				if d := got.distance(want); d != 0 {
					return "", fmt.Errorf("%s, %s: %d rows off", q.what, states[state], d)
				}
				if round > 0 {
					times[i][state] = append(times[i][state], took.Seconds())
					ratios[i][state] = append(ratios[i][state], took.Seconds()/bare.Seconds())
				}
			}
		}
		b.progress("  %s: asked %d times", states[state], b.size.Rounds)
		for i, q := range questions(half) {
			got, _, err := b.ask(ctx, q.sql)
			if err != nil {
				return "", err
			}
			off[i][state] = got.distance(then)
		}
	}
	return b.report(version, asked, times, ratios, off, parts), nil
}

func (b *bench) report(version string, asked []question, times, ratios [][2][]float64, off [][2]int64, parts [2]map[string]part) string {
	var t strings.Builder
	fmt.Fprintf(&t, "ClickHouse %s, embedded. %s rows in %d batches, then %s of them corrected (another category, half of them another unit too)\n"+
		"in %d batches; a heatmap of layer × category over two of three years, by each way of keeping corrections, %d rounds side by side. `as loaded`:\n"+
		"no part has been merged with another; `merged`: one part a table. `×`: median of the ratios to a bare scan asked just before. All answers were\n"+
		"checked against counts made in Go.\n\n",
		version, thousands(b.size.Rows), b.size.Loads, thousands(b.size.corrected()), b.size.Corrections, b.size.Rounds)
	t.WriteString("| Question | as loaded | range | × | merged | range | × |\n|---|---:|---:|---:|---:|---:|---:|\n")
	for i, q := range asked {
		fmt.Fprintf(&t, "| %s |", q.what)
		for state := range 2 {
			s := spread.Of(times[i][state])
			fmt.Fprintf(&t, " %s | %s | %.2f |", spread.Time(s.Median), s.Range(), spread.Of(ratios[i][state]).Median)
		}
		t.WriteByte('\n')
	}
	t.WriteString("\n| Table | rows as loaded | parts | MB | rows merged | parts | MB |\n|---|---:|---:|---:|---:|---:|---:|\n")
	for _, w := range ways {
		fmt.Fprintf(&t, "| %s: %s |", w.table, w.engine)
		for state := range 2 {
			p := parts[state][w.table]
			fmt.Fprintf(&t, " %s | %d | %.0f |", thousands(int(p.Rows)), p.Parts, float64(p.Bytes)/1e6)
		}
		t.WriteByte('\n')
	}
	fmt.Fprintf(&t, "\nAsked as of an earlier known_at, after half of the corrections: how many rows the counts are off, added up over the cells.\n\n"+
		"| Question | as loaded | merged |\n|---|---:|---:|\n")
	for i, q := range asked {
		if strings.Contains(q.what, "visible") || strings.Contains(q.what, "stand") || strings.Contains(q.what, "argMax") {
			fmt.Fprintf(&t, "| %s | %s | %s |\n", q.what, thousands(int(off[i][0])), thousands(int(off[i][1])))
		}
	}
	return t.String()
}

// part tells how a table lies on the disk.
type part struct {
	Table string `ch:"table_name"`
	Parts uint64 `ch:"parts_total"`
	Rows  uint64 `ch:"rows_total"`
	Bytes uint64 `ch:"bytes_total"`
}

func (b *bench) parts(ctx context.Context) (map[string]part, error) {
	var all []part
	if err := b.conn.Select(ctx, &all, `SELECT table AS table_name, count() AS parts_total, sum(rows) AS rows_total, sum(bytes_on_disk) AS bytes_total
		FROM system.parts WHERE active AND database = 'qingfeng_bench' GROUP BY table_name ORDER BY table_name`); err != nil {
		return nil, fmt.Errorf("read the parts: %w", err)
	}
	byName := map[string]part{}
	for _, p := range all {
		byName[p.Table] = p
	}
	return byName, nil
}

func (b *bench) merge(ctx context.Context) error {
	for _, w := range ways {
		if err := b.conn.Exec(ctx, "OPTIMIZE TABLE "+w.table+" FINAL SETTINGS optimize_throw_if_noop = 1"); err != nil {
			return fmt.Errorf("merge %s: %w", w.table, err)
		}
	}
	return nil
}

func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
