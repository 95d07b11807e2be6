package classify

import (
	"fmt"

	"qingfeng/internal/integrity"
)

// Suggestion is what the text of a risk point or a signal speaks for.
type Suggestion struct {
	// Layer is LayerUnclassified when neither post nor text names a layer, and when
	// they name several.
	Layer integrity.Layer `json:"layer"`
	// Category is the best guess; CategoryUnclassified only without any evidence.
	Category integrity.Category `json:"category"`
	// Confidence orders suggestions from 0 (no evidence) to below 1. It is no
	// probability.
	Confidence float64 `json:"confidence"`
	// Sure tells that Category may be used without a person looking: at least 3 points,
	// 2 ahead of the next, more behind them than one phrase of two characters, and 60 %
	// of all points if several clauses hold strong cues.
	Sure bool `json:"sure"`
	// Integrity tells whether a signal concerns integrity; empty for risk points, which
	// always do.
	Integrity integrity.Integrity `json:"integrity,omitempty"`
	// Reasons are the pieces of evidence, those for Category first, at most 20. Empty
	// without evidence, nil where they were not asked for.
	Reasons []Reason `json:"reasons"`
}

// Reason is one piece of evidence.
type Reason struct {
	// Phrase is the decisive piece of the text, or of the column 岗位 for a layer.
	Phrase string `json:"phrase"`
	// Clause is the clause of the text in which the phrase stands.
	Clause string `json:"clause"`
	// Rule says in Chinese what was recognised.
	Rule string `json:"rule"`
	// Notice quotes the words of the notice that the rule rests on.
	Notice string `json:"notice"`
	// Category is what the evidence speaks for; empty for evidence of a layer.
	Category integrity.Category `json:"category,omitempty"`
	// Layer is set for evidence of a layer.
	Layer integrity.Layer `json:"layer,omitempty"`
	// Points is the weight, 1 (weak) to 4 (the notice's own words, or two cues that
	// agree); 0 for evidence of a layer.
	Points int `json:"points,omitempty"`
}

// String returns the reason as a Chinese sentence.
func (r Reason) String() string {
	if r.Layer != "" {
		return fmt.Sprintf("“%s”：%s，指向%s（通知：“%s”）。", r.Phrase, r.Rule, r.Layer.Label(integrity.Chinese), r.Notice)
	}
	return fmt.Sprintf("“%s”：%s，指向%s类，计%d分（通知：“%s”）。", r.Phrase, r.Rule, r.Category.Label(integrity.Chinese), r.Points, r.Notice)
}

// maxReasons bounds the reasons of one suggestion: more help nobody.
const maxReasons = 20

// Risk suggests layer and category of a risk point from its description and, for the
// layer first of all, from the column 岗位, which may be empty.
func Risk(text, post string) Suggestion { return risk(compiled(), text, post) }

func risk(d *dictionary, text, post string) (out Suggestion) {
	s, p := scan{d: d, why: &explanation{}}, scan{d: d, why: &explanation{}}
	s.read(text)
	p.read(post)
	s.conclude(&out, &p)
	return out
}

// Signal suggests layer, category and integrity of a complaint, petition, finding or
// comparison. Words such as 投诉 or 审计发现 say nothing here: every signal comes from
// such a source.
func Signal(text string) (out Suggestion) {
	signal(&out, text, &explanation{})
	return out
}

// QuickSignal is Signal without reasons. It allocates nothing.
func QuickSignal(text string) (out Suggestion) {
	signal(&out, text, nil)
	return out
}

func signal(out *Suggestion, text string, why *explanation) {
	s := scan{d: compiled(), complaint: true, why: why}
	s.read(text)
	s.conclude(out, &s)
	out.Integrity = s.integrity()
}

// Revision counts the states of the lexicon and the rules. A signal whose text has not
// changed is classified anew when its file is loaded again after a revision.
const Revision = 2
