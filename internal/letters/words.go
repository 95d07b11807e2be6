package letters

import (
	"qingfeng/internal/integrity"
)

// State is where a letter stands.
type State string

// The states, in the order of a letter that goes its way.
const (
	StateDrafted   State = "drafted"
	StateInReview  State = "in_review"
	StateApproved  State = "approved"
	StateIssued    State = "issued"
	StateDelivered State = "delivered"
	StateAnswered  State = "answered"
	StateReturned  State = "returned"
	StateAccepted  State = "accepted"
	StateClosed    State = "closed"
	StateRevisited State = "revisited"
	StateVoided    State = "voided"
)

// Event is something that was done with a letter.
type Event string

// The events. Extensions leave the state as it is.
const (
	EventDraft           Event = "draft"
	EventEdit            Event = "edit"
	EventSubmit          Event = "submit"
	EventSendBack        Event = "send_back"
	EventApprove         Event = "approve"
	EventIssue           Event = "issue"
	EventDeliver         Event = "deliver"
	EventAnswer          Event = "answer"
	EventAccept          Event = "accept"
	EventRedo            Event = "redo"
	EventClose           Event = "close"
	EventRevisit         Event = "revisit"
	EventAskExtension    Event = "ask_extension"
	EventGrantExtension  Event = "grant_extension"
	EventRefuseExtension Event = "refuse_extension"
	EventVoid            Event = "void"
)

// Urgency is the colour of a letter.
type Urgency string

// The colours: 20 days left; 10 days left or past a limit of the system; past a date of
// the notice.
const (
	UrgencyBlue   Urgency = "blue"
	UrgencyYellow Urgency = "yellow"
	UrgencyRed    Urgency = "red"
)

// word is a code with its labels.
type word struct{ code, zh, en string }

var (
	stateWords = []word{
		{"drafted", "拟稿", "Drafted"}, {"in_review", "审核", "In review"}, {"approved", "待签发", "To be issued"}, {"issued", "已签发", "Issued"},
		{"delivered", "送达签收", "Delivered"}, {"answered", "已反馈", "Answered"}, {"returned", "退回重办", "To be redone"},
		{"accepted", "同意销号", "Answer accepted"}, {"closed", "已销号", "Closed"}, {"revisited", "已回头看", "Revisited"}, {"voided", "作废", "Voided"},
	}
	eventWords = []word{
		{"draft", "拟稿", "Draft"}, {"edit", "修改", "Edit"}, {"submit", "送审", "Submit"}, {"send_back", "退回修改", "Send back"},
		{"approve", "审核同意", "Approve"}, {"issue", "签发", "Issue"}, {"deliver", "送达签收", "Deliver"}, {"answer", "反馈", "Answer"},
		{"accept", "审核：同意销号", "Accept the answer"}, {"redo", "审核：退回重办", "Ask to redo"}, {"close", "销号", "Close"}, {"revisit", "回头看", "Revisit"},
		{"ask_extension", "延期申请", "Ask for an extension"}, {"grant_extension", "批准延期", "Grant the extension"},
		{"refuse_extension", "不予延期", "Refuse the extension"}, {"void", "作废", "Void"},
	}
	urgencyWords = []word{{"blue", "蓝", "Blue"}, {"yellow", "黄", "Yellow"}, {"red", "红", "Red"}}
)

func label(words []word, code string, lang integrity.Lang) string {
	for _, w := range words {
		if w.code == code {
			if lang == integrity.English {
				return w.en
			}
			return w.zh
		}
	}
	return code
}

func codes[T ~string](words []word) []T {
	out := make([]T, len(words))
	for i, w := range words {
		out[i] = T(w.code)
	}
	return out
}

func parse[T ~string](what string, words []word, code string) (T, error) {
	legal := make([]string, len(words))
	for i, w := range words {
		if w.code == code {
			return T(code), nil
		}
		legal[i] = w.code
	}
	return "", &integrity.Refused{Name: what, Value: code, Legal: legal}
}

// States returns the states in their order.
func States() []State { return codes[State](stateWords) }

// ParseState returns the state with a code, or an error that names the legal ones.
func ParseState(code string) (State, error) { return parse[State]("state", stateWords, code) }

// Label returns the word for people.
func (s State) Label(lang integrity.Lang) string { return label(stateWords, string(s), lang) }

// Events returns the events in their order.
func Events() []Event { return codes[Event](eventWords) }

// ParseEvent returns the event with a code, or an error that names the legal ones.
func ParseEvent(code string) (Event, error) { return parse[Event]("event", eventWords, code) }

// Label returns the word for people.
func (e Event) Label(lang integrity.Lang) string { return label(eventWords, string(e), lang) }

// Label returns the word for people.
func (u Urgency) Label(lang integrity.Lang) string { return label(urgencyWords, string(u), lang) }

// verb is what a kind of letter does to its addressee: 督办, 提醒 or 提示.
func verb(k integrity.LetterKind) string {
	switch k {
	case integrity.LetterSupervision:
		return "督办"
	case integrity.LetterReminder:
		return "提醒"
	}
	return "提示"
}
