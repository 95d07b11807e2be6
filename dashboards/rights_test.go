package dashboards

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/report"
	"qingfeng/ingest"
	"qingfeng/internal/bulletin"
	"qingfeng/internal/docx/docxtest"
	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
	"qingfeng/metrics"
)

// Words that stand in one record of the fixture each, and who may meet them.
const (
	wordOf13     = "壹号密语" // in a complaint, a check and a finding of unit 13
	wordOf14     = "贰号密语" // in the same of unit 14
	wordPetition = "信访密语" // in petitions of both
	wordComplain = "投诉密语" // in complaints of both
)

// towns is the city with a word of its own in every sort of row.
var towns = storetest.Template{Fill: func(t testing.TB, db *store.Store) {
	s := siteOn(t, db)
	s.city()
	complaints := []string{"编号|单位|日期|内容|渠道|层面|类别|涉廉|状态|办结日期|来源"}
	petitions := []string{"编号|单位|日期|内容|性质|受理日期|延期至|渠道|层面|类别|状态|办结日期|重复件|来源"}
	checks := []string{"编号|单位|检查日期|风险点|检查人|检查领导|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题|严重程度|整改期限|整改完成日期|层面|类别"}
	findings := []string{"编号|单位|日期|发现问题|严重程度|整改期限|整改完成日期|层面|类别"}
	for unit, word := range map[string]string{"13": wordOf13, "14": wordOf14} {
		complaints = append(complaints, "密"+unit+"|"+unit+"|2026-10-08|"+word+wordComplain+"|电话|其他岗位|制度|是|在办||热线")
		petitions = append(petitions, "密信"+unit+"|"+unit+"|2026-10-09|"+word+wordPetition+"|检举控告|||来信|中层岗位|权力运行|在办|||网信")
		checks = append(checks, "密查"+unit+"|"+unit+"|2026-10-10|1|韩八||否|查阅资料|是|否|是|"+word+"|2|2026-12-30||中层岗位|制度")
		findings = append(findings, "密问"+unit+"|"+unit+"|2026-10-11|"+word+"|3|2026-12-01||其他岗位|岗位")
	}
	s.must(ingest.KindComplaints, complaints...)
	s.must(ingest.KindPetitions, petitions...)
	s.must(ingest.KindInspections, checks...)
	s.must(ingest.KindFindings, findings...)
}}

// viewers are one of each role, and the clerks of two units.
var viewers = []integrity.Principal{
	{Role: integrity.RoleLeader, Name: "委领导"}, {Role: integrity.RoleInspector, Name: "检查组"}, {Role: integrity.RoleOffice, Name: "政治处"},
	{Role: integrity.RoleUnit, Unit: "13", Name: "一院经办"}, {Role: integrity.RoleUnit, Unit: "14", Name: "二院经办"},
	{Role: integrity.RoleAdmin, Name: "管理员"}, {Role: integrity.RoleAuditor, Name: "审计员"}, {},
}

// viewedBy is the site as somebody sees it.
func (s *site) viewedBy(who integrity.Principal) *site {
	s.t.Helper()
	out := *s
	out.who = who
	out.app = s.with(func(cfg *Config) { cfg.Viewer = func(*fiber.Ctx) integrity.Principal { return who } })
	return &out
}

// hiddenFrom are the words that a viewer may meet nowhere.
func hiddenFrom(who integrity.Principal) []string {
	switch who.Role {
	case integrity.RoleInspector:
		return nil
	case integrity.RoleOffice:
		return []string{wordPetition, "密信"}
	case integrity.RoleLeader:
		return []string{wordPetition, "密信", wordComplain}
	case integrity.RoleUnit:
		if who.Unit == "13" {
			return []string{wordPetition, "密信", wordOf14, "密14", "密查14", "市第二医院"}
		}
		return []string{wordPetition, "密信", wordOf13, "密13", "密查13", "市第一医院"}
	}
	return []string{wordOf13, wordOf14, wordPetition, "市第一医院", "市第二医院", "一院", "二院"}
}

