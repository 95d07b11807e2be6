package dashboards

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// kinds are the files that can be loaded, in the order of the contract.
func kinds() []string {
	return []string{"units", "risks", "complaints", "petitions", "inspections", "findings", "comparisons", "ledger"}
}

// importReport is the report of a load (contract, ingest --format json), as pages read it and the API describes it.
type importReport struct {
	Batch  string       `json:"batch"`
	Kind   string       `json:"kind"`
	Files  []fileReport `json:"files"`
	Totals rowCounts    `json:"totals"`

	Options map[string]string `json:"options,omitempty"`
}

type rowCounts struct {
	Read      uint64 `json:"read"`
	Added     uint64 `json:"added"`
	Changed   uint64 `json:"changed"`
	Unchanged uint64 `json:"unchanged"`
	Rejected  uint64 `json:"rejected"`
}

type fileReport struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Format string `json:"format"`
	Status string `json:"status"`
	rowCounts
	Warnings       []problem        `json:"warnings"`
	Errors         []problem        `json:"errors"`
	MoreProblems   int              `json:"more_problems,omitempty"`
	DroppedColumns []string         `json:"dropped_columns"`
	UnknownColumns []string         `json:"unknown_columns,omitempty"`
	Masked         int              `json:"masked"`
	Preview        []map[string]any `json:"preview,omitempty"`
}

type problem struct {
	File    string `json:"file,omitempty"`
	Table   int    `json:"table"`
	Sheet   string `json:"sheet"`
	Row     int    `json:"row"`
	Column  string `json:"column"`
	Value   string `json:"value"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Place is where in a file a problem lies: in an archive its document first.
func (p problem) Place() string {
	var place []string
	if p.File != "" {
		place = append(place, p.File)
	}
	if p.Sheet != "" {
		place = append(place, p.Sheet)
	} else if p.Table > 1 {
		place = append(place, "#"+strconv.Itoa(p.Table))
	}
	return strings.Join(place, " ")
}

func readReport(raw []byte) (importReport, error) {
	var report importReport
	if len(raw) == 0 {
		return report, nil
	}
	if err := json.Unmarshal(raw, &report); err != nil {
		return report, fmt.Errorf("read the report of a load: %w", err)
	}
	return report, nil
}

// form is what was asked for in the upload form.
type form struct {
	Kind, Unit, Year, Date, GradeMap, Map, Sheet, Encoding string
	Strict                                                 bool
}

// readForm reads a multipart request. The caller closes the files.
func readForm(c *fiber.Ctx) (ImportRequest, form, []multipart.File, error) {
	invalid := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{integrity.ErrInvalid}, args...)...)
	}
	r := ImportRequest{Kind: c.Query("kind"), Lang: langOf(c)}
	parts, err := c.MultipartForm()
	if err != nil {
		return r, form{}, nil, invalid("the request is not a form with files (multipart/form-data)")
	}
	value := func(name string) string {
		if v := parts.Value[name]; len(v) > 0 && v[0] != "" {
			return v[0]
		}
		return c.Query(name)
	}
	r.Kind = value("kind")
	if !slices.Contains(kinds(), r.Kind) {
		return r, form{}, nil, invalid("kind %q; legal: %s", r.Kind, strings.Join(kinds(), " "))
	}
	f := form{Kind: r.Kind, Unit: value("unit"), Year: value("year"), Date: value("date"), GradeMap: value("grade_map"), Map: value("map"),
		Sheet: value("sheet"), Encoding: value("encoding"), Strict: value("strict") == "1"}
	r.DryRun, r.Strict, r.Unit, r.Sheet, r.Encoding = value("dry_run") == "1", f.Strict, f.Unit, f.Sheet, f.Encoding
	if f.Year != "" {
		if r.Year, err = strconv.Atoi(f.Year); err != nil || r.Year < 1990 || r.Year > 2200 {
			return r, f, nil, invalid("year %q is not a whole number from 1990 to 2200", f.Year)
		}
	}
	if f.Date != "" {
		if r.Date, err = integrity.ParseDay(f.Date); err != nil {
			return r, f, nil, err
		}
	}
	if r.GradeMap, err = pairs(f.GradeMap); err != nil {
		return r, f, nil, err
	}
	if r.Map, err = pairs(f.Map); err != nil {
		return r, f, nil, err
	}
	const mostParts = 20
	if n := len(parts.File["file"]); n == 0 || n > mostParts {
		return r, f, nil, invalid("send 1 to %d files in the field file, not %d", mostParts, n)
	}
	var size int64
	for _, h := range parts.File["file"] {
		if size += h.Size; size > uploadLimit {
			return r, f, nil, fiber.NewError(fiber.StatusRequestEntityTooLarge, fmt.Sprintf("files of more than %d MB at once; send fewer or smaller ones", uploadLimit>>20))
		}
	}
	var open []multipart.File
	for _, h := range parts.File["file"] {
		file, err := h.Open()
		if err != nil {
			return r, f, open, fmt.Errorf("open an upload: %w", err)
		}
		open = append(open, file)
		r.Files = append(r.Files, Upload{Name: h.Filename, Data: file, Size: h.Size})
	}
	return r, f, open, nil
}

// pairs reads A=B,C=D, as the flags of the command ingest are written.
func pairs(text string) (map[string]string, error) {
	out := map[string]string{}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '，' }) {
		from, to, ok := strings.Cut(part, "=")
		from, to = strings.TrimSpace(from), strings.TrimSpace(to)
		if !ok || from == "" || to == "" {
			return nil, fmt.Errorf("%w: %q; write A=B,C=D", integrity.ErrInvalid, text)
		}
		out[from] = to
	}
	return out, nil
}

func closeAll(files []multipart.File) {
	for _, f := range files {
		_ = f.Close() // read only
	}
}

func (s *server) apiImport(c *fiber.Ctx) error {
	r, _, open, err := readForm(c)
	defer closeAll(open)
	if err != nil {
		return err
	}
	var rejects []byte
	if asked := c.FormValue("rejects", c.Query("rejects")); asked != "" {
		if asked != "xlsx" || !r.DryRun {
			return fmt.Errorf("%w: rejects %q; write rejects=xlsx with dry_run=1, the rejects of a load are at /imports/{id}/rejects.xlsx", integrity.ErrInvalid, asked)
		}
		r.Rejects = func(d Download) { rejects = d.Body }
	}
	if err := mayLoad(principal(c), r.Kind); err != nil {
		return err
	}
	report, _, err := s.Imports.Import(c.UserContext(), principal(c), r)
	if err != nil {
		return err
	}
	if rejects != nil {
		return sendWorkbook(c, "rejects.xlsx", rejects)
	}
	return c.JSON(report)
}

func sendWorkbook(c *fiber.Ctx, name string, body []byte) error {
	c.Set(fiber.HeaderContentType, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s"`, name))
	return c.Send(body)
}

