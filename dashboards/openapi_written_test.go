package dashboards

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"qingfeng/internal/letters"
)

// keeps holds what a call was answered to the description of its route.
func (s *site) keeps(t *testing.T, doc object, method, route string, a answer) {
	t.Helper()
	var value any
	if err := json.Unmarshal(a.body, &value); err != nil || a.status != http.StatusOK {
		t.Fatalf("%s %s = %d, %v: %s", method, route, a.status, err, a.body)
	}
	path, there := doc["paths"].(object)["/api/v1"+route].(object)
	if !there {
		t.Fatalf("%s is not described", route)
	}
	schema := path[strings.ToLower(method)].(object)["responses"].(object)["200"].(object)["content"].(object)["application/json"].(object)["schema"].(object)
	if full := schemaOf(t, doc, schema); len(full["properties"].(object)) < 2 {
		t.Errorf("%s %s is described as %v", method, route, full)
	}
	for _, f := range faults(t, doc, schema, value, method+" "+route) {
		t.Error(f)
	}
}

func TestAnswersOfLettersKeepToTheDescription(t *testing.T) {
	s := newSite(t)
	withLetters(t, s)
	doc := read[object](s, "/api/v1/openapi.json")
	s.keeps(t, doc, "GET", "/letters/matters", s.get("/api/v1/letters/matters"))
	matters := read[list[letters.Matter]](s, "/api/v1/letters/matters").Items
	if len(matters) == 0 {
		t.Fatal("there is nothing to write a letter about")
	}
	drafted := s.post(s.app, "/api/v1/letters", url.Values{"key": {matters[0].Key}})
	s.keeps(t, doc, "POST", "/letters", drafted)
	var line letters.Line
	if err := json.Unmarshal(drafted.body, &line); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		event string
		form  url.Values
	}{
		{"submit", nil}, {"approve", nil}, {"issue", nil}, {"deliver", url.Values{"person": {"文书"}, "on": {"2026-11-22"}}},
		{"ask_extension", url.Values{"text": {"人手不足"}, "to": {"2027-01-15"}}}, {"grant_extension", url.Values{"person": {"政治处负责人"}}},
		{"answer", url.Values{"text": {"已补查"}, "evidence": {"ZC-01 记录"}}}, {"accept", nil}, {"close", nil}, {"revisit", url.Values{"text": {"未反弹"}}},
	} {
		s.keeps(t, doc, "POST", "/letters/{id}/{event}", s.post(s.app, "/api/v1/letters/"+line.ID+"/"+step.event, step.form))
		s.keeps(t, doc, "GET", "/letters/{id}", s.get("/api/v1/letters/"+line.ID))
	}
	s.keeps(t, doc, "GET", "/letters", s.get("/api/v1/letters"))
}

func TestReportsOfLoadsKeepToTheDescription(t *testing.T) {
	s := newSite(t)
	doc := read[object](s, "/api/v1/openapi.json")
	file := csvOf("编号|单位|日期|内容|类别|联系电话|心情", "N1|13|2026-11-02|排队太久|岗位|13800138000|好", "N2|火星|2026-11-02|甲|岗位||", "T00|13|2026-11-03|改了|决策||")
	for _, tc := range []struct {
		name   string
		fields map[string]string
		files  map[string][]byte
	}{
		{"a rehearsal with a preview, an error and a dropped column", map[string]string{"kind": "complaints", "dry_run": "1"}, map[string][]byte{"a.csv": file}},
		{"a load with a rejected row", map[string]string{"kind": "complaints"}, map[string][]byte{"a.csv": file}},
		{"the same again", map[string]string{"kind": "complaints"}, map[string][]byte{"a.csv": file}},
		{"a file that cannot be read", map[string]string{"kind": "complaints", "dry_run": "1"}, map[string][]byte{"b.docx": []byte("PK\x03\x04 broken")}},
		{"a list with warnings", map[string]string{"kind": "risks", "dry_run": "1"}, map[string][]byte{"r.csv": csvOf("单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级", "13|2026-03-05|1|采购无复核|双人|查阅资料|")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s.keeps(t, doc, "POST", "/imports", s.do(s.app, upload("/api/v1/imports", tc.fields, tc.files)))
		})
	}
}
