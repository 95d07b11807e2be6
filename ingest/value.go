package ingest

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// earliest is the first day an event may have: older dates are typing errors.
var earliest = integrity.Date(1990, time.January, 1)

// chineseDigits are the digits of 二〇二六, with the two other signs that people take for 〇.
const chineseDigits = "〇○零一二三四五六七八九"

var chineseDate = regexp.MustCompile(`^(\d{4}|[` + chineseDigits + `]{4})\s*年\s*(\d{1,2}|[` + chineseDigits + `十]{1,2})\s*月\s*(\d{1,2}|[` + chineseDigits + `十廿卅]{1,3})(?:\s*[日号]|\s|$)`)

// numeral reads a number of a date: 26, 二〇二六, 〇三, 十二, 二十五, 廿五.
func numeral(s string) int {
	n, tens := 0, false
	for _, r := range s {
		digit := int(r - '0')
		switch r {
		case '十':
			n, tens = max(n, 1)*10, true
			continue
		case '廿':
			n, tens = 20, true
			continue
		case '卅':
			n, tens = 30, true
			continue
		case '〇', '○', '零':
			digit = 0
		default:
			if r > '9' {
				digit = slices.Index(chineseNumerals, string(r))
			}
		}
		if !tens {
			n *= 10
		}
		n += digit
	}
	return n
}

// datePunctuation are the dashes and points that people write between the parts of a date.
var datePunctuation = strings.NewReplacer("–", "-", "—", "-", "−", "-", "‐", "-", "、", ".", "。", ".")

// parseDate reads a day in any of the writings of contract "Input files":
// 2026-03-05, 2026/3/5 9:05:05, 2026.3.5, 20260305, 2026年3月5日, 二〇二六年三月五日, and serials of
// spreadsheets (1900 system; the table reader has turned dates of 1904 workbooks into
// text already). Of several days none is taken: the others would be lost without a word.
func parseDate(s string) (integrity.Day, bool) {
	if y, m, d, ok := isoDate(s); ok {
		return civil(y, m, d)
	}
	s = strings.TrimSpace(likeness.Width(s))
	if len(s) < 5 || len(s) > 400 {
		return integrity.NoDay, false
	}
	if !strings.Contains(s, "年") {
		return parsePlainDate(strings.TrimRight(datePunctuation.Replace(s), "."))
	}
	if m := chineseDate.FindStringSubmatch(s); m != nil && !anotherDay.MatchString(s[len(m[0]):]) {
		return civil(numeral(m[1]), numeral(m[2]), numeral(m[3]))
	}
	return integrity.NoDay, false
}

// isoDate takes 2026-03-05 apart, as nearly all dates of large files are written.
func isoDate(s string) (y, m, d int, ok bool) {
	if len(s) != len(time.DateOnly) || s[4] != '-' || s[7] != '-' {
		return 0, 0, 0, false
	}
	for i := range len(s) {
		if i != 4 && i != 7 && (s[i] < '0' || s[i] > '9') {
			return 0, 0, 0, false
		}
	}
	two := func(i int) int { return int(s[i]-'0')*10 + int(s[i+1]-'0') }
	return two(0)*100 + two(2), two(5), two(8), true
}

func parsePlainDate(s string) (integrity.Day, bool) {
	digits := s
	if i := strings.IndexAny(s, " T\t"); i > 0 {
		digits = s[:i]
		if strings.ContainsAny(s[i:], "-/.年月至到~、,") && anotherDay.MatchString(s[i:]) {
			return integrity.NoDay, false
		}
	}
	for _, sep := range []string{"-", "/", "."} {
		if p := strings.Split(digits, sep); len(p) == 3 && len(p[0]) == 4 {
			if !allDigits(p[0]) || !allDigits(p[1]) || !allDigits(p[2]) {
				return integrity.NoDay, false
			}
			return civil(atoi(p[0]), atoi(p[1]), atoi(p[2]))
		}
	}
	if len(digits) == 8 && allDigits(digits) {
		return civil(atoi(digits[:4]), atoi(digits[4:6]), atoi(digits[6:]))
	}
	if whole, _, _ := strings.Cut(digits, "."); allDigits(whole) && len(whole) == 5 {
		return integrity.Date(1899, time.December, 30) + integrity.Day(atoi(whole)), true
	}
	return integrity.NoDay, false
}

