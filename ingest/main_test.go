package ingest

import (
	"bytes"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
)

// usualChecks is how many runs the property tests make unless more are asked for.
const usualChecks = "10"

func TestMain(m *testing.M) {
	// Every step of the property test is a load on the real engine; the flag asks for more.
	if err := flag.Set("rapid.checks", usualChecks); err != nil {
		panic(err)
	}
	storetest.Main(m)
}

// bench is a loader on a database of its own, with a clock that a test may turn.
type bench struct {
	t     *testing.T
	store *store.Store
	load  *Loader
	now   time.Time
	key   string // of the fingerprints of its loaders
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, key: "a key", store: storetest.New(t), now: time.Date(2026, 11, 22, 9, 0, 0, 0, integrity.Shanghai)}
	b.load = b.loader()
	return b
}

func (b *bench) loader() *Loader {
	b.t.Helper()
	lock := make(chan struct{}, 1)
	l, err := New(Config{Store: b.store, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return b.now }, Key: []byte(b.key),
		Lock: func(ctx context.Context) (func(), error) {
			select {
			case lock <- struct{}{}:
				return func() { <-lock }, nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}})
	if err != nil {
		b.t.Fatal(err)
	}
	return l
}

func source(name string, data []byte) Source {
	return Source{Name: name, Data: bytes.NewReader(data), Size: int64(len(data))}
}

// csvOf writes lines whose cells are separated by | as CSV.
func csvOf(lines ...string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, l := range lines {
		cells := strings.Split(l, "|")
		for i := range cells {
			cells[i] = strings.ReplaceAll(cells[i], `\n`, "\n")
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return b.Bytes()
}

// csv loads lines as one file and fails the test if the load itself fails.
func (b *bench) csv(kind Kind, lines ...string) Report {
	b.t.Helper()
	return b.request(Request{Kind: kind, MayMove: true, Files: []Source{source("test.csv", csvOf(lines...))}})
}

func (b *bench) request(r Request) Report {
	b.t.Helper()
	rep, err := b.load.Load(b.t.Context(), r)
	if err != nil {
		b.t.Fatalf("Load(%s): %v", r.Kind, err)
	}
	return rep
}

// city loads a commission with an office and two hospitals.
func (b *bench) city() {
	b.t.Helper()
	rep := b.csv(KindUnits,
		"单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期|停用日期",
		"00|临澄市卫生健康委员会||委机关|||||2010-01-01|",
		"01|办公室|00|委机关处室|钱一|赵甲|2020-01-01|1|2010-01-01|",
		"13|市第一医院|00|直属单位|孙二、李三|周乙|2020-01-01|13|2010-01-01|",
		"14|市第二医院|00|直属单位|吴四|周乙|2020-01-01|14|2010-01-01|",
	)
	if rep.Totals.Added != 4 || rep.Totals.Rejected != 0 {
		b.t.Fatalf("units: %+v %+v", rep.Totals, rep.Files)
	}
}

// number asks one number of the database.
func (b *bench) number(query string) int64 {
	b.t.Helper()
	var n int64
	if err := b.store.Read().QueryRow(b.t.Context(), query).Scan(&n); err != nil {
		b.t.Fatalf("%s: %v", query, err)
	}
	return n
}

func codes(problems []Problem) []string {
	var out []string
	for _, p := range problems {
		out = append(out, p.Code)
	}
	return out
}

// sharedData is the folder with real data beside the repository, or empty where it is
// missing.
func sharedData() string {
	const dir = "../../shared/data"
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}

// standing lists every row that stands, table by table, without its head: two equal
// results are equal states.
func (b *bench) standing() []string {
	b.t.Helper()
	snap, err := b.store.Snapshot(b.t.Context(), time.Time{})
	if err != nil {
		b.t.Fatal(err)
	}
	var out []string
	for table, columns := range map[string]string{"units": unitEntity.columns, "lists": listEntity.columns, "risks": riskEntity.columns,
		"signals": signalEntity.columns, "checks": checkEntity.columns, "ledger": ledgerEntity.columns} {
		var rows []struct {
			Text string `ch:"text"`
			N    int64  `ch:"n"`
		}
		columns = strings.TrimSuffix(strings.TrimPrefix(columns, "sign, batch_no, ver, given, "), ", fingerprint")
		query := "SELECT line AS text, n FROM (SELECT toString(tuple(" + columns + ")) AS line, toInt64(sum(sign)) AS n FROM " + table + " WHERE " + visible + " GROUP BY line HAVING n != 0)"
		if err := b.store.Read().Select(b.t.Context(), &rows, query, snap.Args()...); err != nil {
			b.t.Fatalf("%s: %v", query, err)
		}
		for _, r := range rows {
			out = append(out, fmt.Sprintf("%s %d %s", table, r.N, r.Text))
		}
	}
	slices.Sort(out)
	return out
}

// text asks one text of the database.
func (b *bench) text(query string) string {
	b.t.Helper()
	var s string
	if err := b.again(func() error { return b.store.Read().QueryRow(b.t.Context(), query).Scan(&s) }); err != nil {
		b.t.Fatalf("%s: %v", query, err)
	}
	return s
}

// revert takes a batch back.
func (b *bench) revert(batch string) {
	b.t.Helper()
	if _, err := b.load.Revert(b.t.Context(), batch, "政治处"); err != nil {
		b.t.Fatalf("Revert(%s): %v", batch, err)
	}
}
