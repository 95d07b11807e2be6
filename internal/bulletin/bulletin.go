package bulletin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"qingfeng/internal/integrity"
)

// What can go wrong with a step besides integrity.ErrInvalid and integrity.ErrNotFound.
var (
	ErrForbidden = errors.New("只有政治处可以签发月报 (only the political department issues reports)")
	ErrTaken     = errors.New("刚才有人做了另一步，请刷新后再试 (somebody was faster; reload and try again)")
)

// Database is the part of the store that reports are kept in.
type Database interface {
	Write() driver.Conn
}

// Choice is how a report is to be printed. The zero value is a draft of all that is known.
type Choice struct {
	KnownAt  time.Time // what had been loaded by then; zero = everything
	Unit     string    // code or name: the extract for that unit; empty = the whole report
	Issued   bool      // without it the pages carry 待签发
	IssuedOn integrity.Day
	Signer   string // 签发人
	Copies   int    // 共印n份; 0 = not printed
	CopyNo   string // 份号
	Advice   string // 工作建议, a paragraph a line; empty = not printed
	Number   Number
	Version  int    // of the period, from 1
	Reason   string // why a version after the first is issued
	Earlier  *Issue // the version before it, with its figures
}

// Printed is a report as it was printed.
type Printed struct {
	HTML        []byte
	Figures     []Figure
	Changes     []Change // against Choice.Earlier
	AsOf        integrity.Day
	KnownAt     time.Time // of the last load that counts; zero = nothing was loaded
	DataVersion string
}

// Printer prints the report of a period, always the same bytes for the same choice. It
// returns integrity.ErrNotFound to whom the report is not for, and an error that wraps
// integrity.ErrInvalid for a period that has not begun, or is to be issued before it is
// over.
type Printer interface {
	Print(ctx context.Context, who integrity.Principal, period string, c Choice) (Printed, error)
}

// Config is everything New needs. Database and Printer are required.
type Config struct {
	Database   Database
	Printer    Printer
	FirstMonth string          // of issue no. 1; see Next
	Now        integrity.Clock // defaults to time.Now
}

// Registry keeps the reports. It is safe for concurrent use, also by several processes on
// one database.
type Registry struct{ cfg Config }

// New returns a Registry, or an error naming what the configuration lacks.
func New(cfg Config) (*Registry, error) {
	if cfg.Database == nil || cfg.Printer == nil {
		return nil, fmt.Errorf("bulletin: %w: database and printer are required", integrity.ErrInvalid)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Registry{cfg}, nil
}

// reads reports whether a principal reads whole reports.
func reads(who integrity.Principal) bool {
	switch who.Role {
	case integrity.RoleLeader, integrity.RoleInspector, integrity.RoleOffice:
		return true
	}
	return false
}

// tries is how many spent tokens are passed over.
const tries = 8

// claim takes a place. insert writes a row with a token for deduplication, holder returns
// the entry of the row in that place, empty for none. It returns ErrTaken if the entry is
// another's. A token without a row was spent by an insert that a crash cut off; the next
// one is tried then.
func claim(ctx context.Context, place, entry string, insert func(ctx context.Context) error, holder func() (string, error)) error {
	for try := range tries {
		token := place
		if try > 0 {
			token = fmt.Sprintf("%s/%d", place, try)
		}
		once := clickhouse.Context(ctx, clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": token, "insert_deduplicate": 1, "async_insert": 0}))
		if err := insert(once); err != nil {
			return err
		}
		stands, err := settled(ctx, holder)
		switch {
		case err != nil:
			return err
		case stands == entry:
			return nil
		case stands != "":
			return ErrTaken
		}
	}
	return ErrTaken
}

// settled asks who holds a place after an insert, for a second: of two inserts at once the
// one that is passed over may come back before the other can be read.
func settled(ctx context.Context, holder func() (string, error)) (string, error) {
	for range 20 {
		if h, err := holder(); err != nil || h != "" {
			return h, err
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return "", nil
}
