package metrics

import (
	"context"
	"fmt"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// Summary is 上会汇总: the lists of all units as the committee decides about them.
type Summary struct {
	AsOf      integrity.Day  `json:"as_of"`
	Clause    string         `json:"clause"`
	Lists     int            `json:"lists"` // of Units
	Units     int            `json:"units"` // in operation; the commission itself only where it has a list
	Points    int            `json:"points"`
	Important int            `json:"important"`
	General   int            `json:"general"`
	Ungraded  int            `json:"ungraded"`
	Approved  int            `json:"approved"` // of Lists
	Items     []SummaryEntry `json:"items"`
	Total     int            `json:"total"`
}

// SummaryEntry is the list of one unit.
type SummaryEntry struct {
	Unit         string        `json:"unit"`
	UnitName     string        `json:"unit_name"`
	Year         int           `json:"year"` // of the list; 0 = the unit has none
	ListedOn     integrity.Day `json:"listed_on"`
	Points       int           `json:"points"`
	Important    int           `json:"important"`
	General      int           `json:"general"`
	Ungraded     int           `json:"ungraded"`
	HeadSigned   bool          `json:"head_signed"`   // 主要负责人, in the form
	LeaderSigned bool          `json:"leader_signed"` // 责任领导（分管委领导）, in the form
	ApprovedOn   integrity.Day `json:"approved_on"`
}

// Summary sums up the lists of the scope's year, or the latest one of each unit, up to
// as_of: one entry for each unit in operation, in official order, those without a list
// included.
func (m *Metrics) Summary(ctx context.Context, who integrity.Principal, s Scope) (Summary, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return Summary{}, err
	}
	out := Summary{AsOf: f.scope.AsOf, Clause: obligation.ClauseStage, Items: []SummaryEntry{}}
	versions, err := f.versions(ctx)
	if err != nil {
		return out, fmt.Errorf("summary of the lists as of %s: %w", f.scope.AsOf, err)
	}
	ledger, err := f.ledger(ctx)
	if err != nil {
		return out, fmt.Errorf("summary of the lists as of %s: %w", f.scope.AsOf, err)
	}
	lists := latestLists(versions)
	if s.Year != 0 {
		clear(lists)
		for k, v := range standing(versions) {
			if k.year == s.Year {
				lists[k.unit] = v
			}
		}
	}
	ids := make([]uint64, 0, len(lists))
	for _, v := range lists {
		ids = append(ids, v.ID)
	}
	points, err := f.pointsByList(ctx, ids)
	if err != nil {
		return out, fmt.Errorf("summary of the lists as of %s: %w", f.scope.AsOf, err)
	}
	for _, u := range f.units.current {
		v, handed := lists[u.Code]
		if !f.sees(u.Code) || !inOperation(u, f.scope.AsOf) || !handed && f.units.top(u.Code) {
			continue
		}
		e := SummaryEntry{Unit: u.Code, UnitName: u.Name, Year: int(v.Year), ListedOn: v.ListedOn, HeadSigned: v.HeadSigned != "", LeaderSigned: v.LeaderSigned != ""}
		for _, p := range points[v.ID] {
			e.Points++
			switch integrity.Grade(p.Grade) {
			case integrity.GradeImportant:
				e.Important++
			case integrity.GradeGeneral:
				e.General++
			default:
				e.Ungraded++
			}
		}
		out.Units++
		if handed {
			out.Lists++
			e.ApprovedOn = approvedOn(ledger, u.Code, e.Year, e.ListedOn, f.scope.AsOf)
		}
		if e.ApprovedOn != integrity.NoDay {
			out.Approved++
		}
		out.Points, out.Important, out.General, out.Ungraded = out.Points+e.Points, out.Important+e.Important, out.General+e.General, out.Ungraded+e.Ungraded
		out.Items = append(out.Items, e)
	}
	out.Total = len(out.Items)
	if f.scope.Limit > 0 && len(out.Items) > f.scope.Limit {
		out.Items = out.Items[:f.scope.Limit]
	}
	return out, nil
}
