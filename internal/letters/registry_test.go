package letters

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

func points(n int) []Matter {
	out := make([]Matter, n)
	for i := range out {
		out[i] = point(i + 1)
	}
	return out
}

func TestEveryStepIsLegalWhereItShouldBeAndNowhereElse(t *testing.T) {
	legal := map[State][]Event{
		StateDrafted:   {EventEdit, EventSubmit, EventVoid},
		StateInReview:  {EventSendBack, EventApprove, EventVoid},
		StateApproved:  {EventSendBack, EventIssue, EventVoid},
		StateIssued:    {EventDeliver, EventVoid},
		StateDelivered: {EventAnswer, EventAskExtension, EventVoid},
		StateAnswered:  {EventAccept, EventRedo, EventVoid},
		StateReturned:  {EventAnswer, EventAskExtension, EventVoid},
		StateAccepted:  {EventClose, EventVoid},
		StateClosed:    {EventRevisit},
		StateRevisited: {EventRevisit},
		StateVoided:    nil,
	}
	d := newDesk(t, points(len(States()))...)
	for i, s := range States() {
		t.Run(string(s), func(t *testing.T) {
			l := d.toState(point(i+1).Key, s)
			if diff := cmp.Diff(legal[s], l.Next()); diff != "" {
				t.Errorf("next steps (-want +got):\n%s", diff)
			}
			before := len(l.Steps)
			for _, e := range Events() {
				if slices.Contains(legal[s], e) {
					continue
				}
				if _, err := d.Act(t.Context(), office, l.ID, e, usual(e)); !errors.Is(err, ErrStep) {
					t.Errorf("%s = %v; want ErrStep", e, err)
				}
			}
			again, err := d.Letter(t.Context(), office, l.ID)
			if err != nil || len(again.Steps) != before {
				t.Errorf("refused steps left %d events; want %d (%v)", len(again.Steps), before, err)
			}
		})
	}
}

func TestALetterGoesAllTheWay(t *testing.T) {
	d := newDesk(t, point(3))
	l := d.draft(point(3).Key)
	l = d.act(l.ID, EventEdit, EventSubmit, EventSendBack, EventSubmit, EventApprove, EventIssue)
	if l.Code() != "〔2027〕1号" || l.Deadline != integrity.Date(2027, 1, 29) || l.Demand != "完成整改并书面报告" {
		t.Errorf("issued: %s, until %s, %q", l.Code(), l.Deadline, l.Demand)
	}
	l = d.act(l.ID, EventDeliver, EventAskExtension)
	if l.Pending == nil || !slices.Contains(l.Next(), EventGrantExtension) || slices.Contains(l.Next(), EventAskExtension) {
		t.Errorf("an extension that was asked for is not waiting: %+v, %v", l.Pending, l.Next())
	}
	l = d.act(l.ID, EventRefuseExtension, EventAskExtension, EventGrantExtension)
	if !l.Extended || l.Until != integrity.Date(2027, 2, 26) || l.Pending != nil || l.State != StateDelivered || l.GrantedBy != "办公室文书" {
		t.Errorf("extended: %t, until %s, %v, %s", l.Extended, l.Until, l.Pending, l.State)
	}
	if l.Overdue(integrity.Date(2027, 2, 26)) || !l.Overdue(integrity.Date(2027, 2, 27)) {
		t.Error("an answer is late from the day after the deadline on, and no earlier")
	}
	l = d.act(l.ID, EventAnswer, EventRedo, EventAnswer, EventAccept, EventClose, EventRevisit, EventRevisit)
	want := []Answer{
		{On: integrity.DayOf(today), Person: "办公室文书", Text: "已按要求办理", Evidence: []string{"ZC-01 检查记录", "ZC-02 会议纪要"}, Opinion: "已按要求办理"},
		{On: integrity.DayOf(today), Person: "办公室文书", Text: "已按要求办理", Evidence: []string{"ZC-01 检查记录", "ZC-02 会议纪要"}, Opinion: "已按要求办理", Accepted: true},
	}
	if diff := cmp.Diff(want, l.Answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if l.State != StateRevisited || len(l.Evidence()) != 4 || l.Overdue(integrity.Forever) {
		t.Errorf("at the end: %s, %d pieces of evidence", l.State, len(l.Evidence()))
	}
	again, err := d.Letter(t.Context(), office, l.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(l, again, cmp.AllowUnexported(Step{})); diff != "" {
		t.Errorf("what is read differs from what was done (-done +read):\n%s", diff)
	}
	for i, s := range again.Steps {
		if s.Seq != i+1 || s.By != "王敏" || s.Role != integrity.RoleOffice || !s.At.Equal(today) {
			t.Errorf("event %d: %+v", i+1, s)
		}
	}
}

func TestInputIsHeldToItsRules(t *testing.T) {
	d := newDesk(t, points(9)...)
	for i, tc := range []struct {
		name  string
		state State
		event Event
		in    Details
		want  string
	}{
		{"a receipt needs who signed", StateIssued, EventDeliver, Details{}, "签收人"},
		{"nothing happens tomorrow", StateIssued, EventDeliver, Details{Person: "文书", On: integrity.Date(2027, 1, 5)}, "之间"},
		{"nothing is delivered before it is issued", StateIssued, EventDeliver, Details{Person: "文书", On: integrity.Date(2027, 1, 3)}, "之间"},
		{"an answer needs evidence", StateDelivered, EventAnswer, Details{Text: "已办", Evidence: []string{" "}}, "佐证材料"},
		{"an answer speaks of no cases", StateDelivered, EventAnswer, Details{Text: "该问题线索已移送", Evidence: []string{"1"}}, "问题线索"},
		{"an extension is later", StateDelivered, EventAskExtension, Details{Text: "春节", To: integrity.Date(2027, 1, 22)}, "晚于2027-01-22"},
		{"a letter is not voided without a reason", StateDrafted, EventVoid, Details{}, "作废理由"},
		{"an edit changes something", StateDrafted, EventEdit, Details{}, "没有改动"},
		{"a text has its limit", StateAnswered, EventRedo, Details{Text: strings.Repeat("长", longText+1)}, "超过"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			l := d.toState(point(i+1).Key, tc.state)
			_, err := d.Act(t.Context(), office, l.ID, tc.event, tc.in)
			if !errors.Is(err, integrity.ErrInvalid) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("%s = %v; want an error with %q", tc.event, err, tc.want)
			}
		})
	}
}

