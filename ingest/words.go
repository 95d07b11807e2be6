package ingest

import (
	"cmp"
	"context"
	"slices"

	"qingfeng/ingest/mask"
	"qingfeng/internal/integrity"
)

// What a confirmation is about.
const (
	subjectRisk   = "risk"
	subjectSignal = "signal"
)

// How the points of a signal were found; see signalRow.Link.
const (
	linkNumber = "number" // the file named them
	linkCheck  = "check"  // they are those of the check that found it
	linkPerson = "person" // a person said so
	linkNone   = "none"   // a person said that it belongs to no point
)

// confirmRow is what one person said about one risk point or signal in one batch. Given
// has the bits of fLayer, fCategory, fIntegrity and fRiskRef for what was said; an empty
// value takes an earlier word back.
type confirmRow struct {
	rowHead
	ID        uint64        `ch:"id"`
	Subject   string        `ch:"subject"`
	SubjectID uint64        `ch:"subject_id"`
	Unit      string        `ch:"unit"`
	Layer     string        `ch:"layer"`
	Category  string        `ch:"category"`
	Integrity string        `ch:"integrity"`
	Link      string        `ch:"link"`
	RiskIDs   []uint64      `ch:"risk_ids"`
	SaidBy    string        `ch:"said_by"`
	SaidOn    integrity.Day `ch:"said_on"`
}

var confirmEntity = entity[confirmRow]{
	table: "confirmations", columns: columnsOf[confirmRow](), types: typesOf[confirmRow](), id: "id",
	key:  func(r *confirmRow) uint64 { return r.ID },
	head: func(r *confirmRow) *rowHead { return &r.rowHead },
	same: deepSame[confirmRow],
}

// said is one word of a person: its value, empty where there is none, and the batch, the
// person and the day that brought it.
type said struct {
	value string
	ids   []uint64 // the points of a link
	no    uint64
	by    string
	on    integrity.Day
}

// spoken is what persons have said about one subject and not taken back.
type spoken struct{ layer, category, integrity, link said }

// foldWords folds events into the words that hold, by subject.
func foldWords(events []confirmRow) map[uint64]*spoken {
	var standing []*confirmRow
	for _, r := range live(confirmEntity, events) {
		standing = append(standing, r)
	}
	slices.SortFunc(standing, func(a, b *confirmRow) int {
		return cmp.Or(cmp.Compare(a.BatchNo, b.BatchNo), cmp.Compare(a.ID, b.ID))
	})
	out := map[uint64]*spoken{}
	for _, r := range standing {
		w := out[r.SubjectID]
		if w == nil {
			w = &spoken{}
			out[r.SubjectID] = w
		}
		for _, of := range []struct {
			field field
			value string
			to    *said
		}{{fLayer, r.Layer, &w.layer}, {fCategory, r.Category, &w.category}, {fIntegrity, r.Integrity, &w.integrity}, {fRiskRef, r.Link, &w.link}} {
			if gave(r.Given, of.field) {
				*of.to = said{value: of.value, no: r.BatchNo, by: r.SaidBy, on: r.SaidOn}
			}
		}
		if gave(r.Given, fRiskRef) {
			w.link.ids = r.RiskIDs
		}
	}
	return out
}

// pointWords are the words about the risk points of units.
func pointWords(ctx context.Context, s *session, units []string) (map[uint64]*spoken, error) {
	where, args := in("unit", units)
	events, err := history(ctx, s, confirmEntity, "subject = '"+subjectRisk+"' AND "+where, args...)
	if err != nil {
		return nil, err
	}
	return foldWords(events), nil
}

// signalWords are the words about signals.
func signalWords(ctx context.Context, s *session, ids []uint64) (map[uint64]*spoken, error) {
	events, err := historyBy(ctx, s, confirmEntity, "subject_id", "subject = '"+subjectSignal+"'", ids)
	if err != nil {
		return nil, err
	}
	return foldWords(events), nil
}

// over returns the word of a person where it counts: against a word of the source, which
// is a person's as well, the later one of the two does. A source that says nothing (no
// such column, or an empty cell) has no word.
func (w said) over(source string, no uint64) (value string, person bool) {
	if w.value != "" && (source == "" || source == "unclassified" || w.no > no) {
		return w.value, true
	}
	return source, false
}

// listed notes what the list of the batch says about layer and category, unless it was
// taken over from a list before.
func (r *riskRow) listed(no uint64) {
	if gave(r.Given, fLayer) {
		r.LayerNo = no
	}
	if gave(r.Given, fCategory) {
		r.CategoryNo = no
	}
}

