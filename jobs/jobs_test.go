package jobs

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, integrity.Shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

// stand is a scheduler on a database of its own with a clock that a test turns.
type stand struct {
	t     *testing.T
	store *store.Store
	now   time.Time
	ran   []string
}

func newStand(t *testing.T, now string) *stand {
	return &stand{t: t, store: storetest.New(t), now: at(now)}
}

func (s *stand) scheduler(jobs ...Job) *Scheduler {
	s.t.Helper()
	sch, err := New(Config{Jobs: jobs, Runs: Records{s.store}, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return s.now },
		Claims: Claims{DB: s.store}})
	if err != nil {
		s.t.Fatal(err)
	}
	return sch
}

func (s *stand) job(name, schedule string, catchUp int) Job {
	return Job{Name: name, Schedule: schedule, Timeout: time.Minute, CatchUp: catchUp, Run: func(_ context.Context, now time.Time) (Result, error) {
		s.ran = append(s.ran, name+" "+now.In(integrity.Shanghai).Format("2006-01-02 15:04"))
		return Result{Text: obligation.Text{ZH: "ok", EN: "ok"}, Counts: map[string]uint64{"n": 1}}, nil
	}}
}

func TestMissedPeriodsAreMadeUpForOnceEachOldestFirst(t *testing.T) {
	s := newStand(t, "2026-07-02 09:00")
	sch := s.scheduler(s.job("monthly", "30 4 1 * *", 36))
	for _, step := range []struct {
		now  string
		want []string
	}{
		{"2026-07-02 09:00", []string{"monthly 2026-07-01 04:30"}}, // the first start is due for its latest time only
		{"2026-07-30 09:00", nil},
		{"2026-10-05 09:00", []string{"monthly 2026-08-01 04:30", "monthly 2026-09-01 04:30", "monthly 2026-10-01 04:30"}},
		{"2026-10-05 09:00", nil},
		{"2026-09-05 09:00", nil}, // a clock that jumps back runs nothing again
		{"2026-11-01 04:30", []string{"monthly 2026-11-01 04:30"}},
	} {
		s.now, s.ran = at(step.now), nil
		if err := sch.CatchUp(t.Context(), "monthly"); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.want, s.ran); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", step.now, diff)
		}
	}
	list, err := sch.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if l := list[0]; l.Last == nil || l.Last.State != StateDone || l.Last.Counts["n"] != 1 || !l.Next.Equal(at("2026-12-01 04:30")) {
		t.Errorf("list: %+v, last %+v", l, l.Last)
	}
}

func TestOnlyTheLatestOfManyMissedPeriodsIsMadeUpForWhereMoreMakeNoSense(t *testing.T) {
	s := newStand(t, "2026-07-02 09:00")
	sch := s.scheduler(s.job("nightly", "10 2 * * *", 2))
	if err := sch.CatchUp(t.Context(), "nightly"); err != nil {
		t.Fatal(err)
	}
	s.now, s.ran = at("2026-07-09 01:00"), nil
	if err := sch.CatchUp(t.Context(), "nightly"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"nightly 2026-07-07 02:10", "nightly 2026-07-08 02:10"}, s.ran); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAFailedOrPanickingRunIsRecordedAndTriedAgain(t *testing.T) {
	s := newStand(t, "2026-07-02 09:00")
	fail := errors.New("disk on fire")
	broken := true
	j := s.job("nightly", "10 2 * * *", 3)
	inner := j.Run
	j.Run = func(ctx context.Context, now time.Time) (Result, error) {
		if broken {
			if fail != nil {
				return Result{}, fail
			}
			panic("boom")
		}
		return inner(ctx, now)
	}
	sch := s.scheduler(j)
	if err := sch.CatchUp(t.Context(), "nightly"); !errors.Is(err, fail) {
		t.Errorf("error = %v", err)
	}
	fail = nil
	if err := sch.CatchUp(t.Context(), "nightly"); err == nil || !strings.Contains(err.Error(), "boom") {
		t.Errorf("panic came back as %v", err)
	}
	last, err := Records{s.store}.Last(t.Context(), "nightly")
	if err != nil || last == nil || last.State != StateFailed {
		t.Errorf("last run %+v, %v", last, err)
	}
	broken = false
	if err := sch.CatchUp(t.Context(), "nightly"); err != nil || len(s.ran) != 1 {
		t.Errorf("after mending: %v, ran %v", err, s.ran)
	}
}

