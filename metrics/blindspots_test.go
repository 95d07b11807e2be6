package metrics

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// blindCity: hospital 13 lists decision (important, checked) and post (never checked, no
// signal); complaints point to conduct. Hospital 14 lists power, with a complaint about
// it, and has one petition about decision. Hospital 15 has closed.
func blindCity(t *testing.T) *city {
	c := newCity(t).units()
	c.csv(ingest.KindRisks, riskHead,
		risk("13", "2025-03-01", "1", "班子会议未经集体研究决定大额采购事项", "重要", "领导岗位", "决策"),
		risk("13", "2025-03-01", "2", "收费窗口多收患者费用后不及时退还", "重要", "其他岗位", "岗位"),
		risk("13", "2025-03-01", "3", "库房管理员虚记药品领用数量套取药品", "一般", "其他岗位", "岗位"),
		risk("14", "2025-03-01", "1", "招聘评审打分随意照顾熟人", "一般", "中层岗位", "权力运行"),
		risk("15", "2025-03-01", "1", "设备验收环节无人复核流于形式", "一般", "中层岗位", "运行机制"),
	)
	c.csv(ingest.KindComplaints, "编号|单位|日期|内容|类别|涉廉",
		"T1|13|2026-05-05|窗口人员推诿|作风问题|是",
		"T2|13|2026-06-05|工作人员态度敷衍|作风问题|是",
		"T3|13|2026-07-05|伙食一般|作风问题|否",
		"T4|13|2025-11-22|一年零一天之前的推诿|作风问题|是",
		"T5|14|2026-08-01|评审不公|权力运行|是",
	)
	c.csv(ingest.KindPetitions, "编号|单位|日期|内容|性质|类别", "X1|14|2026-09-01|会议走过场|检举控告|决策")
	c.csv(ingest.KindInspections, "编号|单位|检查日期|风险点|检查人|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题|整改期限|整改完成日期",
		"J1|13|2026-04-01|1|李检查|查阅资料|是|是|是|||",
		"J2|13|2025-04-01|2|李检查|查阅资料|是|是|是|||",
	)
	c.csv(ingest.KindFindings, "编号|单位|日期|发现问题|严重程度|整改期限|整改完成日期|类别",
		"F1|01|2026-03-01|账目不清|3|2026-04-01||制度", "F2|01|2026-03-02|台账缺失|2|2026-04-01|2026-03-20|制度")
	return c
}

// told is what a test looks at of a blind spot.
type told struct {
	Unit, Category, Kind string
	Points, Signals      uint64
}

func spots(b BlindSpots) []told {
	var out []told
	for _, s := range b.Items {
		out = append(out, told{s.Unit, string(s.Category), s.Kind, s.Points, s.Signals})
	}
	return out
}

