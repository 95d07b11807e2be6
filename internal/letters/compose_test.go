package letters

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

var update = flag.Bool("update", false, "write the golden files")

func calendar(t *testing.T) *integrity.Workdays {
	t.Helper()
	c, err := integrity.NewWorkdays()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// mid is a matter of one of the other rules, past a limit of this system on 2026-07-08.
func mid(rule integrity.Rule, change func(*Matter)) Matter {
	m := Matter{
		Key: string(rule) + "/x", Rule: rule, Basis: integrity.BasisSystem, Status: integrity.StatusOverdue, Owner: integrity.OwnerUnit, Unit: "13", UnitName: "市第一医院",
		Year: 2026, Since: integrity.Date(2026, 6, 1), Due: integrity.Date(2026, 7, 1), DaysLeft: -7, Required: 1, Clause: obligation.Quotation(rule, integrity.BasisSystem),
		AsOf: integrity.Date(2026, 7, 8), DataVersion: "7",
	}
	change(&m)
	return asked(m)
}

// every is one matter of each sort, by the name of its golden file.
func every() map[string]Matter {
	return map[string]Matter{
		"two_checks_notice": point(3),
		"two_checks_office": changed(point(3), func(m *Matter) { m.Office, m.UnitName, m.Grade, m.Done = true, "财务处", integrity.GradeUngraded, 0 }),
		"two_checks_system": mid(integrity.RuleTwoChecks, func(m *Matter) {
			m.RiskNo, m.Grade, m.Required, m.Due, m.DaysLeft = 3, integrity.GradeImportant, 2, integrity.Date(2026, 6, 30), -8
		}),
		"two_checks_near": mid(integrity.RuleTwoChecks, func(m *Matter) {
			m.RiskNo, m.Grade, m.Required, m.Due, m.DaysLeft, m.Status, m.AsOf = 3, integrity.GradeGeneral, 2, integrity.Date(2026, 6, 30), 15, integrity.StatusDueSoon, integrity.Date(2026, 6, 15)
		}),
		"q1_review_notice": changed(point(0), func(m *Matter) {
			m.Rule, m.Clause, m.Required, m.Done, m.Due, m.DaysLeft = integrity.RuleQ1Review, "每年第一季度开展动态排查工作", 1, 0, integrity.Date(2026, 3, 31), -279
		}),
		"rectification":   mid(integrity.RuleRectification, func(m *Matter) { m.Number, m.Subject = "F-12", "finding" }),
		"handling":        mid(integrity.RuleHandling, func(m *Matter) { m.Number, m.Subject = "举报-7", "complaint" }),
		"stage":           mid(integrity.RuleStage, func(m *Matter) { m.Subject = string(integrity.StageSelfCheck) }),
		"stage_of_office": mid(integrity.RuleStage, func(m *Matter) { m.Subject, m.Owner = string(integrity.StagePublicHelp), integrity.OwnerOffice }),
		"filing": mid(integrity.RuleFiling, func(m *Matter) {
			m.Owner, m.RiskNo, m.Grade, m.Note, m.DaysLeft, m.Status, m.Due = integrity.OwnerOffice, 5, integrity.GradeImportant, "2027年调休未载入", 0, integrity.StatusDueSoon, integrity.Date(2026, 7, 8)
		}),
		"duty_of_leader": changed(point(0), func(m *Matter) {
			m.Owner, m.Unit, m.UnitName, m.Led = integrity.OwnerLeader, "", "", []string{"财务处", "市第一医院", "市中心血站", "市急救中心"}
		}),
		"duty_of_former_leader": changed(point(0), func(m *Matter) {
			m.Owner, m.Unit, m.UnitName, m.Led, m.Former, m.Done = integrity.OwnerLeader, "", "", []string{"市中心血站"}, true, 0
		}),
		"duty_near": changed(point(0), func(m *Matter) {
			m.Owner, m.Unit, m.UnitName, m.Led, m.DaysLeft, m.Status, m.AsOf = integrity.OwnerLeader, "", "", []string{"财务处"}, 15, integrity.StatusDueSoon, integrity.Date(2026, 12, 16)
		}),
		"duty_half_year": mid(integrity.RuleTwoChecks, func(m *Matter) {
			m.Owner, m.Unit, m.UnitName, m.Led, m.Required, m.Due, m.DaysLeft = integrity.OwnerLeader, "", "", []string{"财务处", "人事处"}, 2, integrity.Date(2026, 6, 30), -8
		}),
		"duty_of_commission": changed(point(2), func(m *Matter) { m.Top, m.Unit, m.UnitName = true, "00", "委本级" }),
	}
}

func TestALetterReadsAsTheExampleDoes(t *testing.T) {
	c, err := Compose(point(3), Settings{}, calendar(t))
	if err != nil {
		t.Fatal(err)
	}
	got := c.Addressee + "：" + c.body(c.Deadline)
	want := "市第一医院：经统计，截至2027年1月4日，你单位2026年度廉洁风险点第3项（重要）应接受监督检查2次，实际完成1次，未达到“对分管工作廉洁风险点的监督检查每年不少于2次”的要求。" +
		"请于2027年1月22日前完成整改，书面报送办理情况及佐证材料（加盖公章）。整改方式：补录当年查过而未登记的检查，确有理由的报批后登记豁免。逾期未办结又未说明原因的，将按规定予以通报。特此督办。"
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("wording (-want +got):\n%s", diff)
	}
}

