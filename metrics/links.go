package metrics

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/link"
)

// LinkCandidate is a signal with the points of its unit that it may belong to.
type LinkCandidate struct {
	integrity.Signal
	Suggestions []LinkedPoint `json:"suggestions"`
	Points      []LinkedPoint `json:"-"` // all points of the unit in force, to pick another
}

// LinkedPoint is a risk point that a signal may belong to, and why; see link.Suggest.
type LinkedPoint struct {
	link.Suggestion
	No          int    `json:"no"`
	Year        int    `json:"year"`
	Description string `json:"description"`
	Why         string `json:"why"`
}

// Links lists signals of which nobody has said what points they belong to (linked=no unless
// the scope says otherwise) with suggestions among the points of their unit in force at
// as_of. It only suggests; petitions are listed for those who may read them.
func (m *Metrics) Links(ctx context.Context, who integrity.Principal, s Scope) (Page[LinkCandidate], error) {
	if s.Linked == "" {
		s.Linked = "no"
	}
	found, err := m.Signals(ctx, who, s)
	if err != nil {
		return Page[LinkCandidate]{}, err
	}
	out := Page[LinkCandidate]{Total: found.Total, DataVersion: found.DataVersion, Items: make([]LinkCandidate, len(found.Items))}
	units := []string{}
	for i, x := range found.Items {
		out.Items[i].Signal = x
		units = append(units, x.Unit)
	}
	f, err := m.frame(ctx, who, s)
	if err != nil || len(units) == 0 {
		return out, err
	}
	slices.Sort(units)
	points, err := f.gradedPoints(ctx, slices.Compact(units))
	if err != nil {
		return out, fmt.Errorf("points for links as of %s: %w", f.scope.AsOf, err)
	}
	of, byID := map[string][]link.Text{}, map[string]LinkedPoint{}
	for _, p := range points {
		id := integrity.FormatID(p.ID)
		of[p.Unit] = append(of[p.Unit], link.Text{ID: id, Words: p.Description, Category: p.Category})
		byID[id] = LinkedPoint{Suggestion: link.Suggestion{ID: id}, No: int(p.No), Year: int(p.Year), Description: p.Description}
	}
	for i := range out.Items {
		it := &out.Items[i]
		it.Suggestions = []LinkedPoint{}
		for _, p := range of[it.Unit] {
			it.Points = append(it.Points, byID[p.ID])
		}
		for _, suggested := range link.Suggest(link.Text{Words: it.Text, Category: string(it.Category)}, of[it.Unit]) {
			p := byID[suggested.ID]
			p.Suggestion, p.Why = suggested, whyLinked(suggested, it.Category, s.lang())
			it.Suggestions = append(it.Suggestions, p)
		}
	}
	return out, nil
}

// whyLinked says what a text and a point have in common, in the language asked for.
func whyLinked(s link.Suggestion, category integrity.Category, lang integrity.Lang) string {
	if lang == integrity.English {
		why := "shared words “" + strings.Join(s.Phrases, "”, “") + "”"
		if s.SameCategory {
			why += "; both are of the category “" + category.Label(lang) + "”"
		}
		return why + "; similarity " + strconv.FormatFloat(100*s.Score, 'f', 0, 64) + " of 100"
	}
	why := "共同用语“" + strings.Join(s.Phrases, "”“") + "”"
	if s.SameCategory {
		why += "；同属“" + category.Label(integrity.Chinese) + "”类"
	}
	return why + "；相似度 " + strconv.FormatFloat(100*s.Score, 'f', 0, 64) + " / 100"
}
