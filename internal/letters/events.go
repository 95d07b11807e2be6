package letters

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

type eventRow struct {
	Letter  string    `ch:"letter"`
	Seq     uint32    `ch:"seq"`
	Entry   string    `ch:"entry"`
	Event   string    `ch:"event"`
	At      time.Time `ch:"recorded_at"`
	By      string    `ch:"by_name"`
	Role    string    `ch:"by_role"`
	Details string    `ch:"details"`
}

type numberRow struct {
	Year   uint16 `ch:"year"`
	Number uint32 `ch:"number"`
	Letter string `ch:"letter"`
}

// load folds the events of one letter, or of all letters if id is empty, in the order of
// their ids.
func (r *Registry) load(ctx context.Context, id string) ([]*Letter, error) {
	var rows []eventRow
	var numbers []numberRow
	var events, given error
	if id == "" {
		rows, events = r.all.Get(r.cfg.Database, func() ([]eventRow, error) { return r.readEvents(ctx, "") })
		numbers, given = r.numbers.Get(r.cfg.Database, func() ([]numberRow, error) { return r.readNumbers(ctx, "") })
	} else {
		one := clickhouse.Named("letter", id)
		rows, events = r.readEvents(ctx, " WHERE letter = @letter", one)
		numbers, given = r.readNumbers(ctx, " WHERE letter = @letter", one)
	}
	if err := errors.Join(events, given); err != nil {
		return nil, err
	}
	var out []*Letter
	for _, row := range rows {
		if len(out) == 0 || out[len(out)-1].ID != row.Letter {
			out = append(out, &Letter{ID: row.Letter})
		}
		l := out[len(out)-1]
		if int(row.Seq) <= len(l.Steps) {
			continue // an insert that was sent again after the window had forgotten it
		}
		step := Step{Seq: int(row.Seq), Event: Event(row.Event), At: row.At, By: row.By, Role: integrity.Role(row.Role), entry: row.Entry}
		if err := json.Unmarshal([]byte(row.Details), &step.Details); err != nil {
			return nil, fmt.Errorf("read letter %s, event %d: %w", row.Letter, row.Seq, err)
		}
		l.apply(step)
	}
	for _, l := range out {
		for _, n := range numbers {
			if n.Letter == l.ID {
				l.Year, l.Number = int(n.Year), int(n.Number)
				break
			}
		}
	}
	return out, nil
}

func (r *Registry) readEvents(ctx context.Context, where string, args ...any) ([]eventRow, error) {
	var rows []eventRow
	if err := r.cfg.Database.Write().Select(ctx, &rows, `SELECT letter, seq, entry, event, recorded_at, by_name, by_role, details FROM letter_events`+where+` ORDER BY letter, seq, recorded_at, entry`, args...); err != nil {
		return nil, fmt.Errorf("read the letters: %w", err)
	}
	return rows, nil
}

func (r *Registry) readNumbers(ctx context.Context, where string, args ...any) ([]numberRow, error) {
	var rows []numberRow
	if err := r.cfg.Database.Write().Select(ctx, &rows, `SELECT year, number, letter FROM letter_numbers`+where+` ORDER BY year, number, recorded_at, letter`, args...); err != nil {
		return nil, fmt.Errorf("read the numbers of letters: %w", err)
	}
	return rows, nil
}

