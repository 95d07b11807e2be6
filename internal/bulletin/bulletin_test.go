package bulletin

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var (
	office = integrity.Principal{Role: integrity.RoleOffice, Name: "政治处"}
	local  = integrity.Principal{Role: integrity.RoleInspector, Name: "本机用户", Local: true}
	leader = integrity.Principal{Role: integrity.RoleLeader, Name: "委领导"}
	clerk  = integrity.Principal{Role: integrity.RoleUnit, Unit: "13", Name: "市第一医院"}
)

// press prints what it was asked for, and how many points there were.
type press struct {
	points int
	chosen Choice // of the last print
}

func (p *press) Print(_ context.Context, who integrity.Principal, period string, c Choice) (Printed, error) {
	p.chosen = c
	if who.Role == integrity.RoleUnit && c.Unit != who.Unit {
		return Printed{}, integrity.ErrNotFound
	}
	figures := []Figure{{"本月要情·在册风险点", "在册", fmt.Sprint(p.points)}, {"本月要情·线索", "日常投诉", "3"}}
	out := Printed{Figures: figures, AsOf: integrity.Date(2026, time.October, 31), KnownAt: c.KnownAt, DataVersion: "7"}
	if c.Earlier != nil {
		out.Changes = Compare(c.Earlier.Figures, figures)
	}
	out.HTML = fmt.Appendf(nil, "<p>%s %s v%d issued=%t on=%s by=%s advice=%s unit=%s points=%d reason=%s changes=%d", period, Name(period, c.Number), c.Version, c.Issued,
		c.IssuedOn, c.Signer, c.Advice, c.Unit, p.points, c.Reason, len(out.Changes))
	return out, nil
}

// shelf is a registry on a database of its own.
type shelf struct {
	*Registry
	t     *testing.T
	store *store.Store
	press *press
	now   time.Time
}

