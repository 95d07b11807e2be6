package hotspot

import (
	"fmt"
	"testing"
)

func TestWhySaysWhatWasCountedExpectedAndHowLikely(t *testing.T) {
	month := Cell{
		Month: "2025-10", State: StateTested, History: 24, PeerUnits: 12, Reports: 11,
		Test: Test{Months: 1, Count: 9, Expected: 2.4, P: 0.002, Peers: 1.03},
	}
	with := func(change func(*Cell)) Cell {
		c := month
		change(&c)
		return c
	}
	for _, tc := range []struct {
		name   string
		cell   Cell
		zh, en string
	}{
		{
			"eleven complaints about nine matters", month,
			"10月投诉11件（涉9件事），按本单位近24个月和同类单位水平约2.4件，同类单位整体+3%；偶然出现的可能性约千分之二。统计异常不等于存在问题。",
			"2025-10: 11 complaints about 9 matters; about 2.4 expected from the unit's last 24 months and from similar units (similar units overall +3%); likelihood by chance about 2 in 1,000. A statistical anomaly is not a finding.",
		},
		{
			"petitions counted, no repeats, peers as ever, hopeless odds", with(func(c *Cell) {
				c.Petitions, c.Reports, c.Peers, c.P = true, 9, 1.001, 1e-9
			}),
			"10月投诉和信访举报9件，按本单位近24个月和同类单位水平约2.4件，同类单位整体持平；偶然出现的可能性不到百万分之一。统计异常不等于存在问题。",
			"2025-10: 9 complaints and petitions; about 2.4 expected from the unit's last 24 months and from similar units (similar units overall unchanged); likelihood by chance below 1 in a million. A statistical anomaly is not a finding.",
		},
		{
			"a thin baseline without peers", with(func(c *Cell) {
				c.Thin, c.History, c.PeerUnits, c.Reports, c.Month = true, 4, 0, 0, "2026-01"
			}),
			"1月投诉9件，本单位仅有4个月数据（基线不足），主要按同类单位水平约2.4件；偶然出现的可能性约千分之二。统计异常不等于存在问题。",
			"2026-01: 9 complaints; about 2.4 expected, mostly from similar units, as only 4 months of this unit are known (thin baseline); likelihood by chance about 2 in 1,000. A statistical anomaly is not a finding.",
		},
		{
			"a count of two is not printed", with(func(c *Cell) { c.Count, c.Reports, c.Expected, c.P = 2, 3, 0.01, 0.96 }),
			"10月投诉不足3件，按本单位近24个月和同类单位水平不足0.1件，同类单位整体+3%；偶然出现的可能性很大。统计异常不等于存在问题。",
			"2025-10: fewer than 3 complaints; under 0.1 expected from the unit's last 24 months and from similar units (similar units overall +3%); likelihood by chance large. A statistical anomaly is not a finding.",
		},
		{
			"a watched cell whose three months are hot too", with(func(c *Cell) {
				c.Watch, c.Reports, c.P, c.Peers = true, 0, 0.06, 0.9
				c.Run = Test{Months: 3, Count: 22, Expected: 7.1, P: 0.00003, Hot: true}
			}),
			"10月投诉9件，按本单位近24个月和同类单位水平约2.4件，同类单位整体−10%；偶然出现的可能性约百分之六。近3个月合计22件，按以往约7.1件，偶然出现的可能性约十万分之三。统计异常不等于存在问题。",
			"2025-10: 9 complaints; about 2.4 expected from the unit's last 24 months and from similar units (similar units overall −10%); likelihood by chance about 6 in 100. The last 3 months together: 22, about 7.1 expected, likelihood by chance about 3 in 100,000. A statistical anomaly is not a finding.",
		},
		{
			"a slow rise over three months", with(func(c *Cell) {
				c.RunFrom, c.Run = "2025-08", Test{Months: 3, Count: 22, Expected: 7.1, P: 0.00003, Hot: true}
			}),
			"8月至10月投诉合计22件，按此前的水平约7.1件，偶然出现的可能性约十万分之三；没有哪个月突增，是缓升。10月9件，预期约2.4件，单月不突出。统计异常不等于存在问题。",
			"2025-08 to 2025-10 together: 22 complaints, about 7.1 expected from before, likelihood by chance about 3 in 100,000; no month stands out, a slow rise. 2025-10 alone: 9, about 2.4 expected, not unusual. A statistical anomaly is not a finding.",
		},
		{
			"a spike of two months ago is no slow rise", with(func(c *Cell) {
				c.Count, c.Expected, c.Spike, c.SpikeCount = 1, 0.4, "2025-08", 9
				c.RunFrom, c.Run = "2025-08", Test{Months: 3, Count: 10, Expected: 1.2, P: 0.00003, Hot: true}
			}),
			"8月至10月投诉合计10件，按此前的水平约1.2件，偶然出现的可能性约十万分之三；主要因为8月突增（9件），不是缓升。10月不足3件，预期约0.4件，单月不突出。统计异常不等于存在问题。",
			"2025-08 to 2025-10 together: 10 complaints, about 1.2 expected from before, likelihood by chance about 3 in 100,000; mostly a spike in 2025-08 (9), no slow rise. 2025-10 alone: fewer than 3, about 0.4 expected, not unusual. A statistical anomaly is not a finding.",
		},
		{
			"what has fallen back is no slow rise", with(func(c *Cell) {
				c.Month, c.Count, c.RunFrom, c.Run = "2026-01", 0, "2025-11", Test{Months: 3, Count: 12, Expected: 2, P: 0.00003, Hot: true}
			}),
			"11月至1月投诉合计12件，按此前的水平约2.0件，偶然出现的可能性约十万分之三；1月已回落，不是缓升。1月0件，预期约2.4件，单月不突出。统计异常不等于存在问题。",
			"2025-11 to 2026-01 together: 12 complaints, about 2.0 expected from before, likelihood by chance about 3 in 100,000; 2026-01 has fallen back, no slow rise. 2026-01 alone: 0, about 2.4 expected, not unusual. A statistical anomaly is not a finding.",
		},
		{
			"a quiet source", with(func(c *Cell) { c.State = StateQuiet }),
			"10月数据来源未报送，本格不作判断。",
			"The source delivered nothing for 2025-10; this cell is not judged.",
		},
		{
			"a new unit", with(func(c *Cell) { c.State, c.History = StateNew, 2 }),
			"本单位仅有2个月数据，暂不判断。",
			"Only 2 months of this unit are known; not judged yet.",
		},
		{
			"a closed unit", with(func(c *Cell) { c.State = StateClosed }),
			"本单位10月不在用，不作判断。",
			"The unit was not in operation in 2025-10; not judged.",
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := Why(tc.cell, "zh"); got != tc.zh {
				t.Errorf("Why(zh)\n got %s\nwant %s", got, tc.zh)
			}
			if got := Why(tc.cell, "en"); got != tc.en {
				t.Errorf("Why(en)\n got %s\nwant %s", got, tc.en)
			}
		})
	}
}

