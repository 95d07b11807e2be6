package obligation

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"qingfeng/internal/integrity"
)

func TestEveryLightSaysWhatToDoNext(t *testing.T) {
	statuses := []integrity.Status{integrity.StatusOnTrack, integrity.StatusDueSoon, integrity.StatusOverdue, integrity.StatusMet, integrity.StatusMetLate, integrity.StatusExempt}
	said := map[string]string{}
	for _, rule := range integrity.Rules() {
		for _, status := range statuses {
			name := string(rule) + " " + string(status)
			it := Item{Rule: rule, Status: status, Basis: integrity.BasisSystem, Year: 2026, Due: day("2026-06-30"), DaysLeft: 5, Required: 2, Done: 1}
			zh, en := it.Step(integrity.Chinese), it.Step(integrity.English)
			for lang, text := range map[string]string{"Chinese": zh, "English": en} {
				if n := utf8.RuneCountInString(text); n < 8 || n > 130 || strings.ContainsAny(text, "{}") || strings.Count(text, "。") > 1 {
					t.Errorf("%s in %s is no short sentence: %q", name, lang, text)
				}
			}
			if before, again := said[zh]; again {
				t.Errorf("%s says the same as %s: %s", name, before, zh)
			}
			said[zh] = name
			if done := strings.HasPrefix(zh, "无须再办") || strings.HasPrefix(zh, "不需") || strings.HasPrefix(zh, "不再"); done == it.Open() {
				t.Errorf("%s, open: %t, says %s", name, it.Open(), zh)
			}
			if (status == integrity.StatusOnTrack || status == integrity.StatusDueSoon) && (!strings.Contains(zh, "2026-06-30") || !strings.Contains(en, "2026-06-30")) {
				t.Errorf("%s does not name its limit: %s %s", name, zh, en)
			}
		}
	}
	for key, text := range steps {
		if text.ZH == "" || text.EN == "" || Sentence(key.rule) == "" {
			t.Errorf("%v is not whole: %+v", key, text)
		}
	}
}

func TestTheNextStepDependsOnWhoseLimitItIsAndWhoOwesIt(t *testing.T) {
	for _, tc := range []struct {
		name     string
		it       Item
		has, not string
	}{
		{"behind the half-year checkpoint the rest of the year is left", Item{Rule: integrity.RuleTwoChecks, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Year: 2026, Due: day("2026-06-30"), DaysLeft: -10, Required: 2}, "12月31日前还须有2个检查日", "督办单"},
		{"on the last day two dates no longer fit", Item{Rule: integrity.RuleTwoChecks, Owner: integrity.OwnerUnit, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Year: 2026, Due: day("2026-06-30"), DaysLeft: -184, Required: 2}, "只有1天，差2个检查日，已不能达标", "还须有"},
		{"the day before they just do", Item{Rule: integrity.RuleTwoChecks, Owner: integrity.OwnerUnit, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Year: 2026, Due: day("2026-06-30"), DaysLeft: -183, Required: 2}, "12月31日前还须有2个检查日", "不能"},
		{"nor for a leader", Item{Rule: integrity.RuleTwoChecks, Owner: integrity.OwnerLeader, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Year: 2026, Due: day("2026-06-30"), DaysLeft: -184, Required: 2}, "参加一次是一次", "还须有"},
		{"a year that has ended cannot be checked any more", Item{Rule: integrity.RuleTwoChecks, Owner: integrity.OwnerUnit, Status: integrity.StatusOverdue, Basis: integrity.BasisNotice, Year: 2026, Due: day("2026-12-31"), DaysLeft: -1, Required: 2, Done: 1}, "督办单", "补查，"},
		{"what the commission itself left undone is hinted at", Item{Rule: integrity.RuleTwoChecks, Owner: integrity.OwnerUnit, Whole: true, Status: integrity.StatusOverdue, Basis: integrity.BasisNotice, Year: 2026, Due: day("2026-12-31"), DaysLeft: -1, Required: 2, Done: 1}, "都没有的，政治处发履责提示单", "督办单"},
		{"nobody is written to in a unit that is closed", Item{Rule: integrity.RuleTwoChecks, Owner: integrity.OwnerUnit, UnitClosed: true, Status: integrity.StatusOverdue, Basis: integrity.BasisNotice, Year: 2026, Due: day("2026-12-31"), DaysLeft: -1, Required: 2, Done: 1}, "报批后登记豁免。", "政治处"},
		{"nor can a point that was moved before the notice's date", Item{Rule: integrity.RuleTwoChecks, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Year: 2026, Due: day("2026-06-30"), DaysLeft: -40, Required: 1, Removed: true}, "已不能补查", "督办单"},
		{"a review is still possible within its year", Item{Rule: integrity.RuleQ1Review, Status: integrity.StatusOverdue, Basis: integrity.BasisNotice, Year: 2026, Due: day("2026-03-31"), DaysLeft: -1, Required: 1}, "立即报送本年清单", "当年排查过的"},
		{"but not after it", Item{Rule: integrity.RuleQ1Review, Status: integrity.StatusOverdue, Basis: integrity.BasisNotice, Year: 2026, Due: day("2026-03-31"), DaysLeft: -276, Required: 1}, "当年排查过的", "本年清单"},
		{"petitions get no letter", Item{Rule: integrity.RuleHandling, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Owner: integrity.OwnerInspector, Due: day("2026-06-30"), DaysLeft: -1, Required: 1}, "驻委纪检监察组催办", "提醒函"},
		{"complaints may get one", Item{Rule: integrity.RuleHandling, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Owner: integrity.OwnerUnit, Due: day("2026-06-30"), DaysLeft: -1, Required: 1}, "提醒函", "纪检"},
		{"what is recorded for all units is the political department's", Item{Rule: integrity.RuleStage, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Owner: integrity.OwnerOffice, Due: day("2026-06-30"), DaysLeft: -1, Required: 1}, "检查组可发提醒函", "政治处可发"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.it.Step(integrity.Chinese); !strings.Contains(got, tc.has) || strings.Contains(got, tc.not) {
				t.Errorf("Step = %s; want %s and not %s", got, tc.has, tc.not)
			}
		})
	}
}

