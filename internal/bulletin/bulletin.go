package bulletin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
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

// Reads reports whether a principal reads whole reports; units read their extract alone.
func Reads(who integrity.Principal) bool {
	switch who.Role {
	case integrity.RoleLeader, integrity.RoleInspector, integrity.RoleOffice:
		return true
	}
	return false
}

// claim takes a place for an entry, or returns ErrTaken if another one has it.
func claim(ctx context.Context, place, entry string, insert func(ctx context.Context) error, holder func() (string, error)) error {
	stands, err := store.Occupy(ctx, place, insert, holder)
	if err == nil && stands != entry {
		err = ErrTaken
	}
	return err
}
