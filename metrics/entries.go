package metrics

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"qingfeng/internal/integrity"
)

// entryOrders are the legal values of sort for entries of the ledger.
var entryOrders = map[string]string{"on": "entry_on", "unit": "unit", "item": "item", "year": "year"}

type entryAnswer struct {
	ledgerAnswer
	BatchNo uint64 `ch:"batch_no"`
}

// Ledger lists the entries of the ledger of duties of the period, newest first. Units see
// their own and what is recorded once for all; co-checks from cases are for those who
// handle cases (notice, three, (四)).
func (m *Metrics) Ledger(ctx context.Context, who integrity.Principal, s Scope) (Page[integrity.LedgerEntry], error) {
	by, err := order(entryOrders, s.Sort, "entry_on DESC, unit", "id")
	if err != nil {
		return Page[integrity.LedgerEntry]{}, err
	}
	return page(ctx, m, who, s, "entries", by, func(f *frame, r entryAnswer) integrity.LedgerEntry {
		e := r.entry()
		e.Persons, e.Batch = list(e.Persons), fmt.Sprint(r.BatchNo)
		if e.UnitName = integrity.AllUnitsName; e.Unit != integrity.AllUnits {
			e.UnitName = f.units.name(e.Unit)
		}
		return e
	})
}

// entryArgs are the parameters of the ledger beside those of all rows.
func (f *frame) entryArgs() []any {
	units := slices.Clone(f.codes)
	if len(units) == 0 {
		units = []string{}
	} else if !slices.Equal(units, nobody) {
		units = append(units, integrity.AllUnits)
	}
	return []any{
		param("ledger_units", units), param("cases", bit(f.who.SeesCases())),
		hexParam("co_check", integrity.ItemCoCheck), param("open_sources", integrity.OpenCoChecks()),
	}
}

// Directory lists the units with the history of their leaders, as the file of units holds
// them: a row for each unit and leader, in official order.
func (m *Metrics) Directory(ctx context.Context, who integrity.Principal, s Scope) (Page[integrity.Unit], error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return Page[integrity.Unit]{}, err
	}
	rows := slices.DeleteFunc(slices.Clone(f.units.rows), func(u integrity.Unit) bool {
		return !f.sees(u.Code) || s.Text != "" && !strings.Contains(u.Name, s.Text)
	})
	if f.batch != 0 {
		if rows, err = f.broughtUnits(ctx, rows); err != nil {
			return Page[integrity.Unit]{}, err
		}
	}
	out := Page[integrity.Unit]{Total: uint64(len(rows)), Items: []integrity.Unit{}, DataVersion: f.snap.Version()}
	if s.PerPage == 0 {
		s.PerPage = 50
	}
	first := min(max(s.Page-1, 0)*s.PerPage, len(rows))
	out.Items = append(out.Items, rows[first:min(first+s.PerPage, len(rows))]...)
	return out, nil
}

// broughtUnits keeps the rows that the batch in scope brought or changed.
func (f *frame) broughtUnits(ctx context.Context, rows []integrity.Unit) ([]integrity.Unit, error) {
	var brought []struct {
		Code       string        `ch:"code"`
		LeaderFrom integrity.Day `ch:"leader_from"`
	}
	if err := f.sel(ctx, &brought, mustQuery("unit_rows"), param("batch", f.batch)); err != nil {
		return nil, fmt.Errorf("units of batch %d: %w", f.batch, err)
	}
	return slices.DeleteFunc(rows, func(u integrity.Unit) bool {
		for _, b := range brought {
			if b.Code == u.Code && b.LeaderFrom == u.LeaderFrom {
				return false
			}
		}
		return true
	}), nil
}
