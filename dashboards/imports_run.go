package dashboards

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
)

// runRoutes are those of loads asked for in the browser: one to begin, and the page of each.
func (s *server) runRoutes() []route {
	post := func(path string, h fiber.Handler) route {
		return route{method: fiber.MethodPost, path: path, slow: true, handle: h}
	}
	var forms []route
	if s.Blank != nil {
		forms = []route{{method: fiber.MethodGet, path: "/imports/forms/:file", params: clocks, handle: s.blank}}
	}
	return append(forms, []route{
		post("/imports", s.importUpload),
		{method: fiber.MethodGet, path: "/imports/runs/:run", page: "run", params: clocks, handle: s.importRun},
		{method: fiber.MethodGet, path: "/imports/runs/:run/rejects.xlsx", params: clocks, handle: s.runRejects},
		post("/imports/runs/:run/load", s.importLoad),
		post("/imports/runs/:run/cancel", s.importCancel),
	}...)
}

// answerWait is how long an answer waits for a load to end: most do, and their page then
// shows the result at once.
const answerWait = time.Second

// importUpload begins a rehearsal or a load and leads to its page.
func (s *server) importUpload(c *fiber.Ctx) error {
	asked, f, open, err := readForm(c)
	defer closeAll(open)
	if err != nil {
		return err
	}
	var files []keptFile
	for _, u := range asked.Files {
		file, err := keepFile(u)
		if err != nil {
			closeKept(files)
			return err
		}
		files = append(files, file)
	}
	return s.begin(c, asked, f, files)
}

func (s *server) begin(c *fiber.Ctx, asked ImportRequest, f form, files []keptFile) error {
	err := mayLoad(principal(c), asked.Kind)
	var one *run
	if err == nil {
		one, err = s.runs.begin(principal(c), asked, f, files)
	}
	if err != nil {
		closeKept(files)
		return err
	}
	return toRun(c, one)
}

func toRun(c *fiber.Ctx, one *run) error {
	one.over(answerWait)
	return c.Redirect("/imports/runs/"+one.id, fiber.StatusSeeOther)
}

// importLoad loads the files of a rehearsal, once.
func (s *server) importLoad(c *fiber.Ctx) error {
	one, err := s.runs.find(c.Params("run"), principal(c))
	if err != nil {
		return err
	}
	if !one.over(0) || !one.rehearsed() {
		return fiber.NewError(fiber.StatusConflict, "this is no rehearsal that has ended well")
	}
	files := one.take()
	if len(files) == 0 {
		return fiber.NewError(fiber.StatusConflict, "the files of the rehearsal are not kept any more; choose them again")
	}
	asked := one.request
	asked.DryRun = false
	return s.begin(c, asked, one.form, files)
}

// runRejects gives the rows that a rehearsal rejects as a file to correct.
func (s *server) runRejects(c *fiber.Ctx) error {
	one, err := s.runs.find(c.Params("run"), principal(c))
	if err != nil {
		return err
	}
	if !one.over(0) || one.rejects == nil {
		return fmt.Errorf("rejected rows of %s: %w", one.id, integrity.ErrNotFound)
	}
	return sendWorkbook(c, "rejects.xlsx", one.rejects)
}

func (s *server) importCancel(c *fiber.Ctx) error {
	one, err := s.runs.find(c.Params("run"), principal(c))
	if err != nil {
		return err
	}
	one.cancel()
	return toRun(c, one)
}

type runPage struct {
	view.Page
	ID       string
	Kind     string
	Running  bool
	Step     string
	Files    []runFile
	Done     int // files that were read
	Result   *importResult
	Loadable int    // rows that a load after the rehearsal would take; -1 when there is nothing to load
	Failed   string // why nothing came of it
}

// runFile is how far a file of a load has come.
type runFile struct {
	Name, State   string
	Read, Written uint64
}

func (s *server) importRun(c *fiber.Ctx) error {
	r := s.plainRequest(c)
	one, err := s.runs.find(c.Params("run"), r.who)
	if err != nil {
		return err
	}
	p := runPage{Page: r.frame("imports"), ID: one.id, Kind: r.t("import.kind." + one.request.Kind), Running: !one.over(0), Loadable: -1}
	p.AsOf, p.Title = integrity.NoDay, r.t("run.title", p.Kind)
	switch {
	case p.Running:
		p.Step, p.Files, p.Done = r.progressOf(one)
	case one.err != nil:
		p.Failed = r.whyFailed(one.err)
	default:
		p.Result = r.importResult(one.report, one.request.DryRun, true)
		if one.rejects != nil {
			p.Result.Links = append(p.Result.Links, view.Link{Text: r.t("import.rejects"), Href: "/imports/runs/" + one.id + "/rejects.xlsx"})
		}
		if one.rehearsed() && one.size() > 0 {
			t := one.report.Totals
			p.Loadable = int(t.Added + t.Changed + t.Unchanged)
		}
	}
	return r.render("run", p)
}

func (r *request) progressOf(one *run) (step string, files []runFile, done int) {
	at, all := one.soFar()
	step = r.t("run.step." + map[string]string{"": "waiting"}[at] + at)
	current := 0
	for i, f := range all {
		if f.Step != "" {
			current = i
		}
	}
	for i, f := range all {
		shown := runFile{Name: f.File, Read: f.Read, Written: f.Written, State: "on_track"}
		switch {
		case f.Step != "" && (i < current || at == "linking"):
			shown.State = "met"
			done++
		case f.Step != "":
			shown.State = "due_soon"
		}
		files = append(files, shown)
	}
	return step, files, done
}

// whyFailed says why a load ended without a report. What is the user's to mend is said in
// full.
func (r *request) whyFailed(err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return r.t("run.cancelled")
	case errors.Is(err, context.DeadlineExceeded):
		return r.t("run.timeout")
	case errors.Is(err, integrity.ErrInvalid):
		return r.advice(oneLine(err))
	}
	r.s.Log.ErrorContext(r.ctx, "load failed", "request_id", r.id, "err", err)
	return r.t("error.internal", r.id)
}
