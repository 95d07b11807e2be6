package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/engine"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

func TestTakingABatchBackRestoresEverythingExactly(t *testing.T) {
	b := newBench(t)
	b.city()
	base := []struct {
		kind  Kind
		lines []string
	}{
		{KindRisks, []string{riskHead, risk("13", "2026-01-10", "1", "药品采购未经集体讨论", "重要"), risk("13", "2026-01-10", "2", "公章使用没有登记", "一般"), risk("14", "2026-01-11", "1", "食堂账目不清", "一般")}},
		{KindComplaints, []string{"编号|单位|日期|内容|类别|状态", "T1|13|2026-03-05|窗口多收费|岗位|在办", "T2|13|2026-03-06|医生收红包||在办"}},
		{KindPetitions, []string{"编号|单位|日期|内容|性质|受理日期", "X1|13|2026-03-05|采购有问题|检举控告|2026-03-06"}},
		{KindInspections, []string{checkHead, check("J1", "13", "2026-04-01", "1", "采购没有记录"), check("J2", "13", "2026-04-02", "全部", "")}},
		{KindFindings, []string{"编号|单位|日期|发现问题|严重程度|整改完成日期", "F1|13|2026-04-03|账目不清|2|"}},
		{KindComparisons, []string{"编号|单位|日期|比对模型|异常描述", "B1|13|2026-04-03|重复报销|同一发票报销两次"}},
		{KindLedger, []string{"单位|年度|事项|日期|文号|内容", "13|2026|委党委审定|2026-02-20|纪要1号|"}},
	}
	for _, f := range base {
		if rep := b.csv(f.kind, f.lines...); rep.Totals.Rejected > 0 {
			t.Fatalf("%s: %+v", f.kind, rep.Files[0].Errors)
		}
	}
	later := []struct {
		name  string
		kind  Kind
		lines []string
	}{
		{"units", KindUnits, []string{"单位编码|单位名称|责任领导|责任领导起始日期|停用日期", "13|市一院|周乙|2020-01-01|2026-08-01", "15|市第三医院||2020-01-01|"}},
		{"a list of the same year", KindRisks, []string{riskHead, risk("13", "2026-05-01", "1", "药品采购未经集体讨论", "一般"), risk("13", "2026-05-01", "3", "设备验收走过场", "一般")}},
		{"a list of another year", KindRisks, []string{riskHead, risk("13", "2025-05-01", "1", "药品采购未经集体讨论", "一般")}},
		{"complaints", KindComplaints, []string{"编号|单位|日期|内容|状态|办结日期", "T1|14|2026-04-05|窗口多收费，已退款|办结|2026-05-01", "T9|14|2026-04-05|排队太久|在办|"}},
		{"petitions", KindPetitions, []string{"编号|单位|日期|内容|延期至", "X1|14|2026-03-05|采购有问题|2026-12-31"}},
		{"inspections", KindInspections, []string{checkHead, check("J1", "14", "2026-04-01", "1", ""), check("J2", "13", "2026-04-02", "2", "没有登记"), check("J3", "13", "2026-04-02", "2", "")}},
		{"findings", KindFindings, []string{"编号|单位|日期|发现问题|整改完成日期", "F1|13|2026-04-03|账目不清|2026-05-01"}},
		{"comparisons", KindComparisons, []string{"编号|单位|日期|比对模型|异常描述", "B1|14|2026-04-03|重复报销|同一发票报销三次"}},
		{"ledger", KindLedger, []string{"单位|年度|事项|日期|文号|内容", "13|2026|委党委审定|2026-02-20|纪要1号|会议记录", "全部|2026|报市纪委备案|2026-03-01|函1号|"}},
	}
	before := b.standing()
	for _, f := range later {
		rep := b.csv(f.kind, f.lines...)
		if rep.Totals.Rejected > 0 || rep.Totals.Added+rep.Totals.Changed == 0 {
			t.Fatalf("%s: %+v %+v", f.name, rep.Totals, rep.Files[0].Errors)
		}
		after := b.standing()
		if slices.Equal(before, after) {
			t.Errorf("%s changed nothing", f.name)
		}
		b.revert(rep.Batch)
		if diff := cmp.Diff(before, b.standing()); diff != "" {
			t.Errorf("%s taken back (-want +got):\n%s", f.name, diff)
		}
		if again := b.csv(f.kind, f.lines...); again.Totals != rep.Totals || again.Files[0].Status != FileCommitted {
			t.Errorf("%s loaded again: %+v, the first time %+v", f.name, again.Totals, rep.Totals)
		} else {
			b.revert(again.Batch)
		}
	}
	// The first batches go first, though later ones built upon them.
	for _, f := range later {
		b.csv(f.kind, f.lines...)
	}
	var batches []string
	infos, err := b.store.Batches(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range infos {
		if i.State == "committed" && i.Revert == 0 && i.Kind != string(KindUnits) {
			batches = append(batches, i.ID)
		}
	}
	for _, id := range slices.Backward(batches) {
		b.revert(id)
	}
	for _, row := range b.standing() {
		if !strings.HasPrefix(row, "units ") {
			t.Errorf("left after every batch was taken back: %s", row)
		}
	}
}

func TestWhatARevertedFileGaveIsNotInherited(t *testing.T) {
	b := newBench(t)
	b.city()
	first := b.csv(KindComplaints, "编号|单位|日期|内容|渠道|层面|类别|涉廉|状态", "T1|13|2026-03-05|排队太久|热线|领导岗位|决策|是|办结")
	b.csv(KindComplaints, "编号|单位|日期|内容", "T1|13|2026-03-05|排队太久，无人管理")
	b.revert(first.Batch)
	if got := b.text("SELECT toString(groupArray((channel, layer, category, status, integrity))) FROM (SELECT channel, layer, category, status, integrity FROM signals GROUP BY channel, layer, category, status, integrity, ver HAVING sum(sign) > 0)"); strings.Contains(got, "热线") || strings.Contains(got, "leadership") || strings.Contains(got, "decision") || strings.Contains(got, "closed") {
		t.Errorf("after the first file was taken back its columns stand: %s", got)
	}
}

func TestANumberOfAnotherUnitIsNotMovedByAUnit(t *testing.T) {
	b := newBench(t)
	b.city()
	b.csv(KindComplaints, "编号|单位|日期|内容|来源", "T1|13|2026-03-05|窗口多收费|12345", "T2|14|2026-03-05|排队太久|12345")
	rep := b.request(Request{Kind: KindComplaints, Unit: "14", Files: []Source{source("a.csv", csvOf("编号|日期|内容|来源", "T2|2026-03-06|排队太久|12345", "T1|2026-03-06|窗口多收费|12345", "T1|2026-03-06|别的来源|信箱"))}})
	if rep.Totals != (Counts{Read: 3, Added: 1, Changed: 1, Rejected: 1}) {
		t.Fatalf("%+v", rep.Totals)
	}
	if e := rep.Files[0].Errors; len(e) != 1 || e[0].Code != "duplicate_number" || e[0].Row != 3 || e[0].Value != "T1" {
		t.Errorf("%+v", e)
	}
	if sheet, err := b.load.Rejects(t.Context(), rep.Batch); err != nil || len(sheet.Rows) != 1 || sheet.Rows[0][0] != "T1" || sheet.Rows[0][1] != "市第二医院" {
		t.Errorf("%q, %v", sheet, err)
	}
	if b.number("SELECT sum(sign) FROM signals WHERE unit = '13'") != 1 {
		t.Error("the complaint has left its unit")
	}
}

func TestANumberTwiceInAFileCountsOnceWhereverItStands(t *testing.T) {
	b := newBench(t)
	b.city()
	head := "编号|单位|日期|内容"
	rep := b.csv(KindComplaints, head, "T1|13|2026-03-05|甲", "T1|13|2026-03-05|乙", "T2|13|2026-03-05|丙", "T2|13|2026-03-05|丙")
	if rep.Totals != (Counts{Read: 4, Added: 2, Unchanged: 2}) || !slices.Equal(codes(rep.Files[0].Warnings), []string{"number_repeated"}) || rep.Files[0].Warnings[0].Row != 2 {
		t.Errorf("%+v %+v", rep.Totals, rep.Files[0].Warnings)
	}
	if got := b.text("SELECT toString(arraySort(groupArray(text))) FROM signals"); got != "['丙','乙']" {
		t.Errorf("stored %s", got)
	}
	lines := []string{head, "T3|13|2026-03-05|先"}
	for i := range chunkRows {
		lines = append(lines, fmt.Sprintf("N%d|13|2026-03-05|排队太久", i))
	}
	rep = b.csv(KindComplaints, append(lines, "T3|13|2026-03-05|后")...)
	if rep.Totals != (Counts{Read: chunkRows + 2, Added: chunkRows + 1, Changed: 1}) || !slices.Contains(codes(rep.Files[0].Warnings), "number_repeated") {
		t.Errorf("over two chunks: %+v %+v", rep.Totals, rep.Files[0].Warnings)
	}
}

func TestAnEntryTwiceInALongFileIsWarnedOfInEveryKind(t *testing.T) {
	b := newBench(t)
	b.city()
	for _, tc := range []struct {
		kind              Kind
		head, first, last string
		other             func(i int) string
		table             string
	}{
		{KindInspections, checkHead, check("J0", "13", "2026-03-05", "", "先"), check("J0", "13", "2026-03-05", "", "后"),
			func(i int) string { return check(fmt.Sprintf("J%d", i+1), "13", "2026-03-06", "", "") }, "finding FROM checks WHERE number = 'J0'"},
		{KindLedger, "单位|年度|事项|日期|文号|内容", "13|2026|部署|2026-03-05|甲|先", "13|2026|部署|2026-03-05|甲|后",
			func(i int) string { return fmt.Sprintf("13|2026|部署|2026-03-05|文%d|同", i) }, "content FROM ledger WHERE document = '甲'"},
	} {
		lines := []string{tc.head, tc.first}
		for i := range chunkRows {
			lines = append(lines, tc.other(i))
		}
		data := csvOf(append(lines, tc.last)...)
		for _, dry := range []bool{true, false} {
			rep := b.request(Request{Kind: tc.kind, DryRun: dry, Files: []Source{source("a.csv", data)}})
			if rep.Totals != (Counts{Read: chunkRows + 2, Added: chunkRows + 1, Changed: 1}) {
				t.Errorf("%s, dry %v: %+v", tc.kind, dry, rep.Totals)
			}
			if !slices.ContainsFunc(rep.Files[0].Warnings, func(w Problem) bool { return w.Code == "number_repeated" && w.Row == chunkRows+3 }) {
				t.Errorf("%s, dry %v: no warning of the last row", tc.kind, dry)
			}
		}
		if got := b.text("SELECT DISTINCT " + strings.Replace(tc.table, " WHERE ", " WHERE sign = 1 AND ver IN (SELECT max(ver) FROM "+strings.Fields(tc.table)[2]+") AND ", 1)); got != "后" {
			t.Errorf("%s: %q stands", tc.kind, got)
		}
	}
}

// The first row of a number may say just what stands: then nothing is written for it, and the
// second one is a repetition all the same.
func TestAnEntryTwiceIsWarnedOfWhereTheFirstChangesNothing(t *testing.T) {
	b := newBench(t)
	b.city()
	for _, tc := range []struct {
		kind              Kind
		head, first, last string
		other             func(i int) string
		rows              int
	}{
		{KindComplaints, "编号|单位|日期|内容", "T0|13|2026-03-05|先", "T0|13|2026-03-05|后",
			func(i int) string { return fmt.Sprintf("N%d|13|2026-03-05|排队太久", i) }, siftRows},
		{KindInspections, checkHead, check("J0", "13", "2026-03-05", "", "先"), check("J0", "13", "2026-03-05", "", "后"),
			func(i int) string { return check(fmt.Sprintf("J%d", i+1), "13", "2026-03-06", "", "") }, chunkRows},
		{KindLedger, "单位|年度|事项|日期|文号|内容", "13|2026|部署|2026-03-05|甲|先", "13|2026|部署|2026-03-05|甲|后",
			func(i int) string { return fmt.Sprintf("13|2026|部署|2026-03-05|文%d|同", i) }, chunkRows},
		{KindUnits, "单位编码|单位名称|上级编码", "X0|甲单位|13", "X0|乙单位|13",
			func(i int) string { return fmt.Sprintf("Y%d|单位%d|13", i, i) }, chunkRows},
	} {
		lines := []string{tc.head, tc.first}
		for i := range tc.rows {
			lines = append(lines, tc.other(i))
		}
		b.request(Request{Kind: tc.kind, Files: []Source{source("a.csv", csvOf(lines...))}})
		want := Counts{Read: uint64(tc.rows) + 2, Unchanged: uint64(tc.rows) + 1, Changed: 1}
		twice := csvOf(append(lines, tc.last)...)
		for _, dry := range []bool{true, false} {
			rep := b.request(Request{Kind: tc.kind, DryRun: dry, Files: []Source{source("b.csv", twice)}})
			if rep.Totals != want {
				t.Errorf("%s, dry %v: %+v", tc.kind, dry, rep.Totals)
			}
			if w := rep.Files[0].Warnings; len(w) != 1 || w[0].Code != "number_repeated" || w[0].Row != tc.rows+3 {
				t.Errorf("%s, dry %v: %+v, want a warning of the last row", tc.kind, dry, w)
			}
		}
		// A number that comes once in each of two files is no repetition.
		rep := b.request(Request{Kind: tc.kind, Files: []Source{source("c.csv", csvOf(tc.head, tc.last)), source("d.csv", csvOf(tc.head, tc.first))}})
		if rep.Totals != (Counts{Read: 2, Unchanged: 1, Changed: 1}) || len(rep.Files[0].Warnings)+len(rep.Files[1].Warnings) > 0 {
			t.Errorf("%s, two files: %+v, %+v", tc.kind, rep.Totals, rep.Files)
		}
	}
}

func TestTheSameFileIsLoadedOnce(t *testing.T) {
	b := newBench(t)
	b.city()
	lines := []string{"编号|单位|日期|内容", "T1|13|2026-03-05|甲", "T2|13|2026-03-06|乙"}
	first := b.csv(KindComplaints, lines...)
	for i := range 3 {
		rep := b.csv(KindComplaints, lines...)
		if rep.Files[0].Status != FileUnchanged || rep.Batch != first.Batch || rep.Totals != (Counts{Read: 2, Unchanged: 2}) {
			t.Errorf("time %d: %+v %s %s", i+2, rep.Totals, rep.Files[0].Status, rep.Batch)
		}
		b.csv(KindComplaints, lines[0], fmt.Sprintf("N%d|13|2026-03-05|别的", i))
	}
	// Corrected meanwhile: the old file says nothing new.
	b.csv(KindComplaints, lines[0], "T1|13|2026-03-05|已更正")
	if rep := b.csv(KindComplaints, lines...); rep.Files[0].Status != FileUnchanged {
		t.Errorf("an old file after a correction: %s", rep.Files[0].Status)
	}
	if n := b.number("SELECT sum(sign) FROM signals"); n != 5 {
		t.Errorf("%d signals, want 5", n)
	}
	data := csvOf(append(lines, "T7|13|2026-03-05|丙")...)
	rep := b.request(Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("a.csv", data), source("copy of a.csv", data)}})
	if rep.Files[1].Status != FileUnchanged || rep.Totals.Read != 6 || rep.Totals.Added != 1 {
		t.Errorf("the same file twice in one load: %+v %s", rep.Totals, rep.Files[1].Status)
	}
}

