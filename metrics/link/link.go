package link

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// Text is a signal or a risk point: what it says, and its category, empty or unclassified
// where nobody knows it.
type Text struct {
	ID       string
	Words    string
	Category string
}

// Suggestion is a point that a signal may belong to.
type Suggestion struct {
	ID string `json:"id"`
	// Score orders suggestions, from 0 to 1; it is no probability.
	Score float64 `json:"score"`
	// SameCategory tells that signal and point are of the same known category.
	SameCategory bool `json:"same_category"`
	// Phrases are the longest pieces that both texts share, at most three.
	Phrases []string `json:"phrases"`
}

// The weights of the three parts, and the least score that is worth a look.
const (
	weightCover    = 0.5
	weightDice     = 0.2
	weightCategory = 0.3
	least          = 0.12
	most           = 3
)

// Suggest returns the points of the signal's unit that it may belong to, the likeliest first,
// at most three:
//
//	score = 0.5·cover + 0.2·dice + 0.3·[same known category]
//
// over the pairs of neighbouring characters of both texts: cover is the share of the point's
// pairs that the signal has, each weighted by ln(1 + n/k) where k of the n points have it, so
// that what every list says counts little; dice is the Dice coefficient. A point that shares
// no pair, or scores below 0.12, is not suggested.
func Suggest(signal Text, points []Text) []Suggestion {
	pairs := make([]map[string]bool, len(points))
	having := map[string]int{}
	for i, p := range points {
		pairs[i] = pairsOf(p.Words)
		for g := range pairs[i] {
			having[g]++
		}
	}
	of := pairsOf(signal.Words)
	var out []Suggestion
	for i, p := range points {
		var shared, whole float64
		common := 0
		for g := range pairs[i] {
			weight := math.Log(1 + float64(len(points))/float64(having[g]))
			whole += weight
			if of[g] {
				shared += weight
				common++
			}
		}
		if common == 0 {
			continue
		}
		s := Suggestion{ID: p.ID, SameCategory: p.Category != "" && p.Category != "unclassified" && p.Category == signal.Category}
		s.Score = weightCover*shared/whole + weightDice*2*float64(common)/float64(len(of)+len(pairs[i]))
		if s.SameCategory {
			s.Score += weightCategory
		}
		if s.Score = math.Round(s.Score*1000) / 1000; s.Score >= least {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b Suggestion) int { return cmp.Compare(b.Score, a.Score) })
	out = out[:min(len(out), most)]
	for i := range out {
		at := slices.IndexFunc(points, func(p Text) bool { return p.ID == out[i].ID })
		out[i].Phrases = phrases(signal.Words, points[at].Words)
	}
	return out
}

// runs are the stretches of letters and digits of a text.
func runs(s string) [][]rune {
	var out [][]rune
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		out = append(out, []rune(strings.ToLower(part)))
	}
	return out
}

func pairsOf(s string) map[string]bool {
	out := map[string]bool{}
	for _, r := range runs(s) {
		for i := 0; i+1 < len(r); i++ {
			out[string(r[i:i+2])] = true
		}
	}
	return out
}

// phrases returns the longest pieces of two characters and more that both texts have, none
// within another, the longest first.
func phrases(a, b string) []string {
	var found []string
	text := strings.ToLower(b)
	for _, r := range runs(a) {
		for i := 0; i+1 < len(r); {
			n := 0
			for j := i + 2; j <= len(r) && strings.Contains(text, string(r[i:j])); j++ {
				n = j - i
			}
			if n == 0 {
				i++
				continue
			}
			if p := string(r[i : i+n]); !slices.Contains(found, p) {
				found = append(found, p)
			}
			i += n
		}
	}
	slices.SortStableFunc(found, func(x, y string) int { return cmp.Compare(len(y), len(x)) })
	return found[:min(len(found), most)]
}
