package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

// Revert takes a batch back: the state becomes the fold of what all other standing batches
// wrote, and the file can be loaded again. A row that was unchanged when it was loaded
// wrote nothing: it goes with the batch that brought it first. It returns the batch that did it, or an error wrapping
// integrity.ErrNotFound or store.ErrReverted. by is the name of who asks, kept with the batch.
func (l *Loader) Revert(ctx context.Context, id, by string) (store.Batch, error) {
	unlock, err := l.cfg.Lock(ctx)
	if err != nil {
		return store.Batch{}, fmt.Errorf("wait for other loads: %w", err)
	}
	defer unlock()
	now := l.cfg.Now()
	if _, err := l.cfg.Store.VoidPending(ctx, now); err != nil {
		return store.Batch{}, err
	}
	info, err := l.cfg.Store.BatchByID(ctx, id)
	if err != nil {
		return store.Batch{}, err
	}
	if info.State != "committed" || info.Revert != 0 {
		return store.Batch{}, fmt.Errorf("batch %s: %w", info.ID, store.ErrReverted)
	}
	s := &session{store: l.cfg.Store, touched: map[string]bool{}, shelves: map[string]*unitShelf{}}
	if s.snap, err = l.cfg.Store.Snapshot(ctx, time.Time{}); err != nil {
		return store.Batch{}, err
	}
	past, err := l.past(ctx, info.No)
	if err != nil {
		return store.Batch{}, err
	}
	s.batch, err = l.cfg.Store.Begin(ctx, "revert", by, info.No, now)
	if err != nil {
		return store.Batch{}, err
	}
	if err := l.unload(ctx, s, Kind(info.Kind), past); err != nil {
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		return store.Batch{}, errors.Join(err, l.cfg.Store.Void(clean, s.batch, now))
	}
	text, err := json.Marshal(Report{Batch: s.batch.ID, Kind: Kind(info.Kind), Options: map[string]string{"revert": info.ID}, Files: []FileReport{}})
	if err != nil {
		return store.Batch{}, fmt.Errorf("write the report: %w", err)
	}
	return s.batch, l.cfg.Store.Commit(ctx, s.batch, now, nil, text)
}

// past is what taking a batch back needs to know about all batches.
type past struct {
	no     uint64                   // the batch to take back
	counts map[uint64]integrity.Day // the day of each batch that still counts
}

func (l *Loader) past(ctx context.Context, no uint64) (past, error) {
	infos, err := l.cfg.Store.Batches(ctx)
	if err != nil {
		return past{}, err
	}
	p := past{no: no, counts: map[uint64]integrity.Day{}}
	for _, i := range infos {
		if i.State == "committed" && i.No != no {
			p.counts[i.No] = integrity.DayOf(i.At)
		}
	}
	return p, nil
}

func (l *Loader) unload(ctx context.Context, s *session, kind Kind, b past) error {
	switch kind {
	case KindRisks:
		if err := l.unloadLists(ctx, s, b.no); err != nil {
			return err
		}
	case KindUnits:
		rows, err := refoldUnits(ctx, s, b)
		if err != nil {
			return err
		}
		for _, r := range rows {
			s.touch(map[string]bool{r.Code: true})
		}
	case KindConfirmations:
		if err := l.unsay(ctx, s, b.no); err != nil {
			return err
		}
	case KindLedger:
		rows, err := refold(ctx, s, ledgerEntity, "", b, nil)
		if err != nil {
			return err
		}
		for _, r := range rows {
			s.touch(map[string]bool{r.Unit: true})
		}
	case KindInspections:
		rows, err := refold(ctx, s, checkEntity, "", b, func(r, old *checkRow) { r.RiskIDs = old.RiskIDs })
		if err != nil {
			return err
		}
		if err := l.refoldFindings(ctx, s, rows); err != nil {
			return err
		}
		for _, r := range rows {
			s.touch(map[string]bool{r.Unit: true})
		}
	default:
		if _, err := refold(ctx, s, signalEntity, "kind = '"+string(kind.signalKind())+"'", b, func(r, _ *signalRow) { classifySignal(r) }); err != nil {
			return err
		}
	}
	return l.rebuild(ctx, s)
}

// given reads the history of all records that a batch wrote rows of, and returns what
// stands of them and which keys the batch wrote.
func given[T any](ctx context.Context, s *session, e entity[T], where string, b past) (rows []T, standing map[uint64]*T, wrote map[uint64]bool, err error) {
	condition := fmt.Sprintf("%s IN (SELECT %s FROM %s WHERE batch_no = %d AND sign = 1 AND given != 0)", e.id, e.id, e.table, b.no)
	if where != "" {
		condition += " AND " + where
	}
	if rows, err = history(ctx, s, e, condition); err != nil {
		return nil, nil, nil, err
	}
	wrote = map[uint64]bool{}
	for i := range rows {
		if h := e.head(&rows[i]); h.BatchNo == b.no && h.Sign > 0 && h.Given != 0 {
			wrote[e.key(&rows[i])] = true
		}
	}
	return rows, live(e, rows), wrote, nil
}

