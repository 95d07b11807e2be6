package metrics

import (
	"context"
	"fmt"
	"slices"

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
	ids := make([]uint64, 0, len(latest))
	for _, h := range latest {
		ids = append(ids, h.ID)
	}
	slices.Sort(ids)
	points, err := f.pointsOf(ctx, false, ids...)
	if err != nil {
		return nil, fmt.Errorf("read the points of the lists: %w", err)
	}
	byList := map[uint64][]integrity.RiskPoint{}
	for i := range points {
		byList[points[i].ListID] = append(byList[points[i].ListID], points[i].record())
	}
	var out []UnitList
	for _, u := range f.units.current {
		h, ok := latest[u.Code]
		if !ok {
			continue
		}
		l := UnitList{Unit: u.Code, UnitName: u.Name, Year: int(h.Year), ListedOn: h.ListedOn, HeadSigned: h.HeadSigned, LeaderSigned: h.LeaderSigned}
		for _, p := range byList[h.ID] {
			p.UnitName = u.Name
			l.Points = append(l.Points, p)
		}
		out = append(out, l)
	}
	return out, nil
}