func newShelf(t *testing.T) *shelf {
	t.Helper()
	s := &shelf{t: t, store: storetest.New(t), press: &press{points: 600}, now: time.Date(2026, 11, 3, 9, 0, 0, 0, integrity.Shanghai)}
	var err error
	if s.Registry, err = New(Config{Database: s.store, Printer: s.press, Now: func() time.Time { return s.now }}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *shelf) issue(period string, o Order) Issue {
	s.t.Helper()
	if o.Signer == "" {
		o.Signer = "主任"
	}
	i, err := s.Issue(s.t.Context(), office, period, o)
	if err != nil {
		s.t.Fatalf("issue %s: %v", period, err)
	}
	return i
}

func (s *shelf) read(who integrity.Principal, period string, c Copy) string {
	s.t.Helper()
	b, err := s.File(s.t.Context(), who, period, c)
	if err != nil {
		s.t.Fatalf("file of %s %+v: %v", period, c, err)
	}
	return string(b)
}

func TestNumbersOfIssuesHaveNeitherGapsNorDoubles(t *testing.T) {
	issued := func(codes ...string) []Issue {
		var out []Issue
		for _, code := range codes {
			out = append(out, Issue{Period: code, Number: Next(code, out, "")})
		}
		return out
	}
	for _, tc := range []struct {
		name, period, first string
		before              []Issue
		want                Number
	}{
		{"the first issue in the program goes on from paper", "2026-10", "", nil, Number{10, 22}},
		{"paper begins with the month of the settings", "2026-10", "2026-03", nil, Number{10, 8}},
		{"a month before the first one has number 1", "2026-01", "2026-03", nil, Number{1, 1}},
		{"the next month gets the next numbers", "2026-11", "", issued("2026-10"), Number{11, 23}},
		{"a month that was left out leaves no gap", "2026-12", "", issued("2026-10"), Number{11, 23}},
		{"a month issued after a later one gets the next numbers", "2026-09", "", issued("2026-10"), Number{11, 23}},
		{"a new year begins with number 1", "2027-01", "", issued("2026-10", "2026-11"), Number{1, 24}},
		{"a further version keeps its numbers", "2026-10", "", issued("2026-10", "2026-11"), Number{10, 22}},
		{"half-years have no number and take none", "2026-11", "", issued("2026-10", "2026-H1", "2026"), Number{11, 23}},
		{"a year has no number", "2026", "", issued("2026-10"), Number{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Next(tc.period, tc.before, tc.first); got != tc.want {
				t.Errorf("Next(%s) = %+v; want %+v", tc.period, got, tc.want)
			}
		})
	}
}

func TestNamesOfIssues(t *testing.T) {
	for code, want := range map[string]string{"2026-10": "2026年第10期（总第22期）", "2026-H1": "2026年上半年", "2026-H2": "2026年下半年", "2026": "2026年度"} {
		if got := Name(code, Number{10, 22}); got != want {
			t.Errorf("Name(%s) = %s; want %s", code, got, want)
		}
	}
	for _, bad := range []string{"", "2026-13", "2026-H3", "26-10", "2026-10 ", "../2026"} {
		if err := CheckPeriod(bad); !errors.Is(err, integrity.ErrInvalid) {
			t.Errorf("CheckPeriod(%q) = %v; want ErrInvalid", bad, err)
		}
	}
}

func TestCompareNamesWhatChangedAppearedAndWent(t *testing.T) {
	was := []Figure{{"要情", "在册", "600"}, {"要情", "重要", "120"}, {"清单", "市第一医院·项数", "2"}, {"清单", "市第一医院·项数", "3"}, {"旧表", "甲", "1"}}
	is := []Figure{{"要情", "在册", "602"}, {"要情", "重要", "120"}, {"清单", "市第一医院·项数", "2"}, {"清单", "市第一医院·项数", "4"}, {"新表", "乙", "5"}}
	want := []Change{{"要情", "在册", "600", "602"}, {"清单", "市第一医院·项数", "3", "4"}, {"新表", "乙", "", "5"}, {"旧表", "甲", "1", ""}}
	if diff := cmp.Diff(want, Compare(was, is)); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if got := Compare(is, is); len(got) != 0 {
		t.Errorf("a version differs from itself: %v", got)
	}
}

func TestTheLifeOfAReport(t *testing.T) {
	s := newShelf(t)
	ctx := t.Context()
	if got := s.read(leader, "2026-10", Copy{}); !strings.Contains(got, "2026年第10期（总第22期） v1 issued=false") {
		t.Errorf("before the issue the file is %s", got)
	}
	if kept, size, err := s.KeepDraft(ctx, office, "2026-10", s.now); err != nil || !kept || size == 0 {
		t.Errorf("KeepDraft = %t, %d, %v", kept, size, err)
	}
	if kept, _, err := s.KeepDraft(ctx, office, "2026-10", s.now); err != nil || kept {
		t.Errorf("the same draft is kept twice, %v", err)
	}
	if _, err := s.Add(ctx, office, "2026-10", Note{Kind: NoteAdvice, Text: " 请补齐。\r\n请督查。 "}, 0); err != nil {
		t.Fatal(err)
	}
	known := time.Date(2026, 11, 2, 9, 12, 0, 123000, time.UTC)
	first := s.issue("2026-10", Order{KnownAt: known, Copies: 30})
	if first.Version != 1 || first.Number != (Number{10, 22}) || first.IssuedOn != integrity.Date(2026, time.November, 3) || !s.press.chosen.KnownAt.Equal(known) {
		t.Errorf("issued %+v", first)
	}
	issued := s.read(leader, "2026-10", Copy{})
	if !strings.Contains(issued, "issued=true on=2026-11-03 by=主任 advice=请补齐。\n请督查。") {
		t.Errorf("the issued file is %s", issued)
	}

	s.press.points = 602
	if got := s.read(leader, "2026-10", Copy{}); got != issued {
		t.Errorf("the issued file changed with the data: %s", got)
	}
	if got := s.read(leader, "2026-10", Copy{Draft: true}); !strings.Contains(got, "v2 issued=false") || !strings.Contains(got, "changes=1") {
		t.Errorf("the draft of a further version is %s", got)
	}
	s.now = s.now.AddDate(0, 0, 2)
	second := s.issue("2026-10", Order{Reason: "补录两个风险点", Seen: 1})
	if second.Version != 2 || second.Number != first.Number {
		t.Errorf("issued again %+v", second)
	}
	if diff := cmp.Diff([]Change{{"本月要情·在册风险点", "在册", "600", "602"}}, second.Changes); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
	if got := s.read(leader, "2026-10", Copy{Version: 1}); got != issued {
		t.Errorf("version 1 is no longer what was issued: %s", got)
	}
	if got := s.read(leader, "2026-10", Copy{}); !strings.Contains(got, "v2 issued=true") || !strings.Contains(got, "reason=补录两个风险点") {
		t.Errorf("the newest file is %s", got)
	}
	if next := s.issue("2026-H1", Order{}); next.Number != (Number{}) {
		t.Errorf("the half-year got number %+v", next.Number)
	}

	d, err := s.Period(ctx, leader, "2026-10")
	if err != nil {
		t.Fatal(err)
	}
	var versions []int
	for _, i := range d.Issues {
		versions = append(versions, i.Version)
	}
	if diff := cmp.Diff([]int{2, 1}, versions); diff != "" || len(d.Drafts) != 1 || d.Next != first.Number || Advice(d.Notes) != "请补齐。\n请督查。" {
		t.Errorf("dossier %+v, versions (-want +got):\n%s", d, diff)
	}
	if !d.Issues[1].KnownAt.Equal(known) || d.Issues[1].SHA256 != first.SHA256 || d.Issues[1].Bytes != len(issued) || d.Issues[1].Copies != 30 {
		t.Errorf("version 1 as it was kept: %+v", d.Issues[1])
	}
	all, err := s.Periods(ctx, leader)
	if err != nil || len(all) != 2 || all[0].Period != "2026-H1" || all[1].Period != "2026-10" {
		t.Errorf("periods %+v, %v", all, err)
	}
	if since, err := s.Since(ctx, s.now); err != nil || len(since) != 2 {
		t.Errorf("issued since: %+v, %v", since, err)
	}
}

func TestWhatAnOrderLacksIsSaid(t *testing.T) {
	s := newShelf(t)
	s.issue("2026-10", Order{})
	for _, tc := range []struct {
		name string
		who  integrity.Principal
		o    Order
		want error
	}{
		{"nobody signs", office, Order{Seen: 1, Reason: "错"}, integrity.ErrInvalid},
		{"it is signed tomorrow", office, Order{Signer: "主任", On: integrity.Date(2026, 11, 4), Seen: 1, Reason: "错"}, integrity.ErrInvalid},
		{"a further version without a reason", office, Order{Signer: "主任", Seen: 1}, integrity.ErrInvalid},
		{"too many copies", office, Order{Signer: "主任", Copies: 10000, Seen: 1, Reason: "错"}, integrity.ErrInvalid},
		{"a version that the person has not seen", office, Order{Signer: "主任"}, ErrTaken},
		{"a leader issues", leader, Order{Signer: "主任", Seen: 1, Reason: "错"}, ErrForbidden},
		{"an inspector issues", integrity.Principal{Role: integrity.RoleInspector}, Order{Signer: "主任", Seen: 1, Reason: "错"}, ErrForbidden},
		{"a unit issues", clerk, Order{Signer: "主任", Seen: 1, Reason: "错"}, integrity.ErrNotFound},
		{"an administrator issues", integrity.Principal{Role: integrity.RoleAdmin}, Order{Signer: "主任", Seen: 1, Reason: "错"}, integrity.ErrNotFound},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := s.Issue(t.Context(), tc.who, "2026-10", tc.o); !errors.Is(err, tc.want) {
				t.Errorf("Issue(%+v) = %v; want %v", tc.o, err, tc.want)
			}
		})
	}
	if _, err := s.Issue(t.Context(), local, "2026-10", Order{Signer: "主任", Seen: 1, Reason: "错字"}); err != nil {
		t.Errorf("whoever sits at the machine cannot issue: %v", err)
	}
	if _, err := s.Issue(t.Context(), office, "2026-13", Order{Signer: "主任"}); !errors.Is(err, integrity.ErrInvalid) {
		t.Errorf("a month that does not exist: %v", err)
	}
}

