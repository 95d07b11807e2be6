package metrics

import (
	"cmp"
	"math"
	"slices"
	"unicode"
)

// similarText is how similar the descriptions of two units must be to be called alike:
// the Dice coefficient of their sets of neighbouring character pairs, 2·|A∩B|/(|A|+|B|).
// At 0.85 one word in seven may differ.
const similarText = 0.85

// mostAlike bounds the similar texts that are looked at for one text: of a text that half
// the city shares, the first so many are enough to say so.
const mostAlike = 50

// alike is the most similar text of another unit.
type alike struct {
	other int     // its index
	score float64 // similarity, from similarText to 1
	units int     // other units with a similar text, at most mostAlike
}

// nearCopies finds for each text the most similar one of another unit, if any reaches the
// threshold; among equals the first in order. Texts shorter than shortDescription are left
// out: two short phrases are alike by chance.
//
// It does not compare all pairs. Equal texts are grouped first. The pairs of a text are
// sorted from the rarest to the commonest; two texts with Dice ≥ t share at least
// t/(2−t)·|A| pairs, so they share one of the first |A| − ⌈t/(2−t)·|A|⌉ + 1 of A, and only
// texts that meet there, and whose sizes allow it, are compared (prefix filtering:
// Chaudhuri et al., A primitive operator for similarity joins, ICDE 2006; Bayardo et al.,
// Scaling up all pairs similarity search, WWW 2007). The answer is exact but for mostAlike.
func nearCopies(texts, units []string, threshold float64) map[int]alike {
	groups, pairs := groupTexts(texts)
	rankPairs(pairs)
	// Smaller sets first: a set then only meets those that are not larger.
	order := make([]int, len(groups))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(pairs[a]), len(pairs[b])) })

	share := threshold / (2 - threshold)
	index := map[uint32][]int{}
	met := make([]int, len(groups)) // met[g] = the group that g was last compared with, +1
	near := make([][]scored, len(groups))
	for g, texts := range groups { // equal texts are alike
		if len(texts) > 1 {
			near[g] = append(near[g], scored{g, 1})
		}
	}
	for _, g := range order {
		a := pairs[g]
		least := int(math.Ceil(share*float64(len(a)) - 1e-9))
		for _, pair := range a[:min(len(a), len(a)-least+1)] {
			for _, h := range index[pair] {
				if met[h] == g+1 || len(near[g]) > mostAlike {
					continue
				}
				met[h] = g + 1
				b := pairs[h]
				if len(b) < least {
					continue
				}
				if score := 2 * float64(common(a, b)) / float64(len(a)+len(b)); score >= threshold {
					near[g] = append(near[g], scored{h, score})
					if len(near[h]) <= mostAlike {
						near[h] = append(near[h], scored{g, score})
					}
				}
			}
			index[pair] = append(index[pair], g)
		}
	}

	out := map[int]alike{}
	for g, members := range groups {
		for _, i := range members {
			best, found := alike{}, map[string]bool{}
			for _, n := range near[g] {
				for _, j := range groups[n.group] {
					if units[j] == units[i] {
						continue
					}
					if len(found) < mostAlike {
						found[units[j]] = true
					}
					if n.score > best.score || n.score == best.score && j < best.other {
						best.other, best.score = j, n.score
					}
				}
			}
			if len(found) > 0 {
				best.units = len(found)
				out[i] = best
			}
		}
	}
	return out
}

type scored struct {
	group int
	score float64
}

// groupTexts puts equal texts together and returns for each group the indexes of its
// texts and its set of neighbouring character pairs, numbered as they come.
func groupTexts(texts []string) (groups [][]int, pairs [][]uint32) {
	byText, number := map[string]int{}, map[uint64]uint32{}
	for i, text := range texts {
		letters := lettersOf(text)
		if len(letters) < shortDescription {
			continue
		}
		key := string(letters)
		g, ok := byText[key]
		if !ok {
			g = len(groups)
			byText[key] = g
			groups = append(groups, nil)
			set := make([]uint32, 0, len(letters)-1)
			for j := 1; j < len(letters); j++ {
				pair := uint64(letters[j-1])<<32 | uint64(letters[j])
				n, ok := number[pair]
				if !ok {
					n = uint32(len(number))
					number[pair] = n
				}
				set = append(set, n)
			}
			slices.Sort(set)
			pairs = append(pairs, slices.Compact(set))
		}
		groups[g] = append(groups[g], i)
	}
	return groups, pairs
}

// rankPairs numbers the pairs anew from the rarest to the commonest and sorts each set.
func rankPairs(sets [][]uint32) {
	var counts []uint32
	for _, set := range sets {
		for _, p := range set {
			for int(p) >= len(counts) {
				counts = append(counts, 0)
			}
			counts[p]++
		}
	}
	order := make([]uint32, len(counts))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortStableFunc(order, func(a, b uint32) int { return cmp.Compare(counts[a], counts[b]) })
	rank := make([]uint32, len(counts))
	for r, p := range order {
		rank[p] = uint32(r)
	}
	for _, set := range sets {
		for i, p := range set {
			set[i] = rank[p]
		}
		slices.Sort(set)
	}
}

// common counts what two sorted sets share.
func common(a, b []uint32) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] == b[j]:
			n++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return n
}

// lettersOf returns the letters of a text in one case; digits, white space and
// punctuation do not make texts differ.
func lettersOf(text string) []rune {
	out := make([]rune, 0, len(text)/3)
	for _, r := range text {
		if unicode.IsLetter(r) {
			out = append(out, unicode.ToLower(r))
		}
	}
	return out
}
