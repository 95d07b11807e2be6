package classify

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"qingfeng/internal/integrity"
)

var (
	directGroups = groupsOf(direct[:])
	bareGroups   = groupsOf(bare[:])
	headGroups   = setOf(hMeeting, hRule, hControl, hResource, hPower, hService)
	defectGroups = setOf(dUndone, dMissing, dLack, dLag, dClash, dVague, dWeak, dDiffer)
	layerGroups  = setOf(gLeadership, gMiddle, gOther)
	markGroups   = setOf(gClause, gSegment, gItem)
	// measureGroups are those without which every hit of a clause describes behaviour.
	measureGroups = setOf(gMeasure, gAbsent)
	// pairGroups hold a half of each pair that judgePairs looks for.
	pairGroups = setOf(pFavour, pGift, pPublic, pSource, pAbuse, pSolo)
	// yesGroups make a signal one that concerns integrity.
	yesGroups = setOf(iYes, cDecision, cPower, cPost, cExternal, cExternalNotice)
)

const (
	// maxHits is how many hits of one clause are judged together; a longer clause is
	// judged in pieces.
	maxHits = 64
	// bypassReach is how many bytes may stand between 未经 and the meeting it denies.
	bypassReach = 36
	// pairReach is how many bytes may stand between two cues that are read together.
	pairReach = 90
	// openingReach is how many bytes may stand before the verb that makes a segment a
	// measure: two runes, as in 要严格.
	openingReach = 6
	// maxWeak is what the weak cues of one category add at most to a text.
	maxWeak = 2
	// shortPhrase is the length in bytes of two characters: alone, such a phrase may be
	// part of any word, unless it names an act as 红包 and 截留 do.
	shortPhrase = 6
)

// hit is a term found in the text.
type hit struct {
	start, end   int
	segmentStart int
	groups       groups
	weakened     bool // part of a measure: a topic, not a behaviour
}

// counts reports whether the hit is one of a group and stands for behaviour.
func (h *hit) counts(g group) bool { return h.groups.has(g) && !h.weakened }

// evidence is one contribution, kept only to be explained.
type evidence struct {
	rule                   ruleID
	points                 int
	layer                  int // index of layerWords, for rLayer
	start, end             int // the phrase
	clauseStart, clauseEnd int
}

// scan reads one text. It lives on the stack: without an explanation nothing is allocated.
type scan struct {
	d         *dictionary
	complaint bool         // a signal, written by anybody about anything
	why       *explanation // nil unless it is asked for

	text         string
	hits         [maxHits]hit // of the present clause
	count        int
	clauseStart  int
	segmentStart int
	blanks       bool // characters that reading skips were seen

	total   [catCount]int  // the points: of each clause the strongest cue, of the text the weak ones
	strong  [catCount]int8 // of these, the strongest cue of the present clause
	weak    [catCount]int  // of these, the weak cues, at most maxWeak
	seen    uint64         // the weak rules behind them
	strongs [catCount]int  // how many strong cues the text has; a short phrase is half of one
	clauses int            // clauses with strong cues
	sourced bool           // a source of evidence is named
	yes, no bool           // cues for and against a signal's integrity
	layers  groups
	named   groups // the heads and defects of bare that the text names
}

// explanation is the evidence behind a suggestion.
type explanation struct {
	found   []evidence          // for categories
	layered []evidence          // for layers
	bare    [len(bare)]evidence // the first of each kind, for texts that say nothing else
}

// read finds the terms of the text in one pass and judges it clause by clause.
func (s *scan) read(text string) {
	s.text = text
	d := s.d
	from := state(0)
	for i := 0; i < len(text); {
		class := uint16(0)
		if b := text[i]; b < utf8.RuneSelf {
			i++
			if b == ' ' || b == '\t' {
				s.blanks = true
				continue
			}
			class = d.class[b]
		} else if next := i + 3; next <= len(text) && threeBytes(text[i:next]) { // as nearly all are
			c := text[i:next]
			r := uint16(c[0])<<12 | uint16(c[1]&0x3F)<<6 | uint16(c[2]&0x3F)
			i = next
			if r == '\u3000' {
				s.blanks = true
				continue
			}
			class = d.class[r]
		} else {
			r, n := utf8.DecodeRuneInString(text[i:])
			i += n
			if r <= 0xFFFF {
				class = d.class[r]
			}
		}
		to, found := d.step(from, class)
		from = to
		if found != 0 {
			s.add(i, found)
		}
	}
	s.endClause(len(text), len(text))
}