func TestTwoPeopleLoadingTheSameFileMakeOneBatch(t *testing.T) {
	b := newBench(t)
	b.city()
	dir := t.TempDir()
	var lines = []string{"编号|单位|日期|内容"}
	for i := range 500 {
		lines = append(lines, fmt.Sprintf("T%d|13|2026-03-05|排队太久", i))
	}
	data := csvOf(lines...)
	const people = 8
	reports := make([]Report, people)
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			l, err := New(Config{Store: b.store, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return b.now }, Lock: store.LoadLock(dir)})
			if err == nil {
				reports[i], err = l.Load(t.Context(), Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("a.csv", data)}})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	committed := 0
	for _, r := range reports {
		if r.Batch != reports[0].Batch {
			t.Errorf("batches %s and %s", r.Batch, reports[0].Batch)
		}
		if r.Files[0].Status == FileCommitted {
			committed++
		}
	}
	if n := b.number("SELECT sum(sign) FROM signals"); committed != 1 || n != 500 {
		t.Errorf("%d batches committed, %d rows", committed, n)
	}
}

func TestAStrictDryRunEndsAsTheLoadWould(t *testing.T) {
	b := newBench(t)
	b.city()
	data := csvOf("编号|单位|日期|内容", "T1|13|2026-03-05|甲", "T2|不明|2026-03-05|乙")
	for _, dry := range []bool{true, false} {
		rep := b.request(Request{Kind: KindComplaints, Strict: true, DryRun: dry, Files: []Source{source("a.csv", data)}})
		if rep.Outcome() != 4 {
			t.Errorf("dry run %t: outcome %d", dry, rep.Outcome())
		}
	}
}

