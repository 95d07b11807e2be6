package ingest

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"qingfeng/ingest/mask"
	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// parseCheck reads a row of the kind inspections.
func (c *cells) parseCheck() checkRow {
	p := c.p
	var r checkRow
	r.Given = c.layout.given
	r.Number = c.numberOfEntry()
	r.ID = identify("check", r.Number)
	r.Unit = c.unit()
	if p.req.Unit != "" {
		r.Given |= 1 << fUnit
	}
	switch {
	case c.get(fDate) != "":
		r.CheckedOn = c.date(fDate, pastDay)
	case p.req.Date != integrity.NoDay:
		r.CheckedOn = p.req.Date
		r.Given |= 1 << fDate
	default:
		c.need(fDate)
	}
	r.RiskRef = c.text(c.get(fRiskRef))
	r.Inspector = nameList(c.need(fInspector))
	r.Leader = nameList(c.get(fCheckLeader))
	r.LeaderTookPart = c.yesNo(fTookPart)
	if v := c.need(fMethods); v != "" {
		ticked, empty, _ := ticks(v)
		if len(ticked) > 0 {
			v = strings.Join(ticked, "、")
		}
		methods, ok := parseMethods(v)
		switch {
		case len(ticked) == 0 && len(empty) > 0:
			methods = nil
			c.fail(fMethods, "method_missing", "“%s”一项也没有勾选，请在用过的监督方法旁打√", "nothing is ticked in %q; tick the methods that were used", v)
		case !ok:
			c.fail(fMethods, "method_invalid", "“%s”不是监督方法，只能填查阅资料、实地走访、座谈约谈、民主评议、其他", "%q is no method; write 查阅资料, 实地走访, 座谈约谈, 民主评议 or 其他", v)
		}
		for _, m := range methods {
			r.Methods = append(r.Methods, string(m))
		}
	}
	answers := []struct {
		field field
		to    *bool
	}{{fPowerRegular, &r.PowerRegular}, {fRulesFollowed, &r.RulesFollowed}, {fMeasuresDone, &r.MeasuresDone}}
	for _, a := range answers {
		if c.need(a.field) != "" {
			*a.to = c.yesNo(a.field)
		}
	}
	r.Finding = c.text(c.get(fFinding))
	if nothingFound(r.Finding) {
		r.Finding = ""
	}
	r.Severity = uint8(c.number(fSeverity, 1, 5))
	r.DueOn = c.date(fDueOn, anyDay)
	r.FixedOn = c.date(fFixedOn, pastDay)
	r.Layer = string(c.layer())
	r.Category = string(integrity.CategoryUnclassified)
	if v := c.get(fCategory); v != "" {
		cat, ok := categoryWord(v)
		if code, mapped := p.req.CategoryWords[likeness.Fold(v)]; !ok && mapped {
			cat, ok = code, true
		}
		if !ok {
			c.fail(fCategory, "category_invalid", "“%s”不是七类风险之一", "%q is none of the seven categories", v)
		}
		r.Category = string(cat)
	}
	r.VoidReason = c.text(c.get(fVoidReason))
	return r
}

// nothingWords say that a check found nothing, where they are the whole cell.
var nothingWords = words(map[string]string{"无": "无 没有 暂无 未发现 未发现问题 未发现明显问题 未发现异常 未发现违规问题 未发现违规 没有发现问题 没有发现 没发现问题 暂未发现 暂未发现问题 无问题 没有问题 没问题 不存在问题 未见异常 无异常 正常 none na no"})

// nothingFound reports whether a cell says that nothing was found: by one of nothingWords, or
// by signs alone, such as a dash.
func nothingFound(s string) bool {
	bare := strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	return bare == "" || nothingWords[likeness.Fold(bare)] != ""
}

