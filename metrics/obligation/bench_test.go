package obligation

import (
	"fmt"
	"testing"
	"time"

	"qingfeng/internal/integrity"
)

// bigFacts returns n points in n/200 units with two checks a point, half of them covering
// two points on one visit, as a city's data would be a thousand times over.
func bigFacts(n int) Facts {
	var f Facts
	units := max(n/200, 1)
	f.Units = append(f.Units, integrity.Unit{Code: "W", Name: "卫生健康委"})
	for u := range units {
		f.Units = append(f.Units, integrity.Unit{
			Code: fmt.Sprintf("U%05d", u), Name: fmt.Sprintf("第%d单位", u), Parent: "W", Type: TypeSubordinate,
			Leader: fmt.Sprintf("领导%d", u%9), Order: int32(u),
		})
	}
	start := integrity.Date(2026, time.January, 5)
	f.Points = make([]Point, n)
	for p := range f.Points {
		unit := f.Units[1+p%units].Code
		grade := integrity.GradeGeneral
		if p%5 == 0 {
			grade = integrity.GradeImportant
		}
		from := start + integrity.Day(p%40)
		f.Points[p] = Point{ID: fmt.Sprintf("risk-%012d", p*7919), Spans: []Span{{From: from, Unit: unit, No: p/units + 1, Year: 2026, Grade: grade}}}
		if p%10 == 0 { // carried over from the year before
			f.Points[p].Spans = append(f.Points[p].Spans, Span{From: from - 365, To: from, Unit: unit, No: 1, Year: 2025, Grade: grade})
		}
	}
	f.Checks = make([]Check, 2*n)
	for i := range f.Checks {
		p := i % n
		on := start + integrity.Day((i*37)%350)
		f.Checks[i] = Check{
			Unit: f.Points[p].Spans[0].Unit, RiskIDs: []string{f.Points[p].ID}, On: on, EnteredOn: on + integrity.Day(i%20),
			LeaderTookPart: i%3 == 0, Methods: MethodSet(1 << (i % 5)),
		}
	}
	for u := range units {
		code := f.Units[1+u].Code
		f.Lists = append(f.Lists, List{Unit: code, Year: 2026, On: start, EnteredOn: start})
		f.Ledger = append(f.Ledger,
			integrity.LedgerEntry{Unit: code, Year: 2026, Item: integrity.ItemSelfCheck, On: start},
			integrity.LedgerEntry{Unit: code, Year: 2026, Item: integrity.ItemCommitteeApproval, On: start + integrity.Day(50+u%50)})
		if u%10 == 0 {
			f.Ledger = append(f.Ledger, integrity.LedgerEntry{
				Unit: code, Year: 2026, Item: integrity.ItemExemption, On: start + 60, No: "3", Persons: []string{"王"}, Reason: "搬迁",
			})
		}
	}
	f.Ledger = append(f.Ledger, integrity.LedgerEntry{Unit: integrity.AllUnits, Year: 2026, Item: integrity.ItemFiling, On: start + 110})
	return f
}

// BenchmarkOverdue indexes the facts and judges all six rules, cold: divide ns/op of the
// sizes for linearity.
func BenchmarkOverdue(b *testing.B) {
	calendar, err := integrity.NewWorkdays()
	if err != nil {
		b.Fatal(err)
	}
	asOf := integrity.Date(2026, time.November, 20)
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		facts := bigFacts(n)
		b.Run(fmt.Sprintf("cold/points=%d", n), func(b *testing.B) {
			for b.Loop() {
				book, err := New(facts, DefaultRules(calendar))
				if err != nil {
					b.Fatal(err)
				}
				book.Items(2026, asOf, Filter{Statuses: []integrity.Status{integrity.StatusOverdue}})
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/point")
		})
		book, err := New(facts, DefaultRules(calendar))
		if err != nil {
			b.Fatal(err)
		}
		for _, q := range []struct {
			name string
			ask  func()
		}{
			{"index", func() { _, _ = New(facts, DefaultRules(calendar)) }},
			{"overdue", func() { book.Items(2026, asOf, Filter{Statuses: []integrity.Status{integrity.StatusOverdue}}) }},
			{"every_item", func() { book.Items(2026, asOf, Filter{}) }},
			{"leaders", func() { book.LeaderDuty(2026, asOf) }},
			{"units", func() { book.UnitBoard(2026, asOf) }},
			{"outlook", func() { book.Outlook(2026, asOf) }},
		} {
			b.Run(fmt.Sprintf("%s/points=%d", q.name, n), func(b *testing.B) {
				for b.Loop() {
					q.ask()
				}
			})
		}
	}
}
