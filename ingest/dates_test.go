package ingest

import (
	"strings"
	"testing"
	"time"

	"qingfeng/internal/integrity"
)

func TestDatesInTheWritingsOfOffices(t *testing.T) {
	fifth := integrity.Date(2026, time.March, 5)
	for _, s := range []string{"2026-03-05", "2026年3月5日", "2026年03月05日 星期四", "2026 年 3 月 5 日上午", "2026年3月5号", "2026年3月5", "２０２６．３．５", "2026.03.05.", "2026、3、5", "2026–03–05", "2026—3—5",
		"2026/03/05 星期四", "2026-03-05T08:00:00+08:00", "2026-03-05 08:00:00.000", "20260305", "46086", "二〇二六年三月五日", "二○二六年三月五日", "二零二六年三月五日", "二〇二六年〇三月〇五日", "二〇二六年3月5日", "2026年三月五日"} {
		if day, ok := parseDate(s); !ok || day != fifth {
			t.Errorf("%q is %s, %v", s, day, ok)
		}
	}
	for s, want := range map[string]integrity.Day{
		"二〇二五年十二月三十一日": integrity.Date(2025, time.December, 31), "二〇二六年十月十日": integrity.Date(2026, time.October, 10),
		"二〇二六年十一月二十日": integrity.Date(2026, time.November, 20), "二〇二六年一月廿五日": integrity.Date(2026, time.January, 25), "二〇二六年一月十九日": integrity.Date(2026, time.January, 19),
	} {
		if day, ok := parseDate(s); !ok || day != want {
			t.Errorf("%q is %s, %v", s, day, ok)
		}
	}
	// Of these the day cannot be told, or there is none.
	for _, s := range []string{"", "2026年3月", "二〇二六年三月", "26.3.5", "26-03-05", "05/03/2026", "3月5日", "三月五日", "2026-3", "2026-02-29", "二〇二六年二月三十日", "二〇二六年十三月一日", "二〇二六年三月五六日", "1772668800", "2026-03-05-06", "一式两份", "年月日",
		// several days, of which one would be lost
		"2026年3月5日至7日", "2026年3月5日-6日", "2026年3月5日、3月8日", "2026-03-05 至 2026-03-07", "2026-03-05 2026-03-08", "2026-03-05、2026-03-08", "2026年3月5日—3月6日"} {
		if day, ok := parseDate(s); ok {
			t.Errorf("%q is taken for %s", s, day)
		}
	}
}

// TestDatesThatAreRefusedProposeALegalOne: the day counts for limits and halves of a year, so it is
// not guessed; but whoever wrote it is shown what to write.
func TestDatesThatAreRefusedProposeALegalOne(t *testing.T) {
	today := integrity.Date(2026, time.November, 22)
	for s, want := range map[string]string{
		"26.3.5": "2026-03-05", "26-03-05": "2026-03-05", "26年3月5日": "2026-03-05", "98/12/1": "1998-12-01", "２６．３．５": "2026-03-05",
		"2026年3月": "2026-03-01 到 2026-03-31", "2026-2": "2026-02-01 到 2026-02-28", "2026.03": "2026-03-01 到 2026-03-31", "2026年3月份": "2026-03-01 到 2026-03-31", "二〇二六年三月": "2026-03-01 到 2026-03-31",
		"2026年2月30日": "2026-02-28", "2026-02-29": "2026-02-28", "2026年4月31日": "2026-04-30", "2026-13-01": "没有 13 月",
		"3月5日": "2026-03-05", "3.5": "2026-03-05", "三月五日": "2026-03-05", "12月30日": "2025-12-30",
		"05/03/2026": "2026-03-05 或 2026-05-03", "25/03/2026": "2026-03-25", "2026年3月5日至7日": "2026-03-05", "2026-03-05 至 2026-03-07": "2026-03-05",
		"2026年": "2026-03-05", "去年": "2026-03-05",
	} {
		zh, en := nearlyDate(s, today)
		if !strings.Contains(zh, want) || !strings.Contains(zh, "请") {
			t.Errorf("%q: %s (wants %s)", s, zh, want)
		}
		if en == "" || strings.ContainsAny(en, "，。；") {
			t.Errorf("%q: %s", s, en)
		}
	}
}

func TestAFormMayBeDatedInChineseNumerals(t *testing.T) {
	for line, want := range map[string]string{
		"填表处室（单位）：办公室　日期：二〇二六年三月五日": "二〇二六年三月五日", "填报日期：2026.3.5": "2026.3.5", "日期：　　年　　月　　日": "", "日期：一式两份": "",
	} {
		var f formText
		f.header(line)
		if f.date != want || !f.labelled {
			t.Errorf("%q: %q", line, f.date)
		}
	}
}