func TestNamesOfHeadsAndLeadersGiveWayToTheirOffice(t *testing.T) {
	d := newDesk(t, point(1))
	l := d.toState(point(1).Key, StateDelivered)
	l, err := d.Act(t.Context(), office, l.ID, EventAnswer, Details{Text: "孙二明、孙二和周乙已研究", Person: "孙二", Evidence: []string{"周乙批示"}})
	if err != nil {
		t.Fatal(err)
	}
	want := Answer{On: integrity.DayOf(today), Text: "主要负责人、主要负责人和责任领导已研究", Person: "主要负责人", Evidence: []string{"责任领导批示"}}
	if diff := cmp.Diff(want, l.Answers[0]); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

func TestWhatIsPastADateOfTheNoticeIsOfferedFirst(t *testing.T) {
	behind, also := point(1), point(4)
	system(&behind)
	system(&also)
	d := newDesk(t, behind, point(2), also, point(3))
	matters, err := d.Matters(t.Context(), office)
	var got []int
	for _, m := range matters {
		got = append(got, m.RiskNo)
	}
	if want := []int{2, 3, 1, 4}; err != nil || !slices.Equal(got, want) {
		t.Errorf("offered in the order %v, %v; want %v", got, err, want)
	}
}

func TestOneMatterHasOneLetter(t *testing.T) {
	d := newDesk(t, point(1), point(2))
	key := point(1).Key
	for _, s := range States() {
		if s == StateClosed || s == StateRevisited || s == StateVoided {
			continue
		}
		l := d.toState(key, s)
		if _, err := d.Draft(t.Context(), office, key); !errors.Is(err, ErrOpen) {
			t.Errorf("a second draft beside one that is %s = %v; want ErrOpen", s, err)
		}
		matters, err := d.Matters(t.Context(), office)
		if err != nil || len(matters) != 1 || matters[0].Key != point(2).Key {
			t.Errorf("matters without a letter: %v, %v", matters, err)
		}
		d.act(l.ID, EventVoid)
	}
	closed := d.toState(key, StateClosed)
	if matters, err := d.Matters(t.Context(), office); err != nil || len(matters) != 1 {
		t.Errorf("what was closed is offered again: %v, %v", matters, err)
	}
	next := d.draft(key)
	if next.ID == closed.ID {
		t.Error("a new letter has the id of the old one")
	}
	if _, err := d.Draft(t.Context(), office, "two_checks/2026/none"); !errors.Is(err, integrity.ErrNotFound) {
		t.Errorf("a letter about nothing = %v; want ErrNotFound", err)
	}
}

func TestOfManyDraftsAtOnceOneIsMade(t *testing.T) {
	d := newDesk(t, point(1))
	var made, refused atomic.Int64
	var wait sync.WaitGroup
	for range 12 {
		r := d.registry(d.store)
		wait.Go(func() {
			switch _, err := r.Draft(t.Context(), office, point(1).Key); {
			case err == nil:
				made.Add(1)
			case errors.Is(err, ErrOpen):
				refused.Add(1)
			default:
				t.Errorf("draft: %v", err)
			}
		})
	}
	wait.Wait()
	if made.Load() != 1 || refused.Load() != 11 {
		t.Errorf("%d drafts were made and %d refused; want 1 and 11", made.Load(), refused.Load())
	}
}

func TestOfManyStepsAtOnceOneIsDone(t *testing.T) {
	d := newDesk(t, point(1))
	l := d.toState(point(1).Key, StateDelivered)
	var done atomic.Int64
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			_, err := d.Act(t.Context(), office, l.ID, EventAnswer, usual(EventAnswer))
			if err == nil {
				done.Add(1)
			} else if !errors.Is(err, ErrTaken) && !errors.Is(err, ErrStep) {
				t.Errorf("answer: %v", err)
			}
		})
	}
	wait.Wait()
	again, err := d.Letter(t.Context(), office, l.ID)
	if err != nil || done.Load() != 1 || len(again.Answers) != 1 {
		t.Errorf("%d answers succeeded, %d stand; want 1 (%v)", done.Load(), len(again.Answers), err)
	}
}

