package dashboards

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"qingfeng/ingest"
	"qingfeng/metrics"
)

// openSite has a list whose layers and categories are left open: n points that the suggestion
// is sure of, and one that nothing is suggested for.
func openSite(t testing.TB, n int) *site {
	t.Helper()
	s := newEmptySite(t)
	s.must(ingest.KindUnits, "单位编码|单位名称|上级编码|责任领导|责任领导起始日期|排序号", "00|卫生健康委||||0", "13|市第一医院|00|周乙|2020-01-01|1")
	lines := []string{"单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|责任人员"}
	for i := range n {
		lines = append(lines, fmt.Sprintf("13|2026-03-05|%d|采购员在第%d批耗材采购中接受供应商宴请和回扣|双人复核|查阅资料|一般|张三", i+1, i+1))
	}
	s.must(ingest.KindRisks, append(lines, fmt.Sprintf("13|2026-03-05|%d|其他方面|双人复核|查阅资料|一般|张三", n+1))...)
	return s
}

// counted is how many points the heatmap counts under a category.
func (s *site) counted(category, more string) uint64 {
	s.t.Helper()
	d := read[metrics.Distribution](s, "/api/v1/distribution?rows=unit&cols=category"+more)
	var n uint64
	for _, c := range d.Cells {
		if c.Col == category {
			n += *c.Count
		}
	}
	rows := read[struct{ Total uint64 }](s, "/api/v1/risks?category="+category+more)
	if rows.Total != n {
		s.t.Errorf("%s%s: cells count %d, rows %d", category, more, n, rows.Total)
	}
	return n
}

