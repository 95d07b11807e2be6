package dashboards

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/export"
	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/metrics"
)

// shownID is how much of the ID of a batch people are shown.
const shownID = 8

// ledgerRoutes are those of what is loaded beside risk points, signals and checks: the
// ledger of duties and the units with the history of their leaders.
func (s *server) ledgerRoutes() []route {
	period := []string{"as_of", "known_at", "from", "to", "year", "month", "unit", "leader", "q", "batch", "page", "per_page", "sort"}
	day := []string{"as_of", "known_at", "unit", "leader", "q", "batch", "page", "per_page"}
	var out []route
	add := func(name, summary string, page, api fiber.Handler, set rowSet, params []string) {
		out = append(out,
			route{method: fiber.MethodGet, path: "/" + name, page: name, params: params, handle: page},
			route{method: fiber.MethodGet, path: "/api/v1/" + name, api: true, params: params, summary: summary, answer: "List", handle: api})
		for _, format := range formats {
			out = append(out,
				route{method: fiber.MethodGet, path: "/" + name + "." + format, params: params, handle: s.download(set, format)},
				route{method: fiber.MethodGet, path: "/api/v1/" + name + "." + format, api: true, params: params, summary: summary, answer: "file", handle: s.apiFile(set, format)})
		}
	}
	add("ledger", "Entries of the ledger of duties of the period.", s.ledger, s.apiLedger, ledgerRows(s.Metrics), period)
	add("directory", "The units with the history of their leaders, in official order.", s.directory, s.apiDirectory, directoryRows(s.Metrics), day)
	return out
}

func (s *server) apiLedger(c *fiber.Ctx) error    { return answerPage(s, c, s.Metrics.Ledger) }
func (s *server) apiDirectory(c *fiber.Ctx) error { return answerPage(s, c, s.Metrics.Directory) }

func ledgerRows(m Metrics) rowSet {
	type row = integrity.LedgerEntry
	cols := []col[row]{
		{"单位", 20, func(r row) any { return r.UnitName }},
		{"年度", 8, func(r row) any { return r.Year }},
		{"事项", 16, func(r row) any { return r.Item }},
		{"日期", 12, func(r row) any { return r.On }},
		{"序号", 10, func(r row) any { return r.No }},
		{"人员", 20, func(r row) any { return names(r.Persons) }},
		{"来源", 20, func(r row) any { return r.Source }},
		{"文号", 18, func(r row) any { return r.Document }},
		{"内容", 50, func(r row) any { return r.Content }},
		{"采纳", 6, func(r row) any {
			if r.Adopted == "" {
				return nil
			}
			return yesNo(r.Adopted == "yes")
		}},
		{"理由", 30, func(r row) any { return r.Reason }},
	}
	return listed("ledger", "履职台账", m.Ledger, func(metrics.Scope) []col[row] { return cols })
}

func directoryRows(m Metrics) rowSet {
	type row = integrity.Unit
	cols := []col[row]{
		{"单位编码", 12, func(r row) any { return r.Code }},
		{"单位名称", 24, func(r row) any { return r.Name }},
		{"上级编码", 12, func(r row) any { return r.Parent }},
		{"类型", 12, func(r row) any { return r.Type }},
		{"主要负责人", 16, func(r row) any { return names(r.Heads) }},
		{"责任领导", 12, func(r row) any { return r.Leader }},
		{"责任领导起始日期", 14, func(r row) any { return r.LeaderFrom }},
		{"排序号", 8, func(r row) any { return int(r.Order) }},
		{"启用日期", 12, func(r row) any { return r.OpenedOn }},
		{"停用日期", 12, func(r row) any { return r.ClosedOn }},
	}
	return listed("directory", "单位表", m.Directory, func(metrics.Scope) []col[row] { return cols })
}

// ErrNoRecords says that a kind of file is none whose records KindTable writes.
var ErrNoRecords = fmt.Errorf("%w: no table of records", integrity.ErrInvalid)

