package dashboards

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/metrics"
)

// post sends a form.
func (s *site) send(path string, fields url.Values) answer {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(fields.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.do(s.app, r)
}

var numberField = regexp.MustCompile(`name="number" value="([^"]+)"`)

// written are the fields of the form as it is shown, and a complete check in them.
func (s *site) written(path string, points ...string) url.Values {
	s.t.Helper()
	m := numberField.FindSubmatch(s.ok(path))
	if m == nil {
		s.t.Fatalf("%s gives no number", path)
	}
	return url.Values{
		"number": {string(m[1])}, "unit": {"13"}, "date": {"2026-11-20"}, "point": points, "inspector": {"郑七"}, "took_part": {"1"},
		"method": {"documents", "interview"}, "power_regular": {"是"}, "rules_followed": {"是"}, "measures_done": {"是"},
	}
}

func (s *site) check(number string) []integrity.Check {
	s.t.Helper()
	return read[metrics.Page[integrity.Check]](s, "/api/v1/checks?number="+url.QueryEscape(number)).Items
}

func TestChecksAreRecordedCorrectedAndVoidedOnThePage(t *testing.T) {
	s := newSite(t)
	point := read[metrics.Page[integrity.RiskPoint]](s, "/api/v1/risks?unit=13&sort=no").Items[0]
	done := func() int {
		t.Helper()
		for _, it := range read[metrics.Overdue](s, "/api/v1/overdue?status=all&rule=two_checks&risk="+point.ID).Items {
			if it.Year == 2026 {
				return it.Done
			}
		}
		t.Fatal("the point has no obligation in 2026")
		return 0
	}
	before := done()

	form := s.written("/check?risk="+point.ID, "1")
	form.Set("risk", point.ID)
	a := s.send("/check", form)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/risks/"+point.ID+"?recorded="+form.Get("number") {
		t.Fatalf("POST /check = %d to %q: %s", a.status, a.header.Get("Location"), a.body)
	}
	if page := s.ok(a.header.Get("Location")); !bytes.Contains(page, []byte("已登记检查，编号 "+form.Get("number"))) {
		t.Error("the page of the point does not say the number")
	}
	if got := done(); got != before+1 {
		t.Errorf("%d checks count for the point, want %d", got, before+1)
	}
	got := s.check(form.Get("number"))
	if len(got) != 1 || len(got[0].RiskIDs) != 1 || got[0].RiskIDs[0] != point.ID || !got[0].LeaderTookPart || len(got[0].Methods) != 2 || got[0].Inspector != "郑七" {
		t.Errorf("the check is stored as %+v", got)
	}
	if a := s.send("/check", form); a.status != http.StatusSeeOther || done() != before+1 {
		t.Errorf("sent twice it counts %d more", done()-before)
	}

	again := s.written("/check?number="+url.QueryEscape(form.Get("number")), "1")
	if again.Get("number") != form.Get("number") {
		t.Fatalf("the correction has the number %q", again.Get("number"))
	}
	again.Set("date", "2026-11-19")
	again.Set("measures_done", "否")
	again.Set("finding", "一处未登记")
	again.Set("severity", "2")
	again.Set("due", "2026-12-20")
	if a := s.send("/check", again); a.status != http.StatusSeeOther {
		t.Fatalf("the correction = %d: %s", a.status, a.body)
	}
	got = s.check(form.Get("number"))
	if len(got) != 1 || got[0].MeasuresDone || got[0].Finding != "一处未登记" || got[0].Severity != 2 || got[0].CheckedOn != integrity.Date(2026, 11, 19) {
		t.Errorf("the corrected check is %+v", got)
	}
	if signals := read[metrics.Page[integrity.Signal]](s, "/api/v1/signals?kind=finding&integrity=all&number="+url.QueryEscape(form.Get("number"))); signals.Total != 1 {
		t.Errorf("the finding makes %d signals, want 1", signals.Total)
	}

	s.voidAndRestore(form.Get("number"), point.ID, 1, done)
	if a := s.send("/check/void", url.Values{"number": {"没有这个编号"}, "reason": {"重复登记"}}); a.status != http.StatusNotFound {
		t.Errorf("voiding what is not there = %d; want 404", a.status)
	}
}

func TestACheckThatCameInAFileIsVoidedAndBroughtBack(t *testing.T) {
	s := newSite(t)
	for _, x := range read[metrics.Page[integrity.Check]](s, "/api/v1/checks?year=2026&per_page=500").Items {
		if !x.HasFinding() || len(x.RiskIDs) == 0 || strings.HasPrefix(x.Number, "JC") {
			continue
		}
		done := func() int {
			n := 0
			for _, it := range read[metrics.Overdue](s, "/api/v1/overdue?status=all&rule=two_checks&risk="+x.RiskIDs[0]).Items {
				if it.Year == 2026 {
					n = it.Done
				}
			}
			return n
		}
		s.voidAndRestore(x.Number, x.RiskIDs[0], 1, done)
		return
	}
	t.Fatal("no file brought a check with a finding")
}

