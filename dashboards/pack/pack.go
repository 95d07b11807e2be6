package pack

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"html/template"

	"qingfeng/dashboards/svg"
	"qingfeng/internal/folio"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// Metrics is the part of metrics.Metrics that a pack is made from.
type Metrics interface {
	Units(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]integrity.Unit, error)
	Risks(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Page[integrity.RiskPoint], error)
	Checks(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Page[integrity.Check], error)
	Signals(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Page[integrity.Signal], error)
	Overdue(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Overdue, error)
	ListDiff(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.ListDiff, error)
	Trend(ctx context.Context, who integrity.Principal, s metrics.Scope, measure string) (metrics.Trend, error)
	HotSpots(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.HotSpots, error)
	BlindSpots(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.BlindSpots, error)
}

// Config is everything New needs. Metrics and Renderer are required.
type Config struct {
	Metrics  Metrics
	Renderer *svg.Renderer
	Mark     string // 内部资料 注意保存; never a grade of secrecy
	Version  string // of the program
}

// Builder makes packs. It is safe for concurrent use.
type Builder struct{ cfg Config }

// New returns a Builder, or an error that names what the configuration lacks.
func New(cfg Config) (*Builder, error) {
	if cfg.Metrics == nil || cfg.Renderer == nil {
		return nil, fmt.Errorf("pack: %w: metrics and renderer are required", integrity.ErrInvalid)
	}
	return &Builder{cfg}, nil
}

var (
	//go:embed pack.html
	pageText string
	//go:embed pack.css
	style string

	page = template.Must(template.New("pack").Parse(pageText))

	numbered = style + folio.Style(folio.Sheet{Top: 14, Right: 14, Bottom: 14, Left: 16, Size: 9, Pages: 12})
)

// Build makes the pack of the scope's unit as of its day: the same data give the same
// bytes. It returns integrity.ErrInvalid where the scope names no unit, and
// integrity.ErrNotFound for a unit that does not exist or that who may not see.
func (b *Builder) Build(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]byte, error) {
	f, err := b.gather(ctx, who, s)
	if err != nil {
		return nil, fmt.Errorf("inspection pack: %w", err)
	}
	p, err := b.compose(ctx, f)
	if err != nil {
		return nil, fmt.Errorf("inspection pack of %s: %w", f.unit.Code, err)
	}
	var out bytes.Buffer
	if err := page.Execute(&out, p); err != nil {
		return nil, fmt.Errorf("inspection pack of %s: %w", f.unit.Code, err)
	}
	return out.Bytes(), nil
}
