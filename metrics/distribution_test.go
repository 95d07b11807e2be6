package metrics

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

const (
	shortHead      = "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员|层面|类别"
	complaintHead  = "编号|单位|日期|内容|类别|涉廉|状态"
	petitionHead   = "编号|单位|日期|内容|性质|类别"
	inspectionHead = "编号|单位|检查日期|风险点|检查人|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题|类别"
)

// seeded is a city with two years of lists and events whose counts are known by heart.
func seeded(t *testing.T) *city {
	t.Helper()
	c := newCity(t).units()
	c.now = noon("2025-02-20")
	c.csv(ingest.KindRisks, shortHead,
		"13|2025-02-10|1|采购未经集体研究|集体决策|查阅会议记录|重要|张一|领导岗位|决策",
		"13|2025-02-10|2|收费审核不严|复核|抽查票据|一般|张二|中层岗位|运行机制",
		"14|2025-02-12|1|处罚裁量随意|裁量基准|对照基准|一般|李一|其他岗位|权力运行")
	c.now = noon("2026-02-20")
	c.csv(ingest.KindRisks, shortHead,
		"13|2026-02-10|1|采购未经集体研究|集体决策|查阅会议记录|一般|张一|领导岗位|决策",
		"13|2026-02-10|2|接受供应商宴请|谈话提醒|约谈|重要|张三|中层岗位|其他")
	c.now = noon("2026-11-22")
	c.csv(ingest.KindComplaints, complaintHead,
		"T1|13|2026-03-05|窗口多收费|岗位|是|在办",
		"T2|13|2026-03-31|态度生硬|作风|否|办结",
		"T3|14|2026-04-01|排队太久||待判|在办")
	c.csv(ingest.KindPetitions, petitionHead, "X1|13|2026-05-05|反映收受红包|检举控告|其他")
	c.csv(ingest.KindInspections, inspectionHead,
		"J1|13|2026-03-10|1、2|钱一|是|查阅资料|是|是|是||",
		"J2|13|2026-08-10|1|钱一|否|实地走访|否|是|是|会议记录缺签名|制度")
	return c
}

func noon(s string) time.Time {
	d, err := integrity.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d.Start().Add(12 * time.Hour)
}

func asOf(s string) Scope { return Scope{AsOf: integrity.DayOf(noon(s)), Page: 1, PerPage: 1000} }

var everything = integrity.Principal{Role: integrity.RoleInspector}

func (c *city) total(s Scope, measure string) uint64 {
	c.t.Helper()
	d, err := c.metrics.Distribution(c.t.Context(), everything, s, measure, DimLayer, DimCategory)
	if err != nil {
		c.t.Fatal(err)
	}
	return *d.Total
}

func TestRiskPointsCountAsInForceOnTheDay(t *testing.T) {
	c := seeded(t)
	for _, tc := range []struct {
		name, on string
		want     uint64
	}{
		{"nothing before the first list", "2025-02-09", 0},
		{"a list is in force from its date", "2025-02-10", 2},
		{"both units' lists", "2025-12-31", 3},
		{"last year's list lasts until the day before the next", "2026-02-09", 3},
		{"the next list replaces the one that went and brings a new one", "2026-02-10", 3},
		{"a unit without a new list keeps its old one", "2026-11-22", 3},
	} {
		if got := c.total(asOf(tc.on), MeasureRisks); got != tc.want {
			t.Errorf("%s: %s has %d points, want %d", tc.name, tc.on, got, tc.want)
		}
	}
	s := asOf("2025-12-31")
	s.Grade = integrity.GradeImportant
	if got := c.total(s, MeasureRisks); got != 1 {
		t.Errorf("%d important points in 2025, want 1: the grade is that of the version in force", got)
	}
}

