package dashboards

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/export"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// question is a method of Metrics that takes a scope.
type question[T any] func(ctx context.Context, who integrity.Principal, s metrics.Scope) (T, error)

// rowSet is a kind of rows as files: the columns are those of the template of the KIND,
// so that a download can be corrected and loaded again.
type rowSet struct {
	name  string // of the file
	sheet string
	// read returns the columns and all rows of a scope, and the version they were read at.
	read func(ctx context.Context, who integrity.Principal, s metrics.Scope) (columns []export.Column, rows iter.Seq[[]any], version string, err error)
}

// exportLimit is the number of rows of one file, which is also what a sheet can show.
const exportLimit = 1_000_000

// exportPage is how many rows are asked for at a time. The engine sorts all rows anew for each page,
// and gives a reader at most 100,000.
const exportPage = 50_000

// all reads every row of a scope at one data version. A load that commits in between
// starts it again.
func all[T any](ctx context.Context, who integrity.Principal, s metrics.Scope, ask question[metrics.Page[T]]) ([]T, string, error) {
	for range 3 {
		items, version, steady, err := once(ctx, who, s, ask)
		if err != nil || steady {
			return items, version, err
		}
	}
	return nil, "", fiber.NewError(fiber.StatusConflict, "data are being loaded; try again")
}

func once[T any](ctx context.Context, who integrity.Principal, s metrics.Scope, ask question[metrics.Page[T]]) (items []T, version string, steady bool, err error) {
	s.PerPage = exportPage
	for s.Page = 1; ; s.Page++ {
		p, err := ask(ctx, who, s)
		if err != nil {
			return nil, "", false, err
		}
		if version == "" {
			version = p.DataVersion
		}
		if p.DataVersion != version {
			return nil, "", false, nil
		}
		if p.Total > exportLimit {
			return nil, "", false, fmt.Errorf("%w: %d rows are more than one file holds; add a filter", integrity.ErrInvalid, p.Total)
		}
		items = append(items, p.Items...)
		if len(p.Items) == 0 || uint64(len(items)) >= p.Total {
			return items, version, true, nil
		}
	}
}

// col is a column and where its value comes from.
type col[T any] struct {
	head  string
	width float64
	value func(T) any
}

func tableOf[T any](cols []col[T], items []T) ([]export.Column, iter.Seq[[]any]) {
	heads := make([]export.Column, len(cols))
	for i, c := range cols {
		heads[i] = export.Column{Head: c.head, Width: c.width}
	}
	return heads, func(yield func([]any) bool) {
		row := make([]any, len(cols))
		for _, item := range items {
			for i, c := range cols {
				row[i] = c.value(item)
			}
			if !yield(row) {
				return
			}
		}
	}
}

// The words of yes and no in files.
func yesNo(v bool) any {
	if v {
		return "是"
	}
	return "否"
}

func lines(parts []string) any { return strings.Join(parts, "\n") }
func names(parts []string) any { return strings.Join(parts, "、") }

// known is a label, or empty for what nobody has assigned: an empty cell loads as such.
func known[T interface {
	~string
	Label(integrity.Lang) string
}](code T) any {
	switch string(code) {
	case "", "unclassified", "ungraded", "unknown":
		return nil
	}
	return code.Label(integrity.Chinese)
}

func methodWords(methods []integrity.Method) any {
	words := make([]string, len(methods))
	for i, m := range methods {
		words[i] = m.Label(integrity.Chinese)
	}
	return names(words)
}