// KindTable returns the records of a kind of file in scope, as the reader sees them, in the
// columns of the template: loaded again it changes nothing. Risk points are written in lists
// of their own; for them and for what is no kind of file it returns ErrNoRecords.
func KindTable(ctx context.Context, m Metrics, who integrity.Principal, kind string, s metrics.Scope) (export.Table, error) {
	var set rowSet
	switch kind {
	case "units":
		set = directoryRows(m)
	case "ledger":
		set = ledgerRows(m)
	case "inspections":
		set = checkRows(m)
	case "complaints", "petitions", "findings", "comparisons":
		set = signalRows(m)
		s.Kind = integrity.SignalKind(strings.TrimSuffix(kind, "s"))
		if s.Integrity == "" {
			s.Integrity = "all"
		}
		if s.Kind == integrity.SignalPetition && !who.SeesPetitionRows() {
			return export.Table{}, fmt.Errorf("petitions: %w", integrity.ErrNotFound)
		}
	default:
		return export.Table{}, ErrNoRecords
	}
	columns, rows, _, err := set.read(ctx, who, s)
	if err != nil {
		return export.Table{}, err
	}
	if kind == "findings" {
		if rows, err = withoutChecks(ctx, m, who, columns, rows); err != nil {
			return export.Table{}, err
		}
	}
	return export.Table{Sheet: set.sheet, Columns: columns, Rows: rows}, nil
}

// withoutChecks leaves out the findings that checks gave: they come back with the file of
// inspections, and as findings of their own they would stand twice.
func withoutChecks(ctx context.Context, m Metrics, who integrity.Principal, columns []export.Column, rows iter.Seq[[]any]) (iter.Seq[[]any], error) {
	checks, _, err := all(ctx, who, metrics.Scope{}, m.Checks)
	if err != nil {
		return nil, err
	}
	checked := map[string]bool{}
	for _, c := range checks {
		checked[c.Number] = true
	}
	number := slices.IndexFunc(columns, func(c export.Column) bool { return c.Head == "编号" })
	source := slices.IndexFunc(columns, func(c export.Column) bool { return c.Head == "来源" })
	return func(yield func([]any) bool) {
		for row := range rows {
			n, _ := row[number].(string)
			if row[source] == integrity.SourceCheck && checked[n] {
				continue
			}
			if !yield(row) {
				return
			}
		}
	}, nil
}

func (s *server) ledger(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	return r.rows("ledger", "/ledger", func(ctx context.Context) []view.Field {
		return append([]view.Field{r.searchField(), r.unitField(ctx), r.dayField()}, r.spanFields()...)
	}, r.periods("/ledger"), r.ledgerCard)
}

func (r *request) ledgerCard(ctx context.Context) (rowsCard, error) {
	found, err := r.s.Metrics.Ledger(ctx, r.who, r.scope)
	if err != nil {
		return rowsCard{}, err
	}
	out := rowsCard{Total: found.Total, Pager: r.pager("/ledger", found.Total)}
	out.Table = view.Table{
		Caption: r.t("title.ledger"), Hide: true, Class: "cards", ID: "rows", Empty: r.t("ledger.empty", r.conditions()), Reset: r.reset("/ledger"),
		Columns: []view.Column{
			r.sortable("/ledger", r.t("param.date"), "", "on"), r.sortable("/ledger", r.t("dim.unit"), "", "unit"), r.sortable("/ledger", r.t("param.year"), "num", "year"),
			r.sortable("/ledger", r.t("ledger.item"), "", "item"), {Label: r.t("risk.number")}, {Label: r.t("ledger.persons")}, {Label: r.t("ledger.source")}, {Label: r.t("ledger.content")},
		},
	}
	named, err := r.lettersNamed(ctx, found.Items)
	if err != nil {
		return rowsCard{}, err
	}
	for i, e := range found.Items {
		source := view.Cell{Text: e.Source, Note: e.Document}
		if l := named[i]; l != nil {
			source = view.Cell{Links: []view.Link{{Text: e.Document, Href: "/letters/" + l.ID}}, Note: e.Source}
		}
		content := view.Cell{Text: e.Content, Note: e.Reason, Class: "wrap"}
		switch e.Adopted {
		case "yes":
			content.Pill = &view.Pill{Class: "met", Text: r.t("ledger.adopted")}
		case "no":
			content.Pill = &view.Pill{Class: "exempt", Text: r.t("ledger.refused")}
		}
		out.Table.Rows = append(out.Table.Rows, []view.Cell{
			{Text: e.On.String(), Class: "nowrap"}, {Text: r.ledgerUnit(e), Class: "nowrap"}, {Text: strconv.Itoa(e.Year), Class: "num"}, {Text: e.Item, Head: true, Class: "nowrap"},
			{Text: e.No}, {Text: r.listed(e.Persons)}, source, content,
		})
	}
	return out, nil
}

