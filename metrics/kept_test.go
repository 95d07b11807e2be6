package metrics

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics/obligation"
)

// keep stores a version as the tasks do.
func (c *city) keep(task, period string, version int, asOf string, changes []string, content any) {
	c.t.Helper()
	text, err := json.Marshal(content)
	if err != nil {
		c.t.Fatal(err)
	}
	var data uint64
	if err := c.store.Write().QueryRow(c.t.Context(), `SELECT max(batch_no) FROM batches WHERE state = 'committed'`).Scan(&data); err != nil {
		c.t.Fatal(err)
	}
	batch, err := c.store.Write().PrepareBatch(c.t.Context(), `INSERT INTO results (job, period, version, as_of, made_at, data_version, content, changes)`)
	if err != nil {
		c.t.Fatal(err)
	}
	defer batch.Close()
	if err := batch.Append(task, period, uint32(version), day(asOf).UTC(), day(asOf).Start().Add(4*time.Hour), fmt.Sprint(data), string(text), changes); err != nil {
		c.t.Fatal(err)
	}
	if err := batch.Send(); err != nil {
		c.t.Fatal(err)
	}
}

func TestWhatTasksKeptIsToldWithWhatChangedAndWhy(t *testing.T) {
	c := newCity(t).units()
	const complaints, petitions = "编号|单位|日期|内容|类别|涉廉", "编号|单位|日期|内容|性质|类别"
	c.csv(ingest.KindComplaints, complaints, "T1|13|2026-10-05|多收费|岗位|是")
	spots := HotSpots{Items: []HotSpot{{Hot: true}, {Watch: true, Run: true}, {Run: true}}}
	c.keep(KeptHotSpots, "2026-10", 1, "2026-11-01", nil, spots)
	c.keep(KeptHotSpots, "2026-10"+withPetitions, 1, "2026-11-01", nil, spots)
	c.keep(KeptMonthEnd, "2026-10", 1, "2026-10-31", nil, map[string]any{
		"distributions": map[string]any{"risks-layer-category": map[string]any{"total": 32}, "checks-unit-category": map[string]any{"total": 5}},
		"obligations": obligation.Counts{integrity.RuleTwoChecks: {integrity.BasisNotice: {integrity.StatusOverdue: 3, integrity.StatusMet: 9}, integrity.BasisSystem: {integrity.StatusOverdue: 7}},
			integrity.RuleQ1Review: {integrity.BasisNotice: {integrity.StatusOverdue: 1}}},
	})
	c.keep(KeptRound, "2026", 1, "2026-01-01", nil, map[string]any{"units": []string{"13", "14"}})
	c.csv(ingest.KindComplaints, complaints, "T2|13|2026-10-06|又多收费|岗位|是")
	c.csv(ingest.KindPetitions, petitions, "X1|13|2026-10-07|甲|检举控告|岗位")
	c.csv(ingest.KindRisks, riskHead, risk("13", "2026-03-01", "1", "收费窗口多收患者费用后不及时退还", "一般", "其他岗位", "岗位"))
	spots.Items = append(spots.Items, HotSpot{Hot: true})
	fact, err := SpotChange{Unit: "14", UnitName: "乙院", Category: integrity.CategoryPost, Before: &SpotSeen{State: SpotWatch, Count: 5}, After: &SpotSeen{State: SpotHot, Count: 8}}.Stored()
	if err != nil {
		t.Fatal(err)
	}
	c.keep(KeptHotSpots, "2026-10", 2, "2026-11-05", []string{"甲院·岗位：新列入显著偏高（6件）", fact}, spots) // the first as it was stored before facts were
	c.keep(KeptHotSpots, "2026-10"+withPetitions, 2, "2026-11-05", []string{"乙院·岗位：新列入显著偏高（7件）"}, spots)

	tell := func(who integrity.Principal, s Scope) (out []string) {
		t.Helper()
		if s.AsOf == integrity.NoDay {
			s.AsOf = day("2026-11-22")
		}
		got, err := c.metrics.Kept(t.Context(), who, s)
		if err != nil || got.Total != len(got.Items) {
			t.Fatalf("Kept(%+v) = %+v, %v", s, got, err)
		}
		for _, k := range got.Items {
			out = append(out, fmt.Sprintf("%s %s %t v%d %s: %d/%d/%d %d %d %d %v %s", k.Task, k.Period, k.Petitions, k.Version, k.AsOf, k.Hot, k.Watch, k.Runs, k.Points, k.Overdue, k.Units, k.Changes, k.Why))
		}
		return out
	}
	first := func(petitions bool) string {
		return fmt.Sprintf("hot-spots 2026-10 %t v1 2026-11-01: 1/1/1 0 0 0 [] ", petitions)
	}
	end, round := "month-snapshot 2026-10 false v1 2026-10-31: 0/0/0 32 4 0 [] ", "q1-open 2026 false v1 2026-01-01: 0/0/0 0 0 2 [] "
	public := "hot-spots 2026-10 false v2 2026-11-05: 2/1/1 0 0 0 [甲院·岗位：新列入显著偏高（6件） 乙院·岗位：由关注改为显著偏高（5件→8件）] 两次之间装载日常投诉1批"
	for _, tc := range []struct {
		name  string
		who   integrity.Principal
		scope Scope
		want  []string
	}{
		{"the political department sees the run without petitions, and no load of them", office, Scope{}, []string{public, first(false), end, round}},
		{"a leader as well, in English", leader, Scope{Month: "2026-10", Lang: integrity.English}, []string{
			"hot-spots 2026-10 false v2 2026-11-05: 2/1/1 0 0 0 [甲院·岗位：新列入显著偏高（6件） 乙院, Post: was watched, now hot (5 → 8)] loaded between the two: 1 of complaints", first(false), end}},
		{"an inspector the run with them", inspector, Scope{Month: "2026-10"}, []string{
			"hot-spots 2026-10 true v2 2026-11-05: 2/1/1 0 0 0 [乙院·岗位：新列入显著偏高（7件）] 两次之间装载日常投诉1批、信访举报1批", first(true), end}},
		{"a year asks for its round", office, Scope{Year: 2026}, []string{round}},
		{"another month has none", office, Scope{Month: "2026-09"}, nil},
		{"on an earlier day later versions are not there", office, Scope{Month: "2026-10", AsOf: day("2026-11-02")}, []string{first(false), end}},
		{"nor at an earlier moment", office, Scope{Month: "2026-10", KnownAt: day("2026-11-02").Start()}, []string{first(false), end}},
		{"units see nothing of the whole commission", unitStaff("13"), Scope{}, nil},
	} {
		if diff := cmp.Diff(tc.want, tell(tc.who, tc.scope)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

func TestTheReasonOfAVersionNamesWhatItCounts(t *testing.T) {
	loads := []keptLoad{{No: 3, Kind: "complaints"}, {No: 4, Kind: "petitions"}, {No: 5, Kind: "risks"}, {No: 6, Kind: "complaints", TakenBack: 3}, {No: 7, Kind: "complaints"}}
	for _, tc := range []struct {
		name          string
		before, after string
		hot, with     bool
		want          string
	}{
		{"a load and one taken back", "2", "6", true, false, "两次之间装载日常投诉1批，撤回1批"},
		{"with petitions", "2", "5", true, true, "两次之间装载日常投诉1批、信访举报1批"},
		{"a month end depends on all", "4", "7", false, false, "两次之间装载日常投诉1批、其他1批，撤回1批"},
		{"lists change no hot spot", "4", "5", true, false, "两次之间没有相关装载：判断的日期或来源报送情况不同"},
		{"only something taken back", "5", "6", true, false, "两次之间撤回1批"},
	} {
		if got := whyKept(loads, tc.before, tc.after, tc.hot, tc.with).ZH; got != tc.want {
			t.Errorf("%s: %s; want %s", tc.name, got, tc.want)
		}
	}
}
