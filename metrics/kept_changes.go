package metrics

import (
	"encoding/json"
	"fmt"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// SpotState is how a run of hot spots lists a cell.
type SpotState string

// The states, from the strongest: hot, watched, a slow rise, high over three months only.
const (
	SpotHot   SpotState = "hot"
	SpotWatch SpotState = "watch"
	SpotSlow  SpotState = "slow"
	SpotRun   SpotState = "run"
)

// state is the strongest word for a listed cell, or empty.
func (h HotSpot) state() SpotState {
	switch {
	case h.Hot:
		return SpotHot
	case h.Watch:
		return SpotWatch
	case h.Slow:
		return SpotSlow
	case h.Run:
		return SpotRun
	}
	return ""
}

// SpotSeen is how a run saw a cell: its state, and the count that the state goes by, of the
// month or of Months months together.
type SpotSeen struct {
	State  SpotState `json:"state"`
	Count  int       `json:"count"`
	Months int       `json:"months,omitempty"` // 0 for the month alone
}

// SpotChange is what a later run sees otherwise in one cell than the run before. A task
// keeps these facts; the sentence is made where it is read, in the language of the reader.
type SpotChange struct {
	Unit     string             `json:"unit"`
	UnitName string             `json:"unit_name"` // as it was called then
	Category integrity.Category `json:"category"`
	Before   *SpotSeen          `json:"before,omitempty"` // nil where newly listed
	After    *SpotSeen          `json:"after,omitempty"`  // nil where listed no more
}

func (h HotSpot) seen() *SpotSeen {
	s := &SpotSeen{State: h.state(), Count: h.Count}
	if s.State == SpotSlow || s.State == SpotRun {
		s.Count, s.Months = h.Together.Count, h.Together.Months
	}
	return s
}

// SpotChanges returns what a later run sees otherwise than an earlier one: its own cells in
// their order, then those that it lists no more.
func SpotChanges(before, after []HotSpot) []SpotChange {
	was := map[cellKey]HotSpot{}
	for _, h := range before {
		was[cellKey{h.Unit, string(h.Category)}] = h
	}
	out := []SpotChange{}
	for _, h := range after {
		c := SpotChange{Unit: h.Unit, UnitName: h.UnitName, Category: h.Category, After: h.seen()}
		key := cellKey{h.Unit, string(h.Category)}
		if old, listed := was[key]; listed {
			c.Before = old.seen()
			delete(was, key)
		}
		if c.Before == nil || *c.Before != *c.After {
			out = append(out, c)
		}
	}
	for _, h := range before {
		if _, gone := was[cellKey{h.Unit, string(h.Category)}]; gone {
			out = append(out, SpotChange{Unit: h.Unit, UnitName: h.UnitName, Category: h.Category, Before: h.seen()})
		}
	}
	return out
}

// Stored returns the change as it is kept.
func (c SpotChange) Stored() (string, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("keep a change of %s %s: %w", c.Unit, c.Category, err)
	}
	return string(text), nil
}

// spotStates are the words for the states.
var spotStates = map[SpotState]obligation.Text{
	SpotHot: {ZH: "显著偏高", EN: "hot"}, SpotWatch: {ZH: "关注", EN: "watched"},
	SpotSlow: {ZH: "近三个月缓升", EN: "slow rise over three months"}, SpotRun: {ZH: "近三个月合计偏高", EN: "high over three months"},
}

func (s *SpotSeen) figure() obligation.Text {
	if s.Months == 0 {
		return obligation.Text{ZH: fmt.Sprintf("%d件", s.Count), EN: fmt.Sprint(s.Count)}
	}
	return obligation.Text{ZH: fmt.Sprintf("三个月合计%d件", s.Count), EN: fmt.Sprintf("%d in three months", s.Count)}
}

// sentence says the change.
func (c SpotChange) sentence() obligation.Text {
	var text obligation.Text
	switch before, after := c.Before, c.After; {
	case before == nil:
		word, n := spotStates[after.State], after.figure()
		text = obligation.Text{ZH: "新列入" + word.ZH + "（" + n.ZH + "）", EN: "newly listed as " + word.EN + " (" + n.EN + ")"}
	case after == nil:
		word, n := spotStates[before.State], before.figure()
		text = obligation.Text{ZH: "由" + word.ZH + "改为不再列出（原" + n.ZH + "）", EN: "was " + word.EN + ", listed no more (was " + n.EN + ")"}
	case before.State != after.State:
		was, is, from, to := spotStates[before.State], spotStates[after.State], before.figure(), after.figure()
		text = obligation.Text{
			ZH: "由" + was.ZH + "改为" + is.ZH + "（" + from.ZH + "→" + to.ZH + "）",
			EN: "was " + was.EN + ", now " + is.EN + " (" + from.EN + " → " + to.EN + ")",
		}
	default:
		from, to := before.figure(), after.figure()
		text = obligation.Text{ZH: from.ZH + "→" + to.ZH, EN: from.EN + " → " + to.EN}
	}
	return obligation.Text{
		ZH: c.UnitName + "·" + c.Category.Label(integrity.Chinese) + "：" + text.ZH,
		EN: c.UnitName + ", " + c.Category.Label(integrity.English) + ": " + text.EN,
	}
}

// keptSentences writes stored changes in a language. What was stored as a sentence, before
// facts were, or by a later version with states unknown here, is given as it stands.
func keptSentences(stored []string, lang integrity.Lang) []string {
	out := make([]string, len(stored))
	for i, text := range stored {
		out[i] = text
		var c SpotChange
		if !strings.HasPrefix(text, "{") || json.Unmarshal([]byte(text), &c) != nil || !c.known() {
			continue
		}
		out[i] = c.sentence().In(lang)
	}
	return out
}

// known reports whether there are words for the change.
func (c SpotChange) known() bool {
	for _, s := range []*SpotSeen{c.Before, c.After} {
		if s == nil {
			continue
		}
		if _, ok := spotStates[s.State]; !ok {
			return false
		}
	}
	return c.Before != nil || c.After != nil
}
