package ingest

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"qingfeng/ingest/classify"
	"qingfeng/ingest/mask"
	"qingfeng/ingest/table"
	"qingfeng/internal/integrity"
)

// draft is a list as one file gives it: a form, or the rows of a flat table that share
// unit and year.
type draft struct {
	unit         string
	year         uint16
	listedOn     integrity.Day
	form         bool
	frame        formText
	table        *table.Table
	headSigned   string
	leaderSigned string
	points       []riskRow
	places       []int // row numbers
	supplement   string
	failed       int // rows rejected
}

// formText is what stands around the table of a form (notice, annex 1).
type formText struct {
	unit, date               string
	headSigned, leaderSigned string
}

var (
	formUnit    = regexp.MustCompile(`填\s*表\s*(?:处\s*室|单\s*位|部\s*门|科\s*室)[^:：]{0,12}[:：]\s*(.*)`)
	formDate    = regexp.MustCompile(`(?:填\s*表\s*|填\s*报\s*)?日\s*期\s*[:：]\s*(.*)`)
	formHead    = regexp.MustCompile(`主\s*要\s*负\s*责\s*人\s*(?:签\s*字|签\s*名)\s*[:：]\s*(.*)`)
	formLeader  = regexp.MustCompile(`(?:责\s*任\s*领\s*导|分\s*管\s*委\s*领\s*导)[^:：]{0,12}(?:签\s*字|签\s*名)\s*[:：]\s*(.*)`)
	formNote    = regexp.MustCompile(`^\s*(?:注\s*[:：]|[23]\s*[.．、]\s*(?:多人存在同一风险点|此表请分管领导))`)
	formCut     = regexp.MustCompile(`\s*(?:日\s*期|填\s*表\s*日\s*期|处\s*室\s*[（(]\s*单\s*位\s*[)）]\s*主\s*要|主\s*要\s*负\s*责\s*人|责\s*任\s*领\s*导|分\s*管\s*委\s*领\s*导)`)
	placeholder = normal("“三个层面”、“七类风险”具体描述")
)

// read takes what one line around or inside the table says.
func (f *formText) read(line string) {
	cut := func(s string) string {
		if at := formCut.FindStringIndex(s); at != nil {
			s = s[:at[0]]
		}
		return strings.Trim(strings.TrimSpace(s), "_＿ 　")
	}
	if m := formUnit.FindStringSubmatch(line); m != nil && f.unit == "" {
		f.unit = cut(m[1])
	}
	if m := formDate.FindStringSubmatch(line); m != nil && f.date == "" {
		f.date = strings.Trim(strings.TrimSpace(m[1]), "_＿ 　年月日")
		if strings.ContainsAny(m[1], "0123456789０１２３４５６７８９") {
			f.date = strings.TrimSpace(m[1])
		}
	}
	if m := formHead.FindStringSubmatch(line); m != nil {
		f.headSigned = strings.Join(splitNames(cut(m[1])), "、")
	}
	if m := formLeader.FindStringSubmatch(line); m != nil {
		f.leaderSigned = strings.Join(splitNames(cut(m[1])), "、")
	}
}

// around reports whether a row of the table belongs to the form's frame rather than to
// its points: signature lines and notes that stand in the sheet below the table.
func around(cells []string) bool {
	filled := 0
	text := ""
	for _, c := range cells {
		if c = strings.TrimSpace(c); c != "" && c != text {
			filled++
			text = c
		}
	}
	if filled == 0 || filled > 4 {
		return false
	}
	joined := strings.Join(cells, " ")
	return formNote.MatchString(text) || formNote.MatchString(joined) || formHead.MatchString(joined) || formLeader.MatchString(joined) || formUnit.MatchString(joined)
}

