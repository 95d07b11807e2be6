package metrics

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// nearCity has a year of matters in hospital 13; in October some of its texts are near earlier ones.
func nearCity(t *testing.T) *city {
	c := newCity(t).units()
	var complaints []string
	add := func(number, unit, on, category, text, who string) {
		complaints = append(complaints, fmt.Sprintf("%s|%s|%s|%s|%s|是|热线|%s", number, unit, on, text, category, who))
	}
	for month := 1; month <= 9; month++ {
		add(fmt.Sprintf("Q%d", month), "13", fmt.Sprintf("2026-%02d-05", month), "岗位", strings.Repeat(string(rune('甲'+month)), 12), "")
	}
	const drugs = "药房窗口下班前半小时拒绝发药，要求患者第二天再来取"
	add("A0", "13", "2026-05-01", "作风问题", drugs, "")                        // 162 days before A2: too long ago
	add("A1", "13", "2026-08-20", "作风问题", drugs+"走", "")                    // near
	add("A2", "13", "2026-10-10", "岗位", "药房窗口下班前半小时拒绝发药，要求患者第三天再来取", "")    // near A1, another category
	add("A3", "13", "2026-10-12", "岗位", "药房 窗口下班前半小时拒绝发药、要求患者第三天再来取。", "")  // A2's text: one matter with it
	add("A4", "14", "2026-10-12", "岗位", drugs, "")                          // another unit
	add("B1", "13", "2026-10-13", "岗位", "住院部三楼护士站夜间无人应答呼叫铃，家属多次反映未果", "张三") // one person, near texts:
	add("B2", "13", "2026-10-14", "岗位", "住院部三楼护士站夜间无人应答呼叫铃，家属多次反映无果", "张三") // one matter already
	add("C1", "13", "2026-10-15", "岗位", "态度不好", "")                         // short texts are alike by chance
	add("C2", "13", "2026-10-16", "岗位", "态度不好吧", "")
	for n := 1; n <= 8; n++ {
		add(fmt.Sprintf("S%d", n), "13", "2026-10-20", "岗位", strings.Repeat(string(rune('天'+n*7)), 15), "")
	}
	c.csv(ingest.KindComplaints, append([]string{"编号|单位|日期|内容|类别|涉廉|来源|投诉人"}, complaints...)...)
	c.csv(ingest.KindPetitions, "编号|单位|日期|内容|性质|类别|来源", "X1|13|2026-10-25|药房窗口下班前半小时拒绝发药，要求患者第二天再来取药|检举控告|岗位|网信")
	return c
}

// toldRepeats are the numbers of the suggestions, the later one first.
func toldRepeats(r Repeats) (out []string) {
	for _, it := range r.Items {
		out = append(out, it.Later.Number+"~"+it.Earlier.Number)
	}
	return out
}

