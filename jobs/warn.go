package jobs

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// NameWarn is the daily task that tells people what is due, and NameDeliver the one that
// sends again what could not be sent.
const (
	NameWarn    = "warn"
	NameDeliver = "deliver"
)

// claimMail is held by both: they send the same mails, and at eight both are due.
const claimMail = "mail"

// Mailing is everything the two tasks need. Database, Obligations, Sender and Log are
// required.
type Mailing struct {
	Database    Database
	Obligations Obligations
	Recipients  Recipients
	Sender      Sender
	Reports     Issued         // whose files are sent when they are issued; nil = none
	From        string         // address of the sender
	BaseURL     string         // of the links, without a slash at the end
	Lang        integrity.Lang // of the mails; the zero value is Chinese
	Log         *slog.Logger

	// afterSend stands between the acceptance of a mail and its record, so that tests
	// can be killed there.
	afterSend func() error
}

// Recipients are the addresses of those who are told. Nobody but units is asked for by
// name: an office is told at all of its addresses.
type Recipients struct {
	Office     []string // political department
	Inspectors []string
	Leaders    []string                  // of the commission
	Reports    []string                  // each issued report, as an attachment
	Units      map[string]UnitRecipients // by code
}

// UnitRecipients are the addresses of one unit.
type UnitRecipients struct{ Clerk, Head []string }

// The recipients of notices. A unit's clerk and head are followed by its code.
const (
	toClerk     = "clerk/"
	toHead      = "head/"
	toOffice    = "office"
	toInspector = "inspector"
	toLeader    = "leader"
)

// addresses returns where a recipient is told; none where nothing is configured.
func (r Recipients) addresses(recipient string) []string {
	role, unit, _ := strings.Cut(recipient, "/")
	switch role + "/" {
	case toClerk:
		return r.Units[unit].Clerk
	case toHead:
		return r.Units[unit].Head
	case toOffice + "/":
		return r.Office
	case toInspector + "/":
		return r.Inspectors
	case toLeader + "/":
		return r.Leaders
	case toReports + "/":
		return r.Reports
	}
	return nil
}

// The steps of urgency; a level is one of them with the basis of the item, so that the
// half-year checkpoint of a point does not use up the warnings before 31 December.
const (
	stepTwenty = "20"   // calendar days left, or fewer
	stepTen    = "10"   // the same
	stepNear   = "near" // three working days: the only warning of the shorter limits
	stepPast   = "past"
)

// levelWeekly is the level of the leaders' digest.
const levelWeekly = "weekly"

// warning is one level that an item has reached, and who is to be told.
type warning struct {
	item  *obligation.Item
	basis integrity.Basis
	step  string
	tell  []string
}

func (w warning) level() string { return string(w.basis) + "-" + w.step }

// warnings returns what an open item asks for on its day (requirements, section 3): its
// most urgent level only, because whoever hears that ten days are left need not hear of
// twenty. A unit hears before the political department does; what the political
// department or the inspectors owe is no matter of any unit. A unit that has closed
// cannot be told: what it left undone goes to the political department.
func warnings(it *obligation.Item) []warning {
	if !it.Open() {
		return nil
	}
	step := ""
	shortTerm := it.Rule == integrity.RuleFiling || it.Rule == integrity.RuleStage || it.Rule == integrity.RuleHandling && it.Owner == integrity.OwnerUnit
	switch {
	case it.Status == integrity.StatusOverdue:
		step = stepPast
	case it.Status != integrity.StatusDueSoon:
		return nil
	case shortTerm:
		step = stepNear
	case it.DaysLeft <= 10:
		step = stepTen
	default:
		step = stepTwenty
	}
	out := []warning{{it, it.Basis, step, recipients(it, step)}}
	if left, missed := yearEnd(it); missed && left <= 10 {
		out = append(out, warning{it, integrity.BasisNotice, stepTen, recipients(it, stepTen)})
	} else if missed && left <= 20 {
		out = append(out, warning{it, integrity.BasisNotice, stepTwenty, recipients(it, stepTwenty)})
	}
	return slices.DeleteFunc(out, func(w warning) bool { return len(w.tell) == 0 })
}

