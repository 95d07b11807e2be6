package dashboards

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"qingfeng/internal/integrity"
)

// letterbox holds one mail of each state and one recipient without an address.
type letterbox struct{}

func (letterbox) Mails(context.Context, integrity.Lang, int) ([]MailInfo, []UnaddressedInfo, error) {
	return []MailInfo{
		{Recipient: "clerk/13", Address: "a@example.org", State: "queued", Attempts: 2, At: today, Error: "busy" + hostile},
		{Recipient: "office", Address: "b@example.org", State: "sent", Attempts: 1, At: today, Subject: "提醒"},
		{Recipient: "head/14", State: "failed", At: today}, {Recipient: "inspector", State: "dropped", At: today},
	}, []UnaddressedInfo{{Label: "市第二医院经办", Notices: 7, Since: today}}, nil
}

func TestTasksShowMailsAndQuietSources(t *testing.T) {
	s := newSite(t)
	app := s.with(func(c *Config) {
		c.Mails = letterbox{}
		c.Health = func(context.Context) (bool, []string) {
			return true, []string{"scheduler", "source:complaints/热线" + hostile, "source:petitions"}
		}
	})
	get := func(path string) string {
		a := s.do(app, httptest.NewRequest(http.MethodGet, path, nil))
		if a.status != http.StatusOK {
			t.Fatalf("GET %s = %d: %.300s", path, a.status, a.body)
		}
		return string(a.body)
	}
	tasks := get("/jobs")
	for _, want := range []string{"1 封待发、1 封已发、1 封放弃、1 封已办结", "clerk/13", "a@example.org", "市第二医院经办", "<td class=\"num\">7</td>", "没有登记邮箱"} {
		if !strings.Contains(tasks, want) {
			t.Errorf("/jobs lacks %q", want)
		}
	}
	if strings.Contains(tasks, hostile) {
		t.Error("a text of the outbox is not escaped")
	}
	for path, want := range map[string]string{"/jobs": "新增3项", "/jobs?lang=en": "3 new items", "/api/v1/jobs": "新增3项", "/api/v1/jobs?lang=en": "3 new items"} {
		if !strings.Contains(get(path), want) {
			t.Errorf("GET %s does not say %q of the last run", path, want)
		}
	}
	overview := get("/")
	for _, want := range []string{`banner bad`, "日常投诉·热线", "信访举报”好久没有装载"} {
		if !strings.Contains(overview, want) {
			t.Errorf("the overview lacks %q", want)
		}
	}
	if ready := get("/readyz"); !strings.Contains(ready, `"degraded":["scheduler","source:complaints/热线`) {
		t.Errorf("readyz: %s", ready)
	}
	if strings.Contains(string(s.ok("/jobs")), "没有登记邮箱") {
		t.Error("without an outbox the page speaks of mails")
	}
}
