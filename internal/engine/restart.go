package engine

import "time"

const (
	firstDelay = 200 * time.Millisecond
	maxDelay   = 2 * time.Second

	// healthyAfter is how long an engine must have answered for its next crash
	// to count as the first one again.
	healthyAfter = 10 * time.Second

	// More than alarmCrashes crashes within alarmWindow are an alarm.
	alarmCrashes = 5
	alarmWindow  = time.Minute
)

// backoff spaces restarts: the first follows at once, the next after 0.2 s,
// then twice as long each time, up to 2 s.
type backoff struct {
	next time.Duration
}

// delay returns how long to wait before the next restart, given how long the
// engine had answered before it died (0 if it never did).
func (b *backoff) delay(answered time.Duration) time.Duration {
	if answered >= healthyAfter {
		b.next = 0
	}
	d := b.next
	b.next = min(max(2*d, firstDelay), maxDelay)
	return d
}

// crashLog remembers the crashes of the last minute.
type crashLog struct {
	times []time.Time
}

// add records a crash at now.
func (l *crashLog) add(now time.Time) {
	l.times = append(l.times, now)
}

// recent returns how many crashes happened in the minute before now.
func (l *crashLog) recent(now time.Time) int {
	for len(l.times) > 0 && now.Sub(l.times[0]) >= alarmWindow {
		l.times = l.times[1:]
	}
	return len(l.times)
}