// loadChecks writes a chunk of checks, their links to risk points, and the findings
// that they carry as signals.
func (l *Loader) loadChecks(ctx context.Context, s *session, p *parser, rows []checkRow, out *Counts) error {
	rows, at, same, differing := lastOfEach(checkEntity, rows)
	p.repeated(same, differing, out)
	ids := make([]uint64, len(rows))
	units := map[string]bool{}
	for i := range rows {
		ids[i] = rows[i].ID
		rows[i].EnteredOn = p.today
		units[rows[i].Unit] = true
	}
	known, err := historyOf(ctx, s, checkEntity, "", ids)
	if err != nil {
		return err
	}
	standing := live(checkEntity, known)
	rows, at, refused := moves(p, checkEntity, rows, at, standing, func(r *checkRow) string { return r.Unit }, func(r *checkRow) string { return r.Number })
	out.Rejected += refused
	for _, old := range standing {
		units[old.Unit] = true
	}
	if err := s.openShelves(ctx, units); err != nil {
		return err
	}
	rowOf := map[uint64]int{}
	for i := range rows {
		rowOf[rows[i].ID] = p.places[at[i]]
	}
	changes, err := upsert(ctx, s, checkEntity, standing, rows, func(r, old, _ *checkRow) {
		if old != nil {
			r.EnteredOn = old.EnteredOn
		}
		var unknown []string
		if old != nil && old.VoidReason != "" && r.VoidReason == old.VoidReason {
			problem := say("check_voided", "编号", r.Number, "检查“%s”已作废（%s），装载后仍不计数；要恢复，请打开这次检查", "check %q is voided (%s): it still does not count; to bring it back, open it", r.Number, r.VoidReason)
			p.file.warn(p.req.Lang, problem.at(p.file, p.table, rowOf[r.ID]))
		}
		r.RiskIDs, unknown = s.shelves[r.Unit].resolve(r.RiskRef, r.CheckedOn)
		for _, u := range unknown {
			u, _ = mask.Text(clip(u, 60))
			problem := say("risk_unknown", "风险点", u, "风险点“%s”在该单位的清单中找不到，检查已保留、未关联", "risk point %q is not in the unit's list; the check is kept unlinked", u)
			p.file.warn(p.req.Lang, problem.at(p.file, p.table, rowOf[r.ID]))
		}
	})
	if err != nil {
		return err
	}
	count(out, changes)
	if err := repeatedLater(p, s, checkEntity, standing, rows, changes, at); err != nil {
		return err
	}
	for i := range rows {
		if !p.previewFull() {
			p.preview(checkPreview(p.dir, &rows[i]))
		}
	}
	return l.deriveFindings(ctx, s, rows)
}

// findingOf returns the signal that a check with a finding gives (requirements R21). A voided
// check gives none.
func findingOf(c *checkRow) (signalRow, bool) {
	check := integrity.Check{Finding: c.Finding, PowerRegular: c.PowerRegular, RulesFollowed: c.RulesFollowed, MeasuresDone: c.MeasuresDone}
	if !check.HasFinding() || c.VoidReason != "" {
		return signalRow{}, false
	}
	r := signalRow{ID: identify("finding of check", c.Number), Kind: string(integrity.SignalFinding), Number: c.Number, Source: integrity.SourceCheck,
		Unit: c.Unit, OccurredOn: c.CheckedOn, Text: c.Finding, Layer: c.Layer, Category: c.Category, Status: statusOpen,
		Severity: c.Severity, DueOn: c.DueOn, FixedOn: c.FixedOn, ClosedOn: c.FixedOn, Integrity: string(integrity.IntegrityYes), EnteredOn: c.EnteredOn}
	if c.FixedOn != integrity.NoDay {
		r.Status = statusClosed
	}
	if len(c.RiskIDs) > 0 {
		r.link(c.RiskIDs, linkCheck)
	}
	if r.Text == "" {
		r.Text = answersText(c)
	}
	if r.Category == string(integrity.CategoryUnclassified) {
		r.Machine = machineCategory
		classifySignal(&r)
	}
	return r, true
}

func answersText(c *checkRow) string {
	var no []string
	if !c.PowerRegular {
		no = append(no, "权力运行不规范")
	}
	if !c.RulesFollowed {
		no = append(no, "文件制度未执行")
	}
	if !c.MeasuresDone {
		no = append(no, "防控措施未落实")
	}
	return strings.Join(no, "；")
}

// deriveFindings brings the findings of the given checks in line with them.
func (l *Loader) deriveFindings(ctx context.Context, s *session, checks []checkRow) error {
	if len(checks) == 0 {
		return nil
	}
	ids := make([]uint64, len(checks))
	var wanted []signalRow
	gone := map[uint64]bool{}
	for i := range checks {
		ids[i] = identify("finding of check", checks[i].Number)
		if r, ok := findingOf(&checks[i]); ok {
			wanted = append(wanted, r)
		} else {
			gone[ids[i]] = true
		}
	}
	known, err := historyOf(ctx, s, signalEntity, "kind = 'finding'", ids)
	if err != nil {
		return err
	}
	standing := live(signalEntity, known)
	if err := confirmSignals(ctx, s, wanted); err != nil {
		return err
	}
	var remove []signalRow
	for _, r := range standing {
		if gone[r.ID] {
			remove = append(remove, *r)
		}
	}
	_, err = difference(ctx, s, signalEntity, standing, wanted, remove)
	return err
}

