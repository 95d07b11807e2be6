package mask

import (
	"slices"
	"strings"
)

// A trigger says what a word announces.
type trigger uint8

const (
	nameLabel  trigger = iota // 姓名, 联系人: a name or a field of a form
	nameOf                    // 举报人, 投诉人: a name or the rest of a sentence
	nameSelf                  // 本人: mostly the rest of a sentence
	nameCalled                // 我叫
	nameIs                    // 我是: mostly no name
	nameFamily                // 我姓: the surname, then perhaps 叫 and the rest
	nameSigned                // 敬礼: who signs a letter
	homeLabel                 // 住址, 地址
	homeAt                    // 家住, 住在
	noTrigger                 // a word that only looks like one
)

type triggerWord struct {
	runes   []rune
	trigger trigger
}

// triggers are the words that a name or an address follows, by their tail,
// the longest first.
var triggers = triggersOf(map[trigger][]string{
	nameLabel: {"姓名", "署名", "联系人", "落款", "签名", "签字", "真名", "实名", "具名", "名字", "代理人"},
	nameOf: {"举报人", "投诉人", "反映人", "信访人", "检举人", "控告人", "申诉人", "来信人", "来访人", "来电人", "写信人", "求助人",
		"诉求人", "举报者", "投诉者", "反映者", "留言人", "上访人", "建议人", "反馈人", "来电者", "来访者", "来信者", "写信者", "求助者",
		"申请人", "当事人"},
	nameSelf:   {"本人"},
	nameCalled: {"我叫", "我名叫", "名字叫", "名字是", "我姓名", "本人叫", "本人名叫"},
	nameIs:     {"我是"},
	nameFamily: {"我姓"},
	nameSigned: {"敬礼"},
	homeLabel:  {"住址", "地址", "户籍地", "居住地", "现住", "户籍"},
	homeAt:     {"家住", "住在", "居住在", "居住于", "现居", "暂住", "租住", "我住", "人住", "住于", "家在", "租住在", "常住"},
	noTrigger: {"日本人", "基本人", "成本人", "版本人", "资本人", "原本人", "网址", "网站地址", "网络地址", "邮箱地址", "邮件地址", "IP地址",
		"医院地址", "单位地址", "公司地址", "办公地址", "项目地址", "施工地址", "注册地址", "工地地址", "店铺地址", "经营地址", "学校地址", "机构地址",
		"保住", "未签字", "不签字", "没签字", "未签名"},
})

func triggersOf(words map[trigger][]string) map[tail][]triggerWord {
	index := make(map[tail][]triggerWord)
	// Longer words first; the order of kinds does not matter, no word has two.
	for n := 5; n > 0; n-- {
		for t, list := range words {
			for _, w := range list {
				if rs := []rune(w); len(rs) == n {
					index[tailOf(rs)] = append(index[tailOf(rs)], triggerWord{rs, t})
				}
			}
		}
	}
	return index
}

// trigger returns the name or the address beside the word that ends at i.
func (m *masker) trigger(i int) (span, bool) {
	switch r := m.r[i]; {
	case r == '、':
		return m.nextName(i)
	case r == '住' && m.clauseStart(i):
		if strings.ContainsRune("院房建宅进户持手", m.get(i+1)) {
			return span{}, false // 住院, 住房, …
		}
		return m.address(i+1, homeAt)
	}
	t := m.tail(i)
	if hintOf(t.before)&hintFirst == 0 {
		return span{}, false // most are part of another word: 病人, 存在
	}
	for _, w := range triggers[t] {
		start, ok := m.back(i, w.runes)
		if !ok {
			continue
		}
		switch w.trigger {
		case noTrigger:
			return span{}, false
		case homeLabel, homeAt:
			return m.address(i+1, w.trigger)
		case nameFamily:
			return m.familyFirst(i + 1)
		case nameSigned:
			return m.signed(i + 1)
		}
		if sp, ok := m.nameBefore(start, i+1); ok {
			return sp, true
		}
		return m.nameAfter(i+1, w.trigger)
	}
	return span{}, false
}