// unlike is what two answers to different addresses may differ in.
var unlike = regexp.MustCompile(`[0-9A-F]{4}-[0-9A-F]{4}|href="[^"]*lang=[^"]*"`)

// TestEachRoleSeesWhatItMay opens every address as every role: pages, cards, the API, and all
// files. It is either open to the role and holds nothing that is not for it, or it does not exist.
func TestEachRoleSeesWhatItMay(t *testing.T) {
	s := siteOn(t, towns.Copy(t))
	withLetters(t, s)
	s.printing()
	routes := allRoutes(s)
	addresses := map[string]string{}
	for _, r := range routes {
		if r.method == http.MethodGet {
			addresses[r.path] = s.address(r)
		}
	}
	mine := func(unit string) string {
		return read[metrics.Page[integrity.RiskPoint]](s, "/api/v1/risks?unit="+unit).Items[0].ID
	}
	points := map[string]string{"13": mine("13"), "14": mine("14")}
	sent := map[string]string{}
	for unit := range points {
		sent[unit] = s.letterTo(unit)
	}
	for _, who := range viewers {
		t.Run(string(who.Role)+who.Unit, func(t *testing.T) {
			inner := *s
			inner.t = t
			v := inner.viewedBy(who)
			opened, files := 0, 0
			look := func(path string) {
				t.Helper()
				a := v.get(path)
				if a.status != http.StatusOK {
					t.Errorf("GET %s = %d", path, a.status)
					return
				}
				opened++
				text := string(a.body)
				if kind := a.header.Get("Content-Type"); strings.Contains(kind, "officedocument") {
					files++
					text = fmt.Sprint(docxtest.Parts(t, a.body))
				}
				for _, word := range hiddenFrom(who) {
					if strings.Contains(text, word) {
						at := strings.Index(text, word)
						t.Errorf("GET %s tells %q: …%s…", path, word, text[max(at-120, 0):min(at+60, len(text))])
					}
				}
			}
			for _, r := range routes {
				path, known := addresses[r.path]
				if !known {
					continue
				}
				given, _ := rightsOf(r.path)
				if !given.open(who, http.MethodGet) {
					nowhere := "/nowhere"
					if r.api {
						nowhere = "/api/v1/nowhere"
					}
					a, missing := v.get(path), v.get(nowhere)
					if a.status != http.StatusNotFound || string(unlike.ReplaceAll(a.body, nil)) != string(unlike.ReplaceAll(missing.body, nil)) {
						t.Errorf("GET %s = %d, not as if it were not there: %.200s", path, a.status, a.body)
					}
					continue
				}
				if slices.Contains([]string{"/signals/:id", "/api/v1/signals/:id/versions", "/imports/:id", "/api/v1/imports/:id", "/imports/:id/rejects.xlsx", "/api/v1/imports/:id/rejects.xlsx", "/imports/runs/:run", "/imports/runs/:run/rejects.xlsx",
					"/lists/:unit/diff", "/api/v1/lists/:unit/diff", "/risks/:id", "/risks/:id/history.csv", "/risks/:id/history.xlsx", "/api/v1/risks/:id/history.csv", "/api/v1/risks/:id/history.xlsx", "/letters/:id", "/letters/:id.html", "/letters/:id.docx", "/api/v1/letters/:id", "/reports/:period.html", "/reports/:period", "/api/v1/reports/:period"}, r.path) {
					continue // of one thing, which may be another's: below
				}
				look(path)
				if r.page != "" {
					look(extended(path, "lang=en"))
					if page := v.ok(path); bytes.Contains(page, []byte("download=xlsx")) {
						look(extended(path, "download=xlsx"))
						look(extended(path, "download=csv"))
					}
				}
			}
			for unit, id := range points {
				path := "/risks/" + id
				if who.Role == integrity.RoleUnit && who.Unit != unit {
					a, missing := v.get(path), v.get("/risks/00000000000000aa")
					if a.status != http.StatusNotFound || !bytes.Equal(unlike.ReplaceAll(a.body, nil), unlike.ReplaceAll(missing.body, nil)) {
						t.Errorf("a point of another unit answers %d, not as one that there is not", a.status)
					}
				} else if mayOpen(who, path) {
					look(path)
				}
			}
			for _, path := range []string{"/reports/2026-10", "/reports/2026-10.html", "/api/v1/reports/2026-10"} {
				switch {
				case slices.Contains(planning, who.Role):
					look(path)
				case who.Role == integrity.RoleUnit: // only the extract, of its own numbers
					if a := v.get(path); a.status != http.StatusNotFound {
						t.Errorf("GET %s = %d", path, a.status)
					}
				}
			}
			for unit := range points {
				extract := "/reports/2026-10.html?unit=" + unit
				if who.Unit == unit || slices.Contains(planning, who.Role) {
					look(extract)
				} else if a := v.get(extract); a.status != http.StatusNotFound {
					t.Errorf("GET %s = %d", extract, a.status)
				}
			}
			for unit, id := range sent {
				for _, path := range []string{"/letters/" + id, "/letters/" + id + ".html", "/letters/" + id + ".docx", "/api/v1/letters/" + id} {
					switch {
					case who.Role == integrity.RoleUnit && who.Unit != unit:
						a, missing := v.get(path), v.get(strings.Replace(path, id, "00000000000000aa", 1))
						if a.status != http.StatusNotFound || !bytes.Equal(unlike.ReplaceAll(a.body, nil), unlike.ReplaceAll(missing.body, nil)) {
							t.Errorf("a letter to another unit answers %d, not as one that there is not", a.status)
						}
					case mayOpen(who, path):
						look(path)
					}
				}
			}
			if want := slices.Contains(supervision, who.Role); want != (files > 10) {
				t.Errorf("%d workbooks and documents of %d addresses were opened", files, opened)
			}
		})
	}
}