func TestStartRunsWhatIsDueAndStopWaits(t *testing.T) {
	s := newStand(t, "2026-07-02 09:00")
	done := make(chan struct{})
	j := s.job("nightly", "10 2 * * *", 1)
	j.Run = func(context.Context, time.Time) (Result, error) { close(done); return Result{}, nil }
	sch := s.scheduler(j)
	if err := sch.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("the missed run was not made up for")
	}
	sch.Stop()
	if silent, err := sch.Silent(t.Context()); err != nil || silent {
		t.Errorf("Silent = %t, %v right after a run", silent, err)
	}
	s.now = s.now.Add(27 * time.Hour)
	if silent, err := sch.Silent(t.Context()); err != nil || !silent {
		t.Errorf("Silent = %t, %v after 27 hours", silent, err)
	}
	done = make(chan struct{})
	if err := sch.RunNow(t.Context(), "nightly"); err != nil {
		t.Fatal(err)
	}
	if silent, err := sch.Silent(t.Context()); err != nil || !silent {
		t.Errorf("Silent = %t, %v after a run by hand, which is no sign of the scheduler's life", silent, err)
	}
}

func TestRunByNameRefusesUnknownJobs(t *testing.T) {
	s := newStand(t, "2026-07-02 09:00")
	sch := s.scheduler(s.job("nightly", "10 2 * * *", 1))
	if err := sch.Run(t.Context(), "weekly", s.now); !errors.Is(err, ErrUnknown) {
		t.Errorf("Run(weekly) = %v", err)
	}
	if err := sch.Run(t.Context(), "nightly", s.now); err != nil {
		t.Error(err)
	}
	// A run by hand takes no scheduled run's place.
	s.ran = nil
	if err := sch.CatchUp(t.Context(), "nightly"); err != nil || len(s.ran) != 1 {
		t.Errorf("after a run by hand: %v, ran %v", err, s.ran)
	}
}

func (s *stand) load(kind ingest.Kind, lines ...string) ingest.Report {
	s.t.Helper()
	l, err := ingest.New(ingest.Config{Store: s.store, Lock: store.LoadLock(s.t.TempDir()), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return s.now }})
	if err != nil {
		s.t.Fatal(err)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, line := range lines {
		_ = w.Write(strings.Split(line, "|"))
	}
	w.Flush()
	rep, err := l.Load(s.t.Context(), ingest.Request{Kind: kind, MayMove: true, Files: []ingest.Source{{Name: string(kind) + ".csv", Data: bytes.NewReader(b.Bytes()), Size: int64(b.Len())}}})
	if err != nil || rep.Totals.Rejected > 0 {
		s.t.Fatalf("load %s: %v %+v", kind, err, rep)
	}
	return rep
}