func TestWordingOfEveryMatter(t *testing.T) {
	var b strings.Builder
	for _, name := range sorted(every()) {
		m := every()[name]
		c, err := Compose(m, Settings{Source: "《关于开展廉洁风险排查工作的通知》"}, calendar(t))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		fmt.Fprintf(&b, "%s\n%s　%s　%s：%s　抄送：%s\n%s：%s\n\n", name, c.Kind.Label(integrity.Chinese), c.Urgency.Label(integrity.Chinese), c.Issuer, c.Matter, c.CopyTo, c.Addressee, c.body(c.Deadline))
		if m.Basis == integrity.BasisSystem && (c.Kind == integrity.LetterSupervision || c.Urgency == UrgencyRed || c.Source != "") {
			t.Errorf("%s: a limit of the system gives a %s letter of kind %s from %q", name, c.Urgency, c.Kind, c.Source)
		}
		if c.Kind == integrity.LetterDuty && c.Urgency == UrgencyRed {
			t.Errorf("%s: a leader is shown red", name)
		}
		if c.Clause != m.Clause {
			t.Errorf("%s: the clause %q is quoted as %q", name, m.Clause, c.Clause)
		}
	}
	golden(t, "wording.txt", []byte(b.String()))
}

func sorted(m map[string]Matter) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	for i := range names {
		for k := i; k > 0 && names[k] < names[k-1]; k-- {
			names[k], names[k-1] = names[k-1], names[k]
		}
	}
	return names
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestWhichKindOfLetterAMatterGets(t *testing.T) {
	for _, rule := range integrity.Rules() {
		for _, basis := range integrity.Bases() {
			for _, status := range integrity.Statuses() {
				for _, owner := range []integrity.Owner{integrity.OwnerUnit, integrity.OwnerOffice, integrity.OwnerInspector, integrity.OwnerLeader} {
					for _, top := range []bool{false, true} {
						m := Matter{Rule: rule, Basis: basis, Status: status, Owner: owner, Top: top}
						kind, err := m.Kind()
						late := status == integrity.StatusOverdue
						if kind == integrity.LetterSupervision && (basis != integrity.BasisNotice || !late || owner != integrity.OwnerUnit || top) {
							t.Errorf("%+v gets a supervision letter", m)
						}
						if kind == integrity.LetterReminder && basis != integrity.BasisSystem {
							t.Errorf("%+v gets a reminder", m)
						}
						if (kind == integrity.LetterDuty) != (err == nil && (owner == integrity.OwnerLeader || top && owner != integrity.OwnerOffice)) {
							t.Errorf("%+v gets %q", m, kind)
						}
						if basis == integrity.BasisNotice && late && owner == integrity.OwnerUnit && !top && kind != integrity.LetterSupervision {
							t.Errorf("%+v gets %q; want a supervision letter", m, kind)
						}
						if owner == integrity.OwnerInspector && !errors.Is(err, ErrPetition) {
							t.Errorf("a petition gets %q, %v", kind, err)
						}
						if err == nil && !late && status != integrity.StatusDueSoon {
							t.Errorf("%+v gets %q", m, kind)
						}
						it := obligation.Item{Rule: rule, Basis: basis, Status: status, Owner: owner, Whole: top}
						if it.Letter() != kind {
							t.Errorf("the light of %+v speaks of %q, its letter is %q", m, it.Letter(), kind)
						}
					}
				}
			}
		}
	}
	petition := mid(integrity.RuleHandling, func(m *Matter) { m.Subject, m.Number = "petition", "X1" })
	if _, err := Compose(petition, Settings{}, calendar(t)); !errors.Is(err, ErrPetition) {
		t.Errorf("a letter about a petition: %v", err)
	}
}