func TestEveryCellLeadsToAsManyRows(t *testing.T) {
	c := seeded(t)
	measures := map[string]func(Scope) uint64{
		MeasureRisks: func(s Scope) uint64 {
			p, err := c.metrics.Risks(t.Context(), everything, s)
			return must(t, p.Total, len(p.Items), err)
		},
		MeasureSignals: func(s Scope) uint64 {
			p, err := c.metrics.Signals(t.Context(), everything, s)
			return must(t, p.Total, len(p.Items), err)
		},
		MeasureChecks: func(s Scope) uint64 {
			p, err := c.metrics.Checks(t.Context(), everything, s)
			return must(t, p.Total, len(p.Items), err)
		},
	}
	for _, base := range []Scope{asOf("2025-12-31"), asOf("2026-04-30"), asOf("2026-11-22"), withIntegrity(asOf("2026-11-22"), "all"), withUnit(asOf("2026-11-22"), "00"), withUnit(asOf("2026-11-22"), "市第一医院"), withYear(asOf("2026-11-22"), 2026)} {
		for measure, rows := range measures {
			d, err := c.metrics.Distribution(t.Context(), everything, base, measure, DimLayer, DimCategory)
			if err != nil {
				t.Fatal(err)
			}
			var sum uint64
			for _, cell := range d.Cells {
				sum += *cell.Count
				s := base
				s.Layer, s.Category = integrity.Layer(cell.Row), integrity.Category(cell.Col)
				if got := rows(s); got != *cell.Count {
					t.Errorf("%s %s×%s as of %s: cell %d, rows %d", measure, cell.Row, cell.Col, base.AsOf, *cell.Count, got)
				}
			}
			if sum != *d.Total || sum != rows(base) {
				t.Errorf("%s as of %s: cells %d, total %d, rows %d", measure, base.AsOf, sum, *d.Total, rows(base))
			}
		}
	}
}

func must(t *testing.T, total uint64, items int, err error) uint64 {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if uint64(items) != total {
		t.Fatalf("%d rows listed, total says %d", items, total)
	}
	return total
}

func withIntegrity(s Scope, v string) Scope { s.Integrity = v; return s }
func withUnit(s Scope, v string) Scope      { s.Unit = v; return s }
func withYear(s Scope, v int) Scope         { s.Year = v; return s }

func TestAllDimensionsOfAllMeasuresAddUpToTheSameTotal(t *testing.T) {
	c := seeded(t)
	for _, measure := range Measures() {
		totals := map[uint64]bool{}
		for _, rows := range Dimensions() {
			for _, cols := range Dimensions() {
				d, err := c.metrics.Distribution(t.Context(), everything, asOf("2026-11-22"), measure, rows, cols)
				if err != nil {
					t.Fatalf("%s by %s,%s: %v", measure, rows, cols, err)
				}
				var sum uint64
				for _, cell := range d.Cells {
					sum += *cell.Count
				}
				if sum != *d.Total || len(d.Cells) != len(d.Rows)*len(d.Cols) {
					t.Errorf("%s by %s,%s: cells %d, total %d", measure, rows, cols, sum, *d.Total)
				}
				for y := range d.Rows {
					row, parts := uint64(0), 0.0
					for x := range d.Cols {
						row += *d.At(y, x).Count
					}
					for x := range d.Cols {
						if c := d.At(y, x); row == 0 != (c.Share == nil) || c.Share != nil && math.Abs(*c.Share*float64(row)-float64(*c.Count)) > 1e-9 {
							t.Errorf("%s by %s,%s: %+v of a row of %d", measure, rows, cols, c, row)
						} else if c.Share != nil {
							parts += *c.Share
						}
					}
					if row > 0 && math.Abs(parts-1) > 1e-9 {
						t.Errorf("%s by %s,%s: the parts of row %d add up to %v", measure, rows, cols, y, parts)
					}
				}
				totals[*d.Total] = true
			}
		}
		if len(totals) != 1 {
			t.Errorf("%s: totals differ by dimension: %v", measure, totals)
		}
	}
}