// flaky is the database with a line that breaks: before or after the server has stored
// an insert, in turns.
type flaky struct {
	Database
	table string
	calls *atomic.Int64
}

func (f flaky) Write() driver.Conn { return flakyConn{f.Database.Write(), f} }

type flakyConn struct {
	driver.Conn
	f flaky
}

func (c flakyConn) PrepareBatch(ctx context.Context, query string, opts ...driver.PrepareBatchOption) (driver.Batch, error) {
	b, err := c.Conn.PrepareBatch(ctx, query, opts...)
	if err != nil || !strings.Contains(query, c.f.table) {
		return b, err
	}
	return flakyBatch{b, c.f.calls}, nil
}

type flakyBatch struct {
	driver.Batch
	calls *atomic.Int64
}

var errCrash = errors.New("the line is dead")

func (b flakyBatch) Send() error {
	switch b.calls.Add(1) % 4 {
	case 1: // before the server has heard of it
		return errors.Join(errCrash, b.Batch.Close())
	case 2: // after it was stored
		return errors.Join(b.Batch.Send(), errCrash)
	}
	return b.Batch.Send()
}

func TestNumbersHaveNoGapsUnderConcurrencyAndCrashes(t *testing.T) {
	const n = 12
	d := newDesk(t, points(n+1)...)
	var ids []string
	for i := range n {
		ids = append(ids, d.toState(point(i+1).Key, StateApproved).ID)
	}
	var crashes atomic.Int64
	broken := []*Registry{
		d.registry(flaky{d.store, "letter_numbers", new(atomic.Int64)}),
		d.registry(flaky{d.store, "letter_events", new(atomic.Int64)}),
		d.registry(d.store),
	}
	var wait sync.WaitGroup
	for i, id := range ids {
		for k := range 2 { // each letter is issued by two people at once
			r := broken[(i+k)%len(broken)]
			wait.Go(func() {
				_, err := r.Act(t.Context(), office, id, EventIssue, Details{})
				switch {
				case errors.Is(err, errCrash):
					crashes.Add(1)
				case err != nil && !errors.Is(err, ErrStep) && !errors.Is(err, ErrTaken):
					t.Errorf("issue %s: %v", id, err)
				}
			})
		}
	}
	wait.Wait()
	if crashes.Load() == 0 {
		t.Error("nothing crashed")
	}
	// Whoever issues next, after the crashes, finds every letter without its number.
	for _, id := range ids {
		if _, err := d.Act(t.Context(), office, id, EventIssue, Details{}); err != nil && !errors.Is(err, ErrStep) {
			t.Errorf("issue %s again: %v", id, err)
		}
	}
	// A voided letter keeps its number, a later one gets the next.
	d.act(ids[5], EventVoid)
	d.toState(point(n+1).Key, StateIssued)
	all, err := d.Letters(t.Context(), office, Filter{})
	if err != nil {
		t.Fatal(err)
	}
	var numbers []int
	for _, l := range all {
		if l.Year != 2027 || l.IssuedOn == integrity.NoDay {
			t.Errorf("letter %s of %d is %s", l.ID, l.Year, l.State)
		}
		numbers = append(numbers, l.Number)
	}
	slices.Sort(numbers)
	var want []int
	for i := range n + 1 {
		want = append(want, i+1)
	}
	if diff := cmp.Diff(want, numbers); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
	var rows []numberRow
	if rows, err = d.readNumbers(t.Context(), ""); err != nil || len(rows) != n+1 {
		t.Errorf("%d numbers are stored for %d letters (%v)", len(rows), n+1, err)
	}
}

