package dashboards

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// Metrics is the part of metrics.Metrics that pages and API ask.
type Metrics interface {
	Distribution(ctx context.Context, who integrity.Principal, s metrics.Scope, measure, rows, cols string) (metrics.Distribution, error)
	SignalDays(ctx context.Context, who integrity.Principal, s metrics.Scope, measure string) (metrics.Days, error)
	Trend(ctx context.Context, who integrity.Principal, s metrics.Scope, measure string) (metrics.Trend, error)
	Overdue(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Overdue, error)
	Flags(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]metrics.Flag, error)
	FlagsOf(ctx context.Context, who integrity.Principal, s metrics.Scope, keys []string) (map[string]metrics.Flag, error)
	Outlook(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]obligation.OutlookRow, error)
	LeaderBoard(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]obligation.LeaderRow, error)
	UnitBoard(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]obligation.UnitRow, error)
	StageBoard(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]obligation.StageRow, error)
	Opinions(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Opinions, error)
	Risks(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Page[integrity.RiskPoint], error)
	Signals(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Page[integrity.Signal], error)
	SignalHistory(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]metrics.SignalVersion, error)
	Outcome(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Outcome, error)
	Links(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Page[metrics.LinkCandidate], error)
	Checks(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Page[integrity.Check], error)
	Ledger(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Page[integrity.LedgerEntry], error)
	Directory(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Page[integrity.Unit], error)
	Units(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]integrity.Unit, error)
	Leaders(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]string, error)
	Sources(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.List[metrics.Source], error)
	Kept(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.List[metrics.Kept], error)
	HotSpots(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.HotSpots, error)
	Repeats(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Repeats, error)
	BlindSpots(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.BlindSpots, error)
	GradeReview(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.GradeReview, error)
	CheckUp(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.CheckUp, error)
	MissingLists(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.MissingLists, error)
	ListDiff(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.ListDiff, error)
	ListDiffs(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]metrics.ListDiff, error)
	Lists(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]metrics.UnitList, error)
	Filing(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.FilingList, error)
	FilingChanges(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.FilingChanges, error)
	Summary(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Summary, error)
}

// Upload is one file that somebody sent.
type Upload struct {
	Name string
	Data io.ReaderAt
	Size int64
}

// ImportRequest is a load asked for in the browser or through the API. The fields are the
// flags of the command ingest.
type ImportRequest struct {
	Kind     string
	Files    []Upload
	DryRun   bool
	Strict   bool
	Unit     string
	Year     int
	Date     integrity.Day
	Sheet    string
	Encoding string
	GradeMap map[string]string
	Map      map[string]string
	Lang     integrity.Lang
	Typed    bool // just written on a page: loaded though the same content was loaded before
	// Progress is told how far the load has come. It must not block. May be nil.
	Progress func(ImportProgress)
	// Rejects is given the rows that a dry run rejects, as a workbook to correct, if there
	// are any. May be nil.
	Rejects func(Download)
}

// ImportProgress is how far a load has come with one of its files.
type ImportProgress struct {
	Step    string // waiting, reading, linking; empty before it has begun
	File    string
	Number  int // of the file in the request, from 1
	Read    uint64
	Written uint64
}

// Batch is one load that happened.
type Batch struct {
	No     uint64          `json:"no"`
	ID     string          `json:"batch"`
	Kind   string          `json:"kind"`
	State  string          `json:"state"` // pending, committed, voided or reverted
	At     time.Time       `json:"at"`
	By     string          `json:"by"`
	Revert uint64          `json:"revert,omitempty"` // number of the batch that this one took back
	Report json.RawMessage `json:"report,omitempty"` // as printed by the command ingest

	TakenBack *TakenBack `json:"taken_back,omitempty"` // by which batch; nil while this one stands
}

// TakenBack is the batch by which another was taken back: who did it, and when.
type TakenBack struct {
	No uint64    `json:"no"`
	ID string    `json:"batch"`
	By string    `json:"by"`
	At time.Time `json:"at"`
}

// Download is a file made for somebody.
type Download struct {
	Name string
	Type string // media type
	Body []byte
}

// ErrReverted is wrapped by Imports.Revert when a batch cannot be taken back (any more).
var ErrReverted = errors.New("batch cannot be reverted")

// Imports loads files and knows the batches. Errors wrap integrity.ErrInvalid,
// integrity.ErrNotFound or ErrReverted where the caller can mend something. Batches come
// newest first.
type Imports interface {
	// Import returns the report of contract "ingest --format json" and the exit status of
	// the command: 0 done, 3 some rows rejected, 4 nothing loaded.
	Import(ctx context.Context, who integrity.Principal, r ImportRequest) (report any, outcome int, err error)
	Batches(ctx context.Context, who integrity.Principal) ([]Batch, error)
	Batch(ctx context.Context, who integrity.Principal, id string) (Batch, error)
	// Rejects returns the rejected rows of a batch as a workbook to correct.
	Rejects(ctx context.Context, who integrity.Principal, id string) (Download, error)
	Revert(ctx context.Context, who integrity.Principal, id string) (Batch, error)
}