// formRow reads one point of a list. Missing description, measures or path reject the
// row; missing person, layer, category or grade are warnings (contract, input files).
func (p *parser) formRow(c cells, form bool, number int) (riskRow, bool) {
	var r riskRow
	r.Given = c.layout.given
	no := width.Fold.String(c.get(fNo))
	switch n, err := strconv.Atoi(strings.Trim(no, ".、 ")); {
	case err == nil && n > 0 && n < 100_000:
		r.No = uint32(n)
	case no == "" && form:
		r.No = uint32(number)
	case no == "":
		c.need(fNo)
	default:
		c.fail(fNo, "no_invalid", "“%s”不是序号，请填 1、2、3…", "%q is no number of a point; write 1, 2, 3 …", no)
	}
	r.Description = c.text(joinParagraphs(c.need(fDescription)))
	r.Measures = splitSteps(c.text(c.need(fMeasures)))
	r.Path = splitSteps(c.text(c.need(fPath)))
	r.PathBasis, r.PathFocus = sortPath(r.Path)
	for _, m := range methodsIn(strings.Join(r.Path, "\n")) {
		r.Methods = append(r.Methods, string(m))
	}
	if starts, _ := numbered(r.Description); len(starts) >= 2 {
		c.warn(fDescription, "several_points", "这一栏疑似有 %[1]d 个风险点（一个风险点一栏），建议拆成 %[1]d 行：%[2]s", "this cell seems to hold %[1]d risk points (one row each); split it into %[1]d rows: %[2]s",
			len(starts), clip(strings.Join(splitSteps(r.Description), " | "), 200))
	}
	p.grade(&c, &r)
	p.responsible(&c, &r)
	p.layerAndCategory(&c, &r)
	r.Leader = strings.Join(splitNames(c.get(fLeader)), "、")
	r.Post = c.get(fPost)
	r.KeyFew = c.yesNo(fKeyFew)
	r.MajorMatter = c.yesNo(fMajorMatter)
	r.Tags = splitList(c.get(fTags))
	r.GradeReason = c.text(c.get(fGradeReason))
	return r, !c.failed
}

// grade reads 重要 or 一般; other scales need a mapping given with the load
// (requirements section 3: grades in other scales).
func (p *parser) grade(c *cells, r *riskRow) {
	r.Grade = string(integrity.GradeUngraded)
	v := c.get(fGrade)
	if mapped, ok := p.req.GradeMap[v]; ok {
		v = mapped
	}
	g, ok := gradeWords[normal(v)]
	switch {
	case normal(v) == "", ok && g == integrity.GradeUngraded:
		c.warn(fGrade, "grade_missing", "风险等级没有填写，按未评级装载、待补正", "the grade is missing; loaded as ungraded, to be completed")
	case !ok:
		c.fail(fGrade, "grade_invalid", "“%[1]s”不是风险等级，只能填“重要”或“一般”；其他等级请用 --grade-map %[1]s=重要 这样的对照", "%[1]q is no grade; write 重要 or 一般, or give a mapping such as --grade-map %[1]s=重要", v)
	default:
		r.Grade = string(g)
	}
}

var headLabel = regexp.MustCompile(`(?:处\s*室\s*单\s*位\s*负\s*责\s*人|处\s*室\s*（单\s*位）\s*负\s*责\s*人|单\s*位\s*负\s*责\s*人|部\s*门\s*负\s*责\s*人|处\s*室\s*负\s*责\s*人)\s*[:：]`)
var personLabel = regexp.MustCompile(`(?:责\s*任\s*人\s*员|岗\s*位\s*责\s*任\s*人|直\s*接\s*责\s*任\s*人|责\s*任\s*人)\s*[:：]`)

// responsible reads 相关责任人 "处室单位负责人：张三 责任人员：李四、王五" (requirements R32),
// or the two columns of the flat table.
func (p *parser) responsible(c *cells, r *riskRow) {
	cell := c.get(fResponsible)
	head, person := headLabel.FindStringIndex(cell), personLabel.FindStringIndex(cell)
	if head != nil && person != nil && person[0] < head[1] { // 责任人 inside 负责人 does not occur, but order may
		person = nil
	}
	switch {
	case head != nil && person != nil:
		r.Head = strings.Join(splitNames(cell[head[1]:person[0]]), "、")
		r.Persons = splitNames(cell[person[1]:])
	case head != nil:
		r.Head = strings.Join(splitNames(cell[head[1]:]), "、")
	case person != nil:
		r.Persons = splitNames(cell[person[1]:])
	default:
		r.Persons = splitNames(cell)
	}
	if v := c.get(fHead); v != "" {
		r.Head = strings.Join(splitNames(v), "、")
	}
	if v := c.get(fPersons); v != "" {
		r.Persons = splitNames(v)
	}
	if r.Head == "" && len(r.Persons) == 0 {
		f := fResponsible
		if c.layout.has(fPersons) {
			f = fPersons
		}
		c.warn(f, "person_missing", "没有填写责任人，按待补正装载", "no responsible person; loaded, to be completed")
	}
}

