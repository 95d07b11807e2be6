package metrics

import (
	"context"
	"embed"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

// Database is the part of the store that questions need: a connection that can only
// read, and what may be seen.
type Database interface {
	Read() driver.Conn
	Snapshot(ctx context.Context, knownAt time.Time) (store.Snapshot, error)
	store.Stamped
}

// Config is everything New needs. Database is required.
type Config struct {
	Database Database
	Now      integrity.Clock // defaults to time.Now
	// SmallCell is k of the small-cell rule: counts of petitions from 1 to k-1 are hidden
	// from those who may not see the rows (methods, section 3). Defaults to 3.
	SmallCell uint64
	// ReviewThreshold is how many linked petitions within twelve months raise the
	// suggestion to review a general point (requirements R15). Defaults to 3.
	ReviewThreshold uint64
	// HalfYearOff switches the half-year checkpoint of two_checks off: then all required
	// checks are due on 31 December.
	HalfYearOff bool
	// WorkDays is the calendar of working days; defaults to the built-in one.
	WorkDays *integrity.Workdays
}

// Metrics answers questions. It is safe for concurrent use.
type Metrics struct {
	cfg   Config
	cache *cache
}

// New returns a Metrics, or an error naming what the configuration lacks.
func New(cfg Config) (*Metrics, error) {
	if cfg.Database == nil {
		return nil, fmt.Errorf("metrics: %w: database is required", integrity.ErrInvalid)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.SmallCell == 0 {
		cfg.SmallCell = 3
	}
	if cfg.ReviewThreshold == 0 {
		cfg.ReviewThreshold = 3
	}
	if cfg.WorkDays == nil {
		calendar, err := integrity.NewWorkdays()
		if err != nil {
			return nil, fmt.Errorf("metrics: %w", err)
		}
		cfg.WorkDays = calendar
	}
	return &Metrics{cfg: cfg, cache: newCache()}, nil
}

// Named returns a context whose questions carry a name in the list of running queries:
// letters, digits and dashes.
func Named(ctx context.Context, name string) context.Context { return store.Named(ctx, name) }

// Today returns the current day of Asia/Shanghai.
func (m *Metrics) Today() integrity.Day { return integrity.DayOf(m.cfg.Now()) }

//go:embed queries/*.sql
var queryFiles embed.FS

// mustQuery returns the text of queries/<name>.sql. A missing file is a mistake of the
// program and stops it at the first call; a test calls every one.
func mustQuery(name string) string {
	text, err := queryFiles.ReadFile("queries/" + name + ".sql")
	if err != nil {
		panic(err)
	}
	return shape(string(text), countedPlace, conditionsOf(name, string(text)), groupedPlace, groupingOf(string(text)))
}

// groupedPlace stands in a query for the grouping of papers into matters, that of matters.sql.
const groupedPlace = "<grouped>"

// groupingOf returns that grouping for a query that has a place for it.
func groupingOf(query string) string {
	if !strings.Contains(query, groupedPlace) {
		return ""
	}
	_, grouping, _ := strings.Cut(mustQuery("matters"), "\nFROM (")
	return grouping[:strings.LastIndex(grouping, "\n)\n")] + "\n"
}

// countedPlace stands in a list of rows for the conditions of its total: what is listed is
// what is counted.
const countedPlace = "<counted>"

// conditionsOf returns the conditions of queries/<name>_total.sql for a query that has a place
// for them.
func conditionsOf(name, query string) string {
	if !strings.Contains(query, countedPlace) {
		return ""
	}
	total := mustQuery(name + "_total")
	_, total, _ = strings.Cut(total, "\nWHERE ")
	return strings.TrimSpace(total[:strings.LastIndex(total, "\nORDER BY ")])
}

// shape fills the places of columns in a query: <row> and <col> stand for a dimension or
// an order, whose SQL comes from fixed lists in this package, never from outside.
func shape(query string, places ...string) string {
	return strings.NewReplacer(places...).Replace(query)
}

// sel runs a query on what the frame may see.
func (f *frame) sel(ctx context.Context, dest any, query string, args ...any) error {
	return f.db.Read().Select(ctx, dest, withoutOpen(query, args), append(f.snap.Args(), args...)...)
}

// mostFacts bounds what the rules read of one table: the reader's own limit is made for
// pages, obligations are judged over everything.
const mostFacts = 5_000_000

// selAll is sel for questions that need whole tables.
func (f *frame) selAll(ctx context.Context, dest any, query string, args ...any) error {
	return f.sel(wholeTables(ctx), dest, query, args...)
}

// wholeTables lets a question have an answer of mostFacts rows.
func wholeTables(ctx context.Context) context.Context {
	return clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"max_result_rows": mostFacts}))
}

// param binds a server-side parameter {name:Type}. The server reads the text of such a
// parameter as one escaped field, so that tabs, line breaks and backslashes are escaped.
func param(name string, value any) any {
	switch v := value.(type) {
	case string:
		return clickhouse.Named(name, escape(v))
	case integrity.Day:
		return clickhouse.Named(name, v.UTC().Format(time.DateOnly))
	case []string:
		quoted := make([]string, len(v))
		for i, s := range v {
			quoted[i] = "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
		}
		return clickhouse.Named(name, escape("["+strings.Join(quoted, ",")+"]"))
	}
	return clickhouse.Named(name, fmt.Sprint(value))
}

// hexParam binds a text that people type, for unhex({name:String}): over HTTP and over
// the native protocol the driver escapes backslashes differently, digits never.
func hexParam(name, text string) any { return clickhouse.Named(name, hex.EncodeToString([]byte(text))) }

func escape(s string) string {
	return strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`, "\x00", `\0`).Replace(s)
}
