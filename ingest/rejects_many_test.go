package ingest

import (
	"fmt"
	"strings"
	"testing"
)

// manyRejected is a file of more rejected rows than wait in memory at a time.
func manyRejected() string {
	var file strings.Builder
	file.WriteString("编号,单位,日期,内容\n")
	for i := range 2*rejectsAtOnce + 5 {
		fmt.Fprintf(&file, "N%05d,没有的单位,2026-03-05,电话 13812345678\n", i)
	}
	return file.String()
}

func TestEveryRejectedRowOfALongFileIsGivenBack(t *testing.T) {
	b := newBench(t)
	b.city()
	file := manyRejected() + "T1,13,2026-03-05,排队\n"
	rep := b.request(Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("a.csv", []byte(file))}})
	const rejected = 2*rejectsAtOnce + 5
	if rep.Totals != (Counts{Read: rejected + 1, Added: 1, Rejected: rejected}) {
		t.Errorf("%+v", rep.Totals)
	}
	sheet, err := b.load.Rejects(t.Context(), rep.Batch)
	if err != nil || len(sheet.Rows) != rejected {
		t.Fatalf("%d rows are given back, %v; want %d", len(sheet.Rows), err, rejected)
	}
	for i, row := range sheet.Rows {
		if row[0] != fmt.Sprintf("N%05d", i) || strings.Contains(row[3], "13812345678") {
			t.Fatalf("row %d is given back as %q", i, row)
		}
	}
}

func TestAFileThatBreaksOffAfterManyRejectedRowsLeavesNone(t *testing.T) {
	b := newBench(t)
	b.city()
	broken := manyRejected() + strings.Repeat(",", 20_000) + "\n"
	rep := b.request(Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("broken.csv", []byte(broken)),
		source("good.csv", csvOf("编号|单位|日期|内容", "T1|13|2026-03-05|排队"))}})
	if rep.Files[0].Status != FileUnreadable || rep.Totals != (Counts{Read: 1, Added: 1}) {
		t.Errorf("%s, %+v", rep.Files[0].Status, rep.Totals)
	}
	if n := b.number("SELECT toInt64(count()) FROM rejects WHERE batch_no IN (SELECT batch_no FROM batches WHERE state = 'committed')"); n != 0 {
		t.Errorf("%d rejected rows are kept of a file that could not be read", n)
	}
}

func TestADryRunGivesTheFirstOfManyRejectedRows(t *testing.T) {
	b := newBench(t)
	b.city()
	for name, req := range map[string]Request{"a dry run": {DryRun: true}, "all rows or none": {Strict: true}} {
		req.Kind, req.MayMove, req.Files = KindComplaints, true, []Source{source("a.csv", []byte(manyRejected()))}
		rep := b.request(req)
		rows := rep.Rejects().Rows
		if rep.Totals.Rejected != 2*rejectsAtOnce+5 || len(rows) != rejectsAtOnce || rows[rejectsAtOnce-1][0] != fmt.Sprintf("N%05d", rejectsAtOnce-1) {
			t.Errorf("%s: %+v, %d rows are given back", name, rep.Totals, len(rows))
		}
	}
}

func TestRejectedRowsOfALongListAreAllGivenBackAndFewAtOnce(t *testing.T) {
	b := newBench(t)
	b.city()
	var file strings.Builder
	file.WriteString("单位,日期,序号,廉洁风险点描述,防控措施,监督检查路径,风险等级\n")
	const rejected = 2*rejectsAtOnce + 5
	for i := range rejected {
		fmt.Fprintf(&file, "13,2026-01-10,%d,药品采购未经集体讨论,,查阅资料,一般\n", i+1)
	}
	file.WriteString("13,2026-01-10,99999,公章使用没有登记,登记,查阅资料,一般\n")
	req := Request{Kind: KindRisks, MayMove: true, Files: []Source{source("a.csv", []byte(file.String()))}}
	req.DryRun = true
	rep := b.request(req)
	rows := rep.Rejects().Rows
	// One more than at once, since the newest might go on in the row that follows.
	if n := len(rows); rep.Totals.Rejected != rejected || n > rejectsAtOnce+1 || n < rejectsAtOnce || rows[rejectsAtOnce-1][2] != fmt.Sprint(rejectsAtOnce) {
		t.Errorf("a dry run: %+v, %d rows are given back", rep.Totals, n)
	}
	req.DryRun = false
	rep = b.request(req)
	if rep.Totals != (Counts{Read: rejected + 1, Added: 1, Rejected: rejected}) {
		t.Errorf("%+v", rep.Totals)
	}
	sheet, err := b.load.Rejects(t.Context(), rep.Batch)
	if err != nil || len(sheet.Rows) != rejected {
		t.Fatalf("%d rows are given back, %v; want %d", len(sheet.Rows), err, rejected)
	}
	for i, row := range sheet.Rows {
		if row[0] != "13" || row[2] != fmt.Sprint(i+1) {
			t.Fatalf("row %d is given back as %q", i, row)
		}
	}
}
