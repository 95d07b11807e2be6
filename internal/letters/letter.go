package letters

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingfeng/internal/integrity"
)

// Details is what goes with an event; each event uses some of it.
type Details struct {
	Content *Content      `json:"content,omitempty"` // draft: the letter; edit: the letter as changed
	On      integrity.Day `json:"on,omitempty"`      // the day it happened, no later than the day it is recorded
	To      integrity.Day `json:"to,omitempty"`      // a deadline: edit, extensions, redo
	Person  string        `json:"person,omitempty"`  // by office: who signed for it, answered, granted
	Bearer  string        `json:"bearer,omitempty"`  // deliver: 送达人, by office
	Text    string        `json:"text,omitempty"`    // reason, answer, opinion, result
	// Evidence is the list of 佐证材料 of an answer, each with its number.
	Evidence []string `json:"evidence,omitempty"`
	Demand   string   `json:"demand,omitempty"`  // edit
	Contact  string   `json:"contact,omitempty"` // edit
}

// Step is one event of a letter as it was recorded.
type Step struct {
	Seq     int            `json:"seq"`
	Event   Event          `json:"event"`
	At      time.Time      `json:"at"`
	By      string         `json:"by"`
	Role    integrity.Role `json:"role"`
	Details Details        `json:"details"`

	entry string // names the record, to see whose stands
}

// Extension is a request for a later deadline.
type Extension struct {
	AskedOn integrity.Day `json:"asked_on"`
	To      integrity.Day `json:"to"`
	Reason  string        `json:"reason"`
}

// Answer is what the addressee reported.
type Answer struct {
	On       integrity.Day `json:"on"`
	Person   string        `json:"person"`
	Text     string        `json:"text"`
	Evidence []string      `json:"evidence"`
	Opinion  string        `json:"opinion"` // of the review; empty until then
	Accepted bool          `json:"accepted"`
}

// Letter is a letter as its events have made it.
type Letter struct {
	ID    string `json:"id"`
	State State  `json:"state"`
	Content
	Year   int `json:"year"`   // of the number; of the draft before there is one
	Number int `json:"number"` // within the year, from 1; 0 = none yet

	DraftedOn   integrity.Day `json:"drafted_on"`
	IssuedOn    integrity.Day `json:"issued_on"`
	DeliveredOn integrity.Day `json:"delivered_on"`
	Receiver    string        `json:"receiver"` // 签收人, by office
	Bearer      string        `json:"bearer"`   // 送达人, by office
	Until       integrity.Day `json:"until"`    // the deadline in force
	Extended    bool          `json:"extended"`
	Retried     bool          `json:"-"`          // the deadline in force came with 退回重办
	GrantedBy   string        `json:"granted_by"` // of the last extension, by office
	Pending     *Extension    `json:"pending"`    // asked for and not decided
	Answers     []Answer      `json:"answers"`
	ClosedOn    integrity.Day `json:"closed_on"`
	RevisitedOn integrity.Day `json:"revisited_on"`
	Result      string        `json:"result"` // of the last 回头看
	VoidReason  string        `json:"void_reason"`

	Steps []Step `json:"steps"`
}

// Code writes the number as letters carry it, 〔2026〕3号, or the empty text.
func (l *Letter) Code() string {
	if l.Number == 0 {
		return ""
	}
	return fmt.Sprintf("〔%d〕%d号", l.Year, l.Number)
}

// spelled is a 文号 as people type it, in one spelling.
var spelled = strings.NewReplacer("[", "〔", "]", "〕", "(", "〔", ")", "〕", "（", "〔", "）", "〕", "［", "〔", "］", "〕", "【", "〔", "】", "〕", " ", "", "　", "")

// Names reports whether a 文号 that people typed is that of the letter: its code, with or without
// the word for its kind before it, in whatever brackets. Another office's number is not.
func (l *Letter) Names(document string) bool {
	return l.Number != 0 && strings.TrimPrefix(spelled.Replace(document), l.Kind.Label(integrity.Chinese)) == l.Code()
}

// Open reports whether the matter is still in hand under this letter: another letter
// about it is refused until then.
func (l *Letter) Open() bool {
	return !slices.Contains([]State{StateClosed, StateRevisited, StateVoided}, l.State)
}

// AnswerDue reports whether the addressee owes an answer.
func (l *Letter) AnswerDue() bool {
	return slices.Contains([]State{StateIssued, StateDelivered, StateReturned}, l.State)
}

// Overdue reports whether an answer is owed and its deadline, which is open to the end of
// its day, has passed on a day.
func (l *Letter) Overdue(on integrity.Day) bool { return l.AnswerDue() && l.Until < on }

// Evidence is the list of all that answers brought, in their order.
func (l *Letter) Evidence() []string {
	var out []string
	for _, a := range l.Answers {
		out = append(out, a.Evidence...)
	}
	return out
}

