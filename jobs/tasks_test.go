package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
	"qingfeng/metrics"
)

func TestAfterThreeMonthsWithoutASchedulerEachMonthlyThingIsMadeOnce(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-07 07:00")
	s.matters()
	box := newPostbox(t)
	m := s.metrics()
	mail := s.mailing(box.smtp(), everyone)
	drafts := s.reports(&press{html: "<p>"})
	start := func() *Scheduler {
		return s.scheduler(HotSpots(s.store, m), MonthlyReport(drafts), MonthSnapshot(s.store, m), Q1Open(s.store, m), Freshness(s.store, m),
			Warn(mail), Deliver(mail), Retention(RetentionConfig{Database: s.store, Log: slog.New(slog.DiscardHandler)}))
	}
	catchUp := func(sch *Scheduler) {
		t.Helper()
		infos, err := sch.List(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range infos {
			if err := sch.CatchUp(t.Context(), i.Name); err != nil {
				t.Fatalf("%s: %v", i.Name, err)
			}
		}
	}
	periods := func(job string) []string {
		t.Helper()
		var out []string
		found, err := Results{s.store}.Versions(t.Context(), job, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			out = append(out, fmt.Sprintf("%s v%d", f.Period, f.Version))
		}
		slices.Sort(out)
		return out
	}
	catchUp(start())
	first := to(box.letters())
	s.now = at("2026-04-10 09:00")
	for range 2 {
		catchUp(start())
	}
	kept, err := drafts.Periods(t.Context(), author)
	if err != nil {
		t.Fatal(err)
	}
	var reports []string
	for _, k := range kept {
		reports = append(reports, fmt.Sprintf("%s v%d", k.Period, len(k.Drafts)))
	}
	slices.Sort(reports)
	if diff := cmp.Diff([]string{"2025-12 v1", "2026-01 v1", "2026-02 v1", "2026-03 v1"}, reports); diff != "" {
		t.Errorf("reports (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2025-12 v1", "2026-01 v1", "2026-02 v1", "2026-03 v1"}, periods(NameMonthSnapshot)); diff != "" {
		t.Errorf("snapshots (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2026 v1"}, periods(NameQ1Open)); diff != "" {
		t.Errorf("rounds (-want +got):\n%s", diff)
	}
	var spots []string
	for _, month := range []string{"2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"} {
		spots = append(spots, month+" v1", month+WithPetitions+" v1")
	}
	slices.Sort(spots)
	if diff := cmp.Diff(spots, periods(NameHotSpots)); diff != "" {
		t.Errorf("hot spots (-want +got):\n%s", diff)
	}
	// What is kept is told with its figures.
	end := integrity.Date(2026, time.March, 31)
	points, err := m.Distribution(t.Context(), office, metrics.Scope{AsOf: end}, metrics.MeasureRisks, metrics.DimLayer, metrics.DimCategory)
	if err != nil {
		t.Fatal(err)
	}
	told, err := m.Kept(t.Context(), office, metrics.Scope{AsOf: integrity.Date(2026, time.April, 10), Month: "2026-03", Year: 2026})
	if err != nil || len(told.Items) != 3 {
		t.Fatalf("Kept() = %+v, %v; want a run, a month end and a round", told, err)
	}
	for _, k := range told.Items {
		if k.Task == metrics.KeptMonthEnd && (k.Points != *points.Total || k.Points == 0 || k.AsOf != end) || k.Task == metrics.KeptRound && k.Units == 0 || k.Version != 1 {
			t.Errorf("kept %+v; want %d points", k, *points.Total)
		}
	}
	// Of all the days missed only the latest warns: one digest for each.
	if got := to(box.letters()); first != "" || got != "clerk13 head13 inspector office" {
		t.Errorf("letters %q, then %q", first, got)
	}
}

func TestTwoSchedulersOnOneDatabaseDoEverythingOnce(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-03-11 09:00")
	s.load(ingest.KindUnits, unitsFile...)
	box := newPostbox(t)
	var both sync.WaitGroup
	for range 2 {
		mail := s.mailing(box.smtp(), everyone)
		sch, err := New(Config{Jobs: []Job{Warn(mail), Deliver(mail), Q1Open(s.store, s.metrics())}, Runs: Records{s.store}, Log: slog.New(slog.DiscardHandler),
			Now: func() time.Time { return at("2026-03-11 09:00") }, Claims: Claims{DB: s.store}})
		if err != nil {
			t.Fatal(err)
		}
		both.Go(func() {
			for _, name := range []string{NameWarn, NameDeliver, NameQ1Open} {
				for {
					err := sch.CatchUp(t.Context(), name)
					if err == nil {
						break
					}
					if !errors.Is(err, ErrHeld) {
						t.Errorf("%s: %v", name, err)
						break
					}
					time.Sleep(20 * time.Millisecond)
				}
			}
		})
	}
	both.Wait()
	if got := to(box.letters()); got != "clerk13 clerk14" {
		t.Errorf("received %q", got)
	}
	found, err := Results{s.store}.Versions(t.Context(), NameQ1Open, "2026")
	if err != nil || len(found) != 1 {
		t.Errorf("rounds %v, %v", found, err)
	}
}

func TestTheRoundOfAYearIsOpenedOnceWithTheUnitsThatOweIt(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-05 07:00")
	s.load(ingest.KindUnits, unitsFile...)
	job := Q1Open(s.store, s.metrics())
	for _, step := range []struct {
		now string
		new uint64
	}{{"2026-02-01 00:05", 1}, {"2026-03-01 00:05", 0}, {"2027-01-01 00:05", 1}} {
		if r := s.run(job, step.now); r.Counts["new"] != step.new {
			t.Errorf("at %s: %+v", step.now, r)
		}
	}
	found, err := Results{s.store}.Versions(t.Context(), NameQ1Open, "2026")
	if err != nil || len(found) != 1 {
		t.Fatalf("rounds %v, %v", found, err)
	}
	var got Round
	if err := json.Unmarshal(found[0].Content, &got); err != nil {
		t.Fatal(err)
	}
	want := Round{Year: 2026, Opens: integrity.Date(2026, time.January, 1), Due: integrity.Date(2026, time.March, 31), Units: []string{"13", "14"}, Clause: "每年第一季度开展动态排查工作"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAMonthEndIsKeptWithItsDataVersionAndLateDataMakeAnotherVersion(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-07 07:00")
	s.matters()
	job := MonthSnapshot(s.store, s.metrics())
	for _, want := range []uint64{1, 0} {
		if r := s.run(job, "2026-02-01 04:00"); r.Counts["new"] != want {
			t.Errorf("run: %+v, want new = %d", r, want)
		}
	}
	s.now = at("2026-02-03 07:00")
	s.load(ingest.KindComplaints, "编号|单位|日期|内容|状态", "T2|14|2026-01-30|态度生硬|在办")
	s.run(job, "2026-02-01 04:00")
	found, err := Results{s.store}.Versions(t.Context(), NameMonthSnapshot, "2026-01")
	if err != nil || len(found) != 2 {
		t.Fatalf("versions %v, %v", found, err)
	}
	var totals []uint64
	for _, f := range slices.Backward(found) {
		var snap Snapshot
		if err := json.Unmarshal(f.Content, &snap); err != nil {
			t.Fatal(err)
		}
		totals = append(totals, *snap.Distributions["complaints-unit-category"].Total, *snap.Distributions["risks-layer-category"].Total)
		if snap.Petitions.Total != nil {
			t.Errorf("a single petition is not hidden: %d", *snap.Petitions.Total)
		}
		if snap.AsOf != integrity.Date(2026, time.January, 31) || len(snap.Obligations) == 0 {
			t.Errorf("snapshot %+v", snap)
		}
	}
	if !slices.Equal(totals, []uint64{1, 2, 2, 2}) || found[0].DataVersion <= found[1].DataVersion {
		t.Errorf("totals %v, data versions %s and %s", totals, found[1].DataVersion, found[0].DataVersion)
	}
}

// spotter answers what it is told to.
type spotter struct {
	items, secret []metrics.HotSpot
	quiet         string // what is said of a source that did not deliver March
}

func (s *spotter) HotSpots(_ context.Context, who integrity.Principal, scope metrics.Scope) (metrics.HotSpots, error) {
	out := metrics.HotSpots{Month: scope.Month, Items: s.items, Petitions: who.SeesPetitionRows()}
	if s.quiet != "" && scope.Month == "2026-03" {
		out.Quiet = []metrics.QuietSource{{Why: s.quiet}}
	}
	if out.Petitions {
		out.Items = slices.Concat(s.items, s.secret)
	}
	return out, nil
}

func TestALaterRunSaysWhatChangedAndPetitionsStayApart(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-04-01 05:00")
	spot := func(unit string, count int, hot bool) metrics.HotSpot {
		return metrics.HotSpot{Unit: unit, UnitName: "单位" + unit, Category: integrity.CategoryConduct, Count: count, Hot: hot, Watch: !hot}
	}
	run := func(unit string, count int, slow bool) metrics.HotSpot {
		h := spot(unit, 1, false)
		h.Watch, h.Run, h.Slow, h.Together = false, true, slow, metrics.HotSpotRun{Months: 3, Count: count}
		return h
	}
	m := &spotter{quiet: "热线没有报送。", items: []metrics.HotSpot{spot("13", 9, true), spot("14", 5, false), spot("15", 6, true), run("17", 20, true), run("18", 30, true), run("19", 12, false)}, secret: []metrics.HotSpot{spot("99", 4, true)}}
	job := HotSpots(s.store, m)
	if r := s.run(job, "2026-04-01 05:00"); r.Counts["new"] != 6 || strings.Contains(r.Text.ZH, "4处") || !strings.Contains(r.Text.ZH, "2026-03 显著偏高2处、关注1处、仅三个月合计偏高3处；热线没有报送；2026-02 ") || r.Counts["runs"] != 9 {
		t.Errorf("first run: %+v", r)
	}
	if r := s.run(job, "2026-04-01 05:00"); r.Counts["new"] != 0 {
		t.Errorf("second run: %+v", r)
	}
	m.items = []metrics.HotSpot{spot("13", 11, true), spot("14", 7, true), spot("16", 5, false), run("17", 21, true), run("18", 30, false), spot("19", 8, true)}
	s.run(job, "2026-04-05 05:00")
	found, err := Results{s.store}.Versions(t.Context(), NameHotSpots, "2026-03")
	if err != nil || len(found) != 2 || strings.Contains(found[0].Text, "单位99") {
		t.Fatalf("versions %+v, %v", found, err)
	}
	for lang, want := range map[integrity.Lang][]string{
		integrity.Chinese: {
			"单位13·作风问题：9件→11件", "单位14·作风问题：由关注改为显著偏高（5件→7件）", "单位16·作风问题：新列入关注（5件）", "单位17·作风问题：三个月合计20件→三个月合计21件",
			"单位18·作风问题：由近三个月缓升改为近三个月合计偏高（三个月合计30件→三个月合计30件）", "单位19·作风问题：由近三个月合计偏高改为显著偏高（三个月合计12件→8件）", "单位15·作风问题：由显著偏高改为不再列出（原6件）",
		},
		integrity.English: {
			"单位13, Conduct: 9 → 11", "单位14, Conduct: was watched, now hot (5 → 7)", "单位16, Conduct: newly listed as watched (5)", "单位17, Conduct: 20 in three months → 21 in three months",
			"单位18, Conduct: was slow rise over three months, now high over three months (30 in three months → 30 in three months)", "单位19, Conduct: was high over three months, now hot (12 in three months → 8)",
			"单位15, Conduct: was hot, listed no more (was 6)",
		},
	} {
		told, err := s.metrics().Kept(t.Context(), publicEye, metrics.Scope{AsOf: integrity.Date(2026, 4, 6), Month: "2026-03", Lang: lang})
		if err != nil || told.Total != 2 {
			t.Fatalf("kept: %+v, %v", told, err)
		}
		if diff := cmp.Diff(want, told.Items[0].Changes); diff != "" {
			t.Errorf("changes, %s (-want +got):\n%s", lang, diff)
		}
	}
	for _, change := range found[0].Changes {
		if strings.Contains(change, "改为") || strings.Contains(change, "→") {
			t.Errorf("a sentence is stored: %s", change)
		}
	}
	if secret, err := (Results{s.store}).Versions(t.Context(), NameHotSpots, "2026-03"+WithPetitions); err != nil || len(secret) != 2 || !strings.Contains(secret[0].Text, "单位99") {
		t.Errorf("versions with petitions %+v, %v", secret, err)
	}
}

func TestFreshnessCountsLoadsThatStandAndNamesEachSource(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-05 09:00")
	s.load(ingest.KindUnits, unitsFile...)
	for i, day := range []string{"2026-01-05", "2026-01-12", "2026-01-19", "2026-01-29"} {
		s.now = at(day + " 09:00")
		lines := []string{"编号|单位|日期|内容|来源", fmt.Sprintf("T%d|13|2026-01-04|收费不清%d|热线", i, i)}
		if i < 3 {
			lines = append(lines, fmt.Sprintf("W%d|13|2026-01-04|排队太久%d|网站", i, i))
		}
		rep := s.load(ingest.KindComplaints, lines...)
		if i == 2 { // the last that the website brings
			s.load(ingest.KindPetitions, "编号|单位|日期|内容|性质", "X1|13|2026-01-04|甲|意见建议") // two more make no habit
		}
		if i == 3 { // taken back: it is as if it had never come
			l, err := ingest.New(ingest.Config{Store: s.store, Lock: store.LoadLock(t.TempDir()), Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return s.now }})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := l.Revert(t.Context(), rep.Batch, "政治处"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if r := s.run(Freshness(s.store, s.metrics()), "2026-01-29 06:30"); r.Text.ZH != "各来源装载正常" {
		t.Errorf("on the tenth day: %+v", r)
	}
	r := s.run(Freshness(s.store, s.metrics()), "2026-01-30 06:30")
	if r.Text.ZH != "日常投诉·热线已11天没有装载（通常每7天）；日常投诉·网站已11天没有装载（通常每7天）" || r.Counts["quiet"] != 2 {
		t.Errorf("on the eleventh day: %+v", r)
	}
	s.now = at("2026-01-31 09:00") // the hotline comes again, the website does not
	s.load(ingest.KindComplaints, "编号|单位|日期|内容|来源", "T9|13|2026-01-30|收费不清9|热线")
	got, err := Quiet(t.Context(), s.metrics(), integrity.Date(2026, time.February, 3))
	want := []metrics.Source{{Kind: "complaints", Source: "网站", Name: "日常投诉·网站", LastOn: integrity.Date(2026, time.January, 4),
		LastLoad: integrity.Date(2026, time.January, 19), Days: 15, Usual: 7, Quiet: true}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("Quiet() (-want +got), %v:\n%s", err, diff)
	}
}

func TestABackupIsVerifiedKeptForNightsAndMadeOncePerDay(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-07 07:00")
	s.matters()
	dir := storetest.Engine(t).Backups
	t.Cleanup(func() {
		for _, f := range folders(t, dir) {
			_ = os.RemoveAll(filepath.Join(dir, f))
		}
	})
	if err := os.MkdirAll(filepath.Join(dir, "by-hand"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "nightly-2026-01-11", "half"), 0o700); err != nil { // a run that was killed
		t.Fatal(err)
	}
	// An earlier version left a copy, without a manifest.
	if err := (Backups{s.store}).step(t.Context(), Copy{Name: "weekly-2026-01-04", State: backupVerified}, 0, at("2026-01-04 03:30")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "weekly-2026-01-04"), 0o700); err != nil {
		t.Fatal(err)
	}
	job := Backup(BackupConfig{Database: s.store, Name: s.store.Database(), Dir: dir, Keep: 1, Lock: store.LoadLock(t.TempDir()), Log: slog.New(slog.DiscardHandler)})
	for _, step := range []struct {
		now     string
		made    uint64
		folders []string
	}{
		{"2026-01-11 03:30", 1, []string{"by-hand", "nightly-2026-01-11", "nightly-2026-01-11.manifest.json"}},
		{"2026-01-11 03:30", 0, []string{"by-hand", "nightly-2026-01-11", "nightly-2026-01-11.manifest.json"}},
		{"2026-01-12 03:30", 1, []string{"by-hand", "nightly-2026-01-12", "nightly-2026-01-12.manifest.json"}},
	} {
		if r := s.run(job, step.now); r.Counts["backups"] != step.made {
			t.Errorf("at %s: %+v", step.now, r)
		}
		if diff := cmp.Diff(step.folders, folders(t, dir)); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", step.now, diff)
		}
	}
	list, err := Backups{s.store}.List(t.Context())
	if err != nil || len(list) != 3 {
		t.Fatalf("List() = %v, %v", list, err)
	}
	var rows uint64
	if err := s.store.Write().QueryRow(t.Context(), "SELECT count() FROM risks").Scan(&rows); err != nil {
		t.Fatal(err)
	}
	var states []string
	for _, c := range list {
		states = append(states, c.Name+" "+c.State)
		if strings.HasPrefix(c.Name, "nightly") && (c.Tables["risks"] != rows || rows == 0 || c.Sums["risks"] == 0 || c.Bytes == 0) {
			t.Errorf("%s: %d rows of risks, want %d; sum %d; %d bytes", c.Name, c.Tables["risks"], rows, c.Sums["risks"], c.Bytes)
		}
	}
	if diff := cmp.Diff([]string{"nightly-2026-01-12 verified", "nightly-2026-01-11 removed", "weekly-2026-01-04 removed"}, states); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var left uint64
	if err := s.store.Write().QueryRow(t.Context(), "SELECT count() FROM system.databases WHERE endsWith(name, '_check')").Scan(&left); err != nil || left != 0 {
		t.Errorf("%d restored copies are left, %v", left, err)
	}
}

func TestACopyMadeUnderWritesIsWholeAndOneThatIsCutOffOrChangedIsFound(t *testing.T) {
	// Not in parallel: the other test of backups looks at the whole folder.
	s := newStand(t, "2026-01-07 07:00")
	s.matters()
	dir := storetest.Engine(t).Backups
	t.Cleanup(func() {
		for _, f := range folders(t, dir) {
			_ = os.RemoveAll(filepath.Join(dir, f))
		}
	})
	cfg := BackupConfig{Database: s.store, Name: s.store.Database(), Dir: dir, Log: slog.New(slog.DiscardHandler)}
	if job := Backup(cfg); job.Schedule != "30 3 * * *" {
		t.Errorf("the task runs at %s; want every night", job.Schedule)
	}
	ctx, stop := context.WithCancel(t.Context())
	var writer sync.WaitGroup
	wrote := make(chan error, 1)
	writer.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			err := s.store.Write().Exec(ctx, fmt.Sprintf("INSERT INTO results (job, period, version) VALUES ('write load', '%d', 1)", n))
			if n == 0 {
				wrote <- err
			}
		}
	})
	if err := <-wrote; err != nil {
		t.Error(err)
	}
	const name = "nightly-2026-01-11"
	made, err := cfg.copyAndVerify(t.Context(), name)
	stop()
	writer.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if made.Tables["results"] == 0 {
		t.Error("nothing was written while the copy was made")
	}
	text, err := os.ReadFile(filepath.Join(dir, name+manifestSuffix))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct{ Rows, Sums map[string]uint64 }
	if err := json.Unmarshal(text, &manifest); err != nil || !maps.Equal(manifest.Rows, made.Tables) || !maps.Equal(manifest.Sums, made.Sums) || manifest.Rows["signals"] == 0 || manifest.Sums["signals"] == 0 {
		t.Errorf("manifest %s, %v; want %+v", text, err, made)
	}
	if err := cfg.verify(t.Context(), made); err != nil {
		t.Errorf("the copy as it was made: %v", err)
	}
	other := made
	other.Sums = maps.Clone(made.Sums)
	other.Sums["signals"]++
	if err := cfg.verify(t.Context(), other); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "table signals restores to other rows") {
		t.Errorf("a manifest of other rows: %v", err)
	}
	data := ""
	var size int64
	if err := filepath.WalkDir(filepath.Join(dir, name), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "data.bin" && strings.Contains(path, "/signals/") {
			info, err := d.Info()
			if err == nil && info.Size() > size {
				data, size = path, info.Size()
			}
			return err
		}
		return err
	}); err != nil || data == "" {
		t.Fatalf("no rows of signals in the copy, %v", err)
	}
	whole, err := os.ReadFile(data)
	if err != nil {
		t.Fatal(err)
	}
	flipped := slices.Clone(whole)
	flipped[len(flipped)/2] ^= 1
	for what, content := range map[string][]byte{"cut off": whole[:len(whole)/2], "with one bit changed": flipped} {
		if err := os.WriteFile(data, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := cfg.verify(t.Context(), made); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), name) {
			t.Errorf("the copy %s: %v; want ErrDamaged with its name", what, err)
		}
	}
}

