package dashboards

import (
	"context"
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/export"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// Packs makes the inspection pack (检查前资料包) of the scope's unit, and its check form as
// a table in the columns of the template of inspections. Errors wrap integrity.ErrInvalid
// or integrity.ErrNotFound where the reader may mend something or not see the unit.
type Packs interface {
	Build(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]byte, error)
	Form(ctx context.Context, who integrity.Principal, s metrics.Scope) (export.Table, error)
}

// packPolicy lets a pack show itself and nothing else, as that of reports does.
const packPolicy = reportPolicy

func (s *server) packRoutes() []route {
	if s.Packs == nil {
		return nil
	}
	return []route{
		{method: fiber.MethodGet, path: "/packs/:unit", handle: s.packFile},
		{method: fiber.MethodGet, path: "/packs/:unit/inspections.xlsx", handle: s.packForm},
	}
}

func (s *server) packScope(c *fiber.Ctx) (metrics.Scope, error) {
	scope, err := s.scope(c)
	if err != nil {
		return scope, err
	}
	scope.Unit, err = unitOf(c)
	return metrics.Scope{AsOf: scope.AsOf, KnownAt: scope.KnownAt, Unit: scope.Unit}, err
}

// packFile answers the pack of a unit as one file that prints on A4.
func (s *server) packFile(c *fiber.Ctx) error {
	scope, err := s.packScope(c)
	if err != nil {
		return err
	}
	body, err := s.Packs.Build(c.UserContext(), principal(c), scope)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, packPolicy)
	return c.Type("html", "utf-8").Send(body)
}

// packForm answers the check form of a unit as a workbook to fill in and load.
func (s *server) packForm(c *fiber.Ctx) error {
	scope, err := s.packScope(c)
	if err != nil {
		return err
	}
	form, err := s.Packs.Form(c.UserContext(), principal(c), scope)
	if err != nil {
		return err
	}
	body, err := export.Bytes(export.Workbook, form)
	if err != nil {
		return fmt.Errorf("check form of %s: %w", scope.Unit, err)
	}
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="inspections-%s-%s.xlsx"`, url.PathEscape(scope.Unit), scope.AsOf))
	c.Set(fiber.HeaderContentType, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	return c.Send(body)
}

// packs reports whether the reader gets packs at all.
func (r *request) packs() bool { return r.s.Packs != nil && mayOpen(r.who, "/packs") }

// packLinks are the pack of a unit and its check form, for the actions of a page; none
// where packs are not made.
func (r *request) packLinks(unit string) []view.Link {
	if !r.packs() {
		return nil
	}
	return []view.Link{
		{Text: r.t("pack.title"), Href: r.packHref(unit)},
		{Text: r.t("pack.form"), Href: r.only("/packs/" + url.PathEscape(unit) + "/inspections.xlsx")},
	}
}

// packWord is the word of the link to a pack.
func (r *request) packWord() string {
	if !r.packs() {
		return "—"
	}
	return r.t("pack.open")
}

// packHref is the address of a unit's pack as of the day of the page; empty where packs
// are not made.
func (r *request) packHref(unit string) string {
	if !r.packs() {
		return ""
	}
	return r.only("/packs/" + url.PathEscape(unit))
}