func TestChancesAreFractionsWithOneDigit(t *testing.T) {
	for _, tc := range []struct {
		name   string
		p      float64
		zh, en string
	}{
		{"certain", 1, "很大", "large"},
		{"one in two", 0.5, "约十分之五", "about 5 in 10"},
		{"one in ten", 0.1, "约十分之一", "about 1 in 10"},
		{"just under one in a hundred rounds up to it", 0.0096, "约百分之一", "about 1 in 100"},
		{"two in a thousand", 0.002, "约千分之二", "about 2 in 1,000"},
		{"exactly one in a thousand", 0.001, "约千分之一", "about 1 in 1,000"},
		{"seven in a hundred thousand", 7.2e-5, "约十万分之七", "about 7 in 100,000"},
		{"one in a million", 1e-6, "约百万分之一", "about 1 in 1,000,000"},
		{"less", 9.9e-7, "不到百万分之一", "below 1 in a million"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if zh, en := chanceZH(tc.p), chanceEN(tc.p); zh != tc.zh || en != tc.en {
				t.Errorf("%g is %s, %s; want %s, %s", tc.p, zh, en, tc.zh, tc.en)
			}
		})
	}
}

// Pages and papers write an expectation from the two digits of the answer; a sentence that rounded
// by itself said 1.0 beside 1.1.
func TestAnExpectationReadsAlikeInSentencesAndAnswers(t *testing.T) {
	for x := 0.0; x < 3; x += 0.001 {
		given := Given(x)
		zh, en := fmt.Sprintf("约%.1f件", given), fmt.Sprintf("about %.1f", given)
		if given < 0.05 {
			zh, en = "不足0.1件", "under 0.1"
		}
		if aboutZH(x) != zh || aboutEN(x) != en {
			t.Fatalf("%v is %s, %s; the answer gives %v", x, aboutZH(x), aboutEN(x), given)
		}
	}
	if got := aboutZH(1.047); got != "约1.1件" {
		t.Errorf("1.047 is %s", got)
	}
}
