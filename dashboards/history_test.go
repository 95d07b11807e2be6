package dashboards

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"qingfeng/ingest"
	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/metrics"
	"qingfeng/metrics/obligation"
)

// entries are the lines of the history on the page of a point, by class.
func (s *site) entries(path string) map[string][]string {
	s.t.Helper()
	root, err := html.Parse(bytes.NewReader(s.ok(path)))
	if err != nil {
		s.t.Fatal(err)
	}
	out := map[string][]string{}
	for list := range root.Descendants() {
		if list.Type != html.ElementNode || attr(list, "class") != "timeline" {
			continue
		}
		for li := range list.ChildNodes() {
			if li.Type == html.ElementNode {
				text := textOf(li)
				for n := range li.Descendants() {
					if n.Type == html.ElementNode && n.Data == "a" {
						text += " -> " + attr(n, "href")
					}
				}
				out[attr(li, "class")] = append(out[attr(li, "class")], text)
			}
		}
	}
	return out
}

func TestOnePointShowsItsWholeHistory(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	s.must(ingest.KindComplaints, "编号|单位|日期|内容|风险点|状态", "Z1|13|2026-07-07|验收走过场|2|在办")
	signal := read[metrics.Page[integrity.Signal]](s, "/api/v1/signals?integrity=all&number=Z1").Items[0]
	path := "/risks/" + signal.RiskID
	// Two letters of the unit, one about the signal of the point.
	var letter string
	drafted := 0
	for _, m := range read[list[letters.Matter]](s, "/api/v1/letters/matters").Items {
		about := obligation.KeyAbout(m.Key) == signal.ID
		if m.Unit != "13" || !about && drafted > 0 {
			continue
		}
		a := s.post(s.app, "/letters", url.Values{"key": {m.Key}})
		if a.status != http.StatusSeeOther {
			continue // of a kind that gets none
		}
		if about {
			letter = a.header.Get("Location")
		} else {
			drafted++
		}
	}
	if letter == "" || drafted != 1 {
		t.Fatalf("the letter about the signal is %q, %d letters about others", letter, drafted)
	}
	clerk := s.viewedBy(integrity.Principal{Role: integrity.RoleUnit, Unit: "13", Name: "经办"})
	leader := s.viewedBy(integrity.Principal{Role: integrity.RoleLeader, Name: "委领导"})
	t.Run("a draft is shown to those who write letters only", func(t *testing.T) {
		if got := s.entries(path)["letter"]; len(got) != 1 || !strings.Contains(got[0], "拟") || !strings.HasSuffix(got[0], letter) {
			t.Errorf("the inspector meets %q", got)
		}
		for _, v := range []*site{clerk, leader} {
			if got := v.entries(path)["letter"]; len(got) != 0 {
				t.Errorf("the %s meets %q", v.who.Role, got)
			}
		}
	})
	for _, event := range []string{"submit", "approve", "issue"} {
		s.post(s.app, letter+"/"+event, nil)
	}
	for class, wants := range map[string][]string{
		"version": {"2026-03-05", "第 2 版"}, "check": {"2026-09-11", "监督检查", "number=J2"}, "signal": {"2026-07-07", "Z1", "验收走过场", "number=Z1"},
		"letter": {"2026-11-22", "提醒函", "〔2026〕1号", "已签发", " -> " + letter},
	} {
		t.Run("one "+class+" stands in the history", func(t *testing.T) {
			for _, v := range []*site{s, clerk} {
				found := v.entries(path)[class]
				if !slices.ContainsFunc(found, func(text string) bool {
					return !slices.ContainsFunc(wants, func(want string) bool { return !strings.Contains(text, want) })
				}) {
					t.Errorf("the %s meets %q, none with all of %q", v.who.Role, found, wants)
				}
			}
			if drawn := string(s.ok(path)); class == "letter" && !strings.Contains(drawn, "2026-11-22　提醒函") {
				t.Error("the letter is not drawn")
			}
		})
	}
	t.Run("a letter is no history of a day before it, and stays when it is done with", func(t *testing.T) {
		if got := s.entries(path + "?as_of=2026-11-21")["letter"]; len(got) != 0 {
			t.Errorf("the day before shows %q", got)
		}
		s.post(s.app, letter+"/void", url.Values{"text": {"重复"}})
		if got := s.entries(path)["letter"]; len(got) != 1 {
			t.Errorf("the letter that was voided leaves %q", got)
		}
	})
	t.Run("the file holds the events of the page in their order", func(t *testing.T) {
		n := 0
		for _, found := range s.entries(path) {
			n += len(found)
		}
		if page := s.ok(path); !bytes.Contains(page, []byte(path+"/history.csv")) || !bytes.Contains(page, []byte(path+"/history.xlsx")) {
			t.Error("the page does not lead to the files of its history")
		}
		lines, err := csv.NewReader(bytes.NewReader(s.ok("/api/v1" + path + "/history.csv"))).ReadAll()
		if err != nil || len(lines) != n+1 {
			t.Fatalf("%d lines, %v; the page has %d events", len(lines), err, n)
		}
		page := textOfPage(t, s.ok(path))
		kinds := map[string]bool{}
		last := "9999"
		for _, l := range lines[1:] {
			kinds[l[1]] = true
			if !strings.Contains(page, l[0]+"　"+l[2]) || !strings.Contains(page, strings.TrimPrefix(l[3], "'")) {
				t.Errorf("the page lacks the event %q", l)
			}
			if l[0] > last {
				t.Errorf("%s stands after %s", l[0], last)
			}
			last = l[0]
		}
		if len(kinds) != 4 {
			t.Errorf("the file holds %v, want versions, checks, signals and letters", kinds)
		}
		if a := leader.get(path + "/history.csv"); a.status != http.StatusOK || bytes.Contains(a.body, []byte("验收走过场")) {
			t.Errorf("the file of who gets complaints counted = %d: %s", a.status, a.body)
		}
		other := s.viewedBy(integrity.Principal{Role: integrity.RoleUnit, Unit: "14", Name: "经办"})
		for _, address := range []string{path + "/history.csv", path + "/history.xlsx", "/api/v1" + path + "/history.csv"} {
			if a := other.get(address); a.status != http.StatusNotFound {
				t.Errorf("GET %s of another unit = %d", address, a.status)
			}
		}
		if a := s.get("/risks/0/history.csv"); a.status != http.StatusNotFound {
			t.Errorf("the history of no point = %d", a.status)
		}
	})
	t.Run("a list that is cut says how many more there are and where", func(t *testing.T) {
		if page := string(s.ok(path)); strings.Contains(page, "另有") {
			t.Error("a list that is whole says there is more")
		}
		rows := []string{"编号|单位|日期|内容|风险点"}
		for i := range historyLimit + 2 {
			rows = append(rows, fmt.Sprintf("Y%03d|13|2026-08-%02d|排队太久|2", i, i%28+1))
		}
		s.must(ingest.KindComplaints, rows...)
		all := read[metrics.Page[integrity.Signal]](s, "/api/v1/signals?integrity=all&risk="+strings.TrimPrefix(path, "/risks/")).Total
		page := string(s.ok(path))
		if want := fmt.Sprintf("另有 %d 条更早的线索", int(all)-historyLimit); !strings.Contains(page, want) || !strings.Contains(page, "/signals?integrity=all&amp;risk="+strings.TrimPrefix(path, "/risks/")) {
			t.Errorf("the page lacks %q and its link", want)
		}
		if strings.Contains(page, "条更早的检查") {
			t.Error("the checks are whole and said to be cut")
		}
	})
}

