package dashboards

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
)

func instant(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(integrity.Shanghai).Format("2006-01-02 15:04")
}

type jobsPage struct {
	view.Page
	Jobs  Card[[]jobRow]
	Mails Card[mailsCard]
	Done  string // the task that was just run
}

type jobRow struct {
	JobInfo
	Label, When            string // name and schedule for people
	LastRun, NextRun, Took string
	Due                    string // the moment that the last run was for
	Pill                   view.Pill
}

func (s *server) jobList(c *fiber.Ctx) error {
	r := s.plainRequest(c)
	p := jobsPage{Page: r.frame("jobs"), Done: c.Query("done")}
	p.AsOf = integrity.NoDay
	d := r.deck()
	deal(d, &p.Jobs, r.jobRows, "jobs")
	if s.Mails != nil {
		deal(d, &p.Mails, r.mailsCard, "mails")
	}
	if err := d.done(); err != nil {
		return err
	}
	return r.render("jobs", p)
}

func (r *request) jobRows(ctx context.Context) ([]jobRow, error) {
	jobs, err := r.s.Jobs.List(ctx, r.lang)
	if err != nil {
		return nil, err
	}
	var out []jobRow
	for _, j := range jobs {
		row := jobRow{JobInfo: j, Label: jobLabel(r.lang, j.Name), When: scheduleWords(r.lang, j.Schedule), LastRun: instant(j.Start), NextRun: instant(j.Next), Due: periodWords(j.Period)}
		if !j.Start.IsZero() && j.End.After(j.Start) {
			row.Took = r.t("jobs.took", view.Decimal(j.End.Sub(j.Start).Seconds(), 1))
		}
		switch {
		case j.Running || j.State == "started":
			row.Pill = view.Pill{Class: "on_track", Text: r.t("jobs.running")}
		case j.State == "done":
			row.Pill = view.Pill{Class: "met", Text: r.t("jobs.done")}
		case j.State == "stopped":
			row.Pill = view.Pill{Class: "on_track", Text: r.t("jobs.stopped")}
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
	jobs, err := s.Jobs.List(c.UserContext(), langOf(c))
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
