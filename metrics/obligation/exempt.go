package obligation

import (
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
)

// numbers is a set of 序号; all = every number.
type numbers struct {
	all    bool
	ranges [][2]int
}

// parseNumbers reads 3, 1、3、5-8, 全部 or nothing (= all). What is not a number is
// passed over: it fits no point.
func parseNumbers(s string) numbers {
	s = strings.TrimSpace(s)
	if s == "" || s == "全部" {
		return numbers{all: true}
	}
	var out numbers
	fields := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、,，;； \t", r) })
	for _, f := range fields {
		from, to, isRange := strings.Cut(strings.NewReplacer("至", "-", "—", "-", "–", "-", "~", "-", "～", "-", "－", "-").Replace(f), "-")
		lo, err := strconv.Atoi(strings.Trim(from, "第项条 "))
		if err != nil {
			continue
		}
		hi := lo
		if isRange {
			if hi, err = strconv.Atoi(strings.Trim(to, "第项条 ")); err != nil {
				continue
			}
		}
		out.ranges = append(out.ranges, [2]int{lo, hi})
	}
	return out
}

// Covers reports whether a 序号 as the ledger writes it (3, 1、3、5-8, 全部; empty = all)
// names a number.
func Covers(refs string, no int) bool { return parseNumbers(refs).has(no) }

func (n numbers) has(no int) bool {
	if n.all {
		return true
	}
	for _, r := range n.ranges {
		if r[0] <= no && no <= r[1] {
			return true
		}
	}
	return false
}

// exemption is a valid 豁免 of a year known on a day.
type exemption struct {
	unit int32
	on   integrity.Day
	nos  numbers
}

// exemptions returns the valid exemptions of a year up to asOf: with a reason and with
// an approver. One without 序号 covers the whole unit: all its points and its review.
func (b *Book) exemptions(year int, asOf integrity.Day) []exemption {
	var out []exemption
	for i := range b.facts.Ledger {
		e := &b.facts.Ledger[i]
		if e.Item != integrity.ItemExemption || e.Year != year || e.On > asOf || strings.TrimSpace(e.Reason) == "" || !signed(e) {
			continue
		}
		if u := b.find(e.Unit); u >= 0 {
			out = append(out, exemption{u, e.On, parseNumbers(e.No)})
		}
	}
	return out
}

// signed reports whether somebody is named in a ledger entry.
func signed(e *integrity.LedgerEntry) bool {
	for _, p := range e.Persons {
		if strings.TrimSpace(p) != "" {
			return true
		}
	}
	return false
}

// exemptUnits returns the units that are exempt as a whole.
func (b *Book) exemptUnits(year int, asOf integrity.Day) map[int32]bool {
	out := map[int32]bool{}
	for _, x := range b.exemptions(year, asOf) {
		if x.nos.all {
			out[x.unit] = true
		}
	}
	return out
}

// exemptPoints returns the points exempt in a year as known on asOf. A 序号 is looked up
// in the unit's list of the year, else in the nearest list; where the list has several
// versions, in the one that stood when the exemption was given, else in the first.
func (b *Book) exemptPoints(year int, asOf integrity.Day) map[int32]bool {
	out := map[int32]bool{}
	exemptions := b.exemptions(year, asOf)
	if len(exemptions) == 0 {
		return out
	}
	type version struct {
		point int32
		*span
	}
	own := make(map[int32][]version, len(exemptions))
	for _, x := range exemptions {
		own[x.unit] = nil
	}
	for p := range b.facts.Points {
		for i := b.spanAt[p]; i < b.spanAt[p+1]; i++ {
			s := &b.spans[i]
			if _, asked := own[s.unit]; asked && s.from <= asOf {
				own[s.unit] = append(own[s.unit], version{int32(p), s})
			}
		}
	}
	for _, x := range exemptions {
		nearest, best := 0, 1<<30
		for _, v := range own[x.unit] {
			away := 2 * abs(int(v.year)-year)
			if int(v.year) > year {
				away++ // of two lists equally near, the earlier one
			}
			if away < best {
				nearest, best = int(v.year), away
			}
		}
		// stood is the beginning of the version of the list in which each number is
		// looked up.
		stood := map[int32]integrity.Day{}
		for _, v := range own[x.unit] {
			if int(v.year) != nearest || !x.nos.has(int(v.no)) {
				continue
			}
			if was, ok := stood[v.no]; !ok || better(v.from, was, x.on) {
				stood[v.no] = v.from
			}
		}
		for _, v := range own[x.unit] {
			if x.nos.all && int(v.year) == nearest || int(v.year) == nearest && x.nos.has(int(v.no)) && stood[v.no] == v.from {
				out[v.point] = true
			}
		}
	}
	return out
}

// better reports whether a version that began on a is the one that stood on day on,
// rather than one that began on b: the last one begun by then, else the first.
func better(a, b, on integrity.Day) bool {
	switch {
	case a <= on && b <= on:
		return a > b
	case a > on && b > on:
		return a < b
	}
	return a <= on
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
