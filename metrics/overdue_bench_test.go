package metrics

import (
	"fmt"
	"strings"
	"testing"

	"qingfeng/ingest"
)

// BenchmarkOverdueFromTheStore asks what is overdue, and the boards that rest on the same
// facts, each with nothing in the cache: the facts are read from the engine, indexed and
// judged under all six rules. Two hundred units, two
// checks a point; divide ns/op of the sizes for linearity.
func BenchmarkOverdueFromTheStore(b *testing.B) {
	for _, points := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprintf("points=%d", points), func(b *testing.B) {
			c := newCity(b)
			units := []string{"单位编码|单位名称|上级编码|类型|责任领导|责任领导起始日期|排序号|启用日期", "0|卫健委||委机关|||0|2010-01-01"}
			for i := range 200 {
				units = append(units, fmt.Sprintf("%d|单位%d|0|直属单位|领导%d|2020-01-01|%d|2010-01-01", 1000+i, i, i%7, i+1))
			}
			c.csv(ingest.KindUnits, units...)
			exec := func(query string) {
				b.Helper()
				if err := c.store.Write().Exec(b.Context(), strings.ReplaceAll(query, "<points>", fmt.Sprint(points))); err != nil {
					b.Fatal(err)
				}
			}
			exec(`INSERT INTO risks (sign, batch_no, ver, row_id, risk_id, list_id, unit, year, no, description, grade, layer, category, listed_from, listed_to, in_force_from, in_force_to)
				SELECT 1, 1, 1, number + 1, number + 1, number % 200 + 1, toString(1000 + number % 200), 2026, intDiv(number, 200) + 1, '风险点', if(number % 5 = 0, 'important', 'general'), 'middle', 'decision',
					'2026-02-10', '2299-12-31', '2026-02-10', '2299-12-31' FROM numbers(<points>)`)
			for k, day := range []string{"2026-04-15", "2026-09-15"} {
				// A visit covers eight points; every ninth visit of autumn was left out.
				exec(fmt.Sprintf(`INSERT INTO checks (sign, batch_no, ver, id, number, unit, checked_on, entered_on, risk_ids, methods)
					SELECT 1, 1, 1, number + 1 + %d, toString(number), toString(1000 + number %% 200), '%s', '%s', arrayMap(i -> number %% 200 + 200 * (intDiv(number, 200) * 8 + i) + 1, range(8)), ['documents']
					FROM numbers(intDiv(<points>, 8)) WHERE %d = 0 OR number %% 9 > 0`, k*10_000_000, day, day, k))
			}
			cold := func(b *testing.B, ask func(m *Metrics) (judged int, err error)) {
				b.Helper()
				m, err := New(Config{Database: c.store, Now: c.metrics.cfg.Now}) // with nothing in its cache
				if err != nil {
					b.Fatal(err)
				}
				if judged, err := ask(m); err != nil || judged == 0 {
					b.Fatalf("%d judged, %v", judged, err)
				}
			}
			scope := Scope{AsOf: day("2026-11-20"), Limit: 100}
			for _, question := range []struct {
				name string
				ask  func(m *Metrics) (int, error)
			}{
				{"overdue", func(m *Metrics) (int, error) {
					answer, err := m.Overdue(b.Context(), inspector, scope)
					return len(answer.Summary["two_checks"]), err
				}},
				{"leaders", func(m *Metrics) (int, error) {
					rows, err := m.LeaderBoard(b.Context(), inspector, scope)
					return len(rows), err
				}},
				{"unit-board", func(m *Metrics) (int, error) {
					rows, err := m.UnitBoard(b.Context(), inspector, scope)
					return len(rows), err
				}},
				{"outlook", func(m *Metrics) (int, error) {
					rows, err := m.Outlook(b.Context(), inspector, scope)
					return len(rows), err
				}},
			} {
				b.Run(question.name, func(b *testing.B) {
					for b.Loop() {
						cold(b, question.ask)
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(points), "ns/point")
				})
			}
		})
	}
}
