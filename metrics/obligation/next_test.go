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
		{"a year that has ended cannot be checked any more", Item{Rule: integrity.RuleTwoChecks, Status: integrity.StatusOverdue, Basis: integrity.BasisNotice, Year: 2026, Due: day("2026-12-31"), DaysLeft: -1, Required: 2, Done: 1}, "督办单", "补查，"},
		{"nor can a point that was moved before the notice's date", Item{Rule: integrity.RuleTwoChecks, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Year: 2026, Due: day("2026-06-30"), DaysLeft: -40, Required: 1, Removed: true}, "已不能补查", "督办单"},
		{"a review is still possible within its year", Item{Rule: integrity.RuleQ1Review, Status: integrity.StatusOverdue, Basis: integrity.BasisNotice, Year: 2026, Due: day("2026-03-31"), DaysLeft: -1, Required: 1}, "立即报送本年清单", "当年排查过的"},
		{"but not after it", Item{Rule: integrity.RuleQ1Review, Status: integrity.StatusOverdue, Basis: integrity.BasisNotice, Year: 2026, Due: day("2026-03-31"), DaysLeft: -276, Required: 1}, "当年排查过的", "本年清单"},
		{"petitions get no letter", Item{Rule: integrity.RuleHandling, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Owner: OwnerInspector, Due: day("2026-06-30"), DaysLeft: -1, Required: 1}, "驻委纪检监察组催办", "提醒函"},
		{"complaints may get one", Item{Rule: integrity.RuleHandling, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Owner: OwnerUnit, Due: day("2026-06-30"), DaysLeft: -1, Required: 1}, "提醒函", "纪检"},
		{"what is recorded for all units is the political department's", Item{Rule: integrity.RuleStage, Status: integrity.StatusOverdue, Basis: integrity.BasisSystem, Owner: OwnerOffice, Due: day("2026-06-30"), DaysLeft: -1, Required: 1}, "政治处立即组织", "提醒函"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.it.Step(integrity.Chinese); !strings.Contains(got, tc.has) || strings.Contains(got, tc.not) {
				t.Errorf("Step = %s; want %s and not %s", got, tc.has, tc.not)
			}
		})
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
