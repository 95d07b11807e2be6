package metrics

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// MissingLists is who has not handed in: the units that owe a list of a year and have
// none as of a day.
type MissingLists struct {
	AsOf     integrity.Day `json:"as_of"`
	Year     int           `json:"year"`
	Due      integrity.Day `json:"due"`       // 31 March of the year
	DaysLeft int           `json:"days_left"` // Due − as_of, negative when past
	Clause   string        `json:"clause"`
	Units    int           `json:"units"`    // units that owe one
	Handed   int           `json:"handed"`   // of them with a list
	Reviewed int           `json:"reviewed"` // of them with 动态排查 instead: nothing to change
	Items    []MissingList `json:"items"`
	Total    int           `json:"total"`
	Reminder string        `json:"reminder"` // one text for all; empty where nobody is missing
}

// MissingList is one unit without a list.
type MissingList struct {
	Unit     string        `json:"unit"`
	UnitName string        `json:"unit_name"`
	Leader   string        `json:"leader"`
	Heads    []string      `json:"heads"`
	Due      integrity.Day `json:"due"`       // NoDay for a unit opened after 1 January: the notice sets it no day
	DaysLeft int           `json:"days_left"` // 0 where there is no due day
	LastYear int           `json:"last_year"` // of the unit's latest list before; 0 = it never had one
	Points   int           `json:"points"`    // in that list
	Reminder string        `json:"reminder"`
}

// MissingLists lists the units in operation as of the day without a list of the year, by
// default that of as_of. The commission itself owes none; neither does a unit that has
// recorded 动态排查 (nothing to change) or an exemption as a whole.
func (m *Metrics) MissingLists(ctx context.Context, who integrity.Principal, s Scope) (MissingLists, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return MissingLists{}, err
	}
	key := strings.Join([]string{"missing lists", string(who.Role), who.Unit, f.scope.key()}, "/")
	return cached(ctx, m.cache, f.snap, key, func(ctx context.Context) (MissingLists, error) { return f.missingLists(ctx) })
}

func (f *frame) missingLists(ctx context.Context) (MissingLists, error) {
	versions, err := f.versions(ctx)
	if err != nil {
		return MissingLists{}, fmt.Errorf("missing lists as of %s: %w", f.scope.AsOf, err)
	}
	lists := standing(versions)
	ledger, err := f.ledger(ctx)
	if err != nil {
		return MissingLists{}, fmt.Errorf("missing lists as of %s: %w", f.scope.AsOf, err)
	}
	year := f.year()
	reviewed, exempt := map[string]bool{}, map[string]bool{}
	for _, e := range ledger {
		if int(e.Year) != year || e.On > f.scope.AsOf {
			continue
		}
		switch {
		case e.Item == integrity.ItemReview && e.On.Year() == year:
			reviewed[e.Unit] = true
		case e.Item == integrity.ItemExemption && strings.TrimSpace(e.Reason) != "" && len(e.Persons) > 0 && (e.No == "" || e.No == "全部"):
			exempt[e.Unit] = true
		}
	}
	out := MissingLists{AsOf: f.scope.AsOf, Year: year, Due: integrity.Date(year, time.March, 31), Clause: obligation.ClauseQ1Review, Items: []MissingList{}}
	out.DaysLeft = int(out.Due - out.AsOf)
	for _, u := range f.units.current {
		if !f.sees(u.Code) || !inOperation(u, f.scope.AsOf) || f.units.top(u.Code) || exempt[u.Code] {
			continue
		}
		out.Units++
		if _, ok := lists[listKey{u.Code, year}]; ok {
			out.Handed++
			continue
		}
		if reviewed[u.Code] {
			out.Reviewed++
			continue
		}
		it := MissingList{Unit: u.Code, UnitName: u.Name, Leader: f.units.leaderOn(u.Code, f.scope.AsOf), Heads: list(slices.Clone(u.Heads))}
		if u.OpenedOn <= integrity.Date(year, time.January, 1) {
			it.Due, it.DaysLeft = out.Due, out.DaysLeft
		}
		for k, l := range lists {
			if k.unit == u.Code && k.year < year && k.year > it.LastYear {
				it.LastYear, it.Points = k.year, int(l.Points)
			}
		}
		it.Reminder = reminder(u.Name, "你单位", year, out.AsOf, it.Due)
		out.Items = append(out.Items, it)
	}
	out.Total = len(out.Items)
	if out.Total > 0 {
		names := make([]string, out.Total)
		for i, it := range out.Items {
			names[i] = it.UnitName
		}
		out.Reminder = reminder("各有关处室、单位", fmt.Sprintf("以下%d个处室、单位（%s）", out.Total, strings.Join(names, "、")), year, out.AsOf, out.Due)
	}
	if f.scope.Limit > 0 && len(out.Items) > f.scope.Limit {
		out.Items = out.Items[:f.scope.Limit]
	}
	return out, nil
}

// reminder is the ready text: to whom, who has not handed in, and how long there is.
func reminder(to, who string, year int, asOf, due integrity.Day) string {
	head := fmt.Sprintf("%s：\n　　截至%s，尚未收到%s%d年度廉洁风险点清单", to, asOf.Chinese(), who, year)
	ask := "将经主要负责人审签、分管委领导审核签字的清单报送委政治处；经排查确无变化的，请报送动态排查情况。"
	switch {
	case due == integrity.NoDay:
		return head + "。请及时开展排查，" + ask
	case asOf > due:
		return fmt.Sprintf("%s。按照“%s”的要求，应于%s前完成，现已逾期%d天。请立即%s", head, obligation.ClauseQ1Review, due.Chinese(), asOf-due, ask)
	case asOf == due:
		return fmt.Sprintf("%s。按照“%s”的要求，今天（%s）到期。请于今天%s", head, obligation.ClauseQ1Review, due.Chinese(), ask)
	}
	return fmt.Sprintf("%s。按照“%s”的要求，应于%s前完成，还有%d天。请于到期前%s", head, obligation.ClauseQ1Review, due.Chinese(), due-asOf, ask)
}