func civil(y, m, d int) (integrity.Day, bool) {
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return integrity.NoDay, false
	}
	day := integrity.Date(y, time.Month(m), d)
	if d > 28 && day.Month() != time.Month(m) {
		return integrity.NoDay, false // 2027-02-29
	}
	return day, true
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// parseYesNo reads 是/否 and their usual stand-ins.
func parseYesNo(s string) (yes, ok bool) {
	if ticked, _, _ := ticks(s); len(ticked) == 1 { // ☑是 □否
		s = ticked[0]
	}
	switch likeness.Fold(s) {
	case "是", "有", "y", "yes", "true", "1", "√", "✓", "规范", "已执行", "已落实", "执行", "落实":
		return true, true
	case "否", "无", "n", "no", "false", "0", "×", "不规范", "未执行", "未落实", "没有":
		return false, true
	}
	return false, false
}

var layerWords = words(map[integrity.Layer]string{
	integrity.LayerLeadership: "领导岗位 领导层 领导 领导层面 班子成员 领导班子 院领导 班子 leadership",
	integrity.LayerMiddle:     "中层岗位 中层 中层层面 中层干部 科主任 处长 部门负责人 middle",
	integrity.LayerOther:      "其他岗位 其他 其他层面 其它岗位 一般岗位 普通岗位 其他人员 other",
})

var categoryWords = words(map[integrity.Category]string{
	integrity.CategoryDecision:    "决策 决策风险 决策廉洁风险 决策类 decision",
	integrity.CategoryConduct:     "作风问题 作风 作风风险 作风问题风险 作风问题廉洁风险 思想作风 conduct",
	integrity.CategoryPower:       "权力运行 权力 权力运行风险 权力运行廉洁风险 权力行使 power",
	integrity.CategoryPost:        "岗位 岗位风险 岗位廉洁风险 岗位职责 post",
	integrity.CategoryInstitution: "制度 制度风险 制度廉洁风险 制度机制风险 institution",
	integrity.CategoryMechanism:   "运行机制 机制 机制风险 运行机制风险 运行机制廉洁风险 mechanism",
	integrity.CategoryExternal:    "其他被围猎 其他 围猎 被围猎 其他围猎 其他廉洁风险 其他廉洁风险被围猎 外部环境 外部环境风险 external",
})

var gradeWords = words(map[integrity.Grade]string{
	integrity.GradeImportant: "重要 重要风险 重要廉洁风险点 重要风险点 重要等级 important",
	integrity.GradeGeneral:   "一般 一般风险 一般廉洁风险点 一般风险点 一般等级 general",
	integrity.GradeUngraded:  "重要一般 ungraded 未评级",
})

var methodWords = []struct {
	method integrity.Method
	cues   []string
}{
	{integrity.MethodDocuments, []string{"查阅", "查看", "调阅", "抽查", "核对", "对照", "比对", "审阅", "资料"}},
	{integrity.MethodSiteVisit, []string{"实地", "走访", "现场", "盘点"}},
	{integrity.MethodInterview, []string{"座谈", "约谈", "谈话", "访谈", "询问"}},
	{integrity.MethodAppraisal, []string{"民主评议", "评议", "测评", "满意度"}},
}

func words[T ~string](m map[T]string) map[string]T {
	out := map[string]T{}
	for code, list := range m {
		for _, w := range strings.Fields(list) {
			out[likeness.Fold(w)] = code
		}
	}
	return out
}

