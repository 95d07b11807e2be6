package dashboards

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"qingfeng/dashboards/assets"
	"qingfeng/dashboards/export"
	"qingfeng/dashboards/pack"
	"qingfeng/dashboards/svg"
	"qingfeng/ingest"
	"qingfeng/ingest/classify"
	"qingfeng/internal/bulletin"
	"qingfeng/internal/integrity"
	"qingfeng/internal/letters"
	"qingfeng/internal/store"
	"qingfeng/internal/store/storetest"
	"qingfeng/metrics"
)

func TestMain(m *testing.M) { storetest.Main(m, processes.stop) }

// hostile is in every text field of the fixture: what it would do is seen in a browser.
const hostile = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'{{7}}`

// today is the day of the fixture.
var today = time.Date(2026, 11, 22, 9, 0, 0, 0, integrity.Shanghai)

// site is the application on a database of its own, with a small city in it.
type site struct {
	t       testing.TB
	store   *store.Store
	loader  *ingest.Loader
	metrics *metrics.Metrics
	jobs    *fakeJobs
	app     *fiber.App
	who     integrity.Principal // whose pages app answers; the zero Principal for the operator
	config  Config
	report  string // what the file of a report holds
	points  int    // the number in it
	reports *bulletin.Registry
}

func newSite(t testing.TB) *site {
	t.Helper()
	return siteOn(t, city.Copy(t))
}

// city is the database of newSite.
var city = storetest.Template{Fill: func(t testing.TB, db *store.Store) { siteOn(t, db).city() }}

func newEmptySite(t testing.TB) *site {
	t.Helper()
	return siteOn(t, storetest.New(t))
}

