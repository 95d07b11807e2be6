package obligation

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"qingfeng/internal/integrity"
)

// quoted is how many characters of a description a sentence quotes, and dated how many
// dates.
const (
	quoted = 20
	dated  = 6
)

// Explain fills in Why, Sentence and Next of the items, for those that somebody will read: sentences
// cost more than verdicts.
func (b *Book) Explain(items []Item, lang integrity.Lang) {
	for i := range items {
		it := &items[i]
		it.Why, it.Sentence, it.Next = b.Why(it, lang), Sentence(it.Rule), it.Step(lang)
	}
}

// Why says in one or two sentences why an item has its status, with the days it rests on.
func (b *Book) Why(it *Item, lang integrity.Lang) string {
	var text string
	switch it.Rule {
	case integrity.RuleTwoChecks:
		text = b.whyTwoChecks(it, lang)
	case integrity.RuleQ1Review:
		text = whyQ1Review(it, lang)
	default:
		text = b.whyTerm(it, lang)
	}
	for _, remark := range []struct {
		applies bool
		Text
	}{
		{it.Removed && it.Rule == integrity.RuleTwoChecks, Text{"移出时未完成。", " Not done when the point was removed or moved."}},
		{it.Removed && it.Rule != integrity.RuleTwoChecks, Text{"单位停用时未完成。", " Not done when the unit closed."}},
		{it.LateEntry, Text{"含补录。", " Includes a late entry."}},
		{it.Unarranged, b.unarrangedNote(it)},
	} {
		if remark.applies {
			text += remark.In(lang)
		}
	}
	return text
}

func (b *Book) unarrangedNote(it *Item) Text {
	return Text{
		b.rules.Calendar.Note(it.Since, it.Due, integrity.Chinese) + "。",
		" Provisional: " + b.rules.Calendar.Note(it.Since, it.Due, integrity.English) + ".",
	}
}

func (b *Book) whyTwoChecks(it *Item, lang integrity.Lang) string {
	dates := b.checkDates(it)
	var s strings.Builder
	if lang == integrity.English {
		fmt.Fprintf(&s, "%s, point %d%s: %s required in %d, %d done by %s%s.", it.UnitName, it.RiskNo, b.quote(it, " (%s)"),
			plural(it.Required, "check"), it.Year, it.Done, it.AsOf(), brackets(dates, ", ", " (", ")"))
	} else {
		fmt.Fprintf(&s, "%s第%d项%s：%d年度应接受监督检查%d次，截至%s已查%d次%s。", it.UnitName, it.RiskNo, b.quote(it, "（%s）"),
			it.Year, it.Required, it.AsOf(), it.Done, brackets(dates, "、", "（", "）"))
	}
	s.WriteString(b.whyStatus(it, lang))
	return s.String()
}

// whyStatus is the second half of the sentence on checks.
func (b *Book) whyStatus(it *Item, lang integrity.Lang) string {
	zh, en := "", ""
	switch it.Status {
	case integrity.StatusExempt:
		zh, en = "已豁免，不计入分子和分母。", " Exempt: in no numerator and no denominator."
	case integrity.StatusMet:
		zh, en = "年度达标。", " The year is met."
	case integrity.StatusMetLate:
		zh, en = "6月30日节点（本系统设定，非文件规定）未按期，已补齐，年度达标。", " The checkpoint of 30 June (set by this system, not by the notice) was missed and made up; the year is met."
	case integrity.StatusOverdue:
		if it.Basis == integrity.BasisNotice {
			zh = fmt.Sprintf("年度期限%s已过，逾期%d天。", it.Due, -it.DaysLeft)
			en = fmt.Sprintf(" The year ended on %s: %s overdue.", it.Due, plural(-it.DaysLeft, "day"))
		} else {
			zh = fmt.Sprintf("半年节点%s（本系统设定，非文件规定）已过%d天，进度滞后。", it.Due, -it.DaysLeft)
			en = fmt.Sprintf(" The checkpoint of %s (set by this system, not by the notice) passed %s ago: behind schedule.", it.Due, plural(-it.DaysLeft, "day"))
		}
	default:
		zh = fmt.Sprintf("下一节点%s，还有%d天。", it.Due, it.DaysLeft)
		en = fmt.Sprintf(" Next checkpoint %s, %s left.", it.Due, plural(it.DaysLeft, "day"))
		if it.Late {
			zh += "6月30日节点曾未按期。"
			en += " The checkpoint of 30 June was missed."
		}
	}
	return Text{zh, en}.In(lang)
}