func TestUnitsWithABannedWordInTheirNameGetNoLetter(t *testing.T) {
	m := changed(point(1), func(m *Matter) { m.UnitName = "举报中心" })
	if _, err := Compose(m, Settings{}, calendar(t)); !errors.Is(err, integrity.ErrInvalid) {
		t.Errorf("compose = %v; want an error", err)
	}
}

// full is a letter about a matter with every field of its form filled in.
func full(t *testing.T, m Matter) *Letter {
	t.Helper()
	c, err := Compose(m, Settings{Source: "《关于开展廉洁风险排查工作的通知》"}, calendar(t))
	if err != nil {
		t.Fatal(err)
	}
	l := &Letter{ID: "0123456789abcdef"}
	at := m.AsOf.Start().Add(9 * time.Hour)
	long := strings.Repeat("已组织补查并完善台账。", 30)
	for i, s := range []Step{
		{Event: EventDraft, Details: Details{Content: &c}},
		{Event: EventSubmit}, {Event: EventApprove}, {Event: EventIssue},
		{Event: EventDeliver, Details: Details{Person: "办公室文书", Bearer: "机要员"}},
		{Event: EventAskExtension, Details: Details{Text: "春节", To: c.Deadline + 14}},
		{Event: EventGrantExtension, Details: Details{Person: "政治处负责人", To: c.Deadline + 14}},
		{Event: EventAnswer, Details: Details{Person: "主要负责人", Text: long, Evidence: []string{"ZC-01 检查记录", "ZC-02 " + long}}},
		{Event: EventAccept, Details: Details{Text: long}},
		{Event: EventClose}, {Event: EventRevisit, Details: Details{Text: long}},
	} {
		s.Seq, s.At, s.By, s.Role = i+1, at.AddDate(0, 0, i), "王敏", integrity.RoleOffice
		l.apply(s)
	}
	l.Number = 3
	return l
}

func TestTheSettingsOfAnOfficeStandInItsLetters(t *testing.T) {
	s := Settings{Issuer: "委政治处", Inspector: "督查室", Contact: "报委政治处督查岗", CopyTo: "驻委组", Term: 5}
	for name, m := range every() {
		c, err := Compose(m, s, calendar(t))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		issuer, contact := s.Issuer, s.Contact
		if m.Owner == integrity.OwnerOffice { // who does not remind itself
			issuer, contact = s.Inspector, "书面材料报督查室"
		}
		if c.Issuer != issuer || c.Contact != contact || (c.CopyTo == s.CopyTo) != (c.Kind == integrity.LetterSupervision) {
			t.Errorf("%s: from %s, contact %s, copies to %q", name, c.Issuer, c.Contact, c.CopyTo)
		}
		if m.DaysLeft < 0 && c.Deadline != calendar(t).After(m.AsOf, 5) {
			t.Errorf("%s: deadline %s", name, c.Deadline)
		}
	}
	if _, err := New(Config{Database: nowhere{}, Source: nobody{}, Mask: strings.TrimSpace, Settings: Settings{Contact: "举报电话"}}); !errors.Is(err, integrity.ErrInvalid) {
		t.Errorf("settings with a banned word: %v", err)
	}
}

// nowhere is a database and nobody a source that is never asked.
type nowhere struct{ Database }

type nobody struct{ Source }