func (s *server) apiBatches(c *fiber.Ctx) error {
	batches, err := s.batches(c.UserContext(), principal(c))
	if err != nil {
		return err
	}
	return c.JSON(listOf(batches))
}

func (s *server) apiBatch(c *fiber.Ctx) error {
	b, err := s.batch(c.UserContext(), principal(c), c.Params("id"))
	if err != nil {
		return err
	}
	return c.JSON(b)
}

func (s *server) apiRevert(c *fiber.Ctx) error {
	b, err := s.revert(c)
	if err != nil {
		return err
	}
	return c.JSON(b)
}

func (s *server) importRejects(c *fiber.Ctx) error {
	if _, err := s.batch(c.UserContext(), principal(c), c.Params("id")); err != nil {
		return err
	}
	file, err := s.Imports.Rejects(c.UserContext(), principal(c), c.Params("id"))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, file.Type)
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="rejects-%s.xlsx"`, c.Params("id")))
	return c.Send(file.Body)
}

type importsPage struct {
	view.Page
	Form     form
	Kinds    []view.Choice
	Units    Card[[]view.Choice]
	Limit    int // of an upload, in bytes
	Batches  Card[view.Table]
	Next     Card[firstStep]
	Blank    []view.Link // empty forms of all kinds
	Inbox    *inboxCard
	Readings []kindReading
}

// importResult is what became of a load, or would become.
type importResult struct {
	Report importReport
	DryRun bool
	Files  []shownFile
	Links  []view.Link
	About  view.About
}

// shownFile is a file of a report with its tables.
type shownFile struct {
	fileReport
	Banner           string
	Errors, Warnings foldedTable
	Preview          foldedTable
	More             string // that there are more problems than are listed
}

// foldedTable is a table of which the first rows stand open, and the rest to be opened.
type foldedTable struct {
	view.Table
	Rest view.Table
}

// folded splits a table after the first rows.
func (r *request) folded(t view.Table, first int) foldedTable {
	out := foldedTable{Table: t}
	if len(t.Rows) > first {
		out.Rest = t
		out.Rest.Caption, out.Rest.Rows = r.t("import.rest", len(t.Rows)-first), t.Rows[first:]
		out.Table.Rows = t.Rows[:first]
	}
	return out
}

func (s *server) importsFrame(c *fiber.Ctx, f form) (*request, importsPage) {
	r := s.plainRequest(c)
	p := importsPage{Page: r.frame("imports"), Form: f, Limit: uploadLimit, Inbox: r.inbox(), Readings: r.readings()}
	p.AsOf = integrity.NoDay
	for _, k := range kinds() {
		if href := r.blankForm(k); href != "" {
			p.Blank = append(p.Blank, view.Link{Text: r.t("import.kind." + k), Href: href})
		}
		p.Kinds = append(p.Kinds, view.Choice{Value: k, Label: r.t("import.kind." + k), Selected: k == f.Kind})
	}
	return r, p
}

func (s *server) importList(c *fiber.Ctx) error {
	kind := c.Query("kind")
	if kind != "" && !slices.Contains(kinds(), kind) {
		return &integrity.Refused{Name: "kind", Value: kind, Legal: kinds()}
	}
	r, p := s.importsFrame(c, form{Kind: cmp.Or(kind, "risks")})
	d := r.deck()
	deal(d, &p.Next, r.nextStep, "next")
	deal(d, &p.Batches, r.batchTable, "history")
	deal(d, &p.Units, func(ctx context.Context) ([]view.Choice, error) { return r.uploadUnits(ctx, p.Form.Unit) }, "units")
	if err := d.done(); err != nil {
		return err
	}
	if kind == "" && p.Next.Value.Kind != "" {
		for i := range p.Kinds {
			p.Kinds[i].Selected = p.Kinds[i].Value == p.Next.Value.Kind
		}
	}
	return r.render("imports", p)
}

// firstStep is what a new commission has to load next: files that come later name what was in those
// before. The zero value says that all of it is there.
type firstStep struct{ Kind, Text, Form string }

// nextStep is the first kind of which nothing is there yet: units, which no file creates silently, then
// lists, which checks and signals are about, then checks.
func (r *request) nextStep(ctx context.Context) (firstStep, error) {
	step := func(kind string, err error) (firstStep, error) {
		return firstStep{Kind: kind, Text: r.t("imports.next." + kind), Form: r.blankForm(kind)}, err
	}
	s := metrics.Scope{AsOf: integrity.DayOf(r.s.Now()), Page: 1, PerPage: 1}
	units, err := r.s.Metrics.Units(ctx, r.who, s)
	if err != nil || len(units) == 0 {
		return step("units", err)
	}
	risks, err := r.s.Metrics.Risks(ctx, r.who, s)
	if err != nil || risks.Total == 0 {
		return step("risks", err)
	}
	checks, err := r.s.Metrics.Checks(ctx, r.who, s)
	if err != nil || checks.Total == 0 {
		return step("inspections", err)
	}
	return firstStep{}, nil
}

// uploadUnits are the units that the rows of a file may belong to.
func (r *request) uploadUnits(ctx context.Context, chosen string) ([]view.Choice, error) {
	out := []view.Choice{{Label: r.t("import.fromfile")}}
	for _, u := range r.units(ctx) {
		out = append(out, view.Choice{Value: u.Code, Label: u.Name, Selected: u.Code == chosen})
	}
	return out, ctx.Err()
}

func (r *request) batchTable(ctx context.Context) (view.Table, error) {
	batches, err := r.s.batches(ctx, r.who)
	if err != nil {
		return view.Table{}, err
	}
	t := view.Table{
		Caption: r.t("imports.history"), Hide: true, Class: "cards", Empty: r.t("imports.none"),
		Columns: []view.Column{
			{Label: r.t("import.at")}, {Label: r.t("import.kind")}, {Label: r.t("import.files")}, {Label: r.t("import.read"), Class: "num"},
			{Label: r.t("import.added"), Class: "num"}, {Label: r.t("import.changed"), Class: "num"}, {Label: r.t("import.unchanged"), Class: "num"},
			{Label: r.t("import.rejected"), Class: "num"}, {Label: r.t("import.state")}, {Label: r.t("import.by")},
		},
	}
	const most = 200
	for _, b := range batches[:min(len(batches), most)] {
		report, err := readReport(b.Report)
		if err != nil {
			return view.Table{}, err
		}
		rejected := view.Cell{Text: view.Number(report.Totals.Rejected), Class: "num"}
		if report.Totals.Rejected > 0 {
			rejected.Class = "num red"
		}
		files := make([]string, len(report.Files))
		for i, f := range report.Files {
			files[i] = f.Name
		}
		t.Rows = append(t.Rows, []view.Cell{
			{Text: moment(b), Href: "/imports/" + b.ID, Head: true, Class: "nowrap"}, {Text: r.kindLabel(b.Kind), Class: "nowrap"}, {Text: r.listed(files)},
			{Text: view.Number(report.Totals.Read), Class: "num"}, {Text: view.Number(report.Totals.Added), Class: "num"},
			{Text: view.Number(report.Totals.Changed), Class: "num"}, {Text: view.Number(report.Totals.Unchanged), Class: "num"}, rejected,
			{Text: r.stateLabel(b.State), Note: r.takenBack(b).Text, Class: "nowrap"}, {Text: b.By, Class: "nowrap"},
		})
	}
	return t.Labelled(), nil
}

func moment(b Batch) string { return b.At.In(integrity.Shanghai).Format("2006-01-02 15:04") }

func (r *request) kindLabel(kind string) string {
	if kind == "revert" || kind == kindConfirmations || slices.Contains(kinds(), kind) {
		return r.t("import.kind." + kind)
	}
	return kind
}

func (r *request) stateLabel(state string) string {
	switch state {
	case "pending", "committed", "voided", "reverted":
		return r.t("import.state." + state)
	}
	return state
}

// importResult is what became of a load, or of a rehearsal; the rows of a load that was taken
// back stand no more.
func (r *request) importResult(report importReport, dryRun, stands bool) *importResult {
	out := &importResult{Report: report, DryRun: dryRun, About: r.about("batches", "/imports")}
	if report.Batch != "" {
		out.About = r.about("batches", "/imports/"+report.Batch)
	}
	for _, f := range report.Files {
		out.Files = append(out.Files, r.shownFile(f))
	}
	if !dryRun && report.Batch != "" {
		out.Links = append(out.Links, view.Link{Text: r.t("import.show"), Href: "/imports/" + report.Batch})
		if n := report.Totals.Added + report.Totals.Changed; n > 0 && stands {
			out.Links = append(out.Links, view.Link{Text: r.t("import.rows", n), Href: rowsOfBatch(report.Kind, report.Batch)})
		}
		if report.Totals.Rejected > 0 {
			out.Links = append(out.Links, view.Link{Text: r.t("import.rejects"), Href: "/imports/" + report.Batch + "/rejects.xlsx"})
		}
	}
	return out
}

// rowsOfBatch is the address of the rows that a batch of a kind brought or changed.
func rowsOfBatch(kind, batch string) string {
	path, conditions := "/"+kind, []string{"batch", batch}
	switch kind {
	case "complaints", "petitions", "findings", "comparisons":
		// Whatever their 涉廉: the report counted them all.
		path, conditions = "/signals", append(conditions, "kind", strings.TrimSuffix(kind, "s"), "integrity", "all")
	case "inspections":
		path = "/checks"
	case "units":
		path = "/directory"
	}
	return address(path, url.Values{}, conditions...)
}

func (r *request) shownFile(f fileReport) shownFile {
	out := shownFile{fileReport: f}
	if len(f.DroppedColumns) > 0 || f.Masked > 0 {
		out.Banner = r.t("import.dropped", r.listed(f.DroppedColumns), f.Masked)
	}
	out.Errors = r.problems(r.t("import.errors", len(f.Errors)), f.Errors)
	out.Warnings = r.problems(r.t("import.warnings", len(f.Warnings)), f.Warnings)
	out.Preview = r.preview(f.Preview)
	if f.MoreProblems > 0 {
		out.More = r.t("import.more", f.MoreProblems)
	}
	return out
}

func (r *request) problems(caption string, list []problem) foldedTable {
	t := view.Table{Caption: caption, Class: "tight", Columns: []view.Column{
		{Label: r.t("problem.row"), Class: "num"}, {Label: r.t("problem.column")}, {Label: r.t("problem.value")}, {Label: r.t("problem.message")},
	}}
	const first = 100
	for _, p := range list {
		value := p.Value
		if value == "" {
			value = r.t("problem.empty")
		}
		t.Rows = append(t.Rows, []view.Cell{
			{Text: strconv.Itoa(p.Row), Note: p.Place(), Class: "num strong", Head: true}, {Text: p.Column, Class: "nowrap"}, {Text: value, Class: "red"}, {Text: r.advice(p.Message)},
		})
	}
	return r.folded(t, first)
}

// previewFields are the fields of records that a preview shows, in this order, as far as
// they occur.
var previewFields = []string{"code", "name", "parent", "type", "number", "unit_name", "unit", "year", "no", "in_force_from", "occurred_on", "checked_on", "on", "item",
	"description", "text", "finding", "measures", "path", "grade", "layer", "category", "suggested_category", "head", "heads", "persons", "leader", "leader_from", "leader_took_part", "inspector",
	"methods", "power_regular", "rules_followed", "measures_done", "risk_ref", "channel", "nature", "accepted_on", "extended_to", "integrity", "status", "closed_on",
	"severity", "due_on", "fixed_on", "source", "document", "content", "adopted", "reason", "repeat_of", "opened_on", "order"}

func (r *request) preview(records []map[string]any) foldedTable {
	t := view.Table{Caption: r.t("import.preview", len(records)), Class: "tight"}
	const first = 20
	var fields []string
	for _, field := range previewFields {
		if slices.ContainsFunc(records, func(rec map[string]any) bool { return plain(rec[field]) != "" }) {
			fields = append(fields, field)
			t.Columns = append(t.Columns, view.Column{Label: r.t("field." + field)})
		}
	}
	for _, rec := range records {
		var row []view.Cell
		for _, field := range fields {
			row = append(row, view.Cell{Text: r.fieldText(field, plain(rec[field]))})
		}
		t.Rows = append(t.Rows, row)
	}
	return r.folded(t, first)
}

// fieldText writes codes as their words.
func (r *request) fieldText(field, v string) string {
	switch field {
	case "severity", "order":
		if v == "0" { // not given
			return ""
		}
	case "leader_took_part", "power_regular", "rules_followed", "measures_done", "adopted":
		if word, ok := map[string]string{"true": "answer.yes", "yes": "answer.yes", "false": "answer.no", "no": "answer.no"}[v]; ok {
			return r.t(word)
		}
	case "layer", "category", "grade", "integrity":
		if v != "" {
			return r.valueLabel(field, v)
		}
	case "suggested_category":
		if v != "" {
			return r.valueLabel("category", v)
		}
	case "methods":
		var methods []integrity.Method
		for code := range strings.SplitSeq(v, "、") {
			methods = append(methods, integrity.Method(code))
		}
		return r.methods(methods)
	case "status":
		if v == "open" || v == "closed" {
			return r.t(map[string]string{"open": "status.open.signal", "closed": "status.closed"}[v])
		}
	}
	return v
}

// plain writes a value of a record as text.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case []any:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = plain(x)
		}
		return strings.Join(parts, "、")
	}
	return fmt.Sprint(v)
}

type importPage struct {
	view.Page
	Batch      Batch
	At         string
	Kind       string
	State      string
	Result     *importResult
	Revertible bool
	TakenBack  view.Link // who took it back; empty while it stands
}

func (s *server) importBatch(c *fiber.Ctx) error {
	r := s.plainRequest(c)
	p := importPage{Page: r.frame("imports")}
	p.AsOf = integrity.NoDay
	id := c.Params("id")
	var found Card[Batch]
	d := r.deck()
	deal(d, &found, func(ctx context.Context) (Batch, error) { return s.batch(ctx, r.who, id) })
	if err := d.done(); err != nil {
		return err
	}
	if r.blocked() {
		return r.render("import", p)
	}
	b := found.Value
	report, err := readReport(b.Report)
	if err != nil {
		return err
	}
	p.Batch, p.At, p.Kind, p.State, p.Result = b, moment(b), r.kindLabel(b.Kind), r.stateLabel(b.State), r.importResult(report, false, b.State == "committed")
	p.Title = r.t("import.batch", p.At)
	p.TakenBack = r.takenBack(b)
	p.Revertible = b.State == "committed" && b.Revert == 0 && mayLoad(r.who, b.Kind) == nil
	return r.render("import", p)
}

// takenBack says who took a batch back and when, and leads to the batch that did it; nothing for
// one that stands.
func (r *request) takenBack(b Batch) view.Link {
	t := b.TakenBack
	if t == nil {
		return view.Link{}
	}
	return view.Link{Text: r.t("import.takenback", t.By, moment(Batch{At: t.At})), Href: "/imports/" + t.ID}
}

func (s *server) importRevert(c *fiber.Ctx) error {
	b, err := s.revert(c)
	if err != nil {
		return err
	}
	return c.Redirect("/imports/"+b.ID, fiber.StatusSeeOther)
}

// revert takes the batch of an address back for those who may load what it holds.
func (s *server) revert(c *fiber.Ctx) (Batch, error) {
	b, err := s.batch(c.UserContext(), principal(c), c.Params("id"))
	if err == nil {
		err = mayLoad(principal(c), b.Kind)
	}
	if err != nil {
		return Batch{}, err
	}
	return s.Imports.Revert(c.UserContext(), principal(c), c.Params("id"))
}
