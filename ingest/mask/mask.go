package mask

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// A kind of identifier stands in the folded text for what was masked. Kinds lie
// beyond Unicode so that no rule takes them for a character.
type kind rune

const (
	kindNone   kind = 0
	kindMobile kind = 0x110000 + iota
	kindPhone
	kindID
	kindCard
	kindMail
	kindPlate
	kindWechat
	kindQQ
	kindName
	kindHome
	kindPassport
	kindPatient
)

// marks are what the reader sees. They hold no digits, so that a mark can never
// become part of a number.
var marks = map[kind]string{
	kindMobile:   "〔手机号〕",
	kindPhone:    "〔电话〕",
	kindID:       "〔身份证号〕",
	kindCard:     "〔银行卡号〕",
	kindMail:     "〔邮箱〕",
	kindPlate:    "〔车牌〕",
	kindWechat:   "〔微信号〕",
	kindQQ:       "〔QQ号〕",
	kindName:     "〔姓名〕",
	kindHome:     "〔住址〕",
	kindPassport: "〔护照号〕",
	kindPatient:  "〔病案号〕",
}

// Text returns s with every identifier replaced by its mark, and how many there
// were. It is pure and deterministic, runs in time linear in len(s), and masking
// its result again changes nothing. A text without identifiers is returned as it
// is, without allocation. Bytes that are not UTF-8 are kept as they are.
func Text(s string) (masked string, n int) {
	if !suspicious(s) {
		return s, 0
	}
	return scan(s)
}

// scan is Text without the quick look.
func scan(s string) (string, int) {
	m := buffers.Get().(*masker)
	masked, n := m.mask(s)
	if cap(m.r) <= maxKept {
		buffers.Put(m)
	}
	return masked, n
}

// mask is scan with the buffers of m.
func (m *masker) mask(s string) (string, int) {
	m.fold(s)
	if m.ringed {
		m.enclosed()
	}
	// A mark changes what stands beside its neighbours. The text is read again
	// until nothing changes, which makes the result a fixed point. The second
	// round finds something only in texts made up to be odd.
	for places := len(m.active); places > 0; {
		if m.alike {
			m.lookalikes()
		}
		places = m.pass(places)
	}
	if len(m.found) == 0 {
		return s, 0
	}
	return m.render(s), len(m.found)
}

// A span is a part of the folded text, to excluded, and what it was.
type span struct {
	from, to int
	kind     kind
}

// masker holds the folded text while it is read. r are the folded runes,
// start the place in the text each came from. What was found is overwritten in r with its
// kind, so that later rules see the mark and not the identifier.
type masker struct {
	r      []rune
	start  []int
	active []int // places that may give rise to something
	found  []span
	groups []group
	digits []byte
	at     bool // the text holds an @
	alike  bool // the text holds a letter that may stand in for a digit
	ringed bool // the text holds an enclosed digit
	dots   bool // the text holds a · as it joins the parts of a name
}

// maxKept is the longest buffer kept for the next text.
const maxKept = 1 << 20

var buffers = sync.Pool{New: func() any { return new(masker) }}

// pass reads the text once from left to right: so many of the places that may give rise to
// something, and all of them once one does. It returns how many the next pass has to read:
// those up to the last find; the places behind were read as they stand now. What a mail
// address or a letter in place of a digit changes is not told as easily, and all are read.
func (m *masker) pass(places int) (stale int) {
	before := len(m.found)
	if m.at {
		m.mails()
	}
	if m.at || m.alike {
		places = len(m.active)
	}
	next := 0
	for k, i := range m.active {
		if k >= places {
			break
		}
		if i < next {
			stale = k + 1
			continue
		}
		c := classOf(m.r[i])
		if c&classActive == 0 { // masked
			continue
		}
		sp, ok := m.identifier(i, c)
		if !ok {
			continue
		}
		m.take(sp)
		next, stale, places = sp.to, k+1, len(m.active)
	}
	if m.at && len(m.found) > before {
		return len(m.active)
	}
	return stale
}

// identifier returns the identifier that position i gives rise to: one that starts
// there or, for names and addresses, one beside the word that ends there.
func (m *masker) identifier(i int, c class) (span, bool) {
	switch {
	case c&(classDigit|classHanDigit) != 0:
		if classOf(m.get(i-1))&c&(classDigit|classHanDigit) != 0 {
			return span{}, false // seen with the first digit
		}
		if c&classDigit != 0 && !isLocal(m.get(i-1)) {
			if sp, ok := m.disguised(i); ok {
				return sp, true
			}
		}
		return m.number(i)
	case c&classLetter != 0:
		if !isWord(m.get(i - 1)) {
			if sp, ok := m.disguised(i); ok {
				return sp, true
			}
			if sp, ok := m.police(i); ok {
				return sp, true
			}
			return m.token(i)
		}
	}
	if c&classProvince != 0 {
		if sp, ok := m.plate(i); ok {
			return sp, true
		}
	}
	if c&classTriggerEnd != 0 {
		return m.trigger(i)
	}
	return span{}, false
}

func (m *masker) take(sp span) {
	for i := sp.from; i < sp.to; i++ {
		m.r[i] = rune(sp.kind)
	}
	m.found = append(m.found, sp)
}

// render writes the text with its marks.
func (m *masker) render(s string) string {
	slices.SortFunc(m.found, func(a, b span) int { return a.from - b.from })
	var b strings.Builder
	b.Grow(len(s) + 8*len(m.found))
	kept := 0
	for _, sp := range m.found {
		b.WriteString(s[kept:m.start[sp.from]])
		b.WriteString(marks[sp.kind])
		last := m.start[sp.to-1]
		_, size := utf8.DecodeRuneInString(s[last:])
		kept = last + size
	}
	b.WriteString(s[kept:])
	return b.String()
}

// get returns the folded rune at i, or 0 outside the text.
func (m *masker) get(i int) rune {
	if uint(i) >= uint(len(m.r)) { // negative ones too
		return 0
	}
	return m.r[i]
}

// has reports whether the words w start at i.
func (m *masker) has(i int, w string) bool {
	for _, want := range w {
		if m.get(i) != want {
			return false
		}
		i++
	}
	return true
}

// hasAny returns the length in runes of the first of words that starts at i, or 0.
func (m *masker) hasAny(i int, words []string) int {
	for _, w := range words {
		if m.has(i, w) {
			return utf8.RuneCountInString(w)
		}
	}
	return 0
}

// back reports whether the word w ends at i, and where it starts. Blanks inside
// the word are skipped: forms write 姓　名.
func (m *masker) back(i int, w []rune) (start int, ok bool) {
	for k := len(w) - 1; m.get(i) == w[k]; k-- {
		if k == 0 {
			return i, true
		}
		i = m.before(i)
	}
	return 0, false
}

// before returns the place of the character before i in the same word.
func (m *masker) before(i int) int {
	i--
	for blanks := 0; m.get(i) == ' ' && blanks < 4; blanks++ {
		i--
	}
	return i
}

// tail returns the last two characters of a word that ends at i.
func (m *masker) tail(i int) tail { return tail{m.get(m.before(i)), m.r[i]} }

// isMark reports whether r stands for something masked.
func isMark(r rune) bool { return r >= rune(kindMobile) }