// isTalk reports whether an entry is a 约谈 or 问责, which people may tie to a letter by its number.
func isTalk(e integrity.LedgerEntry) bool {
	return e.Item == integrity.ItemTalk || e.Item == integrity.ItemAccountability
}

// lettersNamed are, for each entry that is a 约谈 or 问责, the letter whose number it bears, if the
// reader sees it.
func (r *request) lettersNamed(ctx context.Context, entries []integrity.LedgerEntry) (map[int]*letters.Letter, error) {
	out := map[int]*letters.Letter{}
	var seen []*letters.Letter
	for i, e := range entries {
		if r.s.Letters == nil || e.Document == "" || !isTalk(e) {
			continue
		}
		if seen == nil {
			var err error
			if seen, err = r.s.Letters.Letters(ctx, r.who, letters.Filter{}); err != nil {
				return nil, err
			}
		}
		if at := slices.IndexFunc(seen, func(l *letters.Letter) bool { return l.Names(e.Document) }); at >= 0 {
			out[i] = seen[at]
		}
	}
	return out, nil
}

// ledgerUnit is the unit of an entry in the words of the page.
func (r *request) ledgerUnit(e integrity.LedgerEntry) string {
	if e.Unit == integrity.AllUnits {
		return r.t("ledger.all")
	}
	return e.UnitName
}

func (s *server) directory(c *fiber.Ctx) error {
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	return r.rows("directory", "/directory", func(ctx context.Context) []view.Field {
		return []view.Field{r.searchField(), r.unitField(ctx), r.dayField(), r.leaderField(ctx)}
	}, nil, r.directoryCard)
}

func (r *request) directoryCard(ctx context.Context) (rowsCard, error) {
	found, err := r.s.Metrics.Directory(ctx, r.who, r.scope)
	if err != nil {
		return rowsCard{}, err
	}
	out := rowsCard{Total: found.Total, Pager: r.pager("/directory", found.Total)}
	out.Table = view.Table{
		Caption: r.t("title.directory"), Hide: true, Class: "cards", ID: "rows", Empty: r.t("directory.empty", r.conditions()), Reset: r.reset("/directory"),
		Columns: []view.Column{
			{Label: r.t("directory.code")}, {Label: r.t("dim.unit")}, {Label: r.t("directory.parent")}, {Label: r.t("directory.heads")}, {Label: r.t("dim.leader")},
			{Label: r.t("directory.since")}, {Label: r.t("directory.opened")}, {Label: r.t("directory.closed")},
		},
	}
	for _, u := range found.Items {
		out.Table.Rows = append(out.Table.Rows, []view.Cell{
			{Text: u.Code, Class: "nowrap"}, {Text: u.Name, Note: u.Type, Head: true, Href: r.only("/units", "unit", u.Code)}, {Text: u.Parent, Class: "nowrap"},
			{Text: r.listed(u.Heads)}, {Text: u.Leader, Class: "nowrap"}, {Text: u.LeaderFrom.String(), Class: "nowrap"}, {Text: u.OpenedOn.String(), Class: "nowrap"}, {Text: u.ClosedOn.String(), Class: "nowrap"},
		})
	}
	out.Table = out.Table.Labelled()
	return out, nil
}
