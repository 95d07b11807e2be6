package ingest

import (
	"fmt"
	"regexp"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/internal/likeness"
)

// Dates that say too little or too much. What stands for a number may be written in Chinese.
var (
	numeralText = `(\d{1,2}|[` + chineseDigits + `十廿卅]{1,3})`
	yearText    = `(\d{4}|[` + chineseDigits + `]{4})`
	monthOnly   = regexp.MustCompile(`^` + yearText + `\s*[年./-]\s*` + numeralText + `\s*月?份?$`)
	wholeDate   = regexp.MustCompile(`^` + yearText + `\s*[年./-]\s*` + numeralText + `\s*[月./-]\s*` + numeralText)
	shortYear   = regexp.MustCompile(`^(\d{2})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?$`)
	yearBehind  = regexp.MustCompile(`^(\d{1,2})[./-](\d{1,2})[./-](\d{4})$`)
	noYear      = regexp.MustCompile(`^` + numeralText + `\s*[月./-]\s*` + numeralText + `\s*[日号]?$`)
)

// nearlyDate says why a text is taken for no day and, where it is nearly one, which legal writing
// it may stand for. It is not taken for that day: the contract names the writings that are
// read, and limits, halves of a year and two distinct dates depend on the very day, so that a
// century or a day made up would make lights wrong without anybody having said so.
func nearlyDate(v string, today integrity.Day) (zh, en string) {
	s := strings.TrimRight(datePunctuation.Replace(strings.TrimSpace(likeness.Width(v))), ".")
	quoted := clip(v, 40)
	say := func(whyZH, whyEN string, args ...any) (string, string) {
		return fmt.Sprintf("“%s”"+whyZH, append([]any{quoted}, args...)...), fmt.Sprintf("%q "+whyEN, append([]any{quoted}, args...)...)
	}
	if m := shortYear.FindStringSubmatch(s); m != nil {
		year := 2000 + atoi(m[1])
		if year > today.Year()+10 {
			year -= 100
		}
		if day, ok := civil(year, atoi(m[2]), atoi(m[3])); ok {
			return say("的年份没有写全；如果是 %[2]d 年，请写成 %[3]s", "does not give the whole year; if %[2]d is meant, write %[3]s", year, day)
		}
	}
	if m := monthOnly.FindStringSubmatch(s); m != nil {
		if first, ok := civil(numeral(m[1]), numeral(m[2]), 1); ok {
			return say("没有写是哪一天；请写 %[2]s 到 %[3]s 中实际的一天", "does not say the day; write the actual one from %[2]s to %[3]s", first, lastOfMonth(first))
		}
	}
	if m := wholeDate.FindStringSubmatch(s); m != nil {
		year, month := numeral(m[1]), numeral(m[2])
		first, ok := civil(year, month, 1)
		if !ok {
			return say("不是日期，没有 %[2]d 月；请写成 2026-03-05 或 2026年3月5日", "is not a date, there is no month %[2]d; write 2026-03-05 or 2026年3月5日", month)
		}
		if day, ok := civil(year, month, numeral(m[3])); ok {
			return say("不是一天的日期；每格只写一天，请写成 %[2]s 这样的日期，多天的请分行填写", "is not the date of one day; write one such as %[2]s, and give further days rows of their own", day)
		}
		return say("在日历上没有；请写实际的日期，这个月最后一天是 %[2]s", "is not in the calendar; write the actual date: the last day of that month is %[2]s", lastOfMonth(first))
	}
	if m := yearBehind.FindStringSubmatch(s); m != nil {
		var proposed []string
		for _, p := range [][2]string{{m[2], m[1]}, {m[1], m[2]}} {
			if day, ok := civil(atoi(m[3]), atoi(p[0]), atoi(p[1])); ok {
				proposed = appendNew(proposed, day.String())
			}
		}
		if len(proposed) > 0 {
			return say("的年份要写在前面；请写成 %[2]s", "has to begin with the year; write %[3]s", strings.Join(proposed, " 或 "), strings.Join(proposed, " or "))
		}
	}
	if m := noYear.FindStringSubmatch(s); m != nil {
		for year := today.Year(); year > today.Year()-2; year-- {
			if day, ok := civil(year, numeral(m[1]), numeral(m[2])); ok && day <= today {
				return say("没有写年份；如果是 %[2]d 年，请写成 %[3]s", "does not give the year; if %[2]d is meant, write %[3]s", year, day)
			}
		}
	}
	return say("不是日期，请写成 2026-03-05 或 2026年3月5日", "is not a date; write 2026-03-05 or 2026年3月5日")
}

func lastOfMonth(first integrity.Day) integrity.Day {
	return integrity.Date(first.Year(), first.Month()+1, 1) - 1
}

// anotherDay is how what follows a date goes on with a second one: 至7日, -3月8日, 2026-03-08.
var anotherDay = regexp.MustCompile(`^\s*[至到~及和、,—–-]\s*(?:\d{1,4}\s*(?:[年月日号./-]|$)|[` + chineseDigits + `十廿卅]+[年月日号])|\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d|\d{1,2}\s*月\s*\d{1,2}\s*[日号]`)
