package dashboards

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"qingfeng/metrics"
)

func TestPapersOnTheSite(t *testing.T) {
	s := newSite(t)
	get := func(path string) answer { return s.do(s.app, httptest.NewRequest(http.MethodGet, path, nil)) }
	for _, tc := range []struct {
		name, path string
		status     int
		media      string
		holds      string
	}{
		{"the important points to file, to print", "/papers/filing.html", 200, "text/html", "重要廉洁风险点备案表"},
		{"the changes, as a workbook", "/papers/filing-changes.xlsx", 200, "spreadsheet", "PK"},
		{"the summary, as a Word document", "/papers/summary.docx", 200, "wordprocessing", "PK"},
		{"the summary of a page, as CSV, says who made it", "/papers/summary.csv?as_of=2026-11-01", 200, "text/csv", "# 导出："},
		{"the duties of one leader", "/papers/duty.html?leader=周乙", 200, "text/html", "一岗双责履职单"},
		{"the reminders of a day", "/papers/reminder.html?as_of=2026-02-01", 200, "text/html", "清单催报"},
		{"the prefilled form of a unit", "/papers/prefilled.docx?unit=13", 200, "wordprocessing", "PK"},
		{"the same from the API", "/api/v1/papers/filing.csv", 200, "text/csv", "廉洁风险点描述"},
		{"duties are no table", "/papers/duty.csv", 400, "", ""},
		{"an unknown paper", "/papers/weather.docx", 404, "", ""},
		{"no ending", "/papers/filing", 404, "", ""},
		{"a bad day", "/papers/filing.docx?as_of=soon", 400, "", ""},
		{"an unknown parameter of the API", "/api/v1/papers/filing.csv?colour=red", 400, "", ""},
		{"a leader who is none", "/papers/duty.html?leader=无名", 404, "", ""},
	} {
		a := get(tc.path)
		if a.status != tc.status {
			t.Errorf("%s: %s = %d; want %d: %.200s", tc.name, tc.path, a.status, tc.status, a.body)
			continue
		}
		if a.status == 200 && (!strings.Contains(string(a.body), tc.holds) || !strings.Contains(a.header.Get("Content-Type"), tc.media) || !strings.Contains(a.header.Get("X-Qingfeng-Export"), "data_version=")) {
			t.Errorf("%s: %s, %q, %.200s", tc.name, a.header.Get("Content-Type"), a.header.Get("X-Qingfeng-Export"), a.body)
		}
	}
	if a := get("/api/v1/papers/filing.csv"); strings.Contains(string(a.body), "# ") {
		t.Error("a file for programs ends with a line for people")
	}
	if policy := get("/papers/filing.html").header.Get("Content-Security-Policy"); !strings.Contains(policy, "sandbox") {
		t.Errorf("a paper may do more than show itself: %q", policy)
	}
	// Pages lead to their papers, and keep the day.
	for page, papers := range map[string][]string{
		"/stages":  {"/papers/filing.docx", "/papers/filing-changes.docx", "/papers/summary.docx", "/papers/filing.csv", "/papers/summary.xlsx"},
		"/lists":   {"/papers/reminder.docx", "/papers/prefilled.docx", "/papers/prefilled.xlsx"},
		"/leaders": {"/papers/duty.html", "/papers/duty.docx"},
	} {
		links := linksOf(t, s.ok(page+"?as_of=2026-04-02"))[""]
		for _, want := range papers {
			if want += "?as_of=2026-04-02"; !slices.Contains(links, want) {
				t.Errorf("%s does not lead to %s", page, want)
			}
		}
	}
	// The numbers of the API are those of the metrics.
	filing := read[metrics.FilingList](s, "/api/v1/filing")
	summary := read[metrics.Summary](s, "/api/v1/summary")
	important := 0
	for _, e := range summary.Items {
		important += e.Important
	}
	if filing.Total == 0 || summary.Important != important || filing.Total != important {
		t.Errorf("%d important points to file, %d in the summary, %d in its rows", filing.Total, summary.Important, important)
	}
}
