package obligation

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

// What a board names first is what the lists of items say, picked from them by hand.
func TestTheBoardNamesWhatIsToBeDoneFirst(t *testing.T) {
	b := newBook(t, boardFacts())
	seen := map[int]bool{}
	for asOf := day("2026-01-05"); asOf < day("2028-02-01"); asOf += 9 {
		year := asOf.Year()
		items, _ := b.Items(year, asOf, Filter{Owner: integrity.OwnerUnit})
		items = append(items, b.Unmet(year, asOf, Filter{Basis: integrity.BasisNotice})...)
		want := func(takes func(*Item) bool) *Item {
			var open []Item
			for i := range items {
				if it := &items[i]; it.Open() && takes(it) {
					open = append(open, *it)
				}
			}
			if len(open) == 0 {
				return nil
			}
			slices.SortStableFunc(open, func(x, y Item) int {
				if b.before(&x, &y, year) {
					return -1
				}
				return 1
			})
			return &open[0]
		}
		for _, row := range b.UnitBoard(year, asOf) {
			if diff := cmp.Diff(want(func(it *Item) bool { return it.Unit == row.Unit }), row.Pressing); diff != "" {
				t.Fatalf("%s as of %s (-items +board):\n%s", row.UnitName, asOf, diff)
			}
			if n := pressing(items, func(it *Item) bool { return it.Unit == row.Unit }, year); n != row.PressingItems {
				t.Fatalf("%s as of %s: %d items are late or near; want %d", row.UnitName, asOf, row.PressingItems, n)
			}
			if row.Pressing != nil {
				seen[pressure(row.Pressing, year)] = true
			}
		}
		for _, row := range b.LeaderDuty(year, asOf) {
			if n := pressing(items, func(it *Item) bool { return it.Leader == row.Leader && it.Owner == integrity.OwnerUnit }, year); n != row.PressingItems && !row.Former {
				t.Fatalf("%s as of %s: %d items are late or near; want %d", row.Leader, asOf, row.PressingItems, n)
			}
			items = append(items, row.Own...)
			if diff := cmp.Diff(want(func(it *Item) bool { return it.Leader == row.Leader }), row.Pressing); diff != "" {
				t.Fatalf("%s as of %s (-items +board):\n%s", row.Leader, asOf, diff)
			}
		}
	}
	if len(seen) != 5 {
		t.Errorf("items of %d sorts press, want all five: %v", len(seen), seen)
	}
}

// pressing counts the items of a year that are late or near.
func pressing(items []Item, takes func(*Item) bool, year int) (n int) {
	for i := range items {
		it := &items[i]
		earlier := it.Year < year && (it.Rule == integrity.RuleTwoChecks || it.Rule == integrity.RuleQ1Review)
		if takes(it) && !earlier && (it.Status == integrity.StatusOverdue || it.Status == integrity.StatusDueSoon) {
			n++
		}
	}
	return n
}

func TestWhatPressesMost(t *testing.T) {
	b := newBook(t, boardFacts())
	item := func(change func(*Item)) *Item {
		it := Item{Rule: integrity.RuleTwoChecks, Basis: integrity.BasisNotice, Status: integrity.StatusOverdue, Owner: integrity.OwnerUnit, Unit: "H1", Year: 2027, Due: day("2027-12-31"), DaysLeft: -9, Required: 2, RiskNo: 1}
		change(&it)
		return &it
	}
	ordered := []*Item{
		item(func(it *Item) { it.Rule, it.Due, it.DaysLeft = integrity.RuleQ1Review, day("2027-03-31"), -9 }),
		item(func(it *Item) { it.Owner, it.Leader = integrity.OwnerLeader, "李" }),
		item(func(*Item) {}),
		item(func(it *Item) { it.RiskNo = 2 }),
		item(func(it *Item) { it.Basis, it.Due = integrity.BasisSystem, day("2027-06-30") }),
		item(func(it *Item) { it.Status, it.DaysLeft, it.Due = integrity.StatusDueSoon, 5, day("2027-03-01") }),
		item(func(it *Item) { it.Removed, it.Due = true, day("2027-06-30") }),
		item(func(it *Item) { it.Year, it.Due = 2026, day("2026-12-31") }),
		item(func(it *Item) { it.Year, it.Due = 2025, day("2025-12-31") }),
		item(func(it *Item) { it.Status, it.DaysLeft = integrity.StatusOnTrack, 100 }),
	}
	for i := range ordered {
		for k := range ordered {
			if got := b.before(ordered[i], ordered[k], 2027); got != (i < k) {
				t.Errorf("%d before %d: %t", i, k, got)
			}
		}
	}
	var first *Item
	for _, status := range []integrity.Status{integrity.StatusMet, integrity.StatusMetLate, integrity.StatusExempt} {
		b.press(&first, item(func(it *Item) { it.Status = status }), 2027)
	}
	if first != nil {
		t.Errorf("what is done presses: %+v", first)
	}
}

