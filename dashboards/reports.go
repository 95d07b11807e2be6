package dashboards

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
)

type reportsPage struct {
	view.Page
	List Card[view.Table]
}

func (s *server) reportList(c *fiber.Ctx) error {
	r := s.plainRequest(c)
	p := reportsPage{Page: r.frame("reports")}
	p.AsOf = integrity.NoDay
	d := r.deck()
	deal(d, &p.List, r.reportTable)
	if err := d.done(); err != nil {
		return err
	}
	return r.render("reports", p)
}

func (r *request) reportTable(ctx context.Context) (view.Table, error) {
	reports, err := r.s.Reports.List(ctx)
	if err != nil {
		return view.Table{}, err
	}
	t := view.Table{
		Caption: r.t("nav.reports"), Hide: true, Class: "cards", Empty: r.t("reports.none"),
		Columns: []view.Column{
			{Label: r.t("reports.period")}, {Label: r.t("reports.version"), Class: "num"}, {Label: r.t("reports.state")}, {Label: r.t("reports.made")}, {Label: r.t("reports.sum")},
		},
	}
	var linked []string // the address of a period gives its latest version
	for _, x := range reports {
		period := view.Cell{Text: x.Period, Head: true}
		if !slices.Contains(linked, x.Period) {
			period.Href = "/reports/" + url.PathEscape(x.Period) + ".html"
			linked = append(linked, x.Period)
		}
		state := x.State
		if state == "draft" || state == "issued" {
			state = r.t("reports.state." + state)
		}
		t.Rows = append(t.Rows, []view.Cell{
			period, {Text: strconv.Itoa(x.Version), Class: "num"}, {Text: state}, {Text: instant(x.MadeAt)}, {Text: x.SHA256[:min(len(x.SHA256), 16)], Class: "note"},
		})
	}
	return t, nil
}

func instant(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(integrity.Shanghai).Format("2006-01-02 15:04")
}

var periods = regexp.MustCompile(`^(19|20|21)\d\d(-(0[1-9]|1[0-2]|H[12]))?$`)

// reportFile answers the report of a period. Its policy lets it show itself and nothing
// else.
func (s *server) reportFile(c *fiber.Ctx) error {
	period := c.Params("period")
	if !periods.MatchString(period) {
		return fmt.Errorf("%w: period %q; write 2026-06, 2026-H1 or 2026", integrity.ErrInvalid, period)
	}
	body, err := s.Reports.HTML(c.UserContext(), period)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, reportPolicy)
	return c.Type("html", "utf-8").Send(body)
}

type jobsPage struct {
	view.Page
	Jobs Card[[]jobRow]
	Done string // the task that was just run
}

type jobRow struct {
	JobInfo
	LastRun, NextRun, Took string
	Pill                   view.Pill
}

func (s *server) jobList(c *fiber.Ctx) error {
	r := s.plainRequest(c)
	p := jobsPage{Page: r.frame("jobs"), Done: c.Query("done")}
	p.AsOf = integrity.NoDay
	d := r.deck()
	deal(d, &p.Jobs, r.jobRows)
	if err := d.done(); err != nil {
		return err
	}
	return r.render("jobs", p)
}

func (r *request) jobRows(ctx context.Context) ([]jobRow, error) {
	jobs, err := r.s.Jobs.List(ctx)
	if err != nil {
		return nil, err
	}
	var out []jobRow
	for _, j := range jobs {
		row := jobRow{JobInfo: j, LastRun: instant(j.Start), NextRun: instant(j.Next)}
		if !j.Start.IsZero() && j.End.After(j.Start) {
			row.Took = r.t("jobs.took", view.Decimal(j.End.Sub(j.Start).Seconds(), 1))
		}
		switch {
		case j.Running || j.State == "started":
			row.Pill = view.Pill{Class: "on_track", Text: r.t("jobs.running")}
		case j.State == "done":
			row.Pill = view.Pill{Class: "met", Text: r.t("jobs.done")}
		case j.State == "failed":
			row.Pill = view.Pill{Class: "overdue", Text: r.t("jobs.failed")}
		default:
			row.Pill = view.Pill{Class: "on_track", Text: r.t("jobs.never")}
		}
		out = append(out, row)
	}
	return out, nil
}

// jobRun runs a task and waits for its end.
func (s *server) jobRun(c *fiber.Ctx) error {
	name := c.Params("name")
	jobs, err := s.Jobs.List(c.UserContext())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(jobs, func(j JobInfo) bool { return j.Name == name }) {
		return fmt.Errorf("job %q: %w", name, integrity.ErrNotFound)
	}
	if err := s.Jobs.Run(c.UserContext(), name); err != nil {
		return err
	}
	return c.Redirect("/jobs?done="+url.QueryEscape(name), fiber.StatusSeeOther)
}
