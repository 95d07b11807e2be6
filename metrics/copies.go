package metrics

import (
	"math"
	"math/bits"
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

// The sketch of a text: bands of rows of MinHash values. Two texts with Dice d have
// Jaccard j = d/(2−d), and meet in some band with probability 1 − (1 − j^rows)^bands: at
// the threshold of 0.85 all but one pair in 80,000, at 0.9 all but one in 10⁸; at 0.5 a
// third, and those are told apart by the comparison that follows.
const (
	sketchBands = 32
	sketchRows  = 4
)

// nearCopies finds for each text the most similar one of another unit, if any reaches the
// threshold; among equals the first in order. Texts shorter than shortDescription are left
// out: two short phrases are alike by chance.
func nearCopies(texts, units []string, threshold float64) map[int]alike {
	groups, near := nearGroups(texts, threshold)
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

// nearGroups puts equal texts together, as indexes, and finds for each group the others whose
// text is similar; a group of several is similar to itself. Texts shorter than shortDescription
// are in none.
//
// It does not compare all pairs. Groups that meet in a band of
// their sketches (MinHash: Broder, On the resemblance and containment of documents, 1997;
// bands: Indyk and Motwani, Approximate nearest neighbors, STOC 1998) are compared, first
// by a bitmap of their pairs, then exactly. No two texts are called alike that are not.
func nearGroups(texts []string, threshold float64) (groups [][]int, near [][]scored) {
	groups, pairs := groupTexts(texts)
	near = make([][]scored, len(groups))
	for g, members := range groups { // equal texts are alike
		if len(members) > 1 {
			near[g] = append(near[g], scored{g, 1})
		}
	}
	bitmaps := make([]bitmap, len(groups))
	for g, set := range pairs {
		bitmaps[g] = bitmapOf(set)
	}
	var bands [sketchBands]map[uint64][]int32
	for k := range bands {
		bands[k] = make(map[uint64][]int32, len(groups))
	}
	met := make([]int32, len(groups)) // met[h] = the group that h was last compared with, +1
	for g, a := range pairs {
		keys := sketch(a)
		for k, key := range keys {
			bucket := bands[k][key]
			for _, h := range bucket {
				if len(near[g]) > mostAlike {
					break
				}
				if met[h] == int32(g)+1 {
					continue
				}
				met[h] = int32(g) + 1
				b := pairs[h]
				sum := float64(len(a) + len(b))
				// Sets with Dice ≥ t differ in at most (1−t)·(|A|+|B|) pairs; their
				// bitmaps differ in no more.
				if float64(bitmaps[g].distance(&bitmaps[h])) > (1-threshold)*sum {
					continue
				}
				if score := 2 * float64(common(a, b)) / sum; score >= threshold {
					near[g] = append(near[g], scored{int(h), score})
					if len(near[h]) <= mostAlike {
						near[h] = append(near[h], scored{g, score})
					}
				}
			}
			bands[k][key] = append(bucket, int32(g))
		}
	}
	return groups, near
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

// bitmap holds a bit for each of 256 classes of pairs.
type bitmap [4]uint64

func bitmapOf(set []uint32) bitmap {
	var b bitmap
	for _, p := range set {
		h := scatter(uint64(p)) >> 56
		b[h>>6] |= 1 << (h & 63)
	}
	return b
}

// distance counts the bits in which two bitmaps differ.
func (b *bitmap) distance(c *bitmap) int {
	n := 0
	for i := range b {
		n += bits.OnesCount64(b[i] ^ c[i])
	}
	return n
}

// scatter spreads a number over 64 bits (the finalizer of SplitMix64).
func scatter(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// sketchFactors make the hash functions of the sketch out of one: odd, fixed numbers, so
// that the same texts always give the same answer.
var sketchFactors = func() (f [sketchBands * sketchRows]uint64) {
	for i := range f {
		f[i] = scatter(uint64(i)+1) | 1
	}
	return f
}()

// sketch returns one key a band of a set that is not empty.
func sketch(set []uint32) (keys [sketchBands]uint64) {
	var least [sketchBands * sketchRows]uint64
	for i := range least {
		least[i] = math.MaxUint64
	}
	for _, p := range set {
		h := scatter(uint64(p))
		for i, f := range sketchFactors {
			least[i] = min(least[i], bits.RotateLeft64(h*f, 32)*f)
		}
	}
	for k := range keys {
		for _, v := range least[k*sketchRows : (k+1)*sketchRows] {
			keys[k] = scatter(keys[k] ^ v)
		}
	}
	return keys
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