func TestFlagsOpenCloseAndReopenAndASecondRunChangesNothing(t *testing.T) {
	s := newStand(t, "2026-01-05 09:00")
	s.load(ingest.KindUnits, "单位编码|单位名称|上级编码|责任领导|启用日期", "00|卫健委|||", "13|市第一医院|00|周乙|2025-06-01")
	s.load(ingest.KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级",
		"13|2026-01-04|1|采购未经集体研究|集体决策|查阅会议记录|重要")
	m, err := metrics.New(metrics.Config{Database: s.store, Now: func() time.Time { return s.now }})
	if err != nil {
		t.Fatal(err)
	}
	job := FlagOverdue(s.store, m)
	inspections := func(lines ...string) ingest.Report {
		return s.load(ingest.KindInspections, append([]string{"编号|单位|检查日期|风险点|检查人|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实"}, lines...)...)
	}
	var batch string
	for _, step := range []struct {
		name, now string
		do        func()
		want      string
	}{
		{"before the half-year checkpoint nothing is up", "2026-06-30 02:10", nil, "overdue 0 opened 0 closed 0 reopened 0"},
		{"the day after it the point is behind", "2026-07-01 02:10", nil, "overdue 1 opened 1 closed 0 reopened 0"},
		{"a second run changes nothing", "2026-07-01 02:10", nil, "overdue 1 opened 0 closed 0 reopened 0"},
		{"a check in July closes it", "2026-07-10 02:10", func() {
			batch = inspections("J1|13|2026-07-08|1|钱一|是|查阅资料|是|是|是").Batch
		}, "overdue 0 opened 0 closed 1 reopened 0"},
		{"voiding the check raises it again", "2026-07-11 02:10", func() {
			l, err := ingest.New(ingest.Config{Store: s.store, Lock: store.LoadLock(t.TempDir()), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return s.now }})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := l.Revert(t.Context(), batch, "政治处"); err != nil {
				t.Fatal(err)
			}
		}, "overdue 1 opened 0 closed 0 reopened 1"},
	} {
		s.now = at(step.now)
		if step.do != nil {
			step.do()
		}
		r, err := job.Run(t.Context(), s.now)
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		got := fmt.Sprintf("overdue %d opened %d closed %d reopened %d", r.Counts["overdue"], r.Counts["opened"], r.Counts["closed"], r.Counts["reopened"])
		if got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
	var events []struct {
		Event string `ch:"event"`
	}
	if err := s.store.Read().Select(t.Context(), &events, "SELECT event FROM flags ORDER BY item, seq"); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, e.Event)
	}
	if !slices.Equal(got, []string{"opened", "closed", "reopened"}) {
		t.Errorf("history %v", got)
	}
}

