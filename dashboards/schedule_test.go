package dashboards

import (
	"testing"

	"qingfeng/internal/integrity"
)

func TestSchedulesAreSaidInWords(t *testing.T) {
	for _, tc := range []struct{ name, schedule, zh, en string }{
		{"a time of each day", "10 2 * * *", "每天 02:10", "daily 02:10"},
		{"a day of the month", "30 4 1 * *", "每月 1 日 04:30", "on day 1 of each month, 04:30"},
		{"days of the month", "0 4 1,5 * *", "每月 1、5 日 04:00", "on day 1, 5 of each month, 04:00"},
		{"a day of some months", "5 0 1 1-3 *", "1–3 月每月 1 日 00:05", "months 1–3, on day 1, 00:05"},
		{"minutes", "*/15 * * * *", "每 15 分钟", "every 15 minutes"},
		{"a weekday stays as it is written", "0 8 * * 1", "0 8 * * 1", "0 8 * * 1"},
		{"what is no schedule stays as it is written", "@daily", "@daily", "@daily"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := scheduleWords(integrity.Chinese, tc.schedule); got != tc.zh {
				t.Errorf("scheduleWords(zh, %q) = %q; want %q", tc.schedule, got, tc.zh)
			}
			if got := scheduleWords(integrity.English, tc.schedule); got != tc.en {
				t.Errorf("scheduleWords(en, %q) = %q; want %q", tc.schedule, got, tc.en)
			}
		})
	}
}

func TestTasksHaveANameForPeople(t *testing.T) {
	for name, want := range map[string]string{"flag-overdue": "逾期标记", "backup": "夜间备份", "another": "another"} {
		if got := jobLabel(integrity.Chinese, name); got != want {
			t.Errorf("jobLabel(%q) = %q; want %q", name, got, want)
		}
	}
	if got := periodWords("2026-11-23T02:10:00+08:00"); got != "2026-11-23 02:10" {
		t.Errorf("a moment reads %q", got)
	}
	if got := periodWords("2026-10"); got != "2026-10" {
		t.Errorf("a period that is no moment reads %q", got)
	}
}