// resolve finds the risk points that a cell of an inspection names, in the unit's list
// of the check's calendar year, else in the nearest list. Numbers and ranges, 全部, or
// descriptions; what is not found is returned as written.
func (u *unitShelf) resolve(ref string, day integrity.Day) (ids []uint64, unknown []string) {
	ref = strings.TrimSpace(ref)
	if ref == "" {
		return nil, nil
	}
	points := u.listFor(day)
	if len(points) == 0 {
		return nil, []string{ref}
	}
	if n := likeness.Fold(ref); n == "全部" || n == "全部风险点" || n == "所有" {
		for _, p := range points {
			ids = append(ids, p.RiskID)
		}
		return sortedIDs(ids), nil
	}
	byNo := map[int]uint64{}
	for _, p := range points {
		byNo[int(p.No)] = p.RiskID
	}
	for _, token := range refTokens(ref) {
		from, to, ok := refRange(token)
		if !ok {
			if id, found := byDescription(points, token); found {
				ids = append(ids, id)
			} else {
				unknown = append(unknown, token)
			}
			continue
		}
		for n := from; n <= to; n++ {
			if id, found := byNo[n]; found {
				ids = append(ids, id)
			} else {
				unknown = append(unknown, strconv.Itoa(n))
			}
		}
	}
	return sortedIDs(ids), unknown
}

func sortedIDs(ids []uint64) []uint64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// refTokens splits 1、3、5-8 at separators; a cell without digits is one description
// (descriptions may hold commas), several stand on lines of their own or after ；.
func refTokens(ref string) []string {
	if _, _, ok := refRange(splitList(ref)[0]); ok {
		return splitList(ref)
	}
	return strings.FieldsFunc(ref, func(r rune) bool { return strings.ContainsRune(";；\n\r", r) })
}

func refRange(token string) (from, to int, ok bool) {
	t := likeness.Width(strings.TrimSpace(token))
	t = strings.TrimPrefix(t, "第")
	t = strings.TrimRight(t, "条项号个点")
	for _, dash := range []string{"-", "–", "—", "~", "至", "到"} {
		if a, b, found := strings.Cut(t, dash); found {
			x, err1 := strconv.Atoi(strings.TrimRight(strings.TrimSpace(a), "条项号"))
			y, err2 := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(b), "第"))
			return x, y, err1 == nil && err2 == nil && x > 0 && x <= y && y-x < 1000
		}
	}
	n, err := strconv.Atoi(t)
	return n, n, err == nil && n > 0
}

func byDescription(points []*riskRow, text string) (uint64, bool) {
	want := likeness.Fold(text)
	if want == "" {
		return 0, false
	}
	best, id := 0.8, uint64(0)
	for _, p := range points {
		have := likeness.Fold(p.Description)
		if have == want {
			return p.RiskID, true
		}
		if score := likeness.Score(want, have); score >= best {
			best, id = score, p.RiskID
		}
	}
	return id, id != 0
}

func checkPreview(d *directory, r *checkRow) integrity.Check {
	c := integrity.Check{Number: r.Number, Unit: r.Unit, UnitName: unitName(d, r.Unit), CheckedOn: r.CheckedOn, RiskRef: r.RiskRef, RiskIDs: []string{},
		Inspector: r.Inspector, Leader: r.Leader, LeaderTookPart: r.LeaderTookPart, PowerRegular: r.PowerRegular, RulesFollowed: r.RulesFollowed,
		MeasuresDone: r.MeasuresDone, Finding: r.Finding, Severity: int(r.Severity), DueOn: r.DueOn, FixedOn: r.FixedOn,
		Layer: integrity.Layer(r.Layer), Category: integrity.Category(r.Category), EnteredOn: r.EnteredOn, VoidReason: r.VoidReason}
	for _, m := range r.Methods {
		c.Methods = append(c.Methods, integrity.Method(m))
	}
	for _, id := range r.RiskIDs {
		c.RiskIDs = append(c.RiskIDs, integrity.FormatID(id))
	}
	return c
}
