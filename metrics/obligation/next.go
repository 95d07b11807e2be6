package obligation

import (
	"strconv"
	"strings"
	"time"

	"qingfeng/internal/integrity"
)

// situation tells the sentences of one rule and status apart where whose limit it is, or who
// owes it, changes what is to be done.
type situation string

// Items that none of these fits have the sentence of anySituation.
const (
	anySituation situation = ""
	byNotice     situation = "notice"   // past a date of the notice
	yearOver     situation = "over"     // the year of the item is over, or its point is gone: nothing new counts for it
	tooLate      situation = "too late" // fewer days are left in the year than separate days of checks are missing
	ofPetitions  situation = "petitions"
	ofOffice     situation = "office" // recorded by the political department for all units
	ofLeader     situation = "leader" // the own part of a leader in charge
	leaderOver   situation = "leader, over"
	leaderLate   situation = "leader, too late"
)

type stepKey struct {
	rule   integrity.Rule
	status integrity.Status
	when   situation
}

// steps is what to do next about an item, one sentence for each rule and status. {due} is its
// limit, {missing} what is still to be done, {letter} the letter that the item gets; what stands in
// brackets is left out where it gets none. Nothing here decides about a person: letters are
// drafted by the program and issued by people, an exemption has its approver.
var steps = map[stepKey]Text{
	{integrity.RuleTwoChecks, integrity.StatusOnTrack, anySituation}: {
		"在{due}前安排下一次检查，日期不与已查的重复。", "Plan the next check by {due}, on a day of its own.",
	},
	{integrity.RuleTwoChecks, integrity.StatusDueSoon, anySituation}: {
		"马上排定检查日期，最迟{due}查完并录入。", "Fix the day of the check now; done and entered by {due}.",
	},
	{integrity.RuleTwoChecks, integrity.StatusOverdue, anySituation}: {
		"尽快补查，12月31日前还须有{missing}个检查日[；政治处可发{letter}]。", "Make it up, days of checks still missing by 31 December: {missing}[; {letter} may be sent].",
	},
	{integrity.RuleTwoChecks, integrity.StatusOverdue, tooLate}: {
		"离12月31日只有{days}天，差{missing}个检查日，已不能达标：查一次是一次；当年查过的补录，确有理由的报批后登记豁免[；政治处可发{letter}]。",
		"Days left to 31 December: {days}, of checks missing: {missing}; too late for all: check while there is time, enter late what was checked, or record an approved exemption[; {letter} may be sent].",
	},
	{integrity.RuleTwoChecks, integrity.StatusOverdue, byNotice}: {
		"当年查过的补录检查记录；确有理由的报批后登记豁免[；都没有的，政治处发{letter}]。",
		"Enter late what was checked in that year; where there is reason, record an approved exemption[; else {letter} is due].",
	},
	{integrity.RuleTwoChecks, integrity.StatusOverdue, yearOver}: {
		"已不能补查：在期内查过的补录检查记录，确有理由的报批后登记豁免[；都没有的，政治处可发{letter}]。",
		"Too late for new checks: enter late what was checked in time, or record an approved exemption[; else {letter} may be sent].",
	},
	{integrity.RuleTwoChecks, integrity.StatusMet, anySituation}: {
		"无须再办，保存好检查记录。", "Nothing more to do; keep the records of the checks.",
	},
	{integrity.RuleTwoChecks, integrity.StatusMetLate, anySituation}: {
		"无须再办，下一年6月30日前先查一次。", "Nothing more to do; next year, check once by 30 June.",
	},
	{integrity.RuleTwoChecks, integrity.StatusExempt, anySituation}: {
		"不需检查，豁免理由和批准人留存备查。", "No checks needed; keep the reason and the approver of the exemption.",
	},
	{integrity.RuleTwoChecks, integrity.StatusOnTrack, ofLeader}: {
		"{due}前还须参加{missing}个检查日的监督检查，先排定最近一次。", "Take part in checks by {due}, days still missing: {missing}; fix the first of them.",
	},
	{integrity.RuleTwoChecks, integrity.StatusDueSoon, ofLeader}: {
		"马上排定检查日期，{due}前还须参加{missing}个检查日。", "Fix the days now, still missing by {due}: {missing}.",
	},
	{integrity.RuleTwoChecks, integrity.StatusOverdue, ofLeader}: {
		"尽快参加一次监督检查，12月31日前还须有{missing}个检查日[；可向联络员发{letter}]。", "Take part in a check soon, days still missing by 31 December: {missing}[; {letter} may go to the liaison].",
	},
	{integrity.RuleTwoChecks, integrity.StatusOverdue, leaderLate}: {
		"离12月31日只有{days}天，差{missing}个检查日，已不能达标：参加一次是一次；当年参加过的，在检查记录上补录责任领导参与[；可向联络员发{letter}]。",
		"Days left to 31 December: {days}, missing: {missing}; too late for all: take part while there is time, and enter late where the leader took part[; {letter} may go to the liaison].",
	},
	{integrity.RuleTwoChecks, integrity.StatusOverdue, leaderOver}: {
		"当年参加过检查的，在检查记录上补录责任领导参与[；没有的，向联络员发{letter}]。",
		"Enter late where the leader took part in a check of that year[; where there is none, {letter} goes to the liaison].",
	},

	{integrity.RuleQ1Review, integrity.StatusOnTrack, anySituation}: {
		"{due}前报送本年清单；没有变化的，在台账登记“动态排查”。", "Hand in this year's list by {due}, or record 动态排查 where nothing changed.",
	},
	{integrity.RuleQ1Review, integrity.StatusDueSoon, anySituation}: {
		"马上报送本年清单或登记“动态排查”，最迟{due}。", "Hand in this year's list or record 动态排查 now, by {due} at the latest.",
	},
	{integrity.RuleQ1Review, integrity.StatusOverdue, anySituation}: {
		"立即报送本年清单或登记“动态排查”[；政治处发{letter}]。", "Hand in this year's list or record 动态排查 at once[; {letter} is due].",
	},
	{integrity.RuleQ1Review, integrity.StatusOverdue, yearOver}: {
		"当年排查过的补录清单或“动态排查”；确有理由的报批后登记豁免[；都没有的，政治处发{letter}]。",
		"Enter late the list or review of that year; where there is reason, record an approved exemption[; else {letter} is due].",
	},
	{integrity.RuleQ1Review, integrity.StatusMet, anySituation}: {
		"无须再办；清单没有变化的，核对一遍有无新的风险点。", "Nothing more to do; where the list did not change, look once more for new points.",
	},
	{integrity.RuleQ1Review, integrity.StatusMetLate, anySituation}: {
		"无须再办，下一年3月31日前完成。", "Nothing more to do; next year, by 31 March.",
	},
	{integrity.RuleQ1Review, integrity.StatusExempt, anySituation}: {
		"不需排查，豁免理由和批准人留存备查。", "No review needed; keep the reason and the approver of the exemption.",
	},

	{integrity.RuleFiling, integrity.StatusOnTrack, anySituation}: {
		"政治处在{due}前报市纪委备案，并登记日期和文号。", "The political department files it by {due} and records day and number.",
	},
	{integrity.RuleFiling, integrity.StatusDueSoon, anySituation}: {
		"政治处马上备好备案表，最迟{due}报市纪委。", "The political department prepares the form now; to be filed by {due}.",
	},
	{integrity.RuleFiling, integrity.StatusOverdue, anySituation}: {
		"政治处立即报市纪委备案并登记；已报的补登日期和文号[，检查组可发{letter}]。", "The political department files it at once, or records day and number of what was filed[; the inspectors may send {letter}].",
	},
	{integrity.RuleFiling, integrity.StatusMet, anySituation}: {
		"无须再办，回执存档。", "Nothing more to do; keep the receipt.",
	},
	{integrity.RuleFiling, integrity.StatusMetLate, anySituation}: {
		"无须再办，下一轮审定后及时备案。", "Nothing more to do; file in time after the next approval.",
	},
	{integrity.RuleFiling, integrity.StatusExempt, anySituation}: {
		"不需备案，豁免理由和批准人留存备查。", "No filing needed; keep the reason and the approver of the exemption.",
	},

	{integrity.RuleRectification, integrity.StatusOnTrack, anySituation}: {
		"{due}前完成整改，并登记整改完成日期。", "Put it right by {due} and record the day.",
	},
	{integrity.RuleRectification, integrity.StatusDueSoon, anySituation}: {
		"核实整改进展，最迟{due}完成并登记日期。", "Look into how far it is; done and recorded by {due}.",
	},
	{integrity.RuleRectification, integrity.StatusOverdue, anySituation}: {
		"单位说明原因并立即整改，改完登记日期[；政治处可发{letter}]。", "The unit says why, puts it right at once and records the day[; {letter} may be sent].",
	},
	{integrity.RuleRectification, integrity.StatusMet, anySituation}: {
		"无须再办，下次检查时回头看。", "Nothing more to do; look again at the next check.",
	},
	{integrity.RuleRectification, integrity.StatusMetLate, anySituation}: {
		"无须再办，安排一次回头看，防止反复。", "Nothing more to do; visit again so that it does not come back.",
	},
	{integrity.RuleRectification, integrity.StatusExempt, anySituation}: {
		"不需整改，豁免理由和批准人留存备查。", "Nothing to put right; keep the reason and the approver of the exemption.",
	},

	{integrity.RuleHandling, integrity.StatusOnTrack, anySituation}: {
		"{due}前办结，并登记办结日期。", "Close it by {due} and record the day.",
	},
	{integrity.RuleHandling, integrity.StatusDueSoon, anySituation}: {
		"催办，最迟{due}办结并登记日期。", "Press for it; closed and recorded by {due}.",
	},
	{integrity.RuleHandling, integrity.StatusOverdue, anySituation}: {
		"立即办结并登记日期；已办结的补登[，政治处可发{letter}]。", "Close it and record the day at once, or record when it was closed[; {letter} may be sent].",
	},
	{integrity.RuleHandling, integrity.StatusOverdue, ofPetitions}: {
		"驻委纪检监察组催办；已办结的补登日期，经批准延期的登记“延期至”。", "The inspectors press for it; record when it was closed, or an approved extension.",
	},
	{integrity.RuleHandling, integrity.StatusMet, anySituation}: {
		"无须再办，核对是否要关联到风险点。", "Nothing more to do; see whether it belongs to a risk point.",
	},
	{integrity.RuleHandling, integrity.StatusMetLate, anySituation}: {
		"无须再办，查明超过时限的原因。", "Nothing more to do; find out why it took longer.",
	},
	{integrity.RuleHandling, integrity.StatusExempt, anySituation}: {
		"不需办理，豁免理由和批准人留存备查。", "Nothing to handle; keep the reason and the approver of the exemption.",
	},

	{integrity.RuleStage, integrity.StatusOnTrack, anySituation}: {
		"{due}前进入下一阶段，并在台账登记日期和人员。", "Enter the next stage by {due}; record day and people in the ledger.",
	},
	{integrity.RuleStage, integrity.StatusDueSoon, anySituation}: {
		"马上安排下一阶段，最迟{due}登记进入。", "Arrange the next stage now; entered and recorded by {due}.",
	},
	{integrity.RuleStage, integrity.StatusOverdue, anySituation}: {
		"立即进入下一阶段并登记；已进入的补登[，政治处可发{letter}]。", "Enter the next stage at once, or record it if it was entered[; {letter} may be sent].",
	},
	{integrity.RuleStage, integrity.StatusOverdue, ofOffice}: {
		"政治处立即组织下一阶段并为全部单位登记；已进入的补登[，检查组可发{letter}]。", "The political department arranges the next stage at once and records it for all units[; the inspectors may send {letter}].",
	},
	{integrity.RuleStage, integrity.StatusMet, anySituation}: {
		"无须再办，核对签字是否齐全。", "Nothing more to do; see that no signature is missing.",
	},
	{integrity.RuleStage, integrity.StatusMetLate, anySituation}: {
		"无须再办，核对签字是否齐全，下一轮提前安排。", "Nothing more to do; see that no signature is missing, and plan the next round earlier.",
	},
	{integrity.RuleStage, integrity.StatusExempt, anySituation}: {
		"不再推进，豁免理由和批准人留存备查。", "No further stage; keep the reason and the approver of the exemption.",
	},
}