func TestUnitsGetTheirExtractAndNothingElse(t *testing.T) {
	s := newShelf(t)
	known := time.Date(2026, 11, 2, 9, 12, 0, 0, time.UTC)
	s.issue("2026-10", Order{KnownAt: known})
	if got := s.read(clerk, "2026-10", Copy{Unit: "13"}); !strings.Contains(got, "issued=true") || !strings.Contains(got, "unit=13") || !s.press.chosen.KnownAt.Equal(known) {
		t.Errorf("the extract is %s, of the cut %s", got, s.press.chosen.KnownAt)
	}
	if got := s.read(clerk, "2026-09", Copy{Unit: "13"}); !strings.Contains(got, "issued=false") || strings.Contains(got, "advice=请") {
		t.Errorf("the extract of a draft is %s", got)
	}
	for _, c := range []Copy{{}, {Version: 1}, {Draft: true}, {Unit: "14"}} {
		if _, err := s.File(t.Context(), clerk, "2026-10", c); !errors.Is(err, integrity.ErrNotFound) {
			t.Errorf("File(%+v) for a unit = %v; want ErrNotFound", c, err)
		}
	}
	for _, n := range []int{-1, 2} {
		if _, err := s.File(t.Context(), leader, "2026-10", Copy{Version: n}); !errors.Is(err, integrity.ErrNotFound) {
			t.Errorf("version %d: %v; want ErrNotFound", n, err)
		}
	}
	if _, err := s.Period(t.Context(), clerk, "2026-10"); !errors.Is(err, integrity.ErrNotFound) {
		t.Errorf("the dossier for a unit: %v; want ErrNotFound", err)
	}
	if all, err := s.Periods(t.Context(), clerk); err != nil || len(all) != 0 {
		t.Errorf("the periods for a unit: %v, %v", all, err)
	}
}