func TestTheBoardsSayWhatToDoNextInTheWordsOfTheItem(t *testing.T) {
	b := newBook(t, boardFacts())
	got := map[string]string{}
	for _, row := range b.UnitBoard(2026, day("2026-10-01")) {
		row.Explain(integrity.Chinese)
		got[row.UnitName] = row.Next
		if row.Pressing != nil && !strings.HasSuffix(row.Next, row.Pressing.Step(integrity.Chinese)) {
			t.Errorf("%s: %q is not what the light says: %q", row.UnitName, row.Next, row.Pressing.Step(integrity.Chinese))
		}
	}
	for _, row := range b.LeaderDuty(2026, day("2026-10-01")) {
		row.Explain(integrity.English)
		got[row.Leader] = row.Next
	}
	for name, want := range map[string]string{
		"市卫生健康委": "目前无须办理。",
		"财务处":    "第一季度动态排查：立即报送本年清单或登记“动态排查”；政治处发督办单。",
		"王":      "财务处: First-quarter review: Hand in this year's list or record 动态排查 at once; a supervision letter is due.",
	} {
		if got[name] != want {
			t.Errorf("%s: %q; want %q", name, got[name], want)
		}
	}
	gap := LeaderRow{Owing: Owing{Pressing: &Item{Rule: integrity.RuleTwoChecks, Owner: integrity.OwnerLeader, Basis: integrity.BasisNotice, Status: integrity.StatusOverdue, Year: 2026, Due: day("2026-12-31"), DaysLeft: -60, Required: 2}}}
	gap.Explain(integrity.Chinese)
	if want := "2026年度本人参加监督检查：当年参加过检查的，在检查记录上补录责任领导参与；没有的，向联络员发履责提示单。"; gap.Next != want {
		t.Errorf("an own part of an earlier year: %q; want %q", gap.Next, want)
	}
}

// The own part of a leader, judged for days around its limits; the counts are made by hand.
func TestTheOwnPartOfALeaderIsAnItem(t *testing.T) {
	facts := Facts{
		Units: units(), Points: []Point{{ID: "P", Spans: []Span{listed("H1", 3, "2026-01-10", "")}}}, Checks: takenPart("2027-02-02"),
		Lists: []List{{Unit: "H1", Year: 2026, On: day("2026-01-10"), EnteredOn: day("2026-01-10")}},
	}
	const notice, system = integrity.BasisNotice, integrity.BasisSystem
	for _, tc := range []struct {
		asOf string
		year int // whose part
		want Item
	}{
		// 李 leads H1 from 1 July 2026: one date asked in 2026, two in 2027 and 2028.
		{"2026-12-10", 2026, Item{Basis: notice, Status: integrity.StatusOnTrack, Due: day("2026-12-31"), Required: 1}},
		{"2026-12-11", 2026, Item{Basis: notice, Status: integrity.StatusDueSoon, Due: day("2026-12-31"), Required: 1}},
		{"2026-12-31", 2026, Item{Basis: notice, Status: integrity.StatusDueSoon, Due: day("2026-12-31"), Required: 1}},
		{"2027-01-01", 2026, Item{Basis: notice, Status: integrity.StatusOverdue, Late: true, Due: day("2026-12-31"), Required: 1}},
		{"2027-01-01", 2027, Item{Basis: system, Status: integrity.StatusOnTrack, Due: day("2027-06-30"), Required: 2}},
		{"2027-07-01", 2027, Item{Basis: notice, Status: integrity.StatusOnTrack, Due: day("2027-12-31"), Required: 2, Done: 1}},
		{"2028-06-09", 2028, Item{Basis: system, Status: integrity.StatusOnTrack, Due: day("2028-06-30"), Required: 2}},
		{"2028-06-10", 2028, Item{Basis: system, Status: integrity.StatusDueSoon, Due: day("2028-06-30"), Required: 2}},
		{"2028-07-01", 2028, Item{Basis: system, Status: integrity.StatusOverdue, Late: true, Due: day("2028-06-30"), Required: 2}},
		{"2028-12-11", 2028, Item{Basis: notice, Status: integrity.StatusDueSoon, Due: day("2028-12-31"), Required: 2}},
	} {
		for _, row := range newBook(t, facts).LeaderDuty(day(tc.asOf).Year(), day(tc.asOf)) {
			if row.Leader != "李" {
				continue
			}
			at := slices.IndexFunc(row.Own, func(it Item) bool { return it.Year == tc.year })
			if at < 0 {
				t.Errorf("as of %s nothing of %d is missing: %+v", tc.asOf, tc.year, row.Own)
				continue
			}
			it := row.Own[at]
			got := Item{Basis: it.Basis, Status: it.Status, Late: it.Late, Due: it.Due, Required: it.Required, Done: it.Done}
			if diff := cmp.Diff(tc.want, got); diff != "" || it.AsOf() != day(tc.asOf) || strings.Contains(it.Key(), "李") {
				t.Errorf("part of %d as of %s, %s judged for %s (-want +got):\n%s", tc.year, tc.asOf, it.Key(), it.AsOf(), diff)
			}
		}
	}
}