// add records the next event of a letter and folds it in. It returns ErrTaken if another
// event took its place.
func (r *Registry) add(ctx context.Context, l *Letter, s Step, who integrity.Principal) error {
	s.Seq, s.At, s.By, s.Role, s.entry = len(l.Steps)+1, r.cfg.Now().UTC().Truncate(time.Microsecond), who.Name, who.Role, entryName()
	details, err := json.Marshal(s.Details)
	if err != nil {
		return fmt.Errorf("record %s of letter %s: %w", s.Event, l.ID, err)
	}
	wrap := func(err error) error { return fmt.Errorf("record %s of letter %s: %w", s.Event, l.ID, err) }
	insert := func(ctx context.Context) error {
		batch, err := r.cfg.Database.Write().PrepareBatch(ctx, `INSERT INTO letter_events (letter, seq, entry, event, recorded_at, by_name, by_role, details)`)
		if err != nil {
			return err
		}
		if err := batch.Append(l.ID, uint32(s.Seq), s.entry, string(s.Event), s.At, s.By, string(s.Role), string(details)); err != nil {
			return cmp.Or(err, batch.Close())
		}
		return batch.Send()
	}
	stands, err := store.Occupy(ctx, fmt.Sprintf("letter/%s/%d", l.ID, s.Seq), insert, func() (entry string, err error) {
		var rows []struct {
			Entry string `ch:"entry"`
		}
		err = r.cfg.Database.Write().Select(ctx, &rows, `SELECT entry FROM letter_events WHERE letter = @letter AND seq = @seq ORDER BY recorded_at, entry LIMIT 1`,
			clickhouse.Named("letter", l.ID), clickhouse.Named("seq", uint32(s.Seq)))
		if len(rows) > 0 {
			entry = rows[0].Entry
		}
		return entry, err
	})
	switch {
	case err != nil:
		return wrap(err)
	case stands != s.entry:
		return wrap(ErrTaken)
	}
	l.apply(s)
	return nil
}

// number gives an issued letter the next number of its year, and first one to each letter
// that was issued before and whose number a crash prevented. Numbers are tried upwards
// from the highest one, each by one insert that only one letter can make, so that none is
// passed over and none is given twice.
func (r *Registry) number(ctx context.Context, l *Letter) error {
	all, err := r.load(ctx, "")
	if err != nil {
		return err
	}
	waiting := slices.DeleteFunc(all, func(o *Letter) bool { return o.IssuedOn == integrity.NoDay || o.Number != 0 })
	slices.SortFunc(waiting, func(a, b *Letter) int {
		return cmp.Or(a.by(EventIssue).At.Compare(b.by(EventIssue).At), cmp.Compare(a.ID, b.ID))
	})
	for _, o := range waiting {
		if err := r.give(ctx, o); err != nil {
			return err
		}
	}
	found, err := r.load(ctx, l.ID)
	if err != nil {
		return err
	}
	if len(found) > 0 {
		l.Year, l.Number = found[0].Year, found[0].Number
	}
	return nil
}

// give gives one letter its number.
func (r *Registry) give(ctx context.Context, l *Letter) error {
	wrap := func(err error) error { return fmt.Errorf("number letter %s: %w", l.ID, err) }
	year := l.IssuedOn.Year()
	given, err := r.readNumbers(ctx, " WHERE year = @year", clickhouse.Named("year", uint16(year)))
	if err != nil {
		return wrap(err)
	}
	next := 1
	for _, g := range given {
		if g.Letter == l.ID {
			return nil
		}
		next = max(next, int(g.Number)+1)
	}
	for ; ; next++ {
		insert := func(ctx context.Context) error { return r.reach(ctx, year, next, l.ID) }
		holder, err := store.Occupy(ctx, fmt.Sprintf("number/%d/%d", year, next), insert, func() (string, error) {
			rows, err := r.readNumbers(ctx, " WHERE year = @year AND number = @number", clickhouse.Named("year", uint16(year)), clickhouse.Named("number", uint32(next)))
			if err != nil || len(rows) == 0 {
				return "", err
			}
			return rows[0].Letter, nil
		})
		switch {
		case err != nil:
			return wrap(err)
		case holder == "":
			return wrap(ErrTaken)
		case holder == l.ID:
			return nil
		}
	}
}

func (r *Registry) reach(ctx context.Context, year, number int, letter string) error {
	batch, err := r.cfg.Database.Write().PrepareBatch(ctx, `INSERT INTO letter_numbers (year, number, letter, recorded_at)`)
	if err != nil {
		return err
	}
	if err := batch.Append(uint16(year), uint32(number), letter, r.cfg.Now().UTC()); err != nil {
		return cmp.Or(err, batch.Close())
	}
	return batch.Send()
}
