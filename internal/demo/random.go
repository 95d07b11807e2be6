package demo

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"
)

// seed is part of every stream's name: changing it changes every file.
const seed = "linchengshi-1"

// stream is a source of random choices with a name of its own, so that more choices in
// one place (another month, another unit) leave all others as they were.
type stream struct{ *rand.Rand }

func newStream(name string) stream {
	h := fnv.New64a()
	h.Write([]byte(seed))
	a := h.Sum64()
	h.Write([]byte(name))
	return stream{rand.New(rand.NewPCG(a, h.Sum64()))}
}

// chance reports true with probability p.
func (s stream) chance(p float64) bool { return s.Float64() < p }

// between returns a whole number from lo to hi, both included.
func (s stream) between(lo, hi int) int { return lo + s.IntN(hi-lo+1) }

// one returns an element of a list.
func one[T any](s stream, list []T) T { return list[s.IntN(len(list))] }

// weighted returns the position of an element drawn with the given weights.
func (s stream) weighted(weights []float64) int {
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	x := s.Float64() * sum
	for i, w := range weights {
		if x -= w; x < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// sample returns n elements of a list in their own order, all of them if there are fewer.
func sample[T any](s stream, list []T, n int) []T {
	if n >= len(list) {
		return list
	}
	chosen := make([]bool, len(list))
	for _, i := range s.Perm(len(list))[:n] {
		chosen[i] = true
	}
	var out []T
	for i, v := range list {
		if chosen[i] {
			out = append(out, v)
		}
	}
	return out
}

// spell resolves the choices {a|b|c} of a text and its words in angle brackets: those of
// words first, the rest through fill.
func (s stream) spell(text string, words map[string]string, fill func(word string) string) string {
	var b strings.Builder
	for text != "" {
		i := strings.IndexAny(text, "{<")
		if i < 0 {
			b.WriteString(text)
			break
		}
		b.WriteString(text[:i])
		closing := "}"
		if text[i] == '<' {
			closing = ">"
		}
		end := i + strings.Index(text[i:], closing)
		inner := text[i+1 : end]
		text = text[end+1:]
		if closing == "}" {
			// A choice may itself hold a word in angle brackets.
			text = one(s, strings.Split(inner, "|")) + text
			continue
		}
		if w, ok := words[inner]; ok {
			b.WriteString(w)
		} else {
			b.WriteString(fill(inner))
		}
	}
	return b.String()
}
