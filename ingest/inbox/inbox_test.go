package inbox

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// desk is an inbox on a database of its own, with a clock that the test turns.
type desk struct {
	t      *testing.T
	store  *store.Store
	loader *ingest.Loader
	dir    string
	now    time.Time
	load   func(context.Context, ingest.Request) (ingest.Report, error)
	log    bytes.Buffer
	box    *Inbox
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, store: storetest.New(t), dir: t.TempDir(), now: time.Date(2026, 11, 22, 9, 0, 0, 0, integrity.Shanghai)}
	lock := make(chan struct{}, 1)
	var err error
	d.loader, err = ingest.New(ingest.Config{Store: d.store, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return d.now }, Lock: func(context.Context) (func(), error) {
		lock <- struct{}{}
		return func() { <-lock }, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	d.load = d.loader.Load
	d.start()
	d.put("units/units.csv", "单位编码,单位名称,上级编码\n00,临澄市卫生健康委员会,\n13,市第一医院,00\n")
	d.settle()
	d.want("units/done/units.csv", "units/done/units.csv.report.json", "units/done/units.csv.report.txt")
	return d
}

// errAway stands for a database that is not there.
var errAway = errors.New("the database is away")

// start opens the inbox, as the program does when it starts.
func (d *desk) start() {
	d.t.Helper()
	var err error
	d.box, err = New(Config{Dir: d.dir, Log: slog.New(slog.NewTextHandler(&d.log, nil)), Now: func() time.Time { return d.now },
		Load: func(ctx context.Context, r ingest.Request) (ingest.Report, error) { return d.load(ctx, r) },
		Away: func(err error) bool { return errors.Is(err, errAway) },
		Rejects: func(ctx context.Context, batch string) ([]byte, error) {
			sheet, err := d.loader.Rejects(ctx, batch)
			return []byte(fmt.Sprint(sheet)), err
		}})
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) path(name string) string { return filepath.Join(d.dir, filepath.FromSlash(name)) }

func (d *desk) put(name, body string) {
	d.t.Helper()
	if err := os.WriteFile(d.path(name), []byte(body), 0o600); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) scan() {
	d.t.Helper()
	if err := d.box.Scan(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
}

// settle looks twice, with the pause in which files stand still.
func (d *desk) settle() {
	d.t.Helper()
	d.scan()
	d.now = d.now.Add(11 * time.Second)
	d.scan()
}

// files lists everything in the inbox but folders and what came with the units.
func (d *desk) files() []string {
	d.t.Helper()
	out := []string{}
	err := fs.WalkDir(os.DirFS(d.dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

func (d *desk) want(files ...string) {
	d.t.Helper()
	got := slices.DeleteFunc(d.files(), func(name string) bool {
		return strings.HasPrefix(name, "units/") && !slices.ContainsFunc(files, func(f string) bool { return strings.HasPrefix(f, "units/") })
	})
	slices.Sort(files)
	if diff := cmp.Diff(files, got); diff != "" {
		d.t.Fatalf("files in the inbox (-want +got):\n%s\nlog: %s", diff, d.log.String())
	}
}

func (d *desk) read(name string) string {
	d.t.Helper()
	body, err := os.ReadFile(d.path(name))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(body)
}

// says fails unless a report says all of these.
func (d *desk) says(name string, texts ...string) {
	d.t.Helper()
	body := d.read(name)
	for _, text := range texts {
		if !strings.Contains(body, text) {
			d.t.Errorf("%s does not say %q:\n%s", name, text, body)
		}
	}
}

func (d *desk) rows(table string) int64 {
	d.t.Helper()
	snap, err := d.store.Snapshot(d.t.Context(), time.Time{})
	if err != nil {
		d.t.Fatal(err)
	}
	var n int64
	if err := d.store.Read().QueryRow(d.t.Context(), "SELECT toInt64(sum(sign)) FROM "+table+" WHERE batch_no <= {visible_max:UInt64} AND NOT has({hidden:Array(UInt64)}, batch_no)", snap.Args()...).Scan(&n); err != nil {
		d.t.Fatal(err)
	}
	return n
}

func (d *desk) batches() int {
	d.t.Helper()
	list, err := d.store.Batches(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return len(list)
}

func sum(body string) string {
	h := sha256.Sum256([]byte(body))
	return hex.EncodeToString(h[:])
}

const comparisons = "编号,单位,日期,比对模型,异常描述\nB1,13,2026-03-05,药占比,药占比高于同级医院均值\n"

func TestAFileThatStandsStillIsLoadedAndMovedWithItsReports(t *testing.T) {
	d := newDesk(t)
	d.put("comparisons/三月.csv", comparisons)
	d.scan()
	if s := d.box.Status(); s.Waiting != 1 || s.Stalled {
		t.Errorf("status %+v, want one file that waits", s)
	}
	d.now = d.now.Add(9 * time.Second)
	d.scan()
	d.want("comparisons/三月.csv")
	d.now = d.now.Add(time.Second)
	d.scan()
	d.want("comparisons/done/三月.csv", "comparisons/done/三月.csv.report.json", "comparisons/done/三月.csv.report.txt")
	d.says("comparisons/done/三月.csv.report.txt", "结果　已装载\r\n", "Result    loaded\r\n", "读 1，新增 1", "read 1, added 1", sum(comparisons), "done/三月.csv")
	if d.read("comparisons/done/三月.csv") != comparisons {
		t.Error("the file was changed")
	}
	var kept struct {
		Batch, Original string
		Files           []struct{ Status, SHA256 string }
		Totals          struct{ Added int }
	}
	if err := json.Unmarshal([]byte(d.read("comparisons/done/三月.csv.report.json")), &kept); err != nil {
		t.Fatal(err)
	}
	if kept.Original != "moved" || kept.Totals.Added != 1 || kept.Files[0].SHA256 != sum(comparisons) || d.rows("signals") != 1 {
		t.Errorf("report %+v, %d rows", kept, d.rows("signals"))
	}
	info, err := d.store.BatchByID(t.Context(), kept.Batch)
	if err != nil || info.Principal != By {
		t.Errorf("the batch is by %q, %v; want %q", info.Principal, err, By)
	}
	if s := d.box.Status(); s.Waiting != 0 || s.Stalled || !s.LastLook.Equal(d.now) {
		t.Errorf("status %+v", s)
	}
}

func TestFilesThatAreStillWrittenAreLeftAlone(t *testing.T) {
	d := newDesk(t)
	grown := "comparisons/a.csv"
	for size := 20; size < len(comparisons); size += 20 {
		d.put(grown, comparisons[:size])
		d.scan()
		d.now = d.now.Add(9 * time.Second)
		d.scan()
		d.want(grown)
	}
	d.put(grown, comparisons)
	for i := range 3 { // the size stands still, the time does not
		if err := os.Chtimes(d.path(grown), time.Time{}, d.now.Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
		d.scan()
		d.now = d.now.Add(9 * time.Second)
		d.scan()
		d.want(grown)
	}
	d.settle()
	if d.rows("signals") != 1 {
		t.Errorf("%d rows, want the one of the finished file", d.rows("signals"))
	}
	names := []string{"~$x.docx", "b.csv.part", "c.tmp", "d.CRDOWNLOAD", ".hidden.csv", "e.csv~", "Thumbs.db", "~WRL0001.tmp", "f.filepart", ".~lock.a.xlsx#"}
	for _, n := range names {
		d.put("risks/"+n, comparisons)
	}
	d.settle()
	d.settle()
	for _, n := range names {
		if _, err := os.Lstat(d.path("risks/" + n)); err != nil {
			t.Errorf("%s was touched: %v", n, err)
		}
	}
	if d.batches() != 2 {
		t.Errorf("%d batches, want those of the units and of a.csv", d.batches())
	}
}

func TestRejectedRowsComeBackAsAFile(t *testing.T) {
	d := newDesk(t)
	d.put("comparisons/a.csv", comparisons+"B2,不明单位,2026-03-05,药占比,电话13800138000打不通\n")
	d.settle()
	d.want("comparisons/done/a.csv", "comparisons/done/a.csv.rejects.xlsx", "comparisons/done/a.csv.report.json", "comparisons/done/a.csv.report.txt")
	d.says("comparisons/done/a.csv.report.txt", "已装载，但有行被拒收", "loaded, but rows were rejected", "第3行", "row 3", "[unit_unknown]", "a.csv.rejects.xlsx")
	d.says("comparisons/done/a.csv.rejects.xlsx", "不明单位")
	for _, f := range []string{"a.csv.rejects.xlsx", "a.csv.report.json", "a.csv.report.txt"} {
		if strings.Contains(d.read("comparisons/done/"+f), "13800138000") {
			t.Errorf("%s shows the number of a telephone", f)
		}
	}
}

func TestAFileOfWhichNothingCanBeLoadedFails(t *testing.T) {
	for _, tc := range []struct {
		name, file, body string
		says             []string
	}{
		{"a file without the headings", "risks/a.csv", "x,y\n1,2\n", []string{"什么都没有装载", "nothing was loaded", "没有找到表头", "no headings found", "上传", "upload"}},
		{"a picture", "risks/a.csv", "\x89PNG\r\n\x1a\n", []string{"PNG 文件不能读取", "PNG files cannot be read"}},
		{"a file cut short", "risks/a.docx", "PK\x03\x04\x14\x00", []string{"文件已损坏", "damaged"}},
		{"a list that lacks its unit and date", "risks/a.csv", "序号,廉洁风险点描述,防控措施,监督检查路径\n1,采购由一人办理缺少复核,双人复核,查阅会议记录\n", []string{"[unit_missing]", "[date_missing]", "表头没有单位", "has no unit"}},
		{"grades of another scale", "risks/a.csv", "单位,日期,序号,廉洁风险点描述,防控措施,监督检查路径,风险等级\n13,2026-03-05,1,采购由一人办理缺少复核,双人复核,查阅会议记录,高\n", []string{"[grade_invalid]", "请用网页“导入”的“等级对照”一栏", "the field “Grades of another scale” of the page Imports"}},
		{"rows of which each is rejected", "comparisons/a.csv", "编号,单位,日期,比对模型,异常描述\nB1,99,2026-03-05,x,药占比高\n", []string{"[unit_unknown]", "rejects.xlsx"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := newDesk(t)
			d.put(tc.file, tc.body)
			d.settle()
			kind, name, _ := strings.Cut(tc.file, "/")
			if d.read(kind+"/failed/"+name) != tc.body {
				t.Error("the file was changed")
			}
			d.says(kind+"/failed/"+name+".report.txt", append(tc.says, sum(tc.body))...)
			if text := d.read(kind + "/failed/" + name + ".report.txt"); strings.Contains(text, "--") {
				t.Errorf("the report names a flag of the command line:\n%s", text)
			}
		})
	}
}

func TestOriginalsOfComplaintsAndPetitionsAreDeleted(t *testing.T) {
	d := newDesk(t)
	const canary = "欧阳举报人丙"
	good := "编号,单位,日期,内容,举报人\nC1,13,2026-03-05,退费要跑三次," + canary + "\n"
	bad := "编号,单位,日期,内容,举报人\nC2,99,2026-03-05,退费要跑三次," + canary + "\n"
	petition := "编号,单位,日期,内容,性质,举报人\nP1,13,2026-03-05,反映采购问题,检举控告," + canary + "\n"
	d.put("complaints/a.csv", good)
	d.put("complaints/b.csv", bad)
	d.put("petitions/p.csv", petition)
	d.settle()
	d.want("complaints/done/a.csv.report.json", "complaints/done/a.csv.report.txt",
		"complaints/failed/b.csv.rejects.xlsx", "complaints/failed/b.csv.report.json", "complaints/failed/b.csv.report.txt",
		"petitions/done/p.csv.report.json", "petitions/done/p.csv.report.txt")
	for name, body := range map[string]string{"complaints/done/a.csv": good, "complaints/failed/b.csv": bad, "petitions/done/p.csv": petition} {
		d.says(name+".report.txt", "已删除", "deleted", sum(body), fmt.Sprintf("%d 字节", len(body)), filepath.Base(name))
		d.says(name+".report.json", `"original": "deleted"`, sum(body), fmt.Sprintf(`"size": %d`, len(body)))
	}
	for _, f := range d.files() {
		if strings.Contains(d.read(f), canary) {
			t.Errorf("%s names who wrote", f)
		}
	}
	if d.rows("signals") != 2 || strings.Contains(d.log.String(), canary) {
		t.Errorf("%d rows, log %s", d.rows("signals"), d.log.String())
	}
}

// What no batch holds may be the only copy there is.
func TestOriginalsThatNoBatchHoldsAreKeptForTheProgramAlone(t *testing.T) {
	const canary = "欧阳举报人丙"
	const head = "编号,单位,日期,内容,举报人\n"
	zipped := func(names ...string) string {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, name := range names {
			w, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			magic := map[string]string{".docx": "PK\x03\x04", ".pdf": "%PDF-1.4\n"}[filepath.Ext(name)]
			if _, err := w.Write([]byte(magic + head + name + ",13,2026-03-05,退费要跑三次," + canary + "\n")); err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	for _, c := range []struct {
		trait, name, body string
		broken            bool // the load itself fails
		rows              int64
		says              []string
	}{
		{trait: "a document that cannot be read", name: "petitions/failed/broken.docx", body: "PK\x03\x04" + canary, says: []string{"什么都没有装载"}},
		{trait: "a table without known headings", name: "complaints/failed/h.csv", body: "甲,乙\n" + canary + ",1\n" + canary + ",2\n", says: []string{"什么都没有装载"}},
		{trait: "a table that lacks a required column", name: "complaints/failed/c.csv", body: "编号,单位,举报人\nC1,13," + canary + "\n", says: []string{"什么都没有装载"}},
		{trait: "a load that fails five times", name: "complaints/failed/a.csv", body: head + "C1,13,2026-03-05,退费要跑三次," + canary + "\n", broken: true, says: []string{"请把文件交给管理员"}},
		{trait: "an archive one document of which cannot be read", name: "complaints/failed/a.zip", body: zipped("a.csv", "b.docx"), rows: 1, says: []string{"只装载了一部分", "only a part was loaded"}},
		{trait: "an archive with a document of no table", name: "complaints/failed/b.zip", body: zipped("a.csv", "b.pdf"), rows: 1, says: []string{"只装载了一部分"}},
	} {
		t.Run(c.trait, func(t *testing.T) {
			d := newDesk(t)
			if c.broken {
				d.load = func(context.Context, ingest.Request) (ingest.Report, error) {
					return ingest.Report{}, errors.New("broken")
				}
			}
			given := strings.Replace(c.name, "/failed/", "/", 1)
			d.put(given, c.body)
			if err := os.Chmod(d.path(given), 0o644); err != nil {
				t.Fatal(err)
			}
			for range mostTries {
				d.settle()
				d.now = d.now.Add(5 * time.Minute)
			}
			d.want(c.name, c.name+".report.json", c.name+".report.txt")
			if d.read(c.name) != c.body {
				t.Error("the original is not what was given")
			}
			if info, err := os.Stat(d.path(c.name)); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("the original may be read by others: %v %v", info.Mode(), err)
			}
			d.says(c.name+".report.txt", append(c.says, "已移到 "+strings.TrimPrefix(c.name, strings.SplitAfter(c.name, "/")[0]), "放回收件箱，或删除原件", "It may name those who wrote")...)
			d.says(c.name+".report.json", `"original": "moved"`)
			if n := d.rows("signals"); n != c.rows {
				t.Errorf("%d rows, want %d", n, c.rows)
			}
			// The same file again is known, and kept again.
			if c.rows > 0 {
				d.put(given, c.body)
				d.settle()
				if again := strings.Replace(c.name, ".zip", " (2).zip", 1); d.read(again) != c.body {
					t.Error("the known file is not kept")
				}
			}
		})
	}
}

// A file is named after who wrote it, and so are its report, what the page shows and the batch.
func TestNamesOfFilesOfComplaintsAndPetitionsAreMasked(t *testing.T) {
	d := newDesk(t)
	const canary = "欧阳雪莲"
	const head = "编号,单位,日期,内容\n"
	d.put("complaints/"+canary+"投诉.csv", head+"C1,13,2026-03-05,退费要跑三次\n")
	d.put("petitions/"+canary+"来信.csv", "甲,乙\n1,2\n3,4\n") // cannot be read and lies in failed/
	d.put("comparisons/13712345091.csv", comparisons)
	if err := os.Mkdir(d.path("petitions/"+canary), 0o700); err != nil {
		t.Fatal(err)
	}
	d.settle()
	if s := fmt.Sprintf("%+v", d.box.Status()); strings.Contains(s, canary) || !strings.Contains(s, "petitions/〔略〕") {
		t.Errorf("status %s", s)
	}
	if err := os.Remove(d.path("petitions/" + canary)); err != nil {
		t.Fatal(err)
	}
	const one, two, three = "complaints/done/〔略〕投诉.csv", "petitions/failed/〔略〕来信.csv", "comparisons/done/〔手机号〕.csv"
	d.want(one+".report.json", one+".report.txt", two, two+".report.json", two+".report.txt", three, three+".report.json", three+".report.txt")
	d.says(two+".report.txt", "2026-12-22 09:00", "from 2026-12-22") // 30 days
	for _, f := range d.files() {
		if strings.Contains(f+d.read(f), canary) {
			t.Errorf("%s names who wrote", f)
		}
	}
	list, err := d.store.Batches(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, b := range list {
		said += string(b.Report)
	}
	if strings.Contains(said, canary) || !strings.Contains(said, "〔略〕投诉.csv") || strings.Contains(d.log.String(), canary) {
		t.Errorf("batches %s\nlog %s", said, d.log.String())
	}
}

// What nobody mends is not kept for ever; its report is.
func TestOriginalsThatNobodyMendsAreDeletedInTime(t *testing.T) {
	d := newDesk(t)
	unreadable := "甲,乙\n欧阳雪莲,1\n1,2\n"
	d.put("complaints/a.csv", unreadable)
	d.put("risks/b.csv", unreadable) // of a kind whose originals are kept
	d.settle()
	d.put("complaints/failed/c.csv", unreadable) // somebody put it there: it has no report
	const report = "complaints/failed/a.csv.report"
	kept := []string{"complaints/failed/a.csv", report + ".json", report + ".txt", "complaints/failed/c.csv", "risks/failed/b.csv", "risks/failed/b.csv.report.json", "risks/failed/b.csv.report.txt"}
	d.want(kept...)
	d.now = d.now.Add(30*24*time.Hour - time.Minute)
	d.scan()
	d.want(kept...)
	d.now = d.now.Add(time.Hour)
	d.scan()
	d.want(kept[1:]...)
	d.says(report+".txt", sum(unreadable))
	if log := d.log.String(); !strings.Contains(log, "original deleted from the inbox") {
		t.Errorf("the log does not tell: %s", log)
	}
}

func TestTheSameNameNeverOverwrites(t *testing.T) {
	d := newDesk(t)
	long := strings.Repeat("很长的名字", 16) // 240 bytes: with a suffix too long for a file system
	for i := range 3 {
		d.put("comparisons/a.csv", strings.Replace(comparisons, "B1", fmt.Sprintf("B%d", i), 1))
		d.put("comparisons/"+long+".csv", strings.Replace(comparisons, "B1", fmt.Sprintf("L%d", i), 1))
		d.settle()
	}
	for i, name := range []string{"a.csv", "a (2).csv", "a (3).csv"} {
		d.says("comparisons/done/"+name, fmt.Sprintf("B%d", i))
		d.says("comparisons/done/"+name+".report.txt", "done/"+name, "新增 1")
	}
	if n := len(d.files()); n != 3+6*3 || d.rows("signals") != 6 {
		t.Errorf("%d files, %d rows: %q", n, d.rows("signals"), d.files())
	}
	// A report that somebody put there is not overwritten either.
	d.put("comparisons/done/b.csv.report.txt", "mine")
	d.put("comparisons/b.csv", strings.Replace(comparisons, "B1", "B9", 1))
	d.settle()
	d.says("comparisons/done/b.csv.report.txt", "mine")
	d.says("comparisons/done/b (2).csv", "B9")
}

func TestACrashBetweenLoadAndMoveLoadsNothingTwice(t *testing.T) {
	d := newDesk(t)
	body := comparisons + "B2,99,2026-03-05,药占比,药占比高\n"
	d.put("comparisons/a.csv", body)
	ctx, crash := context.WithCancel(t.Context())
	d.load = func(c context.Context, r ingest.Request) (ingest.Report, error) {
		if _, err := d.loader.Load(c, r); err != nil {
			t.Error(err)
		}
		crash()
		return ingest.Report{}, c.Err()
	}
	d.scan()
	d.now = d.now.Add(11 * time.Second)
	if err := d.box.Scan(ctx); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	d.want("comparisons/a.csv")
	batches := d.batches()
	d.load = d.loader.Load
	d.start()
	d.settle()
	d.want("comparisons/done/a.csv", "comparisons/done/a.csv.rejects.xlsx", "comparisons/done/a.csv.report.json", "comparisons/done/a.csv.report.txt")
	d.says("comparisons/done/a.csv.report.txt", "同一份文件已装载过", "the same file was loaded before", "不变 1", "拒收 1")
	if d.rows("signals") != 1 || d.batches() != batches {
		t.Errorf("%d rows in %d batches, want 1 in %d", d.rows("signals"), d.batches(), batches)
	}
}

func TestAFileThatCannotBeOpenedIsTriedAgainAndThenReported(t *testing.T) {
	d := newDesk(t)
	d.box.open = func(dir *os.Root, name string) (*os.File, error) {
		if name == "locked.xlsx" {
			return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.EACCES}
		}
		return openFile(dir, name)
	}
	d.put("comparisons/locked.xlsx", "x")
	d.put("comparisons/z.csv", comparisons)
	d.settle()
	d.want("comparisons/done/z.csv", "comparisons/done/z.csv.report.json", "comparisons/done/z.csv.report.txt", "comparisons/locked.xlsx")
	if s := d.box.Status(); s.Stalled || len(s.Troubles) != 1 || s.Troubles[0].File != "comparisons/locked.xlsx" {
		t.Errorf("status %+v", s)
	}
	for range 3 {
		d.now = d.now.Add(3 * time.Minute)
		d.scan()
		if s := d.box.Status(); !s.Stalled {
			t.Errorf("a file that cannot be read for minutes does not show: %+v", s)
		}
	}
	d.now = d.now.Add(3 * time.Minute)
	d.scan()
	d.says("comparisons/failed/locked.xlsx.report.txt", "文件打不开", "the file cannot be opened", "1 字节")
	if s := d.box.Status(); s.Stalled || len(s.Troubles) != 0 {
		t.Errorf("status %+v", s)
	}
	if strings.Contains(d.log.String(), "locked.xlsx") {
		t.Errorf("the log names the file: %s", d.log.String())
	}
}

func TestNothingOutsideTheInboxIsTouched(t *testing.T) {
	d := newDesk(t)
	outside := t.TempDir()
	secret := filepath.Join(outside, "secret.csv")
	if err := os.WriteFile(secret, []byte(comparisons), 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(secret)
	if err != nil {
		t.Fatal(err)
	}
	link := func(to, name string) {
		if err := os.Symlink(to, d.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	link(secret, "comparisons/link.csv")
	link(outside, "comparisons/folder")
	link("../units/done/units.csv", "comparisons/within.csv")
	if err := os.MkdirAll(d.path("comparisons/2026/三月"), 0o700); err != nil {
		t.Fatal(err)
	}
	d.put("comparisons/2026/三月/deep.csv", comparisons)
	if err := syscall.Mkfifo(d.path("comparisons/pipe.csv"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(d.path("findings")); err != nil {
		t.Fatal(err)
	}
	link(outside, "findings") // a whole kind that leads elsewhere
	if err := os.RemoveAll(d.path("ledger/failed")); err != nil {
		t.Fatal(err)
	}
	link(outside, "ledger/failed") // and a place to move files to
	d.put("ledger/bad.csv", "x\n1\n")
	d.settle()
	d.settle()
	if got, err := os.ReadDir(outside); err != nil || len(got) != 1 {
		t.Errorf("outside the inbox are now %v, %v", got, err)
	}
	if after, err := os.Stat(secret); err != nil || !after.ModTime().Equal(before.ModTime()) || d.rows("signals") != 0 {
		t.Errorf("the file outside: %v, %d rows loaded", err, d.rows("signals"))
	}
	for _, name := range []string{"comparisons/link.csv", "comparisons/folder", "comparisons/within.csv", "comparisons/2026/三月/deep.csv", "comparisons/pipe.csv", "ledger/bad.csv", "units/done/units.csv"} {
		if _, err := os.Lstat(d.path(name)); err != nil {
			t.Errorf("%s is gone: %v", name, err)
		}
	}
	s := d.box.Status()
	slices.Sort(s.Aside)
	if diff := cmp.Diff([]string{"comparisons/2026", "comparisons/folder", "comparisons/link.csv", "comparisons/pipe.csv", "comparisons/within.csv", "findings", "ledger/failed"}, s.Aside); diff != "" {
		t.Errorf("left alone (-want +got):\n%s", diff)
	}
	if len(s.Troubles) != 1 || s.Troubles[0].File != "ledger/bad.csv" {
		t.Errorf("troubles %+v, want the file that cannot be moved", s.Troubles)
	}
	batches := d.batches()
	d.settle()
	if d.batches() != batches {
		t.Error("a file that cannot be moved away is loaded again and again")
	}
}

func TestFilesWaitForADatabaseThatIsAway(t *testing.T) {
	d := newDesk(t)
	d.load = func(context.Context, ingest.Request) (ingest.Report, error) { return ingest.Report{}, errAway }
	d.put("petitions/p.csv", "编号,单位,日期,内容,性质\nP1,13,2026-03-05,反映采购问题,检举控告\n")
	d.settle()
	for range 20 {
		d.now = d.now.Add(time.Minute)
		d.scan()
	}
	d.want("petitions/p.csv")
	if s := d.box.Status(); !s.Stalled || s.Waiting != 1 {
		t.Errorf("status %+v, want stalled", s)
	}
	d.load = d.loader.Load
	d.now = d.now.Add(time.Minute)
	d.scan()
	if s := d.box.Status(); s.Stalled || d.rows("signals") != 1 {
		t.Errorf("status %+v, %d rows", s, d.rows("signals"))
	}
}

func TestAFileOnWhichTheLoadFailsDoesNotHoldUpTheOthers(t *testing.T) {
	for name, fail := range map[string]func() (ingest.Report, error){
		"an error":                  func() (ingest.Report, error) { return ingest.Report{}, errors.New("no such column") },
		"a program that breaks off": func() (ingest.Report, error) { panic("index out of range") },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.load = func(ctx context.Context, r ingest.Request) (ingest.Report, error) {
				if r.Files[0].Name == "poison.csv" {
					return fail()
				}
				return d.loader.Load(ctx, r)
			}
			d.put("comparisons/poison.csv", "x")
			d.put("comparisons/z.csv", comparisons)
			d.settle()
			if d.rows("signals") != 1 {
				t.Error("the other file was not loaded")
			}
			for range mostTries {
				d.now = d.now.Add(5 * time.Minute)
				d.scan()
			}
			d.says("comparisons/failed/poison.csv.report.txt", "多次无法装载", "several times over", "[load_failed]")
		})
	}
}

func TestAnInboxThatCannotBeReadStalls(t *testing.T) {
	d := newDesk(t)
	if err := os.Rename(d.dir, d.dir+"-away"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(d.dir + "-away") })
	if err := d.box.Scan(t.Context()); err == nil {
		t.Error("an inbox that is gone is no error")
	}
	if s := d.box.Status(); s.Stalled || len(s.Troubles) != 1 {
		t.Errorf("at once: %+v", s)
	}
	d.now = d.now.Add(5 * time.Minute)
	if s := d.box.Status(); !s.Stalled {
		t.Errorf("after five minutes: %+v", s)
	}
	if err := os.Rename(d.dir+"-away", d.dir); err != nil {
		t.Fatal(err)
	}
	d.scan()
	if s := d.box.Status(); s.Stalled || len(s.Troubles) != 0 {
		t.Errorf("when it is back: %+v", s)
	}
}

func TestRunLooksUntilItIsEnded(t *testing.T) {
	d := newDesk(t)
	d.put("comparisons/a.csv", comparisons)
	box, err := New(Config{Dir: d.dir, Load: d.loader.Load, Log: slog.New(slog.DiscardHandler), Interval: 5 * time.Millisecond, Settle: 20 * time.Millisecond,
		Rejects: func(context.Context, string) ([]byte, error) { return nil, nil }})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { box.Run(ctx); close(ended) }()
	for began := time.Now(); d.rows("signals") == 0; time.Sleep(20 * time.Millisecond) {
		if time.Since(began) > time.Minute {
			t.Fatal("nothing was loaded")
		}
	}
	stop()
	<-ended
}

func TestNewSaysWhatIsMissing(t *testing.T) {
	load := func(context.Context, ingest.Request) (ingest.Report, error) { return ingest.Report{}, nil }
	rejects := func(context.Context, string) ([]byte, error) { return nil, nil }
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	cases := map[string]Config{
		"no folder":            {Load: load, Rejects: rejects, Log: log},
		"no load":              {Dir: t.TempDir(), Rejects: rejects, Log: log},
		"no rejects":           {Dir: t.TempDir(), Load: load, Log: log},
		"no log":               {Dir: t.TempDir(), Load: load, Rejects: rejects},
		"a file, not a folder": {Dir: file, Load: load, Rejects: rejects, Log: log},
	}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		if _, err := New(cases[name]); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