func siteOn(t testing.TB, db *store.Store) *site {
	t.Helper()
	s := &site{t: t, store: db, jobs: &fakeJobs{}, report: "<!doctype html><title>月报</title><p>月报</p>"}
	now := func() time.Time { return today }
	lock := make(chan struct{}, 1)
	var err error
	s.loader, err = ingest.New(ingest.Config{Store: s.store, Log: slog.New(slog.DiscardHandler), Now: now, Lock: func(context.Context) (func(), error) {
		lock <- struct{}{}
		return func() { <-lock }, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if s.metrics, err = metrics.New(metrics.Config{Database: s.store, Now: now}); err != nil {
		t.Fatal(err)
	}
	if s.reports, err = bulletin.New(bulletin.Config{Database: s.store, Printer: s, Now: now}); err != nil {
		t.Fatal(err)
	}
	s.config = Config{
		Metrics: s.metrics, Imports: loads{s}, Confirmations: sayings{s}, Jobs: s.jobs, Reports: s.reports, Log: slog.New(slog.DiscardHandler), Now: now, Version: "test", Grace: time.Minute,
		Administration: installation{}, Health: func(context.Context) (bool, []string) { return true, nil },
	}
	s.app = s.with(func(*Config) {})
	return s
}

// withLetters gives a site the register of letters and the maker of packs.
func withLetters(t testing.TB, s *site) {
	t.Helper()
	now := func() time.Time { return today }
	register, err := letters.New(letters.Config{Database: s.store, Source: obligations{s}, Mask: strings.TrimSpace, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	packs, err := pack.New(pack.Config{Metrics: s.metrics, Renderer: drawn(t), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	s.config.Letters, s.config.Packs = register, packs
	s.app = s.with(func(*Config) {})
}

// drawing compiles ECharts once in a process.
var drawing = svg.Shared(func() string { return assets.Text("vendor/echarts.min.js") })

func drawn(t testing.TB) *svg.Renderer {
	t.Helper()
	renderer, err := drawing()
	if err != nil {
		t.Fatal(err)
	}
	return renderer
}

// with returns another application on the same data.
func (s *site) with(change func(*Config)) *fiber.App {
	s.t.Helper()
	cfg := s.config
	change(&cfg)
	app, err := New(cfg)
	if err != nil {
		s.t.Fatal(err)
	}
	return app
}

// load loads lines whose cells are separated by |; \n within a cell is a line break.
func (s *site) load(kind ingest.Kind, lines ...string) ingest.Report {
	s.t.Helper()
	return s.loadFile(kind, "test.csv", csvOf(lines...))
}

func csvOf(lines ...string) []byte {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, l := range lines {
		cells := strings.Split(l, "|")
		for i := range cells {
			cells[i] = strings.ReplaceAll(cells[i], `\n`, "\n")
		}
		_ = w.Write(cells)
	}
	w.Flush()
	return b.Bytes()
}

func (s *site) loadFile(kind ingest.Kind, name string, body []byte) ingest.Report {
	s.t.Helper()
	rep, err := s.loader.Load(s.t.Context(), ingest.Request{Kind: kind, MayMove: true,
		Files: []ingest.Source{{Name: name, Data: bytes.NewReader(body), Size: int64(len(body))}}})
	if err != nil {
		s.t.Fatalf("load %s: %v", kind, err)
	}
	return rep
}

// must loads lines of which none may be rejected.
func (s *site) must(kind ingest.Kind, lines ...string) {
	s.t.Helper()
	rep := s.load(kind, lines...)
	if rep.Totals.Added != uint64(len(lines)-1) {
		s.t.Fatalf("%s: %+v %+v", kind, rep.Totals, rep.Files[0].Errors)
	}
}

// city loads three units with leaders, two years of lists, and some of every kind.
func (s *site) city() {
	s.t.Helper()
	s.must(ingest.KindUnits,
		"单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期|停用日期",
		"00|临澄市卫生健康委员会||委机关|周一|赵甲|2020-01-01|0|2010-01-01|",
		"01|办公室|00|委机关处室|钱一|赵甲|2020-01-01|1|2010-01-01|",
		"13|市第一医院|00|直属单位|孙二、李三|周乙|2020-01-01|13|2010-01-01|",
		"14|市第二医院"+hostile+"|00|直属单位|吴四|周乙"+hostile+"|2020-01-01|14|2010-01-01|",
		"15|市老年病院|00|直属单位|郑五|赵甲|2020-01-01|15|2010-01-01|2026-05-01",
	)
	risks := []string{"单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|处室单位负责人|责任人员|责任领导|层面|类别|岗位|关键少数|三重一大|标签|评定理由"}
	layers, categories, grades := []string{"领导岗位", "中层岗位", "其他岗位", ""}, []string{"决策", "作风问题", "权力运行", "岗位", "制度", "运行机制", "其他", ""}, []string{"重要", "一般", "一般", ""}
	for _, list := range []struct{ unit, day string }{{"13", "2025-02-10"}, {"01", "2026-03-02"}, {"13", "2026-03-05"}, {"14", "2026-03-20"}} {
		for i := range 9 {
			text := fmt.Sprintf("第%d类采购与验收由同一人办理，缺少复核", i+1)
			if list.unit == "14" {
				text += hostile
			}
			risks = append(risks, strings.Join([]string{
				list.unit, list.day, fmt.Sprint(i + 1), text, "1.双人复核" + hostile + `\n2.定期轮岗`, `1.对照制度检查\n2.查阅会议记录` + hostile,
				grades[i%4], "孙二", "冯六" + hostile + "、褚七", "", layers[i%4], categories[i%8], "库管" + hostile, "否", "是", "物", "自由裁量权较大" + hostile,
			}, "|"))
		}
	}
	s.must(ingest.KindRisks, risks...)
	complaints := []string{"编号|单位|日期|内容|渠道|层面|类别|涉廉|状态|办结日期|来源"}
	for i := range 24 {
		complaints = append(complaints, strings.Join([]string{
			fmt.Sprintf("T%02d", i), []string{"13", "14", "01"}[i%3], fmt.Sprintf("2026-%02d-%02d", i%11+1, i%20+1), "窗口收费不透明" + hostile, "电话" + hostile,
			layers[i%4], categories[i%8], []string{"是", "否", "是", ""}[i%4], []string{"在办", "办结"}[i%2], []string{"", fmt.Sprintf("2026-%02d-%02d", i%11+1, i%20+2)}[i%2], "热线",
		}, "|"))
	}
	s.must(ingest.KindComplaints, complaints...)
	s.must(ingest.KindPetitions,
		"编号|单位|日期|内容|性质|受理日期|延期至|渠道|层面|类别|状态|办结日期|重复件|来源",
		"X1|13|2026-06-01|反映药品采购"+hostile+"|检举控告|||来信|中层岗位|权力运行|在办|||网信",
		"X2|14|2026-08-03|诉求退费|申诉求决|2026-08-05||来访|其他岗位|岗位|在办|||网信",
		"X3|13|2026-09-01|建议公开|意见建议|||来信||作风问题|办结|2026-09-20||网信",
	)
	s.must(ingest.KindInspections,
		"编号|单位|检查日期|风险点|检查人|检查领导|责任领导参与|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题|严重程度|整改期限|整改完成日期|层面|类别",
		"J1|13|2026-04-10|1、3、5-8|韩八"+hostile+"|周乙|是|查阅资料、实地走访|是|是|是||||||",
		"J2|13|2026-09-11|全部|韩八||否|座谈约谈|是|否|是|登记不全"+hostile+"|2|2026-10-30|2026-10-20|中层岗位|制度",
		"J3|14|2026-05-12|2|韩八||否|查阅资料|是|是|是||||||",
		"J4|01|2026-06-12|1|韩八|赵甲|是|民主评议|否|是|是||||||",
	)
	s.must(ingest.KindFindings, "编号|单位|日期|发现问题|严重程度|整改期限|整改完成日期|层面|类别",
		"F1|14|2026-07-01|台账缺页"+hostile+"|3|2026-08-01||其他岗位|岗位", "F2|13|2026-10-05|公示不及时|1|||中层岗位|运行机制")
	s.must(ingest.KindComparisons, "编号|单位|日期|比对模型|异常描述|层面|类别|状态",
		"B1|13|2026-10-01|供应商关联|同一电话"+hostile+"|其他岗位|运行机制|在办")
	s.must(ingest.KindLedger, "单位|年度|事项|日期|序号|人员|来源|文号|内容|采纳|理由",
		"13|2026|岗位自查|2026-03-05||孙二|||自查||", "01|2026|动态排查|2026-03-10||钱一|||无变化||", "01|2026|部署|2026-02-01||赵甲|||部署排查||")
}

// loads reaches the loader as the command does.
type loads struct{ s *site }

func (l loads) Import(ctx context.Context, _ integrity.Principal, r ImportRequest) (any, int, error) {
	req := ingest.Request{Kind: ingest.Kind(r.Kind), Unit: r.Unit, Year: r.Year, Date: r.Date, GradeMap: r.GradeMap, Map: r.Map, DryRun: r.DryRun, Strict: r.Strict, Typed: r.Typed, Lang: r.Lang}
	for _, f := range r.Files {
		req.Files = append(req.Files, ingest.Source{Name: f.Name, Data: f.Data, Size: f.Size})
	}
	if r.Progress != nil {
		req.Progress = func(p ingest.Progress) {
			r.Progress(ImportProgress{Step: string(p.Step), File: p.File, Number: p.Number, Read: p.Read, Written: p.Written})
		}
	}
	rep, err := l.s.loader.Load(ctx, req)
	if err == nil && r.DryRun && r.Rejects != nil && rep.Totals.Rejected > 0 {
		var rows strings.Builder
		for _, row := range rep.Rejects().Rows {
			rows.WriteString(strings.Join(row, "|") + "\n")
		}
		r.Rejects(Download{Name: "rejects.xlsx", Body: []byte(rows.String())})
	}
	return rep, rep.Outcome(), err
}

func (l loads) Batches(ctx context.Context, _ integrity.Principal) ([]Batch, error) {
	infos, err := l.s.store.Batches(ctx)
	out := make([]Batch, len(infos))
	for i, b := range infos {
		out[i] = shownBatch(b)
		out[i].By += hostile
	}
	return out, err
}

func (l loads) Batch(ctx context.Context, _ integrity.Principal, id string) (Batch, error) {
	b, err := l.s.store.BatchByID(ctx, id)
	return shownBatch(b), err
}

func shownBatch(b store.BatchInfo) Batch {
	out := Batch{No: b.No, ID: b.ID, Kind: b.Kind, State: b.State, At: b.At, By: b.Principal, Revert: b.Revert, Report: b.Report}
	if t := b.TakenBack; t != nil {
		out.TakenBack = &TakenBack{No: t.No, ID: t.ID, By: t.By, At: t.At}
	}
	return out
}

func (l loads) Rejects(ctx context.Context, who integrity.Principal, id string) (Download, error) {
	if _, err := l.Batch(ctx, who, id); err != nil {
		return Download{}, err
	}
	body, err := export.Bytes(export.Workbook, export.Table{Columns: []export.Column{{Head: "编号"}}, Rows: func(func([]any) bool) {}})
	return Download{Name: "rejects.xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Body: body}, err
}

func (l loads) Revert(ctx context.Context, who integrity.Principal, id string) (Batch, error) {
	b, err := l.s.loader.Revert(ctx, id, who.Name)
	if errors.Is(err, store.ErrReverted) {
		return Batch{}, fmt.Errorf("%w: %w", ErrReverted, err)
	}
	if err != nil {
		return Batch{}, err
	}
	return l.Batch(ctx, who, b.ID)
}

// sayings reaches the loader as the command does.
type sayings struct{ s *site }

func (y sayings) Confirm(ctx context.Context, who integrity.Principal, said []Word) (Confirmed, error) {
	asked := ingest.Confirmation{By: who.Name + hostile}
	for _, w := range said {
		asked.Words = append(asked.Words, ingest.Word(w))
	}
	done, err := y.s.loader.Confirm(ctx, asked)
	return Confirmed(done), err
}

func (sayings) Explain(description, post string) Suggestion {
	found := classify.Risk(description, post)
	out := Suggestion{Layer: found.Layer, Category: found.Category, Confidence: found.Confidence, Sure: found.Sure, Reasons: []Reason{}}
	for _, r := range found.Reasons {
		out.Reasons = append(out.Reasons, Reason(r))
	}
	return out
}

// fakeJobs is a scheduler with one task that notes its runs.
type fakeJobs struct{ runs int }

func (f *fakeJobs) List(_ context.Context, lang integrity.Lang) ([]JobInfo, error) {
	said := map[integrity.Lang]string{integrity.Chinese: "新增3项", integrity.English: "3 new items"}[lang]
	return []JobInfo{
		{Name: "flag-overdue", Schedule: "10 2 * * *", Next: today.Add(17 * time.Hour), State: "done", Start: today, End: today.Add(2 * time.Second), Result: said + hostile, Counts: map[string]uint64{"opened": 3}},
		{Name: "monthly-report", Schedule: "0 6 1 * *"},
	}, nil
}

func (f *fakeJobs) Run(context.Context, string) error { f.runs++; return nil }

// installation is one where something of every sort is to be said.
type installation struct{}

func (installation) SelfCheck(context.Context) []Finding {
	return []Finding{{Name: "engine", OK: true, Detail: hostile}, {Name: "disk", Detail: "剩 1.0 GB"}}
}

func (installation) Settings() []Setting {
	return []Setting{{Name: "small_cell", Value: "5", Changed: true}, {Name: "report.issuer", Value: hostile}, {Name: "engine"}}
}

func (installation) Storage(context.Context) ([]TableSize, error) {
	return []TableSize{{Table: "risks", Rows: 1200, Bytes: 3 << 20, Parts: 2}, {Table: "signals", Rows: 34, Bytes: 1 << 20, Parts: 1}}, nil
}

func (installation) Calendar() []WorkYear {
	return []WorkYear{{Year: 2027, Off: 13, Workdays: 261}, {Year: 2026, Off: 33, Work: 7, Arranged: true, Workdays: 248}}
}

func (installation) Backups(context.Context) ([]Copy, error) {
	return []Copy{{Name: "weekly-2026-11-22", State: "verified", MadeAt: today, Bytes: 5 << 20, Tables: 18, Rows: 1234}, {Name: "weekly-2026-10-18", State: "removed", MadeAt: today.AddDate(0, -1, 0)}}, nil
}

// Print makes the site its own press: it prints one month and the year.
func (s *site) Print(_ context.Context, who integrity.Principal, period string, c bulletin.Choice) (bulletin.Printed, error) {
	if period != "2026-10" && period != "2025" {
		return bulletin.Printed{}, fmt.Errorf("report of %s: %w", period, integrity.ErrNotFound)
	}
	p := bulletin.Printed{HTML: []byte(s.report), AsOf: integrity.DayOf(today), KnownAt: c.KnownAt, DataVersion: "7", Figures: []bulletin.Figure{{Place: "本月要情·在册风险点", Name: "在册", Value: fmt.Sprint(s.points)}}}
	if c.Unit != "" {
		p.HTML = append(p.HTML, c.Unit...)
	}
	if c.Earlier != nil {
		p.Changes = bulletin.Compare(c.Earlier.Figures, p.Figures)
	}
	return p, nil
}

// answer is what a request was answered.
type answer struct {
	status int
	header http.Header
	body   []byte
}

func (s *site) do(app *fiber.App, r *http.Request) answer {
	s.t.Helper()
	if r.Host == "example.com" {
		r.Host = "127.0.0.1:8080"
	}
	res, err := app.Test(r, -1)
	if err != nil {
		s.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return answer{res.StatusCode, res.Header, body}
}

func (s *site) get(path string) answer {
	s.t.Helper()
	return s.do(s.app, httptest.NewRequest(http.MethodGet, path, nil))
}

// ok is get of what must be there.
func (s *site) ok(path string) []byte {
	s.t.Helper()
	a := s.get(path)
	if a.status != http.StatusOK {
		s.t.Fatalf("GET %s = %d: %s", path, a.status, a.body)
	}
	return a.body
}

// read decodes the JSON of an address.
func read[T any](s *site, path string) T {
	s.t.Helper()
	var v T
	if err := json.Unmarshal(s.ok(path), &v); err != nil {
		s.t.Fatalf("GET %s: %v", path, err)
	}
	return v
}
