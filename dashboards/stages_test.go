package dashboards

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"qingfeng/dashboards/view"
	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// The rate of filing is one number: that of the overview, of the board of stages, of the list
// of obligations; the commission's own points are in it.
func TestTheRateOfFilingIsTheSameEverywhere(t *testing.T) {
	s := newSite(t)
	const head = "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员|层面|类别"
	s.must(ingest.KindRisks, head, "00|2026-02-01|1|大额资金使用未经集体研究|集体决策|查阅会议记录|重要|张一|领导岗位|决策", "00|2026-02-01|2|干部选拔个人说了算|集体决策|查阅会议记录|重要|张一|领导岗位|决策")
	s.must(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|文号", "全部|2026|委党委审定|2026-03-03||党委会|", "00|2026|报市纪委备案|2026-03-10|1|政治处|卫廉1号")
	summary := read[metrics.Overdue](s, "/api/v1/overdue?rule=filing&status=all").Summary
	done, all := filed(summary)
	if done != 1 || all < 2 {
		t.Fatalf("%d of %d are filed; the points of the commission are missing", done, all)
	}
	type row struct {
		Unit string `json:"unit"`
	}
	for _, r := range read[list[row]](s, "/api/v1/stages").Items {
		if r.Unit == "00" {
			t.Error("the commission has gone through the stages of a unit")
		}
	}
	told := func(path string) string {
		t.Helper()
		root, err := html.Parse(bytes.NewReader(s.ok(path)))
		if err != nil {
			t.Fatal(err)
		}
		return readOut(root)
	}
	said := fmt.Sprintf("%d / %d", done, all)
	if page := told("/stages"); !strings.Contains(page, said+"（含委本级") {
		t.Errorf("the board of stages does not say %q: %s", said, page)
	}
	tile := view.T(integrity.Chinese, "tile.filing.note", view.Number(done), view.Number(all))
	if page := told("/"); !strings.Contains(page, tile) {
		t.Errorf("the overview does not say %q: %s", tile, page)
	}
}
