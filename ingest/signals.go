package ingest

import (
	"context"
	"strings"

	"qingfeng/ingest/classify"
	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// signalKind returns the kind of the signals that a file of the kind brings, empty where it
// brings none.
func (k Kind) signalKind() integrity.SignalKind {
	switch k {
	case KindComplaints:
		return integrity.SignalComplaint
	case KindPetitions:
		return integrity.SignalPetition
	case KindFindings:
		return integrity.SignalFinding
	case KindComparisons:
		return integrity.SignalComparison
	}
	return ""
}

// The status codes of a signal.
const (
	statusOpen   = "open"
	statusClosed = "closed"
)

var natures = []string{"检举控告", "申诉求决", "意见建议"}

// parseSignal reads a row of complaints, petitions, findings or comparisons. What the source
// left open is classified later: a row that stands already needs none.
func (c *cells) parseSignal(r *signalRow) {
	p := c.p
	kind := p.req.Kind.signalKind()
	r.Given = c.layout.given
	r.Kind = string(kind)
	r.Number = c.numberOfEntry()
	r.Source = c.text(c.get(fSource)) // the same mask each time, so that it stays part of the key
	if r.ID = c.mark.id; r.ID == 0 {
		r.ID = identify(r.Kind, r.Source, r.Number)
	}
	r.EnteredOn = p.today
	if r.Unit = c.mark.unit; r.Unit == "" {
		r.Unit = c.unit()
	}
	if p.req.Unit != "" {
		r.Given |= 1 << fUnit
	}
	switch {
	case c.get(fDate) != "":
		r.OccurredOn = c.date(fDate, pastDay)
	case p.req.Date != integrity.NoDay:
		r.OccurredOn = p.req.Date
		r.Given |= 1 << fDate
	default:
		c.need(fDate)
	}
	r.Text = c.text(c.need(fText))
	r.Channel = c.text(c.get(fChannel))
	if kind == integrity.SignalComparison {
		r.Channel = c.text(c.need(fModel))
	}
	r.Layer = string(c.layer())
	if kind == integrity.SignalPetition {
		p.petition(c, r)
	}
	r.Status = statusOpen
	r.ClosedOn = c.date(fClosedOn, pastDay)
	v := c.get(fStatus)
	switch word := likeness.Fold(v); {
	case v == "" && r.ClosedOn != integrity.NoDay:
		r.Status = statusClosed
		r.Given |= 1 << fStatus
	case v == "" && c.layout.has(fClosedOn) && !c.layout.has(fStatus):
		r.Given |= 1 << fStatus // the only sign of the end is gone
	case v == "", word == "在办", word == "办理中", word == "未办结", v == statusOpen:
	case strings.HasPrefix(word, "办结"), word == "已办结", v == statusClosed:
		r.Status = statusClosed
	default:
		c.fail(fStatus, "status_invalid", "“%s”只能填“在办”或“办结”", "%q: write 在办 or 办结", v)
	}
	if kind == integrity.SignalFinding {
		r.Severity = uint8(c.number(fSeverity, 1, 5))
		r.DueOn = c.date(fDueOn, anyDay)
		r.FixedOn = c.date(fFixedOn, pastDay)
		if r.FixedOn != integrity.NoDay {
			r.Status, r.ClosedOn = statusClosed, r.FixedOn
		}
		if c.layout.has(fFixedOn) {
			r.Given |= 1<<fStatus | 1<<fClosedOn
		}
	}
	r.RiskRef = c.text(c.get(fRiskRef))
	r.Person = c.person()
	p.category(c, r)
	p.integrityOf(c, r)
	if r.RiskRef == "" { // points that a row names are looked up again, to tell about those that are not there
		r.Fingerprint = c.mark.fingerprint(c.warned)
	}
}

func (p *parser) petition(c *cells, r *signalRow) {
	r.Nature = c.get(fNature)
	switch {
	case r.Nature == "":
		// not said; no light is computed for it
	case contains(natures, r.Nature):
	default:
		c.fail(fNature, "nature_invalid", "“%[1]s”不是信访性质，只能填%[2]s", "%[1]q is no nature of a petition; write one of %[2]s", r.Nature, quoteAll(natures))
	}
	r.AcceptedOn = c.date(fAcceptedOn, pastDay)
	r.ExtendedTo = c.date(fExtendedTo, anyDay)
	r.RepeatOf = c.text(c.get(fRepeatOf))
	if elsewhere(p.dir, r) {
		c.elsewhere()
	}
}

// elsewhere reports whether a signal is a petition about the commission's own leadership,
// which the level above deals with.
func elsewhere(dir *directory, r *signalRow) bool {
	return r.Kind == string(integrity.SignalPetition) && r.Layer == string(integrity.LayerLeadership) && dir.top(r.Unit)
}

func (c *cells) elsewhere() {
	c.secret = true
	c.fail(fLayer, "not_for_this_system", "反映委领导班子成员的信访件应报上级机关，本系统不受理、不保存", "petitions about the commission's own leadership go to the level above; this system does not take them")
}

// admitted leaves out petitions that only a correction would make ones about the
// commission's own leadership: the row alone does not tell.
func (p *parser) admitted(s *session, rows []signalRow, at []int, standing map[uint64]*signalRow) (kept []signalRow, places []int, refused uint64, err error) {
	if p.req.Kind != KindPetitions {
		return rows, at, 0, nil
	}
	for i := range rows {
		old := standing[rows[i].ID]
		if s.dry {
			brought, err := recall[signalRow](&s.rehearsed, rows[i].ID)
			if err != nil {
				return nil, nil, 0, err
			}
			if brought != nil {
				old = brought
			}
		}
		if old != nil {
			folded := *old
			signalEntity.patch(&folded, &rows[i])
			if elsewhere(p.dir, &folded) {
				refused++
				c := p.cells(p.rows[at[i]], p.layout)
				c.elsewhere()
				p.reject(&c)
				continue
			}
		}
		kept, places = append(kept, rows[i]), append(places, at[i])
	}
	return kept, places, refused, nil
}

func contains(list []string, v string) bool {
	for _, x := range list {
		if x == v {
			return true
		}
	}
	return false
}

// category takes the source's word where it is one of the seven, looks other words up
// in the mapping table, and otherwise asks the classifier, whose answer counts where it
// is sure (requirements section 3).
func (p *parser) category(c *cells, r *signalRow) {
	r.Category = string(integrity.CategoryUnclassified)
	word := c.get(fCategory)
	if word == "" {
		// The file says nothing about this row: the program's suggestion may stand in.
		r.Machine |= machineCategory
		r.Given |= 1 << fCategory
		if !c.layout.has(fCategory) {
			r.Given &^= 1 << fCategory
		}
		return
	}
	folded := likeness.Fold(word)
	rest := restWords[folded] != "" // unless the configuration knows what it means there
	if cat, ok := categoryOf(folded); ok && !rest {
		r.Category = string(cat)
		return
	}
	if code, ok := p.req.CategoryWords[folded]; ok {
		r.Category = string(code)
		return
	}
	r.Machine |= machineCategory
	if rest {
		return
	}
	c.warn(fCategory, "category_unmapped", "类别“%s”不在七类风险和对照表内，按内容归类", "category %q is neither one of the seven nor in the mapping table; classified by its text", word)
}

// restWords are what systems of complaints and petitions call the rest that fits none of their
// own sorts: water, queues, air conditioning. The seventh category of the notice is called 其他
// as well, but means those who may be preyed on; a bare 其他 of a source says neither that nor
// that the matter is one of integrity, so the text decides.
var restWords = words(map[string]string{"其他": "其他 其它 其他类 其它类 其他类别 其他问题 其它问题 其他事项 other others"})

// integrityOf takes the source's 涉廉, else yes when the source gave a category, else
// what the classifier says.
func (p *parser) integrityOf(c *cells, r *signalRow) {
	word := c.get(fIntegrity)
	switch likeness.Fold(word) {
	case "":
		r.Machine |= machineIntegrity
	case "是", "涉廉", "yes":
		r.Integrity = string(integrity.IntegrityYes)
	case "否", "非涉廉", "no":
		r.Integrity = string(integrity.IntegrityNo)
	case "待判", "unknown":
		r.Integrity = string(integrity.IntegrityUnknown)
	default:
		c.fail(fIntegrity, "integrity_invalid", "“%s”只能填“是”或“否”", "%q: write 是 or 否", word)
	}
}

// classifySignal fills in what the source left open. It runs on the folded record, so
// that a correction of the text is classified anew.
func classifySignal(r *signalRow) {
	if r.Machine == 0 {
		return
	}
	// What a check or a comparison of data found is about integrity risks by its purpose;
	// only complaints and petitions bring everything.
	purpose := r.Kind == string(integrity.SignalFinding) || r.Kind == string(integrity.SignalComparison)
	// Where the source gave a category it is about them as well.
	named := r.Machine&machineCategory == 0 && r.Category != string(integrity.CategoryUnclassified)
	if r.Machine&machineIntegrity != 0 && (purpose || named) {
		r.Integrity = string(integrity.IntegrityYes)
		if r.Machine&machineCategory == 0 {
			return // nothing is left to ask the classifier
		}
	}
	says := classify.QuickSignal(r.Text)
	if r.Machine&machineCategory != 0 {
		r.Category = string(integrity.CategoryUnclassified)
		if says.Sure {
			r.Category = string(says.Category)
		}
	}
	if r.Machine&machineIntegrity != 0 && !purpose && !named {
		r.Integrity = string(says.Integrity)
	}
}

// packSignals returns a packer for signals that are new: they can be written as they were parsed,
// but for those that name risk points, which have to be looked up.
func (s *session) packSignals() *packer[signalRow] {
	return newPacker(signalEntity, s.signals.chunks.take).parsing(func(r *signalRow) bool { return r.RiskRef == "" })
}

// loadSignals writes a chunk of signals.
func (l *Loader) loadSignals(ctx context.Context, s *session, c *chunk[signalRow], out *Counts) error {
	for _, id := range c.stood {
		if err := s.met.add(id); err != nil {
			return err
		}
	}
	if c.packed != nil {
		out.Added += uint64(c.packed.rows)
		if err := s.signals.addNew(ctx, c.packed); err != nil {
			return err
		}
	}
	if len(c.rows) == 0 {
		return nil
	}
	p := c.p
	where := "kind = '" + string(p.req.Kind.signalKind()) + "'"
	rows, at := c.rows, c.places()
	if c.repeats || s.dry {
		var same int
		var differing []int
		rows, at, same, differing = lastOfEach(signalEntity, c.rows)
		p.repeated(same, differing, out)
		c.known = make([]uint64, len(rows))
		for i := range rows {
			c.known[i] = rows[i].ID
		}
		if err := s.stored(ctx); err != nil { // they are looked up among the rows of this batch as well
			return err
		}
	}
	history, err := historyOf(ctx, s, signalEntity, where, c.known)
	if err != nil {
		return err
	}
	standing := live(signalEntity, history)
	rows, at, refused := moves(p, signalEntity, rows, at, standing, func(r *signalRow) string { return r.Unit }, func(r *signalRow) string { return r.Number })
	out.Rejected += refused
	if rows, at, refused, err = p.admitted(s, rows, at, standing); err != nil {
		return err
	}
	out.Rejected += refused
	rows, at, quiet, err := l.nothingNew(ctx, s, history, standing, rows, at)
	if err != nil {
		return err
	}
	out.Unchanged += quiet
	if err := s.openShelves(ctx, unitsOfLinks(rows, standing)); err != nil {
		return err
	}
	rowOf := p.rowsOfLinks(rows, at)
	changes, err := upsert(ctx, s, signalEntity, standing, rows, func(r, old, given *signalRow) {
		p.linkSignal(s, r, rowOf[r.ID])
		if old == nil {
			return // it is classified
		}
		r.EnteredOn, r.Fingerprint = old.EnteredOn, given.Fingerprint
		if r.Text != given.Text || r.Machine != given.Machine || r.Category != given.Category || r.Integrity != given.Integrity {
			classifySignal(r) // of the text and the category that now stand together
		}
	})
	if err != nil {
		return err
	}
	count(out, changes)
	if err := repeatedLater(p, s, signalEntity, standing, rows, changes, at); err != nil {
		return err
	}
	for i := range rows {
		if !p.previewFull() {
			p.preview(signalPreview(p.dir, &rows[i]))
		}
	}
	return nil
}

func signalPreview(d *directory, r *signalRow) integrity.Signal {
	return integrity.Signal{Kind: integrity.SignalKind(r.Kind), Number: r.Number, Source: r.Source, Unit: r.Unit, UnitName: unitName(d, r.Unit),
		OccurredOn: r.OccurredOn, Text: r.Text, Channel: r.Channel, Nature: r.Nature, Layer: integrity.Layer(r.Layer), Category: integrity.Category(r.Category),
		Status: r.Status, AcceptedOn: r.AcceptedOn, ExtendedTo: r.ExtendedTo, ClosedOn: r.ClosedOn, Severity: int(r.Severity), DueOn: r.DueOn, FixedOn: r.FixedOn,
		RepeatOf: r.RepeatOf, Integrity: integrity.Integrity(r.Integrity), Machine: r.Machine&machineCategory != 0 && r.Category != string(integrity.CategoryUnclassified)}
}
