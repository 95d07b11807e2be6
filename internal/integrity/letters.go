package integrity

// Owner is who owes an obligation and is told about it.
type Owner string

// Filing and what is done once for all units is owed by the political department, the handling
// of petitions by the inspectors, the own part in the checks by a leader in charge.
const (
	OwnerUnit      Owner = "unit"
	OwnerOffice    Owner = "office"
	OwnerInspector Owner = "inspector"
	OwnerLeader    Owner = "leader"
)

var owners = vocabulary{"owner", []term{
	{"unit", "处室、单位", "Unit"},
	{"office", "政治处", "Political department"},
	{"inspector", "检查组", "Inspection team"},
	{"leader", "责任领导", "Leader in charge"},
}}

// Owners returns all owners in order.
func Owners() []Owner { return codesOf[Owner](owners) }

// ParseOwner returns the owner with the given code, or an error naming the legal ones.
func ParseOwner(code string) (Owner, error) { return Owner(code), owners.parse(code) }

// Label returns the word for people.
func (o Owner) Label(lang Lang) string { return owners.label(string(o), lang) }

// LetterKind is a kind of letter to those who owe something.
type LetterKind string

// The kinds (documents, letters to units). There is no letter where the kind is empty.
const (
	LetterSupervision LetterKind = "supervision"
	LetterReminder    LetterKind = "reminder"
	LetterDuty        LetterKind = "duty"
)

var letterKinds = vocabulary{"kind", []term{
	{"supervision", "督办单", "Supervision letter"},
	{"reminder", "提醒函", "Reminder"},
	{"duty", "履责提示单", "Hint on a duty"},
}}

// LetterKinds returns the kinds of letters in order.
func LetterKinds() []LetterKind { return codesOf[LetterKind](letterKinds) }

// ParseLetterKind returns the kind with the given code, or an error naming the legal ones.
func ParseLetterKind(code string) (LetterKind, error) {
	return LetterKind(code), letterKinds.parse(code)
}

// Label returns the word for people.
func (k LetterKind) Label(lang Lang) string { return letterKinds.label(string(k), lang) }

// Owed is what decides which letter an obligation gets.
type Owed struct {
	Owner  Owner
	Basis  Basis
	Status Status
	Whole  bool // of the commission itself: what it owes, its leaders owe
	Closed bool // of a unit that is closed: nobody is left to write to
}

// Letter returns the kind of letter for an obligation that is late or near: a supervision letter
// only where a date of the notice has passed, a reminder for a limit of this system, and for what
// a leader or the commission itself owes never more than a hint to the leader's liaison. It is
// empty where none is written: about petitions, and where a date of the notice is only near, of
// which the notices of the calendar tell.
func (o Owed) Letter() LetterKind {
	late := o.Status == StatusOverdue
	switch {
	case o.Owner == OwnerInspector, o.Closed, !late && o.Status != StatusDueSoon:
		return ""
	case o.Owner == OwnerLeader, o.Whole && o.Owner != OwnerOffice:
		return LetterDuty
	case o.Basis == BasisSystem:
		return LetterReminder
	case late && o.Owner == OwnerUnit:
		return LetterSupervision
	}
	return ""
}
