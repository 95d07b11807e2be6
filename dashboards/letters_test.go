package dashboards

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/metrics"
)

// obligations is what letters may be about on a site: what its metrics answer, as the
// command's source makes it.
type obligations struct{ s *site }

func (o obligations) Matters(ctx context.Context, who integrity.Principal, asOf integrity.Day) ([]letters.Matter, error) {
	answer, err := o.s.metrics.Overdue(ctx, who, metrics.Scope{AsOf: asOf})
	if err != nil {
		return nil, err
	}
	leaders, err := o.s.metrics.LeaderBoard(ctx, who, metrics.Scope{AsOf: asOf})
	led := map[string][]string{}
	items := answer.Items
	for _, row := range leaders {
		items, led[row.Leader] = append(items, row.Own...), row.Units
	}
	var out []letters.Matter
	for i := range items {
		it := &items[i]
		out = append(out, letters.Matter{Key: it.Key(), Rule: it.Rule, Basis: it.Basis, Status: it.Status, Owner: it.Owner, Top: it.Whole, Unit: it.Unit, UnitName: it.UnitName,
			Year: it.Year, RiskNo: it.RiskNo, Grade: integrity.GradeGeneral, Subject: it.Subject, Number: it.Number, Since: it.Since, Due: it.Due, DaysLeft: it.DaysLeft,
			Required: it.Required, Done: it.Done, Clause: it.Clause, Ask: it.Ask(), AsOf: asOf, DataVersion: "1"})
		if it.Owner == integrity.OwnerLeader {
			out[i].Led = led[it.Leader]
		}
	}
	return out, err
}

func (o obligations) Matter(ctx context.Context, who integrity.Principal, asOf integrity.Day, key string) (letters.Matter, error) {
	all, err := o.Matters(ctx, who, asOf)
	for _, m := range all {
		if m.Key == key {
			return m, err
		}
	}
	return letters.Matter{}, integrity.ErrNotFound
}

func (o obligations) Units(ctx context.Context, who integrity.Principal, unit string) ([]string, error) {
	units, err := o.s.metrics.Units(ctx, who, metrics.Scope{Unit: unit})
	var out []string
	for _, u := range units {
		out = append(out, u.Code)
	}
	return out, err
}

func (o obligations) Names(context.Context, string) (map[string]string, error) {
	return map[string]string{}, nil
}

// aLetter is the number of a letter in the register: of one that is there, or of one issued now.
func (s *site) aLetter() string {
	s.t.Helper()
	if found := read[list[letters.Line]](s, "/api/v1/letters").Items; len(found) > 0 {
		return found[0].ID
	}
	return s.issued(read[list[letters.Matter]](s, "/api/v1/letters/matters").Items[0].Key)
}

// issued drafts a letter about a matter, has it reviewed and issues it.
func (s *site) issued(key string) string {
	s.t.Helper()
	var line letters.Line
	drafted := s.post(s.app, "/api/v1/letters", url.Values{"key": {key}})
	if err := json.Unmarshal(drafted.body, &line); err != nil || drafted.status != http.StatusOK {
		s.t.Fatalf("draft a letter = %d, %v: %s", drafted.status, err, drafted.body)
	}
	for _, event := range []letters.Event{letters.EventSubmit, letters.EventApprove, letters.EventIssue} {
		if a := s.post(s.app, "/api/v1/letters/"+line.ID+"/"+string(event), nil); a.status != http.StatusOK {
			s.t.Fatalf("%s the letter = %d: %s", event, a.status, a.body)
		}
	}
	return line.ID
}

func (s *site) post(app *fiber.App, path string, form url.Values, header ...string) answer {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return s.do(app, r)
}

