package dashboards

import (
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"qingfeng/internal/integrity"
)

// fewNumbers are pages on which fewer than three numbers stand in the small city; those of the help
// stand in texts of its answer.
var fewNumbers = map[string]int{"/links": 1, "/reports": 1, "/jobs": 1, "/help": 0}

// keepReport keeps the draft of a report, as the task of the month does.
func (s *site) keepReport() {
	s.t.Helper()
	if _, _, err := s.reports.KeepDraft(s.t.Context(), integrity.Principal{Role: integrity.RoleOffice}, "2026-10", today); err != nil {
		s.t.Fatal(err)
	}
}

// apiOfOne is apiOf for pages of one point, signal, letter, batch, whose addresses are those of this
// site, and for those of the office.
func (s *site) apiOfOne() []pageNumbers {
	risk, signal := s.address(route{path: "/risks/:id"}), s.address(route{path: "/signals/:id"})
	_, riskID, _ := strings.Cut(risk[1:], "/")
	_, signalID, _ := strings.Cut(signal[1:], "/")
	letter, batch := s.address(route{path: "/letters/:id"}), s.address(route{path: "/imports/:id"})
	return []pageNumbers{
		{risk, []string{"/risks?risk=" + riskID, "/overdue?status=all&risk=" + riskID, "/checks?risk=" + riskID, "/signals?risk=" + riskID, "/outcome?risk=" + riskID}, "days_left"},
		{signal, []string{"/signals?integrity=all&signal=" + signalID, "/links?linked=no&integrity=all&signal=" + signalID}, ""},
		{letter, []string{letter}, ""},
		{batch, []string{batch}, ""},
		{"/confirm", []string{"/confirmations?per_page=20", "/confirmations?per_page=1&confirmed=suggested", "/confirmations?per_page=1&confirmed=suggested&sure=1"}, ""},
		{"/links", []string{"/links?linked=no&per_page=20"}, "total"},
		{"/jobs", []string{"/jobs"}, ""},
		{"/admin", []string{"/admin"}, ""},
		{"/reports", []string{"/reports"}, ""},
		{"/reports/2026-10", []string{"/reports/2026-10"}, ""},
		{"/help", []string{"/metrics/definitions"}, ""},
	}
}

// withoutOwnNumbers are pages that only ask: what is typed into them, and a rehearsal, which nobody
// keeps.
var withoutOwnNumbers = []string{"/check", "/imports/runs/:run"}

// Every page is among those whose numbers are looked for.
func TestNoPageIsLeftOutWhereNumbersAreLookedFor(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	all := slices.Concat(apiOf, s.apiOfOne())
	for _, r := range allRoutes(s) {
		if r.page == "" || r.method != fiber.MethodGet || slices.Contains(withoutOwnNumbers, r.path) {
			continue
		}
		if !slices.ContainsFunc(all, func(p pageNumbers) bool {
			path, _, _ := strings.Cut(p.page, "?")
			return fiber.RoutePatternMatch(path, r.path)
		}) {
			t.Errorf("the numbers of %s are looked for nowhere", r.path)
		}
	}
}