// yearEnd returns the days left until 31 December for a point that missed 30 June: its
// item speaks of June until the year is over, but the date of the notice warns as well.
func yearEnd(it *obligation.Item) (left int, missed bool) {
	missed = it.Rule == integrity.RuleTwoChecks && it.Status == integrity.StatusOverdue && it.Basis == integrity.BasisSystem && it.Required > 1
	return int(integrity.Date(it.Year, time.December, 31) - it.AsOf()), missed
}

func recipients(it *obligation.Item, step string) []string {
	switch {
	case it.Owner == integrity.OwnerInspector:
		return []string{toInspector}
	case it.Owner == integrity.OwnerOffice:
		return []string{toOffice}
	case it.UnitClosed && step == stepPast:
		return []string{toOffice}
	case it.UnitClosed:
		return nil
	case step == stepPast:
		return []string{toClerk + it.Unit, toHead + it.Unit, toOffice}
	case step == stepTen:
		return []string{toClerk + it.Unit, toHead + it.Unit}
	}
	return []string{toClerk + it.Unit}
}

// office is on whose behalf everything but petitions is asked: what it is not told cannot
// reach a unit's mail.
var office = integrity.Principal{Role: integrity.RoleOffice, Name: "定时任务"}

// pressing returns the items that are near or past as of a day, in the order of pages.
// The handling of petitions is asked for separately, on behalf of the inspectors.
func pressing(ctx context.Context, m Obligations, asOf integrity.Day) ([]*obligation.Item, error) {
	var out []*obligation.Item
	seen := map[string]bool{}
	for _, q := range []struct {
		who   integrity.Principal
		owner integrity.Owner // empty = all that the principal is told of
		scope metrics.Scope
	}{
		{office, "", metrics.Scope{Year: asOf.Year(), Status: string(integrity.StatusOverdue)}},
		{office, "", metrics.Scope{Year: asOf.Year(), Status: string(integrity.StatusDueSoon)}},
		{system, integrity.OwnerInspector, metrics.Scope{Rule: integrity.RuleHandling, Status: string(integrity.StatusOverdue)}},
		{system, integrity.OwnerInspector, metrics.Scope{Rule: integrity.RuleHandling, Status: string(integrity.StatusDueSoon)}},
	} {
		q.scope.AsOf = asOf
		answer, err := m.Overdue(ctx, q.who, q.scope)
		if err != nil {
			return nil, err
		}
		all := answer.Rows() // what a year's end left overdue stays so, whatever the year
		for i := range all {
			it := &all[i]
			petition := it.Owner == integrity.OwnerInspector
			if key := it.Key(); !seen[key] && petition == (q.owner == integrity.OwnerInspector) {
				seen[key] = true
				out = append(out, it)
			}
		}
	}
	return out, nil
}

// Warn returns the daily task that writes one notice per item, level and recipient, ever,
// gathers those of a run into one digest per recipient, and sends the digests. What is
// done gets no notice. Where a recipient has no address, that is recorded and told in the
// result; the notice is made up for when there is one and the level still holds. After
// downtime only the latest day is run: nobody wants the warnings of last week.
func Warn(m Mailing) Job {
	return Job{Name: NameWarn, Schedule: "0 8 * * *", Timeout: 20 * time.Minute, CatchUp: 1, Claim: claimMail,
		Run: func(ctx context.Context, now time.Time) (Result, error) { return m.warn(ctx, now) }}
}

// Deliver returns the task that sends what is waiting in the outbox.
func Deliver(m Mailing) Job {
	return Job{Name: NameDeliver, Schedule: "*/15 * * * *", Timeout: 20 * time.Minute, CatchUp: 1, Claim: claimMail,
		Run: func(ctx context.Context, now time.Time) (Result, error) { return m.deliver(ctx, now) }}
}