// What a step says of a letter is the letter that the item gets: of every rule, owner, basis and
// light, of the commission itself and of units that are closed.
func TestTheNextStepNamesTheLetterThatTheItemGets(t *testing.T) {
	named := map[integrity.LetterKind]int{}
	for _, rule := range integrity.Rules() {
		for _, basis := range integrity.Bases() {
			for _, status := range integrity.Statuses() {
				for _, owner := range []integrity.Owner{integrity.OwnerUnit, integrity.OwnerOffice, integrity.OwnerInspector, integrity.OwnerLeader} {
					for trait := range 16 {
						it := Item{Rule: rule, Basis: basis, Status: status, Owner: owner, Whole: trait&1 > 0, UnitClosed: trait&2 > 0, Removed: trait&4 > 0,
							Year: 2026, Due: day("2026-06-30"), DaysLeft: -3 - trait&8*40, Required: 2}
						if owner == integrity.OwnerLeader && rule != integrity.RuleTwoChecks {
							continue // there is no such item
						}
						zh, en := it.Step(integrity.Chinese), it.Step(integrity.English)
						if strings.ContainsAny(zh+en, "[]{}") || !strings.HasSuffix(zh, "。") || !strings.HasSuffix(en, ".") {
							t.Errorf("%+v: %s %s", it, zh, en)
						}
						want := it.Letter()
						if status != integrity.StatusOverdue {
							want = "" // what is only near is to be done, not to be written about
						}
						for _, kind := range integrity.LetterKinds() {
							says := strings.Contains(zh, kind.Label(integrity.Chinese))
							if saysEnglish := strings.Contains(en, letters[kind].EN); says != (kind == want) || saysEnglish != says {
								t.Errorf("%s of %s, %s by %s (%+v) gets %q: %s %s", rule, owner, status, basis, it, want, zh, en)
							}
							if says {
								named[kind]++
							}
						}
					}
				}
			}
		}
	}
	if len(named) != 3 {
		t.Errorf("steps name only %v", named)
	}
}

// A limit of this system never reads as one of the notice's, and still says which sentence of
// the notice its duty follows from.
func TestEveryLightQuotesItsClause(t *testing.T) {
	notice, err := os.ReadFile("../../../shared/notice.txt")
	for _, rule := range integrity.Rules() {
		sentence := Sentence(rule)
		if err == nil && !strings.Contains(string(notice), sentence) { // the document is not part of the product
			t.Errorf("%s: %s is not the notice's", rule, sentence)
		}
		want := ClauseSystem + "（义务源自“" + sentence + "”）"
		if got := Quotation(rule, integrity.BasisSystem); got != want {
			t.Errorf("Quotation(%s, system) = %s; want %s", rule, got, want)
		}
		dated := rule == integrity.RuleTwoChecks || rule == integrity.RuleQ1Review
		if got := Quotation(rule, integrity.BasisNotice); (got == sentence) != dated {
			t.Errorf("Quotation(%s, notice) = %s", rule, got)
		}
	}
	for _, d := range Definitions() {
		for _, rule := range integrity.Rules() {
			if d.Code == string(rule) && d.Clause != Sentence(rule) {
				t.Errorf("the definition of %s quotes %s; its light %s", rule, d.Clause, Sentence(rule))
			}
		}
	}
}