func TestBlindSpotsAreSignalsWithoutPointsAndPointsWithoutAnything(t *testing.T) {
	c := blindCity(t)
	office01 := told{"01", "institution", BlindUnlisted, 0, 2}
	conduct := told{"13", "conduct", BlindUnlisted, 0, 2}
	post := told{"13", "post", BlindUnwatched, 2, 0}
	for _, tc := range []struct {
		name string
		who  integrity.Principal
		s    Scope
		want []told
	}{
		{"inspectors see cells made of petitions", inspector, Scope{}, []told{office01, conduct, post, {"14", "decision", BlindUnlisted, 0, 1}}},
		{"leaders are answered without petitions", leader, Scope{}, []told{office01, conduct, post}},
		{"the political department is answered without petitions", office, Scope{}, []told{office01, conduct, post}},
		{"a unit sees its own", unitStaff("13"), Scope{}, []told{conduct, post}},
		{"a unit learns nothing of a petition", unitStaff("14"), Scope{}, nil},
		{"an administrator sees nothing", admin, Scope{}, nil},
		{"one category", inspector, Scope{Category: "post"}, []told{post}},
		{"one unit", inspector, Scope{Unit: "市第二医院"}, []told{{"14", "decision", BlindUnlisted, 0, 1}}},
		{"a period of its own", inspector, Scope{From: day("2025-01-01"), Unit: "13"}, []told{{"13", "conduct", BlindUnlisted, 0, 3}}},
		// On 2025-04-30 only the lists and the check J2 were there; 15 was in operation.
		{"an earlier day", inspector, Scope{AsOf: day("2025-04-30")},
			[]told{{"13", "decision", BlindUnwatched, 1, 0}, {"14", "power", BlindUnwatched, 1, 0}, {"15", "mechanism", BlindUnwatched, 1, 0}}},
	} {
		got, err := c.metrics.BlindSpots(t.Context(), tc.who, tc.s)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if diff := cmp.Diff(tc.want, spots(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
		if got.Total != len(got.Items) {
			t.Errorf("%s: total %d of %d", tc.name, got.Total, len(got.Items))
		}
	}
}

func TestVisitsCarryTheirScoreAndTheirWhy(t *testing.T) {
	c := blindCity(t)
	got, err := c.metrics.BlindSpots(t.Context(), leader, Scope{})
	if err != nil {
		t.Fatal(err)
	}
	type visit struct {
		Rank  int
		Unit  string
		Score float64
		Why   string
	}
	var visits []visit
	for _, v := range got.Visits {
		visits = append(visits, visit{v.Rank, v.Unit, v.Score, v.Why})
		sum := 0.0
		for _, p := range v.Parts {
			sum += p.Points
		}
		if sum != v.Score {
			t.Errorf("unit %s: the parts add up to %g, the score is %g", v.Unit, sum, v.Score)
		}
	}
	// 01: one unlisted cell 3, two signals 1, no check 3, one open finding 1.
	// 13: one unlisted cell 3, two signals 1, one important 2, one other 0.5.
	want := []visit{
		{1, "01", 8, "“制度”类有线索2件而清单未列风险点；从未接受监督检查；尚有1个问题未整改。"},
		{2, "13", 6.5, "“作风问题”类有线索2件而清单未列风险点；“岗位”类风险点2个（其中重要1个）既无线索也无检查。"},
	}
	if diff := cmp.Diff(want, visits); diff != "" {
		t.Errorf("visits (-want +got):\n%s", diff)
	}
	if why := got.Items[2].Why; why != "在册“岗位”类风险点2个（其中重要1个），2025年11月23日至2026年11月22日既无线索也无监督检查，最近一次检查在2025年4月1日。" {
		t.Errorf("why: %s", why)
	}
	own, err := c.metrics.BlindSpots(t.Context(), unitStaff("13"), Scope{})
	if err != nil || len(own.Visits) != 0 {
		t.Errorf("a unit sees the inspectors' plan: %v %v", own.Visits, err)
	}
	if n := len(own.Map); n != len(integrity.Categories()) {
		t.Errorf("a unit sees %d cells of the map", n)
	}
}

func TestBlindSpotsAnswerForWhatWasKnown(t *testing.T) {
	c := blindCity(t)
	before, err := c.metrics.BlindSpots(t.Context(), inspector, Scope{Unit: "13"})
	if err != nil {
		t.Fatal(err)
	}
	known := c.now
	c.now = c.now.AddDate(0, 0, 1)
	c.csv(ingest.KindRisks, riskHead, risk("13", "2026-03-01", "1", "窗口人员推诿扯皮冷硬横推", "一般", "其他岗位", "作风问题"))
	then, err := c.metrics.BlindSpots(t.Context(), inspector, Scope{Unit: "13", AsOf: before.AsOf, KnownAt: known})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, then); diff != "" {
		t.Errorf("the answer for the same clocks changed (-before +after):\n%s", diff)
	}
	now, err := c.metrics.BlindSpots(t.Context(), inspector, Scope{Unit: "13", AsOf: before.AsOf})
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(now.Items, func(b BlindSpot) bool { return b.Category == integrity.CategoryConduct }) {
		t.Errorf("a listed category is still blind: %+v", spots(now))
	}
}

func TestWindowIsTwelveMonths(t *testing.T) {
	for _, tc := range []struct{ name, asOf, from string }{
		{"an ordinary day", "2026-11-22", "2025-11-23"},
		{"the last of the year", "2026-12-31", "2026-01-01"},
		{"29 February", "2028-02-29", "2027-03-01"},
		{"28 February after a leap year", "2029-02-28", "2028-02-29"},
	} {
		from, to := Scope{AsOf: day(tc.asOf)}.window()
		if from != day(tc.from) || to != day(tc.asOf) {
			t.Errorf("%s: window of %s is %s to %s, want from %s", tc.name, tc.asOf, from, to, tc.from)
		}
	}
}

func TestGradeReviewSuggestsUpwardsFromWhatTheReaderMaySee(t *testing.T) {
	c := newCity(t).units()
	c.csv(ingest.KindRisks, riskHead,
		risk("13", "2026-03-01", "1", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"),
		risk("13", "2026-03-01", "2", "库房管理员虚记药品领用数量套取药品", "一般", "其他岗位", "岗位"),
		risk("13", "2026-03-01", "3", "班子会议未经集体研究决定大额采购事项", "重要", "领导岗位", "决策"),
		risk("13", "2026-03-01", "4", "大额资金支出未经集体讨论由个人拍板", "一般", "领导岗位", "决策"),
		risk("14", "2026-03-01", "1", "招聘评审打分随意照顾熟人", "一般", "中层岗位", "权力运行"),
	)
	c.csv(ingest.KindPetitions, "编号|单位|日期|内容|性质|类别|重复件",
		"X1|13|2025-11-23|多收费一|检举控告|岗位|",
		"X2|13|2026-02-01|多收费二|检举控告|岗位|",
		"X3|13|2026-03-01|多收费二|检举控告|岗位|X2",
		"X4|13|2025-11-22|多收费四，一年零一天|检举控告|岗位|",
		"X5|13|2026-03-01|拍板一|检举控告|决策|", "X6|13|2026-03-02|拍板二|检举控告|决策|", "X7|13|2026-03-03|拍板三|检举控告|决策|",
		"X8|14|2026-03-01|打分一|检举控告|权力运行|", "X9|14|2026-03-02|打分二|检举控告|权力运行|",
	)
	got, err := c.metrics.GradeReview(t.Context(), inspector, Scope{})
	if err != nil {
		t.Fatal(err)
	}
	type suggestion struct {
		Unit       string
		No, Shared int
		Petitions  uint64
		Matters    uint64
		By         string
		Numbers    string
	}
	tell := func(g GradeReview) []suggestion {
		var out []suggestion
		for _, it := range g.Items {
			if it.Grade != integrity.GradeGeneral {
				t.Errorf("a suggestion about a point graded %s", it.Grade)
			}
			var numbers []string
			for _, e := range it.Evidence {
				numbers = append(numbers, e.Number)
			}
			out = append(out, suggestion{it.Unit, it.RiskNo, it.Shared, it.Petitions, it.Matters, it.LinkedBy, strings.Join(numbers, " ")})
		}
		return out
	}
	// X4 is too old; in decision an important point stands already; 14 has two only.
	want := []suggestion{{"13", 1, 2, 3, 2, LinkCell, "X1 X2 X3"}, {"13", 2, 2, 3, 2, LinkCell, "X1 X2 X3"}}
	if diff := cmp.Diff(want, tell(got)); diff != "" {
		t.Errorf("suggestions (-want +got):\n%s", diff)
	}
	before, err := c.metrics.GradeReview(t.Context(), inspector, Scope{AsOf: day("2026-02-28")})
	if err != nil || len(before.Items) != 0 {
		t.Errorf("before the third petition and the list: %v %v", tell(before), err)
	}
	// Those who may count petitions: by cells of at least three that are shown, over whole months
	// (X1, of 23 November 2025, is none of theirs), and never a petition.
	for _, who := range []integrity.Principal{leader, office} {
		ask := func(asOf string) GradeReview {
			g, err := c.metrics.GradeReview(t.Context(), who, Scope{AsOf: day(asOf)})
			if err != nil || g.Note != "" {
				t.Fatalf("role %q: %+v, %v", who.Role, g, err)
			}
			return g
		}
		if g := ask("2026-11-22"); len(g.Items) != 0 || g.From != day("2025-11-01") || g.To != day("2026-10-31") {
			t.Errorf("role %q, of two and less: %s to %s, %v", who.Role, g.From, g.To, tell(g))
		}
	}
	c.csv(ingest.KindPetitions, "编号|单位|日期|内容|性质|类别",
		"Y1|13|2026-04-01|多收费五|检举控告|岗位", "Y2|13|2026-04-02|多收费六|检举控告|岗位", "Y3|13|2026-11-02|本月的|检举控告|岗位",
		"Y4|14|2026-04-01|打分三|检举控告|权力运行") // with two it would be hidden, and with it others that tell it
	for _, who := range []integrity.Principal{leader, office} {
		cells, err := c.metrics.Distribution(t.Context(), who, Scope{AsOf: day("2026-11-22"), From: day("2025-11-01"), To: day("2026-10-31")}, MeasurePetitions, DimUnit, DimCategory)
		if err != nil {
			t.Fatal(err)
		}
		var public *uint64
		for _, cell := range cells.Cells {
			if cell.Row == "13" && cell.Col == "post" {
				public = cell.Count
			}
		}
		g, err := c.metrics.GradeReview(t.Context(), who, Scope{})
		if err != nil || public == nil {
			t.Fatalf("role %q: %v, the cell shows %v", who.Role, err, public)
		}
		// X1 to X4 and Y1, Y2; not Y3, whose month is not over.
		want := []suggestion{{"13", 1, 2, *public, 0, LinkCell, ""}, {"13", 2, 2, *public, 0, LinkCell, ""}, {"14", 1, 1, 3, 0, LinkCell, ""}}
		if diff := cmp.Diff(want, tell(g)); diff != "" || *public != 6 {
			t.Errorf("role %q, cell of %d (-want +got):\n%s", who.Role, *public, diff)
		}
		text, err := json.Marshal(g)
		if err != nil || strings.Contains(string(text), `"X`) || strings.Contains(string(text), `"Y1`) || !strings.Contains(g.Items[0].Why, "2025年11月1日至2026年10月31日信访举报6件，按单位和“岗位”类关联") {
			t.Errorf("role %q reads %s", who.Role, text)
		}
	}
	for _, who := range []integrity.Principal{unitStaff("13"), admin, {Role: integrity.RoleAuditor}, {}} {
		g, err := c.metrics.GradeReview(t.Context(), who, Scope{})
		if err != nil || len(g.Items) != 0 || g.Total != 0 || g.Note == "" {
			t.Errorf("role %q learns of petitions: %+v %v", who.Role, g, err)
		}
	}
	strict, err := New(Config{Database: c.store, Now: c.metrics.cfg.Now, ReviewThreshold: 2})
	if err != nil {
		t.Fatal(err)
	}
	low, err := strict.GradeReview(t.Context(), inspector, Scope{Unit: "14", AsOf: day("2026-03-31")})
	if err != nil || len(low.Items) != 1 || low.Items[0].Petitions != 2 {
		t.Errorf("with a threshold of 2: %v %v", tell(low), err)
	}
}

func TestUnconfirmedPointsCountAsListedUnderTheirSuggestion(t *testing.T) {
	c := newCity(t).units()
	c.csv(ingest.KindRisks, riskHead,
		risk("13", "2026-03-01", "1", "供应商以宴请、赠送礼品礼金等方式拉拢采购人员", "一般", "其他岗位", ""))
	c.csv(ingest.KindComplaints, "编号|单位|日期|内容|类别|涉廉", "T1|13|2026-05-05|收受礼品|其他（被“围猎”）|是", "T2|13|2026-05-06|推诿|作风问题|是")
	unlisted := []told{{"13", "conduct", BlindUnlisted, 0, 1}}
	got, err := c.metrics.BlindSpots(t.Context(), inspector, Scope{})
	if err != nil {
		t.Fatal(err)
	}
	// The point itself stands unclassified, and nobody has looked at it.
	if diff := cmp.Diff(append(slices.Clone(unlisted), told{"13", "unclassified", BlindUnwatched, 1, 0}), spots(got)); diff != "" {
		t.Errorf("as it is (-want +got):\n%s", diff)
	}
	if got, err = c.metrics.BlindSpots(t.Context(), inspector, Scope{Suggested: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(unlisted, spots(got)); diff != "" {
		t.Errorf("by suggestion (-want +got):\n%s", diff)
	}
}

// The matters of a suggestion are those of hot spots: repeats of a number of one source, and equal
// texts of a unit, are one; the same number of two sources is two.
func TestGradeReviewGroupsMattersAsHotSpotsDo(t *testing.T) {
	c := newCity(t).units()
	c.csv(ingest.KindRisks, riskHead, risk("13", "2026-03-01", "1", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"))
	c.csv(ingest.KindPetitions, "编号|单位|日期|内容|性质|类别|重复件|来源",
		"X1|13|2026-03-01|多收费用，不退|检举控告|岗位||来信",
		"X2|13|2026-03-09|多收 费用。不退|检举控告|岗位||来访", // the text of X1, written otherwise
		"X3|13|2026-04-01|再说一次|检举控告|岗位|X1|来信",   // a repeat of X1
		"X1|13|2026-04-02|另一件事|检举控告|岗位||网上",     // another source's X1
		"X5|13|2026-04-03|第三件事|检举控告|岗位||来信")
	got, err := c.metrics.GradeReview(t.Context(), inspector, Scope{})
	if err != nil || len(got.Items) != 1 || got.Items[0].Petitions != 5 || got.Items[0].Matters != 3 {
		t.Fatalf("%+v, %v; want one suggestion of 5 petitions about 3 matters", got.Items, err)
	}
}