func TestEachYearCountsFromOne(t *testing.T) {
	d := newDesk(t, points(4)...)
	a := d.toState(point(1).Key, StateApproved)
	if got := d.toState(point(2).Key, StateIssued).Code(); got != "〔2027〕1号" {
		t.Errorf("first of 2027 = %s", got)
	}
	d.now = today.AddDate(1, 0, 0)
	if _, err := d.Act(t.Context(), office, a.ID, EventIssue, Details{}); !errors.Is(err, integrity.ErrInvalid) {
		t.Errorf("a letter whose deadline has passed is issued: %v", err)
	}
	if got := d.toState(point(3).Key, StateIssued).Code(); got != "〔2028〕1号" {
		t.Errorf("first of 2028 = %s", got)
	}
	if got := d.toState(point(4).Key, StateIssued).Code(); got != "〔2028〕2号" {
		t.Errorf("second of 2028 = %s", got)
	}
}

func TestAMatterThatChangedIsNotIssued(t *testing.T) {
	for name, change := range map[string]func(*facts){
		"it is done":                    func(f *facts) { f.matters = nil },
		"another check was made":        func(f *facts) { f.matters[0].Done, f.matters[0].Required = 2, 3 },
		"it became one of the system's": func(f *facts) { system(&f.matters[0]) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, point(1))
			l := d.toState(point(1).Key, StateApproved)
			change(d.facts)
			if _, err := d.Act(t.Context(), office, l.ID, EventIssue, Details{}); !errors.Is(err, ErrStale) {
				t.Errorf("issue = %v; want ErrStale", err)
			}
		})
	}
}