// asks is what a letter about an open item asks for, after 请于…前: the doing that its next step
// names, without what the political department does. Items that get no letter have none.
var asks = map[stepKey]string{
	{integrity.RuleTwoChecks, integrity.StatusDueSoon, anySituation}:     "完成下一次监督检查并录入",
	{integrity.RuleTwoChecks, integrity.StatusOverdue, anySituation}:     "安排补查并录入（12月31日前还须有{missing}个检查日）",
	{integrity.RuleTwoChecks, integrity.StatusOverdue, tooLate}:          "安排补查并录入，当年查过的补录，确有理由的报批后登记豁免（12月31日前已不能全部完成）",
	{integrity.RuleTwoChecks, integrity.StatusOverdue, leaderLate}:       "安排参加对分管工作廉洁风险点的监督检查，当年参加过的补录（12月31日前已不能全部完成）",
	{integrity.RuleTwoChecks, integrity.StatusOverdue, byNotice}:         "补录当年查过而未登记的检查，确有理由的报批后登记豁免",
	{integrity.RuleTwoChecks, integrity.StatusOverdue, yearOver}:         "补录在期内查过而未登记的检查，确有理由的报批后登记豁免",
	{integrity.RuleTwoChecks, integrity.StatusDueSoon, ofLeader}:         "参加对分管工作廉洁风险点的监督检查（还须{missing}个检查日）",
	{integrity.RuleTwoChecks, integrity.StatusOverdue, ofLeader}:         "安排参加对分管工作廉洁风险点的监督检查（12月31日前还须有{missing}个检查日）",
	{integrity.RuleTwoChecks, integrity.StatusOverdue, leaderOver}:       "补录当年参加而未登记的监督检查，没有的说明原因",
	{integrity.RuleQ1Review, integrity.StatusOverdue, anySituation}:      "报送当年清单，没有变化的登记动态排查",
	{integrity.RuleQ1Review, integrity.StatusOverdue, yearOver}:          "补录当年排查的清单或记录，确有理由的报批后登记豁免",
	{integrity.RuleFiling, integrity.StatusDueSoon, anySituation}:        "完成备案并登记日期和文号",
	{integrity.RuleFiling, integrity.StatusOverdue, anySituation}:        "完成备案并登记日期和文号，已报的补登",
	{integrity.RuleRectification, integrity.StatusDueSoon, anySituation}: "完成整改并登记日期",
	{integrity.RuleRectification, integrity.StatusOverdue, anySituation}: "说明原因，完成整改并登记日期",
	{integrity.RuleHandling, integrity.StatusDueSoon, anySituation}:      "办结并登记日期",
	{integrity.RuleHandling, integrity.StatusOverdue, anySituation}:      "办结并登记日期，已办结的补登",
	{integrity.RuleStage, integrity.StatusDueSoon, anySituation}:         "进入下一阶段并登记",
	{integrity.RuleStage, integrity.StatusOverdue, anySituation}:         "进入下一阶段并登记，已进入的补登",
	{integrity.RuleStage, integrity.StatusDueSoon, ofOffice}:             "组织下一阶段并为全部单位登记",
	{integrity.RuleStage, integrity.StatusOverdue, ofOffice}:             "组织下一阶段并为全部单位登记，已进入的补登",
}

