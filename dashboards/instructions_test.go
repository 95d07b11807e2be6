package dashboards

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingfeng/internal/letters"
)

func TestALeadersInstructionOnAReportBecomesALetter(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	const words = "请政治处抓紧督促落实"
	if a := s.post(s.app, "/reports/2026-10/instructions", url.Values{"text": {words}, "leader": {"主任"}}); a.status != http.StatusSeeOther {
		t.Fatalf("record the instruction = %d: %s", a.status, a.body)
	}
	matters := read[list[letters.Matter]](s, "/api/v1/letters/matters").Items
	page := string(s.ok("/reports/2026-10"))
	if !strings.Contains(page, words) || !strings.Contains(page, `action="/reports/2026-10/instructions/1/letter"`) || !strings.Contains(page, matters[0].Key) {
		t.Fatalf("the page of the report does not offer the letter")
	}
	draft := func(seq, key string) answer {
		return s.post(s.app, "/reports/2026-10/instructions/"+seq+"/letter", url.Values{"key": {key}})
	}
	a := draft("1", matters[0].Key)
	path := a.header.Get("Location")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(path, "/letters/") {
		t.Fatalf("draft = %d to %q: %s", a.status, path, a.body)
	}
	line := read[letters.Line](s, "/api/v1"+path)
	if line.State != letters.StateDrafted || line.Key != matters[0].Key || strings.Contains(line.Text, words) {
		t.Errorf("the letter: %s about %s: %s", line.State, line.Key, line.Text)
	}
	if page := string(s.ok("/reports/2026-10")); !strings.Contains(page, `href="`+path+`"`) {
		t.Error("the report does not lead to the letter that its instruction became")
	}
	for name, tc := range map[string]struct {
		seq, key string
		status   int
	}{
		"the same matter again":      {"1", matters[0].Key, http.StatusConflict},
		"an instruction not there":   {"7", matters[1].Key, http.StatusNotFound},
		"no number":                  {"x", matters[1].Key, http.StatusNotFound},
		"a matter that is none":      {"1", "two_checks/1999/x", http.StatusNotFound},
		"a letter is no instruction": {"2", matters[1].Key, http.StatusNotFound},
	} {
		if a := draft(tc.seq, tc.key); a.status != tc.status {
			t.Errorf("%s = %d; want %d", name, a.status, tc.status)
		}
	}
}