// threeBytes reports whether three bytes are one character, or half of a surrogate pair, which
// stands in no term either.
func threeBytes(c string) bool { return c[0] > 0xE0 && c[0] < 0xF0 && (c[1]^0x80)|(c[2]^0x80) < 0x40 }

// startOf returns where a term of n bytes that ends at end begins, blanks not counted.
func startOf(text string, end, n int) int {
	for n > 0 {
		switch {
		case text[end-1] == ' ' || text[end-1] == '\t':
			end--
		case end >= 3 && text[end-3:end] == "\u3000":
			end -= 3
		default:
			end--
			n--
		}
	}
	return end
}

// add takes a term that ends at end; hits that lie inside it no longer count.
func (s *scan) add(end int, found termID) {
	t := &s.d.terms[found]
	start, g := end-len(t.word), t.groups
	if s.blanks {
		start = startOf(s.text, end, len(t.word))
	}
	switch {
	case g&markGroups == 0:
	case g.has(gClause):
		s.endClause(start, end)
		return
	case g.has(gItem):
		if number := itemStart(s.text, s.clauseStart, start, end); number < start {
			s.endClause(number, end)
		}
		return
	case g.has(gSegment):
		s.segmentStart = end
		return
	default:
		return
	}
	for s.count > 0 && s.hits[s.count-1].start >= start {
		s.count--
	}
	if g == 0 {
		return // stands there only to cover shorter terms
	}
	if s.count == maxHits {
		s.endClause(start, start)
	}
	s.hits[s.count] = hit{start: start, end: end, segmentStart: s.segmentStart, groups: g}
	s.count++
}

