package obligation

import "qingfeng/internal/integrity"

// Facts is everything the rules judge, restricted to what was known at known_at. The
// order of the slices does not matter, but for Points: items of RuleTwoChecks and
// RuleFiling come in their order.
type Facts struct {
	Units      []integrity.Unit // several rows of one Code are the history of its leaders
	Points     []Point
	Checks     []Check // voided ones are absent
	Lists      []List  // every version of every list
	Ledger     []integrity.LedgerEntry
	Findings   []Signal // rows of KIND findings, and checks with a finding
	Complaints []Signal
	Petitions  []Signal
}

// Point is a risk point with its whole history.
type Point struct {
	ID          string // stable across versions, years and units
	Description string // may be empty; quoted in Why
	Spans       []Span
}

// Span is one version of a point: it stood as No in Unit's list of Year from the date of
// the list (From, included) to the date of the next list without it or with another
// version of it (To, excluded; NoDay or Forever while it stands). The closing of units
// and the day of the committee's approval are applied here, from Units and Ledger.
type Span struct {
	From, To integrity.Day
	Unit     string
	No, Year int
	Grade    integrity.Grade
}

// Check is one visit on one day.
type Check struct {
	Unit           string
	RiskIDs        []string // the points it covers; unknown ones are passed over
	On             integrity.Day
	EnteredOn      integrity.Day // day of the first load; NoDay = not known
	Leader         string        // 检查领导
	LeaderTookPart bool          // 责任领导参与
	Methods        MethodSet
}

// List is one version of a unit's list of a year.
type List struct {
	Unit      string
	Year      int
	On        integrity.Day // 日期 of the form
	EnteredOn integrity.Day // day of the first load; NoDay = not known
}

// Signal is what the rules need of a finding, a complaint or a petition.
type Signal struct {
	ID, Number string
	Unit       string
	RiskID     string // the linked point, may be empty
	RiskNo     int
	On         integrity.Day // 日期
	AcceptedOn integrity.Day // petitions: 受理日期; NoDay = On
	ExtendedTo integrity.Day // petitions: 延期至
	DueOn      integrity.Day // findings: 整改期限; NoDay = the system's limit
	DoneOn     integrity.Day // 办结日期 or 整改完成日期
	Closed     bool          // 状态 = 办结; without DoneOn there is nothing to judge
	Nature     string        // petitions: 检举控告 申诉求决 意见建议
}

// NatureAppeal is the only kind of petition with a limit of time.
const NatureAppeal = "申诉求决"

// MethodSet is a set of methods of supervision.
type MethodSet uint8

// Methods returns the set of the given methods; unknown ones count as MethodOther.
func Methods(ms ...integrity.Method) MethodSet {
	var set MethodSet
	all := integrity.Methods()
	for _, m := range ms {
		bit := len(all) - 1
		for i, known := range all {
			if m == known {
				bit = i
			}
		}
		set |= 1 << bit
	}
	return set
}

// has reports whether the i-th method of integrity.Methods is in the set.
func (s MethodSet) has(i int) bool { return s&(1<<i) != 0 }

// Rules is the configuration of the rules. Days are calendar days unless the name says
// otherwise.
type Rules struct {
	Calendar *integrity.Workdays // required

	// NoCheckpoint switches the half-year checkpoint off: all required checks are then
	// due on 31 December.
	NoCheckpoint bool

	MinDaysInForce    int // in a half-year, for it to require a check
	NearDays          int // two_checks, q1_review, rectification, petitions
	NearWorkdays      int // the rest
	LateEntryWorkdays int // entered later than that after its date = 补录
	FilingWorkdays    int // after approval
	StageWorkdays     int // in one stage
	HospitalWorkdays  int // complaints, 直属单位
	OfficeWorkdays    int // complaints, everybody else
	PetitionDays      int // after acceptance
	ExtensionDays     int // more, where a petition was extended
	FindingDays       int // where a finding has no deadline of its own
}

// TypeSubordinate is the type of hospitals, stations and institutes (直属单位).
const TypeSubordinate = "直属单位"

// DefaultRules returns the limits decided in the requirements (section 3).
func DefaultRules(calendar *integrity.Workdays) Rules {
	return Rules{
		Calendar:          calendar,
		MinDaysInForce:    90,
		NearDays:          20,
		NearWorkdays:      3,
		LateEntryWorkdays: 10,
		FilingWorkdays:    10,
		StageWorkdays:     15,
		HospitalWorkdays:  10,
		OfficeWorkdays:    15,
		PetitionDays:      60,
		ExtensionDays:     30,
		FindingDays:       30,
	}
}