// printing gives the site the press of the program in place of its own.
func (s *site) printing() {
	s.t.Helper()
	press, err := report.New(report.Config{Metrics: s.metrics, Renderer: drawn(s.t), Version: "test", Batches: func(context.Context, time.Time) ([]report.SourceLine, error) { return nil, nil }})
	if err != nil {
		s.t.Fatal(err)
	}
	if s.config.Reports, err = bulletin.New(bulletin.Config{Database: s.store, Printer: press, Now: func() time.Time { return today }}); err != nil {
		s.t.Fatal(err)
	}
	s.app = s.with(func(*Config) {})
}

// letterTo is a letter to a unit, issued now, about the first matter of it.
func (s *site) letterTo(unit string) string {
	s.t.Helper()
	for _, m := range read[list[letters.Matter]](s, "/api/v1/letters/matters").Items {
		if m.Unit == unit && m.Owner == integrity.OwnerUnit {
			return s.issued(m.Key)
		}
	}
	s.t.Fatalf("there is nothing to write to %s about", unit)
	return ""
}

// TestEveryAddressIsSomebodys holds the table of rights to the routes.
func TestEveryAddressIsSomebodys(t *testing.T) {
	for path, want := range map[string]bool{"/": true, "/risks.csv": true, "/risks/1/x": true, "/nowhere": false, "/riskslist": false, "/api/v1/overdue.xlsx": true, "/api/v1": true} {
		if _, ok := rightsOf(path); ok != want {
			t.Errorf("rightsOf(%q) = %t; want %t", path, ok, want)
		}
	}
	used := map[string]bool{}
	s := newSite(t)
	withLetters(t, s)
	for _, r := range allRoutes(s) {
		found, ok := rightsOf(r.path)
		if !ok || len(found.reads) == 0 {
			t.Errorf("%s %s is nobody's", r.method, r.path)
		}
		for path := range rightsByPath {
			if trimmed := "/" + strings.Trim(strings.TrimPrefix(r.path, "/api/v1"), "/"); trimmed == path || strings.HasPrefix(trimmed, path+"/") || strings.HasPrefix(trimmed, path+".") {
				used[path] = true
			}
		}
	}
	for path := range rightsByPath {
		if !used[path] {
			t.Errorf("rights are given to %s, which does not exist", path)
		}
	}
}

