package dashboards

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"qingfeng/metrics"
)

// list is the answer of every API route that gives several of something.
type list[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total"`
}

func listOf[T any](items []T) list[T] {
	if items == nil {
		items = []T{}
	}
	return list[T]{Items: items, Total: len(items)}
}

// scope reads the filters of a call.
func (s *server) scope(c *fiber.Ctx) (metrics.Scope, error) {
	return metrics.ParseScope(func(name string) string { return c.Query(name) }, s.Now())
}

func (s *server) apiDistribution(c *fiber.Ctx) error {
	scope, err := s.scope(c)
	if err != nil {
		return err
	}
	d, err := s.Metrics.Distribution(c.UserContext(), principal(c), scope,
		c.Query("measure", metrics.MeasureRisks), c.Query("rows", metrics.DimLayer), c.Query("cols", metrics.DimCategory))
	if err != nil {
		return err
	}
	return c.JSON(d)
}

func (s *server) apiOverdue(c *fiber.Ctx) error {
	scope, err := s.scope(c)
	if err != nil {
		return err
	}
	answer, err := s.Metrics.Overdue(c.UserContext(), principal(c), scope)
	if err != nil {
		return err
	}
	return c.JSON(answer)
}

func (s *server) apiTrend(c *fiber.Ctx) error {
	scope, err := s.scope(c)
	if err != nil {
		return err
	}
	t, err := s.Metrics.Trend(c.UserContext(), principal(c), scope, c.Query("measure", metrics.MeasureSignals))
	if err != nil {
		return err
	}
	return c.JSON(t)
}

func (s *server) apiOutlook(c *fiber.Ctx) error {
	return answerList(s, c, s.Metrics.Outlook)
}

func (s *server) apiLeaders(c *fiber.Ctx) error {
	return answerList(s, c, s.Metrics.LeaderBoard)
}

func (s *server) apiUnits(c *fiber.Ctx) error {
	return answerList(s, c, s.Metrics.Units)
}

func (s *server) apiRisks(c *fiber.Ctx) error {
	return answerPage(s, c, s.Metrics.Risks)
}

func (s *server) apiSignals(c *fiber.Ctx) error {
	return answerPage(s, c, s.Metrics.Signals)
}

func (s *server) apiChecks(c *fiber.Ctx) error {
	return answerPage(s, c, s.Metrics.Checks)
}

func answerList[T any](s *server, c *fiber.Ctx, ask question[[]T]) error {
	scope, err := s.scope(c)
	if err != nil {
		return err
	}
	items, err := ask(c.UserContext(), principal(c), scope)
	if err != nil {
		return err
	}
	return c.JSON(listOf(items))
}

func answerPage[T any](s *server, c *fiber.Ctx, ask question[metrics.Page[T]]) error {
	scope, err := s.scope(c)
	if err != nil {
		return err
	}
	page, err := ask(c.UserContext(), principal(c), scope)
	if err != nil {
		return err
	}
	return c.JSON(page)
}

func (s *server) apiDefinitions(c *fiber.Ctx) error {
	return c.JSON(listOf(definitions()))
}

func (s *server) apiJobs(c *fiber.Ctx) error {
	scope, err := s.scope(c)
	if err != nil {
		return err
	}
	jobs, err := s.Jobs.List(c.UserContext(), scope.Lang)
	if err != nil {
		return err
	}
	out := listOf(slices.Clone(jobs))
	for i := range out.Items {
		if out.Items[i].Counts == nil { // a task that has never run
			out.Items[i].Counts = map[string]uint64{}
		}
	}
	return c.JSON(out)
}

func (s *server) healthz(c *fiber.Ctx) error {
	return c.JSON(fiber.Map{"status": "ok", "version": s.Version})
}

func (s *server) readyz(c *fiber.Ctx) error {
	ready, degraded := s.Health(c.UserContext())
	if degraded == nil {
		degraded = []string{}
	}
	if !ready {
		c.Status(fiber.StatusServiceUnavailable)
	}
	return c.JSON(fiber.Map{"ready": ready, "degraded": degraded})
}