func TestMeasuresAreCountedByHand(t *testing.T) {
	c := seeded(t)
	for _, tc := range []struct {
		name, measure string
		scope         Scope
		want          uint64
	}{
		{"complaints that concern integrity or may", MeasureComplaints, asOf("2026-11-22"), 2},
		{"all complaints", MeasureComplaints, withIntegrity(asOf("2026-11-22"), "all"), 3},
		{"31 March belongs to March", MeasureComplaints, withIntegrity(Scope{AsOf: integrity.DayOf(noon("2026-11-22")), Month: "2026-03"}, "all"), 2},
		{"nothing after the day counts", MeasureComplaints, withIntegrity(asOf("2026-03-31"), "all"), 2},
		{"petitions", MeasurePetitions, asOf("2026-11-22"), 1},
		{"a check with an answer 否 is one finding", MeasureFindings, asOf("2026-11-22"), 1},
		{"signals are the four feeds together", MeasureSignals, withIntegrity(asOf("2026-11-22"), "all"), 5},
		{"checks", MeasureChecks, asOf("2026-11-22"), 2},
		{"a unit includes those below it", MeasureChecks, withUnit(asOf("2026-11-22"), "00"), 2},
		{"another unit has none", MeasureChecks, withUnit(asOf("2026-11-22"), "14"), 0},
	} {
		if got := c.total(tc.scope, tc.measure); got != tc.want {
			t.Errorf("%s: %d, want %d", tc.name, got, tc.want)
		}
	}
}

func TestEveryPageOfAListKnowsHowManyRowsThereAre(t *testing.T) {
	c := seeded(t) // with five complaints, petitions and findings in 2026
	for _, tc := range []struct{ page, perPage, rows int }{
		{1, 50, 5}, {1, 5, 5}, {1, 4, 4}, {2, 4, 1}, {2, 5, 0}, {3, 2, 1}, {7, 3, 0},
	} {
		s := asOf("2026-11-22")
		s.Integrity, s.Page, s.PerPage = "all", tc.page, tc.perPage
		got, err := c.metrics.Signals(t.Context(), inspector, s)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Items) != tc.rows || got.Total != 5 {
			t.Errorf("page %d of %d a page has %d rows and counts %d, want %d and 5", tc.page, tc.perPage, len(got.Items), got.Total, tc.rows)
		}
		s.Number = "nobody has it"
		if got, err = c.metrics.Signals(t.Context(), inspector, s); err != nil || len(got.Items) != 0 || got.Total != 0 {
			t.Errorf("page %d of nothing has %d rows and counts %d, %v", tc.page, len(got.Items), got.Total, err)
		}
	}
}

func TestAUnitWithoutPointsIsARowOfZeros(t *testing.T) {
	c := seeded(t)
	d, err := c.metrics.Distribution(t.Context(), everything, asOf("2026-06-30"), MeasureRisks, DimUnit, DimCategory)
	if err != nil {
		t.Fatal(err)
	}
	var units []string
	for _, r := range d.Rows {
		units = append(units, r.Code)
	}
	if diff := cmp.Diff([]string{"00", "01", "13", "14", "15"}, units); diff != "" {
		t.Errorf("rows in official order (-want +got):\n%s", diff)
	}
	if len(d.Cols) != len(integrity.Categories()) || *d.At(1, 0).Count != 0 {
		t.Errorf("office 01: %+v", d.At(1, 0))
	}
	after, err := c.metrics.Distribution(t.Context(), everything, asOf("2026-07-01"), MeasureRisks, DimUnit, DimCategory)
	if err != nil {
		t.Fatal(err)
	}
	if slices.ContainsFunc(after.Rows, func(l Label) bool { return l.Code == "15" }) {
		t.Error("a closed unit without points is still a row")
	}
}

// answers is everything that is asked twice in the tests of the two clocks.
func (c *city) answers(s Scope) string {
	c.t.Helper()
	var all []any
	for _, q := range []Question{{Metric: "distribution"}, {Metric: "distribution", Measure: MeasureSignals, Rows: DimUnit, Cols: DimMonth}, {Metric: "distribution", Measure: MeasureOverdue, Rows: DimUnit, Cols: DimLeader},
		{Metric: "overdue"}, {Metric: "trend"}, {Metric: "risks"}, {Metric: "signals"}, {Metric: "checks"}, {Metric: "leaders"}, {Metric: "outlook"}} {
		q.Scope = s
		if q.Metric == "overdue" {
			q.Scope.Status = "all"
		}
		a, err := c.metrics.Answer(c.t.Context(), everything, q)
		if err != nil {
			c.t.Fatalf("%s: %v", q.Metric, err)
		}
		all = append(all, a)
	}
	text, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		c.t.Fatal(err)
	}
	return string(text)
}

