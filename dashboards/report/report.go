package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"regexp"
	"time"

	"qingfeng/dashboards/svg"
	"qingfeng/internal/bulletin"
	"qingfeng/internal/folio"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// Settings are what stands around the numbers: names and addressees of the house
// (requirements R02).
type Settings struct {
	Issuer     string   // 编者, for example 某某市卫生健康委员会政治处
	Mark       string   // 内部资料 注意保存; never a grade of secrecy
	Basis      []string // 依据文件
	ReportedTo string   // 报
	SentTo     string   // 送
	IssuedTo   string   // 发
	FirstMonth string   // 2025-01: the month of issue no. 1; see bulletin.Next
	Leaders    []string // the leaders of the commission in official order; others follow as the units' list has them
	// Titles of the month's, half-year's and year's report; empty ones are 廉洁风险防控监督月报,
	// 半年报 and 年报.
	Titles [3]string
}

// SourceLine is what was loaded from the files of one kind up to the cut.
type SourceLine struct {
	Kind           string    // code of the kind of files: risks, complaints, …
	Label          string    // its word
	Read, Rejected uint64    // rows of all visible batches
	LastLoad       time.Time // commit time of the last of them; zero = none yet
}

// Insights are parts that other calculations give. A nil slice has not been calculated:
// its part is left out and the report says so. An empty one was calculated and found
// nothing. Whoever fills them keeps small counts of petitions out.
type Insights struct {
	HotSpots []HotSpot
	Runs     []HotSpot // improbable over three months together, not in the last of them
	// Quiet are sentences about sources that did not deliver a month, so that the cells of
	// their units were not judged.
	Quiet        []string
	BlindSpots   []BlindSpot
	GradeReviews []GradeReview
	Letters      []Letter
	// ReviewsWithheld is a sentence that says why the readers may not see the suggestions
	// to review grades; it stands in their place.
	ReviewsWithheld string
}

// HotSpot is a unit and category whose count is improbably high (methods, hot spots).
type HotSpot struct {
	UnitName string
	Category integrity.Category
	Count    uint64
	Expected float64
	Q        float64 // false discovery rate
	Why      string
	Beside   string // the unit's own past, its peers, its list: what the count stands beside; empty = not said
	// From and To are the first and last month that Count, Expected and Q cover.
	From, To string
	Slow     bool // a slow rise
}

// BlindSpot is a unit and category with signals but no listed point, or with points but
// neither signals nor checks.
type BlindSpot struct {
	UnitName string
	Category integrity.Category
	Why      string
}

// GradeReview is a suggestion to look at the grade of a general point again.
type GradeReview struct {
	UnitName string
	No       int // in the unit's list
	Why      string
}

// Letter is a supervision letter or reminder of the period before and what became of it.
type Letter struct {
	Number, UnitName, Matter string
	Due                      integrity.Day
	State                    string
}

// Cut is which data a report shows.
type Cut struct {
	Period  Period
	AsOf    integrity.Day // the day that is judged: the last of the period, or today
	KnownAt time.Time     // when the last batch that counts was loaded
}

// Config is everything New needs. Metrics, Renderer and Batches are required.
type Config struct {
	Metrics  *metrics.Metrics
	Renderer *svg.Renderer
	Settings Settings
	// Batches tells what had been loaded by a moment, one line per kind of files in the
	// order in which they are to stand.
	Batches func(ctx context.Context, knownAt time.Time) ([]SourceLine, error)
	// Insights gives the parts that Insights lists; nil = none of them is calculated. who
	// is a leader of the commission, or a unit for an extract.
	Insights func(ctx context.Context, who integrity.Principal, cut Cut) (Insights, error)
	Version  string // of the program
}

// Builder builds reports. It is safe for concurrent use.
type Builder struct{ cfg Config }

// New returns a Builder, or an error that names what the configuration lacks.
func New(cfg Config) (*Builder, error) {
	if cfg.Metrics == nil || cfg.Renderer == nil || cfg.Batches == nil {
		return nil, fmt.Errorf("report: %w: metrics, renderer and batches are required", integrity.ErrInvalid)
	}
	return &Builder{cfg}, nil
}

var (
	//go:embed report.html
	pageText string
	//go:embed report.css
	style string

	page = template.Must(template.New("report").Parse(pageText))

	// numbered is the style with page numbers for browsers that leave those of @page out. They
	// also leave a heading at the foot of a page: it is made as tall as what has to follow.
	numbered = style + folio.Style(folio.Sheet{Top: 37, Right: 26, Bottom: 35, Left: 28, Size: 14, Dashes: true, More: `.wide { page: auto; }
.wide table.tight th, .wide table.tight td { padding: .9pt 1.2pt; }
h2, h3 { break-inside: avoid; page-break-inside: avoid; }
h2::after, h3::after { content: ""; display: block; height: 84pt; margin-bottom: -84pt; }
.parted h2::after { height: 112pt; margin-bottom: -112pt; }
table.text caption { break-inside: avoid; page-break-inside: avoid; }
table.text caption::after { content: ""; display: block; height: 90pt; margin-bottom: -90pt; }
table.defs caption::after { height: 140pt; margin-bottom: -140pt; }
.figured h2::after { height: 90mm; margin-bottom: -90mm; }
`})
)