// What a year left undone stays flagged through later New Years, says when it rests on another
// basis, and says why it came down.
func TestAFlagFollowsWhatAYearLeftUndoneUntilItIsRecorded(t *testing.T) {
	s := newStand(t, "2026-01-05 09:00")
	s.load(ingest.KindUnits, "单位编码|单位名称|上级编码|责任领导|启用日期", "00|卫健委|||", "13|市第一医院|00|周乙|2025-06-01")
	risks := "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级"
	s.load(ingest.KindRisks, risks, "13|2026-01-04|1|采购未经集体研究|集体决策|查阅会议记录|一般", "13|2026-01-04|2|收费窗口多收不退|双人复核|查阅台账|一般")
	m, err := metrics.New(metrics.Config{Database: s.store, Now: func() time.Time { return s.now }})
	if err != nil {
		t.Fatal(err)
	}
	job := FlagOverdue(s.store, m)
	for _, step := range []struct {
		now string
		do  func()
	}{
		{now: "2026-07-01 02:10"},
		{now: "2027-01-01 02:10"},
		{now: "2028-01-01 02:10"},
		{now: "2029-01-01 02:10"},
		{now: "2029-01-02 02:10", do: func() {
			s.load(ingest.KindInspections, "编号|单位|检查日期|风险点|检查人|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实",
				"J1|13|2026-07-08|1|钱一|是|查阅资料|是|是|是", "J2|13|2026-09-08|1|钱一|是|查阅资料|是|是|是")
			s.load(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|来源|文号|内容|采纳|理由", "13|2026|豁免|2026-12-30|2|周乙||||| 整体搬迁")
		}},
	} {
		s.now = at(step.now)
		if step.do != nil {
			step.do()
		}
		if _, err := job.Run(t.Context(), s.now); err != nil {
			t.Fatalf("%s: %v", step.now, err)
		}
	}
	flags, err := m.Flags(t.Context(), system, metrics.Scope{AsOf: integrity.DayOf(s.now), Rule: integrity.RuleTwoChecks})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range flags {
		if !strings.HasPrefix(f.Key, "two_checks/2026/") {
			continue
		}
		line := fmt.Sprintf("first %s, %d days:", f.FirstOn, f.Days)
		for _, e := range f.Events {
			line += fmt.Sprintf(" %s %s %s %s;", e.On, e.Event, e.Basis, e.Reason)
		}
		got = append(got, line)
	}
	slices.Sort(got)
	begin := "first 2026-07-01, 916 days: 2026-07-01 opened system ; 2027-01-01 changed notice ; 2029-01-02 closed notice "
	if want := []string{begin + "exempt;", begin + "late_entry;"}; !slices.Equal(got, want) {
		t.Errorf("flags of 2026:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// press prints whatever text it holds.
type press struct{ html string }

func (p *press) Print(_ context.Context, _ integrity.Principal, period string, c bulletin.Choice) (bulletin.Printed, error) {
	return bulletin.Printed{HTML: fmt.Appendf(nil, "%s%s %s issued=%t", p.html, period, bulletin.Name(period, c.Number), c.Issued), KnownAt: c.KnownAt, DataVersion: "7"}, nil
}

func (s *stand) reports(p *press) *bulletin.Registry { return s.registry(p) }

func (s *stand) registry(p bulletin.Printer) *bulletin.Registry {
	s.t.Helper()
	r, err := bulletin.New(bulletin.Config{Database: s.store, Printer: p, Now: func() time.Time { return s.now }})
	if err != nil {
		s.t.Fatal(err)
	}
	return r
}

func TestTheMonthlyReportIsDraftedOnceForTheMonthBefore(t *testing.T) {
	s := newStand(t, "2026-01-01 04:30")
	p := &press{html: "<p>"}
	reports := s.reports(p)
	job := MonthlyReport(reports)
	for _, want := range []uint64{1, 0} {
		r, err := job.Run(t.Context(), s.now)
		if err != nil || r.Counts["new"] != want {
			t.Fatalf("run: %+v, %v; want new = %d", r, err, want)
		}
	}
	d, err := reports.Period(t.Context(), author, "2025-12")
	if err != nil || len(d.Drafts) != 1 || d.Drafts[0].Version != 1 || len(d.Issues) != 0 {
		t.Errorf("kept %+v, %v; want one draft, nothing issued", d, err)
	}
}

func TestARunForWhichTheDatabaseWasAwayIsTriedAgainBeforeItsNextTime(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-07-02 09:00")
	tried, done := 0, make(chan struct{})
	job := Job{Name: "monthly", Schedule: "30 4 1 * *", Timeout: time.Minute, CatchUp: 36, Run: func(context.Context, time.Time) (Result, error) {
		switch tried++; tried {
		case 1:
			return Result{}, fmt.Errorf("ask: %w", &clickhouse.Exception{Code: 279, Message: "all connection tries failed"})
		case 2:
			close(done)
		}
		return Result{Text: obligation.Text{ZH: "ok", EN: "ok"}}, nil
	}}
	sch, err := New(Config{Jobs: []Job{job}, Runs: Records{s.store}, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return s.now },
		Claims: Claims{DB: s.store, Lease: time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	if err := sch.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Error("it is not tried again")
	}
	sch.Stop()
}

func TestARunSaysWhatItDidInBothLanguages(t *testing.T) {
	s := newStand(t, "2026-03-02 08:00")
	job := Job{Name: "both", Schedule: "0 1 * * *", Timeout: time.Minute, Run: func(context.Context, time.Time) (Result, error) {
		return Result{Text: obligation.Text{ZH: "清理\n了3行", EN: "3 rows erased"}}, nil
	}}
	if err := s.scheduler(job).Run(t.Context(), "both", s.now); err != nil {
		t.Fatal(err)
	}
	last, err := Records{s.store}.Last(t.Context(), "both")
	if err != nil || last.Say(integrity.Chinese) != "清理 了3行" || last.Say(integrity.English) != "3 rows erased" {
		t.Errorf("%v: %q, %q", err, last.Say(integrity.Chinese), last.Say(integrity.English))
	}
	for _, old := range []string{"各来源装载正常", "停机时中断 (cut off by a stop)", ""} { // stored before, or an error
		if r := (Run{Result: old}); r.Say(integrity.English) != old || r.Say(integrity.Chinese) != old {
			t.Errorf("%q is said as %q", old, r.Say(integrity.English))
		}
	}
}
