package dashboards

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
)

// submit posts a form and wants a status; it returns where the answer leads.
func (s *site) submit(status int, path string, form url.Values) string {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	a := s.do(s.app, r)
	if a.status != status {
		s.t.Fatalf("POST %s = %d, want %d: %s", path, a.status, status, a.body)
	}
	return a.header.Get("Location")
}

func (s *site) shows(path string, texts ...string) {
	s.t.Helper()
	page := string(s.ok(path))
	for _, want := range texts {
		if !strings.Contains(page, want) {
			s.t.Errorf("GET %s lacks %s", path, want)
		}
	}
}

func TestThePeriodsThatPeopleOpenMostAreOneClickAway(t *testing.T) {
	for _, c := range []struct {
		name  string
		today integrity.Day
		want  []string
	}{
		{"in autumn", integrity.Date(2026, 11, 22), []string{"2026-10", "2026-09", "2026-08", "2026-07", "2026-06", "2026-05", "2026-H1", "2025"}},
		{"at New Year", integrity.Date(2027, 1, 1), []string{"2026-12", "2026-11", "2026-10", "2026-09", "2026-08", "2026-07", "2026-H2", "2026"}},
		{"on the last day of June", integrity.Date(2026, 6, 30), []string{"2026-05", "2026-04", "2026-03", "2026-02", "2026-01", "2025-12", "2025-H2", "2025"}},
	} {
		if diff := cmp.Diff(c.want, usualPeriods(c.today)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	s := newSite(t)
	s.shows("/reports", `<a class="chip" href="/reports/2026-09">2026-09</a>`, `<a class="chip" href="/reports/2025">2025</a>`)
	s.shows("/reports/2025", "尚未签发", "没有保存的草稿。")
}

func TestAReportIsWrittenIssuedAndMended(t *testing.T) {
	s := newSite(t)
	s.report, s.points = "<!doctype html><title>月报</title><p>草稿</p>", 600
	s.shows("/reports/2026-10", "2026年第10期（总第22期）", "尚未签发", "没有保存的草稿。", `name="signer"`)
	s.shows("/reports/2026-10?lang=en", "Not issued")
	if _, _, err := s.reports.KeepDraft(t.Context(), integrity.Principal{Role: integrity.RoleOffice}, "2026-10", today); err != nil {
		t.Fatal(err)
	}
	s.shows("/reports", "待签发", "2026年第10期（总第22期）")

	if at := s.submit(http.StatusSeeOther, "/reports/2026-10/advice", url.Values{"text": {"请补齐。" + hostile}, "after": {"0"}}); at != "/reports/2026-10#advice" {
		t.Errorf("advice leads to %s", at)
	}
	s.submit(http.StatusConflict, "/reports/2026-10/advice", url.Values{"text": {"别的"}, "after": {"0"}})
	s.submit(http.StatusSeeOther, "/reports/2026-10/instructions", url.Values{"text": {"请督办" + hostile}, "leader": {"主任"}})
	s.submit(http.StatusBadRequest, "/reports/2026-10/instructions", url.Values{"text": {"请督办"}})
	s.shows("/reports/2026-10", "请补齐。&lt;/script&gt;", "请督办&lt;/script&gt;", "主任")

	s.submit(http.StatusBadRequest, "/reports/2026-10/issue", url.Values{"seen": {"0"}})
	s.submit(http.StatusBadRequest, "/reports/2026-10/issue", url.Values{"signer": {"主任"}, "copies": {"many"}})
	s.submit(http.StatusBadRequest, "/reports/2026-10/issue", url.Values{"signer": {"主任"}, "known_at": {"soon"}})
	s.submit(http.StatusNotFound, "/reports/2026-09/issue", url.Values{"signer": {"主任"}})
	s.submit(http.StatusSeeOther, "/reports/2026-10/issue", url.Values{"signer": {"主任"}, "copies": {"30"}, "seen": {"0"}, "known_at": {"2026-11-02T01:12:00Z"}, "issued_on": {"2026-11-03"}})
	s.submit(http.StatusConflict, "/reports/2026-10/issue", url.Values{"signer": {"主任"}, "seen": {"0"}})
	first := s.report

	s.report, s.points = "<!doctype html><title>月报</title><p>更正</p>", 602
	s.submit(http.StatusBadRequest, "/reports/2026-10/issue", url.Values{"signer": {"主任"}, "seen": {"1"}})
	s.submit(http.StatusSeeOther, "/reports/2026-10/issue", url.Values{"signer": {"主任"}, "seen": {"1"}, "reason": {"补录" + hostile}})
	s.shows("/reports/2026-10", "第 2 版已于 2026-11-22 签发", "第 1 版", "600", "602", "补录&lt;/script&gt;")
	s.shows("/reports", "已签发")
	for path, want := range map[string]string{"/reports/2026-10.html": s.report, "/reports/2026-10.html?version=1": first, "/reports/2026-10.html?version=2": s.report,
		"/reports/2026-10.html?unit=13": s.report + "13"} {
		if got := string(s.ok(path)); got != want {
			t.Errorf("GET %s = %s; want %s", path, got, want)
		}
	}
	for path, want := range map[string]int{"/reports/2026-10.html?version=3": 404, "/reports/2026-10.html?version=x": 400, "/reports/2026-10.html?draft=yes": 400,
		"/reports/2026-10.html?draft=1&version=1": 400, "/reports/2026-13": 400, "/reports?period=soon": 400, "/reports/2026-10/issue": 405} {
		if a := s.get(path); a.status != want {
			t.Errorf("GET %s = %d; want %d", path, a.status, want)
		}
	}
	if a := s.get("/reports?period=2025"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/reports/2025" {
		t.Errorf("opening a period: %d, %s", a.status, a.header.Get("Location"))
	}
	d := read[bulletin.Dossier](s, "/api/v1/reports/2026-10")
	if len(d.Issues) != 2 || len(d.Issues[0].Changes) != 1 || d.Issues[1].Copies != 30 || d.Issues[1].IssuedOn != integrity.Date(2026, 11, 3) {
		t.Errorf("the API tells %+v", d)
	}
	if l := read[list[bulletin.Dossier]](s, "/api/v1/reports"); l.Total != 1 {
		t.Errorf("the API lists %+v", l)
	}
	if l := read[list[bulletin.Dossier]](s, "/api/v1/reports?as_of=2026-11-21"); l.Total != 0 {
		t.Errorf("the day before anything was made the API lists %+v", l)
	}
	s.shows("/reports?as_of=2026-11-21", "还没有月报", `name="as_of" value="2026-11-21"`)
	if a := s.get("/reports?as_of=soon"); a.status != http.StatusBadRequest {
		t.Errorf("a day that is none: %d", a.status)
	}
	if bytes.Contains(s.ok("/reports/2026-10"), []byte("<script>alert")) {
		t.Error("a hostile text is not escaped")
	}
}
