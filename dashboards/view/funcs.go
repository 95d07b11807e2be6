package view

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"

	"qingfeng/internal/integrity"
)

// Funcs returns what templates of one language may call. url makes the address of a
// static file from its name.
func Funcs(lang integrity.Lang, url func(name string) string) template.FuncMap {
	return template.FuncMap{
		"t":       func(key string, args ...any) (string, error) { return message(lang, key, args...) },
		"tb":      func(key string, args ...any) (template.HTML, error) { return bold(lang, key, args...) },
		"label":   func(word labelled) string { return word.Label(lang) },
		"status":  func(s integrity.Status, b integrity.Basis) string { return s.Label(b, lang) },
		"date":    date,
		"day":     func(d integrity.Day) string { return Day(d, lang) },
		"moment":  moment,
		"num":     func(n any) (string, error) { return num(n) },
		"ratio":   func(n, d uint64) string { return Number(n) + " / " + Number(d) },
		"percent": Percent,
		"hidden":  func(n *uint64) string { return Hidden(n, 3) },
		"asset":   url,
	}
}

// labelled is a word of the field.
type labelled interface {
	Label(lang integrity.Lang) string
}

// T returns a message in a language with its arguments filled in. It panics on an unknown
// key: keys are written in programs, not by users.
func T(lang integrity.Lang, key string, args ...any) string {
	text, err := message(lang, key, args...)
	if err != nil {
		panic(err)
	}
	return text
}

// Word is a message that there may be, or what stands for itself where there is none: a name or a value
// that came from outside.
func Word(lang integrity.Lang, key, itself string) string {
	if text, ok := lookup(lang, key); ok {
		return text
	}
	return itself
}

func message(lang integrity.Lang, key string, args ...any) (string, error) {
	text, ok := lookup(lang, key)
	if !ok {
		return "", fmt.Errorf("message %q does not exist", key)
	}
	if len(args) == 0 {
		return text, nil
	}
	return fmt.Sprintf(text, args...), nil
}

// bold is message with every argument in bold type: the numbers of a sentence stand out.
func bold(lang integrity.Lang, key string, args ...any) (template.HTML, error) {
	text, ok := lookup(lang, key)
	if !ok {
		return "", fmt.Errorf("message %q does not exist", key)
	}
	marked := make([]any, len(args))
	for i, a := range args {
		if s, ok := a.(template.HTML); ok {
			marked[i] = s
			continue
		}
		marked[i] = "<b>" + template.HTMLEscapeString(fmt.Sprint(a)) + "</b>"
	}
	// Percent verbs survive the escaping of the message, which holds no markup.
	return template.HTML(fmt.Sprintf(template.HTMLEscapeString(text), marked...)), nil
}

// Number writes a count; from five digits on in groups of three with thin spaces that do
// not break.
func Number(n uint64) string {
	s := strconv.FormatUint(n, 10)
	if len(s) < 5 {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteRune('\u202f')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func num(n any) (string, error) {
	switch n := n.(type) {
	case uint64:
		return Number(n), nil
	case *uint64:
		return Hidden(n, 3), nil
	case int:
		return signed(int64(n)), nil
	case int64:
		return signed(n), nil
	case float64:
		return decimal(n, 1), nil
	}
	return "", fmt.Errorf("num of %T", n)
}

func signed(n int64) string {
	if n < 0 {
		return "−" + Number(uint64(-n))
	}
	return Number(uint64(n))
}

// decimal writes a number with a true minus sign.
func decimal(v float64, decimals int) string {
	s := strconv.FormatFloat(v, 'f', decimals, 64)
	if strings.HasPrefix(s, "-") {
		s = s[1:]
		if !zero(s) {
			return "−" + s
		}
	}
	return s
}

func zero(s string) bool { return strings.Trim(s, "−0.") == "" }

// Hidden writes a count that may be too small to be shown: nil is <small.
func Hidden(n *uint64, small int) string {
	if n == nil {
		return "<" + strconv.Itoa(small)
	}
	return Number(*n)
}

// Percent writes n of d with one decimal, and — where there is nothing to divide by.
func Percent(n, d uint64) string {
	if d == 0 {
		return "—"
	}
	return decimal(float64(n)*100/float64(d), 1) + "%"
}

func date(d integrity.Day) string {
	if d == integrity.NoDay || d == integrity.Forever {
		return "—"
	}
	return d.String()
}

// Day writes a day for a sentence: 2026 年 7 月 8 日, 8 July 2026.
func Day(d integrity.Day, lang integrity.Lang) string {
	switch {
	case d == integrity.NoDay || d == integrity.Forever:
		return "—"
	case lang == integrity.English:
		return d.UTC().Format("2 January 2006")
	}
	return d.UTC().Format("2006 年 1 月 2 日")
}

// moment writes an instant as people here see it, to the minute.
func moment(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(integrity.Shanghai).Format("2006-01-02 15:04")
}