func whole(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

// listed is the row set of a list of the metrics, in the columns that its scope has.
func listed[T any](name, sheet string, ask question[metrics.Page[T]], columns func(metrics.Scope) []col[T]) rowSet {
	return rowSet{name, sheet, func(ctx context.Context, who integrity.Principal, s metrics.Scope) ([]export.Column, iter.Seq[[]any], string, error) {
		items, version, err := all(ctx, who, s, ask)
		heads, rows := tableOf(columns(s), items)
		return heads, rows, version, err
	}}
}

func riskRows(m Metrics) rowSet {
	type row = integrity.RiskPoint
	cols := []col[row]{
		{"单位", 20, func(r row) any { return r.UnitName }},
		{"日期", 12, func(r row) any { return r.InForceFrom }},
		{"序号", 6, func(r row) any { return r.No }},
		{"廉洁风险点描述", 50, func(r row) any { return r.Description }},
		{"防控措施", 50, func(r row) any { return lines(r.Measures) }},
		{"监督检查路径", 50, func(r row) any { return lines(r.Path) }},
		{"风险等级", 8, func(r row) any { return known(r.Grade) }},
		{"处室单位负责人", 14, func(r row) any { return r.Head }},
		{"责任人员", 16, func(r row) any { return names(r.Persons) }},
		// The leader of the unit stands in for one that the list does not name; loaded again
		// as 责任领导 it would look like the list's.
		{"在任分管领导", 12, func(r row) any { return r.Leader }},
		{"层面", 10, func(r row) any { return known(r.Layer) }},
		{"类别", 14, func(r row) any { return known(r.Category) }},
		{"岗位", 14, func(r row) any { return r.Post }},
		{"关键少数", 8, func(r row) any { return yesNo(r.KeyFew) }},
		{"三重一大", 8, func(r row) any { return yesNo(r.MajorMatter) }},
		{"标签", 14, func(r row) any { return names(r.Tags) }},
		{"评定理由", 20, func(r row) any { return r.GradeReason }},
	}
	return listed("risks", "廉洁风险点", m.Risks, func(metrics.Scope) []col[row] { return cols })
}

// signalRows has the columns of the kind asked for; of several kinds, those of all.
func signalRows(m Metrics) rowSet {
	type row = integrity.Signal
	kind := col[row]{"线索来源", 18, func(r row) any { return r.Kind.Label(integrity.Chinese) }}
	number := col[row]{"编号", 16, func(r row) any { return r.Number }}
	unit := col[row]{"单位", 20, func(r row) any { return r.UnitName }}
	date := col[row]{"日期", 12, func(r row) any { return r.OccurredOn }}
	text := func(head string) col[row] { return col[row]{head, 60, func(r row) any { return r.Text }} }
	layer := col[row]{"层面", 10, func(r row) any { return known(r.Layer) }}
	// A category of the classifier is not the source's: loaded again it would look like it.
	category := col[row]{"类别", 14, func(r row) any {
		if r.Machine {
			return nil
		}
		return known(r.Category)
	}}
	machine := col[row]{"机器归类", 14, func(r row) any {
		if !r.Machine {
			return nil
		}
		return known(r.Category)
	}}
	concerns := col[row]{"涉廉", 6, func(r row) any {
		if r.Judged {
			return nil
		}
		switch r.Integrity {
		case integrity.IntegrityYes:
			return "是"
		case integrity.IntegrityNo:
			return "否"
		}
		return nil
	}}
	status := col[row]{"状态", 8, func(r row) any {
		switch r.Status {
		case "open":
			return "在办"
		case "closed":
			return "办结"
		}
		return r.Status
	}}
	closed := col[row]{"办结日期", 12, func(r row) any { return r.ClosedOn }}
	source := col[row]{"来源", 14, func(r row) any { return r.Source }}
	channel := col[row]{"渠道", 12, func(r row) any { return r.Channel }}
	model := col[row]{"比对模型", 16, func(r row) any { return r.Channel }} // how an anomaly came in
	nature := col[row]{"性质", 12, func(r row) any { return r.Nature }}
	accepted := col[row]{"受理日期", 12, func(r row) any { return r.AcceptedOn }}
	extended := col[row]{"延期至", 12, func(r row) any { return r.ExtendedTo }}
	repeat := col[row]{"重复件", 14, func(r row) any { return r.RepeatOf }}
	severity := col[row]{"严重程度", 8, func(r row) any { return whole(r.Severity) }}
	due := col[row]{"整改期限", 12, func(r row) any { return r.DueOn }}
	fixed := col[row]{"整改完成日期", 12, func(r row) any { return r.FixedOn }}
	byKind := map[integrity.SignalKind][]col[row]{
		integrity.SignalComplaint:  {number, unit, date, text("内容"), channel, layer, category, machine, concerns, status, closed, source},
		integrity.SignalPetition:   {number, unit, date, text("内容"), nature, accepted, extended, channel, layer, category, machine, status, closed, repeat, source},
		integrity.SignalFinding:    {number, unit, date, text("发现问题"), severity, due, fixed, layer, category, machine, source},
		integrity.SignalComparison: {number, unit, date, model, text("异常描述"), layer, category, machine, status, source},
		"":                         {kind, number, unit, date, text("内容"), nature, channel, layer, category, machine, concerns, severity, due, fixed, status, closed, source},
	}
	return listed("signals", "线索", m.Signals, func(s metrics.Scope) []col[row] { return byKind[s.Kind] })
}

func checkRows(m Metrics) rowSet {
	type row = integrity.Check
	cols := []col[row]{
		{"编号", 16, func(r row) any { return r.Number }},
		{"单位", 20, func(r row) any { return r.UnitName }},
		{"检查日期", 12, func(r row) any { return r.CheckedOn }},
		{"风险点", 14, func(r row) any { return r.RiskRef }},
		{"检查人", 16, func(r row) any { return r.Inspector }},
		{"检查领导", 12, func(r row) any { return r.Leader }},
		{"责任领导参与", 8, func(r row) any { return yesNo(r.LeaderTookPart) }},
		{"监督方法", 20, func(r row) any { return methodWords(r.Methods) }},
		{"权力运行是否规范", 10, func(r row) any { return yesNo(r.PowerRegular) }},
		{"文件制度是否执行", 10, func(r row) any { return yesNo(r.RulesFollowed) }},
		{"防控措施是否落实", 10, func(r row) any { return yesNo(r.MeasuresDone) }},
		{"发现问题", 50, func(r row) any { return r.Finding }},
		{"严重程度", 8, func(r row) any { return whole(r.Severity) }},
		{"整改期限", 12, func(r row) any { return r.DueOn }},
		{"整改完成日期", 12, func(r row) any { return r.FixedOn }},
		{"层面", 10, func(r row) any { return known(r.Layer) }},
		{"类别", 14, func(r row) any { return known(r.Category) }},
	}
	return listed("checks", "监督检查", m.Checks, func(metrics.Scope) []col[row] { return cols })
}

// apiFile answers a file for programs: the header line and the rows, and who asked for
// what in a header.
func (s *server) apiFile(set rowSet, format string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		scope, err := s.scope(c)
		if err != nil {
			return err
		}
		return s.file(c, set, format, scope, false)
	}
}

