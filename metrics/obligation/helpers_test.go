package obligation

import (
	"testing"
	"time"

	"qingfeng/internal/integrity"
)

// day reads 2026-03-05; the empty text is NoDay.
func day(s string) integrity.Day {
	if s == "" {
		return integrity.NoDay
	}
	d, err := integrity.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func workdays(t testing.TB) *integrity.Workdays {
	t.Helper()
	w, err := integrity.NewWorkdays()
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func newBook(t testing.TB, facts Facts, change ...func(*Rules)) *Book {
	t.Helper()
	rules := DefaultRules(workdays(t))
	for _, c := range change {
		c(&rules)
	}
	b, err := New(facts, rules)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// units are the commission, an office and two hospitals; 李 follows 张 as the leader in
// charge of the first hospital on 1 July 2026.
func units() []integrity.Unit {
	return []integrity.Unit{
		{Code: "W", Name: "市卫生健康委", Order: 1, Leader: "王"},
		{Code: "A", Name: "财务处", Parent: "W", Type: "委机关处室", Order: 2, Leader: "王"},
		{Code: "H1", Name: "第一医院", Parent: "W", Type: TypeSubordinate, Order: 3, Leader: "张"},
		{Code: "H1", Name: "第一医院", Parent: "W", Type: TypeSubordinate, Order: 3, Leader: "李", LeaderFrom: day("2026-07-01")},
		{Code: "H2", Name: "第二医院", Parent: "W", Type: TypeSubordinate, Order: 4, Leader: "张"},
	}
}

// listed returns a version of a point in the list of the year in which it begins.
func listed(unit string, no int, from, to string) Span {
	return Span{From: day(from), To: day(to), Unit: unit, No: no, Year: day(from).Year(), Grade: integrity.GradeGeneral}
}

// checksOn returns checks of the point P, each entered on its day.
func checksOn(days ...string) []Check {
	var out []Check
	for _, d := range days {
		out = append(out, Check{Unit: "H1", RiskIDs: []string{"P"}, On: day(d), EnteredOn: day(d)})
	}
	return out
}

// exemptionOf is a valid 豁免 of point 3 of the first hospital.
func exemptionOf(no, on string) integrity.LedgerEntry {
	return integrity.LedgerEntry{
		Unit: "H1", Year: day(on).Year(), Item: integrity.ItemExemption, On: day(on), No: no,
		Persons: []string{"王"}, Reason: "整体搬迁",
	}
}

// minute is a time of day in Shanghai on a day.
func minute(d string, hour, minutes int) time.Time {
	return day(d).Start().Add(time.Duration(hour)*time.Hour + time.Duration(minutes)*time.Minute)
}
