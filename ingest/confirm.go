package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingfeng/ingest/classify"
	"qingfeng/internal/integrity"
)

// KindConfirmations is the kind of the batches that Confirm writes. No file is of it.
const KindConfirmations Kind = "confirmations"

// What a Word may say besides a code.
const (
	// Withdraw takes back what was said before.
	Withdraw = "-"
	// NoPoint says that a signal belongs to no risk point.
	NoPoint = "none"
)

// Word is what a person says about one risk point or signal. An empty field says nothing,
// Withdraw takes an earlier word back.
type Word struct {
	ID        string // of the risk point or signal, as integrity.FormatID writes it
	Signal    bool   // ID is that of a signal
	Layer     string // an integrity.Layer
	Category  string // an integrity.Category
	Integrity string // of a signal: yes or no
	Points    string // of a signal: IDs of risk points of its unit, separated by commas, or NoPoint
	// Suggested takes the program's suggestion for what nobody has said yet: layer and
	// category of a risk point.
	Suggested bool
}

// Confirmation is what a person says at once: one batch.
type Confirmation struct {
	By    string
	Words []Word
	// May tells whether the person may speak about a unit's risk points (empty kind) or
	// signals of a kind. What may not be spoken about is not there. Nil = everything.
	May func(unit string, kind integrity.SignalKind) bool
}

// Confirmed tells what became of a confirmation. Batch is empty where nothing changed.
type Confirmed struct {
	Batch     string `json:"batch"`
	Asked     uint64 `json:"asked"`
	Changed   uint64 `json:"changed"`
	Unchanged uint64 `json:"unchanged"`
}

// mostWords is how much one confirmation may say.
const mostWords = 10_000

// Confirm records what a person says as a batch of its own, which history, known_at and
// taking back treat like any other. It is all or nothing: the error wraps
// integrity.ErrInvalid for a word that cannot be, integrity.ErrNotFound for a subject that
// does not exist or may not be spoken about.
func (l *Loader) Confirm(ctx context.Context, c Confirmation) (Confirmed, error) {
	if len(c.Words) == 0 || len(c.Words) > mostWords {
		return Confirmed{}, fmt.Errorf("%w: %d confirmations; give 1 to %d", integrity.ErrInvalid, len(c.Words), mostWords)
	}
	unlock, err := l.cfg.Lock(ctx)
	if err != nil {
		return Confirmed{}, fmt.Errorf("wait for other loads: %w", err)
	}
	defer unlock()
	now := l.cfg.Now()
	if _, err := l.cfg.Store.VoidPending(ctx, now); err != nil {
		return Confirmed{}, fmt.Errorf("clear up after a broken load: %w", err)
	}
	s := &session{store: l.cfg.Store, touched: map[string]bool{}, shelves: map[string]*unitShelf{}}
	if s.snap, err = l.cfg.Store.Snapshot(ctx, time.Time{}); err != nil {
		return Confirmed{}, err
	}
	reading := &session{store: l.cfg.Store, snap: s.snap, dry: true}
	dir, err := newDirectory(ctx, reading)
	if err != nil {
		return Confirmed{}, err
	}
	events, err := l.eventsOf(ctx, reading, dir, c)
	if err != nil {
		return Confirmed{}, err
	}
	out := Confirmed{Asked: uint64(len(c.Words)), Changed: uint64(len(events))}
	out.Unchanged = out.Asked - out.Changed
	if len(events) == 0 {
		return out, nil
	}
	if s.batch, err = l.cfg.Store.Begin(ctx, string(KindConfirmations), c.By, 0, now); err != nil {
		return Confirmed{}, err
	}
	out.Batch = s.batch.ID
	if err := l.say(ctx, s, events, c.By, integrity.DayOf(now)); err != nil {
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		return Confirmed{}, errors.Join(err, l.cfg.Store.Void(clean, s.batch, now))
	}
	text, err := json.Marshal(Report{Batch: s.batch.ID, Kind: KindConfirmations, Files: []FileReport{}, Totals: Counts{Read: out.Asked, Changed: out.Changed, Unchanged: out.Unchanged}})
	if err != nil {
		return Confirmed{}, fmt.Errorf("write the report: %w", err)
	}
	if err := l.cfg.Store.Commit(ctx, s.batch, now, nil, text); err != nil {
		return Confirmed{}, err
	}
	l.cfg.Log.InfoContext(ctx, "confirmed", "batch", s.batch.No, "changed", out.Changed, "by", c.By)
	return out, nil
}

// say writes the events of a batch and what follows from them.
func (l *Loader) say(ctx context.Context, s *session, events []confirmRow, by string, on integrity.Day) error {
	for i := range events {
		e := &events[i]
		e.ID = identify("word", e.Subject, number(e.SubjectID), number(s.batch.No))
		e.SaidBy, e.SaidOn = by, on
		s.spokenOf(e)
	}
	if _, err := difference(ctx, s, confirmEntity, nil, events, nil); err != nil {
		return err
	}
	return l.rebuild(ctx, s)
}

