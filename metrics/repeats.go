package metrics

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
	"qingfeng/metrics/obligation"
)

// nearRepeat is how similar the first papers of two matters of a unit must be for the later one to be
// suggested as a repeat of the earlier: likeness.Score of the folded texts, the Dice coefficient of
// their pairs of neighbouring characters. At 0.8 one character in ten may differ.
const nearRepeat = 0.8

// repeatDays is how long after the last paper of a matter another paper may still repeat it, as for
// the repeats of one person (methods, section 1).
const repeatDays = 90

// nearCandidate is the likeness, without digits, from which two texts are compared exactly: below
// nearRepeat, since the sketches leave digits out and count every pair once.
const nearCandidate = 0.7

// Repeats is the answer about matters that may be repeats: near text only suggests, nothing is ever
// merged by it, and all counts keep both.
type Repeats struct {
	From      integrity.Day `json:"from"` // first papers of the later matters, from this day
	To        integrity.Day `json:"to"`
	Threshold float64       `json:"threshold"` // likeness from which a repeat is suggested
	Days      int           `json:"days"`      // longest time between two matters
	// Petitions tells whether petitions were looked at: only for those who may read them.
	Petitions bool     `json:"petitions"`
	Items     []Repeat `json:"items"` // the latest first
	Total     int      `json:"total"`
	Note      string   `json:"note"` // why there is no answer, where there is none
}

// Repeat is a matter of the period with the earlier matter of the same unit whose text is most like
// its own.
type Repeat struct {
	Unit       string      `json:"unit"`
	UnitName   string      `json:"unit_name"`
	Similarity float64     `json:"similarity"` // Threshold to 1
	Later      RepeatPaper `json:"later"`
	Earlier    RepeatPaper `json:"earlier"`
	Why        string      `json:"why"`
}

// RepeatPaper is the first paper of a matter.
type RepeatPaper struct {
	ID         string               `json:"id"`
	Kind       integrity.SignalKind `json:"kind"`
	Number     string               `json:"number"`
	Source     string               `json:"source"`
	Category   integrity.Category   `json:"category"`
	OccurredOn integrity.Day        `json:"occurred_on"`
	Text       string               `json:"text"`
	Papers     []string             `json:"papers"` // IDs of all papers of the matter
}

// matterText is one matter: papers that are one by 编号, 重复件, equal text or person.
type matterText struct {
	Unit     string        `ch:"unit_code"`
	Category string        `ch:"matter_category"`
	First    integrity.Day `ch:"first_on"`
	Last     integrity.Day `ch:"last_on"`
	IDs      []uint64      `ch:"series_ids"`
	ID       uint64        `ch:"paper_id"`
	Kind     string        `ch:"paper_kind"`
	Number   string        `ch:"paper_number"`
	Source   string        `ch:"paper_source"`
	Text     string        `ch:"paper_text"`
}

// nearPair are two matters of a unit by their places, the later one second.
type nearPair struct {
	earlier, later int
	score          float64
}

// nearMatters are matters and those of them that read alike.
type nearMatters struct {
	matters []matterText
	pairs   []nearPair
}

// nearPairs finds the matters that begin in the period and read like an earlier one of their unit
// whose last paper is at most repeatDays before. Matters come unit by unit, in order of their first papers.
func nearPairs(matters []matterText, from, to integrity.Day) []nearPair {
	var out []nearPair
	for start := 0; start < len(matters); {
		end := start + 1
		for end < len(matters) && matters[end].Unit == matters[start].Unit {
			end++
		}
		texts, folded := make([]string, end-start), make([]string, end-start)
		for i := range texts {
			texts[i] = matters[start+i].Text
			folded[i] = likeness.Fold(texts[i])
		}
		groups, near := nearGroups(texts, nearCandidate)
		for g, members := range groups {
			for _, n := range near[g] {
				for _, later := range members {
					l := matters[start+later]
					if l.First < from || l.First > to {
						continue
					}
					for _, earlier := range groups[n.group] {
						if earlier >= later || l.First-matters[start+earlier].Last > repeatDays {
							continue
						}
						if score := likeness.Score(folded[earlier], folded[later]); score >= nearRepeat {
							out = append(out, nearPair{start + earlier, start + later, score})
						}
					}
				}
			}
		}
		start = end
	}
	slices.SortFunc(out, func(a, b nearPair) int {
		return cmp.Or(cmp.Compare(a.later, b.later), cmp.Compare(b.score, a.score), cmp.Compare(a.earlier, b.earlier))
	})
	return out
}

// matterTexts reads the matters of units that a near text of the period may repeat, and those of the
// period; no units are all.
func matterTexts(ctx context.Context, f *frame, kinds, units []string, from, to integrity.Day) ([]matterText, error) {
	var out []matterText
	err := f.selAll(ctx, &out, mustQuery("matter_texts"), param("matter_kinds", kinds), param("matter_units", units),
		param("papers_from", integrity.NoDay), param("from_day", from-repeatDays), param("to_day", to))
	return out, err
}

