package ingest

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func TestWhatStandsIsKnownByItsFingerprint(t *testing.T) {
	b := newBench(t)
	b.city()
	const head = "编号|单位|日期|内容|类别"
	first := b.csv(KindComplaints, head, "T1|13|2026-03-05|排队太久|", "T2|13|2026-03-05|窗口多收费|岗位")
	rows := func() int64 { return b.number("SELECT toInt64(count()) FROM signals") }

	rep := b.csv(KindComplaints, head, "T1|13|2026-03-05|排队太久|", "T2|13|2026-03-05|窗口多收费|岗位", "T3|13|2026-03-06|无人接听|")
	if rep.Totals != (Counts{Read: 3, Added: 1, Unchanged: 2}) || rows() != 3 {
		t.Errorf("the file with one row more: %+v, %d rows", rep.Totals, rows())
	}
	rep = b.csv(KindComplaints, "编号|单位|日期|内容", "T2|13|2026-03-05|窗口多收费")
	if rep.Totals != (Counts{Read: 1, Unchanged: 1}) || rows() != 3 {
		t.Errorf("the same with a column less: %+v, %d rows", rep.Totals, rows())
	}
	second := b.csv(KindComplaints, head, "T1|13|2026-03-05|排队半天|")
	if second.Totals != (Counts{Read: 1, Changed: 1}) {
		t.Errorf("a correction: %+v", second.Totals)
	}
	b.revert(second.Batch)
	if n := b.number("SELECT toInt64(fingerprint) FROM signals WHERE number = 'T1' ORDER BY batch_no DESC, sign DESC LIMIT 1"); n != 0 {
		t.Errorf("a row that the program put back has the fingerprint %d of a file", n)
	}
	rep = b.csv(KindComplaints, head, "T1|13|2026-03-05|排队太久|", "T4|13|2026-03-06|停车难|")
	if rep.Totals != (Counts{Read: 2, Added: 1, Unchanged: 1}) {
		t.Errorf("after taking the correction back: %+v", rep.Totals)
	}
	if first.Totals.Added != 2 {
		t.Errorf("first: %+v", first.Totals)
	}
}

// TestANumberThatStandsIsJudgedByTheRowsBeforeIt corrects a known number and takes the
// correction back in a later row of the same file: the last row equals what stood before
// the file, and yet it changes what the file wrote first.
func TestANumberThatStandsIsJudgedByTheRowsBeforeIt(t *testing.T) {
	b := newBench(t)
	b.city()
	const head = "编号|单位|日期|内容"
	b.csv(KindComplaints, head, "T1|13|2026-03-05|甲")
	lines := []string{head, "T1|13|2026-03-05|乙"}
	for i := range chunkRows {
		lines = append(lines, fmt.Sprintf("N%d|13|2026-03-05|排队太久", i))
	}
	rep := b.csv(KindComplaints, append(lines, "T1|13|2026-03-05|甲")...)
	if rep.Totals != (Counts{Read: chunkRows + 2, Added: chunkRows, Changed: 2}) {
		t.Errorf("%+v", rep.Totals)
	}
	if got := b.text("SELECT text FROM signals WHERE number = 'T1' GROUP BY text, ver HAVING sum(sign) > 0"); got != "甲" {
		t.Errorf("the last row of the file says 甲, stored is %s", got)
	}
}

func TestEveryColumnOfASignalIsInItsFingerprint(t *testing.T) {
	r := signalRow{Kind: "complaint", Number: "T1", Unit: "13", Text: "甲", rowHead: rowHead{Given: 3}}
	was := r.fingerprint()
	if again := r.fingerprint(); again != was {
		t.Fatalf("two fingerprints of one row: %x, %x", was, again)
	}
	for name, change := range map[string]func(*signalRow){
		"given": func(r *signalRow) { r.Given = 7 }, "kind": func(r *signalRow) { r.Kind = "petition" }, "number": func(r *signalRow) { r.Number = "T2" },
		"source": func(r *signalRow) { r.Source = "热线" }, "unit": func(r *signalRow) { r.Unit = "14" }, "occurred_on": func(r *signalRow) { r.OccurredOn = 1 },
		"text": func(r *signalRow) { r.Text = "乙" }, "channel": func(r *signalRow) { r.Channel = "甲" }, "nature": func(r *signalRow) { r.Nature = "甲" },
		"layer": func(r *signalRow) { r.Layer = "other" }, "category": func(r *signalRow) { r.Category = "post" }, "status": func(r *signalRow) { r.Status = "open" },
		"accepted_on": func(r *signalRow) { r.AcceptedOn = 1 }, "extended_to": func(r *signalRow) { r.ExtendedTo = 1 }, "closed_on": func(r *signalRow) { r.ClosedOn = 1 },
		"severity": func(r *signalRow) { r.Severity = 1 }, "due_on": func(r *signalRow) { r.DueOn = 1 }, "fixed_on": func(r *signalRow) { r.FixedOn = 1 },
		"repeat_of": func(r *signalRow) { r.RepeatOf = "T0" }, "integrity": func(r *signalRow) { r.Integrity = "no" }, "machine": func(r *signalRow) { r.Machine = 1 }, "risk_ref": func(r *signalRow) { r.RiskRef = "3" },
	} {
		n := r
		if change(&n); n.fingerprint() == was {
			t.Errorf("another %s has the same fingerprint", name)
		}
	}
}

func TestSeenNeverForgetsAndRarelyErrs(t *testing.T) {
	var s seen
	random := rand.New(rand.NewPCG(1, 2))
	const keys = 400_000
	all := make([]uint64, keys)
	wrong := 0
	for i := range all {
		all[i] = random.Uint64()
		if s.add(all[i]) {
			wrong++
		}
	}
	if wrong > keys/1000 {
		t.Errorf("%d of %d new keys were taken for seen", wrong, keys)
	}
	for _, k := range all {
		if !s.add(k) {
			t.Fatalf("key %x was forgotten", k)
		}
	}
}