// letters are the kinds of letters within a sentence.
var letters = map[integrity.LetterKind]Text{
	integrity.LetterSupervision: {integrity.LetterSupervision.Label(integrity.Chinese), "a supervision letter"},
	integrity.LetterReminder:    {integrity.LetterReminder.Label(integrity.Chinese), "a reminder"},
	integrity.LetterDuty:        {integrity.LetterDuty.Label(integrity.Chinese), "a hint on the duty"},
}

// Step says in one sentence what to do next about an item.
func (it *Item) Step(lang integrity.Lang) string {
	text := said(steps, it).In(lang)
	if before, rest, found := strings.Cut(text, "["); found {
		letter, after, _ := strings.Cut(rest, "]")
		if kind := it.Letter(); kind != "" {
			before += strings.ReplaceAll(letter, "{letter}", letters[kind].In(lang))
		}
		text = before + after
	}
	return it.fill(text)
}

// Ask is what a letter about an item asks its addressee for, in Chinese as letters are; empty for
// an item that gets none.
func (it *Item) Ask() string {
	if it.Owner == integrity.OwnerInspector {
		return "" // no letter is written about petitions
	}
	return it.fill(said(asks, it))
}

// said returns what fits the situation of an item, else what fits any.
func said[T any](texts map[stepKey]T, it *Item) T {
	if text, ok := texts[stepKey{it.Rule, it.Status, it.situation()}]; ok {
		return text
	}
	return texts[stepKey{it.Rule, it.Status, anySituation}]
}