func whyQ1Review(it *Item, lang integrity.Lang) string {
	zh := fmt.Sprintf("%s：%d年第一季度动态排查，期限%s，", it.UnitName, it.Year, it.Due)
	en := fmt.Sprintf("%s: first-quarter review of %d, due %s; ", it.UnitName, it.Year, it.Due)
	switch it.Status {
	case integrity.StatusExempt:
		zh, en = zh+"已豁免，不计入分子和分母。", en+"exempt, in no numerator and no denominator."
	case integrity.StatusMet:
		zh, en = zh+fmt.Sprintf("%s完成。", it.DoneOn), en+fmt.Sprintf("done on %s.", it.DoneOn)
	case integrity.StatusMetLate:
		late := int(it.DoneOn - it.Due)
		zh, en = zh+fmt.Sprintf("%s完成，晚%d天。", it.DoneOn, late), en+fmt.Sprintf("done on %s, %s late.", it.DoneOn, plural(late, "day"))
	case integrity.StatusOverdue:
		zh, en = zh+fmt.Sprintf("截至%s未见当年清单或动态排查记录，逾期%d天。", it.AsOf(), -it.DaysLeft),
			en+fmt.Sprintf("no list and no review of the year by %s, %s overdue.", it.AsOf(), plural(-it.DaysLeft, "day"))
	default:
		zh, en = zh+fmt.Sprintf("尚未完成，还有%d天。", it.DaysLeft), en+fmt.Sprintf("not done yet, %s left.", plural(it.DaysLeft, "day"))
	}
	return Text{zh, en}.In(lang)
}

// whyTerm explains the rules whose limit is a term from a day on.
func (b *Book) whyTerm(it *Item, lang integrity.Lang) string {
	var zh, en string
	switch it.Rule {
	case integrity.RuleFiling:
		zh = fmt.Sprintf("%s第%d项%s为重要风险点，%s经委党委审定，报市纪委备案期限%s", it.UnitName, it.RiskNo, b.quote(it, "（%s）"), it.Since, it.Due)
		en = fmt.Sprintf("%s, point %d%s is important and was approved on %s; to be filed by %s", it.UnitName, it.RiskNo, b.quote(it, " (%s)"), it.Since, it.Due)
	case integrity.RuleRectification:
		zh = fmt.Sprintf("%s问题%s（%s发现），整改期限%s", it.UnitName, it.Number, it.Since, it.Due)
		en = fmt.Sprintf("%s, finding %s of %s, to be put right by %s", it.UnitName, it.Number, it.Since, it.Due)
	case integrity.RuleStage:
		stage := integrity.Stage(it.Subject)
		zh = fmt.Sprintf("%s%d年度清单%s进入%s，进入下一阶段的期限%s", it.UnitName, it.Year, it.Since, stage.Label(integrity.Chinese), it.Due)
		en = fmt.Sprintf("%s, list of %d entered %q on %s; next stage by %s", it.UnitName, it.Year, stage.Label(integrity.English), it.Since, it.Due)
	default:
		kind := integrity.SignalKind(it.Subject)
		zh = fmt.Sprintf("%s%s%s（%s起算），办理期限%s", it.UnitName, kind.Label(integrity.Chinese), it.Number, it.Since, it.Due)
		en = fmt.Sprintf("%s, %s %s, counted from %s, to be closed by %s", it.UnitName, strings.ToLower(kind.Label(integrity.English)), it.Number, it.Since, it.Due)
	}
	switch it.Status {
	case integrity.StatusMet:
		zh, en = zh+fmt.Sprintf("，%s完成。", it.DoneOn), en+fmt.Sprintf("; done on %s.", it.DoneOn)
	case integrity.StatusMetLate:
		late := int(it.DoneOn - it.Due)
		zh, en = zh+fmt.Sprintf("，%s补齐，晚%d天。", it.DoneOn, late), en+fmt.Sprintf("; made up on %s, %s late.", it.DoneOn, plural(late, "day"))
	case integrity.StatusOverdue:
		zh, en = zh+fmt.Sprintf("，已过%d天，进度滞后。", -it.DaysLeft), en+fmt.Sprintf("; %s behind schedule.", plural(-it.DaysLeft, "day"))
	default:
		zh, en = zh+fmt.Sprintf("，还有%d天。", it.DaysLeft), en+fmt.Sprintf("; %s left.", plural(it.DaysLeft, "day"))
	}
	return Text{zh + ClauseSystem + "。", en + " The limit is this system's, not the notice's."}.In(lang)
}

// checkDates returns the distinct days on which the point of an item was checked in its
// year, the first few of them.
func (b *Book) checkDates(it *Item) []string {
	p := b.pointAt.find(it.RiskID)
	if p < 0 {
		return nil
	}
	f := b.frame(it.Year, it.AsOf())
	var out []string
	previous := integrity.NoDay
	for _, e := range b.events[b.eventAt[p]:b.eventAt[p+1]] {
		if e.on < f.first || e.on > f.end || e.on == previous {
			continue
		}
		previous = e.on
		if len(out) == dated {
			return append(out, "…")
		}
		out = append(out, e.on.String())
	}
	return out
}

// quote returns the beginning of the description of an item's point in format, or the
// empty text where there is none.
func (b *Book) quote(it *Item, format string) string {
	p := b.pointAt.find(it.RiskID)
	if p < 0 || b.facts.Points[p].Description == "" {
		return ""
	}
	text := b.facts.Points[p].Description
	if utf8.RuneCountInString(text) > quoted {
		text = string([]rune(text)[:quoted]) + "…"
	}
	return fmt.Sprintf(format, text)
}

func brackets(words []string, separator, left, right string) string {
	if len(words) == 0 {
		return ""
	}
	return left + strings.Join(words, separator) + right
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
