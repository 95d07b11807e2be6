package ingest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A dry run gives the same file to correct as the load would.
func TestADryRunGivesTheRowsThatItRejects(t *testing.T) {
	b := newBench(t)
	b.city()
	data := csvOf("编号|单位|日期|内容", "T1|13|2026-03-05|排队", "T2|火星|2026-03-05|电话13812345678", "T3|13|2036-03-05|乙")
	dry := b.request(Request{Kind: KindComplaints, DryRun: true, Files: []Source{source("a.csv", data)}})
	strict := b.request(Request{Kind: KindComplaints, Strict: true, Files: []Source{source("a.csv", data)}})
	loaded := b.request(Request{Kind: KindComplaints, Files: []Source{source("a.csv", data)}})
	want, err := b.load.Rejects(t.Context(), loaded.Batch)
	if err != nil || len(want.Rows) != 2 {
		t.Fatalf("rejects of the load: %v, %v", want, err)
	}
	if diff := cmp.Diff(want, dry.Rejects()); diff != "" {
		t.Errorf("rejects of the dry run (-load +dry run):\n%s", diff)
	}
	if diff := cmp.Diff(want, strict.Rejects()); diff != "" {
		t.Errorf("rejects of a refused load (-load +refused):\n%s", diff)
	}
	if text := strings.Join(dry.Rejects().Rows[0], " "); strings.Contains(text, "13812345678") || !strings.Contains(text, "火星") {
		t.Errorf("the row to correct: %s", text)
	}
	if len(loaded.Rejects().Rows) != 0 {
		t.Error("what a batch keeps stands in its report as well")
	}
}

// The rejected rows of a list that was only rehearsed would, loaded alone, replace the list.
func TestRowsOfARehearsedListAreNotLoadedInItsPlace(t *testing.T) {
	b := newBench(t)
	b.city()
	b.csv(KindRisks, riskHead, risk("13", "2026-03-01", "1", "药品采购未经集体讨论", "一般"))
	dry := b.request(Request{Kind: KindRisks, DryRun: true, Files: []Source{source("a.csv", csvOf(riskHead, risk("13", "2026-03-02", "1", "药品采购未经集体讨论", "一般"), risk("13", "2026-03-02", "2", "公章使用没有登记", "高")))}})
	rejects := dry.Rejects()
	if len(rejects.Rows) != 1 {
		t.Fatalf("rejects: %v", rejects)
	}
	lines := []string{strings.Join(rejects.Headings, "|"), strings.ReplaceAll(strings.Join(rejects.Rows[0], "|"), "|高|", "|一般|")}
	rep := b.csv(KindRisks, lines...)
	if rep.Totals != (Counts{Read: 1, Rejected: 1}) || rep.Files[0].Errors[0].Code != "batch_invalid" || !strings.Contains(rep.Files[0].Errors[0].Message, "先装载原清单") {
		t.Errorf("%+v %+v", rep.Totals, rep.Files[0].Errors)
	}
	if n := b.number("SELECT toInt64(sum(sign)) FROM risks"); n != 1 {
		t.Errorf("%d points stand, want the one that was there", n)
	}
}

// An archive brings thirty forms at once: a row without the name of its form cannot be found.
func TestRejectedRowsOfAnArchiveNameTheirDocument(t *testing.T) {
	b := newBench(t)
	b.city()
	var zipped []byte
	for _, f := range sentFiles(t) {
		if f.name == "all.zip" {
			zipped = f.data
		}
	}
	for _, dry := range []bool{true, false} {
		r := b.request(Request{Kind: KindComplaints, DryRun: dry, MayMove: true, Files: []Source{source("all.zip", zipped)}})
		sheet := r.Rejects()
		if !dry {
			var err error
			if sheet, err = b.loader().Rejects(t.Context(), r.Batch); err != nil {
				t.Fatal(err)
			}
		}
		if len(sheet.Rows) != 1 {
			t.Fatalf("%d rejected rows, want 1", len(sheet.Rows))
		}
		if why := sheet.Rows[0][len(sheet.Rows[0])-1]; !strings.HasPrefix(why, "all.zip/三季度/第三人民医院.csv #2 单位：") {
			t.Errorf("dry run %v: the reason reads %q", dry, why)
		}
	}
}
