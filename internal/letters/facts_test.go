package letters

import (
	"testing"

	"qingfeng/internal/integrity"
)

func TestTheFactsOfALetterSayHowItStands(t *testing.T) {
	due := integrity.Date(2026, 6, 30)
	for _, c := range []struct {
		name  string
		basis integrity.Basis
		asOf  integrity.Day
		late  int
		want  string
	}{
		{"ten days before", integrity.BasisSystem, integrity.Date(2026, 6, 20), 0, "截至2026年6月20日：应完成1次，已完成0次，期限2026年6月30日，距期限还有10天。"},
		{"on the day", integrity.BasisNotice, due, 0, "截至2026年6月30日：应完成1次，已完成0次，期限2026年6月30日，当天到期。"},
		{"past a limit of the system", integrity.BasisSystem, integrity.Date(2026, 7, 2), 2, "截至2026年7月2日：应完成1次，已完成0次，期限2026年6月30日，进度滞后2天。"},
		{"past a date of the notice", integrity.BasisNotice, integrity.Date(2026, 7, 2), 2, "截至2026年7月2日：应完成1次，已完成0次，期限2026年6月30日，逾期2天。"},
	} {
		l := &Letter{Content: Content{Basis: c.basis, AsOf: c.asOf, Due: due, Required: 1, DaysLate: c.late}}
		if got := l.situation(); got != c.want {
			t.Errorf("%s: %s; want %s", c.name, got, c.want)
		}
	}
}

func TestOnlyWhatWasGrantedIsAnExtension(t *testing.T) {
	first, second, third := integrity.Date(2027, 1, 22), integrity.Date(2027, 2, 5), integrity.Date(2027, 2, 20)
	l := &Letter{Content: Content{Deadline: first}, Until: first, Answers: []Answer{{}}}
	for _, c := range []struct {
		name string
		step Step
		want string
	}{
		{"as issued", Step{}, "2027年1月22日"},
		{"redone with a new deadline", Step{Event: EventRedo, Details: Details{To: second}}, "2027年1月22日，退回重办，重办期限2027年2月5日"},
		{"extended afterwards", Step{Event: EventGrantExtension, Details: Details{To: third, Person: "政治处负责人"}}, "2027年1月22日，延期至2027年2月20日（批准人：政治处负责人）"},
		{"redone without one", Step{Event: EventRedo}, "2027年1月22日，延期至2027年2月20日（批准人：政治处负责人）"},
	} {
		if c.step.Event != "" {
			l.apply(c.step)
		}
		if got := l.deadlineText(); got != c.want {
			t.Errorf("%s: %s; want %s", c.name, got, c.want)
		}
	}
}