func TestWhoSeesAndDoesWhat(t *testing.T) {
	duty := changed(point(3), func(m *Matter) {
		m.Key, m.Owner, m.Unit, m.UnitName, m.Led = "leader_duty/2026/1", integrity.OwnerLeader, "", "", []string{"市第一医院"}
	})
	d := newDesk(t, point(1), point(2), duty, changed(point(4), func(m *Matter) { m.Unit = "14" }))
	draft, issued, hint, foreign := d.draft(point(1).Key), d.toState(point(2).Key, StateIssued), d.toState(duty.Key, StateIssued), d.toState(point(4).Key, StateIssued)
	for _, tc := range []struct {
		name string
		who  integrity.Principal
		sees []*Letter
	}{
		{"the office sees all", office, []*Letter{draft, issued, hint, foreign}},
		{"inspectors see all", inspector, []*Letter{draft, issued, hint, foreign}},
		{"leaders see what was issued", leader, []*Letter{issued, hint, foreign}},
		{"a unit sees what was issued to it", clerk, []*Letter{issued}},
		{"administrators see none", admin, nil},
		{"auditors see none", integrity.Principal{Role: integrity.RoleAuditor}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			all, err := d.Letters(t.Context(), tc.who, Filter{})
			if err != nil || len(all) != len(tc.sees) {
				t.Errorf("sees %d letters; want %d (%v)", len(all), len(tc.sees), err)
			}
			for _, l := range []*Letter{draft, issued, hint, foreign} {
				_, err := d.Letter(t.Context(), tc.who, l.ID)
				if slices.Contains(tc.sees, l) != (err == nil) || err != nil && !errors.Is(err, integrity.ErrNotFound) {
					t.Errorf("letter %s: %v", l.Key, err)
				}
			}
		})
	}
	for _, who := range []integrity.Principal{leader, clerk, admin} {
		if _, err := d.Draft(t.Context(), who, point(1).Key); !errors.Is(err, ErrForbidden) {
			t.Errorf("%s drafts: %v", who.Role, err)
		}
		if matters, err := d.Matters(t.Context(), who); err != nil || len(matters) > 0 {
			t.Errorf("%s sees %d matters (%v)", who.Role, len(matters), err)
		}
	}
	if _, err := d.Act(t.Context(), clerk, issued.ID, EventVoid, usual(EventVoid)); !errors.Is(err, ErrForbidden) {
		t.Errorf("a unit voids: %v", err)
	}
	if _, err := d.Act(t.Context(), leader, issued.ID, EventDeliver, usual(EventDeliver)); !errors.Is(err, ErrForbidden) {
		t.Errorf("a leader signs for it: %v", err)
	}
	for _, e := range []Event{EventDeliver, EventAskExtension, EventAnswer} {
		if _, err := d.Act(t.Context(), clerk, issued.ID, e, usual(e)); err != nil {
			t.Errorf("a unit does %s: %v", e, err)
		}
	}
	if _, err := d.Act(t.Context(), clerk, foreign.ID, EventDeliver, usual(EventDeliver)); !errors.Is(err, integrity.ErrNotFound) {
		t.Errorf("a unit signs for another: %v", err)
	}
}

func TestTheRegisterFilters(t *testing.T) {
	reminder := changed(point(2), func(m *Matter) { system(m); m.Unit, m.UnitName = "14", "市第二医院" })
	d := newDesk(t, point(1), reminder, point(3), point(4))
	d.draft(point(1).Key)
	d.toState(reminder.Key, StateDelivered)
	d.toState(point(3).Key, StateClosed)
	d.toState(point(4).Key, StateIssued)
	d.now = today.AddDate(0, 1, 0)
	for _, tc := range []struct {
		name   string
		filter Filter
		want   string
	}{
		{"all, drafts first, then the highest number", Filter{}, "1 4 3 2"},
		{"by state", Filter{State: StateClosed}, "3"},
		{"by kind", Filter{Kind: integrity.LetterReminder}, "2"},
		{"by unit", Filter{Unit: "14"}, "2"},
		{"by year", Filter{Year: 2026}, ""},
		{"by rule", Filter{Rule: integrity.RuleFiling}, ""},
		{"with an answer overdue", Filter{Overdue: true}, "4 2"},
		{"closed", Filter{Done: true}, "3"},
		{"by several", Filter{Unit: "13", Overdue: true, Year: 2027}, "4"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			all, err := d.Letters(t.Context(), office, tc.filter)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, l := range all {
				got = append(got, strings.TrimLeft(l.Key[len(l.Key)-1:], "0"))
			}
			if diff := cmp.Diff(tc.want, strings.Join(got, " ")); diff != "" {
				t.Errorf("letters (-want +got):\n%s", diff)
			}
		})
	}
	open, err := d.ByMatter(t.Context(), office)
	if err != nil || len(open) != 3 || open[point(4).Key] == nil {
		t.Errorf("letters in hand by matter: %v, %v", open, err)
	}
}