func folders(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestBackupsOfAnExternalServerAreItsAdministrators(t *testing.T) {
	r, err := Backup(BackupConfig{}).Run(t.Context(), at("2026-01-11 03:30"))
	if err != nil || !strings.Contains(r.Text.EN, "external server") || r.Counts["backups"] != 0 {
		t.Errorf("Run() = %+v, %v", r, err)
	}
}

func TestRetentionErasesLeftoversOldRunsAndOldTextsButNoLoadedRow(t *testing.T) {
	t.Parallel()
	s := newStand(t, "2026-01-07 07:00")
	s.matters()
	// A batch that was given up, with a row that the crash has left.
	b, err := s.store.Begin(t.Context(), "complaints", "test", 0, s.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.Void(t.Context(), b, s.now); err != nil {
		t.Fatal(err)
	}
	if err := s.store.Write().Exec(t.Context(), fmt.Sprintf("INSERT INTO signals (sign, batch_no, id, kind) SELECT 1, %d, 7, 'complaint'", b.No)); err != nil {
		t.Fatal(err)
	}
	folder := Folder{filepath.Join(t.TempDir(), "outbox")}
	mail := s.mailing(folder, Recipients{Units: everyone.Units})
	sch := s.scheduler(Warn(mail), Deliver(mail))
	for _, now := range []string{"2026-01-14 08:00", "2026-01-15 08:00", "2026-02-14 08:00"} {
		s.now = at(now)
		for _, name := range []string{NameWarn, NameDeliver} {
			if err := sch.CatchUp(t.Context(), name); err != nil {
				t.Fatal(err)
			}
		}
	}
	count := func(query string) (n uint64) {
		t.Helper()
		if err := s.store.Write().QueryRow(t.Context(), query).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	const loaded = "SELECT count() FROM signals WHERE batch_no IN (SELECT batch_no FROM batches WHERE state = 'committed')"
	before := count(loaded)
	job := Retention(RetentionConfig{Database: s.store, Log: slog.New(slog.DiscardHandler), KeepBodies: 30 * 24 * time.Hour, Folder: folder})
	r := s.run(job, "2026-02-20 03:00")
	// Two of the three deliveries are older than a fortnight; a letter of January is older
	// than thirty days.
	if r.Counts["rows"] != 1 || r.Counts["runs"] != 4 || r.Counts["bodies"] != 1 {
		t.Errorf("run: %+v", r)
	}
	if again := s.run(job, "2026-02-20 03:00"); again.Counts["rows"]+again.Counts["runs"]+again.Counts["bodies"] != 0 {
		t.Errorf("second run: %+v", again)
	}
	if after := count(loaded); after != before || before == 0 {
		t.Errorf("loaded rows: %d before, %d after", before, after)
	}
	if n := count("SELECT count() FROM signals WHERE id = 7"); n != 0 {
		t.Errorf("%d leftovers", n)
	}
	mails, err := Outbox{s.store}.List(t.Context(), 10)
	if err != nil || len(mails) == 0 {
		t.Fatalf("mails %v, %v", mails, err)
	}
	oldest := mails[len(mails)-1]
	if _, err := (Outbox{s.store}).Body(t.Context(), oldest.ID); !errors.Is(err, integrity.ErrNotFound) || oldest.State != MailSent || oldest.Subject == "" {
		t.Errorf("mail %+v still has its text: %v", oldest, err)
	}
	if _, err := os.Stat(folder.path(oldest.ID)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its file is still there: %v", err)
	}
	// Years later the latest run that was done still says where the scheduler stands.
	s.run(job, "2029-02-02 03:00")
	for _, name := range []string{NameWarn, NameDeliver} {
		if last, err := (Records{s.store}).LastDone(t.Context(), name); err != nil || last.IsZero() {
			t.Errorf("LastDone(%s) = %s, %v", name, last, err)
		}
	}
}