// nextName returns the name after a masked one in a list: 联系人：张三、李四.
func (m *masker) nextName(i int) (span, bool) {
	if m.get(i-1) != rune(kindName) {
		return span{}, false
	}
	to, _ := m.chineseName(i+1, true, nameLabel)
	if to < i+3 || !m.boundary(to) {
		return span{}, false
	}
	return span{i + 1, to, kindName}, true
}

// clauseStart reports whether the text before i ends a clause, or a name.
func (m *masker) clauseStart(i int) bool {
	if i == 0 || isMark(m.r[i-1]) {
		return true
	}
	switch m.r[i-1] {
	case ' ', '\n', '，', '。', '；', '、', ',', '.', ';', ':', '(', '！', '？', '!', '?':
		return true
	}
	return false
}

// boundary reports whether a name may end before i.
func (m *masker) boundary(i int) bool {
	r := m.get(i)
	return r == 0 || isMark(r) || r < 0x80 && !isWord(r) || classOf(r)&(classHan|classHolder|classDigit|classLetter) == 0 && r != '·'
}

// nameAfter returns the name that starts at i, after the word that t describes.
func (m *masker) nameAfter(i int, t trigger) (span, bool) {
	colon, said, broken := false, false, false
	if t == nameIs || t == nameCalled {
		said = true
	}
	if m.get(i) == '(' {
		i += m.hasAny(i, []string{"(实名)", "(实名举报)", "(签名)", "(签字)", "(盖章)", "(手印)"})
	}
	for n := 0; n < 8; n++ {
		switch m.get(i) {
		case ':':
			colon = true
		case ' ', '"', '“', '「', '【', '[', '-', '_':
		case '\n': // the name stands on a line of its own
			if !colon || broken {
				return span{}, false
			}
			broken = true
		case '(':
			colon = true
		case '为', '是', '系', '叫':
			if said {
				return span{}, false
			}
			said = true
		default:
			n = 8
			continue
		}
		i++
	}
	if t == nameSelf && said {
		// 本人是患者家属, 本人系张三: as doubtful as 我是.
		t = nameIs
	}
	if sp, ok := m.dotted(i); ok {
		return sp, true
	}
	if colon && t <= nameOf || t == nameLabel && m.get(i-1) == ' ' {
		if to := m.pinyin(i); to > 0 {
			return span{i, to, kindName}, true
		}
	}
	if comma := m.get(i); t == nameSelf && (comma == '，' || comma == ',') {
		// 本人，张三，男
		to, _ := m.chineseName(i+1, false, t)
		if to > i+2 && afterNames.in(m, to+1) > 0 && m.get(to) == comma {
			return span{i + 1, to, kindName}, true
		}
		return span{}, false
	}
	to, sure := m.chineseName(i, colon && !broken, t)
	if to == 0 || broken && !m.boundary(to) || t == nameIs && !sure && !m.endsIntroduction(to) {
		if t == nameSelf || t == nameIs || colon && !broken {
			return m.introduced(i, t == nameSelf)
		}
		return span{}, false
	}
	return span{i, to, kindName}, true
}

// introduced returns the name behind what somebody is, in the clause that begins at i: 我是医院职工张三,
// 署名：一名老党员张三. The name has to end as introductions do. In a plain sentence whom somebody met
// or saw is not who speaks: 本人在村口遇见村书记张三.
func (m *masker) introduced(i int, sentence bool) (span, bool) {
	for k := i; k < i+24 && classOf(m.get(k))&(classHan|classDigit) != 0; k++ {
		if sentence && involves(m.get(k)) {
			break
		}
		n := persons.in(m, k)
		if n == 0 {
			continue
		}
		from := k + n
		to, sure := m.chineseName(from, false, nameIs)
		if to > from+1 && (sure || m.endsIntroduction(to)) {
			return span{from, to, kindName}, true
		}
	}
	return span{}, false
}

// involves reports whether r brings somebody else into a sentence.
func involves(r rune) bool {
	switch r {
	case '在', '到', '向', '被', '找', '遇', '见', '去', '把', '对', '跟', '让', '由', '给', '于':
		return true
	}
	return false
}