func TestLettersOnTheSite(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	matters := read[list[letters.Matter]](s, "/api/v1/letters/matters").Items
	if len(matters) < 4 {
		t.Fatalf("only %d matters", len(matters))
	}
	// Each is offered once, those that differ in their numbers alone in one line.
	_, offered, _ := strings.Cut(string(s.ok("/letters")), `id="matters"`)
	lines := map[string]bool{}
	for _, m := range matters {
		lines[fmt.Sprint(m.Unit, m.Owner, m.Led, m.Rule, m.Year, m.Status, m.Basis, m.DaysLeft)] = true
		if n := strings.Count(offered, `name="key" value="`+m.Key+`"`); n != 1 {
			t.Errorf("%s is offered %d times", m.Key, n)
		}
	}
	if got := strings.Count(offered, "<li>"); got != len(lines) || got >= len(matters) {
		t.Errorf("%d matters stand in %d lines; want %d", len(matters), got, len(lines))
	}
	// The first goes all the way through the forms of its page.
	a := s.post(s.app, "/letters", url.Values{"key": {matters[0].Key}})
	path := a.header.Get("Location")
	if a.status != http.StatusSeeOther || !strings.HasPrefix(path, "/letters/") {
		t.Fatalf("draft = %d to %q: %s", a.status, path, a.body)
	}
	for _, step := range []struct {
		event string
		form  url.Values
	}{
		{"submit", nil}, {"approve", nil}, {"issue", nil}, {"deliver", url.Values{"person": {"文书" + hostile}, "on": {"2026-11-22"}}},
		{"ask_extension", url.Values{"text": {"人手不足"}, "to": {"2027-01-15"}}}, {"grant_extension", url.Values{"person": {"政治处负责人"}}},
		{"answer", url.Values{"text": {"已补查" + hostile}, "evidence": {"ZC-01 记录\r\nZC-02 纪要"}}}, {"accept", nil}, {"close", nil}, {"revisit", url.Values{"text": {"未反弹"}}},
	} {
		if a := s.post(s.app, path+"/"+step.event, step.form); a.status != http.StatusSeeOther || a.header.Get("Location") != path {
			t.Fatalf("%s = %d: %s", step.event, a.status, a.body)
		}
	}
	// The second through the API, and stays in hand.
	a = s.post(s.app, "/api/v1/letters", url.Values{"key": {matters[1].Key}})
	var line letters.Line
	if err := json.Unmarshal(a.body, &line); err != nil || a.status != http.StatusOK || line.State != letters.StateDrafted {
		t.Fatalf("draft through the API = %d %v: %s", a.status, err, a.body)
	}
	for _, event := range []string{"submit", "approve", "issue"} {
		a = s.post(s.app, "/api/v1/letters/"+line.ID+"/"+event, nil)
	}
	if err := json.Unmarshal(a.body, &line); err != nil || line.Code != "〔2026〕2号" || !strings.Contains(line.Text, "经统计，截至2026年11月22日") {
		t.Errorf("issued through the API: %v: %s", err, a.body)
	}
	s.post(s.app, "/letters", url.Values{"key": {matters[2].Key}})

	for name, test := range map[string]func(*testing.T){
		"every route of letters answers with its headers": func(t *testing.T) {
			for _, address := range []string{"/letters", path, path + ".html", path + ".docx", "/letters.csv", "/letters.xlsx", "/letters.csv?closed=1", "/letters?overdue=1", "/letters?as_of=2026-01-31", "/letters.csv?as_of=2026-01-31",
				"/letters?state=drafted&type=reminder&unit=13&year=2026&rule=two_checks", "/api/v1/letters", "/api/v1" + path, "/letters?lang=en", path + "?lang=en"} {
				a := s.get(address)
				if a.status != http.StatusOK {
					t.Errorf("GET %s = %d: %s", address, a.status, a.body)
					continue
				}
				want := pagePolicy
				if strings.HasSuffix(address, ".html") {
					want = reportPolicy
				}
				if got := a.header.Get("Content-Security-Policy"); got != want {
					t.Errorf("GET %s has the policy %q", address, got)
				}
				markup := strings.HasPrefix(a.header.Get("Content-Type"), "text/html")
				if markup && (bytes.Contains(a.body, []byte("<script>alert")) || bytes.Contains(a.body, []byte("<img src=x"))) {
					t.Errorf("GET %s holds a hostile text as it is", address)
				}
				if markup && want == pagePolicy {
					checkPage(t, address, a.body)
				}
			}
		},
		"the register filters": func(t *testing.T) {
			for query, want := range map[string]int{
				"": 3, "?state=revisited": 1, "?state=drafted": 1, "?closed=1": 1, "?overdue=1": 0, "?year=2026": 3, "?year=2025": 0, "?state=voided": 0, "?rule=filing": 0,
			} {
				if got := read[list[letters.Line]](s, "/api/v1/letters"+query); got.Total != want || len(got.Items) != want {
					t.Errorf("letters%s: %d of %d; want %d", query, len(got.Items), got.Total, want)
				}
			}
		},
		"bad questions are refused": func(t *testing.T) {
			for address, want := range map[string]int{
				"/letters?state=x": 400, "/letters?type=letter": 400, "/letters?year=x": 400, "/letters?rule=x": 400, "/letters?overdue=yes": 400, "/letters?as_of=soon": 400, "/letters.csv?state=x": 400,
				"/api/v1/letters?colour=red": 400, "/letters/none": 404, "/letters/none.html": 404, "/letters/none.docx": 404, "/api/v1/letters/none": 404,
			} {
				if a := s.get(address); a.status != want {
					t.Errorf("GET %s = %d; want %d", address, a.status, want)
				}
			}
		},
		"bad steps are refused and change nothing": func(t *testing.T) {
			before := string(s.ok("/api/v1/letters"))
			for _, tc := range []struct {
				path   string
				form   url.Values
				header []string
				want   int
			}{
				{"/letters", url.Values{}, nil, 400},
				{"/letters", url.Values{"key": {"none"}}, nil, 404},
				{"/letters", url.Values{"key": {matters[1].Key}}, nil, 409},
				{"/letters/" + line.ID + "/close", nil, nil, 409},
				{"/letters/" + line.ID + "/burn", nil, nil, 400},
				{"/letters/" + line.ID + "/deliver", nil, nil, 400},
				{"/letters/" + line.ID + "/deliver", url.Values{"person": {"文书"}, "on": {"soon"}}, nil, 400},
				{"/letters/" + line.ID + "/void", url.Values{"text": {"涉及问题线索"}}, nil, 400},
				{"/letters/none/void", url.Values{"text": {"x"}}, nil, 404},
				{"/letters/" + line.ID + "/void", url.Values{"text": {"x"}}, []string{"Sec-Fetch-Site", "cross-site"}, 403},
				{"/api/v1/letters/" + line.ID + "/void", url.Values{"text": {"x"}}, []string{"Origin", "https://evil.example"}, 403},
				{"/letters", url.Values{"key": {matters[3].Key}}, []string{"Sec-Fetch-Site", "cross-site"}, 403},
			} {
				if a := s.post(s.app, tc.path, tc.form, tc.header...); a.status != tc.want {
					t.Errorf("POST %s %v = %d; want %d: %s", tc.path, tc.form, a.status, tc.want, a.body)
				}
			}
			if after := string(s.ok("/api/v1/letters")); after != before {
				t.Error("a refused step changed the register")
			}
		},
		"files hold the register and the ledger": func(t *testing.T) {
			for query, want := range map[string][]string{"": {"编号", "反馈逾期", "〔2026〕2号"}, "?closed=1": {"佐证材料编号", "ZC-01、ZC-02", "〔2026〕1号", "未反弹"}} {
				if by := s.get("/letters.csv" + query).header.Get("X-Qingfeng-Export"); !strings.Contains(by, "data_version=") {
					t.Errorf("letters.csv%s is stamped %q", query, by)
				}
				body := bytes.TrimPrefix(s.ok("/letters.csv"+query), []byte("\ufeff"))
				r := csv.NewReader(bytes.NewReader(body))
				r.FieldsPerRecord = -1
				rows, err := r.ReadAll()
				total := read[list[letters.Line]](s, "/api/v1/letters"+query).Total
				if err != nil || len(rows) != total+2 || !strings.HasPrefix(rows[len(rows)-1][0], "# 导出：") {
					t.Errorf("letters.csv%s has %d lines for %d letters (%v)", query, len(rows), total, err)
				}
				for _, text := range want {
					if !bytes.Contains(body, []byte(text)) {
						t.Errorf("letters.csv%s lacks %s", query, text)
					}
				}
			}
		},
		"an obligation shows the letter in hand": func(t *testing.T) {
			if page := s.ok("/supervision?status=overdue&per_page=500"); !bytes.Contains(page, []byte("〔2026〕2号")) || bytes.Contains(page, []byte("〔2026〕1号")) {
				t.Error("the page of obligations does not show the letter in hand alone")
			}
		},
		"every link of every page leads somewhere here": func(t *testing.T) {
			inner := *s
			inner.t = t
			crawlFrom(t, &inner, "/letters", "/letters?lang=en", path)
		},
	} {
		t.Run(name, test)
	}
}

