package dashboards

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"qingfeng/dashboards/view"
	"qingfeng/ingest"
	"qingfeng/internal/integrity"
)

// ranAnswer is the page of a load asked for in the browser, once it has ended.
type ranAnswer struct {
	path string
	body []byte
}

// ran asks for a load and waits until its page tells what became of it.
func (s *site) ran(r *http.Request) ranAnswer {
	s.t.Helper()
	a := s.do(s.app, r)
	out := ranAnswer{path: a.header.Get("Location")}
	if a.status != http.StatusSeeOther || !strings.HasPrefix(out.path, "/imports/runs/") {
		s.t.Fatalf("%s %s = %d to %q: %s", r.Method, r.URL, a.status, out.path, a.body)
	}
	for range 600 {
		if out.body = s.ok(out.path); !bytes.Contains(out.body, []byte(`id="running"`)) {
			return out
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.t.Fatalf("%s does not end", out.path)
	return out
}

// slowly lets loads begin and go on only as the test says.
type slowly struct {
	Imports
	steps chan ImportProgress // told to the load; closed = go on
	ended chan error
}

func (l slowly) Import(ctx context.Context, who integrity.Principal, r ImportRequest) (any, int, error) {
	for {
		select {
		case p, more := <-l.steps:
			if !more {
				return l.Imports.Import(ctx, who, r)
			}
			r.Progress(p)
			l.steps <- ImportProgress{}
		case <-ctx.Done():
			l.ended <- ctx.Err()
			return nil, 0, ctx.Err()
		}
	}
}

func TestALoadThatTakesLongShowsHowFarItIs(t *testing.T) {
	s := newSite(t)
	slow := slowly{Imports: loads{s}, steps: make(chan ImportProgress), ended: make(chan error, 1)}
	s.app = s.with(func(c *Config) { c.Imports = slow })
	begin := func() string {
		a := s.do(s.app, upload("/imports", map[string]string{"kind": "complaints"}, map[string][]byte{"a.csv": csvOf("编号|单位|日期|内容", "N1|13|2026-11-02|排队太久")}))
		return a.header.Get("Location")
	}
	tell := func(p ImportProgress) { slow.steps <- p; <-slow.steps }
	path := begin()
	for _, tc := range []struct {
		told ImportProgress
		want []string
	}{
		{ImportProgress{Step: "waiting"}, []string{"等待前一个导入结束", "未开始", "已读 0 份，共 1 份", `http-equiv="refresh"`, `hx-trigger="load delay:1s"`, `action="` + path + `/cancel"`}},
		{ImportProgress{Step: "reading", Number: 1, Read: 61000, Written: 50000}, []string{"正在读取", "进行中", "读到 " + view.Number(61000) + " 行，写入 " + view.Number(50000) + " 行"}},
		{ImportProgress{Step: "linking", Number: 1, Read: 70000, Written: 70000}, []string{"正在整理清单和关联", "已读 1 份，共 1 份", "已读完"}},
	} {
		tell(tc.told)
		page := string(s.ok(path))
		for _, want := range tc.want {
			if !strings.Contains(page, want) {
				t.Errorf("%s: the page lacks %q", tc.told.Step, want)
			}
		}
		checkPage(t, path, []byte(page))
	}
	if a := s.do(s.app, httptest.NewRequest(http.MethodPost, path+"/load", nil)); a.status != http.StatusConflict {
		t.Errorf("loading what still runs = %d, want 409", a.status)
	}
	if a := s.ran(httptest.NewRequest(http.MethodPost, path+"/cancel", nil)); !bytes.Contains(a.body, []byte("已停止，没有改动任何数据")) {
		t.Errorf("after the stop: %s", a.body)
	}
	if err := <-slow.ended; err != context.Canceled {
		t.Errorf("the load ended with %v", err)
	}
	// Whoever stops the server ends what runs.
	path = begin()
	go func() { _ = s.app.Shutdown() }()
	if err := <-slow.ended; err != context.Canceled {
		t.Errorf("at the end of the server the load ended with %v", err)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, p := range []string{"/imports/runs/none", "/imports/runs/none/load", "/imports/runs/none/cancel"} {
			if a := s.do(s.app, httptest.NewRequest(method, p, nil)); a.status != http.StatusNotFound && a.status != http.StatusMethodNotAllowed {
				t.Errorf("%s %s = %d", method, p, a.status)
			}
		}
	}
	_ = path
}

func TestALoadThatFailsSaysSo(t *testing.T) {
	for name, tc := range map[string]struct {
		err  error
		want string
	}{
		"something the user can mend": {fmt.Errorf("%w: unit 99 of --unit is unknown", integrity.ErrInvalid), "“单位”一栏"},
		"too long":                    {context.DeadlineExceeded, "用时太长，已停止"},
		"something inside":            {fmt.Errorf("secret table is broken"), "请把编号"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newEmptySite(t)
			s.app = s.with(func(c *Config) { c.Imports = failingLoads{Imports: loads{s}, err: tc.err} })
			a := s.ran(upload("/imports", map[string]string{"kind": "complaints"}, map[string][]byte{"a.csv": []byte("x")}))
			if !bytes.Contains(a.body, []byte(tc.want)) || bytes.Contains(a.body, []byte("secret")) {
				t.Errorf("the page lacks %q: %s", tc.want, a.body)
			}
		})
	}
}

type failingLoads struct {
	Imports
	err error
}

func (f failingLoads) Import(context.Context, integrity.Principal, ImportRequest) (any, int, error) {
	if strings.Contains(f.err.Error(), "secret") {
		panic(f.err)
	}
	return nil, 0, f.err
}

// Messages name the flag on the command line and the field on a page.
func TestPagesNameTheFieldInsteadOfTheFlag(t *testing.T) {
	s := newSite(t)
	for _, tc := range []struct {
		name, kind string
		lines      []string
		want       string
	}{
		{"a grade of another scale", "risks", []string{"单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级", "13|2026-03-05|1|药品采购由少数人决定，缺少监督|双人复核|查阅会议记录|高"}, "“等级对照”一栏"},
		{"headings that are missing", "complaints", []string{"编号|单位|日期|诉求事项说明", "N1|13|2026-03-05|排队"}, "“表头对照”一栏"},
		{"a form without a unit", "risks", []string{"序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|相关责任人", "1|药品采购由少数人决定，缺少监督|双人复核|查阅会议记录|重要|孙二"}, "“单位”一栏"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := s.ran(upload("/imports", map[string]string{"kind": tc.kind, "dry_run": "1"}, map[string][]byte{"a.csv": csvOf(tc.lines...)}))
			page := string(a.body)
			if !strings.Contains(page, tc.want) || strings.Contains(page, "--") && regexp.MustCompile(`--[a-z]`).MatchString(page) {
				t.Errorf("the page lacks %q, or names a flag: %s", tc.want, page)
			}
		})
	}
	// Every flag that a message of the loader names has its field.
	sources, err := filepath.Glob("../ingest/*.go")
	if err != nil || len(sources) == 0 {
		t.Fatalf("%d sources, %v", len(sources), err)
	}
	flag := regexp.MustCompile(`"[^"\n]*--[a-z-]+[^"\n]*"`)
	found := 0
	for _, path := range sources {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, message := range flag.FindAllString(string(text), -1) {
			for _, word := range flagWords.FindAllString(message, -1) {
				if found++; flagFields[word] == "" {
					t.Errorf("%s names %s, which has no field on the page: %s", path, word, message)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no message of the loader names a flag: the search is wrong")
	}
}

func TestTheFieldsOfTheFormReachTheLoader(t *testing.T) {
	s := newSite(t)
	a := s.ran(upload("/imports", map[string]string{"kind": "complaints", "map": "留言详情=内容，留言时间 = 日期", "unit": "13", "dry_run": "1"},
		map[string][]byte{"a.csv": csvOf("编号|留言时间|留言详情", "N1|2026-03-05|排队太久")}))
	if !bytes.Contains(a.body, []byte("入库 1 行")) {
		t.Errorf("the map of headings did not arrive: %s", a.body)
	}
	a = s.ran(upload("/imports", map[string]string{"kind": "risks", "grade_map": "高=重要,低=一般", "dry_run": "1"},
		map[string][]byte{"a.csv": csvOf("单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级", "13|2026-03-05|1|药品采购由少数人决定，缺少监督|双人复核|查阅会议记录|高")}))
	if !bytes.Contains(a.body, []byte("入库 1 行")) {
		t.Errorf("the map of grades did not arrive: %s", a.body)
	}
}

// D4 of the promises: the same file sent by many at once is one batch, and all are told.
func TestFiftyUploadsOfOneFileAreOneBatch(t *testing.T) {
	s := newSite(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.app.Listener(listener) }()
	defer func() { _ = s.app.Shutdown() }()
	before := len(read[list[Batch]](s, "/api/v1/imports").Items)
	file := map[string][]byte{"a.csv": csvOf("编号|单位|日期|内容", "N1|13|2026-11-02|排队太久", "N2|13|2026-11-03|退费要跑三次")}
	bodies := make([]string, 50)
	var all sync.WaitGroup
	for i := range bodies {
		all.Go(func() {
			path := "/api/v1/imports?kind=complaints"
			if i%2 == 0 { // every other one in the browser
				path = "/imports?kind=complaints"
			}
			r := upload(path, nil, file)
			r.RequestURI, r.URL.Scheme, r.URL.Host, r.Host = "", "http", listener.Addr().String(), ""
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Error(err)
				return
			}
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			for strings.Contains(string(body), `id="running"`) {
				time.Sleep(50 * time.Millisecond)
				again, err := http.Get(resp.Request.URL.String())
				if err != nil {
					t.Error(err)
					return
				}
				body, _ = io.ReadAll(again.Body)
				again.Body.Close()
			}
			bodies[i] = string(body)
		})
	}
	all.Wait()
	list := read[list[Batch]](s, "/api/v1/imports").Items
	if len(list) != before+1 {
		t.Fatalf("%d batches, want %d", len(list), before+1)
	}
	loaded := 0
	for i, body := range bodies {
		if !strings.Contains(body, list[0].ID) {
			t.Errorf("answer %d does not name the batch: %.300s", i, body)
		}
		if strings.Contains(body, `"status":"committed"`) || strings.Contains(body, ">已入库<") {
			loaded++
		}
	}
	if loaded != 1 {
		t.Errorf("%d were told that theirs was loaded, want 1; the others that it was known", loaded)
	}
}

func TestFilesOfRehearsalsAreKeptForAWhileAndOnTheDiskOnly(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	now := today
	rs := &runs{now: func() time.Time { return now }, timeout: time.Minute,
		load: func(_ context.Context, _ integrity.Principal, r ImportRequest) (any, int, error) {
			body, err := io.ReadAll(io.NewSectionReader(r.Files[0].Data, 0, r.Files[0].Size))
			return ingest.Report{Kind: ingest.Kind(body)}, 0, err
		}}
	who, other := integrity.Principal{Name: "甲"}, integrity.Principal{Name: "乙"}
	rehearse := func(body string) *run {
		file, err := keepFile(Upload{Name: "a.csv", Data: strings.NewReader(body), Size: int64(len(body))})
		if err != nil {
			t.Fatal(err)
		}
		one, err := rs.begin(who, ImportRequest{DryRun: true}, form{}, []keptFile{file})
		if err != nil || !one.over(time.Minute) {
			t.Fatal("the rehearsal does not end", err)
		}
		return one
	}
	one := rehearse("first")
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("%d files can be opened by others, %v", len(left), err)
	}
	if one.report.Kind != "first" || one.size() != 5 {
		t.Errorf("read %q, keeps %d bytes", one.report.Kind, one.size())
	}
	if _, err := rs.find(one.id, other); err == nil {
		t.Error("somebody else finds the load")
	}
	now = now.Add(keptTime - time.Second)
	if got, err := rs.find(one.id, who); err != nil || got != one {
		t.Errorf("before its time: %v", err)
	}
	second := rehearse("second")
	now = now.Add(time.Second)
	if _, err := rs.find(one.id, who); err == nil || one.size() != 0 {
		t.Errorf("after its time it is still there, with %d bytes", one.size())
	}
	second.files[0].size = keptBytes + 1
	third := rehearse("third")
	if _, err := rs.find(third.id, who); err != nil || second.size() != 0 || third.size() != 5 {
		t.Errorf("beyond the bound: %v, second keeps %d bytes, third %d", err, second.size(), third.size())
	}
	rs.stop()
	if third.size() != 0 {
		t.Error("the end of the server keeps a file")
	}
}

func TestAnUploadInChromium(t *testing.T) {
	s := newSite(t)
	b := newBrowser(t, s)
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "老年病院清单.csv"), filepath.Join(dir, "办公室清单.csv")
	for path, body := range map[string][]byte{
		good: csvOf("单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|层面|类别", "15|2026-03-01|1|离退休经费由一人经手|双人经办|查阅凭证|重要|中层岗位|岗位", "15|2026-03-01|2|护工费用收取没有凭证|统一收费|查阅票据|一般|其他岗位|岗位"),
		bad:  csvOf("单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|层面|类别", "01|2026-03-02|1|印章无人登记|双人保管|查阅台账|高|中层岗位|岗位", "01|2026-03-02|2|车辆使用没有登记|统一派车|查阅台账|一般|中层岗位|岗位"),
	} {
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b.open("/imports")
	b.run(chromedp.SetUploadFiles(chromedp.CSS(`input[name="file"]`), []string{good, bad}))
	if list := b.text("#chosen"); !strings.Contains(list, "老年病院清单.csv") || !strings.Contains(list, "办公室清单.csv") {
		t.Errorf("the chosen files are shown as %q", list)
	}
	b.shoot("upload-chosen", true)
	// The script says that files are too large before they are sent.
	eval[any](b, `(function(){document.getElementById("upload").dataset.limit="10";document.querySelector('input[name="file"]').dispatchEvent(new Event("change"));return 0})()`)
	if !eval[bool](b, `document.querySelector('button[value="1"]').disabled && !document.getElementById("toolarge").hidden`) {
		t.Error("too large an upload can be sent")
	}
	eval[any](b, `(function(){document.getElementById("upload").dataset.limit="67108864";document.querySelector('input[name="file"]').dispatchEvent(new Event("change"));return 0})()`)
	b.run(chromedp.Click(chromedp.CSS(`button[name="dry_run"][value="1"]`)), chromedp.WaitVisible(chromedp.CSS("#result")))
	page := b.text("main")
	for _, want := range []string{"预检结果", "入库 3 行", "办公室清单.csv", "“等级对照”一栏", "系统读成了这样"} {
		if !strings.Contains(page, want) {
			t.Errorf("the rehearsal lacks %q: %.600s", want, page)
		}
	}
	b.shoot("upload-rehearsed", true)
	b.run(chromedp.Click(chromedp.CSS("#confirm")), chromedp.WaitNotPresent(chromedp.CSS("#confirm")), chromedp.WaitVisible(chromedp.CSS("#result")))
	if page := b.text("main"); !strings.Contains(page, "入库结果") || !strings.Contains(page, "下载驳回的行") {
		t.Errorf("the result lacks its links: %.600s", page)
	}
	b.shoot("upload-result", true)
	call(b, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: 390, Height: 844, DeviceScaleFactor: 1, Mobile: true})
	for _, path := range []string{"/imports", eval[string](b, `location.pathname`)} {
		b.open(path)
		if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 390 {
			t.Errorf("%s is %d px wide", path, wide)
		}
		b.shoot("upload-narrow-"+fileName(path)[:7], true)
	}
	b.clean("upload")
}