// steps of a letter that are legal, and where they lead. An extension leaves the state.
var transitions = map[Event]struct {
	from []State
	to   State
}{
	EventDraft:           {nil, StateDrafted},
	EventEdit:            {[]State{StateDrafted}, StateDrafted},
	EventSubmit:          {[]State{StateDrafted}, StateInReview},
	EventSendBack:        {[]State{StateInReview, StateApproved}, StateDrafted},
	EventApprove:         {[]State{StateInReview}, StateApproved},
	EventIssue:           {[]State{StateApproved}, StateIssued},
	EventDeliver:         {[]State{StateIssued}, StateDelivered},
	EventAnswer:          {[]State{StateDelivered, StateReturned}, StateAnswered},
	EventAccept:          {[]State{StateAnswered}, StateAccepted},
	EventRedo:            {[]State{StateAnswered}, StateReturned},
	EventClose:           {[]State{StateAccepted}, StateClosed},
	EventRevisit:         {[]State{StateClosed, StateRevisited}, StateRevisited},
	EventAskExtension:    {[]State{StateDelivered, StateReturned}, ""},
	EventGrantExtension:  {[]State{StateDelivered, StateReturned}, ""},
	EventRefuseExtension: {[]State{StateDelivered, StateReturned}, ""},
	EventVoid:            {[]State{StateDrafted, StateInReview, StateApproved, StateIssued, StateDelivered, StateAnswered, StateReturned, StateAccepted}, StateVoided},
}

// Errors of steps. A caller may try again after ErrTaken; the others need other input.
var (
	// ErrStep means that the letter is not in a state for the step.
	ErrStep = errors.New("当前状态不能办理这一步 (the letter is not in a state for this step)")
	// ErrTaken means that somebody else did something with the letter at the same moment.
	ErrTaken = errors.New("别人刚刚办理过，请刷新后再试 (somebody else was quicker; look again)")
	// ErrOpen means that another letter about the matter is in hand: one matter, one letter.
	ErrOpen = errors.New("该事项已有在办函件，一事一函 (a letter about this matter is in hand)")
	// ErrStale means that what the letter says no longer holds.
	ErrStale = errors.New("事项已变化，请作废后重新拟稿 (the matter has changed; void the letter and draft again)")
	// ErrForbidden means that the role may not do this step.
	ErrForbidden = errors.New("没有权限办理这一步 (this role may not do this step)")
)

// Next returns the steps that are legal in the letter's state, in official order.
func (l *Letter) Next() []Event {
	var out []Event
	for _, e := range Events() {
		if l.legal(e) == nil {
			out = append(out, e)
		}
	}
	return out
}

// legal returns ErrStep for a step that cannot follow.
func (l *Letter) legal(e Event) error {
	t, known := transitions[e]
	pending := l.Pending != nil
	switch {
	case !known || !slices.Contains(t.from, l.State),
		e == EventAskExtension && pending,
		(e == EventGrantExtension || e == EventRefuseExtension) && !pending:
		return fmt.Errorf("%w：%s（%s）", ErrStep, e.Label(integrity.Chinese), l.State.Label(integrity.Chinese))
	}
	return nil
}

// apply folds one more step into the letter. Steps that were recorded are legal.
func (l *Letter) apply(s Step) {
	d := s.Details
	on := d.On
	if on == integrity.NoDay {
		on = integrity.DayOf(s.At)
	}
	if to := transitions[s.Event].to; to != "" {
		l.State = to
	}
	switch s.Event {
	case EventDraft:
		l.DraftedOn = on
		l.Year = on.Year()
		l.take(d.Content)
	case EventEdit:
		l.take(d.Content)
	case EventIssue:
		l.IssuedOn = on
		l.Year = on.Year()
	case EventDeliver:
		l.DeliveredOn, l.Receiver, l.Bearer = on, d.Person, d.Bearer
	case EventAskExtension:
		l.Pending = &Extension{AskedOn: on, To: d.To, Reason: d.Text}
	case EventGrantExtension:
		l.Until, l.Extended, l.Retried, l.GrantedBy, l.Pending = d.To, true, false, d.Person, nil
	case EventRefuseExtension:
		l.Pending = nil
	case EventAnswer:
		l.Answers, l.Pending = append(l.Answers, Answer{On: on, Person: d.Person, Text: d.Text, Evidence: d.Evidence}), nil
	case EventAccept, EventRedo:
		last := &l.Answers[len(l.Answers)-1]
		last.Opinion, last.Accepted = d.Text, s.Event == EventAccept
		if d.To != integrity.NoDay {
			l.Until, l.Retried = d.To, s.Event == EventRedo
		}
	case EventClose:
		l.ClosedOn = on
	case EventRevisit:
		l.RevisitedOn, l.Result = on, d.Text
	case EventVoid:
		l.VoidReason = d.Text
	}
	l.Steps = append(l.Steps, s)
}

func (l *Letter) take(c *Content) {
	if c != nil {
		l.Content, l.Until = *c, c.Deadline
	}
}

// by returns the last step of an event, or nil.
func (l *Letter) by(e Event) *Step {
	for i := len(l.Steps) - 1; i >= 0; i-- {
		if l.Steps[i].Event == e {
			return &l.Steps[i]
		}
	}
	return nil
}

