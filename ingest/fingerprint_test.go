package ingest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"qingfeng/ingest/mask"
	"qingfeng/ingest/table"
	"qingfeng/internal/integrity"
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

// TestAFingerprintStandsForAllThatARowMeans changes one thing after another of a row and of
// what its meaning rests on.
func TestAFingerprintStandsForAllThatARowMeans(t *testing.T) {
	headings := []string{"编号", "单位", "日期", "内容", "类别", "举报人", "别的"}
	row := []string{"T1", "市一院", "2026-03-05", "电话 13812345678", "收费", "张三", "甲"}
	type given struct {
		key      string
		req      Request
		names    map[string]string
		top      bool
		headings []string
		row      []string
	}
	printOf := func(change func(*given)) mark {
		g := given{key: "key", req: Request{Kind: KindComplaints, CategoryWords: map[string]integrity.Category{"收费": "post"}}, names: map[string]string{"市一院": "13"},
			headings: slices.Clone(headings), row: slices.Clone(row)}
		change(&g)
		known, err := headingsOf(g.req.Kind, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		l, _, _ := known.match(g.req.Kind, g.headings, mask.Column)
		dir := &directory{byCode: map[string]*unitRow{"13": {Code: "13"}}, names: g.names, below: map[string]bool{"13": g.top}}
		f := newSieve([]byte(g.key), &parser{req: &g.req, dir: dir}, &l)
		return f.mark(table.Row{Number: 2, Cells: g.row})
	}
	was := printOf(func(*given) {})
	if again := printOf(func(*given) {}); again != was || was.print == 0 || was.print&quietBit != 0 {
		t.Fatalf("two marks of one row: %+v, %+v", was, again)
	}
	for name, change := range map[string]func(*given){
		"another number":                     func(g *given) { g.row[0] = "T2" },
		"another name of the unit":           func(g *given) { g.names["市第一医院"], g.row[1] = "13", "市第一医院" },
		"another unit behind the name":       func(g *given) { g.names["市一院"] = "14" },
		"a unit that is now the commission":  func(g *given) { g.top = true },
		"another day":                        func(g *given) { g.row[2] = "2026-03-06" },
		"another number that will be masked": func(g *given) { g.row[3] = "电话 13812345679" },
		"another category":                   func(g *given) { g.row[4] = "岗位" },
		"no category":                        func(g *given) { g.row[4] = "" },
		"another meaning of its category":    func(g *given) { g.req.CategoryWords["收费"] = "conduct" },
		"another kind":                       func(g *given) { g.req.Kind = KindPetitions },
		"a unit given with the load":         func(g *given) { g.req.Unit, g.req.unitCode = "14", "14" },
		"a date given with the load":         func(g *given) { g.req.Date = 20000 },
		"a column less":                      func(g *given) { g.headings[4] = "别的" },
		"a text moved into the cell beside":  func(g *given) { g.row[3], g.row[4] = "电话 1381234567", "8收费" },
		"another key":                        func(g *given) { g.key = "another" },
	} {
		if got := printOf(change); got.print == was.print {
			t.Errorf("%s: the same fingerprint", name)
		}
	}
	for name, change := range map[string]func(*given){
		"another reporter, which is never read": func(g *given) { g.row[5] = "李四" },
		"another cell of an unknown column":     func(g *given) { g.row[6] = "乙" },
	} {
		if got := printOf(change); got != was {
			t.Errorf("%s: another fingerprint", name)
		}
	}
}

// TestAChangedReadingHasANewRevision holds what becomes of a row against the revision: whoever
// changes how rows are read, masked or classified raises readingRevision and writes the new
// sum down here.
func TestAChangedReadingHasANewRevision(t *testing.T) {
	headings := []string{"编号", "单位", "日期", "内容", "渠道", "层面", "类别", "涉廉", "状态", "办结日期", "来源"}
	known, err := headingsOf(KindComplaints, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	l, _, _ := known.match(KindComplaints, headings, mask.Column)
	dir := &directory{byCode: map[string]*unitRow{"13": {Code: "13"}}, names: map[string]string{"市一院": "13"}, below: map[string]bool{}}
	p := &parser{req: &Request{Kind: KindComplaints, CategoryWords: usualCategoryWords}, dir: dir, today: integrity.Date(2026, 11, 22), file: &FileReport{}, table: &table.Table{}}
	h := sha256.New()
	for i, row := range [][]string{
		{"T1", "市一院", "2026-03-05", "我叫张三，电话 13812345678，住临澄市人民路8号3栋2单元501室", "热线", "中层", "收费", "是", "在办", "", "12345"},
		{"T2", " 市一院 ", "2026年3月5日", "身份证号 110101199003074514，卡号 6222021234567890128，微信号 abc_12345", "", "", "", "", "办结", "2026/4/1", ""},
		{"T3", "市一院", "20260305", "门诊收费窗口多收检查费，要求退还", "来电", "院领导", "态度", "", "", "2026.4.1", ""},
		{"T4", "市一院", "46086", "设备采购招标由科室负责人一人决定，收受供应商红包回扣", "", "其他岗位", "不知道", "待判", "", "", ""},
		{"'=T5", "市一院", "2026-3-5 9:05:05", "邮箱 a@b.com，车牌 京A12345，护照 E12345678，门诊号 12345678，武警 WJ浙1234X，电话 ①③⑧⓪⓪①③⑧⓪⓪⓪", "", "", "岗位", "否", "已办结", "", ""},
		{"T6", "市一院", "2026-03-05", "医院北门空调不冷", "", "", "其他", "", "", "", ""},
		{"T7", "市一院", "2026-03-05", "我是医院职工王建军，反映值班脱岗。此致敬礼 王建军", "", "", "", "", "", "", ""},
	} {
		c := p.cells(table.Row{Number: i + 2, Cells: row}, &l)
		var r signalRow
		c.parseSignal(&r)
		if c.first != nil {
			t.Fatalf("row %d: %+v", i, *c.first)
		}
		classifySignal(&r)
		fmt.Fprintf(h, "%+v %v\n", r, c.warned)
	}
	const revision, sum = 7, "68711f1e34a19568"
	if got := hex.EncodeToString(h.Sum(nil))[:16]; readingRevision != revision || got != sum {
		t.Errorf("revision %d with sum %s, here %d with %s", readingRevision, got, revision, sum)
	}
}

// TestARowThatStandsSpeaksAgainOnlyToWarn loads rows anew: one without a warning is not even
// read, one with a warning gives it each time. Without the key of the first load all are
// compared in full, with the same counts.
func TestARowThatStandsSpeaksAgainOnlyToWarn(t *testing.T) {
	b := newBench(t)
	b.city()
	const head, quiet, loud = "编号|单位|日期|内容|类别", "T1|13|2026-03-05|电话 13812345678|岗位", "T2|13|2026-03-05|窗口多收费|不知道"
	load := func(lines ...string) FileReport {
		return b.csv(KindComplaints, append([]string{head}, lines...)...).Files[0]
	}
	if f := load(quiet, loud); f.Added != 2 || f.Masked != 1 || len(f.Warnings) != 1 {
		t.Fatalf("the first load: %+v", f)
	}
	if f := load(quiet, loud, "T3|13|2026-03-05|停车难|岗位"); f.Unchanged != 2 || f.Added != 1 || f.Masked != 0 || len(f.Warnings) != 1 {
		t.Errorf("with one row more: %+v", f)
	}
	b.key = "another key"
	b.load = b.loader()
	if f := load(quiet, loud, "T4|13|2026-03-05|停车难|岗位"); f.Unchanged != 2 || f.Added != 1 || f.Masked != 1 || len(f.Warnings) != 1 {
		t.Errorf("with another key: %+v", f)
	}
	if n := b.number("SELECT toInt64(count()) FROM signals"); n != 4 {
		t.Errorf("%d rows are stored of 4", n)
	}
}

func TestSeenNeverForgetsAndRarelyErrs(t *testing.T) {
	var s seen
	random := rand.New(rand.NewPCG(1, 2))
	const exact = 5_000_000
	all := make([]uint64, seenLarge+seenLarge/4) // more than the tables hold
	all[7], all[8], all[9] = 0, 1<<23, 2         // halves and slots of zero
	wrong := 0
	for i := range all {
		if all[i] == 0 && i != 7 {
			all[i] = random.Uint64()
		}
		if has, had := i%16 != 0 || s.has(all[i]), s.add(all[i]); i%16 == 0 && has != had {
			t.Fatalf("key %x: added %t, there before %t", all[i], had, has)
		} else if had {
			wrong++
		}
		if i == exact && wrong > 0 {
			t.Errorf("%d of %d new keys were taken for seen", wrong, exact)
		}
	}
	if s.bloom == nil {
		t.Error("the filter was not needed")
	}
	if beyond := len(all) - seenLarge*3/4; wrong > beyond/1000 {
		t.Errorf("%d of %d new keys were taken for seen", wrong, len(all))
	}
	for _, k := range all {
		if !s.has(k) || !s.add(k) {
			t.Fatalf("key %x was forgotten", k)
		}
	}
}

// TestFingerprintsHeldAreThoseOfTheDatabase compares what a long file is held against with what
// the database says when it is asked for each signal.
func TestFingerprintsHeldAreThoseOfTheDatabase(t *testing.T) {
	b := newBench(t)
	b.city()
	const head = "编号|单位|日期|内容"
	b.csv(KindComplaints, head, "T1|13|2026-03-05|甲", "T2|13|2026-03-05|乙", "T3|13|2026-03-05|丙")
	b.csv(KindComplaints, head, "T2|13|2026-03-05|丁")
	b.revert(b.csv(KindComplaints, head, "T4|13|2026-03-05|戊").Batch)
	b.csv(KindFindings, "编号|单位|日期|发现问题", "T5|13|2026-03-05|己")
	snap, err := b.store.Snapshot(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	s := &session{store: b.store, snap: snap, dry: true}
	rows, err := countSignals(t.Context(), s, "complaint")
	if err != nil {
		t.Fatal(err)
	}
	held, ids := newPrints(rows), newPrints(printsAtOnce+1)
	if err := errors.Join(held.load(t.Context(), s, "complaint", rows), ids.load(t.Context(), s, "complaint", rows)); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		number       string
		known, asked bool
	}{
		{"T1", true, false},
		{"T2", true, true}, // corrected
		{"T3", true, false},
		{"T4", true, true},   // taken back
		{"T5", false, false}, // of another kind
		{"T6", false, false},
	} {
		id := identify("complaint", "", tc.number)
		print, known := held.of(id)
		if known != tc.known || known && (print == severalRows) != tc.asked {
			t.Errorf("%s: known %t, fingerprint %d", tc.number, known, print)
		}
		if print, known := ids.of(id); known != tc.known || print != severalRows {
			t.Errorf("%s: by id alone: known %t, fingerprint %d", tc.number, known, print)
		}
		said, err := fingerprints(t.Context(), s, "complaint", []uint64{id})
		if err != nil {
			t.Fatal(err)
		}
		if want, stands := said[id]; !tc.asked && (stands != known || want != print) {
			t.Errorf("%s: %d is held, the database says %d", tc.number, print, want)
		}
	}
}

func TestAnAnswerThatEndsEarlyHoldsNoFingerprints(t *testing.T) {
	for name, tc := range map[string]struct {
		bytes int
		rows  uint64
		fails bool
	}{
		"as many rows as were counted": {32, 2, false},
		"a row less":                   {16, 2, true},
		"half a row":                   {24, 2, true},
		"a byte more":                  {33, 2, true},
	} {
		if err := newPrints(2).read(bytes.NewReader(make([]byte, tc.bytes)), tc.rows); (err != nil) != tc.fails {
			t.Errorf("%s: %v", name, err)
		}
	}
}
