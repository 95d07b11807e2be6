package letters

import (
	"context"
	"testing"
	"time"

	"qingfeng/ingest/mask"
	"qingfeng/internal/integrity"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
	"qingfeng/metrics/obligation"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// today is 2027-01-04, a Monday.
var today = time.Date(2027, 1, 4, 9, 30, 0, 0, integrity.Shanghai)

var (
	office    = integrity.Principal{Role: integrity.RoleOffice, Name: "王敏"}
	inspector = integrity.Principal{Role: integrity.RoleInspector, Name: "郑五"}
	leader    = integrity.Principal{Role: integrity.RoleLeader, Name: "周乙"}
	clerk     = integrity.Principal{Role: integrity.RoleUnit, Unit: "13", Name: "孙小二"}
	admin     = integrity.Principal{Role: integrity.RoleAdmin, Name: "管理员"}
)

const clause = "对分管工作廉洁风险点的监督检查每年不少于2次"

// facts is a source of made-up matters.
type facts struct{ matters []Matter }

func (f *facts) Matters(_ context.Context, _ integrity.Principal, asOf integrity.Day) ([]Matter, error) {
	out := append([]Matter(nil), f.matters...)
	for i := range out {
		out[i].AsOf = asOf
	}
	return out, nil
}

func (f *facts) Matter(ctx context.Context, who integrity.Principal, asOf integrity.Day, key string) (Matter, error) {
	all, err := f.Matters(ctx, who, asOf)
	for _, m := range all {
		if m.Key == key {
			return m, err
		}
	}
	return Matter{}, integrity.ErrNotFound
}

func (f *facts) Units(_ context.Context, who integrity.Principal, unit string) ([]string, error) {
	switch {
	case who.Role == integrity.RoleUnit && (unit == "" || unit == who.Unit):
		return []string{who.Unit}, nil
	case who.Role == integrity.RoleUnit:
		return nil, integrity.ErrNotFound
	}
	return []string{unit}, nil
}

func (f *facts) Names(_ context.Context, unit string) (map[string]string, error) {
	if unit == "13" {
		return map[string]string{"赵小小": "责任人员", "孙二": "主要负责人", "孙二明": "主要负责人", "周乙": "责任领导"}, nil
	}
	return map[string]string{"孙二": "主要负责人", "孙二明": "主要负责人", "周乙": "责任领导"}, nil
}

// point is a point whose year has passed with one check of two.
func point(no int) Matter {
	return asked(Matter{
		Key: "two_checks/2026/" + integrity.FormatID(uint64(no)), Rule: integrity.RuleTwoChecks, Basis: integrity.BasisNotice, Status: integrity.StatusOverdue, Owner: integrity.OwnerUnit,
		Unit: "13", UnitName: "市第一医院", Year: 2026, RiskNo: no, Grade: integrity.GradeImportant, Due: integrity.Date(2026, 12, 31), DaysLeft: -4, Required: 2, Done: 1,
		Clause: clause, AsOf: integrity.DayOf(today), DataVersion: "12",
	})
}

// asked is a matter with what the light of its obligation says is to be done.
func asked(m Matter) Matter {
	it := obligation.Item{
		Rule: m.Rule, Basis: m.Basis, Status: m.Status, Owner: m.Owner, Year: m.Year, Due: m.Due, DaysLeft: m.DaysLeft, Required: m.Required, Done: m.Done,
	}
	m.Ask = it.Ask()
	return m
}

func changed(m Matter, change func(*Matter)) Matter {
	change(&m)
	return asked(m)
}

// system turns a matter into one past a limit of this system.
func system(m *Matter) {
	m.Basis, m.Clause = integrity.BasisSystem, "本系统设定，非文件规定"
}

// masked is the mask of loaded texts.
func masked(text string) string {
	text, _ = mask.Text(text)
	return text
}

type desk struct {
	*Registry
	t     *testing.T
	store *store.Store
	facts *facts
	now   time.Time
}

func newDesk(t *testing.T, matters ...Matter) *desk {
	t.Helper()
	d := &desk{t: t, store: storetest.New(t), facts: &facts{matters}, now: today}
	d.Registry = d.registry(d.store)
	return d
}

func (d *desk) registry(db Database) *Registry {
	d.t.Helper()
	r, err := New(Config{Database: db, Source: d.facts, Mask: masked, Now: func() time.Time { return d.now }, Settings: Settings{Source: "《关于开展廉洁风险排查工作的通知》"}})
	if err != nil {
		d.t.Fatal(err)
	}
	return r
}

func (d *desk) draft(key string) *Letter {
	d.t.Helper()
	l, err := d.Draft(d.t.Context(), office, key)
	if err != nil {
		d.t.Fatalf("draft %s: %v", key, err)
	}
	return l
}

// usual is input that each step takes.
func usual(e Event) Details {
	d := Details{Text: "已按要求办理", Person: "办公室文书", Bearer: "机要员", Evidence: []string{"ZC-01 检查记录", "ZC-02 会议纪要"}}
	switch e {
	case EventEdit:
		return Details{To: integrity.Date(2027, 1, 29), Demand: "完成整改并书面报告。"}
	case EventAskExtension, EventGrantExtension:
		d.To = integrity.Date(2027, 2, 26)
	}
	return d
}

func (d *desk) act(id string, events ...Event) *Letter {
	d.t.Helper()
	var l *Letter
	for _, e := range events {
		var err error
		if l, err = d.Act(d.t.Context(), office, id, e, usual(e)); err != nil {
			d.t.Fatalf("%s: %v", e, err)
		}
	}
	return l
}

// toState drafts a letter and leads it to a state.
func (d *desk) toState(key string, s State) *Letter {
	d.t.Helper()
	l := d.draft(key)
	way := map[State][]Event{
		StateInReview:  {EventSubmit},
		StateApproved:  {EventSubmit, EventApprove},
		StateIssued:    {EventSubmit, EventApprove, EventIssue},
		StateDelivered: {EventSubmit, EventApprove, EventIssue, EventDeliver},
		StateAnswered:  {EventSubmit, EventApprove, EventIssue, EventDeliver, EventAnswer},
		StateReturned:  {EventSubmit, EventApprove, EventIssue, EventDeliver, EventAnswer, EventRedo},
		StateAccepted:  {EventSubmit, EventApprove, EventIssue, EventDeliver, EventAnswer, EventAccept},
		StateClosed:    {EventSubmit, EventApprove, EventIssue, EventDeliver, EventAnswer, EventAccept, EventClose},
		StateRevisited: {EventSubmit, EventApprove, EventIssue, EventDeliver, EventAnswer, EventAccept, EventClose, EventRevisit},
		StateVoided:    {EventVoid},
	}[s]
	if len(way) > 0 {
		l = d.act(l.ID, way...)
	}
	if l.State != s {
		d.t.Fatalf("the letter is %s; want %s", l.State, s)
	}
	return l
}
