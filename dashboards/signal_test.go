package dashboards

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// The page of a signal shows it as it stands, what each load changed with its batch, and
// the points it belongs to or, as suggestions, may belong to.
func TestThePageOfASignal(t *testing.T) {
	s := newSite(t)
	const head = "编号|单位|日期|内容|渠道|类别|状态"
	s.must(ingest.KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员|层面|类别",
		"13|2026-03-01|1|设备采购验收环节供应商宴请验收人员|双人验收|查阅资料|重要|张三|其他岗位|其他")
	s.must(ingest.KindComplaints, head, "SX1|13|2026-11-02|设备采购验收时供应商宴请验收人员，电话13800138000|热线|其他|在办")
	s.load(ingest.KindComplaints, head, "SX1|14|2026-11-03|<script>alert(1)</script>供应商宴请验收人员|热线|岗位|在办")
	s.load(ingest.KindComplaints, head, "SX1|13|2026-11-03|设备采购验收时供应商宴请验收人员|来信|岗位|办结")

	found := read[metrics.Page[integrity.Signal]](s, "/api/v1/signals?number=SX1&integrity=all").Items
	if len(found) != 1 {
		t.Fatalf("%d signals SX1", len(found))
	}
	path := "/signals/" + found[0].ID
	if list := string(s.ok("/signals?number=SX1")); !strings.Contains(list, `href="`+path+`"`) {
		t.Error("the list does not lead to the page of the signal")
	}
	page := string(s.ok(path))
	for _, want := range []string{"日常投诉 SX1", "市第一医院", "2026-11-03", "来信", "办结", "首次登记", "市第二医院", "原为：设备采购验收时供应商宴请验收人员，电话〔手机号〕",
		"&lt;script&gt;", "可能相关的风险点", "设备采购验收环节供应商宴请验收人员", "/links?"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "13800138000") || strings.Contains(page, "<script>alert") {
		t.Error("the page shows an identity or runs what a text holds")
	}
	if n := strings.Count(page, `href="/imports/`); n != 3 {
		t.Errorf("%d batches are named, want the three that wrote about it", n)
	}
	versions := read[list[metrics.SignalVersion]](s, "/api/v1"+path+"/versions").Items
	var said []string
	for _, v := range versions {
		if v.Batch == "" || v.KnownFrom.IsZero() || !strings.Contains(page, "/imports/"+v.Batch) {
			t.Errorf("the version %+v has no batch that the page names", v)
		}
		said = append(said, v.Signal.Unit+" "+v.Signal.OccurredOn.String()+" "+v.Signal.Channel+" "+v.Signal.Status)
	}
	if want := []string{"13 2026-11-03 来信 closed", "14 2026-11-03 热线 open", "13 2026-11-02 热线 open"}; !slices.Equal(said, want) {
		t.Errorf("the API tells the versions %q; want %q", said, want)
	}
	doc := read[object](s, "/api/v1/openapi.json")
	s.keeps(t, doc, "GET", "/signals/{id}/versions", s.get("/api/v1"+path+"/versions"))
	if a := s.get("/api/v1/signals/0000000000000001/versions"); a.status != http.StatusNotFound {
		t.Errorf("the versions of a signal that is not there = %d; want 404", a.status)
	}
	english := string(s.ok(path + "?lang=en"))
	for _, want := range []string{"What each load changed", "Text corrected", "First on record"} {
		if !strings.Contains(english, want) {
			t.Errorf("in English the page lacks %q", want)
		}
	}
}