func TestTheAnswerForAPairOfClocksNeverChanges(t *testing.T) {
	c := seeded(t)
	known := c.now.Add(time.Minute)
	then := asOf("2026-11-22")
	then.KnownAt = known
	before := c.answers(then)
	// Whatever is loaded, corrected or taken back later changes nothing of it.
	c.now = noon("2026-12-10")
	batch := c.csv(ingest.KindComplaints, complaintHead, "T1|14|2026-01-05|窗口多收费|决策|是|办结", "T9|13|2026-02-05|乱收费|岗位|是|在办").Batch
	c.csv(ingest.KindInspections, inspectionHead, "J1|13|2026-03-11|2|钱一|是|查阅资料|是|是|是||", "J3|14|2026-05-01|全部|钱一|是|查阅资料|是|是|是||")
	c.csv(ingest.KindInspections, inspectionHead+"|作废理由", "J2|13|2026-09-10|2|钱一|是|查阅资料|是|是|是|||重复登记")
	c.csv(ingest.KindRisks, shortHead, "14|2026-01-12|1|处罚裁量随意|裁量基准|对照基准|重要|李一|其他岗位|权力运行")
	c.csv(ingest.KindUnits, "单位编码|单位名称|责任领导|责任领导起始日期", "13|市第一医院|赵甲|2026-01-01")
	if _, err := c.load.Revert(t.Context(), batch, "政治处"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, c.answers(then)); diff != "" {
		t.Errorf("the answer for the same as_of and known_at changed (-before +after):\n%s", diff)
	}
	now := c.answers(asOf("2026-11-22"))
	if now == before {
		t.Error("the later loads changed nothing at all: the test proves nothing")
	}
}

func TestAVoidedCheckCountsAsIfItHadNeverBeen(t *testing.T) {
	c := seeded(t)
	version := regexp.MustCompile(`"data_version": [^\n]*`)
	answers := func() string { return version.ReplaceAllString(c.answers(asOf("2026-11-22")), "") }
	before := answers()
	const check = "J9|13|2026-05-20|1|钱一|是|查阅资料|是|否|是|台账缺页|决策"
	c.csv(ingest.KindInspections, inspectionHead, check)
	if answers() == before {
		t.Fatal("the check changes nothing: the test proves nothing")
	}
	c.csv(ingest.KindInspections, inspectionHead+"|作废理由", check+"|重复登记")
	if diff := cmp.Diff(before, answers()); diff != "" {
		t.Errorf("the voided check still counts (-without +with):\n%s", diff)
	}
	for status, want := range map[string]uint64{"": 0, "all": 0, "voided": 1} {
		s := asOf("2026-11-22")
		s.Number, s.Status = "J9", status
		if p, err := c.metrics.Checks(t.Context(), everything, s); err != nil || p.Total != want || want == 1 && p.Items[0].VoidReason != "重复登记" {
			t.Errorf("with the status %q: %+v, %v; want %d", status, p, err, want)
		}
	}
}