func TestTheProgressOfALoadIsFetchedInChromium(t *testing.T) {
	s := newSite(t)
	slow := slowly{Imports: loads{s}, steps: make(chan ImportProgress), ended: make(chan error, 1)}
	s.app = s.with(func(c *Config) { c.Imports = slow })
	b := newBrowser(t, s)
	file := filepath.Join(t.TempDir(), "投诉.csv")
	if err := os.WriteFile(file, csvOf("编号|单位|日期|内容", "N1|13|2026-11-02|排队太久"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.open("/imports")
	b.run(chromedp.SetValue(chromedp.CSS(`select[name="kind"]`), "complaints"), chromedp.SetUploadFiles(chromedp.CSS(`input[name="file"]`), []string{file}),
		chromedp.Click(chromedp.CSS(`button[name="dry_run"][value=""]`)), chromedp.WaitVisible(chromedp.CSS("#running")))
	slow.steps <- ImportProgress{Step: "reading", Number: 1, Read: 61000, Written: 50000}
	<-slow.steps
	b.until(`document.querySelector("#running").textContent.indexOf("` + view.Number(61000) + `") >= 0`)
	b.shoot("upload-progress", true)
	close(slow.steps)
	b.run(chromedp.WaitVisible(chromedp.CSS("#result")))
	if page := b.text("#run"); !strings.Contains(page, "新增 1") {
		t.Errorf("the result reads %.300s", page)
	}
	b.clean("progress")
}

// A rehearsal gives the rows that it rejects as a file, on its page and to programs.
func TestARehearsalGivesItsRejects(t *testing.T) {
	s := newSite(t)
	files := map[string][]byte{"a.csv": csvOf("编号|单位|日期|内容", "N1|13|2026-11-02|排队太久", "N2|火星|2026-11-02|甲")}
	one := s.ran(upload("/imports", map[string]string{"kind": "complaints", "dry_run": "1"}, files))
	if !bytes.Contains(one.body, []byte(one.path+"/rejects.xlsx")) {
		t.Errorf("the page of a rehearsal does not lead to the rejected rows")
	}
	if body := string(s.ok(one.path + "/rejects.xlsx")); !strings.Contains(body, "火星") {
		t.Errorf("rejects: %s", body)
	}
	clean := s.ran(upload("/imports", map[string]string{"kind": "complaints", "dry_run": "1"}, map[string][]byte{"a.csv": csvOf("编号|单位|日期|内容", "N1|13|2026-11-02|排队太久")}))
	if a := s.get(clean.path + "/rejects.xlsx"); a.status != http.StatusNotFound || bytes.Contains(clean.body, []byte("rejects.xlsx")) {
		t.Errorf("a rehearsal without rejects: %d", a.status)
	}
	api := s.do(s.app, upload("/api/v1/imports?kind=complaints&dry_run=1&rejects=xlsx", nil, files))
	if api.status != http.StatusOK || !strings.Contains(string(api.body), "火星") || !strings.Contains(api.header.Get("Content-Type"), "spreadsheet") {
		t.Errorf("rejects through the API: %d %s", api.status, api.body)
	}
	if a := s.do(s.app, upload("/api/v1/imports?kind=complaints&rejects=xlsx", nil, files)); a.status != http.StatusBadRequest {
		t.Errorf("rejects of a load: %d, want 400 and where they are", a.status)
	}
}

// A stranger begins with an empty database: the page says what comes next, chooses it, and gives its form.
func TestTheNextStepOfANewCommission(t *testing.T) {
	s := newEmptySite(t)
	app := s.with(func(c *Config) {
		c.Blank = func(kind string) []string { return []string{"编号*", kind} }
	})
	get := func(path string) answer { return s.do(app, httptest.NewRequest(http.MethodGet, path, nil)) }
	chosen := regexp.MustCompile(`<option value="([a-z]+)" selected>`)
	for _, step := range []struct {
		kind, zh, en string
		load         func()
	}{
		{"units", "单位不会自动新建，所以最先导入", "they come first", func() {
			s.must(ingest.KindUnits, "单位编码|单位名称|上级编码|类型|主要负责人|责任领导|责任领导起始日期|排序号|启用日期", "00|临澄市卫生健康委员会||委机关|周一|赵甲|2020-01-01|0|2010-01-01", "13|市第一医院|00|直属单位|孙二|周乙|2020-01-01|13|2010-01-01")
		}},
		{"risks", "单位已经有了，导入各单位的风险清单", "load their risk lists", func() {
			s.must(ingest.KindRisks, "单位|日期|序号|廉洁风险点描述|防控措施|监督检查路径|风险等级|处室单位负责人|责任人员", "13|2026-01-05|1|采购与验收由同一人办理|双人复核|查阅记录|重要|孙二|冯六")
		}},
		{"inspections", "清单已经有了，导入监督检查记录", "load the checks", func() {
			s.must(ingest.KindInspections, "编号|单位|检查日期|风险点|检查人|监督方法|权力运行是否规范|文件制度是否执行|防控措施是否落实|发现问题", "J1|13|2026-03-10|1|韩八|查阅资料|是|是|是|")
		}},
		{"", "", "", nil},
	} {
		zh, en := string(get("/imports").body), string(get("/imports?lang=en").body)
		if step.kind == "" {
			if strings.Contains(zh, `id="next"`) {
				t.Errorf("all is there, and the page says what is next: %s", between([]byte(zh), `id="next"`, "</div>"))
			}
			break
		}
		if !strings.Contains(zh, step.zh) || !strings.Contains(en, step.en) {
			t.Errorf("%s: the page does not say %q, or in English %q", step.kind, step.zh, step.en)
		}
		if m := chosen.FindStringSubmatch(zh); m == nil || m[1] != step.kind {
			t.Errorf("%s: the form offers %v", step.kind, m)
		}
		if !strings.Contains(between([]byte(zh), `id="next"`, "</div>"), `href="/imports/forms/`+step.kind+`.xlsx"`) {
			t.Errorf("%s: its empty form is not one click away", step.kind)
		}
		if m := chosen.FindStringSubmatch(string(get("/imports?kind=ledger").body)); m == nil || m[1] != "ledger" {
			t.Errorf("%s: who asks for the ledger is offered %v", step.kind, m)
		}
		step.load()
	}
	for kind, status := range map[string]int{"units.xlsx": 200, "ledger.xlsx": 200, "units.csv": 404, "rumours.xlsx": 404, "units": 404} {
		if a := get("/imports/forms/" + kind); a.status != status || status == 200 && !bytes.HasPrefix(a.body, []byte("PK")) {
			t.Errorf("GET /imports/forms/%s = %d", kind, a.status)
		}
	}
	if a := get("/imports?kind=rumour"); a.status != http.StatusBadRequest || !bytes.Contains(a.body, []byte("可以是")) {
		t.Errorf("a kind that there is not: %d", a.status)
	}
}
