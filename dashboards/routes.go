package dashboards

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/internal/integrity"
)

// route is one address. Everything that exists is in server.table: the application, the
// description of the API and the tests are made from it.
type route struct {
	method  string
	path    string
	page    string   // name of a page, which is that of its template and its entry in the navigation
	api     bool     // described in openapi.json; unknown parameters are refused
	slow    bool     // may take minutes
	params  []string // of the query of an API route
	summary string
	answer  string // name of the schema of the answer
	handle  fiber.Handler
	rights  rights // filled from rightsByPath
}

var (
	filterParams = []string{"as_of", "known_at", "from", "to", "year", "month", "unit", "layer", "category", "grade", "stage", "leader", "integrity", "suggested", "machine"}
	rowParams    = []string{"kind", "number", "status", "q", "risk", "confirmed", "sure", "linked", "signal", "batch", "cell", "page", "per_page", "sort"}
	boardParams  = []string{"as_of", "known_at", "year", "unit", "leader"}
)

func join(lists ...[]string) []string { return slices.Concat(lists...) }

// table lists all routes.
func (s *server) table() []route {
	page := func(path, name string, h fiber.Handler) route {
		return route{method: fiber.MethodGet, path: path, page: name, handle: h}
	}
	api := func(path, answer, summary string, h fiber.Handler, params ...string) route {
		return route{method: fiber.MethodGet, path: "/api/v1" + path, api: true, params: params, summary: summary, answer: answer, handle: h}
	}
	post := func(path, summary string, h fiber.Handler) route {
		return route{method: fiber.MethodPost, path: path, api: strings.HasPrefix(path, "/api/"), slow: true, summary: summary, answer: "object", handle: h}
	}
	risks, signals, checks := riskRows(s.Metrics), signalRows(s.Metrics), checkRows(s.Metrics)
	rows := join(filterParams, rowParams)
	return append(slices.Concat(s.letterRoutes(), s.confirmRoutes(), s.adminRoutes(), s.supervisionRoutes(), s.pageRoutes(), s.runRoutes(), s.reportRoutes(), s.signalRoutes(), s.ledgerRoutes(), s.historyRoutes(), s.opinionRoutes(), s.keptRoutes(), s.repeatRoutes()), []route{
		page("/", "overview", s.overview),
		page("/heatmap", "heatmap", s.heatmap),
		page("/hotspots", "hotspots", s.hotspots),
		page("/blindspots", "blindspots", s.blindspots),
		page("/checkup", "checkup", s.checkup),
		page("/lists", "lists", s.lists),
		page("/lists/:unit/diff", "diff", s.listDiff),
		page("/supervision", "supervision", s.supervision),
		page("/leaders", "leaders", s.leaders),
		page("/risks", "risks", s.riskList),
		page("/risks.csv", "", s.download(risks, "csv")),
		page("/risks.xlsx", "", s.download(risks, "xlsx")),
		page("/risks/:id", "risk", s.riskPoint),
		page("/signals", "signals", s.signalList),
		page("/signals.csv", "", s.download(signals, "csv")),
		page("/signals.xlsx", "", s.download(signals, "xlsx")),
		page("/checks", "checks", s.checkList),
		page("/checks.csv", "", s.download(checks, "csv")),
		page("/checks.xlsx", "", s.download(checks, "xlsx")),
		page("/imports", "imports", s.importList),
		page("/imports/:id", "import", s.importBatch),
		page("/imports/:id/rejects.xlsx", "", s.importRejects),
		post("/imports/:id/revert", "", s.importRevert),
		page("/jobs", "jobs", s.jobList),
		post("/jobs/:name/run", "", s.jobRun),
		page("/help", "help", s.help),

		api("/distribution", "Distribution", "Counts of a measure by two dimensions; zero cells are present.", s.apiDistribution,
			join([]string{"measure", "rows", "cols"}, filterParams, []string{"tag", "basis", "rule", "kind", "status"})...),
		api("/overdue", "Overdue", "Obligations as of a day, with the clause each rests on.", s.apiOverdue,
			join(boardParams, []string{"rule", "basis", "status", "risk", "cell", "limit"}, []string{"lang"})...),
		api("/trend", "Trend", "A measure by month.", s.apiTrend, join([]string{"measure"}, filterParams, []string{"kind", "status"})...),
		api("/days", "Days", "Signals of a year by day.", s.apiDays, join([]string{"measure"}, filterParams, []string{"status"})...),
		api("/hotspots", "object", "Cells of unit and category that a month makes improbable: hot ones, then the watch list, then what only three months together make improbable; sources that have not delivered the month.", s.apiHotSpots,
			"as_of", "known_at", "month", "unit", "category", "leader", "limit", "lang"),
		api("/blindspots", "List", "Cells with signals and no point, and with points that nobody looks at; suggested visits.", s.apiBlindSpots,
			"as_of", "known_at", "from", "to", "year", "month", "unit", "category", "leader", "limit", "lang"),
		api("/grade-review", "List", "General points on which petitions concentrate: a suggestion to review, never to lower.", s.apiGradeReview,
			"as_of", "known_at", "from", "to", "unit", "layer", "category", "leader", "risk", "limit", "lang"),
		api("/checkup", "List", "What lists lack, by named checks.", s.apiCheckUp, join(boardParams, []string{"risk", "limit"})...),
		api("/missing-lists", "List", "Units without a list of the year, with a ready reminder.", s.apiMissing, join(boardParams, []string{"limit"})...),
		api("/lists/:unit/diff", "List", "What changed between a unit's lists of two years (from and to are years), or two versions of one.", s.apiListDiff, "as_of", "known_at", "year", "from", "to", "from_version", "to_version", "lang"),
		api("/sources", "List", "When each source was loaded last, and whether it has gone quiet.", s.apiSources, "as_of", "known_at", "unit", "lang"),
		api("/outlook", "List", "Checks a month that it takes to be met by 31 December, by unit and leader.", s.apiOutlook, boardParams...),
		api("/leaders", "List", "Duties of the leaders in charge, in official order.", s.apiLeaders, boardParams...),
		api("/units", "List", "The units in official order.", s.apiUnits, "as_of", "known_at", "unit", "leader"),
		api("/risks", "List", "Risk points in force.", s.apiRisks, join(rows, []string{"tag"})...),
		api("/risks.csv", "file", "All of them, as CSV.", s.apiFile(risks, "csv"), join(rows, []string{"tag"})...),
		api("/risks.xlsx", "file", "All of them, as a workbook.", s.apiFile(risks, "xlsx"), join(rows, []string{"tag"})...),
		api("/signals", "List", "Signals of the period.", s.apiSignals, rows...),
		api("/signals.csv", "file", "All of them, as CSV.", s.apiFile(signals, "csv"), rows...),
		api("/signals.xlsx", "file", "All of them, as a workbook.", s.apiFile(signals, "xlsx"), rows...),
		api("/checks", "List", "Checks of the period.", s.apiChecks, rows...),
		api("/checks.csv", "file", "All of them, as CSV.", s.apiFile(checks, "csv"), rows...),
		api("/checks.xlsx", "file", "All of them, as a workbook.", s.apiFile(checks, "xlsx"), rows...),
		api("/metrics/definitions", "List", "Every metric: formula, numerator, denominator, clause.", s.apiDefinitions),
		api("/imports", "List", "What was loaded, newest first.", s.apiBatches),
		post("/api/v1/imports", "Loads files (multipart, field file).", s.apiImport),
		api("/imports/:id", "object", "One batch with its report.", s.apiBatch),
		api("/imports/:id/rejects.xlsx", "file", "The rejected rows of a batch, to correct and load again.", s.importRejects),
		post("/api/v1/imports/:id/revert", "Takes a batch back.", s.apiRevert),
		api("/jobs", "List", "The tasks of the scheduler and their last runs.", s.apiJobs, "lang"),
		api("/openapi.json", "object", "This description.", s.openAPI),

		{method: fiber.MethodGet, path: "/healthz", handle: s.healthz},
		{method: fiber.MethodGet, path: "/readyz", handle: s.readyz},
		{method: fiber.MethodGet, path: "/static/*", handle: static},
		{method: fiber.MethodGet, path: "/favicon.ico", handle: favicon},
	}...)
}

// pagesOf tells which pages there are for somebody, for the navigation.
func (s *server) pagesOf(who integrity.Principal) func(name string) bool {
	return func(name string) bool {
		return slices.ContainsFunc(s.routes, func(r route) bool { return r.page == name && r.rights.open(who, fiber.MethodGet) })
	}
}

// refuseUnknown answers a parameter that a route does not know with the legal ones: a
// misspelt filter that is passed over would give a wrong number.
func (r route) refuseUnknown(c *fiber.Ctx) error {
	for name := range c.Queries() {
		if !slices.Contains(r.params, name) {
			legal := "none"
			if len(r.params) > 0 {
				legal = strings.Join(r.params, " ")
			}
			return fmt.Errorf("%w: parameter %q; legal: %s", integrity.ErrInvalid, name, legal)
		}
	}
	return nil
}