func TestNearTextsSuggestRepeatsAndMergeNothing(t *testing.T) {
	c := nearCity(t)
	october := Scope{Month: "2026-10", AsOf: day("2026-11-22")}
	id := func(number string) string {
		t.Helper()
		found, err := c.metrics.Signals(t.Context(), inspector, Scope{Number: number, Unit: "13", Integrity: "all", Page: 1, PerPage: 5})
		if err != nil || len(found.Items) != 1 {
			t.Fatalf("signal %s: %d, %v", number, len(found.Items), err)
		}
		return found.Items[0].ID
	}
	for _, tc := range []struct {
		name string
		who  integrity.Principal
		s    Scope
		want []string
	}{
		{"the month that hot spots judge is the default", inspector, Scope{AsOf: day("2026-11-22")}, []string{"X1~A1", "A2~A1"}},
		{"who may not read petitions is told of none", office, october, []string{"A2~A1"}},
		{"a unit is told of its own", unitStaff("13"), october, []string{"A2~A1"}},
		{"another unit is not", unitStaff("14"), october, nil},
		{"leaders read no single complaint", leader, october, nil},
		{"the later matter has to begin in the period", inspector, Scope{Month: "2026-09", AsOf: day("2026-11-22")}, nil},
		{"the category is that of the later one", inspector, Scope{Month: "2026-10", AsOf: day("2026-11-22"), Category: integrity.CategoryConduct}, nil},
		{"of one signal all matters near it are told, before and after", inspector, Scope{Signal: id("A2")}, []string{"X1~A2", "A2~A1"}},
		{"also of a paper that is one of its matter's", inspector, Scope{Signal: id("A3")}, []string{"X1~A2", "A2~A1"}},
		{"a short text tells nothing", inspector, Scope{Signal: id("C2")}, nil},
		{"what came after the day is not known on it", inspector, Scope{Month: "2026-10", AsOf: day("2026-10-09")}, nil},
	} {
		got, err := c.metrics.Repeats(t.Context(), tc.who, tc.s)
		if err != nil {
			t.Errorf("%s: %v", tc.name, err)
			continue
		}
		if diff := cmp.Diff(tc.want, toldRepeats(got)); diff != "" || got.Total != len(tc.want) {
			t.Errorf("%s (-want +got, total %d):\n%s", tc.name, got.Total, diff)
		}
	}
	got, err := c.metrics.Repeats(t.Context(), office, october)
	if err != nil || len(got.Items) != 1 {
		t.Fatalf("%d, %v", len(got.Items), err)
	}
	it := got.Items[0]
	if got.Threshold != 0.8 || it.Similarity < 0.8 || it.Similarity >= 1 || len(it.Later.Papers) != 2 || len(it.Earlier.Papers) != 1 ||
		it.Why != fmt.Sprintf("与2026年8月20日的A1文字相近（相似度%.2f），相隔51天，疑似重复；仍按两件事计，是否重复由人判断。", it.Similarity) {
		t.Errorf("%+v", it)
	}
	if _, err := c.metrics.Repeats(t.Context(), unitStaff("14"), Scope{Signal: id("A2")}); !errors.Is(err, integrity.ErrNotFound) {
		t.Errorf("a signal of another unit: %v", err)
	}
	c.csv(ingest.KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员|层面|类别|标签",
		"13|2026-01-10|1|药房发药窗口擅自提前停止服务|排班|查阅台账|重要|张一|其他岗位|岗位|重点部位", "13|2026-01-10|2|护士站夜间应答不及时|巡查|查阅台账|一般|张二|其他岗位|岗位|人")
	// The hot cell counts all of them and says how many may be repeats: A2 with A3, 张三 once, X1, C1, C2, S1–S8.
	spots, err := c.metrics.HotSpots(t.Context(), inspector, october)
	if err != nil || len(spots.Items) == 0 {
		t.Fatalf("%+v, %v", spots, err)
	}
	if h := spots.Items[0]; h.Unit != "13" || h.Category != integrity.CategoryPost || h.Count != 13 || h.Near != 2 || h.Points != 2 || h.Important != 1 || h.KeyPlaces != 1 {
		t.Errorf("%s %s: %d matters, %d near, points %d, %d, %d; want 13 and 2, 2, 1, 1", h.Unit, h.Category, h.Count, h.Near, h.Points, h.Important, h.KeyPlaces)
	}
	if spots, err = c.metrics.HotSpots(t.Context(), leader, october); err != nil || len(spots.Items) == 0 || spots.Items[0].Count != 12 || spots.Items[0].Near != 1 {
		t.Errorf("without petitions: %+v, %v; want 12 matters, one of them near", spots.Items, err)
	}
}

func TestBlindSpotsGroupSignalsAsHotSpotsDo(t *testing.T) {
	c := newCity(t).units()
	c.csv(ingest.KindComplaints, "编号|单位|日期|内容|类别|涉廉|来源|投诉人",
		// One person three times, each within ninety days of the one before; another once; one text twice.
		"P1|13|2026-03-01|推诿第一次|作风问题|是|热线|张三", "P2|13|2026-05-20|推诿第二次|作风问题|是|热线|张三", "P3|13|2026-08-10|推诿第三次|作风问题|是|热线|张三",
		"P4|13|2026-08-11|另一人说推诿|作风问题|是|热线|李四",
		"T1|13|2026-06-01|窗口 推诿扯皮|作风问题|是|热线|", "T2|13|2026-09-01|窗口推诿扯皮。|作风问题|是|网站|")
	c.csv(ingest.KindPetitions, "编号|单位|日期|内容|性质|类别|重复件|来源",
		"X1|13|2026-07-01|反映推诿|检举控告|作风问题||网信", "X2|13|2026-07-09|再次反映，补充材料|检举控告|作风问题|X1|网信")
	c.csv(ingest.KindFindings, "编号|单位|日期|发现问题|严重程度|整改期限|整改完成日期|类别", "F1|13|2026-09-01|推诿群众|3|2026-12-01||作风问题")
	for _, tc := range []struct {
		name             string
		who              integrity.Principal
		signals, matters uint64
		why              string
	}{
		{"inspectors: 张三, 李四, the text, the petition, the finding", inspector, 9, 5, "有线索9件（日常投诉6件、信访举报2件、检查考核发现的问题1件），涉5件事"},
		{"leaders the same without petitions", leader, 7, 4, "有线索7件（日常投诉6件、检查考核发现的问题1件），涉4件事"},
	} {
		got, err := c.metrics.BlindSpots(t.Context(), tc.who, Scope{AsOf: day("2026-11-22")})
		if err != nil || len(got.Items) != 1 {
			t.Fatalf("%s: %+v, %v", tc.name, got.Items, err)
		}
		b := got.Items[0]
		if b.Signals != tc.signals || b.Matters != tc.matters {
			t.Errorf("%s: %d signals, %d matters; want %d and %d", tc.name, b.Signals, b.Matters, tc.signals, tc.matters)
		}
		if !strings.Contains(b.Why, tc.why) {
			t.Errorf("%s: %s", tc.name, b.Why)
		}
		// The score counts matters: one person who writes again and again moves no visit.
		if p := got.Visits[0].Parts[1]; p.Code != "unlisted_matters" || p.Count != tc.matters {
			t.Errorf("%s: %+v", tc.name, p)
		}
	}
}
