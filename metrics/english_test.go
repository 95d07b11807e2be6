package metrics

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics/link"
)

var han = regexp.MustCompile(`\p{Han}`)

// chineseIn returns what is Chinese in a sentence that should be English, names of units
// and quotations in brackets apart.
func chineseIn(text string) string {
	for _, name := range []string{"市第一医院", "市第二医院", "市第三医院", "办公室"} {
		text = strings.ReplaceAll(text, name, "")
	}
	text = regexp.MustCompile(`\([^()]*\)`).ReplaceAllString(text, "")
	return strings.Join(han.FindAllString(text, -1), "")
}

func TestSentencesAreMadeFromTheSameFactsInBothLanguages(t *testing.T) {
	c := blindCity(t)
	ask := func(lang integrity.Lang) BlindSpots {
		got, err := c.metrics.BlindSpots(t.Context(), leader, Scope{Lang: lang})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	zh, en := ask(integrity.Chinese), ask(integrity.English)
	var whys []string
	for _, v := range en.Visits {
		whys = append(whys, v.Why)
	}
	whys = append(whys, en.Items[0].Why, en.Items[2].Why)
	want := []string{
		`2 signals in "Institution" without any listed point; never checked; 1 finding not put right.`,
		`2 signals in "Conduct" without any listed point; 2 points (1 important) of "Post" with neither signals nor checks.`,
		`2 signals from 2025-11-23 to 2026-11-22 (2 findings), and no point of the category "Institution" in the list.`,
		`2 points (1 important) of the category "Post" in force, with neither signals nor checks from 2025-11-23 to 2026-11-22; last checked on 2025-04-01.`,
	}
	if diff := cmp.Diff(want, whys); diff != "" {
		t.Errorf("English (-want +got):\n%s", diff)
	}
	if han.MatchString(en.Categories[0].Label) {
		t.Errorf("the category is called %q", en.Categories[0].Label)
	}
	if !han.MatchString(zh.Items[0].Why) {
		t.Errorf("the Chinese answer became English: %s", zh.Items[0].Why)
	}
	for i := range zh.Items {
		zh.Items[i].Why, en.Items[i].Why = "", ""
	}
	if diff := cmp.Diff(zh.Items, en.Items); diff != "" {
		t.Errorf("the facts differ by language (-zh +en):\n%s", diff)
	}
	items, err := c.metrics.Overdue(t.Context(), inspector, Scope{Status: "all", Lang: integrity.English})
	if err != nil {
		t.Fatal(err)
	}
	if len(items.Items) == 0 {
		t.Fatal("no obligations")
	}
	for _, it := range items.Items {
		if left := chineseIn(it.Why); left != "" {
			t.Errorf("%s says %q: %s", it.Key(), left, it.Why)
		}
	}
}

func TestGradeReviewsAndDiffsSpeakEnglish(t *testing.T) {
	c := diffCity(t)
	c.csv(ingest.KindPetitions, "编号|单位|日期|内容|性质|类别|重复件",
		"X1|13|2026-02-01|多收费|检举控告|岗位|", "X2|13|2026-02-02|多收费|检举控告|岗位|X1", "X3|13|2026-03-01|多收费三|检举控告|岗位|")
	got, err := c.metrics.GradeReview(t.Context(), inspector, Scope{Lang: integrity.English})
	if err != nil {
		t.Fatal(err)
	}
	want := `3 petitions (2 matters) linked from 2025-11-23 to 2026-11-22, by unit and category "Post", which has 2 general points and no important one: petitions are concentrated. A petition is not a finding.`
	if len(got.Items) == 0 || got.Items[0].Why != want {
		t.Errorf("grade review: %+v; want %s", got.Items, want)
	}
	withheld, err := c.metrics.GradeReview(t.Context(), unitStaff("13"), Scope{Lang: integrity.English})
	if err != nil || han.MatchString(withheld.Note) || withheld.Note == "" {
		t.Errorf("note: %q, %v", withheld.Note, err)
	}
	d, err := c.metrics.ListDiff(t.Context(), inspector, Scope{Unit: "14", Lang: integrity.English})
	if err != nil || d.Note != "no list of 2025 and none of 2026" {
		t.Errorf("diff: %q, %v", d.Note, err)
	}
}

func TestHotSpotsRefuseAMonthAfterTheDay(t *testing.T) {
	c := blindCity(t)
	for _, tc := range []struct {
		name  string
		scope Scope
		err   error
	}{
		{"the month after the day", Scope{AsOf: day("2026-10-31"), Month: "2026-11"}, integrity.ErrInvalid},
		{"a month of next year, as of today", Scope{Month: "2027-01"}, integrity.ErrInvalid},
		{"the month of the day itself, which has begun", Scope{AsOf: day("2026-11-01"), Month: "2026-11"}, nil},
		{"the month before", Scope{AsOf: day("2026-11-01"), Month: "2026-10"}, nil},
		{"no month, which is the one before", Scope{AsOf: day("2026-11-01")}, nil},
	} {
		got, err := c.metrics.HotSpots(t.Context(), inspector, tc.scope)
		if !errors.Is(err, tc.err) {
			t.Errorf("%s: %v; want %v", tc.name, err, tc.err)
		}
		if err == nil && !slices.Contains([]string{"2026-10", "2026-11"}, got.Month) {
			t.Errorf("%s: month %s", tc.name, got.Month)
		}
	}
}

func TestTheReasonOfALinkSpeaksBothLanguages(t *testing.T) {
	s := link.Suggestion{Phrases: []string{"多收费用", "退还"}, SameCategory: true, Score: 0.423}
	for lang, want := range map[integrity.Lang]string{
		integrity.Chinese: "共同用语“多收费用”“退还”；同属“岗位”类；相似度 42 / 100",
		integrity.English: "shared words “多收费用”, “退还”; both are of the category “Post”; similarity 42 of 100",
	} {
		if got := whyLinked(s, integrity.CategoryPost, lang); got != want {
			t.Errorf("in %s: %s; want %s", lang, got, want)
		}
	}
}
