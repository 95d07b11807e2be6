package report

import (
	"regexp"
	"strings"
	"testing"

	"qingfeng/internal/integrity"
)

func TestSentences(t *testing.T) {
	october, half, year := period(2026, 10, 1), period(2026, 1, 6), period(2025, 1, 12)
	on := october.Last
	points := func(s summary) string { return s.pointsSentence() }
	checks := func(s summary) string { return s.checksSentence() }
	q1 := func(s summary) string { return s.q1Sentence() }
	filing := func(s summary) string { return s.filingSentence() }
	signals := func(s summary) string { return s.signalsSentence() }
	hot := func(s summary) string { return s.hotSpotSentence() }
	for _, tc := range []struct {
		name string
		say  func(summary) string
		s    summary
		want string
	}{
		{"points with a rise and a fall", points,
			summary{period: october, asOf: on, withPetitions: true, units: 30, points: 600, important: 120, general: 470, pointsBefore: earlier{n: 588}, pointsAgo: earlier{n: 612}},
			"截至2026年10月31日，全委30个处室、单位共有在册廉洁风险点600个，其中重要120个、一般470个（未评级10个），比上月增加12个，比上年同期减少12个（见附件2）。"},
		{"points, all of them graded, none more or fewer", points,
			summary{period: october, asOf: on, withPetitions: true, units: 2, points: 3, important: 1, general: 2, pointsBefore: earlier{n: 3}, pointsAgo: earlier{n: 3}},
			"截至2026年10月31日，全委2个处室、单位共有在册廉洁风险点3个，其中重要1个、一般2个（均已评级），比上月持平，比上年同期持平（见附件2）。"},
		{"no points", points, summary{period: october, asOf: on, withPetitions: true, units: 2, pointsBefore: earlier{n: 3}},
			"截至2026年10月31日，全委2个处室、单位没有在册廉洁风险点，比上月减少3个，比上年同期持平（见附件2）。"},
		{"a year is compared once", points, summary{period: year, asOf: year.Last, withPetitions: true, units: 2, points: 5, important: 5, pointsBefore: earlier{n: 3}, pointsAgo: earlier{n: 3}},
			"截至2025年12月31日，全委2个处室、单位共有在册廉洁风险点5个，其中重要5个、一般0个（均已评级），比上年增加2个（见附件2）。"},
		{"points without a list of the year before", points,
			summary{period: october, asOf: on, withPetitions: true, units: 2, points: 5, important: 5, pointsBefore: earlier{n: 3}, pointsAgo: earlier{none: true}},
			"截至2026年10月31日，全委2个处室、单位共有在册廉洁风险点5个，其中重要5个、一般0个（均已评级），比上月增加2个，上年同期无可比数据（见附件2）。"},
		{"points without any earlier list", points,
			summary{period: year, asOf: year.Last, withPetitions: true, units: 2, points: 5, important: 5, pointsBefore: earlier{none: true}, pointsAgo: earlier{none: true}},
			"截至2025年12月31日，全委2个处室、单位共有在册廉洁风险点5个，其中重要5个、一般0个（均已评级），上年无可比数据（见附件2）。"},

		{"checks under way", checks, summary{checks: checkSums{two: 34, twoDone: 10, one: 2, oneDone: 1, missing: 33, daysLeft: 61}},
			"本年度应接受2次监督检查的风险点34个，已完成2次的10个，占29.4%（10/34）；因在册不满全年只应接受1次的2个，已完成1个；距年底还有61天，按文件规定尚须完成33点次（见附件2）。"},
		{"no point checked twice yet", checks, summary{checks: checkSums{two: 34, one: 1, missing: 68, daysLeft: 300}},
			"本年度应接受2次监督检查的风险点34个，尚无完成2次的（0/34）；因在册不满全年只应接受1次的1个，尚无完成的；距年底还有300天，按文件规定尚须完成68点次（见附件2）。"},
		{"all checks made", checks, summary{checks: checkSums{two: 4, twoDone: 4, daysLeft: 61}},
			"本年度应接受2次监督检查的风险点4个，已完成2次的4个，占100.0%（4/4）；按文件规定应完成的检查已全部完成（见附件2）。"},
		{"what is missing was removed", checks, summary{checks: checkSums{two: 4, twoDone: 3, daysLeft: 61}},
			"本年度应接受2次监督检查的风险点4个，已完成2次的3个，占75.0%（3/4）；在册风险点按文件规定应完成的检查已全部完成（见附件1、附件2）。"},
		{"the last day of the year", checks, summary{checks: checkSums{two: 4, twoDone: 3, missing: 1}},
			"本年度应接受2次监督检查的风险点4个，已完成2次的3个，占75.0%（3/4）；截至年末，按文件规定仍有1点次未完成（见附件1、附件2）。"},
		{"no point owes two checks", checks, summary{checks: checkSums{one: 1, oneDone: 1, daysLeft: 61}},
			"本年度没有应接受2次监督检查的风险点；因在册不满全年只应接受1次的1个，已完成1个；按文件规定应完成的检查已全部完成（见附件2）。"},
		{"no point owes a check", checks, summary{}, "本年度没有应接受监督检查的风险点（见附件2）。"},
		{"checks under way and what the year before left undone", checks,
			summary{checks: checkSums{two: 34, twoDone: 10, missing: 33, daysLeft: 61}, unmet: unmetSums{items: 3, lastYear: 3, units: 2}},
			"本年度应接受2次监督检查的风险点34个，已完成2次的10个，占29.4%（10/34）；距年底还有61天，按文件规定尚须完成33点次；上年度未完成、仍逾期3项（见附件1、附件2）。"},

		{"the review was done in time, late and not", q1, summary{q1: q1Sums{30, 27, 2, 1, true}},
			"第一季度动态排查应完成30个，按期27个，逾期完成2个，未完成1个（见附件1）。"},
		{"the review was done in time and not", q1, summary{q1: q1Sums{30, 29, 0, 1, true}},
			"第一季度动态排查应完成30个，按期29个，没有逾期完成的，未完成1个（见附件1）。"},
		{"the review was done by all, by some late", q1, summary{q1: q1Sums{30, 28, 2, 0, true}},
			"第一季度动态排查应完成30个，按期28个，逾期完成2个，没有未完成的（见附件2）。"},
		{"the review was done by all in time", q1, summary{q1: q1Sums{30, 30, 0, 0, true}}, "第一季度动态排查应完成30个，全部按期完成（见附件2）。"},
		{"the first quarter is not over", q1, summary{q1: q1Sums{30, 12, 0, 18, false}},
			"第一季度动态排查应完成30个，已完成12个，其余18个须于3月31日前完成（见附件2）。"},
		{"done before the first quarter is over", q1, summary{q1: q1Sums{30, 30, 0, 0, false}}, "第一季度动态排查应完成30个，已全部按期完成（见附件2）。"},
		{"nobody owes the review", q1, summary{}, "本年度没有应完成第一季度动态排查的处室、单位（见附件2）。"},

		{"points filed, open and behind", filing, summary{withPetitions: true, filing: filingSums{111, 104, 4}},
			"已审定的重要风险点应备案111个，已备案104个，进度滞后4个（备案期限，非文件规定）（见附件2）。"},
		{"points filed and open", filing, summary{withPetitions: true, filing: filingSums{111, 104, 0}}, "已审定的重要风险点应备案111个，已备案104个（见附件2）。"},
		{"no point filed", filing, summary{withPetitions: true, filing: filingSums{3, 0, 0}}, "已审定的重要风险点应备案3个，均未备案（见附件2）。"},
		{"all points filed", filing, summary{withPetitions: true, filing: filingSums{3, 3, 0}}, "已审定的重要风险点应备案3个，已全部备案（见附件2）。"},
		{"no point to file", filing, summary{withPetitions: true}, "没有已审定、应备案的重要风险点（见附件2）。"},
		{"filing is no unit's", filing, summary{filing: filingSums{3, 3, 0}}, ""},

		{"signals of all kinds", signals,
			summary{period: october, withPetitions: true, complaints: events{all: 47, yes: 20, unknown: 15}, complaintsBefore: earlier{n: 36}, complaintsAgo: earlier{n: 47}, petitions: count{n: 8},
				findings: 9, findingsFixed: 5, findingsBehind: 1},
			"本月受理日常投诉47件（涉廉20件、待判15件，图表按此两类），环比增加11件，同比持平；信访举报8件；检查发现问题9个，已整改5个，进度滞后1个（整改期限，非文件规定）（见附件2）。"},
		{"no signals", signals, summary{period: october, withPetitions: true, complaintsBefore: earlier{n: 2}},
			"本月没有受理日常投诉，环比减少2件，同比持平；没有信访举报；检查没有发现问题（见附件2）。"},
		{"complaints without any of the year before", signals,
			summary{period: october, complaints: events{all: 4, yes: 4}, complaintsBefore: earlier{}, complaintsAgo: earlier{none: true}},
			"本月受理日常投诉4件（涉廉4件、待判0件，图表按此两类），环比增加4件，上年同期无可比数据；检查没有发现问题（见附件2）。"},
		{"few petitions, findings all put right", signals, summary{period: october, withPetitions: true, petitions: count{hidden: true}, findings: 2, findingsFixed: 2},
			"本月没有受理日常投诉，环比持平，同比持平；信访举报<3件；检查发现问题2个，已全部整改（见附件2）。"},
		{"a half-year with a month of few petitions", signals, summary{period: half, withPetitions: true, petitions: count{hidden: true}, findings: 2},
			"本半年没有受理日常投诉，环比持平，同比持平；信访举报有的月份不足3件，合计不列；检查发现问题2个，尚无整改完成的，没有进度滞后的（整改期限，非文件规定）（见附件2）。"},
		{"petitions are not in an extract", signals, summary{period: october, petitions: count{n: 8}}, "本月没有受理日常投诉，环比持平，同比持平；检查没有发现问题（见附件2）。"},

		{"hot spots", hot, summary{period: october, withHotSpots: true, hotSpots: []string{"市第一医院—岗位9件", "市第二医院—运行机制7件"}},
			"统计上显著偏高的单位—类别2处：市第一医院—岗位9件、市第二医院—运行机制7件（不代表存在违纪违法问题，见附件2）。"},
		{"more hot spots than a sentence names", hot, summary{period: october, withHotSpots: true, hotSpots: []string{"甲—岗位9件", "乙—岗位8件", "丙—岗位7件", "丁—岗位6件"}},
			"统计上显著偏高的单位—类别4处：甲—岗位9件、乙—岗位8件、丙—岗位7件等（不代表存在违纪违法问题，见附件2）。"},
		{"no hot spot", hot, summary{period: october, withHotSpots: true}, "本月无统计上显著偏高的情况。"},
		{"hot spots not calculated", hot, summary{period: october}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.say(tc.s); got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
}

func TestWhatIsLateIsSaidByBasis(t *testing.T) {
	s := summary{asOf: integrity.Date(2026, 10, 31)}
	s.countLate(nil)
	if got := s.lateSentences(); len(got) != 2 || got[0] != "截至2026年10月31日，没有超过文件规定期限的事项。" || got[1] != "没有超过本系统设定期限的事项。" {
		t.Errorf("nothing late: %q", got)
	}
	s.lateAll = map[integrity.Basis]int{integrity.BasisNotice: 2, integrity.BasisSystem: 5}
	s.lateAt = 1
	s.late = map[integrity.Basis]map[integrity.Rule]int{
		integrity.BasisNotice: {integrity.RuleQ1Review: 1, integrity.RuleTwoChecks: 1},
		integrity.BasisSystem: {integrity.RuleFiling: 5},
	}
	want := []string{
		"截至2026年10月31日，超过文件规定期限的事项（逾期）2项，涉及1个处室、单位：每年监督检查不少于2次1项、第一季度动态排查1项（见附件1）。",
		"进度滞后（期限为本系统设定，非文件规定）5项：重要风险点备案5项（见附件1）。",
	}
	for i, got := range s.lateSentences() {
		if got != want[i] {
			t.Errorf("got  %s\nwant %s", got, want[i])
		}
	}
}

func TestPeriods(t *testing.T) {
	for _, tc := range []struct{ code, first, last, before, yearAgo string }{
		{"2026-01", "2026-01-01", "2026-01-31", "2025-12", "2025-01"},
		{"2026-10", "2026-10-01", "2026-10-31", "2026-09", "2025-10"},
		{"2026-H1", "2026-01-01", "2026-06-30", "2025-H2", "2025-H1"},
		{"2026-H2", "2026-07-01", "2026-12-31", "2026-H1", "2025-H2"},
		{"2026", "2026-01-01", "2026-12-31", "2025", "2025"},
	} {
		p, err := ParsePeriod(tc.code)
		if err != nil {
			t.Fatal(err)
		}
		got := [...]string{p.Code, p.First.String(), p.Last.String(), p.before().Code, p.yearAgo().Code}
		if want := [...]string{tc.code, tc.first, tc.last, tc.before, tc.yearAgo}; got != want {
			t.Errorf("%s: %q; want %q", tc.code, got, want)
		}
	}
	for _, bad := range []string{"", "2026-", "2026-00", "2026-13", "2026-H3", "26-10", "1900", "2026-10 "} {
		if _, err := ParsePeriod(bad); err == nil {
			t.Errorf("ParsePeriod(%q) has no error", bad)
		}
	}
}

func TestItemsOfAUnitAreNamedTogether(t *testing.T) {
	type item struct{ unit, name string }
	for _, tc := range []struct {
		name string
		all  []item
		want string
	}{
		{"nothing", nil, ""},
		{"one", []item{{"甲", "3"}}, "甲清单第3项"},
		{"two of one unit", []item{{"甲", "3"}, {"甲", "5"}}, "甲清单第3、5项"},
		{"units in turn", []item{{"甲", "3"}, {"乙", "1"}, {"乙", "2"}}, "甲清单第3项，乙清单第1、2项"},
		{"more than are named", []item{{"甲", "3"}, {"甲", "5"}, {"乙", "1"}, {"丙", "9"}}, "甲清单第3、5项，乙清单第1项等"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := firstByUnit(tc.all, "清单第", "项", func(i item) (string, string) { return i.unit, i.name }); got != tc.want {
				t.Errorf("reads %q; want %q", got, tc.want)
			}
		})
	}
}

// Whatever the numbers, the conclusion is four to six sentences, and each but the one that says that
// nothing is high names the annex of its rows.
func TestTheConclusionIsFourToSixSentences(t *testing.T) {
	october := period(2026, 10, 1)
	nothing := summary{period: october, asOf: october.Last, withPetitions: true, withHotSpots: true}
	all := summary{period: october, asOf: october.Last, withPetitions: true, withHotSpots: true, units: 30, points: 600, important: 120, general: 470,
		checks: checkSums{two: 34, twoDone: 10, one: 2, oneDone: 1, missing: 33, daysLeft: 61}, unmet: unmetSums{items: 3, lastYear: 2, units: 2}, q1: q1Sums{30, 27, 2, 1, true},
		filing: filingSums{111, 104, 4}, complaints: events{all: 47, yes: 20, unknown: 15}, petitions: count{n: 8}, findings: 9, findingsFixed: 5, findingsBehind: 1,
		hotSpots: []string{"市第一医院—岗位9件"}}
	extract, uncounted := all, all
	extract.withPetitions, extract.withHotSpots = false, false
	uncounted.withHotSpots = false
	for name, s := range map[string]summary{"nothing at all": nothing, "everything": all, "an extract": extract, "hot spots not calculated": uncounted} {
		t.Run(name, func(t *testing.T) {
			text := strings.Join(s.keySentences(), "")
			sentences := strings.SplitAfter(text, "。")
			sentences = sentences[:len(sentences)-1]
			if n := len(sentences); n < 4 || n > 6 {
				t.Errorf("%d sentences: %s", n, text)
			}
			for _, sentence := range sentences {
				if !regexp.MustCompile(`见附件[1-5](、附件[1-5])*）。$`).MatchString(sentence) && sentence != "本月无统计上显著偏高的情况。" {
					t.Errorf("names no annex: %s", sentence)
				}
			}
		})
	}
}