// parseMethods reads a cell of method words: 查阅资料、实地走访.
func parseMethods(s string) (out []integrity.Method, ok bool) {
	for _, w := range splitList(s) {
		m, known := methodWord(w)
		if !known {
			return nil, false
		}
		out = appendNew(out, m)
	}
	return out, len(out) > 0
}

func methodWord(w string) (integrity.Method, bool) {
	for _, m := range integrity.Methods() {
		if likeness.Fold(w) == likeness.Fold(m.Label(integrity.Chinese)) || w == string(m) {
			return m, true
		}
	}
	for _, m := range methodWords {
		for _, c := range m.cues {
			if strings.Contains(w, c) {
				return m.method, true
			}
		}
	}
	if likeness.Fold(w) == "其它" {
		return integrity.MethodOther, true
	}
	return "", false
}

// methodsIn recognises the four methods in running text; where some of its boxes are ticked
// and some are not, those that are not are left out.
func methodsIn(s string) (out []integrity.Method) {
	if ticked, empty, rest := ticks(s); len(ticked) > 0 && len(empty) > 0 {
		s = rest
	}
	for _, m := range methodWords {
		for _, c := range m.cues {
			if strings.Contains(s, c) {
				out = appendNew(out, m.method)
				break
			}
		}
	}
	return out
}

func appendNew[T comparable](list []T, v T) []T {
	for _, x := range list {
		if x == v {
			return list
		}
	}
	return append(list, v)
}

// splitList splits names or words at 、，,;； white space and line breaks.
func splitList(s string) []string {
	return strings.FieldsFunc(likeness.Width(s), func(r rune) bool {
		return strings.ContainsRune("、,，;；/ \t\r\n\u3000|", r)
	})
}

// splitNames is splitList for people. A name of two characters is often spaced out
// (张　三), and a Western one has spaces too: both stay whole. An unfilled line of
// underscores or dots is nobody.
func splitNames(s string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(likeness.Width(s), func(r rune) bool { return strings.ContainsRune("、,，;；/\t\r\n|", r) }) {
		var last string
		flush := func() {
			if strings.Trim(last, "_.…-—") != "" {
				out = appendNew(out, last)
			}
			last = ""
		}
		for _, word := range strings.Fields(strings.NewReplacer("_", " ", "…", " ").Replace(part)) {
			switch {
			case last != "" && han(last) && han(word) && (single(last) || single(word)):
				last += word
			case last != "" && latin(last) && latin(word):
				last += " " + word
			default:
				flush()
				last = word
			}
		}
		flush()
	}
	return out
}

// nameList is splitNames as one text.
func nameList(s string) string { return strings.Join(splitNames(s), "、") }

func single(s string) bool { return utf8.RuneCountInString(s) == 1 }

func han(s string) bool { return s[0] >= utf8.RuneSelf }

func latin(s string) bool { return s[0] < utf8.RuneSelf && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z') }

var circled = strings.NewReplacer("①", "1.", "②", "2.", "③", "3.", "④", "4.", "⑤", "5.", "⑥", "6.", "⑦", "7.", "⑧", "8.", "⑨", "9.", "⑩", "10.",
	"１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9", "０", "0")

// splitSteps splits a cell into its numbered items, or its lines where it is not
// numbered. Numbers count only in sequence (1, 2, 3 …), so that 1.5万元 or 第3条 inside an
// item splits nothing.
func splitSteps(s string) []string {
	text := circled.Replace(s)
	if items := numberedLines(text); items != nil {
		return items
	}
	starts, ends := numbered(text)
	if len(starts) >= 2 || (len(starts) == 1 && strings.TrimSpace(text[:starts[0]]) == "") {
		var out []string
		if lead := strings.TrimSpace(text[:starts[0]]); lead != "" {
			out = append(out, lead)
		}
		for i := range starts {
			to := len(text)
			if i+1 < len(starts) {
				to = starts[i+1]
			}
			if item := strings.TrimSpace(text[ends[i]:to]); item != "" {
				out = append(out, joinLines(item))
			}
		}
		return out
	}
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

var lineNumber = regexp.MustCompile(`^\s*(\d{1,3})\s*(?:[.．]\s*|[、)）]\s*)`)

// numberedLines splits a text whose lines begin with the numbers 1 to n, in order, n at
// least 2; lines without a number go on with the item above. It returns nil for any
// other text.
func numberedLines(text string) (items []string) {
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		m := lineNumber.FindStringSubmatch(line)
		if m != nil && strings.HasSuffix(strings.TrimSpace(m[0]), ".") && len(m[0]) < len(line) && line[len(m[0])] >= '0' && line[len(m[0])] <= '9' && !strings.HasSuffix(m[0], " ") {
			m = nil // 1.5万元
		}
		switch {
		case m != nil && atoi(m[1]) == len(items)+1:
			items = append(items, strings.TrimSpace(line[len(m[0]):]))
		case m != nil || len(items) == 0:
			return nil
		default:
			items[len(items)-1] += strings.TrimSpace(line)
		}
	}
	if len(items) < 2 {
		return nil
	}
	return slices.DeleteFunc(items, func(s string) bool { return s == "" })
}

func joinLines(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), "")
}

