package dashboards

import (
	"cmp"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// route is one address. Everything that exists is in server.table: the application, the
// description of the API and the tests are made from it.
type route struct {
	method  string
	path    string
	page    string   // name of a page, which is that of its template and its entry in the navigation
	api     bool     // described in openapi.json; unknown parameters are refused
	slow    bool     // may take minutes
	params  []string // what may stand in the query of an address that is read; nil for the conditions of every page
	more    []string // the same, beside params: of this page alone
	bare    bool     // whatever stands in the query is passed over: files and what watches the program
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
	page := func(path, name string, h fiber.Handler, more ...string) route {
		return route{method: fiber.MethodGet, path: path, page: name, handle: h, more: more}
	}
	of := func(params []string, r route) route {
		r.params = params
		return r
	}
	api := func(path, answer, summary string, h fiber.Handler, params ...string) route {
		return route{method: fiber.MethodGet, path: "/api/v1" + path, api: true, params: params, summary: summary, answer: answer, handle: h}
	}
	post := func(path, summary string, h fiber.Handler) route {
		return route{method: fiber.MethodPost, path: path, api: strings.HasPrefix(path, "/api/"), slow: true, summary: summary, answer: "object", handle: h}
	}
	risks, signals, checks := riskRows(s.Metrics), signalRows(s.Metrics), checkRows(s.Metrics)
	rows := join(filterParams, rowParams)
	tagged := join(rows, []string{"tag"})
	return knowing(append(slices.Concat(s.letterRoutes(), s.confirmRoutes(), s.adminRoutes(), s.supervisionRoutes(), s.pageRoutes(), s.runRoutes(), s.reportRoutes(), s.signalRoutes(), s.ledgerRoutes(), s.historyRoutes(), s.opinionRoutes(), s.keptRoutes(), s.repeatRoutes()), []route{
		page("/", "overview", s.overview, "view"),
		page("/heatmap", "heatmap", s.heatmap, "measure", "rows", "cols", "row", "col", "view", "status"),
		page("/hotspots", "hotspots", s.hotspots, "row", "col"),
		page("/blindspots", "blindspots", s.blindspots),
		page("/checkup", "checkup", s.checkup, "check"),
		page("/lists", "lists", s.lists),
		page("/lists/:unit/diff", "diff", s.listDiff, "from_version", "to_version"),
		page("/supervision", "supervision", s.supervision, "status"),
		page("/leaders", "leaders", s.leaders),
		of(tagged, page("/risks", "risks", s.riskList)),
		of(tagged, page("/risks.csv", "", s.download(risks, "csv"))),
		of(tagged, page("/risks.xlsx", "", s.download(risks, "xlsx"))),
		page("/risks/:id", "risk", s.riskPoint, "recorded", "voided"),
		of(rows, page("/signals", "signals", s.signalList)),
		of(rows, page("/signals.csv", "", s.download(signals, "csv"))),
		of(rows, page("/signals.xlsx", "", s.download(signals, "xlsx"))),
		of(rows, page("/checks", "checks", s.checkList, "recorded", "voided")),
		of(rows, page("/checks.csv", "", s.download(checks, "csv"))),
		of(rows, page("/checks.xlsx", "", s.download(checks, "xlsx"))),
		of(clocks, page("/imports", "imports", s.importList, "kind")),
		of(clocks, page("/imports/:id", "import", s.importBatch)),
		of(clocks, page("/imports/:id/rejects.xlsx", "", s.importRejects)),
		post("/imports/:id/revert", "", s.importRevert),
		of(clocks, page("/jobs", "jobs", s.jobList, "done")),
		post("/jobs/:name/run", "", s.jobRun),
		of(clocks, page("/help", "help", s.help)),

		api("/distribution", "Distribution", "Counts of a measure by two dimensions; zero cells are present.", s.apiDistribution,
			join([]string{"measure", "rows", "cols"}, filterParams, []string{"tag", "basis", "rule", "kind", "status"})...),
		api("/overdue", "Overdue", "Obligations as of a day, with the clause each rests on.", s.apiOverdue,
			join(boardParams, []string{"rule", "basis", "owner", "status", "risk", "cell", "limit"}, []string{"lang"})...),
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
		api("/risks", "List", "Risk points in force.", s.apiRisks, tagged...),
		api("/risks.csv", "file", "All of them, as CSV.", s.apiFile(risks, "csv"), tagged...),
		api("/risks.xlsx", "file", "All of them, as a workbook.", s.apiFile(risks, "xlsx"), tagged...),
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

		{method: fiber.MethodGet, path: "/healthz", bare: true, handle: s.healthz},
		{method: fiber.MethodGet, path: "/readyz", bare: true, handle: s.readyz},
		{method: fiber.MethodGet, path: "/static/*", bare: true, handle: static},
		{method: fiber.MethodGet, path: "/favicon.ico", bare: true, handle: favicon},
	}...))
}

// frameParams are of every page, whatever it shows: one card of it, all of it at once, its tables as a file, how
// much of a long list.
var frameParams = []string{"card", "full", "download", "page", "per_page"}

// clocks are what pages may be asked that no condition narrows: the menu keeps them.
var clocks = []string{"as_of", "known_at"}

// ofRows are conditions of single lists, which are named where such a list stands.
var ofRows = []string{"status", "sort", "from_version", "to_version", "signal", "batch", "linked", "confirmed", "sure"}

// knowing fills in what each address that people read may be asked. Pages lead to each other with the
// conditions that were chosen, so that those of one are known to most.
func knowing(routes []route) []route {
	everywhere := slices.DeleteFunc(metrics.ScopeNames(), func(name string) bool { return slices.Contains(ofRows, name) })
	for i := range routes {
		r := &routes[i]
		if r.api || r.bare || r.method != fiber.MethodGet {
			continue
		}
		if r.params == nil {
			r.params = everywhere
		}
		r.params = join(r.params, r.more, []string{"lang"})
		if r.page != "" {
			r.params = join(r.params, frameParams)
		}
	}
	return routes
}

// routeOf is the route that answers when an address is read; nil where there is none.
func (s *server) routeOf(path string) *route {
	i := slices.IndexFunc(s.routes, func(r route) bool { return r.path == path && r.method == fiber.MethodGet })
	if i < 0 {
		i = slices.IndexFunc(s.routes, func(r route) bool {
			return r.method == fiber.MethodGet && strings.Contains(r.path, ":") && fits(r.path, path)
		})
	}
	if i < 0 {
		return nil
	}
	return &s.routes[i]
}

// fitting are those of the conditions that an address may be asked: a page that is led to would refuse
// the others.
func (s *server) fitting(path string, conditions url.Values) url.Values {
	r := s.routeOf(path)
	if len(conditions) == 0 || r == nil || r.bare {
		return conditions
	}
	out := url.Values{}
	for name, v := range conditions {
		if slices.Contains(r.params, name) {
			out[name] = v
		}
	}
	if r.path == "/imports" {
		out.Del("kind") // there it is one of files, not of signals
	}
	if legal := metrics.Statuses(measureAt(path, out)); out.Has("status") && !slices.Contains(legal, out.Get("status")) {
		out.Del("status")
	}
	return out
}

// measureAt is the measure whose rows or counts stand at an address; empty where none does.
func measureAt(path string, conditions url.Values) string {
	at := strings.TrimPrefix(strings.TrimPrefix(path, "/api/v1"), "/figures")
	at, _, _ = strings.Cut(at, ".")
	switch at {
	case "/supervision", "/overdue":
		return metrics.MeasureOverdue
	case "/risks", "/confirm", "/confirmations":
		return metrics.MeasureRisks
	case "/checks":
		return metrics.MeasureChecks
	case "/signals", "/links", "/trend", "/days":
		return cmp.Or(conditions.Get("measure"), metrics.MeasureSignals)
	case "/heatmap", "/distribution":
		return cmp.Or(conditions.Get("measure"), metrics.MeasureRisks)
	}
	return ""
}

// pagesOf tells which pages there are for somebody, for the navigation.
func (s *server) pagesOf(who integrity.Principal) func(name string) bool {
	return func(name string) bool {
		return slices.ContainsFunc(s.routes, func(r route) bool { return r.page == name && r.rights.open(who, fiber.MethodGet) })
	}
}

// refuse answers a parameter that a route does not know, and a value that one cannot have: a misspelt
// filter that is passed over would give a wrong number. now is only there for what is not asked.
func (r route) refuse(c *fiber.Ctx, now time.Time) error {
	if r.bare || r.method != fiber.MethodGet {
		return nil
	}
	for name := range c.Queries() {
		if !slices.Contains(r.params, name) {
			return &integrity.Refused{Value: name, Legal: r.params, Shape: integrity.ShapeName}
		}
	}
	_, err := metrics.ParseScope(func(name string) string {
		if !slices.Contains(r.params, name) || slices.Contains(r.more, name) { // what is of this page alone has values of its own
			return ""
		}
		return c.Query(name)
	}, now)
	if lang := c.Query("lang"); lang != "" && lang != string(integrity.Chinese) && lang != string(integrity.English) {
		err = errors.Join(err, &integrity.Refused{Name: "lang", Value: lang, Legal: []string{string(integrity.Chinese), string(integrity.English)}})
	}
	return err
}
