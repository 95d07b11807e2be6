package table

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// cellFormat is what a number format says about the meaning of a number.
type cellFormat struct {
	kind  formatKind
	zeros int // formatPadded: how many digits are shown at least
}

type formatKind uint8

const (
	formatPlain formatKind = iota
	formatDate
	formatTime   // a time of day without a date
	formatPadded // leading zeros, as for codes
)

// Formats that a workbook need not define (ECMA-376 part 1, 18.8.30), those of
// Chinese, Japanese and Korean installations among them.
func builtinFormat(id int) cellFormat {
	switch {
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return cellFormat{kind: formatDate}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return cellFormat{kind: formatTime}
	}
	return cellFormat{}
}

func formatOf(id int, custom map[int]string) cellFormat {
	if code, ok := custom[id]; ok {
		return parseFormat(code)
	}
	return builtinFormat(id)
}

// parseFormat tells from a format code whether its numbers are dates. Only
// letters outside quotation marks, brackets and escapes count: yyyy"年"m"月"d"日"
// and [$-804]yyyy/m/d are dates, 0.00"d" and [Red]0 are not. Elapsed times such as
// [h]:mm are durations and stay numbers.
func parseFormat(code string) cellFormat {
	var date, clock, month bool
	zeros := 0
	s := code
	for len(s) > 0 {
		c := s[0]
		switch c {
		case '"':
			_, s, _ = strings.Cut(s[1:], `"`)
			zeros = -1
			continue
		case '[':
			inside, rest, _ := strings.Cut(s[1:], "]")
			if inside != "" && strings.Trim(strings.ToLower(inside), "hms") == "" {
				return cellFormat{}
			}
			s = rest
			continue
		case '\\', '_', '*':
			_, n := utf8.DecodeRuneInString(s[1:])
			s = s[1+n:]
			zeros = -1
			continue
		case ';':
			s = ""
			continue
		}
		if n := wordLength(s); n > 0 {
			s = s[n:]
			zeros = -1
			continue
		}
		switch c | 0x20 {
		case 'y', 'd':
			date = true
		case 'a': // a weekday in Chinese formats
			date = date || strings.HasPrefix(strings.ToLower(s), "aaa")
		case 'e':
			// 0.00E+00 is a number, e a year in East Asian formats.
			if len(s) > 1 && (s[1] == '+' || s[1] == '-') {
				return cellFormat{}
			}
			date = true
		case 'm':
			month = true
		case 'h', 's':
			clock = true
		}
		if c == '0' && zeros >= 0 {
			zeros++
		} else {
			zeros = -1
		}
		s = s[1:]
	}
	switch {
	case date, month && !clock:
		return cellFormat{kind: formatDate}
	case clock:
		return cellFormat{kind: formatTime}
	case zeros > 1:
		return cellFormat{kind: formatPadded, zeros: zeros}
	}
	return cellFormat{}
}

// wordLength returns the length of a word at the start of s whose letters are no
// parts of a date.
func wordLength(s string) int {
	for _, w := range []string{"general", "am/pm", "a/p"} {
		if len(s) >= len(w) && strings.EqualFold(s[:len(w)], w) {
			return len(w)
		}
	}
	return 0
}

// text returns the number raw as people read it under the format: a date as
// 2026-03-05, with a time of day 2026-03-05 09:05:05, a time alone 09:05:05.
func (f cellFormat) text(raw string, date1904 bool) string {
	raw = strings.TrimSpace(raw)
	switch f.kind {
	case formatDate, formatTime:
		if v, err := strconv.ParseFloat(raw, 64); err == nil {
			if s, ok := serialDate(v, f.kind, date1904); ok {
				return s
			}
		}
	case formatPadded:
		if n := len(raw); n > 0 && n < f.zeros && strings.Trim(raw, "0123456789") == "" {
			return strings.Repeat("0", min(f.zeros, 64)-min(n, 64)) + raw
		}
	}
	return plainNumber(raw)
}

// serialDate returns the day that a workbook counts as number v. Numbers that are
// no day of the calendar are refused: negative ones, those after the year 9999,
// 0 and the 29 February 1900, which the workbook's calendar has and no other.
func serialDate(v float64, kind formatKind, date1904 bool) (string, bool) {
	if !(v >= 0 && v < 2_958_466) {
		return "", false
	}
	days := math.Floor(v)
	seconds := int(math.Round((v - days) * 86_400))
	if seconds == 86_400 {
		days, seconds = days+1, 0
	}
	clock := time.Duration(seconds) * time.Second
	if days == 0 && (kind == formatTime || !date1904) {
		if v == 0 && kind == formatDate {
			return "", false
		}
		return time.Time{}.Add(clock).Format(time.TimeOnly), true
	}
	first := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case date1904:
		first = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days == 60:
		return "", false
	case days < 60:
		first = time.Date(1899, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return dateText(first.AddDate(0, 0, int(days)).Add(clock)), true
}

// dateText writes a date, with its time of day unless that is midnight.
func dateText(t time.Time) string {
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.Format(time.DateOnly)
	}
	return t.Format(time.DateTime)
}

// isoDate writes the dates of strict workbooks in the same way; what is no date
// is returned as it is.
func isoDate(raw string) string {
	raw = strings.TrimSpace(raw)
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02", time.RFC3339} {
		if t, err := time.Parse(layout, raw); err == nil {
			return dateText(t)
		}
	}
	return raw
}

// plainNumber writes a number without an exponent: document numbers of many
// digits must stay readable. Fractions are rounded to the 15 digits that
// workbooks show, so 0.30000000000000004 is 0.3. What is no number is returned
// as it is.
func plainNumber(raw string) string {
	digits := strings.Trim(raw, "-0123456789")
	if digits == "" {
		return raw
	}
	v, err := strconv.ParseFloat(raw, 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		return raw
	}
	if math.Abs(v) < 1e15 {
		if len(raw) > 16 || digits != "." {
			v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
		} else {
			return trimFraction(raw)
		}
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

// trimFraction removes a fraction of nothing but zeros.
func trimFraction(s string) string {
	whole, fraction, _ := strings.Cut(s, ".")
	if strings.Trim(fraction, "0") == "" && strings.Trim(whole, "-") != "" {
		return whole
	}
	return s
}
