package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"qingfeng/internal/engine"
	"qingfeng/internal/integrity"
)

func TestMain(m *testing.M) {
	engine.RunChildIfAsked()
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// asProgram in the environment makes the test binary the program itself, so that a test can
// kill it.
const asProgram = "QINGFENG_TEST_PROGRAM"

// shell runs commands on a data directory of its own, with a fixed clock.
type shell struct {
	t   *testing.T
	dir string
	env map[string]string

	said lockedBuffer // what servers wrote, to either stream
}

func newShell(t *testing.T) *shell {
	dir := t.TempDir()
	return &shell{t: t, dir: dir, env: map[string]string{"QINGFENG_DATA": filepath.Join(dir, "data"), "QINGFENG_NOW": "2026-11-22T09:00:00+08:00"}}
}

func (s *shell) run(args ...string) (code int, stdout, stderr string) {
	s.t.Helper()
	var out, err bytes.Buffer
	code = run(s.t.Context(), args, strings.NewReader(""), &out, &err, func(k string) string { return s.env[k] })
	return code, out.String(), err.String()
}

// want runs a command that must end with the given status.
func (s *shell) want(code int, args ...string) (stdout, stderr string) {
	s.t.Helper()
	got, out, err := s.run(args...)
	if got != code {
		s.t.Fatalf("qingfeng %s: status %d, want %d\n%s%s", strings.Join(args, " "), got, code, out, err)
	}
	return out, err
}

func (s *shell) file(name string, lines ...string) string {
	s.t.Helper()
	path := filepath.Join(s.dir, name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return path
}

// loaded is the JSON of ingest as scripts read it.
type loaded struct {
	Batch string
	Files []struct {
		Name, Status string
		Warnings     []struct{ Code, Message string }
		Errors       []struct{ Code, Message string }
		Preview      []map[string]any

		UnknownColumns []string `json:"unknown_columns"`
	}
	Totals map[string]int
}

func (s *shell) ingest(code int, args ...string) loaded {
	s.t.Helper()
	out, _ := s.want(code, append([]string{"ingest", "--format", "json"}, args...)...)
	var r loaded
	d := json.NewDecoder(strings.NewReader(out))
	if err := d.Decode(&r); err != nil {
		s.t.Fatalf("stdout is no JSON: %v\n%s", err, out)
	}
	if d.More() {
		s.t.Fatalf("stdout holds more than one document:\n%s", out)
	}
	return r
}

func (s *shell) city() {
	s.t.Helper()
	s.ingest(0, "units", s.file("units.csv", "单位编码,单位名称,上级编码,责任领导,启用日期", "00,卫健委,,,", "13,市第一医院,00,周乙,2010-01-01", "14,市第二医院,00,周乙,2010-01-01"))
	s.ingest(0, "risks", s.file("risks.csv", "单位,日期,序号,廉洁风险点描述,防控措施,监督检查路径,风险等级,责任人员,层面,类别",
		"13,2026-02-10,1,采购未经集体研究,集体决策,查阅会议记录,重要,张一,领导岗位,决策",
		"13,2026-02-10,2,收费复核不严,抽查票据,查阅票据,一般,张二,中层岗位,运行机制"))
}

func TestExitStatusesAreThoseOfTheContract(t *testing.T) {
	s := newShell(t)
	s.city()
	good := "T1,13,2026-03-05,窗口多收费"
	for _, tc := range []struct {
		name string
		code int
		args []string
	}{
		{"no such command", 2, []string{"fly"}},
		{"no such flag", 2, []string{"version", "--fast"}},
		{"too few arguments", 2, []string{"ingest", "complaints"}},
		{"no such kind", 2, []string{"ingest", "rumours", s.file("a.csv", "编号")}},
		{"a bad date", 2, []string{"ingest", "complaints", s.file("b.csv", "编号"), "--date", "soon"}},
		{"no such unit", 2, []string{"ingest", "complaints", s.file("c.csv", "编号,日期,内容", "1,2026-01-01,x"), "--unit", "火星医院"}},
		{"a missing file", 1, []string{"ingest", "complaints", filepath.Join(s.dir, "none.csv")}},
		{"all rows loaded", 0, []string{"ingest", "complaints", s.file("d.csv", "编号,单位,日期,内容", good)}},
		{"loaded, some rejected", 3, []string{"ingest", "complaints", s.file("e.csv", "编号,单位,日期,内容", "T2,13,2026-03-05,排队", "T3,火星,2026-03-05,排队")}},
		{"every row rejected", 4, []string{"ingest", "complaints", s.file("f.csv", "编号,单位,日期,内容", "T3,火星,2026-03-05,排队")}},
		{"strict", 4, []string{"ingest", "complaints", "--strict", s.file("g.csv", "编号,单位,日期,内容", "T4,13,2026-03-05,排队", "T5,火星,2026-03-05,排队")}},
		{"no headings", 4, []string{"ingest", "complaints", s.file("h.csv", "甲,乙", "1,2")}},
		{"an unknown metric", 2, []string{"query", "weather"}},
		{"a bad parameter", 2, []string{"query", "distribution", "--as-of", "soon"}},
		{"an unknown job", 2, []string{"jobs", "run", "sleep"}},
		{"a listener that others could reach", 2, []string{"serve", "--listen", "0.0.0.0:8080"}},
		{"a fixed clock with an external database", 2, []string{"doctor", "--clickhouse", "clickhouse://127.0.0.1:9/x"}},
		{"help", 0, []string{"ingest", "--help"}},
	} {
		if code, out, err := s.run(tc.args...); code != tc.code {
			t.Errorf("%s: status %d, want %d\n%s%s", tc.name, code, tc.code, out, err)
		}
	}
	// What cannot be read still answers with its JSON.
	r := s.ingest(4, "complaints", s.file("i.xlsx", "PK\x03\x04 broken"))
	if len(r.Files) != 1 || r.Files[0].Status != "unreadable" || len(r.Files[0].Errors) != 1 {
		t.Errorf("an unreadable file: %+v", r)
	}
}

func TestQueryAnswersWhatTheServerAnswers(t *testing.T) {
	s := newShell(t)
	s.city()
	base := s.serving()
	for _, q := range []struct {
		route string
		args  []string
	}{
		{"distribution?measure=risks&rows=layer&cols=category", []string{"distribution", "--measure", "risks", "--by", "layer,category"}},
		{"distribution?measure=risks&rows=unit&cols=grade&unit=13", []string{"distribution", "--measure", "risks", "--by", "unit,grade", "--unit", "13"}},
		{"overdue?status=all&as_of=2026-08-01", []string{"overdue", "--status", "all", "--as-of", "2026-08-01"}},
		{"trend?measure=complaints&year=2026", []string{"trend", "--measure", "complaints", "--year", "2026"}},
		{"leaders", []string{"leaders"}},
		{"outlook", []string{"outlook"}},
		{"risks?grade=important", []string{"risks", "--grade", "important"}},
	} {
		resp, err := http.Get(base + "/api/v1/" + q.route)
		if err != nil {
			t.Fatal(err)
		}
		var api, cli any
		if err := json.NewDecoder(resp.Body).Decode(&api); err != nil || resp.StatusCode != 200 {
			t.Fatalf("%s: %d %v", q.route, resp.StatusCode, err)
		}
		resp.Body.Close()
		// The command joins the engine that the server runs.
		text, _ := s.want(0, append([]string{"query"}, q.args...)...)
		if err := json.Unmarshal([]byte(text), &cli); err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(api)
		b, _ := json.Marshal(cli)
		if !bytes.Equal(a, b) {
			t.Errorf("%s:\nAPI     %s\ncommand %s", q.route, a, b)
		}
	}
	// A load beside the running server shows on its next answer.
	s.ingest(0, "complaints", s.file("new.csv", "编号,单位,日期,内容,类别", "T1,13,2026-03-05,窗口多收费,岗位"))
	resp, err := http.Get(base + "/api/v1/distribution?measure=complaints&rows=unit&cols=category")
	if err != nil {
		t.Fatal(err)
	}
	var d struct{ Total int }
	if err := json.NewDecoder(resp.Body).Decode(&d); err != nil || d.Total != 1 {
		t.Errorf("the server counts %d complaints after the load, %v", d.Total, err)
	}
	resp.Body.Close()
}

func TestTemplatesAndExportsLoadAgainWithoutChange(t *testing.T) {
	s := newShell(t)
	s.city()
	for _, ending := range []string{"docx", "xlsx", "csv"} {
		path := filepath.Join(s.dir, "out."+ending)
		s.want(0, "export", "risks", "--out", path)
		r := s.ingest(0, "risks", path)
		if r.Totals["unchanged"] != 2 || r.Totals["added"]+r.Totals["changed"]+r.Totals["rejected"] != 0 {
			t.Errorf("%s: %v %+v", ending, r.Totals, r.Files[0].Errors)
		}
		s.want(0, "template", "risks", "--out", filepath.Join(s.dir, "empty."+ending))
	}
	s.want(0, "template", "complaints", "--out", filepath.Join(s.dir, "complaints.xlsx"))
	s.want(2, "template", "complaints", "--out", filepath.Join(s.dir, "complaints.docx"))
	s.want(0, "export", "overdue", "--out", filepath.Join(s.dir, "overdue.xlsx"))
	for _, file := range []string{"filing.docx", "filing.csv", "filing-changes.xlsx", "summary.docx", "duty.html", "reminder.csv", "prefilled.docx", "closed-letters.xlsx"} {
		name, _, _ := strings.Cut(file, ".")
		s.want(0, "export", name, "--out", filepath.Join(s.dir, file))
	}
	s.want(2, "export", "duty", "--out", filepath.Join(s.dir, "duty.csv"))
	table, err := os.ReadFile(filepath.Join(s.dir, "filing.csv"))
	if err != nil || !strings.Contains(string(table), "采购未经集体研究") || strings.Contains(string(table), "收费复核不严") {
		t.Errorf("重要风险点备案表 (%v): %s", err, table)
	}
}

func TestRevertAndRejectsFromTheCommandLine(t *testing.T) {
	s := newShell(t)
	s.city()
	r := s.ingest(3, "complaints", s.file("e.csv", "编号,单位,日期,内容", "T2,13,2026-03-05,排队", "T3,火星,2026-03-05,电话13812345678"))
	// What a batch brought is a question that its report names.
	_, hint := s.want(0, "batches", "show", r.Batch)
	_, question, ok := strings.Cut(strings.TrimSpace(hint), "qingfeng ")
	if !ok {
		t.Fatalf("batches show names no question: %q", hint)
	}
	var rows struct {
		Total int
		Items []struct{ Number string }
	}
	answer, _ := s.want(0, strings.Fields(question)...)
	if err := json.Unmarshal([]byte(answer), &rows); err != nil || rows.Total != 1 || len(rows.Items) != 1 || rows.Items[0].Number != "T2" {
		t.Errorf("%s: %v\n%s", question, err, answer)
	}
	out := filepath.Join(s.dir, "rejects.csv")
	s.want(0, "batches", "rejects", r.Batch, "--out", out)
	text, err := os.ReadFile(out)
	if err != nil || !strings.Contains(string(text), "火星") || strings.Contains(string(text), "13812345678") {
		t.Errorf("rejects: %s, %v", text, err)
	}
	corrected := s.file("again.csv", strings.ReplaceAll(string(text), "火星", "14"))
	if r := s.ingest(0, "complaints", corrected); r.Totals["added"] != 1 {
		t.Errorf("corrected rows: %v %+v", r.Totals, r.Files)
	}
	s.want(0, "batches", "revert", r.Batch)
	s.want(1, "batches", "revert", r.Batch)
	if list, _ := s.want(0, "batches", "list"); !strings.Contains(list, "reverted") {
		t.Errorf("list:\n%s", list)
	}
	if shown, _ := s.want(0, "batches", "show", r.Batch); !strings.Contains(shown, `"taken_back"`) || !strings.Contains(shown, `"by": "命令行"`) {
		t.Errorf("batches show does not say who took the batch back:\n%s", shown)
	}
	doctor, _ := s.want(0, "doctor", "--format", "json")
	if !strings.Contains(doctor, `"ok": true`) {
		t.Errorf("doctor: %s", doctor)
	}
}

func TestTheReportComesFromTheCommandLineByteForByte(t *testing.T) {
	s := newShell(t)
	s.city()
	var files [2][]byte
	for i := range files {
		path := filepath.Join(s.dir, "report.html")
		s.want(0, "report", "--month", "2026-10", "--out", path)
		var err error
		if files[i], err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(files[0], files[1]) {
		t.Error("the same data cut gave other bytes")
	}
	for _, banned := range []string{`src="http`, `href="http`, "<script"} {
		if bytes.Contains(files[0], []byte(banned)) {
			t.Errorf("the report holds %s", banned)
		}
	}
	s.want(2, "report", "--month", "October", "--out", filepath.Join(s.dir, "x.html"))
}

func TestClassifyNeedsNoEngine(t *testing.T) {
	s := newShell(t)
	s.env["QINGFENG_ENGINE"] = filepath.Join(s.dir, "none")
	out, _ := s.want(0, "classify", "--text", "重大设备采购由院长个人拍板，未经集体研究", "--format", "json")
	var one struct {
		Layer    integrity.Layer
		Category integrity.Category
		Sure     bool
		Reasons  []any
	}
	if err := json.Unmarshal([]byte(out), &one); err != nil || one.Category != integrity.CategoryDecision || len(one.Reasons) == 0 {
		t.Errorf("%s %v", out, err)
	}
	out, _ = s.want(0, "classify", "--file", s.file("f.csv", "廉洁风险点描述", "未经集体研究个人拍板", "天气很好"), "--format", "json")
	var many []map[string]any
	if err := json.Unmarshal([]byte(out), &many); err != nil || len(many) != 2 || many[1]["category"] != "unclassified" {
		t.Errorf("%s %v", out, err)
	}
}

func TestHeadingsOfTheConfigurationAreKnown(t *testing.T) {
	s := newShell(t)
	s.city()
	path := s.file("a.csv", "诉求流水,涉事机构,来电日,诉求说明", "T1,13,2026-03-05,窗口多收费")
	if r := s.ingest(4, "complaints", path); r.Files[0].Errors[0].Code != "header_unknown" {
		t.Errorf("without the settings: %+v", r.Files[0])
	}
	settings := s.file("q.toml", `[heading_aliases.complaints]`, `"诉求流水" = "编号"`, `"涉事机构" = "单位"`, `"来电日" = "日期"`, `"诉求说明" = "内容"`, `[category_words]`, `"窗口收费" = "post"`)
	if r := s.ingest(0, "complaints", path, "--config", settings); r.Totals["added"] != 1 || len(r.Files[0].UnknownColumns) > 0 {
		t.Errorf("with the settings: %v %+v", r.Totals, r.Files[0])
	}
	s.env["QINGFENG_CONFIG"] = settings
	again := s.file("b.csv", "诉求流水,涉事机构,来电日,诉求说明,类别", "T2,13,2026-03-05,排队,窗口收费")
	if r := s.ingest(0, "complaints", again, "--dry-run"); r.Files[0].Preview[0]["category"] != "post" {
		t.Errorf("the word of the source is not known: %v", r.Files[0].Preview)
	}
	s.env["QINGFENG_CONFIG"] = s.file("bad.toml", `[heading_aliases.complaints]`, `"诉求说明" = "正文"`)
	if _, said := s.want(2, "ingest", "complaints", path); !strings.Contains(said, "正文") {
		t.Errorf("an alias of no column is not named: %s", said)
	}
}