// voidAndRestore voids a check with a finding and brings it back: counts, lists, findings and the
// history of its point follow, and what was known before does not change.
func (s *site) voidAndRestore(number, point string, counts int, done func() int) {
	s.t.Helper()
	type figures struct{ checks, findings, listed, done, cells int }
	query := "number=" + url.QueryEscape(number)
	count := func(more string) (f figures) {
		f.checks = int(read[metrics.Page[integrity.Check]](s, "/api/v1/checks?"+query+more).Total)
		f.findings = int(read[metrics.Page[integrity.Signal]](s, "/api/v1/signals?kind=finding&integrity=all&"+query+more).Total)
		f.listed = int(read[metrics.Page[integrity.Check]](s, "/api/v1/checks?status=voided&"+query+more).Total)
		f.cells = int(*read[metrics.Distribution](s, "/api/v1/distribution?measure=checks&rows=unit&cols=month"+more).Total)
		f.done = done()
		return f
	}
	before := count("")
	if before.checks != 1 || before.findings != 1 || before.listed != 0 {
		s.t.Fatalf("check %s stands as %+v", number, before)
	}

	if a := s.send("/check/void", url.Values{"number": {number}, "risk": {point}}); a.status != http.StatusUnprocessableEntity || !bytes.Contains(a.body, []byte("请写明作废理由")) {
		s.t.Errorf("voiding without a reason = %d", a.status)
	}
	void := url.Values{"number": {number}, "risk": {point}, "reason": {"与另一次重复登记 " + hostile}}
	if a := s.send("/check/void", void); a.status != http.StatusSeeOther || !strings.Contains(a.header.Get("Location"), "/risks/"+point) {
		s.t.Fatalf("voiding = %d to %q: %.2000s", a.status, a.header.Get("Location"), a.body)
	}
	want := before
	want.checks, want.findings, want.listed = 0, 0, 1
	want.done -= counts
	want.cells--
	if got := count(""); got != want {
		s.t.Errorf("voided: %+v; want %+v", got, want)
	}
	for _, path := range []string{"/risks/" + point, "/checks?status=voided", "/check?" + query} {
		if page := s.ok(path); !bytes.Contains(page, []byte("与另一次重复登记")) || !bytes.Contains(page, []byte("不计数")) || bytes.Contains(page, []byte(hostile)) {
			s.t.Errorf("%s does not tell why the check is voided", path)
		}
	}
	if a := s.send("/check/void", void); a.status != http.StatusNotFound {
		s.t.Errorf("voiding it twice = %d; want 404", a.status)
	}

	standing := read[metrics.Page[integrity.Check]](s, "/api/v1/checks?status=voided&"+query).Items[0]
	f := formOf(standing)
	form := url.Values{"number": {f.Number}, "unit": {f.Unit}, "date": {f.Date}, "point": f.Points, "others": {f.Others}, "inspector": {f.Inspector}, "leader": {f.Leader},
		"method": f.Methods, "power_regular": {f.PowerRegular}, "rules_followed": {f.RulesFollowed}, "measures_done": {f.MeasuresDone}, "finding": {f.Finding},
		"severity": {f.Severity}, "due": {f.Due}, "fixed": {f.Fixed}, "risk": {point}}
	if f.TookPart {
		form.Set("took_part", "1")
	}
	if a := s.send("/check", form); a.status != http.StatusSeeOther {
		s.t.Fatalf("bringing back = %d: %.2000s", a.status, a.body)
	}
	if got := count(""); got != before {
		s.t.Errorf("brought back: %+v; want %+v", got, before)
	}
}

func TestChecksThatCannotBeRecordedSayWhy(t *testing.T) {
	s := newSite(t)
	for name, tc := range map[string]struct {
		change func(url.Values)
		status int
		want   string
	}{
		"an answer is missing":              {func(f url.Values) { f.Del("rules_followed") }, http.StatusUnprocessableEntity, "三个问题都要回答"},
		"no point is ticked":                {func(f url.Values) { f.Del("point") }, http.StatusUnprocessableEntity, "没有勾选风险点"},
		"no method is chosen":               {func(f url.Values) { f.Del("method") }, http.StatusUnprocessableEntity, "至少选一种监督方法"},
		"the day lies ahead":                {func(f url.Values) { f.Set("date", "2026-12-01") }, http.StatusUnprocessableEntity, "检查日期"},
		"the day is none":                   {func(f url.Values) { f.Set("date", "2026-02-30") }, http.StatusUnprocessableEntity, "检查日期"},
		"the number is not one given here":  {func(f url.Values) { f.Set("number", "自己编的") }, http.StatusNotFound, ""},
		"the unit does not exist":           {func(f url.Values) { f.Set("unit", "99") }, http.StatusNotFound, ""},
		"a formula stays a text":            {func(f url.Values) { f.Set("inspector", "=1+1"); f.Set("date", "2026-12-01") }, http.StatusUnprocessableEntity, `value="=1&#43;1"`},
		"what was typed is there once more": {func(f url.Values) { f.Set("inspector", hostile); f.Del("method") }, http.StatusUnprocessableEntity, "&lt;/script&gt;"},
	} {
		t.Run(name, func(t *testing.T) {
			inner := *s
			inner.t = t
			form := inner.written("/check?unit=13", "1")
			tc.change(form)
			a := inner.send("/check", form)
			if a.status != tc.status || !bytes.Contains(a.body, []byte(tc.want)) || bytes.Contains(a.body, []byte("<script>alert")) {
				t.Errorf("POST /check = %d: %.3000s", a.status, a.body)
			}
			if got := inner.check(form.Get("number")); len(got) != 0 {
				t.Errorf("%s is stored as %+v", form.Get("number"), got)
			}
		})
	}
	t.Run("who may not write checks is refused", func(t *testing.T) {
		for role, may := range map[integrity.Role]bool{integrity.RoleInspector: true, integrity.RoleOffice: true, integrity.RoleLeader: false, integrity.RoleUnit: false, integrity.RoleAdmin: false, integrity.RoleAuditor: false} {
			if got := mayRecord(integrity.Principal{Role: role}); got != may {
				t.Errorf("mayRecord(%s) = %t", role, got)
			}
		}
	})
}

