package ingest

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"qingfeng/ingest/classify"
	"qingfeng/ingest/table"
	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// draft is a list as one file gives it: a form, or the rows of a flat table that share
// unit and year.
type draft struct {
	unit         string
	year         uint16
	listedOn     integrity.Day
	earliest     integrity.Day // the first of the days that the file gives for the list
	repeats      uint64        // rows that a later part of the file repeats
	form         bool
	frame        formText
	table        *table.Table
	headSigned   string
	leaderSigned string
	signs        bool // the file has lines for signatures
	points       []riskRow
	places       []place
	kept         []*reject // of a form: its points as they stand in the file
	rejects      []*reject // of a form: rows that were rejected
	supplement   string    // the batch whose list the rows complete
}

// place is where a row stands in its file.
type place struct {
	table *table.Table
	row   int
}

// formRow reads one point of a list. Missing description, measures or path reject the
// row; missing person, layer, category or grade are warnings (contract, input files).
func (p *parser) formRow(c *cells, form bool, number int) riskRow {
	var r riskRow
	r.Given = c.layout.given
	r.No = c.numberOf(form, number)
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
	p.grade(c, &r)
	p.responsible(c, &r)
	p.layerAndCategory(c, &r)
	r.Leader = nameList(c.get(fLeader))
	r.Post = c.text(c.get(fPost))
	r.KeyFew = c.yesNo(fKeyFew)
	if r.KeyFew && r.Layer != string(integrity.LayerLeadership) && r.Layer != string(integrity.LayerUnclassified) {
		c.warn(fLayer, "layer_invalid", "“关键少数”是主要负责人，层面应是领导岗位；按所填层面装载，不计入关键少数，请核对", "the key few are principals, whose layer is the leadership; loaded as written and not counted as key few: check it")
	}
	r.MajorMatter = c.yesNo(fMajorMatter)
	r.Tags = splitList(c.text(c.get(fTags)))
	r.GradeReason = c.text(c.get(fGradeReason))
	if c.above > 0 && form && c.first == nil && c.get(fGrade) == "" && r.Head == "" && len(r.Persons) == 0 {
		c.warn(fNo, "no_missing", "这一行没有序号、等级和责任人，按单独一个风险点装载；如果是第 %[1]d 行的续行，请把文字并入第 %[1]d 行后再导入",
			"this row has no number, grade and persons and was loaded as a point of its own; if it goes on with row %[1]d, move its texts there and load the file again", c.above)
	}
	return r
}

var (
	gradeCounts = regexp.MustCompile(`\d\s*个?\s*(?:高|中|低|重要|一般|[一二三]级|[ⅠⅡⅢ])`)
)

// grade reads 重要 or 一般; other scales need a mapping given with the load
// (requirements section 3: grades in other scales).
func (p *parser) grade(c *cells, r *riskRow) {
	r.Grade = string(integrity.GradeUngraded)
	v := c.get(fGrade)
	word := likeness.Fold(v)
	ticked, empty, _ := ticks(v)
	switch {
	case len(ticked) == 1:
		word = likeness.Fold(ticked[0])
	case len(ticked) == 0 && len(empty) > 0: // nothing is ticked
		word = ""
	}
	if mapped, ok := p.gradeMap[word]; ok {
		word = likeness.Fold(mapped)
	}
	g, ok := gradeWords[word]
	switch {
	case len(ticked) != 1 && strings.ContainsAny(v, tickedMarks):
		c.fail(fGrade, "grade_invalid", "“%s”看不出勾选的是哪一个等级，请只写“重要”或“一般”", "%q does not show which grade is ticked; write 重要 or 一般 alone", v)
	case word == "", ok && g == integrity.GradeUngraded:
		c.warn(fGrade, "grade_missing", "风险等级没有填写，按未评级装载、待补正", "the grade is missing; loaded as ungraded, to be completed")
	case ok:
		r.Grade = string(g)
	case gradeCounts.MatchString(likeness.Width(v)):
		c.fail(fGrade, "grade_invalid", "“%s”是几个风险点的合计；一个风险点一栏，每栏只填“重要”或“一般”", "%q counts several risk points; give each a row of its own with 重要 or 一般", v)
	default:
		c.fail(fGrade, "grade_invalid", "“%[1]s”不是风险等级，只能填“重要”或“一般”；其他等级请用 --grade-map %[1]s=重要 这样的对照", "%[1]q is no grade; write 重要 or 一般, or give a mapping such as --grade-map %[1]s=重要", v)
	}
}