// download answers a file for people: with a byte-order mark, and who asked for what in a
// last line.
func (s *server) download(set rowSet, format string) fiber.Handler {
	return func(c *fiber.Ctx) error {
		r, err := s.newRequest(c)
		if err != nil {
			return err
		}
		return s.file(c, set, format, r.scope, true)
	}
}

func (s *server) file(c *fiber.Ctx, set rowSet, format string, scope metrics.Scope, forPeople bool) error {
	columns, rows, version, err := set.read(c.UserContext(), principal(c), scope)
	if err != nil {
		return err
	}
	return s.sendTables(c, sending{name: set.name, format: format, tables: []export.Table{{Sheet: set.sheet, Columns: columns, Rows: rows}},
		asOf: scope.AsOf, version: version, forPeople: forPeople})
}

// stamp is who took what away, and when.
type stamp struct {
	who, filters, version string
	at                    time.Time
	asOf                  integrity.Day
}

// stamp is that of a request; conditions are the names of the parameters that narrow the answer.
func (s *server) stamp(c *fiber.Ctx, asOf integrity.Day, version string, conditions []string) stamp {
	return stamp{principal(c).Name, conditionsText(c, conditions), version, s.Now().In(integrity.Shanghai), asOf}
}

// note is the last line of a file for people.
func (s stamp) note() string {
	return fmt.Sprintf("导出：%s，%s；条件：%s；截至 %s；数据版本 %s", s.who, s.at.Format("2006-01-02 15:04"), orAll(s.filters), s.asOf, s.version)
}

// header is X-Qingfeng-Export.
func (s stamp) header() string {
	return fmt.Sprintf("by=%s; at=%s; as_of=%s; filters=%s; data_version=%s",
		url.QueryEscape(s.who), s.at.Format(time.RFC3339), s.asOf, url.QueryEscape(s.filters), s.version)
}

// conditionsText writes the conditions of a request on one line.
func conditionsText(c *fiber.Ctx, names []string) string {
	var parts []string
	for _, name := range names {
		if v := c.Query(name); v != "" && !slices.Contains([]string{"page", "per_page"}, name) {
			parts = append(parts, name+"="+strings.Join(strings.Fields(v), " "))
		}
	}
	return strings.Join(parts, "，")
}

func orAll(filters string) string {
	if filters == "" {
		return "无"
	}
	return filters
}
