package ingest

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUnitsAndComplaintsLoadTwiceWithoutChange(t *testing.T) {
	b := newBench(t)
	b.city()
	lines := []string{
		"编号|单位|日期|内容|投诉人|联系电话|类别|涉廉|状态|办结日期",
		"T1|市第一医院|2026/3/5|窗口多收费，电话 13812345678|张三|13812345678|岗位|是|办结|2026-03-09",
		"T2|14|2026年4月1日|医生态度生硬，推诿病人|||服务态度||在办|",
		"T3|没有的医院|2026-04-02|排队太久||||||",
		"T4|13|2031-04-02|排队太久||||||",
	}
	rep := b.csv(KindComplaints, lines...)
	if want := (Counts{Read: 4, Added: 2, Rejected: 2}); rep.Totals != want {
		t.Errorf("first load: %+v, want %+v; %+v", rep.Totals, want, rep.Files[0].Errors)
	}
	f := rep.Files[0]
	if diff := cmp.Diff([]string{"投诉人", "联系电话"}, f.DroppedColumns); diff != "" {
		t.Errorf("dropped columns (-want +got):\n%s", diff)
	}
	if f.Masked != 1 {
		t.Errorf("masked = %d, want 1", f.Masked)
	}
	if got := codes(f.Errors); !slices.Equal(got, []string{"unit_unknown", "date_invalid"}) {
		t.Errorf("errors %v", got)
	}
	if n := b.number("SELECT toInt64(countIf(position(text, '13812345678') > 0)) FROM signals"); n != 0 {
		t.Errorf("%d stored texts hold the phone number", n)
	}
	again := b.csv(KindComplaints, lines...)
	if want := (Counts{Read: 4, Unchanged: 2, Rejected: 2}); again.Totals != want || again.Files[0].Status != FileUnchanged {
		t.Errorf("second load: %+v %s", again.Totals, again.Files[0].Status)
	}
	reordered := b.csv(KindComplaints, lines[0], lines[2], lines[1])
	if want := (Counts{Read: 2, Unchanged: 2}); reordered.Totals != want {
		t.Errorf("the same rows in another order: %+v, want %+v", reordered.Totals, want)
	}
	if n := b.number("SELECT sum(sign) FROM signals"); n != 2 {
		t.Errorf("%d live signals, want 2", n)
	}
}

func TestCorrectionsFollowEverywhereAndRevertTakesThemBack(t *testing.T) {
	b := newBench(t)
	b.city()
	head := "编号|单位|日期|内容|类别|状态"
	first := b.csv(KindComplaints, head, "T1|13|2026-03-05|窗口多收费|岗位|在办", "T2|13|2026-03-06|红包|其他|在办")
	second := b.csv(KindComplaints, head, "T1|14|2026-04-05|窗口多收费|决策|办结")
	if want := (Counts{Read: 1, Changed: 1}); second.Totals != want {
		t.Fatalf("correction: %+v, want %+v", second.Totals, want)
	}
	state := func() []int64 {
		return []int64{
			b.number("SELECT sum(sign) FROM signals"),
			b.number("SELECT sum(sign) FROM signals WHERE unit = '14'"),
			b.number("SELECT sum(sign) FROM signals WHERE category = 'decision'"),
			b.number("SELECT sum(sign) FROM signals WHERE status = 'closed'"),
			b.number("SELECT sum(sign) FROM signals WHERE toMonth(occurred_on) = 3"),
		}
	}
	if diff := cmp.Diff([]int64{2, 1, 1, 1, 1}, state()); diff != "" {
		t.Errorf("after the correction (-want +got):\n%s", diff)
	}
	// A column that a file lacks leaves the stored value alone.
	third := b.csv(KindComplaints, "编号|单位|日期|内容", "T1|14|2026-04-05|窗口多收费，已退款")
	if third.Totals.Changed != 1 || b.number("SELECT sum(sign) FROM signals WHERE category = 'decision' AND status = 'closed'") != 1 {
		t.Errorf("a file without category and status cleared them: %+v", third.Totals)
	}
	if _, err := b.load.Revert(t.Context(), second.Batch, "政治处"); err != nil {
		t.Fatal(err)
	}
	// What is left is the fold of the first and the third file.
	if diff := cmp.Diff([]int64{2, 1, 0, 0, 1}, state()); diff != "" {
		t.Errorf("after taking the correction back (-want +got):\n%s", diff)
	}
	if _, err := b.load.Revert(t.Context(), third.Batch, "政治处"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int64{2, 0, 0, 0, 2}, state()); diff != "" {
		t.Errorf("after taking both back (-want +got):\n%s", diff)
	}
	if _, err := b.load.Revert(t.Context(), second.Batch, "政治处"); err == nil {
		t.Error("a batch was taken back twice")
	}
	again := b.csv(KindComplaints, head, "T1|14|2026-04-05|窗口多收费|决策|办结")
	if again.Totals.Changed != 1 {
		t.Errorf("a reverted file loads again: %+v", again.Totals)
	}
	if _, err := b.load.Revert(t.Context(), first.Batch, "政治处"); err != nil {
		t.Fatal(err)
	}
	if n := b.number("SELECT sum(sign) FROM signals"); n != 1 {
		t.Errorf("%d signals after taking the first file back, want 1: T1 stands through its correction", n)
	}
}

func TestStrictLoadsAllRowsOrNone(t *testing.T) {
	b := newBench(t)
	b.city()
	data := csvOf("编号|单位|日期|内容", "T1|13|2026-03-05|甲", "T2|不明|2026-03-05|乙")
	rep := b.request(Request{Kind: KindComplaints, Strict: true, Files: []Source{source("a.csv", data)}})
	if rep.Outcome() != 4 || rep.Totals.Added != 0 {
		t.Errorf("outcome %d, %+v", rep.Outcome(), rep.Totals)
	}
	if n := b.number("SELECT sum(sign) FROM signals"); n != 0 {
		t.Errorf("%d signals stored", n)
	}
}

func TestRealMessagesLoadAsComplaints(t *testing.T) {
	dir := sharedData()
	if dir == "" {
		return // covered by the invented files above
	}
	b := newBench(t)
	b.city()
	data, err := os.ReadFile(filepath.Join(dir, "messages_labelled.csv"))
	if err != nil {
		t.Fatal(err)
	}
	req := Request{Kind: KindComplaints, Unit: "13", Map: map[string]string{"留言编号": "编号", "留言时间": "日期", "留言详情": "内容"},
		Files: []Source{source("messages_labelled.csv", data)}}
	rep := b.request(req)
	c := rep.Totals
	if c.Read != 495 || c.Read != c.Added+c.Changed+c.Unchanged+c.Rejected || c.Rejected > uint64(len(rep.Files[0].Errors)) {
		t.Errorf("%+v, %d errors", c, len(rep.Files[0].Errors))
	}
	if n := b.number("SELECT sum(sign) FROM signals"); uint64(n) != c.Added {
		t.Errorf("%d signals live, %d added", n, c.Added)
	}
	again := b.request(req)
	if again.Totals.Added != 0 || again.Totals.Changed != 0 {
		t.Errorf("second load: %+v", again.Totals)
	}
}
