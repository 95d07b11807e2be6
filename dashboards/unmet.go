package dashboards

import (
	"strconv"
	"strings"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// leftUndone reports whether an item is one that an earlier year than the one shown left undone.
func leftUndone(it *obligation.Item, year int) bool {
	return it.Year < year && it.Status == integrity.StatusOverdue && (it.Rule == integrity.RuleTwoChecks || it.Rule == integrity.RuleQ1Review)
}

// unmetLinks lead to what earlier years left undone by the notice, a link for each year with as
// many rows behind it as it says; none where nothing is.
func (r *request) unmetLinks(unmet []obligation.Item) []view.Link {
	n := map[int]uint64{}
	var years []int // the latest first, as the items come
	for i := range unmet {
		if it := &unmet[i]; it.Basis == integrity.BasisNotice {
			if n[it.Year] == 0 {
				years = append(years, it.Year)
			}
			n[it.Year]++
		}
	}
	var out []view.Link
	for _, year := range years {
		text := r.t("tile.unmet.year", year, view.Number(n[year]))
		if year == r.scope.AsOf.Year()-1 {
			text = r.t("tile.unmet", view.Number(n[year]))
		}
		out = append(out, view.Link{Text: text, Href: r.unmetHref(year, integrity.BasisNotice) + "#list"})
	}
	return out
}

func (r *request) unmetHref(year int, basis integrity.Basis, changes ...string) string {
	return r.href("/supervision", append([]string{"grade", "", "page", "", "basis", string(basis), "status", string(integrity.StatusOverdue), "year", strconv.Itoa(year)}, changes...)...)
}

// unmetNote says on a board what earlier years left undone, which is in none of its numbers;
// empty where nothing is.
func (r *request) unmetNote(n int) string {
	if n == 0 {
		return ""
	}
	return r.t("boards.unmet", view.Number(uint64(n)))
}

// ownNote is the last day on which a leader took part, and the earlier years in which that was too
// seldom, each with its days of those required.
func (r *request) ownNote(last integrity.Day, unmet []obligation.OwnYear) string {
	if len(unmet) == 0 {
		return last.String()
	}
	years := make([]string, len(unmet))
	for i, y := range unmet {
		years[i] = r.t("boards.own.year", y.Year, y.Dates, y.Required)
	}
	return strings.TrimSpace(last.String() + " " + r.t("boards.own", r.listed(years)))
}

// unmetTable names what earlier years left undone: a line for each unit, duty and year.
func (r *request) unmetTable(unmet []obligation.Item) view.Table {
	t := view.Table{Caption: r.t("unmet.title"), Hide: true, Class: "cards", Columns: []view.Column{
		{Label: r.t("dim.unit")}, {Label: r.t("param.year")}, {Label: r.t("obligations.rule")}, {Label: r.t("unmet.numbers")},
		{Label: r.t("unmet.items"), Class: "num"}, {Label: r.t("duty.due.head")}, {Label: r.t("param.status")},
	}}
	for _, g := range obligation.Groups(unmet) {
		note := ""
		if g.Removed {
			note = r.t("duty.removed")
		}
		pill := view.NewPill(r.lang, integrity.StatusOverdue, g.Basis, int(g.Due-r.scope.AsOf))
		t.Rows = append(t.Rows, []view.Cell{
			{Text: g.UnitName, Head: true, Note: note}, {Text: strconv.Itoa(g.Year)}, {Text: g.Rule.Label(r.lang)}, {Text: obligation.Ranges(g.Numbers)},
			{Text: strconv.Itoa(g.Items), Class: "num", Href: r.unmetHref(g.Year, g.Basis, "unit", g.Unit, "rule", string(g.Rule)) + "#list"},
			{Text: g.Due.String(), Class: "nowrap"}, {Pill: &pill},
		})
	}
	return t
}
