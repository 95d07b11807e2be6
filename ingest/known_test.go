package ingest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Whoever sends a file a second time has to hear again what is wrong with it.
func TestAKnownFileRepeatsWhatWasWrongWithIt(t *testing.T) {
	b := newBench(t)
	b.city()
	lines := []string{"编号|单位|日期|内容|类别|天气", "T1|13|2026-03-05|电话 13812345678|不知道|晴", "T2|火星|2026-03-05|排队太久||"}
	first := b.csv(KindComplaints, lines...).Files[0]
	again := b.csv(KindComplaints, lines...).Files[0]
	if again.Status != FileUnchanged || again.Rejected != 1 || again.Unchanged != 1 || len(first.Errors) != 1 || len(first.Warnings) == 0 {
		t.Fatalf("first %+v, again %+v", first, again)
	}
	if diff := cmp.Diff(first, again, cmpopts.IgnoreUnexported(FileReport{}, Problem{}), cmpopts.IgnoreFields(FileReport{}, "Status", "Counts")); diff != "" {
		t.Errorf("what the report tells a second time (-first +again):\n%s", diff)
	}
}