// A letter asks for what the light says: each light that may get one has its sentence, and none
// asks for checks of a year that is over.
func TestLettersAskForWhatTheLightSays(t *testing.T) {
	for _, tc := range []struct {
		name     string
		it       Item
		has, not string
	}{
		{"behind the half-year checkpoint", Item{Rule: integrity.RuleTwoChecks, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Year: 2026, Due: day("2026-06-30"), DaysLeft: -10, Required: 2}, "补查并录入（12月31日前还须有2个检查日）", "豁免"},
		{"the year is over", Item{Rule: integrity.RuleTwoChecks, Status: integrity.StatusOverdue, Basis: integrity.BasisNotice, Year: 2026, Due: day("2026-12-31"), DaysLeft: -1, Required: 2, Done: 1}, "补录当年查过", "补查"},
		{"the point is gone", Item{Rule: integrity.RuleTwoChecks, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Year: 2026, Due: day("2026-06-30"), DaysLeft: -40, Required: 1, Removed: true}, "补录在期内查过", "补查"},
		{"a review within its year", Item{Rule: integrity.RuleQ1Review, Status: integrity.StatusOverdue, Basis: integrity.BasisNotice, Year: 2026, Due: day("2026-03-31"), DaysLeft: -1, Required: 1}, "报送当年清单", "补录"},
		{"and after it", Item{Rule: integrity.RuleQ1Review, Status: integrity.StatusOverdue, Basis: integrity.BasisNotice, Year: 2026, Due: day("2026-03-31"), DaysLeft: -276, Required: 1}, "补录当年排查", "报送"},
		{"a leader in the year", Item{Rule: integrity.RuleTwoChecks, Owner: integrity.OwnerLeader, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Year: 2026, Due: day("2026-06-30"), DaysLeft: -1, Required: 2}, "安排参加对分管工作廉洁风险点的监督检查", "补录"},
		{"a leader after it", Item{Rule: integrity.RuleTwoChecks, Owner: integrity.OwnerLeader, Status: integrity.StatusOverdue, Basis: integrity.BasisNotice, Year: 2026, Due: day("2026-12-31"), DaysLeft: -1, Required: 2}, "补录当年参加", "前还须有"},
		{"the office for all units", Item{Rule: integrity.RuleStage, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Owner: integrity.OwnerOffice, Due: day("2026-06-30"), DaysLeft: -1, Required: 1}, "为全部单位登记", "补查"},
	} {
		if got := tc.it.Ask(); !strings.Contains(got, tc.has) || strings.Contains(got, tc.not) {
			t.Errorf("%s: %q; want %s and not %s", tc.name, got, tc.has, tc.not)
		}
	}
	for _, rule := range integrity.Rules() {
		for _, status := range integrity.Statuses() {
			for _, basis := range integrity.Bases() {
				for _, owner := range []integrity.Owner{integrity.OwnerUnit, integrity.OwnerOffice, integrity.OwnerInspector, integrity.OwnerLeader} {
					it := Item{Rule: rule, Status: status, Basis: basis, Owner: owner, Year: 2026, Due: day("2026-06-30"), DaysLeft: -1, Required: 1}
					late := status == integrity.StatusOverdue
					letter := owner != integrity.OwnerInspector && (late || status == integrity.StatusDueSoon && (basis == integrity.BasisSystem || owner == integrity.OwnerLeader))
					if rule == integrity.RuleQ1Review && basis == integrity.BasisSystem || owner == integrity.OwnerLeader && rule != integrity.RuleTwoChecks {
						continue // there is no such item
					}
					if ask := it.Ask(); letter && ask == "" || strings.ContainsAny(ask, "{}。") || !it.Open() && ask != "" {
						t.Errorf("%s %s %s of %s asks %q", rule, status, basis, owner, ask)
					}
				}
			}
		}
	}
}
