package dashboards

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/paper"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// paperRoutes are the papers that go through the offices, as files and as numbers.
func (s *server) paperRoutes() []route {
	api := func(path, summary string, h fiber.Handler) route {
		return route{method: fiber.MethodGet, path: "/api/v1" + path, api: true, params: join(boardParams, []string{"limit"}), summary: summary, answer: "List", handle: h}
	}
	return []route{
		{method: fiber.MethodGet, path: "/papers/:file", handle: s.paperFile(true)},
		{
			method: fiber.MethodGet, path: "/api/v1/papers/:file", api: true, params: boardParams, answer: "file", handle: s.paperFile(false),
			summary: "A paper as a file: filing, filing-changes, summary, duty, reminder (.docx .html .xlsx .csv) or prefilled (.docx .xlsx).",
		},
		api("/filing", "The important points with what was approved and filed of them.", func(c *fiber.Ctx) error { return answerWhole(s, c, s.Metrics.Filing) }),
		api("/filing-changes", "What the lists that stand change in what was filed last.", func(c *fiber.Ctx) error { return answerWhole(s, c, s.Metrics.FilingChanges) }),
		api("/summary", "The lists of all units, summed up for the committee.", func(c *fiber.Ctx) error { return answerWhole(s, c, s.Metrics.Summary) }),
	}
}

// paperFile answers a paper. From a page a spreadsheet ends with a line that says who made
// it when.
func (s *server) paperFile(forPeople bool) fiber.Handler {
	return func(c *fiber.Ctx) error {
		scope, err := s.scope(c)
		if err != nil {
			return err
		}
		file, err := url.PathUnescape(c.Params("file"))
		name, ending, found := strings.Cut(file, ".")
		if err != nil || !found {
			return fmt.Errorf("paper %q: %w", c.Params("file"), integrity.ErrNotFound)
		}
		who := principal(c)
		stamp := s.stamp(c, scope.AsOf, s.dataVersion(c.UserContext(), who), metrics.ScopeNames())
		maker := paper.Maker{Metrics: s.Metrics}
		var body []byte
		var media string
		if name == paper.NamePrefilled {
			if body, media, err = maker.Prefilled(c.UserContext(), who, scope, ending); err != nil {
				return err
			}
		} else {
			p, err := maker.Make(c.UserContext(), who, name, scope)
			if err != nil {
				return err
			}
			note := ""
			if forPeople {
				note = stamp.note()
			}
			if body, media, err = p.File(ending, note); err != nil {
				return err
			}
		}
		c.Set("X-Qingfeng-Export", stamp.header())
		c.Set(fiber.HeaderContentType, media)
		if ending == "html" {
			c.Set(fiber.HeaderContentSecurityPolicy, reportPolicy)
		} else {
			c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s-%s.%s"`, name, scope.AsOf, ending))
		}
		return c.Send(body)
	}
}

// paperLine is one paper with its files, for a page that leads to it.
func (r *request) paperLine(name string, endings ...string) view.PaperLine {
	out := view.PaperLine{Name: r.t("paper." + name), Note: r.t("paper." + name + ".note")}
	for _, ending := range endings {
		out.Links = append(out.Links, view.Link{Text: r.t("paper.as." + ending), Href: r.only("/papers/"+name+"."+ending, "year", r.query.Get("year"), "unit", r.query.Get("unit"), "leader", r.query.Get("leader"))})
	}
	return out
}
