package engine

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestRestartsAreSpaced(t *testing.T) {
	const never, short, long = time.Duration(0), healthyAfter - time.Millisecond, healthyAfter
	ms := func(n int) time.Duration { return time.Duration(n) * time.Millisecond }
	for _, tc := range []struct {
		name     string
		answered []time.Duration // before each crash
		want     []time.Duration
	}{
		{"the first restart follows at once", []time.Duration{short}, []time.Duration{0}},
		{"waits double up to two seconds",
			[]time.Duration{short, never, never, never, never, never, never},
			[]time.Duration{0, ms(200), ms(400), ms(800), ms(1600), ms(2000), ms(2000)}},
		{"ten healthy seconds forget the earlier crashes",
			[]time.Duration{short, short, long, short},
			[]time.Duration{0, ms(200), 0, ms(200)}},
		{"just under ten healthy seconds do not",
			[]time.Duration{short, short, short},
			[]time.Duration{0, ms(200), ms(400)}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var b backoff
			for i, answered := range tc.answered {
				if got := b.delay(answered); got != tc.want[i] {
					t.Errorf("delay %d after %s of answers = %s; want %s", i+1, answered, got, tc.want[i])
				}
			}
		})
	}
}

func TestCrashesAreCountedForAMinute(t *testing.T) {
	begin := time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC)
	var l crashLog
	for _, s := range []int{0, 10, 59} {
		l.add(begin.Add(time.Duration(s) * time.Second))
	}
	for _, tc := range []struct {
		after time.Duration
		want  int
	}{
		{59 * time.Second, 3}, {60 * time.Second, 2}, {70 * time.Second, 1}, {119 * time.Second, 0},
	} {
		if got := l.recent(begin.Add(tc.after)); got != tc.want {
			t.Errorf("recent(%s after the first) = %d; want %d", tc.after, got, tc.want)
		}
	}
}

func TestTheSixthCrashInAMinuteIsOneAlarm(t *testing.T) {
	var log bytes.Buffer
	e := &Engine{cfg: Config{Log: slog.New(slog.NewTextHandler(&log, nil))}}
	alarmed := false
	for i := 1; i <= 8; i++ {
		alarmed = e.crashed(errors.New("killed"), alarmed)
		if got, want := e.Status().Alarm, i > alarmCrashes; got != want {
			t.Errorf("after %d crashes Alarm = %t; want %t", i, got, want)
		}
	}
	if got := strings.Count(log.String(), "level=ERROR"); got != 1 {
		t.Errorf("%d alarms in the log; want 1:\n%s", got, &log)
	}
	if got := e.Status().LastCrash; got == nil || got.Error() != "killed" {
		t.Errorf("LastCrash = %v; want killed", got)
	}
}

func TestFindLibrary(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "libchdb.so")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, given, want string
		err               error
	}{
		{"a file that is there is taken as it is", file, file, nil},
		{"a missing file is an error", filepath.Join(dir, "no.so"), "", ErrNoLibrary},
		{"a directory is an error", dir, "", ErrNoLibrary},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := findLibrary(tc.given)
			if got != tc.want || !errors.Is(err, tc.err) {
				t.Errorf("findLibrary(%q) = %q, %v; want %q, %v", tc.given, got, err, tc.want, tc.err)
			}
		})
	}
	t.Run("outside of any module nothing is found but beside the program", func(t *testing.T) {
		t.Chdir(dir)
		if got, err := findLibrary(""); !errors.Is(err, ErrNoLibrary) {
			t.Errorf("findLibrary(\"\") = %q, %v; want ErrNoLibrary", got, err)
		}
	})
}

func TestIsSharedLibrary(t *testing.T) {
	for path, want := range map[string]bool{
		"/opt/libchdb.so": true, "/opt/libchdb.so.26": true, "/opt/libchdb.dylib": true,
		"/usr/bin/clickhouse": false, "/opt/x.so/clickhouse": false,
	} {
		if got := isSharedLibrary(path); got != want {
			t.Errorf("isSharedLibrary(%q) = %t; want %t", path, got, want)
		}
	}
}

func TestAPrintedEndpointTellsNoSecret(t *testing.T) {
	ep := newEndpoint("/backups")
	ep.Addr = "127.0.0.1:20001"
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "endpoint", ep)
	printed := fmt.Sprintf("%v %+v %#v %s", ep, ep, ep, &log)
	for _, secret := range []string{ep.Key, ep.Writer.Password, ep.Reader.Password} {
		if len(secret) != 64 {
			t.Errorf("a secret has %d hexadecimal digits; want 64 (256 bits)", len(secret))
		}
		if strings.Contains(printed, secret) {
			t.Errorf("a secret is printed: %s", printed)
		}
	}
	if other := newEndpoint(""); other.Key == ep.Key || other.Writer == ep.Writer || other.Reader == ep.Reader ||
		ep.Writer.Password == ep.Reader.Password {
		t.Error("secrets repeat")
	}
}