// spokenOf remembers what has to be worked out again.
func (s *session) spokenOf(e *confirmRow) {
	if e.Subject == subjectRisk {
		s.touch(map[string]bool{e.Unit: true})
		return
	}
	s.unsettled = append(s.unsettled, e.SubjectID)
}

// unsay takes the words of a batch back.
func (l *Loader) unsay(ctx context.Context, s *session, no uint64) error {
	rows, err := history(ctx, s, confirmEntity, "batch_no = "+decimal(no))
	if err != nil {
		return err
	}
	for i := range rows {
		s.spokenOf(&rows[i])
	}
	_, err = difference(ctx, s, confirmEntity, nil, nil, rows)
	return err
}

// eventsOf turns words into events, leaving out what is so already.
func (l *Loader) eventsOf(ctx context.Context, s *session, dir *directory, c Confirmation) ([]confirmRow, error) {
	may := c.May
	if may == nil {
		may = func(string, integrity.SignalKind) bool { return true }
	}
	byID := map[bool]map[uint64]Word{false: {}, true: {}} // the last word about each counts
	var order []confirmRow
	for _, w := range c.Words {
		id, err := integrity.ParseID(w.ID)
		if err != nil {
			return nil, err
		}
		if _, twice := byID[w.Signal][id]; !twice {
			e := confirmRow{Subject: subjectRisk, SubjectID: id}
			if w.Signal {
				e.Subject = subjectSignal
			}
			order = append(order, e)
		}
		byID[w.Signal][id] = w
	}
	points, ofPoints, err := spokenPoints(ctx, s, byID[false])
	if err != nil {
		return nil, err
	}
	signals, said, err := spokenSignals(ctx, s, byID[true])
	if err != nil {
		return nil, err
	}
	var out []confirmRow
	for _, e := range order {
		if e.Subject == subjectRisk {
			p := points[e.SubjectID]
			if p == nil || !may(p.Unit, "") {
				return nil, fmt.Errorf("risk point %s: %w", integrity.FormatID(e.SubjectID), integrity.ErrNotFound)
			}
			e.Unit = p.Unit
			err = e.aboutPoint(byID[false][e.SubjectID], p, orNone(ofPoints[e.SubjectID]))
		} else {
			r, w := signals[e.SubjectID], byID[true][e.SubjectID]
			if r == nil || !may(r.Unit, integrity.SignalKind(r.Kind)) {
				return nil, fmt.Errorf("signal %s: %w", integrity.FormatID(e.SubjectID), integrity.ErrNotFound)
			}
			e.Unit = r.Unit
			if said := *r; w.Layer != "" {
				said.Layer = w.Layer
				if elsewhere(dir, &said) {
					return nil, fmt.Errorf("%w: 反映委领导班子成员的信访件应报上级机关，本系统不受理、不保存；请撤回装载它的批次 (petitions about the commission's own leadership go to the level above; take back the batch that brought it)", integrity.ErrInvalid)
				}
			}
			err = e.aboutSignal(ctx, s, w, r, orNone(said[e.SubjectID]))
		}
		if err != nil {
			return nil, err
		}
		if e.Given != 0 {
			out = append(out, e)
		}
	}
	return out, nil
}

func orNone(w *spoken) spoken {
	if w == nil {
		return spoken{}
	}
	return *w
}

// spokenPoints reads the newest version of risk points and what was said about them.
func spokenPoints(ctx context.Context, s *session, asked map[uint64]Word) (map[uint64]*riskRow, map[uint64]*spoken, error) {
	if len(asked) == 0 {
		return nil, nil, nil
	}
	rows, err := historyBy(ctx, s, riskEntity, "risk_id", "", keys(asked))
	if err != nil {
		return nil, nil, err
	}
	newest := map[uint64]*riskRow{}
	var units []string
	for _, r := range live(riskEntity, rows) {
		if cur := newest[r.RiskID]; cur == nil || cur.Year < r.Year || cur.Year == r.Year && cur.Origin < r.Origin {
			newest[r.RiskID] = r
		}
		units = appendNew(units, r.Unit)
	}
	if len(units) == 0 {
		return newest, nil, nil
	}
	said, err := pointWords(ctx, s, units)
	return newest, said, err
}

func spokenSignals(ctx context.Context, s *session, asked map[uint64]Word) (map[uint64]*signalRow, map[uint64]*spoken, error) {
	if len(asked) == 0 {
		return nil, nil, nil
	}
	ids := keys(asked)
	rows, err := historyOf(ctx, s, signalEntity, "", ids)
	if err != nil {
		return nil, nil, err
	}
	out := map[uint64]*signalRow{}
	for _, r := range live(signalEntity, rows) {
		out[r.ID] = r
	}
	said, err := signalWords(ctx, s, ids)
	return out, said, err
}