// fold adds what one row of a history gave to the state, if its batch still counts.
func fold[T any](e entity[T], state map[uint64]*T, r *T, b past) {
	h := e.head(r)
	entered, counts := b.counts[h.BatchNo]
	if h.Sign < 0 || h.Given == 0 || !counts {
		return
	}
	k := e.key(r)
	if state[k] == nil {
		blank := e.blank(r, entered)
		state[k] = &blank
	}
	e.patch(state[k], r)
}

// refold brings the records that a batch gave back to the fold of the other batches.
// finish completes a folded record, given the standing one. It returns the affected
// records as they were.
func refold[T any](ctx context.Context, s *session, e entity[T], where string, b past, finish func(r, old *T)) ([]T, error) {
	rows, standing, wrote, err := given(ctx, s, e, where, b)
	if err != nil {
		return nil, err
	}
	state := map[uint64]*T{}
	for i := range rows {
		fold(e, state, &rows[i], b)
	}
	for k := range standing {
		if !wrote[k] {
			delete(standing, k)
		} else if w := state[k]; w != nil && finish != nil {
			finish(w, standing[k])
		}
	}
	return restore(ctx, s, e, standing, state)
}

// restore writes the difference between what stands and the state that is to stand. It
// returns the records as they were.
func restore[T any](ctx context.Context, s *session, e entity[T], standing, state map[uint64]*T) ([]T, error) {
	var wanted, remove, before []T
	for _, k := range slices.Sorted(maps.Keys(standing)) {
		before = append(before, *standing[k])
		if w := state[k]; w != nil {
			*e.head(w) = rowHead{}
			wanted = append(wanted, *w)
		} else {
			remove = append(remove, *standing[k])
		}
	}
	_, err := difference(ctx, s, e, standing, wanted, remove)
	return before, err
}

// refoldUnits is refold for units, where a row of a unit's history changes the others.
func refoldUnits(ctx context.Context, s *session, b past) ([]unitRow, error) {
	rows, standing, _, err := given(ctx, s, unitEntity, "", b)
	if err != nil {
		return nil, err
	}
	state := map[uint64]*unitRow{}
	for i := 0; i < len(rows); {
		ver := rows[i].Ver // rows written together do not change one another
		others := maps.Clone(state)
		var written []*unitRow
		for ; i < len(rows) && rows[i].Ver == ver; i++ {
			fold(unitEntity, state, &rows[i], b)
			if k := unitEntity.key(&rows[i]); state[k] != nil && rows[i].Sign > 0 && rows[i].Given != 0 {
				if _, counts := b.counts[rows[i].BatchNo]; counts {
					written = append(written, state[k])
					delete(others, k)
				}
			}
		}
		for _, n := range follow(others, written) {
			state[unitEntity.key(&n)] = &n
		}
	}
	return restore(ctx, s, unitEntity, standing, state)
}

// unloadLists removes the versions of lists that a batch brought.
func (l *Loader) unloadLists(ctx context.Context, s *session, no uint64) error {
	condition := fmt.Sprintf("origin = %d", no)
	lists, err := history(ctx, s, listEntity, condition)
	if err != nil {
		return err
	}
	risks, err := history(ctx, s, riskEntity, condition)
	if err != nil {
		return err
	}
	var goneLists []listRow
	for _, r := range live(listEntity, lists) {
		goneLists = append(goneLists, *r)
		s.touch(map[string]bool{r.Unit: true})
	}
	var goneRisks []riskRow
	for _, r := range live(riskEntity, risks) {
		goneRisks = append(goneRisks, *r)
	}
	slices.SortFunc(goneRisks, func(a, b riskRow) int { return strings.Compare(number(a.RowID), number(b.RowID)) })
	if _, err := difference(ctx, s, listEntity, nil, nil, goneLists); err != nil {
		return err
	}
	_, err = difference(ctx, s, riskEntity, nil, nil, goneRisks)
	return err
}

// refoldFindings brings the signals of checks in line after the checks were taken back.
func (l *Loader) refoldFindings(ctx context.Context, s *session, before []checkRow) error {
	if len(before) == 0 {
		return nil
	}
	ids := make([]uint64, len(before))
	for i := range before {
		ids[i] = before[i].ID
	}
	rows, err := historyOf(ctx, s, checkEntity, "", ids)
	if err != nil {
		return err
	}
	now := live(checkEntity, rows)
	var keep []checkRow
	for i := range before {
		if c := now[checkEntity.key(&before[i])]; c != nil {
			keep = append(keep, *c)
			continue
		}
		none := before[i] // a check without any finding takes its signal along
		none.Finding, none.PowerRegular, none.RulesFollowed, none.MeasuresDone = "", true, true, true
		keep = append(keep, none)
	}
	return l.deriveFindings(ctx, s, keep)
}