// The longest texts that a step takes, in characters, and the most pieces of evidence.
const (
	longText   = 2000
	shortText  = 100
	mostPieces = 50
)

// complete checks the input of a step on a day and returns what is recorded: defaults
// filled in, people taken out of every text. Errors wrap integrity.ErrInvalid.
func (l *Letter) complete(e Event, d Details, today integrity.Day, faceless func(string) string) (Details, error) {
	in := d
	d = Details{}
	var errs []error
	bad := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("%w: "+format, append([]any{integrity.ErrInvalid}, args...)...))
	}
	text := func(what, s string, limit int, needed bool) string {
		s = faceless(strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")))
		if needed && s == "" {
			bad("缺“%s” (%s is missing)", what, what)
		}
		if utf8.RuneCountInString(s) > limit {
			bad("“%s”超过%d字 (longer than %d characters)", what, limit, limit)
		}
		if err := fit(s); err != nil {
			errs = append(errs, err)
		}
		return s
	}
	day := func(earliest integrity.Day) {
		d.On = in.On
		if d.On == integrity.NoDay {
			d.On = today
		}
		if d.On > today || d.On < earliest {
			bad("日期%s应在%s至%s之间 (the day lies outside)", d.On, earliest, today)
		}
	}
	deadline := func(after integrity.Day) {
		if d.To = in.To; d.To <= after {
			bad("新期限应晚于%s (the new deadline must be later)", after)
		}
	}
	switch e {
	case EventEdit:
		c := l.Content
		if in.To != integrity.NoDay {
			if in.To <= c.AsOf {
				bad("办理时限应晚于%s (the deadline must be later)", c.AsOf)
			}
			c.Deadline = in.To
		}
		if in.Demand != "" {
			c.Demand = strings.Trim(text("要求", in.Demand, 300, true), "。")
		}
		if in.Contact != "" {
			c.Contact = text("反馈方式与联系人", in.Contact, 200, true)
		}
		if c == l.Content {
			bad("没有改动 (nothing was changed)")
		}
		d.Content = &c
	case EventSendBack:
		d.Text = text("退回理由", in.Text, longText, true)
	case EventIssue:
		if l.Until <= today {
			bad("办理时限%s已过，请先退回修改 (the deadline has passed; send the letter back and edit it)", l.Until)
		}
	case EventDeliver:
		day(l.IssuedOn)
		d.Person, d.Bearer = text("签收人（职务）", in.Person, shortText, true), text("送达人（职务）", in.Bearer, shortText, false)
	case EventAskExtension:
		d.Text = text("延期理由", in.Text, longText, true)
		deadline(l.Until)
	case EventGrantExtension:
		d.Person = text("批准人（职务）", in.Person, shortText, true)
		if in.To == integrity.NoDay && l.Pending != nil {
			in.To = l.Pending.To
		}
		deadline(l.Until)
	case EventRefuseExtension:
		d.Text = text("理由", in.Text, longText, true)
	case EventAnswer:
		day(l.DeliveredOn)
		d.Text, d.Person = text("办理情况", in.Text, longText, true), text("负责人（职务）", in.Person, shortText, false)
		for _, piece := range in.Evidence {
			if piece = text("佐证材料", piece, 200, false); piece != "" {
				d.Evidence = append(d.Evidence, piece)
			}
		}
		if len(d.Evidence) == 0 {
			bad("缺“佐证材料”目录 (the list of evidence is missing)")
		}
		if len(d.Evidence) > mostPieces {
			bad("佐证材料超过%d件 (more than %d pieces of evidence)", mostPieces, mostPieces)
		}
	case EventAccept:
		d.Text = text("审核意见", in.Text, longText, false)
	case EventRedo:
		d.Text = text("审核意见", in.Text, longText, true)
		if in.To != integrity.NoDay {
			deadline(today)
		}
	case EventClose:
		day(l.Answers[len(l.Answers)-1].On)
	case EventRevisit:
		day(max(l.ClosedOn, l.RevisitedOn))
		d.Text = text("回头看结果", in.Text, longText, true)
	case EventVoid:
		d.Text = text("作废理由", in.Text, longText, true)
	}
	return d, errors.Join(errs...)
}

// may reports whether a principal may do a step with a letter that it sees: the office
// and the inspectors do all, a unit receives and answers.
func may(who integrity.Principal, e Event) bool {
	switch who.Role {
	case integrity.RoleOffice, integrity.RoleInspector:
		return true
	case integrity.RoleUnit:
		return e == EventDeliver || e == EventAnswer || e == EventAskExtension
	}
	return false
}

// sees reports whether a principal sees a letter. units are those that a unit's clerk
// sees; a letter is shown to its unit once it is issued, and never one to a leader.
func sees(who integrity.Principal, l *Letter, units map[string]bool) bool {
	switch who.Role {
	case integrity.RoleOffice, integrity.RoleInspector:
		return true
	case integrity.RoleLeader:
		return l.IssuedOn != integrity.NoDay
	case integrity.RoleUnit:
		return l.Kind != integrity.LetterDuty && l.IssuedOn != integrity.NoDay && units[l.Unit]
	}
	return false
}
