package dashboards

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/internal/integrity"
)

// Who may open an address at all. What of it he sees, which rows, counts and texts, is decided
// in metrics by the same principal. A forbidden address answers as one that does not exist.

// rights are the roles that an address is open to: reads with GET and HEAD, writes with
// everything else. nil writes are those of reads; the handler may refuse more.
type rights struct{ reads, writes []integrity.Role }

var (
	everyRole = []integrity.Role{integrity.RoleLeader, integrity.RoleInspector, integrity.RoleOffice, integrity.RoleUnit, integrity.RoleAdmin, integrity.RoleAuditor}
	// supervision are those who work with lists, signals and obligations.
	supervision = []integrity.Role{integrity.RoleLeader, integrity.RoleInspector, integrity.RoleOffice, integrity.RoleUnit}
	checking    = []integrity.Role{integrity.RoleInspector, integrity.RoleOffice}
	classifying = []integrity.Role{integrity.RoleInspector, integrity.RoleOffice, integrity.RoleUnit}
	planning    = []integrity.Role{integrity.RoleLeader, integrity.RoleInspector, integrity.RoleOffice}
	watching    = []integrity.Role{integrity.RoleAdmin, integrity.RoleAuditor}
	operating   = []integrity.Role{integrity.RoleAdmin}
)

// rightsByPath holds the rights of the addresses that begin with a path, by whole parts of it;
// the longest that fits counts, and the API follows the pages (reliability: who sees what).
// An address that nothing fits is nobody's, and New refuses it.
var rightsByPath = map[string]rights{
	"/": {reads: supervision},

	"/help": {reads: everyRole}, "/metrics/definitions": {reads: everyRole}, "/openapi.json": {reads: everyRole},
	"/healthz": {reads: everyRole}, "/readyz": {reads: everyRole}, "/static": {reads: everyRole}, "/favicon.ico": {reads: everyRole},
	"/cards": {reads: everyRole}, // stopped by whoever began them

	"/heatmap": {reads: supervision}, "/hotspots": {reads: supervision}, "/repeats": {reads: supervision}, "/blindspots": {reads: supervision}, "/checkup": {reads: supervision},
	"/lists": {reads: supervision}, "/supervision": {reads: supervision}, "/leaders": {reads: supervision}, "/units": {reads: supervision}, "/directory": {reads: supervision}, "/ledger": {reads: supervision}, "/stages": {reads: supervision}, "/opinions": {reads: supervision},
	"/risks": {reads: supervision}, "/signals": {reads: supervision}, "/checks": {reads: supervision}, "/figures": {reads: supervision}, "/papers": {reads: supervision},
	"/letters": {reads: supervision}, "/reports": {reads: supervision},
	"/distribution": {reads: supervision}, "/trend": {reads: supervision}, "/days": {reads: supervision}, "/overdue": {reads: supervision}, "/outlook": {reads: supervision},
	"/grade-review": {reads: supervision}, "/missing-lists": {reads: supervision}, "/unit-board": {reads: supervision}, "/outcome": {reads: supervision},
	"/flags": {reads: supervision}, "/filing": {reads: supervision}, "/filing-changes": {reads: supervision}, "/summary": {reads: supervision}, "/kept": {reads: supervision}, "/sources": {reads: supervision},

	"/check":         {reads: checking},
	"/confirm":       {reads: classifying},
	"/confirmations": {reads: classifying},
	"/links":         {reads: checking},
	"/packs":         {reads: planning},
	"/imports":       {reads: classifying, writes: checking},

	"/jobs": {reads: watching, writes: operating}, "/admin": {reads: watching, writes: operating},
}

// rightsOf returns the rights of the address of a route, or of a page; false where there are none.
func rightsOf(path string) (rights, bool) {
	path, _, _ = strings.Cut(path, "?")
	path, _, _ = strings.Cut(path, "#")
	path = "/" + strings.Trim(strings.TrimPrefix(path, "/api/v1"), "/")
	for at := path; at != ""; at = at[:strings.LastIndexAny(at, "/.")] { // /risks.csv has the rights of /risks
		if found, ok := rightsByPath[at]; ok {
			return found, true
		}
	}
	return rights{}, false
}

// open reports whether somebody may use an address. Who sits at the machine itself, while there
// are no accounts, may use all.
func (r rights) open(who integrity.Principal, method string) bool {
	roles := r.reads
	if method != fiber.MethodGet && method != fiber.MethodHead && r.writes != nil {
		roles = r.writes
	}
	return who.Local || slices.Contains(roles, who.Role)
}

// mayOpen reports whether somebody may read what stands at an address of this site.
func mayOpen(who integrity.Principal, href string) bool {
	found, ok := rightsOf(href)
	return ok && found.open(who, fiber.MethodGet)
}

// seesBatch reports whether somebody sees what was loaded in a batch: those of petitions are for
// those who read petitions, and a unit sees what it loaded itself.
func seesBatch(who integrity.Principal, b Batch) bool {
	switch who.Role {
	case integrity.RoleInspector:
		return true
	case integrity.RoleOffice:
		return b.Kind != kindPetitions
	case integrity.RoleUnit:
		return b.Kind != kindPetitions && b.By == who.Name
	}
	return who.Local
}

const kindPetitions = "petitions"

// batches are those that somebody sees, newest first.
func (s *server) batches(ctx context.Context, who integrity.Principal) ([]Batch, error) {
	all, err := s.Imports.Batches(ctx, who)
	return slices.DeleteFunc(slices.Clone(all), func(b Batch) bool { return !seesBatch(who, b) }), err
}

// batch is one of them, or integrity.ErrNotFound.
func (s *server) batch(ctx context.Context, who integrity.Principal, id string) (Batch, error) {
	b, err := s.Imports.Batch(ctx, who, id)
	if err == nil && !seesBatch(who, b) {
		err = fmt.Errorf("batch %q: %w", id, integrity.ErrNotFound)
	}
	if err != nil {
		return Batch{}, err
	}
	return b, nil
}

// mayLoad refuses a kind of file to those who may not load it: petitions are the inspectors',
// everything else but their own findings the political department's.
func mayLoad(who integrity.Principal, kind string) error {
	theirs := slices.Contains([]string{kindPetitions, "inspections", "findings"}, kind)
	switch {
	case who.Local:
		return nil
	case who.Role == integrity.RoleInspector && theirs, who.Role == integrity.RoleOffice && kind != kindPetitions:
		return nil
	}
	return fiber.NewError(fiber.StatusForbidden, "your role does not load files of this kind")
}
