package letters

import (
	"fmt"
	"strings"

	"qingfeng/internal/integrity"
)

// Matter is what a letter may be about: an obligation as of a day, or what a leader in
// charge owes for a year. It is made from the answers of package metrics.
type Matter struct {
	Key    string           `json:"key"` // of the obligation, whatever the day
	Rule   integrity.Rule   `json:"rule"`
	Basis  integrity.Basis  `json:"basis"`
	Status integrity.Status `json:"status"`
	Owner  integrity.Owner  `json:"owner"`

	Unit     string          `json:"unit"` // code; empty for a leader's duty
	UnitName string          `json:"unit_name"`
	Office   bool            `json:"office"` // 委机关处室 rather than 直属单位
	Top      bool            `json:"top"`    // the commission itself: what it owes, its leaders owe
	Led      []string        `json:"led"`    // of a leader's duty: names of the units in charge, official order
	Former   bool            `json:"former"` // the leader is in charge of no unit any more: Led are those of then
	Year     int             `json:"year"`
	RiskID   string          `json:"risk_id"`
	RiskNo   int             `json:"risk_no"`
	Grade    integrity.Grade `json:"grade"`
	Subject  string          `json:"subject"` // code of a stage or kind of signal
	Number   string          `json:"number"`  // 编号 of a finding or complaint
	Since    integrity.Day   `json:"since"`
	Due      integrity.Day   `json:"due"`
	DaysLeft int             `json:"days_left"` // negative when past
	Required int             `json:"required"`
	Done     int             `json:"done"`
	Clause   string          `json:"clause"` // as the light quotes it
	Note     string          `json:"note"`   // 移出时未完成, 2027年调休未载入, or empty
	Ask      string          `json:"ask"`    // what its light says is to be done, after 请于…前

	AsOf        integrity.Day `json:"as_of"`
	DataVersion string        `json:"data_version"`
}

// Errors about what a letter cannot be about. Both wrap integrity.ErrInvalid.
var (
	// ErrNoLetter means that nothing is late or near enough for a letter.
	ErrNoLetter = fmt.Errorf("%w: 该事项目前不需要发函 (nothing to write a letter about)", integrity.ErrInvalid)
	// ErrPetition means that the matter comes from a petition, about which no letter is
	// ever written.
	ErrPetition = fmt.Errorf("%w: 信访事项不发函 (no letter is written about petitions)", integrity.ErrInvalid)
)

// Kind returns the kind of letter that a matter may get, as integrity.Owed has it, or ErrNoLetter
// or ErrPetition where there is none.
func (m *Matter) Kind() (integrity.LetterKind, error) {
	if m.Owner == integrity.OwnerInspector || m.Subject == string(integrity.SignalPetition) {
		return "", ErrPetition
	}
	kind := integrity.Owed{Owner: m.Owner, Basis: m.Basis, Status: m.Status, Whole: m.Top}.Letter()
	if kind == "" {
		return "", ErrNoLetter
	}
	return kind, nil
}

// urgency is the colour of a letter about the matter. Leaders are never shown red.
func (m *Matter) urgency(k integrity.LetterKind) Urgency {
	switch {
	case k == integrity.LetterSupervision:
		return UrgencyRed
	case m.Status == integrity.StatusDueSoon && m.DaysLeft > 10:
		return UrgencyBlue
	}
	return UrgencyYellow
}

// banned are the words that no letter holds: it is about duties, not about cases. No
// sentence of the notice that a light quotes holds one of them.
var banned = []string{"违纪", "问题线索", "举报", "检举", "控告"}

// fit reports with an error that wraps integrity.ErrInvalid why a text may not enter a
// letter.
func fit(text string) error {
	for _, w := range banned {
		if strings.Contains(text, w) {
			return fmt.Errorf("%w: 函件中不得出现“%s” (a letter never holds the word %s)", integrity.ErrInvalid, w, w)
		}
	}
	return nil
}