// matterKinds are the feeds whose papers are grouped into matters, petitions for those who may read them.
func matterKinds(who integrity.Principal) []string {
	kinds := []string{string(integrity.SignalComplaint)}
	if who.SeesPetitionRows() {
		kinds = append(kinds, string(integrity.SignalPetition))
	}
	return kinds
}

// Repeats suggests which matters of a period, by default the month that hot spots judge, may repeat an
// earlier one: the first papers of both read alike (methods, section 1). With a signal in the scope it tells
// every matter that may be one with the signal's. Only those who read complaints one by one are
// answered; petitions are looked at for those who may read them.
func (m *Metrics) Repeats(ctx context.Context, who integrity.Principal, s Scope) (Repeats, error) {
	f, err := m.frame(ctx, who, s)
	if err != nil {
		return Repeats{}, err
	}
	out := Repeats{Threshold: nearRepeat, Days: repeatDays, Petitions: who.SeesPetitionRows(), Items: []Repeat{}}
	if out.From, out.To = f.scope.period(); out.From == integrity.NoDay && s.Signal == "" {
		out.From = JudgedMonth(f.scope.AsOf)
		out.To = min(out.To, integrity.Date(out.From.Year(), out.From.Month()+1, 1)-1)
	}
	if !who.SeesRows(integrity.SignalComplaint) {
		out.Note = obligation.Text{ZH: "逐件文字由检查组、政治处和本单位查看", EN: "texts are read by inspectors, the political department and the unit"}.In(s.Lang)
		return out, nil
	}
	var asked uint64
	units := f.codes
	if s.Signal != "" {
		found, err := m.Signals(ctx, who, Scope{AsOf: f.scope.AsOf, KnownAt: s.KnownAt, Signal: s.Signal, Integrity: "all", Page: 1, PerPage: 1})
		if err != nil {
			return out, err
		}
		if len(found.Items) == 0 {
			return out, fmt.Errorf("signal %q: %w", s.Signal, integrity.ErrNotFound)
		}
		if asked, err = integrity.ParseID(s.Signal); err != nil {
			return out, err
		}
		x := found.Items[0]
		units = []string{x.Unit}
		// Its matter may begin before it, with a paper that it repeats.
		out.From, out.To = x.OccurredOn-2*repeatDays, min(f.scope.AsOf, x.OccurredOn+repeatDays)
	}
	key := fmt.Sprintf("repeats/%s/%s/%t/%s", out.From, out.To, who.SeesPetitionRows(), strings.Join(units, ","))
	near, err := cached(ctx, m.cache, f.snap, key, func(ctx context.Context) (nearMatters, error) {
		matters, err := matterTexts(ctx, f, matterKinds(who), units, out.From, out.To)
		return nearMatters{matters, nearPairs(matters, out.From, out.To)}, err
	})
	if err != nil {
		return out, fmt.Errorf("repeats from %s to %s: %w", out.From, out.To, err)
	}
	told := -1
	for _, p := range near.pairs {
		later, earlier := near.matters[p.later], near.matters[p.earlier]
		switch {
		case asked != 0 && !slices.Contains(later.IDs, asked) && !slices.Contains(earlier.IDs, asked):
			continue
		case asked == 0 && (p.later == told || s.Category != "" && later.Category != string(s.Category) || !f.sees(later.Unit)):
			continue // the most similar one is enough
		}
		told = p.later
		it := Repeat{Unit: later.Unit, UnitName: f.units.name(later.Unit), Similarity: round(p.score, 2), Later: later.paper(), Earlier: earlier.paper()}
		it.Why = repeatWhy(it, f.scope.lang())
		out.Items = append(out.Items, it)
	}
	slices.SortStableFunc(out.Items, func(a, b Repeat) int { return cmp.Compare(b.Later.OccurredOn, a.Later.OccurredOn) })
	out.Total = len(out.Items)
	if s.Limit > 0 && len(out.Items) > s.Limit {
		out.Items = out.Items[:s.Limit]
	}
	return out, nil
}

func (t matterText) paper() RepeatPaper {
	out := RepeatPaper{ID: integrity.FormatID(t.ID), Kind: integrity.SignalKind(t.Kind), Number: t.Number, Source: t.Source,
		Category: integrity.Category(t.Category), OccurredOn: t.First, Text: t.Text}
	for _, id := range slices.Sorted(slices.Values(t.IDs)) {
		out.Papers = append(out.Papers, integrity.FormatID(id))
	}
	return out
}

// repeatWhy says what is alike, and that nothing follows from it by itself.
func repeatWhy(r Repeat, lang integrity.Lang) string {
	days := int(r.Later.OccurredOn - r.Earlier.OccurredOn)
	return obligation.Text{
		ZH: fmt.Sprintf("与%s的%s文字相近（相似度%.2f），相隔%d天，疑似重复；仍按两件事计，是否重复由人判断。", r.Earlier.OccurredOn.Chinese(), r.Earlier.Number, r.Similarity, days),
		EN: fmt.Sprintf("Its text is like that of %s of %s, %s before (similarity %.2f): perhaps a repeat. Both are counted; a person decides.", r.Earlier.Number, r.Earlier.OccurredOn, plural(uint64(days), "day"), r.Similarity),
	}.In(lang)
}