// killable is a bench on an engine of its own, which a test may kill: it is started again.
func killable(t *testing.T) (*bench, *engine.Engine) {
	t.Helper()
	e, err := engine.Start(t.Context(), engine.Config{Dir: t.TempDir(), MinFreeBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		if err := e.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	s, err := store.Open(t.Context(), store.Config{Endpoint: e.Endpoint(), Database: engine.DatabasePrefix + "_killed"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	b := &bench{t: t, store: s, now: time.Date(2026, 11, 22, 9, 0, 0, 0, integrity.Shanghai)}
	b.load = b.loader()
	return b, e
}

// TestAKilledEngineLosesAndDoublesNothing kills the engine in the middle of loads while
// readers poll: a batch is seen with none or all of its rows, a load that reports success
// has happened, and one that does not can be repeated.
func TestAKilledEngineLosesAndDoublesNothing(t *testing.T) {
	b, e := killable(t)
	s := b.store
	b.city()

	const loads, perLoad, kills = 12, 3000, 6
	reading, stop := context.WithCancel(t.Context())
	var readers, killer sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for reading.Err() == nil {
				snap, err := s.Snapshot(reading, time.Time{})
				if err != nil {
					time.Sleep(20 * time.Millisecond) // the engine is down
					continue
				}
				var n int64
				if err := s.Read().QueryRow(reading, "SELECT sum(sign) FROM signals WHERE "+visible, snap.Args()...).Scan(&n); err == nil && n%perLoad != 0 {
					t.Errorf("a reader saw %d rows: a part of a batch", n)
				}
				time.Sleep(5 * time.Millisecond)
			}
		})
	}
	killer.Go(func() {
		for i := range kills {
			time.Sleep(time.Duration(80+61*i) * time.Millisecond)
			if pid := e.Status().PID; pid != 0 {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
			for reading.Err() == nil && !e.Status().Running {
				time.Sleep(10 * time.Millisecond)
			}
		}
	})
	failed := 0
	for load := range loads {
		lines := []string{"编号|单位|日期|内容"}
		for i := range perLoad {
			lines = append(lines, fmt.Sprintf("T%d-%d|13|2026-03-05|第%d件：排队太久", load, i, i))
		}
		data := csvOf(lines...)
		for attempt := 0; ; attempt++ {
			rep, err := b.load.Load(t.Context(), Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("a.csv", data)}})
			if err == nil {
				if rep.Totals.Read != perLoad || rep.Totals.Added+rep.Totals.Unchanged != perLoad {
					t.Errorf("load %d: %+v", load, rep.Totals)
				}
				break
			}
			if failed++; attempt > 200 {
				t.Fatalf("load %d: %v", load, err)
			}
			time.Sleep(50 * time.Millisecond)
		}
	}
	killer.Wait()
	stop()
	readers.Wait()
	for !e.Status().Running {
		time.Sleep(10 * time.Millisecond)
	}
	if _, err := s.VoidPending(t.Context(), b.now); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if got := [3]int64{b.number("SELECT sum(sign) FROM signals"), b.number("SELECT toInt64(count()) FROM signals"), b.number("SELECT toInt64(uniqExact(id)) FROM signals")}; got != [3]int64{loads * perLoad, loads * perLoad, loads * perLoad} {
		t.Errorf("live rows, rows and numbers: %v, want %d of each", got, loads*perLoad)
	}
	if e.Status().Restarts == 0 {
		t.Error("the engine was never killed")
	}
	t.Logf("%d restarts, %d loads failed and were repeated", e.Status().Restarts, failed)
}

