package jobs

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// listed is how many items of one kind a mail lists; the rest is behind its link.
const listed = 50

// section is the part of a digest about one rule, basis, urgency and, for the yearly
// rules, year: what one link can show.
type section struct {
	sectionKey
	items []*obligation.Item
}

type sectionKey struct {
	rule  integrity.Rule
	basis integrity.Basis
	year  int // 0 for rules that are not yearly
	past  bool
}

// sections sorts items by rule in official order, what is past first; within a section
// they keep their order.
func sections(items []*obligation.Item) []section {
	by := map[sectionKey]*section{}
	for _, it := range items {
		k := sectionKey{rule: it.Rule, basis: it.Basis, past: it.Status == integrity.StatusOverdue}
		if k.rule == integrity.RuleTwoChecks || k.rule == integrity.RuleQ1Review {
			k.year = it.Year
		}
		if by[k] == nil {
			by[k] = &section{sectionKey: k}
		}
		by[k].items = append(by[k].items, it)
	}
	order := func(s section) (rule, basis int) {
		return slices.Index(integrity.Rules(), s.rule), slices.Index(integrity.Bases(), s.basis)
	}
	var out []section
	for _, s := range by {
		out = append(out, *s)
	}
	slices.SortFunc(out, func(a, b section) int {
		ruleA, basisA := order(a)
		ruleB, basisB := order(b)
		if c := cmp.Compare(ruleA, ruleB); c != 0 {
			return c
		}
		if a.past != b.past {
			if a.past {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(basisA, basisB), cmp.Compare(a.year, b.year))
	})
	return out
}

func (s section) status() integrity.Status {
	if s.past {
		return integrity.StatusOverdue
	}
	return integrity.StatusDueSoon
}

// label names the rule. Of handling, only complaints are ever listed, and units must not
// even read the other word.
func (s section) label(lang integrity.Lang) string {
	if s.rule == integrity.RuleHandling {
		return obligation.Text{ZH: "投诉办理时限", EN: "Handling of complaints"}.In(lang)
	}
	return s.rule.Label(lang)
}

// compose writes a digest. It names units and offices, never persons; of a signal it gives
// the number only, and of petitions nothing but how many there are.
func (m Mailing) compose(recipient string, items []*obligation.Item, asOf integrity.Day) Letter {
	d := digest{Mailing: m, recipient: recipient, asOf: asOf, sections: sections(items)}
	switch recipient {
	case toInspector:
		d.petitions()
	case toLeader:
		d.week()
	default:
		d.duties()
	}
	d.line("")
	d.say("每个事项的每一级别只通知一次，完成后不再通知。本邮件由系统自动发出，请勿回复。", "Each level of each item is notified once, and nothing once it is done. This mail was sent by the system; please do not reply.")
	return Letter{Subject: d.subject(), Body: d.text.String(), From: m.From}
}

type digest struct {
	Mailing
	recipient string
	asOf      integrity.Day
	sections  []section
	text      strings.Builder
}

func (d *digest) line(s string) { d.text.WriteString(s + "\n") }

func (d *digest) in(zh, en string) string { return obligation.Text{ZH: zh, EN: en}.In(d.Lang) }

func (d *digest) say(zh, en string) { d.line(d.in(zh, en)) }

// unit is the unit that the recipient belongs to; empty for offices.
func (d *digest) unit() string {
	_, unit, _ := strings.Cut(d.recipient, "/")
	return unit
}

// tally counts what the digest is about by what people call it.
func (d *digest) tally() (overdue, behind, soon int) {
	for _, s := range d.sections {
		switch {
		case !s.past:
			soon += len(s.items)
		case s.basis == integrity.BasisNotice:
			overdue += len(s.items)
		default:
			behind += len(s.items)
		}
	}
	return overdue, behind, soon
}

func (d *digest) subject() string {
	if d.recipient == toLeader {
		year, week := d.asOf.UTC().ISOWeek()
		return d.in(fmt.Sprintf("廉洁风险防控一周提要（%d年第%d周）", year, week), fmt.Sprintf("Integrity supervision, week %d of %d", week, year))
	}
	overdue, behind, soon := d.tally()
	var zh, en []string
	for _, c := range []struct {
		n      int
		zh, en string
	}{{overdue, "逾期%d项", "%d overdue"}, {behind, "进度滞后%d项", "%d behind schedule"}, {soon, "临近到期%d项", "%d due soon"}} {
		if c.n > 0 {
			zh, en = append(zh, fmt.Sprintf(c.zh, c.n)), append(en, fmt.Sprintf(c.en, c.n))
		}
	}
	return d.in("廉洁风险防控提醒："+strings.Join(zh, "、"), "Integrity supervision: "+strings.Join(en, ", "))
}

// duties is the digest of a unit or of the political department.
func (d *digest) duties() {
	if unit := d.unit(); unit != "" {
		name := d.sections[0].items[0].UnitName
		d.say(name+recipientLabel(strings.TrimSuffix(d.recipient, unit), integrity.Chinese)+"：", name+", "+recipientLabel(strings.TrimSuffix(d.recipient, unit), integrity.English)+":")
	} else {
		d.line(recipientLabel(d.recipient, d.Lang) + d.in("：", ":"))
	}
	d.line("")
	d.say(fmt.Sprintf("截至%s，下列事项需要办理。", d.asOf), fmt.Sprintf("As of %s these need doing.", d.asOf))
	for i, s := range d.sections {
		d.line("")
		d.line(fmt.Sprintf("%d. %s · %s (%d)", i+1, s.label(d.Lang), s.status().Label(s.basis, d.Lang), len(s.items)))
		for j, it := range s.items {
			if j == listed {
				d.say(fmt.Sprintf("   另有%d项，见链接。", len(s.items)-listed), fmt.Sprintf("   %d more behind the link.", len(s.items)-listed))
				break
			}
			d.line("   - " + d.item(it))
		}
		d.clause(s)
		d.link(s)
	}
}

// clause quotes what the section rests on.
func (d *digest) clause(s section) {
	clause := obligation.Clause(s.rule, s.basis)
	if s.basis == integrity.BasisNotice {
		d.say("   依据：“"+clause+"”", "   Clause: “"+clause+"”")
		return
	}
	d.say("   依据："+clause, "   Limit set by this system, not by the notice")
}

func (d *digest) link(s section) {
	values := url.Values{"rule": {string(s.rule)}, "basis": {string(s.basis)}, "status": {string(s.status())}}
	if unit := d.unit(); unit != "" {
		values.Set("unit", unit)
	}
	if s.year != 0 && s.year != d.asOf.Year() {
		values.Set("year", strconv.Itoa(s.year))
	}
	d.line("   " + d.BaseURL + "/supervision?" + values.Encode())
}

// item is one obligation in one line.
func (d *digest) item(it *obligation.Item) string {
	var zh, en string
	switch it.Rule {
	case integrity.RuleTwoChecks:
		zh = fmt.Sprintf("第%d项风险点，%d年度应查%d次、已查%d次，期限%s", it.RiskNo, it.Year, it.Required, it.Done, it.Due)
		en = fmt.Sprintf("risk point %d, %d of %d checks of %d, due %s", it.RiskNo, it.Done, it.Required, it.Year, it.Due)
	case integrity.RuleQ1Review:
		zh, en = fmt.Sprintf("%d年第一季度动态排查，期限%s", it.Year, it.Due), fmt.Sprintf("first-quarter review of %d, due %s", it.Year, it.Due)
	case integrity.RuleFiling:
		zh = fmt.Sprintf("第%d项重要风险点（%s审定）报市纪委备案，期限%s", it.RiskNo, it.Since, it.Due)
		en = fmt.Sprintf("important risk point %d, approved on %s, to be filed by %s", it.RiskNo, it.Since, it.Due)
	case integrity.RuleStage:
		stage := integrity.Stage(it.Subject)
		zh = fmt.Sprintf("%d年度清单%s进入%s，进入下一阶段的期限%s", it.Year, it.Since, stage.Label(integrity.Chinese), it.Due)
		en = fmt.Sprintf("list of %d entered %q on %s, next stage by %s", it.Year, stage.Label(integrity.English), it.Since, it.Due)
	case integrity.RuleRectification:
		zh, en = fmt.Sprintf("问题%s，整改期限%s", it.Number, it.Due), fmt.Sprintf("finding %s, to be put right by %s", it.Number, it.Due)
	default:
		zh, en = fmt.Sprintf("投诉%s，办理期限%s", it.Number, it.Due), fmt.Sprintf("complaint %s, to be closed by %s", it.Number, it.Due)
	}
	if d.unit() == "" {
		zh, en = it.UnitName+"："+zh, it.UnitName+": "+en
	}
	if it.DaysLeft < 0 {
		zh, en = zh+fmt.Sprintf("，已过%d天", -it.DaysLeft), en+fmt.Sprintf(", %d days ago", -it.DaysLeft)
	} else {
		zh, en = zh+fmt.Sprintf("，还有%d天", it.DaysLeft), en+fmt.Sprintf(", %d days left", it.DaysLeft)
	}
	if left, missed := yearEnd(it); missed && left >= 0 && left <= 20 {
		zh, en = zh+fmt.Sprintf("；文件规定的年度期限还有%d天", left), en+fmt.Sprintf("; the notice's date, the end of the year, is %d days ahead", left)
	}
	return d.in(zh, en)
}

// petitions is the digest of the inspectors: numbers only, because a mail leaves the house.
func (d *digest) petitions() {
	d.line(recipientLabel(toInspector, d.Lang) + d.in("：", ":"))
	d.line("")
	var past, ten, twenty int
	for _, s := range d.sections {
		for _, it := range s.items {
			switch {
			case it.Status == integrity.StatusOverdue:
				past++
			case it.DaysLeft <= 10:
				ten++
			default:
				twenty++
			}
		}
	}
	d.say(fmt.Sprintf("截至%s，信访办理：已过期限%d件，10天内到期%d件，20天内到期%d件。内容请登录系统查看。", d.asOf, past, ten, twenty),
		fmt.Sprintf("As of %s, handling of petitions: %d past the limit, %d due within 10 days, %d within 20. Please see the system for what they are.", d.asOf, past, ten, twenty))
	d.line(d.BaseURL + "/supervision?rule=handling&status=all")
}

// week is the leaders' digest: how many by rule, no unit by name.
func (d *digest) week() {
	d.line(recipientLabel(toLeader, d.Lang) + d.in("：", ":"))
	d.line("")
	overdue, behind, soon := d.tally()
	d.say(fmt.Sprintf("截至%s：逾期%d项（文件规定），进度滞后%d项（系统设定，非文件规定），临近到期%d项。", d.asOf, overdue, behind, soon),
		fmt.Sprintf("As of %s: %d overdue (by the notice), %d behind schedule (limits of this system, not of the notice), %d due soon.", d.asOf, overdue, behind, soon))
	for i, s := range d.sections {
		d.line("")
		d.line(fmt.Sprintf("%d. %s · %s: %d", i+1, s.label(d.Lang), s.status().Label(s.basis, d.Lang), len(s.items)))
		d.clause(s)
		d.link(s)
	}
	d.line("")
	d.line(d.in("责任领导履职：", "Duties of leaders: ") + d.BaseURL + "/leaders")
}