func (p *parser) layerAndCategory(c *cells, r *riskRow) {
	r.Layer = string(c.layer())
	if r.Layer == string(integrity.LayerUnclassified) && !c.failed {
		c.warn(fLayer, "layer_missing", "没有填写层面，已给出建议、待确认", "no layer; a suggestion waits to be confirmed")
	}
	r.Category = string(integrity.CategoryUnclassified)
	if v := c.get(fCategory); v != "" {
		cat, ok := categoryWord(v)
		if !ok {
			c.fail(fCategory, "category_invalid", "“%s”不是七类风险之一，只能填决策、作风问题、权力运行、岗位、制度、运行机制、其他（被“围猎”）", "%q is none of the seven categories: 决策 作风问题 权力运行 岗位 制度 运行机制 其他（被“围猎”）", v)
		}
		r.Category = string(cat)
	}
	if r.Category == string(integrity.CategoryUnclassified) && !c.failed {
		c.warn(fCategory, "category_missing", "没有填写类别，已给出建议、待确认", "no category; a suggestion waits to be confirmed")
	}
	s := classify.Risk(r.Description, c.get(fPost))
	r.SuggestedLayer, r.SuggestedCategory = string(s.Layer), string(s.Category)
}

// sortPath recognises in a supervision path what it rests on (依据) and what it looks at
// (重点); requirements R20.
func sortPath(path []string) (basis, focus []string) {
	for _, step := range path {
		if strings.ContainsAny(step, "《》") || strings.Contains(step, "依据") || strings.Contains(step, "对照") || strings.Contains(step, "规定") || strings.Contains(step, "制度") {
			basis = append(basis, step)
		}
		if strings.Contains(step, "是否") || strings.Contains(step, "有否") || strings.Contains(step, "有无") || strings.Contains(step, "检查") || strings.Contains(step, "重点") {
			focus = append(focus, step)
		}
	}
	return basis, focus
}

func joinParagraphs(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		b.WriteString(strings.TrimSpace(line))
	}
	return b.String()
}

// continues reports whether a row goes on with the point above it: its description cell
// is merged down, or its number and description are empty while others are not.
func continues(c *cells) bool {
	at := c.layout.at[fDescription]
	if at < len(c.row.Merged) && c.row.Merged[at] {
		// Merged across one row is not merged down: then the cell to the left repeats.
		no := c.layout.at[fNo]
		return no < 0 || (no < len(c.row.Merged) && c.row.Merged[no]) || c.get(fNo) == ""
	}
	return false
}

// extend adds what a continuing row brings.
func (p *parser) extend(c *cells, r *riskRow) {
	fresh := func(f field) string {
		at := c.layout.at[f]
		if at < 0 || at < len(c.row.Merged) && c.row.Merged[at] {
			return ""
		}
		return c.get(f)
	}
	r.Measures = append(r.Measures, splitSteps(c.text(fresh(fMeasures)))...)
	r.Path = append(r.Path, splitSteps(c.text(fresh(fPath)))...)
	r.PathBasis, r.PathFocus = sortPath(r.Path)
	for _, m := range methodsIn(fresh(fPath)) {
		r.Methods = appendNew(r.Methods, string(m))
	}
	if v := fresh(fResponsible); v != "" {
		for _, n := range splitNames(v) {
			r.Persons = appendNew(r.Persons, n)
		}
	}
}