func TestARowWhoseTextsAreAllLostIsRejected(t *testing.T) {
	b := newBench(t)
	b.city()
	word := func(ref, text string) string {
		return `<c r="` + ref + `" t="inlineStr"><is><t>` + text + `</t></is></c>`
	}
	var book bytes.Buffer
	w := zip.NewWriter(&book)
	for name, body := range map[string]string{
		"[Content_Types].xml":        `<Types/>`,
		"_rels/.rels":                `<Relationships><Relationship Id="rId1" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="x"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml": `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">` +
			word("A1", "编号") + word("B1", "单位") + word("C1", "日期") + word("D1", "内容") + `</row><row r="2"><c r="A2" t="s"><v>99</v></c></row><row r="3">` +
			word("A3", "T1") + word("B3", "13") + word("C3", "2026-03-05") + word("D3", "排队太久") + `</row></sheetData></worksheet>`,
	} {
		part, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(body)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	rep := b.request(Request{Kind: KindComplaints, Files: []Source{source("a.xlsx", book.Bytes())}})
	if want := (Counts{Read: 2, Added: 1, Rejected: 1}); rep.Totals != want || len(rep.Files[0].Errors) != 1 || rep.Files[0].Errors[0].Row != 2 {
		t.Errorf("%+v %+v; want %+v", rep.Totals, rep.Files[0].Errors, want)
	}
}

// A small file that takes for ever must not hold up the others as long as a long one may take.
func TestTheTimeForAFileGrowsWithItsSize(t *testing.T) {
	b := newBench(t)
	b.city()
	b.load.cfg.FileTimeout = time.Nanosecond
	lines := []string{"编号|单位|日期|内容|备用"}
	for i := range 800 { // 24 MB, which gives it 24 seconds
		lines = append(lines, fmt.Sprintf("T%d|13|2026-03-05|排队太久|%s", i, strings.Repeat("-", 30_000)))
	}
	rep := b.request(Request{Kind: KindComplaints, Files: []Source{source("小.csv", csvOf("编号|单位|日期|内容", "S1|13|2026-03-05|甲")), source("大.csv", csvOf(lines...))}})
	if rep.Totals != (Counts{Read: 800, Added: 800}) {
		t.Errorf("%+v", rep.Totals)
	}
	small := rep.Files[0]
	if small.Status != FileUnreadable || len(small.Errors) != 1 || small.Errors[0].Code != "time_limit" || !strings.Contains(small.Errors[0].Message, "拆成几个文件") {
		t.Errorf("%+v", small)
	}
}

// A number that a spreadsheet program has shortened to 2.02603E+11 is no number any more: all
// of a month would become one entry.
func TestNumbersThatASpreadsheetShortenedAreRefused(t *testing.T) {
	b := newBench(t)
	b.city()
	rep := b.csv(KindComplaints, "编号|单位|日期|内容", "2.02603E+11|13|2026-03-05|甲", "2.02603E+11|13|2026-03-06|乙", "1E5|13|2026-03-06|丙", "E+3号|13|2026-03-06|丁")
	if rep.Totals != (Counts{Read: 4, Added: 2, Rejected: 2}) || !slices.Equal(codes(rep.Files[0].Errors), []string{"number_shortened", "number_shortened"}) {
		t.Errorf("%+v %+v", rep.Totals, rep.Files[0].Errors)
	}
	rep = b.csv(KindInspections, checkHead, check("2.02603e+11", "13", "2026-03-05", "", ""))
	if rep.Totals.Rejected != 1 || !slices.Equal(codes(rep.Files[0].Errors), []string{"number_shortened"}) {
		t.Errorf("%+v %+v", rep.Totals, rep.Files[0].Errors)
	}
}

// The apostrophe with which a spreadsheet program marks a number as text is no part of it.
func TestAnApostropheBeforeANumberIsNoPartOfIt(t *testing.T) {
	b := newBench(t)
	b.city()
	rep := b.csv(KindComplaints, "编号|单位|日期|内容", "'0012|'13|'2026-03-05|'12345 打不通", "N2|13|2026-03-05|'本人' 的说法")
	if rep.Totals.Added != 2 {
		t.Errorf("%+v %+v", rep.Totals, rep.Files[0].Errors)
	}
	if got := b.text("SELECT toString(arraySort(groupArray((number, text)))) FROM signals"); got != `[('0012','12345 打不通'),('N2','\'本人\' 的说法')]` {
		t.Errorf("stored %s", got)
	}
}

// Tables of offices end with totals and with who filled them in: that is no data, and no row
// that waits to be corrected.
func TestTotalsAndSignaturesBelowATableAreNoRows(t *testing.T) {
	b := newBench(t)
	b.city()
	rep := b.csv(KindComplaints, "编号|单位|日期|内容|渠道", "H1|13|2026-03-05|窗口多收费|热线", "合计|||2件|", "|总　计||2|", "小计：2件|||||", "共 2 件|||||", "填表人：李四|||审核人：王五|", "备注：本表截至3月31日||||",
		"合计|13|2026-03-05|这是一件编号奇怪的投诉|", "H2||2026-03-05|缺单位|", "合计中心|||内容|")
	f := rep.Files[0]
	if f.Counts != (Counts{Read: 4, Added: 2, Rejected: 2}) || !slices.Equal(codes(f.Warnings), slices.Repeat([]string{"row_passed"}, 6)) || f.Warnings[1].Row != 4 {
		t.Errorf("%+v %+v", f.Counts, f.Warnings)
	}
	// Nor are rows that only number themselves, and titles of months.
	beside := workbook(t, [][]string{{"行次", "编号", "单位", "日期", "内容"}, {"1", "H4", "13", "2026-03-05", "窗口多收费"}, {"2", "", "", "", ""}, {"四月份", "", "", "", ""}}, "A4:E4")
	if f := b.request(Request{Kind: KindComplaints, Files: []Source{source("b.xlsx", beside)}}).Files[0]; f.Counts != (Counts{Read: 1, Added: 1}) || !slices.Equal(codes(f.Warnings), []string{"row_passed", "row_passed"}) {
		t.Errorf("%+v %+v", f.Counts, append(f.Warnings, f.Errors...))
	}
	rep = b.csv(KindComplaints, "编号|单位|日期|内容", "三月份|||", "H5|13|2026-03-05|窗口多收费", "本月合计1件|||", "以下空白|||", "信访2026-1号|||", "H6|||")
	if f := rep.Files[0]; f.Counts != (Counts{Read: 3, Added: 1, Rejected: 2}) || !slices.Equal(codes(f.Warnings), []string{"row_passed", "row_passed", "row_passed"}) {
		t.Errorf("%+v %+v", f.Counts, f.Warnings)
	}
	merged := workbook(t, [][]string{{"编号", "单位", "日期", "内容"}, {"H3", "13", "2026-03-05", "窗口多收费"}, {"合计", "", "", "1"}}, "A3:C3")
	if f := b.request(Request{Kind: KindComplaints, Files: []Source{source("m.xlsx", merged)}}).Files[0]; f.Counts != (Counts{Read: 1, Added: 1}) || !slices.Equal(codes(f.Warnings), []string{"row_passed"}) {
		t.Errorf("%+v %+v", f.Counts, append(f.Warnings, f.Errors...))
	}
	rep = b.csv(KindInspections, checkHead, check("J1", "13", "2026-04-01", "", ""), "合计||||||||||")
	if f := rep.Files[0]; f.Counts != (Counts{Read: 1, Added: 1}) || !slices.Equal(codes(f.Warnings), []string{"row_passed"}) {
		t.Errorf("%+v %+v", f.Counts, f.Warnings)
	}
	rep = b.csv(KindRisks, riskHead, risk("13", "2026-03-05", "1", "采购未经集体讨论", "重要"), "合计|||1个|||重要1个|||")
	if f := rep.Files[0]; f.Counts != (Counts{Read: 1, Added: 1}) || !slices.Equal(codes(f.Warnings), []string{"row_passed"}) {
		t.Errorf("%+v %+v", f.Counts, f.Warnings)
	}
}

func TestPointsAreNumberedAsOfficesDo(t *testing.T) {
	b := newBench(t)
	b.city()
	lines := []string{riskHead}
	for i, no := range []string{"一", "（2）", "3、", "④", "5.", "第六条", "十一", "第12项"} {
		lines = append(lines, risk("13", "2026-03-05", no, fmt.Sprintf("第%d个风险点无人复核", i+1), "重要"))
	}
	if rep := b.csv(KindRisks, lines...); rep.Totals != (Counts{Read: 8, Added: 8}) {
		t.Errorf("%+v %+v", rep.Totals, rep.Files[0].Errors)
	}
	if got := b.text("SELECT toString(arraySort(groupArray(no))) FROM risks"); got != "[1,2,3,4,5,6,11,12]" {
		t.Errorf("stored %s", got)
	}
	if rep := b.csv(KindRisks, riskHead, risk("14", "2026-03-05", "甲", "采购未经集体讨论", "重要"), risk("14", "2026-03-05", "1-2", "公章使用没有登记", "重要")); rep.Totals.Rejected != 2 {
		t.Errorf("%+v", rep.Totals)
	}
}