func TestConfirmingOnThePageMovesTheNumbers(t *testing.T) {
	s := openSite(t, 3)
	if a, b := s.counted("external", ""), s.counted("external", "&suggested=1"); a != 0 || b != 3 {
		t.Errorf("before: %d, by suggestion %d; want 0 and 3", a, b)
	}
	for path, want := range map[string]string{"/": "/confirm", "/checkup": "/confirm", "/heatmap": "suggested=1", "/heatmap?suggested=1": "按程序建议归入各格"} {
		if body := string(s.ok(path)); !strings.Contains(body, want) {
			t.Errorf("%s does not say %q", path, want)
		}
	}
	page := string(s.ok("/confirm"))
	for _, want := range []string{"采纳符合条件的全部 3 个建议", "<b>3</b>", "把握大", "供应商", "没有建议，请人工选择"} {
		if !strings.Contains(page, want) {
			t.Errorf("/confirm does not say %q", want)
		}
	}
	open := read[metrics.Page[openPoint]](s, "/api/v1/confirmations?confirmed=suggested")
	if open.Total != 3 || len(open.Items[0].Suggestion.Reasons) == 0 || !open.Items[0].Sure || open.Items[0].Suggestion.Category != "external" {
		t.Fatalf("what waits: %+v", open)
	}
	if a := s.post(s.app, "/confirm", url.Values{"all": {"2"}}); a.status != http.StatusSeeOther || !strings.Contains(a.header.Get("Location"), "moved=1") {
		t.Errorf("a count that is no longer true = %d to %s; want to be asked again", a.status, a.header.Get("Location"))
	}
	one := s.post(s.app, "/confirm?unit=13", url.Values{"one": {open.Items[0].ID}})
	if one.status != http.StatusSeeOther || !strings.Contains(one.header.Get("Location"), "unit=13") || s.counted("external", "") != 1 {
		t.Errorf("accepting one = %d to %s", one.status, one.header.Get("Location"))
	}
	if a := s.post(s.app, "/confirm", url.Values{"choose": {open.Items[1].ID}, "category-" + open.Items[1].ID: {"post"}}); a.status != http.StatusSeeOther || s.counted("post", "") != 1 {
		t.Errorf("choosing another = %d %s", a.status, a.body)
	}
	rest := s.post(s.app, "/confirm?category=external", url.Values{"all": {"1"}})
	if s.counted("external", "") != 2 {
		t.Errorf("accepting the rest = %d to %s, %d counted", rest.status, rest.header.Get("Location"), s.counted("external", ""))
	}
	done := string(s.ok(rest.header.Get("Location")))
	if !strings.Contains(done, "已确认 1 条") || !strings.Contains(done, "/confirm/undo") {
		t.Errorf("after the bulk: %s", done)
	}
	u, err := url.Parse(rest.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if a := s.post(s.app, "/confirm/undo", url.Values{"batch": {u.Query().Get("done")}}); a.status != http.StatusSeeOther || s.counted("external", "") != 1 {
		t.Errorf("undo = %d, %d counted; want 1", a.status, s.counted("external", ""))
	} else if body := string(s.ok(a.header.Get("Location"))); !strings.Contains(body, "已撤销，1 条恢复原状") {
		t.Errorf("after the undo: %s", body)
	}
	mine := string(s.ok("/confirm?confirmed=person"))
	if !strings.Contains(mine, "本机用户") || !strings.Contains(mine, `name="withdraw"`) || strings.Contains(mine, "<script>alert") {
		t.Errorf("what was confirmed here: %s", mine)
	}
	if a := s.post(s.app, "/confirm?confirmed=person", url.Values{"withdraw": {open.Items[0].ID}}); a.status != http.StatusSeeOther || s.counted("external", "") != 0 {
		t.Errorf("taking one back = %d, %d counted", a.status, s.counted("external", ""))
	}
}

func TestConfirmingThroughTheAPI(t *testing.T) {
	s := openSite(t, 2)
	open := read[metrics.Page[openPoint]](s, "/api/v1/confirmations?q=回扣")
	send := func(kind, body string) answer {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/confirmations", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		return s.do(s.app, r)
	}
	body := fmt.Sprintf(`{"items":[{"id":%q,"suggested":true},{"id":%q,"layer":"middle","category":"power"}]}`, open.Items[0].ID, open.Items[1].ID)
	if a := send("text/plain", body); a.status != http.StatusBadRequest {
		t.Errorf("a text = %d", a.status)
	}
	a := send("application/json", body)
	var done Confirmed
	if err := json.Unmarshal(a.body, &done); err != nil || a.status != http.StatusOK || done.Changed != 2 || done.Batch == "" {
		t.Fatalf("confirming = %d %s", a.status, a.body)
	}
	if s.counted("power", "") != 1 || s.counted("external", "") != 1 {
		t.Error("the numbers did not move")
	}
	for name, tc := range map[string]struct {
		body string
		want int
	}{
		"no items":        {`{"items":[]}`, http.StatusBadRequest},
		"no JSON":         {`{`, http.StatusBadRequest},
		"a wrong word":    {fmt.Sprintf(`{"items":[{"id":%q,"category":"gold"}]}`, open.Items[0].ID), http.StatusBadRequest},
		"nobody's point":  {`{"items":[{"id":"00000000000000aa","suggested":true}]}`, http.StatusNotFound},
		"nobody's signal": {`{"items":[{"id":"00000000000000aa","signal":true,"integrity":"no"}]}`, http.StatusNotFound},
	} {
		if a := send("application/json", tc.body); a.status != tc.want {
			t.Errorf("%s = %d %s, want %d", name, a.status, a.body, tc.want)
		}
	}
	if a := s.post(s.app, "/api/v1/imports/"+done.Batch+"/revert", nil); a.status != http.StatusOK || s.counted("power", "") != 0 {
		t.Errorf("taking it back = %d %s", a.status, a.body)
	}
	if a := s.post(s.app, "/confirm/undo", url.Values{"batch": {"1"}}); a.status != http.StatusNotFound {
		t.Errorf("taking back a load of units as a confirmation = %d", a.status)
	}
	if a := s.post(s.app, "/confirm", url.Values{}); a.status != http.StatusBadRequest {
		t.Errorf("nothing selected = %d", a.status)
	}
}

func TestLinkingSignalsOnThePage(t *testing.T) {
	s := openSite(t, 2)
	s.must(ingest.KindComplaints, "编号|单位|日期|内容|类别|涉廉", "T1|13|2026-04-01|听说采购员在第2批耗材采购中接受宴请和回扣"+hostile+"|其他|是", "T2|13|2026-04-02|空调太冷||否")
	found := read[metrics.Page[metrics.LinkCandidate]](s, "/api/v1/links?integrity=all")
	if found.Total != 2 || len(found.Items[0].Suggestions) != 0 || len(found.Items[1].Suggestions) == 0 || found.Items[1].Suggestions[0].No != 2 || found.Items[1].Suggestions[0].Why == "" {
		t.Fatalf("suggestions: %+v", found.Items)
	}
	id, point := found.Items[1].ID, found.Items[1].Suggestions[0].ID
	page := string(s.ok("/links"))
	if !strings.Contains(page, "关联到第 2 号") || strings.Contains(page, "<script>alert") {
		t.Errorf("/links: %s", page)
	}
	one := s.post(s.app, "/links", url.Values{"id": {id + ":" + point}})
	rows := read[metrics.Page[integrityRow]](s, "/api/v1/signals?risk="+point)
	if one.status != http.StatusSeeOther || rows.Total != 1 || rows.Items[0].RiskID != point || rows.Items[0].Link != "person" {
		t.Errorf("linking = %d, %+v", one.status, rows)
	}
	if body := string(s.ok("/risks/" + point)); !strings.Contains(body, "T1") {
		t.Error("the history of the point does not show the linked signal")
	}
	none := s.post(s.app, "/links", url.Values{"link": {found.Items[0].ID + ":none"}})
	if n := read[metrics.Page[integrityRow]](s, "/api/v1/signals?integrity=all&linked=none"); none.status != http.StatusSeeOther || n.Total != 1 {
		t.Errorf("belongs to none = %d, %d rows", none.status, n.Total)
	}
	if a := s.post(s.app, "/links?signal="+id, url.Values{"choose": {id}, "integrity-" + id: {"no"}}); a.status != http.StatusSeeOther || read[metrics.Page[integrityRow]](s, "/api/v1/signals?signal="+id).Total != 0 {
		t.Errorf("a person says 非涉廉 = %d", a.status)
	}
	u, err := url.Parse(one.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if a := s.post(s.app, "/confirm/undo", url.Values{"batch": {u.Query().Get("done")}, "back": {"/links"}}); a.status != http.StatusSeeOther || read[metrics.Page[integrityRow]](s, "/api/v1/signals?integrity=all&risk="+point).Total != 0 {
		t.Errorf("undo = %d", a.status)
	}
	if a := s.post(s.app, "/links", url.Values{}); a.status != http.StatusBadRequest {
		t.Errorf("nothing said = %d", a.status)
	}
}

type integrityRow struct {
	RiskID string `json:"risk_id"`
	Link   string `json:"link"`
}
