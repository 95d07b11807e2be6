package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingfeng/internal/store"
)

// Revert takes a batch back: the state becomes the fold of all other batches that stand,
// and the file can be loaded again. It returns the batch that did it, or an error wrapping
// integrity.ErrNotFound or store.ErrReverted.
func (l *Loader) Revert(ctx context.Context, id string) (store.Batch, error) {
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
	s := &session{store: l.cfg.Store, rehearsed: map[string]any{}, touched: map[string]bool{}, shelves: map[string]*unitShelf{}}
	if s.snap, err = l.cfg.Store.Snapshot(ctx, time.Time{}); err != nil {
		return store.Batch{}, err
	}
	gone, err := l.reverted(ctx)
	if err != nil {
		return store.Batch{}, err
	}
	gone[info.No] = true
	s.batch, err = l.cfg.Store.Begin(ctx, "revert", "", info.No, now)
	if err != nil {
		return store.Batch{}, err
	}
	if err := l.unload(ctx, s, Kind(info.Kind), info.No, gone); err != nil {
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

// reverted returns the numbers of the batches that do not count any more.
func (l *Loader) reverted(ctx context.Context) (map[uint64]bool, error) {
	infos, err := l.cfg.Store.Batches(ctx)
	if err != nil {
		return nil, err
	}
	out := map[uint64]bool{}
	for _, i := range infos {
		if i.State != "committed" {
			out[i.No] = true
		}
	}
	return out, nil
}

func (l *Loader) unload(ctx context.Context, s *session, kind Kind, no uint64, gone map[uint64]bool) error {
	switch kind {
	case KindRisks:
		if err := l.unloadLists(ctx, s, no); err != nil {
			return err
		}
	case KindUnits:
		codes, err := refold(ctx, s, unitEntity, "", no, gone, nil)
		if err != nil {
			return err
		}
		for _, r := range codes {
			s.touch(map[string]bool{r.Code: true})
		}
	case KindLedger:
		rows, err := refold(ctx, s, ledgerEntity, "", no, gone, nil)
		if err != nil {
			return err
		}
		for _, r := range rows {
			s.touch(map[string]bool{r.Unit: true})
		}
	case KindInspections:
		rows, err := refold(ctx, s, checkEntity, "", no, gone, nil)
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
		if _, err := refold(ctx, s, signalEntity, "kind = '"+string(signalKindOf[kind])+"'", no, gone, classifySignal); err != nil {
			return err
		}
	}
	return l.rebuild(ctx, s)
}

// refold brings the rows that a batch gave back to the fold of the other batches. It
// returns the affected rows as they were.
func refold[T any](ctx context.Context, s *session, e entity[T], where string, no uint64, gone map[uint64]bool, finish func(*T)) ([]T, error) {
	condition := fmt.Sprintf("%s IN (SELECT %s FROM %s WHERE batch_no = %d AND sign = 1 AND given != 0)", e.id, e.id, e.table, no)
	if where != "" {
		condition += " AND " + where
	}
	rows, err := history(ctx, s, e, condition)
	if err != nil {
		return nil, err
	}
	standing := live(e, rows)
	fold := map[string]*T{}
	affected := map[string]bool{}
	for i := range rows {
		r := rows[i]
		h := e.head(&r)
		if h.Sign < 0 || h.Given == 0 {
			continue
		}
		k := e.key(&r)
		if h.BatchNo == no {
			affected[k] = true
		}
		if gone[h.BatchNo] {
			continue
		}
		cur := fold[k]
		if cur == nil {
			fold[k] = &r
			continue
		}
		e.patch(cur, &r)
		if finish != nil {
			finish(cur)
		}
	}
	var wanted, remove, before []T
	for k, old := range standing {
		if !affected[k] {
			continue
		}
		before = append(before, *old)
		if w := fold[k]; w != nil {
			n := *w
			*e.head(&n) = rowHead{}
			wanted = append(wanted, n)
		} else {
			remove = append(remove, *old)
		}
	}
	for _, list := range [][]T{wanted, remove, before} {
		slices.SortFunc(list, func(a, b T) int { return strings.Compare(e.key(&a), e.key(&b)) })
	}
	_, err = difference(ctx, s, e, standing, wanted, remove)
	return before, err
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
	rows, err := history(ctx, s, checkEntity, "id IN "+uints(ids))
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
