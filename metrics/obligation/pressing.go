package obligation

import (
	"cmp"
	"fmt"

	"qingfeng/internal/integrity"
)

// press puts an open item in the place of first if it is to be done before it: what the year asked
// about still lets one do comes before what can only be entered late, a date of the notice before
// a limit of this system, and of equals the one due first.
func (b *Book) press(first **Item, it *Item, year int) {
	if it.Open() && (*first == nil || b.before(it, *first, year)) {
		kept := *it
		*first = &kept
	}
}

func (b *Book) before(x, y *Item, year int) bool {
	return cmp.Or(
		cmp.Compare(pressure(x, year), pressure(y, year)),
		cmp.Compare(y.Year, x.Year), // the latest year first
		cmp.Compare(x.Due, y.Due),
		cmp.Compare(x.Owner, y.Owner), // the own part of a leader before what a unit owes
		cmp.Compare(x.Rule, y.Rule),
		cmp.Compare(b.unitAt[x.Unit], b.unitAt[y.Unit]),
		cmp.Compare(x.RiskNo, y.RiskNo),
		cmp.Compare(x.Key(), y.Key()),
	) < 0
}

// pressure is how much an open item presses, 0 the most.
func pressure(it *Item, year int) int {
	switch {
	case it.Status == integrity.StatusOnTrack:
		return 4
	case it.Year < year && (it.Rule == integrity.RuleTwoChecks || it.Rule == integrity.RuleQ1Review) || it.Removed || it.UnitClosed:
		return 3
	case it.Status == integrity.StatusDueSoon:
		return 2
	case it.Basis == integrity.BasisSystem:
		return 1
	}
	return 0
}

// nothingToDo is the next step of a board's row without an open item.
var nothingToDo = Text{"目前无须办理。", "Nothing to do now."}

// Explain fills in Next: what the unit has to do first, and of what.
func (r *UnitRow) Explain(lang integrity.Lang) { r.Next = task(r.Pressing, false, lang) }

// Explain fills in Next: what the leader has to see to first, and where.
func (r *LeaderRow) Explain(lang integrity.Lang) { r.Next = task(r.Pressing, true, lang) }

// task names an item and says its next step, the same sentence as its own light.
func task(it *Item, unit bool, lang integrity.Lang) string {
	if it == nil {
		return nothingToDo.In(lang)
	}
	zh, en := it.Rule.Label(integrity.Chinese), it.Rule.Label(integrity.English)
	if it.Owner == integrity.OwnerLeader {
		zh, en, unit = "本人参加监督检查", "Own part in checks", false
	} else if it.Rule == integrity.RuleTwoChecks {
		zh, en = fmt.Sprintf("第%d项监督检查", it.RiskNo), fmt.Sprintf("Checks of point %d", it.RiskNo)
	}
	if it.AsOf().Year() > it.Year && (it.Rule == integrity.RuleTwoChecks || it.Rule == integrity.RuleQ1Review) {
		zh, en = fmt.Sprintf("%d年度%s", it.Year, zh), fmt.Sprintf("%s, %d", en, it.Year)
	}
	if unit {
		zh, en = it.UnitName+" "+zh, it.UnitName+": "+en
	}
	return Text{zh + "：", en + ": "}.In(lang) + it.Step(lang)
}