// itemStart returns where the number begins to which the mark at start belongs, as in
// "1." or "2）"; start itself if the mark belongs to an amount or an enumeration such as
// "3.5" or "1、2".
func itemStart(text string, clauseStart, start, end int) int {
	i := start
	for i > clauseStart && isDigit(text[i-1]) {
		i--
	}
	if start-i > 2 || end < len(text) && isDigit(text[end]) {
		return start
	}
	return i
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// endClause judges the hits since the last clause, which ends at end; the next one
// begins at next.
func (s *scan) endClause(end, next int) {
	if s.count > 0 {
		s.judge(end)
		if s.strong != [catCount]int8{} {
			s.clauses++
			s.strong = [catCount]int8{}
		}
		s.count = 0
	}
	s.clauseStart, s.segmentStart = next, next
}

// judge applies the rules to the hits of a clause.
func (s *scan) judge(end int) {
	hits := s.hits[:s.count]
	present := weigh(hits)
	for i := range hits {
		h := &hits[i]
		if layers := h.groups & layerGroups; layers != 0 {
			s.addLayer(h, layers, end)
		}
		for left := h.groups & directGroups; left != 0; left &= left - 1 { // without the first
			s.judgeDirect(h, directRule[left.first()], present, end)
		}
		if h.weakened {
			continue
		}
		if h.groups&defectGroups != 0 {
			s.judgeDefect(i, end)
		}
		if h.groups.has(pNot) {
			s.judgeBypass(i, end)
		}
		if named := h.groups & bareGroups &^ s.named; named != 0 {
			s.noteBare(h, named, end)
		}
		s.yes = s.yes || h.groups&yesGroups != 0 && !h.groups.has(iMild)
	}
	if present&pairGroups != 0 {
		s.judgePairs(present, end)
	}
	s.no = s.no || present.has(iNo)
}

// weigh marks the hits of a clause that describe no behaviour, and returns the groups of the
// others: what follows 未发现 in its segment did not happen, and a segment that opens with a
// measure, forbids nothing and names no defect only mentions topics. Forbidding words
// themselves need no care: 杜绝 and 防止 name the behaviour that is feared.
func weigh(hits []hit) (present groups) {
	for i := range hits {
		present |= hits[i].groups
	}
	if present&measureGroups == 0 {
		return present
	}
	present = 0
	for len(hits) > 0 {
		n := 1
		for n < len(hits) && hits[n].segmentStart == hits[0].segmentStart {
			n++
		}
		present |= weighSegment(hits[:n])
		hits = hits[n:]
	}
	return present
}

func weighSegment(hits []hit) (present groups) {
	measure, opening, absent := false, hits[0].segmentStart+openingReach, false
	for i := range hits {
		h := &hits[i]
		if absent {
			h.groups = 0
			continue
		}
		present |= h.groups
		switch {
		case h.groups.has(gAbsent):
			absent = true
		case h.groups.has(gMeasure) && h.start <= opening:
			measure, opening = true, h.end
		case h.groups.has(gForbid) || h.groups&defectGroups != 0:
			measure, opening = false, -1
		}
	}
	if !measure {
		return present
	}
	for i := range hits {
		hits[i].weakened = true
	}
	return 0
}

func (s *scan) addLayer(h *hit, layers groups, clauseEnd int) {
	if s.why != nil && s.layers&layers == 0 {
		for i, l := range layerWords {
			if layers.has(l.group) {
				s.why.layered = append(s.why.layered, evidence{rule: rLayer, layer: i, start: h.start, end: h.end, clauseStart: s.clauseStart, clauseEnd: clauseEnd})
			}
		}
	}
	s.layers |= layers
}

func (s *scan) judgeDirect(h *hit, r ruleID, present groups, end int) {
	if r == rPowerWeak && present.has(hPower) {
		return // counts as the abuse of that power
	}
	if r == rDecision && present.has(pEnforce) && !h.groups.has(hMeeting) {
		r = rSoloPower // the notice's decisions are those of the unit, not of a licence or a fine
	}
	s.record(r, h.start, h.end, end, h.weakened)
}

// judgeDefect links a defect to what it is a defect of: the nearest head before it in
// its segment; after 缺少 the last head that follows; else the nearest that follows; else
// the last one of an earlier segment.
func (s *scan) judgeDefect(i, end int) {
	d := &s.hits[i]
	head, earlier := -1, -1
	for j := i - 1; j >= 0 && head < 0; j-- {
		switch h := &s.hits[j]; {
		case h.groups&headGroups == 0 || h.weakened || d.start-h.end > pairReach:
		case h.segmentStart == d.segmentStart:
			head = j
		case earlier < 0:
			earlier = j
		}
	}
	if lack := d.groups.has(dLack); lack || head < 0 {
		for j := i + 1; j < s.count && s.hits[j].segmentStart == d.segmentStart; j++ {
			if s.hits[j].groups&defectGroups != 0 || s.hits[j].start-d.end > pairReach {
				break
			}
			if s.hits[j].groups&headGroups != 0 {
				head = j
				if !lack {
					break
				}
			}
		}
	}
	if head < 0 {
		head = earlier
	}
	if head < 0 {
		if d.groups.has(dDiffer) {
			s.record(rDiffer, d.start, d.end, end, false)
		}
		return
	}
	h := &s.hits[head]
	r := defectRule(h.groups, d.groups)
	if s.complaint && (d.groups.has(dLack) || rules[r].cat == mechanism) {
		r = rComplaintDefect // people who complain say 没有 and 无人管 of everything
	}
	s.record(r, min(h.start, d.start), max(h.end, d.end), end, false)
}

// judgeBypass looks for the meeting that a 未经 denies.
func (s *scan) judgeBypass(i, end int) {
	not := &s.hits[i]
	for i++; i < s.count; i++ {
		h := &s.hits[i]
		if h.segmentStart != not.segmentStart || h.start-not.end > bypassReach {
			return
		}
		if h.groups.has(hMeeting) {
			s.record(rBypass, not.start, h.end, end, false)
			return
		}
	}
}

// noteBare remembers the first head of each kind.
func (s *scan) noteBare(h *hit, named groups, end int) {
	s.named |= named
	if s.why == nil {
		return
	}
	for i, b := range bare {
		if named.has(b.group) {
			s.why.bare[i] = evidence{rule: b.rule, points: rules[b.rule].points, start: h.start, end: h.end, clauseStart: s.clauseStart, clauseEnd: end}
		}
	}
}

// judgePairs applies the rules that need two cues in one clause.
func (s *scan) judgePairs(present groups, end int) {
	outside := present.has(pOutside)
	if outside && present.has(pFavour) {
		s.recordPair(rOutside, pOutside, pFavour, end)
	}
	if present.has(pGift) && !outside {
		if present.has(pInside) {
			s.recordPair(rGiftInside, pInside, pGift, end)
		} else {
			s.recordFirst(rGift, pGift, end)
		}
	}
	if present.has(pPublic) {
		if present.has(pTreat) {
			s.recordPair(rPublicTreat, pPublic, pTreat, end)
		} else {
			s.recordFirst(rPublicMoney, pPublic, end)
		}
	}
	if !s.complaint && present.has(pSource) {
		s.sourced = true
		switch {
		case present.has(cPost):
			s.recordPair(rSourceFact, pSource, cPost, end)
		case present.has(pFact):
			s.recordPair(rSourceFact, pSource, pFact, end)
		default:
			s.recordFirst(rSource, pSource, end)
		}
	}
	if present.has(hPower) && present.has(pAbuse) {
		s.judgeAbuse(end)
	}
	if present.has(pSolo) {
		if present.has(pEnforce) || present.has(hPower) && !present.has(gLeadership) {
			s.recordPair(rSoloPower, hPower, pSolo, end)
		} else {
			s.recordFirst(rSolo, pSolo, end)
		}
	}
}

// judgeAbuse weighs a power and its abuse in one segment more than in one clause.
func (s *scan) judgeAbuse(end int) {
	hits := s.hits[:s.count]
	for i := range hits {
		p := &hits[i]
		if !p.counts(hPower) {
			continue
		}
		for j := range hits {
			a := &hits[j]
			if i != j && a.groups.has(pAbuse) && a.segmentStart == p.segmentStart {
				s.record(rAbuse, min(p.start, a.start), max(p.end, a.end), end, false)
				return
			}
		}
	}
	s.recordPair(rAbuseNear, hPower, pAbuse, end)
}

// recordFirst records the first hit of a group that counts as behaviour.
func (s *scan) recordFirst(r ruleID, g group, end int) {
	for i := range s.hits[:s.count] {
		if h := &s.hits[i]; h.counts(g) {
			s.record(r, h.start, h.end, end, false)
			return
		}
	}
}

// recordPair records two cues that stand within reach of each other, the nearest such
// pair. One hit may be both.
func (s *scan) recordPair(r ruleID, a, b group, end int) {
	hits := s.hits[:s.count]
	gap, from, to := pairReach+1, 0, 0
	for i := range hits {
		x := &hits[i]
		if !x.counts(a) {
			continue
		}
		for j := range hits {
			y := &hits[j]
			if !y.counts(b) {
				continue
			}
			if d := max(x.start, y.start) - min(x.end, y.end); d < gap {
				gap, from, to = d, min(x.start, y.start), max(x.end, y.end)
			}
		}
	}
	if gap <= pairReach {
		s.record(r, from, to, end, false)
	}
}

// record adds evidence: the strongest rule of a category counts once a clause, each weak
// rule once a text, because how often a text says 资金 says nothing. What a measure
// mentions is worth one point.
func (s *scan) record(r ruleID, start, end, clauseEnd int, weakened bool) {
	c, points := rules[r].cat, rules[r].points
	if weakened {
		points = 1
	}
	if points >= 3 {
		if more := points - int(s.strong[c]); more > 0 {
			s.strong[c] += int8(more)
			s.total[c] += more
		}
		s.strongs[c]++
		if points > 3 || end-start > shortPhrase || c == external || c == post {
			s.strongs[c]++
		}
	} else if s.seen&(1<<r) == 0 {
		s.seen |= 1 << r
		more := min(points, maxWeak-s.weak[c])
		s.weak[c] += more
		s.total[c] += more
	}
	if s.why != nil {
		s.why.found = append(s.why.found, evidence{rule: r, points: points, start: start, end: end, clauseStart: s.clauseStart, clauseEnd: clauseEnd})
	}
}

// conclude fills in the suggestion. Layers of the column 岗位, if it names any, stand in
// place of those of the text.
func (s *scan) conclude(out *Suggestion, column *scan) {
	out.Layer, out.Category = integrity.LayerUnclassified, integrity.CategoryUnclassified
	top, points, second, sum := s.best()
	if sum == 0 {
		top, points = s.fallBack()
		sum = points
	}
	if sum > 0 {
		lead := points - second
		out.Category = categoryOf[top]
		out.Confidence = confidence(points, lead, sum)
		out.Sure = points >= 3 && lead >= 2 && (points > 3 || s.strongs[top] > 1) && (s.clauses < 2 || 10*points >= 6*sum)
	}
	source := s
	if column.layers != 0 {
		source = column
	}
	if source.layers != 0 {
		for _, l := range layerWords {
			if source.layers == 1<<l.group {
				out.Layer = l.layer
			}
		}
	}
	if s.why != nil {
		out.Reasons = s.reasons(top, source)
	}
}

// best returns the category with the most points, ties broken by order, its points, those of
// the next category and the sum of all.
func (s *scan) best() (top cat, points, second, sum int) {
	order := &tieOrder
	if s.sourced {
		order = &tieOrderSourced
	}
	for _, c := range order {
		n := s.total[c]
		sum += n
		second = max(second, min(n, points))
		if n > points {
			top, points = c, n
		}
	}
	return top, points, second, sum
}

// fallBack gives a text without behaviour one point for what it is about.
func (s *scan) fallBack() (top cat, points int) {
	if s.named == 0 {
		return 0, 0
	}
	for i, b := range bare {
		if s.named.has(b.group) {
			if s.why != nil {
				s.why.found = append(s.why.found, s.why.bare[i])
			}
			return rules[b.rule].cat, rules[b.rule].points
		}
	}
	return 0, 0
}

// confidence grows with the points, the lead over the next category and the share of
// all points, in hundredths.
func confidence(points, lead, sum int) float64 {
	share := float64(points) / float64(sum)
	return math.Round(100*share*float64(points+lead)/float64(points+lead+2)) / 100
}

// integrity judges a signal: yes with any cue for it; no when it is about service,
// waiting or a question and nothing strong speaks for a category; else unknown, because
// silence is not safety.
func (s *scan) integrity() integrity.Integrity {
	if s.yes {
		return integrity.IntegrityYes
	}
	if s.no && slices.Max(s.total[:]) < 3 {
		return integrity.IntegrityNo
	}
	return integrity.IntegrityUnknown
}

// reasons renders the evidence, that for the category first, the strongest first, and
// then that for the layer.
func (s *scan) reasons(top cat, source *scan) []Reason {
	rank := func(e evidence) int {
		if rules[e.rule].cat == top {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(s.why.found, func(a, b evidence) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(b.points, a.points))
	})
	out := []Reason{}
	for _, e := range s.why.found {
		r := e.reason(s.text)
		if len(out) < maxReasons && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	for _, e := range source.why.layered {
		out = append(out, e.reason(source.text))
	}
	return out
}

func (e evidence) reason(text string) Reason {
	r := Reason{
		Phrase: text[e.start:e.end],
		Clause: strings.TrimSpace(text[e.clauseStart:e.clauseEnd]),
		Rule:   rules[e.rule].text,
		Points: e.points,
	}
	if e.rule == rLayer {
		r.Layer, r.Notice = layerWords[e.layer].layer, layerWords[e.layer].notice
		return r
	}
	c := rules[e.rule].cat
	r.Category, r.Notice = categoryOf[c], noticeWords[c]
	return r
}
