package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/metrics"
)

// What the page counts is walked through in package dashboards; here the command itself
// is asked, and its CSV and the export of the rows are held against its JSON.
func TestTheCommandCountsTheSameInJSONAndCSVAsRows(t *testing.T) {
	s := newShell(t)
	s.want(0, "ingest", "units", s.file("units.csv", "单位编码,单位名称,上级编码,类型,责任领导,启用日期", "00,临澄市卫生健康委员会,,,,2010-01-01", "13,市第一医院,00,直属单位,周乙,2010-01-01", "14,市第二医院,00,直属单位,赵甲,2010-01-01"))
	s.want(0, "ingest", "complaints", s.file("complaints.csv", "编号,单位,日期,内容,层面,类别,涉廉,状态", "T1,13,2026-03-01,收费不透明,其他岗位,岗位,是,在办", "T2,13,2026-04-01,推诿,其他岗位,作风问题,,在办",
		"T3,14,2026-04-02,收费不透明,中层岗位,岗位,否,在办", "T4,14,2025-12-31,收费不透明,中层岗位,岗位,是,在办"))
	for _, tc := range []struct {
		flags []string
		want  uint64
	}{
		{nil, 3},
		{[]string{"--integrity", "all"}, 4},
		{[]string{"--unit", "13"}, 2},
		{[]string{"--leader", "赵甲", "--integrity", "all"}, 2},
		{[]string{"--year", "2026", "--category", "post", "--integrity", "all"}, 2},
		{[]string{"--month", "2026-04", "--layer", "middle", "--integrity", "no"}, 1},
		{[]string{"--as-of", "2026-03-31"}, 2},
	} {
		t.Run(strings.Join(append([]string{"complaints"}, tc.flags...), " "), func(t *testing.T) {
			out, _ := s.want(0, append([]string{"query", "distribution", "--measure", "complaints", "--by", "unit,category"}, tc.flags...)...)
			var d metrics.Distribution
			if err := json.Unmarshal([]byte(out), &d); err != nil {
				t.Fatal(err)
			}
			csv, _ := s.want(0, append([]string{"query", "distribution", "--measure", "complaints", "--by", "unit,category", "--format", "csv"}, tc.flags...)...)
			rows, _ := s.want(0, append([]string{"query", "signals"}, tc.flags...)...)
			var list struct{ Total uint64 }
			if err := json.Unmarshal([]byte(rows), &list); err != nil {
				t.Fatal(err)
			}
			lines := strings.Count(strings.TrimSpace(csv), "\n")
			if diff := cmp.Diff([]uint64{tc.want, tc.want, uint64(len(d.Cells))}, []uint64{*d.Total, list.Total, uint64(lines)}); diff != "" {
				t.Errorf("total, rows and lines of the CSV (-want +got):\n%s", diff)
			}
		})
	}
}