var (
	headLabel   = regexp.MustCompile(`(?:(?:处\s*室|单\s*位|部\s*门|科\s*室)\s*[（(]?\s*(?:单\s*位|处\s*室)?\s*[)）]?\s*负\s*责\s*人)\s*[:：]`)
	personLabel = regexp.MustCompile(`(?:责\s*任\s*人\s*员|责\s*任\s*人)\s*[:：]`)
	labelTail   = regexp.MustCompile(`(?:相\s*关|岗\s*位|直\s*接)\s*$`) // of 岗位责任人： when the head stands before it
)

// responsible reads 相关责任人 "处室单位负责人：张三 责任人员：李四、王五" (requirements R32),
// or the two columns of the flat table.
func (p *parser) responsible(c *cells, r *riskRow) {
	r.Head, r.Persons = splitResponsible(c.get(fResponsible))
	if v := c.get(fHead); v != "" {
		r.Head = nameList(v)
	}
	if v := c.get(fPersons); v != "" {
		r.Persons = splitNames(v)
	}
	if asAbove(r.Head) { // and nothing says who stands above
		r.Head = ""
	}
	r.Persons = slices.DeleteFunc(r.Persons, asAbove)
	if r.Head == "" && len(r.Persons) == 0 {
		f := fResponsible
		if c.layout.has(fPersons) {
			f = fPersons
		}
		c.warn(f, "person_missing", "没有填写责任人，按待补正装载", "no responsible person; loaded, to be completed")
	}
}

// splitResponsible splits the form's cell at its two labels, in whatever order they
// stand. Names without a label are responsible persons.
func splitResponsible(cell string) (head string, persons []string) {
	h, q := headLabel.FindStringIndex(cell), personLabel.FindStringIndex(cell)
	names := func(label, next []int) []string {
		to := len(cell)
		if next != nil && next[0] > label[0] {
			to = next[0]
		}
		return splitNames(labelTail.ReplaceAllString(cell[label[1]:to], ""))
	}
	if h != nil {
		head = strings.Join(names(h, q), "、")
	}
	if q != nil {
		persons = names(q, h)
	}
	if h == nil && q == nil {
		persons = splitNames(cell)
	}
	return head, persons
}