// crawlFrom follows the links of pages of letters, each address once.
func crawlFrom(t *testing.T, s *site, queue ...string) {
	seen := map[string]bool{}
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		key := u.Path + "?" + strings.Join(namesOf(u), "&")
		if seen[key] {
			continue
		}
		seen[key] = true
		a := s.get(address)
		if a.status != http.StatusOK {
			t.Errorf("GET %s = %d", address, a.status)
			continue
		}
		if !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") || !strings.HasPrefix(u.Path, "/letters") || strings.HasSuffix(u.Path, ".html") {
			continue
		}
		checkPage(t, address, a.body)
		for _, links := range linksOf(t, a.body) {
			for _, link := range links {
				if link, _, _ = strings.Cut(link, "#"); link != "" {
					queue = append(queue, link)
				}
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only %d addresses were found", len(seen))
	}
}

func TestWithoutARegisterThereAreNoLetters(t *testing.T) {
	s := newEmptySite(t)
	app := s.with(func(cfg *Config) { cfg.Letters = nil })
	for _, path := range []string{"/letters", "/api/v1/letters"} {
		if a := s.do(app, httptest.NewRequest(http.MethodGet, path, nil)); a.status != http.StatusNotFound {
			t.Errorf("GET %s = %d; want 404", path, a.status)
		}
	}
}