// familyFirst returns the name of 我姓王，叫小明, from the surname at i on.
func (m *masker) familyFirst(i int) (span, bool) {
	k := i + 1
	if m.compound(i) {
		k++
	} else if classOf(m.get(i))&(classSurname|classMaybeName|classRareName) == 0 {
		return span{}, false
	}
	for r := m.get(k); r == '，' || r == ',' || r == ' ' || r == '名'; r = m.get(k) {
		k++
	}
	if m.get(k) != '叫' {
		return span{}, false
	}
	for n := 1; n <= 2 && isHan(m.get(k+n)) && classOf(m.get(k+n))&classNeverGiven == 0; n++ {
		if m.boundary(k + n + 1) {
			return span{i, k + n + 1, kindName}, true
		}
	}
	return span{}, false
}

// signed returns the name below the end of a letter, which ends at i; a date may follow it.
func (m *masker) signed(i int) (span, bool) {
	for range 12 {
		if !strings.ContainsRune(" \n!！。.", m.get(i)) || m.get(i) == 0 {
			break
		}
		i++
	}
	to, _ := m.chineseName(i, false, nameIs)
	if to < i+2 || !m.boundary(to) && classOf(m.get(to))&classDigit == 0 {
		return span{}, false
	}
	return span{i, to, kindName}, true
}

// chineseName returns where the name that starts at i ends, 0 when there is none.
// sure names need no look at what follows: they have 某 or × in them.
func (m *masker) chineseName(i int, colon bool, t trigger) (to int, sure bool) {
	if r := m.get(i); r == '小' || r == '老' {
		return m.nickname(i), false
	}
	family := 1
	c := classOf(m.get(i))
	doubtful := c&classMaybeName != 0
	if m.compound(i) {
		family, doubtful = 2, false
	} else if c&(classSurname|classMaybeName) == 0 {
		if c&classRareName == 0 || !colon {
			return 0, false
		}
		doubtful = true
	}
	if notNames.in(m, i) > 0 {
		return 0, false
	}
	k := i + family
	if m.title(k) > 0 {
		if t == nameIs && polite.in(m, k) == 0 {
			return 0, false
		}
		return k, true
	}
	if t <= nameOf && (colon || !doubtful) && m.get(k) == ' ' && m.givenAt(k+1) &&
		m.boundary(k+2) && m.get(k+2) != ' ' {
		return k + 2, false // 张 三
	}
	if t <= nameOf && m.get(k) == ' ' && m.get(k+2) == ' ' && m.boundary(k+4) && m.get(k+4) != ' ' && m.givenAt(k+1) && m.givenAt(k+3) {
		return k + 4, false // 张 三 丰
	}
	given := 0
	for ; given < 2; given++ {
		g := classOf(m.get(k))
		if g&classHolder != 0 {
			sure = true
		} else if g&classHan == 0 || g&classNeverGiven != 0 ||
			given > 0 && (g&classRarelyEnds != 0 && !m.boundary(k+1) || m.title(k) > 0 || afterNames.in(m, k) > 0) {
			break
		}
		k++
	}
	if sure {
		for classOf(m.get(k))&classHolder != 0 && k < i+6 {
			k++
		}
		return k, true
	}
	if given == 0 {
		if colon && m.boundary(k) && !doubtful {
			return k, false
		}
		return 0, false
	}
	if classOf(m.get(k-1))&classPlaceEnd != 0 || given == 2 && m.hasAny(k, []string{"区", "县", "镇", "市", "村", "省"}) > 0 {
		return 0, false
	}
	if given == 2 && family == 1 && colon && classOf(m.get(k))&classHan != 0 &&
		classOf(m.get(i+1))&(classSurname|classMaybeName) != 0 && m.boundary(k+1) {
		k++ // the surnames of both parents
	}
	if doubtful && !m.boundary(k) && m.title(k) == 0 && afterNames.in(m, k) == 0 &&
		(given == 1 || classOf(m.get(k))&classNeverGiven == 0) {
		return 0, false
	}
	return k, false
}