func (p *parser) layerAndCategory(c *cells, r *riskRow) {
	r.Layer = string(c.layer())
	if r.Layer == string(integrity.LayerUnclassified) && c.first == nil {
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
	if r.Category == string(integrity.CategoryUnclassified) && c.first == nil {
		c.warn(fCategory, "category_missing", "没有填写类别，已给出建议、待确认", "no category; a suggestion waits to be confirmed")
	}
	s := classify.Risk(r.Description, c.get(fPost))
	r.SuggestedLayer, r.SuggestedCategory = string(s.Layer), string(s.Category)
	r.Confidence, r.Sure = s.Confidence, s.Sure
	r.ListedLayer, r.ListedCategory = r.Layer, r.Category
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

// unfilled reports whether a row of a form was left as it is printed: numbered, perhaps with
// labels. Without a number persons alone are the rest of something.
func (c *cells) unfilled() bool {
	if c.any(fDescription, fMeasures, fPath) {
		return false
	}
	head, persons := splitResponsible(c.get(fResponsible))
	return c.above == 0 || head == "" && len(persons) == 0 && !c.any(fHead, fPersons)
}

// title is the text of a row that stands between the points as a title, in one cell: 一、决策廉洁风险.
func (c *cells) title() string {
	written := rowText(c.row)
	if len(written) != 1 || c.any(fGrade, fResponsible, fHead, fPersons, fDate) {
		return ""
	}
	if _, numbered := pointNumber(written[0]); numbered {
		return ""
	}
	return written[0]
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
	head, persons := splitResponsible(fresh(fResponsible))
	if r.Head == "" {
		r.Head = head
	}
	for _, n := range persons {
		r.Persons = appendNew(r.Persons, n)
	}
}

// parseList reads a table of risk points into drafts: one for a form, one for each unit
// and year of a flat table. Rows that cannot be read are reported and left out.
func (p *parser) parseList(ctx context.Context, h *header, t *table.Table) ([]*draft, error) {
	form := p.isForm(&h.layout)
	var all []*draft
	byKey := map[listKey]*draft{}
	var whole *draft
	// Rows of a form wait for its unit and date, which may stand below them; those of a flat
	// table are complete.
	p.held, p.lost = len(p.rejects), 0
	if form {
		p.held = heldToTheEnd
		whole = &draft{form: true, table: t, frame: h.frame}
		all = append(all, whole)
	}
	var last *riskRow // the point above, unless it was rejected
	var kept *reject  // the point above as it stands in the file
	number := 0
	read := func(c *cells) error {
		if continues(c) && (last != nil || kept != nil) {
			if last != nil {
				p.extend(c, last)
			}
			if kept != nil {
				kept.goOn(p, c.row, &h.layout)
			}
			return nil
		}
		if c.unfilled() {
			if title := c.title(); title != "" {
				c.warning(Problem{Code: "row_passed", Value: title, zh: "这一行是小标题，不是风险点，未导入；其中的层面或类别请填在各风险点的列中", en: "this row is a title, no risk point; it was not loaded. Write a layer or category into the columns of the points"})
			}
			return nil
		}
		if likeness.Fold(c.get(fDescription)) == placeholder {
			return nil // the form's own explanation
		}
		number++
		p.file.Read++
		target := whole
		if !form {
			target = p.flatDraft(c, h, byKey, &all, t)
		} else if whole.frame.date == "" {
			whole.frame.date = c.get(fDate)
		}
		r := p.formRow(c, form, number)
		last, kept = nil, nil
		if c.first != nil {
			p.file.Rejected++
			kept = p.reject(c)
			if form {
				target.rejects = append(target.rejects, kept)
			}
			return p.spill(ctx)
		}
		if form {
			kept = p.keep(c.row, &h.layout)
			target.kept = append(target.kept, kept)
		}
		target.points = append(target.points, r)
		target.places = append(target.places, place{t, c.row.Number})
		last = &target.points[len(target.points)-1]
		return nil
	}
	j := &joiner{p: p, layout: &h.layout, each: read}
	h.refused = func(row table.Row, r *reject) {
		p.lost = row.Number
		if form {
			whole.rejects = append(whole.rejects, r)
		}
	}
	err := h.rows(ctx, p, t, func(row table.Row) error {
		if around(row.Cells) {
			h.frame.footer(strings.Join(rowText(row), cellGap))
			return nil
		}
		if c := p.cells(row, &h.layout); c.passes() {
			return nil
		}
		return j.add(row)
	})
	if err == nil {
		err = j.flush()
	}
	if err != nil {
		return nil, err
	}
	for _, line := range t.After {
		h.frame.footer(line)
	}
	if form {
		whole.frame.goOn(&h.frame)
	}
	return all, nil
}

// isForm reports whether a table is the notice's form: no column says the unit, it
// stands in the line above.
func (p *parser) isForm(l *layout) bool {
	return !l.has(fUnit) && !(l.has(fDate) && p.req.Unit != "")
}

// listKey names a list of a flat table.
type listKey struct {
	unit       string
	year       uint16
	supplement string
}

// flatDraft finds the list that a row of a flat table belongs to, nil where the row does
// not say it.
func (p *parser) flatDraft(c *cells, h *header, byKey map[listKey]*draft, all *[]*draft, t *table.Table) *draft {
	unit := c.unit()
	var on integrity.Day
	switch {
	case c.get(fDate) != "":
		on = c.date(fDate, pastDay)
	case p.req.Date != integrity.NoDay:
		on = p.req.Date
	case !h.layout.has(fDate) && h.frame.date != "":
		on = c.dateOf(fDate, h.frame.date, pastDay)
	default:
		c.need(fDate)
	}
	if c.get(fBatch) == loadFirst {
		c.fail(fBatch, "batch_invalid", "这一行来自试运行：先装载原清单，再从那个批次下载拒收的行改正", "this row comes from a dry run: load the list first, then take the rejected rows of that batch")
	}
	if c.first != nil {
		return nil
	}
	key := listKey{unit, uint16(on.Year()), c.get(fBatch)}
	if p.req.Year != 0 {
		key.year = uint16(p.req.Year)
	}
	d := byKey[key]
	if d == nil {
		d = &draft{unit: unit, year: key.year, table: t, supplement: key.supplement}
		byKey[key] = d
		*all = append(*all, d)
	}
	d.dated(on)
	return d
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
	given := len(d.points)
	out.Unchanged += d.repeats
	completed, err := l.completed(ctx, shelf, d)
	if err != nil {
		return err
	}
	file := p.file.Name
	var echo map[int]change
	if !completed {
		file, echo = s.uniteFiles(p, shelf, d)
	}
	d.renumber(p, given)
	before := shelf.current(d.year)
	if completed {
		d.complete(before, shelf.points[before.ListID])
	}
	s.given[unitYear{d.unit, d.year}] = givenList{file, d.listedOn}
	list := &listRow{Unit: d.unit, Year: d.year, Version: 1, Origin: s.batch.No, ListedOn: d.listedOn, EffectiveOn: d.listedOn, EnteredOn: p.today,
		Points: uint32(len(d.points)), File: file, HeadSigned: d.headSigned, LeaderSigned: d.leaderSigned}
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
		points[i].ListedFrom, points[i].ListedTo = list.ListedOn, integrity.Forever
		points[i].InForceFrom, points[i].InForceTo = list.ListedOn, integrity.Forever
		points[i].listed(s.batch.No)
	}
	for p, old := range shelf.adopt(list, points) {
		inherit(p, old)
	}
	news := compareLists(before, shelf, points)
	for i, p2 := range points {
		p2.RowID = identify("risk row", number(list.ListID), number(p2.RiskID))
		if i < given && !p.previewFull() {
			p.preview(riskPreview(p.dir, &d.points[i]))
		}
	}
	// A flat table has no place for signatures, so it cannot have taken any away.
	sameSigns := !d.signs || before != nil && before.HeadSigned == list.HeadSigned && before.LeaderSigned == list.LeaderSigned
	sameList := before != nil && before.ListedOn == list.ListedOn && sameSigns &&
		len(shelf.points[before.ListID]) == len(points) && !slices.ContainsFunc(news, func(c change) bool { return c != unchanged })
	for i, done := range echo { // what an earlier file of the load has added is counted there
		news[i] = done
	}
	count(out, news[:given])
	if sameList {
		return nil
	}
	if err := l.replacesApproved(ctx, s, p, d, before); err != nil {
		return err
	}
	if !s.dry {
		s.lists, s.points = append(s.lists, list), append(s.points, points...)
		s.touch(map[string]bool{d.unit: true})
	}
	shelf.lists = append(shelf.lists, list)
	shelf.points[list.ListID] = points
	shelf.sort()
	return nil
}

// writeLists writes the lists that the files of a batch brought, all at once: a thousand
// forms would be two thousand inserts.
func (s *session) writeLists(ctx context.Context) error {
	if err := writeNew(ctx, s, listEntity, s.lists); err != nil {
		return err
	}
	return writeNew(ctx, s, riskEntity, s.points)
}

// writeNew writes rows and notes in them how they were written, as if they had been read back.
func writeNew[T any](ctx context.Context, s *session, e entity[T], rows []*T) error {
	wanted := make([]T, len(rows))
	for i, r := range rows {
		wanted[i] = *r
	}
	_, err := difference(ctx, s, e, nil, wanted, nil)
	for i, r := range rows {
		*e.head(r) = *e.head(&wanted[i])
	}
	return err
}

// renumber warns about numbers of the given points, the first of the draft, that stand
// twice in a list; both points are kept.
func (d *draft) renumber(p *parser, given int) {
	seen := map[uint32]bool{}
	for _, earlier := range d.points[given:] {
		seen[earlier.No] = true
	}
	for i := range given {
		no := d.points[i].No
		if seen[no] {
			problem := say("no_repeated", "序号", strconv.Itoa(int(no)), "序号 %d 在这份清单中出现多次", "number %d stands more than once in this list", no)
			p.file.warn(p.req.Lang, problem.at(p.file, d.places[i].table, d.places[i].row))
		}
		seen[no] = true
	}
}

// completed reports whether the draft holds corrected rows for a list that stands: the
// one that the batch named in 补正批次 brought, or a later version of it. Their year is
// then that of the list.
func (l *Loader) completed(ctx context.Context, shelf *unitShelf, d *draft) (bool, error) {
	if d.supplement == "" {
		return false, nil
	}
	info, err := l.cfg.Store.BatchByID(ctx, d.supplement)
	if errors.Is(err, integrity.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, list := range shelf.lists {
		if list.Origin == info.No {
			d.year = list.Year
			return true, nil
		}
	}
	return false, nil
}

// complete adds the points of the version that a file of corrected rows completes, but
// for those that an earlier correction of the same rows brought.
func (d *draft) complete(before *listRow, points []*riskRow) {
	d.listedOn, d.headSigned, d.leaderSigned = before.ListedOn, before.HeadSigned, before.LeaderSigned
	given := d.points
	for _, old := range points {
		if slices.ContainsFunc(given, func(p riskRow) bool {
			return p.No == old.No && (gave(old.Given, fBatch) || likeness.Score(likeness.Fold(p.Description), likeness.Fold(old.Description)) >= integrity.SamePoint)
		}) {
			continue
		}
		d.points = append(d.points, *old)
	}
}

// inherit keeps what the file has no column for: layer and category above all, which
// the notice's form lacks and a person confirmed.
func inherit(p, old *riskRow) {
	keep := func(f field, take func()) {
		if !gave(p.Given, f) {
			take()
		}
	}
	keep(fLayer, func() { p.Layer, p.ListedLayer, p.LayerNo = old.Layer, old.ListedLayer, old.LayerNo })
	keep(fCategory, func() { p.Category, p.ListedCategory, p.CategoryNo = old.Category, old.ListedCategory, old.CategoryNo })
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
	a.agree(&b)
	for _, r := range []*riskRow{&a, &b} {
		r.Layer, r.Category, r.LayerNo, r.CategoryNo = "", "", 0, 0
		r.Confidence, r.Sure, r.ConfirmedBy, r.ConfirmedOn = 0, false, "", integrity.NoDay
		r.RowID, r.RiskID, r.ListID, r.Origin = 0, 0, 0, 0
		r.Stage, r.FiledOn, r.ListedFrom, r.ListedTo, r.InForceFrom, r.InForceTo = "", 0, 0, 0, 0, 0
		r.SuggestedLayer, r.SuggestedCategory = "", ""
		r.PathBasis, r.PathFocus, r.Methods = nil, nil, nil
	}
	return deepSame(a, b)
}

func riskPreview(d *directory, r *riskRow) integrity.RiskPoint {
	out := integrity.RiskPoint{Unit: r.Unit, UnitName: unitName(d, r.Unit), Year: int(r.Year), No: int(r.No), Description: r.Description,
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
	p := &parser{req: &Request{Kind: KindRisks}, file: &FileReport{}, alone: true}
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
		if err := h.rows(ctx, p, t, func(row table.Row) error {
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