func (it *Item) fill(text string) string {
	return strings.NewReplacer("{due}", it.Due.String(), "{missing}", strconv.Itoa(it.Required-it.Done), "{days}", strconv.Itoa(it.daysOfYear())).Replace(text)
}

// daysOfYear is how many days are left in the year of the item, the as-of day included.
func (it *Item) daysOfYear() int {
	return max(int(integrity.Date(it.Year, time.December, 31)-it.AsOf())+1, 0)
}

func (it *Item) situation() situation {
	late := it.Rule == integrity.RuleTwoChecks && it.AsOf().Year() == it.Year && it.Required-it.Done > it.daysOfYear()
	byYear := it.Rule == integrity.RuleTwoChecks || it.Rule == integrity.RuleQ1Review
	switch {
	case it.Owner == integrity.OwnerLeader && it.Status == integrity.StatusOverdue && it.Basis == integrity.BasisNotice:
		return leaderOver
	case it.Owner == integrity.OwnerLeader && late:
		return leaderLate
	case it.Owner == integrity.OwnerLeader:
		return ofLeader
	case it.Owner == integrity.OwnerInspector:
		return ofPetitions
	case it.Owner == integrity.OwnerOffice:
		return ofOffice
	case it.Rule == integrity.RuleTwoChecks && it.Basis == integrity.BasisNotice:
		return byNotice
	case byYear && (it.AsOf().Year() > it.Year || it.Removed):
		return yearOver
	case late:
		return tooLate
	}
	return anySituation
}
