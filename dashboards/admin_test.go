package dashboards

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"qingfeng/dashboards/view"
)

func TestThePageOfAdministrationSaysWhatNeedsAttention(t *testing.T) {
	s := newEmptySite(t)
	page := string(s.ok("/admin"))
	for _, want := range []string{
		"自检 2 项，1 项需要处理。", "剩 1.0 GB", view.Number(1200), view.Number(1234), "4.0 MB", "weekly-2026-11-22", "已清理", "small_cell", "非默认值", "（空）", "调休未载入",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page, "的放假调休还没有载入") {
		t.Error("the page warns of a year that is arranged")
	}
	if page := string(s.ok("/admin?lang=en")); !strings.Contains(page, "2 checks, 1 need attention.") {
		t.Error("the English page does not say what needs attention")
	}
	late := s.with(func(c *Config) { c.Now = func() time.Time { return today.AddDate(1, 0, 0) } })
	if a := s.do(late, httptest.NewRequest(http.MethodGet, "/admin", nil)); !strings.Contains(string(a.body), "2027 年的放假调休还没有载入") {
		t.Error("the page does not warn of a year without its arrangement")
	}
	got := read[struct {
		Check    []Finding   `json:"check"`
		Settings []Setting   `json:"settings"`
		Storage  []TableSize `json:"storage"`
		Workdays []WorkYear  `json:"workdays"`
		Backups  []Copy      `json:"backups"`
	}](s, "/api/v1/admin")
	if len(got.Check) != 2 || len(got.Settings) != 3 || got.Storage[0].Rows != 1200 || got.Workdays[1].Workdays != 248 || got.Backups[0].Rows != 1234 {
		t.Errorf("the API answers other figures than the page: %+v", got)
	}
	without := s.with(func(c *Config) { c.Administration = nil })
	for _, path := range []string{"/admin", "/api/v1/admin"} {
		if a := s.do(without, httptest.NewRequest(http.MethodGet, path, nil)); a.status != http.StatusNotFound {
			t.Errorf("GET %s without administration = %d", path, a.status)
		}
	}
}
