package pack

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

func TestAPackSaysWhatTheMonthOfItsUnitIs(t *testing.T) {
	item := func(unit, why string, change func(*metrics.HotSpot)) metrics.HotSpot {
		h := metrics.HotSpot{Unit: unit, Category: integrity.CategoryConduct, Why: why}
		change(&h)
		return h
	}
	quiet := metrics.QuietSource{Units: []string{"14"}, Why: "热线没有报送。"}
	for _, tc := range []struct {
		name string
		hot  metrics.HotSpots
		want []string
		note string
	}{
		{"each by its name, those of others not", metrics.HotSpots{Month: "2026-10", Items: []metrics.HotSpot{
			item("13", "甲。", func(h *metrics.HotSpot) { h.Hot = true }), item("14", "别家。", func(h *metrics.HotSpot) { h.Hot = true }),
			item("13", "乙。", func(h *metrics.HotSpot) { h.Watch, h.Run, h.Slow = true, true, true }),
			item("13", "丙。", func(h *metrics.HotSpot) { h.Run, h.Slow = true, true }),
		}, Quiet: []metrics.QuietSource{quiet}}, []string{"热点（作风问题）：甲。", "关注（作风问题）：乙。", "近三个月缓升（作风问题）：丙。"}, ""},
		{"three months that a spike makes high are no slow rise", metrics.HotSpots{Month: "2026-10", Items: []metrics.HotSpot{
			item("13", "丁。", func(h *metrics.HotSpot) { h.Run = true }),
		}}, []string{"近三个月合计偏高（作风问题）：丁。"}, ""},
		{"nothing", metrics.HotSpots{Month: "2026-10"}, nil, "2026-10 本单位没有热点、关注和近三个月合计偏高。"},
		{"a source that did not deliver", metrics.HotSpots{Month: "2026-10", Quiet: []metrics.QuietSource{{Units: []string{"13"}, Why: "网站没有报送。"}}}, nil, "2026-10 本单位不作判断：网站没有报送。"},
		{"too short a history", metrics.HotSpots{Month: "2026-10", Note: "历史不足"}, nil, "历史不足。"},
	} {
		var d document
		d.spots(&facts{unit: integrity.Unit{Code: "13"}, hot: tc.hot})
		if diff := cmp.Diff(tc.want, d.Hot); diff != "" || d.HotNote != tc.note {
			t.Errorf("%s: note %q, want %q; (-want +got):\n%s", tc.name, d.HotNote, tc.note, diff)
		}
	}
}