// agree makes what two versions of a point say about layer and category comparable: a list
// that says what a person has confirmed already changes nothing.
func (r *riskRow) agree(before *riskRow) {
	if r.ListedLayer == before.Layer && r.ListedLayer != string(integrity.LayerUnclassified) {
		r.ListedLayer = before.ListedLayer
	}
	if r.ListedCategory == before.Category && r.ListedCategory != string(integrity.CategoryUnclassified) {
		r.ListedCategory = before.ListedCategory
	}
}

// confirm works out layer and category of every point of the shelf from its list and from
// what persons said. A word follows the point's identity through all its versions.
func (u *unitShelf) confirm(said map[uint64]*spoken) {
	for _, points := range u.points {
		for _, p := range points {
			p.apply(said[p.RiskID])
		}
	}
}

func (r *riskRow) apply(w *spoken) {
	r.Layer, r.Category, r.ConfirmedBy, r.ConfirmedOn = r.ListedLayer, r.ListedCategory, "", integrity.NoDay
	if w == nil {
		return
	}
	var byLayer, byCategory bool
	r.Layer, byLayer = w.layer.over(r.ListedLayer, r.LayerNo)
	r.Category, byCategory = w.category.over(r.ListedCategory, r.CategoryNo)
	r.ConfirmedBy, r.ConfirmedOn = latest(w.layer, byLayer, w.category, byCategory)
}

// latest returns who spoke last, and when, of two words where they count.
func latest(a said, aCounts bool, b said, bCounts bool) (by string, on integrity.Day) {
	switch {
	case aCounts && (!bCounts || a.no >= b.no):
		return a.by, a.on
	case bCounts:
		return b.by, b.on
	}
	return "", integrity.NoDay
}

// link sets the points that a signal belongs to and how they were found.
func (r *signalRow) link(ids []uint64, how string) {
	r.RiskIDs, r.Link, r.RiskID = ids, how, 0
	if len(ids) == 1 {
		r.RiskID = ids[0]
	}
}

// sources are the batches whose files gave a signal the words that it has, 0 where no file
// says anything.
type sources struct{ layer, category, integrity, link uint64 }

// note follows the words of the files, given one row of a signal's history.
func (s *sources) note(r *signalRow) {
	for _, of := range []struct {
		field field
		says  bool
		to    *uint64
	}{
		{fLayer, r.Layer != string(integrity.LayerUnclassified), &s.layer},
		{fCategory, r.Machine&machineCategory == 0, &s.category},
		{fIntegrity, r.Machine&machineIntegrity == 0, &s.integrity},
		{fRiskRef, r.RiskRef != "", &s.link},
	} {
		if !gave(r.Given, of.field) {
			continue
		}
		*of.to = 0
		if of.says {
			*of.to = r.BatchNo
		}
	}
}

// apply works out a signal from what the files say (r) and what persons said.
func (r *signalRow) apply(w *spoken, from sources) {
	r.ConfirmedBy, r.ConfirmedOn = "", integrity.NoDay
	if w == nil {
		return
	}
	var last said
	counts := func(s said) {
		if s.no >= last.no {
			last = s
		}
	}
	if v, person := w.layer.over(r.Layer, from.layer); person {
		r.Layer = v
		counts(w.layer)
	}
	if w.category.value != "" && w.category.no > from.category {
		r.Category, r.Machine = w.category.value, r.Machine&^machineCategory
		if r.Machine&machineIntegrity != 0 && r.Category != string(integrity.CategoryUnclassified) {
			r.Integrity = string(integrity.IntegrityYes) // as where the source gives a category
		}
		counts(w.category)
	}
	if w.integrity.value != "" && w.integrity.no > from.integrity {
		r.Integrity, r.Machine = w.integrity.value, r.Machine&^machineIntegrity
		counts(w.integrity)
	}
	if w.link.value != "" && w.link.no > from.link {
		r.link(w.link.ids, w.link.value)
		counts(w.link)
	}
	r.ConfirmedBy, r.ConfirmedOn = last.by, last.on
}

// confirmSignals applies what persons said to signals that the program derives from checks.
func confirmSignals(ctx context.Context, s *session, rows []signalRow) error {
	if len(rows) == 0 {
		return nil
	}
	ids := make([]uint64, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	said, err := signalWords(ctx, s, ids)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].apply(said[rows[i].ID], sources{})
	}
	return nil
}