func (m Mailing) warn(ctx context.Context, now time.Time) (Result, error) {
	asOf := integrity.DayOf(now)
	items, err := pressing(ctx, m.Obligations, asOf)
	if err != nil {
		return Result{}, err
	}
	box := Outbox{m.Database}
	told, untold, written, err := box.notices(ctx)
	if err != nil {
		return Result{}, err
	}
	fresh := map[string][]notice{} // by recipient
	for _, it := range items {
		for _, w := range warnings(it) {
			for _, recipient := range w.tell {
				n := notice{recipient: recipient, item: it.Key(), level: w.level(), rule: it.Rule, basis: w.basis, unit: it.Unit, due: it.Due}
				if it.Owner == integrity.OwnerInspector {
					n.unit = "" // not even which unit a petition is about
				}
				if !told[n.id()] {
					fresh[recipient] = append(fresh[recipient], n)
				}
			}
		}
	}
	if n, due := weekly(asOf, told); due {
		fresh[toLeader] = []notice{n}
	}
	counts := map[string]uint64{"items": uint64(len(items)), "notices": 0, "digests": 0, "no_address": 0}
	var rows []notice
	var missing []string
	for _, recipient := range slices.Sorted(maps.Keys(fresh)) {
		digest := ""
		if len(m.Recipients.addresses(recipient)) == 0 {
			missing = append(missing, recipient)
			counts["no_address"] += uint64(len(fresh[recipient]))
		} else {
			digest = strings.ToLower(rand.Text())
			counts["digests"]++
			counts["notices"] += uint64(len(fresh[recipient]))
		}
		for _, n := range fresh[recipient] {
			n.digest = digest
			if digest != "" || !untold[n.id()] {
				rows = append(rows, n)
			}
		}
	}
	if err := box.write(ctx, rows, written, asOf, now); err != nil {
		return Result{}, err
	}
	sent, err := m.deliver(ctx, now)
	if err != nil {
		return Result{}, err
	}
	maps.Copy(counts, sent.Counts)
	text := obligation.Text{ZH: fmt.Sprintf("临近和逾期%d项，新通知%d条，汇总%d份；%s", len(items), counts["notices"], counts["digests"], sent.Text.ZH),
		EN: fmt.Sprintf("near or late: %d, new notices %d, digests %d; %s", len(items), counts["notices"], counts["digests"], sent.Text.EN)}
	if len(missing) > 0 {
		m.Log.WarnContext(ctx, "recipients without an address", "recipients", len(missing), "notices", counts["no_address"])
		text.ZH += fmt.Sprintf("；%d个接收人没有登记邮箱，%d条通知未发出：%s", len(missing), counts["no_address"], few(missing, integrity.Chinese))
		text.EN += fmt.Sprintf("; recipients without an address: %d, notices not sent: %d (%s)", len(missing), counts["no_address"], few(missing, integrity.English))
	}
	return Result{Text: text, Counts: counts}, nil
}

// weekly returns the notice of the leaders' digest when the week has none: on Monday, or
// on a later day when Monday's was missed.
func weekly(asOf integrity.Day, told map[string]bool) (notice, bool) {
	year, week := asOf.UTC().ISOWeek()
	n := notice{recipient: toLeader, item: fmt.Sprintf("week/%d-W%02d", year, week), level: levelWeekly, due: asOf}
	if told[n.id()] {
		return n, false
	}
	if asOf.Weekday() == time.Monday {
		return n, true
	}
	for id := range told {
		if strings.HasPrefix(id, toLeader+"\x00") {
			return n, true
		}
	}
	return n, false
}

// few names the first recipients of a list for the result of a run.
func few(recipients []string, lang integrity.Lang) string {
	const most = 10
	var out []string
	for _, r := range recipients[:min(most, len(recipients))] {
		out = append(out, recipientLabel(r, lang))
	}
	if len(recipients) > most {
		out = append(out, "…")
	}
	return strings.Join(out, obligation.Text{ZH: "、", EN: ", "}.In(lang))
}

// recipientLabel names a recipient by unit code and office, never by person.
func recipientLabel(recipient string, lang integrity.Lang) string {
	role, unit, _ := strings.Cut(recipient, "/")
	word := map[string]obligation.Text{
		"clerk":     {ZH: "经办人", EN: "clerk"},
		"head":      {ZH: "负责人", EN: "head"},
		toOffice:    {ZH: "政治处", EN: "political department"},
		toInspector: {ZH: "检查组", EN: "inspection team"},
		toLeader:    {ZH: "委领导", EN: "commission leaders"},
	}[role].In(lang)
	return cmp.Or(strings.TrimSpace(unit+" "+word), recipient)
}
