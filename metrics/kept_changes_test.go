package metrics

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
)

// listedSpot is a cell of 作风问题 as a run lists it.
func listedSpot(unit string, count int, state SpotState) HotSpot {
	h := HotSpot{Unit: unit, UnitName: "单位" + unit, Category: integrity.CategoryConduct, Count: count, Hot: state == SpotHot, Watch: state == SpotWatch}
	if state == SpotSlow || state == SpotRun {
		h.Count, h.Run, h.Slow, h.Together = 1, true, state == SpotSlow, HotSpotRun{Months: 3, Count: count}
	}
	return h
}

func TestChangesBetweenRunsAreKeptAsFactsAndReadInEitherLanguage(t *testing.T) {
	for _, tc := range []struct {
		name          string
		before, after []HotSpot
		zh, en        []string
	}{
		{"the same again", []HotSpot{listedSpot("13", 9, SpotHot)}, []HotSpot{listedSpot("13", 9, SpotHot)}, nil, nil},
		{"another count", []HotSpot{listedSpot("13", 9, SpotHot)}, []HotSpot{listedSpot("13", 11, SpotHot)}, []string{"单位13·作风问题：9件→11件"}, []string{"单位13, Conduct: 9 → 11"}},
		{"another state", []HotSpot{listedSpot("13", 5, SpotWatch)}, []HotSpot{listedSpot("13", 7, SpotHot)},
			[]string{"单位13·作风问题：由关注改为显著偏高（5件→7件）"}, []string{"单位13, Conduct: was watched, now hot (5 → 7)"}},
		{"newly listed", nil, []HotSpot{listedSpot("13", 5, SpotWatch)}, []string{"单位13·作风问题：新列入关注（5件）"}, []string{"单位13, Conduct: newly listed as watched (5)"}},
		{"listed no more, after those that are", []HotSpot{listedSpot("13", 6, SpotHot)}, []HotSpot{listedSpot("14", 20, SpotSlow)},
			[]string{"单位14·作风问题：新列入近三个月缓升（三个月合计20件）", "单位13·作风问题：由显著偏高改为不再列出（原6件）"},
			[]string{"单位14, Conduct: newly listed as slow rise over three months (20 in three months)", "单位13, Conduct: was hot, listed no more (was 6)"}},
		{"a month alone and three together", []HotSpot{listedSpot("13", 12, SpotRun)}, []HotSpot{listedSpot("13", 8, SpotHot)},
			[]string{"单位13·作风问题：由近三个月合计偏高改为显著偏高（三个月合计12件→8件）"}, []string{"单位13, Conduct: was high over three months, now hot (12 in three months → 8)"}},
	} {
		var stored []string
		for _, c := range SpotChanges(tc.before, tc.after) {
			text, err := c.Stored()
			if err != nil {
				t.Fatal(err)
			}
			stored = append(stored, text)
		}
		for lang, want := range map[integrity.Lang][]string{integrity.Chinese: tc.zh, integrity.English: tc.en} {
			if got := keptSentences(stored, lang); len(got)+len(want) > 0 && !cmp.Equal(want, got) {
				t.Errorf("%s, %s (-want +got):\n%s", tc.name, lang, cmp.Diff(want, got))
			}
		}
	}
}

func TestWhatCannotBeReadAsFactsIsShownAsItIsStored(t *testing.T) {
	for _, stored := range []string{
		"单位13·作风问题：9件→11件", "", "{", `{"unit":"13"}`, `{"unit":"13","unit_name":"单位13","category":"conduct","after":{"state":"fading","count":3}}`,
	} {
		if got := keptSentences([]string{stored}, integrity.English); got[0] != stored {
			t.Errorf("%q is shown as %q", stored, got[0])
		}
	}
}
