package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/engine"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
)

// TestRowsAreTheSameByEitherProtocol loads the same files over HTTP, as blocks of our own,
// and over the native protocol, as batches of the driver.
func TestRowsAreTheSameByEitherProtocol(t *testing.T) {
	e, err := engine.Start(t.Context(), engine.Config{Dir: t.TempDir(), MinFreeBytes: 1 << 20, Native: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
		defer cancel()
		if err := e.Stop(ctx); err != nil {
			t.Error(err)
		}
	}()
	login := e.Endpoint().Writer
	native, err := store.Open(t.Context(), store.Config{DSN: "clickhouse://" + login.User + ":" + login.Password + "@" + e.Endpoint().Native + "/qingfeng_native"})
	if err != nil {
		t.Fatal(err)
	}
	defer native.Close()
	if _, err := native.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	http := newBench(t)
	l, err := New(Config{Store: native, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return http.now }, Key: []byte(http.key),
		Lock: func(context.Context) (func(), error) { return func() {}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	other := &bench{t: t, load: l, now: http.now}
	for _, b := range []*bench{http, other} {
		b.city()
		b.csv(KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|相关责任人",
			"13|2026-03-05|1|采购由少数人决定|1.公开；2.轮岗|查阅资料|重要|处室单位负责人：张三 责任人员：李四、王五")
		b.csv(KindInspections, "编号|单位|检查日期|风险点|检查人|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题",
			"J1|13|2026-05-06|1|王一|查阅资料、实地走访|是|否|是|未公开")
		b.csv(KindComplaints, "编号|单位|日期|内容|类别|办结日期|风险点", "T1|13|2026-03-05|电话 13812345678 无人接听||2026-04-01|1", "T2|13|1990-01-01||岗位||", "T3|14|2026-03-06|窗口多收费|岗位||")
	}
	for table, columns := range map[string]string{
		"units":   "* EXCEPT (batch_no, ver)",
		"lists":   "* EXCEPT (batch_no, ver, list_id, origin)",
		"risks":   "* EXCEPT (batch_no, ver, row_id, risk_id, list_id, origin)",
		"checks":  "* EXCEPT (batch_no, ver)",
		"signals": "* EXCEPT (batch_no, ver)",
	} {
		query := "SELECT toString(tuple(" + columns + ")) AS row FROM " + table + " ORDER BY row"
		want, got := rowsOf(t, native, query), rowsOf(t, http.store, query)
		if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
			t.Errorf("%s, native and HTTP (%d rows):\n%s", table, len(got), diff)
		}
	}
}

func rowsOf(t *testing.T, s *store.Store, query string) []string {
	t.Helper()
	var rows []struct {
		Row string `ch:"row"`
	}
	if err := s.Write().Select(t.Context(), &rows, query); err != nil {
		t.Fatal(err)
	}
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.Row
	}
	return out
}

// TestABlockKeepsEveryText crosses the limit up to which the texts of a column travel as a
// dictionary.
func TestABlockKeepsEveryText(t *testing.T) {
	b := newBench(t)
	b.city()
	for _, words := range []int{1, fewWords - 1, fewWords, fewWords + 1, 3 * fewWords} {
		lines := []string{"编号|单位|日期|内容|渠道"}
		var want []string
		for i := range 3 * fewWords {
			number, channel := fmt.Sprintf("W%d-%04d", words, i), fmt.Sprintf("渠道%d", i%words)
			lines = append(lines, number+"|13|2026-03-05|排队|"+channel)
			want = append(want, number+channel)
		}
		b.csv(KindComplaints, lines...)
		got := rowsOf(t, b.store, fmt.Sprintf("SELECT concat(number, channel) AS row FROM signals WHERE startsWith(number, 'W%d-') ORDER BY row", words))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d different texts:\n%s", words, diff)
		}
	}
}