func TestCorrectionsCountOnceWhereTheyBelong(t *testing.T) {
	c := seeded(t)
	c.csv(ingest.KindComplaints, complaintHead, "T1|14|2026-06-05|窗口多收费|决策|是|办结")
	d, err := c.metrics.Distribution(t.Context(), everything, asOf("2026-11-22"), MeasureComplaints, DimUnit, DimMonth)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, cell := range d.Cells {
		if *cell.Count > 0 {
			got = append(got, fmt.Sprintf("%s %s %d", cell.Row, cell.Col, *cell.Count))
		}
	}
	if diff := cmp.Diff([]string{"14 2026-04 1", "14 2026-06 1"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTrendFillsMonthsAndSplitsByFeed(t *testing.T) {
	c := seeded(t)
	s := withYear(asOf("2026-06-15"), 2026)
	s.Integrity = "all"
	tr, err := c.metrics.Trend(t.Context(), everything, s, MeasureSignals)
	if err != nil {
		t.Fatal(err)
	}
	want := Trend{Months: []string{"2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"}, Series: []Series{
		{Code: "complaints", Label: "日常投诉", Values: Shown(0, 0, 2, 1, 0, 0)},
		{Code: "petitions", Label: "信访举报", Values: Shown(0, 0, 0, 0, 1, 0)},
		{Code: "findings", Label: "检查考核发现的问题", Values: Shown(0, 0, 0, 0, 0, 0)},
		{Code: "comparisons", Label: "业务数据比对异常", Values: Shown(0, 0, 0, 0, 0, 0)},
	}}
	if diff := cmp.Diff(want, tr); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAUnitSeesItselfAndNoPetitionEvenInATotal(t *testing.T) {
	c := seeded(t)
	unit := integrity.Principal{Role: integrity.RoleUnit, Unit: "13"}
	d, err := c.metrics.Distribution(t.Context(), unit, withIntegrity(asOf("2026-11-22"), "all"), MeasureSignals, DimUnit, DimCategory)
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Rows) != 1 || *d.Total != 3 {
		t.Errorf("unit 13 sees %d rows and %d signals, want itself and its 2 complaints and 1 finding", len(d.Rows), *d.Total)
	}
	s := asOf("2026-11-22")
	s.Unit = "14"
	if _, err := c.metrics.Risks(t.Context(), unit, s); !errors.Is(err, integrity.ErrNotFound) {
		t.Errorf("another unit's points: %v", err)
	}
	s.Unit = "99"
	_, missing := c.metrics.Risks(t.Context(), unit, s)
	if !errors.Is(missing, integrity.ErrNotFound) {
		t.Errorf("a unit that does not exist: %v", missing)
	}
	admin, err := c.metrics.Signals(t.Context(), integrity.Principal{Role: integrity.RoleAdmin}, asOf("2026-11-22"))
	if err != nil || admin.Total != 0 {
		t.Errorf("the administrator sees %d signals, %v", admin.Total, err)
	}
	office, err := c.metrics.Signals(t.Context(), integrity.Principal{Role: integrity.RoleOffice}, asOf("2026-11-22"))
	if err != nil || slices.ContainsFunc(office.Items, func(s integrity.Signal) bool { return s.Kind == integrity.SignalPetition }) {
		t.Errorf("the office reads petitions: %+v, %v", office, err)
	}
}

func TestSmallCountsOfPetitionsAreHiddenWithTheirTotal(t *testing.T) {
	c := seeded(t)
	leader := integrity.Principal{Role: integrity.RoleLeader}
	for _, measure := range []string{MeasurePetitions, MeasureSignals} {
		d, err := c.metrics.Distribution(t.Context(), leader, asOf("2026-11-22"), measure, DimUnit, DimCategory)
		if err != nil {
			t.Fatal(err)
		}
		hidden := 0
		for _, cell := range d.Cells {
			if cell.Suppressed != (cell.Count == nil) {
				t.Errorf("%s %+v", measure, cell)
			}
			if cell.Suppressed {
				hidden++
			}
		}
		for y := range d.Rows { // the part and the whole would give away what is hidden beside it
			row := d.Cells[y*len(d.Cols) : (y+1)*len(d.Cols)]
			closed := slices.ContainsFunc(row, func(c Cell) bool { return c.Suppressed })
			if slices.ContainsFunc(row, func(c Cell) bool { return closed && c.Share != nil }) {
				t.Errorf("%s: a share stands beside a hidden cell: %+v", measure, row)
			}
		}
		if hidden < 4 || d.Total != nil {
			t.Errorf("%s: %d cells hidden, total %v; one small cell needs three more to hide it", measure, hidden, d.Total)
		}
	}
}

// In no row and no column does exactly one cell stay hidden, and no small cell is shown.
func TestSuppressionLeavesNoCellAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		nr, nc := rapid.IntRange(1, 6).Draw(t, "rows"), rapid.IntRange(1, 6).Draw(t, "cols")
		d := Distribution{Rows: make([]Label, nr), Cols: make([]Label, nc)}
		for range nr * nc {
			n := rapid.Uint64Range(0, 6).Draw(t, "count")
			d.Cells = append(d.Cells, Cell{Count: &n})
		}
		hidden := suppress(&d, 3)
		line := func(cells ...int) {
			n := 0
			for _, i := range cells {
				if hidden[i] {
					n++
				} else if c := *d.Cells[i].Count; c > 0 && c < 3 {
					t.Fatalf("cell %d shows %d", i, c)
				}
			}
			if n == 1 && len(cells) > 1 {
				t.Fatalf("one hidden cell alone among %v: %v", cells, hidden)
			}
		}
		for r := range nr {
			var cells []int
			for c := range nc {
				cells = append(cells, r*nc+c)
			}
			line(cells...)
		}
		for c := range nc {
			var cells []int
			for r := range nr {
				cells = append(cells, r*nc+c)
			}
			line(cells...)
		}
	})
}

