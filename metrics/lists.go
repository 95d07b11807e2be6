package metrics

import (
	"context"
	"fmt"

	"qingfeng/internal/integrity"
)

// UnitList is a unit's list of a year, in the version that counts, with its points.
type UnitList struct {
	Unit         string
	UnitName     string
	Year         int
	ListedOn     integrity.Day
	HeadSigned   string
	LeaderSigned string
	Points       []integrity.RiskPoint
}

// Lists returns for every unit in scope the list of the scope's year, or the latest one
// listed up to as_of, as the notice's form holds it: in official order of the units, the
// points by number.
func (m *Metrics) Lists(ctx context.Context, who integrity.Principal, s Scope) ([]UnitList, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return nil, err
	}
	versions, err := f.versions(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the lists: %w", err)
	}
	latest := map[string]listVersion{}
	for _, h := range versions { // by unit, year and version: the last one stays
		if f.sees(h.Unit) && (s.Year == 0 || int(h.Year) == s.Year) {
			latest[h.Unit] = h
		}
	}
	var out []UnitList
	for _, u := range f.units.current {
		h, ok := latest[u.Code]
		if !ok {
			continue
		}
		var points []riskAnswer
		if err := f.sel(ctx, &points, mustQuery("list_points"), param("list", h.ID)); err != nil {
			return nil, fmt.Errorf("read the list of %s: %w", u.Code, err)
		}
		l := UnitList{Unit: u.Code, UnitName: u.Name, Year: int(h.Year), ListedOn: h.ListedOn, HeadSigned: h.HeadSigned, LeaderSigned: h.LeaderSigned}
		for _, p := range points {
			given := p.Leader
			record := p.record(f)
			record.Leader = given // the form says what the list says, not who leads today
			l.Points = append(l.Points, record)
		}
		out = append(out, l)
	}
	return out, nil
}