func keys(asked map[uint64]Word) []uint64 {
	ids := make([]uint64, 0, len(asked))
	for id := range asked {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// set notes a value that is said, unless it is what holds already (now) or, for a word to be
// taken back, unless there is none.
func (e *confirmRow) set(f field, to *string, value, now string, before said) {
	switch {
	case value == "", value == Withdraw && before.value == "", value == now && value != Withdraw:
		return
	case value == Withdraw:
		value = ""
	}
	*to = value
	e.Given |= 1 << f
}

// classed checks and notes layer and category.
func (e *confirmRow) classed(w Word, layer, category string, before spoken) error {
	if w.Layer != "" && w.Layer != Withdraw {
		if l, err := integrity.ParseLayer(w.Layer); err != nil || l == integrity.LayerUnclassified {
			return fmt.Errorf("%w: layer %q; legal: leadership middle other, or - to take it back", integrity.ErrInvalid, w.Layer)
		}
	}
	if w.Category != "" && w.Category != Withdraw {
		if c, err := integrity.ParseCategory(w.Category); err != nil || c == integrity.CategoryUnclassified {
			return fmt.Errorf("%w: category %q; legal: decision conduct power post institution mechanism external, or - to take it back", integrity.ErrInvalid, w.Category)
		}
	}
	e.set(fLayer, &e.Layer, w.Layer, layer, before.layer)
	e.set(fCategory, &e.Category, w.Category, category, before.category)
	return nil
}

func (e *confirmRow) aboutPoint(w Word, p *riskRow, before spoken) error {
	if w.Integrity != "" || w.Points != "" {
		return fmt.Errorf("%w: integrity and points are said of signals, not of risk points", integrity.ErrInvalid)
	}
	if w.Suggested {
		if w.Layer == "" && p.Layer == string(integrity.LayerUnclassified) && p.SuggestedLayer != p.Layer {
			w.Layer = p.SuggestedLayer
		}
		if w.Category == "" && p.Category == string(integrity.CategoryUnclassified) && p.SuggestedCategory != p.Category {
			w.Category = p.SuggestedCategory
		}
	}
	return e.classed(w, p.Layer, p.Category, before)
}

func (e *confirmRow) aboutSignal(ctx context.Context, s *session, w Word, r *signalRow, before spoken) error {
	if w.Suggested {
		return fmt.Errorf("%w: suggestions are taken for risk points only; say what holds for a signal", integrity.ErrInvalid)
	}
	if !slices.Contains([]string{"", Withdraw, string(integrity.IntegrityYes), string(integrity.IntegrityNo)}, w.Integrity) {
		return fmt.Errorf("%w: integrity %q; legal: yes no, or - to take it back", integrity.ErrInvalid, w.Integrity)
	}
	category := r.Category
	if r.Machine&machineCategory != 0 {
		category = "" // a person who says the same makes it a person's
	}
	concerns := r.Integrity
	if r.Machine&machineIntegrity != 0 {
		concerns = ""
	}
	if err := e.classed(w, r.Layer, category, before); err != nil {
		return err
	}
	e.set(fIntegrity, &e.Integrity, w.Integrity, concerns, before.integrity)
	switch w.Points {
	case "", Withdraw:
		e.set(fRiskRef, &e.Link, w.Points, "", before.link)
		return nil
	case NoPoint:
		e.set(fRiskRef, &e.Link, linkNone, r.Link, before.link)
		return nil
	}
	ids, err := pointsOf(ctx, s, w.Points, r.Unit)
	if err != nil {
		return err
	}
	if r.Link == "" || !slices.Equal(ids, r.RiskIDs) {
		e.Link, e.RiskIDs = linkPerson, ids
		e.Given |= 1 << fRiskRef
	}
	return nil
}

// pointsOf reads IDs of risk points, which must be those of the unit.
func pointsOf(ctx context.Context, s *session, list, unit string) ([]uint64, error) {
	var ids []uint64
	for part := range strings.SplitSeq(list, ",") {
		id, err := integrity.ParseID(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	ids = sortedIDs(ids)
	rows, err := historyBy(ctx, s, riskEntity, "risk_id", "", ids)
	if err != nil {
		return nil, err
	}
	of := map[uint64]string{}
	for _, r := range live(riskEntity, rows) {
		of[r.RiskID] = r.Unit
	}
	for _, id := range ids {
		if of[id] != unit {
			return nil, fmt.Errorf("%w: %s is no risk point of the signal's unit", integrity.ErrInvalid, integrity.FormatID(id))
		}
	}
	return ids, nil
}

// Explain suggests layer and category for a risk point, with the reasons: what a person who
// confirms has to see. It needs no database.
func Explain(description, post string) classify.Suggestion { return classify.Risk(description, post) }