// parseList reads a table of risk points into drafts: one for a form, one for each unit
// and year of a flat table. Rows that cannot be read are reported and left out.
func (p *parser) parseList(h *header, t *table.Table) ([]*draft, error) {
	var frame formText
	for _, line := range t.Before {
		frame.read(line)
	}
	for _, row := range h.above {
		frame.read(strings.Join(rowText(row), "    "))
	}
	form := !h.layout.has(fUnit)
	var all []*draft
	byKey := map[string]*draft{}
	var whole *draft
	if form {
		whole = &draft{form: true, table: t}
		all = append(all, whole)
	}
	var last *riskRow
	number := 0
	err := h.rows(p, t, func(row table.Row) error {
		if around(row.Cells) {
			frame.read(strings.Join(rowText(row), "    "))
			return nil
		}
		c := p.cells(row, &h.layout)
		if last != nil && continues(&c) {
			p.extend(&c, last)
			return nil
		}
		if c.get(fDescription) == "" && c.get(fMeasures) == "" && c.get(fPath) == "" {
			return nil // an unfilled row of the form
		}
		if normal(c.get(fDescription)) == placeholder {
			return nil // the form's own explanation
		}
		number++
		p.file.Read++
		target := whole
		if !form {
			var ok bool
			if target, ok = p.flatDraft(&c, byKey, &all, t); !ok {
				c.failed = true
			}
		}
		r, ok := p.formRow(c, form, number)
		if !ok || c.failed {
			p.file.Rejected++
			p.reject(row, &h.layout, problemOf(&c))
			last = nil
			if target != nil {
				target.failed++
			}
			return nil
		}
		target.points = append(target.points, r)
		target.places = append(target.places, row.Number)
		last = &target.points[len(target.points)-1]
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, line := range t.After {
		frame.read(line)
	}
	if form {
		whole.frame = frame
	}
	return all, nil
}

// settleForms settles the forms of a file. A table without a unit of its own goes on with
// the form before it: the same list, broken over two tables.
func (p *parser) settleForms() []*draft {
	var out []*draft
	var last *draft
	for _, d := range p.drafts {
		if d.form && last != nil && d.frame.unit == "" && d.frame.date == "" {
			last.points = append(last.points, d.points...)
			last.places = append(last.places, d.places...)
			last.failed += d.failed
			last.frame.sign(&d.frame)
			continue
		}
		out = append(out, d)
		if d.form {
			last = d
		}
	}
	for _, d := range out {
		if d.form {
			p.finishForm(d, &d.frame)
		}
	}
	return out
}

// sign takes over the signature lines, which stand below the last table of a form.
func (f *formText) sign(below *formText) {
	if below.headSigned != "" {
		f.headSigned = below.headSigned
	}
	if below.leaderSigned != "" {
		f.leaderSigned = below.leaderSigned
	}
}

func problemOf(c *cells) Problem {
	if n := len(c.p.file.Errors); n > 0 {
		return c.p.file.Errors[n-1]
	}
	return Problem{}
}

func rowText(row table.Row) []string {
	var out []string
	for i, c := range row.Cells {
		if i < len(row.Merged) && row.Merged[i] {
			continue
		}
		if c = strings.TrimSpace(c); c != "" {
			out = append(out, c)
		}
	}
	return out
}

// flatDraft finds the list that a row of a flat table belongs to.
func (p *parser) flatDraft(c *cells, byKey map[string]*draft, all *[]*draft, t *table.Table) (*draft, bool) {
	unit := c.unit()
	var on integrity.Day
	switch {
	case c.get(fDate) != "":
		on = c.date(fDate, pastDay)
	case p.req.Date != integrity.NoDay:
		on = p.req.Date
	default:
		c.need(fDate)
	}
	if c.failed {
		return nil, false
	}
	year := uint16(on.Year())
	if p.req.Year != 0 {
		year = uint16(p.req.Year)
	}
	key := unit + "/" + strconv.Itoa(int(year))
	d := byKey[key]
	if d == nil {
		d = &draft{unit: unit, year: year, listedOn: on, table: t, supplement: c.get(fBatch)}
		byKey[key] = d
		*all = append(*all, d)
	}
	d.listedOn = max(d.listedOn, on)
	return d, true
}

// finishForm settles unit, date and signatures of a form. What the load's options say
// counts before what the form says.
func (p *parser) finishForm(d *draft, frame *formText) {
	at := func(problem Problem) Problem {
		problem.Table, problem.Sheet = d.table.Index, d.table.Sheet
		problem.Value, _ = mask.Text(problem.Value)
		return problem
	}
	// A dry run shows what is missing; a load needs it (contract, input files).
	missing := func(code, column, zh, en string) {
		problem := at(Problem{Code: code, Column: column, zh: zh, en: en})
		if p.req.DryRun {
			p.file.warn(p.req.Lang, problem)
			return
		}
		p.file.fail(p.req.Lang, problem)
		d.failed++
		d.unit = ""
	}
	if len(d.points) == 0 && d.failed == 0 {
		return
	}
	d.listedOn = p.req.Date
	if d.listedOn == integrity.NoDay && frame.date != "" {
		day, ok := parseDate(frame.date)
		switch {
		case !ok || day < earliest:
			p.file.fail(p.req.Lang, at(say("date_invalid", "日期", frame.date, "表头日期“%s”不是日期，请写成 2026年3月5日，或用 --date 指定", "the date %q of the form is no date; write 2026年3月5日 or give --date", frame.date)))
			d.failed++
		case day > p.today:
			p.file.fail(p.req.Lang, at(say("date_invalid", "日期", frame.date, "表头日期 %s 晚于今天", "the date %s of the form is after today", day)))
			d.failed++
		default:
			d.listedOn = day
		}
	} else if d.listedOn == integrity.NoDay {
		missing("date_missing", "日期", "表头没有日期；装载时请用 --date 指定", "the form has no date; give --date when loading")
	}
	switch code, known := p.dir.find(frame.unit); {
	case p.req.Unit != "":
		d.unit = p.req.unitCode
	case frame.unit == "":
		missing("unit_missing", "填表处室（单位）", "表头没有单位；装载时请用 --unit 指定", "the form has no unit; give --unit when loading")
	case !known:
		p.file.fail(p.req.Lang, at(p.dir.unknown("填表处室（单位）", frame.unit)))
		d.failed++
	default:
		d.unit = code
	}
	d.year = uint16(d.listedOn.Year())
	if p.req.Year != 0 {
		d.year = uint16(p.req.Year)
	}
	d.headSigned, d.leaderSigned = frame.headSigned, frame.leaderSigned
	if d.headSigned == "" || d.leaderSigned == "" {
		who := "主要负责人"
		switch {
		case d.headSigned == "" && d.leaderSigned == "":
			who = "主要负责人、责任领导"
		case d.leaderSigned == "":
			who = "责任领导"
		}
		p.file.warn(p.req.Lang, at(say("signature_missing", "签字", "", "还缺%s签字，已列入清单体检，不影响导入", "signature missing: %s; listed in the check-up, loaded all the same", who)))
	}
	if d.failed > 0 && (d.unit == "" || d.listedOn == integrity.NoDay) && !p.req.DryRun {
		// Without unit or date no point of the form can be placed.
		p.file.Rejected += uint64(len(d.points))
		d.points, d.places = nil, nil
	}
}

// loadLists writes the drafts of a file: new versions of lists, or nothing where the
// list stands already as it is given.
func (l *Loader) loadLists(ctx context.Context, s *session, p *parser, drafts []*draft, out *Counts) error {
	units := map[string]bool{}
	for _, d := range drafts {
		units[d.unit] = true
	}
	if err := s.openShelves(ctx, units); err != nil {
		return err
	}
	for _, d := range drafts {
		if len(d.points) == 0 {
			continue
		}
		if err := l.loadList(ctx, s, p, d, out); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loader) loadList(ctx context.Context, s *session, p *parser, d *draft, out *Counts) error {
	shelf := s.shelves[d.unit]
	if shelf == nil { // a dry run of a form without a unit
		shelf = &unitShelf{unit: d.unit, points: map[uint64][]*riskRow{}}
	}
	d.renumber(p)
	before := shelf.current(d.year)
	if before != nil && d.supplement != "" {
		d.complete(shelf.points[before.ListID])
	}
	list := &listRow{Unit: d.unit, Year: d.year, Version: 1, Origin: s.batch.No, ListedOn: d.listedOn, EffectiveOn: d.listedOn, EnteredOn: p.today,
		Points: uint32(len(d.points)), File: p.file.Name, HeadSigned: d.headSigned, LeaderSigned: d.leaderSigned}
	if before != nil {
		list.Version = before.Version + 1
		if d.listedOn == integrity.NoDay {
			list.ListedOn = before.ListedOn
		}
	}
	list.ListID = identify("list", d.unit, strconv.Itoa(int(d.year)), strconv.Itoa(int(list.Version)), strconv.FormatUint(s.batch.No, 10))
	points := make([]*riskRow, len(d.points))
	for i := range d.points {
		points[i] = &d.points[i]
		points[i].Unit, points[i].Year, points[i].ListID, points[i].Origin = d.unit, d.year, list.ListID, s.batch.No
		points[i].ListedFrom, points[i].ListedTo = d.listedOn, integrity.Forever
		points[i].InForceFrom, points[i].InForceTo = d.listedOn, integrity.Forever
	}
	for p, old := range shelf.adopt(list, points) {
		inherit(p, old)
	}
	news := compareLists(before, shelf, points)
	for i, p2 := range points {
		p2.RowID = identify("risk row", number(list.ListID), number(p2.RiskID))
		if !p.previewFull() {
			p.preview(riskPreview(p.dir, &d.points[i]))
		}
	}
	sameList := before != nil && before.ListedOn == list.ListedOn && before.HeadSigned == list.HeadSigned && before.LeaderSigned == list.LeaderSigned &&
		len(shelf.points[before.ListID]) == len(points) && !slices.ContainsFunc(news, func(c change) bool { return c != unchanged })
	count(out, news)
	if sameList {
		return nil
	}
	if !s.dry {
		if _, err := difference(ctx, s, listEntity, nil, []listRow{*list}, nil); err != nil {
			return err
		}
		if _, err := difference(ctx, s, riskEntity, nil, d.points, nil); err != nil {
			return err
		}
		s.touch(map[string]bool{d.unit: true})
	}
	shelf.lists = append(shelf.lists, list)
	shelf.points[list.ListID] = points
	shelf.sort()
	return nil
}

// renumber warns about numbers that stand twice in a list; both points are kept.
func (d *draft) renumber(p *parser) {
	seen := map[uint32]bool{}
	for i := range d.points {
		no := d.points[i].No
		if seen[no] {
			p.file.warn(p.req.Lang, Problem{Table: d.table.Index, Sheet: d.table.Sheet, Row: d.places[i], Column: "序号", Value: fmt.Sprint(no), Code: "no_repeated",
				zh: fmt.Sprintf("序号 %d 在这份清单中出现多次", no), en: fmt.Sprintf("number %d stands more than once in this list", no)})
		}
		seen[no] = true
	}
}

// complete adds the points of the version that a file of corrected rows completes.
func (d *draft) complete(before []*riskRow) {
	for _, old := range before {
		if slices.ContainsFunc(d.points, func(p riskRow) bool { return p.No == old.No }) {
			continue
		}
		d.points = append(d.points, *old)
		d.places = append(d.places, 0)
	}
	slices.SortStableFunc(d.points, func(a, b riskRow) int { return int(a.No) - int(b.No) })
}

// inherit keeps what the file has no column for: layer and category above all, which
// the notice's form lacks and a person confirmed.
func inherit(p, old *riskRow) {
	keep := func(f field, take func()) {
		if !gave(p.Given, f) {
			take()
		}
	}
	keep(fLayer, func() { p.Layer = old.Layer })
	keep(fCategory, func() { p.Category = old.Category })
	keep(fPost, func() { p.Post = old.Post })
	keep(fKeyFew, func() { p.KeyFew = old.KeyFew })
	keep(fMajorMatter, func() { p.MajorMatter = old.MajorMatter })
	keep(fTags, func() { p.Tags = old.Tags })
	keep(fGradeReason, func() { p.GradeReason = old.GradeReason })
	keep(fLeader, func() { p.Leader = old.Leader })
	keep(fGrade, func() { p.Grade = old.Grade })
	if !gave(p.Given, fResponsible) && !gave(p.Given, fHead) {
		p.Head = old.Head
	}
	if !gave(p.Given, fResponsible) && !gave(p.Given, fPersons) {
		p.Persons = old.Persons
	}
}

// compareLists tells for each point what the new version does to the one before.
func compareLists(before *listRow, shelf *unitShelf, points []*riskRow) []change {
	out := make([]change, len(points))
	old := map[uint64]*riskRow{}
	if before != nil {
		for _, o := range shelf.points[before.ListID] {
			old[o.RiskID] = o
		}
	}
	for i, p := range points {
		o := old[p.RiskID]
		switch {
		case o == nil:
			out[i] = added
		case contentSame(*p, *o):
			out[i] = unchanged
		default:
			out[i] = changed
		}
	}
	return out
}

// contentSame compares what the file says, not what the program works out.
func contentSame(a, b riskRow) bool {
	for _, r := range []*riskRow{&a, &b} {
		r.RowID, r.RiskID, r.ListID, r.Origin = 0, 0, 0, 0
		r.Stage, r.FiledOn, r.ListedFrom, r.ListedTo, r.InForceFrom, r.InForceTo = "", 0, 0, 0, 0, 0
		r.SuggestedLayer, r.SuggestedCategory = "", ""
		r.PathBasis, r.PathFocus, r.Methods = nil, nil, nil
	}
	return deepSame(a, b)
}

func riskPreview(d *directory, r *riskRow) integrity.RiskPoint {
	out := integrity.RiskPoint{Unit: r.Unit, UnitName: unitLabel(d, r.Unit), Year: int(r.Year), No: int(r.No), Description: r.Description,
		Measures: r.Measures, Path: r.Path, PathBasis: r.PathBasis, PathFocus: r.PathFocus, Grade: integrity.Grade(r.Grade), Layer: integrity.Layer(r.Layer),
		Category: integrity.Category(r.Category), SuggestedLayer: integrity.Layer(r.SuggestedLayer), SuggestedCategory: integrity.Category(r.SuggestedCategory),
		Head: r.Head, Persons: r.Persons, Leader: r.Leader, Post: r.Post, KeyFew: r.KeyFew, MajorMatter: r.MajorMatter, Tags: r.Tags, GradeReason: r.GradeReason,
		InForceFrom: r.InForceFrom, InForceTo: r.InForceTo}
	for _, m := range r.Methods {
		out.Methods = append(out.Methods, integrity.Method(m))
	}
	return out
}

// Described is one description of a risk point and the post it belongs to.
type Described struct{ Text, Post string }

// Descriptions reads the column 廉洁风险点描述 (and 岗位, if any) of a file, in its order,
// for classification without a database.
func Descriptions(ctx context.Context, src Source) ([]Described, error) {
	known, err := headingsOf(KindRisks, nil, nil)
	if err != nil {
		return nil, err
	}
	p := &parser{req: &Request{Kind: KindRisks}, file: &FileReport{}, reject: func(table.Row, *layout, Problem) {}}
	var out []Described
	found := false
	for t, err := range table.Open(ctx, src.Name, src.Data, src.Size, table.Options{}) {
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", src.Name, err)
		}
		h, err := p.find(known, t)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", src.Name, err)
		}
		if h == nil || !h.layout.has(fDescription) {
			continue
		}
		found = true
		p.table = t
		if err := h.rows(p, t, func(row table.Row) error {
			c := p.cells(row, &h.layout)
			out = append(out, Described{Text: c.get(fDescription), Post: c.get(fPost)})
			return nil
		}); err != nil {
			return nil, fmt.Errorf("read %s: %w", src.Name, err)
		}
	}
	if !found {
		return nil, fmt.Errorf("%w: %s has no column 廉洁风险点描述", integrity.ErrInvalid, src.Name)
	}
	return out, nil
}