func TestLettersInHandAreThoseOfTheDayWhateverComesLater(t *testing.T) {
	duty := changed(point(5), func(m *Matter) {
		m.Key, m.Owner, m.Rule = "leader/2026/周乙", integrity.OwnerLeader, integrity.RuleTwoChecks
	})
	d := newDesk(t, point(1), point(2), point(3), point(4), duty)
	first := integrity.Date(2027, 2, 1)
	d.toState(point(1).Key, StateClosed) // over before the month
	d.toState(point(2).Key, StateIssued) // in hand
	void := d.toState(point(3).Key, StateDelivered)
	d.draft(point(4).Key) // not issued
	d.toState(duty.Key, StateIssued)
	ask := func(asOf integrity.Day) string {
		t.Helper()
		all, err := d.InHand(t.Context(), office, first, asOf)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range all {
			got = append(got, fmt.Sprintf("%s %s", l.Code(), l.State))
		}
		return strings.Join(got, ", ")
	}
	want := "〔2027〕2号 issued, 〔2027〕3号 delivered"
	if got := ask(integrity.Date(2027, 2, 28)); got != want {
		t.Errorf("in hand in February: %s; want %s", got, want)
	}
	d.now = today.AddDate(0, 1, 6) // 10 February
	d.act(void.ID, EventVoid)
	d.now = today.AddDate(0, 2, 0) // 4 March
	d.act(d.must("〔2027〕2号").ID, EventDeliver)
	if got, want := ask(integrity.Date(2027, 2, 28)), "〔2027〕2号 issued, 〔2027〕3号 voided"; got != want {
		t.Errorf("as of the end of February: %s; want %s", got, want)
	}
	if got := ask(integrity.Date(2027, 2, 9)); got != want {
		t.Errorf("as of 9 February: %s; want %s", got, want)
	}
	if got, err := d.InHand(t.Context(), clerk, first, integrity.Date(2027, 3, 31)); err != nil || len(got) != 2 {
		t.Errorf("a unit sees its own: %v, %v", got, err)
	}
}

func TestTheRegisterOfADayIsWhatWasKnownThen(t *testing.T) {
	d := newDesk(t, point(1), point(2))
	d.toState(point(1).Key, StateIssued)
	issued := integrity.DayOf(d.now)
	d.now = d.now.AddDate(0, 0, 3)
	d.act(d.must("〔2027〕1号").ID, EventDeliver)
	d.draft(point(2).Key)
	for name, tc := range map[string]struct {
		on   integrity.Day
		want string
	}{
		"before it was drafted there is none":         {issued - 30, ""},
		"what was delivered later is issued that day": {issued, "〔2027〕1号 issued"},
		"what was drafted the day itself is in it":    {issued + 3, " drafted, 〔2027〕1号 delivered"},
		"a day to come knows no more than today does": {issued + 400, " drafted, 〔2027〕1号 delivered"},
	} {
		all, err := d.Letters(t.Context(), office, Filter{AsOf: tc.on})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range all {
			got = append(got, fmt.Sprintf("%s %s", l.Code(), l.State))
		}
		if strings.Join(got, ", ") != tc.want {
			t.Errorf("%s: %q; want %q", name, strings.Join(got, ", "), tc.want)
		}
	}
}

// must finds a letter by the number it carries.
func (d *desk) must(code string) *Letter {
	d.t.Helper()
	all, err := d.Letters(d.t.Context(), office, Filter{})
	if err != nil {
		d.t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(l *Letter) bool { return l.Code() == code })
	if i < 0 {
		d.t.Fatalf("no letter %s", code)
	}
	return all[i]
}

func TestWordsAreReadAndRefused(t *testing.T) {
	for _, check := range []func(string) error{
		func(s string) error { _, err := integrity.ParseLetterKind(s); return err },
		func(s string) error { _, err := ParseState(s); return err },
		func(s string) error { _, err := ParseEvent(s); return err },
	} {
		if err := check("nonsense"); !errors.Is(err, integrity.ErrInvalid) {
			t.Errorf("nonsense is read: %v", err)
		}
	}
	for _, e := range Events() {
		if got, err := ParseEvent(string(e)); err != nil || got != e || e.Label(integrity.English) == string(e) || e.Label(integrity.Chinese) == "" {
			t.Errorf("%s: %v, %v", e, got, err)
		}
		if _, ok := transitions[e]; !ok {
			t.Errorf("%s leads nowhere", e)
		}
	}
	if _, err := New(Config{}); !errors.Is(err, integrity.ErrInvalid) {
		t.Error(fmt.Errorf("a registry without a database: %w", err))
	}
}