// A file names points by ranges, or all of them: the form ticks what is meant, and saving it without a
// change there leaves the cell as the file has it.
func TestTheFormTicksThePointsThatAFileNames(t *testing.T) {
	s := newSite(t)
	head := "编号|单位|检查日期|风险点|检查人|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题"
	s.must(ingest.KindInspections, head, "R1|13|2026-11-02|2-4|韩八|查阅资料|是|是|是|", "R2|13|2026-11-03|全部|韩八|查阅资料|是|是|是|", "R3|13|2026-11-04|1、6-7|韩八|查阅资料|是|是|是|", "R4|13|2026-11-05|3、没有这样的事|韩八|查阅资料|是|是|是|")
	tick := regexp.MustCompile(`name="point" value="([0-9]+)" checked`)
	others := regexp.MustCompile(`name="others" value="([^"]*)"`)
	opened := func(number string) (points []string, named string) {
		t.Helper()
		page := s.ok("/check?number=" + number)
		for _, m := range tick.FindAllSubmatch(page, -1) {
			points = append(points, string(m[1]))
		}
		if m := others.FindSubmatch(page); m != nil {
			named = string(m[1])
		}
		return points, named
	}
	for number, want := range map[string]struct{ points, named, ref string }{
		"R1": {"2 3 4", "", "2-4"}, "R2": {"1 2 3 4 5 6 7 8 9", "", "全部"}, "R3": {"1 6 7", "", "1、6-7"}, "R4": {"3", "3、没有这样的事", "3、没有这样的事"},
	} {
		points, named := opened(number)
		if strings.Join(points, " ") != want.points || named != want.named {
			t.Errorf("%s: %v are ticked and %q stands beside; want %s and %q", number, points, named, want.points, want.named)
		}
		before := s.check(number)[0]
		form := url.Values{"number": {number}, "unit": {"13"}, "date": {before.CheckedOn.String()}, "point": points, "inspector": {"韩九"}, "others": {named},
			"method": {"documents"}, "power_regular": {"是"}, "rules_followed": {"是"}, "measures_done": {"是"}}
		if a := s.send("/check", form); a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", number, a.status, a.body)
		}
		after := s.check(number)[0]
		if after.RiskRef != want.ref || after.Inspector != "韩九" || !slices.Equal(after.RiskIDs, before.RiskIDs) {
			t.Errorf("%s: saved as it stood it names %q by %s and covers %v; want %q and %v", number, after.RiskRef, after.Inspector, after.RiskIDs, want.ref, before.RiskIDs)
		}
		form.Set("others", "")
		form["point"] = []string{"5"}
		if a := s.send("/check", form); a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", number, a.status, a.body)
		}
		if after = s.check(number)[0]; after.RiskRef != "5" || len(after.RiskIDs) != 1 {
			t.Errorf("%s: another box ticked leaves %q, %v", number, after.RiskRef, after.RiskIDs)
		}
	}
}

// lookups counts the questions for the check of a number.
type lookups struct {
	Metrics
	n *int
}

func (l lookups) Checks(ctx context.Context, who integrity.Principal, s metrics.Scope) (metrics.Page[integrity.Check], error) {
	if s.Number != "" {
		*l.n++
	}
	return l.Metrics.Checks(ctx, who, s)
}

// The number of a new form is made for it, a different one each time: to look it up is two questions
// to the engine that nothing remembers, each time the form is opened.
func TestANewFormLooksUpNoNumber(t *testing.T) {
	s := newSite(t)
	n := 0
	app := s.with(func(c *Config) { c.Metrics = lookups{c.Metrics, &n} })
	for path, want := range map[string]int{"/check?unit=13": 0, "/check": 0, "/check?number=nobody": 2} {
		n = 0
		s.do(app, httptest.NewRequest(http.MethodGet, path, nil))
		if n != want {
			t.Errorf("%s asks %d times for checks; want %d", path, n, want)
		}
	}
}