// numbered finds the places of the numbers 1, 2, 3 … of a list: where each mark starts
// and where its text begins.
func numbered(s string) (starts, ends []int) {
	next, from := 1, 0
	for {
		start, end := findNumber(s, from, next)
		if start < 0 {
			return starts, ends
		}
		starts, ends = append(starts, start), append(ends, end)
		next, from = next+1, end
	}
}

var chineseNumerals = []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}

// findNumber finds the mark of number n at or after from: at the start, or after white
// space, a full stop, a semicolon or a closing bracket; written 1. 1、 1) (1) 一、 （一）.
func findNumber(s string, from, n int) (start, end int) {
	forms := []string{strconv.Itoa(n)}
	if n < len(chineseNumerals) {
		forms = append(forms, chineseNumerals[n])
	}
	best, bestEnd := -1, -1
	for _, form := range forms {
		for i := from; i < len(s); {
			j := strings.Index(s[i:], form)
			if j < 0 {
				break
			}
			j += i
			open := j
			for _, b := range []string{"(", "（"} {
				if strings.HasSuffix(s[from:open], b) {
					open -= len(b)
				}
			}
			after := j + len(form)
			end := markEnd(s, after, open < j)
			if end > 0 && boundary(s, from, open) {
				if best < 0 || open < best {
					best, bestEnd = open, end
				}
				break
			}
			i = j + len(form)
		}
	}
	return best, bestEnd
}

// markEnd returns where the text after a number begins, or -1 if no mark follows it.
func markEnd(s string, i int, bracket bool) int {
	rest := s[i:]
	for _, closing := range []string{")", "）"} {
		if strings.HasPrefix(rest, closing) {
			i += len(closing)
			if strings.HasPrefix(s[i:], "、") {
				i += len("、")
			}
			return i
		}
	}
	if bracket {
		return -1
	}
	for _, mark := range []string{"、", "．"} {
		if strings.HasPrefix(rest, mark) {
			return i + len(mark)
		}
	}
	if strings.HasPrefix(rest, ".") {
		if i+1 < len(s) && s[i+1] >= '0' && s[i+1] <= '9' {
			return -1 // 1.5
		}
		return i + 1
	}
	return -1
}

// boundary reports whether an item may begin at i: at the start, after white space or
// after punctuation that ends something.
func boundary(s string, from, i int) bool {
	if i == 0 {
		return true
	}
	head := strings.TrimRight(s[:i], " \t\u3000\n\r")
	if head == "" || len(head) < i {
		return true
	}
	for _, stop := range []string{";", "；", "。", ":", "：", "!", "！", "?", "？", ",", "，", "、"} {
		if strings.HasSuffix(head, stop) {
			return len(head) > from
		}
	}
	return false
}