// JobInfo is a task of the scheduler and its last run.
type JobInfo struct {
	Name     string            `json:"name"`
	Schedule string            `json:"schedule"`
	Next     time.Time         `json:"next"`
	Running  bool              `json:"running"`
	State    string            `json:"state"` // of the last run: started, done, failed; empty for none
	Period   string            `json:"period"`
	Start    time.Time         `json:"start"`
	End      time.Time         `json:"end"`
	Result   string            `json:"result"` // in the language asked for
	Counts   map[string]uint64 `json:"counts"`
}

// Jobs lists the tasks and runs one now. Run returns when the task has ended.
type Jobs interface {
	List(ctx context.Context, lang integrity.Lang) ([]JobInfo, error)
	Run(ctx context.Context, name string) error
}

// Letters is the register of letters to units. Errors are those of package letters.
type Letters interface {
	Letters(ctx context.Context, who integrity.Principal, f letters.Filter) ([]*letters.Letter, error)
	Letter(ctx context.Context, who integrity.Principal, id string) (*letters.Letter, error)
	ByMatter(ctx context.Context, who integrity.Principal) (map[string]*letters.Letter, error)
	Matters(ctx context.Context, who integrity.Principal) ([]letters.Matter, error)
	Draft(ctx context.Context, who integrity.Principal, key string) (*letters.Letter, error)
	Act(ctx context.Context, who integrity.Principal, id string, e letters.Event, d letters.Details) (*letters.Letter, error)
}

// Config is everything New needs. Metrics, Imports, Jobs, Reports, Health and Log are
// required.
type Config struct {
	Metrics Metrics
	Imports Imports
	Jobs    Jobs
	Reports Reports
	Letters Letters // nil leaves the pages of letters out
	Packs   Packs   // nil leaves the inspection packs out
	Mails   Mails   // nil leaves the mails out of the page of tasks
	// Confirmations records what people say of points and signals; nil leaves its pages out.
	Confirmations Confirmations
	// Viewer tells on whose behalf a request asks, the only place that does. Defaults to whoever
	// sits at this machine. The zero Principal sees nothing.
	Viewer func(c *fiber.Ctx) integrity.Principal
	// Administration is for the page of administration; nil leaves it out.
	Administration Administration
	// Readings tells how files of a kind are read at present; nil leaves it out of the form.
	Readings func(kind string) Reading
	// Blank tells the headings of the empty form of a kind, as the command template writes them; nil leaves
	// the forms out of the page of imports.
	Blank func(kind string) []string
	// Inbox tells how the watched folder does; nil where none is watched.
	Inbox func() InboxStatus
	// Health tells whether database and schema are fine, and which parts are silent.
	Health func(ctx context.Context) (ready bool, degraded []string)
	// Away reports whether an error means that the database could not be reached, as in the
	// moment of a restart: that is answered with 503. Nil means that none does.
	Away func(error) bool
	Log  *slog.Logger

	Now           integrity.Clock // defaults to time.Now
	QueryTimeout  time.Duration   // of one card or one answer; defaults to 10 s
	Grace         time.Duration   // after which a browser gets a page without the cards that are not there yet; defaults to 300 ms
	UploadTimeout time.Duration   // of a load or a task; defaults to 10 min
	Version       string

	// Hosts are the names under which the application may be addressed, without port.
	// Defaults to those of loopback: a page of another name that resolves to this machine
	// must not read it.
	Hosts []string
}

func (cfg *Config) complete() error {
	var missing []error
	for _, need := range []struct {
		name   string
		absent bool
	}{
		{"metrics", cfg.Metrics == nil}, {"imports", cfg.Imports == nil}, {"jobs", cfg.Jobs == nil}, {"reports", cfg.Reports == nil},
		{"health", cfg.Health == nil}, {"log", cfg.Log == nil},
	} {
		if need.absent {
			missing = append(missing, fmt.Errorf("dashboards: %w: %s is required", integrity.ErrInvalid, need.name))
		}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Viewer == nil {
		cfg.Viewer = operator
	}
	if cfg.QueryTimeout == 0 {
		cfg.QueryTimeout = 10 * time.Second
	}
	if cfg.Grace == 0 {
		cfg.Grace = 300 * time.Millisecond
	}
	if cfg.UploadTimeout == 0 {
		cfg.UploadTimeout = 10 * time.Minute
	}
	if len(cfg.Hosts) == 0 {
		cfg.Hosts = []string{"localhost", "127.0.0.1", "::1"}
	}
	cfg.Hosts = slices.Clone(cfg.Hosts)
	return errors.Join(missing...)
}