// attempts is how often a report is begun anew because a load came in between.
const attempts = 3

var errMoved = errors.New("the data changed while the report was being made")

// Print returns the report of a period (2026-10, 2026-H1, 2026) as one HTML file, with the
// numbers in it; see bulletin.Printer. Only leaders, inspectors and the political
// department may ask, and units for their own extract; anybody else gets
// integrity.ErrNotFound. All of the former get the same bytes. An extract holds the
// numbers of its unit and those below only, without signals from petitions, hot spots and
// what is about others. A period that has not begun, or an issue before the period is
// over, is integrity.ErrInvalid. A period under way is shown as of today.
func (b *Builder) Print(ctx context.Context, who integrity.Principal, code string, opt bulletin.Choice) (bulletin.Printed, error) {
	p, err := ParsePeriod(code)
	if err != nil {
		return bulletin.Printed{}, err
	}
	today := b.cfg.Metrics.Today()
	switch {
	case p.First > today:
		return bulletin.Printed{}, fmt.Errorf("%w: period %s has not begun", integrity.ErrInvalid, code)
	case opt.Issued && p.Last >= today:
		return bulletin.Printed{}, fmt.Errorf("%w: period %s is not over; it can be issued from %s on", integrity.ErrInvalid, code, p.Last+1)
	case opt.Issued && opt.IssuedOn != integrity.NoDay && opt.IssuedOn <= p.Last:
		return bulletin.Printed{}, fmt.Errorf("%w: period %s ends on %s; it cannot be issued on %s", integrity.ErrInvalid, code, p.Last, opt.IssuedOn)
	}
	asker, err := asks(who, opt.Unit)
	if err != nil {
		return bulletin.Printed{}, err
	}
	var f *facts
	for range attempts {
		f, err = b.gather(ctx, asker, p, min(p.Last, today), opt)
		if !errors.Is(err, errMoved) {
			break
		}
	}
	if err != nil {
		return bulletin.Printed{}, fmt.Errorf("report of %s: %w", code, err)
	}
	doc, err := b.compose(ctx, f, opt)
	if err != nil {
		return bulletin.Printed{}, fmt.Errorf("report of %s: %w", code, err)
	}
	var out bytes.Buffer
	if err := page.Execute(&out, doc); err != nil {
		return bulletin.Printed{}, fmt.Errorf("report of %s: write the page: %w", code, err)
	}
	html, err := sealed(out.Bytes())
	if err != nil {
		return bulletin.Printed{}, err
	}
	return bulletin.Printed{HTML: html, Figures: doc.figures, Changes: doc.changes, AsOf: f.asOf, KnownAt: f.knownAt, DataVersion: f.version}, nil
}

// asks returns on whose behalf the questions of a report are asked.
func asks(who integrity.Principal, unit string) (integrity.Principal, error) {
	switch who.Role {
	case integrity.RoleLeader, integrity.RoleInspector, integrity.RoleOffice:
		if unit != "" {
			// What a unit may not know must not reach its extract, whoever asks for it.
			return integrity.Principal{Role: integrity.RoleUnit, Unit: unit}, nil
		}
		return integrity.Principal{Role: integrity.RoleLeader}, nil
	case integrity.RoleUnit:
		if unit != "" { // whether it lies below their own, the questions decide
			return integrity.Principal{Role: integrity.RoleUnit, Unit: who.Unit}, nil
		}
	}
	return integrity.Principal{}, fmt.Errorf("report: %w", integrity.ErrNotFound)
}

// place is where the checksum stands. Texts cannot forge it: their quotes are escaped.
var place = regexp.MustCompile(`id="sha256">[0-9a-f]*`)

var emptyPlace = []byte(`id="sha256">`)

func sum(file []byte) string {
	s := sha256.Sum256(place.ReplaceAllLiteral(file, emptyPlace))
	return hex.EncodeToString(s[:])
}

func sealed(file []byte) ([]byte, error) {
	if n := bytes.Count(file, emptyPlace); n != 1 {
		return nil, fmt.Errorf("report: %d places for the checksum; want 1", n)
	}
	return bytes.Replace(file, emptyPlace, append(emptyPlace[:len(emptyPlace):len(emptyPlace)], sum(file)...), 1), nil
}

// Verify reports whether a report is as it was written: the SHA-256 of the file, with the
// place of the checksum left empty, is the one printed in it. The error wraps
// integrity.ErrInvalid.
func Verify(file []byte) error {
	found := place.FindAll(file, 2)
	if len(found) != 1 {
		return fmt.Errorf("%w: no report with one checksum", integrity.ErrInvalid)
	}
	stated := bytes.TrimPrefix(found[0], emptyPlace)
	if subtle.ConstantTimeCompare(stated, []byte(sum(file))) != 1 {
		return fmt.Errorf("%w: the file is not as it was written: its checksum is %s", integrity.ErrInvalid, sum(file))
	}
	return nil
}