func textOfPage(t *testing.T, page []byte) string {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return textOf(root)
}

// TestAVersionSaysWhatChanged alters each field of a point: none that a list gives may pass as
// "the same as before".
func TestAVersionSaysWhatChanged(t *testing.T) {
	// What is no word of the list, or follows from one that is (the path).
	derived := []string{"ID", "Unit", "UnitName", "Year", "SuggestedLayer", "SuggestedCategory", "Stage", "FiledOn", "InForceFrom", "InForceTo", "Batch",
		"Confidence", "Sure", "ConfirmedBy", "ConfirmedOn", "PathBasis", "PathFocus", "Methods"}
	r := &request{lang: integrity.Chinese}
	same := r.changes(integrity.RiskPoint{}, integrity.RiskPoint{})
	kind := reflect.TypeFor[integrity.RiskPoint]()
	for i := range kind.NumField() {
		name := kind.Field(i).Name
		t.Run(name, func(t *testing.T) {
			var before, after integrity.RiskPoint
			switch field := reflect.ValueOf(&after).Elem().Field(i); v := field.Addr().Interface().(type) {
			case *integrity.Grade:
				*v = integrity.GradeImportant
			case *integrity.Layer:
				*v = integrity.Layers()[0]
			case *integrity.Category:
				*v = integrity.Categories()[0]
			case *[]integrity.Method:
				*v = []integrity.Method{"x"}
			case *[]string:
				*v = []string{"甲"}
			default:
				switch field.Kind() {
				case reflect.String:
					field.SetString("甲")
				case reflect.Int, reflect.Int32, reflect.Int64:
					field.SetInt(7)
				case reflect.Uint16, reflect.Uint32:
					field.SetUint(7)
				case reflect.Bool:
					field.SetBool(true)
				case reflect.Float64:
					field.SetFloat(0.5)
				default:
					t.Fatalf("a field of kind %s", field.Kind())
				}
			}
			if said := r.changes(before, after); (said == same) != slices.Contains(derived, name) && name != "Year" {
				t.Errorf("a change of %s is said as %q", name, said)
			}
		})
	}
	for name, tc := range map[string]struct {
		before, after integrity.RiskPoint
		want          string
	}{
		"persons by name":          {integrity.RiskPoint{Persons: []string{"甲", "乙"}}, integrity.RiskPoint{Persons: []string{"甲"}}, "责任人员由“甲、乙”改为“甲”"},
		"the leader":               {integrity.RiskPoint{Leader: "甲"}, integrity.RiskPoint{}, "由“甲”改为“—”"},
		"measures of another text": {integrity.RiskPoint{Measures: []string{"甲"}}, integrity.RiskPoint{Measures: []string{"乙"}}, "防控措施有改动"},
		"one measure more":         {integrity.RiskPoint{Measures: []string{"甲"}}, integrity.RiskPoint{Measures: []string{"甲", "乙"}}, "防控措施由 1 条改为 2 条"},
		"tags in another order":    {integrity.RiskPoint{Year: 2026, Tags: []string{"人", "物"}}, integrity.RiskPoint{Year: 2026, Tags: []string{"物", "人"}}, "与上一版相同"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := r.changes(tc.before, tc.after); !strings.Contains(got, tc.want) {
				t.Errorf("changes say %q, want %q", got, tc.want)
			}
		})
	}
}
