package ingest

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	tickedMarks = "☑☒✓✔√■"
	emptyMarks  = "□☐◻▢❑×✗✘"
	// optionEnds separate the options of a cell.
	optionEnds = " \t\r\n\u3000、，,；;/|。"
)

// bracketed is a mark in brackets, or brackets that wait for one: （√）, ( ), [x].
var bracketed = regexp.MustCompile(`[（(\[【]([ \t\x{3000}]*|\s*[☑☒✓✔√■xX×✗✘]\s*)[)）\]】]`)

// ticks tells which options of a cell have a ticked box beside them and which an empty one:
// ☑查阅资料 □实地走访, 重要√ 一般, 查阅资料（√）实地走访（ ）. The boxes of a cell stand all before
// their options or all behind; where that cannot be told, nothing is. rest is the cell without
// its marks and without what the empty boxes stand beside, to the end of the clause.
func ticks(s string) (ticked, empty []string, rest string) {
	if !strings.ContainsAny(s, tickedMarks+emptyMarks+"（([【") {
		return nil, nil, s // nearly every cell
	}
	s = bracketed.ReplaceAllStringFunc(s, func(m string) string {
		if strings.ContainsAny(m, tickedMarks+"xX") {
			return "☑"
		}
		return "□"
	})
	type mark struct {
		on       bool
		from, to int
	}
	var marks []mark
	for i, r := range s {
		if on := strings.ContainsRune(tickedMarks, r); on || strings.ContainsRune(emptyMarks, r) {
			marks = append(marks, mark{on, i, i + utf8.RuneLen(r)})
		}
	}
	if len(marks) == 0 {
		return nil, nil, s
	}
	label := strings.LastIndexAny(s[:marks[0].from], ":：") // 方法：☑查阅资料
	if label >= 0 {
		_, n := utf8.DecodeRuneInString(s[label:])
		label += n
	} else {
		label = 0
	}
	before := strings.Trim(s[label:marks[0].from], optionEnds) != ""
	behind := strings.Trim(s[marks[len(marks)-1].to:], optionEnds) != ""
	follow := before && !behind
	if before && behind { // a mark stands close to its own option
		vote := 0
		for _, m := range marks {
			l, _ := utf8.DecodeLastRuneInString(s[:m.from])
			r, _ := utf8.DecodeRuneInString(s[m.to:])
			apartLeft, apartRight := m.from == 0 || strings.ContainsRune(optionEnds, l), m.to == len(s) || strings.ContainsRune(optionEnds, r)
			switch {
			case apartLeft && !apartRight:
				vote--
			case apartRight && !apartLeft:
				vote++
			}
		}
		if vote == 0 {
			return nil, nil, s
		}
		follow = vote > 0
	}
	var kept strings.Builder
	done := 0
	for i, m := range marks {
		from, to := m.to, len(s) // of the text between this mark and the one that it has not
		if i+1 < len(marks) {
			to = marks[i+1].from
		}
		if follow {
			from, to = label, m.from
			if i > 0 {
				from = marks[i-1].to
			}
		}
		words := strings.FieldsFunc(s[from:to], func(r rune) bool { return strings.ContainsRune(optionEnds, r) })
		if len(words) == 0 {
			continue
		}
		word := words[0]
		if follow {
			word = words[len(words)-1]
		}
		if m.on {
			ticked = append(ticked, word)
			continue
		}
		empty = append(empty, word)
		if follow {
			from += strings.LastIndex(s[from:to], word)
		} else if end := strings.IndexAny(s[from:to], "\r\n；;。"); end >= 0 {
			to = from + end
		}
		kept.WriteString(s[done:from])
		done = to
	}
	kept.WriteString(s[done:])
	rest = strings.Map(func(r rune) rune {
		if strings.ContainsRune(tickedMarks+emptyMarks, r) {
			return -1
		}
		return r
	}, kept.String())
	return ticked, empty, rest
}