func TestAScopeSaysAllThatIsWrongWithIt(t *testing.T) {
	bad := map[string]string{"as_of": "soon", "year": "12", "layer": "top", "grade": "高", "status": "late", "integrity": "perhaps", "month": "2026-13", "page": "0", "risk": "1", "known_at": "x"}
	_, err := ParseScope(func(n string) string { return bad[n] }, noon("2026-11-22"))
	if !errors.Is(err, integrity.ErrInvalid) {
		t.Fatalf("err = %v", err)
	}
	refused := map[string]*integrity.Refused{}
	for _, e := range integrity.Refusals(err) {
		refused[e.Name] = e
	}
	for name, value := range bad {
		e := refused[name]
		if e == nil || e.Value != value || len(e.Legal) == 0 && e.Shape == "" {
			t.Errorf("%s=%s is refused as %+v", name, value, e)
		} else if !strings.Contains(err.Error(), name+" "+strconv.Quote(value)) {
			t.Errorf("the text does not say %s %q: %v", name, value, err)
		}
	}
	if len(refused) != len(bad) {
		t.Errorf("%d of %d values are refused", len(refused), len(bad))
	}
	if found := integrity.Refusals(errors.Join(err, integrity.ErrNotFound)); found != nil {
		t.Errorf("what is wrong otherwise is passed over: %v", found)
	}
	s, err := ParseScope(func(string) string { return "" }, time.Date(2026, 12, 31, 16, 30, 0, 0, time.UTC))
	if err != nil || s.AsOf.String() != "2027-01-01" {
		t.Errorf("at 16:30 UTC on New Year's Eve it is %s in Shanghai, %v", s.AsOf, err)
	}
}

func TestHostileWordsInParametersAreJustWords(t *testing.T) {
	c := seeded(t)
	for _, v := range []string{`'; DROP TABLE risks; --`, `\`, "a\tb\nc", `{risk:UInt64}`, `%' OR 1=1`, `",]`, "@as_of", "<row>"} {
		s := asOf("2026-11-22")
		s.Text = v
		if p, err := c.metrics.Risks(t.Context(), everything, s); err != nil || p.Total != 0 {
			t.Errorf("q=%q: %d rows, %v", v, p.Total, err)
		}
		s.Text, s.Number = "", v
		if p, err := c.metrics.Signals(t.Context(), everything, s); err != nil || p.Total != 0 {
			t.Errorf("number=%q: %d rows, %v", v, p.Total, err)
		}
		s.Number, s.Leader = "", v
		if p, err := c.metrics.Checks(t.Context(), everything, s); err != nil || p.Total != 0 {
			t.Errorf("leader=%q: %d rows, %v", v, p.Total, err)
		}
	}
	if got := c.total(asOf("2026-11-22"), MeasureRisks); got != 3 {
		t.Errorf("%d points left", got)
	}
	s := asOf("2026-11-22")
	s.Text = "宴请"
	if p, err := c.metrics.Risks(t.Context(), everything, s); err != nil || p.Total != 1 {
		t.Errorf("q=宴请: %d rows, %v", p.Total, err)
	}
}