// TestARoleWritesOnlyWhatIsItsOwn sends what changes something as every role.
func TestARoleWritesOnlyWhatIsItsOwn(t *testing.T) {
	s := siteOn(t, towns.Copy(t))
	before := read[metrics.Distribution](s, "/api/v1/distribution").DataVersion
	views := make([]*site, len(viewers))
	for i, who := range viewers {
		views[i] = s.viewedBy(who)
	}
	for _, tc := range []struct {
		path string
		may  []integrity.Role
	}{
		{"/check", checking}, {"/jobs/flag-overdue/run", operating}, {"/imports", checking}, {"/api/v1/imports", checking},
		{"/links", checking}, {"/confirm", classifying}, {"/api/v1/confirmations", classifying},
	} {
		for i, who := range viewers {
			v := views[i]
			r := httptest.NewRequest(http.MethodPost, tc.path, strings.NewReader("unit=13&number=JC20261122-ABCDE"))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if a := v.do(v.app, r); slices.Contains(tc.may, who.Role) == (a.status == http.StatusNotFound) {
				t.Errorf("POST %s as %q = %d", tc.path, who.Role, a.status)
			}
		}
	}
	for _, tc := range []struct {
		role integrity.Role
		kind string
		want int
	}{
		{integrity.RoleOffice, "petitions", http.StatusForbidden}, {integrity.RoleOffice, "complaints", http.StatusOK},
		{integrity.RoleInspector, "petitions", http.StatusOK}, {integrity.RoleInspector, "risks", http.StatusForbidden},
		{integrity.RoleUnit, "risks", http.StatusNotFound}, {integrity.RoleLeader, "complaints", http.StatusNotFound},
	} {
		v := s.viewedBy(integrity.Principal{Role: tc.role, Unit: "13", Name: "某人"})
		if a := v.do(v.app, upload("/api/v1/imports", map[string]string{"kind": tc.kind, "dry_run": "1"}, map[string][]byte{"a.csv": csvOf("编号|单位|日期|内容", "N1|13|2026-11-02|排队太久")})); a.status != tc.want {
			t.Errorf("loading %s as %s = %d; want %d: %s", tc.kind, tc.role, a.status, tc.want, a.body)
		}
	}
	if after := read[metrics.Distribution](s, "/api/v1/distribution").DataVersion; after != before {
		t.Errorf("the data went from version %s to %s", before, after)
	}
	for _, batch := range read[list[Batch]](s, "/api/v1/imports").Items {
		for i, who := range viewers {
			sees := who.Role == integrity.RoleInspector || who.Role == integrity.RoleOffice && batch.Kind != kindPetitions
			if a := views[i].get("/api/v1/imports/" + batch.ID); (a.status == http.StatusOK) != sees {
				t.Errorf("a batch of %s for %q = %d", batch.Kind, who.Role, a.status)
			}
		}
	}
}

// TestNoLinkLeadsARoleWhereItMayNotGo follows every link from the first page of each role.
func TestNoLinkLeadsARoleWhereItMayNotGo(t *testing.T) {
	s := siteOn(t, towns.Copy(t))
	for _, who := range viewers[:5] {
		t.Run(string(who.Role)+who.Unit, func(t *testing.T) {
			inner := *s
			inner.t = t
			testCrawl(t, inner.viewedBy(who))
		})
	}
	for _, who := range viewers[5:7] {
		for _, path := range []string{"/jobs", "/admin", "/help"} {
			v := s.viewedBy(who)
			for _, link := range linksOf(t, v.ok(path))[""] {
				if strings.HasPrefix(link, "#") || link == "/" {
					continue
				}
				if a := v.get(link); a.status != http.StatusOK {
					t.Errorf("%s leads %s to %s = %d", path, who.Role, link, a.status)
				}
			}
		}
	}
}
