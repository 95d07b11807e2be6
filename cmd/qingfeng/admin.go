package main

import (
	"context"

	"qingfeng/dashboards"
	"qingfeng/internal/integrity"
	"qingfeng/jobs"
)

// administration tells the pages how this installation does.
type administration struct{ app *app }

// SelfCheck is what the command doctor finds while this server runs.
func (m administration) SelfCheck(ctx context.Context) []dashboards.Finding {
	return m.app.selfCheck(ctx, "由本服务运行 (run by this server)")
}

// Settings are those in force; secrets are withheld.
func (m administration) Settings() []dashboards.Setting {
	var out []dashboards.Setting
	for _, s := range m.app.t.cfg.Settings() {
		out = append(out, dashboards.Setting(s))
	}
	return out
}

// Storage asks the database for the sizes of its tables.
func (m administration) Storage(ctx context.Context) ([]dashboards.TableSize, error) {
	sizes, err := m.app.store.TableSizes(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]dashboards.TableSize, len(sizes))
	for i, t := range sizes {
		out[i] = dashboards.TableSize(t)
	}
	return out, nil
}

// Calendar lists the years that the table of special days touches, and the current and
// the next one.
func (m administration) Calendar() []dashboards.WorkYear {
	first, last := 0, m.app.now().In(integrity.Shanghai).Year()+1
	off, work := map[int]int{}, map[int]int{}
	for _, d := range m.app.work.SpecialDays() {
		year := d.On.Year()
		if first == 0 || year < first {
			first = year
		}
		last = max(last, year)
		if d.Kind == integrity.DayWork {
			work[year]++
		} else {
			off[year]++
		}
	}
	var out []dashboards.WorkYear
	for y := last; y >= first; y-- {
		out = append(out, dashboards.WorkYear{
			Year: y, Arranged: m.app.work.Arranged(y), Off: off[y], Work: work[y],
			Workdays: m.app.work.Between(integrity.Date(y-1, 12, 31), integrity.Date(y, 12, 31)),
		})
	}
	return out
}

// Backups lists the copies that the nightly task made.
func (m administration) Backups(ctx context.Context) ([]dashboards.Copy, error) {
	copies, err := m.app.copies.Get(m.app.store, func() ([]jobs.Copy, error) { return jobs.Backups{DB: m.app.store}.List(ctx) })
	if err != nil {
		return nil, err
	}
	var out []dashboards.Copy
	for _, c := range copies {
		rows := uint64(0)
		for _, n := range c.Tables {
			rows += n
		}
		out = append(out, dashboards.Copy{Name: c.Name, State: c.State, MadeAt: c.MadeAt, Bytes: c.Bytes, Tables: len(c.Tables), Rows: rows})
	}
	return out, nil
}