// givenAt reports whether a character of a given name may stand at i.
func (m *masker) givenAt(i int) bool { return classOf(m.get(i))&(classHan|classNeverGiven) == classHan }

// nickname returns where 小张 or 老王 at i ends, 0 when it is none.
func (m *masker) nickname(i int) int {
	if classOf(m.get(i+1))&(classSurname|classMaybeName) == 0 || !m.boundary(i+2) && m.title(i+2) == 0 && afterNames.in(m, i+2) == 0 {
		return 0
	}
	return i + 2
}

// pinyin returns where the name in Latin letters at i ends, surname first, 0 when there is none.
func (m *masker) pinyin(i int) int {
	k := i
	for classOf(m.get(k))&classLetter != 0 && k-i < 8 {
		k++
	}
	if k-i < 2 || !slices.Contains(pinyinSurnames, string(m.r[i:k])) {
		return 0
	}
	to := 0
	for range 2 {
		if m.get(k) != ' ' {
			break
		}
		from := k + 1
		for k = from; classOf(m.get(k))&classLetter != 0 && k-from < 7; k++ {
		}
		if k == from || isWord(m.get(k)) {
			break
		}
		to = k
	}
	return to
}

// endsIntroduction reports whether 我是… ends at i as introductions do: the
// clause is over, or the speaker is kin of the person named.
func (m *masker) endsIntroduction(i int) bool {
	if m.boundary(i) {
		return classOf(m.get(i-1))&classRole == 0
	}
	return m.get(i) == '的' && kin.in(m, i+1) > 0 || m.title(i) > 0 || kin.in(m, i) > 0
}

// dotted returns the name in two or more parts joined by · that starts at i.
func (m *masker) dotted(i int) (span, bool) {
	if !m.dots {
		return span{}, false
	}
	k, parts := i, 0
	for {
		from := k
		for isHan(m.get(k)) && k-from < 8 && !(parts > 0 && k-from >= 2 && m.sentenceGoesOn(k)) {
			k++
		}
		if k == from || parts == 0 && k-from < 2 {
			break
		}
		if parts++; m.get(k) != '·' || parts == 4 {
			break
		}
		k++
	}
	if parts < 2 || !isHan(m.get(k-1)) {
		return span{}, false
	}
	return span{i, k, kindName}, true
}

// sentenceGoesOn reports whether the character at k belongs to what follows a
// name. 买 and 提 end names of Xinjiang.
func (m *masker) sentenceGoesOn(k int) bool {
	r := m.get(k)
	return r != '买' && r != '提' && classOf(r)&(classNeverGiven|classRarelyEnds) != 0 || afterNames.in(m, k) > 0
}

func isHan(r rune) bool { return classOf(r)&classHan != 0 }

// nameBefore returns the name in 张三（投诉人）, where the word in brackets takes
// the runes from start to end.
func (m *masker) nameBefore(start, end int) (span, bool) {
	if m.get(start-1) != '(' || m.get(end) != ')' {
		return span{}, false
	}
	to := start - 1
	for n := 2; n <= 4; n++ {
		from := to - n
		if from < 0 || !isHan(m.r[from]) || !isHan(m.r[from+1]) || classOf(m.r[to-1])&(classPlaceEnd|classRole|classNeverGiven) != 0 {
			break
		}
		if from > 0 && !m.clauseStart(from) {
			continue
		}
		if classOf(m.r[from])&(classSurname|classMaybeName) != 0 && n < 4 || m.compound(from) {
			if notNames.in(m, from) == 0 {
				return span{from, to, kindName}, true
			}
		}
	}
	return span{}, false
}

// compound reports whether a surname of two characters starts at i.
func (m *masker) compound(i int) bool {
	return classOf(m.get(i))&classHan != 0 && compoundSurnames.in(m, i) > 0
}

func (m *masker) title(i int) int {
	if !isHan(m.get(i)) {
		return 0
	}
	return titles.in(m, i)
}