func TestNotesAreWrittenByThoseWhoMayAndNoneIsLost(t *testing.T) {
	s := newShelf(t)
	ctx := t.Context()
	for _, tc := range []struct {
		name  string
		who   integrity.Principal
		n     Note
		after int
		want  error
	}{
		{"the department writes advice", office, Note{Kind: NoteAdvice, Text: "一"}, 0, nil},
		{"a second writer who has not seen the first", office, Note{Kind: NoteAdvice, Text: "二"}, 0, ErrTaken},
		{"a leader's instruction", leader, Note{Kind: NoteInstruction, Text: "请督办", Leader: "主任"}, 0, nil},
		{"an instruction without its leader", office, Note{Kind: NoteInstruction, Text: "请督办"}, 0, integrity.ErrInvalid},
		{"a leader writes advice", leader, Note{Kind: NoteAdvice, Text: "一"}, 2, ErrForbidden},
		{"a unit writes", clerk, Note{Kind: NoteAdvice, Text: "一"}, 2, integrity.ErrNotFound},
		{"advice that no page holds", office, Note{Kind: NoteAdvice, Text: strings.Repeat("长", 1201)}, 2, integrity.ErrInvalid},
		{"a letter of an instruction", office, Note{Kind: NoteLetter, About: 2, Letter: "abc"}, 0, nil},
		{"a letter of no instruction", office, Note{Kind: NoteLetter, About: 1, Letter: "abc"}, 0, integrity.ErrInvalid},
		{"an empty advice takes it away", office, Note{Kind: NoteAdvice}, 3, nil},
		{"a kind that does not exist", office, Note{Kind: "gossip", Text: "一"}, 4, integrity.ErrInvalid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := s.Add(ctx, tc.who, "2026-10", tc.n, tc.after); !errors.Is(err, tc.want) {
				t.Errorf("Add(%+v) = %v; want %v", tc.n, err, tc.want)
			}
		})
	}
	notes, err := s.Notes(ctx, "2026-10")
	if err != nil || len(notes) != 4 || Advice(notes) != "" || notes[1].Leader != "主任" || notes[2].Letter != "abc" {
		t.Errorf("notes %+v, %v", notes, err)
	}
}

func TestOfSeveralWhoIssueAtOnceOneDoes(t *testing.T) {
	s := newShelf(t)
	const people = 6
	var wg sync.WaitGroup
	errs := make([]error, people)
	for n := range people {
		wg.Go(func() {
			other, err := New(Config{Database: s.store, Printer: &press{points: n}, Now: func() time.Time { return s.now }})
			if err == nil {
				_, err = other.Issue(t.Context(), office, fmt.Sprintf("2026-%02d", 5+n%2), Order{Signer: "主任"})
			}
			errs[n] = err
		})
	}
	wg.Wait()
	done := 0
	for _, err := range errs {
		switch {
		case err == nil:
			done++
		case !errors.Is(err, ErrTaken):
			t.Error(err)
		}
	}
	all, err := s.issues(t.Context(), "")
	if err != nil || len(all) != done || done < 1 || done > 2 {
		t.Fatalf("%d say that they issued, kept are %+v, %v", done, all, err)
	}
	for n, i := range all {
		if i.Seq != n+1 || i.Version != 1 || i.Total != all[0].Total+n {
			t.Errorf("issue %d: %+v", n+1, i)
		}
	}
}

func TestAFileThatIsNoLongerWhatWasIssuedIsNotShown(t *testing.T) {
	s := newShelf(t)
	s.issue("2026-10", Order{})
	if err := s.store.Write().Exec(t.Context(), `ALTER TABLE report_issues UPDATE html = concat(html, ' ') WHERE seq = 1 SETTINGS mutations_sync = 1`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.File(t.Context(), leader, "2026-10", Copy{}); err == nil || errors.Is(err, integrity.ErrNotFound) {
		t.Errorf("a changed file: %v; want an error of its own", err)
	}
}