// settle works out the signals of this batch anew where the ordinary fold of rows cannot
// tell what holds: those that persons spoke about, and after a batch was taken back those
// whose file named points.
func (l *Loader) settle(ctx context.Context, s *session) error {
	ids := s.unsettled
	condition := "id IN (SELECT subject_id FROM confirmations WHERE subject = '" + subjectSignal + "' AND " + visible + ")"
	if s.batch.Revert != 0 {
		condition = "(risk_ref != '' OR " + condition + ")"
	} else {
		var n uint64
		if err := s.store.Write().QueryRow(ctx, "SELECT count() FROM confirmations WHERE subject = '"+subjectSignal+"' AND "+visible, s.args()...).Scan(&n); err != nil {
			return wrapRead(confirmEntity.table, err)
		}
		if n == 0 {
			return nil
		}
	}
	var touched []struct {
		ID uint64 `ch:"id"`
	}
	query := "SELECT DISTINCT id FROM signals WHERE batch_no = " + decimal(s.batch.No) + " AND " + condition + " ORDER BY id"
	if err := s.store.Write().Select(ctx, &touched, query, s.args()...); err != nil {
		return wrapRead(signalEntity.table, err)
	}
	for _, t := range touched {
		ids = append(ids, t.ID)
	}
	ids = sortedIDs(ids)
	for some := range slices.Chunk(ids, chunkRows) {
		if err := l.settleSignals(ctx, s, some); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loader) settleSignals(ctx context.Context, s *session, ids []uint64) error {
	rows, err := historyOf(ctx, s, signalEntity, "", ids)
	if err != nil {
		return err
	}
	standing := live(signalEntity, rows)
	base, from, err := l.filesSay(ctx, s, rows, standing)
	if err != nil {
		return err
	}
	said, err := signalWords(ctx, s, ids)
	if err != nil {
		return err
	}
	units := map[string]bool{}
	for _, r := range base {
		if r.RiskRef != "" {
			units[r.Unit] = true
		}
	}
	if err := s.openShelves(ctx, units); err != nil {
		return err
	}
	var wanted []signalRow
	for k, r := range base {
		old := standing[k]
		if old == nil {
			continue // its file was taken back; what was said about it waits
		}
		r.EnteredOn, r.rowHead = old.EnteredOn, rowHead{}
		classifySignal(r)
		if r.RiskRef != "" {
			r.linkByNumber(s.shelves[r.Unit])
		}
		r.apply(said[r.ID], from[k])
		wanted = append(wanted, *r)
	}
	slices.SortFunc(wanted, func(a, b signalRow) int { return cmp.Compare(a.ID, b.ID) })
	_, err = difference(ctx, s, signalEntity, standing, wanted, nil)
	return err
}

// filesSay folds the histories of signals into what their files say, without any word of a
// person, and tells which batches said it. A finding of a check comes from the check.
func (l *Loader) filesSay(ctx context.Context, s *session, rows []signalRow, standing map[uint64]*signalRow) (map[uint64]*signalRow, map[uint64]sources, error) {
	b, err := l.past(ctx, s.batch.Revert)
	if err != nil {
		return nil, nil, err
	}
	if s.batch.No != 0 {
		b.counts[s.batch.No] = integrity.DayOf(l.cfg.Now())
	}
	base, from := map[uint64]*signalRow{}, map[uint64]sources{}
	for i := range rows {
		r := &rows[i]
		fold(signalEntity, base, r, b)
		if _, counts := b.counts[r.BatchNo]; counts && r.Sign > 0 {
			at := from[signalEntity.key(r)]
			at.note(r)
			from[signalEntity.key(r)] = at
		}
	}
	var checks []uint64
	for k, r := range standing {
		if base[k] == nil && r.Kind == string(integrity.SignalFinding) {
			checks = append(checks, identify("check", r.Number))
		}
	}
	if len(checks) == 0 {
		return base, from, nil
	}
	history, err := historyOf(ctx, s, checkEntity, "", checks)
	if err != nil {
		return nil, nil, err
	}
	for _, c := range live(checkEntity, history) {
		if r, ok := findingOf(c); ok && standing[signalEntity.key(&r)] != nil && base[signalEntity.key(&r)] == nil {
			base[signalEntity.key(&r)] = &r
		}
	}
	return base, from, nil
}

// linkByNumber looks up the points that the signal's file named, in the unit's list of the
// year of the event, else in the nearest list. It returns what was not found.
func (r *signalRow) linkByNumber(shelf *unitShelf) (unknown []string) {
	ids, unknown := shelf.resolve(r.RiskRef, r.OccurredOn)
	how := linkNumber
	if len(ids) == 0 {
		how = ""
	}
	r.link(ids, how)
	return unknown
}

// relinkSignals looks up again which points the signals of the units mean by number, after
// their lists changed.
func (l *Loader) relinkSignals(ctx context.Context, s *session, codes []string) error {
	where, args := in("unit", codes)
	rows, err := history(ctx, s, signalEntity, "risk_ref != '' AND "+where, args...)
	if err != nil {
		return err
	}
	standing := live(signalEntity, rows)
	var wanted []signalRow
	for _, r := range standing {
		if r.Link == linkPerson || r.Link == linkNone {
			continue
		}
		n := *r
		n.linkByNumber(s.shelves[r.Unit])
		n.Given = 0
		if !slices.Equal(n.RiskIDs, r.RiskIDs) {
			wanted = append(wanted, n)
		}
	}
	slices.SortFunc(wanted, func(a, b signalRow) int { return cmp.Compare(a.ID, b.ID) })
	_, err = difference(ctx, s, signalEntity, standing, wanted, nil)
	return err
}

// sameSignal compares the content of two signals, field by field, because they come by the
// million.
func sameSignal(a, b signalRow) bool {
	return a.ID == b.ID && a.Kind == b.Kind && a.Number == b.Number && a.Source == b.Source && a.Unit == b.Unit && a.OccurredOn == b.OccurredOn &&
		a.Text == b.Text && a.Channel == b.Channel && a.Nature == b.Nature && a.Layer == b.Layer && a.Category == b.Category && a.Status == b.Status &&
		a.AcceptedOn == b.AcceptedOn && a.ExtendedTo == b.ExtendedTo && a.ClosedOn == b.ClosedOn && a.Severity == b.Severity && a.DueOn == b.DueOn &&
		a.FixedOn == b.FixedOn && a.RepeatOf == b.RepeatOf && a.RiskID == b.RiskID && a.Integrity == b.Integrity && a.Machine == b.Machine &&
		a.EnteredOn == b.EnteredOn && a.RiskRef == b.RiskRef && slices.Equal(a.RiskIDs, b.RiskIDs) && a.Link == b.Link &&
		a.ConfirmedBy == b.ConfirmedBy && a.ConfirmedOn == b.ConfirmedOn
}

// unitsOfLinks are the units whose lists it takes to look up the points that signals name:
// those of the rows of this file or of the rows that stand.
func unitsOfLinks(rows []signalRow, standing map[uint64]*signalRow) map[string]bool {
	units := map[string]bool{}
	for i := range rows {
		old := standing[signalEntity.key(&rows[i])]
		if rows[i].RiskRef == "" && (old == nil || old.RiskRef == "") {
			continue
		}
		units[rows[i].Unit] = true
		if old != nil {
			units[old.Unit] = true
		}
	}
	return units
}

// rowsOfLinks returns the row of the file of each signal that names points.
func (p *parser) rowsOfLinks(rows []signalRow, at []int) map[uint64]int {
	out := map[uint64]int{}
	for i := range rows {
		if rows[i].RiskRef != "" {
			out[rows[i].ID] = p.places[at[i]]
		}
	}
	return out
}

// linkSignal looks up the points that a signal names and warns about those that the list
// does not have; row is its row in the file, 0 where the file does not name any.
func (p *parser) linkSignal(s *session, r *signalRow, row int) {
	if r.RiskRef == "" {
		if r.Link == linkNumber {
			r.link(nil, "")
		}
		return
	}
	unknown := r.linkByNumber(s.shelves[r.Unit])
	if row == 0 {
		return
	}
	for _, u := range unknown {
		u, _ = mask.Text(clip(u, 60))
		problem := say("risk_unknown", "风险点", u, "风险点“%s”在该单位的清单中找不到，线索已保留、未关联", "risk point %q is not in the unit's list; the signal is kept unlinked", u)
		p.file.warn(p.req.Lang, problem.at(p.file, p.table, row))
	}
}

// nothingNew takes out rows that say of a signal what its files said before. Where a person
// has spoken the row that stands differs from what the files say, so that it cannot be
// compared with.
func (l *Loader) nothingNew(ctx context.Context, s *session, known []signalRow, standing map[uint64]*signalRow, rows []signalRow, at []int) (kept []signalRow, places []int, quiet uint64, err error) {
	confirmed := map[uint64]bool{}
	for k, r := range standing {
		if r.ConfirmedOn != integrity.NoDay {
			confirmed[k] = true
		}
	}
	if len(confirmed) == 0 {
		return rows, at, 0, nil
	}
	var histories []signalRow
	for i := range known {
		if confirmed[signalEntity.key(&known[i])] {
			histories = append(histories, known[i])
		}
	}
	base, _, err := l.filesSay(ctx, s, histories, nil)
	if err != nil {
		return nil, nil, 0, err
	}
	for i := range rows {
		before := base[signalEntity.key(&rows[i])]
		if before != nil && confirmed[signalEntity.key(&rows[i])] {
			was, is := *before, *before
			signalEntity.patch(&is, &rows[i])
			classifySignal(&was)
			classifySignal(&is)
			if sameSignal(was, is) {
				quiet++
				if err := s.met.add(signalEntity.key(&rows[i])); err != nil {
					return nil, nil, 0, err
				}
				continue
			}
		}
		kept, places = append(kept, rows[i]), append(places, at[i])
	}
	return kept, places, quiet, nil
}
