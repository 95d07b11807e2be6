package dashboards

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"qingfeng/dashboards/view"
	"qingfeng/internal/integrity"
)

// jobsNamed are the tasks that have a name for people, the message job.NAME.
var jobsNamed = []string{"flag-overdue", "hot-spots", "monthly-report", "month-snapshot", "q1-open", "freshness", "warn", "deliver", "backup", "retention"}

// jobLabel is what people call a task.
func jobLabel(lang integrity.Lang, name string) string {
	if slices.Contains(jobsNamed, name) {
		return view.T(lang, "job."+name)
	}
	return name
}

// scheduleWords says a five-field schedule as people do: 每天 02:10. What has no such words stays as it
// is written.
func scheduleWords(lang integrity.Lang, schedule string) string {
	f := strings.Fields(schedule)
	if len(f) != 5 || f[4] != "*" {
		return schedule
	}
	if every, ok := strings.CutPrefix(f[0], "*/"); ok && f[1] == "*" && f[2] == "*" && f[3] == "*" {
		return view.T(lang, "schedule.every", every)
	}
	hour, err := strconv.Atoi(f[1])
	minute, wrong := strconv.Atoi(f[0])
	if err != nil || wrong != nil {
		return schedule
	}
	at := time.Date(2000, 1, 1, hour, minute, 0, 0, time.UTC).Format("15:04")
	days := strings.ReplaceAll(f[2], ",", view.T(lang, "list.comma"))
	from, to, span := strings.Cut(f[3], "-")
	switch {
	case f[2] == "*" && f[3] == "*":
		return view.T(lang, "schedule.daily", at)
	case f[2] != "*" && f[3] == "*":
		return view.T(lang, "schedule.monthly", days, at)
	case f[2] != "*" && span:
		return view.T(lang, "schedule.months", from, to, days, at)
	}
	return schedule
}

// periodWords is the moment that a run was due, as the other moments of the page are written.
func periodWords(period string) string {
	at, err := time.Parse(time.RFC3339, period)
	if err != nil {
		return period
	}
	return instant(at)
}