// TestBlocksPutTogetherAreOneBlock packs rows at once and in parts that are put together, with columns
// that are empty up to some row and texts that outgrow a dictionary in either.
func TestBlocksPutTogetherAreOneBlock(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	for round := range 300 {
		rows := make([]*signalRow, 1+chance.IntN(900))
		first, words := chance.IntN(2*len(rows)), 1+chance.IntN(2*fewWords)
		for i := range rows {
			r := &signalRow{rowHead: rowHead{Sign: 1}, ID: uint64(i + 1), Number: fmt.Sprint(i), Channel: fmt.Sprint(chance.IntN(words)), RiskIDs: make([]uint64, chance.IntN(3))}
			if i >= first {
				r.ClosedOn, r.RiskID, r.Severity = integrity.Day(i), uint64(i), uint8(i)
			}
			rows[i] = r
		}
		pack := newPacker(signalEntity, func() *block { return newBlock(signalEntity.types) })
		packed := func(rows []*signalRow) *block {
			if err := pack.add(rows); err != nil {
				t.Fatal(err)
			}
			b, err := pack.packed()
			if err != nil {
				t.Fatal(err)
			}
			b.head(1, 7, 3)
			return b
		}
		whole, parts := packed(rows), newBlock(signalEntity.types)
		for rest := rows; len(rest) > 0; {
			n := 1 + chance.IntN(len(rest))
			parts.append(packed(rest[:n]))
			rest = rest[n:]
		}
		if want, got := bytes.Join(whole.parts(), nil), bytes.Join(parts.parts(), nil); parts.rows != len(rows) || !bytes.Equal(want, got) {
			t.Fatalf("round %d: %d rows in parts are other than at once: %d of %d bytes", round, len(rows), len(got), len(want))
		}
	}
}

// TestALoadOfSeveralInsertsHoldsEveryRow loads more rows than one insert carries.
func TestALoadOfSeveralInsertsHoldsEveryRow(t *testing.T) {
	b := newBench(t)
	b.city()
	var file strings.Builder
	file.WriteString("编号,单位,日期,内容\n")
	const rows = 2*insertRows + 5
	for i := range rows {
		fmt.Fprintf(&file, "N%d,13,%s,排队太久\n", i, integrity.Date(2026, time.January, 1+i%200))
	}
	rep := b.request(Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("a.csv", []byte(file.String()))}})
	if rep.Totals != (Counts{Read: rows, Added: rows}) {
		t.Errorf("%+v", rep.Totals)
	}
	if n := b.number("SELECT toInt64(uniqExact(number)) FROM signals"); n != rows {
		t.Errorf("%d numbers are stored of %d", n, rows)
	}
	if n := b.number("SELECT toInt64(count()) FROM signals WHERE occurred_on = toDate32('2026-01-01') + toUInt32(substring(number, 2)) % 200"); n != rows {
		t.Errorf("%d rows of %d have their own day", n, rows)
	}
	// The content of a file as long is worked out while it is loaded, and known all the same.
	if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(file.String()))); rep.Files[0].SHA256 != sum {
		t.Errorf("the content is %s, said to be %s", sum, rep.Files[0].SHA256)
	}
	again := b.request(Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("b.csv", []byte(file.String()))}})
	if again.Files[0].Status != FileUnchanged || again.Batch != rep.Batch || again.Totals != (Counts{Read: rows, Unchanged: rows}) {
		t.Errorf("the same file again: %s, %+v", again.Files[0].Status, again.Totals)
	}
	other := strings.Replace(file.String(), "排队太久", "排队很久", 1) // as long
	rep = b.request(Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("a.csv", []byte(other))}})
	if rep.Totals != (Counts{Read: rows, Changed: 1, Unchanged: rows - 1}) {
		t.Errorf("a file as long: %+v", rep.Totals)
	}
	rep = b.request(Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("a.csv", []byte(file.String()+"\n")), source("b.csv", []byte(file.String()+"\n"))}})
	if rep.Files[1].Status != FileUnchanged || rep.Totals != (Counts{Read: 2 * rows, Changed: 1, Unchanged: 2*rows - 1}) {
		t.Errorf("a file twice in a load: %s, %+v", rep.Files[1].Status, rep.Totals)
	}
	// A file as long is compared with what is held of the rows that stand. One of them has been
	// corrected since, which the file takes back, and one corrected twice, back to what it was.
	b.csv(KindComplaints, "编号|单位|日期|内容", "N7|13|2026-01-08|排队半天", "N8|13|2026-01-09|排队半天")
	b.csv(KindComplaints, "编号|单位|日期|内容", "N8|13|2026-01-09|排队太久")
	fmt.Fprintf(&file, "M1,13,2026-01-01,排队太久\n")
	rep = b.request(Request{Kind: KindComplaints, MayMove: true, Files: []Source{source("a.csv", []byte(file.String()))}})
	if rep.Totals != (Counts{Read: rows + 1, Added: 1, Changed: 1, Unchanged: rows - 1}) {
		t.Errorf("the same with a row more: %+v", rep.Totals)
	}
}
